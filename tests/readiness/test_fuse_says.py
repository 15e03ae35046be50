"""Fusion of several questions at once, and what a fusion says of itself."""

from __future__ import annotations

import math
from typing import Any

import pytest

from homeward.errors import BadInput
from homeward.readiness import FuseProblem, Report, fuse
from homeward.readiness.fuse.records import Ask, Decision, Point, Travel
from tests.readiness.fuse_oracle import EVEN, chance, fused, says

# --- several questions ----------------------------------------------------------------------------------------------


def test_what_nobody_can_have_travelled_is_removed_jointly() -> None:
    """Seen 12 km apart within an hour, on foot: not both. By hand: 1 - 0.25 of the mass stays."""
    questions = {"at 14": {"hut": 0.5, "elsewhere": 0.5}, "at 15": {"ridge": 0.5, "else": 0.5}}
    travel = Travel(
        points=(Point(where="at 14", window_s=(0, 0)), Point(where="at 15", window_s=(3600, 3600))),
        places_m={"hut": (0, 0), "ridge": (12_000, 0)},
        max_mps=2,
    )
    found = fuse(FuseProblem(questions=questions, travel=travel))
    assert found.removed == pytest.approx(0.25)
    assert found.posterior["at 14"]["hut"] == pytest.approx(1 / 3)
    assert len(found.joint) == 3
    told = (Report(id="1", says={"at 14": "hut"}, r=0.8, c=0.9), Report(id="2", says={"at 15": "ridge"}, r=0.8, c=0.9))
    both = fuse(FuseProblem(questions=questions, travel=travel, reports=told))
    assert both.posterior["at 14"]["hut"] < 0.65, "each report speaks against the other's place"
    assert both.pairs[0].contradict
    fast = Travel(points=travel.points, places_m=travel.places_m, max_mps=3.4)
    assert fuse(FuseProblem(questions=questions, travel=fast)).removed == 0


def test_place_time_and_person_hang_together() -> None:
    """From the known last place, on foot or by bicycle: the ridge at one o'clock was only the cyclist."""
    questions = {
        "where": {"hut": 0.5, "ridge": 0.5},
        "when": {"13:00": 0.5, "17:00": 0.5},
        "who": {"walker": 0.5, "cyclist": 0.5},
    }
    travel = Travel(
        points=(Point(where="where", when="when"), Point(place_m=(0, 0), window_s=(0, 0))),
        places_m={"hut": (4_000, 0), "ridge": (12_000, 0)},
        windows_s={"13:00": (3600, 3600), "17:00": (18_000, 18_000)},
        max_mps={"walker": 1.4, "cyclist": 5},
    )
    found = fuse(FuseProblem(questions=questions, travel=travel))
    assert found.removed == pytest.approx(1 / 8)
    seen = Report(id="seen", says={"where": "ridge", "when": "13:00"}, r=0.9, c=0.95)
    told = fuse(FuseProblem(questions=questions, travel=travel, reports=(seen,)))
    assert told.joint[0][0] == {"where": "ridge", "when": "13:00", "who": "cyclist"}
    assert told.posterior["who"]["cyclist"] > 0.8


def test_questions_that_have_nothing_to_do_with_each_other_stay_apart() -> None:
    questions = {f"q{k}": {"yes": 0.5, "no": 0.5} for k in range(40)}
    report = Report(id="1", says={"q7": "yes"}, r=0.8, c=0.9)
    found = fuse(FuseProblem(questions=questions, reports=(report,)))
    assert found.posterior["q7"]["yes"] == pytest.approx(0.82)
    assert found.posterior["q8"]["yes"] == pytest.approx(0.5)
    assert found.joint == ()


def test_impossible_combination_is_named_and_removed() -> None:
    questions = {"a": {"x": 0.5, "y": 0.5}, "b": {"x": 0.5, "y": 0.5}}
    found = fuse(FuseProblem(questions=questions, impossible=({"a": "x", "b": "x"},)))
    assert found.posterior["a"]["x"] == pytest.approx(1 / 3)
    with pytest.raises(BadInput, match="no combination is possible"):
        fuse(FuseProblem(questions={"a": {"x": 1.0}}, impossible=({"a": "x"},)))


# --- what it says ---------------------------------------------------------------------------------------------------


