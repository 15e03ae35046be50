"""Tasks are cut where it gets dark, and nothing of them is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from homeward.desk.formation.light import by_light
from homeward.geo import Place
from homeward.team.posts import TeamTask

PLACE = Place(42.5, 1.6)  # 21 November: civil twilight ends at about 16:55 UTC


def test_a_task_through_dusk_is_two_with_the_same_find_and_way():
    path = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 300.0]])
    whole = TeamTask(team="A", path_m=path, begins_s=0.0, ends_s=4 * 3600.0, pos=0.4)
    parts = by_light([whole], place=PLACE, starts=datetime(2026, 11, 21, 15, tzinfo=UTC))
    (day,), (night,) = parts[False], parts[True]
    assert day.ends_s == night.begins_s == pytest.approx(1.9 * 3600, abs=900)
    assert day.pos + night.pos == pytest.approx(0.4)
    length = sum(float(np.hypot(*np.diff(one.path_m, axis=0).T).sum()) for one in (day, night))
    assert length == pytest.approx(400.0)
    assert np.allclose(day.path_m[-1], night.path_m[0])


def test_a_task_by_day_stays_as_it_is():
    one = TeamTask(team="A", path_m=np.zeros((1, 2)), begins_s=0.0, ends_s=3600.0)
    assert by_light([one], place=PLACE, starts=datetime(2026, 6, 21, 10, tzinfo=UTC)) == {False: [one]}
