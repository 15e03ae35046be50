"""The verbs at the end of a rescue: hand a casualty over, note the receipt, and what became of it.

What is personal goes into the files of the folder that was asked for, and into the mission; answers say what is
missing, never a value. Planning support: the medic decides.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.files import write_whole
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.log import blob_id
from homeward.mission import Happened
from homeward.mission.rescue import HandedOver, OutcomeTold

if TYPE_CHECKING:
    from homeward.rescue.handover import Handover, Missing, Reader

MEDIA = {".pdf": "application/pdf", ".json": "application/json", ".xml": "application/xml"}


@again_if_grown
def handover(
    path: Path,
    folder: Path | None = None,
    *,
    casualty: str = "1",
    to: str = "",
    by: str = "",
    reader: str | None = None,
    arrives: str | None = None,
    needs: str | None = None,
    paper: str = "a4",
    done: bool = False,
    at: str | None = None,
) -> Answer:
    """Makes the papers of a casualty: notes what is told to whom, and writes the card and the files into `folder`, if
    any. The casualty counts as handed over once that is `done`, or a receipt is noted.

    `reader` is whom it is for (hospital where it is left out: those who treat); the casualty's consent decides what
    they may know. `arrives` is when the casualty is expected (left out: as the carry-out in force has it), `needs`
    what must be ready then (left out: as the find said).
    """
    from homeward.exchange.handover import handover_files, record_from_bytes, record_to_bytes
    from homeward.rescue.handover import for_reader, handover_record, missing, oddities

    with opened(path) as book:
        when = when_told(book, at) or clock.now()
        made = handover_record(
            book.mission, casualty, at=when, to=to.strip(), by=by.strip(), reader=_reader(reader, to)
        )
        gaps = missing(made)
        told = replace(for_reader(made), arrives=_expected(book, casualty, arrives, when))
        stored = record_to_bytes(replace(told, needs=needs.strip()) if needs else told)
        files = handover_files(told := record_from_bytes(stored), paper=paper)
        _write(folder, files)
        event = HandedOver(
            casualty=casualty, to=told.to, record=blob_id(stored), by=told.by, papers_only=not _leaves(told, done=done)
        )
        book.write(event, at=when_told(book, at), blobs=[stored])
    written = {name: len(data) for name, data in files.items()} if folder is not None else {}
    return Answer(
        text="\n".join([_made(event, told), *_notes(folder, written, told, gaps)]),
        data={
            "casualty": casualty,
            "handed_over": not event.papers_only,
            "odd": list(oddities(told)),
            "reader": told.reader.value,
            "record": blob_id(stored),
            "folder": str(folder) if folder is not None else None,
            "files": written,
            "missing": [{"name": gap.name, "what": gap.what} for gap in gaps],
            "withheld": told.withheld,
            "days_missing": told.days_missing,
        },
    )


def handover_documents(path: Path, casualty: str = "1", *, personal: bool = True) -> dict[str, tuple[str, bytes]]:
    """The files of the casualty's latest hand-over, made again from what was told then: name -> (media type, content).

    All of it is personal: without `personal` it is refused.
    """
    _check_shown(personal=personal)
    from homeward.exchange.handover import handover_files, record_from_bytes

    with opened(path, read_only=True) as book:
        last = _last(book, casualty).event
        files = handover_files(record_from_bytes(book.log.blob(last.record)))
    return {name: (MEDIA[Path(name).suffix], data) for name, data in files.items()}


@again_if_grown
def receipt(
    path: Path,
    *,
    casualty: str = "1",
    received_by: str = "",
    to: str | None = None,
    card: str | None = None,
    at: str | None = None,
) -> Answer:
    """Notes who signed for a casualty, and when: on the latest card for those who treat, the latest to `to`, or the
    `card` with that record number. With it the casualty is handed over, unless the card is for the police or family.
    """
    from homeward.rescue.handover import TREAT_OR_COMMAND

    if not received_by.strip():
        raise BadInput("Nobody is named who received the casualty. Say who: --received-by 'Dr Bell'.")
    with opened(path) as book:
        given = _last(book, casualty, to, card)
        when = when_told(book, at) or clock.now()
        if given.event.received_by:
            signed = clock.show_time(given.at, book.mission.time_zone)
            raise BadInput(
                f"That casualty {casualty} was handed over is signed for already, {signed}. If that was wrong, undo it "
                "first: homeward log undo MISSION NUMBER."
            )
        if when < given.at:
            raise BadInput(
                f"The receipt lies before the hand-over at {clock.show_time(given.at, book.mission.time_zone)}. Check "
                "the time."
            )
        reader = _told_to(book, given.event)
        leaves = reader in TREAT_OR_COMMAND
        receipt_of = replace(given.event, received_by=received_by.strip(), papers_only=not leaves)
        book.write(receipt_of, at=when_told(book, at))
        shown = clock.show_time(when, book.mission.time_zone)
    only = "" if leaves else f" Of the papers for {reader.value} alone: the casualty is not handed over by it."
    return Answer(
        text=f"Receipt of casualty {casualty} noted, {shown}.{only}",
        data={"casualty": casualty, "record": given.event.record, "at": when.isoformat(), "handed_over": leaves},
    )


@again_if_grown
def outcome(
    path: Path,
    casualty: str = "1",
    *,
    admitted: bool | None = None,
    outcome: str = "",
    fit_to_leave: str | None = None,
    note: str = "",
    at: str | None = None,
    personal: bool = True,
) -> Answer:
    """Notes what became of a casualty. With nothing to note it answers with what is known.

    What is known is personal: without `personal` it is refused.
    """
    if admitted is None and fit_to_leave is None and not outcome.strip() and not note.strip():
        _check_shown(personal=personal)
        return _known(path, casualty)
    from homeward.rescue.handover import casualties_of, days_missing

    with opened(path) as book:
        known = casualties_of(book.mission)
        if casualty not in known:
            raise UnknownName("casualty", casualty, known)
        fit = _fit(book, casualty, fit_to_leave)
        event = OutcomeTold(
            casualty=casualty, admitted=admitted, outcome=outcome.strip(), fit_to_leave=fit, note=note.strip()
        )
        book.write(event, at=when_told(book, at))
        days = days_missing(book.mission, casualty)
    return Answer(
        text=f"Outcome of casualty {casualty} noted.{_missing_for(days)}",
        data={"casualty": casualty, "days_missing": days},
    )


def _check_shown(*, personal: bool) -> None:
    if not personal:
        raise BadInput(
            "What is told of a casualty is personal, which this page does not show. Use: homeward serve --personal."
        )


def _known(path: Path, casualty: str) -> Answer:
    from homeward.rescue.handover import casualties_of, days_missing

    with opened(path, read_only=True) as book:
        mission = book.mission
        known = casualties_of(mission)
        if casualty not in known:
            raise UnknownName("casualty", casualty, known)
        told: dict[str, Any] = {}
        for one in mission.rescue.outcomes:
            if one.event.casualty == casualty:
                values = {name: getattr(one.event, name) for name in ("admitted", "outcome", "fit_to_leave", "note")}
                told |= {name: value for name, value in values.items() if value not in (None, "")}
        days = days_missing(mission, casualty)
        both = sorted((*mission.rescue.papers, *mission.rescue.handed_over), key=lambda h: h.at)
        given = {h.event.record: h for h in both if h.event.casualty == casualty}
    fit = told.get("fit_to_leave")
    lines = [f"Casualty {casualty}:{_missing_for(days)}"]
    lines += [f"{_given(h)} {clock.show_time(h.at, mission.time_zone)}." for h in given.values()]
    if "admitted" in told:
        lines.append(f"{'Admitted' if told['admitted'] else 'Not admitted'}.")
    lines += [f"{word}: {told[name]}." for name, word in (("outcome", "Outcome"), ("note", "Note")) if name in told]
    if fit:
        lines.append(f"Fit to leave {clock.show_time(fit, mission.time_zone)}.")
    if not told:
        lines.append("No outcome was told yet.")
    data = {**told, "fit_to_leave": fit.isoformat() if fit else None}
    return Answer(text="\n".join(lines), data={"casualty": casualty, "days_missing": days, **data})


def _given(last: Happened[HandedOver]) -> str:
    what = "Papers made" if last.event.papers_only else "Handed over"
    return f"{what} and signed for" if last.event.received_by else what


def _missing_for(days: float | None) -> str:
    return "" if days is None else f" Missing for {days:.1f} days, from last seen to found."


def _fit(book: Book, casualty: str, told: str | None) -> datetime | None:
    if told is None:
        return None
    fit = clock.read_time(told, time_zone=book.mission.time_zone, now=clock.now(), tense="past")
    found = min((f.at for f in book.mission.finds if f.event.casualty == casualty), default=None)
    if found is not None and fit < found:
        raise BadInput(
            f"Fit to leave lies before the find at {clock.show_time(found, book.mission.time_zone)}. Check the time."
        )
    return fit


def _expected(book: Book, casualty: str, told: str | None, when: datetime) -> datetime | None:
    """When the casualty will be there: as told, else as the carry-out in force has it, unless that is past."""
    if told is not None:
        return clock.read_time(told, time_zone=book.mission.time_zone, now=when, tense="future")
    from homeward.desk.rescue.carry.carrying import carry_plan  # the planners of ways load heavy libraries

    plan = carry_plan(book, casualty)
    if plan is None:
        return None
    way = plan["routes"][plan["chosen"] - 1]
    there = way["care_s"] or way["arrive_s"]
    likely = datetime.fromisoformat(plan["now"]) + timedelta(seconds=there[1])
    return likely if likely > when else None


def _reader(told: str | None, to: str) -> Reader:
    """Whom a hand-over is for. Raises `BadInput` where it goes to the police or family, and nobody said so."""
    from homeward.rescue.handover import Reader

    if told is not None:
        if told not in set(Reader):
            raise BadInput(f"A hand-over is not for {told!r}. Choose {', '.join(Reader)}.")
        return Reader(told)
    named = [r for r in Reader if r is not Reader.HOSPITAL and re.search(rf"\b{r.value}\b", to, re.IGNORECASE)]
    if named:
        raise BadInput(
            f"It goes to {named[0].value}, but nobody said whom it is for, and they may know different things. Say "
            f"--for {named[0].value}, or --for hospital for those who treat."
        )
    return Reader.HOSPITAL


def _last(book: Book, casualty: str, to: str | None = None, card: str | None = None) -> Happened[HandedOver]:
    """The latest papers of a casualty that nobody has signed for, those for the hospital first; where all are signed
    for, the latest of them.
    """
    from homeward.rescue.handover import Reader

    rescue = book.mission.rescue
    given: dict[tuple[str, str], Happened[HandedOver]] = {}
    for one in sorted((*rescue.papers, *rescue.handed_over), key=lambda h: (h.at, bool(h.event.received_by))):
        named = to is None or one.event.to.casefold() == to.strip().casefold()
        marked = card is None or one.event.record.startswith(card.strip().lower())
        if one.event.casualty == casualty and named and marked:
            given[one.event.record, one.event.to] = one
    if not given:
        whom = f" with the number {card}" if card else "" if to is None else " to that place"
        raise NotYet(
            f"Casualty {casualty} was not handed over{whom} yet, nor its papers made. Do it first: homeward handover "
            "MISSION --folder ..."
        )
    unsigned = [one for one in given.values() if not one.event.received_by] or list(given.values())
    treats = [one for one in unsigned if _told_to(book, one.event) is Reader.HOSPITAL]
    return (treats if treats and to is None and card is None else unsigned)[-1]


def _told_to(book: Book, given: HandedOver) -> Reader:
    """Whom papers are for."""
    from homeward.exchange.handover import record_from_bytes

    return record_from_bytes(book.log.blob(given.record)).reader


def _leaves(told: Handover, *, done: bool) -> bool:
    """Whether the casualty is handed over with these papers."""
    from homeward.rescue.handover import TREAT_OR_COMMAND

    if done and told.reader not in TREAT_OR_COMMAND:
        raise BadInput(
            f"A casualty is not handed over to those whom papers for {told.reader.value} are for. Leave out --done."
        )
    return done


def _made(event: HandedOver, told: Handover) -> str:
    if not event.papers_only:
        return f"Casualty {event.casualty} handed over, for: {told.reader.value}."
    return (
        f"Papers of casualty {event.casualty} made, for: {told.reader.value}; record {event.record[:8]}. Not handed "
        "over by that: note it with homeward receipt MISSION --received-by WHO, or make them with --done."
    )


def _write(folder: Path | None, files: dict[str, bytes]) -> None:
    if folder is None:
        return
    for name, data in files.items():
        write_whole(
            folder / name, data, remedy="Choose another folder with --folder. Nothing was noted in the mission."
        )


def _notes(folder: Path | None, written: dict[str, int], told: Handover, gaps: tuple[Missing, ...]) -> list[str]:
    from homeward.rescue.handover import oddities

    notes = [f"Written to {folder}: {', '.join(written)}."] if folder is not None else []
    if folder is not None and told.found_place is None:
        notes.append("No TAK event: nobody has told where the casualty was found.")
    notes += [f"note: {words}" for words in oddities(told)]
    if gaps:
        notes.append(f"Missing: {'; '.join(str(gap) for gap in gaps)}.")
    if told.withheld:
        notes.append(f"Something is withheld from this copy, for: {told.reader.value}. Consent or audience says so.")
    return [*notes, "Planning support: the medic decides."]
