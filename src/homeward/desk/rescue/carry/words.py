"""A carry-out in words: one sentence first, then the ways as a table, then who does what where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from homeward.desk import clock
from homeward.desk.rescue.ways_out import minutes
from homeward.geo import Place, format_place
from homeward.mission import Mission
from homeward.rescue.state import stop_s
from homeward.rescue.treat_or_move import EQUAL
from homeward.rescue.triage import MEDIC_DECIDES
from homeward.words import capital

Json = dict[str, Any]


def carry_lines(plan: Json, *, zone: str, personal: bool = True) -> list[str]:
    """The whole answer, line by line; without `personal` nothing of the casualty's state."""
    if not personal:
        plan = without_state(plan)
    row = plan["routes"][plan["chosen"] - 1]
    lines = [
        sentence(plan, zone=zone),
        *(_why(plan) if personal else []),
        "",
        *table(plan, zone=zone, alive=personal),
        "",
    ]
    lines += [f"  {said}" for said in filled_notes(row)]
    lines += [f"  {hazard_note(plan)}", *(f"  {said}" for said in row["why"])]
    lines += [f"  {said}" for said in relay_lines(row, datetime.fromisoformat(plan["now"]), zone=zone)]
    lines += [f"  {said}" for said in stop_lines(plan, zone=zone)]
    lines += [f"  {said}" for said in watch_lines(row)]
    lines += [f"  {said}" for said in (chance_lines(plan) if personal else [])]
    lines += [f"  {said if personal else _short(said)}" for said in care_lines(row)]
    lines += [f"  {said}" for said in site_lines(plan)]
    lines += [f"  note: {note}" for note in plan["notes"]]
    if len(plan["routes"]) > 1:
        lines.append("Another way: homeward carryout MISSION --route N.")
    return [*lines, MEDIC_DECIDES]


def without_state(plan: Json) -> Json:
    """The plan as those read it who may not know whether the casualty lives: treat or move, and no more."""
    dead = plan["told_dead"]
    return {**plan, "told_dead": False, "advice": None if dead else plan["advice"]}


def sentence(plan: Json, *, zone: str) -> str:
    """Treat or move, which way, how long, who, when daylight ends."""
    row = plan["routes"][plan["chosen"] - 1]
    now = datetime.fromisoformat(plan["now"])
    low, middle, high = row["arrive_s"]
    there = _clock(now, middle, zone)
    way = f"{row['length_m'] / 1000:.1f} km to {row['exit']} ({row['kind']}, way {plan['chosen']})"
    between = f"{_clock(now, low, zone)} to {_clock(now, high, zone)}"
    carrying, rests = minutes(row["carry_s"] - row["rests_s"]), row["rests_s"]
    span = f"{carrying} of carrying"
    if rests:
        span = f"{minutes(row['carry_s'])} on the way ({carrying} of carrying and {minutes(rests)} of rests)"
    span = f"starts about {_clock(now, row['starts_s'], zone)}, {span}, there about {there} ({between})"
    exit_ = exit_words(row, now, zone=zone)
    return f"{first_words(plan)}: {way}{exit_}, {span}; {who(plan, row)}; {light_words(plan, row, zone=zone)}."


def exit_words(row: Json, now: datetime, *, zone: str) -> str:
    """What is to be known of where a way ends: far from any road, or its vehicle comes late; '' for nothing."""
    far, wait = row.get("off_road_m"), row.get("wait_s") or 0
    said = f", {far / 1000:.1f} km FROM ANY ROAD" if far else ""
    ready = row.get("ready_s")
    if wait > 0 and ready is not None:
        said += f", {RIDES.get(row['kind'], 'vehicle')} there only {_clock(now, ready, zone)}: wait {minutes(wait)}"
    return said


def first_words(plan: Json) -> str:
    """What is done first, in capitals."""
    advice = plan["advice"]
    if plan["told_dead"]:
        return "NO HURRY (told dead; the medic confirms)"
    if advice is None:
        return "MOVE"
    others = advice["by_first"]
    do, _, name = advice["first"].partition(": ")
    rest = [step for step in others if step != "move"] if do == "move" else [step for step in others if step == "move"]
    other = max(rest, key=others.__getitem__, default=None)
    if other is not None and others[advice["first"]] - others[other] < EQUAL:
        here = _plainly(other if do == "move" else advice["first"])
        return f"ABOUT EQUAL, {here} first or move now: the medic decides"
    said = {"move": "MOVE NOW", "stop": "STABILISE FIRST", "wait": f"WAIT for {name}"}
    return said.get(do, f"{do.upper()} FIRST ({name}), then move")


