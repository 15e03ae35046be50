"""Rooms: several searchers on a graph, against sequential planning and a mixed-integer programme.

python -m bench quality_rooms

A subject stays or moves on a graph; searchers walk and look; what counts is the discounted sum of P(found by t).
"Gap" is (bound - value) / value: 0 means that the plan is proven the best there is. "Sequential" is what most of the
literature does: each searcher's best reply to those before it, nobody plans again (replies are found and proven by a
program of the benchmark's own). "MILP" is the programme of Asfora, Banfi & Campbell (2020) in its tight form, solved
by HiGHS through SciPy, in the same run. Every value is measured once more by plain code apart from the solver.

Problems: the graphs of that literature (a school, a museum, an office, grids; 46 to 100 vertices) in
../shared/data/graphs where they are there, with the best values known before; else made grids. Published values: Eagle
(1984), and the grid of Royset and Sato with optima found by Gurobi in 5 to 74 s. One and two searchers may take 10 s
each, more searchers 3 s. Time limits and times are seconds of computing (CPU), so that a shared machine does not blur
them; the programme's limit alone is by the clock on the wall.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench._measure import cpu_clock, measured, peak_mb
from bench._report import Cell, table, tell
from bench._rooms_cases import RoomsCase, made, published, shared
from bench._rooms_milp import solve_milp
from bench._rooms_value import sequential, value
from homeward.search.rooms import RoomsProblem, solve_rooms
from homeward.search.rooms.solve import compiled

MILP_LIMIT_S = 60.0
WITH_MILP = (
    "G46V_ss2-P1-m1-h10-random-r0-z03",
    "G60V-P0-m1-h10-random-r0-z00",
    "G64V_grid-P0-m1-h10-random-r1-z00",
    "G60V-P0-m2-h10-static-r0-z00",
    "G46V_ss2-P1-m2-h10-random-r0-z00",
    "G46V_ss2-P1-m3-h10-static-r0-z00",
    "G46V_ss2-P1-m3-h10-random-r0-z00",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One problem: value, bound, and what others reach; nan where it is not known."""

    case: RoomsCase
    value: float
    bound: float
    optimal: bool
    cpu_s: float
    sequential: float

    @property
    def gap(self) -> float:
        return (self.bound - self.value) / self.value

    @property
    def to_known(self) -> float:
        return self.value / self.case.known if self.case.known is not None else float("nan")

    @property
    def to_sequential(self) -> float:
        return self.value / self.sequential


def planned(case: RoomsCase) -> Row:
    problem = case.problem
    limit_s = 10.0 if len(problem.searchers) <= 2 else 3.0
    solution, cost = measured(lambda: solve_rooms(problem, time_limit_s=limit_s, seed=0))
    again = value(problem, list(solution.paths.values()))
    if abs(again - solution.value) > 1e-9:
        raise AssertionError(f"{case.name}: the solver says {solution.value}, its paths are worth {again}")
    one_by_one, _ = sequential(problem)
    return Row(case, solution.value, solution.bound, solution.status == "optimal", cost.cpu_s, one_by_one)


def chosen(*, quick: bool) -> list[RoomsCase]:
    """The shared problems, or ours; one of each family in a hurry."""
    cases = shared() or made()
    if not quick:
        return cases
    first = {case.family: case for case in reversed(cases)}
    return [first[family] for family in sorted(first)]


def main(*, quick: bool = False, pictures: Path | None = None) -> None:
    compiled()
    sequential(made()[0].problem)
    with cpu_clock():
        report(quick=quick)
    if pictures is not None:
        from bench._pictures import rooms_picture

        print(rooms_picture(pictures, "rooms"))


def report(*, quick: bool) -> None:
    rows = []
    for case in chosen(quick=quick):
        row = planned(case)
        against = f"{row.to_known:.5f} of known, {row.to_sequential:.4f} of sequential"
        tell(f"  {case.name:42}{row.value:10.6f}  gap {row.gap:7.2%}  {row.cpu_s:6.2f} s  {against}")
        rows.append(row)
    print_families(rows)
    print_milp(limit_s=10.0 if quick else MILP_LIMIT_S, most=2 if quick else len(WITH_MILP))
    print_published(quick=quick)
    print(f"Peak memory of all this: {peak_mb():.0f} MB.")


