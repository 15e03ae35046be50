"""Whether a fusion can be asked for at all: every fault in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import isfinite

from homeward.errors import BadInput
from homeward.readiness.fuse.records import Ask, Decision, FuseProblem, Report, Travel
from homeward.readiness.fuse.states import known, question_of


def check(problem: FuseProblem) -> None:
    """Raises `BadInput` for the first thing in a problem that cannot be."""
    if not problem.questions:
        raise BadInput("There is no question. Give hypotheses with their priors.")
    for question, prior in problem.questions.items():
        _prior(question, prior)
    if not 0 <= problem.rho <= 1:
        raise BadInput(f"rho is {problem.rho:g}. Give a correlation from 0 (independent) to 1 (one counts for all).")
    if not 0 <= problem.clamp < 0.5:
        raise BadInput(f"clamp is {problem.clamp:g}. Give a probability from 0 (no bound) to below 0.5.")
    _rates(problem)
    if problem.unknown_r != "team":
        _share(problem.unknown_r, "unknown_r")
    twice = [name for name, n in Counter(report.id for report in problem.reports).items() if n > 1]
    if twice:
        raise BadInput(f"Two reports are called {twice[0]!r}. Give each a name of its own.")
    for report in problem.reports:
        _report(problem, report)
    for one in problem.resolved:
        _share(one.forecast, f"the forecast of a resolved claim of {one.source!r}")
    _rest(problem)


def _prior(question: str, prior: Mapping[str, float]) -> None:
    if not prior:
        raise BadInput(f"{question} has no hypotheses. Give at least one, with its prior.")
    for name, p in prior.items():
        if not (isfinite(p) and p >= 0):
            raise BadInput(f"{question}: the prior of {name!r} is {p:g}. Give a probability, 0 or more.")
    if len(prior) == 1 and max(prior.values()) > 1:
        ((name, p),) = prior.items()
        raise BadInput(f"{question}: the prior of {name!r} is {p:g}. Give a probability from 0 to 1, 0.3 for 30 %.")
    if not 0 < sum(prior.values()) < 1e300:
        raise BadInput(f"{question}: the priors sum to {sum(prior.values()):g}. Give probabilities that sum to 1.")


def _rates(problem: FuseProblem) -> None:
    if isinstance(problem.base_rate, Mapping):
        for name in problem.base_rate:
            known(name, _every_answer(problem), what="hypothesis", of="base_rate")
    for rate in problem.base_rate.values() if isinstance(problem.base_rate, Mapping) else (problem.base_rate,):
        _share(rate, "base_rate")


def _every_answer(problem: FuseProblem) -> list[str]:
    return [name for answers in problem.questions.values() for name in answers]


def _share(value: float, what: str) -> None:
    if not 0 <= value <= 1:
        raise BadInput(f"{what} is {value:g}. Give a probability from 0 to 1.")


def _report(problem: FuseProblem, report: Report) -> None:
    of = f"Report {report.id!r}"
    ways = [bool(report.says), bool(report.likelihood), bool(report.searched), bool(report.count)]
    if sum(ways) != 1:
        told = "nothing" if sum(ways) == 0 else "several things at once"
        raise BadInput(f"{of} says {told}. Give one of says, likelihood, searched and count.")
    for value, name in ((report.r, "r"), (report.c, "c")):
        if value is not None:
            _share(value, f"{name} of report {report.id!r}")
    if report.says:
        _claim(problem, report.says, of=of)
        return
    answers = problem.questions[question_of(problem, report.question, of=of)]
    for name in (*report.likelihood, *report.searched):
        known(name, answers, what="hypothesis", of=of)
    for name, value in report.searched.items():
        _share(value, f"the probability of detection at {name!r} in report {report.id!r}")
    _likelihood(report, answers)


def _likelihood(report: Report, answers: Mapping[str, float]) -> None:
    if not report.likelihood:
        return
    missing = [name for name in answers if name not in report.likelihood]
    if missing:
        raise BadInput(
            f"Report {report.id!r} has no likelihood for {missing[0]!r}. Give one for each hypothesis: the same "
            "for those that it doesn't tell apart."
        )
    for name, value in report.likelihood.items():
        if not (isfinite(value) and value >= 0):
            raise BadInput(f"Report {report.id!r}: the likelihood of {name!r} is {value:g}. Give a number, 0 or more.")
    if max(report.likelihood.values()) <= 0:
        raise BadInput(f"Report {report.id!r}: the likelihoods are all 0. A report that was made cannot be impossible.")


def _rest(problem: FuseProblem) -> None:
    for source, counts in problem.counts.items():
        if min(counts) < 0:
            raise BadInput(f"The counts of {source!r} are below 0. Give how often it was right, and how often wrong.")
    for combination in problem.impossible:
        if not combination:
            raise BadInput("An impossible combination is empty. Name a hypothesis of each question in it.")
        _claim(problem, combination, of="An impossible combination")
    if problem.travel is not None:
        _travel(problem, problem.travel)
    twice = [name for name, n in Counter(ask.id for ask in problem.could_ask).items() if n > 1]
    if twice:
        raise BadInput(f"Two that can be asked are called {twice[0]!r}. Give each a name of its own.")
    for ask in problem.could_ask:
        _ask(problem, ask)
    if problem.decision is not None:
        _decision(problem, problem.decision)


def _claim(problem: FuseProblem, claim: Mapping[str, str], *, of: str) -> None:
    for question, hypothesis in claim.items():
        answers = problem.questions[known(question, problem.questions, what="question", of=of)]
        known(hypothesis, answers, what="hypothesis", of=of)


def _travel(problem: FuseProblem, travel: Travel) -> None:
    for point in travel.points:
        for question in filter(None, (point.where, point.when)):
            known(question, problem.questions, what="question", of="A point of travel")
        if bool(point.where) == (point.place_m is not None):
            raise BadInput("A point of travel needs where, a question, or place_m, and not both. Give one of them.")
        if bool(point.when) == (point.window_s is not None):
            raise BadInput("A point of travel needs when, a question, or its time, and not both. Give one of them.")
    speeds = travel.max_mps
    for name in (*travel.places_m, *travel.windows_s, *(speeds if isinstance(speeds, Mapping) else ())):
        known(name if isinstance(name, str) else name[1], _every_answer(problem), what="hypothesis", of="travel")
    for speed in speeds.values() if isinstance(speeds, Mapping) else (speeds,):
        if not (isfinite(speed) and speed > 0):
            raise BadInput(f"max_mps is {speed:g}. Give a speed above 0.")
    windows = [*travel.windows_s.values(), *(p.window_s for p in travel.points if p.window_s is not None)]
    for first, last in windows:
        if not first <= last:
            raise BadInput(f"A time window goes from {first:g} s to {last:g} s. Give the earliest first.")


def _ask(problem: FuseProblem, ask: Ask) -> None:
    of = f"What can be asked, {ask.id!r},"
    answers = problem.questions[known(ask.question, problem.questions, what="question", of=of)]
    if bool(ask.about) == bool(ask.likelihood):
        raise BadInput(f"{of} needs about, a hypothesis, or likelihood by answer, and not both. Give one of them.")
    if ask.about:
        known(ask.about, answers, what="hypothesis", of=of)
    _share(ask.r, f"r of {ask.id!r}")
    _share(ask.c, f"c of {ask.id!r}")
    _answers(of, ask.likelihood, answers)


def _decision(problem: FuseProblem, decision: Decision) -> None:
    answers = problem.questions[known(decision.question, problem.questions, what="question", of="The decision")]
    if not decision.loss:
        raise BadInput("The decision has no actions. Give the loss of each action under each hypothesis.")
    for action, loss in decision.loss.items():
        for name in loss:
            known(name, answers, what="hypothesis", of=f"The decision, in {action!r},")
        missing = [name for name in answers if name not in loss]
        if missing:
            raise BadInput(
                f"The decision has no loss of {action!r} under {missing[0]!r}. Give one for each hypothesis."
            )


def _answers(of: str, likelihood: Mapping[str, Mapping[str, float]], answers: Mapping[str, float]) -> None:
    if not likelihood:
        return
    for name in {name: None for by in likelihood.values() for name in by}:
        known(name, answers, what="hypothesis", of=of)
    for name in answers:
        total = sum(by.get(name, 0.0) for by in likelihood.values())
        if abs(total - 1) > 1e-6:
            raise BadInput(f"{of} has answers whose probabilities under {name!r} sum to {total:g}. Make them sum to 1.")
