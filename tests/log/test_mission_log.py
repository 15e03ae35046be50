"""What goes in comes out: entries, attachments, order, and nothing but whole appends."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput, MissionFileError
from homeward.log import MissionLog, Reading, blob_id
from homeward.mission import Entry, Event, replay
from homeward.mission.events import BaseSet, TeamStoodDown
from homeward.mission.nouns import utc
from tests.log.writers import entry
from tests.mission.samples import anything
from tests.missions import ATTACHMENTS, attachment, lost_walker

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def test_a_mission_comes_back_as_it_was_written(file: Path) -> None:
    with MissionLog.open(file) as log:
        stored = log.entries()
        assert [one.entry for one in stored] == lost_walker()
        assert [one.seq for one in stored] == list(range(1, len(stored) + 1))
        assert replay(one.entry for one in stored) == replay(lost_walker())
        assert log.verify() == []
        assert log.read() == Reading(rows=log.read().rows, stored=tuple(stored))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(event=anything(Event, text=TEXT), by=TEXT, device=TEXT, at=st.datetimes(timezones=st.just(UTC)))
def test_every_entry_comes_back_as_it_was_written(file: Path, event: Event, by: str, device: str, at: datetime) -> None:
    with MissionLog.open(file) as log:
        name = f"h{log.last_seq()}"
        written = Entry(id=name, at=at, by=by, device=device, event=event)
        (stored,) = log.append([written])
        assert stored.entry == written
        assert log.entries(after_seq=stored.seq - 1) == [stored]
        assert not [finding for finding in log.verify() if "missing" not in finding.what]


def test_news_are_what_came_after_the_last_number_seen(file: Path) -> None:
    with MissionLog.open(file, read_only=True) as page, MissionLog.open(file) as desk:
        seen = page.last_seq()
        assert page.entries(after_seq=seen) == []
        stored = desk.append([entry("n1"), entry("n2")])
        assert page.last_seq() == seen + 2
        assert page.entries(after_seq=seen) == stored
        assert page.entries(after_seq=seen + 1) == stored[1:]


def test_an_append_is_all_or_nothing(file: Path) -> None:
    with MissionLog.open(file) as log:
        before = log.entries()
        with pytest.raises(BadInput, match="'e3' already"):
            log.append([entry("new"), entry("e3")], [b"attached to what was refused"])
        assert log.entries() == before
        with pytest.raises(MissionFileError):
            log.blob(blob_id(b"attached to what was refused"))
        with pytest.raises(BadInput, match="'twice' already"):
            log.append([entry("twice"), entry("twice")])
        assert log.entries() == before
        assert log.verify() == []


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (replace(entry("x"), id=""), "1 to 64"),
        (replace(entry("x"), id="x" * 65), "1 to 64"),
        (replace(entry("x"), at=datetime(2026, 1, 1)), "no time zone"),  # noqa: DTZ001
        (replace(entry("x"), by="\udce9mile"), "not text"),
        (replace(entry("x"), event=TeamStoodDown(team="A", why="\ud800")), "not text"),
        (replace(entry("x"), event=BaseSet(place="here")), "BaseSet"),  # type: ignore[arg-type]
    ],
)
def test_an_entry_that_cannot_be_kept_is_refused(file: Path, bad: Entry, says: str) -> None:
    with MissionLog.open(file) as log:
        last = log.last_seq()
        with pytest.raises(BadInput, match=says):
            log.append([entry("good"), bad])
        assert log.last_seq() == last


def test_times_are_kept_in_utc(file: Path) -> None:
    summer = datetime(2026, 7, 1, 0, 30, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    with MissionLog.open(file) as log:
        (stored,) = log.append([replace(entry("x"), at=summer)])
        assert stored.entry.at == summer
        assert stored.entry.at.isoformat() == "2026-06-30T22:30:00.000005+00:00" == utc(summer).isoformat()


def test_attachments_come_back_and_are_kept_once(file: Path) -> None:
    noise = bytes(range(256)) * 4000
    with MissionLog.open(file) as log:
        for data in ATTACHMENTS:
            assert log.blob(blob_id(data)) == data
        log.append([], [noise, b"", noise])
        size = file.stat().st_size
        log.append([entry("again")], [noise, attachment("map")])
        assert file.stat().st_size < size + 20_000
        assert log.blob(blob_id(noise)) == noise
        assert log.blob(blob_id(b"")) == b""
        assert log.verify() == []
        with pytest.raises(MissionFileError, match="no attachment 000000000000"):
            log.blob("0" * 64)


def test_nothing_to_append_writes_nothing(file: Path) -> None:
    before = file.read_bytes()
    with MissionLog.open(file) as log:
        assert log.append([]) == []
    assert file.read_bytes() == before


def test_the_file_alone_is_the_whole_mission_while_it_is_open(file: Path, tmp_path: Path) -> None:
    """As when somebody copies the file to a USB stick while the page is being served."""
    with MissionLog.open(file) as log, MissionLog.open(file, read_only=True) as page:
        log.append([entry("just now")], [b"x" * 100_000])
        assert page.last_seq() == log.last_seq()
        assert [path.name for path in tmp_path.iterdir()] == [file.name]
        stick = tmp_path / "stick.homeward"
        stick.write_bytes(file.read_bytes())
        with MissionLog.open(stick) as copy:
            assert copy.entries() == log.entries()
            assert copy.verify() == []


def test_one_log_may_be_shared_between_threads(file: Path) -> None:
    with MissionLog.open(file) as log, ThreadPoolExecutor(8) as threads:
        before = log.last_seq()
        appended = list(threads.map(lambda i: log.append([entry(f"t{i}")])[0].seq, range(24)))
        assert sorted(appended) == list(range(before + 1, before + 25))
        assert log.verify() == []


def test_a_mission_is_named_by_path_or_url(tmp_path: Path) -> None:
    path = tmp_path / "a mission with %20 and ? and #.homeward"
    MissionLog.create(str(path)).close()
    with MissionLog.open(f"sqlite:///{path}") as log:
        log.append([entry("x")])
    assert MissionLog.open(path).last_seq() == 1
    for where in ("postgresql://host/db", "sqlite://", "https://example.org/x"):
        with pytest.raises(BadInput, match="cannot be kept at"):
            MissionLog.open(where)


def test_the_log_loads_without_the_number_libraries() -> None:
    heavy = "import sys, homeward.log; sys.exit(bool({'numpy', 'scipy', 'pyproj', 'pydantic'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", heavy], check=False).returncode == 0


def test_the_same_entries_give_the_same_chain(tmp_path: Path) -> None:
    heads = []
    for name in ("a", "b"):
        with MissionLog.create(tmp_path / name) as log:
            heads.append([stored.sha256 for stored in log.append(lost_walker(), ATTACHMENTS)])
    assert heads[0] == heads[1]
    assert len(set(heads[0])) == len(heads[0])
