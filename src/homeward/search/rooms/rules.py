"""Rules for two searchers as a problem takes them: keep together, keep in view."""

from __future__ import annotations

import numpy as np

from homeward.errors import BadInput
from homeward.search.rooms.problem import Bond, Ints, Links


def within(edges: Ints, n: int, a: int, b: int, steps: int, names: tuple[str, str]) -> Bond:
    """Searchers a and b are never more than `steps` steps apart on the graph."""
    _two(a, b, names)
    near: list[set[int]] = [set() for _ in range(n)]
    for v, w in edges.tolist():
        near[v].add(w)
        near[w].add(v)
    triples = []
    for v in range(n):
        found, edge = {v}, {v}
        for _ in range(steps):
            edge = {w for u in edge for w in near[u]} - found
            if not edge:
                break
            found |= edge
        triples += [(v, w, 1.0) for w in found]
    apart = "at the same place" if steps == 0 else f"within {steps} step{'s' if steps > 1 else ''} of each other"
    return Bond(a, b, Links.of(n, triples), f"{names[0]} and {names[1]} stay {apart} at every step.")


def in_view(view: Links, a: int, b: int, names: tuple[str, str]) -> Bond:
    """Searcher b is at every step at a vertex that `view` links from a's vertex, or at that vertex itself."""
    _two(a, b, names)
    n = len(view.at) - 1
    from_v = np.repeat(np.arange(n), np.diff(view.at))
    pairs = set(zip(from_v.tolist(), view.to.tolist(), strict=True)) | {(v, v) for v in range(n)}
    ok = Links.of(n, ((v, w, 1.0) for v, w in pairs))
    return Bond(a, b, ok, f"{names[0]} keeps {names[1]} in view at every step.")


def _two(a: int, b: int, names: tuple[str, str]) -> None:
    if a == b:
        raise BadInput(f"A rule binds {names[0]} to itself. Name two searchers.")
