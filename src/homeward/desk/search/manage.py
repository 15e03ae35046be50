"""The verbs by which a manager overrules the planner, and by which reality answers while teams are out.

Segments drawn, choices locked, an own plan to be measured; where a team is, what it has begun or given up. Each
appends one entry; plans made from then on obey.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.conditions import numbers_of
from homeward.desk.facts import check_on_map
from homeward.desk.search.coverage import registered
from homeward.desk.search.drawn import dropped_names, outline_of, segment_of
from homeward.desk.search.words import lock_words
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.geo import parse_place
from homeward.mission.choices import ChoiceFreed, ChoiceLocked, OwnPlanSet, SegmentDrawn, SegmentDropped
from homeward.mission.events import (
    AssignmentBegun,
    AssignmentGivenUp,
    TeamSeen,
)
from homeward.mission.nouns import BlobId, Lock, LockRule, OwnPlan, OwnSegment
from homeward.search.plan.locks import out_of_place
from homeward.search.plan.skills import skills_of
from homeward.search.records import Assignment, Segment
from homeward.search.segments import outline

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,11}")
_OVERLAP = 0.05  # of a drawn segment in another drawn one, above which it is said (our own choice)
_SEARCHES = re.compile(r"(?P<team>.+?)\s+(?P<never>never\s+)?search(?:es)?\s+(?P<segment>\S+)\s*", re.IGNORECASE)
_NOBODY, _SOMEBODY = ("nobody", "no one", "none"), ("somebody", "anybody", "someone", "anyone")


@again_if_grown
def draw_segment(path: Path, name: str, *, label: str = "", at: str | None = None, **told: Any) -> Answer:
    """A segment as the manager draws it. `told`: file, places, line, buffer_m, around, radius_m."""
    if not _NAME.fullmatch(name):
        raise BadInput(f"A segment cannot be called {name!r}. Give up to 12 letters, digits and hyphens, such as N1.")
    with opened(path) as book:
        if name not in book.mission.segments and name in _cut_by_plan(book):
            raise BadInput(
                f"{name} is a segment that homeward cut. Draw yours under another name; it wins all the same."
            )
        grid = book.terrain().grid
        ring, kind = outline_of(grid, name, told)
        drawn = OwnSegment(id=name, ring=ring, kind=kind, label=label)
        notes = _overlaps(book, segment_of(drawn, grid))
        book.write(SegmentDrawn(segment=drawn), at=when_told(book, at))
        km2 = segment_of(drawn, grid).area_m2 / 1e6
    lines = [f"Segment {name} drawn, {km2:.2f} km2. The next plan takes it as it is.", *notes]
    return Answer(text="\n".join(lines), data={"id": name, "kind": kind, "area_m2": km2 * 1e6, "notes": notes})


@again_if_grown
def drop_segment(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A segment that the manager drew counts no longer."""
    with opened(path) as book:
        if name not in book.mission.segments:
            raise UnknownName("drawn segment", name, book.mission.segments)
        book.write(SegmentDropped(segment=name, why=why), at=when_told(book, at))
        locked = [lock.id for lock in book.mission.locks.values() if lock.segment == name]
    also = f" {_and(locked)} still names it: free it with homeward free." if locked else ""
    return Answer(text=f"Segment {name} dropped: its ground is cut anew.{also}", data={"id": name, "why": why})


def list_segments(path: Path) -> Answer:
    """The segments drawn by the manager, and those of the plan in force."""
    with opened(path, read_only=True) as book:
        mission, grid = book.mission, book.terrain().grid
        plan = book.plan() if mission.plan else None
        segments = {s.id: segment_of(s, grid) for s in mission.segments.values()}
        planned = {s.id: s for s in plan.segments} if plan else {}
        rows = []
        for name, s in {**segments, **planned}.items():
            teams = list(dict.fromkeys(a.team for a in plan.assignments if a.segment == name)) if plan else []
            drawn = mission.segments.get(name)
            rows.append(
                {
                    "id": name,
                    "drawn": drawn is not None,
                    "label": drawn.label if drawn else "",
                    "kind": drawn.kind if drawn else s.kind,
                    "area_m2": s.area_m2,
                    "poa": s.poa if name in planned else None,
                    "teams": teams,
                }
            )
    lines = [_segment_line(row) for row in rows] or ["No segment yet: homeward segment draw, or homeward plan."]
    return Answer(text="\n".join(lines), data={"segments": rows})


