"""The formation: people to roles, by the aims of a search manager one after another.

Critical roles are filled first; then all of them stay fillable when people drop out (where some are to be called: those
people are called with whom that is likeliest); then as few of those deployed as possible change; then the most skill;
then the smallest load of the most loaded. Each aim is settled before the next, so that no amount of a later one buys an
earlier one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from homeward.team.chance import DRAWS, EXACT_CALL, as_call, best_calls, good_call, p_complete
from homeward.team.hall import broken_rules, shortage
from homeward.team.places import OUT, Case, Filled, case_of, fill, spread_load
from homeward.team.records import Broken, Call, Formation, FormationProblem, Shortage
from homeward.team.rules import without_each
from homeward.team.ties import optimal_plans
from homeward.team.words import reasons


@dataclass(frozen=True, slots=True)
class _Called:
    """Who is called, the best calls by number, and whether the call is proven best."""

    people: tuple[int, ...]
    calls: tuple[Call, ...]
    proven: bool


def solve(problem: FormationProblem, *, seed: int = 0, draws: int = DRAWS) -> Formation:
    """The best formation, or who makes it impossible and the smallest changes that would do.

    `value` is the sum of skill of those deployed, proven the most under the aims before it (status "optimal"; status
    "feasible" where many are to choose from: the call is then good, not proven best). `p_complete` is exact for 20
    people, and for more while there are few enough combinations; else `draws` draws with `seed`.
    """
    began_s = time.perf_counter()
    whole = case_of(problem)
    called = _call(problem, whole, seed)
    case = whole.only(called.people)
    best = fill(case)
    broken = broken_rules(problem)
    needs = _needs(case)
    p = _present(problem)
    chance, error = p_complete(case.can[:, needs], case.n[needs], p, seed=seed, draws=draws)
    names = tuple(whole.people[i] for i in called.people)
    if best.empty.any() or broken:
        lack = _shortage(problem, case, best, broken)
        found = _impossible(lack, chance, error, names, called.calls)
    else:
        found = _formation(problem, case, spread_load(case, best), called, (chance, error))
    found = replace(found, why=reasons(problem, found))
    return replace(found, elapsed_s=time.perf_counter() - began_s)


def _present(problem: FormationProblem) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([problem.p_present.get(who, 1.0) for who in problem.people])


def _needs(case: Case) -> list[int]:
    return [k for k, g in enumerate(case.groups) if not g.waits]


def _call(problem: FormationProblem, case: Case, seed: int) -> _Called:
    """Whom to call: everybody, or the number asked for with whom all roles stay fillable most probably."""
    everybody = tuple(range(len(case.people)))
    if problem.call is None:
        return _Called(everybody, (), proven=True)
    needs, p = _needs(case), _present(problem)
    can, n = case.can[:, needs], case.n[needs]
    if len(everybody) <= EXACT_CALL:
        worth = case.skill.max(axis=1) if case.skill.size else np.zeros(len(everybody))
        best = best_calls(can, n, p, worth)
        calls = tuple(as_call(case.people, chance, mask) for chance, mask in best if chance > 0)
        mask = best[problem.call][1]
        return _Called(tuple(i for i in everybody if mask >> i & 1), calls, proven=True)
    chance, who, proven = good_call(can, n, p, problem.call, seed=seed)
    found = Call(n=len(who), p_complete=chance, people=tuple(case.people[i] for i in who))
    return _Called(who, (found,), proven=proven)


def _formation(
    problem: FormationProblem, case: Case, best: Filled, called: _Called, chance: tuple[float, float]
) -> Formation:
    pairs = [(case.people[i], case.groups[int(k)], i, int(k)) for i, k in enumerate(best.group) if k != OUT]
    deployed = [pair for pair in pairs if not pair[1].waits]
    most_h = max((float(case.load_h[i]) for *_, i, _ in pairs), default=0.0)
    light = case.only(np.flatnonzero(case.load_h <= most_h)) if case.load_h.any() else case
    return Formation(
        status="optimal" if called.proven else "feasible",
        value=best.skill,
        bound=best.skill if called.proven else fill(case_of(replace(problem, deployed={}, call=None))).skill,
        assigned={who: group.role for who, group, *_ in deployed},
        post_of={who: group.post.id for who, group, *_ in deployed if group.post is not None},
        in_reserve={who: group.role for who, group, *_ in pairs if group.waits},
        changes=best.changes,
        changed=tuple(who for who, _, i, k in deployed if case.moves[i, k]),
        p_complete=chance[0],
        p_error=chance[1],
        prices=_prices(problem, best, called),
        optimal_plans=optimal_plans(light, best),
        called=tuple(case.people[i] for i in called.people),
        calls=called.calls,
        max_load_h=most_h,
        shortage=None,
        why=(),
        elapsed_s=0.0,
    )


def _prices(problem: FormationProblem, best: Filled, called: _Called) -> dict[str, float]:
    """What each rule costs in skill: how much more there would be without it alone."""
    found = {}
    for rule, without in without_each(problem):
        case = case_of(without)
        found[rule] = fill(case if rule == "call" else case.only(called.people)).skill - best.skill
    return found


def _shortage(problem: FormationProblem, case: Case, best: Filled, broken: tuple[Broken, ...]) -> Shortage:
    """The reasons and remedies: of empty places, and of sub-teams that the needs themselves make wrong."""
    found = shortage(case, best)
    lacking = dict(found.lacking)
    for rule in broken:
        lacking[rule.lacks] = max(lacking.get(rule.lacks, 0), rule.n)
    without = tuple(
        rule
        for rule, other in without_each(problem)
        if not broken_rules(other) and not fill(case_of(other)).empty.any()
    )
    return replace(found, lacking=lacking, broken=broken, shortfall=sum(lacking.values()), without=without)


def _impossible(
    lack: Shortage, chance: float, error: float, called: tuple[str, ...], calls: tuple[Call, ...]
) -> Formation:
    return Formation(
        status="infeasible",
        value=0.0,
        bound=0.0,
        assigned={},
        post_of={},
        in_reserve={},
        changes=0,
        changed=(),
        p_complete=chance,
        p_error=error,
        prices={},
        optimal_plans=0,
        called=called,
        calls=calls,
        max_load_h=0.0,
        shortage=lack,
        why=(),
        elapsed_s=0.0,
    )
