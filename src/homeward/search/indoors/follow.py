"""Crews follow their lists of places, step by step: what they walk, look at, leave shut, and find by when.

Compiled, as improving a plan follows some hundred thousand lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from homeward.detect import WIDTH_SHAPE
from homeward.geo import Floats
from homeward.search.rooms.problem import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """All that following needs, as arrays. V vertices, R rooms, C crews, P pieces; pieces are the first P vertices.

    `next_to` (V, V): the next vertex on the way from row to column, -1 where none leads. `mass` (V,). What crew c
    notices from v is `to[at[c, v]:at[c, v + 1]]` with `p` beside it. `room_of` (V,), -1 for none; `share` (V,) of its
    room. `closable` (R,): rooms that stay shut once they were sensed with at least `closed_pod`. `start`, `ready`
    (C,): vertex, and the steps to wait there. `steps`: how many there are.
    """

    next_to: Ints
    mass: Floats
    at: Ints
    to: Ints
    p: Floats
    room_of: Ints
    share: Floats
    closable: Ints
    closed_pod: float
    unsensed: Floats
    heard: Floats
    start: Ints
    ready: Ints
    steps: int


def follow(course: Course, seq: Ints, count: Ints) -> tuple[Ints, Floats, Ints]:
    """Paths (C, steps + 1), P(found by each step) (steps,), and how many of its list each crew got through.

    `seq` (C, most) are the places to search in order, `count` (C,) how many. A place that was searched meanwhile, by
    whomever, is passed over, and so is one in a shut room that was sensed well enough. Then the crew stays; when all
    are through, they begin their lists anew.

    All look at each step where they are. What one crew notices of a place from elsewhere counts once, as from the best
    of where it stood: what hid the subject still does (ours). Searches of a place itself, by whomever, share one
    uncertain sweep width as in `detect.pod_uncertain_width`: the second is worth less than the first.
    """
    paths = np.zeros((len(course.start), course.steps + 1), np.int64)
    found = np.zeros(course.steps)
    used = np.zeros(len(course.start), np.int64)
    arguments = (seq, count, *_arrays(course), paths, found, used)
    _follow(*arguments)
    return paths, found, used


def anneal(
    course: Course, lists: tuple[Ints, Ints], near: Ints, *, tries: int, heat: tuple[float, float], seed: int
) -> tuple[Ints, Ints, float]:
    """Better lists, by changes at random: runs of places moved next to near places, turned round, or ends swapped.

    `lists` are `seq` and `count`, `near` (P, k) near places by place. `heat` at the first and last try is in the unit
    of the value: the sum of found over the steps. Returns the best lists and their value; never worse than those given.
    """
    return _anneal(*lists, near, tries, heat[0], heat[1], np.random.default_rng(seed), *_arrays(course))  # type: ignore[no-any-return]


def _arrays(c: Course) -> tuple[Any, ...]:
    walls = c.room_of, c.share, c.closable, c.closed_pod, c.unsensed, c.heard
    return c.next_to, c.mass, c.at, c.to, c.p, *walls, c.start, c.ready, c.steps


@njit(cache=True)
def again(p):  # type: ignore[no-untyped-def]
    """The coverage that one look of POD p is: the inverse of 1 - (1 + C / 5)^-5."""
    return WIDTH_SHAPE * ((1.0 - min(p, 1.0 - 1e-12)) ** (-1.0 / WIDTH_SHAPE) - 1.0)


@njit(cache=True)
def _follow(  # type: ignore[no-untyped-def]  # pragma: no cover # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    seq,
    count,
    next_to,
    mass0,
    at,
    to,
    p,
    room_of,
    share,
    closable,
    closed_pod,
    unsensed0,
    heard,
    start,
    ready,
    steps,
    paths,
    found,
    used,
):
    # Long: compiled as one piece, the state of a walk kept in local arrays.
    crews, n = len(start), len(mass0)
    mass, unsensed = mass0.copy(), unsensed0.copy()
    blind = np.zeros(len(closable))
    for v in range(n):
        if room_of[v] >= 0:
            blind[room_of[v]] += share[v] * unsensed[v]
    opened = np.zeros(len(closable), np.bool_)
    far, cover = heard.copy(), np.zeros(n)
    searched = np.zeros(n, np.bool_)
    pos, deep = start.copy(), np.zeros(crews, np.int64)
    used[:] = 0
    value = total = 0.0
    for c in range(crews):
        paths[c, 0] = pos[c]
        if room_of[pos[c]] >= 0:
            opened[room_of[pos[c]]] = True
    for t in range(1, steps + 1):
        for c in range(crews):
            if t > ready[c]:
                if used[c] >= count[c] and (used >= count).all():
                    deep[:] = np.maximum(deep, used)
                    used[:] = 0
                    searched[:] = False
                while used[c] < count[c]:
                    goal = seq[c, used[c]]
                    r = room_of[goal]
                    shut = closable[r] and not opened[r] and 1.0 - blind[r] >= closed_pod - 1e-12
                    if searched[goal] or shut or pos[c] == goal or next_to[pos[c], goal] < 0:
                        used[c] += 1
                        continue
                    pos[c] = next_to[pos[c], goal]
                    break
            paths[c, t] = pos[c]
        gain = 0.0
        for c in range(crews):
            v = pos[c]
            if t <= ready[c]:
                continue
            if room_of[v] >= 0:
                opened[room_of[v]] = True
                searched[v] = True
            for k in range(at[c, v], at[c, v + 1]):
                w = to[k]
                new = p[k]
                if w != v:
                    if new <= far[c, w]:
                        continue
                    new = 1.0 - (1.0 - new) / (1.0 - far[c, w])
                    far[c, w] = p[k]
                else:
                    more = again(new)
                    new = 1.0 - ((WIDTH_SHAPE + cover[w]) / (WIDTH_SHAPE + cover[w] + more)) ** WIDTH_SHAPE
                    cover[w] += more
                gain += mass[w] * new
                mass[w] *= 1.0 - new
                r = room_of[w]
                if not opened[r]:
                    blind[r] -= share[w] * unsensed[w] * new
                    unsensed[w] *= 1.0 - new
        total += gain
        found[t - 1] = total
        value += total
    used[:] = np.maximum(deep, used)
    return value


@njit(cache=True)
def _moved(seq, count, other, much, c, i, length, d, j, turn):  # type: ignore[no-untyped-def]  # pragma: no cover # noqa: PLR0913, PLR0917
    """Writes into other, much: the run of `length` from (c, i) stands after (d, j), turned round if so said."""
    other[:] = seq
    much[:] = count
    run = seq[c, i : i + length].copy()
    if turn:
        run = run[::-1].copy()
    other[c, i : count[c] - length] = seq[c, i + length : count[c]]
    much[c] -= length
    if c == d and j >= i:
        j -= length
    tail = other[d, j + 1 : much[d]].copy()
    other[d, j + 1 : j + 1 + length] = run
    other[d, j + 1 + length : much[d] + length] = tail
    much[d] += length


@njit(cache=True)
def _anneal(  # type: ignore[no-untyped-def]  # pragma: no cover # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    seq, count, near, tries, hot, cold, rng,
    next_to, mass, at, to, p, room_of, share, closable, closed_pod, unsensed0, heard, start, ready, steps,
):  # fmt: skip
    # Long: compiled as one piece, the one loop of the search.
    crews = len(seq)
    paths = np.zeros((crews, steps + 1), np.int64)
    found, used = np.zeros(steps), np.zeros(crews, np.int64)
    now, much = seq.copy(), count.copy()
    args = (next_to, mass, at, to, p, room_of, share, closable, closed_pod, unsensed0, heard, start, ready, steps)
    value = _follow(now, much, *args, paths, found, used)
    reach = used.copy()
    best, best_much, best_value = now.copy(), much.copy(), value
    other, other_much = now.copy(), much.copy()
    where_crew, where_at = np.full(len(mass), -1), np.full(len(mass), -1)
    for c in range(crews):
        for i in range(much[c]):
            where_crew[now[c, i]], where_at[now[c, i]] = c, i
    for k in range(tries):
        heat = hot * (cold / hot) ** (k / tries)
        c = int(rng.random() * crews)
        if much[c] == 0:
            continue
        i = int(rng.random() * (min(much[c], reach[c] + 3)))
        kind = rng.random()
        other[:], other_much[:] = now, much
        if kind < 0.6:
            b = near[now[c, i], int(rng.random() * near.shape[1])]
            d, j = where_crew[b], where_at[b]
            length = min(1 + int(6 * rng.random() ** 2), much[c] - i)
            if rng.random() < 0.5:
                j -= 1
            if d < 0 or (d == c and i - 1 <= j < i + length):
                continue
            _moved(now, much, other, other_much, c, i, length, d, j, rng.random() < 0.5)
        elif kind < 0.85 or crews == 1:
            j = min(i + 1 + int(rng.random() * 30), much[c] - 1)
            other[c, i : j + 1] = now[c, i : j + 1][::-1]
        else:
            d = int(rng.random() * crews)
            if d == c:
                continue
            j = int(rng.random() * (min(much[d], reach[d] + 3) + 1))
            one, two = much[c] - i, much[d] - j
            other[c, i : i + two] = now[d, j : much[d]]
            other[d, j : j + one] = now[c, i : much[c]]
            other_much[c], other_much[d] = i + two, j + one
        then = _follow(other, other_much, *args, paths, found, used)
        if then >= value or rng.random() < np.exp((then - value) / heat):
            value = then
            now[:], much[:], reach[:] = other, other_much, used
            for c2 in range(crews):
                for i2 in range(much[c2]):
                    where_crew[now[c2, i2]], where_at[now[c2, i2]] = c2, i2
            if value > best_value + 1e-12:
                best[:], best_much[:], best_value = now, much, value
    return best, best_much, best_value