@again_if_grown
def lock(
    path: Path,
    words: str | None = None,
    *,
    team: str | None = None,
    segment: str | None = None,
    never: bool = False,
    why: str = "",
    at: str | None = None,
) -> Answer:
    """A choice of the manager: in `words` ("Alpha searches AC"), or by team and segment; `never`, or else must.

    Without a team: somebody must search the segment, or nobody may.
    """
    with opened(path) as book:
        if words is not None:
            if team is not None or segment is not None:
                raise BadInput("A choice was told in words and by name. Give one or the other.")
            team, segment, never = _read_lock(book, words)
        if segment is None:
            raise BadInput("A choice needs a segment. Say it like 'Alpha searches AC', or give --segment AC.")
        if team is not None:
            registered(book, team)
        known = [*book.mission.segments, *_cut_by_plan(book)]
        if segment not in known:
            raise UnknownName("segment", segment, known)
        rule = LockRule.NEVER if never else LockRule.MUST
        numbers = [int(name[1:]) for name in _lock_names(book) if name[1:].isdigit()]
        made = Lock(id=f"L{max(numbers, default=0) + 1}", rule=rule, segment=segment, team=team, why=why)
        _check_against(book, made)
        doubt = "" if never else _never_there(book, team, segment)
        book.write(ChoiceLocked(lock=made), at=when_told(book, at))
    obeys = f"It cannot be kept: {doubt}." if doubt else "The next plan obeys it, and says what it costs."
    data = {"id": made.id, "rule": rule.value, "team": team, "segment": segment, "why": why, "doubt": doubt}
    return Answer(text=f"Lock {made.id}: {lock_words(made)}. {obeys}", data=data)


