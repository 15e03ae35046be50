"""Problem and solution files of the kind `map`: where the subject may be, without a mission."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import shapely
from pydantic import Field
from rasterio.features import rasterize

from homeward.belief import Belief, MapProblem, SearchDone, make_map, survival
from homeward.belief.categories import check_category
from homeward.belief.records import Case
from homeward.belief.story import move_line
from homeward.errors import BadFile, BadInput, HomewardError
from homeward.exchange.solver_files.door import Door, FileModel, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.exchange.solver_files.reading import distinct, raster
from homeward.geo import Grid, Place, utm_crs
from homeward.mission.nouns import Clue, ClueArea, ClueKind, Grade, Sense
from homeward.terrain import Terrain, build_terrain
from homeward.terrain.raster import grid_affine

MAX_CELLS = 20_000_000
LOCAL = ("EPSG:32631", 500_000.0, 5_300_000.0)  # where a problem without a place on earth is put: its north is true
SEEN_AT = datetime(2000, 6, 21, 12, tzinfo=UTC)  # of a problem that tells no times: only differences count then

XY = Annotated[list[float], Field(min_length=2, max_length=2)]
Ring = Annotated[list[XY], Field(min_length=3)]
Chance = Annotated[float, Field(ge=0, le=1)]
Metres = Annotated[float, Field(gt=0)]


class SubjectFile(FileModel):
    """The missing person; what is not known is left out."""

    category: str | None = Field(default=None, description="a published subject category, such as 'hiker'")
    ecoregion: Literal["temperate", "dry", "urban"] | None = Field(default=None, description="the climate")
    terrain: Literal["mountain", "flat"] | None = Field(default=None, description="the kind of terrain")
    injured: bool = Field(default=False, description="true: an injured subject's densities near features")
    direction_deg: float | None = Field(default=None, description="direction of travel from the IPP, degrees, true")


class ScenarioFile(FileModel):
    """One of several things that may have happened, and what differs then from the subject above."""

    id: str = Field(min_length=1, description="a name of its own")
    label: str = Field(default="", description="what happened, in words")
    weight: float = Field(ge=0, description="its weight, 0 or above; weights are scaled to sum to 1")
    category: str | None = Field(default=None, description="another published category")
    ecoregion: Literal["temperate", "dry", "urban"] | None = Field(default=None, description="another climate")
    terrain: Literal["mountain", "flat"] | None = Field(default=None, description="another kind of terrain")
    start_m: XY | None = Field(default=None, description="another starting point, [metres east, metres north]")
    direction_deg: float | None = Field(default=None, description="direction of travel, degrees, true")
    mobile: bool | None = Field(default=None, description="whether it can walk")
    responsive: bool | None = Field(default=None, description="whether it answers when called")
    injured: bool = Field(default=False, description="true: injured")
    left_area: bool = Field(default=False, description="true: not on the map at all")


class GradedFile(FileModel):
    """An area that a clue speaks of."""

    ring_m: Ring = Field(description="its outline: a list of 3 or more [metres east, metres north]")
    grade: Grade = Field(strict=False, description="one of the nine grades, such as 'strong'")
    label: str = Field(default="", description="what it is called")


class ClueFile(FileModel):
    """A clue: where, and what it says; the fields of `homeward clue`, in metres."""

    id: str = Field(min_length=1, description="a name of its own")
    kind: ClueKind = Field(
        default=ClueKind.POINT, strict=False, description="the kind of clue, such as 'point' or 'bearing'"
    )
    at_m: XY = Field(description="where the clue, observer, mast or witness is, [metres east, metres north]")
    text: str = Field(default="", description="the clue in words")
    hours: float | None = Field(
        default=None, ge=0, description="the hour it speaks of, hours after the IPP, 0 or above"
    )
    reliability: Chance = Field(default=0.8, description="the probability that the report is right, 0 to 1")
    relevance: Chance | None = Field(default=None, description="the probability that it is about the subject, 0 to 1")
    by_chance: Chance | None = Field(default=None, description="how likely such a clue is by chance, 0 to 1")
    bearing_deg: float | None = Field(default=None, description="the direction it points to, degrees, true")
    bearing_sd_deg: Metres | None = Field(default=None, description="its standard deviation, degrees, above 0")
    range_m: Metres | None = Field(default=None, description="the distance told, metres, above 0")
    range_sd_m: Metres | None = Field(default=None, description="its standard deviation, metres, above 0")
    error_m: Metres | None = Field(default=None, description="the standard error of a place, metres, above 0")
    error_across_m: Metres | None = Field(default=None, description="of an ellipse, across it, metres, above 0")
    error_axis_deg: float | None = Field(default=None, description="where an ellipse's long axis points, degrees")
    width_deg: Metres | None = Field(default=None, description="how wide a sector is, degrees, above 0")
    range_min_m: float | None = Field(default=None, ge=0, description="where a sector begins, metres, 0 or above")
    range_max_m: Metres | None = Field(default=None, description="where a sector ends, metres, above 0")
    noticed: Chance | None = Field(default=None, description="how surely a witness would have noticed, 0 to 1")
    sense: Annotated[Sense, Field(strict=False)] | None = Field(
        default=None, description="'scent', 'shout', 'whistle' or 'light'"
    )
    wind_from_deg: float | None = Field(default=None, description="where the wind blew from, degrees")
    areas: list[GradedFile] = Field(default_factory=list, description="the areas a clue of the kind 'areas' grades")


class SearchFile(FileModel):
    """A search that found nobody: its POD as a raster, or one POD over an area."""

    id: str = Field(min_length=1, description="a name of its own")
    pod: Annotated[float, Field(ge=0, lt=1)] | str = Field(
        description="the probability of detection, 0 up to 1, or the name of a .npy or GeoTIFF file, row 0 = north"
    )
    ring_m: Ring | None = Field(default=None, description="the area of a single POD: its outline in metres")
    hours: float | None = Field(default=None, ge=0, description="when, hours after the IPP, 0 or above")


class MapFile(ProblemHead):
    """Where the subject may be."""

    kind: Literal["map"] = Field(description="'map'")
    ipp_m: XY = Field(default=[0.0, 0.0], description="the IPP, [metres east, metres north]; the middle of the map")
    half_width_m: Metres = Field(description="half the side of the square map, metres, above 0")
    cell_m: Metres = Field(description="the side of a cell, metres, above 0")
    subject: SubjectFile = Field(default_factory=SubjectFile, description="the missing person, an object")
    hours_gone: float | None = Field(default=None, ge=0, description="hours since the IPP, 0 or above")
    seen_at: str | None = Field(default=None, description="when the subject was at the IPP, as 2026-11-22T14:00+01:00")
    ipp_lonlat: XY | None = Field(default=None, description="the IPP on earth, [longitude, latitude], for ground files")
    crs: str | None = Field(default=None, description="a metric CRS such as 'EPSG:32632' (left out: UTM at the IPP)")
    dem: str | None = Field(default=None, description="the name of an elevation file")
    landcover: str | None = Field(default=None, description="the name of a land cover file")
    features: list[str] = Field(default_factory=list, description="names of vector files: trails, roads, water")
    clues: list[ClueFile] = Field(default_factory=list, description="the clues, a list")
    searches: list[SearchFile] = Field(default_factory=list, description="the searches without a find, a list")
    scenarios: list[ScenarioFile] = Field(default_factory=list, description="what may have happened, a list")


class MapResult(SolutionHead):
    """The map. `value` is the probability on it, 1 - `outside`; `bound` the most that could be, 1."""

    poa: str = Field(description="the name of a .npy file beside the solution: row 0 = north, sums to 1 - outside")
    outside: float = Field(description="the probability of not being on the map")
    alive: float | None = Field(description="the probability of being alive after hours_gone; null without hours")
    west_m: float = Field(description="the west edge of the map, metres east")
    south_m: float = Field(description="the south edge of the map, metres north")
    cell_m: float = Field(description="the side of a cell, metres")
    crs: str | None = Field(description="the CRS of the ground; null where the problem names no place on earth")
    scenarios: dict[str, float] = Field(description="by scenario, its probability now")
    story: list[dict[str, Any]] = Field(description="what moved how much probability, from where to where, and why")


def read(problem: MapFile, folder: Path, file: str) -> Read:
    """The file with its ground and rasters, ready to be solved."""
    for name, listed in (("clues", problem.clues), ("searches", problem.searches), ("scenarios", problem.scenarios)):
        distinct((item.id for item in listed), file=file, field=name)
    hashes: dict[str, str] = {}
    try:
        grid = _grid(problem, file)
        ready = MapProblem(
            grid=grid,
            ipp_m=_frame(problem, grid, problem.ipp_m),
            category=check_category(problem.subject.category) if problem.subject.category else None,
            ecoregion=problem.subject.ecoregion,
            ground=problem.subject.terrain,
            hours_gone=problem.hours_gone,
            terrain=_terrain(problem, folder, file, grid),
            injured=problem.subject.injured,
            direction_deg=problem.subject.direction_deg,
            seen_at=_seen_at(problem, file),
            clues=tuple(_clue(problem, grid, clue, file) for clue in problem.clues),
            searches=tuple(_search(problem, grid, i, folder, file, hashes) for i in range(len(problem.searches))),
            cases=_cases(problem, grid, file),
        )
    except BadFile:
        raise
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err

    def solve(_limit_s: float, seed: int, _progress: Progress | None) -> Reported:
        began = time.perf_counter()
        try:
            belief = make_map(replace(ready, seed=seed))
        except HomewardError as err:
            raise BadFile(f"{file}: {err}") from err
        return _reported(problem, ready, belief, time.perf_counter() - began)

    return Read(solve=solve, inputs_sha256=hashes)


def _grid(problem: MapFile, file: str) -> Grid:
    n = round(2 * problem.half_width_m / problem.cell_m)
    if n < 1 or n * n > MAX_CELLS:
        raise BadFile(
            f"{file}: half_width_m {problem.half_width_m:g} and cell_m {problem.cell_m:g} make {n} x {n} cells. "
            f"Give 1 to {MAX_CELLS} in all."
        )
    crs, x, y = LOCAL
    if problem.ipp_lonlat is not None:
        lon, lat = problem.ipp_lonlat
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise BadFile(f"{file}: ipp_lonlat {lon:g}, {lat:g} is no place on earth. Give longitude, then latitude.")
        crs = problem.crs or utm_crs(Place(lat, lon))
        frame = Grid(crs=crs, west_m=0.0, south_m=0.0, cell_m=1.0, n_rows=1, n_cols=1)
        x, y = frame.to_m(Place(lat, lon))
    half = n * problem.cell_m / 2
    return Grid(crs=crs, west_m=x - half, south_m=y - half, cell_m=problem.cell_m, n_rows=n, n_cols=n)


def _frame(problem: MapFile, grid: Grid, xy_m: list[float]) -> tuple[float, float]:
    """A point of the file in metres of the grid: the IPP is the grid's middle."""
    half = grid.n_cols * grid.cell_m / 2
    return grid.west_m + half + xy_m[0] - problem.ipp_m[0], grid.south_m + half + xy_m[1] - problem.ipp_m[1]


