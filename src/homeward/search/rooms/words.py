"""Reasons for a plan on a graph, in sentences that can be read over a radio."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from homeward.search.rooms.problem import RoomsProblem, RoomsSolution

MANY = 6


def reasons(problem: RoomsProblem, plan: RoomsSolution) -> tuple[str, ...]:
    """How likely the find is and when, how good the plan is, and where each goes."""
    total, found = float(problem.belief.sum()), plan.found
    half = int(np.searchsorted(found, found[-1] / 2)) + 1
    said = [
        f"By step {problem.steps} the subject is found with {found[-1]:.1%}"
        + (f"; half of that comes by step {half}." if problem.steps > 1 else ".")
    ]
    if total < 1 - 1e-6:
        said.append(f"{1 - total:.1%} of the belief is outside the graph: no plan here can find that.")
    if plan.status == "optimal":
        said.append("This is proven: no other plan of these searchers does better.")
    elif plan.value > 0:
        said.append(
            f"Whether a better plan exists is open; none can be more than {plan.bound / plan.value - 1:.1%} better."
        )
    for i, s in enumerate(problem.searchers):
        said.append(_where(problem, i, plan.paths[s.id]))
    said += [f"{name} is lost on the way with {p:.1%}." for name, p in plan.lost.items() if p > 0]
    return (*said, *(rule.words for rule in problem.bonds if rule.words))


def _where(problem: RoomsProblem, searcher: int, path: tuple[int, ...]) -> str:
    who = problem.searchers[searcher]
    if not len(who.sees.p):
        return f"{who.id} sees nothing anywhere, and finds nothing: check what it sees."
    stops = [path[0]] + [b for a, b in pairwise(path) if a != b]
    names = [problem.vertices[v] for v in stops]
    if len(names) == 1:
        return f"{who.id} stays at {names[0]}."
    via = names[1:-1]
    shown = via if len(via) <= MANY else [via[round(i * (len(via) - 1) / (MANY - 1))] for i in range(MANY)]
    return f"{who.id} goes from {names[0]} " + (f"by {', '.join(shown)} " if shown else "") + f"to {names[-1]}."
