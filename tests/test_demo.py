"""The demo: a whole mission on real ground, as a new user runs it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from homeward import desk
from homeward.desk import demo_mission
from homeward.desk.book import opened
from homeward.errors import BadInput

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    said: list[str] = []
    steps: list[float] = []
    answer = desk.demo(folder, say=said.append, step=lambda share, _: steps.append(share))
    return folder, answer, "\n".join(said), steps


def test_it_leaves_everything_it_promises(shown):
    folder, _, _, _ = shown
    assert (folder / demo_mission.FILE).is_file()
    assert (folder / "papers" / "task-sheets-period-1.pdf").read_bytes().startswith(b"%PDF-")
    assert len(list((folder / "papers" / "gpx").glob("*.gpx"))) >= 8
    assert json.loads((folder / "export" / "caltopo.json").read_text())["features"]
    html = (folder / "export" / "map.html").read_text()
    assert "http-equiv" in html or "<html" in html
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*(src|href)=.?https?:", html)


def test_it_says_what_a_search_manager_would(shown):
    _, answer, said, _ = shown
    assert "Chance of finding the subject (POS), by hour" in said
    assert "no plan with these teams and hours could pass" in said
    for team, *_ in demo_mission.TEAMS:
        assert team in said
    assert answer.data["pos_promised"][0] > 0.2


def test_progress_only_grows(shown):
    steps = shown[3]
    assert steps == sorted(steps)
    assert steps[-1] == 1.0


def test_the_log_tells_the_whole_story_and_verifies(shown):
    folder, answer, _, _ = shown
    path = folder / demo_mission.FILE
    assert desk.verify(path).data["intact"]
    with opened(path, read_only=True) as book:
        m = book.mission
        assert m.exercise
        assert len(m.teams) == 8
        assert {t.kind.value for t in m.teams.values()} == {"dog", "line", "drone", "hasty"}
        assert (m.find is not None) == answer.data["found"]
        assert len(m.plans) == answer.data["periods"]
        assert not m.findings
        for happened in m.plans:
            assert 0 < happened.event.value <= happened.event.bound <= 1
    assert desk.page_data(path)["plan"]


def test_a_period_without_a_find_updates_the_map_and_plans_anew(shown):
    folder, answer, _, _ = shown
    assert answer.data["periods"] >= 2  # without a seed the demo shows both a period without a find and one with
    with opened(folder / demo_mission.FILE, read_only=True) as book:
        m = book.mission
        first, second = m.maps[0].event, m.maps[1].event
        posts = [(name, a.number) for name, plan in book.plans() for a in plan.assignments if a.mode != "search"]
        walked = [s for s in m.searches if (s.event.plan, s.event.assignment) not in posts]
        assert len(walked) == len(m.tracks) > 8  # who holds a post brings no track
        assert second.outside > first.outside
        assert m.plans[1].event.value < m.plans[0].event.value


def test_another_mission_in_the_folder_is_left_alone(tmp_path: Path):
    path = tmp_path / demo_mission.FILE
    desk.new(path, name="A real one", time_zone="UTC")
    before = path.read_bytes()
    with pytest.raises(BadInput, match="not an earlier demo"):
        desk.demo(tmp_path)
    assert path.read_bytes() == before
