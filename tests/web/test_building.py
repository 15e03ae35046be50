"""A building on the page: loaded from an uploaded file, sensed, searched, planned and marked through the real desk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx

from homeward import desk
from tests.exchange.building_sample import drawn
from tests.web.conftest import Served


def test_a_building_is_searched_on_the_page(tmp_path: Path) -> None:
    path = tmp_path / "s.mission"
    desk.new(path, name="School", time_zone="Europe/Paris")
    server = Served(path)
    try:
        with httpx.Client(base_url=server.url, timeout=60) as page:
            octets = {"content-type": "application/octet-stream"}
            kept = page.post("/api/uploads?name=school.json", content=drawn(), headers=octets).json()["upload"]

            def post(verb: str, **fields: Any) -> str:
                answer = page.post(f"/api/verbs/{verb}", json=fields)
                assert answer.status_code == 200, (verb, answer.text)
                return str(answer.json()["text"])

            assert "4 rooms on 2 floors" in post("building", file=kept, name="school")
            post("team", name="Rex", kind="dog")
            post("reading", name="school", room="Room 1", stood_in="Hall", sense="dog", positive=True, team="Rex")
            post("searched_room", name="school", room="Hall", pod=0.9, team="Rex")
            plan = page.post("/api/verbs/building_plan", json={"name": "school", "minutes": 5, "time_limit_s": 1})
            assert plan.status_code == 202 or "Plan for school" in plan.json()["text"]  # at once, or when it is done
            deadline = time.monotonic() + 60
            while page.get("/api/mission").json()["buildings"][0]["plan"] is None:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            wrong = page.post("/api/verbs/reading", json={"name": "school", "room": "Room 1"})
            shown = page.get("/api/mission").json()["buildings"][0]
            paper = page.post("/api/markings", json={"name": "school", "hazards": ["gas"], "inside_": [[0, 1, 0]]})
            unknown = page.post("/api/markings", json={"name": "church"})
    finally:
        server.stop()
    assert (wrong.status_code, "'stood_in'" in wrong.json()["error"]) == (400, True)
    rooms = {r["id"]: r for r in shown["rooms"]}
    assert rooms["Hall"]["searched"] == 0.9
    assert rooms["Room 1"]["readings"] == ["dog: somebody"]
    assert shown["plan"]["moves"]
    assert (paper.status_code, paper.content[:4]) == (200, b"%PDF")
    assert (unknown.status_code, "'church'" in unknown.json()["error"]) == (400, True)
