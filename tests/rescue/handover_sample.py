"""A casualty of which everything is known that a hand-over must say, invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from homeward.geo import Place
from homeward.mission import Happened, Mission
from homeward.mission.events import SubjectFound
from homeward.mission.nouns import Ipp, Subject
from homeward.mission.rescue import Casualty, Consciousness, Consent, Observation, Rescue, Treatment
from homeward.rescue.handover import Handover, Reader, handover_record

NOON = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
HERE = Place(36.4, -84.24)
CASUALTY = Casualty(
    id="1",
    name="Josephine Quimby",
    age_years=61.0,
    sex="f",
    mechanism="fall of 4 m from the cliff path",
    injured_at=NOON - timedelta(hours=3),
    allergies="penicillin",
    medication="salbutamol",
    next_of_kin="brother Tom",
    next_of_kin_informed=True,
    weight_kg=70.0,
    consent=Consent.GIVEN,
)
FIRST = Observation(
    casualty="1",
    by="AB",
    resp_rate_pm=24.0,
    spo2_pct=93.0,
    oxygen=False,
    pulse_pm=118.0,
    systolic_mmhg=98.0,
    consciousness=Consciousness.VOICE,
    temperature_c=34.1,
    pain=7,
    severe_bleeding=True,
    walks=False,
    findings=(("H", "shivering"), ("M", "open fracture left lower leg")),
    certainty="fairly sure",
)
SECOND = Observation(
    casualty="1",
    by="AB",
    resp_rate_pm=20.0,
    spo2_pct=96.0,
    oxygen=True,
    pulse_pm=104.0,
    systolic_mmhg=108.0,
    consciousness=Consciousness.ALERT,
    temperature_c=34.6,
    pain=4,
    bleeding_controlled=True,
)
TOURNIQUET = Treatment(casualty="1", what="tourniquet", dose="one", where="left thigh", by="AB")
KETAMINE = Treatment(casualty="1", what="ketamine", dose="20 mg IV", by="CD")


def sample_mission(
    casualty: Casualty = CASUALTY,
    *,
    observed: tuple[Observation, ...] = (FIRST, SECOND),
    treated: tuple[Treatment, ...] = (TOURNIQUET, KETAMINE),
    **changed: Any,
) -> Mission:
    """Found an hour before noon, 2.125 days after last seen; observed and treated every five minutes from then on."""

    def after(minutes: float) -> datetime:
        return NOON + timedelta(minutes=minutes - 60)

    find = SubjectFound(place=HERE, alive=True, condition="broken leg", needs="winch, trauma team")
    rescue = Rescue(
        casualties={casualty.id: casualty},
        observations=tuple(Happened(after(5 + 5 * i), f"o{i}", seen) for i, seen in enumerate(observed)),
        treatments=tuple(Happened(after(6 + 5 * i), f"t{i}", done) for i, done in enumerate(treated)),
    )
    mission = Mission(
        name="Cumberland Trail hiker",
        time_zone="America/New_York",
        ipp=Ipp(place=HERE, kind="place last seen", seen_at=after(0) - timedelta(hours=51)),
        subject=Subject(category="hiker"),
        finds=(Happened(after(0), "f", find),),
        rescue=rescue,
    )
    return replace(mission, **changed)


def sample_record(mission: Mission | None = None, **told: Any) -> Handover:
    """All of it, for the hospital unless told otherwise; not yet cut down to what the reader may know."""
    known: dict[str, Any] = {"at": NOON, "to": "County, Dr Bell", "by": "AB", "reader": Reader.HOSPITAL} | told
    return handover_record(mission or sample_mission(), "1", **known)
