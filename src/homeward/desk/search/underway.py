"""Where everybody is in the middle of a period: who is on which task, how far it has come, who is free and where.

Worked out from what was reported (a task begun, searched, given up, a position, a track), and by the plan's own clock
where nothing was. What teams under way have covered so far is not counted here: the map has it once they are debriefed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely
from shapely.ops import substring

from homeward.desk import clock
from homeward.desk.book import Book, plan_from_bytes
from homeward.desk.buildings.crew import inside_until
from homeward.desk.conditions import numbers_of
from homeward.detect import defaults
from homeward.errors import BadInput, NotYet
from homeward.exchange.track import parse_track
from homeward.mission.nouns import Team, TeamKind
from homeward.search.plan.problem import AT_BASE_M, TeamStart
from homeward.search.records import XY, Assignment, SearchPlan

OFF_PATH_M = 250.0  # a team seen farther than this from its task's path is not on it (our own choice)
_SAME_LANE_M = 30.0  # of lanes within this of where a team was seen, the one that it should be on counts (our own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a mission's teams stand: a start for each, in order; what they were told besides; what to say of it."""

    starts: tuple[TeamStart, ...]
    earlier: tuple[Assignment, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reports:
    """What was reported of one team: numbers begun, and over (searched or given up), and where it was seen last."""

    begun: Mapping[str, datetime]
    over: Mapping[str, datetime]
    given_up: frozenset[str]
    seen: tuple[datetime, XY] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doing:
    """A task as a team is on it: when it left for it, and from when to when it searches by the clock."""

    task: Assignment
    leaves: datetime
    begins: datetime
    ends: datetime

    def at(self, when: datetime) -> XY:
        """Where the clock has the team."""
        if when < self.begins:
            return _along(self.task.access_m, (when - self.leaves) / max(self.begins - self.leaves, _SECOND))
        return _along(self.task.route_m, self.share(when))

    def share(self, when: datetime) -> float:
        """The share of the path that is searched by then, by the clock."""
        return float(np.clip((when - self.begins) / max(self.ends - self.begins, _SECOND), 0.0, 1.0))


_SECOND = timedelta(seconds=1)


@dataclass(slots=True, kw_only=True)
class _State:
    """One team as the period goes on. `out_since`: when it left base, None: rested there; `back`: at base since.

    `worn` is how long it had been out already when it left without having rested.
    """

    team: Team
    base: XY
    at_m: XY
    out_since: datetime | None = None
    back: datetime | None = None
    flights: int = 0
    since: datetime | None = None
    doing: _Doing | None = None
    unreported: bool = False
    undebriefed: list[Assignment] = field(default_factory=list)
    ahead: list[Assignment] = field(default_factory=list)

    def leaves(self, at: datetime) -> None:
        """It sets out; from base that is a new outing, rested or with the time that it was out already."""
        if self.out_since is None or self.back is not None:
            self.out_since, self.back, self.flights = at - self._worn(at), None, self.flights + 1

    def stands(self, at_m: XY, since: datetime, *, home: bool = False) -> None:
        """It is free there since then."""
        self.at_m, self.since, self.doing = at_m, since, None
        self.back = since if home else None

    def start(self, at: datetime, doing: Assignment | None) -> TeamStart:
        """As the planner takes it."""
        left = None if self.team.batteries is None else max(self.team.batteries - self.flights, 0)
        return TeamStart(at_m=self.at_m, out_s=-self._worn(at).total_seconds(), doing=doing, batteries=left)

    def _worn(self, at: datetime) -> timedelta:
        if self.out_since is None:
            return timedelta(0)
        if self.back is None:
            return max(at - self.out_since, timedelta(0))
        rest = timedelta(seconds=self.team.turnaround_s or 0.0)
        return timedelta(0) if at - self.back >= rest else max(self.back - self.out_since, timedelta(0))


def standing_of(book: Book, *, at: datetime) -> Standing:
    """Where every team stands at a time within the period of the plan in force, and what it has still been told.

    Raises `NotYet` where there is no plan, `BadInput` where its period is over.
    """
    mission = book.mission
    if mission.plan is None:
        raise NotYet("There is no search plan to make again. Make one with: homeward plan MISSION --hours 4.")
    zone, last = mission.time_zone, mission.plan.event
    if at >= last.ends:
        raise BadInput(
            f"The plan's period ended at {clock.show_time(last.ends, zone)}. Plan the next one with: homeward plan "
            "MISSION --hours 4."
        )
    chain = [p.event for p in mission.plans if p.event.period == last.period and p.event.starts <= at]
    until = [*(event.starts for event in chain[1:]), at]
    plans = [
        (event.starts, plan_from_bytes(book.log.blob(event.plan)), end) for event, end in zip(chain, until, strict=True)
    ]
    states, starts = [], []
    notes: list[str] = []
    busy = inside_until(book, at=at)
    for team in mission.teams.values():
        state, reports = _at_base(book, team), _reports(book, team.id, since=plans[0][0], at=at)
        for begins, plan, ends in plans:
            _follow(state, plan, (begins, ends), reports)
        doing = _left(state, at, reports.seen)
        _seen_free(state, reports.seen)
        state.at_m = book.terrain().grid.onto(*state.at_m)  # lanes may end on the map's edge
        states.append(state)
        start = state.start(at, doing)
        if team.id in busy:
            start, words = _inside(start, busy[team.id], at, zone)
            state.ahead, notes = [], [*notes, f"{team.id} {words}"]
        starts.append(start)
    shift_s = (last.starts - at).total_seconds()
    earlier = tuple(_later(a, shift_s) for state in states for a in state.ahead)
    return Standing(starts=tuple(starts), earlier=earlier, notes=(*_notes(states, zone), *notes))


def _inside(start: TeamStart, busy: tuple[str, datetime, datetime], at: datetime, zone: str) -> tuple[TeamStart, str]:
    """A team's start where the plan of a building has it inside: free when that ends, but a task under way goes on."""
    building, begins, ends = busy
    if start.doing is not None and begins > at:
        when = clock.show_time(begins, zone, day=False)
        return start, f"is to go into {building} at {when}, which this plan does not keep free: plan inside again."
    when = clock.show_time(ends, zone, day=False)
    start = replace(start, doing=None, free_s=(ends - at).total_seconds())
    return start, f"is inside {building} and free at {when}."


def _at_base(book: Book, team: Team) -> _State:
    mission = book.mission
    home = team.base or mission.base or (mission.ipp.place if mission.ipp else None)
    if home is None:
        raise NotYet("The teams have no place to start from. Say where the base is: homeward base MISSION PLACE.")
    base = book.terrain().grid.to_m(home)
    rest_s = defaults(TeamKind(team.kind), numbers=numbers_of(mission)).turnaround_s
    own = team if team.turnaround_s is not None else replace(team, turnaround_s=rest_s)
    return _State(team=own, base=base, at_m=base)


def _reports(book: Book, team: str, *, since: datetime, at: datetime) -> _Reports:
    mission = book.mission
    begun = {b.event.assignment: b.at for b in mission.begun if b.event.team == team and b.at <= at}
    given_up = {g.event.assignment: g.at for g in mission.given_up if g.event.team == team and g.at <= at}
    searched = {s.event.assignment: s.at for s in mission.searches if s.event.team == team and s.at <= at}
    sightings = [s for s in _sightings(book, team) if since <= s[0] <= at]
    return _Reports(
        begun=begun,
        over={**searched, **given_up},
        given_up=frozenset(given_up),
        seen=max(sightings, key=lambda s: s[0], default=None),
    )


def _sightings(book: Book, team: str) -> Iterator[tuple[datetime, XY]]:
    """Where a team was seen and when: as told, and the last point of each of its tracks that has a time."""
    grid = book.terrain().grid
    if team in book.mission.seen:
        told = book.mission.seen[team]
        yield told.at, grid.to_m(told.event)
    for received in book.mission.tracks:
        if received.event.team == team:
            track = parse_track(book.log.blob(received.event.track), name=f"track of {team}")
            for piece in track.segments:
                if piece.at_s is not None:
                    last = int(np.nanargmax(piece.at_s))
                    x, y = grid.xy_m(piece.lonlat_deg[last : last + 1])[0].tolist()
                    yield datetime.fromtimestamp(float(piece.at_s[last]), UTC), (x, y)


def _follow(state: _State, plan: SearchPlan, span: tuple[datetime, datetime], reports: _Reports) -> None:
    """Takes a team through what one plan of the period told it, from the plan's start until the next plan's."""
    starts, until = span
    own = sorted((a for a in plan.assignments if a.team == state.team.id), key=lambda a: a.leaves_s)
    _taken_over(state, own, starts)
    late, state.ahead = timedelta(0), []
    for n, a in enumerate(own):
        told, begun, over = starts + _s(a.leaves_s) + late, reports.begun.get(a.number), reports.over.get(a.number)
        if a.number in reports.given_up and begun is None and over is not None and over <= told:
            continue  # never got to it
        on = state.doing.leaves if state.doing and a.underway else min(begun or told, over or until)
        if on >= until and (over is None or over > until) and not (begun and begun <= until):
            state.ahead = [_later(b, late.total_seconds()) for b in own[n:] if b.number not in reports.over]
            return
        shift = late if a.underway else late + (on - told)
        doing = _Doing(
            task=a,
            leaves=on,
            begins=starts + shift + _s(max(a.begins_s, 0.0) if a.underway else a.begins_s),
            ends=starts + shift + _s(a.ends_s),
        )
        late = max(late, shift)
        state.leaves(on)
        following = any(_begun(b, starts + late, reports) <= until for b in own[n + 1 :])
        if over is None and not following and until < doing.ends:
            state.doing, state.at_m, state.unreported = doing, doing.at(until), begun is None
            state.ahead = [_later(b, late.total_seconds()) for b in own[n + 1 :] if b.number not in reports.over]
            return
        _finish(state, doing, until, reports)


def _begun(task: Assignment, starts: datetime, reports: _Reports) -> datetime:
    """When a task was begun: as reported, else by the clock."""
    return reports.begun.get(task.number, starts + _s(task.leaves_s))


def _taken_over(state: _State, own: Sequence[Assignment], starts: datetime) -> None:
    """What a new plan took for granted: a team that it sends out from base is there; one on no task of it is free."""
    if own and own[0].underway:
        return
    state.doing = None
    if own and np.hypot(*np.subtract(own[0].access_m[0], state.base)) < AT_BASE_M and state.back is None:
        state.stands(state.base, starts, home=True)


def _finish(state: _State, doing: _Doing, until: datetime, reports: _Reports) -> None:
    """A task is over: as reported, or by the clock, and then it is yet to be debriefed."""
    task, over = doing.task, reports.over.get(doing.task.number)
    if task.number in reports.given_up:
        when = over or until
        state.stands(doing.at(when), when)
        return
    if over is None:
        state.undebriefed.append(task)
    ended = min(doing.ends, over or doing.ends)
    home = ended + _s(task.back_s - task.ends_s)
    if task.return_m and until >= home:
        state.stands(state.base, home, home=True)
    elif task.return_m and until > ended:
        state.stands(_along(task.return_m, (until - ended) / max(home - ended, _SECOND)), until)
    else:
        state.stands(task.route_m[-1], ended)


def _left(state: _State, at: datetime, seen: tuple[datetime, XY] | None) -> Assignment | None:
    """What is left of the task that a team is on, times counted from `at`; None where it is on none."""
    doing = state.doing
    if doing is None:
        return None
    task, done = doing.task, doing.share(at)
    if seen is not None and seen[0] >= doing.leaves and task.mode == "search":  # a post goes by the clock
        along = _searched_until(task.route_m, seen[1], doing.share(seen[0]))
        if along is not None and (doing.begins <= seen[0] or along > 0):
            done = min(along + (at - seen[0]) / max(doing.ends - doing.begins, _SECOND), 1.0)
            state.at_m = _along(task.route_m, done)
        else:
            done, state.at_m = 0.0 if along is None and at < doing.begins else done, seen[1]
    seconds = (1.0 - done) * (doing.ends - doing.begins).total_seconds()
    begins_s = (doing.begins - at).total_seconds()
    ends_s = max(begins_s, 0.0) + seconds
    return replace(
        task,
        access_m=() if begins_s <= 0 else (state.at_m, task.route_m[0]),
        route_m=_rest_of(task.route_m, done),
        leaves_s=(doing.leaves - at).total_seconds(),
        begins_s=begins_s,
        ends_s=ends_s,
        back_s=ends_s + task.back_s - task.ends_s,
        underway=True,
    )


def _seen_free(state: _State, seen: tuple[datetime, XY] | None) -> None:
    """A team on no task is where it was seen last, if that is newer than what the plan says."""
    if state.doing is not None or seen is None or (state.since is not None and seen[0] < state.since):
        return
    when, at_m = seen
    if np.hypot(*np.subtract(at_m, state.base)) <= AT_BASE_M:
        if state.out_since is not None and state.back is None:
            state.stands(state.base, when, home=True)
    else:
        state.leaves(when)
        state.stands(at_m, when)


def _notes(states: Sequence[_State], zone: str) -> Iterator[str]:
    by_clock = [
        f"{s.team.id} on {s.doing.task.number} since {clock.show_time(s.doing.leaves, zone, day=False)}"
        for s in states
        if s.doing and s.unreported
    ]
    if by_clock:
        yield f"By the plan's own clock, as nobody reported it begun: {', '.join(by_clock)}."
    on = [f"{s.doing.task.number} {s.team.id}" for s in states if s.doing and s.doing.task.mode == "search"]
    if on:
        yield (
            f"What has been searched so far of {', '.join(on)} is not counted before the debrief: this plan may send "
            "others over the same ground."
        )
    over = [f"{a.number} {s.team.id}" for s in states for a in s.undebriefed]
    if over:
        yield (
            f"Over by the plan's own clock, not debriefed: {', '.join(over)}. The map does not count them, so "
            "this plan may send others over the same ground."
        )


# --- times and paths --------------------------------------------------------------------------------------


def _s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _later(task: Assignment, seconds: float) -> Assignment:
    """A task with all its times so much later."""
    return replace(
        task,
        leaves_s=task.leaves_s + seconds,
        begins_s=task.begins_s + seconds,
        ends_s=task.ends_s + seconds,
        back_s=task.back_s + seconds,
    )


def _along(path_m: Sequence[XY], share: float) -> XY:
    """The point of a path at a share of its length."""
    if len(path_m) < 2:
        return path_m[0]
    point = shapely.LineString(path_m).interpolate(float(np.clip(share, 0.0, 1.0)), normalized=True)
    return float(point.x), float(point.y)


def _rest_of(path_m: Sequence[XY], done: float) -> tuple[XY, ...]:
    """A path less the share of it that is done."""
    if path_m[0] == path_m[-1] and len(path_m) == 2:
        return tuple(path_m)  # a post
    rest = substring(shapely.LineString(path_m), min(done, 0.999), 1.0, normalized=True)
    return tuple((float(x), float(y)) for x, y in rest.coords)


def _searched_until(path_m: Sequence[XY], at_m: XY, expected: float) -> float | None:
    """The share of a path that lies behind a team that was seen at a point; None where that is not on the path.

    Lanes lie side by side: of those that pass about as near, the one nearest to where the clock has the team counts.
    """
    line = shapely.LineString(path_m)
    share = np.linspace(0.0, 1.0, max(int(line.length / 10.0), 2))
    away = shapely.distance(shapely.line_interpolate_point(line, share, normalized=True), shapely.Point(at_m))
    if away.min() > OFF_PATH_M:
        return None
    nearest = np.r_[True, away[1:] <= away[:-1]] & np.r_[away[:-1] <= away[1:], True]
    near = share[nearest & (away <= away.min() + _SAME_LANE_M)]
    return float(near[np.abs(near - expected).argmin()])
