"""The server: who may ask, what it answers, and that every error has one shape."""

from __future__ import annotations

import inspect
import io
import json
import platform
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from homeward import desk
from homeward.errors import HomewardError
from homeward.exchange import page
from homeward.web.guard import allowed_host
from homeward.web.server import addresses, is_loopback, kept_token, serve
from homeward.web.verbs import VERBS
from tests.web.conftest import MISSION, MemoryDesk, Served


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=20) as asks:
        yield asks


@pytest.fixture
def guarded(memory_desk: MemoryDesk) -> Iterator[httpx.Client]:
    server = Served(token="open-sesame")
    with httpx.Client(base_url=server.url, timeout=20) as asks:
        yield asks
    server.stop()


def test_the_page_names_only_files_that_the_server_has(client: httpx.Client) -> None:
    html = client.get("/").text
    imports = json.loads(re.search(r'type="importmap">(.*?)</script>', html, re.S)[1])["imports"]  # type: ignore[index]
    linked = re.findall(r'(?:src|href)="(/[^"]+)"', html)
    assert len(imports) > 10
    for address in (*imports.values(), *linked):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["x-content-type-options"] == "nosniff"
        for name in re.findall(r'from "(homeward/[^"]+)"', answer.text):
            assert name in imports


def test_the_policy_allows_the_import_map_and_no_other_inline_script(client: httpx.Client) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy
    assert policy.count("sha256-") == 1
    assert "frame-ancestors 'none'" in policy


def test_the_mission_comes_with_its_pictures_beside_it(client: httpx.Client) -> None:
    data = client.get("/api/mission").json()
    assert data["seq"] == len(data["log"])
    picture = client.get(data["ground"]["hillshade"]["url"])
    assert picture.headers["content-type"] == "image/webp"
    assert picture.content[:4] == b"RIFF"
    assert "Jo Example" not in client.get("/api/mission").text


def test_a_clue_reported_on_the_page_is_in_the_mission(client: httpx.Client, memory_desk: MemoryDesk) -> None:
    clue = {"text": "whistle", "place": "36.30, -84.25", "bearing_deg": 270, "range_m": 800}
    assert client.post("/api/verbs/clue", json=clue).json()["text"] == "Clue 3: whistle."
    told = client.get("/api/mission").json()["clues"][-1]
    assert (told["id"], told["says"]) == ("3", "whistle, bearing 270°, about 0.8 km")
    client.post("/api/verbs/undo", json={})
    assert len(client.get("/api/mission").json()["clues"]) == 2


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "says"),
    [
        ("POST", "/api/verbs/clue", {"text": "x", "place": "nowhere"}, 400, "'nowhere' is not a place"),
        ("POST", "/api/verbs/clue", {"text": "x", "place": "36, -84", "bearing": 3}, 400, "'bearing' of 'clue'"),
        ("POST", "/api/verbs/clue", {"text": "x"}, 400, "'place'"),
        ("POST", "/api/verbs/clue", [1], 400, "'form' of 'clue'"),
        ("POST", "/api/verbs/cleu", {}, 400, "Did you mean 'clue'?"),
        ("POST", "/api/verbs/track", {"team": "Alpha", "file": "../../etc"}, 400, "not here any more"),
        ("POST", "/api/uploads?name=..", {}, 400, "has no name"),
        ("POST", "/api/uploads", {}, 422, "name"),
        ("GET", "/api/documents/secret", None, 404, "no paper"),
        ("GET", "/static/..%2Fapp.py", None, 404, "Not Found"),
        ("GET", "/static/app.py", None, 404, "no file"),
        ("GET", "/api/pictures/x", None, 400, "not here any more"),
        ("GET", "/elsewhere", None, 404, "Not Found"),
        ("DELETE", "/api/mission", None, 405, "Only GET and POST"),
        ("GET", "/api/verify", None, 500, "Something went wrong inside homeward"),
    ],
)
def test_every_error_is_one_sentence_in_one_shape(
    client: httpx.Client, method: str, address: str, body: Any, status: int, says: str
) -> None:
    answer = client.request(method, address, json=body) if body is not None else client.request(method, address)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert says in answer.json()["error"]
    assert "Traceback" not in answer.text
    assert "nobody may see" not in answer.text


def test_what_is_not_json_is_refused(client: httpx.Client) -> None:
    broken = client.post("/api/verbs/clue", content="{", headers={"content-type": "application/json"})
    assert (broken.status_code, "not JSON" in broken.json()["error"]) == (400, True)
    form = client.post("/api/verbs/clue", data={"text": "x"})
    assert form.status_code == 415
    endless = client.post(
        "/api/verbs/clue",
        content='{"text": "x", "place": "36, -84", "range_m": Infinity}',
        headers={"content-type": "application/json"},
    )
    assert (endless.status_code, "range_m" in endless.json()["error"]) == (400, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1:1"},
    ],
)
def test_another_site_cannot_write(client: httpx.Client, memory_desk: MemoryDesk, headers: dict[str, str]) -> None:
    before = len(memory_desk.entries)
    answer = client.post("/api/verbs/undo", json={}, headers=headers)
    assert answer.status_code == 403
    assert len(memory_desk.entries) == before


