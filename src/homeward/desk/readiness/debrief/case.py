"""What all statements are asked together: which of them count, how hearsay counts, what cannot be true together.

A statement that cannot be counted is left out and named, with what mends it; the others count all the same. Of a
sealed one nothing is said that tells which it is or what it bears on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from homeward.desk.readiness.debrief.questions import NONE
from homeward.errors import BadInput
from homeward.geo import WGS84
from homeward.mission.debriefs import About, Debriefs, Hypothesis, Question, Statement
from homeward.words import lasting

if TYPE_CHECKING:
    from homeward.readiness import FuseProblem, Report
    from homeward.readiness.fuse.records import Graded

HEARSAY_LESS = 1e-6
"""By how much a retelling is taken to be less reliable than its origin, so that of equals the origin counts: ours."""
SOME = "A confidential statement"


class Note(NamedTuple):
    """Why something counts for nothing, or for less: the statements it is about, the words, and what is said instead
    where one of them is sealed ("": nothing).
    """

    about: tuple[str, ...]
    words: str
    sealed: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The problem, the statements in it by id, what was ruled out by speed, and what was left out."""

    problem: FuseProblem
    counted: Mapping[str, Statement]
    too_far: tuple[str, ...]
    left_out: tuple[Note, ...]


def fused_case(state: Debriefs, *, speed_kmh: float, apart: Sequence[str]) -> Case:
    """The open questions with every statement that counts; `apart` are questions about somebody else.

    Sealed statements teach nothing of their witness once a question is answered: the record would tell what they said.
    """
    from homeward.readiness import FuseProblem
    from homeward.readiness.fuse.records import Resolved

    open_ = {name: one for name, one in state.questions.items() if name not in state.resolved}
    counted: dict[str, Statement] = {}
    reports: list[Report] = []
    left_out: list[Note] = []
    resolved: list[Resolved] = []
    for happened in state.statements.values():
        one = happened.event
        if one.declined or not one.hypothesis:
            continue
        if one.question in state.resolved and one.question in state.questions:
            forecast = _certainty(one)
            true = state.resolved[one.question].event.hypothesis or NONE
            if forecast is not None and not one.sealed:
                resolved.append(Resolved(source=one.witness, forecast=forecast, came_true=one.hypothesis == true))
            continue
        why = _shaken(state, one) or _why_not(open_, one)
        if why:
            left_out.append(why)
            continue
        if one.number is None and one.certainty and _certainty(one) is None:
            left_out.append(_without_number(one, "counts by its digit alone"))
        counted[one.id] = one
        reports.append(_report(one))
    far, too_far = _too_far([q for q in open_.values() if q.id not in apart], speed_mps=speed_kmh / 3.6)
    problem = FuseProblem(
        questions={name: _priors(one) for name, one in open_.items()},
        reports=tuple(reports),
        one_origin="strongest",
        resolved=tuple(resolved),
        impossible=(*_noted(state, open_, left_out), *far),
    )
    able = _able(problem, left_out)
    whole = replace(problem, reports=tuple(_capped(able, counted, left_out)))
    return Case(whole, {r.id: counted[r.id] for r in whole.reports}, too_far, tuple(left_out))


def _priors(question: Question) -> dict[str, float]:
    priors = {h.id: h.prior for h in question.hypotheses}
    rest = 1 - sum(priors.values())
    return priors | ({NONE: rest} if rest > 1e-9 else {})


def _report(one: Statement) -> Report:
    from homeward.readiness import Report

    return Report(
        id=one.id,
        says={one.question: one.hypothesis},
        c=one.number,
        certainty=one.certainty if _certainty(one) is not None else "",
        credibility=one.credibility,
        reliability=one.reliability or "F",
        source=one.witness,
        told_by=one.told_by,
    )


def _why_not(open_: Mapping[str, Question], one: Statement) -> Note | None:
    """Why a statement cannot be counted, or None. Names nothing of what it says."""
    if one.question not in open_:
        gone = "which is asked no longer: it counts for nothing."
        return Note(
            (one.id,), f"{one.id} bears on {one.question}, {gone}", f"{SOME} bears on a question that {gone[6:]}"
        )
    if one.hypothesis not in _priors(open_[one.question]):
        return Note(
            (one.id,),
            f"{one.id} bears on an answer that {one.question} no longer has: it counts for nothing.",
            f"{SOME} bears on an answer that is no longer there: it counts for nothing.",
        )
    if _certainty(one) is None and one.credibility is None:
        return _without_number(one, "counts for nothing")
    return None


def _without_number(one: Statement, counts: str) -> Note:
    how = f"{counts}: it does not say how sure {one.witness} is in words that are known. Ask for a number: homeward"
    judge = "statement judge MISSION {} --number 0.8."
    return Note(
        (one.id,), f"{one.id} {how} {judge.format(one.id)}", f"{SOME} of {one.witness} {how} {judge.format('NAME')}"
    )


def _shaken(state: Debriefs, one: Statement) -> Note | None:
    """That what a statement rests on was taken back since, or None."""
    if one.id not in state.shaken:
        return None
    until = "it counts for nothing until somebody judges it again: homeward statement judge MISSION"
    return Note(
        (one.id,),
        f"{one.id} RESTS ON {state.shaken[one.id]}, who took it back: {until} {one.id} --reliability "
        f"{one.reliability or 'C'}.",
        f"{SOME} RESTS ON what was taken back: {until} NAME --reliability C. Let those look who may read it.",
    )


