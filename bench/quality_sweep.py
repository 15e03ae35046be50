"""Sweep: paths over a probability map against the rules that people follow without a solver.

python -m bench quality_sweep

The rules are an expanding spiral, concentric circles, sectors, parallel lanes and a greedy walk (always on to the
place that promises most per metre of way); several searchers share a pattern fairly, and all start where the problem
says. Figures are shares of the area bound: the densest ground first, in the area that the searchers can bring into
sight, whatever their paths. No plan can reach more than 1, and none reaches quite 1, as paths are connected.
Two objectives: what is seen by the end ("end"), and the mean over the whole time of what is seen so far ("soonest").

Maps: those of the SAREnv benchmark (Grøntved et al. 2025) in ../shared/data/heatmaps where they are there (all ten with
five drones of 20 km, the first two with other crews), and always made ones of five kinds: a heap around the middle, a
dozen humps, lines along trails, few patches, nearly flat. Everything is measured by the ground really seen, in the
same way; where ../shared/tools is there, an independent program measures the paths on the first map of each family
once more ("measured again": how far the two are apart). Time limits and times are seconds of computing (CPU), so that
a shared machine does not blur them.
"""

from __future__ import annotations

import importlib.util
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench._measure import Cost, cpu_clock, measured
from bench._report import table, tell
from bench._sweep_cases import KINDS, SHARED, SweepCase, conditions, for_objective, made, shared
from bench._sweep_rules import RULES
from homeward.geo import Floats
from homeward.search.sweep import SweepProblem, SweepSolution, solve_sweep
from homeward.search.sweep.footprint import look
from homeward.search.sweep.solve import search_compiled

