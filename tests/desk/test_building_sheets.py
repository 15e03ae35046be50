"""A crew's sheet shows the floors it goes to, with its own stops."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2

from homeward import desk
from tests.exchange.building_sample import drawn


def test_each_crews_sheet_carries_its_own_stops_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "s.mission"
    desk.new(path, name="School")
    (tmp_path / "school.json").write_bytes(drawn())
    desk.load_building(path, tmp_path / "school.json", name="school")
    for name in ("Alpha", "Bravo"):
        desk.team(path, name, kind="hasty", people=3)
    desk.plan_building(path, "school", teams=["Alpha", "Bravo"], minutes=10, time_limit_s=1)
    desk.building_sheets(path, "school", tmp_path / "out")
    pdf = pypdfium2.PdfDocument(tmp_path / "out" / "school-plan.pdf")
    pages = [page.get_textpage().get_text_range() for page in pdf]
    pdf.close()
    sheets = [text for text in pages if "THIS CREW'S STOPS" in text.replace("\u2019", "'")]
    assert len(sheets) == 2
    for letter, other, text in zip("AB", "BA", sheets, strict=True):
        assert re.search(rf"\b{letter}1\b", text)
        assert not re.search(rf"\b{other}[2-9]\b", text)
