"""Muster: are its probabilities true, how many people do waves leave asleep, and how long does it take?

Twenty pools of 60 people with habits of their own (true chances to come drawn from Beta(4, 2), ways, tasks) are called
1,000 times in all, each time other people and another team; each call-out is played in 20 worlds. The forecast knows
each person's last 30 calls, what is usual being learnt from all logs of the pool, not the true chance. Forecasts of all
call-outs and times are put into ten classes by what was said, and compared with the share that came true; beside them
two plain rules: heads counted without regard to what they can, and everybody taken to be there at the expected time.
Aim: off by under 0.03 in each class.

Waves: a fifth of the call-outs, called in the waves that the solver finds against calling everybody at once; both are
played in the same worlds, a wave going out where those before do not make up the team in time. What is asked of
the waves is 0.01 less than calling everybody reaches. Aim: the team in time as often but for that, 10 % fewer called.

Times: milliseconds of computing (CPU) for a first forecast, and for the next one when somebody has answered, medians of
nine made crews. Three in ten can do each role. `give or take` is how far the probability may be off, with 99 %; 0:
exact. Aims: heads of 200 in 10 ms; exact for 20 people; drawn, off by 0.005 at most in 500 ms; after an answer in
50 ms. Most crews of 40 with 12 roles are too large to be exact, and miss the last of these.

python -m bench quality_muster
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench._measure import measured
from bench._report import Cell, table
from homeward.geo import Floats
from homeward.readiness.muster.records import Candidate, Muster, MusterProblem, Takes
from homeward.readiness.muster.solve import solve
from homeward.readiness.muster.turnout import chance_to_come, prior_of

TIMES_H = (0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
ROLES = ("medic", "guard", "searcher", "driver")
LOG = 30
WORLDS = 20
WAVE_H = 0.25
CREWS = 9


@dataclass(frozen=True, slots=True)
class Habit:
    """One of the pool: what is true of them, and what their log says."""

    person: Candidate
    p_true: float
    p_log: float


def main(*, quick: bool = False) -> None:
    pools = [_pool(np.random.default_rng([7, k])) for k in range(20)]
    number = 200 if quick else 1000
    rows = [_replayed(pools[seed % len(pools)], seed) for seed in range(number)]
    said, plain, mean, came = (np.concatenate([row[k] for row in rows]) for k in range(4))
    print(table(["said", "forecasts", "mean said", "came true", "off"], list(_classes(said, came)), digits=3))
    scores: list[list[Cell]] = [
        ["homeward", _off(said, came), _brier(said, came)],
        ["heads alone", _off(plain, came), _brier(plain, came)],
        ["all at their expected time", _off(mean, came), _brier(mean, came)],
    ]
    print(table(["forecast", "farthest off in a class", "Brier score"], scores))
    print(table(["call-outs", "number", "called", "team in time"], list(_waves(pools, number // 5)), digits=3))
    print(table(["made crews", "places", "exact", "give or take", "first ms", "next ms"], list(_times()), digits=4))


def _pool(rng: np.random.Generator) -> list[Habit]:
    true = rng.beta(4, 2, 60)
    came = rng.binomial(LOG, true)
    prior = prior_of(came.tolist(), [LOG] * len(true))
    found = []
    for i, p in enumerate(true.tolist()):
        can = tuple(r for r, share in zip(ROLES, (0.2, 0.35, 0.9, 0.4), strict=True) if rng.random() < share)
        travel = Takes(median_h=float(rng.uniform(0.2, 1.5)), gsd=float(rng.uniform(1.2, 1.8)))
        found.append(Habit(Candidate(id=f"P{i}", can=can, travel=travel), p, chance_to_come(int(came[i]), LOG, prior)))
    return found


def _called(pool: Sequence[Habit], rng: np.random.Generator) -> tuple[list[Habit], MusterProblem]:
    """Some of the pool, some of them on a task, and a team."""
    chosen = [pool[i] for i in rng.choice(len(pool), int(rng.integers(8, 17)), replace=False)]
    tasks = [Takes(mean_h=1.0) if rng.random() < 0.3 else Takes() for _ in chosen]
    habits = [Habit(replace(h.person, task=t), h.p_true, h.p_log) for h, t in zip(chosen, tasks, strict=True)]
    need = {"medic": 1, "guard": int(rng.integers(1, 3)), "searcher": int(rng.integers(1, 4))}
    people = tuple(replace(h.person, p_come=h.p_log) for h in habits)
    return habits, MusterProblem(people=people, need=need, times_h=TIMES_H)


def _replayed(pool: Sequence[Habit], seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """One call-out: what was said by time, what the plain rules say, and whether the team was there."""
    rng = np.random.default_rng([1, seed])
    habits, problem = _called(pool, rng)
    found = solve(problem)
    worlds = [_world(habits, rng) for _ in range(WORLDS)]
    came = np.array([np.mean([_complete(problem, at <= t) for at in worlds]) for t in TIMES_H])
    eta = np.array([np.inf if x is None else x for x in found.eta_mean_h])
    mean = np.array([float(_complete(problem, eta <= t)) for t in TIMES_H])
    return found.p_team, _heads_alone(problem, found), mean, came


def _heads_alone(problem: MusterProblem, found: Muster) -> Floats:
    heads: Floats = found.p_heads[:, sum(problem.need.values())]
    return heads


def _world(habits: Sequence[Habit], rng: np.random.Generator) -> Floats:
    """When each arrives if called now, in one world; infinite: does not come."""
    return np.array([_arrives(h.person, rng) if rng.random() < h.p_true else np.inf for h in habits])


def _arrives(person: Candidate, rng: np.random.Generator) -> float:
    task = float(rng.exponential(person.task.mean_h)) if person.task.mean_h else 0.0
    return task + person.travel.median_h * float(person.travel.gsd ** rng.standard_normal())


def _complete(problem: MusterProblem, there: np.ndarray) -> bool:
    slots = [role for role, n in problem.need.items() for _ in range(n)]
    able = np.array([[s in person.can for s in slots] for person, t in zip(problem.people, there, strict=True) if t])
    if len(able) < len(slots):
        return False
    return bool(able[linear_sum_assignment(able, maximize=True)].sum() == len(slots))


def _classes(said: Floats, came: Floats) -> Iterator[list[Cell]]:
    of = np.minimum((said * 10).astype(int), 9)
    for k in range(10):
        mine = of == k
        if mine.any():
            mean, share = float(said[mine].mean()), float(came[mine].mean())
            yield [f"{10 * k}-{10 * k + 10} %", int(mine.sum()), mean, share, share - mean]


def _off(said: Floats, came: Floats) -> float:
    return max(abs(float(row[4])) for row in _classes(said, came) if int(row[1]) >= 50)


def _brier(said: Floats, came: Floats) -> float:
    """The mean squared error, over all worlds: `came` is the share of them in which the team was there."""
    return float(np.mean(came * (1 - said) ** 2 + (1 - came) * said**2))


def _waves(pools: Sequence[Sequence[Habit]], number: int) -> Iterator[list[Cell]]:
    """Calls at once and in waves, in the same worlds; a team that all of them reach with 80 % or more is asked for."""
    woken, every, in_time, in_time_all, played = 0, 0, 0, 0, 0
    for seed in range(number * 20):
        rng = np.random.default_rng([2, seed])
        habits, problem = _called(pools[seed % len(pools)], rng)
        p_all = float(solve(problem).p_team[-1])
        if p_all < 0.8:
            continue
        played += 1
        target = min(0.98, p_all - 0.01)
        found = solve(replace(problem, plan_waves=True, wave_every_h=WAVE_H, target=target))
        for at in (_world(habits, rng) for _ in range(WORLDS)):
            done, called = _played(problem, found, at)
            woken += called
            every += len(habits)
            in_time += done
            in_time_all += _complete(problem, at <= TIMES_H[-1])
        if played == number:
            break
    worlds = played * WORLDS
    yield ["all at once", played, every / worlds, in_time_all / worlds]
    yield ["in waves", played, woken / worlds, in_time / worlds]
    yield ["ratio", played, woken / every, in_time / max(1, in_time_all)]


def _played(problem: MusterProblem, found: Muster, at: Floats) -> tuple[bool, int]:
    """Whether the team was there in time, and how many were called."""
    place = {person.id: i for i, person in enumerate(problem.people)}
    there = np.zeros(len(at), dtype=bool)
    called = 0
    for k, wave in enumerate(found.waves):
        if _complete(problem, there):
            break
        rows = [place[who] for who in wave.people]
        there[rows] = at[rows] + k * WAVE_H <= TIMES_H[-1]
        called += len(rows)
    return _complete(problem, there), called


def _times() -> Iterator[list[Cell]]:
    for people, need in (
        (200, ()),
        (20, (1,) * 8),
        (60, (1,) * 5),
        (60, (1, 2, 3, 2, 1)),
        (40, (1,) * 8),
        (40, (1,) * 12),
    ):
        solve(_crew(people, need, seed=0))  # compiles
        costs, exact, off = [], 0, 0.0
        for seed in range(1, CREWS + 1):
            problem = _crew(people, need, seed=seed)
            _, first = measured(partial(solve, problem))
            one = replace(problem.people[0], p_come=0.95, called=True)
            found, after = measured(partial(solve, replace(problem, people=(one, *problem.people[1:]))))
            costs.append((1000 * first.cpu_s, 1000 * after.cpu_s))
            exact += found.p_error == 0
            off = max(off, found.p_error)
        first_ms, next_ms = np.median(costs, axis=0)
        roles = f"{sum(need)} in {len(need)} roles" if need else "100 heads"
        yield [f"{people} people", roles, f"{exact} of {CREWS}", off, f"{first_ms:.1f}", f"{next_ms:.1f}"]


def _crew(people: int, need: Sequence[int], *, seed: int) -> MusterProblem:
    """A made crew: each can do about a third of the roles, and comes with 0.7."""
    rng = np.random.default_rng([people, len(need), seed])
    some = tuple(
        Candidate(
            id=str(i),
            can=tuple(f"r{k}" for k in range(len(need)) if rng.random() < 0.3),
            p_come=0.7,
            travel=Takes(median_h=float(rng.uniform(0.2, 1.2)), gsd=1.4),
        )
        for i in range(people)
    )
    wanted = {f"r{k}": n for k, n in enumerate(need)}
    return MusterProblem(people=some, need=wanted, heads=None if need else 100, times_h=TIMES_H)
