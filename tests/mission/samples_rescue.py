"""One event of every kind about people and the rescue, as pinned in `tests/golden/events`: see `samples`."""

from __future__ import annotations

from datetime import datetime, timedelta

from homeward.geo import Place
from homeward.mission import Event
from homeward.mission import people as crew
from homeward.mission import rescue as r
from homeward.mission.nouns import Provenance


def rescue_samples(*, here: Place, at: datetime, sha: str, made_from: Provenance) -> dict[str, Event]:
    """The samples by name."""
    return {
        "PersonRegistered.1": crew.PersonRegistered(
            person=crew.Person(
                id="AB",
                qualifications=(
                    crew.Qualification(role=crew.Role.MEDIC, skill=5.0, until=at),
                    crew.Qualification(role=crew.Role.CARRIER),
                ),
                team="Alpha",
                place=here,
                awake_since=at,
                p_present=0.9,
                name="Anna Bauer",
                phone="+1 555 0100",
                note="knee",
            )
        ),
        "PersonStoodDown.1": crew.PersonStoodDown(person="AB", why="tired"),
        "HazardMarked.1": crew.HazardMarked(
            hazard=crew.Hazard(
                id="H1",
                kind=crew.HazardKind.AVALANCHE,
                ring=(here, Place(36.4, -84.24), Place(36.4, -84.23)),
                label="north bowl",
                begins=at,
                ends=at + timedelta(hours=6),
                hits_per_h=0.01,
                speed_mps=30.0,
                note="cornice",
            )
        ),
        "HazardMarked.2": crew.HazardMarked(
            hazard=crew.Hazard(id="H2", kind=crew.HazardKind.PEOPLE, place=here, radius_m=400.0)
        ),
        "HazardDropped.1": crew.HazardDropped(hazard="H1", why="controlled"),
        "SignalsSet.1": crew.SignalsSet(
            signals=crew.Signals(warning="one long blast", recall="three long blasts", channel="5")
        ),
        "FormationMade.1": crew.FormationMade(
            formation=sha, phase=crew.Phase.SEARCH, value=29.0, bound=29.0, p_complete=0.96, made_from=made_from
        ),
        "RallySet.1": crew.RallySet(place=here, all_there=at, text="the barn"),
        "OrdersGiven.1": crew.OrdersGiven(
            orders=(crew.Order(to="Alpha", kind=crew.OrderKind.LEAD, text="lead the scene", place=here, arrives=at),),
            because="find",
        ),
        "OrdersGiven.2": crew.OrdersGiven(
            orders=(
                crew.Order(to="Alpha", kind=crew.OrderKind.CARRY, text="carry", place=here, arrives=at, find="e1"),
                crew.Order(to="Bravo", kind=crew.OrderKind.HOLD),
            ),
            because="find",
        ),
        "OrderAcknowledged.1": crew.OrderAcknowledged(by="Alpha", eta=at, said="on our way"),
        "CasualtyDescribed.1": r.CasualtyDescribed(
            casualty=r.Casualty(
                id="1",
                name="Anna",
                age_years=61.0,
                sex="f",
                mechanism="fall of 4 m",
                injured_at=at,
                report="broken leg",
                allergies="penicillin",
                medication="none",
                next_of_kin="brother",
                next_of_kin_informed=False,
                weight_kg=70.0,
                consent=r.Consent.GIVEN,
                audience=("hospital",),
            )
        ),
        "CasualtyObserved.1": r.CasualtyObserved(
            observation=r.Observation(
                casualty="1",
                by="AB",
                walks=False,
                breathes=True,
                breathes_after_airway=True,
                resp_rate_pm=22.0,
                respiratory_distress=False,
                spo2_pct=94.0,
                oxygen=False,
                pulse_pm=112.0,
                radial_pulse=True,
                capillary_refill_s=2.0,
                systolic_mmhg=105.0,
                consciousness=r.Consciousness.VOICE,
                obeys=True,
                temperature_c=34.5,
                shivering=True,
                severe_bleeding=False,
                bleeding_controlled=True,
                penetrating=False,
                survivable=True,
                minor_only=False,
                pain=6,
                findings=(("C", "thigh swollen"),),
                certainty="fairly sure",
                consent=r.Consent.UNABLE,
                audience=("hospital",),
            )
        ),
        "CasualtyObserved.2": r.CasualtyObserved(observation=r.Observation(casualty="1", walks=False, talks=True)),
        "CasualtyTreated.1": r.CasualtyTreated(
            treatment=r.Treatment(
                casualty="1",
                what="splint",
                dose="one",
                where="left leg",
                by="AB",
                consent=r.Consent.GIVEN,
                audience=("hospital",),
            )
        ),
        "ExitMarked.1": r.ExitMarked(
            exit=r.Exit(
                id="car park",
                kind=r.ExitKind.VEHICLE,
                place=here,
                then_s=1800.0,
                ready_at=at,
                capability=("ambulance",),
                label="north car park",
            )
        ),
        "ExitDropped.1": r.ExitDropped(exit="car park", why="bridge closed"),
        "HospitalSet.1": r.HospitalSet(
            hospital=r.Hospital(
                id="county",
                place=here,
                label="County",
                capability=("trauma",),
                accepts=0.9,
                landing=True,
                told="by phone",
            )
        ),
        "HospitalDropped.1": r.HospitalDropped(hospital="county", why="full"),
        "CarryOutPlanned.1": r.CarryOutPlanned(
            plan=sha, casualty="1", route=2, starts=at, value=0.9, bound=0.95, made_from=made_from
        ),
        "HandedOver.1": r.HandedOver(casualty="1", to="County, Dr Bell", record=sha, by="AB", received_by="Dr Bell"),
        "HandedOver.2": r.HandedOver(
            casualty="1", to="Sgt Low", record=sha, by="AB", received_by="L", papers_only=True
        ),
        "OutcomeTold.1": r.OutcomeTold(
            casualty="1", admitted=True, outcome="operated", fit_to_leave=at + timedelta(days=9), note="well"
        ),
    }