def _terrain(problem: MapFile, folder: Path, file: str, grid: Grid) -> Terrain | None:
    if problem.dem is None and problem.landcover is None and not problem.features:
        return None
    if problem.ipp_lonlat is None:
        raise BadFile(f"{file}: dem, landcover and features need the IPP on earth. Give ipp_lonlat: [lon, lat].")
    named = (("dem", problem.dem), ("landcover", problem.landcover), *(("features", n) for n in problem.features))
    for field, name in named:
        if name is not None and not (folder / name).is_file():
            raise BadFile(f"{file}: {field} names {name!r}, and there is no such file in {folder}. Put it there.")
    return build_terrain(
        grid=grid,
        elevation=folder / problem.dem if problem.dem else None,
        landcover=folder / problem.landcover if problem.landcover else None,
        features=[folder / name for name in problem.features],
    )


def _seen_at(problem: MapFile, file: str) -> datetime:
    if problem.seen_at is None:
        return SEEN_AT
    try:
        when = datetime.fromisoformat(problem.seen_at)
    except ValueError as err:
        raise BadFile(f"{file}: seen_at {problem.seen_at!r} is no time. Write it as 2026-11-22T14:00+01:00.") from err
    if when.tzinfo is None:
        raise BadFile(f"{file}: seen_at {problem.seen_at!r} has no time zone. Write it as 2026-11-22T14:00+01:00.")
    return when.astimezone(UTC)


