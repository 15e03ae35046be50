"""Motives of a warning at the desk: what they make of each target, for the words, the page, the log and the cover."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from homeward import desk
from homeward.cli.main import cli
from homeward.desk.book import opened
from homeward.desk.clock import now
from homeward.desk.readiness.briefing.briefings import _coming
from homeward.desk.readiness.briefing.parts import coming_lines
from homeward.desk.readiness.cover.weights import hit_chances
from homeward.errors import BadInput, HomewardError, UnknownName
from homeward.web.verbs import do, read_form

QUARREL = "old quarrel=60%:Hut=2,Mill"
MONEY = "money=0.3:Bank"


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", "2026-03-06T12:00:00Z")
    path = tmp_path / "m.mission"
    desk.new(path, name="Test", time_zone="UTC")
    for name, place in (("Hut", "36.269, -84.270"), ("Mill", "36.245, -84.265"), ("Bank", "36.25, -84.28")):
        desk.target(path, name, place=place, value=4)
    return path


def warned(mission: Path, *motives: str, **told: object) -> desk.Answer:
    given = {"quantiles": ["about=1 month", "as early as=1 week"], "motives": motives} | told
    return desk.warning(mission, "visit", **given)  # type: ignore[arg-type]


def by_target(mission: Path) -> dict[str, float]:
    rows = desk.page_data(mission)["warning"]["warnings"][0]["by_target"]
    return {row["target"]: row["p"] for row in rows}


def test_each_target_by_the_motives_that_point_at_it(mission: Path) -> None:
    told = warned(mission, QUARREL, "money=0.4:Bank")
    assert by_target(mission) == pytest.approx({"Hut": 0.4, "Mill": 0.2, "Bank": 0.4})
    assert "If it comes, it hits Hut 40 %, Bank 40 % and Mill 20 %." in told.text
    assert "Own assumption: motives say nothing of the date" in told.text


def test_what_no_motive_explains_hits_all_that_it_may_hit(mission: Path) -> None:
    warned(mission, QUARREL, MONEY, targets=["Mill"])
    assert by_target(mission) == pytest.approx({"Mill": 0.2 + 0.1, "Hut": 0.4, "Bank": 0.3})


def test_report_on_a_motive_moves_the_targets_and_the_weights_of_cover(mission: Path) -> None:
    warned(mission, QUARREL, "money=0.4:Bank")
    told = desk.warning_report(mission, "visit", motives=["money=6"], reliability=0.5)
    money = 0.5 * 0.4 * 6 / (0.6 + 0.4 * 6) + 0.5 * 0.4
    assert by_target(mission)["Bank"] == pytest.approx(money)
    assert "Within 14 days" in told.text
    with opened(mission, read_only=True) as book:
        cuts = [now(), now() + timedelta(days=14)]
        chance, _, _, own = hit_chances(book, ["Hut", "Mill", "Bank"], cuts, now=now())
        assert chance is not None
        within = desk.forecast(mission).data["warnings"][0]["coming"]["within"]["14"]
        assert chance[0].tolist() == pytest.approx(
            [(1 - money) * 2 / 3 * within, (1 - money) / 3 * within, money * within]
        )
    assert any("motives" in line for line in own)


def test_curves_that_miss_three_dates_count_less_and_that_is_said(mission: Path) -> None:
    assert "off by 0.02" not in warned(mission).text
    told = warned(mission, quantiles=["about=1 month", "as early as=1 week", "as late as=2 months"]).text
    assert "Own assumption: a stated probability is off by 0.02" in told
    assert "weibull" in told


def test_report_graded_by_a_letter_counts_by_the_table_and_says_so(mission: Path) -> None:
    warned(mission, QUARREL)
    told = desk.warning_report(mission, "visit", within="14 days", reliability="b")
    assert "Own assumption: a source graded B knows with 80 %" in told.text
    assert desk.forecast(mission).data["warnings"][0]["reports"][0]["reliability"] == 0.8
    with pytest.raises(BadInput, match="nobody can judge"):
        desk.warning_report(mission, "visit", within="14 days", reliability="F")


def test_names_of_motives_go_nowhere_unless_personal(mission: Path) -> None:
    warned(mission, QUARREL, MONEY)
    desk.warning_report(mission, "visit", motives=["old quarrel=3"], source="Ben")
    seen = [
        json.dumps(desk.page_data(mission)),
        json.dumps(desk.show_log(mission).data["entries"]),
        desk.forecast(mission).text,
        desk.cap_out(mission, "visit").data["xml"],
    ]
    assert not [text for text in seen if "quarrel" in text]
    own = desk.page_data(mission, personal=True)["warning"]["warnings"][0]
    assert own["motives"][0]["name"] == "old quarrel"
    assert own["motives"][0]["share"] == pytest.approx(1.8 / 2.2)
    assert own["motives_told"] == ["old quarrel=60%:Hut=2,Mill", "money=30%:Bank"]
    assert "old quarrel 82 % (60 % as told)" in desk.forecast(mission, personal=True).text
    with pytest.raises(BadInput) as error:
        desk.warning_report(mission, "visit", motives=["grief=3"])
    assert "quarrel" not in str(error.value)
    with pytest.raises(BadInput) as error:
        warned(mission, MONEY)
    assert "quarrel" not in str(error.value)


def test_briefing_and_cap_name_every_target_and_only_command_reads_why(mission: Path) -> None:
    warned(mission, QUARREL, "money=0.4:Bank")
    with opened(mission, read_only=True) as book:
        everybody = " ".join(line.text for line in coming_lines(book, now=now()))
        command = " ".join(line.text for line in _coming(book, now()))
    assert "may hit Hut, Mill, Bank" in everybody
    assert "it hits Hut 40 %" in everybody
    assert "quarrel" not in everybody
    assert "motives: old quarrel 60 % and money 40 %" in command
    assert "Bank" in desk.cap_out(mission, "visit").data["xml"]
    assert "Bank" not in desk.cap_out(mission, "visit", public=True).data["xml"]


def test_motives_told_anew_replace_those_before_and_words_of_a_report_stay(mission: Path) -> None:
    warned(mission, QUARREL)
    warned(mission, "grief=100%:Mill")
    assert by_target(mission) == {"Mill": 1.0}
    desk.warning_report(mission, "visit", motives=["grief=2"], text="she said so", source="Ann")
    desk.warning_report(mission, "visit", within="9 days", id="R1")
    report = desk.page_data(mission, personal=True)["warning"]["warnings"][0]["reports"][0]
    assert (report["within_d"], report["text"], report["source"]) == (9, "she said so", "Ann")
    assert report["motives"] == ["grief=2"]


def test_update_of_a_message_leaves_the_motives_that_were_told_here(mission: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mission"
    desk.new(other, name="Other", time_zone="UTC")
    desk.warning(other, "raid", quantiles=["about=1 month", "as early as=1 week"])
    first = desk.cap_out(other, "raid").data["xml"]
    desk.cap_in(mission, xml=first)
    desk.warning(mission, "raid", motives=[QUARREL], motive="they fell out")
    desk.cap_in(mission, xml=desk.cap_out(other, "raid", replaces=first).data["xml"])
    row = desk.page_data(mission, personal=True)["warning"]["warnings"][0]
    assert (row["motive"], row["motives_told"]) == ("they fell out", [QUARREL])


@pytest.mark.parametrize(
    ("motives", "words"),
    [
        (["quarrel"], "no motive with its share"),
        (["quarrel=60%"], "no motive with its share"),
        (["=60%:Hut"], "no name that fits"),
        (["quarrel=60%:"], "points at no target"),
        (["quarrel=sixty:Hut"], "is no number"),
        (["quarrel=1.2:Hut"], "probability from 0 to 1"),
        (["quarrel=nan:Hut"], "is no number"),
        (["quarrel=0.6:Hut=0"], "above 0"),
        (["quarrel=0.6:Hut,Hut"], "twice"),
        (["quarrel=0.6:Hut", "quarrel=0.2:Mill"], "told twice"),
        (["quarrel=0.6:Hut", "money=0.5:Mill"], "sum to 1.1"),
    ],
)
def test_what_cannot_be_is_one_sentence(mission: Path, motives: list[str], words: str) -> None:
    with pytest.raises(HomewardError, match=words):
        warned(mission, *motives)
    assert "warning" not in desk.page_data(mission)


def test_target_that_nobody_named_is_refused(mission: Path) -> None:
    with pytest.raises(UnknownName, match=r"no target 'Huts'\. Did you mean 'Hut'"):
        warned(mission, "quarrel=0.6:Huts")


def test_command_line_and_form(mission: Path) -> None:
    told = (
        "warning",
        "give",
        str(mission),
        "visit",
        "--about",
        "1 month",
        "--early",
        "1 week",
        "--why",
        "they fell out",
    )
    said = CliRunner().invoke(cli, [*told, "--motive", QUARREL, "--motive", MONEY])
    assert said.exit_code == 0, said.output
    assert "it hits Hut" in said.stdout
    more = CliRunner().invoke(
        cli, ["warning", "report", str(mission), "visit", "--motive", "money=4", "--reliability", "C"]
    )
    assert more.exit_code == 0, more.output
    do("warning", mission, read_form("warning", {"name": "visit", "motives": [QUARREL, MONEY]}))
    form = {"name": "visit", "motives": ["money=0.5"], "reliability": "80%"}
    assert "it hits Bank" in do("warning_report", mission, read_form("warning_report", form)).text
