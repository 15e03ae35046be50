"""The plot of warnings: the distribution of each date in days from now, with the dates to be ready by."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from homeward.exchange.fonts import foreign
from homeward.readiness.warn.words import OVERDUE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Json = dict[str, Any]
INK, PAPER, FAINT = "#111111", "#ffffff", "#0072B2"
NIGHT_INK, NIGHT_PAPER = "#ff6a5a", "#000000"
MOST_PANELS: Final = 4
_MARKED = (0.05, 0.25, 0.5)


def warning_png(board: Json, *, zone: ZoneInfo, night: bool = False) -> bytes:
    """A PNG of the warnings of a board that have a forecast, the four most urgent above one another.

    The filled curve is the probability by each day; thin lines are the families'; the marks are dates to be ready by.
    Dark ink on white, which prints; with `night` red on black, which spares eyes used to the dark.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = sorted((r for r in board["warnings"] if r["coming"]), key=lambda r: -r["coming"]["within"]["7"])[
        :MOST_PANELS
    ]
    ink, paper = (NIGHT_INK, NIGHT_PAPER) if night else (INK, PAPER)
    figure = Figure(figsize=(8.0, 0.6 + 3.1 * len(rows)), dpi=160, facecolor=paper, layout="constrained")
    FigureCanvasAgg(figure)
    now = datetime.fromisoformat(board["now"])
    for k, row in enumerate(rows):
        axes = figure.add_subplot(len(rows), 1, k + 1)
        _panel(axes, row, now=now, zone=zone, ink=ink, paper=paper, fill=ink if night else FAINT)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _panel(axes: Axes, row: Json, *, now: datetime, zone: ZoneInfo, ink: str, paper: str, fill: str) -> None:  # noqa: PLR0913
    coming = row["coming"]
    t, below, _ = np.array(coming["curve"]).T if coming["curve"] else np.zeros((3, 2))
    axes.set_facecolor(paper)
    axes.fill_between(t, 0, below, color=fill, alpha=0.22, linewidth=0)
    if len(row["families"]) > 1:
        for one in row["families"]:
            days, p, _ = np.array(one["curve"]).T
            axes.plot(days, p, color=ink, linewidth=0.6, alpha=0.55)
    axes.plot(t, below, color=fill, linewidth=2.2)
    _marks(axes, coming, now=now, zone=zone, ink=ink, paper=paper, last=float(t[-1]))
    _dress(axes, row, now=now, zone=zone, ink=ink, last=float(t[-1]))


def _marks(axes: Axes, coming: Json, *, now: datetime, zone: ZoneInfo, ink: str, paper: str, last: float) -> None:  # noqa: PLR0913
    """The dates to be ready by: a stem to the curve, with its risk and date."""
    for one in coming["ready_by"]:
        if one["days"] is None or one["risk"] not in _MARKED or one["days"] > last:
            continue
        day, risk = one["days"], one["risk"]
        axes.plot([day, day], [0, risk], color=ink, linewidth=1.0, linestyle=(0, (3, 2)))
        axes.plot([day], [risk], marker="o", markersize=5.5, color=paper, markeredgecolor=ink, markeredgewidth=1.5)
        when = (now + timedelta(days=day)).astimezone(zone)
        right = day > 0.7 * last
        beside = (-8, 6) if right else (8, -11 if risk > 0.1 else -3)
        axes.annotate(
            f"{risk:.0%} by {when:%a %d %b %H:%M}".replace("%", " %", 1),
            (day, risk), beside, textcoords="offset points", color=ink, fontsize=9,
            ha="right" if right else "left",
            bbox={"facecolor": paper, "edgecolor": "none", "alpha": 0.75, "pad": 0.8},
        )  # fmt: skip


def _dress(axes: Axes, row: Json, *, now: datetime, zone: ZoneInfo, ink: str, last: float) -> None:
    from matplotlib.ticker import PercentFormatter

    coming = row["coming"]
    missing = foreign(row["id"])
    name = "".join("?" if c in missing else c for c in row["id"])
    late = [f"{OVERDUE} "] if any(note.startswith(OVERDUE) for note in row["notes"]) else []
    words = re.sub(r"(?<=\d) (?=%|h\b|min\b|days\b)", "\u00a0", "".join([*late, coming["words"][0]]))
    axes.set_title(f"{name}: {words}", color=ink, fontsize=10, loc="left", wrap=True)
    axes.set_xlabel(f"days from {now.astimezone(zone):%a %d %b %Y %H:%M %Z}", color=ink, fontsize=9)
    axes.set_ylabel("come by then", color=ink, fontsize=9)
    axes.set_xlim(0, last)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(visible=True, color=ink, alpha=0.18, linewidth=0.6)
    axes.tick_params(colors=ink, labelsize=9)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(ink)
