"""Allocation of effort over segments against a general convex solver and simple rules.

python -m bench quality_allocate

Made problems, the same every time: POA heaped unevenly, teams of sweep widths 20-80 m that go 0.3-1.2 m/s, each unable
to search a fifth of the ground. "Gap" is (bound - value) / value: what is proven to be left at most. SLSQP is SciPy's
general solver, stopped after 10 s with the best it had. The rules: equal shares everywhere; in proportion to POA; best
first, where all go to the densest segment until it is covered well, then on to the next. Their figures are shares of
homeward's value. "Peak MB" is that of the whole process, Python and its libraries included.

Scenarios: several things may be true of the subject (responsive or not, other maps), and one plan serves all of them.
Whole tasks: each resource takes segments one after another and pays for getting there. A moving subject walks from a
heap of places; "stay" is the share of periods in which it does not move; the plans beside it look less far.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from bench._allocate_cases import moving, scenarios, still
from bench._measure import measured
from bench._report import Cell, table, tell
from homeward.geo import Floats
from homeward.search.allocate import AllocateProblem, divisible, solve_allocate, success
from homeward.search.allocate_moving import MovingProblem, found_there, solve_moving

SLSQP_S = 10.0
SLSQP_VARIABLES = 1000


class _TimeUpError(Exception):
    """The general solver has had its time."""


def generic(p: AllocateProblem, *, limit_s: float = SLSQP_S) -> Floats:
    """SciPy's SLSQP over shares, from an even spread; what it has when its time is over."""
    b = p.rate * p.effort_s[:, None]
    _, m, n = b.shape
    ends = time.perf_counter() + limit_s
    best = [np.inf]
    kept = np.full((m, n), 1 / n)

    def missed(y: Floats) -> tuple[float, Floats]:
        shares = y.reshape(m, n)
        left = p.weight * np.exp(-(b * shares).sum(axis=1))
        tidy = np.clip(shares, 0.0, None)
        tidy = tidy / tidy.sum(axis=1, keepdims=True)
        loss = float((p.weight * np.exp(-(b * tidy).sum(axis=1))).sum())
        if loss < best[0]:
            best[0] = loss
            kept[:] = tidy
        if time.perf_counter() > ends:
            raise _TimeUpError
        return float(left.sum()), -(b * left[:, None]).sum(axis=0).ravel()

    one_each = np.kron(np.eye(m), np.ones(n))
    sums = {"type": "eq", "fun": lambda y: one_each @ y - 1, "jac": lambda _: one_each}
    with contextlib.suppress(_TimeUpError):
        minimize(  # type: ignore[call-overload]  # the stubs know no mixed constraints
            missed, np.full(m * n, 1 / n), jac=True, bounds=[(0, 1)] * (m * n), constraints=[sums],
            method="SLSQP", options={"maxiter": 300, "ftol": 1e-12})  # fmt: skip
    return np.asarray(kept * p.effort_s[:, None])


def _shared(p: AllocateProblem, share: Floats) -> Floats:
    share = np.where(p.rate[0] > 0, share, 0.0)
    return np.asarray(share / share.sum(axis=1, keepdims=True) * p.effort_s[:, None])


def usual(p: AllocateProblem) -> Floats:
    """(resources, segments): the mean rate over the scenarios, which is what a rule goes by."""
    chance = p.weight.sum(axis=1)
    return np.asarray(np.tensordot(chance / chance.sum(), p.rate, axes=1))


def best_first(p: AllocateProblem) -> Floats:
    """The best of three: all go to the densest segment first, and on to the next at coverage 1, 2 or 3."""
    return max((_best_first(p, enough) for enough in (1.0, 2.0, 3.0)), key=lambda effort: success(p, effort))


def _best_first(p: AllocateProblem, enough: float) -> Floats:
    rate, effort = usual(p), np.zeros(p.rate.shape[1:])
    cover, left = np.zeros(rate.shape[1]), p.effort_s.copy()
    dense = np.argsort(-p.weight.sum(axis=0) * rate.max(axis=0))
    for i in dense:
        for r in np.flatnonzero(rate[:, i] > 0):
            spent = min(left[r], max(enough - cover[i], 0) / rate[r, i])
            effort[r, i] += spent
            left[r] -= spent
            cover[i] += spent * rate[r, i]
    return effort + _shared(p, p.weight.sum(axis=0)) / p.effort_s[:, None] * left[:, None]


RULES: dict[str, Callable[[AllocateProblem], Floats]] = {
    "equal": lambda p: _shared(p, np.ones(p.weight.shape[1])),
    "by POA": lambda p: _shared(p, p.weight.sum(axis=0)),
    "best first": best_first,
}


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


def divisible_tables(*, quick: bool) -> None:
    print("\nFreely divisible effort. SLSQP and the rules as shares of homeward's value.\n")
    sizes = ((20, 3), (60, 5), (1000, 50)) if quick else ((20, 3), (60, 5), (100, 5), (300, 20), (1000, 50))
    divisible_table("segments x resources", {f"{n} x {m}": still(n, m) for n, m in sizes})
    print("\nThe same with scenarios.\n")
    many = ((60, 5, 2), (60, 5, 9)) if quick else ((60, 5, 2), (60, 5, 9), (300, 10, 4), (1000, 20, 9))
    cases = {f"{n} x {m} x {k}": scenarios(n, m, k) for n, m, k in many}
    divisible_table("segments x resources x scenarios", cases)


