"""Problem and solution files of the kind `warn`: a date that is uncertain, in days from now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from scipy.special import ndtri

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, Progress, Read, Reported
from homeward.exchange.solver_files.reading import utc
from homeward.exchange.solver_files.warn_answer import reported
from homeward.exchange.solver_files.warn_fields import (
    ReportFile,
    SaidFile,
    WarnFile,
    WarningFile,
    WarnResult,
    WidenFile,
)
from homeward.readiness.warn.fit import by_parameters
from homeward.readiness.warn.laws import Shape
from homeward.readiness.warn.motives import Motive, Pointer, Weighed, weigh
from homeward.readiness.warn.records import DAY_S, WIDEN, Hint, Statement, WarnProblem, by_lead_time

_OWN = ("quantiles_d", "distribution", "histogram", "p_within", "never", "reports", "weight", "source")


_DATES = ("quantiles_d", "distribution", "histogram", "p_within")
_SPANS = ("within_d", "between_d", "likelihood")


def read(problem: WarnFile, folder: Path, file: str) -> Read:
    """The file's warnings, ready to be forecast."""
    del folder
    try:
        now = utc(problem.now, "now")
        named = cases(problem, now)
        came = _came_d(problem, now)
        _check_targets(problem)
        motives = weighed(problem, now)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        del time_limit_s, seed, progress
        try:
            return reported(problem, named, now, came, motives)
        except BadInput as err:
            raise BadFile(f"{file}: {err}") from err

    return Read(solve=solve, findings=_left_aside(problem))


def cases(problem: WarnFile, now: datetime) -> dict[str, WarnProblem]:
    """The warnings by name; of one warning the name is ''."""
    if not problem.warnings:
        if problem.said_at is None:
            raise BadInput("said_at is missing. Give the time when the warning was given.")
        return {"": _case(problem, problem, problem.said_at, problem.reports, now, "the warning")}
    beside = [name for name in _OWN if name in problem.model_fields_set]
    if beside or problem.said_at is not None:
        raise BadInput(f"{[*beside, 'said_at'][0]} stands beside warnings. Give it in one of them.")
    ids = [w.id for w in problem.warnings]
    if twice := next((name for name in ids if ids.count(name) > 1), None):
        raise BadInput(f"Two warnings are called {twice!r}. Give each a name of its own.")
    return {w.id: _case(problem, w, w.said_at, w.reports, now, w.id) for w in problem.warnings}


def _case(
    problem: WarnFile,
    said: WarnFile | WarningFile,
    said_at: str,
    reports: Sequence[ReportFile],
    now: datetime,
    name: str,
) -> WarnProblem:
    first = _statement(said, utc(said_at, "said_at"), name, problem.widen)
    return WarnProblem(
        statement=first,
        now=now,
        reports=tuple(
            _report(r, said, now, problem.widen if said.widen is None else said.widen)
            for r in reports
            if _says_when(r) or not r.motives
        ),
        families=tuple(problem.families),
        pool=problem.pool,
        lower_d=problem.lower_d,
        upper_d=problem.upper_d,
        df=problem.df,
    )


Widen = float | WidenFile | None


def _factor(widen: Widen, *, quantiles: bool) -> float:
    """The factor on the spread: for intervals that hold too little, the ratio of the normal's half-widths."""
    if isinstance(widen, WidenFile):
        return float(ndtri((1 + widen.stated) / 2) / ndtri((1 + widen.hit) / 2))
    return widen if widen is not None else WIDEN if quantiles else 1.0


def _statement(said: SaidFile, said_at: datetime, name: str, widen: Widen) -> Statement:
    ways = [w for w in _DATES if getattr(said, w)]
    if len(ways) != 1:
        told = f"{ways[0]} and {ways[1]} stand side by side" if ways else "nothing says when it may come"
        raise BadInput(f"{name}: {told}. Give one of quantiles_d, distribution, histogram, p_within.")
    edges: tuple[float, ...] = ()
    p: tuple[float, ...] = ()
    if said.histogram is not None:
        edges, p = tuple(said.histogram.edges_d), tuple(said.histogram.p)
    elif said.p_within:
        edges, p = by_lead_time(_numbers(said.p_within, "p_within", name), never=said.never or 0.0)
    return Statement(
        said_at=said_at,
        quantiles_d=_probabilities(said.quantiles_d, name),
        law=None if said.distribution is None else _distribution(said.distribution, name),
        edges_d=edges,
        p=p,
        never=said.never,
        weight=said.weight,
        widen=1.0 if edges else _factor(widen if said.widen is None else said.widen, quantiles=bool(said.quantiles_d)),
        source=said.source,
        id=name,
    )


def _numbers(table: Mapping[str, float], field: str, name: str) -> dict[float, float]:
    out: dict[float, float] = {}
    for key, value in table.items():
        try:
            number = float(key)
        except ValueError as err:
            raise BadInput(f'{name}: {field} has {key!r}, which is no number. Give days as in "7": 0.2.') from err
        if number in out:
            raise BadInput(f"{name}: {field} has {number:g} twice. Give it once.")
        out[number] = value
    return out


def _probabilities(quantiles: Mapping[str, float], name: str) -> dict[float, float]:
    """Quantiles by probability, whose keys may be 0.1, 10%, q10 or q0.1."""
    out: dict[float, float] = {}
    for key, days in quantiles.items():
        text = key.strip().lower()
        try:
            p = float(text.removesuffix("%").lstrip("qp"))
            if text.endswith("%") or (text[:1] in ("q", "p") and p >= 1):
                p /= 100
        except ValueError as err:
            raise BadInput(f'{name}: quantiles_d has {key!r}. Give probabilities, as in "0.1": 7.') from err
        if not 0 < p < 1:
            raise BadInput(f"{name}: quantiles_d has a probability of {key!r}. Give some between 0 and 1.")
        if p in out:
            raise BadInput(f"{name}: quantiles_d has the probability {p:g} twice. Give it once.")
        out[p] = days
    return out


