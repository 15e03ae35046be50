"""An opened mission: its log, the state replayed from it, and its attachments as records.

Every verb opens the book, does its one thing and closes it again. Between calls is kept what can never be stale: a few
attachments, which are named by their content, and what was last made of the log's rows (`last_read`).
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numpy as np

from homeward.desk import clock
from homeward.desk.last_read import read_mission
from homeward.errors import BadInput, Finding, MissionFileError, NotYet
from homeward.geo import Floats
from homeward.log import LogGrew, MissionLog, Stored
from homeward.mission import Entry, Event, Happened, Mission, newer_than_map
from homeward.mission.encode import canonical
from homeward.mission.nouns import BlobId
from homeward.mission.replay import after

if TYPE_CHECKING:  # the rooms below load heavy libraries: only the verbs that need them shall wait
    from pydantic import TypeAdapter

    from homeward.belief import Belief
    from homeward.search.records import SearchPlan
    from homeward.terrain import Terrain


TRIES = 50
"""How often a verb starts over when others keep writing: ours."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class Book:
    """An open mission log with the mission it adds up to.

    `stored` are the entries that count for it; `last_seq` is the number of the latest of all, also of one that this
    version cannot read. `broken` is where the log does not hold together.
    """

    log: MissionLog
    stored: Sequence[Stored] = ()
    mission: Mission = field(default_factory=Mission)
    last_seq: int = 0
    broken: Finding | None = None

    def read(self) -> None:
        """Brings the book up to its log. What is wrong with the log comes first among the mission's findings."""
        reading, mission = read_mission(self.log)
        broken = [Finding(str(self.log.path), f"DAMAGED OR ALTERED: {reading.broken}")] if reading.broken else []
        self.mission = replace(mission, findings=(*broken, *reading.findings, *mission.findings))
        self.stored, self.last_seq, self.broken = reading.stored, reading.last[0], reading.broken

    def write(
        self, *events: Event, at: datetime | None = None, blobs: Sequence[bytes] = (), decided: bool = True
    ) -> list[Stored]:
        """Appends events, all or none, and brings the mission up to date. Acknowledged on return.

        What was `decided` from the state of this book is refused (`LogGrew`) where somebody wrote since it was opened;
        see `again_if_grown`. A plain report (a track, a plan made from the inputs it names) is taken all the same.
        """
        when = at or clock.now()
        entries = [
            Entry(id=uuid.uuid4().hex, at=when, by=clock.scribe(), device=clock.device(), event=event)
            for event in events
        ]
        new = self.log.append(entries, blobs, after_seq=self.last_seq if decided else None)
        self.read()
        return new

    def supposing(self, *events: Event, at: datetime) -> Book:
        """The book as it would be with these events too (no undo, no correction): to try out what is not decided."""
        mission = self.mission
        for k, event in enumerate(events):
            mission = after(mission, Happened(at, f"supposed-{k}", event))
        return replace(self, mission=mission)

    def newer_than_map(self) -> int:
        """How many facts came, changed or were undone since the map in force was made, and would move it."""
        return newer_than_map([s.entry for s in self.stored])

    def terrain(self) -> Terrain:
        """The ground. Raises `NotYet` where none was loaded."""
        if self.mission.area is None:
            raise NotYet("This mission has no ground yet. Load it with: homeward area load MISSION --elevation FILE.")
        return _terrain(self.log, self.mission.area.terrain)

    def belief(self) -> Belief:
        """The probability map in force. Raises `NotYet` where none was made, or the ground changed since."""
        if self.mission.map is None:
            raise NotYet("This mission has no probability map yet. Make one with: homeward map MISSION.")
        belief = _belief(self.log, self.mission.map.event.map)
        if self.mission.area is None or belief.grid != self.mission.area.grid:
            raise NotYet("The ground changed since the map was made. Make it again with: homeward map MISSION.")
        return belief

    def plan(self) -> SearchPlan:
        """The search plan in force. Raises `NotYet` where none was made."""
        if self.mission.plan is None:
            raise NotYet("This mission has no search plan yet. Make one with: homeward plan MISSION --hours 4.")
        return plan_from_bytes(self.log.blob(self.mission.plan.event.plan))

    def plans(self) -> list[tuple[BlobId, SearchPlan]]:
        """Every plan made so far with its name in the log, newest first."""
        names = dict.fromkeys(made.event.plan for made in reversed(self.mission.plans))
        return [(name, plan_from_bytes(self.log.blob(name))) for name in names]


