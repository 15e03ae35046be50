"""When to raise and when to lower readiness, by what a day of it costs and what being unready would lose.

Readiness pays at a moment as long as the hazard of the event is above cost per day / loss; the days of it are the best
plan where readiness is there at once. Where it grows over a ramp, it must be raised earlier, and two spans may be held
as one: `warn_spans` finds the best of them. Cost and loss are in any one unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from homeward.errors import BadInput
from homeward.readiness.warn.forecast import Coming
from homeward.readiness.warn.spans import best_spans, panels, waited

UNTIL_D = 3650.0
_EVEN = 1e-8  # a hazard that is as great as the level pays nothing: rounding makes no spans of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What readiness costs and what it saves.

    `cost_per_day` while it is held, or raised, 0 or above (at 0 it is held always); `loss` if the event comes while
    nobody is ready; `ramp_d` days from raising it until it is whole, growing evenly; `until_d` the last day that
    counts.
    """

    cost_per_day: float
    loss: float
    ramp_d: float = 0.0
    until_d: float = UNTIL_D

    def __post_init__(self) -> None:
        if not 0 <= self.cost_per_day < math.inf:
            raise BadInput(f"cost_per_day is {self.cost_per_day:g}. Give a number from 0 up.")
        for name, value in (("loss", self.loss), ("until_d", self.until_d)):
            if not 0 < value < math.inf:
                raise BadInput(f"{name} is {value:g}. Give a number above 0.")
        if not 0 <= self.ramp_d < self.until_d:
            raise BadInput(
                f"A ramp of {self.ramp_d:g} days cannot be. Give days from 0 up, fewer than {self.until_d:g}."
            )


@dataclass(frozen=True, slots=True)
class Readiness:
    """The best days of readiness, days from now, and what that costs with the loss that is expected all the same.

    `spans_d` from raising to lowering it; none where it never pays. `cost_now`: raised now and held to the end;
    `cost_never`: never raised.
    """

    spans_d: tuple[tuple[float, float], ...]
    cost: float
    cost_now: float
    cost_never: float

    @property
    def start_now(self) -> bool:
        """Whether to raise it at once."""
        return bool(self.spans_d) and self.spans_d[0][0] <= 1e-9


def pays(coming: Coming, t_d: float, stakes: Stakes) -> bool:
    """Whether readiness pays on that day: the hazard is above cost per day / loss, or a day of it costs nothing."""
    return stakes.cost_per_day == 0 or bool(coming.hazard_per_day(t_d) > stakes.cost_per_day / stakes.loss)


def expected_loss(coming: Coming, stakes: Stakes, *, start_d: float) -> float:
    """The loss expected until the last day that counts, if readiness is raised then, and held."""
    return expected_loss_within(coming, stakes, min(start_d, stakes.until_d), stakes.until_d)


def waiting(coming: Coming, a_d: float, b_d: float) -> float:
    """The integral of the survival over days a to b: days of readiness expected until it comes, within them."""
    return 0.0 if b_d <= a_d else float(waited(coming, panels(coming, a_d, b_d))[-1])


def mean_wait(coming: Coming) -> float:
    """Mean days until it comes, of the cases in which it does; infinite where the tail is so heavy."""
    if coming.still_coming <= 0:
        return math.inf
    far, never = 1e9, 1 - coming.still_coming
    left = float(coming.survival(far)) - never
    whole = waiting(coming, 0.0, far) - never * far if never > 0 else waiting(coming, 0.0, far)
    return math.inf if left * far > 1e-6 * whole else whole / coming.still_coming


def plan_readiness(coming: Coming, stakes: Stakes) -> Readiness:
    """The days on which to be ready, and what they cost with the loss left.

    Without a ramp every span whose hazard is above cost per day / loss (cost-loss ratio: Murphy (1977), Monthly Weather
    Review 105, 803-816, on one day); with one the best spans by a dynamic programme (`warn_spans`).
    """
    end = stakes.until_d
    never = stakes.loss * float(coming.cdf(end))
    now = stakes.cost_per_day * waiting(coming, 0.0, end) + expected_loss_within(coming, stakes, 0.0, end)
    if stakes.cost_per_day == 0:
        return Readiness(((0.0, end),), now, now, never)
    worth = _spans_above(coming, stakes)
    if stakes.ramp_d == 0 or not worth:
        cost = never + sum(
            stakes.cost_per_day * waiting(coming, a, b) - stakes.loss * float(coming.cdf(b) - coming.cdf(a))
            for a, b in worth
        )
        return Readiness(worth, cost, now, never)
    spans, saved = best_spans(
        coming,
        worth,
        cost_per_day=stakes.cost_per_day,
        loss=stakes.loss,
        ramp_d=stakes.ramp_d,
        until_d=end,
    )
    cost = never - saved
    return Readiness(((0.0, end),), now, now, never) if now <= cost else Readiness(spans, cost, now, never)


def expected_loss_within(coming: Coming, stakes: Stakes, start_d: float, stop_d: float) -> float:
    """The loss expected by the last day, if readiness is raised and lowered then."""
    whole = stakes.loss * float(coming.cdf(stakes.until_d))
    if stakes.ramp_d == 0:
        return whole - stakes.loss * float(coming.cdf(stop_d) - coming.cdf(start_d))
    top = min(stop_d, start_d + stakes.ramp_d)
    grown = (top - start_d) / stakes.ramp_d
    come = (top - start_d) - waiting(coming, start_d, top)
    return whole - stakes.loss * (float(coming.cdf(stop_d)) * grown - come / stakes.ramp_d)


def _spans_above(coming: Coming, stakes: Stakes) -> tuple[tuple[float, float], ...]:
    """Where the hazard is above cost per day / loss, to a hundredth of a second."""
    level, end = stakes.cost_per_day / stakes.loss * (1 + _EVEN), stakes.until_d
    dense = (
        coming.quantile(np.linspace(0.002, 0.998, 250), if_it_comes=True) if coming.still_coming > 0 else np.zeros(1)
    )
    grid = np.unique(
        np.concatenate(
            [
                [0.0, end],
                np.geomspace(1e-4, end, 1200),
                dense[dense < end],
                coming.knots_d[coming.knots_d < end],
                np.linspace(0, min(end, 120.0), 961),
                [k * f for k in coming.kinks_d for f in (1 - 1e-9, 1 + 1e-9) if k < end],
            ]
        )
    )
    above = coming.hazard_per_day(grid) > level
    turns = np.flatnonzero(np.diff(above.astype(np.int64)))
    cuts = [_turn(coming, level, float(grid[i]), float(grid[i + 1])) for i in turns]
    bounds = [*([0.0] if above[0] else []), *cuts, *([end] if above[-1] else [])]
    return tuple((bounds[i], bounds[i + 1]) for i in range(0, len(bounds) - 1, 2))


def _turn(coming: Coming, level: float, low: float, high: float) -> float:
    rising = float(coming.hazard_per_day(high)) > level
    for _ in range(50):
        middle = (low + high) / 2
        if (float(coming.hazard_per_day(middle)) > level) == rising:
            high = middle
        else:
            low = middle
        if high - low < 1e-7:
            break
    return (low + high) / 2
