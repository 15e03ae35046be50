"""The same reports by other rules, to compare with: opinions, Dempster's rule, pools of probabilities. None decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.fuse.conflict import masses
from homeward.readiness.fuse.evidence import evidence
from homeward.readiness.fuse.records import Fused, FuseProblem, Graded, Report
from homeward.readiness.fuse.states import Booleans, States, bears_on, together

EXTREMIZING = (1.161, 3.921)
"""Range of the optimal factor over 69 events: Satopaa, Baron, Foster, Mellers, Tetlock & Ungar (2014), Combining
multiple probability predictions using a simple logit model, International Journal of Forecasting 30(2), 344-356."""
MOST_SETS = 4096
Opinion = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """Subjective-logic opinions (belief, disbelief, uncertainty) of one question.

    `by_report`: report -> hypothesis -> opinion, discounted by trust; `fused`: hypothesis -> opinion of all reports;
    `projected`: its probability, b + base rate u.
    """

    by_report: Mapping[str, Mapping[str, Opinion]]
    fused: Mapping[str, Opinion]
    projected: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """Everybody's own probabilities (each with the prior and one report), brought together without Bayes' rule.

    `linear` their mean; `log` the normalised geometric mean; `extremized` by factor, the power of the geometric mean
    (Satopaa et al. 2014); `factor` and `neyman_roughgarden`: the mean moved away from the prior by
    n (sqrt(3 n^2 - 3 n + 1) - 2) / (n^2 - n - 1), and `neyman_roughgarden_log` the same done to log probabilities
    (Neyman & Roughgarden 2021, Are you smarter than a random expert?, Proc. 22nd ACM EC).
    """

    linear: Mapping[str, float]
    log: Mapping[str, float]
    extremized: Mapping[str, Mapping[str, float]]
    factor: float
    neyman_roughgarden: Mapping[str, float]
    neyman_roughgarden_log: Mapping[str, float]


def opinions(problem: FuseProblem, fused: Fused) -> dict[str, Opinions]:
    """By question, the reports as opinions and their cumulative fusion.

    The witness model is an opinion: belief r c, disbelief r (1-c), uncertainty 1-r; trust discounts r. Cumulative
    fusion adds evidence, b/u and d/u, each weighed as its common origin allows (Josang 2016, Subjective Logic,
    Springer, 12.3 and 14.3). Of opinions without any uncertainty the mean is taken, and others don't count.
    """
    out = {}
    for states in together(problem):
        for question, names in zip(states.questions, states.answers, strict=True):
            mine = [r for r in problem.reports if bears_on(problem, r) == (question,)]
            told = {r.id: _opinions(problem, states, question, r, fused.taken[r.id].graded) for r in mine}
            all_in = {
                n: _cumulative([told[r.id][n] for r in mine], [fused.taken[r.id].weight for r in mine]) for n in names
            }
            base = {n: _base(problem, n) for n in names}
            out[question] = Opinions(
                by_report=told, fused=all_in, projected={n: o[0] + base[n] * o[2] for n, o in all_in.items()}
            )
    return {q: out[q] for q in problem.questions}


def dempster(problem: FuseProblem, fused: Fused) -> dict[str, tuple[dict[str, float], float]]:
    """By question, the masses that Dempster's rule gives all its reports, and the conflict mass it threw away.

    Only to show: it gives certainty to what nobody believes where reports contradict each other (Zadeh 1984, AI
    Magazine 5(3), 81-83). Sets are named by their hypotheses, `A|B`; 'any' is everything. Raises `BadInput` where
    there are too many sets.
    """
    out = {}
    for states in together(problem):
        for question in states.questions:
            mine = [r for r in problem.reports if bears_on(problem, r) == (question,)]
            alone = _alone(problem, question)
            found = {np.ones(len(alone.index), dtype=bool).tobytes(): 1.0}
            for report in mine:
                sets = masses(problem, alone, report, fused.taken[report.id].graded)
                found = _combined(found, sets)
                if len(found) > MOST_SETS:
                    raise BadInput(
                        f"Dempster's rule has over {MOST_SETS} sets on {question}. Leave it out of show, or give fewer "
                        "hypotheses or reports."
                    )
            clash = found.pop(np.zeros(len(alone.index), dtype=bool).tobytes(), 0.0)
            left = 1 - clash
            named = {_set_name(alone, key): m / left for key, m in found.items()} if left > 0 else {}
            out[question] = (named, clash)
    return {q: out[q] for q in problem.questions}


def pools(problem: FuseProblem, fused: Fused, *, extremize: float | None = None) -> dict[str, Pools]:
    """By question with reports, what pooling everybody's own probability gives. `extremize` adds a factor."""
    grades = {name: taken.graded for name, taken in fused.taken.items()}
    out = {}
    for question in problem.questions:
        mine = [r for r in problem.reports if bears_on(problem, r) == (question,)]
        if not mine:
            continue
        alone = _alone(problem, question)
        logs = evidence(problem, alone, mine, grades).logs + alone.log_prior
        own = np.exp(logs - np.logaddexp.reduce(logs, axis=1)[:, None])
        out[question] = _pooled(alone, own, extremize)
    return out


