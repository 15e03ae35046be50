"""Contradiction: how far apart two reports are, and what masses that exclude each other come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import entr

from homeward.geo import Floats
from homeward.readiness.fuse.evidence import NEVER, claim_holds, count_likelihood
from homeward.readiness.fuse.records import FuseProblem, Graded, Pair, Report
from homeward.readiness.fuse.states import Booleans, States, bears_on

CONFLICT = 0.9
"""Conflict mass above which two reports are to be asked again, not fused: homeward's own assumption."""
CONTRADICT_BITS = 0.25
"""Bits of divergence from which two reports count as contradicting each other: homeward's own assumption."""
LEAST_K, CONTRADICT_K = 0.05, 0.5
"""Conflict mass that contradicting reports have at least, and from which reports on different questions count as
contradicting each other: our own assumption."""
MOST_STATES, MOST_REPORTS, MOST_PAIRS = 2048, 400, 200


def pairs(
    problem: FuseProblem, states: States, which: Sequence[int], grades: Mapping[str, Graded]
) -> tuple[float, list[Pair]]:
    """The greatest conflict mass of two reports on these states, and the pairs, those that contradict each other first.

    The conflict mass K of two reports is the mass on claims that exclude each other, each report's mass discounted by
    its reliability r (Shafer 1976, A Mathematical Theory of Evidence): one that says H has r c on H, r (1-c) on not H,
    the rest on anything. The divergence is of what was said, not discounted. Two contradict each other from
    `CONTRADICT_BITS` of divergence on where K is `LEAST_K` (a source that is not believed contradicts nobody); on
    different questions that cannot both be so, from `CONTRADICT_K`. At most `MOST_PAIRS` are given; with too many
    reports or states to compare, 0 and none.
    """
    reports = [problem.reports[k] for k in which]
    if len(reports) < 2 or too_many(states, which):
        return 0.0, []
    sets, mass = _focal(problem, states, reports, grades)
    apart = (sets.astype(float) @ sets.T.astype(float)) == 0
    k = np.tril(mass @ apart @ mass.T, -1)
    bits = _divergences(problem, reports, grades)
    against = np.where(np.isnan(bits), k > CONTRADICT_K, (bits >= CONTRADICT_BITS) & (k >= LEAST_K))
    i, j = np.tril_indices(len(reports), -1)
    first = np.lexsort((-k[i, j], ~against[i, j]))[:MOST_PAIRS]
    out = [
        Pair(
            one=reports[b].id,
            other=reports[a].id,
            k=float(k[a, b]),
            jsd_bits=None if np.isnan(bits[a, b]) else float(bits[a, b]),
            contradict=bool(against[a, b]),
        )
        for a, b in zip(i[first].tolist(), j[first].tolist(), strict=True)
    ]
    return float(k.max()), out


def clash(ids: Sequence[str], logs: Floats, possible: Booleans) -> tuple[str, ...]:
    """The fewest reports that together leave no possible state, of log likelihoods (reports, states); none where one is
    left. Of several such sets the first by name, pairs before greater ones.
    """
    order = sorted(range(len(ids)), key=lambda k: ids[k])
    out = logs[order][:, possible] <= NEVER / 2
    some = [k for k in range(len(order)) if out[k].any()]
    if not out.any(axis=0).all():
        return ()
    names, out = [ids[order[k]] for k in some], out[some]
    alone = np.flatnonzero(out.all(axis=1))
    if len(alone):
        return (names[alone[0]],)
    i, j = np.nonzero(np.triu((~out).astype(float) @ (~out).T == 0, 1))
    if len(i):
        return (names[i[0]], names[j[0]])
    kept = list(range(len(names)))
    for k in range(len(names)):
        less = [one for one in kept if one != k]
        if out[less].any(axis=0).all():
            kept = less
    return tuple(names[k] for k in kept)


def too_many(states: States, which: Sequence[int]) -> bool:
    """Whether there are too many reports, or states, to compare them in pairs."""
    return len(which) > 1 and (len(which) > MOST_REPORTS or len(states.index) > MOST_STATES)


