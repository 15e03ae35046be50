"""Weather and overridden numbers: written down, checked, shown, and the same for the plan and for the debrief."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from homeward import desk
from homeward.cli.main import cli
from homeward.desk import clock
from homeward.desk.book import opened
from homeward.desk.search.coverage import weather_at
from homeward.desk.search.planning import Span, problem_of
from homeward.errors import BadInput, HomewardError, UnknownName
from homeward.mission.nouns import Rain, TeamKind, Weather
from tests.desk.conftest import make_planned

FOREST = "line/sweep width/forest/day"


def homeward(*args: object) -> str:
    """What a command says, or the error it ends with."""
    out = CliRunner().invoke(cli, [str(a) for a in args])
    return out.output if out.exception is None or isinstance(out.exception, SystemExit) else str(out.exception)


@pytest.fixture(scope="module")
def planned_once(tmp_path_factory):
    """A mission with a drone, a calling team, a map and a plan."""
    return make_planned(
        tmp_path_factory.mktemp("planned"),
        lambda path: desk.team(path, "Drone 1", kind="drone"),
        lambda path: desk.team(path, "Caller", kind="sound"),
    )


@pytest.fixture
def planned(planned_once, tmp_path):
    return Path(shutil.copy(planned_once, tmp_path / "planned.mission"))


def mission_of(path):
    with opened(path, read_only=True) as book:
        return book.mission


def test_what_is_not_said_of_the_weather_stays_as_it_was(bare):
    homeward("weather", bare, "--wind", 6, "--wind-from", 240, "--rain", "light", "--visibility", "800m")
    said = homeward("weather", bare, "--temperature", "-3", "--cloud", 0.9)
    assert mission_of(bare).weather == Weather(
        wind_mps=6, wind_from_deg=240, rain=Rain.LIGHT, visibility_m=800, temperature_c=-3, cloud=0.9
    )
    assert "wind 6 m/s from 240°, light rain" in said
    homeward("weather", bare, "--unknown", "--wind", 2)
    assert mission_of(bare).weather == Weather(wind_mps=2)


def test_the_weather_says_what_it_does_to_the_teams_that_are_here(ready):
    desk.team(ready, "Drone 1", kind="drone")
    said = homeward("weather", ready, "--wind", 13, "--rain", "heavy")
    assert "drone: cannot work, it does not work in a wind of 13 m/s (above its limit of 12 m/s)." in said
    assert "line: sweep width x" in said


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["weather", "--wind", "-1"], "a wind of -1 m/s. Give 0 to 80."),
        (["weather", "--cloud", "9"], "cloud cover of 9"),
        (["weather"], "Give at least one field"),
        (["weather", "--rain", "cats"], "cats"),
        (["number", "line/sweep width/forst/day", "40", "--why", "x"], f"Did you mean '{FOREST}'?"),
        (["number", FOREST, "40"], "--why"),
        (["number", FOREST, "99999", "--why", "x"], "Give 0 to 2000; the table has 64."),
        (["number", FOREST, "-4", "--why", "x"], "Give 0 to 2000"),
        (["number", FOREST], "has no value"),
        (["number", FOREST, "--back"], "the table's already: 64 m"),
        (["number", FOREST, "40", "--back"], "at once"),
        (["team", "D", "--kind", "drone", "--spacing", "20"], "only a line has that"),
        (["team", "L", "--kind", "line", "--height", "20"], "only a drone has that"),
        (["team", "L", "--kind", "line", "--batteries", "3"], "batteries, but only a drone"),
        (["team", "D", "--kind", "drone", "--height", "-20"], "a height of -20 m"),
        (["team", "D", "--kind", "drone", "--turnaround", "10"], "--why"),
        (["team", "D", "--kind", "submarine"], "submarine"),
    ],
)
def test_slips_are_refused_and_nothing_is_written(bare, args, said):
    verb, *rest = args
    before = desk.last_seq(bare)
    assert said in homeward(verb, bare, *rest)
    assert desk.last_seq(bare) == before


def test_an_overridden_number_is_shown_with_its_reason_and_the_tables(bare):
    assert homeward("number", bare, FOREST, 40, "--why", "tested here") == f"{FOREST}: 40 m, the table has 64 m.\n"
    desk.team(bare, "Line A", kind="line")
    listed = homeward("show", bare, "--assumptions")
    assert f"  {FOREST}: 40 m [overridden: tested here] instead of 64 m\n" in listed
    assert "  line/sweep width/forest/night: 22 m [published]" in listed
    rows = json.loads(homeward("show", bare, "--assumptions", "--json"))["assumptions"]
    changed = [r for r in rows if r["overridden"]]
    assert [(r["name"], r["value"], r["table"], r["why"]) for r in changed] == [(FOREST, 40, 64, "tested here")]
    assert "64 m, as in the table again" in homeward("number", bare, FOREST, "--back")
    assert "overridden" not in homeward("show", bare, "--assumptions")


def test_a_negative_number_is_a_number_and_no_option(bare):
    said = homeward("number", bare, "thermal/weather limit/temperature below", -5, "--why", "old batteries")
    assert "-5 deg C, the table has -20 deg C" in said


@pytest.mark.parametrize("kind", TeamKind)
def test_every_kind_of_team_can_be_registered(bare, kind):
    homeward("team", bare, "T", "--kind", kind.value, "--in-the-dark")
    assert mission_of(bare).teams["T"].kind is kind
    assert mission_of(bare).teams["T"].in_the_dark is True


def test_a_drone_that_flies_too_high_is_told(bare):
    said = homeward("team", bare, "D", "--kind", "thermal", "--height", "300m", "--batteries", 4)
    assert "a person is too small to be noticed: fly lower" in said
    assert "a person can be noticed" in homeward("team", bare, "D", "--kind", "thermal", "--height", "90m")


def test_the_plan_is_made_in_that_weather_and_with_those_numbers(planned):
    desk.weather(planned, wind_mps=5.0, rain="light")
    desk.number(planned, FOREST, 40.0, why="tested")
    with opened(planned, read_only=True) as book:
        problem = problem_of(book, span=Span(starts=clock.now(), hours=2.0))
    assert problem.weather == Weather(wind_mps=5.0, rain=Rain.LIGHT)
    assert problem.numbers == ((FOREST, 40.0),)


def test_a_team_that_cannot_work_is_told_why_in_the_plan(planned):
    desk.weather(planned, wind_mps=14.0)
    answer = desk.plan(planned, hours=1.0)
    assert ["Drone 1", "it does not work in a wind of 14 m/s (above its limit of 12 m/s)"] in answer.data["idle"]


def pod_after(path, team, **told):
    with opened(path, read_only=True) as book:
        task = next(a for a in book.plan().assignments if a.team == team)
    with clock.set_to(clock.now() + timedelta(hours=2)):
        return desk.debrief(path, team, assignment=task.number, **told).data["pod"]


def test_the_debrief_counts_the_weather_and_the_numbers(planned, tmp_path):
    rain, narrow = (Path(shutil.copy(planned, tmp_path / f"{n}.mission")) for n in ("rain", "narrow"))
    plain = pod_after(planned, "Line A")
    desk.weather(rain, rain="heavy")
    assert pod_after(rain, "Line A") < 0.8 * plain
    for cover in ("unknown", "open", "scrub", "open woods", "forest", "dense forest"):
        desk.number(narrow, f"line/sweep width/{cover}/day", 10.0, why="thick undergrowth")
    assert pod_after(narrow, "Line A") < 0.5 * plain


def test_a_search_counts_in_the_weather_of_its_time(bare):
    start = clock.now()
    desk.weather(bare, wind_mps=2.0, at="10:00")
    desk.weather(bare, wind_mps=9.0, at="11:30")
    with opened(bare, read_only=True) as book:
        by_hour = {h: weather_at(book, start + timedelta(hours=h)).wind_mps for h in (-3, -1.5, 0)}
    assert by_hour == {-3: 2.0, -1.5: 2.0, 0: 9.0}


def test_a_verb_at_the_desk_refuses_what_it_does_not_know(bare):
    with pytest.raises(UnknownName, match="Did you mean 'wind_mps'"):
        desk.weather(bare, wind_mp=3.0)
    with pytest.raises(HomewardError, match="rain"):
        desk.weather(bare, rain="cats")
    with pytest.raises(BadInput):
        desk.weather(bare)


def test_a_dog_for_remains_speaks_of_the_dead_alone_and_a_caller_of_who_answers(planned):
    """One path, one width told: what it takes from the map depends on whom that kind of team can find."""
    with opened(planned) as book:
        a = next(a for a in book.plan().assignments if a.team == "Line A")
    gone = {}
    for kind in ("hasty", "remains", "sound"):
        path = planned.with_name(f"{kind}.mission")
        shutil.copy(planned, path)
        desk.team(path, "Line A", kind=kind, sweep_width_m=100.0, why="to compare")
        with clock.set_to(clock.now() + timedelta(hours=2)):
            gone[kind] = desk.debrief(path, "Line A", assignment=a.number).data
    assert gone["remains"]["pod"] == pytest.approx(gone["hasty"]["pod"])
    assert 0 < gone["remains"]["pos"] < 0.5 * gone["hasty"]["pos"]
    assert gone["sound"]["pos"] > 0
