"""The map as bytes: exact, the same for the same map, and damage is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import Belief, Part, make_map, map_from_bytes, map_to_bytes, mixture
from homeward.errors import BadFile
from homeward.geo import Grid
from tests.belief.sample import bearing, hiker

GRID = Grid(crs="EPSG:32632", west_m=0.1, south_m=-7.3, cell_m=12.5, n_rows=3, n_cols=5)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_is_written_is_read(seed: int) -> None:
    p = np.random.default_rng(seed).dirichlet(np.ones(16))
    before = Belief(grid=GRID, poa=p[:15].reshape(3, 5), outside=float(p[15]))
    after = map_from_bytes(map_to_bytes(before))
    assert np.array_equal(after.poa, before.poa)
    assert (after.grid, after.outside, after.story, after.ipp_m) == (before.grid, before.outside, (), None)
    assert map_to_bytes(after) == map_to_bytes(before)


def test_the_story_comes_along() -> None:
    made = make_map(hiker(clues=(bearing("C1", 315, text="scent – dögs"),)))
    read = map_from_bytes(map_to_bytes(made))
    assert read.story == made.story
    assert read.ipp_m == made.ipp_m


def test_foreign_or_damaged_bytes_are_refused() -> None:
    good = map_to_bytes(make_map(hiker()))
    for bad in (b"", b"PK\x03\x04", good[:-20], good[:40], good.replace(b'"cell_m"', b'"cell_x"')):
        with pytest.raises(BadFile, match="damaged or not homeward's"):
            map_from_bytes(bad)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_scenarios_are_kept_apart(seed: int) -> None:
    p = np.random.default_rng(seed).dirichlet(np.ones(32)).reshape(2, 16)
    parts = tuple(
        Part(scenario=name, label=f"scenario {name}", poa=row[:15].reshape(3, 5), outside=float(row[15]), alive=0.5)
        for name, row in zip("AB", p, strict=True)
    )
    after = map_from_bytes(map_to_bytes(mixture(GRID, parts)))
    assert [(q.scenario, q.label, q.alive, q.outside) for q in after.parts] == [
        (q.scenario, q.label, q.alive, q.outside) for q in parts
    ]
    assert all(np.array_equal(q.poa, before.poa) for q, before in zip(after.parts, parts, strict=True))
