"""The log's sentences about debriefs, muster and readiness. No personal data in any of them."""

from __future__ import annotations

from typing import Final, assert_never

from homeward.geo import format_place
from homeward.mission.debriefs import (
    CombinationExcluded,
    DebriefEvent,
    QuestionDropped,
    QuestionRaised,
    QuestionResolved,
    ReaderNamed,
    StatementOpened,
    StatementTaken,
    StatementWithdrawn,
)
from homeward.mission.muster import (
    BriefingIssued,
    BriefingRead,
    CallAnswer,
    CallAnswered,
    CalledOut,
    Callout,
    CalloutEnded,
    MessageAcknowledged,
    MessageGiven,
    MusterEvent,
    NoticeSent,
    RollCalled,
    SignedIn,
    SignedOut,
    StandingTold,
    WaveCalled,
)
from homeward.mission.readiness import (
    CoverPlanned,
    ReadinessEvent,
    RosterDrawn,
    TargetDropped,
    TargetNamed,
    ThreatCame,
    ThreatLifted,
    ThreatReported,
    ThreatWarned,
)
from homeward.words import named

ANSWER_WORDS: Final = {
    CallAnswer.YES: "yes",
    CallAnswer.LIMITED: "only if nobody else can",
    CallAnswer.NO: "no",
    CallAnswer.UNREAD: "not understood",
}
"""An answer to a call as it is said, everywhere alike."""


# One case per kind of event.
def debrief_sentence(event: DebriefEvent) -> str:
    """What happened in a debrief, in one sentence."""
    match event:
        case QuestionRaised():
            return f"A question ({event.question.about.value}) is asked."
        case QuestionDropped():
            return "A question is asked no longer."
        case QuestionResolved():
            return "A question is answered."
        case CombinationExcluded():
            return "Answers to several questions noted that cannot be true together."
        case StatementTaken():
            return f"Statement {event.statement.id} recorded."
        case StatementWithdrawn():
            return f"Statement {event.statement} withdrawn."
        case StatementOpened():
            return f"Sealed statement {event.statement} opened by {event.reader}."
        case ReaderNamed():
            return f"{event.reader.id} can be given sealed statements."
        case _:
            assert_never(event)


# One case per kind of event.
def muster_sentence(event: MusterEvent) -> str:  # noqa: C901, PLR0911, PLR0912
    """What happened in the muster, in one sentence."""
    match event:
        case StandingTold():
            return f"How {event.standing.person} can be had is known."
        case CalledOut():
            return f"Call {event.callout.id} goes out: {callout_words(event.callout)}."
        case WaveCalled():
            return f"Call {event.callout}: wave {event.wave + 1} called."
        case NoticeSent() if event.channel in ("radio", "phone"):
            return f"{event.about} is to be told to {event.to} by {event.channel}."
        case NoticeSent():
            went = "goes out to" if event.went else "did not reach"
            return f"{event.about} {went} {event.to} by {event.channel}."
        case CallAnswered() if event.answer is CallAnswer.UNREAD:
            return f"{event.person} answered call {event.callout}; somebody must read it."
        case CallAnswered():
            return f"{event.person} answered call {event.callout}: {ANSWER_WORDS[event.answer]}."
        case CalloutEnded():
            return f"Call {event.callout} is over."
        case SignedIn():
            return f"{event.person} is at the base."
        case SignedOut():
            return f"{event.person} has left."
        case RollCalled():
            missing = f"missing: {named(event.missing)}" if event.missing else "nobody missing"
            return f"Roll-call: {len(event.present)} present, {missing}."
        case MessageGiven():
            to = ", ".join(event.message.to)
            return f"Message {event.message.id} ({event.message.priority.value}) to {to}."
        case MessageAcknowledged():
            return f"{event.by} has read message {event.message}."
        case BriefingIssued():
            return f"Briefing {event.briefing} issued: {len(event.files)} files."
        case BriefingRead():
            return f"{event.by} has read briefing {event.briefing}."
        case _:
            assert_never(event)


# One case per kind of event.
def readiness_sentence(event: ReadinessEvent) -> str:
    """What happened to warnings, targets and cover, in one sentence."""
    match event:
        case ThreatWarned():
            return f"Warning {event.threat.id} given."
        case ThreatReported():
            return f"One more report on {event.report.threat}."
        case ThreatLifted():
            return f"Warning {event.threat} lifted."
        case ThreatCame():
            return f"What was warned of as {event.threat} has happened."
        case TargetNamed():
            return f"Target {event.target.id} at {format_place(event.target.place)}."
        case TargetDropped():
            return f"Target {event.target} need not be covered."
        case CoverPlanned():
            return f"Cover planned ({event.view})."
        case RosterDrawn():
            return f"Roster of cover for {event.day} drawn."
        case _:
            assert_never(event)


def callout_words(callout: Callout) -> str:
    """What a call asks for: `2 medic, 6 searcher; 8 heads; to 36.27, -84.25`."""
    parts = [f"{n} {role}" for role, n in callout.need]
    said = [", ".join(parts)] if parts else []
    said += [f"{callout.heads} heads"] if callout.heads is not None else []
    said += [f"to {format_place(callout.place)}"] if callout.place else []
    return "; ".join(said) or "everybody"
