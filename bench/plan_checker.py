"""Whether a search plan can be carried out, and finds what it says: checked apart from the planner that made it.

Nothing of the planner is used here: only the records it hands over, the ground, and the published numbers of what
each kind of team can do. `check` says in words what is wrong; of a good plan it says nothing. What it finds is
measured by `_plan_finds`, ways on foot by `_plan_ground`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from shapely.geometry.base import BaseGeometry

from bench._plan_finds import abilities, bends, finds, works_in_the_dark
from bench._plan_ground import Walking, lines_on, points_along, sampled, walkable, walking
from homeward.detect import defaults, grounded, team_endurance_s
from homeward.mission.nouns import LockRule, Team, TeamKind
from homeward.search.plan.problem import PlanProblem
from homeward.search.records import XY, Assignment, SearchPlan
from homeward.terrain.ground import Cover, LineKind

AIR = (TeamKind.DRONE, TeamKind.THERMAL, TeamKind.HELICOPTER)
FLIES_MPS = {TeamKind.DRONE: 12.0, TeamKind.THERMAL: 12.0, TeamKind.HELICOPTER: 80.0}  # at most, on the way (our own)
FASTER = {TeamKind.BIKE: 5.0, TeamKind.MOUNTED: 3.0}  # times walking, on the way, at most (our own)
BOAT_MPS = 12.0  # at most, on the way (our own)
STRAIGHT_MPS = 6.0 / 3.6  # nobody on foot is faster (Tobler 1993)
SLACK_S = 1.0
NEAR_M = 0.3
WAY_SHARE = 0.75  # a way may take this share of our own least time: our graph is coarser, and takes 8 directions
TASK_SHARE = 0.9  # a task may take this share of its path's length over the team's speed
SAME_GROUND = 0.35  # of the smaller of two tasks' ground, that teams may share at one time
INSIDE = 0.75  # of a path, that lies in its segment or near it
ASTRAY = 0.02  # of a path, that may lie where such a team cannot be (corners of cells)
POS_OFF, POS_SHARE = 0.01, 0.06  # how far the POS measured here may be from the plan's: at most, and in proportion

ACROSS_M = 50.0  # of a path, that may cross ground which a lock forbids

_BESIDE = np.ones((3, 3), dtype=np.bool_)

Lines = Iterator[str]


def check(problem: PlanProblem, plan: SearchPlan) -> list[str]:
    """Everything that is wrong with a plan for a problem, one line each; empty for one that can be signed."""
    asks: tuple[Callable[[PlanProblem, SearchPlan], Lines], ...] = (
        _names, _kept, _teams, _limits, _weather, _dark, _ways, _ground, _apart, _locks, _under_way, _sums
    )  # fmt: skip
    wrong = [line for ask in asks for line in ask(problem, plan)]
    return wrong or list(finds(problem, plan, off=POS_OFF, share=POS_SHARE))


def _own(plan: SearchPlan, team: str) -> list[Assignment]:
    return [a for a in plan.assignments if a.team == team]


def _starts(problem: PlanProblem) -> list[tuple[Team, XY, XY, float, float]]:
    """(team, base, where it stands, when it is free, since when it is out) of each."""
    here = problem.starts or (None,) * len(problem.teams)
    return [
        (team, base, start.at_m if start else base, start.free_s if start else 0.0, start.out_s if start else 0.0)
        for team, base, start in zip(problem.teams, problem.bases_m, here, strict=True)
    ]


def _names(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """Two-letter names and numbers, each once; tasks for teams and in segments that there are; nobody forgotten."""
    names = [s.id for s in plan.segments]
    given = {s.id for s in problem.segments}
    for name in names:
        if not re.fullmatch(r"[A-Z]{2}", name) and name not in given:
            yield f"segment {name!r} has no two-letter name"
        if names.count(name) > 1:
            yield f"two segments are called {name}"
    numbers = [a.number for a in plan.assignments]
    for a in plan.assignments:
        if numbers.count(a.number) > 1:
            yield f"two assignments have the number {a.number}"
        if a.segment not in names and a.mode == "search":
            yield f"{a.number} is in segment {a.segment}, which is not in the plan"
        if a.team not in {t.id for t in problem.teams}:
            yield f"{a.number} is for {a.team}, a team that there is not"
    busy, idle = {a.team for a in plan.assignments}, {name for name, _ in plan.idle}
    for t in problem.teams:
        if (t.id in busy) == (t.id in idle):
            yield f"{t.id} is {'both busy and idle' if t.id in busy else 'neither busy nor idle'}"


def _kept(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """The segments that there were are there still, as they were, and no two lie over each other."""
    now = {s.id: s for s in plan.segments}
    for old in problem.segments:
        if old.id not in now:
            yield f"segment {old.id} is gone"
        elif now[old.id].ring_m != old.ring_m or now[old.id].kind != old.kind:
            yield f"segment {old.id} was drawn anew"
    areas = [shapely.Polygon(s.ring_m) for s in plan.segments if s.kind == "area"]
    if areas and sum(p.area for p in areas) > 1.001 * shapely.union_all(areas).area + 1:
        yield "segments overlap"


def _teams(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """No team is in two places: times in order, places one after another, home at the end."""
    for team, base, at, free, _ in _starts(problem):
        own, here, ready = _own(plan, team.id), at, free
        if _comes_home_first(own[:1], at, base):
            here, ready = (
                base,
                free + _far(at, base) / FLIES_MPS.get(team.kind, STRAIGHT_MPS * FASTER.get(team.kind, 1.0)),
            )
        for a in own:
            yield from _task(a, here, ready, base)
            here, ready = (base if a.return_m else a.route_m[-1]), a.back_s
        if own and not own[-1].return_m:
            yield f"{own[-1].number} {team.id} never comes home"
        if own and own[-1].back_s > plan.duration_s + SLACK_S:
            yield f"{own[-1].number} {team.id} is back {own[-1].back_s - plan.duration_s:.0f} s after the period's end"


def _comes_home_first(own: list[Assignment], at: XY, base: XY) -> bool:
    """Whether a team that is out leaves what it is on, and begins anew from its base."""
    return bool(own) and not own[0].underway and _far(at, base) > NEAR_M and _far(own[0].access_m[0], base) <= NEAR_M


def _task(a: Assignment, here: XY, ready_s: float, base: XY) -> Lines:
    times = (a.leaves_s, a.begins_s, a.ends_s, a.back_s)
    if not (np.isfinite(times).all() and list(times) == sorted(times)):
        yield f"{a.number} runs backwards in time"
    if not a.underway and a.leaves_s < ready_s - SLACK_S:
        yield f"{a.number} {a.team} leaves {ready_s - a.leaves_s:.0f} s before it is free"
    if not a.underway and _far(a.access_m[0], here) > NEAR_M:
        yield f"{a.number} {a.team} starts {_far(a.access_m[0], here):.0f} m from where it is"
    if a.access_m and _far(a.access_m[-1], a.route_m[0]) > NEAR_M:
        yield f"{a.number} {a.team} comes to another place than its path begins"
    if a.return_m and max(_far(a.return_m[0], a.route_m[-1]), _far(a.return_m[-1], base)) > NEAR_M:
        yield f"{a.number} {a.team} goes home by a way that is not from its path's end to its base"


def _far(a: XY, b: XY) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))


def _limits(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """No longer out than the team's endurance, rest between, no more flights than batteries."""
    for i, (team, base, at, _, out) in enumerate(_starts(problem)):
        rest = (
            team.turnaround_s
            if team.turnaround_s is not None
            else defaults(team.kind, numbers=problem.numbers).turnaround_s
        )
        longest, left, flights, home = team_endurance_s(team, numbers=problem.numbers), 0.0, 0, True
        came = -np.inf
        for n, a in enumerate(_own(plan, team.id)):
            if home:
                still_out = n == 0 and out < 0 and not _comes_home_first([a], at, base)
                left = out if still_out else a.leaves_s
                flights += not still_out
                if a.leaves_s - came < rest - SLACK_S:
                    yield f"{a.number} {team.id} leaves {rest - a.leaves_s + came:.0f} s short of its rest"
            if a.back_s - left > longest + SLACK_S:
                yield f"{a.number} {team.id} is out {a.back_s - left - longest:.0f} s longer than it can be"
            home, came = bool(a.return_m), a.back_s
        start = problem.starts[i] if problem.starts else None
        most = start.batteries if start and start.batteries is not None else team.batteries
        if most is not None and flights > most:
            yield f"{team.id} flies {flights} times with {most} batteries"


