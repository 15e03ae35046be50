"""The verb `muster`: the live board. Who is in, who comes when, how sure a qualified team is by when, whom to call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.readiness.call_out.call_state import unread_answers
from homeward.desk.readiness.call_out.words import hour, named, why_words
from homeward.desk.readiness.muster.case import Expected, MusterCase, case_of, eta_of
from homeward.desk.readiness.muster.chance import by_deadline, problem_for
from homeward.desk.readiness.muster.event import expected_event
from homeward.desk.readiness.muster.numbers import numbers
from homeward.desk.readiness.muster.signing_in import here_rows
from homeward.errors import NotYet
from homeward.exchange.readiness_words import callout_words
from homeward.geo import format_place
from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.muster import CallAnswered, Callout
from homeward.readiness.muster.records import Muster, MusterProblem, State
from homeward.readiness.muster.solve import solve

Json = dict[str, Any]
MOST_SHOWN = 12
"""Names in one line of the board."""
_TELL_STATES = ("wake_min", "report_min", "task_left_min")
"""Our own numbers that only those asleep or on a task need."""


def muster(path: Path, *, personal: bool = False, seed: int = 0) -> Answer:
    """The board: who is in, who comes when, who has not answered, and how sure a qualified team is by when, before what
    is expected, with whom to call next. The words of unread answers only with `personal`.
    """
    with opened(path, read_only=True) as book:
        shown = board(book, personal=personal, seed=seed)
        return Answer(text="\n".join(board_lines(shown, book.mission.time_zone)), data=shown)


def board(book: Book, *, personal: bool = False, seed: int = 0) -> Json:
    """The board as data: times as ISO 8601 in UTC, probabilities 0..1. Raises `NotYet` where nobody is known."""
    mission, now = book.mission, clock.now()
    case = case_of(book, now=now)
    if not case.people:
        raise NotYet("Nobody is registered or signed in yet. Register people first: homeward person MISSION NAME.")
    call = mission.muster.callout
    told = _Hidden() if personal else _hidden(mission)
    event = expected_event(book, now=now)
    problem = problem_for(book, case, call.event if call else None, now=now, event=event)
    found = solve(problem, seed=seed)
    unread = [one for one in unread_answers(mission) if call is not None and one.event.callout == call.event.id]
    return {
        "at": now.isoformat(),
        "place": None if case.place is None else [case.place.lat_deg, case.place.lon_deg],
        "meet": None if case.place is None else format_place(case.place, "mgrs"),
        "call": _call(mission, call),
        "here": here_rows(mission),
        "heads_here": sum(w.candidate.state is State.HERE for w in case.people),
        "coming": _coming(case, problem, found, told=told, now=now),
        "silent": _silent(case, problem, found, mission, told=told, now=now),
        "no": [w.candidate.id for w in case.people if w.why == "said no"],
        "away": [
            {"id": w.candidate.id, "why": _why_away(w, mission, told, personal=personal)}
            for w in case.people
            if _away(w)
        ],
        "not_called": [w.candidate.id for w in case.people if _uncalled(w)],
        "unread": [_unread(one, personal=personal) for one in unread],
        "chance": _chance(problem, found, call.event if call else None, now=now),
        "event": event.says if event else None,
        "p_before_event": found.p_before_event,
        "missing": {role or "of anybody": n for role, n in found.missing.items()},
        "missing_unless": _unless(case, problem, found, {one.event.person for one in unread}),
        "due": _due(case, mission, now=now),
        "call_next": list(found.call_next) if call is not None and problem.asks else [],
        "reaches": found.reaches,
        "why": list(found.why),
        "assumed": [_assumed(name) for name in _shown_assumed(case, told)],
        "notes": list(case.notes),
        "last_roll_call": _roll_call(mission),
        "seed": seed,
    }


def board_lines(shown: Mapping[str, Any], zone: str) -> list[str]:
    """The board in words, most urgent first."""
    call = shown["call"]
    lines = [_title(call, shown, zone)]
    if shown["unread"]:
        who = ", ".join(f"{row['person']} ({_clock(row['at'], zone)})" for row in shown["unread"])
        lines.append(f"TO BE READ BY A PERSON: {who}. Then: homeward answer MISSION NAME --means yes --eta TIME.")
        lines += [f"  {row['person']}: {row['text']!r}" for row in shown["unread"] if row.get("text")]
    lines += [f"SILENCE. {shown['due']}: homeward callout MISSION --tick."] if shown["due"] else []
    lines += _chance_lines(shown, zone)
    if shown["here"]:
        lines.append(f"IN ({shown['heads_here']} heads): {_few([row['id'] for row in shown['here']])}.")
    lines += _coming_lines(shown["coming"], zone)
    if shown["silent"]:
        names = [f"{row['id']} ({row['silent_min']:.0f} min{_sure(row['p'])})" for row in shown["silent"]]
        lines.append(f"NO ANSWER: {_few(names)}. Silence counts: the longer, the less likely.")
    if shown["no"]:
        lines.append(f"NO: {_few(shown['no'])}.")
    by_why: dict[str, list[str]] = {}
    for row in shown["away"]:
        by_why.setdefault(row["why"], []).append(row["id"])
    lines += [f"AWAY: {named(names)} ({why})." for why, names in by_why.items()]
    if shown["call_next"] and not _met(shown):
        enough = "" if shown["reaches"] else " Even then it falls short."
        last = {row["id"] for row in shown["coming"] if row["last_resort"]}
        names = [f"{name} (last resort)" if name in last else name for name in shown["call_next"]]
        lines.append(f"CALL NEXT: {_few(names)}.{enough}")
    if shown["not_called"] and call is not None and not shown["call_next"]:
        lines.append(f"Not called yet: {_few(shown['not_called'])}.")
    lines += [f"NOTE: {note}" for note in shown["notes"]]
    if shown["assumed"]:
        lines.append(f"Homeward's own assumptions in this: {'; '.join(row['words'] for row in shown['assumed'])}.")
    return lines


# --- as data ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Of whom it is not shown what keeps them, and of whom with which chance they come: it was told of them."""

    states: AbstractSet[str] = frozenset()
    chances: AbstractSet[str] = frozenset()


