"""Maps as pictures: the overview of a plan, and the extract that one assignment's team takes along.

Make a `MapBook` once per mission state (it prepares the relief), then as many pictures from it as needed. Probability
is drawn as regions: the smallest area that holds a quarter, a half, three quarters, nine tenths of all probability.
That reads the same in colour, in grey and aloud ("half of it lies inside the dotted line").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString

from homeward.belief.clue_defaults import heard_within_m
from homeward.belief.records import Belief
from homeward.errors import UnknownName
from homeward.exchange.basemap import (
    INK,
    LEAST_SCALE,
    PAPER,
    WAY,
    Frame,
    View,
    crop,
    faint,
    relief,
    to_bytes,
    view_of,
)
from homeward.exchange.clue_outline import outlines
from homeward.exchange.crew_marks import PostMark, draw_crew, draw_hazards, post_marks
from homeward.exchange.margin import (
    Key,
    draw_strip,
    mark_keys,
    opened_map,
    post_key,
    task_keys,
)
from homeward.exchange.marks import draw_arrows, draw_label, draw_post
from homeward.exchange.post_words import is_post
from homeward.exchange.segment_names import draw_names
from homeward.geo import Floats
from homeward.mission.nouns import Clue, ClueKind
from homeward.mission.replay import Mission
from homeward.search.records import XY, Assignment, SearchPlan
from homeward.terrain.ground import Terrain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REGIONS = (0.25, 0.5, 0.75, 0.9)
TINTS = ((0.31, 0.11, 0.45, 0.62), (0.42, 0.21, 0.56, 0.44), (0.52, 0.36, 0.66, 0.28), (0.62, 0.50, 0.74, 0.14))
"""Darker = likelier, one hue, so that colour-blind readers and grey printers keep the order: ours."""

TEAM_COLOURS = ("#0072B2", "#D55E00", "#006B4E", "#A0437A", "#000000", "#8A5A00", "#1F4E79", "#7A1F1F")
"""After Okabe & Ito (2008), jfly.uni-koeln.de/color, darkened for thin lines on tinted ground."""

CLUE_INK = "#8A006E"
CLUE_LINE: dict[str, Any] = {"color": CLUE_INK, "linewidth": 1.2, "linestyle": (0, (7, 2, 1.5, 2))}

MOST_WAY_POINTS = 14

DETAIL_SCALE = 25_000
"""A task map smaller than this shows segment and search path only, and not all of the way there: ours."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapBook:
    """What all pictures of one mission state share. Made by `map_book`."""

    mission: Mission
    terrain: Terrain
    belief: Belief | None
    plan: SearchPlan | None
    shade: NDArray[np.uint8]
    within: Floats | None
    posts: tuple[PostMark, ...] = ()


def map_book(
    mission: Mission,
    terrain: Terrain,
    belief: Belief | None = None,
    plan: SearchPlan | None = None,
    formation: Mapping[str, Any] | None = None,
) -> MapBook:
    """Prepares relief, probability regions and the posts of the `formation` in force once for all pictures."""
    within = None if belief is None else region_share(belief.poa)
    shade, posts = relief(terrain), post_marks(formation)
    return MapBook(mission=mission, terrain=terrain, belief=belief, plan=plan, shade=shade, within=within, posts=posts)


def region_share(poa: Floats) -> Floats:
    """Per cell, the probability inside the smallest region that just takes the cell in, 0..1; 1 where poa is 0.

    A cell with 0.5 lies on the edge of the highest-density region that holds half of all probability, the share
    outside the map included (Hyndman 1996, Am. Stat. 50:120-126).
    """
    values = np.sort(poa, axis=None)[::-1]
    total = np.cumsum(values)
    last = np.searchsorted(-values, -poa.ravel(), side="right") - 1  # equal cells belong to the same region
    return np.where(poa > 0, total[last].reshape(poa.shape), 1.0)


def way_points(task: Assignment, *, most: int = MOST_WAY_POINTS) -> tuple[XY, ...]:
    """The points that tell the shape of a search path: all, or the `most` that matter (Douglas & Peucker 1973); of a
    post, its place.
    """
    path = task.route_m[:1] if is_post(task) else task.route_m
    if len(path) <= most:
        return path
    line, low, high = LineString(path), 0.0, max(1.0, LineString(path).length)
    for _ in range(24):
        mid = (low + high) / 2
        low, high = (low, mid) if len(line.simplify(mid).coords) <= most else (mid, high)
    return tuple((float(x), float(y)) for x, y in line.simplify(high).coords)