def _weather(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """Nobody is out in weather that its kind does not work in."""
    for team in problem.teams:
        if why := grounded(team.kind, problem.weather, numbers=problem.numbers):
            yield from (f"{a.number} {team.id} is sent out: {why}" for a in _own(plan, team.id))


def _dark(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """Who does not work in the dark is home by then."""
    marks = [-np.inf, *problem.light_changes_s, np.inf]
    dark = [(a, b) for i, (a, b) in enumerate(pairwise(marks)) if problem.night != bool(i % 2)]
    for team in problem.teams:
        if works_in_the_dark(problem, team):
            continue
        for a in _own(plan, team.id):
            late = [min(a.back_s, e) - max(a.leaves_s, b) for b, e in dark if b < a.back_s and a.leaves_s < e]
            if late and max(late) > SLACK_S:
                yield f"{a.number} {team.id} is out {max(late):.0f} s in the dark"


def _ways(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """The ways there and home can be gone in the time they are given, and so can the path."""
    ground = walking(problem.terrain)
    of_team = {t.id: t for t in problem.teams}
    slack = 3 * problem.terrain.grid.cell_m * ground.step / 1.0
    for a in plan.assignments:
        team = of_team.get(a.team)
        if team is None:
            continue
        legs = [] if a.underway else [("there", a.access_m, a.begins_s - a.leaves_s)]
        legs += [("home", a.return_m, a.back_s - a.ends_s)] if a.return_m else []
        for what, way, takes in legs:
            least = _least_s(ground, team, way)
            if not np.isfinite(least):
                yield f"{a.number} {a.team}: there is no way {what}"
            elif takes < WAY_SHARE * least - slack - SLACK_S:
                yield f"{a.number} {a.team}: the way {what} takes {least:.0f} s, not {takes:.0f}"
        if a.mode == "search" and not a.underway:
            needs = _search_s(problem, team, a)
            if a.ends_s - a.begins_s < TASK_SHARE * needs - SLACK_S:
                yield f"{a.number} {a.team}: its path takes {needs:.0f} s, not {a.ends_s - a.begins_s:.0f}"


def _least_s(ground: Walking, team: Team, way: Sequence[XY]) -> float:
    """The least time of a way: what our own graph says, and not less than its drawn line at the fastest pace."""
    drawn = float(shapely.LineString(way).length) if len(way) > 1 else 0.0
    if team.kind in AIR or team.kind is TeamKind.BOAT or drawn < NEAR_M:
        return drawn / FLIES_MPS.get(team.kind, BOAT_MPS)
    least = float(ground.seconds(way[0], np.array(way[-1:]))[0])
    return max(least, drawn / STRAIGHT_MPS) / FASTER.get(team.kind, 1.0)


def _search_s(problem: PlanProblem, team: Team, a: Assignment) -> float:
    xy, length = points_along(np.array(a.route_m), problem.terrain.grid.cell_m / 2)
    speed = sampled(abilities(problem, team).speed_mps, problem.terrain.grid, xy)
    flown = float((length / np.where(speed > 0, speed, FLIES_MPS.get(team.kind, STRAIGHT_MPS))).sum())
    return flown + defaults(team.kind, numbers=problem.numbers).half_turn_s * float(bends(a.route_m)[1].sum())


def _ground(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """Paths lie in their segment, on the map, and where such a team can be."""
    grid = problem.terrain.grid
    rings = {s.id: shapely.Polygon(s.ring_m).buffer(2 * grid.cell_m) for s in plan.segments}
    of_team = {t.id: t for t in problem.teams}
    for a in plan.assignments:
        line = shapely.LineString(a.route_m) if len(a.route_m) > 1 else shapely.Point(a.route_m[0])
        if a.mode == "search" and a.segment in rings:
            inside = line.intersection(rings[a.segment]).length
            if inside < INSIDE * line.length:
                yield f"{a.number} {a.team} searches {1 - inside / line.length:.0%} outside {a.segment}"
        team = of_team.get(a.team)
        if team is None or team.kind in AIR:
            continue
        can = _can_be(problem, team)
        paths = [a.route_m] if team.kind is TeamKind.BOAT else [a.access_m, a.route_m, a.return_m]  # it has a trailer
        for path in (p for p in paths if len(p) > 1):
            xy, length = points_along(np.array(path), grid.cell_m / 4)
            if not length.sum() > NEAR_M:
                continue
            astray = float(length[~sampled(can, grid, xy).astype(np.bool_)].sum())
            if astray > max(ASTRAY * float(length.sum()), 2 * grid.cell_m):
                yield f"{a.number} {a.team} is {astray:.0f} m where it cannot be"


def _can_be(problem: PlanProblem, team: Team) -> NDArray[np.float64]:
    """Where a team on the ground can be, and the cells beside it."""
    if team.kind is TeamKind.BOAT:
        wet = (problem.terrain.cover == Cover.WATER) | lines_on(problem.terrain, (LineKind.RIVER,))
        return np.asarray(ndimage.binary_dilation(wet, _BESIDE), dtype=np.float64)
    return np.asarray(ndimage.binary_dilation(walkable(problem.terrain), _BESIDE), dtype=np.float64)


def _apart(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """No two teams on foot on the same ground at once, nobody in a segment that is flown, no two that fly and meet."""
    kind = {t.id: t.kind for t in problem.teams}
    known = [a for a in plan.assignments if a.mode == "search" and a.team in kind]
    for a, b in combinations(known, 2):
        if a.team == b.team or min(a.ends_s, b.ends_s) - max(a.begins_s, b.begins_s) < SLACK_S:
            continue
        flying = [kind[x.team] in AIR for x in (a, b)]
        if all(flying):
            if a.segment == b.segment:
                yield f"{a.number} {a.team} and {b.number} {b.team} fly over {a.segment} at once"
            elif shapely.LineString(a.route_m).distance(shapely.LineString(b.route_m)) < NEAR_M:
                yield f"{a.number} {a.team} and {b.number} {b.team} fly paths that meet, at once"
            continue
        if any(flying):
            if a.segment == b.segment:
                yield f"{a.number} {a.team} and {b.number} {b.team} are in {a.segment} at once, one of them in the air"
            continue
        one, two = _swept(a), _swept(b)
        shared = shapely.intersection(one, two).area / max(min(one.area, two.area), 1e-9)
        if shared > SAME_GROUND:
            yield f"{a.number} {a.team} and {b.number} {b.team} are on the same ground at once ({shared:.0%} of it)"


def _swept(a: Assignment) -> BaseGeometry:
    """The ground near a task's lanes: half of it at most, so that parts beside each other hardly meet."""
    return shapely.LineString(a.route_m).buffer(min(a.spacing_m / 4, 30.0) if a.spacing_m else 15.0)


def _locks(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """What the manager forbade is not in the plan; what it asked for is, or the plan says why not."""
    said = " ".join([*plan.why, *plan.changes, *(why for _, why in plan.idle)])
    for lock in problem.locks:
        its = [a for a in plan.assignments if lock.team in {None, a.team}]
        met = [a for a in its if a.segment == lock.segment]
        if lock.rule is LockRule.NEVER:
            yield from (f"{a.number} {a.team} is in {a.segment}, which lock {lock.id} forbids" for a in met)
            ground = next(shapely.Polygon(s.ring_m) for s in plan.segments if s.id == lock.segment)
            inner = ground.buffer(-2 * problem.terrain.grid.cell_m)  # a path along its edge is another segment's
            for a in (a for a in its if a.segment != lock.segment):
                if (inside := shapely.LineString(a.route_m).intersection(inner).length) > ACROSS_M:
                    yield f"{a.number} {a.team} searches {inside:.0f} m in {lock.segment}, which lock {lock.id} forbids"
        elif not met and lock.segment not in re.findall(r"\w+", said):
            yield f"{lock.team or 'nobody'} is not sent to {lock.segment} as lock {lock.id} asks, and nothing is said"


def _under_way(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """What a team is on stays its first task, or the plan says that it is broken off."""
    for team, start in zip(problem.teams, problem.starts, strict=False):
        own = _own(plan, team.id)
        if start.doing is None:
            yield from (f"{a.number} {a.team} is said to be under way, and is not" for a in own if a.underway)
            continue
        kept = bool(own) and own[0].number == start.doing.number and own[0].segment == start.doing.segment
        if not kept and not any(team.id in line for line in plan.changes):
            yield f"{team.id} was on {start.doing.number}; the plan drops it and does not say so"


def _sums(problem: PlanProblem, plan: SearchPlan) -> Lines:
    """POS adds up, the curve rises, stays below its bound and ends at the value."""
    at, value, most = (np.array(column) for column in zip(*plan.curve, strict=True))
    found = sum(a.pos for a in plan.assignments)
    if abs(found - plan.value) > 1e-6:
        yield f"the assignments' POS add up to {found:.4f}, the plan says {plan.value:.4f}"
    if abs(value[-1] - plan.value) > 1e-9 or abs(most[-1] - plan.bound) > 1e-9:
        yield "the curve does not end at the plan's value and bound"
    if at[0] != 0 or abs(at[-1] - plan.duration_s) > 1e-6 or (np.diff(at) <= 0).any():
        yield "the curve does not run from 0 to the period's end"
    if (np.diff(value) < -1e-12).any() or value[0] < 0:
        yield "the curve falls"
    if (value > most + 1e-9).any():
        yield f"the curve passes its bound by {float((value - most).max()):.2g}"
    if plan.value > 1 - problem.belief.outside + 1e-6:
        yield f"{plan.value:.2%} found, and only {1 - problem.belief.outside:.2%} on the map"
    mean = float(np.trapezoid(value, at) / at[-1])
    if abs(mean - plan.soonest_value) > 1e-6:
        yield f"the mean of the curve is {mean:.4f}, the plan says {plan.soonest_value:.4f}"
    if plan.alive_value is not None and not 0 <= plan.alive_value <= plan.value + 1e-9:
        yield f"found alive {plan.alive_value:.2%}, found at all {plan.value:.2%}"
    if plan.alive_value is not None and plan.alive_bound is not None and plan.alive_value > plan.alive_bound + 1e-9:
        yield f"found alive {plan.alive_value:.2%}, at most {plan.alive_bound:.2%} could be"
