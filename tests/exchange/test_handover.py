"""A hand-over on paper and in files: short enough to be read aloud, whole, and without what is withheld."""

from __future__ import annotations

import re
from dataclasses import replace

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput, MissionFileError
from homeward.exchange.handover import (
    MOST_WORDS,
    handover_files,
    record_from_bytes,
    record_to_bytes,
    spoken,
    spoken_words,
)
from homeward.mission.rescue import Casualty, Consent, Observation, Treatment
from homeward.rescue.handover import Reader, for_reader
from tests.exchange.handover_files import endless, one, pages, record
from tests.rescue.handover_sample import (
    CASUALTY,
    FIRST,
    KETAMINE,
    SECOND,
    TOURNIQUET,
    sample_mission,
    sample_record,
)

LETTERS = "ATMISTER"


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
    assert texts[1] == "not known, last seen Thu 19 Nov 08:00"
    assert [texts[i] for i in (0, 2, 3, 4, 5, 6, 7)] == ["not known"] * 7


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
    assert "Not known: mechanism." in page


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
    assert "Withheld" in told or "withheld" in told
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
