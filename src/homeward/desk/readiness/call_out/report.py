"""What is said of a call: who gets which order, what went out to whom, whom to speak to, who is expected when."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book
from homeward.desk.orders import everybody, with_casualties
from homeward.desk.readiness.call_out.notices import NO_APPRISE, NOT_SET_UP
from homeward.desk.readiness.call_out.phone_list import spoken_to
from homeward.desk.readiness.call_out.turns import Turn
from homeward.desk.readiness.call_out.words import call_words, hour, why_words
from homeward.desk.readiness.muster.board import board
from homeward.desk.readiness.muster.case import Expected, MusterCase, case_of, eta_of
from homeward.desk.readiness.muster.mustering import call_next_lines, complete_lines, goal, nobody_lines
from homeward.desk.readiness.muster.numbers import numbers
from homeward.errors import NotYet
from homeward.exchange.readiness_words import callout_words
from homeward.mission import Mission
from homeward.mission.muster import Callout, NoticeSent
from homeward.mission.people import OrderKind
from homeward.readiness.muster.records import State
from homeward.words import listed, named

_HOW_ON = (
    "Go on in {:.0f} min: homeward callout MISSION --tick. Answers: homeward answer MISSION NAME 'Y 20'. Board: "
    "homeward muster MISSION."
)


def answer_of(
    book: Book,
    told: Sequence[Turn],
    went: Sequence[NoticeSent],
    *,
    notes: Sequence[str] = (),
    personal: bool = False,
    head: bool = False,
) -> Answer:
    """The open call as it stands after something was sent, or would be; `head`: with the orders and who is expected."""
    mission, now = book.mission, clock.now()
    call = mission.muster.callout
    if call is None:
        return Answer(text="No call is open.", data={"callout": None})
    case = case_of(book, now=now)
    zone, hidden = mission.time_zone, set() if personal else set(mission.muster.standings)
    first = [_headline(mission, call.event, zone)] if head else [f"Call {call.event.id}:"]
    if not head and not went and all(turn.channel is None for turn in told):
        notes = [*(note for note in notes if note not in (NOT_SET_UP, NO_APPRISE)), _nobody_due(book, case, told)]
    lines = [
        *first,
        *notes,
        *(_orders(mission, zone) if head else []),
        *_sent(went),
        *_would_go(mission, call.event, told),
        *_spoken(mission, call.event, told, personal=personal),
        *_waiting(told, zone),
        *(_expected(case, hidden, now=now, zone=zone) if head else []),
        *_not_called(mission, case),
        *(_complete(book, call.event) if head else []),
        *[f"NOTE: {note}" for note in case.notes],
        _HOW_ON.format(numbers()["next_channel_min"].value),
    ]
    return Answer(text="\n".join(lines), data=_data(call.event, (told, went), (case, hidden), now=now))


def _headline(mission: Mission, call: Callout, zone: str) -> str:
    by = f" by {clock.show_time(call.wanted_by, zone)}" if call.wanted_by else ""
    sure = f" ({goal(call.target)} sure)" if call.target and (call.need or call.heads) else ""
    exercise = "EXERCISE. " if mission.exercise else ""
    return f"{exercise}CALL {call.id}: {callout_words(call)}{by}{sure}."


def _nobody_due(book: Book, case: MusterCase, told: Sequence[Turn]) -> str:
    """That nothing is to be done now, and of which teams the answer is still missing."""
    rest = "" if told else ": all who are called by name have answered or come"
    asked = [row["person"] for row in spoken_to(book, case.state)["people"] if row["person"] in book.mission.teams]
    teams = f" {listed(asked)} did not answer the order yet: ask by radio." if asked else ""
    return f"NOBODY IS DUE{rest}.{teams}"


def _complete(book: Book, call: Callout) -> list[str]:
    """How sure the team is that is asked for, what is weakest where that falls short, and whom to call then."""
    if not (call.need or call.heads):
        return []
    try:
        shown = board(book)
    except NotYet:
        return []
    said = [*complete_lines(shown, book.mission.time_zone), *nobody_lines(shown), *call_next_lines(shown)]
    return [f"  {line}" for line in said]


def _orders(mission: Mission, zone: str) -> list[str]:
    call = mission.muster.callout
    rows: dict[str, list[str]] = {}
    for unit in everybody(mission):
        given = mission.crew.orders.get(unit)
        if call is None or given is None or given.event.kind is not OrderKind.RECALL or given.at < call.at:
            continue
        team = mission.teams.get(unit)
        radio = f" ({team.radio})" if team is not None and team.radio else ""
        there = f", expected {hour(given.event.arrives, zone)}" if given.event.arrives else ""
        rows.setdefault(given.event.text, []).append(f"{unit}{radio}{there}")
    return [f"  ORDER, as it is read over the radio: {text}: {'; '.join(names)}." for text, names in rows.items()]


def _sent(went: Sequence[NoticeSent]) -> list[str]:
    by: dict[str, list[str]] = {}
    for one in went:
        by.setdefault(one.channel if one.went else f"{one.channel}|{one.why}", []).append(one.to)
    lines = []
    for key, names in by.items():
        channel, bar, why = key.partition("|")
        lines.append(
            f"  {'NOT SENT' if bar else 'Sent'} by {channel} to {', '.join(names)}{f': {why}' if bar else ''}."
        )
    return lines


def _would_go(mission: Mission, call: Callout, told: Sequence[Turn]) -> list[str]:
    """What has not gone out: in a dry run, all that would."""
    by: dict[str, list[str]] = {}
    for turn in told:
        if turn.channel is not None and not turn.spoken:
            by.setdefault(turn.channel, []).append(turn.person)
    lines = [f"  WOULD GO OUT by {channel} to {', '.join(names)}." for channel, names in by.items()]
    text = next((turn.words for turn in told if turn.words and not turn.spoken), call_words(mission, call))
    return [*lines, *([f'  TEXT: "{text}"'] if lines else [])]


def _spoken(mission: Mission, call: Callout, told: Sequence[Turn], *, personal: bool) -> list[str]:
    by_radio = [turn.person for turn in told if turn.channel == "radio"]
    by_phone = [turn.person for turn in told if turn.channel == "phone"]
    lines = [f"  SPEAK over the radio to: {', '.join(by_radio)}."] if by_radio else []
    if by_phone:
        named = [_numbered(mission, name, personal=personal) for name in by_phone]
        hint = "" if personal else " (numbers: --personal)"
        lines.append(f"  PHONE{hint}: {', '.join(named)}.")
    if by_radio or by_phone:
        lines.append(f'  SAY: "{call_words(mission, call)}"')
    return lines


def _numbered(mission: Mission, name: str, *, personal: bool) -> str:
    person = mission.crew.people[name]
    if not personal:
        return name if person.phone else f"{name} (no number known)"
    return f"{name}{f' {person.name}' if person.name else ''} {person.phone or '(no number known)'}"


def _waiting(told: Sequence[Turn], zone: str) -> list[str]:
    waits = [
        f"{t.person} until {clock.show_time(t.waits_until, zone, day=False)}"
        for t in told
        if t.waits_until is not None and not t.spoken
    ]
    lines = [f"  WAITING for an answer: {', '.join(waits)}; then the next channel."] if waits else []
    silent = [t.person for t in told if t.exhausted]
    lines += [f"  NO ANSWER BY ANY CHANNEL: {', '.join(silent)}. Try again, or send somebody."] if silent else []
    why: dict[str, list[str]] = {}
    for turn in told:
        for channel, reason in turn.skipped:
            why.setdefault(f"{channel}: {reason}", []).append(turn.person)
    return [*lines, *(f"  NOT by {what}: {', '.join(names)}." for what, names in why.items())]


def _expected(case: MusterCase, hidden: AbstractSet[str], *, now: datetime, zone: str) -> list[str]:
    """Who is expected when, a line each; members whom nobody registered with their team."""
    rows: dict[tuple[str, str], list[str]] = {}
    order: list[tuple[datetime, tuple[str, str]]] = []
    for who in case.people:
        eta = eta_of(who, now=now)
        if eta is None or not (who.candidate.called or who.candidate.state is State.HERE):
            continue
        shown = "here" if who.candidate.state is State.HERE else hour(eta, zone)
        key = (shown, "" if shown == "here" else why_words(who, hidden))
        if key not in rows:
            order.append((eta, key))
        rows.setdefault(key, []).append(who.candidate.id)
    return [f"  {key[0]:>5}  {named(rows[key])}{f' ({key[1]})' if key[1] else ''}" for _, key in sorted(order)]


def _not_called(mission: Mission, case: MusterCase) -> list[str]:
    away = [w.candidate.id for w in case.people if w.candidate.state is State.UNREACHABLE and not w.left]
    staying = with_casualties(mission)
    lines = [f"  UNREACHABLE: {', '.join(away)}. No channel reaches them; tell it when one does."] if away else []
    if staying:
        whom = ", ".join(f"{name} (casualty {one})" for name, one in staying.items())
        lines.append(f"  STAY where they are until the hand-over: {whom}.")
    return lines


def _data(
    call: Callout,
    said: tuple[Sequence[Turn], Sequence[NoticeSent]],
    who_comes: tuple[MusterCase, AbstractSet[str]],
    *,
    now: datetime,
) -> dict[str, Any]:
    (told, went), (case, hidden) = said, who_comes
    return {
        "callout": call.id,
        "wanted_by": call.wanted_by.isoformat() if call.wanted_by else None,
        "need": dict(call.need),
        "heads": call.heads,
        "target": call.target,
        "waves": [list(wave) for wave in call.waves],
        "called": list(case.state.called),
        "sent": [{"to": s.to, "channel": s.channel, "went": s.went, "why": s.why} for s in went],
        "would_go": [{"to": t.person, "channel": t.channel} for t in told if t.channel and not t.spoken],
        "speak": [{"to": t.person, "channel": t.channel} for t in told if t.spoken],
        "exhausted": [t.person for t in told if t.exhausted],
        "expected": [expected_row(who, hidden, now=now) for who in case.people],
    }


def expected_row(who: Expected, hidden: AbstractSet[str], *, now: datetime) -> dict[str, Any]:
    """Somebody who may come, as data."""
    eta = eta_of(who, now=now)
    return {
        "id": who.candidate.id,
        "team": who.team,
        "can": list(who.candidate.can),
        "state": None if who.candidate.id in hidden and who.said is None else who.candidate.state.value,
        "eta": eta.isoformat() if eta else None,
        "why": why_words(who, hidden),
        "called": who.candidate.called,
    }