def _divergences(problem: FuseProblem, reports: Sequence[Report], grades: Mapping[str, Graded]) -> Floats:
    """Divergence in bits of every two reports (reports, reports): 0 the same, 1 nothing in common; NaN where they bear
    on different questions.

    Jensen-Shannon: Lin (1991), IEEE Transactions on Information Theory 37(1), 145-151, doi 10.1109/18.61115.
    """
    out = np.full((len(reports), len(reports)), np.nan)
    about: dict[tuple[str, ...], list[int]] = {}
    views = [view(problem, report, grades[report.id]) for report in reports]
    for k, report in enumerate(reports):
        if views[k] is not None:
            about.setdefault(bears_on(problem, report), []).append(k)
    for group in about.values():
        p, which = np.unique(np.array([views[k] for k in group]), axis=0, return_inverse=True)
        own, which = _entropies(p), which.reshape(-1)
        bits = np.array([_entropies((p + row) / 2) - (own + _entropies(row)) / 2 for row in p])
        out[np.ix_(group, group)] = np.maximum(0.0, bits)[np.ix_(which, which)]
    return out


def view(problem: FuseProblem, report: Report, grade: Graded) -> Floats | None:
    """What a report says of the hypotheses of its question, taken at its word; None for several questions at once."""
    about = bears_on(problem, report)
    if len(about) > 1:
        return None
    answers = list(problem.questions[about[0]])
    if report.says:
        claim = np.array([name == report.says[about[0]] for name in answers])
        claim = ~claim if report.denies else claim
        inside, outside = max(int(claim.sum()), 1), max(int((~claim).sum()), 1)
        out: Floats = np.where(claim, grade.c / inside, (1 - grade.c) / outside)
    elif report.searched:
        out = np.array([1 - report.searched.get(name, 0.0) for name in answers])
    else:
        told = report.likelihood or count_likelihood(problem, about[0], report)
        out = np.array([told[name] for name in answers])
    total = out.sum()
    return out / total if total > 0 else None


def masses(problem: FuseProblem, states: States, report: Report, grade: Graded) -> list[tuple[Booleans, float]]:
    """A report as sets of states with masses that sum to 1."""
    every = np.ones(len(states.index), dtype=bool)
    if report.says:
        claim = claim_holds(states, report)
        out = [(claim, grade.r * grade.c), (~claim, grade.r * (1 - grade.c)), (every, 1 - grade.r)]
    else:
        (question,) = bears_on(problem, report)
        if report.searched:
            out = _nested(states, question, report)
        else:
            said = view(problem, report, grade)
            assert said is not None
            names = problem.questions[question]
            out = [(states.holds(question, name), grade.r * float(p)) for name, p in zip(names, said, strict=True)]
            out.append((every, 1 - grade.r))
    return [(where, m) for where, m in out if m > 0]


def _nested(states: States, question: str, report: Report) -> list[tuple[Booleans, float]]:
    """An empty search: what was looked at with the greatest POD is the least plausible; sets one in the other."""
    left = 1 - states.by_answer(question, report.searched, missing=0.0)
    levels = np.unique(left / left.max() if left.max() > 0 else np.ones_like(left))
    steps = np.diff(np.concatenate([[0.0], levels]))
    scaled = left / left.max() if left.max() > 0 else np.ones_like(left)
    return [(scaled >= level, float(step)) for level, step in zip(levels, steps, strict=True)]


def _focal(
    problem: FuseProblem, states: States, reports: Sequence[Report], grades: Mapping[str, Graded]
) -> tuple[Booleans, Floats]:
    """The sets that any report has mass on (sets, states), and each report's mass on them (reports, sets)."""
    place: dict[bytes, int] = {}
    told = []
    for k, report in enumerate(reports):
        for where, m in masses(problem, states, report, grades[report.id]):
            told.append((k, place.setdefault(where.tobytes(), len(place)), m))
    mass = np.zeros((len(reports), len(place)))
    for k, which, m in told:
        mass[k, which] += m
    return np.array([np.frombuffer(key, dtype=bool) for key in place]), mass


def _entropies(p: Floats) -> Floats:
    """Entropy in bits along the last axis."""
    out: Floats = entr(p).sum(axis=-1) / np.log(2)
    return out
