"""A plan of cover that is looked at later says how old it is, and speaks of nothing as if it were now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.readiness.cover.covering import cover_page
from tests.desk.readiness.cover_ground import NOW, make_mission, warn, with_targets


@pytest.fixture
def mission(tmp_path):
    return with_targets(make_mission(tmp_path))


@pytest.fixture(autouse=True)
def at_the_start(monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", NOW.isoformat())


def later(monkeypatch, **by):
    monkeypatch.setenv("HOMEWARD_NOW", (NOW + timedelta(**by)).isoformat())


def page(path):
    with opened(path, read_only=True) as book:
        return cover_page(book)


def test_a_new_plan_speaks_of_now_and_an_old_one_of_then(mission, monkeypatch):
    said = desk.cover(mission).text
    assert "if it goes now" in said
    assert "Made " not in said
    assert page(mission)["age_s"] == 0
    later(monkeypatch, hours=20)
    shown = desk.show_cover(mission)
    assert shown.data["age_s"] == page(mission)["age_s"] == 20 * 3600
    made = next(line for line in shown.text.splitlines() if line.startswith("Made "))
    assert "20 h ago" in made
    assert made in page(mission)["says"]
    assert " now" not in shown.text
    there = next(line for line in shown.text.splitlines() if "if it went at once" in line)
    assert any(day in there for day in ("Sat ", "Sun ", "Mon ", "Tue ", "Wed ", "Thu ", "Fri "))
    assert [line for line in shown.text.splitlines() if ": it is there" in line] == []


def test_once_a_later_span_has_begun_that_is_said(mission, monkeypatch):
    warn(mission, "W1", said_d=1, quantiles_d={0.1: 1, 0.5: 3, 0.9: 9}, targets=("Hut",))
    plan = desk.cover(mission, days=["1 d", "3 d"]).data
    assert len(plan["slices"]) > 1
    later(monkeypatch, hours=30)
    assert "It is now what stands below from" in desk.show_cover(mission).text


def test_a_way_over_midnight_says_the_day(mission, monkeypatch):
    assert "EST if it goes now" not in desk.cover(mission).text
    monkeypatch.setenv("HOMEWARD_NOW", NOW.replace(day=22, hour=4, minute=58).isoformat())  # 23:58 in New York
    said = desk.cover(mission, standing=3).text
    assert "there Sun 22 Nov 00:" in said
