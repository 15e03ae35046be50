"""What all statements come to, as told at the command post: hearsay, contradiction, speed, who has been right."""

from __future__ import annotations

import pytest

from homeward import desk
from homeward.errors import BadInput, NotYet, UnknownName


@pytest.fixture
def asked(bare):
    """A mission that asks where the others are and where the car was."""
    desk.question(
        bare,
        "where",
        text="Where are the others?",
        about="where",
        hypotheses=["hut=0.4:at the hut", "river=30%"],
        places={"hut": "36.2,-84.2", "river": "36.3,-84.4"},
        times={"hut": "08:00/08:30", "river": "08:00/09:00"},
    )
    return bare


def board(path, **how):
    return desk.fused(path, **how).data


def chance(path, answer, question=0):
    return next(a["p"] for a in board(path)["questions"][question]["answers"] if a["id"] == answer)


def test_the_board_agrees_with_bayes_by_hand(asked):
    desk.statement(asked, "At the hut.", witness="W1", hypothesis="hut", number=0.8, reliability="B")
    yes, no = 0.8 * 0.8 + 0.2 * 0.5, 0.8 * 0.2 + 0.2 * 0.5
    assert chance(asked, "hut") == pytest.approx(0.4 * yes / (0.4 * yes + 0.6 * no))
    assert sum(a["p"] for a in board(asked)["questions"][0]["answers"]) == pytest.approx(1)


def test_what_one_brother_told_three_people_counts_once(asked):
    for n in range(1, 4):
        desk.statement(
            asked, "He said the hut.", witness=f"W{n}", told_by="Brother", hypothesis="hut", number=0.8, reliability="B"
        )
        if n == 1:
            once = chance(asked, "hut")
    assert chance(asked, "hut") == pytest.approx(once)


def test_contradiction_is_shown_with_whom_to_ask_again_but_not_who_declined(asked):
    desk.statement(asked, "At the hut.", witness="W1", hypothesis="hut", number=0.97, reliability="A")
    desk.statement(asked, "By the river.", witness="W2", hypothesis="river", number=0.97, reliability="A")
    said = desk.fused(asked)
    assert "S1 and S2 contradict each other" in said.text
    assert "Ask W1 and W2 again, apart from each other" in said.text
    desk.declined(asked, "W2", question="where")
    assert "Ask W1 again:" in desk.fused(asked).text


def test_what_moved_a_number_most_is_named_and_our_assumptions_are_marked(asked):
    desk.statement(asked, "Hut.", witness="W1", hypothesis="hut", certainty="pretty sure", reliability="B")
    desk.statement(asked, "Hut, I think.", witness="W2", hypothesis="hut", number=0.55, reliability="D")
    said = desk.fused(asked)
    hut = said.data["questions"][0]["answers"][0]
    assert hut["moved"][0]["statement"] == "S1"
    assert "c 80 %*, r 80 %*" in hut["moved"][0]["words"]
    assert "OUR OWN ASSUMPTION" in said.text
    assert any("pretty sure" in one for one in said.data["own"])
    assert hut["low"] < hut["p"] < hut["high"]  # what "pretty sure" may have meant


def test_what_is_not_graded_or_not_sure_counts_for_nothing_and_says_so(asked):
    desk.statement(asked, "Hut.", witness="W1", hypothesis="hut", number=0.9)
    desk.statement(asked, "Hut.", witness="W2", hypothesis="hut", certainty="as my mother", reliability="A")
    assert chance(asked, "hut") == pytest.approx(0.4)
    notes = board(asked)["notes"]
    assert any("S2 counts for nothing: it does not say how sure W2 is" in note for note in notes)
    assert any("S1 counts for nothing until somebody says how reliable W1 is" in note for note in notes)


