"""How many formations are as good as the best.

A formation is optimal if and only if it uses nothing but tight pairs: pairs whose reduced cost, under prices that prove
one optimum, is 0 (Kuhn 1955, Naval Research Logistics Quarterly 2, 83-97). Those are counted person by person.
"""

from __future__ import annotations

import numpy as np

from homeward.team.places import OUT, Case, Filled, cost_of

MOST_STATES = 20_000
MOST_PLANS = 1_000_000  # more are not told apart: 'very many' is all that a manager needs
_TIGHT = 1e-9

State = tuple[int, ...]


def optimal_plans(case: Case, best: Filled) -> int | None:
    """How many ways to give roles (and posts) are as good as `best`; None where they are too many to count,
    or more than a million.

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


def _tight_pairs(case: Case, best: Filled) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
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
    tight: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = reduced <= _TIGHT
    return tight
