"""What a plan of cover is made from: targets, teams with abilities, places to wait, days with their weights, times."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from homeward.desk.book import Book
from homeward.desk.readiness.cover.strength import SURE, TEAM_OF
from homeward.desk.readiness.cover.targets import ways_known
from homeward.desk.readiness.cover.teams import ANY, Asked, CoverTeam, home_of, teams_of
from homeward.desk.readiness.cover.travel import Travels
from homeward.desk.readiness.cover.weights import hit_chances
from homeward.errors import BadInput, NotYet
from homeward.geo import Floats, Place, distance_m, format_place
from homeward.readiness.cover.records import LOSS_PER_H
from homeward.terrain import Exposure, exposure_of
from homeward.words import percent

Json = dict[str, Any]
POST: Final = "the command post"
MOST_TARGETS, MOST_SLICES = 120, 8
"""Planned for at once: ours, so that a plan is there within a minute."""
WAY_WORDS: Final = {
    "reserve": "one hit comes by one way, and each way counts by itself",
    "deterrence": "one hit comes by one way: of each target the dearest counts",
}
SAME_M: Final = 30.0
"""Places nearer than this are one: ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A target with the loss by each way, and the share lost an hour (`own_share`: homeward's assumption)."""

    id: str
    label: str
    place: Place
    value: float
    ways: tuple[tuple[str, float], ...]
    loss_per_h: float
    own_share: bool

    @property
    def dearest(self) -> float:
        """What is lost by the dearest way: one hit comes by one way."""
        return max(loss for _, loss in self.ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where a reserve can wait."""

    id: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoverCase:
    """Everything that the views plan from. `chance` (slices, targets) is how likely each is hit in each span of days,
    `by` until the end of each, None where nothing is warned of; `travel` knows the times between all places.
    """

    now: datetime
    asked: Asked
    goals: tuple[Goal, ...]
    spots: tuple[Spot, ...]
    teams: tuple[CoverTeam, ...]
    cuts: tuple[datetime, ...]
    chance: Floats | None
    by: Floats | None
    reached: tuple[bool, ...]
    travel: Travels
    exposure: Exposure
    notes: tuple[str, ...]
    own: tuple[str, ...]

    @property
    def ways(self) -> tuple[str, ...]:
        """Every way that any target can be hit."""
        return tuple(dict.fromkeys(way for goal in self.goals for way, _ in goal.ways))

    def teams_in(self, n: int) -> tuple[CoverTeam, ...]:
        """Who is there when a span of days begins."""
        return tuple(t for t in self.teams if t.there <= self.cuts[n])

    def spots_s(self) -> Floats:
        """(spots, targets) seconds from where a reserve may wait."""
        return self.travel.times_s([s.place for s in self.spots], [g.place for g in self.goals])


def case_of(book: Book, asked: Asked, *, now: datetime, known: Mapping[tuple[str, str], float]) -> CoverCase:
    """Puts together what a plan is made from. Raises `NotYet` where there are no targets, teams or ground."""
    goals = _goals(book)
    terrain = book.terrain()
    travel = Travels(terrain, on_foot=asked.on_foot, known=known)
    goals_in = {way for goal in goals for way, _ in goal.ways}
    teams, notes = teams_of(book, asked, ways=goals_in, now=now)
    spots = _spots(book, asked, teams)
    reach = travel.times_s([s.place for s in spots], [g.place for g in goals])
    reached: tuple[bool, ...] = tuple(np.asarray(np.isfinite(reach).any(axis=0)).tolist())
    open_ = [g for g, r in zip(goals, reached, strict=True) if r]
    exposure = exposure_of(terrain, book.mission.crew.hazards.values(), at=now)
    spots += _middle(travel, open_, spots, exposure)
    if asked.view != "reserve":  # who stands at a target and leaves it, leaves it open: a reserve waits elsewhere
        spots += tuple(Spot(id=g.id, place=g.place) for g in open_)
    cuts = _cuts(asked, teams, now=now)
    chance, by, said, own = hit_chances(book, [g.id for g in goals], cuts, now=now)
    return CoverCase(
        now=now,
        asked=asked,
        goals=goals,
        spots=spots,
        teams=teams,
        cuts=cuts,
        chance=chance,
        by=by,
        reached=reached,
        travel=travel,
        exposure=exposure,
        notes=(*notes, *said),
        own=(*_own(goals, teams, asked, by_road=travel.net is not None), *own),
    )


def _goals(book: Book) -> tuple[Goal, ...]:
    known = book.mission.readiness.targets.values()
    if not known:
        raise NotYet("There is no target to cover yet. Name one: homeward target set MISSION NAME PLACE --value 10.")
    if len(known) > MOST_TARGETS:
        raise BadInput(f"There are {len(known)} targets; {MOST_TARGETS} can be planned for. Drop the cheapest.")
    return tuple(
        Goal(
            id=t.id,
            label=t.label,
            place=t.place,
            value=t.value,
            ways=t.ways or ((ANY, t.value),),
            loss_per_h=LOSS_PER_H if t.loss_per_h is None else t.loss_per_h,
            own_share=t.loss_per_h is None,
        )
        for t in known
    )


# --- places ---------------------------------------------------------------------------------------------------


def _spots(book: Book, asked: Asked, teams: Sequence[CoverTeam]) -> tuple[Spot, ...]:
    """Where a reserve may wait: the command post, the meeting point, places asked for, where teams are."""
    home, rally = home_of(book), book.mission.crew.rally
    first = [] if home is None else [Spot(id=POST, place=home)]
    first += [] if rally is None else [Spot(id="the meeting point", place=rally.event.place)]
    first += [Spot(id=format_place(p, "mgrs"), place=p) for p in (*asked.bases, *(t.place for t in teams))]
    kept: list[Spot] = []
    for spot in first:
        if all(distance_m(spot.place, other.place) > SAME_M for other in kept):
            kept.append(spot)
    return tuple(kept)


def _middle(travel: Travels, goals: Sequence[Goal], spots: Sequence[Spot], exposure: Exposure) -> tuple[Spot, ...]:
    """The place, out of hazards, from which on foot the dearest loss at any of the targets is least; none where it is
    no new one.
    """
    if len(goals) < 2:
        return ()
    fields = [(g.value * g.loss_per_h, travel.from_place_s(g.place)) for g in goals]
    worst = np.max([k * f for k, f in fields if f is not None], axis=0)
    worst = np.where(exposure.unsafe(), np.inf, worst)
    row, col = (int(v) for v in np.unravel_index(int(np.argmin(worst)), worst.shape))
    if not np.isfinite(worst[row, col]):
        return ()
    x, y = travel.grid.centers_m()
    place = travel.grid.to_place(float(x[col]), float(y[row]))
    if any(
        distance_m(place, other) <= 2 * travel.grid.cell_m
        for other in (*(s.place for s in spots), *(g.place for g in goals))
    ):
        return ()
    return (Spot(id=f"the middle, {format_place(place, 'mgrs')}", place=place),)


def _cuts(asked: Asked, teams: Sequence[CoverTeam], *, now: datetime) -> tuple[datetime, ...]:
    """When the plan changes: now, when more teams are there, and after the days asked for; the end last."""
    days = [now + timedelta(days=d) for d in asked.days]
    end = days[-1] if days else now + timedelta(days=1)
    joins = sorted({t.there for t in teams if now < t.there < end})
    cuts = sorted({now, *joins, *(d for d in days if d > now), end})
    if len(cuts) - 1 > MOST_SLICES:
        kept = {now, end, *days}
        spare = MOST_SLICES + 1 - len(kept)
        kept |= set(joins[-spare:]) if spare > 0 else set()
        cuts = sorted(kept)
    return tuple(cuts)


def _own(goals: Sequence[Goal], teams: Sequence[CoverTeam], asked: Asked, *, by_road: bool) -> tuple[str, ...]:
    """What stands on homeward's own assumptions, in words."""
    said = []
    if any(g.own_share for g in goals) and asked.view == "reserve":
        said.append(f"{percent(LOSS_PER_H)} of a target's value is lost for each hour until somebody is there")
    said += _own_abilities(goals, teams, asked) if asked.view == "reserve" else []
    if any(len(g.ways) > 1 for g in goals):
        said.append(WAY_WORDS.get(asked.view, "the whole value of a target counts, all its ways together"))
    if asked.view != "reserve" and any(t.told for t in teams):
        said.append("every team can do everything: this view does not look at roles")
    said.append("a team counts at its post from the start of each span of days, though it needs its way there")
    if by_road and not asked.on_foot:
        said.append("vehicles stand where teams reach the road, and speeds on roads are of our table")
    if any(t.mustered for t in teams):
        said.append(
            f"teams are made of {TEAM_OF} of those who come, and count once they are there with {percent(SURE)}"
        )
    return tuple(said)


def _own_abilities(goals: Sequence[Goal], teams: Sequence[CoverTeam], asked: Asked) -> list[str]:
    ways = sorted({way for goal in goals for way, _ in goal.ways if way != ANY})
    ours = [w for w in ways if w not in asked.needs and ways_known()[w].roles]
    words = "; ".join(f"{w}: {' or '.join(r.value for r in ways_known()[w].roles)}" for w in ours)
    unknown = [t.id for t in teams if not t.told]
    said = [f"of {', '.join(unknown)} nobody is registered: taken to be able to everything"] if unknown and ways else []
    return [
        *said,
        *([f"who can guard against what ({words}; the rest: anybody)"] if ours and len(unknown) < len(teams) else []),
    ]


def pairs_of(case: CoverCase) -> list[list[Any]]:
    """The travel times that the plan stands on, to be kept with it: [from, to, seconds or None]."""
    known = case.travel.known
    return [[a, b, None if math.isinf(known[a, b]) else known[a, b]] for a, b in sorted(case.travel.asked)]


def known_pairs(rows: Sequence[Sequence[Any]]) -> dict[tuple[str, str], float]:
    """The same, read again."""
    return {(a, b): math.inf if s is None else float(s) for a, b, s in rows}
