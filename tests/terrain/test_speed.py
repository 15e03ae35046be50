from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.terrain import Cover, walking_speed_mps
from homeward.terrain.tables import rows


@pytest.mark.parametrize(("slope", "kmh"), [(0.0, 5.037), (-0.05, 6.0), (0.05, 4.228), (-0.10, 5.037), (0.5, 0.875)])
def test_speed_on_a_path_is_toblers(slope: float, kmh: float) -> None:
    """Tobler 1993: 6 exp(-3.5 |S + 0.05|) km/h, 6 at its fastest, about 5 on the level."""
    assert float(walking_speed_mps(slope)) * 3.6 == pytest.approx(kmh, abs=0.001)


def test_off_the_path_is_three_fifths() -> None:
    """Tobler 1993: off the path, the speed is multiplied by 3/5."""
    assert float(walking_speed_mps(0.1, Cover.OPEN) / walking_speed_mps(0.1)) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("model", "mps"),
    [("campbell-5", 1.1351), ("campbell-10", 1.3202), ("campbell-50", 2.5518)],
)
def test_campbells_percentiles_on_the_level(model: str, mps: float) -> None:
    """Campbell et al. 2019: a/(pi b (1 + (c/b)^2)) + d at 0 degrees, worked out by hand from the coefficients."""
    assert float(walking_speed_mps(0.0, model=model)) == pytest.approx(mps, abs=0.011)


def test_campbells_percentiles_are_in_order_and_fastest_a_little_downhill() -> None:
    slope = np.linspace(-0.5, 0.5, 201)
    speeds = [walking_speed_mps(slope, model=f"campbell-{row['percentile']}") for row in rows("campbell")]
    assert (np.diff(speeds, axis=0) > 0).all()
    assert all(-0.08 < slope[np.argmax(speed)] < 0 for speed in speeds)


def test_water_and_slopes_over_45_degrees_cannot_be_walked() -> None:
    assert float(walking_speed_mps(0.0, Cover.WATER)) == 0
    assert walking_speed_mps([1.01, -1.01, 0.99], Cover.OPEN)[:2].tolist() == [0, 0]
    assert walking_speed_mps([1.01, -1.01, 0.99], Cover.OPEN)[2] > 0


def test_thicker_cover_is_slower() -> None:
    order = (Cover.BUILT, Cover.OPEN, Cover.OPEN_WOODS, Cover.FOREST, Cover.DENSE_FOREST)
    speeds = walking_speed_mps(np.zeros(5), np.array(order))
    assert (np.diff(speeds) < 0).all()


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["tobler", "campbell-5", "campbell-25"]))
def test_more_slope_is_never_faster_uphill(a: float, b: float, model: str) -> None:
    low, high = sorted((a, b))
    assert walking_speed_mps(high, model=model) <= walking_speed_mps(low, model=model)


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(BadInput, match="naismith"):
        walking_speed_mps(0.0, model="naismith")


@pytest.mark.parametrize("table", ["tags", "landcover", "going", "campbell"])
def test_every_row_of_every_table_says_where_it_comes_from(table: str) -> None:
    assert rows(table)
    assert all(row["source"] and None not in row.values() and None not in row for row in rows(table))


def test_the_tables_name_only_what_exists() -> None:
    from homeward.terrain import LineKind
    from homeward.terrain.features import _table
    from homeward.terrain.speed import cover_factors, line_factors

    assert _table()["natural"]["water"].cover is Cover.WATER
    assert cover_factors()[[c.value for c in Cover]].max() <= 1
    assert set(line_factors()) <= set(LineKind)
    assert {row["cover"] for row in rows("landcover")} <= {c.name for c in Cover}
