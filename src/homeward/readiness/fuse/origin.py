"""Common origin: which reports go back to the same one, and how much they count for together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.readiness.fuse.records import Claims, Report

Claim = frozenset[tuple[str, str]]
DENIES = "denies"
Spoken = tuple[Report, tuple[str, ...], float]


def origins(
    reports: Sequence[Report], about: Sequence[tuple[str, ...]], strength: Sequence[float]
) -> tuple[list[str], list[str]]:
    """The origin of each report, and findings.

    What one was told goes back to the report or the source that told it, through every link; without that, the origin
    is the source, and a report without source its own. An empty search is its own look at the ground. A ring of people
    who heard it from each other is one origin. Of several reports of the source that told it, those that say the same
    come first, then those `about` the same question; of these the strongest is meant (`strength`: how far it moves its
    claim), of equally strong ones the first by name: so the order of the reports never matters.
    """
    by_id = {report.id: report for report in reports}
    by_source: dict[str, list[Spoken]] = {}
    for one in zip(reports, about, strength, strict=True):
        by_source.setdefault(one[0].source, []).append(one)
    told = {report.id: _teller(report, on, by_id, by_source) for report, on in zip(reports, about, strict=True)}
    found, findings = [], list[str]()
    for report in reports:
        seen = [report.id]
        at = told[report.id]
        while isinstance(at, Report) and at.id not in seen:
            seen.append(at.id)
            at = told[at.id]
        if isinstance(at, Report):
            ring = sorted(seen[seen.index(at.id) :])
            findings.append(f"Reports {', '.join(ring)} were told by each other: they count as one origin.")
            found.append(f"ring of {', '.join(ring)}")
        else:
            found.append(at)
    return found, sorted(set(findings))


def _teller(
    report: Report, about: tuple[str, ...], by_id: Mapping[str, Report], by_source: Mapping[str, Sequence[Spoken]]
) -> Report | str:
    """The report that this one repeats, or the name of its origin."""
    if report.origin:
        return f"origin {report.origin}"
    if report.told_by in by_id and report.told_by != report.id:
        return by_id[report.told_by]
    if report.told_by in ("", report.source, report.id):
        return f"source {report.source}" if report.source and not report.searched else f"report {report.id}"
    told = [
        (other.says != report.says, other.denies != report.denies, -strong, other.id)
        for other, on, strong in by_source.get(report.told_by, ())
        if set(on) & set(about) and not other.searched
    ]
    return by_id[min(told)[-1]] if told else f"source {report.told_by}"


def groups(origin: Sequence[str], about: Sequence[tuple[str, ...]]) -> list[list[int]]:
    """Reports (their places) that count together: those of one origin that share a question, or are linked by such."""
    found: list[tuple[str, set[str], list[int]]] = []
    for k, (name, questions) in enumerate(zip(origin, about, strict=True)):
        hit = [group for group in found if group[0] == name and group[1] & set(questions)]
        found = [group for group in found if group not in hit]
        found.append((name, set(questions).union(*(g[1] for g in hit)), [*(x for g in hit for x in g[2]), k]))
    return [sorted(places) for _, _, places in found]


def effective(n: Any, rho: float) -> Any:
    """How many independent reports `n` (a number, or an array) of correlation `rho` count for: n / (1 + (n-1) rho).

    The design effect of correlated observations (Kish 1965, Survey Sampling), put on the log likelihood ratio.
    """
    return n / (1 + (n - 1) * rho)


def pooled(logs: Floats, claims: Sequence[Claim], *, rho: float, way: Claims) -> tuple[Floats, Floats]:
    """Weights (reports,) of the log likelihoods `logs` (reports, states) of one origin, and what the others of that
    origin come to together without each report (reports, states).

    In each claim, 'effective': as many of the strongest as come to most, all weighing alike, `effective(k) / k`;
    'strongest': from the strongest down, what `effective` grows by with each; equally strong ones share. So a retelling
    never weakens what it retells, with any `rho`; with 1 the strongest alone counts, either way.
    """
    n = len(logs)
    if n == 1:
        return np.ones(1), np.zeros_like(logs)
    share = _most if way == "effective" else _shared
    strength = logs.max(axis=1) - logs.min(axis=1)
    weight, rest = np.zeros(n), np.zeros_like(logs)
    alike = same_claim(claims)
    sums = []
    for mine in alike:
        weight[mine] = share(strength[mine], rho)
        sums.append(weight[mine] @ logs[mine])
    for group, mine in enumerate(alike):
        others = sum((part for k, part in enumerate(sums) if k != group), np.zeros(logs.shape[1]))
        rest[mine] = others
        for k in mine if len(mine) > 1 else ():
            left = mine[mine != k]
            rest[k] += share(strength[left], rho) @ logs[left]
    return weight, rest


def same_claim(claims: Sequence[Claim]) -> list[NDArray[np.int64]]:
    """Reports (their places) that say the same, one of them perhaps more of it: hut, and hut at noon."""
    places: dict[Claim, list[int]] = {}
    for k, claim in enumerate(claims):
        places.setdefault(claim, []).append(k)
    found: list[list[Claim]] = []
    for claim in places:
        hit = [group for group in found if any(_within(one, claim) or _within(claim, one) for one in group)]
        found = [group for group in found if group not in hit]
        found.append([*(one for group in hit for one in group), claim])
    return [np.array(sorted(k for claim in group for k in places[claim])) for group in found]


def _within(one: Claim, other: Claim) -> bool:
    """Whether `one` is all or part of what `other` says; a denial has no parts."""
    denied = (DENIES, "") in one or (DENIES, "") in other
    return one == other if denied else one <= other


def _most(strength: Floats, rho: float) -> Floats:
    """Weights of reports that say the same: of the k strongest, whose `effective(k)` times their mean is most, alike.

    Of equally strong ones all are in it or none: each adds to the rest as long as it is above rho times what they come
    to.
    """
    level = -np.unique(-np.round(strength, 12))
    best, least = -1.0, level[0]
    for at in level:
        inside = strength[np.round(strength, 12) >= at]
        whole = effective(len(inside), rho) * float(inside.mean())
        if whole > best + 1e-12:
            best, least = whole, at
    counts = np.round(strength, 12) >= least
    k = int(counts.sum())
    out: Floats = np.where(counts, effective(k, rho) / k, 0.0)
    return out


def _shared(strength: Floats, rho: float) -> Floats:
    """Weights of reports that say the same, from the strongest down; equally strong ones weigh alike."""
    steps = np.diff(effective(np.arange(1, len(strength) + 1), rho), prepend=0.0)
    level = np.round(strength, 12)
    order = np.argsort(-level, kind="stable")
    _, which = np.unique(-level[order], return_inverse=True)
    mean = np.bincount(which, steps) / np.bincount(which)
    out = np.zeros(len(strength))
    out[order] = mean[which]
    return out
