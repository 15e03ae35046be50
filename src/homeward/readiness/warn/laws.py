"""Laws of a date: when something comes, in days from a statement, as distributions with closed forms.

Every family is one thing: a standard variate z = (link(t) - loc) / scale, where the link is the plain number, its
logarithm above a shift, the logarithm below an upper end (mirrored), or the logit between two ends. So a law is
widened about its median on its own natural scale in one line, whatever the family, and its tail keeps its accuracy.
Parametrisations as in O'Hagan et al. (2006), Uncertain Judgements, Wiley, and the R package SHELF.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from homeward.errors import BadInput
from homeward.geo import Floats

_ROOT_TWO_PI = math.sqrt(2 * math.pi)
_JUST_D = 1e-9
_LEAST = 1e-280  # below it, what is left has lost its digits
_Variate = Callable[..., Any]


class Law(Protocol):
    """A distribution over days from a statement: all methods take and return arrays of one shape."""

    def cdf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes by then."""
        ...

    def sf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes later, accurate far out."""
        ...

    def pdf(self, t_d: ArrayLike) -> Floats:
        """Density, per day."""
        ...

    def ppf(self, p: ArrayLike) -> Floats:
        """Days by which it comes with probability p."""
        ...

    def log_sf(self, t_d: ArrayLike) -> Floats:
        """Logarithm of the probability that it comes later, where that itself is too small for a number."""
        ...

    def hazard(self, t_d: ArrayLike) -> Floats:
        """Probability per day that it comes then, if it has not come before; 0 where it must have."""
        ...

    @property
    def kinks_d(self) -> tuple[float, ...]:
        """Where the density jumps."""
        ...

    def knots_d(self, since_d: float) -> Floats:
        """Days that follow it closely, however narrow it is, from `since_d` on, where it has not come before."""
        ...


SAMPLED = np.concatenate([[1e-9, 1e-6, 1e-4], np.linspace(0.0, 1.0, 42)[1:-1], 1 - np.array([1e-4, 1e-6, 1e-9, 1e-12])])
"""Shares of a law at which its `knots_d` lie."""


def _normal_log(z: Floats) -> Floats:
    return np.asarray(-0.5 * z * z - math.log(_ROOT_TWO_PI))


def _student_log(z: Floats, df: float) -> Floats:
    norm = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - 0.5 * math.log(df * math.pi)
    return np.asarray(norm - (df + 1) / 2 * np.log1p(z * z / df))


def _exp(z: Floats) -> Floats:
    return np.asarray(np.exp(np.minimum(z, 700.0)))


def _gamma_log(z: Floats, shape: float) -> Floats:
    """Of the logarithm of a gamma variate."""
    return np.asarray(shape * z - _exp(z) - math.lgamma(shape))


def _gamma_log_sf(z: Floats, shape: float) -> Floats:
    """Far out by the continued fraction of the incomplete gamma function (NIST DLMF 8.9.2)."""
    x = _exp(z)
    left = np.asarray(special.gammaincc(shape, x))
    far = left < _LEAST
    near = np.log(np.where(far, 1.0, left))
    if not far.any():
        return np.asarray(near)
    y = np.where(far, x, shape + 1e3)
    fraction = y + 401 - shape
    for n in range(200, 0, -1):
        fraction = y + 2 * n - 1 - shape - n * (n - shape) / fraction
    return np.where(far, shape * z - y - np.log(fraction) - math.lgamma(shape), near)


def _gamma_log_cdf(z: Floats, shape: float) -> Floats:
    below = np.asarray(special.gammainc(shape, _exp(z)))
    small = below < _LEAST
    return np.where(small, shape * z - math.lgamma(shape + 1), np.log(np.where(small, 1.0, below)))


def _beta_log(z: Floats, a: float, b: float) -> Floats:
    """Of the logit of a beta variate."""
    return np.asarray(a * special.log_expit(z) + b * special.log_expit(-z) - special.betaln(a, b))


def _beta_log_sf(z: Floats, a: float, b: float) -> Floats:
    left = np.asarray(special.betainc(b, a, special.expit(-z)))
    small = left < _LEAST
    first = b * special.log_expit(-z) - math.log(b) - special.betaln(a, b)
    return np.where(small, first, np.log(np.where(small, 1.0, left)))


@dataclass(frozen=True, slots=True)
class _Standard:
    """A standard variate: cdf, survival, quantile of z, and logarithms of its density and survival, which never run
    out; further numbers are its shape. `log_cdf` of those that are mirrored."""

    cdf: _Variate
    sf: _Variate
    ppf: _Variate
    log_pdf: _Variate
    log_sf: _Variate
    log_cdf: _Variate | None = None


STANDARD: Mapping[str, _Standard] = {
    "normal": _Standard(
        special.ndtr,
        lambda z: special.ndtr(-z),
        special.ndtri,
        _normal_log,
        lambda z: special.log_ndtr(-z),
        special.log_ndtr,
    ),
    "student": _Standard(
        lambda z, df: special.stdtr(df, z),
        lambda z, df: special.stdtr(df, -z),
        lambda p, df: special.stdtrit(df, p),
        _student_log,
        lambda z, df: np.log(special.stdtr(df, -z)),
        lambda z, df: np.log(special.stdtr(df, z)),
    ),
    "gumbel": _Standard(  # the logarithm of an exponential variate
        lambda z: -np.expm1(-_exp(z)),
        lambda z: np.exp(-_exp(z)),
        lambda p: np.log(-np.log1p(-p)),
        lambda z: z - _exp(z),
        lambda z: -_exp(z),
    ),
    "logistic": _Standard(
        special.expit,
        lambda z: special.expit(-z),
        special.logit,
        lambda z: special.log_expit(z) + special.log_expit(-z),
        lambda z: special.log_expit(-z),
    ),
    "uniform": _Standard(
        lambda z: np.clip(z, 0, 1),
        lambda z: np.clip(1 - z, 0, 1),
        lambda p: p,
        lambda z: np.log(((z >= 0) & (z <= 1)) * 1.0),
        lambda z: np.log(np.clip(1 - z, 0, 1)),
    ),
    "gamma": _Standard(
        lambda z, k: special.gammainc(k, _exp(z)),
        lambda z, k: special.gammaincc(k, _exp(z)),
        lambda p, k: np.log(special.gammaincinv(k, p)),
        _gamma_log,
        _gamma_log_sf,
        _gamma_log_cdf,
    ),
    "beta": _Standard(
        lambda z, a, b: special.betainc(a, b, special.expit(z)),
        lambda z, a, b: special.betainc(b, a, special.expit(-z)),
        lambda p, a, b: special.logit(special.betaincinv(a, b, p)),
        _beta_log,
        _beta_log_sf,
    ),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a family is made of: its variate, its link, and how many further shape numbers it has."""

    variate: str
    link: str
    shapes: int = 0


