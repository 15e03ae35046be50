"""Backward induction for treat-or-move, exact though the state is hidden.

The state of the casualty is not seen, so what a plan is worth from some point on is a vector: the probability of
arriving alive for each state. Backwards from care, every point keeps the vectors of the plans that may still be best
there, and forwards the weights that the states can have on reaching it (prior times survival times what tests said) are
known between two limits. A plan is dropped only when another is at least as good for all weights between these limits.
This is the value iteration of Smallwood & Sondik (1973), Operations Research 21(5):1071-1088, with the reachable
weights boxed; it is exact, and without a hidden state it is plain backward induction. Where time runs out, fewer plans
are kept at each point, or tests, stops and lifts are left out; what is told is then the worth of a plan all the same,
and the bound says how far it may be from the best.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.rescue.treat_records import Assessment, Lift, Step, TreatOrMove

MOST_PLANS = 400
"""Plans kept at one point; where more may still be best, the value is no longer proven and the bound says so."""

MOST_POINTS = 20_000
"""Points of one question; where there are more, tests are left out, then stops, then lifts, until there are not."""

_TINY = 1e-13
_LEAST_POINTS, _POINTS_PER_S = 500, 2500  # looked at in a third of the time, about, on a slow machine
_HURRIED = 8  # plans kept at a point once half of the time is gone; one when all of it is


class Node(NamedTuple):
    """Where the rescue stands: way-point, treatments done, what each test said (None: not made), lifts waited for,
    seconds on the move since the last stop, seconds since now. The last two are kept only where they matter; where
    moving does not wear, but stops are possible, the last but one is 1 after any move since the last stop.
    """

    at: int
    care: int
    told: tuple[bool | None, ...]
    waited: int
    moving_s: float
    gone_s: float

    @property
    def order(self) -> tuple[int, int, float]:
        """Rises with every step."""
        done = self.care + sum(t is not None for t in self.told) + self.waited.bit_count()
        return self.at, done, -self.moving_s


@dataclass(frozen=True, slots=True)
class Act:
    """A step from a node: for each thing that may turn out, its words, P(that, and alive | state), the node after."""

    do: str
    name: str
    takes_s: float
    turns: tuple[tuple[str, Floats, Node | None], ...]

    @property
    def words(self) -> str:
        """The step as advice names it."""
        return f"{self.do}: {self.name}" if self.name else self.do


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan from a node on: P(arrives alive | state), its first step and the plans after it."""

    alive: Floats
    act: Act
    after: tuple[Plan | None, ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """The best plan, the best of each first step, an upper bound (`bound_known`: that of somebody who knows the
    state), and what was left out for want of time.
    """

    plan: Plan | None
    by_first: dict[str, float]
    value: float
    bound: float
    bound_known: float = 0.0
    left_out: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """The first step of the best plan; of steps of equal worth the one that `acts` names first."""
        return self.plan.act.words if self.plan else "move"


class _Steps:
    """The steps open at each node of one question, over the states that are possible at all."""

    def __init__(self, problem: TreatOrMove) -> None:
        p, h = problem, problem.hazards
        self.problem = p
        weights = np.array([p.belief.get(state, 0.0) for state in h.states])
        self.live = np.flatnonzero(weights > 0)
        self.weights = weights[self.live]
        self.per_s = h.per_s[:, self.live, :]
        self.ends_s = np.append(h.ages_s[1:], np.inf)
        self.growth = None if h.growth_per_s2 is None else h.growth_per_s2[self.live]
        self.at_stop = None if h.at_stop_per_s is None else h.at_stop_per_s[self.live]
        self.tells = [np.array([test.says_yes[h.states[i]] for i in self.live]) for test in p.tests]
        self.aging = len(h.ages_s) > 1
        self.grows = self.growth is not None and bool(np.any(self.growth > 0))
        self.rests = self.at_stop is not None and bool(np.any(self.at_stop < self.per_s.max(axis=(0, 2))))
        places = range(1, len(p.legs_s)) if p.stops_at is None else p.stops_at
        helps = p.stop_s is not None and (self.grows or self.rests)  # else a stop is only waiting
        self.stops = frozenset(places if helps else ())

    def start(self) -> Node:
        return Node(0, self.problem.care, (None,) * len(self.problem.tests), 0, 0.0, 0.0)

    def alive(self, node: Node, *, takes_s: float, moving: bool = False) -> Floats:
        """P(alive after so long | state), from a node on."""
        h = self.problem.hazards
        begin = self.problem.age_s + node.gone_s
        if len(h.ages_s) == 1:
            total = self.per_s[node.care, :, 0] * takes_s
        else:
            spent = np.clip(np.minimum(begin + takes_s, self.ends_s) - np.maximum(begin, h.ages_s), 0.0, None)
            total = self.per_s[node.care] @ spent
        if moving and self.growth is not None:
            total = total + self.growth * takes_s * (node.moving_s + takes_s / 2)
        return np.asarray(np.exp(-total))

    def later(self, node: Node, *, takes_s: float, moving_s: float = 0.0, at: int = 0) -> Node:
        """The node after so long, of it so long on the move to a later way-point; times that do not matter stay 0."""
        at = at or node.at
        timed = self.aging or any(x.at >= at and not node.waited >> i & 1 for i, x in enumerate(self.problem.lifts))
        gone_s = round(node.gone_s + takes_s, 6) if timed else 0.0
        moved_s = round(node.moving_s + moving_s, 6)
        if not self.grows:
            moved_s = float(moved_s > 0) if self.stops else 0.0
        return Node(at, node.care, node.told, node.waited, moved_s, gone_s)

    def acts(self, node: Node) -> Iterator[Act]:
        """All that can be done at a node; of equal worth the earlier is taken, so nobody assesses for nothing."""
        yield self._move(node)
        p = self.problem
        for care in range(node.care + 1, len(p.cares) + 1):
            takes_s = p.cares[care - 1].takes_s
            after = self.later(node, takes_s=takes_s)._replace(care=care)
            yield Act("treat", p.cares[care - 1].name, takes_s, (("", self.alive(node, takes_s=takes_s), after),))
        if p.stop_s is not None and node.at in self.stops and node.moving_s > 0:
            rate = self.at_stop
            lived = self.alive(node, takes_s=p.stop_s) if rate is None else np.exp(-rate * p.stop_s)
            after = self.later(node, takes_s=p.stop_s)._replace(moving_s=0.0)
            yield Act("stop", "", p.stop_s, (("", lived, after),))
        for i, lift in enumerate(p.lifts):
            if lift.at == node.at and not node.waited >> i & 1:
                yield self._wait(node, i, lift)
        for i, test in enumerate(p.tests):
            if node.told[i] is None:
                yield self._assess(node, i, test)

    def _move(self, node: Node) -> Act:
        p = self.problem
        if node.at == len(p.legs_s):
            return Act("move", "", p.then_s, (("", self.alive(node, takes_s=p.then_s), None),))
        takes_s = p.legs_s[node.at]
        after = self.later(node, takes_s=takes_s, moving_s=takes_s, at=node.at + 1)
        return Act("move", "", takes_s, (("", self.alive(node, takes_s=takes_s, moving=True), after),))

    def _assess(self, node: Node, i: int, test: Assessment) -> Act:
        lived, after = self.alive(node, takes_s=test.takes_s), self.later(node, takes_s=test.takes_s)
        turns = tuple(
            (words, lived * p, after._replace(told=(*node.told[:i], said, *node.told[i + 1 :])))
            for words, p, said in (("yes", self.tells[i], True), ("no", 1 - self.tells[i], False))
        )
        return Act("assess", test.name, test.takes_s, turns)

    def _wait(self, node: Node, i: int, lift: Lift) -> Act:
        wait_s = max(0.0, lift.ready_s - node.gone_s)
        gone = self.alive(node, takes_s=wait_s + lift.then_s)
        turns: list[tuple[str, Floats, Node | None]] = [("it comes", lift.p_comes * gone, None)]
        if lift.p_comes < 1:
            after = self.later(node._replace(waited=node.waited | 1 << i), takes_s=wait_s)
            turns.append(("it does not come", (1 - lift.p_comes) * self.alive(node, takes_s=wait_s), after))
        return Act("wait", lift.name, wait_s, tuple(turns))


def solve(problem: TreatOrMove, *, time_limit_s: float = 10.0) -> Solved:
    """The best plan for a hidden state, and the best after each first step, within `time_limit_s` or little more."""
    begun_s = perf_counter()
    most = min(MOST_POINTS, int(_LEAST_POINTS + _POINTS_PER_S * time_limit_s))
    asked, left_out = problem, list[str]()
    while (reach := _reach(steps := _Steps(asked), most)) is None:
        asked, what = _narrower(asked)
        left_out.append(what)
    if not steps.live.size:
        return Solved(plan=None, by_first={"move": 0.0}, value=0.0, bound=0.0)
    found = _backwards(steps, reach, begun_s=begun_s, limit_s=time_limit_s)
    if not left_out:
        return found
    bounded = all(what.startswith("test ") for what in left_out)  # who knows the state needs no test
    most_alive = found.bound_known if bounded else float(steps.weights.sum())
    return replace(found, bound=most_alive, left_out=tuple(left_out))


def _narrower(problem: TreatOrMove) -> tuple[TreatOrMove, str]:
    """The question with one choice less, and which."""
    if problem.tests:
        return replace(problem, tests=problem.tests[:-1]), f"test {problem.tests[-1].name}"
    if problem.stop_s is not None:
        return replace(problem, stop_s=None, stops_at=None), "stops to stabilise"
    return replace(problem, lifts=problem.lifts[:-1]), f"lift {problem.lifts[-1].name}"


def _backwards(steps: _Steps, reach: _Reach, *, begun_s: float, limit_s: float) -> Solved:
    kept: dict[Node | None, list[Plan | None]] = {None: [None]}
    known: dict[Node | None, Floats] = {None: np.ones(steps.live.size)}  # the most there is, were the state known
    exact, root = True, steps.start()
    for node in sorted(reach.acts, key=lambda n: n.order, reverse=True):
        gone = (perf_counter() - begun_s) / max(limit_s, 1e-9)
        limits = reach.low[node], reach.high[node]
        known[node] = np.max([_together(act, known) for act in reach.acts[node]], axis=0)
        found: list[Plan] = []
        for act in reach.acts[node]:
            plans, whole = _plans(act, kept, limits, MOST_PLANS if gone < 0.5 else _HURRIED if gone < 1 else 1)
            found += plans
            exact = exact and whole
        if node != root:
            rows, whole = _worth_keeping(np.array([plan.alive for plan in found]), limits, MOST_PLANS)
            kept[node] = [found[i] for i in rows]
            exact = exact and whole
    by_first: dict[str, float] = {}
    best = found[0]
    for plan in found:
        worth = float(steps.weights @ plan.alive)
        by_first[plan.act.words] = max(worth, by_first.get(plan.act.words, 0.0))
        if worth > float(steps.weights @ best.alive) + _TINY:
            best = plan
    value = max(by_first.values())
    most = float(steps.weights @ known[root])
    return Solved(plan=best, by_first=by_first, value=value, bound=value if exact else most, bound_known=most)


def straight(problem: TreatOrMove, *, first: tuple[str, ...] = ()) -> float:
    """P(arrives alive) of a rule of thumb: the steps named, where they are open, then nothing but moving."""
    steps = _Steps(problem)
    weights, node, todo = steps.weights, steps.start(), list(first)
    while True:
        open_ = {act.words: act for act in steps.acts(node)}
        act = open_.get(todo.pop(0), open_["move"]) if todo else open_["move"]
        _, p, after = act.turns[0]
        weights = weights * p
        if after is None:
            return float(weights.sum())
        node = after


def step_of(plan: Plan | None, *, at: int = 0) -> Step | None:
    """A plan as steps to be read; moves that follow each other without a choice are one."""
    if plan is None:
        return None
    act, takes_s, after, here = plan.act, plan.act.takes_s, plan.after, at
    if act.do == "move":
        here += 1
        while after and (only := after[0]) is not None and only.act.do == "move":
            takes_s, after, here = takes_s + only.act.takes_s, only.after, here + 1
    then = tuple(
        (words, step)
        for (words, _, _), more in zip(act.turns, after, strict=True)
        if (step := step_of(more, at=here)) is not None
    )
    return Step(do=act.do, name=act.name, at=at, takes_s=takes_s, then=then)


@dataclass(frozen=True, slots=True)
class _Reach:
    """Every point that can be reached with what can be done there, and the least and greatest weights of the states."""

    acts: dict[Node, list[Act]]
    low: dict[Node, Floats]
    high: dict[Node, Floats]


def _reach(steps: _Steps, most: int) -> _Reach | None:
    """None where there are more points than `most`, and a choice that can be left out."""
    asked, root = steps.problem, steps.start()
    narrows = bool(asked.tests or asked.stop_s is not None or asked.lifts)
    sure = 3 ** len(asked.tests) * (len(asked.legs_s) + 1) * (len(asked.cares) - asked.care + 1)
    if narrows and sure > most:
        return None
    low, high = {root: steps.weights}, {root: steps.weights}
    acts: dict[Node, list[Act]] = {}
    count = 0
    waiting = [(root.order, count, root)]
    while waiting:
        _, _, node = heappop(waiting)
        acts[node] = list(steps.acts(node))
        for _, p, after in (turn for act in acts[node] for turn in act.turns):
            if after is None:
                continue
            if after not in low:
                count += 1
                heappush(waiting, (after.order, count, after))
            down, up = low[node] * p, high[node] * p
            low[after] = np.minimum(low[after], down) if after in low else down
            high[after] = np.maximum(high[after], up) if after in high else up
        if narrows and count > most:
            return None
    return _Reach(acts, low, high)


def _plans(
    act: Act, kept: dict[Node | None, list[Plan | None]], limits: tuple[Floats, Floats], most: int
) -> tuple[list[Plan], bool]:
    """The plans worth keeping that begin with a step and go on with one kept for each thing that may turn out."""
    after = [kept[node][:most] for _, _, node in act.turns]
    whole = all(len(kept[node]) <= most for _, _, node in act.turns)
    alive = np.zeros((1, len(limits[0])))
    for (_, p, _), plans in zip(act.turns, after, strict=True):
        each = np.array([p if plan is None else p * plan.alive for plan in plans])
        alive = (alive[:, None, :] + each[None, :, :]).reshape(-1, alive.shape[1])
    rows, all_ = _worth_keeping(alive, limits, most)
    chosen = np.array(np.unravel_index(rows, [len(plans) for plans in after])).T
    made = [
        Plan(alive[row], act, tuple(plans[i] for plans, i in zip(after, turn, strict=True)))
        for row, turn in zip(rows, chosen.tolist(), strict=True)
    ]
    return made, whole and all_


def _together(act: Act, known: dict[Node | None, Floats]) -> Floats:
    return np.asarray(np.sum([p * known[after] for _, p, after in act.turns], axis=0))


def _worth_keeping(alive: Floats, limits: tuple[Floats, Floats], most: int) -> tuple[list[int], bool]:
    """The rows of `alive` (plans, states) that may be best for some weights between the limits, `most` at most, best in
    the middle first; and whether none of these was left out.
    """
    low, high = limits
    middle, half = (low + high) / 2, (high - low) / 2
    worth = alive @ middle
    order = np.argsort(-worth, kind="stable")
    count, rows = _undominated(alive[order], worth[order], half, most)
    return order[rows[: min(count, most)]].tolist(), count <= most


@njit(cache=True)
def _undominated(alive: Floats, worth: Floats, half: Floats, most: int) -> tuple[int, NDArray[np.int64]]:
    """Of rows by falling worth, those that no kept one beats wherever the weights may be; stops at one over `most`."""
    rows = np.empty(most + 1, dtype=np.int64)
    count = 0
    for i in range(len(worth)):
        kept = True
        for k in range(count):
            j = rows[k]
            edge = worth[i] - worth[j]
            for s in range(len(half)):
                edge += abs(alive[i, s] - alive[j, s]) * half[s]
            if edge <= _TINY:
                kept = False
                break
        if kept:
            rows[count] = i
            count += 1
            if count > most:
                break
    return count, rows
