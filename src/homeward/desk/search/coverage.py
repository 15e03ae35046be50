"""What teams really covered: from their tracks, from what they tell, or as planned; and what the map makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from homeward.belief import Belief, SearchDone
from homeward.belief.update import missed_each
from homeward.desk.book import Book, raster_from_bytes, raster_to_bytes
from homeward.desk.conditions import numbers_of
from homeward.desk.scenarios import survival_in
from homeward.detect import (
    CALM,
    coverage_of_pod,
    is_night,
    pod_uncertain_width,
    team_sweep_width_m,
    track_coverage,
)
from homeward.errors import BadInput, UnknownName
from homeward.exchange.track import VEHICLE_MPS, Recording, parse_track
from homeward.geo import Floats, Grid
from homeward.log import blob_id
from homeward.mission import Happened, counting
from homeward.mission.events import AssignmentSearched, TeamRegistered, WeatherSet
from homeward.mission.nouns import REST, BlobId, Team, TeamKind, Weather
from homeward.search.plan.posts import NOTICE
from homeward.search.plan.skills import FLYING
from homeward.search.records import Assignment
from homeward.search.segments import segment_labels
from homeward.terrain.raster import regrid

SEARCH = "assignment"  # how the cause of a search begins in the map's story
RIDE_S = 30.0
"""Over how long a speed is taken, so that a receiver's jitter is no ride: ours."""
LIGHT_S = 900.0
"""How often the light is looked up along a track: ours."""
MOST_FACTOR = 5.0
"""The most that conditions may widen a sweep: ours, against slips of the pen."""
_EVERYTHING = 1e9  # a coverage that stands for a forced POD of 100 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a team tells when it comes back: its own POD, a note, and under which conditions it searched.

    `width_factor` on every sweep width (fog, snow, weak lamps), and a POD of 1 that is `forced`, need a `why`.
    `calling`: it called and listened all along: who answers would have been heard. `hazards` it met, `gaps` it left.
    """

    pod_told: float | None = None
    note: str = ""
    calling: bool = False
    width_factor: float = 1.0
    forced: bool = False
    why: str = ""
    hazards: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.pod_told is not None and not 0 <= self.pod_told <= 1:
            raise BadInput(f"A POD of {self.pod_told:g} cannot be. Give 0 up to, but not including, 1.")
        if self.pod_told == 1 and not (self.forced and self.why.strip()):
            raise BadInput(
                "A POD of 100 % is refused: nobody sees everything. Give less, or force it and say why (--force --why)."
            )
        if self.pod_told == 1 and self.calling:
            raise BadInput("A forced POD of 100 % leaves nothing to hear. Leave out --calling.")
        if not 0 < self.width_factor <= MOST_FACTOR:
            raise BadInput(
                f"A sweep width times {self.width_factor:g} cannot be. Give above 0, at most {MOST_FACTOR:g}."
            )
        if self.width_factor != 1 and not self.why.strip():
            raise BadInput("A changed sweep width needs a reason, such as --why 'thick fog'.")


@dataclass(frozen=True, slots=True)
class _Seen:
    """Coverage rasters of an assignment: of any subject, of one who answers; where from, and when."""

    coverage: Floats
    calling: Floats | None
    source: str
    at: datetime | None


NOTHING_TOLD = Told()
RIDERS = FLYING | {TeamKind.BOAT, TeamKind.BIKE, TeamKind.MOUNTED}
"""The kinds of team that may search faster than anybody on foot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conditions:
    """What a team searched in."""

    night: bool
    weather: Weather


def searched(
    book: Book, task: Assignment, *, plan: BlobId, told: Told = NOTHING_TOLD, at: datetime | None = None
) -> AssignmentSearched:
    """Writes down what an assignment of a plan covered. The map is not yet made anew."""
    belief, team = book.belief(), registered(book, task.team)
    if told.calling and team.kind in FLYING:
        words = "helicopter" if team.kind is TeamKind.HELICOPTER else "drone"
        raise BadInput(f"{team.id} is a {words}: nobody hears an answer from it. Leave out --calling.")
    if team.kind is TeamKind.SOUND and told.pod_told is None:
        told = replace(told, calling=True)
    area = _segment_cells(book, plan, task)
    seen = _seen(book, plan, task, area, told)
    data = [raster_to_bytes(raster) for raster in (seen.coverage, seen.calling) if raster is not None]
    event = AssignmentSearched(
        team=task.team,
        assignment=task.number,
        coverage=blob_id(data[0]),
        pod=float(pod_uncertain_width(seen.coverage)[area].mean()) if area.any() else 0.0,
        pos=_pos(book, belief, seen, kind=team.kind),
        source=seen.source,
        note=told.note,
        plan=plan,
        team_kind=str(team.kind),
        searched_at=seen.at,
        calling=blob_id(data[1]) if len(data) > 1 else "",
        width_factor=told.width_factor,
        forced=told.pod_told == 1,
        why=told.why,
        hazards=told.hazards,
        gaps=told.gaps,
    )
    book.write(event, at=at, blobs=data)
    return event


