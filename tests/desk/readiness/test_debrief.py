"""What witnesses say: words first, a number afterwards, both kept; declined stays declined; sealed stays sealed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeward import desk
from homeward.cli.main import cli
from homeward.desk.book import opened
from homeward.errors import BadInput, MissionFileError, UnknownName
from homeward.exchange import sealed
from homeward.mission.debriefs import How, Share, StatementTaken
from homeward.mission.events import EntryCorrected
from tests.desk.conftest import make_bare

SECRET = "four quiet words here"
WORDS = "my brother said they sleep at the hut by the river"


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch):
    monkeypatch.setattr(sealed, "COST", (4, 8, 1))


@pytest.fixture
def asked(bare):
    """A mission that asks where the others are."""
    desk.question(
        bare, "where", text="Where are the others?", about="where", hypotheses=["hut=0.4:at the hut", "river=0.3"]
    )
    return bare


def run(*args: object, text: str | None = None) -> str:
    out = CliRunner().invoke(cli, [str(a) for a in args], input=text)
    return out.output if out.exception is None or isinstance(out.exception, SystemExit) else str(out.exception)


def debriefs(path):
    with opened(path, read_only=True) as book:
        return book.mission.debriefs


def test_a_half_sure_witness_first_in_words_then_in_a_number(asked):
    said = desk.statement(asked, WORDS, witness="W1", told_by="Brother", certainty="pretty sure", when="08:30")
    assert "is taken as 80 %" in said.text
    assert "our own assumption" in said.text
    assert "Ask now for a number" in said.text
    assert desk.fused(asked).data["questions"][0]["answers"][0]["moved"] == []  # command has not said what it bears on
    desk.judge_statement(asked, "S1", number=0.7, reliability="b", credibility=2, hypothesis="hut")
    one = debriefs(asked).statements["S1"].event
    assert (one.says, one.certainty, one.number) == (WORDS, "pretty sure", 0.7)
    assert (one.reliability, one.credibility, one.question, one.hypothesis) == ("B", 2, "where", "hut")
    assert (one.how, one.told_by, one.share) == (How.TOLD, "Brother", Share.COMMAND)
    desk.judge_statement(asked, "S1", forget=["number"])
    assert debriefs(asked).statements["S1"].event.number is None
    assert debriefs(asked).statements["S1"].event.reliability == "B"


def test_it_stays_known_when_a_statement_was_taken(asked, monkeypatch):
    desk.statement(asked, WORDS, witness="W1")
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T20:00+00:00")
    desk.judge_statement(asked, "S1", number=0.7)
    assert desk.statements(asked).data["statements"][0]["taken"] == "2026-11-21T17:00:00Z"


def test_declined_stays_declined_and_nobody_presses_on(asked):
    desk.statement(asked, "They were at the hut.", witness="W2", hypothesis="hut", number=0.6, reliability="B")
    desk.declined(asked, "W1", asked="Who drove the car?", question="where")
    assert "DECLINED: Who drove the car?" in desk.statements(asked).text
    assert all(row["source"] != "W1" for row in desk.fused(asked).data["ask"])
    later = desk.statement(asked, "It was blue.", witness="W1", asked="who drove the car?")
    assert "do not press" in later.text
    with pytest.raises(BadInput, match="nothing to judge"):
        desk.judge_statement(asked, "S2", number=0.5)


def test_what_is_not_to_be_passed_on_says_so_wherever_it_stands(asked):
    desk.statement(asked, WORDS, witness="W1", consent="refused")
    assert "NOT TO BE PASSED ON" in desk.statements(asked).text


def test_a_statement_withdrawn_counts_no_longer_and_stays_on_record(asked):
    desk.statement(asked, WORDS, witness="W1", hypothesis="hut", number=0.9, reliability="A")
    before = desk.fused(asked).data["questions"][0]["answers"][0]["p"]
    desk.withdraw_statement(asked, "S1", why="was afraid")
    after = desk.fused(asked).data["questions"][0]["answers"][0]
    assert before > 0.6
    assert after["p"] == pytest.approx(0.4)
    assert "S1" in debriefs(asked).withdrawn
    with pytest.raises(BadInput, match="was withdrawn"):
        desk.judge_statement(asked, "S1", number=0.5)
    assert desk.statement(asked, "Again.", witness="W1").data["id"] == "S2"


def test_words_that_are_sealed_are_nowhere_in_the_mission_file(asked):
    desk.reader(asked, "Lead", SECRET)
    desk.statement(
        asked, WORDS, witness="W2", readers=["Lead"], certainty="as sure as my mother", asked="Who said so?",
        where="36.2111, -84.2222", hypothesis="hut", number=0.85, reliability="C",
    )  # fmt: skip
    whole = b"".join(p.read_bytes() for p in asked.parent.iterdir() if p.name.startswith(asked.name))
    for text in (WORDS, "sleep", "mother", "Who said so", "36.2111", SECRET):
        assert text.encode() not in whole
    row = desk.statements(asked).data["statements"][0]
    assert row["closed"] is True
    assert not {"says", "asked", "hypothesis", "number", "certainty"} & row.keys()
    assert "1 confidential statement counts in these numbers" in desk.fused(asked).text
    assert "W2" not in json.dumps(desk.fused(asked).data["questions"])
    assert desk.fused(asked).data["questions"][0]["answers"][0]["p"] > 0.4  # its number counts
    for personal in (False, True):
        shown = json.dumps([desk.page_data(asked, personal=personal), desk.show_log(asked, personal=personal).data])
        assert "sleep" not in shown
        assert SECRET not in shown


def test_no_log_tells_which_way_a_sealed_statement_points(asked):
    desk.reader(asked, "Lead", SECRET)
    said: dict[str, Any] = {"hypothesis": "hut", "number": 0.875, "reliability": "C", "certainty": "pretty sure"}
    desk.statement(asked, WORDS, witness="W2", readers=["Lead"], told_by="Brother", **said)
    desk.judge_statement(asked, "S1", number=0.625)
    taken = debriefs(asked).statements["S1"]
    with opened(asked) as book:
        again = StatementTaken(statement=replace(taken.event, number=0.375))
        book.write(EntryCorrected(entry=taken.entry, event=again))
    desk.export(asked, asked.parent / "out", formats=["log"], personal=True)
    exported = (asked.parent / "out" / "log.jsonl").read_text().splitlines()[-3:]
    shown = desk.show_log(asked, personal=True)
    for text in (*exported, json.dumps(shown.data["entries"][-3:]), *shown.text.splitlines()[-3:]):
        for told in ("hut", "0.875", "0.625", "0.375", '"C"', "reliability C", "Brother", "pretty", "told by"):
            assert told not in text
    for entry in shown.data["entries"][-3:]:
        event = entry["event"].get("event", entry["event"])["statement"]
        assert (event["witness"], event["question"], event["readers"]) == ("W2", "where", ["Lead"])
        assert event["hypothesis"] == event["number"] == event["sealed"] == "(sealed)"
    desk.statement(asked, WORDS, witness="W3", **said)
    assert "hypothesis hut" in desk.show_log(asked, personal=True).text  # what is not sealed is shown
    assert "(sealed)" not in json.dumps(desk.show_log(asked).data)  # and where nothing personal is, not which is sealed


def test_a_sealed_statement_opens_for_its_reader_alone_and_that_is_noted(asked):
    desk.reader(asked, "Lead", SECRET)
    desk.reader(asked, "Doctor", "another four quiet words")
    desk.statement(asked, WORDS, witness="W2", readers=["Lead"])
    said = desk.open_statement(asked, "S1", reader="Lead", passphrase=SECRET)
    assert WORDS in said.text
    assert [(h.event.statement, h.event.reader) for h in debriefs(asked).opened] == [("S1", "Lead")]
    with pytest.raises(BadInput, match="not the passphrase of Lead's key"):
        desk.open_statement(asked, "S1", reader="Lead", passphrase="no such words at all")
    with pytest.raises(BadInput, match="was not sealed for Doctor"):
        desk.open_statement(asked, "S1", reader="Doctor", passphrase="another four quiet words")
    with pytest.raises(UnknownName):
        desk.open_statement(asked, "S1", reader="Nobody", passphrase=SECRET)
    assert len(debriefs(asked).opened) == 1
    assert WORDS in desk.statements(asked, reader="Lead", passphrase=SECRET).text
    assert WORDS not in desk.statements(asked).text


def test_a_new_key_opens_only_what_is_sealed_after_it(asked):
    desk.reader(asked, "Lead", SECRET)
    desk.statement(asked, "before", witness="W1", readers=["Lead"])
    with pytest.raises(BadInput, match="has a key already"):
        desk.reader(asked, "Lead", "other quiet words now")
    desk.reader(asked, "Lead", "other quiet words now", replace_key=True)
    desk.statement(asked, "after", witness="W1", readers=["Lead"])
    assert "before" in desk.open_statement(asked, "S1", reader="Lead", passphrase=SECRET).text
    assert "after" in desk.open_statement(asked, "S2", reader="Lead", passphrase="other quiet words now").text


texts = st.text(st.characters(codec="utf-8"), max_size=400)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.dictionaries(st.sampled_from(["says", "asked", "place"]), texts),
    names=st.sets(st.text(min_size=1), min_size=1, max_size=3),
)
def test_what_is_sealed_comes_out_as_it_went_in_for_each_reader(words, names):
    readers = [sealed.new_reader(name, SECRET) for name in names]
    text = sealed.seal(words, readers, about="S1")
    for name in names:
        assert sealed.unseal({"S1": text}, reader=name, passphrase=SECRET) == {"S1": words}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=12, max_size=300))
def test_no_words_whatever_reach_the_mission_file_in_clear(asked, said):
    if "Lead" not in debriefs(asked).readers:
        desk.reader(asked, "Lead", SECRET)
    name = desk.statement(asked, said, witness="W1", asked=said, certainty=said, readers=["Lead"]).data["id"]
    whole = b"".join(p.read_bytes() for p in asked.parent.iterdir() if p.name.startswith(asked.name))
    assert said.encode() not in whole
    assert json.dumps(said)[1:-1].encode() not in whole
    assert desk.open_statement(asked, name, reader="Lead", passphrase=SECRET).data["says"] == said


def test_sealed_words_cannot_be_changed_or_moved_to_another_statement():
    reader = sealed.new_reader("Lead", SECRET)
    text = sealed.seal({"says": WORDS}, [reader], about="S1")
    with pytest.raises(MissionFileError, match="were changed"):
        sealed.unseal({"S2": text}, reader="Lead", passphrase=SECRET)
    data = json.loads(text)
    data["text"] = data["text"][:-8] + "AAAAAAA="
    with pytest.raises(MissionFileError, match="were changed"):
        sealed.unseal({"S1": json.dumps(data)}, reader="Lead", passphrase=SECRET)
    for broken in ("", "{}", '{"format":"homeward-sealed-9","for":[],"nonce":"","text":""}', "[]"):
        with pytest.raises(MissionFileError, match="damaged"):
            sealed.unseal({"S1": broken}, reader="Lead", passphrase=SECRET)


def test_a_key_that_would_take_all_memory_is_refused():
    reader = sealed.new_reader("Lead", SECRET)
    data = json.loads(sealed.seal({"says": WORDS}, [reader], about="S1"))
    data["for"][0]["salt"] = data["for"][0]["salt"].replace("$4$8$1$", "$31$8$1$")
    with pytest.raises(MissionFileError, match="damaged"):
        sealed.unseal({"S1": json.dumps(data)}, reader="Lead", passphrase=SECRET)


def test_the_same_words_are_never_sealed_to_the_same_text():
    reader = sealed.new_reader("Lead", SECRET)
    assert len({sealed.seal({"says": WORDS}, [reader], about="S1") for _ in range(20)}) == 20


def test_texts_of_like_length_are_sealed_to_one_length():
    reader = sealed.new_reader("Lead", SECRET)
    assert len({len(sealed.seal({"says": "x" * n}, [reader], about="S1")) for n in range(1, 200, 7)}) == 1


def test_the_published_cost_is_used(monkeypatch):
    monkeypatch.undo()
    assert sealed.new_reader("Lead", SECRET).salt.startswith("scrypt$17$8$1$")  # OWASP's least


@pytest.mark.parametrize(
    ("says", "told", "message"),
    [
        ("", {}, "1 to 10000 characters"),
        ("   ", {}, "1 to 10000 characters"),
        ("x" * 10_001, {}, "1 to 10000 characters"),
        ("x", {"witness": " "}, "A witness has a name"),
        ("x", {"number": 1.2}, "cannot be"),
        ("x", {"number": float("nan")}, "cannot be"),
        ("x", {"number": -0.1}, "cannot be"),
        ("x", {"reliability": "G"}, "letter of reliability"),
        ("x", {"reliability": "AB"}, "letter of reliability"),
        ("x", {"credibility": 7}, "digit of credibility"),
        ("x", {"credibility": 0}, "digit of credibility"),
        ("x", {"how": "guessed"}, "guessed"),
        ("x", {"how": "seen", "told_by": "Brother"}, "was not told by"),
        ("x", {"told_by": "W1"}, "told by itself"),
        ("x", {"share": "named"}, "nobody is"),
        ("x", {"share": "command", "readers": ["Lead"]}, "Leave out one"),
        ("x", {"readers": ["Nobody"]}, "Each reader takes a passphrase first"),
        ("x", {"share": "everybody"}, "agreed to have passed on"),
        ("x", {"share": "everybody", "consent": "refused"}, "agreed to have passed on"),
        ("x", {"question": "when"}, "no question 'when'"),
        ("x", {"question": "where", "hypothesis": "moon"}, "no answer to question where 'moon'"),
        ("x", {"hypothesis": "moon"}, "needs the question"),
        ("x", {"when": "tomorrow"}, "is not a time"),
        ("x", {"when": "+3h"}, "lies in the future"),
        ("x", {"where": "somewhere"}, "somewhere"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_plain_words_and_nothing_is_written(asked, says, told, message):
    before = desk.last_seq(asked)
    with pytest.raises((BadInput, UnknownName), match=message):
        desk.statement(asked, says, **({"witness": "W1"} | told))
    assert desk.last_seq(asked) == before


@pytest.mark.parametrize("secret", ["", "short", "   eleven  x "])
def test_a_short_passphrase_is_refused(asked, secret):
    with pytest.raises(BadInput, match="Take 12 or more"):
        desk.reader(asked, "Lead", secret)


def test_a_passphrase_typed_on_another_keyboard_is_the_same(asked):
    desk.reader(asked, "Lead", "caf\u00e9 au lait tr\u00e8s chaud")
    desk.statement(asked, WORDS, witness="W1", readers=["Lead"])
    desk.open_statement(asked, "S1", reader="Lead", passphrase="cafe\u0301 au lait tre\u0300s chaud\n")


def test_the_command_line_asks_for_words_and_passphrase_and_takes_neither_as_an_argument(tmp_path):
    path = make_bare(tmp_path)
    made = run("reader", path, "Lead", text=f"{SECRET}\n{SECRET}\n")
    assert "cannot be recovered" in made
    assert SECRET not in made
    run("statement", "add", path, "--witness", "W1", "--reader", "Lead", text=f"{WORDS}\n")
    assert WORDS not in run("statement", "list", path)
    assert WORDS in run("statement", "open", path, "S1", "--reader", "Lead", text=f"{SECRET}\n")
    assert "not the passphrase" in run("statement", "open", path, "S1", "--reader", "Lead", text="something else\n")
    assert "may remember" in run("statement", "add", path, "in clear", "--witness", "W1", "--reader", "Lead")


def test_a_passphrase_comes_from_a_file_or_the_environment_for_scripts(tmp_path, monkeypatch):
    path = make_bare(tmp_path)
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    run("reader", path, "Lead", "--passphrase-file", tmp_path / "secret")
    monkeypatch.setenv("HOMEWARD_PASSPHRASE", SECRET)
    run("statement", "add", path, "--words-from", "-", "--witness", "W1", "--reader", "Lead", text=WORDS)
    assert WORDS in run("statement", "list", path, "--reader", "Lead")
    (tmp_path / "empty").write_text("")
    assert "no passphrase" in run(
        "statement", "list", path, "--reader", "Lead", "--passphrase-file", tmp_path / "empty"
    )


def test_who_have_it_from_each_other_is_said(bare):
    desk.statement(bare, "So A3 says.", witness="A2", told_by="A3")
    said = desk.statement(bare, "So A2 says.", witness="A3", told_by="a2").text
    assert "A3 and A2 have it from each other" in said
    assert "from each other" not in desk.statement(bare, "So A3 says.", witness="A4", told_by="A3").text


def test_the_number_given_afterwards_counts_and_not_the_words(bare):
    assert "is taken as" in desk.statement(bare, "Hut.", witness="W1", certainty="pretty sure").text
    said = desk.judge_statement(bare, "S1", number=0.6).text
    assert "The number 60 % counts" in said
    assert "is taken as" not in said


def test_a_judgement_says_whose_words_were_judged_and_what_they_bear_on_now(asked):
    desk.statement(asked, "Hazard met: wires down.", witness="Line A", share="everybody", consent="given")
    said = desk.judge_statement(asked, "S1", hypothesis="river", number=0.8, reliability="B")
    assert said.text.startswith(
        'S1 of Line A ("Hazard met: wires down.") judged anew. It bears on where: river, number 80 %, graded B-.'
    )
    said = desk.judge_statement(asked, "S1", forget=["hypothesis"])
    assert "judged anew. It bears on no answer: it counts for nothing." in said.text
    desk.statement(asked, "x" * 500, witness="W1")
    assert len(desk.judge_statement(asked, "S2", number=0.5).text.splitlines()[0]) < 200


def test_a_judgement_tells_who_and_no_more_where_it_is_sealed_or_nothing_personal_is_shown(asked):
    desk.statement(asked, WORDS, witness="W1", certainty="pretty sure")
    bare = desk.judge_statement(asked, "S1", hypothesis="river", number=0.8, personal=False)
    assert bare.text == "S1 of W1 judged anew."
    assert bare.data == {"id": "S1", "witness": "W1", "notes": []}
    desk.reader(asked, "Lead", SECRET)
    desk.statement(asked, WORDS, witness="W2", readers=["Lead"], hypothesis="hut", certainty="pretty sure")
    said = desk.judge_statement(asked, "S2", number=0.8, reliability="B")
    assert said.text == "S2 of W2 (sealed) judged anew."
    assert desk.judge_statement(asked, "S2", number=0.8, personal=False).text == "S2 of W2 judged anew."


def test_a_number_that_is_sealed_keeps_its_decimals(asked):
    desk.reader(asked, "Lead", SECRET)
    desk.statement(asked, WORDS, witness="W2", readers=["Lead"], hypothesis="hut", certainty="87.5 %")
    assert debriefs(asked).statements["S1"].event.certainty == "87.5 %"


@pytest.mark.parametrize("weak", ["aaaaaaaaaaaaaaaa", "ababababababab", "monday monday monday"])
def test_a_passphrase_of_one_thing_over_and_over_is_refused(bare, weak):
    with pytest.raises(BadInput, match="over and over"):
        desk.reader(bare, "Lead", weak)


def test_two_readers_differ_in_more_than_capitals(bare):
    desk.reader(bare, "Lead", SECRET)
    with pytest.raises(BadInput, match="There is a reader Lead already"):
        desk.reader(bare, "lead", SECRET)
