"""Leave now or hold: what staying costs and what leaving costs when something threatens, for each hour of departure.

Whoever waits is exposed where it waits, whoever goes is exposed on the way, and the casualty's hazard runs on all the
time. The threat begins at an uncertain time and lasts a while; outside that time it hurts nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.rescue.carry import Spread
from homeward.words import lasting_short


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HoldProblem:
    """A team of `people` that may leave now, or hold and leave later.

    `way_s` (n,) seconds on each piece of the way, `way_hits_per_s` (n,) expected injuries per person and second there
    while the threat is on, `here_hits_per_s` the same where the team holds, `base_hits_per_s` (n,) on the way at any
    time. `begins`: seconds from now until the threat is there; `lasts`: how long then (None: it does not end).
    `death_per_s`: the casualty's hazard while it waits or is carried (0: none).
    `ready_s`: before that nobody can leave, the litter is not packaged or its bearers are not there. `delays_s`: the
    departures that are compared (None: every quarter of an hour from `ready_s` until the threat is over).
    """

    people: int
    way_s: Floats
    way_hits_per_s: Floats
    here_hits_per_s: float
    begins: Spread
    lasts: Spread | None = None
    base_hits_per_s: Floats | None = None
    death_per_s: float = 0.0
    way_spread: float = 0.0
    delays_s: Floats | None = None
    ready_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What a departure costs: `hits` expected injuries, `p_unhurt` that nobody is hurt, `p_alive` of the casualty,
    `p_all` that nobody is hurt and the casualty lives; `p_clear` that the team is away before the threat begins.
    """

    delay_s: float
    hits: float
    hits_here: float
    hits_way: float
    p_unhurt: float
    p_alive: float
    p_all: float
    p_clear: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The departures, the soonest first, and which is best: `leave` as soon as can be, or hold until `best.delay_s`."""

    departures: tuple[Departure, ...]
    best: Departure
    leave: bool
    why: tuple[str, ...]


def leave_or_hold(problem: HoldProblem) -> Hold:
    """Each departure's cost, and the one with the greatest `p_all`; the soonest of equals."""
    way, rate, base = _checked(problem)
    begins = problem.begins.samples(101)
    lasts = np.array([np.inf]) if problem.lasts is None else problem.lasts.samples(31)
    pace = Spread(median=1.0, sd_log=problem.way_spread).samples(15)
    departures = tuple(
        _cost(problem, (way, rate, base), (begins, lasts, pace), float(d)) for d in _delays(problem, way)
    )
    best = max(departures, key=lambda d: (round(d.p_all, 6), -d.delay_s))
    return Hold(departures=departures, best=best, leave=best is departures[0], why=_told(departures, best))


def _checked(problem: HoldProblem) -> tuple[Floats, Floats, Floats]:
    way = np.atleast_1d(np.asarray(problem.way_s, dtype=np.float64))
    rate = np.broadcast_to(np.asarray(problem.way_hits_per_s, dtype=np.float64), way.shape)
    base = np.zeros_like(way) if problem.base_hits_per_s is None else np.asarray(problem.base_hits_per_s, np.float64)
    if base.shape != way.shape or not all(np.isfinite(a).all() and (a >= 0).all() for a in (way, rate, base)):
        raise BadInput("The way's seconds and hazards must be numbers from zero up, one of each for every piece.")
    if problem.people < 1 or min(problem.here_hits_per_s, problem.death_per_s, problem.way_spread, problem.ready_s) < 0:
        raise BadInput(
            "Somebody has to be there, and hazards start at zero. Check people, here_hits_per_s, death_per_s."
        )
    return way, rate, base


def _delays(problem: HoldProblem, way: Floats) -> Floats:
    if problem.delays_s is not None:
        given = np.asarray(problem.delays_s, dtype=np.float64)
        if given.size and given.min() < 0:
            raise BadInput("Nobody leaves before now. Give delays from zero up.")
        return np.unique(np.concatenate([[problem.ready_s], given[given > problem.ready_s]]))
    over = float(np.quantile(problem.begins.samples(), 0.9))
    over += float(way.sum()) if problem.lasts is None else float(np.quantile(problem.lasts.samples(), 0.9))
    ready = problem.ready_s
    return np.arange(ready, max(min(over, 86_400.0), ready + 3600.0 if ready > 0 else 0.0) + 900.0, 900.0)


def _cost(
    problem: HoldProblem, ground: tuple[Floats, Floats, Floats], draws: tuple[Floats, Floats, Floats], delay: float
) -> Departure:
    """Means over begins x lasts x pace of what one departure costs."""
    way, rate, base = ground
    begins, lasts, pace = draws
    on, off = begins[:, None, None], begins[:, None, None] + lasts[None, :, None]
    here = problem.people * problem.here_hits_per_s * _overlap(0.0, delay, on, off) * np.ones_like(pace)
    ends = delay + np.cumsum(way)[:, None] * pace[None, :]
    starts = ends - way[:, None] * pace[None, :]
    moved = np.zeros((len(begins), len(lasts), len(pace)))
    for i in np.flatnonzero(rate > 0):
        moved += problem.people * rate[i] * _overlap(starts[i], ends[i], on, off)
    moved = moved + problem.people * float((base * way).sum()) * pace
    hits = here + moved
    arrive = delay + float(way.sum()) * pace
    unhurt = np.exp(-hits)
    alive = np.exp(-problem.death_per_s * arrive)
    return Departure(
        delay_s=delay,
        hits=float(hits.mean()),
        hits_here=float(here.mean()),
        hits_way=float(moved.mean()),
        p_unhurt=float(unhurt.mean()),
        p_alive=float(alive.mean()),
        p_all=float((unhurt * alive).mean()),
        p_clear=float((on >= arrive).mean()),
    )


def _overlap(start: Floats | float, end: Floats | float, on: Floats, off: Floats) -> Floats:
    """Seconds of [start, end] that lie within [on, off]."""
    return np.asarray(np.maximum(np.minimum(end, off) - np.maximum(start, on), 0.0), dtype=np.float64)


def _told(departures: tuple[Departure, ...], best: Departure) -> tuple[str, ...]:
    now, last = departures[0], departures[-1]
    soon = "now" if now.delay_s == 0 else f"as soon as can be (in {lasting_short(now.delay_s)})"
    said = [f"Leaving {soon}: nobody hurt with {now.p_unhurt:.0%}, away before it begins with {now.p_clear:.0%}."]
    if max(d.hits for d in departures) == 0:
        said = ["It threatens neither this place nor the way."]
    elif last.delay_s > now.delay_s:
        said.append(f"Holding until it is over ({lasting_short(last.delay_s)}): nobody hurt with {last.p_unhurt:.0%}.")
    if now.p_alive < 1:
        alive = f"{now.p_alive:.0%} if you leave {soon}, {last.p_alive:.0%} if you hold"
        said.append(f"The casualty is alive at the exit with {alive}.")
    good = "nobody hurt" if now.p_alive == 1 else "nobody hurt and the casualty alive"
    what, other, against = (
        (f"Leave {soon}", last, "holding")
        if best is now
        else (f"Hold, and leave in {lasting_short(best.delay_s)}", now, f"leaving {soon}")
    )
    said.append(f"{what}: {good} with {best.p_all:.0%}, {against} {other.p_all:.0%}.")
    return tuple(said)
