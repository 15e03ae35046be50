"""The rules beside the sweep solver: fair, within their length, and really covering what they are meant to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bench._sweep_cases import KINDS, made
from bench._sweep_rules import RULES, _overlap
from bench.quality_sweep import area_bound, merit
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.search.sweep import Searcher, SweepProblem
from homeward.search.sweep.footprint import length_m


@st.composite
def problems(draw: st.DrawFn) -> SweepProblem:
    case = made(draw(st.sampled_from(KINDS)), side=40, seed=draw(st.integers(0, 3)))
    starts = st.one_of(st.none(), st.tuples(st.floats(-590, 590), st.floats(-590, 590)))
    lengths = st.floats(10.0, 15_000.0)
    count = draw(st.integers(1, 4))
    crew = tuple(Searcher(f"s{k}", draw(starts), draw(lengths), draw(st.floats(15, 60))) for k in range(count))
    inside = draw(st.sampled_from([case.problem.inside, None]))
    return replace(case.problem, searchers=crew, inside=inside)


@settings(max_examples=40)
@given(problems(), st.sampled_from(sorted(RULES)))
def test_paths_begin_at_their_start_and_are_no_longer_than_allowed(problem, rule):
    paths = RULES[rule](problem)
    assert set(paths) == {s.id for s in problem.searchers}
    for s in problem.searchers:
        path = paths[s.id]
        assert np.isfinite(path).all()
        assert length_m(path) <= s.length_m + 1e-6
        if s.start_m is not None:
            assert path[0] == pytest.approx(s.start_m)


@pytest.mark.parametrize("rule", sorted(RULES))
@pytest.mark.parametrize("searchers", [1, 3])
def test_with_length_enough_the_whole_circle_is_seen(rule, searchers):
    """Nearly all of it: between circles and at the ends of lanes a little stays unseen."""
    problem = made("flat", side=60, drones=searchers, length_m=200_000.0 / searchers).problem
    assert merit(problem, RULES[rule](problem)) > 0.97


@pytest.mark.parametrize("rule", sorted(RULES))
def test_no_rule_beats_the_area_bound(rule):
    for kind in KINDS:
        problem = made(kind, side=60, length_m=4000.0).problem
        paths = RULES[rule](problem)
        end, soonest = area_bound(problem)
        assert merit(problem, paths) <= end * 1.003
        assert merit(replace(problem, objective="soonest"), paths) <= soonest * 1.003


def test_area_bound_of_an_even_map_is_the_area_that_can_be_seen():
    crew = tuple(Searcher(f"s{k}", None, 1000.0, 20.0) for k in range(3))
    problem = SweepProblem(np.ones((100, 100)), 10.0, 0.0, 0.0, None, crew, "end")
    circle = np.pi * 400
    end, soonest = area_bound(problem)
    assert end == pytest.approx(3 * (40 * 1000 + circle) / 1e6)
    assert soonest == pytest.approx(3 * (40 * 500 + circle) / 1e6)


def test_squares_share_out_every_cell_once():
    assert _overlap(17, 30.0, 66.0).sum(axis=0) == pytest.approx(np.ones(17))
