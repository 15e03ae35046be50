from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from rasterio import Affine

from homeward.errors import BadFile, BadInput
from homeward.geo import Grid, Place
from homeward.terrain import Cover, build_terrain, grid_for
from homeward.terrain.demo_ground import demo_terrain, jacksboro
from homeward.terrain.elevation import elevation_from_array, grid_over, read_elevation
from homeward.terrain.raster import bilinear
from tests.terrain.ground import ground

WEST, NORTH, STEP = 1.5, 42.6, 1 / 1200


def write(path: Path, z: NDArray[Any], *, crs: str | None = "EPSG:4326", nodata: float | None = None) -> Path:
    """A small DEM in degrees, its upper left corner at 42.6 N 1.5 E (or without any CRS)."""
    affine = Affine(STEP, 0, WEST, 0, -STEP, NORTH)
    profile = {"driver": "GTiff", "height": z.shape[0], "width": z.shape[1], "count": 1, "dtype": z.dtype}
    with rasterio.open(path, "w", crs=crs, transform=affine, nodata=nodata, **profile) as file:
        file.write(z, 1)
    return path


def tilted(rows: int = 60, cols: int = 60) -> NDArray[np.float32]:
    """1000 m in the north-west, falling 1 m a row and rising 2 m a column."""
    r, c = np.indices((rows, cols))
    return (1000 - r + 2 * c).astype(np.float32)


def at(grid: Grid, z: NDArray[np.float64], lat: float, lon: float) -> float:
    return float(z[grid.cell_of(*grid.to_m(Place(lat, lon)))])


def test_elevation_lands_where_it_belongs(tmp_path: Path) -> None:
    path = write(tmp_path / "dem.tif", tilted())
    grid = grid_for(path, cell_m=25)
    found = read_elevation([path], grid)
    assert not found.hole.any()
    assert found.findings == ()
    for row, col in ((10, 10), (30, 45), (50, 20)):
        lat, lon = NORTH - (row + 0.5) * STEP, WEST + (col + 0.5) * STEP
        assert at(grid, found.elevation_m, lat, lon) == pytest.approx(1000 - row + 2 * col, abs=0.6)


def test_the_grid_of_a_file_lies_inside_it_and_of_bounds_around_them(tmp_path: Path) -> None:
    path = write(tmp_path / "dem.tif", tilted())
    inner = grid_for(path, cell_m=25)
    ll = inner.lonlat([(inner.west_m, inner.south_m), (inner.east_m, inner.north_m)])
    assert (ll[:, 0] >= WEST).all()
    assert (ll[:, 0] <= WEST + 60 * STEP).all()
    outer = grid_for(path, cell_m=25, bounds_lonlat=(1.51, 42.56, 1.54, 42.59))
    for lat, lon in ((42.56, 1.51), (42.59, 1.54), (42.56, 1.54), (42.59, 1.51)):
        assert outer.contains(*outer.to_m(Place(lat, lon)))
    assert inner.crs == outer.crs == "EPSG:32631"
    assert inner.west_m % 25 == 0


def test_a_small_hole_is_filled_from_its_rim_and_marked(tmp_path: Path) -> None:
    z = tilted()
    z[30:33, 30:33] = -9999
    found = read_elevation(
        [write(tmp_path / "d.tif", z, nodata=-9999)], grid_over((1.51, 42.56, 1.54, 42.59), cell_m=25)
    )
    assert 0 < found.hole.mean() < 0.1
    assert not np.isnan(found.elevation_m).any()
    grid = grid_over((1.51, 42.56, 1.54, 42.59), cell_m=25)
    assert at(grid, found.elevation_m, NORTH - 31.5 * STEP, WEST + 31.5 * STEP) == pytest.approx(1031, abs=2)
    assert "filled from its rim" in str(found.findings[0])


def test_an_undeclared_void_code_and_nan_are_holes_too(tmp_path: Path) -> None:
    z = tilted()
    z[10, 10], z[40, 40] = -32768, np.nan
    grid = grid_over((1.505, 42.555, 1.545, 42.595), cell_m=25)
    found = read_elevation([write(tmp_path / "d.tif", z)], grid)
    assert found.elevation_m.min() > 900
    assert found.hole.any()
    assert any("cannot be" in str(f) for f in found.findings)


