"""Formations and drop-outs by trying everything: slow, and plain to see that it is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, combinations_with_replacement, permutations, product

from homeward.team import FormationProblem

Plan = dict[str, str]


def plans(people: Mapping[str, Mapping[str, float]], need: Mapping[str, int]) -> Iterator[Plan]:
    """Every way to fill all places."""

    def more(names: tuple[str, ...], left: dict[str, int]) -> Iterator[Plan]:
        if not names:
            if not any(left.values()):
                yield {}
            return
        who, rest = names[0], names[1:]
        yield from more(rest, left)
        for role in people[who]:
            if left.get(role, 0):
                for plan in more(rest, {**left, role: left[role] - 1}):
                    yield {who: role, **plan}

    yield from more(tuple(people), dict(need))


def fillable(people: Mapping[str, Mapping[str, float]], places: tuple[str, ...]) -> bool:
    """Whether people can fill the places, each another person."""
    return any(
        all(role in people[who] for who, role in zip(some, places, strict=True))
        for some in permutations(people, len(places))
    )


def best_plans(problem: FormationProblem) -> tuple[tuple[float, float], int]:
    """(fewest changes, most skill) and how many formations have both; raises `ValueError` where there is none."""
    reserve = tuple(role for role, n in problem.reserve.items() for _ in range(n))
    found: dict[tuple[float, float], int] = {}
    for plan in plans(problem.people, problem.need):
        left = {who: can for who, can in problem.people.items() if who not in plan}
        if not fillable(left, reserve):
            continue
        moved = [w for w, role in plan.items() if problem.deployed.get(w, "reserve") not in ("reserve", role)]
        key = len(moved), -sum(problem.people[who][role] for who, role in plan.items())
        found[key] = found.get(key, 0) + 1
    changes, skill = min(found)
    return (changes, -skill), found[changes, skill]


def best_call(problem: FormationProblem) -> tuple[float, int, float, float] | None:
    """(likeliest, fewest changes, most skill, smallest load) over all calls and all formations of each, in turn."""
    reserve = tuple(role for role, n in problem.reserve.items() for _ in range(n))
    found = []
    for some in combinations(problem.people, problem.call or 0):
        chance, people = p_complete(problem, some), {who: problem.people[who] for who in some}
        for plan in plans(people, problem.need):
            left = [who for who in some if who not in plan]
            moved = sum(problem.deployed.get(w, "reserve") not in ("reserve", role) for w, role in plan.items())
            skill = sum(people[who][role] for who, role in plan.items())
            for waits in permutations(left, len(reserve)):
                if all(role in people[who] for who, role in zip(waits, reserve, strict=True)):
                    load = max((problem.load_h.get(who, 0.0) for who in (*plan, *waits)), default=0.0)
                    found.append((-round(chance, 12), moved, -skill, load))
    if not found:
        return None
    chance, moved, skill, load = min(found)
    return -chance, moved, -skill, load


def smallest_change(problem: FormationProblem) -> tuple[int, int]:
    """(people missing, places added), the fewest of the first, then of the second, over all ways to mend sub-teams."""
    roles = sorted({role for can in problem.people.values() for role in can} | {r for p in problem.together for r in p})
    limit = problem.hours_awake_limit
    able = {
        who: can for who, can in problem.people.items() if limit is None or problem.hours_awake.get(who, 0.0) <= limit
    }

    def right(need: Mapping[str, int]) -> bool:
        pairs = all(not need.get(a) or need.get(b, 0) >= (2 if a == b else 1) for a, b in problem.together)
        return pairs and (not any(need.values()) or sum(need.values()) >= problem.min_team)

    def mended(need: Mapping[str, int]) -> Iterator[dict[str, int]]:
        every = sorted({*roles, *need})
        most = 0 if right(need) else 4
        for n in range(most + 1):
            for some in combinations_with_replacement(every, n):
                more = {role: need.get(role, 0) + some.count(role) for role in every}
                if right(more):
                    yield more

    asked = [problem.need, *(post.need for post in problem.posts)]
    before = sum(sum(need.values()) for need in asked)
    held = [role for role, n in problem.reserve.items() for _ in range(n)]
    found = []
    for teams in product(*(list(mended(need)) for need in asked)):
        places = [role for need in teams for role, n in need.items() for _ in range(n)]
        found.append((len(places) + len(held) - _matched(able, places + held), len(places) - before))
    return min(found)


def _matched(people: Mapping[str, Mapping[str, float]], places: list[str]) -> int:
    """How many places are filled at best, one augmenting path after another."""
    by: dict[str, int] = {}

    def take(place: int, seen: set[str]) -> bool:
        for who, can in people.items():
            if places[place] in can and who not in seen:
                seen.add(who)
                if who not in by or take(by[who], seen):
                    by[who] = place
                    return True
        return False

    return sum(take(place, set()) for place in range(len(places)))


def most_filled(people: Mapping[str, Mapping[str, float]], places: tuple[str, ...]) -> int:
    """The largest number of places that can be filled at once."""
    return next(
        n for n in range(len(places), -1, -1) if any(fillable(people, some) for some in combinations(places, n))
    )


def p_complete(problem: FormationProblem, called: Iterable[str] | None = None) -> float:
    """The probability of all sets of those called who can fill the places, added up."""
    places = tuple(role for role, n in problem.need.items() for _ in range(n))
    names, total = tuple(problem.people if called is None else called), 0.0
    for mask in range(1 << len(names)):
        there = {who: problem.people[who] for i, who in enumerate(names) if mask >> i & 1}
        if fillable(there, places):
            weight = 1.0
            for who in names:
                p = problem.p_present.get(who, 1.0)
                weight *= p if who in there else 1 - p
            total += weight
    return total
