"""The verbs that bring reality back: a team's track, what it searched, what it found."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from homeward.desk import clock, mapping
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened, raster_to_bytes
from homeward.detect import is_night, pod, team_sweep_width_m, track_coverage
from homeward.errors import BadFile, BadInput, NotYet, UnknownName
from homeward.exchange.track import Recording, parse_track
from homeward.geo import Floats, Grid, parse_place
from homeward.log import blob_id
from homeward.mission.events import AssignmentSearched, SubjectFound, TrackReceived
from homeward.mission.nouns import Team
from homeward.search.records import Assignment, SearchPlan
from homeward.search.segments import segment_labels

MOST_TRACK_BYTES = 50_000_000  # homeward's own limit: a day's track of one team is some 3 MB


def track(path: Path, team: str, file: Path, *, assignment: str | None = None, at: str | None = None) -> Answer:
    """Takes in the GPS track of a team on an assignment, as it was recorded."""
    data = _read(file)
    with opened(path) as book:
        _known_team(book, team)
        task = _assignment(book, team, assignment)
        event = take_track(book, task, data, name=file.name, at=_when(book, at))
    notes = [f"  note: {f}" for f in event.findings]
    return Answer(
        text="\n".join([f"Track of {team} on {task.number} taken in: {event.points} points.", *notes]),
        data={
            "team": team,
            "assignment": task.number,
            "points": event.points,
            "findings": list(event.findings),
        },
    )


def take_track(book: Book, task: Assignment, data: bytes, *, name: str, at: datetime | None = None) -> TrackReceived:
    """Writes down a team's track on an assignment, as recorded. Refuses one with no point on the map."""
    recorded = parse_track(data, name=name)
    grid = book.terrain().grid
    inside = sum(int(grid.contains(*grid.xy_m(s.lonlat_deg).T).sum()) for s in recorded.segments)
    if inside == 0:
        raise BadInput(f"{name} has no recorded point on the map of this mission. Check that it is the right track.")
    findings = [str(f) for f in recorded.findings]
    if inside < recorded.points:
        findings.append(f"{name}: {recorded.points - inside} of {recorded.points} points lie outside the map")
    event = TrackReceived(
        team=task.team,
        assignment=task.number,
        track=blob_id(data),
        points=recorded.points,
        findings=tuple(findings),
    )
    book.write(event, at=at, blobs=[data])
    return event


def debrief(
    path: Path,
    team: str,
    *,
    assignment: str | None = None,
    pod_told: float | None = None,
    note: str = "",
    at: str | None = None,
) -> Answer:
    """Records what a team searched without a find, and makes the map anew.

    What it covered comes from its tracks; where none came in, from the POD that the team tells; else as planned.
    """
    if pod_told is not None and not 0 <= pod_told < 1:
        raise BadInput(f"A POD of {pod_told:g} cannot be. Give 0 up to, but not including, 1: nobody sees everything.")
    with opened(path) as book:
        _known_team(book, team)
        task = _assignment(book, team, assignment)
        done = searched(book, task, pod_told=pod_told, note=note, at=_when(book, at))
        before = book.belief()
        after = mapping.remake(book)
        last = after.story[-1]
    words = (
        f"{team} searched {task.number}, segment {task.segment} ({done.source}): POD {done.pod:.0%} there, and "
        f"{done.pos:.1%} of all probability looked at in vain.\n{mapping.move_line(last)}"
    )
    return Answer(
        text=words,
        data={
            "team": team,
            "assignment": task.number,
            "pod": done.pod,
            "pos": done.pos,
            "source": done.source,
            "outside_before": before.outside,
            "outside": after.outside,
        },
    )


def found(
    path: Path,
    place: str,
    *,
    team: str | None = None,
    alive: bool | None = None,
    condition: str | None = None,
    at: str | None = None,
) -> Answer:
    """Records that the subject was found."""
    where = parse_place(place)
    with opened(path) as book:
        if team is not None:
            _known_team(book, team)
        book.write(SubjectFound(place=where, team=team, alive=alive, condition=condition), at=_when(book, at))
        when = clock.show_time(book.mission.find.at, book.mission.time_zone) if book.mission.find else ""
    by = f" by {team}" if team else ""
    return Answer(
        text=f"SUBJECT FOUND{by} at {where}, {when}.",
        data={"lat_deg": where.lat_deg, "lon_deg": where.lon_deg, "team": team, "alive": alive},
    )


def searched(
    book: Book, task: Assignment, *, pod_told: float | None = None, note: str = "", at: datetime | None = None
) -> AssignmentSearched:
    """Writes down what an assignment covered. The map is not yet made anew."""
    belief = book.belief()
    area = _segment_cells(book, task)
    coverage, source = _coverage(book, task, area, pod_told=pod_told)
    seen = pod(coverage)
    data = raster_to_bytes(coverage)
    event = AssignmentSearched(
        team=task.team,
        assignment=task.number,
        coverage=blob_id(data),
        pod=float(seen[area].mean()) if area.any() else 0.0,
        pos=float((belief.poa * seen).sum()),
        source=source,
        note=note,
    )
    book.write(event, at=at, blobs=[data])
    return event


