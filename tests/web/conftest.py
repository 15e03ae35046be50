"""A desk whose log is in memory, and the page served from it on a loopback port."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from homeward import desk
from homeward.errors import BadInput
from homeward.exchange.page import page_data
from homeward.geo import parse_place
from homeward.mission.events import ClueReported, Entry, EntryUndone, Event, TeamRegistered
from homeward.mission.nouns import Clue, ClueKind, Team, TeamKind
from homeward.mission.replay import replay
from homeward.web import create_app
from homeward.web.server import PageServer
from tests.web import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MISSION = Path("lost.mission")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


class MemoryDesk:
    """The verbs that the tests use, with the log in a list; `hold` keeps a long verb going until it is set."""

    def __init__(self) -> None:
        self.entries = sample.entries()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.hold = threading.Event()
        self.hold.set()

    def write(self, event: Event) -> str:
        at = sample.START + timedelta(minutes=5 * len(self.entries))
        entry = Entry(id=f"e{len(self.entries)}", at=at, by="IC", device="laptop", event=event)
        self.entries = [*self.entries, entry]
        return entry.id

    def last_seq(self, _path: Path) -> int:
        return len(self.entries)

    def page_data(self, _path: Path, *, personal: bool = False) -> dict[str, Any]:
        return page_data(
            replay(self.entries),
            terrain=sample.terrain(),
            belief=sample.belief(),
            plan=sample.plan(),
            entries=self.entries,
            personal=personal,
        )

    def clue(self, _path: Path, text: str, *, place: str | None = None, **given: Any) -> desk.Answer:
        if place is None:
            raise BadInput("The clue has no 'place'.")
        self.calls.append(("clue", {"text": text, "place": place, **given}))
        for name in ("kind", "timing_advance"):
            given.pop(name, None)
        number = str(given.pop("corrects", 1 + len(replay(self.entries).clues)))
        kind = ClueKind.BEARING if "bearing_deg" in given else ClueKind.POINT
        self.write(ClueReported(clue=Clue(id=number, kind=kind, place=parse_place(place), text=text, **given)))
        return desk.Answer(text=f"Clue {number}: {text}.", data={"id": number})

    def team(
        self, _path: Path, name: str, *, kind: str | None, forget: Sequence[str] = (), **given: Any
    ) -> desk.Answer:
        self.calls.append(("team", {"name": name, "forget": list(forget)}))
        self.write(TeamRegistered(team=Team(id=name, kind=TeamKind(kind or "hasty"), **given)))
        return desk.Answer(text=f"Team {name}.")

    def undo(self, _path: Path, entry: str | None = None, *, why: str = "") -> desk.Answer:
        self.write(EntryUndone(entry=entry or self.entries[-1].id, why=why))
        return desk.Answer(text="Undone.")

    def plan(self, _path: Path, *, progress: Callable[[float, str], None], **given: Any) -> desk.Answer:
        self.calls.append(("plan", given))
        progress(0.4, "routes")
        self.hold.wait(20)
        if given.get("hours", 4.0) > 24:
            raise BadInput("A period of 25 h cannot be planned. Give at most 24.")
        return desk.Answer(text="Plan for period 2 made.")

    def make_map(self, _path: Path) -> desk.Answer:
        raise ZeroDivisionError("a bug that nobody may see")

    def track(self, _path: Path, team: str, file: Path, **given: Any) -> desk.Answer:
        if team == "nobody":
            raise BadInput("There is no team 'nobody'. Register it first.")
        self.calls.append(("track", {"team": team, "name": file.name, "text": file.read_text(), **given}))
        return desk.Answer(text="Track taken in.")

    def verify(self, _path: Path) -> desk.Answer:
        raise ZeroDivisionError("a bug that nobody may see")

    def export(self, _path: Path, folder: Path, *, formats: Sequence[str], personal: bool) -> desk.Answer:
        self.calls.append(("export", {"formats": list(formats), "personal": personal}))
        names = {"png": ["overview.png"], "gpx": ["gpx/1.gpx", "gpx/2.gpx"]}.get(formats[0])
        if names is None:
            raise BadInput(f"There is no format {formats[0]!r}. Choose gpx, png.")
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(name)
        return desk.Answer(text="Written.")

    def documents(self, _path: Path) -> dict[str, tuple[str, bytes]]:
        return {
            "task-sheets-period-1.pdf": ("application/pdf", b"%PDF-1.7 sheets"),
            "gpx/1-1-Alpha-AA.gpx": ("application/gpx+xml", b"<gpx/>"),
        }


@pytest.fixture
def memory_desk(monkeypatch: pytest.MonkeyPatch) -> MemoryDesk:
    """The desk, with its verbs replaced by those of a `MemoryDesk`."""
    fake = MemoryDesk()
    verbs = (
        "last_seq",
        "page_data",
        "clue",
        "team",
        "undo",
        "plan",
        "make_map",
        "track",
        "verify",
        "documents",
        "export",
    )
    for name in verbs:
        monkeypatch.setitem(vars(desk), name, getattr(fake, name))
    return fake


class Served:
    """A server in a thread: `stop` ends it, `start` begins again on the same port."""

    def __init__(self, mission: Path = MISSION, *, token: str | None = None, personal: bool = False) -> None:
        self.port = 0
        self.mission = mission
        self.token = token
        self.personal = personal
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", self.port))
        self.port = sock.getsockname()[1]
        self.app = create_app(self.mission, token=self.token, personal=self.personal)
        self._server = PageServer(self.app)
        self._server.config.log_level = "critical"
        self._server.config.configure_logging()
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [sock]}, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert self._server.started

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture
def served(memory_desk: MemoryDesk) -> Iterator[Served]:
    """The page of the sample mission on a loopback port."""
    server = Served()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium, or a skip that says why there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine: install the package chromium to run the browser tests")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser, served: Served) -> Iterator[Page]:
    """A browser tab on the sample mission, watched."""
    with watched_tab(chromium) as page:
        yield page


@contextmanager
def opened_page(chromium: Browser, mission: Path, *, personal: bool = True, at: str | None = None) -> Iterator[Page]:
    """The page of a mission, served for this alone; its clock stands at a time, where one is told."""
    server = Served(mission, personal=personal)
    try:
        with watched_tab(chromium) as page:
            if at is not None:
                page.clock.set_fixed_time(at)
            page.goto(server.url)
            yield page
    finally:
        server.stop()


@contextmanager
def watched_tab(chromium: Browser) -> Iterator[Page]:
    """A browser tab; the test fails on a console error, an uncaught exception or a request beyond this machine."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.set_default_timeout(40_000)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if _local(request.url) else wrong.append(f"asked for {request.url}"))
    page.expected_errors = wrong  # type: ignore[attr-defined]
    yield page
    context.close()
    assert wrong == []


def _local(url: str) -> bool:
    return url.startswith(("data:", "blob:", "file:", "http://127.0.0.1:"))
