"""Several searchers as one: the graph whose vertices are their vertices together, as far as they can get in time.

Searchers that are alike may be swapped, so that only sorted tuples of them are kept. Rules that bind searchers of the
group to each other leave out the tuples that break them: on this graph they cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from math import factorial, prod
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.search.rooms.problem import Ints, RoomsProblem
from homeward.search.rooms.unfold import Small, Ways

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

Near = tuple[tuple[frozenset[int], ...], ...]
Path = tuple[int, ...]
MAX_TABLE = 20_000_000
MAX_EDGES = 10_000_000
ROUNDING = 1e-12


class Mesh(NamedTuple):
    """What the product graph is made of: per searcher the vertices `within` reach, their `number`, its graph."""

    number: Ints
    within: Ints
    sizes: Ints
    at: Ints
    to: Ints
    alike: bool
    ok: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Searchers `who` that are planned together: state x stands at `place[x]` (one vertex each), state 0 is the start.

    `near_of` says for each of them where it can be one step after each vertex.
    """

    who: tuple[int, ...]
    ways: Ways
    place: Ints
    near_of: Near

    def paths(self, walk: Small, starts: tuple[int, ...]) -> list[Path]:
        """One path for each of the group, from `starts`, out of a walk of states.

        Tuples of searchers that are alike are in no order of theirs: each step takes the first order that can be gone.
        """
        rows = [starts]
        for x in walk[1:]:
            places = [int(v) for v in self.place[x]]
            rows.append(next(p for p in permutations(places) if self._can_go(rows[-1], p)))
        return list(zip(*rows, strict=True))

    def _can_go(self, here: tuple[int, ...], there: tuple[int, ...]) -> bool:
        return all(w in ways[v] for ways, v, w in zip(self.near_of, here, there, strict=True))


def near(problem: RoomsProblem, searcher: int) -> tuple[frozenset[int], ...]:
    """Where the searcher can be one step after each vertex."""
    allowed = problem.searchers[searcher].allowed
    around: list[set[int]] = [{v} for v in range(problem.n)]
    for a, b in problem.edges.tolist():
        around[a].add(b)
        around[b].add(a)
    return tuple(frozenset(s if allowed is None else s & allowed) for s in around)


def same(problem: RoomsProblem, a: int, b: int) -> bool:
    """Whether two searchers differ at most in where they start, and no rule tells them apart."""
    one, two = problem.searchers[a], problem.searchers[b]
    bound = {s for rule in problem.bonds for s in (rule.a, rule.b)}
    return (
        not bound & {a, b}
        and one.allowed == two.allowed
        and (one.loss_cost, one.max_loss) == (two.loss_cost, two.max_loss)
        and (
            one.sees is two.sees
            or all(np.array_equal(x, y) for x, y in zip(_parts(one.sees), _parts(two.sees), strict=True))
        )
    )


def _parts(links):
    return links.at, links.to, links.p


def reach(start: int, near_of: tuple[frozenset[int], ...], steps: int) -> list[int]:
    """The vertices within `steps` of the start, nearest first."""
    found, edge = [start], [start]
    known = {start}
    for _ in range(steps):
        edge = sorted({w for v in edge for w in near_of[v]} - known)
        known.update(edge)
        if not edge:
            break
        found += edge
    return found


def group(problem: RoomsProblem, who: tuple[int, ...], *, max_edges: int = MAX_EDGES) -> Group | None:
    """The product graph of these searchers; None where it would be too large."""
    near_of = tuple(near(problem, s) for s in who)
    if len(who) == 1:
        return _single(problem, who, near_of)
    if problem.loss is not None:  # who is lost is no longer at one place with the others
        return None
    mesh = _mesh(problem, who, near_of)
    room = prod(max(len(to) for to in ways) for ways in near_of)
    table = prod(int(n) for n in mesh.sizes)
    degree = prod(sum(len(to) for to in ways) / problem.n for ways in near_of)
    edges = table * degree / (factorial(len(who)) if mesh.alike else 1)
    if table > MAX_TABLE or room > max_edges or (edges > 2 * max_edges and not mesh.ok.size):
        return None
    starts = np.array([problem.searchers[s].start for s in who], np.int64)
    state, adj_at, adj = _build(mesh, starts, problem.steps, np.zeros(room, np.int64), max_edges)
    if not len(state):
        return None
    place, sure, never = _places(mesh, state), np.ones(len(state)), np.zeros((0, 0))
    see_at, see_u, see_q = _views(place, np.stack([problem.searchers[s].sees.dense() for s in who]))
    looks = see_at, see_u, see_q, _hashes(see_u, see_q)
    return Group(
        who,
        Ways(adj_at.copy(), adj.astype(np.int32), *looks, sure, 0.0 * sure, never, never[0:0].ravel()),
        place,
        near_of,
    )


