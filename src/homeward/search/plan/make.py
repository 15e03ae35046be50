"""`make_plan`: the plan for the teams there are and the hours there are; `rule_plan` for comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.mission.nouns import LockRule
from homeward.search.plan.again import changes_of, kept, nothing_new
from homeward.search.plan.alive import alive_bound, differ_words
from homeward.search.plan.apart import conflicts
from homeward.search.plan.arrays import Schedule
from homeward.search.plan.curve import mean_of
from homeward.search.plan.explain import Use, told_per_h, uses_of
from homeward.search.plan.limit import bounds
from homeward.search.plan.locks import locked, unmet, unmet_words, with_musts
from homeward.search.plan.measure import Measured, Realised, realised, warned, worthwhile
from homeward.search.plan.moves import DISOBEYED, obeyed, price_of
from homeward.search.plan.prepare import Prepared, Tell, prepared
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.realise import Ways
from homeward.search.plan.rules import own_left_out, rivals_of, rule_schedule
from homeward.search.plan.schedule import Effort, aim, first_schedule, improving, pruned
from homeward.search.plan.travel import coarse
from homeward.search.plan.words import (
    Lookout,
    dark_words,
    idle_reason,
    lies_in,
    next_best_words,
    reason,
    reserve_words,
    same_base_words,
)
from homeward.search.records import Assignment, Rival, SearchPlan, Segment
from homeward.words import percent

FIRST = "This is the first usable plan, not yet improved; its ways are worked out on coarser ground."
_UNTOLD = Use(pos_per_h=0.0, next_offer=-1, next_pos_per_h=0.0)
INTERRUPTED = "Improving was interrupted: this is the best plan found until then."
_LOCK_EFFORT = 0.1  # of the usual work, for what each lock costs
_SECOND_EFFORT = 0.3  # likewise, where a rule did better and is improved in its turn


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Desk:
    """What every step of making a plan has at hand."""

    problem: PlanProblem
    ready: Prepared
    ways: Ways
    lookout: Lookout
    seed: int
    tell: Tell

    def aim(self, schedule: Schedule) -> float:
        return aim(schedule, self.ready.offers, self.ready.crews, self.ready.poa)

    def filled(self, schedule: Schedule | None) -> Schedule:
        """With tasks for whoever can still be of use."""
        return first_schedule(self.ready.offers, self.ready.crews, self.ready.poa, begun=schedule)


def make_plan(
    problem: PlanProblem,
    *,
    seed: int = 0,
    progress: Callable[[float, str], None] | None = None,
    time_limit_s: float | None = None,
    on_plan: Callable[[SearchPlan], None] | None = None,
) -> SearchPlan:
    """The search plan that finds the subject soonest: who searches where, in which order, by which way.

    Maximises the mean over the period of the probability of having found the subject, weighed by survival (the same
    seed gives the same plan), where another pass by the same kind of team counts for less than an independent look. Its
    curve is measured on the ground, from the timed paths planned, as a debrief counts them; its bound holds for every
    plan of these teams. No two teams are on the same ground at the same time. It is never worse than a simple rule or
    the manager's own plan measured alike, where those keep apart and obey the locks too.

    Where teams are under way (`PlanProblem.starts`, `earlier`) it starts from that and changes it only for a gain; all
    being as it was, nothing changes. `on_plan` gets the first usable plan at once: its ways are those of coarser
    ground, its bound what is on the map. `time_limit_s` bounds the improving, by a stopwatch; an interrupt from the
    keyboard ends it with the best plan so far. Raises `BadInput` naming what cannot be (see `PlanProblem`).
    """
    tell: Tell = progress or (lambda _share, _words: None)
    ready = prepared(problem, tell)
    desk = _Desk(
        problem=problem, ready=ready, ways=Ways(problem), lookout=Lookout(problem.terrain), seed=seed, tell=tell
    )
    before = kept(problem, ready)
    first = with_musts(desk.filled(before), ready.offers, ready.crews, ready.poa)
    usable = worthwhile(problem, ready, first, desk.ways) if before else None
    if on_plan:
        rough = usable or worthwhile(problem, ready, first, Ways(problem, coarse(problem.terrain)))
        on_plan(_plan(desk, rough, (), (FIRST,), quick=True))
    rivals = rivals_of(problem, ready)
    if usable and nothing_new(problem, ready, *usable):
        return _finished(desk, usable, rivals, ())
    starts = [first, *([with_musts(desk.filled(None), ready.offers, ready.crews, ready.poa)] if before else [])]
    starts += [with_musts(s, ready.offers, ready.crews, ready.poa) for _, s in rivals if _sound(desk, s)]
    schedule, why = _improved(desk, max(starts, key=desk.aim), Effort(time_limit_s=time_limit_s))
    tell(0.86, "ways there and back")
    best = _on_ground(desk, schedule)
    if usable and not _worth_changing(desk, usable[0], best[0]):
        best = usable
    return _finished(desk, best, rivals, why)


def rule_plan(problem: PlanProblem, *, rule: str) -> SearchPlan:
    """The plan by a simple rule of `rules.RULES` ("nearest", "probability", "equal"), measured in the same way."""
    ready = prepared(problem, _silent)
    desk = _Desk(
        problem=problem, ready=ready, ways=Ways(problem), lookout=Lookout(problem.terrain), seed=0, tell=_silent
    )
    made = worthwhile(problem, ready, rule_schedule(ready, rule), desk.ways)
    return _plan(desk, made, (), ())


def _silent(_share: float, _words: str) -> None:
    return None


def _sound(desk: _Desk, schedule: Schedule) -> bool:
    """Whether a rival's schedule could be a plan of ours: teams keep apart in it."""
    return int(conflicts(desk.ready.offers, schedule.task, schedule.begins_s)) == 0


