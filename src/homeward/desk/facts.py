"""The verbs that write down a fact: who is missing, where from, what was heard, who is here to search.

Each takes plain values as a person gives them, checks them, and appends one entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.errors import BadInput, UnknownName
from homeward.geo import Place, format_place, parse_place
from homeward.log import MissionLog
from homeward.mission import Event, counting
from homeward.mission.events import (
    BaseSet,
    ClueRefused,
    ClueReported,
    EntryCorrected,
    EntryUndone,
    IppSet,
    MissionOpened,
    SubjectDescribed,
    TeamRegistered,
    TeamStoodDown,
)
from homeward.mission.nouns import Clue, ClueKind, Ipp, Subject, Team, TeamKind

LONGEST_NAME = 60
TEAM_LIMITS = {
    "people": ("people:", "", 100),
    "sweep_width_m": ("a sweep width of", " m", 2000),
    "speed_mps": ("a speed of", " m/s", 60),
    "endurance_s": ("an endurance of", " s", 86400),
}
"""What a team may have, and how long its name may be: homeward's own limits, against slips of the pen."""

OLDEST = 130
"""Years; nobody on record grew older than 122 (Gerontology Research Group, validated cases)."""


def new(path: Path, *, name: str, time_zone: str = "UTC", exercise: bool = False, at: str | None = None) -> Answer:
    """Opens a mission: makes its file and writes the first entry."""
    if not name.strip():
        raise BadInput("The mission has no name. Give one, such as --name 'Frozen Head, 21 Nov'.")
    clock.zone(time_zone)
    now = clock.now()
    when = clock.read_time(at, time_zone=time_zone, now=now, tense="past") if at else now
    with MissionLog.create(path) as log:
        Book(log, [], _nothing()).write(
            MissionOpened(name=name.strip(), time_zone=time_zone, exercise=exercise), at=when
        )
    kind = "Exercise" if exercise else "Mission"
    return Answer(
        text=f"{kind} {name.strip()!r} opened in {path}, times in {time_zone}.",
        data={"mission": str(path), "name": name.strip(), "time_zone": time_zone, "exercise": exercise},
    )


@again_if_grown
def subject(path: Path, *, at: str | None = None, **known: Any) -> Answer:
    """What is known of the missing person. Fields not given stay as they were."""
    from homeward.belief import check_category

    allowed = {f.name for f in fields(Subject)}
    for name in known:
        if name not in allowed:
            raise UnknownName("subject field", name, allowed)
    with opened(path) as book:
        given = {k: v for k, v in known.items() if v is not None}
        if not given:
            raise BadInput("Nothing was said of the subject. Give at least one field, such as --category hiker.")
        described = replace(book.mission.subject, **given)
        if described.count < 1:
            raise BadInput(f"A count of {described.count} missing persons cannot be. Give 1 or more.")
        if described.age_years is not None and not 0 <= described.age_years <= OLDEST:
            raise BadInput(f"That age cannot be. Give 0 to {OLDEST} years.")
        if described.category is not None:
            check_category(described.category, ecoregion=described.ecoregion, ground=described.ground)
        book.write(SubjectDescribed(subject=described), at=when_told(book, at))
    words = ", ".join(v for v in (described.category, described.ecoregion, described.ground) if v is not None)
    return Answer(
        text=f"Subject: {words or 'noted'}.",
        data={k: getattr(described, k) for k in ("category", "ecoregion", "ground", "count")},
    )


@again_if_grown
def ipp(path: Path, place: str, *, seen: str, kind: str = "place last seen", at: str | None = None) -> Answer:
    """The initial planning point, and when the subject was there."""
    where = parse_place(place)
    with opened(path) as book:
        seen_at = clock.read_time(seen, time_zone=book.mission.time_zone, now=_now(book, at), tense="past")
        if seen_at > _now(book, at):
            raise BadInput(f"{seen!r} lies in the future. Give the time when the subject was last known there.")
        _check_on_map(book, where, f"The IPP {where}")
        book.write(IppSet(ipp=Ipp(place=where, kind=kind, seen_at=seen_at)), at=when_told(book, at))
        shown = clock.show_time(seen_at, book.mission.time_zone)
    return Answer(
        text=f"IPP ({kind}) at {where}, {format_place(where, 'mgrs')}; last known there {shown}.",
        data={"lat_deg": where.lat_deg, "lon_deg": where.lon_deg, "kind": kind, "seen_at": seen_at.isoformat()},
    )


