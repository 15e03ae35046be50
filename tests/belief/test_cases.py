"""Real cases (read from the data beside the checkout): the map is no worse than the plain disc."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from bench.quality_map import scored_case


@pytest.mark.shared
def test_the_map_rates_real_finds_at_least_as_well_as_the_nearest_first_disc(shared: Path) -> None:
    # MapScore's rating (Sava et al. 2016, Trans. GIS 20(1):38-53) over every fourth of the 53 development cases
    text = (shared / "lost-persons" / "cases_53.csv").read_text(encoding="utf-8")
    rows = [scored_case(case)[0] for case in list(csv.DictReader(text.splitlines()))[::4]]
    gain = [r[0] - r[1] for r in rows]
    assert sum(gain) / len(gain) > -0.001
    assert sum(r[0] for r in rows) / len(rows) > 0.5
