"""The formation in force, as it was kept in the mission's file."""

from __future__ import annotations

import json
from typing import Any

from homeward.desk.book import Book
from homeward.errors import MissionFileError


def formation_in_force(book: Book) -> dict[str, Any] | None:
    """The formation in force as data (`homeward form MISSION --show --json`); None where none was made."""
    last = book.mission.crew.formation
    if last is None:
        return None
    try:
        return dict(json.loads(book.log.blob(last.event.formation)))
    except ValueError as err:
        raise MissionFileError("The stored formation is damaged. Make it again: homeward form MISSION.") from err
