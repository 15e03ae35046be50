"""The verbs that bring reality back: a team's track, what it searched, what it found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from homeward.desk import clock, mapping
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, raster_to_bytes, when_told
from homeward.detect import is_night, pod, team_sweep_width_m, track_coverage
from homeward.errors import BadFile, BadInput, NotYet, UnknownName
from homeward.exchange.track import VEHICLE_MPS, Recording, parse_track
from homeward.geo import Floats, parse_place
from homeward.log import blob_id
from homeward.mission.events import AssignmentSearched, SubjectFound, TrackReceived
from homeward.mission.nouns import BlobId, Team, TeamKind
from homeward.search.records import Assignment
from homeward.search.segments import segment_labels

MOST_TRACK_BYTES = 50_000_000  # homeward's own limit: a day's track of one team is some 3 MB

RIDE_S = 30.0
"""Over how long a speed is taken, so that a receiver's jitter is no ride: ours."""


def track(path: Path, team: str, file: Path, *, assignment: str | None = None, at: str | None = None) -> Answer:
    """Takes in the GPS track of a team on an assignment, as it was recorded."""
    data = _read(file)
    with opened(path) as book:
        _known_team(book, team)
        plan, task = _assignment(book, team, assignment)
        event = take_track(book, task, data, plan=plan, name=file.name, at=when_told(book, at))
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


def take_track(
    book: Book, task: Assignment, data: bytes, *, plan: BlobId, name: str, at: datetime | None = None
) -> TrackReceived:
    """Writes down a team's track on an assignment of a plan, as recorded. Refuses one with no point on the map."""
    recorded = parse_track(data, name=name)
    grid = book.terrain().grid
    inside = sum(int(grid.contains(*grid.xy_m(s.lonlat_deg).T).sum()) for s in recorded.segments)
    if inside == 0:
        why = "; ".join(str(f) for f in recorded.findings[:2]) or "it was recorded elsewhere"
        raise BadInput(f"{name} has no recorded point on this mission's map ({why}). Check that it is the right track.")
    findings = [str(f) for f in recorded.findings]
    if inside < recorded.points:
        findings.append(f"{name}: {recorded.points - inside} of {recorded.points} points lie outside the map")
    findings += _odd_times(book, recorded.segments, name)
    event = TrackReceived(
        team=task.team,
        assignment=task.number,
        track=blob_id(data),
        points=recorded.points,
        findings=tuple(findings),
        plan=plan,
    )
    book.write(event, at=at, blobs=[data], decided=False)
    return event