def test_a_decision_asks_first_what_changes_it() -> None:
    """Loss 1 for the wrong place: asking a sure witness saves what going at once would lose."""
    decision = Decision(question="q", loss={"go H": {"H": 0, "notH": 1}, "go notH": {"H": 1, "notH": 0}})
    asks = (
        Ask(id="sure", question="q", about="H", r=1, c=1),
        Ask(id="dear", question="q", about="H", r=1, c=1, cost=0.5),
    )
    found = fused({"H": 0.6, "notH": 0.4}, decision=decision, could_ask=asks)
    assert found.choice is not None
    assert found.choice.action == "go H"
    assert found.choice.expected["go H"] == pytest.approx(0.4)
    assert [(w.id, round(w.saved or 0, 9)) for w in found.ask_next] == [("sure", 0.4), ("dear", -0.1)]


def test_who_is_asked_next_is_not_who_said_it_already() -> None:
    """The warden spoke of where, not of who: asked about who. One witness who is not believed contradicts nobody."""
    questions = {"where": {"hut": 0.5, "ridge": 0.5}, "who": {"Lea": 0.5, "another": 0.5}}
    told = (
        Report(id="1", says={"where": "hut"}, r=0.9, c=0.9, source="warden"),
        Report(id="2", says={"where": "ridge"}, reliability="F", c=0.95, source="drunk"),
    )
    found = fuse(FuseProblem(questions=questions, reports=told))
    assert (found.ask_next[0].source, found.ask_next[0].question) == ("warden", "who")
    assert not any(one.source == "warden" and one.question == "where" for one in found.ask_next)
    assert found.pairs == ()


def test_spread_holds_the_posterior_and_shrinks_to_nothing_with_numbers() -> None:
    words = Report(id="1", says={"q": "H"}, r=0.8, certainty="pretty sure")
    low, high = fused(EVEN, words).spread["q"]["H"]
    assert low < chance(EVEN, words) < high
    assert high - low > 0.1
    assert fused(EVEN, says("1", "H", 0.8, 0.8)).spread == {}
    assert fuse(FuseProblem(questions={"q": EVEN}, reports=(words,)), seed=3).spread["q"]["H"] != (low, high)


def test_what_is_too_much_to_compare_is_said() -> None:
    many = [says(str(k), "H", 0.6, 0.2) for k in range(401)]
    found = fused(EVEN, *many, spread_draws=0)
    assert found.posterior["q"]["H"] > 0.99
    assert "too many to compare in pairs" in found.findings[0]
    assert fused(EVEN, *many[:2]).findings == ()


def test_a_ring_of_hearsay_is_one_origin() -> None:
    ring = [says("1", "H", 0.8, 0.8, told_by="2"), says("2", "H", 0.8, 0.8, told_by="1")]
    found = fused(EVEN, *ring)
    assert found.posterior["q"]["H"] == pytest.approx(0.74)
    assert "told by each other" in found.findings[0]


def test_of_several_reports_of_who_told_it_the_strongest_is_meant() -> None:
    """Ana saw it herself, faintly, and heard it from Ben, who is surer: what Cem has from her goes back to Ben."""
    told = [
        says("faint", "H", 0.6, 0.8, source="Ana"),
        says("from Ben", "H", 0.9, 0.8, source="Ana", told_by="Ben"),
        says("from Ana", "H", 0.9, 0.8, source="Cem", told_by="Ana"),
    ]
    for reports in (told, told[::-1]):
        found = fused(EVEN, *reports)
        assert found.taken["from Ana"].origin == "source Ben"
        assert found.posterior["q"]["H"] == pytest.approx(chance(EVEN, *told[:2]))


@pytest.mark.parametrize("slip", ["Hiker", " hiker", "the hiker", "HIKER"])
def test_capitals_spaces_and_articles_make_no_other_teller(slip: str) -> None:
    saw, told = says("saw", "H", 0.8, 0.8, source="hiker"), says("told", "H", 0.8, 0.8, source="Ben", told_by=slip)
    found = fused(EVEN, saw, told)
    assert found.posterior["q"]["H"] == pytest.approx(0.74)
    assert found.findings == ()
    again = says("again", "H", 0.8, 0.8, source=slip)
    assert chance(EVEN, saw, again) == pytest.approx(0.74)
    with_record = Report(id="1", says={"q": "H"}, c=0.9, source=slip)
    assert chance(EVEN, with_record, counts={"hiker": (7, 2)}) == pytest.approx(
        chance(EVEN, says("1", "H", 0.9, 8 / 11))
    )


