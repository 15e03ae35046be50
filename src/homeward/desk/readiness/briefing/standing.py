"""Where readiness stands, in a few lines: what may come, who is called in, answers nobody read, the plan of cover."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.readiness.call_out.call_state import latest_answers, unread_answers
from homeward.desk.readiness.warning.foreseen import Foreseen, open_foreseen
from homeward.exchange.readiness_words import ANSWER_WORDS
from homeward.mission.muster import CallAnswer
from homeward.words import chance

MOST_NAMED: Final = 4
_SAID: Final = [words for answer, words in ANSWER_WORDS.items() if answer is not CallAnswer.UNREAD]


def ready_lines(book: Book, *, now: datetime) -> list[str]:
    """Open warnings, the open call-out, answers to be read, the plan of cover; nothing of what was never told."""
    return [*_warnings(book, now=now), *_callout(book), *_unread(book), *_cover(book)]


def ready_facts(book: Book) -> dict[str, Any]:
    """The same as data."""
    mission = book.mission
    call = mission.muster.callout
    return {
        "warnings_open": [h.event.id for h in mission.readiness.open_threats],
        "callout_open": None if call is None else call.event.id,
        "answers_unread": len(unread_answers(mission)),
        "cover": mission.readiness.cover is not None,
    }


def _warnings(book: Book, *, now: datetime) -> list[str]:
    ahead = open_foreseen(book.mission, now=now)
    if not ahead:
        return []
    told = sorted(ahead, key=lambda one: -_by(one, 7.0))
    named = [f"{one.threat.id} ({_chances(one)})" for one in told[:MOST_NAMED]]
    more = f", and {len(told) - MOST_NAMED} more" if len(told) > MOST_NAMED else ""
    return [f"Warnings open: {', '.join(named)}{more}: homeward forecast MISSION."]


def _by(one: Foreseen, days: float) -> float:
    return 0.0 if one.forecast is None else float(one.forecast.cdf(days))


def _chances(one: Foreseen) -> str:
    if one.forecast is None:
        return "NO FORECAST"
    return f"within a day {chance(_by(one, 1.0))}, within a week {chance(_by(one, 7.0))}"


def _callout(book: Book) -> list[str]:
    mission, call = book.mission, book.mission.muster.callout
    if call is None:
        return []
    counts = Counter(ANSWER_WORDS[one.event.answer] for one in latest_answers(mission, call.event.id).values())
    said = ", ".join(f"{counts[word]} said {word}" for word in _SAID if counts[word]) or "nobody answered yet"
    since = clock.show_time(call.at, mission.time_zone)
    return [f"CALL-OUT {call.event.id} open since {since}: {said}: homeward muster MISSION."]


def _unread(book: Book) -> list[str]:
    count = len(unread_answers(book.mission))
    if not count:
        return []
    what = "1 answer was not understood" if count == 1 else f"{count} answers were not understood"
    return [f"{what}, read {'it' if count == 1 else 'them'}: homeward answer MISSION --unread --personal."]


def _cover(book: Book) -> list[str]:
    made = book.mission.readiness.cover
    if made is None:
        return []
    from homeward.desk.readiness.cover.covering import newer_note  # which brings the solvers of cover with it

    when = clock.show_time(made.at, book.mission.time_zone)
    return [f"Cover planned {when} (view {made.event.view}): homeward cover show MISSION.", *newer_note(book)]
