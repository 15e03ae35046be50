"""How probably the subject is still alive, by category and hours gone, and the map of where it is alive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeward.belief.categories import CHILD, check_category
from homeward.belief.records import Belief
from homeward.belief.tables import rows
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.nouns import Setting

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
    """Probability that a subject still missing is alive, from `n` cases (0 = not told), and where it is from."""

    p: float
    n: int
    source: str


def survival(category: str | None, *, hours_gone: float, setting: Setting | None = None) -> Alive:
    """Probability that a subject of the category who is still missing after `hours_gone` >= 0 is found alive.

    From the cases still missing then (`survival.csv`; several tables of a category are pooled by their cases, and a
    child's with those of children of all ages), between its hours in a straight line, beyond 96 h as at 96 h, never
    rising with time. Each figure is weighed with that for everybody as if 20 of these cases were in it. Where
    the subject is caught in a `setting`, the published curve of that goes before (`survival_settings.csv`, counted
    from being caught). Of weather, water, age, clothing and injury it knows nothing: for these no figure is at hand
    that gives a probability by hours for somebody still missing.
    """
    if not (hours_gone >= 0 and np.isfinite(hours_gone)):
        raise BadInput(f"{hours_gone:g} hours gone cannot be. Give 0 or more.")
    if setting is not None:
        return _caught(setting, minutes=hours_gone * 60)
    name = "all" if category is None else check_category(category)
    names = {_CALLED.get(name, name), *([CHILD] if name.startswith(CHILD) else [])}
    everybody = _table({"all"})
    mine = _table(names - {"all"})
    hours = sorted(everybody)
    curve = []
    for hour in hours:
        n, alive, _ = mine.get(hour, (0, 0.0, ()))
        curve.append((n * alive + _WEIGHT_OF_ALL * everybody[hour][1]) / (n + _WEIGHT_OF_ALL))
    p = np.interp(hours_gone, hours, np.minimum.accumulate(curve))
    last = max(h for h in hours if h <= hours_gone)
    n, _, sources = mine.get(last) or everybody[last]
    return Alive(p=float(p), n=n, source="; ".join(dict.fromkeys((*sources, *everybody[last][2]))))


def alive_share(belief: Belief) -> float | None:
    """Probability that the subject is alive, over all scenarios and wherever it is; None where the map does not say."""
    known = [(part.weight, part.alive) for part in belief.parts if part.alive is not None]
    if not known or len(known) < len(belief.parts):
        return None
    return float(sum(weight * alive for weight, alive in known))


def alive_map(belief: Belief) -> Floats | None:
    """(rows, cols) probability that the subject is there and alive; None where the map does not say."""
    if alive_share(belief) is None:
        return None
    return np.asarray(np.sum([(part.alive or 0.0) * part.poa for part in belief.parts], axis=0), dtype=np.float64)


def _caught(setting: Setting, *, minutes: float) -> Alive:
    mine = [row for row in rows("survival_settings") if row["setting"] == setting]
    p = np.interp(minutes, [float(row["minutes"]) for row in mine], [float(row["alive"]) for row in mine])
    near = [row for row in mine if float(row["minutes"]) >= minutes] or mine[-1:]
    return Alive(p=float(p), n=0, source=near[0]["source"])


def _table(names: set[str]) -> dict[float, tuple[int, float, tuple[str, ...]]]:
    """By hours: cases, the share of them found alive, and where that is from; tables of several names pooled."""
    out: dict[float, tuple[int, float, tuple[str, ...]]] = {}
    for row in (r for r in rows("survival") if r["category"] in names):
        n, alive = int(row["n"]), float(row["alive"])
        before, share, sources = out.get(float(row["hours"]), (0, 0.0, ()))
        out[float(row["hours"])] = (before + n, (before * share + n * alive) / (before + n), (*sources, row["source"]))
    return out
