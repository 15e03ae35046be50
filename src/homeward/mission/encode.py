"""Events to JSON and back. The JSON is canonical (sorted keys, no spaces), so that its hash means something."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from homeward.errors import BadInput
from homeward.mission.events import Event

KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}


def encode(event: Event) -> tuple[str, str]:
    """(kind, canonical JSON) of an event. Times come out in UTC with a `Z`."""
    kind = type(event).__name__
    data = _adapter(kind).dump_python(event, mode="json")
    if "event" in data:  # a correction carries another event: keep its kind beside it
        inner_kind, inner = encode(event.event)  # type: ignore[union-attr]
        data["event"] = {"kind": inner_kind, **json.loads(inner)}
    return kind, canonical(data)


def decode(kind: str, text: str) -> Event:
    """The event that `encode` wrote. Unknown fields are ignored, so that a newer minor version can be read.

    Raises `BadInput` where the kind is unknown or a field does not fit.
    """
    if kind not in KINDS:
        raise BadInput(f"There is no event {kind!r} in this version of homeward. Update homeward to read it.")
    try:
        data = json.loads(text)
        if kind == "EntryCorrected":
            inner = dict(data["event"])
            data["event"] = decode(inner.pop("kind"), json.dumps(inner))
        event = _adapter(kind).validate_python(data)
    except (ValidationError, ValueError, KeyError, TypeError) as err:
        first = err.errors()[0] if isinstance(err, ValidationError) else {"loc": (), "msg": str(err)}
        field = ".".join(str(part) for part in first["loc"]) or "data"
        raise BadInput(f"An entry {kind} does not hold what it should: {field}: {first['msg']}.") from err
    return event  # type: ignore[no-any-return]


def canonical(data: Any) -> str:
    """JSON with sorted keys and no spaces: the same data always gives the same bytes."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def utc(when: datetime) -> datetime:
    """A time in UTC. Raises `BadInput` for one without a zone."""
    if when.tzinfo is None:
        raise BadInput(f"The time {when.isoformat()} has no time zone. Say which, as in 2026-11-22T14:00+01:00.")
    return when.astimezone(UTC)


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])