def _plainly(step: str) -> str:
    do, _, name = step.partition(": ")
    return f"{do} ({name})" if name else do


def who(plan: Json, row: Json) -> str:
    """Who carries."""
    relay = row["relay"]
    need, there = relay["carriers"], relay["carriers_there"]
    if plan["bearers"] is None:
        return f"{need} carriers needed ({_crews(relay, need)}), nobody is told to carry yet"
    names = f": {', '.join(plan['crews'])}" if plan["crews"] else ""
    count = f"{there} carriers" if there >= need else f"{there} of {need} carriers"
    short = f", {need - there} short" if there < need else ""
    if short and row["rests_s"]:
        short += f" ({need - there} more bearers save {minutes(row['rests_s'])})"
    return f"{count} ({_crews(relay, there)}{names}){short}, medic pair, rear guard of 2"


def _crews(relay: Json, people: int) -> str:
    """`3 crews of 6`, or `1 crew of 6 and 3 to relieve them`."""
    crews, over = divmod(people, relay["bearers"])
    said = f"{crews} {'crew' if crews == 1 else 'crews'} of {relay['bearers']}"
    return f"{said} and {over} to relieve them" if over else said


def light_words(plan: Json, row: Json, *, zone: str) -> str:
    """When daylight ends, and whether the litter is there by then."""
    now = datetime.fromisoformat(plan["now"])
    if plan["dark"]:
        rise = plan["sunrise"]
        return f"it is dark{f' until sunrise at {_at(rise, zone)}' if rise else ''}"
    if plan["sunset"] is None:
        return "it stays light"
    ends = datetime.fromisoformat(plan["sunset"])
    late = row["arrive_s"][1] > (ends - now).total_seconds()
    return f"daylight ends {_at(plan['sunset'], zone)}{', before it is there' if late else ''}"


def _why(plan: Json) -> list[str]:
    lines = [f"  {plan['state']}"] if not plan["told_dead"] else []
    if not plan["advice"]:
        return lines
    row = plan["routes"][plan["chosen"] - 1]
    alone = " These chances are as if it began now; those of the table wait for its start."
    return [*lines, f"  {plan['advice']['why']}{alone if row['starts_s'] else ''}"]


def chance_lines(plan: Json) -> list[str]:
    """What the chances mean, and what is in the one of the chosen way."""
    row = plan["routes"][plan["chosen"] - 1]
    if plan["told_dead"]:
        return []
    where = "when care begins" if row["care_s"] is not None else "at the exit"
    said = [f"Alive then: alive {where}, {row['p_alive']:.1%} by way {plan['chosen']}."]
    if any("survives with" in why for why in row["care_why"]):
        said.append("Survives: that, times what the hospital accepts and can treat.")
    return [" ".join(said)]


LATER_S: Final = 20 * 3600.0
RIDES: Final = {"landing": "helicopter", "boat": "boat"}
KIND: Final = {"landing": " (air)", "boat": " (boat)"}
HEADS: Final = (
    "way",
    "to",
    "on the way",
    "there (80 %)",
    "hurt by hazards marked",
    "none hurt by them",
    "by",
    "care begins",
    "alive then",
)


def table(plan: Json, *, zone: str, alive: bool = True) -> list[str]:
    """The ways, fastest first, as lines of equal columns; `>` marks the chosen one; with the chance to live or not."""
    heads = _heads(plan, zone=zone)
    rows = [heads, *(cells(plan, row, zone=zone) for row in plan["routes"])]
    rows = rows if alive else [r[:-1] for r in rows]
    width = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    marks = [" ", *(">" if r["n"] == plan["chosen"] else " " for r in plan["routes"])]
    return [
        f"{m} " + "  ".join(c.ljust(w) for c, w in zip(r, width, strict=True)).rstrip()
        for m, r in zip(marks, rows, strict=True)
    ]


def _heads(plan: Json, *, zone: str) -> list[str]:
    """The table's heads; the time by which it shall be there says what it is."""
    by = f"by {_at(plan['by'], zone)}"
    what = {"sunset": " (sunset)", "6 h": " (in 6 h)"}.get(plan.get("by_is", ""), "")
    return [h if h != "by" else by + what for h in HEADS]


def filled_notes(row: Json) -> list[str]:
    """That heights along a way are filled in, where they are."""
    far = row.get("filled_m") or 0
    if not far:
        return []
    return [
        f"{far / 1000:.1f} km of this way have NO ELEVATION on the map: heights there are filled in, times a guess."
    ]


