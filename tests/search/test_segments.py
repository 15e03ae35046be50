"""Segments: ground cut along what a team can see, without overlaps, by names that stay."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.search import Segment, cut_segments
from homeward.search.cutting import _grow
from homeward.search.segments import segment_labels
from homeward.terrain.ground import Cover, LineKind
from tests.search.ground import SOUTH, WEST, belief, flat, hills, line, square

TARGET = 200_000.0


def polygons(segments: tuple[Segment, ...]) -> list[shapely.Polygon]:
    return [shapely.Polygon(s.ring_m) for s in segments]


def overlap_m2(segments: tuple[Segment, ...]) -> float:
    shapes = polygons(segments)
    return float(sum(p.area for p in shapes) - shapely.union_all(shapes).area)


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), target=st.floats(5e4, 1e6), lines=st.integers(0, 6))  # 20 cells and more
def test_segments_are_valid_apart_and_hold_what_is_worth_searching(seed, target, lines):
    rng = np.random.default_rng(seed)
    drawn = tuple(line(LineKind.TRAIL, *(tuple(p) for p in rng.uniform(0, 2000, (4, 2)))) for _ in range(lines))
    terrain = flat(lines=drawn)
    poa = belief(terrain.grid, rng.gamma(0.3, size=terrain.grid.shape)).poa
    segments = cut_segments(terrain, poa, target_area_m2=target)
    assert all(p.is_valid and not p.interiors for p in polygons(segments))
    assert overlap_m2(segments) < 1.0
    assert len({s.id for s in segments}) == len(segments)
    assert sum(s.poa for s in segments) >= 0.9 * poa.sum()  # 95 % asked for, less what smoothed edges give away
    assert all(s.area_m2 == pytest.approx(shapely.Polygon(s.ring_m).area, rel=0.01) for s in segments)


def test_names_run_from_aa_by_falling_density():
    terrain = flat()
    segments = cut_segments(terrain, hills(terrain.grid, (700, 700, 300)).poa, target_area_m2=TARGET)
    assert [s.id for s in segments[:3]] == ["AA", "AB", "AC"]
    density = [s.poa / s.area_m2 for s in segments]
    assert all(a >= 0.8 * b for a, b in pairwise(density))


def test_a_trail_is_an_edge():
    """A trail across level ground, off the lattice of equal pieces: no segment lies on both sides of it."""
    terrain = flat(lines=(line(LineKind.TRAIL, (0, 840), (2000, 1130)),))
    trail = shapely.LineString([(WEST - 50, SOUTH + 832.75), (WEST + 2050, SOUTH + 1137.25)])
    segments = cut_segments(terrain, np.ones(terrain.grid.shape), target_area_m2=TARGET)
    for shape in polygons(segments):
        sides = sorted(p.area for p in shapely.ops.split(shape, trail).geoms)
        assert len(sides) == 1 or sides[-2] < 0.12 * shape.area


def test_level_ground_without_lines_is_cut_into_compact_pieces_of_the_size_asked_for():
    terrain = flat(60)
    segments = cut_segments(terrain, np.ones(terrain.grid.shape), target_area_m2=TARGET)
    area = np.array([s.area_m2 for s in segments])
    assert 0.5 * TARGET < np.median(area) < 1.5 * TARGET
    compact = [4 * np.pi * p.area / p.length**2 for p in polygons(segments)]  # 1 for a disc, 0.79 for a square
    assert np.median(compact) > 0.65


def test_names_and_outlines_stay_when_the_map_changes():
    terrain = flat()
    first = cut_segments(terrain, hills(terrain.grid, (600, 600, 200)).poa, target_area_m2=TARGET)
    poa = hills(terrain.grid, (600, 600, 200), (1500, 1500, 200)).poa
    second = cut_segments(terrain, poa, target_area_m2=TARGET, existing=first)
    assert [(s.id, s.ring_m) for s in second[: len(first)]] == [(s.id, s.ring_m) for s in first]
    assert len(second) > len(first)
    assert overlap_m2(second) < 1.0
    assert second[0].poa != first[0].poa


def test_a_managers_own_segment_wins_even_inside_another():
    terrain = flat()
    own = square("Lake path", 930, 910, 210)
    segments = cut_segments(terrain, np.ones(terrain.grid.shape), target_area_m2=2e6, existing=[own])
    assert (segments[0].id, segments[0].ring_m) == ("Lake path", own.ring_m)
    assert overlap_m2(segments) < 1.0
    assert all(not p.interiors for p in polygons(segments))


def test_open_water_is_left_out():
    terrain = flat()
    terrain.cover[:, 20:] = Cover.WATER
    segments = cut_segments(terrain, np.ones(terrain.grid.shape), target_area_m2=TARGET)
    labels = segment_labels(terrain.grid, segments)
    assert (labels[:, 22:] == -1).all()
    assert (labels[:, :18] >= 0).mean() > 0.9


@pytest.mark.parametrize("target", [0.0, -1.0, np.nan])
def test_a_size_that_cannot_be_is_refused(target):
    terrain = flat(4)
    with pytest.raises(BadInput, match="area above zero"):
        cut_segments(terrain, np.ones(terrain.grid.shape), target_area_m2=target)


def test_an_outline_of_two_points_is_refused_by_name():
    terrain = flat(4)
    bad = Segment(id="QQ", ring_m=((WEST, SOUTH), (WEST + 1, SOUTH)), area_m2=1.0, poa=0.0)
    with pytest.raises(BadInput, match="'QQ'"):
        cut_segments(terrain, np.ones(terrain.grid.shape), target_area_m2=TARGET, existing=[bad])


def test_growth_meets_halfway_and_later_across_a_line():
    """Two seeds on level ground meet in the middle; a slow line across holds the nearer one back."""
    seeds = np.full((9, 21), -1, dtype=np.int32)
    seeds[4, 2], seeds[4, 18] = 0, 1
    cost, where = np.ones(seeds.shape), np.ones(seeds.shape, dtype=np.bool_)
    plain = _grow(seeds, cost, where)
    assert (plain[:, :10] == 0).all()
    assert (plain[:, 11:] == 1).all()
    cost[:, 6] = 40.0
    held = _grow(seeds, cost, where)
    assert (held[:, :6] == 0).all()
    assert (held[:, 7:] == 1).all()
