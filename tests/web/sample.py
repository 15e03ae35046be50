"""A small mission on real ground, as records: what the page's tests show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from homeward.belief.records import Belief
from homeward.exchange.page import page_data
from homeward.geo import Place
from homeward.mission.events import (
    AreaSet,
    AssignmentSearched,
    BaseSet,
    ClueRefused,
    ClueReported,
    Entry,
    Event,
    IppSet,
    MapMade,
    MissionOpened,
    PlanMade,
    SubjectDescribed,
    TeamRegistered,
)
from homeward.mission.nouns import Area, Clue, ClueKind, Ipp, MapMove, Provenance, Subject, Team, TeamKind
from homeward.mission.replay import replay
from homeward.search.records import Assignment, SearchPlan, Segment
from homeward.terrain.demo_ground import demo_terrain
from homeward.terrain.ground import Line, LineKind, Terrain

START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
IPP = Place(36.30, -84.24)
NASTY = "</script><img src=x onerror=document.title='owned'>"
_MADE = Provenance(inputs_sha256="0" * 64, seed=1, version="0.1.0")
_KINDS = (TeamKind.DOG, TeamKind.LINE, TeamKind.DRONE, TeamKind.HASTY)


@cache
def terrain() -> Terrain:
    """The demo's ground, Jacksboro in Tennessee, with one trail drawn on it."""
    ground = demo_terrain(cell_m=150.0)
    x, y = ground.grid.to_m(IPP)
    path = np.array([[x - 4000, y - 900], [x, y], [x + 3500, y + 1500]])
    trail = Line(kind=LineKind.TRAIL, name="Ridge trail", xy_m=path)
    return replace(ground, lines=(*ground.lines, trail))


@cache
def belief() -> Belief:
    """A ring of probability round the IPP, thicker to the north-west, with a tenth outside."""
    grid = terrain().grid
    x, y = grid.to_m(IPP)
    xs, ys = grid.centers_m()
    east, north = xs[None] - x, ys[:, None] - y
    away = np.hypot(east, north)
    poa = np.exp(-0.5 * ((away - 1800) / 1500) ** 2) * (1.3 + np.cos(np.arctan2(east, north) + np.pi / 4))
    poa *= 1 / (1 + 4 * terrain().slope())
    move = MapMove(
        cause="clue 1",
        why="scent from 315 deg, about 3 km",
        moved=0.31,
        from_where="south-east of the IPP",
        to_where="AC, AD",
        entropy_before=8.1,
        entropy_after=7.4,
    )
    return Belief(grid=grid, poa=0.9 * poa / poa.sum(), outside=0.1, story=(move,))


@cache
def plan() -> SearchPlan:
    """Eight tasks side by side, west and north of the IPP."""
    x, y = terrain().grid.to_m(IPP)
    segments, tasks = [], []
    for i in range(8):
        name, west, south = f"A{'ABCDEFGH'[i]}", x - 3200 + (i % 4) * 900, y + (i // 4) * 900 - 200
        ring = tuple((west + a * 850, south + b * 850) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)))
        segments.append(Segment(id=name, ring_m=ring, area_m2=722_500.0, poa=0.02 + 0.01 * (i % 5)))
        route = tuple((west + 50 + 750 * ((k // 2 + k) % 2), south + 50 + 90 * (k // 2)) for k in range(18))
        tasks.append(
            Assignment(
                number=f"1-{i + 1}",
                team=_team_name(i),
                segment=name,
                task="Search in parallel sweeps, track spacing 90 m.",
                access_m=((x - 1500, y - 1900), (x, y), route[0]),
                route_m=route,
                return_m=(route[-1], (x - 1500, y - 1900)),
                leaves_s=600.0,
                begins_s=2400.0 + 120 * i,
                ends_s=12_000.0 + 300 * i,
                back_s=14_000.0 + 300 * i,
                length_m=7560.0,
                sweep_width_m=40.0,
                speed_mps=0.8,
                spacing_m=90.0,
                coverage=0.44,
                pod=0.36,
                pos=0.012 * (1 + i % 5),
                hazards=("Steep ground, 35 degrees in the north-east corner",),
                why=f"{name} holds {2 + i % 5} % in 0.7 km2, the densest ground within reach.",
            )
        )
    curve = tuple(
        (float(t), 0.32 * (1 - np.exp(-t / 9000)), 0.38 * (1 - np.exp(-t / 8000))) for t in range(0, 14_401, 900)
    )
    return SearchPlan(
        period=1,
        duration_s=14_400.0,
        segments=tuple(segments),
        assignments=tuple(tasks),
        idle=(("Juliet", "joins in the second period"),),
        curve=curve,
        value=curve[-1][1],
        bound=curve[-1][2],
        soonest_value=0.19,
        soonest_bound=0.23,
        seed=1,
        why=("The dogs take the scent's side, the drone the open ridge.",),
    )


def _team_name(i: int) -> str:
    return NASTY if i == 7 else ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf")[i]


def entries() -> list[Entry]:
    """The log that leads there, oldest first."""
    area = Area(label="Jacksboro, Tennessee", grid=terrain().grid, terrain="0" * 64, sources=terrain().sources)
    events: list[Event] = [
        MissionOpened(name="Cumberland ridge", time_zone="America/New_York", exercise=True),
        AreaSet(area=area),
        SubjectDescribed(subject=Subject(category="Hiker", name="Jo Example", age_years=54, medical="asthma")),
        IppSet(ipp=Ipp(place=IPP, kind="place last seen", seen_at=START - timedelta(hours=6))),
        BaseSet(place=Place(36.283, -84.256)),
    ]
    events += [
        TeamRegistered(team=Team(id=_team_name(i), kind=_KINDS[i % 4], people=(2, 6, 2, 3)[i % 4], radio=f"ch {i + 1}"))
        for i in range(8)
    ]
    scent = Clue(
        id="1",
        kind=ClueKind.BEARING,
        place=IPP,
        text="Air scent",
        team="Alpha",
        bearing_deg=315.0,
        bearing_sd_deg=12.0,
        range_m=3000.0,
        range_sd_m=900.0,
    )
    boot = Clue(id="2", kind=ClueKind.POINT, place=Place(36.305, -84.26), text="Boot print", error_m=20.0)
    events += [
        ClueReported(clue=scent),
        ClueReported(clue=boot),
        ClueRefused(clue="2", why="another hiker's"),
        MapMade(map="1" * 64, outside=0.1, story=belief().story, made_from=_MADE),
        PlanMade(
            plan="2" * 64,
            period=1,
            starts=START,
            ends=START + timedelta(hours=4),
            value=plan().value,
            bound=plan().bound,
            made_from=_MADE,
        ),
        AssignmentSearched(team="Alpha", assignment="1-1", coverage="3" * 64, pod=0.41, pos=0.012, source="tracks"),
    ]
    return [
        Entry(id=f"e{i}", at=START + timedelta(minutes=3 * i), by="IC", device="laptop", event=event)
        for i, event in enumerate(events)
    ]


def sample(*, personal: bool = False) -> dict[str, Any]:
    """The page's data of the sample mission."""
    log = entries()
    track = terrain().grid.lonlat(np.array(plan().assignments[0].route_m) + 15.0)
    return page_data(
        replay(log),
        terrain=terrain(),
        belief=belief(),
        plan=plan(),
        entries=log,
        tracks=[("Alpha", "1-1", track)],
        personal=personal,
    )
