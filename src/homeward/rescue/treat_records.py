"""What treat-or-move is asked and what it answers: hazards of death, treatments, tests, lifts, advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazards:
    """How soon a casualty dies, by state, care and time since the injury.

    `per_s` is (cares, states, ages) per second: care 0 is none, care k the k-th treatment of the question. An age holds
    from its `ages_s` (ages,) on, seconds since the injury; the first is 0. On the move `growth_per_s2` (states,) is
    added for every second since the start or the last stop to stabilise. `at_stop_per_s` (states,) holds during such a
    stop (None: as otherwise).
    """

    states: tuple[str, ...]
    per_s: Floats
    ages_s: Floats = field(default_factory=lambda: np.zeros(1))
    growth_per_s2: Floats | None = None
    at_stop_per_s: Floats | None = None

    def __post_init__(self) -> None:
        count, ages = len(self.states), len(self.ages_s)
        if self.per_s.ndim != 3 or self.per_s.shape[1:] != (count, ages):
            raise BadInput(
                f"The hazards are {self.per_s.shape}, not (cares, {count} states, {ages} ages). Give one for each."
            )
        for name, values in (("growth_per_s2", self.growth_per_s2), ("at_stop_per_s", self.at_stop_per_s)):
            if values is not None and values.shape != (count,):
                raise BadInput(f"{name} is {values.shape}, not ({count},). Give one for each state.")
        if ages == 0 or self.ages_s[0] != 0 or np.any(np.diff(self.ages_s) <= 0):
            raise BadInput("The ages of the hazards must begin at 0 and rise. Give them in seconds since the injury.")
        every = [self.per_s, *(a for a in (self.growth_per_s2, self.at_stop_per_s) if a is not None)]
        if any(not np.all(np.isfinite(values)) or np.any(values < 0) for values in every):
            raise BadInput("A hazard is below 0 or no number. Give 0 or more, per second.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """A treatment: its name, how long it takes, what it is in plain words. A later one of the question replaces an
    earlier.
    """

    name: str
    takes_s: float
    means: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A way to tell the states apart: `says_yes` is P(yes | state), so the sensitivity for what it looks for, and one
    less the specificity for the rest. Each test is made once at most; given the state, tests are independent.
    """

    name: str
    takes_s: float
    says_yes: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """A helicopter or vehicle that may come to a way-point: `ready_s` from now, then `then_s` to care.

    With 1 - `p_comes` it turns out at that time that it does not come, and the carry goes on.
    """

    name: str
    at: int
    ready_s: float
    then_s: float
    p_comes: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatOrMove:
    """The question. Way-point 0 is the find, `legs_s` the carry from each to the next; from the last `then_s` to care.

    `belief` is the probability of each state of the hazards; what is missing to 1 is dead already. `age_s`: seconds
    since the injury. `care`: how many of `cares` are done. Stops to stabilise take `stop_s` (None: there are none) at
    the way-points `stops_at` (None: at all but the find and the last).
    """

    belief: Mapping[str, float]
    hazards: Hazards
    legs_s: tuple[float, ...]
    cares: tuple[Care, ...] = ()
    tests: tuple[Assessment, ...] = ()
    lifts: tuple[Lift, ...] = ()
    then_s: float = 0.0
    age_s: float = 0.0
    care: int = 0
    stop_s: float | None = None
    stops_at: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        names = set(self.hazards.states)
        if unknown := sorted(set(self.belief) - names):
            raise BadInput(f"There are no hazards for the state {unknown[0]!r}. It has {', '.join(sorted(names))}.")
        total = sum(self.belief.values())
        if not all(0 <= p <= 1 for p in self.belief.values()) or total > 1 + 1e-9:
            raise BadInput(
                f"The probabilities of the states sum to {total:g}. Give each from 0 to 1, at most 1 in all."
            )
        if len(self.hazards.per_s) != len(self.cares) + 1 or not 0 <= self.care <= len(self.cares):
            raise BadInput(
                f"There are hazards for {len(self.hazards.per_s) - 1} treatments and {len(self.cares)} treatments,"
                f" {self.care} of them done. Give one set of hazards for each, and one for none."
            )
        times = [
            *self.legs_s,
            self.then_s,
            self.age_s,
            *(c.takes_s for c in self.cares),
            *(t.takes_s for t in self.tests),
        ]
        times += [t for lift in self.lifts for t in (lift.ready_s, lift.then_s)]
        if not all(isfinite(t) and t >= 0 for t in times) or (self.stop_s is not None and not self.stop_s > 0):
            raise BadInput("A time is below 0 or no number, or a stop takes no time. Give seconds.")
        if any(not 0 <= lift.at <= len(self.legs_s) or not 0 <= lift.p_comes <= 1 for lift in self.lifts):
            raise BadInput(
                f"A lift comes to a way-point beyond 0 to {len(self.legs_s)}, or with a probability beyond 0 to 1."
                " Name a way-point of the carry and a probability."
            )
        if any(not 0 <= test.says_yes.get(s, -1.0) <= 1 for test in self.tests for s in self.hazards.states):
            raise BadInput("A test lacks P(yes) of a state, or has one beyond 0 to 1. Give it for every state.")
        self._check_names(names)
        self._check_stops()

    def _check_names(self, states: set[str]) -> None:
        for test in self.tests:
            if strange := sorted(set(test.says_yes) - states):
                raise BadInput(
                    f"Test {test.name!r} speaks of a state {strange[0]!r} that there is not."
                    f" Name some of {', '.join(sorted(states))}."
                )
        for what, things in (("tests", self.tests), ("cares", self.cares), ("lifts", self.lifts)):
            called = [thing.name for thing in things]
            twice = next((name for name in called if called.count(name) > 1), None)
            if twice is not None:
                raise BadInput(f"Two {what} are called {twice!r}. Give each a name of its own.")

    def _check_stops(self) -> None:
        if self.stops_at is None:
            return
        if self.stop_s is None:
            raise BadInput(
                "There are places to stop at, but not how long a stop takes. Give the minutes of a stop, or no places."
            )
        if wrong := [at for at in self.stops_at if not 0 < at <= len(self.legs_s)]:
            raise BadInput(
                f"A stop at {wrong[0]} is at no way-point after the find. Name some of 1 to {len(self.legs_s)}."
            )

    @property
    def carry_s(self) -> float:
        """Seconds of carrying, without any halt."""
        return sum(self.legs_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the plan: what is done where, how long it takes, and what comes next, by what turned out.

    `do` is `move`, `stop`, or `treat`, `assess`, `wait` with a name. `then` is empty at the end.
    """

    do: str
    name: str
    at: int
    takes_s: float
    then: tuple[tuple[str, Step], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The answer. `value` is the probability of arriving alive, proven best where it equals `bound`.

    `first` is what to do first (`move`, `treat: NAME`, `assess: NAME`, `wait: NAME`, `stop`); `by_first` the best there
    is after each first step; `simple` the values of the rules of thumb that need no solver; `flips` the carry times
    (seconds of carrying in all) around the present one at which `first` becomes another, with that. `why` is one
    sentence.
    """

    value: float
    bound: float
    first: str
    by_first: Mapping[str, float]
    simple: Mapping[str, float]
    plan: Step | None
    flips: tuple[tuple[float, str], ...]
    why: str
    left_out: tuple[str, ...] = ()
