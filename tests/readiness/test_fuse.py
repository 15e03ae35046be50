"""Fusion of reports: worked cases, the laws it keeps for every input, and its oracle by enumeration."""

from __future__ import annotations

import math
import random
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.readiness import FuseProblem, Report, fuse
from homeward.readiness.fuse.learn import learn_sources, score
from homeward.readiness.fuse.records import Ask, Resolved
from homeward.readiness.fuse.views import dempster, extremizing_factor, opinions, pools
from tests.readiness.fuse_oracle import EVEN, chance, enumerated, fused, says

shares = st.floats(0.02, 0.98)
told = st.tuples(st.sampled_from("abc"), shares, shares)
WAYS = st.sampled_from(["effective", "strongest"])


# --- worked cases ---------------------------------------------------------------------------------------------------


def test_likelihood_ratios_multiply_odds() -> None:
    """Odds 3/7 x 3 x 2 x 0.5 = 9/7."""
    reports = [Report(id=f"{ratio}", likelihood={"H": ratio / 10, "notH": 0.1}) for ratio in (3, 2, 0.5)]
    found = fused({"H": 0.3, "notH": 0.7}, *reports)
    assert found.posterior["q"]["H"] == pytest.approx(9 / 16, rel=1e-12)
    assert [found.taken[r.id].log10_ratio["H"] for r in reports] == pytest.approx(np.log10([3, 2, 0.5]))


@pytest.mark.parametrize(
    ("prior", "told", "expected"),
    [
        (0.5, [("H", 0.8, 0.95)], 0.785),
        (0.5, [("H", 0.8, 0.6)], 0.68),
        (0.5, [("H", 0.8, 0.0)], 0.5),
        (0.5, [("H", 0.8, 0.8)] * 2, 0.8901170351105332),
        (0.5, [("H", 0.8, 0.8), ("notH", 0.8, 0.8)], 0.5),
        (0.3, [("H", 0.9, 0.95), ("notH", 0.9, 0.3)], 0.6582677165354331),
        (0.1, [("H", 0.8, 0.8)] * 3, 0.7192372135290946),
    ],
)
def test_witness_model(prior: float, told: list[tuple[str, float, float]], expected: float) -> None:
    """By hand: P(says H | H) = r c + (1-r)/2, P(says H | not H) = r (1-c) + (1-r)/2."""
    reports = [says(str(k), what, c, r) for k, (what, c, r) in enumerate(told)]
    assert chance({"H": prior, "notH": 1 - prior}, *reports) == pytest.approx(expected, rel=1e-9)


def test_empty_search_of_one_place() -> None:
    """By hand: the gully keeps 0.4 of its mass."""
    prior = {"hut": 0.4, "gully": 0.3, "ridge": 0.2, "outside": 0.1}
    heard = Report(id="call", likelihood={"hut": 0.2, "gully": 0.7, "ridge": 0.3, "outside": 0.3})
    search = Report(id="Alpha", searched={"gully": 0.6})
    assert fused(prior, heard).posterior["q"] == pytest.approx(
        {"hut": 4 / 19, "gully": 10.5 / 19, "ridge": 3 / 19, "outside": 1.5 / 19}
    )
    mass = {"hut": 0.08, "gully": 0.084, "ridge": 0.06, "outside": 0.03}
    assert fused(prior, heard, search).posterior["q"] == pytest.approx({h: m / 0.254 for h, m in mass.items()})


def test_zadeh_is_flagged_and_the_doubted_third_does_not_win() -> None:
    """Zadeh (1984), AI Magazine 5(3), 81-83: Dempster's rule makes certain what both find all but impossible."""
    prior = {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3}
    told = [{"A": 0.99, "B": 0.01, "C": 0.0}, {"A": 0.0, "B": 0.01, "C": 0.99}]
    for r, conflict in ((None, 0.9999), (0.9, 0.809919)):
        reports = tuple(Report(id=str(k), likelihood=p, r=r) for k, p in enumerate(told))
        problem = FuseProblem(questions={"q": prior}, reports=reports)
        found = fuse(problem)
        post = found.posterior["q"]
        assert post["A"] == pytest.approx(post["C"])
        assert post["B"] < 0.05
        assert found.conflict == pytest.approx(conflict, rel=1e-9)
        assert bool(found.ask_again) == (conflict > 0.9)
        masses, clash = dempster(problem, found)["q"]
        assert clash == pytest.approx(conflict, rel=1e-9)
        if r is None:
            assert masses == pytest.approx({"B": 1.0})
        else:
            assert masses == pytest.approx(
                {
                    "A": 0.4687475339460546,
                    "B": 0.009895781272194488,
                    "C": 0.4687475339460546,
                    "any": 0.05260915083569635,
                }
            )
    assert (
        "contradict each other" in fused(prior, *(Report(id=str(k), likelihood=p) for k, p in enumerate(told))).why[1]
    )


