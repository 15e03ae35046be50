"""The demo: a whole mission on real ground, as a new user runs it, and its log as a golden mission."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from homeward import desk
from homeward.desk import demo_mission
from homeward.desk.book import opened
from homeward.desk.demo_mission import cast, debriefed, indoors, lamp_house, rescue, warned
from homeward.detect.walls import barriers
from homeward.errors import BadInput
from homeward.mission import replay
from homeward.search.indoors import indoor_plan_from_bytes
from tests import whole_mission

PERSONAL = (
    *(str(cast.SUBJECT[what]) for what in ("name", "description")),
    *(name.split()[-1] for _, _, name in cast.PEOPLE),
    cast.PHONE,
    *("penicillin", "33.4 deg", "lower leg", "splint", str(rescue.CASUALTY["mechanism"])),
    *(words for _, words, known in debriefed.SAID if known.get("share") != "everybody"),
    *(debriefed.ITS_WORDS, str(warned.TOLD["source"]), str(warned.SINCE["text"])),
)
SEALED = next(words for _, words, known in debriefed.SAID if known.get("readers"))


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    said: list[str] = []
    steps: list[float] = []
    answer = desk.demo(folder, say=said.append, step=lambda share, _: steps.append(share))
    return folder, answer, "\n".join(said), steps


@pytest.mark.slow
def test_it_leaves_everything_it_promises(shown):
    folder, _, _, _ = shown
    assert (folder / demo_mission.FILE).is_file()
    for paper in (
        "papers/task-sheets-period-1.pdf",
        "building/lamp-house-plan.pdf",
        "rescue/carry-out-casualty-1.pdf",
        "handover/handover-1-hospital.pdf",
        "muster/muster.pdf",
        "cover/cover.pdf",
        "briefing/everybody.pdf",
        "briefing/command.pdf",
    ):
        assert (folder / paper).read_bytes().startswith(b"%PDF-"), paper
    assert len(list((folder / "papers" / "gpx").glob("*.gpx"))) >= 8
    assert json.loads((folder / "export" / "caltopo.json").read_text())["features"]
    html = (folder / "export" / "map.html").read_text()
    assert "http-equiv" in html or "<html" in html
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*(src|href)=.?https?:", html)


@pytest.mark.slow
def test_every_file_that_a_stage_names_is_there(shown):
    folder, answer, _, _ = shown
    named = [name for stage in answer.data["stages"] for name in stage["files"]]
    assert named
    assert [name for name in named if not (folder / name).exists()] == []


@pytest.mark.slow
def test_it_goes_through_all_stages_in_their_order_with_a_heading_each(shown):
    _, answer, said, _ = shown
    stages = list(demo_mission.STAGES)
    assert len(stages) == 14
    assert [one["stage"] for one in answer.data["stages"]] == stages
    assert all(one["says"] for one in answer.data["stages"])
    times = [one["at"] for one in answer.data["stages"]]
    assert times == sorted(times)
    headings = re.findall(r"^(\d+) of 14  ([A-Z -]+):", said, flags=re.M)
    assert headings == [(str(i), name.upper()) for i, name in enumerate(stages, 1)]


@pytest.mark.slow
def test_it_says_what_a_search_manager_would(shown):
    folder, answer, said, _ = shown
    assert "No plan with these teams and hours could" in said
    for team, *_ in demo_mission.TEAMS:
        assert team in said
    assert answer.data["pos_promised"][0] > 0.2
    whole = (folder / "said" / "05-search-plan.txt").read_text()
    assert "Chance of finding the subject (POS), by hour" in whole


@pytest.mark.slow
def test_what_is_said_and_exported_holds_nothing_personal(shown):
    folder, answer, said, _ = shown
    kept = [file.read_text() for file in sorted((folder / "said").glob("*.txt"))]
    told = [said, json.dumps(dict(answer.data)), (folder / "export" / "log.jsonl").read_text(), *kept]
    assert [secret for secret in PERSONAL for text in told if secret in text] == []


@pytest.mark.slow
def test_it_says_the_golden_sentences(shown):
    """Figures aside. After a change that is meant: python -m tests.whole_mission FOLDER."""
    said = whole_mission.plain_sentences(shown[1].data["stages"])
    assert said.splitlines() == whole_mission.SENTENCES.read_text(encoding="utf-8").splitlines()


@pytest.mark.slow
def test_the_same_demo_makes_the_same_log(shown):
    entries = whole_mission.entries_of(shown[0] / demo_mission.FILE)
    golden = whole_mission.golden_entries()
    assert [whole_mission.kind_of(e.event) for e in entries] == [whole_mission.kind_of(e.event) for e in golden]
    assert [e.at for e in entries[:40]] == [e.at for e in golden[:40]]


@pytest.mark.slow
def test_progress_only_grows(shown):
    steps = shown[3]
    assert steps == sorted(steps)
    assert steps[-1] == 1.0


@pytest.mark.slow
def test_the_log_tells_the_whole_story_and_verifies(shown):
    folder, answer, _, _ = shown
    path = folder / demo_mission.FILE
    assert desk.verify(path).data["intact"]
    with opened(path, read_only=True) as book:
        m = book.mission
        assert m.exercise
        assert len(m.teams) == 9
        assert {t.kind.value for t in m.teams.values()} == {"dog", "line", "drone", "hasty", "radar"}
        assert (m.find is not None) == answer.data["found"]
        assert len(m.plans) == answer.data["periods"]
        assert not m.findings
        for happened in m.plans:
            assert 0 < happened.event.value <= happened.event.bound <= 1
    assert desk.page_data(path)["plan"]


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_medic_is_guarded_and_the_carry_out_has_relays_and_a_rear_guard(shown):
    folder, _, said, _ = shown
    made = desk.show_formation(folder / demo_mission.FILE).data
    medics = [name for name, one in made["assigned"].items() if one["role"] == "medic"]
    pair = next(post for post in made["posts"] if set(medics) & set(post["people"]))
    assert {made["assigned"][name]["role"] for name in pair["people"]} >= {"medic", "guard"}
    assert "rear guard of 2" in said
    assert "Bearers change" in said
    with opened(folder / demo_mission.FILE, read_only=True) as book:
        assert set(book.mission.crew.hazards) == {"H1", "H2"}
        assert len(book.mission.rescue.carry_outs) == 2


def words_of(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


@pytest.mark.slow
def test_what_was_said_in_confidence_is_on_the_page_of_its_reader_alone(shown):
    folder, _, _, _ = shown
    with opened(folder / demo_mission.FILE, read_only=True) as book:
        taken = [one.event for one in book.mission.debriefs.statements.values()]
    sealed = next(one for one in taken if one.sealed)
    assert (sealed.says, sealed.readers) == ("", (debriefed.READER,))
    assert [one.witness for one in taken if one.declined] == ["W8"]
    assert SEALED in words_of(folder / "briefing" / "command.pdf")
    assert SEALED not in words_of(folder / "briefing" / "everybody.pdf")
    assert SEALED.encode() not in (folder / demo_mission.FILE).read_bytes()
    told = desk.open_statement(
        folder / demo_mission.FILE, sealed.id, reader=debriefed.READER, passphrase=debriefed.ITS_WORDS
    )
    assert SEALED in told.text


@pytest.mark.slow
def test_everybody_is_called_those_on_a_task_too_and_a_reserve_waits(shown):
    folder, _, said, _ = shown
    with opened(folder / demo_mission.FILE, read_only=True) as book:
        m = book.mission
        called = {name for one in m.muster.callouts.values() for wave in one.event.waves for name in wave}
        assert called == {name for name, *_ in cast.PEOPLE} - {"B6"}  # whom no channel reaches
        orders = m.crew.orders
        assert "finish your task" in orders["L3"].event.text
        threat = m.readiness.threats[warned.NAME]
        assert 4.9 < (threat.at - threat.event.said_at).total_seconds() / 86400 < 5.1
        assert set(threat.event.targets) == set(m.readiness.targets)
    assert "Team complete before it" in said
    assert "RESERVE" in said


@pytest.mark.slow
def test_the_house_is_found_as_often_as_its_plan_promises(shown):
    """Over many subjects in drawn rooms; the radar's second looks make it a little more."""
    with opened(shown[0] / demo_mission.FILE, read_only=True) as book:
        made = book.mission.indoor_plans[0].event
        plan = indoor_plan_from_bytes(book.log.blob(made.plan))
        known = desk.show_building(shown[0] / demo_mission.FILE, lamp_house.NAME).data
        from homeward.desk.buildings.inside import plan_of

        between = barriers(plan_of(book, book.mission.buildings[lamp_house.NAME]))
    before = {result.room: result.poa for result in plan.rooms}
    assert set(before) == {row["id"] for row in known["rooms"]}
    rng = np.random.default_rng(1)
    rooms = rng.choice(list(before), p=np.array(list(before.values())) / sum(before.values()), size=2000)
    share = np.mean([bool(indoors.looked(plan, str(room), between, rng).team) for room in rooms])
    error = np.sqrt(plan.value * (1 - plan.value) / len(rooms))
    assert plan.value - 3 * error < share < plan.value + 0.03


def test_the_golden_mission_replays_to_its_stages_in_their_order():
    entries = whole_mission.golden_entries()
    mission = replay(entries)
    assert mission.findings == ()
    stages = whole_mission.stages_of([whole_mission.kind_of(e.event) for e in entries])
    assert stages == list(whole_mission.BEGINS_WITH)
    assert stages == list(demo_mission.STAGES)
    assert mission.find is not None
    assert mission.find.event.alive


def test_the_golden_sentences_hold_nothing_personal():
    text = whole_mission.SENTENCES.read_text(encoding="utf-8")
    assert [secret for secret in PERSONAL if secret in text] == []


def test_another_mission_in_the_folder_is_left_alone(tmp_path: Path):
    path = tmp_path / demo_mission.FILE
    desk.new(path, name="A real one", time_zone="UTC")
    before = path.read_bytes()
    with pytest.raises(BadInput, match="not an earlier demo"):
        desk.demo(tmp_path)
    assert path.read_bytes() == before
