"""How probably somebody comes when called, learnt from their own log and, where that is short, from everybody's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln

EVEN_PRIOR = (1.0, 1.0)
"""Before the first call anything goes, evenly: as if one had come and one had not. Our own assumption."""
LEAST_LOGS = 5  # people with a log, below which they say nothing about others; ours
_WIDEST = 1e4  # calls that a prior may be worth


def chance_to_come(came: int, called: int, prior: tuple[float, float] = EVEN_PRIOR) -> float:
    """The probability that somebody comes who came so many times of `called`: the mean of the Beta law that begins
    with `prior` (came, did not come).
    """
    return (prior[0] + came) / (prior[0] + prior[1] + called)


def prior_of(came: Sequence[int], called: Sequence[int]) -> tuple[float, float]:
    """The Beta law that everybody's own chance to come is drawn from: most likely given all logs (beta-binomial,
    Skellam 1948, Journal of the Royal Statistical Society B 10(2), 257-261). `EVEN_PRIOR` where there are too few logs.
    """
    k, n = np.array(came, dtype=np.float64), np.array(called, dtype=np.float64)
    if np.sum(n > 0) < LEAST_LOGS:
        return EVEN_PRIOR

    def unlikely(x: np.ndarray) -> float:
        a, b = np.exp(x)
        return float(-np.sum(betaln(k + a, n - k + b) - betaln(a, b)))

    mean = float(np.clip((k.sum() + 1) / (n.sum() + 2), 0.01, 0.99))
    limits = (np.log(1e-2), np.log(_WIDEST))
    found = minimize(unlikely, np.log([4 * mean, 4 * (1 - mean)]), method="L-BFGS-B", bounds=[limits, limits])
    a, b = np.exp(found.x)
    return float(a), float(b)