@again_if_grown
def base(path: Path, place: str, *, at: str | None = None) -> Answer:
    """Where the command post stands."""
    where = parse_place(place)
    with opened(path) as book:
        _check_on_map(book, where, f"The base {where}")
        book.write(BaseSet(place=where), at=when_told(book, at))
    return Answer(
        text=f"Base at {where}, {format_place(where, 'mgrs')}.",
        data={"lat_deg": where.lat_deg, "lon_deg": where.lon_deg},
    )


@again_if_grown
def clue(path: Path, text: str, *, place: str, at: str | None = None, **given: Any) -> Answer:
    """A clue as reported: a point, or a bearing from an observer with or without a range.

    `given`: id, team, bearing_deg, bearing_sd_deg, range_m, range_sd_m, error_m, reliability; see `Clue`. With
    `corrects` the report takes the place of that earlier clue's, which stays in the log.
    """
    where = parse_place(place)
    known: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
    _check_clue(known)
    with opened(path) as book:
        _check_on_map(book, where, f"The clue's place {where}")
        team = known.get("team")
        if team is not None and team not in book.mission.teams:
            raise UnknownName("team", team, book.mission.teams)
        wrong = known.pop("corrects", None)
        if wrong is not None and wrong not in book.mission.clues:
            raise UnknownName("clue", str(wrong), book.mission.clues)
        name = str(wrong or known.pop("id", None) or _next_clue(book))
        if name in book.mission.clues and wrong is None:
            raise BadInput(f"There is a clue {name!r} already. Leave out the number to get the next one.")
        kind = ClueKind.BEARING if "bearing_deg" in known else ClueKind.POINT
        reported = Clue(id=name, kind=kind, place=where, text=text, **known)
        event: Event = ClueReported(clue=reported)
        if wrong is not None:
            event = EntryCorrected(entry=book.mission.clues[name].entry, event=event)
        book.write(event, at=when_told(book, at))
    direction = "" if reported.bearing_deg is None else f", bearing {reported.bearing_deg:.0f} deg true"
    distance = "" if reported.range_m is None else f", about {reported.range_m / 1000:.1f} km"
    return Answer(
        text=f"Clue {name}: {text} (from {where}{direction}{distance}). It counts in the next map.",
        data={"id": name, "kind": kind.value, "lat_deg": where.lat_deg, "lon_deg": where.lon_deg, **known},
    )


def clues_from_caltopo(path: Path, file: Path, *, reliability: float | None = None) -> Answer:
    """Reports every clue of a CalTopo map that is not in the mission yet, as a point."""
    from homeward.exchange.caltopo import read_caltopo

    found = read_caltopo(file)
    with opened(path, read_only=True) as book:
        known = {(c.event.text, c.event.place) for c in book.mission.clues.values()}
    taken, notes = [], [str(f) for f in found.findings]
    for feature in found.of("Clue"):
        points = [xy for xy, _ in feature.lines() if len(xy)]
        if not points:
            notes.append(f"{feature.title}: has no place; left out")
            continue
        where = Place(float(points[0][0][1]), float(points[0][0][0]))
        words = ": ".join(t for t in (feature.title, feature.description) if t) or "clue without words"
        if (words, where) in known:
            continue
        try:
            taken.append(
                str(clue(path, words, place=f"{where.lat_deg}, {where.lon_deg}", reliability=reliability).text)
            )
        except BadInput as err:
            notes.append(f"{feature.title}: {err}")
    summary = f"{len(taken)} clues taken from {file.name}." if taken else f"{file.name} has no clue that is new."
    return Answer(
        text="\n".join([summary, *taken, *(f"  note: {n}" for n in notes)]), data={"taken": len(taken), "notes": notes}
    )


