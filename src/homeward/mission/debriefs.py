"""What witnesses said, the questions it bears on, and who may read it.

Nouns, events, and the part of the mission's state they make. All that is said is personal. What an event is, and how
to add one: `events`.
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
from homeward.mission.rescue import Consent


class About(StrEnum):
    """What a question asks for."""

    WHERE = "where"
    WHO = "who"
    WHAT = "what"
    WHEN = "when"


class How(StrEnum):
    """How a witness came to know: saw it, heard it happen, infers it, or was told by somebody."""

    SEEN = "seen"
    HEARD = "heard"
    INFERRED = "inferred"
    TOLD = "told"


class Share(StrEnum):
    """Who may read a statement: everybody in the mission, its command, or only those named."""

    EVERYBODY = "everybody"
    COMMAND = "command"
    NAMED = "named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """One answer to a question. `prior` is its probability before anything was said; `place`, `from_`, `until` say
    where and when it would be, so that what nobody can have travelled is seen to be impossible.
    """

    id: str
    prior: float
    label: str = ""
    place: Place | None = None
    from_: Utc | None = None
    until: Utc | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with its possible answers, which exclude one another; what is left of the priors is none of them."""

    id: str
    text: str
    about: About
    hypotheses: tuple[Hypothesis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Answers to different questions that cannot be true together: ((question, hypothesis), ...)."""

    parts: tuple[tuple[str, str], ...]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a witness said, as said. Nothing is ever overwritten: letter, digit, words and number stand side by side.

    `says` are the witness's own words, `certainty` its own words for how sure it is, `number` the probability it
    gave when asked afterwards. `how` it knows, and who told it (`told_by`); `seen_at` and `place` when and where.
    `reliability` is the source's letter A to F, `credibility` the digit 1 to 6 of what it says. It bears on
    `hypothesis` of `question`, where one is named. `asked` is the question put to the witness; `declined` that it did
    not want to answer. `sealed` holds the words where only `readers` may read them: `says` is empty then.
    """

    id: str
    witness: str
    says: str = field(default="", repr=False)
    asked: str = field(default="", repr=False)
    how: How | None = None
    told_by: str = ""
    seen_at: Utc | None = None
    place: Place | None = None
    question: str = ""
    hypothesis: str = ""
    certainty: str = ""
    number: float | None = None
    reliability: str = ""
    credibility: int | None = None
    share: Share = Share.COMMAND
    readers: tuple[str, ...] = ()
    sealed: str = field(default="", repr=False)
    consent: Consent | None = None
    declined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who can be given sealed statements: the public half of a key whose other half a passphrase makes."""

    id: str
    public_key: str
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRaised:
    """A question is asked, or its answers changed: the record replaces an earlier one of the same id."""

    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDropped:
    """A question is asked no longer."""

    question: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResolved:
    """It is known which answer is true ("" = none of them): what each witness said is scored by it."""

    question: str
    hypothesis: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationExcluded:
    """Answers that cannot be true together."""

    combination: Combination


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementTaken:
    """A witness said something, or declined to; replaces an earlier statement of the same id."""

    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementWithdrawn:
    """A witness takes a statement back: it counts no longer. The record stays."""

    statement: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOpened:
    """A sealed statement was read by one of those named."""

    statement: str
    reader: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderNamed:
    """Somebody can be given sealed statements from now on."""

    reader: Reader


DebriefEvent = (
    QuestionRaised
    | QuestionDropped
    | QuestionResolved
    | CombinationExcluded
    | StatementTaken
    | StatementWithdrawn
    | StatementOpened
    | ReaderNamed
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Debriefs:
    """Questions and statements of a mission, as its log adds up; statements withdrawn are not among `statements`.

    `shaken` are those that retell what its witness took back since, with that witness; judging one again settles it.
    """

    questions: Mapping[str, Question] = field(default_factory=dict)
    resolved: Mapping[str, Happened[QuestionResolved]] = field(default_factory=dict)
    excluded: tuple[Combination, ...] = ()
    statements: Mapping[str, Happened[Statement]] = field(default_factory=dict)
    withdrawn: Mapping[str, Happened[Statement]] = field(default_factory=dict)
    shaken: Mapping[str, str] = field(default_factory=dict)
    opened: tuple[Happened[StatementOpened], ...] = ()
    readers: Mapping[str, Reader] = field(default_factory=dict)


# One case per kind of event, as in `replay.after`.
def debriefs_after(state: Debriefs, happened: Happened[DebriefEvent]) -> tuple[Debriefs, tuple[Finding, ...]]:  # noqa: PLR0911
    """The debriefs after one more event, and what of it could not be."""
    at, entry, event = happened.at, happened.entry, happened.event
    match event:
        case QuestionRaised():
            return replace(state, questions={**state.questions, event.question.id: event.question}), ()
        case QuestionDropped():
            found = unknown(state.questions, event.question, entry, f"drops {event.question}, which nobody asked")
            return replace(state, questions=less(state.questions, event.question)), found
        case QuestionResolved():
            found = unknown(state.questions, event.question, entry, f"resolves {event.question}, which nobody asked")
            return replace(state, resolved={**state.resolved, event.question: Happened(at, entry, event)}), found
        case CombinationExcluded():
            return replace(state, excluded=(*state.excluded, event.combination)), ()
        case StatementTaken():
            said, name = Happened(at, entry, event.statement), event.statement.id
            return replace(state, statements={**state.statements, name: said}, shaken=less(state.shaken, name)), ()
        case StatementWithdrawn():
            found = unknown(state.statements, event.statement, entry, f"takes back {event.statement}, never said")
            if found:
                return state, found
            gone = {**state.withdrawn, event.statement: state.statements[event.statement]}
            left, back = less(state.statements, event.statement), state.statements[event.statement].event
            shaken = {**less(state.shaken, back.id), **dict.fromkeys(_resting(left, back), back.witness)}
            return replace(state, statements=left, withdrawn=gone, shaken=shaken), ()
        case StatementOpened():
            return replace(state, opened=(*state.opened, Happened(at, entry, event))), ()
        case ReaderNamed():
            return replace(state, readers={**state.readers, event.reader.id: event.reader}), ()
        case _:
            assert_never(event)


def _resting(standing: Mapping[str, Happened[Statement]], back: Statement) -> list[str]:
    """Statements that retell one that was taken back, or retell such: not where its witness still says the same, in
    clear both times: whether something sealed says the same is not to be told by this.
    """
    tellers = {back.id.casefold(), back.witness.casefold()}
    said = [
        h.event
        for h in standing.values()
        if h.event.witness == back.witness
        and not (h.event.sealed or back.sealed)
        and (h.event.question, h.event.hypothesis) == (back.question, back.hypothesis)
    ]
    found: list[str] = []
    while not said:
        more = [
            h.event
            for name, h in standing.items()
            if name not in found and h.event.told_by.casefold() in tellers and back.question in ("", h.event.question)
        ]
        if not more:
            break
        found += [one.id for one in more]
        tellers |= {one.id.casefold() for one in more} | {one.witness.casefold() for one in more}
    return found
