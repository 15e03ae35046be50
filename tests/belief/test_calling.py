"""A search that called: how much it says of a subject of whom nobody knows whether it answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from homeward.belief import Belief, after_search
from homeward.belief.clue_defaults import default
from homeward.belief.records import Part, mixture
from homeward.belief.update import missed_each
from homeward.geo import Grid

GRID = Grid(crs="EPSG:32632", west_m=0.0, south_m=0.0, cell_m=50.0, n_rows=1, n_cols=2)
SIGHT, HEARD = np.array([[0.2, 0.0]]), np.array([[0.8, 0.4]])


def part(name: str = "A", *, responsive: bool | None = None, alive: float | None = None) -> Part:
    poa = np.array([[0.25, 0.25]])
    return Part(scenario=name, label=name, poa=poa, outside=0.0, responsive=responsive, alive=alive)


@pytest.mark.parametrize(
    ("responsive", "alive", "pod"),
    [
        (True, None, 0.8),
        (False, None, 0.2),
        (True, 0.5, 0.5),  # half of 0.8, half of 0.2
        (False, 1.0, 0.2),
        (None, None, 0.5),  # may_respond 0.5
        (None, 0.5, 0.35),  # a quarter of 0.8, three quarters of 0.2
        (True, 0.0, 0.2),  # the dead do not answer
    ],
)
def test_the_pod_is_mixed_by_how_probably_the_subject_answers(responsive, alive, pod) -> None:
    assert default("any", "may_respond") == 0.5
    belief = mixture(GRID, (part(responsive=responsive, alive=alive), part("B")))
    missed, _ = missed_each(belief, SIGHT, cause="1", pod_if_responsive=HEARD)
    assert 1 - missed[0, 0] == pytest.approx(pod)


def test_without_a_call_nobody_answers() -> None:
    belief = mixture(GRID, (part(responsive=True), part("B")))
    assert all(np.array_equal(missed, 1 - SIGHT) for missed in missed_each(belief, SIGHT, cause="1"))


def test_a_call_counts_by_default_where_nothing_is_known() -> None:
    plain = Belief(grid=GRID, poa=np.array([[0.5, 0.5]]), outside=0.0)
    seen = after_search(plain, SIGHT, cause="1")
    called = after_search(plain, SIGHT, cause="1", pod_if_responsive=HEARD)
    # misses with .5 there and .8 in the other cell
    assert called.poa[0] == pytest.approx([5 / 13, 8 / 13])
    assert called.poa[0, 0] < seen.poa[0, 0]


def test_searches_that_call_weigh_against_who_would_have_answered_in_any_order() -> None:
    prior = mixture(GRID, (part(responsive=True, alive=0.9), part("B", responsive=False)))
    searches = [(SIGHT, HEARD), (SIGHT[:, ::-1], HEARD[:, ::-1]), (SIGHT, None)]
    ends = []
    for order in permutations(searches):
        belief = prior
        for sight, heard in order:
            belief = after_search(belief, sight, cause="1", pod_if_responsive=heard)
        ends.append(belief)
    for end in ends[1:]:
        for one, other in zip(ends[0].parts, end.parts, strict=True):
            assert one.poa == pytest.approx(other.poa)
    assert ends[0].parts[0].weight < ends[0].parts[1].weight
    assert replace(ends[0], story=()).poa.sum() == pytest.approx(1.0)
