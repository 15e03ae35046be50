"""Warnings at the desk: told in words, told again, looked at days later, passed on, scored."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homeward import desk
from homeward.desk.readiness.warning.dates_said import date_words, length_words, read_days, read_quantiles, read_told
from homeward.errors import BadInput, HomewardError, NotYet, UnknownName
from homeward.exchange.cap import read_cap
from homeward.web.verbs import do, read_form

SECRETS = ("They said the dam goes", "the neighbour", "an old quarrel")


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", "2026-03-06T12:00:00Z")
    path = tmp_path / "m.mission"
    desk.new(path, name="Test", time_zone="UTC")
    return path


def month(path: Path, name: str = "dam", **told: object) -> desk.Answer:
    given = {"quantiles": ["about=1 month", "as early as=1 week"], "said_at": "-5d"} | told
    return desk.warning(path, name, **given)  # type: ignore[arg-type]


def at(monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    monkeypatch.setenv("HOMEWARD_NOW", when)


# --- dates as people say them ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "days"),
    [("1 month", 30), ("a week", 7), ("36 h", 1.5), ("10", 10), ("2,5 days", 2.5), ("a couple of weeks", 14)],
)
def test_lengths_of_time(text: str, days: float) -> None:
    assert read_days(text, "about") == pytest.approx(days)


@pytest.mark.parametrize(
    ("text", "quantiles"),
    [
        ("in about a month, maybe a week, could be longer", ((0.1, 7), (0.5, 30))),
        ("probably in 2 weeks, at the latest one month", ((0.5, 14), (0.9, 30))),
        ("not before 3 days, within two weeks", ((0.1, 3), (0.9, 14))),
        ("whenever", ()),
        ("in 2 to 3 weeks", ((0.1, 14), (0.9, 21))),
        ("2-3 weeks", ((0.1, 14), (0.9, 21))),
        ("between 36 h and two weeks, most likely 4 days", ((0.1, 1.5), (0.5, 4), (0.9, 14))),
        ("a week at the earliest, a month at the latest", ((0.1, 7), (0.9, 30))),
        ("probably in a month, at least a week", ((0.1, 7), (0.5, 30))),
    ],
)
def test_sentences(text: str, quantiles: tuple[tuple[float, float], ...]) -> None:
    assert read_told(text) == quantiles


@pytest.mark.parametrize(
    "text",
    [
        "not before Friday, probably in 10 days",
        "in a month, maybe on 3 December",
        "in 10 days, maybe at 14:00",
        "not within a week",
        "it won't come before a week, about a month",
        "in about a month, maybe a week, if at all",
        "in twenty-one days, maybe a week",
        "maybe a week, in a few months, about 20 days",
        "not before the snow melts, in a month, maybe a week",
        "in 500 years, maybe a week",
        "a week and 3 days",
        "at the latest 2 to 3 weeks",
        "3 to 2 weeks",
    ],
)
def test_a_sentence_is_read_whole_or_not_at_all(text: str) -> None:
    with pytest.raises(BadInput, match=r"dates|one by one|century"):
        read_told(text)


@pytest.mark.parametrize(
    ("days", "words"), [(0.548611, "13 h 10 min"), (1.0, "1 day"), (1.5, "36 h"), (7.0, "7 days"), (0.01, "14 min")]
)
def test_lengths_are_told_as_people_tell_them(days: float, words: str) -> None:
    assert length_words(days) == words


def test_dates_count_from_when_it_was_said() -> None:
    said = datetime(2026, 3, 1, 12, tzinfo=UTC)
    told = ["10%=2026-03-08 12:00", "0.5=1 month", "as late as="]
    assert read_quantiles(told, said_at=said, zone="UTC") == ((0.1, 7.0), (0.5, 30.0))


def test_every_word_is_marked_with_where_it_comes_from() -> None:
    assert all(word.source for word in date_words())


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (["about=1 week", "as early as=1 month"], "out of order"),
        (["about=soon"], "no length of time"),
        (["about=0 days"], "cannot be"),
        (["sometime=3 days"], "no probability"),
        (["0.5=3", "about=4"], "told twice"),
        (["3 days"], "no date"),
        (["about=2020-01-01"], "not after it was said"),
        (["about=1 month"], "One date does not say how sure"),
        ([], "Nothing says when"),
    ],
)
def test_what_is_no_date_is_said_in_a_sentence(mission: Path, told: list[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        desk.warning(mission, "dam", quantiles=told)
    assert desk.show_log(mission).data["entries"][-1]["kind"] == "MissionOpened"


# --- the forecast ------------------------------------------------------------------------------------------------


def test_a_month_said_five_days_ago(mission: Path) -> None:
    answer = month(mission, widen=1, families=["lognormal"])
    assert answer.data["median_d"] == pytest.approx(27.55130484217748)
    assert "Median 27.6 days from now, but 5 % of the cases come within 2.2 days." in answer.text
    row = desk.forecast(mission).data["warnings"][0]
    five = next(r for r in row["coming"]["ready_by"] if r["risk"] == 0.05)
    assert five["at"] == "2026-03-08T16:48:44Z"


def test_a_sentence_is_as_good_as_its_dates(mission: Path) -> None:
    told = desk.warning(mission, "a", told="in about a month, maybe a week, could be longer", said_at="-5d")
    assert told.data["within"] == month(mission, "b").data["within"]


def test_what_is_not_given_stays(mission: Path) -> None:
    month(mission, never=0.3, targets=["hut"], text=SECRETS[0])
    answer = desk.warning(mission, "dam", widen=1)
    row = desk.forecast(mission, personal=True).data["warnings"][0]
    assert (row["never"], row["targets"], row["text"], row["widen"]) == (0.3, ["hut"], SECRETS[0], 1)
    assert answer.data["still_coming"] == pytest.approx(0.687, abs=1e-3)


def test_fields_are_taken_back_but_never_when_it_may_come(mission: Path) -> None:
    month(mission, never=0.4, targets=["hut"], motive="an old quarrel", widen=1.5)
    desk.warning(mission, "dam", forget=["never", "targets", "widen"])
    row = desk.page_data(mission, personal=True)["warning"]["warnings"][0]
    assert (row["never"], row["targets"], row["widen_told"], row["motive"]) == (0.0, [], None, "an old quarrel")
    assert row["quantiles_d"] == [[0.1, 7.0], [0.5, 30.0]]
    for field, said in (("said_at", "cannot be taken back"), ("colour", "no field to forget")):
        with pytest.raises(HomewardError, match=said):
            desk.warning(mission, "dam", forget=[field])


def test_silence_moves_the_date_on(mission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month(mission)
    before = desk.forecast(mission).data["warnings"][0]["coming"]
    at(monkeypatch, "2026-03-26T12:00:00Z")
    after = desk.forecast(mission).data["warnings"][0]["coming"]
    assert after["median_d"] > before["median_d"] - 20
    assert after["ready_by"][0]["at"] > before["ready_by"][0]["at"]


def test_report_of_one_who_may_not_know_moves_less(mission: Path) -> None:
    month(mission)
    desk.warning(mission, "other", quantiles=["about=1 month", "as early as=1 week"], said_at="-5d")
    sure = desk.warning_report(mission, "dam", within="14 days").data["within"]["14"]
    half = desk.warning_report(mission, "other", within="14 days", reliability="50%").data["within"]["14"]
    plain = month(mission, "third").data["within"]["14"]
    assert plain < half < sure
    assert "Own assumption" in desk.forecast(mission, "dam").text


def test_second_informant_pulls_the_date_between(mission: Path) -> None:
    alone = month(mission).data["median_d"]
    both = desk.warning_report(mission, "dam", quantiles=["about=10 days", "as early as=3 days"], source="B")
    assert 10 < both.data["median_d"] < alone


def test_forecast_by_lead_time_is_taken_as_it_stands(mission: Path) -> None:
    told = ["5%=1 day", "30%=3 days", "50%=1 week"]
    answer = desk.warning(mission, "flood", quantiles=told, forecast=True, never="40%")
    within = answer.data["within"]
    assert (within["1"], within["3"], within["7"]) == pytest.approx((0.05, 0.3, 0.5))
    with pytest.raises(BadInput, match="more than 1"):
        desk.warning(mission, "flood", never="60%")


def test_first_of_several(mission: Path) -> None:
    month(mission)
    month(mission, "storm")
    board = desk.forecast(mission).data
    alone = board["warnings"][0]["coming"]["within"]["7"]
    assert board["first"]["within"]["7"] == pytest.approx(1 - (1 - alone) ** 2)


def test_readiness_is_raised_for_some_days(mission: Path) -> None:
    month(mission, widen=1, families=["lognormal"])
    plan = desk.alert_level(mission, cost_per_day=25, loss=1000)
    assert not plan.data["pays_now"]
    ((start, stop),) = plan.data["spans_d"]
    assert 0 < start < 5 < 10 < stop < 20
    assert plan.data["cost"] < min(plan.data["cost_now"], plan.data["cost_never"])
    assert "Never raise it" in desk.alert_level(mission, cost_per_day=500, loss=1000).text
    with pytest.raises(BadInput, match="above 0"):
        desk.alert_level(mission, cost_per_day=1, loss=0)


def test_it_came_and_is_scored(mission: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month(mission)
    at(monkeypatch, "2026-03-16T12:00:00Z")
    answer = desk.happened(mission, "dam", at_time="-1d")
    assert answer.data["came_d"] == pytest.approx(14)
    assert answer.data["inside_90"]
    assert answer.data["crps"] < answer.data["middle_off_d"]
    assert desk.forecast(mission).data["warnings"] == []
    with pytest.raises(BadInput, match="come already"):
        desk.warning_report(mission, "dam", within="3 days")
    with pytest.raises(BadInput, match="another name"):
        month(mission)


def test_lifted_counts_no_longer_and_can_be_given_again(mission: Path) -> None:
    month(mission)
    desk.lift_warning(mission, "dam", why="repaired")
    with pytest.raises(NotYet):
        desk.alert_level(mission, cost_per_day=1, loss=2)
    with pytest.raises(UnknownName):
        desk.lift_warning(mission, "dam")
    month(mission)
    assert len(desk.forecast(mission).data["warnings"]) == 1


# --- who may know ------------------------------------------------------------------------------------------------


def test_what_was_said_and_by_whom_goes_nowhere(mission: Path, tmp_path: Path) -> None:
    month(mission, text=SECRETS[0], source=SECRETS[1], motive=SECRETS[2])
    desk.warning_report(mission, "dam", within="9 days", text=SECRETS[0], source=SECRETS[1])
    seen = [
        json.dumps(desk.page_data(mission)),
        desk.forecast(mission).text + json.dumps(dict(desk.forecast(mission).data)),
        desk.cap_out(mission, "dam").data["xml"],
        desk.calendar(mission).data["ics"],
        json.dumps(desk.show_log(mission).data["entries"]),
    ]
    assert not [s for s in SECRETS for text in seen if s in text]
    assert SECRETS[0] in json.dumps(desk.page_data(mission, personal=True))


def test_page_has_the_curve_and_the_dates(mission: Path) -> None:
    assert "warning" not in desk.page_data(mission)
    month(mission)
    shown = desk.page_data(mission)["warning"]
    coming = shown["warnings"][0]["coming"]
    days, below, _ = zip(*coming["curve"], strict=True)
    assert days[0] == 0
    assert list(below) == sorted(below)
    assert below[-1] == pytest.approx(0.9)
    assert len(shown["warnings"][0]["families"]) == 4


def test_long_overdue_warning_says_so_until_somebody_reports(mission: Path) -> None:
    told = desk.warning(mission, "dam", quantiles=["about=1 day", "as late as=2 days"], said_at="-300d")
    assert "it should have come 298 days ago" in told.text
    assert "OVERDUE" in desk.forecast(mission).text
    assert "OVERDUE" not in desk.warning_report(mission, "dam", within="14 days").text
    assert "OVERDUE" not in month(mission, "storm").text


def test_a_span_is_said_to_be_an_assumption(mission: Path) -> None:
    assert "middle 80 %" in desk.warning(mission, "dam", told="in 2 to 3 weeks").text
    assert "middle 80 %" in desk.warning_report(mission, "dam", told="in 10 to 12 days").text
    assert "middle 80 %" not in month(mission).text


def test_every_probability_is_of_all_cases(mission: Path) -> None:
    told = desk.warning(mission, "flood", quantiles=["5%=1 day", "30%=3 days"], forecast=True, never="40%")
    assert "5 % of all cases come within 24 h" in told.text
    five = next(r for r in desk.forecast(mission).data["warnings"][0]["coming"]["ready_by"] if r["risk"] == 0.05)
    assert five["at"] == "2026-03-07T12:00:00Z"


def test_picture_is_drawn(mission: Path, tmp_path: Path) -> None:
    with pytest.raises(NotYet):
        desk.forecast(mission, picture=tmp_path / "p.png")
    month(mission)
    day, night = tmp_path / "p.png", tmp_path / "n.png"
    desk.forecast(mission, picture=day)
    desk.forecast(mission, picture=night, night=True)
    assert day.read_bytes().startswith(b"\x89PNG")
    assert day.read_bytes() != night.read_bytes()


# --- from the page -----------------------------------------------------------------------------------------------


def test_every_form_reaches_its_verb(mission: Path) -> None:
    told = {"name": "dam", "quantiles": ["about=1 month", "as early as=1 week"], "never": "20%", "targets": []}
    do("warning", mission, read_form("warning", told))
    do("warning_report", mission, read_form("warning_report", {"name": "dam", "within": "9 days"}))
    level = do("alert_level", mission, read_form("alert_level", {"cost_per_day": "20", "loss": "1000"}))
    assert level.data["spans"]
    xml = do("cap_out", mission, read_form("cap_out", {"name": "dam"})).data["xml"]
    assert read_cap(xml.encode(), name="x")[0].exact
    other = mission.with_name("other.mission")
    desk.new(other, name="Other", time_zone="UTC")
    month(other)
    xml = desk.cap_out(other, "dam").data["xml"]
    do("cap_in", mission, read_form("cap_in", {"xml": xml, "name": "again"}))
    assert do("calendar", mission, read_form("calendar", {})).data["entries"] == 10
    assert len(do("forecast", mission, read_form("forecast", {})).data["warnings"]) == 2
    long = xml.replace("</description>", " and more" * 5000 + "</description>")
    do("cap_in", mission, read_form("cap_in", {"xml": long, "name": "long"}))
    with pytest.raises(BadInput):
        read_form("cap_in", {"xml": xml, "extra": "1"})
    do("happened", mission, read_form("happened", {"name": "dam"}))
    do("lift_warning", mission, read_form("lift_warning", {"name": "again"}))
    with pytest.raises(HomewardError):
        read_form("warning", {"name": "dam", "quantil": []})
