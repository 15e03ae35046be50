"""Muster: everybody is called in; who is here when, and is that a team, by any time and before what is expected?

`arrivals` says when each person comes, `team` how many and whether they can fill every role, `event` puts that against
an event whose time is not known, `calling` says whom to call next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.geo import Floats
from homeward.readiness.muster.arrivals import Arrival, arrival, p_come, there_by
from homeward.readiness.muster.calling import call_order, calling, planned, told, useful
from homeward.readiness.muster.event import Pieces, pieces
from homeward.readiness.muster.records import Muster, MusterProblem, State, Takes, Wave
from homeward.readiness.muster.team import Team, missing, team_of
from homeward.readiness.muster.why import why

_SAME = 1e-12
_STEPS = 33  # times looked at in each round of finding when the target is reached
_ROUNDS = 4
_ORDER_DRAWS = 20_000  # where the number to call is found and the team is too large to be exact


def solve(problem: MusterProblem, *, seed: int = 0) -> Muster:
    """Who is here when, and with which probability that is the team asked for.

    Head counts are exact; so are teams of 20 people, and larger ones while who can fill what makes a small diagram
    (`chances`); else arrivals are drawn (`seed`), with the error said. `value` is the probability of the team
    before the event, where there is one, else by the deadline; without a team asked for, the expected number of people
    by then.
    """
    people = problem.people
    team = replace(
        team_of([person.can for person in people], problem.need, problem.heads, seed=seed), worlds=_worlds(problem)
    )
    arrivals = [arrival(person, finish_tasks=problem.finish_tasks) for person in people]
    strength = _strength(problem, team, arrivals)
    present = there_by(arrivals, np.array(problem.times_h))
    lack = missing(team, [a.p > 0 for a in arrivals])
    order, needed, helpful = _calls(problem, team, arrivals)
    waves, woken = _waves(problem, team, order[:helpful])
    value = _value(problem, team, arrivals, strength)
    found = Muster(
        status="infeasible" if lack else ("optimal" if team.exact else "feasible"),
        value=value,
        bound=min(1.0, value + team.error(value)) if problem.asks else value,
        why=(),
        p_come=team.mean(np.array([[p_come(person)] for person in people]).reshape(-1, 1))[:, 0],
        p_present=team.mean(present),
        p_heads=team.heads(present),
        p_exactly=team.counts(present),
        p_team=strength.p_team,
        p_by=strength.p_by,
        p_error=team.error(value),
        p_team_called=_called_alone(problem, team, present, strength.p_team),
        p_team_leaving=_leaving(problem, team, strength.p_team),
        p_before_event=strength.before,
        p_heads_before_event=strength.heads_before,
        eta_h=tuple(a.median_h() if a.p > 0 else None for a in arrivals),
        eta_mean_h=tuple(a.mean_h() if a.p > 0 else None for a in arrivals),
        mean_h_to=strength.mean_h_to,
        ready_h=strength.ready_h,
        call_next=tuple(people[i].id for i in order[: helpful if needed is None else needed]),
        call_order=tuple(people[i].id for i in order),
        reaches=needed is not None,
        call_n=None if needed is None else needed + sum(person.called for person in people),
        missing=lack,
        waves=waves,
        expected_called=woken,
    )
    return why(problem, found)


@dataclass(frozen=True, slots=True, eq=False)
class _Strength:
    """What hangs on the probability of the team at all times: some told, before the event, and when it is there."""

    p_team: Floats
    p_by: float
    before: float | None
    heads_before: Floats | None
    ready_h: float | None
    mean_h_to: Floats


def _strength(problem: MusterProblem, team: Team, arrivals: Sequence[Arrival]) -> _Strength:
    """All times in one go, so that a team that has to be drawn is drawn once."""
    steps = pieces(arrivals, problem.event_kinks_h)
    wanted = np.array([*problem.times_h, problem.deadline_h])
    nodes = steps.at_h if problem.event is not None else steps.edges_h
    times, where = np.unique(np.concatenate([wanted, nodes, [np.inf]]), return_inverse=True)
    present = there_by(arrivals, times)
    chance = team.p(present)
    p_at, p_nodes = chance[where[: len(wanted)]], chance[where[len(wanted) :]]
    before, heads_before = None, None
    if problem.event is not None:
        weight, later = steps.chance(problem.event)
        weights = np.append(weight, later)
        heads_before = np.clip(weights @ team.heads(present[:, where[len(wanted) :]]), 0.0, 1.0)
        before = float(np.clip(weights @ p_nodes, 0.0, 1.0)) if problem.asks else None
    return _Strength(
        p_team=p_at[:-1],
        p_by=float(p_at[-1]),
        before=before,
        heads_before=heads_before,
        ready_h=_ready(problem, team, arrivals, (times, chance)) if problem.asks else None,
        mean_h_to=_mean_to(team, arrivals, steps),
    )


def _worlds(problem: MusterProblem) -> tuple[tuple[float, Floats], ...]:
    """Common causes, as a factor for each person."""
    bound = np.array([person.state != State.HERE and not person.answered for person in problem.people], dtype=np.bool_)
    return tuple((p, np.where(bound, factor, 1.0)) for p, factor in problem.common)


def _called_alone(problem: MusterProblem, team: Team, present: Floats, everybody: Floats) -> Floats:
    """P(team) of those called or here already alone."""
    called = np.array([person.needs_no_call for person in problem.people], dtype=np.bool_)
    if called.all():
        return everybody
    if problem.asks and not called.any():
        return np.zeros(len(everybody))
    return team.p(np.where(called[:, None], present, 0.0))


def _leaving(problem: MusterProblem, team: Team, finishing: Floats) -> Floats:
    """P(team) if those on a task broke it off at once."""
    if not problem.finish_tasks or all(person.task == Takes() for person in problem.people):
        return finishing
    arrivals = [arrival(person, finish_tasks=False) for person in problem.people]
    return team.p(there_by(arrivals, np.array(problem.times_h)))


def _mean_to(team: Team, arrivals: Sequence[Arrival], steps: Pieces) -> Floats:
    """The mean time until k are there, k = 0 first; infinite beyond the number of those who are sure to come."""
    sure = sum(a.p == 1 for a in arrivals) if not team.worlds else 0
    mean = np.full(len(arrivals) + 1, np.inf)
    mean[0] = 0.0
    if sure:
        short = 1 - team.heads(there_by(arrivals, steps.at_h))[:, 1 : sure + 1]
        mean[1 : sure + 1] = steps.hours @ short
    return mean


def _ready(
    problem: MusterProblem, team: Team, arrivals: Sequence[Arrival], known: tuple[Floats, Floats]
) -> float | None:
    """The earliest time at which the team is there with the target's probability; None: at no time.

    Between the times known it is found anew where the team is exact, else by a straight line.
    """
    times, chance = known
    for _ in range(_ROUNDS):
        enough = chance >= problem.target - _SAME
        first = int(np.argmax(enough))
        if not enough.any():
            return None
        if first == 0 or not np.isfinite(times[first]):
            return float(times[first]) if first == 0 else float(times[first - 1])
        low, high = float(times[first - 1]), float(times[first])
        if not team.exact:
            return float(np.interp(problem.target, chance[first - 1 : first + 1], (low, high)))
        times = np.linspace(low, high, _STEPS)
        chance = team.p(there_by(arrivals, times))
    return high


def _calls(problem: MusterProblem, team: Team, arrivals: Sequence[Arrival]) -> tuple[list[int], int | None, int]:
    """The order of those not called yet, how many of them it takes for the target (None: all don't do), and how many
    of them can help at all, the others being last.
    """
    people = problem.people
    called = [i for i, person in enumerate(people) if person.needs_no_call]
    p = there_by(arrivals, np.array([problem.deadline_h]))[:, 0]
    late = [(person.last_resort, a.mean_h()) for person, a in zip(people, arrivals, strict=True)]
    order = call_order(team, p, late, called)
    helpful = int(useful(team, p)[order].sum())
    present = np.zeros((len(people), len(order) + 1))
    present[called] = p[called, None]
    for k, i in enumerate(order):
        present[i, k + 1 :] = p[i]
    return order, team.only(_ORDER_DRAWS).first(present, problem.target), helpful


def _waves(problem: MusterProblem, team: Team, order: Sequence[int]) -> tuple[tuple[Wave, ...], float | None]:
    if problem.waves:
        at = {person.id: i for i, person in enumerate(problem.people)}
        calls = calling(problem, team, len(problem.waves))
        return told(
            problem,
            calls,
            [[at[who] for who in wave if problem.people[at[who]].state != State.HERE] for wave in problem.waves],
        )
    if problem.plan_waves and problem.asks:
        calls = calling(problem, team, 3)
        return told(problem, calls, planned(calls, order, problem.target))
    return (), None


def _value(problem: MusterProblem, team: Team, arrivals: Sequence[Arrival], strength: _Strength) -> float:
    if not problem.asks:
        return float(team.mean(there_by(arrivals, np.array([problem.deadline_h]))).sum())
    return strength.p_by if strength.before is None else strength.before
