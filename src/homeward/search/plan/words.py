"""What a plan says in words: what a task is, why this team there, what to watch out for, why a team has none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely

from homeward.geo import Floats
from homeward.mission.nouns import TeamKind
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.routes import LinearRoute
from homeward.search.plan.skills import Skill, sample
from homeward.search.plan.tasks import Task
from homeward.search.records import Assignment, Segment
from homeward.search.segments import outline
from homeward.terrain.ground import Cover, Line, LineKind, Terrain

STEEP_DEG = 35.0  # ground to warn of (our own threshold; walking off paths ends at 45 deg: terrain.speed)
NEAR_M = 40.0
SPARE_S = 1800.0  # of a team at the period's end, that the plan speaks of (our own choice)
BOAT_WAY = (
    "On the water: life jackets. The straight line there is no way: launch where boat or trailer reaches the water."
)
_OF_STRIP = 0.8  # of a line inside a strip, above which it is the strip's
CLIMB_M = 100.0  # ground this far above its take-off that a drone's pilot must know of (our own threshold)


def task_words(task: Task, skill: Skill, route: LinearRoute | None) -> str:
    """What to do, as it stands on the sheet."""
    part = f", part {task.part} of {task.parts}" if task.parts > 1 else ""
    part += ", across the earlier lanes" if task.crossed else ""
    if route is not None:
        name = f" {route.name}" if route.name else ""
        return f"{_VERB[skill.kind]} along the {route.kind}{name}{part}"
    if skill.kind is TeamKind.LINE and task.spacing_m:
        gap = f"{skill.people} abreast, {task.spacing_m / skill.people:.0f} m apart, " if skill.people > 1 else ""
        return f"line search, {gap}sweeps {task.spacing_m:.0f} m apart{part}"
    spacing = f", lanes {task.spacing_m:.0f} m apart" if task.spacing_m else ""
    return f"{_VERB[skill.kind]} of the area{spacing}{part}"


_VERB = {
    TeamKind.DOG: "dog sweep",
    TeamKind.LINE: "line search",
    TeamKind.DRONE: "drone flight",
    TeamKind.HASTY: "hasty search",
    TeamKind.TRAILING: "trailing dog search",
    TeamKind.REMAINS: "remains dog sweep",
    TeamKind.MANTRACKER: "sign cutting",
    TeamKind.MOUNTED: "mounted search",
    TeamKind.BIKE: "bike search",
    TeamKind.THERMAL: "thermal drone flight",
    TeamKind.HELICOPTER: "helicopter flight",
    TeamKind.BOAT: "boat search",
    TeamKind.SOUND: "calling search",
    TeamKind.LISTENING: "listening search",
    TeamKind.RADAR: "radar search",
}


def reason(task: Assignment, *, held: float, inside: float, others: Sequence[str]) -> str:
    """Why this team is sent there, in one clause: share held, share found, time on the way.

    `inside` is what is found in the segment itself, `task.pos` everywhere: a search sees beyond its segment's edge.
    """
    after = f" after {', '.join(others)}" if others else ""
    way = f"{_minutes(task.begins_s - task.leaves_s)} on the way{_instead(task)}"
    if task.mode != "search":
        who = "who come by while it is held" if task.mode == "containment" else "who hear the call and answer"
        return f"{task.pos:.1%} of all probability to be found here{after}: those {who}; {way}."
    around = task.pos - inside
    besides = f", {around:.1%} around it" if around >= 5e-4 else ""
    return f"{task.segment} holds {held:.1%} of all probability: {inside:.1%} to be found there{besides}{after}, {way}."


def _instead(task: Assignment) -> str:
    """What the plan would lose per hour, against the team's next best use."""
    if task.pos_per_h <= 0:
        return ""
    other = f", against {task.next_pos_per_h:.1%} for {task.next_best}" if task.next_best else ""
    return f"; without it the plan would find {task.pos_per_h:.1%} less for each hour of it{other}"


