"""The verbs inside a building: show it, plan its search, write down what was sensed and searched there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from homeward import __version__
from homeward.desk import clock, mapping
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.building_words import plan_answer, show_answer
from homeward.desk.coverage import registered
from homeward.desk.inside import Inside, inside, pod_inside, share_words
from homeward.desk.provenance import hash_of
from homeward.detect.walls import barriers, reading_rates
from homeward.errors import BadInput, NotYet
from homeward.log import blob_id
from homeward.mission.indoor import IndoorPlanMade, IndoorSense, Reading, ReadingTaken, RoomSearched
from homeward.mission.nouns import Provenance, Team, TeamKind
from homeward.search.indoors import IndoorProblem, IndoorRules, IndoorTeam, indoor_plan_to_bytes, plan_inside
from homeward.search.segments import segment_labels
from homeward.terrain.building import OUTSIDE

LONGEST_MIN = 600.0
LONGEST_PLANNING_S = 600.0
MOST_PEOPLE = 500
"""Homeward's own limits, against slips of the pen."""

SENSE = {
    TeamKind.DOG: IndoorSense.DOG,
    TeamKind.TRAILING: IndoorSense.DOG,
    TeamKind.RADAR: IndoorSense.RADAR,
    TeamKind.LISTENING: IndoorSense.LISTENING,
}
"""What a team senses a person behind a door with, by its kind; all others look."""
NOT_INSIDE = (TeamKind.DRONE, TeamKind.THERMAL, TeamKind.HELICOPTER, TeamKind.BOAT, TeamKind.REMAINS)

Progress = Callable[[float, str], None]


# ---- show and plan ------------------------------------------------------------------------------------------------


def show_building(path: Path, name: str | None = None) -> Answer:
    """What is known of a building, room by room; of all buildings where none is named."""
    with opened(path, read_only=True) as book:
        if name is None and len(book.mission.buildings) != 1:
            known = [inside(book, each) for each in book.mission.buildings]
            lines = [f"{k.building.id}: {len(k.plan.rooms)} rooms. {' '.join(share_words(k))}" for k in known]
            text = "\n".join(lines) or "No building yet. Load one: homeward building load MISSION FILE --name school."
            return Answer(text=text, data={"buildings": [k.building.id for k in known]})
        return show_answer(inside(book, name or next(iter(book.mission.buildings))), book)


def plan_building(
    path: Path,
    name: str,
    *,
    teams: Sequence[str] = (),
    minutes: float = 30.0,
    start: str | None = None,
    begin: str | None = None,
    share: float | None = None,
    closed_pod: float = 0.9,
    lookouts: Sequence[str] = (),
    keep_shut: Sequence[str] = (),
    seed: int = 0,
    time_limit_s: float = 10.0,
    progress: Progress | None = None,
) -> Answer:
    """Makes the plan to search a building, from what is known of its rooms now, and writes it down.

    `teams` are written NAME, NAME=SENSE, NAME=SENSE+SENSE, each with :ROOM where it stands; without any, those that
    the outdoor plan sends to the segment of the entrance, else all that can go inside.
    """
    if not 0 < minutes <= LONGEST_MIN:
        raise BadInput(f"A search of {minutes:g} min cannot be planned. Give more than 0, at most {LONGEST_MIN:g}.")
    if seed < 0:
        raise BadInput(f"A seed of {seed} cannot be. Give 0 or more.")
    if not 0 < time_limit_s <= LONGEST_PLANNING_S:
        raise BadInput(f"A time limit of {time_limit_s:g} s cannot be. Give above 0, at most {LONGEST_PLANNING_S:g}.")
    if share is not None and not 0 < share <= 1:
        raise BadInput(f"A share of {share:g} cannot be. Give the chance that the subject is inside, up to 1.")
    with opened(path) as book:
        known = inside(book, name)
        now = clock.now()
        later_s = 0.0
        if begin:
            begins = clock.read_time(begin, time_zone=book.mission.time_zone, now=now, tense="future")
            later_s = max(0.0, (begins - now).total_seconds())
        crew, notes = _crew(book, known, teams, now=now, later_s=later_s)
        if start is not None:
            room = OUTSIDE if start.lower() == "outside" else known.room(start).id
            crew = [replace(t, start=room) if t.start == OUTSIDE else t for t in crew]
        rules = IndoorRules(
            closed_pod=closed_pod,
            lookouts=tuple(r if r == OUTSIDE else known.room(r).id for r in lookouts),
            keep_shut=tuple(known.room(r).id for r in keep_shut),
            responsive=known.responsive,
        )
        problem = IndoorProblem(
            plan=known.plan,
            belief=known.rooms,
            teams=tuple(crew),
            duration_s=minutes * 60,
            readings=known.readings,
            searched=known.searched,
            rules=rules,
        )
        inputs = hash_of(book.mission, f"building {name}", at=now)
        made = plan_inside(problem, seed=seed, time_limit_s=time_limit_s, progress=_shares(progress, time_limit_s))
        data = indoor_plan_to_bytes(made)
        event = IndoorPlanMade(
            building=name,
            plan=blob_id(data),
            value=made.value,
            bound=made.bound,
            made_from=Provenance(inputs_sha256=inputs, seed=seed, version=__version__),
        )
        book.write(event, at=now, blobs=[data], decided=False)
        share = known.share if share is None else share
        return plan_answer(known, made, starts=now, zone=book.mission.time_zone, notes=notes, share=share)


