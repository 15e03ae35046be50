"""Calling everybody in: who may come, the call, the answers, who is here, roll-calls, messages and briefings.

Nouns, events, and the part of the mission's state they make. What an event is, and how to add one: `events`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from homeward.errors import Finding
from homeward.geo import Place
from homeward.mission.happened import Happened, less, unknown
from homeward.mission.nouns import Utc


class Availability(StrEnum):
    """What keeps somebody: nothing, a task, sleep, or that no channel reaches it."""

    FREE = "free"
    TASK = "task"
    ASLEEP = "asleep"
    UNREACHABLE = "unreachable"


class CallAnswer(StrEnum):
    """What somebody answers to a call. `UNREAD` is a text that a person must read."""

    YES = "yes"
    LIMITED = "limited"
    NO = "no"
    UNREAD = "unread"


class Priority(StrEnum):
    """How soon a message must be read; the four precedences of ACP 131."""

    ROUTINE = "routine"
    PRIORITY = "priority"
    IMMEDIATE = "immediate"
    FLASH = "flash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How somebody registered can be had. None: not told, the table's value or the ground's travel time counts.

    `until` is when the task ends or the person gets up; `report_s` what reporting after a task takes, `wake_s`
    getting up; `travel_s` the median time to the meeting point, `travel_gsd` its geometric standard deviation;
    `p_come` the probability that it comes when called. `channels` are tried in this order.
    """

    person: str
    state: Availability = Availability.FREE
    until: Utc | None = None
    report_s: float | None = None
    wake_s: float | None = None
    travel_s: float | None = None
    travel_gsd: float | None = None
    p_come: float | None = None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A call to come: what is needed ((role, how many), ...) or how many `heads`, by when (`wanted_by`) and with which
    probability (`target`); `waves` are the people to call, wave after wave; `text` is what they are told.
    """

    id: str
    place: Place | None = None
    text: str = ""
    need: tuple[tuple[str, int], ...] = ()
    heads: int | None = None
    wanted_by: Utc | None = None
    target: float | None = None
    waves: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something that those named must know. `text` is personal."""

    id: str
    to: tuple[str, ...]
    text: str = field(repr=False)
    priority: Priority = Priority.ROUTINE


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingTold:
    """How somebody can be had; replaces what was told of that person before."""

    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledOut:
    """Everybody in the first wave is called. A call of the same id replaces its record, not its answers."""

    callout: Callout


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveCalled:
    """One more wave of a call goes out; `wave` counts from 0."""

    callout: str
    wave: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent:
    """A call or message went to somebody by a channel: `went` False, and `why` not, where it failed."""

    about: str
    to: str
    channel: str
    went: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered:
    """Somebody answered a call: `eta` is when it says it is there, `free_at` when a No may become a Yes.

    `text` is what was said, and personal; `channel` the way it came, `read_by` who understood it, where homeward
    could not.
    """

    callout: str
    person: str
    answer: CallAnswer
    eta: Utc | None = None
    free_at: Utc | None = None
    text: str = field(default="", repr=False)
    channel: str = ""
    read_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalloutEnded:
    """A call is over: nobody more is called for it."""

    callout: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody is at the base. A guest who was not registered can sign in too."""

    person: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """Somebody has left; `to` is where for: home, or a task."""

    person: str
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCalled:
    """Everybody signed in was called by name: who answered, who did not."""

    present: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGiven:
    """A message goes to those named."""

    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAcknowledged:
    """Somebody has read a message. `said` is the answer's own words."""

    message: str
    by: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingIssued:
    """Briefings were written. `files` are (name, SHA-256)."""

    briefing: str
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingRead:
    """Somebody has read a briefing and understood it."""

    briefing: str
    by: str


