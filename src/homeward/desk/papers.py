"""The verbs that write: task sheets for the teams, files for other programs, data for the page."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from homeward.belief import Belief
from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.files import write_whole
from homeward.desk.formation.kept import formation_in_force
from homeward.desk.logbook import rows
from homeward.desk.readiness.cover.targets import target_data
from homeward.desk.readiness.debrief.page import debrief_page
from homeward.desk.readiness.muster.page import muster_page
from homeward.desk.rescue.page import carry_papers, rescue_page
from homeward.desk.search.gaps import gap_data, gaps_of
from homeward.errors import BadInput, NotYet
from homeward.exchange.paper import pages_of
from homeward.geo import Floats, format_place
from homeward.mission import Mission, newer_words
from homeward.mission.events import Briefed
from homeward.search.records import SearchPlan
from homeward.terrain import Terrain

KINDS = {
    ".pdf": "application/pdf",
    ".gpx": "application/gpx+xml",
    ".json": "application/geo+json",
    ".png": "image/png",
    ".ics": "text/calendar",
}
LONGEST_NAME_BYTES = 80
"""Of a team's name within a file's name: ours; file systems take 255 bytes in all."""


@dataclass(frozen=True, slots=True)
class Material:
    """What every paper is made from."""

    mission: Mission
    terrain: Terrain
    belief: Belief
    plan: SearchPlan
    starts: datetime


def brief(path: Path, folder: Path, *, paper: str = "a4", personal: bool = False) -> Answer:
    """Writes the plan's task sheets (one PDF) and a GPX file per assignment, and notes in the log that it did."""
    from homeward.exchange.crew_words import older_than_plan

    with opened(path) as book:
        files = {f"task-sheets-period-{book.plan().period}.pdf": _sheets(book, paper=paper, personal=personal)}
        files |= _gpx(book)
        _write(folder, files)
        plan = book.mission.plan
        assert plan is not None
        notes = [f"NOTE: {newer_words(newer)}"] if (newer := book.newer_than_map()) else []
        if older_than_plan(book.mission):
            notes.append("NOTE: The formation is older than the plan. Make it again with: homeward form MISSION.")
        prints = tuple((name, hashlib.sha256(data).hexdigest()) for name, data in files.items())
        book.write(Briefed(plan=plan.event.plan, files=prints), decided=False)
        found = _found_words(book)
    made = _written(folder, files, notes=notes)
    pages = pages_of(next(data for name, data in files.items() if name.endswith(".pdf")))
    text = "\n".join([*found, f"{pages} pages to print.", made.text])
    return Answer(text=text, data={**made.data, "pages": pages, "found": found})


def _found_words(book: Book) -> list[str]:
    """That somebody has been found, and what goes before these papers."""
    finds = book.mission.finds
    if not finds:
        return []
    where = format_place(finds[-1].event.place, "mgrs")
    when = clock.show_time(finds[-1].at, book.mission.time_zone, day=False)
    left = book.mission.subject.count - len({one.event.casualty for one in finds})
    rest = f" Still missing: {left}." if left > 0 else ""
    said = f"SUBJECT FOUND at {when}, {where}.{rest} These papers are of the search plan: orders of the find go before"
    return [f"{said} them (homeward order MISSION; the way out: homeward carryout MISSION)."]


def export(path: Path, folder: Path, *, formats: Sequence[str] = (), personal: bool = False) -> Answer:
    """Writes the mission for other programs: the named formats, or every one that there is material for."""
    unknown = [f for f in formats if f not in FORMATS]
    if unknown:
        raise BadInput(f"There is no format {unknown[0]!r}. Choose {', '.join(FORMATS)}.")
    files: dict[str, bytes] = {}
    missing: list[str] = []
    with opened(path, read_only=True) as book:
        for name in formats or FORMATS:
            try:
                files |= FORMATS[name](book, personal)
            except NotYet as err:
                if formats:
                    raise
                missing.append(f"{name} left out: {err}")
    _write(folder, files)
    return _written(folder, files, notes=missing)


