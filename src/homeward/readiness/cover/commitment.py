"""What it is worth that the other sees our plan first: commitment in games of two tables.

For each answer of the other a linear programme gives the mix of our choices that makes it his best answer and serves
us most (Conitzer & Sandholm 2006, ACM EC, 82-90). Beside it the best that we would get if both chose at once:
equilibria by their supports (Dickhaut & Kaplan 1991, The Mathematica Journal 1(4), 87-93).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.cover.records import MAX_NUMBER

_CLOSE = 1e-9
MOST_SUPPORTS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """How often we make each choice, the other's answer (ties in our favour), and what both get.

    `simultaneous` is what we get in the equilibrium best for us if nobody sees the other (None: too many to look at).
    """

    mix: Floats
    answer: int
    value: float
    other_value: float
    simultaneous: float | None


def commit(leader: Floats, follower: Floats) -> Commitment:
    """The best mix to commit to; both tables are (our choices, the other's)."""
    if leader.ndim != 2 or leader.shape != follower.shape or leader.size == 0:
        raise BadInput("leader and follower are not tables of one shape. Give what each gets by our and their choice.")
    if not (np.abs(leader) <= MAX_NUMBER).all() or not (np.abs(follower) <= MAX_NUMBER).all():
        raise BadInput(f"A payoff is no number of at most {MAX_NUMBER:g}. Mend it.")
    best: tuple[float, int, Floats] | None = None
    for answer in range(leader.shape[1]):
        found = linprog(
            -leader[:, answer],
            A_ub=(follower - follower[:, [answer]]).T,
            b_ub=np.zeros(leader.shape[1]),
            A_eq=np.ones((1, len(leader))),
            b_eq=[1.0],
            method="highs",
        )
        if found.x is None:
            continue
        mix = np.clip(found.x, 0.0, 1.0)
        value = float(mix @ leader[:, answer])
        if best is None or value > best[0] + _CLOSE:
            best = (value, answer, mix)
    assert best is not None  # whatever mix: something is the other's best answer
    value, answer, mix = best
    return Commitment(
        mix=mix,
        answer=answer,
        value=value,
        other_value=float(mix @ follower[:, answer]),
        simultaneous=_at_once(leader, follower),
    )


def _at_once(leader: Floats, follower: Floats) -> float | None:
    rows, columns = leader.shape
    most = min(rows, columns)
    pairs = [
        (a, b)
        for size in range(1, most + 1)
        for a in combinations(range(rows), size)
        for b in combinations(range(columns), size)
        if rows <= 8 and columns <= 8
    ]
    if not pairs or len(pairs) > MOST_SUPPORTS:
        return None
    best = None
    for a, b in pairs:
        ours, theirs = _mix(follower.T, b, a), _mix(leader, a, b)
        if ours is None or theirs is None:
            continue
        value = float(ours @ leader @ theirs)
        steady = (leader @ theirs <= value + 1e-7).all()
        steady &= (ours @ follower <= float(ours @ follower @ theirs) + 1e-7).all()
        if steady and (best is None or value > best):
            best = value
    return best


def _mix(payoff: Floats, equal: tuple[int, ...], used: tuple[int, ...]) -> Floats | None:
    """The mix over `used` columns that makes the `equal` rows of payoff equally good (None: there is none)."""
    n = len(used)
    table = np.zeros((n + 1, n + 1))
    table[:n, :n] = payoff[np.ix_(equal, used)]
    table[:n, n] = -1.0
    table[n, :n] = 1.0
    try:
        found = np.linalg.solve(table, np.append(np.zeros(n), 1.0))[:n]
    except np.linalg.LinAlgError:
        return None
    if (found < -_CLOSE).any():
        return None
    mix = np.zeros(payoff.shape[1])
    mix[list(used)] = np.clip(found, 0.0, None)
    return mix
