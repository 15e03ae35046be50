"""Fusions in one line; and by brute force: every hypothesis, every report's source reliable or not, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from homeward.readiness import Fused, FuseProblem, Report, fuse

EVEN = {"H": 0.5, "notH": 0.5}


def says(name: str, what: str, c: float, r: float, **more: Any) -> Report:
    return Report(id=name, says={"q": what}, c=c, r=r, **more)


def fused(prior: dict[str, float], *reports: Report, **more: Any) -> Fused:
    return fuse(FuseProblem(questions={"q": prior}, reports=reports, **more))


def chance(prior: dict[str, float], *reports: Report, **more: Any) -> float:
    """The posterior of the first hypothesis."""
    return next(iter(fused(prior, *reports, **more).posterior["q"].values()))


def enumerated(
    prior: Mapping[str, float], reports: Sequence[tuple[str, float, float]], *, base_rate: float = 0.5
) -> dict[str, float]:
    """Posterior of each hypothesis given reports (says, r, c): the sum over which of the sources are reliable.

    A reliable source says what is true with its certainty, and the contrary else; an unreliable one says this with
    the base rate.
    """
    mass = dict.fromkeys(prior, 0.0)
    for hypothesis, p in prior.items():
        for reliable in product((True, False), repeat=len(reports)):
            weight = p
            for (says, r, c), is_reliable in zip(reports, reliable, strict=True):
                if is_reliable:
                    weight *= r * (c if says == hypothesis else 1 - c)
                else:
                    weight *= (1 - r) * base_rate
            mass[hypothesis] += weight
    total = sum(mass.values())
    return {name: m / total for name, m in mass.items()}
