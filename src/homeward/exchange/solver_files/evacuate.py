"""Problem and solution files of the kind `evacuate`: ways out, time against exposure, over a graph or over ground."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, FileModel, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.exchange.solver_files.reading import raster
from homeward.geo import Floats
from homeward.rescue.destination import Severity
from homeward.rescue.evacuate import evacuate
from homeward.rescue.ground import costed_ground, level_of, sloping_ground
from homeward.rescue.records import EvacuateProblem, Evacuation, ExitAt, Way, WayGraph, WayGround
from homeward.terrain.ground import Cover
from homeward.terrain.speed import cover_factors
from homeward.terrain.tables import rows

MAX_CELLS = 20_000_000
MOST_ALONG = 1000  # ways that say where they are exposed: more would be hundreds of megabytes
MOST_MIN = 1e7  # some 19 years: what is longer is a slip
_MIN_S = 60.0

Name = str | int
P = Annotated[float, Field(ge=0, le=1)]
XY = Annotated[list[float], Field(min_length=2, max_length=2)]
Spot = Name | XY


class EdgeFile(FileModel):
    """A stretch that can be gone from `u` to `v`."""

    u: Name = Field(description="the vertex where it begins")
    v: Name = Field(description="the vertex where it ends")
    min: float = Field(ge=0, le=MOST_MIN, description="minutes that it takes, 0 or above")
    expected_hits: float = Field(default=0.0, ge=0, description="expected injuries on it, of all who go, 0 or above")
    effort: float = Field(default=0.0, ge=0, description="a third criterion in a unit of your own, 0 or above")


class ExitFile(FileModel):
    """Where the carry may end."""

    id: str = Field(min_length=1, description="a name of its own")
    at: Spot = Field(description="its vertex, or [metres east, metres north] over ground")
    then_min: float = Field(default=0.0, ge=0, le=MOST_MIN, description="minutes from there to care, 0 or above")
    ready_min: float | None = Field(
        default=None, ge=-MOST_MIN, le=MOST_MIN, description="minutes from now until the vehicle is there"
    )
    accepts: float = Field(
        default=1.0, ge=0, le=1, description="probability that the hospital there takes the casualty"
    )
    capability: list[str] = Field(default_factory=list, description="what can be treated there")
    survives: P | dict[str, P] | None = Field(
        default=None, description="probability to live on there, of those who arrive alive: one, or by severity"
    )
    fallback: P | dict[str, P] | str | None = Field(
        default=None, description="probability to live when turned away: one, or by severity; or the exit to go to then"
    )


class SeverityFile(FileModel):
    """How badly off the casualty may be."""

    p: float = Field(ge=0, le=1, description="its probability; all of them sum to 1")
    hazard_per_h: float | None = Field(default=None, ge=0, description="hazard of death on the way, per hour")


class CasualtyFile(FileModel):
    """What is known of the casualty's need for haste."""

    hazard_per_h: float | None = Field(default=None, ge=0, description="hazard of death on the way, per hour")
    severities: dict[str, SeverityFile] = Field(default_factory=dict, description="by name: how badly off it may be")
    needs: list[str] = Field(default_factory=list, description="what it needs, in words of exits' `capability`")


class EvacuateFile(ProblemHead):
    """Ways out from a find to an exit: each the best for its exposure."""

    kind: Literal["evacuate"] = Field(description="'evacuate'")
    edges: list[EdgeFile] = Field(default_factory=list, max_length=5_000_000, description="a graph's directed edges")
    both_ways: bool = Field(default=False, description="true: every edge can be gone both ways")
    vertex_hits: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict, description="expected injuries at a vertex, each time it is entered"
    )
    start: Name | None = Field(default=None, alias="from", description="the vertex of the find")
    to: Name | list[Name] = Field(default_factory=list, description="vertices where the way may end, besides exits")
    exits: list[ExitFile] = Field(default_factory=list, description="where the carry may end, and what follows")
    cost_s: str | None = Field(default=None, description="a raster file: seconds to cross a cell; not finite = closed")
    dem: str | None = Field(default=None, description="a raster file: elevation, metres")
    landcover: str | None = Field(default=None, description="a raster file: land cover, codes of ESA WorldCover")
    on_path: str | None = Field(default=None, description="a raster file: not 0 = a path or road")
    going: Annotated[float, Field(gt=0, le=1)] | str | None = Field(
        default=None, description="speed off the path as a share of that on it: a number or a raster file, 0 = closed"
    )
    exposure: str | None = Field(default=None, description="a raster file: expected hits per person-hour")
    cell_m: float | None = Field(default=None, gt=0, description="the side of a cell, metres, above 0")
    west_m: float = Field(default=0.0, description="the west edge of the rasters, metres east")
    south_m: float = Field(default=0.0, description="the south edge of the rasters, metres north")
    find_m: XY | None = Field(default=None, description="the find, [metres east, metres north]")
    people: int = Field(default=9, ge=1, description="people on the way, over ground: each is exposed")
    known: list[Spot] = Field(default_factory=list, description="a way that has been gone, vertices or places")
    criteria: Literal[2, 3] = Field(default=2, description="2: time and hits; 3: effort too (over ground: metres up)")
    max_hits: float | None = Field(default=None, ge=0, description="the most expected injuries that are allowed")
    max_min: float | None = Field(default=None, ge=0, description="the most minutes that are allowed")
    bearers: int | None = Field(default=None, ge=2, description="at the litter; with it a relay is planned")
    carriers: int | None = Field(default=None, ge=2, description="people who can carry (left out: as many as it takes)")
    casualty: CasualtyFile = Field(default_factory=CasualtyFile, description="the casualty")


