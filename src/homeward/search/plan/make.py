"""`make_plan`: the plan for the teams there are and the hours there are; `rule_plan` for comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import shapely

from homeward.detect import pod
from homeward.geo import Floats
from homeward.search.plan.curve import Walk, add_coverage, mean_of, pos_curve, walks_of
from homeward.search.plan.limit import bounds
from homeward.search.plan.prepare import Prepared, Tell, prepared
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.realise import Outing, outings_of
from homeward.search.plan.routes import LinearRoute
from homeward.search.plan.schedule import Schedule, first_schedule, improved
from homeward.search.plan.skills import sample
from homeward.search.plan.words import Lookout, idle_reason, reason, task_words
from homeward.search.records import Assignment, SearchPlan, Segment
from homeward.search.segments import fresh_names, outline, ring_m, segment_labels, with_poa

_SAME_STRIP = 0.8  # overlap (intersection over union) above which a strip is the one of an earlier plan


def make_plan(
    problem: PlanProblem, *, seed: int = 0, progress: Callable[[float, str], None] | None = None
) -> SearchPlan:
    """The search plan that finds the subject soonest: who searches where, in which order, by which way.

    Maximises the mean over the period of the probability of having found the subject (the same seed gives the same
    plan). Its curve is measured on the ground, from the timed paths planned; its bound holds for every plan of these
    teams. Raises `BadInput` naming what cannot be (see `PlanProblem`).
    """
    tell: Tell = progress or (lambda _share, _words: None)
    ready = prepared(problem, tell)
    first = first_schedule(ready.offers, ready.crews, ready.poa)
    schedule = improved(
        first, ready.offers, ready.crews, ready.poa, seed=seed, progress=lambda f: tell(0.6 + 0.25 * f, "improving")
    )
    rivals = {rule: first_schedule(ready.offers, ready.crews, ready.poa, rule=rule) for rule in _RULE_WORDS}
    return _plan(problem, ready, schedule, (seed, tell), _compared(schedule, rivals))


def rule_plan(problem: PlanProblem, *, rule: str) -> SearchPlan:
    """The plan by a simple rule, measured in the same way: "nearest" place first, or most "probability" first."""
    ready = prepared(problem, lambda _share, _words: None)
    schedule = first_schedule(ready.offers, ready.crews, ready.poa, rule=rule)
    return _plan(problem, ready, schedule, (0, lambda _share, _words: None), ())


_RULE_WORDS = {"nearest": "nearest place first", "probability": "most probable place first"}


def _compared(schedule: Schedule, rivals: dict[str, Schedule]) -> tuple[str, ...]:
    return tuple(
        f"By the rule '{words}' the same teams would have found {rivals[rule].value:.1%} on average over the period, "
        f"by this plan {schedule.value:.1%} (both as scheduled)."
        for rule, words in _RULE_WORDS.items()
    )


def _plan(
    problem: PlanProblem, ready: Prepared, schedule: Schedule, run: tuple[int, Tell], why: tuple[str, ...]
) -> SearchPlan:
    seed, tell = run
    tell(0.86, "ways there and back")
    outings = outings_of(problem, ready, schedule)
    segments, place = _with_strips(problem, ready, outings)
    lookout = Lookout(problem.terrain)
    bare = [_assignment(problem, ready, (o, segment), lookout) for o, segment in zip(outings, place, strict=True)]
    tell(0.92, "measuring the plan")
    walks = walks_of(problem, bare)
    curve = pos_curve(problem, walks)
    measured = _measured(problem, (bare, walks), segments, value=curve[-1][1])
    tell(0.96, "what is possible at most")
    most = bounds(problem, [t for t, _ in curve])
    points = tuple((t, v, b) for (t, v), b in zip(curve, most, strict=True))
    tell(1.0, "plan made")
    return SearchPlan(
        period=problem.period,
        duration_s=problem.duration_s,
        segments=segments,
        assignments=tuple(measured),
        idle=_idle(problem, ready, schedule, {a.team for a in measured}),
        curve=points,
        value=points[-1][1],
        bound=points[-1][2],
        soonest_value=mean_of(points),
        soonest_bound=mean_of(points, 2),
        seed=seed,
        why=(*_summary(problem, segments), *why),
    )


def _summary(problem: PlanProblem, segments: Sequence[Segment]) -> tuple[str, ...]:
    areas = [s for s in segments if s.kind == "area"]
    held = sum(s.poa for s in areas)
    return (
        f"{len(areas)} segments hold {held:.0%} of all probability; {problem.belief.outside:.0%} lies outside the map.",
    )


def _with_strips(
    problem: PlanProblem, ready: Prepared, outings: Sequence[Outing]
) -> tuple[tuple[Segment, ...], list[Segment]]:
    """All segments, strips along searched lines added, and each outing's own."""
    segments = list(ready.segments)
    areas = [s for s in segments if s.kind == "area"]
    strips: dict[int, Segment] = {}
    for place in sorted({o.task.place for o in outings if o.task.linear}):
        strips[place] = _strip(ready.routes[place], segments, problem.terrain.grid.cell_m)
        if strips[place] not in segments:
            segments.append(strips[place])
    current = {s.id: s for s in with_poa(problem.terrain.grid, problem.belief.poa, segments)}
    own = [strips[o.task.place] if o.task.linear else areas[o.task.place] for o in outings]
    return tuple(current.values()), [current[s.id] for s in own]


