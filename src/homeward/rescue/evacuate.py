"""Ways out: the front of time against exposure, the known way in its table, and the way that is chosen, with bounds."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from homeward.rescue.front import Found, Front, Wish, front_of, least_s
from homeward.rescue.ground import known_on_ground, on_ground
from homeward.rescue.onto import Laid, known_on_graph, on_graph, way_along
from homeward.rescue.records import EvacuateProblem, Evacuation, Way, WayGround

_HOUR_S = 3600.0
_FEW_HITS = 1e-6  # expected injuries: less than this counts as none where shares are compared (ours)


def evacuate(problem: EvacuateProblem, *, time_limit_s: float = 10.0) -> Evacuation:
    """The ways out and which to take.

    Over a graph the front is whole (every way that no other beats in time, hits and effort) unless time runs out;
    over ground it is the corners of its hull, exact, and what label setting finds between them. `least_s` of each way
    and `bound` are true lower bounds for the graph, or for the ground as it is cut into cells.
    Status `infeasible` where no exit can be reached within what is allowed. Raises `BadInput` for a start or an exit
    that there is not.
    """
    begun = time.perf_counter()
    where = problem.where
    ground = on_ground(problem, where) if isinstance(where, WayGround) else on_graph(problem, where)
    wish = Wish(until=begun + 0.9 * time_limit_s, max_s=problem.max_s + problem.starts_s, max_hits=problem.max_hits)
    front = front_of(ground.routes, wish)
    ways = tuple(_way(problem, ground, found, front) for found in front.ways)
    known = _known(problem, ground, front, ways)
    if not ways:
        return _none(problem, ground, time.perf_counter() - begun)
    chosen = _choice(problem, ways)
    way = ways[chosen]
    within = 0.0 if front.whole else _within(ways, front, problem.starts_s)
    return Evacuation(
        status="optimal" if front.whole and not isinstance(problem.where, WayGround) else "feasible",
        front=ways,
        within=within,
        chosen=chosen,
        value=way.time_s,
        bound=min(way.least_s, way.time_s),
        why=_told(ground, ways, known, chosen, within),
        known=known,
        survival=None if problem.hazard_per_h is None else math.exp(-problem.hazard_per_h * way.time_s / _HOUR_S),
        elapsed_s=time.perf_counter() - begun,
    )


def _way(problem: EvacuateProblem, ground: Laid, found: Found, front: Front) -> Way:
    """A way of the front, and the least time that one as safe can take."""
    way = way_along(problem, ground, found.path)
    return replace(way, least_s=min(_least(problem, front, way.hits), way.time_s))


def _least(problem: EvacuateProblem, front: Front, hits: float) -> float:
    if front.whole:
        slack = 1e-9 * max(hits, _FEW_HITS)
        good = [w.cost[0] for w in front.ways if w.cost[1] <= hits + slack]
        return float(min(good, default=math.inf)) - problem.starts_s
    return max(least_s(front.lines, hits) - problem.starts_s, 0.0)


def _known(problem: EvacuateProblem, ground: Laid, front: Front, ways: Sequence[Way]) -> Way | None:
    """The way that was named, with the way of the front that beats it, if one does."""
    if not problem.known:
        return None
    way = _named(problem, ground)
    cost = np.array([[w.time_s, w.hits] for w in ways]).reshape(-1, 2)
    mine = np.array([way.time_s, way.hits])
    slack = 1e-9 * np.maximum(mine, [1.0, _FEW_HITS])
    beats = np.flatnonzero((cost <= mine + slack).all(axis=1) & (cost < mine - slack).any(axis=1))
    best = int(beats[0]) if beats.size else None
    least = min(_least(problem, front, way.hits), way.time_s)
    return replace(way, known=True, dominated_by=best, least_s=least)


def _named(problem: EvacuateProblem, ground: Laid) -> Way:
    if isinstance(problem.where, WayGround):
        return known_on_ground(problem, problem.where)
    return known_on_graph(problem, ground)


def _choice(problem: EvacuateProblem, ways: Sequence[Way]) -> int:
    """The way with the most lives: the casualty's hazard against the others' hits; without a hazard the way nearest
    to the fastest and the safest, each in shares of what the front spans."""
    if problem.hazard_per_h is not None:
        lost = [1 - math.exp(-problem.hazard_per_h * w.time_s / _HOUR_S) + w.hits for w in ways]
        return int(np.argmin(lost))
    cost = np.array([[w.time_s, w.hits] for w in ways])
    span = np.maximum(np.ptp(cost, axis=0), 1e-12)
    return int(np.argmin(np.hypot(*((cost - cost.min(axis=0)) / span).T)))


def _within(ways: Sequence[Way], front: Front, starts_s: float) -> float:
    """The least w for which the cuts prove that every way has one of `ways` with (1 + w) times its time and hits."""
    if not ways:
        return math.inf
    cost = np.array([[w.time_s, w.hits] for w in ways])
    hits = np.unique(np.concatenate([np.linspace(cost[:, 1].min(), cost[:, 1].max(), 1000), cost[:, 1]]))
    floor = np.array([max(least_s(front.lines, h) - starts_s, 1e-9) for h in hits])
    # A way with hits in [hits[i], hits[i + 1]] takes floor[i + 1] at least.
    low_s = np.append(floor[1:], floor[-1])
    excess = np.maximum(cost[:, 0, None] / low_s[None, :], (cost[:, 1, None] + _FEW_HITS) / (hits[None, :] + _FEW_HITS))
    return float(max(excess.min(axis=0).max() - 1.0, 0.0))


def _none(problem: EvacuateProblem, ground: Laid, elapsed_s: float) -> Evacuation:
    names = ", ".join(e.id for e in problem.exits)
    capped = math.isfinite(problem.max_s) or math.isfinite(problem.max_hits)
    limits = " within what is allowed" if capped else ""
    return Evacuation(
        status="infeasible",
        front=(),
        within=0.0,
        chosen=-1,
        value=math.inf,
        bound=math.inf,
        why=(*ground.notes, f"No way leads from the find to {names}{limits}. Mark another exit, or allow more."),
        elapsed_s=elapsed_s,
    )


def _told(ground: Laid, ways: Sequence[Way], known: Way | None, chosen: int, within: float) -> tuple[str, ...]:
    said = list(ground.notes)
    fast, way = ways[0], ways[chosen]
    said.append(f"Fastest out: {minutes(fast.time_s)} by {fast.exit}, {hits_words(fast.hits)}.")
    if way is not fast:
        said.append(
            f"Chosen: {minutes(way.time_s)} by {way.exit}, {hits_words(way.hits)}: "
            f"{way.time_s / max(fast.time_s, 1e-9) - 1:.0%} more time for {1 - way.hits / max(fast.hits, 1e-300):.0%} "
            "less exposure."
        )
    if known is not None:
        place = "no other beats it" if known.dominated_by is None else f"way {known.dominated_by + 1} beats it"
        same = [i for i, w in enumerate(ways) if np.allclose((w.time_s, w.hits), (known.time_s, known.hits), rtol=1e-9)]
        place = f"it is way {same[0] + 1}" if same else place
        said.append(f"The known way: {minutes(known.time_s)} by {known.exit}, {hits_words(known.hits)}; {place}.")
    if len(ways) > 1:
        said.append(f"{len(ways)} ways to choose from, {minutes(ways[-1].time_s)} at the safest.")
    if 0 < within < math.inf:
        said.append(f"No way beats these by more than {within:.0%} in both time and exposure.")
    return tuple(said)


def minutes(seconds: float) -> str:
    """A time as it is read over a radio."""
    whole = round(seconds / 60)
    return f"{whole} min" if whole < 120 else f"{whole // 60} h {whole % 60:02d}"


def hits_words(hits: float) -> str:
    """Expected injuries as the chance that nobody is hurt."""
    return f"nobody hurt with {math.exp(-hits):.1%}" if hits < 1 else f"{hits:.1f} injuries to be expected"


__all__ = ["evacuate", "hits_words", "minutes"]
