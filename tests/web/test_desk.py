"""The page's verbs against the real desk: what is posted is in the mission's file."""

from __future__ import annotations

from pathlib import Path

import httpx

from homeward import desk
from tests.web.conftest import Served

STEPS = [
    ("ipp", {"place": "36.30, -84.24", "seen": "-6h"}),
    ("subject", {"category": "hiker", "ecoregion": "temperate", "ground": "mountain", "name": "Jo Example"}),
    ("base", {"place": "16S GF 50000 20000"}),
    ("team", {"name": "Dog 1", "kind": "dog", "people": 2, "radio": "channel 2", "endurance_s": 18_000, "why": "heat"}),
    ("team", {"name": "Eye", "kind": "thermal", "height_m": 90, "batteries": 4, "in_the_dark": True}),
    ("weather", {"wind_mps": 6, "wind_from_deg": 240, "rain": "light", "cloud": 0.5}),
    ("number", {"name": "thermal/weather limit/wind above", "value": 10, "why": "its maker says so"}),
    ("clue", {"text": "scent", "place": "36.29, -84.23", "bearing_deg": 315, "range_m": 3000, "team": "Dog 1"}),
    ("refuse_clue", {"name": "1", "why": "a deer"}),
    ("undo", {"why": "no deer"}),
    ("stand_down", {"name": "Dog 1", "why": "tired"}),
    ("found", {"place": "36.31, -84.25", "alive": True, "condition": "cold"}),
]


def test_each_step_of_a_mission_can_be_entered_on_the_page(tmp_path: Path) -> None:
    path = tmp_path / "lost.mission"
    desk.new(path, name="Lost hiker", time_zone="America/New_York")
    server = Served(path)
    try:
        with httpx.Client(base_url=server.url, timeout=60) as page:
            for verb, fields in STEPS:
                answer = page.post(f"/api/verbs/{verb}", json=fields)
                assert answer.status_code == 200, (verb, answer.text)
            early = page.post("/api/verbs/debrief", json={"team": "Dog 1"})
            told = page.get("/api/mission")
    finally:
        server.stop()
    assert (early.status_code, "no search plan yet" in early.json()["error"]) == (409, True)
    data = told.json()
    assert data["seq"] == desk.last_seq(path) == 2 + len(STEPS)  # the find gives orders, too
    assert data["subject"] == {"category": "hiker", "count": 1}
    assert [(c["says"], c["refused"]) for c in data["clues"]] == [
        ("scent, bearing 315°, about 3.0 km, from team Dog 1", None)
    ]
    assert ([t["id"] for t in data["teams"]], data["find"]["place"]) == (["Eye"], [-84.25, 36.31])
    assert data["weather"] == "wind 6 m/s from 240°, light rain, 50% cloud"
    assert [(n["name"], n["value"]) for n in data["numbers"]] == [("thermal/weather limit/wind above", 10)]
    assert "Jo Example" not in told.text
    assert "cold" not in told.text
    assert desk.verify(path).data["intact"]
