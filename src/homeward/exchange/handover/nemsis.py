"""A hand-over as NEMSIS elements: the field map, for whoever fills in the ambulance service's patient care report.

Not an importable NEMSIS file: that needs the numbers of an agency, and codes (ICD-10, SNOMED, RxNorm) that a person
chooses. Such elements hold the words and say `to_code`. Names are left out, as in the national data set.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from homeward.exchange.handover.dose import medicine_dose
from homeward.exchange.handover.words import Line, age_words, sex_words, spoken
from homeward.mission.rescue import Consciousness
from homeward.rescue.handover import SIGNS, Handover, injuries

Json = dict[str, Any]


def nemsis_map(record: Handover, *, mark: str) -> bytes:
    """JSON: each element with its name, value and, where it repeats, the number of its group."""
    elements = [_element(field, value, group) for field, value, group in _fields(record, mark)]
    made = {
        "standard": "NEMSIS 3.5 EMS",
        "note": "Planning support: the medic decides. A field map, not an importable file; to_code: choose the code.",
        "elements": [element for element in elements if element],
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def _element(field: str, value: Any, group: int | None) -> Json | None:
    row = _table().get(field)
    if row is None or value in (None, ""):
        return None
    made: Json = {"element": row["element"], "name": row["name"]}
    if group is not None:
        made["group"] = group
    if isinstance(value, datetime):
        return {**made, "value": value.isoformat()}
    codes = dict(pair.split("=") for pair in row["form"].split(";") if "=" in pair)
    if codes:
        return {**made, "value": codes[value]} if value in codes else {**made, "value": value, "to_code": True}
    return {**made, "value": value, "to_code": True} if row["form"] == "to code" else {**made, "value": value}


def _fields(record: Handover, mark: str) -> Iterator[tuple[str, Any, int | None]]:
    c, place = record.casualty, record.found_place
    age, _, units = age_words(c.age_years).partition(" ")
    told = {
        "number": mark,
        "casualties": "single" if record.casualties == 1 else "multiple",
        "place": f"{place.lat_deg:.6f},{place.lon_deg:.6f}" if place else None,
        "sex": sex_words(c.sex),
        "age": int(age) if age else None,
        "age_units": units,
        "injured_at": c.injured_at,
        "report": c.report,
        "injuries": "; ".join(injuries(record)),
        "last_seen_at": record.last_seen_at,
        "mechanism": c.mechanism,
        "first_care_at": record.first_care_at,
        "at": record.at,
        "allergies": c.allergies,
        "history": record.history,
        "medication": c.medication,
        "weight_kg": c.weight_kg,
        "to": record.to,
        "needs": record.needs,
        "narrative": " ".join(_sentence(line) for line in spoken(record)),
    }
    yield from ((field, value, None) for field, value in told.items())
    yield from _vitals(record)
    yield from _treatments(record)


def _sentence(line: Line) -> str:
    return f"{line.name}: {line.full}."


def _vitals(record: Handover) -> Iterator[tuple[str, Any, int | None]]:
    for number, seen in enumerate(record.seen, start=1):
        values = {sign: getattr(seen.observation, sign) for sign in SIGNS}
        if all(value is None for value in values.values()):
            continue
        yield "vitals.at", seen.at, number
        for sign, value in values.items():
            yield f"vitals.{sign}", value.value if isinstance(value, Consciousness) else value, number


def _treatments(record: Handover) -> Iterator[tuple[str, Any, int | None]]:
    for number, done in enumerate(record.done, start=1):
        t, dose = done.treatment, medicine_dose(done.treatment)
        what = " ".join(part for part in (t.what, t.where, "" if dose else t.dose) if part)
        kind = "medicine" if dose else "procedure"
        yield f"{kind}.at", done.at, number
        yield f"{kind}.what", what, number
        if dose:
            yield "medicine.dose", dose.amount, number
            yield "medicine.unit", dose.unit, number


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    text = files("homeward.exchange.handover").joinpath("nemsis.csv").read_text(encoding="utf-8")
    return {row["field"]: row for row in csv.DictReader(text.splitlines())}
