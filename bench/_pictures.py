"""Pictures of plans and of growth: light, few words, small files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from bench._measure import cpu_clock, slope
from bench._rooms_cases import house
from bench._sweep_cases import SweepCase
from bench._sweep_rules import RULES
from homeward.search.rooms import RoomsProblem, solve_rooms
from homeward.search.sweep import SweepProblem, solve_sweep
from homeward.search.sweep.footprint import look

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#7a5c00")  # told apart by colour-blind people too
INK, FAINT = "#222222", "#8a8a8a"


def save(figure: Figure, folder: Path, name: str, words: str) -> str:
    """Writes the picture in 256 colours, and gives its line for the page."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=110, facecolor="white")
    picture = Image.open(raw).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(folder / f"{name}.png", optimize=True)
    return f"\n{words}:\n\n![{words}]({folder.name}/{name}.png)\n"


def sweep_picture(folder: Path, name: str, case: SweepCase, words: str) -> str:
    """The best rule and the plan of 5 s beside each other."""
    problem = case.problem
    plans = {rule: paths(problem) for rule, paths in RULES.items()}
    share = {rule: look(problem, paths).end for rule, paths in plans.items()}
    best = max(share, key=lambda rule: share[rule])
    with cpu_clock():
        ours = solve_sweep(problem, time_limit_s=5.0, seed=0)
    with mpl.rc_context({"font.size": 10, "font.family": "sans-serif", "text.color": INK}):
        figure = Figure(figsize=(9.0, 5.3), layout="constrained")
        left, right = figure.subplots(1, 2)
        _draw_paths(left, problem, plans[best], f"best rule ({best}): {share[best]:.1%} seen")
        _draw_paths(right, problem, ours.paths, f"homeward: {ours.end_value:.1%} seen, at most {ours.end_bound:.1%}")
    return save(figure, folder, name, f"Five drones, 20 km each, {words}: the rule that sees most, and homeward")


def _draw_paths(axes: Axes, problem: SweepProblem, paths: dict[str, np.ndarray], title: str) -> None:
    rows, cols = problem.poa.shape
    west, south = problem.west_m / 1000, problem.south_m / 1000
    east, north = west + cols * problem.cell_m / 1000, south + rows * problem.cell_m / 1000
    shade = np.where(problem.poa > 0, problem.poa / np.quantile(problem.poa[problem.poa > 0], 0.99), np.nan)
    axes.imshow(shade**0.6, extent=(west, east, south, north), cmap="Greys", vmin=0, vmax=1.9, interpolation="nearest")
    for colour, path in zip(COLOURS, paths.values(), strict=False):
        axes.plot(path[:, 0] / 1000, path[:, 1] / 1000, color=colour, linewidth=1.1)
    start = problem.searchers[0].start_m
    if start is not None:
        axes.plot(start[0] / 1000, start[1] / 1000, "o", color="white", markeredgecolor=INK, markersize=6)
    axes.set_title(title, fontsize=11, pad=8)
    axes.set_xlim(west, east)
    axes.set_ylim(south - 0.06 * (north - south), north)
    axes.plot([west, west + 1], [south, south], color=FAINT, linewidth=2)
    axes.text(west + 0.5, south - 0.02 * (north - south), "1 km", color=FAINT, ha="center", va="top", fontsize=9)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def rooms_picture(folder: Path, name: str) -> str:
    """Three teams in a house of two corridors: paths side by side, numbers are the steps."""
    problem, at = house()
    with cpu_clock():
        solution = solve_rooms(problem, time_limit_s=3.0, seed=0)
    with mpl.rc_context({"font.size": 9, "font.family": "sans-serif", "text.color": INK}):
        figure = Figure(figsize=(9.0, 5.2), layout="constrained")
        axes = figure.subplots()
        xy = np.array([at[v] for v in problem.vertices])
        _draw_house(axes, problem, xy)
        x, y = xy[problem.searchers[0].start]
        axes.plot(x, y, "o", color="white", markeredgecolor=INK, markersize=9, zorder=5)
        axes.text(x - 2.5, y - 2.5, "start", ha="right", va="top", fontsize=9)
        for k, (who, path) in enumerate(solution.paths.items()):
            _draw_walk(axes, xy[list(path)], k, who)
        bound = "" if solution.status == "optimal" else f" (at most {solution.bound:.3f})"
        words = "proven the best there is" if solution.status == "optimal" else "best found"
        title = f"Found by step {problem.steps}: {solution.found[-1]:.0%}; value {solution.value:.3f}{bound}, {words}"
        axes.set_title(title, fontsize=11, pad=12)
        axes.legend(loc="center", frameon=False, fontsize=10, bbox_to_anchor=(0.5, 0.5))
        axes.set_aspect("equal")
        axes.margins(0.06, 0.1)
        axes.axis("off")
    return save(figure, folder, name, "Rooms: three teams in a house of two corridors and two stairs")


