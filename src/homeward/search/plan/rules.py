"""What others would do with the same teams: simple rules, and the manager's own plan, as schedules to compare with.

A rule searches; it holds no posts. Nobody takes ground that somebody else had. The manager's own plan is taken as it
is: who is told to search where somebody still is, waits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homeward.search.plan.arrays import Bools, Crews, Ints, Offers, Schedule
from homeward.search.plan.locks import searching
from homeward.search.plan.prepare import Prepared
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.schedule import first_schedule

RULES = {"nearest": "nearest place first", "probability": "most probable place first", "equal": "equal shares"}
OWN = "the manager's own plan"


def rivals_of(problem: PlanProblem, ready: Prepared) -> list[tuple[str, Schedule]]:
    """(name, schedule) of each simple rule, and of the manager's own plan where there is one."""
    rivals = [(words, rule_schedule(ready, rule)) for rule, words in RULES.items()]
    if problem.own is not None:
        rivals.append((problem.own.label or OWN, own_schedule(problem, ready)))
    return rivals


def rule_schedule(ready: Prepared, rule: str) -> Schedule:
    """The schedule by a rule of `RULES`.

    "nearest": whoever comes free takes the nearest place that nobody had; "probability": the one that holds most.
    "equal": segments and lines are dealt out so that all teams hold the same probability, as near as may be, the most
    probable first and each to who holds least of those who can search it; each team takes its own by probability.
    """
    searching = np.array([t.mode == "search" for t in ready.tasks], dtype=np.bool_)
    if rule == "equal":
        offers, crews = _owned(ready, _shares(ready, searching))
        return first_schedule(offers, crews, ready.poa, rule="probability")
    offers = ready.offers._replace(skill=np.where(searching, ready.offers.skill, -1))
    return first_schedule(offers, ready.crews, ready.poa, rule=rule)


def own_schedule(problem: PlanProblem, ready: Prepared) -> Schedule:
    """The manager's own plan: each team's segments in the order told, close lanes or wide ones, whichever serves it.

    Of the spacings that a team could sweep in, its own plan gets the one by which it does most of what it was told,
    and then finds most. What a team cannot do there, or has no time for, is left out (`own_left_out`).
    """
    teams = [t.id for t in problem.teams]
    nobody = np.full(len(ready.tasks), -1, dtype=np.int64)
    schedule = first_schedule(*_owned(ready, nobody), ready.poa, rule="nearest")
    for team, names in problem.own.orders if problem.own else ():
        if team in teams:
            tried = [_ordered(ready, schedule, teams.index(team), names, wide=wide) for wide in (False, True)]
            schedule = max(tried, key=lambda done: done[:2])[2]
    return schedule


def _ordered(
    ready: Prepared, schedule: Schedule, team: int, names: Sequence[str], *, wide: bool
) -> tuple[int, float, Schedule]:
    """A schedule with one team's segments added, in order: how many it got to, its value, and itself."""
    reached = 0
    for name in names:
        owner = np.where(_of_segment(ready, team, name, wide=wide), team, -1)
        offers, crews = _owned(ready, owner)
        before = int((schedule.task[team] >= 0).sum())
        schedule = first_schedule(_never_apart(offers), crews, ready.poa, rule="nearest", begun=schedule)
        reached += int((schedule.task[team] >= 0).sum()) > before
    return reached, schedule.value, schedule


def own_left_out(problem: PlanProblem, ready: Prepared) -> tuple[str, ...]:
    """What of the manager's own plan could not be measured, in sentences: who cannot search what, and why."""
    teams, segments = [t.id for t in problem.teams], {s.id for s in ready.segments}
    said = []
    for team, names in problem.own.orders if problem.own else ():
        if team not in teams:
            said.append(f"The manager's own plan names {team}, which is not here.")
            continue
        for name in names:
            if name not in segments:
                said.append(f"The manager's own plan sends {team} to {name}, which is no segment of this plan.")
            elif not _of_segment(ready, teams.index(team), name).any():
                said.append(f"The manager's own plan sends {team} to {name}, which it cannot search in this plan.")
    return tuple(said)


def _shares(ready: Prepared, searching: Bools) -> Ints:
    """The team that each task falls to when all places are dealt out evenly, -1 for none."""
    offers, crews = ready.offers, ready.crews
    held = np.zeros(len(crews.skill))
    owner = np.full(len(ready.tasks), -1, dtype=np.int64)
    most = np.zeros(int(offers.spot.max(initial=-1)) + 1)
    np.maximum.at(most, offers.spot, np.where(searching, offers.held, 0.0))
    for spot in np.argsort(-most, kind="stable"):
        here = (offers.spot == spot) & searching
        able = np.isin(crews.skill, offers.skill[here])
        if able.any():
            k = int(np.argmin(np.where(able, held, np.inf)))
            held[k] += most[spot]
            owner[here & (offers.skill == crews.skill[k])] = k
    return owner


def _of_segment(ready: Prepared, team: int, name: str, *, wide: bool = False) -> Bools:
    """The tasks by which a team searches a segment once: all parts, in the closest lanes or the widest; or a line."""
    areas = [s for s in ready.segments if s.kind == "area"]
    skill, segment = ready.skill_of[team], next((s for s in ready.segments if s.id == name), None)
    able = [t.mode == "search" and t.told is None and t.skill == skill for t in ready.tasks]
    mine = np.array(able, dtype=np.bool_)
    mine &= segment is not None and searching(segment, areas, ready.tasks)
    spacing = np.array([t.spacing_m or 0.0 for t in ready.tasks])
    if not mine.any():
        return mine
    chosen = float(spacing[mine].max() if wide else spacing[mine].min())
    return np.asarray(mine & (spacing == chosen), dtype=np.bool_)


def _owned(ready: Prepared, owner: Ints) -> tuple[Offers, Crews]:
    """Offers and crews in which each task can be done by one team alone (`owner`, a team's index; -1: by nobody)."""
    crews = ready.crews
    return ready.offers._replace(skill=owner), crews._replace(
        skill=np.arange(len(crews.skill), dtype=np.int64), mode=crews.mode[crews.skill]
    )


def _never_apart(offers: Offers) -> Offers:
    """Offers whose tasks may all be done at once, and again by others: what a manager orders is not argued with.

    Parts without extent meet no other part.
    """
    n = np.arange(len(offers.skill), dtype=np.int64)
    return offers._replace(
        where=np.minimum(n, offers.twin),
        flown=np.zeros_like(offers.flown),
        walked=np.zeros_like(offers.walked),
        low=np.zeros_like(offers.low),
        high=np.zeros_like(offers.high),
    )
