"""What a fusion says of itself in words: what moved it, and what is odd about what it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from homeward.readiness.fuse.records import FuseProblem, Graded, Pair, Report
from homeward.words import chance

MOST_SHIFT = 50.0  # of log-odds: what settles a question alone
_NAMED, _LEAST = 4, 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """The leading answer of a question; `before`: its probability without the reports, impossible combinations ruled
    out.
    """

    lead: str
    before: float


def priors(problem: FuseProblem, question: str) -> dict[str, float]:
    """The priors of a question, scaled to 1."""
    prior = problem.questions[question]
    total = sum(prior.values())
    return {name: p / total for name, p in prior.items()}


def why(
    problem: FuseProblem,
    moving: Mapping[str, Moving],
    posterior: Mapping[str, Mapping[str, float]],
    moved: Mapping[str, Mapping[str, Sequence[tuple[str, float]]]],
    accounts: Mapping[str, Mapping[str, Sequence[tuple[tuple[str, ...], float]]]],
    again: Sequence[Pair],
) -> tuple[str, ...]:
    """A sentence on each question's leading answer, and one on each pair to be asked again."""
    lines = []
    for question, answers in posterior.items():
        one = moving[question]
        p, prior = answers[one.lead], priors(problem, question)[one.lead]
        head = f"{question}: {one.lead}" if len(posterior) > 1 else one.lead
        line = f"{head} has {chance(p)}, {chance(prior)} before any report."
        if abs(one.before - prior) > _LEAST:
            line += f" Because combinations are impossible it has {chance(one.before)} even without reports."
        said = _movers(accounts[question][one.lead], moved[question][one.lead])
        if said:
            line += f" What moved it most: {said}."
        elif problem.reports or abs(one.before - prior) <= _LEAST:
            line += " No report moved it."
        lines.append(line)
    lines += [
        f"{pair.one} and {pair.other} contradict each other (conflict {pair.k:.4g}): ask both again before anybody "
        "acts on what they come to together."
        for pair in again[:3]
    ]
    return tuple(lines)


def _movers(accounts: Sequence[tuple[tuple[str, ...], float]], shifts: Sequence[tuple[str, float]]) -> str:
    """The three that moved most; reports of one origin as one where none of them accounts for half of it alone."""
    single = dict(shifts)
    found = []
    for names, shift in accounts:
        if len(names) > 1 and abs(shift) > 2 * max(abs(single.get(name, 0.0)) for name in names) + _LEAST:
            found.append((f"{_some(names)} of one origin together", shift))
            single = {name: x for name, x in single.items() if name not in names}
    found = sorted([*found, *single.items()], key=lambda x: (-abs(x[1]), x[0]))[:3]
    return "; ".join(f"{name} ({_how_far(shift)})" for name, shift in found if abs(shift) > _LEAST)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _how_far(shift: float) -> str:
    if abs(shift) >= MOST_SHIFT:
        return "settles it" if shift > 0 else "rules it out"
    times = float(np.exp(abs(shift)))
    if times < 1.005:
        return "hardly at all"
    said = f"{times:.2f}" if times < 1.1 else f"{times:.2g}" if times < 10 else f"{float(f'{times:.2g}'):.0f}"
    return f"odds {said} times {'higher' if shift > 0 else 'lower'}"


def odd(problem: FuseProblem, grades: Mapping[str, Graded]) -> list[str]:
    """Findings: priors that don't sum to 1 or that no report can move, words and digit that disagree."""
    out = []
    for question, prior in problem.questions.items():
        total = sum(prior.values())
        if abs(total - 1) > 1e-6:
            of = f" of {question}" if len(problem.questions) > 1 else ""
            out.append(f"The priors{of} sum to {total:.6g}: they were scaled to 1.")
        for name, p in prior.items():
            if p > 0:
                continue
            named = sorted(one.id for one in problem.reports if one.says.get(question) == name)
            if named:
                out.append(
                    f"{name} has the prior 0, which nothing can move: what {_some(named)} says of it changes nothing. "
                    "Give it a little, if it is possible at all."
                )
    for report in problem.reports:
        out += _two_gradings(report, grades[report.id])
    return out


def _two_gradings(report: Report, grade: Graded) -> list[str]:
    apart = (report.credibility == 5 and grade.c > 0.6) or (report.credibility == 1 and grade.c < 0.4)
    if not apart:
        return []
    said = (
        f"Report {report.id}: its digit {report.credibility} and the certainty it was given with ({chance(grade.c)}) "
        "point apart; the certainty counts. Look again at the grading."
    )
    return [said]
