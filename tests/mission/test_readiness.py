"""Debriefs, muster and readiness as a log adds them up."""

from __future__ import annotations

import pytest

from homeward.exchange.page_words import sentence
from homeward.mission import public
from tests.missions import mission_of, told

STORY = """
14:00  Lost  opened  time_zone=Europe/Vienna
14:05  Q1    asked   text="Which valley?"
14:10  S1    said    witness=Ann  says="by the river"  question=Q1  certainty="pretty sure"
14:12  T1    warned  said_at=13:00  text="in about a month"  source=Ben  motive=revenge
14:13  school  named  note="back door"
14:20  C1    called  text="come in"
14:25  M1    answers  text="my knee"
14:30  M1    signed-in
14:40  M1    messaged  text="quiet please"
14:45  B1    issued
"""


def test_what_a_witness_takes_back_counts_no_longer_and_is_kept():
    debriefs = mission_of(STORY + "15:00  S1  taken-back").debriefs
    assert not debriefs.statements
    assert debriefs.withdrawn["S1"].event.says == "by the river"
    assert set(mission_of(STORY + "15:00  S1  taken-back\n15:01  e11  undone").debriefs.statements) == {"S1"}


def test_a_later_statement_of_the_same_id_counts():
    mission = mission_of(STORY + "15:00  S1  said  witness=Ann  says='by the lake'")
    assert mission.debriefs.statements["S1"].event.says == "by the lake"


def test_who_signs_out_is_here_no_longer_and_who_comes_back_is():
    out = mission_of(STORY + "15:00  M1  signed-out  to=home").muster
    assert not out.here
    assert out.gone["M1"].event.to == "home"
    back = mission_of(STORY + "15:00  M1  signed-out\n15:30  M1  signed-in").muster
    assert set(back.here) == {"M1"}
    assert not back.gone


def test_the_call_in_force_is_the_latest_that_is_not_over():
    call = mission_of(STORY + "15:00  C2  called").muster.callout
    assert call is not None
    assert call.event.id == "C2"
    first = mission_of(STORY + "15:00  C2  called\n15:10  C2  called-off").muster.callout
    assert first is not None
    assert first.event.id == "C1"
    assert mission_of(STORY + "15:10  C1  called-off").muster.callout is None
    again = mission_of(STORY + "15:10  C1  called-off\n15:20  C1  called").muster.callout
    assert again is not None


def test_every_answer_is_kept_and_a_briefing_counts_each_reader_once():
    mission = mission_of(
        STORY + "15:00  M1  answers  answer=no\n15:01  B1  understood-by  by=M1\n15:02  B1 understood-by by=M1"
    )
    assert [said.event.answer.value for said in mission.muster.answers] == ["yes", "no"]
    assert mission.muster.read["B1"] == ("M1",)


def test_a_threat_is_open_until_it_comes_or_is_lifted():
    assert [t.event.id for t in mission_of(STORY).readiness.open_threats] == ["T1"]
    assert not mission_of(STORY + "15:00  T1  happened  came_at=14:59").readiness.open_threats
    lifted = mission_of(STORY + "15:00  T1  lifted").readiness
    assert not lifted.open_threats
    assert set(lifted.lifted) == {"T1"}
    anew = mission_of(STORY + "15:00  T1  lifted\n15:05  T1  warned  said_at=15:00").readiness
    assert [t.event.id for t in anew.open_threats] == ["T1"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("15:00  S9  taken-back", "S9, never said"),
        ("15:00  Q9  answered-by  hypothesis=hut", "Q9, which nobody asked"),
        ("15:00  M9  signed-out", "M9 out, who was not signed in"),
        ("15:00  M1  answers  callout=C9", "call C9, which nobody made"),
        ("15:00  M9  read-by  by=M1", "M9, which nobody sent"),
        ("15:00  T9  lifted", "T9, of which nobody warned"),
        ("15:00  hut  given-up", "target hut, which nobody named"),
    ],
)
def test_what_was_never_told_is_found_not_lost(line, words):
    said = " ".join(str(finding) for finding in mission_of(STORY + line).findings)
    assert words in said
    assert not mission_of(STORY).findings


def test_no_sentence_and_no_public_field_tells_what_was_said():
    secret = (
        "Which valley",
        "river",
        "Ann",
        "pretty sure",
        "about a month",
        "Ben",
        "revenge",
        "back door",
        "knee",
        "quiet",
    )
    for entry in told(STORY):
        kind, data = public(entry.event)
        text = f"{kind} {data} {sentence(entry.event)}"
        assert not [words for words in secret if words in text], text
