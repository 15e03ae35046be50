"""Effort of several resources over segments and periods against a subject who moves.

Where the subject goes is a set of weighted sample paths: in each period each path is in one segment, or off the map.
A path is found with probability 1 - exp(-coverage it meets), coverages of resources and periods adding up
(random search: Koopman 1980, Search and Screening). A plan is optimal if and only if each period's effort is optimal
for a still subject whose weights are what all other periods, earlier and later, leave hidden: Brown (1980), Optimal
search for a moving target in discrete time and space, Operations Research 28(6):1275-1289. His alternation over the
periods is run until no plan can be better by a millionth; in between, Newton steps over the shares in use shorten its
last, slow part. Sample paths in place of a Markov chain: the weights are sums over paths either way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Literal

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.allocate_moving_case import Ints, PathCase, alternated, path_case, pushed
from homeward.search.allocate_sense import check_sense
from homeward.search.allocate_why import span

Progress = Callable[[float, float, float], None]  # seconds gone, value, bound

PROVEN_GAP = 1e-6
_AIM = 5e-7  # of the value; the rest up to PROVEN_GAP is for dropping crumbs
_PLAIN_ROUNDS = 4  # of the alternation alone, while the shares in use still change much
_STALE_ROUNDS = 200  # in which neither value nor bound gets better by a share of 1e-9
_CRUMB = 1e-6  # of a resource's effort in a period
_NAMED = 3  # segments of a resource
_NAMED_RESOURCES = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MovingProblem:
    """Where the subject may go, who can search when and for how long, and what a second of each brings where.

    `weight` (paths,): probability of each sample path; they sum to at most 1, the rest being elsewhere. `segment_at`
    (paths, periods): index of the segment where the path is in the period, -1 where it is off the map. `rate` (periods,
    resources, segments): coverage per second, 0 where the resource cannot search. `effort_s` (periods, resources):
    what each may spend in each period; what is not spent in a period cannot be kept for another.
    """

    segments: tuple[str, ...]
    resources: tuple[str, ...]
    periods: tuple[str, ...]
    weight: Floats
    segment_at: Ints
    rate: Floats
    effort_s: Floats

    def __post_init__(self) -> None:
        n, m, t = len(self.segments), len(self.resources), len(self.periods)
        shapes = (
            ("weight", self.weight, (len(self.weight),)),
            ("segment_at", self.segment_at, (len(self.weight), t)),
            ("rate", self.rate, (t, m, n)),
            ("effort_s", self.effort_s, (t, m)),
        )
        for name, array, shape in shapes:
            if array.shape != shape:
                raise BadInput(
                    f"{name} has shape {array.shape}. With these segments, resources, periods and paths it is {shape}."
                )
            if name != "segment_at" and (not np.isfinite(array).all() or array.min(initial=0.0) < 0):
                raise BadInput(f"{name} holds a number that is negative or not finite. Give numbers from 0 up.")
        if self.segment_at.dtype.kind not in "iu":
            raise BadInput(f"segment_at holds {self.segment_at.dtype} values. Give whole numbers, -1 for off the map.")
        if self.segment_at.min(initial=0) < -1 or self.segment_at.max(initial=-1) >= n:
            raise BadInput(f"segment_at names a segment that is not there. Give 0 to {n - 1}, or -1 for off the map.")
        total = float(self.weight.sum())
        if not 0 < total <= 1 + 1e-6:
            raise BadInput(f"The paths' weights sum to {total:g}. They must sum to more than 0 and at most 1.")
        check_sense(self.rate, self.effort_s, resources=self.resources, segments=self.segments)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MovingSolution:
    """Net searching time `effort_s` (periods, resources, segments), seconds, and how good it is.

    `value` is the probability of success by the end, `bound` what no plan can exceed; "optimal" means that the two
    differ by no more than a millionth of the value. `price_per_s` (periods, resources) is what one more second finds.
    `pos` (periods, segments) is the probability of being found there and then; it sums to `value`.
    """

    status: Literal["optimal", "feasible"]
    effort_s: Floats
    value: float
    bound: float
    price_per_s: Floats
    pos: Floats
    why: tuple[str, ...]
    seed: int
    elapsed_s: float

    @property
    def gap(self) -> float:
        """(bound - value) / value, 0 where there is nothing to find."""
        return (self.bound - self.value) / self.value if self.value > 0 else 0.0


def found_there(problem: MovingProblem, effort_s: Floats) -> Floats:
    """Probability of being found by period and segment (periods, segments), of any searching times like `effort_s`."""
    density = (problem.rate * effort_s).sum(axis=1)
    hidden = problem.weight.copy()
    pos = np.zeros(density.shape)
    for t, at in enumerate(problem.segment_at.T):
        met = np.where(at >= 0, density[t, at], 0.0)
        pos[t] = np.bincount(at + 1, -hidden * np.expm1(-met), pos.shape[1] + 1)[1:]
        hidden = hidden * np.exp(-met)
    return pos


def solve_moving(
    problem: MovingProblem, *, time_limit_s: float = 60.0, seed: int = 0, progress: Progress | None = None
) -> MovingSolution:
    """The best plan over all periods together; stops when it is proven, at the time limit, or at Ctrl-C.

    10,000 paths, 20 periods and 1,000 segments take a second or a few. Nothing is random: `seed` is only given back.
    """
    began = perf_counter()
    b = problem.rate * problem.effort_s[:, :, None]
    ready = path_case(problem.weight, problem.segment_at, b)
    effort, price, value, bound = np.zeros(b.shape), np.zeros(problem.effort_s.shape), 0.0, 0.0
    if ready is not None:
        case, periods, at_period, at_segment = ready
        run = _Run(case, began, began + time_limit_s, progress)
        _improve(run)
        effort[at_period, :, at_segment] = run.y.T * problem.effort_s[at_period]
        effort = np.minimum(effort, problem.effort_s[:, :, None])
        worth = case.price(case.gain(case.w * np.exp(-run.cover))).T * case.scale
        budget = problem.effort_s[periods]
        price[periods] = np.where(budget > 0, worth / np.where(budget > 0, budget, 1.0), 0.0)
        value, bound = run.value * case.scale, run.bound * case.scale
    pos = found_there(problem, effort)
    proven = bound - value <= PROVEN_GAP * value
    return MovingSolution(
        status="optimal" if proven else "feasible",
        effort_s=effort,
        value=value,
        bound=max(bound, value),
        price_per_s=price,
        pos=pos,
        why=_reasons(problem, effort, pos, (value, bound)),
        seed=seed,
        elapsed_s=perf_counter() - began,
    )


@dataclass(slots=True)
class _Run:
    """The best shares so far and the lowest bound; even shares to begin with."""

    case: PathCase
    began: float
    until: float
    progress: Progress | None
    y: Floats = field(init=False)
    cover: Floats = field(init=False)
    value: float = field(init=False, default=-1.0)
    bound: float = field(init=False, default=1.0)

    def __post_init__(self) -> None:
        mask = self.case.mask
        y = mask / self.case.spread(np.where(self.case.on, self.case.sums(mask.astype(np.float64)), 1.0))
        self.take(y, self.case.coverage(y))

    def take(self, y: Floats, cover: Floats) -> bool:
        """Takes the shares if they find more, and the bound if it is lower; whether that is worth telling."""
        value, bound = self.case.found(cover), min(self.case.bound(cover), 1.0)
        better = value > self.value * (1 + 1e-9) or bound < self.bound * (1 - 1e-9)
        self.bound = min(self.bound, bound)
        if value > self.value:
            self.y, self.cover, self.value = y, cover, value
        if better and self.progress is not None:
            scale = self.case.scale
            self.progress(perf_counter() - self.began, self.value * scale, max(self.bound, self.value) * scale)
        return better

    @property
    def proven(self) -> bool:
        return self.bound - self.value <= _AIM * self.value


def _improve(run: _Run) -> None:
    """Alternation, and Newton steps in between once it has settled; then crumbs are dropped."""
    try:
        _alternate(run)
        _tidy(run)
    except KeyboardInterrupt:
        return


def _alternate(run: _Run) -> None:
    case = run.case
    y, cover = np.zeros_like(run.y), np.zeros_like(run.cover)  # the first round plans each period for itself
    stale = done = 0
    last = 0.0
    while not run.proven and stale < _STALE_ROUNDS:
        now = perf_counter()
        if now + last > run.until:
            return
        y, cover = alternated(case, y, cover)
        better = run.take(y, cover)
        done += 1
        if done > _PLAIN_ROUNDS and not run.proven:
            y, cover = pushed(case, y, cover)
            better |= run.take(y, cover)
        stale = 0 if better else stale + 1
        last = perf_counter() - now


def _tidy(run: _Run) -> None:
    """Drops crumbs of effort, unless that loses more than a little of the value."""
    case = run.case
    y = np.where(run.y > _CRUMB, run.y, 0.0)
    y /= case.spread(np.where(case.on, case.sums(y), 1.0))
    cover = case.coverage(y)
    value = case.found(cover)
    if value >= run.value * (1 - 1e-7):
        run.y, run.cover, run.value = y, cover, value


def _reasons(problem: MovingProblem, effort_s: Floats, pos: Floats, known: tuple[float, float]) -> tuple[str, ...]:
    """One sentence on the whole, then one for each period."""
    value, bound = known
    gap = max(bound - value, 0.0) / value if value > 0 else 0.0
    if gap > PROVEN_GAP:
        lines = [f"Probability of success {value:.4f}; no plan for these periods can pass {bound:.4f}."]
    else:
        lines = [f"Probability of success {value:.4f}, proven the best there is (gap {gap:.1e})."]
    for t, name in enumerate(problem.periods):
        parts = [
            f"{who} {_places(problem.segments, row)}"
            for who, row in zip(problem.resources, effort_s[t], strict=True)
            if row.any()
        ]
        if len(parts) > _NAMED_RESOURCES:
            parts[_NAMED_RESOURCES:] = [f"and {len(parts) - _NAMED_RESOURCES} others"]
        tasks = "; ".join(parts) if parts else "nobody can search where the subject may be"
        lines.append(f"{name}: {tasks}. Finds {pos[t].sum():.4f}.")
    return tuple(lines)


def _places(segments: tuple[str, ...], row: Floats) -> str:
    longest = [int(i) for i in np.argsort(-row, kind="stable") if row[i] > 0]
    named = ", ".join(f"{span(float(row[i]))} in {segments[i]}" for i in longest[:_NAMED])
    rest = len(longest) - _NAMED
    return f"{named}{f' and {rest} more' if rest > 0 else ''}"
