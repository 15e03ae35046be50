"""The printed sheets of a plan as one PDF: an overview, then a page per assignment, in the order of the teams.

In the spirit of the SAR 104 assignment form: who, where, how, when, radio, hazards, what to look for, and a debrief to
fill in by hand. The layout is `sheets.typ`; this module says what stands in it. Words of people reach the page as
data, never as markup.
"""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from homeward.errors import BadInput, NotYet
from homeward.exchange.basemap import Frame
from homeward.exchange.fonts import font_folder, foreign, unprintable
from homeward.exchange.picture import MapBook, assignment_picture, overview_picture, way_points
from homeward.geo import format_place
from homeward.mission.nouns import Subject, TeamKind
from homeward.search.records import XY, Assignment, SearchPlan

Json = dict[str, Any]

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
KIND = {TeamKind.DOG: "dog", TeamKind.LINE: "line", TeamKind.DRONE: "drone", TeamKind.HASTY: "hasty"}

PAPERS = {"a4": ("a4", 190.0, 275.0), "letter": ("us-letter", 195.9, 257.4)}
"""Typst's name of a paper, and the width and height that its margins leave, mm."""

FULL_TABLE_ROWS = 11
"""With more assignments than this the table of the overview gets a page of its own, and the map more room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """How the sheets are made. `personal` prints name, age, description, medical facts and the words of clues.

    `paper` is "a4" or "letter". `made_at` is written into the file (the plan's start where it is None), so that the
    same plan gives the same bytes. `dpi` is that of the maps. `earlier` holds, by segment, sentences about what was
    searched there before.
    """

    personal: bool = False
    paper: str = "a4"
    dpi: int = 200
    made_at: datetime | None = None
    earlier: Mapping[str, tuple[str, ...]] | None = None

    def __post_init__(self) -> None:
        if self.paper not in PAPERS:
            raise BadInput(f"There is no paper {self.paper!r}. Choose {' or '.join(PAPERS)}.")


def write_sheets(book: MapBook, *, starts: datetime, sheets: Sheets | None = None) -> bytes:
    """The PDF of the book's plan, whose clock begins at `starts`. Raises `NotYet` where there is no plan.

    The same arguments give the same bytes on one computer.
    """
    import typst

    sheets = sheets or Sheets()
    plan = book.plan
    if plan is None:
        raise NotYet("There is no plan to print. Make one first: homeward plan MISSION.")
    text = sheet_data(book, plan, starts=starts, sheets=sheets)
    pictures = _pictures(book, text, sheets)
    packed = json.dumps(text, ensure_ascii=False, sort_keys=True)
    strange = foreign(packed)
    missing = unprintable(strange) if strange else ""
    if missing:
        scripts = ", ".join(sorted({unicodedata.name(c, "symbol").split()[0].split("-")[0].lower() for c in missing}))
        note = (
            f"This computer has no font for some letters here ({scripts}); they print as boxes. Install one for them."
        )
        text["overview"]["notes"].append(note)
        packed = json.dumps(text, ensure_ascii=False, sort_keys=True)
    made = sheets.made_at or starts
    template = files("homeward.exchange").joinpath("sheets.typ").read_bytes()
    sources: Any = {"main.typ": template, "data.json": packed.encode("utf-8", "replace"), **pictures}
    fonts = [str(font_folder())]
    pdf: bytes = typst.compile(
        sources, font_paths=fonts, ignore_system_fonts=not strange, timestamp=made.astimezone(UTC)
    )
    return pdf


def _pictures(book: MapBook, text: Json, sheets: Sheets) -> dict[str, bytes]:
    _, width_mm, height_mm = PAPERS[sheets.paper]
    whole = Frame(dpi=sheets.dpi, width_mm=width_mm, height_mm=_room_for_overview(text["overview"], height_mm))
    out = {"overview.svg": _wrapped(overview_picture(book, frame=whole), whole)}
    for task in text["tasks"]:
        frame = Frame(dpi=sheets.dpi, width_mm=width_mm, height_mm=_room_for_map(task, height_mm))
        out[task["map"]] = _wrapped(assignment_picture(book, task["number"], frame=frame), frame)
    return out


def _room_for_overview(overview: Json, page_mm: float) -> float:
    """The height that the words of the first page leave for its map; lines counted on the safe side, as below."""
    words = _lines([*overview["why"], overview["situation"]], 100)
    below = 0.0 if overview["own_page"] else 10.0 + 4.2 * len(overview["rows"])
    if overview["idle"] and not overview["own_page"]:
        below += 6.0 + 3.8 * _lines([i["team"] + i["why"] for i in overview["idle"]], 100)
    return float(np.clip(page_mm - 50.0 - 3.8 * words - below, 100.0, 215.0))


def _room_for_map(task: Json, page_mm: float) -> float:
    """The height that the words leave for the map, so that a task fits on one page; not below what can be read.

    Lengths of lines and heights are those of `sheets.typ`, on the safe side.
    """
    head = 24.0 + 4.7 * _lines([task["task"]], 70)
    personal = [p["name"] + p["value"] for p in task["personal"]]
    left = 20.0 + 3.4 * len(task["points"]) + 3.8 * _lines([task["how"], task["path"], *task["earlier"]], 50)
    right = 46.0 + 4.1 * _lines(task["hazards"] or [""], 40) + 3.8 * _lines([task["subject"], *personal], 46)
    right += 9.0 if personal else 0.0
    return float(np.clip(page_mm - head - max(left, right) - 34.0, 70.0, 150.0))


def _lines(words: Iterable[str], letters: int) -> int:
    """How many lines some sentences take, each beginning a new one, at so many letters to a line."""
    return sum(1 + len(w) // letters for w in words)


def _wrapped(jpg: bytes, frame: Frame) -> bytes:
    """The picture inside an SVG, which is text: Typst takes files in memory only as text, and no temporary file is left
    lying about with a mission in it. The PDF holds the picture as it is.
    """
    size = f'width="{frame.width_mm:g}mm" height="{frame.height_mm:g}mm"'
    data = base64.b64encode(jpg).decode("ascii")
    image = f'<image {size} href="data:image/jpeg;base64,{data}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'.encode()


def sheet_data(book: MapBook, plan: SearchPlan, *, starts: datetime, sheets: Sheets) -> Json:
    """Everything that stands on the sheets, as text."""
    mission = book.mission
    clock = _Clock(starts, mission.time_zone)
    tasks = _in_order(plan)
    return {
        "title": f"{mission.name} - operational period {plan.period}",
        "mission": mission.name or "Mission without a name",
        "exercise": mission.exercise,
        "period": f"Operational period {plan.period}",
        "span": f"{clock.date()}, {clock.time(0)} to {clock.time(plan.duration_s)} ({clock.zone()})",
        "footer": f"homeward, plan of {clock.date()} {clock.time(0)} {clock.zone()}, seed {plan.seed}",
        "paper": PAPERS[sheets.paper][0],
        "overview": _overview(book, plan, tasks, clock),
        "tasks": [_task(book, plan, i, task, clock=clock, sheets=sheets) for i, task in enumerate(tasks)],
    }


def _in_order(plan: SearchPlan) -> list[Assignment]:
    """Teams in the order in which they first leave, each team's tasks one after another."""
    first: dict[str, int] = {}
    for task in sorted(plan.assignments, key=lambda a: (a.leaves_s, a.number)):
        first.setdefault(task.team, len(first))
    return sorted(plan.assignments, key=lambda a: (first[a.team], a.leaves_s, a.number))


# ---- times and places ---------------------------------------------------------------------------------------------


class _Clock:
    """Seconds of the plan as wall-clock text in the mission's time zone."""

    def __init__(self, starts: datetime, time_zone: str) -> None:
        try:
            zone = ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError) as err:
            raise BadInput(f"There is no time zone {time_zone!r}. Use a name such as Europe/Rome.") from err
        self._starts, self._zone, self._name = starts.astimezone(UTC), zone, time_zone

    def _at(self, seconds: float) -> datetime:
        minute = round((self._starts + timedelta(seconds=seconds)).timestamp() / 60) * 60
        return datetime.fromtimestamp(minute, tz=self._zone)

    def time(self, seconds: float) -> str:
        """HH:MM, with the day's name where it is not the day of the start."""
        at = self._at(seconds)
        day = "" if at.date() == self._at(0).date() else f" {DAYS[at.weekday()]}"
        return f"{at:%H:%M}{day}"

    def date(self) -> str:
        at = self._at(0)
        return f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}"

    def zone(self) -> str:
        return f"{self._name}, UTC{self._at(0):%z}"

    def moment(self, at: datetime) -> str:
        """A time of the log, as time and date."""
        here = at.astimezone(self._zone)
        return f"{here:%H:%M} on {DAYS[here.weekday()]} {here.day} {MONTHS[here.month - 1]}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.0995 or share == 0 else f"{100 * share:.1f} %"


