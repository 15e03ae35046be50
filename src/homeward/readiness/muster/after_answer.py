"""What an answer to a call-out changes about the person who gave it."""

from __future__ import annotations

from dataclasses import replace

from homeward.readiness.muster.answers import CallAnswer, Said
from homeward.readiness.muster.records import Candidate, State, Takes

YES_COMES = 0.95
"""Who says yes comes with this probability. Our own assumption: count your own people's and use that."""
ETA_GSD = 1.3
"""Geometric standard deviation of the true time of arrival about a stated one. Our own assumption."""


def after_answer(
    person: Candidate, answer: CallAnswer, *, ago_h: float = 0.0, yes_comes: float = YES_COMES, eta_gsd: float = ETA_GSD
) -> Candidate:
    """The person as known since the answer, which came `ago_h` ago.

    A yes makes it `yes_comes` probable that they come, a no impossible, unless it says from when on they could. A time
    of arrival takes the place of task, waking and travel; one that has passed means any moment. What is not understood
    changes nothing but that they are not silent.
    """
    person = replace(person, called=True, silent_h=0.0)
    match answer.answer:
        case Said.UNKNOWN:
            return person
        case Said.HERE:
            return replace(person, state=State.HERE, p_come=1.0, p_present=None)
        case Said.NO:
            if answer.available_in_min is None:
                return replace(person, p_come=0.0, p_present=None, answered=True)
            wait_h = max(0.0, answer.available_in_min / 60 - ago_h)
            return replace(person, called=False, task=Takes(), report_h=0.0, delay=Takes(median_h=wait_h))
        case Said.YES | Said.LAST_RESORT:
            last = answer.answer is Said.LAST_RESORT
            person = replace(
                person,
                p_come=yes_comes,
                p_present=None,
                answered=True,
                last_resort=last,
                called=not last,
                delay=Takes(),
            )
            if person.state == State.UNREACHABLE:
                person = replace(person, state=State.FREE)
            if answer.eta_min is None:
                return person
            left_h = max(0.0, answer.eta_min / 60 - ago_h)
            return replace(person, task=Takes(), wake_h=0.0, travel=Takes(median_h=left_h, gsd=eta_gsd))
