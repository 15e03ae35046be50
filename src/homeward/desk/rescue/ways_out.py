"""The verbs that say where a carry-out may end, and which hospitals there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.facts import LONGEST_NAME, check_on_map
from homeward.desk.figures import read_figure
from homeward.desk.scenarios import one_of
from homeward.errors import BadInput, UnknownName
from homeward.geo import Place, distance_m, format_place, parse_place
from homeward.mission.rescue import Exit, ExitDropped, ExitKind, ExitMarked, Hospital, HospitalDropped, HospitalSet

LONGEST_S: Final = 48 * 3600
"""From an exit to care: ours, against slips of the pen."""


@again_if_grown
def exit_(
    path: Path,
    name: str,
    *,
    place: str | None = None,
    kind: str | None = None,
    then: str | None = None,
    ready_at: str | None = None,
    capability: Sequence[str] = (),
    label: str = "",
    at: str | None = None,
) -> Answer:
    """A place where a carry-out may end: a vehicle's meeting point, a landing zone, a boat's landing.

    `then` is the time from there to care, as in "40 min" (left out: by road or air to the hospitals that are known);
    `ready_at` when the vehicle or aircraft is there; `capability` what it brings. Fields not given stay as they were.
    """
    with opened(path) as book:
        before = book.mission.rescue.exits.get(checked_name("exit", name))
        where = parse_place(place) if place is not None else before.place if before else None
        if where is None:
            raise BadInput(f"The exit {name} has no place. Say where it is: --place PLACE.")
        check_on_map(book, where, f"The exit {name}, {where},")
        marked = before or Exit(id=name, kind=ExitKind.VEHICLE, place=where)
        given: dict[str, Any] = {"place": where}
        given |= {} if kind is None else {"kind": one_of("kind of exit", kind, ExitKind)}
        given |= {} if then is None else {"then_s": read_duration(then, "The time from the exit to care")}
        given |= {} if ready_at is None else {"ready_at": read_future(book, ready_at)}
        given |= {"capability": tuple(capability)} if capability else {}
        given |= {"label": label} if label else {}
        marked = replace(marked, **given)
        book.write(ExitMarked(exit=marked), at=when_told(book, at))
        zone = book.mission.time_zone
        far = _far_words(book, marked)
    on = "" if marked.then_s is None else f", then {minutes(marked.then_s)} to care"
    ready = "" if marked.ready_at is None else f", ready {clock.show_time(marked.ready_at, zone)}"
    return Answer(
        text=" ".join([f"Exit {name} ({marked.kind.value}) at {format_place(where, 'mgrs')}{on}{ready}.", *far]),
        data={
            "exit": name,
            "kind": marked.kind.value,
            "lat_deg": where.lat_deg,
            "lon_deg": where.lon_deg,
            "then_s": marked.then_s,
            "findings": far,
        },
    )


def _far_words(book: Book, marked: Exit) -> list[str]:
    """That no road leads to an exit for vehicles, where that is so."""
    from homeward.desk.rescue.carry.case import far_off_road, off_road_words

    if book.mission.area is None:
        return []
    return [off_road_words(name, far) for name, far in far_off_road(book.terrain(), [marked]).items()]


@again_if_grown
def drop_exit(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """An exit is no longer to be used."""
    with opened(path) as book:
        if name not in book.mission.rescue.exits:
            raise UnknownName("exit", name, book.mission.rescue.exits)
        book.write(ExitDropped(exit=name, why=why), at=when_told(book, at))
    return Answer(text=f"Exit {name} is no longer used.", data={"exit": name})


def list_exits(path: Path) -> Answer:
    """The exits and hospitals that carry-outs may use."""
    with opened(path, read_only=True) as book:
        rescue, zone = book.mission.rescue, book.mission.time_zone
    lines = [
        f"{e.id}  {e.kind.value}, {format_place(e.place, 'mgrs')}{_ready(e.ready_at, zone)}"
        for e in rescue.exits.values()
    ]
    lines += [
        f"{h.id}  hospital{_hospital_words(h)}, {format_place(h.place, 'mgrs')}" for h in rescue.hospitals.values()
    ]
    data = {
        "exits": [
            {"exit": e.id, "kind": e.kind.value, "then_s": e.then_s, **_degrees(e.place)} for e in rescue.exits.values()
        ],
        "hospitals": [_hospital_data(h) for h in rescue.hospitals.values()],
    }
    return Answer(text="\n".join(lines) or "No exit and no hospital is known yet.", data=data)


@again_if_grown
def hospital(
    path: Path,
    name: str,
    *,
    place: str | None = None,
    capability: Sequence[str] = (),
    accepts: float | str | None = None,
    landing: bool | None = None,
    label: str = "",
    told: str = "",
    at: str | None = None,
) -> Answer:
    """A hospital: what it can treat, the probability that it accepts, whether a helicopter can land, what it told.

    Fields not given stay as they were.
    """
    share = None if accepts is None else read_figure(accepts, "how probably it accepts", share=True)
    if share is not None and not 0 <= share <= 1:
        raise BadInput(f"A probability of {share:g} that {name} accepts cannot be. Give 0 to 1, or 0% to 100%.")
    with opened(path) as book:
        before = book.mission.rescue.hospitals.get(checked_name("hospital", name))
        where = parse_place(place) if place is not None else before.place if before else None
        if where is None:
            raise BadInput(f"The hospital {name} has no place. Say where it is: --place PLACE.")
        given: dict[str, Any] = {"place": where}
        given |= {"capability": tuple(capability)} if capability else {}
        given |= {} if share is None else {"accepts": share}
        given |= {} if landing is None else {"landing": landing}
        given |= {k: v for k, v in (("label", label), ("told", told)) if v}
        known = replace(before or Hospital(id=name, place=where), **given)
        book.write(HospitalSet(hospital=known), at=when_told(book, at))
    return Answer(text=f"Hospital {name}{_hospital_words(known)}.", data=_hospital_data(known))


@again_if_grown
def hospitals_from(path: Path, file: Path, *, clinics: bool = False, at: str | None = None) -> Answer:
    """Takes hospitals and their landing pads from a map (GeoJSON, GeoPackage, OpenStreetMap); clinics if asked for.

    A hospital that the mission has, by its name or its place, keeps what was told of it.
    """
    from homeward.exchange.hospital_points import SAME_M, read_hospitals

    points, findings = read_hospitals(file, clinics=clinics)
    with opened(path) as book:
        known, new = book.mission.rescue.hospitals, dict[str, Hospital]()
        for point in points:
            name = _unused(point.name, {**known, **new}) if point.name in new else point.name
            if name not in known and all(distance_m(point.place, one.place) > SAME_M for one in known.values()):
                new[name] = Hospital(
                    id=name,
                    place=point.place,
                    capability=("emergency",) if point.emergency else (),
                    accepts=point.accepts,
                    landing=point.landing,
                )
        if new:
            book.write(*(HospitalSet(hospital=one) for one in new.values()), at=when_told(book, at))
    kept = len(points) - len(new)
    lines = [f"{len(new)} hospitals taken in from {file.name}{f', {kept} known already' if kept else ''}."]
    lines += [f"  {one.id}{_hospital_words(one)}" for one in new.values()]
    if new:
        lines.append(
            "  How likely each accepts is our assumption until somebody asks: homeward hospital set ... --accepts"
        )
    lines += [f"  note: {finding}" for finding in findings]
    return Answer(
        text="\n".join(lines),
        data={"hospitals": [_hospital_data(one) for one in new.values()], "findings": [str(f) for f in findings]},
    )


@again_if_grown
def drop_hospital(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A hospital is no longer to be used."""
    with opened(path) as book:
        if name not in book.mission.rescue.hospitals:
            raise UnknownName("hospital", name, book.mission.rescue.hospitals)
        book.write(HospitalDropped(hospital=name, why=why), at=when_told(book, at))
    return Answer(text=f"Hospital {name} is no longer used.", data={"hospital": name})


