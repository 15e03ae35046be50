"""Bayes' rule on the map: after a clue, after a search without a find. The share outside takes part in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from homeward.belief.clue_defaults import default
from homeward.belief.clue_time import Carry
from homeward.belief.clue_words import clue_words
from homeward.belief.clues import clue_likelihood
from homeward.belief.records import Belief, Part, mixture
from homeward.belief.story import told
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.nouns import Clue


def with_clue(
    belief: Belief, clue: Clue, *, prior: Belief | None = None, now: datetime | None = None, carry: Carry | None = None
) -> Belief:
    """The map after one more clue. `prior` is the map before any clue or search, on the same grid (None: this one).

    With the same prior for all of them the order of clues does not matter. `now` is the hour of the map, which tells
    how old a clue is; `carry` brings what it says of an earlier hour to now along simulated paths (see `clue_time`).
    Scenarios that cannot explain a clue lose weight.
    """
    likelihood = clue_likelihood(prior or belief, clue, now=now, carry=carry)
    why = "; ".join((clue_words(clue), *likelihood.notes))
    n = max(len(belief.parts), 1)
    each = likelihood.each if len(likelihood.each) == n else ((likelihood.inside, likelihood.outside),) * n
    return reweighed_each(belief, each, cause=f"clue {clue.id}", why=why)


def after_search(
    belief: Belief,
    pod: Floats,
    *,
    cause: str,
    why: str = "",
    forced: bool = False,
    pod_if_responsive: Floats | None = None,
) -> Belief:
    """The map after a search that found nobody: p (1 - POD) everywhere, divided by what is left.

    `pod` (rows, cols), 0 <= POD < 1; outside the map nobody searched. POD of 1 is refused unless `forced`. With
    50/30/20 % and a POD of 50 % in the first it gives 33.3/40/26.7 %. `pod_if_responsive` is the POD of a subject who
    answers (None: nobody called); see `missed_each`. Source: Bayes' rule, as in Koopman (1980), Search and Screening,
    Pergamon.
    """
    missed = missed_each(belief, pod, cause=cause, forced=forced, pod_if_responsive=pod_if_responsive)
    return reweighed_each(belief, [(inside, 1.0) for inside in missed], cause=cause, why=why)


def missed_each(
    belief: Belief, pod: Floats, *, cause: str, forced: bool = False, pod_if_responsive: Floats | None = None
) -> list[Floats]:
    """The probability (rows, cols) that a search misses who is there, for each scenario in turn; see `after_search`.

    Where it called, 1 - (r `pod_if_responsive` + (1 - r) `pod`), with r the probability that the subject answers: as
    for clues that only come from who can respond (`may_respond` of `clue_defaults.csv` where it is not known, 0 or 1
    where it is), times that of being alive in the scenario, where known. A simplification of ours: whether the subject
    answers is asked anew for each search, so that several which called on the same ground count somewhat too much.
    """
    answered = pod if pod_if_responsive is None else pod_if_responsive
    for chance in (pod, answered):
        _check_pod(belief, chance, cause=cause, forced=forced)
    if pod_if_responsive is None:
        return [1.0 - pod for _ in belief.parts] or [1.0 - pod]
    return [1.0 - (r * answered + (1.0 - r) * pod) for r in map(answers, belief.parts or (None,))]


def answers(part: Part | None) -> float:
    """The probability that the subject of a scenario answers a call."""
    if part is None:
        return default("any", "may_respond")
    known = default("any", "may_respond") if part.responsive is None else float(part.responsive)
    return known if part.alive is None else known * part.alive


def _check_pod(belief: Belief, pod: Floats, *, cause: str, forced: bool) -> None:
    if pod.shape != belief.grid.shape:
        raise BadInput(f"A POD of {pod.shape} cells does not fit a map of {belief.grid.shape}.")
    if not (np.isfinite(pod).all() and pod.min() >= 0 and pod.max() <= 1):
        raise BadInput(f"The POD of {cause} is not a probability everywhere. Give 0 up to, but not including, 1.")
    if pod.max() == 1 and not forced:
        raise BadInput(f"The POD of {cause} is 100 % somewhere: nobody sees everything. Give less, or force it.")


def reweighed_each(belief: Belief, likelihoods: Sequence[tuple[Floats, float]], *, cause: str, why: str) -> Belief:
    """The map times a likelihood (rows, cols) and that of the ground outside, made to sum to 1, with a story line.

    There is one (inside, outside) for each scenario of the map in turn, whose weights move; one where it has none.
    """
    if not belief.parts:
        ((inside, outside),) = likelihoods
        poa, rest = belief.poa * inside, belief.outside * outside
        total = _left(float(poa.sum()) + rest, cause)
        after = replace(belief, poa=poa / total, outside=rest / total)
        return replace(after, story=(*belief.story, told(belief, after, cause=cause, why=why)))
    raw = [
        (part.poa * inside, part.outside * outside)
        for part, (inside, outside) in zip(belief.parts, likelihoods, strict=True)
    ]
    total = _left(sum(float(poa.sum()) + rest for poa, rest in raw), cause)
    parts = tuple(
        replace(part, poa=poa / total, outside=rest / total)
        for part, (poa, rest) in zip(belief.parts, raw, strict=True)
    )
    after = mixture(belief.grid, parts, ipp_m=belief.ipp_m)
    return replace(after, story=(*belief.story, told(belief, after, cause=cause, why=why)))


def _left(total: float, cause: str) -> float:
    if not total > 0:
        raise BadInput(f"After {cause} no place is left where the subject could be. Correct it, or what came before.")
    return total
