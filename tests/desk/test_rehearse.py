"""The verb `rehearse`: agrees with the plan it plays, answers what-ifs, and tells nothing of the person."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from homeward import desk
from homeward.desk.search.what_if import what_if
from homeward.errors import BadInput, HomewardError, NotYet
from homeward.mission.nouns import Rain, TeamKind
from tests.desk.conftest import make_planned

SUBJECTS = 4000


@pytest.fixture(scope="module")
def planned(tmp_path_factory) -> Path:
    """A planned mission, to be read only."""
    return make_planned(tmp_path_factory.mktemp("rehearse"))


@pytest.fixture(scope="module")
def answer(planned, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEWARD_NOW", "2026-11-21T17:10+00:00")
        plot = tmp_path_factory.mktemp("plot") / "rehearsal.png"
        asked = ["2 dog teams", "rain heavy", "12 hours later", "team Line A out"]
        told = desk.rehearse(planned, subjects=SUBJECTS, seed=3, what_ifs=asked, plot=plot)
    return SimpleNamespace(told=told, plot=plot)


def test_the_rehearsal_agrees_with_the_plan(answer):
    data = answer.told.data
    stated = dict(data["stated"])
    for at, found, error in zip(data["at_s"], data["found"], data["found_error"], strict=True):
        assert found == pytest.approx(stated[at], abs=4 * error + 4e-3)
    assert "they agree" in answer.told.text
    assert sum(a["found"] for a in data["by_assignment"]) == pytest.approx(data["found"][-1])


def test_what_ifs_are_answered_as_anybody_would_expect(answer):
    more, rain, later, out = answer.told.data["what_if"]
    assert more["gain_found"] > -2 * more["gain_found_error"]
    assert more["gain_soonest"] > 0
    assert rain["gain_found"] < -3 * rain["gain_found_error"]
    assert out["gain_found"] < 0
    assert later["later_s"] == 12 * 3600
    alive = [one["alive"][-1] / one["found"][-1] for one in (answer.told.data, later)]
    assert alive[1] < alive[0]  # who is found half a day later lives less often
    assert all(words in answer.told.text for words in ("What if 2 dog teams", "What if rain heavy", "points less"))


def test_the_same_seed_gives_the_same_answer_and_nothing_is_written_down(planned, answer):
    before = desk.last_seq(planned)
    again = desk.rehearse(planned, subjects=SUBJECTS, seed=3)
    other = desk.rehearse(planned, subjects=SUBJECTS, seed=4)
    assert again.data["found"] == answer.told.data["found"]
    assert other.data["found"] != again.data["found"]
    assert desk.last_seq(planned) == before


def test_nothing_personal_is_told(answer):
    said = answer.told.text + json.dumps(dict(answer.told.data)) + answer.plot.read_bytes().decode("latin-1")
    assert "Jane" not in said
    assert "asthma" not in said


def test_a_plot_is_a_png_in_a_folder_that_is_there(planned, tmp_path):
    with pytest.raises(BadInput, match=r"plot\.txt is no name of a PNG"):
        desk.rehearse(planned, subjects=200, plot=tmp_path / "plot.txt")
    with pytest.raises(BadInput, match="no folder"):
        desk.rehearse(planned, subjects=200, plot=tmp_path / "none" / "plot.png")


def test_the_plot_shows_every_curve_by_day_and_by_night(planned, answer, tmp_path):
    by_day = Image.open(io.BytesIO(answer.plot.read_bytes())).convert("RGB")
    desk.rehearse(planned, subjects=500, plot=tmp_path / "night.png", night=True)
    by_night = Image.open(tmp_path / "night.png").convert("RGB")
    assert min(by_day.size) > 600
    assert by_day.getpixel((2, 2)) == (255, 255, 255)
    assert by_night.getpixel((2, 2)) == (0, 0, 0)
    shown = {tuple(c) for c in np.unique(np.asarray(by_day).reshape(-1, 3), axis=0).tolist()}
    assert {(0, 114, 178), (213, 94, 0), (0, 107, 78), (160, 67, 122), (138, 90, 0)} <= shown
    assert np.asarray(by_night)[..., 2].max() < 140  # red on black


def test_without_a_plan_it_says_what_to_do(ready):
    with pytest.raises(NotYet, match="homeward plan"):
        desk.rehearse(ready)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("2 dog teams", {"more": ((TeamKind.DOG, 2),)}),
        ("two more drones", {"more": ((TeamKind.DRONE, 2),)}),
        ("a helicopter", {"more": ((TeamKind.HELICOPTER, 1),)}),
        ("Rain heavy", {"rain": Rain.HEAVY}),
        ("no rain", {"rain": Rain.NONE}),
        ("wind 12 m/s", {"wind_mps": 12.0}),
        ("1 hour later", {"later_s": 3600.0}),
        ("an hour later", {"later_s": 3600.0}),
        ("half an hour later", {"later_s": 1800.0}),
        ("1.5 h later", {"later_s": 5400.0}),
        ("45 min later", {"later_s": 2700.0}),
        ("team dog 1 out", {"out": ("Dog 1",)}),
        ("Search and rescue out", {"out": ("Search and rescue",)}),
        ("2 dog teams and rain light", {"more": ((TeamKind.DOG, 2),), "rain": Rain.LIGHT}),
        ("dog 1 out, an hour later", {"out": ("Dog 1",), "later_s": 3600.0}),
    ],
)
def test_what_if_is_asked_in_plain_words(words, what):
    asked = what_if(words, teams=["Dog 1", "Search and rescue"])
    for name in ("more", "out", "rain", "wind_mps", "later_s"):
        assert getattr(asked, name) == what.get(name, getattr(type(asked)(words=""), name))


@pytest.mark.parametrize(
    "words",
    ["", "better luck", "0 dog teams", "21 dog teams", "0 hours later", "Dog 9 out", "99 hours later", "later"],
)
def test_what_is_not_understood_is_refused(words):
    with pytest.raises(HomewardError) as refused:
        what_if(words, teams=["Dog 1"])
    assert len(str(refused.value).split(". ")) >= 2  # a fact, and what to do


def test_too_many_questions_and_nobody_left_are_refused(planned):
    with pytest.raises(BadInput, match="too many"):
        desk.rehearse(planned, what_ifs=["rain heavy"] * 6)
    with pytest.raises(BadInput, match="nobody left"):
        desk.rehearse(planned, subjects=10, what_ifs=["Dog 1 out and Line A out"])


def test_weather_told_since_the_plan_is_said(planned, tmp_path, monkeypatch):
    copy = tmp_path / planned.name
    copy.write_bytes(planned.read_bytes())
    words = "told anew since this plan"
    assert words not in desk.rehearse(copy, subjects=200).text
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:30+00:00")
    desk.weather(copy, wind_mps=14.0)
    assert words in desk.rehearse(copy, subjects=200).text


def test_a_team_that_is_gone_is_left_out(planned, tmp_path):
    copy = tmp_path / planned.name
    copy.write_bytes(planned.read_bytes())
    desk.stand_down(copy, "Line A", why="tired")
    told = desk.rehearse(copy, subjects=1000)
    assert "No longer here: Line A" in told.text
    assert {a["team"] for a in told.data["by_assignment"]} == {"Dog 1"}
