"""Clues and searches: Bayes' rule with the share outside, its laws, and what is refused."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import Belief, Part, SearchDone, after_search, make_map, mixture, with_clue
from homeward.belief.update import reweighed_each
from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Clue
from tests.belief.sample import GRID, IPP, away_m, bearing, hiker, point

MAP = make_map(hiker())
SMALL = Grid(crs="EPSG:32632", west_m=0.0, south_m=0.0, cell_m=50.0, n_rows=1, n_cols=3)

clues = st.one_of(
    st.builds(
        lambda e, n, err, r: point("P", e, n, error_m=err, reliability=r),
        st.floats(-5000, 5000), st.floats(-5000, 5000), st.floats(5, 3000), st.floats(0, 1),
    ),
    st.builds(
        lambda b, sd, d, r: bearing("B", b, bearing_sd_deg=sd, range_m=d, reliability=r),
        st.floats(0, 360), st.floats(1, 90), st.one_of(st.none(), st.floats(50, 9000)), st.floats(0, 1),
    ),
)  # fmt: skip


def small(*poa: float, outside: float = 0.0) -> Belief:
    return Belief(grid=SMALL, poa=np.array([poa]), outside=outside)


def pods(*value: float) -> Floats:
    return np.array([value])


def near(belief: Belief, east_m: float, north_m: float, within_m: float) -> float:
    return float(belief.poa[away_m(GRID, (IPP[0] + east_m, IPP[1] + north_m)) <= within_m].sum())


def test_the_textbook_search() -> None:
    # 50/30/20 % and a search of the first with POD 50 %: Bayes gives 33.3/40/26.7 % (not 25/45/30 %)
    after = after_search(small(0.5, 0.3, 0.2), pods(0.5, 0, 0), cause="AA-1")
    assert after.poa[0] == pytest.approx([1 / 3, 0.4, 4 / 15])


def test_the_share_outside_takes_part() -> None:
    # .5 of .8 x (1 - .5) = .4 missed, outside .2 stays: .2 / .6
    after = after_search(small(0.4, 0.4, 0.0, outside=0.2), pods(0.5, 0.5, 0.5), cause="AA-1")
    assert after.outside == pytest.approx(1 / 3)
    assert after.story[-1].to_where == "outside the map"


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.9))
def test_more_coverage_never_raises_poa_there(seed: int, more: float) -> None:
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(4))
    before = small(*p[:3], outside=float(p[3]))
    pod = rng.uniform(0, 0.9, 3)
    harder = pod.copy()
    harder[0] += more * (0.99 - pod[0])
    less, much = (after_search(before, x[None, :], cause="a") for x in (pod, harder))
    assert much.poa[0, 0] <= less.poa[0, 0] + 1e-12
    assert much.outside >= less.outside - 1e-12
    assert much.poa.sum() + much.outside == pytest.approx(1, abs=1e-12)


def test_two_searches_are_one_of_both_together() -> None:
    before = small(0.5, 0.2, 0.1, outside=0.2)
    a, b = pods(0.3, 0.6, 0.0), pods(0.5, 0.1, 0.2)
    one = after_search(after_search(before, a, cause="a"), b, cause="b")
    both = after_search(before, 1 - (1 - a) * (1 - b), cause="both")
    np.testing.assert_allclose(one.poa, both.poa, atol=1e-15)


def test_a_pod_of_one_has_to_be_forced() -> None:
    before = small(0.5, 0.3, 0.2)
    with pytest.raises(BadInput, match="100 % somewhere"):
        after_search(before, pods(1.0, 0, 0), cause="AA-1")
    forced = after_search(before, pods(1.0, 0, 0), cause="AA-1", forced=True)
    assert forced.poa[0] == pytest.approx([0, 0.6, 0.4])
    with pytest.raises(BadInput, match="no place is left"):
        after_search(before, pods(1.0, 1.0, 1.0), cause="AA-1", forced=True)


@pytest.mark.parametrize("bad", [-0.1, 1.2, np.nan])
def test_what_is_no_probability_is_refused(bad: float) -> None:
    with pytest.raises(BadInput, match="POD of AA-1"):
        after_search(small(0.5, 0.3, 0.2), pods(bad, 0, 0), cause="AA-1")
    with pytest.raises(BadInput, match="does not fit"):
        after_search(MAP, pods(0, 0, 0), cause="AA-1")


@settings(max_examples=30, deadline=None)
@given(st.lists(clues, min_size=2, max_size=3))
def test_the_order_of_clues_does_not_matter(some: list[Clue]) -> None:
    ends = [make_map(hiker(clues=order)) for order in permutations(some)]
    for end in ends[1:]:
        np.testing.assert_allclose(end.poa, ends[0].poa, atol=1e-12)
        assert end.outside == pytest.approx(ends[0].outside, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(clues)
def test_after_any_clue_all_is_still_one(clue: Clue) -> None:
    after = with_clue(MAP, clue)
    assert after.poa.sum() + after.outside == pytest.approx(1, abs=1e-12)
    assert 0 <= after.story[-1].moved <= 1
    assert len(after.story) == len(MAP.story) + 1


@pytest.mark.parametrize(
    "clue",
    [
        point("P", 2000, 0, reliability=0.0),
        point("P", 2000, 0, error_m=1e9),
        bearing("B", 40, reliability=0.0),
        bearing("B", 40, bearing_sd_deg=1e6),
    ],
)
def test_a_clue_that_says_nothing_changes_nothing(clue: Clue) -> None:
    after = with_clue(MAP, clue)
    assert after.story[-1].moved < 1e-4
    np.testing.assert_allclose(after.poa, MAP.poa, rtol=2e-4)


@pytest.mark.parametrize("reliability", [0.3, 0.8, 0.95])
def test_one_clue_is_believed_as_much_as_it_is_reliable(reliability: float) -> None:
    clue = point("P", 2500, -1000, error_m=60, reliability=reliability)
    after = with_clue(MAP, clue)
    before_there = near(MAP, 2500, -1000, 400)
    assert near(after, 2500, -1000, 400) == pytest.approx(reliability + (1 - reliability) * before_there, abs=0.01)
    assert after.outside == pytest.approx((1 - reliability) * MAP.outside, rel=1e-6)


def test_clues_that_agree_are_worth_more_than_one() -> None:
    one = make_map(hiker(clues=(point("P", 3000, 0, error_m=300, reliability=0.5),)))
    two = make_map(hiker(clues=tuple(point(n, 3000, 0, error_m=300, reliability=0.5) for n in "PQ")))
    assert near(two, 3000, 0, 900) > near(one, 3000, 0, 900) + 0.2


def test_a_scent_from_the_north_west_three_kilometres_away() -> None:
    after = with_clue(MAP, bearing("C1", 315, range_m=3000))
    line = after.story[-1]
    assert line.to_where == "3 km north-west of the IPP"
    assert "bearing 315 true, about 3 km, 80% reliable" in line.why
    assert "taken as good to 20 deg" in line.why
    quarter = (np.add.outer(-GRID.centers_m()[1] + IPP[1], GRID.centers_m()[0] - IPP[0])) < -1000
    assert after.poa[quarter].sum() > 0.6 > MAP.poa[quarter].sum() + 0.2


def test_true_north_is_not_grid_north() -> None:
    # at the edge of a UTM zone the grid's north is some degrees off: the bearing told is true
    grid = Grid(crs="EPSG:32632", west_m=180_000.0, south_m=7_600_000.0, cell_m=200.0, n_rows=100, n_cols=100)
    ipp = (190_000.0, 7_610_000.0)
    here = grid.to_place(*ipp)
    off = np.radians(grid.true_north_deg(here))
    assert abs(np.degrees(off)) > 5
    clue = Clue(id="B", kind=bearing("B", 0).kind, place=here, text="", bearing_deg=0, bearing_sd_deg=1, reliability=1)
    after = with_clue(make_map(hiker(grid=grid, ipp_m=ipp)), clue)
    x, y = grid.centers_m()
    far = np.hypot(x[None, :] - ipp[0], y[:, None] - ipp[1]) > 3000
    mass = after.poa * far
    angle = np.arctan2((mass * (x[None, :] - ipp[0])).sum(), (mass * (y[:, None] - ipp[1])).sum())
    assert angle == pytest.approx(off, abs=np.radians(1))


def test_a_bearing_that_points_off_the_map_speaks_for_outside() -> None:
    clue = bearing("B", 90, range_m=5000, bearing_sd_deg=10, reliability=0.9)
    edge = Clue(**{**{f: getattr(clue, f) for f in clue.__dataclass_fields__}, "place": GRID.to_place(451_900, IPP[1])})
    after = with_clue(MAP, edge)
    assert after.outside > 2 * MAP.outside
    assert "of where it points lies outside the map" in after.story[-1].why


def test_a_clue_where_nobody_would_be_does_not_carry_the_map_away() -> None:
    toddler = make_map(hiker(category="child 1-3"))
    after = with_clue(toddler, point("P", 5500, 5500, error_m=50, reliability=0.8))
    assert near(after, 5500, 5500, 400) < 0.2
    assert "hardly anybody would be there" in after.story[-1].why


def test_no_clue_is_certain() -> None:
    after = with_clue(MAP, point("P", 3000, 0, error_m=50, reliability=1.0))
    assert after.outside > 0
    assert "no clue is certain" in after.story[-1].why


@pytest.mark.parametrize(
    ("clue", "says"),
    [
        (point("C7", 70_000, 0), "'C7' at .* lies outside the map"),
        (point("C7", 0, 0, error_m=-5), "'C7' has an error of -5 m"),
        (point("C7", 0, 0, reliability=1.2), "'C7' has a reliability of 1.2"),
        (bearing("C7", 400), "'C7' has a bearing of 400"),
        (bearing("C7", 40, range_m=0), "'C7' has a distance of 0 m"),
    ],
)
def test_clues_that_cannot_be_are_refused_by_name(clue: Clue, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        with_clue(MAP, clue)


def test_searches_count_in_the_made_map() -> None:
    pod = np.where(away_m() <= 1000, 0.6, 0.0)
    made = make_map(hiker(searches=(SearchDone(pod=pod, cause="AA-1", why="line team, no find"),)))
    by_hand = after_search(MAP, pod, cause="AA-1", why="line team, no find")
    assert np.array_equal(made.poa, by_hand.poa)
    assert made.story[-1].cause == "AA-1"
    assert made.story[-1].from_where == "within 800 m of the IPP"


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_evidence_moves_the_weight_of_scenarios_as_bayes_rule_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, like = rng.dirichlet(np.ones(32)).reshape(2, 16), rng.uniform(0.01, 1, (2, 16))
    grid = Grid(crs="EPSG:32632", west_m=0, south_m=0, cell_m=10, n_rows=3, n_cols=5)
    parts = tuple(
        Part(scenario=name, label=name, poa=row[:15].reshape(3, 5), outside=float(row[15]))
        for name, row in zip("AB", p, strict=True)
    )
    each = [(row[:15].reshape(3, 5), float(row[15])) for row in like]
    after = reweighed_each(mixture(grid, parts), each, cause="a clue", why="")
    joint = p * like / (p * like).sum()
    assert np.allclose([part.weight for part in after.parts], joint.sum(axis=1))
    assert np.allclose(after.poa.ravel(), joint.sum(axis=0)[:15])
