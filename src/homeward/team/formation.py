"""The formation: people to roles, by the aims of a search manager one after another.

Critical roles are filled first; then all of them stay fillable when people drop out (where some are to be called: of
those calls with which all places can be filled, the one with which that is likeliest); then as few of those deployed as
possible change; then the most skill; then the smallest load of the most loaded. Each aim is settled before the next, so
that no amount of a later one buys an earlier one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from homeward.geo import Floats
from homeward.team.calling import Called, best_call, everybody
from homeward.team.chance import DRAWS, p_complete
from homeward.team.places import OUT, Case, Filled, case_of, fill, optimal_plans, spread_load
from homeward.team.records import Call, Formation, FormationProblem, Places, Shortage, Violator
from homeward.team.shortage import broken_rules, rule_words, shortage, without_each
from homeward.words import capital, listed

_SOME = 8  # names in a sentence; more are counted


def solve(problem: FormationProblem, *, seed: int = 0, draws: int = DRAWS) -> Formation:
    """The best formation, or who makes it impossible and the smallest changes that would do.

    `value` is the sum of skill of those deployed, proven the most under the aims before it (status "optimal"; status
    "feasible" where many are to choose from: the call is then good, not proven best). `p_complete` is exact for 20
    people, and for more while their diagram is small (`chances`); else `draws` draws with `seed`.
    """
    began_s = time.perf_counter()
    whole, p = case_of(problem), _present(problem)
    called = everybody(whole) if problem.call is None else best_call(whole, p, problem.call, seed=seed)
    case = whole.only(called.people)
    best = fill(case)
    needs = [k for k, g in enumerate(case.groups) if not g.waits]
    chance, error = p_complete(case.can[:, needs], case.n[needs], p, seed=seed, draws=draws)
    if best.empty.any() or broken_rules(problem):
        names = tuple(whole.people[i] for i in called.people)
        found = _impossible(shortage(problem, whole, best), chance, error, names, called.calls)
    else:
        found = _formation(problem, case, spread_load(case, best), called, (chance, error))
    found = replace(found, why=tuple(_refused(found.shortage) if found.shortage else _made(problem, found)))
    return replace(found, elapsed_s=time.perf_counter() - began_s)


def _present(problem: FormationProblem) -> Floats:
    return np.array([problem.p_present.get(who, 1.0) for who in problem.people])


def _formation(
    problem: FormationProblem, case: Case, best: Filled, called: Called, chance: tuple[float, float]
) -> Formation:
    pairs = [(case.people[i], case.groups[int(k)], i, int(k)) for i, k in enumerate(best.group) if k != OUT]
    deployed = [pair for pair in pairs if not pair[1].waits]
    most_h = max((float(case.load_h[i]) for *_, i, _ in pairs), default=0.0)
    light = case.only(np.flatnonzero(case.load_h <= most_h)) if case.load_h.any() else case
    prices, saved = _prices(problem, best, called)
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
        prices=prices,
        changes_saved=saved,
        optimal_plans=optimal_plans(light, best),
        called=tuple(case.people[i] for i in called.people),
        calls=called.calls,
        max_load_h=most_h,
        shortage=None,
        why=(),
        elapsed_s=0.0,
    )


def _prices(problem: FormationProblem, best: Filled, called: Called) -> tuple[dict[str, float | None], dict[str, int]]:
    """What each rule costs in skill, or in changes: how much better it would be without it alone.

    Those called stay the same, but for the price of the call itself.
    """
    prices: dict[str, float | None] = {}
    saved: dict[str, int] = {}
    for rule, without in without_each(problem):
        case = case_of(without)
        other = fill(case if rule == "call" else case.only(called.people))
        if other.changes < best.changes and rule != "fewest changes":
            prices[rule], saved[rule] = None, best.changes - other.changes
        else:
            prices[rule] = max(0.0, other.skill - best.skill)
    return prices, saved


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
        changes_saved={},
        optimal_plans=0,
        called=called,
        calls=calls,
        max_load_h=0.0,
        shortage=lack,
        why=(),
        elapsed_s=0.0,
    )


def _made(problem: FormationProblem, found: Formation) -> Iterator[str]:
    proven = ", proven the most possible" if found.status == "optimal" else ""
    if found.changes or problem.deployed:
        many = f"{found.changes} of those deployed change{'s' if found.changes == 1 else ''} role"
        who = f": {_listed(found.changed)}" if found.changed else ""
        yield f"{many}{who}; fewer cannot be." if found.changes else "Nobody deployed changes role."
    filled = "1 place is" if len(found.assigned) == 1 else f"{len(found.assigned)} places are"
    yield f"{filled} filled with a skill of {found.value:g} in all{proven}."
    if found.optimal_plans is not None and found.optimal_plans > 1:
        yield f"{found.optimal_plans} formations are as good."
    if found.in_reserve:
        yield f"In reserve: {_listed(f'{who} as {role}' for who, role in found.in_reserve.items())}."
    if problem.p_present:
        how = "exactly" if not found.p_error else f"give or take {max(found.p_error, 0.001):.3f}"
        yield f"All roles can still be filled when people drop out with probability {found.p_complete:.3f} ({how})."
    for rule, price in found.prices.items():
        said = rule_words(rule)
        if price is None:
            n = found.changes_saved[rule]
            yield f"Without {said} {n} fewer of those deployed would change role."
        elif price > 1e-9:
            yield f"{capital(said)} costs {price:g} of skill."


def _refused(lack: Shortage) -> Iterator[str]:
    missing = {0: "", 1: ": 1 person is missing"}.get(lack.shortfall, f": {lack.shortfall} people are missing")
    yield f"There is no such formation{missing}."
    yield from (rule.said for rule in lack.broken)
    if lack.broken and lack.violators:
        yield "With the places that this takes:"
    yield from (_violated(v) for v in lack.violators)
    if lack.call_more:
        yield f"{lack.call_more} more must be called than were asked for, one for each place."
    yield from _remedies(lack)
    for rule in lack.without:
        yield f"Without {rule_words(rule)} it could be done."


def _remedies(lack: Shortage) -> Iterator[str]:
    """What would do, all of it together; and what would do instead of the people."""
    more = [f"{p.n} more {'place' if p.n == 1 else 'places'} as {_where(p)}" for p in lack.places]
    more += [f"{n} more as {role}" for role, n in lack.lacking.items()]
    more += [f"{lack.call_more} more called"] if lack.call_more else []
    alike: dict[str, int] = {}
    for place in lack.fewer:
        alike[place.role] = alike.get(place.role, 0) + place.n
    fewer = ""
    if alike:
        same = alike == dict(lack.lacking) and not lack.call_more
        fewer = _listed(f"{p.n} fewer as {_where(p)}" for p in lack.fewer)
        fewer = ", or as many fewer of these places" if same else f", or {fewer}"
    if more:
        yield f"{'The smallest' if lack.proven else 'A'} change that would do: {_listed(more)}{fewer}."
    else:
        yield "No change that would do was found in time."
    if lack.waivers:
        left = lack.left_with_waivers
        still = f"; {left} {'is' if left == 1 else 'are'} then still missing" if left else ""
        people = "" if not (lack.places or lack.call_more) else ", in place of more people,"
        yield f"Or{people} let in {_listed(f'{w.person} as {w.role} ({w.rule})' for w in lack.waivers)}{still}."


def _where(place: Places) -> str:
    return f"{place.role} in reserve" if place.waits else f"{place.role} at {place.post}" if place.post else place.role


def _violated(v: Violator) -> str:
    if not v.people:
        return f"{_listed(v.roles)}: {v.need} asked for, and nobody can do {'it' if len(v.roles) == 1 else 'them'}."
    missing = f"{v.shortfall} {'is' if v.shortfall == 1 else 'are'} missing"
    who = f"only {_listed(v.people)} can do {'it' if len(v.roles) == 1 else 'them'}"
    return (
        f"{_listed(v.roles)} together ask for {v.need} people, and {who}: {missing}."
        if len(v.roles) > 1
        else (f"{v.roles[0]}: {v.need} asked for, and {who}: {missing}.")
    )


def _listed(names: Iterable[str]) -> str:
    return listed(names, most=_SOME)