def _metres(length_m: float) -> str:
    return f"{length_m / 1000:.1f} km" if length_m >= 1000 else f"{length_m:.0f} m"


# ---- overview -----------------------------------------------------------------------------------------------------


def _overview(book: MapBook, plan: SearchPlan, tasks: list[Assignment], clock: _Clock) -> Json:
    teams = book.mission.teams
    rows = []
    for task in tasks:
        team = teams.get(task.team)
        row = {
            "number": task.number,
            "team": task.team,
            "kind": KIND[team.kind] if team else "",
            "people": str(team.people) if team else "",
            "radio": (team.radio or "not given") if team else "not given",
            "segment": task.segment,
            "pos": _percent(task.pos),
        }
        rows.append({**row, **_times(task, clock)})
    outside = (
        "" if book.belief is None else f" {_percent(book.belief.outside)} of the probability lies outside the map."
    )
    return {
        "situation": _situation(book, clock) + outside,
        "headline": (
            f"Chance to have found the subject by {clock.time(plan.duration_s)}: {_percent(plan.value)}. "
            f"No plan with these teams and hours could pass {_percent(plan.bound)}."
        ),
        "why": list(plan.why),
        "hours": _hours(plan, clock),
        "rows": rows,
        "own_page": len(rows) > FULL_TABLE_ROWS,
        "idle": [{"team": team, "why": why} for team, why in plan.idle],
        "notes": [],
    }


