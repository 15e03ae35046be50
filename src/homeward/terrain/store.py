"""The ground as compact bytes, for the mission's file: the same terrain always gives the same bytes.

Layout: 8 bytes magic, 4 bytes length and 4 bytes CRC-32 of what follows, then one zlib stream of: 4 bytes length of a
JSON head, the head, and the arrays in the order and sizes that it names. Heights are whole centimetres and
coordinates whole decimetres from the grid's corner, both stored as differences. What `build_terrain` makes is on
these steps already (`on_steps`), so that it comes back exactly.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homeward.errors import BadFile, Finding, HomewardError
from homeward.geo import Floats, Grid
from homeward.terrain.ground import Line, LineKind, Patch, Terrain

MAGIC = b"HWGROUND"
VERSION = 1
Z_PER_M, XY_PER_M = 100, 10  # stored steps per metre of height and of coordinates
_LIMIT = 4_000_000_000  # no ground takes more than this unpacked; a damaged length must not eat the memory


def terrain_to_bytes(terrain: Terrain) -> bytes:
    """The terrain as bytes; `terrain_from_bytes` gives it back, heights to 5 mm and coordinates to 5 cm."""
    grid = terrain.grid
    xy = [line.xy_m for line in terrain.lines] + [patch.xy_m for patch in terrain.patches]
    head = {
        "version": VERSION,
        "grid": [grid.crs, grid.west_m, grid.south_m, grid.cell_m, grid.n_rows, grid.n_cols],
        "lines": [[line.kind.value, line.name, line.derived, len(line.xy_m)] for line in terrain.lines],
        "patches": [[patch.kind, patch.name, len(patch.xy_m)] for patch in terrain.patches],
        "sources": list(terrain.sources),
        "findings": [[finding.where, finding.what] for finding in terrain.findings],
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    z = np.rint(terrain.elevation_m * Z_PER_M).astype("<i4")
    body = b"".join(
        (
            struct.pack("<I", len(text)),
            text,
            np.diff(z, axis=1, prepend=np.int32(0)).astype("<i4").tobytes(),
            np.packbits(terrain.hole).tobytes(),
            np.ascontiguousarray(terrain.cover, dtype=np.uint8).tobytes(),
            _packed_lines(xy, grid),
        )
    )
    packed = zlib.compress(body, 6)
    return MAGIC + struct.pack("<II", len(packed), zlib.crc32(packed)) + packed


def terrain_from_bytes(data: bytes) -> Terrain:
    """The terrain that `terrain_to_bytes` wrote. Raises `BadFile` for anything else, however damaged."""
    body = _checked(data)
    try:
        return _read(body)
    except (ValueError, KeyError, TypeError, IndexError, struct.error, HomewardError) as err:
        raise BadFile("The stored ground does not hold what it should. Build it again from its files.") from err


def _checked(data: bytes) -> bytes:
    if data[: len(MAGIC)] != MAGIC:
        raise BadFile("These bytes are not stored ground. Build the ground from its files.")
    packed = data[len(MAGIC) + 8 :]
    sizes = data[len(MAGIC) : len(MAGIC) + 8]
    if len(sizes) < 8 or struct.unpack("<II", sizes) != (len(packed), zlib.crc32(packed)):
        raise BadFile("The stored ground is damaged or cut off. Build it again from its files.")
    unpack = zlib.decompressobj()
    try:
        body = unpack.decompress(packed, _LIMIT)
    except zlib.error as err:
        raise BadFile("The stored ground is damaged. Build it again from its files.") from err
    if not unpack.eof:
        raise BadFile("The stored ground is cut off. Build it again from its files.")
    return body


def _read(body: bytes) -> Terrain:
    size = struct.unpack_from("<I", body)[0]
    head = json.loads(body[4 : 4 + size])
    if head["version"] != VERSION:
        raise BadFile(f"The stored ground has format {head['version']}; this program reads {VERSION}. Use a newer one.")
    crs, west_m, south_m, cell_m, n_rows, n_cols = head["grid"]
    grid = Grid(crs=crs, west_m=west_m, south_m=south_m, cell_m=cell_m, n_rows=n_rows, n_cols=n_cols)
    n, at = n_rows * n_cols, 4 + size
    steps = np.frombuffer(body, "<i4", n, at).reshape(grid.shape)
    bits = np.frombuffer(body, np.uint8, (n + 7) // 8, at + 4 * n)
    cover = np.frombuffer(body, np.uint8, n, at + 4 * n + bits.size).reshape(grid.shape)
    counts = [line[3] for line in head["lines"]] + [patch[2] for patch in head["patches"]]
    xy = _unpacked_lines(np.frombuffer(body, "<i4", offset=at + 5 * n + bits.size), counts, grid)
    return Terrain(
        grid=grid,
        elevation_m=np.cumsum(steps, axis=1, dtype=np.int64) / Z_PER_M,
        hole=np.unpackbits(bits, count=n).astype(np.bool_).reshape(grid.shape),
        cover=cover.copy(),
        lines=tuple(
            Line(kind=LineKind(kind), xy_m=part, name=name, derived=derived)
            for (kind, name, derived, _), part in zip(head["lines"], xy, strict=False)
        ),
        patches=tuple(
            Patch(kind=kind, xy_m=part, name=name)
            for (kind, name, _), part in zip(head["patches"], xy[len(head["lines"]) :], strict=True)
        ),
        sources=tuple(head["sources"]),
        findings=tuple(Finding(where, what) for where, what in head["findings"]),
    )


def on_steps(terrain: Terrain) -> Terrain:
    """The terrain with heights and coordinates on the steps they are stored in: it then survives storing exactly."""
    grid = terrain.grid
    corner = np.array([grid.west_m, grid.south_m])

    def stepped(xy_m: Floats) -> Floats:
        return np.asarray(np.rint((xy_m - corner) * XY_PER_M) / XY_PER_M + corner)

    return replace(
        terrain,
        elevation_m=np.rint(terrain.elevation_m * Z_PER_M) / Z_PER_M,
        lines=tuple(replace(line, xy_m=stepped(line.xy_m)) for line in terrain.lines),
        patches=tuple(replace(patch, xy_m=stepped(patch.xy_m)) for patch in terrain.patches),
    )


def _packed_lines(xy_m: Sequence[Floats], grid: Grid) -> bytes:
    """All vertices after one another, from the grid's corner, as differences to the one before."""
    if not xy_m:
        return b""
    whole = np.rint((np.concatenate(xy_m) - [grid.west_m, grid.south_m]) * XY_PER_M).astype(np.int64)
    return np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).astype("<i4").tobytes()


def _unpacked_lines(steps: NDArray[Any], counts: Sequence[int], grid: Grid) -> list[Floats]:
    whole = np.cumsum(steps.reshape(-1, 2), axis=0, dtype=np.int64)
    if len(whole) != sum(counts) or min(counts, default=1) < 1:
        raise ValueError("vertices missing")
    xy = whole / XY_PER_M + np.array([grid.west_m, grid.south_m])
    return [np.asarray(part) for part in np.split(xy, np.cumsum(counts)[:-1])] if counts else []
