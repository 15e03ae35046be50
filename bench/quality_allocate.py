"""Allocation against a general convex solver and simple rules, all in one run: value, ratio to the bound, time, memory.

python -m bench quality_allocate

Made problems, the same every time: POA heaped unevenly, teams of sweep widths 20-80 m that go 0.3-1.2 m/s, each unable
to search a fifth of the ground. Ratios of 1 are the proven optimum. "MB" is the most that was allocated at once.
The moving subject walks from a heap of places; "stay" is the share of periods in which it does not move.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from scipy.optimize import minimize

from homeward.geo import Floats
from homeward.search.allocate import AllocateProblem, divisible, solve_allocate, success
from homeward.search.allocate_moving import MovingProblem, found_there, solve_moving

Done = TypeVar("Done")


def still(segments: int, resources: int, *, whole: bool = False, seed: int = 0) -> AllocateProblem:
    """Effort for about one coverage of all ground together, however many segments there are."""
    rng = np.random.default_rng(seed)
    area_m2 = rng.lognormal(np.log(2e5), 0.5, segments)
    rate = _rates(rng, area_m2, resources)
    return AllocateProblem(
        segments=tuple(f"S{i}" for i in range(segments)),
        resources=tuple(f"R{r}" for r in range(resources)),
        weight=rng.dirichlet(np.full(segments, 0.3))[None] * 0.9,
        rate=rate[None],
        effort_s=_effort(rng, rate, 1.0),
        access_s=rng.uniform(5, 45, (resources, segments)) * 60,
        whole_segments=whole,
    )


def moving(paths: int, periods: int, side: int, resources: int, stay: float) -> MovingProblem:
    """Walks over a square of segments, each with a bent of its own; effort for one coverage over all periods."""
    rng = np.random.default_rng(paths + side)
    at = np.clip(rng.normal(side / 2, side / 8, (paths, 2)), 0, side - 1e-9)
    bent = rng.normal(0, side / 50, (paths, 2))
    segment_at = np.empty((paths, periods), dtype=np.intp)
    for t in range(periods):
        inside = ((at >= 0) & (at < side)).all(axis=1)
        segment_at[:, t] = np.where(inside, at[:, 0].astype(int) * side + at[:, 1].astype(int), -1)
        at = at + (rng.random((paths, 1)) > stay) * (bent + rng.normal(0, side / 50, (paths, 2)))
    rate = _rates(rng, np.full(side * side, 2e5), resources)
    return MovingProblem(
        segments=tuple(f"S{i}" for i in range(side * side)),
        resources=tuple(f"R{r}" for r in range(resources)),
        periods=tuple(f"P{t}" for t in range(periods)),
        weight=np.full(paths, 0.9 / paths),
        segment_at=segment_at,
        rate=np.tile(rate, (periods, 1, 1)),
        effort_s=np.tile(_effort(rng, rate, 1.0) / periods, (periods, 1)),
    )


def _rates(rng: np.random.Generator, area_m2: Floats, resources: int) -> Floats:
    width_m = rng.uniform(20, 80, (resources, 1)) * rng.uniform(0.5, 1.5, (resources, len(area_m2)))
    rate = width_m * rng.uniform(0.3, 1.2, (resources, 1)) / area_m2
    rate[rng.random(rate.shape) < 0.2] = 0.0
    return rate


def _effort(rng: np.random.Generator, rate: Floats, coverage: float) -> Floats:
    share = rng.uniform(0.5, 1.5, len(rate)) / len(rate)
    usual = np.array([np.median(row[row > 0]) if row.any() else 1.0 for row in rate])
    return np.asarray(coverage * rate.shape[1] * share / usual)


def timed(work: Callable[[], Done]) -> tuple[Done, float, float]:
    """What the work gives, its seconds, and (in a second run) the most it allocated, MB."""
    began = time.perf_counter()
    done = work()
    took = time.perf_counter() - began
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return done, took, most


def generic(p: AllocateProblem, *, iterations: int = 300) -> Floats:
    """SciPy's SLSQP over shares, from an even spread."""
    b = p.rate[0] * p.effort_s[:, None]
    m, n = b.shape

    def missed(y: Floats) -> tuple[float, Floats]:
        left = p.weight[0] * np.exp(-(b * y.reshape(m, n)).sum(axis=0))
        return float(left.sum()), -(b * left).ravel()

    one_each = np.kron(np.eye(m), np.ones(n))
    sums = {"type": "eq", "fun": lambda y: one_each @ y - 1, "jac": lambda _: one_each}
    found = minimize(  # type: ignore[call-overload]  # the stubs know no mixed constraints
        missed, np.full(m * n, 1 / n), jac=True, bounds=[(0, 1)] * (m * n), constraints=[sums],
        method="SLSQP", options={"maxiter": iterations, "ftol": 1e-12})  # fmt: skip
    y = found.x.reshape(m, n).clip(min=0)
    return np.asarray(y / y.sum(axis=1, keepdims=True) * p.effort_s[:, None])