def _distribution(given: Mapping[str, float | str], name: str) -> Shape:
    family = given.get("family")
    if not isinstance(family, str):
        raise BadInput(f'{name}: distribution has no family. Give one, such as "family": "lognormal".')
    numbers = {key: value for key, value in given.items() if key != "family"}
    if text := next((key for key, value in numbers.items() if isinstance(value, str)), None):
        raise BadInput(f"{name}: {text} of the distribution is text. Give a number.")
    return by_parameters(family, {key: float(value) for key, value in numbers.items()})


def _report(report: ReportFile, first: SaidFile, now: datetime, widen: Widen) -> Statement | Hint:
    said_at = now if report.said_at is None else utc(report.said_at, f"said_at of report {report.id}")
    spans = [w for w in _SPANS if getattr(report, w)]
    if not spans:
        return _statement(report, said_at, report.id, widen)
    dates = [w for w in _DATES if getattr(report, w)]
    if len(spans) > 1 or dates:
        raise BadInput(f"Report {report.id} says {' and '.join([*spans, *dates])}. Give one of them.")
    edges, likelihood = _spans(report, first)
    never = report.likelihood_never
    if never is None:
        never = report.p_false if report.within_d is not None or report.between_d else likelihood[-1]
    return Hint(
        id=report.id,
        said_at=said_at,
        edges_d=edges,
        likelihood=likelihood,
        never=never,
        reliability=report.reliability,
        source=report.source,
    )


def _spans(report: ReportFile, first: SaidFile) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The edges of a report, and the likelihood before the first, between them, after the last."""
    yes, no = report.p_true, report.p_false
    if report.within_d is not None:
        return (report.within_d,), (yes, no)
    if report.between_d:
        return (report.between_d[0], report.between_d[1]), (no, yes, no)
    edges = report.edges_d or (first.histogram.edges_d if first.histogram is not None else [])
    if len(report.likelihood) == len(edges) and edges and edges[0] == 0:
        edges = edges[1:]
    return tuple(edges), tuple(report.likelihood)


def _left_aside(problem: WarnFile) -> tuple[str, ...]:
    """What the file gives that nothing of it uses."""
    named = [(w.id, w) for w in problem.warnings] if problem.warnings else [("the warning", problem)]
    reports = [r for _, w in named for r in w.reports]
    said: list[tuple[str, SaidFile]] = [*named, *((r.id, r) for r in reports)]
    out = [
        f"{name}: widen was left aside: these probabilities count as they stand."
        for name, one in said
        if ((one.histogram or one.p_within) and one.widen is not None)
    ]
    if not any(one.quantiles_d for _, one in said):
        out += [
            f"{field} was left aside: no law is fitted where no quantiles are given."
            for field in ("families", "lower_d", "upper_d", "df")
            if field in problem.model_fields_set
        ]
    for r in reports:
        span = bool(r.within_d is not None or r.between_d or r.likelihood)
        unused = ["widen", "weight", "never"] if span else ["p_true", "p_false", "likelihood_never"]
        unused += ["reliability"] if not span and not r.motives else []
        instead = "a report of a span counts by `reliability`" if span else "dates count by `weight`"
        out += [f"{r.id}: {field} was left aside: {instead}." for field in unused if field in r.model_fields_set]
    return tuple(out)


def _says_when(report: ReportFile) -> bool:
    return any(getattr(report, way) for way in (*_DATES, *_SPANS))


def weighed(problem: WarnFile, now: datetime) -> Weighed | None:
    """The motives after what reports say of them; None where none is told. They are of one warning alone."""
    every = [*problem.reports, *(r for w in problem.warnings for r in w.reports)]
    if problem.warnings and (problem.motives or any(r.motives for r in every)):
        raise BadInput("motives stand beside warnings. Solve the warning whose motives they are by itself.")
    late = next((r.id for r in every if r.motives and r.said_at and utc(r.said_at, "said_at") > now), None)
    if late is not None:
        raise BadInput(f"Report {late} was made after now. Correct its time.")
    ids = [r.id for r in every]
    if any(r.motives for r in every) and (twice := next((name for name in ids if ids.count(name) > 1), None)):
        raise BadInput(f"Two reports are called {twice!r}. Give each a name of its own.")
    motives = [Motive(id=m.id, share=m.p, targets=m.targets) for m in problem.motives]
    told = [
        Pointer(
            id=r.id,
            said_at=now if r.said_at is None else utc(r.said_at, f"said_at of report {r.id}"),
            ratios=r.motives,
            reliability=r.reliability,
            source=r.source,
        )
        for r in every
        if r.motives
    ]
    return weigh(motives, told) if motives or told else None


def _came_d(problem: WarnFile, now: datetime) -> float | None:
    if problem.happened_at is None:
        return problem.happened_d
    if problem.happened_d is not None:
        raise BadInput("happened_d and happened_at stand side by side. Give one of them.")
    came = (utc(problem.happened_at, "happened_at") - now).total_seconds() / DAY_S
    if came < 0:
        raise BadInput("happened_at lies before now. Give the time now as before it came.")
    return came


def _check_targets(problem: WarnFile) -> None:
    if sum(problem.targets.values()) > 1 + 1e-9 and problem.targets:
        raise BadInput(f"The targets' probabilities sum to {sum(problem.targets.values()):g}. Make it at most 1.")


DOOR = Door(problem=WarnFile, solution=WarnResult, time_limit_s=10.0, read=read)
