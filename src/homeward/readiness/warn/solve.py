"""A warning whose date is uncertain: how long there is, what is still to come, and by when one must be ready.

Somebody said when: "in about a month, maybe a week, could be longer". Families of laws are fitted to what was said,
widened because people are surer than they are right, conditioned on the silence since, and shown with their spread.
The families are equally probable to begin with; silence and reports shift that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.warn.fit import fit, parameters
from homeward.readiness.warn.forecast import Forecast
from homeward.readiness.warn.laws import Law, Shape
from homeward.readiness.warn.made import Gridded, Histogram, Moved
from homeward.readiness.warn.records import DAY_S, Hint, Statement, WarnProblem
from homeward.readiness.warn.told import Standing, pooled, silent, told

COUNTS = 0.05
"""The share below which a family is not named among those that differ: ours."""


@dataclass(frozen=True, slots=True)
class ByFamily:
    """One family's part: its parameters as stated (none where a law or histogram was given), and its own forecast.

    `misfit` is how far its probability is off at the worst stated quantile; `share` its probability
    now; `as_said` the law of the warning alone, widened, in days from when it was said.
    `log_moments`, of a lognormal or pooled law: mean and standard deviation of the logarithm of the days.
    """

    parameters: Mapping[str, float]
    misfit: float
    share: float
    forecast: Forecast
    as_said: Law
    log_moments: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Warned:
    """The forecast, by family too. `already` is the probability, as it was said, that it would have come by now."""

    forecast: Forecast
    by_family: Mapping[str, ByFamily]
    as_said: Forecast
    already: float
    findings: tuple[str, ...]

    @property
    def likely(self) -> tuple[ByFamily, ...]:
        """The families that still count: those with more than a twentieth, or the likeliest."""
        shares = [one.share for one in self.by_family.values()]
        return tuple(one for one in self.by_family.values() if one.share > COUNTS or one.share == max(shares))

    @property
    def medians_d(self) -> tuple[float, ...]:
        """Median of each of the families that still count, days from now, of the cases in which it comes."""
        live = [one.forecast for one in self.likely if one.forecast.still_coming > 0]
        return tuple(float(f.quantile(0.5, if_it_comes=True)) for f in live)


def foresee(problem: WarnProblem) -> Warned:
    """The forecast of a warning's date as of now. Raises `BadInput`, as where silence excludes what was said.

    Where its own source said other dates later, those stand in the warning's place, in all that is found.
    """
    reports, findings = _one_for_each_source(problem)
    said = next((r for r in reports if _instead(problem.statement, r)), problem.statement)
    assert isinstance(said, Statement)
    if said is not problem.statement:
        reports = tuple(r for r in reports if r is not said)
        findings += (f"What was said first was left aside: its source said other dates later ({said.id}).",)
    never = problem.statement.never if said.never is None else said.never
    later = _later(problem, said)
    fitted = any(s.quantiles_d for s in (said, *reports) if isinstance(s, Statement))
    families = problem.families if fitted else (_own_name(said),)
    firsts, ends, fits = [], [], []
    for family in families:
        law, par, misfit = _law(problem, said, family)
        moved = Moved(law, later) if later else law
        firsts.append(Standing(moved, 1 - (never or 0.0), later or -math.inf))
        fits.append((par, misfit))
        start = replace(said, never=never)
        ends.append(silent(_heard(problem, start, firsts[-1], reports, family), problem.elapsed_d))
    evidence = np.array([s.evidence for s in ends])
    if not evidence.sum() > 0:
        raise BadInput(
            f"What was said excludes that nothing has happened in {problem.elapsed_d:g} days."
            " Correct it, or say with which probability it never comes (never)."
        )
    shares = evidence / evidence.sum()
    by_family = {
        name: ByFamily(par, misfit, float(v), _one(end, problem.elapsed_d), first.law, _moments(end.law))
        for name, (par, misfit), v, first, end in zip(families, fits, shares, firsts, ends, strict=True)
        if v > 0
    }
    off = [f"{name} ({b.misfit:.2f})" for name, b in by_family.items() if b.misfit > 0.05]
    if off:
        findings += (f"What was said is not met by {', '.join(off)}: that is how far a probability is off.",)
    as_said = _together(firsts, np.full(len(firsts), 1 / len(firsts)), 0.0)
    already = math.fsum(s.coming * float(s.law.cdf(problem.elapsed_d)) for s in firsts) / len(firsts)
    return Warned(_together(ends, shares, problem.elapsed_d), by_family, as_said, already, findings)


def _one(standing: Standing, elapsed_d: float) -> Forecast:
    return _together([standing], np.ones(1), elapsed_d)


def _together(standings: Sequence[Standing], shares: Floats, elapsed_d: float) -> Forecast:
    live = [(s, float(v)) for s, v in zip(standings, shares, strict=True) if v > 0]
    return Forecast(
        tuple(s.law for s, _ in live), tuple(v for _, v in live), tuple(s.coming for s, _ in live), elapsed_d
    )


def _instead(first: Statement, later: Statement | Hint) -> bool:
    return isinstance(later, Statement) and bool(later.source) and later.source == first.source


def _later(problem: WarnProblem, said: Statement | Hint) -> float:
    return (said.said_at - problem.statement.said_at).total_seconds() / DAY_S


def _own_name(statement: Statement) -> str:
    return statement.law.family if statement.law is not None else "histogram"


def _one_for_each_source(problem: WarnProblem) -> tuple[tuple[Statement | Hint, ...], tuple[str, ...]]:
    """Reports in order of time; of one source's of the same sort only the latest."""
    ordered = sorted(problem.reports, key=lambda r: (r.said_at, r.id))
    latest = {(type(r), r.source): r for r in ordered if r.source}
    kept = tuple(r for r in ordered if not r.source or latest[type(r), r.source] is r)
    gone = [r.id for r in ordered if r not in kept]
    return kept, tuple(f"{name} was left aside: its source reported again later." for name in gone)