def _hidden(mission: Mission) -> _Hidden:
    told = mission.muster.standings
    return _Hidden(frozenset(told), frozenset(name for name, one in told.items() if one.event.p_come is not None))


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
    return f"{call.event.id}: {wait:g} min of silence from {_few(silent)}: try the next channel"


def _call(mission: Mission, call: Happened[Callout] | None) -> Json | None:
    if call is None:
        return None
    one = call.event
    return {
        "id": one.id,
        "at": call.at.isoformat(),
        "asks": callout_words(one),
        "text": one.text,
        "need": dict(one.need),
        "heads": one.heads,
        "wanted_by": one.wanted_by.isoformat() if one.wanted_by else None,
        "target": one.target,
        "waves": len(one.waves),
        "waves_called": 1 + len({w.event.wave for w in mission.muster.waves if w.event.callout == one.id}),
    }


def _p(who: Expected, problem: MusterProblem, found: Muster, told: _Hidden) -> float | None:
    """The probability that somebody comes; None for who is not in the problem, or where it rests on personal things."""
    at = {person.id: k for k, person in enumerate(problem.people)}.get(who.candidate.id)
    return None if at is None or (who.candidate.id in told.chances and who.said is None) else float(found.p_come[at])


def _row(who: Expected, problem: MusterProblem, found: Muster, *, told: _Hidden, now: datetime) -> Json:
    eta = eta_of(who, now=now)
    return {
        "id": who.candidate.id,
        "team": who.team,
        "can": list(who.candidate.can),
        "eta": eta.isoformat() if eta else None,
        "why": why_words(who, told.states),
        "p": _p(who, problem, found, told),
        "last_resort": who.candidate.last_resort,
        "answered": who.said is not None,
        "named_eta": who.said.eta.isoformat() if who.said is not None and who.said.eta else None,
    }


def _coming(case: MusterCase, problem: MusterProblem, found: Muster, *, told: _Hidden, now: datetime) -> list[Json]:
    """Who was called, is not here and may come, the first first."""
    rows = [
        _row(who, problem, found, told=told, now=now)
        for who in case.people
        if (who.candidate.called or who.said is not None)
        and who.candidate.state is not State.HERE
        and who.candidate.p_come > 0
    ]
    return sorted((row for row in rows if row["eta"]), key=lambda row: (row["eta"], row["id"]))


def _silent(
    case: MusterCase,
    problem: MusterProblem,
    found: Muster,
    mission: Mission,
    *,
    told: _Hidden,
    now: datetime,
) -> list[Json]:
    """Registered people called who have said nothing, with the probability that they come all the same."""
    return [
        {
            "id": who.candidate.id,
            "silent_min": max((now - who.ordered).total_seconds() / 60, 0.0),
            "p": _p(who, problem, found, told),
            "tried": list(case.state.tried(who.candidate.id)),
        }
        for who in case.people
        if who.ordered is not None and is_silent(who) and who.candidate.id in mission.crew.people
    ]


def is_silent(who: Expected) -> bool:
    """Whether somebody was called and has said nothing."""
    return who.ordered is not None and who.answer is None and who.candidate.answer_mean_h is not None


def _away(who: Expected) -> bool:
    return who.left or bool(who.at_casualty) or who.candidate.state is State.UNREACHABLE


def _why_away(who: Expected, mission: Mission, told: _Hidden, *, personal: bool) -> str:
    """Why somebody does not come. Where those who left went for is in somebody's own words: personal."""
    gone = mission.muster.gone.get(who.candidate.id) or mission.muster.gone.get(who.team or "")
    return why_words(who, told.states) + (
        f" for {gone.event.to}" if personal and who.left and gone and gone.event.to else ""
    )


