"""Field triage of injured patients (United States, 2021): who goes to the highest trauma centre there is.

Source: Newgard et al. (2022), Journal of Trauma and Acute Care Surgery 93(2):e49-e60, doi:10.1097/TA.0000000000003627.
Not made for many casualties at once. Planning support: the medic decides.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from homeward.errors import BadInput
from homeward.mission.rescue import Observation
from homeward.rescue.numbers import rows
from homeward.rescue.triage import signs

PATTERNS: tuple[str, ...] = tuple(r["sign"] for r in rows("field_triage") if r["level"] == "RED")
"""Injuries that are RED by themselves (words: `field_triage.csv`)."""
RISKS: tuple[str, ...] = tuple(r["sign"] for r in rows("field_triage") if r["level"] == "YELLOW")
"""Mechanisms and risks that are YELLOW."""
NEITHER = "NEITHER"
_CHILD, _OLD = 10, 65
_SLOW, _FAST, _LOW_SPO2, _LOW_SBP, _LOW_SBP_OLD = 10, 29, 90, 90, 110


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTriage:
    """What the guideline says: `possible` levels, RED first; the criteria that are `met`; fields still `missing`."""

    possible: tuple[str, ...]
    met: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def level(self) -> str | None:
        """RED, YELLOW or NEITHER, where what is known settles it."""
        return self.possible[0] if len(self.possible) == 1 else None


def field_triage(
    seen: Observation,
    *,
    age_years: float | None = None,
    patterns: Collection[str] | None = None,
    risks: Collection[str] | None = None,
) -> FieldTriage:
    """The level by vital signs, injuries (`PATTERNS`) and risks (`RISKS`); None = nobody has looked for them.

    Oxygen saturation counts as measured, also on oxygen (the guideline means room air: homeward's own reading).
    """
    for told, names in ((patterns, PATTERNS), (risks, RISKS)):
        strange = sorted(set(told or ()) - set(names))
        if strange:
            raise BadInput(f"Field triage has no sign {strange[0]!r}. Give some of {', '.join(names)}.")
    red = {**_vital(seen, age_years), **_injuries(seen, patterns)}
    met = [name for name, (yes, _) in red.items() if yes]
    if met:
        return FieldTriage(possible=("RED",), met=tuple(met), missing=())
    open_ = [field for yes, fields in red.values() if yes is None for field in fields]
    lower = ("YELLOW",) if risks else (NEITHER,) if risks is not None else ("YELLOW", NEITHER)
    missing = (*dict.fromkeys(open_), *(() if risks is not None else ("risks",)))
    return FieldTriage(possible=(*(("RED",) if open_ else ()), *lower), met=tuple(risks or ()), missing=missing)


Verdict = tuple[bool | None, tuple[str, ...]]


def low_pressure(*, age_years: float, systolic_mmhg: float, pulse_pm: float | None) -> bool | None:
    """If the pressure is RED: below 10 years under 70 + 2 x age; else under 90 (from 65: 110) or under the pulse."""
    if age_years < _CHILD:
        return systolic_mmhg < 70 + 2 * age_years
    if systolic_mmhg < (_LOW_SBP if age_years < _OLD else _LOW_SBP_OLD):
        return True
    return None if pulse_pm is None else pulse_pm > systolic_mmhg


def _vital(seen: Observation, age_years: float | None) -> dict[str, Verdict]:
    rate, spo2 = seen.resp_rate_pm, seen.spo2_pct
    return {
        "does not obey": (None if (obeys := signs(seen).get("obeys")) is None else not obeys, ("obeys",)),
        "breathing rate": (None if rate is None else not _SLOW <= rate <= _FAST, ("resp_rate_pm",)),
        "respiratory distress": (seen.respiratory_distress, ("respiratory_distress",)),
        "oxygen saturation": (None if spo2 is None else spo2 < _LOW_SPO2, ("spo2_pct",)),
        "pressure": _pressure(seen, age_years),
    }


def _pressure(seen: Observation, age_years: float | None) -> Verdict:
    if seen.systolic_mmhg is None:
        return None, ("systolic_mmhg",)
    ages = (age_years,) if age_years is not None else (0.0, _CHILD - 0.01, float(_CHILD), float(_OLD))
    said = {low_pressure(age_years=a, systolic_mmhg=seen.systolic_mmhg, pulse_pm=seen.pulse_pm) for a in ages}
    if len(said) == 1 and None not in said:
        return said.pop(), ()
    return None, (*(("age_years",) if age_years is None else ()), *(("pulse_pm",) if seen.pulse_pm is None else ()))


def _injuries(seen: Observation, patterns: Collection[str] | None) -> dict[str, Verdict]:
    known = {"severe bleeding": seen.severe_bleeding, "penetrating": seen.penetrating}
    told: dict[str, Verdict] = {}
    for name in PATTERNS:
        listed = None if patterns is None else name in patterns
        told[name] = (True if listed or known.get(name) else False if patterns is not None else None, ("patterns",))
    return told
