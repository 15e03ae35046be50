"""What this process last read of each mission file, so that the next call need not work all of it out again.

Checking, decoding and replaying a log takes far longer than reading its rows. So the rows are read from the file every
time, and only what was made of them is kept: where the file begins with the very rows of last time, the mission of
last time is carried on by what came after them; where it does not (another file, one that was altered or cut), all is
worked out afresh, as it is for a log whose chain does not hold. Nothing kept is believed against the file: it cannot
be stale, by whatever name, process or program the file was written. See `docs/decisions/0033-the-mission-kept.md`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from homeward.log import MissionLog, Reading
from homeward.mission import Mission, extended, replay

MISSIONS_KEPT = 4
"""Of how many files, those opened last: ours. A page serves one; comparing missions opens a few."""


class _Kept:
    """The last reading of a file and the mission it adds up to.

    Both are never changed and replaced together: threads that read at once do some work twice, and each gets what it
    has read itself.
    """

    def __init__(self) -> None:
        self.last = (Reading(), Mission())


@lru_cache(maxsize=MISSIONS_KEPT)
def _kept(_path: Path) -> _Kept:
    return _Kept()


def read_mission(log: MissionLog) -> tuple[Reading, Mission]:
    """What the log holds now, and the mission that its entries add up to."""
    kept = _kept(log.path.absolute())
    known, mission = kept.last
    reading = log.read(known)
    entries = [stored.entry for stored in reading.stored]
    if reading.broken:
        return reading, replay(entries)
    known_entries = len(known.stored)
    if reading.stored[:known_entries] == known.stored:
        mission = extended(mission, entries, known=known_entries)
    else:
        mission = replay(entries)
    kept.last = reading, mission
    return reading, mission
