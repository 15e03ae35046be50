"""Laws made of other laws, or given point by point: sums, shifts, histograms, steps, pools on a grid."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicHermiteSpline

from homeward.geo import Floats
from homeward.readiness.warn.laws import SAMPLED, Law


@dataclass(frozen=True, slots=True)
class Mixed:
    """A sum of laws with weights."""

    laws: tuple[Law, ...]
    weights: tuple[float, ...]

    @property
    def kinks_d(self) -> tuple[float, ...]:
        """Where the density jumps."""
        return tuple(sorted({k for law in self.laws for k in law.kinks_d}))

    def cdf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes by then."""
        return (
            np.asarray(1 - self.sf(t_d)) if sum(self.weights) != 1 else self._sum([law.cdf(t_d) for law in self.laws])
        )

    def sf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes later."""
        return self._sum([law.sf(t_d) for law in self.laws])

    def pdf(self, t_d: ArrayLike) -> Floats:
        """Density, per day."""
        return self._sum([law.pdf(t_d) for law in self.laws])

    def ppf(self, p: ArrayLike) -> Floats:
        """Days by which it comes with probability p."""
        return inverted(self, p)

    def log_sf(self, t_d: ArrayLike) -> Floats:
        """Logarithm of the survival."""
        return np.asarray(np.logaddexp.reduce(self._logs(t_d), axis=0))

    def hazard(self, t_d: ArrayLike) -> Floats:
        """Of each law, by what is left of it."""
        return shared_hazard(self._logs(t_d), [law.hazard(t_d) for law in self.laws])

    def knots_d(self, since_d: float) -> Floats:
        """Those of every law."""
        return np.concatenate([law.knots_d(since_d) for law in self.laws])

    def _logs(self, t_d: ArrayLike) -> list[Floats]:
        return [math.log(w) + law.log_sf(t_d) for w, law in zip(self.weights, self.laws, strict=True)]

    def _sum(self, parts: Sequence[Floats]) -> Floats:
        return np.asarray(np.sum([w * part for w, part in zip(self.weights, parts, strict=True)], axis=0))


@dataclass(frozen=True, slots=True)
class Moved:
    """A law counted from a later statement, on the clock of the first."""

    law: Law
    later_d: float

    @property
    def kinks_d(self) -> tuple[float, ...]:
        """Where the density jumps."""
        return tuple(k + self.later_d for k in self.law.kinks_d)

    def cdf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes by then."""
        return self.law.cdf(np.asarray(t_d, dtype=np.float64) - self.later_d)

    def sf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes later."""
        return self.law.sf(np.asarray(t_d, dtype=np.float64) - self.later_d)

    def pdf(self, t_d: ArrayLike) -> Floats:
        """Density, per day."""
        return self.law.pdf(np.asarray(t_d, dtype=np.float64) - self.later_d)

    def ppf(self, p: ArrayLike) -> Floats:
        """Days by which it comes with probability p."""
        return np.asarray(self.law.ppf(p) + self.later_d)

    def log_sf(self, t_d: ArrayLike) -> Floats:
        """Logarithm of the survival."""
        return self.law.log_sf(np.asarray(t_d, dtype=np.float64) - self.later_d)

    def hazard(self, t_d: ArrayLike) -> Floats:
        """Probability per day that it comes then, if it has not come before."""
        return self.law.hazard(np.asarray(t_d, dtype=np.float64) - self.later_d)

    def knots_d(self, since_d: float) -> Floats:
        """Those of the law."""
        return np.asarray(self.law.knots_d(since_d - self.later_d) + self.later_d)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Probabilities of spans between edges, evenly spread in each, and of what lies beyond the last edge.

    Beyond the last edge it falls exponentially, by a mean of that edge's own number of days (homeward's assumption).
    """

    edges_d: Floats
    p: Floats  # (edges,): the spans', then what lies beyond

    @property
    def kinks_d(self) -> tuple[float, ...]:
        """Where the density jumps."""
        return tuple(float(e) for e in self.edges_d)

    def cdf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes by then."""
        return np.asarray(1 - self.sf(t_d))

    def sf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes later."""
        t = np.asarray(t_d, dtype=np.float64)
        left = np.append(np.cumsum(self.p[::-1])[::-1], 0.0)[:-1]
        last = self.edges_d[-1]
        beyond = left[-1] * np.exp(-np.maximum(t - last, 0) / last)
        return np.asarray(np.where(t < last, np.interp(t, self.edges_d, left), beyond))

    def pdf(self, t_d: ArrayLike) -> Floats:
        """Density, per day."""
        t = np.asarray(t_d, dtype=np.float64)
        last = self.edges_d[-1]
        bin_ = np.clip(np.searchsorted(self.edges_d, t, side="right") - 1, 0, len(self.edges_d) - 2)
        inside = (self.p[:-1] / np.diff(self.edges_d))[bin_]
        beyond = self.p[-1] / last * np.exp(-np.maximum(t - last, 0) / last)
        return np.where(t < self.edges_d[0], 0.0, np.where(t < last, inside, beyond))

    def ppf(self, p: ArrayLike) -> Floats:
        """Days by which it comes with probability p."""
        return inverted(self, p)

    def log_sf(self, t_d: ArrayLike) -> Floats:
        """Logarithm of the survival."""
        t, last = np.asarray(t_d, dtype=np.float64), float(self.edges_d[-1])
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.sf(np.minimum(t, last))) - np.maximum(t - last, 0) / last)

    def hazard(self, t_d: ArrayLike) -> Floats:
        """Probability per day that it comes then, if it has not come before."""
        t, last = np.asarray(t_d, dtype=np.float64), float(self.edges_d[-1])
        left = self.sf(np.minimum(t, last))
        inside = np.where(left > 0, self.pdf(np.minimum(t, last)) / np.where(left > 0, left, 1.0), 0.0)
        return np.where(t < last, inside, float(self.p[-1] > 0) / last)

    def knots_d(self, since_d: float) -> Floats:
        """Its edges, and days beyond the last."""
        del since_d
        return np.concatenate([self.edges_d, self.edges_d[-1] * (1 + 2.0 ** np.arange(-4, 6))])


