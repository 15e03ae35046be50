"""Numbers that no search can have, and that arithmetic would not survive: refused before anything is solved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats

MAX_COVERAGE = 1e15
MAX_EFFORT_S = 1e12
MIN_EFFORT_S = 1e-100


def check_sense(rate: Floats, effort_s: Floats, *, resources: Sequence[str], segments: Sequence[str]) -> None:
    """Raises `BadInput` for efforts and coverages that are absurd.

    `rate` (..., resources, segments) coverage per second, `effort_s` (..., resources) seconds. The limits are
    homeward's own: thirty thousand years, and a segment covered 1e15 times over.
    """
    for r, name in enumerate(resources):
        effort = effort_s[..., r]
        odd = effort[(effort > MAX_EFFORT_S) | ((effort > 0) & (effort < MIN_EFFORT_S))]
        if odd.size:
            raise BadInput(f"Resource {name}: an effort of {odd.flat[0]:g} s cannot be. Give its time in seconds.")
    top = rate.reshape(-1, len(resources), len(segments)).max(axis=0, initial=0.0)
    most = effort_s.reshape(-1, len(resources)).max(axis=0, initial=0.0)
    absurd = np.argwhere(top > MAX_COVERAGE / np.maximum(most, 1.0)[:, None])
    if len(absurd):
        r, i = absurd[0]
        raise BadInput(
            f"Resource {resources[r]} would cover segment {segments[i]} more than {MAX_COVERAGE:g} times over. "
            "Check the units of sweep width, speed, area and effort: metres, square metres and seconds."
        )
