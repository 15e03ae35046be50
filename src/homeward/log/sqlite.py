"""All that is particular to SQLite: the file's layout, locking, durability, and its errors in plain words.

The journal is SQLite's rollback journal, not a write-ahead log, so that the file alone is the whole mission after
every acknowledged append. Each reading or append opens the file anew: nothing is held between them, so the file
may be copied, moved or written by other programs at any time, and an object may be shared between threads.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from homeward.errors import Finding, MissionFileError

APPLICATION_ID = 0x484F4D45  # "HOME", in the file's header: what tells a mission from other SQLite files
BUSY_S = 30.0


def _append_only(table: str, clash: str) -> tuple[str, ...]:
    """Triggers that refuse every change but a new row; INSERT OR REPLACE deletes without firing delete triggers."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'the mission log is append-only'); END"
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {clash} {refuse}",
    )


# The layout of format 1.0. Never edit it: a change of layout is a new Upgrade below.
LAYOUT = (
    """CREATE TABLE entry (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, "by" TEXT NOT NULL,
        device TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL, sha256 TEXT NOT NULL
    ) STRICT""",
    "CREATE TABLE blob (sha256 TEXT PRIMARY KEY NOT NULL, size INTEGER NOT NULL, zlib BLOB NOT NULL) STRICT",
    """CREATE TABLE format (
        major INTEGER NOT NULL, minor INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (major, minor)
    ) STRICT""",
    *_append_only(
        "entry",
        """NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
        OR EXISTS (SELECT 1 FROM entry WHERE id = NEW.id)""",
    ),
    *_append_only("blob", "EXISTS (SELECT 1 FROM blob WHERE sha256 = NEW.sha256)"),
    *_append_only("format", "EXISTS (SELECT 1 FROM format WHERE major = NEW.major AND minor = NEW.minor)"),
)


def _lay_out(conn: Connection) -> None:
    conn.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in LAYOUT:
        conn.exec_driver_sql(statement)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A step from the format before to `major`.`minor`. `run` is carried out in one transaction with its record."""

    major: int
    minor: int
    name: str
    run: Callable[[Connection], None]


# In order, oldest first; only ever added to. A new minor format can be read and written by older versions of the
# same major one: give new columns a default.
UPGRADES: tuple[Upgrade, ...] = (Upgrade(1, 0, "entries, attachments and formats, append-only", _lay_out),)


class SqliteFile:
    """A mission file: where it is, and transactions on it. Making one checks the file, and upgrades its format."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._engine = _engine(path, mode="ro" if read_only else "rw")
        with self.reading() as conn:
            found = self._format(conn)
        if not read_only and found < _newest():
            with self.appending() as conn:
                _upgrade(conn, since=self._format(conn))

    @classmethod
    def create(cls, path: Path) -> SqliteFile:
        """A new file with no entries. Built beside its place and put there whole, so that a half one never shows."""
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
        with _explained(path):
            if path.exists() or path.is_symlink():
                raise FileExistsError
            try:
                with _engine(draft, mode="rwc").connect() as conn:
                    conn.exec_driver_sql("BEGIN IMMEDIATE")
                    _upgrade(conn, since=(0, 0))
                    conn.commit()
                _publish(draft, path)
            finally:
                draft.unlink(missing_ok=True)
                Path(f"{draft}-journal").unlink(missing_ok=True)
        return cls(path, read_only=False)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the file. Never changes it."""
        with _explained(self.path), ExitStack() as stack:
            yield self._view(stack)

    @contextmanager
    def appending(self) -> Iterator[Connection]:
        """A transaction that no other writer can come between: on leaving it everything is on the disk, or nothing."""
        if self.read_only:
            raise MissionFileError(f"{self.path} was opened for reading only. Open it for writing to add entries.")
        with _explained(self.path), self._engine.connect() as conn:
            conn.exec_driver_sql("BEGIN IMMEDIATE")
            yield conn
            conn.commit()

    def highest_seq(self, conn: Connection) -> int:
        """The highest entry number ever given in this file, whether the entry is still there or not."""
        found = conn.exec_driver_sql("SELECT max(seq) FROM sqlite_sequence WHERE name = 'entry'").scalar()
        return number(found)

    def damage(self, conn: Connection) -> list[Finding]:
        """What SQLite finds wrong with the file's pages, and guards against change that are not in place."""
        found = []
        for (line,) in conn.exec_driver_sql("PRAGMA integrity_check(5)"):
            if line != "ok":
                found.append(Finding(self.path.name, f"is damaged: {line}"))
        there = {sql for (sql,) in conn.exec_driver_sql("SELECT sql FROM sqlite_master")}
        for statement in LAYOUT:
            _, what, name, *_ = statement.split()
            if what == "TRIGGER" and statement not in there:
                found.append(Finding(f"guard {name}", "is missing or was changed: the file was open to alteration"))
        return found

    def _view(self, stack: ExitStack) -> Connection:
        """A reading transaction; on a mended copy, where a killed writer left half a write and we may not mend it."""
        try:
            return stack.enter_context(_begun(self._engine))
        except DBAPIError as err:
            if _code(err) & 0xFF != sqlite3.SQLITE_READONLY:
                raise
        copy = Path(stack.enter_context(tempfile.TemporaryDirectory())) / self.path.name
        for suffix in ("", "-journal", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{self.path}{suffix}", f"{copy}{suffix}")
        return stack.enter_context(_begun(_engine(copy, mode="rw")))

    def _format(self, conn: Connection) -> tuple[int, int]:
        """(major, minor) of the file. Refuses what is not a mission file, and a newer major format."""
        if conn.exec_driver_sql("PRAGMA application_id").scalar() != APPLICATION_ID:
            if self.path.stat().st_size == 0:
                raise MissionFileError(f"{self.path} is empty. Use another copy of it, or start one with another name.")
            raise MissionFileError(
                f"{self.path} is a database of another program, not a mission file. Choose a file that homeward wrote."
            )
        if self._cut_short(conn):
            raise MissionFileError(_sentence(self.path, sqlite3.SQLITE_CORRUPT, ""))
        newest = conn.exec_driver_sql("SELECT major, minor FROM format ORDER BY major DESC, minor DESC LIMIT 1").first()
        if newest is None:
            raise MissionFileError(f"{self.path} does not say which format it has. Use another copy of it.")
        major, minor = number(newest[0]), number(newest[1])
        if major > _newest()[0]:
            raise MissionFileError(
                f"{self.path} was written by a newer homeward: its format is {major}.{minor}, "
                f"this version reads up to {_newest()[0]}.x. Update homeward to open it."
            )
        return major, minor

    def _cut_short(self, conn: Connection) -> bool:
        """Whether the end of the file is missing; SQLite itself takes a part of the last page for a whole one."""
        pages, size, journal = (
            conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("page_count", "page_size", "journal_mode")
        )
        return journal != "wal" and number(pages) * number(size) > self.path.stat().st_size


def number(value: object) -> int:
    """A whole number out of the file; 0 where there is none, or, in a damaged file, something else."""
    return value if isinstance(value, int) else 0


def _newest() -> tuple[int, int]:
    return UPGRADES[-1].major, UPGRADES[-1].minor


def _upgrade(conn: Connection, *, since: tuple[int, int]) -> None:
    """Runs the upgrades after format `since`, each with its record, in the caller's transaction."""
    for step in UPGRADES:
        if (step.major, step.minor) > since:
            step.run(conn)
            record = (step.major, step.minor, step.name)
            conn.exec_driver_sql("INSERT INTO format (major, minor, name) VALUES (?, ?, ?)", record)


def _engine(path: Path, *, mode: str) -> Engine:
    def connect() -> sqlite3.Connection:
        conn = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_S, isolation_level=None
        )
        conn.text_factory = lambda raw: raw.decode("utf-8", "replace")  # altered bytes are for `verify` to name
        conn.execute("PRAGMA trusted_schema = OFF")
        if mode != "ro":
            conn.execute("PRAGMA synchronous = EXTRA")  # the directory too: an acknowledged entry survives a power cut
            conn.execute("PRAGMA fullfsync = ON")  # macOS: through the drive's cache
        return conn

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


