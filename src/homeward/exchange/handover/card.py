"""The hand-over card: one page that is read aloud in half a minute, with the detail small below it.

The layout is `card.typ`; this module says what stands in it. Words of people reach the page as data, never as markup.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from homeward.exchange.handover.words import (
    CONSCIOUS,
    empty,
    missing_words,
    moment,
    news2_words,
    number_words,
    spoken,
)
from homeward.exchange.paper import compiled, no_font_note, paper_of
from homeward.exchange.plan_clock import DAYS, MONTHS
from homeward.geo import format_place
from homeward.mission.rescue import Observation
from homeward.rescue.handover import Handover, Seen, missing, oddities, sets_of_signs, withheld_fields

Json = dict[str, Any]

MOST_ROWS = 10
"""Of each small table; the layout takes fewer where there is no room for them."""
LONGEST, LONGEST_WORD = 60, 24
"""Letters of a cell and of a word in it: of what somebody wrote at length the rest is in the files with the card."""


def handover_card(record: Handover, *, mark: str, paper: str = "a4") -> bytes:
    """The card as a PDF of one page. `mark` is printed on it, so that a receipt can name the record it is for.

    The same arguments give the same bytes on one computer.
    """
    data = card_data(record, mark=mark, paper=paper)
    if note := no_font_note(data):
        data["note"] = f"{note} The files have them."
    return compiled("handover/card.typ", data, at=record.at)


def card_data(record: Handover, *, mark: str, paper: str = "a4") -> Json:
    """Everything that stands on the card, as text."""
    here = record.at.astimezone(ZoneInfo(record.time_zone))
    signs, findings = _sign_rows(record), _finding_rows(record)
    return {
        "paper": paper_of(paper).typst,
        "mission": _short(record.mission, 50) or "Mission without a name",
        "exercise": record.exercise,
        "casualty": _short(record.casualty.id, 20),
        "to": _short(record.to, 40) or "not stated",
        "by": _short(record.by, 30) or "not stated",
        "reader": record.reader.value,
        "at": f"{here:%H:%M}",
        "date": f"{DAYS[here.weekday()]} {here.day} {MONTHS[here.month - 1]} {here.year}",
        "zone": f"{record.time_zone}, UTC{here:%z}",
        "lines": [{"letter": s.letter, "name": s.name, "text": s.text, "cut": s.cut} for s in spoken(record)],
        "withheld": record.withheld,
        "kept_back": list(withheld_fields(record)),
        "missing": [str(gap) for gap in missing(record)],
        "odd": list(oddities(record)),
        "facts": [{"name": name, "value": _short(value, 120)} for name, value in _facts(record) if value],
        "signs": signs[:1] + signs[1:][-MOST_ROWS:],
        "sets": len(signs),
        "treatments": _treatment_rows(record)[-MOST_ROWS:],
        "done": len(record.done),
        "findings": findings[:MOST_ROWS],
        "found": len(findings),
        "mark": mark,
        "note": "",
    }


def _facts(record: Handover) -> list[tuple[str, str]]:
    c, told = record.casualty, record.casualty.next_of_kin_informed
    informed = "" if told is None else "informed" if told else "NOT informed"
    unsaid = empty(record, "casualty")[0]
    place = record.found_place
    where = f"{format_place(place, 'mgrs')} ({format_place(place)})" if place else ""
    moved = record.place_at is not None and record.found_at is not None and record.place_at > record.found_at
    at = f" at {where}" if where and not moved else ""
    cut = {line.name: line.full for line in spoken(record) if line.cut}
    return [
        ("Name", c.name or unsaid),
        ("Allergies", c.allergies or unsaid),
        ("Medication", c.medication or unsaid),
        ("Known before", record.history or ""),
        ("Weight", f"{number_words(c.weight_kg)} kg" if c.weight_kg is not None else ""),
        ("Next of kin", ", ".join(part for part in (informed, c.next_of_kin or "") if part)),
        ("Told", "dead" if record.alive is False else ""),
        ("Consent to pass on", c.consent.value if c.consent else ""),
        ("Reported before", c.report or ""),
        ("Injured", moment(record, c.injured_at) if c.injured_at and "Time" in cut else ""),
        ("Last seen", moment(record, record.last_seen_at) if record.last_seen_at else ""),
        ("Missing for", missing_words(record)),
        ("Found", f"{moment(record, record.found_at)}{at}" if record.found_at else ""),
        ("Place", f"{where}, told {moment(record, record.place_at)}" if moved and record.place_at else ""),
        ("First care", moment(record, record.first_care_at) if record.first_care_at else ""),
        *((name, cut[name]) for name in ("Age, sex", "Mechanism", "Injuries", "Required") if name in cut),
    ]


def _sign_rows(record: Handover) -> list[list[str]]:
    return [
        [moment(record, s.at), *_measured(s.observation), news2_words(s.news2), *_whose(s)]
        for s in sets_of_signs(record.seen)
    ]


def _measured(o: Observation) -> list[str]:
    air = "" if o.spo2_pct is None or o.oxygen is None else " O2" if o.oxygen else " air"
    pulse = _measure(o.pulse_pm) or ("" if o.radial_pulse is None else "radial" if o.radial_pulse else "no radial")
    return [
        CONSCIOUS[o.consciousness].removeprefix("responds ") if o.consciousness else "",
        _measure(o.resp_rate_pm),
        f"{_measure(o.spo2_pct)}{air}",
        pulse,
        _measure(o.systolic_mmhg),
        _measure(o.capillary_refill_s),
        _measure(o.temperature_c),
        "" if o.pain is None else str(o.pain),
    ]


def _measure(value: float | None) -> str:
    return "" if value is None else number_words(value)


def _whose(seen: Seen) -> list[str]:
    return [_short(" ".join(part for part in (seen.observation.by or "", _sure(seen)) if part), 30)]


def _sure(seen: Seen) -> str:
    return f"({seen.observation.certainty})" if seen.observation.certainty else ""


def _treatment_rows(record: Handover) -> list[list[str]]:
    return [
        [
            moment(record, d.at),
            _short(d.treatment.what),
            _short(d.treatment.dose, 24),
            _short(d.treatment.where, 24),
            _short(d.treatment.by or "", 12),
        ]
        for d in record.done
    ]


def _finding_rows(record: Handover) -> list[list[str]]:
    return [
        [moment(record, s.at), letter, _short(words), *_whose(s)]
        for s in record.seen
        for letter, words in s.observation.findings
    ]


def _short(text: str, longest: int = LONGEST) -> str:
    words = (word if len(word) <= LONGEST_WORD else f"{word[: LONGEST_WORD - 1]}…" for word in text.split())
    plain = " ".join(words)
    return plain if len(plain) <= longest else f"{plain[: longest - 1].rstrip()}…"
