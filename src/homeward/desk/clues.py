"""The verbs for clues: report, correct, hold, accept, refuse, and take them over from a CalTopo map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.facts import check_on_map
from homeward.errors import BadInput, UnknownName
from homeward.geo import Grid, Place, parse_place
from homeward.mission import Event
from homeward.mission.events import ClueAccepted, ClueRefused, ClueReported, EntryCorrected
from homeward.mission.nouns import Clue, ClueArea, ClueKind, Grade, Sense
from homeward.mission.positions import BY_RANK, counting_place, differing
from homeward.words import capital

MOMENTARY = (ClueKind.SECTOR, ClueKind.RING, ClueKind.IMAGE, ClueKind.ABSENCE)
AGAINST_DEG = 90.0  # a scent from further off the wind than this is asked about: homeward's own judgement


@again_if_grown
def clue(path: Path, text: str, *, place: str | None = None, at: str | None = None, **given: Any) -> Answer:
    """A clue as reported, of any kind; which one follows from what is given, where `kind` does not say it.

    `given`: the fields of `Clue` (`spoken`, `gps`, `marked` as text; `when` for its `at`), `timing_advance` ("gsm 3"),
    `areas` ("AA AB=strong") or `area_file`, and `held`. `place` counts; without it the receiver's place does, else the
    mark on the map, else the spoken one. With `corrects` the report takes the place of that earlier clue's, which
    stays in the log.
    """
    from homeward.belief.clue_defaults import check, filled, truth

    known: dict[str, Any] = {k: v for k, v in given.items() if v is not None and v != ()}
    with opened(path) as book:
        _check_names(book, known)
        wrong, held = known.pop("corrects", None), bool(known.pop("held", False))
        name = str(wrong or known.pop("id", None) or _next_clue(book))
        if name in book.mission.clues and wrong is None:
            raise BadInput(f"There is a clue {name!r} already. Leave out the number to get the next one.")
        reported = _of_its_hour(book, _clue(book, name, text, place=place, known=known), at)
        check(reported)
        _check_reach(book, reported)
        event: Event = ClueReported(clue=reported, held=held or (wrong is not None and name in book.mission.held))
        if wrong is not None:
            event = EntryCorrected(entry=book.mission.clues[name].entry, event=event)
        book.write(event, at=when_told(book, at))
        held = name in book.mission.held
        findings = [*differing(reported), *_doubts(book, reported)]
    return Answer(
        text="\n".join([_said(reported, held=held), *(f"  note: {f}." for f in findings)]),
        data={**_data(reported), "held": held, "believed": truth(filled(reported)[0]), "findings": findings},
    )


@again_if_grown
def accept_clue(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A clue that was held or refused counts from now on."""
    with opened(path) as book:
        if name not in book.mission.clues:
            raise UnknownName("clue", name, book.mission.clues)
        if name not in book.mission.held and name not in book.mission.refused:
            raise BadInput(f"Clue {name!r} counts already. Nothing to accept.")
        book.write(ClueAccepted(clue=name, why=why), at=when_told(book, at))
    return Answer(text=f"Clue {name} counts in the next map.", data={"id": name, "why": why})


@again_if_grown
def refuse_clue(path: Path, name: str, *, why: str, at: str | None = None) -> Answer:
    """A clue that counts no longer; the report stays in the log."""
    with opened(path) as book:
        if name not in book.mission.clues:
            raise UnknownName("clue", name, book.mission.clues)
        book.write(ClueRefused(clue=name, why=why), at=when_told(book, at))
    return Answer(text=f"Clue {name} counts no longer: {why}.", data={"id": name, "why": why})


def list_clues(path: Path) -> Answer:
    """Every clue with what was read from it, how far it is believed, and whether it counts."""
    with opened(path, read_only=True) as book:
        mission = book.mission
    lines, rows = [], []
    for name, happened in mission.clues.items():
        refused, held = mission.refused.get(name), name in mission.held
        state = f"counts no longer: {refused}" if refused is not None else "held" if held else "counts"
        when = clock.show_time(happened.at, mission.time_zone)
        lines.append(f"{when}  {_read(happened.event)} {capital(state)}.")
        rows.append(_data(happened.event) | {"text": happened.event.text, "held": held, "refused": refused})
    return Answer(text="\n".join(lines) or "No clue yet.", data={"clues": rows})


def clues_from_caltopo(path: Path, file: Path, *, reliability: float | None = None, held: bool = False) -> Answer:
    """Reports every clue of a CalTopo map that is not in the mission yet, as a point marked on a map."""
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
            marked = f"{where.lat_deg}, {where.lon_deg}"
            taken.append(str(clue(path, words, marked=marked, reliability=reliability, held=held).text))
        except BadInput as err:
            notes.append(f"{feature.title}: {err}")
    summary = f"{len(taken)} clues taken from {file.name}." if taken else f"{file.name} has no clue that is new."
    return Answer(
        text="\n".join([summary, *taken, *(f"  note: {n}" for n in notes)]), data={"taken": len(taken), "notes": notes}
    )


