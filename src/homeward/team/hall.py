"""Who makes a formation impossible, and the smallest changes that would do.

Places can be filled if and only if no set of them asks for more people than can do them (Hall 1935, Journal of the
London Mathematical Society 10, 26-30). Where they cannot, the sets that break this are the reason, and how many people
are missing at best is the largest of their shortfalls (Ore 1955, Duke Mathematical Journal 22, 625-639).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

from homeward.team.places import OUT, Case, Filled
from homeward.team.records import Broken, FormationProblem, Shortage, Violator, Waiver


def shortage(case: Case, best: Filled) -> Shortage:
    """The reasons why `best` leaves places empty, and what would fill them."""
    lacking: dict[str, int] = {}
    for group, n in zip(case.groups, best.empty, strict=True):
        if n:
            lacking[group.role] = lacking.get(group.role, 0) + int(n)
    waivers, left = _waivers(case)
    return Shortage(
        violators=tuple(_violator(case, groups) for groups in _short(case, best)),
        shortfall=int(best.empty.sum()),
        lacking=lacking,
        waivers=waivers,
        left_with_waivers=left,
        partial={case.people[i]: case.groups[k].role for i, k in enumerate(best.group) if _deployed(case, int(k))},
    )


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
    teams: list[tuple[str, Mapping[str, int]]] = [("the rest" if problem.posts else "the formation", problem.need)]
    teams += [(f"post {post.id}", post.need) for post in problem.posts]
    return tuple(broken for name, need in teams for broken in _broken(problem, name, need))


def _broken(problem: FormationProblem, name: str, need: Mapping[str, int]) -> Iterator[Broken]:
    for role, other in problem.together:
        lacks = (2 if role == other else 1) - need.get(other, 0)
        if need.get(role, 0) and lacks > 0:
            said = f"{role} is never without {other if other != role else 'another'}, and {name} has none beside it."
            who = _able(problem, (role, other))
            yield Broken(roles=(role, other), people=who, lacks=other, n=lacks, said=said)
    roles = tuple(role for role, n in need.items() if n)
    if 0 < sum(need.values()) < problem.min_team:
        n = problem.min_team - sum(need.values())
        said = f"A sub-team has {problem.min_team} people or more, and {name} asks for {sum(need.values())}."
        yield Broken(roles=roles, people=_able(problem, roles), lacks=roles[-1], n=n, said=said)


def _able(problem: FormationProblem, roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(who for who, can in problem.people.items() if any(role in can for role in roles))