def _not_after(problem: MapFile, hours: float | None, file: str, what: str) -> None:
    if hours is not None and problem.hours_gone is not None and hours > problem.hours_gone:
        raise BadFile(f"{file}: {what} hour {hours:g}, after hours_gone {problem.hours_gone:g}. Correct one of them.")


def _clue(problem: MapFile, grid: Grid, clue: ClueFile, file: str) -> Clue:
    _not_after(problem, clue.hours, file, f"clue {clue.id!r} speaks of")
    same = {f.name for f in fields(Clue)} & set(ClueFile.model_fields) - {"areas"}
    return Clue(
        **{name: getattr(clue, name) for name in same},
        place=grid.to_place(*_frame(problem, grid, clue.at_m)),
        at=None if clue.hours is None else _seen_at(problem, file) + timedelta(hours=clue.hours),
        areas=tuple(
            ClueArea(
                label=area.label,
                ring=tuple(grid.to_place(*_frame(problem, grid, xy)) for xy in area.ring_m),
                grade=area.grade,
            )
            for area in clue.areas
        ),
    )


def _search(problem: MapFile, grid: Grid, i: int, folder: Path, file: str, hashes: dict[str, str]) -> SearchDone:
    search, where = problem.searches[i], f"searches[{i}]"
    _not_after(problem, search.hours, file, f"search {search.id!r} is of")
    at = None if search.hours is None else _seen_at(problem, file) + timedelta(hours=search.hours)
    if isinstance(search.pod, str):
        pod, hashes[search.pod] = raster(search.pod, folder, file=file, field=f"{where}.pod", max_cells=MAX_CELLS)
        if pod.shape != grid.shape:
            raise BadFile(f"{file}: {search.pod} has {pod.shape} cells, the map {grid.shape}. Give one POD a cell.")
        return SearchDone(pod=pod, cause=f"search {search.id}", why="POD as given", at=at)
    if search.ring_m is None:
        pod = np.full(grid.shape, search.pod)
    else:
        ring = shapely.Polygon([_frame(problem, grid, xy) for xy in search.ring_m])
        inside = rasterize([(ring, 1)], out_shape=grid.shape, transform=grid_affine(grid), dtype="uint8") == 1
        pod = np.where(inside, search.pod, 0.0)
    return SearchDone(pod=pod, cause=f"search {search.id}", why=f"POD {search.pod:.0%}", at=at)


