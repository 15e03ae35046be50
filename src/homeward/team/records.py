"""The question of a formation and its answer, as plain data: who is there, what is needed, which rules bind.

Roles are plain names here (a mission's are `mission.people.Role`); times are seconds and hours, `now` is UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, datetime
from math import isfinite
from typing import Literal

from homeward.errors import BadInput

MAX_PEOPLE, MAX_PLACES = 1000, 1000  # people, and places to fill (need, posts and reserve together)
CRITICAL = ("medic", "guard", "sensor")  # whose lack ends a mission: research of the field names these three
MAX_TASK_H = 8784.0  # a year: no task of a formation lasts longer
MAX_SKILL = 1e6  # ours, so that sums stay numbers
RESERVE = "reserve"  # the role of those deployed who wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A place, or a sub-team, with roles of its own. Who fills them must be there within `within_s` (None: any)."""

    id: str
    need: Mapping[str, int]
    within_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormationProblem:
    """Who could do what, what is needed, and the rules.

    `people` is skill by id and role, 0 to a million; a role left out is one that the person cannot do. `need` is how
    many of each role, without a post; `posts` have needs of their own. `reserve` is how many of each role must wait in
    reserve, each counted once. `together` are pairs (role, with_role): whoever has the first is never without one who
    has the second in the same sub-team (the same post, or the formation without posts). `min_team` is the smallest
    sub-team. `deployed` is who has which role now ("reserve": waiting), `deployed_at` at which post, which
    may be gone.

    `p_present` is the probability to be there (left out: 1). Nobody goes whose `hours_awake` plus `task_h` passes
    `hours_awake_limit`, or whose qualification ends before `now` plus `task_h`. `travel_s` is the time of a person to
    a post (left out: 0). `load_h` is what each has served so far. `critical` are the roles filled first where not all
    can be. `call` is how many people to call (None: all who are there).
    """

    people: Mapping[str, Mapping[str, float]]
    need: Mapping[str, int] = field(default_factory=dict)
    posts: tuple[Post, ...] = ()
    reserve: Mapping[str, int] = field(default_factory=dict)
    together: tuple[tuple[str, str], ...] = ()
    min_team: int = 1
    deployed: Mapping[str, str] = field(default_factory=dict)
    deployed_at: Mapping[str, str] = field(default_factory=dict)
    p_present: Mapping[str, float] = field(default_factory=dict)
    hours_awake: Mapping[str, float] = field(default_factory=dict)
    hours_awake_limit: float | None = None
    task_h: float = 0.0
    qualified_until: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    now: datetime | None = None
    travel_s: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    load_h: Mapping[str, float] = field(default_factory=dict)
    critical: tuple[str, ...] = CRITICAL
    call: int | None = None

    def __post_init__(self) -> None:
        """Raises `BadInput` for what cannot be."""
        _check_people(self)
        _check_numbers(self)
        _check_needs(self)
        _check_rules(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Violator:
    """Roles that ask for more people than can do them (Hall 1935): `need` places, `people` for all of them."""

    roles: tuple[str, ...]
    people: tuple[str, ...]
    need: int

    @property
    def shortfall(self) -> int:
        """How many people are missing."""
        return self.need - len(self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A person who would do if one rule were waived: `rule` in words, `role` what the person would then do."""

    person: str
    role: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule on sub-teams that the needs break: `said` is the fact in words.

    `people` are those who can do any of its `roles`.
    """

    roles: tuple[str, ...]
    people: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`n` places of a role: at a post, or without one, or in reserve (`waits`)."""

    role: str
    n: int
    post: str | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """Why there is no formation, and the smallest changes that would do.

    `violators` are the sets of roles that ask for too many, nobody able to do roles of two of them, and `broken` the
    rules on sub-teams that the needs break. All of these together would do: `places` more to be asked for (where
    sub-teams are wrong), `lacking` more people for these roles, and `call_more` more called. Of all ways that is one
    with the fewest people (`shortfall`), then the fewest places, where `proven`. Instead of the people, `waivers` for
    the fewest kept out by a rule who would help most, though `left_with_waivers` are then still missing. Instead of
    everything: `fewer` places, where that would do; or the end of any single rule of `without`. `partial` is the best
    that can be done, critical roles first.
    """

    violators: tuple[Violator, ...]
    shortfall: int
    lacking: Mapping[str, int]
    broken: tuple[Broken, ...] = ()
    places: tuple[Places, ...] = ()
    call_more: int = 0
    proven: bool = True
    waivers: tuple[Waiver, ...] = ()
    left_with_waivers: int = 0
    fewer: tuple[Places, ...] = ()
    without: tuple[str, ...] = ()
    partial: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The best people to call, where `n` are called, by the aims one after another.

    All places can be filled from them if all come; all roles (the reserve apart) with probability `p_complete`.
    """

    n: int
    p_complete: float
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formation:
    """Who does what. `value` is the sum of skill, `bound` the most that is possible under the aims before it.

    `assigned` is the role of each, `post_of` the post, `in_reserve` the reserve's roles (by the rule), `changes` how
    many deployed people get another role. `p_complete` is the probability that all roles can still be filled when
    people drop out, `p_error` how far that may be off, with 99 % (0: exact). `prices` is what each rule costs in
    skill, 0 or more; None where it costs changes instead: without it `changes_saved` fewer of those deployed would get
    another role, so that the skill of the two is not to be compared. `optimal_plans` is how many formations are as
    good (None: too many to count). `calls` has the best call for each number of people that can fill all places.
    """

    status: Literal["optimal", "feasible", "infeasible"]
    value: float
    bound: float
    assigned: Mapping[str, str]
    post_of: Mapping[str, str]
    in_reserve: Mapping[str, str]
    changes: int
    changed: tuple[str, ...]
    p_complete: float
    p_error: float
    prices: Mapping[str, float | None]
    changes_saved: Mapping[str, int]
    optimal_plans: int | None
    called: tuple[str, ...]
    calls: tuple[Call, ...]
    max_load_h: float
    shortage: Shortage | None
    why: tuple[str, ...]
    elapsed_s: float


def _check_people(problem: FormationProblem) -> None:
    if len(problem.people) > MAX_PEOPLE:
        raise BadInput(f"There are {len(problem.people)} people; {MAX_PEOPLE} fit. Split them into formations.")
    for who, can in problem.people.items():
        for role, skill in can.items():
            if not 0 <= skill <= MAX_SKILL:
                raise BadInput(f"The skill of {who} as {role} is {skill:g}. Give a number, 0 to {MAX_SKILL:g}.")
            if role == RESERVE:
                raise BadInput(f"{who} can do {RESERVE!r}, which is no role: anybody can wait. Leave it out.")


def _check_needs(problem: FormationProblem) -> None:
    names = [post.id for post in problem.posts]
    if len(set(names)) < len(names):
        raise BadInput("Two posts have the same id. Give each its own.")
    asked = [("need", problem.need), ("reserve", problem.reserve)]
    asked += [(f"need of post {post.id}", post.need) for post in problem.posts]
    for what, need in asked:
        for role, n in need.items():
            if n < 0:
                raise BadInput(f"{what} asks for {n} of {role}. Give a number, 0 or more.")
    total = sum(sum(need.values()) for _, need in asked)
    if total > MAX_PLACES:
        raise BadInput(f"{total} places are to be filled; {MAX_PLACES} fit. Split them into formations.")


def _check_numbers(problem: FormationProblem) -> None:
    for name, values in (("hours_awake", problem.hours_awake), ("load_h", problem.load_h)):
        for who, hours in values.items():
            if not (isfinite(hours) and hours >= 0):
                raise BadInput(f"{name} of {who} is {hours:g}. Give hours, 0 or more.")
    for who, p in problem.p_present.items():
        if not 0 <= p <= 1:
            raise BadInput(f"p_present of {who} is {p:g}. Give a probability, 0 to 1.")
    if not 0 <= problem.task_h <= MAX_TASK_H:
        raise BadInput(f"task_h is {problem.task_h:g}. Give hours, 0 to {MAX_TASK_H:g}.")
    if problem.now is not None and problem.now.year >= MAXYEAR - 1:
        raise BadInput(f"now is {problem.now:%Y-%m-%d}. Give the time at which the formation begins.")


def _check_rules(problem: FormationProblem) -> None:
    if not 1 <= problem.min_team <= MAX_PLACES:
        raise BadInput(f"min_team is {problem.min_team}. Give the size of the smallest sub-team, 1 to {MAX_PLACES}.")
    if problem.call is not None and not 0 <= problem.call <= len(problem.people):
        raise BadInput(f"call is {problem.call} of {len(problem.people)} people. Give 0 up to that number.")
    if problem.qualified_until and problem.now is None:
        raise BadInput("qualified_until stands without now. Give the time (UTC) at which the formation begins.")
    for name in ("deployed", "deployed_at", "p_present", "hours_awake", "qualified_until", "travel_s", "load_h"):
        for who in getattr(problem, name):
            if who not in problem.people:
                raise BadInput(f"{name} names {who!r}, who is not among the people. Add them, or leave them out.")
    posts = {post.id for post in problem.posts}
    for name in (p for row in problem.travel_s.values() for p in row):
        if name not in posts:
            raise BadInput(f"travel_s names post {name!r}, which is not there. Add it, or leave it out.")