def _situation(book: MapBook, clock: _Clock) -> str:
    mission = book.mission
    words = [f"Looking for: {_who(mission.subject)}."]
    if mission.ipp is not None:
        at = format_place(mission.ipp.place, "mgrs")
        words.append(f"IPP ({mission.ipp.kind}): {at}, {clock.moment(mission.ipp.seen_at)}.")
    if mission.base is not None:
        words.append(f"Base: {format_place(mission.base, 'mgrs')}.")
    if mission.find is not None:
        words.insert(0, "THE SUBJECT HAS BEEN FOUND.")
    return " ".join(words)


def _who(subject: Subject) -> str:
    kind = subject.category or "missing person, category not given"
    return kind if subject.count == 1 else f"{subject.count} people ({kind})"


def _hours(plan: SearchPlan, clock: _Clock) -> list[Json]:
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
            "pos": _percent(float(np.interp(t, at, pos))),
            "bound": _percent(float(np.interp(t, at, bound))),
        }
        for t in marks
    ]


# ---- one assignment -----------------------------------------------------------------------------------------------


def _task(book: MapBook, plan: SearchPlan, index: int, task: Assignment, *, clock: _Clock, sheets: Sheets) -> Json:
    mission = book.mission
    team = mission.teams.get(task.team)
    own = [a.number for a in _in_order(plan) if a.team == task.team]
    crew = (
        f"{KIND[team.kind]} team, {team.people} {'person' if team.people == 1 else 'people'}"
        if team
        else "team not registered"
    )
    earlier = (sheets.earlier or {}).get(task.segment, ()) or _searched(book, plan, task.segment)
    return {
        "number": task.number,
        "team": task.team,
        "segment": task.segment,
        "crew": crew,
        "order": f"task {own.index(task.number) + 1} of {len(own)}",
        "task": task.task,
        "radio": (team.radio if team else None) or "not given: ask base",
        "map": f"task-{index}.svg",
        "points": _points(book, task),
        "path": _path(task),
        "hazards": list(task.hazards),
        "how": _how(task),
        "subject": _looking_for(book, clock, personal=sheets.personal),
        "personal": _personal(mission.subject) if sheets.personal else [],
        "earlier": list(earlier) or ["Nothing known."],
        "found": f"{task.number} subject located",
        **_times(task, clock),
    }