def divisible_table(what: str, cases: dict[str, AllocateProblem]) -> None:
    columns = [what, "value", "gap", "CPU s", "peak MB", "SLSQP", "its CPU s", *RULES]
    lines: list[list[Cell]] = []
    for name, p in cases.items():
        best, cost = measured(lambda p=p: solve_allocate(p))  # type: ignore[misc]
        lines.append([name, f"{best.value:.6f}", f"{best.gap:.0e}", f"{cost.cpu_s:.3f}", f"{cost.peak_mb:.0f}"])
        slsqp, slsqp_s = "too large", "-"
        if p.rate[0].size <= SLSQP_VARIABLES:
            effort, peer = measured(lambda p=p: generic(p))  # type: ignore[misc]
            slsqp, slsqp_s = f"{success(p, effort) / best.value:.7f}", f"{peer.cpu_s:.1f}"
        lines[-1] += [slsqp, slsqp_s]
        lines[-1] += [success(p, rule(p)) / best.value for rule in RULES.values()]
        tell(f"  {name}: gap {best.gap:.1e}, {cost.cpu_s:.3f} s; SLSQP {slsqp}")
    print(table(columns, lines))


def whole_table(*, quick: bool, limit_s: float = 10.0) -> None:
    print(
        f"\nWhole tasks with access times, at most {limit_s:g} s. As shares of homeward's value: a rule (each in turn"
    )
    print(
        "goes where an hour finds most), and the split that forgets access times and pays for them afterwards. A gap of"
    )
    print("at most 3e-6 counts as proven.\n")
    columns = ["segments x resources", "value", "gap", "status", "s", "CPU s", "peak MB", "in turn", "no access times"]
    lines: list[list[Cell]] = []
    for n, m in ((10, 3), (30, 5)) if quick else ((10, 3), (30, 5), (60, 8), (150, 12), (600, 30)):
        p = still(n, m, whole=True)
        best, cost = measured(lambda p=p: solve_allocate(p, time_limit_s=limit_s))  # type: ignore[misc]
        free = fitted(p, divisible(p.weight, p.rate, p.effort_s).effort)
        lines.append([f"{n} x {m}", f"{best.value:.6f}", f"{best.gap:.2%}", best.status])
        lines[-1] += [f"{cost.wall_s:.1f}", f"{cost.cpu_s:.1f}", f"{cost.peak_mb:.0f}"]
        lines[-1] += [success(p, in_turn(p)) / best.value, success(p, free) / best.value]
        tell(f"  {n} x {m} whole: gap {best.gap:.2%}, {cost.wall_s:.1f} s")
    print(table(columns, lines))


def fitted(p: AllocateProblem, effort: Floats) -> Floats:
    """A split that forgot access times, made to fit: the largest parts first, until the time is spent."""
    kept = np.zeros_like(effort)
    for r, row in enumerate(effort):
        left = float(p.effort_s[r])
        for i in np.argsort(-row):
            spent = min(row[i], left - p.access_s[r, i])
            if row[i] > 0 and spent > 0:
                kept[r, i] = spent
                left -= spent + p.access_s[r, i]
    return kept


def moving_table(*, quick: bool) -> None:
    print("\nA moving subject. The plans that look less far as shares of homeward's value: myopic (each period by")
    print("itself), as if it stood still, equal shares.\n")
    columns = ["paths x periods x segments x resources", "stay", "value", "gap", "CPU s", "peak MB"]
    columns += ["myopic", "as if still", "equal"]
    cases = [(1000, 8, 10, 3, 0.5), (1000, 8, 10, 3, 0.95), *((10_000, 20, 32, 5, s) for s in (0.0, 0.5, 0.8, 0.97))]
    cases += [(10_000, 20, 32, 1, 0.97), (10_000, 20, 32, 50, 0.8)]
    lines: list[list[Cell]] = []
    for paths, periods, side, resources, stay in cases[:3] if quick else cases:
        p = moving(paths, periods, side, resources, stay)
        best, cost = measured(lambda p=p: solve_moving(p))  # type: ignore[misc]
        name = f"{paths} x {periods} x {side * side} x {resources}"
        lines.append([name, f"{stay:.2f}", f"{best.value:.6f}", f"{best.gap:.0e}"])
        lines[-1] += [f"{cost.cpu_s:.2f}", f"{cost.peak_mb:.0f}"]
        lines[-1] += [float(found_there(p, plan(p)).sum() / best.value) for plan in (myopic, as_if_still, even)]
        tell(f"  {name}, stay {stay:.2f}: gap {best.gap:.1e}, {cost.cpu_s:.1f} s")
    print(table(columns, lines))


def main(*, quick: bool = False) -> None:
    solve_allocate(replace(still(20, 3), whole_segments=True), time_limit_s=1)  # what is compiled is compiled
    solve_moving(moving(100, 4, 4, 2, 0.5))
    divisible_tables(quick=quick)
    whole_table(quick=quick)
    moving_table(quick=quick)


if __name__ == "__main__":
    main()
