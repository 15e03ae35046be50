"""A hand-over as an HL7 FHIR R5 document: a Bundle whose first entry is the Composition that ties the rest together.

Type and vital signs have LOINC codes, NEWS2 has its SNOMED CT code; what a person said stays text, for nobody here
chooses a diagnosis code. Every value carries its time, who took it, and how sure that person was.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

from homeward.exchange.handover.dose import medicine_dose
from homeward.exchange.handover.words import CONSCIOUS, age_words, missing_words, sex_words, spoken
from homeward.rescue.handover import Done, Handover, Seen, withheld_fields

Json = dict[str, Any]

LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
_TERMS = "http://terminology.hl7.org/CodeSystem"
_VITALS = (  # sign, LOINC code, name, UCUM unit
    ("resp_rate_pm", "9279-1", "Respiratory rate", "/min"),
    ("spo2_pct", "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry", "%"),
    ("pulse_pm", "8867-4", "Heart rate", "/min"),
    ("systolic_mmhg", "8480-6", "Systolic blood pressure", "mm[Hg]"),
    ("temperature_c", "8310-5", "Body temperature", "Cel"),
    ("pain", "72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", "{score}"),
)
_FLAGS = (  # sign, what it is where it is so
    ("oxygen", "extra oxygen given"),
    ("radial_pulse", "radial pulse"),
    ("respiratory_distress", "respiratory distress"),
    ("severe_bleeding", "severe bleeding"),
    ("bleeding_controlled", "bleeding controlled"),
    ("penetrating", "penetrating injury"),
    ("obeys", "obeys commands"),
    ("talks", "talks"),
    ("walks", "walks"),
    ("shivering", "shivering"),
    ("breathes", "breathes"),
    ("breathes_after_airway", "breathes once the airway is open"),
)


@dataclass(slots=True)
class _Bundle:
    """Resources as they are added, each with a name made of the record's mark and of what it is, and nothing else."""

    mark: str
    entries: list[Json] = field(default_factory=list)

    def add(self, what: str, resource: Json) -> Json:
        """Adds a resource; the reference to it."""
        url = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'homeward:{self.mark}:{what}')}"
        self.entries.append({"fullUrl": url, "resource": _filled(resource)})
        return {"reference": url}


def fhir_document(record: Handover, *, mark: str) -> bytes:
    """The bundle as JSON. The same record gives the same bytes."""
    bundle = _Bundle(mark)
    patient = bundle.add("patient", _patient(record))
    sections = _sections(bundle, record, patient)
    encounter = bundle.add("encounter", _encounter(record, patient))
    composition: Json = {
        "resourceType": "Composition",
        "meta": {"security": _labels(record)},
        "status": "final",
        "type": _coded(LOINC, "67796-3", "EMS patient care report - version 3 Document NEMSIS"),
        "subject": [patient],
        "encounter": encounter,
        "date": _stamp(record.at),
        "author": [{"display": record.by or "not stated"}],
        "title": "ATMISTER hand-over. Planning support: the medic decides.",
        "section": sections,
    }
    bundle.add("composition", composition)
    made = {
        "resourceType": "Bundle",
        "identifier": {
            "system": "urn:ietf:rfc:3986",
            "value": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'homeward:{mark}:bundle')}",
        },
        "type": "document",
        "timestamp": _stamp(record.at),
        "entry": [bundle.entries[-1], *bundle.entries[:-1]],
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _patient(record: Handover) -> Json:
    c, sex = record.casualty, sex_words(record.casualty.sex)
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:homeward:casualty", "value": c.id}],
        "name": [{"text": c.name}] if c.name else None,
        "gender": sex if sex in ("male", "female") else "other" if sex else None,
        "contact": [{"relationship": [{"text": "next of kin"}], "name": {"text": c.next_of_kin}}]
        if c.next_of_kin
        else None,
    }


def _encounter(record: Handover, patient: Json) -> Json:
    began = record.first_care_at or record.found_at
    place = f"{record.found_place.lat_deg:.6f}, {record.found_place.lon_deg:.6f}" if record.found_place else ""
    return {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": [_coded(f"{_TERMS}/v3-ActCode", "FLD", "field")],
        "subject": patient,
        "actualPeriod": {"start": _stamp(began)} if began else None,
        "location": [{"location": {"display": f"found at {place}"}}] if place else None,
        "admission": {"destination": {"display": record.to}} if record.to else None,
    }


