from __future__ import annotations

import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadFile, Finding
from homeward.geo import Floats
from homeward.terrain import Cover, Line, LineKind, Patch, Terrain, terrain_from_bytes, terrain_to_bytes
from homeward.terrain.store import MAGIC, on_steps
from tests.terrain.ground import grid


@st.composite
def terrains(draw: st.DrawFn) -> Terrain:
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    rows, cols = (int(v) for v in rng.integers(1, 12, size=2))
    place = grid(rows, cols, draw(st.sampled_from([0.5, 10.0, 92.3])))
    corner = [place.west_m, place.south_m]

    def xy() -> Floats:
        return np.asarray(corner) + rng.uniform(-1e4, 1e5, size=(int(rng.integers(2, 9)), 2))

    names = st.none() | st.text(max_size=8).filter(lambda s: s.isprintable())
    lines = [
        Line(kind=draw(st.sampled_from(LineKind)), xy_m=xy(), name=draw(names), derived=draw(st.booleans()))
        for _ in range(draw(st.integers(0, 3)))
    ]
    patches = [Patch(kind="building", xy_m=xy(), name=draw(names)) for _ in range(draw(st.integers(0, 2)))]
    return Terrain(
        grid=place,
        elevation_m=rng.uniform(-430, 8849, size=(rows, cols)),
        hole=rng.random((rows, cols)) < 0.2,
        cover=rng.integers(0, len(Cover), size=(rows, cols)).astype(np.uint8),
        lines=tuple(lines),
        patches=tuple(patches),
        sources=("dem.tif",),
        findings=(Finding("dem.tif", "2 % filled"),),
    )


@given(terrains())
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back_to_the_stated_precision(terrain: Terrain) -> None:
    data = terrain_to_bytes(terrain)
    back = terrain_from_bytes(data)
    assert back.grid == terrain.grid
    assert np.abs(back.elevation_m - terrain.elevation_m).max() <= 0.005 + 1e-9
    assert (back.hole == terrain.hole).all()
    assert (back.cover == terrain.cover).all()
    assert (back.sources, back.findings) == (terrain.sources, terrain.findings)
    mine: list[Line | Patch] = [*terrain.lines, *terrain.patches]
    theirs: list[Line | Patch] = [*back.lines, *back.patches]
    for a, b in zip(mine, theirs, strict=True):
        assert (a.kind, a.name) == (b.kind, b.name)
        assert np.abs(a.xy_m - b.xy_m).max() <= 0.05 + 1e-6
    assert [line.derived for line in back.lines] == [line.derived for line in terrain.lines]
    assert terrain_to_bytes(back) == data


@given(terrains())
@settings(max_examples=40, deadline=None)
def test_ground_on_the_stored_steps_comes_back_exactly(terrain: Terrain) -> None:
    built = on_steps(terrain)
    back = terrain_from_bytes(terrain_to_bytes(built))
    assert (back.elevation_m == built.elevation_m).all()
    assert all((a.xy_m == b.xy_m).all() for a, b in zip(built.lines, back.lines, strict=True))


@given(terrains(), st.data())
@settings(max_examples=80, deadline=None)
def test_damaged_bytes_are_refused_never_misread(terrain: Terrain, data: st.DataObject) -> None:
    whole = bytearray(terrain_to_bytes(terrain))
    if data.draw(st.booleans()):
        broken = bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    else:
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
        broken = bytes(whole)
    with pytest.raises(BadFile):
        terrain_from_bytes(broken)


def _sealed(head: object, rest: bytes = b"") -> bytes:
    text = json.dumps(head).encode()
    packed = zlib.compress(struct.pack("<I", len(text)) + text + rest)
    return MAGIC + struct.pack("<II", len(packed), zlib.crc32(packed)) + packed


@pytest.mark.parametrize(
    "head",
    [[], {}, {"version": 99}, {"version": 1, "grid": ["EPSG:32616", 0, 0, -5, 3, 3], "lines": [], "patches": []}],
)
def test_well_sealed_nonsense_is_refused(head: object) -> None:
    with pytest.raises(BadFile):
        terrain_from_bytes(_sealed(head))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"HWGROUND"])
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(BadFile, match=r"ground"):
        terrain_from_bytes(data)