# ---- from what was given to the clue ------------------------------------------------------------------------------


def _clue(book: Book, name: str, text: str, *, place: str | None, known: dict[str, Any]) -> Clue:
    for how in BY_RANK:
        if how in known:
            known[how] = parse_place(str(known[how]))
    if "sense" in known:
        known["sense"] = _one_of(Sense, known["sense"], "sense")
    if (when := known.pop("when", None)) is not None:
        known["at"] = _time(book, str(when))
    if (advance := known.pop("timing_advance", None)) is not None:
        known |= _timing(str(advance))
    areas, file = known.pop("areas", ()), known.pop("area_file", None)
    known["areas"] = (*_areas(book, areas, name), *(() if file is None else _areas_of(file)))
    asked = known.pop("kind", None)
    kind = _kind(known) if asked is None else _one_of(ClueKind, asked, "kind of clue")
    if kind is ClueKind.BEARING and "bearing_deg" not in known and "wind_from_deg" in known:
        known["bearing_deg"] = known["wind_from_deg"]  # a scent comes down the wind: its source lies where that is from
    where = _place(place, known)
    return Clue(id=name, kind=kind, place=where, text=text, **known)


def _of_its_hour(book: Book, clue: Clue, reported_at: str | None) -> Clue:
    """What was heard, seen or measured speaks of the hour of its report, where no other is told."""
    if clue.at is not None or not (clue.kind in MOMENTARY or clue.sense is not None):
        return clue
    before = book.mission.clues.get(clue.id)
    kept = before.event.at if before else None
    return replace(clue, at=kept or when_told(book, reported_at) or clock.now())


def _kind(known: Mapping[str, Any]) -> ClueKind:
    """The kind that what is given amounts to."""
    signs = (
        (ClueKind.AREAS, known["areas"]),
        (ClueKind.ABSENCE, "noticed" in known),
        (ClueKind.SECTOR, known.keys() & {"width_deg", "range_min_m", "range_max_m"}),
        (ClueKind.BEARING, known.keys() & {"bearing_deg", "wind_from_deg"}),
        (ClueKind.RING, "sense" in known),
    )
    kind = next((kind for kind, sign in signs if sign), ClueKind.POINT)
    if kind is ClueKind.POINT and "range_m" in known:
        raise BadInput(
            "A range without a bearing says nothing yet. Give the bearing too, say that it is a ring (any direction), "
            "or give the place itself."
        )
    return kind


def _place(place: str | None, known: Mapping[str, Any]) -> Place:
    if place is not None:
        return parse_place(place)
    where = counting_place(**{how: known.get(how) for how in BY_RANK})
    if where is None and known["areas"]:
        corners = np.array(known["areas"][0].ring)
        where = Place(*(float(v) for v in corners.mean(axis=0)))
    if where is None:
        raise BadInput("The clue has no place. Say where it is, or where its observer stood.")
    return where


def _time(book: Book, when: str) -> datetime:
    now = clock.now()
    at = clock.read_time(when, time_zone=book.mission.time_zone, now=now, tense="past")
    if at > now:
        raise BadInput(f"{when!r} lies in the future, and no clue comes from there. Give the time it speaks of.")
    return at


def _timing(text: str) -> dict[str, float]:
    from homeward.belief.clue_defaults import timing_range_m

    radio, _, steps = text.lower().replace(":", " ").strip().partition(" ")
    if not steps.strip().isdigit():
        raise BadInput(f"{text!r} is no timing advance. Write the radio and the steps, as in 'gsm 3' or 'lte 40'.")
    near, far = timing_range_m(radio, int(steps))
    return {"range_min_m": near, "range_max_m": far}


def _areas(book: Book, told: Sequence[str] | str, clue: str) -> list[ClueArea]:
    """`AA AB=strong`: segments of the plan in force with a grade in words, or from 1 (certain) to 9 (certain not).

    A clue that is corrected keeps the outlines of the areas that it named before.
    """
    areas = []
    before = book.mission.clues.get(clue)
    rings = {area.label: area.ring for area in before.event.areas} if before else {}
    for one in [told] if isinstance(told, str) else told:
        for part in filter(str.strip, one.split(";")):
            names, equals, word = part.partition("=")
            if not equals or not names.strip():
                raise BadInput(f"{part!r} names no area and grade. Write segments and a grade: AA AB=strong.")
            named = [names.strip()] if names.strip() in rings else names.replace(",", " ").split()
            if any(name not in rings for name in named):
                rings = _segments(book) | rings
            for name in named:
                if name not in rings:
                    raise UnknownName("segment", name, rings)
                areas.append(ClueArea(label=name, ring=rings[name], grade=_grade(word)))
    return areas


def _segments(book: Book) -> dict[str, tuple[Place, ...]]:
    """The corners of the segments of the plan in force. Raises `NotYet` where there is none."""
    plan, grid = book.plan(), book.terrain().grid
    return {s.id: tuple(Place(float(lat), float(lon)) for lon, lat in grid.lonlat(s.ring_m)) for s in plan.segments}


