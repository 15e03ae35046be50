"""The words of a task sheet: where, how, what for, what comes next, who else was or is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from homeward.belief import Belief, alive_share
from homeward.belief.clue_words import read_words
from homeward.exchange.picture import MapBook, way_points
from homeward.exchange.plan_clock import PlanClock
from homeward.geo import Place, format_place
from homeward.mission.nouns import Clue, ClueKind, Subject, TeamKind
from homeward.mission.replay import Mission
from homeward.search.records import XY, Assignment, SearchPlan
from homeward.words import percent

Json = dict[str, Any]
KIND = {kind: kind.value for kind in TeamKind} | {
    TeamKind.TRAILING: "trailing dog",
    TeamKind.REMAINS: "remains dog",
    TeamKind.THERMAL: "thermal drone",
    TeamKind.SOUND: "calling",
    TeamKind.LISTENING: "listening device",
    TeamKind.RADAR: "through-wall radar",
}

YES_NO: dict[bool | None, str] = {True: "yes", False: "no"}
MOST_TOLD = 4
"""Of clues and of earlier searches on a task's page; the rest is counted: ours."""


def metres(length_m: float) -> str:
    """A length in metres, or in kilometres from one on."""
    return f"{length_m / 1000:.1f} km" if length_m >= 1000 else f"{length_m:.0f} m"


def who(subject: Subject) -> str:
    """Whom to look for, without anything personal."""
    kind = subject.category or "missing person, category not given"
    return kind if subject.count == 1 else f"{subject.count} people ({kind})"


def alive_words(belief: Belief | None) -> str:
    """Survival when the map was made, and the scenarios it is over; empty where the map says nothing of it."""
    alive = alive_share(belief) if belief else None
    if belief is None or alive is None:
        return ""
    several = [part for part in sorted(belief.parts, key=lambda p: -p.weight) if part.scenario]
    told = "; ".join(f"{part.label} {percent(part.weight)}, alive {percent(part.alive or 0.0)}" for part in several)
    return f" Alive: {percent(alive)} when the map was made." + (f" Scenarios: {told}." if told else "")


def references(place: Place) -> Json:
    """A place as MGRS and UTM with the same digits. MGRS cuts off below the metre (NGA.STND.0037), so UTM
    is cut off here too.
    """
    reference, utm = format_place(place, "mgrs"), format_place(place, "utm")
    digits, metres = reference.split()[-2:], utm.split()
    if utm == reference:  # beyond 84 N and 80 S there is no UTM
        return {"mgrs": reference, "utm": ""}
    cut = [int(m) - (int(m) - int(d)) % 100_000 for m, d in zip(metres[1:], digits, strict=True)]
    return {"mgrs": reference, "utm": f"{metres[0]} {cut[0]} {cut[1]}"}


def leg(a: XY, b: XY) -> str:
    """Grid bearing and distance from one way point to the next."""
    bearing = float(np.degrees(np.arctan2(b[0] - a[0], b[1] - a[1]))) % 360
    return f"{round(bearing) % 360:03d}° {metres(float(np.hypot(b[0] - a[0], b[1] - a[1])))}"


def about_path(task: Assignment) -> str:
    """What the list of way points leaves out."""
    words = ["The whole path is in the GPX of this assignment."]
    if len(task.route_m) > len(way_points(task)):
        words.insert(0, "The points that matter most; the map shows every turn.")
    return " ".join(words)


def afterwards(task: Assignment, onward: Assignment | None, clock: PlanClock) -> str:
    """What the team does afterwards."""
    if onward is None:
        return "Last task: go back to base."
    where = f"task {onward.number}, segment {onward.segment}, at {clock.time(onward.leaves_s)}"
    return f"Back to base; then {where}." if task.return_m else f"Then go on: {where}."


def how(task: Assignment) -> str:
    """How to search, what to expect of it, and why it is asked."""
    words = [f"{metres(task.length_m)} of path at {task.speed_mps * 3.6:.1f} km/h"]
    if task.spacing_m is not None:
        words.append(f"{task.spacing_m:.0f} m between passes")
    words.append(f"sweep width {task.sweep_width_m:.0f} m")
    words.append(f"expected POD {percent(task.pod)} (coverage {task.coverage:.1f})")
    return ", ".join(words) + ". " + task.why


