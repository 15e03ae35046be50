"""Findings about a file of the kind `muster`: fields that have no effect, and messages that somebody has to read."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from homeward.exchange.solver_files.muster_fields import MusterFile, PersonFile
from homeward.readiness.muster.answers import CallAnswer, Said
from homeward.readiness.muster.records import MusterProblem


def findings_of(
    problem: MusterFile, ready: MusterProblem, answers: Sequence[tuple[str | None, CallAnswer]]
) -> tuple[str, ...]:
    """What the file holds that does not do what it seems to. `answers` by person (None: nobody's)."""
    known = sorted({role for person in ready.people for role in person.can})
    found = []
    for role in (role for role, n in ready.need.items() if n and role not in known):
        near = get_close_matches(role, known, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        found.append(f"Nobody can be {role!r}, which need asks for.{hint}")
    found += [_to_read(who, answer) for who, answer in answers if who is not None and answer.for_a_person]
    for p in problem.people:
        found += _beside(p)
    if problem.waves is True and not ready.asks:
        found.append("waves are found for a team: give need or heads.")
    asked = [name for name, given in (("need", ready.need), ("heads", ready.heads == 0)) if given]
    if asked and not ready.asks:
        verb = "asks" if len(asked) == 1 else "ask"
        found.append(f"{' and '.join(asked)} {verb} for nobody: head counts alone are given.")
    return tuple(found)


def _to_read(who: str, answer: CallAnswer) -> str:
    if not answer.text.strip():
        return f"The message of {who} is empty: it was left aside."
    if answer.answer is Said.UNKNOWN:
        guess = answer.guess.value.replace("_", " ")
        perhaps = "" if answer.guess is Said.UNKNOWN else f" Perhaps it means {guess}, which is not counted."
        return f"The message of {who} was not understood: somebody has to read it.{perhaps}"
    if answer.at is not None and answer.eta_min is None and answer.available_in_min is None:
        return f"The message of {who} names a time of day, which is not counted: give recall_at."
    return f"The message of {who} counts as {answer.answer.value}, and asks something: somebody has to read it."


_TIMES = ("task_left_h", "task_mean_h", "task_end", "travel_median_h", "travel_mean_h", "travel_min", "p_come")


def _beside(person: PersonFile) -> list[str]:
    """Findings for fields of one person that have no effect."""
    found = []
    beside = [name for name in _TIMES if getattr(person, name) is not None]
    if person.p_present is not None and beside:
        found.append(f"p_present of {person.id} stands for all that: {', '.join(beside)} was left aside.")
    if person.silent_min and person.ack_delay_mean_min is None:
        found.append(f"The silence of {person.id} says nothing without ack_delay_mean_min.")
    elif person.silent_min and person.p_come is None and person.p_present is None and person.times_called is None:
        found.append(f"{person.id} comes for sure, so that silence says nothing: give p_come.")
    if person.answer is None and person.message is None:
        told = [name for name in ("eta_min", "available_in_min") if getattr(person, name) is not None]
        if told or person.answered_min_ago:
            found.append(f"{(told or ['answered_min_ago'])[0]} of {person.id} was left aside: give answer too.")
    elif person.message is not None and (person.eta_min is not None or person.available_in_min is not None):
        found.append(f"The times beside the message of {person.id} were left aside: the message is read.")
    elif person.answer == "no" and person.eta_min is not None:
        found.append(f"eta_min of {person.id} was left aside: they said no. Give available_in_min.")
    elif person.answer not in (None, "no") and person.available_in_min is not None:
        found.append(f"available_in_min of {person.id} was left aside: it goes with a no. Give eta_min.")
    return found + _state_beside(person)


def _state_beside(person: PersonFile) -> list[str]:
    """Findings for states whose times are not given."""
    state = person.state or person.status or "free"
    settled = person.p_present is not None or person.answer is not None or person.eta_min is not None
    times = person.task_left_h, person.task_mean_h, person.task_end
    if state == "here" and person.answer == "no":
        return [f"{person.id} is here by state and says no: the no counts. Correct one of them."]
    if state == "task" and not settled and all(t is None for t in times):
        return [f"{person.id} is on a task whose end is not given: they set out at once. Give task_left_h."]
    if state == "asleep" and not settled and not person.wake_min:
        return [f"{person.id} is asleep, and wake_min is not given: they get up in no time."]
    if state != "task" and any(times):
        return (
            [f"{person.id} is {state} by state, and a task is given: they finish it first."]
            if state == "free" and (person.state or person.status)
            else []
        )
    return []
