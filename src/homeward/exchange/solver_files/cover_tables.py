"""Arrays, names and distances of problem files of the kind `cover`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path
from scipy.spatial.distance import cdist

from homeward.errors import BadFile
from homeward.exchange.solver_files.cover_fields import CoverFile
from homeward.exchange.solver_files.reading import array_file
from homeward.geo import Floats

MAX_NUMBERS = 20_000_000
MAX_VERTICES = 2_000  # of a graph: its table of distances has as many rows and columns
Named = str | int


@dataclass(frozen=True, slots=True)
class Tables:
    """The file's tables as arrays; `hashes` fills with those of the .npy files that were read."""

    folder: Path
    file: str
    hashes: dict[str, str] = field(default_factory=dict)

    def read(self, given: str | Sequence[Any], name: str, *, dims: int) -> Floats:
        """A list in the file, or the .npy file it names, as an array of `dims` dimensions. `null` is infinite."""
        if isinstance(given, str):
            array, self.hashes[given] = self._file(given, name)
        else:
            rows = [given] if dims == 1 else given
            if len({len(row) for row in rows}) > 1:
                raise BadFile(f"{self.file}: {name} has rows of different length. Give a table.")
            array = np.array([[np.inf if v is None else v for v in row] for row in rows], dtype=np.float64)
            array = array[0] if dims == 1 else array
        if array.ndim != dims or array.size == 0:
            shape = "a list" if dims == 1 else "a table of rows and columns"
            raise BadFile(f"{self.file}: {name} has shape {array.shape}. Give {shape}, not empty.")
        return np.ascontiguousarray(array, dtype=np.float64)

    def _file(self, path: str, name: str) -> tuple[Any, str]:
        array, sha256 = array_file(path, self.folder, file=self.file, field=name)
        if array.dtype.kind not in "fiu":
            raise BadFile(f"{self.file}: {name} names {path!r}, which does not hold numbers. Write an array of them.")
        if array.size > MAX_NUMBERS:
            raise BadFile(f"{self.file}: {path} has {array.size} numbers; {MAX_NUMBERS} fit. Give fewer.")
        return array, sha256


@dataclass(frozen=True, slots=True)
class Names:
    """What the solution calls things by: names of the file, or numbers from 0 up."""

    file: str
    field: str
    names: tuple[Named, ...]
    own: bool

    def at(self, index: int) -> Named:
        """The name of one."""
        return self.names[index]

    def all(self, indices: Sequence[int]) -> list[Named]:
        """The names of several."""
        return [self.names[k] for k in indices]

    def find(self, name: Named, where: str) -> int:
        """Which one a field means. Raises `BadFile` naming the field."""
        try:
            return self.names.index(name)
        except ValueError as err:
            some = ", ".join(map(str, self.names[:6])) + (", ..." if len(self.names) > 6 else "")
            raise BadFile(
                f"{self.file}: {where} names {name!r}, which is none of {self.field} ({some}). Mend it."
            ) from err


def names(given: Sequence[Named] | None, n: int, file: str, field_name: str) -> Names:
    """Names for n things. Raises `BadFile` where there are more or fewer, or one stands twice."""
    if given is None:
        return Names(file, field_name, tuple(range(n)), own=False)
    if len(given) != n:
        has = f"{len(given)} name{'' if len(given) == 1 else 's'}"
        raise BadFile(f"{file}: {field_name} has {has} for {n}. Give one for each.")
    if len(set(given)) < n:
        twice = next(name for k, name in enumerate(given) if name in given[:k])
        raise BadFile(f"{file}: {field_name} has {twice!r} twice. Give each its own name.")
    return Names(file, field_name, tuple(given), own=True)