def hazard_note(plan: Json) -> str:
    """What the injuries of the table are, and are not."""
    if not plan.get("hazards", True):
        return "No hazard is marked, so injuries are not reckoned; falls, cold and the dark never are."
    return "Injuries are by the marked hazards alone: falls, cold and the dark are not in them."


def cells(plan: Json, row: Json, *, zone: str) -> list[str]:
    """One way of the table."""
    now = datetime.fromisoformat(plan["now"])
    low, middle, high = (_clock(now, s, zone) for s in row["arrive_s"])
    care = "-" if row["care_s"] is None else _clock(now, row["care_s"][1], zone)
    threatened = plan.get("hazards", True)
    alive = f"{row['p_alive']:.1%}{'' if row['care_s'] is not None else ' at the exit'}"
    return [
        f"{row['n']}{', the way in' if row['known'] else ''}",
        f"{row['exit']}{KIND.get(row['kind'], '')}{_exit_cell(row, now, zone=zone)}",
        minutes(row["carry_s"]),
        f"{middle} ({low}-{high})",
        f"{row['hits']:.3f}" if threatened else "-",
        f"{row['p_unhurt']:.1%}" if threatened else "-",
        f"{row['p_by']:.0%}",
        care,
        "-" if plan["told_dead"] else alive,
    ]


def _exit_cell(row: Json, now: datetime, *, zone: str) -> str:
    far, wait, ready = row.get("off_road_m"), row.get("wait_s"), row.get("ready_s")
    said = f", {far / 1000:.1f} km off road" if far else ""
    return said + (f", there from {_clock(now, ready, zone)}" if wait and ready is not None else "")


def relay_lines(row: Json, now: datetime, *, zone: str) -> list[str]:
    """The bearers' changes and where they are: every n-th of many."""
    relay = row["relay"]
    lines = list(relay["why"])
    if relay["places"]:
        kept, which = _listed(relay["places"])
        lines.append(f"{relay['changes']} changes of bearers{which}:")
        lines += [f"  change {relay_point(c, relay, now, zone)}" for c in kept]
    return lines


def relay_point(change: Json, relay: Json, now: datetime, zone: str) -> str:
    """One change of bearers: its number, when, after how much way, where, who takes over."""
    who = f"crew {change['crew']} takes over"
    if relay["crews_there"] == 1:
        over = relay["carriers_there"] > relay["bearers"]
        who = "who has rested relieves" if over else "all rest and change sides"
    at = f"{_clock(now, change['at_s'], zone)}  {change['at_m'] / 1000:.2f} km  {mgrs(change['place'])}"
    return f"{change['n']}  {at}  {who}"


def _listed(changes: Sequence[Json]) -> tuple[Sequence[Json], str]:
    """(the changes that are listed, `; every 4th is listed` where not all are)."""
    kept = [c for c in changes if c.get("listed", True)]
    return kept, "" if len(kept) == len(changes) else f"; every {ordinal(kept[0]['n'])} is listed"


def ordinal(n: int) -> str:
    """2nd, 3rd, 4th, 21st, 11th."""
    last = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{last}"


def stop_lines(plan: Json, *, zone: str) -> list[str]:
    """Where the litter is put down to stabilise the casualty; nothing where the advice has no stops."""
    stops, now = plan.get("stops") or [], datetime.fromisoformat(plan["now"])
    if not stops:
        return []
    where = ", ".join(
        f"{_clock(now, s['at_s'], zone)} at {mgrs(s['place'])} (km {s['at_m'] / 1000:.2f})" for s in stops
    )
    count = "1 stop" if len(stops) == 1 else f"{len(stops)} stops"
    return [f"{count} to stabilise, {minutes(stop_s())} each, not in the times above: {where}."]


def watch_lines(row: Json) -> list[str]:
    """Exposed stretches and who watches them."""
    lines = []
    for s in row.get("stretches", ()):
        lines.append(s["why"])
        if s["lookout"]:
            lines.append(f"  lookouts (2) at {mgrs(s['lookout'])}")
    return lines


def care_lines(row: Json) -> list[str]:
    """Where the casualty goes from the exit, with alternates."""
    return [*row["care_why"], *(f"Left out: {why}" for why in row["left_out"][:3])]


def site_lines(plan: Json) -> list[str]:
    """Where a helicopter could land, as the ground looks; for who can get one."""
    sites = [s for s in plan["sites"] if s["kind"] == "landing"][:2]
    return [
        f"A helicopter could land at {mgrs(s['place'])}, {minutes(s['walk_s'])} on foot: {s['why']}." for s in sites
    ]


