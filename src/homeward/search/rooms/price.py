"""Prices of the mass (Lagrange multipliers), which make one bound for a whole team out of a bound for each part of it.

Every part of the team claims what it would find alone; together they claim the same mass again and again. With a
price on mass, finding at step t earns worth - price, and the belief itself brings its price at the start: for any
prices that are nowhere below the mean price where the mass goes next, the sum is at least the value of every plan.
Subgradient steps after Held, Wolfe & Crowder (1974), Mathematical Programming 6, 62-88, lower it, along a fading
mean of the claims (Camerini, Fratta & Maffioli, 1975, Mathematical Programming Study 3, 26-34): mass claimed more
often than it is there becomes dear, mass that nobody claims cheap. That a part's claim may be its longest path in the
unfolded graph, and that interchangeable parts need only one, is homeward's own use of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from homeward.geo import Floats
from homeward.search.rooms.measure import awaited, moved
from homeward.search.rooms.problem import RoomsProblem
from homeward.search.rooms.team import Team, Unit, run_of
from homeward.search.rooms.unfold import Task, claims

Part = tuple[Unit, float]  # a part of the team, and how many there are like it
PACE, SHRINK, PATIENCE, MEMORY = 0.2, 0.6, 15, 0.8


def free(problem: RoomsProblem, mass: Floats) -> Floats:
    """(steps + 2, vertices): the mass before each look if nobody looks."""
    rows = np.zeros((problem.steps + 2, problem.n))
    rows[1] = mass
    for t in range(2, problem.steps + 1):
        rows[t] = moved(problem.motion, rows[t - 1])
    return rows


def prices(problem: RoomsProblem, added: Floats) -> Floats:
    """Prices from what each step adds to the mean price where the mass goes next."""
    price = np.zeros_like(added)
    for t in range(problem.steps, 0, -1):
        later = awaited(problem.motion, price[t + 1]) if t < problem.steps else price[t + 1]
        price[t] = later + added[t]
    return price


def cheapest(team: Team, parts: Sequence[Part], rounds: int, stop: Callable[[], bool]) -> tuple[float, Floats]:
    """The lowest bound found on the value of the team of all `parts`, and its prices (steps + 2, vertices)."""
    problem = team.problem
    there = free(problem, team.mass)
    worth = np.repeat(problem.worth()[:, None], problem.n, axis=1)
    added, claimed, ones, mean = np.zeros_like(worth), np.zeros_like(worth), np.ones_like(worth), None
    lowest, best, at, pace, idle = np.inf, np.zeros_like(worth), added, PACE, 0
    for _ in range(rounds):
        price = prices(problem, added)
        task = Task(team.mass, ones, worth, price[None], np.maximum(worth - price, 0.0)[None])
        bound, claim = float(team.mass @ price[1]), np.zeros_like(worth)
        for unit, count in parts:
            bound += count * claims(run_of(team, unit, task), claimed)
            claim += count * claimed
        idle += 1
        if bound < lowest - 1e-12:
            lowest, best, at, idle = bound, price, added, 0
        if stop() or bound <= team.value * (1 + 1e-12):
            break
        if idle >= PATIENCE:
            pace, idle, added = SHRINK * pace, 0, at
        mean = claim if mean is None else MEMORY * mean + (1 - MEMORY) * claim
        step = _step(problem, there, mean, added)
        length = float((step * step * there).sum())
        if length <= 0:
            break
        added = np.maximum(added - pace * (bound - team.value) / length * step, 0.0)
    return lowest, best


def _step(problem: RoomsProblem, there: Floats, claimed: Floats, added: Floats) -> Floats:
    """The way downhill: the share of the mass at each step and vertex that nobody has claimed by then."""
    step, gone = np.zeros_like(there), np.zeros(problem.n)
    for t in range(1, problem.steps + 1):
        gone = (moved(problem.motion, gone) if t > 1 else gone) + claimed[t]
        np.divide(there[t] - gone, there[t], out=step[t], where=there[t] > 0)
    step[(added <= 0) & (step > 0)] = 0.0
    return step
