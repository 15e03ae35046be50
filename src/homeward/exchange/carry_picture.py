"""The pictures of a carry-out: the map with ways, relays, lookouts and hazards; height and exposure along the way.

Drawn for a head torch, also a red one: what matters differs by pattern, weight and number, never by hue alone. `plan`
is the carry-out as data, places [longitude, latitude].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeward.exchange.basemap import DANGER, INK, LEAST_SCALE, MM, PAPER, WAY, Frame, View, to_bytes, view_of
from homeward.exchange.crew_marks import draw_hazards
from homeward.exchange.margin import Key, draw_strip, opened_map
from homeward.exchange.marks import draw_arrows, draw_label
from homeward.geo import Floats, Grid
from homeward.mission.replay import Mission
from homeward.terrain.ground import Terrain
from homeward.terrain.raster import bilinear

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Json = dict[str, Any]
OTHER: Final[dict[str, Any]] = {"color": "#333333", "linewidth": 1.0, "linestyle": (0, (4, 2))}
PROFILE_MM: Final = 32.0
"""Height of the picture of height and exposure, mm; its width and dots are the frame's."""
RELAY_MM: Final = 5.5
"""Changes nearer than this to the last one on paper are left out of the map."""


def carry_map(plan: Json, *, mission: Mission, terrain: Terrain, frame: Frame) -> bytes:
    """The map of a carry-out: the chosen way heavy, others thin with their numbers, and who stands where."""
    row = plan["routes"][plan["chosen"] - 1]
    grid = terrain.grid
    ways = [grid.xy_m(r["line"]) for r in plan["routes"]]
    chosen = ways[plan["chosen"] - 1]
    looks = [s["lookout"] for s in row.get("stretches", ()) if s["lookout"]]
    points = [chosen, *([grid.xy_m(looks)] if looks else [])]
    view = _view(points, ways, frame)
    fig, ax, notes = opened_map(terrain, view, frame)
    hazards = draw_hazards(ax, mission, grid, view, clear_of=_places(plan, row, grid, chosen))
    for i, way in enumerate(ways):
        if i != plan["chosen"] - 1:
            ax.plot(*way.T, color=PAPER, linewidth=2.2, alpha=0.7, zorder=6.8)
            ax.plot(*way.T, **OTHER, zorder=6.9)
            _number(ax, way[int(0.6 * (len(way) - 1))], str(i + 1))
    exposed = _chosen(ax, chosen, row)
    _marks(ax, plan, row, terrain, view)
    draw_strip(fig, frame, view, notes=notes, keys=_keys(plan, row, hazards=hazards, exposed=exposed))
    return to_bytes(fig, frame)


def _view(near: Sequence[Floats], ways: Sequence[Floats], frame: Frame) -> View:
    """All ways where that keeps the chosen one large enough to read, else the chosen one."""
    whole = view_of(np.vstack([*near, *ways]), frame, least_scale=LEAST_SCALE)
    own = view_of(np.vstack(near), frame, least_scale=LEAST_SCALE)
    return whole if whole.scale <= 2 * own.scale else own


def _places(plan: Json, row: Json, grid: Grid, chosen: Floats) -> Floats:
    """What names of hazards keep clear of: the find, exits, lookouts, the chosen way."""
    looks = [s["lookout"] for s in row.get("stretches", ()) if s["lookout"]]
    marks = grid.xy_m([plan["find"]["place"], *(e["place"] for e in plan["exits"]), *looks])
    return np.vstack([marks, _between(chosen)])


def _between(way: Floats) -> Floats:
    """Places along a way, an eightieth of it apart."""
    at = _metres(way)
    return np.column_stack([np.interp(np.linspace(0, at[-1], 81), at, way[:, k]) for k in (0, 1)])