def print_families(rows: Sequence[Row]) -> None:
    print("\nBy family. Against the best value known before, and against sequential planning: ratio of values.\n")
    columns = ["problems", "count", "proven", "CPU s, median", "most", "gap, mean", "gap, most"]
    columns += ["to known, mean", "least", "better than known", "to sequential, mean", "most"]
    lines: list[list[Cell]] = []
    for family in dict.fromkeys(row.case.family for row in sorted(rows, key=lambda r: order(r.case.family))):
        some = [row for row in rows if row.case.family == family]
        gaps, took = [row.gap for row in some], [row.cpu_s for row in some]
        known, turns = [row.to_known for row in some], [row.to_sequential for row in some]
        lines.append(
            [family, len(some), sum(row.optimal for row in some), f"{np.median(took):.3f}", f"{max(took):.2f}"]
        )
        lines[-1] += [f"{np.mean(gaps):.2%}", f"{max(gaps):.2%}", f"{np.mean(known):.5f}", f"{min(known):.5f}"]
        lines[-1] += [sum(k > 1 + 1e-6 for k in known), f"{np.mean(turns):.4f}", f"{max(turns):.4f}"]
    print(table(columns, lines))
    behind = [f"{r.case.name} ({r.to_known:.5f})" for r in rows if r.to_known < 1 - 1e-6]
    print(f"Behind the best value known: {', '.join(behind) if behind else 'nowhere'}.")
    below = [f"{r.case.name} ({r.to_sequential:.5f})" for r in rows if r.to_sequential < 1 - 1e-9]
    print(f"Behind sequential planning: {', '.join(below) if below else 'nowhere'}.")


def order(family: str) -> tuple[int, str]:
    return next((k for k, word in enumerate(("one", "two", "three", "five")) if word in family), 4), family


def print_milp(*, limit_s: float, most: int) -> None:
    print(f"\nAgainst the mixed-integer programme in HiGHS, which may take {limit_s:g} s by the clock")
    print("on the wall: its CPU seconds say how much of them it had. The last column compares CPU seconds.\n")
    columns = ["problem", "homeward", "gap", "CPU s", "MILP", "gap", "CPU s", "MILP / homeward"]
    cases = {case.name: case for case in shared()}
    lines: list[list[Cell]] = []
    for case in ([cases[name] for name in WITH_MILP] if cases else made())[:most]:
        row = planned(case)
        peer, cost = measured(lambda case=case: solve_milp(case.problem, time_limit_s=limit_s))  # type: ignore[misc]
        peer_s = cost.cpu_s
        tell(f"  MILP {case.name:42}{peer.value:10.6f}  bound {peer.bound:.6f}  {peer_s:6.1f} s")
        gap = f"{max(0.0, peer.bound / peer.value - 1):.2%}"
        lines.append([case.name, f"{row.value:.6f}", f"{row.gap:.2%}", f"{row.cpu_s:.3f}"])
        lines[-1] += [f"{peer.value:.6f}", gap, f"{peer_s:.1f}", f"{peer_s / row.cpu_s:,.0f}"]
    print(table(columns, lines))


def reached(problem: RoomsProblem, target: float, limit_s: float) -> tuple[float, float, float, float]:
    """Value, bound, CPU seconds until the target was reached (nan: never), and until the end."""
    at = [float("nan")]

    def progress(elapsed_s: float, best: float, bound: float) -> None:  # noqa: ARG001
        if np.isnan(at[0]) and best >= target:
            at[0] = time.process_time() - began

    began = time.process_time()
    solution = solve_rooms(problem, time_limit_s=limit_s, seed=0, progress=progress)
    return solution.value, solution.bound, at[0], time.process_time() - began


def print_published(*, quick: bool) -> None:
    print("\nPublished values: P(found by the end). Eagle gives four decimals.\n")
    columns = ["case", "published", "homeward", "bound", "reached after CPU s", "ended after CPU s"]
    lines: list[list[Cell]] = []
    for case in published()[:: 4 if quick else 1]:
        assert case.known is not None
        slack = 5e-5 if "Eagle" in case.family else 1e-7
        got, bound, at_s, took_s = reached(case.problem, case.known - slack, 3.0 if quick else 10.0)
        name = f"{case.family}, {case.name}"
        lines.append([name, f"{case.known:.8g}", f"{got:.8f}", f"{bound:.8f}", f"{at_s:.3f}", f"{took_s:.2f}"])
    print(table(columns, lines))


if __name__ == "__main__":
    main()
