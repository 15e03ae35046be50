"""The search plan as plain data: segments, one assignment per team and task, and how good the whole is.

Coordinates are metres of the mission grid, times are seconds from the plan's start.
"""

from __future__ import annotations

from dataclasses import dataclass

XY = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of ground that one team can search in a task. `ring_m` is its outline, closed, metres.

    `id` is two letters and never changes within a mission. `poa` is the probability of area when the plan was made.
    `kind` is "area", "line" for a strip along a trail, stream or ridge, or "post" for the ground round one: areas
    do not overlap, strips and posts lie over them.
    """

    id: str
    ring_m: tuple[XY, ...]
    area_m2: float
    poa: float
    kind: str = "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One task of one team: the way there, the path searched, when, and what it is expected to bring.

    `leaves_s` <= `begins_s` <= `ends_s` <= `back_s`, seconds from the plan's start. `access_m` is the way from
    where the team is to the start of `route_m`; `return_m` the way back to base where this is its last task, else
    empty. `coverage` is the mean over the segment [1], `pod` its probability of detection, `pos` the share of all
    probability that this task is expected to find, given the tasks before it. `hazards` and `why` are sentences
    for the task sheet. `mode` says whether the team searches, or holds a post: "containment" where the subject may
    come by, "attraction" where it is called. `pos_per_h` is what the task finds per hour, way included; `next_best`
    tells the team's next best use in words and `next_pos_per_h` what that would find. `underway` marks a task that
    was begun before the plan's start (its times may be negative). `part` of `parts` is which part of the segment it
    takes, where that is too much for one task.
    """

    number: str
    team: str
    segment: str
    task: str
    access_m: tuple[XY, ...]
    route_m: tuple[XY, ...]
    return_m: tuple[XY, ...]
    leaves_s: float
    begins_s: float
    ends_s: float
    back_s: float
    length_m: float
    sweep_width_m: float
    speed_mps: float
    spacing_m: float | None
    coverage: float
    pod: float
    pos: float
    hazards: tuple[str, ...]
    why: str
    mode: str = "search"
    pos_per_h: float = 0.0
    next_best: str = ""
    next_pos_per_h: float = 0.0
    underway: bool = False
    part: int = 1
    parts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """What another way of planning the same teams would reach: its name and curve of (seconds from start, POS).

    `value` is POS at the end, `soonest_value` the mean of the curve; `alive_value` as in `SearchPlan`.
    """

    name: str
    curve: tuple[tuple[float, float], ...]
    value: float
    soonest_value: float
    alive_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlan:
    """A plan for one operational period. `curve` is (seconds from start, POS reached, most possible by then).

    `value` is POS at the end, `bound` an upper bound on what any plan with these teams and hours could reach,
    `soonest_value` and `soonest_bound` the same for the mean of the curve over the period. `alive_value` is the
    probability to find the subject alive by the end, `alive_bound` what no plan could pass in that; None: not known.

    `rivals` are simple rules and the manager's own plan, measured in the same way. `changes` says in one line per team
    what a plan made again changed of the one before, and why. `lock_costs` is for each lock (its id, what the mean of
    the curve loses by it).
    """

    period: int
    duration_s: float
    segments: tuple[Segment, ...]
    assignments: tuple[Assignment, ...]
    idle: tuple[tuple[str, str], ...]
    curve: tuple[tuple[float, float, float], ...]
    value: float
    bound: float
    soonest_value: float
    soonest_bound: float
    seed: int
    why: tuple[str, ...]
    alive_value: float | None = None
    alive_bound: float | None = None
    rivals: tuple[Rival, ...] = ()
    changes: tuple[str, ...] = ()
    lock_costs: tuple[tuple[str, float], ...] = ()
