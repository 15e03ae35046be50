"""Files on their way to a verb: kept under a name of our own until the verb has used or refused them, then deleted."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import weakref
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from homeward.errors import BadInput

FILE_FIELDS = ("elevation", "features", "landcover", "file")
MOST_BYTES = 2_000_000_000  # ours: an elevation model of a county
LONGEST_NAME_BYTES, LONGEST_ENDING_BYTES = 200, 20  # ours; file systems take 255 bytes in all


class Uploads:
    """What was sent to the page; the folder goes when this does."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="homeward-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    async def receive(self, name: str, stream: AsyncIterator[bytes]) -> str:
        """Keeps what is being sent, and says under which name. What does not arrive whole is deleted."""
        plain, known = file_name(name), secrets.token_hex(8)
        place = self.folder / known
        place.mkdir()
        try:
            await _write(place / plain, stream)
        except BaseException:  # also where the sender goes away half way
            shutil.rmtree(place, ignore_errors=True)
            raise
        return known

    def find(self, known: str) -> Path:
        """The file kept under a name."""
        place = self.folder / known
        files = list(place.iterdir()) if known.isalnum() and place.is_dir() else []
        if not files:
            raise BadInput("An uploaded file is not here any more. Choose it again.")
        return files[0]

    def with_files(self, fields: dict[str, Any]) -> dict[str, Any]:
        """A form's fields with the names of uploads replaced by their files."""
        files = {
            name: [self.find(one) for one in value] if isinstance(value, list) else self.find(value)
            for name, value in fields.items()
            if name in FILE_FIELDS
        }
        return fields | files

    def drop(self, body: Any) -> None:
        """Deletes the files that a form as it was sent, right or wrong, speaks of."""
        told = [body.get(name) for name in FILE_FIELDS] if isinstance(body, dict) else []
        for one in [x for value in told for x in (value if isinstance(value, list) else [value])]:
            if isinstance(one, str) and one.isalnum():
                shutil.rmtree(self.folder / one, ignore_errors=True)


def file_name(told: str) -> str:
    """The name of an uploaded file as this disk takes it: no folders, no control characters, not too long."""
    plain = Path(told.replace("\\", "/")).name
    safe = "".join(c for c in plain if c.isprintable())
    if safe.strip(". ") == "":
        raise BadInput("The uploaded file has no name. Give it one.")
    stem, dot, ending = safe.rpartition(".")
    tail = f"{dot}{ending}" if stem and len(ending.encode()) <= LONGEST_ENDING_BYTES else ""
    return safe.removesuffix(tail).encode()[:LONGEST_NAME_BYTES].decode(errors="ignore") + tail


async def _write(file: Path, stream: AsyncIterator[bytes]) -> None:
    size = 0
    with file.open("wb") as out:
        async for chunk in stream:
            size += len(chunk)
            if size > MOST_BYTES:
                raise BadInput(f"{file.name} is larger than 2 GB. Cut out the piece around the IPP first.")
            await run_in_threadpool(out.write, chunk)
