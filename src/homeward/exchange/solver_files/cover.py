"""Problem and solution files of the kind `cover`: who covers what with too few teams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.cover_fields import CoverFile, CoverResult, View
from homeward.exchange.solver_files.cover_games import commitment, deterrence, mixture
from homeward.exchange.solver_files.cover_shown import Shown
from homeward.exchange.solver_files.cover_slices import in_slices
from homeward.exchange.solver_files.cover_standing import reserve
from homeward.exchange.solver_files.cover_tables import Tables
from homeward.exchange.solver_files.cover_waiting import sites
from homeward.exchange.solver_files.door import Door, Progress, Read, Reported
from homeward.geo import Floats

_FIELDS: dict[View, tuple[str, ...]] = {
    "deterrence": (
        *("targets", "attacker_covered", "attacker_uncovered", "defender_covered", "defender_uncovered", "values"),
        *("target_ids", "schedules", "draws"),
    ),
    "rosters": ("coverage", "target_ids", "draws"),
    "commitment": ("leader", "follower"),
    "reserve": (
        *("values", "travel_h", "target_ids", "base_ids", "standing", "reserve", "either", "crews", "ways"),
        *("loss_per_h", "aim", "chance", "values_high", "budget"),
    ),
}
_PLACES = (
    *("demand", "distance", "demand_xy", "site_xy", "edges", "vertices", "demand_ids", "site_ids", "keep", "before"),
    *("per_site",),
)
_OF_SITES: dict[View, tuple[str, ...]] = {
    "covering": ("radius",),
    "fewest": ("radius",),
    "expected": ("radius", "busy"),
    "median": (),
    "center": (),
}
_ALWAYS = ("kind", "version", "view", "teams", "prices", "slices")
_SOLVE: dict[View, Callable[..., Shown]] = {
    "deterrence": deterrence,
    "rosters": mixture,
    "commitment": commitment,
    "reserve": reserve,
}
_EMPTY: dict[str, Any] = {
    name: [] if str(field.annotation).startswith("list") else None
    for name, field in CoverResult.model_fields.items()
    if name not in ("kind", "version", "status", "value", "bound", "seed", "elapsed_s", "problem_sha256")
    and name not in ("inputs_sha256", "why", "findings")
}


@dataclass(frozen=True, slots=True)
class _Ready:
    """The question, and what runs it for a problem that differs in a slice's fields."""

    problem: CoverFile
    tables: Tables

    def shown(self, problem: CoverFile, time_limit_s: float, seed: int, factor: Floats | None = None) -> Shown:
        """The problem solved, worth `factor` times as much."""
        solve = _SOLVE.get(problem.view, sites)
        return solve(problem, self.tables, time_limit_s=time_limit_s, seed=seed, factor=factor)


def read(problem: CoverFile, folder: Path, file: str) -> Read:
    """The file, ready to be solved. Its tables are read when it is, and their faults found then."""
    known = {*_ALWAYS, *(_FIELDS.get(problem.view) or (*_PLACES, *_OF_SITES[problem.view]))}
    stray = [f for f in CoverFile.model_fields if f in problem.model_fields_set and f not in known]
    if problem.slices and problem.view in ("rosters", "commitment"):
        raise BadFile(f"{file}: slices stands with view {problem.view}, which has no times. Leave it out.")
    tables = Tables(folder, file)
    ready = _Ready(problem, tables)
    findings = tuple(f"{f} means nothing with view {problem.view}: it was left aside." for f in stray)

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        del progress
        begun = perf_counter()
        try:
            if problem.slices:
                found = in_slices(problem, ready.shown, tables, time_limit_s=time_limit_s, seed=seed)
            else:
                found = ready.shown(problem, time_limit_s, seed)
        except BadInput as err:
            raise BadFile(f"{file}: {err}") from err
        return Reported(
            status=found.status,
            value=found.value,
            bound=found.bound,
            why=found.why,
            elapsed_s=perf_counter() - begun,
            fields={**_EMPTY, **found.fields},
        )

    return Read(solve=solve, inputs_sha256=tables.hashes, findings=findings)


DOOR = Door(problem=CoverFile, solution=CoverResult, time_limit_s=60.0, read=read)