def mgrs(lonlat: list[float]) -> str:
    """A place of the plan as an MGRS reference."""
    return format_place(Place(lonlat[1], lonlat[0]), "mgrs")


def _clock(now: datetime, seconds: float, zone: str) -> str:
    """The time of day; from 20 hours on with the day of the week, lest it be taken for today's."""
    at = now + timedelta(seconds=seconds)
    return clock.show_time(at, zone, day=False) if seconds < LATER_S else f"{at.astimezone(ZoneInfo(zone)):%a %H:%M}"


def _at(told: str, zone: str) -> str:
    return clock.show_time(datetime.fromisoformat(told), zone, day=False)


def sheet_text(plan: Json, mission: Mission) -> Json:
    """Everything that stands on the carry-out sheet, as text; nothing of the casualty's state."""
    zone = mission.time_zone
    row = plan["routes"][plan["chosen"] - 1]
    made, now = (datetime.fromisoformat(plan[k]) for k in ("made_at", "now"))
    alive = len(HEADS) - 1
    heads = _heads(plan, zone=zone)[:alive]
    signals = mission.crew.signals
    told = [f"Warning: {signals.warning}. Recall: {signals.recall}. {signals.channel}"] if signals else []
    radios = [f"{n}: {mission.teams[n].radio}" for n in plan["crews"] if n in mission.teams and mission.teams[n].radio]
    return {
        "title": f"{mission.name} - carry-out of casualty {plan['casualty']}",
        "head": f"CARRY-OUT {plan['casualty']}",
        "mission": mission.name or "Mission without a name",
        "exercise": mission.exercise,
        "made": f"made {clock.show_time(made, zone)}; find at {mgrs(plan['find']['place'])}",
        "sentence": sentence(without_state(plan), zone=zone),
        "decides": MEDIC_DECIDES,
        "footer": "homeward. Times are medians, in brackets 8 of 10; expected injuries of all who go.",
        "heads": heads,
        "rows": [[c for i, c in enumerate(cells(plan, r, zone=zone)) if i != alive] for r in plan["routes"]],
        "chosen": plan["chosen"],
        "who": [
            f"At the litter {row['relay']['bearers']}, the next crew behind it, the medic pair beside it.",
            "Rear guard: 2, last, in sight of the column.",
            *told,
            *([f"Radio: {', '.join(radios)}."] if radios else []),
            *row["relay"]["why"],
        ],
        "relay": _relay_rows(row, now, zone=zone),
        "watch": _watch_rows(row, plan, zone=zone) or ["Nothing is marked that threatens this way."],
        "care": [_short(why) for why in row["care_why"][:4]] or ["No hospital is known: ask base."],
        "notes": [
            light_note(plan, row, zone=zone),
            hazard_note(plan),
            *stop_lines(plan, zone=zone),
            *filled_notes(row),
            *plan["notes"][:3],
        ],
    }


def _relay_rows(row: Json, now: datetime, *, zone: str) -> list[str]:
    changes = row["relay"]["places"]
    if not changes:
        return ["No change of bearers on the way."]
    kept, skipped = _listed(changes)
    rows = [relay_point(c, row["relay"], now, zone) for c in kept]
    return [f"{len(changes)} changes, after {minutes(row['relay']['bout_s'])} of carrying each{skipped}:", *rows]


def _watch_rows(row: Json, plan: Json, *, zone: str) -> list[str]:
    rows = []
    begins = datetime.fromisoformat(plan["now"]) + timedelta(seconds=row["starts_s"])
    named = 0
    for s in row.get("stretches", ())[:5]:
        enters, clear = (_clock(begins, s[when], zone) for when in ("enters_s", "clear_s"))
        rows.append(
            f"Exposed km {s['from_m'] / 1000:.2f} to {s['to_m'] / 1000:.2f}, no halt, no change: the first is there "
            f"about {enters}, the rear guard past it about {clear}."
        )
        if s["lookout"]:
            named += 1
            rows.append(f"Watch {named}: pair at {mgrs(s['lookout'])}, sees {s['sees']:.0%}; there before the column.")
        else:
            rows.append("No safe place near sees it: send a pair ahead.")
    return rows


def light_note(plan: Json, row: Json, *, zone: str) -> str:
    """Daylight as a sentence."""
    dark = f"; {row['dark_share']:.0%} of the carrying is in the dark" if row["dark_share"] > 0.05 else ""
    words = light_words(plan, row, zone=zone)
    return f"{capital(words)}{dark}."


def _short(text: str) -> str:
    """Where it leads to without the chance to survive, which is of the casualty's state."""
    return re.sub(r", survives with \d+%", "", text)