def _sections(bundle: _Bundle, record: Handover, patient: Json) -> list[Json]:
    """One section for each letter, with what stands behind it; then what else a hand-over must say."""
    entries: dict[str, Callable[[], list[Json]]] = {
        "Age, sex": lambda: _age(bundle, record, patient),
        "Injuries": lambda: _conditions(bundle, record, patient),
        "Signs": lambda: [ref for s in enumerate(record.seen) for ref in _observed(bundle, *s, patient)],
        "Treatment": lambda: [_treated(bundle, *d, patient) for d in enumerate(record.done)],
    }
    made = [_section(line.name, line.full, entries.get(line.name, list)()) for line in spoken(record)]
    back = "casualty" in record.hidden
    c, told = record.casualty, record.casualty.next_of_kin_informed
    informed = "" if told is None else "informed" if told else "not informed"
    made += [
        _section("Allergies", c.allergies, _allergies(bundle, record, patient), back=back),
        _section("Medication", c.medication, _medication(bundle, record, patient), back=back),
        _section("Known before", record.history, [], back=back),
        _section("Next of kin", informed, [], back=back),
        _section("Told", "dead" if record.alive is False else "alive" if record.alive else "", []),
        _section("Missing for", missing_words(record), []),
        _section("From, to", f"from {record.by or 'not stated'} to {record.to or 'not stated'}", []),
    ]
    if record.withheld:
        made.append(_section("Withheld", f"Withheld, known or not: {'; '.join(withheld_fields(record))}.", []))
    return made


def _section(title: str, text: str | None, entries: list[Json], *, back: bool = False) -> Json:
    said = (text or "").strip()
    made: Json = {"title": title}
    if said:
        div = f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(_plain(said))}</div>'
        made["text"] = {"status": "generated", "div": div}
    if entries:
        made["entry"] = entries
    if not said and not entries:
        code, shown = ("withheld", "Information Withheld") if back else ("unavailable", "Unavailable")
        made["emptyReason"] = _coded(f"{_TERMS}/list-empty-reason", code, shown)
    return made


def _age(bundle: _Bundle, record: Handover, patient: Json) -> list[Json]:
    amount, _, unit = age_words(record.casualty.age_years).partition(" ")
    if not amount:
        return []
    age = _observation(patient, record.at, _coded(LOINC, "30525-0", "Age"))
    return [bundle.add("age", {**age, "valueQuantity": _quantity(float(amount), "a" if unit == "years" else "mo")})]


def _conditions(bundle: _Bundle, record: Handover, patient: Json) -> list[Json]:
    found = [(s, letter, words) for s in record.seen for letter, words in s.observation.findings if words.strip()]
    return [
        bundle.add(
            f"condition {number}",
            {
                "resourceType": "Condition",
                "clinicalStatus": _coded(f"{_TERMS}/condition-clinical", "active", "Active"),
                "code": {"text": words},
                "subject": patient,
                "recordedDate": _stamp(seen.at),
                "onsetDateTime": _stamp(record.casualty.injured_at) if record.casualty.injured_at else None,
                "note": _notes(f"{letter} of MARCH or ABCDE", _whose(seen)),
            },
        )
        for number, (seen, letter, words) in enumerate(found)
    ]


def _observed(bundle: _Bundle, number: int, seen: Seen, patient: Json) -> list[Json]:
    o = seen.observation
    by = {"performer": [{"display": o.by}] if o.by else None, "note": _notes(_certain(seen))}
    made: list[tuple[str, Json]] = []
    for sign, code, name, unit in _VITALS:
        value = getattr(o, sign)
        if value is not None:
            coded = _observation(patient, seen.at, _coded(LOINC, code, name))
            made.append((sign, {**coded, **by, "valueQuantity": _quantity(value, unit)}))
    if o.capillary_refill_s is not None:
        refill = _observation(patient, seen.at, {"text": "Capillary refill time"})
        made.append(("refill", {**refill, **by, "valueQuantity": _quantity(o.capillary_refill_s, "s")}))
    if o.consciousness is not None:
        level = _observation(patient, seen.at, _coded(LOINC, "67775-7", "Level of responsiveness"))
        made.append(("level", {**level, **by, "valueCodeableConcept": {"text": CONSCIOUS[o.consciousness]}}))
    for sign, name in _FLAGS:
        if getattr(o, sign) is not None:
            flag = _observation(patient, seen.at, {"text": name})
            made.append((sign, {**flag, **by, "valueBoolean": getattr(o, sign)}))
    if seen.news2 is not None:
        made.append(("news2", {**_news2(seen, patient), **by}))
    return [bundle.add(f"observation {number} {what}", resource) for what, resource in made]


