"""Which of several casualties is carried out first where few litters can go at a time: Sacco's order, as it is said.

Only where somebody scored them: how vital signs are coded into RPM was not seen in full text, so it is not guessed.
Planning support: the medic decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from homeward.desk.book import Book
from homeward.desk.rescue.carry.carrying import carry_plan
from homeward.desk.rescue.casualties import known_casualty
from homeward.desk.rescue.ways_out import minutes, read_duration
from homeward.errors import BadInput, NotYet
from homeward.rescue.sacco import HIGHEST, schedule

SOURCE: Final = "Sacco triage, Sacco et al. 2005, Acad Emerg Med 12(8):759-770"
_TOLD: Final = re.compile(r"\s*(.+?)\s*[=:]\s*(\d+)\s*")

Json = dict[str, Any]


def scored(book: Book, told: Sequence[str]) -> dict[str, int]:
    """RPM scores by casualty, from "1=7", "2=10". Raises `HomewardError` for others, or a casualty nobody told."""
    out: dict[str, int] = {}
    for text in told:
        hit = _TOLD.fullmatch(text)
        if hit is None or int(hit[2]) > HIGHEST:
            raise BadInput(f"{text!r} is no RPM score. Write the casualty and 0 to {HIGHEST}, like 1=7.")
        known_casualty(book, hit[1])
        out[hit[1]] = int(hit[2])
    return out


def leaving_first(
    book: Book, rpm: Mapping[str, int], *, litters: int, every: str | None, others: Sequence[str] = ()
) -> tuple[list[str], Json]:
    """(lines, data): in which order they leave so that most live, `litters` at a time. `every` is how long until those
    litters can go again, left out the time of a carry-out that was planned; `others` have no score.
    """
    if litters < 1:
        raise BadInput(f"{litters} litters cannot carry anybody. Give 1 or more.")
    period_s = _period_s(book) if every is None else read_duration(every, "The time from one carry to the next")
    names = list(rpm)
    made = schedule([rpm[name] for name in names], each_period=litters, period_s=max(period_s, 60.0))
    waves = [[names[i] for i in wave] for wave in made.waves if wave]
    order = "; then ".join(" and ".join(f"{name} (RPM {rpm[name]})" for name in wave) for wave in waves)
    many = "one litter" if litters == 1 else f"{litters} litters"
    lives = f"{made.survivors:.1f} of {len(names)} live on average"
    against = f"against {made.worst_first:.1f} worst first and {made.best_first:.1f} best first"
    lines = [
        f"Who leaves first, {many} every {minutes(period_s)}: casualty {order}.",
        f"  {lives}, {against} ({SOURCE}: injuries only, nobody is treated while waiting).",
    ]
    lines += [f"  Not in this order, as nobody gave an RPM score: {', '.join(others)}."] if others else []
    return lines, {
        "order": waves,
        "survivors": made.survivors,
        "bound": made.bound,
        "worst_first": made.worst_first,
        "best_first": made.best_first,
        "litters": litters,
        "every_s": period_s,
        "without": list(others),
    }


def _period_s(book: Book) -> float:
    """How long a litter is on the way, by the carry-out that was planned last."""
    for done in reversed(book.mission.rescue.carry_outs):
        plan = carry_plan(book, done.event.casualty)
        if plan is not None:
            return float(plan["routes"][plan["chosen"] - 1]["carry_s"])
    raise NotYet("Nobody said how long a carry takes. Say it with --every '90 min', or plan one: homeward carryout.")
