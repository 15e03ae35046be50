"""Who may come, when, and what is asked for: the problem of a muster and its solution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from homeward.errors import BadInput
from homeward.geo import Floats

MAX_PEOPLE = 2000
MAX_ROLES = 24
MAX_TIMES = 500
LONGEST_H = 1e6  # more than a century: a slip of the hand
LARGEST_GSD = 20.0
Survival = Callable[[Floats], Floats]
"""P(nothing has happened until t), for hours `t` from now; starts at 1, never rises, ends at P(never)."""


class State(StrEnum):
    """Where somebody stands when everybody is called in: at base, free, on a task first, asleep, or out of reach."""

    HERE = "here"
    FREE = "free"
    TASK = "task"
    ASLEEP = "asleep"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """How long something takes, hours: lognormal by `median_h` and geometric standard deviation `gsd` (1: exactly so),
    or, with `mean_h`, exponential of that mean (`median_h` and `gsd` are then not used).
    """

    median_h: float = 0.0
    gsd: float = 1.0
    mean_h: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.median_h <= LONGEST_H:
            raise BadInput(f"a time of {self.median_h:g} h cannot be. Give hours, 0 to {LONGEST_H:g}.")
        if not 1 <= self.gsd <= LARGEST_GSD:
            raise BadInput(
                f"a geometric standard deviation of {self.gsd:g} cannot be. Give 1 (exact) to {LARGEST_GSD:g}."
            )
        if self.mean_h is not None and not 0 <= self.mean_h <= LONGEST_H:
            raise BadInput(f"a mean of {self.mean_h:g} h cannot be. Give hours, 0 to {LONGEST_H:g}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may come.

    `can` names the roles that they can fill. `p_come` is the probability that they come at all once called. They set
    out after the call has reached them (`delay`), after the rest of their task (with `report_h` to report it), after
    `wake_h`, and travel. `p_present` instead of all that: the probability to be there, at every time the same.

    `called`: the call has gone out to them already; `silent_h` then is how long ago, without an answer, where one was
    to be expected after `answer_mean_h` on average (None: silence says nothing), and of those who will not come
    `says_no` say so. `answered`: a yes or no of their own, which no common cause changes. `last_resort`: only where
    nobody else will do. All times are hours from now.
    """

    id: str
    can: tuple[str, ...] = ()
    state: State = State.FREE
    p_come: float = 1.0
    p_present: float | None = None
    task: Takes = Takes()
    report_h: float = 0.0
    wake_h: float = 0.0
    travel: Takes = Takes()
    delay: Takes = Takes()
    called: bool = False
    last_resort: bool = False
    silent_h: float = 0.0
    answer_mean_h: float | None = None
    says_no: float = 0.0
    answered: bool = False

    def __post_init__(self) -> None:
        for name in ("p_come", "p_present", "says_no"):
            p = getattr(self, name)
            if p is not None and not 0 <= p <= 1:
                raise BadInput(f"{self.id!r} has a {name} of {p:g}. Give a probability, 0 to 1.")
        for name in ("report_h", "wake_h", "silent_h"):
            hours = getattr(self, name)
            if not 0 <= hours <= LONGEST_H:
                raise BadInput(f"{self.id!r} has a {name} of {hours:g}. Give hours, 0 to {LONGEST_H:g}.")
        if self.answer_mean_h is not None and not 0 < self.answer_mean_h <= LONGEST_H:
            raise BadInput(f"{self.id!r} has an answer_mean_h of {self.answer_mean_h:g}. Give hours, above 0.")

    @property
    def needs_no_call(self) -> bool:
        """Whether they are called already, or here."""
        return self.called or self.state == State.HERE


@dataclass(frozen=True, slots=True, kw_only=True)
class MusterProblem:
    """Who may come, what is asked for (`need` by role, `heads` in all, both or neither), and by when.

    `times_h` are the hours from now at which strength is told; `by_h` (the last of them where None) is when the team
    is wanted, with the probability `target`. `event` is what it should be there before; its density may jump at
    `event_kinks_h`. `waves` are calls one after
    another, `wave_every_h` apart, each only where those before do not make up the team; with `plan_waves` they are
    found. Without `finish_tasks` nobody finishes a task first.

    `common` are causes that people share, such as a storm: probability of each, summing to 1, and the factor on
    everybody's chance to come (not of those who are here or answered). Given the cause, people are independent.
    """

    people: tuple[Candidate, ...]
    need: Mapping[str, int] = field(default_factory=dict)
    heads: int | None = None
    times_h: tuple[float, ...] = (1.0,)
    by_h: float | None = None
    target: float = 0.9
    event: Survival | None = None
    event_kinks_h: tuple[float, ...] = ()
    waves: tuple[tuple[str, ...], ...] = ()
    plan_waves: bool = False
    wave_every_h: float = 0.0
    finish_tasks: bool = True
    common: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        _check_people(self)
        _check_asked(self)
        _check_times(self)
        _check_waves(self)
        _check_common(self)

    @property
    def deadline_h(self) -> float:
        """When the team is wanted, hours from now."""
        return self.times_h[-1] if self.by_h is None else self.by_h

    @property
    def asks(self) -> bool:
        """Whether a team is asked for at all."""
        return bool(sum(self.need.values()) or self.heads)


