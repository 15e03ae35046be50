"""The sweep problem and its solution as plain data: a raster of probability, searchers with a length to go, paths.

Coordinates are metres east and north; row 0 of the raster is the northernmost. Lengths are metres along a path.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats

Objective = Literal["end", "soonest"]
Inside = tuple[float, float, float]
XY = tuple[float, float]
MAX_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class Searcher:
    """One who goes along a path and sees the ground within `radius_m` of it, with probability `pod` at each look.

    A look is one unbroken stretch of being within `radius_m`: coming back later is another, independent look.
    `start_m` None means that the path may start anywhere. `length_m` > 0 is all that can be gone. `speed_mps` None
    means as fast as the fastest of the others. The path ends at `end_m`, or back at its start with
    `return_to_start`, within the length; it never turns more tightly than `turn_radius_m` (0: on the spot).
    """

    id: str
    start_m: XY | None
    length_m: float
    radius_m: float
    speed_mps: float | None = None
    pod: float = 1.0
    end_m: XY | None = None
    return_to_start: bool = False
    turn_radius_m: float = 0.0

    @property
    def goal_m(self) -> XY | None:
        """Where the path must end; None for anywhere."""
        return self.start_m if self.return_to_start else self.end_m

    def __post_init__(self) -> None:
        who = f"Searcher {self.id!r}"
        _positive(self.length_m, f"{who}: length_m")
        _positive(self.radius_m, f"{who}: radius_m")
        if self.speed_mps is not None:
            _positive(self.speed_mps, f"{who}: speed_mps")
        if not 0 < self.pod <= 1:
            raise BadInput(f"{who}: pod is {self.pod}. Give the chance of a find per look, above 0 and up to 1.")
        for name, xy in (("start_m", self.start_m), ("end_m", self.end_m)):
            if xy is not None and not (np.shape(xy) == (2,) and np.isfinite(xy).all()):
                raise BadInput(f"{who}: {name} is {xy}. Give two numbers, metres east and north.")
        if not (np.isfinite(self.turn_radius_m) and self.turn_radius_m >= 0):
            raise BadInput(f"{who}: turn_radius_m is {self.turn_radius_m}. Give metres, 0 or more.")
        if self.return_to_start and self.start_m is None:
            raise BadInput(
                f"{who} is to return to its start, and has none. Give start_m, or leave return_to_start out."
            )
        if self.return_to_start and self.end_m is not None and self.end_m != self.start_m:
            raise BadInput(f"{who} is to end at {self.end_m} and at its start. Leave end_m or return_to_start out.")


@dataclass(frozen=True, slots=True, eq=False)
class SweepProblem:
    """Where to look, with whom, and what counts.

    `poa` is (rows, columns) float, at least 0, finite, not all 0; it need not sum to 1: values and bounds are shares
    of its sum. `west_m`, `south_m` is the raster's lower-left corner. `inside` (x, y, radius) is the circle of the
    search area: it is where `poa` was made, and limits nothing by itself. `objective` is "end" for the share seen
    by the end, "soonest" for the mean over the time budget of the share seen so far. `no_go` are polygons, each a
    tuple of corners, whose inside no path may touch; the ground in them is seen from outside like any other.
    """

    poa: Floats
    cell_m: float
    west_m: float
    south_m: float
    inside: Inside | None
    searchers: tuple[Searcher, ...]
    objective: Objective
    no_go: tuple[tuple[XY, ...], ...] = ()

    def __post_init__(self) -> None:
        _positive(self.cell_m, "cell_m")
        if not np.isfinite([self.west_m, self.south_m]).all():
            raise BadInput(f"west_m, south_m are {self.west_m}, {self.south_m}. Give two numbers in metres.")
        if self.objective not in ("end", "soonest"):
            raise BadInput(f"objective is {self.objective!r}. Choose 'end' or 'soonest'.")
        if self.inside is not None and not (np.shape(self.inside) == (3,) and np.isfinite(self.inside).all()):
            raise BadInput(f"inside is {self.inside}. Give centre x, centre y and radius in metres.")
        _check_poa(self.poa)
        if not self.searchers:
            raise BadInput("The problem has no searchers. Give at least one.")
        ids = [s.id for s in self.searchers]
        if len(set(ids)) < len(ids):
            raise BadInput("Two searchers have the same id. Give each its own.")
        for searcher in self.searchers:
            self._check_start(searcher)
        for i, corners in enumerate(self.no_go):
            if len(corners) < 3 or not np.isfinite(corners).all():
                raise BadInput(f"no_go[{i}] is no polygon. Give at least three corners, metres east and north.")

    def _check_start(self, searcher: Searcher) -> None:
        if searcher.start_m is None:
            return
        rows, cols = self.poa.shape
        x, y = searcher.start_m[0] - self.west_m, searcher.start_m[1] - self.south_m
        slack = 1e-6 * self.cell_m
        if not (-slack <= x <= cols * self.cell_m + slack and -slack <= y <= rows * self.cell_m + slack):
            raise BadInput(
                f"Searcher {searcher.id!r} starts at {searcher.start_m}, outside the raster. "
                "Give a start inside it, or null to start anywhere."
            )


@dataclass(frozen=True, slots=True, eq=False)
class SweepSolution:
    """Paths, one (n, 2) float array of metres per searcher id, and how good they are.

    `value` is the objective reached and `bound` a proven upper bound on it; for "end" that is the share of the
    raster's sum seen by the end, for "soonest" the mean of `curve` over the budget. `end_value`, `end_bound`,
    `soonest_value`, `soonest_bound` give both for the same paths. `curve` is (length gone per searcher, share seen),
    the length being that of a searcher of the highest speed. `status` is "optimal" only where value meets bound.
    """

    paths: dict[str, Floats]
    value: float
    bound: float
    curve: tuple[tuple[float, float], ...]
    status: Literal["optimal", "feasible"]
    why: tuple[str, ...]
    elapsed_s: float
    end_value: float
    end_bound: float
    soonest_value: float
    soonest_bound: float


def budget_m(searchers: tuple[Searcher, ...]) -> float:
    """Length of the curve's axis: what a searcher of the highest speed goes until the last one is done.

    With equal speeds this is the longest `length_m`.
    """
    return max(s.length_m / pace for s, pace in zip(searchers, paces(searchers), strict=True))


def paces(searchers: tuple[Searcher, ...]) -> tuple[float, ...]:
    """Speed of each searcher as a share of the highest; a speed that is not given counts as the highest."""
    top = max((s.speed_mps for s in searchers if s.speed_mps is not None), default=1.0)
    return tuple((top if s.speed_mps is None else s.speed_mps) / top for s in searchers)


def alike(searchers: tuple[Searcher, ...], most: int = 1_000_000) -> list[tuple[Searcher, ...]]:
    """Searchers of the same radius, pod and turns: those who miss least choose first, then those who can see most.

    Where there would be more than `most` groups, those of like turns and radius make one, the narrowest first in it.
    """
    groups: dict[tuple[float, float, float], list[Searcher]] = {}
    for s in searchers:
        groups.setdefault((s.radius_m, s.pod, s.turn_radius_m), []).append(s)
    kinds = [tuple(g) for g in groups.values()]
    if len(kinds) > most:
        kinds.sort(key=lambda g: (g[0].turn_radius_m, g[0].radius_m, -g[0].pod))
        edges = [len(kinds) * k // most for k in range(most + 1)]
        merged = [[s for g in kinds[a:b] for s in g] for a, b in pairwise(edges)]
        kinds = [tuple(sorted(g, key=lambda s: s.radius_m)) for g in merged]
    return sorted(kinds, key=lambda g: (-g[0].pod, -sum(s.radius_m * s.length_m for s in g)))


def _positive(value: float, name: str) -> None:
    if not (np.isfinite(value) and value > 0):
        raise BadInput(f"{name} is {value}. Give a number above zero.")


def _check_poa(poa: Floats) -> None:
    if poa.ndim != 2 or poa.size == 0:
        raise BadInput(f"poa has the shape {poa.shape}. Give a raster of rows and columns.")
    if poa.size > MAX_CELLS:
        raise BadInput(f"poa has {poa.size} cells, more than {MAX_CELLS}. Give a coarser raster.")
    if not np.isfinite(poa).all():
        raise BadInput("poa holds values that are not numbers (NaN or infinite). Replace them by 0.")
    if (poa < 0).any():
        raise BadInput("poa holds negative values. Probabilities are 0 or more.")
    if not poa.any():
        raise BadInput("poa is 0 everywhere. Give a raster with something to find.")
