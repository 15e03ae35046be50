"""Going on with an open call-out while the page runs: the next channel for the silent, the next wave where due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from homeward import desk
from homeward.errors import HomewardError
from homeward.web.work import BUG

EVERY_S = 60.0
"""Between two looks at the open call: ours; a channel is given five minutes."""
_log = logging.getLogger("homeward.web")


@contextmanager
def calling_on(path: Path, *, say: Callable[[str], None], every_s: float = EVERY_S) -> Iterator[None]:
    """Goes on with the open call of the mission at `path` every `every_s` seconds until the block ends; `say` is told
    what was done, and what went wrong, each fault once. Raises `HomewardError` at once where nothing could be sent.
    """
    desk.call_on(path, dry=True)
    over = threading.Event()
    thread = threading.Thread(target=_until, args=(over, path, say, every_s), name="homeward-call-on", daemon=True)
    thread.start()
    say("Goes on with an open call-out by itself, every minute (--call-on).")
    try:
        yield
    finally:
        over.set()
        thread.join(every_s)


def _until(over: threading.Event, path: Path, say: Callable[[str], None], every_s: float) -> None:
    wrong = ""
    while not over.wait(every_s):
        told, wrong = _once(path, wrong)
        if told:
            say(told)


def _once(path: Path, wrong: str) -> tuple[str, str]:
    """What to say, and what is wrong now; a fault that was said before is not said again."""
    try:
        done = desk.call_on(path)
    except HomewardError as err:
        fault = f"NOT CALLED ON: {err}"
    except Exception:  # noqa: BLE001 - the page must go on, whatever happens to the call
        _log.exception("calling on failed")
        fault = f"NOT CALLED ON: {BUG}"
    else:
        return (done.text if done is not None else ""), ""
    return (fault if fault != wrong else ""), fault
