"""What a way out is asked and answered with: a graph or ground, exits, the front of ways, and the way that is chosen.

Hits are the expected number of injuries among those who go; nobody is hurt with probability exp(-hits).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from homeward.errors import BadInput
from homeward.geo import Floats, Grid

if TYPE_CHECKING:
    from homeward.rescue.destination import DestinationChoice, Severity
    from homeward.rescue.relay import RelayPlan

Ints = NDArray[np.int64]
XY = tuple[float, float]
Chance = float | Mapping[str, float]
Status = Literal["optimal", "feasible", "infeasible"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayGraph:
    """Ways as a directed graph. Arrays are (edges,): `tail`, `head` index `vertices`; `time_s`, `hits`, `effort` >= 0.

    `effort` is a third criterion in a unit of the caller's, if there is one.
    """

    vertices: tuple[str, ...]
    tail: Ints
    head: Ints
    time_s: Floats
    hits: Floats
    effort: Floats | None = None

    def __post_init__(self) -> None:
        n, m = len(self.vertices), len(self.tail)
        sizes = [self.head, self.time_s, self.hits, *([] if self.effort is None else [self.effort])]
        if n == 0 or any(len(a) != m for a in sizes):
            raise BadInput("A graph needs vertices, and one time and one number of hits for each edge. Give them.")
        if m and not (min(self.tail.min(), self.head.min()) >= 0 and max(self.tail.max(), self.head.max()) < n):
            raise BadInput(f"An edge leads to a vertex that there is not. Number them 0 to {n - 1}.")
        for name, a in (("time", self.time_s), ("hits", self.hits), ("effort", self.effort)):
            if a is not None and not (np.isfinite(a).all() and (a >= 0).all()):
                raise BadInput(f"An edge has a {name} that is no number from 0 up. Correct it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WayGround:
    """Ways over ground, rasters (rows, cols), row 0 = north.

    `elevation_m` [m]; `effort` 1 / going (1 = as on a path, inf = impassable); `on_path`; `exposure_per_h` expected
    hits per person-hour there; `pace` [s/m] of the litter by slope, -1..1 in equal steps.
    """

    grid: Grid
    elevation_m: Floats
    effort: Floats
    on_path: NDArray[np.bool_]
    exposure_per_h: Floats
    pace: Floats

    def __post_init__(self) -> None:
        for name in ("elevation_m", "effort", "on_path", "exposure_per_h"):
            shape = getattr(self, name).shape
            if shape != self.grid.shape:
                raise BadInput(
                    f"{name} is {' x '.join(map(str, shape))} cells and the ground {self.grid.n_rows} x "
                    f"{self.grid.n_cols}. Give one of the same size."
                )
        if not (np.isfinite(self.exposure_per_h).all() and (self.exposure_per_h >= 0).all()):
            raise BadInput("The exposure is no number from 0 up somewhere. Give expected hits per person-hour.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitAt:
    """Where a way may end: a vertex's name, or metres on the ground's grid.

    `then_s` from there to care [s]; `ready_s` when the vehicle is there, on the clock of `EvacuateProblem.starts_s`.
    `accepts`: probability that the hospital behind it takes the casualty; `survives`: to live on there, of those who
    arrive alive, by severity or one for all (None: by `capability`); `fallback`: to live on when turned away, or the
    exit that one goes to instead (None: the others are asked, the best first).
    """

    id: str
    at: str | XY
    then_s: float = 0.0
    ready_s: float = -math.inf
    capability: tuple[str, ...] = ()
    accepts: float = 1.0
    survives: Chance | None = None
    fallback: Chance | str | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.then_s < math.inf) or math.isnan(self.ready_s) or self.ready_s == math.inf:
            raise BadInput(f"Exit {self.id}: the time from it to care, or until it is ready, cannot be. Give seconds.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvacuateProblem:
    """Which ways lead out, each the best for its exposure.

    `people` are exposed on the way (over ground, where exposure is per person; a graph's hits are those of all).
    `known` is a way that has been gone (the way in), vertices or metres, either direction: it stands in the table even
    when others are better in everything. `effort` takes the third criterion too. `max_hits`, `max_s` leave out what is
    beyond. `hazard_per_h` of death is the casualty's on the way, or `severities` how badly off it may be, each with its
    own; `needs` what it needs, in words of the exits' `capability`, capitals or not. With `bearers` (at the litter) a
    relay is planned, for `carriers` people (None: as many as it takes).
    """

    where: WayGraph | WayGround
    start: str | XY
    exits: tuple[ExitAt, ...]
    starts_s: float = 0.0
    people: int = 9
    known: tuple[str | XY, ...] = ()
    effort: bool = False
    max_hits: float = math.inf
    max_s: float = math.inf
    hazard_per_h: float | None = None
    severities: tuple[Severity, ...] = ()
    needs: tuple[str, ...] = ()
    bearers: int | None = None
    carriers: int | None = None

    def __post_init__(self) -> None:
        if not self.exits:
            raise BadInput("There is no exit to carry the casualty to. Mark at least one.")
        if len({e.id for e in self.exits}) < len(self.exits):
            raise BadInput("Two exits have the same name. Give each its own.")
        for e in self.exits:
            if isinstance(e.fallback, str) and e.fallback not in {o.id for o in self.exits} - {e.id}:
                raise BadInput(f"Exit {e.id}: fallback names {e.fallback!r}, which is no other exit. Correct the name.")
        if self.carriers is not None and self.bearers is None:
            raise BadInput("Carriers are told and not how many of them are at the litter. Give bearers too.")
        if self.people < 1:
            raise BadInput(f"{self.people} people on the way cannot be. Give at least 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out. `time_s` = `carry_s` + `wait_s` at the exit + `then_s` to care; `hits` those of all on the way.

    `vertices` are named on a graph, `xy_m` (n, 2) on ground. `profile` (n, 4): at each point of the way seconds since
    the start, metres gone (over a graph 0), hits so far, and hits per hour on the stretch before it. `dominated_by` is
    the place in the front of a way no worse in anything (the known way only). `least_s` is a true lower bound on
    the time of any way with as few hits.
    """

    exit: str
    time_s: float
    hits: float
    carry_s: float
    wait_s: float
    then_s: float
    profile: Floats
    effort: float = 0.0
    vertices: tuple[str, ...] = ()
    xy_m: Floats = field(default_factory=lambda: np.empty((0, 2)))
    least_s: float = 0.0
    known: bool = False
    dominated_by: int | None = None

    @property
    def p_unhurt(self) -> float:
        """Probability that nobody is hurt: exp(-hits)."""
        return math.exp(-self.hits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evacuation:
    """The ways out: `front` fastest first; no way is better than one of them in everything. Hits fall from way to way,
    but for those to an exit where the casualty more probably lives.

    `within` 0: the front is whole; else for every way out there is one in it with at most (1 + within) times its time
    and its hits. `known` is the way that was named. `chosen` indexes `front` (-1 where it is empty). `value` is the
    chosen way's time [s], `bound` a true lower bound on that of any way with as few hits; `care_s` that time with the
    rests of the relay. `survival`: the casualty lives, by then.
    """

    status: Status
    front: tuple[Way, ...]
    within: float
    chosen: int
    value: float
    bound: float
    why: tuple[str, ...]
    known: Way | None = None
    relay: RelayPlan | None = None
    destination: DestinationChoice | None = None
    survival: float | None = None
    care_s: float = math.inf
    elapsed_s: float = 0.0
