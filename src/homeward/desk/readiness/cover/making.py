"""Makes a plan of cover as data, from what was asked, what is known, and the plan before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import shapely

from homeward.desk.book import Book
from homeward.desk.readiness.cover.case import CoverCase, case_of, known_pairs, pairs_of
from homeward.desk.readiness.cover.posts import Post, post_of
from homeward.desk.readiness.cover.solving import slices_of
from homeward.desk.readiness.cover.teams import Asked
from homeward.desk.readiness.cover.words import since_words
from homeward.exchange.page_values import lonlat_of
from homeward.geo import Place
from homeward.team.rally import hazards_on

Json = dict[str, Any]


def made_plan(book: Book, asked: Asked, last: Json | None, *, now: datetime) -> Json:
    """The whole plan as data."""
    area = book.mission.area
    ground = area.terrain if area else ""
    same = last is not None and (last["ground"], last["on_foot"]) == (ground, asked.on_foot)
    case = case_of(book, asked, now=now, known=known_pairs(last["travel"]) if same and last else {})
    before = _before(last, asked)
    slices = slices_of(case, before)
    plan: Json = {
        "version": 1,
        "view": asked.view,
        "aim": asked.aim,
        "made_at": now.isoformat(),
        "seed": asked.seed,
        "radius_s": asked.radius_s,
        "busy": asked.busy,
        "doubt": asked.doubt,
        "budget": asked.budget,
        "on_foot": asked.on_foot,
        "by_road": case.travel.net is not None,
        "ground": ground,
        "targets": [
            {
                "id": g.id,
                "label": g.label,
                "place": lonlat_of(g.place),
                "value": g.value,
                "ways": dict(g.ways),
                "loss_per_h": g.loss_per_h,
                "own_share": g.own_share,
            }
            for g in case.goals
        ],
        "uncovered": [g.id for g, reached in zip(case.goals, case.reached, strict=True) if not reached],
        "spots": [{"id": s.id, "place": lonlat_of(s.place)} for s in case.spots],
        "teams": [
            {
                "id": t.id,
                "place": lonlat_of(t.place),
                "people": t.people,
                "able": sorted(t.able),
                "told": t.told,
                "there": t.there.isoformat(),
                "unsure": t.unsure,
            }
            for t in case.teams
        ],
        "slices": slices,
        "ways": _ways(case, slices[0]),
        "notes": list(case.notes),
        "own": list(case.own),
        "since": [],
        "last_at": None if last is None else last["made_at"],
        "travel": pairs_of(case),
    }
    if last is not None:
        plan["since"] = since_words(last, plan)
    return plan


def _before(last: Json | None, asked: Asked) -> tuple[Post, ...]:
    """The posts in force, for teams that shall not move for nothing."""
    if last is None or last["view"] != asked.view:
        return ()
    return tuple(post_of(p) for p in last["slices"][0]["posts"])


def _ways(case: CoverCase, row: Json) -> list[Json]:
    """The ways that those who wait go to what they answer for, for the map."""
    places = {p["at"]: Place(p["place"][1], p["place"][0]) for p in row["posts"] if p["does"] == "wait"}
    goals = {g.id: g for g in case.goals}
    found: dict[tuple[str, str], Json] = {}
    for a in row["answers"]:
        if a["from"] is None or a["from"] == a["target"] or (a["from"], a["target"]) in found:
            continue
        line = case.travel.way(places[a["from"]], goals[a["target"]].place)
        if len(line) > 1:
            line = shapely.get_coordinates(shapely.LineString(line).simplify(case.travel.grid.cell_m / 4))
            lonlat = np.round(case.travel.grid.lonlat(line), 5).tolist()
            through = list(hazards_on(case.exposure, [(float(x), float(y)) for x, y in line]))
            way = {"from": a["from"], "to": a["target"], "s": a["s"], "line": lonlat, "through": through}
            found[a["from"], a["target"]] = way
    return list(found.values())
