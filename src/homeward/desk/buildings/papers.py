"""The papers of a building: floor plans as pictures, the sheets of a plan, and the markings beside its door."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.buildings.inside import Inside, inside
from homeward.desk.buildings.words import by_minute, floor_words, kept_shut, left_words, room_rows, said
from homeward.desk.files import write_whole
from homeward.errors import BadInput, MissionFileError, NotYet
from homeward.exchange.building.floor import FloorNotes, Stop, floor_svg
from homeward.exchange.building.markings import Marking, fema_svg, in_words, insarag_svg
from homeward.exchange.building.papers import building_pdf, paper_size, svg_to_png
from homeward.search.indoors import IndoorPlan, indoor_plan_from_bytes

CREW_FLOOR_MM = 75.0
"""How high a floor is on a crew's own sheet: ours."""
WIDTH_MM, HEIGHT_MM = 190.0, 150.0
"""Of a floor plan written as a picture of its own: ours."""
DONE_POD = 0.8
"""A room searched, or sensed empty from outside, with less is not ticked off: ours."""
LEGEND = (
    "Darker: likelier. A number with a point: as in the list of rooms. Disc: a crew's stop, in its order. White dot: "
    "door; grey dot: open; triangle: exit; cross and thick outline: keep closed; grey dot edges, hollow triangles: not "
    "mapped but worked out; tick: searched, with POD."
)
_FORMS = ("svg", "png")


# ---- pictures and sheets ------------------------------------------------------------------------------------------


def building_pictures(path: Path, name: str, folder: Path, *, form: str = "svg") -> Answer:
    """Writes a picture of every floor of a building: probabilities, what was searched, the stops of its plan."""
    if form not in _FORMS:
        raise BadInput(f"There is no form {form!r}. Choose {' or '.join(_FORMS)}.")
    with opened(path, read_only=True) as book:
        files = _picture_files(book, name, form)
    return _written(folder, files)


def _picture_files(book: Book, name: str, form: str) -> dict[str, bytes]:
    known, made = inside(book, name), newest(book, name)
    notes = _notes(known, made[0] if made else None)
    files = {}
    for floor in _floors(known):
        titled = replace(notes, title=_floor_title(book, known, floor, made[1] if made else None), legend=LEGEND)
        svg = floor_svg(known.plan, floor, notes=titled, width_mm=WIDTH_MM, height_mm=HEIGHT_MM)
        data = svg.encode() if form == "svg" else svg_to_png(svg, width_mm=WIDTH_MM, height_mm=HEIGHT_MM)
        files[f"{file_name(name)}-floor-{floor_words(floor)}.{form}"] = data
    return files


def _floor_title(book: Book, known: Inside, floor: float, begins: datetime | None) -> str:
    zone = book.mission.time_zone
    plan = f"plan from {clock.show_time(begins, zone)}" if begins else f"as of {clock.show_time(clock.now(), zone)}"
    return f"{known.building.label or known.building.id}, floor {floor_words(floor)}, {plan}"


def building_sheets(path: Path, name: str, folder: Path, *, paper: str = "a4") -> Answer:
    """Writes the sheets of a building's latest plan as one PDF: its floors, a sheet per crew, a list of its rooms."""
    with opened(path, read_only=True) as book:
        files = _sheet_files(book, name, paper)
    return _written(folder, files)


def _sheet_files(book: Book, name: str, paper: str) -> dict[str, bytes]:
    known, made = inside(book, name), newest(book, name)
    if made is None:
        why = "was loaded anew since its plan was made" if outdated(book, name) else "has no plan yet"
        raise NotYet(f"{name} {why}. Make one with: homeward building plan MISSION {name}.")
    plan, at = made
    data, pictures = _sheet_data(book, known, plan, at, paper)
    return {f"{file_name(name)}-plan.pdf": building_pdf(data, pictures, made_at=at)}


