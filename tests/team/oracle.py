"""Formations and drop-outs by trying everything: slow, and plain to see that it is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, permutations

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
