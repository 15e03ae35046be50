"""The metric grid over a printed map and the strip below it: scale, north, legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from homeward.exchange.basemap import (
    GRID_GAP_MM,
    GRID_STEPS_M,
    INK,
    LEFT_MM,
    PAPER,
    RIGHT_MM,
    STRIP_MM,
    WAY,
    Frame,
    View,
    draw_ground,
    faint,
    new_map,
    relief,
)
from homeward.exchange.marks import FLAG, POST
from homeward.exchange.post_words import is_post
from homeward.geo import Grid
from homeward.search.records import Assignment
from homeward.terrain.ground import Terrain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KEY_MM, KEY_GAP_MM, ROW_MM, LEGEND_ROWS = 6.5, 3.5, 2.9, 2
"""The legend: width of a key with its gap to the text, gap to the next entry, height of a row, and how many rows the
strip has room for."""
LETTERS = (1.0, 0.93, 0.86, 0.8, 0.74)
"""How much smaller the letters of a long legend may be."""

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One entry of the legend: what to draw ("line", "box" or "mark"), how, and what it means."""

    form: str
    text: str
    style: dict[str, Any]


def opened_map(
    terrain: Terrain, view: View, frame: Frame, shade: NDArray[np.uint8] | None = None
) -> tuple[Figure, Axes, list[str]]:
    """A map with its ground and grid, and the notes for its margin; the ground as `shade`, else as a faint relief."""
    fig, ax = new_map(frame, view)
    step_m = draw_ground(ax, view, terrain, faint(relief(terrain)) if shade is None else shade)
    return fig, ax, map_notes(terrain.grid, view, step_m, draw_grid(ax, view))


def map_notes(grid: Grid, view: View, step_m: float, square_m: int) -> list[str]:
    """Grid, contours and north, in words for the margin."""
    square = f"{square_m / 1000:g} km" if square_m >= 1000 else f"{square_m} m"
    lines = f"Contours every {step_m:.0f} m, labels in m" if step_m else "Too flat for contours"
    declination = "Magnetic declination: not given, take it from your own map"
    return [f"Grid: {crs_name(grid.crs)}, squares {square}", lines, north_words(grid, view), declination]


def draw_grid(ax: Axes, view: View) -> int:
    """Grid lines in metres of the CRS, labelled as on a UTM map (⁷43 = 743 km). Returns the square's side, m."""
    from matplotlib.patheffects import withStroke

    step = next((s for s in GRID_STEPS_M if view.mm(s) >= GRID_GAP_MM), GRID_STEPS_M[-1])
    for low, high, along_x in ((view.west_m, view.east_m, True), (view.south_m, view.north_m, False)):
        for at in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step:
            draw = ax.axvline if along_x else ax.axhline
            draw(at, color="#2F4F6F", linewidth=0.35, alpha=0.75, zorder=6)
            if view.mm(min(at - low, high - at)) < 4:
                continue  # its label would hang over the edge
            spot, shift = ((at, 0.0), (0, -2)) if along_x else ((view.west_m, at), (-1.5, 0))
            note = ax.annotate(
                grid_label(float(at)),
                spot,
                xycoords=ax.get_xaxis_transform() if along_x else "data",  # at the lower edge, wherever that is
                xytext=shift,
                textcoords="offset points",
                ha="center" if along_x else "right",
                va="top" if along_x else "center",
                fontsize=6,
                rotation=0 if along_x else 90,
                annotation_clip=False,
                zorder=9,
            )
            note.set_path_effects([withStroke(linewidth=1.6, foreground=PAPER)])
    return step


def grid_label(metres: float) -> str:
    """743000 -> ⁷43, 4052500 -> ⁴⁰52⁵⁰⁰: principal digits large, as on printed UTM maps."""
    km, rest = divmod(round(metres), 1000)
    sign = "-" if km < 0 else ""
    text = f"{abs(km):02d}"
    tail = f"{rest:03d}".translate(RAISED) if rest else ""
    return sign + text[:-2].translate(RAISED) + text[-2:] + tail


@lru_cache(maxsize=8)
def crs_name(crs: str) -> str:
    """The name of a CRS as a map's margin gives it."""
    return str(CRS.from_user_input(crs).name)