def test_opinions_add_evidence() -> None:
    """Josang (2016), Subjective Logic: counts 2b/u and 2d/u add up; trust discounts."""
    problem = FuseProblem(
        questions={"q": EVEN}, reports=(says("1", "H", 0.8 / 0.9, 0.9), says("2", "H", 0.6 / 0.8, 0.8))
    )
    found = opinions(problem, fuse(problem))["q"]
    assert found.by_report["1"]["H"] == pytest.approx((0.8, 0.1, 0.1))
    assert found.fused["H"] == pytest.approx((11 / 14, 2 / 14, 1 / 14))
    assert found.projected["H"] == pytest.approx(11.5 / 14)


@pytest.mark.parametrize(
    ("one", "other", "bits"),
    [([0.9, 0.1], [0.1, 0.9], 0.5310044064107189), ([0.9, 0.1], [0.8, 0.2], 0.014378460478078628), ([1, 0], [0, 1], 1)],
)
def test_divergence_of_two_witnesses(one: list[float], other: list[float], bits: float) -> None:
    """The last by hand: nothing in common is one bit."""
    reports = [Report(id=str(k), likelihood=dict(zip("ab", p, strict=True))) for k, p in enumerate((one, other))]
    found = fused({"a": 0.5, "b": 0.5}, *reports)
    (pair,) = found.compared
    assert pair.jsd_bits == pytest.approx(bits, rel=1e-9)
    assert found.pairs == ((pair,) if bits > 0.25 else ())


def test_brier_score_splits() -> None:
    """Murphy (1973): score = reliability - resolution + uncertainty."""
    forecast, truth = [0.9] * 5 + [0.6] * 3 + [0.2] * 2, [1, 1, 1, 1, 0, 1, 0, 1, 0, 0]
    found = score([Resolved(source="A", forecast=f, came_true=bool(t)) for f, t in zip(forecast, truth, strict=True)])
    assert (found.brier, found.uncertainty) == pytest.approx((0.161, 0.24))
    assert (found.reliability, found.resolution) == pytest.approx((0.014333333333333332, 0.09333333333333335))
    assert found.log_loss == pytest.approx(0.5108256237659907)


@pytest.mark.parametrize(("rho", "n_eff"), [(0.0, 3.0), (0.25, 2.0), (0.5, 1.5), (1.0, 1.0)])
@pytest.mark.parametrize("way", ["effective", "strongest"])
def test_reports_of_one_origin_count_as_the_effective_number(rho: float, n_eff: float, way: Any) -> None:
    """n / (1 + (n-1) rho) on the log likelihood ratio (Kish 1965)."""
    told = [Report(id=str(k), likelihood={"H": 0.6, "notH": 0.2}, source="radio") for k in range(3)]
    odds = 3 / 7 * 3**n_eff
    assert chance({"H": 0.3, "notH": 0.7}, *told, rho=rho, one_origin=way) == pytest.approx(odds / (1 + odds))


def test_extremizing_factor_runs_from_one_to_the_root_of_three() -> None:
    """Neyman & Roughgarden (2021); n = 2 by hand: 2 (sqrt 7 - 2) / 1."""
    assert extremizing_factor(1) == pytest.approx(1)
    assert extremizing_factor(2) == pytest.approx(2 * (math.sqrt(7) - 2))
    assert extremizing_factor(100_000) == pytest.approx(math.sqrt(3), rel=1e-4)


