"""Targets and cover from the page: what is posted reaches the desk, and a roster is told only where asked for."""

from __future__ import annotations

import httpx
import pytest

from homeward import desk
from homeward.errors import BadInput
from homeward.web.verbs import do, read_form
from tests.desk.readiness.cover_ground import NOW, cell, make_mission, table_mountain
from tests.web.conftest import Served


@pytest.fixture
def mission(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", NOW.isoformat())
    terrain = table_mountain()
    path = make_mission(tmp_path, terrain, base=cell(terrain, 60, 60))
    for name, (row, col), value in (("Hut", (80, 30), 8.0), ("Mill", (100, 60), 4.0), ("Barn", (70, 80), 2.0)):
        do("target", path, read_form("target", {"name": name, "place": cell(terrain, row, col), "value": value}))
    return path


def test_a_plan_that_is_posted_is_on_the_page_and_among_the_papers(mission):
    assert "cover" not in desk.page_data(mission) or desk.page_data(mission)["cover"] is None
    do("drop_target", mission, read_form("drop_target", {"name": "Barn"}))
    server = Served(mission)
    try:
        with httpx.Client(base_url=server.url, timeout=60) as page:
            made = page.post("/api/verbs/cover", json={"view": "reserve", "teams": ["2"]})
            shown = page.get("/api/documents").json()["names"]
    finally:
        server.stop()
    assert made.status_code in (200, 202), made.text
    data = desk.page_data(mission)["cover"]
    assert [t["id"] for t in data["targets"]] == ["Hut", "Mill"]
    assert data["says"][0].startswith("COVER until")
    assert "cover.pdf" in shown


@pytest.mark.parametrize("personal", [True, False])
def test_a_roster_is_told_only_where_what_is_private_is_shown(mission, personal):
    do("cover", mission, read_form("cover", {"view": "deterrence", "teams": ["1"]}))
    server = Served(mission, personal=personal)
    try:
        with httpx.Client(base_url=server.url, timeout=60) as page:
            told = page.post("/api/verbs/cover_roster", json={"day": "tomorrow"})
    finally:
        server.stop()
    assert told.status_code == 200, told.text
    assert ("stands at" in told.text) == personal
    assert "targets" not in told.json().get("data", {}) or personal


@pytest.mark.parametrize(
    ("verb", "fields", "says"),
    [
        ("cover", {"standing": 1.5}, "'standing'"),
        ("cover", {"doubt": "much"}, "'doubt'"),
        ("cover", {"how": 1}, "'how'"),
        ("target", {"value": 3}, "'name'"),
        ("target", {"name": "Hut", "value": float("nan")}, "'value'"),
    ],
)
def test_a_field_that_does_not_fit_is_named(verb, fields, says):
    with pytest.raises(BadInput, match=says):
        read_form(verb, fields)
