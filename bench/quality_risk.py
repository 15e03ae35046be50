"""Searching a school in danger: plans that weigh losses, against thresholds and the most that anybody can reach.

python -m bench quality_risk

The mission of Shree, Asfora, Zheng, Hong, Banfi & Campbell (2021), IEEE RA-L 6(2), arXiv:2104.03809, on its school
(needs ../shared/data/graphs): 46 vertices with a true danger level of 1 to 5 each, and an estimate of it from 5 % of
the images. Three searchers start at vertex 1 and have 100 steps; the subject stays at one of 13 vertices, each as
likely (drawn as in the source, NumPy's seed 6000 + mission). After each step a searcher is lost with the chance of
the true level where it is. Before a vertex is visited each level is as likely; then its estimate is known, and with
the thresholds the vertices of the same room take the estimate of the nearest visited one.

"PT" and "PB" are thresholds of 3, 4, 5 by point or by probability (.6, .4, .4), with the source's objective and
horizon of 14 steps, planned anew by homeward at each step; threshold 3 is that of the most valuable searcher (MVA).
"One ahead" is `one_ahead` with `learnt` over 40 steps: one goes where it expects to find most while the others hold,
by the estimates of visited vertices and by who was lost where; the MVA comes last, and only as far as 5 % of loss.
"Known" is an exact dynamic program that knows the true levels: two searchers one after the other with the MVA at
home, and with the MVA third at the price on its loss that gives the least bound on what is found with 5 % of such
losses.

Each mission is played as if the subject were never found, and then read for each of the 13 vertices: found or not,
and the MVA lost before that or not. +- is the 95 % interval over missions.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench._report import Cell, table, tell
from homeward.search.rooms import Links, RoomsProblem, RoomsSearcher, learnt, one_ahead, solve_rooms

SCHOOL = Path(__file__).resolve().parents[2] / "shared" / "data" / "graphs" / "graphs" / "G46V_ss2.json"
TRUE, SEEN = "gt_danger_NFF", "estimate_danger_fire_des_NFF_freq_05"
LOSS = np.array([9e-5 + (level - 1) * np.exp(level) / 1200 for level in range(1, 6)])
KAPPA, ALPHA, MVA = (3, 4, 5), (0.6, 0.4, 0.4), 0
BLIND = {7, 9, 11}
MANY = {"gym": 2, "hallway_2": 2, "rooms_ABC": 2, "cafeteria": 2}
DEADLINE, LIMIT_S, PRIOR_LEVEL, BUDGET = 100, 0.03, 4, 0.05
PRICES = (1.0, 1.5, 2.0)


class School:
    """The building and its danger."""

    def __init__(self) -> None:
        raw = json.loads(SCHOOL.read_text(encoding="utf-8"))
        self.n, self.edges = int(raw["n_vertices"]), np.array(raw["edges"], np.int64)
        self.rooms = {
            name: [label - 1 for label in labels] for name, labels in raw["compartments_labels_1based"].items()
        }
        self.room = {v: name for name, vertices in self.rooms.items() for v in vertices}
        self.level = np.array(raw["danger"][TRUE]["z_point_estimate_option1"])
        seen = np.array(raw["danger"][SEEN]["eta_levels_1_to_5"])
        self.seen = seen / seen.sum(axis=1, keepdims=True)
        self.seen_level = np.array(raw["danger"][SEEN]["z_point_estimate_option1"])
        self.near = [{v} for v in range(self.n)]
        for a, b in raw["edges"]:
            self.near[a].add(b)
            self.near[b].add(a)
        self.far = np.array([self._steps_from(v) for v in range(self.n)])
        self.sees = Links.of(self.n, [(v, v, 1.0) for v in range(self.n)])

    def _steps_from(self, v: int) -> list[int]:
        far, line = {v: 0}, [v]
        for x in line:
            for y in self.near[x] - far.keys():
                far[y] = far[x] + 1
                line.append(y)
        return [far[u] for u in range(self.n)]

    def where(self, mission: int) -> list[int]:
        """The 13 vertices where the subject of this mission may be."""
        places: list[int] = []
        for name, vertices in self.rooms.items():
            drawn = np.random.RandomState(6000 + mission)  # as the source draws: anew for each room
            places += drawn.choice([v for v in vertices if v != 0], MANY.get(name, 1), replace=False).tolist()
        return places


@dataclass
class Mission:
    """How things stand: who is where (None: lost), what has been seen, who was lost or found when."""

    school: School
    left: set[int]
    at: list[int | None] = field(default_factory=lambda: [0, 0, 0])
    visited: set[int] = field(default_factory=lambda: {0})
    found: dict[int, int] = field(default_factory=dict)
    lost: dict[int, int] = field(default_factory=dict)
    step: int = 0

    def __post_init__(self) -> None:
        self.survived, self.fell = np.zeros(self.school.n, np.int64), np.zeros(self.school.n, np.int64)
        self.risked = 0.0

    def problem(self, searchers: list[RoomsSearcher], **more: Any) -> RoomsProblem:
        belief = np.zeros(self.school.n)
        belief[list(self.left)] = 1 / 13
        names = tuple(str(v + 1) for v in range(self.school.n))
        return RoomsProblem(names, self.school.edges, belief, tuple(searchers), **more)

    def go(self, to: dict[int, int], rng: np.random.Generator) -> None:
        """One step of everybody: move, perhaps be lost, look."""
        self.step += 1
        for s, here in enumerate(self.at):
            if here is None:
                continue
            there = to.get(s, here)
            if rng.random() < LOSS[self.school.level[there] - 1]:
                self.at[s], self.lost[s] = None, self.step
                self.fell[there] += 1
                continue
            self.at[s] = there
            self.survived[there] += 1
            self.visited.add(there)
            if there in self.left:
                self.left.discard(there)
                self.found[there] = self.step


Policy = Callable[[Mission], dict[int, int]]


def thresholds(*, by_probability: bool) -> Policy:
    """Everybody where its own threshold lets it be, planned together."""

    def decide(m: Mission) -> dict[int, int]:
        fine = _fine(m, by_probability=by_probability)
        people = []
        for s, here in enumerate(m.at):
            if here is not None:
                allowed = frozenset(np.flatnonzero(fine[s]).tolist())
                free = allowed if allowed & m.school.near[here] else frozenset({here})
                people.append(RoomsSearcher(str(s), here, m.school.sees, free))
        plan = solve_rooms(m.problem(people, steps=14, discount=0.99), time_limit_s=LIMIT_S)
        return {int(s): path[1] for s, path in plan.paths.items()} if plan.value > 0 else {}

    return decide


def _fine(m: Mission, *, by_probability: bool) -> np.ndarray:
    """(searchers, vertices): where the thresholds let each be, by the nearest visited vertex of the same room."""
    fine, school = np.zeros((3, m.school.n), bool), m.school
    for v in range(school.n):
        known = v if v in m.visited else _nearest(m, v)
        level = 1 if known == 0 == v else PRIOR_LEVEL if known is None else int(school.seen_level[known])
        row = np.eye(5)[0] if known == 0 == v else np.full(5, 0.2) if known is None else school.seen[known]
        for s in range(3):
            fine[s, v] = row[: KAPPA[s]].sum() >= ALPHA[s] - 1e-9 if by_probability else level <= KAPPA[s]
    return fine


def _nearest(m: Mission, v: int) -> int | None:
    room = [u for u in m.visited - BLIND if m.school.room[u] == m.school.room[v]]
    return min(room, key=lambda u: (m.school.far[u, v], u)) if room and v not in BLIND else None


def ahead(m: Mission) -> dict[int, int]:
    """One goes on, by what is seen and survived."""
    levels = np.full((m.school.n, 5), 0.2)
    seen = list(m.visited)
    levels[seen], levels[0] = m.school.seen[seen], np.eye(5)[0]
    loss = learnt(levels, loss=LOSS, survived=m.survived, lost=m.fell) @ LOSS
    budget = max(0.0, 1 - (1 - BUDGET) / (1 - m.risked))
    people = [
        RoomsSearcher(str(s), here, m.school.sees, None, 0.0 if s != MVA else 1e-6, budget if s == MVA else 1.0)
        for s, here in enumerate(m.at)
        if here is not None
    ]
    order = m.problem(people[::-1], steps=40, objective="end", loss=loss)
    going = one_ahead(order, time_limit_s=LIMIT_S)
    if going is None:
        return {}
    who, to = int(going[0]), going[1][1]
    if m.at[MVA] is not None:
        stands = to if who == MVA else m.at[MVA]
        m.risked = 1 - (1 - m.risked) * (1 - float(loss[stands]))
    return {who: to}


def play(school: School, mission: int, policy: Policy) -> np.ndarray:
    """Means over where the subject may be: found, MVA lost, searchers lost, steps of those found."""
    places = school.where(mission)
    m, rng = Mission(school, set(places)), np.random.default_rng(mission)
    stuck = -1  # how many were lost when nobody wanted to go on: they stay until another is
    while m.left and m.step < DEADLINE and any(v is not None for v in m.at):
        to = policy(m) if stuck != len(m.lost) else {}
        stuck = len(m.lost) if not to else -1
        m.go(to, rng)
    rows = []
    for place in places:
        end = m.found.get(place, DEADLINE + 1)
        gone = sum(step <= end for step in m.lost.values())
        rows.append((place in m.found, m.lost.get(MVA, DEADLINE + 2) <= end, gone / 3, min(end, DEADLINE)))
    read = np.array(rows, float)
    read[:, 3] *= read[:, 0]
    means: np.ndarray = read.mean(axis=0)
    return means


def known(school: School, mission: int, price: float) -> tuple[float, float]:
    """What two find who know the levels and go one after the other; the same with the MVA third, its loss priced."""
    loss = LOSS[school.level - 1]
    places = [v for v in school.where(mission) if loss[v] > 1e-3]
    sure = 13 - len(places)
    bit = np.zeros(school.n, np.int64)
    for i, v in enumerate(places):
        bit[v] = 1 << i
    door, nobody = 12, np.zeros(1 << len(places))
    last = _one(school, loss, bit, nobody, price)[:, door]
    values = []
    for after in (nobody, last):
        second = _one(school, loss, bit, after, 0.0)[:, door]
        values.append((sure + _one(school, loss, bit, second, 0.0)[0, door]) / 13)
    return values[0], values[1]


def _one(school: School, loss: np.ndarray, bit: np.ndarray, after: np.ndarray, price: float) -> np.ndarray:
    """(what has been searched, vertex): the most that one there finds, and `after` once it is lost or stops."""
    width = max(len(x) for x in school.near)
    near = np.array([sorted(x) + [v] * (width - len(x)) for v, x in enumerate(school.near)])
    value = np.zeros((len(after), school.n))
    for s in range(len(after) - 1, -1, -1):
        new = (bit & ~s) > 0
        won = np.where(new, 1 + value[s | bit, np.arange(school.n)], 0.0)
        now = np.full(school.n, after[s])
        while True:
            come = (1 - loss) * np.where(new, won, now) + loss * (after[s] - price)
            better = np.maximum(after[s], come[near].max(axis=1))
            if np.abs(better - now).max() < 1e-9:
                break
            now = better
        value[s] = now
    return value


def rows(school: School, missions: int) -> Iterator[tuple[str, np.ndarray, float]]:
    """By plan: a row per mission, and the seconds."""
    policies = {
        "PT-PU-345": thresholds(by_probability=False),
        "PB-PU-345": thresholds(by_probability=True),
        "one ahead": ahead,
    }
    for name, policy in policies.items():
        began, played = time.perf_counter(), []
        for mission in range(missions):
            played.append(play(school, mission, policy))
            if mission % 50 == 49:
                tell(f"  {name}: {mission + 1} missions, {time.perf_counter() - began:.0f} s")
        yield name, np.array(played), time.perf_counter() - began


def main(*, quick: bool = False) -> None:
    if not SCHOOL.is_file():
        print("The school of ../shared/data/graphs is not there: nothing to measure.")
        return
    missions, school, lines = 40 if quick else 300, School(), list[list[Cell]]()
    for name, played, took in rows(school, missions):
        mean, wide = played.mean(axis=0), 1.96 * played.std(axis=0) / missions**0.5
        cells = [cell for i in range(3) for cell in (100 * mean[i], 100 * wide[i])]
        lines.append([name, *cells, mean[3] / mean[0], took])
    tops = np.array([np.mean([known(school, k, price) for k in range(missions)], axis=0) for price in PRICES])
    home, most = tops[0, 0], np.min(tops[:, 1] + np.array(PRICES) / 13 * BUDGET)
    nan = float("nan")
    lines.append(["known, MVA at home", 100 * home, nan, 0.0, nan, nan, nan, nan, nan])
    lines.append(["known, at most", 100 * most, nan, 100 * BUDGET, nan, nan, nan, nan, nan])
    print(f"{missions} missions, each with 13 places: shares in %.\n")
    print(table(["plan", "found", "+-", "MVA lost", "+-", "searchers lost", "+-", "step", "s"], lines, digits=1))


if __name__ == "__main__":
    main()