def _shared(p: AllocateProblem, share: Floats) -> Floats:
    share = np.where(p.rate[0] > 0, share, 0.0)
    return np.asarray(share / share.sum(axis=1, keepdims=True) * p.effort_s[:, None])


def best_first(p: AllocateProblem) -> Floats:
    """The best of three: all go to the densest segment first, and on to the next at coverage 1, 2 or 3."""
    return max((_best_first(p, enough) for enough in (1.0, 2.0, 3.0)), key=lambda effort: success(p, effort))


def _best_first(p: AllocateProblem, enough: float) -> Floats:
    rate, effort = p.rate[0], np.zeros(p.rate.shape[1:])
    cover, left = np.zeros(rate.shape[1]), p.effort_s.copy()
    dense = np.argsort(-p.weight[0] * rate.max(axis=0))
    for i in dense:
        for r in np.flatnonzero(rate[:, i] > 0):
            spent = min(left[r], max(enough - cover[i], 0) / rate[r, i])
            effort[r, i] += spent
            left[r] -= spent
            cover[i] += spent * rate[r, i]
    return effort + _shared(p, p.weight) / p.effort_s[:, None] * left[:, None]


RULES: dict[str, Callable[[AllocateProblem], Floats]] = {
    "equal": lambda p: _shared(p, np.ones(p.weight.shape)),
    "by POA": lambda p: _shared(p, p.weight),
    "best first": best_first,
}