def _able(problem: FuseProblem, left_out: list[Note]) -> FuseProblem:
    """The problem without the statements that cannot be fused, which are named."""
    from homeward.readiness.fuse.check import check

    able = []
    for report in problem.reports:
        alone = replace(problem, reports=(report,))
        try:
            check(alone)
            _grades(alone)
        except BadInput as err:
            see = "See: homeward statement judge --help."
            words = f"{report.id} counts for nothing: {err} {see}"
            left_out.append(Note((report.id,), words, f"{SOME} counts for nothing: it cannot be read as it is. {see}"))
            continue
        able.append(report)
    return replace(problem, reports=tuple(able))


def _grades(problem: FuseProblem) -> dict[str, Graded]:
    from homeward.readiness.fuse.learn import learn_sources, unknown_source
    from homeward.readiness.fuse.words import graded

    learnt = learn_sources(problem.resolved, problem.counts)
    unknown = unknown_source(problem, learnt)
    return {one.id: graded(one, learnt, model=False, mean=False, unknown=unknown) for one in problem.reports}


def _capped(problem: FuseProblem, counted: Mapping[str, Statement], left_out: list[Note]) -> Iterator[Report]:
    """The reports, hearsay counting for no more than what it retells where that is on file and judged."""
    grades = _grades(problem)
    strength = {name: grade.r * abs(2 * grade.c - 1) for name, grade in grades.items()}
    judged = {name for name, one in counted.items() if one.reliability} | {
        name for name, grade in grades.items() if grade.beta is not None
    }
    for report in problem.reports:
        line = [one.id for one in _retold(report, problem.reports, strength) if one.id in judged]
        least = min(line, key=lambda name: strength[name], default=report.id)
        if strength[report.id] <= strength[least] + 1e-12:
            yield report
            continue
        grade, mine = grades[least], grades[report.id]
        sure = abs(grade.c - 0.5) if mine.c >= 0.5 else -abs(grade.c - 0.5)
        words = f"{report.id} retells {least} and counts for no more than {least} does."
        left_out.append(Note((report.id, least), words))
        yield replace(report, r=grade.r * (1 - HEARSAY_LESS), c=0.5 + sure, certainty="")


def _retold(report: Report, reports: Sequence[Report], strength: Mapping[str, float]) -> list[Report]:
    """What a report retells, and what that retells, to the origin; nothing where they were told by each other."""
    line = [report]
    while line[-1].told_by:
        last, teller = line[-1], line[-1].told_by.casefold()
        told = [
            (one.says != last.says, -strength[one.id], one.id, one)
            for one in reports
            if teller in (one.id.casefold(), one.source.casefold())
            and one is not last
            and set(one.says) & set(last.says)
        ]
        if not told:
            break
        line.append(min(told, key=lambda each: each[:3])[-1])
        if line[-1] in line[:-1]:
            return []
    return line[1:]


def _certainty(one: Statement) -> float | None:
    """The probability that a witness gave to what it said: the number, or what its words are taken for."""
    from homeward.readiness import words_probability

    if one.number is not None:
        return one.number
    meant = words_probability(one.certainty) if one.certainty else None
    return None if meant is None else meant.median


def _noted(state: Debriefs, open_: Mapping[str, Question], left_out: list[Note]) -> Iterator[dict[str, str]]:
    for one in state.excluded:
        parts = dict(one.parts)
        true = {q: state.resolved[q].event.hypothesis or NONE for q in parts if q in state.resolved}
        if any(parts[q] != answer for q, answer in true.items()):
            continue  # an answer in it is known to be false: it rules out nothing more
        rest = {q: answer for q, answer in parts.items() if q not in true}
        if all(q in open_ and answer in _priors(open_[q]) for q, answer in rest.items()) and rest:
            yield rest
        elif rest:
            words = f"{excluded_words(one.parts, '')} names an answer that is no longer there: it rules out nothing."
            left_out.append(Note((), words))


def _too_far(questions: Sequence[Question], *, speed_mps: float) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Answers of two questions about where that nobody can have travelled between, and each in words."""
    out, words = [], []
    where = [q for q in questions if q.about is About.WHERE]
    for one, other in combinations(where, 2):
        for a in one.hypotheses:
            for b in other.hypotheses:
                gap = _longest_s(a, b)
                if gap is None or a.place is None or b.place is None:
                    continue
                far_m = WGS84.inv(a.place.lon_deg, a.place.lat_deg, b.place.lon_deg, b.place.lat_deg)[2]
                if far_m > speed_mps * gap:
                    out.append({one.id: a.id, other.id: b.id})
                    words.append(
                        f"{one.id}: {a.id} and {other.id}: {b.id} cannot both be: {far_m / 1000:.1f} km apart, with "
                        f"{lasting(gap)} at most between them (taken as about one person)."
                    )
    return out, tuple(words)


def _longest_s(a: Hypothesis, b: Hypothesis) -> float | None:
    """The longest time there can have been between two answers; None where either has no time."""
    ends: list[datetime | None] = [a.from_, a.until, b.from_, b.until]
    if any(end is None for end in ends):
        return None
    a0, a1, b0, b1 = (end.timestamp() for end in ends if end is not None)
    return max(abs(b1 - a0), abs(a1 - b0))


def excluded_words(parts: Sequence[tuple[str, str]], why: str) -> str:
    """That answers cannot be true together, in words."""
    said = " and ".join(f"{question}: {answer}" for question, answer in parts)
    return f"{said} cannot be true together{f': {why}' if why else ''}."
