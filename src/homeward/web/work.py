"""Long verbs in the background: one at a time, with progress that can be looked at from anywhere."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from homeward.desk import Answer
from homeward.desk.clock import now
from homeward.errors import HomewardError, NotYet
from homeward.web.plain import for_page

BUG = "Something went wrong inside homeward. What was entered before is safe; the details are where it was started."
UNWRITTEN = ("rehearsal",)
_log = logging.getLogger("homeward.web")


@dataclass(frozen=True, slots=True)
class Work:
    """What is being made, or was last: `state` is running, done or failed; `share` 0..1; `number` counts changes.

    `data` is what came of it where it is written down nowhere else: a rehearsal. `at` is when it came to this state
    (ISO 8601), `seq` how long the log was then.
    """

    kind: str
    state: str
    text: str
    share: float
    number: int
    data: dict[str, Any] | None = None
    at: str = ""
    seq: int | None = None

    def as_event(self) -> dict[str, Any]:
        """The same as JSON-ready data."""
        return asdict(self)


class Bench:
    """Where one long verb is carried out at a time, in a thread of its own; `log_length` counts the log's entries."""

    def __init__(self, log_length: Callable[[], int]) -> None:
        self._log_length = log_length
        self._lock = threading.Lock()
        self._work: Work | None = None
        self._unwritten: Work | None = None

    @property
    def work(self) -> Work | None:
        """What is on the bench, or was last; None at the start."""
        return self._work

    @property
    def busy(self) -> bool:
        """Whether something is being made now."""
        return self._work is not None and self._work.state == "running"

    @property
    def before(self) -> list[Work]:
        """What somebody who comes now should know: the last result that is written down nowhere, and what is here."""
        return [w for w in (self._unwritten if self._unwritten is not self._work else None, self._work) if w]

    def start(self, kind: str, make: Callable[[Callable[[float, str], None]], Answer]) -> None:
        """Starts `make(progress)`. Raises `NotYet` while something else is on the bench."""
        with self._lock:
            if self._work is not None and self.busy:
                raise NotYet(f"The {self._work.kind} is still being made. Wait until it is done.")
            self._put(Work(kind, "running", "", 0.0, 0))
        threading.Thread(target=self._run, args=(kind, make), name=f"homeward-{kind}", daemon=True).start()

    def _run(self, kind: str, make: Callable[[Callable[[float, str], None]], Answer]) -> None:
        try:
            answer = make(lambda share, text: self._put(Work(kind, "running", text, share, 0)))
            self._put(Work(kind, "done", answer.text, 1.0, 0, dict(answer.data) if kind in UNWRITTEN else None))
        except HomewardError as err:
            self._put(Work(kind, "failed", str(err), 1.0, 0))
        except Exception:  # noqa: BLE001 - a thread's last resort: the person must hear that it failed
            _log.exception("making the %s failed", kind)
            self._put(Work(kind, "failed", BUG, 1.0, 0))

    def _put(self, work: Work) -> None:
        seq = None
        if work.state == "done":
            with suppress(HomewardError):
                seq = self._log_length()
        number = self._work.number + 1 if self._work else 1
        self._work = work = replace(work, number=number, text=for_page(work.text), at=now().isoformat(), seq=seq)
        if work.data is not None:
            self._unwritten = work
