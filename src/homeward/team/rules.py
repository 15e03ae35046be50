"""Each rule of a formation taken away, one at a time: for what it costs, and for what would make it possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from homeward.team.records import FormationProblem


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