def test_pools_of_two_equal_witnesses() -> None:
    problem = FuseProblem(questions={"q": EVEN}, reports=(says("1", "H", 0.7, 1), says("2", "H", 0.7, 1)))
    found = pools(problem, fuse(problem), extremize=2)["q"]
    assert found.linear["H"] == pytest.approx(0.7)
    assert found.log["H"] == pytest.approx(0.7)
    assert found.extremized["2"]["H"] == pytest.approx(0.49 / 0.58)
    assert found.neyman_roughgarden["H"] == pytest.approx(0.5 + extremizing_factor(2) * 0.2)


def test_what_is_learnt_of_a_source_is_its_reliability() -> None:
    """7 right, 2 wrong: the mean of Beta(8, 3)."""
    learnt = learn_sources([], {"Ana": (7, 2)})["Ana"]
    assert learnt.r == pytest.approx(8 / 11)
    assert learnt.r_low < learnt.r < learnt.r_high
    with_record = chance(EVEN, Report(id="1", says={"q": "H"}, c=0.9, source="Ana"), counts={"Ana": (7, 2)})
    assert with_record == pytest.approx(chance(EVEN, says("1", "H", 0.9, 8 / 11)))


def test_the_model_tells_a_well_calibrated_witness_from_a_guesser() -> None:
    """Right as often as it was sure (8 of 10 at 0.8): reliable by the model, where bare counts give 0.75."""
    good = [Resolved(source="A", forecast=0.8, came_true=k < 80) for k in range(100)]
    guess = [Resolved(source="B", forecast=0.95, came_true=k % 2 == 0) for k in range(100)]
    learnt = learn_sources([*good, *guess], {})
    assert learnt["A"].r_model > 0.85
    assert learnt["A"].r == pytest.approx(81 / 102)
    assert learnt["B"].r_model < 0.2


# --- laws for every input -------------------------------------------------------------------------------------------


@given(st.lists(told, max_size=9), st.tuples(shares, shares, shares), shares)
def test_equals_enumeration_of_who_is_reliable(reports: list[Any], priors: Any, base: float) -> None:
    prior = dict(zip("abc", priors, strict=True))
    mine = [says(str(k), what, c, r) for k, (what, r, c) in enumerate(reports)]
    found = fused(prior, *mine, base_rate=base, clamp=0.0)
    assert found.posterior["q"] == pytest.approx(enumerated(prior, reports, base_rate=base), abs=1e-9)


@given(st.lists(told, min_size=2, max_size=8), st.integers(0, 10_000), st.sampled_from([0.0, 0.3, 1.0]), st.booleans())
def test_order_never_matters(reports: list[Any], seed: int, rho: float, strongest: bool) -> None:  # noqa: FBT001
    mine = [says(str(k), what, c, r, source=f"s{k % 3}") for k, (what, r, c) in enumerate(reports)]
    other = mine.copy()
    random.Random(seed).shuffle(other)
    way = "strongest" if strongest else "effective"
    prior = {"a": 0.2, "b": 0.3, "c": 0.5}
    one, two = (fused(prior, *r, rho=rho, one_origin=way) for r in (mine, other))
    assert one.posterior["q"] == pytest.approx(two.posterior["q"], abs=1e-12)
    assert dict(one.moved["q"]["a"]) == pytest.approx(dict(two.moved["q"]["a"]), abs=1e-9)


tellers = st.sampled_from(["", "", "s0", "S1 ", "the s2", "s3", "0", "1", "2"])
chained = st.tuples(st.sampled_from("abc"), shares, shares, st.booleans(), st.integers(0, 3), tellers)


@given(st.lists(chained, min_size=2, max_size=6), st.randoms(use_true_random=False), st.sampled_from([0.3, 1.0]))
def test_order_never_matters_whoever_told_it(reports: list[Any], shuffled: random.Random, rho: float) -> None:
    """Sources with several reports, told by each other, by reports, by themselves, in rings and by nobody here."""
    mine = [
        says(str(k), what, c, r, denies=denies, source=f"s{who}", told_by=told)
        for k, (what, r, c, denies, who, told) in enumerate(reports)
    ]
    other = mine.copy()
    shuffled.shuffle(other)
    prior = {"a": 0.2, "b": 0.3, "c": 0.5}
    for way in ("effective", "strongest"):
        one, two = (fused(prior, *r, rho=rho, one_origin=way) for r in (mine, other))
        assert one.posterior["q"] == pytest.approx(two.posterior["q"], abs=1e-12)
        assert {name: taken.origin for name, taken in one.taken.items()} == {
            name: taken.origin for name, taken in two.taken.items()
        }
        assert sorted(one.findings) == sorted(two.findings)