def north_words(grid: Grid, view: View) -> str:
    """Grid convergence at the middle of the view, in words. Magnetic declination is not known here."""
    middle = grid.to_place((view.west_m + view.east_m) / 2, (view.south_m + view.north_m) / 2)
    turn = grid.true_north_deg(middle)
    if abs(turn) < 0.05:
        return "True north = grid north."
    side = "right (east)" if turn > 0 else "left (west)"
    return f"True north is {abs(turn):.1f}° {side} of grid north."


def draw_strip(fig: Figure, frame: Frame, view: View, *, notes: Sequence[str], keys: Sequence[Key]) -> None:
    """The strip below the map: scale bar, legend, north arrow and notes. It holds only words of ours.

    A legend of more rows than the strip has room for takes it from the southern edge of the map.
    """
    rows, letters = _legend_rows(keys, frame)
    more_mm = max(len(rows) - LEGEND_ROWS, 0) * ROW_MM
    if more_mm:
        _shorten(fig.axes[0], frame, view, by_mm=more_mm)
    ax = fig.add_axes((0, 0, 1, (STRIP_MM - 4.0 + more_mm) / frame.height_mm))
    ax.set_xlim(0, frame.width_mm)
    ax.set_ylim(0, STRIP_MM - 4.0 + more_mm)
    ax.axis("off")
    left_mm = LEFT_MM + _scale_bar(ax, view) + 8.0
    _north(ax, frame.width_mm - RIGHT_MM - 4.0)
    for i, column in enumerate((notes[:2], notes[2:])):
        x = left_mm + i * (frame.width_mm - 9.0 - left_mm) * 0.48
        ax.text(
            x,
            3.9,
            "\n".join(column),
            fontsize=5.8 * _small(frame),
            ha="left",
            va="center",
            linespacing=1.35,
            parse_math=False,
        )
    for row, entries in enumerate(rows):
        for i, shift in entries:
            _entry(ax, keys[i], LEFT_MM + shift, 13.0 + more_mm - ROW_MM * row, size=letters)


def _shorten(ax: Axes, frame: Frame, view: View, *, by_mm: float) -> None:
    """Cuts a piece off the south of a map; its scale stays."""
    box = ax.get_position()
    cut = by_mm / frame.height_mm
    ax.set_position((box.x0, box.y0 + cut, box.width, box.height - cut))
    ax.set_ylim(view.south_m + by_mm * view.scale / 1000, view.north_m)


def _small(frame: Frame) -> float:
    """How much smaller the words of the strip are on a narrow picture."""
    return min(1.0, frame.width_mm / 175)


def _scale_bar(ax: Axes, view: View) -> float:
    """Alternating bar of round kilometres; returns its length on paper, mm."""
    unit = next(u for u in (5e5, 2e5, 1e5, 5e4, 2e4, 1e4, 5e3, 2e3, 1e3, 500, 200, 100, 50, 20, 10) if view.mm(u) <= 16)
    w, x0, y0 = view.mm(unit), LEFT_MM, 4.3
    for i in range(2):
        ax.fill([x0 + i * w, x0 + (i + 1) * w, x0 + (i + 1) * w, x0 + i * w], [y0, y0, y0 + 1.3, y0 + 1.3],
                facecolor=INK if i == 0 else PAPER, edgecolor=INK, linewidth=0.6)  # fmt: skip
    km = unit >= 1000
    for i in range(3):
        label = f"{i * unit / (1000 if km else 1):g}" + ((" km" if km else " m") if i == 2 else "")
        ax.text(x0 + i * w, y0 + 2.0, label, fontsize=5.8, ha="center" if i < 2 else "left", va="bottom")
    ax.text(x0, y0 - 0.9, f"1 : {view.scale:,}".replace(",", " "), fontsize=7, fontweight="bold", ha="left", va="top")
    ax.text(x0 + 19, y0 - 1.3, "at 100 % print", fontsize=5, ha="left", va="top")
    return max(2 * w + 5.0, 32.0)


def _north(ax: Axes, x_mm: float) -> None:
    ax.annotate("", (x_mm, 7.4), (x_mm, 1.9), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.2})
    ax.text(x_mm + 1.2, 5.2, "N", fontsize=7, fontweight="bold", ha="left", va="bottom")
    ax.text(x_mm, 1.7, "grid", fontsize=5, ha="center", va="top")


