"""From the mission to a muster: who may come, what keeps each of them, how long each needs, and what they answered.

People are registered persons, guests who signed in, and the members of a team that nobody registered by name
("Line A +1"), who count as heads and fill no role.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from homeward.desk.book import Book
from homeward.desk.orders import with_casualties
from homeward.desk.readiness.muster.answered import as_answered
from homeward.desk.readiness.muster.ground import Ground, ground_of
from homeward.desk.readiness.muster.numbers import numbers
from homeward.geo import Floats, Place
from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.muster import Availability, CallAnswer, CallAnswered, Callout, Standing
from homeward.mission.people import Order, OrderKind
from homeward.readiness.muster.arrivals import arrival
from homeward.readiness.muster.records import Candidate, State, Takes

STRENGTH_H = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0)
"""Hours from now at which strength is told where nobody asks for others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Somebody with what is behind the numbers: `candidate` for the solver; `why` in words what keeps them; the latest
    answer to the open call; `ordered` when they were called; `assumed` the names of our own numbers that count.

    `left` says that they signed out after being called, `at_casualty` with whom they stay.
    """

    candidate: Candidate
    team: str | None = None
    why: str = ""
    answer: Happened[CallAnswered] | None = None
    ordered: datetime | None = None
    assumed: tuple[str, ...] = ()
    left: bool = False
    at_casualty: str = ""

    @property
    def said(self) -> CallAnswered | None:
        """What they answered, where it is understood."""
        read = self.answer is not None and self.answer.event.answer is not CallAnswer.UNREAD
        return self.answer.event if self.answer is not None and read else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MusterCase:
    """Everybody who may come, and the place they come to (None: nobody knows where)."""

    people: tuple[Expected, ...]
    place: Place | None
    notes: tuple[str, ...] = ()

    @property
    def assumed(self) -> tuple[str, ...]:
        """Names of the numbers of our own that count for anybody, each once."""
        return tuple(dict.fromkeys(name for who in self.people for name in who.assumed))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strength:
    """How many are there by when. `times_h` hours from now; `heads` (times,) expected heads; `by_role` the expected
    number who can fill each role (one person counts in each that they can); `p_present` (people, times) in the order of
    `people`; `can` the roles of each.
    """

    times_h: Floats
    heads: Floats
    by_role: Mapping[str, Floats]
    people: tuple[str, ...]
    can: tuple[tuple[str, ...], ...]
    p_present: Floats


def strength(book: Book, *, now: datetime, times_h: Sequence[float] = STRENGTH_H) -> Strength:
    """Who is expected to be at the meeting point by when, as the log and the answers so far have it.

    Last resorts (answers "limited") are not counted.
    """
    people = [who.candidate for who in case_of(book, now=now).people if not who.candidate.last_resort]
    times = np.asarray(times_h, dtype=np.float64)
    p = np.array([arrival(one).by(times) for one in people]).reshape(len(people), len(times))
    roles = sorted({role for one in people for role in one.can})
    able = {role: np.array([role in one.can for one in people]) for role in roles}
    return Strength(
        times_h=times,
        heads=p.sum(axis=0),
        by_role={role: p[able[role]].sum(axis=0) for role in roles},
        people=tuple(one.id for one in people),
        can=tuple(one.can for one in people),
        p_present=p,
    )


def case_of(book: Book, *, now: datetime) -> MusterCase:
    """Everybody who may come to the meeting point of the open call (else the meeting point, else the base)."""
    mission = book.mission
    place = meeting_place(mission)
    ground = ground_of(book, place, at=now)
    staying = with_casualties(mission)
    known = [_expected(mission, name, ground, staying, now=now) for name in mission.crew.people]
    unnamed = [
        _unnamed(mission, name, member, ground, staying, now=now)
        for name in mission.teams
        for member in unnamed_members(mission, name)
    ]
    guests = [
        Expected(candidate=Candidate(id=name, state=State.HERE), why="a guest, signed in")
        for name in mission.muster.here
        if name not in mission.crew.people and name not in mission.teams
    ]
    return MusterCase(people=(*known, *unnamed, *guests), place=place, notes=ground.notes)


def meeting_place(mission: Mission) -> Place | None:
    """Where people come to: told with the open call, else the meeting point, else the base."""
    call, rally = mission.muster.callout, mission.crew.rally
    told = call.event.place if call is not None else None
    return told or (rally.event.place if rally is not None else None) or mission.base


def latest_answers(mission: Mission, callout: str) -> dict[str, Happened[CallAnswered]]:
    """The latest answer of everybody, and of teams, to a call; an unread one does not replace what was understood
    before, and one that a person has read counts from when it came, so that later ones stay in force.
    """
    order: dict[str, tuple[int, Happened[CallAnswered]]] = {}
    came: dict[tuple[str, str], int] = {}
    for k, one in enumerate(mission.muster.answers):
        said = one.event
        if said.callout != callout:
            continue
        if said.answer is CallAnswer.UNREAD:
            came[said.person, said.text] = k
            order.setdefault(said.person, (-1, one))
            continue
        since = came.get((said.person, said.text), k) if said.read_by else k
        if since >= order.get(said.person, (-1, one))[0]:
            order[said.person] = since, one
    return {person: one for person, (_, one) in order.items()}


def unread_answers(mission: Mission) -> list[Happened[CallAnswered]]:
    """Answers that nobody has understood yet: unread ones whose words no person has read since."""
    left: dict[tuple[str, str, str], list[Happened[CallAnswered]]] = {}
    for one in mission.muster.answers:
        words = (one.event.callout, one.event.person, one.event.text)
        if one.event.answer is CallAnswer.UNREAD:
            left.setdefault(words, []).append(one)
        elif one.event.read_by:
            left.pop(words, None)
    return sorted((one for rows in left.values() for one in rows), key=lambda one: one.at)


def called_at(mission: Mission, call: Happened[Callout]) -> dict[str, datetime]:
    """When each was called: with the first wave at once, with the later ones as they went out."""
    waves = call.event.waves
    times = {0: call.at} | {
        one.event.wave: one.at for one in reversed(mission.muster.waves) if one.event.callout == call.event.id
    }
    return {name: times[k] for k, wave in enumerate(waves) if k in times for name in wave}


def told_at(mission: Mission, call: Happened[Callout]) -> dict[str, datetime]:
    """When each was told of the call: as the first notice went to them, else when they were called."""
    first: dict[str, datetime] = {}
    for one in mission.muster.notices:
        if one.event.about == call.event.id and one.event.went:
            first.setdefault(one.event.to, one.at)
    return {name: max(at, first.get(name, at)) for name, at in called_at(mission, call).items()}


# --- one person -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stand:
    """What keeps somebody: the state, hours left, hours of reporting and getting up, words, assumed numbers."""

    state: State
    why: str
    left_h: float = 0.0
    report_h: float = 0.0
    wake_h: float = 0.0
    assumed: tuple[str, ...] = ()


def _expected(mission: Mission, name: str, ground: Ground, staying: Mapping[str, str], *, now: datetime) -> Expected:
    person = mission.crew.people[name]
    can = tuple(q.role.value for q in person.qualifications if q.until is None or q.until > now)
    told = mission.muster.standings.get(name)
    unit = person.team if person.team in mission.teams else name
    call = mission.muster.callout
    answer = _answer(mission, name, unit)
    told = _reached(mission, told, name, answer)
    base = Expected(candidate=Candidate(id=name, can=can), team=person.team, answer=answer)
    if name in mission.muster.here:
        return replace(base, candidate=Candidate(id=name, can=can, state=State.HERE), why="signed in")
    casualty = staying.get(name) or staying.get(unit or "")
    if casualty:
        return _cannot(base, State.TASK, f"stays with casualty {casualty}", at_casualty=casualty)
    ordered = _ordered(mission, name, unit or name)
    gone = mission.muster.gone.get(name)
    since = max(filter(None, (ordered, answer.at if answer else None, told.at if told else None)), default=None)
    if gone is not None and call is not None and gone.at >= max(call.at, since or call.at):
        return _cannot(
            base, State.UNREACHABLE, f"has left{f' for {gone.event.to}' if gone.event.to else ''}", left=True
        )
    told_of = told.event if told else None
    stand = _standing(told_of, ground.busy.get(unit or name), now=now)
    travel, guessed = _travel(told_of, ground.seconds_of(name, unit or name))
    p, p_guessed = _p_come(mission, name, unit or name, told_of)
    candidate = Candidate(
        id=name,
        can=can,
        state=stand.state,
        p_come=p,
        task=Takes(median_h=stand.left_h),
        report_h=stand.report_h,
        wake_h=stand.wake_h,
        travel=travel,
        called=ordered is not None,
    )
    whole = replace(
        base, candidate=candidate, why=stand.why, ordered=ordered, assumed=(*stand.assumed, *guessed, *p_guessed)
    )
    return as_answered(mission, whole, unit or name, now=now)


def _answer(mission: Mission, name: str, unit: str | None) -> Happened[CallAnswered] | None:
    """The answer of somebody to the open call, or that of their team where it came later."""
    if mission.muster.callout is None:
        return None
    said = latest_answers(mission, mission.muster.callout.event.id)
    own, team = said.get(name), said.get(unit or name)
    clear = [one for one in (own, team) if one is not None and one.event.answer is not CallAnswer.UNREAD]
    return max(clear, key=lambda one: one.at) if clear else own or team


def _reached(
    mission: Mission, told: Happened[Standing] | None, name: str, answer: Happened[CallAnswered] | None
) -> Happened[Standing] | None:
    """How somebody can be had; who was out of reach and has answered or been here since is free."""
    if told is None or told.event.state is not Availability.UNREACHABLE:
        return told
    seen = [one.at for one in (answer, mission.muster.gone.get(name)) if one is not None]
    since = any(at >= told.at for at in seen)
    return replace(told, event=replace(told.event, state=Availability.FREE)) if since else told


def out_of_reach(mission: Mission, name: str) -> bool:
    """Whether somebody was told to be out of reach, and has neither answered nor been here since."""
    unit = mission.crew.people[name].team
    told = _reached(mission, mission.muster.standings.get(name), name, _answer(mission, name, unit))
    return told is not None and told.event.state is Availability.UNREACHABLE


def _cannot(who: Expected, state: State, why: str, *, at_casualty: str = "", left: bool = False) -> Expected:
    """Somebody who does not come as things are."""
    return replace(
        who, candidate=replace(who.candidate, state=state, p_come=0.0), why=why, at_casualty=at_casualty, left=left
    )


def _standing(told: Standing | None, busy: datetime | None, *, now: datetime) -> _Stand:
    """What keeps somebody: as told, else as the plan has their team."""
    state = told.state if told is not None else Availability.TASK if busy is not None else Availability.FREE
    if told is not None and state is Availability.UNREACHABLE:
        return _Stand(State.UNREACHABLE, "no channel reaches them")
    until = told.until if told is not None and told.until is not None else busy
    if state is Availability.TASK or (told is None and busy is not None):
        left_s = None if until is None else max((until - now).total_seconds(), 0.0)
        left_h, open_end = _or_number(left_s, "task_left_min")
        report_h, guessed = _or_number(None if told is None else told.report_s, "report_min")
        words = "finishes a task, then comes" if left_h > 0 else "on a task that should be over: comes at once"
        return _Stand(State.TASK, words, left_h, report_h, assumed=(*open_end, *guessed))
    if state is Availability.ASLEEP:
        wake_h, guessed = _or_number(None if told is None else told.wake_s, "wake_min")
        return _Stand(State.ASLEEP, "asleep: is woken", 0.0, wake_h=wake_h, assumed=guessed)
    return _Stand(State.FREE, "free")


def _or_number(told_s: float | None, name: str) -> tuple[float, tuple[str, ...]]:
    """Hours as told (seconds), else of the table (minutes), with the table's name where it counts."""
    return (numbers()[name].value / 60, (name,)) if told_s is None else (told_s / 3600, ())


