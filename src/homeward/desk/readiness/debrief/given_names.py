"""Names that homeward gives (S1, N3, B2): one that was given is never given again, not even where it was undone.

An undone entry may come back: with its name given to another record, one of the two would be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeward.desk.book import Book


def next_name(book: Book, letter: str, name_of: Callable[[Any], str | None]) -> str:
    """The first name of that letter after all there ever were. `name_of` tells which an event gave, None for none."""
    given = (name_of(stored.entry.event) or "" for stored in book.stored)
    numbers = [int(name[1:]) for name in given if name.startswith(letter) and name[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"