@again_if_grown
def free(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A lock counts no longer."""
    with opened(path) as book:
        if name not in book.mission.locks:
            raise UnknownName("lock", name, book.mission.locks)
        words = lock_words(book.mission.locks[name])
        book.write(ChoiceFreed(lock=name, why=why), at=when_told(book, at))
    return Answer(text=f"Lock {name} ({words}) counts no longer.", data={"id": name, "why": why})


def list_locks(path: Path) -> Answer:
    """The manager's choices in force, and what each cost in the plan in force."""
    with opened(path, read_only=True) as book:
        costs = dict(book.plan().lock_costs) if book.mission.plan else {}
        rows: list[dict[str, Any]] = [
            {
                "id": one.id,
                "rule": one.rule.value,
                "team": one.team,
                "segment": one.segment,
                "why": one.why,
                "cost": costs.get(one.id),
                "words": lock_words(one),
            }
            for one in book.mission.locks.values()
        ]
    lines = [f"{row['id']}  {row['words']}{_cost(row['cost'])}{_because(row['why'])}" for row in rows]
    return Answer(text="\n".join(lines or ["No choice is locked."]), data={"locks": rows})


@again_if_grown
def own_plan(path: Path, orders: Mapping[str, Sequence[str]], *, label: str = "", at: str | None = None) -> Answer:
    """The manager's own plan, to be measured beside ours: for each team its segments in order. None: no longer."""
    with opened(path) as book:
        known = [*book.mission.segments, *_cut_by_plan(book)]
        if orders and not known:
            raise NotYet("There is no segment yet that a plan could name. Draw one, or make a plan first.")
        for team, segments in orders.items():
            registered(book, team)
            for segment in segments:
                if segment not in known:
                    raise UnknownName("segment", segment, known)
            if not segments:
                raise BadInput(f"The own plan names no segment for {team}. Give one or more, or leave the team out.")
        plan = OwnPlan(orders=tuple((team, tuple(names)) for team, names in orders.items()), label=label)
        book.write(OwnPlanSet(plan=plan), at=when_told(book, at))
    words = "; ".join(f"{team}: {', '.join(names)}" for team, names in orders.items())
    text = f"Own plan noted ({words}). The next plan is measured beside it." if orders else "No own plan any more."
    return Answer(text=text, data={"orders": {t: list(s) for t, s in orders.items()}, "label": label})


@again_if_grown
def team_at(path: Path, team: str, place: str, *, at: str | None = None) -> Answer:
    """A team is at a place: told by radio."""
    where = parse_place(place)
    with opened(path) as book:
        registered(book, team)
        check_on_map(book, where, f"The place of {team}, {where},")
        book.write(TeamSeen(team=team, place=where), at=when_told(book, at))
    return Answer(
        text=f"{team} is at {where}.", data={"team": team, "lat_deg": where.lat_deg, "lon_deg": where.lon_deg}
    )


@again_if_grown
def begun(path: Path, assignment: str, *, at: str | None = None) -> Answer:
    """A team has set out on an assignment."""
    with opened(path) as book:
        plan, task = _still_open(book, assignment)
        if any(b.event.assignment == assignment for b in book.mission.begun):
            raise BadInput(f"Assignment {assignment} was begun already. If that was wrong, undo it: homeward log undo.")
        when, made = when_told(book, at), book.mission.plan
        book.write(AssignmentBegun(team=task.team, assignment=assignment, plan=plan), at=when)
        zone = book.mission.time_zone
    text = f"{task.team} has set out on {assignment}."
    if when is not None and made is not None and when < min(made.event.starts, made.at):
        starts = clock.show_time(made.event.starts, zone)
        text += f" NOTE: {clock.show_time(when, zone)} is before the plan begins, {starts}. Check the time."
    return Answer(text=text, data={"team": task.team, "assignment": assignment})


@again_if_grown
def give_up(path: Path, assignment: str, *, why: str = "", at: str | None = None) -> Answer:
    """A team broke off an assignment, or never got to it."""
    with opened(path) as book:
        plan, task = _still_open(book, assignment)
        event = AssignmentGivenUp(team=task.team, assignment=assignment, plan=plan, why=why)
        book.write(event, at=when_told(book, at))
    text = (
        f"{task.team} gave up {assignment}. What it did cover counts once it is debriefed: homeward debrief MISSION "
        f"{_quoted(task.team)} --assignment {assignment} --pod P. Then: homeward plan MISSION --again."
    )
    return Answer(text=text, data={"team": task.team, "assignment": assignment})


# --- what is behind them ----------------------------------------------------------------------------------


def _cut_by_plan(book: Book) -> dict[str, Segment]:
    """The segments of the plan in force, without those that the manager dropped."""
    if book.mission.plan is None:
        return {}
    return {s.id: s for s in book.plan().segments if s.id not in dropped_names(book)}


def _overlaps(book: Book, drawn: Segment) -> list[str]:
    """What a drawn segment shares with other drawn ones, and with what teams are still to search."""
    grid, shape = book.terrain().grid, outline(drawn)
    notes = []
    for other in book.mission.segments.values():
        share = shape.intersection(outline(segment_of(other, grid))).area / shape.area
        if other.id != drawn.id and share > _OVERLAP:
            notes.append(f"{share:.0%} of it lies in {other.id}, which has that ground.")
    if book.mission.plan is not None:
        plan = book.plan()
        over = {s.event.assignment for s in book.mission.searches} | {g.event.assignment for g in book.mission.given_up}
        given = {a.segment: a for a in plan.assignments if a.number not in over}
        notes += [
            f"It lies over {s.id}, which {given[s.id].team} was told to search."
            for s in plan.segments
            if s.id in given and s.id != drawn.id and outline(s).intersection(shape).area > grid.cell_area_m2
        ]
    return notes


def _read_lock(book: Book, words: str) -> tuple[str | None, str, bool]:
    """(team, segment, never) from "Alpha searches AC", "Alpha never searches AC", "nobody searches AC"."""
    hit = _SEARCHES.fullmatch(words.strip())
    if hit is None:
        raise BadInput(
            f"{words!r} is no choice that can be read. Say it like 'Alpha searches AC', 'Alpha never searches AC' or "
            "'nobody searches AC'."
        )
    team = hit["team"].strip()
    if team.lower() in _NOBODY and team not in book.mission.teams:
        return None, hit["segment"], True
    if team.lower() in _SOMEBODY and team not in book.mission.teams:
        return None, hit["segment"], bool(hit["never"])
    return team, hit["segment"], bool(hit["never"])


def _check_against(book: Book, new: Lock) -> None:
    """Raises `BadInput` where a lock says again, or denies, what another one says."""
    for old in book.mission.locks.values():
        if old.segment != new.segment:
            continue
        if (old.rule, old.team) == (new.rule, new.team):
            raise BadInput(f"Lock {old.id} says already that {lock_words(old)}. Nothing was written down.")
        must, never = (new, old) if new.rule is LockRule.MUST else (old, new)
        if must.rule is not never.rule and never.team in (None, must.team):
            raise BadInput(f"Lock {old.id} says that {lock_words(old)}. Free it first: homeward free MISSION {old.id}.")


def _never_there(book: Book, team: str | None, segment: str) -> str:
    """Why a team, or whoever is here, can never search a segment; '' where somebody can."""
    mission, terrain = book.mission, book.terrain()
    drawn = mission.segments.get(segment)
    where = segment_of(drawn, terrain.grid) if drawn else _cut_by_plan(book)[segment]
    teams = [registered(book, team)] if team is not None else list(mission.teams.values())
    skills, of = skills_of(terrain, teams, weather=mission.weather, numbers=numbers_of(mission))
    each = [out_of_place(skills[i], where, terrain.grid) for i in of]
    if not each or not all(each):
        return ""
    return f"{team}: {each[0]}" if team is not None else "no team that is here can search it"


def _lock_names(book: Book) -> list[str]:
    """The names of all locks there ever were, so that none is used again."""
    return [s.entry.event.lock.id for s in book.stored if isinstance(s.entry.event, ChoiceLocked)]


def _still_open(book: Book, number: str) -> tuple[BlobId, Assignment]:
    """The newest plan that told an assignment, and the assignment; `BadInput` where it is over already."""
    hits = [(name, a) for name, plan in book.plans() for a in plan.assignments if a.number == number]
    if not hits:
        raise UnknownName("assignment", number, [a.number for _, plan in book.plans() for a in plan.assignments])
    for what, reports in (("debriefed", book.mission.searches), ("given up", book.mission.given_up)):
        if any(r.event.assignment == number for r in reports):
            raise BadInput(f"Assignment {number} was {what} already. If that was wrong, undo it: homeward log undo.")
    return hits[0]


def _segment_line(row: Mapping[str, Any]) -> str:
    poa = "" if row["poa"] is None else f"  POA {row['poa']:.1%}"
    whose = "  drawn" + (f" ({row['label']})" if row["label"] else "") if row["drawn"] else ""
    teams = f"  {', '.join(row['teams'])}" if row["teams"] else ""
    return f"{row['id']}  {row['kind']}, {row['area_m2'] / 1e6:.2f} km2{poa}{whose}{teams}"


def _cost(cost: float | None) -> str:
    return "" if cost is None else f"  costs {max(cost, 0.0):.1%} on average over the period"


def _because(why: str) -> str:
    return f" ({why})" if why else ""


def _and(names: Sequence[str]) -> str:
    return " and ".join(names)


def _quoted(name: str) -> str:
    return f"'{name}'" if " " in name else name