def next_best_words(task: Task, skill: Skill, route: LinearRoute | None, segment: str) -> str:
    """A task named in a few words: what a team could do instead."""
    if task.mode != "search":
        return f"the {task.mode} post {task.at}".rstrip()
    if route is not None:
        name = route.name or segment
        return f"{_VERB[skill.kind]} along the {route.kind}" + (f" {name}" if name else "")
    return f"{_VERB[skill.kind]} of {segment}"


def lies_in(route: LinearRoute, segments: Sequence[Segment]) -> str:
    """Where a line without a name is: the strip that it has, else the segment that holds most of it; '' for none."""
    line = shapely.LineString(route.xy_m)
    inside = [(line.intersection(outline(s)).length / line.length, s) for s in segments]
    strips = [s.id for share, s in inside if s.kind == "line" and share > _OF_STRIP]
    share, most = max(((share, s.id) for share, s in inside if s.kind == "area"), default=(0.0, ""))
    return strips[0] if strips else f"in {most}" if share > 0 else ""


def _minutes(seconds: float) -> str:
    return f"{max(seconds / 60, 0):.0f} min"


def in_the_air(others: Sequence[str]) -> tuple[str, ...]:
    """What a drone's pilot must be told where others fly at the same time."""
    names = ", ".join(dict.fromkeys(others))
    return (f"In the air at the same time: {names}. Agree on heights and ways.",) if names else ()


def same_base_words(problem: PlanProblem) -> str:
    """That all teams start from one place, where that is so."""
    if len(problem.teams) < 2 or len(set(problem.bases_m)) > 1:
        return ""
    return "All teams start from the same place and return to it."


def dark_words(problem: PlanProblem, skills: Sequence[Skill]) -> str:
    """When it is dark in the period, and how much less is seen then; empty where it stays light."""
    marks = [0.0, *(t for t in problem.light_changes_s if 0 < t < problem.duration_s), problem.duration_s]
    dark = [(a, b) for a, b in pairwise(marks) if problem.is_night((a + b) / 2)]
    if not dark:
        return ""
    when = " and ".join(f"from {a / 3600:.1f} h to {b / 3600:.1f} h" for a, b in dark)
    poa = problem.belief.poa
    seen = {
        skill.kind: float((poa * skill.width_m[1]).sum() / (poa * skill.width_m[0]).sum())
        for skill in skills
        if (poa * skill.width_m[0]).sum() > 0
    }
    shares = ", ".join(f"{_NAME[kind]} {share:.0%}" for kind, share in seen.items() if share < 0.995)
    less = f": of the sweep width by day there remain for {shares}" if shares else ""
    return f"It is dark {when} of the period{less}."


_NAME = {
    TeamKind.DOG: "dogs",
    TeamKind.LINE: "lines",
    TeamKind.DRONE: "drones",
    TeamKind.HASTY: "hasty teams",
    TeamKind.TRAILING: "trailing dogs",
    TeamKind.REMAINS: "remains dogs",
    TeamKind.MANTRACKER: "mantrackers",
    TeamKind.MOUNTED: "mounted teams",
    TeamKind.BIKE: "bikes",
    TeamKind.THERMAL: "thermal drones",
    TeamKind.HELICOPTER: "helicopters",
    TeamKind.BOAT: "boats",
    TeamKind.SOUND: "calling teams",
    TeamKind.LISTENING: "listening devices",
    TeamKind.RADAR: "radars",
}


def reserve_words(back_s: dict[str, float], duration_s: float, *, least: float) -> str:
    """Which teams are done early, for how long, and why they get nothing more."""
    spare = {team: duration_s - back for team, back in back_s.items() if duration_s - back >= SPARE_S}
    if not spare:
        return ""
    teams = ", ".join(f"{team} (last {_minutes(s)})" for team, s in spare.items())
    return f"In reserve at the end: {teams}; no task that fits into that time would find {least:.2%} or more."


