"""Why a place is as probable as it is: what each fact, clue and search did to the density there, in words."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

import numpy as np

from homeward.belief.attract import ground_kinds
from homeward.belief.make import unfolded
from homeward.belief.records import Belief, MapProblem
from homeward.errors import BadInput
from homeward.terrain.ground import Terrain

AROUND_M = 100.0
"""How far around a place its density is taken, so that one cell's luck does not speak: homeward's own judgement."""
_UNMOVED = 0.02  # a factor nearer to 1 than this is not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One step of the map at a place: its cause and why, and the density per km2 there before and after."""

    cause: str
    why: str
    before_per_km2: float
    after_per_km2: float

    @property
    def factor(self) -> float:
        """How many times as probable the place became."""
        return self.after_per_km2 / self.before_per_km2 if self.before_per_km2 > 0 else float("inf")

    @property
    def moved(self) -> bool:
        """Whether it is worth telling."""
        return abs(self.factor - 1) >= _UNMOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What stands behind the probability of a place.

    `per_km2` is the density there, `times_mean` against the mean of the map, `likelier_km2` the ground that is
    likelier; `here` is what lies there, `reasons` every step, oldest first; `scenarios` (label, share of the density
    there).
    """

    per_km2: float
    times_mean: float
    likelier_km2: float
    here: str
    reasons: tuple[Reason, ...]
    scenarios: tuple[tuple[str, float], ...]


def why_there(problem: MapProblem, at_m: tuple[float, float]) -> Why:
    """Why the map of `problem` is as it is at `at_m`, metres of the grid. The map is made anew, step by step."""
    if not bool(problem.grid.contains(*at_m)):
        raise BadInput("That place is outside the map. Ask for one on it.")
    steps = unfolded(problem)
    _, belief = next(steps)
    here = _per_km2(belief, at_m)
    reasons: list[Reason] = []
    for cause, after in steps:
        now = _per_km2(after, at_m)
        reasons.append(Reason(cause=cause, why=_said(after, cause), before_per_km2=here, after_per_km2=now))
        belief, here = after, now
    grid = belief.grid
    mean = (1 - belief.outside) / (grid.n_rows * grid.n_cols * grid.cell_area_m2 / 1e6)
    cell = belief.poa[grid.cell_of(*at_m)]
    return Why(
        per_km2=here,
        times_mean=here / mean if mean > 0 else 0.0,
        likelier_km2=float(np.count_nonzero(belief.poa > cell)) * grid.cell_area_m2 / 1e6,
        here=ground_words(problem.terrain, at_m, injured=problem.injured) if problem.terrain is not None else "",
        reasons=tuple(reasons),
        scenarios=_scenarios(belief, at_m),
    )


def reason_line(reason: Reason) -> str:
    """A reason as it is said."""
    if not np.isfinite(reason.factor):
        return f"{reason.cause}: raised it from nothing to {density_words(reason.after_per_km2)} ({reason.why})"
    if reason.factor == 0:
        return f"{reason.cause}: ruled it out ({reason.why})"
    did = "raised" if reason.factor > 1 else "lowered"
    times = f"{reason.factor:.3g} times" if reason.factor > 1 else f"to {reason.factor:.0%} of what it was"
    if reason.factor < 0.01:
        times = f"to {reason.factor:.1g} of what it was"
    return f"{reason.cause}: {did} it {times}, to {density_words(reason.after_per_km2)} ({reason.why})"


def density_words(per_km2: float) -> str:
    """A density with as many digits as it takes: `0.42% per km2`, `0.0004% per km2`, `1 in 30,000,000 per km2`."""
    if per_km2 < 1e-12:
        return "next to nothing"
    if per_km2 < 1e-7:
        return f"1 in {float(f'{1 / per_km2:.1g}'):,.0f} per km2"
    return f"{per_km2:.{max(2, -floor(log10(100 * per_km2)))}%} per km2"


def ground_words(terrain: Terrain, at_m: tuple[float, float], *, injured: bool = False) -> str:
    """What lies at a place that draws or repels lost people, with the published density, in words."""
    kinds = ground_kinds(terrain, injured=injured)
    row, col = terrain.grid.cell_of(*at_m)
    kind, by, factor = int(kinds.kind[row, col]), int(kinds.by[row, col]), float(kinds.factor[row, col])
    track = float(kinds.track_m[row, col])
    words = kinds.names[kind] if kind or by else "ground with none of the published features"
    if by != kind:
        words = f"{words}, near {kinds.names[by]}" if kind else f"near {kinds.names[by]}"
    words += f", {factor:.2g} times the density of plain ground"
    return words + (f"; {track:.0f} m from the nearest road or trail" if np.isfinite(track) else "")


def _said(belief: Belief, cause: str) -> str:
    """What the story of a map says of a cause; where scenarios differ in it, of each of them."""
    said: dict[str, list[str]] = {}
    for line in belief.story:
        if line.cause == cause or line.cause.endswith(f": {cause}"):
            said.setdefault(line.why, []).append(line.cause.removesuffix(cause).removesuffix(": "))
    if len(said) <= 1:
        return next(iter(said), "")
    return "; ".join(f"{', '.join(names)}: {why}" for why, names in said.items())


def _per_km2(belief: Belief, at_m: tuple[float, float]) -> float:
    rows, cols = _near(belief, at_m)
    return float(belief.poa[rows, cols].mean()) / belief.grid.cell_area_m2 * 1e6


def _near(belief: Belief, at_m: tuple[float, float]) -> tuple[slice, slice]:
    grid = belief.grid
    row, col = grid.cell_of(*at_m)
    reach = int(AROUND_M / grid.cell_m)
    return slice(max(row - reach, 0), row + reach + 1), slice(max(col - reach, 0), col + reach + 1)


def _scenarios(belief: Belief, at_m: tuple[float, float]) -> tuple[tuple[str, float], ...]:
    rows, cols = _near(belief, at_m)
    here = [float(part.poa[rows, cols].sum()) for part in belief.parts]
    total = sum(here)
    shares = [(part.label or part.scenario, h / total) for part, h in zip(belief.parts, here, strict=True) if total > 0]
    return tuple(sorted(shares, key=lambda s: -s[1]))