def _chosen(ax: Axes, way: Floats, row: Json) -> bool:
    """The chosen way, heavy; exposed pieces barred across. Whether any is."""
    ax.plot(*way.T, color=PAPER, linewidth=5.0, alpha=0.9, zorder=7.0, solid_capstyle="round")
    ax.plot(*way.T, color=WAY, linewidth=2.6, zorder=7.2, solid_capstyle="round")
    at = _metres(way)
    some = False
    for low, high in exposed_pieces(row):
        inside = np.unique(np.concatenate([[low], at[(at > low) & (at < high)], [high]]))
        part = np.column_stack([np.interp(inside, at, way[:, k]) for k in (0, 1)])
        ax.plot(*part.T, color=PAPER, linewidth=5.2, zorder=7.3)
        ax.plot(*part.T, color=DANGER, linewidth=4.6, linestyle=(0, (0.5, 0.45)), zorder=7.4, dash_capstyle="butt")
        some = True
    straight = _straighter(way)
    if len(straight) > 1:
        draw_arrows(ax, straight)
    return some


def exposed_pieces(row: Json) -> list[tuple[float, float]]:
    """(from, to) metres along a way where anything threatens."""
    along = np.array(row["along"], dtype=np.float64)
    pieces: list[tuple[float, float]] = []
    for i in np.flatnonzero(along[:-1, 1] > 0):
        low, high = float(along[i, 0]), float(along[i + 1, 0])
        if pieces and abs(pieces[-1][1] - low) < 1:
            pieces[-1] = (pieces[-1][0], high)
        else:
            pieces.append((low, high))
    return pieces


def _marks(ax: Axes, plan: Json, row: Json, terrain: Terrain, view: View) -> None:
    grid = terrain.grid
    last = np.array([np.inf, np.inf])
    for change in (c for c in row["relay"]["places"] if c.get("listed", True)):
        spot = grid.xy_m([change["place"]])[0]
        if view.mm(float(np.hypot(*(spot - last)))) >= RELAY_MM or not np.isfinite(last).all():
            _number(ax, spot, str(change["n"]), face=PAPER, ink=INK, size=5.6)
            last = spot
    for n, stretch in enumerate((s for s in row.get("stretches", ()) if s["lookout"]), 1):
        x, y = grid.xy_m([stretch["lookout"]])[0]
        ax.plot(x, y, marker="^", markersize=11, color=INK, markeredgecolor=PAPER, markeredgewidth=1.2, zorder=9.2)
        draw_label(ax, (x, y), f"Watch {n}     ", size=8.0, ha="right", va="bottom")
    for exit_ in plan["exits"]:
        x, y = grid.xy_m([exit_["place"]])[0]
        own = exit_["id"] == row["exit_id"]
        face, edge = (INK, PAPER) if own else (PAPER, INK)
        style: dict[str, Any] = {"marker": "s", "markersize": 11 if own else 8, "color": face, "markeredgecolor": edge}
        ax.plot(x, y, **style, markeredgewidth=1.2, zorder=9.1)
        letter = {"landing": "H", "boat": "S"}.get(exit_["kind"], "V")
        how: dict[str, Any] = {"fontsize": 6.5, "fontweight": "bold", "ha": "center", "va": "center", "color": edge}
        ax.text(x, y, letter, **how, zorder=9.3, clip_on=True)
        if own or any(r["exit_id"] == exit_["id"] for r in plan["routes"]):
            draw_label(ax, (x, y), f"    {exit_['label']}", size=8.0 if own else 6.5, ha="left", va="bottom")
    x, y = grid.xy_m([plan["find"]["place"]])[0]
    for size, width, colour in ((17, 5.0, PAPER), (17, 2.6, INK)):
        ax.plot(x, y, marker="+", markersize=size, markeredgecolor=colour, markeredgewidth=width, zorder=9.3)
    draw_label(ax, (x, y), "    FIND", size=8.5, ha="left", va="bottom")


def _number(ax: Axes, at: Any, text: str, *, face: str = INK, ink: str = PAPER, size: float = 6.5) -> None:
    box = {"boxstyle": "circle,pad=0.2", "facecolor": face, "edgecolor": INK, "linewidth": 0.8}
    style: dict[str, Any] = {"fontsize": size, "fontweight": "bold", "ha": "center", "va": "center", "color": ink}
    ax.text(float(at[0]), float(at[1]), text, bbox=box, zorder=8.6, clip_on=True, **style)


