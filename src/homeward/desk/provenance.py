"""What a result came from: the hash of everything in the mission that went into it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pydantic import TypeAdapter

from homeward.mission import Mission
from homeward.mission.encode import canonical

_MISSION = TypeAdapter(Mission)


def hash_of(mission: Mission, kind: str, *, at: datetime) -> str:
    """SHA-256 (hex) of the mission as replayed, of which kind of result was made from it, and at what time.

    Attachments stand in it by their own hashes, so that the ground and the map in force are covered. `at` is the time
    that the result's entry bears: with the log up to there it is all that the result depends on.
    """
    state = _MISSION.dump_python(mission, mode="json")
    return hashlib.sha256(canonical({"at": at.isoformat(), "kind": kind, "mission": state}).encode()).hexdigest()
