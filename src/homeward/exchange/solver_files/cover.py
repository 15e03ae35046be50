"""Problem and solution files of the kind `cover`: who covers what with too few teams."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.cover_fields import CoverFile, CoverResult, View
from homeward.exchange.solver_files.cover_games import commitment, deterrence, mixture
from homeward.exchange.solver_files.cover_shown import Run, Shown
from homeward.exchange.solver_files.cover_slices import in_slices
from homeward.exchange.solver_files.cover_standing import reserve
from homeward.exchange.solver_files.cover_tables import Tables
from homeward.exchange.solver_files.cover_waiting import sites
from homeward.exchange.solver_files.door import Door, Progress, Read, Reported
from homeward.geo import Floats
from homeward.readiness.cover.watch import Watch

_FIELDS: dict[View, tuple[str, ...]] = {
    "deterrence": (
        *("teams", "prices"),
        *("targets", "attacker_covered", "attacker_uncovered", "defender_covered", "defender_uncovered", "values"),
        *("target_ids", "schedules", "draws"),
    ),
    "rosters": ("teams", "coverage", "target_ids", "draws"),
    "commitment": ("leader", "follower"),
    "reserve": (
        *("teams", "prices"),
        *("values", "travel_h", "target_ids", "base_ids", "standing", "reserve", "either", "crews", "ways"),
        *("loss_per_h", "aim", "chance", "values_high", "budget"),
    ),
}
_PLACES = ("demand", "distance", "demand_xy", "site_xy", "edges", "vertices", "demand_ids", "site_ids", "keep")
_OF_SITES: dict[View, tuple[str, ...]] = {
    "covering": ("teams", "prices", "radius", "before", "per_site"),
    "fewest": ("radius", "before"),
    "expected": ("teams", "prices", "radius", "before", "per_site", "busy"),
    "median": ("teams", "prices"),
    "center": ("teams", "prices", "before"),
}
_ALWAYS = ("kind", "version", "view", "slices")
_WITH = {"budget": "values_high", "vertices": "edges", "site_xy": "demand_xy"}
_WITHOUT = {"demand_ids": "edges", "site_ids": "edges"}
_SOLVE: dict[View, Callable[..., Shown]] = {
    "deterrence": deterrence,
    "rosters": mixture,
    "commitment": commitment,
    "reserve": reserve,
}
_STOPPED = "The search was stopped before its time was over: this is the best plan until then."
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

    def shown(self, problem: CoverFile, run: Run, factor: Floats | None = None) -> Shown:
        """The problem solved, worth `factor` times as much."""
        return _SOLVE.get(problem.view, sites)(problem, self.tables, run, factor=factor)


def read(problem: CoverFile, folder: Path, file: str) -> Read:
    """The file, ready to be solved. Its tables are read when it is, and their faults found then."""
    if problem.slices and problem.view in ("rosters", "commitment"):
        raise BadFile(f"{file}: slices stands with view {problem.view}, which has no times. Leave it out.")
    tables = Tables(folder, file)
    ready = _Ready(problem, tables)
    findings = tuple(_left_aside(problem))

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        run = Run(time_limit_s=time_limit_s, seed=seed, watch=Watch(progress=progress, keeps=True))
        try:
            found = in_slices(problem, ready.shown, tables, run) if problem.slices else ready.shown(problem, run)
        except BadInput as err:
            raise BadFile(f"{file}: {err}") from err
        stopped = (_STOPPED,) if run.watch.stopped else ()
        return Reported(
            status=found.status,
            value=found.value,
            bound=found.bound,
            why=(*found.why, *stopped),
            elapsed_s=perf_counter() - run.watch.began_s,
            fields={**_EMPTY, **found.fields},
        )

    return Read(solve=solve, inputs_sha256=tables.hashes, findings=findings)


def _left_aside(problem: CoverFile) -> Iterator[str]:
    """Findings for the fields that are given and mean nothing."""
    known = {*_ALWAYS, *(_FIELDS.get(problem.view) or (*_PLACES, *_OF_SITES[problem.view]))}
    given = [f for f in CoverFile.model_fields if f in problem.model_fields_set and getattr(problem, f) is not None]
    for name in given:
        if name not in known:
            yield f"{name} means nothing with view {problem.view}: it was left aside."
        elif name in _WITH and _WITH[name] not in given:
            yield f"{name} means nothing without {_WITH[name]}: it was left aside."
        elif name in _WITHOUT and _WITHOUT[name] in given:
            yield f"{name} means nothing with {_WITHOUT[name]}: it was left aside."
    if problem.view == "fewest" and any(s.teams is not None for s in problem.slices):
        yield "teams in slices means nothing with view fewest: it was left aside."


DOOR = Door(problem=CoverFile, solution=CoverResult, time_limit_s=60.0, read=read)