def _improved(desk: _Desk, schedule: Schedule, effort: Effort) -> tuple[Schedule, tuple[str, ...]]:
    """The schedule improved, as far as time or the keyboard allow, and what is to be said of that."""
    ready, why = desk.ready, tuple[str, ...]()
    try:
        given = (ready.offers, ready.crews, ready.poa)
        for share, better in improving(schedule, *given, seed=desk.seed, effort=effort):
            schedule = better
            desk.tell(0.6 + 0.25 * share, "improving")
    except KeyboardInterrupt:
        why = (INTERRUPTED,)
    return schedule, why


def _worth_changing(desk: _Desk, told: Realised, new: Realised) -> bool:
    """Whether a plan is so much better than what teams were told that it is worth telling them otherwise."""
    crews = desk.ready.crews
    more = float(price_of(_done(desk, new), crews) - price_of(_done(desk, told), crews))
    obeys_more = more < -DISOBEYED / 2
    return obeys_more or new.goodness - told.goodness >= max(more, crews.switch_cost)


def _on_ground(desk: _Desk, schedule: Schedule) -> tuple[Realised, list[Measured]]:
    ready = desk.ready
    schedule = desk.filled(pruned(schedule, ready.offers, ready.crews, ready.poa))
    return worthwhile(desk.problem, ready, schedule, desk.ways)


def _finished(
    desk: _Desk,
    best: tuple[Realised, list[Measured]],
    schedules: Sequence[tuple[str, Schedule]],
    why: tuple[str, ...],
) -> SearchPlan:
    """The plan, or better, where a rival does better on the ground: the rival improved. With all rivals beside it."""
    problem, ready = desk.problem, desk.ready
    desk.tell(0.88, "measuring simple rules")
    reals = [(name, realised(problem, ready, s, desk.ways)) for name, s in schedules]
    ahead = [r for _, r in reals if r.goodness > best[0].goodness and _may_win(desk, r, best[0])]
    if ahead:
        winner = max(ahead, key=lambda r: r.goodness).schedule
        better, more = _improved(desk, winner, Effort(share=_SECOND_EFFORT)) if not why else (winner, ())
        tried = [_on_ground(desk, better), worthwhile(problem, ready, winner, desk.ways)]
        sound = [best, *(t for t in tried if _obeys(desk, t[0], best[0]))]
        best, why = max(sound, key=lambda t: t[0].goodness), (*why, *more)
    return _plan(desk, best, tuple(real.as_rival(name) for name, real in reals), why)