@dataclass(frozen=True, slots=True)
class Stepped:
    """A law whose density counts by a step function: `weights` (edges + 1) below, between and above `edges_d`."""

    base: Law
    edges_d: tuple[float, ...]
    weights: tuple[float, ...]

    @property
    def kinks_d(self) -> tuple[float, ...]:
        """Where the density jumps."""
        return tuple(sorted({*self.base.kinks_d, *self.edges_d}))

    def cdf(self, t_d: ArrayLike) -> Floats:
        """Weight that lies before (not normed)."""
        below, at = self._with_edges(self.base.cdf, t_d)
        spans = zip(self.weights, [0.0, *at], [*at, math.inf], strict=True)
        return np.asarray(np.sum([w * np.maximum(np.minimum(below, hi) - lo, 0.0) for w, lo, hi in spans], axis=0))

    def sf(self, t_d: ArrayLike) -> Floats:
        """Weight that lies after (not normed)."""
        above, at = self._with_edges(self.base.sf, t_d)
        spans = zip(self.weights, [math.inf, *at], [*at, 0.0], strict=True)
        return np.asarray(np.sum([w * np.maximum(np.minimum(above, lo) - hi, 0.0) for w, lo, hi in spans], axis=0))

    def pdf(self, t_d: ArrayLike) -> Floats:
        """Density of that weight, per day."""
        t = np.asarray(t_d, dtype=np.float64)
        return np.asarray(self.base.pdf(t) * np.array(self.weights)[np.searchsorted(self.edges_d, t, side="left")])

    def ppf(self, p: ArrayLike) -> Floats:
        """Days by which that share of the weight lies before."""
        return inverted(self, p)

    def log_sf(self, t_d: ArrayLike) -> Floats:
        """Logarithm of the weight that lies after."""
        with np.errstate(divide="ignore"):
            return np.asarray(self.base.log_sf(t_d) + np.log(self._left(t_d)))

    def hazard(self, t_d: ArrayLike) -> Floats:
        """Probability per day that it comes then, if it has not come before."""
        t, left = np.asarray(t_d, dtype=np.float64), self._left(t_d)
        at = np.array(self.weights)[np.searchsorted(self.edges_d, t, side="left")]
        return np.where(left > 0, self.base.hazard(t) * at / np.where(left > 0, left, 1.0), 0.0)

    def knots_d(self, since_d: float) -> Floats:
        """Those of the law, and its steps."""
        return np.concatenate([self.base.knots_d(since_d), self.edges_d])

    def _left(self, t_d: ArrayLike) -> Floats:
        """Mean weight of what the law leaves after t."""
        whole, at = self._with_edges(self.base.log_sf, t_d)
        left, before = np.zeros_like(whole), np.ones_like(whole)
        with np.errstate(invalid="ignore"):
            for weight, edge in zip(self.weights, at, strict=False):
                after = np.exp(np.minimum(edge, whole) - whole)
                left, before = left + weight * (before - after), after
        return np.where(np.isfinite(whole), left + self.weights[-1] * before, 0.0)

    def _with_edges(self, function: Callable[[Floats], Floats], t_d: ArrayLike) -> tuple[Floats, Floats]:
        """A function of the law at t and at the edges, in one call."""
        t = np.asarray(t_d, dtype=np.float64)
        both = function(np.concatenate([t.ravel(), self.edges_d]))
        return both[: t.size].reshape(t.shape), both[t.size :]


