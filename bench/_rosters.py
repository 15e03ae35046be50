"""Files of the shift scheduling benchmark (Curtois & Qu 2014) as roster problems."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from homeward.team.roster import Demand, Period, RosterProblem, Wish, Worker


def _sections(text: str) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("SECTION_"):
            rows = found.setdefault(line.strip().removeprefix("SECTION_"), [])
        elif line.strip() and not line.startswith("#"):
            rows.append(line.strip().split(","))
    return found


def read_roster(path: Path) -> RosterProblem:
    """One instance. Its minutes become hours."""
    part = _sections(path.read_text(encoding="utf-8"))
    before = {row[0]: (float(row[1]) / 60, [b for b in row[2].split("|") if b]) for row in part["SHIFTS"]}
    off = {row[0]: frozenset(int(d) for d in row[1:]) for row in part["DAYS_OFF"]}
    return RosterProblem(
        days=int(part["HORIZON"][0][0]),
        periods=tuple(Period(id=s, length_h=h, never_before=frozenset(b)) for s, (h, b) in before.items()),
        workers=tuple(_worker(row, off.get(row[0], frozenset())) for row in part["STAFF"]),
        demands=tuple(
            Demand(day=int(d), period=s, n=int(n), under=float(u), over=float(o)) for d, s, n, u, o in part["COVER"]
        ),
        wishes=(*_wishes(part, on=True), *_wishes(part, on=False)),
    )


def _worker(row: list[str], off: frozenset[int]) -> Worker:
    name, most, high, low, run, shortest, rest, weekends = row
    return Worker(
        id=name,
        most={s: int(n) for s, n in (pair.split("=") for pair in most.split("|"))},
        max_hours_h=float(high) / 60,
        min_hours_h=float(low) / 60,
        max_run=int(run),
        min_run=int(shortest),
        min_days_off=int(rest),
        max_weekends=int(weekends),
        days_off=off,
    )


def _wishes(part: dict[str, list[list[str]]], *, on: bool) -> Iterator[Wish]:
    for who, day, shift, weight in part[f"SHIFT_{'ON' if on else 'OFF'}_REQUESTS"]:
        yield Wish(worker=who, day=int(day), period=shift, on=on, cost=float(weight))
