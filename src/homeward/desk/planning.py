"""The verb `plan`: from the map and the teams to who searches where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from homeward import __version__
from homeward.belief import Belief
from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened, plan_to_bytes
from homeward.desk.provenance import hash_of
from homeward.desk.scenarios import survival_in
from homeward.detect import is_night
from homeward.errors import BadInput, NotYet
from homeward.geo import Place
from homeward.log import blob_id
from homeward.mission import Mission, newer_words
from homeward.mission.events import PlanMade
from homeward.mission.nouns import Provenance
from homeward.search.plan import PlanProblem, make_plan
from homeward.search.records import Assignment, SearchPlan

LONGEST_H = 24.0  # homeward's own limit on one operational period

Progress = Callable[[float, str], None]


def plan(
    path: Path,
    *,
    hours: float = 4.0,
    start: str | None = None,
    seed: int = 0,
    reasons: bool = False,
    progress: Progress | None = None,
) -> Answer:
    """Makes the search plan of the next operational period and writes it down."""
    if not 0 < hours <= LONGEST_H:
        raise BadInput(f"A period of {hours:g} h cannot be planned. Give more than 0 and at most {LONGEST_H:g} hours.")
    if seed < 0:
        raise BadInput(f"A seed of {seed} cannot be. Give 0 or more.")
    with opened(path) as book:
        now = clock.now()
        zone = book.mission.time_zone
        starts = clock.read_time(start, time_zone=zone, now=now, tense="future") if start else now
        ipp = book.mission.ipp
        if ipp is not None and starts < ipp.seen_at:
            raise BadInput(f"{start!r} is before the subject was last seen. Give the time when the search starts.")
        notes = notes_of(book, starts=starts, hours=hours)
        if starts < now - timedelta(minutes=15):
            notes.append(f"The plan starts in the past, {clock.show_time(starts, zone)}.")
        made = replan(book, starts=starts, hours=hours, seed=seed, progress=progress)
        return told(made, starts=starts, zone=zone, notes=notes, reasons=reasons)


def replan(
    book: Book, *, starts: datetime, hours: float, seed: int = 0, progress: Progress | None = None
) -> SearchPlan:
    """Makes the plan of an opened mission and writes it down."""
    now = clock.now()
    problem = problem_of(book, starts=starts, hours=hours)
    inputs = hash_of(book.mission, "plan", at=now)
    made = make_plan(problem, seed=seed, progress=progress)
    data = plan_to_bytes(made)
    book.write(
        PlanMade(
            plan=blob_id(data),
            period=made.period,
            starts=starts,
            ends=starts + timedelta(hours=hours),
            value=made.value,
            bound=made.bound,
            made_from=Provenance(inputs_sha256=inputs, seed=seed, version=__version__),
        ),
        at=now,
        blobs=[data],
        decided=False,
    )
    return made


def problem_of(book: Book, *, starts: datetime, hours: float) -> PlanProblem:
    """The one mapping from a mission to the problem of who searches where."""
    mission = book.mission
    if not mission.teams:
        raise NotYet("This mission has no team yet. Register one with: homeward team MISSION NAME --kind dog.")
    terrain, belief = book.terrain(), book.belief()
    post = mission.base or (mission.ipp.place if mission.ipp else None)
    if post is None:
        raise NotYet("The teams have no place to start from. Say where the base is: homeward base MISSION PLACE.")
    plans, period = book.plans(), next_period(book)
    numbers = [int(a.number[len(str(period)) :]) for _, p in plans if p.period == period for a in p.assignments]
    return PlanProblem(
        terrain=terrain,
        belief=belief,
        teams=tuple(mission.teams.values()),
        bases_m=tuple(terrain.grid.to_m(t.base or post) for t in mission.teams.values()),
        segments=plans[0][1].segments if plans else (),
        duration_s=hours * 3600,
        period=period,
        first_task=max(numbers, default=0) + 1,
        night=is_night(post, starts),
        light_changes_s=light_changes_s(post, starts=starts, hours=hours),
        alive=alive_curves(mission, belief, starts=starts, hours=hours),
    )


def alive_curves(
    mission: Mission, belief: Belief, *, starts: datetime, hours: float
) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Survival in each scenario of the map over a period, as `PlanProblem` takes it."""
    if mission.ipp is None:
        return ()
    gone = (starts - mission.ipp.seen_at).total_seconds() / 3600
    at_h = np.linspace(0.0, hours, 25).tolist()
    return tuple(
        tuple((3600 * h, survival_in(mission, part.scenario, hours_gone=gone + h).p) for h in at_h)
        for part in belief.parts
    )


def light_changes_s(post: Place, *, starts: datetime, hours: float) -> tuple[float, ...]:
    """When it grows dark or light within the period, to the minute, seconds from its start."""
    minutes = range(int(hours * 60) + 1)
    dark = [is_night(post, starts + timedelta(minutes=m)) for m in minutes]
    return tuple(60.0 * m for m in minutes[1:] if dark[m] != dark[m - 1])


