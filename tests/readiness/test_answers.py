"""Answers to a call-out, as people write them."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.readiness.muster.answers import CallAnswer, Said, read_answer

NOW = datetime(2026, 3, 6, 17, 50, tzinfo=UTC)
YES, NO, LAST, HERE, UNKNOWN = Said.YES, Said.NO, Said.LAST_RESORT, Said.HERE, Said.UNKNOWN


@pytest.mark.parametrize(
    ("text", "answer", "eta_min", "available_in_min", "note"),
    [
        # as a real team's call-out is answered (Winnipeg Search and Rescue's call-out help: Y, N or L and minutes)
        ("Y 10", YES, 10, None, ""),
        ("Y 30 need to go home for gear", YES, 30, None, "need to go home for gear"),
        ("N", NO, None, None, ""),
        ("N still at work", NO, None, None, "still at work"),
        ("N but available 3 hours from now", NO, None, 180, ""),
        ("L 60 heading back to town", LAST, 60, None, "heading back to town"),
        # and as people write besides
        ("yes, 20 min", YES, 20, None, ""),
        ("on my way", YES, None, None, ""),
        ("On my way! 20 minutes", YES, 20, None, ""),
        ("Y10", YES, 10, None, ""),
        ("y, eta 25", YES, 25, None, ""),
        ("Y in 1 h", YES, 60, None, ""),
        ("yes 1h30", YES, 90, None, ""),
        ("Y 1.5 h", YES, 90, None, ""),
        ("Y 20-30 min", YES, 30, None, ""),
        ("yes, be there in half an hour", YES, 30, None, ""),
        ("coming in an hour and a half", YES, 90, None, ""),
        ("I can come in 45", YES, 45, None, ""),
        ("yes at 18:30", YES, 40, None, ""),
        ("yes at 1830", YES, 40, None, ""),
        ("yes 1830", YES, 40, None, ""),
        ("on my way, there by 6:15pm", YES, 25, None, ""),
        ("N until 21:00", NO, None, 190, ""),
        ("Nein, erst ab 18 Uhr", NO, None, 10, "erst"),
        ("not available until 18:30", NO, None, 40, ""),
        ("igen 20 perc", YES, 20, None, ""),
        ('"Y 15"', YES, 15, None, ""),
        ("YES 15 MINUTES bringing dog", YES, 15, None, "bringing dog"),
        ("Y bring 2 dogs, 40 min", YES, 40, None, "bring 2 dogs"),
        ("no problem, 20 min", YES, 20, None, ""),
        ("I can’t", NO, None, None, ""),
        ("Can't, sorry", NO, None, None, "sorry"),
        ("Nope. Free in 2h", NO, None, 120, ""),
        ("N, free at 21:00", NO, None, 190, ""),
        ("limited, 60", LAST, 60, None, ""),
        ("yes if really needed, 30", LAST, 30, None, ""),
        ("arrived", HERE, 0, None, ""),
        ("Ja, in 20 Minuten", YES, 20, None, ""),
        ("komme in 1 Stunde", YES, 60, None, ""),
        ("leider nein", NO, None, None, ""),
        ("oui 15 min", YES, 15, None, ""),
        ("да 30", YES, 30, None, ""),
    ],
)
def test_what_people_write(text, answer, eta_min, available_in_min, note):
    found = read_answer(text, said_at=NOW)
    assert (found.answer, found.eta_min, found.available_in_min, found.note) == (
        answer, eta_min, available_in_min, note,
    )  # fmt: skip
    assert found.text == text
    assert not found.for_a_person


@pytest.mark.parametrize(
    "text",
    ["", "   ", "banana", "maybe", "yes no", "yes I can't", "Yes but not sure", "20 min", "at 18:30", "👍", "yesterday",
     "nobody told me", "who is this?", "yes, no, 20", "Y 20 actually no", "Y 10 N", "no answer needed",
     "not until 8pm"],
)  # fmt: skip
def test_what_is_not_understood_goes_to_a_person_with_its_text(text):
    found = read_answer(text, said_at=NOW)
    assert found.answer is UNKNOWN
    assert found.for_a_person
    assert found.text == text
    assert found.note == text.strip()
    assert found.eta_min is None


@pytest.mark.parametrize(
    "text",
    ["Y 2 of us", "Y 999999", "Y -5", "yes, 99:99", "Y 1:20", "Y 7.30", "Y 0.5", "Y 30 no gear", "Y 361", "yes at 8",
     "Yes if I get a lift", "ok, won", "Y 4h", "yes from 6 to 9", "here in 20", "yes?",
     "Y in 2", "Yes I'm in Spain", "yes, working nights"],
)  # fmt: skip
def test_what_may_be_meant_otherwise_is_guessed_and_not_counted(text):
    found = read_answer(text, said_at=NOW)
    assert found.guess in (YES, HERE)
    assert (found.answer, found.eta_min, found.at, found.for_a_person) == (UNKNOWN, None, None, True)


def test_a_question_beside_an_answer_is_read_by_a_person_too():
    found = read_answer("Y 10, do I bring skis?")
    assert (found.answer, found.eta_min, found.note, found.for_a_person) == (YES, 10, "do I bring skis?", True)


def test_a_no_may_not_hide_a_yes():
    assert read_answer("No. Coming now").answer is UNKNOWN
    for text in ("N back tomorrow 8:00", "no car, but can come", "no I mean yes"):
        found = read_answer(text, said_at=NOW)
        assert (found.answer, found.guess, found.for_a_person) == (UNKNOWN, NO, True)


def test_a_time_of_day_without_a_date_is_kept_as_it_is():
    found = read_answer("yes at 18:30")
    assert (found.answer, found.at, found.eta_min, found.for_a_person) == (YES, time(18, 30), None, True)
    late = datetime(2026, 3, 6, 23, 50, tzinfo=UTC)
    assert read_answer("Y at 0:20", said_at=late).eta_min == 30


def tried() -> list[tuple[str, str]]:
    text = Path(__file__).with_name("answers_tried.csv").read_text(encoding="utf-8")
    return [(row["text"], row["read"]) for row in csv.DictReader(text.splitlines())]


def test_half_a_thousand_answers_are_read_right_or_go_to_a_person():
    """Conditions, contraries, other days and odd times, in a dozen languages; said at 16:40."""
    said_at = datetime(2026, 11, 23, 16, 40, tzinfo=UTC)
    rows = tried()
    assert len(rows) > 500
    wrong = {text: (shown(read_answer(text, said_at=said_at)), read) for text, read in rows
             if shown(read_answer(text, said_at=said_at)) != read}  # fmt: skip
    assert not wrong


def shown(found: CallAnswer) -> str:
    if found.answer is UNKNOWN:
        assert found.for_a_person
        return "person"
    minutes = found.available_in_min if found.answer is NO else found.eta_min
    return found.answer.value + ("" if minutes is None or found.answer is HERE else f" {minutes:g}")


@given(st.text(max_size=200))
def test_no_text_is_dropped_or_breaks(text):
    found = read_answer(text, said_at=NOW)
    assert found.text == text
    assert found.answer is not UNKNOWN or found.for_a_person
    if found.answer is UNKNOWN:
        assert (found.eta_min, found.available_in_min, found.at) == (None, None, None)
    for minutes in (found.eta_min, found.available_in_min):
        assert minutes is None or 0 <= minutes <= 7 * 24 * 60


@given(st.integers(0, 360), st.sampled_from(["Y {}", "yes {} min", "y{}", "on my way, {} minutes", "ja in {} min"]))
def test_minutes_are_read_as_they_stand(minutes, form):
    assert read_answer(form.format(minutes)).eta_min == minutes
