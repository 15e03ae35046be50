"""From coverage to probability of detection."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homeward.errors import BadInput
from homeward.geo import Floats

_BELOW_ONE = float(np.nextafter(1.0, 0.0))
WIDTH_SHAPE = 5.0
"""Of the gamma distribution (mean 1) that stands for an uncertain sweep width; homeward's own judgement."""


def pod(coverage: ArrayLike) -> Floats:
    """Probability of detection of random search, 1 - exp(-C).

    `coverage` >= 0 of any shape; coverages of independent passes add. Never quite 1, whatever the coverage.
    Source: Koopman (1946), Search and Screening, OEG Report 56; (1956) Operations Research 4(5), 503-531.
    """
    return _chance(-np.expm1(-_checked(coverage)))


def pod_uncertain_width(coverage: ArrayLike, *, before: ArrayLike = 0.0) -> Floats:
    """Probability of detection where the sweep width itself is uncertain: 1 - E[exp(-C X)] = 1 - (1 + C / 5)^-5.

    `coverage` >= 0 is that of all passes by one kind of team together: they share X, the true sweep width over the
    table's, so that a second pass is worth less than an independent one. With `before`, the coverage of earlier passes
    by the same kind that found nobody, it is the probability that the new passes find a subject whom those missed.
    The model is uncertain sweep width (Stone 1975, Theory of Optimal Search, section 2.3). That X follows a gamma
    distribution with mean 1 and coefficient of variation 1 / sqrt(5) = 0.45 (`WIDTH_SHAPE`) is homeward's own
    judgement.
    """
    c, done = _checked(coverage), _checked(before)
    return _chance(-np.expm1(-WIDTH_SHAPE * np.log1p(c / (WIDTH_SHAPE + done))))


def coverage_of_pod(told: float) -> float:
    """The coverage whose `pod_uncertain_width` is the POD that was told, 0 <= `told` < 1."""
    if not 0 <= told < 1:
        raise BadInput(f"A POD of {told:g} cannot be. Give 0 up to, but not including, 1: nobody sees everything.")
    return WIDTH_SHAPE * float(np.expm1(-np.log1p(-told) / WIDTH_SHAPE))


def _chance(p: Floats) -> Floats:
    return np.asarray(np.clip(p, 0.0, _BELOW_ONE), dtype=np.float64)


def _checked(coverage: ArrayLike) -> Floats:
    c = np.asarray(coverage, dtype=np.float64)
    if not np.all(c >= 0):
        raise BadInput("A coverage below zero, or not a number, cannot be. Coverage is sweep width x length / area.")
    return c