def distances(problem: CoverFile, tables: Tables) -> tuple[Floats, Names, Names]:
    """Distance by point and site, with what the solution calls them by."""
    file = tables.file
    ways = {name: getattr(problem, name) for name in ("distance", "demand_xy", "edges")}
    given = [name for name, value in ways.items() if value is not None]
    if len(given) != 1:
        what = (
            f"{' and '.join(given)} are given together" if given else "none of distance, demand_xy and edges is given"
        )
        raise BadFile(f"{file}: {what}. Give one of distance, demand_xy and edges.")
    if problem.edges is not None:
        table, vertices = _over_graph(problem, problem.edges, tables)
        named = names(vertices, len(table), file, "vertices")
        return table, named, named
    if problem.distance is not None:
        table = tables.read(problem.distance, "distance", dims=2)
        same = False
    else:
        points = _places(problem.demand_xy or "", "demand_xy", tables)
        same = problem.site_xy is None
        table = cdist(points, points if problem.site_xy is None else _places(problem.site_xy, "site_xy", tables))
    demand_names = names(problem.demand_ids, len(table), file, "demand_ids")
    if problem.site_ids is None and same:
        return table, demand_names, demand_names
    return table, demand_names, names(problem.site_ids, table.shape[1], file, "site_ids")


def _places(given: str | Sequence[Any], name: str, tables: Tables) -> Floats:
    places = tables.read(given, name, dims=2)
    if places.shape[1] != 2 or not np.isfinite(places).all():
        raise BadFile(f"{tables.file}: {name} holds what is no place. Give [x, y] for each, two finite numbers.")
    return places


def _over_graph(problem: CoverFile, edges: str | Sequence[Any], tables: Tables) -> tuple[Floats, list[Named]]:
    """Shortest distances between all vertices; of equal edges the last counts (as in the files of OR-Library)."""
    file = tables.file
    if isinstance(edges, str):
        table = tables.read(edges, "edges", dims=2)
        if table.shape[1] != 3 or not (table[:, :2] == np.round(table[:, :2])).all():
            raise BadFile(f"{file}: {edges} is no table of edges. Give [a, b, length], a and b whole numbers.")
        edges = [[int(a), int(b), float(length)] for a, b, length in table]
    lengths: dict[tuple[Named, Named], float] = {}
    ends: set[Named] = set()
    for k, edge in enumerate(edges):
        length = edge[2] if len(edge) == 3 else None
        if not isinstance(length, int | float) or length < 0 or any(isinstance(v, float) for v in edge[:2]):
            raise BadFile(f"{file}: edges[{k}] is no edge. Give [a, b, length], length a number, 0 or more.")
        a, b = edge[0], edge[1]
        ends |= {a, b}
        lengths[(a, b) if str(a) <= str(b) else (b, a)] = float(length)
    if not ends:
        raise BadFile(f"{file}: edges is empty. Give [a, b, length] for each edge.")
    vertices = list(problem.vertices) if problem.vertices is not None else _in_order(ends)
    if len(vertices) > MAX_VERTICES:
        raise BadFile(f"{file}: the graph has {len(vertices)} vertices; {MAX_VERTICES} fit. Give a table of distances.")
    number = {name: k for k, name in enumerate(vertices)}
    unknown = next((v for v in ends if v not in number), None)
    if unknown is not None:
        raise BadFile(f"{file}: edges names the vertex {unknown!r}, which vertices does not have. Add it there.")
    return _all_pairs(lengths, number), vertices


def _all_pairs(lengths: Mapping[tuple[Named, Named], float], number: Mapping[Named, int]) -> Floats:
    n = len(number)
    a = np.array([number[ends[0]] for ends in lengths], dtype=np.int64)
    b = np.array([number[ends[1]] for ends in lengths], dtype=np.int64)
    tiny = np.array(list(lengths.values())) + 1e-300  # an edge of length 0 is an edge all the same
    graph = csr_array((tiny, (a, b)), shape=(n, n))
    found = np.asarray(shortest_path(graph, directed=False))
    return np.where(found < 1e-200, 0.0, found)


def _in_order(ends: set[Named]) -> list[Named]:
    return sorted(ends, key=lambda v: (isinstance(v, str), v if isinstance(v, int) else 0, str(v)))
