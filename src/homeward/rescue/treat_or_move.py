"""Treat here or move now: what to do first so that the casualty arrives alive, why, and when that would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from homeward.rescue.treat_records import Advice, Step, TreatOrMove
from homeward.rescue.treat_solve import solve, step_of, straight
from homeward.words import capital, lasting

_FURTHEST = 5  # halvings or doublings of the carry within which a change of mind is looked for
_BEYOND_S = 24 * 3600.0  # a change of mind at a carry longer than that is nobody's question: ours
EQUAL = 0.02
"""Chances to arrive alive that differ by less are told as about equal: ours, as the hazards are assumptions."""

_EXACT = 0.01  # the carry time of a change of mind is told to 1 %


def treat_or_move(problem: TreatOrMove, *, flips: bool = True, time_limit_s: float = 10.0) -> Advice:
    """The best plan over assessing, treating, moving, stopping to stabilise and waiting for a lift, and why.

    The value is the probability of arriving alive under the hazards of death that the question states; `bound` equals
    it where the plan is proven best. With `flips` also carry times around the present one at which the first step
    changes (all carries longer or shorter by the same factor, from 1/32 to 32): one shorter and one longer, found by
    doubling, so that a change and a change back within one doubling are overlooked. About half of the time is for them;
    what there was no time for is in `left_out`.
    """
    until = perf_counter() + time_limit_s
    solved = solve(problem, time_limit_s=time_limit_s)
    first = solved.first
    simple = {"move": straight(problem)}
    for care in problem.cares[problem.care :]:
        simple[f"treat: {care.name}"] = straight(problem, first=(f"treat: {care.name}",))
    left_out = list(solved.left_out)
    turns: list[tuple[float, str]] = []
    if flips and problem.carry_s > 0:
        for way in (-1, 1):
            try:
                turns += _flip(problem, first, way, until)
            except _OutOfTime:
                left_out.append(f"whether {'shorter' if way < 0 else 'longer'} carries change the first step")
    return Advice(
        value=solved.value,
        bound=solved.bound,
        first=first,
        by_first=solved.by_first,
        simple=simple,
        plan=step_of(solved.plan),
        flips=tuple(turns),
        why=_why(problem, first, solved.by_first, turns),
        left_out=tuple(left_out),
    )


def plan_words(plan: Step | None) -> tuple[str, ...]:
    """The plan in lines to be read out, indented by what turned out."""
    return tuple(_lines(plan, "", "")) if plan else ("Nothing to be planned: the casualty is dead.",)


class _OutOfTime(Exception):
    """No time is left to look at another carry."""


def _flip(problem: TreatOrMove, first: str, way: int, until: float) -> list[tuple[float, str]]:
    """A shorter (`way` -1) or longer (1) carry at which another first step is best, with that step; [] for none."""
    inner = 1.0
    for k in range(1, _FURTHEST + 1):
        outer = 2.0 ** (way * k)
        then = _first(problem, outer, until)
        if then != first:
            at, then = _narrowed(problem, (first, then), (inner, outer), until)
            return [(at * problem.carry_s, then)]
        inner = outer
    return []


def _narrowed(
    problem: TreatOrMove, steps: tuple[str, str], between: tuple[float, float], until: float
) -> tuple[float, str]:
    (first, then), (inner, outer) = steps, between
    while abs(outer - inner) > _EXACT * inner:
        middle = (inner + outer) / 2
        here = _first(problem, middle, until)
        if here == first:
            inner = middle
        else:
            outer, then = middle, here
    return outer, then


def _first(problem: TreatOrMove, factor: float, until: float) -> str:
    left = until - perf_counter()
    found = solve(replace(problem, legs_s=tuple(leg * factor for leg in problem.legs_s)), time_limit_s=max(left, 0.0))
    if perf_counter() > until:  # what was found in a hurry need not be the best first step
        raise _OutOfTime
    return found.first


def _why(problem: TreatOrMove, first: str, by_first: dict[str, float], turns: Sequence[tuple[float, str]]) -> str:
    others = {name: p for name, p in by_first.items() if name != first}
    second = max(others, key=lambda name: others[name]) if others else first
    here = f"; the carry here is {lasting(problem.carry_s)}."
    if others and by_first[first] - others[second] < EQUAL:
        told = " and ".join(f"{by_first[name]:.1%} if you {_named(problem, name)} first" for name in (first, second))
        return f"About equal: {told} arrive alive. {_speaks(problem, (first, second))}The medic decides{here}"
    sentence = f"{capital(_named(problem, first))}: {by_first[first]:.0%} arrive alive"
    if others:
        sentence += f" against {others[second]:.0%} if you {_named(problem, second)} first"
    for carry_s, then in turns:
        if carry_s > _BEYOND_S or _verb(then) == _verb(first):
            continue
        side = "under" if carry_s < problem.carry_s else "over"
        sentence += f"; with a carry {side} {lasting(carry_s)} {_named(problem, then)} first"
    return sentence + here


def _speaks(problem: TreatOrMove, steps: tuple[str, str]) -> str:
    """What speaks for each of two first steps that are about equal."""
    takes_s = {care.name: care.takes_s for care in problem.cares}
    care = next((step.partition(": ")[2] for step in steps if _verb(step) == "treat"), None)
    said = {
        "treat": f"For treating: what can be stopped here is stopped before {lasting(problem.carry_s)} of carrying",
        "move": f"for moving: care is {lasting(takes_s[care])} nearer" if care else "for moving: care is nearer",
        "wait": "for waiting: no carry",
        "assess": "for looking first: what to treat is known",
    }
    words = [said[verb] for verb in sorted({_verb(step) for step in steps} & said.keys(), key=list(said).index)]
    return f"{capital('; '.join(words))}. " if len(words) > 1 else ""


def _verb(step: str) -> str:
    return step.partition(": ")[0]


def _named(problem: TreatOrMove, words: str) -> str:
    do, _, name = words.partition(": ")
    takes = {care.name: care.takes_s for care in problem.cares} | {test.name: test.takes_s for test in problem.tests}
    match do:
        case "treat" if means := next((care.means for care in problem.cares if care.name == name), ""):
            return f"treat ({name}, {lasting(takes[name])}: {means})"
        case "treat" | "assess":
            return f"{do} ({name}, {lasting(takes[name])})"
        case "wait":
            return f"wait for {name}"
        case _:
            return do


def _lines(step: Step, indent: str, lead: str) -> Iterator[str]:
    where = "the find" if step.at == 0 else f"way-point {step.at}"
    what = {"move": "move", "stop": "stop to stabilise", "wait": f"wait for {step.name}"}.get(
        step.do, f"{step.do}: {step.name}"
    )
    yield f"{indent}{lead}{what} {'from' if step.do == 'move' else 'at'} {where} ({lasting(step.takes_s)})"
    for words, after in step.then:
        deeper = indent + "  " if len(step.then) > 1 or words else indent
        yield from _lines(after, deeper, f"if {words}: " if words else "")
