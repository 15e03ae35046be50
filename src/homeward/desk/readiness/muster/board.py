"""The board as data: who is in, who comes when, who is silent, how sure a qualified team is by when, whom to call."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.orders import order_rows
from homeward.desk.readiness.call_out.call_state import unread_answers
from homeward.desk.readiness.call_out.phone_list import spoken_to
from homeward.desk.readiness.call_out.words import why_words
from homeward.desk.readiness.muster.case import Expected, MusterCase, case_of, eta_of
from homeward.desk.readiness.muster.chance import by_deadline, problem_for, role_chances
from homeward.desk.readiness.muster.event import expected_event
from homeward.desk.readiness.muster.numbers import numbers
from homeward.desk.readiness.muster.signing_in import here_rows, still_missing
from homeward.errors import NotYet
from homeward.exchange.page_values import lonlat_of, utc_text
from homeward.exchange.readiness_words import callout_words
from homeward.geo import format_place
from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.muster import CallAnswered, Callout
from homeward.readiness.muster.records import Muster, MusterProblem, State
from homeward.readiness.muster.solve import solve
from homeward.words import named

Json = dict[str, Any]
MOST_SHOWN = 12
"""Names in one line of the board: ours."""
_TELL_STATES = ("wake_min", "report_min", "task_left_min")
"""Our own numbers that only those asleep or on a task need."""


def board(book: Book, *, personal: bool = False, seed: int = 0) -> Json:
    """The board: times in UTC, the place as [longitude, latitude], probabilities 0..1. Raises `NotYet` where nobody is
    known. The words of unread answers, and what was told of people, only with `personal`.
    """
    mission, now = book.mission, clock.now()
    case = case_of(book, now=now)
    if not case.people:
        raise NotYet("Nobody is registered or signed in yet. Register people first: homeward person MISSION NAME.")
    call, place = case.state.call, case.place
    event = expected_event(book, now=now)
    problem = problem_for(book, case, call.event if call else None, now=now, event=event)
    found = solve(problem, seed=seed)
    unread = [one for one in unread_answers(mission) if call is not None and one.event.callout == call.event.id]
    rows = _Rows(case, problem, found, _Hidden() if personal else _hidden(mission), now)
    return {
        "at": utc_text(now),
        "place": None if place is None else lonlat_of(place),
        "meet": None if place is None else format_place(place, "mgrs"),
        "call": _call(mission, call),
        "here": here_rows(mission),
        "heads_here": sum(w.candidate.state is State.HERE for w in case.people),
        "coming": rows.coming(),
        "silent": rows.silent(),
        "no": [w.candidate.id for w in case.people if w.why == "said no"],
        "away": [
            {"id": w.candidate.id, "team": w.team, "left": w.left, "why": rows.why_away(w, mission, personal=personal)}
            for w in case.people
            if _away(w)
        ],
        "settled": [row["to"] for row in order_rows(mission, now=now) if row["answered_call"]],
        "not_called": [w.candidate.id for w in case.people if _uncalled(w)],
        "unread": [_unread(one, personal=personal) for one in unread],
        "chance": _chance(problem, found, call.event if call else None, now=now),
        "weakest": _weakest(case, problem, rows.hidden, seed=seed),
        "event": event.says if event else None,
        "p_before_event": found.p_before_event,
        "missing": {role or "of anybody": n for role, n in found.missing.items()},
        "missing_unless": _unless(case, problem, found, {one.event.person for one in unread}),
        "due": _due(case, mission, now=now),
        "phone_list": None if call is None else spoken_to(book, case.state, personal=personal),
        "call_next": list(found.call_next) if call is not None and problem.asks else [],
        "reaches": found.reaches,
        "why": list(found.why),
        "assumed": [_assumed(name) for name in _shown_assumed(case, rows.hidden)],
        "notes": list(case.notes),
        "last_roll_call": _roll_call(mission),
        "seed": seed,
    }


def is_silent(who: Expected) -> bool:
    """Whether somebody was called and has said nothing."""
    return who.ordered is not None and who.answer is None and who.candidate.answer_mean_h is not None


# --- people -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Of whom it is not shown what keeps them, and of whom with which chance they come: it was told of them."""

    states: AbstractSet[str] = frozenset()
    chances: AbstractSet[str] = frozenset()


