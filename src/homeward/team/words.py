"""The reasons of a formation, in sentences that can be read over a radio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from homeward.team.records import Formation, FormationProblem, Shortage, Violator
from homeward.team.rules import rule_words

_SOME = 8  # names in a sentence; more are counted


def reasons(problem: FormationProblem, found: Formation) -> tuple[str, ...]:
    """Why this formation, or why there is none and what would do."""
    return tuple(_refused(found.shortage) if found.shortage else _made(problem, found))


def _made(problem: FormationProblem, found: Formation) -> Iterator[str]:
    proven = ", proven the most possible" if found.status == "optimal" else ""
    if found.changes or problem.deployed:
        many = f"{found.changes} of those deployed change{'s' if found.changes == 1 else ''} role"
        who = f": {listed(found.changed)}" if found.changed else ""
        yield f"{many}{who}; fewer cannot be." if found.changes else "Nobody deployed changes role."
    filled = "1 place is" if len(found.assigned) == 1 else f"{len(found.assigned)} places are"
    yield f"{filled} filled with a skill of {found.value:g} in all{proven}."
    if found.optimal_plans is not None and found.optimal_plans > 1:
        yield f"{found.optimal_plans} formations are as good."
    if found.in_reserve:
        yield f"In reserve: {listed(f'{who} as {role}' for who, role in found.in_reserve.items())}."
    if problem.p_present:
        how = "exactly" if not found.p_error else f"give or take {found.p_error:.3f}"
        yield f"All roles can still be filled when people drop out with probability {found.p_complete:.3f} ({how})."
    for rule, price in found.prices.items():
        if abs(price) > 1e-9:
            said = rule_words(rule)
            yield f"{said[0].upper()}{said[1:]} costs {price:g} of skill."


def _refused(lack: Shortage) -> Iterator[str]:
    missing = "1 person is" if lack.shortfall == 1 else f"{lack.shortfall} people are"
    yield f"There is no such formation: {missing} missing."
    yield from (rule.said for rule in lack.broken)
    yield from (_violated(v) for v in lack.violators)
    more = listed(f"{n} more as {role}" for role, n in lack.lacking.items())
    fewer = "" if lack.broken else ", or as many fewer of these places"
    yield f"The smallest change that would do: {more}{fewer}."
    if lack.waivers:
        left = lack.left_with_waivers
        still = f"; {left} {'is' if left == 1 else 'are'} then still missing" if left else ""
        yield f"Or let in {listed(f'{w.person} as {w.role} ({w.rule})' for w in lack.waivers)}{still}."
    for rule in lack.without:
        yield f"Without {rule_words(rule)} it could be done."


def _violated(v: Violator) -> str:
    if not v.people:
        return f"{listed(v.roles)}: {v.need} asked for, and nobody can do {'it' if len(v.roles) == 1 else 'them'}."
    missing = f"{v.shortfall} {'is' if v.shortfall == 1 else 'are'} missing"
    who = f"only {listed(v.people)} can do {'it' if len(v.roles) == 1 else 'them'}"
    return (
        f"{listed(v.roles)} together ask for {v.need} people, and {who}: {missing}."
        if len(v.roles) > 1
        else (f"{v.roles[0]}: {v.need} asked for, and {who}: {missing}.")
    )


def listed(names: Iterable[str]) -> str:
    """Names as one says them: 'A, B and C'; many are cut short."""
    all_ = list(names)
    if len(all_) > _SOME:
        return f"{', '.join(all_[:_SOME])} and {len(all_) - _SOME} others"
    return " and ".join([", ".join(all_[:-1]), all_[-1]]) if len(all_) > 1 else "".join(all_)
