"""Who makes a formation impossible, and the smallest changes that would do.

Places can be filled if and only if no set of them asks for more people than can do them (Hall 1935, Journal of the
London Mathematical Society 10, 26-30). Where they cannot, the sets that break this are the reason, and how many people
are missing at best is the largest of their shortfalls (Ore 1955, Duke Mathematical Journal 22, 625-639).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import coo_array

from homeward.chances import types_of
from homeward.team.places import OUT, Case, Filled, Group, Ints, case_of, fill
from homeward.team.records import MAX_PLACES, Broken, FormationProblem, Places, Shortage, Violator, Waiver

_LIMIT_S = 5.0  # for the smallest change of the places asked for


def shortage(problem: FormationProblem, whole: Case, called: Filled) -> Shortage:
    """Why nothing fills all places without breaking a rule of sub-teams, and what would do.

    `whole` is the problem with everybody, `called` the best that those who are called can do.
    """
    broken = broken_rules(problem)
    places, proven = _more_places(problem) if broken else ((), True)
    mended = case_of(with_places(problem, places)) if places else whole
    best = fill(mended)
    lacking: dict[str, int] = {}
    for group, n in zip(mended.groups, best.empty, strict=True):
        if n:
            lacking[group.role] = lacking.get(group.role, 0) + int(n)
    waivers, left = _waivers(mended)
    fewer = tuple(_places(group, int(n)) for group, n in zip(whole.groups, called.empty, strict=True) if n)
    return Shortage(
        violators=tuple(_violator(mended, groups) for groups in _short(mended, best)),
        shortfall=int(best.empty.sum()),
        lacking=lacking,
        broken=broken,
        places=places,
        call_more=0 if problem.call is None else max(0, int(mended.n.sum()) - problem.call),
        proven=proven,
        waivers=waivers,
        left_with_waivers=left,
        fewer=fewer if _can_be(with_places(problem, [replace(p, n=-p.n) for p in fewer])) else (),
        without=tuple(rule for rule, other in without_each(problem) if _can_be(other)),
        partial={whole.people[i]: whole.groups[k].role for i, k in enumerate(called.group) if _deployed(whole, int(k))},
    )


def _can_be(problem: FormationProblem) -> bool:
    """Whether there is a formation: as many called as there are places, all of them filled, no sub-team wrong."""
    case = case_of(problem)
    enough = problem.call is None or problem.call >= case.n.sum()
    return enough and not broken_rules(problem) and not fill(case).empty.any()


def _places(group: Group, n: int) -> Places:
    return Places(role=group.role, n=n, post=group.post.id if group.post else None, waits=group.waits)


def with_places(problem: FormationProblem, places: Iterable[Places]) -> FormationProblem:
    """The problem with more places asked for, or fewer (`n` below 0)."""
    need, reserve = dict(problem.need), dict(problem.reserve)
    at = {post.id: dict(post.need) for post in problem.posts}
    for more in places:
        team = reserve if more.waits else need if more.post is None else at[more.post]
        team[more.role] = team.get(more.role, 0) + more.n
    posts = tuple(replace(post, need=at[post.id]) for post in problem.posts)
    return replace(problem, need=need, reserve=reserve, posts=posts)


def _more_places(problem: FormationProblem) -> tuple[tuple[Places, ...], bool]:
    """The places to add so that no sub-team is wrong: of all ways one with the fewest people missing, then the fewest
    places; and whether that is proven.

    A mixed-integer programme: people of a type to groups of places, how many more places each group gets, and which
    roles a sub-team then has.
    """
    wide = _wide(problem)
    case = case_of(with_places(problem, wide))
    low = case.n.copy()
    for k, group in enumerate(case.groups):
        low[k] -= sum(p.n for p in wide if not group.waits and _places(group, p.n) == p)
    wrong = {post for post, need in _teams(problem) if any(_faults(problem, need))}
    spare = problem.min_team + 2 * len(problem.together)
    extra = np.array([0 if g.waits or _at(g) not in wrong else spare for g in case.groups])
    rows = _Rows(case, low, extra)
    for post in wrong:
        rows.team(case, problem, [k for k, g in enumerate(case.groups) if not g.waits and _at(g) == post])
    found = rows.solve()
    if found is None:
        return (), False
    more, proven = found
    return tuple(_places(g, int(n)) for g, n in zip(case.groups, more, strict=True) if n), proven


def _at(group: Group) -> str | None:
    return group.post.id if group.post else None


def _teams(problem: FormationProblem) -> list[tuple[str | None, Mapping[str, int]]]:
    return [(None, problem.need), *((post.id, post.need) for post in problem.posts)]


def _wide(problem: FormationProblem) -> list[Places]:
    """One place of each role that a wrong sub-team does not have yet and could get."""
    named = {role for pair in problem.together for role in pair}
    roles = sorted(named | {role for can in problem.people.values() for role in can})
    wrong = [(post, need) for post, need in _teams(problem) if any(_faults(problem, need))]
    total = sum(sum(need.values()) for _, need in _teams(problem)) + sum(problem.reserve.values())
    if total + len(roles) * len(wrong) > MAX_PLACES:
        roles = sorted(named)
    every = [Places(role=role, n=1, post=post) for post, need in wrong for role in roles if not need.get(role)]
    return every[: max(0, MAX_PLACES - total)]


class _Rows:
    """The programme of `_more_places`. Columns: flows (type, group), then by group missing, more places, in use."""

    def __init__(self, case: Case, low: Ints, extra: Ints) -> None:
        types = types_of(case.can)
        flows = np.argwhere(types.can)
        self.first, self.groups, self.extra = len(flows), len(low), extra
        self.terms: list[tuple[int, int, float]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.asked = low
        for k in range(self.groups):
            into = [(int(c), 1.0) for c in np.flatnonzero(flows[:, 1] == k)]
            self.row([*into, (self.missing(k), 1.0), (self.more(k), -1.0)], float(low[k]), float(low[k]))
            self.row([(self.more(k), 1.0), (self.used(k), -float(extra[k] + low[k]))], -np.inf, -float(low[k]))
        for t in range(len(types.can)):
            out = [(int(c), 1.0) for c in np.flatnonzero(flows[:, 0] == t)]
            self.row(out, 0, float(np.sum(types.of == t)))

    def missing(self, k: int) -> int:
        return self.first + k

    def more(self, k: int) -> int:
        return self.first + self.groups + k

    def used(self, k: int) -> int:
        return self.first + 2 * self.groups + k

    def row(self, terms: list[tuple[int, float]], low: float, high: float) -> None:
        self.terms += [(len(self.low), column, factor) for column, factor in terms]
        self.low.append(low)
        self.high.append(high)

    def team(self, case: Case, problem: FormationProblem, groups: list[int]) -> None:
        """A sub-team of these groups keeps the rules."""
        of = {case.groups[k].role: k for k in groups}
        self.row([(self.more(k), 1.0) for k in groups], problem.min_team - float(self.asked[groups].sum()), np.inf)
        for role, other in problem.together:
            if role in of:
                n = 2.0 if role == other else 1.0
                held = [(self.more(of[other]), 1.0)] if other in of else []
                asked = float(self.asked[of[other]]) if other in of else 0.0
                self.row([*held, (self.used(of[role]), -n)], -asked, np.inf)

    def solve(self) -> tuple[Ints, bool] | None:
        """How many more places each group gets, and whether it is proven; None where no way was found in time."""
        columns = self.first + 3 * self.groups
        cost, most = np.zeros(columns), np.full(columns, np.inf)
        cost[self.first : self.more(0)] = 1.0 + self.extra.sum()
        cost[self.more(0) : self.used(0)] = 1.0
        most[self.more(0) : self.used(0)] = self.extra
        most[self.used(0) :] = 1.0
        row, column, factor = zip(*self.terms, strict=True)
        found = milp(
            cost,
            integrality=np.ones(columns, np.int64),
            bounds=Bounds(0, most),
            constraints=LinearConstraint(
                coo_array((factor, (row, column)), shape=(len(self.low), columns)).tocsr(), self.low, self.high
            ),
            options={"time_limit": _LIMIT_S, "mip_rel_gap": 0.0},
        )
        if found.x is None:
            return None
        return np.round(found.x[self.more(0) : self.used(0)]).astype(np.int64), bool(found.status == 0)


def _deployed(case: Case, group: int) -> bool:
    return group != OUT and not case.groups[group].waits


def _violator(case: Case, rows: list[int]) -> Violator:
    who = np.flatnonzero(case.can[:, rows].any(axis=1))
    return Violator(
        roles=tuple(dict.fromkeys(case.groups[k].role for k in rows)),
        people=tuple(case.people[i] for i in who),
        need=int(case.n[rows].sum()),
    )


def _short(case: Case, best: Filled) -> list[list[int]]:
    """The groups in which people are short, apart where nobody can do roles of both.

    What moving people about could empty instead of the places that are empty now: of all sets of groups with the
    largest shortfall the one that every other holds (Dulmage & Mendelsohn 1958, Canadian Journal of Mathematics
    10, 517-534).
    """
    reached = set(np.flatnonzero(best.empty).tolist())
    more = set(reached)
    while more:
        who = case.can[:, sorted(reached)].any(axis=1)
        more = {int(k) for k in best.group[who] if k != OUT} - reached
        reached |= more
    parts: list[list[int]] = []
    for k in sorted(reached):
        near = [part for part in parts if _linked(case, part, k)]
        parts = [part for part in parts if part not in near] + [sorted([k, *(i for part in near for i in part)])]
    return sorted(parts)


def _linked(case: Case, part: list[int], group: int) -> bool:
    shared = (case.can[:, part].any(axis=1) & case.can[:, group]).any()
    return bool(shared) or case.groups[group].role in {case.groups[k].role for k in part}


def _waivers(case: Case) -> tuple[tuple[Waiver, ...], int]:
    """The fewest people kept out by a rule who would fill most, were they let in; and what stays empty then."""
    place = np.repeat(np.arange(len(case.groups)), case.n)
    cost = np.where(case.can, 0.0, np.inf)
    for i, k in case.kept:
        cost[i, k] = 1.0
    never = np.full((len(place), len(place)), 1e6)
    rows, columns = linear_sum_assignment(np.hstack([cost[:, place].T, never]))
    pairs = sorted((int(i), int(place[row])) for row, i in zip(rows, columns, strict=True) if i < len(case.people))
    waivers = tuple(
        Waiver(person=case.people[i], role=case.groups[k].role, rule=case.kept[i, k])
        for i, k in pairs
        if (i, k) in case.kept
    )
    return waivers, len(place) - len(pairs)


def broken_rules(problem: FormationProblem) -> tuple[Broken, ...]:
    """Rules on sub-teams that the needs themselves break, whoever fills them."""
    rest = "the rest" if problem.posts else "the formation"
    return tuple(
        Broken(roles=roles, people=_able(problem, roles), said=said)
        for post, need in _teams(problem)
        for roles, said in _faults(problem, need, rest if post is None else f"post {post}")
    )


def _faults(
    problem: FormationProblem, need: Mapping[str, int], team: str = ""
) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with a sub-team of this need: the roles that it is about, and a sentence."""
    for role, other in problem.together:
        if need.get(role, 0) and need.get(other, 0) < (2 if role == other else 1):
            beside = other if other != role else "another"
            yield (role, other), f"{role} is never without {beside}, and {team} has none beside it."
    if 0 < sum(need.values()) < problem.min_team:
        said = f"A sub-team has {problem.min_team} people or more, and {team} asks for {sum(need.values())}."
        yield tuple(role for role, n in need.items() if n), said


