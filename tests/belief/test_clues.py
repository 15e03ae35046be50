"""Clues of every kind: where each points, how far it is believed, how it ages, and the laws that hold for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import Belief, make_map, with_clue
from homeward.belief.clue_defaults import default, grade_ratio, heard_within_m, timing_range_m, truth
from homeward.belief.clue_words import clue_words
from homeward.belief.clues import clue_likelihood
from homeward.belief.tables import rows
from homeward.errors import BadInput
from homeward.geo import Grid, bearing_deg, distance_m
from homeward.mission.nouns import Clue, ClueArea, ClueKind, Grade, Sense
from tests.belief.clue_sample import (
    EVEN,
    IPP_PLACE,
    MAP,
    NOON,
    area,
    at,
    clue,
    clues,
    from_ipp,
    peak,
    square,
)
from tests.belief.sample import GRID, IPP, away_m, hiker, place, point

WIDE = Grid(crs="EPSG:32632", west_m=425_000.0, south_m=5_165_000.0, cell_m=200.0, n_rows=200, n_cols=200)


# ---- laws ---------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(clues)
def test_over_the_prior_the_likelihood_of_any_clue_has_mean_one(one: Clue) -> None:
    like = clue_likelihood(MAP, one, now=NOON)
    assert np.isfinite(like.inside).all()
    assert like.inside.min() >= 0
    mean = float((MAP.poa * like.inside).sum()) + MAP.outside * like.outside
    faint = any("hardly anybody" in note for note in like.notes)
    assert mean <= 1 + 1e-6 if faint else mean == pytest.approx(1, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(clues)
def test_no_clue_speaks_more_for_one_place_than_the_limit(one: Clue) -> None:
    like = clue_likelihood(MAP, replace(one, reliability=1.0, relevance=1.0, by_chance=0.0), now=NOON)
    top, low = max(like.inside.max(), like.outside), min(like.inside.min(), like.outside)
    assert top / low <= default("any", "most_ratio") * (1 + 1e-9)


def test_a_needle_of_a_clue_is_capped_and_said() -> None:
    fine = Grid(crs=GRID.crs, west_m=GRID.west_m, south_m=GRID.south_m, cell_m=20, n_rows=600, n_cols=600)
    toddler = make_map(hiker(grid=fine, category="child 1-3"))
    like = clue_likelihood(toddler, clue(ClueKind.POINT, 4000, 4000, error_m=1, reliability=1.0))
    assert max(like.inside.max(), like.outside) / like.inside.min() == pytest.approx(1e6)
    assert "held to 1,000,000 : 1 between places" in like.notes


@settings(max_examples=15, deadline=None)
@given(st.lists(clues, min_size=2, max_size=3))
def test_the_order_of_clues_of_any_kind_does_not_matter(some: list[Clue]) -> None:
    def after(order: tuple[Clue, ...]) -> Belief:
        belief = MAP
        for one in order:
            belief = with_clue(belief, one, prior=MAP, now=NOON)
        return belief

    ends = [after(order) for order in permutations(some)]
    for end in ends[1:]:
        np.testing.assert_allclose(end.poa, ends[0].poa, atol=1e-10)


@pytest.mark.parametrize(
    "one",
    [
        clue(ClueKind.SECTOR, bearing_deg=10, width_deg=60, reliability=0.0),
        clue(ClueKind.RING, range_m=2000, relevance=0.0),
        clue(ClueKind.IMAGE, by_chance=1.0),
        clue(ClueKind.ABSENCE, noticed=0.0),
        clue(ClueKind.SECTOR, range_max_m=1e6),
        area(Grade.EVEN),
    ],
)
def test_a_clue_of_no_information_changes_nothing(one: Clue) -> None:
    after = with_clue(MAP, one)
    np.testing.assert_allclose(after.poa, MAP.poa, rtol=1e-6)
    assert after.outside == pytest.approx(MAP.outside)


@pytest.mark.parametrize("kind", [ClueKind.POINT, ClueKind.IMAGE, ClueKind.RING, ClueKind.SECTOR])
def test_one_clue_is_believed_as_much_as_it_is_true(kind: ClueKind) -> None:
    one = clue(kind, 500, 800, range_m=1500, range_max_m=2500, reliability=0.7, relevance=0.6, by_chance=0.2)
    assert truth(one) == pytest.approx(0.7 * 0.6 / 0.8)
    like = clue_likelihood(MAP, one)
    # what a false clue leaves of any place is 1 less how far it is believed
    assert min(float(like.inside.min()), like.outside) == pytest.approx(1 - truth(one), abs=1e-3)


@pytest.mark.parametrize(
    ("told", "believed"),
    [
        ({}, 0.8),
        ({"relevance": 0.5}, 0.4),
        ({"by_chance": 0.25}, 0.6),
        ({"relevance": 0.9, "by_chance": 0.1}, 0.72),
        ({"relevance": 0.9, "by_chance": 0.9}, 0.4),  # as many come without the subject as with it
        ({"relevance": 0.0, "by_chance": 0.0}, 0.0),
    ],
)
def test_reliability_relevance_and_chance_add_up(told: dict[str, float], believed: float) -> None:
    assert truth(clue(ClueKind.POINT, reliability=0.8, **told)) == pytest.approx(believed)


# ---- where each kind points ---------------------------------------------------------------------------------------


def test_a_scent_on_the_wind_ten_kilometres_to_the_north_west() -> None:
    prior = Belief(grid=WIDE, poa=np.full(WIDE.shape, 0.9 / 200**2), outside=0.1, ipp_m=IPP)
    scent = clue(ClueKind.BEARING, bearing_deg=315, range_m=10_000, range_sd_m=2000, sense=Sense.SCENT)
    like = clue_likelihood(prior, scent)
    there = peak(like.inside, WIDE)
    assert distance_m(scent.place, there) == pytest.approx(10_000, abs=200)
    assert bearing_deg(scent.place, there) == pytest.approx(315, abs=1)
    # of what it says, 68 % within about one standard deviation of the distance
    says = from_ipp(like.inside)
    x, y = WIDE.centers_m()
    away = np.hypot(x[None, :] - IPP[0], y[:, None] - IPP[1])
    assert says[np.abs(away - 10_000) < 2000].sum() / says.sum() == pytest.approx(0.68, abs=0.06)


def test_an_ellipse_is_long_along_its_axis() -> None:
    like = clue_likelihood(EVEN, clue(ClueKind.POINT, error_m=1500, error_across_m=300, error_axis_deg=90)).inside
    assert peak(like) == pytest.approx(place(0, 0), abs=2e-3)
    says = from_ipp(like)
    x, y = GRID.centers_m()
    turn = np.radians(GRID.true_north_deg(place(0, 0)))
    east, north = x[None, :] - IPP[0], y[:, None] - IPP[1]
    u, v = east * np.cos(turn) - north * np.sin(turn), east * np.sin(turn) + north * np.cos(turn)
    assert np.sqrt((says * u**2).sum() / says.sum()) == pytest.approx(1500, rel=0.02)
    assert np.sqrt((says * v**2).sum() / says.sum()) == pytest.approx(300, rel=0.05)


def test_a_phone_cell_is_even_in_its_beam_and_nothing_beside() -> None:
    cell = clue(ClueKind.SECTOR, bearing_deg=60, width_deg=60, range_min_m=1650, range_max_m=2200)
    like = clue_likelihood(EVEN, cell)
    says = from_ipp(like.inside)
    x, y = GRID.centers_m()
    away = np.hypot(x[None, :] - IPP[0], y[:, None] - IPP[1])
    angle = np.degrees(np.arctan2(x[None, :] - IPP[0], y[:, None] - IPP[1])) - GRID.true_north_deg(cell.place)
    assert away[says > says.max() / 2].mean() == pytest.approx(np.mean([1650, 2200]), rel=0.03)
    assert says[(np.abs(angle - 60) < 45) & (np.abs(away - 1925) < 500)].sum() > 0.98 * says.sum()
    half = says[np.abs(away - 1925) < 100] > says.max() / 2
    assert half.mean() == pytest.approx(60 / 360, abs=0.02)


def test_timing_advance_is_a_ring_of_the_networks_steps() -> None:
    # GSM: one step of 3.69 us there and back is 550 m (3GPP TS 45.010); LTE: 16 Ts is 78 m (3GPP TS 36.213)
    assert timing_range_m("gsm", 3) == (1650, 2200)
    assert timing_range_m("lte", 40) == (3120, 3198)
    light_mps = 299_792_458
    assert timing_range_m("gsm", 0)[1] == pytest.approx(light_mps * 3.69e-6 / 2, rel=0.01)
    assert timing_range_m("lte", 0)[1] == pytest.approx(light_mps * 16 / (15_000 * 2048) / 2, rel=0.01)
    for radio, steps, says in (("gsm", 64, "from 0 to 63"), ("umts", 1, "gsm or lte")):
        with pytest.raises(BadInput, match=says):
            timing_range_m(radio, steps)


def test_a_ping_is_a_ring_all_around() -> None:
    like = clue_likelihood(EVEN, clue(ClueKind.RING, range_m=3000, range_sd_m=200)).inside
    ring = np.abs(away_m() - 3000) < 60
    assert like[ring].min() > 0.9 * like.max()
    says = from_ipp(like)
    assert says[np.abs(away_m() - 3000) < 200].sum() / says.sum() == pytest.approx(0.68, abs=0.05)


@pytest.mark.parametrize(("sense", "width_m"), [(Sense.SHOUT, 332), (Sense.WHISTLE, 401), (Sense.LIGHT, 277)])
def test_what_is_heard_or_seen_is_about_as_near_as_it_carries(sense: Sense, width_m: float) -> None:
    # sweep widths of sound and light lines: Koester, Gordon, Wells, Tucker, Journal of Search and Rescue 1(1)
    heard = clue(ClueKind.RING, sense=sense, at=NOON)
    assert heard_within_m(heard) == width_m
    fine = replace(GRID, cell_m=20, n_rows=200, n_cols=200, west_m=IPP[0] - 2000, south_m=IPP[1] - 2000)
    prior = Belief(grid=fine, poa=np.full(fine.shape, 1 / 200**2), outside=0.0)
    says = from_ipp(clue_likelihood(prior, heard).inside)
    away = away_m(fine)
    assert (says * away).sum() / says.sum() == pytest.approx(width_m, rel=0.05)


def test_a_shout_by_night_carries_less_and_a_scent_has_no_published_range() -> None:
    assert heard_within_m(clue(ClueKind.RING, sense=Sense.SHOUT, at=NOON + timedelta(hours=12))) == 306
    assert heard_within_m(clue(ClueKind.BEARING, bearing_deg=0, sense=Sense.SCENT)) is None
    with pytest.raises(BadInput, match="ring without a distance"):
        clue_likelihood(MAP, clue(ClueKind.RING, sense=Sense.SCENT))


def test_a_picture_is_mostly_a_false_alarm_until_somebody_looked() -> None:
    raw = clue_likelihood(MAP, clue(ClueKind.IMAGE, 1000, 0, reliability=1.0))
    looked = clue_likelihood(MAP, clue(ClueKind.IMAGE, 1000, 0, reliability=1.0, by_chance=0.04))
    # precision .96 of airborne optical sectioning: Schedl, Kurmi, Bimber (2020), Nature Machine Intelligence 2:783
    assert (raw.true, looked.true) == pytest.approx((0.5, 0.96))
    assert "50% of such detections taken as false alarms" in raw.notes


def test_a_witness_at_the_hut_takes_from_the_hut_alone() -> None:
    # 90 % reliable, would have noticed with 80 %: a subject there would be there with 1 - .9 x .8 of what is elsewhere
    gone = clue(ClueKind.ABSENCE, 1000, 1000, range_m=800, noticed=0.8)
    like = clue_likelihood(EVEN, gone).inside
    assert at(like, 1000, 1000) / at(like, -3000, -3000) == pytest.approx(0.28, abs=0.02)
    after = with_clue(MAP, gone)
    assert after.outside > MAP.outside
    np.testing.assert_allclose(after.poa[away_m() > 3000] / MAP.poa[away_m() > 3000], after.outside / MAP.outside)


# ---- grades -------------------------------------------------------------------------------------------------------


def test_nine_grades_rise_and_mirror_each_other() -> None:
    ratios = [grade_ratio(grade) for grade in Grade]
    assert len(ratios) == 9
    assert ratios == sorted(ratios, reverse=True)
    assert np.allclose(np.array(ratios) * np.array(ratios[::-1]), 1, atol=1e-4)
    assert all("own judgement" in row["source"] for row in rows("clue_grades"))


def test_graded_areas_weigh_in_their_ratio() -> None:
    both = replace(
        area(Grade.STRONG),
        areas=(
            ClueArea(label="AA", ring=square(2000, 2000, 900), grade=Grade.STRONG),
            ClueArea(label="AB", ring=square(-2000, -1000, 900), grade=Grade.STRONG_NOT),
        ),
        reliability=0.99,
    )
    like = clue_likelihood(EVEN, both)
    inside, elsewhere, against = (at(like.inside, *xy) for xy in ((2000, 2000), (-3500, 3000), (-2000, -1000)))
    m = 0.9 * (1 + 324 / 14400 * 9 - 324 / 14400 * 0.9) + 0.1  # two squares of 18 x 18 cells of 120 x 120
    assert inside == pytest.approx(0.99 * 10 / m + 0.01, rel=0.01)
    assert elsewhere == pytest.approx(0.99 / m + 0.01, rel=0.01)
    assert against == pytest.approx(0.99 * 0.1 / m + 0.01, rel=0.05)
    assert any("homeward's own numbers" in note for note in like.notes)


# ---- what cannot be -----------------------------------------------------------------------------------------------


_WRONG: list[tuple[Callable[[], Clue], str]] = [
    (lambda: clue(ClueKind.SECTOR, range_min_m=5000, range_max_m=4000), "from 5000 to 4000 m"),
    (lambda: clue(ClueKind.SECTOR, width_deg=60), "points nowhere"),
    (lambda: clue(ClueKind.AREAS), "names no area"),
    (
        lambda: replace(area(Grade.STRONG), areas=(ClueArea(label="Z", ring=(IPP_PLACE,), grade=Grade.EVEN),)),
        "1 corner",
    ),
    (lambda: clue(ClueKind.ABSENCE, noticed=1.2), "probability of noticing the subject of 1.2"),
    (lambda: clue(ClueKind.POINT, relevance=-0.1), "relevance of -0.1"),
    (lambda: clue(ClueKind.POINT, error_across_m=0.0), "an error across of 0 m"),
    (lambda: clue(ClueKind.BEARING, bearing_deg=10, wind_from_deg=999), "a wind from 999 degrees"),
    (lambda: clue(ClueKind.TRACK, 90_000, 0), "lies outside the map"),
]


@pytest.mark.parametrize(("make", "says"), _WRONG)
def test_what_cannot_be_is_refused_by_name(make: Callable[[], Clue], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        clue_likelihood(MAP, make())


def test_errors_that_were_told_are_read_back() -> None:
    told = clue_words(point("C1", 0, 0, error_m=250.0, error_across_m=40.0))
    assert "error 250 m, 40 m across" in told
    assert "error" not in clue_words(point("C1", 0, 0))
