"""The printed sheets of a plan as one PDF: an overview, then a page per assignment, in the order of the teams.

In the spirit of the SAR 104 assignment form: who, where, how, when, radio, hazards, what to look for, and a debrief to
fill in by hand. The layout is `sheets.typ`; this module says what stands in it. Words of people reach the page as
data, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from homeward.errors import NotYet
from homeward.exchange.basemap import Frame
from homeward.exchange.crew_words import (
    crew_rows,
    crew_words,
    fewer_words,
    marked,
    near,
    older_than_plan,
    on_the_team,
    others,
    signals_words,
    taken_from,
    unwarned,
)
from homeward.exchange.page_words import shorter_hazard
from homeward.exchange.paper import compiled, no_font_note, paper_of, wrapped
from homeward.exchange.picture import MapBook, assignment_picture, overview_picture, way_points
from homeward.exchange.plan_clock import PlanClock
from homeward.exchange.post_sheets import post_pictures, post_sheets
from homeward.exchange.post_words import is_post, post_how, sheet_words
from homeward.exchange.sheet_words import (
    KIND,
    about_path,
    afterwards,
    alive_words,
    beside,
    how,
    latest,
    leg,
    looking_for,
    personal_facts,
    references,
    searched_before,
    who,
)
from homeward.geo import format_place
from homeward.mission.nouns import Team
from homeward.search.records import Assignment, SearchPlan
from homeward.words import percent

Json = dict[str, Any]


MARGINS_MM: Final = (20.0, 22.0)
"""Left and right together, top and bottom together."""

LEAST_MAP_MM = 90.0
FOUND = "SUBJECT FOUND: orders of the find go before this sheet."
FULL_TABLE_ROWS = 11
"""With more assignments than this the table of the overview gets a page of its own, and the map more room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """How the sheets are made. `personal` prints name, age, description, medical facts and the words of clues.

    `paper` is "a4" or "letter". `made_at` is written into the file (the plan's start where it is None), so that the
    same plan gives the same bytes. `dpi` is that of the maps. `earlier` holds, by segment, sentences about what was
    searched there before. `formation` is the one in force, as it was kept; None: nobody has a role.
    """

    personal: bool = False
    paper: str = "a4"
    dpi: int = 150
    made_at: datetime | None = None
    earlier: Mapping[str, tuple[str, ...]] | None = None
    formation: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        paper_of(self.paper)


def write_sheets(book: MapBook, *, starts: datetime, sheets: Sheets | None = None) -> bytes:
    """The PDF of the book's plan, whose clock begins at `starts`. Raises `NotYet` where there is no plan.

    The same arguments give the same bytes on one computer.
    """
    sheets = sheets or Sheets()
    plan = book.plan
    if plan is None:
        raise NotYet("There is no plan to print. Make one first: homeward plan MISSION.")
    text = sheet_data(book, plan, starts=starts, sheets=sheets)
    pictures = _pictures(book, text, sheets)
    if note := no_font_note(text):
        text["overview"]["notes"].append(note)
    return compiled("sheets.typ", text, at=sheets.made_at or starts, pictures=pictures)


def _pictures(book: MapBook, text: Json, sheets: Sheets) -> dict[str, bytes]:
    width_mm, height_mm = paper_of(sheets.paper).within(*MARGINS_MM)
    whole = Frame(dpi=sheets.dpi, width_mm=width_mm, height_mm=_room_for_overview(text["overview"], height_mm))
    out = {"overview.svg": _framed(overview_picture(book, frame=whole), whole)}
    for task in text["tasks"]:
        frame = Frame(dpi=sheets.dpi, width_mm=width_mm, height_mm=_room_for_map(task, height_mm))
        out[task["map"]] = _framed(assignment_picture(book, task["number"], frame=frame), frame)
    frame = Frame(dpi=sheets.dpi, width_mm=width_mm, height_mm=120.0)
    posted = post_pictures(sheets.formation, book, frame)
    return out | {name: _framed(picture, frame) for name, picture in posted.items()}


def _framed(jpg: bytes, frame: Frame) -> bytes:
    return wrapped(jpg, frame.width_mm, frame.height_mm)


def _room_for_overview(overview: Json, page_mm: float) -> float:
    """The height that the words of the first page leave for its map; lines counted on the safe side, as below."""
    words = _lines([*overview["why"], overview["situation"]], 100)
    below = 0.0 if overview["own_page"] else 10.0 + 4.2 * len(overview["rows"])
    if overview["idle"] and not overview["own_page"]:
        below += 6.0 + 3.8 * _lines([i["team"] + i["why"] for i in overview["idle"]], 100)
    return float(np.clip(page_mm - 50.0 - 3.8 * words - below, 100.0, 215.0))


