"""Files that are missing, foreign, damaged, newer, read-only or on a full disk: one sentence, one remedy, no loss."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from multiprocessing import Pipe
from pathlib import Path

import pytest
from sqlalchemy import Connection

from homeward.errors import MissionFileError
from homeward.log import MissionLog, sqlite
from tests.log.conftest import Start
from tests.log.writers import entry, read_without_rights, write_with_little_room
from tests.missions import MAP, lost_walker


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE entry (seq, id)")
        conn.commit()


def _cut(path: Path) -> None:
    _mission(path)
    os.truncate(path, path.stat().st_size // 2)


def _mission(path: Path) -> None:
    with MissionLog.create(path) as log:
        log.append(lost_walker())


def _newer(path: Path) -> None:
    _mission(path)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("INSERT INTO format (major, minor, name) VALUES (2, 3, 'a later one')")
        conn.commit()


def _formless(path: Path) -> None:
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(f"PRAGMA application_id = {sqlite.APPLICATION_ID}")
        conn.execute("CREATE TABLE format (major, minor)")
        conn.commit()


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "There is no mission file .*homeward new"),
        (Path.mkdir, "is a folder"),
        (Path.touch, "is empty"),
        (lambda path: path.write_bytes(b"PK\x03\x04" + b"zip" * 999), "is not a mission file"),
        (lambda path: path.write_text("SQLite format 3"), "is not a mission file"),
        (_foreign, "another program"),
        (_cut, "damaged or cut short"),
        (_newer, r"newer homeward: its format is 2\.3.*Update homeward"),
        (_formless, "does not say which format"),
    ],
)
def test_what_is_not_a_mission_file_is_told_plainly_and_left_alone(
    tmp_path: Path, make: Callable[[Path], None], says: str, *, read_only: bool
) -> None:
    path = tmp_path / "mission.homeward"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(MissionFileError, match=says) as raised:
        MissionLog.open(path, read_only=read_only)
    assert "mission.homeward" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert (path.read_bytes() if path.is_file() else None) == before
    assert list(tmp_path.iterdir()) == ([path] if path.exists() else [])


def test_a_file_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    for use in (MissionLog.open, MissionLog.create):
        with pytest.raises(MissionFileError, match=r"no folder .*nowhere"):
            use(tmp_path / "nowhere" / "mission.homeward")
    (tmp_path / "file").touch()
    with pytest.raises(MissionFileError, match=r"no folder .*file"):
        MissionLog.create(tmp_path / "file" / "mission.homeward")


def test_a_mission_is_never_created_over_a_file(file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(MissionFileError, match="exists already"):
        MissionLog.create(file)
    assert file.read_bytes() == before
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    for taken in ("link", "."):
        with pytest.raises(MissionFileError, match=r"exists already|is a folder"):
            MissionLog.create(tmp_path / taken)
    assert not (tmp_path / "nothing").exists()


def test_a_mission_is_created_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with MissionLog.create(tmp_path / "m") as log:
        log.append([entry("x")])
    assert [path.name for path in tmp_path.iterdir()] == ["m"]
    with pytest.raises(MissionFileError, match="exists already"):
        MissionLog.create(tmp_path / "m")


def test_a_file_cut_anywhere_is_told_plainly(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    dice = random.Random(1)
    for size in [
        1,
        15,
        99,
        100,
        511,
        512,
        4095,
        4096,
        len(whole) - 1,
        *(dice.randrange(len(whole)) for _ in range(30)),
    ]:
        (tmp_path / "cut").write_bytes(whole[:size])
        with pytest.raises(MissionFileError):
            MissionLog.open(tmp_path / "cut")


def test_a_file_with_altered_bytes_never_makes_us_stumble(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    dice = random.Random(2)
    refused = 0
    for _ in range(150):
        bad = bytearray(whole)
        for _ in range(dice.randrange(1, 20)):
            bad[dice.randrange(len(bad))] = dice.randrange(256)
        (tmp_path / "bad").write_bytes(bad)
        try:
            with MissionLog.open(tmp_path / "bad", read_only=True) as log:
                log.verify()
                log.entries()
                log.read()
                log.blob(MAP)
        except MissionFileError:
            refused += 1
    assert 0 < refused < 150


def test_reading_only_changes_nothing_and_allows_no_appends(file: Path, tmp_path: Path) -> None:
    before, touched = file.read_bytes(), file.stat().st_mtime_ns
    with MissionLog.open(file, read_only=True) as log:
        assert log.verify() == []
        assert len(log.entries()) == log.last_seq() == len(lost_walker())
        log.blob(MAP)
        with pytest.raises(MissionFileError, match="opened for reading only"):
            log.append([entry("x")])
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (before, touched)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("half_written", [False, True])
def test_a_file_that_may_not_be_written_is_read_and_refuses_appends(
    file: Path, start: Start, *, half_written: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(file, folder))
        if half_written:
            _leave_half_a_write(path)
        for one in Path(folder).iterdir():
            one.chmod(0o444)
        Path(folder).chmod(0o555)
        before = path.read_bytes()
        receive, send = Pipe(duplex=False)
        reader = start(read_without_rights, path, send)
        send.close()
        reading = receive.recv()
        writing = receive.recv() if reading else ""
        reader.join(20)
        Path(folder).chmod(0o755)
        if not reading:
            pytest.skip("root may write everywhere, and this machine has no other user to try it as")
        assert "opened for reading only" in reading
        assert "read-only. Copy it to a place where you may write." in writing
        assert path.read_bytes() == before


def _leave_half_a_write(path: Path) -> None:
    """What a writer leaves that is killed within an append that has begun to write into the file itself."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA cache_size = 1")  # spills to the file before the commit
        conn.execute("BEGIN IMMEDIATE")
        for i in range(50):
            conn.execute("INSERT INTO blob VALUES (?, 0, zeroblob(9000))", (f"{i}",))
        copies = {suffix: Path(f"{path}{suffix}").read_bytes() for suffix in ("", "-journal")}
        conn.execute("ROLLBACK")
    for suffix, data in copies.items():
        Path(f"{path}{suffix}").write_bytes(data)
    assert len(copies["-journal"]) > 512


