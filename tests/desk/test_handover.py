"""The end of a rescue at the desk: hand over, receipt, outcome; what is personal goes where it was asked for alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from homeward import desk
from homeward.cli.main import cli
from homeward.desk import clock
from homeward.desk.book import opened
from homeward.errors import BadFile, BadInput, NotYet, UnknownName
from homeward.log import MissionLog, blob_id
from homeward.mission.nouns import Provenance
from homeward.mission.rescue import CarryOutPlanned
from tests.desk.conftest import IPP

SECRETS = ("Josephine", "Quimby", "penicillin", "cliff", "ketamine", "Bell", "fracture", "34.2")


@pytest.fixture
def treated(bare: Path) -> Path:
    """A casualty found, described, examined twice and treated; the clock stands at noon."""
    desk.ipp(bare, IPP, seen="2026-11-19 08:00")
    desk.casualty(
        bare,
        "1",
        real_name="Josephine Quimby",
        age_years=61.0,
        sex="f",
        mechanism="fall from the cliff path",
        injured="09:40",
        allergies="penicillin",
        medication="none",
        next_of_kin_informed=True,
    )
    desk.found(bare, IPP, alive=True, at="10:30")
    for at, pulse in (("10:40", 120.0), ("11:10", 104.0)):
        desk.observe(bare, findings=["M: open fracture"], pulse_pm=pulse, temperature_c=34.2, by="AB", at=at)
    desk.treat(bare, "ketamine", dose="20 mg IV", by="AB", at="10:45")
    return bare


def last(path: Path):
    with MissionLog.open(path, read_only=True) as log:
        return log.entries()[-1].entry


def test_a_casualty_is_handed_over_in_files_and_in_the_log(treated, tmp_path):
    answer = desk.handover(treated, tmp_path / "out", to="County, Dr Bell", by="AB", arrives="13:10")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "handover-1-hospital.fhir.json",
        "handover-1-hospital.nemsis.json",
        "handover-1-hospital.pdf",
        "handover-1-hospital.zmist.xml",
    ]
    assert answer.data["missing"] == []
    assert answer.data["withheld"] is False
    assert answer.data["days_missing"] == pytest.approx(50.5 / 24)
    told = last(treated).event
    assert (told.casualty, told.to, told.by, told.received_by) == ("1", "County, Dr Bell", "AB", "")
    assert told.record == answer.data["record"]


def test_the_files_can_be_made_again_from_the_mission_and_the_card_names_the_record(treated, tmp_path):
    answer = desk.handover(treated, tmp_path, to="County", by="AB", needs="winch")
    desk.casualty(treated, "1", mechanism="something else")
    again = desk.handover_documents(treated)
    assert {name: data for name, (_, data) in again.items()} == {
        name: (tmp_path / name).read_bytes() for name in answer.data["files"]
    }
    assert again["handover-1-hospital.pdf"][0] == "application/pdf"
    nemsis = json.loads(again["handover-1-hospital.nemsis.json"][1])
    assert nemsis["elements"][0]["value"] == answer.data["record"][:8]
    assert b"winch" in again["handover-1-hospital.fhir.json"][1]


def test_without_a_folder_it_is_noted_and_nothing_is_written(treated, tmp_path):
    before = set(tmp_path.iterdir())
    answer = desk.handover(treated, to="County")
    assert set(tmp_path.iterdir()) == before
    assert answer.data["files"] == {}
    assert desk.handover_documents(treated)


def test_neither_answers_nor_log_lines_say_anything_personal(treated, tmp_path):
    answers = [
        desk.handover(treated, tmp_path, to="County, Dr Bell", by="AB"),
        desk.receipt(treated, received_by="Dr Bell"),
        desk.outcome(treated, admitted=True, outcome="operated", fit_to_leave="2026-11-30 10:00", note="well"),
        desk.show_log(treated),
        desk.show(treated),
    ]
    for answer in answers:
        told = answer.text + json.dumps(dict(answer.data))
        assert not [secret for secret in (*SECRETS, "operated", "2026-11-30") if secret in told], told


def test_what_is_missing_is_named_and_what_has_no_place_is_not_for_tak(bare, tmp_path):
    desk.casualty(bare, "1", weight_kg=70.0)
    desk.observe(bare, pulse_pm=90.0)
    answer = desk.handover(bare, tmp_path)
    assert "Missing: age/sex or id; time of injury; mechanism; injuries found/suspected; signs" in answer.text
    assert "No TAK event" in answer.text
    assert "Planning support: the medic decides." in answer.text


def test_a_statement_refused_reaches_its_audience_alone(treated, tmp_path):
    desk.observe(treated, findings=["E: old scars"], consent="refused", audience=["police"], by="AB")
    hospital = desk.handover(treated, tmp_path, to="County")
    police = desk.handover(treated, tmp_path, to="Sgt Low", reader="police")
    assert (hospital.data["withheld"], police.data["withheld"]) == (True, True)
    assert "Something is withheld from this copy" in hospital.text
    assert b"old scars" not in (tmp_path / "handover-1-hospital.fhir.json").read_bytes()
    told = (tmp_path / "handover-1-police.fhir.json").read_bytes()
    assert b"old scars" in told
    assert b"penicillin" not in told


def test_to_the_police_only_when_it_is_said_to_be_for_them(treated, tmp_path):
    with pytest.raises(BadInput, match="--for police"):
        desk.handover(treated, tmp_path, to="County Police, Sgt Low")
    with pytest.raises(BadInput, match="not for 'press'"):
        desk.handover(treated, tmp_path, reader="press")
    assert not list(tmp_path.glob("handover*"))


def test_a_folder_that_cannot_be_written_leaves_the_mission_as_it_was(treated, tmp_path):
    (tmp_path / "file").write_text("")
    before = desk.last_seq(treated)
    with pytest.raises(BadFile, match="Nothing was noted"):
        desk.handover(treated, tmp_path / "file")
    assert desk.last_seq(treated) == before


def test_a_receipt_says_who_and_when_and_is_given_once(treated, tmp_path):
    with pytest.raises(NotYet, match="was not handed over yet"):
        desk.receipt(treated, received_by="Dr Bell")
    desk.handover(treated, tmp_path, to="County", by="AB", at="11:30")
    with pytest.raises(BadInput, match="before the hand-over"):
        desk.receipt(treated, received_by="Dr Bell", at="11:00")
    with pytest.raises(BadInput, match="--received-by"):
        desk.receipt(treated, received_by=" ")
    answer = desk.receipt(treated, received_by="Dr Bell", at="11:40")
    assert answer.text == "Receipt of casualty 1 noted, Sat 21 Nov 11:40 EST."
    assert (last(treated).event.received_by, last(treated).event.to) == ("Dr Bell", "County")
    with pytest.raises(BadInput, match="signed for already, Sat 21 Nov 11:40 EST"):
        desk.receipt(treated, received_by="Dr Bell")


def test_of_several_hand_overs_the_one_that_is_named_is_signed_for(treated, tmp_path):
    first = desk.handover(treated, tmp_path, to="County", by="AB")
    desk.handover(treated, tmp_path, to="Sgt Low", reader="police")
    assert desk.receipt(treated, received_by="Dr Bell", to="county").data["record"] == first.data["record"]
    desk.receipt(treated, received_by="Low")
    with pytest.raises(NotYet, match="to that place"):
        desk.receipt(treated, received_by="X", to="Elsewhere")


def test_the_outcome_comes_in_parts_and_is_shown_when_asked_for(treated, tmp_path):
    assert "No outcome was told yet." in desk.outcome(treated).text
    desk.handover(treated, tmp_path, to="County")
    desk.receipt(treated, received_by="Dr Bell")
    assert "Missing for 2.1 days" in desk.outcome(treated, admitted=True).text
    desk.outcome(treated, outcome="operated", fit_to_leave="2026-11-30 10:00")
    shown = desk.outcome(treated)
    assert shown.text.splitlines() == [
        "Casualty 1: Missing for 2.1 days, from last seen to found.",
        "Handed over and signed for Sat 21 Nov 12:00 EST.",
        "Admitted.",
        "Outcome: operated.",
        "Fit to leave Mon 30 Nov 10:00 EST.",
    ]
    assert shown.data["days_missing"] == pytest.approx(50.5 / 24)
    with pytest.raises(BadInput, match="before the find"):
        desk.outcome(treated, fit_to_leave="2026-11-20 10:00")
    with pytest.raises(UnknownName, match="no casualty '7'"):
        desk.outcome(treated, "7", admitted=True)
    with pytest.raises(UnknownName, match="no casualty '7'"):
        desk.handover(treated, tmp_path, casualty="7")


def test_when_the_casualty_is_expected_comes_from_the_carry_out_unless_it_is_past_or_told(treated, tmp_path):
    """The plan's median way to care: 65 minutes from 11:30."""
    way = {"arrive_s": [1800, 2400, 3600], "care_s": [3000, 3900, 6000]}
    plan = {"casualty": "1", "now": "2026-11-21T16:30:00+00:00", "chosen": 1, "routes": [way]}
    data = json.dumps(plan).encode()
    made = Provenance(inputs_sha256="0" * 64, seed=0, version="0")
    event = CarryOutPlanned(
        plan=blob_id(data), casualty="1", route=1, starts=clock.now(), value=0.9, bound=0.9, made_from=made
    )
    with opened(treated) as book:
        book.write(event, blobs=[data])

    def expected(**told: Any) -> str:
        desk.handover(treated, tmp_path, **told)
        (line,) = [e for e in _elements(tmp_path) if e["element"] == "eNarrative.01"]
        return str(line["value"]).split("Expected: ")[1].split(".")[0]

    assert expected() == "12:35"
    assert expected(arrives="13:00") == "13:00"
    assert expected(at="11:45") == "12:35"
    with opened(treated) as book:
        late = json.dumps({**plan, "now": "2026-11-21T15:00:00+00:00"}).encode()
        book.write(replace(event, plan=blob_id(late)), blobs=[late])
    assert expected() == "not known"


