"""The planners' votes: published examples, and what holds for every vote."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.belief import check_category, survival
from homeward.belief.scenarios import check_ballot, consensus, letter_points, shares, suggestions
from homeward.belief.tables import rows
from homeward.errors import BadInput
from homeward.mission.nouns import REST, Ballot

NAMES = ("lost", "injured", "despondent")


def points(planner: str, rest: float = 0.0, **said: float) -> Ballot:
    return Ballot(planner=planner, rest=rest, points=tuple(said.items()))


def letters(planner: str, rest: float = 0.0, **said: str) -> Ballot:
    return Ballot(planner=planner, rest=rest, letters=tuple(said.items()))


def test_proportional_votes_as_on_the_pocket_card() -> None:
    # SARBC, Quick Reference Math, "Proportional POA" (sarbc.org/math.html): 140 points in all
    vote = shares(points("Kim", 5, s1=29, s2=35, s3=40, s4=18, s5=13), ("s1", "s2", "s3", "s4", "s5"))
    assert [round(100 * p) for p in vote.values()] == [21, 25, 29, 13, 9, 4]  # the card cuts 28.6 to 28
    assert vote["s3"] == pytest.approx(40 / 140)


def test_letters_as_on_the_pocket_card() -> None:
    # SARBC, Quick Reference Math, "O'Connor method": G, A, C, D
    card = {"s1": "G", "s2": "A", "s3": "C", "s4": "D"}
    assert list(letter_points(card).values()) == [1, 7, 5, 4]
    vote = shares(letters("Kim", 0, **card), tuple(card))
    assert [round(100 * p) for p in vote.values()] == [6, 41, 29, 24, 0]


def test_the_mean_of_two_planners_by_hand() -> None:
    made = consensus(
        NAMES,
        [
            points("Kim", 10, lost=60, injured=30, despondent=0),
            letters("Lee", 20, lost="A", injured="B", despondent="B"),
        ],
    )
    assert made.weights["lost"] == pytest.approx((0.6 + 0.8 * 2 / 4) / 2)
    assert made.weights[REST] == pytest.approx(0.15)
    assert list(made.spread["despondent"]) == pytest.approx([0.0, 0.2])
    assert made.notes == ()


some = st.floats(0, 1000).map(lambda x: round(x, 3))
votes = st.one_of(
    st.builds(lambda a, b, c, rest: points("x", rest, lost=a + 0.01, injured=b, despondent=c), some, some, some, some),
    st.builds(
        lambda a, b, c, rest: letters("x", rest, lost=a, injured=b, despondent=c),
        *[st.sampled_from("ABCDEFGHI")] * 3,
        st.floats(0, 99),
    ),
)
ballots = st.lists(votes, max_size=5).map(lambda all_: [replace(b, planner=f"p{i}") for i, b in enumerate(all_)])


@given(ballots, st.permutations(NAMES))
def test_weights_sum_to_one_with_the_rest_of_the_world(given_: list[Ballot], names: list[str]) -> None:
    for known in (names, [*names, "new"], names[:1]):
        made = consensus(known, given_)
        assert set(made.weights) == {*known, REST}
        assert sum(made.weights.values()) == pytest.approx(1)
        assert min(made.weights.values()) >= 0
        for vote in made.by_planner.values():
            assert sum(vote.values()) == pytest.approx(1)
        for name, (least, most) in made.spread.items():
            assert least - 1e-12 <= made.weights[name] <= most + 1e-12


@given(ballots.flatmap(lambda all_: st.tuples(st.just(all_), st.permutations(all_))))
def test_the_order_of_planners_does_not_matter(two: tuple[list[Ballot], list[Ballot]]) -> None:
    assert consensus(NAMES, two[0]) == consensus(NAMES, two[1])


@given(st.floats(0.001, 1000), some, some, some)
def test_a_planners_scale_does_not_matter(scale: float, a: float, b: float, rest: float) -> None:
    small = points("Kim", rest, lost=a + 1, injured=b, despondent=1)
    large = points("Kim", rest * scale, lost=(a + 1) * scale, injured=b * scale, despondent=scale)
    other = letters("Lee", 10, lost="C", injured="E", despondent="A")
    one, two = consensus(NAMES, [small, other]).weights, consensus(NAMES, [large, other]).weights
    assert one == pytest.approx(two)


@given(ballots)
def test_dropping_a_scenario_keeps_the_proportions_of_what_is_left_in_every_vote(given_: list[Ballot]) -> None:
    for ballot in given_:
        before, after = shares(ballot, NAMES), shares(ballot, NAMES[:2])
        left = before["lost"] + before["injured"] + before[REST]
        if before["lost"] + before["injured"] > 0:
            assert after["lost"] == pytest.approx(before["lost"] / left)
            assert after[REST] == pytest.approx(before[REST] / left, abs=1e-12)


def test_a_scenario_that_came_after_a_vote_counts_as_an_average_one_and_that_is_said() -> None:
    made = consensus((*NAMES, "new"), [points("Kim", 20, lost=60, injured=20, despondent=0)])
    assert made.weights["new"] == pytest.approx(0.2)
    assert made.weights["lost"] / made.weights["injured"] == pytest.approx(3)
    assert made.weights[REST] == pytest.approx(0.2)
    assert "Kim has not voted on new" in made.notes[0]


def test_without_a_vote_all_weigh_the_same_and_that_is_said() -> None:
    made = consensus(NAMES, [])
    assert made.weights == pytest.approx({"lost": 1 / 3, "injured": 1 / 3, "despondent": 1 / 3, REST: 0})
    assert "Nobody has voted" in made.notes[0]


@pytest.mark.parametrize(
    ("ballot", "words"),
    [
        (points("Kim", 10, lst=50), "Did you mean 'lost'"),
        (points("Kim", 10, lost=-5), "gives lost -5"),
        (points("Kim", -1, lost=5), "gives rest -1"),
        (points("Kim", 10, lost=0, injured=0), "no scenario anything"),
        (points("Kim", 10, lost=float("nan")), "gives lost nan"),
        (letters("Kim", 10, lost="J"), "letter 'J'"),
        (letters("Kim", 100, lost="A"), "100 %"),
        (Ballot(planner="Kim", rest=0), "points for each scenario, or letters"),
        (Ballot(planner="Kim", rest=0, points=(("lost", 1.0),), letters=(("lost", "A"),)), "not both"),
    ],
)
def test_a_vote_that_cannot_be_is_one_sentence_with_the_planners_name(ballot: Ballot, words: str) -> None:
    with pytest.raises(BadInput, match="'Kim'") as err:
        check_ballot(ballot, NAMES)
    assert words in str(err.value)


def test_suggestions_are_marked_as_homewards_own_and_can_be_used_as_they_are() -> None:
    subjects = {row["subject"] for row in rows("scenario_suggestions")}
    for subject in subjects:
        given_ = suggestions(None if subject == "any" else subject)
        assert subject == "any" or check_category(subject) == subject
        assert len({s.id for s in given_}) == len(given_) >= 3
        assert any(s.left_area for s in given_)
        for one in given_:
            assert "homeward's own" in one.why
            survival(one.category, hours_gone=5, setting=one.setting)
    assert suggestions("hiker") == suggestions(None)
