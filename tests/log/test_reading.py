"""Reading a log anew from what was read of it before: the same as reading it for the first time, and less work."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from homeward.log import MissionLog, Reading
from tests.log.writers import entry, told_by_a_newer_version


def test_of_what_was_read_before_only_the_news_are_worked_out(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with MissionLog.open(file) as log:
        known = log.read()
        monkeypatch.setattr("homeward.mission.decode", None)  # whoever decodes an entry now fails
        assert log.read(known) == known
        monkeypatch.undo()
        new = log.append([entry("n1"), entry("n2")])
        now = log.read(known)
    assert now == MissionLog.open(file).read()
    assert now.stored == (*known.stored, *new)
    assert all(one is other for one, other in zip(known.stored, now.stored, strict=False))


def test_a_file_that_another_was_put_in_place_of_is_read_anew(file: Path, tmp_path: Path) -> None:
    """The same length, the same number of entries: and other ones."""
    other = Path(shutil.copy(file, tmp_path / "other"))
    for path, name in ((file, "mine"), (other, "his!")):
        with MissionLog.open(path) as log:
            log.append([entry(name), entry(f"{name} too")])
    known = MissionLog.open(file).read()
    assert file.stat().st_size == other.stat().st_size
    other.replace(file)
    with MissionLog.open(file) as log:
        assert [stored.entry.id for stored in log.read(known).stored[-2:]] == ["his!", "his! too"]
        assert log.read(known) == log.read()


def test_an_entry_of_a_newer_version_is_named_and_counted(file: Path) -> None:
    told_by_a_newer_version(file)
    with MissionLog.open(file) as log:
        known = log.read()
        assert known.last[0] == log.last_seq() == 26
        assert known.broken is None
        assert len(known.stored) == 25
        assert [finding.where for finding in known.findings] == ["entry 26"]
        log.append([entry("goes on")], after_seq=known.last[0])
        told_by_a_newer_version(file)
        assert log.read(known) == log.read()
        assert [finding.where for finding in log.read(known).findings] == ["entry 26", "entry 28"]
        assert log.verify() == []


def test_a_log_without_entries(tmp_path: Path) -> None:
    with MissionLog.create(tmp_path / "m") as log:
        assert log.read() == Reading()
        assert log.read().last[0] == 0
        log.append([entry("first")])
        assert log.read(Reading()) == log.read()
        assert log.read().last[0] == 1
