"""Cover: sites proven against published optima, games of a million targets, standing teams with a reserve.

p-median and p-center on OR-Library's pmed1 to pmed6 (Beasley 1985; published optima), San Francisco's 205 tracts and 16
sites (values printed by PySAL's notebook), both from ../shared/data/readiness where they are there, made graphs of the
same kind up to 900 vertices, and 818 places at random in a square (the size of the largest SJC), whose center is too
hard to prove. Every value is added up once more from the sites, outside the solver. The plain rule beside it takes
sites one after another, each where it helps most (greedy). Aim: each of pmed1 to pmed6 proven in 30 s.

Never run: pmed7 to pmed40, which nobody has put into that folder's bench (any pmedN.txt there is taken), and the 43
maximal covers of SJC324 to SJC818, whose data is CC BY-NC-SA and so is not ours to pass on.

Games: targets with random payoffs, water-filling; beside it the plain rule, the dearest targets fixed. Aim: a million
targets and ten thousand teams in under 5 s, the coverage adding up to the teams within 1e-6.

Reserve: 30 random targets that can be hit in two ways, 8 teams of two kinds, free to stand or to wait; beside it all
standing, and the dearest targets fixed. Aims: proven in under 60 s, never worse than without a reserve.

Seconds are of computing (CPU), without the compiling at first use.

python -m bench quality_cover
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path
from scipy.spatial.distance import cdist

from bench._measure import measured
from bench._report import Cell, table
from homeward.geo import Floats
from homeward.readiness.cover.deterrence import deter
from homeward.readiness.cover.records import Crew, Game, ReserveProblem, SitesProblem, SitesView
from homeward.readiness.cover.reserve import plan_reserve
from homeward.readiness.cover.solve import cover_sites

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "readiness"
TOWN = (818, 20)
MADE = ((300, 30), (400, 133), (500, 5), (600, 60), (700, 10), (800, 80), (900, 10), (900, 90))
LIMIT_S = 60.0


def main(*, quick: bool = False) -> None:
    cover_sites(SitesProblem(view="median", demand=np.ones(9), distance=np.eye(9) + 1, teams=2))  # compiles
    heads = ["sites", "vertices", "teams", "value", "bound", "published", "greedy", "CPU s"]
    if SHARED.is_dir():
        print(table(heads, [*_library(), *_san_francisco()], digits=2))
    else:
        print("The public instances are not there: made ones only.\n")
    print(table(heads, [*_made(MADE[:3] if quick else MADE), *([] if quick else [_town()])], digits=2))
    print(table(["targets", "teams", "attacker", "dearest fixed", "sum - teams", "CPU s"], list(_games()), digits=3))
    heads = ["targets x teams", "worst left", "bound", "without reserve", "dearest fixed", "CPU s"]
    print(table(heads, list(_reserves(3 if quick else 10)), digits=2))


def graph(numbers: Floats) -> tuple[Floats, int]:
    """Distances and teams of an OR-Library file: of equal edges the last counts."""
    n, m, teams = (int(v) for v in numbers[:3])
    lengths = np.zeros((n, n))
    for a, b, length in numbers[3 : 3 + 3 * m].reshape(-1, 3):
        lengths[int(a) - 1, int(b) - 1] = lengths[int(b) - 1, int(a) - 1] = length
    return np.asarray(shortest_path(csr_array(lengths), directed=False)), teams


def like_library(n: int, seed: int) -> Floats:
    """A made graph of the library's kind: a path and random edges, n^2/50 in all, lengths 1 to 100."""
    rng = np.random.default_rng(seed)
    lengths = np.zeros((n, n))
    ends = np.concatenate(
        [np.column_stack([np.arange(n - 1), np.arange(1, n)]), rng.integers(0, n, (n * n // 50 - n, 2))]
    )
    for a, b in ends:
        if a != b:
            lengths[a, b] = lengths[b, a] = rng.integers(1, 101)
    return np.asarray(shortest_path(csr_array(lengths), directed=False))


def _row(name: str, view: SitesView, demand: Floats, distance: Floats, teams: int, known: float | str) -> list[Cell]:
    problem = SitesProblem(view=view, demand=demand, distance=distance, teams=teams, radius=5000.0)
    found, took = measured(partial(cover_sites, problem, prices=False, time_limit_s=LIMIT_S))
    value = float(len(found.sites)) if view == "fewest" else _value(problem, list(found.sites))
    if abs(value - found.value) > 1e-9 * max(1.0, value):
        raise AssertionError(f"{name}: the sites come to {value}, the solver says {found.value}")
    size = f"{distance.shape[0]} x {distance.shape[1]}"
    return [name, size, teams, value, found.bound, known, _greedy(problem), took.cpu_s]


def _value(problem: SitesProblem, sites: list[int]) -> float:
    near = problem.distance[:, sites].min(axis=1)
    if problem.view == "covering":
        return float(problem.demand @ (near <= problem.radius))
    return float(problem.demand @ near) if problem.view == "median" else float(near.max())


def _greedy(problem: SitesProblem) -> Cell:
    """Sites one after another, each where it helps most."""
    if problem.view == "fewest":
        return "-"
    taken: list[int] = []
    near = np.full((len(problem.demand), 1), np.inf)
    for _ in range(problem.teams):
        then = np.minimum(near, problem.distance)
        if problem.view == "covering":
            taken.append(int((problem.demand @ (then <= problem.radius)).argmax()))
        else:
            taken.append(int((problem.demand @ then if problem.view == "median" else then.max(axis=0)).argmin()))
        near = then[:, taken[-1:]]
    return _value(problem, taken)


def _library() -> Iterator[list[Cell]]:
    cases = json.loads((SHARED / "f_coverage.json").read_text(encoding="utf-8"))["cases"]
    known = {c["id"]: c["expected"].get("optimum") for c in cases}
    paths = {int(path.stem.removeprefix("pmed")): path for path in (SHARED / "bench").glob("pmed[0-9]*.txt")}
    for number, path in sorted(paths.items()):
        distance, teams = graph(np.array(path.read_text().split(), dtype=np.float64))
        for view, case in (("median", "F01"), ("center", "F02")):
            best = float(known[case].get(f"pmed{number}", np.nan))
            yield _row(f"pmed{number} {view}", view, np.ones(len(distance)), distance, teams, best)  # type: ignore[arg-type]


def _san_francisco() -> Iterator[list[Cell]]:
    file = SHARED / "bench" / "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    sites, points = sorted({r["name"] for r in rows}), sorted({r["DestinationName"] for r in rows})
    distance, demand = np.full((len(points), len(sites)), np.inf), np.zeros(len(points))
    for row in rows:
        i = points.index(row["DestinationName"])
        distance[i, sites.index(row["name"])], demand[i] = float(row["distance"]), float(row["demand"])
    known: dict[SitesView, float] = {
        "covering": 875247.0,
        "fewest": 8.0,
        "median": 2848268129.714512,
        "center": 7403.063810849859,
    }
    for view, best in known.items():
        yield _row(f"San Francisco {view}", view, demand, distance, 4, best)


def _made(sizes: tuple[tuple[int, int], ...]) -> Iterator[list[Cell]]:
    for n, teams in sizes:
        distance = like_library(n, n)
        for view in ("median", "center"):
            yield _row(f"made {view}", view, np.ones(n), distance, teams, "-")


def _town() -> list[Cell]:
    """Places at random in a square of 6 km: the straight way to the farthest."""
    n, teams = TOWN
    xy = np.random.default_rng(1).uniform(0, 6000, (n, 2)).round(0)
    return _row("town center", "center", np.ones(n), cdist(xy, xy), teams, "-")


def _games() -> Iterator[list[Cell]]:
    for n, teams in ((1_000, 10), (100_000, 1_000), (1_000_000, 10_000)):
        rng = np.random.default_rng(1)
        up, down = rng.uniform(1, 10, n), -rng.uniform(1, 10, n)
        game = Game(
            attacker_covered=down, attacker_uncovered=up, defender_covered=-down, defender_uncovered=-up, teams=teams
        )
        found, took = measured(partial(deter, game, prices=False))
        fixed = max(float(np.sort(up)[-teams - 1]), float(down[np.argsort(up)[-teams:]].max()))
        yield [f"{n}", teams, found.attacker_value, fixed, f"{found.coverage.sum() - teams:.1e}", took.cpu_s]


def _reserves(number: int) -> Iterator[list[Cell]]:
    for seed in range(number):
        rng = np.random.default_rng(seed)
        places, values = rng.uniform(0, 40, (30, 2)), rng.uniform(1, 20, (30, 2))
        travel_h = cdist(places, places) * 1.4 / 30
        crews = (Crew(name="all-round", either=4), Crew(name="guards of people", can=(0,), either=4))
        problem = ReserveProblem(values=values, travel_h=travel_h, crews=crews)
        found, took = measured(partial(plan_reserve, problem))
        if found.value > found.without_reserve + 1e-9:
            raise AssertionError(f"seed {seed}: the plan is worse than without a reserve")
        yield ["30 x 8", found.value, found.bound, found.without_reserve, _dearest_fixed(values), took.cpu_s]


def _dearest_fixed(values: Floats) -> float:
    """The worst loss with the 4 who can do all at the dearest targets, then the 4 others at the dearest of people."""
    left = values.copy()
    for _ in range(4):
        left[np.argmax(left.max(axis=1))] = 0.0
    for _ in range(4):
        left[np.argmax(left[:, 0]), 0] = 0.0
    return float(left.max())
