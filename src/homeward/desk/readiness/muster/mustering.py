"""The verb `muster`: the live board in words. Who is in, who comes when, how sure a qualified team is, whom to call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import opened
from homeward.desk.readiness.call_out.words import hour
from homeward.desk.readiness.muster.board import MOST_SHOWN, board
from homeward.words import counted, lasting_short, named

Json = dict[str, Any]


def muster(path: Path, *, personal: bool = False, seed: int = 0) -> Answer:
    """The board: who is in, who comes when, who has not answered, and how sure a qualified team is by when, before what
    is expected, with whom to call next. The words of unread answers only with `personal`.
    """
    with opened(path, read_only=True) as book:
        shown = board(book, personal=personal, seed=seed)
        return Answer(text="\n".join(board_lines(shown, book.mission.time_zone)), data=shown)


def board_lines(shown: Mapping[str, Any], zone: str) -> list[str]:
    """The board in words, most urgent first."""
    call = shown["call"]
    lines = [_title(call, shown, zone)]
    if shown["unread"]:
        who = ", ".join(f"{row['person']} ({_clock(row['at'], zone)})" for row in shown["unread"])
        lines.append(f"TO BE READ BY A PERSON: {who}. Then: homeward answer MISSION NAME --means yes --eta TIME.")
        lines += [f"  {row['person']}: {row['text']!r}" for row in shown["unread"] if row.get("text")]
    lines += [f"SILENCE. {shown['due']}: homeward callout MISSION --tick."] if shown["due"] else []
    lines += _chance_lines(shown, zone)
    if shown["here"]:
        lines.append(f"IN ({counted(shown['heads_here'], 'head')}): {_few([row['id'] for row in shown['here']])}.")
    lines += _coming_lines(shown["coming"], zone)
    if shown["silent"]:
        names = [
            f"{row['id']} ({_many(row)}{lasting_short(60 * row['silent_min'])}{_sure(row['p'])})"
            for row in shown["silent"]
        ]
        lines.append(f"NO ANSWER: {_few(names)}. Silence counts: the longer, the less likely.")
    if shown["no"]:
        lines.append(f"NO: {_few(shown['no'])}.")
    by_why: dict[str, list[str]] = {}
    for row in shown["away"]:
        by_why.setdefault(row["why"], []).append(row["id"])
    lines += [f"AWAY: {named(names)} ({why})." for why, names in by_why.items()]
    if shown["call_next"] and not _met(shown):
        enough = "" if shown["reaches"] else " Even then it falls short."
        last = {row["id"] for row in shown["coming"] if row["last_resort"]}
        names = [f"{name} (last resort)" if name in last else name for name in shown["call_next"]]
        lines.append(f"CALL NEXT: {_few(names)}.{enough}")
    if shown["not_called"] and call is not None and not shown["call_next"]:
        lines.append(f"Not called yet: {_few(shown['not_called'])}.")
    lines += [f"NOTE: {note}" for note in shown["notes"]]
    if shown["assumed"]:
        lines.append(f"Homeward's own assumptions in this: {'; '.join(row['words'] for row in shown['assumed'])}.")
    return lines


def _met(shown: Mapping[str, Any]) -> bool:
    p, target = shown["chance"]["p_by"], shown["chance"]["target"]
    return p is not None and p >= target


def _title(call: Mapping[str, Any] | None, shown: Mapping[str, Any], zone: str) -> str:
    when = clock.show_time(datetime.fromisoformat(shown["at"]), zone)
    if call is None:
        return f"Muster at {when}: nobody has been called in. Call everybody: homeward callout MISSION."
    by = _clock(call["wanted_by"], zone)
    return f"Muster at {when}. Call {call['id']}: {call['asks']}{f' by {by}' if by else ''}."


def _chance_lines(shown: Mapping[str, Any], zone: str) -> list[str]:
    chance, lines = shown["chance"], list[str]()
    if chance["p_by"] is not None:
        by = _clock(chance["by"], zone)
        error = f" (+-{max(chance['p_error'], 0.001):.3f})" if chance["p_error"] else ""
        rest = ""
        if chance["p_by_all"] > chance["p_by"] + 5e-4:
            rest = f"; with last resorts and who is not called yet {chance['p_by_all']:.0%}"
        met = "" if _met(shown) else f", SHORT OF {chance['target']:.0%}"
        lines.append(f"TEAM COMPLETE by {by}: {chance['p_by']:.0%}{error}{met}{rest}.")
        lines.append(f"  {_curve(chance, 'p_team_called', zone)}")
    else:
        lines.append(f"Expected heads: {_curve(chance, 'heads', zone)}")
    if shown["missing"]:
        short = ", ".join(f"{n} {role}" for role, n in shown["missing"].items())
        unless = f" (unless the unread answer of {_few(shown['missing_unless'])} means yes)"
        even = f"even if all came{unless if shown['missing_unless'] else ''}"
        lines.append(f"NOBODY CAN FILL, {even}: {short}. Ask another team, or change what is needed.")
    if shown["event"]:
        p = shown["p_before_event"]
        lines.append(f"{shown['event']}" + (f" Team complete before it: {p:.0%}." if p is not None else ""))
    return lines


def _curve(chance: Mapping[str, Any], what: str, zone: str) -> str:
    """The curve at full hours from now: `13:00 12%, 14:00 45%`."""
    whole = zip(chance["times_h"], chance["at"], chance[what], strict=True)
    rows = [(at, value) for hours, at, value in whole if abs(hours - round(hours)) < 1e-6]
    form = "{:.0%}" if what != "heads" else "{:.1f}"
    return ", ".join(f"{_clock(at, zone)} {form.format(value)}" for at, value in rows[:MOST_SHOWN])


def _coming_lines(rows: Sequence[Json], zone: str) -> list[str]:
    """A line for each time and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        last = ", only if nobody else can" if row["last_resort"] else ""
        sure = "chance only with --personal, " if row["p"] is None else f"{row['p']:.0%}, "
        quiet = "no answer, " if row["silent"] else ""
        found.setdefault((_clock(row["eta"], zone), f"{sure}{quiet}{row['why']}{last}"), []).append(row["id"])
    return [f"  {when}  {named(names)} ({why})" for (when, why), names in found.items()]


def _sure(p: float | None) -> str:
    return ", chance only with --personal" if p is None else f", {p:.0%}"


def _clock(text: str | None, zone: str) -> str:
    return hour(datetime.fromisoformat(text), zone) if text else ""


def _many(row: Mapping[str, Any]) -> str:
    return f"{row['heads']} heads, " if row["heads"] > 1 else ""


def _few(names: Sequence[str]) -> str:
    return named(names, most=MOST_SHOWN)
