"""The map of cover: targets, who stands and who waits, the ways of the reserve with their times, over the real ground.

Drawn for a head torch, also a red one: what matters differs by fill, pattern and number, never by hue alone. `plan` is
the plan of cover as data, places [longitude, latitude].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from homeward.exchange.basemap import DANGER, INK, LEAST_SCALE, PAPER, WAY, Frame, View, to_bytes, view_of
from homeward.exchange.crew_marks import draw_hazards
from homeward.exchange.fonts import drawable
from homeward.exchange.margin import Key, draw_strip, opened_map
from homeward.exchange.marks import draw_label
from homeward.geo import Floats
from homeward.mission.replay import Mission
from homeward.search.records import XY
from homeward.terrain.ground import Terrain
from homeward.words import lasting_short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Json = dict[str, Any]
CROWDED: Final = 15
"""With more targets than this their marks are drawn smaller: ours."""
NAME_OFF_MM, TIME_MM, HAZARD_MM = 5.0, 6.5, 18.0
"""From a mark to its name, from any mark to the time of a way at the least, half the name of a hazard at most: ours."""
PT_MM, NAME_MM = 0.353, 3.6
"""A point, and the height of a line of names, mm."""
_STAR: Final[dict[str, Any]] = {"marker": "*", "markersize": 19, "color": INK, "markeredgecolor": PAPER}


def cover_map(plan: Json, *, mission: Mission, terrain: Terrain, frame: Frame) -> bytes:
    """The map of the first span of days of a plan of cover."""
    grid, row = terrain.grid, plan["slices"][0]
    targets = grid.xy_m([t["place"] for t in plan["targets"]])
    posts = [p for p in row["posts"] if p["does"] != "spare"]
    spots = grid.xy_m([p["place"] for p in posts])
    ways = [grid.xy_m(way["line"]) for way in plan["ways"]]
    view = view_of(np.vstack([targets, spots, *ways]), frame, least_scale=LEAST_SCALE)
    fig, ax, notes = opened_map(terrain, view, frame)
    keys = draw_hazards(ax, mission, grid, view, clear_of=_with_names(targets, view))
    _aside(ax, targets, view)
    times: list[XY] = []
    marks = np.vstack([targets, spots])
    for way, line in zip(plan["ways"], ways, strict=True):
        at = _way(ax, line, lasting_short(way["s"]), view, np.vstack([marks, *times]))
        times += [at] if at else []
    _waiting(ax, posts, spots)
    _targets(ax, plan, targets, posts, view, np.array(times).reshape(-1, 2))
    if mission.base is not None:
        x, y = grid.to_m(mission.base)
        ax.plot(x, y, marker="s", markersize=7, color=PAPER, markeredgecolor=INK, markeredgewidth=1.4, zorder=8.2)
        draw_label(ax, (x, y), "CP   ", size=7.5, ha="right", va="bottom")
    draw_strip(fig, frame, view, notes=notes, keys=[*_keys(plan, posts), *keys])
    return to_bytes(fig, frame)


def numbers_of(plan: Json) -> dict[str, int]:
    """The number of each target on map and sheet: the dearest is 1."""
    order = sorted(plan["targets"], key=lambda t: (-t["value"], t["id"]))
    return {t["id"]: n for n, t in enumerate(order, 1)}


def _aside(ax: Axes, marks: Floats, view: View) -> None:
    """Turns names of hazards that reach over a mark or its names away from it."""
    for text in ax.texts:
        x, y = text.get_position()
        off_mm = [(view.mm(float(a) - float(x)), view.mm(float(b) - float(y))) for a, b in marks]
        near = [a for a, b in off_mm if abs(a) < HAZARD_MM and abs(b) < 2 * NAME_OFF_MM]
        if text.get_text().startswith("! ") and near and len({a < 0 for a in near}) == 1:
            text.set_horizontalalignment("left" if near[0] < 0 else "right")


def _with_names(marks: Floats, view: View) -> Floats:
    """Marks with the places over and under them where their names stand."""
    off = np.array([0.0, NAME_OFF_MM * view.scale / 1000])
    return np.vstack([marks, marks + off, marks - off])


def _way(ax: Axes, line: Floats, words: str, view: View, marks: Floats) -> XY | None:
    """A way of the reserve: heavy, with arrows, and its time where it is farthest from all marks; returns where, None
    where there is no room for it (the sheet's table has it).
    """
    ax.plot(*line.T, color=PAPER, linewidth=4.2, alpha=0.9, zorder=7.0, solid_capstyle="round")
    ax.plot(*line.T, color=WAY, linewidth=2.0, zorder=7.2, solid_capstyle="round")
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])

    def along(share: float) -> XY:
        x, y = (float(np.interp(share * at[-1], at, line[:, k])) for k in (0, 1))
        return x, y

    for share in (0.35, 0.68):
        arrow = {"arrowstyle": "-|>", "color": WAY, "lw": 1.6, "mutation_scale": 13}
        ax.annotate("", along(share + 0.04), along(share), arrowprops=arrow, zorder=7.4, annotation_clip=True)
    places = [along(share) for share in np.linspace(0.2, 0.9, 15)]
    apart_mm = [view.mm(float(np.hypot(*(marks - np.array(p)).T).min())) for p in places]
    best = int(np.argmax(apart_mm))
    if apart_mm[best] < TIME_MM:
        return None
    draw_label(ax, places[best], words, size=7.5, color=WAY)
    return places[best]


def _waiting(ax: Axes, posts: Sequence[Json], spots: Floats) -> None:
    """A star where a reserve waits, with the names of who does."""
    by_place: dict[tuple[float, float], list[str]] = {}
    for post, (x, y) in zip(posts, spots, strict=True):
        if post["does"] == "wait":
            by_place.setdefault((round(float(x)), round(float(y))), []).append(post["team"])
    for (x, y), names in by_place.items():
        ax.plot(x, y, **_STAR, markeredgewidth=1.2, zorder=9.0)
        draw_label(ax, (x, y), f"    {_named(names)}", size=8.0, ha="left", va="top")


def _named(names: Sequence[str]) -> str:
    shown = [n for n in names if drawable(n)]
    some = ", ".join(shown[:3]) or f"{len(names)} teams"
    return f"{some} +{len(names) - 3}" if len(names) > 3 else some


def _targets(ax: Axes, plan: Json, targets: Floats, posts: Sequence[Json], view: View, times: Floats) -> None:
    """Each target with its number: filled where a team stands, open where the reserve comes, crossed where nobody."""
    row, number = plan["slices"][0], numbers_of(plan)
    standing: dict[str, list[str]] = {}
    for post in posts:
        if post["does"] == "stand":
            standing.setdefault(post["at"], []).append(post["team"])
    lost = nobody_at(plan, row)
    most = max(t["value"] for t in plan["targets"])
    above = {w["to"] for w in plan["ways"] if w["line"][max(len(w["line"]) - 3, 0)][1] > w["line"][-1][1]}
    worst = worst_of(plan)
    small = 0.7 if len(targets) > CROWDED else 1.0
    for k in sorted(range(len(targets)), key=lambda k: number[plan["targets"][k]["id"]], reverse=True):
        target, (x, y) = plan["targets"][k], targets[k]
        name, size = target["id"], small * (15.0 + 9.0 * float(np.sqrt(target["value"] / most)))
        held = name in standing
        face, ink = (INK, PAPER) if held else (PAPER, INK)
        style: dict[str, Any] = {"marker": "o", "color": face, "linestyle": "none", "zorder": 8.4}
        if name == worst:
            ring: dict[str, Any] = {"markerfacecolor": "none", "markeredgecolor": DANGER, "markeredgewidth": 2.4}
            ax.plot(x, y, marker="o", markersize=size + 9, linestyle="none", zorder=8.35, **ring)
        ax.plot(x, y, markersize=size + 3, **{**style, "color": PAPER, "zorder": 8.3})
        ax.plot(x, y, markersize=size, markeredgecolor=INK, markeredgewidth=1.8, **style)
        if name in lost:
            cross: dict[str, Any] = {"markeredgecolor": DANGER, "markeredgewidth": 3.0}
            ax.plot(x, y, marker="x", markersize=size + 3, linestyle="none", zorder=8.5, **cross)
        text: dict[str, Any] = {"fontsize": 8.5 * small, "fontweight": "bold", "ha": "center", "va": "center"}
        ax.text(x, y, str(number[name]), color=ink, zorder=8.6, clip_on=True, **text)
    order = sorted(range(len(targets)), key=lambda k: number[plan["targets"][k]["id"]])
    labels: list[tuple[str, XY, float, str]] = []
    for k in order:
        target, at = plan["targets"][k], (float(targets[k, 0]), float(targets[k, 1]))
        gap = 3.0 + small * (15.0 + 9.0 * float(np.sqrt(target["value"] / most))) / 2
        up = -gap if target["id"] in above else gap
        teams, share = standing.get(target["id"], []), row.get("coverage", {}).get(target["id"])
        labels += [(target["id"], at, up, "normal"), (_named(teams) if teams else _share(share), at, -up, "bold")]
    _names(ax, labels, view, np.vstack([targets, times]))


def _names(ax: Axes, labels: Sequence[tuple[str, XY, float, str]], view: View, marks: Floats) -> None:
    """Words over (points above 0) or under places. What would stand on others or on a mark is left out, the first
    ones stay: the numbers are on the marks.
    """
    taken = [((view.mm(float(x)), view.mm(float(y))), 2.0) for x, y in marks]
    for words, at, far, weight in labels:
        half_mm = 0.8 * len(words) + 1.0
        x, y = view.mm(at[0]), view.mm(at[1]) + (far + float(np.sign(far)) * 4.0) * PT_MM
        hit = any(abs(x - a) < half_mm + wide and abs(y - b) < NAME_MM for (a, b), wide in taken)
        if hit or not words or not drawable(words):
            continue
        taken.append(((x, y), half_mm))
        note = ax.annotate(
            words,
            at,
            xytext=(0, far),
            textcoords="offset points",
            ha="center",
            va="bottom" if far > 0 else "top",
            fontsize=8.0,
            fontweight=weight,
            zorder=9,
            annotation_clip=True,
            parse_math=False,
        )
        note.set_path_effects(_rim())


def _rim() -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2.2, foreground=PAPER)]


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def nobody_at(plan: Json, row: Json) -> set[str]:
    """Targets that nobody covers: nobody gets there, or nobody who can before all is lost."""
    lost = set(plan["uncovered"])
    if plan["view"] == "deterrence":
        return lost | {t for t, c in row["coverage"].items() if c <= 0}
    if plan["view"] != "reserve":
        far = plan["view"] not in ("median", "center")
        return lost | {a["target"] for a in row["answers"] if a["team"] is None or (far and not a["within"])}
    return lost | {a["target"] for a in row["answers"] if a["team"] is None}


def worst_of(plan: Json) -> str | None:
    """The one target that is the worst case left; None where several are alike, or nothing is lost."""
    worst = plan["slices"][0]["worst"]
    return None if worst is None or plan["view"] == "deterrence" else str(worst["target"])


def _keys(plan: Json, posts: Sequence[Json]) -> list[Key]:
    dot = {"marker": "o", "markersize": 7, "markeredgecolor": INK}
    keys: list[Key] = []
    if any(p["does"] == "stand" for p in posts):
        keys.append(Key(form="mark", text="a team stands there", style={**dot, "color": INK}))
    open_ = "target (share of days covered)" if plan["view"] == "deterrence" else "target, answered from elsewhere"
    keys.append(Key(form="mark", text=open_, style={**dot, "color": PAPER}))
    if any(p["does"] == "wait" for p in posts):
        keys.append(Key(form="mark", text="waits there", style={"marker": "*", "markersize": 10, "color": INK}))
    if plan["ways"]:
        keys.append(Key(form="line", text="way of the reserve, its time", style={"color": WAY, "linewidth": 2.0}))
    if worst_of(plan) is not None:
        ring = {"marker": "o", "markersize": 8, "markerfacecolor": "none", "markeredgecolor": DANGER}
        keys.append(Key(form="mark", text="worst case left", style={**ring, "markeredgewidth": 2.0}))
    if nobody_at(plan, plan["slices"][0]):
        cross = {"marker": "x", "markersize": 7, "markeredgecolor": DANGER, "markeredgewidth": 2.5}
        keys.append(Key(form="mark", text="not covered", style=cross))
    return keys
