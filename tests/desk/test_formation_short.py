"""Formation where people are missing: the most useful lookouts, what nobody watches, who is left in a team."""

from __future__ import annotations

import json
import shutil
from itertools import combinations
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from homeward import desk
from homeward.cli.main import cli
from homeward.desk.formation.crews import crews_of, most_warned
from homeward.desk.formation.uncovered import gap_words, gaps_of
from homeward.errors import BadInput
from homeward.mission.people import Role
from homeward.team.posts import HeldPost, Unwarned
from tests.desk.conftest import make_planned
from tests.desk.test_formation import _facts


@pytest.fixture(scope="module")
def planned_once(tmp_path_factory):
    return make_planned(tmp_path_factory.mktemp("short"), _facts)


@pytest.fixture
def planned(planned_once, tmp_path):
    path = Path(shutil.copy(planned_once, tmp_path / "lost.mission"))
    desk.hazard(path, "H1", kind="people", place="36.205,-84.205", radius_m=300.0, speed=1.5)
    return path


def _post(begins_s: float, ends_s: float, warned_s: float, *, x: float = 0.0) -> HeldPost:
    return HeldPost(role=Role.LOOKOUT, at_m=(x, 0.0), begins_s=begins_s, ends_s=ends_s, warned_s=warned_s)


@st.composite
def some_posts(draw):
    times = draw(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), min_size=1, max_size=6))
    return [
        _post(60.0 * t, 60.0 * (t + d), float(draw(st.integers(0, 50))), x=9.0 * k) for k, (t, d) in enumerate(times)
    ]


@given(some_posts(), st.integers(0, 3))
def test_fewer_crews_hold_the_posts_that_warn_for_the_longest(posts, n):
    kept = most_warned(posts, n)
    assert len(kept) <= n
    best = 0.0
    for size in range(len(posts) + 1):
        for some in combinations(posts, size):
            if _fewest_crews(some) <= n:
                best = max(best, sum(post.warned_s for post in some))
    assert sum(post.warned_s for crew in kept for post in crew.held) == pytest.approx(best)
    for crew in kept:
        assert all(one.ends_s <= other.begins_s for one, other in zip(crew.held, crew.held[1:], strict=False))


def _fewest_crews(posts) -> int:
    """By trying every way to hand posts on: the oracle."""
    order = sorted(posts, key=lambda p: (p.begins_s, p.at_m))

    def rest(k: int, last: tuple[Any, ...]) -> int:
        if k == len(order):
            return len(last)
        post = order[k]
        best = rest(k + 1, (*last, post))
        for i, one in enumerate(last):
            if one.ends_s + abs(post.at_m[0] - one.at_m[0]) / 0.5 <= post.begins_s:
                best = min(best, rest(k + 1, (*last[:i], post, *last[i + 1 :])))
        return best

    return rest(0, ())


def test_as_many_crews_as_all_posts_take_leave_none():
    posts = [_post(0.0, 600.0, 0.0), _post(300.0, 900.0, 50.0, x=10.0), _post(1200.0, 1800.0, 10.0)]
    all_of_them = crews_of(Role.LOOKOUT, posts)
    assert {post for crew in most_warned(posts, len(all_of_them)) for post in crew.held} == set(posts)


def test_too_few_lookouts_still_give_a_formation_and_what_nobody_watches(planned):
    for name in ("L1", "L2"):
        desk.stand_down_person(planned, name)
    answer = desk.form(planned)
    assert answer.data["status"] == "made"
    roles = {row["role"] for row in answer.data["assigned"].values()}
    assert {"medic", "guard"} <= roles
    assert "lookout" not in roles
    assert any(
        note.startswith("TOO FEW LOOKOUTS: 0 of") and "--need lookout=2" in note for note in answer.data["notes"]
    )
    unwatched = [words for words in answer.data["open"] if words.startswith("NOBODY WATCHES")]
    assert unwatched
    assert all("people H1" in words for words in unwatched)
    assert any(words.endswith("do not go there in the dark.") or "keep a watch" in words for words in unwatched)


def test_a_number_of_lookouts_that_is_asked_for_is_refused_where_it_cannot_be(planned):
    for name in ("L1", "L2"):
        desk.stand_down_person(planned, name)
    assert desk.form(planned, need=["lookout=2"]).data["status"] == "infeasible"


