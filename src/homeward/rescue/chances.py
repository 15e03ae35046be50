"""What the exits are worth to the casualty: to be taken there, to live on there, and where it goes when turned away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.rescue.destination import DestinationChoice, Option, Severity, choose_destination, has_all
from homeward.rescue.numbers import number
from homeward.rescue.records import Chance, EvacuateProblem, ExitAt

_HOUR_S = 3600.0


def severities_of(problem: EvacuateProblem) -> tuple[Severity, ...]:
    """How badly off the casualty may be; empty where no hazard of death is known."""
    if problem.severities or problem.hazard_per_h is None:
        return problem.severities
    return (Severity(id="", p=1.0, death_per_s=problem.hazard_per_h / _HOUR_S),)


def destinations(problem: EvacuateProblem, arrive_s: Mapping[str, float]) -> DestinationChoice | None:
    """The exits by probability to survive, best first; None where none is reached.

    `arrive_s` by exit: seconds from the start until care. Of an exit e with probability a to be taken and l to live on:
    a exp(-hazard time) l + (1 - a) fallback. A fallback that names an exit goes there instead, from the find: who
    turns somebody away is asked before the carry leaves. Raises `BadInput` for exits that name each other in a
    circle, or that tell of severities which the casualty does not have.
    """
    kinds = severities_of(problem)
    known = {e.id: e for e in problem.exits if e.id in arrive_s}
    options = [
        Option(
            id=e.id,
            exit=e.id,
            hospital=e.id,
            arrive_s=arrive_s[e.id],
            accepts=e.accepts,
            survives=_by_severity(_level(problem, e), kinds, e),
            fallback=_fallback(problem, e, arrive_s, ()),
        )
        for e in known.values()
    ]
    return choose_destination(options, kinds) if options else None


def refused(leave: ExitAt) -> bool:
    """Whether nobody is taken there and what follows is another exit, so that the carry goes to that one at once."""
    return leave.accepts == 0 and (leave.fallback is None or isinstance(leave.fallback, str))


def survivals(
    problem: EvacuateProblem, choice: DestinationChoice | None, exits_of: Sequence[str], care_s: Floats
) -> Floats | None:
    """(ways,) probability that the casualty lives by each way, to the exit `exits_of` and at care after `care_s`.

    For the fastest way to an exit that is the exit's own in `choice`. None where no hazard of death is known.
    """
    kinds = severities_of(problem)
    if not kinds or choice is None:
        return None
    exits = {e.id: e for e in problem.exits}
    elsewhere = {
        r.id: (r.p_survives - r.accepts * r.p_if_accepted) / (1 - r.accepts) if r.accepts < 1 else 0.0
        for r in choice.ranked
    }
    level = {
        name: np.array([_at(_by_severity(_level(problem, exits[name]), kinds, exits[name]), s) for s in kinds])
        for name in elsewhere
    }
    p, rate = np.array([s.p for s in kinds]), np.array([s.death_per_s for s in kinds])
    accepts = np.array([exits[n].accepts for n in exits_of])
    live = (np.exp(-rate * care_s[:, None]) * np.array([level[n] for n in exits_of])) @ p
    away = np.array([elsewhere[n] for n in exits_of])
    # Who is refused by all is treated in the end by the best of them: where that is this one, by this way.
    at_best = {r.id: r.p_if_accepted for r in choice.ranked}
    for name in {n for n in exits_of if exits[n].fallback is None}:
        here = np.array([n == name for n in exits_of])
        others = max((v for n, v in at_best.items() if n != name), default=0.0)
        left = np.prod([1 - exits[n].accepts for n in at_best if n != name])
        later = max(at_best[name], others) - np.maximum(live[here], others)
        away[here] -= number("without_level") * left * later
    return np.asarray(accepts * live + (1 - accepts) * away)


def _level(problem: EvacuateProblem, leave: ExitAt) -> Chance:
    """To live on, of those who arrive alive: as told, else by what can be treated there."""
    if leave.survives is not None:
        return leave.survives
    others = [e.capability for e in problem.exits if e.id != leave.id]
    return 1.0 if has_all(problem.needs, leave.capability, others)[0] else number("without_level")


def _by_severity(value: Chance, kinds: Sequence[Severity], leave: ExitAt) -> Chance:
    if isinstance(value, Mapping) and (lost := [s.id for s in kinds if s.id not in value] or not kinds):
        which = "none" if lost is True else ", ".join(repr(s) for s in lost if s) or "none"
        raise BadInput(
            f"Exit {leave.id}: chances to survive are told by severity ({', '.join(value)}); the casualty has {which}. "
            "Give both the same severities, or one number."
        )
    return value


def _at(value: Chance, severity: Severity) -> float:
    return float(value[severity.id] if isinstance(value, Mapping) else value)


def _fallback(
    problem: EvacuateProblem, leave: ExitAt, arrive_s: Mapping[str, float], asked: tuple[str, ...]
) -> Mapping[str, float] | None:
    """By severity: to live when turned away at `leave`; None: nothing is told of it."""
    kinds = severities_of(problem) or (Severity(id="", p=1.0, death_per_s=0.0),)
    if leave.fallback is None:
        return None
    if not isinstance(leave.fallback, str):
        told = _by_severity(leave.fallback, severities_of(problem), leave)
        return {s.id: _at(told, s) for s in kinds}
    if leave.fallback in (*asked, leave.id):
        raise BadInput(f"Exit {leave.id}: fallbacks lead round in a circle. Give one of them a probability.")
    other = next(e for e in problem.exits if e.id == leave.fallback)
    if other.id not in arrive_s:
        return None
    level = _by_severity(_level(problem, other), severities_of(problem), other)
    onward = _fallback(problem, other, arrive_s, (*asked, leave.id))
    if onward is None and other.accepts < 1:
        # Nothing is told of who is turned away there too: it is treated in the end, without what it needs (ours).
        onward = {s.id: number("without_level") * _lives(other, level, s, arrive_s) for s in kinds}
    return {
        s.id: other.accepts * _lives(other, level, s, arrive_s) + (1 - other.accepts) * (onward or {}).get(s.id, 0.0)
        for s in kinds
    }


def _lives(leave: ExitAt, level: Chance, severity: Severity, arrive_s: Mapping[str, float]) -> float:
    return float(np.exp(-severity.death_per_s * arrive_s[leave.id])) * _at(level, severity)