def test_a_page_of_ones_own_can_write(client: httpx.Client) -> None:
    answer = client.post(
        "/api/verbs/undo",
        json={},
        headers={"origin": str(client.base_url).rstrip("/"), "sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "[::1]:8765", "192.168.1.7:80", platform.node()])
def test_addresses_and_own_names_are_answered(host: str) -> None:
    assert allowed_host(host)


@pytest.mark.parametrize("host", ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[", "a b"])
def test_other_names_are_not(client: httpx.Client, host: str) -> None:
    assert not allowed_host(host)
    if host == "evil.example":
        assert client.get("/api/mission", headers={"host": host}).status_code == 421


def test_without_the_token_nothing_is_shown(guarded: httpx.Client) -> None:
    for address in ("/", "/api/mission", "/static/app.js", "/?token=wrong"):
        answer = guarded.get(address)
        assert answer.status_code == 401
        assert "Cumberland" not in answer.text
    assert "started anew" in guarded.get("/api/mission").json()["error"]
    assert guarded.post("/api/verbs/undo", json={}).status_code == 401


def test_with_the_token_once_the_cookie_opens_the_rest(guarded: httpx.Client) -> None:
    first = guarded.get("/?token=open-sesame")
    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert {"HttpOnly", "SameSite=lax"} <= set(first.headers["set-cookie"].split("; "))
    assert guarded.get("/api/mission").json()["name"] == "Cumberland ridge"
    name = next(iter(guarded.cookies))
    forged = httpx.get(guarded.base_url.join("/api/mission"), headers={"cookie": f"{name}=another"})
    assert forged.status_code == 401


def test_a_mission_open_to_the_network_gets_a_token_and_one_at_home_does_not() -> None:
    assert [is_loopback(h) for h in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "192.168.1.7", "laptop")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert addresses("127.0.0.1", 8765, None)[0] == "Open http://127.0.0.1:8765/"
    assert any("?token=abc" in line for line in addresses("0.0.0.0", 8765, "abc"))


def test_the_address_outlives_a_restart_and_the_personal_page_has_its_own(tmp_path: Path) -> None:
    mission = tmp_path / "lost.mission"
    token = kept_token(mission)
    assert kept_token(mission) == token
    assert kept_token(mission, personal=True) not in (token, "")
    file = tmp_path / "lost.mission.token"
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lost.mission.personal.token", "lost.mission.token"]
    file.write_text("short")
    with pytest.raises(HomewardError, match=r"lost\.mission\.token.*Move it away"):
        kept_token(mission)
    file.unlink()
    assert kept_token(mission) != token


def test_a_port_in_use_is_a_plain_error(served: Served) -> None:
    with pytest.raises(HomewardError, match=f"port {served.port} .*Choose another --port"):
        serve(MISSION, port=served.port, say=lambda _: None)


def test_papers_are_listed_and_downloaded(client: httpx.Client) -> None:
    names = client.get("/api/documents").json()["names"]
    assert names == ["task-sheets-period-1.pdf", "gpx/1-1-Alpha-AA.gpx"]
    answer = client.get("/api/documents/gpx%2F1-1-Alpha-AA.gpx")
    assert answer.content == b"<gpx/>"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''1-1-Alpha-AA.gpx"


def test_an_uploaded_track_reaches_the_desk_under_its_own_name(client: httpx.Client, memory_desk: MemoryDesk) -> None:
    kept = client.post(
        "/api/uploads?name=..%2Falpha.gpx", content=b"<gpx/>", headers={"content-type": "application/octet-stream"}
    )
    fields = {"team": "Alpha", "file": kept.json()["upload"]}
    assert client.post("/api/verbs/track", json=fields).json()["text"] == "Track taken in."
    assert memory_desk.calls[-1] == ("track", {"team": "Alpha", "name": "alpha.gpx", "text": "<gpx/>"})


def sent(client: httpx.Client, name: str) -> httpx.Response:
    kind = {"content-type": "application/octet-stream"}
    return client.post("/api/uploads", params={"name": name}, content=b"<gpx/>", headers=kind)


@pytest.mark.parametrize(
    "fields",
    [
        {"team": "Alpha"},
        {"team": "Alpha", "wrong": 1},
        {"team": "nobody"},
    ],
)
def test_an_uploaded_file_is_gone_once_it_was_used_or_refused(
    client: httpx.Client, served: Served, fields: dict[str, Any]
) -> None:
    kept = sent(client, "alpha.gpx").json()["upload"]
    folder = served.app.state.uploads.folder
    assert [file.name for file in folder.glob("*/*")] == ["alpha.gpx"]
    client.post("/api/verbs/track", json={**fields, "file": kept})
    assert list(folder.iterdir()) == []
    again = client.post("/api/verbs/track", json={"team": "Alpha", "file": kept})
    assert "not here any more" in again.json()["error"]


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".gpx", "\N{DOG FACE}" * 200 + ".gpx", 'a"b\n/c:d*?.gpx', "a\x00b.gpx", "." + "y" * 300]
)
def test_a_file_of_any_name_can_be_sent(client: httpx.Client, memory_desk: MemoryDesk, name: str) -> None:
    answer = sent(client, name)
    assert answer.status_code == 200, answer.text
    client.post("/api/verbs/track", json={"team": "Alpha", "file": answer.json()["upload"]})
    taken = memory_desk.calls[-1][1]["name"]
    assert len(taken.encode()) <= 255
    assert taken.endswith(".gpx") is name.endswith(".gpx")


def test_the_mission_in_other_formats_can_be_downloaded(client: httpx.Client, memory_desk: MemoryDesk) -> None:
    one = client.get("/api/exports/png")
    assert (one.content, one.headers["content-disposition"]) == (
        b"overview.png",
        "attachment; filename*=UTF-8''overview.png",
    )
    several = client.get("/api/exports/gpx")
    with zipfile.ZipFile(io.BytesIO(several.content)) as archive:
        assert archive.namelist() == ["gpx/1.gpx", "gpx/2.gpx"]
    assert client.get("/api/exports/dwg").json()["error"].startswith("There is no format 'dwg'")
    assert all(not given["personal"] for name, given in memory_desk.calls if name == "export")


def test_while_papers_are_drawn_the_mission_is_still_shown(
    client: httpx.Client, memory_desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = threading.Event()
    monkeypatch.setitem(
        vars(desk), "documents", lambda _path: {"a.pdf": ("application/pdf", b"")} if drawn.wait(20) else {}
    )
    papers = threading.Thread(target=client.get, args=("/api/documents",))
    papers.start()
    try:
        assert client.get("/api/mission").json()["name"] == "Cumberland ridge"
        assert not drawn.is_set()
    finally:
        drawn.set()
        papers.join(20)


def test_every_field_of_a_form_is_one_that_the_desk_takes() -> None:
    for form, name in VERBS.values():
        takes = inspect.signature(getattr(desk, name)).parameters
        open_ended = any(p.kind == inspect.Parameter.VAR_KEYWORD for p in takes.values())
        assert open_ended or set(form.model_fields) <= set(takes), name


def events(served: Served, stop: str) -> list[tuple[str, dict[str, Any]]]:
    """What the server says until an event of the kind `stop`."""
    told: list[tuple[str, dict[str, Any]]] = []
    with httpx.stream("GET", f"{served.url}/api/events", timeout=20) as stream:
        kind = ""
        for line in stream.iter_lines():
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:"):
                told.append((kind, json.loads(line[5:])))
                if kind == stop:
                    return told
    return told


def test_listeners_hear_that_the_log_grew(served: Served, memory_desk: MemoryDesk) -> None:
    with httpx.stream("GET", f"{served.url}/api/events", timeout=20) as stream:
        heard = []
        for line in stream.iter_lines():
            if line.startswith("data:") and "seq" in line:
                heard.append(json.loads(line[5:])["seq"])
                if len(heard) == 2:
                    sent = httpx.post(f"{served.url}/api/verbs/team", json={"name": "Hotel", "kind": "dog"})
                    assert sent.status_code == 200
                if heard[-1] > heard[0]:
                    break
        assert heard[-1] == heard[0] + 1


def test_a_plan_is_made_once_at_a_time_and_its_end_is_told(served: Served, memory_desk: MemoryDesk) -> None:
    memory_desk.hold.clear()
    first = httpx.post(f"{served.url}/api/verbs/plan", json={"hours": 3})
    again = httpx.post(f"{served.url}/api/verbs/plan", json={"hours": 3})
    assert (first.status_code, again.status_code) == (202, 409)
    assert "still being made" in again.json()["error"]
    running = events(served, "work")[-1][1]
    assert (running["state"], running["share"], running["text"]) == ("running", 0.4, "routes")
    memory_desk.hold.set()
    _wait_until(lambda: httpx.post(f"{served.url}/api/verbs/plan", json={"hours": 25}).status_code == 202)
    assert [name for name, _ in memory_desk.calls] == ["plan", "plan"]


def _wait_until(true: Any) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_front_end_keeps_to_its_size_and_shape() -> None:
    for path in (*page.modules().values(), *page.style_sheets()):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 300, path.name
        for way_in in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way_in not in text, f"{path.name}: text must never become markup or code"