def _may_win(desk: _Desk, rival: Realised, best: Realised) -> bool:
    """Whether a rival may take the plan's place: it keeps apart, obeys what the plan does, and breaks off no more."""
    return _sound(desk, rival.schedule) and _obeys(desk, rival, best)


def _obeys(desk: _Desk, other: Realised, best: Realised) -> bool:
    """Whether another plan does all that must be done that this one does, and goes on with all that this one does."""
    crews, new, now = desk.ready.crews, _done(desk, other), _done(desk, best)
    on = (crews.doing >= 0) & (now[:, 0] == crews.doing)
    goes_on = bool((new[on, 0] == crews.doing[on]).all())
    return goes_on and all(obeyed(new, must) or not obeyed(now, must) for must in crews.musts)


def _plan(
    desk: _Desk,
    best: tuple[Realised, list[Measured]],
    rivals: tuple[Rival, ...],
    why: tuple[str, ...],
    *,
    quick: bool = False,
) -> SearchPlan:
    problem, ready = desk.problem, desk.ready
    real = best[0]
    if not quick:
        desk.tell(0.92, "what is possible at most")
    on_map = float(problem.belief.poa.sum())
    most = [on_map] * len(real.curve) if quick else bounds(problem, [t for t, _ in real.curve])
    points = tuple((t, v, b) for (t, v), b in zip(real.curve, most, strict=True))
    uses = [_UNTOLD] * len(best[1]) if quick else uses_of(ready, real.outings)
    assignments = _explained(desk, best, uses, value=points[-1][1])
    costs = () if quick else _lock_costs(desk, real)
    gone = {} if quick else told_per_h(ready, real.outings)
    if not quick:
        desk.tell(1.0, "plan made")
    return SearchPlan(
        period=problem.period,
        duration_s=problem.duration_s,
        segments=real.segments,
        assignments=assignments,
        idle=_idle(desk, real.schedule, {a.team for a in assignments}),
        curve=points,
        value=points[-1][1],
        bound=points[-1][2],
        soonest_value=mean_of(points),
        soonest_bound=mean_of(points, 2),
        alive_value=real.alive,
        alive_bound=alive_bound(problem, points[-1][2]),
        seed=desk.seed,
        why=(*_summary(desk, real), *_compared(real, rivals), *own_left_out(desk.problem, desk.ready), *why),
        rivals=rivals,
        changes=changes_of(problem, ready, assignments, gone),
        lock_costs=costs,
    )


def _compared(real: Realised, rivals: Sequence[Rival]) -> tuple[str, ...]:
    mean = mean_of(real.curve)
    return tuple(
        f"By {rival.name} the same teams would find {rival.soonest_value:.1%} on average over the period, "
        f"by this plan {mean:.1%} (both on the real ground, second looks by the same kind of team counted less)."
        for rival in rivals
    )


def _summary(desk: _Desk, real: Realised) -> tuple[str, ...]:
    problem, ready = desk.problem, desk.ready
    areas = [s for s in real.segments if s.kind == "area"]
    held = sum(s.poa for s in areas)
    on_map = (
        f"{len(areas)} segments hold {percent(held)} of all probability; "
        f"{percent(problem.belief.outside)} lies outside the map."
    )
    back = {problem.teams[o.team].id: o.back_s for o in real.outings if len(o.home_m)}
    said = (
        differ_words(problem),
        same_base_words(problem),
        dark_words(problem, ready.skills),
        reserve_words(back, problem.duration_s, least=ready.crews.least),
    )
    done = real.schedule._replace(task=_done(desk, real))
    given = (ready.offers, ready.crews, ready.skills, ready.skill_of)
    return (*unmet_words(problem, done, given, ready.segments), on_map, *(words for words in said if words))


def _done(desk: _Desk, real: Realised) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """The tasks that are really done (teams, slots): of a schedule, some may find no way on the real ground."""
    task = np.full_like(real.schedule.task, -1)
    for k in range(len(desk.problem.teams)):
        row = [o.offer for o in real.outings if o.team == k]
        task[k, : len(row)] = row
    return task


