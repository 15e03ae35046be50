"""Whom a person has to speak to for the open call, in which words: it stands until each has answered or come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.orders import order_rows, unanswered, with_casualties
from homeward.desk.readiness.call_out.call_state import CallState, call_state
from homeward.desk.readiness.call_out.links import answer_path, known_path
from homeward.desk.readiness.call_out.notices import page_address
from homeward.desk.readiness.call_out.turns import quiet
from homeward.desk.readiness.call_out.words import call_words, hour
from homeward.errors import NotYet
from homeward.exchange.call_out import VOICE
from homeward.exchange.call_out.channels import checked_link
from homeward.exchange.page_values import utc_text
from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.muster import NoticeSent
from homeward.mission.people import OrderKind

Json = dict[str, Any]


def phone_list(path: Path, *, link: str = "", personal: bool = False) -> Answer:
    """Whom to phone or to speak to over the radio for the open call, and what to say; names, numbers and answer links
    only with `personal`. `link` is the page's address as phones reach it, else that of the file of channels.
    """
    page = checked_link(link, "The link") or page_address()
    with opened(path, read_only=True) as book:
        mission, state = book.mission, call_state(book.mission)
        if state.call is None:
            raise NotYet("Nobody has been called in. Call everybody with: homeward callout MISSION.")
        shown = spoken_to(book, state, personal=personal)
        if personal and page:
            for row in shown["people"]:
                if row["person"] in mission.crew.people:
                    own = answer_path(book, path, state.call.event.id, row["person"])
                    row |= {"answer_path": own, "link": f"{page}{own}"}
    lines = _lines(shown, mission.time_zone, personal=personal)
    if personal and not page and shown["people"]:
        lines.append("No answer links: say where phones reach the page (--link http://ADDRESS:8765).")
    return Answer(text="\n".join(lines), data={"callout": state.call.event.id, **shown})


def spoken_to(book: Book, state: CallState, *, personal: bool = False) -> Json:
    """The `words` to say and the `people` to say them to, the one who waits longest first: registered people, and teams
    of whom nobody is registered, over the radio. With `personal` the numbers, and the `answer_path` of links made.
    """
    mission, call = book.mission, state.call
    if call is None:
        return {"words": "", "people": []}
    rows = [
        _row(mission, name, said, personal=personal)
        for name in quiet(mission, state)
        if (said := _last_spoken(state.tried(name))) is not None
    ]
    for row in rows if personal else ():
        row["answer_path"] = known_path(book, book.log.path, call.event.id, row["person"])
    rows += _teams(mission, call.at)
    return {"words": call_words(mission, call.event), "people": sorted(rows, key=lambda row: str(row["since"]))}


def _last_spoken(tried: Mapping[str, Happened[NoticeSent]]) -> Happened[NoticeSent] | None:
    """By which of radio and phone somebody is to be spoken to: the one that homeward said last."""
    said = [one for channel, one in tried.items() if channel in VOICE]
    return max(said, key=lambda one: one.at) if said else None


def _row(mission: Mission, name: str, said: Happened[NoticeSent], *, personal: bool) -> Json:
    person = mission.crew.people[name]
    told = {
        "person": name,
        "by": said.event.channel,
        "since": utc_text(said.at),
        "team": person.team,
        "number_known": bool(person.phone),
    }
    return told | ({"name": person.name, "phone": person.phone} if personal else {})


def _teams(mission: Mission, since: datetime) -> list[Json]:
    """Teams called in with the call of whom nobody is registered, and whose leader has not answered the order."""
    known = {person.team for person in mission.crew.people.values()} | with_casualties(mission).keys()
    open_ = {row["to"] for row in unanswered(order_rows(mission, now=since)) if row["kind"] == OrderKind.RECALL.value}
    return [
        {"person": name, "by": "radio", "since": utc_text(given.at), "team": name, "number_known": False}
        for name, given in mission.crew.orders.items()
        if name in mission.teams and name in open_ and name not in known and given.at >= since
    ]


def _lines(shown: Json, zone: str, *, personal: bool) -> list[str]:
    if not shown["people"]:
        return ["Nobody is left to speak to: all who are called by radio or phone have answered or come."]
    lines = [f'SAY: "{shown["words"]}"']
    lines += [] if personal else ["Numbers and links: --personal."]
    for row in shown["people"]:
        number = row.get("phone") or ("" if row["by"] == "radio" or row["number_known"] else "(no number known)")
        words = (row["person"], row.get("name"), number, row.get("link"))
        since = hour(datetime.fromisoformat(row["since"]), zone)
        lines.append(f"  {row['by']:<5}  {'  '.join(word for word in words if word)}  (since {since})")
    return [*lines, "What they answer: homeward answer MISSION NAME 'Y 20' --channel phone."]
