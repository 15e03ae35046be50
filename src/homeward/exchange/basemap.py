"""What lies under every printed map: relief, cover, contours, water, ways, the metric grid and the margin.

Drawn with Matplotlib figures and no pyplot, so that nothing global is touched. Styles are chosen for a black-and-white
print read by a head torch, also a red one: what a team needs differs by line pattern and weight, never by hue alone.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from homeward.errors import BadInput
from homeward.exchange.fonts import drawable
from homeward.geo import Floats, Grid
from homeward.terrain.ground import Cover, Line, LineKind, Terrain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

MM = 1 / 25.4
INK, PAPER = "#000000", "#FFFFFF"
WAY, DANGER = "#0B3D91", "#B00020"  # a way to go, and what to keep from
LEAST_SCALE = 5_000  # of maps of ways and tasks, which are drawn no larger: ours

JPEG_QUALITY = 70
"""A plan of thirty sheets stays below some 6 MB. Ours, by eye."""

SCALES = (2_500, 5_000, 7_500, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000, 60_000, 75_000, 100_000,
          150_000, 200_000, 250_000, 500_000, 1_000_000, 2_500_000)  # fmt: skip
"""Map scales that a person can measure on: ours."""

CONTOUR_STEPS_M = (5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
CONTOUR_GAP_MM = 1.3
"""On all but the steepest tenth of the map contours stay this far apart on paper: ours."""

GRID_STEPS_M = (100, 500, 1_000, 5_000, 10_000, 50_000, 100_000)
GRID_GAP_MM = 13.0

LEFT_MM, RIGHT_MM, TOP_MM, STRIP_MM = 5.5, 1.0, 1.0, 19.0

TINT: dict[int, tuple[float, float, float]] = {
    Cover.UNKNOWN: (1.0, 1.0, 1.0),
    Cover.OPEN: (0.99, 0.97, 0.90),
    Cover.SCRUB: (0.91, 0.93, 0.80),
    Cover.OPEN_WOODS: (0.88, 0.94, 0.82),
    Cover.FOREST: (0.83, 0.91, 0.78),
    Cover.DENSE_FOREST: (0.75, 0.87, 0.71),
    Cover.ROCK: (0.89, 0.88, 0.86),
    Cover.WETLAND: (0.82, 0.91, 0.90),
    Cover.WATER: (0.62, 0.80, 0.92),
    Cover.BUILT: (0.91, 0.86, 0.85),
    Cover.SNOW_ICE: (0.95, 0.98, 1.0),
}

MOST_NAMES = 24
"""Names of ways and streams on a task map; a third of them on a map of smaller scale than 1 : 25 000. Ours."""

TOWN_BUILDINGS = 60
"""With more buildings in view than this they are drawn pale, so that the search path stands out: ours."""

CROWDED_LINES = 150
"""With more ways and streams in view than this they are drawn finer: ours."""

WATER_WORDS = ("water", "lake", "pond", "reservoir", "basin", "lagoon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The size of a picture on paper and its file form, "jpg" or "png"."""

    width_mm: float = 180.0
    height_mm: float = 200.0
    dpi: int = 200
    form: str = "jpg"

    def __post_init__(self) -> None:
        if self.form not in ("jpg", "png"):
            raise BadInput(f"A picture cannot be made as {self.form!r}. Choose jpg or png.")
        if min(self.width_mm, self.height_mm) < 70 or not 50 <= self.dpi <= 600:
            raise BadInput(
                f"A picture of {self.width_mm:g} x {self.height_mm:g} mm at {self.dpi} dpi cannot be read. "
                "Give at least 70 x 70 mm and 50 to 600 dpi."
            )

    @property
    def map_mm(self) -> tuple[float, float]:
        """Width and height of the map inside its margins."""
        return self.width_mm - LEFT_MM - RIGHT_MM, self.height_mm - TOP_MM - STRIP_MM


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The piece of ground that a picture shows, metres of the grid, and its scale."""

    west_m: float
    east_m: float
    south_m: float
    north_m: float
    scale: int

    def mm(self, metres: float) -> float:
        """Length on paper."""
        return metres * 1000 / self.scale

    def meets(self, points_m: Floats) -> bool:
        """Whether the box around some points (n, 2) reaches into the view."""
        (west, south), (east, north) = points_m.min(axis=0), points_m.max(axis=0)
        return bool(west < self.east_m and east > self.west_m and south < self.north_m and north > self.south_m)


def view_of(points_m: Floats, frame: Frame, *, least_scale: int = SCALES[0]) -> View:
    """The view at the largest fixed scale, but not larger than `least_scale`, that shows all points with a margin."""
    low, high = points_m.min(axis=0), points_m.max(axis=0)
    width_mm, height_mm = frame.map_mm
    need = float(max((high[0] - low[0]) / (width_mm - 14), (high[1] - low[1]) / (height_mm - 14))) * 1000
    scale = next((s for s in SCALES if s >= max(need, least_scale)), SCALES[-1])
    (x, y), (w, h) = (low + high) / 2, (width_mm * scale / 2000, height_mm * scale / 2000)
    return View(west_m=x - w, east_m=x + w, south_m=y - h, north_m=y + h, scale=scale)


def relief(terrain: Terrain) -> NDArray[np.uint8]:
    """Hill shading, lit from the north-west, times the tint of the cover: (rows, cols, 3)."""
    from matplotlib.colors import LightSource

    cell = terrain.grid.cell_m
    z = terrain.elevation_m
    light = np.full(terrain.grid.shape, 0.5)
    if min(z.shape) > 1 and float(np.ptp(z)) > 0:
        light = LightSource(azdeg=315, altdeg=45).hillshade(z, vert_exag=1.5, dx=cell, dy=cell)
    table = np.ones((256, 3))
    for code, tint in TINT.items():
        table[code] = tint
    colour = table[terrain.cover] * (0.66 + 0.34 * light)[..., None]
    colour[terrain.hole] = 0.93
    return np.asarray(np.clip(255 * colour, 0, 255), dtype=np.uint8)


def faint(shade: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The relief in light greys, so that a tint over it can be told from the cover under it."""
    grey = shade.astype(np.float64).mean(axis=2, keepdims=True)
    return np.asarray(np.repeat(255 - 0.6 * (255 - grey), 3, axis=2), dtype=np.uint8)


