"""The verbs of a call: one order calls everybody in, silence tries the next channel and the next wave, and its end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.facts import check_on_map
from homeward.desk.formation.case import read_roles
from homeward.desk.orders import everybody
from homeward.desk.readiness.call_out.links import make_links
from homeward.desk.readiness.call_out.notices import channels_told, reserve, send_turns
from homeward.desk.readiness.call_out.report import answer_of
from homeward.desk.readiness.call_out.turns import turns
from homeward.desk.readiness.call_out.waves import waves_of
from homeward.desk.readiness.debrief.given_names import next_name
from homeward.desk.readiness.muster.case import (
    Expected,
    MusterCase,
    case_of,
    eta_of,
    meeting_place,
    recall_order,
)
from homeward.desk.readiness.muster.chance import USUAL_TARGET, by_deadline, problem_for
from homeward.desk.readiness.muster.numbers import numbers
from homeward.desk.rescue.ways_out import read_duration, read_future
from homeward.errors import BadInput, NotYet
from homeward.exchange.call_out import Channels
from homeward.exchange.call_out.channels import checked_link
from homeward.geo import Place, parse_place
from homeward.mission import Mission
from homeward.mission.muster import CalledOut, Callout, CalloutEnded, NoticeSent, WaveCalled
from homeward.mission.people import OrdersGiven
from homeward.readiness.muster.records import State
from homeward.readiness.muster.solve import solve

LONGEST_TEXT = 300
"""Letters of what a call says, an SMS or two: ours."""
MOST_HEADS = 2000
"""Whom one call can ask for: ours."""
USUAL_BY_H = 2.0
"""Hours within which people are wanted where nobody says: ours."""
_LINKS = "Links of those who are spoken to: homeward callout MISSION --phone-list --personal --link {}."
_DRY = "DRY RUN: nothing was sent or written."
_DURATION = re.compile(r"[\d.,]+\s*(h|min|m)?(\s*\d+\s*(min|m)?)?")


def call_out(
    path: Path,
    need: Sequence[str] = (),
    *,
    heads: int | None = None,
    meet: str | None = None,
    text: str = "",
    target: float | None = None,
    by_time: str | None = None,
    waves: bool = False,
    config: Path | str | None = None,
    link: str = "",
    dry: bool = False,
    personal: bool = False,
    at: str | None = None,
) -> Answer:
    """Calls everybody in: those who are free come now, those on a task finish it first; each by the channel that
    reaches them.

    `need` like "medic=1", or `heads` in all; `by_time` "2 h" or "18:30" with the probability `target`. With `waves`
    only as many are called at first as it takes. `config` is the file of channels, `link` the page's address as phones
    reach it. `dry` sends and writes nothing. Phone numbers are told only with `personal`.
    """
    channels, notes = channels_told(config)
    page = checked_link(link, "The link")
    given = {"need": need, "heads": heads, "meet": meet, "text": text, "target": target, "by_time": by_time}
    if dry:
        with opened(path, read_only=True) as book:
            shown, where = _rehearsed(book, given, waves=waves), _links_words(page, channels)
            told = turns(shown, path, channels, now=clock.now(), link=page, dry=True)
            return answer_of(shown, told, [], notes=(_DRY, where, *notes), personal=personal, head=True)
    _write_call(path, given, waves=waves, at=at)
    return _tell(path, channels, link=page, notes=notes, personal=personal, head=True)


def escalate(
    path: Path,
    *,
    config: Path | str | None = None,
    link: str = "",
    next_wave: bool = False,
    dry: bool = False,
    personal: bool = False,
) -> Answer:
    """Goes on with the open call: the next channel for who has been silent for five minutes, and the next wave where
    those called so far will not do (`next_wave`: whatever they do).
    """
    channels, notes = channels_told(config)
    page = checked_link(link, "The link")
    if dry:
        with opened(path, read_only=True) as book:
            _open_call(book.mission)
            told = turns(book, path, channels, now=clock.now(), link=page, dry=True)
            return answer_of(book, told, [], notes=(_DRY, *notes), personal=personal)
    called = _call_next_wave(path, force=next_wave)
    done = _tell(path, channels, link=page, notes=(*called, *notes), personal=personal)
    return replace(done, data={**done.data, "wave": any(line.startswith("WAVE") for line in called)})


def call_on(path: Path, *, dry: bool = False) -> Answer | None:
    """Goes on with the open call as a machine does every minute: what was sent or called, None where nothing was, or no
    call is open. By the channels of `HOMEWARD_CHANNELS`; with `dry` only whether that can be.

    Raises `BadInput` where there are none, or nothing to send by them with.
    """
    if channels_told(None)[0] is None:
        raise BadInput(
            "A call-out cannot go on by itself: no channels are set up, or Apprise, which sends, is not installed. "
            "Name the file of channels in HOMEWARD_CHANNELS, and install homeward[callout]."
        )
    with opened(path, read_only=True) as book:
        if dry or book.mission.muster.callout is None:
            return None
    done = escalate(path)
    return done if done.data["new"] or done.data["wave"] else None


@again_if_grown
def end_call(path: Path, *, why: str = "", at: str | None = None) -> Answer:
    """The open call is over: nobody more is called for it."""
    with opened(path) as book:
        call = _open_call(book.mission)
        book.write(CalloutEnded(callout=call.id, why=why.strip()), at=when_told(book, at))
    return Answer(text=f"Call {call.id} is over: nobody more is called.", data={"callout": call.id})


# --- what is behind them ----------------------------------------------------------------------------------


@again_if_grown
def _write_call(path: Path, given: Mapping[str, Any], *, waves: bool, at: str | None) -> None:
    with opened(path) as book:
        call, case = _made(book, given, waves=waves)
        when = when_told(book, at)
        orders = _orders(book.mission, call, case, now=clock.now())
        book.write(CalledOut(callout=call), *([orders] if orders.orders else []), at=when)


def _rehearsed(book: Book, given: Mapping[str, Any], *, waves: bool) -> Book:
    """The mission as if it had been called, and nothing written."""
    call, case = _made(book, given, waves=waves)
    now = clock.now()
    return book.supposing(CalledOut(callout=call), _orders(book.mission, call, case, now=now), at=now)


def _links_words(link: str, channels: Channels | None) -> str:
    """What links there will be, before anything is written."""
    page = link or (channels.answer_at if channels else "")
    if not page:
        return "No links: say where phones reach the page (--link)."
    sent = f"Each who is sent to gets a link of their own below {page}. " if channels else ""
    return f"{sent}{_LINKS.format(page)}"


def _tell(
    path: Path,
    channels: Channels | None,
    *,
    link: str,
    notes: tuple[str, ...],
    personal: bool,
    head: bool = False,
) -> Answer:
    """Sends to whose turn it is; where a channel fails, by the next at once; says what became of it."""
    went, taken = list[NoticeSent](), 0
    while True:
        due, mission, call = reserve(path, channels, link=link)
        taken += len(due)
        sent = [turn for turn in due if not turn.spoken]
        if channels is None or not sent:
            break
        went += send_turns(path, sent, channels, mission, call)
    with opened(path, read_only=True) as book:
        told = turns(book, path, channels, now=clock.now(), link=link)
        page = link or (channels.answer_at if channels else "")
        if page and any(turn.spoken for turn in told):
            make_links(path)
            notes = (*notes, _LINKS.format(page))
        done = answer_of(book, told, went, notes=notes, personal=personal, head=head)
    return replace(done, data={**done.data, "new": taken})


def _made(book: Book, given: Mapping[str, Any], *, waves: bool) -> tuple[Callout, MusterCase]:
    """The call as it is asked for, and whom it calls in which wave."""
    mission, now = book.mission, clock.now()
    if mission.muster.callout is not None:
        open_ = mission.muster.callout.event.id
        raise BadInput(
            f"Call {open_} is still open. Go on with it (homeward callout MISSION --tick), or end it first (--end)."
        )
    call = Callout(
        id=next_name(book, "C", lambda event: event.callout.id if isinstance(event, CalledOut) else None),
        place=_place(book, given["meet"]),
        text=_text(given["text"]),
        need=tuple((role, n) for role, n in read_roles(given["need"], what="need").items() if n),
        heads=_heads(given["heads"]),
        wanted_by=_wanted_by(book, given["by_time"], now=now),
        target=_target(given["target"]),
    )
    as_called = _book_with_place(book, call)
    case = case_of(as_called, now=now)
    callable_ = [who.candidate.id for who in case.people if _can_be_called(mission, who)]
    if not callable_ and not everybody(mission):
        raise NotYet("Nobody is registered who could be called. Register people first: homeward person MISSION NAME.")
    whole: tuple[tuple[str, ...], ...] = (tuple(callable_),) if callable_ else ()
    if waves:
        if not (call.need or call.heads):
            raise BadInput("Waves need a goal: say what is needed (--need medic=1) or how many (--heads 8).")
        whole = waves_of(problem_for(as_called, case, call, now=now), callable_)
    return replace(call, waves=whole), case


def _book_with_place(book: Book, call: Callout) -> Book:
    """The book as it would be with the call, so that travel times are to its meeting place."""
    return book.supposing(CalledOut(callout=call), at=clock.now())


def _can_be_called(mission: Mission, who: Expected) -> bool:
    """Registered, not here, not with a casualty, and reachable."""
    known = who.candidate.id in mission.crew.people and not who.at_casualty
    return known and who.candidate.state not in (State.HERE, State.UNREACHABLE)


def _orders(mission: Mission, call: Callout, case: MusterCase, *, now: datetime, wave: int = 0) -> OrdersGiven:
    """An order for every team and person called with this wave; with the last, everybody. Who stays with a casualty has
    theirs.
    """
    first, all_called = set(call.waves[wave]) if call.waves else set(), wave >= len(call.waves) - 1
    before = {name for names in call.waves[:wave] for name in names}
    by_unit: dict[str, list[Expected]] = {}
    for who in case.people:
        unit = who.team if who.team in mission.teams else who.candidate.id
        by_unit.setdefault(str(unit), []).append(who)
    place = call.place or meeting_place(mission)
    orders = []
    for unit in everybody(mission):
        members = by_unit.get(unit, [])
        wanted = any(who.candidate.id in first for who in members)
        wanted |= all_called and not any(who.candidate.id in before for who in members)
        away = [who for who in members if who.candidate.state is not State.HERE and not who.left]
        if not wanted or not away or any(who.at_casualty for who in members):
            continue
        if all(who.candidate.state is State.UNREACHABLE for who in away):
            continue
        on_task = any(who.candidate.state is State.TASK for who in away)
        etas = [eta for who in away if (eta := eta_of(who, now=now)) is not None]
        last = max((eta for eta in etas if eta >= now), default=None)
        orders.append(
            recall_order(unit, State.TASK if on_task else State.FREE, place, last, everybody=len(call.waves) < 2)
        )
    return OrdersGiven(orders=tuple(orders), because="everybody is called in" if len(call.waves) < 2 else "called in")


@again_if_grown
def _call_next_wave(path: Path, *, force: bool) -> tuple[str, ...]:
    """Calls the next wave where it is time for it, and says so."""
    with opened(path) as book:
        mission, now = book.mission, clock.now()
        call = _open_call(mission)
        done = {0} | {one.event.wave for one in mission.muster.waves if one.event.callout == call.id}
        left = [k for k in range(len(call.waves)) if k not in done]
        if not left:
            return ("Everybody has been called: there is no wave left.",) if force else ()
        case = case_of(book, now=now)
        wait = timedelta(minutes=numbers()["wave_every_min"].value)
        last = max(case.state.called.values(), default=now)
        if not force:
            problem = problem_for(book, case, call, now=now)
            chance = by_deadline(problem, solve(problem, seed=0).p_team_called)
            if chance >= (call.target or USUAL_TARGET) or now < last + wait:
                return ()
        names = call.waves[left[0]]
        orders = _orders(mission, call, case, now=now, wave=left[0])
        book.write(WaveCalled(callout=call.id, wave=left[0]), *([orders] if orders.orders else []))
    return (f"WAVE {left[0] + 1} is called: {', '.join(names)}.",)


def _open_call(mission: Mission) -> Callout:
    if mission.muster.callout is None:
        raise NotYet("Nobody has been called in. Call everybody with: homeward callout MISSION.")
    return mission.muster.callout.event


def _place(book: Book, meet: str | None) -> Place | None:
    if meet is None:
        return meeting_place(book.mission)
    where = parse_place(meet)
    check_on_map(book, where, f"The meeting point {where}")
    return where


def _text(told: str) -> str:
    clean = " ".join(told.split())
    if len(clean) > LONGEST_TEXT:
        raise BadInput(f"The text of the call has {len(clean)} letters. Say it in {LONGEST_TEXT} at most.")
    return clean


def _heads(told: int | None) -> int | None:
    if told is not None and not 1 <= told <= MOST_HEADS:
        raise BadInput(f"{told} heads cannot be called for. Give 1 to {MOST_HEADS}.")
    return told


def _target(told: float | None) -> float:
    if told is None:
        return USUAL_TARGET
    if not 0 < told < 1:
        raise BadInput(
            f"A probability of {told:g} cannot be the target. Give more than 0 and less than 1, such as 0.9."
        )
    return told


def _wanted_by(book: Book, told: str | None, *, now: datetime) -> datetime:
    if told is None:
        return now + timedelta(hours=USUAL_BY_H)
    if _DURATION.fullmatch(told.strip().lower()):
        when = now + timedelta(seconds=read_duration(told, "The time by which they are wanted"))
    else:
        when = read_future(book, told)
    if when <= now:
        raise BadInput(f"{told!r} is not in the future. Give when they are wanted, such as 2 h or 18:30.")
    return when