def _pos(book: Book, belief: Belief, seen: _Seen, *, kind: TeamKind) -> float:
    """The probability that a search would have found the subject, after earlier passes by the same kind of team.

    Where it called, that it would have been answered counts as it does in the map.
    """
    sight, heard = np.zeros(belief.grid.shape), np.zeros(belief.grid.shape)
    for earlier in book.mission.searches:
        if _kind(book, earlier.event) == kind:
            covered = _stored(book, earlier, belief.grid)
            sight += covered
            blob = earlier.event.calling
            heard += _stored(book, earlier, belief.grid, blob=blob) if blob else covered
    finds = dict(_findable(book, kind, seen.at))
    missed = missed_each(
        belief,
        pod_uncertain_width(seen.coverage, before=sight),
        cause=seen.source,
        forced=True,
        pod_if_responsive=None if seen.calling is None else pod_uncertain_width(seen.calling, before=heard),
    )
    each = [(part.scenario, part.poa) for part in belief.parts] or [("", belief.poa)]
    return float(
        sum(finds.get(name, 1.0) * (poa * (1.0 - left)).sum() for (name, poa), left in zip(each, missed, strict=True))
    )


def searches_of(book: Book, grid: Grid) -> tuple[SearchDone, ...]:
    """Every search so far as evidence for the map, oldest first.

    Passes by one kind of team share its uncertain sweep width: each counts for what it adds to those before.
    """
    zero = np.zeros(grid.shape)
    before: dict[tuple[str, bool], Floats] = {}
    done = []
    anyone_called = any(s.event.calling for s in book.mission.searches)

    def chance(kind: str, coverage: Floats, *, calling: bool) -> Floats:
        so_far = before.get((kind, calling), zero)
        before[kind, calling] = np.minimum(so_far + coverage, _EVERYTHING)
        pod = pod_uncertain_width(coverage, before=so_far)
        return np.where(coverage >= _EVERYTHING, 1.0, pod)

    for search in book.mission.searches:
        event, kind = search.event, _kind(book, search.event)
        coverage = _stored(book, search, grid)
        heard = _stored(book, search, grid, blob=event.calling) if event.calling else coverage
        how = [event.source, *(["calling"] if event.calling else [])]
        how += [] if event.width_factor == 1 else [f"sweep width x {event.width_factor:g}"]
        words = f"{event.team} searched it without a find ({', '.join(how)})"
        done.append(
            SearchDone(
                pod=chance(kind, coverage, calling=False),
                pod_if_responsive=chance(kind, heard, calling=True) if anyone_called else None,
                cause=f"{SEARCH} {event.assignment}",
                why=words,
                forced=event.forced,
                at=event.searched_at or search.at,
                finds=_findable(book, kind, event.searched_at or search.at),
            )
        )
    return tuple(done)


def _findable(book: Book, kind: str, at: datetime | None) -> tuple[tuple[str, float], ...]:
    """In each scenario, and as described ("") where there is none, the share that a kind of team can find at all: the
    dead at that time for a dog for human remains; () where it can find all."""
    ipp = book.mission.ipp
    if kind != TeamKind.REMAINS or at is None or ipp is None:
        return ()
    hours = (at - ipp.seen_at).total_seconds() / 3600
    names = ["", REST, *book.mission.scenarios]
    return tuple((name, 1.0 - survival_in(book.mission, name, hours_gone=max(hours, 0.0)).p) for name in names)


def registered(book: Book, name: str) -> Team:
    """A team as it is registered, or was before it was stood down."""
    if name in book.mission.teams:
        return book.mission.teams[name]
    for stored in reversed(book.stored):
        event = stored.entry.event
        if isinstance(event, TeamRegistered) and event.team.id == name:
            return event.team
    raise UnknownName("team", name, book.mission.teams)


def _kind(book: Book, event: AssignmentSearched) -> str:
    return event.team_kind or str(registered(book, event.team).kind)


def _stored(book: Book, done: Happened[AssignmentSearched], grid: Grid, *, blob: BlobId = "") -> Floats:
    """What a search covered, on the grid in force now: carried over where larger ground was loaded since."""
    raster = raster_from_bytes(book.log.blob(blob or done.event.coverage))
    order = {stored.entry.id: stored.seq for stored in book.stored}
    then = next((a.event.grid for a in reversed(book.mission.areas) if order[a.entry] < order[done.entry]), grid)
    return raster if then == grid else regrid(raster, then, grid)