def _keys(plan: Json, row: Json, *, hazards: Sequence[Key], exposed: bool) -> list[Key]:
    keys = [Key(form="line", text="the way to take", style={"color": WAY, "linewidth": 2.6})]
    if exposed:
        style = {"color": DANGER, "linewidth": 4.6, "linestyle": (0, (0.5, 0.45))}
        keys.append(Key(form="line", text="exposed: no halt", style=style))
    if len(plan["routes"]) > 1:
        keys.append(Key(form="line", text="other ways (number black)", style=OTHER))
    if row["relay"]["places"]:
        ring = {"marker": "o", "markersize": 6, "markerfacecolor": PAPER, "markeredgecolor": INK}
        keys.append(Key(form="mark", text="change of bearers (number white)", style=ring))
    if any(s["lookout"] for s in row.get("stretches", ())):
        keys.append(Key(form="mark", text="lookouts", style={"marker": "^", "markersize": 6, "color": INK}))
    keys += hazards
    keys.append(
        Key(
            form="mark",
            text="exit: V vehicle, H helicopter, S boat",
            style={"marker": "s", "markersize": 5, "color": INK},
        )
    )
    return keys


def carry_profile(plan: Json, *, terrain: Terrain, frame: Frame) -> bytes:
    """Height and exposure along the chosen way, with changes of bearers and lookouts, from the find to the exit."""
    from matplotlib.figure import Figure

    row = plan["routes"][plan["chosen"] - 1]
    way = terrain.grid.xy_m(row["line"])
    at = _metres(way)
    far = np.linspace(0, at[-1], 300)
    height = bilinear(
        terrain.elevation_m, terrain.grid, np.column_stack([np.interp(far, at, way[:, k]) for k in (0, 1)])
    )
    fig = Figure(figsize=(frame.width_mm * MM, PROFILE_MM * MM), dpi=frame.dpi, facecolor=PAPER)
    ax = fig.add_axes((0.055, 0.24, 0.89, 0.64))
    ax.plot(far / 1000, height, color=INK, linewidth=1.4, zorder=3)
    low, high = float(height.min()), float(height.max())
    room = max(high - low, 20.0)
    ax.set_ylim(low - 0.12 * room, high + 0.4 * room)
    ax.set_xlim(0, max(float(at[-1]) / 1000, 0.05))
    ax.tick_params(labelsize=6, width=0.5, length=2)
    ax.set_xlabel("km from the find", fontsize=6, labelpad=1)
    ax.set_title("height (m), line; expected injuries per person and hour, barred", fontsize=6, loc="left", pad=2)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    _exposure(ax, row)
    for change in row["relay"]["places"]:
        ax.axvline(change["at_m"] / 1000, color="#555555", linewidth=0.5, linestyle=(0, (1, 2)), zorder=1)
    for n, stretch in enumerate((s for s in row.get("stretches", ()) if s["lookout"]), 1):
        middle = (stretch["from_m"] + stretch["to_m"]) / 2000
        ax.text(
            middle, high + 0.3 * room, f"Watch {n}", fontsize=6.5, fontweight="bold", ha="center", va="center", zorder=5
        )
    return to_bytes(fig, frame)


def _exposure(ax: Axes, row: Json) -> None:
    along = np.array(row["along"], dtype=np.float64)
    top = float(along[:, 1].max())
    other = ax.twinx()
    other.set_ylim(0, max(top, 1e-6) * 1.35)
    other.tick_params(labelsize=6, width=0.5, length=2)
    other.spines["top"].set_visible(False)
    if top <= 0:
        other.set_yticks([])
        return
    other.set_yticks([0, top])
    other.set_yticklabels(["0", f"{top:.2g}"])
    for i in range(len(along) - 1):
        if along[i, 1] > 0:
            other.fill_between(
                along[i : i + 2, 0] / 1000,
                0,
                along[i, 1],
                facecolor="#E9B7BE",
                edgecolor=DANGER,
                hatch="////",
                linewidth=0.4,
                zorder=0,
            )
    ax.set_zorder(other.get_zorder() + 1)
    ax.patch.set_visible(False)


def _metres(way: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))])


def _straighter(way: Floats) -> Floats:
    from shapely.geometry import LineString

    line = LineString(way)
    return np.asarray(line.simplify(max(line.length / 60, 1.0)).coords, dtype=np.float64)
