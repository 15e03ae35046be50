"""After the find: casualties, what was seen and done, ways out, hospitals, carry-out, hand-over.

Nouns, events, and the part of the mission's state they make. All that is said of a casualty is personal. What an
event is, and how to add one: `events`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from homeward.errors import Finding
from homeward.geo import Place
from homeward.mission.happened import Happened, less, unknown
from homeward.mission.nouns import BlobId, Provenance, Utc


class Consciousness(StrEnum):
    """ACVPU: alert, newly confused, responds to voice, to pain, unresponsive. AVPU is the same without `C`."""

    ALERT = "A"
    CONFUSED = "C"
    VOICE = "V"
    PAIN = "P"
    UNRESPONSIVE = "U"


class Consent(StrEnum):
    """Whether the casualty agreed that a statement is passed on."""

    GIVEN = "given"
    REFUSED = "refused"
    UNABLE = "unable"


class ExitKind(StrEnum):
    """Where a carry-out may end: a vehicle's meeting point, a landing zone, a boat's landing."""

    VEHICLE = "vehicle"
    LANDING = "landing"
    BOAT = "boat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualty:
    """A person found who needs help. All but `id` is personal.

    `report` is what was said of the state before anybody was there. `audience`: who may read it besides those who
    treat and command (empty: nobody), for every statement that has one.
    """

    id: str
    name: str | None = field(default=None, repr=False)
    age_years: float | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)
    mechanism: str | None = field(default=None, repr=False)
    injured_at: Utc | None = field(default=None, repr=False)
    report: str | None = field(default=None, repr=False)
    allergies: str | None = field(default=None, repr=False)
    medication: str | None = field(default=None, repr=False)
    next_of_kin: str | None = field(default=None, repr=False)
    next_of_kin_informed: bool | None = field(default=None, repr=False)
    weight_kg: float | None = field(default=None, repr=False)
    consent: Consent | None = field(default=None, repr=False)
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen and measured of a casualty at one time; None = not looked at. All of it is personal.

    Rates per minute, pressure in mmHg, oxygen saturation in percent (`spo2_scale` 2 = for those with hypercapnic
    respiratory failure), temperatures in Celsius. `findings` are (letter of MARCH or ABCDE, words). `certainty` is how
    sure the observer is, in the observer's own words.
    """

    casualty: str
    by: str | None = None
    walks: bool | None = None
    breathes: bool | None = None
    breathes_after_airway: bool | None = None
    resp_rate_pm: float | None = None
    respiratory_distress: bool | None = None
    spo2_pct: float | None = None
    spo2_scale: int = 1
    oxygen: bool | None = None
    pulse_pm: float | None = None
    radial_pulse: bool | None = None
    capillary_refill_s: float | None = None
    systolic_mmhg: float | None = None
    consciousness: Consciousness | None = None
    obeys: bool | None = None
    talks: bool | None = None
    temperature_c: float | None = None
    shivering: bool | None = None
    severe_bleeding: bool | None = None
    bleeding_controlled: bool | None = None
    penetrating: bool | None = None
    survivable: bool | None = None
    minor_only: bool | None = None
    pain: int | None = None
    findings: tuple[tuple[str, str], ...] = ()
    certainty: str = ""
    consent: Consent | None = None
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What was done for a casualty: `what`, `dose` with its unit, `where` on the body. All of it is personal."""

    casualty: str
    what: str
    dose: str = ""
    where: str = ""
    by: str | None = None
    consent: Consent | None = None
    audience: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """Where a carry-out may end. `then_s` is the time from there to care (None: by road or air to a hospital).

    `ready_at` is when the vehicle or aircraft is there.
    """

    id: str
    kind: ExitKind
    place: Place
    then_s: float | None = None
    ready_at: Utc | None = None
    capability: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    """A hospital: what it can treat, the probability that it accepts, whether a helicopter can land."""

    id: str
    place: Place
    label: str = ""
    capability: tuple[str, ...] = ()
    accepts: float = 1.0
    landing: bool = False
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyDescribed:
    """What is known of a casualty; replaces what was known before."""

    casualty: Casualty


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyObserved:
    """A casualty was looked at or measured."""

    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyTreated:
    """Something was done for a casualty."""

    treatment: Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitMarked:
    """A carry-out may end here; replaces an earlier exit of the same id."""

    exit: Exit


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitDropped:
    """An exit is no longer to be used."""

    exit: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalSet:
    """A hospital is known, or changed: the record replaces an earlier one of the same id."""

    hospital: Hospital


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalDropped:
    """A hospital is no longer to be used."""

    hospital: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOutPlanned:
    """A way out was chosen: `route` of the plan's front. `value` is P(arrives alive), `bound` the most possible."""

    plan: BlobId
    casualty: str
    route: int
    starts: Utc
    value: float
    bound: float
    made_from: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A casualty was handed over. `record` is the attachment with what was told; `received_by` has signed for it.

    With `papers_only` the papers were made, or signed for, and the casualty is still where it was.
    """

    casualty: str
    to: str
    record: BlobId
    by: str = ""
    received_by: str = ""
    papers_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTold:
    """What became of a casualty afterwards. All but who is personal."""

    casualty: str
    admitted: bool | None = None
    outcome: str = ""
    fit_to_leave: Utc | None = None
    note: str = ""


RescueEvent = (
    CasualtyDescribed
    | CasualtyObserved
    | CasualtyTreated
    | ExitMarked
    | ExitDropped
    | HospitalSet
    | HospitalDropped
    | CarryOutPlanned
    | HandedOver
    | OutcomeTold
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """The casualties of a mission and the ways out, as its log adds up. Observations and treatments oldest first.

    `handed_over` is what left the mission's hands, `papers` what was only made ready for it.
    """

    casualties: Mapping[str, Casualty] = field(default_factory=dict)
    observations: tuple[Happened[Observation], ...] = ()
    treatments: tuple[Happened[Treatment], ...] = ()
    exits: Mapping[str, Exit] = field(default_factory=dict)
    hospitals: Mapping[str, Hospital] = field(default_factory=dict)
    carry_outs: tuple[Happened[CarryOutPlanned], ...] = ()
    handed_over: tuple[Happened[HandedOver], ...] = ()
    papers: tuple[Happened[HandedOver], ...] = ()
    outcomes: tuple[Happened[OutcomeTold], ...] = ()


# One case per kind of event, as in `replay.after`.
def rescue_after(rescue: Rescue, happened: Happened[RescueEvent]) -> tuple[Rescue, tuple[Finding, ...]]:  # noqa: C901, PLR0911, PLR0912
    """The rescue after one more event, and what of it could not be."""
    at, entry, event = happened.at, happened.entry, happened.event
    match event:
        case CasualtyDescribed():
            return replace(rescue, casualties={**rescue.casualties, event.casualty.id: event.casualty}), ()
        case CasualtyObserved():
            return replace(rescue, observations=(*rescue.observations, Happened(at, entry, event.observation))), ()
        case CasualtyTreated():
            return replace(rescue, treatments=(*rescue.treatments, Happened(at, entry, event.treatment))), ()
        case ExitMarked():
            return replace(rescue, exits={**rescue.exits, event.exit.id: event.exit}), ()
        case ExitDropped():
            found = unknown(rescue.exits, event.exit, entry, f"drops exit {event.exit}, which nobody marked")
            return replace(rescue, exits=less(rescue.exits, event.exit)), found
        case HospitalSet():
            return replace(rescue, hospitals={**rescue.hospitals, event.hospital.id: event.hospital}), ()
        case HospitalDropped():
            found = unknown(rescue.hospitals, event.hospital, entry, f"drops {event.hospital}, which nobody named")
            return replace(rescue, hospitals=less(rescue.hospitals, event.hospital)), found
        case CarryOutPlanned():
            return replace(rescue, carry_outs=(*rescue.carry_outs, Happened(at, entry, event))), ()
        case HandedOver() if event.papers_only:
            return replace(rescue, papers=(*rescue.papers, Happened(at, entry, event))), ()
        case HandedOver():
            return replace(rescue, handed_over=(*rescue.handed_over, Happened(at, entry, event))), ()
        case OutcomeTold():
            return replace(rescue, outcomes=(*rescue.outcomes, Happened(at, entry, event))), ()
        case _:
            assert_never(event)