def _strip(route: LinearRoute, segments: Sequence[Segment], half_width_m: float) -> Segment:
    """The strip along a route: that of an earlier plan, or a new one."""
    ground = shapely.Polygon(shapely.LineString(route.xy_m).simplify(5.0).buffer(max(half_width_m, 30.0)).exterior)
    for old in segments:
        if old.kind == "line":
            shape = outline(old)
            if ground.intersection(shape).area > _SAME_STRIP * ground.union(shape).area:
                return old
    name = next(fresh_names(segments))
    return Segment(id=name, ring_m=ring_m(ground), area_m2=float(ground.area), poa=0.0, kind="line")


def _assignment(problem: PlanProblem, ready: Prepared, what: tuple[Outing, Segment], lookout: Lookout) -> Assignment:
    outing, segment = what
    skill = ready.skills[ready.skill_of[outing.team]]
    route = ready.routes[outing.task.place] if outing.task.linear else None
    length = float(np.hypot(*np.diff(outing.path_m, axis=0).T).sum())
    middle = problem.is_night((outing.begins_s + outing.ends_s) / 2)
    dark = any(problem.is_night(t) for t in np.linspace(outing.leaves_s, outing.back_s, 9))
    whole = np.concatenate([outing.way_m, outing.path_m, outing.home_m])
    return Assignment(
        number="",
        team=problem.teams[outing.team].id,
        segment=segment.id,
        task=task_words(outing.task, skill, route),
        access_m=_points(outing.way_m),
        route_m=_points(outing.path_m),
        return_m=_points(outing.home_m),
        leaves_s=outing.leaves_s,
        begins_s=outing.begins_s,
        ends_s=outing.ends_s,
        back_s=outing.back_s,
        length_m=length,
        sweep_width_m=float(sample(skill.width(night=middle), problem.terrain.grid, outing.path_m).mean()),
        speed_mps=length / max(outing.ends_s - outing.begins_s, 1e-9),
        spacing_m=outing.task.spacing_m,
        coverage=0.0,
        pod=0.0,
        pos=0.0,
        hazards=lookout.hazards(skill, whole, dark=dark),
        why="",
    )


def _points(xy: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in xy)


def _measured(
    problem: PlanProblem, planned: tuple[list[Assignment], list[Walk]], segments: Sequence[Segment], *, value: float
) -> list[Assignment]:
    """Assignments with coverage, POD, POS and reason, each counted after those that end before it.

    Their POS add up to the plan's `value` (a path cut at other times covers a cell by about a thousandth differently).
    """
    bare, walks = planned
    grid, poa = problem.terrain.grid, problem.belief.poa
    used = {a.segment for a in bare}
    masks = {s.id: segment_labels(grid, [s]) == 0 for s in segments if s.id in used}
    order = sorted(range(len(bare)), key=lambda n: (bare[n].ends_s, n))
    found: dict[int, float] = {}
    done: dict[int, Assignment] = {}
    left = poa.copy()
    for i in order:
        own = np.zeros(grid.shape)
        add_coverage(own, problem, walks[i], 0.0, problem.duration_s)
        got = left * pod(own)
        left -= got
        found[i] = float(got.sum())
        inside = masks[bare[i].segment]
        weight = poa[inside] if poa[inside].sum() > 0 else np.ones(int(inside.sum()))
        done[i] = replace(
            bare[i],
            number=f"{problem.period}{i + problem.first_task:02d}",
            coverage=float(own[inside].mean()) if inside.any() else 0.0,
            pod=float((weight * pod(own[inside])).sum() / weight.sum()) if inside.any() else 0.0,
        )
    share = value / max(sum(found.values()), 1e-300)
    held = {s.id: s.poa for s in segments}
    earlier: dict[str, list[str]] = {}
    for i in order:
        a = done[i]
        others = earlier.setdefault(a.segment, [])
        why = reason(a, held=held[a.segment], pos=found[i] * share, others=list(dict.fromkeys(others)))
        done[i] = replace(a, pos=found[i] * share, why=why)
        others.append(a.team)
    return [done[i] for i in range(len(bare))]


def _idle(problem: PlanProblem, ready: Prepared, schedule: Schedule, busy: set[str]) -> tuple[tuple[str, str], ...]:
    """The teams without a task, and why; one that was given tasks, but found no way on the real ground, is told so."""
    offers, crews = ready.offers, ready.crews
    said = []
    for k, team in enumerate(problem.teams):
        if team.id in busy:
            continue
        own = np.nonzero(offers.skill == crews.skill[k])[0]
        travel = crews.travel_s[crews.mode[crews.skill[k]]]
        there = (
            travel[crews.base[k], offers.start[own]] + offers.duration_s[own] + travel[offers.end[own], crews.base[k]]
        )
        on_time = bool((there <= min(problem.duration_s, crews.endurance_s[k])).any())
        reachable = on_time and not (schedule.task[k] >= 0).any()
        skill = ready.skills[ready.skill_of[k]]
        said.append((team.id, idle_reason(problem, skill, offered=len(own), reachable=reachable)))
    return tuple(said)
