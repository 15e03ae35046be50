"""What a sheet says of people: signals, who is on the team, who watches, waits with care or as back-up, and where.

A formation comes as the data that was kept of it (`homeward form MISSION --show --json`); people appear by call sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import shapely

from homeward.exchange.crew_marks import named_posts
from homeward.exchange.picture import MapBook
from homeward.exchange.plan_clock import PlanClock
from homeward.geo import Grid, Place, format_place
from homeward.mission.people import Hazard
from homeward.mission.replay import Mission
from homeward.search.records import Assignment
from homeward.words import capital, minutes

Json = dict[str, Any]
LONG_M = 800.0
"""A hazard longer than this is told with the place where it comes nearest, too: ours."""
NEAR_M = 1000.0
"""A hazard nearer than this to a task's ways stands on its sheet: ours."""


def signals_words(mission: Mission) -> list[Json]:
    """The signals that everybody must know, each with its name; none where none were agreed."""
    agreed = mission.crew.signals
    if agreed is None:
        return []
    rows = [
        {"name": "Warning", "says": f"{agreed.warning}: danger, get out and report."},
        {"name": "Recall", "says": f"{agreed.recall}: come back at once and acknowledge."},
    ]
    return [*rows, *([{"name": "Channel", "says": agreed.channel}] if agreed.channel else [])]


def on_the_team(mission: Mission, team: str, formation: Mapping[str, Any] | None = None) -> str:
    """Call signs of the people registered with a team, each with what they can do, and whom the formation took away."""
    gone = taken_from(formation, team)
    who = [
        f"{one.id} ({', '.join(q.role.value for q in one.qualifications) or 'searcher'})"
        for one in mission.crew.people.values()
        if one.team == team and one.id not in gone
    ]
    away = [f"{name} ({formation['assigned'][name]['role']})" for name in gone] if formation else []
    return "; ".join([*([", ".join(who)] if who else []), *([f"no longer: {', '.join(away)}"] if away else [])])


def taken_from(formation: Mapping[str, Any] | None, team: str) -> list[str]:
    """Whom the formation took from a team that goes on with its tasks."""
    return list(formation.get("taken", {}).get(team, [])) if formation is not None else []


def crew_words(kind: str, people: int, gone: int) -> str:
    """What a team is and how many; of a team from which people were taken, how many are left of those planned with."""
    if gone:
        return f"{kind} team, {max(people - gone, 0)} of {people} people left"
    return f"{kind} team, {people} {'person' if people == 1 else 'people'}"


def fewer_words(people: int, gone: int) -> str:
    """What that means for the numbers on the sheet; '' where nobody was taken."""
    if not gone:
        return ""
    left = max(people - gone, 0)
    return f"ONLY {left} OF {people} ARE LEFT: spacing, time and POD here are for {people}. Ask base for a new plan. "


def near(formation: Mapping[str, Any] | None, task: Assignment, *, starts: datetime, clock: PlanClock) -> list[str]:
    """Who is there for a task while it lasts: its lookouts, its back-up, and the medic pair, with place and time."""
    if formation is None:
        return []
    return [
        _near(name, crew, held, starts, clock)
        for crew, held, name in named_posts(formation)
        if _concerns(held, task) and _meets(held, task, starts)
    ]


def marked(book: MapBook, task: Assignment, starts: datetime) -> list[str]:
    """The manager's hazards that lie within `NEAR_M` of a task's ways while it lasts, nearest first."""
    grid = book.terrain.grid
    way = shapely.MultiPoint([*task.access_m, *task.route_m, *task.return_m])
    found = []
    for one in book.mission.crew.hazards.values():
        place = shapely.Polygon([grid.to_m(p) for p in one.ring]) if one.ring else _disc(one, grid)
        far_m = float(place.distance(way))
        during = (one.begins is None or (one.begins - starts).total_seconds() < task.back_s) and (
            one.ends is None or (one.ends - starts).total_seconds() > task.leaves_s
        )
        if far_m <= NEAR_M and during:
            found.append((far_m, f"{_called(one)}: {_where(one, place, grid)}{_nearest(place, way, grid)}"))
    return [words for _, words in sorted(found)]


def _disc(one: Hazard, grid: Grid) -> shapely.Polygon:
    middle = shapely.Point(grid.to_m(one.place)) if one.place else shapely.Point()
    return middle.buffer(one.radius_m or 1.0)


def _called(one: Hazard) -> str:
    label = f", {one.label}" if one.label else ""
    return f"{one.kind.value.capitalize()} {one.id}{label}"


def _where(one: Hazard, place: shapely.Polygon, grid: Grid) -> str:
    middle = place.representative_point()
    around = one.place or grid.to_place(float(middle.x), float(middle.y))
    wide = f"{one.radius_m:.0f} m around" if one.place else "around"
    return f"{wide} {format_place(around, 'mgrs')}"


def _nearest(place: shapely.Polygon, way: shapely.MultiPoint, grid: Grid) -> str:
    """Where a long hazard, such as a road, comes nearest to a task's ways."""
    low_x, low_y, high_x, high_y = place.bounds
    if max(high_x - low_x, high_y - low_y) <= LONG_M:
        return ""
    at = shapely.shortest_line(place, way).coords[0]
    near = format_place(grid.to_place(float(at[0]), float(at[1])), "mgrs")
    return f", {max(high_x - low_x, high_y - low_y) / 1000:.1f} km long; nearest to you at {near}"