def _room_for_map(task: Json, page_mm: float) -> float:
    """The height that the words leave for the map, so that a task fits on one page; not below what can be read,
    and where the words need more, they run on to a second page.

    Lengths of lines and heights are those of `sheets.typ`, on the safe side.
    """
    head = 24.0 + 4.7 * _lines([task["task"]], 70)
    personal = [p["name"] + p["value"] for p in task["personal"]]
    left = 20.0 + 3.4 * len(task["points"]) + 3.8 * _lines([task["how"], task["path"], *task["earlier"]], 50)
    right = 46.0 + 4.1 * _lines(task["hazards"] or [""], 40) + 3.8 * _lines([task["subject"], *personal], 46)
    right += 9.0 if personal else 0.0
    right += 6.0 + 3.8 * _lines([s["name"] + s["says"] for s in task["signals"]], 42) if task["signals"] else 0.0
    left += 6.0 + 3.8 * _lines([*task["near"], task["people"]], 50) if task["near"] or task["people"] else 0.0
    return float(np.clip(page_mm - head - max(left, right) - 34.0, LEAST_MAP_MM, 150.0))


def _lines(words: Iterable[str], letters: int) -> int:
    """How many lines some sentences take, each beginning a new one, at so many letters to a line."""
    return sum(1 + len(w) // letters for w in words)


def sheet_data(book: MapBook, plan: SearchPlan, *, starts: datetime, sheets: Sheets) -> Json:
    """Everything that stands on the sheets, as text."""
    mission = book.mission
    until_s = max([plan.duration_s, *(a.back_s for a in plan.assignments)])
    clock = PlanClock(starts, mission.time_zone, duration_s=until_s)
    tasks = _in_order(plan)
    return {
        "title": f"{mission.name} - operational period {plan.period}",
        "mission": mission.name or "Mission without a name",
        "exercise": mission.exercise,
        "period": f"Operational period {plan.period}",
        "span": f"{clock.date()}, {clock.time(0)} to {clock.time(plan.duration_s)} ({clock.zone()})",
        "footer": f"homeward, plan of {clock.date()} {clock.time(0)} {clock.zone()}, seed {plan.seed}",
        "paper": paper_of(sheets.paper).typst,
        "overview": _overview(book, plan, tasks, clock, sheets.formation),
        "posts": post_sheets(sheets.formation, book, starts=starts, clock=clock),
        "crews": _crews(book, sheets.formation, starts, clock),
        "tasks": [_task(book, plan, i, task, at=(starts, clock), sheets=sheets) for i, task in enumerate(tasks)],
    }


def _in_order(plan: SearchPlan) -> list[Assignment]:
    """Teams in the order in which they first leave, each team's tasks one after another."""
    first: dict[str, int] = {}
    for task in sorted(plan.assignments, key=lambda a: (a.leaves_s, a.number)):
        first.setdefault(task.team, len(first))
    return sorted(plan.assignments, key=lambda a: (first[a.team], a.leaves_s, a.number))


# ---- overview -----------------------------------------------------------------------------------------------------


def _people(team: Team, formation: Mapping[str, Any] | None) -> str:
    """How many are on a team, and of how many where some were taken."""
    gone = len(taken_from(formation, team.id))
    return f"{max(team.people - gone, 0)} of {team.people}" if gone else str(team.people)


def _overview(
    book: MapBook,
    plan: SearchPlan,
    tasks: list[Assignment],
    clock: PlanClock,
    formation: Mapping[str, Any] | None = None,
) -> Json:
    teams = book.mission.teams
    rows = []
    for task in tasks:
        team = teams.get(task.team)
        row = {
            "number": task.number,
            "team": task.team,
            "kind": KIND[team.kind] if team else "",
            "people": _people(team, formation) if team else "",
            "radio": (team.radio or "not given") if team else "not given",
            "segment": task.segment,
            "pos": percent(task.pos),
        }
        onward = any(a.team == task.team and a.leaves_s > task.leaves_s for a in tasks)
        row |= _times(task, clock)
        rows.append(row | ({"back": "goes on"} if onward and not task.return_m else {}))
    outside = "" if book.belief is None else f" Outside the map lies {percent(book.belief.outside)} of the probability."
    alive = "" if plan.alive_value is None else f" Found alive by then: {percent(plan.alive_value)}."
    return {
        "situation": _situation(book, clock) + outside + alive_words(book.belief),
        "headline": (
            f"Chance to have found the subject by {clock.time(plan.duration_s)}: {percent(plan.value)}. "
            f"No plan with these teams and hours could pass {percent(plan.bound)}.{alive}"
        ),
        "why": list(plan.why),
        "hours": _hours(plan, clock),
        "rows": rows,
        "own_page": len(rows) > FULL_TABLE_ROWS,
        "idle": [{"team": team, "why": why} for team, why in plan.idle],
        "notes": [],
    }


def _crews(book: MapBook, formation: Mapping[str, Any] | None, starts: datetime, clock: PlanClock) -> Json | None:
    """The page of who is posted where; None where nobody is."""
    if formation is None:
        return None
    made, ends = (clock.moment(datetime.fromisoformat(formation[when])) for when in ("starts", "ends"))
    return {
        "title": f"Formation for {formation['phase']}, made {made}{_before_find(book, formation)}",
        "span": f"until {ends}",
        "signals": signals_words(book.mission),
        "rows": crew_rows(formation, starts=starts, clock=clock),
        "others": others(formation),
        "open": [*older_than_plan(book.mission), *formation["open"]],
    }


def _before_find(book: MapBook, formation: Mapping[str, Any]) -> str:
    """That a formation for the search no longer holds."""
    return ": BEFORE THE FIND" if book.mission.find is not None and formation["phase"] == "search" else ""


def _situation(book: MapBook, clock: PlanClock) -> str:
    mission = book.mission
    words = [f"Looking for: {who(mission.subject)}."]
    if mission.ipp is not None:
        at = format_place(mission.ipp.place, "mgrs")
        words.append(f"IPP ({mission.ipp.kind}): {at}, {clock.moment(mission.ipp.seen_at)}.")
    if mission.base is not None:
        words.append(f"Base: {format_place(mission.base, 'mgrs')}.")
    if mission.find is not None:
        words.insert(0, "THE SUBJECT HAS BEEN FOUND.")
    return " ".join(words)


def _hours(plan: SearchPlan, clock: PlanClock) -> list[Json]:
    """POS and its bound at eight times or fewer, whole hours where the period allows."""
    if not plan.curve:
        return []
    at, pos, bound = np.array(plan.curve, dtype=np.float64).T
    step = 3600.0 * max(1, -(-int(plan.duration_s // 3600) // 8))
    marks = [float(t) for t in np.arange(step, plan.duration_s + 1, step)] or [plan.duration_s]
    if marks[-1] < plan.duration_s - 60:
        marks.append(plan.duration_s)
    return [
        {
            "at": clock.time(t),
            "pos": percent(float(np.interp(t, at, pos))),
            "bound": percent(float(np.interp(t, at, bound))),
        }
        for t in marks
    ]


# ---- one assignment -----------------------------------------------------------------------------------------------


def _task(
    book: MapBook, plan: SearchPlan, index: int, task: Assignment, *, at: tuple[datetime, PlanClock], sheets: Sheets
) -> Json:
    mission, (starts, clock) = book.mission, at
    team = mission.teams.get(task.team)
    own = [a for a in _in_order(plan) if a.team == task.team]
    place = [a.number for a in own].index(task.number)
    onward = own[place + 1] if place + 1 < len(own) else None
    gone = len(taken_from(sheets.formation, task.team))
    crew = crew_words(KIND[team.kind], team.people, gone) if team else "team not registered"
    earlier = latest((sheets.earlier or {}).get(task.segment, ()) or searched_before(book, plan, task.segment))
    earlier += beside(book, plan, task, clock)
    return {
        "number": task.number,
        "team": task.team,
        "segment": task.segment,
        "crew": crew,
        "order": f"task {place + 1} of {len(own)}",
        "task": f"{FOUND} {task.task}" if mission.find is not None else task.task,
        "radio": (team.radio if team else None) or "not given: ask base",
        "map": f"task-{index}.svg",
        "points": _points(book, task),
        "path": " ".join([*([] if is_post(task) else [about_path(task)]), afterwards(task, onward, clock)]),
        "until": "back by" if task.return_m or onward is None else "done by",
        "hazards": [
            *unwarned(sheets.formation, task),
            *marked(book, task, starts),
            *(shorter_hazard(h) for h in task.hazards),
        ],
        "signals": signals_words(mission),
        "people": on_the_team(mission, task.team, sheets.formation),
        "near": near(sheets.formation, task, starts=starts, clock=clock),
        "how": fewer_words(team.people if team else 0, gone) + (post_how(task, clock) if is_post(task) else how(task)),
        "words": sheet_words(task),
        "subject": looking_for(book, clock, personal=sheets.personal),
        "personal": personal_facts(mission.subject) if sheets.personal else [],
        "earlier": earlier or ["Nothing known."],
        "found": f"{task.number} subject located",
        **_times(task, clock),
    }


def _times(task: Assignment, clock: PlanClock) -> Json:
    return {
        "leaves": clock.time(task.leaves_s),
        "begins": clock.time(task.begins_s),
        "ends": clock.time(task.ends_s),
        "back": clock.time(task.back_s),
    }


def _points(book: MapBook, task: Assignment) -> list[Json]:
    grid = book.terrain.grid
    points = way_points(task)
    out = []
    for i, xy in enumerate(points):
        place = grid.to_place(*xy)
        last = "hold it" if is_post(task) else "end"
        ahead = leg(xy, points[i + 1]) if i + 1 < len(points) else last
        row = {"name": str(i + 1), "next": ahead}
        out.append({**row, **references(place)})
    return out
