"""The mission log: entries and attachments go in and never change; what is in can be checked against tampering."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, column, insert, select, table

from homeward.errors import BadInput, Finding, MissionFileError
from homeward.log.chain import FIRST, Row, first_break, link
from homeward.log.sqlite import SqliteFile, number

if TYPE_CHECKING:  # the mission room loads the map libraries: only those who append or read entries wait for them
    from types import TracebackType
    from typing import Self

    from homeward.mission import Entry

ENTRY = table("entry", *(column(name) for name in (*Row._fields, "sha256")))
BLOB = table("blob", column("sha256"), column("size"), column("zlib"))
ID_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it stands in the file: its number, itself, and the hash that chains it to the one before."""

    seq: int
    entry: Entry
    sha256: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a log held at one moment.

    `rows` is every entry as it stands in the file; `stored` those of them that count, `findings` names the others,
    which this version cannot read (of a newer version, or altered). `broken` is where the chain does not hold.
    """

    rows: tuple[tuple[Any, ...], ...] = field(default=(), repr=False)
    stored: tuple[Stored, ...] = ()
    findings: tuple[Finding, ...] = ()
    broken: Finding | None = None

    @property
    def last(self) -> tuple[int, str]:
        """Number and hash of the latest entry, whether it can be read or not."""
        return (number(self.rows[-1][0]), str(self.rows[-1][-1])) if self.rows else (0, FIRST)


class LogGrew(MissionFileError):
    """Somebody else wrote in the mission meanwhile."""

    def __init__(self) -> None:
        super().__init__("Somebody else keeps writing in this mission. Try again in a moment.")


class MissionLog:
    """A mission file, open. Closes as a context manager; may be shared between threads and processes.

    Every method raises `MissionFileError` where the file cannot be used.
    """

    def __init__(self, store: SqliteFile) -> None:
        self._store = store

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._store.path

    @classmethod
    def create(cls, where: Path | str) -> Self:
        """A new mission file without entries. Refuses to touch a file that exists."""
        return cls(SqliteFile.create(_path(where)))

    @classmethod
    def open(cls, where: Path | str, *, read_only: bool = False) -> Self:
        """The mission in a file: a path, or a URL `sqlite:///path`.

        A file of an older format is upgraded, unless it is opened `read_only`: that never modifies it.
        """
        return cls(SqliteFile(_path(where), read_only=read_only))

    def append(
        self, entries: Sequence[Entry], blobs: Sequence[bytes] = (), *, after_seq: int | None = None
    ) -> list[Stored]:
        """Adds entries and attachments, all or none; once it returns they survive a crash and a power cut.

        With `after_seq` the latest entry must still be that one: else somebody else wrote meanwhile, nothing is
        added, and `LogGrew` is raised, so that what was decided on an older state can be decided again.

        An attachment that is in the file already is not stored again. Raises `BadInput` for an entry that cannot be
        kept: an id that is taken or longer than 64 characters, a time without a zone, an event that could not be
        read back.
        """
        if not entries and not blobs:
            return []
        texts = [_text(entry) for entry in entries]
        packed = {blob_id(data): {"size": len(data), "zlib": zlib.compress(data)} for data in blobs}
        rows: list[tuple[Row, str]] = []
        with self._store.appending() as conn:
            for sha256, rest in packed.items():
                if conn.execute(select(BLOB.c.size).where(BLOB.c.sha256 == sha256)).first() is None:
                    conn.execute(insert(BLOB).values(sha256=sha256, **rest))
            seq, previous = _last(conn)
            if after_seq is not None and seq != after_seq:
                raise LogGrew
            for text in texts:
                seq += 1
                row = Row(seq, *text)
                if conn.execute(select(ENTRY.c.seq).where(ENTRY.c.id == row.id)).first() is not None:
                    raise BadInput(f"The log has an entry {row.id!r} already. Give the new one an id of its own.")
                previous = link(row, previous=previous)
                conn.execute(insert(ENTRY).values(**row._asdict(), sha256=previous))
                rows.append((row, previous))
        return _decoded(rows)[0]

    def read(self, known: Reading | None = None) -> Reading:
        """The whole log as it is now.

        Every row is read from the file; what was `known` before is neither checked nor decoded again, provided that
        it stands there to the letter. Else, and where its chain did not hold, nothing is taken from it.
        """
        with self._store.reading() as conn:
            rows = tuple(tuple(row) for row in conn.execute(_select(0)))
            highest = self._store.highest_seq(conn)
        if known is None or known.broken or rows[: len(known.rows)] != known.rows:
            known = Reading()
        new = [_row(row) for row in rows[len(known.rows) :]]
        stored, findings = _decoded(new)
        return Reading(
            rows=known.rows + rows[len(known.rows) :],  # equal to `rows`, and the texts are in memory once
            stored=(*known.stored, *stored),
            findings=(*known.findings, *findings),
            broken=first_break(new, highest_seq=highest, after=known.last),
        )

    def entries(self, *, after_seq: int = 0) -> list[Stored]:
        """The entries with a number above `after_seq`, in order, but for those that this version cannot read."""
        with self._store.reading() as conn:
            rows = list(_rows(conn, after_seq=after_seq))
        return _decoded(rows)[0]

    def last_seq(self) -> int:
        """The number of the latest entry, 0 where there is none. Cheap: to ask often whether there is news."""
        with self._store.reading() as conn:
            return _last(conn)[0]

    def blob(self, sha256: str) -> bytes:
        """The attachment of that id, checked against it."""
        with self._store.reading() as conn:
            found = conn.execute(select(BLOB.c.size, BLOB.c.zlib).where(BLOB.c.sha256 == sha256)).first()
        if found is None:
            raise MissionFileError(
                f"{self._store.path} has no attachment {sha256[:12]}. Use another, complete copy of the file."
            )
        data = _unpacked(found[0], found[1])
        if blob_id(data) != sha256:
            raise MissionFileError(
                f"Attachment {sha256[:12]} in {self._store.path} is not as it was stored. Use another copy of the file."
            )
        return data

    def verify(self) -> list[Finding]:
        """All that does not fit: the first entry out of the chain, a missing end, altered or missing attachments,
        damaged pages, guards against change that were taken away. Empty where the file is as it was written.
        """
        with self._store.reading() as conn:
            found = self._store.damage(conn)
            rows = list(_rows(conn, after_seq=0))
            broken = first_break(rows, highest_seq=self._store.highest_seq(conn))
            there = set()
            blobs = select(BLOB.c.sha256, BLOB.c.size, BLOB.c.zlib).execution_options(yield_per=1)  # one in memory
            for sha256, size, packed in conn.execute(blobs):
                there.add(sha256)
                if blob_id(_unpacked(size, packed)) != sha256:
                    found.append(Finding(f"attachment {str(sha256)[:12]}", "is not as it was stored"))
        return found + ([broken] if broken else []) + _missing(rows, there)

    def close(self) -> None:
        """Nothing more is asked of this object. The file is complete at any time, closed or not."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def blob_id(data: bytes) -> str:
    """The id of an attachment: its SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def _path(where: Path | str) -> Path:
    if isinstance(where, str) and "://" in where:
        scheme, _, path = where.partition(":///")
        if scheme != "sqlite" or not path:
            raise BadInput(f"A mission cannot be kept at {where!r} yet. Give a file, or sqlite:///FILE.")
        return Path(path)
    return Path(where)


def _last(conn: Connection) -> tuple[int, str]:
    """Number and hash of the latest entry."""
    last = conn.execute(select(ENTRY.c.seq, ENTRY.c.sha256).order_by(ENTRY.c.seq.desc()).limit(1)).first()
    return (number(last[0]), str(last[1])) if last else (0, FIRST)


def _select(after_seq: int) -> Select[Any]:
    return select(ENTRY).where(ENTRY.c.seq > after_seq).order_by(ENTRY.c.seq)


def _rows(conn: Connection, *, after_seq: int) -> Iterator[tuple[Row, str]]:
    """Rows with their hashes, in order."""
    return map(_row, conn.execute(_select(after_seq)))


def _row(row: Iterable[Any]) -> tuple[Row, str]:
    """A row and its hash. In a damaged file anything may stand in any column: text is made of it."""
    seq, *texts, sha256 = row
    return Row(number(seq), *map(str, texts)), str(sha256)


def _text(entry: Entry) -> tuple[str, str, str, str, str, str]:
    """(id, at, by, device, kind, data) of an entry, as they stand in the file."""
    from homeward.mission.encode import encode
    from homeward.mission.nouns import utc

    if not 0 < len(entry.id) <= ID_LENGTH:
        raise BadInput(f"An entry id of {len(entry.id)} characters cannot be. Give it 1 to {ID_LENGTH}.")
    kind, data = encode(entry.event)
    at = utc(entry.at).isoformat(timespec="microseconds").replace("+00:00", "Z")
    for name, value in (("id", entry.id), ("by", entry.by), ("device", entry.device), ("data", data)):
        if not value.isascii() and value != value.encode(errors="replace").decode():
            raise BadInput(f"The {name} of a {kind} entry holds bytes that are not text. Write it in UTF-8.")
    return entry.id, at, entry.by, entry.device, kind, data


def _decoded(rows: Iterable[tuple[Row, str]]) -> tuple[list[Stored], list[Finding]]:
    """Rows as entries, and a finding for each that cannot be read."""
    from homeward.mission import Entry, decode
    from homeward.mission.nouns import utc

    stored, findings = [], []
    for row, sha256 in rows:
        try:
            event = decode(row.kind, row.data)
            at = utc(datetime.fromisoformat(row.at))
        except (BadInput, ValueError) as err:
            findings.append(Finding(f"entry {row.seq}", f"{err} It stays in the file and does not count."))
        else:
            entry = Entry(id=row.id, at=at, by=row.by, device=row.device, event=event)
            stored.append(Stored(row.seq, entry, sha256))
    return stored, findings


def _unpacked(size: int, packed: bytes) -> bytes:
    """The attachment's own bytes, never more than it says it has; empty where they cannot be unpacked."""
    try:
        return zlib.decompressobj().decompress(packed, max(1, size))
    except (zlib.error, TypeError, OverflowError):
        return b""


def _missing(rows: Iterable[tuple[Row, str]], there: Container[str]) -> list[Finding]:
    """Attachments that entries speak of and that are not in the file."""
    from homeward.mission.events import attachments

    missing: dict[str, Finding] = {}
    for stored in _decoded(rows)[0]:
        for name in attachments(stored.entry.event):
            if name not in there:
                missing.setdefault(name, Finding(f"entry {stored.seq}", f"its attachment {name[:12]} is missing"))
    return list(missing.values())
