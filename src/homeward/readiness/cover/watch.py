"""A search that tells how far it is and can be stopped by hand, with the best so far; and levels tried in turns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, milp

Progress = Callable[[float, float, float], None]  # seconds gone, value, bound
THREAD = "homeward-programme"
_TURNS = (0.05, 0.2, 1.0)  # of the time limit: when a programme is begun anew, so that there is a plan to stop with
_FIRST_TRY_S = 1.0  # long for what is not hard, so that a busy machine goes the same way
_LISTEN_S = 0.1


@dataclass(slots=True)
class Watch:
    """Hears of each better plan and bound, and of the interrupt from the keyboard.

    Where it `keeps` the plan the first interrupt ends the search, which then answers with the best so far; the second
    goes through, as does the first where it does not.
    """

    progress: Progress | None = None
    keeps: bool = False
    stopped: bool = False
    began_s: float = field(default_factory=perf_counter)
    told: tuple[float, float] | None = None

    def tell(self, value: float, bound: float) -> None:
        """Says the value so far and its bound, where one of them is new."""
        if self.progress is not None and (value, bound) != self.told and np.isfinite((value, bound)).all():
            self.told = value, bound
            self.progress(perf_counter() - self.began_s, value, bound)

    @contextmanager
    def until_stopped(self) -> Iterator[None]:
        """Work that an interrupt from the keyboard ends."""
        try:
            yield
        except (KeyboardInterrupt, SystemError) as err:
            by_hand = isinstance(err, KeyboardInterrupt) or isinstance(err.__cause__, KeyboardInterrupt)  # in Numba
            if not by_hand:
                raise
            if self.stopped or not self.keeps:
                raise KeyboardInterrupt from err
            self.stopped = True


def programme(*args: Any, **more: Any) -> OptimizeResult:
    """SciPy's `milp`, which an interrupt from the keyboard ends at once.

    HiGHS hears of none while it runs, so that it runs in a thread of its own, where after an interrupt it is left to
    its time limit, or to the end of the process, which the command line makes a quick one (see `cli.main`).
    """
    if threading.current_thread() is not threading.main_thread():
        return milp(*args, **more)
    found: list[OptimizeResult | Exception] = []

    def run() -> None:
        try:
            found.append(milp(*args, **more))
        except Exception as err:  # noqa: BLE001 - raised where it was asked for
            found.append(err)

    thread = threading.Thread(target=run, name=THREAD, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_LISTEN_S)
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def turns(time_limit_s: float) -> Iterator[float]:
    """Seconds for a programme that is begun anew as long as it is not done: little first, in the end all that is left.

    HiGHS tells of no plan before it is done; so there is one early, for who stops it.
    """
    begun = perf_counter()
    for share in _TURNS:
        left_s = time_limit_s - (perf_counter() - begun)
        yield max(0.05, left_s if share == 1.0 else min(left_s, share * time_limit_s))


@dataclass(slots=True)
class Levels:
    """Rising levels of which `first` is the lowest that is not surely too low, and `high` the one below the best."""

    first: int
    high: int

    @property
    def settled(self) -> bool:
        """Whether nothing is left between."""
        return self.first > self.high

    def narrow(self, look: Callable[[int, float], bool | None], *, try_s: float, until: float) -> None:
        """Bisection in which each level is looked at for `try_s` seconds.

        `look` says whether there is a plan at a level, and lowers `high`; None where the time was too short: then the
        levels below, which are easier to rule out, are next.
        """
        ceiling = self.high
        while perf_counter() < until:
            ceiling = min(ceiling, self.high)
            if self.first > ceiling:
                return
            middle = (self.first + ceiling) // 2
            there = look(middle, min(try_s, max(0.05, until - perf_counter())))
            if there is None:
                ceiling = middle - 1
            elif not there:
                self.first = middle + 1

    def settle(self, look: Callable[[int, float], bool | None], *, until: float) -> Iterator[float]:
        """Bisections, each with twice the time for a level, until nothing is left between; yields before each."""
        try_s = _FIRST_TRY_S
        while not self.settled and perf_counter() < until:
            yield try_s
            self.narrow(look, try_s=try_s, until=until)
            try_s *= 2
