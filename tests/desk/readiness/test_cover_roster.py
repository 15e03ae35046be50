"""Rosters by day: drawn once by a stored seed, as often as the mixture has them, and nobody can foresee them."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import timedelta

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.readiness.cover.covering import cover_plan
from homeward.errors import BadInput, NotYet
from tests.desk.readiness.cover_ground import NOW, make_mission, warn, with_targets


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEWARD_NOW", NOW.isoformat())
        return with_targets(make_mission(tmp_path_factory.mktemp("roster")))


@pytest.fixture
def mission(made, tmp_path):
    return shutil.copy(made, tmp_path / "own.mission")


def drawn(path):
    with opened(path, read_only=True) as book:
        return [one.event for one in book.mission.readiness.rosters]


def test_coverage_adds_up_to_the_teams_and_all_that_tempts_is_worth_the_same(mission):
    desk.cover(mission, view="deterrence", seed=1)
    with opened(mission, read_only=True) as book:
        plan = cover_plan(book)
    assert plan is not None
    row, value = plan["slices"][0], {t["id"]: max(t["ways"].values()) for t in plan["targets"]}
    assert sum(row["coverage"].values()) == pytest.approx(3)
    for name in row["tempting"]:
        assert (1 - row["coverage"][name]) * value[name] == pytest.approx(row["value"])
    assert row["value"] <= row["one_less"]
    assert row["value"] >= row["one_more"]
    for name, share in row["coverage"].items():
        assert sum(r["weight"] for r in row["rosters"] if name in r["targets"]) == pytest.approx(share)


def test_the_same_seed_draws_the_same_and_a_day_is_drawn_once(mission):
    desk.cover(mission, view="deterrence", seed=1)
    first = desk.cover_roster(mission)
    assert desk.cover_roster(mission, day="2026-11-21").data == first.data
    assert len(drawn(mission)) == 1
    days = [desk.cover_roster(mission, day=f"2026-11-{d}").data["targets"] for d in range(22, 29)]
    desk.cover(mission, view="deterrence", seed=1)
    again = [desk.cover_roster(mission, day=f"2026-11-{d}").data["targets"] for d in range(22, 29)]
    assert again == days
    assert len({tuple(d) for d in days}) > 1
    assert len(drawn(mission)[0].plan) == 64


def test_each_team_goes_to_one_target_of_the_roster(mission):
    desk.cover(mission, view="deterrence", seed=1)
    said = desk.cover_roster(mission, day="tomorrow")
    assert sorted(said.data["teams"].values()) == sorted(said.data["targets"])
    assert len(said.data["teams"]) == 3
    assert said.text.startswith("COVER ROSTER for Sun 22 Nov, drawn by its stored seed.")
    left = [name for name in ("Hut", "Camp", "School", "Mill") if name not in said.data["targets"]]
    assert f"Nobody at {', '.join(left)} on this day." in said.text


def test_over_many_days_targets_come_up_as_often_as_planned(mission):
    desk.cover(mission, view="deterrence", seed=3, days=["300 d"])
    with opened(mission, read_only=True) as book:
        plan = cover_plan(book)
    assert plan is not None
    count: Counter[str] = Counter()
    for k in range(50):
        count.update(desk.cover_roster(mission, day=str(NOW.date() + timedelta(days=k))).data["targets"])
    for name, share in plan["slices"][0]["coverage"].items():
        assert count[name] / 50 == pytest.approx(share, abs=0.2)  # three standard deviations of 50 days


def test_nobody_can_foresee_a_roster_from_what_is_shown(mission):
    said = desk.cover(mission, view="deterrence", seed=987654)
    shown = (
        said.text + json.dumps(dict(said.data)) + desk.show_cover(mission).text + json.dumps(desk.page_data(mission))
    )
    assert "987654" not in shown
    desk.cover(mission, view="deterrence")
    desk.cover(mission, view="deterrence")
    with opened(mission, read_only=True) as book:
        seeds = [one.event.made_from.seed for one in book.mission.readiness.covers]
    assert len(set(seeds)) == 3


def test_the_roster_of_a_later_day_is_from_its_own_mixture(mission):
    warn(mission, "W1", said_d=1, quantiles_d={0.1: 1.2, 0.5: 2, 0.9: 3}, targets=("Camp",))
    warn(mission, "W2", said_d=1, quantiles_d={0.1: 8, 0.5: 10, 0.9: 12}, targets=("School",))
    desk.cover(mission, view="deterrence", teams=["1"], seed=5, days=["3 d", "14 d"])
    assert desk.cover_roster(mission, day="2026-11-22").data["targets"] == ["Camp"]
    assert desk.cover_roster(mission, day="2026-12-02").data["targets"] == ["School"]


def test_what_cannot_be_drawn_is_said(mission):
    with pytest.raises(NotYet, match="No cover has been planned"):
        desk.cover_roster(mission)
    desk.cover(mission)
    with pytest.raises(NotYet, match="has no rosters"):
        desk.cover_roster(mission)
    desk.cover(mission, view="deterrence", days=["2 d"])
    for day, says in (("never", "is no day"), ("2026-11-20", "is not in it"), ("2026-12-20", "Choose a day of it")):
        with pytest.raises(BadInput, match=says):
            desk.cover_roster(mission, day=day)
    assert not drawn(mission)


def test_neither_seed_nor_roster_is_in_the_public_log(mission):
    desk.cover(mission, view="deterrence", seed=123456)
    desk.cover_roster(mission, day="tomorrow")
    event = drawn(mission)[-1]
    public = desk.show_log(mission)
    assert "RosterDrawn" in public.text
    held = [row["event"] for row in public.data["entries"] if row["kind"] == "RosterDrawn"][-1]
    assert (held["seed"], held["roster"]) == ("(personal)", "(personal)")
    for secret in ("123456", str(event.seed)):
        assert secret not in public.text
        assert secret not in json.dumps(public.data)
