"""The verb `plan`: from the map and the teams to who searches where; and the same again when reality answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from homeward import __version__
from homeward.belief import Belief
from homeward.belief.ahead import PATHS, Movers, movers
from homeward.desk import clock, mapping
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened, plan_to_bytes
from homeward.desk.conditions import numbers_of
from homeward.desk.provenance import hash_of
from homeward.desk.scenarios import survival_in
from homeward.desk.search.drawn import with_drawn
from homeward.desk.search.underway import Standing, standing_of
from homeward.desk.search.words import told
from homeward.detect import is_night
from homeward.errors import BadInput, NotYet
from homeward.geo import Place
from homeward.log import blob_id
from homeward.mission import Mission, newer_words
from homeward.mission.events import PlanMade
from homeward.mission.nouns import LockRule, Provenance
from homeward.search.plan import PlanProblem, make_plan
from homeward.search.plan.problem import SWITCH_COST
from homeward.search.records import Assignment, SearchPlan, Segment

USUAL_H = 4.0  # of a period, where nobody says how long (our own choice)
LONGEST_H = 24.0  # homeward's own limit on one operational period

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What a plan is made for: from when, for how many hours; made `again`, where everybody stands then."""

    starts: datetime
    hours: float
    again: Standing | None = None
    switch_cost: float = SWITCH_COST

    @property
    def ends(self) -> datetime:
        """The end of the operational period."""
        return self.starts + timedelta(hours=self.hours)


