"""Ways out: the front of time against exposure, the known way in its table, and the way that is chosen, with bounds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from homeward.geo import Floats
from homeward.rescue.carry import profile_of
from homeward.rescue.chances import destinations, refused, survivals
from homeward.rescue.destination import DestinationChoice
from homeward.rescue.front import FEW_HITS, Found, Front, Wish, front_of, least_s, reached_s
from homeward.rescue.ground import known_on_ground, litter_profile, on_ground
from homeward.rescue.onto import Laid, known_on_graph, on_graph, way_along
from homeward.rescue.records import EvacuateProblem, Evacuation, Way, WayGround
from homeward.rescue.relay import RelayPlan, relay_along
from homeward.words import lasting_short

Progress = Callable[[float, float, float], None]  # seconds gone, value, bound

GROUND_WAYS = 24
"""Over ground the front is thinned to about so many ways: more cannot be chosen from (ours)."""


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
        until=begun + 0.85 * time_limit_s,
        max_s=problem.max_s + problem.starts_s,
        max_hits=problem.max_hits,
        cuts=30 if over_ground else 12,
        cuts_until=begun + (0.3 if over_ground else 0.2) * time_limit_s,
        near=(0.2, 0.05, 0.02, 0.01) if over_ground else (0.2, 0.05),
        exact=not over_ground,
        tell=tell,
    )
    front = front_of(ground.routes, wish)
    reached = reached_s(ground.routes)
    found = _thinned(front.ways, problem.starts_s) if over_ground else front.ways
    ways = _ways(problem, ground, found, front)
    if not ways:
        return _none(problem, ground, time.perf_counter() - begun)
    within = 0.0 if front.whole else _within(ways, front, problem.starts_s)
    choice = destinations(problem, _arrivals(problem, ground, reached))
    ways = _with_better_exits(problem, choice, ways, begun + time_limit_s)
    known = _known(problem, ground, front, ways)
    lives = _lives(problem, choice, ways)
    chosen = _choice(problem, choice, ways, lives)
    way = ways[chosen]
    relay = _relay(problem, way)
    return Evacuation(
        status="optimal" if front.whole and not over_ground else "feasible",
        front=ways,
        within=within,
        chosen=chosen,
        value=way.time_s,
        bound=way.least_s,
        why=(
            *_lost(ground, reached),
            *_told(ground, ways, chosen, lives),
            *_told_besides(ways, known, within),
            *_told_relay(problem, way, relay),
        ),
        known=known,
        relay=relay,
        care_s=float(_care_s(problem, [way])[0]),
        destination=choice,
        survival=None if lives is None else float(lives[chosen]),
        elapsed_s=time.perf_counter() - begun,
    )


def _ways(problem: EvacuateProblem, ground: Laid, found: Sequence[Found], front: Front) -> tuple[Way, ...]:
    """Ways of the front, each with the least time that one as safe can take."""
    least = _least(problem, front, np.array([each.cost[1] for each in found]))
    return tuple(
        way_along(problem, ground, each.edges, float(at_least)) for each, at_least in zip(found, least, strict=True)
    )


def _least(problem: EvacuateProblem, front: Front, hits: Floats) -> Floats:
    """(n,) true lower bounds on the seconds of any way with at most `hits` (n,)."""
    if front.whole:
        cost = np.array([w.cost[:2] for w in front.ways]).reshape(-1, 2) - [problem.starts_s, 0.0]
        return _fastest(cost, hits + 1e-9 * np.maximum(hits, FEW_HITS))
    by_cuts = np.array([max(least_s(front.lines, float(h)) - problem.starts_s, 0.0) for h in hits])
    if not math.isfinite(front.within) or not len(front.proof):
        return by_cuts
    share = 1 + front.within
    slack = [1e-8, 1e-8] * np.max(front.proof, axis=0) + [0.0, 2 * FEW_HITS]
    by_labels = _fastest(front.proof, share * hits + slack[1])
    by_labels = np.where(np.isfinite(by_labels), (by_labels - slack[0]) / share, 0.0)
    return np.asarray(np.maximum(by_cuts, by_labels))


def _fastest(cost: Floats, hits: Floats) -> Floats:
    """Seconds of the fastest of `cost` (n, 2) seconds and hits with at most `hits`; inf where there is none."""
    order = np.argsort(cost[:, 1], kind="stable")
    fastest = np.minimum.accumulate(np.append(np.inf, cost[order, 0]))
    return np.asarray(fastest[np.searchsorted(cost[order, 1], hits, side="right")])


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
    least = min(float(_least(problem, front, np.array([way.hits]))[0]), way.time_s)
    return replace(way, known=True, dominated_by=best, least_s=least)


def _choice(
    problem: EvacuateProblem, choice: DestinationChoice | None, ways: Sequence[Way], lives: Floats | None
) -> int:
    """The way that costs fewest lives, a hit counted as one (ours), and as none where a limit of hits is given; without
    a hazard the fastest within that limit, or the way nearest to the fastest and the safest, in shares of the span."""
    limited = math.isfinite(problem.max_hits)
    shut = _shut(problem, choice)
    open_ = np.array([w.exit not in shut for w in ways])
    closed = np.where(open_ | ~open_.any(), 0.0, np.inf)
    if lives is not None:
        hits = 0.0 if limited else np.array([w.hits for w in ways])
        return int(np.argmin(np.round(1 - lives + hits, 12) + closed))
    if limited:
        return int(np.argmin(closed))
    cost = np.array([[w.time_s, w.hits] for w in ways])
    span = np.maximum(np.ptp(cost, axis=0), 1e-12)
    return int(np.argmin(np.hypot(*((cost - cost.min(axis=0)) / span).T) + closed))


def _shut(problem: EvacuateProblem, choice: DestinationChoice | None) -> set[str]:
    """Exits where the casualty is surely turned away, if another is at least as good: nobody is carried there."""
    shut = {e.id for e in problem.exits if refused(e)}
    return set() if choice is None or choice.best.exit in shut else shut


def _arrivals(problem: EvacuateProblem, ground: Laid, reached: Floats) -> dict[str, float]:
    """By exit that can be reached: seconds until care by its fastest way, the rests of a relay included."""
    there = {v: float(reached[v]) for v in ground.exits if np.isfinite(reached[v])}
    rests = _rests_s(problem, np.array(list(there.values())) - problem.starts_s)
    return {
        e.id: max(at + float(rest), e.ready_s) + e.then_s - problem.starts_s
        for (v, at), rest in zip(there.items(), rests, strict=True)
        for e in ground.exits[v]
    }


def _care_s(problem: EvacuateProblem, ways: Sequence[Way]) -> Floats:
    """(ways,) seconds until care with the rests of a relay."""
    ready = {e.id: e.ready_s for e in problem.exits}
    carry = np.array([w.carry_s for w in ways])
    at = np.maximum(carry + _rests_s(problem, carry), [ready[w.exit] - problem.starts_s for w in ways])
    return np.asarray(at + [w.then_s for w in ways])


def _rests_s(problem: EvacuateProblem, carry_s: Floats) -> Floats:
    """(n,) seconds that a carry of `carry_s` takes longer with so many carriers; none where no relay is asked for."""
    if problem.bearers is None or problem.carriers is None:
        return np.zeros(len(carry_s))
    each, which = np.unique(carry_s, return_inverse=True)
    flat = profile_of(lengths_m=1.0, slope=0.0)
    plans = [relay_along(flat, carry_s=s, bearers=problem.bearers, people=problem.carriers) for s in each.tolist()]
    return np.array([p.changes * p.rest_s for p in plans])[which]


def _lives(problem: EvacuateProblem, choice: DestinationChoice | None, ways: Sequence[Way]) -> Floats | None:
    """(ways,) probability that the casualty lives by each way; None where no hazard of death is known."""
    return survivals(problem, choice, [w.exit for w in ways], _care_s(problem, ways))


def _with_better_exits(
    problem: EvacuateProblem, choice: DestinationChoice | None, ways: tuple[Way, ...], until: float
) -> tuple[Way, ...]:
    """The ways, and those to an exit where the casualty more probably lives than by any of them."""
    if len(problem.exits) == 1 or choice is None:
        return ways
    best = [e for e in problem.exits if e.id == choice.best.exit]
    shut = _shut(problem, choice)
    lives = _lives(problem, choice, ways)
    taking = np.array([w.exit not in shut for w in ways])
    enough = lives is None or choice.best.p_survives <= lives[taking].max(initial=0.0) + 1e-12
    if taking.any() and enough:
        return ways
    alone = replace(problem, exits=tuple(replace(e, fallback=0.0) for e in best), known=(), bearers=None, carriers=None)
    more = evacuate(alone, time_limit_s=max(until - time.perf_counter(), 0.2)).front
    there = {(w.exit, round(w.time_s, 6), round(w.hits, 12)) for w in ways}
    more = tuple(w for w in more if (w.exit, round(w.time_s, 6), round(w.hits, 12)) not in there)
    return tuple(sorted([*ways, *more], key=lambda w: (w.time_s, w.hits)))


def _relay(problem: EvacuateProblem, way: Way) -> RelayPlan | None:
    """The bearers' relay along the chosen way; over a graph only its times are known, not where changes are.

    The usual changes are in the way's time already, over a graph too.
    """
    if problem.bearers is None or way.carry_s <= 0:
        return None
    where = problem.where
    over_ground = isinstance(where, WayGround)
    profile = litter_profile(where, way) if isinstance(where, WayGround) else profile_of(lengths_m=1.0, slope=0.0)
    plan = relay_along(profile, carry_s=way.carry_s, bearers=problem.bearers, people=problem.carriers)
    return plan if over_ground else replace(plan, places=(), segment_m=0.0)


def _thinned(ways: Sequence[Found], starts_s: float) -> tuple[Found, ...]:
    """`GROUND_WAYS` of them: both ends, half as even in time and hits as there are, then those least like the rest."""
    if len(ways) <= GROUND_WAYS:
        return tuple(ways)
    cost = np.array([w.cost[:2] for w in ways]) - [starts_s, 0.0]
    share = (cost - cost[0]) / np.where(np.ptp(cost, axis=0) > 0, cost[-1] - cost[0], 1.0)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(share, axis=0).T))])
    even = np.searchsorted(along, np.linspace(0, along[-1], GROUND_WAYS // 2))
    picks = sorted({min(int(i), len(ways) - 1) for i in even})
    far = np.array([_near(cost[picks], at) for at in cost])
    while len(picks) < GROUND_WAYS:
        picks.append(int(far.argmax()))
        far = np.minimum(far, [_near(cost[picks[-1:]], at) for at in cost])
    return tuple(ways[i] for i in sorted(set(picks)))


def _within(ways: Sequence[Way], front: Front, starts_s: float) -> float:
    """The least w for which the cuts prove that every way has one of `ways` with (1 + w) times its time and hits."""
    cost = np.array([[w.time_s, w.hits] for w in ways])
    hits = np.linspace(cost[:, 1].min(), cost[:, 1].max(), 1000)
    if len(ways) <= len(hits):
        hits = np.unique(np.concatenate([hits, cost[:, 1]]))
    floor = np.array([max(least_s(front.lines, h) - starts_s, 1e-9) for h in hits])
    # A way with hits in [hits[i], hits[i + 1]] takes floor[i + 1] at least.
    low_s = np.append(floor[1:], floor[-1])
    by_cuts = max(_near(cost, np.array(at)) for at in zip(low_s, hits, strict=True)) - 1.0
    # By labels: every way has one of the proof's near, and that has one of `ways` near.
    ratio = max((_near(cost, at) for at in front.proof), default=np.inf) if math.isfinite(front.within) else np.inf
    return max(min(by_cuts, float((1 + front.within) * max(ratio, 1.0) - 1.0)), 0.0)


def _near(cost: Floats, other: Floats) -> float:
    """The least share of (seconds, hits) `other` (2,) that one of `cost` (n, 2) stays within in both."""
    floor = np.array([1e-9, FEW_HITS])
    return float(((cost + floor) / (other + floor)).max(axis=1).min())


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


def _told(ground: Laid, ways: Sequence[Way], chosen: int, lives: Floats | None) -> list[str]:
    said = list(ground.notes)
    fast, way = ways[0], ways[chosen]
    said.append(f"Fastest out: {lasting_short(fast.time_s)} by {fast.exit}, {hits_words(fast.hits)}.")
    if way is not fast:
        gain = [f"{1 - way.hits / fast.hits:.0%} less exposure"] if way.hits < fast.hits - FEW_HITS else []
        if lives is not None:
            gain.append(f"a casualty that lives with {lives[chosen]:.0%} against {lives[0]:.0%}")
        more = f"{way.time_s / max(fast.time_s, 1e-9) - 1:.0%} more time"
        said.append(
            f"Chosen: {lasting_short(way.time_s)} by {way.exit}, {hits_words(way.hits)}"
            + (f": {more} for {' and '.join(gain)}." if gain else f": {more}.")
        )
    return said


def _told_besides(ways: Sequence[Way], known: Way | None, within: float) -> list[str]:
    said = []
    if known is not None:
        place = "no other beats it" if known.dominated_by is None else f"way {known.dominated_by + 1} beats it"
        same = [i for i, w in enumerate(ways) if np.allclose((w.time_s, w.hits), (known.time_s, known.hits), rtol=1e-9)]
        place = f"it is way {same[0] + 1}" if same else place
        said.append(f"The known way: {lasting_short(known.time_s)} by {known.exit}, {hits_words(known.hits)}; {place}.")
    if len(ways) > 1:
        safest = min(ways, key=lambda w: (w.hits, w.time_s))
        said.append(f"{len(ways)} ways to choose from, {lasting_short(safest.time_s)} at the safest.")
    if 0 < within < math.inf:
        said.append(f"No way beats these by more than {within:.0%} in both time and exposure.")
    return said


def _told_relay(problem: EvacuateProblem, way: Way, relay: RelayPlan | None) -> list[str]:
    """Who carries, and how much later it is at care where they are too few."""
    if relay is None:
        return []
    said, late = list(relay.why), float(_care_s(problem, [way])[0])
    if relay.rest_s > 0 and relay.changes:
        said.append(
            f"With these rests the carry takes {lasting_short(relay.time_s)}: at care after {lasting_short(late)}."
        )
        if late > problem.max_s:
            said.append(
                f"That is more than the {lasting_short(problem.max_s)} allowed, which counts the carry without rests."
            )
    return said


def hits_words(hits: float) -> str:
    """Expected injuries as the chance that nobody is hurt."""
    return f"nobody hurt with {math.exp(-hits):.1%}" if hits < 1 else f"{hits:.1f} injuries to be expected"
