"""Seconds, memory and growth, measured the same way everywhere."""

from __future__ import annotations

import contextlib
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import numpy as np

Done = TypeVar("Done")


def measured(work: Callable[[], Done]) -> tuple[Done, float, float]:
    """What the work gives, its seconds, and the most memory that the process held meanwhile, in MB."""
    forget_peak()
    began = time.perf_counter()
    done = work()
    return done, time.perf_counter() - began, peak_mb()


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
    system = f"{platform.system()} on {platform.machine()}"
    return f"{os.cpu_count()} cores{memory}, {system}, Python {platform.python_version()}, {libraries}"
