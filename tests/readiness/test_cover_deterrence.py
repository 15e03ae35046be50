"""Games of deterrence: published games, oracles by linear programmes, rosters that cover as often as they should."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.cover.commitment import commit
from homeward.readiness.cover.deterrence import deter, deter_beside, zero_sum
from homeward.readiness.cover.records import Game
from homeward.readiness.cover.rosters import draw, rosters


@st.composite
def games(draw: st.DrawFn) -> Game:
    """Games of small whole payoffs, in which many targets are equally good, and some are as good covered as not."""
    n = draw(st.integers(1, 6))
    number = st.integers(-3, 3) if draw(st.booleans()) else st.integers(-10, 10)
    less, more = st.lists(number, min_size=n, max_size=n), st.lists(number.map(abs), min_size=n, max_size=n)
    covered, span, uncovered, saved = (np.array(draw(some), dtype=float) for some in (less, more, less, more))
    return Game(
        attacker_covered=covered,
        attacker_uncovered=covered + span,
        defender_covered=uncovered + saved,
        defender_uncovered=uncovered,
        teams=draw(st.integers(0, n + 1)),
    )


def by_programmes(*games: Game) -> float:
    """The defender's best by one linear programme for each target that is hit (Conitzer & Sandholm 2006).

    With several games the attacker chooses the game too, and the teams of each cover its own targets.
    """
    high = np.concatenate([g.attacker_uncovered for g in games])
    span = high - np.concatenate([g.attacker_covered for g in games])
    bad = np.concatenate([g.defender_uncovered for g in games])
    worth = np.concatenate([g.defender_covered for g in games]) - bad
    whose = np.repeat(np.arange(len(games)), [len(g.attacker_covered) for g in games])
    n, best = len(high), -np.inf
    for t in range(n):
        rows = -np.diag(span)
        rows[:, t] += span[t]
        rows[t, t] = 0.0
        found = linprog(
            np.where(np.arange(n) == t, -worth, 0.0),
            A_ub=np.vstack([rows, *(whose == k for k in range(len(games)))]),
            b_ub=np.concatenate([high[t] - high, [g.teams for g in games]]),
            bounds=(0, 1),
        )
        if found.x is not None:
            best = max(best, bad[t] + worth[t] * found.x[t])
    return float(best)


@settings(max_examples=100)
@given(games())
def test_no_coverage_serves_the_defender_more(game: Game) -> None:
    found = deter(game)
    assert found.value == found.bound == pytest.approx(by_programmes(game), abs=1e-7)
    assert found.one_more == pytest.approx(by_programmes(replace(game, teams=game.teams + 1)), abs=1e-7)
    defend = game.defender_uncovered + found.coverage * (game.defender_covered - game.defender_uncovered)
    assert defend[found.attacked] == pytest.approx(found.value, abs=1e-12)
    assert found.coverage.sum() <= game.teams + 1e-9
    assert ((found.coverage >= 0) & (found.coverage <= 1)).all()


@settings(max_examples=60)
@given(games())
def test_nothing_tempts_the_attacker_more_than_what_he_hits(game: Game) -> None:
    found = deter(game, prices=False)
    attack = game.attacker_uncovered + found.coverage * (game.attacker_covered - game.attacker_uncovered)
    assert attack.max() == pytest.approx(found.attacker_value, abs=1e-9)
    assert attack[found.attacked] == pytest.approx(found.attacker_value, abs=1e-7)


@settings(max_examples=15)
@given(games())
def test_schedules_of_one_target_each_are_as_good_as_free_teams(game: Game) -> None:
    free = deter(game, prices=False)
    one_each = tuple((i,) for i in range(len(game.attacker_covered)))
    found = deter(replace(game, schedules=(one_each,) * game.teams), prices=False) if game.teams else free
    assert found.value == pytest.approx(free.value, abs=1e-7)


def test_a_team_that_deters_nobody_may_still_save() -> None:
    """The attacker gets 5 either way, we lose 10 unless somebody is there: somebody goes there."""
    five = np.array([5.0])
    game = Game(
        attacker_covered=five,
        attacker_uncovered=five,
        defender_covered=np.array([0.0]),
        defender_uncovered=np.array([-10.0]),
        teams=1,
    )
    found = deter(game)
    assert (found.value, found.bound, found.one_less) == (0.0, 0.0, -10.0)
    assert found.coverage.tolist() == [1.0]


@settings(max_examples=40)
@given(games(), games(), st.integers(0, 3))
def test_at_two_times_the_attacker_comes_where_he_expects_more(one: Game, other: Game, teams: int) -> None:
    """Both times together as one game, but that each time's teams cover only its own targets."""
    other = replace(other, teams=teams)
    level = max(deter(g, prices=False).attacker_value for g in (one, other))
    found = [d for g in (one, other) if (d := deter_beside(g, level)) is not None]
    assert max(d.value for d in found) == pytest.approx(by_programmes(one, other), abs=1e-6)


def test_a_game_with_table_1_of_the_origami_paper() -> None:
    """Kiekintveld et al. (2009), AAMAS, table 1: 5 and -20 for the defender, -10 and 30 for the attacker."""
    for n, teams, value, attacker in (
        (2, 1, -7.5, 10.0),
        (4, 1, -13.75, 20.0),
        (4, 2, -7.5, 10.0),
        (10, 3, -12.5, 18.0),
    ):
        one = np.ones(n)
        game = Game(
            attacker_covered=-10 * one,
            attacker_uncovered=30 * one,
            defender_covered=5 * one,
            defender_uncovered=-20 * one,
            teams=teams,
        )
        found = deter(game)
        assert found.coverage == pytest.approx(np.full(n, teams / n), abs=1e-12)
        assert (found.value, found.attacker_value) == pytest.approx((value, attacker), abs=1e-9)


