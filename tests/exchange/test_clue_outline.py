"""Outlines of what clues point at: closed, of the right size, round the right place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.exchange.clue_outline import lonlat, outlines
from homeward.geo import Grid, Place
from homeward.mission.nouns import Clue, ClueArea, ClueKind, Grade, Sense

HERE = Place(46.8, 8.2)
GRID = Grid(crs="EPSG:32632", west_m=0, south_m=0, cell_m=100, n_rows=1, n_cols=1)
AREA = (ClueArea(label="AA", ring=(HERE, Place(46.81, 8.2), Place(46.81, 8.22)), grade=Grade.STRONG),)


def clue(kind: ClueKind, **more: object) -> Clue:
    return replace(Clue(id="1", kind=kind, place=HERE, text="so"), **more)  # type: ignore[arg-type]


def polygon(one: Clue) -> shapely.Polygon:
    (rings,) = outlines(one)
    outer, *holes = [GRID.xy_m(lonlat(ring)) for ring in rings]
    return shapely.Polygon(outer, holes)


@settings(deadline=None)
@given(st.floats(0, 360), st.floats(10, 180), st.floats(0, 3000), st.floats(200, 5000))
def test_a_sector_has_the_area_of_its_beam(bearing: float, width: float, near: float, deep: float) -> None:
    one = clue(ClueKind.SECTOR, bearing_deg=bearing, width_deg=width, range_min_m=near, range_max_m=near + deep)
    area = np.radians(width) / 2 * ((near + deep) ** 2 - near**2)
    assert polygon(one).area == pytest.approx(area, rel=0.03)
    middle = GRID.to_m(HERE)
    turn = np.radians(bearing + GRID.true_north_deg(HERE))
    away = near + deep / 2
    assert polygon(one).contains(shapely.Point(middle[0] + away * np.sin(turn), middle[1] + away * np.cos(turn)))


def test_a_ring_has_a_hole() -> None:
    ring = polygon(clue(ClueKind.RING, range_m=3000, range_sd_m=500))
    assert ring.area == pytest.approx(np.pi * (3500**2 - 2500**2), rel=0.02)
    assert not ring.contains(shapely.Point(GRID.to_m(HERE)))
    around = polygon(clue(ClueKind.SECTOR, range_min_m=1650, range_max_m=2200))
    assert around.area == pytest.approx(np.pi * (2200**2 - 1650**2), rel=0.02)


def test_an_ellipse_has_its_axes() -> None:
    ellipse = polygon(clue(ClueKind.IMAGE, error_m=300, error_across_m=100, error_axis_deg=90))
    west, south, east, north = ellipse.bounds
    assert ellipse.area == pytest.approx(np.pi * 300 * 100, rel=0.02)
    assert (east - west, north - south) == pytest.approx((600, 200), rel=0.05)


@pytest.mark.parametrize(
    "one",
    [
        clue(ClueKind.POINT, error_m=100),
        clue(ClueKind.BEARING, bearing_deg=10),
        clue(ClueKind.BEARING, bearing_deg=10, sense=Sense.SHOUT),
        clue(ClueKind.SECTOR, bearing_deg=10),
        clue(ClueKind.RING, sense=Sense.LIGHT),
        clue(ClueKind.TRACK, bearing_deg=300),
        clue(ClueKind.ABSENCE),
        clue(ClueKind.AREAS, areas=AREA),
    ],
)
def test_every_outline_is_a_closed_valid_polygon(one: Clue) -> None:
    for rings in outlines(one):
        assert all(ring[0] == ring[-1] for ring in rings)
    assert polygon(one).is_valid


@pytest.mark.parametrize("one", [clue(ClueKind.POINT), clue(ClueKind.IMAGE), clue(ClueKind.TRACK)])
def test_a_mere_point_has_none(one: Clue) -> None:
    assert outlines(one) == []
