"""From coverage to probability of detection."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import erf

from homeward.errors import BadInput
from homeward.geo import Floats

_BELOW_ONE = float(np.nextafter(1.0, 0.0))
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(32)


def pod(coverage: ArrayLike) -> Floats:
    """Probability of detection of random search, 1 - exp(-C).

    `coverage` >= 0 of any shape; coverages of independent passes add. Never quite 1, whatever the coverage.
    Source: Koopman (1946), Search and Screening, OEG Report 56; (1956) Operations Research 4(5), 503-531.
    """
    return _chance(-np.expm1(-_checked(coverage)))


def pod_inverse_cube(coverage: ArrayLike) -> Floats:
    """Probability of detection of parallel, evenly spaced sweeps under the inverse cube law, erf(sqrt(pi) C / 2).

    The optimistic bound: measurements on land lie between it and `pod` (Koester 2018, Rescue conference; Chiacchia
    & Houlahan 2023, Journal of Search and Rescue). Source: Koopman (1946), Search and Screening, OEG Report 56.
    """
    return _chance(erf(np.sqrt(np.pi) / 2 * _checked(coverage)))


def pod_uncertain_width(coverage: ArrayLike, *, cv: float = 0.45) -> Floats:
    """Probability of detection where the sweep width itself is uncertain: 1 - E[exp(-C X)].

    X is lognormal with mean 1 and coefficient of variation `cv` >= 0. Give the *summed* coverage of all passes by the
    same kind of team: they share X, so that a second pass is worth less than an independent one. The model is
    uncertain sweep width (Stone 1975, Theory of Optimal Search, section 2.3); that cv is 0.45 is homeward's own
    judgement. The mean is taken by Gauss-Hermite quadrature with 32 nodes.
    """
    if not (cv >= 0 and np.isfinite(cv)):
        raise BadInput(f"A coefficient of variation of {cv:g} cannot be. Give 0 or more.")
    c = _checked(coverage)
    var = np.log1p(cv**2)
    factor = np.exp(np.sqrt(var) * _NODES - var / 2)
    missed = np.zeros_like(c)
    for x, weight in zip(factor, _WEIGHTS / _WEIGHTS.sum(), strict=True):
        missed += weight * np.exp(-c * x)
    return _chance(1.0 - missed)


def _chance(p: Floats) -> Floats:
    return np.asarray(np.clip(p, 0.0, _BELOW_ONE), dtype=np.float64)


def _checked(coverage: ArrayLike) -> Floats:
    c = np.asarray(coverage, dtype=np.float64)
    if not np.all(c >= 0):
        raise BadInput("A coverage below zero, or not a number, cannot be. Coverage is sweep width x length / area.")
    return c
