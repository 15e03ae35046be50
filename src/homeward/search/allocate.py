"""Effort of several resources over segments, so that the subject is found most probably.

POD is 1 - exp(-coverage) and coverages of resources add up (random search: Koopman 1980, Search and Screening, ch. 3);
coverage grows by sweep width x speed / area a second. Every answer carries a proven upper bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.allocate_case import PROVEN_GAP as WHOLE_GAP
from homeward.search.allocate_case import WholeCase
from homeward.search.allocate_dual import dual_bound
from homeward.search.allocate_interior import Split, best_split, price_alone
from homeward.search.allocate_sense import check_sense
from homeward.search.allocate_tidy import tidied
from homeward.search.allocate_whole import whole_tasks
from homeward.search.allocate_why import reasons

Progress = Callable[[float, float, float], None]  # seconds gone, value, bound

PROVEN_GAP = 1e-6
_GAP = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AllocateProblem:
    """What is to be searched, by whom, and what a second of each brings where.

    `weight` (scenarios, segments): probability that the subject is there and the scenario holds; all of it sums to
    at most 1, the rest being elsewhere. `rate` (scenarios, resources, segments): coverage per second, 0 where the
    resource cannot search. `effort_s` (resources,): what each may spend. `access_s` (resources, segments): what it
    costs a resource to begin in a segment; it counts with `whole_segments` alone. One scenario, where nothing but
    the place is uncertain, is the ordinary case.
    """

    segments: tuple[str, ...]
    resources: tuple[str, ...]
    weight: Floats
    rate: Floats
    effort_s: Floats
    access_s: Floats
    whole_segments: bool = False

    def __post_init__(self) -> None:
        n_scenarios, n, m = len(self.weight), len(self.segments), len(self.resources)
        shapes = (
            ("weight", self.weight, (n_scenarios, n)),
            ("rate", self.rate, (n_scenarios, m, n)),
            ("effort_s", self.effort_s, (m,)),
            ("access_s", self.access_s, (m, n)),
        )
        for name, array, shape in shapes:
            if array.shape != shape:
                raise BadInput(f"{name} has shape {array.shape}. With these segments and resources it is {shape}.")
            if not np.isfinite(array).all() or array.min(initial=0.0) < 0:
                raise BadInput(f"{name} holds a number that is negative or not finite. Give numbers from 0 up.")
        total = float(self.weight.sum())
        if not 0 < total <= 1 + 1e-6:
            raise BadInput(f"The probabilities sum to {total:g}. They must sum to more than 0 and at most 1.")
        check_sense(self.rate, self.effort_s, resources=self.resources, segments=self.segments)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AllocateSolution:
    """Net searching time `effort_s` (resources, segments), seconds, and how good it is.

    `value` is the probability of success, `bound` what no allocation can exceed; "optimal" means that the two differ
    by no more than a millionth of the value (three millionths with `whole_segments`). `price_per_s` (resources,) is
    what one more second of each would find.
    """

    status: Literal["optimal", "feasible"]
    effort_s: Floats
    value: float
    bound: float
    price_per_s: Floats
    why: tuple[str, ...]
    seed: int
    elapsed_s: float

    @property
    def gap(self) -> float:
        """(bound - value) / value, 0 where there is nothing to find."""
        return (self.bound - self.value) / self.value if self.value > 0 else 0.0


def success(problem: AllocateProblem, effort_s: Floats) -> float:
    """Probability of success of any net searching times (resources, segments)."""
    coverage = (problem.rate * effort_s).sum(axis=1)
    return -float((problem.weight * np.expm1(-coverage)).sum())


def solve_allocate(
    problem: AllocateProblem, *, time_limit_s: float = 60.0, seed: int = 0, progress: Progress | None = None
) -> AllocateSolution:
    """The best allocation. Freely divisible effort is solved exactly and at once; whole tasks within the time limit.

    One resource and one scenario: Charnes & Cooper (1958), Management Science 5(1):44-50, in closed form. Else
    the Karush-Kuhn-Tucker conditions by an interior point, moved to a corner where few resources share a segment.
    With `whole_segments`: see `allocate_whole`.
    """
    began = perf_counter()
    if problem.whole_segments:
        split = whole_tasks(_whole_case(problem), time_limit_s=time_limit_s, seed=seed, progress=progress)
    else:
        split = divisible(problem.weight, problem.rate, problem.effort_s)
    bound = max(min(split.bound, float(problem.weight.sum())), split.value)  # nothing finds more than is there
    proven = WHOLE_GAP if problem.whole_segments else PROVEN_GAP
    access_s = problem.access_s if problem.whole_segments else None
    return AllocateSolution(
        status="optimal" if bound - split.value <= proven * split.value else "feasible",
        effort_s=split.effort,
        value=split.value,
        bound=bound,
        price_per_s=split.price,
        why=reasons(problem.segments, problem.resources, problem.rate, access_s, split),
        seed=seed,
        elapsed_s=perf_counter() - began,
    )


def _whole_case(problem: AllocateProblem) -> WholeCase:
    """Access is infinite where a resource cannot search, or where no time would be left for it."""
    reached = (problem.rate * problem.weight[:, None, :] > 0).any(axis=0)
    reached &= problem.access_s < problem.effort_s[:, None]
    return WholeCase(problem.weight, problem.rate, problem.effort_s, np.where(reached, problem.access_s, np.inf))


def divisible(weight: Floats, rate: Floats, effort_s: Floats) -> Split:
    """The optimal split of freely divisible effort; arguments as in `AllocateProblem`."""
    useful = (rate * weight[:, None, :] > 0).any(axis=(0, 2)) & (effort_s > 0)
    if len(weight) == 1 and useful.sum() == 1:
        return _alone(weight[0], rate[0], effort_s, int(np.flatnonzero(useful)[0]))
    return tidied(weight, rate, effort_s, best_split(weight, rate, effort_s, gap=_GAP), tolerance=2e-7)


def _alone(weight: Floats, rate: Floats, effort_s: Floats, who: int) -> Split:
    """One resource, closed form."""
    on = weight * rate[who] > 0
    scale = float(weight.max())  # so that tiny weights stay within what exp and log can do
    price, effort = np.zeros(len(effort_s)), np.zeros_like(rate)
    scaled = price_alone(weight[on] / scale, rate[who, on], float(effort_s[who]))
    price[who] = scaled * scale
    coverage = (np.log(weight[on] / scale * rate[who, on]) - np.log(scaled)).clip(min=0.0)
    effort[who, on] = coverage / rate[who, on]
    if effort[who].any():
        effort[who] *= effort_s[who] / effort[who].sum()
    else:  # so little effort that its price is the best segment's own, to the last digit
        effort[who, np.argmax(weight * rate[who])] = effort_s[who]
    value = -float((weight * np.expm1(-rate[who] * effort[who])).sum())
    return Split(effort, price, value, dual_bound(weight, rate, effort_s, price))
