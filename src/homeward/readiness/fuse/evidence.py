"""What each report says about each state: log likelihoods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.fuse.numbers import number_words
from homeward.readiness.fuse.origin import DENIES, Claim
from homeward.readiness.fuse.records import FuseProblem, Graded, Report
from homeward.readiness.fuse.states import Booleans, States, bears_on

LEAST_SD_LOG = 0.15
"""Spread of a number word that all meant alike, in the logarithm: homeward's own assumption."""


NEVER = -1e6
"""Log likelihood of what a report rules out: finite, so that leaving the report out again is possible."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Log likelihoods (reports, states); `truth` (reports, states): where the claim of a report that says something is
    true; `claims`: what each says, reports that say the same having equal ones.
    """

    logs: Floats
    truth: Booleans
    claims: tuple[Claim, ...]


def evidence(problem: FuseProblem, states: States, reports: Sequence[Report], grades: Mapping[str, Graded]) -> Evidence:
    """The log likelihoods of the reports, each bounded by the problem's clamp."""
    truth = np.zeros((len(reports), len(states.index)), dtype=bool)
    r, c = (np.array([value(grades[report.id]) for report in reports]) for value in (_r, _c))
    here, there = two_ways(problem, reports, r, c)
    for k, report in enumerate(reports):
        truth[k] = claim_holds(states, report)
    values = np.where(truth, here[:, None], there[:, None])
    for k, report in enumerate(reports):
        if not report.says:
            told = _likelihood(problem, states, report, grades[report.id])
            values[k] = told if report.searched else clamped(told, problem.clamp)
    with np.errstate(divide="ignore"):
        logs = np.maximum(np.log(values), NEVER)
    claims = (_claim(problem, *one) for one in zip(reports, values, truth, here < there, strict=True))
    return Evidence(logs, truth, tuple(claims))


def _r(grade: Graded) -> float:
    return grade.r


def _c(grade: Graded) -> float:
    return grade.c


def clamped(values: Floats, clamp: float) -> Floats:
    """Likelihoods of which none is less than `clamp / (1 - clamp)` of the greatest."""
    out: Floats = np.maximum(values, values.max() * clamp / (1 - clamp))
    return out


def two_ways(problem: FuseProblem, reports: Sequence[Report], r: Floats, c: Floats) -> tuple[Floats, Floats]:
    """P(a report | its claim is true) and P(the report | it is not), for reliabilities and certainties (reports, ...).

    Asked 'which' of n hypotheses is true, a source that errs names each other one alike, and so does one that knows
    nothing.
    """
    column = (len(reports), *[1] * (r.ndim - 1))
    others = np.array([_others(problem, report) for report in reports], dtype=float).reshape(column)
    base = np.array([base_rate(problem, report) for report in reports]).reshape(column)
    if not isinstance(problem.base_rate, Mapping):
        base = np.where(others > 0, 1 / (others + 1), base)
    wrong = (1 - c) / np.maximum(others, 1)
    here, there = r * c + (1 - r) * base, r * wrong + (1 - r) * base
    least = np.maximum(here, there) * problem.clamp / (1 - problem.clamp)
    return np.maximum(here, least), np.maximum(there, least)


def _others(problem: FuseProblem, report: Report) -> int:
    """Among how many answers a source that errs chooses; 0 where it says yes or no to one."""
    if problem.asked != "which" or len(report.says) != 1 or report.denies:
        return 0
    return max(len(problem.questions[next(iter(report.says))]) - 1, 1)


def base_rate(problem: FuseProblem, report: Report) -> float:
    """How probable it is that a source that knows nothing says just this."""
    if not isinstance(problem.base_rate, Mapping):
        return problem.base_rate
    said = list(report.says.values())
    return problem.base_rate.get(said[0], 0.5) if len(said) == 1 else 0.5


def claim_holds(states: States, report: Report) -> Booleans:
    """In which states (states,) what a report says is true; nowhere, where it says nothing outright."""
    if not report.says:
        return np.zeros(len(states.index), dtype=bool)
    out = np.ones(len(states.index), dtype=bool)
    for question, hypothesis in report.says.items():
        out &= states.holds(question, hypothesis)
    return ~out if report.denies else out


def _likelihood(problem: FuseProblem, states: States, report: Report, grade: Graded) -> Floats:
    """How probable a report that says nothing outright is in each state (states,)."""
    (question,) = bears_on(problem, report)
    if report.searched:
        return 1 - states.by_answer(question, report.searched, missing=0.0)
    told = report.likelihood or count_likelihood(problem, question, report)
    values = states.by_answer(question, told, missing=0.0)
    mean = sum(told.values()) / len(told)
    return grade.r * values + (1 - grade.r) * mean


def count_likelihood(problem: FuseProblem, question: str, report: Report) -> dict[str, float]:
    """Likelihood of a word for a number under each number (the hypotheses of the question).

    Lognormal on each side of the word's median, its quartiles those of the survey; 0 counts as a half.
    """
    words = number_words(report.count)
    if words is None:
        raise BadInput(
            f"Report {report.id!r}: which number {report.count!r} means is not known. Give one, or a range: digits, "
            "'a couple', 'two or three', 'a few dozen'; where it is only a least or a most, a likelihood by number."
        )
    middle = np.log(max(words.median, 0.5))
    quartile = 0.6744897501960817
    down = max((middle - np.log(max(words.low, 0.5))) / quartile, LEAST_SD_LOG)
    up = max((np.log(max(words.high, 0.5)) - middle) / quartile, LEAST_SD_LOG)
    squares = {}
    for name in problem.questions[question]:
        at = np.log(max(_number(name, report, question), 0.5)) - middle
        squares[name] = (at / (down if at < 0 else up)) ** 2
    least = min(squares.values())
    return {name: float(np.exp((least - square) / 2)) for name, square in squares.items()}


def _number(name: str, report: Report, question: str) -> float:
    """A hypothesis as a number, 0 or more."""
    try:
        value = float(name)
    except ValueError:
        value = -1.0
    if not 0 <= value < np.inf:
        raise BadInput(
            f"Report {report.id!r} gives a number, and {name!r}, an answer to {question}, is none from 0 up. Name the "
            "answers by numbers."
        )
    return value


def _claim(problem: FuseProblem, report: Report, values: Floats, truth: Booleans, less: np.bool_) -> Claim:
    """What a report says, as parts: (question, answer); of likelihoods the likeliest state.

    What is said to be true with little certainty (`less` probable where it is true) is said not to be.
    """
    if not report.says:
        return frozenset({(bears_on(problem, report)[0], f"state {int(np.argmax(values))}")})
    parts = frozenset(report.says.items())
    doubted = bool(less and truth.any() and not truth.all())
    return parts | {(DENIES, "")} if report.denies != doubted else parts