def test_a_teller_whom_nobody_is_called_is_said_where_the_name_is_near() -> None:
    saw = says("saw", "H", 0.8, 0.8, source="hiker")
    found = fused(EVEN, saw, says("told", "H", 0.8, 0.8, source="Ben", told_by="hikr"))
    assert found.findings == (
        "Report told: told_by 'hikr' is nobody's name here; did you mean 'hiker'? It counts as an origin of its own.",
    )
    assert fused(EVEN, saw, says("told", "H", 0.8, 0.8, told_by="his brother")).findings == ()
    first = says("saw", "H", 0.8, 0.8, source="S1")
    assert fused(EVEN, first, says("told", "H", 0.8, 0.8, told_by="S2")).findings == ()


def test_reports_of_one_origin_that_say_the_same_are_what_moved_it() -> None:
    chain = [says(str(k), "H", 0.8, 0.8, source="radio") for k in (1, 2, 3)]
    (line,) = fused(EVEN, *chain).why
    assert line.endswith("What moved it most: 1, 2, 3 of one origin together (odds 2.8 times higher).")
    (line,) = fused(EVEN, *chain, says("4", "H", 0.9, 0.9, source="Eva")).why
    assert line.endswith("4 (odds 6.1 times higher); 1, 2, 3 of one origin together (odds 2.8 times higher).")
    assert fused(EVEN).why == ("H has 50 %, 50 % before any report. No report moved it.",)
    assert fused(EVEN, says("1", "notH", 0.8, 0.8), says("2", "notH", 0.8, 0.8, denies=True)).why == (
        "H has 50 %, 50 % before any report. What moved it most: 1 (odds 2.8 times lower); 2 (odds 2.8 times higher).",
    )


def test_what_one_origin_says_is_one_account_and_what_it_says_otherwise_another() -> None:
    """Told again by Ben, the radio's claim moves the odds by as much as both of them left out take away."""
    prior = {"hut": 0.4, "river": 0.3, "town": 0.3}
    told = [
        says("1", "river", 0.8, 0.8, source="radio"),
        says("2", "river", 0.8, 0.799, source="Ben", told_by="radio"),
        says("3", "hut", 0.8, 0.8, source="radio"),
        says("4", "hut", 0.7, 0.8, source="Eva"),
    ]
    found = fused(prior, *told)
    by = dict(found.accounts["q"]["river"])
    assert by.keys() == {("1", "2"), ("3",), ("4",)}
    less = [found.posterior, fused(prior, *told[2:]).posterior]
    odds = [p["q"]["river"] / (1 - p["q"]["river"]) for p in less]
    assert by["1", "2"] == pytest.approx(math.log(odds[0] / odds[1]), abs=1e-6)
    assert by["1", "2"] > 0 > by["3",]
    assert abs(dict(found.moved["q"]["river"])["1"]) < 0.01, "each for itself is carried by the other"


def test_whom_to_ask_is_each_of_them_once_on_a_question() -> None:
    questions = {"where": {"hut": 0.5, "ridge": 0.5}, "who": {"Ann": 0.3, "Bob": 0.4, "Cem": 0.3}}
    told = tuple(Report(id=k, says={"where": "hut"}, r=0.8, c=0.8, source=f"W{k}") for k in "12")
    found = fuse(FuseProblem(questions=questions, reports=told)).ask_next
    asked = [(one.source, one.question) for one in found]
    assert len(set(asked)) == len(asked)
    assert {one.about for one in found if one.question == "who"} == {"Bob"}, "what is nearest to even tells most"


def test_what_is_impossible_is_said_to_have_moved_it() -> None:
    questions = {"at": {"hut": 0.5, "lake": 0.5}, "who": {"Ann": 0.5, "Bob": 0.5}}
    impossible = ({"at": "hut", "who": "Ann"},)
    assert fuse(FuseProblem(questions=questions, impossible=impossible)).why[0] == (
        "at: lake has 67 %, 50 % before any report. Because combinations are impossible it has 67 % even without "
        "reports."
    )
    against = Report(id="r", says={"at": "hut"}, r=0.3, c=0.7)
    found = fuse(FuseProblem(questions=questions, impossible=impossible, reports=(against,)))
    assert "67 % even without reports. What moved it most: r (odds" in found.why[0]


def test_a_prior_of_0_that_is_spoken_of_is_a_finding() -> None:
    found = fused({"H": 0, "notH": 1}, says("r", "H", 0.9, 0.9))
    assert found.posterior["q"]["H"] == 0
    assert found.findings[0].startswith("H has the prior 0, which nothing can move: what r says")
    assert fused({"H": 2, "notH": 2}).findings == ("The priors sum to 4: they were scaled to 1.",)


