"""`homeward serve --call-on`: an open call goes on by itself while the page runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from homeward import desk
from homeward.cli.serve import serve
from homeward.errors import HomewardError
from homeward.web.calling_on import calling_on
from tests.desk.call_service import Service, service

SOON_S = 0.05


@pytest.fixture
def taking() -> Iterator[Service]:
    pytest.importorskip("apprise", reason="apprise is not installed: pip install homeward[callout]")
    with service() as made:
        yield made


@pytest.fixture
def mission(tmp_path: Path, taking: Service, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two people with two channels, called in at noon; it is six minutes later."""
    file = tmp_path / "channels.toml"
    file.write_text(f'[channels]\nsms = "json://{taking.at}/sms/{{id}}"\nmail = "json://{taking.at}/mail/{{id}}"\n')
    file.chmod(0o600)
    monkeypatch.setenv("HOMEWARD_CHANNELS", str(file))
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T12:00+00:00")
    path = tmp_path / "lost.mission"
    desk.new(path, name="Lost")
    desk.base(path, "46.0, 7.0")
    for name in ("S1", "S2"):
        desk.person(path, name)
    return path


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


def test_the_silent_are_tried_by_the_next_channel_and_an_answer_ends_it(
    mission: Path, taking: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    desk.call_out(mission)
    desk.answered(mission, "S1", "Y 20")
    with calling_on(mission, say=told.append, every_s=SOON_S):
        assert "by itself" in told[0]
        monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T12:06+00:00")
        until(lambda: len(told) > 1)
        seq = desk.last_seq(mission)
        time.sleep(5 * SOON_S)
        assert desk.last_seq(mission) == seq, "nothing is written where nothing is done"
    assert "Sent by mail to S2." in told[1]
    assert len(told) == 2
    assert sorted(path for path, _ in taking.took) == ["/mail/S2", "/sms/S1", "/sms/S2"]
    assert not [one for one in threading.enumerate() if one.name == "homeward-call-on"], "it ends with the page"


def test_what_goes_wrong_is_said_once_and_ends_nothing(
    mission: Path, taking: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    file = Path(str(mission.with_name("channels.toml")))
    whole = file.read_text()
    desk.call_out(mission)
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T12:06+00:00")
    real, broken = desk.call_on, threading.Event()

    def once_broken(path: Path, *, dry: bool = False) -> desk.Answer | None:
        if broken.is_set():
            raise RuntimeError("TOP-SECRET-4711")
        return real(path, dry=dry)

    monkeypatch.setattr(desk, "call_on", once_broken)
    broken.set()
    with pytest.raises(RuntimeError), calling_on(mission, say=told.append, every_s=SOON_S):
        pass
    broken.clear()
    file.write_text("[channels")
    with pytest.raises(HomewardError, match="no TOML"), calling_on(mission, say=told.append, every_s=SOON_S):
        pass
    file.write_text(whole)
    with calling_on(mission, say=told.append, every_s=SOON_S):
        broken.set()
        until(lambda: len(told) == 2)
        time.sleep(5 * SOON_S)
        broken.clear()
        until(lambda: len(told) == 3)
    assert told[1].startswith("NOT CALLED ON: Something went wrong inside homeward")
    assert "SECRET" not in told[1]
    assert "Sent by mail to S1, S2." in told[2]


def test_without_channels_it_is_refused_before_the_page_starts(mission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOMEWARD_CHANNELS")
    monkeypatch.setattr("homeward.web.serve", lambda *args, **kwargs: pytest.fail("the page was started"))
    done = CliRunner().invoke(serve, [str(mission), "--call-on"])
    assert "no channels are set up" in str(done.exception)
