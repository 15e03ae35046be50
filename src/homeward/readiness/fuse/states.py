"""The states that questions can be in together: every combination of answers but those that cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import prod

import numpy as np
from numpy.typing import NDArray

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.fuse.records import FuseProblem, Point, Report, Travel
from homeward.words import counted, listed

MOST_STATES = 200_000
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """Questions that hang together, and their possible states.

    `index` (states, questions) says which answer each question has in each state; `log_prior` (states,) sums to 1 over
    the possible states; `removed` is the prior probability of the impossible ones.
    """

    questions: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]
    index: NDArray[np.int64]
    log_prior: Floats
    removed: float

    def holds(self, question: str, hypothesis: str) -> Booleans:
        """In which states (states,) that answer is true."""
        q = self.questions.index(question)
        found: Booleans = self.index[:, q] == self.answers[q].index(hypothesis)
        return found

    def by_answer(self, question: str, values: Mapping[str, float], *, missing: float) -> Floats:
        """A number by hypothesis, spread over the states (states,)."""
        q = self.questions.index(question)
        table = np.array([values.get(name, missing) for name in self.answers[q]], dtype=float)
        out: Floats = table[self.index[:, q]]
        return out


def together(problem: FuseProblem) -> tuple[States, ...]:
    """The questions in parts that have nothing to do with each other, each with its possible states."""
    return tuple(_states(problem, part) for part in _parts(problem))


def question_of(problem: FuseProblem, name: str, *, of: str) -> str:
    """The question that something refers to; the only one where none is named. Raises `BadInput`."""
    if name:
        return known(name, problem.questions, what="question", of=of)
    if len(problem.questions) == 1:
        return next(iter(problem.questions))
    raise BadInput(f"{of} does not say which question it bears on. Name one of {', '.join(problem.questions)}.")


def known(name: str, names: Iterable[str], *, what: str, of: str) -> str:
    """`name`, where it is one of `names`. Raises `BadInput` with the nearest one."""
    listed = list(names)
    if name in listed:
        return name
    near = get_close_matches(name, listed, n=1)
    some = ", ".join(listed[:8]) + (", ..." if len(listed) > 8 else "")
    hint = f"Did you mean {near[0]!r}?" if near else f"There is {some or 'none'}."
    raise BadInput(f"{of} names the {what} {name!r}, which there is not. {hint}")


def bears_on(problem: FuseProblem, report: Report) -> tuple[str, ...]:
    """The questions that a report says something about, in the problem's order."""
    if len(report.says) == 1:
        return tuple(report.says)
    if report.says:
        return tuple(q for q in problem.questions if q in report.says)
    return (question_of(problem, report.question, of=f"Report {report.id!r}"),)


def _parts(problem: FuseProblem) -> list[tuple[str, ...]]:
    links = [set(bears_on(problem, report)) for report in problem.reports]
    links += [set(combination) for combination in problem.impossible]
    if problem.travel is not None:
        links.append(_of_travel(problem, problem.travel))
    parts: list[set[str]] = []
    for link in [{q} for q in problem.questions] + links:
        hit = [part for part in parts if part & link]
        parts = [part for part in parts if not part & link] + [link.union(*hit)]
    order = list(problem.questions)
    return sorted((tuple(q for q in order if q in part) for part in parts if part), key=lambda p: order.index(p[0]))


def _of_travel(problem: FuseProblem, travel: Travel) -> set[str]:
    named = {q for point in travel.points for q in (point.where, point.when) if q}
    if isinstance(travel.max_mps, Mapping):
        named |= {q for q, answers in problem.questions.items() if set(answers) & set(travel.max_mps)}
    return named


