"""The verbs by which answers to a call come in: as text by any channel, by the link, and as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.readiness.call_out.call_state import (
    CallState,
    latest_answers,
    stands_against,
    unread_answers,
)
from homeward.desk.readiness.call_out.links import whose
from homeward.desk.readiness.call_out.words import call_words, hour
from homeward.desk.rescue.ways_out import read_future
from homeward.desk.scenarios import one_of
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.exchange.readiness_words import ANSWER_WORDS
from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.muster import CallAnswer, CallAnswered, Callout
from homeward.readiness.muster.answers import MAX_TEXT, Said, read_answer
from homeward.words import listed

MOST_ANSWERS = 50
"""Of one person to one call: more is a fault or a joke: ours."""
AGAIN_S = 60.0
"""The same words within this are the same answer, tapped twice: ours."""
_SAID = {
    Said.YES: CallAnswer.YES,
    Said.HERE: CallAnswer.YES,
    Said.LAST_RESORT: CallAnswer.LIMITED,
    Said.NO: CallAnswer.NO,
    Said.UNKNOWN: CallAnswer.UNREAD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """What the page of an answer link shows: nothing of anybody else. `so_far` is the person's own latest answer as it
    was understood; `waits`: a person at the base has yet to read words of theirs.
    """

    person: str
    mission: str
    exercise: bool
    words: str = field(repr=False)
    over: bool = False
    so_far: str = ""
    waits: bool = False


@again_if_grown
def answered(path: Path, person: str, text: str, *, channel: str = "", at: str | None = None) -> Answer:
    """Somebody, or a team for all its members, answers the call: "Y 20", "on my way", "N but free in 3 h", "L 60".

    A yes without a time keeps the time that was named before, and a member's own no stays whatever their team says.
    What is not understood is kept as it is, and stands on the board until a person has read it (`answer_read`).
    """
    words = _checked(text)
    with opened(path) as book:
        known = {**book.mission.crew.people, **book.mission.teams}
        if person not in known:
            raise UnknownName("person or team", person, known)
        when = when_told(book, at)
        call = _call(book)
        return _kept(book, call, person, words, channel=channel.strip().lower(), when=when)


@again_if_grown
def answer_read(
    path: Path,
    entry: str,
    *,
    answer: str,
    eta: str | None = None,
    free: str | None = None,
    personal: bool = False,
    at: str | None = None,
) -> Answer:
    """A person has read an answer that homeward did not understand: `answer` is yes, limited or no; `eta` when they
    will be there; `free` when a no may become a yes; without, the time that homeward understood stays. `entry` is that
    of the answer, its number in the log, or who gave it: the oldest of theirs. With `personal` its words are repeated.
    """
    which = one_of("answer", answer.strip().lower(), CallAnswer)
    if which is CallAnswer.UNREAD:
        raise BadInput("'unread' is what the answer is now. Say what it means: yes, limited or no.")
    with opened(path) as book:
        told = _unread(book, entry.strip())
        there, later = _times(book, told, which, eta, free)
        read = CallAnswered(
            callout=told.event.callout,
            person=told.event.person,
            answer=which,
            eta=there,
            free_at=later,
            text=told.event.text,
            channel=told.event.channel,
            read_by=clock.scribe(),
        )
        book.write(read, at=when_told(book, at))
        mission, zone = book.mission, book.mission.time_zone
        left = len(unread_answers(mission))
        now = latest_answers(mission, read.callout)[read.person].event
    rest = f" {left} more to read." if left else ""
    if now != read:
        rest = f" What they said after it stays in force: {answer_words(now, zone=zone)}.{rest}"
    of = f" of {hour(told.at, zone)}{f': {read.text!r}' if personal else ''}"
    words = {"text": read.text} if personal else {}
    return Answer(
        text=f"{read.person}: {answer_words(read, zone=zone)} (the answer{of}).{rest}",
        data={**answer_row(read), **words, "unread": left},
    )


def unread(path: Path, *, personal: bool = False) -> Answer:
    """The answers that a person must read; in their own words only with `personal`."""
    with opened(path, read_only=True) as book:
        zone, number = book.mission.time_zone, {s.entry.id: s.seq for s in book.stored}
        rows = [
            answer_row(one.event)
            | {"entry": one.entry, "number": number[one.entry], "at": one.at.isoformat()}
            | ({"text": one.event.text} if personal else {})
            for one in unread_answers(book.mission)
        ]
    lines = [
        f"{row['number']}  {row['person']}  {clock.show_time(datetime.fromisoformat(row['at']), zone)}"
        + (f"  {row['text']!r}" if personal else "")
        + (f"  by {row['channel']}" if row["channel"] else "")
        for row in rows
    ]
    how = (
        "Say what each means: homeward answer MISSION NAME --means yes --eta 18:30 (the oldest of NAME; or its number)."
    )
    how += "" if personal else " Their words: homeward answer MISSION --unread --personal."
    return Answer(text="\n".join([*lines, how] if rows else ["Every answer was understood."]), data={"unread": rows})


def answer_page(path: Path, token: str) -> AnswerPage | None:
    """What who holds this link is shown; None for a link that belongs to nobody."""
    with opened(path, read_only=True) as book:
        found = whose(book, path, token)
        if found is None:
            return None
        callout, person = found
        mission = book.mission
        call = mission.muster.callouts[callout].event
        said = latest_answers(mission, callout).get(person)
        understood = said is not None and said.event.answer is not CallAnswer.UNREAD
        so_far = answer_words(said.event, zone=mission.time_zone) if said is not None and understood else ""
        waits = any((a.event.callout, a.event.person) == found for a in unread_answers(mission))
        return AnswerPage(
            person=person,
            mission=mission.name,
            exercise=mission.exercise,
            words=call_words(mission, call, how=False),
            over=callout in mission.muster.ended,
            so_far=so_far,
            waits=waits,
        )


@again_if_grown
def answer_by_link(path: Path, token: str, text: str) -> Answer | None:
    """The answer of who holds this link; None for a link that belongs to nobody."""
    words = _checked(text)
    with opened(path) as book:
        found = whose(book, path, token)
        if found is None:
            return None
        callout, person = found
        return _kept(book, book.mission.muster.callouts[callout], person, words, channel="link", when=None)


def answer_words(said: CallAnswered, *, zone: str) -> str:
    """An answer as it was understood, in words."""
    there = f", there at {hour(said.eta, zone)}" if said.eta else ""
    free = f", but free at {hour(said.free_at, zone)}" if said.free_at else ""
    return f"{ANSWER_WORDS[said.answer]}{there}{free}"


def answer_row(said: CallAnswered) -> dict[str, Any]:
    """An answer as data, without its text."""
    return {
        "callout": said.callout,
        "person": said.person,
        "answer": said.answer.value,
        "eta": said.eta.isoformat() if said.eta else None,
        "free_at": said.free_at.isoformat() if said.free_at else None,
        "channel": said.channel,
        "read_by": said.read_by,
    }


# --- what is behind them ----------------------------------------------------------------------------------


def _times(
    book: Book, told: Happened[CallAnswered], which: CallAnswer, eta: str | None, free: str | None
) -> tuple[datetime | None, datetime | None]:
    """When they are there, or free, as the person who read it says; else as homeward understood it from their words, or
    from what they said before.
    """
    said = told.event
    if which is CallAnswer.NO and eta is not None:
        raise BadInput("Who says no has no time of arrival. Give --free for when they could come.")
    if which is not CallAnswer.NO and free is not None:
        raise BadInput("Only with a no is there a time of being free. Give --eta for when they are there.")
    same = [
        one.event
        for one in reversed(book.mission.muster.answers)
        if (one.event.callout, one.event.person, one.event.text) == (said.callout, said.person, said.text)
    ]
    if which is CallAnswer.NO:
        known = next((one.free_at for one in same if one.free_at is not None), None)
        return None, known if free is None else read_future(book, free)
    known = next((one.eta for one in same if one.eta is not None), None)
    before = _time_named(book.mission, told.event.callout, said.person, at=told.at)
    return (known or before) if eta is None else read_future(book, eta), None


def _time_named(mission: Mission, callout: str, person: str, *, at: datetime) -> datetime | None:
    """When somebody who comes said before to be there, by themselves or their team; None where that is over."""
    one = mission.crew.people.get(person)
    unit = one.team if one is not None and one.team in mission.teams else person
    last = CallState(answers=latest_answers(mission, callout)).answer_of(person, unit)
    if last is None or last.at > at or last.event.eta is None or last.event.eta <= at:
        return None
    return last.event.eta


def _checked(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadInput(f"The answer has {len(text)} letters, more than {MAX_TEXT}. Say it shorter, such as Y 20.")
    clean = "".join(c for c in text if c.isprintable() or c in "\n\t").strip()
    if not clean:
        raise BadInput("The answer is empty. Say Y, L or N and in how many minutes, such as Y 20.")
    return clean


def _call(book: Book) -> Happened[Callout]:
    """The open call, else the latest."""
    muster = book.mission.muster
    latest = muster.callout or next(reversed(list(muster.callouts.values())), None)
    if latest is None:
        raise NotYet("Nobody has been called in, so there is nothing to answer. Call: homeward callout MISSION.")
    return latest


def _kept(
    book: Book, call: Happened[Callout], person: str, text: str, *, channel: str, when: datetime | None
) -> Answer:
    """Writes an answer down as it was understood; a question or odd words in it stand on the board as well."""
    mission, now = book.mission, clock.now()
    said_at = when or now
    mine = [a for a in mission.muster.answers if a.event.callout == call.event.id and a.event.person == person]
    if len(mine) >= MOST_ANSWERS:
        raise BadInput(f"{person} has answered {len(mine)} times. Phone the base instead.")
    read = read_answer(text, said_at=said_at.astimezone(clock.zone(mission.time_zone)))
    if mine and mine[-1].event.text == text and abs((said_at - mine[-1].at).total_seconds()) < AGAIN_S:
        return _thanks(book, mine[-1].event, over=False)
    eta, free = (None if m is None else said_at + timedelta(minutes=m) for m in (read.eta_min, read.available_in_min))
    asked = CallAnswered(callout=call.event.id, person=person, answer=CallAnswer.UNREAD, text=text, channel=channel)
    if eta is None and _SAID[read.answer] in (CallAnswer.YES, CallAnswer.LIMITED):
        eta = _time_named(mission, call.event.id, person, at=said_at)
    said = replace(asked, answer=_SAID[read.answer], eta=eta, free_at=free)
    more = read.for_a_person and said.answer is not CallAnswer.UNREAD
    book.write(said, *([asked] if more else []), at=when, decided=False)
    return _thanks(book, said, over=call.event.id in mission.muster.ended, more=more)


def _thanks(book: Book, said: CallAnswered, *, over: bool, more: bool = False) -> Answer:
    words = [f"{said.person}: {answer_words(said, zone=book.mission.time_zone)}."]
    if said.answer is CallAnswer.UNREAD or more:
        words.append("A person must read it: homeward answer MISSION --unread --personal.")
    words += ["The call is over already; the answer is kept."] if over else []
    own = _stand(book.mission, said)
    if own:
        words.append(f"{listed(own)} said otherwise, and that stands: who comes after all answers by name.")
    return Answer(text=" ".join(words), data=answer_row(said) | {"for_a_person": more or "unread" in said.answer.value})


def _stand(mission: Mission, said: CallAnswered) -> list[str]:
    """Members who said of themselves what stands against the answer of their team, with what it was."""
    if said.person not in mission.teams or said.answer is CallAnswer.UNREAD:
        return []
    stands, zone = stands_against(said.answer) - {said.answer}, mission.time_zone
    own = latest_answers(mission, said.callout)
    return [
        f"{name} ({answer_words(own[name].event, zone=zone)}, {hour(own[name].at, zone)})"
        for name, person in mission.crew.people.items()
        if person.team == said.person and name in own and own[name].event.answer in stands
    ]


def _unread(book: Book, entry: str) -> Happened[CallAnswered]:
    """The unread answer that is meant: by who gave it (the oldest, as they are listed), its entry, or its number."""
    left = unread_answers(book.mission)
    if not left:
        raise NotYet("There is no answer to be read: all were understood, or read before.")
    number = {str(s.seq): s.entry.id for s in book.stored}
    for one in left:
        if one.event.person == entry:
            return one
    for one in left:
        if one.entry in (entry, number.get(entry)):
            return one
    raise UnknownName("unread answer of", entry, {one.event.person for one in left})
