"""What a schedule is made from and is, as flat arrays for the kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.search.plan.sought import Sought

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Offers(NamedTuple):
    """All tasks as flat arrays. Stretches of task j are `first[j]:first[j + 1]`, their cells `low_hit[s]:high_hit[s]`.

    `skill`, `start`, `end` (places), `twin` (the same task backwards), `where` (its place's number), `rank` (found per
    second of searching), `held` (probability its place holds) and `duration_s` are (tasks,); `ends_s` (stretches,)
    counts from the task's begin; `coverage` (2, hits) by day and night falls on the active cell `cell`, rising within a
    stretch.

    Who keeps apart (see `apart`): `spot` (segment or line), the part of it from `low` to `high` (0..1), `kind` of team
    and `air` are (tasks,), `flown` and `walked` (spots, spots). `most_again` (tasks,) is how many more tasks of the
    same kind may take the same ground. `sought` is what they look for.
    """

    skill: Ints
    start: Ints
    end: Ints
    twin: Ints
    where: Ints
    rank: Floats
    held: Floats
    duration_s: Floats
    first: Ints
    ends_s: Floats
    low_hit: Ints
    high_hit: Ints
    cell: NDArray[np.int32]
    coverage: NDArray[np.float32]
    spot: Ints
    low: Floats
    high: Floats
    kind: Ints
    air: Bools
    flown: Bools
    walked: Bools
    most_again: Ints
    sought: Sought


class Crews(NamedTuple):
    """The teams as arrays (teams,), the places' travel times by skill (modes, n, n) and the light.

    `mode[skill]` is the travel matrix of a skill. `dark` (2, k): begin and end of each dark time. A task must bring
    `task_cost` of mean probability to be worth the trouble of one more, and find `least` of all probability.

    A team is at place `start` from `free_s` on, away since `out_s` (the same as `free_s`: rested at its base), and can
    begin `flights` more sorties; `day_only` ones are home when it is dark. `allowed` (teams, tasks) is who may do what.
    `doing` (teams,) is the task that a team is on, -1 none: another one first costs `switch_cost`. `told` (teams,
    slots) is what it was told before: each that it does not get costs `told_cost`. `musts` (choices, teams, tasks) are
    the manager's: one of each must be done.
    """

    skill: Ints
    base: Ints
    start: Ints
    free_s: Floats
    out_s: Floats
    flights: Ints
    day_only: Bools
    allowed: Bools
    doing: Ints
    switch_cost: float
    told: Ints
    told_cost: float
    musts: Bools
    endurance_s: Floats
    turnaround_s: Floats
    mode: Ints
    travel_s: Floats
    dark: Floats
    period_s: float
    task_cost: float
    least: float


class Schedule(NamedTuple):
    """`task[k, i]` is the i-th task of team k, -1 = none; `begins_s` when its search begins; `value` the mean POS."""

    task: Ints
    begins_s: Floats
    value: float