def _explained(
    desk: _Desk, best: tuple[Realised, list[Measured]], uses: Sequence[Use], *, value: float
) -> tuple[Assignment, ...]:
    """The assignments with POS, hazards and reason.

    Their POS add up to the plan's `value` (a path cut at other times covers a cell by about a thousandth differently).
    """
    real, measured = best
    ready, problem = desk.ready, desk.problem
    share = value / max(sum(m.found for m in measured), 1e-300)
    held = {s.id: s.poa for s in real.segments}
    warnings = warned(problem, ready, real, desk.lookout)
    said = []
    for m, use, hazards in zip(measured, uses, warnings, strict=True):
        a, inside = replace(m.assignment, pos=m.found * share, hazards=hazards), m.inside * share
        where = _where(ready, real, use.next_offer)
        rate = min(use.pos_per_h, a.pos / max((a.ends_s - a.leaves_s) / 3600.0, 1e-9))  # no more than itself finds
        a = replace(a, pos_per_h=rate, next_best=where, next_pos_per_h=use.next_pos_per_h)
        said.append(replace(a, why=reason(a, held=held[a.segment], inside=inside, others=m.others)))
    return tuple(said)


def _where(ready: Prepared, real: Realised, offer: int) -> str:
    """An offer in words: the segment it searches, the line it goes along, the post it holds; '' for none."""
    if offer < 0:
        return ""
    task = ready.tasks[offer]
    areas: Sequence[Segment] = [s for s in ready.segments if s.kind == "area"]
    route = ready.routes[task.place] if task.linear and task.place >= 0 else None
    name = task.told.segment if task.told else "" if task.linear else areas[task.place].id
    same = {o.task.place: a.segment for o, a in zip(real.outings, real.bare, strict=True) if o.task.linear}
    if task.linear and task.place in same:
        name = same[task.place]
    if route is not None and not (name or route.name):
        name = lies_in(route, ready.segments)
    return next_best_words(task, ready.skills[task.skill], route, name)


def _lock_costs(desk: _Desk, real: Realised) -> tuple[tuple[str, float], ...]:
    """What the mean of the curve gains without each lock, from the same schedule, as far as a short look finds it.

    What is not obeyed costs nothing, and is not among them.
    """
    problem, ready, schedule = desk.problem, desk.ready, real.schedule
    broken = {lock.id for lock, _ in unmet(problem, schedule._replace(task=_done(desk, real)), ready.crews)}
    given = (ready.tasks, ready.segments, ready.skills)
    costs = []
    for lock in problem.locks:
        if lock.id in broken:
            continue
        others = [other for other in problem.locks if other.id != lock.id]
        free = replace(ready, crews=locked(problem, ready.crews, given, others))
        loose = replace(desk, ready=free, tell=_silent)
        now = loose.aim(schedule)
        started = schedule if lock.rule is LockRule.MUST else loose.filled(schedule)
        better, _ = _improved(loose, started, Effort(share=_LOCK_EFFORT))
        costs.append((lock.id, max(loose.aim(better) - now, 0.0)))
    return tuple(costs)


def _idle(desk: _Desk, schedule: Schedule, busy: set[str]) -> tuple[tuple[str, str], ...]:
    """The teams without a task, and why; one that was given tasks, but found no way on the real ground, is told so."""
    problem, ready = desk.problem, desk.ready
    offers, crews = ready.offers, ready.crews
    said = []
    for k, team in enumerate(problem.teams):
        if team.id in busy:
            continue
        skill = ready.skills[ready.skill_of[k]]
        if skill.grounded:
            said.append((team.id, skill.grounded))
            continue
        own = np.nonzero(crews.allowed[k])[0]
        travel = crews.travel_s[crews.mode[crews.skill[k]]]
        there = (
            travel[crews.base[k], offers.start[own]] + offers.duration_s[own] + travel[offers.end[own], crews.base[k]]
        )
        on_time = bool((there <= min(problem.duration_s, crews.endurance_s[k])).any())
        reachable = on_time and not (schedule.task[k] >= 0).any()
        said.append((team.id, idle_reason(problem, skill, offered=len(own), reachable=reachable, least=crews.least)))
    return tuple(said)