# ---- pictures -----------------------------------------------------------------------------------------------------


def overview_picture(book: MapBook, *, frame: Frame | None = None) -> bytes:
    """The whole search on one map: probability, segments, who goes where, clues, IPP, base."""
    frame = frame or Frame()
    view = view_of(_search_ground(book), frame)
    fig, ax, notes = opened_map(book.terrain, view, frame, faint(book.shade))
    keys = _probability(ax, book, view)
    if book.plan is not None:
        _segments(ax, book, view)
        _team_routes(ax, book.plan)
    keys += draw_hazards(ax, book.mission, book.terrain.grid, view, clear_of=_mark_places(book))
    draw_marks(ax, book, with_bearings=True)
    keys += draw_crew(ax, book.mission, book.posts, book.terrain.grid, view)
    _names(ax, book, view)
    if book.plan is not None:
        keys += [
            Key(form="line", text="search path (a colour a team)", style={"color": TEAM_COLOURS[0], "linewidth": 1.1}),
            Key(form="line", text="way in", style={"color": INK, "linewidth": 0.6, "linestyle": (0, (2, 2))}),
        ]
        keys += [post_key()] if any(is_post(a) for a in book.plan.assignments) else []
    if book.mission.counting_clues:
        keys.append(Key(form="line", text="what a clue speaks of", style=CLUE_LINE))
    draw_strip(fig, frame, view, notes=notes, keys=[*keys, *mark_keys()])
    return to_bytes(fig, frame)


def assignment_picture(book: MapBook, number: str, *, frame: Frame | None = None) -> bytes:
    """The map extract of one assignment: its segment, way in, search path with numbered way points, way back."""
    frame = frame or Frame(height_mm=120.0)
    plan = book.plan
    task = next((a for a in plan.assignments if a.number == number), None) if plan else None
    if plan is None or task is None:
        raise UnknownName("assignment", number, (a.number for a in plan.assignments) if plan else ())
    ring = next((s.ring_m for s in plan.segments if s.id == task.segment), ())
    view = _task_view(task, ring, frame)
    fig, ax, notes = opened_map(book.terrain, view, frame, book.shade)
    _segments(ax, book, view, only_near=task.segment)
    busy = np.array(way_points(task)).reshape(-1, 2)
    keys = [*task_keys(task), *draw_hazards(ax, book.mission, book.terrain.grid, view, clear_of=busy)]
    _task(ax, task, ring)
    draw_marks(ax, book, with_bearings=False)
    keys += draw_crew(ax, book.mission, book.posts, book.terrain.grid, view)
    _names(ax, book, view, only_near=task.segment)
    draw_strip(fig, frame, view, notes=notes, keys=[*keys, *mark_keys()])
    return to_bytes(fig, frame)


