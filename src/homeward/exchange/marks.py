"""Marks on a printed map: labels with a rim, posts, arrowheads along a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from homeward.exchange.basemap import INK, PAPER
from homeward.geo import Floats
from homeward.search.records import XY, Assignment

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FLAG = ((0.0, 0.0), (0.0, 1.0), (0.9, 0.72), (0.16, 0.44), (0.16, 0.0))
POST: dict[str, Any] = {"marker": FLAG, "markersize": 30, "markeredgecolor": PAPER, "markeredgewidth": 0.8}
"""How a post is marked: a flag that stands on it, in the colour of its team."""


def draw_label(ax: Axes, at: XY, text: str, *, size: float, color: str = INK, **more: Any) -> None:
    """Words with a rim of paper, so that they can be read on any ground."""
    from matplotlib.patheffects import withStroke

    kept = {"ha": "center", "va": "center", "fontweight": "bold", "linespacing": 1.05, **more}
    label = ax.text(*at, text, fontsize=size, color=color, zorder=9, clip_on=True, parse_math=False, **kept)
    label.set_path_effects([withStroke(linewidth=2.0, foreground=PAPER)])


def draw_post(ax: Axes, task: Assignment, *, color: str) -> None:
    """The mark of a post with its number."""
    at = task.route_m[0]
    ax.plot(*at, **POST, color=color, zorder=9.0)
    draw_label(ax, at, f"   {task.number}", size=7.0, ha="left", color=color)


def draw_arrows(ax: Axes, route: Floats) -> None:
    """An arrowhead in the middle of every longer leg."""
    legs = np.diff(route, axis=0)
    length = np.hypot(*legs.T)
    for i in np.flatnonzero(length > 0.5 * length.max()):
        mid, ahead = route[i] + 0.45 * legs[i], route[i] + 0.55 * legs[i]
        arrow = {"arrowstyle": "-|>", "color": "#0B3D91", "lw": 1.2, "mutation_scale": 8}
        ax.annotate("", ahead, mid, arrowprops=arrow, zorder=7.4, annotation_clip=True)
