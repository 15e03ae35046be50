"""The verbs on briefings: one page for everybody, one for command, and who has read them.

Everybody's page says how probable things are, and nobody's words but those that a witness agreed to share with all.
Command's page has the words that were said to command, and the sealed ones of a reader who opens them for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.files import write_whole
from homeward.desk.readiness.briefing.messages import known_people
from homeward.desk.readiness.briefing.parts import (
    coming_lines,
    cover_lines_of,
    cover_words_of,
    gap_lines,
    known_lines,
    muster_board,
    shared_lines,
    signal_lines,
    some,
    where_lines,
)
from homeward.desk.readiness.debrief.debriefing import taken_at
from homeward.desk.readiness.debrief.given_names import next_name
from homeward.desk.readiness.debrief.shown import check_shown
from homeward.errors import HomewardError, NotYet, UnknownName
from homeward.exchange.briefing import Line, Page, Section, briefing_pdf, section
from homeward.exchange.page_debrief import NO_NUMBER, statement_rows
from homeward.exchange.page_messages import briefing_rows, message_rows
from homeward.exchange.paper import paper_of
from homeward.mission.muster import BriefingIssued, BriefingRead
from homeward.words import capital, chance, listed

Json = dict[str, Any]
EVERYBODY, COMMAND = "everybody.pdf", "command.pdf"
FOR_ALL: Final = "Read it, then say that you have: name and number to command."
FOR_COMMAND: Final = "PERSONAL: for command alone. Not over open radio; not left lying; burnt or shredded after use."
MOST_EXPLAINED: Final = 4
"""Open questions of which command's page says what moved them: ours."""
MOST_KNOWN: Final = 80
"""Lines of what is known: more than there can be of questions, for none of them is to be cut; ours."""
STAR: Final = "* rests on numbers that are our own assumption."


@again_if_grown
def briefing(
    path: Path,
    folder: Path | None = None,
    *,
    reader: str | None = None,
    passphrase: str | None = None,
    paper: str = "a4",
    at: str | None = None,
) -> Answer:
    """Issues a briefing: everybody's page and command's, written into `folder` where there is one.

    A `reader` who opens what is sealed for it has these words on command's page; that is noted. Everybody's page is
    kept with the mission, so that it is known later what was read; command's is not.
    """
    paper_of(paper)
    words = _unsealed(path, reader, passphrase)
    with opened(path) as book:
        number, when = _next_id(book), when_told(book, at) or clock.now()
        boards = _boards(book)
        page = everybody_page(book, boards, number=number, at=when, paper=paper)
        mine = command_page(book, boards, number=number, at=when, paper=paper, reader=reader, opened_words=words)
        pages = {EVERYBODY: page, COMMAND: mine}
        if folder is not None:
            _write(folder, pages)
        prints = tuple((name, hashlib.sha256(data).hexdigest()) for name, data in pages.items())
        event = BriefingIssued(briefing=number, files=prints)
        book.write(event, at=when_told(book, at), blobs=[page])
    where = f" Written to {folder}: {EVERYBODY}, {COMMAND} (personal)." if folder is not None else ""
    sealed = f" Command's page has what is sealed for {reader}: it is for {reader} alone." if words else ""
    return Answer(
        text=f"Briefing {number} issued.{where}{sealed} Who has read it says so: homeward briefing read MISSION "
        f"{number} --by NAME.",
        data={"id": number, "folder": str(folder) if folder else None, "files": {n: len(d) for n, d in pages.items()}},
    )


@again_if_grown
def briefing_read(path: Path, briefing: str, by: str, *, at: str | None = None) -> Answer:
    """Somebody has read a briefing and understood it."""
    who = by.strip()
    with opened(path) as book:
        state = book.mission.muster
        if briefing not in state.briefings:
            raise UnknownName("briefing", briefing, state.briefings)
        if who not in known_people(book.mission):
            raise UnknownName("team or person", who, known_people(book.mission))
        again = who in state.read.get(briefing, ())
        if not again:
            book.write(BriefingRead(briefing=briefing, by=who), at=when_told(book, at))
        left = not_read(book, briefing)
    words = f"{who} had read {briefing} before." if again else f"{who} has read {briefing}."
    rest = f" Not yet: {', '.join(left)}." if left else " Everybody has."
    return Answer(text=words + rest, data={"id": briefing, "by": who, "open": left})


def list_briefings(path: Path) -> Answer:
    """Every briefing, newest first, with who has read it and who has not."""
    with opened(path, read_only=True) as book:
        rows = [row | {"open": not_read(book, row["id"])} for row in briefing_rows(book.mission)]
        zone = book.mission.time_zone
    lines = [_row_words(row, zone) for row in rows]
    empty = "No briefing yet: homeward briefing write MISSION --folder FOLDER."
    return Answer(text="\n".join(lines or [empty]), data={"briefings": rows})