def _hidden(mission: Mission) -> _Hidden:
    told = mission.muster.standings
    return _Hidden(frozenset(told), frozenset(name for name, one in told.items() if one.event.p_come is not None))


class _Rows:
    """The rows of people: who comes, who is silent."""

    def __init__(self, case: MusterCase, problem: MusterProblem, found: Muster, hidden: _Hidden, now: datetime) -> None:
        self.case, self.hidden, self.now = case, hidden, now
        self._p = {person.id: float(p) for person, p in zip(problem.people, found.p_come, strict=True)}

    def coming(self) -> list[Json]:
        """Who was called, is not here and may come, the first first."""
        rows = [
            self._row(who)
            for who in self.case.people
            if (who.candidate.called or who.said is not None)
            and who.candidate.state is not State.HERE
            and (who.candidate.p_come > 0 or who.due is not None)
        ]
        return sorted((row for row in rows if row["eta"]), key=lambda row: (row["eta"], row["id"]))

    def silent(self) -> list[Json]:
        """Who was called and has said nothing, with the probability that they come all the same; a team's members whom
        nobody registered are one row.
        """
        found: dict[str, Json] = {}
        for who in self.case.people:
            if who.ordered is None or not is_silent(who):
                continue
            name = who.unit or who.candidate.id
            if name in found:
                found[name]["heads"] += 1
                continue
            eta = eta_of(who, now=self.now)
            found[name] = {
                "id": name,
                "team": who.team,
                "heads": 1,
                "can": list(who.candidate.can),
                "silent_min": max((self.now - who.ordered).total_seconds() / 60, 0.0),
                "p": self._chance(who),
                "eta": utc_text(eta),
                "tried": list(self.case.state.tried(name)),
            }
        return list(found.values())

    def why_away(self, who: Expected, mission: Mission, *, personal: bool) -> str:
        """Why somebody does not come. Where those who left went for is in somebody's own words: personal."""
        gone = mission.muster.gone.get(who.unit or who.candidate.id)
        where = f" for {gone.event.to}" if personal and who.left and gone and gone.event.to else ""
        return f"{why_words(who, self.hidden.states)}{where}"

    def _row(self, who: Expected) -> Json:
        eta, late = eta_of(who, now=self.now), who.late_s(now=self.now)
        return {
            "id": who.candidate.id,
            "team": who.team,
            "can": list(who.candidate.can),
            "eta": utc_text(eta),
            "late_min": late / 60 if late > 0 else None,
            "why": why_words(who, self.hidden.states),
            "p": self._chance(who),
            "last_resort": who.candidate.last_resort,
            "answered": who.said is not None,
            "silent": is_silent(who),
            "named_eta": utc_text(who.said.eta) if who.said is not None else None,
        }

    def _chance(self, who: Expected) -> float | None:
        """The probability that somebody comes; None where it rests on personal things."""
        name = who.candidate.id
        return None if name in self.hidden.chances and who.said is None else self._p.get(name, who.candidate.p_come)


def _away(who: Expected) -> bool:
    return who.left or bool(who.at_casualty) or who.candidate.state is State.UNREACHABLE


def _uncalled(who: Expected) -> bool:
    settled = who.candidate.called or who.candidate.state is State.HERE or _away(who)
    return not settled and who.said is None


def _unless(case: MusterCase, problem: MusterProblem, found: Muster, unread: AbstractSet[str]) -> list[str]:
    """Who fills a place that nobody fills, if an answer of theirs that nobody has read means yes."""
    counted = {person.id for person in problem.people}
    able = [
        who.candidate.id
        for who in case.people
        if {who.candidate.id, who.team} & unread
        and (who.candidate.id not in counted or who.candidate.p_come == 0)
        and ("" in found.missing or set(who.candidate.can) & set(found.missing))
    ]
    return able if found.missing else []


