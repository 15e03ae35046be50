"""The kernel under `simulate`: one subject after another, each walked from cell to cell to its last recorded hour.

A step goes to one of the 8 neighbours; how long it takes is looked up, and so is everything drawn from a distribution,
so that no machine rounds it otherwise. The random numbers of a subject are a function of the seed, its own number and
a counter (SplitMix64: Steele, Lea and Flood 2014, OOPSLA, 453-472): who walks on which thread changes nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats

WANDER, ROUTE, DIRECTION, STAY, VIEW, BACKTRACK = range(6)
ROWS = np.array([-1, -1, 0, 1, 1, 1, 0, -1], dtype=np.int64)  # north, north-east, east, ...
COLS = np.array([0, 1, 1, 1, 0, -1, -1, -1], dtype=np.int64)
LINKS, TOWARDS, UP = 8, 9, 10  # columns of `Land.blocks` after the 8 neighbours
BLOCKED, NONE, OFF = 255, 255, 254
TURN = 64  # a wanderer turns by up to 45 deg either way at each step, in 256ths of a circle over both sides
HARDER = 29  # codes of time, a factor of two: subjects step aside rather than take such ground, off a route too
TRAIL = 4096  # steps that a backtracker remembers
INJURED, RESPONSIVE = 1, 2  # bits of what a subject is

Bytes = NDArray[np.uint8]
Word = Any  # uint64 where it is compiled


class Land(NamedTuple):
    """The ground in blocks of `zoom` x `zoom` cells of the map, two blocks of margin round it. Directions are 0 (north)
    to 7 (north-west).

    `blocks` (blocks, 16): to each of 8 neighbours a code of the time on foot at the full speed of the law, `BLOCKED`
    where nobody goes; then at `LINKS` a bit for each neighbour that a route leads on to, 0 off the routes; at `TOWARDS`
    the direction of the nearest route, `NONE` where there is none near; at `UP` that of the highest neighbour, `NONE`
    on a top, `OFF` beyond the map. One row of it, and so one access to memory, is all that a step needs. `seconds`
    (256,) is what the codes stand for, `cols` the width in blocks with the margin. `cells` (rows, cols) of the map: 0
    where nobody walks, 1 where somebody does, 2 on a route.
    """

    blocks: Bytes
    seconds: Floats
    cols: int
    cells: Bytes
    zoom: int


class Law(NamedTuple):
    """What subjects draw from. Shares are in 65536ths; tables hold quantiles.

    `mix` (6,) cumulated shares of the behaviours; `bout_s` (1024,) how long one is kept; `stop_s` (1025,) when a
    subject stops for good; `heading` (1024,) first heading, 256ths of a circle from north; `pace` slowest and fastest
    share of the law's speed; `nights` (n, 2) dusk and dawn, seconds; `walks_at_night`, `injured`, `responsive` and
    `responsive_injured` shares; `record_s` when to record, ascending; `start` block and cell of the IPP.
    """

    mix: NDArray[np.int64]
    bout_s: Floats
    stop_s: Floats
    heading: NDArray[np.int64]
    pace: tuple[float, float]
    nights: Floats
    walks_at_night: int
    injured: int
    responsive: int
    responsive_injured: int
    record_s: Floats
    start: tuple[int, int]
    seed: int


def diagonal_shares() -> NDArray[np.int64]:
    """For each heading, in 65536ths: how often the step is taken to the next direction clockwise, so that steps to the
    8 neighbours lead along the heading on average."""
    past = np.arange(256) % 32 * (2 * np.pi / 256)
    from_axis = np.tan(past)
    to_axis = 1 - np.tan(np.pi / 4 - past)
    share = np.where(np.arange(256) // 32 % 2 == 0, from_axis, to_axis)
    return np.asarray(np.rint(65536 * share), dtype=np.int64)


def ways_on() -> NDArray[np.int64]:
    """Which way on along a route, (256, 16): by the links as seen by who comes along (bit 0 ahead, bit 1 half right
    ...) and by chance. Ahead or aside each way is as probable as another, to a 16th; back only where there is none."""
    ways = np.zeros((256, 16), dtype=np.int64)
    for links in range(1, 256):
        there = [turn for turn in range(-3, 5) if links >> (turn & 7) & 1]
        rank = min(max(abs(turn) - 1, 1) for turn in there)
        best = [turn for turn in there if max(abs(turn) - 1, 1) == rank]
        ways[links] = np.array(best)[np.arange(16) * len(best) // 16]
    return ways


_DIAGONAL, _WAYS_ON = diagonal_shares(), ways_on()


@njit(cache=True, nogil=True)
def mixed(x: Word) -> Word:  # pragma: no cover
    """SplitMix64's finaliser, on uint64."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(cache=True, nogil=True)
