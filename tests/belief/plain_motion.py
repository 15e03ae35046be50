"""The walks of `homeward.belief.motion` in plain NumPy, all subjects a step at a time: the compiled kernel's oracle."""

from __future__ import annotations

from typing import Any

import numpy as np

from homeward.belief.motion import kernel as k
from homeward.belief.motion.kernel import Land, Law

_U = np.uint64


def mixed(x: Any) -> Any:
    """SplitMix64's finaliser."""
    x = (x ^ (x >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> _U(27))) * _U(0x94D049BB133111EB)
    return x ^ (x >> _U(31))


def bits(z: Any, shift: int, mask: int) -> Any:
    return ((z >> _U(shift)) & _U(mask)).astype(np.int64)


def drawn(key: Any, n: int) -> Any:
    with np.errstate(over="ignore"):
        return mixed(key + _U(n) * _U(0x9E3779B97F4A7C15))


def quantile(table: Any, z: Any) -> Any:
    i = bits(z, 54, 1023)
    return table[i] + bits(z, 30, 0xFFFFFF) / 16777216.0 * (table[i + 1] - table[i])


class Walkers:
    """Everybody's state; `step` moves all who are still to be recorded once."""

    def __init__(self, land: Land, law: Law, n: int) -> None:
        self.land, self.law, self.n_draw = land, law, 3
        with np.errstate(over="ignore"):
            self.key = mixed(_U(law.seed) ^ mixed(np.arange(n, dtype=np.uint64) + _U(1)))
        z, y = drawn(self.key, 1), drawn(self.key, 2)
        self.stop = quantile(law.stop_s, z)
        self.heading = law.heading[bits(y, 48, 1023)]
        self.aim = self.heading.copy()
        self.slow = 1.0 / (law.pace[0] + (law.pace[1] - law.pace[0]) * (bits(z, 0, 0xFFFFFF) / 16777216.0))
        self.halts = bits(y, 0, 0xFFFF) >= law.walks_at_night
        self.here = np.full(n, law.start[0])
        self.clock, self.bout_end = np.zeros(n), np.zeros(n)
        self.todo = np.full(n, k.STAY)
        self.night, self.done = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self.oldest, self.i = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self.trail = np.zeros((n, k.TRAIL), dtype=np.uint8) if law.mix[4] < 65536 else None
        self.cell = np.full((law.record_s.size, n), -1, dtype=np.int32)
        self.who = np.arange(n)
        self.steps = 0

    def run(self) -> None:
        while self.who.size:
            self.step()

    def step(self) -> None:
        land, law, w = self.land, self.law, self.who
        z = drawn(self.key[w], self.n_draw)
        self.n_draw += 1
        self.steps += w.size
        anew = self.clock[w] >= self.bout_end[w]
        lost = w[anew & (self.todo[w] == k.WANDER)]
        self.aim[lost] = self.heading[lost]
        self.heading[w[anew]] = self.aim[w[anew]]
        self.todo[w[anew]] = np.minimum(np.searchsorted(law.mix, bits(z[anew], 48, 0xFFFF), side="right"), 5)
        self.bout_end[w[anew]] = self.clock[w[anew]] + law.bout_s[bits(z[anew], 38, 1023)]
        way, turned = self._ways(w, z)
        here, clock = self.here[w], self.clock[w]
        goes = way >= 0
        there = np.where(goes, here + k.ROWS[way] * land.cols + k.COLS[way], here)
        took = np.where(goes, land.seconds[land.blocks[here, np.maximum(way, 0)]], 0.0)
        then = np.where(goes, clock + np.where(goes, took, 0.0) * self.slow[w], self.bout_end[w])
        if len(law.nights):
            night = np.minimum(self.night[w], len(law.nights) - 1)
            dark = self.halts[w] & (self.night[w] < len(law.nights)) & (then > law.nights[night, 0])
            then = np.where(dark, np.maximum(law.nights[night, 1], clock), then)
            self.night[w] += dark
            goes &= ~dark
        over = then > self.stop[w]
        then = np.where(over, np.inf, then)
        goes &= ~over
        there = np.where(goes, there, here)
        for j in range(law.record_s.size):
            now = (self.i[w] == j) & (law.record_s[j] < then)
            self.cell[j, w[now]] = self._cells(self.key[w[now]], here[now])
            self.i[w[now]] += 1
        self.clock[w], self.here[w] = then, there
        self.heading[w] = np.where(goes, turned, self.heading[w])
        self._remember(w, goes, way)
        off = goes & (land.blocks[there, k.UP] == k.OFF)
        self.who = w[~off & (self.i[w] < law.record_s.size)]

    def _ways(self, w: Any, z: Any) -> tuple[Any, Any]:
        blocks = self.land.blocks
        here, todo, heading = self.here[w], self.todo[w], self.heading[w]
        wander = (heading + bits(z, 16, k.TURN - 1) - k.TURN // 2) & 255
        turned = np.where(todo == k.WANDER, wander, heading)
        way = ((turned >> 5) + (bits(z, 0, 0xFFFF) < k.diagonal_shares()[turned])) & 7
        fixed = np.full(w.size, -1)
        links, towards, up = (blocks[here, c].astype(np.int64) for c in (k.LINKS, k.TOWARDS, k.UP))
        ahead = ((heading + 16) >> 5) & 7
        on = (ahead + k.ways_on()[((links << 8 | links) >> ahead) & 255, bits(z, 16, 15)]) & 7
        route = todo == k.ROUTE
        fixed = np.where(route & (links == 0) & (towards < 8), towards, fixed)
        fixed = np.where(route & (links != 0), on, fixed)
        fixed = np.where((todo == k.VIEW) & (up < 8), up, fixed)
        turned = np.where(fixed >= 0, fixed * 32, turned)
        wanted = np.where(fixed >= 0, fixed, way)
        stays = (todo == k.STAY) | (todo == k.BACKTRACK) | ((todo == k.VIEW) & (up >= 8))
        wanted = np.where(stays, -1, wanted)
        side: Any = np.where(bits(z, 25, 1) == 1, 1, -1)
        straight, one, other = (blocks[here, (wanted + turn) & 7].astype(np.int64) for turn in (0, side, -side))
        easier: Any = (wanted + np.where(one <= other, side, -side)) & 7
        clear = np.where((wanted >= 0) & (straight - np.minimum(one, other) > k.HARDER), easier, -1)
        for j in range(8):
            turn = (j + 1) // 2 * (side if j % 2 == 1 else -side)
            k_j = (wanted + turn) & 7
            clear = np.where((clear < 0) & (wanted >= 0) & (blocks[here, k_j] != k.BLOCKED), k_j, clear)
        aside = (clear >= 0) & (clear != wanted)
        turned = np.where(aside, clear * 32, turned)
        self.aim[w] = np.where(aside & (((clear - wanted + 1) & 7) > 2), turned, self.aim[w])
        if self.trail is not None:
            back = (todo == k.BACKTRACK) & (self.done[w] > self.oldest[w])
            last = (self.trail[w, (self.done[w] - 1) & (k.TRAIL - 1)].astype(np.int64) + 4) & 7
            clear, turned = np.where(back, last, clear), np.where(back, last * 32, turned)
        return clear, turned

    def _remember(self, w: Any, goes: Any, way: Any) -> None:
        if self.trail is None:
            return
        back = goes & (self.todo[w] == k.BACKTRACK)
        on = goes & ~back
        self.done[w[back]] -= 1
        self.trail[w[on], self.done[w[on]] & (k.TRAIL - 1)] = way[on]
        self.done[w[on]] += 1
        self.oldest[w[on]] = np.maximum(self.oldest[w[on]], self.done[w[on]] - k.TRAIL)

    def _cells(self, key: Any, here: Any) -> Any:
        land, zoom = self.land, self.land.zoom
        rows, cols = land.cells.shape
        with np.errstate(over="ignore"):
            begin = bits(mixed(key + here.astype(np.uint64)), 0, 0xFFFF) % zoom**2
        found, best = np.full(here.size, -1), np.zeros(here.size)
        for j in range(zoom**2):
            at = (begin + j) % zoom**2
            row, col = (here // land.cols - 2) * zoom + at // zoom, (here % land.cols - 2) * zoom + at % zoom
            on = (row < rows) & (col < cols)
            worth = np.where(on, land.cells[np.minimum(row, rows - 1), np.minimum(col, cols - 1)], 0)
            better = worth > best
            found, best = np.where(better, row * cols + col, found), np.where(better, worth, best)
        return np.where(here == self.law.start[0], self.law.start[1], found)