def test_answers_that_nobody_can_have_travelled_between_are_ruled_out_together(asked):
    desk.question(
        asked,
        "car",
        text="Where was the car?",
        about="where",
        hypotheses=["bridge=0.5", "town=0.5"],
        places={"bridge": "36.201,-84.2", "town": "36.5,-84.2"},
        times={"bridge": "08:30/08:45", "town": "08:30/08:40"},
    )
    before = chance(asked, "hut")
    desk.statement(asked, "At the bridge.", witness="W1", hypothesis="bridge", number=0.95, reliability="A")
    said = desk.fused(asked)
    assert any("hut and car: town cannot both be: 33.3 km apart" in words for words in said.data["excluded"])
    assert chance(asked, "hut") > before  # the river is 21 km from the bridge, in 45 minutes
    assert said.data["together"][0]["answers"] == {"where": "hut", "car": "bridge"}
    assert sum(one["p"] for one in said.data["together"]) <= 1
    assert desk.fused(asked, apart=["car"]).data["excluded"] == []
    assert desk.fused(asked, speed_kmh=120).data["excluded"] == []


def test_what_command_rules_out_counts_and_a_thing_known_to_be_false_rules_out_nothing(asked):
    desk.question(asked, "who", about="who", hypotheses=["brother=0.5", "cousin=0.5"])
    desk.exclude(asked, ["where=hut", "who=brother"], why="he was in town")
    assert chance(asked, "hut") == pytest.approx(0.4 * 0.5 / (1 - 0.4 * 0.5))
    with pytest.raises(BadInput, match="noted already"):
        desk.exclude(asked, ["who=brother", "where=hut"])
    desk.resolve(asked, "who", "brother")
    assert "hut" not in {a["id"] for a in board(asked)["questions"][0]["answers"] if a["p"] > 1e-12}


def test_a_witness_is_known_by_what_came_true(asked):
    for answer, who in (("hut", "W1"), ("river", "W2")):
        desk.statement(asked, "So.", witness=who, hypothesis=answer, number=0.9, reliability="C")
    assert board(asked)["witnesses"] == []
    said = desk.resolve(asked, "where", "hut")
    assert said.data["named_it"] == ["W1"]
    known = {row["id"]: row for row in board(asked)["witnesses"]}
    assert (known["W1"]["right"], known["W2"]["right"]) == (1, 0)
    assert known["W1"]["r"] == pytest.approx((2 * 0.6 + 1) / 3)  # letter C weighs as two claims
    assert known["W2"]["score"]["brier"] == pytest.approx(0.81)
    assert "ANSWERED: hut" in desk.fused(asked).text


def test_a_question_without_probabilities_gives_each_answer_and_none_the_same(bare):
    said = desk.question(bare, "who", hypotheses=["brother:the elder one", "cousin"])
    assert said.data["priors"] == pytest.approx({"brother": 1 / 3, "cousin": 1 / 3})
    assert "our own assumption" in said.text


def test_an_answer_that_goes_takes_what_bears_on_it_along_and_says_so(asked):
    desk.statement(asked, "By the river.", witness="W1", hypothesis="river", number=0.9, reliability="A")
    said = desk.question(asked, "where", hypotheses=["hut=0.4", "town=0.6"])
    assert said.data["lost"] == ["S1"]
    assert chance(asked, "hut") == pytest.approx(0.4)
    assert any("no longer has" in note for note in board(asked)["notes"])
    desk.drop_question(asked, "where")
    with pytest.raises(NotYet, match="Nothing is asked"):
        desk.fused(asked)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"hypotheses": []}, "has no answers"),
        ({"hypotheses": ["a=0.7", "b=0.7"]}, "sum to 140 %"),
        ({"hypotheses": ["a=0.7", "a=0.1"]}, "told twice"),
        ({"hypotheses": ["a=0.7", "b"]}, "'b' has no probability"),
        ({"hypotheses": ["a=-1"]}, "cannot be"),
        ({"hypotheses": ["a=nan"]}, "cannot be"),
        ({"hypotheses": ["a=0"]}, "cannot be"),
        ({"hypotheses": ["a=much"]}, "cannot be"),
        ({"hypotheses": ["=0.4"]}, "is no answer"),
        ({"hypotheses": [""]}, "is no answer"),
        ({"hypotheses": ["none=0.4"]}, "what all of them leave"),
        ({"hypotheses": [f"a{n}" for n in range(13)]}, "12 answers at most"),
        ({"hypotheses": ["a=1"], "about": "why"}, "why"),
        ({"hypotheses": ["a=1"], "text": "x" * 201}, "1 to 200 characters"),
        ({"hypotheses": ["a=1"], "places": {"b": "36,-84"}}, "no answer to this question 'b'"),
        ({"hypotheses": ["a=1"], "places": {"a": "here"}}, "here"),
        ({"hypotheses": ["a=1"], "times": {"a": "09:00/08:00"}}, "ends before it begins"),
        ({"hypotheses": ["a=1"], "times": {"a": "soon"}}, "is not a time"),
    ],
)
def test_a_question_that_cannot_be_is_refused_in_plain_words(bare, told, message):
    before = desk.last_seq(bare)
    with pytest.raises((BadInput, UnknownName), match=message):
        desk.question(bare, "who", **told)
    assert desk.last_seq(bare) == before


