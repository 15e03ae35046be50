"""Ways out: the front of time against exposure, the known way in its table, and the way that is chosen, with bounds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from homeward.geo import Floats
from homeward.rescue.destination import DestinationChoice, Option, Severity, choose_destination
from homeward.rescue.front import FEW_HITS, Found, Front, Wish, front_of, least_s, reached_s
from homeward.rescue.ground import known_on_ground, litter_profile, on_ground
from homeward.rescue.numbers import number
from homeward.rescue.onto import Laid, known_on_graph, on_graph, way_along
from homeward.rescue.records import EvacuateProblem, Evacuation, ExitAt, Way, WayGround
from homeward.rescue.relay import RelayPlan, plan_relay, relay_along

Progress = Callable[[float, float, float], None]  # seconds gone, value, bound

GROUND_WAYS = 24
"""Over ground the front is thinned to about so many ways: more cannot be chosen from (ours)."""
_HOUR_S = 3600.0


def evacuate(problem: EvacuateProblem, *, time_limit_s: float = 10.0, progress: Progress | None = None) -> Evacuation:
    """The ways out and which to take.

    Over a graph the front is whole (every way that no other beats in time, hits and effort) unless time runs out;
    over ground it is some ways on its hull and between, with `within` saying how near any way can come. `least_s` of
    each way and `bound` are true lower bounds for the graph, or for the ground as it is cut into cells.
    Status `infeasible` where no exit can be reached within what is allowed. Raises `BadInput` for a start or an exit
    that there is not.
    """
    begun = time.perf_counter()
    where = problem.where
    over_ground = isinstance(where, WayGround)
    ground = on_ground(problem, where) if isinstance(where, WayGround) else on_graph(problem, where)

    def tell(cut: Found, lines: Floats) -> None:
        if progress is not None:
            least = least_s(lines, float(cut.cost[1])) - problem.starts_s
            progress(time.perf_counter() - begun, float(cut.cost[0]) - problem.starts_s, least)

    wish = Wish(
        until=begun + 0.9 * time_limit_s,
        max_s=problem.max_s + problem.starts_s,
        max_hits=problem.max_hits,
        cuts=30 if over_ground else 12,
        cuts_until=begun + (0.3 if over_ground else 0.2) * time_limit_s,
        near=(0.2, 0.05, 0.02, 0.01) if over_ground else (0.05,),
        exact=not over_ground,
        tell=tell,
    )
    front = front_of(ground.routes, wish)
    reached = reached_s(ground.routes)
    found = _thinned(front.ways) if over_ground else front.ways
    ways = tuple(_way(problem, ground, each, front) for each in found)
    known = _known(problem, ground, front, ways)
    if not ways:
        return _none(problem, ground, time.perf_counter() - begun)
    choice = _destination(problem, ground, reached)
    chosen = _choice(problem, ways)
    within = 0.0 if front.whole else _within(ways, front, problem.starts_s)
    way = ways[chosen]
    return Evacuation(
        status="optimal" if front.whole and not over_ground else "feasible",
        front=ways,
        within=within,
        chosen=chosen,
        value=way.time_s,
        bound=way.least_s,
        why=(*_lost(ground, reached), *_told(ground, ways, known, chosen, within)),
        known=known,
        relay=_relay(problem, way),
        destination=choice,
        survival=None if problem.hazard_per_h is None else _survives(problem, way),
        elapsed_s=time.perf_counter() - begun,
    )


def _way(problem: EvacuateProblem, ground: Laid, found: Found, front: Front) -> Way:
    """A way of the front, and the least time that one as safe can take."""
    way = way_along(problem, ground, found.edges)
    return replace(way, least_s=min(_least(problem, front, way.hits), way.time_s))


def _least(problem: EvacuateProblem, front: Front, hits: float) -> float:
    if front.whole:
        slack = 1e-9 * max(hits, FEW_HITS)
        good = [w.cost[0] for w in front.ways if w.cost[1] <= hits + slack]
        return float(min(good, default=math.inf)) - problem.starts_s
    return max(least_s(front.lines, hits) - problem.starts_s, 0.0)


def _known(problem: EvacuateProblem, ground: Laid, front: Front, ways: Sequence[Way]) -> Way | None:
    """The way that was named, with the way of the front that beats it, if one does."""
    if not problem.known:
        return None
    where = problem.where
    way = known_on_ground(problem, where) if isinstance(where, WayGround) else known_on_graph(problem, ground)
    cost = np.array([[w.time_s, w.hits] for w in ways]).reshape(-1, 2)
    mine = np.array([way.time_s, way.hits])
    slack = 1e-9 * np.maximum(mine, [1.0, FEW_HITS])
    beats = np.flatnonzero((cost <= mine + slack).all(axis=1) & (cost < mine - slack).any(axis=1))
    best = int(beats[0]) if beats.size else None
    least = min(_least(problem, front, way.hits), way.time_s)
    return replace(way, known=True, dominated_by=best, least_s=least)


def _choice(problem: EvacuateProblem, ways: Sequence[Way]) -> int:
    """Of those allowed the fastest, where a limit of hits is given; else the one that costs fewest lives, a hit counted
    as one (ours); without a hazard the way nearest to the fastest and the safest, in shares of the front's span."""
    if math.isfinite(problem.max_hits):
        return 0
    if problem.hazard_per_h is not None:
        return int(np.argmin([1 - _survives(problem, w) + w.hits for w in ways]))
    cost = np.array([[w.time_s, w.hits] for w in ways])
    span = np.maximum(np.ptp(cost, axis=0), 1e-12)
    return int(np.argmin(np.hypot(*((cost - cost.min(axis=0)) / span).T)))


