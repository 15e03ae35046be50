"""A floor of a building as a picture (SVG): rooms shaded by probability, ways, what stays closed, stops in numbers.

Legible on a photocopy: a crew's stops carry its letter, doors to be kept closed a bar across, and what was not mapped
but worked out is hollow or grey. Sizes are millimetres of paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import wrap

import shapely
from shapely import LineString, Point, Polygon

from homeward.exchange.building.outlines import shape_of
from homeward.terrain.building import OUTSIDE, XY, BuildingPlan, Opening, Passage, Room

CREW_COLOURS = ("#005a9c", "#b34700", "#00704f", "#8f3b76", "#4d4d4d", "#7a6400")
"""Dark enough for white letters on them; told apart by letter too."""
LEAST_LETTERS_MM, MOST_LETTERS_MM = 1.5, 3.0
FACE = "font-family='DejaVu Sans'"
DISC_MM = 4.4
"""A stop's disc with the space around it."""
MOST_STOPS = 3
"""So many stops of a crew are drawn in one room; all stand on its sheet."""
WALL_M = 0.6
"""Outlines this near to one another share a wall: ours."""
HEAD_MM, LINE_MM, LEGEND_MM = 9.0, 3.2, 2.4
"""What a title takes, each line of a legend, and how large its letters are."""
POINT_MM = 4.0
"""How large a room without an outline is drawn, across."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a crew does something, in the order of its plan: `crew` counts from 0, `number` from 1."""

    crew: int
    number: int
    room: str

    @property
    def label(self) -> str:
        """As it stands on picture and sheet: A1, A2, B1."""
        return f"{chr(65 + self.crew % 26)}{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorNotes:
    """What is drawn over the rooms: probability, POD where searched, rooms to be kept closed, the stops of crews; what
    stands above and below a picture that goes without a sheet around it."""

    p: Mapping[str, float] = field(default_factory=dict)
    searched: Mapping[str, float] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    stops: Sequence[Stop] = ()
    title: str = ""
    legend: str = ""


class _Paper:
    """Metres of the building to millimetres of paper, north up."""

    def __init__(self, rooms: Sequence[Room], width_mm: float, height_mm: float, *, top_mm: float = 0.0) -> None:
        points = [p for r in rooms for p in (r.ring_m or ((r.x_m, r.y_m),))]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        edge = 4.0
        wide, high = max(max(xs) - min(xs), 1.0), max(max(ys) - min(ys), 1.0)
        self.mm_per_m = min((width_mm - 2 * edge) / wide, (height_mm - 2 * edge) / high)
        self._x0, self._y1 = min(xs), max(ys)
        self._left = (width_mm - wide * self.mm_per_m) / 2
        self._top = top_mm + (height_mm - high * self.mm_per_m) / 2

    def __call__(self, xy: XY) -> XY:
        x, y = xy
        return round(self._left + (x - self._x0) * self.mm_per_m, 2), round(
            self._top + (self._y1 - y) * self.mm_per_m, 2
        )


def floor_svg(
    plan: BuildingPlan, floor: float, *, notes: FloorNotes, width_mm: float = 190.0, height_mm: float = 150.0
) -> str:
    """One storey of a building as SVG text; with a title, north arrow and legend where the notes have them."""
    rooms = [r for r in plan.rooms if r.floor == floor]
    legend = wrap(notes.legend, int(width_mm / (0.55 * LEGEND_MM)))
    top, below = HEAD_MM if notes.title else 0.0, LINE_MM * len(legend) + (4.0 if legend else 0.0)
    paper = _Paper(rooms, width_mm, height_mm - top - below, top_mm=top)
    if len({(r.x_m, r.y_m) for r in rooms}) == 1 and not any(r.ring_m for r in rooms):
        return _listed(rooms, notes, width_mm, height_mm)
    most = max(notes.p.values(), default=0.0)
    drawn = [_room(r, paper, notes, most) for r in rooms]
    drawn += [_way(o, plan, floor, paper, notes) for o in plan.openings]
    number = {r.id: i + 1 for i, r in enumerate(plan.rooms)}
    drawn += [_label(r, number[r.id], paper, notes) for r in rooms]
    drawn += _stops(rooms, paper, notes, width_mm)
    drawn += _scale_bar(paper, width_mm, height_mm - below)
    drawn += _title(notes.title, width_mm) if notes.title else []
    drawn += [
        _text((3.0, height_mm - below + 5.0 + LINE_MM * i), line, LEGEND_MM, "#000", anchor="start")
        for i, line in enumerate(legend)
    ]
    return _page(drawn, width_mm, height_mm)