def test_no_formation_is_exit_code_one(planned):
    out = CliRunner().invoke(cli, ["form", str(planned), "--need", "medic=9", "--json"])
    assert out.exit_code == 1
    assert json.loads(out.output)["status"] == "infeasible"


def test_the_sheets_show_who_is_left_of_a_team(planned, tmp_path):
    for name in ("M2", "G1"):
        desk.stand_down_person(planned, name)
    desk.person(planned, "G9", roles=["guard:4"], team="Line A")
    made = desk.form(planned).data
    assert "G9" in made["taken"]["Line A"]
    gone = len(made["taken"]["Line A"])
    told = next(note for note in made["notes"] if note.startswith("Line A HAS"))
    assert "plan MISSION --again" in told
    assert "POS about" in told
    desk.brief(planned, tmp_path / "papers")
    pdf = pypdfium2.PdfDocument(next((tmp_path / "papers").glob("*.pdf")))
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in pdf]
    own = [page for page in pages if "Line A line team" in page]
    whole = int(told.split(" OF ")[1].split()[0])
    assert own
    assert all(f"{whole - gone} of {whole} people left" in page for page in own)
    assert all("no longer: G9 (guard)" in page or "G9" not in page.split("On the team")[-1] for page in own)


def test_what_is_missing_of_a_reserve_is_said_exactly(planned):
    desk.stand_down_person(planned, "M2")
    desk.person(planned, "G2", roles=["guard:3"])
    made = desk.form(planned, need=["lookout=0", "backup=0"]).data
    assert set(made["in_reserve"].values()) == {"guard"}
    note = next(note for note in made["notes"] if note.startswith("NO RESERVE"))
    assert note.startswith("NO RESERVE of medic (")
    assert "waits as guard" in note


def test_a_withdrawal_without_a_leader_is_led_by_the_finders(planned):
    desk.found(planned, "36.2050, -84.2000", team="Dog 1", alive=False)
    made = desk.form(planned, "withdrawal").data
    assert made["status"] == "made"
    lead = next(who for who, row in made["assigned"].items() if row["role"] == "lead")
    assert lead.startswith("Dog 1/")
    assert "carrier" not in {row["role"] for row in made["assigned"].values()}


def test_papers_after_a_find_say_so_first_and_how_many_pages(planned, tmp_path):
    desk.form(planned)
    desk.found(planned, "36.2050, -84.2000", team="Dog 1", alive=True)
    answer = desk.brief(planned, tmp_path / "papers")
    assert answer.text.startswith("SUBJECT FOUND at ")
    pdf = pypdfium2.PdfDocument(next((tmp_path / "papers").glob("*.pdf")))
    assert answer.data["pages"] == len(pdf)
    assert f"{len(pdf)} pages to print." in answer.text
    assert any("SUBJECT FOUND: orders of the find" in page.get_textpage().get_text_range() for page in pdf)


def test_gaps_are_one_sentence_for_each_team_and_hazard():
    row: dict[str, Any] = {"team": "Line A", "at_m": (0.0, 0.0), "begins_s": 0.0, "hazard": "1", "name": "shots heard"}
    late = "there within 83 s, getting out takes 124 s"
    some = [
        Unwarned(**row, label="101", why=late, bad=3, ways=60),
        Unwarned(**row, label="104", why="its ways are not known"),
    ]
    night = gap_words(gaps_of(some, dark=True))
    assert night == (f"Line A (101 and 104): no warning in time of shots heard, in the dark, on some ways: {late}.",)
    always = gap_words([*gaps_of(some, dark=True), *gaps_of(some[:1], dark=False)])
    assert always == (f"Line A (101 and 104): no warning in time of shots heard, on some ways: {late}.",)


def test_a_team_that_is_known_need_not_tell_its_kind(planned):
    assert desk.team(planned, "Line A", people=4).data["kind"] == "line"
    with pytest.raises(BadInput, match="is new and needs its kind"):
        desk.team(planned, "Nobody", people=4)


def test_what_a_person_loses_and_too_long_awake_are_said(planned):
    said = desk.person(planned, "M2", roles=["medic:5"], awake_since="-20h").text
    assert "No longer guard" in said
    assert "OVER THE LIMIT of 17 h awake" in said
    assert desk.person(planned, "M1", forget=["present"]).data["p_present"] is None
    assert desk.person(planned, "G1", forget=["p-present"]).data["p_present"] is None
