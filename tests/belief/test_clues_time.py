"""How clues age, and which scenarios they speak for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from homeward.belief import Part, mixture, with_clue
from homeward.belief.clues import clue_likelihood
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.nouns import Clue, ClueKind, Sense
from tests.belief.clue_sample import (
    EVEN,
    MAP,
    NOON,
    at,
    clue,
    from_ipp,
    halves,
    kinds,
)
from tests.belief.sample import GRID, IPP, away_m

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


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(kinds[:6]).flatmap(lambda kind: kind), st.floats(0.2, 24))
def test_an_old_clue_says_less_than_a_fresh_one(one: Clue, hours: float) -> None:
    fresh, old = (
        clue_likelihood(EVEN, replace(one, at=NOON), now=NOON + timedelta(hours=h)).inside for h in (0.0, hours)
    )
    row, col = np.unravel_index(int(fresh.argmax()), fresh.shape)
    assume(min(row, col) > 0 and max(row - fresh.shape[0], col - fresh.shape[1]) < -1)  # points to where the map is
    assert _says(old) < _says(fresh)


def _says(likelihood: Floats) -> float:
    """What a likelihood tells of the place [nats]: how far it lies from the same everywhere."""
    share = likelihood / likelihood.mean()
    return float(np.mean(share * np.log(share)))


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

    def two_cells_east(one: Clue, inside: Floats, outside: float, part: Part | None) -> tuple[Floats, float]:
        asked.append((one.id, None if part is None else part.scenario))
        return np.roll(inside, 2, axis=1), outside

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


def test_a_track_is_not_carried_along_paths_of_those_who_stand_there() -> None:
    def nowhere(one: Clue, inside: Floats, outside: float, part: Part | None) -> tuple[Floats, float]:
        raise AssertionError("asked")

    print_ = clue(ClueKind.TRACK, bearing_deg=90, at=NOON - timedelta(hours=2))
    with_walks, without = (clue_likelihood(EVEN, print_, now=NOON, carry=carry) for carry in (nowhere, None))
    assert np.array_equal(with_walks.inside, without.inside)
    assert with_walks.notes == without.notes