class WayFile(FileModel):
    """A way out."""

    min: float = Field(description="minutes to care: carry, wait and what follows")
    hits: float = Field(description="expected injuries of all who go")
    p_unhurt: float = Field(description="probability that nobody is hurt, exp(-hits)")
    path: list[Spot] = Field(description="vertices, or [metres east, metres north]")
    exit: str = Field(description="where it ends")
    carry_min: float = Field(description="minutes of carrying")
    wait_min: float = Field(description="minutes of waiting at the exit")
    effort: float = Field(description="the third criterion")
    least_min: float = Field(description="a true lower bound on the minutes of any way with as few hits")
    along: list[list[float]] = Field(description="[minutes, metres, hits so far, hits per hour] along the path")


class EvacuateResult(SolutionHead):
    """The ways out. `value` is the chosen way's minutes, `bound` a lower bound on those of any way with as few hits."""

    front: list[WayFile] = Field(description="ways that no other beats, fastest first")
    within: float = Field(description="0: the front is whole; else any way's time and hits are at most 1 + this better")
    chosen: int = Field(description="the place in `front` of the way that is chosen, from 0; -1: there is none")
    known: WayFile | None = Field(description="the known way")
    known_beaten_by: int | None = Field(description="the place in `front` of a way that beats the known one")
    relay: dict[str, Any] | None = Field(description="bearers, crews, bouts, changes and the time with them")
    destination: list[dict[str, Any]] = Field(description="exits, best first, by probability to survive or by time")
    survival: float | None = Field(description="probability that the casualty lives, by the chosen way")


_GROUND_ONLY = ("people", "cell_m", "west_m", "south_m", "landcover", "on_path", "going")
_GRAPH_ONLY = ("vertex_hits", "both_ways", "start")


def read(problem: EvacuateFile, folder: Path, file: str) -> Read:
    """The file with its rasters, ready to be solved."""
    try:
        where, inputs = _graph(problem, file) if problem.edges else _ground(problem, folder, file)
        ready = _problem(problem, where, file)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        del seed
        try:
            return _reported(evacuate(ready, time_limit_s=time_limit_s, progress=progress), problem)
        except BadInput as err:
            raise BadFile(f"{file}: {err}") from err

    return Read(solve=solve, inputs_sha256=inputs, findings=_unused(problem))


def _unused(problem: EvacuateFile) -> tuple[str, ...]:
    """Fields that are given and have no part in such a problem."""
    graph = bool(problem.edges)
    names = _GROUND_ONLY if graph else _GRAPH_ONLY
    where = "over a graph (its hits are those of all who go)" if graph else "over ground"
    given = [name for name in names if name in problem.model_fields_set]
    return tuple(f"{'from' if name == 'start' else name} counts for nothing {where}: it is left out." for name in given)


def _problem(problem: EvacuateFile, where: WayGraph | WayGround, file: str) -> EvacuateProblem:
    graph = isinstance(where, WayGraph)
    exits = [_exit(e, graph=graph) for e in problem.exits]
    exits.extend(ExitAt(id=str(v), at=str(v)) for v in (problem.to if isinstance(problem.to, list) else [problem.to]))
    if not exits:
        raise BadFile(f"{file}: there is no exit. Give `to`, a list of vertices, or `exits`, at least one.")
    start = problem.start if graph else problem.find_m
    if start is None:
        name, what = ("from", "the vertex") if graph else ("find_m", "[metres east, metres north]")
        raise BadFile(f"{file}: {name} is missing. Give {what} of the find.")
    return EvacuateProblem(
        where=where,
        start=_spot(start),
        exits=tuple(exits),
        people=problem.people,
        known=tuple(_spot(v) for v in problem.known),
        effort=problem.criteria == 3,
        max_hits=math.inf if problem.max_hits is None else problem.max_hits,
        max_s=math.inf if problem.max_min is None else problem.max_min * _MIN_S,
        hazard_per_h=problem.casualty.hazard_per_h,
        severities=_severities(problem.casualty, file),
        needs=tuple(problem.casualty.needs),
        bearers=problem.bearers,
        carriers=problem.carriers,
    )


