"""Who is called first and who after: as few as it takes, free people before those asleep, these before those on a task.

That order is ours. Nobody is pulled from a task or woken while free people make up the team in time with the
probability asked for; so the first wave is not always the smallest one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homeward.geo import Floats
from homeward.readiness.muster.arrivals import arrival
from homeward.readiness.muster.calling import Calling, call_order, calling, useful
from homeward.readiness.muster.records import MusterProblem, State
from homeward.readiness.muster.team import team_of

WORTH = 0.01
"""Somebody free stays in the first wave where those behind them add this much to the chance of the team: ours."""
DRAWS = 20_000
"""Teams drawn where they cannot be counted: ours."""
_TIERS = ((State.FREE,), (State.ASLEEP,), (State.TASK,))


def waves_of(problem: MusterProblem, names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The people named, in waves: the first reaches the target where anybody can, each later one is as large as all
    before it; those who can do nothing that is asked for come last.
    """
    people = problem.people
    team = team_of([person.can for person in people], problem.need, problem.heads, seed=0).only(DRAWS)
    calls = calling(problem, team, 1)
    at = {person.id: i for i, person in enumerate(people)}
    asked = [at[name] for name in names if name in at and not people[at[name]].needs_no_call]
    order = _in_order(calls, problem, asked)
    first = _first(calls, order, problem)
    rest = [i for i in order if i not in set(first)]
    waves, size = [first], max(len(first), 1)
    while rest:
        waves.append(rest[:size])
        rest, size = rest[size:], size + len(rest[:size])
    named = [tuple(people[i].id for i in wave) for wave in waves if wave]
    last = tuple(name for name in names if not any(name in wave for wave in named))
    return (*named, *((last,) if last else ()))


def _in_order(calls: Calling, problem: MusterProblem, asked: Sequence[int]) -> list[int]:
    """Those who can help: the free, then those asleep, then those on a task, each group as it helps most."""
    p, people = calls.p[0], problem.people
    late = [(person.last_resort, arrival(person).mean_h()) for person in people]
    found, helps = list[int](), useful(calls.team, p)
    for states in _TIERS:
        tier = [i for i in asked if people[i].state in states and helps[i]]
        known = [*calls.called, *found]
        offered: Floats = np.where(np.isin(np.arange(len(people)), [*known, *tier]), p, 0.0)
        found += [i for i in call_order(calls.team, offered, late, known) if i in set(tier)]
    return found


def _first(calls: Calling, order: Sequence[int], problem: MusterProblem) -> list[int]:
    """As far down the order as the target takes; then without those in front who were not needed after all."""
    chance = _chance(calls, [[i] for i in order])
    enough = np.flatnonzero(chance >= problem.target)
    if not len(enough):
        return list(order)
    chosen = list(order[: int(enough[0])])
    for states in reversed(_TIERS):
        tier = [i for i in chosen if problem.people[i].state in states]
        others = [i for i in chosen if i not in set(tier)]
        left = _chance(calls, [others, *([i] for i in tier)])[1:]
        lost = WORTH if states == (State.FREE,) else 1.0
        fits = (left >= problem.target) & (left >= left[-1] - lost)
        keep = tier[: int(np.argmax(fits))]
        chosen = [i for i in chosen if i in {*others, *keep}]
    return chosen


def _chance(calls: Calling, groups: Sequence[Sequence[int]]) -> Floats:
    """P(team in time) of those called or here already, and with each group more, all called at once."""
    present = np.zeros((calls.p.shape[1], len(groups) + 1))
    present[list(calls.called)] = calls.p[0, list(calls.called), None]
    for k, group in enumerate(groups):
        present[list(group), k + 1 :] = calls.p[0, list(group), None]
    return calls.team.p(present)