def plan(
    path: Path,
    *,
    hours: float | None = None,
    start: str | None = None,
    seed: int = 0,
    again: bool = False,
    switch_cost: float | None = None,
    reasons: bool = False,
    time_limit_s: float | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Makes the search plan of the next operational period, or of what is left of this one `again`; writes it down."""
    if hours is not None and not 0 < hours <= LONGEST_H:
        raise BadInput(f"A period of {hours:g} h cannot be planned. Give more than 0 and at most {LONGEST_H:g} hours.")
    if seed < 0:
        raise BadInput(f"A seed of {seed} cannot be. Give 0 or more.")
    if time_limit_s is not None and not time_limit_s > 0:
        raise BadInput(f"A time limit of {time_limit_s:g} s cannot be. Give a number above zero.")
    if switch_cost is not None and not 0 <= switch_cost <= 1:
        raise BadInput(f"A switch cost of {switch_cost:g} cannot be. Give a share of all probability, 0 to 1.")
    with opened(path) as book:
        zone = book.mission.time_zone
        span, notes = _again(book, start, hours, switch_cost) if again else _next(book, start, hours)
        made = replan(book, span=span, seed=seed, time_limit_s=time_limit_s, progress=progress)
        locks = book.mission.locks
        return told(made, starts=span.starts, zone=zone, notes=notes, locks=locks, reasons=reasons)


def _next(book: Book, start: str | None, hours: float | None) -> tuple[Span, list[str]]:
    """The span of a new period, and what a manager should know of it."""
    now, zone, ipp = clock.now(), book.mission.time_zone, book.mission.ipp
    starts = clock.read_time(start, time_zone=zone, now=now, tense="future") if start else now
    if ipp is not None and starts < ipp.seen_at:
        raise BadInput(f"{start!r} is before the subject was last seen. Give the time when the search starts.")
    span = Span(starts=starts, hours=USUAL_H if hours is None else hours)
    notes = notes_of(book, span=span)
    if starts < now - timedelta(minutes=15):
        notes.append(f"The plan starts in the past, {clock.show_time(starts, zone)}.")
    return span, notes


def _again(book: Book, start: str | None, hours: float | None, switch_cost: float | None) -> tuple[Span, list[str]]:
    """The span of what is left of the period in force (its end stays where no hours are given); the map is brought up
    to date first."""
    now, zone = clock.now(), book.mission.time_zone
    starts = clock.read_time(start, time_zone=zone, now=now, tense="future") if start else now
    if book.mission.plan is not None and not start:
        starts = max(starts, book.mission.plan.event.starts)
    standing = standing_of(book, at=starts)
    assert book.mission.plan is not None  # `standing_of` has refused
    left = (book.mission.plan.event.ends - starts).total_seconds() / 3600
    span = Span(starts=starts, hours=left if hours is None else hours, again=standing)
    span = span if switch_cost is None else replace(span, switch_cost=switch_cost)
    notes = []
    if newer := book.newer_than_map():
        mapping.remake(book)
        notes.append(f"The map was made anew first: {'1 fact was' if newer == 1 else f'{newer} facts were'} newer.")
    return span, [*notes, *notes_of(book, span=span), *standing.notes]


def replan(
    book: Book, *, span: Span, seed: int = 0, time_limit_s: float | None = None, progress: Progress | None = None
) -> SearchPlan:
    """Makes the plan of an opened mission and writes it down; tells of the first usable one as progress."""

    def usable(first: SearchPlan) -> None:
        if progress is not None:
            progress(0.6, f"a first plan finds {first.value:.0%}, improving")

    now = clock.now()
    problem = problem_of(book, span=span)
    inputs = hash_of(book.mission, "plan", at=now)
    made = make_plan(
        problem, seed=seed, progress=progress, time_limit_s=time_limit_s, on_plan=usable if progress else None
    )
    data = plan_to_bytes(made)
    book.write(
        PlanMade(
            plan=blob_id(data),
            period=made.period,
            starts=span.starts,
            ends=span.ends,
            value=made.value,
            bound=made.bound,
            made_from=Provenance(inputs_sha256=inputs, seed=seed, version=__version__),
        ),
        at=now,
        blobs=[data],
        decided=False,
    )
    return made


def problem_of(book: Book, *, span: Span) -> PlanProblem:
    """The one mapping from a mission to the problem of who searches where."""
    mission, starts, hours = book.mission, span.starts, span.hours
    if not mission.teams:
        raise NotYet("This mission has no team yet. Register one with: homeward team MISSION NAME --kind dog.")
    terrain, belief = book.terrain(), book.belief()
    post = mission.base or (mission.ipp.place if mission.ipp else None)
    if post is None:
        raise NotYet("The teams have no place to start from. Say where the base is: homeward base MISSION PLACE.")
    plans = book.plans()
    period = plans[0][1].period if span.again else next_period(book)
    numbers = [nth_of(a.number, period) for _, p in plans if p.period == period for a in p.assignments]
    now_at = () if span.again is None else span.again.starts
    segments = with_drawn(
        book, plans[0][1].segments if plans else (), kept=[s.doing.segment for s in now_at if s.doing is not None]
    )
    return PlanProblem(
        terrain=terrain,
        belief=belief,
        teams=tuple(mission.teams.values()),
        bases_m=tuple(terrain.grid.to_m(t.base or post) for t in mission.teams.values()),
        segments=segments,
        duration_s=hours * 3600,
        period=period,
        first_task=max(numbers, default=0) + 1,
        night=is_night(post, starts),
        light_changes_s=light_changes_s(post, starts=starts, hours=hours),
        alive=alive_curves(mission, belief, starts=starts, hours=hours),
        movers=movers_of(book, belief, starts=starts, hours=hours),
        ipp_m=terrain.grid.to_m(mission.ipp.place) if mission.ipp else None,
        weather=mission.weather,
        numbers=numbers_of(mission),
        starts=now_at,
        switch_cost=span.switch_cost,
        earlier=() if span.again is None else _still_there(span.again.earlier, segments),
        locks=tuple(lock for lock in mission.locks.values() if lock.team is None or lock.team in mission.teams),
        own=mission.own_plan if mission.own_plan and mission.own_plan.orders else None,
    )


def nth_of(number: str, period: int) -> int:
    """Which assignment of its period a number names: 12 for 112, 100 for 1_100 (and for 1100, as older logs say)."""
    return int(number[len(str(period)) :].lstrip("_"))


def _still_there(told_before: tuple[Assignment, ...], segments: tuple[Segment, ...]) -> tuple[Assignment, ...]:
    """What teams were told, less what lies in segments that are no more."""
    names = {s.id for s in segments}
    return tuple(a for a in told_before if a.segment in names)


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


def movers_of(
    book: Book, belief: Belief, *, starts: datetime, hours: float, paths: int = PATHS, seed: int = 0
) -> Movers | None:
    """Who may still be on its way over a period, from the hour of the map in force on; None where nobody is."""
    ipp, made = book.mission.ipp, book.mission.map
    if ipp is None or made is None or made.at < ipp.seen_at:
        return None
    before = mapping.problem_of(book, now=made.at, evidence=False)
    gone_h = (starts - ipp.seen_at).total_seconds() / 3600
    return movers(before, belief, starts_h=gone_h, duration_s=3600 * hours, paths=paths, seed=seed)


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


def notes_of(book: Book, *, span: Span) -> list[str]:
    """What a manager should know before giving a new plan out."""
    mission, notes = book.mission, []
    if newer := book.newer_than_map():
        notes.append(newer_words(newer))
    if mission.find is not None:
        notes.append("The subject was found already: is this plan still needed?")
    if mission.base is None and any(t.base is None for t in mission.teams.values()):
        notes.append("No base is set: teams without one of their own start from the IPP (homeward base MISSION PLACE).")
    posts = {a.number for _, made in book.plans() for a in made.assignments if a.mode == "containment"}
    if held := sorted({s.event.assignment for s in mission.searches} & posts):
        notes.append(
            f"That nobody came by the posts held ({', '.join(held)}) does not count against subjects on their way: "
            "what this plan promises of posts near by may be too much."
        )
    notes += [
        f"Lock {lock.id} cannot be kept: {lock.team} is no longer here to search {lock.segment}. "
        f"Lock another team, or free it: homeward free MISSION {lock.id}."
        for lock in mission.locks.values()
        if lock.rule is LockRule.MUST and lock.team is not None and lock.team not in mission.teams
    ]
    post = mission.base or (mission.ipp.place if mission.ipp else None)
    if post is not None:
        for at_s in light_changes_s(post, starts=span.starts, hours=span.hours):
            when = span.starts + timedelta(seconds=at_s)
            dark = is_night(post, when)
            notes.append(
                f"It grows {'dark' if dark else 'light'} at {clock.show_time(when, mission.time_zone, day=False)}."
            )
    last = mission.plan
    if last is not None and span.again is None:
        over = {s.event.assignment for s in mission.searches} | {g.event.assignment for g in mission.given_up}
        left = [a for a in book.plan().assignments if a.number not in over]
        if left and last.event.ends > span.starts:
            names = ", ".join(f"{a.number} {a.team}" for a in left[:6]) + (" ..." if len(left) > 6 else "")
            notes.append(
                f"Not yet debriefed from the plan before: {names}. This plan takes their teams as back at base at its "
                "start: call them in first, or make the plan again with them where they are: homeward plan --again."
            )
    return notes