@contextmanager
def _begun(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as conn:
        conn.exec_driver_sql("BEGIN")
        conn.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()  # takes the lock now, or fails now
        yield conn


def _publish(draft: Path, path: Path) -> None:
    """Puts a finished draft in its place; FileExistsError where there is a file already."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, such as a USB stick's
        if path.exists():
            raise FileExistsError from None
        draft.rename(path)
    with suppress(OSError, AttributeError):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turns what SQLite and the system say into one sentence of fact and one of remedy."""
    try:
        yield
    except DBAPIError as err:
        raise MissionFileError(_sentence(path, _code(err), str(err.orig))) from err
    except UnicodeDecodeError as err:  # a schema so damaged that SQLite's complaint about it is no text
        raise MissionFileError(_sentence(path, sqlite3.SQLITE_CORRUPT, "")) from err
    except FileExistsError as err:
        raise MissionFileError(
            f"{path} exists already. Choose another name, or open the mission that is there."
        ) from err
    except OSError as err:
        raise MissionFileError(_sentence(path, _OF_SYSTEM.get(err.errno or 0, 0), str(err.strerror))) from err


_OF_SYSTEM = {
    errno.ENOSPC: sqlite3.SQLITE_FULL,
    errno.EDQUOT: sqlite3.SQLITE_FULL,
    errno.EROFS: sqlite3.SQLITE_READONLY,
    errno.EACCES: sqlite3.SQLITE_CANTOPEN,
    errno.EPERM: sqlite3.SQLITE_CANTOPEN,
}


def _code(err: DBAPIError) -> int:
    return int(getattr(err.orig, "sqlite_errorcode", 0))


def _sentence(path: Path, code: int, words: str) -> str:
    if path.is_dir():
        return f"{path} is a folder, not a mission file. Name the file itself."
    if not path.parent.is_dir():
        return f"There is no folder {path.parent}. Check the name, or make the folder first."
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_CANTOPEN and not path.exists():
        return f"There is no mission file {path}. Check the name, or start one with `homeward new`."
    if code == sqlite3.SQLITE_IOERR_WRITE:
        primary = sqlite3.SQLITE_FULL
    plain = {
        sqlite3.SQLITE_NOTADB: "is not a mission file, or its beginning is damaged. Choose a file that homeward wrote, "
        "or another copy of it.",
        sqlite3.SQLITE_CORRUPT: "is damaged or cut short. Use another copy of it; what is left of this one can be "
        "rescued with SQLite's own `sqlite3 FILE .recover`.",
        sqlite3.SQLITE_FULL: "could not be written, because the disk is full. What was stored before is intact: "
        "free some space and try again.",
        sqlite3.SQLITE_READONLY: "cannot be written: the file, its folder or its disk is read-only. Copy it to a place "
        "where you may write.",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened, or its folder not written. Check the rights on both, or copy the "
        "file to another place.",
        sqlite3.SQLITE_BUSY: f"has been held by another program for {BUSY_S:.0f} s. Close that program, or wait until "
        "it has finished, and try again.",
        sqlite3.SQLITE_TOOBIG: "cannot hold an attachment of that size. Choose a smaller area or larger cells.",
    }
    return f"{path} {plain.get(primary) or f'could not be read or written: {words}. Try another copy of it.'}"