def documents(path: Path) -> dict[str, tuple[str, bytes]]:
    """Everything that can be downloaded for the plan in force: name -> (media type, content)."""
    with opened(path, read_only=True) as book:
        made = carry_papers(book) | _cover(book) | _warnings(book)
        if book.mission.plan is not None or not made:
            sheets = {f"task-sheets-period-{book.plan().period}.pdf": _sheets(book, paper="a4", personal=False)}
            made = sheets | made | _gpx(book) | _caltopo(book)
    return {name: (KINDS[Path(name).suffix], data) for name, data in made.items()}


def _warnings(book: Book) -> dict[str, bytes]:
    if not book.mission.readiness.open_threats:
        return {}
    from homeward.desk.readiness.warning.forecasting import warning_files

    return warning_files(book)


def page_data(path: Path, *, personal: bool = False) -> dict[str, Any]:
    """Everything that the page shows, ready for JSON."""
    with opened(path, read_only=True) as book:
        return _page(book, personal=personal)


def _page(book: Book, *, personal: bool) -> dict[str, Any]:
    from homeward.exchange import page

    m = book.mission
    shown = page.page_data(
        m,
        terrain=book.terrain() if m.area else None,
        belief=book.belief() if m.map else None,
        plan=book.plan() if m.plan else None,
        entries=[s.entry for s in book.stored],
        tracks=_tracks(book),
        gaps=[gap_data(gap) for gap in gaps_of(book)] if m.plan and m.map else [],
        formation=formation_in_force(book),
        personal=personal,
    )
    targets = [target_data(one) for one in m.readiness.targets.values()]
    made: dict[str, Any] = {"buildings": _buildings(book), "rescue": rescue_page(book, personal=personal)}
    if m.readiness.covers:
        from homeward.desk.readiness.cover.covering import cover_page

        made["cover"] = cover_page(book)
    if m.readiness.threats or m.readiness.lifted:
        from homeward.desk.readiness.warning.forecasting import warning_page

        made |= warning_page(book, personal=personal)
    made["targets"] = sorted(targets, key=lambda one: (-one["value"], one["target"]))
    return {**shown, **made, **debrief_page(book, personal=personal), **muster_page(book, personal=personal)}


def _cover(book: Book) -> dict[str, bytes]:
    if not book.mission.readiness.covers or book.mission.area is None:
        return {}
    from homeward.desk.readiness.cover.covering import paper_files

    return {name: data for name, data in paper_files(book).items() if name.endswith(".pdf")}


def _buildings(book: Book) -> list[dict[str, Any]]:
    if not book.mission.buildings:
        return []
    from homeward.desk.buildings.page import buildings_data

    return buildings_data(book)


def _tracks(book: Book) -> list[tuple[str, str, Floats]]:
    from homeward.exchange.track import parse_track

    return [
        (t.event.team, t.event.assignment, piece.lonlat_deg)
        for t in book.mission.tracks
        for piece in parse_track(book.log.blob(t.event.track), name=t.event.team).segments
    ]


def _material(book: Book) -> Material:
    plan = book.plan()
    made = book.mission.plan
    assert made is not None
    return Material(book.mission, book.terrain(), book.belief(), plan, made.event.starts)


def _sheets(book: Book, *, paper: str, personal: bool) -> bytes:
    from homeward.exchange.picture import map_book
    from homeward.exchange.sheets import Sheets, write_sheets

    m = _material(book)
    formed = formation_in_force(book)
    maps = map_book(m.mission, m.terrain, m.belief, m.plan, formed)
    how = Sheets(paper=paper, personal=personal, earlier=_earlier_searches(book), formation=formed)
    return write_sheets(maps, starts=m.starts, sheets=how)


def _earlier_searches(book: Book) -> dict[str, tuple[str, ...]]:
    """By segment, what was searched there before, in sentences for the task sheets."""
    segment_of = {a.number: a.segment for _, plan in reversed(book.plans()) for a in plan.assignments}
    told: dict[str, tuple[str, ...]] = {}
    for done in book.mission.searches:
        event, when = done.event, clock.show_time(done.at, book.mission.time_zone)
        segment = segment_of.get(event.assignment)
        if segment is not None:
            words = f"{event.team}, assignment {event.assignment}, back {when}: POD {event.pod:.0%} ({event.source})."
            told[segment] = (*told.get(segment, ()), words)
    return told