def test_half_a_write_is_read_without_touching_it_and_mended_by_the_next_writer(file: Path) -> None:
    whole = MissionLog.open(file).entries()
    _leave_half_a_write(file)
    journal = Path(f"{file}-journal")
    before = file.read_bytes(), journal.read_bytes()
    with MissionLog.open(file, read_only=True) as log:
        assert log.entries() == whole
        assert log.verify() == []
    assert (file.read_bytes(), journal.read_bytes()) == before
    with MissionLog.open(file) as log:
        assert log.entries() == whole
        log.append([entry("x")])
        assert log.verify() == []
    assert not journal.exists()


def test_a_full_disk_loses_nothing_and_later_appends_work(file: Path, start: Start) -> None:
    receive, send = Pipe(duplex=False)
    writer = start(write_with_little_room, file, file.stat().st_size + 30_000, send)
    send.close()
    told = []
    while not isinstance(news := receive.recv(), MissionFileError):
        told.append(news)
    writer.join(20)
    assert writer.exitcode == 0
    assert "the disk is full" in str(news)
    assert "free some space" in str(news)
    with MissionLog.open(file) as log:
        names = [stored.entry.id for stored in log.entries()]
        assert names == [*(one.id for one in lost_walker()), *told, "after the disk was full"]
        assert told
        assert log.verify() == []


def test_a_file_that_is_held_by_another_program(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_S", 0.05)
    with closing(sqlite3.connect(file, isolation_level=None)) as other, MissionLog.open(file) as log:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(MissionFileError, match="held by another program"):
            log.append([entry("x")])
        assert len(log.entries()) == len(lost_walker())  # reading goes on
        other.execute("ROLLBACK")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(MissionFileError, match="held by another program"):
            log.entries()
        other.execute("ROLLBACK")
        log.append([entry("x")])


def test_a_file_that_vanishes_or_is_replaced_is_noticed(file: Path, tmp_path: Path) -> None:
    with MissionLog.open(file) as log:
        file.rename(tmp_path / "elsewhere")
        with pytest.raises(MissionFileError, match="There is no mission file"):
            log.append([entry("x")])
        assert not file.exists()


def _add_weather(conn: Connection) -> None:
    conn.exec_driver_sql("ALTER TABLE entry ADD COLUMN weather TEXT NOT NULL DEFAULT ''")


def _fail(conn: Connection) -> None:
    _add_weather(conn)
    conn.exec_driver_sql("this is not SQL")


def _formats(file: Path) -> list[tuple[int, int, str]]:
    with closing(sqlite3.connect(file)) as conn:
        return conn.execute("SELECT major, minor, name FROM format ORDER BY major, minor").fetchall()


def test_an_older_format_is_upgraded_once_in_order(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = MissionLog.open(file)
    steps = (sqlite.Upgrade(1, 1, "weather", _add_weather), sqlite.Upgrade(2, 0, "nothing", lambda conn: None))
    monkeypatch.setattr(sqlite, "UPGRADES", (*sqlite.UPGRADES, *steps))
    before = file.read_bytes()
    with MissionLog.open(file, read_only=True) as log:
        assert len(log.entries()) == len(lost_walker())
    assert file.read_bytes() == before
    for _ in range(2):
        with MissionLog.open(file) as log:
            assert len(log.entries()) == len(lost_walker())
    assert [(major, minor) for major, minor, _ in _formats(file)] == [(1, 0), (1, 1), (2, 0)]
    old.append([entry("written by a program that was open since before")])
    assert len(MissionLog.open(file).entries()) == len(lost_walker()) + 1


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "UPGRADES", (*sqlite.UPGRADES, sqlite.Upgrade(1, 1, "wrong", _fail)))
        before = file.read_bytes()
        with pytest.raises(MissionFileError):
            MissionLog.open(file)
        assert file.read_bytes() == before
    assert MissionLog.open(file).verify() == []


def test_a_newer_minor_format_is_read_and_written(file: Path) -> None:
    with closing(sqlite3.connect(file)) as conn:
        conn.execute("ALTER TABLE entry ADD COLUMN weather TEXT NOT NULL DEFAULT ''")
        conn.execute("INSERT INTO format (major, minor, name) VALUES (1, 7, 'weather')")
        conn.commit()
    with MissionLog.open(file) as log:
        assert len(log.entries()) == len(lost_walker())
        log.append([entry("x")])
        assert log.verify() == []
