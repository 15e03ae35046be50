"""The verbs that bring reality back: a team's track, and what it searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from homeward.belief.story import move_line
from homeward.desk import clock, mapping
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.readiness.debrief.team_told import told_by_team
from homeward.desk.search.coverage import Told, registered, searched
from homeward.desk.search.gaps import SegmentGap, gap_data, gap_line, gaps_of
from homeward.errors import BadFile, BadInput, NotYet, UnknownName
from homeward.exchange.track import Recording, parse_track
from homeward.log import blob_id
from homeward.mission.events import AssignmentGivenUp, AssignmentSearched, TrackReceived
from homeward.mission.nouns import BlobId
from homeward.search.records import Assignment

LONGEST_TOLD = 200  # letters of a hazard met or a gap told: homeward's own limit
MOST_TRACK_BYTES = 50_000_000  # homeward's own limit: a day's track of one team is some 3 MB


def track(path: Path, team: str, file: Path, *, assignment: str | None = None, at: str | None = None) -> Answer:
    """Takes in the GPS track of a team on an assignment, as it was recorded."""
    data = _read(file)
    with opened(path) as book:
        registered(book, team)
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


def debrief(path: Path, team: str, *, assignment: str | None = None, at: str | None = None, **told: Any) -> Answer:
    """Records what a team searched without a find, with hazards and gaps, makes the map anew, and says where POD is
    under 10 %.

    What it covered comes from its tracks; where none came in, from the POD that the team tells; else as planned. A
    POD told counts instead of tracks that have no times: those are drawings; beside one with times it is only said.
    `told`: see `Told`. Hazards and gaps of a team without an assignment are noted as its statements.
    """
    said = _told(told)
    if assignment is None and _without_assignment(path, team, said):
        return told_by_team(path, team, hazards=said.hazards, gaps=said.gaps, note=said.note, at=at)
    done, segment = _write_down(path, team, assignment=assignment, told=said, at=at)
    moved, outside, missed = _map_anew(path, done.assignment, segment)
    words = (
        f"{team} searched {done.assignment}, segment {segment} ({done.source}): POD {done.pod:.0%} there"
        f"{' by sight' if done.calling else ''}, and {done.pos:.1%} of all probability looked at in vain.\n{moved}"
    )
    told_words = [f"Hazard met: {one}." for one in done.hazards]
    told_words += [f"Gap told: {one}. The map takes what the tracks or the POD say." for one in done.gaps]
    if done.hazards:
        told_words.append("What still threatens others, mark it: homeward hazard MISSION NAME.")
    return Answer(
        text="\n".join([words, *(gap_line(gap) for gap in missed), *told_words]),
        data={
            "team": team,
            "hazards": list(done.hazards),
            "gaps_told": list(done.gaps),
            "assignment": done.assignment,
            "pod": done.pod,
            "pos": done.pos,
            "source": done.source,
            "outside": outside,
            "gaps": [gap_data(gap) for gap in missed],
        },
    )


def _told(told: Mapping[str, Any]) -> Told:
    """What a team tells, with hazards and gaps as sentences: without full stops, none of them empty or too long."""
    said = dict(told)
    for field in ("hazards", "gaps"):
        lines = tuple(" ".join(str(one).split()).rstrip(".") for one in said.get(field) or ())
        if any(not 0 < len(one) <= LONGEST_TOLD for one in lines):
            raise BadInput(f"One of the {field} has no words, or more than {LONGEST_TOLD} letters. Say each in short.")
        said[field] = lines
    return Told(**said)


def _without_assignment(path: Path, team: str, said: Told) -> bool:
    """Whether a team with no assignment tells hazards or gaps, and nothing of a search."""
    if not (said.hazards or said.gaps) or replace(said, hazards=(), gaps=(), note="") != Told():
        return False
    with opened(path, read_only=True) as book:
        try:
            _assignment(book, team, None)
        except (BadInput, NotYet):
            return True
    return False


@again_if_grown
def _write_down(
    path: Path, team: str, *, assignment: str | None, told: Told, at: str | None
) -> tuple[AssignmentSearched, str]:
    with opened(path) as book:
        registered(book, team)
        plan, task = _assignment(book, team, assignment)
        earlier = _searched_before(book, plan, task)
        if earlier is not None:
            raise BadInput(
                f"Assignment {task.number} was debriefed already, and counts in the map. If that was wrong, undo it "
                f"first: homeward log undo MISSION {earlier}."
            )
        _check_given_up(book, task, plan, told)
        event = searched(book, task, plan=plan, told=told, at=when_told(book, at))
    return event, task.segment


@again_if_grown
def _map_anew(path: Path, number: str, segment: str) -> tuple[str, float, list[SegmentGap]]:
    """Makes the map again; what a search moved in it, in words, the share now outside, and the segment's gaps."""
    with opened(path) as book:
        after = mapping.remake(book)
        missed = [gap for gap in gaps_of(book) if gap.segment == segment]
    move = next((m for m in reversed(after.story) if m.cause.endswith(f" {number}")), after.story[-1])
    return move_line(move), after.outside, missed


def _assignment(book: Book, team: str, number: str | None) -> tuple[BlobId, Assignment]:
    """The assignment of that number in any plan, the newest first; or the team's next open one in the plan in force.

    A plan made again holds only what is left of a task under way: the plan that told the whole of it goes before.
    """
    plans = book.plans()
    if not plans:
        raise NotYet("This mission has no search plan yet, so no assignment. Make one with: homeward plan MISSION.")
    if number is None:
        name, plan = plans[0]
        over = {g.event.assignment for g in book.mission.given_up}
        told = [a for a in plan.assignments if a.team == team and a.number not in over]
        left = [a for a in told if _searched_before(book, name, a) is None]
        if not left:
            raise BadInput(
                f"{team} has no assignment left in this plan. Name one with --assignment, or make a new plan."
            )
        number = left[0].number
    hits = [(name, a) for name, plan in plans for a in plan.assignments if a.number == number]
    if not hits:
        raise UnknownName("assignment", number, [a.number for _, plan in plans for a in plan.assignments])
    own = sorted((hit for hit in hits if hit[1].team == team), key=lambda hit: hit[1].underway)
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


def _check_given_up(book: Book, task: Assignment, plan: BlobId, told: Told) -> None:
    """Raises `BadInput` for an assignment given up of which nobody says what was done: it was not done as planned."""

    def names_it(event: AssignmentGivenUp | TrackReceived) -> bool:
        return (event.team, event.assignment) == (task.team, task.number)

    if told.pod_told is not None or not any(names_it(g.event) for g in book.mission.given_up):
        return
    held = task.mode != "search"
    if held or not any(names_it(t.event) and t.event.plan in ("", plan) for t in book.mission.tracks):
        track = "" if held else ", or take its track in first: homeward track"
        raise BadInput(
            f"{task.team} gave up {task.number}, which was not done as planned. Say what it did cover: --pod (0 for "
            f"nothing){track}."
        )


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_TRACK_BYTES:
            raise BadFile(
                f"{file} is larger than {MOST_TRACK_BYTES // 1_000_000} MB. Export only the team's own track."
            )
        return file.read_bytes()
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Check the name.") from err