def _check_people(problem: MusterProblem) -> None:
    if len(problem.people) > MAX_PEOPLE:
        raise BadInput(f"people has {len(problem.people)} entries. Give {MAX_PEOPLE} at most.")
    seen: set[str] = set()
    for person in problem.people:
        if person.id in seen:
            raise BadInput(f"people has {person.id!r} twice. Name each person once.")
        seen.add(person.id)


def _check_asked(problem: MusterProblem) -> None:
    if len(problem.need) > MAX_ROLES:
        raise BadInput(f"need has {len(problem.need)} roles. Give {MAX_ROLES} at most.")
    if "" in problem.need:
        raise BadInput("need has a role without a name. Name it, or use heads for people who can be anybody.")
    for role, n in problem.need.items():
        if not 0 <= n <= MAX_PEOPLE:
            raise BadInput(f"need asks for {n} of {role!r}. Give a whole number, 0 to {MAX_PEOPLE}.")
    if problem.heads is not None and not 0 <= problem.heads <= MAX_PEOPLE:
        raise BadInput(f"heads is {problem.heads}. Give a whole number, 0 to {MAX_PEOPLE}.")
    if not 0 < problem.target < 1:
        raise BadInput(f"target is {problem.target:g}. Give a probability between 0 and 1.")


def _check_times(problem: MusterProblem) -> None:
    if not 1 <= len(problem.times_h) <= MAX_TIMES:
        raise BadInput(f"times_h has {len(problem.times_h)} entries. Give 1 to {MAX_TIMES}.")
    for hours in (*problem.times_h, *(() if problem.by_h is None else (problem.by_h,))):
        if not 0 <= hours <= LONGEST_H:
            raise BadInput(f"a time of {hours:g} h cannot be. Give hours from now, 0 to {LONGEST_H:g}.")
    if any(b <= a for a, b in zip(problem.times_h, problem.times_h[1:], strict=False)):
        raise BadInput("times_h is not in order. Give each time once, the earliest first.")


def _check_waves(problem: MusterProblem) -> None:
    known = {person.id for person in problem.people}
    seen: set[str] = set()
    for who in (w for wave in problem.waves for w in wave):
        if who not in known:
            raise BadInput(f"waves names {who!r}, who is not among the people. Give somebody of the people.")
        if who in seen:
            raise BadInput(f"waves names {who!r} twice. Call each person once.")
        seen.add(who)
    if any(not wave for wave in problem.waves):
        raise BadInput("waves has a wave of nobody. Leave it out, or name somebody.")
    if not 0 <= problem.wave_every_h <= LONGEST_H:
        raise BadInput(f"wave_every_h is {problem.wave_every_h:g}. Give hours, 0 to {LONGEST_H:g}.")


def _check_common(problem: MusterProblem) -> None:
    for p, factor in problem.common:
        if not 0 <= p <= 1:
            raise BadInput(f"a common cause has the probability {p:g}. Give one from 0 to 1.")
        if not 0 <= factor <= 1:
            raise BadInput(f"a common cause has the factor {factor:g}. Give one from 0 (nobody comes) to 1 (as usual).")
    total = sum(p for p, _ in problem.common)
    if problem.common and not abs(total - 1) <= 1e-9:
        raise BadInput(f"the probabilities of common causes sum to {total:g}. Give some that sum to 1, the usual too.")


@dataclass(frozen=True, slots=True)
class Wave:
    """One call: who is called, how likely it is needed at all, and how likely the team then is there in time."""

    people: tuple[str, ...]
    p_needed: float
    p_team: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Muster:
    """Who is here when. Arrays: people in the order of the problem, times as `times_h`, head counts 0..people.

    `p_present` (people, times), `p_heads`, `p_exactly` (times, heads): at least, or just, so many are there; `p_team`
    (times,) that those who are there can fill every role, `p_by` by the deadline, `p_error` how far `value` may be off,
    with 99 % (0: exact; else `bound` is that much more, and not proven). `p_team_called` the same of those called
    already alone; `p_team_leaving` if nobody finished a task first. `p_before_event` of the team asked for (None: no
    event, or no team); `p_heads_before_event` (heads,). `eta_h` is the median time of arrival of those who come (None:
    cannot come), `eta_mean_h` the mean. `mean_h_to` (heads,) is the mean time until so many are there; infinite where
    they may never be. `ready_h` is the earliest time at which P(team) is the target (None: never). `call_next`: whom to
    call now so that the target is met, best first; `reaches` whether it then is; `call_order` all who are not called
    yet. `call_n`: how many must be called in all, counted from nobody, None where even everybody falls short.
    `missing`: by role, how many places stay empty even if all come who can come at all. `p_team`, `p_by`, `ready_h` and
    `p_present` are those of everybody being called.
    """

    status: Literal["optimal", "feasible", "infeasible"]
    value: float
    bound: float
    why: tuple[str, ...]
    p_come: Floats
    p_present: Floats
    p_heads: Floats
    p_exactly: Floats
    p_team: Floats
    p_by: float
    p_error: float
    p_team_called: Floats
    p_team_leaving: Floats
    p_before_event: float | None
    p_heads_before_event: Floats | None
    eta_h: tuple[float | None, ...]
    eta_mean_h: tuple[float | None, ...]
    mean_h_to: Floats
    ready_h: float | None
    call_next: tuple[str, ...]
    call_order: tuple[str, ...]
    reaches: bool
    call_n: int | None
    missing: Mapping[str, int]
    waves: tuple[Wave, ...]
    expected_called: float | None