def test_unknown_questions_and_answers_are_named_with_what_there_is(asked):
    for verb in (
        lambda: desk.resolve(asked, "wher", "hut"),
        lambda: desk.resolve(asked, "where", "moon"),
        lambda: desk.drop_question(asked, "wher"),
        lambda: desk.exclude(asked, ["where=moon", "who=x"]),
        lambda: desk.fused(asked, question="wher"),
        lambda: desk.fused(asked, apart=["wher"]),
    ):
        with pytest.raises(UnknownName):
            verb()
    for told in (["where=hut"], ["where=hut", "where=river"], ["where"], [], ["=hut", "where=hut"]):
        with pytest.raises(BadInput):
            desk.exclude(asked, told)
    for speed in (0, -1, float("nan"), 5000):
        with pytest.raises(BadInput, match="A speed of"):
            desk.fused(asked, speed_kmh=speed)


def test_one_statement_that_cannot_be_read_does_not_keep_the_others_from_counting(asked):
    desk.statement(asked, "Hut.", witness="W1", hypothesis="hut", number=0.8, reliability="B")
    alone = chance(asked, "hut")
    desk.statement(
        asked, "Hut.", witness="W2", hypothesis="hut", certainty="as my mother", reliability="A", credibility=6
    )
    assert chance(asked, "hut") == pytest.approx(alone)  # digit 6 says nothing either way
    note = next(note for note in board(asked)["notes"] if note.startswith("S2 counts by its digit alone"))
    assert "homeward statement judge MISSION S2 --number 0.8" in note


def test_hearsay_falls_with_the_witness_who_takes_it_back_until_it_is_judged_again(asked):
    desk.statement(asked, "At the hut.", witness="W1", hypothesis="hut", number=0.9, reliability="B")
    desk.statement(asked, "W1 said the hut.", witness="W4", told_by="w1", hypothesis="hut", number=0.9, reliability="A")
    desk.statement(asked, "So W4 said.", witness="W5", told_by="W4", hypothesis="hut", number=0.9, reliability="A")
    assert "S2, S3 rest on it" in desk.withdraw_statement(asked, "S1").text
    assert chance(asked, "hut") == pytest.approx(0.4)
    assert any(note.startswith("S2 RESTS ON W1, who took it back") for note in board(asked)["notes"])
    desk.judge_statement(asked, "S2", reliability="D")
    assert chance(asked, "hut") > 0.4


def test_hearsay_stands_where_its_witness_still_says_the_same(asked):
    for _ in range(2):
        desk.statement(asked, "At the hut.", witness="W1", hypothesis="hut", number=0.9, reliability="B")
    desk.statement(asked, "W1 said the hut.", witness="W4", told_by="W1", hypothesis="hut", number=0.9, reliability="A")
    desk.withdraw_statement(asked, "S1")
    assert not any("RESTS ON" in note for note in board(asked)["notes"])


def test_a_retelling_never_counts_for_more_than_what_it_retells(asked):
    desk.statement(asked, "Hut, maybe.", witness="W1", hypothesis="hut", number=0.6, reliability="C")
    alone = chance(asked, "hut")
    desk.statement(asked, "The hut!", witness="W2", told_by="W1", hypothesis="hut", number=0.99, reliability="A")
    desk.statement(asked, "The hut!", witness="W3", told_by="W2", hypothesis="hut", number=0.99, reliability="A")
    assert chance(asked, "hut") == pytest.approx(alone)
    assert "S3 retells S1 and counts for no more than S1 does." in board(asked)["notes"]


