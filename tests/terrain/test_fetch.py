from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from homeward.errors import BadInput, HomewardError
from homeward.terrain import Cover, LineKind, build_terrain, fetch_area
from homeward.terrain.elevation import grid_over
from homeward.terrain.fetch import Fetched, tile_names
from homeward.terrain.overpass import query, to_geojson
from tests.terrain.server import Server, serving

BOX = (1.5, 42.5, 1.53, 42.52)
TILE = "Copernicus_DSM_COG_10_N42_00_E001_00_DEM"


def points(*lonlat: tuple[float, float]) -> list[dict[str, float]]:
    return [{"lon": lon, "lat": lat} for lon, lat in lonlat]


RING = points((1.505, 42.505), (1.515, 42.505), (1.515, 42.515), (1.505, 42.515), (1.505, 42.505))
ANSWER = {
    "elements": [
        {"type": "way", "id": 1, "tags": {"highway": "path"}, "geometry": points((1.50, 42.51), (1.53, 42.51))},
        {"type": "way", "id": 2, "tags": {"natural": "scrub"}, "geometry": RING},
        {"type": "way", "id": 3, "tags": {"highway": "service"}, "geometry": RING},
        {"type": "way", "id": 4, "tags": {"highway": "path"}},
        {
            "type": "relation",
            "id": 5,
            "tags": {"type": "multipolygon", "natural": "wood"},
            "members": [
                {"type": "way", "role": "outer", "geometry": points((1.516, 42.505), (1.526, 42.505), (1.526, 42.515))},
                {"type": "way", "role": "outer", "geometry": points((1.526, 42.515), (1.516, 42.515), (1.516, 42.505))},
                {
                    "type": "way",
                    "role": "inner",
                    "geometry": points(
                        (1.52, 42.508), (1.523, 42.508), (1.523, 42.511), (1.52, 42.511), (1.52, 42.508)
                    ),
                },
            ],
        },
    ]
}


