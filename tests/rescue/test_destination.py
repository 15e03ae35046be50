"""Which hospital: the survival formula, mixtures, refusals, and the alternates."""

from __future__ import annotations

from itertools import permutations
from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.rescue.destination import Option, Severity, choose_destination, has_all

NEAR = Option(id="near", arrive_s=20 * 60, accepts=0.95, survives=0.7, fallback=0.5)
FAR = Option(id="far", arrive_s=55 * 60, accepts=0.8, survives=0.95, fallback=0.5)


def kind(per_min: float, p: float = 1.0, name: str = "one") -> Severity:
    return Severity(id=name, p=p, death_per_s=per_min / 60)


def test_survival_is_acceptance_hazard_and_level_worked_by_hand():
    """P = accept e^(-h t) level + (1 - accept) fallback."""
    told = choose_destination([NEAR, FAR], [kind(0.002)])
    by_hand = {
        "near": 0.95 * exp(-0.002 * 20) * 0.7 + 0.05 * 0.5,
        "far": 0.8 * exp(-0.002 * 55) * 0.95 + 0.2 * 0.5,
    }
    assert {r.id: r.p_survives for r in told.ranked} == pytest.approx(by_hand, rel=1e-12)
    assert told.best.id == "far"


def test_the_worse_off_the_nearer_the_hospital():
    assert choose_destination([NEAR, FAR], [kind(0.0001)]).best.id == "far"
    assert choose_destination([NEAR, FAR], [kind(0.02)]).best.id == "near"


def test_severities_are_mixed_by_their_probability():
    alone = {h: choose_destination([NEAR, FAR], [kind(h)]) for h in (0.001, 0.02)}
    both = choose_destination([NEAR, FAR], [kind(0.001, 0.7, "stable"), kind(0.02, 0.3, "bleeding")])
    for r in both.ranked:
        parts = [next(x.p_survives for x in alone[h].ranked if x.id == r.id) for h in (0.001, 0.02)]
        assert r.p_survives == pytest.approx(0.7 * parts[0] + 0.3 * parts[1], rel=1e-12)


def test_level_may_depend_on_the_severity():
    trauma = Option(id="trauma", arrive_s=3000.0, survives={"bleeding": 0.9, "stable": 0.99}, fallback=0.0)
    local = Option(id="local", arrive_s=600.0, survives={"bleeding": 0.3, "stable": 0.99}, fallback=0.0)
    p = [kind(0.004, 0.5, "bleeding"), kind(0.0, 0.5, "stable")]
    told = choose_destination([trauma, local], p)
    assert told.best.id == "trauma"
    assert told.best.p_survives == pytest.approx(0.5 * 0.9 * exp(-0.004 * 50) + 0.5 * 0.99)


def test_an_uncertain_time_counts_with_all_its_values():
    late = Option(id="late", arrive_s=np.array([600.0, 6000.0]), survives=1.0, fallback=0.0)
    told = choose_destination([late], [kind(0.01)])
    assert told.best.p_survives == pytest.approx((exp(-0.1) + exp(-1.0)) / 2)


options_ = st.lists(st.tuples(st.floats(60, 2e4), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=4).map(
    lambda rows: [Option(id=f"h{i}", arrive_s=t, accepts=a, survives=s) for i, (t, a, s) in enumerate(rows)]
)


@given(options_, st.floats(0, 0.05))
def test_asking_the_best_first_is_as_good_as_any_order(options: list[Option], per_min: float):
    """All ask-orders by enumeration; who is refused by all has 0.7 of the best's probability (our own)."""
    value = {o.id: exp(-per_min / 60 * float(o.arrive_s)) * float(o.survives) for o in options}  # type: ignore[arg-type]
    best = 0.0
    for order in permutations(options):
        left, total = 1.0, 0.0
        for o in order:
            total += left * o.accepts * value[o.id]
            left *= 1 - o.accepts
        best = max(best, total + left * 0.7 * max(value.values()))
    told = choose_destination(options, [kind(per_min)])
    assert told.best.p_survives == pytest.approx(best, abs=2e-12)


@given(options_, st.floats(0, 0.05), st.floats(1.0, 3.0))
def test_a_greater_hazard_never_saves_more(options: list[Option], per_min: float, times: float):
    mild, grave = (choose_destination(options, [kind(h)]) for h in (per_min, per_min * times))
    assert grave.best.p_survives <= mild.best.p_survives + 1e-12


def test_reasons_name_where_how_when_and_the_alternates():
    road = Option(id="a", arrive_s=3600.0, survives=0.9, hospital="Meritxell", exit="the bridge", mode="road")
    air = Option(id="b", arrive_s=1800.0, survives=0.9, hospital="Meritxell", exit="the meadow", mode="air")
    other = Option(id="c", arrive_s=4000.0, survives=0.5, hospital="Clinic", exit="the bridge", mode="road")
    told = choose_destination([road, other, air], [kind(0.001)])
    assert told.why == (
        "Meritxell by air from the meadow: there in 30 min, survives with 87%.",
        "Else Meritxell by road from the bridge: there in 1 h, survives with 85%.",
        "Else Clinic by road from the bridge: there in 1 h 07 min, survives with 47%.",
    )


@pytest.mark.parametrize(
    ("needs", "has", "fits", "note"),
    [
        ((), (), True, ""),
        ((), ("trauma",), True, ""),
        (("Trauma",), ("trauma", "CT"), True, ""),
        (("trauma", "ct"), ("TRAUMA",), False, "It lacks ct."),
        (("trauma",), (), True, "Nothing is told of what it can treat: ask whether it has trauma."),
    ],
)
def test_what_is_needed_is_there_is_lacking_or_is_not_known(needs, has, fits, note):
    assert has_all(needs, has) == (fits, note)


def test_what_is_not_known_stands_behind_what_is_told():
    ask = "Nothing is told of what it can treat: ask whether it has trauma."
    assert has_all(["trauma"], (), [(), ("emergency",)]) == (True, ask)
    assert has_all(["trauma"], (), [(), ("Trauma",)]) == (False, ask)


def test_without_a_hazard_the_level_counts_and_of_equals_the_sooner():
    told = choose_destination([FAR, NEAR])
    assert [r.id for r in told.ranked] == ["far", "near"]
    equal = [Option(id=i, arrive_s=t) for i, t in (("late", 900.0), ("soon", 60.0))]
    assert choose_destination(equal).best.id == "soon"


@pytest.mark.parametrize(
    ("options", "kinds", "message"),
    [
        ([], [], "no hospital"),
        ([NEAR, NEAR], [], "same id"),
        ([NEAR], [kind(0.1, 0.5)], "sum to 0.5"),
        ([Option(id="x", arrive_s=1.0, accepts=1.2)], [], "outside 0 to 1"),
        ([Option(id="x", arrive_s=1.0, survives={"other": 1.0})], [kind(0.1)], "Nothing is said of severity 'one'"),
    ],
)
def test_what_cannot_be_is_refused_in_words(options: list[Option], kinds: list[Severity], message: str):
    with pytest.raises(BadInput, match=message):
        choose_destination(options, kinds)