def test_what_hardly_moves_an_answer_is_not_listed_and_answers_are_asked_for_in_words(asked):
    desk.statement(asked, "Hut.", witness="W1", hypothesis="hut", number=0.8, reliability="B")
    desk.statement(asked, "Hut.", witness="W2", hypothesis="hut", number=0.505, reliability="E")
    said = desk.fused(asked)
    assert "S2 of W2" not in said.text
    assert 'whether "at the hut" is true (where)' in said.text
    assert " bits" not in said.text


@pytest.fixture
def retold(asked):
    """W1 says the river, W2 tells it after W1, W3 says the hut; nobody has said who was with them."""
    desk.question(asked, "who", about="who", hypotheses=["brother=0.3:the brother", "cousin=0.3", "friend=0.2"])
    desk.statement(asked, "River.", witness="W1", hypothesis="river", number=0.8, reliability="B")
    desk.statement(
        asked, "W1 said the river.", witness="W2", told_by="W1", hypothesis="river", number=0.8, reliability="B"
    )
    desk.statement(asked, "Hut.", witness="W3", hypothesis="hut", number=0.75, reliability="C")
    return asked


def test_what_was_retold_is_shown_to_have_moved_an_answer_the_way_it_went(retold):
    said = desk.fused(retold)
    river = said.data["questions"][0]["answers"][0]
    assert river["id"] == "river"
    assert river["p"] > river["prior"]
    assert [one["statements"] for one in river["moved"]] == [["S1", "S2"], ["S3"]]
    assert river["moved"][0]["shift"] > 0 > river["moved"][1]["shift"]
    assert "W1's account (S1, retold in S2), c 80 %, r 80 %* (for, odds x 2.8)" in said.text


def test_what_several_have_from_somebody_who_said_nothing_here_is_that_ones_account(asked):
    for n in (1, 2, 3):
        desk.statement(
            asked, "He said so.", witness=f"W{n}", told_by="Brother", hypothesis="hut", number=0.8, reliability="B"
        )
    desk.statement(asked, "River.", witness="W4", hypothesis="river", number=0.9, reliability="A")
    said = desk.fused(asked)
    assert "what Brother told (S1, S2 and S3), c 80 %" in said.text
    assert "CONFLICT: S1 (as in S2 and S3) and S4 contradict each other" in said.text
    assert "Ask W1, W2, W3 and W4 again, apart from each other" in said.text


def test_hearsay_is_no_contradiction_of_its_own(retold):
    said = board(retold)["conflicts"]
    assert [(one["one"], one["other"]) for one in said] == [("S1", "S3")]
    assert said[0]["words"].startswith("S1 (retold in S2) and S3 contradict each other")
    assert "Ask W1 and W3 again" in said[0]["words"]
    desk.statement(retold, "No, the hut.", witness="W1", hypothesis="hut", number=0.8, reliability="B")
    own = [one["words"] for one in board(retold)["conflicts"] if {one["one"], one["other"]} == {"S1", "S4"}]
    assert "S4 contradict each other" in own[0]  # who contradicts themselves is told it as before
    assert "Ask W1 again: what" in own[0]


def test_whom_to_ask_is_each_witness_once_and_of_the_question_that_was_asked_for(retold):
    asks = board(retold)["ask"]
    assert len({one["source"] for one in asks}) == len(asks) == 3
    assert asks[0]["words"] == 'Ask W1 whether "the brother" is true (who): would settle most.'
    assert asks[1]["words"] == 'Ask W2 whether "the brother" is true (who): would settle as much.'
    gains = [one["gain_bits"] for one in asks]
    assert gains == sorted(gains, reverse=True)
    where = board(retold, question="where")["ask"]
    assert {one["question"] for one in where} == {"where"}
    assert {one["question"] for one in board(retold, question="who")["ask"]} == {"who"}
    assert board(retold, question="who")["conflicts"] == []
    assert "contradict" not in desk.fused(retold, question="who").text