def slope(sizes: list[int], costs: list[float]) -> float:
    """Of the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def divisible_table() -> None:
    print("Freely divisible effort: value and gap to the bound; the rest as a share of homeward's value")
    names = ("value", "gap", "s", "MB", "SLSQP", "SLSQP s", *RULES)
    print(f"{'segments x resources':22}" + "".join(f"{n:>11}" for n in names))
    for segments, resources in ((20, 3), (60, 5), (100, 5), (1000, 50)):
        p = still(segments, resources)
        best, took, most = timed(lambda p=p: solve_allocate(p))  # type: ignore[misc]
        line = f"{best.value:11.6f}{best.gap:11.1e}{took:11.3f}{most:11.1f}"
        if segments * resources <= 500:
            began = time.perf_counter()
            line += f"{success(p, generic(p)) / best.value:11.7f}{time.perf_counter() - began:11.2f}"
        else:
            line += f"{'too large':>11}{'':>11}"
        line += "".join(f"{success(p, rule(p)) / best.value:11.3f}" for rule in RULES.values())
        print(f"{f'{segments} x {resources}':22}{line}", flush=True)


def growth_table() -> None:
    print("\nGrowth with the number of segments: seconds and MB")
    names = ("still s", "MB", "gap", "moving s", "MB", "gap")
    print(f"{'segments':22}" + "".join(f"{n:>11}" for n in names) + "   (10 resources; 5, 20 periods, 10,000 paths)")
    sides, rows = [10, 18, 32, 56, 100], []
    for side in sides:
        p, q = still(side * side, 10), moving(10_000, 20, side, 5, 0.8)
        a, a_s, a_mb = timed(lambda p=p: solve_allocate(p))  # type: ignore[misc]
        b, b_s, b_mb = timed(lambda q=q: solve_moving(q))  # type: ignore[misc]
        rows.append((a_s, a_mb, b_s, b_mb))
        print(f"{side * side:<22}{a_s:11.3f}{a_mb:11.1f}{a.gap:11.1e}{b_s:11.3f}{b_mb:11.1f}{b.gap:11.1e}", flush=True)
    sizes = [s * s for s in sides]
    a_s, a_mb, b_s, b_mb = (slope(sizes, [row[k] for row in rows]) for k in range(4))
    print(f"{'log-log slope':22}{a_s:11.2f}{a_mb:11.2f}{'':11}{b_s:11.2f}{b_mb:11.2f}")


def whole_table(limit_s: float = 10.0) -> None:
    print(f"\nWhole tasks, at most {limit_s:g} s: value/bound, and rules that pay access too as a share of the value")
    names = ("value", "value/bound", "status", "s", "best first", "divisible")
    print(f"{'segments x resources':22}" + "".join(f"{n:>12}" for n in names))
    for segments, resources in ((10, 3), (30, 5), (60, 8), (150, 12), (600, 30)):
        p = still(segments, resources, whole=True)
        began = time.perf_counter()
        best = solve_allocate(p, time_limit_s=limit_s)
        took = time.perf_counter() - began
        free = divisible(p.weight, p.rate, p.effort_s).value
        line = f"{best.value:12.6f}{best.value / best.bound:12.6f}{best.status:>12}{took:12.2f}"
        line += f"{success(p, in_turn(p)) / best.value:12.3f}{free / best.value:12.3f}"
        print(f"{f'{segments} x {resources}':22}{line}", flush=True)


def in_turn(p: AllocateProblem) -> Floats:
    """Whole tasks by rule: in turn each goes to the segment where an hour finds most, covers it once, and goes on."""
    effort, left = np.zeros(p.access_s.shape), p.effort_s.copy()
    cover = np.zeros(p.weight.shape[1])
    busy = True
    while busy:
        busy = False
        for r, rate in enumerate(p.rate[0]):
            gain = np.where((effort[r] == 0) & (p.access_s[r] < left[r]), p.weight[0] * np.exp(-cover) * rate, 0.0)
            i = int(gain.argmax())
            if gain[i] > 0:
                effort[r, i] = min(left[r] - p.access_s[r, i], 1 / rate[i])
                left[r] -= effort[r, i] + p.access_s[r, i]
                cover[i] += effort[r, i] * rate[i]
                busy = True
    return effort


def myopic(p: MovingProblem) -> Floats:
    """Each period alone: the still optimum for where the subject is then, after what was searched before."""
    effort, hidden = np.zeros(p.rate.shape), p.weight.copy()
    for t, at in enumerate(p.segment_at.T):
        weight = np.bincount(at + 1, hidden, len(p.segments) + 1)[1:].astype(np.float64)
        effort[t] = divisible(weight[None], p.rate[t][None], p.effort_s[t]).effort
        hidden = hidden * np.exp(-np.append((p.rate[t] * effort[t]).sum(axis=0), 0.0)[at])
    return effort


def as_if_still(p: MovingProblem) -> Floats:
    """The optimum for a subject who stays where it is in the first period, an equal part of it in each period."""
    weight = np.bincount(p.segment_at[:, 0] + 1, p.weight, len(p.segments) + 1)[1:].astype(np.float64)
    whole = divisible(weight[None], p.rate[0][None], p.effort_s.sum(axis=0)).effort
    return np.asarray(whole * (p.effort_s / p.effort_s.sum(axis=0))[:, :, None])


def even(p: MovingProblem) -> Floats:
    able = (p.rate > 0).astype(np.float64)
    return np.asarray(able / able.sum(axis=2, keepdims=True) * p.effort_s[:, :, None])


def moving_table() -> None:
    print("\nA moving subject: value and gap; plans that look less far as a share of the value")
    names = ("stay", "value", "gap", "s", "MB", "myopic", "as if still", "equal")
    print(f"{'paths x periods x segments x resources':40}" + "".join(f"{n:>12}" for n in names))
    cases = [(1000, 8, 10, 3, 0.5), (1000, 8, 10, 3, 0.95), *((10_000, 20, 32, 5, s) for s in (0.0, 0.5, 0.8, 0.97))]
    for paths, periods, side, resources, stay in (*cases, (10_000, 20, 32, 1, 0.97), (10_000, 20, 32, 50, 0.8)):
        p = moving(paths, periods, side, resources, stay)
        best, took, most = timed(lambda p=p: solve_moving(p))  # type: ignore[misc]
        line = f"{stay:12.2f}{best.value:12.6f}{best.gap:12.1e}{took:12.2f}{most:12.1f}"
        line += "".join(f"{found_there(p, plan(p)).sum() / best.value:12.4f}" for plan in (myopic, as_if_still, even))
        print(f"{f'{paths} x {periods} x {side * side} x {resources}':40}{line}", flush=True)


def main() -> None:
    solve_allocate(replace(still(20, 3), whole_segments=True), time_limit_s=1)  # what is compiled is compiled
    divisible_table()
    growth_table()
    whole_table()
    moving_table()


if __name__ == "__main__":
    main()