def _survives(problem: EvacuateProblem, way: Way) -> float:
    """That the casualty lives: alive at care, and treated there as it needs."""
    leave = next(e for e in problem.exits if e.id == way.exit)
    hazard = problem.hazard_per_h or 0.0
    return math.exp(-hazard * way.time_s / _HOUR_S) * _level(problem, leave)


def _level(problem: EvacuateProblem, leave: ExitAt) -> float:
    return 1.0 if set(problem.needs) <= set(leave.capability) else number("without_level")


def _destination(problem: EvacuateProblem, ground: Laid, reached: Floats) -> DestinationChoice | None:
    """The exits that can be reached, each by its fastest way, best first."""
    options = [
        Option(
            id=e.id,
            exit=e.id,
            hospital=e.id,
            arrive_s=max(float(reached[v]), e.ready_s) + e.then_s - problem.starts_s,
            accepts=e.accepts,
            survives=_level(problem, e),
        )
        for v, exits in ground.exits.items()
        for e in exits
        if np.isfinite(reached[v])
    ]
    hazard = problem.hazard_per_h
    severity = () if hazard is None else (Severity(id="", p=1.0, death_per_s=hazard / _HOUR_S),)
    return choose_destination(options, severity) if options else None


def _relay(problem: EvacuateProblem, way: Way) -> RelayPlan | None:
    """The bearers' relay along the chosen way; over a graph only its times are known, not where changes are."""
    if problem.bearers is None or way.carry_s <= 0:
        return None
    where = problem.where
    if isinstance(where, WayGround):
        profile = litter_profile(where, way)
        return relay_along(profile, carry_s=way.carry_s, bearers=problem.bearers, people=problem.carriers)
    return plan_relay(distance_m=way.carry_s, speed_mps=1.0, bearers=problem.bearers, people=problem.carriers)


def _thinned(ways: Sequence[Found]) -> tuple[Found, ...]:
    """About `GROUND_WAYS` of them: both ends, and between as even in time and hits as there are."""
    if len(ways) <= GROUND_WAYS:
        return tuple(ways)
    cost = np.array([w.cost[:2] for w in ways])
    share = (cost - cost[0]) / np.where(np.ptp(cost, axis=0) > 0, cost[-1] - cost[0], 1.0)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(share, axis=0).T))])
    picks = np.unique(np.searchsorted(along, np.linspace(0, along[-1], GROUND_WAYS)))
    return tuple(ways[min(int(i), len(ways) - 1)] for i in picks)


def _within(ways: Sequence[Way], front: Front, starts_s: float) -> float:
    """The least w for which the cuts prove that every way has one of `ways` with (1 + w) times its time and hits."""
    cost = np.array([[w.time_s, w.hits] for w in ways])
    hits = np.unique(np.concatenate([np.linspace(cost[:, 1].min(), cost[:, 1].max(), 1000), cost[:, 1]]))
    floor = np.array([max(least_s(front.lines, h) - starts_s, 1e-9) for h in hits])
    # A way with hits in [hits[i], hits[i + 1]] takes floor[i + 1] at least.
    low_s = np.append(floor[1:], floor[-1])
    excess = np.maximum(cost[:, 0, None] / low_s[None, :], (cost[:, 1, None] + FEW_HITS) / (hits[None, :] + FEW_HITS))
    by_cuts = float(max(excess.min(axis=0).max() - 1.0, 0.0))
    # By labels: every way has one of the front's near, and that has one of `ways` near.
    other = np.array([w.cost[:2] for w in front.ways]) - [starts_s, 0.0]
    floor_of = np.array([1e-9, FEW_HITS])
    ratio = ((cost[:, None, :] + floor_of) / (other[None, :, :] + floor_of)).max(axis=2).min(axis=0).max()
    return min(by_cuts, float((1 + front.within) * max(ratio, 1.0) - 1.0))


def _lost(ground: Laid, reached: Floats) -> tuple[str, ...]:
    lost = [e.id for v, exits in ground.exits.items() if not np.isfinite(reached[v]) for e in exits]
    return (f"No way leads to {', '.join(lost)}: water, cliffs or missing stretches lie between.",) if lost else ()


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
