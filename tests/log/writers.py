"""What other processes do to a mission file in the tests. Light to import: it is loaded anew in each of them."""

from __future__ import annotations

import os
import resource
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from homeward.errors import HomewardError
from homeward.log import MissionLog
from homeward.log.chain import Row, link
from homeward.mission import Entry, encode
from homeward.mission.events import TeamStoodDown

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def entry(name: str, *, why: str = "") -> Entry:
    """A small entry of that id."""
    at = NOON + timedelta(seconds=len(name))
    return Entry(id=name, at=at, by="tester", device="laptop", event=TeamStoodDown(team="Alpha", why=why))


def told_by_a_newer_version(path: Path) -> None:
    """One more entry, chained as it should be, of a kind that this version does not know."""
    with closing(sqlite3.connect(path)) as conn:
        seq, before = conn.execute("SELECT seq, sha256 FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        row = Row(
            seq + 1, f"newer {seq + 1}", "2026-11-21T12:00:00.000000Z", "tester", "laptop", "SwarmSent", '{"n":1}'
        )
        conn.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, link(row, previous=before)))
        conn.commit()


encode(entry("a first one").event)  # the first is slow; what is forked from here has it behind it


def write_for_ever(path: Path, name: str, told: Connection) -> None:
    """Says "begun", then appends as fast as it can, and tells the id of each entry once it is acknowledged."""
    told.send("begun")
    with MissionLog.open(path) if path.exists() else MissionLog.create(path) as log:
        for i in range(1_000_000):
            size = (i % 7) * 3000  # from none to several pages, so that a kill lands within transactions of all sizes
            done = log.append([entry(f"{name}-{i}", why="x" * size)], [f"{name}-{i}".encode() * 50])
            told.send(done[0].entry.id)


def write_some(path: Path, name: str, count: int) -> None:
    """Appends `count` entries, one by one."""
    with MissionLog.open(path) as log:
        for i in range(count):
            log.append([entry(f"{name}-{i}")])


def write_with_little_room(path: Path, limit: int, told: Connection) -> None:
    """Appends until the disk is full (no file may grow beyond `limit` bytes), and tells what was acknowledged."""
    with MissionLog.open(path) as log:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            for i in range(10_000):
                told.send(log.append([entry(f"full-{i}", why="x" * 500)])[0].entry.id)
        except HomewardError as err:
            told.send(err)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        log.append([entry("after the disk was full")])


def read_without_rights(path: Path, told: Connection) -> None:
    """Reads a file as somebody who may not write it, and tells why it was refused to append; first with `read_only`."""
    if os.getuid() == 0:  # root may write everywhere
        try:
            os.setuid(65534)
        except OSError:
            told.send("")  # a container that has no other user
            return
    for read_only in (True, False):
        with MissionLog.open(path, read_only=read_only) as log:
            assert log.verify() == []
            try:
                log.append([entry("x")])
            except HomewardError as err:
                told.send(str(err))