def building_files(book: Book) -> dict[str, bytes]:
    """Every paper of every building that there is material for. Raises `NotYet` where the mission has no building."""
    if not book.mission.buildings:
        raise NotYet("This mission has no building yet. Load one: homeward building load MISSION FILE --name school.")
    files: dict[str, bytes] = {}
    for name in book.mission.buildings:
        files |= _picture_files(book, name, "png")
        with suppress(NotYet):
            files |= _sheet_files(book, name, "a4")
        with suppress(NotYet):
            files |= _marking_files(book, name, _Told(None, None, None), paper="a4")[0]
    return files


def newest(book: Book, name: str) -> tuple[IndoorPlan, datetime] | None:
    """The latest plan of a building and its start; None where there is none, or its rooms were loaded anew since."""
    made = [m for m in book.mission.indoor_plans if m.event.building == name]
    if not made or outdated(book, name):
        return None
    try:
        return indoor_plan_from_bytes(book.log.blob(made[-1].event.plan)), made[-1].event.starts or made[-1].at
    except BadInput as err:
        raise MissionFileError(str(err)) from err


def outdated(book: Book, name: str) -> bool:
    """Whether the latest plan of a building was made for rooms that were loaded anew since."""
    made = [m.event.rooms for m in book.mission.indoor_plans if m.event.building == name]
    return bool(made) and made[-1] not in (None, book.mission.buildings[name].plan)


def stops_of(plan: IndoorPlan) -> list[tuple[int, Stop]]:
    """Where each crew does something, in its order: (index of the first move there, stop); moving on begins anew."""
    crews = [crew for crew, _ in plan.crews]
    at: dict[str, str] = {}
    count: dict[str, int] = {}
    out = []
    for i, move in enumerate(plan.moves):
        if move.action in ("search", "sense", "lookout") and move.team in crews and at.get(move.team) != move.room:
            at[move.team] = move.room
            count[move.team] = count.get(move.team, 0) + 1
            out.append((i, Stop(crews.index(move.team), count[move.team], move.room)))
    return out


def _notes(known: Inside, plan: IndoorPlan | None) -> FloorNotes:
    return FloorNotes(
        p=known.rooms,
        searched=known.pods(),
        closed=frozenset(kept_shut(plan)) if plan else frozenset(),
        stops=[stop for _, stop in stops_of(plan)] if plan else (),
    )


def _floors(known: Inside) -> list[float]:
    return sorted({r.floor for r in known.plan.rooms})


def _sheet_data(
    book: Book, known: Inside, plan: IndoorPlan, at: datetime, paper: str
) -> tuple[dict[str, Any], dict[str, str]]:
    kind, width_mm, height_mm = paper_size(paper)
    notes = _notes(known, plan)
    pictures = {
        f"floor-{i}.svg": floor_svg(known.plan, floor, notes=notes, width_mm=width_mm, height_mm=height_mm - 28)
        for i, floor in enumerate(_floors(known))
    }
    crews, where = _crews(book, plan, at), {room.id: room.floor for room in known.plan.rooms}
    for i, crew in enumerate(crews):
        own = [stop for stop in notes.stops if stop.crew == i]
        crew["floors"] = []
        for floor in sorted({where[stop.room] for stop in own if stop.room in where}):
            name = f"crew-{i}-floor-{floor_words(floor)}.svg"
            alone = replace(notes, stops=own)
            pictures[name] = floor_svg(known.plan, floor, notes=alone, width_mm=width_mm, height_mm=CREW_FLOOR_MM)
            crew["floors"].append({"floor": floor_words(floor), "picture": name})
    zone = book.mission.time_zone
    span = f"{clock.show_time(at, zone)} for {plan.duration_s / 60:g} min"
    inside_words = "" if known.share is None else f" The map has {known.share:.2%} of all probability in the building."
    data = {
        "kind": "plan",
        **_head(book, known, at, paper=kind, span=span),
        "headline": (
            f"Finds the subject, if inside, with {plan.value:.0%}; no plan with these teams and minutes could pass "
            f"{plan.bound:.0%}.{inside_words}"
        ),
        "notes": [],
        "found": [{"at": f"{m:g} min", "p": f"{p:.0%}"} for m, p in by_minute(plan)],
        "crews": crews,
        "left": [{"what": what, "why": why, "rooms": ", ".join(rooms)} for what, why, rooms in left_words(plan)],
        "why": list(plan.why),
        "floors": [{"floor": floor_words(f), "picture": f"floor-{i}.svg"} for i, f in enumerate(_floors(known))],
        "legend": LEGEND,
        "rooms": _tick_list(known, dict.fromkeys(kept_shut(plan), "keep closed")),
    }
    return data, pictures


