"""The metric grid over a printed map and the strip below it: scale, north, legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import CRS

from homeward.exchange.basemap import (
    GRID_GAP_MM,
    GRID_STEPS_M,
    INK,
    LEFT_MM,
    PAPER,
    RIGHT_MM,
    STRIP_MM,
    Frame,
    View,
)
from homeward.geo import Grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One entry of the legend: what to draw ("line", "box" or "mark"), how, and what it means."""

    form: str
    text: str
    style: dict[str, Any]


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
            spot, shift = ((at, view.south_m), (0, -2)) if along_x else ((view.west_m, at), (-1.5, 0))
            note = ax.annotate(
                grid_label(float(at)),
                spot,
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
    """The strip below the map: scale bar, legend, north arrow and notes. It holds only words of ours."""
    ax = fig.add_axes((0, 0, 1, (STRIP_MM - 4.0) / frame.height_mm))
    ax.set_xlim(0, frame.width_mm)
    ax.set_ylim(0, STRIP_MM - 4.0)
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
    _legend(ax, keys, LEFT_MM, frame.width_mm - RIGHT_MM, size=5.6 * _small(frame))


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


def _legend(ax: Axes, keys: Sequence[Key], x0: float, x1: float, *, size: float) -> None:
    """Entries in two rows across the strip, each as wide as its words."""
    half = -(-len(keys) // 2)
    widths = [9.5 + 1.2 * len(key.text) for key in keys]
    columns = [max(widths[i : i + half + 1 : half]) for i in range(half)]
    squeeze = min(1.0, (x1 - x0) / sum(columns)) if columns else 1.0
    starts = x0 + squeeze * np.cumsum([0.0, *columns])
    for i, key in enumerate(keys):
        x, y = float(starts[i % half]), 13.0 - 2.9 * (i // half)
        if key.form == "line":
            ax.plot([x, x + 5.5], [y, y], **key.style)
        elif key.form == "mark":
            ax.plot([x + 2.7], [y], linestyle="none", **key.style)
        else:
            ax.fill([x, x + 5.5, x + 5.5, x], [y - 1, y - 1, y + 1, y + 1], **key.style)
        ax.text(x + 6.5, y, key.text, fontsize=size, ha="left", va="center")
