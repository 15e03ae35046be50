"""What several reports come to together: how probable each hypothesis is, what moved it, what contradicts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.fuse.ask import ask_next, best_choice
from homeward.readiness.fuse.check import check
from homeward.readiness.fuse.conflict import CONFLICT, clash, pairs, too_many
from homeward.readiness.fuse.evidence import Evidence, evidence
from homeward.readiness.fuse.learn import learn_sources, unknown_source
from homeward.readiness.fuse.names import alike
from homeward.readiness.fuse.origin import groups, origins, pooled, same_claim
from homeward.readiness.fuse.records import Fused, FuseProblem, Graded, Taken
from homeward.readiness.fuse.spread import spread
from homeward.readiness.fuse.states import Booleans, States, bears_on, together
from homeward.readiness.fuse.why import MOST_SHIFT, Moving, odd, priors, why
from homeward.readiness.fuse.words import graded
from homeward.words import listed

JOINT_LISTED = 20
MOST_NUMBERS = 5_000_000


@dataclass(frozen=True, slots=True)
class _Part:
    """The fusion of the questions that hang together: reports (their places in the problem), evidence, weights.

    `at_odds`: reports that leave no answer possible together; each then gives way alike, as if `clamp` were just above
    0, which is said.
    """

    states: States
    which: list[int]
    evidence: Evidence
    weight: Floats
    log_post: Floats
    log_without: Floats
    groups: list[list[int]]
    at_odds: tuple[str, ...]


def fuse(problem: FuseProblem, *, seed: int = 0) -> Fused:
    """Fuses reports by Bayes' rule over every possible combination of answers; exact, and blind to their order.

    A report that says H has P(says H | H) = r c + (1-r) b and P(says H | not H) = r (1-c) + (1-r) b: a reliable
    source is right with its certainty c, an unreliable one says it with the base rate b whatever is true. Reports of
    one origin count together by n / (1 + (n-1) rho) (`origin.pooled`). No report moves odds by more than 99 to 1
    (`clamp`). `seed` draws the spread. Raises `BadInput` where the problem cannot be.
    """
    check(problem)
    problem, odd_names = alike(problem)
    learnt = learn_sources(problem.resolved, problem.counts)
    unknown = unknown_source(problem, learnt)
    grades = {
        report.id: graded(report, learnt, model=problem.learn == "model", mean=problem.words == "mean", unknown=unknown)
        for report in problem.reports
    }
    about = [bears_on(problem, report) for report in problem.reports]
    origin, rings = origins(problem.reports, about, [_strength(grades[report.id]) for report in problem.reports])
    parts = [_part(problem, states, grades, origin, about) for states in together(problem)]
    posterior = {q: _answers(part.states, part.log_post, q) for part in parts for q in part.states.questions}
    posterior = {q: posterior[q] for q in problem.questions}
    moved = {q: shifts for part in parts for q, shifts in _moved(problem, part).items()}
    accounts = {q: by for part in parts for q, by in _accounts(problem, part, moved).items()}
    compared = [pairs(problem, part.states, part.which, grades) for part in parts]
    conflict = max((k for k, _ in compared), default=0.0)
    found = sorted((p for _, some in compared for p in some), key=lambda p: (not p.contradict, -p.k, p.one, p.other))
    again = tuple(p for p in found if p.contradict and p.k > CONFLICT)
    taken = {name: one for part in parts for name, one in _taken(problem, part, grades, origin).items()}
    choice = None if problem.decision is None else best_choice(problem.decision, posterior)
    joint = _joint(parts)
    value = float(np.prod([np.exp(part.log_post.max()) for part in parts]))
    return Fused(
        posterior=posterior,
        spread=spread(problem, [(p.states, p.which, p.evidence, p.weight) for p in parts], grades, seed=seed),
        joint=joint,
        moved={q: moved[q] for q in problem.questions},
        accounts={q: accounts[q] for q in problem.questions},
        conflict=conflict,
        pairs=tuple(p for p in found if p.contradict),
        compared=tuple(found),
        ask_again=again,
        ask_next=ask_next(problem, posterior, grades),
        taken={report.id: taken[report.id] for report in problem.reports},
        sources=learnt,
        choice=choice,
        removed=1 - float(np.prod([1 - part.states.removed for part in parts])),
        entropy_bits={
            q: (_bits(np.array(list(priors(problem, q).values()))), _bits(np.array(list(posterior[q].values()))))
            for q in posterior
        },
        value=value,
        why=why(
            problem, {q: one for part in parts for q, one in _moving(part).items()}, posterior, moved, accounts, again
        ),
        findings=(*_at_odds(parts), *odd_names, *rings, *odd(problem, grades), *_not_compared(parts)),
    )


def _part(
    problem: FuseProblem,
    states: States,
    grades: Mapping[str, Graded],
    origin: Sequence[str],
    about: Sequence[tuple[str, ...]],
) -> _Part:
    which = [k for k, questions in enumerate(about) if questions[0] in states.questions]
    size = len(states.index)
    if size * len(which) > MOST_NUMBERS:
        raise BadInput(
            f"{len(which)} reports over {size} combinations of answers are too many at once. Merge answers, or ask "
            "fewer questions together."
        )
    found = evidence(problem, states, [problem.reports[k] for k in which], grades)
    weight = np.ones(len(which))
    total = states.log_prior.copy()
    without = np.zeros((len(which), size))
    common = groups([origin[k] for k in which], [about[k] for k in which])
    for group in common:
        logs = found.logs[group]
        weight[group], rest = pooled(logs, [found.claims[k] for k in group], rho=problem.rho, way=problem.one_origin)
        whole = weight[group] @ logs
        total += whole
        without[group] = rest - whole
    counted = [k for k in range(len(which)) if weight[k] > 0]
    at_odds = clash([problem.reports[which[k]].id for k in counted], found.logs[counted], np.isfinite(states.log_prior))
    if len(at_odds) == 1:
        raise BadInput(
            f"Report {at_odds[0]!r} leaves no answer possible. Look again at probabilities of detection of 1 and "
            "likelihoods of 0."
        )
    near = total - total.max()
    return _Part(
        states=states,
        which=which,
        evidence=found,
        weight=weight,
        log_post=near - np.logaddexp.reduce(near),
        log_without=without + total,
        groups=common,
        at_odds=at_odds,
    )


def _answers(states: States, log_post: Floats, question: str) -> dict[str, float]:
    q = states.questions.index(question)
    mass = np.bincount(states.index[:, q], np.exp(log_post), minlength=len(states.answers[q]))
    return {name: float(p) for name, p in zip(states.answers[q], mass / mass.sum(), strict=True)}


def _moved(problem: FuseProblem, part: _Part) -> dict[str, dict[str, tuple[tuple[str, float], ...]]]:
    """Question -> hypothesis -> how far each report shifts its log-odds: with all reports, less without that one."""
    out: dict[str, dict[str, tuple[tuple[str, float], ...]]] = {}
    names = [problem.reports[k].id for k in part.which]
    for question, answers in zip(part.states.questions, part.states.answers, strict=True):
        out[question] = {}
        for hypothesis in answers:
            true = part.states.holds(question, hypothesis)
            if true.all() or not true.any() or not names:
                out[question][hypothesis] = ()
                continue
            shift = _shifts(part.log_post, part.log_without, true)
            order = sorted(range(len(names)), key=lambda k: (-abs(shift[k]), names[k]))
            out[question][hypothesis] = tuple((names[k], float(shift[k])) for k in order)
    return out


def _accounts(
    problem: FuseProblem, part: _Part, moved: Mapping[str, Mapping[str, tuple[tuple[str, float], ...]]]
) -> dict[str, dict[str, tuple[tuple[tuple[str, ...], float], ...]]]:
    """Question -> hypothesis -> how far reports of one origin that say the same shift its log-odds together."""
    names = [problem.reports[k].id for k in part.which]
    claims = part.evidence.claims
    sets = [[group[k] for k in mine] for group in part.groups for mine in same_claim([claims[k] for k in group])]
    several = [mine for mine in sets if len(mine) > 1]
    apart = np.zeros((len(several), len(part.log_post)))
    for k, mine in enumerate(several):
        apart[k] = part.log_post - part.weight[mine] @ part.evidence.logs[mine]
    out: dict[str, dict[str, tuple[tuple[tuple[str, ...], float], ...]]] = {}
    for question, answers in zip(part.states.questions, part.states.answers, strict=True):
        out[question] = {}
        for hypothesis in answers:
            alone = dict(moved[question][hypothesis])
            shift = _shifts(part.log_post, apart, part.states.holds(question, hypothesis))
            found = [((names[mine[0]],), alone[names[mine[0]]]) for mine in sets if len(mine) == 1 and alone]
            told = [(tuple(names[k] for k in mine), float(x)) for mine, x in zip(several, shift, strict=True)]
            out[question][hypothesis] = tuple(sorted([*found, *told], key=lambda one: (-abs(one[1]), one[0])))
    return out


def _shifts(log_post: Floats, without: Floats, true: Booleans) -> Floats:
    """How far log-odds are shifted against each of several others (others, states)."""
    if true.all() or not true.any():
        return np.zeros(len(without))
    with np.errstate(invalid="ignore"):
        shift = _log_odds(log_post[None, :], true) - _log_odds(without, true)
    out: Floats = np.clip(np.nan_to_num(shift, nan=0.0), -MOST_SHIFT, MOST_SHIFT)
    return out


def _log_odds(logs: Floats, true: Booleans) -> Floats:
    out: Floats = np.logaddexp.reduce(logs[:, true], axis=1) - np.logaddexp.reduce(logs[:, ~true], axis=1)
    return out


def _taken(problem: FuseProblem, part: _Part, grades: Mapping[str, Graded], origin: Sequence[str]) -> dict[str, Taken]:
    ratios = {
        (question, hypothesis): _ratios(part, part.states.holds(question, hypothesis))
        for question, answers in zip(part.states.questions, part.states.answers, strict=True)
        for hypothesis in answers
    }
    out = {}
    for place, k in enumerate(part.which):
        report = problem.reports[k]
        about = bears_on(problem, report)
        out[report.id] = Taken(
            graded=grades[report.id],
            about=about,
            origin=origin[k],
            weight=float(part.weight[place]),
            log10_ratio={h: float(ratios[q, h][place]) for q in about for h in problem.questions[q]},
        )
    return out


def _ratios(part: _Part, true: Booleans) -> Floats:
    """log10 of how much likelier each report (reports,) is where an answer is true than where not, by the prior."""
    prior = part.states.log_prior
    if true.all() or not true.any():
        return np.zeros(len(part.which))
    with np.errstate(invalid="ignore"):
        here, there = (
            np.logaddexp.reduce((prior + part.evidence.logs)[:, side], axis=1) - np.logaddexp.reduce(prior[side])
            for side in (true, ~true)
        )
        ratio = (here - there) / np.log(10)
    out: Floats = np.where(np.isfinite(ratio), ratio, 0.0)
    return out


def _joint(parts: Sequence[_Part]) -> tuple[tuple[Mapping[str, str], float], ...]:
    """The most probable combinations of answers of questions that hang together."""
    out = []
    for part in parts:
        if len(part.states.questions) < 2:
            continue
        order = np.argsort(-part.log_post, kind="stable")[:JOINT_LISTED]
        for s in order:
            names = {q: part.states.answers[k][part.states.index[s, k]] for k, q in enumerate(part.states.questions)}
            out.append((names, float(np.exp(part.log_post[s]))))
    return tuple(out)


def _bits(p: Floats) -> float:
    some = p[p > 0]
    return float(-(some * np.log2(some)).sum()) + 0.0


def _strength(grade: Graded) -> float:
    """How far a report is believed: what its source adds to a guess."""
    return grade.r * abs(2 * grade.c - 1)


def _at_odds(parts: Sequence[_Part]) -> list[str]:
    return [
        f"Reports {listed(part.at_odds)} leave no answer possible together: each was taken as just short of certain. "
        "Ask them again, and do not act on these numbers before."
        for part in parts
        if part.at_odds
    ]


def _not_compared(parts: Sequence[_Part]) -> list[str]:
    return [
        f"The {len(part.which)} reports on {', '.join(part.states.questions)} are too many to compare in pairs: what "
        "contradicts what is not told, nor the conflict among them."
        for part in parts
        if too_many(part.states, part.which)
    ]


def _moving(part: _Part) -> dict[str, Moving]:
    """By question its leading answer, and what that had before the reports."""
    out = {}
    for question in part.states.questions:
        answers = _answers(part.states, part.log_post, question)
        lead = max(answers, key=lambda name: answers[name])
        out[question] = Moving(lead=lead, before=_answers(part.states, part.states.log_prior, question)[lead])
    return out
