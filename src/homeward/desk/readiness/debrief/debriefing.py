"""The verbs by which what witnesses say is written down: their words, how sure they are, and who may read it.

Words come first, a number afterwards, and both are kept. What a witness does not want to answer is noted as declined.
A statement bears on an answer to a question only where command says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.facts import LONGEST_NAME
from homeward.desk.readiness.debrief.given_names import next_name
from homeward.desk.readiness.debrief.questions import known_answer
from homeward.desk.readiness.debrief.shown import check_shown
from homeward.desk.readiness.debrief.statement_words import grading_notes, judged_words
from homeward.desk.scenarios import one_of
from homeward.errors import BadInput, UnknownName
from homeward.geo import format_place, parse_place
from homeward.mission.debriefs import (
    Debriefs,
    How,
    Share,
    Statement,
    StatementTaken,
    StatementWithdrawn,
)
from homeward.mission.rescue import Consent

LONGEST_WORDS = 10_000
"""Characters of a statement: ours, as every form of the page has it."""
JUDGED = ("number", "reliability", "credibility", "question", "hypothesis")
"""What is told of a statement after its words: by the witness when asked (the number), by command (the others)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What can be told of a statement beside its words; every field as a person writes it."""

    question: str | None = None
    hypothesis: str | None = None
    how: str | None = None
    told_by: str = ""
    when: str | None = None
    where: str | None = None
    certainty: str = ""
    number: float | None = None
    reliability: str | None = None
    credibility: int | None = None
    share: str | None = None
    readers: Sequence[str] = ()
    consent: str | None = None
    asked: str = ""


@again_if_grown
def statement(path: Path, says: str, *, witness: str, at: str | None = None, **told: Any) -> Answer:
    """What a witness said, in its own words. `told`: see `Said`.

    With `readers` it is sealed for them: its words are never written down in clear. How sure the witness is, what it
    bears on and who said it stay readable, because its number counts in what all statements come to.
    """
    said = Said(**told)
    with opened(path) as book:
        name = _next_id(book)
        made = _read(book, name, _words(says, "statement"), _name(witness), said)
        notes = _notes(book, made)
        kept = _sealed(book, made) if made.share is Share.NAMED else made
        book.write(StatementTaken(statement=kept), at=when_told(book, at))
    whom = f", sealed for {', '.join(kept.readers)}" if kept.sealed else f", for {kept.share.value}"
    bears = f" It bears on {kept.question}: {kept.hypothesis}." if kept.hypothesis and not kept.sealed else ""
    return Answer(
        text="\n".join([f"{name} of {kept.witness} noted{whom}.{bears}", *notes]),
        data={"id": name, "sealed": bool(kept.sealed), "readers": list(kept.readers), "notes": notes},
    )


@again_if_grown
def declined(path: Path, witness: str, *, asked: str = "", question: str = "", at: str | None = None) -> Answer:
    """A witness did not want to answer: that is noted, and nobody is told to ask again."""
    with opened(path) as book:
        state = book.mission.debriefs
        if question and question not in state.questions:
            raise UnknownName("question", question, state.questions)
        name, who = _next_id(book), _name(witness)
        words = _words(asked, "question put to the witness") if asked.strip() else ""
        made = Statement(id=name, witness=who, asked=words, question=question, declined=True)
        book.write(StatementTaken(statement=made), at=when_told(book, at))
    return Answer(
        text=f"{name}: {who} declined. It stays at that, unless {who} comes back to it.",
        data={"id": name, "witness": who, "question": question},
    )


@again_if_grown
def judge_statement(
    path: Path, name: str, *, forget: Sequence[str] = (), at: str | None = None, personal: bool = True, **told: Any
) -> Answer:
    """Adds to a statement what is told after its words: the `number` that the witness gave when asked for one, and by
    command the source's `reliability`, the `credibility` of what it says, the `question` and `hypothesis` it bears on.

    Its words and what it bears on now are in the answer, but where it is sealed, or nothing `personal` is shown.
    """
    given = {k: v for k, v in told.items() if v is not None}
    with opened(path) as book:
        before = _known(book.mission.debriefs, name)
        if before.declined:
            raise BadInput(f"{name} notes that {before.witness} declined: there is nothing to judge in it.")
        gone = [_forgets(field) for field in forget]
        if not given and not gone:
            raise BadInput(f"Nothing is told of {name}. Give {', '.join(JUDGED[:-1])} or {JUDGED[-1]}.")
        kept = replace(before, **{field: _empty(field) for field in gone})
        if "question" in given and "hypothesis" not in given:
            kept = replace(kept, hypothesis="")
        fields: dict[str, Any] = {f: getattr(kept, f) for f in JUDGED}
        said = Said(**(fields | given))
        after = replace(kept, **_judged(book.mission.debriefs, said))
        book.write(StatementTaken(statement=after), at=when_told(book, at))
        notes = grading_notes(replace(after, certainty="") if after.sealed else after) if personal else []
    judged = judged_words(after) if personal else f"{name} of {after.witness} judged anew."
    return Answer(
        text="\n".join([judged, *notes]),
        data={"id": name, "witness": after.witness, "notes": notes},
    )


@again_if_grown
def withdraw_statement(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A witness takes a statement back: it counts no longer. The record stays."""
    with opened(path) as book:
        before = _known(book.mission.debriefs, name)
        known = set(book.mission.debriefs.shaken)
        book.write(StatementWithdrawn(statement=name, why=why.strip()), at=when_told(book, at))
        found = [one for one in book.mission.debriefs.shaken if one not in known]
        standing = book.mission.debriefs.statements
        resting = [one for one in found if not standing[one].event.sealed]
    named = [*resting, *["something confidential"] * (len(resting) < len(found))]
    rests = f"{', '.join(named)} {'rests' if len(named) == 1 else 'rest'} on it"
    count = "counts" if len(named) == 1 else "count"
    told = f" {rests}, and {count} no more until judged again: homeward statement judge." if named else ""
    return Answer(
        text=f"{name} of {before.witness} withdrawn: it counts no longer.{told}", data={"id": name, "resting": resting}
    )


