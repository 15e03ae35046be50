"""Nothing in the file changes by mistake, and what is changed on purpose shows."""

from __future__ import annotations

import re
import runpy
import shutil
import sqlite3
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path

import pytest

from homeward.errors import MissionFileError
from homeward.log import MissionLog, blob_id
from tests.log.writers import entry
from tests.missions import MAP, TERRAIN, lost_walker

RECORD = Path(__file__).parents[2] / "docs" / "decisions" / "0002-mission-log.md"


@contextmanager
def sql(file: Path) -> Iterator[sqlite3.Connection]:
    """Another program that opens the file."""
    with closing(sqlite3.connect(file)) as conn:
        yield conn
        conn.commit()


def row_of(file: Path, seq: int) -> tuple[object, ...]:
    """An entry as it stands in the file."""
    with sql(file) as conn:
        found: tuple[object, ...] = conn.execute("SELECT * FROM entry WHERE seq = ?", (seq,)).fetchone()
        return found


INSERT = (
    'INTO entry (seq, id, at, "by", device, kind, data, sha256) '
    "VALUES ({seq}, '{id}', 'a', 'b', 'd', 'k', '{{}}', 's')"
)
HOW = ("INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL", "INSERT OR ROLLBACK", "REPLACE")
WHAT = ((3, "new"), (26, "e3"), (3, "e3"), (27, "gap"), (0, "before"), (-1, "negative"))
CHANGES = [
    "UPDATE entry SET data = '{}' WHERE seq = 3",
    "UPDATE entry SET seq = 99 WHERE seq = 3",
    "UPDATE OR IGNORE entry SET data = '{}' WHERE seq = 3",
    "UPDATE OR REPLACE entry SET id = 'e4' WHERE seq = 3",
    "DELETE FROM entry WHERE seq = 25",
    "DELETE FROM entry",
    *(f"{how} {INSERT.format(seq=seq, id=name)}" for how in HOW for seq, name in WHAT),
    f"INSERT {INSERT.format(seq=3, id='new')} ON CONFLICT (seq) DO UPDATE SET data = '{{}}'",
    f"INSERT {INSERT.format(seq=26, id='e3')} ON CONFLICT (id) DO UPDATE SET data = '{{}}'",
    "UPDATE blob SET zlib = x'00'",
    "DELETE FROM blob",
    f"INSERT OR REPLACE INTO blob (sha256, size, zlib) VALUES ('{MAP}', 0, x'00')",
    "UPDATE format SET major = 9",
    "DELETE FROM format",
    "INSERT OR REPLACE INTO format (major, minor, name) VALUES (1, 0, 'other')",
]


@pytest.mark.parametrize("change", CHANGES)
def test_no_statement_changes_what_is_stored(file: Path, change: str) -> None:
    before = file.read_bytes()
    with sql(file) as conn, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        conn.execute(change)
    assert file.read_bytes() == before


def _without_guards(file: Path, *changes: str) -> None:
    """Changes the file as somebody would who knows how it is guarded, and puts the guards back."""
    with sql(file) as conn:
        guards = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            conn.execute(f"DROP TRIGGER {name}")
        for change in changes:
            conn.execute(change)
        for _, guard in guards:
            conn.execute(guard)


@pytest.mark.parametrize("field", ["id", "at", '"by"', "device", "kind", "data", "sha256"])
@pytest.mark.parametrize("seq", [1, 14, 25])
def test_a_changed_entry_is_named(file: Path, field: str, seq: int) -> None:
    _without_guards(file, f"UPDATE entry SET {field} = {field} || ' ' WHERE seq = {seq}")
    first, *rest = MissionLog.open(file).verify()
    assert first.where == f"entry {seq}"
    assert "not as it was written" in first.what
    assert rest == []


def test_bytes_that_are_not_text_are_named_too(file: Path) -> None:
    _without_guards(file, "UPDATE entry SET \"by\" = CAST(x'ff' AS TEXT) WHERE seq = 4")
    with MissionLog.open(file) as log:
        assert [finding.where for finding in log.verify()] == ["entry 4"]
        assert len(log.entries()) == len(lost_walker())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (["DELETE FROM entry WHERE seq = 7"], "entry 7: is missing; entries 1 to 6 are intact"),
        (
            ["DELETE FROM entry WHERE seq = 7", "UPDATE entry SET seq = seq - 1 WHERE seq > 7"],
            "entry 7: is not as it was",
        ),
        (["DELETE FROM entry WHERE seq = 2"], "entry 2: is missing; entry 1 is intact"),
        (["DELETE FROM entry WHERE seq = 1"], "entry 1: is missing; nothing can be vouched for"),
        (["DELETE FROM entry WHERE seq = 25"], "entry 25: missing at the end; entries 1 to 24 are intact"),
        (["DELETE FROM entry WHERE seq > 20"], "entries 21 to 25: missing at the end; entries 1 to 20 are intact"),
        (["DELETE FROM entry"], "entries 1 to 25: missing at the end"),
        (
            [
                "UPDATE entry SET seq = 100 WHERE seq = 5",
                "UPDATE entry SET seq = 5 WHERE seq = 6",
                "UPDATE entry SET seq = 6 WHERE seq = 100",
            ],
            "entry 5: is not as it was",
        ),
    ],
)
def test_removed_or_moved_entries_are_named(file: Path, changes: list[str], says: str) -> None:
    _without_guards(file, *changes)
    assert str(MissionLog.open(file).verify()[0]).startswith(says)