@pytest.fixture(scope="module")
def tile(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("tile") / "t.tif"
    z = np.random.default_rng(0).normal(1500, 100, (600, 600)).astype(np.float32)
    affine = Affine(1 / 600, 0, 1.0, 0, -1 / 600, 43.0)
    with rasterio.open(
        path, "w", driver="GTiff", height=600, width=600, count=1, dtype="float32", crs="EPSG:4326", transform=affine
    ) as file:
        file.write(z, 1)
    return path.read_bytes()


@pytest.fixture
def server(tile: bytes) -> Iterator[Server]:
    with serving(Server(tiles={TILE: tile}, answer=ANSWER)) as state:
        yield state


class Waits(list[float]):
    """Stands in for sleeping: notes how long."""

    def __call__(self, seconds: float) -> None:
        if seconds:
            self.append(seconds)


def fetch(server: Server, folder: Path, waits: Waits | None = None, **kwargs: Any) -> Fetched:
    urls = {"elevation_url": server.elevation_url, "overpass_url": server.overpass_url, **kwargs}
    return fetch_area(BOX, folder, sleep=Waits() if waits is None else waits, **urls)


def test_what_is_fetched_builds_the_ground(server: Server, tmp_path: Path, tile: bytes) -> None:
    seen: list[tuple[str, float]] = []
    got = fetch(server, tmp_path / "new" / "area", progress=lambda what, share: seen.append((what, share)))
    assert [path.read_bytes() for path in got.elevation] == [tile]
    terrain = build_terrain(grid=grid_over(BOX, cell_m=30), elevation=got.elevation, features=[got.features])
    assert {line.kind for line in terrain.lines if not line.derived} == {LineKind.TRAIL, LineKind.ROAD}
    share_m2 = np.bincount(terrain.cover.ravel(), minlength=11) * 900
    assert share_m2[Cover.SCRUB] == pytest.approx(0.01**2 * 111_080 * 82_140, rel=0.03)
    wood_less_clearing = 0.01**2 - 0.003**2  # two ways make the outer ring
    assert share_m2[Cover.FOREST] == pytest.approx(wood_less_clearing * 111_080 * 82_140, rel=0.05)
    assert terrain.elevation_m.mean() == pytest.approx(1500, abs=20)
    assert seen[-1][1] == 1.0


def test_a_second_run_asks_for_nothing(server: Server, tmp_path: Path) -> None:
    first = fetch(server, tmp_path)
    assert first.requests == len(server.log) == 2
    again = fetch(server, tmp_path)
    assert again.requests == 0
    assert len(server.log) == 2
    assert (again.elevation, again.features) == (first.elevation, first.features)


def test_it_says_who_it_is_and_asks_once(server: Server, tmp_path: Path) -> None:
    fetch(server, tmp_path)
    assert all("homeward" in request["User-Agent"] for request in server.log)
    asked = unquote_plus(server.log[1]["body"])
    assert "out tags geom" in asked
    assert "42.500000,1.500000,42.520000,1.530000" in asked


def test_a_broken_transfer_goes_on_where_it_stopped(server: Server, tmp_path: Path, tile: bytes) -> None:
    server.trouble = [("cut", "100000"), ("cut", "50000")]
    got = fetch(server, tmp_path)
    assert got.elevation[0].read_bytes() == tile
    assert [request["Range"] for request in server.log[:3]] == ["", "bytes=100000-", "bytes=150000-"]


def test_a_run_that_was_stopped_goes_on_from_its_part(server: Server, tmp_path: Path, tile: bytes) -> None:
    (tmp_path / f"{TILE}.tif.part").write_bytes(tile[:700_000])
    assert fetch(server, tmp_path).elevation[0].read_bytes() == tile
    assert server.log[0]["Range"] == "bytes=700000-"


def test_a_server_without_ranges_begins_again(server: Server, tmp_path: Path, tile: bytes) -> None:
    (tmp_path / f"{TILE}.tif.part").write_bytes(b"xxxx")
    server.trouble = [("no ranges", "")]
    assert fetch(server, tmp_path).elevation[0].read_bytes() == tile


def test_a_part_longer_than_the_file_is_thrown_away(server: Server, tmp_path: Path, tile: bytes) -> None:
    (tmp_path / f"{TILE}.tif.part").write_bytes(tile + b"more")
    assert fetch(server, tmp_path).elevation[0].read_bytes() == tile


def test_a_transfer_that_keeps_breaking_ends_in_one_sentence_and_keeps_its_part(server: Server, tmp_path: Path) -> None:
    server.trouble = [("cut", "1000")] * 5
    with pytest.raises(HomewardError, match="broke off 5 times"):
        fetch(server, tmp_path)
    assert (tmp_path / f"{TILE}.tif.part").stat().st_size == 5000


def test_a_busy_server_is_waited_for_as_long_as_it_asks(server: Server, tmp_path: Path) -> None:
    server.trouble = [("", ""), ("429", "7"), ("504", "")]
    waits = Waits()
    fetch(server, tmp_path, waits)
    assert waits == [7.0, 10.0]


def test_retry_after_as_a_date_is_understood(server: Server, tmp_path: Path) -> None:
    server.trouble = [("503", "Wed, 21 Oct 2015 07:28:00 GMT")]
    waits = Waits()
    assert len(fetch(server, tmp_path, waits).elevation) == 1
    assert waits == []  # that date is long past: ask again at once


@pytest.mark.parametrize(
    ("trouble", "word"),
    [
        ([("429", "1")] * 9, "stayed busy"),
        ([("429", "3600")], "60 minutes"),
        ([("403", "")], "status 403"),
    ],
)
def test_a_server_that_keeps_refusing_ends_in_one_sentence(
    server: Server, tmp_path: Path, trouble: list[tuple[str, str]], word: str
) -> None:
    server.trouble = trouble
    with pytest.raises(HomewardError, match=word):
        fetch(server, tmp_path)
    assert len(server.log) <= 5


def test_a_tile_that_does_not_exist_is_sea_and_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    server.tiles = {}
    got = fetch(server, tmp_path)
    assert got.elevation == ()
    assert "sea" in str(got.findings[0])
    assert fetch(server, tmp_path).requests == 0


def test_a_login_page_does_not_pass_for_elevation(server: Server, tmp_path: Path) -> None:
    server.tiles = {TILE: b"<html>Welcome to the hotel. Please log in.</html>"}
    with pytest.raises(HomewardError, match="login"):
        fetch(server, tmp_path)
    assert not list(tmp_path.glob("*.tif*"))


@pytest.mark.parametrize("answer", [b"<html>", [1, 2], {"elements": None}, {}])
def test_an_answer_that_is_no_map_is_refused_and_not_kept(server: Server, tmp_path: Path, answer: object) -> None:
    server.answer = answer
    with pytest.raises(HomewardError, match="not map data"):
        fetch(server, tmp_path)
    assert not list(tmp_path.glob("*.geojson"))


def test_an_overpass_query_that_ran_out_of_time_is_not_taken_for_an_empty_map(server: Server, tmp_path: Path) -> None:
    server.answer = {"elements": [], "remark": "runtime error: Query timed out"}
    with pytest.raises(HomewardError, match="smaller area"):
        fetch(server, tmp_path)


def test_offline_is_said_plainly_and_what_is_there_still_serves(server: Server, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(HomewardError, match=r"cannot be reached.*online"):
        fetch_area(BOX, tmp_path, elevation_url=nobody + "/{tile}", overpass_url=nobody, sleep=Waits())
    fetch(server, tmp_path)
    kept = fetch_area(BOX, tmp_path, elevation_url=nobody + "/{tile}", overpass_url=nobody, sleep=Waits())
    assert len(kept.elevation) == 1


@pytest.mark.parametrize("url", ["ftp://example.org/{tile}", "nonsense", ""])
def test_an_address_that_is_none_is_refused(server: Server, tmp_path: Path, url: str) -> None:
    with pytest.raises(BadInput, match="http"):
        fetch(server, tmp_path, elevation_url=url)


def test_a_folder_that_cannot_be_made_is_named(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match="file"):
        fetch(server, tmp_path / "file")


@pytest.mark.parametrize(
    ("bbox", "names"),
    [
        ((-84.4, 36.2, -84.1, 36.4), ["N36_00_W085"]),
        ((18.4, -34.3, 18.5, -34.1), ["S35_00_E018"]),
        ((6.9, 49.9, 7.1, 50.1), ["N49_00_E006", "N49_00_E007", "N50_00_E006", "N50_00_E007"]),
        ((7.0, 49.0, 8.0, 50.0), ["N49_00_E007"]),
    ],
)
def test_tiles_are_named_by_their_south_western_corner(
    bbox: tuple[float, float, float, float], names: list[str]
) -> None:
    assert tile_names(bbox) == [f"Copernicus_DSM_COG_10_{name}_00_DEM" for name in names]


@pytest.mark.parametrize("bbox", [(1, 2, 0, 3), (1, 2, 3, 99), (0, 0, 20, 20), (float("nan"), 1, 2, 3)])
def test_bounds_that_cannot_be_are_refused(bbox: tuple[float, float, float, float], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="bounds"):
        fetch_area(bbox, tmp_path)


def test_the_query_asks_for_what_the_table_knows() -> None:
    text = query(BOX)
    assert 'way["building"];' in text
    assert "path" in text
    assert 'relation["type"="multipolygon"]["natural"~' in text
    assert '"layer"' not in text


def test_closed_ways_are_areas_only_where_their_tags_say_so() -> None:
    kinds = [feature["geometry"]["type"] for feature in to_geojson(ANSWER)["features"]]
    assert kinds == ["LineString", "Polygon", "LineString", "Polygon"]
