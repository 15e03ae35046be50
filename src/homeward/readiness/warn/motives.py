"""Why it may come: motives that exclude one another, each pointing at targets, and what that makes of each target.

A motive has a probability and picks one of its targets, by weight; so each target's chance is the sum over motives (law
of total probability). What the probabilities leave is a motive that nobody named. Reports say how much more probable
they are by one motive than by the others. Motives and dates are taken to have nothing to do with one another: ours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from homeward.errors import BadInput

MOST_RATIO = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Motive:
    """Why it may come: its probability, and the targets that it points at with their weights, above 0."""

    id: str
    share: float
    targets: Mapping[str, float]

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise BadInput(f"The motive {self.id!r} has a share of {self.share:g}. Give a probability from 0 to 1.")
        if not self.targets:
            raise BadInput(f"The motive {self.id!r} points at no target. Name at least one.")
        bad = next((t for t, w in self.targets.items() if not 0 < w < math.inf), None)
        if bad is not None:
            raise BadInput(
                f"The motive {self.id!r} points at {bad} with a weight of {self.targets[bad]:g}. Give one above 0."
            )

    def chance(self, target: str) -> float:
        """The probability that it picks that target."""
        return self.targets.get(target, 0.0) / math.fsum(self.targets.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A report on motives: how many times as probable it is by each as by those it does not name.

    `reliability` is the probability that the source knows; else the report says nothing. Of two of one `source` the
    later counts.
    """

    id: str
    said_at: datetime
    ratios: Mapping[str, float]
    reliability: float = 1.0
    source: str = ""

    def __post_init__(self) -> None:
        bad = next((m for m, ratio in self.ratios.items() if not 0 <= ratio <= MOST_RATIO), None)
        if bad is not None:
            raise BadInput(
                f"Report {self.id}: {self.ratios[bad]:g} times as probable by the motive {bad!r} cannot be. Give a"
                f" number from 0 (it rules the motive out) to {MOST_RATIO:g}."
            )
        if not 0 <= self.reliability <= 1:
            raise BadInput(f"Report {self.id}: a reliability of {self.reliability:g} is none. Give 0 to 1.")


@dataclass(frozen=True, slots=True)
class Weighed:
    """The motives as they stand: `shares` now by name, and `other`, the probability that it is none of them.

    `by_target` is the probability of each target, if it comes, by the motives that are named.
    """

    motives: tuple[Motive, ...]
    shares: Mapping[str, float]
    other: float
    by_target: Mapping[str, float]
    findings: tuple[str, ...] = ()


def weigh(motives: Sequence[Motive], reports: Sequence[Pointer] = ()) -> Weighed:
    """The motives after the reports, in order of time, and the probability of each target by those that are named.

    An unreliable report is as probable as it is by all that is believed, so that who knows nothing changes nothing.
    Raises `BadInput` for names said twice, shares above 1 in all, motives nobody named, reports that exclude all.
    """
    names = [m.id for m in motives]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadInput(f"The motive {twice!r} is told twice. Tell it once, with all its targets.")
    whole = math.fsum(m.share for m in motives)
    if whole > 1 + 1e-9:
        raise BadInput(
            f"The motives' shares sum to {whole:g}. Make it at most 1; what they leave is a motive nobody named."
        )
    now, other = {m.id: m.share for m in motives}, max(0.0, 1 - whole)
    ordered = sorted(reports, key=lambda r: (r.said_at, r.id))
    latest = {r.source: r for r in ordered if r.source}
    gone = [r.id for r in ordered if r.source and latest[r.source] is not r]
    for report in ordered:
        if stray := next((name for name in report.ratios if name not in now), None):
            raise BadInput(f"Report {report.id} speaks of the motive {stray!r}. There is {', '.join(names) or 'none'}.")
        if report.id not in gone:
            now, other = _heard(report, now, other)
    every = dict.fromkeys(t for m in motives for t in m.targets)
    chances = {t: math.fsum(now[m.id] * m.chance(t) for m in motives) for t in every}
    aside = tuple(f"What {name} says of motives was left aside: its source spoke of them again later." for name in gone)
    return Weighed(tuple(motives), now, other, chances, aside)


def _heard(report: Pointer, now: Mapping[str, float], other: float) -> tuple[dict[str, float], float]:
    ratios = {name: report.ratios.get(name, 1.0) for name in now}
    marginal = math.fsum(share * ratios[name] for name, share in now.items()) + other
    if marginal <= 0:
        if report.reliability < 1:
            return dict(now), other
        raise BadInput(
            f"Report {report.id} excludes every motive. Leave room for one that nobody named, or correct it."
        )
    noise = 1 - report.reliability
    told = {name: share * (report.reliability * ratios[name] / marginal + noise) for name, share in now.items()}
    return told, other * (report.reliability / marginal + noise)
