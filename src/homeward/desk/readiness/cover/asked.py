"""Reads and checks what somebody asks of a plan of cover."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any, Final

from homeward.desk.book import Book
from homeward.desk.facts import check_on_map
from homeward.desk.readiness.cover.solving import VIEWS
from homeward.desk.readiness.cover.teams import Asked
from homeward.errors import BadInput
from homeward.words import percent

USUAL_DAYS: Final = (1.0, 3.0, 7.0)
"""When a plan is looked at again while a warning is open: ours."""
LONGEST_D: Final = 366.0
MOST_SEED: Final = 2**31
"""Of seeds that are told."""
OWN_SEEDS: Final = 2**53
"""Seeds that are drawn: too many to try them all against the plan's hash, few enough for JSON; ours."""
_DAYS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(d|days?|h|hours?|w|weeks?)?")
_IN_DAYS: Final = {"d": 1.0, "h": 1 / 24, "w": 7.0}


def read_asked(book: Book, **told: Any) -> Asked:
    """What was asked, with the values read. Raises `BadInput` for what cannot be."""
    asked = Asked(**told)
    if asked.view not in VIEWS:
        raise BadInput(f"There is no view {asked.view!r} of cover. Choose {', '.join(VIEWS)}.")
    if asked.aim not in ("worst", "expected"):
        raise BadInput(f"There is no aim {asked.aim!r}. Choose worst or expected.")
    if not asked.radius_s > 0:
        raise BadInput("A target that must be reached in no time cannot be covered. Give a time above 0.")
    if not 0 <= asked.busy < 1:
        raise BadInput(f"Teams that are busy {percent(asked.busy)} of the time cannot be. Give 0 to below 100 %.")
    if asked.view == "expected" and asked.busy == 0:
        raise BadInput("How often each team is busy elsewhere was not told. Say it, such as --busy 30%.")
    if not 0 <= asked.doubt <= 10:
        raise BadInput(f"Values higher by {percent(asked.doubt)} cannot be. Give 0 to 1000 %.")
    if any(t == "" for t in asked.teams) or len(set(asked.teams)) < len(asked.teams):
        raise BadInput("A team is named twice, or has no name. Name each once.")
    for place in asked.bases:
        check_on_map(book, place, f"The place to wait {place}")
    return asked


def read_count(name: str, number: int | None) -> int | None:
    """A number of teams or targets. Raises `BadInput`."""
    if number is not None and not 0 <= number <= 1000:
        raise BadInput(f"A number of {number} for --{name} cannot be. Give a whole number from 0 up.")
    return number


def read_seed(view: str, seed: int | None) -> int:
    """The seed told, or one that nobody can guess where rosters are drawn with it. Raises `BadInput`."""
    if seed is None:
        return secrets.randbelow(OWN_SEEDS) if view == "deterrence" else 0
    if not 0 <= seed < MOST_SEED:
        raise BadInput(f"A seed of {seed} cannot be. Give a whole number from 0 to {MOST_SEED - 1}.")
    return seed


def read_days(book: Book, told: Sequence[str], *, view: str) -> tuple[float, ...]:
    """Days from now at which the plan is to change, as in "3 d", "12 h" or "1 week". Raises `BadInput`."""
    if not told:
        usual = USUAL_DAYS[-1:] if view == "deterrence" else (1.0,)
        return USUAL_DAYS if book.mission.readiness.open_threats else usual
    found = []
    for text in (part.strip().lower().lstrip("+") for one in told for part in str(one).split(";")):
        hit = _DAYS.fullmatch(text)
        if hit is None:
            raise BadInput(f"{text!r} is no time from now. Write 3 d, 12 h or 1 week.")
        days = float(hit[1].replace(",", ".")) * _IN_DAYS[(hit[2] or "d")[0]]
        if not 0 < days <= LONGEST_D:
            raise BadInput(f"A plan for {text!r} from now cannot be. Give more than 0 and at most a year.")
        found.append(days)
    if len(set(found)) < len(found) or found != sorted(found):
        raise BadInput("The days are out of order, or one is told twice. Give each once, the soonest first.")
    if len(found) > len(USUAL_DAYS) + 3:
        raise BadInput(
            f"The plan is to change {len(found)} times; {len(USUAL_DAYS) + 3} can be planned. Give fewer days."
        )
    return tuple(found)
