"""From a schedule to assignments: the real ways there and back, the clock, who is home in time, who waits for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.plan.apart import clash, repeats
from homeward.search.plan.arrays import Schedule
from homeward.search.plan.limits import CHANGE_S, home_by, leaves_at, next_dawn
from homeward.search.plan.prepare import Prepared
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.skills import FLIGHT_MPS, Skill, sample, timed
from homeward.search.plan.tasks import Task, crossed, stretch_of_path
from homeward.terrain import route_m, travel_time_s
from homeward.terrain.ground import Terrain

_SLOW_MPS = 0.4  # most ways are faster than this as the crow flies
_LONGEST_WAIT_S = 1200.0  # for another team to leave the ground: rather than wait longer, a task is left out (our own)
_METRE = 1.0  # nearer paths meet
_LEAST_SHARE = 0.25  # of a task: a team that could do less of it before it must turn back is not sent


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outing:
    """One task as it will be done: times as in `Assignment`, paths (n, 2); `home_m` is empty unless it goes home.

    `offer` is the task's number among all that there are.
    """

    team: int
    offer: int
    task: Task
    way_m: Floats
    path_m: Floats
    home_m: Floats
    leaves_s: float
    begins_s: float
    ends_s: float
    back_s: float


_Sortie = tuple[float, int]  # when a team left its base, and how many times it has


class Ways:
    """Times and routes between points for a team of some skill, each worked out once; `terrain` may be coarser."""

    def __init__(self, problem: PlanProblem, terrain: Terrain | None = None) -> None:
        self._terrain = terrain or problem.terrain
        self._home: dict[tuple[float, float], Floats] = {}
        self._out: dict[tuple[float, float], Floats] = {}
        self._paths: dict[tuple[float, ...], Floats] = {}
        self._bases = {*problem.bases_m, *(s.at_m for s in problem.starts)}
        self._nowhere = np.full(self._terrain.grid.shape, np.inf)

    def seconds(self, skill: Skill, start: Floats, end: Floats) -> float:
        """Seconds from `start` to `end` (2,), inf where there is no way."""
        apart = float(np.hypot(*(end - start)))
        if skill.straight or apart == 0:
            return apart / (skill.transit_mps or FLIGHT_MPS)
        if (float(start[0]), float(start[1])) in self._bases:
            return float(sample(self._from_base(start), self._terrain.grid, end[None])[0])
        for longest in (600.0 + apart / _SLOW_MPS, np.inf):  # near first: most ways are short on a large map
            time = float(sample(self._field(start, longest_s=longest), self._terrain.grid, end[None])[0])
            if np.isfinite(time):
                return time
        return np.inf

    def _from_base(self, base: Floats) -> Floats:
        key = (float(base[0]), float(base[1]))
        if key not in self._out:
            self._out[key] = self._field(base)
        return self._out[key]

    def seconds_home(self, skill: Skill, starts: Floats, base: Floats) -> Floats:
        """Seconds from each of `starts` (n, 2) to a base; inf where there is no way."""
        if skill.straight:
            return np.asarray(np.hypot(*(starts - base).T) / skill.transit_mps, dtype=np.float64)
        key = (float(base[0]), float(base[1]))
        if key not in self._home:
            self._home[key] = self._field(base, towards=True)
        return sample(self._home[key], self._terrain.grid, starts)

    def _field(self, place: Floats, *, towards: bool = False, longest_s: float = np.inf) -> Floats:
        try:
            return travel_time_s(self._terrain, place[None], towards=towards, max_s=longest_s)
        except BadInput:  # no walkable ground near
            return self._nowhere

    def path(self, skill: Skill, start: Floats, end: Floats) -> Floats:
        """The way from one point to the other; straight for what flies, or where no way was found."""
        if skill.straight or (start == end).all():
            return np.array([start, end])
        key = (*map(float, start), *map(float, end))
        if key not in self._paths:
            try:
                self._paths[key] = route_m(self._terrain, start, end)
            except BadInput:
                self._paths[key] = np.array([start, end])
        return self._paths[key]


def outings_of(problem: PlanProblem, ready: Prepared, schedule: Schedule, ways: Ways) -> list[Outing]:
    """Every team's tasks on the real ground; what turns out too late is cut short or left out.

    Tasks are settled in the order in which the schedule begins them. A team waits where another one still is on the
    same ground, and goes across the earlier lanes where its kind was there before.
    """
    teams, slots = np.nonzero(schedule.task >= 0)
    order = np.lexsort((teams, schedule.begins_s[teams, slots]))
    done: list[list[Outing]] = [[] for _ in problem.teams]
    out: list[_Sortie] = [(float(t), 0) for t in ready.crews.out_s]
    for k, i in zip(teams[order].tolist(), slots[order].tolist(), strict=True):
        settled = [o for own in done for o in own]
        what = (k, int(schedule.task[k, i]), float(schedule.begins_s[k, i]))
        out[k] = _next(problem, ready, what, ways, (done[k], settled, out[k]))
    for k, own in enumerate(done):
        if own:
            base = np.asarray(problem.bases_m[k], dtype=np.float64)
            own[-1] = _sent_home(own[-1], ways, ready.skills[ready.skill_of[k]], base)
    return sorted((o for own in done for o in own), key=lambda o: (o.leaves_s, o.begins_s, o.team))


def _next(
    problem: PlanProblem,
    ready: Prepared,
    what: tuple[int, int, float],
    ways: Ways,
    so_far: tuple[list[Outing], list[Outing], _Sortie],
) -> _Sortie:
    """Adds a team's next task to what it has `done`, if it can be done; returns its sortie then.

    A team on its way goes on from where it is; where that would end too late, it goes home, rests and starts anew.
    """
    k, offer, begins_s = what
    done, settled, (out_s, flown) = so_far
    crews, skill = ready.crews, ready.skills[ready.skill_of[k]]
    base = np.asarray(problem.bases_m[k], dtype=np.float64)
    at = (done[-1].path_m[-1], done[-1].ends_s) if done else _from(problem, ready, k)
    laid = _laid(ready, offer, settled, at[0])
    go = (k, offer, replace(laid, path_m=_walkable(laid.path_m, skill, problem, ways)), skill)
    change = 0.0 if offer == crews.doing[k] else CHANGE_S
    if not done and out_s == at[1]:  # rested, at its base
        back, home = at[1], None
    else:
        outing = _apart(_outing(problem, ways, go, at[0], at[1] + change), settled, ready)
        endless = outing.ends_s + _home_s(ways, skill, base, outing) > out_s + skill.endurance_s
        if not endless and begins_s < next_dawn(crews, k, at[1]):
            kept = _in_time(outing, problem, ways, skill, float(home_by(crews, k, at[1], out_s)))
            done += [kept] if kept is not None else []
            return out_s, flown
        home = _sent_home(done[-1], ways, skill, base) if done else None
        back = home.back_s if home else at[1] + float(ways.seconds_home(skill, at[0][None], base)[0])
        back += max(skill.turnaround_s, CHANGE_S)
    while begins_s >= next_dawn(crews, k, back):
        back = float(next_dawn(crews, k, back))
    kept = _afresh(problem, ready, go, ways, (back, settled)) if flown < crews.flights[k] else None
    if kept is None:
        return out_s, flown
    if home is not None:
        done[-1] = home
    done.append(kept)
    return kept.leaves_s, flown + 1


def _from(problem: PlanProblem, ready: Prepared, k: int) -> tuple[Floats, float]:
    """Where a team is at first, and from when on it is free."""
    at = problem.starts[k].at_m if ready.crews.start[k] != k else problem.bases_m[k]
    return np.asarray(at, dtype=np.float64), float(ready.crews.free_s[k])


def _afresh(
    problem: PlanProblem,
    ready: Prepared,
    go: tuple[int, int, Task, Skill],
    ways: Ways,
    when: tuple[float, list[Outing]],
) -> Outing | None:
    """A task begun from base by a rested team, in the first daylight that it fits into where the team needs that."""
    k, crews, base = go[0], ready.crews, np.asarray(problem.bases_m[go[0]], dtype=np.float64)
    t, settled = when
    while t < crews.period_s:
        leaves = float(leaves_at(crews, k, t))
        outing = _apart(_outing(problem, ways, go, base, leaves), settled, ready)
        kept = _in_time(outing, problem, ways, go[3], float(home_by(crews, k, leaves, outing.leaves_s)))
        if kept is not None:
            return kept
        t = float(next_dawn(crews, k, leaves))
    return None


def _laid(ready: Prepared, offer: int, settled: list[Outing], here: Floats) -> Task:
    """A task as it is to be done: across the lanes of the first where the same kind of team was there before.

    What somebody was told goes as told, once.
    """
    task = ready.tasks[offer]
    if task.told is not None and all(o.offer != offer for o in settled):
        return task
    task = replace(task, told=None)
    if task.linear or not any(repeats(ready.offers, o.offer, offer) for o in settled):
        return task
    segment = [s for s in ready.segments if s.kind == "area"][task.place]
    return crossed(task, segment, here)


def _apart(outing: Outing, settled: list[Outing], ready: Prepared) -> Outing:
    """The outing, so much later that nobody is on its ground at the same time; never, if that takes too long."""
    waited, others = 0.0, [o for o in settled if o.team != outing.team and _conflict(outing, o, ready)]
    while waited <= _LONGEST_WAIT_S and np.isfinite(outing.begins_s):
        meets = [o.ends_s for o in others if o.begins_s < outing.ends_s and outing.begins_s < o.ends_s]
        if not meets:
            break
        wait = min(meets) - outing.begins_s
        waited += wait
        outing = replace(
            outing,
            leaves_s=outing.leaves_s + wait,
            begins_s=min(meets),
            ends_s=outing.ends_s + wait,
            back_s=outing.back_s + wait,
        )
    return outing if waited <= _LONGEST_WAIT_S else replace(outing, begins_s=np.inf, ends_s=np.inf, back_s=np.inf)


def _conflict(a: Outing, b: Outing, ready: Prepared) -> bool:
    """Whether two teams may not do two tasks at once: the same ground, or two drones whose paths meet."""
    if clash(ready.offers, a.offer, b.offer):
        return True
    flown = bool(ready.offers.air[a.offer] and ready.offers.air[b.offer])
    return flown and bool(shapely.dwithin(shapely.LineString(a.path_m), shapely.LineString(b.path_m), _METRE))


def _outing(
    problem: PlanProblem, ways: Ways, what: tuple[int, int, Task, Skill], here: Floats, leaves_s: float
) -> Outing:
    k, offer, task, skill = what
    begins = leaves_s + ways.seconds(skill, here, task.path_m[0])
    lasts = task.duration_s if task.mode != "search" else timed(task.path_m, skill, problem.terrain.grid)[1][-1]
    ends = begins + float(lasts)
    way = ways.path(skill, here, task.path_m[0]) if np.isfinite(begins) else task.path_m[:1]
    return Outing(
        team=k,
        offer=offer,
        task=task,
        way_m=way,
        path_m=task.path_m,
        home_m=np.empty((0, 2)),
        leaves_s=leaves_s,
        begins_s=begins,
        ends_s=ends,
        back_s=ends,
    )


def _home_s(ways: Ways, skill: Skill, base: Floats, outing: Outing) -> float:
    return float(ways.seconds_home(skill, outing.path_m[-1:], base)[0])


def _sent_home(outing: Outing, ways: Ways, skill: Skill, base: Floats) -> Outing:
    back = outing.ends_s + _home_s(ways, skill, base, outing)
    return replace(outing, home_m=ways.path(skill, outing.path_m[-1], base), back_s=back)


def _in_time(outing: Outing, problem: PlanProblem, ways: Ways, skill: Skill, home_by_s: float) -> Outing | None:
    """The outing, cut short where the team must turn back to be home in time; None where too little is left of it."""
    if not np.isfinite(outing.begins_s):
        return None
    base = np.asarray(problem.bases_m[outing.team], dtype=np.float64)
    if outing.task.mode != "search":
        left = home_by_s - outing.begins_s - _home_s(ways, skill, base, outing)
        held = min(outing.ends_s - outing.begins_s, left)
        end = outing.begins_s + held
        return replace(outing, ends_s=end, back_s=end) if held >= _LEAST_SHARE * outing.task.duration_s else None
    points, seconds = timed(outing.path_m, skill, problem.terrain.grid)
    home = outing.begins_s + seconds + ways.seconds_home(skill, points, base)
    if home[-1] <= home_by_s:
        return outing
    fits = np.nonzero(home <= home_by_s)[0]
    if not len(fits) or seconds[fits[-1]] < _LEAST_SHARE * seconds[-1]:
        return None
    end = float(seconds[fits[-1]])
    path, _ = stretch_of_path(points, seconds, 0.0, end)
    return replace(outing, path_m=path, ends_s=outing.begins_s + end, back_s=outing.begins_s + end)


def _walkable(path_m: Floats, skill: Skill, problem: PlanProblem, ways: Ways) -> Floats:
    """A task's path with the legs that cross ground the team cannot search led round it, where there is a way."""
    if skill.air:
        return path_m
    grid = problem.terrain.grid
    parts = [path_m[:1]]
    for a, b in pairwise(path_m):
        points, _ = timed(np.array([a, b]), skill, grid)
        blocked = bool((sample(skill.speed_mps, grid, (points[1:] + points[:-1]) / 2) <= 0).any()) and bool(
            (a != b).any()
        )
        parts.append(ways.path(skill, a, b)[1:] if blocked else b[None])
    return np.concatenate(parts)
