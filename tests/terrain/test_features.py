from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

from homeward.errors import BadFile, BadInput
from homeward.geo import Grid
from homeward.terrain import Cover, LineKind, Terrain, build_terrain, grid_for
from homeward.terrain.cover import draw_areas, draw_sea, read_landcover
from homeward.terrain.elevation import grid_over
from homeward.terrain.features import read_features
from homeward.terrain.raster import grid_affine

BOX = (1.50, 42.50, 1.54, 42.53)


@pytest.fixture
def grid() -> Grid:
    return grid_over(BOX, cell_m=30)


def geojson(path: Path, *features: tuple[dict[str, str], str, Any]) -> Path:
    listed = [
        {"type": "Feature", "properties": tags, "geometry": {"type": kind, "coordinates": xy}}
        for tags, kind, xy in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed}), encoding="utf-8")
    return path


def square(west: float, south: float, side: float) -> list[list[list[float]]]:
    return [[[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]]


def test_tags_become_cover_lines_and_patches(tmp_path: Path, grid: Grid) -> None:
    path = geojson(
        tmp_path / "map.geojson",
        ({"natural": "wood"}, "Polygon", square(1.505, 42.505, 0.02)),
        ({"natural": "water", "name": "Llac"}, "Polygon", square(1.510, 42.510, 0.004)),
        ({"building": "house"}, "Polygon", square(1.530, 42.505, 0.0003)),
        ({"highway": "path", "name": "GR 11"}, "LineString", [[1.49, 42.51], [1.55, 42.51]]),
        ({"highway": "residential", "tunnel": "yes"}, "LineString", [[1.51, 42.52], [1.53, 42.52]]),
        ({"waterway": "stream"}, "LineString", [[1.52, 42.50], [1.52, 42.53]]),
        ({"amenity": "bench"}, "Point", [1.52, 42.51]),
    )
    found = read_features(path, grid)
    assert [(line.kind, line.name) for line in found.lines] == [(LineKind.TRAIL, "GR 11"), (LineKind.STREAM, None)]
    assert [(patch.kind, patch.name) for patch in found.patches] == [("water", "Llac"), ("building", None)]
    xy = found.lines[0].xy_m
    assert grid.west_m == pytest.approx(xy[:, 0].min(), abs=0.01)  # clipped to the map
    assert grid.east_m == pytest.approx(xy[:, 0].max(), abs=0.01)
    cover = draw_areas(np.zeros(grid.shape, dtype=np.uint8), found.areas, grid)
    share = np.bincount(cover.ravel(), minlength=11) * grid.cell_area_m2
    wood_m2, lake_m2 = 0.02**2 * 111_080 * 82_140, 0.004**2 * 111_080 * 82_140
    assert share[Cover.FOREST] == pytest.approx(wood_m2 - lake_m2, rel=0.02)
    assert share[Cover.WATER] == pytest.approx(lake_m2, rel=0.05)


def test_features_in_another_crs_land_at_the_same_place(tmp_path: Path, grid: Grid) -> None:
    here = geojson(tmp_path / "a.geojson", ({"highway": "path"}, "LineString", [[1.51, 42.51], [1.53, 42.52]]))
    meta, _, wkb, columns = pyogrio.raw.read(here)
    lambert = Grid(crs="EPSG:2154", west_m=0, south_m=0, cell_m=1, n_rows=1, n_cols=1)
    moved = shapely.transform(shapely.from_wkb(wkb), lambert.xy_m)
    there = tmp_path / "b.gpkg"
    pyogrio.raw.write(
        there, shapely.to_wkb(moved), columns, meta["fields"], geometry_type="LineString", crs="EPSG:2154", layer="x"
    )
    one, two = read_features(here, grid).lines[0], read_features(there, grid).lines[0]
    np.testing.assert_allclose(one.xy_m, two.xy_m, atol=0.01)


def without_crs(path: Path, layer: str = "network") -> Path:
    line = shapely.to_wkb(np.array([shapely.LineString([(1.51, 42.51), (1.53, 42.52)])]))
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.raw.write(path, line, [], [], geometry_type="LineString", crs=None, layer=layer)
    return path


def test_a_geopackage_without_crs_is_refused_and_can_be_told(tmp_path: Path, grid: Grid) -> None:
    path = without_crs(tmp_path / "net.gpkg")
    with pytest.raises(BadFile, match=r"net\.gpkg.*network.*CRS.*EPSG:4326"):
        read_features(path, grid)
    assert len(read_features(path, grid, crs="EPSG:4326").lines) == 1


def test_a_layer_without_tags_is_read_by_its_name_and_says_so(tmp_path: Path, grid: Grid) -> None:
    found = read_features(without_crs(tmp_path / "n.gpkg", "trails"), grid, crs="EPSG:4326")
    assert [line.kind for line in found.lines] == [LineKind.TRAIL]
    assert "trails" in str(found.findings[0])


def test_what_gdal_put_into_other_tags_is_found(tmp_path: Path, grid: Grid) -> None:
    tags = {"other_tags": '"highway"=>"path","surface"=>"gr\\"avel"'}
    path = geojson(tmp_path / "o.geojson", (tags, "LineString", [[1.51, 42.51], [1.53, 42.52]]))
    assert [line.kind for line in read_features(path, grid).lines] == [LineKind.TRAIL]


OSM = """<osm version="0.6">
<node id="1" lat="42.51" lon="1.51"/><node id="2" lat="42.51" lon="1.52"/><node id="3" lat="42.52" lon="1.52"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="track"/></way>
<way id="11"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="natural" v="scrub"/></way>
<way id="12"><nd ref="1"/><nd ref="3"/><tag k="power" v="line"/></way>
</osm>"""


@pytest.mark.parametrize("name", ["map.osm", "map.osm.gz"])
def test_openstreetmap_xml_plain_and_packed(tmp_path: Path, grid: Grid, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(OSM.encode()) if name.endswith("gz") else OSM.encode())
    found = read_features(path, grid)
    assert Counter(line.kind for line in found.lines) == {LineKind.TRAIL: 1, LineKind.POWER_LINE: 1}
    assert [cover for cover, _ in found.areas] == [Cover.SCRUB]
    assert pyogrio.get_gdal_config_option("OSM_CONFIG_FILE") is None


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.geojson", b"", "empty"),
        ("a.geojson", b"{not json", "cannot be read|not a map file"),
        ("a.gpkg", b"SQLite format 3\0" + b"\0" * 50, "cannot be read|not a map file"),
        ("a.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader", "cannot be read|not a map file|nothing"),
        ("a.osm.gz", b"\x1f\x8b\x08\x00 broken", "damaged"),
        ("a.txt", b"hello", "not a map file"),
        ("none.gpkg", None, "no file"),
    ],
)
def test_what_is_not_a_map_is_named(tmp_path: Path, grid: Grid, name: str, content: bytes | None, word: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadFile, match=word) as caught:
        read_features(path, grid)
    assert name in str(caught.value)