def _areas_of(file: Path) -> list[ClueArea]:
    """The polygons of a GeoJSON file whose property `grade`, or whose description, is a grade."""
    from homeward.exchange.caltopo import read_caltopo

    areas = []
    for i, feature in enumerate(read_caltopo(file).features, start=1):
        word = str(feature.extra.get("grade") or feature.description)
        rings = [xy for xy, _ in feature.lines() if len(xy) > 2]
        if not rings:
            continue
        label = feature.title or str(feature.extra.get("name") or f"area {i}")
        corners = tuple(Place(float(lat), float(lon)) for lon, lat in rings[0])
        areas.append(ClueArea(label=label, ring=corners, grade=_grade(word)))
    if not areas:
        raise BadInput(f"{file} holds no polygon. Give areas as GeoJSON polygons with a property 'grade'.")
    return areas


def _grade(word: str) -> Grade:
    clean = word.strip().lower()
    grades = list(Grade)
    return grades[int(clean) - 1] if clean in {str(i + 1) for i in range(9)} else _one_of(Grade, clean, "grade")


def _one_of(kind: Any, value: Any, what: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        names = [k.value for k in kind]
        raise BadInput(f"There is no {what} {value!r}. Choose {', '.join(names[:-1])} or {names[-1]}.") from None


def _check_names(book: Book, known: Mapping[str, Any]) -> None:
    for what, names in (("team", book.mission.teams), ("clue", book.mission.clues)):
        name = known.get("corrects" if what == "clue" else what)
        if name is not None and name not in names:
            raise UnknownName(what, str(name), names)


def _check_reach(book: Book, clue: Clue) -> None:
    from homeward.belief.clues import FROM_AFAR

    if clue.kind not in FROM_AFAR:
        check_on_map(book, clue.place, f"The clue's place {clue.place}")
    elif book.mission.area is not None and not _meets(book.mission.area.grid, clue):
        raise BadInput(
            f"What the clue points at lies outside the map ({book.mission.area.label}). Check place and distances, or "
            "load a larger area first."
        )


def _meets(grid: Grid, clue: Clue) -> bool:
    """Whether a sector, ring or area reaches the map at all."""
    from shapely import Point, Polygon, box

    ground = box(grid.west_m, grid.south_m, grid.east_m, grid.north_m)
    if clue.areas:
        return any(Polygon([grid.to_m(p) for p in area.ring]).intersects(ground) for area in clue.areas)
    far = clue.range_max_m or (clue.range_m or 0.0) + 3 * (clue.range_sd_m or clue.range_m or 0.0)
    return bool(Point(grid.to_m(clue.place)).distance(ground) <= (far or 10_000.0))


def _doubts(book: Book, clue: Clue) -> list[str]:
    """What is odd about a clue without being impossible."""
    doubts = []
    ipp = book.mission.ipp
    if clue.at is not None and ipp is not None and clue.at < ipp.seen_at:
        doubts.append("it speaks of a time before the subject was last known at the IPP. Check both times")
    if clue.wind_from_deg is not None and clue.bearing_deg is not None:
        off = abs((clue.bearing_deg - clue.wind_from_deg + 180) % 360 - 180)
        if off > AGAINST_DEG:
            doubts.append(f"the scent comes {off:.0f} degrees off the wind, which carries it the other way. Ask again")
    return doubts


# ---- answers ------------------------------------------------------------------------------------------------------


def _said(clue: Clue, *, held: bool) -> str:
    counts = "Held: it counts once it is accepted." if held else "It counts in the next map."
    return f"{_read(clue)} {counts}"


def _read(clue: Clue) -> str:
    """A clue's number and words, what was read from them, and what was taken for granted."""
    from homeward.belief.clue_defaults import filled, truth
    from homeward.belief.clue_words import error_words, read_words

    whole, notes = filled(clue)
    read = "".join(f", {words}" for words in (*read_words(clue), *error_words(clue)))
    taken = "".join(f"; {note}" for note in notes)
    return f"Clue {clue.id}: {clue.text} (from {clue.place}{read}). Believed to {truth(whole):.0%}{taken}."


def _data(clue: Clue) -> dict[str, Any]:
    """What was reported, ready for JSON, without what was not told."""
    plain = {name: getattr(clue, name) for name in Clue.__dataclass_fields__}
    data = {k: v for k, v in plain.items() if v not in (None, ()) and k not in ("place", "text", "areas", *BY_RANK)}
    if clue.at is not None:
        data["at"] = clue.at.isoformat()
    if clue.areas:
        data["areas"] = [{"label": a.label, "grade": a.grade.value} for a in clue.areas]
    data |= {how: list(place) for how in BY_RANK if (place := getattr(clue, how)) is not None}
    return {**data, "kind": clue.kind.value, "lat_deg": clue.place.lat_deg, "lon_deg": clue.place.lon_deg}


def _next_clue(book: Book) -> str:
    numbers = [int(name) for name in book.mission.clues if name.isdigit()]
    return str(max(numbers, default=0) + 1)
