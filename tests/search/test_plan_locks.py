"""The manager's choices: plans obey them, say plainly where they cannot, and what each costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.mission.nouns import Lock, LockRule, Team, TeamKind
from homeward.search import PlanProblem, SearchPlan, make_plan
from homeward.search.plan import make
from homeward.search.plan.arrays import Schedule
from homeward.terrain.ground import LineKind
from tests.search.ground import TEAMS, flat, hills, line, problem, square

NAMES = ("XA", "XB", "XC", "XD")
TRAIL = line(LineKind.TRAIL, (300, 100), (300, 900), (900, 1100))


def asked(*locks: Lock) -> PlanProblem:
    """A heap of probability on four squares of the manager's."""
    terrain = flat(24, lines=(TRAIL,))
    squares = tuple(square(n, 100 + 500 * (i % 2), 100 + 500 * (i // 2), 500) for i, n in enumerate(NAMES))
    given = problem(terrain, hills(terrain.grid, (450, 450, 250)), base_m=(600.0, 50.0), segments=squares)
    return replace(given, locks=locks)


@pytest.fixture(scope="module")
def free() -> SearchPlan:
    return make_plan(asked())


@settings(max_examples=4)
@given(
    never=st.sampled_from(NAMES),
    must=st.sampled_from(NAMES),
    who=st.sampled_from([None, "Alpha", "Charlie", "Delta"]),
)
def test_locks_are_obeyed_or_it_is_said(never: str, must: str, who: str | None) -> None:
    locks = (
        Lock(id="L1", rule=LockRule.NEVER, segment=never),
        Lock(id="L2", rule=LockRule.MUST, segment=must, team=who),
    )
    plan = make_plan(asked(*locks))
    ring = shapely.Polygon(next(s for s in plan.segments if s.id == never).ring_m)
    for a in plan.assignments:
        assert a.segment != never
        if a.spacing_m is None:  # along a line
            assert shapely.LineString(a.route_m).intersection(ring).length <= 55.0
    done = any(a.segment == must and who in (None, a.team) for a in plan.assignments)
    said = [w for w in plan.why if w.startswith("Lock L2 cannot be kept")]
    assert done != bool(said)
    assert done or never == must
    assert [name for name, _ in plan.lock_costs] == (["L1", "L2"] if done else ["L1"])
    assert all(cost >= 0 for _, cost in plan.lock_costs)


def test_one_team_may_be_kept_out_while_others_go(free: SearchPlan) -> None:
    first = free.assignments[0]
    plan = make_plan(asked(Lock(id="L1", rule=LockRule.NEVER, segment=first.segment, team=first.team)))
    assert not any(a.segment == first.segment and a.team == first.team for a in plan.assignments)
    assert plan.soonest_value > 0


def test_what_matters_costs_more_than_what_does_not(free: SearchPlan) -> None:
    """To forbid where most is found costs; to forbid where nobody goes costs nothing to speak of."""
    found = {s.id: sum(a.pos for a in free.assignments if a.segment == s.id) for s in free.segments}
    best, least = max(found, key=lambda n: found[n]), min(NAMES, key=lambda n: found[n])
    (_, dear), (_, cheap) = make_plan(
        asked(
            Lock(id="L1", rule=LockRule.NEVER, segment=best),
            Lock(id="L2", rule=LockRule.NEVER, segment=least),
        )
    ).lock_costs
    assert dear > 0.01
    assert dear > cheap


def test_a_must_that_cannot_be_is_said_with_the_reason() -> None:
    hurry = replace(asked(Lock(id="L1", rule=LockRule.MUST, segment="XD", team="Bravo")), duration_s=420.0)
    plan = make_plan(hurry)
    assert any(w.startswith("Lock L1 cannot be kept: Bravo does not search XD, because it cannot") for w in plan.why)


def test_a_must_for_who_can_never_is_said_with_the_one_reason_and_costs_nothing() -> None:
    lock = Lock(id="L1", rule=LockRule.MUST, segment="XA", team="Boat")
    given = asked(lock)
    boat = Team(id="Boat", kind=TeamKind.BOAT)
    plan = make_plan(replace(given, teams=(*given.teams[:1], boat), bases_m=given.bases_m[:2]))
    said = "Lock L1 cannot be kept: Boat does not search XA, because it searches water only, and XA holds none."
    assert said in plan.why
    assert plan.lock_costs == ()


def test_every_team_locked_to_one_segment_takes_turns() -> None:
    locks = tuple(Lock(id=t.id, rule=LockRule.MUST, segment="XA", team=t.id) for t in TEAMS[:3])
    plan = make_plan(replace(asked(*locks), duration_s=5 * 3600.0))
    assert {a.team for a in plan.assignments if a.segment == "XA"} >= {t.id for t in TEAMS[:3]}


@pytest.mark.parametrize(("segment", "team", "said"), [("QQ", None, "segment 'QQ'"), ("XA", "Zulu", "team 'Zulu'")])
def test_a_lock_on_what_is_not_there_is_refused_by_name(segment: str, team: str | None, said: str) -> None:
    with pytest.raises(BadInput, match=f"L1 names {said}"):
        make_plan(asked(Lock(id="L1", rule=LockRule.NEVER, segment=segment, team=team)))


def test_no_rule_that_obeys_beats_a_plan_that_must_obey() -> None:
    """The best place must be searched: rules go there by themselves, and the plan does no worse than they."""
    plan = make_plan(asked(Lock(id="L1", rule=LockRule.MUST, segment="XA")))
    assert any(a.segment == "XA" for a in plan.assignments)
    assert len(plan.rivals) == 3
    assert all(plan.soonest_value >= r.soonest_value - 1e-12 for r in plan.rivals)


def test_a_rule_takes_a_plans_place_only_where_it_obeys(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no improving at all, whatever rule does better and obeys is the plan."""

    def idle(schedule: Schedule, *_given: object, **_how: object) -> Iterator[tuple[float, Schedule]]:
        yield 1.0, schedule

    monkeypatch.setattr(make, "improving", idle)
    for name in ("XA", "XD"):
        plan = make_plan(asked(Lock(id="L1", rule=LockRule.MUST, segment=name)))
        assert any(a.segment == name for a in plan.assignments)
        if name == "XA":
            assert all(plan.soonest_value >= r.soonest_value - 1e-12 for r in plan.rivals)