def _page(drawn: Sequence[str], width_mm: float, height_mm: float) -> str:
    size = f"width='{width_mm:g}mm' height='{height_mm:g}mm' viewBox='0 0 {width_mm:g} {height_mm:g}'"
    background = f"<rect width='{width_mm:g}' height='{height_mm:g}' fill='#fff'/>"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{background}{''.join(drawn)}</svg>"


def _listed(rooms: Sequence[Room], notes: FloorNotes, width_mm: float, height_mm: float) -> str:
    """Rooms that have only names, as a list in place of a picture; so many columns that all fit."""
    top = (HEAD_MM if notes.title else 0.0) + 6.0
    rows = max(1, int((height_mm - top - 10.0) / 6.0))
    wide = (width_mm - 8.0) / -(-len(rooms) // rows)
    drawn = _title(notes.title, width_mm) if notes.title else []
    drawn.append(
        _text(
            (4.0, top), "No outline is known of these rooms: a list in place of a picture.", 3.0, "#000", anchor="start"
        )
    )
    for i, room in enumerate(rooms):
        col, row = divmod(i, rows)
        told = [room.name or room.id, f"{notes.p[room.id]:.1%}" if room.id in notes.p else ""]
        told += [f"✓{notes.searched[room.id]:.0%}"] if room.id in notes.searched else []
        told += ["keep closed"] if room.id in notes.closed else []
        words = "  ".join(w for w in [*told, " ".join(s.label for s in notes.stops if s.room == room.id)] if w)
        size = min(MOST_LETTERS_MM, wide / (0.62 * len(words)))
        drawn.append(_text((4.0 + wide * col, top + 8.0 + 6.0 * row), words, size, "#000", anchor="start"))
    return _page(drawn, width_mm, min(height_mm, top + 10.0 + 6.0 * min(rows, len(rooms))))


def _room(room: Room, paper: _Paper, notes: FloorNotes, most: float) -> str:
    share = (notes.p.get(room.id, 0.0) / most) ** 0.5 if most > 0 else 0.0
    fill = f"rgb({255 - round(120 * share)},{255 - round(75 * share)},255)"
    thick = 0.9 if room.id in notes.closed else 0.3
    look = f"fill='{fill}' stroke='#000' stroke-width='{thick}' stroke-linejoin='round'"
    x, y = paper((room.x_m, room.y_m))
    if len(room.ring_m) < 3:
        return f"<circle cx='{x}' cy='{y}' r='{POINT_MM / 2}' {look}/>"
    ring = " ".join(f"{a},{b}" for a, b in (paper(p) for p in room.ring_m))
    return f"<polygon points='{ring}' {look}/>"


def _way(o: Opening, plan: BuildingPlan, floor: float, paper: _Paper, notes: FloorNotes) -> str:
    ends = [plan.room(e) for e in (o.a, o.b) if e != OUTSIDE]
    here = [r for r in ends if r.floor == floor]
    if not here:
        return ""
    at = paper((o.x_m, o.y_m) if o.x_m is not None and o.y_m is not None else _in_wall(o, here, plan))
    ink = "#000" if o.mapped else "#777"
    up = next((r.floor for r in ends if r.floor != floor), None)
    if up is not None or o.passage in (Passage.STAIRS, Passage.LIFT):
        sign = "⇅" if up is None else "↑" if up > floor else "↓"
        word = f"{sign}{'lift' if o.passage is Passage.LIFT else 'stairs'}"
        down = 0.0 if o.x_m is not None else 5.0 if up is not None and up < floor else -4.6
        return _text((at[0], at[1] + down), word, 2.0, "#333")
    lines = ""
    if any(len(r.ring_m) < 3 for r in here) and len(here) == 2:
        (x1, y1), (x2, y2) = (paper((r.x_m, r.y_m)) for r in here)
        lines = f"<path d='M{x1} {y1}L{x2} {y2}' stroke='#888' stroke-width='0.3'/>"
    if o.passage is Passage.EXIT:
        x, y = at
        fill = "#000" if o.mapped else "#fff"
        return f"<path d='M{x - 1.3:.2f} {y + 1.1:.2f}h2.6l-1.3 -2.3z' fill='{fill}' stroke='#000' stroke-width='.25'/>"
    if any(r.id in notes.closed for r in here) and o.passage is Passage.DOOR:
        x, y = at
        return (
            f"{lines}<path d='M{x - 1.1:.2f} {y - 1.1:.2f}l2.2 2.2m0 -2.2l-2.2 2.2' stroke='#000' stroke-width='.8'/>"
        )
    size = 0.55 if o.passage is Passage.DOOR else 0.4
    fill = "#fff" if o.passage is Passage.DOOR else "#999"
    return f"{lines}<circle cx='{at[0]}' cy='{at[1]}' r='{size}' fill='{fill}' stroke='{ink}' stroke-width='.2'/>"


def _in_wall(o: Opening, here: Sequence[Room], plan: BuildingPlan) -> XY:
    """Where a way that no place is known of is drawn: the middle of the wall that its rooms share, or of the outer
    wall for a way out; between the rooms' centres where they have no outlines or do not touch."""
    shapes = [shape for room in here if (shape := shape_of(room)) is not None]
    if len(shapes) < len(here) or not here:
        return _between(here)
    if len(here) == 2:
        wall = shapes[0].boundary.intersection(shapes[1].buffer(WALL_M))
    elif OUTSIDE in (o.a, o.b):
        others = [shape_of(r) for r in plan.rooms if r.floor == here[0].floor and r.id != here[0].id]
        wall = shapes[0].boundary.difference(shapely.union_all([s for s in others if s is not None]).buffer(WALL_M))
    else:
        return _between(here)
    pieces: list[LineString] = shapely.get_parts(shapely.line_merge(wall)).tolist() if wall.length > 0 else []
    longest = max(pieces, key=lambda piece: piece.length, default=None)
    if longest is None:
        return _between(here)
    middle = longest.interpolate(0.5, normalized=True)
    return float(middle.x), float(middle.y)


def _between(rooms: Sequence[Room]) -> XY:
    return sum(r.x_m for r in rooms) / len(rooms), sum(r.y_m for r in rooms) / len(rooms)


def _label(room: Room, number: int, paper: _Paper, notes: FloorNotes) -> str:
    """Its name, or where that does not fit its number in the list of rooms; its probability; what was searched."""
    (x, y), wide, high = _space(room, paper)
    name = room.name or room.id
    words = [name if wide / (0.62 * len(name)) >= LEAST_LETTERS_MM else f"{number}."]
    share = notes.p.get(room.id)
    told = [] if share is None else [f"{share:.0%}" if share >= 0.095 else f"{share:.1%}"]
    told += [f"✓{notes.searched[room.id]:.0%}"] if room.id in notes.searched else []
    words += [" ".join(told)] if told else []
    fits = [w for w in words if wide / (0.62 * len(w)) >= LEAST_LETTERS_MM]
    fits = fits if high / (1.25 * max(len(fits), 1)) >= LEAST_LETTERS_MM else fits[:1]
    shift = -1.5 if any(s.room == room.id for s in notes.stops) and high > 9 else 0.0
    out = []
    for i, word in enumerate(fits):
        size = min(MOST_LETTERS_MM, wide / (0.62 * len(word)), high / (1.25 * len(fits)))
        if size >= LEAST_LETTERS_MM:
            down = (i - (len(fits) - 1) / 2) * 1.2 * size + 0.35 * size
            out.append(_text((x, y + down + shift), word, size, "#000"))
    return "".join(out)


def _space(room: Room, paper: _Paper) -> tuple[XY, float, float]:
    """The roomiest point of a room on paper, and how wide and high it is there, mm."""
    shape = shape_of(room)
    if shape is None:
        return paper((room.x_m, room.y_m)), 8 * POINT_MM, 12.0
    middle = shapely.maximum_inscribed_circle(shape, tolerance=0.1).coords[0]
    west, south, east, north = shape.bounds
    across = _through(shape, LineString([(west - 1, middle[1]), (east + 1, middle[1])]), middle)
    along = _through(shape, LineString([(middle[0], south - 1), (middle[0], north + 1)]), middle)
    return paper((middle[0], middle[1])), 0.9 * across * paper.mm_per_m, 0.8 * along * paper.mm_per_m


def _through(shape: Polygon, line: LineString, middle: tuple[float, ...]) -> float:
    """How far one can go both ways alike from a point along a line without leaving a room, metres in all."""
    pieces = shapely.get_parts(shape.intersection(line)).tolist()
    here = min(pieces, key=lambda piece: piece.distance(Point(middle)))
    return float(2 * min(Point(middle).distance(Point(end)) for end in (here.coords[0], here.coords[-1])))


def _text(at: XY, word: str, size: float, colour: str, *, weight: str = "normal", anchor: str = "middle") -> str:
    place = f"x='{at[0]:.2f}' y='{at[1]:.2f}' text-anchor='{anchor}'"
    look = f"font-size='{size:.2f}' fill='{colour}' font-weight='{weight}' {FACE}"
    return f"<text {place} {look}>{escape(''.join(c for c in word if c.isprintable()))}</text>"


def _title(title: str, width_mm: float) -> list[str]:
    """The title at the top left, small enough to fit, and an arrow that points north at the top right."""
    size = min(4.2, (width_mm - 20) / (0.66 * len(title)))
    x = width_mm - 6
    arrow = f"<path d='M{x:.2f} 1.5l1.6 4.5l-1.6 -1l-1.6 1z' fill='#000'/>"
    return [
        _text((3.0, 6.0), title, size, "#000", weight="bold", anchor="start"),
        arrow,
        _text((x, 8.6), "N", 2.6, "#000"),
    ]


def _stops(rooms: Sequence[Room], paper: _Paper, notes: FloorNotes, width_mm: float) -> list[str]:
    """Every stop as a dark disc with letter and number, side by side where a room has several, none off the paper."""
    out = []
    for room in rooms:
        (x, y), wide, high = _space(room, paper)
        here = [s for s in notes.stops if s.room == room.id]
        here = [s for s in here if sum(o.crew == s.crew and o.number < s.number for o in here) < MOST_STOPS]
        down = y + min(3.6, max(0.0, high / 1.6 - 2.4))
        a_row = max(1, min(len(here), int(max(wide, 13.2) / DISC_MM)))
        middle = min(max(x, DISC_MM * a_row / 2), width_mm - DISC_MM * a_row / 2)
        for i, stop in enumerate(here):
            row, col = divmod(i, a_row)
            at = middle + DISC_MM * (col - (min(a_row, len(here) - row * a_row) - 1) / 2)
            colour = CREW_COLOURS[stop.crew % len(CREW_COLOURS)]
            y_at = down + row * DISC_MM
            look = f"r='2.1' fill='{colour}' stroke='#fff' stroke-width='.3'"
            out.append(f"<circle cx='{at:.2f}' cy='{y_at:.2f}' {look}/>")
            size = 2.0 if len(stop.label) < 3 else 1.55
            out.append(_text((at, y_at + 0.36 * size), stop.label, size, "#fff", weight="bold"))
    return out


def _scale_bar(paper: _Paper, width_mm: float, height_mm: float) -> list[str]:
    metres = next((m for m in (50, 20, 10, 5, 2, 1) if m * paper.mm_per_m <= width_mm / 4), 1)
    long, y = metres * paper.mm_per_m, height_mm - 1.5
    x = width_mm - long - 3
    return [
        f"<path d='M{x:.2f} {y - 1:.2f}v1h{long:.2f}v-1' fill='none' stroke='#000' stroke-width='.3'/>",
        _text((x + long / 2, y - 0.6), f"{metres} m", 1.9, "#000"),
    ]