def _law(problem: WarnProblem, statement: Statement, family: str) -> tuple[Law, Mapping[str, float], float]:
    if statement.edges_d:
        return Histogram(np.array(statement.edges_d), np.array(statement.p)), {}, 0.0
    if statement.law is not None:
        return statement.law.widened(statement.widen), parameters(statement.law), 0.0
    try:
        found = fit(statement.quantiles_d, family, lower_d=problem.lower_d, upper_d=problem.upper_d, df=problem.df)
    except BadInput as err:
        raise BadInput(f"{statement.id}: {err}") from err
    return found.law.widened(statement.widen), parameters(found.law), found.misfit


def _heard(
    problem: WarnProblem, start: Statement, first: Standing, reports: Sequence[Statement | Hint], family: str
) -> Standing:
    """The standing with every further statement pooled, then every report of a span."""
    others = [r for r in reports if isinstance(r, Statement)]
    standing = first
    if others:
        standings, weights = [first], [start.weight]
        for r in others:
            later = _later(problem, r)
            law = _law(problem, r, family)[0]
            moved = law if later == 0 else Moved(law, later)
            never = start.never if r.never is None else r.never
            standings.append(Standing(moved, 1 - (never or 0.0), -math.inf if later == 0 else later))
            weights.append(r.weight)
        standing = pooled(standings, weights, problem.pool)
    for hint in (r for r in reports if isinstance(r, Hint)):
        later = _later(problem, hint)
        standing = silent(standing, later)
        edges = [later + e for e in hint.edges_d]
        standing = told(standing, edges, hint.likelihood, never=hint.never, reliability=hint.reliability)
    return standing


def _moments(law: Law) -> tuple[float, float] | None:
    if isinstance(law, Gridded):
        return law.log_moments()
    if isinstance(law, Shape) and law.family == "lognormal":
        return law.loc, law.scale
    return None