def _travel(told: Standing | None, ground_s: float | None) -> tuple[Takes, tuple[str, ...]]:
    """Travel as told, else over the real ground, else the table's."""
    gsd = told.travel_gsd if told is not None else None
    spread, guessed = (numbers()["travel_gsd"].value, ("travel_gsd",)) if gsd is None else (gsd, ())
    if told is not None and told.travel_s is not None:
        return Takes(median_h=told.travel_s / 3600, gsd=spread), guessed
    if ground_s is not None:
        return Takes(median_h=ground_s / 3600, gsd=spread), guessed
    return Takes(median_h=numbers()["travel_min"].value / 60, gsd=spread), (*guessed, "travel_min")


def _p_come(mission: Mission, name: str, unit: str, told: Standing | None) -> tuple[float, tuple[str, ...]]:
    """As told of somebody, else the table's for who is with a team that is out, else for who is not."""
    person = mission.crew.people.get(name)
    for p in (told.p_come if told is not None else None, person.p_present if person is not None else None):
        if p is not None:
            return p, ()
    name = "p_with_team" if unit in mission.teams else "p_come"
    return numbers()[name].value, (name,)


def _ordered(mission: Mission, name: str, unit: str) -> datetime | None:
    """When somebody was called: by the open call, or with their team by a recall that came with it or after it."""
    call = mission.muster.callout
    if call is None:
        return None
    by_call = told_at(mission, call).get(name)
    given = mission.crew.orders.get(unit)
    recalled = given is not None and given.event.kind is OrderKind.RECALL and given.at >= call.at
    return by_call or (given.at if recalled and given is not None else None)


