"""One process at a time compiles a solver's fast part: a folder beside numba's cache is the sign that one does."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

STALE_S = 300.0


def sign_of(part: Any, name: str) -> Path:
    """The folder that is there while a process compiles what `part`, a compiled function, belongs to."""
    return Path(part._cache.cache_path) / f"{name}-compiling"  # noqa: SLF001


def is_busy(sign: Path) -> bool:
    """Whether a process compiles; one that has left its sign for too long is dead."""
    with contextlib.suppress(OSError), tempfile.NamedTemporaryFile(dir=sign.parent) as new:
        if Path(new.name).stat().st_mtime - sign.stat().st_mtime < STALE_S:
            return True
        sign.rmdir()
    return False


def alone(sign: Path, work: Callable[[], None]) -> None:
    """Does the work, unless another process does."""
    try:
        sign.parent.mkdir(parents=True, exist_ok=True)
        sign.mkdir()
    except FileExistsError:
        return
    try:
        work()
    finally:
        sign.rmdir()


_running: dict[str, subprocess.Popen[bytes]] = {}


def start_apart(code: str) -> subprocess.Popen[bytes]:
    """Starts a process that runs the code and outlives this one if it must; while one of it runs, that one serves."""
    known = _running.get(code)
    if known is not None and known.poll() is None:
        return known
    quiet, call = subprocess.DEVNULL, [sys.executable, "-c", code]
    _running[code] = subprocess.Popen(call, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)  # noqa: S603
    return _running[code]
