"""The reasons of a muster, in sentences that can be read over a radio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from homeward.readiness.muster.records import Muster, MusterProblem, State
from homeward.words import capital, chance, lasting, listed

_MOST_NAMES = 12
_LIKELY = 0.5  # who comes with less is not told as the first; ours


def why(problem: MusterProblem, found: Muster) -> Muster:
    """The muster with its reasons."""
    return replace(found, why=tuple(_sentences(problem, found)))


def _sentences(problem: MusterProblem, found: Muster) -> Iterator[str]:
    by, target = _in(problem.deadline_h), _target(problem)
    everybody = "" if all(person.needs_no_call for person in problem.people) else "with everybody called, "
    if found.missing:
        lack = ", ".join(f"{n} {role or 'of anybody'}" for role, n in found.missing.items())
        yield f"Even if everybody comes who can, places stay empty ({lack}). Find others who can, or ask for fewer."
    elif problem.asks:
        yield capital(f"{everybody}the team is here {by} with {_chance(found.p_by, found)}{_error(found)}.")
        if found.ready_h is not None:
            yield capital(f"{everybody}it is here with {target} {_when(found.ready_h)}.")
        else:
            yield f"{target} is never reached with these people."
    expected = found.p_present.sum(axis=0)[-1]
    yield capital(f"{everybody}{expected:.1f} of {len(problem.people)} are expected {_in(problem.times_h[-1])}.")
    if found.p_before_event is not None:
        yield f"The team is here before the event with {_chance(found.p_before_event, found)}{_error(found)}."
    yield from _whom(problem, found)
    yield from _first(problem, found)
    never = [p.id for p, eta in zip(problem.people, found.eta_h, strict=True) if eta is None]
    if never:
        yield f"Not counted on: {_names(never)}."


def _first(problem: MusterProblem, found: Muster) -> Iterator[str]:
    """Who is here first, of those who are called or to be called, and more likely come than not."""
    called = {person.id for person in problem.people if person.needs_no_call or not problem.asks} | {*found.call_next}
    first = [
        (eta, person.id, person.state == State.HERE)
        for eta, person, p in zip(found.eta_h, problem.people, found.p_come, strict=True)
        if eta is not None and person.id in called and p >= _LIKELY
    ]
    if first:
        hours, who, here = min(first)
        yield f"{who} is here." if here else f"First here is {who}, probably {_in(hours)}."


def _whom(problem: MusterProblem, found: Muster) -> Iterator[str]:
    if not problem.asks or found.missing:
        return
    target = _target(problem)
    if found.reaches and found.call_next:
        yield f"Call {_names(found.call_next)}: that is enough for {target}."
    elif found.reaches:
        yield f"Nobody more has to be called for {target}."
    elif found.call_next:
        yield f"Even calling all {len(found.call_next)} who can help does not reach {target}."
    elif any(person.called for person in problem.people):
        yield f"Everybody who can help is called, and {target} is not reached. Find others."
    else:
        yield f"There is nobody to call who can help, and {target} is not reached. Find others."
    if found.waves and found.expected_called is not None:
        total = sum(len(wave.people) for wave in found.waves)
        yield (
            f"In {len(found.waves)} wave{'s' if len(found.waves) > 1 else ''} {found.expected_called:.1f} people are "
            f"called on average, {total} at most."
        )


def _in(hours: float) -> str:
    return "now" if hours <= 0 else f"in {lasting(hours * 3600)}"


def _when(hours: float) -> str:
    return "already now" if hours <= 0 else f"from {lasting(hours * 3600)} on"


def _target(problem: MusterProblem) -> str:
    return f"{100 * problem.target:g} %"


def _chance(p: float, found: Muster) -> str:
    """A probability of the team; where it is drawn, none is told as certain."""
    return chance(round(min(max(p, found.p_error), 1 - found.p_error), 12))


def _error(found: Muster) -> str:
    if not found.p_error:
        return ""
    points = 100 * found.p_error
    return f" (drawn: give or take {'under 0.1' if points < 0.1 else f'{points:.1f}'} points)"


def _names(ids: Iterable[str]) -> str:
    return listed(ids, most=_MOST_NAMES)
