"""What every plan promises: within its length, from its start, no better than its bound."""

from __future__ import annotations

import numpy as np
import pytest

from homeward.errors import BadInput
from homeward.search.sweep import Searcher, SweepProblem, solve_sweep

HUMP = np.exp(-((np.arange(30)[:, None] - 9) ** 2 + (np.arange(40)[None, :] - 25) ** 2) / 60)


def problem(**change: object) -> SweepProblem:
    values: dict[str, object] = {
        "poa": HUMP, "cell_m": 30.0, "west_m": -500.0, "south_m": 200.0, "inside": None, "objective": "end",
        "searchers": (Searcher("a", (0.0, 600.0), 4000.0, 33.0), Searcher("b", None, 2500.0, 33.0)),
    }  # fmt: skip
    return SweepProblem(**(values | change))  # type: ignore[arg-type]


@pytest.mark.parametrize("objective", ["end", "soonest"])
def test_paths_keep_to_start_and_length_and_value_to_bound(objective: str) -> None:
    case = problem(objective=objective)
    solution = solve_sweep(case, time_limit_s=1.0)
    for s in case.searchers:
        path = solution.paths[s.id]
        assert np.hypot(*np.diff(path, axis=0).T).sum() <= s.length_m
        assert s.start_m is None or tuple(path[0]) == s.start_m
    assert 0.5 * solution.bound < solution.value <= solution.bound


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"poa": HUMP * np.nan}, "NaN"),
        ({"poa": -HUMP}, "negative"),
        ({"poa": HUMP * 0}, "0 everywhere"),
        ({"searchers": ()}, "no searchers"),
        ({"searchers": (Searcher("a", (9e9, 0.0), 1.0, 1.0),)}, "outside the raster"),
    ],
)
def test_bad_input_is_one_sentence(change: dict[str, object], word: str) -> None:
    with pytest.raises(BadInput, match=word):
        problem(**change)