def looking_for(book: MapBook, clock: PlanClock, *, personal: bool) -> str:
    """Whom to look for, since when, and what is known; words of people only where `personal`."""
    mission = book.mission
    words = [who(mission.subject).capitalize() + "."]
    if mission.ipp is not None:
        words.append(f"{mission.ipp.kind.capitalize()} {clock.moment(mission.ipp.seen_at)} (IPP).")
    told = [_clue(c.event, mission, personal=personal) for c in mission.counting_clues]
    if told:
        more = f"; {len(told) - MOST_TOLD} before these" if len(told) > MOST_TOLD else ""
        words.append(f"Clues so far: {'; '.join(told[-MOST_TOLD:])}{more}.")
    if not personal:
        words.append("More by word of mouth at the briefing.")
    return " ".join(words)


def _clue(clue: Clue, mission: Mission, *, personal: bool) -> str:
    """A clue's number, place, direction and who reported it; the words it was reported in only where asked for."""
    at = format_place(clue.place, "mgrs")
    words = [f"at {at}" if clue.bearing_deg is None else f"bearing {clue.bearing_deg:.0f}° true from {at}"]
    if clue.kind not in (ClueKind.POINT, ClueKind.BEARING):
        words = [*read_words(clue if personal else _segments_only(clue)), f"from {at}"]
    elif clue.range_m is not None:
        words.append(f"about {metres(clue.range_m)}")
    if clue.team is not None:
        kind = mission.teams[clue.team].kind if clue.team in mission.teams else None
        words.append(f"from {clue.team}" + (f" ({KIND[kind]} team)" if kind else ""))
    return f"{clue.id} ({', '.join([clue.text, *words] if personal and clue.text else words)})"


def _segments_only(clue: Clue) -> Clue:
    """The clue without areas that somebody named in words of their own."""
    return replace(clue, areas=tuple(area for area in clue.areas if re.fullmatch("[A-Z]{1,3}", area.label)))


def personal_facts(subject: Subject) -> list[Json]:
    """What is known of the subject as a person."""
    age = None if subject.age_years is None else f"{subject.age_years:g}"
    known: Iterable[tuple[str, str | None]] = (
        ("Name", subject.name),
        ("Age", age),
        ("Description", subject.description),
        ("Medical", subject.medical),
        ("Mobility", subject.mobility),
        ("Answers a call", YES_NO.get(subject.responsive)),
        ("Injured", YES_NO.get(subject.injured)),
    )
    return [{"name": name, "value": value} for name, value in known if value]


def searched_before(book: MapBook, plan: SearchPlan, segment: str) -> list[str]:
    """What the log says was searched in a segment, for assignments that are still in this plan."""
    numbers = {a.number for a in plan.assignments if a.segment == segment}
    done = [s for s in book.mission.searches if s.event.assignment in numbers]
    return [f"{s.event.assignment} by {s.event.team}: POD {percent(s.event.pod)}." for s in done]


def beside(book: MapBook, plan: SearchPlan, task: Assignment, clock: PlanClock) -> list[str]:
    """Who else this plan sends into the segment: before this task, and at the same time."""
    told = {s.event.assignment for s in book.mission.searches}
    others = [a for a in plan.assignments if a.segment == task.segment and a.number not in {task.number, *told}]
    before = sorted((a for a in others if a.ends_s <= task.begins_s), key=lambda a: a.ends_s)
    during = sorted(
        (a for a in others if a.begins_s < task.ends_s and a.ends_s > task.begins_s), key=lambda a: a.ends_s
    )
    out = []
    for words, which, rest in (("By this plan", before, "before"), ("At the same time as you", during, "more")):
        if which:
            names = [f"{a.number} {a.team} until {clock.time(a.ends_s)}" for a in which[-MOST_TOLD:]]
            more = f" and {len(which) - MOST_TOLD} {rest}" if len(which) > MOST_TOLD else ""
            out.append(f"{words}: {', '.join(names)}{more}.")
    return out


def latest(told: Sequence[str]) -> list[str]:
    """The last of some sentences about earlier searches, oldest first, and how many there were before."""
    left = len(told) - MOST_TOLD
    return [*([f"{left} searches before these:"] if left > 0 else []), *told[-MOST_TOLD:]]
