"""Strength against an event whose time is not known: probabilities before it, and mean times, by exact quadrature.

Time is cut where anybody's arrival turns; on each piece strength and the event's survival function are smooth. The
integral of P(strength by t) over the event's distribution then is a sum over Gauss nodes, the event's density being
that of the polynomial through its survival function, so that only S(t) has to be known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from homeward.geo import Floats
from homeward.readiness.muster.arrivals import Arrival
from homeward.readiness.muster.records import Survival

_N = 12
_GAUSS, _WEIGHT = np.polynomial.legendre.leggauss(_N)
_CHEB = -np.cos(np.pi * np.arange(_N + 1) / _N)
_CLOSE = 0.6  # edges nearer than this share of their own row's step are put together
_RATIO = 1.6


def _slopes() -> Floats:
    """The matrix from values at `_CHEB` to derivatives of their polynomial at `_GAUSS`."""
    chebyshev = np.polynomial.chebyshev
    basis = np.linalg.inv(chebyshev.chebvander(_CHEB, _N))
    rows = [chebyshev.chebval(_GAUSS, chebyshev.chebder(basis[:, k])) for k in range(_N + 1)]
    return np.ascontiguousarray(np.array(rows, dtype=np.float64).T)


_SLOPE = _slopes()


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Hours cut into pieces: `edges_h` (pieces + 1), and Gauss nodes `at_h` with their weights `hours` (nodes,)."""

    edges_h: Floats
    at_h: Floats
    hours: Floats

    def chance(self, survival: Survival) -> tuple[Floats, float]:
        """The event's probability at each node, and of coming after the last piece or never."""
        low, high = self.edges_h[:-1], self.edges_h[1:]
        at = (low + high)[:, None] / 2 + (high - low)[:, None] / 2 * _CHEB
        s = np.asarray(survival(at.ravel()), dtype=np.float64).reshape(at.shape)
        return -(_WEIGHT * (s @ _SLOPE.T)).ravel(), float(s[-1, -1])


def pieces(arrivals: Sequence[Arrival], kinks_h: Sequence[float] = ()) -> Pieces:
    """The hours until nobody's arrival is open any more, cut where arrivals turn, and at `kinks_h`."""
    some = [a.edges_h() for a in dict.fromkeys(arrivals) if a.p > 0]
    fixed = np.unique([0.0, *(edges[0] for edges in some)])  # the first of each is where it begins
    last = max((float(edges.max()) for edges in some), default=0.0)
    end = max(last, float(fixed[-1])) * (1 + 1e-6) + 1e-6
    fixed = np.union1d(fixed, [kink for kink in kinks_h if 0 < kink < end])
    smallest = max(min((float(e[-1] - e[0]) for e in some if len(e) > 1), default=end) * 1e-7, 1e-7)
    rungs = max(1, int(np.log(end / smallest) / np.log(_RATIO)) + 1)
    ladder = np.asarray(smallest * _RATIO ** np.arange(rungs), dtype=np.float64)
    edges = _thinned([ladder, *some], np.append(fixed, end))
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    return Pieces(edges, (middle[:, None] + half[:, None] * _GAUSS).ravel(), (half[:, None] * _WEIGHT).ravel())


def _thinned(rows: Sequence[Floats], fixed: Floats) -> Floats:
    """The fixed edges and, between them, those of all rows, each in order, not too near each other for their steps."""
    loose = np.concatenate(rows)
    steps = np.diff(loose, prepend=0.0)
    begin = np.cumsum([0, *(len(row) for row in rows[:-1])])
    steps[begin] = loose[begin]
    order = np.argsort(loose, kind="stable")
    in_order = list(zip(loose[order].tolist(), (_CLOSE * steps[order]).tolist(), strict=True))
    kept: list[float] = [float(fixed[0])]
    begins = np.searchsorted(loose[order], fixed)
    for k, (start, stop) in enumerate(pairwise(fixed.tolist())):
        for at, far in in_order[begins[k] : begins[k + 1]]:
            if start < at < stop and at - kept[-1] >= far:
                kept.append(at)
        kept.append(stop)
    return np.array(kept)
