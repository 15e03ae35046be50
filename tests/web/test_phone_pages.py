"""What phones see of their own: nothing that was typed is lost, and words go to a person at the base."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.readiness.call_out.links import answer_path, sign_in_path
from tests.desk.conftest import NOON, make_ready
from tests.web.conftest import Served


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """The addresses of the answer page of S1, and of the sign-in page."""
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    path = make_ready(tmp_path)
    desk.person(path, "S1", roles=["searcher"])
    desk.call_out(path, text="Full kit")
    with opened(path, read_only=True) as book:
        mine, base = answer_path(book, path, "C1", "S1"), sign_in_path(book, path)
    server = Served(path)
    yield server.url + mine, server.url + base
    server.stop()


def said(page: httpx.Response) -> str:
    return html.unescape(" ".join(re.findall(r'<p class="(?:said|wrong)">(.*?)</p>', page.text)))


@pytest.mark.parametrize("text", ["have to see the vet first", 'a "quoted" <b>word</b> & more', "x" * 3000])
def test_a_refused_answer_keeps_what_was_typed(called: tuple[str, str], text: str) -> None:
    refused = httpx.post(called[0], data={"do": "yes", "minutes": "abc", "text": text})
    assert refused.status_code == 400
    assert "whole number" in said(refused)
    assert 'value="abc"' in refused.text
    assert f">{html.escape(text)}</textarea>" in refused.text
    assert "<b>word" not in refused.text


@pytest.mark.parametrize("name", ["Nobody", '"><script>alert(1)</script>'])
def test_a_refused_sign_in_keeps_the_name(called: tuple[str, str], name: str) -> None:
    refused = httpx.post(called[1], data={"name": name, "do": "in"})
    assert refused.status_code == 400
    assert f'value="{html.escape(name)}"' in refused.text
    assert "<script" not in refused.text
    assert "checked" not in refused.text
    assert "checked" in httpx.post(called[1], data={"name": "x" * 300, "guest": "on", "do": "in"}).text


def test_words_are_said_to_be_with_a_person(called: tuple[str, str]) -> None:
    thanks = said(httpx.post(called[0], data={"do": "words", "text": "vielleicht spaeter mal"}))
    assert thanks == "Thank you. A person at the base reads your words."
    assert "A person at the base reads your words." in said(httpx.get(called[0]))
    clear = said(httpx.post(called[0], data={"do": "yes", "minutes": "20"}))
    assert "Your answer: yes, there at 12:20." in clear


def test_nothing_is_filled_in_where_nothing_was_refused(called: tuple[str, str]) -> None:
    page = httpx.post(called[0], data={"do": "no", "text": "at work"})
    assert page.status_code == 200
    assert 'value=""' in page.text
    assert "></textarea>" in page.text
