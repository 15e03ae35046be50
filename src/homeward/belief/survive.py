"""How probably the subject is still alive, by category and hours gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeward.belief.categories import CHILD, check_category
from homeward.belief.tables import rows
from homeward.errors import BadInput

_WEIGHT_OF_ALL = 20.0  # homeward's own judgement: as many cases of everybody stand behind each figure of a category
_CALLED = {  # categories that are published under a wider name; homeward's own judgement
    "runner": "hiker",
    "snowshoer": "hiker",
    "gatherer": "hiker",
    "vehicle 4wd": "vehicle",
    "vehicle abandoned": "vehicle",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """Probability that a subject still missing is alive, from `n` cases that lasted so long, and where it is from."""

    p: float
    n: int
    source: str


def survival(category: str | None, *, hours_gone: float) -> Alive:
    """Probability that a subject of the category who is still missing after `hours_gone` >= 0 is found alive.

    From the cases still missing then (`survival.csv`), between its hours in a straight line, beyond 96 h as at 96 h,
    never rising with time. Each figure is weighed with that for everybody as if 20 of these cases were in it. Of
    weather, age, clothing or injury it knows nothing.
    """
    if not (hours_gone >= 0 and np.isfinite(hours_gone)):
        raise BadInput(f"{hours_gone:g} hours gone cannot be. Give 0 or more.")
    name = "all" if category is None else check_category(category)
    name = CHILD if name.startswith(CHILD) else _CALLED.get(name, name)
    everybody, mine = _table("all"), _table(name)
    hours = sorted(everybody)
    curve = []
    for hour in hours:
        n, alive = mine.get(hour, (0, 0.0)) if name != "all" else (0, 0.0)
        curve.append((n * alive + _WEIGHT_OF_ALL * everybody[hour][1]) / (n + _WEIGHT_OF_ALL))
    p = np.interp(hours_gone, hours, np.minimum.accumulate(curve))
    last = max(h for h in hours if h <= hours_gone)
    n = mine.get(last, (0, 0.0))[0] or everybody[last][0]
    return Alive(p=float(p), n=n, source=rows("survival")[0]["source"])


def _table(category: str) -> dict[float, tuple[int, float]]:
    return {float(r["hours"]): (int(r["n"]), float(r["alive"])) for r in rows("survival") if r["category"] == category}