def statements(
    path: Path, *, reader: str | None = None, passphrase: str | None = None, personal: bool = True
) -> Answer:
    """Everything that was said, oldest first. Sealed words stay closed, but for a `reader` with its `passphrase`; each
    that is opened is noted. All of it is personal: without `personal` it is refused.
    """
    from homeward.desk.readiness.debrief.sealing import open_all
    from homeward.exchange.page_debrief import statement_rows

    check_shown(personal=personal)
    opened_words = open_all(path, reader=reader, passphrase=passphrase) if reader is not None else {}
    with opened(path, read_only=True) as book:
        rows = statement_rows(book.mission, taken=taken_at(book), opened=opened_words)
        zone = book.mission.time_zone
    lines = [line_of(row, zone) for row in rows]
    empty = "Nobody has said anything yet: homeward statement add MISSION 'WORDS' --witness W1."
    return Answer(text="\n".join(lines or [empty]), data={"statements": rows})


def taken_at(book: Book) -> dict[str, datetime]:
    """When each statement was first written down: what command adds to it later does not change that."""
    first: dict[str, datetime] = {}
    for stored in book.stored:
        event = stored.entry.event
        if isinstance(event, StatementTaken):
            first.setdefault(event.statement.id, stored.entry.at)
    return first


def line_of(row: Mapping[str, Any], zone: str) -> str:
    """A statement on one line."""
    when = clock.show_time(datetime.fromisoformat(row["taken"]), zone, day=False)
    head = f"{row['id']}  {when}  {row['witness']}"
    if row["declined"]:
        return f"{head}  DECLINED" + (f": {row['asked']}" if row["asked"] else "")
    if row["closed"]:
        counts = "; its number counts" if row["question"] else ""
        return f"{head}  SEALED for {', '.join(row['readers'])}{counts}"
    words = [f'"{row["says"]}"', *row["told"]]
    words += [f"asked: {row['asked']}"] if row["asked"] else []
    if row["hypothesis"]:
        words.append(f"bears on {row['question']}: {row['hypothesis']}")
    whom = f"for {', '.join(row['readers'])} alone" if row["sealed"] else f"for {row['share']}"
    return f"{head}  {'; '.join(words)}  [{whom}]"


