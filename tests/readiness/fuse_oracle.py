"""The fusion by brute force: every hypothesis, every report's source reliable or not, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product


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
