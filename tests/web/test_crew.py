"""People, hazards, roles and orders from the page: what is posted reaches the desk, what is shown names nobody."""

from __future__ import annotations

import json

from homeward import desk
from homeward.web.verbs import do, read_form
from tests.desk.conftest import make_ready

POSTED: tuple[tuple[str, dict[str, object]], ...] = (
    ("person", {"name": "M1", "roles": ["medic:5"], "real_name": "Ann Roe", "phone": "555 01", "note": "knee"}),
    ("person", {"name": "G1", "roles": ["guard:4"], "team": "Line A"}),
    ("hazard", {"name": "H1", "kind": "people", "place": "36.205,-84.205", "radius_m": 300, "note": "two men"}),
    ("hazard", {"name": "Slope", "kind": "rockfall", "places": ["36.20,-84.20", "36.20,-84.19", "36.21,-84.19"]}),
    ("signals", {"warning": "1 long whistle", "recall": "3 long whistles"}),
    ("form", {"reserve": []}),
    ("rally", {"place": "36.1960,-84.1900"}),
    ("recall", {"why": "storm"}),
    ("ack", {"by": "M1", "eta": "+20min", "said": "knee hurts"}),
    ("order", {"to": ["Dog 1"], "kind": "hold"}),
)


def test_what_is_posted_is_on_the_page_without_names(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:00+00:00")
    path = make_ready(tmp_path)
    for verb, fields in POSTED:
        do(verb, path, read_form(verb, json.loads(json.dumps(fields))))
    shown = desk.page_data(path)
    crew = shown["crew"]
    assert [who["id"] for who in crew["people"]] == ["M1", "G1"]
    assert {one["id"]: len(one["ring"]) for one in crew["hazards"]} == {"H1": 49, "Slope": 4}
    assert crew["signals"]["recall"] == "3 long whistles"
    assert crew["formation"]["assigned"]["G1"]["post"] == "medic pair"
    assert crew["rally"]["at"] == [-84.19, 36.196]
    assert crew["open"] == ["Dog 1", "Line A"]
    text = json.dumps(shown)
    assert not any(word in text for word in ("Ann Roe", "555 01", "knee", "two men"))
    asked = json.dumps(desk.page_data(path, personal=True))
    assert all(word in asked for word in ("Ann Roe", "555 01", "knee hurts", "two men"))


def test_a_mission_without_people_has_an_empty_crew(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:00+00:00")
    crew = desk.page_data(make_ready(tmp_path))["crew"]
    assert crew["formation"] is None
    assert (crew["people"], crew["hazards"], crew["orders"], crew["open"]) == ([], [], [], [])
