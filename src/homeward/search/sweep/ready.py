"""Whether the compiled functions are ready, and having them compiled by another process while there is no time for it.

Compiling takes some twenty seconds on a machine where the solver has never run. It cannot be broken off, so a solve
with less time than that leaves it to a process of its own, which fills numba's cache for the next.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from homeward.search.compiling import alone, is_busy, sign_of, start_apart
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


@dataclass(frozen=True, slots=True)
class Apart:
    """A process that compiles: one's own, or another's that was found at it."""

    own: subprocess.Popen[bytes] | None

    def poll(self) -> int | None:
        """None while it compiles, 0 when that is done well."""
        if self.own is not None:
            return self.own.poll()
        return 0 if is_ready() else None if is_busy(_sign()) else 1


def _sign() -> Path:
    return sign_of(anneal.anneal, "sweep")


def compile_apart() -> Apart:
    """Has a process compile everything into numba's cache, unless one does already; it may outlive this one."""
    return Apart(None if is_busy(_sign()) else start_apart(f"from {__name__} import compile_alone; compile_alone()"))


def compile_alone() -> None:
    """Compiles, unless another process does."""
    alone(_sign(), compile_all)


def compile_all() -> None:
    """Solves a very small problem, which needs every compiled function."""
    from homeward.search.sweep.solve import search_compiled

    poa = np.ones((6, 6))
    search_compiled(SweepProblem(poa, 30.0, 0.0, 0.0, None, (Searcher("a", (15.0, 15.0), 300.0, 20.0),), "soonest"))
