"""The names of segments on a printed map, each with the numbers of its assignments, none standing on another.

A name stays wherever any spot of its segment has room, and where none has, in its middle. Numbers are what gives way:
fewer of them, or none (the table of the same sheet has all).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import Point, Polygon

from homeward.exchange.basemap import View
from homeward.exchange.margin import text_mm
from homeward.exchange.marks import draw_label
from homeward.geo import Floats
from homeward.search.records import XY, Segment

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Box = tuple[float, float, float, float]
"""West, south, east, north on paper, mm."""

MOST_NUMBERS = 3
NUMBER_MM = 9.0
"""Width of a number on the overview, with its gap."""

IN_USE_PT, NUMBER_PT, OTHER_PT = 8.5, 7.0, 7.0
LINE_MM = 0.36
"""Height of a line of capitals or digits with its rim, mm a point of the letter."""
RIM_MM, MARK_MM = 0.5, 3.0
"""Room beside a line of words, and round a mark: ours."""
LABELS_FROM = 9.0
"""What stands this high on a map (zorder) is told to somebody; contour heights and names of ways lie under it."""


def draw_names(
    ax: Axes, segments: Sequence[Segment], tasks: Mapping[str, Sequence[str]], view: View, marks_m: Floats
) -> None:
    """Names each segment whose middle is in view; those in `tasks` heavy, with the numbers that it gives them.

    Keeps clear of marks (n, 2), metres, and of all labels that the map already has: draw this last.
    """
    taken = [*_labels(ax, view), *(_around((view.mm(x), view.mm(y)), MARK_MM, MARK_MM) for x, y in marks_m)]
    order = sorted(segments, key=lambda s: (s.id not in tasks, -s.poa, s.id))
    placed: list[tuple[Segment, XY]] = []
    blocks, names = list(taken), list(taken)
    for segment in order:
        numbers = _numbers(segment, tasks.get(segment.id, ()), view)
        spots = list(_spots(segment, view))
        if not spots:
            continue
        whole = [_name_box(segment, at, numbers, view) for at in spots]
        at = _first_clear(spots, [_both(*boxes) for boxes in whole], blocks)
        at = at or _first_clear(spots, [name for name, _ in whole], names) or spots[0]
        name, under = _name_box(segment, at, numbers, view)
        names.append(name)
        blocks.append(_both(name, under))
        placed.append((segment, at))
    for segment, at in placed:
        heavy = segment.id in tasks
        draw_label(ax, at, segment.id, size=IN_USE_PT if heavy else OTHER_PT, va="bottom" if heavy else "center")
    for segment, at in placed:
        for words in _numbers(segment, tasks.get(segment.id, ()), view):
            box = _number_box(words, at, view)
            if not any(_meet(box, other) for other in names):
                draw_label(ax, at, words, size=NUMBER_PT, va="top")
                names.append(box)
                break


def shortened(numbers: Sequence[str], *, across_mm: float, most: int = MOST_NUMBERS) -> str:
    """The numbers of a segment's assignments, as many as its width on paper holds, three at most: `101 102 103 +4`."""
    most = int(np.clip(across_mm / NUMBER_MM, 1, most))
    left = len(numbers) - most
    return " ".join([*numbers[:most], *([f"+{left}"] if left > 0 else [])])


def _numbers(segment: Segment, numbers: Sequence[str], view: View) -> list[str]:
    """What may stand under a segment's name, the fullest first."""
    across_mm = view.mm(float(np.ptp(np.array(segment.ring_m)[:, 0])))
    told = [shortened(numbers, across_mm=across_mm, most=most) for most in range(MOST_NUMBERS, 0, -1)]
    return list(dict.fromkeys(told)) if numbers else []


def _name_box(segment: Segment, at: XY, numbers: Sequence[str], view: View) -> tuple[Box, Box]:
    """Where a name at a place stands, and where the fullest line under it would."""
    x, y = view.mm(at[0]), view.mm(at[1])
    size = IN_USE_PT if numbers else OTHER_PT
    half, high = text_mm(segment.id, size, bold=True) / 2 + RIM_MM, LINE_MM * size
    if not numbers:
        name = _around((x, y), half, high / 2)
        return name, name
    return (x - half, y, x + half, y + high), _number_box(numbers[0], at, view)


def _number_box(words: str, at: XY, view: View) -> Box:
    x, y = view.mm(at[0]), view.mm(at[1])
    half = text_mm(words, NUMBER_PT, bold=True) / 2 + RIM_MM
    return x - half, y - LINE_MM * NUMBER_PT, x + half, y


def _spots(segment: Segment, view: View) -> Iterator[XY]:
    """Places inside a segment for its name, the middle first; none where that is off the map."""
    area = Polygon(segment.ring_m).buffer(0)
    middle = area.representative_point()
    if area.is_empty or not (view.west_m < middle.x < view.east_m and view.south_m < middle.y < view.north_m):
        return
    yield middle.x, middle.y
    west, south, east, north = area.bounds
    spots = [
        (west + i * (east - west) / 10, south + j * (north - south) / 10) for i in range(1, 10) for j in range(1, 10)
    ]
    for at in sorted(spots, key=lambda p: float(np.hypot(p[0] - middle.x, p[1] - middle.y))):
        if area.contains(Point(at)):
            yield at


def _first_clear(spots: Sequence[XY], boxes: Sequence[Box], taken: Sequence[Box]) -> XY | None:
    return next(
        (at for at, box in zip(spots, boxes, strict=True) if not any(_meet(box, other) for other in taken)), None
    )


def _labels(ax: Axes, view: View) -> list[Box]:
    """What the labels that are drawn already cover, on paper as `view.mm` measures it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(ax.figure).get_renderer()  # type: ignore[arg-type, no-untyped-call]
    back = ax.transData.inverted()
    boxes: list[Box] = []
    for text in ax.texts:
        if text.get_zorder() < LABELS_FROM or not text.get_text().strip():
            continue
        disc = text.get_bbox_patch()
        text.update_bbox_position_size(renderer)  # else a disc that was not drawn yet is a point
        extent = (text if disc is None else disc).get_window_extent(renderer)
        (west, south), (east, north) = back.transform([extent.min, extent.max])
        boxes.append((view.mm(west), view.mm(south), view.mm(east), view.mm(north)))
    return boxes


def _around(at: XY, half_x: float, half_y: float) -> Box:
    return at[0] - half_x, at[1] - half_y, at[0] + half_x, at[1] + half_y


def _both(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
