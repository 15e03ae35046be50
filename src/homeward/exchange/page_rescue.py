"""What the page shows of people, hazards, signals, the formation, the meeting point, and orders with their answers.

Places are [longitude, latitude]; names, phones, notes and what was said in answer only where `personal`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from homeward.exchange.page_values import lonlat_of, utc_text
from homeward.exchange.rescue_words import order_words, person_words
from homeward.geo import WGS84
from homeward.mission.events import Entry, PlanMade, TeamRegistered, TeamStoodDown
from homeward.mission.happened import Happened
from homeward.mission.people import (
    FormationMade,
    Hazard,
    HazardDropped,
    HazardMarked,
    Order,
    Person,
    PersonRegistered,
    PersonStoodDown,
)
from homeward.mission.replay import Mission, settle

Json = dict[str, Any]
_CORNERS = 48  # of a circle as it is drawn


_BEARS_ON_FORMATION = (
    PersonRegistered | PersonStoodDown | TeamRegistered | TeamStoodDown | HazardMarked | HazardDropped | PlanMade
)


def crew_data(
    mission: Mission, formation: Mapping[str, Any] | None, *, entries: Sequence[Entry] = (), personal: bool = False
) -> Json:
    """The crew's part of the page. `formation` is the one in force, as it was kept; None where nobody has a role.
    `entries` are the log's: what came after the formation and bears on it is counted.
    """
    crew = mission.crew
    orders = [_order(mission, name, given, personal=personal) for name, given in crew.orders.items()]
    here = {*mission.teams, *crew.people}
    orders = [row for row in orders if row["to"] in here]
    rally = crew.rally
    return {
        "people": [_person(who, personal=personal) for who in crew.people.values()],
        "hazards": [_hazard(one, personal=personal) for one in crew.hazards.values()],
        "signals": None
        if crew.signals is None
        else {name: getattr(crew.signals, name) for name in ("warning", "recall", "channel")},
        "formation": None if formation is None else {**formation, "stale": _stale(entries)},
        "rally": None
        if rally is None
        else {
            "at": lonlat_of(rally.event.place),
            "all_there": utc_text(rally.event.all_there),
            "text": rally.event.text,
            "set": utc_text(rally.at),
        },
        "orders": orders,
        "open": [row["to"] for row in orders if row["acknowledged"] is None],
    }


def _stale(entries: Sequence[Entry]) -> list[str]:
    """Why the formation in force may no longer fit, in words: what is newer than it."""
    events = [happened.event for happened in settle(entries)[0]]
    made = max((i for i, event in enumerate(events) if isinstance(event, FormationMade)), default=len(events))
    since = [event for event in events[made + 1 :] if isinstance(event, _BEARS_ON_FORMATION)]
    facts = sum(not isinstance(event, PlanMade) for event in since)
    told = ["Older than the plan: its posts are for the plan before. Form again."] if len(since) > facts else []
    if facts:
        what = (
            "1 fact about people, teams or hazards is"
            if facts == 1
            else f"{facts} facts about people, teams or hazards are"
        )
        told.append(f"{what} newer than this formation. Form again.")
    return told


def _person(who: Person, *, personal: bool) -> Json:
    told = {
        "id": who.id,
        "says": person_words(who),
        "roles": [{"role": q.role.value, "skill": q.skill, "until": utc_text(q.until)} for q in who.qualifications],
        "team": who.team,
        "at": lonlat_of(who.place) if who.place else None,
        "awake_since": utc_text(who.awake_since),
        "p_present": who.p_present,
    }
    return told | ({"name": who.name, "phone": who.phone, "note": who.note} if personal else {})


def _hazard(one: Hazard, *, personal: bool) -> Json:
    ring = [lonlat_of(place) for place in one.ring]
    told = {
        "id": one.id,
        "kind": one.kind.value,
        "label": one.label,
        "ring": [*ring, ring[0]] if ring else _circle(one),
        "at": lonlat_of(one.place) if one.place else None,
        "radius_m": one.radius_m,
        "begins": utc_text(one.begins),
        "ends": utc_text(one.ends),
        "hits_per_h": one.hits_per_h,
        "speed_mps": one.speed_mps,
    }
    return told | ({"note": one.note} if personal else {})


def _circle(one: Hazard) -> list[list[float]]:
    if one.place is None:
        return []
    around = (360.0 * k / _CORNERS for k in range(_CORNERS + 1))
    points = (WGS84.fwd(one.place.lon_deg, one.place.lat_deg, deg, one.radius_m or 0.0) for deg in around)
    return [[round(float(lon), 6), round(float(lat), 6)] for lon, lat, _ in points]


def _order(mission: Mission, name: str, given: Happened[Order], *, personal: bool) -> Json:
    answer = mission.crew.acknowledged.get(name)
    told = {
        "to": name,
        "kind": given.event.kind.value,
        "says": order_words(given.event),
        "at": lonlat_of(given.event.place) if given.event.place else None,
        "given": utc_text(given.at),
        "arrives": utc_text(given.event.arrives),
        "acknowledged": utc_text(answer.at) if answer else None,
        "eta": utc_text(answer.event.eta) if answer else None,
    }
    return told | ({"said": answer.event.said if answer else ""} if personal else {})
