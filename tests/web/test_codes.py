"""How phones are let in from the page: codes and links to pass on, the roll-call list, the address they reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from homeward import desk
from homeward.web.codes import phone_address
from tests.desk.conftest import NOON, make_ready
from tests.web.conftest import Served

PHONES = "http://192.168.1.20:8765"


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    path = make_ready(tmp_path)
    for name in ("S1", "S2"):
        desk.person(path, name, roles=["searcher"], real_name=f"Name of {name}", phone="+1 555 0100")
    desk.call_out(path, text="Full kit.")
    return path


@pytest.fixture
def served(mission: Path) -> Iterator[Served]:
    server = Served(mission, personal=True)
    yield server
    server.stop()


def test_the_code_opens_the_page_to_sign_in(mission: Path, served: Served) -> None:
    shown = httpx.post(f"{served.url}/api/sign-in-code", json={"link": PHONES}, timeout=60).json()["data"]
    assert shown["link"].startswith(f"{PHONES}/signin/")
    assert shown["svg"].lstrip().startswith("<?xml")
    there = served.url + shown["link"].removeprefix(PHONES)
    assert "you are signed in" in httpx.post(there, data={"name": "S1", "do": "in"}).text
    bare = httpx.post(f"{served.url}/api/sign-in-code", json={})
    assert bare.status_code == 400
    assert "where phones reach this page" in bare.json()["error"]


@pytest.mark.parametrize("link", ["", PHONES])
def test_the_roll_call_list_is_a_paper(served: Served, link: str) -> None:
    paper = httpx.post(f"{served.url}/api/roll-call-list", json={"link": link}, timeout=60)
    assert paper.content.startswith(b"%PDF")
    assert "roll-call.pdf" in paper.headers["content-disposition"]


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("sign-in-code", {"link": "nowhere"}),
        ("roll-call-list", {"link": "http://x/y"}),
        ("roll-call-list", {"paper": "a9"}),
        ("code", {"link": "javascript:alert(1)"}),
        ("code", {"link": "http://x/" + "a" * 600}),
        ("code", {}),
    ],
)
def test_what_is_no_address_or_paper_is_said(served: Served, where: str, told: dict[str, str]) -> None:
    refused = httpx.post(f"{served.url}/api/{where}", json=told)
    assert refused.status_code == 400
    assert refused.json()["error"].count(".") >= 2


def test_each_link_answers_for_its_own_person(mission: Path, served: Served) -> None:
    people = httpx.post(f"{served.url}/api/verbs/phone_list", json={"link": PHONES}).json()["data"]["people"]
    links = {one["person"]: one["link"] for one in people if "link" in one}
    assert set(links) == {"S1", "S2"}
    httpx.post(served.url + links["S2"].removeprefix(PHONES), data={"do": "yes", "minutes": "20"})
    board = desk.page_data(mission, personal=True)["muster"]
    assert [row["id"] for row in board["coming"] if row["answered"]] == ["S2"]
    assert "<svg" in httpx.post(f"{served.url}/api/code", json={"link": links["S1"]}).json()["svg"]


def test_neither_numbers_nor_links_where_nothing_personal_is_shown(mission: Path) -> None:
    server = Served(mission)
    said = httpx.post(f"{server.url}/api/verbs/phone_list", json={"link": PHONES}).text
    board = httpx.get(f"{server.url}/api/mission").text
    server.stop()
    for secret in ("+1 555", "Name of", "/answer/"):
        assert secret not in said
        assert secret not in board


def test_the_address_for_phones_is_one_that_they_reach() -> None:
    assert phone_address("192.168.1.20:8765", 8765) == "http://192.168.1.20:8765"
    assert phone_address("laptop.local:8765", 8765) == "http://laptop.local:8765"
    assert phone_address("localhost:1", 1) is None, "nobody listens there from elsewhere"
    assert phone_address("", 0) is None