def test_what_cannot_be_judged_may_count_as_the_team_does() -> None:
    """Records of 7 of 9 and 1 of 4: the mean of 8/11 and 2/6."""
    counts = {"Ana": (7, 2), "Ben": (1, 3)}
    unknown = Report(id="1", says={"q": "H"}, reliability="F", c=0.9, source="Eva")
    team = fused(EVEN, unknown, counts=counts, unknown_r="team")
    assert team.posterior["q"]["H"] == pytest.approx(chance(EVEN, says("1", "H", 0.9, (8 / 11 + 2 / 6) / 2)))
    low, high = team.spread["q"]["H"]
    assert high - low > 0.2
    assert team.taken["1"].graded.own == ("r",)
    assert fused(EVEN, unknown, counts=counts).posterior["q"]["H"] == pytest.approx(0.5)
    with pytest.raises(BadInput, match="no source has a record"):
        fused(EVEN, unknown, unknown_r="team")


def test_what_costs_more_than_it_saves_is_not_worth_it() -> None:
    decision = Decision(question="q", loss={"go": {"H": 0, "notH": 1}, "stay": {"H": 1, "notH": 0}})
    asks = [Ask(id=name, question="q", about="H", r=1, c=1, cost=x) for name, x in (("good", 0), ("dear", 0.7))]
    words = [one.words for one in fused(EVEN, decision=decision, could_ask=tuple(asks)).ask_next]
    assert words == [
        "Ask good whether it is H: 1.00 bits, saves 0.5.",
        "Ask dear whether it is H: 1.00 bits, not worth its cost.",
    ]


def test_a_chain_of_hearsay_goes_back_to_who_saw_it() -> None:
    chain = [
        says("saw", "H", 0.8, 0.8, source="Ana"),
        says("heard", "H", 0.8, 0.8, source="Ben", told_by="Ana"),
        says("heard again", "H", 0.8, 0.8, source="Cem", told_by="Ben"),
    ]
    found = fused(EVEN, *chain)
    assert {found.taken[r.id].origin for r in chain} == {"source Ana"}
    assert found.posterior["q"]["H"] == pytest.approx(0.74)


@pytest.mark.parametrize("way", ["strongest", "effective"])
def test_who_retells_half_of_it_does_not_count_twice(way: Any) -> None:
    """Seen at the hut at noon; retold: at the hut. With one origin the place is no surer than by the first alone."""
    questions = {"where": {"hut": 0.5, "away": 0.5}, "when": {"noon": 0.5, "later": 0.5}}
    saw = Report(id="saw", says={"where": "hut", "when": "noon"}, r=0.8, c=0.9, source="Ana")
    told = Report(id="told", says={"where": "hut"}, r=0.8, c=0.9, source="Ben", told_by="Ana")
    apart = Report(id="told", says={"where": "hut"}, r=0.8, c=0.9, source="Ben")
    where = [
        fuse(FuseProblem(questions=questions, reports=reports, one_origin=way)).posterior["where"]["hut"]
        for reports in ((saw,), (saw, told), (told, saw), (saw, apart), (told,))
    ]
    assert where[1] == pytest.approx(where[2])
    assert where[0] - 1e-12 <= where[1] <= max(where[0], where[4]) + 1e-12
    assert where[1] < where[3] - 0.05


def test_asked_which_of_four_a_source_names_the_others_alike() -> None:
    prior = dict.fromkeys("abcd", 0.25)
    assert chance(prior, says("1", "a", 0.8, 1.0), asked="which") == pytest.approx(0.8)
    assert chance(prior, says("1", "a", 0.8, 1.0)) == pytest.approx(0.2 / 0.35)


def test_a_number_word_speaks_for_the_numbers_near_it() -> None:
    prior = dict.fromkeys(("1", "2", "4", "8", "40"), 0.2)
    found = fused(prior, Report(id="1", count="a couple of people", r=0.9)).posterior["q"]
    assert max(found, key=lambda n: found[n]) == "2"
    dozens = fused(prior, Report(id="1", count="dozens", r=0.9)).posterior["q"]
    assert max(dozens, key=lambda n: dozens[n]) == "40"


def test_questions_too_entangled_say_what_ties_them() -> None:
    questions = {f"q{k}": {f"h{j}": 0.2 for j in range(5)} for k in range(9)}
    chain = [Report(id=f"r{k}", says={f"q{k}": "h0", f"q{k + 1}": "h1"}, r=0.8, c=0.8) for k in range(8)]
    with pytest.raises(BadInput, match=r"q0, q1, q2, q3 and 5 more hang together \(by reports r0, r1, r2 and 5 more\)"):
        fuse(FuseProblem(questions=questions, reports=tuple(chain)))
