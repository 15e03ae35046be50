"""The question what was left out: ground of POD under 10 % in the segments that teams came back from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from homeward.belief.gaps import LOOKED_AT, Gap, gaps
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.search.coverage import searches_of
from homeward.geo import format_place
from homeward.search.records import Segment
from homeward.search.segments import segment_labels


@dataclass(frozen=True, slots=True)
class SegmentGap:
    """A gap in a segment that was searched: `whole`, or `lonlat_deg` its closed outline; `middle` a place in words."""

    segment: str
    gap: Gap
    lonlat_deg: tuple[tuple[float, float], ...]
    middle: str
    whole: bool


def show_gaps(path: Path) -> Answer:
    """Where POD by sight is under 10 % in the segments that teams came back from."""
    with opened(path, read_only=True) as book:
        found = gaps_of(book)
        searched = len(book.mission.searches)
    if not searched:
        return Answer(text="No team is back yet, so nothing was searched.", data={"gaps": []})
    lines = [gap_line(gap) for gap in found] or ["No gap of half a hectare or more in what was searched."]
    return Answer(text="\n".join(lines), data={"gaps": [gap_data(gap) for gap in found]})


def gaps_of(book: Book) -> list[SegmentGap]:
    """The gaps of every segment searched so far, the most probable first; none before a map or a search."""
    if not book.mission.searches or book.mission.map is None:
        return []
    belief = book.belief()
    missed = np.ones(belief.grid.shape)
    for done in searches_of(book, belief.grid):
        missed *= 1 - done.pod
    found = []
    for segment in _searched(book):
        inside = segment_labels(belief.grid, [segment]) == 0
        all_m2 = float(inside.sum()) * belief.grid.cell_area_m2
        found += [_named(book, segment, gap, all_m2=all_m2) for gap in gaps(belief, 1 - missed, inside)]
    return sorted(found, key=lambda g: -g.gap.poa)


def gap_line(found: SegmentGap) -> str:
    """A gap as it is said. POD is by sight, of all searches so far."""
    what = f"{'the whole segment, ' if found.whole else ''}{found.gap.area_m2 / 1e4:.1f} ha around {found.middle}"
    return f"GAP in {found.segment}: {what}, POD under {LOOKED_AT * 100:.0f} %; POA {found.gap.poa:.2%}."


def gap_data(found: SegmentGap) -> dict[str, Any]:
    """A gap as a GeoJSON feature."""
    return {
        "type": "Feature",
        "properties": {
            "segment": found.segment,
            "area_m2": found.gap.area_m2,
            "poa": found.gap.poa,
            "whole": found.whole,
        },
        "geometry": {"type": "Polygon", "coordinates": [[list(xy) for xy in found.lonlat_deg]]},
    }


def _searched(book: Book) -> list[Segment]:
    """The segments of the assignments that were debriefed, as they were drawn then; a post was not to search any."""
    plans = book.plans()
    named: dict[str, Segment] = {}
    for done in book.mission.searches:
        for name, plan in plans:
            task = next((a for a in plan.assignments if a.number == done.event.assignment), None)
            if task is not None and done.event.plan in ("", name):
                if task.mode == "search":
                    named.setdefault(task.segment, next(s for s in plan.segments if s.id == task.segment))
                break
    return list(named.values())


def _named(book: Book, segment: Segment, gap: Gap, *, all_m2: float) -> SegmentGap:
    grid = book.belief().grid
    ring = np.asarray(gap.ring_m)
    x, y = ring.mean(axis=0).tolist()
    lonlat = tuple((round(a, 6), round(b, 6)) for a, b in grid.lonlat(ring).tolist())
    whole = gap.area_m2 > all_m2 * (1 - 1e-9)
    return SegmentGap(segment.id, gap, lonlat, format_place(grid.to_place(x, y), "mgrs"), whole)