def _uncalled(who: Expected) -> bool:
    settled = who.candidate.called or who.candidate.state is State.HERE or _away(who)
    return not settled and who.said is None


def _unread(one: Happened[CallAnswered], *, personal: bool) -> Json:
    told = {"entry": one.entry, "person": one.event.person, "at": one.at.isoformat(), "channel": one.event.channel}
    return told | ({"text": one.event.text} if personal else {})


def _chance(problem: MusterProblem, found: Muster, call: Callout | None, *, now: datetime) -> Json:
    """The curve: P(team by t), where a team is asked for, the expected heads, and at the deadline."""
    expected = found.p_present.sum(axis=0)
    return {
        "at": [(now + timedelta(hours=h)).isoformat() for h in problem.times_h],
        "times_h": list(problem.times_h),
        "heads": [float(v) for v in expected],
        "p_team": [float(v) for v in found.p_team] if problem.asks else None,
        "p_team_called": [float(v) for v in found.p_team_called] if problem.asks else None,
        "by": call.wanted_by.isoformat() if call is not None and call.wanted_by else None,
        "p_by": by_deadline(problem, found.p_team_called) if problem.asks else None,
        "p_by_all": by_deadline(problem, found.p_team) if problem.asks else None,
        "p_error": found.p_error,
        "target": problem.target,
    }


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
    return {"at": last.at.isoformat(), "present": list(last.event.present), "missing": list(last.event.missing)}


# --- in words ---------------------------------------------------------------------------------------------


def _met(shown: Mapping[str, Any]) -> bool:
    p, target = shown["chance"]["p_by"], shown["chance"]["target"]
    return p is not None and p >= target


def _title(call: Mapping[str, Any] | None, shown: Mapping[str, Any], zone: str) -> str:
    when = clock.show_time(datetime.fromisoformat(shown["at"]), zone)
    if call is None:
        return f"Muster at {when}: nobody has been called in. Call everybody: homeward callout MISSION."
    by = _clock(call["wanted_by"], zone)
    return f"Muster at {when}. Call {call['id']}: {call['asks']}{f' by {by}' if by else ''}."


def _chance_lines(shown: Mapping[str, Any], zone: str) -> list[str]:
    chance, lines = shown["chance"], list[str]()
    if chance["p_by"] is not None:
        by = _clock(chance["by"], zone)
        error = f" (+-{chance['p_error']:.3f})" if chance["p_error"] else ""
        rest = ""
        if chance["p_by_all"] > chance["p_by"] + 5e-4:
            rest = f"; with last resorts and who is not called yet {chance['p_by_all']:.0%}"
        met = "" if _met(shown) else f", SHORT OF {chance['target']:.0%}"
        lines.append(f"TEAM COMPLETE by {by}: {chance['p_by']:.0%}{error}{met}{rest}.")
        lines.append(f"  {_curve(chance, 'p_team_called', zone)}")
    else:
        lines.append(f"Expected heads: {_curve(chance, 'heads', zone)}")
    if shown["missing"]:
        short = ", ".join(f"{n} {role}" for role, n in shown["missing"].items())
        unless = f" (unless the unread answer of {_few(shown['missing_unless'])} means yes)"
        even = f"even if all came{unless if shown['missing_unless'] else ''}"
        lines.append(f"NOBODY CAN FILL, {even}: {short}. Ask another team, or change what is needed.")
    if shown["event"]:
        p = shown["p_before_event"]
        lines.append(f"{shown['event']}" + (f" Team complete before it: {p:.0%}." if p is not None else ""))
    return lines


def _curve(chance: Mapping[str, Any], what: str, zone: str) -> str:
    """The curve at full hours from now: `13:00 12%, 14:00 45%`."""
    whole = zip(chance["times_h"], chance["at"], chance[what], strict=True)
    rows = [(at, value) for hours, at, value in whole if abs(hours - round(hours)) < 1e-6]
    form = "{:.0%}" if what != "heads" else "{:.1f}"
    return ", ".join(f"{_clock(at, zone)} {form.format(value)}" for at, value in rows[:MOST_SHOWN])


def _coming_lines(rows: Sequence[Json], zone: str) -> list[str]:
    """A line for each time and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        last = ", only if nobody else can" if row["last_resort"] else ""
        sure = "chance only with --personal, " if row["p"] is None else f"{row['p']:.0%}, "
        found.setdefault((_clock(row["eta"], zone), f"{sure}{row['why']}{last}"), []).append(row["id"])
    return [f"  {when}  {named(names)} ({why})" for (when, why), names in found.items()]


def _sure(p: float | None) -> str:
    return ", chance only with --personal" if p is None else f", {p:.0%}"


def _clock(text: str | None, zone: str) -> str:
    return hour(datetime.fromisoformat(text), zone) if text else ""


def _few(names: Sequence[str]) -> str:
    whole = [part for part in named(names).split(", ") if part]
    rest = len(whole) - MOST_SHOWN
    return ", ".join(whole[:MOST_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
