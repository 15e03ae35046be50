"""Whom to ask next about what: how far each answer is expected to narrow the question down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2
from statistics import fmean

import numpy as np

from homeward.readiness.fuse.records import Ask, AskWorth, Choice, Decision, FuseProblem, Graded

NEW, NEW_R, NEW_C = "a new witness", 0.6, 0.8
"""A new witness nobody knows: homeward's own assumption (letter C, pretty sure)."""
LISTED, LEAST_BITS = 8, 0.005


def best_choice(decision: Decision, posterior: Mapping[str, Mapping[str, float]]) -> Choice:
    """The action of least expected loss."""
    p = posterior[decision.question]
    expected = {action: sum(loss[h] * p[h] for h in p) for action, loss in decision.loss.items()}
    return Choice(action=min(expected, key=lambda action: expected[action]), expected=expected)


def ask_next(
    problem: FuseProblem,
    posterior: Mapping[str, Mapping[str, float]],
    grades: Mapping[str, Graded],
    *,
    most: int = LISTED,
) -> tuple[AskWorth, ...]:
    """What can be asked, worth most first: bits of entropy that the answer is expected to take away.

    That is the mutual information of answer and question (Lindley 1956, Annals of Mathematical Statistics 27(4),
    986-1005, doi 10.1214/aoms/1177728069). Where a decision hangs on the question, `saved` is the expected loss that
    knowing the answer first saves, less the cost of asking; it then goes before the bits. Where the problem names
    nobody, everybody who reported can be asked, and a witness yet unknown: at most `most` lines, one for each of them
    and question, with the answer that is most worth asking about.
    """
    asks = list(problem.could_ask) or _everybody(problem, grades)
    worth = [_worth(problem, ask, posterior[ask.question]) for ask in asks]
    if not problem.could_ask:
        worth = [one for one in worth if one.gain_bits >= LEAST_BITS]
    worth.sort(key=lambda w: (-(w.saved if w.saved is not None else 0.0), -w.gain_bits, w.id))
    if problem.could_ask:
        return tuple(worth)
    first: dict[tuple[str, str], AskWorth] = {}
    for one in worth:
        first.setdefault((one.source, one.question), one)
    return tuple(list(first.values())[:most])


def _everybody(problem: FuseProblem, grades: Mapping[str, Graded]) -> list[Ask]:
    """Every source on every question, and a new witness.

    Who spoke of a question before would mostly say the same again: what they add is less by rho.
    """
    spoken: dict[str, set[str]] = {}
    known: dict[str, list[Graded]] = {}
    for report in problem.reports:
        if report.source and report.says:
            spoken.setdefault(report.source, set()).update(report.says)
            known.setdefault(report.source, []).append(grades[report.id])
    mean = {
        source: (fmean(g.r for g in grade), fmean(max(g.c, 1 - g.c) for g in grade)) for source, grade in known.items()
    }
    out = []
    for question, answers in problem.questions.items():
        for name in _worth_asking(answers):
            mark = f"{question}/{name}" if len(problem.questions) > 1 else name
            out.append(Ask(id=f"{NEW}: {mark}", question=question, about=name, r=NEW_R, c=NEW_C))
            for source, (r, c) in mean.items():
                fresh = 1 - problem.rho if question in spoken[source] else 1.0
                out.append(Ask(id=f"{source}: {mark}", question=question, about=name, r=r * fresh, c=c))
    return out


def _worth_asking(answers: Mapping[str, float]) -> list[str]:
    """Each answer; of two only the first, which settles the other."""
    return [] if len(answers) < 2 else list(answers)[:1] if len(answers) == 2 else list(answers)


def _worth(problem: FuseProblem, ask: Ask, posterior: Mapping[str, float]) -> AskWorth:
    table = _table(problem, ask, list(posterior))
    gain = sum(_gained(row, list(posterior.values())) for row in table)
    saved = None
    if problem.decision is not None and problem.decision.question == ask.question:
        loss = np.array([[by[h] for h in posterior] for by in problem.decision.loss.values()])
        p = np.array(list(posterior.values()))
        saved = float((loss @ p).min() - sum((loss @ (np.array(row) * p)).min() for row in table) - ask.cost)
    source = ask.id.partition(":")[0] if ask.about and not problem.could_ask else ask.id
    about = f"whether it is {ask.about}" if ask.about else "what they know"
    of = f" ({ask.question})" if len(problem.questions) > 1 else ""
    return AskWorth(
        id=ask.id,
        source=source,
        question=ask.question,
        about=ask.about,
        gain_bits=max(0.0, gain),
        saved=saved,
        words=f"Ask {source} {about}{of}: {gain:.2f} bits{_saves(saved)}.",
    )


def _saves(saved: float | None) -> str:
    if saved is None:
        return ""
    if abs(saved) < 1e-9:
        return ", changes nothing that hangs on it"
    return f", saves {saved:.3g}" if saved > 0 else ", not worth its cost"


def _gained(told: Sequence[float], p: Sequence[float]) -> float:
    """Bits that one answer adds to the mutual information: the sum of p t log2(t / the answer's own)."""
    chance = sum(t * w for t, w in zip(told, p, strict=True))
    return sum(w * t * log2(t / chance) for t, w in zip(told, p, strict=True) if w * t > 0)


def _table(problem: FuseProblem, ask: Ask, answers: list[str]) -> list[list[float]]:
    """P(answer | hypothesis), by answer and hypothesis."""
    if ask.likelihood:
        return [[by.get(name, 0.0) for name in answers] for by in ask.likelihood.values()]
    base = problem.base_rate if not isinstance(problem.base_rate, Mapping) else problem.base_rate.get(ask.about, 0.5)
    yes = [ask.r * (ask.c if name == ask.about else 1 - ask.c) + (1 - ask.r) * base for name in answers]
    return [yes, [1 - t for t in yes]]
