"""Triage: every tool's category of each casualty, the order in which they are seen to, and what is still missing.

Planning support: the medic decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.rescue.casualties import known_casualty
from homeward.desk.rescue.leaving_first import leaving_first, scored
from homeward.desk.rescue.ways_out import minutes
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.mission import Mission
from homeward.mission.rescue import Observation
from homeward.rescue.cold import COLD_BELOW_C, stage_by_temperature, swiss
from homeward.rescue.field_triage import field_triage
from homeward.rescue.history import Known, known_by_now
from homeward.rescue.triage import MEDIC_DECIDES, SOURCES, TOOLS, Scores, rank, scores, sort_casualty
from homeward.rescue.vitals import survey

STALE_S: Final = 15 * 60
"""A sign that was looked at longer ago than this is said to be old: our own."""

YOUNGEST_NEWS2: Final = 16
"""Years: NEWS2 is not for younger casualties (Royal College of Physicians 2017)."""

MOST_STAGES: Final = 4
UNCONSCIOUS: Final = 3
"""How many Swiss stages there are; who is in this one or beyond does not answer."""

SERIES: Final = ("resp_rate_pm", "spo2_pct", "pulse_pm", "systolic_mmhg", "consciousness", "temperature_c")
"""The signs shown as a series."""


def triage(
    path: Path,
    *,
    tool: str = "START",
    rpm: Sequence[str] = (),
    litters: int = 1,
    every: str | None = None,
    personal: bool = True,
) -> Answer:
    """Scores of every casualty that is known, the order by `tool`, and what would settle what is still open.

    With RPM scores like "1=7", also who is carried out first so that most live: `litters` at a time, again after
    `every` (left out: as long as the carry-out that is planned takes). All of it is personal: without `personal` it is
    refused.
    """
    if not personal:
        raise BadInput(
            "Triage tells of casualties' health, which this page does not show. Use: homeward serve --personal."
        )
    if tool.upper() not in TOOLS:
        raise UnknownName("triage tool", tool, TOOLS)
    with opened(path, read_only=True) as book:
        mission = book.mission
        names = casualties_of(mission)
        if not names:
            raise NotYet("There is no casualty yet. Say who: homeward casualty MISSION 1 --age 54.")
        rows, order = triage_rows(book, names, now=clock.now(), tool=tool)
        scores_told = scored(book, rpm)
        without = [name for name in names if name not in scores_told]
        first, sacco = (
            leaving_first(book, scores_told, litters=litters, every=every, others=without) if rpm else ([], None)
        )
    several = len(names) > 1
    by_name = {row["casualty"]: row for row in rows}
    places = [f"{r['place']}. " if several else "" for r in order]
    lines = [f"{place}Casualty {r['casualty']}: {r['why']}" for place, r in zip(places, order, strict=True)]
    for r in order:
        lines += _lines(by_name[r["casualty"]], several=several)
    data = {
        "tool": tool.upper(),
        "order": order,
        "casualties": rows,
        "sacco": sacco,
        "says": MEDIC_DECIDES,
    }
    return Answer(text="\n".join([*lines, *first, MEDIC_DECIDES]), data=data)


def triage_rows(
    book: Book, names: Sequence[str], *, now: datetime, tool: str = "START"
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(each casualty's scores, the order in which they are seen to), as data; personal."""
    ranked = rank({name: state_of(book.mission, name) for name in names}, tool=tool.upper())
    order = [{"casualty": r.casualty, "place": r.place, "why": r.why} for r in ranked]
    return [_row(book, name, now=now) for name in names], order


def casualties_of(mission: Mission) -> list[str]:
    """Everybody who was described or found, in that order."""
    return list(dict.fromkeys([*mission.rescue.casualties, *(f.event.casualty for f in mission.finds)]))


def state_of(mission: Mission, name: str) -> Observation:
    """What is known of a casualty by now: each sign as it was seen last, less those that later looks go against."""
    return known_of(mission, name).seen


def known_of(mission: Mission, name: str) -> Known:
    """The same with the time of each sign, and the signs that are left aside."""
    return known_by_now(name, [(o.at, o.event) for o in mission.rescue.observations if o.event.casualty == name])


def _row(book: Book, name: str, *, now: datetime) -> dict[str, Any]:
    """All of a casualty as data; personal."""
    mission = book.mission
    known = known_of(mission, name)
    state = known.seen
    made = scores(state)
    age = known_casualty(book, name).age_years
    notes = [str(f) for f in made.findings]
    if age is not None and age < YOUNGEST_NEWS2:
        notes.append(f"NEWS2 is not for casualties under {YOUNGEST_NEWS2}: leave it aside.")
    if known.left_aside:
        aside = ", ".join(_plain(field) for field in known.left_aside)
        notes.append(f"Left aside, as what was seen later goes against it or may: {aside}. Look again.")
    old = _stale(known, now=now)
    if old:
        said = ", ".join(f"{_plain(field)} ({minutes(age_s)} ago)" for field, age_s in old)
        notes.append(f"Older than {STALE_S // 60} min: {said}. Look again.")
    return {
        "casualty": name,
        "tools": [
            {
                "tool": t,
                "category": one.category,
                "possible": list(one.possible),
                "missing": [_plain(m) for m in one.missing],
                "source": SOURCES[t],
            }
            for t, one in made.tools.items()
        ],
        "news2": _news2(made),
        "breathes": state.breathes is not False and state.resp_rate_pm != 0,
        "swiss": {**_swiss(made), "measured_c": state.temperature_c},
        "field_triage": _field(state, age),
        "survey": [
            {"letter": c.letter, "done": list(c.done), "open": [_plain(o) for o in c.open], "words": list(c.words)}
            for c in survey(state)
        ],
        "series": _series(mission, name),
        "notes": notes,
    }