# --- what is behind them ----------------------------------------------------------------------------------


def _read(book: Book, name: str, says: str, witness: str, said: Said) -> Statement:
    state = book.mission.debriefs
    how = one_of("how", said.how, How) if said.how else None
    told_by = _name(said.told_by) if said.told_by.strip() else ""
    if told_by and how not in (None, How.TOLD):
        raise BadInput(f"What {witness} has {how} was not told by {told_by}. Leave out one of the two.")
    if told_by == witness:
        raise BadInput(f"{witness} cannot have been told by itself. Name who told it, or leave that out.")
    share, readers = _shared(state, said)
    consent = one_of("consent", said.consent, Consent) if said.consent else None
    if share is Share.EVERYBODY and consent is not Consent.GIVEN:
        raise BadInput(
            f"Everybody may read only what {witness} agreed to have passed on. Ask, and say --consent given; or leave "
            "it with command."
        )
    return Statement(
        id=name,
        witness=witness,
        says=says,
        asked=_words(said.asked, "question put to the witness") if said.asked.strip() else "",
        how=How.TOLD if told_by else how,
        told_by=told_by,
        seen_at=when_told(book, said.when),
        place=parse_place(said.where) if said.where else None,
        certainty=said.certainty.strip(),
        share=share,
        readers=readers,
        consent=consent,
        **_judged(state, said),
    )


def _judged(state: Debriefs, said: Said) -> dict[str, Any]:
    """The fields that come after the words, checked."""
    if said.number is not None and not 0 <= said.number <= 1:
        raise BadInput(f"A probability of {said.number:g} cannot be. Give 0 to 1, such as 0.8.")
    letter = (said.reliability or "").strip().upper()
    if letter and (letter not in set("ABCDEF")):
        raise BadInput(
            f"{said.reliability!r} is no letter of reliability. Give A (completely reliable) to E (unreliable), or F "
            "(cannot be judged)."
        )
    if said.credibility is not None and said.credibility not in range(1, 7):
        raise BadInput(
            f"{said.credibility} is no digit of credibility. Give 1 (confirmed) to 5 (improbable), or 6 (cannot be "
            "judged)."
        )
    question, hypothesis = known_answer(state, said.question or "", said.hypothesis or "")
    return {
        "number": said.number,
        "reliability": letter,
        "credibility": said.credibility,
        "question": question,
        "hypothesis": hypothesis,
    }


def _shared(state: Debriefs, said: Said) -> tuple[Share, tuple[str, ...]]:
    readers = tuple(dict.fromkeys(name.strip() for name in said.readers if name.strip()))
    told = one_of("share", said.share, Share) if said.share else None
    share = told or (Share.NAMED if readers else Share.COMMAND)
    if readers and share is not Share.NAMED:
        raise BadInput(f"It is for {share.value}, but readers are named. Leave out one of the two.")
    if share is Share.NAMED and not readers:
        raise BadInput("It is for those named, but nobody is. Name who may read it: --reader NAME.")
    for name in readers:
        if name not in state.readers:
            known = UnknownName("reader", name, state.readers)
            raise BadInput(f"{known} Each reader takes a passphrase first: homeward reader MISSION NAME.")
    return share, readers


