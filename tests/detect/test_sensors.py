"""Sweep widths and speeds: the published figures, a team's own word, and what each number stands on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from homeward.detect import (
    assumptions,
    defaults,
    line_spacing_m,
    paths_only,
    pod,
    search_speed_mps,
    sweep_width_m,
    team_endurance_s,
    team_speed_mps,
    team_sweep_width_m,
)
from homeward.errors import BadInput
from homeward.mission.nouns import Team, TeamKind
from homeward.terrain.ground import Cover

EVERY = np.arange(len(Cover), dtype=np.uint8)
FOREST = np.array([Cover.FOREST], dtype=np.uint8)
MPH = 0.44704
FLYING = {TeamKind.DRONE, TeamKind.THERMAL, TeamKind.HELICOPTER}
INDOORS = {TeamKind.LISTENING, TeamKind.RADAR}


def test_published_widths_in_forest() -> None:
    # Koester 2018: 64 m by day, 22 m by night; Chiacchia et al. 2015: air-scent dogs 95 m
    assert sweep_width_m(TeamKind.LINE, FOREST) == 64
    assert sweep_width_m(TeamKind.LINE, FOREST, night=True) == 22
    assert sweep_width_m(TeamKind.DOG, FOREST) == 95


def test_published_widths_of_a_calling_team() -> None:
    # Koester, Gordon, Wells and Tucker, Journal of Search & Rescue 1(1): a team hears the subject shout
    assert sweep_width_m(TeamKind.SOUND, FOREST) == 332
    assert sweep_width_m(TeamKind.SOUND, FOREST, night=True) == 306


@pytest.mark.parametrize(
    ("cover", "factor"),
    [(Cover.OPEN, 1), (Cover.SCRUB, 0.5), (Cover.OPEN_WOODS, 0.5), (Cover.ROCK, 0.3), (Cover.FOREST, 0.1)],
)
def test_published_widths_of_a_helicopter(cover: Cover, factor: float) -> None:
    # IAMSAR: person over land 0.5 NM at 10 NM visibility; x 0.5 some vegetation, 0.3 mountainous, 0.1 closed canopy
    seen = sweep_width_m(TeamKind.HELICOPTER, np.array([cover], dtype=np.uint8))
    assert seen == pytest.approx(0.5 * 1852 * factor, abs=0.6)


def test_a_line_walks_as_far_apart_as_it_says() -> None:
    line = Team(id="A", kind=TeamKind.LINE, people=5)
    assert line_spacing_m(line) is None
    assert line_spacing_m(replace(line, spacing_m=20)) == 20
    assert line_spacing_m(Team(id="B", kind=TeamKind.HASTY, spacing_m=20)) is None
    with pytest.raises(BadInput, match="'A' has a spacing of 0 m"):
        line_spacing_m(replace(line, spacing_m=0))


@pytest.mark.parametrize(("width", "spacing", "found", "spread"), [(47, 2 * 26, 0.67, 0.17), (16, 2 * 15, 0.32, 0.16)])
def test_lines_at_critical_separation_find_about_what_was_measured(
    width: float, spacing: float, found: float, spread: float
) -> None:
    # Critical separation study, Wilderness Environ. Med. 2019/20: bright clothing, dull clothing; sd of the PODs
    assert float(pod(width / spacing)) == pytest.approx(found, abs=spread)


def test_bikes_keep_to_paths_where_horses_need_not() -> None:
    bike, horse = paths_only(TeamKind.BIKE, EVERY), paths_only(TeamKind.MOUNTED, EVERY)
    assert (horse <= bike).all()
    assert (bike[Cover.FOREST], horse[Cover.OPEN_WOODS], bike[Cover.OPEN]) == (True, False, False)
    assert not paths_only(TeamKind.LINE, EVERY).any()


@pytest.mark.parametrize(
    ("cover", "slope", "mph"), [(Cover.OPEN, 0, 1.2), (Cover.OPEN_WOODS, 0, 0.8), (Cover.OPEN, 0.5, 0.4)]
)
def test_published_speeds_of_a_line(cover: Cover, slope: float, mph: float) -> None:
    # rSARP's rule of thumb: open and flat, open woods or moderate, heavy woods or steep
    speed = search_speed_mps(TeamKind.LINE, np.array([cover], dtype=np.uint8), [slope])
    assert speed == pytest.approx(mph * MPH, abs=5e-4)


@pytest.mark.parametrize("kind", TeamKind)
def test_every_kind_searches_the_ground_that_is_its_own(kind: TeamKind) -> None:
    day, night = sweep_width_m(kind, EVERY), sweep_width_m(kind, EVERY, night=True)
    speed = search_speed_mps(kind, EVERY, np.zeros(len(EVERY)))
    dry = EVERY != Cover.WATER
    assert (day[dry] > 0).all() == (kind not in INDOORS | {TeamKind.BOAT})
    assert (day[~dry] > 0).all() == (kind in FLYING | {TeamKind.BOAT})
    assert (night >= day).all() if kind is TeamKind.THERMAL else (night <= day).all()
    assert ((day > 0) == (speed > 0)).all()


def test_indoor_kinds_search_nothing_outdoors() -> None:
    for kind in INDOORS:
        assert not sweep_width_m(kind, EVERY).any()


def test_a_thermal_drone_sees_more_by_night_than_one_with_a_daylight_camera() -> None:
    thermal = sweep_width_m(TeamKind.THERMAL, EVERY, night=True)
    assert (thermal > sweep_width_m(TeamKind.DRONE, EVERY, night=True)).all()


@pytest.mark.parametrize("kind", TeamKind)
def test_steeper_is_never_faster(kind: TeamKind) -> None:
    slopes = np.linspace(0, 2, 41)
    for code in EVERY:
        speed = search_speed_mps(kind, np.full(41, code, dtype=np.uint8), slopes)
        assert (np.diff(speed) <= 0).all()
        if kind not in FLYING | {TeamKind.BOAT}:
            assert speed[-1] == 0.0


def test_shapes_broadcast_and_an_unheard_of_cover_counts_as_unknown() -> None:
    assert search_speed_mps(TeamKind.LINE, FOREST, np.zeros((3, 4))).shape == (3, 4)
    odd = np.array([200], dtype=np.uint8)
    unknown = np.array([Cover.UNKNOWN], dtype=np.uint8)
    assert sweep_width_m(TeamKind.DOG, odd) == sweep_width_m(TeamKind.DOG, unknown)


def test_a_line_adds_up_and_a_third_hasty_searcher_adds_nothing() -> None:
    def width(kind: TeamKind, people: int) -> float:
        return float(team_sweep_width_m(Team(id="T", kind=kind, people=people), FOREST)[0])

    assert width(TeamKind.LINE, 6) == pytest.approx(6 * 64)
    assert width(TeamKind.HASTY, 1) == 64
    assert width(TeamKind.HASTY, 2) == pytest.approx(1.3 * 64)  # Koester 2018
    assert width(TeamKind.HASTY, 3) == width(TeamKind.HASTY, 2)
    assert width(TeamKind.DOG, 3) == 95


def test_a_team_that_tells_its_own_figures_is_believed_where_it_can_search() -> None:
    team = Team(id="A", kind=TeamKind.LINE, people=5, sweep_width_m=70, speed_mps=0.5, endurance_s=3600, why="training")
    cover = np.array([Cover.OPEN, Cover.WATER], dtype=np.uint8)
    assert list(team_sweep_width_m(team, cover, night=True)) == [70, 0]
    assert list(team_speed_mps(team, cover, np.zeros(2))) == [0.5, 0]
    assert team_endurance_s(team) == 3600
    assert team_endurance_s(Team(id="B", kind=TeamKind.DRONE)) == 1500


@pytest.mark.parametrize("bad", [0.0, -3.0, float("nan"), float("inf")])
def test_figures_that_cannot_be_are_refused_by_the_teams_name(bad: float) -> None:
    with pytest.raises(BadInput, match="'Alpha' has a sweep width"):
        team_sweep_width_m(Team(id="Alpha", kind=TeamKind.DOG, sweep_width_m=bad), FOREST)
    with pytest.raises(BadInput, match="'Alpha' has a search speed"):
        team_speed_mps(Team(id="Alpha", kind=TeamKind.DOG, speed_mps=bad), FOREST, [0.0])
    with pytest.raises(BadInput, match="'Alpha' has an endurance"):
        team_endurance_s(Team(id="Alpha", kind=TeamKind.DOG, endurance_s=bad))


def test_a_team_of_nobody_is_refused() -> None:
    with pytest.raises(BadInput, match="'Alpha' has 0 people"):
        team_sweep_width_m(Team(id="Alpha", kind=TeamKind.LINE, people=0), FOREST)


@pytest.mark.parametrize("kind", TeamKind)
def test_every_number_says_what_it_stands_on(kind: TeamKind) -> None:
    told = assumptions(kind)
    assert len(told) > 30
    for one in told:
        assert one.basis in ("published", "ours")
        assert (one.basis == "ours") == one.source.startswith("homeward's own judgement"), one
    assert len({a.what for a in told}) == len(told)


@pytest.mark.parametrize("kind", [TeamKind.DRONE, TeamKind.THERMAL])
def test_the_drones_widths_are_the_footprint_that_they_say(kind: TeamKind) -> None:
    known = defaults(kind)
    assert known.height_m is not None
    assert known.field_of_view_deg is not None
    across = 2 * known.height_m * np.tan(np.radians(known.field_of_view_deg / 2))
    for one in assumptions(kind):
        if one.what.startswith("sweep width"):
            factors = [float(part.split()[0]) for part in one.source.split(" x ")[1:]]
            assert one.value == pytest.approx(across * np.prod(factors), abs=0.1)
