"""The verbs of cover: who covers what with too few teams, the roster of a day, the papers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from homeward import __version__
from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened
from homeward.desk.figures import read_figure
from homeward.desk.files import write_whole
from homeward.desk.provenance import hash_of
from homeward.desk.readiness.cover.asked import read_asked, read_count, read_days, read_seed
from homeward.desk.readiness.cover.case import known_pairs
from homeward.desk.readiness.cover.making import made_plan
from homeward.desk.readiness.cover.posts import stood
from homeward.desk.readiness.cover.presence import left_since
from homeward.desk.readiness.cover.teams import needs_of
from homeward.desk.readiness.cover.travel import Travels
from homeward.desk.readiness.cover.words import age_s, cover_lines, roster_words
from homeward.desk.rescue.ways_out import read_duration
from homeward.errors import BadInput, NotYet
from homeward.exchange.page_cover import cover_data
from homeward.geo import Place, parse_place
from homeward.log import blob_id
from homeward.mission.encode import canonical
from homeward.mission.nouns import Provenance
from homeward.mission.readiness import CoverPlanned, RosterDrawn
from homeward.words import listed

Json = dict[str, Any]


@again_if_grown
def cover(
    path: Path,
    *,
    view: str = "reserve",
    teams: Sequence[str] = (),
    standing: int | None = None,
    reserve: int | None = None,
    radius: str = "20 min",
    days: Sequence[str] = (),
    aim: str = "worst",
    busy: float | str = 0.0,
    doubt: float | str = 0.0,
    budget: int | None = None,
    bases: Sequence[str] = (),
    needs: Sequence[str] = (),
    on_foot: bool = False,
    seed: int | None = None,
) -> Answer:
    """Plans who covers which target, and keeps the plan. `view` is one of

    reserve: teams stand at targets or wait, and who waits goes where it is hit; deterrence: how often each target is
    covered, as rosters that are drawn by day; covering, fewest, median, center, expected: where teams wait for what
    may happen at any target.

    `teams`: those that count, or a number of teams at the command post (left out: all registered that the muster does
    not have elsewhere, and who it brings). `standing`, `reserve`: how many must (left out: as is best). `radius`: what
    counts as covered. `days`: when the plan is to change (left out: 1, 3 and 7 days while a warning is open). `aim`:
    least "worst" loss, or least "expected". `busy`: how often each team is busy. `doubt`: by which share values may be
    higher, of `budget` targets and ways at once. `bases`: more places to wait. `needs`: roles that guard against a way,
    as in "records=comms".
    """
    with opened(path) as book:
        now = clock.now()
        asked = read_asked(
            book,
            view=view,
            teams=tuple(t.strip() for t in teams),
            standing=read_count("standing", standing),
            reserve=read_count("reserve", reserve),
            radius_s=read_duration(radius, "The time within which a target counts as covered"),
            days=read_days(book, days, view=view),
            aim=aim,
            busy=read_figure(busy, "how often a team is busy", share=True),
            doubt=read_figure(doubt, "by how much values may be higher", share=True),
            budget=read_count("budget", budget),
            bases=tuple(parse_place(b) for b in bases),
            needs=needs_of(needs),
            on_foot=on_foot,
            seed=read_seed(view, seed),
        )
        last = cover_plan(book)
        plan = made_plan(book, asked, last, now=now)
        data = canonical(plan).encode()
        first = plan["slices"][0]
        event = CoverPlanned(
            plan=blob_id(data),
            view=asked.view,
            value=first["value"],
            bound=first["bound"],
            made_from=Provenance(
                inputs_sha256=hash_of(book.mission, "cover", at=now), seed=asked.seed, version=__version__
            ),
        )
        book.write(event, at=now, blobs=[data])
        zone = book.mission.time_zone
    return Answer(text="\n".join(cover_lines(plan, zone=zone)), data=cover_data(plan))


def show_cover(path: Path) -> Answer:
    """The plan of cover in force, as it was told."""
    with opened(path, read_only=True) as book:
        plan, zone = _needed(book), book.mission.time_zone
        newer = newer_note(book)
    return Answer(
        text="\n".join([*newer, *cover_lines(plan, zone=zone)]), data=cover_data(plan) | {"age_s": round(age_s(plan))}
    )


@again_if_grown
def cover_roster(path: Path, *, day: str = "today", personal: bool = True) -> Answer:
    """Draws the roster of a day from a plan of deterrence: by its stored seed, so that nobody can foresee it and
    everybody can check it. A day that was drawn stays as it was. Without `personal` it is drawn and not told.
    """
    with opened(path) as book:
        plan, zone = _needed(book), book.mission.time_zone
        made = book.mission.readiness.cover
        assert made is not None
        if plan["view"] != "deterrence":
            raise NotYet(
                "The plan of cover in force has no rosters. Make one: homeward cover plan MISSION --view deterrence."
            )
        when = _day(day, zone)
        row = _slice_on(plan, when, zone)
        drawn = _drawn(book, when)
        if drawn is None:
            seed = _seed_of(plan["seed"], when)
            weights = np.array([r["weight"] for r in row["rosters"]])
            index = int(np.random.default_rng(seed).choice(len(weights), p=weights / weights.sum()))
            drawn = RosterDrawn(plan=made.event.plan, day=when.isoformat(), roster=index, seed=seed)
            book.write(drawn)
        targets = row["rosters"][drawn.roster]["targets"]
        who = _who(book, plan, row, targets)
    if not personal:
        text = (
            f"The roster of {when} is drawn. It is for those who go: read it with homeward cover roster, or where the "
            "page is served with --personal."
        )
        return Answer(text=text, data={"day": when.isoformat()})
    said = clock.show_time(datetime(when.year, when.month, when.day, 12, tzinfo=ZoneInfo(zone)), zone)
    lines = roster_words(plan, targets, who, day=" ".join(said.split()[:3]))
    return Answer(text="\n".join(lines), data={"day": when.isoformat(), "targets": targets, "teams": who})


def cover_papers(path: Path, folder: Path, *, paper: str = "a4") -> Answer:
    """Writes the cover sheet (PDF, one page) and the map of cover (PNG) of the plan in force."""
    with opened(path, read_only=True) as book:
        files = paper_files(book, paper=paper)
        newer = newer_note(book)
    for name, data in files.items():
        write_whole(folder / name, data, remedy="Choose another folder; the mission itself is unharmed.")
    return Answer(
        text="\n".join([f"Written to {folder}: {', '.join(files)}.", *newer]),
        data={"folder": str(folder), "files": {n: len(d) for n, d in files.items()}},
    )


def cover_plan(book: Book) -> Json | None:
    """The plan of cover in force, as data; None where none was made."""
    made = book.mission.readiness.cover
    return None if made is None else json.loads(book.log.blob(made.event.plan))


def cover_page(book: Book) -> Json | None:
    """The plan of cover as the page has it; None where none was made."""
    plan = cover_plan(book)
    if plan is None:
        return None
    lines = cover_lines(plan, zone=book.mission.time_zone)
    return cover_data(plan) | {"says": lines, "newer": newer_note(book), "age_s": round(age_s(plan))}


def paper_files(book: Book, *, paper: str = "a4") -> dict[str, bytes]:
    """The cover sheet and the map of cover in force, by file name."""
    from homeward.desk.readiness.cover.paper import sheet_text
    from homeward.exchange.basemap import Frame
    from homeward.exchange.cover_picture import cover_map
    from homeward.exchange.cover_sheet import write_cover_sheet

    plan, mission, terrain = _needed(book), book.mission, book.terrain()
    text = sheet_text(plan, mission, newer=newer_note(book))
    return {
        "cover.pdf": write_cover_sheet(text, plan, mission=mission, terrain=terrain, paper=paper),
        "cover.png": cover_map(plan, mission=mission, terrain=terrain, frame=Frame(form="png")),
    }


def newer_note(book: Book) -> list[str]:
    """That the plan in force is of other targets than the mission has now, of teams that have left, or is over."""
    plan = cover_plan(book)
    if plan is None:
        return []
    now = {t.id: t.value for t in book.mission.readiness.targets.values()}
    was = {t["id"]: t["value"] for t in plan["targets"]}
    over = clock.now() >= datetime.fromisoformat(plan["slices"][-1]["to"])
    made = datetime.fromisoformat(plan["made_at"])
    gone = listed(left_since(book.mission, plan["slices"][0]["teams"], made))
    why = listed(
        w for w in ("the targets are others" if now != was else "", gone, "its days are over" if over else "") if w
    )
    return (
        [f"NOTE: The plan of cover is older than what is known: {why}. Make it again: homeward cover plan."]
        if why
        else []
    )


def _needed(book: Book) -> Json:
    plan = cover_plan(book)
    if plan is None:
        raise NotYet("No cover has been planned yet. Plan it: homeward cover plan MISSION.")
    return plan


# --- rosters --------------------------------------------------------------------------------------------------


def _day(told: str, zone: str) -> date:
    today = clock.now().astimezone(clock.zone(zone)).date()
    word = told.strip().lower()
    if word in ("today", "tomorrow"):
        return today + timedelta(days=int(word == "tomorrow"))
    try:
        return date.fromisoformat(word)
    except ValueError as err:
        raise BadInput(f"{told!r} is no day. Write today, tomorrow or 2026-11-23.") from err


def _slice_on(plan: Json, day: date, zone: str) -> Json:
    """The span of days in force at noon of a day; of the day on which the plan begins or ends, the first or last."""
    home = clock.zone(zone)
    first, last = (datetime.fromisoformat(plan["slices"][k][end]) for k, end in ((0, "from"), (-1, "to")))
    if not first.astimezone(home).date() <= day <= last.astimezone(home).date():
        raise BadInput(
            f"The plan of cover holds from {first.astimezone(home):%Y-%m-%d} to {last.astimezone(home):%Y-%m-%d}, and "
            f"{day} is not in it. Choose a day of it, or plan again."
        )
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=home)
    begun: list[Json] = [s for s in plan["slices"] if datetime.fromisoformat(s["from"]) <= noon]
    return begun[-1] if begun else plan["slices"][0]


def _seed_of(seed: int, day: date) -> int:
    """The seed of a day: who has not the plan's cannot tell it from those of other days."""
    return int.from_bytes(hashlib.sha256(f"{seed} {day.isoformat()}".encode()).digest()[:4])


def _drawn(book: Book, day: date) -> RosterDrawn | None:
    made = book.mission.readiness.cover
    for one in reversed(book.mission.readiness.rosters):
        if made is not None and one.event.plan == made.event.plan and one.event.day == day.isoformat():
            return one.event
    return None


def _who(book: Book, plan: Json, row: Json, targets: Sequence[str]) -> dict[str, str]:
    """Who goes to which target of a roster."""
    if not targets:
        return {}
    places = {t["id"]: Place(t["place"][1], t["place"][0]) for t in plan["targets"]}
    teams = [(t["id"], Place(t["place"][1], t["place"][0])) for t in plan["teams"] if t["id"] in row["teams"]]
    travel = Travels(book.terrain(), on_foot=plan["on_foot"], known=known_pairs(plan["travel"]))
    return stood(teams, [(t, places[t]) for t in targets], travel.time_s)
