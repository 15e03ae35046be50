"""Motives of a warning: what they make of each target, and what reports on them change."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.desk.solver_door import solve
from homeward.errors import BadFile, BadInput
from homeward.readiness.warn.motives import Motive, Pointer, weigh
from tests.readiness.warn_sample import SAID

QUARREL = Motive(id="quarrel", share=0.6, targets={"hut": 2.0, "mill": 1.0})
MONEY = Motive(id="money", share=0.3, targets={"bank": 1.0, "mill": 1.0})
BOTH = (QUARREL, MONEY)
RATIO = st.floats(0.01, 100)


def said(
    ratios: dict[str, float], *, reliability: float = 1.0, name: str = "r", source: str = "", day: float = 1
) -> Pointer:
    at = SAID + timedelta(days=day)
    return Pointer(id=name, said_at=at, ratios=ratios, reliability=reliability, source=source)


def test_a_target_is_hit_by_every_motive_that_points_at_it() -> None:
    """Law of total probability, by hand: 0.6 x 1/3 + 0.3 x 1/2."""
    found = weigh(BOTH)
    assert found.by_target == pytest.approx({"hut": 0.4, "mill": 0.35, "bank": 0.15})
    assert found.other == pytest.approx(0.1)


def test_report_three_times_as_probable_by_one_motive() -> None:
    """Bayes by hand: 1.8, 0.3 and 0.1 of 2.2; of a source that knows with 0.8, a fifth of what was believed stays."""
    sure = weigh(BOTH, (said({"quarrel": 3.0}),))
    assert sure.shares == pytest.approx({"quarrel": 1.8 / 2.2, "money": 0.3 / 2.2})
    may_be = weigh(BOTH, (said({"quarrel": 3.0}, reliability=0.8),))
    assert may_be.shares["quarrel"] == pytest.approx(0.8 * 1.8 / 2.2 + 0.2 * 0.6)
    assert may_be.by_target["hut"] == pytest.approx(may_be.shares["quarrel"] * 2 / 3)


@given(first=RATIO, second=RATIO, reliability=st.floats(0, 1))
def test_probabilities_stay_whole_and_who_knows_nothing_changes_nothing(
    first: float, second: float, reliability: float
) -> None:
    told = weigh(BOTH, (said({"quarrel": first, "money": second}, reliability=reliability),))
    assert math.fsum(told.shares.values()) + told.other == pytest.approx(1)
    assert math.fsum(told.by_target.values()) == pytest.approx(1 - told.other)
    silent = weigh(BOTH, (said({"quarrel": first, "money": second}, reliability=0.0),))
    assert silent.shares == pytest.approx(weigh(BOTH).shares, rel=1e-12)


@given(first=RATIO, second=RATIO)
def test_order_of_sure_reports_does_not_matter(first: float, second: float) -> None:
    a, b = said({"quarrel": first}, name="a"), said({"money": second}, name="b", day=2)
    c, d = said({"quarrel": first}, name="a", day=2), said({"money": second}, name="b")
    assert weigh(BOTH, (a, b)).shares == pytest.approx(weigh(BOTH, (d, c)).shares, rel=1e-9)


def test_nobody_is_believed_twice_for_saying_it_twice() -> None:
    once = said({"quarrel": 3.0}, source="W1")
    again = said({"quarrel": 3.0}, name="s", source="W1", day=2)
    found = weigh(BOTH, (once, again))
    assert found.shares == pytest.approx(weigh(BOTH, (again,)).shares)
    assert "r says of motives was left aside" in found.findings[0]


@pytest.mark.parametrize(
    ("motives", "reports", "words"),
    [
        ((QUARREL, QUARREL), (), "'quarrel' is told twice"),
        ((QUARREL, Motive(id="x", share=0.5, targets={"a": 1.0})), (), "sum to 1.1"),
        (BOTH, (said({"greed": 2.0}),), "speaks of the motive 'greed'. There is quarrel, money"),
        ((Motive(id="x", share=1.0, targets={"a": 1.0}),), (said({"x": 0.0}),), "excludes every motive"),
    ],
)
def test_what_cannot_be_is_one_sentence(motives: tuple[Motive, ...], reports: tuple[Pointer, ...], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        weigh(motives, reports)


def test_report_that_excludes_all_from_who_may_not_know_changes_nothing() -> None:
    alone = (Motive(id="x", share=1.0, targets={"a": 1.0}),)
    assert weigh(alone, (said({"x": 0.0}, reliability=0.9),)).shares == {"x": 1.0}


FILE: dict[str, Any] = {
    "kind": "warn",
    "said_at": "2026-03-01T12:00Z",
    "now": "2026-03-06T12:00Z",
    "quantiles_d": {"0.1": 7, "0.5": 30},
    "motives": [
        {"id": "quarrel", "p": 0.6, "targets": {"hut": 2, "mill": 1}},
        {"id": "money", "p": 0.3, "targets": {"bank": 1}},
    ],
    "targets": {"mill": 0.5},
    "reports": [{"id": "a", "motives": {"quarrel": 3}, "reliability": 0.8}],
}


def solved(tmp_path: Path, **fields: Any) -> dict[str, Any]:
    file = tmp_path / "w.json"
    file.write_text(json.dumps(FILE | fields), encoding="utf-8")
    return dict(solve(file).data)


def test_file_with_motives_tells_each_target_and_motive(tmp_path: Path) -> None:
    found = solved(tmp_path)
    quarrel = 0.8 * 1.8 / 2.2 + 0.2 * 0.6
    other = 0.8 * 0.1 / 2.2 + 0.2 * 0.1
    assert found["by_motive"]["quarrel"]["share"] == pytest.approx(quarrel)
    assert found["by_target"]["hut"]["30"] == pytest.approx(quarrel * 2 / 3 * found["within"]["30"])
    assert found["by_target"]["mill"]["30"] == pytest.approx((quarrel / 3 + other * 0.5) * found["within"]["30"])
    assert "quarrel 77 % (60 % as told)" in found["why"][-1]
    plain = solved(tmp_path, motives=[], reports=[])
    assert found["within"] == plain["within"]  # motives say nothing of the date
    assert plain["by_motive"] == {}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"motives": [{"id": "a", "p": 0.7, "targets": {"x": 1}}] * 2, "reports": []}, "told twice"),
        ({"motives": [{"id": "a", "p": 1.2, "targets": {"x": 1}}]}, "motives.0..p is 1.2, and must be at most 1"),
        ({"motives": [{"id": "a", "p": 0.2, "targets": {}}]}, "needs at least 1"),
        ({"motives": []}, "speaks of the motive 'quarrel'. There is none"),
        ({"reports": [{"id": "a", "motives": {"quarrel": -1}}]}, "must be"),
        ({"reports": [{"id": "a", "motives": {"quarrel": 2}, "said_at": "2027-01-01T00:00Z"}]}, "after now"),
        ({"reports": [{"id": "a", "motives": {"quarrel": 2}}] * 2}, "Two reports are called"),
    ],
)
def test_bad_motives_of_a_file_are_one_sentence(tmp_path: Path, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(BadFile, match=words):
        solved(tmp_path, **fields)
