"""`make_plan`: the plan for the teams there are and the hours there are; `rule_plan` for comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from homeward.detect import pod_uncertain_width
from homeward.geo import Floats
from homeward.search.plan.alive import alive_bound, differ_words, found_alive
from homeward.search.plan.arrays import Schedule
from homeward.search.plan.curve import Looks, Walk, add_coverage, mean_of, pos_curve, walks_of
from homeward.search.plan.limit import bounds
from homeward.search.plan.posts import post_segment, post_words, watched_m
from homeward.search.plan.prepare import Prepared, Tell, prepared
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.realise import Outing, Ways, outings_of
from homeward.search.plan.routes import LinearRoute
from homeward.search.plan.schedule import first_schedule, improved, pruned, without
from homeward.search.plan.skills import sample
from homeward.search.plan.words import (
    Lookout,
    dark_words,
    idle_reason,
    in_the_air,
    reason,
    reserve_words,
    same_base_words,
    task_words,
)
from homeward.search.records import Assignment, SearchPlan, Segment
from homeward.search.segments import fresh_names, outline, ring_m, segment_labels, with_poa

_SAME_STRIP = 0.8  # overlap (intersection over union) above which a strip is the one of an earlier plan


def make_plan(
    problem: PlanProblem, *, seed: int = 0, progress: Callable[[float, str], None] | None = None
) -> SearchPlan:
    """The search plan that finds the subject soonest: who searches where, in which order, by which way.

    Maximises the mean over the period of the probability of having found the subject, weighed by survival where
    scenarios differ in it (`PlanProblem.worth`; the same seed gives the same plan), where another pass by the same
    kind of team counts for less than an independent look. Its curve is measured on the ground, from the timed paths
    planned, as a debrief counts them; its bound holds for every plan of these teams. No two teams are on the same
    ground at the same time. Raises `BadInput` naming what cannot be (see `PlanProblem`).
    """
    tell: Tell = progress or (lambda _share, _words: None)
    ready = prepared(problem, tell)
    first = first_schedule(ready.offers, ready.crews, ready.poa)
    schedule = improved(
        first, ready.offers, ready.crews, ready.poa, seed=seed, progress=lambda f: tell(0.6 + 0.25 * f, "improving")
    )
    schedule = pruned(schedule, ready.offers, ready.crews, ready.poa)
    schedule = first_schedule(ready.offers, ready.crews, ready.poa, begun=schedule)  # whoever can still be of use
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
        f"By the rule '{words}' the same teams would find {rivals[rule].value:.1%} on average over the period, "
        f"by this plan {schedule.value:.1%} (both as scheduled, second looks by the same kind of team counted less)."
        for rule, words in _RULE_WORDS.items()
    )


def _plan(
    problem: PlanProblem, ready: Prepared, schedule: Schedule, run: tuple[int, Tell], why: tuple[str, ...]
) -> SearchPlan:
    seed, tell = run
    tell(0.86, "ways there and back")
    outings, walks, segments, measured = _worthwhile(problem, ready, schedule)
    tell(0.92, "measuring the plan")
    curve = pos_curve(problem, walks)
    assignments = _explained(measured, segments, value=curve[-1][1])
    tell(0.96, "what is possible at most")
    most = bounds(problem, [t for t, _ in curve])
    points = tuple((t, v, b) for (t, v), b in zip(curve, most, strict=True))
    tell(1.0, "plan made")
    return SearchPlan(
        period=problem.period,
        duration_s=problem.duration_s,
        segments=segments,
        assignments=assignments,
        idle=_idle(problem, ready, schedule, {a.team for a in assignments}),
        curve=points,
        value=points[-1][1],
        bound=points[-1][2],
        soonest_value=mean_of(points),
        soonest_bound=mean_of(points, 2),
        alive_value=found_alive(problem, walks),
        alive_bound=alive_bound(problem, points[-1][2]),
        seed=seed,
        why=(*_summary(problem, ready, segments, outings), *why),
    )


def _summary(
    problem: PlanProblem, ready: Prepared, segments: Sequence[Segment], outings: Sequence[Outing]
) -> tuple[str, ...]:
    areas = [s for s in segments if s.kind == "area"]
    held = sum(s.poa for s in areas)
    on_map = (
        f"{len(areas)} segments hold {held:.0%} of all probability; {problem.belief.outside:.0%} lies outside the map."
    )
    back = {problem.teams[o.team].id: o.back_s for o in outings if len(o.home_m)}
    said = (
        differ_words(problem),
        same_base_words(problem),
        dark_words(problem, ready.skills),
        reserve_words(back, problem.duration_s, least=ready.crews.least),
    )
    return (on_map, *(words for words in said if words))


def _worthwhile(
    problem: PlanProblem, ready: Prepared, schedule: Schedule
) -> tuple[list[Outing], list[Walk], tuple[Segment, ...], list[_Measured]]:
    """The schedule on the real ground, without tasks that turn out to find too little there."""
    ways, lookout = Ways(problem), Lookout(problem.terrain)
    while True:
        outings = outings_of(problem, ready, schedule, ways)
        segments, place = _with_strips(problem, ready, outings)
        airborne = [o for o in outings if ready.skills[ready.skill_of[o.team]].air]
        bare = [
            _assignment(problem, ready, (o, segment), (lookout, airborne))
            for o, segment in zip(outings, place, strict=True)
        ]
        walks = walks_of(problem, bare)
        measured = _measured(problem, (bare, walks), segments)
        weak = {(o.team, o.offer) for o, m in zip(outings, measured, strict=True) if m.found < ready.crews.least}
        if not weak:
            return outings, walks, segments, measured
        schedule = without(schedule, weak, ready.offers, ready.crews, ready.poa)


def _with_strips(
    problem: PlanProblem, ready: Prepared, outings: Sequence[Outing]
) -> tuple[tuple[Segment, ...], list[Segment]]:
    """All segments, strips along searched lines and the ground round posts added, and each outing's own."""
    segments = list(ready.segments)
    areas = [s for s in segments if s.kind == "area"]
    strips: dict[int, Segment] = {}
    for place, outing in sorted({o.task.place: o for o in outings if o.task.linear}.items()):
        if outing.task.mode != "search":
            strips[place] = post_segment(outing.task, segments, _reach_m(problem, ready, outing))
        else:
            strips[place] = _strip(ready.routes[place], segments, problem.terrain.grid.cell_m)
        if strips[place] not in segments:
            segments.append(strips[place])
    current = {s.id: s for s in with_poa(problem.terrain.grid, problem.belief.poa, segments)}
    own = [strips[o.task.place] if o.task.linear else areas[o.task.place] for o in outings]
    return tuple(current.values()), [current[s.id] for s in own]


