"""Places as people write them, and the grid that all maps lie on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.geo import Grid, Place, bearing_deg, distance_m, format_place, grid_around, offset, parse_place, utm_crs

# Everywhere, and everywhere that a search is likely to meet a seam of the coordinate systems.
LATITUDES = (0.0, -0.00001, 0.00001, 56.0, 64.0, 72.0, 83.99, 84.0, -80.0, -80.01, 90.0, -90.0)
LONGITUDES = (-180.0, 180.0, 179.99999, 0.0, 3.0, 6.0, 9.0, 12.0, 21.0, 33.0, 42.0, -6.0)
PLACES = st.builds(
    Place,
    st.floats(-90, 90) | st.sampled_from(LATITUDES),
    st.floats(-180, 180) | st.sampled_from(LONGITUDES),
)
# Half a step of the last digit printed, in metres on the ground: 0.00001 deg, 0.001', 1 m.
PRECISION_M = {"decimal": 0.8, "minutes": 1.4, "utm": 0.8, "mgrs": 1.5}


@pytest.mark.parametrize("style", PRECISION_M)
@given(place=PLACES)
@example(place=Place(0.00001, 3.0))
@example(place=Place(-0.00001, 3.0))
@example(place=Place(-5.5e-8, 0.0))
@example(place=Place(-1.9e-10, -180.0))
@example(place=Place(57.74438263292714, 2.9999999973468823))
@example(place=Place(59.99999999, 179.99999999))
def test_a_place_written_down_is_read_back_within_the_digits_printed(style: str, place: Place) -> None:
    assert distance_m(parse_place(format_place(place, style)), place) <= PRECISION_M[style]


JACKSBORO = Place(36.5, -84.2)


@pytest.mark.parametrize(
    "text",
    [
        "36.5, -84.2",
        "36.5 -84.2",
        "+36.50000;-84.20000",
        "36.5, \N{MINUS SIGN}84.2",
        "N36 30.000 W84 12.000",
        "n36 30.000, w84 12.000",
        "36 30.000N 84 12.000W",
        "36°30'00\"N 84°12'00\"W",
        "36°30′00″ N, 84°12′00″ W",
        "36º30’00”N 84º12’00”W",
        "36° 30' N 84° 12' W",
        "36.5°N 84.2°W",
        "36.5° N, 84.2° W",
        "N 36.5 W 84.2",
        "36d30m00sN 84d12m00sW",
        "36d30'00\"N 84d12'00\"W",
        "36 30 00 N 84 12 00 W",
        "36°30'00''N 84°12'00''W",
        "36:30:00 N, 84:12:00 W",
        "-36°30', 84°12'",
        "  36.5 ,  -84.2 ",
    ],
)
def test_places_as_people_write_them(text: str) -> None:
    south_east = text.startswith("-36")
    there = Place(-36.5, 84.2) if south_east else JACKSBORO
    assert parse_place(text) == pytest.approx(there, abs=1e-9)


MONUMENT = Place(38.889467, -77.035240)


@pytest.mark.parametrize(
    ("text", "error_m"),
    [
        ("18S UJ 23483 06479", 1),
        ("18SUJ2348306479", 1),
        ("18s uj 23483 06479", 1),
        ("18SUJ23480647", 7.1),
        ("18S UJ 234 064", 71),
        ("18S 323483 4306479", 1),
        ("18S 0323483mE 4306479mN", 1),
        ("18s 323483e 4306479n", 1),
        ("18 S 323483.4E, 4306479.2N", 1),
    ],
)
def test_the_washington_monument(text: str, error_m: float) -> None:
    """The example of the United States National Grid, FGDC-STD-011-2001: 18S UJ 23483 06479."""
    assert distance_m(parse_place(text), MONUMENT) < error_m


@given(st.builds(Place, st.floats(-79.9, 83.9), st.floats(-180, 180)))
def test_utm_and_mgrs_print_the_same_metres(place: Place) -> None:
    zone, east, north = format_place(place, "utm").split()
    mgrs_zone, _, mgrs_east, mgrs_north = format_place(place, "mgrs").split()
    assert int(mgrs_zone[:-1]) == int(zone[:-1])
    assert mgrs_zone[-1] == zone[-1]
    for utm, mgrs in ((east, mgrs_east), (north, mgrs_north)):
        assert (int(utm) - int(mgrs) + 50_000) % 100_000 - 50_000 in (0, 1)  # UTM is rounded, MGRS cut


def test_a_short_grid_reference_names_the_middle_of_its_square() -> None:
    whole = parse_place("18S UJ 23483 06479")
    for digits, side_m in ((4, 10), (3, 100), (2, 1000), (1, 10_000)):
        short = parse_place(f"18S UJ {'23483'[:digits]} {'06479'[:digits]}")
        assert distance_m(short, whole) <= side_m * 0.71
        assert distance_m(short, parse_place(f"18S UJ {'23483'[:digits]:0<5} {'06479'[:digits]:0<5}")) >= side_m * 0.7


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a place"),
        ("somewhere", "is not a place"),
        ("xyz", "is not a place"),
        ("36.5", "is not a place"),
        ("36.5, -84.2, 300", "is not a place"),
        ("nan, 3", "is not a place"),
        ("1e9, 3", "is not a place"),
        ("36,5, -84,2", "is not a place"),
        ("91, 10", "off the globe: latitude 91"),
        ("-84.2, 200", "off the globe.*longitude 200"),
        ("N95 00 W84 12", "off the globe"),
        ("N36 60.000 W84 12.000", "60 minutes"),
        ("36°30'61\"N 84°12'00\"W", "61 seconds"),
        ("N36.5 30.0 W84 12.0", "36.5"),
        ("36°30.5'30\"N 84°12'00\"W", "30.5"),
        ("16N 750000 4043000", "band letter N.*not N for north"),
        ("16S 750000 9043000", "band letter S"),
        ("61S 750000 4043000", "zone 61"),
        ("0S 750000 4043000", "zone 0"),
        ("16S 50000 4043000", "Easting is 100000 to 999999"),
        ("16S GF 5000 430", "7 digits"),
        ("16S ZZ 5000 4300", "not a square"),
        ("99S GF 5000 4300", "not a square"),
        ("N36 30.000 S84 12.000", "is not a place"),
        ("-36.5 S 84.2 W", "is not a place"),
        ("36d30m00s 84d12m00s", "is not a place"),
        ("16S", "is not a place"),
        ("N" + "1" * 3000, "is not a place"),
    ],
)
def test_a_wrong_place_is_told_plainly(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as raised:
        parse_place(text)
    assert len(str(raised.value)) < 400


@given(st.text(max_size=30) | st.text("0123456789 .,-NSEWUGFX°'\"dms", max_size=30))
def test_any_text_is_a_place_or_one_plain_error(text: str) -> None:
    try:
        place = parse_place(text)
    except BadInput:
        return
    assert -90 <= place.lat_deg <= 90
    assert -180 <= place.lon_deg <= 180


def test_an_unknown_style_is_refused() -> None:
    for place in (JACKSBORO, Place(89.0, 0.0)):
        with pytest.raises(BadInput, match="no coordinate style 'dms'"):
            format_place(place, "dms")


@pytest.mark.parametrize(
    ("place", "crs"),
    [
        (Place(36.5, -84.2), "EPSG:32616"),
        (Place(-33.9, 18.4), "EPSG:32734"),  # Cape Town
        (Place(0.0, 0.0), "EPSG:32631"),
        (Place(-0.1, 0.0), "EPSG:32731"),
        (Place(10.0, -180.0), "EPSG:32601"),
        (Place(10.0, 180.0), "EPSG:32601"),
        (Place(10.0, 179.99), "EPSG:32660"),
        (Place(60.4, 5.3), "EPSG:32632"),  # Bergen: 32V is widened to the west
        (Place(60.4, 2.9), "EPSG:32631"),
        (Place(55.9, 5.3), "EPSG:32631"),
        (Place(64.0, 5.3), "EPSG:32631"),
        (Place(78.2, 15.6), "EPSG:32633"),  # Longyearbyen
        (Place(78.2, 8.9), "EPSG:32631"),
        (Place(78.2, 9.0), "EPSG:32633"),
        (Place(78.2, 21.0), "EPSG:32635"),
        (Place(78.2, 33.0), "EPSG:32637"),
        (Place(78.2, 42.0), "EPSG:32638"),
        (Place(71.9, 8.9), "EPSG:32632"),
        (Place(84.0, 10.0), "EPSG:5041"),
        (Place(-80.0, 10.0), "EPSG:32732"),
        (Place(-80.1, 10.0), "EPSG:5042"),
    ],
)
def test_utm_zones(place: Place, crs: str) -> None:
    """Snyder (1987), USGS Professional Paper 1395, p. 57-62, and the exceptions of DMA TM 8358.1 (32V, 31X-37X)."""
    assert utm_crs(place) == crs


GRIDS = st.builds(
    Grid,
    crs=st.just("EPSG:32616"),
    west_m=st.floats(200_000, 800_000),
    south_m=st.floats(0, 9_000_000),
    cell_m=st.floats(0.1, 5000),
    n_rows=st.integers(1, 500),
    n_cols=st.integers(1, 500),
)


@given(GRIDS, st.data())
def test_every_centre_lies_in_its_own_cell(grid: Grid, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, grid.n_rows - 1))
    col = data.draw(st.integers(0, grid.n_cols - 1))
    x, y = grid.centers_m()
    assert x.shape, y.shape == (grid.n_cols, grid.n_rows)
    assert grid.cell_of(x[col], y[row]) == (row, col)
    assert grid.contains(x[col], y[row])


@given(GRIDS, st.floats(-0.01, 1.01), st.floats(-0.01, 1.01))
@example(Grid(crs="EPSG:32616", west_m=0.1, south_m=0.3, cell_m=0.1, n_rows=3, n_cols=3), 1.0, 0.0)
def test_a_point_on_the_grid_has_a_cell_there_and_no_other_point_has(grid: Grid, east: float, north: float) -> None:
    x = grid.west_m + east * (grid.east_m - grid.west_m)
    y = grid.south_m + north * (grid.north_m - grid.south_m)
    row, col = grid.cell_of(x, y)
    assert grid.contains(x, y) == (0 <= row < grid.n_rows and 0 <= col < grid.n_cols)


def test_row_0_is_the_northernmost() -> None:
    grid = Grid(crs="EPSG:32616", west_m=1000.0, south_m=2000.0, cell_m=10.0, n_rows=3, n_cols=2)
    assert (grid.shape, grid.north_m, grid.east_m, grid.cell_area_m2) == ((3, 2), 2030.0, 1020.0, 100.0)
    assert grid.cell_of(1000.0, 2030.0) == (0, 0)
    assert grid.cell_of(1019.9, 2000.1) == (2, 1)
    x, y = grid.centers_m()
    assert x.tolist() == [1005.0, 1015.0]
    assert y.tolist() == [2025.0, 2015.0, 2005.0]
    xs, ys = np.array([1000.0, 1020.0, 1000.0, np.nan, np.inf]), np.array([2030.0, 2010.0, 2000.0, 2010.0, 2010.0])
    assert grid.contains(xs, ys).tolist() == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"cell_m": 0.0}, "cell size of 0"),
        ({"cell_m": -5.0}, "cell size of -5"),
        ({"cell_m": float("nan")}, "cell size of nan"),
        ({"cell_m": float("inf")}, "cell size of inf"),
        ({"n_rows": 0}, "is empty"),
        ({"n_cols": -1}, "is empty"),
        ({"west_m": float("nan")}, "corner"),
        ({"south_m": float("inf")}, "corner"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(bad: dict[str, float], says: str) -> None:
    good = {"crs": "EPSG:32616", "west_m": 0.0, "south_m": 0.0, "cell_m": 10.0, "n_rows": 3, "n_cols": 2}
    with pytest.raises(BadInput, match=says):
        Grid(**{**good, **bad})  # type: ignore[arg-type]


@given(PLACES, st.floats(0, 20_000), st.floats(1, 500))
def test_a_grid_around_places_holds_them_and_the_margin(place: Place, margin_m: float, cell_m: float) -> None:
    other = offset(place, bearing_deg=77.0, distance_m=5000.0)
    grid = grid_around([place, other], margin_m=margin_m, cell_m=cell_m)
    for one in (place, other):
        x, y = grid.to_m(one)
        slack = 1e-6
        assert grid.west_m - slack <= x - margin_m
        assert x + margin_m <= grid.east_m + slack
        assert grid.south_m - slack <= y - margin_m
        assert y + margin_m <= grid.north_m + slack
        assert distance_m(grid.to_place(x, y), one) < 0.001
    assert (grid.n_rows - 2) * cell_m <= 2 * margin_m + 5100
    assert (grid.n_cols - 2) * cell_m <= 2 * margin_m + 5100


def test_a_grid_lies_across_the_antimeridian_in_one_piece() -> None:
    taveuni = [Place(-16.8, 179.98), Place(-16.8, -179.98)]
    grid = grid_around(taveuni, margin_m=1000.0, cell_m=100.0)
    assert grid.shape[1] == pytest.approx(63, abs=2)  # 0.04 deg of longitude there are 4.26 km
    for place in taveuni:
        assert grid.to_place(*grid.to_m(place)) == pytest.approx(place, abs=1e-7)


def test_places_too_far_apart_for_one_grid_are_refused() -> None:
    with pytest.raises(BadInput, match="too far apart"):
        grid_around([Place(36.5, -84.2), Place(36.5, 95.8)], margin_m=0.0, cell_m=100.0)
    with pytest.raises(BadInput, match="too far apart"):
        grid_around([Place(36.5, -84.2), Place(-36.5, -30.0)], margin_m=0.0, cell_m=100.0)


@given(PLACES)
def test_many_points_go_to_metres_and_back(place: Place) -> None:
    around = [offset(place, bearing_deg=bearing, distance_m=3000.0) for bearing in (0.0, 120.0, 240.0)]
    grid = grid_around([place], margin_m=5000.0, cell_m=50.0)
    lonlat = np.array([(one.lon_deg, one.lat_deg) for one in around])
    xy = grid.xy_m(lonlat)
    assert xy.shape == (3, 2)
    assert grid.contains(xy[:, 0], xy[:, 1]).all()
    for (x, y), one, (lon, lat) in zip(xy, around, grid.lonlat(xy), strict=True):
        assert (x, y) == pytest.approx(grid.to_m(one))
        assert distance_m(Place(lat, lon), one) < 0.001


@given(st.floats(-79, 83), st.floats(-180, 180), st.floats(0, 360))
def test_a_true_bearing_plus_true_north_is_the_bearing_on_the_grid(lat: float, lon: float, bearing: float) -> None:
    place = Place(lat, lon)
    grid = grid_around([place], margin_m=100.0, cell_m=10.0)
    there = offset(place, bearing_deg=bearing, distance_m=100.0)
    (x0, y0), (x1, y1) = grid.to_m(place), grid.to_m(there)
    on_grid = np.degrees(np.arctan2(x1 - x0, y1 - y0))
    expected = bearing + grid.true_north_deg(place)
    assert (on_grid - expected + 180) % 360 - 180 == pytest.approx(0, abs=0.01)


def test_true_north_lies_east_of_grid_north_where_the_place_is_west_of_the_central_meridian() -> None:
    """Convergence = atan(tan(dlon) sin(lat)): Snyder (1987), USGS Professional Paper 1395, eq. 8-3 for the sphere."""
    place = Place(36.5, -84.2)  # 2.8 deg east of zone 16's meridian, 87 W
    grid = grid_around([place], margin_m=100.0, cell_m=10.0)
    convergence = np.degrees(np.arctan(np.tan(np.radians(2.8)) * np.sin(np.radians(36.5))))
    assert grid.true_north_deg(place) == pytest.approx(-convergence, abs=0.01)


@given(PLACES, st.floats(0, 360), st.floats(0.1, 50_000))
def test_a_step_away_has_that_bearing_and_distance(place: Place, bearing: float, metres: float) -> None:
    there = offset(place, bearing_deg=bearing, distance_m=metres)
    assert distance_m(place, there) == pytest.approx(metres, abs=1e-3)
    measured = bearing_deg(place, there)
    assert 0 <= measured < 360
    if metres > 10 and abs(place.lat_deg) < 89:
        assert (measured - bearing + 180) % 360 - 180 == pytest.approx(0, abs=0.01)


def test_distance_between_known_places() -> None:
    """Flinders Peak to Buninyong, 54 972.271 m at 306 52 05.37 (GDA94 Technical Manual, ch. 4; GRS80 ~ WGS 84)."""
    flinders = Place(-(37 + 57 / 60 + 3.72030 / 3600), 144 + 25 / 60 + 29.52440 / 3600)
    buninyong = Place(-(37 + 39 / 60 + 10.15610 / 3600), 143 + 55 / 60 + 35.38390 / 3600)
    assert distance_m(flinders, buninyong) == pytest.approx(54_972.271, abs=0.002)
    assert bearing_deg(flinders, buninyong) == pytest.approx(306 + 52 / 60 + 5.37 / 3600, abs=1e-5)


@given(st.floats(-1e-12, 1e-12))
def test_a_bearing_is_never_360(lon: float) -> None:
    assert 0 <= bearing_deg(Place(10.0, 0.0), Place(11.0, lon)) < 360


def test_a_point_on_the_edge_is_taken_onto_the_map() -> None:
    grid = Grid(crs="EPSG:32632", west_m=0.0, south_m=0.0, cell_m=50.0, n_rows=2, n_cols=4)
    for x, y in [(0.0, 0.0), (200.0, 100.0), (200.0, 40.0), (120.0, 0.0), (-0.005, 100.005)]:
        assert grid.contains(*grid.onto(x, y))
        assert grid.onto(x, y) == pytest.approx((x, y), abs=0.011)
    assert grid.onto(75.0, 25.0) == (75.0, 25.0)
    assert not grid.contains(*grid.onto(200.1, 40.0))
