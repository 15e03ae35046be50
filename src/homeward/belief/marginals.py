"""The prior of maximum entropy: the map nearest to a base density on which every published share holds.

Among all maps p with the wanted shares, the one with the least sum of p ln(p / base) is the base times one factor per
class of each marginal; raking (iterative proportional fitting: Deming and Stephan 1940, Annals of Mathematical
Statistics 11:427-444; Csiszar 1975, Annals of Probability 3:146-158) finds the factors by scaling one marginal after
another until all of them hold. Shares are published over many incidents on many grounds, and one ground may offer
nothing of a class, or little: each marginal therefore says how often its share may be that which the ground offers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.geo import Floats

_ROUNDS = 400
_CLOSE = 1e-5  # of all probability
_COUNTED = 10  # combinations of classes are numbered by counting while there are not so many times as many as cells


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marginal:
    """Shares that a map should have: `of` (n,) is the class of each cell, -1 = does not count.

    `wanted` (k,) is the share of each class among all that counts, summing to 1. No class gets more than `at_most`
    times, nor less than 1 / `at_most` of, what the base offers it (inf = whatever is wanted where anything is offered).
    Nor does the base change by more than `factor_at_most` times on its account, so that marginals which cannot hold
    together on this ground each give way (as a maximum entropy with a penalty on the absolute miss: Dudik, Phillips and
    Schapire 2004, COLT).
    """

    name: str
    labels: tuple[str, ...]
    of: NDArray[np.int32]
    wanted: Floats
    at_most: float
    factor_at_most: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How a share ended: `wanted` as published, `aimed` as far as the ground allows, `reached` on the map, `offered`
    by the base density."""

    marginal: str
    label: str
    wanted: float
    aimed: float
    reached: float
    offered: float


def raked(base: Floats, marginals: Sequence[Marginal]) -> tuple[Floats, tuple[Held, ...]]:
    """(the map (n,), summing to what `base` sums to; how every share ended). The last marginal holds most exactly.

    `base` (n,) >= 0. Deterministic; stops when every share is within 1e-5 of its aim, or after 400 rounds.
    """
    table, cell = _table(marginals, base.size)
    mass: Floats = np.bincount(cell, weights=base, minlength=len(table)).astype(np.float64)
    offered = [_shares(mass, column, m.wanted.size) for column, m in zip(table.T, marginals, strict=True)]
    aimed = [within(m.wanted, share, m.at_most) for share, m in zip(offered, marginals, strict=True)]
    p = _fitted(mass, table, aimed, [m.factor_at_most for m in marginals])
    scale = np.divide(p, mass, out=np.zeros_like(p), where=mass > 0)
    reached = [_shares(p, column, m.wanted.size) for column, m in zip(table.T, marginals, strict=True)]
    held = tuple(
        Held(
            marginal=m.name,
            label=label,
            wanted=float(m.wanted[k]),
            aimed=float(aimed[i][k]),
            reached=float(reached[i][k]),
            offered=float(offered[i][k]),
        )
        for i, m in enumerate(marginals)
        for k, label in enumerate(m.labels)
    )
    return base * scale[cell], held


def within(wanted: Floats, offered: Floats, at_most: float) -> Floats:
    """The shares nearest to `wanted` (in proportion) that lie between `offered` / `at_most` and `offered` x `at_most`,
    summing to 1; as `wanted` where that is between them, 0 where nothing is offered."""
    low, high = offered / at_most, np.minimum(offered * min(at_most, 1e12), 1.0)
    if (wanted >= low).all() and (wanted <= high).all():
        return wanted
    a, b = 0.0, 1.0
    while np.clip(b * wanted, low, high).sum() < 1 - 1e-12 and b < 1e12:
        a, b = b, 2 * b
    for _ in range(100):
        middle = 0.5 * (a + b)
        a, b = (middle, b) if np.clip(middle * wanted, low, high).sum() < 1 else (a, middle)
    got = np.clip(b * wanted, low, high)
    return np.asarray(got / got.sum() if got.sum() > 0 else got)


def _table(marginals: Sequence[Marginal], n: int) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """(every combination of classes that occurs, with a column for each marginal; the row of each cell)."""
    key, kinds = np.zeros(n, dtype=np.int64), 1
    for m in marginals:
        key = key * (m.wanted.size + 1) + m.of + 1
        kinds *= m.wanted.size + 1
    if kinds > _COUNTED * n:
        _, first, cell = np.unique(key, return_index=True, return_inverse=True)
        cell = cell.ravel()
    else:  # as above, without sorting
        first_of = np.full(kinds, -1, dtype=np.int64)
        first_of[key[::-1]] = np.arange(n - 1, -1, -1)
        present = first_of >= 0
        first, cell = first_of[present], (np.cumsum(present) - 1)[key]
    return np.column_stack([m.of[first] for m in marginals]), cell


def _shares(mass: Floats, column: NDArray[np.int32], n: int) -> Floats:
    sums = np.bincount(column + 1, weights=mass, minlength=n + 1)[1:]
    total = float(sums.sum())
    return np.asarray(sums / total if total > 0 else sums, dtype=np.float64)


def _fitted(mass: Floats, table: NDArray[np.int32], aimed: Sequence[Floats], most: Sequence[float]) -> Floats:
    """`mass` times one factor per class, each between 1 / `most` and `most` of its marginal."""
    p = mass.copy()
    columns = [column + 1 for column in table.T]
    factors = [np.ones(aim.size + 1) for aim in aimed]
    for _ in range(_ROUNDS):
        worst = 0.0
        for k, (column, aim) in enumerate(zip(columns, aimed, strict=True)):
            sums = np.bincount(column, weights=p, minlength=aim.size + 1)
            total = float(sums[1:].sum())
            step = np.ones(aim.size + 1)
            np.divide(aim * total, sums[1:], out=step[1:], where=(sums[1:] > 0) & (aim > 0))
            step = np.clip(factors[k] * step, 1 / most[k], most[k]) / factors[k]
            factors[k] *= step
            worst = max(worst, float((np.abs(step - 1) * sums).max()))
            p *= step[column]
        if worst < _CLOSE * float(mass.sum()):
            break
    return p
