"""The verb `plan`: from the map and the teams to who searches where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeward import __version__
from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened, plan_to_bytes
from homeward.desk.provenance import hash_of
from homeward.detect import is_night
from homeward.errors import BadInput, NotYet
from homeward.geo import Place
from homeward.log import blob_id
from homeward.mission.events import PlanMade
from homeward.mission.nouns import Provenance
from homeward.search.plan import PlanProblem, make_plan
from homeward.search.records import SearchPlan

LONGEST_H = 24.0  # homeward's own limit on one operational period

Progress = Callable[[float, str], None]


def plan(
    path: Path, *, hours: float = 4.0, start: str | None = None, seed: int = 0, progress: Progress | None = None
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
        made = replan(book, starts=starts, hours=hours, seed=seed, progress=progress)
        return told(made, starts=starts, zone=zone)


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


def told(made: SearchPlan, *, starts: datetime, zone: str) -> Answer:
    """A plan as a search manager would say it aloud."""
    hours = made.duration_s / 3600
    lines = [
        (
            f"Plan for operational period {made.period}: {len(made.assignments)} assignments, {hours:g} h from "
            f"{clock.show_time(starts, zone)}."
        ),
        "Chance of finding the subject (POS), by hour: "
        + ", ".join(f"{s / 3600:g} h {v:.0%} (at best {b:.0%})" for s, v, b in by_hour(made)),
        f"At the end {made.value:.1%}; no plan with these teams and hours could pass {made.bound:.1%}.",
    ]
    teams = list(dict.fromkeys(a.team for a in made.assignments))
    for name in teams:
        lines.append(f"{name}:")
        lines += [f"  {assignment_line(a, starts=starts, zone=zone)}" for a in made.assignments if a.team == name]
    lines += [f"{name}: no task, {why}" for name, why in made.idle]
    lines += list(made.why)
    return Answer(text="\n".join(lines), data=plan_data(made, starts=starts))


def assignment_line(a: Any, *, starts: datetime, zone: str) -> str:
    """One assignment in one line."""
    leave, back = (clock.show_time(starts + timedelta(seconds=s), zone, day=False) for s in (a.leaves_s, a.back_s))
    return f"{a.number} segment {a.segment}, {a.task}; {leave} to {back}; POD {a.pod:.0%}, finds {a.pos:.1%}. {a.why}"


def by_hour(made: SearchPlan) -> list[tuple[float, float, float]]:
    """The POS curve at each full hour and at the end."""
    marks = sorted({*(h * 3600.0 for h in range(1, int(made.duration_s // 3600) + 1)), made.duration_s})
    return [min(made.curve, key=lambda point: abs(point[0] - mark)) for mark in marks]


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