def _elements(folder: Path) -> list[dict[str, object]]:
    told: list[dict[str, object]] = json.loads((folder / "handover-1-hospital.nemsis.json").read_text())["elements"]
    return told


def test_a_page_that_shows_nothing_personal_notes_outcomes_and_tells_none(treated):
    desk.outcome(treated, admitted=True, personal=False)
    with pytest.raises(BadInput, match="--personal"):
        desk.outcome(treated, personal=False)
    desk.handover(treated)
    with pytest.raises(BadInput, match="--personal"):
        desk.handover_documents(treated, personal=False)


def test_the_commands_do_the_same(treated, tmp_path):
    out = tmp_path / "out"

    def told(*args: str) -> dict[str, object]:
        done = CliRunner().invoke(cli, [args[0], str(treated), *args[1:], "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        data: dict[str, object] = json.loads(done.output)
        return data

    handed = told(
        "handover", "--folder", str(out), "--to", "County", "--by", "AB", "--for", "hospital", "--expected", "13:10"
    )
    assert handed["casualty"] == "1"
    assert len(list(out.iterdir())) == 4
    assert told("receipt", "--received-by", "Dr Bell")["record"] == handed["record"]
    told("outcome", "--not-admitted", "--outcome", "went home")
    assert told("outcome")["admitted"] is False


def test_papers_alone_are_not_the_hand_over(treated, tmp_path):
    made = desk.handover(treated, tmp_path, to="County", by="AB")
    desk.handover(treated, tmp_path, reader="family", to="Tom")
    assert "Not handed over by that" in made.text
    with opened(treated, read_only=True) as book:
        assert book.mission.rescue.handed_over == ()
    assert "Papers made" in desk.outcome(treated).text
    signed = desk.receipt(treated, received_by="Dr Bell")
    assert signed.data["record"] == made.data["record"]
    with opened(treated, read_only=True) as book:
        assert len(book.mission.rescue.handed_over) == 1


def test_done_hands_over_and_a_card_is_signed_for_by_its_number(treated, tmp_path):
    desk.handover(treated, tmp_path, to="County", done=True)
    police = desk.handover(treated, tmp_path, reader="police", to="Low")
    told = desk.receipt(treated, received_by="Low", card=police.data["record"][:8])
    assert told.data["record"] == police.data["record"]
    assert told.data["handed_over"] is False
    with opened(treated, read_only=True) as book:
        assert [h.event.received_by for h in book.mission.rescue.handed_over] == [""]
    with pytest.raises(BadInput, match="Leave out --done"):
        desk.handover(treated, reader="police", done=True)
    with pytest.raises(NotYet, match="number abc"):
        desk.receipt(treated, received_by="X", card="abc")


def test_care_before_the_injury_is_flagged(treated, tmp_path):
    desk.treat(treated, "splint", at="09:00")
    assert "The first care lies before the injury" in desk.handover(treated, tmp_path).text