def _news2(made: Scores) -> dict[str, Any]:
    score = made.news2
    return {
        "lowest": score.lowest,
        "highest": score.highest,
        "says": score.words,
        "risks": list(score.risks),
        "missing": [_plain(m) for m in score.missing],
    }


def _swiss(made: Scores) -> dict[str, Any]:
    cold = made.swiss
    spread = None if cold.temperature is None else [round(cold.temperature.quantile(p), 1) for p in (0.1, 0.5, 0.9)]
    return {"stages": list(cold.stages), "missing": [_plain(m) for m in cold.missing], "temperature_c": spread}


def _field(state: Observation, age_years: float | None) -> dict[str, Any]:
    made = field_triage(state, age_years=age_years)
    return {
        "level": made.level,
        "possible": list(made.possible),
        "met": list(made.met),
        "missing": [_plain(m) for m in made.missing],
    }


def _series(mission: Mission, name: str) -> list[dict[str, Any]]:
    """Vital signs over time, oldest first; only what was measured."""
    rows = []
    for happened in sorted((o for o in mission.rescue.observations if o.event.casualty == name), key=lambda o: o.at):
        told = {field: getattr(happened.event, field) for field in SERIES}
        if any(value is not None for value in told.values()):
            level = told["consciousness"]
            rows.append({"at": happened.at.isoformat(), **told, "consciousness": level.value if level else None})
    return rows


def _stale(known: Known, *, now: datetime) -> list[tuple[str, float]]:
    """(sign, how long ago) of those seen last longer ago than `STALE_S`: all that are measured, and of the others those
    that what is said hangs on.
    """
    ages = {field: (now - at).total_seconds() for field, at in known.at.items() if field != "findings"}
    old = [field for field, age_s in ages.items() if age_s > STALE_S]
    fresh = replace(known.seen, **dict.fromkeys(old))  # type: ignore[arg-type]
    whole, without = _says(known.seen), _says(fresh)

    def decides(field: str) -> bool:
        less = replace(known.seen, **{field: None})  # type: ignore[arg-type]
        more = replace(fresh, **{field: getattr(known.seen, field)})
        return _says(less) != whole or _says(more) != without

    return [(field, ages[field]) for field in old if field in SERIES or decides(field)]


def _says(state: Observation) -> tuple[object, ...]:
    """What the tools leave open of a state."""
    return (*(sort_casualty(state, tool=tool).possible for tool in TOOLS), swiss(state).stages)


def _lines(row: dict[str, Any], *, several: bool) -> list[str]:
    """What is said of one casualty below its place."""
    tools = ", ".join(f"{t['tool']} {_or(t['possible'])}" for t in row["tools"])
    cold = row["swiss"]
    low_high = cold["temperature_c"]
    degrees = f", {low_high[0]:g} to {low_high[2]:g} deg C (8 of 10)" if low_high else ""
    open_ = [f"{c['letter']}: {', '.join(c['open'])}" for c in row["survey"] if c["open"]]
    head = f"Casualty {row['casualty']}: " if several else ""
    lines = [f"  {head}{tools}; {_news2_words(row)}; {_swiss_words(row, degrees)}."]
    if row["field_triage"]["met"]:
        lines.append(f"  Field triage (US 2021) {_or(row['field_triage']['possible'])}: {_met(row)}.")
    lines += [f"  not looked at: {'; '.join(open_)}."] if open_ else []
    return [*lines, *(f"  note: {note}" for note in row["notes"])]


def _news2_words(row: dict[str, Any]) -> str:
    if not row["breathes"]:
        return "NEWS2 does not apply: does not breathe"
    return f"NEWS2 {row['news2']['says']}"


def _swiss_words(row: dict[str, Any], degrees: str) -> str:
    """The stage of cold; a thermometer goes before what a stage usually means."""
    measured, stages = row["swiss"]["measured_c"], row["swiss"]["stages"]
    if measured is not None:
        if measured >= COLD_BELOW_C:
            return f"{measured:g} deg C measured: not cold"
        told = f"{measured:g} deg C measured: cold, stage {stage_by_temperature(measured)} by the thermometer"
        return f"{told}, {_or(map(str, stages))} by consciousness" if len(stages) < MOST_STAGES else told
    if not row["breathes"]:
        ask = ": feel for a pulse" if len(stages) > 1 else ""
        return f"Swiss stage {_or(str(s) for s in stages if s >= UNCONSCIOUS)} if cold{ask}"
    if len(stages) == MOST_STAGES:
        return "Swiss stage of cold open: nothing that tells it was seen"
    return f"Swiss stage {_or(map(str, stages))} if cold{degrees}"


def _met(row: dict[str, Any]) -> str:
    return ", ".join(_plain(name) for name in row["field_triage"]["met"])


def _or(names: Sequence[str] | Any) -> str:
    return " or ".join(names)


def _plain(field: str) -> str:
    return _SAID.get(field, field.replace("_", " "))


_SAID: Final = {
    "resp_rate_pm": "respiratory rate",
    "spo2_pct": "oxygen saturation",
    "pulse_pm": "pulse",
    "capillary_refill_s": "capillary refill",
    "systolic_mmhg": "systolic pressure",
    "temperature_c": "temperature",
    "breathes_after_airway": "breathing once the airway is open",
}
