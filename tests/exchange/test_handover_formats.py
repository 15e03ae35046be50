"""The files of a hand-over in the formats of others: HL7 FHIR, TAK, NEMSIS."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import NotYet
from homeward.exchange.handover import handover_files
from homeward.exchange.handover.dose import medicine_dose
from homeward.exchange.handover.tak import zmist_event
from homeward.mission.rescue import Observation, Treatment
from homeward.rescue.handover import Handover, Reader, Seen, for_reader
from tests.exchange.handover_files import elements, endless, one, record, resources
from tests.rescue.handover_sample import CASUALTY, NOON, sample_record

# ---- FHIR ---------------------------------------------------------------------------------------------------------


def valid(bundle: Any) -> Any:
    fhir = pytest.importorskip("fhir.resources.bundle", reason="needs fhir.resources, a dependency for development")
    return fhir.Bundle.model_validate(bundle)


@pytest.mark.parametrize("made", [record(), endless(), for_reader(sample_record(reader=Reader.FAMILY))])
def test_the_document_is_valid_fhir_r5(made: Handover) -> None:
    """Validated by `fhir.resources` 8.3, which holds HL7's R5 definitions."""
    valid(json.loads(one(handover_files(made), ".fhir.json")))


@pytest.mark.shared
def test_the_published_example_is_valid_and_ours_has_all_kinds_of_entries_that_it_has(shared) -> None:
    """Case B22."""
    example = json.loads((shared / "readiness" / "handover_bundle_example.json").read_text())
    valid(example)
    kinds = {entry["resource"]["resourceType"] for entry in example["entry"]}
    assert kinds <= {one["resourceType"] for one in resources(record())}


def test_the_composition_comes_first_and_every_reference_has_its_entry():
    bundle = json.loads(one(handover_files(record()), ".fhir.json"))
    assert bundle["type"] == "document"
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    assert set(re.findall(r'"reference": "([^"]+)"', json.dumps(bundle))) <= set(urls)
    in_sections = {e["reference"] for s in bundle["entry"][0]["resource"]["section"] for e in s.get("entry", [])}
    loose = set(urls[1:]) - in_sections
    assert len(loose) == 2  # patient and encounter: the composition names them itself


def test_every_value_has_its_time_who_took_it_and_how_sure():
    (rate, _) = [r for r in resources(record()) if r.get("code", {}).get("coding", [{}])[0].get("code") == "9279-1"]
    assert rate["valueQuantity"] == {
        "value": 24.0,
        "unit": "/min",
        "system": "http://unitsofmeasure.org",
        "code": "/min",
    }
    assert rate["effectiveDateTime"] == "2026-11-21T16:05:00Z"
    assert rate["performer"] == [{"display": "AB"}]
    assert rate["note"] == [{"text": "how sure: fairly sure"}]
    scores = [
        r for r in resources(record()) if r.get("code", {}).get("coding", [{}])[0].get("code") == "1104051000000101"
    ]
    assert [s["valueInteger"] for s in scores] == [14, 7]


def test_a_medicine_is_given_with_its_dose_and_a_tourniquet_is_a_procedure():
    given_ = next(r for r in resources(record()) if r["resourceType"] == "MedicationAdministration")
    assert given_["dosage"]["dose"]["value"] == 20.0
    assert given_["dosage"]["dose"]["code"] == "mg"
    assert given_["dosage"]["text"] == "20 mg IV"
    done = next(r for r in resources(record()) if r["resourceType"] == "Procedure")
    assert (done["code"]["text"], done["bodySite"][0]["text"]) == ("tourniquet", "left thigh")


@pytest.mark.parametrize(
    ("dose", "amount", "ucum"),
    [("20 mg IV", 20.0, "mg"), ("0,5 µg/kg", 0.5, "ug"), ("500 ml warm", 500.0, "mL"), ("15 L/min", 15.0, "L/min")],
)
def test_a_dose_is_read_with_its_unit(dose: str, amount: float, ucum: str) -> None:
    read = medicine_dose(Treatment(casualty="1", what="x", dose=dose))
    assert read is not None
    assert (read.amount, read.ucum) == (amount, ucum)


@pytest.mark.parametrize("dose", ["", "one", "twice", "2 metres", "5 minutes"])
def test_what_has_no_unit_of_medicines_is_no_medicine(dose: str) -> None:
    assert medicine_dose(Treatment(casualty="1", what="x", dose=dose)) is None


# ---- TAK and NEMSIS -----------------------------------------------------------------------------------------------


def test_tak_gets_a_casualty_evacuation_with_its_zmist_and_no_name():
    xml = one(handover_files(record()), ".zmist.xml")
    event = ET.fromstring(xml)
    assert event.attrib["type"] == "b-r-f-h-c"
    assert (event.find("point").attrib["lat"], event.find("point").attrib["lon"]) == ("36.400000", "-84.240000")  # type: ignore[union-attr]
    zmist = event.find("detail/_medevac_/zMistsMap/zMist")
    assert zmist is not None
    assert set(zmist.attrib) == {"title", "z", "m", "i", "s", "t"}
    assert zmist.attrib["z"] == "1"
    assert zmist.attrib["m"] == "fall of 4 m from the cliff path"
    assert zmist.attrib["s"].endswith("pain 4")
    assert zmist.attrib["t"] == "tourniquet one left thigh 11:06, ketamine 20 mg IV 11:11"
    assert event.find("detail/_medevac_").attrib["litter"] == "1"  # type: ignore[union-attr]
    assert b"Quimby" not in xml
    assert b"the medic decides" in xml


def test_without_a_place_there_is_nothing_for_tak():
    nowhere = record(found_place=None)
    assert not [name for name in handover_files(nowhere) if name.endswith(".xml")]
    with pytest.raises(NotYet, match="where the casualty was found"):
        zmist_event(nowhere, mark="x")


@given(st.text(max_size=80))
@settings(max_examples=40)
def test_whatever_was_typed_the_xml_can_be_read_again(text: str) -> None:
    made = record(casualty=replace(CASUALTY, mechanism=text))
    assert ET.fromstring(zmist_event(made, mark="x")).tag == "event"


def test_nemsis_elements_carry_codes_where_there_is_no_choice_and_words_where_there_is():
    told = {(e["element"], e.get("group")): e for e in elements(record())}
    assert told["ePatient.13", None]["value"] == "9906001"
    assert (told["ePatient.15", None]["value"], told["ePatient.16", None]["value"]) == (61, "2516009")
    assert [told["eVitals.26", n]["value"] for n in (1, 2)] == ["3326003", "3326001"]
    assert told["eVitals.06", 2]["value"] == 108.0
    assert told["eMedications.05", 2]["value"] == 20.0
    assert told["eInjury.01", None] == {
        "element": "eInjury.01",
        "name": "Cause of Injury",
        "value": "fall of 4 m from the cliff path",
        "to_code": True,
    }
    assert told["eTimes.12", None]["value"].startswith("2026-11-21T17:00")
    assert "Quimby" not in json.dumps(list(elements(record())))


def test_a_set_of_signs_that_holds_none_is_no_set():
    looked = replace(record(), seen=(Seen(at=NOON, observation=Observation(casualty="1", walks=True)),))
    assert not [e for e in elements(looked) if e["element"].startswith("eVitals")]