def briefing_paper(path: Path, briefing: str) -> bytes:
    """Everybody's page of a briefing as it was issued, a PDF."""
    with opened(path, read_only=True) as book:
        state = book.mission.muster
        if briefing not in state.briefings:
            raise UnknownName("briefing", briefing, state.briefings)
        return book.log.blob(dict(state.briefings[briefing].event.files)[EVERYBODY])


def command_paper(
    path: Path,
    *,
    reader: str | None = None,
    passphrase: str | None = None,
    paper: str = "a4",
    personal: bool = True,
) -> bytes:
    """Command's page as of now, a PDF, with what is sealed for a `reader` who opens it. Personal."""
    check_shown(personal=personal)
    paper_of(paper)
    words = _unsealed(path, reader, passphrase)
    with opened(path, read_only=True) as book:
        if not book.mission.muster.briefings:
            raise NotYet("No briefing was issued yet. Issue one: homeward briefing write MISSION --folder FOLDER.")
        number = next(reversed(list(book.mission.muster.briefings)))
        boards, now = _boards(book), clock.now()
        return command_page(book, boards, number=number, at=now, paper=paper, reader=reader, opened_words=words)


class Boards(NamedTuple):
    """What both pages are written from: the fused statements and the muster, each None where there is nothing of it."""

    fused: Json | None
    muster: Json | None


def everybody_page(book: Book, boards: Boards, *, number: str, at: datetime, paper: str = "a4") -> bytes:
    """The page that everybody reads."""
    sections = [
        *section("What we know, and how surely", known_lines(book, boards.fused), most=MOST_KNOWN),
        *section("What witnesses said", shared_lines(book), most=6),
        *section("What may come, and when", coming_lines(book, now=at), most=14),
        *section("Who is where", where_lines(book, boards.muster, now=at), most=16),
        *section("Who covers what", cover_lines_of(book), most=10),
        *section("What to do on which signal", signal_lines(book), most=9, boxed=True),
    ]
    return _page(book, sections, head="EVERYBODY", number=number, at=at, paper=paper, footer=f"{STAR} {FOR_ALL}")


def command_page(
    book: Book,
    boards: Boards,
    *,
    number: str,
    at: datetime,
    paper: str = "a4",
    reader: str | None = None,
    opened_words: Mapping[str, Mapping[str, str]],
) -> bytes:
    """The page for command: all of everybody's that it acts on, what moved it, and what was said to command, with the
    sealed words that the `reader` has opened.
    """
    board = boards.fused
    sealed, said = _said(book, opened_words)
    sections = [
        *section("What we know, and how surely", known_lines(book, board, moved=_few(board)), most=MOST_KNOWN),
        *section("Contradictions, and whom to ask next", _doubts(board), most=9),
        *section("What witnesses said", said, most=24),
        *section(f"Confidential: for {reader or 'nobody'} alone", sealed, most=24, boxed=True),
        *section("Not searched, by what teams told", gap_lines(book), most=5),
        *section("What may come, and when", _coming(book, at), most=16),
        *section("Who comes, what is missing", _strength(book, boards.muster), most=16),
        *section("Cover", (Line(text=words) for words in cover_words_of(book)), most=12),
        *section("Not read yet", _unread(book, at), most=6),
        *section("On which signal", signal_lines(book), most=6, boxed=True),
    ]
    footer = f"{STAR} {FOR_COMMAND}"
    return _page(book, sections, head="COMMAND", number=number, at=at, paper=paper, footer=footer)


def not_read(book: Book, briefing: str) -> list[str]:
    """Who has not read a briefing."""
    read = book.mission.muster.read.get(briefing, ())
    return [name for name in known_people(book.mission) if name not in read]


# --- the pages --------------------------------------------------------------------------------------------


def _page(
    book: Book, sections: list[Section], *, head: str, number: str, at: datetime, paper: str, footer: str
) -> bytes:
    mission = book.mission
    if not sections:
        sections = [*section("Nothing is known yet", [Line(text="Ask command.")], most=1)]
    page = Page(
        head=head,
        mission=mission.name or "Mission without a name",
        made=f"Briefing {number}, as of {clock.show_time(at, mission.time_zone)}",
        number=f"Briefing {number}",
        footer=footer,
        exercise=mission.exercise,
        paper=paper,
    )
    return briefing_pdf(page, sections, at=at)


def _boards(book: Book) -> Boards:
    return Boards(fused=_fused(book), muster=muster_board(book))


def _fused(book: Book) -> Json | None:
    from homeward.desk.readiness.debrief.fusing import fused_board

    try:
        return fused_board(book.mission.debriefs) if book.mission.debriefs.questions else None
    except HomewardError as err:
        return {"questions": [], "conflicts": [], "ask": [], "witnesses": [], "notes": [str(err)]}


