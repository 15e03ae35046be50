"""Markings beside a door, against the published layouts: what stands in which quarter, and which lines are drawn.

FEMA, National US&R Response System, Rescue Field Operations Guide, US&R-23-FG (2006), "FEMA search assessment marking":
slash on entry, crossed on exit; left team and entry, top exit, right hazards, bottom live and dead still inside.
INSARAG Guidelines, Vol. II Manual B and Vol. III Annex B26: left live removed, right dead removed, above hazards, below
unaccounted for; circle when done as far as the team can, line across when confirmed clear.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from homeward.errors import BadInput
from homeward.exchange.building.markings import Marking, fema_svg, in_words, insarag_svg

DONE = Marking(
    building="School",
    team="CA-TF1",
    entered="22 Nov / 14:05",
    left="22 Nov / 15:10",
    hazards=("gas", "rats"),
    inside=(("2", 1, 0), ("B1", 1, 3)),
    removed=(4, 2),
    missing=7,
    levels=(("G", 9, 9),),
    searched=True,
)
RUNNING = Marking(building="School", team="CA-TF1", entered="22 Nov / 14:05")


def texts(svg: str) -> dict[str, tuple[float, float]]:
    """Every piece of text with its place on the 100 x 100 drawing."""
    found = re.findall(r"<text x='([\d.]+)' y='([\d.]+)'[^>]*>([^<]*)</text>", svg)
    return {word: (float(x), float(y)) for x, y, word in found}


def test_fema_one_slash_while_inside_crossed_when_out():
    assert fema_svg(RUNNING).count("<path") == 1
    assert "M25 25L75 75" in fema_svg(RUNNING), "from upper left to lower right"
    assert fema_svg(DONE).count("<path") == 2


def test_fema_quarters_hold_what_is_published():
    at = texts(fema_svg(DONE))
    for word in ("CA-TF1", "22 Nov", "14:05"):
        assert at[word][0] < 25 or word == "22 Nov"  # the date stands left and on top
    assert at["15:10"][1] < 25
    assert at["15:10"][0] == 50
    assert at["gas"][0] > 75
    assert at["2 LIVE  3 DEAD"][1] > 75


def test_fema_no_victims_is_a_nought_and_not_known_is_nothing():
    nobody = replace(DONE, inside=None)
    assert texts(fema_svg(nobody))["0"][1] > 75
    assert not any(y > 75 for _, y in texts(fema_svg(RUNNING)).values())


def test_do_not_enter_is_boxed():
    assert "<rect" not in fema_svg(DONE)
    assert "<rect" in fema_svg(replace(DONE, go=False))
    assert "N" in texts(insarag_svg(replace(DONE, go=False)))


def test_insarag_square_and_what_stands_around_it():
    at = texts(insarag_svg(DONE))
    assert at["G"][1] < at["CA-TF1"][1] < at["22 Nov 14:05"][1] < at["22 Nov 15:10"][1]
    assert all(28 < at[w][1] < 72 for w in ("G", "CA-TF1", "22 Nov 15:10"))
    assert at["4"][0] < 28
    assert at["2"][0] > 72
    assert at["gas, rats"][1] < 28
    assert at["7 unaccounted for"][1] > 72
    assert at["2: 1 live, 0 dead; B1: 1 live, 3 dead"][1] > 72


def test_insarag_circle_when_searched_line_when_clear():
    assert "<circle" not in insarag_svg(RUNNING)
    assert "<circle" in insarag_svg(DONE)
    assert "<path" not in insarag_svg(DONE)
    assert "<path" in insarag_svg(replace(DONE, clear=True))
    with pytest.raises(BadInput, match="confirmed clear once every room"):
        replace(RUNNING, clear=True)


def test_the_same_in_words():
    assert in_words(DONE) == [
        "School: CA-TF1 in at 22 Nov 14:05, out at 22 Nov 15:10.",
        "Hazards: gas, rats.",
        "Removed: 4 live, 2 dead.",
        "Still inside: 2 live, 3 dead (floor 2: 1 live, 0 dead, floor B1: 1 live, 3 dead).",
        "Unaccounted for: 7.",
        "Floor G: 9 of 9 rooms done.",
        "Searched as far as the team can.",
    ]
    assert "Still inside: not known." in in_words(RUNNING)


def test_words_of_people_are_text_and_never_markup():
    svg = fema_svg(replace(DONE, hazards=("<script>&'",)))
    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg
