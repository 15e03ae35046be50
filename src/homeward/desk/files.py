"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from homeward.errors import BadFile


def write_whole(target: Path, data: bytes, *, remedy: str, private: bool = False) -> None:
    """Writes a file beside its place first and then moves it there: an older one stays until the new one is complete.

    Folders that are missing are made. A `private` file is its owner's alone from the first byte on, where the disk
    knows owners. `BadFile` with the `remedy` where the disk does not take it.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _beside(target, data, private=private) as new:
            new.replace(target)
    except OSError as err:
        raise BadFile(f"{target} cannot be written ({err.strerror}). {remedy}") from err


def write_secret(target: Path, text: str) -> None:
    """Writes a file whole and for its owner alone, unless there is one: whoever was first wins. Raises `OSError`."""
    if target.exists():
        return
    with _beside(target, text.encode("ascii"), private=True) as new, suppress(FileExistsError):
        target.hardlink_to(new)


@contextmanager
def _beside(target: Path, data: bytes, *, private: bool) -> Iterator[Path]:
    """A complete file beside its place, gone at the end unless it was moved."""
    new = target.with_name(f".homeward-{secrets.token_hex(8)}.part")
    try:
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)  # less the umask
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield new
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
