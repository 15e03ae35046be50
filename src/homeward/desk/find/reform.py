"""After a find's orders: the formation in force is made anew for the rescue, with the fewest changes; who changes role.

The find and its orders stand already: whatever goes wrong here is said, with the command to repeat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from homeward.desk.book import opened
from homeward.desk.formation.forming import form
from homeward.desk.formation.kept import formation_in_force
from homeward.errors import HomewardError
from homeward.mission.people import Phase
from homeward.words import listed

REPEAT: Final = "homeward form MISSION --phase rescue"
NAMED: Final = 8
"""So many who change role are named: ours."""

_STAYS: Final = "The formation stays as it is: others are still missing, and those who search need their lookouts."

Json = dict[str, Any]


def reformed(path: Path, *, still_missing: int = 0) -> tuple[list[str], Json | None]:
    """(two lines to be said, the answer of `form` as data); nothing where no formation is in force.

    While others are still missing the search goes on, and its lookouts stay where they are: nothing is made anew.
    """
    try:
        with opened(path, read_only=True) as book:
            before = formation_in_force(book)
        if before is None:
            return [], None
        if still_missing > 0:
            return [_STAYS, f"  For the rescue: {REPEAT}"], None
        made = form(path, Phase.RESCUE.value).data
    except HomewardError as err:
        return _cannot(str(err)), {"status": "failed", "why": [str(err)]}
    except Exception as err:  # noqa: BLE001 - the orders are given: they must be shown, whatever breaks afterwards
        return _cannot(f"{type(err).__name__}: {err}"), {"status": "failed", "why": [str(err)]}
    if made["status"] != "made":
        return _cannot(" ".join(made["why"][:2])), dict(made)
    return _changes(before["assigned"], made["assigned"]), dict(made)


def _changes(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    """Who does something else now, and who has no role any more."""
    new = {who: row["role"] for who, row in after.items()}
    old = {who: row["role"] for who, row in before.items()}
    turned = [f"{who} {old[who]} -> {role}" for who, role in new.items() if old.get(who, role) != role]
    come = _gathered({who: role for who, role in new.items() if who not in old})
    gone = [who for who in old if who not in new]
    kept = sum(old.get(who) == role for who, role in new.items())
    change = f"{listed(turned, most=NAMED)} change role" if turned else "nobody changes role"
    free = f"; free now: {listed(gone, most=NAMED)}" if gone else ""
    return [
        f"FORMATION for the rescue: {change}, {kept} keep theirs (homeward form MISSION --show).",
        f"  New in it: {listed(come, most=NAMED) if come else 'nobody'}{free}.",
    ]


def _gathered(roles: Mapping[str, str]) -> list[str]:
    """Who has which role, the nameless of a team together: `Line A 4 carrier`."""
    count = Counter((who.rpartition("/")[0] if "/" in who else who, role, "/" in who) for who, role in roles.items())
    return [f"{who} {n} {role}" if nameless else f"{who} {role}" for (who, role, nameless), n in count.items()]


def _cannot(why: str) -> list[str]:
    return [f"The formation could not be made anew for the rescue: {why}", f"  Repeat it with: {REPEAT}"]