def _cases(problem: MapFile, grid: Grid, file: str) -> tuple[Case, ...]:
    total = sum(s.weight for s in problem.scenarios)
    if problem.scenarios and not total > 0:
        raise BadFile(f"{file}: the weights of the scenarios are all 0. Give at least one above 0.")
    return tuple(
        Case(
            scenario=s.id,
            label=s.label or s.id,
            weight=s.weight / total,
            category=check_category(s.category) if s.category else None,
            ecoregion=s.ecoregion,
            ground=s.terrain,
            ipp_m=_frame(problem, grid, s.start_m) if s.start_m else None,
            direction_deg=s.direction_deg,
            mobile=s.mobile,
            responsive=s.responsive,
            injured=s.injured,
            left_area=s.left_area,
        )
        for s in problem.scenarios
    )


def _reported(problem: MapFile, ready: MapProblem, belief: Belief, elapsed_s: float) -> Reported:
    grid, alive = belief.grid, None
    if problem.hours_gone is not None:
        alive = survival(ready.category, hours_gone=problem.hours_gone).p
    return Reported(
        status="feasible",
        value=1.0 - belief.outside,
        bound=1.0,
        why=tuple(move_line(move) for move in belief.story),
        elapsed_s=elapsed_s,
        fields={
            "poa": belief.poa,
            "outside": belief.outside,
            "alive": alive,
            "west_m": problem.ipp_m[0] - grid.n_cols * grid.cell_m / 2,
            "south_m": problem.ipp_m[1] - grid.n_rows * grid.cell_m / 2,
            "cell_m": grid.cell_m,
            "crs": grid.crs if problem.ipp_lonlat is not None else None,
            "scenarios": {part.scenario: part.weight for part in belief.parts},
            "story": [{n: getattr(m, n) for n in m.__dataclass_fields__} for m in belief.story],
        },
    )


DOOR = Door(problem=MapFile, solution=MapResult, time_limit_s=60.0, read=read, arrays=("poa",))
