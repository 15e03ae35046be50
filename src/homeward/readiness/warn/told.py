"""What several people said of one date, taken together: pools of laws, reports of a span of days, and silence.

A standing is what is believed at one moment: the law of the date, the probability that it comes at all, and since when
nothing has happened. Silence always conditions the law as it was stated, so two silences equal one. A report that may
be wrong counts by its reliability: an unreliable one would have been heard as often whatever is true, also whichever
family of laws is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.integrate import cumulative_simpson
from scipy.interpolate import CubicHermiteSpline

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.warn.laws import Law, Shape
from homeward.readiness.warn.made import Gridded, Mixed, Stepped, inverted

Pool = Literal["log", "linear", "product"]
_STEPS = 4096  # of a pooled law's grid in the logarithm of time
_LATEST_D = 1e7
_LAST = 1e-20  # of what is left at the last node that counts
_DEEP = 60.0  # logarithms of density below the highest: what lies there counts for nothing


@dataclass(frozen=True, slots=True)
class Standing:
    """A law of the date as it stands at `since_d`, until when nothing has happened.

    `coming` is the probability, then, that it comes at all; `evidence` how probable what was seen so far was, by it.
    """

    law: Law
    coming: float
    since_d: float = -math.inf
    evidence: float = 1.0


def silent(standing: Standing, until_d: float) -> Standing:
    """The standing once nothing has happened until then.

    pi S / (1 - pi + pi S): that it comes at all is the less probable the longer it is quiet.
    """
    if until_d <= standing.since_d:
        return standing
    before = 1.0 if standing.since_d == -math.inf else float(standing.law.sf(standing.since_d))
    whole = float(standing.law.sf(-1e12)) if standing.since_d == -math.inf else before
    left = float(standing.law.sf(until_d)) / whole if whole > 0 else 0.0
    seen = 1 - standing.coming + standing.coming * left
    coming = standing.coming * left / seen if seen > 0 else 0.0
    return replace(standing, coming=coming, since_d=until_d, evidence=standing.evidence * seen)


def told(
    standings: Sequence[Standing],
    shares: Sequence[float],
    edges_d: Sequence[float],
    likelihood: Sequence[float],
    *,
    never: float,
    reliability: float,
) -> tuple[Standing, ...]:
    """The families' standings after a report of spans, taken at their `since_d`; `shares` are what they began with.

    `likelihood` (edges + 1) is the probability that a reliable source says so if it comes in that span, `never` if it
    never comes. With probability 1 - `reliability` the report says nothing: it is then heard as often as it is by all
    that is believed, its marginal over every family, whichever of them is true.
    """
    if reliability <= 0:
        return tuple(standings)
    heard = [_heard(s, edges_d, likelihood, never) for s in standings]
    now = [v * s.evidence for v, s in zip(shares, standings, strict=True)]
    common = math.fsum(v * (a + b) for v, (a, b) in zip(now, heard, strict=True)) / (math.fsum(now) or 1.0)
    if common <= 0:  # by all that is believed no source that knows says so
        return tuple(replace(s, evidence=0.0) for s in standings) if reliability >= 1 else tuple(standings)
    noise = (1 - reliability) * common
    weights = tuple(reliability * one + noise for one in likelihood)
    out = []
    for s, (if_comes, if_never) in zip(standings, heard, strict=True):
        comes = reliability * if_comes + noise * s.coming
        whole = comes + reliability * if_never + noise * (1 - s.coming)
        law = Stepped(s.law, tuple(edges_d), weights) if comes > 0 else s.law
        out.append(replace(s, law=law, coming=comes / whole if whole > 0 else 0.0, evidence=s.evidence * whole))
    return tuple(out)


def _heard(
    standing: Standing, edges_d: Sequence[float], likelihood: Sequence[float], never: float
) -> tuple[float, float]:
    """The probability, by one family, that a source that knows says so and it comes; and that it never comes."""
    stays = (1 - standing.coming) * never
    lows = np.maximum([-math.inf, *edges_d], standing.since_d)
    highs = np.maximum([*edges_d, math.inf], standing.since_d)
    sf = standing.law.sf
    whole = float(sf(standing.since_d)) if standing.since_d > -math.inf else 1.0
    if whole <= 0:
        return 0.0, stays
    spans = (sf(np.maximum(lows, -1e12)) - np.where(np.isinf(highs), 0.0, sf(np.minimum(highs, 1e12)))) / whole
    return float(standing.coming * (spans @ np.asarray(likelihood))), stays


def pooled(standings: Sequence[Standing], weights: Sequence[float], pool: Pool) -> Standing:
    """Several informants' standings as one, at the moment of the last, until when nothing has happened.

    `log`: densities in the logarithm of time, to the power of their weights, which are made to sum to 1 (of two
    lognormals: precision = sum of weight x precision); `linear`: their weighted sum, when they may both be wrong;
    `product`: as `log`, with the weights as they are: only for informants who know nothing of each other.
    Source: Genest & Zidek (1986), Statistical Science 1(1), 114-135, doi 10.1214/ss/1177013825.
    """
    at = max(0.0, *(s.since_d for s in standings))
    quiet = [silent(s, at) for s in standings]
    shares = np.array(weights, dtype=np.float64) / sum(weights)
    coming = float(shares @ np.array([s.coming for s in quiet]))
    evidence = float(np.prod([s.evidence for s in quiet]))
    live = [(s, w, v) for s, w, v in zip(quiet, shares, weights, strict=True) if s.law.sf(at) > 0]
    if not live:
        return replace(quiet[0], coming=coming, evidence=evidence)
    if pool == "linear":
        left = [w / float(s.law.sf(at)) for s, w, _ in live]
        norm = sum(w for _, w, _ in live)
        law: Law = Mixed(tuple(s.law for s, _, _ in live), tuple(w / norm for w in left))
    else:
        law = _log_pool([s.law for s, _, _ in live], [v if pool == "product" else w for _, w, v in live], at)
    return Standing(law, coming, at, evidence)


def _log_pool(laws: Sequence[Law], powers: Sequence[float], at_d: float) -> Gridded:
    left = [float(law.sf(at_d)) for law in laws]
    early = min(float(inverted_after(law, 1e-3, at_d)) - at_d for law in laws)
    late = max(float(inverted_after(law, 1 - 1e-10, at_d)) - at_d for law in laws)
    first, last = math.log(max(early, 1e-9) * 1e-7), math.log(min(late, _LATEST_D))
    for _ in range(4):  # closer and closer around where the pool lies: one informant may be far surer than another
        u = np.linspace(first, last, _STEPS + 1)
        after = np.exp(u)
        with np.errstate(all="ignore"):
            logs = [w * np.log(law.pdf(at_d + after) * after / s) for law, w, s in zip(laws, powers, left, strict=True)]
        total = np.sum(logs, axis=0)
        top = total.max()
        if not np.isfinite(top):
            raise BadInput("The informants exclude each other: no day is possible to all. Pool them linearly.")
        inside = np.flatnonzero(total > top - _DEEP)
        first, last = float(u[max(inside[0] - 1, 0)]), float(u[min(inside[-1] + 1, _STEPS)])
    density = np.exp(total - top)
    step = float(u[1] - u[0])
    area = cumulative_simpson(density, dx=step, initial=0.0)
    back = cumulative_simpson(density[::-1], dx=step, initial=0.0)[::-1]
    norm = float(area[-1])
    density = density / norm
    return Gridded(
        at_d,
        u,
        CubicHermiteSpline(u, area / norm, density),
        CubicHermiteSpline(u, back / norm, -density),
        density,
        min(int(np.flatnonzero(back > norm * _LAST)[-1]), _STEPS - 1),
    )


def inverted_after(law: Law, p: float, since_d: float) -> Floats:
    """The day by which it comes with probability p, if it has not come by `since_d`."""
    if isinstance(law, Shape):
        left = float(law.sf(since_d))
        return law.ppf(min(1 - left * (1 - p), 1 - 1e-15))
    whole = float(law.sf(-1e12))
    left = float(law.sf(since_d)) / whole
    return inverted(law, 1 - left * (1 - p))
