"""A mission as it would be with some more events: to work out a call before it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.mission import Entry, Event, replay


def supposing(book: Book, events: Sequence[Event], *, at: datetime) -> Book:
    """The book with a mission in which these events happened too; nothing is written."""
    more = [
        Entry(id=f"supposed-{k}", at=at, by=clock.scribe(), device=clock.device(), event=event)
        for k, event in enumerate(events)
    ]
    return Book(log=book.log, stored=book.stored, mission=replay([*(s.entry for s in book.stored), *more]))
