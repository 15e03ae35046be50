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
from homeward.words import chance, counted, lasting_short, named

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
    lines += _event_lines(shown)
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
    lines += call_next_lines(shown)
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


def complete_lines(shown: Mapping[str, Any], zone: str) -> list[str]:
    """How sure the team is that is asked for, whether that falls short, and what is weakest; nothing where none is."""
    told = shown["chance"]
    if told["p_by"] is None:
        return []
    error, rest = told["p_error"], ""
    if told["p_by_all"] > told["p_by"] + 5e-4:
        rest = f"; with last resorts and who is not called yet {_drawn(told['p_by_all'], error)}"
    met = "" if _met(shown) else f", SHORT OF {goal(told['target'])}"
    by = _clock(told["by"], zone)
    lines = [f"TEAM COMPLETE{f' by {by}' if by else ''}: {_drawn(told['p_by'], error)}{_give(error)}{met}{rest}."]
    if not _met(shown) and shown["weakest"]:
        least = [f"{row['need']} {row['role']}{_sure(row['p'])}" for row in shown["weakest"]]
        lines.append(f"  WEAKEST, of those called: {'; '.join(least)}.")
    return lines


def call_next_lines(shown: Mapping[str, Any]) -> list[str]:
    """Whom to call so that the team is sure enough; that nobody is left, where that is so."""
    if shown["call"] is None or shown["chance"]["p_by"] is None or _met(shown):
        return []
    if not shown["call_next"]:
        left = "Everybody who can help is called, and it falls short. Ask another team, or for fewer."
        return [] if shown["missing"] else [left]
    enough = "" if shown["reaches"] else " Even then it falls short."
    last = {row["id"] for row in shown["coming"] if row["last_resort"]}
    names = [f"{name} (last resort)" if name in last else name for name in shown["call_next"]]
    return [f"CALL NEXT: {_few(names)}.{enough}"]


def _chance_lines(shown: Mapping[str, Any], zone: str) -> list[str]:
    lines = complete_lines(shown, zone)
    if lines:
        lines.append(f"  {_curve(shown['chance'], 'p_team_called', zone)}")
    else:
        lines.append(f"Expected heads: {_curve(shown['chance'], 'heads', zone)}")
    return [*lines, *nobody_lines(shown)]


def nobody_lines(shown: Mapping[str, Any]) -> list[str]:
    """The places that nobody can fill."""
    if not shown["missing"]:
        return []
    short = ", ".join(f"{n} {role}" for role, n in shown["missing"].items())
    unless = f" (unless the unread answer of {_few(shown['missing_unless'])} means yes)"
    even = f"even if all came{unless if shown['missing_unless'] else ''}"
    return [f"NOBODY CAN FILL, {even}: {short}. Ask another team, or change what is needed."]


def _event_lines(shown: Mapping[str, Any]) -> list[str]:
    if not shown["event"]:
        return []
    p, error = shown["p_before_event"], shown["chance"]["p_error"]
    return [f"{shown['event']}" + (f" Team complete before it: {_drawn(p, error)}." if p is not None else "")]


def goal(target: float) -> str:
    """The probability that is asked for, as it was given: 90 %."""
    return f"{100 * target:g} %"


def _drawn(p: float, error: float) -> str:
    """A probability of the team; where it is drawn, none is told as certain."""
    return chance(round(min(max(p, error), 1 - error), 12))


def _give(error: float) -> str:
    points = 100 * error
    return f" (drawn: give or take {'under 0.1' if points < 0.1 else f'{points:.1f}'} points)" if error else ""


def _curve(told: Mapping[str, Any], what: str, zone: str) -> str:
    """The curve at full hours from now: `13:00 12 %, 14:00 45 %`."""
    whole = zip(told["times_h"], told["at"], told[what], strict=True)
    rows = [(at, value) for hours, at, value in whole if abs(hours - round(hours)) < 1e-6]
    said = [
        (at, f"{value:.1f}" if what == "heads" else _drawn(value, told["p_error"])) for at, value in rows[:MOST_SHOWN]
    ]
    return ", ".join(f"{_clock(at, zone)} {words}" for at, words in said)


def _coming_lines(rows: Sequence[Json], zone: str) -> list[str]:
    """A line for each time and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        last = ", only if nobody else can" if row["last_resort"] else ""
        sure = "chance only with --personal, " if row["p"] is None else f"{chance(row['p'])}, "
        quiet = "no answer, " if row["silent"] else ""
        found.setdefault((_clock(row["eta"], zone), f"{sure}{quiet}{row['why']}{last}"), []).append(row["id"])
    return [f"  {when}  {named(names)} ({why})" for (when, why), names in found.items()]


def _sure(p: float | None) -> str:
    return ", chance only with --personal" if p is None else f", {chance(p)}"


def _clock(text: str | None, zone: str) -> str:
    return hour(datetime.fromisoformat(text), zone) if text else ""


def _many(row: Mapping[str, Any]) -> str:
    return f"{row['heads']} heads, " if row["heads"] > 1 else ""


def _few(names: Sequence[str]) -> str:
    return named(names, most=MOST_SHOWN)