def _search_ground(book: MapBook) -> Floats:
    """What the overview has to show: the likely region, the segments in use, IPP, base, clues and posts."""
    grid = book.terrain.grid
    places = [book.mission.base, book.mission.ipp.place if book.mission.ipp else None]
    places += [*(c.event.place for c in book.mission.counting_clues), *(post.place for post in book.posts)]
    points = [grid.to_m(p) for p in places if p is not None and grid.contains(*grid.to_m(p))]
    if book.plan is not None:
        used = {a.segment for a in book.plan.assignments}
        points += [xy for s in book.plan.segments if s.id in used or not used for xy in s.ring_m]
    if book.within is not None:
        inside = np.argwhere(book.within <= 0.5)
        x, y = grid.centers_m()
        points += [(x[c], y[r]) for r, c in inside[:: max(1, len(inside) // 4000)]]
    if len(points) < 2:
        points = [(grid.west_m, grid.south_m), (grid.east_m, grid.north_m)]
    return np.asarray(points, dtype=np.float64)


def _task_view(task: Assignment, ring: Sequence[XY], frame: Frame) -> View:
    core = [*ring, *task.route_m]
    whole = view_of(np.array([*core, *task.access_m, *task.return_m]), frame, least_scale=LEAST_SCALE)
    if whole.scale <= DETAIL_SCALE:
        return whole
    return view_of(np.array(core), frame, least_scale=10_000)


# ---- layers -------------------------------------------------------------------------------------------------------


def _probability(ax: Axes, book: MapBook, view: View) -> list[Key]:
    """Tinted regions, the outline of the half heavy and dotted; returns their legend."""
    if book.within is None or book.belief is None:
        return []
    rows, cols, extent = crop(book.terrain.grid, view)
    share = book.within[rows, cols]
    paint = np.zeros((*share.shape, 4))
    for level, tint in zip(REGIONS[::-1], TINTS[::-1], strict=True):
        paint[share <= level] = tint
    ax.imshow(paint, extent=extent, interpolation="nearest", zorder=1, aspect="auto")
    reached = [level for level in REGIONS if share.size and share.min() < level <= 1 - book.belief.outside + 1e-9]
    x, y = book.terrain.grid.centers_m()
    style: dict[str, Any] = {"color": INK, "linewidth": 1.5, "linestyle": (0, (0.6, 1.6)), "dash_capstyle": "round"}
    if 0.5 in reached and min(share.shape) > 1:
        from scipy import ndimage

        smooth = ndimage.gaussian_filter(share, 1.0)
        lines = ax.contour(x[cols], y[rows], smooth, levels=[0.5], colors=INK, linewidths=1.5, zorder=6.5)
        lines.set(linestyle=[(0, (0.6, 1.6))], capstyle="round")
    keys = [
        Key(
            form="box",
            text=f"{100 * level:.0f} %" + (" of all probability" if level == reached[-1] else ""),
            style={"facecolor": tint, "edgecolor": "#555555", "linewidth": 0.4},
        )
        for level, tint in zip(REGIONS, TINTS, strict=True)
        if level in reached
    ]
    if 0.5 in reached:
        keys.append(Key(form="line", text="half lies inside this line", style=style))
    return keys


def _segments(ax: Axes, book: MapBook, view: View, *, only_near: str | None = None) -> None:
    """All segments, those in use heavy; on a task map only the others than `only_near`, thin."""
    plan = book.plan
    tasks = _tasks(plan) if plan else {}
    for segment in plan.segments if plan else ():
        ring = np.array([*segment.ring_m, segment.ring_m[0]])
        if segment.id == only_near or not view.meets(ring):
            continue
        heavy = segment.id in tasks and only_near is None
        if segment.kind == "post":  # drawn as a mark, see `draw_post`
            continue
        ax.plot(*ring.T, color=PAPER, linewidth=2.4, alpha=0.75, zorder=6.6)
        ax.plot(
            *ring.T, color=INK if heavy else "#555555", linewidth=1.2 if heavy else 0.7, zorder=6.7 if heavy else 6.65
        )


def _names(ax: Axes, book: MapBook, view: View, *, only_near: str | None = None) -> None:
    """The names of the segments that `_segments` draws, clear of all that is on the map by now."""
    if book.plan is not None:
        shown = [s for s in book.plan.segments if s.kind != "post" and s.id != only_near]
        draw_names(ax, shown, _tasks(book.plan) if only_near is None else {}, view, _mark_places(book))


def _tasks(plan: SearchPlan) -> dict[str, list[str]]:
    """By segment, the numbers of its assignments."""
    tasks: dict[str, list[str]] = {}
    for a in plan.assignments:
        tasks.setdefault(a.segment, []).append(a.number)
    return tasks


def _mark_places(book: MapBook) -> Floats:
    places = [c.event.place for c in book.mission.counting_clues]
    places += [p for p in (book.mission.base, book.mission.ipp.place if book.mission.ipp else None) if p is not None]
    return np.array([book.terrain.grid.to_m(p) for p in places]).reshape(-1, 2)


def _team_routes(ax: Axes, plan: SearchPlan) -> None:
    teams = list(dict.fromkeys(a.team for a in plan.assignments))
    for task in plan.assignments:
        colour = TEAM_COLOURS[teams.index(task.team) % len(TEAM_COLOURS)]
        if len(task.access_m) > 1:
            ax.plot(*np.array(task.access_m).T, color=INK, linewidth=0.6, linestyle=(0, (2, 2)), zorder=7)
        route = np.array(task.route_m)
        if is_post(task):
            draw_post(ax, task, color=colour)
        elif len(route):
            ax.plot(*route.T, color=PAPER, linewidth=2.0, alpha=0.6, zorder=7.05)
            ax.plot(*route.T, color=colour, linewidth=1.1, zorder=7.1)
            ax.plot(*route[0], marker="o", markersize=3.2, color=colour, markeredgecolor=PAPER, zorder=7.2)


def _task(ax: Axes, task: Assignment, ring: Sequence[XY]) -> None:
    if ring:
        outline = np.array([*ring, ring[0]])
        ax.plot(*outline.T, color=PAPER, linewidth=4.2, alpha=0.8, zorder=6.8)
        ax.plot(*outline.T, color=INK, linewidth=2.2, zorder=6.9)
    for path, style in ((task.access_m, (0, (3.5, 1.8))), (task.return_m, (0, (0.8, 2.2)))):
        if len(path) > 1:
            way = np.array(path)
            ax.plot(*way.T, color=PAPER, linewidth=3.2, alpha=0.8, zorder=7)
            ax.plot(*way.T, color="#7A1F1F", linewidth=1.5, linestyle=style, zorder=7.1)
    route = np.array(task.route_m)
    if is_post(task):
        draw_post(ax, task, color=WAY)
    if len(route) < 2 or is_post(task):
        return
    ax.plot(*route.T, color=PAPER, linewidth=3.4, alpha=0.85, zorder=7.2)
    ax.plot(*route.T, color=WAY, linewidth=1.7, zorder=7.3)
    draw_arrows(ax, route)
    for i, at in enumerate(way_points(task), start=1):
        box = {"boxstyle": "circle,pad=0.18", "facecolor": PAPER, "edgecolor": INK, "linewidth": 0.8}
        ax.text(
            *at, str(i), fontsize=6, fontweight="bold", ha="center", va="center", bbox=box, zorder=9.5, clip_on=True
        )


def draw_marks(ax: Axes, book: MapBook, *, with_bearings: bool) -> None:
    """IPP, base and clues."""
    grid = book.terrain.grid
    for happened in book.mission.counting_clues:
        clue = happened.event
        at = grid.to_m(clue.place)
        if with_bearings:
            _points_at(ax, book, clue, at)
        ax.plot(*at, marker="D", markersize=6, color="#FFD400", markeredgecolor=INK, markeredgewidth=0.9, zorder=9.1)
        draw_label(ax, at, f"  {clue.id}", size=6.5, ha="left")
    if book.mission.ipp is not None:
        at = grid.to_m(book.mission.ipp.place)
        for size, width, colour in ((11, 3.4, PAPER), (11, 1.6, "#C00000")):
            ax.plot(
                *at,
                marker="o",
                markersize=size,
                markerfacecolor="none",
                markeredgecolor=colour,
                markeredgewidth=width,
                zorder=9.2,
            )
            ax.plot(*at, marker="+", markersize=size + 5, markeredgecolor=colour, markeredgewidth=width, zorder=9.2)
        draw_label(ax, at, "    IPP", size=7.5, ha="left", va="bottom")
    if book.mission.base is not None:
        at = grid.to_m(book.mission.base)
        ax.plot(*at, marker="s", markersize=9, color=INK, markeredgecolor=PAPER, markeredgewidth=1.0, zorder=9.2)
        ax.text(
            *at, "B", fontsize=6.5, fontweight="bold", color=PAPER, ha="center", va="center", zorder=9.3, clip_on=True
        )


def _points_at(ax: Axes, book: MapBook, clue: Clue, at: XY) -> None:
    """An arrow along a bearing or a track; the outline of whatever else a clue points at."""
    if clue.kind in (ClueKind.BEARING, ClueKind.TRACK) and clue.bearing_deg is not None:
        _bearing(ax, book, clue, at)
        return
    for ring in (ring for polygon in outlines(clue) for ring in polygon):
        xy = book.terrain.grid.xy_m([(p.lon_deg, p.lat_deg) for p in ring])
        ax.plot(*xy.T, color=PAPER, linewidth=2.2, alpha=0.75, zorder=8.4)
        ax.plot(*xy.T, **CLUE_LINE, zorder=8.5)


def _bearing(ax: Axes, book: MapBook, clue: Clue, at: XY) -> None:
    """An arrow along a clue's bearing as far as it was told or carries, or 2 km."""
    turn = np.radians((clue.bearing_deg or 0.0) + book.terrain.grid.true_north_deg(clue.place))
    reach = clue.range_m or heard_within_m(clue) or 2000.0
    tip = (at[0] + reach * float(np.sin(turn)), at[1] + reach * float(np.cos(turn)))
    line = CLUE_LINE["linestyle"]
    arrow = {"arrowstyle": "-|>", "color": CLUE_INK, "lw": 1.3, "linestyle": line, "mutation_scale": 12}
    ax.annotate("", tip, at, arrowprops=arrow, zorder=8.5, annotation_clip=True)