KINDS: Mapping[str, Kind] = {
    "normal": Kind("normal", "plain"),
    "student_t": Kind("student", "plain", 1),
    "uniform": Kind("uniform", "plain"),
    "lognormal": Kind("normal", "log"),
    "log_student_t": Kind("student", "log", 1),
    "weibull": Kind("gumbel", "log"),
    "loglogistic": Kind("logistic", "log"),
    "exponential": Kind("gumbel", "log"),
    "gamma": Kind("gamma", "log", 1),
    "beta": Kind("beta", "unit", 2),
    "mirror_lognormal": Kind("normal", "mirror"),
    "mirror_log_student_t": Kind("student", "mirror", 1),
    "mirror_gamma": Kind("gamma", "mirror", 1),
}
"""The families. Those on a logarithm may also be named with `_shifted` behind: their shift is fitted then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A law of one family. `lower_d`, `upper_d` are the ends of its link where it has them; `shapes` further numbers.

    All methods take and return arrays of one shape.
    """

    family: str
    loc: float
    scale: float
    shapes: tuple[float, ...] = ()
    lower_d: float = 0.0
    upper_d: float = math.inf

    @property
    def kinks_d(self) -> tuple[float, ...]:
        """Where the density jumps: the ends of a uniform law."""
        return (self.loc, self.loc + self.scale) if self.family == "uniform" else ()

    def cdf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes by then."""
        return self._tail(t_d, below=True)

    def sf(self, t_d: ArrayLike) -> Floats:
        """Probability that it comes later."""
        return self._tail(t_d, below=False)

    def pdf(self, t_d: ArrayLike) -> Floats:
        """Density, per day; 0 outside the support."""
        return self._rate(t_d, conditional=False)

    def hazard(self, t_d: ArrayLike) -> Floats:
        """Probability per day that it comes then, if it has not come before; 0 where it must have."""
        return self._rate(t_d, conditional=True)

    def log_sf(self, t_d: ArrayLike) -> Floats:
        """Logarithm of the survival, accurate where that is too small for a number."""
        kind = KINDS[self.family]
        standard = STANDARD[kind.variate]
        side = standard.log_cdf if kind.link == "mirror" and standard.log_cdf is not None else standard.log_sf
        with np.errstate(all="ignore"):
            return np.asarray(side(self._z(np.asarray(t_d, dtype=np.float64)), *self.shapes), dtype=np.float64)

    def knots_d(self, since_d: float) -> Floats:
        """Days that follow it closely from `since_d` on."""
        gone, left = float(self.cdf(since_d)), float(self.sf(since_d))
        return self.ppf(np.minimum(gone + SAMPLED * left, 1 - 1e-16))

    def ppf(self, p: ArrayLike) -> Floats:
        """Days by which it comes with probability p."""
        kind, q = KINDS[self.family], np.asarray(p, dtype=np.float64)
        mirrored = kind.link == "mirror"
        with np.errstate(all="ignore"):
            y = self.loc + self.scale * STANDARD[kind.variate].ppf(1 - q if mirrored else q, *self.shapes)
            if kind.link == "plain":
                return np.asarray(y)
            if kind.link == "unit":
                return np.asarray(self.lower_d + (self.upper_d - self.lower_d) * special.expit(y))
            return np.asarray(self.upper_d - np.exp(y) if mirrored else self.lower_d + np.exp(y))

    def widened(self, factor: float) -> Shape:
        """The law with its spread times `factor` about its median, on the scale of its link."""
        if not 0 < factor < 100:
            raise BadInput(f"A widening of {factor:g} cannot be. Give a factor above 0, 1 = as stated.")
        middle = float(STANDARD[KINDS[self.family].variate].ppf(np.float64(0.5), *self.shapes))
        return replace(self, loc=self.loc + self.scale * middle * (1 - factor), scale=self.scale * factor)

    def _rate(self, t_d: ArrayLike, *, conditional: bool) -> Floats:
        """The density, or the hazard: from logarithms, so that far out it loses nothing."""
        t = np.asarray(t_d, dtype=np.float64)
        t = np.where(t == self.lower_d, t + _JUST_D, t)  # where a law begins, its density is the one just after
        slope = self._slope(t)
        with np.errstate(all="ignore"):
            log = STANDARD[KINDS[self.family].variate].log_pdf(self._z(t), *self.shapes)
            out = np.exp(log - self.log_sf(t) if conditional else log) * slope / self.scale
        return np.where(np.isfinite(slope) & np.isfinite(out), out, 0.0)

    def _tail(self, t_d: ArrayLike, *, below: bool) -> Floats:
        kind = KINDS[self.family]
        standard = STANDARD[kind.variate]
        side = standard.cdf if below is (kind.link != "mirror") else standard.sf
        return np.asarray(side(self._z(np.asarray(t_d, dtype=np.float64)), *self.shapes), dtype=np.float64)

    def _z(self, t: Floats) -> Floats:
        link = KINDS[self.family].link
        with np.errstate(all="ignore"):
            if link == "plain":
                y = t
            elif link == "log":
                y = np.log(np.maximum(t - self.lower_d, 0.0))
            elif link == "mirror":
                y = np.log(np.maximum(self.upper_d - t, 0.0))
            else:
                y = special.logit(np.clip((t - self.lower_d) / (self.upper_d - self.lower_d), 0.0, 1.0))
            return np.asarray((y - self.loc) / self.scale)

    def _slope(self, t: Floats) -> Floats:
        """Of the link, per day; NaN outside the support."""
        link = KINDS[self.family].link
        with np.errstate(all="ignore"):
            if link == "plain":
                return np.ones_like(t)
            above, under = t - self.lower_d, self.upper_d - t
            slope = {"log": 1 / above, "mirror": 1 / under, "unit": 1 / above + 1 / under}[link]
            inside = {"log": above > 0, "mirror": under > 0, "unit": (above > 0) & (under > 0)}[link]
        return np.where(inside, slope, np.nan)
