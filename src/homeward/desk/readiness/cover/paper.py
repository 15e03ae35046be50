"""What stands on the cover sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from homeward.desk import clock
from homeward.desk.readiness.cover.prices import number, price_lines, target_words
from homeward.desk.readiness.cover.words import (
    ONE_HIT,
    changed,
    headline,
    reserve_lines,
    spare_lines,
    spot_words,
    worst_lines,
)
from homeward.exchange.cover_picture import numbers_of, worst_of
from homeward.mission import Mission
from homeward.words import capital, lasting, percent

Json = dict[str, Any]
MOST_ROWS, MOST_LINES = 16, 9
"""Targets in the table, and lines under each heading, that one page holds: ours."""
LONGEST: Final = 60
"""Letters of a target with its label, and of who covers it, that stand in the table: ours."""
_ALL: Final = "all"


def sheet_text(plan: Json, mission: Mission, *, newer: Sequence[str] = ()) -> Json:
    """Everything that stands on the sheet, as text; nothing personal, and no roster of a day. `newer` is what has
    changed since.
    """
    zone, row = mission.time_zone, plan["slices"][0]
    rows, marked = _rows(plan, row, zone=zone)
    signals = mission.crew.signals
    told = [f"Warning: {signals.warning}. Recall: {signals.recall}. {signals.channel}".strip()] if signals else []
    later = [
        f"From {clock.show_time(datetime.fromisoformat(after['from']), zone)}: {' '.join(changed(plan, before, after))}"
        for before, after in zip(plan["slices"], plan["slices"][1:], strict=False)
    ]
    deters = plan["view"] == "deterrence"
    answers = _rosters(plan, row) if deters else reserve_lines(plan, row) if plan["view"] == "reserve" else []
    return {
        "title": f"{mission.name} - cover",
        "head": "COVER",
        "mission": mission.name or "Mission without a name",
        "exercise": mission.exercise,
        "made": f"made {clock.show_time(datetime.fromisoformat(plan['made_at']), zone)}",
        "sentence": headline(plan, zone=zone),
        "heads": ["no.", "target", "value", "who covers it", "there in", "lost if hit"],
        "rows": rows,
        "targets": len(plan["targets"]),
        "marked": marked,
        "reserve_head": "Rosters, drawn by day" if deters else "When the reserve moves",
        "reserve": _short([*answers, *spare_lines(plan, row)]),
        "worst": _short([_bare(w) for w in (*worst_lines(plan, row), *price_lines(plan, row))]),
        "later": _short(later),
        "notes": _short(
            [*newer, *told, *([ONE_HIT] if plan["view"] == "reserve" else []), *plan["notes"], *_owns(plan)]
        ),
        "footer": "homeward. Planning support: command decides. Numbers as on the map; grey: worst case left.",
    }


def _rows(plan: Json, row: Json, *, zone: str) -> tuple[list[list[str]], list[int]]:
    """A row for each target, the dearest first, and which are marked."""
    numbers = numbers_of(plan)
    order = sorted(plan["targets"], key=lambda t: numbers[t["id"]])
    worst = worst_of(plan)
    rows = [_row(plan, row, t, numbers[t["id"]], zone=zone) for t in order[:MOST_ROWS]]
    marked = [n for n, t in enumerate(order[:MOST_ROWS], 1) if t["id"] == worst]
    if len(order) > MOST_ROWS:
        rows.append(["", f"and {len(order) - MOST_ROWS} more", "", "see the plan", "", ""])
    return rows, marked


def _row(plan: Json, row: Json, target: Json, n: int, *, zone: str) -> list[str]:
    name = target["id"]
    first = [str(n), _cut(target_words(plan, name)), number(target["value"])]
    if name in plan["uncovered"]:
        return [*first, "NOBODY can reach it", "", _ALL]
    if plan["view"] == "deterrence":
        share = row["coverage"][name]
        return [
            *first,
            f"covered {percent(share)} of the days",
            "",
            number((1 - share) * max(target["ways"].values(), default=target["value"])),
        ]
    answers = sorted((a for a in row["answers"] if a["target"] == name), key=lambda a: a["s"] or 0)
    several = len({a["team"] for a in answers}) > 1
    who = dict.fromkeys(_who(plan, row, a, several=several, zone=zone) for a in answers)
    times = dict.fromkeys("" if a["s"] is None else "at once" if a["s"] < 30 else lasting(a["s"]) for a in answers)
    lost = "" if plan["view"] != "reserve" else number(max((a["loss"] for a in answers), default=0.0))
    return [*first, _cut("; ".join(who)), ", ".join(t for t in times if t), lost]


def _who(plan: Json, row: Json, answer: Json, *, several: bool, zone: str) -> str:
    way = f"{answer['way']}: " if several and answer["way"] else ""
    if answer["team"] is None:
        return f"{way}NOBODY in time"
    if answer["from"] is None:
        post = next(p for p in row["posts"] if p["team"] == answer["team"])
        there = datetime.fromisoformat(row["from"]) + timedelta(seconds=post["there_s"] or 0)
        made = datetime.fromisoformat(plan["made_at"])  # which stands with its day on the sheet
        since = f" from {clock.show_hour(there, zone, now=made)}" if post["moved"] and post["there_s"] else ""
        return f"{way}{answer['team']} stands there{since}"
    return f"{way}{answer['team']} from {spot_words(plan, answer['from'])}"


def _rosters(plan: Json, row: Json) -> list[str]:
    """The rosters with the numbers of the targets, the likeliest first."""
    numbers = numbers_of(plan)
    rosters = sorted(row["rosters"], key=lambda r: -r["weight"])
    some = [
        f"{percent(r['weight'])} of the days {', '.join(str(n) for n in sorted(numbers[t] for t in r['targets']))}"
        for r in rosters[:MOST_LINES]
    ]
    more = [f"and {len(rosters) - MOST_LINES} more rosters"] if len(rosters) > MOST_LINES else []
    return [f"By the numbers of the targets: {'; '.join([*some, *more])}."]


def _owns(plan: Json) -> list[str]:
    return [f"Our assumption: {own}." for own in plan["own"]]


def _bare(line: str) -> str:
    """Without what the heading says already."""
    rest = line.removeprefix("WORST CASE LEFT").lstrip(":, ")
    return capital(rest)


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _short(lines: list[str]) -> list[str]:
    more = len(lines) - MOST_LINES
    return [*lines[:MOST_LINES], *([f"and {more} more lines: see the plan."] if more > 0 else [])]
