"""The forecast of a date: probabilities, quantiles and hazard, in days from now, given that nothing has happened."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from homeward.geo import Floats
from homeward.readiness.warn.laws import Law, Shape
from homeward.readiness.warn.made import Histogram, shared_hazard


class Coming(Protocol):
    """Anything of which it is known when it may come, in days from now; arrays of one shape in and out."""

    @property
    def still_coming(self) -> float:
        """The probability that it comes at all."""
        ...

    @property
    def kinks_d(self) -> tuple[float, ...]:
        """Days from now at which the density jumps."""
        ...

    @property
    def knots_d(self) -> Floats:
        """Days from now that follow it closely, however narrow it is; above 0, in order."""
        ...

    def cdf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes within t days from now."""
        ...

    def survival(self, t_d: ArrayLike) -> Floats:
        """Probability that it has not come t days from now."""
        ...

    def density(self, t_d: ArrayLike) -> Floats:
        """Probability per day, t days from now."""
        ...

    def hazard_per_day(self, t_d: ArrayLike) -> Floats:
        """Probability per day that it comes then, if it has not come before."""
        ...

    def quantile(self, p: ArrayLike, *, if_it_comes: bool = False) -> Floats:
        """Days from now by which it has come with probability p."""
        ...


@dataclass(frozen=True, slots=True)
class Forecast:
    """When it may come, counted in days from now; every method takes and returns arrays of one shape.

    `laws`, `shares`, `coming` are the families' laws (on the statement's clock), their probabilities now, and for each
    the probability that it still comes. A sum over them is exact, whatever they are.
    """

    laws: tuple[Law, ...]
    shares: tuple[float, ...]
    coming: tuple[float, ...]
    elapsed_d: float

    @property
    def still_coming(self) -> float:
        """The probability that it comes at all, after the silence."""
        if min(self.coming) == 1:
            return 1.0
        return math.fsum(v * c for v, c in zip(self.shares, self.coming, strict=True))

    def cdf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes within t days from now."""
        t = np.maximum(np.asarray(t_d, dtype=np.float64), 0.0)
        return self._sum(t, lambda law, at: _within(law, self.elapsed_d, at))

    def survival(self, t_d: ArrayLike) -> Floats:
        """Probability that it has not come t days from now: it comes later, or never."""
        t = np.maximum(np.asarray(t_d, dtype=np.float64), 0.0)
        later = self._sum(t, lambda law, at: law.sf(self.elapsed_d + at) / law.sf(self.elapsed_d))
        return np.asarray(later + max(0.0, 1 - self.still_coming))

    def density(self, t_d: ArrayLike) -> Floats:
        """Probability per day, t days from now."""
        t = np.asarray(t_d, dtype=np.float64)
        found = self._sum(t, lambda law, at: law.pdf(self.elapsed_d + at) / law.sf(self.elapsed_d))
        return np.where(t < 0, 0.0, found)

    def hazard_per_day(self, t_d: ArrayLike) -> Floats:
        """Probability per day that it comes then, if it has not come before; 0 where it must have."""
        t = np.asarray(t_d, dtype=np.float64)
        logs, hazards = list[Floats](), list[Floats]()
        for law, share, coming in zip(self.laws, self.shares, self.coming, strict=True):
            if share * coming > 0:
                at = self.elapsed_d + np.maximum(t, 0.0)
                logs.append(math.log(share * coming) + law.log_sf(at) - law.log_sf(self.elapsed_d))
                hazards.append(law.hazard(at))
        never = 1 - self.still_coming
        if never > 1e-15:
            logs.append(np.full_like(t, math.log(never)))
            hazards.append(np.zeros_like(t))
        return np.where(t < 0, 0.0, shared_hazard(logs, hazards))

    def quantile(self, p: ArrayLike, *, if_it_comes: bool = False) -> Floats:
        """Days from now by which it has come with probability p; infinite where it may never come.

        `if_it_comes`: of those cases only in which it does.
        """
        q = np.asarray(p, dtype=np.float64) * (self.still_coming if if_it_comes else 1.0)
        if len(self.laws) == 1 and isinstance(self.laws[0], Shape) and self.coming[0] > 0:
            share = q / self.coming[0]
            start = float(self.laws[0].cdf(self.elapsed_d))
            inside = np.clip(start + share * float(self.laws[0].sf(self.elapsed_d)), 0.0, 1.0)
            days = np.maximum(self.laws[0].ppf(inside) - self.elapsed_d, 0.0)
            if start < 0.5:
                return np.where(share < 1, days, math.inf)
        return _solved(self, q)

    def _sum(self, t: Floats, one: Callable[[Law, Floats], Floats]) -> Floats:
        total = np.zeros_like(t)
        for law, share, coming in zip(self.laws, self.shares, self.coming, strict=True):
            if share * coming > 0:
                total = total + share * coming * one(law, t)
        return np.asarray(total)

    @property
    def kinks_d(self) -> tuple[float, ...]:
        """Days from now at which the density jumps."""
        every = {k - self.elapsed_d for law in self.laws for k in law.kinks_d}
        return tuple(sorted(k for k in every if k > 0))

    @property
    def knots_d(self) -> Floats:
        """Days from now that follow every law of it closely."""
        return in_order(np.concatenate([law.knots_d(self.elapsed_d) for law in self.laws]) - self.elapsed_d)


def in_order(days: Floats) -> Floats:
    """Those of some days that lie ahead, each once."""
    return np.asarray(np.unique(days[np.isfinite(days) & (days > 0) & (days < 1e12)]))


def _within(law: Law, elapsed_d: float, t: Floats) -> Floats:
    """P(T <= e + t | T > e), from whichever tail is the more accurate."""
    left = law.sf(elapsed_d)
    if isinstance(law, Shape | Histogram) and law.cdf(elapsed_d) < 0.5:
        return np.asarray((law.cdf(elapsed_d + t) - law.cdf(elapsed_d)) / left)
    return np.asarray(1 - law.sf(elapsed_d + t) / left)


_NEWTON, _STEPS = 12, 160  # steps by Newton's rule alone; and in all
_DOUBLED = 200  # of one day: what lies beyond 10^60 days counts as never


def _solved(forecast: Coming, q: Floats) -> Floats:
    """Quantiles by Newton's steps held inside a bracket."""
    low, high = np.zeros(q.shape), np.ones(q.shape)
    reachable = q < forecast.still_coming * (1 - 1e-14)
    for _ in range(_DOUBLED):
        short = reachable & (forecast.cdf(high) < q)
        if not short.any():
            break
        high = np.where(short, high * 2, high)
    else:
        reachable = reachable & (forecast.cdf(high) >= q)
    t, found = (low + high) / 2, ~reachable
    for step in range(_STEPS):
        off = forecast.cdf(t) - q
        low, high = np.where(off < 0, t, low), np.where(off < 0, high, t)
        with np.errstate(all="ignore"):
            new = t - off / forecast.density(t)
        halved = step > _NEWTON and step % 2 == 0  # where the density jumps, Newton's steps may creep
        new = np.where(np.isfinite(new) & (new > low) & (new < high) & (not halved), new, (low + high) / 2)
        near = (off == 0) | (np.abs(new - t) <= 1e-14 * np.maximum(1e-9, t)) | (high - low <= 1e-15 * high)
        t = np.where(found | (off == 0), t, new)
        found = found | near
        if found.all():
            break
    return np.where(q <= 0, 0.0, np.where(reachable, t, math.inf))


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first of several warnings that have nothing to do with each other: the product of their survivals."""

    parts: tuple[Coming, ...]

    @property
    def still_coming(self) -> float:
        """The probability that any of them comes."""
        return 1 - math.prod(1 - p.still_coming for p in self.parts)

    @property
    def kinks_d(self) -> tuple[float, ...]:
        """Days from now at which the density jumps."""
        return tuple(sorted({k for p in self.parts for k in p.kinks_d}))

    @property
    def knots_d(self) -> Floats:
        """Days from now that follow each of them closely."""
        return in_order(np.concatenate([p.knots_d for p in self.parts]))

    def cdf(self, t_d: ArrayLike) -> Floats:
        """Probability that one of them comes within t days from now."""
        with np.errstate(divide="ignore"):
            return np.asarray(-np.expm1(np.sum([np.log1p(-p.cdf(t_d)) for p in self.parts], axis=0)))

    def survival(self, t_d: ArrayLike) -> Floats:
        """Probability that none of them has come t days from now."""
        return np.asarray(np.prod([p.survival(t_d) for p in self.parts], axis=0))

    def density(self, t_d: ArrayLike) -> Floats:
        """Probability per day of the first."""
        return self.hazard_per_day(t_d) * self.survival(t_d)

    def hazard_per_day(self, t_d: ArrayLike) -> Floats:
        """Probability per day that one comes then, if none has come before."""
        return np.asarray(np.sum([p.hazard_per_day(t_d) for p in self.parts], axis=0))

    def quantile(self, p: ArrayLike, *, if_it_comes: bool = False) -> Floats:
        """Days from now by which one has come with probability p; infinite where it may never be."""
        return _solved(self, np.asarray(p, dtype=np.float64) * (self.still_coming if if_it_comes else 1.0))