def _segment_cells(book: Book, plan: BlobId, task: Assignment) -> NDArray[np.bool_]:
    """The cells of the segment that an assignment of a plan is for."""
    segments = [s for s in dict(book.plans())[plan].segments if s.id == task.segment]
    return np.asarray(segment_labels(book.belief().grid, segments) >= 0)


def _seen(book: Book, plan: BlobId, task: Assignment, area: NDArray[np.bool_], told: Told) -> _Seen:
    """What an assignment covered: by its tracks, else by the POD its team tells, else as planned."""
    tracks = [
        t
        for t in book.mission.tracks
        if t.event.team == task.team and t.event.assignment == task.number and t.event.plan in ("", plan)
    ]
    pieces = [
        piece
        for t in tracks
        for piece in parse_track(book.log.blob(t.event.track), name=f"track of {task.team}").segments
        if piece.at_s is not None
    ]
    team, middle = registered(book, task.team), _planned_middle(book, plan, task)
    if told.pod_told is not None and told.width_factor != 1 and (told.pod_told == 1 or not pieces):
        raise BadInput("A POD that is told has the conditions in it. Leave out --width-factor, or leave out --pod.")
    if told.pod_told == 1:
        return _Seen(np.where(area, _EVERYTHING, 0.0), None, "POD of 100 %, forced", middle)
    if task.mode != "search":
        return _held(task, area, told, middle)
    if pieces:
        when = datetime.fromtimestamp(
            float(np.median([np.nanmedian(p.at_s) for p in pieces if p.at_s is not None])), UTC
        )
        walked = [_walked(book, team, piece, told) for piece in pieces]
        coverage = np.sum([sight for sight, _ in walked], axis=0)
        calling = np.sum([heard for _, heard in walked], axis=0) if told.calling else None
        source = "from its track" if len(tracks) == 1 else f"from its {len(tracks)} tracks"
        if told.pod_told is not None:
            source += f", which counts instead of the POD of {told.pod_told:.0%} that it tells"
        return _Seen(coverage, calling, source, when)
    if told.pod_told is not None:
        if told.calling:
            raise BadInput(
                "What a team heard while calling follows from its track. Take it in, or leave out --calling."
            )
        covered = np.where(area, coverage_of_pod(told.pod_told), 0.0)
        if team.kind is TeamKind.SOUND:  # what it tells is how sure it is to have heard somebody who answers
            return _Seen(np.zeros_like(covered), covered, "POD of hearing an answer, as told by the team", middle)
        return _Seen(covered, None, "POD as told by the team", middle)
    if tracks:
        raise BadInput(
            f"The track of {task.team} on {task.number} has no times: a drawing, no evidence of what was walked. "
            "Give the POD as the team judges it: --pod."
        )
    there = _Conditions(night=_dark(book, task.route_m[0], middle), weather=weather_at(book, middle))
    sight, heard = _covered(book, team, np.asarray(task.route_m), told, there)
    return _Seen(sight, heard if told.calling else None, "as planned; no track came in", middle)


def _held(task: Assignment, area: NDArray[np.bool_], told: Told, middle: datetime) -> _Seen:
    """What a post covered: the ground within its reach, as it tells or else with `NOTICE`; by ear, where it called.

    Its track counts for nothing: a receiver that lies still draws knots. Nor do those who went by elsewhere: that
    nobody came is not yet held against the ways of moving subjects (homeward's own simplification).
    """
    pod = NOTICE if told.pod_told is None else told.pod_told
    reached = np.where(area, coverage_of_pod(pod) * told.width_factor, 0.0)
    source = "a post held: counts within its reach alone"
    source += "" if told.pod_told is None else ", POD as told by the team"
    if task.mode == "attraction":
        return _Seen(np.zeros_like(reached), reached, source, middle)
    return _Seen(reached, reached if told.calling else None, source, middle)


def _planned_middle(book: Book, plan: BlobId, task: Assignment) -> datetime:
    made = next(p for p in book.mission.plans if p.event.plan == plan)
    return made.event.starts + timedelta(seconds=(task.begins_s + task.ends_s) / 2)


