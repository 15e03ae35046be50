"""How far the posterior may be off for what people mean by their words, and for what is known of a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import expit, logit

from homeward.geo import Floats
from homeward.readiness.fuse.evidence import NEVER, Evidence, two_ways
from homeward.readiness.fuse.records import FuseProblem, Graded
from homeward.readiness.fuse.states import States

_QUARTILE = 0.6744897501960817
MOST_NUMBERS = 4_000_000


def spread(
    problem: FuseProblem,
    parts: Sequence[tuple[States, list[int], Evidence, Floats]],
    grades: Mapping[str, Graded],
    *,
    seed: int,
) -> dict[str, dict[str, tuple[float, float]]]:
    """By question and hypothesis the middle 80 % of the posterior, over draws of what the words mean.

    A word's certainty is drawn normal in the log-odds, with the quartiles of its survey; one source means the same by
    the same word. A reliability learnt by counts is drawn from its Beta. Questions without either are left out.
    """
    rng = np.random.default_rng(seed)
    out: dict[str, dict[str, tuple[float, float]]] = {}
    drawn: dict[tuple[str, str], Floats] = {}
    for states, which, found, weight in parts:
        unsure = [k for k, p in enumerate(which) if problem.reports[p].says and _unsure(grades[problem.reports[p].id])]
        draws = min(problem.spread_draws, MOST_NUMBERS // max(len(states.index), 1))
        if not unsure or draws < 50:
            continue
        sure = [k for k in range(len(which)) if k not in set(unsure)]
        logs = np.tile(states.log_prior + weight[sure] @ found.logs[sure], (draws, 1))
        c_of, r_of = np.empty((len(unsure), draws)), np.empty((len(unsure), draws))
        for row, k in enumerate(unsure):
            report = problem.reports[which[k]]
            grade = grades[report.id]
            c_of[row], r_of[row] = grade.c, grade.r
            means, trusted = (report.source or report.id, grade.c_from), (report.source, "r")
            if grade.c_low < grade.c_high:
                if means not in drawn:
                    drawn[means] = _certainty(grade, problem.spread_draws, rng)
                c_of[row] = drawn[means][:draws]
            if grade.beta is not None:
                if trusted not in drawn:
                    drawn[trusted] = rng.beta(*grade.beta, size=problem.spread_draws)
                r_of[row] = drawn[trusted][:draws]
        here, there = two_ways(problem, [problem.reports[which[k]] for k in unsure], r_of, c_of)
        with np.errstate(divide="ignore"):
            here, there = (weight[unsure, None] * np.maximum(np.log(way), NEVER) for way in (here, there))
        truth = found.truth[unsure].astype(float)
        logs += here.T @ truth + there.T @ (1 - truth)
        post = np.exp(logs - np.logaddexp.reduce(logs, axis=1)[:, None])
        for q, (question, names) in enumerate(zip(states.questions, states.answers, strict=True)):
            out[question] = {}
            for h, name in enumerate(names):
                low, high = np.quantile(post[:, states.index[:, q] == h].sum(axis=1), (0.1, 0.9))
                out[question][name] = (float(low), float(high))
    return out


def _unsure(grade: Graded) -> bool:
    return grade.c_low < grade.c_high or grade.beta is not None


def _certainty(grade: Graded, draws: int, rng: np.random.Generator) -> Floats:
    low, middle, high = (logit(np.clip(x, 0.005, 0.995)) for x in (grade.c_low, grade.c, grade.c_high))
    out: Floats = expit(middle + rng.standard_normal(draws) * (high - low) / (2 * _QUARTILE))
    return out
