"""Formation: who does what and waits where, who makes it impossible, and how it holds through find and withdrawal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pypdfium2
import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.formation.words import _chance
from homeward.errors import BadInput, HomewardError, NotYet, UnknownName
from homeward.geo import Place
from homeward.terrain.exposure import exposure_of
from tests.desk.conftest import NOON, make_planned
from tests.desk.test_people import say

CREW = {
    "M1": ["medic:5"],
    "M2": ["medic:3", "guard:2"],
    "G1": ["guard:4"],
    "L1": ["lookout:4"],
    "L2": ["lookout:3"],
}


def _facts(path: Path) -> None:
    desk.team(path, "Hasty 2", kind="hasty", people=8)
    for name, roles in CREW.items():
        desk.person(path, name, roles=roles, p_present=0.9, real_name=f"Real {name}")


@pytest.fixture(scope="module")
def planned_once(tmp_path_factory):
    return make_planned(tmp_path_factory.mktemp("formed"), _facts)


@pytest.fixture
def planned(planned_once, tmp_path):
    return Path(shutil.copy(planned_once, tmp_path / "lost.mission"))


def test_the_medic_waits_with_a_guard_where_the_find_is_likely(planned):
    made = desk.form(planned, need=["backup=0"]).data
    assert made["status"] == "made"
    assert made["phase"] == "search"
    pair = next(post for post in made["posts"] if post["id"] == "medic pair")
    assert sorted(made["assigned"][who]["role"] for who in pair["people"]) == ["guard", "medic"]
    assert pair["held"]
    for held in pair["held"]:
        assert held["leaves"] <= held["begins"] < held["ends"]


def test_posts_lie_outside_the_hazards_marked_and_lookouts_come_in_pairs(planned):
    desk.hazard(planned, "H1", kind="people", place="36.205,-84.205", radius_m=300.0, speed=1.5)
    made = desk.form(planned, need=["lookout=2"]).data
    with opened(planned, read_only=True) as book:
        exposure = exposure_of(book.terrain(), book.mission.crew.hazards.values())
        for post in made["posts"]:
            for held in post["held"]:
                at = book.terrain().grid.to_m(Place(held["lat_deg"], held["lon_deg"]))
                row, col = book.terrain().grid.cell_of(*at)
                assert not exposure.unsafe()[row, col]
    lookouts = [post for post in made["posts"] if post["need"].get("lookout")]
    assert [len(post["people"]) for post in lookouts] == [2]


def test_what_cannot_be_names_who_and_what_is_missing_and_writes_nothing(planned):
    before = desk.last_seq(planned)
    answer = desk.form(planned, need=["medic=3", "guard=3"])
    assert answer.data["status"] == "infeasible"
    roles = set(answer.data["violating_roles"][0])
    assert roles == {"medic", "guard"}
    assert set(answer.data["people_for_them"][0]) == {"M1", "M2", "G1"}
    assert answer.data["shortfall"] == 3
    assert "only M1, M2 and G1 can do them" in answer.text
    assert desk.last_seq(planned) == before


def test_no_medic_at_all(planned):
    for name in ("M1", "M2"):
        desk.stand_down_person(planned, name)
    answer = desk.form(planned)
    assert "medic: 1 asked for, and nobody can do it" in answer.text
    assert answer.data["lacking"] == {"medic": 1}


def test_expired_certificates_and_the_overtired_do_not_count_and_are_said(planned):
    desk.person(planned, "M1", roles=["medic:5:2026-10-01"])
    desk.person(planned, "M2", awake_since="-16h")
    answer = desk.form(planned)
    assert answer.data["status"] == "infeasible"
    assert "EXPIRED, and not counted: M1 as medic." in answer.text
    assert "M1 as medic (qualification as medic ends 2026-10-01)" in answer.text
    assert "hours awake" in answer.data["without"]
    assert desk.form(planned, awake_limit_h=20.0).data["assigned"]["M2"]["role"] == "medic"


def test_a_reserve_that_is_asked_for_binds_and_has_its_price(planned):
    made = desk.form(planned, reserve=["medic=1"]).data
    assert set(made["in_reserve"].values()) == {"medic"}
    assert made["prices"]["reserve"] >= 0
    assert desk.form(planned, reserve=["medic=2"]).data["status"] == "infeasible"


def test_without_a_word_on_it_a_reserve_that_is_not_there_is_said(planned):
    desk.stand_down_person(planned, "M2")
    assert any(note.startswith("NO RESERVE") for note in desk.form(planned).data["notes"])


def test_a_new_formation_changes_as_few_as_possible(planned):
    first = desk.form(planned).data["assigned"]
    assert first["G1"]["role"] == "guard"
    desk.stand_down_person(planned, "M1")
    again = desk.form(planned).data
    assert again["assigned"]["M2"]["role"] == "medic"
    assert again["assigned"]["G1"] == first["G1"]
    assert again["changes"] == 0


def test_who_is_on_a_task_is_taken_only_where_nobody_else_can_do_it(planned):
    desk.person(planned, "L2", team="Line A")
    desk.hazard(planned, "H1", kind="people", place="36.205,-84.205", radius_m=300.0, speed=1.5)
    made = desk.form(planned, need=["lookout=2", "backup=0"]).data
    assert made["assigned"]["L2"]["role"] == "lookout"
    assert "L2 leaves Line A to be lookout." in made["notes"]
    assert not any(who.startswith("Line A/") for who in made["assigned"])


def test_who_should_have_left_already_leaves_now_and_is_there_later(planned, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:40+00:00")
    made = desk.form(planned).data
    held = [one for post in made["posts"] for one in post["held"]]
    assert held
    for one in held:
        assert made["starts"] <= one["leaves"] <= one["begins"] <= one["ends"]


def test_after_a_find_the_scene_is_formed_with_the_fewest_changes(planned):
    first = desk.form(planned).data["assigned"]
    found = desk.found(planned, "36.2050, -84.2000", team="Dog 1", alive=True).data
    made = desk.form(planned).data
    both = f"{found['at_once']} at the litter at once, {found['bearers']} for the whole way"
    assert any(both in note for note in made["notes"])
    assert made["phase"] == "rescue"
    roles = [row["role"] for row in made["assigned"].values()]
    assert roles.count("carrier") == 6  # one litter: the usual number of bearers
    assert (roles.count("lead"), roles.count("medic"), roles.count("guard")) == (1, 1, 1)
    lead = next(who for who, row in made["assigned"].items() if row["role"] == "lead")
    assert lead.startswith("Dog 1/")  # who found leads the scene
    kept = [who for who, row in first.items() if row["role"] in ("medic", "guard")]
    assert all(made["assigned"][who]["role"] == first[who]["role"] for who in kept)
    assert desk.form(planned, "withdrawal").data["phase"] == "withdrawal"


def test_a_find_of_the_dead_needs_no_litter_crew_for_care(planned):
    desk.found(planned, "36.2050, -84.2000", team="Dog 1", alive=False)
    roles = [row["role"] for row in desk.form(planned).data["assigned"].values()]
    assert roles.count("carrier") == 0


def test_the_log_keeps_the_formation_and_no_names(planned):
    made = desk.form(planned)
    shown = desk.show_formation(planned)
    assert shown.text == made.text
    assert "Real" not in say("log", "show", planned) + json.dumps(shown.data)


def test_the_sheets_tell_signals_and_posts_by_call_sign(planned, tmp_path):
    desk.signals(planned, warning="1 long whistle", recall="3 long whistles", channel="channel 7")
    desk.hazard(planned, "H1", kind="people", place="36.205,-84.205", radius_m=300.0, note="two men, armed")
    desk.form(planned, need=["lookout=2"])
    desk.brief(planned, tmp_path / "papers")
    pdf = pypdfium2.PdfDocument(next((tmp_path / "papers").glob("*.pdf")))
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]
    crews = pages[1]
    posts, tasks = ([p for p in pages[2:] if ("WHAT TO WATCH" in p) is own] for own in (True, False))
    assert any("Medic pair" in page and "WHERE AND WHEN" in page for page in posts)
    assert "M1 (medic)" in crews
    assert all("3 long whistles" in page for page in pages[1:])
    assert all("medic pair" in page for page in tasks)
    assert any("People H1" in page for page in tasks)
    assert not any("Real M1" in page or "armed" in page for page in pages)


def test_where_no_ground_is_safe_the_answer_says_so_and_the_pair_waits_at_base(planned, tmp_path):
    desk.hazard(planned, "Quake", kind="other", place="36.2,-84.2", radius_m=20_000.0, hits_per_h=0.1)
    made = desk.form(planned).data
    desk.brief(planned, tmp_path / "papers")
    pdf = pypdfium2.PdfDocument(next((tmp_path / "papers").glob("*.pdf")))
    assert sum("No warning in time" in page.get_textpage().get_text_range() for page in pdf) >= 1
    assert any("Nowhere on the map is safe" in words for words in made["open"])
    assert next(post for post in made["posts"] if post["id"] == "medic pair")["held"] == []


def test_a_formation_older_than_the_plan_is_said(planned, tmp_path, monkeypatch):
    desk.form(planned)
    assert "older than the plan" not in desk.brief(planned, tmp_path / "papers").text
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:05+00:00")
    desk.plan(planned, hours=1.0)
    assert "The formation is older than the plan" in desk.brief(planned, tmp_path / "papers").text


def test_posts_that_fewer_people_hold_than_it_takes_are_said(planned):
    made = desk.form(planned, need=["backup=0"]).data
    assert any("back-up 1" in words for words in made["open"])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"need": ["medic"]}, "'medic' is no need"),
        ({"need": ["medic=-1"]}, "is no need"),
        ({"need": ["medci=1"]}, "Did you mean 'medic'"),
        ({"need": ["medic=1", "medic=2"]}, "asked for twice"),
        ({"reserve": ["x"]}, "'x' is no reserve"),
        ({"backup_within": "soon"}, "no time for back-up"),
        ({"backup_within": "0 min"}, "no time for back-up"),
        ({"hours": 0.0}, "formation for 0 h"),
        ({"seed": -1}, "seed of -1"),
        ({"phase": "rescue"}, "Nobody was found yet"),
        ({"phase": "party"}, "no phase 'party'"),
        ({"awake_limit_h": 0.0}, "0 h awake"),
        ({"min_team": 0}, "smallest team of 0"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_plain_words(planned, told, words):
    before = desk.last_seq(planned)
    with pytest.raises((BadInput, NotYet, UnknownName), match=words):
        desk.form(planned, **told)
    assert desk.last_seq(planned) == before


def test_nobody_and_no_formation_yet(bare):
    with pytest.raises(NotYet, match="Nobody is registered"):
        desk.form(bare)
    with pytest.raises(NotYet, match="Nobody has a role yet"):
        desk.show_formation(bare)


def test_a_formation_without_ground_or_plan_still_pairs_the_medic(bare):
    for name, roles in CREW.items():
        desk.person(bare, name, roles=roles)
    made = desk.form(bare).data
    assert {row["role"] for row in made["assigned"].values()} == {"medic", "guard"}
    assert any("No ground is loaded" in note for note in made["notes"])


def test_scattered_teams_meet_where_the_last_is_there_soonest(ready):
    desk.team(ready, "Far", kind="hasty", base="36.1960,-84.1900")
    found = desk.rally(ready).data
    told = desk.rally(ready, "36.1960,-84.1900").data
    assert max(one["arrives_s"] for one in found["arrivals"]) <= max(one["arrives_s"] for one in told["arrivals"])
    assert desk.recall(ready).data["lat_deg"] == pytest.approx(36.1960)
    with opened(ready, read_only=True) as book:
        assert book.mission.crew.rally is not None
        assert book.mission.crew.rally.event.all_there is not None
        assert book.mission.crew.rally.event.all_there.isoformat() > NOON


def test_a_meeting_point_off_the_map(ready):
    with pytest.raises(BadInput, match="outside the map"):
        desk.rally(ready, "40, -84")


def test_a_meeting_point_without_ground(bare):
    with pytest.raises(HomewardError):
        desk.rally(bare)


def test_where_back_up_is_what_is_missing_a_longer_time_that_would_do_is_told(planned):
    answer = desk.form(planned, backup_within="4 min")
    assert answer.data["status"] == "infeasible"
    assert "backup" in answer.data["lacking"]
    later_min = answer.data["backup_within_s"] / 60
    assert f"--backup-within '{later_min:.0f} min'" in answer.text
    assert desk.form(planned, backup_within=f"{later_min:.0f} min").data["status"] == "made"


@pytest.mark.parametrize(
    ("p", "off", "words"),
    [
        (1.0, 0.0, "complete"),
        (0.973, 0.0, "all roles can still be filled with 97 % if people drop out"),
        (1.0, 2.6e-5, "all roles can still be filled with over 99.5 % if people drop out, give or take under 0.1 %"),
        (0.4, 0.006, "all roles can still be filled with 40 % if people drop out, give or take 0.6 %"),
    ],
)
def test_a_drawn_chance_is_never_told_as_certain(p, off, words):
    assert _chance({"p_complete": p, "p_error": off}) == words
