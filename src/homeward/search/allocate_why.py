"""Why an allocation is as it is, in sentences that can be read over a radio."""

from __future__ import annotations

import numpy as np

from homeward.geo import Floats
from homeward.search.allocate_case import PROVEN_GAP
from homeward.search.allocate_interior import Split

_NAMED = 4


def reasons(
    segments: tuple[str, ...], resources: tuple[str, ...], rate: Floats, access_s: Floats | None, split: Split
) -> tuple[str, ...]:
    """One sentence on the whole, then one for each resource: where it goes, and what one more hour would find.

    `rate` (scenarios, resources, segments) coverage per second; `access_s` None where access is not counted.
    """
    gap = max(split.bound - split.value, 0.0) / split.value if split.value > 0 else 0.0
    if gap > PROVEN_GAP:
        lines = [f"Probability of success {split.value:.4f}; no allocation of this effort can pass {split.bound:.4f}."]
    else:
        lines = [f"Probability of success {split.value:.4f}, proven the best there is (gap {gap:.1e})."]
    for r, name in enumerate(resources):
        lines.append(_resource(name, r, segments, rate, access_s, split))
    return tuple(lines)


def _resource(name: str, r: int, segments: tuple[str, ...], rate: Floats, access_s: Floats | None, split: Split) -> str:
    if not rate[:, r].any():
        return f"{name} stays: it cannot search any of these segments."
    longest = [int(i) for i in np.argsort(-split.effort[r], kind="stable") if split.effort[r, i] > 0]
    if not longest:
        return f"{name} stays: it would find nothing that the others do not find."
    parts = []
    for i in longest[:_NAMED]:
        there = f"{span(float(split.effort[r, i]))} in {segments[i]}"
        if access_s is not None and access_s[r, i] > 0:
            there += f" after {span(float(access_s[r, i]))} to get there"
        parts.append(there)
    rest = len(longest) - _NAMED
    text = f"{name}: {', '.join(parts)}{f' and {rest} more' if rest > 0 else ''}"
    return f"{text}; one more hour would find {split.price[r] * 3600:.4f} more."


def span(seconds: float) -> str:
    """A length of time as it is said: 45 s, 12 min, 3 h 05 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02d} min"