def _states(problem: FuseProblem, part: tuple[str, ...]) -> States:
    answers = tuple(tuple(problem.questions[q]) for q in part)
    size = prod(len(names) for names in answers)
    if size > MOST_STATES:
        raise BadInput(
            f"The questions {listed(part, most=4)} hang together{_ties(problem, part)}, and have {size} combinations "
            f"of answers; {MOST_STATES} fit. Merge answers, or ask fewer of these questions at once."
        )
    index = np.indices([len(names) for names in answers]).reshape(len(part), -1).T
    log_prior = np.zeros(size)
    with np.errstate(divide="ignore"):
        for k, question in enumerate(part):
            prior = np.array(list(problem.questions[question].values()), dtype=float)
            log_prior += np.log(prior / prior.sum())[index[:, k]]
    every = States(questions=part, answers=answers, index=index, log_prior=log_prior, removed=0.0)
    out = _impossible(problem, every)
    left = np.exp(log_prior[~out])
    if left.sum() <= 0:
        raise BadInput(
            f"Of the answers to {', '.join(part)} no combination is possible. Look again at what is said to be "
            "impossible, at places, times and the greatest speed."
        )
    removed = float(np.exp(log_prior[out]).sum())
    return States(
        questions=part,
        answers=answers,
        index=index[~out],
        log_prior=log_prior[~out] - np.log(left.sum()),
        removed=removed,
    )


def _ties(problem: FuseProblem, part: tuple[str, ...]) -> str:
    """By what questions hang together, in words: reports on several, what is impossible, what nobody can travel."""
    inside = [(report.id, bears_on(problem, report)) for report in problem.reports]
    tying = [name for name, about in inside if len(about) > 1 and set(about) <= set(part)]
    impossible = sum(len(combination) > 1 and set(combination) <= set(part) for combination in problem.impossible)
    said = [f"report{'s' * (len(tying) > 1)} {listed(tying, most=3)}"] * bool(tying)
    said += [counted(impossible, "impossible combination")] * bool(impossible)
    said += ["travel"] * (problem.travel is not None and _of_travel(problem, problem.travel) <= set(part))
    return f" (by {listed(said)})" if said else ""


def _impossible(problem: FuseProblem, states: States) -> Booleans:
    out = np.zeros(len(states.index), dtype=bool)
    for combination in problem.impossible:
        if set(combination) <= set(states.questions):
            every = np.ones(len(out), dtype=bool)
            for question, hypothesis in combination.items():
                every &= states.holds(question, hypothesis)
            out |= every
    travel = problem.travel
    if travel is not None and _of_travel(problem, travel) <= set(states.questions):
        out |= _too_far(states, travel)
    return out


def _too_far(states: States, travel: Travel) -> Booleans:
    """States in which some two points are further apart than anybody travels in the time between."""
    where = [_spot(states, travel, point) for point in travel.points]
    speed = _speed(states, travel)
    out = np.zeros(len(states.index), dtype=bool)
    for k, (place, window) in enumerate(where):
        for other_place, other_window in where[:k]:
            apart = np.hypot(*(place - other_place).T)
            gap = np.maximum(other_window[:, 1] - window[:, 0], window[:, 1] - other_window[:, 0])
            with np.errstate(invalid="ignore"):
                out |= apart > speed * gap + 1e-9 * (1 + apart)  # nan (not known): not ruled out
    return out


def _spot(states: States, travel: Travel, point: Point) -> tuple[Floats, Floats]:
    """Place (states, 2) and window (states, 2) of a point; NaN where not known."""
    return (
        _told(states, point.where, travel.places_m, point.place_m),
        _told(states, point.when, travel.windows_s, point.window_s),
    )


def _told(
    states: States,
    question: str,
    table: Mapping[str | tuple[str, str], tuple[float, float]],
    fixed: tuple[float, float] | None,
) -> Floats:
    nothing = (np.nan, np.nan)
    if not question:
        return np.tile(np.array(nothing if fixed is None else fixed), (len(states.index), 1))
    q = states.questions.index(question)
    rows = [table.get((question, name), table.get(name, nothing)) for name in states.answers[q]]
    out: Floats = np.array(rows, dtype=float)[states.index[:, q]]
    return out


def _speed(states: States, travel: Travel) -> Floats:
    if not isinstance(travel.max_mps, Mapping):
        return np.full(len(states.index), float(travel.max_mps))
    speed = np.full(len(states.index), np.inf)
    for question, names in zip(states.questions, states.answers, strict=True):
        if set(names) & set(travel.max_mps):
            speed = np.minimum(speed, states.by_answer(question, travel.max_mps, missing=np.inf))
    return speed
