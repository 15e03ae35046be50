"""The pages that phones open: the answer link of a call, and the sign-in at the base, on a real server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.readiness.call_out.links import answer_path, sign_in_path
from tests.desk.conftest import NOON, make_ready
from tests.web.conftest import Served


@pytest.fixture
def called(tmp_path, monkeypatch):
    """A mission of two people who were called, on a page that asks other machines for its token."""
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    path = make_ready(tmp_path)
    for name in ("S1", "S2"):
        desk.person(path, name, roles=["searcher"], real_name=f"Name of {name}", phone="+1 555 0100")
    desk.call_out(path, text="Full <kit>")
    server = Served(path, token="the-token-of-the-page")
    yield path, server
    server.stop()


def link(path, who):
    with opened(path, read_only=True) as book:
        return answer_path(book, path, "C1", who)


def base_link(path):
    with opened(path, read_only=True) as book:
        return sign_in_path(book, path)


def answers(path):
    with opened(path, read_only=True) as book:
        return [(a.event.person, a.event.answer.value, a.event.text) for a in book.mission.muster.answers]


def test_opening_the_link_answers_nothing_and_shows_nobody_else(called):
    path, server = called
    page = httpx.get(server.url + link(path, "S1"))
    assert page.status_code == 200
    assert "S1" in page.text
    assert "Full &lt;kit&gt;" in page.text
    assert "S2" not in page.text
    assert "Name of" not in page.text
    assert "<script" not in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert answers(path) == [], "a messenger's preview is no answer"


@pytest.mark.parametrize(
    ("form", "answer", "text"),
    [
        ({"do": "yes", "minutes": "20"}, "yes", "Y 20"),
        ({"do": "limited", "minutes": "60", "text": "heading back"}, "limited", "L 60 heading back"),
        ({"do": "no", "text": "still at work"}, "no", "N still at work"),
        ({"do": "words", "text": "on my way"}, "yes", "on my way"),
        ({"do": "words", "text": "vielleicht spaeter mal"}, "unread", "vielleicht spaeter mal"),
    ],
)
def test_buttons_and_words_are_answers(called, form, answer, text):
    path, server = called
    done = httpx.post(server.url + link(path, "S1"), data=form)
    assert done.status_code == 200
    assert "Thank you" in done.text
    assert answers(path)[0] == ("S1", answer, text)


@pytest.mark.parametrize(
    ("form", "what"),
    [
        ({"do": "", "text": " "}, "empty"),
        ({"do": "words", "minutes": "20"}, "empty"),
        ({"do": "yes", "minutes": "soon"}, "whole number"),
        ({"do": "yes", "minutes": "-5"}, "whole number"),
        ({"do": "words", "text": "x" * 3000}, "3000 letters"),
        ({"do": "words", "text": "x" * 10_000_000}, "more than an answer can hold"),
    ],
)
def test_what_is_no_answer_is_said_on_the_page_and_nothing_is_written(called, form, what):
    path, server = called
    done = httpx.post(server.url + link(path, "S1"), data=form)
    assert done.status_code == 400
    assert what in done.text
    assert answers(path) == []


@pytest.mark.parametrize("token", ["x", "A" * 20, "a" * 5000, "%00", "%F0%9F%98%80"])
def test_a_link_that_belongs_to_nobody_shows_nothing(called, token):
    _, server = called
    for where in ("answer", "signin"):
        for page in (
            httpx.get(f"{server.url}/{where}/{token}"),
            httpx.post(f"{server.url}/{where}/{token}", data={"do": "yes", "minutes": "1", "name": "S1"}),
        ):
            assert page.status_code == 404
            assert "not known here" in page.text


def test_the_links_open_nothing_but_themselves(called):
    path, server = called
    assert httpx.get(server.url + "/api/mission").status_code == 401
    assert httpx.get(server.url + "/answer/../api/mission").status_code == 401
    assert httpx.get(server.url + "/answer/%2e%2e/api/mission").status_code in (401, 404)
    there = server.url + link(path, "S1")
    elsewhere = httpx.post(there, data={"do": "no"}, headers={"origin": "http://evil.example"})
    assert elsewhere.status_code == 403
    assert httpx.post(there, json={"do": "no"}).status_code == 415
    assert answers(path) == []


def test_the_link_of_one_is_not_that_of_another_and_a_new_key_closes_all(called):
    path, server = called
    assert link(path, "S1") != link(path, "S2")
    old = link(path, "S1")
    path.with_name(f"{path.name}.key").unlink()
    assert httpx.get(server.url + old).status_code == 404
    assert oct(path.with_name(f"{path.name}.key").stat().st_mode)[-3:] == "600" if link(path, "S1") else False


def test_sign_in_and_out_by_the_code_at_the_base(called):
    path, server = called
    there = server.url + base_link(path)
    assert "Your call sign" in httpx.get(there).text
    wrong = httpx.post(there, data={"name": "Nobody", "do": "in"})
    assert wrong.status_code == 400
    assert "S1" not in wrong.text, "nobody learns who is on the list"
    assert "you are signed in" in httpx.post(there, data={"name": " S1 ", "do": "in"}).text
    assert "you are signed in" in httpx.post(there, data={"name": "<b>", "do": "in", "guest": "on"}).text
    with opened(path, read_only=True) as book:
        assert set(book.mission.muster.here) == {"S1", "<b>"}
    assert "signed out" in httpx.post(there, data={"name": "S1", "do": "out"}).text
    assert httpx.post(there, data={"name": "S2", "do": "out"}).status_code == 400
    with opened(path, read_only=True) as book:
        assert set(book.mission.muster.here) == {"<b>"}


def test_everybody_answers_at_once_and_nobody_is_lost(called):
    path, server = called
    for k in range(3, 15):
        desk.person(path, f"S{k}", roles=["searcher"])
    links = {who: server.url + link(path, who) for who in (f"S{k}" for k in range(1, 15))}
    with ThreadPoolExecutor(14) as pool:
        done = list(
            pool.map(lambda url: httpx.post(url, data={"do": "yes", "minutes": "9"}, timeout=60), links.values())
        )
    assert {page.status_code for page in done} == {200}
    assert sorted(who for who, _, _ in answers(path)) == sorted(links)


def test_the_form_works_in_a_real_browser_without_a_script(called, chromium):
    path, server = called
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(server.url + link(path, "S2"))
    page.fill("#minutes", "25")
    page.click("button.yes")
    page.wait_for_selector(".said")
    assert "Thank you" in page.content()
    assert answers(path) == [("S2", "yes", "Y 25")]
    context.close()


def test_the_page_calls_out_and_shows_the_board(called):
    path, server = called
    with httpx.Client(base_url=server.url, follow_redirects=True) as client:
        client.get("/", params={"token": "the-token-of-the-page"})
        said = client.post("/api/verbs/answered", json={"person": "S1", "text": "Y 20"})
        assert said.status_code == 200
        board = desk.page_data(path)["muster"]
        assert [row["id"] for row in board["coming"] if row["answered"]] == ["S1"]
        assert "+1 555" not in str(board)
        again = client.post("/api/verbs/call_out", json={})
        assert again.status_code == 400
        assert "still open" in again.json()["error"]
        assert client.post("/api/verbs/end_call", json={}).status_code == 200


@pytest.mark.parametrize("personal", [False, True])
def test_phone_numbers_are_on_the_page_only_where_personal_things_are(called, personal):
    path, _ = called
    desk.answered(path, "S2", "ask my boss")
    server = Served(path, personal=personal)
    said = httpx.post(f"{server.url}/api/verbs/escalate", json={}).json()["text"]
    board = httpx.get(f"{server.url}/api/mission").json()["muster"]
    server.stop()
    assert ("+1 555 0100" in said) == personal
    assert ("ask my boss" in str(board)) == personal
