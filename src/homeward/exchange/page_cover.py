"""What the page shows of cover: targets, who is where, what the reserve answers, the worst case left.

Nothing personal: neither people's names nor what was noted of a target; nor the seed by which rosters are drawn, for
who has it can foresee them.
"""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]
_HIDDEN: Final = ("seed", "travel", "ground")


def cover_data(plan: Json) -> Json:
    """A plan of cover as it was kept, ready for the page: without seed, travel table and the ground's name."""
    return {key: value for key, value in plan.items() if key not in _HIDDEN}
