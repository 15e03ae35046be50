"""The carry-out: treat here or move, which way out, how long, who; planned, shown as a front, chosen, and kept.

Planning support: the medic decides.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from homeward import __version__
from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened
from homeward.desk.files import write_whole
from homeward.desk.provenance import hash_of
from homeward.desk.rescue.carry.case import Asked, CarryCase, case_of
from homeward.desk.rescue.carry.data import exits_data, landing_data, route_data, stops_data, stretch_data
from homeward.desk.rescue.carry.routes import Beyond, Route, route_of, shown, stretches_of, ways_out
from homeward.desk.rescue.carry.state import CasualtyState, advice_of, needs_of, state_of_casualty, stops_of
from homeward.desk.rescue.carry.words import carry_lines, sheet_text
from homeward.desk.rescue.ways_out import read_future
from homeward.errors import BadInput
from homeward.exchange.page_casualty import public_plan
from homeward.exchange.page_values import lonlat_of
from homeward.exchange.paper import paper_of
from homeward.log import blob_id
from homeward.mission.encode import canonical
from homeward.mission.nouns import Provenance
from homeward.mission.rescue import CarryOutPlanned
from homeward.rescue.carry import Profile, profile_along
from homeward.rescue.treat_or_move import plan_words
from homeward.rescue.treat_records import Advice

Json = dict[str, Any]
TAKEN = " The chances to arrive alive take life-saving care as given before the carry begins."


@again_if_grown
def carry_out(
    path: Path,
    casualty: str = "1",
    *,
    route: int | None = None,
    bearers: int | None = None,
    start: str | None = None,
    by: str | None = None,
    folder: Path | None = None,
    paper: str = "a4",
    harness: bool = False,
    seed: int = 0,
    personal: bool = True,
) -> Answer:
    """Plans the carry-out of a casualty: treat or move, the front of ways, the chosen one with its relay and watch.

    `route` chooses another of the ways shown last. `bearers`: how many can carry in all (left out: those ordered to);
    `start`: when the carry begins (left out: after packaging); `by`: when it shall be there (left out: sunset);
    `harness`: bearers have harness or straps, and change less often. With `folder` the sheet is written there, on
    `paper` a4 or letter; without `personal` nothing of the casualty's state is said. Nothing is
    logged where there is no way out.
    """
    paper_of(paper)
    with opened(path) as book:
        last = _last_plan(book, casualty)
        again = route is not None and last is not None and (bearers, start, by, harness) == (None, None, None, False)
        now = clock.now()
        if again and last is not None:
            plan, starts = _chosen(book, last[0], route or 1, now=now), last[1]
        else:
            asked = Asked(bearers=bearers, start=_future(book, start), by=_future(book, by), seed=seed, harness=harness)
            case = case_of(book, casualty, asked, now=now)
            plan = _planned(book, case, route)
            starts = now + timedelta(seconds=plan["routes"][plan["chosen"] - 1]["starts_s"])
        plan["made_at"] = now.isoformat()
        data = canonical(plan).encode()
        row = plan["routes"][plan["chosen"] - 1]
        event = CarryOutPlanned(
            plan=blob_id(data),
            casualty=casualty,
            route=plan["chosen"],
            starts=starts,
            value=row["p_alive"],
            bound=plan["bound"],
            made_from=Provenance(
                inputs_sha256=hash_of(book.mission, "carry-out", at=now), seed=seed, version=__version__
            ),
        )
        book.write(event, at=now, blobs=[data])
        files = sheet_files(book, plan, paper=paper) if folder is not None else {}
        zone = book.mission.time_zone
    lines = carry_lines(plan, zone=zone, personal=personal)
    for name, content in files.items():
        assert folder is not None
        write_whole(folder / name, content, remedy="Choose another folder with --to; the mission itself is unharmed.")
        lines.append(f"Written to {folder / name}.")
    return Answer(
        text="\n".join(lines),
        data={**(plan if personal else public_plan(plan)), "files": {n: len(d) for n, d in files.items()}},
    )


def carry_plan(book: Book, casualty: str) -> Json | None:
    """The carry-out in force of a casualty, as data; None where none was planned."""
    last = _last_plan(book, casualty)
    return None if last is None else last[0]


def sheet_files(book: Book, plan: Json, *, paper: str = "a4") -> dict[str, bytes]:
    """The carry-out sheet of a plan, by its file's name; `paper` is a4 or letter."""
    from homeward.exchange.carry_sheet import write_carry_sheet

    pdf = write_carry_sheet(
        sheet_text(plan, book.mission), plan, mission=book.mission, terrain=book.terrain(), paper=paper
    )
    return {f"carry-out-casualty-{plan['casualty']}.pdf": pdf}


def _last_plan(book: Book, casualty: str) -> tuple[Json, datetime] | None:
    for made in reversed(book.mission.rescue.carry_outs):
        if made.event.casualty == casualty:
            plan: Json = json.loads(book.log.blob(made.event.plan))
            return plan, made.event.starts
    return None


def _future(book: Book, told: str | None) -> datetime | None:
    return None if told is None else read_future(book, told)


# --- planning -------------------------------------------------------------------------------------------------


