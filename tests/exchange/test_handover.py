"""A hand-over on paper and in files: short enough to be read aloud, whole, and without what is withheld."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput, MissionFileError, NotYet
from homeward.exchange.handover import (
    MOST_WORDS,
    handover_files,
    record_from_bytes,
    record_to_bytes,
    spoken,
    spoken_words,
)
from homeward.exchange.handover.dose import medicine_dose
from homeward.exchange.handover.tak import zmist_event
from homeward.mission.rescue import Casualty, Consent, Observation, Treatment
from homeward.rescue.handover import Handover, Reader, Seen, for_reader
from tests.rescue.handover_sample import (
    CASUALTY,
    FIRST,
    KETAMINE,
    NOON,
    SECOND,
    TOURNIQUET,
    sample_mission,
    sample_record,
)

LETTERS = "ATMISTER"


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


# ---- aloud --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("alert, pulse 112", 4), ("34.6", 3), ("at 13:40", 3), ("NEWS2 9", 3), ("20 mg IV", 3), ("7", 1)],
)
def test_numbers_take_as_long_as_they_take_to_say(text: str, words: int) -> None:
    assert spoken_words(text) == words


def test_the_lines_say_what_the_next_one_must_know_first():
    lines = spoken(record())
    assert "".join(line.letter for line in lines) == LETTERS
    assert [line.text for line in lines] == [
        "61 years, female",
        "injured 09:00, found 11:00",
        "fall of 4 m from the cliff path",
        "severe bleeding, controlled, open fracture left lower leg, shivering",
        "11:10 NEWS2 7 was 14, alert, breathing 20, pulse 104, pressure 108, saturation 96, temperature 34.6, pain 4",
        "tourniquet one left thigh 11:06, ketamine 20 mg IV 11:11",
        "14:00",
        "winch, trauma team",
    ]
    assert not any(line.cut for line in lines)


def test_what_is_too_long_ends_early_and_says_so():
    long = "fell from the ladder of the hut, then slid down the gully to the stream"
    line = spoken(record(casualty=replace(CASUALTY, mechanism=long)))[2]
    assert line.text == "fell from the ladder of the hut, then slid down the …"
    assert line.full == long


def test_what_is_not_known_is_said_to_be_not_stated_and_when_last_seen_helps():
    bare = for_reader(sample_record(sample_mission(Casualty(id="1"), observed=(), treated=(), finds=())))
    texts = [line.text for line in spoken(bare)]
    assert texts[1] == "not stated, last seen Thu 19 Nov 08:00"
    assert [texts[i] for i in (0, 2, 3, 4, 5, 6, 7)] == ["not stated"] * 7


def test_without_a_score_a_sign_that_moved_says_where_it_came_from():
    unscored = tuple(replace(o, consciousness=None, oxygen=None) for o in (FIRST, SECOND))
    line = spoken(for_reader(sample_record(sample_mission(observed=unscored))))[4]
    assert "NEWS2 5 to 10, breathing 20 from 24, pulse 104 from 118, pressure 108 from 98" in line.full
    assert "saturation 96," in line.full


def test_a_sign_that_only_an_earlier_set_has_is_told_with_its_time():
    later = Observation(casualty="1", pulse_pm=90.0)
    told = for_reader(sample_record(sample_mission(observed=(FIRST, later, Observation(casualty="1", walks=False)))))
    line = spoken(told)[4]
    assert line.full.startswith("11:10 pulse 90 from 118, responds to voice at 11:05, breathing 24 at 11:05")


def test_who_was_told_dead_is_handed_over_as_that():
    dead = replace(sample_record(sample_mission(observed=())), alive=False)
    assert spoken(for_reader(dead))[4].text == "told dead"
    assert "Told dead" in pages(one(handover_files(for_reader(dead)), ".pdf"))[0]
    assert "dead" not in pages(one(handover_files(for_reader(replace(dead, reader=Reader.FAMILY))), ".pdf"))[0]


TEXT = st.text(max_size=400) | st.lists(st.sampled_from(["fell", "112", "3.5", "a" * 60, "9" * 80]), max_size=60).map(
    " ".join
)


@settings(max_examples=60)
@given(mechanism=TEXT, needs=TEXT, what=TEXT, finding=TEXT, count=st.integers(0, 8), age=st.floats(0, 110))
def test_nothing_takes_longer_than_half_a_minute(mechanism, needs, what, finding, count: int, age: float) -> None:
    """75 words at 150 words a minute, the eight letters among them."""
    mission = sample_mission(
        replace(CASUALTY, mechanism=mechanism, age_years=age, sex=what[:30]),
        observed=(replace(FIRST, findings=(("M", finding),)),) * count,
        treated=(Treatment(casualty="1", what=what, dose=finding, where=needs),) * count,
    )
    lines = spoken(replace(for_reader(sample_record(mission)), needs=needs))
    assert len(lines) + sum(spoken_words(line.text) for line in lines) <= MOST_WORDS == 75


# ---- the card -----------------------------------------------------------------------------------------------------


def test_the_card_is_one_page_with_all_that_was_said():
    (page,) = pages(one(handover_files(record()), ".pdf"))
    for needed in (
        "Hand-over: casualty 1",
        "From AB to County, Dr Bell at 12:00",
        "Sat 21 Nov 2026, times in America/New_York, UTC-0500",
        "fall of 4 m from the cliff path",
        "Name Josephine Quimby",
        "Allergies penicillin",
        "Next of kin informed, brother Tom",
        "Missing for 2.1 days",
        "Found 11:00 at 16S GF",
        "AB (fairly sure)",
        "Planning support: the medic decides.",
        "received by",
        "for hospital only",
    ):
        assert needed in page, needed
    assert "Not stated" not in page
    assert "withheld" not in page


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_however_much_there_is_to_say_the_card_stays_one_page(paper: str) -> None:
    (page,) = pages(one(handover_files(endless(), paper=paper), ".pdf"))
    assert re.search(r"and 2[0-9] sets more", page)
    assert "received by" in page
    assert "decides" in page


def test_letters_that_are_read_aloud_stand_large():
    page = pypdfium2.PdfDocument(one(handover_files(record()), ".pdf"))[0].get_textpage()
    text = page.get_text_range()
    box = page.get_charbox(text.index("fall of 4 m"))
    assert box[3] - box[1] > 11  # points: the f of an 18 point line


def test_what_is_missing_stands_on_the_card_by_name():
    (page,) = pages(one(handover_files(record(casualty=replace(CASUALTY, mechanism=None))), ".pdf"))
    assert "Not stated: mechanism." in page


def test_words_of_people_are_never_markup():
    odd = '#panic("x") $y$ *z* [a] \\ <b> "q"'
    (page,) = pages(one(handover_files(record(casualty=replace(CASUALTY, mechanism=odd), mission=odd)), ".pdf"))
    assert odd.replace('"', "") in page.replace("“", "").replace("”", "").replace('"', "")


def test_letters_that_no_font_here_has_are_said_to_be_missing():
    (page,) = pages(one(handover_files(record(casualty=replace(CASUALTY, mechanism="slipped \U0001323f"))), ".pdf"))
    assert "no font for some letters" in page or "\U0001323f" in page
    assert "no font for some letters" not in pages(one(handover_files(record()), ".pdf"))[0]


def test_the_same_record_gives_the_same_bytes_and_is_kept_as_it_is():
    assert handover_files(record()) == handover_files(record())
    assert record_from_bytes(record_to_bytes(record())) == record()
    with pytest.raises(MissionFileError, match="damaged"):
        record_from_bytes(b"{}")


def test_another_paper_is_refused():
    with pytest.raises(BadInput, match="no paper 'a5'"):
        handover_files(record(), paper="a5")


# ---- consent ------------------------------------------------------------------------------------------------------


def test_what_was_refused_is_in_no_file_and_every_paper_says_that_something_is_withheld():
    """But not what: the card reads as if it had never been said."""
    secret = replace(SECOND, consent=Consent.REFUSED, audience=("hospital",), findings=(("E", "old scars"),))
    drug = replace(KETAMINE, what="methadone", consent=Consent.REFUSED, audience=("hospital",))
    mission = sample_mission(observed=(FIRST, secret), treated=(TOURNIQUET, drug))
    command = handover_files(for_reader(sample_record(mission, reader=Reader.COMMAND)))
    told = pages(one(command, ".pdf"))[0] + "".join(
        data.decode("latin-1") for n, data in command.items() if ".pdf" not in n
    )
    assert not re.search(r"scars|methadone|34\.6", told)
    assert "Something is withheld from this copy" in told
    assert "REDACTED" in told
    hospital = handover_files(for_reader(sample_record(mission)))
    read = pages(one(hospital, ".pdf"))[0]
    assert "old scars" in read
    assert "methadone" in read
    assert "withheld" not in read


def test_police_and_family_learn_when_and_where_and_nothing_of_health():
    for reader in (Reader.POLICE, Reader.FAMILY):
        files = handover_files(for_reader(sample_record(reader=reader)))
        told = pages(one(files, ".pdf"))[0] + "".join(d.decode("latin-1") for n, d in files.items() if ".pdf" not in n)
        for word in (
            "Josephine",
            "Quimby",
            "61 years",
            "cliff",
            "fracture",
            "penicillin",
            "ketamine",
            "brother",
            "winch",
        ):
            assert word not in told.replace("urn:uuid", ""), word
        assert "Missing for" in told


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
