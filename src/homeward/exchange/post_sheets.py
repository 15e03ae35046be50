"""A sheet for each crew that holds posts: where, from when to when, what to watch, the signals, and the way there.

A formation comes as the data that was kept of it (`homeward form MISSION --show --json`); people appear by call sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from homeward.exchange.basemap import INK, PAPER, Frame, to_bytes, view_of
from homeward.exchange.crew_marks import draw_crew, draw_hazards, named_posts
from homeward.exchange.crew_words import reach_words, signals_words
from homeward.exchange.margin import Key, draw_strip, mark_keys, opened_map
from homeward.exchange.picture import MapBook, draw_marks
from homeward.exchange.plan_clock import PlanClock
from homeward.exchange.sheet_words import metres, references
from homeward.geo import Floats, Grid, Place
from homeward.mission.people import Role

Json = dict[str, Any]
_WAY: dict[str, Any] = {"color": INK, "linewidth": 1.6, "linestyle": (0, (3, 1.5))}
_TASK = {
    Role.LOOKOUT.value: (
        "Watch where danger comes from, not the team. Give the warning signal at once, then report what and where."
    ),
    Role.BACKUP.value: "Listen to the teams named. Go when they call or miss two reports; say that you go.",
    Role.MEDIC.value: "Never apart. Be ready to go at once; the guard watches while the medic treats.",
}
"""What to do at a post, after common practice; the words are ours."""


def post_sheets(
    formation: Mapping[str, Any] | None, book: MapBook, *, starts: datetime, clock: PlanClock
) -> list[Json]:
    """What stands on the sheet of each crew that holds posts, in their order; `map` names its picture."""
    names = {id(held): name for _, held, name in named_posts(formation)}
    return [
        {
            "crew": crew["id"].capitalize(),
            "people": [f"{who} ({formation['assigned'][who]['role']})" for who in crew["people"]],
            "map": f"post-{k}.svg",
            "todo": _TASK.get(crew["held"][0]["role"], ""),
            "stops": [_stop(held, names[id(held)], book.terrain.grid, starts, clock) for held in crew["held"]],
            "signals": signals_words(book.mission),
        }
        for k, crew in _holding(formation)
        if formation is not None
    ]


def post_pictures(formation: Mapping[str, Any] | None, book: MapBook, frame: Frame) -> dict[str, bytes]:
    """The map of each such sheet, by its name."""
    return {f"post-{k}.svg": post_picture(book, crew, frame) for k, crew in _holding(formation)}


def post_picture(book: MapBook, crew: Mapping[str, Any], frame: Frame) -> bytes:
    """The posts of one crew, the ways to them, hazards, and the other posts."""
    grid = book.terrain.grid
    ways = [_way(held, grid) for held in crew["held"]]
    at = np.array([grid.to_m(Place(held["lat_deg"], held["lon_deg"])) for held in crew["held"]])
    view = view_of(np.vstack([at, *ways]), frame, least_scale=10_000)
    fig, ax, notes = opened_map(book.terrain, view, frame, book.shade)
    keys = draw_hazards(ax, book.mission, grid, view, clear_of=at)
    for way in ways:
        ax.plot(*way.T, color=PAPER, linewidth=3.4, alpha=0.85, zorder=8.0)
        ax.plot(*way.T, zorder=8.1, **_WAY)
    draw_marks(ax, book, with_bearings=False)
    keys += [Key(form="line", text="way there", style=_WAY), *draw_crew(ax, book.mission, book.posts, grid, view)]
    draw_strip(fig, frame, view, notes=notes, keys=[*keys, *mark_keys()])
    return to_bytes(fig, frame)


def _holding(formation: Mapping[str, Any] | None) -> Iterator[tuple[int, Json]]:
    crews = formation["posts"] if formation is not None else []
    return ((k, crew) for k, crew in enumerate(crews) if crew["held"] and crew["people"])


def _way(held: Mapping[str, Any], grid: Grid) -> Floats:
    return np.asarray(grid.xy_m(held["way"]), dtype=np.float64) if held["way"] else np.zeros((0, 2))


def _stop(held: Mapping[str, Any], name: str, grid: Grid, starts: datetime, clock: PlanClock) -> Json:
    def when(text: str | None) -> str:
        return clock.time((datetime.fromisoformat(text) - starts).total_seconds()) if text else ""

    way = _way(held, grid)
    far_m = float(np.hypot(*np.diff(way, axis=0).T).sum()) if len(way) > 1 else 0.0
    return {
        "name": name,
        **references(Place(held["lat_deg"], held["lon_deg"])),
        "leaves": when(held["leaves"]) + (f" from {held['from']}" if held.get("from") else ""),
        "from": when(held["begins"]),
        "to": when(held["ends"]),
        "for": ", ".join(held["covers"]) or "all teams",
        "watch": held["why"],
        "reach": "" if held["role"] == Role.LOOKOUT.value else reach_words(held),
        "way": f"{metres(far_m)} on foot, as on the map" if far_m else "",
    }
