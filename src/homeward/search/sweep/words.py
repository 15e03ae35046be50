"""What a plan came to, in words that can be read over a radio."""

from __future__ import annotations

from collections.abc import Collection

from homeward.geo import Floats
from homeward.search.sweep.footprint import Seen, length_m

RULES = {
    "rings": "rings about the start",
    "rows": "lanes from west to east",
    "columns": "lanes from south to north",
    "patches": "one patch after the other",
    "greedy": "the best ground nearby first",
    "greedy far": "the best ground first",
    "empty": "a first step to each square",
}
EARLY = (
    "This is a simple pattern: the solver's fast part is still being compiled, once on each computer. "
    "Run it again in half a minute, or give it more time, for a better plan."
)
CUT = (
    "A stage of the planning ended with its part of the time before it was done: "
    "more time may bring more, and another run may differ a little."
)


def rule_of(name: str, squares: int) -> str:
    """How the walks of a group were first laid out."""
    return f"{RULES.get(name, name)} on {squares} square{'s' * (squares != 1)} of ground"


def why(
    seen: Seen, limits: tuple[float, float], paths: Collection[Floats], rules: Collection[str], last: str
) -> tuple[str, ...]:
    """What is seen and what cannot be exceeded, how far they go, how it was planned, and a last sentence or none."""
    gone, many = sum(length_m(p) for p in paths) / 1000, len(paths) != 1
    far = f"{gone:.1f} km" if gone >= 0.1 else f"{gone * 1000:.0f} m"
    told = "; ".join(dict.fromkeys(rules))
    how = f"The plan began with {told}." if told else "No ground that counts is within reach."
    (end, most), (soonest, most_soon) = (_apart(seen.end, limits[0]), _apart(seen.soonest, limits[1]))
    return (
        f"{end} of the probability is seen by the end; no plan can exceed {most}.",
        f"On average over the time it is {soonest}; no plan can exceed {most_soon}.",
        f"{len(paths)} searcher{'s go' if many else ' goes'} {far}{' in all' * many}. {how}",
        *([last] if last else []),
    )


def _apart(value: float, bound: float) -> tuple[str, str]:
    """Both as percentages with as many digits as keep them apart and off nought."""
    value = min(value, bound)
    for digits in range(1, 7):
        texts = f"{value:.{digits}%}", f"{bound:.{digits}%}"
        same = texts[0] == texts[1] and bound - value > 1e-9 * bound
        if not same and all(float(t[:-1]) > 0 or v <= 0 for t, v in zip(texts, (value, bound), strict=True)):
            return texts
    return f"{value * 100:.2g}%", f"{bound * 100:.2g}%"
