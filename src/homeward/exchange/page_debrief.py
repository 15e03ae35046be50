"""What the page shows of the debrief: questions, statements, who can be given sealed ones. Personal, all of it.

Without `personal` the page has how many questions and statements there are and which of them is answered, declined or
sealed. What is sealed is on no page at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from homeward.exchange.page_values import lonlat_of, utc_text
from homeward.geo import format_place
from homeward.mission.debriefs import Statement
from homeward.mission.happened import Happened
from homeward.mission.replay import Mission
from homeward.mission.rescue import Consent
from homeward.words import chance

Json = dict[str, Any]
NO_NUMBER: Final = "asked for no number yet"


def debrief_data(
    mission: Mission, *, taken: Mapping[str, datetime], board: Json | None = None, personal: bool = False
) -> Json:
    """The debrief's part of the page. `taken`: when each statement was first written down; `board`: what they come to,
    which is shown only where `personal`, as is everything that was asked or said.
    """
    state = mission.debriefs
    return {
        "questions": question_rows(mission) if personal else _bare_questions(mission),
        "statements": statement_rows(mission, taken=taken) if personal else _bare_statements(mission, taken),
        "withdrawn": list(state.withdrawn),
        "readers": list(state.readers),
        "opened": [
            {"statement": h.event.statement, "reader": h.event.reader, "at": utc_text(h.at)} for h in state.opened
        ],
        "board": board if personal else None,
        "teams": [
            {
                "team": done.event.team,
                "assignment": done.event.assignment,
                "at": utc_text(done.at),
                "hazards": list(done.event.hazards),
                "gaps": list(done.event.gaps),
            }
            for done in mission.searches
            if done.event.hazards or done.event.gaps
        ],
    }


def question_rows(mission: Mission) -> list[Json]:
    """Every question with its answers, and the one that came out true ("none": none of them)."""
    state = mission.debriefs
    return [
        {
            "id": one.id,
            "text": one.text,
            "about": one.about.value,
            "resolved": (state.resolved[one.id].event.hypothesis or "none") if one.id in state.resolved else None,
            "hypotheses": [
                {
                    "id": h.id,
                    "label": h.label,
                    "prior": h.prior,
                    "at": lonlat_of(h.place) if h.place else None,
                    "from": utc_text(h.from_),
                    "until": utc_text(h.until),
                }
                for h in one.hypotheses
            ],
        }
        for one in state.questions.values()
    ]


def statement_rows(
    mission: Mission, *, taken: Mapping[str, datetime], opened: Mapping[str, Mapping[str, str]] | None = None
) -> list[Json]:
    """Every statement that stands. `opened`: the words of sealed ones that a reader has just opened; the others stay
    closed, and of what they bear on only the question is told.
    """
    words = opened or {}
    return [_statement(said, taken, words.get(name)) for name, said in mission.debriefs.statements.items()]


def _statement(said: Happened[Statement], taken: Mapping[str, datetime], opened: Mapping[str, str] | None) -> Json:
    one = said.event
    closed = bool(one.sealed) and opened is None
    inside = opened or {}
    row: Json = {
        "id": one.id,
        "taken": utc_text(taken.get(one.id, said.at)),
        "witness": one.witness,
        "declined": one.declined,
        "sealed": bool(one.sealed),
        "closed": closed,
        "share": one.share.value,
        "readers": list(one.readers),
        "consent": one.consent.value if one.consent else None,
        "question": one.question,
    }
    if closed:
        return row
    certainty = inside.get("certainty") or one.certainty
    place = inside.get("place") or (format_place(one.place) if one.place else "")
    seen = inside.get("seen_at") or utc_text(one.seen_at) or ""
    return row | {
        "says": inside.get("says") or one.says,
        "asked": inside.get("asked") or one.asked,
        "how": one.how.value if one.how else None,
        "told_by": one.told_by,
        "seen_at": seen or None,
        "place": place or None,
        "certainty": certainty,
        "number": one.number,
        "reliability": one.reliability,
        "credibility": one.credibility,
        "hypothesis": one.hypothesis,
        "told": _told(one, certainty),
    }


def _told(one: Statement, certainty: str) -> list[str]:
    """How it is known and how sure, in words: what was said first, the number after it."""
    words = [f"told by {one.told_by}" if one.told_by else one.how.value] if one.how else []
    words += [f"own words for how sure: {certainty}"] if certainty else []
    words.append(f"number {chance(one.number)}" if one.number is not None else NO_NUMBER)
    grade = f"{one.reliability or '-'}{one.credibility or '-'}"
    words += [f"graded {grade}"] if grade != "--" else []
    return words + (["NOT TO BE PASSED ON"] if one.consent is Consent.REFUSED else [])


def _bare_questions(mission: Mission) -> list[Json]:
    state = mission.debriefs
    return [
        {"id": f"question {n}", "about": one.about.value, "answered": one.id in state.resolved}
        for n, one in enumerate(state.questions.values(), 1)
    ]


def _bare_statements(mission: Mission, taken: Mapping[str, datetime]) -> list[Json]:
    return [
        {"id": name, "taken": utc_text(taken.get(name, said.at))} for name, said in mission.debriefs.statements.items()
    ]