def test_the_chain_shows_where_an_entry_was_put_in_between(file: Path) -> None:
    _without_guards(
        file,
        "UPDATE entry SET seq = -seq - 1 WHERE seq > 10",
        "UPDATE entry SET seq = -seq WHERE seq < 0",
        f"INSERT {INSERT.format(seq=11, id='forged')}",
    )
    assert MissionLog.open(file).verify()[0].where == "entry 11"


def test_what_stands_before_the_break_is_vouched_for(file: Path) -> None:
    _without_guards(file, "UPDATE entry SET data = '{}' WHERE seq = 9")
    (finding,) = MissionLog.open(file).verify()
    assert str(finding) == (
        "entry 9: is not as it was written; entries 1 to 8 are intact, what follows cannot be vouched for"
    )


def test_an_altered_attachment_is_named_and_never_handed_out(file: Path) -> None:
    forged = zlib.compress(b"another map").hex()
    _without_guards(file, f"UPDATE blob SET zlib = x'{forged}' WHERE sha256 = '{MAP}'")
    with MissionLog.open(file) as log:
        assert [finding.where for finding in log.verify()] == [f"attachment {MAP[:12]}"]
        with pytest.raises(MissionFileError, match="not as it was stored"):
            log.blob(MAP)


def test_an_attachment_that_unpacks_to_more_than_it_says_is_not_unpacked(file: Path) -> None:
    bomb = zlib.compress(bytes(30_000_000)).hex()
    _without_guards(file, f"UPDATE blob SET zlib = x'{bomb}' WHERE sha256 = '{MAP}'")
    tracemalloc.start()
    with MissionLog.open(file) as log, pytest.raises(MissionFileError, match="not as it was stored"):
        log.blob(MAP)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_removed_attachment_is_missed_by_the_entry_that_speaks_of_it(file: Path) -> None:
    _without_guards(file, f"DELETE FROM blob WHERE sha256 = '{TERRAIN}'")
    (finding,) = MissionLog.open(file).verify()
    assert str(finding) == f"entry 4: its attachment {TERRAIN[:12]} is missing"


def test_guards_taken_away_are_missed(file: Path) -> None:
    with sql(file) as conn:
        conn.execute("DROP TRIGGER entry_no_update")
        conn.execute("DROP TRIGGER blob_no_replace")
        conn.execute("CREATE TRIGGER blob_no_replace BEFORE INSERT ON blob BEGIN SELECT 1; END")
    found = [finding.where for finding in MissionLog.open(file).verify()]
    assert found == ["guard entry_no_update", "guard blob_no_replace"]


def test_a_log_that_was_altered_still_takes_entries(file: Path) -> None:
    _without_guards(file, "UPDATE entry SET data = '{' WHERE seq = 9")
    with MissionLog.open(file) as log:
        assert [finding.where for finding in log.read().findings] == ["entry 9"]
        assert len(log.entries()) == len(lost_walker()) - 1
        log.append([entry("more")])
        assert [finding.where for finding in log.verify()] == ["entry 9"]


def test_who_read_the_log_before_notices_every_change(file: Path) -> None:
    """What was read before is believed only as far as it stands in the file to the letter."""
    whole = MissionLog.open(file).read()
    for seq, field in product((1, 14, 25), ("id", "at", '"by"', "device", "kind", "data", "sha256")):
        altered = Path(shutil.copy(file, f"{file}-{seq}-{field}"))
        _without_guards(altered, f"UPDATE entry SET {field} = {field} || ' ' WHERE seq = {seq}")
        with MissionLog.open(altered) as log:
            now = log.read(whole)
            assert now == log.read()
            assert now.broken is not None
            assert now.broken.where == f"entry {seq}"
    with MissionLog.open(altered) as log:  # a last link that fits mends nothing
        log.append([entry("more")])
        assert log.read(now) == log.read(whole) == log.read()
        assert log.read(now).broken == now.broken
    shutil.copy(file, altered)
    assert MissionLog.open(altered).read(now) == whole


@pytest.mark.parametrize(
    "change", ["DELETE FROM entry WHERE seq = 7", "DELETE FROM entry WHERE seq > 20", "DELETE FROM entry"]
)
def test_who_read_the_log_before_notices_what_was_cut(file: Path, change: str) -> None:
    whole = MissionLog.open(file).read()
    _without_guards(file, change)
    with MissionLog.open(file) as log:
        assert log.read(whole) == log.read()
        assert log.read(whole).broken == log.verify()[0]


def test_ten_lines_of_python_check_the_chain(file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = re.search(r"```python\n(.*?)```", RECORD.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert len(found[1].splitlines()) <= 12
    script = tmp_path / "check.py"
    script.write_text(found[1], encoding="utf-8")
    monkeypatch.setattr("sys.argv", [str(script), str(file)])
    last = MissionLog.open(file).entries()[-1].sha256
    assert runpy.run_path(str(script))["before"] == last
    _without_guards(file, "UPDATE entry SET kind = 'BaseSet' WHERE seq = 9")
    with pytest.raises(SystemExit, match="entry 9"):
        runpy.run_path(str(script))


def test_an_attachment_is_named_by_its_sha256() -> None:
    assert blob_id(b"hello\n") == "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