_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)\s*h(?:\s*(\d{1,2}))?)?\s*(?:(\d+(?:\.\d+)?)\s*(?:min|m))?")


def read_duration(text: str, what: str) -> float:
    """Seconds from "40 min", "40", "1.5 h" or "1h30". Raises `BadInput`; `what` is named in it."""
    clean = text.strip().lower().replace(",", ".")
    hit = _DURATION.fullmatch(clean)
    if re.fullmatch(r"\d+(?:\.\d+)?", clean):
        seconds = float(clean) * 60.0
    elif hit is not None and any(hit.groups()):
        seconds = float(hit[1] or 0) * 3600 + (float(hit[2] or 0) + float(hit[3] or 0)) * 60
    else:
        raise BadInput(f"{what} is {text!r}, which is no length of time. Write 40 min, 1.5 h or 1h30.")
    if not seconds <= LONGEST_S:
        raise BadInput(f"{what} is {text!r}, more than {LONGEST_S // 3600} hours. Check the number.")
    return seconds


def read_future(book: Book, text: str) -> datetime:
    """A time to come, as people write it."""
    return clock.read_time(text, time_zone=book.mission.time_zone, now=clock.now(), tense="future")


def minutes(seconds: float) -> str:
    """A length of time as it is said: 40 min, 1 h 30 min."""
    whole = round(seconds / 60)
    hours, rest = divmod(whole, 60)
    return f"{whole} min" if hours == 0 else f"{hours} h {rest:02d} min" if rest else f"{hours} h"


def checked_name(what: str, name: str) -> str:
    """The name without blanks around it. Raises `BadInput` for none, or one that is too long."""
    clean = name.strip()
    if not clean or len(clean) > LONGEST_NAME:
        raise BadInput(f"The {what} has no name that fits. Give one of 1 to {LONGEST_NAME} letters.")
    return clean


def _unused(name: str, taken: dict[str, Hospital]) -> str:
    return next(f"{name} {n}" for n in range(2, len(taken) + 3) if f"{name} {n}" not in taken)


def _ready(at: datetime | None, zone: str) -> str:
    return "" if at is None else f", ready {clock.show_time(at, zone)}"


def _hospital_words(one: Hospital) -> str:
    can = f", {', '.join(one.capability)}" if one.capability else ", what it can treat not told"
    return f"{can}, accepts with {one.accepts:.0%}{', landing pad' if one.landing else ''}"


def _hospital_data(one: Hospital) -> dict[str, Any]:
    return {
        "hospital": one.id,
        "capability": list(one.capability),
        "accepts": one.accepts,
        "landing": one.landing,
        **_degrees(one.place),
    }


def _degrees(place: Place) -> dict[str, float]:
    return {"lat_deg": place.lat_deg, "lon_deg": place.lon_deg}
