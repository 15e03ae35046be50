"""The reasons of a muster, in sentences that can be read over a radio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from homeward.readiness.muster_records import Muster, MusterProblem
from homeward.words import lasting


def why(problem: MusterProblem, found: Muster) -> Muster:
    """The muster with its reasons."""
    return replace(found, why=tuple(_sentences(problem, found)))


def _sentences(problem: MusterProblem, found: Muster) -> Iterator[str]:
    by = _in(problem.deadline_h)
    if found.missing:
        lack = ", ".join(f"{n} {role or 'of anybody'}" for role, n in found.missing.items())
        yield f"Even if everybody comes, places stay empty ({lack}). Find others who can, or ask for fewer."
    elif problem.asks:
        yield f"The team is here {by} with {_percent(found.p_by)}{_error(found)}."
        if found.ready_h is not None:
            yield f"{_percent(problem.target).capitalize()} is reached {_in(found.ready_h)}."
        else:
            yield f"{_percent(problem.target).capitalize()} is never reached with these people."
    expected = found.p_present.sum(axis=0)[-1]
    yield f"{_in(problem.times_h[-1]).capitalize()} {expected:.1f} of {len(problem.people)} are expected."
    if found.p_before_event is not None:
        yield f"The team is here before the event with {_percent(found.p_before_event)}."
    yield from _whom(problem, found)
    first = [(eta, person.id) for eta, person in zip(found.eta_h, problem.people, strict=True) if eta is not None]
    if first:
        hours, who = min(first)
        yield f"First here is {who}, probably {_in(hours)}."
    never = [p.id for p, eta in zip(problem.people, found.eta_h, strict=True) if eta is None]
    if never:
        yield f"Not counted on: {_listed(never)}."


def _whom(problem: MusterProblem, found: Muster) -> Iterator[str]:
    if not problem.asks or found.missing:
        return
    if found.reaches and found.call_next:
        yield f"Call {_listed(found.call_next)}: that is enough for {_percent(problem.target)}."
    elif found.reaches:
        yield f"Nobody more has to be called for {_percent(problem.target)}."
    elif found.call_next:
        yield f"Even calling all {len(found.call_next)} who can help does not reach {_percent(problem.target)}."
    else:
        yield f"Everybody who can help is called, and {_percent(problem.target)} is not reached. Find others."
    if found.waves and found.expected_called is not None:
        total = sum(len(wave.people) for wave in found.waves)
        yield (
            f"In {len(found.waves)} wave{'s' if len(found.waves) > 1 else ''} {found.expected_called:.1f} people are "
            f"called on average, {total} at most."
        )


def _in(hours: float) -> str:
    return "now" if hours <= 0 else f"in {lasting(hours * 3600)}"


def _percent(p: float) -> str:
    if 0.01 <= p <= 0.99 or p in (0, 1):
        return f"{100 * p:.0f} %"
    if p > 0.999:
        return "more than 99.9 %"
    return f"{100 * p:.1f} %" if p > 0.001 else "less than 0.1 %"


def _error(found: Muster) -> str:
    return f" (drawn: give or take {100 * found.p_error:.1f} points)" if found.p_error else ""


def _listed(names: Iterable[str]) -> str:
    some = list(names)
    return ", ".join(some[:12]) + (f" and {len(some) - 12} more" if len(some) > 12 else "")
