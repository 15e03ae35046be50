"""Fusion of reports: made debriefs of which the truth is known, beside plain rules; and the time for a large one.

python -m bench quality_fuse

Made debriefs, 10,000 of them (a tenth with `--quick`): 2 to 4 hypotheses with a drawn prior, the truth drawn from it.
2 to 4 origins, each told by 1 to 8 people in all; each origin speaks of one hypothesis, yes or no, and is right with
r c + (1-r)/2. Those of one origin are right or wrong together with the correlation rho: each origin's chance of being
right is drawn from the beta distribution that gives both. All rules that use r, c and rho know them.

Rules: `best possible` is Bayes' rule with just the distribution that these debriefs are drawn from; `strongest` and
`effective` are homeward's two ways with reports of one origin; `independent` is Bayes' rule as if nobody had retold
anything; `average` is the mean of what each report alone would make one believe. Brier is the squared error summed over
the hypotheses (0 best). Calibration is how far, on average, what was said lies from how often it was true, in ten bins.
Aims: calibration under 0.02; Brier 10 % under `average`, and under `independent` from rho 0.3 on, where the best
possible rule itself is.

Time: 12 witnesses with 30 claims each, in words, on 30 questions and on one of five hypotheses; shifts, pairs, spread
and what to ask next included. Aim: under 50 ms. Seconds are of computing (CPU).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy.special import betaln

from bench._measure import measured
from bench._report import Cell, table
from homeward.geo import Floats
from homeward.readiness import FuseProblem, Report, fuse
from homeward.readiness.fuse.records import Claims

RULES = ("best possible", "strongest", "effective", "independent", "average")
RHOS = (0.0, 0.3, 0.6, 0.9)
WORDS = ("almost certain", "likely", "pretty sure", "probably", "unlikely", "we doubt")


def main(*, quick: bool = False) -> None:
    debriefs = 250 if quick else 2500
    rows = [row for rho in RHOS for row in _world(rho, debriefs)]
    columns = ["rho", "rule", "debriefs", "Brier", "of independent", "of average", "calibration"]
    print(table(columns, rows))
    timed: list[list[Cell]] = []
    for name, one in (("30 questions", False), ("one question", True)):
        problem = large(one=one)
        fuse(problem)
        times = [measured(partial(fuse, problem))[1].cpu_s for _ in range(7)]
        timed.append([name, len(problem.reports), 1000 * float(np.median(times)), 1000 * max(times)])
    print(table(["12 x 30 claims", "reports", "median ms", "worst ms"], timed, digits=1))


def _world(rho: float, debriefs: int) -> Iterator[list[Cell]]:
    rng = np.random.default_rng(round(1000 * rho) + 1)
    said: dict[str, list[Floats]] = {rule: [] for rule in RULES}
    truths: list[Floats] = []
    for _ in range(debriefs):
        prior, truth, reports = debrief(rng, rho)
        for rule, p in fused(prior, reports, rho).items():
            said[rule].append(p)
        truths.append((np.arange(len(prior)) == truth).astype(float))
    brier = {r: float(np.mean([((p - t) ** 2).sum() for p, t in zip(said[r], truths, strict=True)])) for r in RULES}
    for rule in RULES:
        off = calibration(np.concatenate(said[rule]), np.concatenate(truths))
        shares = [brier[rule] / brier[other] for other in ("independent", "average")]
        yield [f"{rho:g}", rule, debriefs, brier[rule], *shares, off]


def debrief(rng: np.random.Generator, rho: float) -> tuple[dict[str, float], int, tuple[Report, ...]]:
    """A made debrief: prior, the true hypothesis, the reports."""
    n = int(rng.integers(2, 5))
    prior = rng.dirichlet(np.full(n, 2.0))
    truth = int(rng.choice(n, p=prior))
    reports = []
    for origin in range(int(rng.integers(2, 5))):
        about, r, c = int(rng.integers(n)), rng.uniform(0.3, 0.95), rng.uniform(0.6, 0.95)
        right = r * c + (1 - r) / 2
        chance = right if rho == 0 else rng.beta(right * (1 / rho - 1), (1 - right) * (1 / rho - 1))
        for teller in range(int(rng.integers(1, 9))):
            yes = (about == truth) == (rng.random() < chance)
            reports.append(
                Report(id=f"{origin}/{teller}", says={"q": str(about)}, denies=not yes, r=r, c=c, origin=str(origin))
            )
    return {str(k): float(p) for k, p in enumerate(prior)}, truth, tuple(reports)


def fused(prior: dict[str, float], reports: tuple[Report, ...], rho: float) -> dict[str, Floats]:
    """What each rule makes of a debrief: probabilities of the hypotheses."""
    ways: dict[str, tuple[float, Claims]] = {
        "strongest": (rho, "strongest"),
        "effective": (rho, "effective"),
        "independent": (0.0, "effective"),
    }
    out = {}
    for rule, (used, way) in ways.items():
        problem = FuseProblem(questions={"q": prior}, reports=reports, rho=used, one_origin=way)
        out[rule] = np.array(list(fuse(problem).posterior["q"].values()))
    out["best possible"] = best_possible(prior, reports, rho)
    out["average"] = np.mean([_alone(prior, report) for report in reports], axis=0)
    return out


def best_possible(prior: dict[str, float], reports: tuple[Report, ...], rho: float) -> Floats:
    """Bayes' rule with the beta-binomial distribution that those of one origin are right or wrong by."""
    logs = np.log(list(prior.values()))
    for origin in dict.fromkeys(report.origin for report in reports):
        mine = [report for report in reports if report.origin == origin]
        first, yes = mine[0], sum(not report.denies for report in mine)
        right = _right(first)
        for k, hypothesis in enumerate(prior):
            hits = yes if hypothesis == first.says["q"] else len(mine) - yes
            if rho == 0:
                logs[k] += hits * np.log(right) + (len(mine) - hits) * np.log(1 - right)
            else:
                a, b = right * (1 / rho - 1), (1 - right) * (1 / rho - 1)
                logs[k] += betaln(a + hits, b + len(mine) - hits) - betaln(a, b)
    p = np.exp(logs - logs.max())
    out: Floats = p / p.sum()
    return out


