"""Seconds, memory and growth, measured the same way everywhere."""

from __future__ import annotations

import contextlib
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

Done = TypeVar("Done")


class Cost(NamedTuple):
    """Seconds on the wall, seconds of computing (CPU), and the most memory that the process held meanwhile, in MB."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measured(work: Callable[[], Done]) -> tuple[Done, Cost]:
    """What the work gives and what it cost. CPU seconds are what is compared: they hold on a shared machine too."""
    forget_peak()
    wall, cpu = time.monotonic(), time.process_time()
    done = work()
    return done, Cost(time.monotonic() - wall, time.process_time() - cpu, peak_mb())


@contextlib.contextmanager
def cpu_clock() -> Iterator[None]:
    """Solvers' stopwatches count seconds of computing here, so that time limits mean the same on a shared machine."""
    real = time.perf_counter
    time.perf_counter = time.process_time
    try:
        yield
    finally:
        time.perf_counter = real


def forget_peak() -> None:
    """Linux only: the peak counts anew from here. Elsewhere it stays the peak since the start."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mb() -> float:
    """The process's peak of resident memory, Python and its libraries included."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 1024


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """How costs grow with size: 1 = in proportion, 2 = four times the cost for twice the size. A fit of logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def machine() -> str:
    """The machine in general words."""
    memory = ""
    with contextlib.suppress(ValueError, OSError, AttributeError):
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB of memory"
    libraries = ", ".join(f"{name} {version(name.lower())}" for name in ("NumPy", "SciPy", "numba"))
    system = f"{platform.system()} on {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores{memory}, {system}, {libraries}, linear algebra on one thread"
