"""The plot of a rehearsal: how soon subjects are found, beside what the plan says, and what would be otherwise."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from homeward.exchange.fonts import foreign
from homeward.search.rehearse import Rehearsal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, PAPER = "#111111", "#ffffff"
COLOURS = ("#0072B2", "#D55E00", "#006B4E", "#A0437A", "#8A5A00", "#1F4E79")
"""After Okabe & Ito (2008), darkened; each line has a dash of its own too, so that a grey print tells them apart."""
DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (8, 2, 2, 2)), (0, (4, 1, 1, 1, 1, 1)), (0, (1, 1)))
_POINTS = 240
_BAND = 1.96  # standard errors each way: 95 of 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Played:
    """One rehearsal to draw: its words, its result, and how much later than the plan in force it begins."""

    words: str
    result: Rehearsal
    later_s: float = 0.0


def rehearsal_png(
    played: Sequence[Played], stated: Sequence[tuple[float, float]], *, title: str, night: bool = False
) -> bytes:
    """A PNG of the share of subjects found by each hour (with its 95 % band), those found alive dashed thinly, and the
    plan's own curve (`stated`, seconds and POS) in dots; `played` begins with the plan in force.

    Dark ink on white, which prints; with `night` red on black, which spares eyes used to the dark.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    ink, paper = ("#ff6a5a", "#000000") if night else (INK, PAPER)
    figure = Figure(figsize=(8.0, 5.0), dpi=160, facecolor=paper, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for n, one in enumerate(played[: len(COLOURS)]):
        colour = ink if night else COLOURS[n]
        _draw(axes, one, colour=colour, dash=DASHES[n])
    at, pos = (np.array(column) for column in zip(*stated, strict=True))
    axes.plot(at / 3600, pos, linestyle="none", marker="o", markersize=2.6, color=ink, label="the plan's own figure")
    longest = max(one.result.duration_s + one.later_s for one in played) / 3600
    axes.set_xlim(0, longest)
    axes.set_ylim(0, None)
    _dress(axes, ink, paper, title=_drawable(title), subjects=played[0].result.subjects)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _draw(axes: Axes, one: Played, *, colour: str, dash: Any) -> None:
    times = np.linspace(0.0, one.result.duration_s, _POINTS)
    found, error = one.result.found_by(times.tolist())
    hours = (times + one.later_s) / 3600
    axes.fill_between(hours, found - _BAND * error, found + _BAND * error, color=colour, alpha=0.18, linewidth=0)
    axes.plot(hours, found, color=colour, linestyle=dash, linewidth=1.9, label=_drawable(one.words))
    if one.result.living is not None:
        alive, _ = one.result.found_by(times.tolist(), alive=True)
        axes.plot(hours, alive, color=colour, linestyle=dash, linewidth=0.8)
        if found[-1] - alive[-1] > 0.005:
            axes.annotate(
                "alive", (hours[-1], alive[-1]), (-4, -3), textcoords="offset points", ha="right", va="top",
                color=colour, fontsize=8,
            )  # fmt: skip


def _dress(axes: Axes, ink: str, paper: str, *, title: str, subjects: int) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    axes.set_facecolor(paper)
    axes.set_title(title, color=ink, fontsize=11, loc="left")
    axes.set_xlabel("hours from the start of the plan in force", color=ink)
    axes.set_ylabel(f"found, of {subjects} subjects", color=ink)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=3))
    axes.grid(visible=True, color=ink, alpha=0.18, linewidth=0.6)
    axes.tick_params(colors=ink)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(ink)
    box = axes.legend(loc="upper left", frameon=False, fontsize=9, labelcolor=ink)
    box.set_zorder(5)


def _drawable(text: str) -> str:
    """A text without the letters that the plot's font does not have."""
    missing = foreign(text)
    return "".join("?" if c in missing else c for c in text if c.isprintable())