def extremizing_factor(n: int) -> float:
    """How far to move the mean of `n` estimates away from the prior: 1 for one, to sqrt 3 for many.

    Neyman & Roughgarden (2021), Are you smarter than a random expert? The robust aggregation of substitutable signals,
    Proc. 22nd ACM Conference on Economics and Computation.
    """
    return float(n * (np.sqrt(3 * n * n - 3 * n + 1) - 2) / (n * n - n - 1))


def _pooled(alone: States, own: Floats, extremize: float | None) -> Pools:
    names = [alone.answers[0][k] for k in alone.index[:, 0]]
    prior, n = np.exp(alone.log_prior), len(own)
    logs = np.log(np.maximum(own, 1e-300))
    factor = extremizing_factor(n)
    powers = sorted({*EXTREMIZING, *([] if extremize is None else [extremize])})
    moved = np.clip(prior + factor * (own.mean(axis=0) - prior), 0.0, 1.0)
    log_prior = np.log(np.maximum(prior, 1e-300))

    def named(values: Floats) -> dict[str, float]:
        return dict(zip(names, (values / values.sum()).tolist(), strict=True))

    def power(values: Floats) -> dict[str, float]:
        return named(np.exp(values - values.max()))

    return Pools(
        linear=named(own.mean(axis=0)),
        log=power(logs.mean(axis=0)),
        extremized={f"{a:g}": power(a * logs.mean(axis=0)) for a in powers},
        factor=factor,
        neyman_roughgarden=named(moved),
        neyman_roughgarden_log=power(log_prior + factor * (logs.mean(axis=0) - log_prior)),
    )


def _alone(problem: FuseProblem, question: str) -> States:
    """The states of one question by itself."""
    lone = FuseProblem(
        questions={question: problem.questions[question]},
        impossible=tuple(c for c in problem.impossible if set(c) == {question}),
    )
    return together(lone)[0]


def _opinions(problem: FuseProblem, states: States, question: str, report: Report, grade: Graded) -> dict[str, Opinion]:
    sets = masses(problem, states, report, grade)
    out = {}
    for name in problem.questions[question]:
        true = states.holds(question, name)
        b = sum(m for where, m in sets if not (where & ~true).any())
        d = sum(m for where, m in sets if not (where & true).any())
        out[name] = (b, d, max(0.0, 1 - b - d))
    return out


def _cumulative(told: list[Opinion], weight: list[float]) -> Opinion:
    sure = [o for o in told if o[2] <= 1e-12]
    if sure:
        b, d = (sum(o[k] for o in sure) / len(sure) for k in (0, 1))
        return b, d, max(0.0, 1 - b - d)
    for_it = sum(w * b / u for (b, _, u), w in zip(told, weight, strict=True))
    against = sum(w * d / u for (_, d, u), w in zip(told, weight, strict=True))
    whole = 1 + for_it + against
    return for_it / whole, against / whole, 1 / whole


def _base(problem: FuseProblem, name: str) -> float:
    return problem.base_rate.get(name, 0.5) if isinstance(problem.base_rate, Mapping) else problem.base_rate


def _combined(found: dict[bytes, float], sets: list[tuple[Booleans, float]]) -> dict[bytes, float]:
    out: dict[bytes, float] = {}
    for key, mass in found.items():
        here = np.frombuffer(key, dtype=bool)
        for where, m in sets:
            both = (here & where).tobytes()
            out[both] = out.get(both, 0.0) + mass * m
    return out


def _set_name(alone: States, key: bytes) -> str:
    inside = np.frombuffer(key, dtype=bool)
    if inside.all():
        return "any"
    return "|".join(alone.answers[0][alone.index[s, 0]] for s in np.flatnonzero(inside))
