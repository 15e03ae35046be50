"""The open call with what the log says of it, gathered once: who was called when and by what, what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.muster import CallAnswer, CallAnswered, Callout, NoticeSent


@dataclass(frozen=True, slots=True, kw_only=True)
class CallState:
    """The open call (None: none is), and by name of person or team the latest of the `answers`, when each was `called`
    and `told`, and the last of the `notices` by each channel, in the order tried.
    """

    call: Happened[Callout] | None = None
    answers: Mapping[str, Happened[CallAnswered]] = field(default_factory=dict)
    called: Mapping[str, datetime] = field(default_factory=dict)
    told: Mapping[str, datetime] = field(default_factory=dict)
    notices: Mapping[str, Mapping[str, Happened[NoticeSent]]] = field(default_factory=dict)

    def answer_of(self, name: str, unit: str | None) -> Happened[CallAnswered] | None:
        """The answer of somebody, or that of their team where it came later; what is understood goes first.

        What the team says is no more than what somebody said of themselves: their own no stands, and their own "only if
        nobody else can" against the team's yes.
        """
        own, team = self.answers.get(name), self.answers.get(unit or name)
        if own is not None and own.event.answer in stands_against(team.event.answer if team else None):
            return own
        clear = [one for one in (own, team) if one is not None and one.event.answer is not CallAnswer.UNREAD]
        return max(clear, key=lambda one: one.at) if clear else own or team

    def tried(self, name: str) -> Mapping[str, Happened[NoticeSent]]:
        """By which channels somebody was tried, with what became of each last."""
        return self.notices.get(name, {})


def stands_against(of_team: CallAnswer | None) -> AbstractSet[CallAnswer]:
    """Which answers of a member stand, whenever the team answered so."""
    return {CallAnswer.NO, CallAnswer.LIMITED} if of_team is CallAnswer.YES else {CallAnswer.NO}


def call_state(mission: Mission) -> CallState:
    """The open call as the log has it now."""
    call = mission.muster.callout
    if call is None:
        return CallState()
    called = called_at(mission, call)
    notices = _notices(mission, call, called)
    return CallState(
        call=call,
        answers=latest_answers(mission, call.event.id),
        called=called,
        told={name: max(at, _first(notices.get(name, {})) or at) for name, at in called.items()},
        notices=notices,
    )


def called_at(mission: Mission, call: Happened[Callout]) -> dict[str, datetime]:
    """When each was called: with the first wave at once, with the later ones as they went out."""
    waves = call.event.waves
    times = {0: call.at} | {
        one.event.wave: one.at for one in reversed(mission.muster.waves) if one.event.callout == call.event.id
    }
    return {name: times[k] for k, wave in enumerate(waves) if k in times for name in wave}


def latest_answers(mission: Mission, callout: str) -> dict[str, Happened[CallAnswered]]:
    """The latest answer of everybody, and of teams, to a call; an unread one does not replace what was understood
    before, and one that a person has read counts from when it came, so that later ones stay in force.
    """
    order: dict[str, tuple[int, Happened[CallAnswered]]] = {}
    came: dict[tuple[str, str], int] = {}
    for k, one in enumerate(mission.muster.answers):
        said = one.event
        if said.callout != callout:
            continue
        if said.answer is CallAnswer.UNREAD:
            came[said.person, said.text] = k
            order.setdefault(said.person, (-1, one))
            continue
        since = came.get((said.person, said.text), k) if said.read_by else k
        if since >= order.get(said.person, (-1, one))[0]:
            order[said.person] = since, one
    return {person: one for person, (_, one) in order.items()}


def unread_answers(mission: Mission) -> list[Happened[CallAnswered]]:
    """Answers that nobody has understood yet: unread ones whose words no person has read since."""
    left: dict[tuple[str, str, str], list[Happened[CallAnswered]]] = {}
    for one in mission.muster.answers:
        words = (one.event.callout, one.event.person, one.event.text)
        if one.event.answer is CallAnswer.UNREAD:
            left.setdefault(words, []).append(one)
        elif one.event.read_by:
            left.pop(words, None)
    return sorted((one for rows in left.values() for one in rows), key=lambda one: one.at)


def _notices(
    mission: Mission, call: Happened[Callout], called: Mapping[str, datetime]
) -> dict[str, dict[str, Happened[NoticeSent]]]:
    """The last notice of this call to each by each channel, since they were called: the later one wins."""
    found: dict[str, dict[str, Happened[NoticeSent]]] = {}
    for one in mission.muster.notices:
        if one.event.about == call.event.id and one.at >= called.get(one.event.to, call.at):
            found.setdefault(one.event.to, {})[one.event.channel] = one
    return found


def _first(tried: Mapping[str, Happened[NoticeSent]]) -> datetime | None:
    """When the first notice that did not fail went to somebody."""
    return min((one.at for one in tried.values() if one.event.went), default=None)
