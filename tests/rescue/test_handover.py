"""The record of a hand-over: what it must say, and who may know what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import UnknownName
from homeward.exchange.handover.words import spoken
from homeward.geo import Place
from homeward.mission import Happened
from homeward.mission.events import SubjectFound
from homeward.mission.nouns import Subject
from homeward.mission.rescue import Casualty, Consent, Observation
from homeward.rescue.handover import (
    REQUIRED,
    Reader,
    casualties_of,
    days_missing,
    for_reader,
    handover_record,
    injuries,
    missing,
    oddities,
    withheld_fields,
)
from tests.rescue.handover_sample import (
    CASUALTY,
    FIRST,
    HERE,
    KETAMINE,
    NOON,
    SECOND,
    TOURNIQUET,
    sample_mission,
    sample_record,
)

NO_FINDINGS = (replace(FIRST, findings=(), severe_bleeding=None), SECOND)
NO_SIGNS = Observation(casualty="1", findings=FIRST.findings)
WITHOUT = {
    "age/sex or id": replace(sample_record(), casualty=replace(CASUALTY, name=None, age_years=None, sex=None)),
    "time of injury": replace(sample_record(), casualty=replace(CASUALTY, injured_at=None)),
    "mechanism": replace(sample_record(), casualty=replace(CASUALTY, mechanism=" ")),
    "injuries found/suspected": replace(
        sample_record(sample_mission(observed=NO_FINDINGS)), casualty=replace(CASUALTY, report=None)
    ),
    "signs (time-stamped, trend)": sample_record(sample_mission(observed=(NO_SIGNS,))),
    "treatment given (time, dose)": sample_record(sample_mission(treated=())),
    "allergies/medication if known": replace(
        sample_record(), casualty=replace(CASUALTY, allergies=None, medication=None)
    ),
    "next of kin informed": replace(sample_record(), casualty=replace(CASUALTY, next_of_kin_informed=None)),
    "from whom / to whom, time": sample_record(to="", by=""),
}  # fmt: skip


def test_a_record_that_says_everything_lacks_nothing():
    assert missing(sample_record()) == ()


def test_what_is_missing_can_end_a_sentence():
    """The card and the command put a full stop after it."""
    assert not [name for name in REQUIRED if name[-1] in ".,:;?!"]


def test_every_required_field_has_its_case_here():
    """Case B22: NHS JRCALC ATMIST, with what MIST and AMBO add."""
    assert tuple(WITHOUT) == REQUIRED


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_field_that_is_taken_away_is_named_and_no_other(name: str) -> None:
    assert [str(gap) for gap in missing(WITHOUT[name])] == [name]


@pytest.mark.parametrize(
    ("record", "gap"),
    [
        (
            replace(sample_record(), casualty=replace(CASUALTY, name=None, sex=None)),
            "age/sex or id: sex not said",
        ),
        (sample_record(sample_mission(observed=(FIRST,))), "signs (time-stamped, trend): only one set, so no trend"),
        (
            sample_record(sample_mission(treated=(replace(TOURNIQUET, dose=""), KETAMINE))),
            "treatment given (time, dose): no dose said for 1 of 2",
        ),
        (
            replace(sample_record(), casualty=replace(CASUALTY, allergies="")),
            "allergies/medication if known: allergies not said",
        ),
        (sample_record(by=""), "from whom / to whom, time: from whom not said"),
    ],
)
def test_half_of_a_field_is_named_as_what_is_missing_of_it(record, gap: str) -> None:
    assert [str(g) for g in missing(record)] == [gap]


def test_nothing_that_a_record_says_is_among_what_it_lacks():
    said = ("Josephine", "61", "penicillin", "salbutamol", "cliff", "tourniquet", "ketamine", "Tom", "Bell", "AB")
    for record in WITHOUT.values():
        words = " ".join(str(gap) for gap in missing(record))
        assert not [word for word in said if word in words]


def test_what_kills_first_stands_first_among_the_injuries_and_each_stands_once():
    twice = (FIRST, replace(FIRST, findings=(("C", "pelvis unstable"), ("M", "Open fracture  left lower leg"))), SECOND)
    assert injuries(sample_record(sample_mission(observed=twice))) == (
        "severe bleeding, controlled",
        "Open fracture  left lower leg",
        "pelvis unstable",
        "shivering",
    )


def test_before_anybody_looked_what_was_reported_is_suspected():
    assert injuries(sample_record(sample_mission(observed=()))) == ("suspected: broken leg",)


def test_scores_come_with_each_set_and_children_get_none():
    assert [s.news2 for s in sample_record().seen] == [(14, 14), (7, 7)]
    child = sample_record(sample_mission(replace(CASUALTY, age_years=15.9)))
    assert [s.news2 for s in child.seen] == [None, None]
    partly = sample_record(sample_mission(observed=(Observation(casualty="1", pulse_pm=80.0),)))
    assert partly.seen[0].news2 == (0, 17)


def test_what_was_written_of_a_later_time_is_not_handed_over():
    early = sample_record(at=NOON - timedelta(minutes=55))
    assert [s.observation for s in early.seen] == [FIRST]
    assert early.done == ()
    assert early.first_care_at == NOON - timedelta(minutes=55)


def test_days_missing_run_from_last_seen_to_found():
    assert sample_record().days_missing == pytest.approx(51 / 24)
    assert days_missing(sample_mission(), "1") == pytest.approx(51 / 24)
    assert days_missing(sample_mission(), "2") is None
    assert days_missing(sample_mission(ipp=None), "1") is None
    assert sample_record(sample_mission(finds=())).days_missing is None


def test_the_one_casualty_found_is_the_subject_and_of_several_nobody_is_guessed():
    subject = Subject(name="Jane Roe", age_years=44.0, medical="asthma")
    bare = Casualty(id="1")
    one = sample_record(sample_mission(bare, subject=subject))
    assert (one.casualty.name, one.casualty.age_years, one.history) == ("Jane Roe", 44.0, "asthma")
    another = Happened(NOON, "f2", SubjectFound(place=HERE, casualty="2"))
    mission = sample_mission(bare, subject=subject)
    two = sample_record(replace(mission, finds=(*mission.finds, another)))
    assert casualties_of(replace(mission, finds=(*mission.finds, another))) == ("1", "2")
    assert (two.casualty.name, two.casualty.age_years, two.history) == (None, None, None)


def test_an_unknown_casualty_is_answered_with_those_there_are():
    with pytest.raises(UnknownName, match=r"no casualty '3'\. It has 1"):
        handover_record(sample_mission(), "3", at=NOON)


CONSENTS = st.sampled_from([None, *Consent])
AUDIENCES = st.lists(st.sampled_from(["hospital", "Police", "family ", "command", "Dr Bell"]), max_size=3).map(tuple)


@given(
    consent=CONSENTS, audience=AUDIENCES, reader=st.sampled_from(Reader), to=st.sampled_from(["", "Ward 3, dr bell"])
)
def test_who_reads_a_statement(consent, audience: tuple[str, ...], reader: Reader, to: str) -> None:
    """Named in its audience: always. Else those who treat and command, unless the casualty refused."""
    told = replace(FIRST, consent=consent, audience=audience)
    record = for_reader(sample_record(sample_mission(observed=(told, SECOND)), reader=reader, to=to))
    named = reader in {a.strip().lower() for a in audience} or ("Dr Bell" in audience and to != "")
    treats = reader in (Reader.HOSPITAL, Reader.COMMAND)
    reads = named or (treats and consent is not Consent.REFUSED)
    assert (FIRST.findings in [s.observation.findings for s in record.seen]) == reads
    assert record.withheld == (not reads or not treats)


def test_a_casualty_who_refuses_is_handed_over_as_a_number():
    record = for_reader(sample_record(sample_mission(replace(CASUALTY, consent=Consent.REFUSED))))
    assert record.casualty == Casualty(id="1")
    assert record.needs is None
    assert record.withheld
    assert len(record.seen) == 2


def test_what_may_be_told_to_all_who_treat_is_told_whole():
    assert for_reader(sample_record()) == sample_record()


def test_what_is_kept_back_is_neither_missing_nor_unknown():
    """A reader who may not know the allergies does not read that there are none, or that nobody knows."""
    for casualty in (CASUALTY, Casualty(id="1")):
        record = for_reader(sample_record(sample_mission(casualty), reader=Reader.FAMILY))
        assert withheld_fields(record) == REQUIRED[:-1]
        assert [gap.name for gap in missing(record)] == []
        said = {line.name: line.text for line in spoken(record)}
        assert [said[name] for name in ("Age, sex", "Mechanism", "Injuries", "Signs", "Treatment")] == ["withheld"] * 5


def test_a_find_told_again_keeps_its_first_time_and_says_when_the_place_was_told():
    first, again = (
        SubjectFound(place=HERE, alive=True),
        SubjectFound(place=Place(36.41, HERE.lon_deg), alive=True),
    )
    record = sample_record(
        sample_mission(finds=(Happened(NOON - timedelta(hours=1), "f", first), Happened(NOON, "g", again)))
    )
    assert (record.found_at, record.place_at) == (NOON - timedelta(hours=1), NOON)
    assert record.found_place == again.place


def test_times_that_cannot_all_be_right_are_named():
    assert oddities(sample_record()) == ()
    late = sample_record(sample_mission(replace(CASUALTY, injured_at=NOON)))
    assert oddities(late) == (
        "The find lies before the injury: one of the times is wrong.",
        "The first care lies before the injury: one of the times is wrong.",
    )
