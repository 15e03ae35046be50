"""The best spans of readiness where it grows over a ramp: a dynamic programme over raising and lowering.

Raised at a and lowered at b, readiness saves loss x (the probability that it comes between, weighted by how far the
ramp has grown by then) and costs cost per day x the days it is expected to be held. Spans don't touch each other, so
that what the best spans until b are worth is the best, over a, of what those until a are worth and the span from a to
b. On a grid of days that is exact; the grid follows the law however narrow it is, and is refined about the ends found.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from homeward.geo import Floats
from homeward.readiness.warn.forecast import Coming

Span = tuple[float, float]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_EVEN, _MOST_KNOTS, _ROUNDS, _ABOUT = 240, 200, 5, 21


def panels(coming: Coming, a_d: float, b_d: float) -> Floats:
    """Edges from a to b between which the survival is smooth: doubling about its median, and where it is narrow."""
    middle = float(coming.quantile(0.5, if_it_comes=True)) if coming.still_coming > 0 else 1.0
    scale = min(max(middle, 1e-3), 1e4)
    inner = np.concatenate([scale * 2.0 ** np.arange(-30, 40), coming.kinks_d, coming.knots_d])
    return np.concatenate([[a_d], np.unique(inner[(inner > a_d) & (inner < b_d)]), [b_d]])


def waited(coming: Coming, edges: Floats) -> Floats:
    """The integral of the survival from the first edge to every edge, day by day."""
    half, middle = np.diff(edges) / 2, (edges[:-1] + edges[1:]) / 2
    pieces = half * (coming.survival(middle[:, None] + half[:, None] * _NODES) @ _WEIGHTS)
    return np.concatenate([[0.0], np.cumsum(pieces)])


def best_spans(
    coming: Coming, worth: Sequence[Span], *, cost_per_day: float, loss: float, ramp_d: float, until_d: float
) -> tuple[tuple[Span, ...], float]:
    """The spans that save most, and what they save. `worth` are the spans in which the hazard is above cost / loss."""
    edges = panels(coming, 0.0, until_d + ramp_d)
    latest = worth[-1][1]
    knots = coming.knots_d
    knots = knots[:: 1 + len(knots) // _MOST_KNOTS]
    marks = np.array([t for span in worth for t in span])
    about = [np.array([0.0, until_d]), np.linspace(0.0, latest, _EVEN + 1)]
    about += [days - ramp_d * part for days in (marks, knots) for part in (0.0, 0.5, 1.0)]
    days = np.unique(np.clip(np.concatenate(about), 0.0, until_d))
    spans: tuple[Span, ...] = ()
    saved = 0.0
    for _ in range(_ROUNDS):
        found, best = _programme(_gains(coming, edges, days, cost_per_day, loss, ramp_d), 1e-9 * loss)
        if best > saved or not spans:
            saved, spans = best, tuple((float(days[i]), float(days[j])) for i, j in found)
        if not found:
            break
        gaps = np.concatenate([[0.0], np.diff(days), [0.0]])
        ends = [(float(days[k]), float(max(gaps[k], gaps[k + 1]))) for pair in found for k in pair]
        fine = [t + gap * np.linspace(-1, 1, _ABOUT) for t, gap in ends[:200]]
        days = np.unique(np.clip(np.concatenate([*fine, [t for t, _ in ends]]), 0.0, until_d))
    return _held_on(spans, worth, ramp_d), saved


def _gains(coming: Coming, edges: Floats, days: Floats, cost: float, loss: float, ramp_d: float) -> Floats:
    """(raised, lowered): what readiness between two of the days saves; -inf where they are out of order."""
    every = np.unique(np.concatenate([edges, days, days + ramp_d]))
    total = waited(coming, every)
    at, at_top = (total[np.searchsorted(every, t)] for t in (days, days + ramp_d))
    a, b = days[:, None], days[None, :]
    whole = a + ramp_d <= b
    grown = np.where(whole, ramp_d, b - a)
    come = grown - (np.where(whole, at_top[:, None], at[None, :]) - at[:, None])
    ready = (coming.cdf(days)[None, :] * grown - come) / ramp_d
    return np.where(b > a, loss * ready - cost * (at[None, :] - at[:, None]), -math.inf)


def _programme(gains: Floats, least: float) -> tuple[list[tuple[int, int]], float]:
    """Pairs of nodes, raised and lowered, of the greatest sum; each adds more than `least`, which is rounding."""
    number = len(gains)
    best, since = np.zeros(number), np.full(number, -1)
    for j in range(1, number):
        best[j] = best[j - 1]
        sums = best[:j] + gains[:j, j]
        i = int(np.argmax(sums))
        if sums[i] > best[j] + least:
            best[j], since[j] = sums[i], i
    pairs: list[tuple[int, int]] = []
    j = number - 1
    while j > 0:
        if since[j] >= 0:
            pairs.append((int(since[j]), j))
            j = int(since[j])
        else:
            j -= 1
    return pairs[::-1], float(best[-1])


def _held_on(spans: Sequence[Span], worth: Sequence[Span], ramp_d: float) -> tuple[Span, ...]:
    """Spans that are whole are held as long as the hazard stays above, also where next to nothing is left to come."""
    out = []
    for (a, b), after in pairwise([*spans, (math.inf, math.inf)]):
        until = next((stop for start, stop in worth if start <= b < stop), b) if b - a >= ramp_d else b
        out.append((a, until if until < after[0] else b))
    return tuple(out)