@given(shares, shares, shares)
def test_equal_and_opposite_reports_return_to_the_prior(p: float, r: float, c: float) -> None:
    prior = {"H": p, "notH": 1 - p}
    assert chance(prior, says("1", "H", c, r), says("2", "notH", c, r)) == pytest.approx(p)
    assert chance(prior, says("1", "H", c, r), says("2", "H", c, r, denies=True)) == pytest.approx(p)


@given(shares, shares)
def test_what_cannot_be_judged_changes_nothing(p: float, c: float) -> None:
    prior = {"H": p, "notH": 1 - p}
    for report in (
        Report(id="F", says={"q": "H"}, reliability="F", c=c),
        Report(id="6", says={"q": "H"}, reliability="A", credibility=6),
        says("0", "H", c, 0.0),
    ):
        assert chance(prior, report) == pytest.approx(p)


@given(shares, st.floats(0.51, 1), shares, st.floats(0, 1), WAYS)
def test_hearsay_never_weakens_what_it_retells_nor_counts_twice(
    r: float, c: float, less: float, rho: float, way: Any
) -> None:
    first = says("saw", "H", c, r, source="Ana")
    retold = says("heard", "H", 0.5 + (c - 0.5) * less, r * less, source="Ben", told_by="Ana")
    alone, both = chance(EVEN, first), chance(EVEN, first, retold, rho=rho, one_origin=way)
    apart = chance(EVEN, first, says("heard", "H", retold.c or 0, retold.r or 0, source="Ben"))
    assert alone - 1e-12 <= both <= apart + 1e-12
    assert chance(EVEN, first, retold, rho=1.0, one_origin=way) == pytest.approx(alone)


@given(st.lists(st.tuples(shares, st.floats(0.51, 0.99)), min_size=1, max_size=6), st.floats(0, 1))
def test_of_one_origin_as_many_count_as_come_to_most_by_the_effective_number(
    told: list[tuple[float, float]], rho: float
) -> None:
    """By hand: of all sets of the reports the one with the greatest n / (1 + (n-1) rho) times its mean."""
    ratios = [math.log(r * c + (1 - r) / 2) - math.log(r * (1 - c) + (1 - r) / 2) for r, c in told]
    sets = [some for n in range(1, len(ratios) + 1) for some in combinations(ratios, n)]
    most = max(sum(some) / (1 + (len(some) - 1) * rho) for some in sets)
    reports = [says(str(k), "H", c, r, source="Ana") for k, (r, c) in enumerate(told)]
    p = chance(EVEN, *reports, rho=rho, one_origin="effective", clamp=0.0)
    assert math.log(p / (1 - p)) == pytest.approx(most, abs=1e-9)


@given(st.lists(st.tuples(st.sampled_from("ab"), shares, shares), min_size=2, max_size=6), st.floats(0, 0.999), WAYS)
def test_a_little_more_correlation_changes_little(told: list[Any], rho: float, way: Any) -> None:
    prior = {"a": 0.4, "b": 0.3, "c": 0.3}
    reports = [says(str(k), what, c, r, source="Ana") for k, (what, r, c) in enumerate(told)]
    one, two = (chance(prior, *reports, rho=x, one_origin=way) for x in (rho, rho + 1e-9))
    assert one == pytest.approx(two, abs=1e-6)


@given(st.lists(st.tuples(st.sampled_from("abc"), shares, shares), min_size=2, max_size=6))
def test_with_full_correlation_both_ways_are_the_strongest_alone(told: list[Any]) -> None:
    prior = {"a": 0.4, "b": 0.3, "c": 0.3}
    reports = [says(str(k), what, c, r, source="Ana") for k, (what, r, c) in enumerate(told)]
    one, two = (fused(prior, *reports, rho=1.0, one_origin=way).posterior["q"] for way in ("effective", "strongest"))
    assert one == pytest.approx(two, abs=1e-9)


