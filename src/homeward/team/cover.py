"""The fewest places that cover everything: set cover as an integer program, proven by HiGHS through SciPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from homeward.geo import Floats

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Columns that cover every row. `bound`: no fewer can, among those offered."""

    columns: tuple[int, ...]
    bound: int


def fewest(covers: Bools, tie: Floats, *, limit_s: float = 10.0) -> Chosen:
    """The fewest columns of `covers` (rows, columns) that cover each row; of equal ones, the least sum of `tie` >= 0.

    Every row must be covered by some column. Stopped at the limit it is the best found, beside the bound; none
    found, the greedy one (Chvatal 1979, Mathematics of Operations Research 4:233-235).
    """
    if covers.shape[0] == 0:
        return Chosen(columns=(), bound=0)
    n = covers.shape[1]
    cost = 1.0 + 0.5 * tie / max(float(np.sort(tie)[::-1][: covers.shape[0]].sum()), 1e-12)
    found = milp(
        cost,
        integrality=np.ones(n, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(csr_matrix(covers.astype(np.float64)), lb=1),
        options={"time_limit": limit_s},
    )
    bound = _least(found.mip_dual_bound)
    if found.x is None:
        return Chosen(columns=_greedy(covers), bound=max(bound, 1))
    columns = tuple(int(k) for k in np.flatnonzero(found.x > 0.5))
    return Chosen(columns=columns, bound=max(bound, 1))


def _least(dual: float | None) -> int:
    """Fewest columns from the bound on cost, in which ties count less than half a column in all."""
    return int(np.ceil(dual - 0.5 - 1e-6)) if dual is not None and np.isfinite(dual) else 0


def _greedy(covers: Bools) -> tuple[int, ...]:
    left, taken = np.ones(len(covers), dtype=np.bool_), []
    while left.any():
        best = int(covers[left].sum(axis=0).argmax())
        if not covers[left, best].any():
            break
        taken.append(best)
        left &= ~covers[:, best]
    return tuple(taken)


def distinct(covers: Bools, tie: Floats) -> NDArray[np.int64]:
    """Columns worth offering: of those that cover alike the one with the least `tie`; none whose rows another has too.

    The second sieve is left out beyond 4000 columns, where it takes longer than it saves.
    """
    some = np.flatnonzero(covers.any(axis=0))
    order = some[np.argsort(tie[some], kind="stable")]
    _, first = np.unique(np.packbits(covers[:, order], axis=0), axis=1, return_index=True)
    kept = order[np.sort(first)]
    if len(kept) > _SIEVED:
        return kept
    rows = covers[:, kept].astype(np.float32)
    both, size = rows.T @ rows, rows.sum(axis=0)
    inside = (both >= size[:, None] - 0.5) & (size[None, :] > size[:, None])
    return np.asarray(kept[~inside.any(axis=1)], dtype=np.int64)


_SIEVED = 4000