def test_a_map_of_another_place_is_a_finding(tmp_path: Path, grid: Grid) -> None:
    path = geojson(tmp_path / "far.geojson", ({"highway": "path"}, "LineString", [[11.0, 49.0], [11.1, 49.1]]))
    found = read_features(path, grid)
    assert found.lines == ()
    assert "nothing inside the area" in str(found.findings[0])


@pytest.mark.parametrize(("reverse", "wet"), [(1, "south"), (-1, "north")])
def test_the_sea_lies_on_the_right_of_a_coastline(tmp_path: Path, grid: Grid, reverse: int, wet: str) -> None:
    """OpenStreetMap draws coastlines with the land on the left: going east, the sea is in the south."""
    coast = [[1.40, 42.512], [1.52, 42.516], [1.60, 42.512]][::reverse]
    found = read_features(geojson(tmp_path / "c.geojson", ({"natural": "coastline"}, "LineString", coast)), grid)
    cover = draw_sea(np.zeros(grid.shape, dtype=np.uint8), found.lines, grid)
    half = grid.n_rows // 2
    south, north = (cover[half:] == Cover.WATER).mean(), (cover[:half] == Cover.WATER).mean()
    assert (south > north) == (wet == "south")
    assert 0.3 < (cover == Cover.WATER).mean() < 0.7


def test_a_coastline_that_ends_on_the_map_drowns_nothing(tmp_path: Path, grid: Grid) -> None:
    coast = ({"natural": "coastline"}, "LineString", [[1.51, 42.51], [1.53, 42.52]])
    found = read_features(geojson(tmp_path / "c.geojson", coast), grid)
    assert not draw_sea(np.zeros(grid.shape, dtype=np.uint8), found.lines, grid).any()


def landcover(path: Path, grid: Grid, codes: list[int]) -> Path:
    z = np.resize(np.array(codes, dtype=np.uint8), grid.shape)
    with rasterio.open(
        path, "w", driver="GTiff", height=grid.n_rows, width=grid.n_cols, count=1, dtype="uint8", crs=grid.crs,
        transform=grid_affine(grid),
    ) as file:  # fmt: skip
        file.write(z, 1)
    return path


@pytest.mark.parametrize(
    ("codes", "scheme"),
    [([11, 41, 52, 71, 90], "nlcd"), ([10, 20, 30, 80, 95], "worldcover"), ([20, 111, 126, 200], "cgls")],
)
def test_a_land_cover_scheme_is_told_by_its_codes(tmp_path: Path, grid: Grid, codes: list[int], scheme: str) -> None:
    cover, findings = read_landcover(landcover(tmp_path / "lc.tif", grid, codes), grid)
    assert scheme in str(findings[0])
    assert (np.bincount(cover.ravel(), minlength=11)[[Cover.FOREST, Cover.WATER]].sum()) > 0
    assert not (cover == Cover.UNKNOWN).any()


