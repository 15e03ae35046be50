"""Treat here or move now: what to do first so that the casualty arrives alive, why, and when that would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import sqrt

from homeward.rescue.treat_records import Advice, Step, TreatOrMove
from homeward.rescue.treat_solve import solve, step_of, straight

_FURTHEST = 5  # halvings or doublings of the carry within which a change of mind is looked for
_BEYOND_S = 24 * 3600.0  # a change of mind at a carry longer than that is nobody's question: ours
_HARDLY = 0.005  # under half a point of survival nobody should wait for the answer
_EXACT = 0.01  # the carry time of a change of mind is told to 1 %


def treat_or_move(problem: TreatOrMove, *, flips: bool = True) -> Advice:
    """The best plan over assessing, treating, moving, stopping to stabilise and waiting for a lift, and why.

    The value is the probability of arriving alive under the hazards of death that the question states; `bound` equals
    it where the plan is proven best. With `flips` also the carry times around the present one at which the first step
    would change (all carries longer or shorter by the same factor, from 1/32 to 32).
    """
    solved = solve(problem)
    first = solved.first
    simple = {"move": straight(problem)}
    for care in problem.cares[problem.care :]:
        simple[f"treat: {care.name}"] = straight(problem, first=(f"treat: {care.name}",))
    turns = tuple(_flips(problem, first)) if flips and problem.carry_s > 0 else ()
    return Advice(
        value=solved.value,
        bound=solved.bound,
        first=first,
        by_first=solved.by_first,
        simple=simple,
        plan=step_of(solved.plan),
        flips=turns,
        why=_why(problem, first, solved.by_first, turns),
    )


def plan_words(plan: Step | None) -> tuple[str, ...]:
    """The plan in lines to be read out, indented by what turned out."""
    return tuple(_lines(plan, "", "")) if plan else ("Nothing to be planned: the casualty is dead.",)


def break_even_s(*, carry_s: float, untreated_per_s: float, treated_per_s: float) -> float:
    """The treating time, in seconds, below which treating before a carry is better than moving at once.

    For constant hazards, `untreated_per_s` > 0: survival exp(-h0 t - h1 D) against exp(-h0 D), so that
    t* = D (h0 - h1) / h0.
    """
    return carry_s * (untreated_per_s - treated_per_s) / untreated_per_s


def stops_on_the_way(*, carry_s: float, stop_s: float, growth_per_s2: float, at_stop_per_s: float) -> tuple[int, float]:
    """How many evenly spaced stops make the cumulative hazard of a carry least, and that hazard.

    The hazard grows by `growth_per_s2` > 0 every second since the start or the last stop, and is `at_stop_per_s` during
    one: H(n) = a D^2 / (2 (n + 1)) + n t h, least near n* = D sqrt(a / (2 t h)) - 1 (convex in n, so at one of the two
    whole numbers around it).
    """
    cost = stop_s * at_stop_per_s

    def hazard(n: int) -> float:
        return growth_per_s2 * carry_s**2 / (2 * (n + 1)) + n * cost

    near = 0 if cost <= 0 else max(0, int(carry_s * sqrt(growth_per_s2 / (2 * cost)) - 1))
    best = min((near, near + 1), key=hazard)
    return best, hazard(best)


def _flips(problem: TreatOrMove, first: str) -> Iterator[tuple[float, str]]:
    """The nearest shorter and longer carry at which another first step is best, with that step."""
    for way in (-1, 1):
        inner = 1.0
        for k in range(1, _FURTHEST + 1):
            outer = 2.0 ** (way * k)
            if _first(problem, outer) != first:
                at, then = _narrowed(problem, first, inner, outer)
                yield float(at * problem.carry_s), then
                break
            inner = outer


def _narrowed(problem: TreatOrMove, first: str, inner: float, outer: float) -> tuple[float, str]:
    then = _first(problem, outer)
    while abs(outer - inner) > _EXACT * inner:
        middle = (inner + outer) / 2
        here = _first(problem, middle)
        if here == first:
            inner = middle
        else:
            outer, then = middle, here
    return outer, then


def _first(problem: TreatOrMove, factor: float) -> str:
    return solve(replace(problem, legs_s=tuple(leg * factor for leg in problem.legs_s))).first


def _why(problem: TreatOrMove, first: str, by_first: dict[str, float], turns: tuple[tuple[float, str], ...]) -> str:
    others = {name: p for name, p in by_first.items() if name != first}
    said = [f"{_named(problem, first).capitalize()}: {by_first[first]:.0%} arrive alive"]
    if others:
        second = max(others, key=lambda name: others[name])
        close = by_first[first] - others[second] < _HARDLY
        said.append(
            f", hardly more than if you {_named(problem, second)} first"
            if close
            else f" against {others[second]:.0%} if you {_named(problem, second)} first"
        )
    sentence = "".join(said)
    for carry_s, then in turns:
        if carry_s > _BEYOND_S:
            continue
        side = "under" if carry_s < problem.carry_s else "over"
        sentence += f"; with a carry {side} {_minutes(carry_s)} {_named(problem, then)} first"
    return f"{sentence}; the carry here is {_minutes(problem.carry_s)}."


def _named(problem: TreatOrMove, words: str) -> str:
    do, _, name = words.partition(": ")
    takes = {care.name: care.takes_s for care in problem.cares} | {test.name: test.takes_s for test in problem.tests}
    match do:
        case "treat" | "assess":
            return f"{do} ({name}, {_minutes(takes[name])})"
        case "wait":
            return f"wait for {name}"
        case _:
            return do


def _lines(step: Step, indent: str, lead: str) -> Iterator[str]:
    where = "the find" if step.at == 0 else f"way-point {step.at}"
    what = {"move": "move", "stop": "stop to stabilise", "wait": f"wait for {step.name}"}.get(
        step.do, f"{step.do}: {step.name}"
    )
    yield f"{indent}{lead}{what} {'from' if step.do == 'move' else 'at'} {where} ({_minutes(step.takes_s)})"
    for words, after in step.then:
        deeper = indent + "  " if len(step.then) > 1 or words else indent
        yield from _lines(after, deeper, f"if {words}: " if words else "")


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 60.0 else f"{seconds:.0f} s"
