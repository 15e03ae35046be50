"""The verbs that write down a fact: who is missing, where from, who is here to search.

Each takes plain values as a person gives them, checks them, and appends one entry.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.conditions import numbers_of
from homeward.desk.scenarios import forgotten, one_of
from homeward.desk.search.coverage import registered
from homeward.detect import CAMERAS, Numbers, camera_of, seen_as
from homeward.errors import BadInput, UnknownName
from homeward.geo import Place, format_place, parse_place
from homeward.log import MissionLog
from homeward.mission import counting, newer_words
from homeward.mission.choices import SegmentDrawn
from homeward.mission.events import (
    BaseSet,
    EntryUndone,
    IppSet,
    MissionOpened,
    SubjectDescribed,
    TeamRegistered,
    TeamStoodDown,
)
from homeward.mission.nouns import Ipp, Mobility, Subject, Team, TeamKind, Visibility

LONGEST_NAME = 60
TEAM_LIMITS = {
    "people": ("people:", "", 100),
    "sweep_width_m": ("a sweep width of", " m", 2000),
    "speed_mps": ("a speed of", " m/s", 60),
    "endurance_s": ("an endurance of", " s", 86400),
    "turnaround_s": ("a turnaround of", " s", 86400),
    "spacing_m": ("a spacing of", " m", 200),
    "height_m": ("a height of", " m", 1000),
    "field_of_view_deg": ("an angle of view of", " deg", 170),
    "image_px": ("a picture of", " px", 20000),
    "batteries": ("batteries:", "", 100),
}
"""What a team may have, and how long its name may be: homeward's own limits, against slips of the pen."""

OVERRIDES = frozenset({"sweep_width_m", "speed_mps", "endurance_s", "turnaround_s"})
ONLY_FOR = {
    "spacing_m": (frozenset({TeamKind.LINE}), "a line"),
    "height_m": (CAMERAS, "a drone"),
    "field_of_view_deg": (CAMERAS, "a drone"),
    "image_px": (CAMERAS, "a drone"),
    "batteries": (CAMERAS, "a drone"),
}
"""The fields of a team that mean something for some kinds only, and how those are called."""

OLDEST = 130
"""Years; nobody on record grew older than 122 (Gerontology Research Group, validated cases)."""


def new(path: Path, *, name: str, time_zone: str = "UTC", exercise: bool = False, at: str | None = None) -> Answer:
    """Opens a mission: makes its file and writes the first entry."""
    if not name.strip():
        raise BadInput("The mission has no name. Give one, such as --name 'Frozen Head, 21 Nov'.")
    clock.zone(time_zone)
    now = clock.now()
    when = clock.read_time(at, time_zone=time_zone, now=now, tense="past") if at else now
    MissionLog.create(path).close()
    with opened(path) as book:
        book.write(MissionOpened(name=name.strip(), time_zone=time_zone, exercise=exercise), at=when)
    kind = "Exercise" if exercise else "Mission"
    return Answer(
        text=f"{kind} {name.strip()!r} opened in {path}, times in {time_zone}.",
        data={"mission": str(path), "name": name.strip(), "time_zone": time_zone, "exercise": exercise},
    )


@again_if_grown
def subject(path: Path, *, at: str | None = None, forget: Sequence[str] = (), **known: Any) -> Answer:
    """What is known of the missing person. Fields not given stay as they were; those to `forget` are taken back."""
    from homeward.belief import check_category

    allowed = {f.name for f in fields(Subject)}
    for name in known:
        if name not in allowed:
            raise UnknownName("subject field", name, allowed)
    given = {k: v for k, v in known.items() if v is not None}
    for name, kinds in (("mobility", Mobility), ("visibility", Visibility)):
        if name in given:
            given[name] = one_of(name, given[name], kinds)
    with opened(path) as book:
        if not given and not forget:
            raise BadInput("Nothing was said of the subject. Give at least one field, such as --category hiker.")
        described = replace(forgotten(book.mission.subject, forget), **given)
        if described.count < 1:
            raise BadInput(f"A count of {described.count} missing persons cannot be. Give 1 or more.")
        if described.age_years is not None and not 0 <= described.age_years <= OLDEST:
            raise BadInput(f"That age cannot be. Give 0 to {OLDEST} years.")
        if described.category is not None:
            check_category(described.category, ecoregion=described.ecoregion, ground=described.ground)
        book.write(SubjectDescribed(subject=described), at=when_told(book, at))
    words = ", ".join(v for v in (described.category, described.ecoregion, described.ground) if v is not None)
    gone = f" Not known any more: {', '.join(forget)}." if forget else ""
    return Answer(
        text=f"Subject: {words or 'noted'}.{gone}",
        data={k: getattr(described, k) for k in ("category", "ecoregion", "ground", "count", "visibility")},
    )


