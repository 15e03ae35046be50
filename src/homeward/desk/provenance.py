"""What a result came from: the hash of everything in the mission that went into it."""

from __future__ import annotations

import hashlib

from pydantic import TypeAdapter

from homeward.mission import Mission
from homeward.mission.encode import canonical

_MISSION = TypeAdapter(Mission)


def hash_of(mission: Mission, kind: str) -> str:
    """SHA-256 (hex) of the mission as replayed, and of which kind of result was made from it.

    Attachments stand in it by their own hashes, so that the ground and the map in force are covered.
    """
    state = _MISSION.dump_python(mission, mode="json")
    return hashlib.sha256(canonical({"kind": kind, "mission": state}).encode()).hexdigest()
