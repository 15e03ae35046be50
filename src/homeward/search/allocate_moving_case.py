"""A moving subject's problem as plain arrays, and Brown's alternation over it. See `allocate_moving`.

    maximise  sum_k w[k] (1 - exp(-sum_j P[k, j] sum_r b[r, j] y[r, j]))
    over y >= 0,  sum of y[r, j] over the places j of one period = 1 for each resource r and period

`j` runs over places: pairs of a period and a segment where some path is in that period. P is 1 where path k is there.
`y` is the share of the period's effort that the resource spends there, `b` the coverage of the whole effort.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from homeward.geo import Floats
from homeward.search.allocate_interior import Mask, price_alone

Ints = NDArray[np.intp]

_LEAST = 1e-300
_CUTS = 16
_SPENT = 0.5  # a step that is so long that rounding loses half of an effort is no step
_FLAT = 1e-12  # places that curve less than this share of the most curved are taken to curve that much


@dataclass(frozen=True, slots=True, eq=False)
class PathCase:
    """Only what can be found: paths that somebody can cover, places where somebody can search them, alike paths as one.

    `w` (paths,) sums to 1, `scale` is what it summed to. `at` (periods, paths) is the place of each path, the number
    of places where nobody can see it. `b` and `mask` (resources, places). Places are ordered by period; `first`
    (periods + 1,) says where each period begins. `on` (resources, periods): who can search anything in the period.
    `seen` (paths, places) is P, `back` its transpose.
    """

    w: Floats
    scale: float
    at: Ints
    b: Floats
    mask: Mask
    first: Ints
    on: Mask
    seen: csr_array
    back: csr_array

    def coverage(self, y: Floats) -> Floats:
        """Coverage of each path."""
        cover: Floats = self.seen @ (self.b * y).sum(axis=0)
        return cover

    def found(self, cover: Floats) -> float:
        """The share that is found with these coverages of the paths."""
        return -float((self.w * np.expm1(-cover)).sum())

    def gain(self, hidden: Floats) -> Floats:
        """What a whole effort more would find in each place (resources, places), were nothing to wear off."""
        gain: Floats = self.b * (self.back @ hidden)
        return gain

    def price(self, gain: Floats) -> Floats:
        """The best gain of each resource in each period (resources, periods)."""
        return np.asarray(np.maximum.reduceat(gain, self.first[:-1], axis=1))

    def sums(self, y: Floats) -> Floats:
        """Sums over each period (resources, periods)."""
        return np.asarray(np.add.reduceat(y, self.first[:-1], axis=1))

    def spread(self, per_period: Floats) -> Floats:
        """(resources, periods) as (resources, places)."""
        return np.repeat(per_period, np.diff(self.first), axis=1)

    def bound(self, cover: Floats) -> float:
        """What no plan can pass: the value here, and the most that moving every share could gain if it were linear."""
        hidden = self.w * np.exp(-cover)
        return self.found(cover) + float(self.price(self.gain(hidden)).sum()) - float((hidden * cover).sum())


def path_case(weight: Floats, segment_at: Ints, b: Floats) -> tuple[PathCase, Ints, Ints, Ints] | None:
    """The case of paths `segment_at` (paths, periods), -1 = off the map; `b` (periods, resources, segments).

    With it: the period (as given) of each of its periods, and the period and the segment of each of its places. None
    where nothing can be found.
    """
    n_periods, _, n = b.shape
    reach = np.concatenate([(b > 0).any(axis=1), np.zeros((n_periods, 1), dtype=bool)], axis=1)  # -1 is the last column
    period = np.arange(n_periods)
    place = np.where(reach[period, segment_at], segment_at + n * period, -1)
    keep = (weight > 0) & (place >= 0).any(axis=1)
    if not keep.any():
        return None
    alike, which = np.unique(place[keep], axis=0, return_inverse=True)
    w = np.bincount(which.ravel(), weight[keep], len(alike))
    used, index = np.unique(alike, return_inverse=True)
    off = int(used[0] == -1)
    used, index = used[off:], index.reshape(alike.shape) - off
    n_places = len(used)
    at_period, at_segment = used // n, used % n
    there = index >= 0
    ends = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    seen = csr_array((np.ones(int(ends[-1])), index[there], ends), shape=(len(w), n_places))
    periods, first = np.unique(at_period, return_index=True)
    mine = np.ascontiguousarray(b[at_period, :, at_segment].T)
    mask = mine > 0
    case = PathCase(
        w=w / w.sum(),
        scale=float(w.sum()),
        at=np.ascontiguousarray(np.where(there, index, n_places).T[periods]),
        b=mine,
        mask=mask,
        first=np.append(first, n_places),
        on=np.asarray(np.logical_or.reduceat(mask, first, axis=1)),
        seen=seen,
        back=csr_array(seen.T),
    )
    return case, periods, at_period, at_segment


def alternated(case: PathCase, y: Floats, cover: Floats) -> tuple[Floats, Floats]:
    """One round of Brown's alternation from shares `y` and the coverages of the paths that they give.

    In each period in turn each resource is given its best shares of a still subject's problem, whose weights are what
    the other resources and the other periods, earlier and later, leave hidden in each segment; in closed form.
    """
    y = y.copy()
    places = case.b.shape[1]
    for t, at in enumerate(case.at):
        here = slice(case.first[t], case.first[t + 1])
        n = here.stop - here.start
        local = np.where(at < places, at - here.start, n)
        own = (case.b[:, here] * y[:, here]).sum(axis=0)
        others = cover - np.append(own, 0.0)[local]  # whoever is in one place meets the same coverage in this period
        weight = np.bincount(local, case.w * np.exp(-others), n + 1)[:n]
        for r in np.flatnonzero(case.on[:, t]):
            b = case.b[r, here]
            own = own - b * y[r, here]
            y[r, here] = best_shares(weight * np.exp(-own), b)
            own = own + b * y[r, here]
        cover = others + np.append(own, 0.0)[local]
    return y, case.coverage(y)


def best_shares(weight: Floats, b: Floats) -> Floats:
    """Shares of one resource's effort over segments (Charnes & Cooper 1958); `b` is what its whole effort covers."""
    share = np.zeros_like(b)
    weight = weight / max(float(weight.max()), _LEAST)
    useful = weight * b > _LEAST
    if not useful.any():
        share[b > 0] = 1.0 / (b > 0).sum()
        return share
    p, rate = weight[useful], b[useful]
    cover = np.log(p * rate / price_alone(p, rate, 1.0)).clip(min=0.0)
    share[useful] = cover / rate
    return np.asarray(share / share.sum())


