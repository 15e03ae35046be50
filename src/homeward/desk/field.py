"""Questions asked of the ground and of the numbers: how long on foot, what is seen from there, what is assumed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from homeward.desk.answer import Answer
from homeward.desk.book import opened
from homeward.desk.conditions import number_words, numbers_of
from homeward.detect import Assumption, assumptions
from homeward.errors import BadInput
from homeward.geo import format_place, parse_place
from homeward.mission.events import NumberSet
from homeward.mission.nouns import TeamKind
from homeward.terrain import line_of_sight, route_m, travel_time_s, viewshed


def walk(path: Path, start: str, end: str) -> Answer:
    """How long it is on foot from one place to another and back, over the real ground, and how far."""
    a, b = parse_place(start), parse_place(end)
    with opened(path, read_only=True) as book:
        terrain = book.terrain()
    grid = terrain.grid
    way = route_m(terrain, grid.to_m(a), grid.to_m(b))
    row, col = grid.cell_of(*grid.to_m(b))
    there = float(travel_time_s(terrain, [grid.to_m(a)])[row, col])
    back = float(travel_time_s(terrain, [grid.to_m(a)], towards=True)[row, col])
    length = float(np.hypot(*np.diff(way, axis=0).T).sum())
    return Answer(
        text=f"{length / 1000:.1f} km on foot: {there / 60:.0f} min there, {back / 60:.0f} min back.",
        data={
            "length_m": length,
            "there_s": there,
            "back_s": back,
            "route": [[float(lat), float(lon)] for lon, lat in grid.lonlat(way)],
        },
    )


def sight(path: Path, start: str, *, end: str | None = None, range_m: float = 3000.0) -> Answer:
    """What a person standing at a place sees: another person at `end`, or how much of the ground around.

    Bare ground only: trees and houses hide more.
    """
    a = parse_place(start)
    with opened(path, read_only=True) as book:
        terrain = book.terrain()
    grid = terrain.grid
    if end is not None:
        b = parse_place(end)
        seen = line_of_sight(terrain, grid.to_m(a), grid.to_m(b))
        words = "is in sight" if seen else "is hidden by the ground"
        return Answer(text=f"A person at {format_place(b, 'mgrs')} {words} from there.", data={"seen": seen})
    if not range_m > 0:
        raise BadInput(f"A range of {range_m:g} m cannot be. Give a number above zero, such as 3km.")
    view = viewshed(terrain, grid.to_m(a), range_m=range_m)
    x, y = grid.centers_m()
    ax, ay = grid.to_m(a)
    near = np.hypot(x[None, :] - ax, y[:, None] - ay) <= range_m
    share = float(view.sum() / max(near.sum(), 1))
    km2 = float(view.sum()) * grid.cell_area_m2 / 1e6
    return Answer(
        text=f"{km2:.1f} km2 of ground in sight within {range_m / 1000:g} km, {share:.0%} of it (trees hide more).",
        data={"seen_km2": km2, "share": share, "range_m": range_m},
    )


def assumed(path: Path) -> Answer:
    """Every number that the plans for this mission's teams stand on, with its source; those overridden with the why.

    How far off an answer is heard is among them without a SOUND team too: any team may call.
    """
    with opened(path, read_only=True) as book:
        mission = book.mission
    kinds: list[str] = sorted({t.kind.value for t in mission.teams.values()}) or [k.value for k in TeamKind]
    numbers = numbers_of(mission)
    lines: list[str] = []
    rows: list[dict[str, object]] = []
    for kind in dict.fromkeys([*kinds, TeamKind.SOUND.value]):
        lines.append(f"{kind}:" if kind in kinds else f"{kind} (any team that calls):")
        for now, table in zip(assumptions(kind, numbers), assumptions(kind), strict=True):
            if kind not in kinds and "sweep width" not in now.name:
                continue
            told = mission.numbers.get(now.name)
            lines.append(f"  {now.name}: {_stands(now, table, told)}")
            row = {n: getattr(now, n) for n in now.__dataclass_fields__}
            over = {"overridden": told is not None, "table": table.value, "why": told.why if told else ""}
            rows.append({**row, **over})
    return Answer(text="\n".join(lines), data={"assumptions": rows})


def _stands(now: Assumption, table: Assumption, told: NumberSet | None) -> str:
    if told is None:
        return f"{number_words(now, now.value)} [{now.basis}] {now.source}"
    return f"{number_words(now, now.value)} [overridden: {told.why}] instead of {number_words(now, table.value)}"