def test_an_unknown_class_is_unknown_cover_and_a_finding(tmp_path: Path, grid: Grid) -> None:
    cover, findings = read_landcover(landcover(tmp_path / "lc.tif", grid, [11, 41, 52, 71, 90, 99]), grid)
    assert (cover == Cover.UNKNOWN).mean() == pytest.approx(1 / 6, abs=0.01)
    assert any("Class 99" in str(f) for f in findings)


def test_codes_of_no_scheme_and_a_scheme_that_is_none_are_refused(tmp_path: Path, grid: Grid) -> None:
    path = landcover(tmp_path / "lc.tif", grid, [201, 202, 203])
    with pytest.raises(BadFile, match=r"lc\.tif.*no known scheme"):
        read_landcover(path, grid)
    with pytest.raises(BadInput, match="corine"):
        read_landcover(path, grid, scheme="corine")


def test_built_terrain_survives_storing_exactly(tmp_path: Path, grid: Grid) -> None:
    from homeward.terrain import terrain_from_bytes, terrain_to_bytes

    path = geojson(tmp_path / "a.geojson", ({"highway": "path"}, "LineString", [[1.511, 42.511], [1.53, 42.52]]))
    built = build_terrain(grid=grid, elevation=None, features=[path])
    back = terrain_from_bytes(terrain_to_bytes(built))
    assert (back.lines[0].xy_m == built.lines[0].xy_m).all()
    assert built.hole.all()
    assert "flat" in str(built.findings[0])
    assert built.sources == ("a.geojson",)


COUNTS = {  # line kinds that must be there in number, as the index of each area counts them, give or take a tenth
    "andorra": {LineKind.ROAD: 2550, LineKind.TRAIL: 2370, LineKind.STREAM: 452},
    "bayreuth_fichtel": {LineKind.ROAD: 883, LineKind.TRAIL: 1173, LineKind.STREAM: 157},
    "lauf_reichswald": {LineKind.ROAD: 1660, LineKind.TRAIL: 1100, LineKind.RAIL: 63},
    "malta": {LineKind.ROAD: 13400, LineKind.TRAIL: 4650, LineKind.CLIFF: 48, LineKind.COAST: 34},
    "monaco_riviera": {LineKind.ROAD: 458, LineKind.TRAIL: 342, LineKind.COAST: 16},
    "portoalegre_hills": {LineKind.ROAD: 11990, LineKind.TRAIL: 3250},
}


@pytest.mark.shared
@pytest.mark.parametrize("area", sorted(COUNTS))
@pytest.mark.parametrize("kind", ["gpkg", "osm"])
def test_real_areas_load_with_what_is_mapped_there(shared: Path, area: str, kind: str) -> None:
    folder = shared / "areas" / area
    path = folder / "osm.gpkg" if kind == "gpkg" else next(folder.glob("*.osm.*"))
    terrain = build_terrain(grid=grid_for(folder / "dem.tif", cell_m=60), elevation=folder / "dem.tif", features=[path])
    mapped = Counter(line.kind for line in terrain.lines if not line.derived)
    for line_kind, n in COUNTS[area].items():
        assert mapped[line_kind] == pytest.approx(n, rel=0.1), line_kind
    assert (terrain.cover == Cover.BUILT).any()
    assert all(len(line.xy_m) >= 2 and np.isfinite(line.xy_m).all() for line in terrain.lines)
    if area == "malta":
        assert 0.5 < (terrain.cover == Cover.WATER).mean() < 0.6


@pytest.mark.shared
@pytest.mark.parametrize(("area", "n"), [("ecrins_trails", 890), ("senart_flat_forest", 8086)])
def test_networks_without_tags_are_trails_by_their_layers_name(shared: Path, area: str, n: int) -> None:
    path = shared / "areas" / area / "network.gpkg"
    box = pyogrio.read_info(path)["total_bounds"]
    from pyproj import Transformer

    to_globe = Transformer.from_crs(pyogrio.read_info(path)["crs"], "EPSG:4326", always_xy=True)
    west, south, east, north = to_globe.transform_bounds(*box)
    found = read_features(path, grid_over((west, south, east, north), cell_m=30))
    assert len(found.lines) == pytest.approx(n, rel=0.02)
    assert "network" in str(found.findings[0])


def _zion(shared: Path) -> Terrain:
    folder = shared / "areas" / "zion_canyon"
    grid = grid_for(folder / "dem.tif", cell_m=90)
    return build_terrain(grid=grid, elevation=folder / "dem.tif", landcover=folder / "landcover_nlcd.tif")


@pytest.mark.shared
def test_land_cover_in_another_crs_lies_on_its_ground(shared: Path) -> None:
    """The forest of Zion stands on its plateaus, the scrub below; a shifted raster would mix them."""
    terrain = _zion(shared)
    assert (terrain.cover != Cover.UNKNOWN).mean() > 0.97
    forest, scrub = (terrain.elevation_m[terrain.cover == kind].mean() for kind in (Cover.FOREST, Cover.SCRUB))
    assert forest > scrub + 100
    assert any("nlcd-8" in str(f) and "igbp" in str(f) for f in terrain.findings)