def _reach_m(problem: PlanProblem, ready: Prepared, outing: Outing) -> float:
    """How far a post reaches in the light of the middle of its time."""
    night = problem.is_night((outing.begins_s + outing.ends_s) / 2)
    skill = ready.skills[ready.skill_of[outing.team]]
    return watched_m(skill, problem.terrain.grid, outing.path_m[0], night=night)


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


def _assignment(
    problem: PlanProblem, ready: Prepared, what: tuple[Outing, Segment], seen: tuple[Lookout, list[Outing]]
) -> Assignment:
    """One outing as an assignment, not yet measured; `seen` is the lookout and all drones' outings."""
    outing, segment = what
    lookout, airborne = seen
    skill = ready.skills[ready.skill_of[outing.team]]
    others = [
        problem.teams[o.team].id
        for o in airborne
        if skill.air and o.team != outing.team and o.leaves_s < outing.back_s and outing.leaves_s < o.back_s
    ]
    held = outing.task.mode != "search"
    route = ready.routes[outing.task.place] if outing.task.linear and not held else None
    length = float(np.hypot(*np.diff(outing.path_m, axis=0).T).sum())
    middle = problem.is_night((outing.begins_s + outing.ends_s) / 2)
    dark = any(problem.is_night(t) for t in np.linspace(outing.leaves_s, outing.back_s, 9))
    whole = np.concatenate([outing.way_m, outing.path_m, outing.home_m])
    return Assignment(
        number="",
        team=problem.teams[outing.team].id,
        segment=segment.id,
        task=post_words(outing.task) if held else task_words(outing.task, skill, route),
        access_m=_points(outing.way_m),
        route_m=_points(outing.path_m),
        return_m=_points(outing.home_m),
        leaves_s=outing.leaves_s,
        begins_s=outing.begins_s,
        ends_s=outing.ends_s,
        back_s=outing.back_s,
        length_m=length,
        sweep_width_m=2 * _reach_m(problem, ready, outing)
        if held
        else float(sample(skill.width(night=middle), problem.terrain.grid, outing.path_m).mean()),
        speed_mps=length / max(outing.ends_s - outing.begins_s, 1e-9),
        spacing_m=outing.task.spacing_m,
        coverage=0.0,
        pod=0.0,
        pos=0.0,
        hazards=(*lookout.hazards(skill, whole, dark=dark), *in_the_air(others)),
        why="",
        mode=outing.task.mode,
    )