OBJECTIVES = ("end", "soonest")
SHORT_S, LONG_S = 1.0, 5.0
FAMILIES = {"medium-5x20km": 10, "medium-1x100km": 2, "medium-5x60km": 2, "large-5x60km": 2}
CHECKED = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One map and objective: shares of the area bound, and what solving took."""

    family: str
    map: str
    objective: str
    long: float
    short: float
    rules: dict[str, float]
    first: float
    first_s: float
    cost: Cost
    bound: float
    checked: float

    @property
    def over_best(self) -> float:
        return self.long / max(self.rules.values())


def area_bound(problem: SweepProblem) -> tuple[float, float]:
    """The densest cells first, in an area of 2 r L + pi r^2 each (Koopman 1980); its mean over the time for "soonest".

    For searchers of equal speed that see all they pass.
    """
    cells = np.sort(problem.poa.ravel())[::-1]
    share = np.r_[0.0, np.cumsum(cells)] / cells.sum()

    def at(fraction: float) -> float:
        area = sum(2 * s.radius_m * s.length_m * fraction + np.pi * s.radius_m**2 for s in problem.searchers)
        return float(np.interp(area / problem.cell_m**2, np.arange(len(share)), share))

    return at(1.0), float(np.mean([at((k + 0.5) / 400) for k in range(400)]))


def merit(problem: SweepProblem, paths: dict[str, Floats]) -> float:
    seen = look(problem, paths)
    return seen.end if problem.objective == "end" else seen.soonest


def independent() -> Any | None:
    """The measuring program beside the shared data, if it is there."""
    path = SHARED / "tools" / "score_sweep.py"
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("score_sweep", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def solved(problem: SweepProblem, limit_s: float) -> tuple[SweepSolution, tuple[float, float], Cost]:
    """The solution; CPU seconds and value of the first plan; what all of it cost."""
    first: list[tuple[float, float]] = []
    began = time.process_time()

    def progress(elapsed_s: float, value: float, bound: float) -> None:  # noqa: ARG001
        if not first:
            first.append((time.process_time() - began, value))

    solution, cost = measured(lambda: solve_sweep(problem, time_limit_s=limit_s, seed=0, progress=progress))
    return solution, first[0], cost


def compared(family: str, case: SweepCase, objective: str, checker: Any | None) -> Row:
    problem = for_objective(case, objective)
    top = area_bound(problem)[OBJECTIVES.index(objective)]
    short = merit(problem, solve_sweep(problem, time_limit_s=SHORT_S, seed=0).paths)
    solution, (first_s, first), cost = solved(problem, LONG_S)
    checked = float("nan")
    if checker is not None and case.raw is not None:
        again = checker.score(case.raw, str(case.folder), solution.paths)[OBJECTIVES.index(objective)]
        checked = again / solution.value - 1
    return Row(
        family=family,
        map=case.name,
        objective=objective,
        long=merit(problem, solution.paths) / top,
        short=short / top,
        rules={name: merit(problem, rule(problem)) / top for name, rule in RULES.items()},
        first=first / top,
        first_s=first_s,
        cost=cost,
        bound=solution.bound / top,
        checked=checked,
    )


def cases(*, quick: bool) -> list[tuple[str, SweepCase, bool]]:
    """(family, case, whether it is measured independently too)."""
    chosen: list[tuple[str, SweepCase, bool]] = []
    for family, most in FAMILIES.items():
        some = shared(family, 2 if quick and family == "medium-5x20km" else 0 if quick else most)
        chosen += [(family, case, k < CHECKED) for k, case in enumerate(some)]
    kinds = KINDS[:2] if quick else KINDS
    return chosen + [(f"made: {kind}", made(kind), False) for kind in kinds]


def main(*, quick: bool = False, pictures: Path | None = None) -> None:
    checker = independent()
    search_compiled(made("heap", side=20, length_m=500.0).problem)  # what is compiled is compiled
    with cpu_clock():
        report(checker, quick=quick)
    if pictures is not None:
        from bench._pictures import sweep_picture

        print(sweep_picture(pictures, "sweep-humps", made("humps"), "over a dozen humps"))
        print(sweep_picture(pictures, "sweep-trails", made("lines"), "along trails"))


def report(checker: Any | None, *, quick: bool) -> None:
    rows = []
    for family, case, check in cases(quick=quick):
        for objective in OBJECTIVES:
            row = compared(family, case, objective, checker if check else None)
            rules = max(row.rules.values())
            said = f"{row.long:7.3f} of the bound, best rule {rules:.3f}, {row.cost.cpu_s:.1f} CPU s"
            tell(f"  {case.name:24}{objective:9}{said}")
            rows.append(row)
    print_tables(rows)
    print_conditions(quick=quick)


def groups(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    keys = dict.fromkeys((row.family, row.objective) for row in rows)
    return [(f"{f}, {o}", [r for r in rows if (r.family, r.objective) == (f, o)]) for f, o in keys]


def print_tables(rows: list[Row]) -> None:
    print("\nShare of the area bound, mean over the maps of a family. homeward with 5 s and with 1 s, and the rules.\n")
    columns = ["family, objective", "maps", f"homeward {LONG_S:g} s", f"{SHORT_S:g} s", *RULES]
    lines: list[list[str | int | float]] = []
    for name, some in groups(rows):
        means = [float(np.mean([r.rules[rule] for r in some])) for rule in RULES]
        lines.append([name, len(some), mean(some, "long"), mean(some, "short"), *means])
    print(table(columns, lines))
    print("homeward with 5 s over the best rule of each map (the rule that is best there, known only afterwards).\n")
    columns = ["family, objective", "mean", "least", "maps ahead", "first plan", "after s", "s", "peak MB"]
    columns += ["bound / area bound", "measured again"]
    lines = []
    for name, some in groups(rows):
        over = [r.over_best for r in some]
        again = [abs(r.checked) for r in some if not np.isnan(r.checked)]
        words = f"within {max(again):.2%}" if again else "-"
        ahead = f"{sum(o > 1 for o in over)} of {len(over)}"
        means = [mean(some, "first"), mean(some, "first_s")]
        means.append(float(np.mean([r.cost.cpu_s for r in some])))
        most = round(max(r.cost.peak_mb for r in some))
        lines.append([name, float(np.mean(over)), min(over), ahead, *means, most, mean(some, "bound"), words])
    print(table(columns, lines))
    worse = [f"{r.map} ({r.objective}: {r.over_best:.3f})" for r in rows if r.over_best < 1]
    print(f"Behind the best rule: {', '.join(worse) if worse else 'nowhere'}.")


def print_conditions(*, quick: bool) -> None:
    print("\nWith what missions add, on the map of a dozen humps: homeward with 5 s as a share of its own proven bound")
    print("(most conditions lower what is possible, and leave the bound where it is).\n")
    lines: list[list[str | int | float]] = []
    for name, problem in list(conditions().items())[: 2 if quick else None]:
        lines.append([name])
        for objective in OBJECTIVES:
            asked = replace(problem, objective=objective)  # type: ignore[arg-type]
            solution = solve_sweep(asked, time_limit_s=LONG_S, seed=0)
            lines[-1].append(solution.value / solution.bound)
            tell(f"  {name:34}{objective:9}{lines[-1][-1]:7.3f} of the bound")
    print(table(["condition", *OBJECTIVES], lines))


def mean(rows: list[Row], field: str) -> float:
    return float(np.mean([getattr(row, field) for row in rows]))


if __name__ == "__main__":
    main()
