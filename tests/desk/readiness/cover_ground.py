"""Missions with targets for the tests of cover: on the demo's ground, and on invented ground with a table mountain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.ground import set_area
from homeward.mission.muster import CallAnswer, CallAnswered, CalledOut, Callout
from homeward.mission.readiness import Threat, ThreatWarned
from homeward.terrain import Terrain
from homeward.terrain.demo_ground import demo_terrain
from tests.terrain.ground import center, ground

NOW = datetime(2026, 11, 21, 17, tzinfo=UTC)
BASE = "36.2635, -84.2545"
TARGETS = {
    "Hut": ("36.2690, -84.2700", ("people=6", "records=2")),
    "Camp": ("36.2560, -84.2480", ("people=10",)),
    "School": ("36.2800, -84.2300", ("people=5", "places=3")),
    "Mill": ("36.2450, -84.2650", ()),
}


def make_mission(folder: Path, terrain: Terrain | None = None, *, base: str = BASE) -> Path:
    """A mission with ground, a command post and four teams: a medic is in Line A, Dog 1 has none, of the hasty teams
    nobody is registered.
    """
    path = folder / "cover.mission"
    desk.new(path, name="Cover", time_zone="America/New_York")
    with opened(path) as book:
        set_area(book, terrain or demo_terrain(cell_m=180.0), label="ground")
    desk.base(path, base)
    for name, kind, people in (("Dog 1", "dog", 2), ("Line A", "line", 6), ("Hasty 1", "hasty", 2)):
        desk.team(path, name, kind=kind, people=people)
    desk.person(path, "M1", roles=["medic:5"], team="Line A", real_name="Ann Doe")
    desk.person(path, "S1", roles=["searcher"], team="Dog 1")
    return path


def with_targets(path: Path) -> Path:
    """The four targets of the tests, worth 8, 10, 8 and 4."""
    for name, (place, ways) in TARGETS.items():
        if ways:
            desk.target(path, name, place=place, ways=ways, note="the gate code is 4711")
        else:
            desk.target(path, name, place=place, value=4)
    return path


def warn(path: Path, name: str, *, said_d: float, quantiles_d: dict[float, float], targets: tuple[str, ...]) -> None:
    """A warning, said so many days ago."""
    said = NOW - timedelta(days=said_d)
    threat = Threat(id=name, said_at=said, quantiles_d=tuple(quantiles_d.items()), targets=targets)
    with opened(path) as book:
        book.write(ThreatWarned(threat=threat))


def call(path: Path, names: str, *, come: str, minutes: float) -> None:
    """Everybody of `names`, a letter each, is called; those of `come` are there in so many minutes."""
    for name in names:
        desk.person(path, name, roles=["medic:4" if name == names[0] else "searcher"])
    with opened(path) as book:
        book.write(CalledOut(callout=Callout(id="C1", waves=(tuple(names),))))
        for name in come:
            eta = NOW + timedelta(minutes=minutes)
            book.write(CallAnswered(callout="C1", person=name, answer=CallAnswer.YES, eta=eta))


def table_mountain() -> Terrain:
    """Flat ground of 6 x 6 km with a table mountain that nobody can climb, 400 m above it, in the north-east."""
    z = np.zeros((120, 120))
    z[20:40, 80:100] = 400.0
    return ground(z, cell_m=50.0)


def cell(terrain: Terrain, row: int, col: int) -> str:
    """The place of a cell, as a person gives it."""
    return str(terrain.grid.to_place(*center(terrain, row, col)))
