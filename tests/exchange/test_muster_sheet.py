"""The papers of the muster: words of people stay words, the code holds its link."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from homeward.errors import BadInput
from homeward.exchange.muster_sheet import qr_code, write_muster_sheet

NOW = datetime(2026, 11, 21, 17, tzinfo=UTC)
LINK = "http://192.168.1.20:8765/signin/drMdctcAF7ZqPp3Pch9i"


def sheet(*names, link=LINK, paper="a4"):
    rows = [{"name": name, "can": "medic", "comes": "13:20", "here": False, "since": ""} for name in names]
    text = {
        "title": "Lost",
        "mission": "Lost",
        "exercise": True,
        "says": "As of noon.",
        "rows": rows,
        "notes": [],
        "footer": "homeward",
    }
    return write_muster_sheet(text, link=link, made_at=NOW, paper=paper)


def words(pdf):
    pdfium = pytest.importorskip("pypdfium2")
    return [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf)]


def test_a_sign_in_page_and_a_list_of_every_name():
    first, second = words(sheet("M1", "S1"))
    assert LINK in first.replace("\r\n", "")
    assert "EXERCISE" in first
    assert "M1" in second
    assert "S1" in second


def test_without_a_link_there_is_the_list_alone():
    (only,) = words(sheet("M1", link=""))
    assert "Roll-call" in only


def test_words_of_people_are_no_markup():
    nasty = '#panic("x") *b* $1/0$ \\ @ref'
    assert nasty in words(sheet(nasty))[1].replace("\r\n", " ").replace("  ", " ")


def test_three_hundred_names_run_over_pages_and_none_is_lost():
    names = [f"Z{k:03d}" for k in range(300)]
    text = "".join(words(sheet(*names)))
    assert all(name in text for name in names)


def test_the_same_words_give_the_same_bytes():
    assert sheet("M1") == sheet("M1")


def test_an_unknown_paper_is_refused():
    with pytest.raises(BadInput, match="a4 or letter"):
        sheet("M1", paper="a0")


def test_the_code_is_a_picture_of_its_link_and_of_nothing_else():
    made = qr_code(LINK)
    assert made["png"].startswith(b"\x89PNG")
    assert b"<svg" in made["svg"]
    assert made == qr_code(LINK)
    assert made != qr_code(LINK + "x")
