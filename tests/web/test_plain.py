"""The page speaks of its own buttons and fields, and never of commands and options."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import homeward
from homeward.web.plain import COMMANDS, OPTIONS, all_for_page, for_page
from tests.desk.conftest import NOON, make_ready
from tests.web.conftest import Served

SOURCE = Path(homeward.__file__).parent
OURS = re.compile(r"(?<![\w-])--[a-z]|\bhomeward [a-z]+ (MISSION|--)|\bMISSION\b")
ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("map", {}),
    ("cover", {}),
    ("callout", {}),
    ("call_out", {"need": ["medic=1"]}),
    ("person", {"name": "M1", "roles": ["medic:5"]}),
    ("person", {"name": "S1"}),
    ("reader", {"name": "Lead", "passphrase": "three words here"}),
    ("reader", {"name": "Lead", "passphrase": "three words here"}),
    ("question", {"name": "w"}),
    ("question", {"name": "where", "hypotheses": ["hut=0.5", "river=0.5"]}),
    ("statement", {"witness": "W4", "says": "x", "share": "named", "consent": "given"}),
    ("statement", {"witness": "W4", "says": "x", "readers": ["Nobody"], "consent": "given"}),
    ("statement", {"witness": "W4", "says": "x", "share": "everybody"}),
    ("statement", {"witness": "W4", "says": "my words", "consent": "given", "question": "where", "hypothesis": "hut"}),
    ("warning", {"name": "storm"}),
    ("call_out", {"waves": True}),
    ("call_out", {"need": ["medic=1"]}),
    ("call_out", {"need": ["medic=1"]}),
    ("available", {"person": "M1", "state": "task"}),
    ("answered", {"person": "M1", "text": "after the vet"}),
    ("sign_in", {"person": "Zed"}),
    ("sign_out", {"person": "M1"}),
    ("target", {"name": "Hut", "ways": ["people=3"]}),
    ("target", {"name": "Hut", "place": "36.2100, -84.1900", "ways": ["people=6"]}),
    ("cover_roster", {}),
    ("message", {"to": ["M1"], "text": "x"}),
    ("briefing", {}),
    ("team", {"name": "New"}),
    ("hazard", {"name": "H", "kind": "rockfall", "place": "36.2, -84.2"}),
    ("found", {"place": "36.2080, -84.1920"}),
    ("casualty", {"name": "1"}),
    ("observe", {"casualty": "1"}),
    ("ack", {"by": "Nobody"}),
    ("carry_out", {}),
    ("receipt", {"received_by": ""}),
    ("building_plan", {}),
    ("area", {}),
    ("weather", {}),
)


def words_of_the_desk() -> list[str]:
    """The texts in the source that somebody may read, but for the command line's own and what stands in docstrings."""
    found = []
    for file in SOURCE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        if not {"cli", "web"} & set(file.relative_to(SOURCE).parts):
            texts = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in silent]
            found += [node.value for node in texts if isinstance(node.value, str)]
    return found


def test_every_option_and_command_that_the_desk_speaks_of_has_words_on_the_page() -> None:
    told = words_of_the_desk()
    options = {name for text in told for name in re.findall(r"(?<![\w-])--([a-z][a-z-]+)", text)}
    assert len(options) > 50
    assert sorted(options - {"help"} - set(OPTIONS)) == []
    commands = {name for text in told for name in re.findall(r"\bhomeward ([a-z]+(?: [a-z]+)?)(?= MISSION| --)", text)}
    assert len(commands) > 30
    assert sorted(name for name in commands if name not in COMMANDS) == []


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Make one with: homeward plan MISSION --hours 4.", "Make one with: Plan > Make plan, “For how long” 4."),
        ("Name who may read it: --reader NAME.", "Name who may read it: “Named readers”."),
        (
            "Go on with it (homeward callout MISSION --tick), or end it first (--end).",
            "Go on with it (Ready > Muster > Call on), or end it first (“End the call”).",
        ),
        (
            "Each acknowledges: homeward ack MISSION NAME --eta TIME. Who has not: homeward order MISSION.",
            "Each acknowledges: Crew > Acknowledge, “There at”. Who has not: Crew > Orders.",
        ),
        ("He said --so, a homeward bound train.", "He said --so, a homeward bound train."),
    ],
)
def test_commands_and_options_are_named_as_the_page_has_them(told: str, shown: str) -> None:
    assert for_page(told) == shown


def test_a_label_is_the_one_of_the_form_that_was_sent() -> None:
    assert for_page("say what is needed (--need medic=1)", "call_out") == "say what is needed (“Needed” medic=1)"
    assert for_page("with --need medic=1", "form") == "with “Other numbers” medic=1"


def test_what_people_wrote_is_left_as_it_is() -> None:
    said = {
        "clues": [{"says": "he wrote --by hand"}],
        "notes": ["Say it: --by NAME."],
        "cover": {"says": ["--day today"]},
    }
    assert all_for_page(said) == {
        "clues": [{"says": "he wrote --by hand"}],
        "notes": ["Say it: “Who”."],
        "cover": {"says": ["“Day” today"]},
    }


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    monkeypatch.setenv("HOMEWARD_BY", "tester")
    server = Served(make_ready(tmp_path))
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
    server.stop()


def test_no_answer_and_no_refusal_speaks_of_the_command_line(page: httpx.Client) -> None:
    wrong = []
    for verb, fields in ASKED:
        answer = page.post(f"/api/verbs/{verb}", json=fields).json()
        wrong += [(verb, text) for text in (answer.get("error"), answer.get("text")) if text and OURS.search(text)]
    assert wrong == []
    shown = json.dumps(page.get("/api/mission").json(), ensure_ascii=False)
    assert [shown[max(0, m.start() - 80) : m.end() + 40] for m in OURS.finditer(shown)] == []
