"""A mission in which the manager overrules the plan and teams tell what happens, told as a log."""

from __future__ import annotations

from homeward.exchange.page_words import sentence
from homeward.geo import Place
from homeward.mission import decode, encode
from tests.missions import MISSIONS, mission_of, told

TEXT = (MISSIONS / "overruled.txt").read_text(encoding="utf-8")


def test_what_the_log_adds_up_to():
    mission = mission_of(TEXT)
    assert list(mission.segments) == ["N1"]
    assert [(lock.id, lock.team, lock.segment) for lock in mission.locks.values()] == [("L1", "Alpha", "N1")]
    assert mission.seen["Alpha"].event == Place(36.406, -84.302)
    assert [b.event.assignment for b in mission.begun] == ["101"]  # the other one was undone
    assert [g.event.assignment for g in mission.given_up] == ["102"]
    assert list(mission.teams) == ["Alpha"]
    assert [str(f) for f in mission.findings] == ["entry e14: frees lock L3, which nobody set"]


def test_every_entry_goes_through_the_log_and_is_read_aloud_without_what_is_personal():
    for entry in told(TEXT):
        kind, data = encode(entry.event)
        assert decode(kind, data) == entry.event
        words = sentence(entry.event)
        assert words.endswith(".")
        assert "ankle" not in words