def _due(case: MusterCase, mission: Mission, *, now: datetime) -> str:
    """Who was given a channel's five minutes and has said nothing; "" where nobody is due."""
    call, wait = mission.muster.callout, numbers()["next_channel_min"].value
    if call is None:
        return ""
    last = {name: max(one.at for one in tried.values()) for name, tried in case.state.notices.items()}
    silent = [
        who.candidate.id
        for who in case.people
        if is_silent(who)
        and who.candidate.id in mission.crew.people
        and now - (last.get(who.candidate.id) or who.ordered or now) >= timedelta(minutes=wait)
    ]
    if not silent:
        return ""
    return f"{call.event.id}: {wait:g} min of silence from {named(silent, most=MOST_SHOWN)}: try the next channel"


# --- the call and its chance ------------------------------------------------------------------------------


def _call(mission: Mission, call: Happened[Callout] | None) -> Json | None:
    if call is None:
        return None
    one = call.event
    return {
        "id": one.id,
        "at": utc_text(call.at),
        "asks": callout_words(one),
        "text": one.text,
        "need": dict(one.need),
        "heads": one.heads,
        "wanted_by": utc_text(one.wanted_by),
        "target": one.target,
        "waves": len(one.waves),
        "waves_called": 1 + len({w.event.wave for w in mission.muster.waves if w.event.callout == one.id}),
    }


def _unread(one: Happened[CallAnswered], *, personal: bool) -> Json:
    told = {"entry": one.entry, "person": one.event.person, "at": utc_text(one.at), "channel": one.event.channel}
    return told | ({"text": one.event.text} if personal else {})


def _chance(problem: MusterProblem, found: Muster, call: Callout | None, *, now: datetime) -> Json:
    """The curve: P(team by t), where a team is asked for, the expected heads, and at the deadline."""
    expected = found.p_present.sum(axis=0)
    return {
        "at": [utc_text(now + timedelta(hours=h)) for h in problem.times_h],
        "times_h": list(problem.times_h),
        "heads": [float(v) for v in expected],
        "p_team": [float(v) for v in found.p_team] if problem.asks else None,
        "p_team_called": [float(v) for v in found.p_team_called] if problem.asks else None,
        "by": utc_text(call.wanted_by) if call is not None else None,
        "p_by": by_deadline(problem, found.p_team_called) if problem.asks else None,
        "p_by_all": by_deadline(problem, found.p_team) if problem.asks else None,
        "p_error": found.p_error,
        "target": problem.target,
    }


def _weakest(case: MusterCase, problem: MusterProblem, hidden: _Hidden, *, seed: int) -> list[Json]:
    """Where those called fall short by the deadline: roles ("of anybody": heads) that are less sure than the target is
    high, else the least sure; the least first. `p` is None where it rests on what was told of somebody.
    """
    told = {
        role
        for who in case.people
        if who.candidate.id in hidden.chances and who.said is None
        for role in who.candidate.can
    }
    found = list(role_chances(problem, seed=seed).items())
    shown = [(role, p) for role, p in found if p < problem.target] or found[:1]
    return [
        {
            "role": role or "of anybody",
            "need": problem.need.get(role, problem.heads),
            "p": None if role in told else p,
        }
        for role, p in shown
    ]


def _shown_assumed(case: MusterCase, told: _Hidden) -> list[str]:
    """Our own numbers that count; of those whose state is not shown none that tells it, such as getting up."""
    names = (
        name
        for who in case.people
        for name in who.assumed
        if who.candidate.id not in told.states or name not in _TELL_STATES
    )
    return list(dict.fromkeys(names))


def _assumed(name: str) -> Json:
    one = numbers()[name]
    unit = "" if one.unit == "1" else f" {one.unit}"
    return {"name": name, "value": one.value, "unit": one.unit, "words": f"{one.says} {one.value:g}{unit}"}


def _roll_call(mission: Mission) -> Json | None:
    if not mission.muster.roll_calls:
        return None
    last = mission.muster.roll_calls[-1]
    return {
        "at": utc_text(last.at),
        "present": list(last.event.present),
        "missing": list(last.event.missing),
        "still_missing": still_missing(mission),
    }