@again_if_grown
def ipp(
    path: Path,
    place: str,
    *,
    seen: str,
    kind: str = "place last seen",
    direction_deg: float | None = None,
    at: str | None = None,
) -> Answer:
    """The initial planning point, when the subject was there, and the direction of travel (true) where it is known."""
    where = parse_place(place)
    if direction_deg is not None and not 0 <= direction_deg <= 360:
        raise BadInput(f"A direction of {direction_deg:g} degrees cannot be. Give 0 to 360, true.")
    with opened(path) as book:
        seen_at = clock.read_time(seen, time_zone=book.mission.time_zone, now=_now(book, at), tense="past")
        if seen_at > _now(book, at):
            raise BadInput(f"{seen!r} lies in the future. Give the time when the subject was last known there.")
        check_on_map(book, where, f"The IPP {where}")
        point = Ipp(place=where, kind=kind, seen_at=seen_at, direction_deg=direction_deg)
        book.write(IppSet(ipp=point), at=when_told(book, at))
        shown = clock.show_time(seen_at, book.mission.time_zone)
    going = "" if direction_deg is None else f", going {direction_deg:.0f} deg true"
    return Answer(
        text=f"IPP ({kind}) at {where}, {format_place(where, 'mgrs')}; last known there {shown}{going}.",
        data={
            "lat_deg": where.lat_deg,
            "lon_deg": where.lon_deg,
            "kind": kind,
            "seen_at": seen_at.isoformat(),
            "direction_deg": direction_deg,
        },
    )


@again_if_grown
def base(path: Path, place: str, *, at: str | None = None) -> Answer:
    """Where the command post stands."""
    where = parse_place(place)
    with opened(path) as book:
        check_on_map(book, where, f"The base {where}")
        book.write(BaseSet(place=where), at=when_told(book, at))
    return Answer(
        text=f"Base at {where}, {format_place(where, 'mgrs')}.",
        data={"lat_deg": where.lat_deg, "lon_deg": where.lon_deg},
    )


@again_if_grown
def team(
    path: Path, name: str, *, kind: str | None = None, at: str | None = None, forget: Sequence[str] = (), **given: Any
) -> Answer:
    """A team that is here to search. `given`: people, base, radio, why, and the other fields of `Team` but its id.

    What is not given of a team that is here already stays as it was, as far as it is of the same kind; of a team that
    becomes another kind its people, base and radio stay. Fields to `forget` are taken back. Only a new team needs its
    `kind`.
    """
    known: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
    if "base" in known:
        known["base"] = parse_place(str(known["base"]))
    with opened(path) as book:
        which = _kind(book.mission.teams.get(name.strip()), name, kind)
        kept = _kept(book.mission.teams.get(name.strip()), which, leave=(*known, *forget))
        unchanged = {k for k in known if k in OVERRIDES and _was(book, name, k) == known[k]}
        _check_team(name, which, known, told=known.keys() - unchanged)
        if "base" in known:
            check_on_map(book, known["base"], f"The base of team {name!r}")
        registered = replace(forgotten(Team(id=name.strip(), kind=which), forget), **kept, **known)
        book.write(TeamRegistered(team=registered), at=when_told(book, at))
    said = f"Team {registered.id}: {which.value}, {registered.people} people."
    names = sorted(name.removesuffix("_m").removesuffix("_s").replace("_", " ") for name in kept)
    as_before = f"As before: {', '.join(names)}." if names else ""
    words = [said, camera_words(registered, numbers=numbers_of(book.mission)), as_before]
    return Answer(
        text=" ".join(word for word in words if word),
        data={"id": registered.id, "kind": which.value, "people": registered.people, "kept": sorted(kept)},
    )


def _kind(before: Team | None, name: str, kind: str | None) -> TeamKind:
    """The kind told, else the one that the team has."""
    if kind is not None:
        return TeamKind(one_of("kind of team", kind, TeamKind))
    if before is None:
        raise BadInput(f"Team {name!r} is new and needs its kind: --kind {', '.join(k.value for k in TeamKind)}.")
    return before.kind


def _kept(before: Team | None, kind: TeamKind, *, leave: Sequence[str]) -> dict[str, Any]:
    """What stays of a team that is registered again: fields with something in them, which nothing new is said of."""
    if before is None:
        return {}
    names = [f.name for f in fields(Team)] if before.kind == kind else ["people", "base", "radio"]
    plain = Team(id=before.id, kind=before.kind)
    return {
        name: getattr(before, name)
        for name in names
        if name not in ("id", "kind", *leave) and getattr(before, name) != getattr(plain, name)
    }