def _odd_times(book: Book, pieces: Sequence[Recording], name: str) -> list[str]:
    """Says where a track was recorded before the mission's subject went missing, or is yet to come."""
    times = [t for p in pieces if p.at_s is not None for t in p.at_s[np.isfinite(p.at_s)].tolist()]
    if not times:
        return []
    zone = book.mission.time_zone
    first, last = (datetime.fromtimestamp(t, UTC) for t in (min(times), max(times)))
    if last > clock.now() + timedelta(minutes=5):
        raise BadInput(
            f"{name} runs until {clock.show_time(last, zone)}, which is yet to come. Check the device's clock."
        )
    since = book.mission.ipp.seen_at if book.mission.ipp else book.mission.opened_at
    if since is not None and first < since:
        return [
            f"{name}: begins {first:%Y} {clock.show_time(first, zone)}, before the subject went missing: right track?"
        ]
    return []


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

    What it covered comes from its tracks; where none came in, from the POD that the team tells; else as planned. A
    `pod_told` counts instead of tracks that have no times: those are drawings.
    """
    if pod_told is not None and not 0 <= pod_told < 1:
        raise BadInput(f"A POD of {pod_told:g} cannot be. Give 0 up to, but not including, 1: nobody sees everything.")
    done, segment = _write_down(path, team, assignment=assignment, pod_told=pod_told, note=note, at=at)
    moved, outside = _map_anew(path, done.assignment)
    words = (
        f"{team} searched {done.assignment}, segment {segment} ({done.source}): POD {done.pod:.0%} there, and "
        f"{done.pos:.1%} of all probability looked at in vain.\n{moved}"
    )
    return Answer(
        text=words,
        data={
            "team": team,
            "assignment": done.assignment,
            "pod": done.pod,
            "pos": done.pos,
            "source": done.source,
            "outside": outside,
        },
    )


@again_if_grown
def _write_down(
    path: Path, team: str, *, assignment: str | None, pod_told: float | None, note: str, at: str | None
) -> tuple[AssignmentSearched, str]:
    with opened(path) as book:
        _known_team(book, team)
        plan, task = _assignment(book, team, assignment)
        earlier = _searched_before(book, plan, task)
        if earlier is not None:
            raise BadInput(
                f"Assignment {task.number} was debriefed already, and counts in the map. If that was wrong, undo it "
                f"first: homeward log undo MISSION {earlier}."
            )
        event = searched(book, task, plan=plan, pod_told=pod_told, note=note, at=when_told(book, at))
    return event, task.segment


@again_if_grown
def _map_anew(path: Path, number: str) -> tuple[str, float]:
    """Makes the map again; what a search moved in it, in words, and the share now outside."""
    with opened(path) as book:
        after = mapping.remake(book)
    move = next((m for m in reversed(after.story) if m.cause.endswith(f" {number}")), after.story[-1])
    return mapping.move_line(move), after.outside


@again_if_grown
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
        book.write(SubjectFound(place=where, team=team, alive=alive, condition=condition), at=when_told(book, at))
        when = clock.show_time(book.mission.find.at, book.mission.time_zone) if book.mission.find else ""
    by = f" by {team}" if team else ""
    return Answer(
        text=f"SUBJECT FOUND{by} at {where}, {when}.",
        data={"lat_deg": where.lat_deg, "lon_deg": where.lon_deg, "team": team, "alive": alive},
    )


def searched(
    book: Book,
    task: Assignment,
    *,
    plan: BlobId,
    pod_told: float | None = None,
    note: str = "",
    at: datetime | None = None,
) -> AssignmentSearched:
    """Writes down what an assignment of a plan covered. The map is not yet made anew."""
    belief = book.belief()
    area = _segment_cells(book, plan, task)
    coverage, source = _coverage(book, plan, task, area, pod_told=pod_told)
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
        plan=plan,
    )
    book.write(event, at=at, blobs=[data])
    return event


def _coverage(
    book: Book, plan: BlobId, task: Assignment, area: NDArray[np.bool_], *, pod_told: float | None
) -> tuple[Floats, str]:
    """The coverage raster of an assignment, and where it is known from."""
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
    team = book.mission.teams.get(task.team) or _past_team(book, task.team)
    if pieces:
        total = np.zeros(area.shape)
        for piece in pieces:
            total += _walked(book, team, piece)
        return total, "from its track" if len(tracks) == 1 else f"from its {len(tracks)} tracks"
    if pod_told is not None:
        return np.where(area, -math.log1p(-pod_told), 0.0), "POD as told by the team"
    if tracks:
        raise BadInput(
            f"The track of {task.team} on {task.number} has no times: a drawing, no evidence of what was walked. "
            "Give the POD as the team judges it: --pod."
        )
    return planned_coverage(book, plan, task), "as planned; no track came in"


def planned_coverage(book: Book, plan: BlobId, task: Assignment) -> Floats:
    """The coverage raster that an assignment reaches when its route is searched as drawn, in the light of its time."""
    terrain = book.terrain()
    team = book.mission.teams.get(task.team) or _past_team(book, task.team)
    made = next(p for p in book.mission.plans if p.event.plan == plan)
    middle = made.event.starts + timedelta(seconds=(task.begins_s + task.ends_s) / 2)
    width = team_sweep_width_m(team, terrain.cover, night=is_night(terrain.grid.to_place(*task.route_m[0]), middle))
    route = np.asarray(task.route_m)
    return track_coverage(terrain.grid, route, sweep_width_m=width, abreast=_abreast(team))


def _walked(book: Book, team: Team, piece: Recording) -> Floats:
    """The coverage raster of one continuous recording with times, in the light of its time; rides in a car left out."""
    terrain = book.terrain()
    grid = terrain.grid
    xy = grid.xy_m(piece.lonlat_deg)
    inside = grid.contains(xy[:, 0], xy[:, 1])
    if not inside.any() or piece.at_s is None:
        return np.zeros(grid.shape)
    if team.kind is not TeamKind.DRONE:
        xy = np.where(_riding(xy, piece.at_s)[:, None], np.nan, xy)
    middle = datetime.fromtimestamp(float(np.nanmedian(piece.at_s)), UTC)
    night = is_night(grid.to_place(*grid.xy_m(piece.lonlat_deg[inside])[0]), middle)
    width = team_sweep_width_m(team, terrain.cover, night=night)
    return track_coverage(grid, xy, sweep_width_m=width, abreast=_abreast(team))


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


def _abreast(team: Team) -> int:
    """How many searchers walk side by side, sharing the team's sweep width."""
    return team.people if team.kind is TeamKind.LINE else 1


def _segment_cells(book: Book, plan: BlobId, task: Assignment) -> NDArray[np.bool_]:
    """The cells of the segment that an assignment of a plan is for."""
    segments = [s for s in dict(book.plans())[plan].segments if s.id == task.segment]
    return np.asarray(segment_labels(book.belief().grid, segments) >= 0)


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


def _assignment(book: Book, team: str, number: str | None) -> tuple[BlobId, Assignment]:
    """The assignment of that number in any plan, the newest first; or the team's next open one in the plan in force."""
    plans = book.plans()
    if not plans:
        raise NotYet("This mission has no search plan yet, so no assignment. Make one with: homeward plan MISSION.")
    if number is None:
        name, plan = plans[0]
        left = [a for a in plan.assignments if a.team == team and _searched_before(book, name, a) is None]
        if not left:
            raise BadInput(
                f"{team} has no assignment left in this plan. Name one with --assignment, or make a new plan."
            )
        return name, left[0]
    hits = [(name, a) for name, plan in plans for a in plan.assignments if a.number == number]
    if not hits:
        raise UnknownName("assignment", number, [a.number for _, plan in plans for a in plan.assignments])
    own = [hit for hit in hits if hit[1].team == team]
    if not own:
        raise BadInput(f"Assignment {number} is {hits[0][1].team}'s, not {team}'s. Check the number or the team.")
    return own[0]


def _searched_before(book: Book, plan: BlobId, task: Assignment) -> int | None:
    """The number of the entry that debriefed an assignment; None where it is still open."""
    for done in book.mission.searches:
        event = done.event
        if (event.team, event.assignment) == (task.team, task.number) and event.plan in ("", plan):
            return next(s.seq for s in book.stored if s.entry.id == done.entry)
    return None


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_TRACK_BYTES:
            raise BadFile(
                f"{file} is larger than {MOST_TRACK_BYTES // 1_000_000} MB. Export only the team's own track."
            )
        return file.read_bytes()
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Check the name.") from err
