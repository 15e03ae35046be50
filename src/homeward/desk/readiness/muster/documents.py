"""The verb `muster_papers`: the QR code to sign in by, and the roll-call list with who comes when."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.files import write_whole
from homeward.desk.readiness.call_out.links import sign_in_path
from homeward.desk.readiness.call_out.notices import ENVIRONMENT, page_address
from homeward.desk.readiness.call_out.words import hour, why_words
from homeward.desk.readiness.muster.case import Expected, MusterCase, case_of, eta_of
from homeward.errors import NotYet
from homeward.exchange.call_out.channels import checked_link
from homeward.exchange.readiness_words import ANSWER_WORDS
from homeward.geo import format_place
from homeward.mission.muster import CallAnswer
from homeward.readiness.muster.records import State
from homeward.words import named

Json = dict[str, Any]
REMEDY = "Make room there, or choose another folder with --to; the mission itself is unharmed."


def muster_papers(path: Path, folder: Path, *, link: str = "", paper: str = "a4") -> Answer:
    """Writes the sign-in sheet and roll-call list (one PDF), and the QR code as PNG and SVG.

    `link` is the page's address as phones reach it (else that of the file of channels); without one there is no code.
    """
    from homeward.exchange.muster_sheet import qr_code, write_muster_sheet

    page = checked_link(link, "The link") or page_address()
    with opened(path, read_only=True) as book:
        now = clock.now()
        case = case_of(book, now=now)
        if not case.people:
            raise NotYet("Nobody is registered or signed in yet. Register people first: homeward person MISSION NAME.")
        sign_in = f"{page}{sign_in_path(book, path)}" if page else ""
        text = _text(book, case, now=now)
    files = {"muster.pdf": write_muster_sheet(text, link=sign_in, made_at=now, paper=paper)}
    if sign_in:
        files |= {f"sign-in.{kind}": data for kind, data in qr_code(sign_in).items()}
    for name, data in files.items():
        write_whole(folder / name, data, remedy=REMEDY)
    notes = _notes(page)
    lines = [f"Written to {folder}: {', '.join(files)}.", *notes]
    sizes = {name: len(made) for name, made in files.items()}
    return Answer(
        text="\n".join(lines), data={"folder": str(folder), "files": sizes, "notes": notes, "sign_in": sign_in}
    )


def _notes(page: str) -> list[str]:
    if not page:
        where = f"--link http://ADDRESS:8765, or answer_at in the file of {ENVIRONMENT}"
        return [f"NOTE: no QR code, as nobody said where phones reach the page: {where}."]
    host = urlsplit(page).hostname or ""
    notes = [f"The code opens {page}: keep the page running there (homeward serve MISSION --host 0.0.0.0)."]
    if host == "localhost" or host.startswith("127."):
        notes.append(f"NOTE: {host} reaches only this machine, no phone. Give its address in the network.")
    return notes


def _text(book: Book, case: MusterCase, *, now: datetime) -> Json:
    mission = book.mission
    zone = mission.time_zone
    when = clock.show_time(now, zone)
    rows = [_row(book, [who], now=now, zone=zone) for who in case.people if who.candidate.id in mission.crew.people]
    teams: dict[str, list[Expected]] = {}
    for who in case.people:
        if who.candidate.id not in mission.crew.people:
            teams.setdefault(who.team or who.candidate.id, []).append(who)
    rows.sort(key=lambda row: _in_order(row["name"]))
    rows += [_row(book, members, now=now, zone=zone) for members in teams.values()]
    here = sum(who.candidate.state is State.HERE for who in case.people)
    where = f" Meeting point: {format_place(case.place, 'mgrs')} ({case.place})." if case.place else ""
    return {
        "title": f"{mission.name} - roll-call",
        "mission": mission.name or "Mission without a name",
        "exercise": mission.exercise,
        "says": f"As of {when}: {here} of {len(case.people)} are in.{where} Who is in and does not answer is missing.",
        "rows": [*rows, *(_blank() for _ in range(4))],
        "notes": list(case.notes),
        "footer": f"homeward, {when}. Times are medians of what is expected: tick what you see.",
    }


def _row(book: Book, members: list[Expected], *, now: datetime, zone: str) -> Json:
    first = members[0]
    here = first.candidate.state is State.HERE
    eta = eta_of(first, now=now)
    signed = book.mission.muster.here.get(first.candidate.id) or book.mission.muster.here.get(first.team or "")
    why = why_words(first, set(book.mission.muster.standings))
    comes = why
    if not here and eta is not None:
        last = f", {ANSWER_WORDS[CallAnswer.LIMITED]}" if first.candidate.last_resort else ""
        comes = f"{hour(eta, zone)}, {why}{last}" if first.candidate.called or first.said else "not called yet"
    team = f" ({first.team})" if first.team and first.candidate.id in book.mission.crew.people else ""
    return {
        "name": f"{named([who.candidate.id for who in members])}{team}",
        "can": ", ".join(first.candidate.can),
        "comes": "" if here else comes,
        "here": here,
        "since": clock.show_time(signed.at, zone, day=False) if here and signed is not None else "",
    }


def _in_order(name: str) -> list[tuple[bool, int, str]]:
    """Names as people sort them: S2 before S10."""
    parts = [part for part in re.split(r"(\d+)", name.casefold()) if part]
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _blank() -> Json:
    """A line for somebody who comes without being on the list."""
    return {"name": "", "can": "", "comes": "", "here": False, "since": ""}
