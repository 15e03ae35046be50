"""Leave now or hold: what staying costs and what leaving costs, for the carry-out that is planned, when something
threatens. Planning support: the medic decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import log
from pathlib import Path
from typing import Any, Final

import numpy as np

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.rescue.carry.carrying import carry_plan
from homeward.desk.rescue.carry.case import Asked, case_of
from homeward.desk.rescue.carry.routes import Json
from homeward.desk.rescue.carry.state import state_of_casualty
from homeward.desk.rescue.ways_out import minutes, read_duration
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.mission.people import Hazard
from homeward.rescue.carry import Spread, profile_along
from homeward.rescue.guard import exposure_along
from homeward.rescue.hold import Departure, Hold, HoldProblem, leave_or_hold
from homeward.rescue.numbers import number
from homeward.rescue.triage import MEDIC_DECIDES
from homeward.terrain.exposure import exposure_of

_Z80: Final = 1.2816  # standard deviations that hold 8 of 10 of a normal distribution


def hold_or_leave(
    path: Path,
    casualty: str = "1",
    *,
    hazard: str | None = None,
    begins: str | None = None,
    sure: str | None = None,
    lasts: str | None = None,
    personal: bool = True,
) -> Answer:
    """What each hour of departure costs on the way that is planned; nothing is written down.

    `hazard` is the marked hazard that threatens (left out: all), `begins` in how long it is there (left out: as it was
    marked, else now), `sure` within how much of that in 8 cases of 10, `lasts` how long it then lasts. Without
    `personal` the casualty's chance to live is left out.
    """
    with opened(path, read_only=True) as book:
        plan = carry_plan(book, casualty)
        if plan is None:
            raise NotYet("No carry-out is planned yet. Plan it first: homeward carryout MISSION.")
        now, zone = clock.now(), book.mission.time_zone
        threats = _threats(book, hazard)
        problem = _problem(book, plan, threats, now=now, told=(begins, sure, lasts))
        crossed = _crossed(book, plan, threats)
    made = leave_or_hold(problem)
    rows = [_row(d, now, personal=personal) for d in _few(made)]
    why = [w for w in made.why if personal or "casualty" not in w]
    soonest = made.departures[0].delay_s
    leave = "LEAVE NOW" if soonest == 0 else f"LEAVE AS SOON AS CAN BE, about {_clock(now, soonest, zone)}"
    head = leave if made.leave else f"HOLD, leave at {_clock(now, made.best.delay_s, zone)}"
    lines = [f"{head} ({', '.join(h.label or h.id for h in threats)}).", *(f"  {w}" for w in [*why, *crossed]), ""]
    lines += [_line(d, now, zone, personal=personal) for d in _few(made)]
    data = {"leave": made.leave, "delay_s": made.best.delay_s, "departures": rows, "why": [*why, *crossed]}
    return Answer(text="\n".join([*lines, MEDIC_DECIDES]), data=data)


def _threats(book: Book, name: str | None) -> list[Hazard]:
    marked = book.mission.crew.hazards
    if not marked:
        raise NotYet("No hazard is marked, so nothing threatens. Mark it first: homeward hazard MISSION NAME ...")
    if name is None:
        return list(marked.values())
    if name not in marked:
        raise UnknownName("hazard", name, marked)
    return [marked[name]]


def _problem(
    book: Book, plan: Json, threats: Sequence[Hazard], *, now: datetime, told: tuple[str | None, str | None, str | None]
) -> HoldProblem:
    row = plan["routes"][plan["chosen"] - 1]
    case = case_of(book, plan["casualty"], Asked(bearers=plan["bearers"]), now=now)
    terrain = case.terrain
    profile = profile_along(terrain, terrain.grid.xy_m(row["line"]))
    slower = row["carry_s"] / max(float(profile.carry_s.sum()), 1e-9)
    threat = exposure_of(terrain, [_always(h) for h in threats])
    way = exposure_along(profile, threat.hits_per_h, terrain)
    names = {h.id for h in threats}
    others = exposure_of(terrain, [h for h in book.mission.crew.hazards.values() if h.id not in names], at=now)
    begins, sure, lasts = told
    return HoldProblem(
        people=row["people"],
        way_s=profile.carry_s * slower,
        way_hits_per_s=way,
        here_hits_per_s=float(threat.along([case.at_m])[0]) / 3600,
        begins=_begins(threats, begins, sure, now),
        lasts=_lasts(threats, lasts, now),
        base_hits_per_s=exposure_along(profile, others.hits_per_h, terrain),
        death_per_s=state_of_casualty(book, case).hazard_per_h() / 3600,
        way_spread=number("litter_sd_log"),
        ready_s=max((_start(plan) - now).total_seconds(), 0.0),
    )


def _start(plan: Json) -> datetime:
    """When the planned way is set out on: packaged, its medic and bearers there."""
    row = plan["routes"][plan["chosen"] - 1]
    return datetime.fromisoformat(plan["now"]) + timedelta(seconds=row["starts_s"])


def _crossed(book: Book, plan: Json, threats: Sequence[Hazard]) -> list[str]:
    """Which of the ways that are not taken each threat lies across."""
    terrain = book.terrain()
    ways = {row["n"]: profile_along(terrain, terrain.grid.xy_m(row["line"])) for row in plan["routes"]}
    said = []
    for one in threats:
        threat = exposure_of(terrain, [_always(one)])
        hit = [n for n, way in ways.items() if exposure_along(way, threat.hits_per_h, terrain).any()]
        names = ", ".join(str(n) for n in hit if n != plan["chosen"])
        if names:
            whose = f"way {plan['chosen']}, which is taken, and {names}" if plan["chosen"] in hit else f"way {names}"
            said.append(f"{one.label or one.id} lies across {whose}.")
    return said


def _always(hazard: Hazard) -> Hazard:
    return replace(hazard, begins=None, ends=None)


def _begins(threats: Sequence[Hazard], told: str | None, sure: str | None, now: datetime) -> Spread:
    marked = [h.begins for h in threats if h.begins is not None]
    if told is not None:
        median = read_duration(told, "The time until it begins")
    else:
        median = max((min(marked) - now).total_seconds(), 0.0) if marked else 0.0
    if median <= 0:
        return Spread(median=0.0)
    within = median / 2 if sure is None else read_duration(sure, "How sure the beginning is")
    if within >= 4 * median:
        raise BadInput(f"{sure!r} is too wide for a beginning in {minutes(median)}. Give less.")
    return Spread(median=median, sd_log=log(1 + within / median) / _Z80)


def _lasts(threats: Sequence[Hazard], told: str | None, now: datetime) -> Spread | None:
    if told is not None:
        return Spread(median=read_duration(told, "The time that it lasts"), sd_log=0.3)
    ends = [h.ends for h in threats]
    if all(e is not None for e in ends):
        last = max(e for e in ends if e is not None)
        begun = max([now, *(h.begins for h in threats if h.begins is not None)])
        return Spread(median=max((last - begun).total_seconds(), 0.0))
    return None


def _few(made: Hold) -> list[Departure]:
    """Now, the best, the last, and some between."""
    all_ = list(made.departures)
    kept = {0, len(all_) - 1, all_.index(made.best), *np.linspace(0, len(all_) - 1, 6).astype(int).tolist()}
    return [all_[i] for i in sorted(kept)]


def _line(d: Departure, now: datetime, zone: str, *, personal: bool) -> str:
    alive = f", casualty alive at the exit {d.p_alive:.1%}" if personal else ""
    return (
        f"  leave {_clock(now, d.delay_s, zone)}: {d.hits:.3f} injuries expected ({d.hits_here:.3f} here, "
        f"{d.hits_way:.3f} on the way), nobody hurt by it {d.p_unhurt:.1%}{alive}"
    )


def _row(d: Departure, now: datetime, *, personal: bool) -> dict[str, Any]:
    row = {
        "delay_s": d.delay_s,
        "at": (now + timedelta(seconds=d.delay_s)).isoformat(),
        "hits": d.hits,
        "hits_here": d.hits_here,
        "hits_way": d.hits_way,
        "p_unhurt": d.p_unhurt,
        "p_clear": d.p_clear,
    }
    return row | ({"p_alive": d.p_alive} if personal else {})


def _clock(now: datetime, seconds: float, zone: str) -> str:
    return clock.show_time(now + timedelta(seconds=seconds), zone, day=False)
