"""Whom to call out of a large crew: near the best, and proven only where it is."""

from __future__ import annotations

import numpy as np
import pytest

from homeward.team import FormationProblem, calling
from homeward.team.calling import best_call
from homeward.team.chance import p_complete
from homeward.team.places import Case, case_of


def of_roles(can: np.ndarray, need: dict[str, int]) -> Case:
    people = {f"P{i:02}": {f"role {k}": 1.0 for k in np.flatnonzero(row)} for i, row in enumerate(can)}
    return case_of(FormationProblem(people=people, need=need))


def test_a_good_call_is_near_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    can, p = rng.random((12, 4)) < 0.4, rng.random(12)
    case = of_roles(can, {f"role {k}": 1 for k in range(4)})
    best = {n: best_call(case, p, n, seed=0).calls for n in (6, 8, 10)}
    monkeypatch.setattr(calling, "EXACT_CALL", 0)
    for n, calls in best.items():
        top = next(call.p_complete for call in calls if call.n == n)
        found = best_call(case, p, n, seed=0)
        assert len(found.people) == n
        assert top - 0.05 <= found.calls[0].p_complete <= top + 1e-12
        assert not found.proven or found.calls[0].p_complete >= top - 1e-12


def test_a_large_crew_of_few_kinds_is_called_best() -> None:
    """15 medics and 15 guards, of whom 3 and 1 are needed: more medics are called; every other number is worse."""
    can = np.repeat(np.eye(2, dtype=bool), 15, axis=0)
    p = np.full(30, 0.6)
    case = of_roles(can, {"role 0": 3, "role 1": 1})
    found = best_call(case, p, 9, seed=0)
    assert found.proven
    assert len(found.people) == 9
    some = []
    for medics in range(10):
        keep = [*range(medics), *range(15, 24 - medics)]
        some.append(p_complete(case.can[keep], case.n, p[keep], seed=0)[0])
    assert found.calls[0].p_complete == pytest.approx(max(some))
    assert sum(i < 15 for i in found.people) == int(np.argmax(some))
