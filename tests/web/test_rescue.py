"""The rescue from the page: what is posted reaches the desk; what tells of a casualty is shown only where asked for."""

from __future__ import annotations

import inspect
import json

import httpx
import pytest

from homeward import desk
from homeward.web.verbs import VERBS, do, read_form
from tests.desk.conftest import make_ready
from tests.web.conftest import Served

POSTED: tuple[tuple[str, dict[str, object]], ...] = (
    ("exit", {"name": "Road", "place": "36.1900, -84.2100", "kind": "vehicle", "then": "30 min"}),
    ("exit", {"name": "Old", "place": "36.1900, -84.2200"}),
    ("drop_exit", {"name": "Old", "why": "washed out"}),
    ("hospital", {"name": "St Mary", "place": "36.10, -84.10", "capability": ["trauma"], "accepts": 0.9}),
    ("found", {"place": "36.2080, -84.1920", "team": "Dog 1", "alive": True, "condition": "broken ankle"}),
    ("casualty", {"name": "1", "age_years": 54, "real_name": "Ann Roe", "mechanism": "fall of 5 m"}),
    ("observe", {"casualty": "1", "pulse_pm": 118, "consciousness": "V", "findings": ["M: thigh wound"]}),
    ("treat", {"what": "tourniquet", "where": "left thigh"}),
    ("carry_out", {"bearers": 18}),
)


@pytest.fixture
def rescued(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:00+00:00")
    path = make_ready(tmp_path)
    for verb, fields in POSTED:
        do(verb, path, read_form(verb, json.loads(json.dumps(fields))))
    return path


SECRETS = ("Ann Roe", "ankle", "thigh", "tourniquet", "fall of 5", "p_alive", "Probable")


def test_what_is_posted_is_on_the_page_and_what_is_personal_only_where_asked_for(rescued):
    shown = desk.page_data(rescued)["rescue"]
    assert [one["id"] for one in shown["exits"]] == ["Road"]
    assert shown["hospitals"][0]["accepts"] == 0.9
    assert shown["casualties"][0]["observations"] == 1
    assert shown["carry_outs"][0]["routes"][0]["exit"] == "Road"
    assert shown["says"] == "Planning support: the medic decides."
    text = json.dumps(shown)
    assert [word for word in SECRETS if word in text] == []
    asked = json.dumps(desk.page_data(rescued, personal=True)["rescue"])
    assert [word for word in SECRETS if word not in asked] == []


def test_answers_of_a_page_without_personal_data_say_nothing_of_the_casualty(rescued):
    server = Served(rescued)
    try:
        with httpx.Client(base_url=server.url, timeout=60) as page:
            refused = page.post("/api/verbs/triage", json={})
            made = page.post("/api/verbs/carry_out", json={"route": 1})
            held = page.post("/api/verbs/hold_or_leave", json={})
            papers = page.get("/api/documents").json()["names"]
    finally:
        server.stop()
    assert (refused.status_code, "personal fields shown" in refused.json()["error"]) == (400, True)
    assert made.status_code in (200, 202)
    assert [word for word in SECRETS if word in made.text] == []
    assert held.status_code == 409
    assert "carry-out-casualty-1.pdf" in papers


def test_every_form_has_the_fields_of_its_desk_verb():
    for verb in ("found", "treat", "exit", "hospital", "hospitals_from", "carry_out", "hold_or_leave", "triage"):
        form, name = VERBS[verb]
        takes = set(inspect.signature(getattr(desk, name)).parameters) - {"path", "folder", "paper", "personal"}
        assert set(form.model_fields) == takes, verb


def test_a_mission_without_a_rescue_has_none(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:00+00:00")
    assert desk.page_data(make_ready(tmp_path))["rescue"] is None
