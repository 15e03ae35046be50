"""What the page shows of the muster: who is in, who comes when, the chance of a team over time, whom to call.

Times are UTC with a `Z`, places [longitude, latitude], probabilities 0..1. The words of answers that a person must
read stand in it only where the board was made with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homeward.exchange.page_values import utc_text

Json = dict[str, Any]
TIMES = ("at", "since", "eta", "named_eta", "wanted_by", "by", "until")
DECIMALS = 4


def muster_data(board: Mapping[str, Any]) -> Json:
    """The board (`homeward muster MISSION --json`) as the page has it."""
    shown = {name: _value(name, value) for name, value in board.items()}
    place = board["place"]
    notes = [f"{board['due']} (Go on with the call)."] if board["due"] else []
    if board["missing_unless"]:
        notes.append(f"The unread answer of {', '.join(board['missing_unless'])} may fill what nobody can: read it.")
    return shown | {
        "notes": [*notes, *shown["notes"]],
        "place": None if place is None else [round(place[1], 6), round(place[0], 6)],
    }


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _value(key, one) for key, one in value.items()}
    if isinstance(value, list):
        return [_value(name, one) for one in value]
    if name in TIMES and isinstance(value, str):
        return utc_text(datetime.fromisoformat(value))
    return round(value, DECIMALS) if isinstance(value, float) else value
