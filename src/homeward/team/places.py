"""Places to fill, who may fill them and why somebody may not; and the best way to fill them.

People and groups of like places make a transport problem, whose best solution is one linear assignment. The aims come
one after another: critical places filled, the others, the reserve's, fewest changes, then most skill; each
outweighs everything after it. How many ways are as good is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from homeward.geo import Floats
from homeward.team.records import RESERVE, FormationProblem, Post

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
OUT = -1  # the group of those who fill no place
MOST_STATES = 20_000  # of counting formations that are as good
MOST_PLANS = 1_000_000  # more are not told apart: 'very many' is all that a manager needs
_TIGHT = 1e-9

State = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`n` places of one role: at a post (None: anywhere), or waiting in reserve."""

    role: str
    n: int
    post: Post | None = None
    waits: bool = False

    @property
    def words(self) -> str:
        """How it is called."""
        return f"{self.role} in reserve" if self.waits else f"{self.role} at {self.post.id}" if self.post else self.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The problem as arrays. `can`, `skill`, `moves` are (people, groups); `kept` the rules that keep people out."""

    people: tuple[str, ...]
    groups: tuple[Group, ...]
    can: Bools
    skill: Floats
    moves: Bools
    kept: dict[tuple[int, int], str]
    critical: Bools
    load_h: Floats

    @property
    def n(self) -> Ints:
        """How many places each group has."""
        return np.array([g.n for g in self.groups], np.int64)

    def only(self, people: Iterable[int]) -> Case:
        """The same, with these people alone allowed to fill anything."""
        allowed = np.zeros(len(self.people), bool)
        allowed[list(people)] = True
        return replace(self, can=self.can & allowed[:, None])


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """`group` of each person (OUT: none), `empty` places of each group, and what it is worth."""

    group: Ints
    empty: Ints
    changes: int
    skill: float
    cost: float


def case_of(problem: FormationProblem) -> Case:
    """Who may fill which group of places, and the rule that keeps out who has the skill."""
    people, groups = tuple(problem.people), tuple(_groups(problem))
    shape = len(people), len(groups)
    can, skill, moves = np.zeros(shape, bool), np.zeros(shape), np.zeros(shape, bool)
    kept: dict[tuple[int, int], str] = {}
    for i, who in enumerate(people):
        has = problem.people[who]
        for k, group in enumerate(groups):
            if group.role not in has:
                continue
            rule = _kept_out(problem, who, group)
            if rule:
                kept[i, k] = rule
            can[i, k] = not rule
            skill[i, k] = 0.0 if group.waits else has[group.role]
            moves[i, k] = not group.waits and _moves(problem, who, group)
    critical = np.array([not g.waits and g.role in problem.critical for g in groups], bool)
    load_h = np.array([problem.load_h.get(who, 0.0) for who in people])
    return Case(
        people=people,
        groups=groups,
        can=can,
        skill=skill,
        moves=moves,
        kept=kept,
        critical=critical,
        load_h=load_h,
    )


def _groups(problem: FormationProblem) -> Iterable[Group]:
    for role, n in problem.need.items():
        if n:
            yield Group(role=role, n=n)
    for post in problem.posts:
        for role, n in post.need.items():
            if n:
                yield Group(role=role, n=n, post=post)
    for role, n in problem.reserve.items():
        if n:
            yield Group(role=role, n=n, waits=True)


def _kept_out(problem: FormationProblem, who: str, group: Group) -> str:
    """The rule, in words, by which somebody with the skill may not fill the place; '' where none does."""
    limit = problem.hours_awake_limit
    awake_h = problem.hours_awake.get(who, 0.0)
    if limit is not None and awake_h + problem.task_h > limit + 1e-9:
        after = f" ({round(awake_h + problem.task_h, 1):g} h by the end)" if problem.task_h else ""
        return f"awake for {round(awake_h, 1):g} h{after}, the limit is {limit:g} h"
    until = problem.qualified_until.get(who, {}).get(group.role)
    if until is not None and problem.now is not None and until < problem.now + timedelta(hours=problem.task_h):
        return f"qualification as {group.role} ends {until:%Y-%m-%d}"
    if group.post is not None and group.post.within_s is not None:
        travel_s = problem.travel_s.get(who, {}).get(group.post.id, 0.0)
        if travel_s > group.post.within_s + 1e-9:
            return f"{travel_s / 60:.0f} min from {group.post.id}, the limit is {group.post.within_s / 60:.0f} min"
    return ""


def _moves(problem: FormationProblem, who: str, group: Group) -> bool:
    """Whether somebody deployed gets another role, or the same one elsewhere; calling in the reserve is no change."""
    now = problem.deployed.get(who)
    if now is None or now == RESERVE:
        return False
    at = problem.deployed_at.get(who)
    return now != group.role or (at is not None and (group.post is None or group.post.id != at))


def cost_of(case: Case) -> tuple[Floats, Floats]:
    """Cost of each (person, group), and of an empty place of each group; smaller is better.

    All skill together weighs less than half a change, all changes less than an empty place of the reserve, all of the
    reserve less than one other place, all others less than a critical one.
    """
    places = int(case.n.sum())
    most = case.skill.max(axis=1).sum() if case.skill.size else 0.0
    scale = 0.25 / most if most > 0 else 0.0
    cost = case.moves - scale * case.skill
    level = np.array([0 if g.waits else 2 if c else 1 for g, c in zip(case.groups, case.critical, strict=True)])
    return cost, (places + 2.0) ** (level + 1)


def fill(case: Case) -> Filled:
    """The best way to fill the places, by the aims one after another."""
    cost, empty_cost = cost_of(case)
    group_of_place = np.repeat(np.arange(len(case.groups)), case.n)
    places = len(group_of_place)
    table = np.where(case.can, cost, np.inf)[:, group_of_place].T
    empties = np.full((places, places), np.inf)
    np.fill_diagonal(empties, empty_cost[group_of_place])
    rows, columns = linear_sum_assignment(np.hstack([table, empties]))
    group = np.full(len(case.people), OUT, np.int64)
    filled = columns < len(case.people)
    group[columns[filled]] = group_of_place[rows[filled]]
    empty = np.bincount(group_of_place[rows[~filled]], minlength=len(case.groups)).astype(np.int64)
    chosen = np.flatnonzero(group != OUT)
    return Filled(
        group=group,
        empty=empty,
        changes=int(case.moves[chosen, group[chosen]].sum()),
        skill=float(case.skill[chosen, group[chosen]].sum()),
        cost=float(cost[chosen, group[chosen]].sum() + (empty * empty_cost).sum()),
    )


def spread_load(case: Case, best: Filled) -> Filled:
    """Of all formations as good as `best`, one whose most loaded member has served least."""
    used = best.group != OUT
    if not case.load_h.any() or best.empty.any() or not used.any():
        return best
    levels = np.unique(case.load_h[case.load_h <= case.load_h[used].max()])
    low, high, found = 0, len(levels) - 1, best
    while low < high:
        middle = (low + high) // 2
        tried = fill(case.only(np.flatnonzero(case.load_h <= levels[middle])))
        if not tried.empty.any() and tried.cost <= best.cost + 1e-9:
            high, found = middle, tried
        else:
            low = middle + 1
    return found


def optimal_plans(case: Case, best: Filled) -> int | None:
    """How many ways to give roles (and posts) are as good as `best`; None where they are too many to count,
    or more than a million.

    A formation is optimal if and only if it uses nothing but tight pairs: pairs whose reduced cost, under prices that
    prove one optimum, is 0 (Kuhn 1955, Naval Research Logistics Quarterly 2, 83-97). They are counted person by person.

    Who waits in reserve is no part of a formation: two that differ in that alone are one.
    """
    tight = _tight_pairs(case, best)
    waits = [g.waits for g in case.groups]
    counts: dict[frozenset[State], int] = {frozenset([tuple(int(n) for n in case.n)]): 1}
    for i in range(len(case.people)):
        after: dict[frozenset[State], int] = {}
        seen = [k for k in range(len(waits)) if tight[i, k] and not waits[k]]
        unseen = [k for k in range(len(waits)) if tight[i, k] and waits[k]]
        for states, times in counts.items():
            choices = [_less(states, [k]) for k in seen]
            idle = states if tight[i, -1] else frozenset[State]()
            choices.append(idle | _less(states, unseen))
            for chosen in choices:
                if chosen:
                    after[chosen] = after.get(chosen, 0) + times
        if sum(map(len, after)) > MOST_STATES:
            return None
        counts = after
    done = tuple(0 for _ in waits)
    plans = sum(times for states, times in counts.items() if done in states)
    return plans if plans <= MOST_PLANS else None


def _less(states: frozenset[State], groups: list[int]) -> frozenset[State]:
    """The states after one place of one of the groups is taken."""
    return frozenset((*s[:k], s[k] - 1, *s[k + 1 :]) for s in states for k in groups if s[k] > 0)


def _tight_pairs(case: Case, best: Filled) -> Bools:
    """(people, groups + 1): which pairs an optimum may use; the last column is to fill no place."""
    cost, _ = cost_of(case)
    cost = np.hstack([np.where(case.can, cost, np.inf), np.zeros((len(case.people), 1))])
    now = np.where(best.group == OUT, len(case.groups), best.group)
    extra = cost - cost[np.arange(len(now)), now][:, None]  # of moving a person elsewhere
    nodes = len(case.groups) + 1
    step = np.full((nodes, nodes), np.inf)
    for k in range(nodes):
        step[k] = extra[now == k].min(axis=0, initial=np.inf)
    price = np.zeros(nodes)
    for _ in range(nodes):  # shortest ways among groups (Bellman 1958); an optimum has no negative ring
        price = np.minimum(price, (price[:, None] + step).min(axis=0))
    reduced = extra + price[now][:, None] - price[None, :]
    tight: Bools = reduced <= _TIGHT
    return tight