def _times(task: Assignment, clock: _Clock) -> Json:
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
        ahead = _leg(xy, points[i + 1]) if i + 1 < len(points) else "end"
        row = {"name": str(i + 1), "next": ahead}
        out.append({**row, "mgrs": format_place(place, "mgrs"), "utm": format_place(place, "utm")})
    return out


def _leg(a: XY, b: XY) -> str:
    bearing = float(np.degrees(np.arctan2(b[0] - a[0], b[1] - a[1]))) % 360
    return f"{round(bearing) % 360:03d}° {_metres(float(np.hypot(b[0] - a[0], b[1] - a[1])))}"


def _path(task: Assignment) -> str:
    words = ["The whole path is in the GPX of this assignment."]
    if len(task.route_m) > len(way_points(task)):
        words.insert(0, "The points that matter most; the map shows every turn.")
    words.append("Last task: go back to base." if task.return_m else "Then go on to your next task.")
    return " ".join(words)


def _how(task: Assignment) -> str:
    words = [f"{_metres(task.length_m)} of path at {task.speed_mps * 3.6:.1f} km/h"]
    if task.spacing_m is not None:
        words.append(f"{task.spacing_m:.0f} m between passes")
    words.append(f"sweep width {task.sweep_width_m:.0f} m")
    words.append(f"expected POD {_percent(task.pod)} (coverage {task.coverage:.1f})")
    return ", ".join(words) + ". " + task.why


def _looking_for(book: MapBook, clock: _Clock, *, personal: bool) -> str:
    mission = book.mission
    words = [_who(mission.subject).capitalize() + "."]
    if mission.ipp is not None:
        words.append(f"{mission.ipp.kind.capitalize()} {clock.moment(mission.ipp.seen_at)} (IPP).")
    clues = mission.counting_clues
    if clues:
        words.append(
            f"Clues so far: {', '.join(c.event.id + (f' ({c.event.text})' if personal else '') for c in clues)}."
        )
    if not personal:
        words.append("More by word of mouth at the briefing.")
    return " ".join(words)


def _personal(subject: Subject) -> list[Json]:
    age = None if subject.age_years is None else f"{subject.age_years:g}"
    known: Iterable[tuple[str, str | None]] = (
        ("Name", subject.name),
        ("Age", age),
        ("Description", subject.description),
        ("Medical", subject.medical),
    )
    return [{"name": name, "value": value} for name, value in known if value]


def _searched(book: MapBook, plan: SearchPlan, segment: str) -> list[str]:
    """What the log says was searched in a segment, for assignments that are still in this plan."""
    numbers = {a.number for a in plan.assignments if a.segment == segment}
    done = [s for s in book.mission.searches if s.event.assignment in numbers]
    return [f"{s.event.assignment} by {s.event.team}: POD {_percent(s.event.pod)}." for s in done]
