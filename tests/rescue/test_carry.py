"""How fast a litter goes and when it arrives, against the rules of walking and against carry-outs that happened."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.detect.sun import is_night
from homeward.errors import BadInput
from homeward.geo import Place
from homeward.rescue.carry import (
    CarryPlan,
    Spread,
    added_s,
    carry_time,
    litter_factor,
    naismith_s,
    packaging,
    profile_along,
    profile_of,
)
from homeward.rescue.relay import relay_along
from homeward.terrain import Cover, Line, LineKind, walking_speed_mps
from tests.terrain.ground import center, ground

AT_ONCE = Spread(median=0.0)
EXACT = Spread(median=0.35)
MILE_M = 1609.344
DESCENT = -0.11  # the slopes of the New Hampshire trails are not in the file: 10-12 % down, from memory


def test_walking_by_tobler_and_naismith_as_published():
    """Tobler 1993, NCGIA 93-1; Naismith 1892 in its metric form: 10 km with 600 m up 3 h, 6 km with 900 m up 2.7 h."""
    slopes = [-0.3, -0.2, -0.1, -0.05, 0, 0.1, 0.2, 0.3]
    kmh = [
        2.50117211807105,
        3.54933218620089,
        5.036742124615245,
        6.0,
        5.036742124615245,
        3.54933218620089,
        2.50117211807105,
        1.7625462019411973,
    ]
    assert walking_speed_mps(slopes) * 3.6 == pytest.approx(kmh, rel=1e-9)
    assert float(walking_speed_mps(0.0, Cover.OPEN)) * 3.6 == pytest.approx(3.022045274769147, rel=1e-9)
    assert naismith_s(distance_m=10_000, up_m=600) == pytest.approx(3.0 * 3600, rel=1e-9)
    assert naismith_s(distance_m=6_000, up_m=900) == pytest.approx(2.7 * 3600, rel=1e-9)


def test_litter_goes_at_a_third_of_a_walker_and_on_ropes_at_half_of_that():
    def kmh(slope: float, *, on_path: bool = True, going_factor: float = 1.0) -> float:
        route = profile_of(lengths_m=1000.0, slope=slope, going_factor=going_factor, on_path=on_path)
        return 3600 / float(route.carry_s.sum())

    assert kmh(-0.11) == pytest.approx(0.35 * 6 * np.exp(-3.5 * 0.06))
    assert kmh(0.1, going_factor=0.36) == pytest.approx(0.36 * kmh(0.1))
    assert kmh(0.69, on_path=False) == pytest.approx(0.35 * 6 * np.exp(-3.5 * 0.74))
    assert kmh(0.71, on_path=False) == pytest.approx(0.5 * 0.35 * 6 * np.exp(-3.5 * 0.76))


def carry_outs(shared: Path) -> list[tuple[str, float, float, bool]]:
    """(place, metres, seconds, in the dark) of the clean rows of the file."""
    found = []
    for row in csv.DictReader((shared / "readiness" / "carry_outs.csv").read_text().splitlines()):
        if row["clean_speed"] != "1":
            continue
        metres = float(row["distance_mi"]) * MILE_M
        if row["carry_start"]:
            a, b = (int(t[:2]) * 60 + int(t[3:]) for t in (row["carry_start"], row["carry_end"]))
            seconds = (b - a) % 1440 * 60.0
        else:
            seconds = metres / MILE_M * 3600  # "kept moving about 1 mph"
        found.append((row["place"], metres, seconds, row["conditions"].startswith("night,")))
    return found


@pytest.mark.shared
def test_every_carry_out_that_happened_is_within_a_factor_of_one_and_a_half(shared: Path):
    rows = carry_outs(shared)
    assert len(rows) == 6
    ratios, covered = [], []
    for place, metres, seconds, dark in rows:
        route = profile_of(lengths_m=np.full(50, metres / 50), slope=DESCENT)
        told = carry_time(route, CarryPlan(packaging=AT_ONCE, night=dark))
        ratios.append(told.median_s / seconds)
        covered.append(told.quantile_s(0.1) <= seconds <= told.quantile_s(0.9))
        assert 1 / 1.5 < ratios[-1] < 1.5, place
    assert np.exp(np.mean(np.log(ratios))) == pytest.approx(1, abs=0.15)
    assert sum(covered) / len(covered) >= 0.8


@pytest.mark.shared
def test_packaging_is_that_of_the_carry_outs():
    """First rescuer to start of the carry: 50, 60, 75 and 85 minutes (NH Fish and Game releases)."""
    told = np.log([50, 60, 75, 85])
    assert packaging().median / 60 == pytest.approx(np.exp(told.mean()), rel=0.02)
    assert packaging().sd_log == pytest.approx(told.std(ddof=1), abs=0.02)


def test_arrival_agrees_with_a_simulation():
    route = profile_of(lengths_m=[800.0, 1200.0], slope=[-0.1, 0.05], going_factor=[1.0, 0.6])
    told = carry_time(route, CarryPlan(bout_s=600, rest_s=120, stops_s=600))
    rng = np.random.default_rng(1)
    n = 400_000
    pack = packaging().median * np.exp(packaging().sd_log * rng.normal(size=n))
    work = route.walk_s.sum() / (litter_factor().median * np.exp(litter_factor().sd_log * rng.normal(size=n)))
    arrive = pack + work + (np.ceil(work / 600) - 1) * 120 + 600
    for p in (0.05, 0.1, 0.5, 0.9, 0.95):
        assert told.quantile_s(p) == pytest.approx(np.quantile(arrive, p), rel=0.01)
        assert told.p_by(float(np.quantile(arrive, p))) == pytest.approx(p, abs=0.01)


def test_who_is_overtaken_by_the_dark_goes_slower_from_then_on():
    """Walked minute by minute: 3 km in Andorra from 16:00 UTC in late November, where it is dark before 17:00."""
    route = profile_of(lengths_m=[3000.0], slope=0.0)
    place, starts = Place(42.5, 1.5), datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    left, minutes, dark = float(route.walk_s.sum()) / 0.35, 0, 0
    while left > 0:
        night = is_night(place, starts + timedelta(minutes=minutes))
        left -= 60 * (0.8 if night else 1.0)
        minutes, dark = minutes + 1, dark + night
    told = carry_time(route, CarryPlan(packaging=AT_ONCE, factor=EXACT, starts=starts, place=place))
    assert told.median_s / 60 == pytest.approx(minutes, abs=2)
    assert told.dark_share == pytest.approx(dark / minutes, abs=0.06)
    assert any("in the dark" in line for line in told.why)
    all_night = carry_time(route, CarryPlan(packaging=AT_ONCE, factor=EXACT, night=True))
    assert all_night.median_s == pytest.approx(float(route.carry_s.sum()) / 0.8)
    assert all_night.dark_share == pytest.approx(1)


def test_rests_take_the_carry_into_the_light():
    """Walked minute by minute: from 03:30 UTC in Andorra in November, two minutes of rest for each of carrying."""
    route = profile_of(lengths_m=[6000.0], slope=0.0)
    place, starts = Place(42.5, 1.5), datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
    work = left = float(route.carry_s.sum())
    minutes, dark = 0, 0.0
    while left > 0:
        night = is_night(place, starts + timedelta(minutes=minutes))
        share = 1 / ((1 / 0.8 if night else 1.0) + 2)
        left -= 60 * share
        minutes, dark = minutes + 1, dark + night * 60 * share / 0.8
    plan = CarryPlan(
        packaging=AT_ONCE, factor=EXACT, starts=starts, place=place, bout_s=work / 100, rest_s=work * 2 / 99
    )
    told = carry_time(route, plan)
    assert told.rests_s == pytest.approx(2 * work, rel=1e-6)
    assert told.median_s / 60 == pytest.approx(minutes, abs=12)
    assert told.dark_share == pytest.approx(dark / told.carry_s, abs=0.05)
    at_once = carry_time(route, CarryPlan(packaging=AT_ONCE, factor=EXACT, starts=starts, place=place))
    assert told.dark_share < at_once.dark_share
    assert any("of rests" in line for line in told.why)


@given(st.floats(1, 1e4), st.floats(0, 1), st.floats(0, 0.9), st.floats(0.01, 0.09))
def test_later_is_surer(median: float, sd: float, p: float, more: float):
    route = profile_of(lengths_m=[median], slope=0.0)
    told = carry_time(route, CarryPlan(packaging=Spread(median=median, sd_log=sd)))
    assert told.quantile_s(p) <= told.quantile_s(p + more)
    assert told.p_by(told.quantile_s(p + more)) >= told.p_by(told.quantile_s(p))
    assert told.p_by(float(told.arrive_s[-1])) == 1


@given(st.lists(st.tuples(st.floats(1, 1e4), st.floats(0, 0.8)), min_size=1, max_size=4))
def test_a_sum_has_the_sum_of_the_means(parts: list[tuple[float, float]]):
    drawn = [Spread(median=m, sd_log=s).samples() for m, s in parts]
    assert added_s(*drawn).mean() == pytest.approx(sum(float(d.mean()) for d in drawn))


def test_a_route_meets_the_ground_it_goes_over():
    """2 km down 10 %, the first half on a trail, the other in open ground, where one walks at 0.6 of that."""
    z = np.broadcast_to(np.arange(101)[None, :] * 2.0, (21, 101))
    terrain = ground(z)
    trail = Line(kind=LineKind.TRAIL, xy_m=np.array([center(terrain, 10, 50), center(terrain, 10, 100)]))
    terrain = ground(z, lines=(trail,))
    route = profile_along(terrain, [center(terrain, 10, 100), center(terrain, 10, 0)])
    assert route.length_m == pytest.approx(2000)
    assert route.slope == pytest.approx(-0.1)
    on_path = 1000 / float(walking_speed_mps(-0.1))
    assert route.walk_s.sum() == pytest.approx(on_path + on_path / 0.6, rel=0.02)
    assert route.rough.sum() == pytest.approx(50, abs=1)
    assert not route.roped.any()


def test_what_is_too_steep_is_roped_and_said():
    terrain = ground(np.broadcast_to(np.arange(11)[None, :] * 18.0, (11, 11)))
    route = profile_along(terrain, [center(terrain, 5, 10), center(terrain, 5, 0)])
    assert route.roped.all()
    assert route.carry_s == pytest.approx(2 * route.walk_s / 0.35)
    assert any("ropes" in line for line in carry_time(route).why)


def test_a_casualty_at_the_exit_is_not_carried():
    terrain = ground(np.zeros((5, 5)))
    route = profile_along(terrain, [center(terrain, 2, 2), center(terrain, 2, 2)])
    told = carry_time(route)
    assert told.carry_s == 0
    assert told.median_s == pytest.approx(packaging().median, rel=0.01)
    assert relay_along(route).changes == 0


def test_a_route_off_the_map_or_a_spread_below_zero_is_refused():
    terrain = ground(np.zeros((5, 5)))
    with pytest.raises(BadInput, match="on the map"):
        profile_along(terrain, [(0.0, 0.0), center(terrain, 0, 0)])
    with pytest.raises(BadInput, match="from zero up"):
        Spread(median=10, sd_log=-1)
    with pytest.raises(BadInput, match="0 to 1"):
        carry_time(profile_of(lengths_m=[1.0], slope=0.0)).quantile_s(2)