def test_the_sea_is_a_hole_at_zero_and_water(tmp_path: Path) -> None:
    z = np.repeat(np.linspace(-60, 120, 60, dtype=np.float32)[None, :], 60, axis=0)
    z[:, :20] = -9999  # the shore stands at 1 m
    path = write(tmp_path / "d.tif", z, nodata=-9999)
    terrain = build_terrain(grid=grid_for(path, cell_m=50), elevation=path, features=[])
    sea = terrain.cover == Cover.WATER
    assert 0.25 < sea.mean() < 0.4
    assert (terrain.elevation_m[sea] == 0).all()
    assert terrain.hole[sea].all()
    assert any("sea" in str(f) for f in terrain.findings)


def test_a_large_gap_in_the_mountains_is_not_sea(tmp_path: Path) -> None:
    z = tilted()
    z[10:50, 10:50] = -9999
    path = write(tmp_path / "d.tif", z, nodata=-9999)
    terrain = build_terrain(grid=grid_for(path, cell_m=50), elevation=path, features=[])
    assert not (terrain.cover == Cover.WATER).any()
    assert terrain.elevation_m.min() > 900


def test_numbers_stuck_at_their_types_maximum_are_reported(tmp_path: Path) -> None:
    z = np.minimum(tilted() - 700, 255).astype(np.uint8)
    path = write(tmp_path / "d.tif", z)
    found = read_elevation([path], grid_for(path, cell_m=50))
    assert any("255" in str(f) and "uint8" in str(f) for f in found.findings)


def test_several_files_are_merged_the_first_one_counting(tmp_path: Path) -> None:
    west = tilted()
    west[:, 30:] = -9999
    a = write(tmp_path / "a.tif", west, nodata=-9999)
    b = write(tmp_path / "b.tif", tilted() + 500)
    grid = grid_for(b, cell_m=50)
    found = read_elevation([a, b], grid)
    assert not found.hole.any()
    assert at(grid, found.elevation_m, 42.575, WEST + 10 * STEP) == pytest.approx(990, abs=3)
    assert at(grid, found.elevation_m, 42.575, WEST + 50 * STEP) == pytest.approx(1570, abs=3)


def test_a_missing_crs_can_be_stated(tmp_path: Path) -> None:
    path = write(tmp_path / "d.tif", tilted(), crs=None)
    with pytest.raises(BadFile, match=r"d\.tif.*CRS.*EPSG:4326"):
        grid_for(path, cell_m=25)
    with pytest.raises(BadFile, match=r"d\.tif.*CRS"):
        read_elevation([path], grid_over((1.51, 42.56, 1.54, 42.59), cell_m=25))
    assert grid_for(path, cell_m=25, crs="EPSG:4326") == grid_for(write(tmp_path / "e.tif", tilted()), cell_m=25)
    with pytest.raises(BadInput, match="EPSG:99"):
        grid_for(path, cell_m=25, crs="EPSG:99")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"not a raster at all", "not a raster"),
        (b"II*\0" + b"\0" * 50, "not a raster"),
        (None, "no file"),
    ],
)
def test_what_is_not_a_raster_is_named(tmp_path: Path, content: bytes | None, word: str) -> None:
    path = tmp_path / "dem.tif"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadFile, match=f"dem.tif.*{word}|{word}.*dem.tif"):
        grid_for(path, cell_m=30)


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "dem.tif", np.random.default_rng(0).normal(800, 50, (200, 200)).astype(np.float32))
    grid = grid_for(path, cell_m=50)
    path.write_bytes(path.read_bytes()[:60_000])
    with pytest.raises(BadFile, match=r"dem\.tif"):
        read_elevation([path], grid)


def test_a_file_of_another_place_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "dem.tif", tilted())
    with pytest.raises(BadFile, match=r"dem\.tif.*area"):
        read_elevation([path], grid_over((11.2, 49.4, 11.3, 49.5), cell_m=50))


@pytest.mark.parametrize(
    "bounds", [(1.6, 42.5, 1.5, 42.6), (1.5, 42.6, 1.6, 42.5), (170, 10, 190, 20), (float("nan"), 1, 2, 3)]
)
def test_bounds_that_cannot_be_are_refused(bounds: tuple[float, float, float, float]) -> None:
    with pytest.raises(BadInput, match="west, south, east, north"):
        grid_over(bounds, cell_m=30)


