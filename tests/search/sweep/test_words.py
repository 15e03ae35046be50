"""Words of a plan: one searcher goes, numbers that differ look different."""

from __future__ import annotations

import numpy as np

from homeward.search.sweep.footprint import Seen
from homeward.search.sweep.words import rule_of, why


def test_one_searcher_and_one_square_are_told_as_one() -> None:
    words = why(Seen(0.25, 0.1, (), np.ones((1, 1))), (0.5, 0.2), [np.array([[0.0, 0.0], [3.0, 4.0]])], ["x"], "")
    assert words[0] == "25.0% of the probability is seen by the end; no plan can exceed 50.0%."
    assert words[2] == "1 searcher goes 5 m. The plan began with x."
    assert rule_of("rings", 1) == "rings about the start on 1 square of ground"
    assert rule_of("rings", 20).endswith("20 squares of ground")


def test_a_value_below_its_bound_never_looks_the_same() -> None:
    for value, bound in ((0.00096, 0.00104), (2e-10, 3e-10), (0.99951, 0.99999), (0.0, 1e-5)):
        first = why(Seen(value, value, (), np.ones((1, 1))), (bound, bound), [np.zeros((1, 2))], [], "")[0]
        said, most = first.split(" of ")[0], first.rsplit(" ", 1)[1].rstrip(".")
        assert said != most
        assert float(said.rstrip("%")) > 0 or value == 0