# --- members of teams whom nobody registered --------------------------------------------------------------


def unnamed_members(mission: Mission, team: str) -> list[str]:
    """Those members of a team whom nobody registered by name: `Line A +1` and so on."""
    named = sum(person.team == team for person in mission.crew.people.values())
    return [f"{team} +{k}" for k in range(1, mission.teams[team].people - named + 1)]


def _unnamed(
    mission: Mission, team: str, member: str, ground: Ground, staying: Mapping[str, str], *, now: datetime
) -> Expected:
    told = Expected(candidate=Candidate(id=member), team=team, answer=_answer(mission, team, team))
    here = team in mission.muster.here
    if here:
        return replace(told, candidate=replace(told.candidate, state=State.HERE), why="signed in with the team")
    if team in staying:
        return _cannot(told, State.TASK, f"stays with casualty {staying[team]}", at_casualty=staying[team])
    stand = _standing(None, ground.busy.get(team), now=now)
    travel, guessed = _travel(None, ground.seconds_of(team, team))
    ordered = _ordered(mission, team, team)
    candidate = replace(
        told.candidate,
        state=stand.state,
        p_come=numbers()["p_with_team"].value,
        task=Takes(median_h=stand.left_h),
        report_h=stand.report_h,
        travel=travel,
        called=ordered is not None,
    )
    assumed = (*stand.assumed, *guessed, "p_with_team")
    whole = replace(told, candidate=candidate, why=stand.why, ordered=ordered, assumed=assumed)
    return as_answered(mission, whole, team, now=now)


def recall_order(
    who: str, state: State, place: Place | None, arrives: datetime | None, *, everybody: bool = True
) -> Order:
    """What a unit is told when it is called in, alone or with `everybody`: to come now, or to finish its task first."""
    whom = "everybody is" if everybody else "you are"
    text = f"{whom} called in: {'finish your task, report it, then come' if state is State.TASK else 'come now'}"
    return Order(to=who, kind=OrderKind.RECALL, text=text, place=place, arrives=arrives)


def eta_of(who: Expected, *, now: datetime) -> datetime | None:
    """When somebody is expected, the median; None where they cannot come."""
    coming = arrival(who.candidate)
    return None if coming.p == 0 else now + timedelta(hours=coming.median_h())