# ---- drawing ------------------------------------------------------------------------------------------------------


def new_map(frame: Frame, view: View) -> tuple[Figure, Axes]:
    """An empty figure of the frame's size with the map's axes on it, in metres of the grid."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(frame.width_mm * MM, frame.height_mm * MM), dpi=frame.dpi, facecolor=PAPER)
    width_mm, height_mm = frame.map_mm
    box = (
        LEFT_MM / frame.width_mm,
        STRIP_MM / frame.height_mm,
        width_mm / frame.width_mm,
        height_mm / frame.height_mm,
    )
    ax = fig.add_axes(box)
    ax.set_xlim(view.west_m, view.east_m)
    ax.set_ylim(view.south_m, view.north_m)
    ax.set_autoscale_on(False)
    ax.set_xticks([])
    ax.set_yticks([])
    return fig, ax


def draw_ground(ax: Axes, view: View, terrain: Terrain, shade: NDArray[np.uint8]) -> float:
    """Relief (`shade`), contours, water and ways. Returns the contour interval, m (0 where the ground is flat)."""
    rows, cols, extent = crop(terrain.grid, view)
    if rows.start < rows.stop and cols.start < cols.stop:
        ax.imshow(shade[rows, cols], extent=extent, interpolation="bilinear", zorder=0, aspect="auto")
    line_boxes, patch_boxes, rings = _prepared(terrain)
    seen = np.flatnonzero(_in_view(patch_boxes, view))
    wet = [any(w in terrain.patches[i].kind.lower() for w in WATER_WORDS) for i in seen]
    _patches(
        ax,
        water=[rings[i] for i, is_wet in zip(seen, wet, strict=True) if is_wet],
        buildings=[rings[i] for i, is_wet in zip(seen, wet, strict=True) if not is_wet],
    )
    lines = [terrain.lines[i] for i in np.flatnonzero(_in_view(line_boxes, view))]
    step = _contours(ax, view, terrain, (rows, cols))
    _ways(ax, view, lines)
    return step


@lru_cache(maxsize=2)
def _prepared(terrain: Terrain) -> tuple[Floats, Floats, list[Floats]]:
    """Once for all maps of a ground: west, south, east, north of its lines and of its patches, (n, 4), and the rings of
    the patches, all turned one way round, so that where they overlap they stay filled.
    """
    line_boxes, patch_boxes = (
        np.array([(*what.xy_m.min(axis=0), *what.xy_m.max(axis=0)) for what in of]).reshape(-1, 4)
        for of in (terrain.lines, terrain.patches)
    )
    return line_boxes, patch_boxes, [p.xy_m if _leftward(p.xy_m) else p.xy_m[::-1] for p in terrain.patches]


def _in_view(boxes: Floats, view: View) -> NDArray[np.bool_]:
    west, south, east, north = boxes.T
    return np.asarray((west <= view.east_m) & (east >= view.west_m) & (south <= view.north_m) & (north >= view.south_m))


def crop(grid: Grid, view: View) -> tuple[slice, slice, tuple[float, float, float, float]]:
    """Rows and columns of the grid within the view, and their extent (west, east, south, north), metres."""
    r0 = max(0, int(np.floor((grid.north_m - view.north_m) / grid.cell_m)) - 1)
    r1 = min(grid.n_rows, int(np.ceil((grid.north_m - view.south_m) / grid.cell_m)) + 1)
    c0 = max(0, int(np.floor((view.west_m - grid.west_m) / grid.cell_m)) - 1)
    c1 = min(grid.n_cols, int(np.ceil((view.east_m - grid.west_m) / grid.cell_m)) + 1)
    west, north = grid.west_m + c0 * grid.cell_m, grid.north_m - r0 * grid.cell_m
    return slice(r0, r1), slice(c0, c1), (west, grid.west_m + c1 * grid.cell_m, grid.north_m - r1 * grid.cell_m, north)


def _contours(ax: Axes, view: View, terrain: Terrain, window: tuple[slice, slice]) -> float:
    from scipy import ndimage

    z, void = terrain.elevation_m[window], terrain.hole[window]
    if min(z.shape, default=0) < 3 or void.all() or float(np.ptp(z[~void])) < CONTOUR_STEPS_M[0]:
        return 0.0
    slope = float(np.quantile(terrain.slope()[window], 0.9))
    step = next((s for s in CONTOUR_STEPS_M if s >= slope * CONTOUR_GAP_MM * view.scale / 1000), CONTOUR_STEPS_M[-1])
    x, y = terrain.grid.centers_m()
    x, y = x[window[1]], y[window[0]]
    finer = int(np.clip(round(view.mm(terrain.grid.cell_m) / 1.2), 1, 6))
    if finer > 1:
        z = ndimage.zoom(z, finer, order=2, mode="nearest", grid_mode=False)
        void = ndimage.zoom(void, finer, order=0, mode="nearest", grid_mode=False)
        x, y = np.linspace(x[0], x[-1], z.shape[1]), np.linspace(y[0], y[-1], z.shape[0])
    z = np.where(void, np.nan, z)  # no height was measured there: sea, or a gap of the source
    levels = np.arange(np.ceil(np.nanmin(z) / step), np.floor(np.nanmax(z) / step) + 1) * step
    thin, bold = levels[levels % (5 * step) != 0], levels[levels % (5 * step) == 0]
    if thin.size:
        ax.contour(x, y, z, levels=thin, colors="#8A6A45", linewidths=0.35, zorder=2)
    if bold.size:
        lines = ax.contour(x, y, z, levels=bold, colors="#7A5430", linewidths=0.85, zorder=2)
        for label in ax.clabel(lines, fmt="%d", fontsize=6, inline=True, inline_spacing=1):
            label.set_clip_on(True)
    return step


def _patches(ax: Axes, *, water: Sequence[Floats], buildings: Sequence[Floats]) -> None:
    from matplotlib.patches import PathPatch

    town = len(buildings) > TOWN_BUILDINGS
    for rings, face, edge, width in (
        (water, "#9FCCEA", "#1B5E8C", 0.5),
        (buildings, "#CFC7C1" if town else "#4A4A4A", "#A89F98" if town else "#222222", 0.25 if town else 0.5),
    ):
        if rings:
            ax.add_artist(PathPatch(_one_path(rings), facecolor=face, edgecolor=edge, linewidth=width, zorder=2.5))


def _leftward(ring: Floats) -> bool:
    """Whether a ring runs counter-clockwise."""
    x, y = (ring - ring[0]).T
    return bool((x[:-1] * y[1:] - y[:-1] * x[1:]).sum() > 0)


def _one_path(pieces: Sequence[Floats]) -> Path:
    """Many polylines as one path, which is drawn many times faster than as many."""
    from matplotlib.path import Path

    codes = np.full(sum(map(len, pieces)), Path.LINETO, dtype=np.uint8)
    codes[np.cumsum([0, *map(len, pieces)])[:-1]] = Path.MOVETO
    return Path(np.concatenate(pieces), codes)


Pen = tuple[str, float, Any]
"""Colour, width in points, Matplotlib line style."""

PENS: dict[LineKind, tuple[Pen, ...]] = {
    LineKind.POWER_LINE: (("#555555", 0.5, (0, (8, 2, 1, 2))),),
    LineKind.FENCE: (("#555555", 0.5, (0, (1, 2))),),
    LineKind.STREAM: (("#1B5E8C", 0.8, "solid"),),
    LineKind.RIVER: (("#1B5E8C", 1.6, "solid"),),
    LineKind.COAST: (("#1B5E8C", 1.2, "solid"),),
    LineKind.RIDGE: (("#7A5430", 0.6, (0, (1, 1.5))),),
    LineKind.CLIFF: ((INK, 1.0, "solid"),),
    LineKind.RAIL: ((INK, 1.8, "solid"), (PAPER, 1.0, (0, (4, 4)))),
    LineKind.ROAD: (("#303030", 2.2, "solid"), ("#FFE9A8", 1.3, "solid")),
    LineKind.TRAIL: ((PAPER, 1.8, "solid"), (INK, 0.95, (0, (3.5, 1.6)))),
}

DERIVED: dict[LineKind, tuple[Pen, ...]] = {
    LineKind.STREAM: (("#3E7FAE", 0.6, (0, (5, 2.5))),),
    LineKind.RIVER: (("#3E7FAE", 0.9, (0, (5, 2.5))),),
    LineKind.RIDGE: (),
}
"""Worked out from the elevation, not mapped by anybody: dashed; ridges only clutter a contour map."""


def _ways(ax: Axes, view: View, lines: Sequence[Line]) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.patheffects import TickedStroke

    finer = float(
        np.clip((20_000 / view.scale) ** 0.7, 0.4, 1.0) * np.clip((CROWDED_LINES / (1 + len(lines))) ** 0.5, 0.55, 1.0)
    )
    for z, kind in enumerate(PENS):
        for derived in (True, False):
            xys = [line.xy_m for line in lines if line.kind is kind and line.derived is derived]
            pens = DERIVED.get(kind, PENS[kind]) if derived else PENS[kind]
            for i, (colour, width, style) in enumerate(pens if xys else ()):
                drawn = PathPatch(
                    _one_path(xys),
                    facecolor="none",
                    edgecolor=colour,
                    linewidth=width * finer,
                    linestyle=style,
                    capstyle="butt",
                    zorder=3 + z / 20 + i / 50,
                )
                if kind is LineKind.CLIFF:
                    drawn.set_path_effects([TickedStroke(spacing=4, angle=90, length=0.7)])
                ax.add_artist(drawn)
    _names(ax, view, lines)


def _names(ax: Axes, view: View, lines: Sequence[Line]) -> None:
    """The name of each way or stream once, along its longest visible piece, where it does not hit another name."""
    from matplotlib.patheffects import Normal, Stroke

    longest: dict[str, tuple[float, float, float, float, LineKind]] = {}
    for line in lines:
        found = _label_spot(line.xy_m, view)
        if line.name and found and found[0] > longest.get(line.name, (0.0,))[0]:
            longest[line.name] = (*found, line.kind)
    taken: list[tuple[float, float]] = []
    for name, (length, x, y, turn, kind) in sorted(longest.items(), key=lambda item: -item[1][0]):
        size_mm = 1.1 * len(name)
        if len(taken) >= (MOST_NAMES if view.scale <= 25_000 else MOST_NAMES // 3):
            break
        clear = all(abs(view.mm(x - a)) > 18 or abs(view.mm(y - b)) > 6 for a, b in taken)
        if view.mm(length) < size_mm or not clear or not drawable(name):
            continue
        taken.append((x, y))
        colour = "#0F3F60" if kind in (LineKind.STREAM, LineKind.RIVER) else INK
        style: dict[str, Any] = {
            "fontsize": 5.5,
            "style": "italic",
            "color": colour,
            "rotation": turn,
            "rotation_mode": "anchor",
        }
        ax.text(
            x, y, name, ha="center", va="bottom", zorder=8, clip_on=True, parse_math=False, **style
        ).set_path_effects([Stroke(linewidth=1.4, foreground=PAPER), Normal()])


def _label_spot(xy_m: Floats, view: View) -> tuple[float, float, float, float] | None:
    """(visible length, x, y, angle) at the middle of a line's visible part."""
    margin = 6 * view.scale / 1000
    inside = (
        (xy_m[:, 0] > view.west_m + margin)
        & (xy_m[:, 0] < view.east_m - margin)
        & (xy_m[:, 1] > view.south_m + margin)
        & (xy_m[:, 1] < view.north_m - margin)
    )
    seen = xy_m[inside]
    if len(seen) < 2:
        return None
    step = np.hypot(*np.diff(seen, axis=0).T)
    mid = int(np.searchsorted(np.cumsum(step), step.sum() / 2))
    a, b = seen[max(0, mid - 1)], seen[min(len(seen) - 1, mid + 2)]
    turn = float(np.degrees(np.arctan2(b[1] - a[1], b[0] - a[0])))
    turn = turn - 180 if turn > 90 else turn + 180 if turn < -90 else turn
    return float(step.sum()), float(seen[mid][0]), float(seen[mid][1]), turn


def to_bytes(fig: Figure, frame: Frame) -> bytes:
    """The figure as the bytes of an image file; the same figure always gives the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.patheffects import Normal
    from matplotlib.text import Text
    from PIL import Image

    for text in fig.findobj(Text):
        if text.get_fontweight() == "bold" and not text.get_path_effects():
            text.set_path_effects(
                [Normal()]
            )  # drawn as outlines: hinted to few dots, bold letters look like another font
    canvas = FigureCanvasAgg(fig)
    canvas.draw()  # type: ignore[no-untyped-call]
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    if frame.form == "png":
        image.save(out, "PNG", dpi=(frame.dpi, frame.dpi))
    else:
        image.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=2, optimize=True, dpi=(frame.dpi, frame.dpi))
    return out.getvalue()