def _was(book: Book, name: str, field: str) -> Any:
    before = book.mission.teams.get(name.strip())
    return getattr(before, field) if before else None


def _check_team(name: str, kind: TeamKind, known: dict[str, Any], *, told: Set[str]) -> None:
    """Raises `BadInput` for a team that cannot be; overrides that are newly `told` need a reason."""
    for field, (words, unit, most) in TEAM_LIMITS.items():
        if field in known and not 0 < known[field] <= most:
            raise BadInput(f"Team {name!r} has {words} {known[field]:g}{unit}. Give more than 0 and at most {most:g}.")
    for field, (kinds, called) in ONLY_FOR.items():
        if field in known and kind not in kinds:
            words = TEAM_LIMITS[field][0].removesuffix(" of").rstrip(":")
            raise BadInput(
                f"Team {name!r} has {words}, but only {called} has that. Leave it out for a {kind.value} team."
            )
    if OVERRIDES & told and not known.get("why"):
        raise BadInput(f"Team {name!r} overrides a default without a reason. Say it with --why.")
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadInput(f"A team's name has 1 to {LONGEST_NAME} characters, such as 'Dog 1'. This one has {len(name)}.")


def camera_words(team: Team, *, numbers: Numbers = ()) -> str:
    """What a drone's camera shows from its height, in a sentence; '' for other teams."""
    if team.kind not in CAMERAS:
        return ""
    camera = camera_of(team, numbers=numbers)
    seen = seen_as(team.kind, camera, numbers=numbers)
    shows = f"a person can be {seen}" if seen else "a person is too small to be noticed: fly lower"
    return (
        f"From {camera.height_m:g} m its picture is {camera.footprint_m:.0f} m wide, "
        f"{100 * camera.ground_sample_m:.1f} cm a pixel: {shows}."
    )


@again_if_grown
def stand_down(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A team that is no longer available."""
    with opened(path) as book:
        if name not in book.mission.teams:
            registered(book, name)
            raise BadInput(f"Team {name} was stood down already. Nothing was written down.")
        book.write(TeamStoodDown(team=name, why=why), at=when_told(book, at))
    return Answer(text=f"Team {name} stood down.", data={"id": name, "why": why})


@again_if_grown
def undo(path: Path, entry: str | None = None, *, why: str = "") -> Answer:
    """Undoes an entry (the last one that counts, where none is named). The entry stays in the log."""
    with opened(path) as book:
        if entry is None:
            target = _last_counting(book)
        else:
            by_number = [s for s in book.stored if str(s.seq) == entry]
            hits = by_number or [s for s in book.stored if s.entry.id.startswith(entry)]
            if len(hits) != 1:
                raise BadInput(
                    f"{len(hits)} entries are called {entry!r}. Name one by its number: homeward log show MISSION."
                )
            target = hits[0]
        if isinstance(target.entry.event, MissionOpened):
            raise BadInput("The opening of the mission cannot be undone. Undo a later entry.")
        book.write(EntryUndone(entry=target.entry.id, why=why))
        newer = book.newer_than_map()
        lost = _lost_locks(book, target.entry.event)
    kind = type(target.entry.event).__name__
    return Answer(
        text=f"Entry {target.seq} ({kind}) undone. Undo this undo to bring it back. {newer_words(newer)}".rstrip()
        + lost,
        data={"undone": target.seq, "kind": kind, "newer_than_map": newer},
    )


def _lost_locks(book: Book, undone: Any) -> str:
    """That locks name a segment whose drawing was undone, '' where none does."""
    name = undone.segment.id if isinstance(undone, SegmentDrawn) else ""
    locks = [lock.id for lock in book.mission.locks.values() if lock.segment == name]
    if not locks or name in book.mission.segments:
        return ""
    return f" Segment {name} is gone, and {' and '.join(locks)} still names it: free it with homeward free."


def check_on_map(book: Book, place: Place, what: str) -> None:
    """Raises `BadInput` for a place outside the ground; without ground anything goes."""
    area = book.mission.area
    if area is None:
        return
    x, y = area.grid.to_m(place)
    if not bool(area.grid.contains(x, y)):
        raise BadInput(
            f"{what} lies outside the map ({area.label}). Check the coordinates, or load a larger area first."
        )


def _last_counting(book: Book) -> Any:
    standing = counting([s.entry for s in book.stored])
    for stored in reversed(book.stored):
        if stored.entry.id in standing and not isinstance(stored.entry.event, EntryUndone):
            return stored
    raise BadInput("There is nothing to undo. The mission has only its opening.")


def _now(book: Book, at: str | None) -> datetime:
    return when_told(book, at) or clock.now()