def _points(xy: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in xy)


@dataclass(frozen=True, slots=True)
class _Measured:
    """An assignment, what it finds in all and inside its segment, and who searched that segment before."""

    assignment: Assignment
    found: float
    inside: float
    others: tuple[str, ...]


def _measured(
    problem: PlanProblem, planned: tuple[list[Assignment], list[Walk]], segments: Sequence[Segment]
) -> list[_Measured]:
    """Assignments with coverage and POD, and what each finds, counted after those that end before it.

    POD is the mean over the segment's cells of what its own coverage reaches, as a debrief measures it.
    """
    bare, walks = planned
    grid = problem.terrain.grid
    used = {a.segment for a in bare}
    masks = {s.id: segment_labels(grid, [s]) == 0 for s in segments if s.id in used}
    done: dict[int, _Measured] = {}
    earlier: dict[str, list[str]] = {}
    looks = Looks(problem.belief.poa)
    for i in sorted(range(len(bare)), key=lambda n: (bare[n].ends_s, n)):
        own = np.zeros(grid.shape)
        add_coverage(own, problem, walks[i], 0.0, problem.duration_s)
        seen = pod_uncertain_width(own)
        got = looks.take(walks[i].skill.kind, own)
        inside = masks[bare[i].segment]
        task = replace(
            bare[i],
            number=f"{problem.period}{i + problem.first_task:02d}",
            coverage=float(own[inside].mean()) if inside.any() else 0.0,
            pod=float(seen[inside].mean()) if inside.any() else 0.0,
        )
        others = earlier.setdefault(task.segment, [])
        done[i] = _Measured(task, float(got.sum()), float(got[inside].sum()), tuple(dict.fromkeys(others)))
        others.append(task.team)
    return [done[i] for i in range(len(bare))]


def _explained(measured: Sequence[_Measured], segments: Sequence[Segment], *, value: float) -> tuple[Assignment, ...]:
    """The assignments with POS and reason.

    Their POS add up to the plan's `value` (a path cut at other times covers a cell by about a thousandth differently).
    """
    share = value / max(sum(m.found for m in measured), 1e-300)
    held = {s.id: s.poa for s in segments}
    said = []
    for m in measured:
        a, inside = replace(m.assignment, pos=m.found * share), m.inside * share
        said.append(replace(a, why=reason(a, held=held[a.segment], inside=inside, others=m.others)))
    return tuple(said)


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
        said.append((team.id, idle_reason(problem, skill, offered=len(own), reachable=reachable, least=crews.least)))
    return tuple(said)
