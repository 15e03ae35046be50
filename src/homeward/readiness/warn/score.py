"""How good a forecast of a date was, once it is known when it came: proper scores, the less the better.

Gneiting & Raftery (2007), Journal of the American Statistical Association 102, 359-378, doi 10.1198/016214506000001437.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from homeward.geo import Floats
from homeward.readiness.warn.forecast import Coming, Forecast

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_FAR_D = 1e9
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Score:
    """Scores of one forecast against the day it came.

    `crps` [days], of the cases in which it comes, None where it is infinite; `pinball` by quantile level [days];
    `brier` by horizon; `log` the surprise in nats; `below` the probability that was given to an earlier day.
    """

    crps: float | None
    pinball: dict[float, float]
    brier: dict[float, float]
    log: float | None
    below: float
    inside_90: bool

    @property
    def mean_pinball(self) -> float | None:
        """Mean of the pinball losses; None where a quantile lies nowhere."""
        values = list(self.pinball.values())
        return sum(values) / len(values) if values and all(map(math.isfinite, values)) else None


def score(
    coming: Coming, came_d: float, *, levels: Sequence[float] = LEVELS, horizons_d: Sequence[float] = ()
) -> Score:
    """A forecast as of now against the day it came, `came_d` from now, 0 or above."""
    quantile = coming.quantile(np.array([0.05, 0.95, *levels]))
    density, norm = float(coming.density(came_d)), coming.still_coming
    return Score(
        crps=_crps(
            lambda t: coming.cdf(t) / norm,
            lambda t: 1 - coming.cdf(t) / norm,
            came_d,
            0.0,
            (*coming.kinks_d, *coming.knots_d),
        ),
        pinball={p: pinball(p, float(q), came_d) for p, q in zip(levels, quantile[2:], strict=True)},
        brier={h: (float(coming.cdf(h)) - (came_d <= h)) ** 2 for h in horizons_d},
        log=-math.log(density) if density > 0 else None,
        below=float(coming.cdf(came_d)),
        inside_90=bool(quantile[0] <= came_d <= quantile[1]),
    )


def pinball(p: float, quantile_d: float, came_d: float) -> float:
    """The quantile loss: p per day that it came later than the quantile, 1 - p per day that it came earlier."""
    return p * (came_d - quantile_d) if came_d >= quantile_d else (1 - p) * (quantile_d - came_d)


def crps_as_said(as_said: Forecast, came_d: float) -> float | None:
    """The CRPS of what was said itself, days from the statement, whatever it gave to days before it."""
    shares = as_said.shares

    def cdf(t: Floats) -> Floats:
        return np.asarray(np.sum([v * law.cdf(t) for v, law in zip(shares, as_said.laws, strict=True)], axis=0))

    def sf(t: Floats) -> Floats:
        return np.asarray(np.sum([v * law.sf(t) for v, law in zip(shares, as_said.laws, strict=True)], axis=0))

    first = max(min(float(law.ppf(1e-12)) for law in as_said.laws), -_FAR_D)
    kinks = tuple(k for law in as_said.laws for k in (*law.kinks_d, *law.knots_d(-_FAR_D)) if abs(k) < _FAR_D)
    return _crps(cdf, sf, came_d, min(first, came_d - 1e-9), kinks)


def _crps(
    cdf: Callable[[Floats], Floats],
    sf: Callable[[Floats], Floats],
    came_d: float,
    begins_d: float,
    kinks: Sequence[float],
) -> float | None:
    """Integral of (F - [came])^2 over days, panel by panel away from the day it came and from where it begins."""
    steps = np.geomspace(1e-6, _FAR_D, 181)
    sided = {came_d, *kinks, *(begins_d + steps), *(came_d + steps), *(came_d - steps)}
    edges = np.array([begins_d, *sorted(e for e in sided if e > begins_d)])
    half, middle = np.diff(edges) / 2, (edges[:-1] + edges[1:]) / 2
    at = middle[:, None] + half[:, None] * _NODES
    off = np.where(at < came_d, cdf(at), np.maximum(sf(at), 0.0))
    pieces = half * (off**2 @ _WEIGHTS)
    total = float(pieces.sum())
    return None if not math.isfinite(total) or pieces[edges[:-1] > 1e8].sum() > 1e-9 * total else total
