"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from homeward.errors import BadFile


def write_whole(target: Path, data: bytes, *, remedy: str) -> None:
    """Writes a file beside its place first and then moves it there: an older one stays until the new one is complete.

    Folders that are missing are made. `BadFile` with the `remedy` where the disk does not take it.
    """
    beside: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        beside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o666 & ~_umask())
        beside.replace(target)
    except OSError as err:
        raise BadFile(f"{target} cannot be written ({err.strerror}). {remedy}") from err
    finally:
        if beside is not None:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
