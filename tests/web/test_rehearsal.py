"""The rehearsal from the page: made in the background, and told to whoever listens, for it is written down nowhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from homeward import desk
from tests.web.conftest import MemoryDesk, Served


def test_a_rehearsal_is_asked_for_and_comes_back_to_the_page(
    served: Served, memory_desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, asked = threading.Event(), []

    def rehearse(_path: Path, *, progress: Callable[[float, str], None], **given: Any) -> desk.Answer:
        asked.append(given)
        progress(0.5, "playing subjects")
        heard.wait(20)
        return desk.Answer(text="The plan finds 32 %.", data={"found": [0.0, 0.32], "what_if": []})

    monkeypatch.setitem(vars(desk), "rehearse", rehearse)
    fields = {"subjects": 100, "seed": 2, "what_ifs": ["2 dog teams"]}
    answer = httpx.post(f"{served.url}/api/verbs/rehearse", json=fields)
    assert (answer.status_code, "rehearsal" in answer.json()["text"]) == (202, True)
    told = []
    with httpx.stream("GET", f"{served.url}/api/events", timeout=20) as stream:
        for line in stream.iter_lines():
            work = json.loads(line[5:]) if line.startswith("data:") and "rehearsal" in line else None
            if work is not None:
                told.append(work)
                heard.set()
            if work is not None and work["state"] == "done":
                break
    assert (told[0]["kind"], told[0]["state"], told[0]["share"]) == ("rehearsal", "running", 0.5)
    assert asked == [fields]
    assert told[-1]["data"] == {"found": [0.0, 0.32], "what_if": [], "seq": len(memory_desk.entries)}
    memory_desk.hold.set()
    httpx.post(f"{served.url}/api/verbs/plan", json={})  # something else on the bench does not wipe it
    with httpx.stream("GET", f"{served.url}/api/events", timeout=20) as stream:
        again = next(json.loads(line[5:]) for line in stream.iter_lines() if '"rehearsal"' in line)
    assert (again["state"], again["before"], again["data"]) == ("done", True, told[-1]["data"])


def test_a_field_that_does_not_fit_is_refused(served: Served) -> None:
    answer = httpx.post(f"{served.url}/api/verbs/rehearse", json={"subjects": "many"})
    assert answer.status_code == 400
    assert "subjects" in answer.json()["error"]