def _able(problem: FormationProblem, roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(who for who, can in problem.people.items() if any(role in can for role in roles))


def without_each(problem: FormationProblem) -> Iterator[tuple[str, FormationProblem]]:
    """Each rule that binds, by name, and the problem without it alone."""
    roles = [role for role, n in problem.reserve.items() if n]
    if roles:
        yield "reserve", replace(problem, reserve={})
    if len(roles) > 1:
        for role in roles:
            yield f"reserve: {role}", replace(problem, reserve={r: n for r, n in problem.reserve.items() if r != role})
    for post in problem.posts:
        if post.within_s is not None:
            freed = tuple(replace(p, within_s=None) if p.id == post.id else p for p in problem.posts)
            yield f"within: {post.id}", replace(problem, posts=freed)
    free = {
        "hours awake": (problem.hours_awake_limit is not None, {"hours_awake_limit": None}),
        "qualified until": (bool(problem.qualified_until), {"qualified_until": {}}),
        "together": (bool(problem.together), {"together": ()}),
        "smallest team": (problem.min_team > 1, {"min_team": 1}),
        "fewest changes": (bool(problem.deployed), {"deployed": {}, "deployed_at": {}}),
        "call": (problem.call is not None, {"call": None}),
    }
    for rule, (binds, change) in free.items():
        if binds:
            yield rule, replace(problem, **change)  # type: ignore[arg-type]


def rule_words(rule: str) -> str:
    """A rule of `without_each` as one says it."""
    kind, _, of = rule.partition(": ")
    if of:
        return f"the reserve of {of}" if kind == "reserve" else f"the time limit of {of}"
    return {
        "reserve": "the reserve",
        "hours awake": "the limit of hours awake",
        "qualified until": "the end of qualifications",
        "together": "the rule of who stays together",
        "smallest team": "the smallest size of a sub-team",
        "fewest changes": "changing as few as possible",
        "call": "calling no more people",
    }[rule]
