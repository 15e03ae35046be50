"""The verbs inside a building: show it, plan its search, write down what was sensed and searched there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from homeward import __version__
from homeward.desk import clock, mapping
from homeward.desk.answer import Answer
from homeward.desk.book import again_if_grown, opened, when_told
from homeward.desk.buildings.crew import place_told, who_goes_in
from homeward.desk.buildings.inside import Inside, inside, pod_inside, share_words
from homeward.desk.buildings.words import plan_answer, show_answer
from homeward.desk.provenance import hash_of
from homeward.desk.search.coverage import registered
from homeward.detect.walls import barriers, reading_rates
from homeward.errors import BadInput
from homeward.log import blob_id
from homeward.mission.indoor import IndoorPlanMade, IndoorSense, Reading, ReadingTaken, RoomSearched
from homeward.mission.nouns import Provenance
from homeward.search.indoors import IndoorProblem, IndoorRules, indoor_plan_to_bytes, plan_inside
from homeward.terrain.building import OUTSIDE

LONGEST_MIN = 600.0
LONGEST_PLANNING_S = 600.0
MOST_PEOPLE = 500
"""Homeward's own limits, against slips of the pen."""

DROP = "none"
"""Says that what the plan before kept shut or watched is so no longer."""

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
    the outdoor plan sends to the segment of the entrance, once they are through there, else all that can go inside.
    `minutes` count from when the first is there. `lookouts` and `keep_shut` hold for later plans too, until others or
    "none" are given.
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
        crew, starts, notes = who_goes_in(book, known, teams, now=now, later_s=later_s, minutes=minutes)
        if start is not None:
            crew = [replace(t, start=place_told(known, start)) if t.start == OUTSIDE else t for t in crew]
        earlier = [m.event for m in book.mission.indoor_plans if m.event.building == name]
        before = earlier[-1] if earlier else None
        watch, watched = _kept(known, lookouts, before.lookouts if before else (), "--lookout lookouts at")
        shut, kept = _kept(known, keep_shut, before.keep_shut if before else (), "--keep-shut nobody may enter")
        notes += [*watched, *kept]
        rules = IndoorRules(closed_pod=closed_pod, lookouts=watch, keep_shut=shut, responsive=known.responsive)
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
        if not any(m.action in ("search", "sense") for m in made.moves):
            why = next((c.why for c in made.left_closed), "there is no time")
            raise BadInput(
                f"Nobody gets to search anything: {why}. Change what is kept shut, who goes in, or the time."
            )
        data = indoor_plan_to_bytes(made)
        event = IndoorPlanMade(
            building=name,
            plan=blob_id(data),
            value=made.value,
            bound=made.bound,
            made_from=Provenance(inputs_sha256=inputs, seed=seed, version=__version__),
            starts=starts,
            rooms=known.building.plan,
            lookouts=watch,
            keep_shut=shut,
        )
        book.write(event, at=now, blobs=[data], decided=False)
        share = known.share if share is None else share
        return plan_answer(known, made, starts=starts, zone=book.mission.time_zone, notes=notes, share=share)


def _shares(progress: Progress | None, limit_s: float) -> Callable[[float, float, float], None] | None:
    if progress is None:
        return None
    return lambda elapsed_s, value, _bound: progress(min(1.0, elapsed_s / limit_s), f"finds {value:.0%}")


def _kept(known: Inside, told: Sequence[str], before: Sequence[str], words: str) -> tuple[tuple[str, ...], list[str]]:
    """Rooms as told, else as the plan before had them, which is said; `none` drops those."""
    if told:
        return tuple(place_told(known, r) for r in told if r.lower() != DROP), []
    there = tuple(r for r in before if r == OUTSIDE or r in {room.id for room in known.plan.rooms})
    option = words.partition(" ")[0]
    return there, [
        f"As in the plan before: {words.partition(' ')[2]} {', '.join(there)} ({option} none drops that)."
    ] if there else []


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
            stood_in=place_told(before, stood_in),
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
