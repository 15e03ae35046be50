"""From how often each target is to be covered to rosters that cover it so often: comb sampling.

Targets lie end to end on a line, each as long as it is to be covered; a comb with teeth one apart, shifted at random,
picks those it touches. Each roster has as many targets as there are teams, each target comes up as often as it should,
and there are at most one more rosters than targets (Tsai, Yin, Kwak, Kempe, Kiekintveld & Tambe 2010, AAAI, 881-886).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.cover.records import Ints, Roster

_CLOSE = 1e-12
_WHOLE = 1e-9  # a sum so near to a whole number is one: adding up blurs it


def rosters(coverage: Floats) -> tuple[Roster, ...]:
    """Rosters and weights that cover each target as often as `coverage` (targets,), 0 to 1, says.

    Where the coverage sums to a whole number all rosters have that many targets, else one more or less. Weights sum
    to 1. At most (targets + 1) rosters.
    """
    ends = _ends(coverage)
    cuts = np.unique(np.concatenate([[0.0], ends - np.floor(ends)]))
    cuts = cuts[np.concatenate([[True], np.diff(cuts) > _CLOSE])]
    widths = np.diff(np.append(cuts, 1.0))
    if len(widths) > 1 and widths[-1] <= _CLOSE:
        cuts, widths = cuts[:-1], np.append(widths[:-2], 1.0 - cuts[-2])
    middles = cuts + widths / 2
    return tuple(
        Roster(targets=tuple(_teeth(ends, float(at)).tolist()), weight=float(width))
        for at, width in zip(middles, widths, strict=True)
    )


def draw(coverage: Floats, *, seed: int, draws: int = 1) -> tuple[tuple[int, ...], ...]:
    """Rosters drawn at random, each target with its probability of `coverage`; the seed gives the same again.

    Takes time in proportion to the targets, not to the rosters there are.
    """
    ends = _ends(coverage)
    shifts = np.random.default_rng(seed).random(draws)
    return tuple(tuple(_teeth(ends, float(at)).tolist()) for at in shifts)


def draw_of(some: Sequence[Roster], *, seed: int, draws: int = 1) -> tuple[tuple[int, ...], ...]:
    """The same for rosters with their weights."""
    weights = np.array([r.weight for r in some])
    picked = np.random.default_rng(seed).choice(len(some), size=draws, p=weights / weights.sum())
    return tuple(some[k].targets for k in picked)


def _ends(coverage: Floats) -> Floats:
    if coverage.ndim != 1 or not ((coverage >= -_CLOSE) & (coverage <= 1 + _CLOSE)).all():
        raise BadInput("coverage holds what is no share from 0 to 1. Mend it.")
    ends = np.cumsum(np.clip(coverage, 0.0, 1.0))
    total = float(ends[-1]) if len(ends) else 0.0
    if round(total) > 0 and abs(total - round(total)) <= _WHOLE:
        ends *= round(total) / total
    whole = np.round(ends)
    return np.asarray(np.where(np.abs(ends - whole) <= _CLOSE * np.maximum(whole, 1.0), whole, ends), dtype=np.float64)


def _teeth(ends: Floats, shift: float) -> Ints:
    """The targets that a comb with teeth at shift, shift + 1, ... touches."""
    teeth = np.arange(shift, ends[-1] if len(ends) else 0.0, 1.0)
    return np.searchsorted(ends, teeth, side="right").astype(np.int64)
