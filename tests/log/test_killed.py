"""A writer killed at any moment loses nothing that was acknowledged; several writers never fork the chain."""

from __future__ import annotations

import random
import time
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from homeward.log import MissionLog
from tests.log.conftest import Start
from tests.log.writers import entry, write_for_ever, write_some

KILLS = 100
FILES = 25  # so that some kills also land while a file is being made


def test_a_killed_writer_loses_no_acknowledged_entry_and_leaves_a_file_that_opens(tmp_path: Path, start: Start) -> None:
    dice = random.Random(20261121)
    acknowledged: dict[Path, set[str]] = {}
    half_written = 0
    for kill in range(KILLS):
        path = tmp_path / f"{kill % FILES}.homeward"
        receive, send = Pipe(duplex=False)
        writer = start(write_for_ever, path, f"run{kill}", send)
        send.close()
        assert receive.recv() == "begun"
        told = acknowledged.setdefault(path, set())
        told.update(receive.recv() for _ in range(kill % 3))  # none: it may be killed while it makes the file
        time.sleep(dice.uniform(0.0, 0.015))
        writer.kill()
        writer.join()
        assert writer.exitcode == -9
        told.update(_received(receive))
        half_written += Path(f"{path}-journal").exists()
        _check(path, told, read_only=dice.random() < 0.5)
    assert half_written > 0, "no kill landed within a transaction: this test has tested nothing"
    for path, told in acknowledged.items():
        _check(path, told, read_only=False)


def _received(receive: Connection) -> list[str]:
    told = []
    try:
        while receive.poll():
            told.append(receive.recv())
    except (EOFError, OSError):
        pass
    return told


def _check(path: Path, told: set[str], *, read_only: bool) -> None:
    if not told and not path.exists():
        return  # killed before there was a file
    before = path.read_bytes()
    with MissionLog.open(path, read_only=read_only) as log:
        assert log.verify() == []
        assert told <= {stored.entry.id for stored in log.entries()}
        if read_only:
            assert path.read_bytes() == before
        else:
            log.append([entry(f"after {log.last_seq()}")])
            assert log.verify() == []


@pytest.mark.parametrize("writers", [4])
def test_several_writers_at_once_make_one_chain(file: Path, start: Start, writers: int) -> None:
    before = MissionLog.open(file).last_seq()
    running = [start(write_some, file, f"w{i}", 15) for i in range(writers)]
    with MissionLog.open(file, read_only=True) as log:
        seen = before
        while any(process.is_alive() for process in running):  # a page polls while they write
            news = log.entries(after_seq=seen)
            assert [stored.seq for stored in news] == list(range(seen + 1, seen + 1 + len(news)))
            seen += len(news)
            time.sleep(0.005)
    assert [process.exitcode for process in running] == [0] * writers
    with MissionLog.open(file, read_only=True) as log:
        assert log.verify() == []
        names = [stored.entry.id for stored in log.entries(after_seq=before)]
        assert sorted(names) == sorted(f"w{i}-{j}" for i in range(writers) for j in range(15))
        for i in range(writers):
            assert [name for name in names if name.startswith(f"w{i}-")] == [f"w{i}-{j}" for j in range(15)]
