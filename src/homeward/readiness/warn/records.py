"""What a forecast of a date is asked with: statements, reports of a span of days, the problem."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from homeward.errors import BadInput
from homeward.readiness.warn.fit import FAMILIES, family_named
from homeward.readiness.warn.laws import Shape
from homeward.readiness.warn.told import Pool

DAY_S = 86400.0
WIDEN = 1.29
"""Stated 80 % intervals hold 68.1 % of the truths: 1.2816 / 0.9966 (Speirs-Bridge et al. 2010, Risk Analysis 30(3))."""
MOST_D = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A date as one informant said it, at one time: quantiles, or a law, or a histogram; days from `said_at`.

    `quantiles_d` probability -> days; `edges_d`, `p` the edges of spans and their probabilities, one more for what lies
    beyond. `never` is the probability that it does not come at all; `weight` what the informant counts in a pool;
    `widen` the factor on the spread (1 = as stated), of quantiles and laws. Of two of one `source` the later counts.
    """

    said_at: datetime
    quantiles_d: Mapping[float, float] = field(default_factory=dict)
    law: Shape | None = None
    edges_d: tuple[float, ...] = ()
    p: tuple[float, ...] = ()
    never: float | None = None
    weight: float = 1.0
    widen: float = WIDEN
    source: str = ""
    id: str = "warning"

    def __post_init__(self) -> None:
        given = [bool(self.quantiles_d), self.law is not None, bool(self.edges_d)]
        if sum(given) != 1:
            raise BadInput(
                f"{self.id}: give when it may come in one way: quantiles, a distribution, a histogram, or probabilities"
                " by lead time."
            )
        if self.never is not None and not 0 <= self.never < 1:
            raise BadInput(f"{self.id}: never is {self.never:g}. Give a probability from 0 up, below 1.")
        if not 0 < self.weight < math.inf:
            raise BadInput(f"{self.id}: a weight of {self.weight:g} cannot be. Give one above 0.")
        if any(abs(d) > MOST_D for d in (*self.quantiles_d.values(), *self.edges_d)):
            raise BadInput(f"{self.id}: a day beyond {MOST_D:g} cannot be. Give days from when it was said.")
        if self.edges_d:
            self._check_histogram()

    def _check_histogram(self) -> None:
        if len(self.p) != len(self.edges_d) or len(self.p) < 2:
            raise BadInput(
                f"{self.id}: {len(self.edges_d)} edges and {len(self.p)} probabilities. Give one for each span between"
                " edges, and one for what lies beyond the last (0 if nothing does)."
            )
        if any(b <= a for a, b in pairwise(self.edges_d)) or self.edges_d[0] < 0:
            raise BadInput(f"{self.id}: the edges are out of order. Give days from 0 up, each above the one before.")
        if min(self.p) < 0 or not math.isclose(sum(self.p), 1.0, abs_tol=1e-6):
            raise BadInput(
                f"{self.id}: the probabilities sum to {sum(self.p):g}. Give some from 0 up that sum to 1"
                " (that it never comes stands apart, in `never`)."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A later report of a span of days, "within two weeks": `likelihood` of hearing it, by span (edges + 1).

    `edges_d` are days from `said_at`. `never` is the likelihood if it does not come at all. `reliability` is the
    probability that the source knows; else the report says nothing.
    """

    id: str
    said_at: datetime
    edges_d: tuple[float, ...]
    likelihood: tuple[float, ...]
    never: float
    reliability: float = 1.0
    source: str = ""

    def __post_init__(self) -> None:
        if len(self.likelihood) != len(self.edges_d) + 1:
            raise BadInput(
                f"Report {self.id}: {len(self.likelihood)} likelihoods for {len(self.edges_d)} edges. Give one more"
                " than edges: before the first, between them, after the last."
            )
        if any(b <= a for a, b in pairwise(self.edges_d)):
            raise BadInput(f"Report {self.id}: its days are out of order. Give each above the one before.")
        if not all(0 <= x <= 1 for x in (*self.likelihood, self.never, self.reliability)):
            raise BadInput(f"Report {self.id}: a likelihood or reliability is none. Give numbers from 0 to 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnProblem:
    """A warning, the reports since, and now. Nothing has happened until `now`.

    `families` are fitted to quantiles; `lower_d`, `upper_d`, `df` as in `fit`. `pool` says how further statements join.
    """

    statement: Statement
    now: datetime
    reports: tuple[Statement | Hint, ...] = ()
    families: tuple[str, ...] = FAMILIES
    pool: Pool = "log"
    lower_d: float | None = None
    upper_d: float | None = None
    df: float | None = None

    def __post_init__(self) -> None:
        if not self.families:
            raise BadInput("There is no family to fit. Give at least one, such as lognormal.")
        named = [family_named(f) for f in self.families]
        twice = next((f for f, name in zip(self.families, named, strict=True) if named.count(name) > 1), None)
        if twice is not None:
            raise BadInput(f"The family {twice!r} is named twice. Name each once.")
        if self.now < self.statement.said_at:
            raise BadInput("The warning was given after now. Correct the time it was said.")
        ids = [r.id for r in self.reports]
        for r in self.reports:
            if r.said_at < self.statement.said_at:
                raise BadInput(f"Report {r.id} was made before the warning. Give the earlier one as the warning.")
            if r.said_at > self.now:
                raise BadInput(f"Report {r.id} was made after now. Correct its time.")
            if ids.count(r.id) > 1:
                raise BadInput(f"Two reports are called {r.id!r}. Give each a name of its own.")

    @property
    def elapsed_d(self) -> float:
        """Days from the statement to now."""
        return (self.now - self.statement.said_at).total_seconds() / DAY_S


def by_lead_time(p_within: Mapping[float, float], *, never: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Edges and probabilities of a histogram from a forecast by lead time: days -> probability of all cases.

    Weather and flood forecasts come so. What they leave comes after the last lead time, or never.
    """
    pairs = sorted(p_within.items())
    days, below = [d for d, _ in pairs], [0.0, *(p for _, p in pairs)]
    if not days or days[0] <= 0:
        raise BadInput("A lead time is not above 0 days. Give days from when the forecast was made.")
    if any(b < a for a, b in pairwise(below)):
        raise BadInput("The probabilities by lead time fall. Give, for each, the probability that it comes by then.")
    if below[-1] + never > 1 + 1e-9:
        raise BadInput(
            f"It comes by the last lead time with {below[-1]:g} and never with {never:g}: more than 1 in all."
        )
    steps = [(b - a) / (1 - never) for a, b in pairwise(below)]
    return (0.0, *days), (*steps, max(0.0, 1 - math.fsum(steps)))