def next_period(book: Book) -> int:
    """The number of the operational period a new plan is for: the next one once the last was searched."""
    last = book.mission.plan
    if last is None:
        return 1
    searched = any(s.at >= last.at for s in book.mission.searches)
    return last.event.period + (1 if searched else 0)


def notes_of(book: Book, *, starts: datetime, hours: float) -> list[str]:
    """What a manager should know before giving a new plan out."""
    mission, notes = book.mission, []
    if newer := book.newer_than_map():
        notes.append(newer_words(newer))
    if mission.find is not None:
        notes.append("The subject was found already: is this plan still needed?")
    if mission.base is None and any(t.base is None for t in mission.teams.values()):
        notes.append("No base is set: teams without one of their own start from the IPP (homeward base MISSION PLACE).")
    post = mission.base or (mission.ipp.place if mission.ipp else None)
    if post is not None:
        for at_s in light_changes_s(post, starts=starts, hours=hours):
            when = starts + timedelta(seconds=at_s)
            dark = is_night(post, when)
            notes.append(
                f"It grows {'dark' if dark else 'light'} at {clock.show_time(when, mission.time_zone, day=False)}."
            )
    last = mission.plan
    if last is not None:
        done = {s.event.assignment for s in mission.searches}
        left = [a for a in book.plan().assignments if a.number not in done]
        if left and last.event.ends > starts:
            names = ", ".join(f"{a.number} {a.team}" for a in left[:6]) + (" ..." if len(left) > 6 else "")
            notes.append(
                f"Not yet debriefed from the plan before: {names}. This plan takes their teams as back at base at its "
                "start; call them in first."
            )
    return notes


def told(made: SearchPlan, *, starts: datetime, zone: str, notes: Sequence[str] = (), reasons: bool = False) -> Answer:
    """A plan as a search manager would say it aloud: one line per task; with `reasons`, why each."""
    hours = made.duration_s / 3600
    lines = [
        *(f"NOTE: {note}" for note in notes),
        (
            f"Plan for operational period {made.period}: {len(made.assignments)} assignments, {hours:g} h from "
            f"{clock.show_time(starts, zone)}."
        ),
        "Chance of finding the subject (POS), by hour: "
        + ", ".join(f"{s / 3600:g} h {v:.0%} (at best {b:.0%})" for s, v, b in by_hour(made)),
        f"At the end {made.value:.1%}; no plan with these teams and hours could pass {made.bound:.1%}.",
    ]
    if made.alive_value is not None and made.alive_bound is not None:
        lines.append(f"Found alive by then: {made.alive_value:.1%} (at best {made.alive_bound:.1%}).")
    for name in dict.fromkeys(a.team for a in made.assignments):
        lines.append(f"{name}:")
        for a in made.assignments:
            if a.team == name:
                lines.append(f"  {assignment_line(a, made, starts=starts, zone=zone)}")
                lines += [f"      {a.why}"] if reasons else []
    lines += [f"{name}: no task, {why}" for name, why in made.idle]
    lines += list(made.why)
    return Answer(text="\n".join(lines), data={**plan_data(made, starts=starts), "notes": list(notes)})


def assignment_line(a: Assignment, made: SearchPlan, *, starts: datetime, zone: str) -> str:
    """One assignment in one line; times carry the zone where the clocks change within the period."""
    ends = starts + timedelta(seconds=made.duration_s)
    changes = clock.show_time(starts, zone).split()[-1] != clock.show_time(ends, zone).split()[-1]
    times = [starts + timedelta(seconds=s) for s in (a.leaves_s, a.back_s)]
    mark = [f" {clock.show_time(t, zone).split()[-1]}" if changes else "" for t in times]
    leave, back = (f"{clock.show_time(t, zone, day=False)}{m}" for t, m in zip(times, mark, strict=True))
    return f"{a.number}  {a.segment}  {leave} to {back}  POD {a.pod:.0%}, finds {a.pos:.1%}  {a.task}"


def by_hour(made: SearchPlan) -> list[tuple[float, float, float]]:
    """(seconds, POS, most possible) at each full hour and at the end; between the curve's points in a straight line."""
    marks = sorted({*(h * 3600.0 for h in range(1, int(made.duration_s // 3600) + 1)), made.duration_s})
    at, value, bound = (np.array(column) for column in zip(*made.curve, strict=True))
    return [(m, float(np.interp(m, at, value)), float(np.interp(m, at, bound))) for m in marks]


def plan_data(made: SearchPlan, *, starts: datetime) -> dict[str, Any]:
    """A plan as JSON data, without its geometry (`homeward export` gives that)."""
    return {
        "period": made.period,
        "starts": starts.isoformat(),
        "duration_s": made.duration_s,
        "value": made.value,
        "bound": made.bound,
        "soonest_value": made.soonest_value,
        "soonest_bound": made.soonest_bound,
        "alive_value": made.alive_value,
        "alive_bound": made.alive_bound,
        "seed": made.seed,
        "curve": [list(point) for point in made.curve],
        "assignments": [
            {
                name: getattr(a, name)
                for name in a.__dataclass_fields__
                if name not in ("access_m", "route_m", "return_m")
            }
            for a in made.assignments
        ],
        "idle": [list(i) for i in made.idle],
        "why": list(made.why),
    }