@dataclass(frozen=True, slots=True)
class Gridded:
    """A law on a grid of the logarithm of days after `begins_d`; its curve meets its densities at every node."""

    begins_d: float
    u: Floats
    below: CubicHermiteSpline
    above: CubicHermiteSpline
    density: Floats  # per unit of u
    far: int  # the last node at which what is left is a sum of nodes; beyond, it falls by the hazard there

    @property
    def kinks_d(self) -> tuple[float, ...]:
        """None: it is smooth."""
        return ()

    def cdf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes by then."""
        return np.clip(self.below(self._at(t_d)), 0.0, 1.0)

    def sf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes later; beyond the grid as by its last hazard."""
        t, far = np.asarray(t_d, dtype=np.float64), self._far_d()
        inside = np.clip(self.above(self._at(np.minimum(t, far))), 0.0, 1.0)
        return np.asarray(inside * np.exp(-np.maximum(t - far, 0) * self._last_hazard()))

    def pdf(self, t_d: ArrayLike) -> Floats:
        """Density, per day; just where it begins, that of the first node."""
        t = np.asarray(t_d, dtype=np.float64)
        after = t - self.begins_d
        at = np.maximum(after, math.exp(self.u[0]))
        inside = np.interp(np.log(at), self.u, self.density) / at
        beyond = t > self._far_d()
        return np.where(after < 0, 0.0, np.where(beyond, self._last_hazard() * self.sf(t), inside))

    def ppf(self, p: ArrayLike) -> Floats:
        """Days by which it comes with probability p."""
        return inverted(self, p)

    def log_sf(self, t_d: ArrayLike) -> Floats:
        """Logarithm of the survival; beyond the grid as by its last hazard."""
        t, far = np.asarray(t_d, dtype=np.float64), self._far_d()
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.sf(np.minimum(t, far))) - np.maximum(t - far, 0) * self._last_hazard())

    def hazard(self, t_d: ArrayLike) -> Floats:
        """Probability per day that it comes then, if it has not come before; beyond the grid as at its end."""
        t = np.minimum(np.asarray(t_d, dtype=np.float64), self._far_d())
        return np.asarray(self.pdf(t) / self.sf(t))

    def knots_d(self, since_d: float) -> Floats:
        """Days that follow it closely."""
        gone, left = float(self.cdf(since_d)), float(self.sf(since_d))
        return np.asarray(self.begins_d + np.exp(np.interp(gone + SAMPLED * left, self.below(self.u), self.u)))

    def log_moments(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm of the days."""
        weight = self.density / self.density.sum()
        mean = float(weight @ self.u)
        return mean, float(np.sqrt(weight @ (self.u - mean) ** 2))

    def _far_d(self) -> float:
        return self.begins_d + math.exp(float(self.u[self.far]))

    def _last_hazard(self) -> float:
        return float(self.density[self.far] / self.above(self.u[self.far]) / math.exp(self.u[self.far]))

    def _at(self, t_d: ArrayLike) -> Floats:
        after = np.maximum(np.asarray(t_d, dtype=np.float64) - self.begins_d, 1e-300)
        return np.clip(np.log(after), self.u[0], self.u[-1])


def inverted(law: Law, p: ArrayLike) -> Floats:
    """The days at which a law's share of its whole weight is p, by bisection on its survival."""
    q = np.asarray(p, dtype=np.float64)
    whole = float(law.sf(-1e12)) if law.sf(-1e12) > 0 else 1.0
    low, high = np.full(q.shape, -1.0), np.ones(q.shape)
    for _ in range(60):
        low = np.where(law.sf(low) < whole * (1 - q), low * 2, low)
        high = np.where(law.sf(high) > whole * (1 - q), high * 2, high)
    for _ in range(90):
        middle = (low + high) / 2
        later = law.sf(middle) > whole * (1 - q)
        low, high = np.where(later, middle, low), np.where(later, high, middle)
    return np.asarray((low + high) / 2)


def shared_hazard(logs: Sequence[Floats], hazards: Sequence[Floats]) -> Floats:
    """The hazard of a mixture, from the logarithms of what is left of each part and each one's hazard."""
    whole = np.logaddexp.reduce(logs, axis=0)
    with np.errstate(invalid="ignore"):
        parts = [np.exp(log - whole) * h for log, h in zip(logs, hazards, strict=True)]
    return np.where(np.isfinite(whole), np.sum(parts, axis=0), 0.0)
