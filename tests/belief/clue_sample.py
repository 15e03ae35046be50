"""Clues of every kind on made-up ground: helpers and strategies for the tests of clues."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import strategies as st

from homeward.belief import Belief, Part, make_map
from homeward.geo import Floats, Grid, Place
from homeward.mission.nouns import Clue, ClueArea, ClueKind, Grade, Sense
from tests.belief.sample import GRID, IPP, hiker, place

MAP = make_map(hiker())
EVEN = Belief(grid=GRID, poa=np.full(GRID.shape, 0.9 / 120**2), outside=0.1, ipp_m=IPP)
IPP_PLACE = place(0, 0)
NOON = datetime(2026, 6, 21, 10, 30, tzinfo=UTC)


def clue(kind: ClueKind, east_m: float = 0.0, north_m: float = 0.0, **more: object) -> Clue:
    """A clue of a kind, its place in metres from the IPP."""
    plain = Clue(id="C", kind=kind, place=place(east_m, north_m), text="so", reliability=0.9)
    return replace(plain, **more)  # type: ignore[arg-type]


def square(east_m: float, north_m: float, half_m: float) -> tuple[Place, ...]:
    """The corners of a square about a point, metres from the IPP."""
    return tuple(place(east_m + a * half_m, north_m + b * half_m) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)))


def area(grade: Grade, east_m: float = 1500.0, north_m: float = 1500.0, half_m: float = 1000.0) -> Clue:
    return clue(ClueKind.AREAS, areas=(ClueArea(label="AA", ring=square(east_m, north_m, half_m), grade=grade),))


def peak(like: Floats, grid: Grid = GRID) -> Place:
    row, col = divmod(int(like.argmax()), grid.n_cols)
    x, y = grid.centers_m()
    return grid.to_place(float(x[col]), float(y[row]))


def at(like: Floats, east_m: float, north_m: float) -> float:
    return float(like[GRID.cell_of(IPP[0] + east_m, IPP[1] + north_m)])


def from_ipp(like: Floats) -> Floats:
    """What the clue adds to a place, 0 where it says nothing of it."""
    return np.asarray(like - like.min())


_far = st.floats(-4000, 4000)
_share = st.floats(0, 1)
kinds: list[st.SearchStrategy[Clue]] = [
    st.builds(lambda e, n, a, b, t: clue(ClueKind.POINT, e, n, error_m=a, error_across_m=b, error_axis_deg=t),
              _far, _far, st.floats(10, 2000), st.floats(10, 2000), st.floats(0, 360)),
    st.builds(lambda e, n, b, d: clue(ClueKind.BEARING, e, n, bearing_deg=b, range_m=d),
              _far, _far, st.floats(0, 360), st.none() | st.floats(50, 9000)),
    st.builds(lambda e, b, s: clue(ClueKind.BEARING, e, 0, bearing_deg=b, sense=s),
              _far, st.floats(0, 360), st.sampled_from(Sense)),
    st.builds(lambda e, n, b, w, lo, deep: clue(ClueKind.SECTOR, e, n, bearing_deg=b, width_deg=w, range_min_m=lo,
              range_max_m=lo + deep), _far, _far, st.floats(0, 360), st.floats(5, 360), st.floats(0, 3000),
              st.floats(100, 9000)),
    st.builds(lambda e, n, d: clue(ClueKind.RING, e, n, range_m=d), _far, _far, st.floats(100, 9000)),
    st.builds(lambda e, n: clue(ClueKind.IMAGE, e, n), _far, _far),
    st.builds(lambda e, n, b: clue(ClueKind.TRACK, e, n, bearing_deg=b), _far, _far, st.none() | st.floats(0, 360)),
    st.builds(lambda e, n, d, w: clue(ClueKind.ABSENCE, e, n, range_m=d, noticed=w), _far, _far, st.floats(20, 2000),
              _share),
    st.builds(area, st.sampled_from(Grade), _far, _far, st.floats(100, 2000)),
]  # fmt: skip
clues = st.builds(
    lambda c, r, v, f, h: replace(
        c, reliability=r, relevance=v, by_chance=f, at=None if h is None else NOON - timedelta(hours=h)
    ),
    st.one_of(kinds), _share, st.none() | _share, st.none() | _share, st.none() | st.floats(0, 48),
)  # fmt: skip


def halves() -> tuple[Part, Part]:
    """Two scenarios of equal weight on the same ground."""
    first, second = (Part(scenario=name, label=name, poa=EVEN.poa / 2, outside=EVEN.outside / 2) for name in ("A", "B"))
    return first, second