def _shares(progress: Progress | None, limit_s: float) -> Callable[[float, float, float], None] | None:
    if progress is None:
        return None
    return lambda elapsed_s, value, _bound: progress(min(1.0, elapsed_s / limit_s), f"finds {value:.0%}")


def _crew(
    book: Book, known: Inside, told: Sequence[str], *, now: datetime, later_s: float
) -> tuple[list[IndoorTeam], list[str]]:
    """Who goes inside, when each is at the door, and what the outdoor plan has to do with it."""
    coming = _coming(book, known)
    teams = [_team(book, known, one) for one in told]
    if not teams:
        names = [n for n in coming if n in book.mission.teams] or [
            t.id for t in book.mission.teams.values() if t.kind not in NOT_INSIDE
        ]
        teams = [_team(book, known, n) for n in names]
    if not teams:
        raise NotYet("This mission has no team that can go inside. Register one: homeward team MISSION Alpha.")
    notes, ready = [], []
    for team in teams:
        wait_s = later_s
        if team.id in coming:
            number, begins = coming[team.id]
            at_door = max(begins, now)
            wait_s = max(wait_s, (at_door - now).total_seconds())
            when = clock.show_time(at_door, book.mission.time_zone, day=False)
            notes.append(f"{team.id} is brought to the entrance by assignment {number}: inside from {when}.")
        ready.append(replace(team, ready_s=wait_s))
    return ready, notes


def _team(book: Book, known: Inside, told: str) -> IndoorTeam:
    """A team from how a person names it: `Alpha`, `Alpha=radar`, `Rex=dog+eye:Hall`."""
    name, _, rest = told.partition("=")
    senses, _, room = rest.partition(":")
    team: Team = registered(book, name.strip())
    words = [s.strip() for s in senses.split("+") if s.strip()]
    for word in words:
        if word not in {s.value for s in IndoorSense}:
            raise BadInput(f"There is no sense {word!r}. Choose {', '.join(s.value for s in IndoorSense)}.")
    with_ = tuple(IndoorSense(w) for w in words) or (SENSE.get(team.kind, IndoorSense.EYE),)
    start = known.room(room).id if room.strip() else OUTSIDE
    return IndoorTeam(id=team.id, people=team.people, senses=with_, start=start)


def _coming(book: Book, known: Inside) -> dict[str, tuple[str, datetime]]:
    """The teams that the outdoor plan sends to the segment of the entrance: their assignment, and when they begin."""
    mission, place = book.mission, known.building.place
    if mission.plan is None or mission.area is None or place is None:
        return {}
    plan, grid = book.plan(), mission.area.grid
    x, y = grid.to_m(place)
    if not bool(grid.contains(x, y)):
        return {}
    row, col = grid.cell_of(x, y)
    here = [s for s in plan.segments if (segment_labels(grid, [s]) >= 0)[row, col]]
    if not here:
        return {}
    done = {(s.event.team, s.event.assignment) for s in mission.searches}
    starts = mission.plan.event.starts
    tasks = sorted((a for a in plan.assignments if a.segment in {s.id for s in here}), key=lambda a: -a.begins_s)
    return {a.team: (a.number, starts + timedelta(seconds=a.begins_s)) for a in tasks if (a.team, a.number) not in done}


