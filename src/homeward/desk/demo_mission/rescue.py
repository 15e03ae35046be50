"""The demo's find, carry-out and hand-over. What is told of the casualty is invented, and in the mission file alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from homeward.desk import clock, hazards, orders
from homeward.desk.book import opened
from homeward.desk.demo_mission.cast import SCATTERED
from homeward.desk.demo_mission.indoors import FoundInside
from homeward.desk.demo_mission.telling import Stage
from homeward.desk.find import finding as find
from homeward.desk.rescue import casualties, handing_over, holding
from homeward.desk.rescue.carry import carrying
from homeward.desk.search import manage
from homeward.words import lasting

Json = dict[str, Any]

EXAMINED_AFTER = timedelta(minutes=6)
CASUALTY: Json = {
    "real_name": "Robin Tallow",
    "age_years": 58.0,
    "sex": "f",
    "mechanism": "fall of 3 m",
    "injured": "12:00",
    "allergies": "penicillin",
    "consent": "given",
}
FIRST_LOOK: Json = {
    "breathes": True,
    "resp_rate_pm": 22.0,
    "pulse_pm": 108.0,
    "systolic_mmhg": 112.0,
    "spo2_pct": 95.0,
    "consciousness": "V",
    "temperature_c": 33.4,
    "shivering": True,
    "findings": ["E: lower leg, closed, swollen"],
}
LOOSE_ROCK: Json = {"kind": "rockfall", "radius_m": 100.0, "label": "loose rock", "hits_per_h": 0.1}
SECOND_LOOK: Json = {
    "resp_rate_pm": 18.0,
    "pulse_pm": 96.0,
    "systolic_mmhg": 118.0,
    "consciousness": "A",
    "temperature_c": 34.1,
}


def rescued(stage: Stage, found: FoundInside) -> datetime:
    """Stages find to hand-over; when the hospital has signed."""
    with clock.set_to(found.at):
        told = _find(stage, found)
    medics = [row["arrives"] for row in told["orders"] if row["kind"] == "medic" and row["arrives"]]
    there = datetime.fromisoformat(min(medics)) if medics else found.at + timedelta(minutes=30)
    at = there + EXAMINED_AFTER
    with clock.set_to(at):
        _examine(stage)
        first = _ways_out(stage, "The way out:")
    with clock.set_to(at + timedelta(minutes=8)):
        stage.later()
        _rock_on_the_way(stage, first)
        row = _ways_out(stage, "Planned again:", papers=True)
        left = clock.now()
    return _hand_over(stage, left, row)


def _find(stage: Stage, found: FoundInside) -> Json:
    m = stage.mission
    stage.begin("find")
    stage.step(0.77, "orders for everybody")
    answer = find.found(
        m,
        str(found.place),
        team=found.team,
        alive=True,
        condition="awake, cold, lower leg hurt",
        needs="splint, warmth",
        told_by="radio",
    )
    stage.keep(answer)
    stage.speak(
        f"Subject located by {found.team}, in the {found.room.lower()} of the lamp house at {found.place}, alive.",
        *_read_out(answer.text),
    )
    for row in answer.data["orders"]:
        orders.acknowledge(m, row["to"], eta=row["arrives"])
    stage.speak("Everybody has acknowledged." if answer.data["orders"] else "")
    return dict(answer.data)


def _read_out(text: str) -> list[str]:
    """The orders and what is short, as they are read out: the place, which is the same for all, and the way's dangers
    are said once.
    """
    lines = text.splitlines()
    first = next((i for i, line in enumerate(lines) if line.startswith("ORDERS")), len(lines))
    last = next((i for i, line in enumerate(lines) if line.startswith("Who has not answered")), len(lines))
    said = [_AT.sub("", line.strip()).replace("subject located: ", "") for line in lines[first + 1 : last]]
    ways = {hit[0].strip() for line in said if (hit := _WAY.search(line))}
    return [*(_WAY.sub("", line) for line in said), *sorted(ways)]


_AT = re.compile(r", at \w+ \w+ \d+ \d+ \([^)]*\)")
_WAY = re.compile(r" The way leads [^.]*\.")


def _examine(stage: Stage) -> None:
    m = stage.mission
    stage.begin("rescue")
    stage.step(0.8, "the way out")
    casualties.casualty(m, "1", **CASUALTY)
    casualties.observe(m, by="M1", **FIRST_LOOK)
    casualties.treat(m, "splint, wrapped warm", where="lower leg", by="M1")
    stage.speak("The medic pair is there; what it found is in the mission file, for those who treat.")


def _ways_out(stage: Stage, words: str, *, papers: bool = False) -> Json:
    """Plans the carry-out and says it; the way that was chosen."""
    folder = stage.folder / "rescue" if papers else None
    answer = carrying.carry_out(stage.mission, folder=folder, personal=False)
    stage.keep(answer)
    row = answer.data["routes"][answer.data["chosen"] - 1]
    stage.speak(
        f"{words} {answer.text.splitlines()[0]}",
        *(_choice(one) for one in answer.data["routes"]),
        f"Bearers change {row['relay']['changes']} times on the way." if papers else "",
    )
    if folder is not None:
        stage.made(*(folder / name for name in answer.data["files"]))
    return dict(row)


def _choice(row: Json) -> str:
    long, safe = lasting(row["carry_s"] + row["rests_s"]), f"{row['p_unhurt']:.1%}"
    return f"Way {row['n']}, to {row['exit']}: {long} of carrying; the marked hazards hurt nobody with {safe}."


def _rock_on_the_way(stage: Stage, first: Json) -> None:
    """Those who come to carry tell of loose rock where the way that was chosen comes past."""
    lon, lat = first["line"][len(first["line"]) // 2]
    answer = hazards.hazard(stage.mission, "H2", place=f"{lat:.5f}, {lon:.5f}", **LOOSE_ROCK)
    stage.keep(answer)
    stage.speak(f"Those who come to carry tell of loose rock on that way. {answer.text}")
    away = holding.hold_or_leave(stage.mission, hazard="H2", begins="2 h", sure="1 h", personal=False)
    stage.keep(away)
    stage.speak(away.text.splitlines()[0])


def _hand_over(stage: Stage, left: datetime, row: Json) -> datetime:
    m = stage.mission
    arrives = left + timedelta(seconds=row["arrive_s"][1])
    care = left + timedelta(seconds=row["care_s"][1]) if row["care_s"] else arrives + timedelta(minutes=40)
    to = next((one["hospital"] for one in row["care"]), "County")
    with clock.set_to(arrives):
        stage.begin("hand-over")
        stage.step(0.86, "the papers for the hospital")
        casualties.observe(m, by="M1", **SECOND_LOOK)
        answer = handing_over.handover(
            m, stage.folder / "handover", to=f"{to}, emergency desk", by="M1", arrives=care.isoformat()
        )
        stage.keep(answer)
        stage.speak(*row["care_why"][:2], f"{answer.text.partition(';')[0]}.")
        stage.made(*(stage.folder / "handover" / name for name in answer.data["files"]))
    with opened(m, read_only=True) as book:
        base = book.mission.base
    with clock.set_to(care):
        stage.later()
        signed = handing_over.receipt(m, received_by="emergency desk")
        handing_over.outcome(m, admitted=True)
        for name in SCATTERED:
            manage.team_at(m, name, str(base))
        stage.keep(signed)
        stage.speak(signed.text.splitlines()[0], f"All {len(SCATTERED)} teams are back at the command post.")
    return care
