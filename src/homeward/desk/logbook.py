"""The verbs that only read: where the mission stands, what was written down, whether it is as it was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.formation.standing import crew_facts, crew_lines, first_lines
from homeward.desk.readiness.briefing.standing import ready_facts, ready_lines
from homeward.desk.scenarios import belief_or_none, hours_gone, prospect_lines, prospects, row_words, standing
from homeward.errors import BadInput
from homeward.log import MissionLog, Stored
from homeward.mission import before_map, counting, encode, newer_words, public, replay
from homeward.mission.events import EntryCorrected

SEALED = "(sealed)"
OF_SEALED = ("sealed", "how", "told_by", "certainty", "number", "reliability", "credibility", "hypothesis")
"""A statement's sealed words, which nobody can read here, and what stands beside them because it is counted: it would
tell which way they point, and is for their readers alone, as in the list of statements."""


def show(path: Path) -> Answer:
    """Where the mission stands, in a few lines."""
    with opened(path, read_only=True) as book:
        m, zone = book.mission, book.mission.time_zone
        now = clock.now()
        lines = [*(f"WARNING: {f}" for f in m.findings), *first_lines(book, now=now)]
        lines.append(f"{'Exercise' if m.exercise else 'Mission'} {m.name!r}, times in {zone}.")
        for find in {f.event.casualty: f for f in m.finds}.values():
            when, told = m.found(find.event.casualty) or (find.at, find)
            which = f" Casualty {told.event.casualty}." if told.event.casualty != "1" else ""
            lines.append(f"SUBJECT FOUND {clock.show_time(when, zone)} at {told.event.place}.{which}")
        lines.append(
            f"IPP ({m.ipp.kind}) {m.ipp.place}, last known {clock.show_time(m.ipp.seen_at, zone)}."
            if m.ipp
            else "No IPP yet."
        )
        lines.append(f"Ground: {m.area.label}." if m.area else "No ground yet.")
        lines.append(
            f"Clues: {len(m.clues)} ({len(m.refused)} refused, {len(m.held)} held). "
            f"Teams: {', '.join(m.teams) or 'none yet'}."
        )
        if m.map:
            counted = _in_map(book)
            lines.append(
                f"Map made {clock.show_time(m.map.at, zone)}, {m.map.event.outside:.0%} outside it; "
                f"{counted} search{'' if counted == 1 else 'es'} counted."
            )
        newer = book.newer_than_map()
        lines += [newer_words(newer)] if newer else []
        belief = belief_or_none(book)
        hours, facts = hours_gone(m), {}
        if belief is not None and m.find is None:
            facts = prospects(m, belief, hours_gone=hours)
            lines += [*(f"  {row_words(row)}" for row in standing(m, belief, hours_gone=hours)), *prospect_lines(facts)]
        if m.plan:
            p = m.plan.event
            lines.append(
                f"Plan for period {p.period}: POS {p.value:.1%} by {clock.show_time(p.ends, zone)} "
                f"(at best {p.bound:.1%})."
            )
        lines += [*crew_lines(book), *ready_lines(book, now=now)]
        data = {
            "name": m.name,
            "findings": [str(f) for f in m.findings],
            "time_zone": zone,
            "exercise": m.exercise,
            "found": m.find is not None,
            "clues": list(m.clues),
            "teams": list(m.teams),
            "searches": len(m.searches),
            "newer_than_map": newer,
            "pos_planned": m.plan.event.value if m.plan else None,
            "scenarios": standing(m, belief, hours_gone=hours),
            **facts,
            **crew_facts(book, now=now),
            **ready_facts(book),
        }
    return Answer(text="\n".join(lines), data=data)


def _in_map(book: Book) -> int:
    """How many searches the map in force was made from."""
    return len(replay(before_map([s.entry for s in book.stored]) or ()).searches)


def show_log(path: Path, *, last: int | None = None, personal: bool = False) -> Answer:
    """The entries, oldest first, in words; personal fields only where asked for."""
    if last is not None and last < 1:
        raise BadInput(f"The last {last} entries cannot be shown. Give 1 or more.")
    with opened(path, read_only=True) as book:
        shown = rows(book, personal=personal)[-last if last else 0 :]
        findings = [str(f) for f in book.mission.findings]
    lines = [
        f"{r['seq']:>4}  {r['shown_at']}  {r['by']:<12} {'(undone) ' if r['undone'] else ''}{r['words']}" for r in shown
    ]
    return Answer(text="\n".join([*(f"WARNING: {f}" for f in findings), *lines]), data={"entries": shown})


def rows(book: Book, *, personal: bool = False) -> list[dict[str, Any]]:
    """Every entry as data, oldest first; personal fields only where asked for."""
    standing = counting([s.entry for s in book.stored])
    return [_row(s, zone=book.mission.time_zone, standing=standing, personal=personal) for s in book.stored]


def verify(path: Path) -> Answer:
    """Whether the log is as it was written, and which of its entries this version cannot read."""
    with MissionLog.open(path, read_only=True) as log:
        reading = log.read()
        findings = log.verify()
    count, unread = reading.last[0], [str(f) for f in reading.findings]
    words = [f"{count} entries, every one as it was written."]
    if findings:
        words = ["This log was changed after it was written, or is damaged:", *(f"  {f}" for f in findings)]
        words.append("Nothing was repaired. Keep the file as evidence, and go on with a copy made before the change.")
    data = {"intact": not findings, "entries": count, "findings": [str(f) for f in findings], "unread": unread}
    return Answer(text="\n".join([*words, *(f"WARNING: {one}" for one in unread)]), data=data)


def last_seq(path: Path) -> int:
    """The number of the latest entry; cheap, for watching a mission."""
    with MissionLog.open(path, read_only=True) as log:
        return log.last_seq()


def _row(stored: Stored, *, zone: str, standing: set[str], personal: bool) -> dict[str, Any]:
    kind, data = public(stored.entry.event)
    if personal:
        data = _closed(json.loads(encode(stored.entry.event)[1]))
    return {
        "seq": stored.seq,
        "id": stored.entry.id,
        "at": stored.entry.at.isoformat(),
        "shown_at": clock.show_time(stored.entry.at, zone),
        "by": stored.entry.by,
        "device": stored.entry.device,
        "kind": kind,
        "event": data,
        "words": _words(kind, data),
        "undone": stored.entry.id not in standing,
        "correction": isinstance(stored.entry.event, EntryCorrected),
    }


def _closed(data: dict[str, Any]) -> dict[str, Any]:
    """An event's data; where a sealed statement is in it, without what its readers alone may know."""
    if data.get("sealed"):
        return {**data, **dict.fromkeys(OF_SEALED, SEALED)}
    return {name: _closed(value) if isinstance(value, dict) else value for name, value in data.items()}


def _words(kind: str, data: dict[str, Any]) -> str:
    """An entry in one line: its kind, then the fields that are short enough to read."""
    flat = dict(_flat(data))
    return f"{kind} " + ", ".join(f"{k} {v}" for k, v in flat.items() if v not in (None, "", [], False, SEALED))[:160]


def _flat(data: dict[str, Any]) -> list[tuple[str, Any]]:
    out: list[tuple[str, Any]] = []
    for name, value in data.items():
        if isinstance(value, dict):
            out += _flat(value)
        elif isinstance(value, list) and (name == "place" or not value):
            out.append((name, ", ".join(f"{v:.5f}" for v in value) if value else ""))
        elif isinstance(value, list):
            out.append((name, f"({len(value)})"))
        elif isinstance(value, str) and len(value) == 64:
            out.append((name, value[:8]))
        else:
            out.append((name, f"{value:.4g}" if isinstance(value, float) else value))
    return out