def _few(board: Json | None) -> bool:
    """Whether so few questions are open that one page has room for what moved each answer."""
    return sum(bool(row["answers"]) for row in (board or {}).get("questions", [])) <= MOST_EXPLAINED


def _doubts(board: Json | None) -> Iterator[Line]:
    if board is None:
        return
    yield from (Line(text=one["words"], strong=True) for one in board["conflicts"][:3])
    yield from (Line(text=one["words"]) for one in board["ask"][:3])
    yield from (Line(text=f"Witness {one['words']}.", under=True) for one in board["witnesses"])
    yield from (Line(text=note, under=True) for note in board["notes"])


def _said(book: Book, opened_words: Mapping[str, Mapping[str, str]]) -> tuple[list[Line], list[Line]]:
    """What was sealed and is open now; what was said to command, the sealed ones closed. The latest first."""
    sealed: list[Line] = []
    said: list[Line] = []
    for row in reversed(statement_rows(book.mission, taken=taken_at(book), opened=opened_words)):
        if row["declined"]:
            said.append(Line(text=f"{row['id']} {row['witness']} declined to answer{_about(row)}: do not press."))
        elif row["closed"]:
            said.append(Line(text=f"{row['id']} is sealed for {', '.join(row['readers'])}.", under=True))
        else:
            into = sealed if row["sealed"] else said
            told = [words for words in row["told"] if words != NO_NUMBER]
            into.append(
                Line(text=f'{row["id"]} {row["witness"]}: "{row["says"]}"' + f" ({'; '.join(told)})" * bool(told))
            )
            around = _around(row, book.mission.time_zone)
            into.extend([Line(text=around, under=True)] if around else [])
    return sealed, said


def _around(row: Json, zone: str) -> str:
    """The question that was put, when and where it was, and that no number was asked for."""
    words = [f'asked "{row["asked"]}"' if row["asked"] else ""]
    words.append(clock.show_time(datetime.fromisoformat(row["seen_at"]), zone) if row["seen_at"] else "")
    words.append(f"at {row['place']}" if row["place"] else "")
    words.append(f"bears on {row['question']}: {row['hypothesis']}" if row["hypothesis"] else "")
    words.append(NO_NUMBER if row["number"] is None and row["hypothesis"] else "")
    told = "; ".join(filter(None, words))
    return f"{capital(told)}." if told else ""


def _about(row: Json) -> str:
    asked = row.get("asked") or ""
    return f' "{asked}"' if asked else ""


def _coming(book: Book, at: datetime) -> Iterator[Line]:
    yield from coming_lines(book, now=at)
    for name, given in book.mission.readiness.threats.items():
        told = given.event
        words = [f'"{told.text}"' if told.text else "", f"by {told.source}" if told.source else ""]
        words += [
            f"graded {told.reliability}" if told.reliability else "",
            f"why: {told.motive}" if told.motive else "",
            f"motives: {listed(f'{m.name} {chance(m.share)}' for m in told.motives)}" if told.motives else "",
        ]
        if any(words):
            yield Line(text=f"{name}: {', '.join(filter(None, words))}.", under=True)


def _strength(book: Book, shown: Json | None) -> Iterator[Line]:
    from homeward.desk.readiness.muster.mustering import board_lines

    if shown is not None:
        yield from (Line(text=words) for words in board_lines(shown, book.mission.time_zone))


def _unread(book: Book, at: datetime) -> Iterator[Line]:
    for row in message_rows(book.mission, now=at, personal=True):
        if row["open"]:
            late = "LATE, " if row["late"] else ""
            yield Line(text=f"{row['id']} ({late}{row['priority']}) {some(row['open'])}: {row['text']}")


# --- what is behind them ----------------------------------------------------------------------------------


def _unsealed(path: Path, reader: str | None, passphrase: str | None) -> dict[str, dict[str, str]]:
    from homeward.desk.readiness.debrief.sealing import open_all

    return {} if reader is None else open_all(path, reader=reader, passphrase=passphrase)


def _next_id(book: Book) -> str:
    return next_name(book, "B", lambda event: event.briefing if isinstance(event, BriefingIssued) else None)


def _write(folder: Path, pages: Mapping[str, bytes]) -> None:
    for name, data in pages.items():
        remedy = "Choose another folder with --folder. Nothing was noted in the mission."
        write_whole(folder / name, data, remedy=remedy, private=name == COMMAND)


def _row_words(row: Json, zone: str) -> str:
    when = clock.show_time(datetime.fromisoformat(row["issued"]), zone)
    read = f"read by {', '.join(row['read'])}" if row["read"] else "read by nobody yet"
    left = f"; NOT by {some(row['open'])}" if row["open"] else "; everybody has"
    return f"{row['id']}  {when}  {read}{left}"