def _head(book: Book, known: Inside, at: datetime, *, paper: str, span: str) -> dict[str, Any]:
    title = f"{book.mission.name}: {known.building.id}"
    label = known.building.label
    words = known.building.id if label in ("", known.building.id) else f"{known.building.id} ({label})"
    return {
        "title": title,
        "building": words,
        "exercise": book.mission.exercise,
        "paper": paper,
        "span": span,
        "footer": f"homeward, {book.mission.name}, {clock.show_time(at, book.mission.time_zone)}",
    }


def _crews(book: Book, plan: IndoorPlan, at: datetime) -> list[dict[str, Any]]:
    stop_of = dict(stops_of(plan))
    out = []
    for letter, (crew, who) in enumerate(plan.crews):
        radios = [book.mission.teams[n].radio or "" for n in who if n in book.mission.teams]
        moves = [
            {
                "at": clock.show_time(at + timedelta(seconds=m.at_s), book.mission.time_zone, day=False),
                "stop": stop_of[i].label if i in stop_of else "",
                "words": said(m),
            }
            for i, m in enumerate(plan.moves)
            if m.team == crew
        ]
        out.append(
            {
                "letter": chr(65 + letter % 26),
                "name": crew,
                "who": ", ".join(who),
                "radio": ", ".join(r for r in radios if r) or "not given: ask base",
                "moves": moves,
            }
        )
    return out


def _tick_list(known: Inside, notes: dict[str, str]) -> list[dict[str, Any]]:
    rows = sorted(room_rows(known), key=lambda r: (r["floor"], -r["p"]))
    sensed = known.sensed()
    return [
        {
            "done": max(r["searched"] or 0.0, sensed.get(r["id"], 0.0)) >= DONE_POD,
            "floor": r["floor_words"],
            "number": str(r["number"]),
            "room": r["words"] + (f", {r['kind']}" if r["kind"] else ""),
            "p": f"{r['p']:.1%}",
            "searched": "" if r["searched"] is None else f"POD {r['searched']:.0%}",
            "note": "; ".join([*r["readings"], *([notes[r["id"]]] if r["id"] in notes else [])]),
        }
        for r in rows
    ]


# ---- markings -----------------------------------------------------------------------------------------------------


def building_markings(
    path: Path,
    name: str,
    folder: Path,
    *,
    team: str | None = None,
    entered: str | None = None,
    left: str | None = None,
    hazards: Sequence[str] = (),
    inside_: Sequence[tuple[float, int, int]] = (),
    removed: tuple[int, int] = (0, 0),
    missing: int | None = None,
    no_go: bool = False,
    clear: bool = False,
    paper: str = "a4",
) -> Answer:
    """Writes FEMA's and INSARAG's markings of a building as pictures, words and one PDF with its rooms ticked off.

    What is not told comes from the log: who was there first, from when to when, which rooms are done. `inside_` are
    (floor, live, dead) still there, `removed` live and dead brought out.
    """
    paper_size(paper)
    with opened(path, read_only=True) as book:
        files, words = _marking_files(
            book,
            name,
            _Told(team, entered, left),
            paper=paper,
            hazards=tuple(hazards),
            inside=tuple((floor_words(f), live, dead) for f, live, dead in inside_) or None,
            removed=removed,
            missing=missing,
            go=not no_go,
            clear=clear,
        )
    return _written(folder, files, words=words)


