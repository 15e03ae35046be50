"""A warning whose date is uncertain: how long there is, what is still to come, and by when one must be ready.

Somebody said when: "in about a month, maybe a week, could be longer". Families of laws are fitted to what was said,
widened because people are surer than they are right, conditioned on the silence since, and shown with their spread.
The families begin with how well they meet what was said; silence and reports shift that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.warn.fit import Fit, fit, parameters
from homeward.readiness.warn.forecast import Forecast
from homeward.readiness.warn.laws import Law, Shape
from homeward.readiness.warn.made import Gridded, Histogram, Moved
from homeward.readiness.warn.records import DAY_S, Hint, Statement, WarnProblem
from homeward.readiness.warn.told import Standing, pooled, silent, told

COUNTS = 0.05
"""The share below which a family is not named among those that differ: ours."""
STATED_OFF = 0.02
"""How far a stated probability is off (standard deviation), by which families that miss what was said weigh less: ours.
"""
LATE = 0.9
"""A warning of which so many cases, as it was said, lie behind is overdue: ours, as `as late as` is."""


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
    """The forecast, by family too. `already` is the probability, as it was said, that it would have come by now.

    `overdue_d`: for so many days nine cases of ten, as it was said, have lain behind, and nobody has reported since.
    """

    forecast: Forecast
    by_family: Mapping[str, ByFamily]
    as_said: Forecast
    already: float
    findings: tuple[str, ...]
    overdue_d: float | None = None

    @property
    def likely(self) -> tuple[ByFamily, ...]:
        """The families that still count: those with more than a twentieth, or the likeliest."""
        return tuple(_likely(self.by_family).values())

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
    said = replace(said, never=problem.statement.never if said.never is None else said.never)
    others = tuple(r for r in reports if isinstance(r, Statement))
    hints = tuple(r for r in reports if isinstance(r, Hint))
    families = problem.families if any(s.quantiles_d for s in (said, *others)) else (_own_name(said),)
    stated = [_stated(problem, said, others, family) for family in families]
    firsts = [one.first for one in stated]
    shares = _shares_at_first([one.off for one in stated])
    ends = _heard(problem, [one.pooled for one in stated], hints, shares)
    evidence = shares * np.array([s.evidence for s in ends])
    if not evidence.sum() > 0:
        raise BadInput(
            f"What was said excludes that nothing has happened in {problem.elapsed_d:g} days."
            " Correct it, or say with which probability it never comes (never)."
        )
    by_family = {
        name: ByFamily(
            one.parameters, one.misfit, float(v), _one(end, problem.elapsed_d), one.first.law, _moments(end.law)
        )
        for name, one, v, end in zip(families, stated, evidence / evidence.sum(), ends, strict=True)
        if v > 0
    }
    off = [f"{name} ({b.misfit:.2f})" for name, b in _likely(by_family).items() if b.misfit > 0.05]
    if off:
        findings += (f"What was said is not met by {', '.join(off)}: that is how far a probability is off.",)
    as_said = _together(firsts, shares, 0.0)
    already = math.fsum(v * s.coming * float(s.law.cdf(problem.elapsed_d)) for v, s in zip(shares, firsts, strict=True))
    forecast = _together(ends, evidence / evidence.sum(), problem.elapsed_d)
    overdue_d = _overdue_d(problem, as_said, reports) if forecast.still_coming > 0 else None
    return Warned(forecast, by_family, as_said, already, findings, overdue_d)


def _likely(by_family: Mapping[str, ByFamily]) -> dict[str, ByFamily]:
    best = max(one.share for one in by_family.values())
    return {name: one for name, one in by_family.items() if one.share > COUNTS or one.share == best}


@dataclass(frozen=True, slots=True)
class _Stated:
    """What was said, by one family: its law alone and with other informants', and how far it misses what was said."""

    first: Standing
    pooled: Standing
    parameters: Mapping[str, float]
    misfit: float
    off: float


def _stated(problem: WarnProblem, said: Statement, others: Sequence[Statement], family: str) -> _Stated:
    """The warning's law of a family with every further statement pooled."""
    standings, fits = [], []
    for one in (said, *others):
        later = _later(problem, one)
        law, found = _law(problem, one, family)
        moved = law if later == 0 else Moved(law, later)
        never = said.never if one.never is None else one.never
        standings.append(Standing(moved, 1 - (never or 0.0), -math.inf if later == 0 else later))
        fits.append(found)
    weights = [one.weight for one in (said, *others)]
    whole = 1.0 if problem.pool == "product" else sum(weights)
    off = math.fsum(w / whole * found.off for w, found in zip(weights, fits, strict=True) if found)
    joint = standings[0] if not others else pooled(standings, weights, problem.pool)
    stated = fits[0].law if fits[0] else said.law
    return _Stated(standings[0], joint, parameters(stated) if stated else {}, fits[0].misfit if fits[0] else 0.0, off)


def _shares_at_first(off: Sequence[float]) -> Floats:
    """The families' probabilities before anything happened: by how well each meets the probabilities that were stated.

    As if those were off by a normal error of `STATED_OFF` each: the likelihood at the least squares of `fit`.
    """
    logs = -np.array(off) / (2 * STATED_OFF**2)
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _overdue_d(problem: WarnProblem, as_said: Forecast, reports: Sequence[Statement | Hint]) -> float | None:
    """For how many days nine cases of ten, as it was said, have lain behind; None where not, or where somebody reported
    since.
    """
    if float(as_said.cdf(problem.elapsed_d)) <= LATE * as_said.still_coming:
        return None
    late_d = float(as_said.quantile(LATE, if_it_comes=True))
    heard_d = max((_later(problem, r) for r in reports), default=0.0)
    return None if heard_d > late_d else max(problem.elapsed_d - late_d, 0.0)


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


def _law(problem: WarnProblem, statement: Statement, family: str) -> tuple[Law, Fit | None]:
    """A statement's law, widened; and the fit of the family, where there is one."""
    if statement.edges_d:
        return Histogram(np.array(statement.edges_d), np.array(statement.p)), None
    if statement.law is not None:
        return statement.law.widened(statement.widen), None
    try:
        found = fit(statement.quantiles_d, family, lower_d=problem.lower_d, upper_d=problem.upper_d, df=problem.df)
    except BadInput as err:
        raise BadInput(f"{statement.id}: {err}") from err
    return found.law.widened(statement.widen), found


def _heard(
    problem: WarnProblem, standings: Sequence[Standing], hints: Sequence[Hint], shares: Floats
) -> tuple[Standing, ...]:
    """The families' standings now, after every report of a span and the silence between them."""
    now = tuple(standings)
    for hint in hints:
        later = _later(problem, hint)
        quiet = [silent(s, later) for s in now]
        edges = [later + e for e in hint.edges_d]
        now = told(quiet, shares.tolist(), edges, hint.likelihood, never=hint.never, reliability=hint.reliability)
    return tuple(silent(s, problem.elapsed_d) for s in now)


def _moments(law: Law) -> tuple[float, float] | None:
    if isinstance(law, Gridded):
        return law.log_moments()
    if isinstance(law, Shape) and law.family == "lognormal":
        return law.loc, law.scale
    return None