def _severities(casualty: CasualtyFile, file: str) -> tuple[Severity, ...]:
    out = []
    for name, one in casualty.severities.items():
        rate = casualty.hazard_per_h if one.hazard_per_h is None else one.hazard_per_h
        if rate is None:
            raise BadFile(f"{file}: casualty.severities.{name} has no hazard_per_h. Give one, or one for the casualty.")
        out.append(Severity(id=name, p=one.p, death_per_s=rate / 3600.0))
    if out and abs(sum(s.p for s in out) - 1) > 1e-6:
        raise BadFile(f"{file}: casualty.severities sum to {sum(s.p for s in out):g}. Make their p sum to 1.")
    return tuple(out)


def _spot(at: Spot) -> str | tuple[float, float]:
    return (float(at[0]), float(at[1])) if isinstance(at, list) else str(at)


def _exit(e: ExitFile, *, graph: bool) -> ExitAt:
    if graph == isinstance(e.at, list):
        wanted = "the name of a vertex" if graph else "[metres east, metres north]"
        raise BadInput(f"exit {e.id!r} is at {e.at}. Give {wanted}.")
    return ExitAt(
        id=e.id,
        at=_spot(e.at),
        then_s=e.then_min * _MIN_S,
        ready_s=-math.inf if e.ready_min is None else e.ready_min * _MIN_S,
        accepts=e.accepts,
        capability=tuple(e.capability),
        survives=e.survives,
        fallback=e.fallback,
    )


def _graph(problem: EvacuateFile, file: str) -> tuple[WayGraph, dict[str, str]]:
    named = [name for name in ("cost_s", "dem", "exposure", "find_m") if getattr(problem, name) is not None]
    if named:
        raise BadFile(f"{file}: edges and {named[0]} stand side by side. Give a graph or ground, not both.")
    u, v = [str(e.u) for e in problem.edges], [str(e.v) for e in problem.edges]
    names = list(dict.fromkeys([*u, *v]))
    told = {end for e in problem.edges for end in (e.u, e.v)}
    if twice := [name for name in told if isinstance(name, int) and str(name) in told]:
        raise BadFile(f'{file}: edges name a vertex {twice[0]} and a vertex "{twice[0]}". Write one vertex in one way.')
    index = {name: i for i, name in enumerate(names)}
    strange = [name for name in problem.vertex_hits if name not in index]
    if strange:
        raise BadFile(f"{file}: vertex_hits names {strange[0]!r}, which stands in no edge. Correct the name.")
    at = np.array([problem.vertex_hits.get(name, 0.0) for name in names])
    tail, head = (np.array([index[name] for name in ends], dtype=np.int64) for ends in (u, v))
    cost = np.array([[e.min * _MIN_S, e.expected_hits, e.effort] for e in problem.edges]).T
    if problem.both_ways:
        tail, head, cost = np.append(tail, head), np.append(head, tail), np.hstack([cost, cost])
    graph = WayGraph(
        vertices=tuple(names), tail=tail, head=head, time_s=cost[0], hits=cost[1] + at[head], effort=cost[2]
    )
    return graph, {}


def _ground(problem: EvacuateFile, folder: Path, file: str) -> tuple[WayGround, dict[str, str]]:
    path, cell_m = problem.cost_s or problem.dem, problem.cell_m
    if path is None or (problem.cost_s is not None and problem.dem is not None):
        raise BadFile(f"{file}: ways need a graph (`edges`), or ground: one of `cost_s` and `dem`. Give one of them.")
    if cell_m is None:
        raise BadFile(f"{file}: cell_m is missing. Give the side of a cell in metres.")
    field = "cost_s" if problem.cost_s is not None else "dem"
    first, sha256 = raster(path, folder, file=file, field=field, max_cells=MAX_CELLS)
    inputs = {path: sha256}
    more: dict[str, Floats] = {}
    for name in ("exposure", "landcover", "on_path", "going"):
        named = getattr(problem, name)
        if isinstance(named, str):
            more[name], inputs[named] = raster(named, folder, file=file, field=name, max_cells=MAX_CELLS)
            if more[name].shape != first.shape:
                sizes = [" x ".join(map(str, a.shape)) for a in (more[name], first)]
                raise BadFile(
                    f"{file}: {named} has {sizes[0]} cells and {path} {sizes[1]}. Give rasters of the same size."
                )
        if field == "cost_s" and name != "exposure" and named is not None:
            raise BadFile(f"{file}: cost_s holds the going already. Leave {name} out, or give dem instead of cost_s.")
    place = level_of(first.shape, cell_m=cell_m, west_m=problem.west_m, south_m=problem.south_m)
    exposure = more.get("exposure", np.zeros(first.shape))
    if field == "cost_s":
        return costed_ground(place, first, exposure), inputs
    path_cells = more["on_path"] != 0 if "on_path" in more else None
    return sloping_ground(place, first, exposure, factor=_factor(problem, more, file), on_path=path_cells), inputs