def _sealed(book: Book, made: Statement) -> Statement:
    """The statement with everything that was said in it sealed; in clear stays what its number is counted by."""
    from homeward.exchange.sealed import seal
    from homeward.readiness.fuse.words import words_probability

    state = book.mission.debriefs
    seen = made.seen_at.isoformat() if made.seen_at else ""
    place = format_place(made.place) if made.place else ""
    words = {
        "says": made.says,
        "asked": made.asked,
        "certainty": made.certainty,
        "seen_at": seen,
        "place": place,
    }
    meant = words_probability(made.certainty) if made.certainty else None
    plain = "" if meant is None else f"{100 * meant.median:g} %" if meant.source == "as said" else meant.phrase
    text = seal(words, [state.readers[name] for name in made.readers], about=made.id)
    return replace(made, says="", asked="", certainty=plain, seen_at=None, place=None, sealed=text)


def _notes(book: Book, made: Statement) -> list[str]:
    notes = grading_notes(made)
    state = book.mission.debriefs
    for before in state.statements.values():
        one = before.event
        same = one.asked and one.asked.casefold() == made.asked.casefold()
        if one.declined and one.witness == made.witness and (same or (made.question and one.question == made.question)):
            notes.append(
                f"NOTE: {made.witness} declined this before ({one.id}): take what it offers, and do not press."
            )
            break
    if made.how is How.TOLD and not made.told_by:
        notes.append("NOTE: Who told it? Without --told-by hearsay of one origin counts as several.")
    back = [h.event.id for h in state.withdrawn.values() if made.told_by and _is(made.told_by, h.event)]
    if back:
        notes.append(f"NOTE: {made.told_by} took back {', '.join(back)}. Ask whether this rests on it.")
    ring = _ring(state, made)
    if ring:
        notes.append(
            f"NOTE: {' and '.join(ring)} have it from each other: it counts as one origin, which nobody on "
            "file saw. Ask each how it came to know."
        )
    if made.share is Share.NAMED and made.hypothesis:
        notes.append(
            f"NOTE: The words are sealed, the number is not: that something confidential bears on {made.question}, and "
            "what all comes to, stands on the board and on everybody's briefing."
        )
    return notes


def _is(told_by: str, one: Statement) -> bool:
    return told_by.casefold() in (one.id.casefold(), one.witness.casefold())


def _ring(state: Debriefs, made: Statement) -> list[str]:
    """The witnesses who have it from one another, where the one who says it now is the last of such a ring."""
    said = [h.event for h in state.statements.values() if h.event.question == made.question and h.event.told_by]
    line, teller = [made.witness], made.told_by
    while teller:
        before = next((one for one in said if _is(teller, one)), None)
        if before is None or before.witness in line[1:]:
            return []
        line.append(before.witness)
        teller = before.told_by
        if teller and teller.casefold() == made.witness.casefold():
            return line
    return []


def _known(state: Debriefs, name: str) -> Statement:
    if name in state.withdrawn:
        raise BadInput(f"{name} was withdrawn. Take down what the witness says now as a new statement.")
    if name not in state.statements:
        raise UnknownName("statement", name, state.statements)
    return state.statements[name].event


def _next_id(book: Book) -> str:
    return next_name(book, "S", lambda event: event.statement.id if isinstance(event, StatementTaken) else None)


def _name(told: str) -> str:
    clean = told.strip()
    if not 0 < len(clean) <= LONGEST_NAME:
        raise BadInput(f"A witness has a name of 1 to {LONGEST_NAME} characters, such as 'W1'. This has {len(clean)}.")
    return clean


def _words(told: str, what: str) -> str:
    clean = told.strip()
    if not 0 < len(clean) <= LONGEST_WORDS:
        raise BadInput(f"A {what} has 1 to {LONGEST_WORDS} characters. This one has {len(clean)}.")
    return clean


def _forgets(field: str) -> str:
    name = field.strip().lower().lstrip("-").replace("-", "_")
    if name not in JUDGED:
        raise BadInput(f"{field!r} cannot be taken back of a statement. Choose {', '.join(JUDGED)}.")
    return name


def _empty(field: str) -> Any:
    return None if field in ("number", "credibility") else ""
