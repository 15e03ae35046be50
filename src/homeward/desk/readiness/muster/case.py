"""From the mission to a muster: who may come, what keeps each of them, how long each needs, and what they answered.

People are registered persons, guests who signed in, and the members of a team that nobody registered by name
("Line A +1"), who count as heads and fill no role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeward.desk.book import Book
from homeward.desk.orders import with_casualties
from homeward.desk.readiness.call_out.call_state import CallState, call_state
from homeward.desk.readiness.muster.answered import as_answered
from homeward.desk.readiness.muster.ground import Ground, ground_of
from homeward.desk.readiness.muster.numbers import numbers
from homeward.geo import Place
from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.muster import Availability, CallAnswer, CallAnswered, Standing
from homeward.mission.people import Order, OrderKind
from homeward.readiness.muster.arrivals import arrival
from homeward.readiness.muster.records import Candidate, State, Takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Somebody with what is behind the numbers: `candidate` for the solver; `why` in words what keeps them; the latest
    answer to the open call; `ordered` when they were called; `assumed` the names of our own numbers that count.

    `unit` is the team of somebody whom nobody registered; `ends` when a task is over, where it is known; `due` when who
    said yes is to be here. `left` says that they signed out after being called, `at_casualty` with whom they stay.
    """

    candidate: Candidate
    team: str | None = None
    unit: str = ""
    why: str = ""
    answer: Happened[CallAnswered] | None = None
    ordered: datetime | None = None
    ends: datetime | None = None
    due: datetime | None = None
    assumed: tuple[str, ...] = ()
    left: bool = False
    at_casualty: str = ""

    @property
    def said(self) -> CallAnswered | None:
        """What they answered, where it is understood."""
        read = self.answer is not None and self.answer.event.answer is not CallAnswer.UNREAD
        return self.answer.event if self.answer is not None and read else None

    def late_s(self, *, now: datetime) -> float:
        """Seconds since they should have been here; 0 where they are not late."""
        return 0.0 if self.due is None else max((now - self.due).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MusterCase:
    """Everybody who may come, the place they come to (None: nobody knows where), and how the open call stands."""

    people: tuple[Expected, ...]
    place: Place | None
    state: CallState
    notes: tuple[str, ...] = ()


def case_of(book: Book, *, now: datetime) -> MusterCase:
    """Everybody who may come to the meeting point of the open call (else the meeting point, else the base)."""
    mission = book.mission
    place = meeting_place(mission)
    ground, state = ground_of(book, place, at=now), call_state(mission)
    scene = _Scene(mission, state, ground, with_casualties(mission), now)
    known = [_expected(scene, name) for name in mission.crew.people]
    unnamed = [_unnamed(scene, name, member) for name in mission.teams for member in unnamed_members(mission, name)]
    guests = [
        Expected(candidate=Candidate(id=name, state=State.HERE), why="a guest, signed in")
        for name in mission.muster.here
        if name not in mission.crew.people and name not in mission.teams
    ]
    return MusterCase(people=(*known, *unnamed, *guests), place=place, state=state, notes=ground.notes)


def meeting_place(mission: Mission) -> Place | None:
    """Where people come to: told with the open call, else the meeting point, else the base."""
    call, rally = mission.muster.callout, mission.crew.rally
    told = call.event.place if call is not None else None
    return told or (rally.event.place if rally is not None else None) or mission.base


# --- one person -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scene:
    """What counts for everybody: the mission, its open call, the ground, who stays with a casualty, and now."""

    mission: Mission
    state: CallState
    ground: Ground
    staying: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, slots=True)
class _Stand:
    """What keeps somebody: state, words, hours left, of reporting and getting up, assumed numbers, and when it ends."""

    state: State
    why: str
    left_h: float = 0.0
    report_h: float = 0.0
    wake_h: float = 0.0
    assumed: tuple[str, ...] = ()
    ends: datetime | None = None


def _expected(scene: _Scene, name: str) -> Expected:
    mission, ground, now = scene.mission, scene.ground, scene.now
    person = mission.crew.people[name]
    can = tuple(q.role.value for q in person.qualifications if q.until is None or q.until > now)
    told = mission.muster.standings.get(name)
    unit = person.team if person.team in mission.teams else name
    answer = scene.state.answer_of(name, unit)
    told = _reached(mission, told, name, answer)
    base = Expected(candidate=Candidate(id=name, can=can), team=person.team, answer=answer)
    if name in mission.muster.here:
        return replace(base, candidate=Candidate(id=name, can=can, state=State.HERE), why="signed in")
    casualty = scene.staying.get(name) or scene.staying.get(unit or "")
    if casualty:
        return _cannot(base, State.TASK, f"stays with casualty {casualty}", at_casualty=casualty)
    ordered = _ordered(scene, name, unit or name)
    if _has_left(scene, name, ordered, answer, told):
        return _cannot(base, State.UNREACHABLE, "has left", left=True)
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
    assumed = (*stand.assumed, *guessed, *p_guessed)
    whole = replace(base, candidate=candidate, why=stand.why, ordered=ordered, ends=stand.ends, assumed=assumed)
    return as_answered(mission, whole, unit or name, now=now)


