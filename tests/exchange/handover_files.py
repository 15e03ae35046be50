"""Records of hand-overs, and what is read from the files that they make."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pypdfium2

from homeward.exchange.handover import (
    handover_files,
)
from homeward.mission.rescue import Treatment
from homeward.rescue.handover import Handover, for_reader
from tests.rescue.handover_sample import (
    CASUALTY,
    FIRST,
    NOON,
    sample_mission,
    sample_record,
)


def record(**told: Any) -> Handover:
    return for_reader(replace(sample_record(), arrives=NOON + timedelta(hours=2), **told))


def endless() -> Handover:
    """A record of which everything is long and much."""
    words = "an endless story of bruises and cuts in many places " * 20
    seen = tuple(
        replace(
            FIRST,
            by="a person with a long name " * 3,
            certainty=words,
            findings=tuple((letter, f"{i} {words}") for letter in "MARCH"),
            capillary_refill_s=2.5,
        )
        for i in range(30)
    )
    done = tuple(Treatment(casualty="1", what=words, dose=words, where=words, by=words) for _ in range(30))
    told = replace(CASUALTY, mechanism=words, allergies=words, medication=words, next_of_kin=words, report=words)
    made = sample_record(
        sample_mission(told, observed=seen, treated=done), to=words, by=words, at=NOON + timedelta(days=4)
    )
    return for_reader(replace(made, needs="W" * 900, history=words, mission=words, arrives=NOON + timedelta(days=5)))


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf)]


def one(files: dict[str, bytes], ending: str) -> bytes:
    return next(data for name, data in files.items() if name.endswith(ending))


def resources(made: Handover) -> list[dict[str, Any]]:
    bundle = json.loads(one(handover_files(made), ".fhir.json"))
    return [entry["resource"] for entry in bundle["entry"]]


def elements(made: Handover) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(one(handover_files(made), ".nemsis.json"))["elements"]
    return listed
