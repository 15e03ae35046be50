"""Which treatments are medicines: those whose dose has a unit of medicines. Homeward's own rule."""

from __future__ import annotations

import re
from dataclasses import dataclass

from homeward.mission.rescue import Treatment

_DOSE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(mcg|ug|µg|μg|mg|g|ml|IU|IE|units?|L/min|l/min)\b", re.IGNORECASE)
_UCUM = {"mcg": "ug", "µg": "ug", "μg": "ug", "iu": "[iU]", "ie": "[iU]", "unit": "[iU]", "units": "[iU]"}
_UCUM |= {"ml": "mL", "l/min": "L/min"}


@dataclass(frozen=True, slots=True)
class Dose:
    """An amount with its unit as it was said, and the unit's UCUM code."""

    amount: float
    unit: str
    ucum: str


def medicine_dose(treatment: Treatment) -> Dose | None:
    """The dose of a medicine (`20 mg IV`); None where the treatment is none: a tourniquet, a splint."""
    hit = _DOSE.search(treatment.dose)
    if hit is None:
        return None
    unit = hit[2]
    return Dose(float(hit[1].replace(",", ".")), unit, _UCUM.get(unit.casefold(), unit.casefold()))