def idle_reason(problem: PlanProblem, skill: Skill, *, offered: int, reachable: bool, least: float) -> str:
    """Why a team has no task."""
    if not (skill.speed_mps > 0).any():
        return _NOWHERE.get(skill.kind, "it can search nowhere on this ground")
    if not (problem.belief.poa > 0).any():
        return "there is nothing left to search on the map"
    if not offered and skill.kind is TeamKind.BOAT:
        return "it searches water, and none of what the map shows is worth a task"
    if not offered:
        return (
            f"no task fits into its {skill.endurance_s / 60:.0f} min of endurance "
            f"and a period of {problem.duration_s / 60:.0f} min"
        )
    if not reachable:
        return (
            f"nothing worth searching can be reached and left in time for it to be back within "
            f"{problem.duration_s / 3600:.1f} h"
        )
    return f"no task left for it would find {least:.2%} or more, so it stays in reserve"


_INDOORS = "it works in buildings only: plan those with homeward building"
_PATHS = "it keeps to paths on such ground, and the map shows none"
_NOWHERE = {
    TeamKind.LISTENING: _INDOORS,
    TeamKind.RADAR: _INDOORS,
    TeamKind.MOUNTED: _PATHS,
    TeamKind.BIKE: _PATHS,
    TeamKind.BOAT: "it searches water, and the map shows none",
}


class Lookout:
    """The ground's dangers, indexed once for many paths."""

    def __init__(self, terrain: Terrain) -> None:
        self._grid = terrain.grid
        self._steep_deg = np.degrees(np.arctan(terrain.slope()))
        self._water = (terrain.cover == Cover.WATER).astype(np.float64)
        self._height_m = terrain.elevation_m
        watched = (*_WATCH, LineKind.POWER_LINE)
        self._lines = [line for line in terrain.lines if line.kind in watched and not line.derived]
        self._tree = shapely.STRtree([shapely.LineString(line.xy_m) for line in self._lines])

    def hazards(self, skill: Skill, path_m: Floats, *, dark: bool) -> tuple[str, ...]:
        """What the ground says a team must watch out for along a path (n, 2)."""
        path = shapely.LineString(path_m)
        points = np.asarray(shapely.segmentize(path, self._grid.cell_m).coords)
        near = [self._lines[i] for i in sorted(self._tree.query(path, predicate="dwithin", distance=NEAR_M))]
        if skill.kind is TeamKind.BOAT:
            found = [BOAT_WAY]
        else:
            found = self._from_air(points, near) if skill.air else [*self._underfoot(points), *_edges(near)]
        if dark:
            found.append("Partly or wholly in the dark: lamps, spare batteries, wider berth from edges.")
        return tuple(found)

    def _underfoot(self, points: Floats) -> list[str]:
        said = []
        steep = sample(self._steep_deg, self._grid, points)
        share = float((steep > STEEP_DEG).mean())
        if share > 0:
            said.append(
                f"Steep ground: {steep.max():.0f} deg at most, {share:.0%} of the way above {STEEP_DEG:.0f} deg "
                "(from the elevation model; small cliffs do not show in it)."
            )
        if bool(sample(self._water, self._grid, points).any()):
            said.append("Open water on or beside the way.")
        return said

    def _from_air(self, points: Floats, near: list[Line]) -> list[str]:
        said = []
        height = sample(self._height_m, self._grid, points)
        climb = float(height.max() - height[0])
        if climb > CLIMB_M:
            said.append(f"Ground rises {climb:.0f} m above the take-off: fly by height above ground.")
        if any(line.kind is LineKind.POWER_LINE for line in near):
            said.append("Power line near the flight.")
        return said


def _edges(near: list[Line]) -> list[str]:
    said = []
    for kind, words in _WATCH.items():
        own = [line for line in near if line.kind is kind]
        if own:
            names = sorted({line.name for line in own if line.name})
            said.append(words + (f" ({', '.join(names)})." if names else "."))
    return said


_WATCH = {
    LineKind.CLIFF: "Cliff near the way",
    LineKind.RIVER: "River on or beside the way",
    LineKind.RAIL: "Railway on or beside the way: trains",
    LineKind.ROAD: "Road on or beside the way: traffic",
}