def _reached(
    mission: Mission, told: Happened[Standing] | None, name: str, answer: Happened[CallAnswered] | None
) -> Happened[Standing] | None:
    """How somebody can be had; who was out of reach and has answered or been here since is free."""
    if told is None or told.event.state is not Availability.UNREACHABLE:
        return told
    seen = [one.at for one in (answer, mission.muster.gone.get(name)) if one is not None]
    since = any(at >= told.at for at in seen)
    return replace(told, event=replace(told.event, state=Availability.FREE)) if since else told


def _has_left(
    scene: _Scene,
    name: str,
    ordered: datetime | None,
    answer: Happened[CallAnswered] | None,
    told: Happened[Standing] | None = None,
) -> bool:
    """Whether a person or team signed out after the call, and nothing was heard of them since."""
    gone, call = scene.mission.muster.gone.get(name), scene.state.call
    if gone is None or call is None:
        return False
    heard = (call.at, ordered, answer.at if answer else None, told.at if told else None)
    return gone.at >= max(at for at in heard if at is not None)


def out_of_reach(mission: Mission, state: CallState, name: str) -> bool:
    """Whether somebody was told to be out of reach, and has neither answered nor been here since."""
    unit = mission.crew.people[name].team
    told = _reached(mission, mission.muster.standings.get(name), name, state.answer_of(name, unit))
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
        return _Stand(State.TASK, words, left_h, report_h, assumed=(*open_end, *guessed), ends=until)
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


def _ordered(scene: _Scene, name: str, unit: str) -> datetime | None:
    """When somebody was called: by the open call, or with their team by a recall that came with it or after it."""
    call = scene.state.call
    if call is None:
        return None
    by_call = scene.state.told.get(name)
    given = scene.mission.crew.orders.get(unit)
    recalled = given is not None and given.event.kind is OrderKind.RECALL and given.at >= call.at
    return by_call or (given.at if recalled and given is not None else None)


# --- members of teams whom nobody registered --------------------------------------------------------------


def unnamed_members(mission: Mission, team: str) -> list[str]:
    """Those members of a team whom nobody registered by name: `Line A +1` and so on."""
    named = sum(person.team == team for person in mission.crew.people.values())
    return [f"{team} +{k}" for k in range(1, mission.teams[team].people - named + 1)]


def _unnamed(scene: _Scene, team: str, member: str) -> Expected:
    mission, ground, staying, now = scene.mission, scene.ground, scene.staying, scene.now
    told = Expected(candidate=Candidate(id=member), team=team, unit=team, answer=scene.state.answer_of(team, team))
    if team in mission.muster.here:
        return replace(told, candidate=replace(told.candidate, state=State.HERE), why="signed in with the team")
    if team in staying:
        return _cannot(told, State.TASK, f"stays with casualty {staying[team]}", at_casualty=staying[team])
    ordered = _ordered(scene, team, team)
    if _has_left(scene, team, ordered, told.answer):
        return _cannot(told, State.UNREACHABLE, "has left", left=True)
    stand = _standing(None, ground.busy.get(team), now=now)
    travel, guessed = _travel(None, ground.seconds_of(team, team))
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
    whole = replace(told, candidate=candidate, why=stand.why, ordered=ordered, ends=stand.ends, assumed=assumed)
    return as_answered(mission, whole, team, now=now)


def recall_order(
    who: str, state: State, place: Place | None, arrives: datetime | None, *, everybody: bool = True
) -> Order:
    """What a unit is told when it is called in, alone or with `everybody`: to come now, or to finish its task first."""
    whom = "everybody is" if everybody else "you are"
    text = f"{whom} called in: {'finish your task, report it, then come' if state is State.TASK else 'come now'}"
    return Order(to=who, kind=OrderKind.RECALL, text=text, place=place, arrives=arrives)


def eta_of(who: Expected, *, now: datetime) -> datetime | None:
    """When somebody is expected, the median; who is late, when they were to be here; None where they cannot come."""
    if who.late_s(now=now) > 0:
        return who.due
    coming = arrival(who.candidate)
    return None if coming.p == 0 else now + timedelta(hours=coming.median_h())