def _gpx(book: Book, _personal: bool = False) -> dict[str, bytes]:  # noqa: FBT001, FBT002 - one shape for all formats
    from homeward.exchange.crew_marks import post_marks
    from homeward.exchange.gpx import assignment_gpx

    m, posts = _material(book), post_marks(formation_in_force(book))
    return {
        f"gpx/{a.number}-{_file_name(a.team)}-{a.segment}.gpx": assignment_gpx(
            m.plan, a.number, mission=m.mission, grid=m.terrain.grid, at=m.starts, posts=posts
        ).encode()
        for a in m.plan.assignments
    }


def _caltopo(book: Book, _personal: bool = False) -> dict[str, bytes]:  # noqa: FBT001, FBT002
    from homeward.exchange.caltopo import caltopo_geojson
    from homeward.exchange.crew_marks import post_marks

    m, last = book.mission, book.mission.plan
    starts = last.event.starts if last else m.map.at if m.map else m.opened_at or clock.now()
    posts = post_marks(formation_in_force(book))
    made = caltopo_geojson(book.plan() if last else None, m, grid=book.terrain().grid, starts=starts, posts=posts)
    return {"caltopo.json": json.dumps(made, ensure_ascii=False, indent=1).encode()}


def _html(book: Book, personal: bool) -> dict[str, bytes]:  # noqa: FBT001
    from homeward.exchange.page import self_contained_page

    return {"map.html": self_contained_page(_page(book, personal=personal)).encode()}


def _png(book: Book, _personal: bool) -> dict[str, bytes]:  # noqa: FBT001
    from homeward.exchange.basemap import Frame
    from homeward.exchange.picture import map_book, overview_picture

    m = book.mission
    belief, plan = book.belief() if m.map else None, book.plan() if m.plan else None
    maps = map_book(m, book.terrain(), belief, plan, formation_in_force(book))
    return {"overview.png": overview_picture(maps, frame=Frame(form="png"))}


def _tif(book: Book, _personal: bool) -> dict[str, bytes]:  # noqa: FBT001
    from homeward.exchange.geotiff import belief_geotiff

    return {"probability.tif": belief_geotiff(book.belief())}


def _log(book: Book, personal: bool) -> dict[str, bytes]:  # noqa: FBT001
    lines = [json.dumps(row, ensure_ascii=False) for row in rows(book, personal=personal)]
    return {"log.jsonl": ("\n".join(lines) + "\n").encode()}


def _building(book: Book, _personal: bool) -> dict[str, bytes]:  # noqa: FBT001
    if not book.mission.buildings:
        raise NotYet("This mission has no building yet. Load one: homeward building load MISSION FILE --name school.")
    from homeward.desk.buildings.papers import building_files

    return building_files(book)


FORMATS: dict[str, Callable[[Book, bool], dict[str, bytes]]] = {
    "caltopo": _caltopo,
    "gpx": _gpx,
    "html": _html,
    "png": _png,
    "tif": _tif,
    "log": _log,
    "buildings": _building,
}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    remedy = "Make room there, or choose another folder with --to; the mission itself is unharmed."
    for name, data in files.items():
        write_whole(folder / name, data, remedy=remedy)


def _written(folder: Path, files: dict[str, bytes], *, notes: Sequence[str] = ()) -> Answer:
    shown = [n for n in files if not n.startswith("gpx/")]
    tasks = len(files) - len(shown)
    if tasks:
        shown.append(f"gpx/ ({tasks} files)")
    return Answer(
        text="\n".join([f"Written to {folder}: {', '.join(shown) or 'nothing'}.", *notes]),
        data={"folder": str(folder), "files": {n: len(d) for n, d in files.items()}, "notes": list(notes)},
    )


def _file_name(text: str) -> str:
    safe = re.sub(r"[^\w.-]+", "-", text).strip("-.")
    return safe.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore") or "team"