def _news2(seen: Seen, patient: Json) -> Json:
    name = "Royal College of Physicians National Early Warning Score 2 - total score"
    score = _observation(patient, seen.at, _coded(SNOMED, "1104051000000101", name))
    low, high = seen.news2 or (0, 0)
    if low == high:
        return {**score, "valueInteger": low}
    return {**score, "valueRange": {"low": _quantity(low, "{score}"), "high": _quantity(high, "{score}")}}


def _treated(bundle: _Bundle, number: int, done: Done, patient: Json) -> Json:
    t, dose, at = done.treatment, medicine_dose(done.treatment), _stamp(done.at)
    by = [{"actor": {"display": t.by}}] if t.by else None
    site: Json | None = {"text": t.where} if t.where else None
    if dose is None:
        procedure: Json = {
            "resourceType": "Procedure",
            "status": "completed",
            "code": {"text": t.what},
            "subject": patient,
            "occurrenceDateTime": at,
            "performer": by,
            "bodySite": [site] if site else None,
            "note": _notes(f"dose: {t.dose}" if t.dose else ""),
        }
        return bundle.add(f"treatment {number}", procedure)
    given: Json = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medication": {"concept": {"text": t.what}},
        "subject": patient,
        "occurenceDateTime": at,  # R5 spells it so
        "performer": [{"actor": {"reference": {"display": t.by}}}] if t.by else None,
        "dosage": {
            "text": t.dose,
            "site": site,
            "dose": {"value": dose.amount, "unit": dose.unit, "system": UCUM, "code": dose.ucum},
        },
    }
    return bundle.add(f"treatment {number}", given)


def _allergies(bundle: _Bundle, record: Handover, patient: Json) -> list[Json]:
    if not record.casualty.allergies:
        return []
    told = {"resourceType": "AllergyIntolerance", "code": {"text": record.casualty.allergies}, "patient": patient}
    return [bundle.add("allergies", told)]


def _medication(bundle: _Bundle, record: Handover, patient: Json) -> list[Json]:
    if not record.casualty.medication:
        return []
    taken = {"concept": {"text": record.casualty.medication}}
    told = {"resourceType": "MedicationStatement", "status": "recorded", "medication": taken, "subject": patient}
    return [bundle.add("medication", told)]


def _labels(record: Handover) -> list[Json]:
    normal = {"system": f"{_TERMS}/v3-Confidentiality", "code": "N", "display": "normal"}
    redacted = {"system": f"{_TERMS}/v3-ObservationValue", "code": "REDACTED", "display": "redacted"}
    return [normal, redacted] if record.withheld else [normal]


def _observation(patient: Json, at: datetime, code: Json) -> Json:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": code,
        "subject": patient,
        "effectiveDateTime": _stamp(at),
    }


def _coded(system: str, code: str, display: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _quantity(value: float, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def _notes(*texts: str) -> list[Json] | None:
    return [{"text": text} for text in texts if text] or None


def _whose(seen: Seen) -> str:
    return "; ".join(
        part for part in (f"seen by {seen.observation.by}" if seen.observation.by else "", _certain(seen)) if part
    )


def _certain(seen: Seen) -> str:
    return f"how sure: {seen.observation.certainty}" if seen.observation.certainty else ""


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _plain(text: str) -> str:
    """Without the control characters that XHTML cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\t\n\r")


def _filled(value: Any) -> Any:
    """Without what is empty: FHIR has no null and no empty text."""
    if isinstance(value, dict):
        kept = {name: _filled(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [_filled(inner) for inner in value]
    return value
