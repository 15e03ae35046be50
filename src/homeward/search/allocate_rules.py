"""Whole tasks by simple rules: what a solver with little time must not fall short of."""

from __future__ import annotations

import numpy as np

from homeward.geo import Floats
from homeward.search.allocate_case import WholeCase
from homeward.search.allocate_interior import best_split
from homeward.search.allocate_tidy import tidied


def in_turn(case: WholeCase) -> Floats:
    """In turn each goes to the segment where a second finds most, covers it once, and goes on.

    Seconds of searching (resources, segments). With several scenarios a segment is covered by the mean rate.
    """
    effort, left = np.zeros(case.access.shape), case.budget.copy()
    chance = case.weight.sum(axis=1)
    usual = np.tensordot(chance / max(float(chance.sum()), 1e-300), case.rate, axes=1)
    hidden = case.weight.copy()
    going = [r for r in range(len(left)) if left[r] > 0]
    while going:
        for r in going.copy():
            possible = (effort[r] == 0) & (case.access[r] < left[r])
            gain = np.where(possible, (hidden * case.rate[:, r]).sum(axis=0), 0.0)
            i = int(gain.argmax())
            if gain[i] <= 0:
                going.remove(r)
                continue
            effort[r, i] = min(left[r] - case.access[r, i], 1.0 / usual[r, i])
            left[r] -= effort[r, i] + case.access[r, i]
            hidden[:, i] *= np.exp(-case.rate[:, r, i] * effort[r, i])
    return effort


def access_forgotten(case: WholeCase) -> Floats:
    """The best split were there no access times, made to fit: the largest parts first, until the time is spent."""
    rate = np.where(np.isfinite(case.access), case.rate, 0.0)
    split = tidied(case.weight, rate, case.budget, best_split(case.weight, rate, case.budget), tolerance=2e-7)
    effort = np.zeros_like(split.effort)
    for r, wanted in enumerate(split.effort):
        left = float(case.budget[r])
        for i in np.argsort(-wanted):
            spent = min(wanted[i], left - case.access[r, i])
            if spent > 0:
                effort[r, i] = spent
                left -= spent + case.access[r, i]
    return effort
