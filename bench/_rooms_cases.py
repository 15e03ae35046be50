"""Rooms problems: made ones, those with published values, and the shared ones where they are there."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from homeward.exchange.solver_files.rooms import RoomsFile, to_problem
from homeward.search.rooms import Links, RoomsProblem, RoomsSearcher

GRAPHS = Path(__file__).resolve().parents[2] / "shared" / "data" / "graphs"
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RoomsCase:
    """A problem, its family, and the best value that is known, where one is."""

    name: str
    family: str
    problem: RoomsProblem
    known: float | None = None


def grid_edges(rows: int, cols: int) -> Ints:
    cells = np.arange(rows * cols).reshape(rows, cols)
    across = np.column_stack([cells[:, :-1].ravel(), cells[:, 1:].ravel()])
    return np.vstack([across, np.column_stack([cells[:-1].ravel(), cells[1:].ravel()])])


def neighbours(edges: Ints, n: int) -> list[list[int]]:
    """By vertex: itself and those one step away, in order."""
    near = [{v} for v in range(n)]
    for a, b in edges.tolist():
        near[a].add(b)
        near[b].add(a)
    return [sorted(some) for some in near]


def wandering(edges: Ints, n: int, stay: float | None = None) -> Links:
    """A subject that stays or goes to any neighbour, all alike; or stays with a given chance."""
    triples = []
    for v, near in enumerate(neighbours(edges, n)):
        others = [w for w in near if w != v]
        p = 1 / len(near) if stay is None else stay
        triples += [(v, v, p), *((v, w, (1 - p) / len(others)) for w in others)]
    return Links.of(n, triples)


def made_grid(side: int, *, searchers: int = 1, steps: int = 10, seed: int = 0, moves: bool = True) -> RoomsProblem:
    """A square grid, five likely places away from the common start, looks that see all there is at the own vertex."""
    rng = np.random.default_rng(seed)
    n, edges = side * side, grid_edges(side, side)
    start = int(rng.integers(n))
    far = np.abs(np.arange(n) // side - start // side) + np.abs(np.arange(n) % side - start % side)
    belief = np.zeros(n)
    belief[rng.choice(np.flatnonzero(far > 1), 5, replace=False)] = 0.2
    sees = Links.of(n, [(v, v, 1.0) for v in range(n)])
    return RoomsProblem(
        vertices=tuple(str(v) for v in range(n)),
        edges=edges,
        belief=belief,
        searchers=tuple(RoomsSearcher(f"s{k + 1}", start, sees) for k in range(searchers)),
        steps=steps,
        discount=0.99,
        motion=wandering(edges, n) if moves else None,
    )


def house() -> tuple[RoomsProblem, dict[str, tuple[float, float]]]:
    """Two corridors of twelve rooms each, joined at both ends; three searchers; where each vertex lies, in metres."""
    at: dict[str, tuple[float, float]] = {}
    joins: list[tuple[str, str]] = []
    for corridor, y in (("A", 0.0), ("B", 24.0)):
        for k in range(6):
            at[f"{corridor}{k}"] = (8.0 * k, y)
            joins += [(f"{corridor}{k - 1}", f"{corridor}{k}")] if k else []
            for side, dy in (("s", -7.0), ("n", 7.0)):
                at[f"{corridor}{k}{side}"] = (8.0 * k, y + dy)
                joins.append((f"{corridor}{k}", f"{corridor}{k}{side}"))
    for k, x in ((0, -8.0), (5, 48.0)):
        at[f"stair {k}"] = (x, 12.0)
        joins += [(f"A{k}", f"stair {k}"), (f"stair {k}", f"B{k}")]
    names = tuple(at)
    number = {name: i for i, name in enumerate(names)}
    edges = np.array([(number[a], number[b]) for a, b in joins], np.int64)
    likely = {"A5n": 0.2, "A3s": 0.1, "B1n": 0.25, "B4n": 0.2, "B5s": 0.15, "A1n": 0.1}
    sees = [(i, i, 0.9) for i in range(len(names))]
    for a, b in joins:
        open_way = a[0] == b[0] and len(a) == len(b) == 2  # along a corridor, not through a door
        sees += [(number[a], number[b], 0.6), (number[b], number[a], 0.6)] if open_way else []
    problem = RoomsProblem(
        vertices=names,
        edges=edges,
        belief=np.array([likely.get(name, 0.0) for name in names]),
        searchers=tuple(RoomsSearcher(f"Team {k + 1}", number["A0"], Links.of(len(names), sees)) for k in range(3)),
        steps=12,
        discount=0.99,
        motion=None,
    )
    return problem, at


def published_grid(side: int, stay: float, starts: list[int], find: float, steps: int, subject: int) -> RoomsProblem:
    """The first look comes before the first move; P(found by the end) counts."""
    n, edges = side * side, grid_edges(side, side)
    belief = np.zeros(n)
    belief[subject] = 1.0
    sees = Links.of(n, [(v, v, find) for v in range(n)])
    return RoomsProblem(
        vertices=tuple(str(v + 1) for v in range(n)),
        edges=edges,
        belief=belief,
        searchers=tuple(RoomsSearcher(f"s{i}", v, sees) for i, v in enumerate(starts)),
        steps=steps,
        motion=wandering(edges, n, stay),
        still_first=True,
        objective="end",
    )


def published() -> list[RoomsCase]:
    """Nine of Eagle (1984), Operations Research 32(5):1107-1115, Table I, by start cell; five optima by Gurobi.

    The five are the integral ones in the result files of the repository wenbo5565/
    Route_Optimization_for_Multiple_Searchers, on the 9 x 9 grid of Royset and Sato.
    """
    eagle = {1: 0.7786, 2: 0.8631, 3: 0.8631, 4: 0.8631, 5: 0.8631, 6: 1.0, 7: 0.8631, 8: 1.0, 9: 1.0}
    cases = [
        RoomsCase(f"start {cell}", "Eagle 1984, Table I", published_grid(3, 0.4, [cell - 1], 1.0, 10, 8), found)
        for cell, found in eagle.items()
    ]
    missed = {(3, 7): 0.80732459, (3, 8): 0.68736973, (3, 9): 0.58056707, (15, 7): 0.80015496, (15, 8): 0.66945695}
    for (teams, steps), p in missed.items():
        problem = published_grid(9, 0.6, [0] * teams, 1 - 0.4 ** (3 / teams), steps, 40)
        cases.append(RoomsCase(f"{teams} searchers, {steps} looks", "Royset-Sato grid", problem, 1 - p))
    return cases


def shared() -> list[RoomsCase]:
    """The instances with known values; none where they are not there."""
    table = GRAPHS / "known.csv"
    if not table.is_file():
        return []
    cases = []
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        name = row["file"].removesuffix(".json")
        _, _, team, steps, motion, *_ = name.split("-")
        searchers, moving = int(team[1:]), "still" if motion == "static" else "moving"
        who = {1: "one searcher", 2: "two searchers", 3: "three searchers"}.get(searchers, "five searchers")
        raw = json.loads((GRAPHS / row["file"]).read_text(encoding="utf-8"))
        problem = to_problem(RoomsFile.model_validate(raw), row["file"])
        cases.append(RoomsCase(name, f"{who}, {steps[1:]} steps, {moving}", problem, float(row["value"])))
    return cases


def made() -> list[RoomsCase]:
    """A few grids of our own, so that there is something to compare without the shared data."""
    cases = []
    for searchers, who in ((1, "one searcher"), (2, "two searchers"), (3, "three searchers")):
        for seed, side in enumerate((6, 8, 10)):
            for moves, word in ((True, "moving"), (False, "still")):
                problem = made_grid(side, searchers=searchers, seed=seed, moves=moves)
                name = f"made grid {side} x {side}, {searchers}, {word}"
                cases.append(RoomsCase(name, f"made: {who}, 10 steps, {word}", problem))
    return cases
