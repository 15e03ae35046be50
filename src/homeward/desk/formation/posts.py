"""From the mission to a formation's posts: where lookouts, back-up and the medic pair wait, and which crew when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from homeward.desk.book import Book
from homeward.desk.find.roles import scene_name
from homeward.desk.formation.bearers import bearers_for
from homeward.desk.formation.crews import NAMES, PAIR, Crew, crews_of
from homeward.desk.formation.light import by_light
from homeward.desk.formation.uncovered import Gap, findings_words, gap_words, gaps_of
from homeward.desk.whereabouts import base_m, teams_at
from homeward.errors import BadInput, NotYet
from homeward.geo import format_place
from homeward.mission.nouns import TeamKind
from homeward.mission.people import Hazard, Phase, Role
from homeward.search.plan.skills import FLYING
from homeward.search.records import XY, Assignment
from homeward.team.posts import HeldPost, PostPlan, TeamTask, Watch, backup_posts, lookouts, medic_posts, part
from homeward.team.rally import Comer, rally_point
from homeward.terrain import Terrain
from homeward.terrain.exposure import Exposure, exposure_of

Progress = Callable[[float, str], None]
LITTER = 6
"""Bearers for one litter: the usual number of wilderness rescue manuals, as in `rescue/numbers.csv`."""
_PASSING_S = 300.0  # a medic's post held for less is only passed on the way: ours


def quiet(_share: float, _what: str) -> None:
    """Tells nobody how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The crews a phase asks for. Times of their posts are seconds from `starts`."""

    starts: datetime
    crews: tuple[Crew, ...]
    why: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Ground:
    """What the posts are found on."""

    terrain: Terrain
    base: XY
    exposure: Exposure
    within_s: float
    starts: datetime
    tell: Progress
    now_s: float = 0.0
    said: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def posted(self, crews: Sequence[Crew], *, starts: datetime, notes: tuple[str, ...]) -> Posted:
        """The crews with what was said, and what stays open, on the way."""
        open_, gaps = self.not_covered(), tuple(self.gaps)
        return Posted(starts=starts, crews=tuple(crews), why=tuple(self.said), open=open_, gaps=gaps, notes=notes)

    def not_covered(self) -> tuple[str, ...]:
        """What the posts do not do, in sentences."""
        return (*self.open, *gap_words(self.gaps))


def posts_of(
    book: Book, phase: Phase, *, at: datetime, hours: float, within_s: float, tell: Progress = quiet
) -> Posted:
    """The crews that the phase asks for, from the plan, the finds, where everybody is, and the hazards."""
    if book.mission.area is None:
        return _nowhere(book, phase, at)
    ground = _ground(book, at=at, hours=hours, within_s=within_s, tell=tell)
    if phase is Phase.SEARCH:
        return _search(book, ground, at)
    return _rescue(book, ground, at, hours) if phase is Phase.RESCUE else _withdrawal(book, ground, at)


def backup_later(book: Book, posted: Posted, *, at: datetime, hours: float, within_s: float) -> Posted:
    """The same crews for the search, but back-up that may take `within_s` to come."""
    others = tuple(crew for crew in posted.crews if Role.BACKUP.value not in crew.need)
    ground = _ground(book, at=at, hours=hours, within_s=within_s, tell=quiet)
    ground.now_s = (at - posted.starts).total_seconds()
    return replace(posted, crews=(*others, *_backup(ground, _afoot(book, ground.now_s))))


def litters(book: Book) -> int:
    """How many litters are to be carried: the finds that nobody called dead and that were not handed over yet."""
    return len(_to_carry(book))


def _to_carry(book: Book) -> list[str]:
    """The casualties for whom a litter is needed."""
    return [find.event.casualty for find in book.mission.open_finds if find.event.alive is not False]


def _nowhere(book: Book, phase: Phase, at: datetime) -> Posted:
    note = "No ground is loaded, so no place is chosen for anybody (homeward area load MISSION)."
    crews = [_pair()] if phase is Phase.SEARCH else [_scene(phase), *_bearers(book), *_rear(book, phase)]
    return Posted(starts=at, crews=tuple(crews), notes=(note,))


def _ground(book: Book, *, at: datetime, hours: float, within_s: float, tell: Progress) -> _Ground:
    base = base_m(book)
    if base is None:
        raise NotYet("Nobody knows where people wait. Say where the base is: homeward base MISSION PLACE.")
    terrain, ends = book.terrain(), at + timedelta(hours=hours)
    threatening = [one for one in book.mission.crew.hazards.values() if _overlaps(one, at, ends)]
    exposure = exposure_of(terrain, threatening)
    said = findings_words(exposure.findings)
    tell(0.05, "hazards")
    return _Ground(terrain=terrain, base=base, exposure=exposure, within_s=within_s, starts=at, tell=tell, said=said)


def _overlaps(hazard: Hazard, begins: datetime, ends: datetime) -> bool:
    return (hazard.begins is None or hazard.begins < ends) and (hazard.ends is None or hazard.ends > begins)


# --- search -----------------------------------------------------------------------------------------------


def _search(book: Book, ground: _Ground, at: datetime) -> Posted:
    mission = book.mission
    if mission.plan is None or at >= mission.plan.event.ends:
        note = "No plan is in force, so posts are not chosen: the medic pair waits at base (homeward plan MISSION)."
        return Posted(starts=at, crews=(_pair(ground.base),), notes=(note, *ground.said))
    starts = mission.plan.event.starts
    tasks = plan_tasks(book, from_s=(at - starts).total_seconds())
    if not tasks:
        note = "Every task of the plan is over: the medic pair waits at base."
        return Posted(starts=starts, crews=(_pair(ground.base),), notes=(note, *ground.said))
    ground.starts, ground.now_s = starts, (at - starts).total_seconds()
    afoot = _afoot(book, ground.now_s)
    medic = _medic(ground, tasks)
    crews = [medic, *_lookouts(ground, afoot), *_backup(ground, afoot)]
    return ground.posted(crews, starts=starts, notes=_signal_note(book))


def _afoot(book: Book, from_s: float) -> list[TeamTask]:
    flying = {name for name, team in book.mission.teams.items() if team.kind in FLYING}
    return [task for task in plan_tasks(book, from_s=from_s) if task.team not in flying]


def plan_tasks(book: Book, *, from_s: float) -> list[TeamTask]:
    """What is left of the plan in force from `from_s` on (seconds from its start): ways, searches, ways back."""
    over = {s.event.assignment for s in book.mission.searches} | {g.event.assignment for g in book.mission.given_up}
    left = [a for a in book.plan().assignments if a.number not in over and a.back_s > from_s]
    return [task for a in left for task in _stretches(a, from_s)]


def _stretches(task: Assignment, from_s: float) -> Iterable[TeamTask]:
    parts = (
        (task.access_m, task.leaves_s, task.begins_s, 0.0),
        (task.route_m, task.begins_s, task.ends_s, task.pos),
        (task.return_m, task.ends_s, task.back_s, 0.0),
    )
    for path, begins_s, ends_s, pos in parts:
        if len(path) == 0 or ends_s <= max(begins_s, from_s):
            continue
        way = np.asarray(path, dtype=np.float64)
        whole = TeamTask(team=task.team, path_m=way, begins_s=begins_s, ends_s=ends_s, pos=pos, label=task.number)
        yield whole if from_s <= begins_s else part(whole, from_s, ends_s)


def _medic(ground: _Ground, tasks: Sequence[TeamTask]) -> Crew:
    ground.tell(0.1, "the medic's posts")
    try:
        plan = medic_posts(ground.terrain, tasks, base_m=ground.base, exposure=ground.exposure)
    except BadInput as err:
        ground.open.append(f"The medic pair waits at base: {err}")
        return _pair(ground.base)
    _note(ground, plan)
    held = tuple(post for post in _in_time(ground, plan.posts) if post.ends_s - post.begins_s > _PASSING_S)
    return replace(_pair(), held=held) if held else _pair(ground.base)


def _lookouts(ground: _Ground, tasks: Sequence[TeamTask]) -> list[Crew]:
    """By day and in the dark apart: at night a lookout sees what comes only close by."""
    if not tasks or not ground.exposure.threats:
        return []
    ground.tell(0.4, "lookouts")
    place = ground.terrain.grid.to_place(*ground.base)
    parts = by_light(tasks, place=place, starts=ground.starts)
    held: list[HeldPost] = []
    for dark, some in parts.items():
        plan = lookouts(
            ground.terrain,
            some,
            ground.exposure,
            base_m=ground.base,
            watch=Watch(dark=dark),
            starts=ground.starts,
        )
        when = "In the dark: " if dark else "By day: " if len(parts) > 1 else ""
        _note(ground, plan, when=when)
        held += plan.posts
    return crews_of(Role.LOOKOUT, _in_time(ground, held))


def _backup(ground: _Ground, tasks: Sequence[TeamTask]) -> list[Crew]:
    ground.tell(0.6, "back-up posts")
    plan = backup_posts(
        ground.terrain,
        tasks,
        within_s=ground.within_s,
        base_m=ground.base,
        exposure=ground.exposure,
        there_m=[ground.base],
    )
    _note(ground, plan)
    return crews_of(Role.BACKUP, _in_time(ground, plan.posts))


def _in_time(ground: _Ground, posts: Sequence[HeldPost]) -> Iterable[HeldPost]:
    """The posts as they can be held: who should have left before now leaves now, and is there later or never."""
    for post in posts:
        late_s = 0.0 if post.leaves_s is None else max(ground.now_s - post.leaves_s, 0.0)
        if late_s == 0 or post.leaves_s is None:
            yield post
        elif post.begins_s + late_s < post.ends_s:
            yield replace(post, leaves_s=ground.now_s, begins_s=post.begins_s + late_s)
        else:
            at = format_place(ground.terrain.grid.to_place(*post.at_m), "mgrs")
            whom = f" for {', '.join(post.covers)}" if post.covers else ""
            ground.open.append(f"Nobody can be at {at} in time as {post.role.value}{whom}.")


def _note(ground: _Ground, plan: PostPlan, *, when: str = "") -> None:
    ground.said += [f"{when}{words}" for words in plan.why]
    ground.open += plan.open
    ground.gaps += gaps_of(plan.unwarned, dark=when.startswith("In"))


# --- rescue and withdrawal --------------------------------------------------------------------------------


def _rescue(book: Book, ground: _Ground, at: datetime, hours: float) -> Posted:
    finds = book.mission.finds
    if not finds:
        raise NotYet("Nobody was found yet, so there is nobody to rescue. Record it first: homeward found MISSION.")
    crews, notes = list[Crew](), tuple[str, ...]()
    tasks: list[TeamTask] = []
    for find in book.mission.open_finds or finds[-1:]:
        place, casualty = find.event.place, find.event.casualty
        scene, name = ground.terrain.grid.to_m(place), scene_name(book.mission, casualty)
        on_map, dead = bool(ground.terrain.grid.contains(*scene)), find.event.alive is False
        crews.append(_scene(Phase.RESCUE, scene, name=name, dead=dead))
        if not on_map:
            notes = (*notes, "The find lies off the map: nobody is posted around it.")
        if not dead and casualty in _to_carry(book):
            crews.append(Crew(id=f"litter {casualty}", need={"carrier": LITTER}, at_m=scene))
            carry = bearers_for(book, place, ground.terrain if on_map else None)
            notes = (*notes, f"{carry.words} Here are the {LITTER} whom a litter takes at least.")
        if on_map:
            label = "the find" if name == "scene" else f"find {casualty}"
            way = np.array([scene])
            tasks.append(TeamTask(team=name, path_m=way, begins_s=0.0, ends_s=3600 * hours, label=label))
    crews += _rear(book, Phase.RESCUE)
    crews += [*_lookouts(ground, tasks), *_backup(ground, tasks)] if tasks else []
    return ground.posted(crews, starts=at, notes=(*notes, *_signal_note(book)))


def _withdrawal(book: Book, ground: _Ground, at: datetime) -> Posted:
    mission, grid = book.mission, ground.terrain.grid
    home = grid.to_m(mission.crew.rally.event.place) if mission.crew.rally else ground.base
    away = {
        name: place
        for name, place in teams_at(book, at=at).items()
        if mission.teams[name].kind is not TeamKind.HELICOPTER and bool(grid.contains(*place))
    }
    crews = [_scene(Phase.WITHDRAWAL), *_bearers(book), *_rear(book, Phase.WITHDRAWAL)]
    if away:
        comers = [Comer(id=name, at_m=place) for name, place in away.items()]
        back = rally_point(ground.terrain, comers, exposure=ground.exposure, at_m=home)
        ways = [
            TeamTask(team=one.id, path_m=np.array(one.way_m), begins_s=0.0, ends_s=one.arrives_s, label="the way back")
            for one in back.arrivals
            if one.arrives_s > 0 and one.way_m
        ]
        crews += _lookouts(ground, ways)
        ground.open += [f"{name} has no way back on foot." for name in back.cannot]
    return ground.posted(crews, starts=at, notes=_signal_note(book))


def _scene(phase: Phase, place: XY | None = None, *, name: str = "scene", dead: bool = False) -> Crew:
    """Whoever leads, with the medic and the guard: at the find, or with those who go home; with the dead, two stay."""
    name = name if phase is Phase.RESCUE else NAMES[Role.MEDIC]
    return Crew(id=name, need={"lead": 1, "searcher": 1} if dead else {"lead": 1, "medic": 1, "guard": 1}, at_m=place)


def _bearers(book: Book, place: XY | None = None) -> list[Crew]:
    return [Crew(id=f"litter {n}", need={"carrier": LITTER}, at_m=place) for n in range(1, litters(book) + 1)]


def _rear(book: Book, phase: Phase) -> list[Crew]:
    """Two who go last and watch the way: on every withdrawal, and wherever a hazard is marked."""
    if phase is Phase.WITHDRAWAL or book.mission.crew.hazards:
        return [Crew(id="rear guard", need={"rear": PAIR})]
    return []


def _pair(place: XY | None = None) -> Crew:
    return Crew(id=NAMES[Role.MEDIC], need={"medic": 1, "guard": 1}, at_m=place)


def _signal_note(book: Book) -> tuple[str, ...]:
    if book.mission.crew.signals is not None:
        return ()
    return ("No warning and recall signals are agreed yet: homeward signals MISSION.",)
