"""Warnings: made informants whose 80 % intervals hold 65 % of the truths, and what forecasts of them are worth.

python -m bench quality_warn

Each informant states the 10, 50 and 90 % quantiles of a date; the truth is lognormal about their median, with a spread
that makes their 80 % intervals hold 65 %. It has been quiet for a random time (cases in which it came before are left
out, as nobody would ask). Beside each other: the date minus the days gone, what was said as it was said, widened by the
default 1.29, and widened by what such informants' hits call for (1.37). Aims: the 90 % interval holds 88 to 92 %, and
the mean CRPS is 10 % below that of what was said, and 25 % below the date minus the days gone. "Known spread" is the
truth's own law: no forecast from such statements can be better, so that the first of these aims lies beyond what there
is to gain here. Then what a full forecast of four families takes (aim: under 20 ms; seconds are of computing, CPU).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
from scipy.special import ndtri

from bench._measure import measured
from bench._report import Cell, table
from homeward.readiness import Forecast, Statement, WarnProblem, foresee
from homeward.readiness.warn.fit import FAMILIES
from homeward.readiness.warn.score import score

SAID = datetime(2026, 3, 1, 12, tzinfo=UTC)
HIT = float(ndtri(0.9) / ndtri((1 + 0.65) / 2))
RULES = {"as said": 1.0, "widened 1.29": 1.29, f"widened {HIT:.2f}": HIT}


def main(*, quick: bool = False) -> None:
    forecast((20.0, 0.5), 1.0, 1.0, FAMILIES)
    heads = ["informants", "rule", "90 % holds", "mean CRPS, d", "below as said", "below date minus days gone"]
    print(table(heads, list(_rows(quick=quick)), digits=3))
    rows = list(_speed())
    print(table(["full forecast", "median CPU ms", "worst"], rows, digits=1))


def world(number: int, seed: int) -> Iterator[tuple[tuple[float, float], float, float, float]]:
    """Made informants: (median, sd of the logarithm as they state it), truth, days gone, the truth's own sd."""
    rng = np.random.default_rng(seed)
    made = 0
    while made < number:
        median, sd = float(np.exp(rng.uniform(math.log(5), math.log(60)))), float(rng.uniform(0.3, 1.2))
        truth = median * math.exp(sd * rng.standard_normal())
        gone = float(rng.uniform(0, median / 2))
        if truth > gone:
            made += 1
            yield (median, sd / HIT), truth, gone, sd


def forecast(said: tuple[float, float], gone: float, widen: float, families: tuple[str, ...]) -> Forecast:
    """The forecast of three stated quantiles."""
    median, sd = said
    quantiles = {p: median * math.exp(sd * float(ndtri(p))) for p in (0.1, 0.5, 0.9)}
    statement = Statement(said_at=SAID, quantiles_d=quantiles, widen=widen)
    return foresee(WarnProblem(statement=statement, now=SAID + timedelta(days=gone), families=families)).forecast


def _rows(*, quick: bool) -> Iterator[list[Cell]]:
    for name, families, number in (
        ("lognormal", ("lognormal",), 1000 if quick else 10_000),
        ("four families", FAMILIES, 150 if quick else 1500),
    ):
        people = list(world(number, 7))
        minus = float(np.mean([abs(truth - max(said[0], gone)) for said, truth, gone, _ in people]))
        yield [f"{number}, {name}", "date minus days gone", "", minus, "", ""]
        first = math.nan
        for rule, factor in {**RULES, "known spread": math.nan}.items():
            if math.isnan(factor) and families != ("lognormal",):
                continue
            scores = [
                score(forecast(said, gone, sd / said[1] if math.isnan(factor) else factor, families), truth - gone)
                for said, truth, gone, sd in people
            ]
            crps = float(np.mean([s.crps for s in scores if s.crps is not None]))
            first = crps if factor == 1 else first
            holds = float(np.mean([s.inside_90 for s in scores]))
            yield ["", rule, holds, crps, f"{1 - crps / first:.1%}", f"{1 - crps / minus:.1%}"]


def _speed() -> Iterator[list[Cell]]:
    for name, quantiles in (("two quantiles", {0.1: 7.0, 0.5: 30.0}), ("three", {0.1: 7.0, 0.5: 30.0, 0.9: 100.0})):
        statement = Statement(said_at=SAID, quantiles_d=quantiles)
        problem = WarnProblem(statement=statement, now=SAID + timedelta(days=5))
        took = [measured(partial(_whole, problem))[1].cpu_s * 1000 for _ in range(30)]
        yield [f"four families, {name}", float(np.median(took)), max(took)]


def _whole(problem: WarnProblem) -> None:
    found = foresee(problem).forecast
    found.cdf(np.array([1.0, 3.0, 7.0, 14.0, 30.0, 90.0]))
    found.quantile(np.array([0.01, 0.05, 0.1, 0.25, 0.5]))
    found.hazard_per_day(np.arange(90.0))
