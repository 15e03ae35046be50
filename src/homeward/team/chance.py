"""How likely all places can still be filled when people drop out: exactly where that can be, always for 20 people, else
drawn; and that of every set of few people.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from homeward.chances import Bools, Ints, drawn, filling, off_by, place
from homeward.geo import Floats

DRAWS = 200_000


def p_complete(
    can: Bools, need: Ints, p: Floats, *, seed: int, draws: int = DRAWS, exact: bool = True
) -> tuple[float, float]:
    """Probability that those who are there can fill all groups, and how far it may be off with 99 % (0: exact).

    `can` is (people, groups), `need` places by group, `p` the probability of each person to be there, independently.
    Without `exact` it is always drawn.
    """
    exactly = filling(can, need) if exact else None
    if exactly is not None:
        return float(exactly.p(p[:, None])[0]), 0.0
    share = float(drawn(can, need, p[:, None], draws=draws, seed=seed)[0])
    return share, off_by(share, draws)


def chance_by_call(can: Bools, need: Ints, p: Floats) -> Floats:
    """For each set of people as bits (person i: 1 << i; at most 20): how likely those of it who come can fill all.

    P(call) follows person by person: with probability p it is the one with, else the one without (the zeta transform
    of Yates 1937).
    """
    chance = enough_by_call(can, need).astype(np.float64)
    for i in range(len(p)):
        cube = chance.reshape(-1, 2, 1 << i)
        cube[:, 1] = p[i] * cube[:, 1] + (1 - p[i]) * cube[:, 0]
    return chance


@njit(cache=True)
def enough_by_call(can: Bools, need: Ints) -> Bools:
    """For each set of people as bits (person i: 1 << i): whether all groups can be filled.

    People are taken in or left out from the last to the first, so that each set below a full one is full at once.
    """
    people, groups = can.shape
    total = need.sum()
    found = np.zeros(1 << people, np.bool_)
    at = np.full((people + 1, people), -1, np.int64)
    filled = np.zeros((people + 1, groups), np.int64)
    branch = np.full(people + 1, -1, np.int64)
    base = np.zeros(people + 1, np.int64)
    if total == 0:
        found[:] = True
        return found
    depth = 0
    while depth >= 0:
        branch[depth] += 1
        if depth == people or branch[depth] > 1:
            branch[depth] = -1
            depth -= 1
            continue
        i = people - 1 - depth
        at[depth + 1] = at[depth]
        filled[depth + 1] = filled[depth]
        base[depth + 1] = base[depth]
        if branch[depth] == 1:
            base[depth + 1] += 1 << i
            place(can, need, at[depth + 1], filled[depth + 1], i)
        have = filled[depth + 1].sum()
        if have == total:
            found[base[depth + 1] : base[depth + 1] + (1 << i)] = True
        elif have + i >= total:
            depth += 1
            branch[depth] = -1
    return found