def _legend_rows(keys: Sequence[Key], frame: Frame) -> tuple[list[list[tuple[int, float]]], float]:
    """Entries one after another in few rows across the strip, and the size of their letters, points: as large as the
    strip holds in its rows, else as large as the fewest rows hold.
    """
    width_mm, full = frame.width_mm - RIGHT_MM - LEFT_MM, 5.6 * _small(frame)
    texts = [key.text for key in keys]
    tried = [(legend_rows(texts, width_mm, size=smaller * full), smaller * full) for smaller in LETTERS]
    fewest = max(LEGEND_ROWS, min(len(rows) for rows, _ in tried))
    return next((rows, size) for rows, size in tried if len(rows) <= fewest)


def legend_rows(texts: Sequence[str], width_mm: float, *, size: float) -> list[list[tuple[int, float]]]:
    """Rows of (entry, its distance from the left, mm), none reaching beyond the width."""
    rows: list[list[tuple[int, float]]] = [[]]
    at = 0.0
    for i, text in enumerate(texts):
        needs = KEY_MM + text_mm(text, size)
        if at + needs > width_mm and rows[-1]:
            rows.append([])
            at = 0.0
        rows[-1].append((i, at))
        at += needs + KEY_GAP_MM
    return rows


@lru_cache(maxsize=1024)
def text_mm(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is printed at a size in points."""
    if not text.strip():
        return 0.0
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return float(TextPath((0, 0), text, size=size, prop=font).get_extents().x1) / 72 * 25.4


def _entry(ax: Axes, key: Key, x: float, y: float, *, size: float) -> None:
    if key.form == "line":
        ax.plot([x, x + 5.5], [y, y], **key.style)
    elif key.form == "mark":
        ax.plot([x + 2.7], [y], linestyle="none", **key.style)
    else:
        ax.fill([x, x + 5.5, x + 5.5, x], [y - 1, y - 1, y + 1, y + 1], **key.style)
    ax.text(x + KEY_MM, y, key.text, fontsize=size, ha="left", va="center", parse_math=False)


def mark_keys() -> list[Key]:
    """What the marks and lines of every map mean."""
    return [
        Key(
            form="mark",
            text="IPP",
            style={
                "marker": "o",
                "markersize": 6,
                "markerfacecolor": "none",
                "markeredgecolor": "#C00000",
                "markeredgewidth": 1.4,
            },
        ),
        Key(form="mark", text="base", style={"marker": "s", "markersize": 5, "color": INK}),
        Key(
            form="mark",
            text="clue",
            style={"marker": "D", "markersize": 4.5, "color": "#FFD400", "markeredgecolor": INK},
        ),
        Key(form="line", text="trail", style={"color": INK, "linewidth": 0.95, "linestyle": (0, (3.5, 1.6))}),
        Key(form="line", text="stream (dashed: derived)", style={"color": "#1B5E8C", "linewidth": 0.8}),
    ]


def post_key() -> Key:
    """What the mark of a post means."""
    return Key(
        form="mark",
        text="post to hold",
        style={**POST, "marker": [(x - 0.4, y - 0.5) for x, y in FLAG], "color": WAY, "markersize": 9},
    )


def task_keys(task: Assignment) -> list[Key]:
    """What is drawn on the map of one assignment."""
    searched = [
        Key(form="line", text=f"segment {task.segment}", style={"color": INK, "linewidth": 2.2}),
        Key(form="line", text="search path, way points", style={"color": WAY, "linewidth": 1.7}),
    ]
    held = [post_key(), Key(form="line", text="as far as it reaches", style={"color": INK, "linewidth": 2.2})]
    keys = [
        *(held if is_post(task) else searched),
        Key(form="line", text="way in", style={"color": "#7A1F1F", "linewidth": 1.5, "linestyle": (0, (3.5, 1.8))}),
    ]
    if task.return_m:
        keys.append(
            Key(
                form="line", text="way back", style={"color": "#7A1F1F", "linewidth": 1.5, "linestyle": (0, (0.8, 2.2))}
            )
        )
    return keys