def _right(report: Report) -> float:
    """How probably a report is right."""
    assert report.r is not None
    assert report.c is not None
    return report.r * report.c + (1 - report.r) / 2


def _alone(prior: dict[str, float], report: Report) -> Floats:
    right = _right(report)
    p = np.array([w * (right if (h == report.says["q"]) != report.denies else 1 - right) for h, w in prior.items()])
    out: Floats = p / p.sum()
    return out


def calibration(said: Floats, true: Floats) -> float:
    """How far what was said lies from how often it was true, in ten bins, weighed by how many fall there."""
    bins = np.minimum((said * 10).astype(int), 9)
    return float(sum(abs(said[bins == b].sum() - true[bins == b].sum()) for b in range(10)) / len(said))


def large(*, one: bool) -> FuseProblem:
    """12 witnesses with 30 claims each."""
    rng = np.random.default_rng(7)
    questions = {f"q{k}": {"yes": 0.5, "no": 0.5} for k in range(30)}
    if one:
        questions = {"q": {f"h{k}": 0.2 for k in range(5)}}
    reports = []
    for who in range(12):
        for claim in range(30):
            question = "q" if one else f"q{claim}"
            hypothesis = str(rng.choice(list(questions[question])))
            words = str(rng.choice(WORDS))
            reports.append(
                Report(
                    id=f"{who}/{claim}",
                    says={question: hypothesis},
                    reliability="B",
                    certainty=words,
                    source=f"w{who}",
                )
            )
    return FuseProblem(questions=questions, reports=tuple(reports), rho=0.3)