def _draw_house(axes: Axes, problem: RoomsProblem, xy: np.ndarray) -> None:
    """Vertices as squares, the darker the likelier."""
    for a, b in problem.edges:
        axes.plot(*xy[[a, b]].T, color="#d0d0d0", linewidth=7, solid_capstyle="round", zorder=1)
    for (x, y), p, vertex in zip(xy, problem.belief, problem.vertices, strict=True):
        room = len(vertex) == 3
        axes.plot(x, y, "s", markersize=30 if room else 14, color=(*[1 - 1.6 * p] * 3,), zorder=2,
                  markeredgecolor="#b0b0b0")  # fmt: skip
        if p > 0:
            below = y % 24 > 12
            axes.annotate(f"{p:.0%}", (x, y), (0, -24 if below else 24), textcoords="offset points", ha="center",
                          va="center", fontsize=9)  # fmt: skip


def _draw_walk(axes: Axes, path: np.ndarray, k: int, who: str) -> None:
    """A path a little beside the others, the step written where it comes to a new place first."""
    beside = path + np.array([0.9, -0.9]) * (k - 1)
    axes.plot(*beside.T, color=COLOURS[k], linewidth=2, label=who, zorder=3)
    written: set[tuple[float, float]] = set()
    for t, (x, y) in enumerate(beside):
        if t > 0 and (x, y) not in written:
            axes.text(x, y, str(t), color="white", fontsize=7, ha="center", va="center", zorder=4,
                      bbox={"boxstyle": "circle,pad=0.15", "color": COLOURS[k]})  # fmt: skip
        written.add((x, y))


def growth_picture(folder: Path, name: str, lines: dict[str, tuple[Sequence[float], Sequence[float]]]) -> str:
    """Seconds against size, both as logarithms, on one scale; a small chart for each kind of size."""
    least, most = min(min(s) for _, s in lines.values()), max(max(s) for _, s in lines.values())
    low, high = int(np.floor(np.log10(least))), int(np.ceil(np.log10(most)))
    ticks = [10.0**k for k in range(low, high + 1)]
    wide = 4
    with mpl.rc_context({"font.size": 9, "font.family": "sans-serif", "text.color": INK}):
        figure = Figure(figsize=(10.0, 2.6 * -(-len(lines) // wide)), layout="constrained")
        charts = figure.subplots(-(-len(lines) // wide), wide, squeeze=False).ravel()
        for axes, (title, (sizes, seconds)) in zip(charts, lines.items(), strict=False):
            axes.loglog(sizes, seconds, "o-", color=COLOURS[0], markersize=4, linewidth=1.5)
            axes.set_title(f"{title}\nslope {slope(sizes, seconds):.2f}", fontsize=9)
            axes.set_ylim(10.0**low, 10.0**high)
            axes.grid(visible=True, axis="y", color="#e6e6e6")
            axes.spines[["top", "right"]].set_visible(False)
            axes.minorticks_off()
            axes.set_xticks([sizes[0], sizes[-1]], [_short(sizes[0]), _short(sizes[-1])])
            axes.set_yticks(ticks, [f"{tick:g} s" for tick in ticks])
        for axes in charts[len(lines) :]:
            axes.axis("off")
    return save(figure, folder, name, "CPU seconds against size, both logarithmic")


def _short(size: float) -> str:
    return f"{size / 1e6:g} million" if size >= 1e6 else f"{size:,.0f}"
