"""A small mission on invented ground, made through the desk's own verbs."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from homeward import desk

NOON = "2026-11-21T17:00+00:00"  # noon in Tennessee
IPP = "36.2000, -84.2000"


def hills(path: Path, *, crs: str | None = "EPSG:32616", hole: bool = False) -> Path:
    """An elevation file of 6 x 6 km around the IPP: two ridges and a valley."""
    y, x = np.mgrid[0:120, 0:120] * 50.0
    z = 400 + 150 * np.sin(x / 900.0) + 60 * np.cos(y / 1300.0)
    if hole:
        z[30:45, 60:80] = -9999
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=120,
        height=120,
        count=1,
        dtype="float32",
        crs=crs,
        nodata=-9999,
        transform=from_origin(748_700, 4_012_800, 50, 50),
    ) as out:
        out.write(z.astype(np.float32), 1)
    return path


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    monkeypatch.setenv("HOMEWARD_BY", "tester")


@pytest.fixture
def bare(tmp_path):
    """A mission that was opened and no more."""
    return make_bare(tmp_path)


@pytest.fixture
def ready(tmp_path):
    """A mission with ground, IPP, base, subject and two teams."""
    return make_ready(tmp_path)


def make_planned(folder: Path, *facts: Callable[[Path], object]) -> Path:
    """A mission as `ready`, with more facts, a map and a plan for two hours; for fixtures that serve a whole module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEWARD_NOW", NOON)
        path = make_ready(folder)
        for fact in facts:
            fact(path)
        desk.make_map(path)
        desk.plan(path, hours=2.0)
    return path


def make_bare(folder: Path) -> Path:
    path = folder / "lost.mission"
    desk.new(path, name="Lost", time_zone="America/New_York")
    return path


def make_ready(folder: Path) -> Path:
    """A mission with ground, IPP, base, subject and two teams: a copy of one that is made once for each hour told."""
    path = folder / "lost.mission"
    mission, elevation = _ready_files(os.environ.get("HOMEWARD_NOW"), os.environ.get("HOMEWARD_BY"))
    (folder / "hills.tif").write_bytes(elevation)
    path.write_bytes(mission)
    return path


@cache
def _ready_files(now: str | None, by: str | None) -> tuple[bytes, bytes]:
    """The mission file and the elevation it was made from; `now` and `by` are what the environment says."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        path = make_bare(folder)
        desk.load_area(path, elevation=[hills(folder / "hills.tif")], cell_m=100.0)
        desk.ipp(path, IPP, seen="08:00")
        desk.base(path, "36.1900, -84.2100")
        person = {"name": "Jane Roe", "medical": "asthma"}
        desk.subject(path, category="hiker", ecoregion="temperate", ground="mountain", **person)
        desk.team(path, "Dog 1", kind="dog", radio="channel 2")
        desk.team(path, "Line A", kind="line", people=5)
        return path.read_bytes(), (folder / "hills.tif").read_bytes()
