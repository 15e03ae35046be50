"""Forms of the rescue: the find, casualties, exits, hospitals, the carry-out."""

from __future__ import annotations

from pydantic import Field

from homeward.web.forms.common import Form


class Found(Form):
    """The subject is located; everybody gets orders."""

    place: str
    team: str | None = None
    alive: bool | None = None
    condition: str | None = None
    needs: str | None = None
    told_by: str = ""
    casualty: str = "1"
    orders: bool | None = None
    at: str | None = None


class Casualty(Form):
    """What is known of a casualty."""

    name: str = "1"
    real_name: str | None = None
    age_years: float | None = None
    sex: str | None = None
    mechanism: str | None = None
    injured: str | None = None
    report: str | None = None
    allergies: str | None = None
    medication: str | None = None
    next_of_kin: str | None = None
    next_of_kin_informed: bool | None = None
    weight_kg: float | None = None
    consent: str | None = None
    audience: list[str] = Field(default_factory=list)
    forget: list[str] = Field(default_factory=list)
    new: bool = False
    at: str | None = None


class Observation(Form):
    """What was seen and measured of a casualty."""

    casualty: str = "1"
    by: str | None = None
    findings: list[str] = Field(default_factory=list)
    severe_bleeding: bool | None = None
    bleeding_controlled: bool | None = None
    penetrating: bool | None = None
    breathes: bool | None = None
    breathes_after_airway: bool | None = None
    resp_rate_pm: float | None = None
    respiratory_distress: bool | None = None
    spo2_pct: float | None = None
    spo2_scale: int | None = None
    oxygen: bool | None = None
    pulse_pm: float | None = None
    radial_pulse: bool | None = None
    capillary_refill_s: float | None = None
    systolic_mmhg: float | None = None
    consciousness: str | None = None
    talks: bool | None = None
    obeys: bool | None = None
    walks: bool | None = None
    temperature_c: float | None = None
    shivering: bool | None = None
    pain: int | None = None
    minor_only: bool | None = None
    survivable: bool | None = None
    certainty: str | None = None
    consent: str | None = None
    audience: list[str] = Field(default_factory=list)
    at: str | None = None


class Treatment(Form):
    """What was done for a casualty."""

    what: str
    casualty: str = "1"
    dose: str = ""
    where: str = ""
    by: str | None = None
    consent: str | None = None
    audience: list[str] = Field(default_factory=list)
    at: str | None = None


class Triage(Form):
    """The casualties, ranked by a tool."""

    tool: str = "START"
    rpm: list[str] = Field(default_factory=list)
    litters: int = 1
    every: str | None = None


class Exit(Form):
    """Where a carry-out may end."""

    name: str
    place: str | None = None
    kind: str | None = None
    then: str | None = None
    ready_at: str | None = None
    capability: list[str] = Field(default_factory=list)
    label: str = ""
    at: str | None = None


class Hospital(Form):
    """A hospital."""

    name: str
    place: str | None = None
    capability: list[str] = Field(default_factory=list)
    accepts: float | None = None
    landing: bool | None = None
    label: str = ""
    told: str = ""
    at: str | None = None


class HospitalsFrom(Form):
    """Hospitals out of a map; the file by the name that its upload was given."""

    file: str
    clinics: bool = False
    at: str | None = None


class CarryOut(Form):
    """The way out of a casualty."""

    casualty: str = "1"
    route: int | None = None
    bearers: int | None = None
    start: str | None = None
    by: str | None = None
    harness: bool = False
    seed: int = 0


class Hold(Form):
    """Leave now or hold."""

    casualty: str = "1"
    hazard: str | None = None
    begins: str | None = None
    sure: str | None = None
    lasts: str | None = None
