"""A map that no longer says what the log says is never used without a word."""

from __future__ import annotations

import pytest

from homeward import desk

pytestmark = pytest.mark.slow


def test_a_map_older_than_the_facts_says_so_wherever_it_is_used(ready, tmp_path):
    desk.clue(ready, "a glove", place="36.2050, -84.1950")
    desk.make_map(ready)
    assert "newer than the map" not in desk.show(ready).text
    assert desk.page_data(ready)["newer_than_map"] == 0
    desk.refuse_clue(ready, "1", why="another walker's")
    says = "1 fact is newer than the map: make it anew with homeward map MISSION."
    shown = desk.show(ready)
    assert says in shown.text.splitlines()
    assert shown.data["newer_than_map"] == 1
    assert f"NOTE: {says}" in desk.plan(ready, hours=1.0).text
    assert says in desk.brief(ready, tmp_path / "papers").text
    assert desk.page_data(ready)["newer_than_map"] == 1
    desk.make_map(ready)
    assert "newer than the map" not in desk.show(ready).text


def test_a_search_undone_is_still_in_the_map_until_it_is_made_anew(ready):
    desk.make_map(ready)
    desk.plan(ready, hours=1.0)
    team = desk.plan(ready, hours=1.0).data["assignments"][0]["team"]
    desk.debrief(ready, team, pod_told=0.5)
    assert "1 search counted" in desk.show(ready).text
    search = next(r["seq"] for r in desk.show_log(ready).data["entries"] if r["kind"] == "AssignmentSearched")
    undone = desk.undo(ready, str(search))
    assert "newer than the map: make it anew with homeward map MISSION." in undone.text
    shown = desk.show(ready).text
    assert "1 search counted" in shown  # as the map in force has it
    assert "newer than the map" in shown
    desk.make_map(ready)
    assert "0 searches counted" in desk.show(ready).text
