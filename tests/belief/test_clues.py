"""Clues of every kind: where each points, how far it is believed, how it ages, and the laws that hold for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import Belief, Part, make_map, mixture, with_clue
from homeward.belief.clue_defaults import default, grade_ratio, heard_within_m, timing_range_m, truth
from homeward.belief.clues import clue_likelihood
from homeward.belief.tables import rows
from homeward.errors import BadInput
from homeward.geo import Floats, Grid, Place, bearing_deg, distance_m
from homeward.mission.nouns import Clue, ClueArea, ClueKind, Grade, Sense
from tests.belief.sample import GRID, IPP, away_m, hiker, place

MAP = make_map(hiker())
EVEN = Belief(grid=GRID, poa=np.full(GRID.shape, 0.9 / 120**2), outside=0.1, ipp_m=IPP)
IPP_PLACE = place(0, 0)
NOON = datetime(2026, 6, 21, 10, 30, tzinfo=UTC)
WIDE = Grid(crs="EPSG:32632", west_m=425_000.0, south_m=5_165_000.0, cell_m=200.0, n_rows=200, n_cols=200)


def clue(kind: ClueKind, east_m: float = 0.0, north_m: float = 0.0, **more: object) -> Clue:
    """A clue of a kind, its place in metres from the IPP."""
    plain = Clue(id="C", kind=kind, place=place(east_m, north_m), text="so", reliability=0.9)
    return replace(plain, **more)  # type: ignore[arg-type]


def square(east_m: float, north_m: float, half_m: float) -> tuple[Place, ...]:
    """The corners of a square about a point, metres from the IPP."""
    return tuple(place(east_m + a * half_m, north_m + b * half_m) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)))


def area(grade: Grade, east_m: float = 1500.0, north_m: float = 1500.0, half_m: float = 1000.0) -> Clue:
    return clue(ClueKind.AREAS, areas=(ClueArea(label="AA", ring=square(east_m, north_m, half_m), grade=grade),))


def peak(like: Floats, grid: Grid = GRID) -> Place:
    row, col = divmod(int(like.argmax()), grid.n_cols)
    x, y = grid.centers_m()
    return grid.to_place(float(x[col]), float(y[row]))


def at(like: Floats, east_m: float, north_m: float) -> float:
    return float(like[GRID.cell_of(IPP[0] + east_m, IPP[1] + north_m)])


def from_ipp(like: Floats) -> Floats:
    """What the clue adds to a place, 0 where it says nothing of it."""
    return np.asarray(like - like.min())


_far = st.floats(-4000, 4000)
_share = st.floats(0, 1)
_kinds: list[st.SearchStrategy[Clue]] = [
    st.builds(lambda e, n, a, b, t: clue(ClueKind.POINT, e, n, error_m=a, error_across_m=b, error_axis_deg=t),
              _far, _far, st.floats(10, 2000), st.floats(10, 2000), st.floats(0, 360)),
    st.builds(lambda e, n, b, d: clue(ClueKind.BEARING, e, n, bearing_deg=b, range_m=d),
              _far, _far, st.floats(0, 360), st.none() | st.floats(50, 9000)),
    st.builds(lambda e, b, s: clue(ClueKind.BEARING, e, 0, bearing_deg=b, sense=s),
              _far, st.floats(0, 360), st.sampled_from(Sense)),
    st.builds(lambda e, n, b, w, lo, deep: clue(ClueKind.SECTOR, e, n, bearing_deg=b, width_deg=w, range_min_m=lo,
              range_max_m=lo + deep), _far, _far, st.floats(0, 360), st.floats(5, 360), st.floats(0, 3000),
              st.floats(100, 9000)),
    st.builds(lambda e, n, d: clue(ClueKind.RING, e, n, range_m=d), _far, _far, st.floats(100, 9000)),
    st.builds(lambda e, n: clue(ClueKind.IMAGE, e, n), _far, _far),
    st.builds(lambda e, n, b: clue(ClueKind.TRACK, e, n, bearing_deg=b), _far, _far, st.none() | st.floats(0, 360)),
    st.builds(lambda e, n, d, w: clue(ClueKind.ABSENCE, e, n, range_m=d, noticed=w), _far, _far, st.floats(20, 2000),
              _share),
    st.builds(area, st.sampled_from(Grade), _far, _far, st.floats(100, 2000)),
]  # fmt: skip
clues = st.builds(
    lambda c, r, v, f, h: replace(
        c, reliability=r, relevance=v, by_chance=f, at=None if h is None else NOON - timedelta(hours=h)
    ),
    st.one_of(_kinds), _share, st.none() | _share, st.none() | _share, st.none() | st.floats(0, 48),
)  # fmt: skip


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


# ---- time ---------------------------------------------------------------------------------------------------------


def test_a_track_leads_on_no_farther_than_one_can_have_walked() -> None:
    print_ = clue(ClueKind.TRACK, -2000, 0, bearing_deg=90, bearing_sd_deg=15, at=NOON - timedelta(minutes=30))
    like = clue_likelihood(EVEN, print_, now=NOON).inside
    says = from_ipp(like)
    x, _ = GRID.centers_m()
    east = np.broadcast_to(x[None, :] - IPP[0] + 2000, GRID.shape)
    assert says[east > 0].sum() > 0.9 * says.sum()
    assert says[away_m(GRID, (IPP[0] - 2000, IPP[1])) > 2200].sum() < 0.01 * says.sum()  # 30 min at 1 m/s: 1.8 km
    older = clue_likelihood(EVEN, replace(print_, at=NOON - timedelta(hours=1)), now=NOON).inside
    assert at(older, 500, 0) > 3 * at(like, 500, 0)


def test_a_track_of_this_minute_is_a_point() -> None:
    fresh = clue(ClueKind.TRACK, 1000, 0, bearing_deg=10, error_m=50, at=NOON)
    like = clue_likelihood(EVEN, fresh, now=NOON).inside
    still = clue_likelihood(EVEN, replace(fresh, kind=ClueKind.POINT), now=NOON).inside
    np.testing.assert_allclose(like, still, rtol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(_kinds[:6]).flatmap(lambda kind: kind), st.floats(0.2, 24))
def test_an_old_clue_says_less_than_a_fresh_one(one: Clue, hours: float) -> None:
    fresh, old = (
        clue_likelihood(EVEN, replace(one, at=NOON), now=NOON + timedelta(hours=h)).inside for h in (0.0, hours)
    )
    assert np.ptp(old) < np.ptp(fresh)


def test_an_old_absence_is_discounted_by_the_chance_of_having_moved() -> None:
    gone = clue(ClueKind.ABSENCE, 1000, 1000, range_m=800, noticed=0.8)
    dips = [
        at(clue_likelihood(EVEN, replace(gone, at=NOON - timedelta(hours=h)), now=NOON).inside, 1000, 1000)
        for h in (0, 1, 3, 12)
    ]
    assert dips == sorted(dips)
    assert dips[-1] < 0.8  # the half that may not move is still not there


def test_only_who_can_move_leaves_the_place_of_an_old_clue() -> None:
    parts = [replace(part, mobile=mobile) for part, mobile in zip(halves(), (True, False), strict=True)]
    old = clue(ClueKind.POINT, 1500, 0, error_m=200, at=NOON - timedelta(hours=6))
    walks, stays = clue_likelihood(mixture(GRID, tuple(parts)), old, now=NOON).each
    assert at(stays[0], 1500, 0) > 10 * at(walks[0], 1500, 0)
    assert at(walks[0], 3500, 0) > 1.1 * at(stays[0], 3500, 0)


def test_an_ensemble_carries_a_clue_to_now_in_place_of_the_plain_picture() -> None:
    asked: list[tuple[str, str | None]] = []

    def two_cells_east(one: Clue, like: Floats, part: Part | None) -> Floats:
        asked.append((one.id, None if part is None else part.scenario))
        return np.roll(like, 2, axis=1)

    old = clue(ClueKind.POINT, 1500, 0, error_m=200, at=NOON - timedelta(hours=1))
    carried = clue_likelihood(EVEN, old, now=NOON, carry=two_cells_east)
    then = clue_likelihood(EVEN, replace(old, at=NOON), now=NOON)
    np.testing.assert_allclose(carried.inside[:, 10:-10], np.roll(then.inside, 2, axis=1)[:, 10:-10], rtol=1e-6)
    assert "of 1.0 h ago, carried on along simulated paths" in carried.notes
    with_clue(mixture(GRID, halves()), old, now=NOON, carry=two_cells_east)
    assert asked == [("C", None), ("C", "A"), ("C", "B")]


def test_a_clue_of_the_future_is_refused() -> None:
    with pytest.raises(BadInput, match="'C' speaks of a time that is still to come"):
        clue_likelihood(MAP, clue(ClueKind.POINT, at=NOON + timedelta(hours=1)), now=NOON)


# ---- scenarios ----------------------------------------------------------------------------------------------------


def halves() -> tuple[Part, Part]:
    """Two scenarios of equal weight on the same ground."""
    first, second = (Part(scenario=name, label=name, poa=EVEN.poa / 2, outside=EVEN.outside / 2) for name in ("A", "B"))
    return first, second


@pytest.mark.parametrize("sense", [Sense.SHOUT, Sense.WHISTLE, Sense.LIGHT])
def test_a_shout_speaks_for_scenarios_with_a_subject_that_responds(sense: Sense) -> None:
    parts = [replace(part, responsive=can) for part, can in zip(halves(), (True, False), strict=True)]
    shout = clue(ClueKind.BEARING, bearing_deg=45, sense=sense, reliability=0.8)
    after = with_clue(mixture(GRID, tuple(parts)), shout)
    # true with .8 and then of the first; false with .2 and then of either
    assert [part.weight for part in after.parts] == pytest.approx([0.9, 0.1], abs=1e-6)
    assert "comes only from a subject that responds" in after.story[-1].why
    scent = with_clue(mixture(GRID, tuple(parts)), replace(shout, sense=Sense.SCENT))
    assert [part.weight for part in scent.parts] == pytest.approx([0.5, 0.5])


def test_who_has_probably_died_shouts_less() -> None:
    parts = [replace(part, responsive=True, alive=alive) for part, alive in zip(halves(), (0.9, 0.1), strict=True)]
    after = with_clue(mixture(GRID, tuple(parts)), clue(ClueKind.RING, sense=Sense.SHOUT, reliability=0.8))
    assert after.parts[0].weight == pytest.approx(0.8 * 0.9 + 0.2 * 0.5, abs=1e-6)


def test_the_whole_maps_likelihood_is_that_of_its_scenarios() -> None:
    parts = [replace(part, responsive=can) for part, can in zip(halves(), (True, None), strict=True)]
    prior = mixture(GRID, tuple(parts))
    like = clue_likelihood(prior, clue(ClueKind.RING, sense=Sense.SHOUT))
    after = with_clue(prior, clue(ClueKind.RING, sense=Sense.SHOUT))
    np.testing.assert_allclose(after.poa, prior.poa * like.inside, rtol=1e-9)
    assert after.outside == pytest.approx(prior.outside * like.outside)


# ---- what cannot be -----------------------------------------------------------------------------------------------


_WRONG: list[tuple[Callable[[], Clue], str]] = [
    (lambda: clue(ClueKind.SECTOR, range_min_m=5000, range_max_m=4000), "from 5000 to 4000 m"),
    (lambda: clue(ClueKind.SECTOR, width_deg=60), "points nowhere"),
    (lambda: clue(ClueKind.AREAS), "names no area"),
    (
        lambda: replace(area(Grade.STRONG), areas=(ClueArea(label="Z", ring=(IPP_PLACE,), grade=Grade.EVEN),)),
        "1 corner",
    ),
    (lambda: clue(ClueKind.ABSENCE, noticed=1.2), "noticed of 1.2"),
    (lambda: clue(ClueKind.POINT, relevance=-0.1), "relevance of -0.1"),
    (lambda: clue(ClueKind.POINT, error_across_m=0.0), "error_across_m of 0"),
    (lambda: clue(ClueKind.BEARING, bearing_deg=10, wind_from_deg=999), "wind_from_deg of 999"),
    (lambda: clue(ClueKind.TRACK, 90_000, 0), "lies outside the map"),
]


@pytest.mark.parametrize(("make", "says"), _WRONG)
def test_what_cannot_be_is_refused_by_name(make: Callable[[], Clue], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        clue_likelihood(MAP, make())
