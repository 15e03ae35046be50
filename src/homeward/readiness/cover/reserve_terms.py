"""The problem of standing teams and a reserve by item, a target and a way to be hit, and what a plan loses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from homeward.geo import Floats
from homeward.readiness.cover.records import Bools, Crew, Ints, ReserveProblem

CLOSE = 1e-7


def size_of(crew: Crew) -> int:
    """How many teams a crew has."""
    return crew.standing + crew.reserve + crew.either


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The problem by item: a target and a way of value above 0.

    `share` (crews, bases, items): what of the value is lost with a reserve of that crew at that base. Variables are
    teams standing (crews x targets), then teams waiting (crews x bases).
    """

    problem: ReserveProblem
    target: Ints
    way: Ints
    value: Floats  # with those that are high, where any one may be
    able: Bools  # (crews, items)
    share: Floats

    @property
    def n_standing(self) -> int:
        """How many variables are of teams that stand."""
        return len(self.problem.crews) * len(self.problem.values)

    @property
    def n_teams(self) -> int:
        """How many variables are of teams."""
        return self.n_standing + len(self.problem.crews) * len(self.problem.travel_h)


def terms_of(problem: ReserveProblem) -> Terms:
    """The problem by item."""
    high = problem.values if problem.values_high is None else problem.values_high
    target, way = np.nonzero(high > 0)
    able = np.array([[c.can is None or int(w) in c.can for w in way] for c in problem.crews], dtype=np.bool_)
    able = able.reshape(len(problem.crews), len(way))
    factor = np.array([c.travel_factor for c in problem.crews]).reshape(-1, 1, 1)
    with np.errstate(invalid="ignore"):
        share = np.minimum(1.0, problem.loss_per_h * factor * problem.travel_h[None, :, target])
    share = np.where(able[:, None, :], np.nan_to_num(share, nan=1.0), 1.0)
    worst = problem.values_high is not None and (problem.budget is None or problem.budget >= 1)
    return Terms(
        problem=problem,
        target=target.astype(np.int64),
        way=way.astype(np.int64),
        value=(high if worst else problem.values)[target, way],
        able=able,
        share=share,
    )


def rows_of_teams(terms: Terms) -> tuple[csr_array, Floats]:
    """No more standing, waiting and in all than each crew has, and one team at most is worth standing at a target."""
    crews, targets, bases = terms.problem.crews, len(terms.problem.values), len(terms.problem.travel_h)
    rows, upper = [], []
    for k, crew in enumerate(crews):
        stands = np.zeros(terms.n_teams)
        stands[k * targets : (k + 1) * targets] = 1.0
        waits = np.zeros(terms.n_teams)
        waits[terms.n_standing + k * bases : terms.n_standing + (k + 1) * bases] = 1.0
        rows += [stands, waits, stands + waits]
        upper += [crew.standing + crew.either, crew.reserve + crew.either, size_of(crew)]
    return csr_array(np.array(rows).reshape(-1, terms.n_teams)), np.array(upper, dtype=np.float64)


def helps_of(terms: Terms, limit: float) -> csr_array:
    """(items, teams): whether a team there keeps the loss of an item within `limit`."""
    crews, targets = len(terms.problem.crews), len(terms.problem.values)
    stands = np.zeros((len(terms.target), crews, targets))
    item = np.arange(len(terms.target))
    for k in range(crews):
        stands[item, k, terms.target] = terms.able[k]
    near = terms.share * terms.value <= limit * (1 + CLOSE * 1e-3)
    waits = np.moveaxis(near, 2, 0) & terms.able.T[:, :, None]
    return csr_array(np.hstack([stands.reshape(len(item), -1), waits.reshape(len(item), -1).astype(float)]))


def options_of(terms: Terms) -> tuple[Ints, Ints, Floats]:
    """Items, the teams (columns) that would help them, and the share that is then lost."""
    targets = len(terms.problem.values)
    k, i = np.nonzero(terms.able)
    stand = (i, k * targets + terms.target[i], np.zeros(len(i)))
    crew, base, item = np.nonzero(terms.share < 1)
    wait = (item, terms.n_standing + crew * len(terms.problem.travel_h) + base, terms.share[crew, base, item])
    both = [np.concatenate([a, b]) for a, b in zip(stand, wait, strict=True)]
    return both[0].astype(np.int64), both[1].astype(np.int64), both[2]


def split_of(terms: Terms, teams: Ints) -> tuple[Ints, Ints]:
    """Teams standing (crews, targets), and teams waiting (crews, bases)."""
    crews, targets, bases = len(terms.problem.crews), len(terms.problem.values), len(terms.problem.travel_h)
    return teams[: terms.n_standing].reshape(crews, targets), teams[terms.n_standing :].reshape(crews, bases)


def shares_of(terms: Terms, teams: Ints) -> tuple[Floats, Ints]:
    """What share of each item is lost, and by which team: a column of the programme, -1 nobody."""
    stands, waits = split_of(terms, teams)
    item = np.arange(len(terms.target))
    best, by = np.ones(len(item)), np.full(len(item), -1)
    for k in range(len(terms.problem.crews)):
        for base in np.flatnonzero(waits[k]):
            nearer = terms.able[k] & (terms.share[k, base] < best)
            best = np.where(nearer, terms.share[k, base], best)
            by[nearer] = terms.n_standing + k * waits.shape[1] + base
    for k in range(len(terms.problem.crews)):
        there = terms.able[k] & (stands[k, terms.target] > 0)
        best, by = np.where(there, 0.0, best), np.where(there, k * stands.shape[1] + terms.target, by)
    return best, by


def losses_of(terms: Terms, teams: Ints) -> Floats:
    """What is lost by item."""
    return np.asarray(shares_of(terms, teams)[0] * terms.value)


def mean_loss(terms: Terms, teams: Ints) -> float:
    """Mean loss over where it happens, with as many values high as may be."""
    return float(means_of(terms, shares_of(terms, teams)[0][None, :])[0])


def means_of(terms: Terms, share: Floats) -> Floats:
    """The mean loss of each row of shares lost."""
    problem, chance = terms.problem, chance_of(terms)
    low = problem.values[terms.target, terms.way]
    mean = np.asarray(share @ (chance * low))
    if problem.values_high is None:
        return mean
    extra = share * (chance * (problem.values_high[terms.target, terms.way] - low))
    budget = extra.shape[1] if problem.budget is None else problem.budget
    most, whole = np.sort(extra, axis=1)[:, ::-1], int(budget)
    part = most[:, whole] * (budget - whole) if whole < most.shape[1] else 0.0
    return np.asarray(mean + most[:, :whole].sum(axis=1) + part)


def chance_of(terms: Terms) -> Floats:
    """How likely each item is, 1 in all."""
    problem = terms.problem
    chance = problem.values if problem.chance is None else problem.chance
    total = float(chance.sum())
    return chance[terms.target, terms.way] / total if total > 0 else np.zeros(len(terms.target))