def again_if_grown(verb: Callable[P, R]) -> Callable[P, R]:
    """A verb that starts over where somebody else wrote in the mission between its reading and its writing."""

    @wraps(verb)
    def patient(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(TRIES):
            try:
                return verb(*args, **kwargs)
            except LogGrew:
                continue
        return verb(*args, **kwargs)

    return patient


@contextmanager
def opened(path: Path, *, read_only: bool = False) -> Iterator[Book]:
    """The mission at `path`, as its log adds up now; closed again at the end.

    A log that was changed after it was written is not written to; who only reads it finds that among the findings.
    So it finds entries that this version cannot read: they do not count, and writing goes on after them.
    """
    with MissionLog.open(path, read_only=read_only) as log:
        book = Book(log)
        book.read()
        if book.broken and not read_only:
            raise MissionFileError(
                f"{path} was changed after it was written, or is damaged ({book.broken}). Nothing more is written "
                "into it: go on with a copy made before, and see: homeward log verify MISSION."
            )
        yield book


def when_told(book: Book, at: str | None) -> datetime | None:
    """When something happened, as a person told it; None where nobody did. Raises `BadInput` for the future."""
    if at is None:
        return None
    now = clock.now()
    when = clock.read_time(at, time_zone=book.mission.time_zone, now=now, tense="past")
    if when > now + timedelta(minutes=1):
        raise BadInput(f"{at!r} lies in the future. Give the time when it happened.")
    return when


class _Attachment:
    """A log and the name of an attachment in it; equal where the name is equal, so that it can key a cache."""

    def __init__(self, log: MissionLog, blob: str) -> None:
        self.log, self.blob = log, blob

    def __hash__(self) -> int:
        return hash(self.blob)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Attachment) and self.blob == other.blob


def _terrain(log: MissionLog, blob: str) -> Terrain:
    return _read_terrain(_Attachment(log, blob))


def _belief(log: MissionLog, blob: str) -> Belief:
    return _read_belief(_Attachment(log, blob))


@lru_cache(maxsize=2)
def _read_terrain(attachment: _Attachment) -> Terrain:
    from homeward.terrain import terrain_from_bytes

    return terrain_from_bytes(attachment.log.blob(attachment.blob))


@lru_cache(maxsize=4)
def _read_belief(attachment: _Attachment) -> Belief:
    from homeward.belief import map_from_bytes

    return map_from_bytes(attachment.log.blob(attachment.blob))


def plan_to_bytes(plan: SearchPlan) -> bytes:
    """A plan as canonical JSON: the same plan always gives the same bytes."""
    return canonical(_plan_adapter().dump_python(plan, mode="json")).encode()


def plan_from_bytes(data: bytes) -> SearchPlan:
    """The plan that `plan_to_bytes` wrote."""
    from pydantic import ValidationError

    try:
        return _plan_adapter().validate_python(json.loads(data))
    except (ValidationError, ValueError) as err:
        raise MissionFileError("The stored plan is damaged. Make it again with: homeward plan MISSION.") from err


@lru_cache(maxsize=1)
def _plan_adapter() -> TypeAdapter[SearchPlan]:
    from pydantic import TypeAdapter

    from homeward.search.records import SearchPlan

    return TypeAdapter(SearchPlan)


def raster_to_bytes(raster: Floats) -> bytes:
    """A raster as a .npy file, 32-bit: coverage needs no more."""
    file = io.BytesIO()
    np.save(file, np.asarray(raster, dtype=np.float32), allow_pickle=False)
    return file.getvalue()


def raster_from_bytes(data: bytes) -> Floats:
    """The raster that `raster_to_bytes` wrote."""
    try:
        return np.asarray(np.load(io.BytesIO(data), allow_pickle=False), dtype=np.float64)
    except (ValueError, EOFError, OSError) as err:
        raise MissionFileError("A stored raster is damaged. Run `homeward log verify` on the mission.") from err