@given(shares, st.floats(0.55, 0.95))
def test_who_takes_it_back_nearly_returns_to_the_prior(r: float, c: float) -> None:
    """Sure of it first, then nearly as sure of the contrary: what is left is the difference, not the surer one."""
    first = says("then", "H", c, r, source="Ana")
    for back in (
        says("now", "H", 1 - c + 0.01, r, source="Ana"),
        says("now", "H", c - 0.01, r, source="Ana", denies=True),
    ):
        assert chance(EVEN, first, back) == pytest.approx(0.5, abs=0.05)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=2, max_size=5), told)
def test_certain_reports_at_odds_come_to_what_nearly_certain_ones_do(certain: list[Any], sure: Any) -> None:
    prior = {"a": 0.2, "b": 0.3, "c": 0.5}
    reports = [says(str(k), what, 1.0, 1.0, denies=no) for k, (what, no) in enumerate(certain)]
    reports.append(says("x", sure[0], sure[2], sure[1]))
    one, two = (fused(prior, *reports, clamp=x).posterior["q"] for x in (0.0, 1e-9))
    assert one == pytest.approx(two, abs=1e-6)


@given(st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_one_report_never_moves_odds_beyond_99_to_1(r: float, c: float, denies: bool) -> None:  # noqa: FBT001
    assert 0.01 - 1e-12 <= chance(EVEN, says("1", "H", c, r, denies=denies)) <= 0.99 + 1e-12


@given(st.lists(told, min_size=1, max_size=6), shares)
def test_shift_is_what_leaving_the_report_out_changes(reports: list[Any], rho: float) -> None:
    prior = {"a": 0.2, "b": 0.3, "c": 0.5}
    mine = [says(str(k), what, c, r, source=f"s{k % 2}") for k, (what, r, c) in enumerate(reports)]
    whole = fused(prior, *mine, rho=rho)
    for k, report in enumerate(mine):
        p, q = whole.posterior["q"]["a"], chance(prior, *mine[:k], *mine[k + 1 :], rho=rho)
        assert dict(whole.moved["q"]["a"])[report.id] == pytest.approx(math.log(p / (1 - p) / (q / (1 - q))), abs=1e-6)


@given(st.lists(told, max_size=4), shares, shares)
def test_asking_never_raises_entropy_and_is_worth_what_its_answers_leave(
    reports: list[Any], r: float, c: float
) -> None:
    prior = {"a": 0.2, "b": 0.3, "c": 0.5}
    mine = [says(str(k), what, c_, r_) for k, (what, r_, c_) in enumerate(reports)]
    ask = Ask(id="Eva", question="q", about="b", r=r, c=c)
    found = fused(prior, *mine, could_ask=(ask,), clamp=0.0)
    yes, no = (says("x", "b", c, r, denies=denies) for denies in (False, True))
    p_yes = sum(p * (r * (c if h == "b" else 1 - c) + (1 - r) / 2) for h, p in found.posterior["q"].items())
    left = sum(
        w * fused(prior, *mine, answer, clamp=0.0).entropy_bits["q"][1] for w, answer in ((p_yes, yes), (1 - p_yes, no))
    )
    (worth,) = found.ask_next
    assert worth.gain_bits == pytest.approx(found.entropy_bits["q"][1] - left, abs=1e-9)
    assert worth.gain_bits >= 0


@pytest.mark.parametrize(("letter", "value"), [("A", 0.95), ("C", 0.6), ("E", 0.1), ("F", 0.5), ("", 0.5)])
def test_a_record_starts_from_the_letter(letter: str, value: float) -> None:
    """One claim that came true never makes a source worse than its letter, one that did not never better."""

    def r(right: int, wrong: int) -> float:
        report = Report(id="1", says={"q": "H"}, c=0.9, source="Ana", reliability=letter)
        return fused(EVEN, report, counts={"Ana": (right, wrong)}).taken["1"].graded.r

    assert r(1, 0) == pytest.approx((2 * value + 1) / 3)
    assert r(0, 1) < value < r(1, 0)
    assert r(900, 100) == pytest.approx(0.9, abs=0.01)


@pytest.mark.parametrize("words", ["half sure", "I am half-sure", "half certain"])
def test_half_sure_says_as_much_for_as_against(words: str) -> None:
    report = Report(id="1", says={"q": "H"}, certainty=words, reliability="A")
    assert chance(EVEN, report) == pytest.approx(0.5)
