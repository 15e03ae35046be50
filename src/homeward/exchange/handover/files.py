"""The files of a hand-over, and the record as bytes: an attachment of the mission, to make them from again."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from homeward.errors import MissionFileError
from homeward.exchange.handover.card import handover_card
from homeward.exchange.handover.fhir import fhir_document
from homeward.exchange.handover.nemsis import nemsis_map
from homeward.exchange.handover.tak import zmist_event
from homeward.mission.encode import canonical
from homeward.rescue.handover import Handover

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MARK_LETTERS = 8
"""Of the record's SHA-256 on the card: enough to tell the records of a mission apart."""


def handover_files(record: Handover, *, paper: str = "a4") -> dict[str, bytes]:
    """name -> content. The TAK event is left out where nobody has told where the casualty was found."""
    mark = mark_of(record_to_bytes(record))
    name = f"handover-{_file_name(record.casualty.id)}-{record.reader.value}"
    made = {
        f"{name}.pdf": handover_card(record, mark=mark, paper=paper),
        f"{name}.fhir.json": fhir_document(record, mark=mark),
        f"{name}.nemsis.json": nemsis_map(record, mark=mark),
    }
    return made if record.found_place is None else {**made, f"{name}.zmist.xml": zmist_event(record, mark=mark)}


def mark_of(data: bytes) -> str:
    """What the card calls the record of these bytes: the beginning of the name that the attachment has in the log."""
    return sha256(data).hexdigest()[:MARK_LETTERS]


def record_to_bytes(record: Handover) -> bytes:
    """A record as canonical JSON: the same record always gives the same bytes."""
    return canonical(_adapter().dump_python(record, mode="json")).encode()


def record_from_bytes(data: bytes) -> Handover:
    """The record that `record_to_bytes` wrote."""
    from pydantic import ValidationError

    try:
        return _adapter().validate_python(json.loads(data))
    except (ValidationError, ValueError) as err:
        raise MissionFileError(
            "A stored hand-over is damaged. Run `homeward log verify` on the mission, and hand over again."
        ) from err


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Handover]:
    from pydantic import TypeAdapter

    return TypeAdapter(Handover)


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).strip("-.").encode()[:40].decode(errors="ignore") or "casualty"