def test_what_can_be_lost_is_levelled_by_value() -> None:
    """Values 10, 8, 6, 4, 2 and two teams: c_i = 1 - u / v_i, worked by hand: u = 240/77."""
    found = deter(zero_sum(np.array([10.0, 8.0, 6.0, 4.0, 2.0]), teams=2))
    assert found.value == pytest.approx(-240 / 77, abs=1e-12)
    assert found.coverage[-1] == 0
    assert found.one_more is not None
    assert found.one_less is not None
    assert found.one_less < found.value < found.one_more


def test_shares_that_no_roster_gives_are_not_promised() -> None:
    """Korzhyk, Conitzer & Parr (2010), AAAI: two teams that take two targets each. Share by share all four targets
    could always be covered; in truth one is left open."""
    game = replace(zero_sum(np.ones(4), teams=2), schedules=(((0, 1), (2, 3)), ((0, 2), (1, 3))))
    found = deter(game)
    assert found.value == pytest.approx(-0.25, abs=1e-9)
    assert marginals(found.rosters, 4) == pytest.approx(found.coverage, abs=1e-9)
    for roster in found.rosters:
        assert len(roster.targets) == 3


def test_who_commits_gets_more_than_who_moves_at_once() -> None:
    """Conitzer & Sandholm (2006), ACM EC: 2 at once, 11/3 by committing to the first choice two times in three."""
    found = commit(np.array([[2.0, 4.0], [1.0, 3.0]]), np.array([[1.0, 0.0], [0.0, 2.0]]))
    assert found.mix == pytest.approx([2 / 3, 1 / 3], abs=1e-9)
    assert found.value == pytest.approx(11 / 3, rel=1e-9)
    assert found.simultaneous == pytest.approx(2.0)


def marginals(some: object, n: int) -> Floats:
    total = np.zeros(n)
    for roster in some:  # type: ignore[attr-defined]
        total[list(roster.targets)] += roster.weight
    return total


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_rosters_cover_each_target_as_often_as_asked(shares: list[float]) -> None:
    coverage = np.array(shares)
    mixture = rosters(coverage)
    assert marginals(mixture, len(coverage)) == pytest.approx(coverage, abs=1e-9)
    assert sum(r.weight for r in mixture) == pytest.approx(1.0, abs=1e-12)
    assert len(mixture) <= len(coverage) + 1
    sizes = {len(r.targets) for r in mixture}
    assert max(sizes) <= np.ceil(coverage.sum() + 1e-9)
    assert min(sizes) >= np.floor(coverage.sum() - 1e-9)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=10), st.integers(1, 5))
def test_every_roster_has_as_many_targets_as_teams(shares: list[float], teams: int) -> None:
    game = zero_sum(np.array(shares) * 10, teams=min(teams, len(shares) - 1))
    found = deter(game, prices=False)
    if found.coverage.sum() == pytest.approx(game.teams, abs=1e-9):
        assert {len(r.targets) for r in found.rosters} == {game.teams}


def test_the_seed_gives_the_same_roster_and_each_target_its_share() -> None:
    coverage = np.array([0.9, 0.5, 0.35, 0.25])
    assert draw(coverage, seed=7, draws=20) == draw(coverage, seed=7, draws=20)
    drawn = draw(coverage, seed=1, draws=20_000)
    often = np.bincount(np.concatenate([np.array(r) for r in drawn]), minlength=4) / len(drawn)
    assert often == pytest.approx(coverage, abs=0.02)
    assert {len(r) for r in drawn} == {2}


def test_a_hundred_thousand_targets_use_the_teams_up() -> None:
    rng = np.random.default_rng(1)
    uncovered, covered = rng.uniform(1, 10, 10**5), -rng.uniform(1, 10, 10**5)
    found = deter(
        Game(
            attacker_covered=covered,
            attacker_uncovered=uncovered,
            defender_covered=-covered,
            defender_uncovered=-uncovered,
            teams=1000,
        ),
        prices=False,
    )
    assert abs(found.coverage.sum() - 1000) < 1e-6
    assert found.rosters == ()


def test_payoffs_the_wrong_way_round_are_refused() -> None:
    one = np.ones(2)
    with pytest.raises(BadInput, match="attacker more when covered"):
        Game(attacker_covered=one, attacker_uncovered=-one, defender_covered=one, defender_uncovered=-one, teams=1)
    with pytest.raises(BadInput, match="defender less when covered"):
        Game(attacker_covered=-one, attacker_uncovered=one, defender_covered=-one, defender_uncovered=one, teams=1)


@pytest.mark.shared
def test_the_game_of_ten_targets_for_one_to_ten_teams(shared: Path) -> None:
    cases = json.loads((shared / "readiness" / "f_coverage.json").read_text(encoding="utf-8"))["cases"]
    case = next(c for c in cases if c["id"] == "F05")
    payoffs: dict[str, Any] = {k: np.array(v) for k, v in case["input"].items() if k != "teams"}
    for teams, expected in case["expected"]["by_teams"].items():
        found = deter(Game(**payoffs, teams=int(teams)))
        assert found.attacker_value == pytest.approx(expected["attacker"], abs=1e-9)
        assert found.value == pytest.approx(expected["defender"], abs=1e-9)
        assert found.coverage == pytest.approx(expected["coverage_at_attacker_min"], abs=1e-9)