def test_a_grid_of_too_many_cells_is_refused() -> None:
    with pytest.raises(BadInput, match="million cells"):
        grid_over((1, 42, 3, 44), cell_m=5)


@pytest.mark.parametrize(
    ("name", "lat", "lon", "height_m", "off_m"),
    [
        ("Cross Mountain, the highest point", 36.1983, -84.2308, 1077, 8),
        ("Jacksboro", 36.3301, -84.1838, 322, 15),
        ("LaFollette", 36.3828, -84.1197, 320, 15),
        ("Rocky Top", 36.2187, -84.1546, 263, 15),
        ("Norris Lake, its western arm", 36.2550, -84.1330, 311, 10),
    ],
)
def test_the_demo_ground_lies_where_tennessee_does(
    name: str, lat: float, lon: float, height_m: float, off_m: float
) -> None:
    """Cross Mountain: 3,534 ft at 36.19833 N 84.23056 W as published; the towns and the lake from common knowledge."""
    terrain = demo_terrain(cell_m=50)
    assert at(terrain.grid, terrain.elevation_m, lat, lon) == pytest.approx(height_m, abs=off_m), name


def test_the_demo_ground_is_whole() -> None:
    elevation_m, (west, south, east, north) = jacksboro()
    assert elevation_m.shape == (344, 403)
    assert (east - west) / 403 == pytest.approx(1 / 1200)
    assert (north - south) / 344 == pytest.approx(1 / 1200)
    assert north * 1200 % 1 == pytest.approx(0.5, abs=1e-3)  # cells of SRTM are centred on whole multiples of 3"
    terrain = demo_terrain()
    assert not terrain.hole.any()
    assert terrain.findings == ()
    assert {line.kind.value for line in terrain.lines} == {"stream", "ridge"}


def test_an_array_keeps_its_north() -> None:
    z = np.repeat(np.arange(40.0)[:, None], 40, axis=1) * 10
    grid = grid_over((1.5, 42.5, 1.6, 42.6), cell_m=200, inside=True)
    found = elevation_from_array(z, (1.5, 42.5, 1.6, 42.6), grid)
    assert found.elevation_m[0].mean() < found.elevation_m[-1].mean()


@pytest.mark.shared
def test_the_saturating_model_of_porto_alegre_is_found_out(shared: Path) -> None:
    path = shared / "areas" / "portoalegre_hills" / "dem.tif"
    found = read_elevation([path], grid_for(path, cell_m=60))
    assert any("255" in str(f) for f in found.findings)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("area", "highest_m", "sea"),
    [
        ("andorra", 3100, 0.0),
        ("cape_peninsula", 1077, 0.55),
        ("zion_canyon", 2892, 0.0),
        ("monaco_riviera", 1325, 0.47),
    ],
)
def test_real_models_keep_their_summits_and_their_sea(shared: Path, area: str, highest_m: float, sea: float) -> None:
    path = shared / "areas" / area / "dem.tif"
    found = read_elevation([path], grid_for(path, cell_m=90))
    assert found.elevation_m.max() == pytest.approx(highest_m, rel=0.07)
    assert found.sea.mean() == pytest.approx(sea, abs=0.05)


@pytest.mark.shared
def test_the_whole_globe_tile_serves_a_part_of_it(shared: Path) -> None:
    """Feldberg in the Black Forest, 1493 m: 92 m cells cut some of its summit."""
    tile = shared / "extra_dem" / "N48E008.tif"
    grid = grid_over((8.03, 48.03, 8.1, 48.1), cell_m=90)
    found = read_elevation([tile], grid)
    assert not found.hole.any()
    assert 300 < found.elevation_m.min() < found.elevation_m.max() < 1493


def test_a_raster_between_cell_centres_is_a_plane_where_it_is_one():
    terrain = ground(np.add.outer(np.arange(8.0) * 3, np.arange(9.0) * -2))
    row, col = np.array([0.0, 2.25, 6.9]), np.array([0.0, 7.5, 3.1])
    grid = terrain.grid
    x, y = grid.west_m + (col + 0.5) * grid.cell_m, grid.north_m - (row + 0.5) * grid.cell_m
    assert bilinear(terrain.elevation_m, grid, np.column_stack([x, y])) == pytest.approx(3 * row - 2 * col)
    beyond = np.array([[grid.west_m - 500, grid.north_m + 500]])
    assert bilinear(terrain.elevation_m, grid, beyond) == pytest.approx([0.0])
