"""Small problems, and what is true of them by trying every plan. Plain Python apart from the solver."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from hypothesis import strategies as st

from homeward.search.rooms import Bond, Links, RoomsProblem, RoomsSearcher


def neighbours(problem: RoomsProblem) -> list[set[int]]:
    near = [{v} for v in range(problem.n)]
    for a, b in problem.edges.tolist():
        near[a].add(b)
        near[b].add(a)
    return near


def walks(problem: RoomsProblem, searcher: int) -> list[tuple[int, ...]]:
    """Every path of one searcher."""
    near, who = neighbours(problem), problem.searchers[searcher]
    found: list[tuple[int, ...]] = [(who.start,)]
    for _ in range(problem.steps):
        found = [(*w, v) for w in found for v in sorted(near[w[-1]]) if who.allowed is None or v in who.allowed]
    return found


def value(problem: RoomsProblem, paths: tuple[tuple[int, ...], ...]) -> float:
    """The objective as the definition says it: the mean over everybody's last step, less what losses cost."""
    if problem.loss is None:
        return value_until(problem, paths, [problem.steps] * len(paths))
    total = 0.0
    for last in product(range(problem.steps + 1), repeat=len(paths)):
        chance = 1.0
        for path, end in zip(paths, last, strict=True):
            for t in range(1, end + 1):
                chance *= 1 - problem.loss[path[t]]
            chance *= problem.loss[path[end + 1]] if end < problem.steps else 1.0
        cost = sum(s.loss_cost for s, end in zip(problem.searchers, last, strict=True) if end < problem.steps)
        total += chance * (value_until(problem, paths, list(last)) - cost)
    return total


def value_until(problem: RoomsProblem, paths: tuple[tuple[int, ...], ...], last: list[int]) -> float:
    """The objective, mass by mass, where each looks up to its last step alone."""
    motion = None if problem.motion is None else problem.motion.dense()
    sees = [s.sees.dense() for s in problem.searchers]
    mass, total, worth = problem.belief.copy(), problem.belief.sum(), 0.0
    for t in range(1, problem.steps + 1):
        if motion is not None and not (problem.still_first and t == 1):
            mass = mass @ motion
        for table, path, end in zip(sees, paths, last, strict=True):
            if t <= end:
                mass = mass * (1 - table[path[t]])
        found = total - mass.sum()
        worth = found if problem.objective == "end" else worth + problem.discount**t * found
    return float(worth)


def keeps_rules(problem: RoomsProblem, paths: tuple[tuple[int, ...], ...]) -> bool:
    return all(
        (rule.ok.dense()[paths[rule.a][t], paths[rule.b][t]] > 0)
        for rule in problem.bonds
        for t in range(1, problem.steps + 1)
    ) and all(chance_lost(problem, path) <= s.max_loss for s, path in zip(problem.searchers, paths, strict=True))


def chance_lost(problem: RoomsProblem, path: tuple[int, ...]) -> float:
    there = 1.0
    for v in path[1:]:
        there *= 1 - (0.0 if problem.loss is None else problem.loss[v])
    return 1 - there


def plans(problem: RoomsProblem) -> Iterator[tuple[tuple[int, ...], ...]]:
    every = product(*(walks(problem, s) for s in range(len(problem.searchers))))
    return (paths for paths in every if keeps_rules(problem, paths))


def optimum(problem: RoomsProblem) -> float:
    """The best value there is; -inf where no plan keeps the rules."""
    return max((value(problem, paths) for paths in plans(problem)), default=-np.inf)


@st.composite
def small_problems(
    draw: st.DrawFn, *, searchers: int | None = None, rules: bool = False, danger: bool = False
) -> RoomsProblem:
    """Connected or not, mixed sensors, forbidden vertices, motions with holes, both objectives."""
    m = searchers or draw(st.integers(1, 3))
    n = draw(st.integers(1, 5 if m < 3 else 4))
    steps = draw(st.integers(1, (5, 3, 2)[m - 1]))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    edges = [e for e in pairs if draw(st.booleans())]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    belief = np.where(rng.random(n) < 0.7, rng.random(n), 0.0)
    belief[rng.integers(n)] += 0.1
    belief *= rng.uniform(0.3, 1) / belief.sum()
    near = [{v} | {w for e in edges for w in e if v in e} for v in range(n)]
    people = []
    for k in range(m):
        start = int(rng.integers(n))
        allowed = None
        if draw(st.integers(0, 3)) == 0:
            allowed = frozenset({int(rng.choice(sorted(near[start])))} | {v for v in range(n) if rng.random() < 0.5})
        cost = draw(st.sampled_from([0.0, 0.3, 2.0])) if danger else 0.0
        limit = draw(st.sampled_from([1.0, 1.0, 0.5, 0.05])) if danger else 1.0
        people.append(RoomsSearcher(f"s{k}", start, sensor(rng, n, draw(st.integers(0, 3))), allowed, cost, limit))
    if m > 1 and draw(st.booleans()):
        people[1] = RoomsSearcher("s1", people[1].start, people[0].sees, people[0].allowed)
        if people[0].allowed is not None:
            people[1] = RoomsSearcher("s1", people[0].start, people[0].sees, people[0].allowed)
    return RoomsProblem(
        vertices=tuple(f"v{i}" for i in range(n)),
        edges=np.array(edges, np.int64).reshape(-1, 2),
        belief=belief,
        searchers=tuple(people),
        steps=steps,
        discount=draw(st.sampled_from([1.0, 0.99, 0.5])),
        motion=draw(st.sampled_from([None, moving(rng, n)])),
        still_first=draw(st.booleans()),
        objective=draw(st.sampled_from(["discounted", "end"])),
        bonds=(Bond(0, 1, sensor(rng, n, 3)),) if rules and m > 1 else (),
        loss=np.where(rng.random(n) < 0.6, rng.random(n), 0.0) if danger else None,
    )


def sensor(rng: np.random.Generator, n: int, kind: int) -> Links:
    """0: sees its own vertex surely; 1: with a chance; 2: some others too; 3: any, some not at all."""
    if kind <= 1:
        q = 1.0 if kind == 0 else float(rng.uniform(0.1, 0.9))
        return Links.of(n, [(v, v, q) for v in range(n)])
    some = rng.random((n, n)) < 0.5
    chance = np.where(rng.random((n, n)) < 0.3, 1.0, rng.random((n, n)))
    return Links.of(n, [(v, w, float(chance[v, w])) for v in range(n) for w in range(n) if some[v, w]])


def moving(rng: np.random.Generator, n: int) -> Links:
    rows = np.where(rng.random((n, n)) < 0.5, rng.random((n, n)), 0.0) + np.eye(n) * 1e-3
    rows /= rows.sum(axis=1, keepdims=True)
    return Links.of(n, [(v, w, float(rows[v, w])) for v in range(n) for w in range(n)])