def _coverage(book: Book, task: Assignment, area: NDArray[np.bool_], *, pod_told: float | None) -> tuple[Floats, str]:
    grid = book.belief().grid
    tracks = [t for t in book.mission.tracks if t.event.team == task.team and t.event.assignment == task.number]
    if tracks:
        team = book.mission.teams.get(task.team) or _past_team(book, task.team)
        total = np.zeros(grid.shape)
        for happened in tracks:
            recorded = parse_track(book.log.blob(happened.event.track), name=f"track of {task.team}")
            for piece in recorded.segments:
                total += _walked(book, team, piece, grid)
        return total, "from its track" if len(tracks) == 1 else f"from its {len(tracks)} tracks"
    if pod_told is not None:
        return np.where(area, -math.log1p(-pod_told), 0.0), "POD as told by the team"
    return planned_coverage(book, task), "as planned; no track came in"


def planned_coverage(book: Book, task: Assignment) -> Floats:
    """The coverage raster that an assignment reaches when its route is searched as drawn."""
    terrain = book.terrain()
    team = book.mission.teams.get(task.team) or _past_team(book, task.team)
    night = _night(book)
    width = team_sweep_width_m(team, terrain.cover, night=night)
    return track_coverage(terrain.grid, np.asarray(task.route_m), sweep_width_m=width, abreast=team.people)


def _walked(book: Book, team: Team, piece: Recording, grid: Grid) -> Floats:
    """The coverage raster of one continuous recording, with the sweep width of the light it was walked in."""
    terrain = book.terrain()
    xy = grid.xy_m(piece.lonlat_deg)
    inside = grid.contains(xy[:, 0], xy[:, 1])
    if not inside.any():
        return np.zeros(grid.shape)
    times = piece.at_s[np.isfinite(piece.at_s)] if piece.at_s is not None else np.array([])
    if times.size:
        middle = datetime.fromtimestamp(float(np.median(times)), UTC)
        night = is_night(grid.to_place(*xy[inside][0]), middle)
    else:
        night = _night(book)
    width = team_sweep_width_m(team, terrain.cover, night=night)
    return track_coverage(grid, xy, sweep_width_m=width, abreast=team.people)


def _segment_cells(book: Book, task: Assignment) -> NDArray[np.bool_]:
    """The cells of the segment that an assignment is for."""
    segments = [s for s in book.plan().segments if s.id == task.segment]
    return np.asarray(segment_labels(book.belief().grid, segments) >= 0)


def _night(book: Book) -> bool:
    plan = book.mission.plan
    post = book.mission.base or (book.mission.ipp.place if book.mission.ipp else None)
    if plan is None or post is None:
        return False
    return is_night(post, plan.event.starts + (plan.event.ends - plan.event.starts) / 2)


def _past_team(book: Book, name: str) -> Team:
    """A team as it was last registered, though it was stood down since."""
    from homeward.mission.events import TeamRegistered

    for stored in reversed(book.stored):
        event = stored.entry.event
        if isinstance(event, TeamRegistered) and event.team.id == name:
            return event.team
    raise UnknownName("team", name, book.mission.teams)


def _known_team(book: Book, name: str) -> None:
    if name not in book.mission.teams:
        _past_team(book, name)


def _assignment(book: Book, team: str, number: str | None) -> Assignment:
    if book.mission.plan is None:
        raise NotYet("This mission has no search plan yet, so no assignment. Make one with: homeward plan MISSION.")
    plan: SearchPlan = book.plan()
    if number is not None:
        hits = [a for a in plan.assignments if a.number == number]
        if not hits:
            raise UnknownName("assignment", number, [a.number for a in plan.assignments])
        if hits[0].team != team:
            raise BadInput(f"Assignment {number} is {hits[0].team}'s, not {team}'s. Check the number or the team.")
        return hits[0]
    since = book.mission.plan.at
    done = {s.event.assignment for s in book.mission.searches if s.at >= since}
    left = [a for a in plan.assignments if a.team == team and a.number not in done]
    if not left:
        raise BadInput(f"{team} has no assignment left in this plan. Name one with --assignment, or make a new plan.")
    return left[0]


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_TRACK_BYTES:
            raise BadFile(
                f"{file} is larger than {MOST_TRACK_BYTES // 1_000_000} MB. Export only the team's own track."
            )
        return file.read_bytes()
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Check the name.") from err


def _when(book: Book, at: str | None) -> datetime | None:
    if at is None:
        return None
    return clock.read_time(at, time_zone=book.mission.time_zone, now=clock.now(), tense="past")
