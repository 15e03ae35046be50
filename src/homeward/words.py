"""Quantities as they are said, so that one time is not told in two ways on one screen."""

from __future__ import annotations

_SECONDS_UP_TO_S = 90.0


def lasting_short(seconds: float) -> str:
    """A length of time for a line that holds several: 45 min, 119 min, from two hours on 3 h 46."""
    whole = round(seconds / 60)
    return f"{whole} min" if whole < 120 else f"{whole // 60} h {whole % 60:02d}"


def lasting(seconds: float) -> str:
    """A length of time as it is read over a radio: 45 s (under 90 s), 40 min, 1 h 30 min, 2 h; none is 0 min."""
    if seconds >= _SECONDS_UP_TO_S:
        hours, minutes = divmod(round(seconds / 60), 60)
        parts = (f"{hours} h" if hours else "", f"{minutes:02d} min" if hours and minutes else f"{minutes} min")
        return " ".join(part for part in parts if part and part != "0 min")
    return f"{seconds:.0f} s" if round(seconds) > 0 else "0 min"
