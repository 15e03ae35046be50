"""The one error tree. Content errors are data (findings); what is here is raised for bad requests.

    HomewardError            any request that cannot be carried out: one sentence of fact, one of remedy
      BadInput               a value, field or option that cannot be
      BadFile                a file that cannot be read, or does not hold what it should
      UnknownName            a name that the mission does not have
      MissionFileError       the mission file itself: missing, foreign, damaged, newer, or the disk is full
      NotYet                 something that has to be done first

Command line and page catch `HomewardError`, and nothing else, and show its text alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class HomewardError(Exception):
    """A request that cannot be carried out: one sentence of fact, one of remedy."""


class BadInput(HomewardError):
    """A value that cannot be. The message names the field and what it may be."""


class BadFile(HomewardError):
    """A file that cannot be read, or that does not hold what it should. The message names the file."""


class MissionFileError(HomewardError):
    """The mission file is missing, foreign, damaged, from a newer version, or cannot be written."""


class NotYet(HomewardError):
    """Something has to be done first. The message says what."""


_MOST_LISTED = 12  # names in a message: more are not read


class UnknownName(HomewardError):
    """A name that the mission does not have, with the nearest one it has."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = get_close_matches(name, names, n=1)
        if not near and len(names) > _MOST_LISTED:
            some = get_close_matches(name, names, n=_MOST_LISTED, cutoff=0.3) or names[:_MOST_LISTED]
            ask = f"It has {len(names)}, such as {', '.join(sorted(some))}."
        else:
            ask = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(names) or 'none yet'}."
        super().__init__(f"This mission has no {what} {name!r}. {ask}")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with content that was read, while the rest was kept.

    `where` names the place as a person would look for it (file, line, field); `what` says what is wrong
    and what was done about it.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"