MusterEvent = (
    StandingTold
    | CalledOut
    | WaveCalled
    | NoticeSent
    | CallAnswered
    | CalloutEnded
    | SignedIn
    | SignedOut
    | RollCalled
    | MessageGiven
    | MessageAcknowledged
    | BriefingIssued
    | BriefingRead
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Muster:
    """Who may come, who was called, what they answered and who is here, as the log adds up.

    `answers` holds every answer oldest first; `waves` (callout, wave) with its time; `here` who is signed in;
    `gone` who signed out; `read` maps a briefing to those who read it.
    """

    standings: Mapping[str, Happened[Standing]] = field(default_factory=dict)
    callouts: Mapping[str, Happened[Callout]] = field(default_factory=dict)
    ended: tuple[str, ...] = ()
    waves: tuple[Happened[WaveCalled], ...] = ()
    notices: tuple[Happened[NoticeSent], ...] = ()
    answers: tuple[Happened[CallAnswered], ...] = ()
    here: Mapping[str, Happened[SignedIn]] = field(default_factory=dict)
    gone: Mapping[str, Happened[SignedOut]] = field(default_factory=dict)
    roll_calls: tuple[Happened[RollCalled], ...] = ()
    messages: Mapping[str, Happened[Message]] = field(default_factory=dict)
    acknowledged: tuple[Happened[MessageAcknowledged], ...] = ()
    briefings: Mapping[str, Happened[BriefingIssued]] = field(default_factory=dict)
    read: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def callout(self) -> Happened[Callout] | None:
        """The latest call that is not over."""
        open_ = [call for name, call in self.callouts.items() if name not in self.ended]
        return open_[-1] if open_ else None


# One case per kind of event, as in `replay.after`.
def muster_after(state: Muster, happened: Happened[MusterEvent]) -> tuple[Muster, tuple[Finding, ...]]:  # noqa: C901, PLR0911, PLR0912
    """The muster after one more event, and what of it could not be."""
    # Long: one case per kind of event, each a line or two.
    at, entry, event = happened.at, happened.entry, happened.event
    match event:
        case StandingTold():
            told = Happened(at, entry, event.standing)
            return replace(state, standings={**state.standings, event.standing.person: told}), ()
        case CalledOut():
            call = Happened(at, entry, event.callout)
            ended = tuple(name for name in state.ended if name != event.callout.id)
            callouts = {**less(state.callouts, event.callout.id), event.callout.id: call}
            return replace(state, callouts=callouts, ended=ended), ()
        case WaveCalled():
            found = _no_call(state, event.callout, entry)
            return replace(state, waves=(*state.waves, Happened(at, entry, event))), found
        case NoticeSent():
            return replace(state, notices=(*state.notices, Happened(at, entry, event))), ()
        case CallAnswered():
            found = _no_call(state, event.callout, entry)
            return replace(state, answers=(*state.answers, Happened(at, entry, event))), found
        case CalloutEnded():
            return replace(state, ended=(*state.ended, event.callout)), _no_call(state, event.callout, entry)
        case SignedIn():
            here = {**state.here, event.person: Happened(at, entry, event)}
            return replace(state, here=here, gone=less(state.gone, event.person)), ()
        case SignedOut():
            found = unknown(state.here, event.person, entry, f"signs {event.person} out, who was not signed in")
            gone = {**state.gone, event.person: Happened(at, entry, event)}
            return replace(state, here=less(state.here, event.person), gone=gone), found
        case RollCalled():
            return replace(state, roll_calls=(*state.roll_calls, Happened(at, entry, event))), ()
        case MessageGiven():
            given = Happened(at, entry, event.message)
            return replace(state, messages={**state.messages, event.message.id: given}), ()
        case MessageAcknowledged():
            found = unknown(state.messages, event.message, entry, f"acknowledges {event.message}, which nobody sent")
            return replace(state, acknowledged=(*state.acknowledged, Happened(at, entry, event))), found
        case BriefingIssued():
            issued = Happened(at, entry, event)
            return replace(state, briefings={**state.briefings, event.briefing: issued}), ()
        case BriefingRead():
            found = unknown(state.briefings, event.briefing, entry, f"has read {event.briefing}, which is not there")
            readers = tuple(dict.fromkeys((*state.read.get(event.briefing, ()), event.by)))
            return replace(state, read={**state.read, event.briefing: readers}), found
        case _:
            assert_never(event)


def _no_call(state: Muster, callout: str, entry: str) -> tuple[Finding, ...]:
    return unknown(state.callouts, callout, entry, f"speaks of call {callout}, which nobody made")
