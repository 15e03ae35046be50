"""Quantiles as somebody said them, fitted by a law of a family; and laws by their parameters' own names."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.optimize import leastsq

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.warn.laws import KINDS, STANDARD, Shape

FAMILIES = ("lognormal", "weibull", "loglogistic", "gamma")
"""The families that are fitted where nobody says otherwise: days above 0, tails from light to heavy."""
LOG_STUDENT_DF = 3.0  # of SHELF, where quantiles are too few to fit it
_DF_MIN, _DF_MAX = 2.0, 100.0
_LEAST_LOG, _LOG_SHAPE = -6.0, 16.0  # of the shapes of gamma and beta laws: beyond, their functions lose their digits
_OTHER_NAMES = {
    "log_t": "log_student_t",
    "logt": "log_student_t",
    "t": "student_t",
    "log_logistic": "loglogistic",
    "log_normal": "lognormal",
    "mirror_log_t": "mirror_log_student_t",
}
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "normal": ("mean", "sd"),
    "student_t": ("loc", "scale", "df"),
    "uniform": ("lower", "upper"),
    "lognormal": ("mean_log", "sd_log", "shift"),
    "log_student_t": ("loc_log", "scale_log", "df", "shift"),
    "weibull": ("shape", "scale", "shift"),
    "loglogistic": ("shape", "scale", "shift"),
    "exponential": ("mean", "shift"),
    "gamma": ("shape", "rate", "shift"),
    "beta": ("a", "b", "lower", "upper"),
    "mirror_lognormal": ("mean_log", "sd_log", "upper"),
    "mirror_log_student_t": ("loc_log", "scale_log", "df", "upper"),
    "mirror_gamma": ("shape", "rate", "upper"),
}
_OPTIONAL: Mapping[str, float] = {"shift": 0.0, "df": LOG_STUDENT_DF}
_ABOVE_0 = ("sd", "scale", "sd_log", "scale_log", "shape", "rate", "a", "b", "mean", "df")


@dataclass(frozen=True, slots=True)
class Fit:
    """A law through stated quantiles; `misfit` is the furthest that its probability at one of them is off.

    `off` is the sum of the squares of that over all of them, which was made least.
    """

    law: Shape
    misfit: float
    off: float


def family_named(name: str) -> tuple[str, bool]:
    """A family by any of its names, and whether its ends are fitted too. Raises `BadInput` with those there are."""
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    free = plain.endswith(("_shifted", "_scaled"))
    plain = plain.removesuffix("_shifted").removesuffix("_scaled")
    plain = _OTHER_NAMES.get(plain, plain)
    if plain not in KINDS or (free and KINDS[plain].link not in ("log", "unit")):
        raise BadInput(f"There is no family {name!r}. Choose of {', '.join(KINDS)}.")
    return plain, free or plain == "beta"


def by_parameters(family: str, given: Mapping[str, float]) -> Shape:
    """The law of a family with parameters by name, as in `parameters`. Raises `BadInput` naming what is missing."""
    name, _ = family_named(family)
    wanted = _PARAMETERS[name]
    missing = [p for p in wanted if p not in given and p not in _OPTIONAL]
    if missing:
        raise BadInput(f"The {name} law needs {', '.join(wanted)}: {missing[0]} is missing. Give it.")
    if unknown := [p for p in given if p not in wanted]:
        raise BadInput(f"The {name} law has no {unknown[0]!r}. It has {', '.join(wanted)}.")
    p = {**_OPTIONAL, **given}
    bad = next((k for k in wanted if not math.isfinite(p[k]) or (k in _ABOVE_0 and name != "normal" and p[k] <= 0)), "")
    if bad or (name == "normal" and p["sd"] <= 0):
        raise BadInput(f"{bad or 'sd'} of the {name} law is {p[bad or 'sd']:g}. Give a number above 0.")
    if "upper" in wanted and "lower" in wanted and p["upper"] <= p["lower"]:
        raise BadInput(f"upper of the {name} law is not above lower. Give the later end as upper.")
    return _MAKERS[name](p)


def _log_shape(family: str, loc: str, scale: str) -> Callable[[Mapping[str, float]], Shape]:
    def make(p: Mapping[str, float]) -> Shape:
        mirrored = family.startswith("mirror_")
        ends = {"upper_d": p["upper"]} if mirrored else {"lower_d": p["shift"]}
        shapes = (p["df"],) if KINDS[family].shapes else ()
        return Shape(family=family, loc=p[loc], scale=p[scale], shapes=shapes, **ends)

    return make


def _gamma_shape(family: str) -> Callable[[Mapping[str, float]], Shape]:
    def make(p: Mapping[str, float]) -> Shape:
        ends = {"upper_d": p["upper"]} if family.startswith("mirror_") else {"lower_d": p["shift"]}
        return Shape(family=family, loc=-math.log(p["rate"]), scale=1.0, shapes=(p["shape"],), **ends)

    return make


def _power_shape(family: str) -> Callable[[Mapping[str, float]], Shape]:
    return lambda p: Shape(family=family, loc=math.log(p["scale"]), scale=1 / p["shape"], lower_d=p["shift"])


_MAKERS: Mapping[str, Callable[[Mapping[str, float]], Shape]] = {
    "normal": lambda p: Shape(family="normal", loc=p["mean"], scale=p["sd"]),
    "student_t": lambda p: Shape(family="student_t", loc=p["loc"], scale=p["scale"], shapes=(p["df"],)),
    "uniform": lambda p: Shape(family="uniform", loc=p["lower"], scale=p["upper"] - p["lower"]),
    "lognormal": _log_shape("lognormal", "mean_log", "sd_log"),
    "log_student_t": _log_shape("log_student_t", "loc_log", "scale_log"),
    "weibull": _power_shape("weibull"),
    "loglogistic": _power_shape("loglogistic"),
    "exponential": lambda p: Shape(family="exponential", loc=math.log(p["mean"]), scale=1.0, lower_d=p["shift"]),
    "gamma": _gamma_shape("gamma"),
    "beta": lambda p: Shape(
        family="beta", loc=0.0, scale=1.0, shapes=(p["a"], p["b"]), lower_d=p["lower"], upper_d=p["upper"]
    ),
    "mirror_lognormal": _log_shape("mirror_lognormal", "mean_log", "sd_log"),
    "mirror_log_student_t": _log_shape("mirror_log_student_t", "loc_log", "scale_log"),
    "mirror_gamma": _gamma_shape("mirror_gamma"),
}


def parameters(law: Shape) -> dict[str, float]:
    """The parameters of a law that is not widened, by name."""
    loc = {"mean": law.loc, "mean_log": law.loc, "loc": law.loc, "loc_log": law.loc}
    scale = {"sd": law.scale, "sd_log": law.scale, "scale": law.scale, "scale_log": law.scale}
    ends = {"shift": law.lower_d, "lower": law.lower_d, "upper": law.upper_d}
    values = {**loc, **scale, **ends, **({"df": law.shapes[0]} if len(law.shapes) == 1 else {})}
    if law.family in ("weibull", "loglogistic"):
        values |= {"shape": 1 / law.scale, "scale": _exp(law.loc)}
    elif law.family == "exponential":
        values["mean"] = _exp(law.loc)
    elif law.family in ("gamma", "mirror_gamma"):
        values |= {"shape": law.shapes[0], "rate": _exp(-law.loc)}
    elif law.family == "uniform":
        values |= {"lower": law.loc, "upper": law.loc + law.scale}
    elif law.family == "beta":
        values |= {"a": law.shapes[0], "b": law.shapes[1]}
    return {name: float(values[name]) for name in _PARAMETERS[law.family]}


def _exp(x: float) -> float:
    return math.exp(x) if x < 709 else math.inf


def fit(
    quantiles_d: Mapping[float, float],
    family: str,
    *,
    lower_d: float | None = None,
    upper_d: float | None = None,
    df: float | None = None,
) -> Fit:
    """The law of a family that comes nearest to quantiles (probability -> days), by least squares of probabilities.

    As SHELF fits: the sum of squares of F(q_p) - p is least (Oakley & O'Hagan, SHELF, the Sheffield Elicitation
    Framework). Two quantiles give a law of two numbers exactly. `lower_d`, `upper_d` are known ends (left out: 0 for
    families on a logarithm; fitted where the family's name ends with `_shifted` or `_scaled`). `df` of a Student law
    (left out: fitted with three quantiles or more, else 3). Raises `BadInput` where quantiles cannot be.
    """
    name, free = family_named(family)
    p, t = _checked(quantiles_d, name, free=free)
    if name == "exponential" and not free:
        return _exponential(p, t, lower_d or 0.0)
    ends = _ends(name, t, lower_d, upper_d, free=free)
    if KINDS[name].shapes == 1 and "student" in name:
        least = 4 if free and lower_d is None and KINDS[name].link == "log" else 3
        fixed: float | None = df if df is not None else (LOG_STUDENT_DF if len(p) < least else None)
    else:
        fixed = None
    return min((_fitted(name, p, t, start, fixed) for start in ends), key=lambda found: found.misfit)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Known ends of a link, and where the search for the others begins: logarithms of days beyond the quantiles."""

    lower_d: float | None
    upper_d: float | None
    begin: tuple[float, ...]


def _checked(quantiles_d: Mapping[float, float], family: str, *, free: bool) -> tuple[Floats, Floats]:
    pairs = sorted(quantiles_d.items())
    p, t = np.array([k for k, _ in pairs], dtype=np.float64), np.array([v for _, v in pairs], dtype=np.float64)
    if not (np.isfinite(p).all() and np.isfinite(t).all() and (p > 0).all() and (p < 1).all()):
        raise BadInput("A quantile cannot be. Give probabilities between 0 and 1, each with finite days.")
    if (np.diff(t) <= 0).any():
        i = int(np.argmax(np.diff(t) <= 0))
        raise BadInput(
            f"Quantiles are out of order: {t[i]:g} days at {p[i]:g}, then {t[i + 1]:g} at {p[i + 1]:g}."
            " The more probable it is by then, the later the day must be: correct one of them."
        )
    least = 1 if family == "exponential" and not free else 2
    if len(p) < least:
        raise BadInput(f"The {family} law needs {least} quantiles, and there is {len(p)}. Give another one.")
    return p, t


def _exponential(p: Floats, t: Floats, lower_d: float) -> Fit:
    if t[0] <= lower_d:
        raise _below("exponential", t[0], lower_d)

    def law(theta: Floats) -> Shape:
        return Shape(family="exponential", loc=float(theta[0]), scale=1.0, lower_d=lower_d)

    start = np.array([np.mean(np.log(t - lower_d) - np.log(-np.log1p(-p)))])
    return _least_squares(law, start, p, t)


def _below(family: str, t_d: float, lower_d: float) -> BadInput:
    return BadInput(
        f"A quantile of {t_d:g} days is not above {lower_d:g}, where the {family} law begins."
        " Correct it, give a lower end, or choose the normal family."
    )


def _ends(name: str, t: Floats, lower_d: float | None, upper_d: float | None, *, free: bool) -> list[_Ends]:
    """Known ends, and several beginnings for those that are fitted."""
    kind, width = KINDS[name], math.log(t[-1] - t[0])
    if kind.link == "plain":
        return [_Ends(None, None, ())]
    known_low = lower_d if lower_d is not None or free else 0.0
    if upper_d is not None and upper_d <= t[-1]:
        raise BadInput(f"The latest day, {upper_d:g}, is not above the last quantile, {t[-1]:g}. Give a later one.")
    if kind.link == "mirror":
        if upper_d is None:
            raise BadInput(f"The {name} law ends on a latest day, which is missing. Give it (upper_d).")
        return [_Ends(None, upper_d, ())]
    if known_low is not None and known_low >= t[0]:
        raise _below(name, t[0], known_low)
    if kind.link == "log":
        begins = ((),) if known_low is not None else tuple((width + a,) for a in (-3.0, -1.0, 0.0, 1.0, 2.0, 3.0))
        return [_Ends(known_low, None, begin) for begin in begins]
    unknown = (lower_d is None) + (upper_d is None)
    if len(t) < 2 + unknown:
        raise BadInput(
            f"The beta law needs {2 + unknown} quantiles where {unknown} of its ends are not known. Give them."
        )
    steps = itertools.product((0.0, 1.0, 2.0, 3.0), repeat=unknown)
    return [_Ends(lower_d, upper_d, tuple(width + a for a in some)) for some in steps]


def _fitted(name: str, p: Floats, t: Floats, ends: _Ends, df: float | None) -> Fit:
    """The best law from one beginning: loc, log scale or log shapes, then log distances of unknown ends."""
    kind = KINDS[name]

    def bounds(theta: Floats) -> tuple[float, float]:
        rest = [float(x) for x in np.exp(np.minimum(theta[len(theta) - len(ends.begin) :], 50.0))]
        lower = 0.0 if kind.link not in ("log", "unit") else ends.lower_d
        upper = math.inf if kind.link not in ("mirror", "unit") else ends.upper_d
        if lower is None:
            lower = float(t[0]) - rest.pop(0)
        if upper is None:
            upper = float(t[-1]) + rest.pop(0)
        return lower, upper

    def law(theta: Floats) -> Shape:
        lower, upper = bounds(theta)
        first, second = (
            float(theta[0]),
            math.exp(float(np.clip(theta[1], _LEAST_LOG if kind.shapes else -50, _LOG_SHAPE if kind.shapes else 50))),
        )
        if name == "beta":
            a = math.exp(float(np.clip(first, _LEAST_LOG, _LOG_SHAPE)))
            return Shape(family=name, loc=0.0, scale=1.0, shapes=(a, second), lower_d=lower, upper_d=upper)
        if kind.variate == "gamma":
            return Shape(family=name, loc=first, scale=1.0, shapes=(second,), lower_d=lower, upper_d=upper)
        if kind.variate == "student":
            free_df = _DF_MIN + (_DF_MAX - _DF_MIN) * float(special.expit(theta[2])) if df is None else df
            return Shape(family=name, loc=first, scale=second, shapes=(free_df,), lower_d=lower, upper_d=upper)
        second = 1.0 if name == "exponential" else second
        return Shape(family=name, loc=first, scale=second, lower_d=lower, upper_d=upper)

    lower, upper = bounds(np.array([0.0, 0.0, *ends.begin]))
    start = _start(name, p, t, lower, upper)
    middle = [-2.5] if kind.variate == "student" and df is None else []
    return _least_squares(law, np.array([*start, *middle, *ends.begin]), p, t)


def _start(name: str, p: Floats, t: Floats, lower_d: float, upper_d: float) -> tuple[float, float]:
    """Where the search begins: a straight line through the quantiles on the scale of the link; exact for two."""
    kind = KINDS[name]
    if kind.link == "unit":
        y = (t - lower_d) / (upper_d - lower_d)
    elif kind.link == "mirror":
        y = -np.log(upper_d - t)
    else:
        y = np.log(t - lower_d) if kind.link == "log" else t
    variate = STANDARD["normal" if kind.shapes else kind.variate]
    z = np.asarray(variate.ppf(p))  # of the normal where the family's own has further shapes
    scale, loc = (float(x) for x in np.polyfit(z, y, 1))
    scale = max(scale, 1e-9)
    if name == "beta":
        mean = min(max(loc, 0.02), 0.98)
        size = max(mean * (1 - mean) / scale**2 - 1, 0.1)
        return math.log(mean * size), math.log((1 - mean) * size)
    loc = -loc if kind.link == "mirror" else loc
    if kind.variate == "gamma":
        shape = min(max(1 / scale**2, math.exp(_LEAST_LOG)), math.exp(_LOG_SHAPE))
        return loc - float(special.digamma(shape)), math.log(shape)
    return loc, math.log(scale)


def _least_squares(law: Callable[[Floats], Shape], start: Floats, p: Floats, t: Floats) -> Fit:
    def off(theta: Floats) -> Floats:
        out = law(theta).cdf(t) - p
        return np.pad(np.nan_to_num(out, nan=1.0), (0, max(0, len(start) - len(p))))

    if np.abs(off(start)).max() > 1e-15:
        found = leastsq(off, start, full_output=True, xtol=1e-11, ftol=1e-12, gtol=0.0, maxfev=2000)[0]
        start = found if np.square(off(found)).sum() <= np.square(off(start)).sum() else start
    best = law(start)
    misses = best.cdf(t) - p
    return Fit(best, float(np.abs(misses).max()), float(misses @ misses))
