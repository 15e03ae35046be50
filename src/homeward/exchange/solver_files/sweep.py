"""Problem and solution files of the kind `sweep`: paths for several searchers over a probability raster."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, FileModel, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.exchange.solver_files.reading import distinct, raster
from homeward.search.sweep import Searcher, SweepProblem, SweepSolution, check_ways

MAX_CELLS = 20_000_000
_MAX_STEPS = 5_000_000  # a path of more turns than this fits in no memory

XY = Annotated[list[float], Field(min_length=2, max_length=2)]


class InsideFile(FileModel):
    """The circle of the search area."""

    center_m: XY = Field(description="the centre, [metres east, metres north]")
    radius_m: float = Field(gt=0, description="the radius in metres, above 0")


class SearcherFile(FileModel):
    """One who goes along a path and sees the ground beside it."""

    id: str = Field(min_length=1, description="a name of its own")
    start_m: XY | None = Field(description="where the path starts, [metres east, metres north], or null for anywhere")
    length_m: float = Field(gt=0, description="the length of path that it can go, metres, above 0")
    radius_m: float = Field(gt=0, description="how far to each side it sees, metres, above 0")
    speed_mps: float | None = Field(default=None, gt=0, description="its speed, metres per second, above 0")
    pod: float = Field(default=1.0, gt=0, le=1, description="the chance to notice what it passes, above 0, at most 1")
    end_m: XY | None = Field(default=None, description="where the path must end, [metres east, metres north]")
    return_to_start: bool = Field(default=False, description="true: the path must end at start_m, within length_m")
    turn_radius_m: float = Field(default=0.0, ge=0, description="the tightest turn, metres; 0 turns on the spot")


class SweepFile(ProblemHead):
    """Paths for several searchers over a probability raster: as much as can be seen, by the end or soonest."""

    kind: Literal["sweep"] = Field(description="'sweep'")
    poa: str = Field(min_length=1, description="the name of a .npy or GeoTIFF file: 2-D, row 0 = north, not below 0")
    cell_m: float = Field(gt=0, description="the side of a cell, metres, above 0")
    west_m: float = Field(description="the west edge of the raster, metres east")
    south_m: float = Field(description="the south edge of the raster, metres north")
    inside: InsideFile | None = Field(default=None, description="the circle of the search area, if there is one")
    searchers: list[SearcherFile] = Field(min_length=1, max_length=1000, description="the searchers, at least one")
    objective: Literal["end", "soonest"] = Field(default="end", description="'end' or 'soonest'")
    no_go: list[Annotated[list[XY], Field(min_length=3)]] = Field(
        default_factory=list, description="polygons that no path may enter: lists of corners [metres east, north]"
    )


class SweepResult(SolutionHead):
    """Paths and what they see. `value` and `bound` are in the unit of the raster, as are the masses of the curve."""

    paths: dict[str, list[XY]] = Field(description="corners of each searcher's path, [metres east, metres north]")
    curve: list[XY] = Field(
        description="[time as the length that the highest speed goes by then in metres, mass seen so far]"
    )
    end_value: float = Field(description="mass seen by the end")
    end_bound: float = Field(description="a proven upper bound on the mass that can be seen by the end")
    soonest_value: float = Field(description="mean of the curve over the budget")
    soonest_bound: float = Field(description="a proven upper bound on the mean of the curve")
    mass: float = Field(description="the sum of the raster: value / mass is a share")


def read(problem: SweepFile, folder: Path, file: str) -> Read:
    """The file with its raster, ready to be solved."""
    distinct((s.id for s in problem.searchers), file=file, field="searchers")
    poa, sha256 = raster(problem.poa, folder, file=file, field="poa", max_cells=MAX_CELLS)
    if not np.isfinite(poa).all() or poa.min() < 0:
        bad = "NaN or infinite" if not np.isfinite(poa).all() else "negative"
        row, col = (int(k) for k in np.argwhere(~np.isfinite(poa) | (poa < 0))[0])
        raise BadFile(f"{file}: {problem.poa} is {bad} at row {row}, column {col}. Give probabilities from 0 up.")
    if not poa.any():
        raise BadFile(f"{file}: {problem.poa} is 0 everywhere. Give a map with some probability in it.")
    for i, s in enumerate(problem.searchers):
        if s.length_m / min(s.radius_m, problem.cell_m) > _MAX_STEPS:
            raise BadFile(
                f"{file}: searchers[{i}].length_m is {s.length_m:g} with radius_m {s.radius_m:g}: more than "
                f"{_MAX_STEPS:g} steps. Check the units (metres), or give a shorter length."
            )
    inside = (*problem.inside.center_m, problem.inside.radius_m) if problem.inside else None
    try:
        ready = SweepProblem(
            poa=poa,
            cell_m=problem.cell_m,
            west_m=problem.west_m,
            south_m=problem.south_m,
            inside=(float(inside[0]), float(inside[1]), float(inside[2])) if inside else None,
            searchers=tuple(_searcher(s) for s in problem.searchers),
            objective=problem.objective,
            no_go=tuple(tuple((x, y) for x, y in corners) for corners in problem.no_go),
        )
        check_ways(ready)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err
    mass = float(poa.sum())

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        from homeward.search.sweep.solve import solve_sweep

        return _reported(solve_sweep(ready, time_limit_s=time_limit_s, seed=seed, progress=progress), mass)

    return Read(solve=solve, inputs_sha256={problem.poa: sha256})


def _searcher(s: SearcherFile) -> Searcher:
    start = (s.start_m[0], s.start_m[1]) if s.start_m is not None else None
    end = (s.end_m[0], s.end_m[1]) if s.end_m is not None else None
    return Searcher(s.id, start, s.length_m, s.radius_m, s.speed_mps, s.pod, end, s.return_to_start, s.turn_radius_m)


def _reported(solution: SweepSolution, mass: float) -> Reported:
    return Reported(
        status=solution.status,
        value=solution.value * mass,
        bound=solution.bound * mass,
        why=solution.why,
        elapsed_s=solution.elapsed_s,
        fields={
            "paths": {name: np.round(path, 6).tolist() for name, path in solution.paths.items()},
            "curve": [[length, share * mass] for length, share in solution.curve],
            "end_value": solution.end_value * mass,
            "end_bound": solution.end_bound * mass,
            "soonest_value": solution.soonest_value * mass,
            "soonest_bound": solution.soonest_bound * mass,
            "mass": mass,
        },
    )


DOOR = Door(problem=SweepFile, solution=SweepResult, time_limit_s=5.0, read=read)
