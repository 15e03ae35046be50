"""The links that a call carries: a token for each person, and one for the base, made from a key beside the mission.

The key is a file of its own (`lost.mission.key`), so that nobody who is given the log can answer for others; where it
is lost, links sent before no longer open, and nothing else is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

from homeward.desk.book import Book
from homeward.desk.files import write_secret
from homeward.errors import MissionFileError

TOKEN_BYTES = 15
"""120 bits: nobody guesses one."""
LONGEST_TOKEN = 64
KEY_BYTES = 32
_BASE = "base"


def answer_path(book: Book, path: Path, callout: str, person: str) -> str:
    """Where somebody answers a call on the page: `/answer/TOKEN`."""
    return f"/answer/{_token(book, _key(path, make=True), 'answer', callout, person)}"


def known_path(book: Book, path: Path, callout: str, person: str) -> str | None:
    """The same where links have been made before; None where there is no key yet."""
    key = _key(path)
    return None if key is None else f"/answer/{_token(book, key, 'answer', callout, person)}"


def make_links(path: Path) -> None:
    """Makes the key, so that links can be shown and open."""
    _key(path, make=True)


def sign_in_path(book: Book, path: Path) -> str:
    """Where people sign in at the base: `/signin/TOKEN`."""
    return f"/signin/{_token(book, _key(path, make=True), 'sign-in', _BASE)}"


def whose(book: Book, path: Path, token: str) -> tuple[str, str] | None:
    """The call and person that an answer's token belongs to; None for one that belongs to nobody."""
    key = _key(path)
    if key is None or len(token) > LONGEST_TOKEN:
        return None
    for callout in reversed(list(book.mission.muster.callouts)):
        for person in book.mission.crew.people:
            if _same(_token(book, key, "answer", callout, person), token):
                return callout, person
    return None


def is_sign_in(book: Book, path: Path, token: str) -> bool:
    """Whether a token is that of the base."""
    key = _key(path)
    return key is not None and len(token) <= LONGEST_TOKEN and _same(_token(book, key, "sign-in", _BASE), token)


def _token(book: Book, key: bytes | None, *parts: str) -> str:
    assert key is not None
    said = "\0".join((book.stored[0].entry.id, *parts))
    digest = hmac.new(key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode("ascii")


def _same(a: str, b: str) -> bool:
    return hmac.compare_digest(a.encode(), b.encode("utf-8", "replace"))


def _key(path: Path, *, make: bool = False) -> bytes | None:
    """The key beside the mission, made at its first use; None where there is none."""
    file = path.with_name(f"{path.name}.key")
    try:
        if make:
            write_secret(file, secrets.token_hex(KEY_BYTES))
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as err:
        raise _unusable(file, str(err)) from err
    if len(key) != KEY_BYTES:
        raise _unusable(file, "it is cut short")
    return key


def _unusable(file: Path, why: str) -> MissionFileError:
    return MissionFileError(
        f"{file}, the key of the answer links, cannot be used ({why}). Move it away to have a new one made."
    )
