"""What we believe about where the subject is: probabilities on a grid, and an honest share outside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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

    0 <= pod < 1; 1 is taken only when `forced`, which somebody has to answer for in `why`. `pod_if_responsive` is the
    same for a subject who answers when called (None: as `pod`), `at` the middle of the search. `finds` are scenarios
    and the part of their subjects that such a search can find at all; 1 in all that are not named.
    """

    pod: Floats
    cause: str
    why: str = ""
    forced: bool = False
    pod_if_responsive: Floats | None = None
    at: datetime | None = None
    finds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One scenario as the map takes it: what may have happened, how probably, and what differs from the problem then.

    `category`, `ecoregion`, `ground`, `ipp_m`, `direction_deg` (direction of travel, true) and `mobile` are None where
    they are as in the problem or not known. `left_area` puts all of it outside the map. `alive` is the probability of
    living at the time of the map, `responsive` whether the subject answers (None: not known). `pace` as in the problem.
    """

    scenario: str
    label: str
    weight: float
    category: str | None = None
    ecoregion: str | None = None
    ground: str | None = None
    ipp_m: tuple[float, float] | None = None
    direction_deg: float | None = None
    mobile: bool | None = None
    pace: float = 1.0
    responsive: bool | None = None
    injured: bool = False
    left_area: bool = False
    alive: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapProblem:
    """Where may the subject be? Everything the probability map follows from, and nothing else.

    `ipp_m` is the initial planning point, metres of the grid's CRS, on the map. `category`, `ecoregion` (temperate,
    dry, urban) and `ground` (mountain, flat) are the published classes, None where not known (see `distance_fit`).
    `hours_gone` since the subject was at the IPP, None = no limit. Without `terrain` distance alone counts.
    `injured` takes the densities near features that hold for injured subjects. Clues and searches come in any order.
    `direction_deg` is the direction in which the subject went from the IPP, true north, None where not known.
    `seen_at` (UTC) is when the subject was at the IPP. `cases` are the scenarios (their weights together 1); with none
    the problem itself is the only one. `seed` is what simulated paths are drawn with. `pace` (0 < pace <= 1) is how
    fast the subject goes against others: what cannot be walked in the time gone, and the simulated walks, go by it.
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
    direction_deg: float | None = None
    seen_at: datetime | None = None
    cases: tuple[Case, ...] = ()
    seed: int = 0
    pace: float = 1.0

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
        for pace in (self.pace, *(case.pace for case in self.cases)):
            if not 0 < pace <= 1:
                raise BadInput(f"A pace of {pace:g} times that of others cannot be. Give more than 0, at most 1.")
        for deg in (self.direction_deg, *(case.direction_deg for case in self.cases)):
            if deg is not None and not np.isfinite(deg):
                raise BadInput(f"A direction of travel of {deg:g} degrees cannot be. Give 0 to 360, or leave it out.")
        if self.cases:
            self._check_cases()

    def _check_cases(self) -> None:
        total = sum(case.weight for case in self.cases)
        if not (min(case.weight for case in self.cases) >= 0 and abs(total - 1) < 1e-6):
            raise BadInput(f"The scenarios' weights must be 0 or more and sum to 1; these sum to {total:g}.")
        if len({case.scenario for case in self.cases}) < len(self.cases):
            raise BadInput("Two scenarios have the same id. Give each its own.")
        for case in self.cases:
            if case.ipp_m is not None and not bool(self.grid.contains(*case.ipp_m)):
                raise BadInput(
                    f"The IPP of scenario {case.scenario} lies outside the map. Set it on the map, "
                    "load ground that holds it, or say that the subject left the area."
                )


def mixture(
    grid: Grid, parts: tuple[Part, ...], *, story: tuple[MapMove, ...] = (), ipp_m: tuple[float, float] | None = None
) -> Belief:
    """The map that scenarios add up to: at least one part, their weights together 1."""
    poa = np.sum([part.poa for part in parts], axis=0)
    outside = float(sum(part.outside for part in parts))
    return Belief(grid=grid, poa=poa, outside=outside, story=story, ipp_m=ipp_m, parts=parts)
