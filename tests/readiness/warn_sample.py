"""A month, said in March, and what it comes to; for tests of warnings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from homeward.readiness import Forecast, Statement, Warned, WarnProblem, foresee
from homeward.readiness.warn.fit import by_parameters

SAID = datetime(2026, 3, 1, 12, tzinfo=UTC)
MONTH = {0.1: 7.0, 0.5: 30.0}


def statement(quantiles: Any = MONTH, **fields: Any) -> Statement:
    return Statement(**{"said_at": SAID, "quantiles_d": quantiles, "widen": 1.0} | fields)


def warned(first: Statement | None = None, *, days: float = 5, families: Any = ("lognormal",), **rest: Any) -> Warned:
    now = SAID + timedelta(days=days)
    return foresee(WarnProblem(statement=first or statement(), now=now, families=families, **rest))


def forecast(*args: Any, **kwargs: Any) -> Forecast:
    return warned(*args, **kwargs).forecast


def given_law(family: str, *, never: float | None = None, **numbers: float) -> Statement:
    return statement({}, law=by_parameters(family, numbers), never=never)
