"""A drone's camera: footprint, ground sample distance, and what can be made out of a person."""

from __future__ import annotations

from math import isclose

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.detect import camera_of, seen_as, team_sweep_width_m
from homeward.detect.camera import Camera, pixels_on_subject
from homeward.errors import BadInput
from homeward.mission.nouns import Team, TeamKind
from homeward.terrain.ground import Cover

EVERY = np.arange(len(Cover), dtype=np.uint8)
DRONES = [TeamKind.DRONE, TeamKind.THERMAL]


def drone(kind: TeamKind = TeamKind.DRONE, **told: float) -> Team:
    return Team(id="D", kind=kind, **told)  # type: ignore[arg-type]


def width(team: Team) -> float:
    return float(team_sweep_width_m(team, EVERY)[Cover.OPEN])


def test_footprint_and_ground_sample() -> None:
    # 2 h tan(angle / 2): at 90 degrees the picture is twice as wide as the drone is high
    camera = Camera(height_m=50, field_of_view_deg=90, image_px=1000)
    assert camera.footprint_m == pytest.approx(100)
    assert camera.ground_sample_m == pytest.approx(0.1)
    assert pixels_on_subject(TeamKind.DRONE, camera) == pytest.approx(5)  # shoulders of 0.5 m


@pytest.mark.parametrize(("pixels", "word"), [(3.9, ""), (4, "noticed"), (15, "recognised"), (25, "identified")])
def test_johnson_criteria_as_in_the_makers_guide(pixels: float, word: str) -> None:
    # DJI search-and-rescue altitude guide, at 79 %: 4, 15 and 25 pixels to detect, recognise, identify
    camera = Camera(height_m=50, field_of_view_deg=90, image_px=pixels * 100 / 0.5)
    assert seen_as(TeamKind.DRONE, camera) == word


@pytest.mark.parametrize("kind", DRONES)
def test_the_usual_drone_sees_as_the_table_says_and_notices_a_person(kind: TeamKind) -> None:
    plain = drone(kind)
    assert seen_as(kind, camera_of(plain)) == "noticed"
    told = drone(kind, height_m=80)
    assert (team_sweep_width_m(plain, EVERY) == team_sweep_width_m(told, EVERY)).all()


@given(st.sampled_from(DRONES), st.floats(1, 900), st.floats(1, 900))
def test_higher_sees_wider_until_a_person_is_too_small_then_nothing(kind: TeamKind, a: float, b: float) -> None:
    low, high = sorted((a, b))
    below, above = drone(kind, height_m=low), drone(kind, height_m=high)
    if seen_as(kind, camera_of(above)):
        assert seen_as(kind, camera_of(below))
        assert width(below) <= width(above) + 1e-9
        assert isclose(width(above) / high, width(below) / low, rel_tol=1e-9)
    else:
        assert width(above) == 0


def test_more_pixels_let_it_fly_higher() -> None:
    high = drone(height_m=300)
    assert width(high) == 0
    assert width(drone(height_m=300, image_px=5000)) > width(drone()) > 0


def test_the_share_noticed_can_be_overridden() -> None:
    half = team_sweep_width_m(drone(), EVERY, numbers=(("drone/noticed", 0.395),))
    assert half == pytest.approx(team_sweep_width_m(drone(), EVERY) / 2)


def test_a_drone_sees_no_more_than_the_number_of_its_height_says() -> None:
    lower = (("drone/height", 40.0),)
    assert float(team_sweep_width_m(drone(), EVERY, numbers=lower)[Cover.OPEN]) == pytest.approx(width(drone()) / 2)


@pytest.mark.parametrize(
    ("told", "said"),
    [({"height_m": 0}, "a height of 0 m"), ({"field_of_view_deg": 200}, "200 deg"), ({"image_px": -1}, "-1 px")],
)
def test_a_camera_that_cannot_be_is_refused_by_the_teams_name(told: dict[str, float], said: str) -> None:
    with pytest.raises(BadInput, match=f"'D' has .*{said}"):
        camera_of(drone(TeamKind.DRONE, **told))
