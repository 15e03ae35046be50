"""From an interior optimum, where every resource is a little everywhere, to a corner that people can carry out."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from homeward.geo import Floats
from homeward.search.allocate_interior import Split

_LIKELY = 1e-7  # pairs with less than this share of a budget, and of a segment's coverage, are dropped at once
_CRUMB = 1e-9  # what brings less than this share of the value, or takes less of a budget, is nothing


def tidied(weight: Floats, rate: Floats, budget: Floats, split: Split, *, tolerance: float) -> Split:
    """The same coverage with as few pairs of resource and segment as a corner needs.

    A linear program over the pairs in use keeps each segment's coverage; its corner has at most one pair for
    each resource and each covered segment and scenario. Where the corner loses more than `tolerance` of the value, the
    split is given back as it was.
    """
    share = split.effort / np.where(budget > 0, budget, 1.0)[:, None]
    coverage = (rate * split.effort).sum(axis=1)  # (scenarios, segments)
    part = (rate * split.effort / np.where(coverage > 0, coverage, 1.0)[:, None, :]).max(axis=0)
    found = -weight * np.expm1(-coverage)
    counts = found.sum(axis=0) > _CRUMB * split.value
    rows, cols = np.nonzero(((share > _LIKELY) | (part > _LIKELY)) & counts)
    if not len(rows):
        return split
    b = rate[:, rows, cols] * budget[rows]  # (scenarios, pairs)
    gain = (found / np.where(coverage > 0, coverage, 1.0))[:, cols]  # so that all of it is kept, where that can be
    corner = linprog(  # type: ignore[call-overload]  # the stubs know no sparse matrix
        -(gain * b).sum(axis=0) / split.value,
        A_ub=_limits(b, rows, cols, coverage, len(budget)),
        b_ub=np.concatenate([np.ones(len(budget)), np.ones(coverage.size)]),
        bounds=(0, None),
        method="highs-ds",
    )
    if corner.x is None:
        return split
    effort = np.zeros_like(split.effort)
    effort[rows, cols] = np.where(corner.x > _CRUMB, corner.x, 0.0) * budget[rows]
    _spend_rest(effort, weight, rate, budget)
    value = -float((weight * np.expm1(-(rate * effort).sum(axis=1))).sum())
    if value < split.value * (1 - tolerance):
        return split
    return Split(effort, split.price, value, split.bound)


def _limits(b: Floats, rows: np.ndarray, cols: np.ndarray, coverage: Floats, n_resources: int) -> coo_array:
    """Budgets (each share summing to at most 1), then each scenario's coverage of each segment (at most as it was)."""
    k, n = coverage.shape
    pair = np.arange(len(rows))
    data, row, col = [np.ones(len(rows))], [rows], [pair]
    for scenario in range(k):
        there = coverage[scenario, cols]
        data.append(np.where(there > 0, b[scenario] / np.where(there > 0, there, 1.0), 0.0))
        row.append(n_resources + scenario * n + cols)
        col.append(pair)
    shape = (n_resources + k * n, len(rows))
    return coo_array((np.concatenate(data), (np.concatenate(row), np.concatenate(col))), shape=shape)


def _spend_rest(effort: Floats, weight: Floats, rate: Floats, budget: Floats) -> None:
    """Gives each resource exactly its budget: what is left goes where it finds most."""
    hidden = weight * np.exp(-(rate * effort).sum(axis=1))
    for r, whole in enumerate(budget):
        spent = effort[r].sum()
        gain = (hidden * rate[:, r]).sum(axis=0)
        if spent > whole:
            effort[r] *= whole / spent
        elif spent < whole and gain.any():
            effort[r, int(gain.argmax())] += whole - spent