def drawn(key: Word, n: int) -> Word:  # pragma: no cover
    """The n-th 64 random bits of a subject."""
    return mixed(key + np.uint64(n) * np.uint64(0x9E3779B97F4A7C15))


@njit(cache=True, nogil=True)
def bits(z: Word, shift: int, mask: int) -> Any:  # pragma: no cover
    """Some of the bits of z, as a signed number."""
    return np.int64((z >> np.uint64(shift)) & np.uint64(mask))


@njit(cache=True, nogil=True)
def _along(heading: int, z: Word) -> int:  # pragma: no cover
    more = 1 if bits(z, 0, 0xFFFF) < _DIAGONAL[heading] else 0
    return ((heading >> 5) + more) & 7


@njit(cache=True, nogil=True)
def _way(blocks: Bytes, here: int, todo: int, heading: int, z: Word) -> tuple[int, int]:  # pragma: no cover
    """(direction, heading) that a subject would take who neither stays nor goes back; direction -1: stays."""
    if todo == ROUTE:
        links = np.int64(blocks[here, LINKS])
        if links != 0:
            ahead = ((heading + 16) >> 5) & 7
            k = (ahead + _WAYS_ON[((links << 8 | links) >> ahead) & 255, bits(z, 16, 15)]) & 7
            return int(k), int(k * 32)
        k = np.int64(blocks[here, TOWARDS])
        if k < 8:
            return int(k), int(k * 32)
    elif todo == VIEW:
        k = np.int64(blocks[here, UP])
        return (int(k), int(k * 32)) if k < 8 else (-1, heading)
    elif todo == WANDER:
        heading = (heading + bits(z, 16, TURN - 1) - TURN // 2) & 255
    return _along(heading, z), heading


@njit(cache=True, nogil=True)
def _clear(blocks: Bytes, here: int, k: int, z: Word) -> int:  # pragma: no cover
    """The direction k, or half a turn aside where that is easier by far; the nearest that is not blocked, either side
    first by chance; -1 where there is none."""
    side = 1 if bits(z, 25, 1) == 1 else -1
    ahead = np.int64(blocks[here, k])
    one, other = np.int64(blocks[here, (k + side) & 7]), np.int64(blocks[here, (k - side) & 7])
    if ahead - min(one, other) > HARDER:
        return (k + side) & 7 if one <= other else (k - side) & 7
    if ahead != BLOCKED:
        return k
    for j in range(1, 8):
        turn = (j + 1) // 2 * (side if j % 2 == 1 else -side)
        if blocks[here, (k + turn) & 7] != BLOCKED:
            return (k + turn) & 7
    return -1


@njit(cache=True, nogil=True)
def _choice(
    blocks: Bytes, here: int, todo: int, heading: int, aim: int, z: Word
) -> tuple[int, int, int]:  # pragma: no cover
    """(direction or -1, heading, aim) of who neither stays nor goes back; round a wall the aim turns too."""
    wanted, turned = _way(blocks, here, todo, heading, z)
    if wanted < 0:
        return -1, turned, aim
    k = _clear(blocks, here, wanted, z)
    if k != wanted:
        turned = k * 32
        aim = turned if ((k - wanted + 1) & 7) > 2 else aim
    return k, turned, aim


@njit(cache=True, nogil=True)
def _quantile(table: Floats, z: Word) -> float:  # pragma: no cover
    i = bits(z, 54, 1023)
    return float(table[i] + bits(z, 30, 0xFFFFFF) / 16777216.0 * (table[i + 1] - table[i]))


@njit(cache=True, nogil=True)
def _traits(law: Law, key: Word) -> tuple[float, int, float, bool, int]:  # pragma: no cover
    """(when it stops, first heading, slowness, halts at night, bits of what it is)."""
    z, y = drawn(key, 1), drawn(key, 2)
    pace = law.pace[0] + (law.pace[1] - law.pace[0]) * (bits(z, 0, 0xFFFFFF) / 16777216.0)
    halts = bits(y, 0, 0xFFFF) >= law.walks_at_night
    what = 0
    answers = law.responsive
    if bits(y, 16, 0xFFFF) < law.injured:
        what |= INJURED
        answers = law.responsive_injured
    if bits(y, 32, 0xFFFF) < answers:
        what |= RESPONSIVE
    return _quantile(law.stop_s, z), law.heading[bits(y, 48, 1023)], 1.0 / pace, halts, what


@njit(cache=True, nogil=True)
def _behaviour(mix: NDArray[np.int64], z: Word) -> int:  # pragma: no cover
    u = bits(z, 48, 0xFFFF)
    todo = 0
    while todo < 5 and u >= mix[todo]:
        todo += 1
    return todo


@njit(cache=True, nogil=True)
def _cell(land: Land, law: Law, key: Word, here: int) -> int:  # pragma: no cover
    """The flat number of the cell of the map where a subject is in its block: always the same one, on the route if
    there is one."""
    if here == law.start[0]:
        return law.start[1]
    top, left = (here // land.cols - 2) * land.zoom, (here % land.cols - 2) * land.zoom
    size = land.zoom * land.zoom
    begin = bits(mixed(key + np.uint64(here)), 0, 0xFFFF) % size
    found, best = -1, 0
    for j in range(size):
        row, col = top + (begin + j) % size // land.zoom, left + (begin + j) % land.zoom
        if row < land.cells.shape[0] and col < land.cells.shape[1] and land.cells[row, col] > best:
            found, best = row * land.cells.shape[1] + col, land.cells[row, col]
    return found


@njit(cache=True, nogil=True)
def _remembered(trail: Bytes, k: int, done: int, oldest: int, back: bool) -> tuple[int, int]:  # noqa: FBT001 # pragma: no cover
    """(steps remembered, oldest still known) after a step k, or one back."""
    if back:
        return done - 1, oldest
    trail[done & (TRAIL - 1)] = k
    return done + 1, max(oldest, done + 1 - TRAIL)


@njit(cache=True, nogil=True)
def _walked(  # noqa: C901
    land: Land, law: Law, key: Word, trail: Bytes, at: NDArray[np.int32]
) -> tuple[float, int, int]:  # pragma: no cover
    """Walks one subject: fills `at` (times,) with its cells of the map, -1 off it; (when it stops, what it is, draws).

    # Long: the state of a walk is a dozen numbers that live in registers; handing them round would halve the speed
    """
    stop, heading, slow, halts, what = _traits(law, key)
    blocks, seconds, cols = land.blocks, land.seconds, land.cols
    mix, bout_s, nights, record_s = law.mix, law.bout_s, law.nights, law.record_s
    here, clock, bout_end = law.start[0], 0.0, 0.0
    todo, aim, night, i, done, oldest, n = STAY, heading, 0, 0, 0, 0, 3
    while i < at.size:
        z = drawn(key, n)
        n += 1
        if clock >= bout_end:
            aim = heading if todo == WANDER else aim
            todo, heading = _behaviour(mix, z), aim
            bout_end = clock + bout_s[bits(z, 38, 1023)]
        k, turned = -1, heading
        if todo == BACKTRACK and done > oldest:
            k = (trail[(done - 1) & (TRAIL - 1)] + 4) & 7
            turned = k * 32
        elif todo != BACKTRACK and todo != STAY:
            k, turned, aim = _choice(blocks, here, todo, heading, aim, z)
        there, then = here, bout_end
        if k >= 0:
            there = here + ROWS[k] * cols + COLS[k]
            then = clock + seconds[blocks[here, k]] * slow
        if halts and night < nights.shape[0] and then > nights[night, 0]:
            k, there, then = -1, here, max(nights[night, 1], clock)
            night += 1
        if then > stop:
            k, there, then = -1, here, np.inf
        while i < at.size and record_s[i] < then:
            at[i] = _cell(land, law, key, here)
            i += 1
        clock = then
        if k >= 0:
            here, heading = there, turned
            done, oldest = _remembered(trail, k, done, oldest, todo == BACKTRACK)
            if blocks[here, UP] == OFF:
                at[i:] = -1
                return stop, what, n
    return stop, what, n


@njit(cache=True, nogil=True)
def walk(  # pragma: no cover
    land: Land, law: Law, span: tuple[int, int], cell: NDArray[np.int32], stop_s: NDArray[np.float32], what: Bytes
) -> int:
    """Walks the subjects numbered span[0] up to span[1]: fills their columns of `cell` (times, subjects); the steps."""
    steps = 0
    trail = np.zeros(TRAIL, dtype=np.uint8)
    at = np.empty(law.record_s.size, dtype=np.int32)
    for who in range(span[0], span[1]):
        key = mixed(np.uint64(law.seed) ^ mixed(np.uint64(who) + np.uint64(1)))
        stop_s[who], what[who], n = _walked(land, law, key, trail, at)
        steps += n - 3
        cell[:, who] = at
    return steps
