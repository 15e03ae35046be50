"""Security games in which a team takes a set of targets together: exact, by column generation.

With such schedules how often each target is covered is not enough: shares that look possible one by one may come from
no roster at all (Korzhyk, Conitzer & Parr 2010, AAAI, 805-810). So the unknowns are rosters, one schedule for each
team, and how often each is used: for each target that the attacker might be made to hit a linear programme, whose
columns are priced by a small integer programme (Jain, Kardes, Kiekintveld, Ordonez & Tambe 2010, AAAI, 792-797).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog

from homeward.geo import Floats
from homeward.readiness.cover.records import Bools, Deterrence, Game, Roster
from homeward.readiness.cover.watch import Watch, programme

_CLOSE = 1e-9
_LEAST_S = 0.05
_DEAR = 1e3  # times the span of payoffs: what it costs that another target tempts more
Kinds = Counter[tuple[tuple[int, ...], ...]]
Found = tuple[float, int, Floats, Floats]  # what the defender expects, the target hit, coverage, how often each roster


def solve_schedules(game: Game, *, prices: bool, time_limit_s: float, watch: Watch) -> Deterrence:
    """The rosters and how often to use each. A team more is like the one it is best to have more of; a team less, the
    best to lose.

    `bound` is above `value` where the time ran out before every target was tried.
    """
    until = perf_counter() + time_limit_s
    found = _solved(game, time_limit_s=time_limit_s, watch=watch)
    if prices and game.teams and not watch.stopped:
        with watch.until_stopped():
            return _with_prices(game, found, until=until)
    return found


def _with_prices(game: Game, found: Deterrence, *, until: float) -> Deterrence:
    """The rosters with what a team more and a team less is worth."""

    def other(schedules: tuple[tuple[tuple[int, ...], ...], ...]) -> Deterrence:
        left_s = max(_LEAST_S, until - perf_counter())
        return _solved(replace(game, teams=len(schedules), schedules=schedules), time_limit_s=left_s, watch=Watch())

    more = [other((*game.schedules, s)) for s in sorted(set(game.schedules))]
    fewer = [other(s) for s in sorted({game.schedules[:k] + game.schedules[k + 1 :] for k in range(game.teams)})]
    best = max([found, *fewer], key=lambda d: d.value)  # a team that has nothing to do does no harm
    return replace(
        best,
        bound=max(found.bound, best.value),
        one_more=max(best.value, *(d.value for d in more)),
        one_less=max(d.value for d in fewer),
        prices_proven=all(d.bound <= d.value for d in (*more, *fewer)),
    )


@dataclass(slots=True)
class _Columns:
    """Rosters found so far: which targets each covers."""

    kinds: Kinds
    n: int
    rows: list[Bools] = field(default_factory=list)

    def add(self, row: Bools) -> None:
        self.rows.append(row)

    def table(self) -> Floats:
        return np.array(self.rows, dtype=np.float64).T


def _solved(game: Game, *, time_limit_s: float, watch: Watch) -> Deterrence:
    begun = perf_counter()
    n = len(game.attacker_covered)
    columns = _Columns(Counter(tuple(sorted(set(s))) for s in game.schedules), n)
    columns.add(np.zeros(n, dtype=np.bool_))
    for some in columns.kinds:
        for schedule in some:
            columns.add(np.isin(np.arange(n), schedule))
    best: Found | None = None
    order = np.argsort(-game.defender_covered, kind="stable")
    bound = -np.inf
    for target in order.tolist():
        most = float(game.defender_covered[target])
        if best is not None and most <= best[0] + _CLOSE:
            break
        if best is not None and perf_counter() - begun > time_limit_s:
            bound = most
            break
        with watch.until_stopped():
            mix = _attacked(game, target, columns)
            if mix is not None:
                best = _better(game, best, target, columns.table()[:, : len(mix)] @ mix, mix)
                watch.tell(best[0], max(best[0], most))
            continue
        if best is None:
            raise KeyboardInterrupt
        bound = most
        break
    assert best is not None  # the target that tempts most without any team can always be attacked
    return _told(game, best, columns, bound)


def _better(game: Game, best: Found | None, target: int, coverage: Floats, mix: Floats) -> Found:
    value = _defender(game, coverage, target)
    return best if best is not None and value <= best[0] else (value, target, coverage, mix)


def _defender(game: Game, coverage: Floats, target: int) -> float:
    span = game.defender_covered[target] - game.defender_uncovered[target]
    return float(game.defender_uncovered[target] + coverage[target] * span)


def _attacked(game: Game, target: int, columns: _Columns) -> Floats | None:
    """How often to use each roster so that the attacker hits `target`, best for the defender (None: he never would)."""
    while True:
        found = _programme(game, target, columns.table())
        row, gain = _priced(_weights(game, target, found), columns)
        if gain <= -float(found.eqlin.marginals[0]) + _CLOSE * 10:
            break
        columns.add(row)
    mix: Floats = found.x
    return mix[:-1] if mix[-1] <= _CLOSE * 10 else None


def _programme(game: Game, target: int, table: Floats) -> OptimizeResult:
    """The linear programme over the rosters there are; the last variable is by how much another target tempts more."""
    span = game.attacker_uncovered - game.attacker_covered
    others = np.arange(len(span)) != target
    rows = span[target] * table[target][None, :] - span[others, None] * table[others]
    worth = game.defender_covered[target] - game.defender_uncovered[target]
    scale = max(1.0, float(np.abs(game.attacker_uncovered).max()), float(span.max()), float(worth))
    return linprog(
        np.append(-worth * table[target], _DEAR * scale),
        A_ub=np.hstack([rows, np.full((len(rows), 1), -1.0)]) if len(rows) else None,
        b_ub=(game.attacker_uncovered[target] - game.attacker_uncovered[others]) if len(rows) else None,
        A_eq=np.append(np.ones(table.shape[1]), 0.0)[None, :],
        b_eq=[1.0],
        method="highs",
    )


def _weights(game: Game, target: int, found: OptimizeResult) -> Floats:
    """What covering each target in a new roster would save."""
    span = game.attacker_uncovered - game.attacker_covered
    others = np.arange(len(span)) != target
    price = np.zeros(len(span))
    price[others] = found.ineqlin.marginals if others.any() else 0.0
    weights = -price * span
    weights[target] = game.defender_covered[target] - game.defender_uncovered[target] + span[target] * price.sum()
    return np.asarray(weights)


def _priced(weights: Floats, columns: _Columns) -> tuple[Bools, float]:
    """The roster with the greatest sum of weights over what it covers: one schedule for each team, or none."""
    listed = [(kind, schedule) for kind in columns.kinds for schedule in kind]
    n, m = len(weights), len(listed)
    takes = np.array([np.isin(np.arange(n), schedule) for _, schedule in listed], dtype=np.float64).reshape(m, n)
    kinds = list(columns.kinds)
    per_kind = np.array([[float(kind == own) for kind, _ in listed] for own in kinds]).reshape(len(kinds), m)
    pairs_of, pairs_at = np.nonzero(takes)
    forced = np.zeros((len(pairs_of), m + n))  # what a schedule takes is covered
    forced[np.arange(len(pairs_of)), pairs_of] = 1.0
    forced[np.arange(len(pairs_of)), m + pairs_at] = -1.0
    table = np.vstack([np.hstack([per_kind, np.zeros((len(kinds), n))]), np.hstack([-takes.T, np.eye(n)]), forced])
    upper = np.concatenate([[float(columns.kinds[k]) for k in kinds], np.zeros(n + len(pairs_of))])
    found = programme(
        np.append(np.zeros(m), -weights),
        integrality=np.append(np.ones(m, dtype=np.int64), np.zeros(n, dtype=np.int64)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(table, -np.inf, upper),
        options={"mip_rel_gap": 0.0},
    )
    assert found.x is not None  # nobody goes anywhere: always possible
    row = np.asarray((np.round(found.x[:m]) @ takes) > 0)
    return row, float(weights[row].sum())


def _told(game: Game, best: Found, columns: _Columns, bound: float) -> Deterrence:
    value, target, coverage, mix = best
    coverage = np.clip(coverage, 0.0, 1.0)
    attack = game.attacker_uncovered + coverage * (game.attacker_covered - game.attacker_uncovered)
    used = np.flatnonzero(mix > _CLOSE)
    total = float(mix[used].sum())
    level = float(attack[target])
    return Deterrence(
        coverage=coverage,
        attacker_value=level,
        value=value,
        bound=max(value, bound),
        attacked=target,
        tempting=tuple(np.flatnonzero(attack >= level - 1e-7 * max(1.0, abs(level))).tolist()),
        rosters=tuple(
            Roster(targets=tuple(np.flatnonzero(columns.rows[k]).tolist()), weight=float(mix[k]) / total) for k in used
        ),
    )