def _mesh(problem: RoomsProblem, who: tuple[int, ...], near_of: Near) -> Mesh:
    alike = all(same(problem, who[0], s) for s in who[1:])
    reached = [reach(problem.searchers[s].start, ways, problem.steps) for s, ways in zip(who, near_of, strict=True)]
    if alike:
        reached = [sorted(set().union(*reached))] * len(who)
    sizes = np.array([len(w) for w in reached], np.int64)
    number = np.full((len(who), problem.n), -1, np.int64)
    inside = np.zeros((len(who), int(sizes.max())), np.int64)
    at = np.zeros((len(who), problem.n + 1), np.int64)
    to = np.zeros((len(who), max(sum(len(w) for w in ways) for ways in near_of)), np.int64)
    for i, (vertices, ways) in enumerate(zip(reached, near_of, strict=True)):
        number[i, vertices] = np.arange(len(vertices))
        inside[i, : len(vertices)] = vertices
        at[i, 1:] = np.cumsum([len(w) for w in ways])
        to[i, : at[i, -1]] = [w for around in ways for w in sorted(around)]
    return Mesh(number, inside, sizes, at, to, alike, _rules(problem, who))


def _places(mesh: Mesh, state: Ints) -> Ints:
    """(states, searchers): the vertices of the states' numbers."""
    columns = []
    for inside, size in zip(mesh.within[::-1], mesh.sizes[::-1], strict=True):
        columns.append(inside[state % size])
        state = state // size
    return np.column_stack(columns[::-1])


def _single(problem: RoomsProblem, who: tuple[int, ...], near_of: Near) -> Group:
    searcher = problem.searchers[who[0]]
    order = reach(searcher.start, near_of[0], problem.steps)
    index = {v: x for x, v in enumerate(order)}
    rows = [[index[w] for w in sorted(near_of[0][v]) if w in index] for v in order]
    views = [searcher.sees.row(v) for v in order]
    see_u = np.concatenate([to for to, _ in views]).astype(np.int32)
    see_q = np.concatenate([q for _, q in views]).astype(np.float64)
    loss = np.zeros(len(order)) if problem.loss is None else problem.loss[order]
    ways = Ways(
        _starts([len(r) for r in rows]),
        np.array([w for r in rows for w in r], np.int32),
        _starts([len(to) for to, _ in views]),
        see_u,
        see_q,
        _hashes(see_u, see_q),
        1.0 - loss,
        searcher.loss_cost * loss,
        _safest(rows, 1.0 - loss, problem.steps) if searcher.max_loss < 1 and loss.any() else np.zeros((0, 0)),
        np.full(int(searcher.max_loss < 1 and loss.any()), 1.0 - searcher.max_loss - ROUNDING),
    )
    return Group(who, ways, np.array(order, np.int64)[:, None], near_of)


def _safest(rows: list[list[int]], hold: Floats, steps: int) -> Floats:
    """(steps + 1, states): the chance to survive all later steps from each state on the safest way."""
    safe = np.ones((steps + 1, len(rows)))
    for t in range(steps - 1, -1, -1):
        on = hold * safe[t + 1]
        safe[t] = [max((on[y] for y in row), default=0.0) for row in rows]
    return safe


def _starts(lengths: list[int]) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(lengths, np.int64))])