def _factor(problem: EvacuateFile, more: Mapping[str, Floats], file: str) -> ArrayLike:
    """Speed as a share of that on a path: as told, by cover, open ground off the paths that are given, or all path."""
    if problem.going is not None:
        if problem.landcover is not None:
            raise BadFile(f"{file}: going and landcover stand side by side. Give one of them.")
        factor = more.get("going", np.asarray(problem.going))
        if not ((factor >= 0) & (factor <= 1)).all():
            raise BadFile(f"{file}: {problem.going} holds shares outside 0 to 1. Correct them; 0 is closed.")
        return factor
    if "landcover" in more:
        return _cover_factor(more["landcover"])
    return 1.0 if problem.on_path is None else float(cover_factors()[Cover.OPEN])


def _cover_factor(codes: Floats) -> Floats:
    """Speed by the codes of ESA WorldCover; what it does not know counts as unknown ground."""
    known = {int(row["code"]): Cover[row["cover"]] for row in rows("landcover") if row["scheme"] == "worldcover"}
    factor = np.full(codes.shape, cover_factors()[Cover.UNKNOWN])
    for code, cover in known.items():
        factor[codes == code] = cover_factors()[cover]
    return factor


def _reported(found: Evacuation, problem: EvacuateFile) -> Reported:
    given = {str(name): name for e in problem.edges for name in (e.u, e.v)}
    known, whole = found.known, len(found.front) <= MOST_ALONG
    return Reported(
        status=found.status,
        value=found.value / _MIN_S if found.front else 0.0,
        bound=found.bound / _MIN_S if found.front else 0.0,
        why=found.why,
        elapsed_s=found.elapsed_s,
        fields={
            "front": [_way(way, given, whole=whole or i == found.chosen) for i, way in enumerate(found.front)],
            "within": found.within,
            "chosen": found.chosen,
            "known": _way(known, given, whole=True) if known else None,
            "known_beaten_by": known.dominated_by if known else None,
            "relay": _relay(found),
            "destination": _destination(found),
            "survival": found.survival,
        },
    )


def _way(way: Way, given: dict[str, Name], *, whole: bool) -> dict[str, Any]:
    path: list[Any] = [given[v] for v in way.vertices] if way.vertices else np.round(way.xy_m, 2).tolist()
    along = way.profile / np.array([_MIN_S, 1.0, 1.0, 1.0])
    return {
        "min": way.time_s / _MIN_S,
        "hits": way.hits,
        "p_unhurt": way.p_unhurt,
        "path": path,
        "exit": way.exit,
        "carry_min": way.carry_s / _MIN_S,
        "wait_min": way.wait_s / _MIN_S,
        "effort": way.effort,
        "least_min": way.least_s / _MIN_S,
        "along": along.tolist() if whole else [],
    }


def _relay(found: Evacuation) -> dict[str, Any] | None:
    relay = found.relay
    if relay is None:
        return None
    return {
        "bearers": relay.bearers,
        "crews": relay.crews,
        "carriers": relay.carriers,
        "carriers_there": relay.carriers_there,
        "bout_min": relay.bout_s / _MIN_S,
        "bouts": relay.bouts,
        "changes": relay.changes,
        "rest_min": relay.rest_s / _MIN_S,
        "min": relay.time_s / _MIN_S,
        "care_min": found.care_s / _MIN_S,
        "why": list(relay.why),
        "places": [[c.at_m, c.xy_m[0], c.xy_m[1]] for c in relay.places],
    }


def _destination(found: Evacuation) -> list[dict[str, Any]]:
    if found.destination is None:
        return []
    return [
        {
            "exit": r.exit,
            "min": r.there_s[1] / _MIN_S,
            "p_survives": r.p_survives,
            "accepts": r.accepts,
            "p_if_accepted": r.p_if_accepted,
        }
        for r in found.destination.ranked
    ]


DOOR = Door(problem=EvacuateFile, solution=EvacuateResult, time_limit_s=10.0, read=read)
