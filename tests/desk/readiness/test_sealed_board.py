"""What a sealed statement says is told by no board, page or paper: neither which it is nor which way it points."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import pytest

from homeward import desk
from homeward.exchange import sealed
from tests.desk.conftest import make_bare

SECRET = "four quiet words here"
NUMBERS = {"p", "low", "high", "gain_bits"}
"""What of the board moves with every statement that counts."""


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch):
    monkeypatch.setattr(sealed, "COST", (4, 8, 1))


@pytest.fixture
def asked(tmp_path):
    """Three say where the others are, one of them (S4) will say so in confidence; a fourth retells a third."""
    path = make_bare(tmp_path)
    desk.question(path, "where", text="Where are they?", about="where", hypotheses=["hut=0.3", "river=0.3", "town=0.3"])
    desk.question(path, "who", text="Who was with them?", about="who", hypotheses=["brother=0.5", "cousin=0.5"])
    desk.reader(path, "Lead", SECRET)
    desk.statement(path, "Hut.", witness="W1", question="where", hypothesis="hut", number=0.8, reliability="B")
    desk.statement(path, "River.", witness="W2", question="where", hypothesis="river", number=0.8, reliability="B")
    desk.statement(path, "Town.", witness="W3", question="where", hypothesis="town", number=0.7, reliability="C")
    return path


def in_confidence(path, **told):
    said: dict[str, Any] = {"question": "where", "hypothesis": "hut", "number": 0.9, "reliability": "B"} | told
    return desk.statement(path, "Told to Lead alone.", witness="W9", readers=["Lead"], **said).data["id"]


def told(path):
    """Everything on the board that does not move with every statement: answers in the order of their names."""

    def bare(value):
        if isinstance(value, dict):
            return {k: bare(v) for k, v in value.items() if k not in NUMBERS}
        if isinstance(value, list):
            return sorted((bare(one) for one in value), key=json.dumps)
        return re.sub(r"[\d.]+ bits", "", value) if isinstance(value, str) else value

    board = bare(desk.fused(path).data)
    return {k: v for k, v in board.items() if k not in ("conflicts", "together")}


def test_the_board_says_the_same_whatever_a_sealed_statement_says(tmp_path, asked):
    boards = {}
    for n, (answer, number) in enumerate(product(("hut", "river", "town", "none"), (0.9, 0.2))):
        path = asked.with_name(f"copy{n}.mission")
        path.write_bytes(asked.read_bytes())
        in_confidence(path, hypothesis=answer, number=number)
        desk.statement(path, "So W9.", witness="W4", told_by="W9", question="where", hypothesis="town", number=0.9,
                       reliability="A")  # fmt: skip
        boards[answer, number] = told(path)
    assert len({json.dumps(one, sort_keys=True) for one in boards.values()}) == 1
    row = next(iter(boards.values()))["questions"][0]
    assert (row["confidential"], row["id"]) == (1, "where")


def test_neither_the_name_nor_the_way_of_a_sealed_statement_is_on_board_page_or_paper(asked):
    name = in_confidence(asked)
    desk.statement(asked, "She says.", witness="W4", told_by=name, question="where", hypothesis="town", number=0.9,
                   reliability="A")  # fmt: skip
    board = desk.fused(asked)
    assert "1 confidential statement counts in these numbers; for which answer is not shown." in board.text
    assert "A confidential statement contradicts another" in board.text
    assert [one for one in board.data["conflicts"] if one["one"] is None] == [board.data["conflicts"][0]]
    page = desk.page_data(asked, personal=True)["debrief"]["board"]
    for text in (board.text, json.dumps(board.data), json.dumps(page)):
        assert not re.search(rf"\b({name}|W9)\b", text)


def test_who_was_right_in_confidence_is_not_told_when_the_answer_is_known(asked):
    in_confidence(asked)
    in_confidence(asked, question="who", hypothesis="brother")
    said = desk.resolve(asked, "where", "hut")
    assert said.data["named_it"] == ["W1"]
    assert "3, of whom 1" in said.text
    assert "W9" not in {row["id"] for row in desk.fused(asked).data["witnesses"]}


def test_what_is_amiss_with_a_sealed_statement_is_said_without_its_name(asked):
    name = in_confidence(asked, number=None, certainty="as my mother")
    ungraded = in_confidence(asked, reliability=None)
    notes = desk.fused(asked).data["notes"]
    assert any(
        note.startswith("A confidential statement of W9 counts for nothing: it does not say how") for note in notes
    )
    assert "A confidential statement of W9 counts for nothing until somebody says how reliable W9 is." in notes
    changed = desk.question(asked, "where", hypotheses=["river=0.5", "town=0.5"])
    assert changed.data["lost"] == ["S1"]
    assert "Something confidential was said on it" in changed.text
    text = changed.text + desk.fused(asked).text
    assert "A confidential statement bears on an answer that is no longer there" in text
    assert not {name, ungraded} & set(re.findall(r"\w+", text))


def test_hearsay_in_confidence_falls_without_being_named(asked):
    name = in_confidence(asked, told_by="W1", hypothesis="hut")
    said = desk.withdraw_statement(asked, "S1")
    assert said.data["resting"] == []
    assert "something confidential rests on it" in said.text
    notes = desk.fused(asked).data["notes"]
    assert any(note.startswith("A confidential statement RESTS ON what was taken back") for note in notes)
    assert not any(name in note for note in notes)


def test_a_number_close_to_certain_is_never_said_to_be_certain(asked):
    for n in range(4, 9):
        desk.statement(asked, "Hut.", witness=f"X{n}", question="where", hypothesis="hut", number=0.99, reliability="A")
    said = desk.fused(asked)
    assert said.data["questions"][0]["answers"][0]["p"] > 0.9995
    assert "over 99.5 %  hut" in said.text
    assert not re.search(r"\b(100|0) ?%", said.text)


def test_hearsay_falls_alike_whatever_its_witness_still_says_in_confidence(asked):
    desk.statement(asked, "So W1.", witness="W4", told_by="W1", question="where", hypothesis="hut", number=0.8,
                   reliability="B")  # fmt: skip
    said = []
    for n, answer in enumerate(("hut", "river")):
        path = asked.with_name(f"other{n}.mission")
        path.write_bytes(asked.read_bytes())
        desk.statement(path, "Told to Lead.", witness="W1", readers=["Lead"], question="where", hypothesis=answer)
        said.append(desk.withdraw_statement(path, "S1").text)
    assert said[0] == said[1]
    assert "S4 rests on it, and counts no more" in said[0]


def test_what_was_asked_and_where_somebody_went_is_in_nothing_that_shows_nothing_personal(bare):
    desk.person(bare, "M1", roles=["medic"])
    desk.available(bare, "M1", state="asleep", wake="25 min")
    desk.question(bare, "did-tom-drink", text="Did Tom drink?", hypotheses=["sober=0.5", "drunk=0.4"])
    desk.resolve(bare, "did-tom-drink", "drunk", why="he said so")
    desk.drop_question(bare, "did-tom-drink")
    desk.sign_in(bare, "M1")
    desk.sign_out(bare, "M1", to="hospital, in tears")
    log = desk.show_log(bare)
    desk.export(bare, bare.parent / "out", formats=["log"])
    files = [file.read_text(encoding="utf-8") for file in (bare.parent / "out").rglob("*") if file.is_file()]
    assert files
    for text in (log.text, json.dumps(log.data), json.dumps(desk.page_data(bare), default=str), *files):
        for word in ("tom", "sober", "drunk", "hospital", "tears", "asleep", "1500"):
            assert not re.search(rf"\b{word}\b", text, re.IGNORECASE), word


def test_an_account_names_no_sealed_statement_it_goes_back_to_and_none_that_retells_it(asked):
    name = in_confidence(asked, hypothesis="town")
    for who, teller in (("W4", name), ("W5", name.lower())):
        desk.statement(asked, "She says.", witness=who, told_by=teller, question="where", hypothesis="town", number=0.9,
                       reliability="A")  # fmt: skip
    in_confidence(asked, told_by="W1", hypothesis="hut")
    board = desk.fused(asked)
    text = board.text + json.dumps(board.data)
    assert "what goes back to one origin (S5 and S6)" in text
    assert "S1 of W1" in text
    assert not re.search(rf"\b(S4|S7|{name}|W9)\b", text, re.IGNORECASE)
