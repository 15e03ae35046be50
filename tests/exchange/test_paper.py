"""What every printed page has in common: sizes, letters, pictures."""

from __future__ import annotations

import pytest

from homeward.errors import BadInput
from homeward.exchange.paper import no_font_note, paper_of, wrapped


def test_papers_have_their_standard_sizes():
    """ISO 216 and ANSI/ASME Y14.1 (8.5 x 11 inches)."""
    assert (paper_of("a4").width_mm, paper_of("a4").height_mm) == (210, 297)
    assert (paper_of("letter").width_mm, paper_of("letter").height_mm) == (215.9, 279.4)
    assert paper_of("a4").within(20, 22) == (190, 275)


def test_a_paper_that_is_not_there_names_those_that_are():
    with pytest.raises(BadInput, match=r"There is no paper 'a3'\. Choose a4 or letter"):
        paper_of("a3")


def test_letters_without_a_font_are_said_and_others_are_not(monkeypatch):
    monkeypatch.setattr("homeward.exchange.paper.unprintable", lambda letters: letters)
    assert no_font_note({"who": "Jürgen Łukasz Ж"}) == ""
    assert "no font for some letters here (cjk)" in no_font_note({"who": "山"})


def test_a_picture_travels_inside_and_no_picture_leaves_its_room():
    assert b"image/jpeg;base64,aGVsbG8=" in wrapped(b"hello", 10, 20)
    assert b"<image" not in wrapped(b"", 10, 20)
    assert b'width="10mm" height="20mm"' in wrapped(b"", 10, 20)
