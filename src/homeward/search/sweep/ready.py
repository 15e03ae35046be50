"""Whether the compiled functions are ready, and having them compiled by another process while there is no time for it.

Compiling takes some twenty seconds on a machine where the solver has never run. It cannot be broken off, so a solve
with less time than that leaves it to a process of its own, which fills numba's cache for the next.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np

from homeward.search.sweep import anneal, footprint, seeds, strokes
from homeward.search.sweep.problem import Searcher, SweepProblem


def is_ready() -> bool:
    """Whether all that a solve calls is compiled in this process or in numba's cache for this source."""
    names = (
        (anneal, "anneal away merit refresh"),
        (footprint, "_mark _looks _gains"),
        (seeds, "_greedy"),
        (strokes, "draw move_points"),
    )
    called: list[Any] = [getattr(module, name) for module, text in names for name in text.split()]
    try:
        return all(f.signatures or f._cache._cache_file._load_index() for f in called)  # noqa: SLF001
    except (AttributeError, OSError):  # another numba: it will do as it does
        return True


def compile_apart() -> subprocess.Popen[bytes]:
    """Starts a process that compiles everything into numba's cache, and outlives this one if it must."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", f"from {__name__} import compile_all; compile_all()"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def compile_all() -> None:
    """Solves a very small problem, which needs every compiled function."""
    from homeward.search.sweep.solve import search_compiled

    poa = np.ones((6, 6))
    search_compiled(SweepProblem(poa, 30.0, 0.0, 0.0, None, (Searcher("a", (15.0, 15.0), 300.0, 20.0),), "soonest"))