def _planned(book: Book, case: CarryCase, route: int | None) -> Json:
    """The whole plan as data. Raises `BadInput` where no way leads out, or `route` is none of those found."""
    state = state_of_casualty(book, case)
    severe = state.severities(care=max(state.care, 1))
    beyond = Beyond(weather=book.mission.weather, needs=needs_of(case, state), severities=severe)
    found, others = ways_out(case, hazard_per_h=state.hazard_per_h(), beyond=beyond)
    if not found.front:
        raise BadInput(" ".join(found.why) or "No way leads out. Mark another exit: homeward exit set.")
    ways = shown(found, others)
    routes = [route_of(case, way, beyond) for way in ways]
    rows = [route_data(case, one, n) for n, one in enumerate(routes, 1)]
    for row, one in zip(rows, routes, strict=True):
        row["p_alive"] = _p_alive(one, state)
    chosen = _best(rows, told_dead=state.told_dead) if route is None else _picked(rows, route)
    picked = routes[chosen - 1]
    advice = _advice(case, picked, state)
    rows[chosen - 1]["stretches"] = stretch_data(
        case, stretches_of(case, picked.profile, people=picked.people, carry_s=rows[chosen - 1]["carry_s"])
    )
    stops = _stops(case, picked.profile, rows[chosen - 1], advice)
    least_s = min(w.least_s for w in ways)
    return {
        "version": 1,
        "casualty": case.casualty,
        "now": case.now.isoformat(),
        "find": {"place": lonlat_of(case.find.place), "team": case.find.team, "at": case.found_at.isoformat()},
        "told_dead": state.told_dead,
        "state": state.words + ("" if state.care else TAKEN),
        "advice": _advice_data(advice),
        "stops": stops,
        "routes": rows,
        "chosen": chosen,
        "bound": _bound(state, least_s),
        "front": [[row["arrive_s"][1], row["hits"]] for row in rows if not row["known"]],
        "within": found.within,
        "crews": list(case.crews),
        "bearers": case.people,
        "by": case.by.isoformat(),
        "by_is": case.by_is,
        "hazards": case.exposure is not None,
        "sunset": case.sunset.isoformat() if case.sunset else None,
        "sunrise": case.sunrise.isoformat() if case.sunrise else None,
        "dark": case.dark,
        "exits": exits_data(case),
        "sites": landing_data(case),
        "notes": [*case.notes, *_hospital_note(case)],
        "why": list(found.why),
    }


def _chosen(book: Book, plan: Json, route: int, *, now: datetime) -> Json:
    """Another of the ways shown last, with its watch worked out; the rest stays as it was."""
    n = _picked(plan["routes"], route)
    row = plan["routes"][n - 1]
    case = case_of(book, plan["casualty"], Asked(bearers=plan["bearers"]), now=now)
    profile = profile_along(case.terrain, case.terrain.grid.xy_m(row["line"]))
    if "stretches" not in row:
        row["stretches"] = stretch_data(case, stretches_of(case, profile, people=row["people"], carry_s=row["carry_s"]))
    then_s = 0.0 if row["care_s"] is None else max(row["care_s"][1] - row["arrive_s"][1], 0)
    advice = advice_of(case, state_of_casualty(book, case), carry_s=row["carry_s"], then_s=then_s)
    return {**plan, "chosen": n, "advice": _advice_data(advice), "stops": _stops(case, profile, row, advice)}


def _picked(rows: Sequence[Json], route: int) -> int:
    if not 1 <= route <= len(rows):
        raise BadInput(f"There is no way {route} in this plan. Choose 1 to {len(rows)}.")
    return route


def _best(rows: Sequence[Json], *, told_dead: bool) -> int:
    """The way on which most probably nobody is lost: the casualty lives and nobody is hurt; the fastest of equals. For
    the dead, that on which nobody is hurt. No exit far from every road where there is another.
    """
    worth = [round((1.0 if told_dead else row["p_alive"]) * row["p_unhurt"], 4) for row in rows]
    led = [i for i, row in enumerate(rows) if not row["off_road_m"]] or list(range(len(rows)))
    return 1 + max(led, key=lambda i: (worth[i], -rows[i]["arrive_s"][1]))


def _p_alive(route: Route, state: CasualtyState) -> float:
    """Probability that the casualty reaches care alive by this way (the exit, where nothing is known of the rest)."""
    if state.told_dead:
        return 0.0
    arrive = route.time.arrive_s
    if route.care is not None:
        low, middle, high = route.care.best.there_s
        arrive = np.interp(np.linspace(0, 1, 101), [0.0, 0.1, 0.5, 0.9, 1.0], [low, low, middle, high, high])
    severe = state.severities(care=max(state.care, 1))
    return float(sum(s.p * np.mean(np.exp(-s.death_per_s * arrive)) for s in severe))


def _bound(state: CasualtyState, least_s: float) -> float:
    """No way and no care would do better: full care from now on, and the least time that any way takes."""
    severe = state.severities(care=2)
    return float(sum(s.p * np.exp(-s.death_per_s * max(least_s, 0.0)) for s in severe))


def _advice(case: CarryCase, route: Route, state: CasualtyState) -> Advice | None:
    then = route.exit.then_s or 0.0
    if route.care is not None:
        then = max(route.care.best.there_s[1] - route.time.median_s, 0.0)
    return advice_of(case, state, carry_s=route.time.carry_s + route.time.rests_s, then_s=then)


def _stops(case: CarryCase, profile: Profile, row: Json, advice: Advice | None) -> list[Json]:
    """Where the litter is put down to stabilise, as often as the advice has it."""
    stops = stops_of(advice.plan) if advice is not None else 0
    return stops_data(case, profile, stops=stops, starts_s=row["starts_s"], way_s=row["carry_s"])


def _advice_data(advice: Advice | None) -> Json | None:
    if advice is None:
        return None
    return {
        "first": advice.first,
        "why": advice.why,
        "value": advice.value,
        "by_first": dict(advice.by_first),
        "flips": [[round(s), then] for s, then in advice.flips],
        "steps": list(plan_words(advice.plan))[:12],
    }


def _hospital_note(case: CarryCase) -> list[str]:
    if case.hospitals or any(e.then_s is not None for e in case.exits):
        return []
    return ["No hospital is known, so times end at the exit. Say which there are: homeward hospital from MISSION FILE."]