def _walked(book: Book, team: Team, piece: Recording, told: Told) -> tuple[Floats, Floats]:
    """The coverage of one continuous recording with times, in the light of its times; rides in a car left out."""
    grid = book.terrain().grid
    xy = grid.xy_m(piece.lonlat_deg)
    sight, heard = np.zeros(grid.shape), np.zeros(grid.shape)
    inside = grid.contains(xy[:, 0], xy[:, 1])
    if not inside.any() or piece.at_s is None:
        return sight, heard
    place = (float(xy[inside][0, 0]), float(xy[inside][0, 1]))
    if team.kind not in RIDERS:
        xy = np.where(_riding(xy, piece.at_s)[:, None], np.nan, xy)
    for first, last, night in _by_light(book, place, piece.at_s):
        there = _Conditions(night=night, weather=weather_at(book, datetime.fromtimestamp(_middle(piece.at_s), UTC)))
        more_sight, more_heard = _covered(book, team, xy[first : last + 1], told, there)
        sight += more_sight
        heard += more_heard
    return sight, heard


def _by_light(book: Book, place: tuple[float, float], at_s: Floats) -> list[tuple[int, int, bool]]:
    """The points of a recording cut where it grew dark or light: (first, last, night); pieces share their ends."""
    known = np.flatnonzero(np.isfinite(at_s))
    start, end = float(at_s[known].min()), float(at_s[known].max())
    marks = np.arange(start, end + LIGHT_S, LIGHT_S)
    dark = np.array([_dark(book, place, datetime.fromtimestamp(t, UTC)) for t in marks.tolist()])
    of_point = np.zeros(len(at_s), dtype=np.bool_)
    filled = np.interp(np.arange(len(at_s)), known, at_s[known])
    of_point[:] = dark[np.clip(np.rint((filled - start) / LIGHT_S).astype(np.intp), 0, len(marks) - 1)]
    cuts = [0, *(np.flatnonzero(np.diff(of_point)) + 1).tolist(), len(at_s) - 1]
    return [(a, b, bool(of_point[a])) for a, b in pairwise(cuts) if b > a] or [(0, len(at_s) - 1, bool(of_point[0]))]


def _dark(book: Book, xy_m: tuple[float, float], at: datetime) -> bool:
    return is_night(book.terrain().grid.to_place(*xy_m), at)


def weather_at(book: Book, when: datetime) -> Weather:
    """The weather told last before a time, or where none was, the first told afterwards."""
    standing = counting([s.entry for s in book.stored])
    told = [
        (s.entry.at, s.entry.event.weather)
        for s in book.stored
        if isinstance(s.entry.event, WeatherSet) and s.entry.id in standing
    ]
    told.sort(key=lambda one: one[0])
    before = [weather for at, weather in told if at <= when]
    return before[-1] if before else told[0][1] if told else CALM


def _covered(book: Book, team: Team, xy_m: Floats, told: Told, there: _Conditions) -> tuple[Floats, Floats]:
    """(coverage by sight, coverage of a subject who answers) of a path; the second 0 where nobody called.

    A team that only calls sees as a hasty one does (homeward's own assumption).
    """
    terrain, numbers = book.terrain(), numbers_of(book.mission)
    seeing = replace(team, kind=TeamKind.HASTY, sweep_width_m=None) if team.kind is TeamKind.SOUND else team
    width = told.width_factor * team_sweep_width_m(
        seeing, terrain.cover, night=there.night, weather=there.weather, numbers=numbers
    )
    abreast = team.people if team.kind is TeamKind.LINE else 1
    sight = track_coverage(terrain.grid, xy_m, sweep_width_m=width, abreast=abreast)
    if not told.calling:
        return sight, np.zeros(terrain.grid.shape)
    heard = told.width_factor * team_sweep_width_m(
        team if team.kind is TeamKind.SOUND else Team(id=team.id, kind=TeamKind.SOUND),
        terrain.cover,
        night=there.night,
        weather=there.weather,
        numbers=numbers,
    )
    wide = np.maximum(width, heard)
    return sight, np.maximum(sight, track_coverage(terrain.grid, xy_m, sweep_width_m=wide))


def _middle(at_s: Floats) -> float:
    return float(np.nanmedian(at_s))


def _riding(xy_m: Floats, at_s: Floats) -> NDArray[np.bool_]:
    """Points passed faster than a searcher on foot can be, over half a minute: nobody searches from a car."""
    riding = np.zeros(len(xy_m), dtype=np.bool_)
    known = np.flatnonzero(np.isfinite(at_s))
    for i, k in enumerate(known[:-1]):
        j = known[min(int(np.searchsorted(at_s[known], at_s[k] + RIDE_S)), len(known) - 1)]
        gone = float(np.hypot(*np.diff(xy_m[known[i] : j + 1], axis=0).T).sum())
        if at_s[j] > at_s[k] and gone / (at_s[j] - at_s[k]) > VEHICLE_MPS:
            riding[k : j + 1] = True
    return riding
