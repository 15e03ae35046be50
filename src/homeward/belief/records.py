"""What we believe about where the subject is: probabilities on a grid, and an honest share outside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Clue, MapMove
from homeward.terrain.ground import Terrain


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One scenario's part of the map: `poa` (rows, cols) and `outside` sum to the probability of the scenario.

    `alive` is the probability that the subject lives, in this scenario, at the time of the map; `responsive` and
    `mobile` whether it answers and can walk (None: not known).
    """

    scenario: str
    label: str
    poa: Floats
    outside: float
    alive: float | None = None
    responsive: bool | None = None
    mobile: bool | None = None

    @property
    def weight(self) -> float:
        """Probability of the scenario."""
        return float(self.poa.sum()) + self.outside


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Belief:
    """The probability map. `poa` (rows, cols), row 0 = north, sums to 1 - `outside`.

    `outside` is the probability that the subject is not on the map at all ("rest of the world"). `story` has one
    line for everything that moved probability, oldest first. `ipp_m` is what its words measure from (None: the
    map's middle). `parts` are the scenarios that the map is the sum of, none where there is only one.
    """

    grid: Grid
    poa: Floats
    outside: float
    story: tuple[MapMove, ...] = ()
    ipp_m: tuple[float, float] | None = None
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if self.parts and not (
            np.allclose(sum(part.poa for part in self.parts), self.poa, rtol=1e-6, atol=1e-12)
            and abs(sum(part.outside for part in self.parts) - self.outside) < 1e-9
        ):
            raise BadInput("The parts of a probability map must sum to the map; these do not.")
        if self.poa.shape != self.grid.shape:
            raise BadInput(f"A map of {self.poa.shape} cells does not fit a grid of {self.grid.shape}.")
        total = float(self.poa.sum()) + self.outside
        if (
            not np.isfinite(total)
            or self.poa.min(initial=0.0) < 0
            or not 0 <= self.outside <= 1
            or abs(total - 1) > 1e-6
        ):
            raise BadInput(
                f"A probability map must be >= 0 and sum to 1 with its outside share; this sums to {total:g}."
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchDone:
    """A search without a find: `pod` (rows, cols) is the probability per cell that it would have found a subject there.

    0 <= pod < 1; 1 is taken only when `forced`, which somebody has to answer for in `why`.
    """

    pod: Floats
    cause: str
    why: str = ""
    forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapProblem:
    """Where may the subject be? Everything the probability map follows from, and nothing else.

    `ipp_m` is the initial planning point, metres of the grid's CRS, on the map. `category`, `ecoregion` (temperate,
    dry, urban) and `ground` (mountain, flat) are the published classes, None where not known (see `distance_fit`).
    `hours_gone` since the subject was at the IPP, None = no limit. Without `terrain` distance alone counts.
    `injured` takes the densities near features that hold for injured subjects. Clues and searches come in any order.
    """

    grid: Grid
    ipp_m: tuple[float, float]
    category: str | None = None
    ecoregion: str | None = None
    ground: str | None = None
    hours_gone: float | None = None
    terrain: Terrain | None = None
    injured: bool = False
    clues: tuple[Clue, ...] = ()
    searches: tuple[SearchDone, ...] = ()

    def __post_init__(self) -> None:
        if not bool(self.grid.contains(*self.ipp_m)):
            raise BadInput(
                f"The IPP ({self.ipp_m[0]:.0f} E, {self.ipp_m[1]:.0f} N) lies outside the map. "
                "Set the IPP on it, or load ground that holds it."
            )
        if self.hours_gone is not None and not (self.hours_gone >= 0 and np.isfinite(self.hours_gone)):
            raise BadInput(f"{self.hours_gone:g} hours gone cannot be. Give 0 or more, or leave it out.")
        if self.terrain is not None and self.terrain.grid != self.grid:
            raise BadInput("The terrain lies on another grid than the map. Make the map on the terrain's grid.")


def mixture(
    grid: Grid, parts: tuple[Part, ...], *, story: tuple[MapMove, ...] = (), ipp_m: tuple[float, float] | None = None
) -> Belief:
    """The map that scenarios add up to: at least one part, their weights together 1."""
    poa = np.sum([part.poa for part in parts], axis=0)
    outside = float(sum(part.outside for part in parts))
    return Belief(grid=grid, poa=poa, outside=outside, story=story, ipp_m=ipp_m, parts=parts)
