"""How likely each target is hit in each span of days, from the warnings that are open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np

from homeward.desk.book import Book
from homeward.desk.readiness.warning.foreseen import open_foreseen
from homeward.geo import Floats

UNWARNED: Final = 0.05
"""Of what the likeliest target counts, the least that any counts, for warnings do not know everything: ours."""


def hit_chances(
    book: Book, targets: Sequence[str], cuts: Sequence[datetime], *, now: datetime
) -> tuple[Floats | None, Floats | None, tuple[str, ...], tuple[str, ...]]:
    """(spans, targets) probability that each is hit within each span, and until its end; None where nothing is warned
    of.

    Several warnings of one target are taken to be independent. A warning that names no target is of all of them; of one
    with motives each target counts by the motives that point at it. Also
    what is to be said of it, and what is homeward's own assumption.
    """
    days = np.array([(cut - now).total_seconds() / 86400 for cut in cuts])
    safe, safe_yet = np.ones((2, len(cuts) - 1, len(targets)))
    notes, named, own = list[str](), set[str](), list[str]()
    counted = 0
    for one in open_foreseen(book.mission, now=now):
        threat = one.threat
        if one.forecast is None:
            notes.append(f"Warning {threat.id} is not counted: {one.why_not}")
            continue
        counted += 1
        own += one.assumed
        gone = [t for t in threat.may_hit if t not in targets]
        notes += [f"Warning {threat.id} speaks of {', '.join(gone)}, which is no target."] if gone else []
        hit = one.hit(targets)
        named |= {t for t, h in zip(targets, hit, strict=True) if h}
        cdf = one.forecast.cdf(days)
        safe *= 1 - np.outer(np.diff(cdf), hit)
        safe_yet *= 1 - np.outer(cdf[1:] - cdf[0], hit)
    chance = 1 - safe
    if counted and not chance.any():
        return None, None, (*notes, "The warnings leave nothing to come in these days: values count as they are."), ()
    if not counted:
        return None, None, tuple(notes), ()
    raised = [t for t in targets if t not in named]
    own += [f"{', '.join(raised)}, of which nobody warned, count as a twentieth of the likeliest"] if raised else []
    return chance, 1 - safe_yet, tuple(notes), tuple(dict.fromkeys(own))