# ---- what comes back ----------------------------------------------------------------------------------------------


@again_if_grown
def reading(
    path: Path,
    name: str,
    room: str,
    *,
    stood_in: str,
    sense: str,
    positive: bool,
    people: int | None = None,
    team: str | None = None,
    at: str | None = None,
) -> Answer:
    """Records what a sense said of a room, from another one (OUTSIDE: from out of doors)."""
    if sense not in {s.value for s in IndoorSense}:
        raise BadInput(f"There is no sense {sense!r}. Choose {', '.join(s.value for s in IndoorSense)}.")
    if people is not None and (not positive or not 0 < people <= MOST_PEOPLE):
        raise BadInput(f"{people} people sensed, {'somebody' if positive else 'nobody'} there: that does not fit.")
    with opened(path) as book:
        before = inside(book, name)
        if team is not None:
            registered(book, team)
        when = when_told(book, at) or clock.now()
        said = Reading(
            building=name,
            room=before.room(room).id,
            stood_in=OUTSIDE if stood_in.lower() == "outside" else before.room(stood_in).id,
            sense=IndoorSense(sense),
            positive=positive,
            team=team,
            people=people,
            at=when,
        )
        book.write(ReadingTaken(reading=said), at=when)
        after = inside(book, name)
    answer = _moved(f"{sense} says {'somebody' if positive else 'nobody'} in {said.room}", said.room, before, after)
    if reading_rates(barriers(after.plan), said.sense, stood_in=said.stood_in, room=said.room).notice > 0:
        return answer
    note = (
        f"\nNOTE: it counts for nothing, as {sense} cannot tell of {said.room} from {said.stood_in}: they do not touch."
    )
    return replace(answer, text=answer.text + note)


def searched_room(
    path: Path, name: str, room: str, *, pod: float, team: str | None = None, at: str | None = None
) -> Answer:
    """Records that a room was searched without a find, and makes the map anew where it holds the building."""
    if not 0 <= pod < 1:
        raise BadInput(f"A POD of {pod:g} cannot be. Give 0 up to, but not including, 1: nobody sees everything.")
    before, after, remade = _room_done(path, name, room, pod=pod, team=team, at=at)
    which = before.room(room).id
    answer = _moved(f"{which} searched without a find, POD {pod:.0%}", which, before, after)
    words = (
        f"\nThe map was made anew: the building counts as searched with POD {pod_inside(after):.0%}." if remade else ""
    )
    return Answer(text=answer.text + words, data={**answer.data, "pod_inside": pod_inside(after), "map": remade})


@again_if_grown
def _room_done(
    path: Path, name: str, room: str, *, pod: float, team: str | None, at: str | None
) -> tuple[Inside, Inside, bool]:
    with opened(path) as book:
        before = inside(book, name)
        if team is not None:
            registered(book, team)
        done = RoomSearched(building=name, room=before.room(room).id, pod=pod, team=team)
        book.write(done, at=when_told(book, at))
        remade = before.share is not None and book.mission.ipp is not None
        if remade:
            mapping.remake(book)
        return before, inside(book, name), remade


def _moved(what: str, room: str, before: Inside, after: Inside) -> Answer:
    order = sorted(after.rooms, key=lambda r: -after.rooms[r])[:3]
    words = ", ".join(f"{r} {after.rooms[r]:.0%}" for r in order)
    return Answer(
        text=(
            f"{after.building.id}: {what}. {room} goes from {before.rooms[room]:.1%} to {after.rooms[room]:.1%} of the "
            f"probability inside; most likely now {words}. The next building plan counts it."
        ),
        data={
            "building": after.building.id,
            "room": room,
            "before": before.rooms[room],
            "after": after.rooms[room],
            "rooms": after.rooms,
        },
    )
