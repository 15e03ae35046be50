"""What resolved claims teach: scores of probabilities that came out, and how reliable a source has been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import betaincinv

from homeward.errors import BadInput
from homeward.readiness.fuse.records import FuseProblem, Learnt, Resolved, Score, Trust

PRIOR_CLAIMS = 2  # how many claims a letter, or what sources are like on the whole, weighs: homeward's own assumption
LEAST = 1e-12  # log loss of a certain miss stays a number
_GRID = np.linspace(0.0005, 0.9995, 1000)


def score(resolved: Sequence[Resolved]) -> Score:
    """Brier score with its split by equal forecasts, and log loss (nats). Raises `BadInput` where there is none.

    Murphy (1973), Journal of Applied Meteorology 12, 595-600.
    """
    if not resolved:
        raise BadInput("There is no resolved claim to score. Give one with its forecast and whether it came true.")
    forecast = np.array([one.forecast for one in resolved])
    truth = np.array([one.came_true for one in resolved], dtype=float)
    levels, which = np.unique(forecast, return_inverse=True)
    count = np.bincount(which)
    rate = np.bincount(which, truth) / count
    base = truth.mean()
    chance = np.clip(np.where(truth == 1, forecast, 1 - forecast), LEAST, 1.0)
    return Score(
        n=len(truth),
        brier=float(np.mean((forecast - truth) ** 2)),
        reliability=float(count @ (levels - rate) ** 2 / len(truth)),
        resolution=float(count @ (rate - base) ** 2 / len(truth)),
        uncertainty=float(base * (1 - base)),
        log_loss=float(-np.log(chance).mean()),
    )


def learn_sources(
    resolved: Sequence[Resolved], counts: Mapping[str, tuple[int, int]], *, base_rate: float = 0.5
) -> dict[str, Learnt]:
    """What each source's resolved claims, and counts of such (right, wrong), teach.

    A claim is right where what was held more probable than not came true (a forecast of 0.5 is neither, and is left
    out). By counts the reliability is the mean of Beta(1 + right, 1 + wrong), with its middle 90 % (a report with a
    letter starts from that instead: `trusted`); by the witness
    model it is the mean over r, flat from 0 to 1, given just these outcomes, a claim being right with r c + (1-r) b
    (claims that are only counted: c = 1).
    """
    by_source: dict[str, list[Resolved]] = {name: [] for name in counts}
    for one in resolved:
        by_source.setdefault(one.source, []).append(one)
    return {name: _learnt(ones, counts.get(name, (0, 0)), base_rate) for name, ones in by_source.items() if name}


def unknown_source(problem: FuseProblem, learnt: Mapping[str, Learnt]) -> Trust:
    """How far a source of letter F is trusted: `unknown_r`, or as the mean of the sources that have a record.

    That mean is then as uncertain as after two claims, Beta(2 mean, 2 (1 - mean)): homeward's own assumption.
    """
    if problem.unknown_r != "team":
        r = problem.unknown_r
        return Trust(r, "letter F: cannot be judged", r, r, None)
    if not learnt:
        raise BadInput(
            "unknown_r is 'team', and no source has a record. Give resolved claims or counts, or a number from 0 to 1."
        )
    mean = float(np.mean([one.r_model if problem.learn == "model" else one.r for one in learnt.values()]))
    known = "the one source" if len(learnt) == 1 else f"the mean of the {len(learnt)} sources"
    return trusted(0, 0, told=f"letter F: {known} with a record (own assumption)", mean=mean)


def trusted(right: int, wrong: int, *, told: str, mean: float = 0.5) -> Trust:
    """How far a source is trusted after so many claims that came true and did not: the mean of a Beta distribution
    that starts from `mean`, as uncertain as after two claims, with its middle 90 %.

    0.5 starts it as Beta(1, 1), nothing known. To start from what its letter stands for is homeward's own assumption:
    so one claim that came true never makes a good source worse.
    """
    beta = (PRIOR_CLAIMS * mean + right, PRIOR_CLAIMS * (1 - mean) + wrong)
    low, high = (float(betaincinv(*beta, q)) for q in (0.05, 0.95))
    return Trust(beta[0] / sum(beta), told, low, high, beta)


def _learnt(ones: list[Resolved], count: tuple[int, int], base_rate: float) -> Learnt:
    sided = [(max(o.forecast, 1 - o.forecast), (o.forecast > 0.5) == o.came_true) for o in ones if o.forecast != 0.5]
    right = sum(hit for _, hit in sided) + count[0]
    wrong = len(sided) + count[0] + count[1] - right
    low, high = (float(betaincinv(1 + right, 1 + wrong, q)) for q in (0.05, 0.95))
    flat = _GRID + (1 - _GRID) * base_rate
    logs = count[0] * np.log(flat) + count[1] * np.log(1 - flat)
    for c, hit in sided:
        p = _GRID * c + (1 - _GRID) * base_rate
        logs += np.log(p if hit else 1 - p)
    weight = np.exp(logs - logs.max())
    return Learnt(
        right=right,
        wrong=wrong,
        r=(1 + right) / (2 + right + wrong),
        r_low=low,
        r_high=high,
        r_model=float(weight @ _GRID / weight.sum()),
        score=score(ones) if ones else None,
    )