@again_if_grown
def refuse_clue(path: Path, name: str, *, why: str, at: str | None = None) -> Answer:
    """A clue that counts no longer; the report stays in the log."""
    with opened(path) as book:
        if name not in book.mission.clues:
            raise UnknownName("clue", name, book.mission.clues)
        book.write(ClueRefused(clue=name, why=why), at=when_told(book, at))
    return Answer(text=f"Clue {name} counts no longer: {why}.", data={"id": name, "why": why})


@again_if_grown
def team(path: Path, name: str, *, kind: str, at: str | None = None, **given: Any) -> Answer:
    """A team that is here to search. `given`: people, base, radio, sweep_width_m, speed_mps, endurance_s, why."""
    known: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
    try:
        which = TeamKind(kind)
    except ValueError:
        raise UnknownName("kind of team", kind, [k.value for k in TeamKind]) from None
    for field, (words, unit, most) in TEAM_LIMITS.items():
        if field in known and not 0 < known[field] <= most:
            raise BadInput(f"Team {name!r} has {words} {known[field]:g}{unit}. Give more than 0 and at most {most:g}.")
    if {"sweep_width_m", "speed_mps", "endurance_s"} & known.keys() and not known.get("why"):
        raise BadInput(f"Team {name!r} overrides a default without a reason. Say it with --why.")
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadInput(f"A team's name has 1 to {LONGEST_NAME} characters, such as 'Dog 1'. This one has {len(name)}.")
    if "base" in known:
        known["base"] = parse_place(str(known["base"]))
    with opened(path) as book:
        if "base" in known:
            _check_on_map(book, known["base"], f"The base of team {name!r}")
        registered = Team(id=name.strip(), kind=which, **known)
        book.write(TeamRegistered(team=registered), at=when_told(book, at))
    return Answer(
        text=f"Team {registered.id}: {which.value}, {registered.people} people.",
        data={"id": registered.id, "kind": which.value, "people": registered.people},
    )


@again_if_grown
def stand_down(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A team that is no longer available."""
    with opened(path) as book:
        if name not in book.mission.teams:
            raise UnknownName("team", name, book.mission.teams)
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
    kind = type(target.entry.event).__name__
    return Answer(
        text=f"Entry {target.seq} ({kind}) undone. Undo this undo to bring it back.",
        data={"undone": target.seq, "kind": kind},
    )


CLUE_WORDS = {
    "range_m": "range (metres)",
    "range_sd_m": "spread of the range (metres)",
    "bearing_sd_deg": "spread of the bearing (degrees)",
    "error_m": "error (metres)",
}


def _check_clue(known: Mapping[str, Any]) -> None:
    bearing = known.get("bearing_deg")
    if bearing is not None and not 0 <= bearing <= 360:
        raise BadInput(f"A bearing of {bearing:g} degrees cannot be. Give 0 to 360, true.")
    if "range_m" in known and bearing is None:
        raise BadInput("A range without a bearing says nothing yet. Give the bearing too, or the place itself.")
    for name, words in CLUE_WORDS.items():
        if name in known and not known[name] > 0:
            raise BadInput(f"The clue's {words} is {known[name]:g}. Give a number above zero.")
    reliability = known.get("reliability")
    if reliability is not None and not 0 <= reliability <= 1:
        raise BadInput(f"A reliability of {reliability:g} cannot be. Give 0 (surely false) to 1 (surely true).")


def _check_on_map(book: Book, place: Place, what: str) -> None:
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


def _next_clue(book: Book) -> str:
    numbers = [int(name) for name in book.mission.clues if name.isdigit()]
    return str(max(numbers, default=0) + 1)


def _now(book: Book, at: str | None) -> datetime:
    return when_told(book, at) or clock.now()


def _nothing() -> Any:
    from homeward.mission import replay

    return replay([])