def _marking_files(
    book: Book, name: str, told: _Told, *, paper: str, **given: Any
) -> tuple[dict[str, bytes], list[str]]:
    known = inside(book, name)
    _check_counts(known, given)
    marking = _marking(book, known, told, **given)
    now = known.last or clock.now()
    span = f"as of {clock.show_time(clock.now(), book.mission.time_zone)}"
    words = in_words(marking)
    data = {"kind": "markings", **_head(book, known, now, paper=paper_size(paper)[0], span=span)}
    data |= {"words": words, "rooms": _tick_list(known, {})}
    pictures = {"fema.svg": fema_svg(marking), "insarag.svg": insarag_svg(marking)}
    stem = file_name(name)
    files = {f"{stem}-{n}": svg.encode() for n, svg in pictures.items()}
    files[f"{stem}-markings.txt"] = ("\n".join(words) + "\n").encode()
    files[f"{stem}-markings.pdf"] = building_pdf(data, pictures, made_at=now)
    return files, words


def _check_counts(known: Inside, given: dict[str, Any]) -> None:
    """Raises `BadInput` for fewer people than none, and for floors that the building does not have."""
    still: tuple[tuple[str, int, int], ...] = given.get("inside") or ()
    numbers = [given.get("missing") or 0, *given.get("removed", (0, 0)), *(n for _, *two in still for n in two)]
    if min(numbers) < 0:
        raise BadInput(f"{min(numbers)} people cannot be. Give 0 or more.")
    floors = [floor_words(f) for f in _floors(known)]
    for floor, *_ in still:
        if floor not in floors:
            raise BadInput(f"{known.building.id} has no floor {floor}. Choose from {', '.join(floors)}.")


class _Told:
    """Who was inside, from when to when, as far as a person told it."""

    def __init__(self, team: str | None, entered: str | None, left: str | None) -> None:
        self.team, self.entered, self.left = team, entered, left


def _marking(book: Book, known: Inside, told: _Told, **given: Any) -> Marking:
    zone, now, name = book.mission.time_zone, clock.now(), known.building.id
    there = [(s.at, s.event.team) for s in book.mission.rooms_searched if s.event.building == name]
    there += [(r.at, r.event.team) for r in book.mission.readings if r.event.building == name]
    there.sort(key=lambda t: t[0])
    teams = list(dict.fromkeys(who for _, who in there if who))
    team = told.team or ", ".join(teams)
    if not team or not (there or told.entered):
        raise NotYet(
            f"Nobody is known to have been in {name}. Say who and from when: --team Alpha --in 14:05, or write down "
            "what was searched: homeward building searched."
        )
    begin = _time(told.entered, zone, now) if told.entered else there[0][0]
    levels = _levels(known)
    searched = all(done == rooms for _, done, rooms in levels)
    end = _time(told.left, zone, now) if told.left else there[-1][0] if searched and there else None
    if end is not None and end < begin:
        raise BadInput("The team left before it went in. Check --in and --out.")
    return Marking(
        building=known.building.label or name,
        team=team,
        entered=_shown(begin, zone),
        left=_shown(end, zone) if end else "",
        levels=levels,
        searched=searched,
        **given,
    )


def _levels(known: Inside) -> tuple[tuple[str, int, int], ...]:
    done = {r for r, pod in {**known.sensed(), **known.pods()}.items() if pod >= DONE_POD}
    out = []
    for floor in _floors(known):
        rooms = [r.id for r in known.plan.rooms if r.floor == floor]
        out.append((floor_words(floor), sum(r in done for r in rooms), len(rooms)))
    return tuple(out)


def _time(told: str, zone: str, now: datetime) -> datetime:
    when = clock.read_time(told, time_zone=zone, now=now, tense="past")
    if when > now + timedelta(minutes=1):
        raise BadInput(f"{told!r} lies in the future. Give the time when it happened.")
    return when


def _shown(at: datetime, zone: str) -> str:
    local = at.astimezone(clock.zone(zone))
    return f"{local:%d %b / %H:%M}"


def file_name(text: str) -> str:
    """A building's name as part of a file's name."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.") or "building"


def _written(folder: Path, files: dict[str, bytes], *, words: Sequence[str] = ()) -> Answer:
    remedy = "Make room there, or choose another folder with --to; the mission itself is unharmed."
    for name, data in files.items():
        write_whole(folder / name, data, remedy=remedy)
    return Answer(
        text="\n".join([*words, f"Written to {folder}: {', '.join(files)}."]),
        data={"folder": str(folder), "files": {n: len(d) for n, d in files.items()}, "words": list(words)},
    )