def unwarned(formation: Mapping[str, Any] | None, task: Assignment) -> list[str]:
    """Where on a task no lookout can warn in time, as the formation says it."""
    told = formation.get("unwarned", []) if formation is not None else []
    mine = [row["says"] for row in told if row["team"] == task.team and row["task"] == task.number]
    own = f"{task.team} {task.number}"
    nobody = [words for words in formation["open"] if words.startswith("NOBODY WATCHES")] if formation else []
    alone = [words for words in nobody if re.search(rf"{re.escape(own)}(?!\w)", words)]
    return [*(_for_own(words, own) for words in alone), *(f"{capital(words)}." for words in mine)]


def _for_own(words: str, own: str) -> str:
    """A sentence about several tasks, for one of them."""
    head, _, rest = words.partition(" for ")
    return f"{head} for {own}:{rest.partition(':')[2]}"


def crew_rows(formation: Mapping[str, Any], *, starts: datetime, clock: PlanClock) -> list[Json]:
    """A row for each post, in the order of the crews: who, where, when, for whom, and how fast it helps or warns."""
    names = {id(held): name for _, held, name in named_posts(formation)}
    return [
        {
            "crew": crew["id"].capitalize(),
            "people": [f"{who} ({formation['assigned'][who]['role']})" for who in crew["people"]],
            "place": place,
            "leaves": leaves,
            "from": begins,
            "to": ends,
            "for": for_whom,
            "reach": reach,
        }
        for crew in formation["posts"]
        for place, leaves, begins, ends, for_whom, reach in _posts(crew, names, starts, clock)
    ]


def older_than_plan(mission: Mission) -> list[str]:
    """That the formation in force was made before the plan in force was, in words; else nothing."""
    formed, planned = mission.crew.formation, mission.plan
    if formed is None or planned is None or formed.at >= planned.at:
        return []
    return ["The formation is older than the plan: its posts are for the plan before. Ask base for a new one."]


def others(formation: Mapping[str, Any]) -> list[str]:
    """Who has a role without a post, and who waits in reserve, in words."""
    loose = [f"{who} ({row['role']})" for who, row in formation["assigned"].items() if not row["post"]]
    waits = [f"{who} ({role})" for who, role in formation["in_reserve"].items()]
    told = [f"Without a post, at base: {', '.join(loose)}."] if loose else []
    return [*told, *([f"In reserve: {', '.join(waits)}."] if waits else [])]


def _posts(
    crew: Mapping[str, Any], names: Mapping[int, str], starts: datetime, clock: PlanClock
) -> Iterator[tuple[str, ...]]:
    if not crew["held"]:
        place = format_place(Place(*crew["at"]), "mgrs") if crew["at"] else "no fixed place"
        yield place, "", "", "", "", ""
    for held in crew["held"]:
        leaves = _time(held["leaves"], starts, clock) if held["leaves"] else ""
        leaves += f" from {held['from']}" if held.get("from") else ""
        yield (
            f"{names[id(held)]}: {_mgrs(held)}",
            leaves,
            _time(held["begins"], starts, clock),
            _time(held["ends"], starts, clock),
            ", ".join(held["covers"]) or "all",
            reach_words(held),
        )


def reach_words(held: Mapping[str, Any]) -> str:
    """How fast a post helps, or how early it warns; '' where nobody knows."""
    seconds = held["reach_s"]
    if seconds is None:
        return ""
    if held["role"] == "medic":
        return f"there within {minutes(seconds)} for 9 finds in 10"
    if held["role"] != "lookout":
        return f"there within {minutes(seconds)}"
    if seconds < 0:
        return f"WARNS UP TO {minutes(-seconds)} TOO LATE: keep your own watch"
    late = held.get("late", 0.0)
    some = f"; TOO LATE ON {max(late, 0.01):.0%} OF THE WAYS: keep your own watch" if late else ""
    return f"warns with {minutes(seconds)} to spare{some}"


def _near(name: str, crew: Json, held: Json, starts: datetime, clock: PlanClock) -> str:
    times = f"{_time(held['begins'], starts, clock)} to {_time(held['ends'], starts, clock)}"
    reach = reach_words(held)
    return f"Post {name}, {crew['id']}: {_mgrs(held)}, {times}{f', {reach}' if reach else ''}."


def _concerns(held: Mapping[str, Any], task: Assignment) -> bool:
    """Whether a post is there for a team: it says so, or is there for all."""
    told = held["covers"]
    return not told or any(words in (task.team, f"{task.team} {task.number}") for words in told)


def _meets(held: Mapping[str, Any], task: Assignment, starts: datetime) -> bool:
    return _seconds(held["begins"], starts) < task.back_s and _seconds(held["ends"], starts) > task.leaves_s


def _time(when: str, starts: datetime, clock: PlanClock) -> str:
    return clock.time(_seconds(when, starts))


def _seconds(when: str, starts: datetime) -> float:
    return (datetime.fromisoformat(when) - starts).total_seconds()


def _mgrs(held: Mapping[str, Any]) -> str:
    return format_place(Place(held["lat_deg"], held["lon_deg"]), "mgrs")
