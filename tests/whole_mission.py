"""The demo's log as a golden mission: written as lines of JSON, read back, and told by its stages.

python -m tests.whole_mission FOLDER        # after a change of the demo: pins the log and the sentences anew
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from homeward.log import MissionLog
from homeward.mission import Entry, Event, decode, encode

GOLDEN = Path(__file__).parent / "golden" / "missions"
LOG = GOLDEN / "cross-mountain.jsonl"
SENTENCES = GOLDEN / "cross-mountain.txt"

OTHER_WAY = "rescue: Way # to "

BEGINS_WITH: dict[str, frozenset[str]] = {
    "intake": frozenset({"MissionOpened"}),
    "clue": frozenset({"ClueReported"}),
    "rally": frozenset({"RallySet"}),
    "map": frozenset({"MapMade"}),
    "search plan": frozenset({"PlanMade"}),
    "formation": frozenset({"FormationMade"}),
    "progress": frozenset({"TrackReceived"}),
    "find": frozenset({"SubjectFound"}),
    "rescue": frozenset({"CarryOutPlanned"}),
    "hand-over": frozenset({"HandedOver"}),
    "debrief": frozenset({"StatementTaken"}),
    "warning": frozenset({"ThreatWarned"}),
    "muster": frozenset({"CalledOut"}),
    "cover": frozenset({"CoverPlanned"}),
}
"""The events by which a log shows that a stage has begun."""


def kind_of(event: Event) -> str:
    """What the log calls an event."""
    return encode(event)[0]


def stages_of(kinds: Sequence[str]) -> list[str]:
    """The stages in the order in which a log begins them."""
    first = {stage: min((kinds.index(k) for k in of if k in kinds), default=-1) for stage, of in BEGINS_WITH.items()}
    return sorted((stage for stage, at in first.items() if at >= 0), key=lambda stage: first[stage])


def entries_of(path: Path) -> list[Entry]:
    """The entries of a mission file."""
    with MissionLog.open(path, read_only=True) as log:
        return [stored.entry for stored in log.entries()]


def golden_entries() -> list[Entry]:
    """The entries of the golden mission."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in LOG.read_text(encoding="utf-8").splitlines()]
    events = [decode(row["kind"], json.dumps(row["event"])) for row in rows]
    return [
        Entry(id=f"e{i}", at=datetime.fromisoformat(row["at"]), by="demo", device="demo", event=event)
        for i, (row, event) in enumerate(zip(rows, events, strict=True), 1)
    ]


def plain(sentence: str) -> str:
    """A sentence without its figures and days, which may differ a little from machine to machine."""
    return _DAY.sub("@", re.sub(r"\d[\d.,:]*", "#", sentence))


_DAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) # (?:Nov|Dec|Jan|Feb)\b")


def plain_sentences(stages: Iterable[dict[str, Any]]) -> str:
    """What was said, stage by stage, without figures.

    The ways out beside the one taken are looked for until the time is up, so that a slow machine lists others: they
    stand as one line.
    """
    said = [f"{one['stage']}: {plain(words)}" for one in stages for words in one["says"]]
    said = [OTHER_WAY if line.startswith(OTHER_WAY) else line for line in said]
    return "\n".join([line for i, line in enumerate(said) if line != OTHER_WAY or said[i - 1] != line]) + "\n"


def pin(folder: Path) -> None:
    """Writes the demo's log and sentences as the golden ones: from what `homeward demo --json` left in demo.json, or
    from a run of its own.
    """
    from homeward import desk

    told = folder / "demo.json"
    data: dict[str, Any] = json.loads(told.read_text("utf-8")) if told.is_file() else dict(desk.demo(folder).data)
    rows, ids = [], dict[str, str]()
    for i, entry in enumerate(entries_of(Path(data["mission"])), 1):
        ids[entry.id] = f"e{i}"
        kind, text = encode(entry.event)
        rows.append(f'{{"at": "{entry.at.isoformat()}", "kind": "{kind}", "event": {text}}}')
    whole = "\n".join(rows) + "\n"
    for long, short in ids.items():
        whole = whole.replace(long, short)
    GOLDEN.mkdir(exist_ok=True)
    LOG.write_text(whole, encoding="utf-8")
    SENTENCES.write_text(plain_sentences(data["stages"]), encoding="utf-8")


if __name__ == "__main__":
    pin(Path(sys.argv[1]))