def pushed(case: PathCase, y: Floats, cover: Floats, *, rounds: int = 20) -> tuple[Floats, Floats]:
    """Shares by a Newton step over the shares in use, shortened until more is found; or as they were.

    Newton's equations, with each period's sums kept, by conjugate gradients with a diagonal preconditioner
    (Nocedal & Wright 2006, Numerical Optimization, algorithm 16.2).
    """
    used = _Used.of(case, y)
    hidden = case.w * np.exp(-cover)
    curves = used.b**2 * (case.back @ hidden)[used.place]
    inverse = 1.0 / curves.clip(min=max(_FLAT * float(curves.max()), _LEAST))
    total = used.sums(inverse)

    def kept(slope: Floats) -> Floats:
        """The preconditioned slope with its sum over each period taken out."""
        level = used.sums(inverse * slope) / total
        return np.asarray(inverse * (slope - level[used.group]))

    slope = used.gain(hidden)
    step = np.zeros_like(slope)
    ahead = kept(slope)
    way, size = ahead, float((slope * ahead).sum())
    enough = 1e-4 * size
    for _ in range(rounds):
        bend = used.gain(hidden * used.coverage(way))
        curve = float((way * bend).sum())
        if not (curve > 0 and size > enough and np.isfinite(size / curve)):
            break
        step += size / curve * way
        slope = slope - size / curve * bend
        ahead = kept(slope)
        size, last = float((slope * ahead).sum()), size
        way = ahead + size / last * way
    return _stepped(used, y, cover, step)


@dataclass(frozen=True, slots=True, eq=False)
class _Used:
    """The shares in use, one after another: whose, where, and in which sum (one for each resource and period)."""

    case: PathCase
    who: Ints
    place: Ints
    group: Ints
    b: Floats

    @classmethod
    def of(cls, case: PathCase, y: Floats) -> _Used:
        who, place = np.nonzero(y)
        period = np.searchsorted(case.first, place, side="right") - 1
        group = np.unique(who * len(case.first) + period, return_inverse=True)[1]
        return cls(case, who, place, group.ravel(), case.b[who, place])

    def sums(self, share: Floats) -> Floats:
        return np.asarray(np.bincount(self.group, share), dtype=np.float64)

    def coverage(self, share: Floats) -> Floats:
        cover: Floats = self.case.seen @ np.bincount(self.place, self.b * share, self.case.b.shape[1])
        return cover

    def gain(self, hidden: Floats) -> Floats:
        gain: Floats = self.b * (self.case.back @ hidden)[self.place]
        return gain


def _stepped(used: _Used, y: Floats, cover: Floats, step: Floats) -> tuple[Floats, Floats]:
    """As far along the step as finds more, shares below 0 drawn to 0."""
    here = used.case.found(cover)
    if not np.isfinite(step).all():
        return y, cover
    now = y[used.who, used.place]
    for cut in range(_CUTS):
        share = (now + 0.3**cut * step).clip(min=0.0)
        sums = used.sums(share)
        if not sums.min() > _SPENT:
            continue
        share /= sums[used.group]
        reached = used.coverage(share)
        if used.case.found(reached) > here:
            there = np.zeros_like(y)
            there[used.who, used.place] = share
            return there, reached
    return y, cover
