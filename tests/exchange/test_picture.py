"""Maps as pictures: they hold what they should, at a scale that can be measured."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from homeward.errors import BadInput, UnknownName
from homeward.exchange.basemap import SCALES, Frame, crop, view_of
from homeward.exchange.margin import grid_label, legend_rows, north_words, text_mm
from homeward.exchange.picture import (
    MapBook,
    assignment_picture,
    map_book,
    overview_picture,
    region_share,
    way_points,
)
from homeward.exchange.segment_names import shortened
from homeward.geo import Grid, Place, grid_around
from homeward.terrain.ground import Line, LineKind, Terrain
from tests.exchange.sample import IPP, sample

SMALL = Frame(width_mm=120, height_mm=120, dpi=60, form="png")


def _pixels(picture: bytes) -> NDArray[np.float64]:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), dtype=np.float64)


def _book() -> MapBook:
    s = sample()
    return map_book(s.mission, s.terrain, s.belief, s.plan)


def test_an_overview_is_no_blank_page() -> None:
    pixels = _pixels(overview_picture(_book(), frame=SMALL))
    assert pixels.shape == (283, 283, 3)
    middle = pixels[20:200, 30:270]
    assert len(np.unique(middle.reshape(-1, 3), axis=0)) > 50
    assert middle.std() > 20


def test_likely_ground_is_darker_than_unlikely_in_grey_too() -> None:
    s = sample()
    flat = replace(s.terrain, elevation_m=np.zeros(s.terrain.grid.shape), lines=(), patches=())
    x, _ = s.terrain.grid.centers_m()
    west = x < s.terrain.grid.to_m(IPP)[0]
    poa = np.where(west[None, :], np.random.default_rng(1).uniform(0.5, 1.0, s.terrain.grid.shape), 1e-9)
    belief = replace(s.belief, poa=poa / poa.sum() * 0.9, outside=0.1)
    book = map_book(replace(s.mission, clues={}, base=None), flat, belief, replace(s.plan, assignments=()))
    grey = _pixels(overview_picture(book, frame=SMALL)).mean(axis=2)[20:230, 20:]
    assert np.median(grey[:, 60:150]) < np.median(grey[:, 190:250]) - 20  # the IPP is in between, off-map ground left


def test_the_same_map_gives_the_same_bytes() -> None:
    assert overview_picture(_book(), frame=SMALL) == overview_picture(_book(), frame=SMALL)


def test_forms_and_sizes() -> None:
    jpg = Image.open(io.BytesIO(assignment_picture(_book(), "101", frame=Frame(height_mm=100, dpi=100))))
    assert jpg.format == "JPEG"
    assert jpg.size == (708, 393)
    assert tuple(round(d) for d in jpg.info["dpi"]) == (100, 100)
    with pytest.raises(BadInput, match=r"'gif'\. Choose jpg or png"):
        Frame(form="gif")
    with pytest.raises(BadInput, match="cannot be read"):
        Frame(width_mm=20)


def test_every_assignment_has_its_own_map() -> None:
    book = _book()
    pictures = {assignment_picture(book, n, frame=SMALL) for n in ("101", "102", "109")}
    assert len(pictures) == 3
    with pytest.raises(UnknownName, match="no assignment '999'"):
        assignment_picture(book, "999", frame=SMALL)


def test_names_that_look_like_formulas_or_have_no_letters_here_are_safe() -> None:
    s = sample()
    x, y = s.terrain.grid.to_m(Place(36.59, -84.25))
    ways = [
        Line(kind=kind, xy_m=np.array([[x - 2000, y + i * 300], [x, y], [x + 2000, y + i * 300]]), name=name)
        for i, (kind, name) in enumerate(
            zip(LineKind, ["$x^$", "山道", "{", "\\frac", "a\nb", "ab" * 60] * 2, strict=False)
        )
    ]
    book = map_book(s.mission, replace(s.terrain, lines=tuple(ways)), s.belief, s.plan)
    assert _pixels(overview_picture(book, frame=SMALL)).std() > 20


@pytest.mark.parametrize("missing", ["plan", "belief", "everything"])
def test_a_map_can_be_drawn_before_all_is_known(missing: str) -> None:
    s = sample()
    mission = replace(s.mission, ipp=None, base=None, clues={}) if missing == "everything" else s.mission
    belief = None if missing != "plan" else s.belief
    book = map_book(mission, s.terrain, belief, s.plan if missing == "belief" else None)
    assert _pixels(overview_picture(book, frame=SMALL)).std() > 10


def test_flat_small_and_holed_ground_is_drawn() -> None:
    grid = grid_around([Place(36.6, -84.2)], margin_m=60.0, cell_m=30.0)
    flat = Terrain(
        grid=grid,
        elevation_m=np.zeros(grid.shape),
        hole=np.ones(grid.shape, dtype=np.bool_),
        cover=np.zeros(grid.shape, dtype=np.uint8),
    )
    assert _pixels(overview_picture(map_book(replace(sample().mission, clues={}), flat), frame=SMALL)).std() > 10


# ---- what the numbers on the map mean ---------------------------------------------------------------------------


def test_regions_hold_the_probability_they_name() -> None:
    s = sample()
    share = region_share(s.belief.poa)
    for level in (0.25, 0.5, 0.75):
        inside = s.belief.poa[share <= level]
        assert inside.sum() == pytest.approx(level, abs=inside.min(initial=1))
        assert inside.min() >= s.belief.poa[share > level].max() - 1e-15
    assert share.max() == pytest.approx(1 - s.belief.outside)


def test_equally_likely_ground_is_one_region() -> None:
    assert region_share(np.array([[0.2, 0.2], [0.2, 0.3]])) == pytest.approx(np.array([[0.9, 0.9], [0.9, 0.3]]))


def test_ground_without_probability_is_in_no_region() -> None:
    assert region_share(np.array([[0.5, 0.3, 0.0]])) == pytest.approx(np.array([[0.5, 0.8, 1.0]]))


@settings(deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(-4e4, 4e4), st.floats(-4e4, 4e4)), min_size=1, max_size=8),
    width=st.floats(80, 300),
    height=st.floats(80, 300),
)
def test_a_view_shows_every_point_at_a_scale_that_can_be_measured(
    points: list[tuple[float, float]], width: float, height: float
) -> None:
    frame = Frame(width_mm=width, height_mm=height)
    xy = np.array(points)
    view = view_of(xy, frame)
    assert view.scale in SCALES
    assert view.west_m <= xy[:, 0].min()
    assert xy[:, 0].max() <= view.east_m
    assert view.south_m <= xy[:, 1].min()
    assert xy[:, 1].max() <= view.north_m
    assert view.mm(view.east_m - view.west_m) == pytest.approx(frame.map_mm[0])
    assert view.mm(view.north_m - view.south_m) == pytest.approx(frame.map_mm[1])


def test_a_view_cuts_whole_cells_out_of_the_grid() -> None:
    grid = Grid(crs="EPSG:32616", west_m=0, south_m=0, cell_m=10, n_rows=100, n_cols=100)
    rows, cols, extent = crop(grid, view_of(np.array([[500.0, 500.0]]), Frame(width_mm=80, height_mm=80)))
    assert extent == (cols.start * 10, cols.stop * 10, 1000 - rows.stop * 10, 1000 - rows.start * 10)
    far = view_of(np.array([[9e5, 9e5]]), Frame())
    rows, cols, _ = crop(grid, far)
    assert rows.start >= rows.stop or cols.start >= cols.stop


@pytest.mark.parametrize(
    ("metres", "label"), [(743000, "⁷43"), (4052500, "⁴⁰52⁵⁰⁰"), (500, "00⁵⁰⁰"), (7000, "07"), (-2000, "-02")]
)
def test_grid_labels_read_as_on_utm_maps(metres: float, label: str) -> None:
    assert grid_label(metres) == label


def test_north_is_told_in_words() -> None:
    # convergence of UTM 16 there: atan(tan(2.75 deg) sin(36.59 deg)) = 1.64 deg (Snyder 1987, USGS PP 1395, ch. 8)
    s = sample()
    view = view_of(np.array([s.terrain.grid.to_m(Place(36.59, -84.25))]), Frame())
    assert north_words(s.terrain.grid, view) == "True north is 1.6° left (west) of grid north."


def test_way_points_keep_the_ends_and_stay_few() -> None:
    task = sample().plan.assignments[2]
    points = way_points(task, most=6)
    assert len(points) <= 6
    assert points[0] == task.route_m[0]
    assert points[-1] == task.route_m[-1]
    assert set(points) <= set(task.route_m)
    assert way_points(task, most=len(task.route_m)) == task.route_m


@given(st.lists(st.text("abc def%", min_size=1, max_size=30), max_size=14), st.floats(90, 200))
@settings(deadline=None, max_examples=30)
def test_entries_of_a_legend_stay_apart_and_inside(texts: list[str], width_mm: float) -> None:
    rows = legend_rows(texts, width_mm, size=5.6)
    assert [i for row in rows for i, _ in row] == list(range(len(texts)))
    for row in rows:
        ends = [at + 6.5 + text_mm(texts[i], 5.6) for i, at in row]
        assert all(end < at for end, (_, at) in zip(ends, row[1:], strict=False))
        assert len(row) < 2 or ends[-1] <= width_mm


def test_a_busy_segment_shows_few_numbers_and_counts_the_rest() -> None:
    busy = [str(n) for n in range(101, 108)]
    assert shortened(busy, across_mm=60.0) == "101 102 103 +4"
    assert shortened(busy, across_mm=5.0) == "101 +6"
    assert shortened(busy[:3], across_mm=60.0) == "101 102 103"
