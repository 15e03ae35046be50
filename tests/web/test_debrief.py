"""Debrief, sealed statements, messages and briefings from the page: what is posted reaches the desk, secrets nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from homeward import desk
from homeward.errors import BadInput
from homeward.exchange import sealed
from homeward.web.verbs import VERBS, do, read_form
from tests.desk.conftest import make_ready
from tests.web.conftest import Served

SECRET = "four quiet words here"
SEALED: dict[str, object] = {
    "says": "They sleep in the hut.",
    "witness": "W2",
    "hypothesis": "hut",
    "number": 0.9,
    "reliability": "A",
    "readers": ["Lead"],
}
POSTED: tuple[tuple[str, dict[str, object]], ...] = (
    ("question", {"name": "where", "about": "where", "text": "Where are they?", "hypotheses": ["hut=0.4", "river=.3"]}),
    ("question", {"name": "who", "hypotheses": ["brother", "cousin"]}),
    ("exclude", {"answers": ["where=hut", "who=brother"], "why": "in town"}),
    ("statement", {"says": "Down to the river.", "witness": "W1", "hypothesis": "river", "certainty": "pretty sure"}),
    ("judge_statement", {"name": "S1", "number": 0.8, "reliability": "B"}),
    ("declined", {"witness": "W1", "asked": "Who drove?", "question": "who"}),
    ("reader", {"name": "Lead", "passphrase": SECRET}),
    ("statement", SEALED),
    ("statement", {"says": "Nothing.", "witness": "W3"}),
    ("withdraw_statement", {"name": "S4", "why": "was afraid"}),
    ("resolve", {"question": "who", "hypothesis": "cousin"}),
    ("message", {"to": ["everybody"], "text": "Bring his insulin.", "priority": "flash"}),
    ("message_ack", {"message": "N1", "by": "Dog 1", "said": "have it"}),
    ("briefing", {}),
    ("briefing_read", {"briefing": "B1", "by": "Dog 1"}),
)  # fmt: skip


@contextmanager
def asking(path: Path, *, personal: bool = False) -> Iterator[httpx.Client]:
    server = Served(path, personal=personal)
    with httpx.Client(base_url=server.url, timeout=30) as client:
        yield client
    server.stop()


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:00+00:00")
    monkeypatch.setattr(sealed, "COST", (4, 8, 1))
    path = make_ready(tmp_path)
    for verb, fields in POSTED:
        do(verb, path, read_form(verb, json.loads(json.dumps(fields))))
    return path


def test_what_is_posted_is_on_the_page_and_nothing_that_was_said_without_asking_for_it(mission: Path) -> None:
    shown = desk.page_data(mission)
    assert [s["id"] for s in shown["debrief"]["statements"]] == ["S1", "S2", "S3"]
    assert shown["debrief"]["board"] is None
    assert (shown["messages"][0]["id"], shown["messages"][0]["open"]) == ("N1", ["Line A"])
    assert shown["briefings"][0]["read"] == ["Dog 1"]
    text = json.dumps(shown)
    for word in ("river", "hut", "cousin", "W1", "insulin", "have it", "afraid", "Where are", SECRET):
        assert word not in text
    asked = desk.page_data(mission, personal=True)
    text = json.dumps(asked)
    for word in ("Down to the river.", "cousin", "Who drove?", "insulin", "have it"):
        assert word in text
    assert "sleep" not in text
    assert SECRET not in text
    closed = next(s for s in asked["debrief"]["statements"] if s["id"] == "S3")
    assert closed["closed"] is True
    assert asked["debrief"]["board"]["questions"][0]["answers"][0]["moved"]


def test_sealed_words_go_to_their_reader_alone_and_only_where_personal_things_are_shown(mission: Path) -> None:
    mine: dict[str, object] = {"reader": "Lead", "passphrase": SECRET}
    verbs: tuple[tuple[str, dict[str, object]], ...] = (
        ("open_statement", mine | {"name": "S3"}),
        ("statements", mine),
        ("fused", {}),
    )
    with asking(mission) as bare:
        for verb, fields in verbs:
            answer = bare.post(f"/api/verbs/{verb}", json=fields)
            assert answer.status_code == 400
            assert "personal" in answer.json()["error"]
        judged = bare.post("/api/verbs/judge_statement", json={"name": "S1", "number": 0.8})
        assert judged.json()["text"] == "S1 of W1 judged anew."
    body = mine | {"name": "S3"}
    with asking(mission, personal=True) as full:
        assert "They sleep in the hut." in full.post("/api/verbs/open_statement", json=body).json()["text"]
        wrong = full.post("/api/verbs/open_statement", json=body | {"passphrase": "wrong words here now"})
        assert "not the passphrase" in wrong.json()["error"]
        assert "wrong words" not in wrong.text
        assert "confidential statement" in full.post("/api/verbs/fused", json={}).json()["text"]


def test_briefings_are_fetched_everybodys_by_all_and_commands_where_personal_things_are_shown(mission: Path) -> None:
    with asking(mission) as bare:
        assert bare.get("/api/briefings/B1").content.startswith(b"%PDF")
        assert "no briefing 'B9'" in bare.get("/api/briefings/B9").json()["error"]
        assert bare.post("/api/briefings/command", json={}).status_code == 400
    with asking(mission, personal=True) as full:
        for told in ({}, {"reader": "Lead", "passphrase": SECRET}):
            assert full.post("/api/briefings/command", json=told).content.startswith(b"%PDF")
        wrong = {"reader": "Lead", "passphrase": "wrong words here now"}
        assert "not the passphrase" in full.post("/api/briefings/command", json=wrong).text


def test_a_passphrase_is_in_no_forms_words(mission: Path) -> None:
    form = VERBS["reader"][0].model_validate({"name": "Lead", "passphrase": SECRET})
    assert SECRET not in repr(form)
    assert SECRET not in str(form)
    with pytest.raises(BadInput) as err:
        read_form("reader", {"name": 7, "passphrase": SECRET})
    assert SECRET not in str(err.value)


def test_a_board_that_cannot_be_made_leaves_the_page_whole(mission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_how: object) -> None:
        raise BadInput("These answers cannot all be. Look again.")

    monkeypatch.setattr("homeward.desk.readiness.debrief.fusing.fused_board", refuse)
    assert desk.page_data(mission, personal=True)["debrief"]["board"] == {
        "error": "These answers cannot all be. Look again."
    }
