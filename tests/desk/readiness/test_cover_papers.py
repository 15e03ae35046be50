"""The cover sheet and the map of cover: one page whatever is planned, what stands on it, what does not."""

from __future__ import annotations

import io
import re
import shutil

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from homeward import desk
from homeward.errors import BadInput, NotYet
from tests.desk.readiness.cover_ground import NOW, call, cell, make_mission, table_mountain, warn, with_targets


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEWARD_NOW", NOW.isoformat())
        return with_targets(make_mission(tmp_path_factory.mktemp("papers")))


@pytest.fixture
def mission(made, tmp_path):
    return shutil.copy(made, tmp_path / "own.mission")


def pages(pdf):
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in opened]
    finally:
        opened.close()


def test_the_sheet_says_who_covers_what_and_when_the_reserve_moves(mission, tmp_path):
    desk.signals(mission, warning="1 long whistle", recall="3 long whistles", channel="channel 1")
    plan = desk.cover(mission).data
    said = desk.cover_papers(mission, tmp_path / "out")
    assert set(said.data["files"]) == {"cover.pdf", "cover.png"}
    (text,) = pages((tmp_path / "out" / "cover.pdf").read_bytes())
    row = plan["slices"][0]
    for post in row["posts"]:
        assert post["team"] in text
    for name in ("Hut", "Camp", "School", "Mill"):
        assert name in text
    for words in (
        "WHEN THE RESERVE MOVES",
        "WORST CASE LEFT",
        "PRICE",
        "One target is hit at a time",
        "3 long whistles",
    ):
        assert words in text
    assert "4711" not in text
    assert "Our assumption: 25 %" in text


def test_it_is_one_page_however_much_there_is(tmp_path):
    terrain = table_mountain()
    path = make_mission(tmp_path, terrain, base=cell(terrain, 60, 60))
    for n in range(40):
        place = cell(terrain, 45 + n, 10 + 2 * n % 100)
        desk.target(path, f"The target with the long name {n}", place=place, label="w" * 60, value=n + 1)
    for n in range(14):
        desk.team(path, f"Team of the long name {n}", kind="hasty", people=3)
    warn(path, "W1", said_d=1, quantiles_d={0.1: 1.2, 0.5: 2, 0.9: 30}, targets=("The target with the long name 3",))
    call(path, "ABCDEF", come="ABCDEF", minutes=60)
    for view, paper in (("covering", "letter"), ("deterrence", "a4")):
        desk.cover(path, view=view, radius="10 min")
        desk.cover_papers(path, tmp_path / "out", paper=paper)
        (text,) = pages((tmp_path / "out" / "cover.pdf").read_bytes())
        (rest,) = re.findall(r"and (\d+) more see the plan", text)
        assert 4 <= 40 - int(rest) <= 16
        assert "The target with the long name 39" in text  # the dearest


def test_the_map_marks_who_stands_and_where_nobody_comes(tmp_path):
    terrain = table_mountain()
    path = make_mission(tmp_path, terrain, base=cell(terrain, 60, 60))
    desk.target(path, "Hut", place=cell(terrain, 80, 30), value=5)
    desk.cover(path)
    desk.cover_papers(path, tmp_path / "a")
    desk.target(path, "Summit", place=cell(terrain, 30, 90), value=5)
    desk.cover(path)
    desk.cover_papers(path, tmp_path / "b")

    def red(name):
        picture = np.asarray(Image.open(io.BytesIO((tmp_path / name / "cover.png").read_bytes())), dtype=int)
        return int(((picture[..., 0] > 150) & (picture[..., 1] < 40) & (picture[..., 2] < 70)).sum())

    assert red("a") == 0
    assert red("b") > 300


def test_the_same_plan_gives_the_same_bytes(mission, tmp_path):
    desk.cover(mission)
    for name in ("a", "b"):
        desk.cover_papers(mission, tmp_path / name)
    for file in ("cover.pdf", "cover.png"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@pytest.mark.parametrize("view", ["deterrence", "median"])
def test_every_view_has_its_sheet_and_is_among_the_documents(mission, tmp_path, view):
    desk.cover(mission, view=view, seed=4)
    desk.cover_papers(mission, tmp_path)
    (text,) = pages((tmp_path / "cover.pdf").read_bytes())
    assert "covered" in text if view == "deterrence" else "from" in text
    kind, data = desk.documents(mission)["cover.pdf"]
    assert kind == "application/pdf"
    assert pages(data) == [text]


def test_names_that_a_font_cannot_draw_do_no_harm(mission, tmp_path):
    desk.target(mission, "学校 $x$ _a", place="36.2700, -84.2500", value=9)
    desk.cover(mission)
    desk.cover_papers(mission, tmp_path)
    assert len(pages((tmp_path / "cover.pdf").read_bytes())) == 1


def test_what_cannot_be_written_is_said(mission, tmp_path):
    with pytest.raises(NotYet, match="No cover has been planned"):
        desk.cover_papers(mission, tmp_path)
    desk.cover(mission)
    with pytest.raises(BadInput, match="no paper 'a5'"):
        desk.cover_papers(mission, tmp_path, paper="a5")
