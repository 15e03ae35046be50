"""The demo's first stages: who is missing, the clue, where the teams meet, and the probability map."""

from __future__ import annotations

from datetime import timedelta

from homeward.desk import clock, clues, facts, hazards, mapping, people
from homeward.desk.book import opened
from homeward.desk.demo_mission.cast import (
    ALARM,
    ARRIVAL,
    AWAKE,
    CELL_M,
    EXITS,
    HOSPITALS,
    HUNTERS,
    IPP,
    NAME,
    OBSERVER,
    PEOPLE,
    PHONE,
    RADAR,
    SCATTERED,
    SEEN,
    SUBJECT,
    TEAMS,
    ZONE,
)
from homeward.desk.demo_mission.telling import Stage, lines_of
from homeward.desk.formation import rallying
from homeward.desk.ground import set_area
from homeward.desk.rescue import ways_out
from homeward.desk.search import manage
from homeward.geo import Place, format_place
from homeward.terrain.demo_ground import demo_terrain


def open_mission(stage: Stage) -> None:
    """Stages intake to map."""
    with clock.set_to(ALARM):
        _intake(stage)
        _clue(stage)
    with clock.set_to(ALARM + timedelta(minutes=2)):
        place, minutes = _rally(stage)
    with clock.set_to(ALARM + timedelta(minutes=2 + minutes)):
        for name in SCATTERED:
            manage.team_at(stage.mission, name, str(place))
        facts.base(stage.mission, str(place))
        _map(stage)


def _intake(stage: Stage) -> None:
    m = stage.mission
    stage.begin("intake")
    stage.step(0.02, "opening the mission")
    facts.new(m, name=NAME, time_zone=ZONE, exercise=True)
    stage.step(0.03, "reading the ground")
    with opened(m) as book:
        ground = set_area(book, demo_terrain(cell_m=CELL_M), label="Jacksboro, Tennessee (3-arc-second elevation)")
    stage.step(0.1, "writing down what is known")
    told = facts.subject(m, category="hiker", ecoregion="temperate", ground="mountain", **SUBJECT)
    where = facts.ipp(m, str(IPP), seen=SEEN.isoformat())
    for name, kind, count, radio in TEAMS:
        facts.team(m, name, kind=kind, people=count, radio=radio)
    name, count, radio = RADAR
    facts.team(m, name, kind="radar", people=count, radio=radio)
    for name, roles, real in PEOPLE:
        people.person(m, name, roles=roles, real_name=real, phone=PHONE, place=str(ARRIVAL), **AWAKE)
    signals = people.signals(m, warning="1 long whistle", recall="3 long whistles", channel="channel 1")
    hunters = hazards.hazard(m, "H1", **HUNTERS)
    for name, known in EXITS.items():
        ways_out.exit_(m, name, **known)
    for name, known in HOSPITALS.items():
        ways_out.hospital(m, name, **known)
    stage.keep(ground, told, where, signals, hunters)
    stage.speak(
        f"A hiker is missing, last seen {clock.show_time(SEEN, ZONE, day=False)} at {format_place(IPP, 'mgrs')}, that "
        f"is {(ALARM - SEEN).total_seconds() / 3600:.1f} hours ago.",
        f"{len(TEAMS) + 1} teams and {len(PEOPLE)} more people answer the call.",
        signals.text,
        hunters.text,
    )


def _clue(stage: Stage) -> None:
    stage.begin("clue")
    answer = clues.clue(stage.mission, "scent", place=str(OBSERVER), bearing_deg=315.0, range_m=3000.0, team="Dog 1")
    stage.keep(answer)
    stage.speak(f"Dog 1 smells somebody to the north-west. {answer.text}")


def _rally(stage: Stage) -> tuple[Place, float]:
    """Where everybody meets, and after how many minutes all are there."""
    stage.begin("rally")
    for name, place in SCATTERED.items():
        manage.team_at(stage.mission, name, str(place))
    answer = rallying.rally(stage.mission)
    stage.keep(answer)
    last = max(answer.data["arrivals"], key=lambda one: one["arrives_s"])
    stage.speak(
        answer.text.splitlines()[0],
        f"{last['id']} comes last, after {last['arrives_s'] / 60:.0f} min on foot. The command post goes there.",
    )
    return Place(answer.data["lat_deg"], answer.data["lon_deg"]), last["arrives_s"] / 60


def _map(stage: Stage) -> None:
    stage.begin("map")
    stage.step(0.14, "making the probability map")
    answer = mapping.make_map(stage.mission)
    stage.keep(answer)
    stage.speak(
        answer.text.splitlines()[0],
        answer.text.splitlines()[1],
        f"The dog's clue moved {lines_of(answer, 'clue 1')[0].partition('Moved ')[2].partition(';')[0]}.",
        lines_of(answer, "Alive after")[0],
    )