def _hashes(see_u: Small, see_q: Floats):
    """A number for each (vertex, chance), so that looks of the same effect have the same."""
    x = (see_u.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) ^ see_q.view(np.uint64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _rules(problem: RoomsProblem, who: tuple[int, ...]):
    """(m, m, n, n) whether the rules let two of the group stand there; (0, 0, 0, 0) without a rule."""
    rules = [r for r in problem.bonds if r.a in who and r.b in who]
    if not rules:
        return np.ones((0, 0, 0, 0), np.bool_)
    ok = np.ones((len(who), len(who), problem.n, problem.n), np.bool_)
    for r in rules:
        ok[who.index(r.a), who.index(r.b)] &= r.ok.dense() > 0
    return ok


@njit(cache=True)
def _sort(places):  # pragma: no cover
    for i in range(1, places.size):
        for j in range(i, 0, -1):
            if places[j - 1] > places[j]:
                places[j - 1], places[j] = places[j], places[j - 1]


@njit(cache=True)
def _kept(ok, places):  # pragma: no cover
    """Whether these vertices together keep the rules."""
    if ok.size > 0:
        for i in range(places.size):
            for j in range(places.size):
                if not ok[i, j, places[i], places[j]]:
                    return False
    return True


@njit(cache=True)
def _code(mesh, places):  # pragma: no cover
    """The number of a tuple of vertices; -1 out of reach. Sorts the tuple where the searchers are alike."""
    if mesh.alike:
        _sort(places)
    code = 0
    for i in range(places.size):
        k = mesh.number[i, places[i]]
        if k < 0:
            return -1
        code = code * mesh.sizes[i] + k
    return code


@njit(cache=True)
def _decode(mesh, code, places):  # pragma: no cover
    """Writes the vertices of a tuple's number into `places`."""
    for i in range(places.size - 1, -1, -1):
        places[i] = mesh.within[i, code % mesh.sizes[i]]
        code //= mesh.sizes[i]


@njit(cache=True)
def _next(digit, size):  # pragma: no cover
    """Counts on, the last digit first; False after the last number."""
    for i in range(digit.size - 1, -1, -1):
        digit[i] += 1
        if digit[i] < size[i]:
            return True
        digit[i] = 0
    return False


@njit(cache=True)
def _children(mesh, here, codes):  # pragma: no cover
    """Writes the numbers of the tuples one step from `here` into `codes`; returns how many. Some may come twice."""
    digit, now = np.zeros(here.size, np.int64), np.zeros(here.size, np.int64)
    size = np.zeros(here.size, np.int64)
    n, more = 0, True
    for i in range(here.size):
        size[i] = mesh.at[i, here[i] + 1] - mesh.at[i, here[i]]
        more = more and size[i] > 0
    while more:
        for i in range(here.size):
            now[i] = mesh.to[i, mesh.at[i, here[i]] + digit[i]]
        more = _next(digit, size)
        code = _code(mesh, now)
        if code >= 0 and _kept(mesh.ok, now):
            codes[n] = code
            n += 1
    return n


@njit(cache=True)
def _longer(array, n):  # pragma: no cover
    """The array with room for n more at least."""
    out = np.empty(2 * array.size + n, array.dtype)
    for i in range(array.size):
        out[i] = array[i]
    return out


@njit(cache=True)
def _build(mesh, starts, steps, codes, max_edges):  # pragma: no cover
    """Numbers of the states within `steps` of the start, and the edges between them. Empty where there are too many.

    `codes` is room for the numbers of all states one step from one.
    """
    table = np.full(np.prod(mesh.sizes) + 1, -1, np.int64)
    state, adj_at, adj = np.zeros(1024, np.int64), np.zeros(1024, np.int64), np.zeros(8192, np.int64)
    last, here = np.full(1024, -1, np.int64), starts.copy()
    state[0] = _code(mesh, here)
    table[state[0]] = 0
    n, done, ends, edges, layer = 1, 0, 1, 0, 0
    while done < n:
        if done == ends:
            layer, ends = layer + 1, n
        _decode(mesh, state[done], here)
        count = _children(mesh, here, codes)
        if edges + count > max_edges:
            return state[:0], adj_at[:1], adj[:0]
        if edges + count > adj.size:
            adj = _longer(adj, count)
        for c in range(count):
            x = table[codes[c]]
            if x < 0 and layer < steps:
                if n + 1 >= state.size:
                    state, adj_at, last = _longer(state, 1), _longer(adj_at, 1), _longer(last, 1)
                x = n
                state[n], table[codes[c]], last[n] = codes[c], n, -1
                n += 1
            if x >= 0 and last[x] != done:
                last[x] = done
                adj[edges] = x
                edges += 1
        done += 1
        adj_at[done] = edges
    return state[:n], adj_at[: n + 1], adj[:edges]


@njit(cache=True)
def _views(place, full):  # pragma: no cover
    """What is seen from each state, with the chance that at least one of them notices."""
    count, m = place.shape
    n = full.shape[1]
    see_at = np.zeros(count + 1, np.int64)
    total = 0
    for again in range(2):
        if again == 0:
            see_u, see_q = np.empty(0, np.int32), np.empty(0, np.float64)
        else:
            see_u, see_q = np.empty(total, np.int32), np.empty(total, np.float64)
        total = 0
        for x in range(count):
            for u in range(n):
                miss = 1.0
                for i in range(m):
                    miss *= 1.0 - full[i, place[x, i], u]
                if miss < 1.0:
                    if again == 1:
                        see_u[total], see_q[total] = u, 1.0 - miss
                    total += 1
            see_at[x + 1] = total
    return see_at, see_u, see_q


COMPILED = (_build, _views)
