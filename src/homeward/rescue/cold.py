"""Hypothermia: the Swiss stage and how little it says of the temperature; the HOPE score for arrest in the cold."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log2

from homeward.errors import BadInput
from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.numbers import rows

_WARMEST_C = 37.0  # homeward's own judgement: someone staged as cold may not be cold at all
ECLS_FROM = 0.10
"""HOPE at which rewarming on extracorporeal life support is advised (Pasquier et al. 2018)."""


COLD_BELOW_C = 35.0
"""Core temperature under which a body is hypothermic (the upper end of the Swiss stages)."""


@dataclass(frozen=True, slots=True)
class Temperature:
    """A distribution of core temperature: pieces (from C, to C, probability), each even within, coldest first."""

    pieces: tuple[tuple[float, float, float], ...]

    def quantile(self, p: float) -> float:
        """The temperature in Celsius that is not exceeded with probability `p`."""
        gone = 0.0
        for low, high, share in self.pieces:
            if share > 0 and p <= gone + share:
                return low + (high - low) * max(0.0, p - gone) / share
            gone += share
        return self.pieces[-1][1]

    def below(self, temperature_c: float) -> float:
        """The probability of a core temperature under `temperature_c`."""
        return sum(p * min(1.0, max(0.0, (temperature_c - low) / (high - low))) for low, high, p in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swiss:
    """The Swiss stages still possible, if it is the cold that ails the casualty, and the fields that settle it.

    `temperature` is the wide distribution that the stage stands for; None while more than one stage is possible.
    """

    stages: tuple[int, ...]
    missing: tuple[str, ...]
    temperature: Temperature | None

    @property
    def stage(self) -> int | None:
        """The stage, if what is known settles it."""
        return self.stages[0] if len(self.stages) == 1 else None


def swiss_stage(level: Consciousness, *, vital_signs: bool) -> int:
    """The revised Swiss stage: 1 alert, 2 responds to voice, 3 to pain or not at all, 4 no vital signs.

    Newly confused counts as impaired, stage 2. Shivering does not decide: it stops between stages. Source: Musi et al.
    (2021), Resuscitation 162:182-187.
    """
    if not vital_signs:
        return 4
    if level is Consciousness.ALERT:
        return 1
    return 2 if level in (Consciousness.CONFUSED, Consciousness.VOICE) else 3


def swiss(seen: Observation) -> Swiss:
    """The stages that an observation leaves open.

    No vital signs = neither breath nor pulse was found; whoever breathes, has a pulse or responds has them.
    """
    vital, asks = _vital_signs(seen)
    levels = tuple(Consciousness) if seen.consciousness is None else (seen.consciousness,)
    stages = tuple(sorted({swiss_stage(level, vital_signs=v) for level in levels for v in vital}))
    level_asked = ("consciousness",) if seen.consciousness is None and True in vital else ()
    return Swiss(
        stages=stages,
        missing=(*level_asked, *asks) if len(stages) > 1 else (),
        temperature=stage_temperature(stages[0]) if len(stages) == 1 else None,
    )


def stage_by_temperature(temperature_c: float) -> int:
    """The stage whose band of core temperature holds a measured one: 1 to 4; 0 from 35 C on. Bands: `swiss.csv`."""
    if temperature_c >= COLD_BELOW_C:
        return 0
    lows = {int(row["stage"]): float(row["low_c"]) for row in rows("swiss")}
    return next((stage for stage in sorted(lows) if temperature_c >= lows[stage]), max(lows))


def stage_temperature(stage: int) -> Temperature:
    """The core temperatures that a Swiss stage stands for: wide, for the stage is right in 61 % of cases only.

    Colder than the stage's band down to the coldest case seen in that stage, within it, or warmer; even within each
    (homeward's own choice, as is 37 C as the warmest). Shares: see `swiss.csv`.
    """
    row = next((r for r in rows("swiss") if int(r["stage"]) == stage), None)
    if row is None:
        raise BadInput(f"There is no Swiss stage {stage}. Give 1 to 4.")
    low, high, lowest = float(row["low_c"]), float(row["high_c"]), float(row["lowest_seen_c"])
    colder, within = float(row["colder"]), float(row["within"])
    pieces = [(lowest, low, colder), (low, high, within), (high, _WARMEST_C, 1 - colder - within)]
    return Temperature(tuple(piece for piece in pieces if piece[2] > 0))


def hope(
    *, male: bool, asphyxia: bool, age_years: float, potassium_mmol_l: float, cpr_s: float, temperature_c: float
) -> float:
    """Probability of surviving to discharge when somebody in cardiac arrest from cold is rewarmed on ECLS.

    `asphyxia`: the head was under water or snow. `potassium_mmol_l` > 0 and `temperature_c` at admission, `cpr_s` > 0
    how long resuscitation lasted until then. Source: Pasquier et al. (2018), Resuscitation 126:58-64,
    doi:10.1016/j.resuscitation.2018.02.026: the HOPE score.
    """
    if not (potassium_mmol_l > 0 and cpr_s > 0):
        raise BadInput("HOPE needs a potassium and a time of resuscitation over 0. Give both as measured.")
    logit = (
        2.44
        - 1.55 * male
        - 1.95 * asphyxia
        - 0.0191 * age_years
        - 2.07 * log2(potassium_mmol_l)
        - 0.573 * log2(cpr_s / 60)
        + 0.937 * temperature_c
        - 0.0247 * temperature_c**2
    )
    return 1 / (1 + exp(-logit))


def _vital_signs(seen: Observation) -> tuple[tuple[bool, ...], tuple[str, ...]]:
    """Whether there are vital signs, as far as known, and the fields that would tell."""
    breath = (
        seen.breathes if seen.breathes is not None else None if seen.resp_rate_pm is None else seen.resp_rate_pm > 0
    )
    pulse = True if seen.radial_pulse else None if seen.pulse_pm is None else seen.pulse_pm > 0
    responds = seen.consciousness not in (None, Consciousness.UNRESPONSIVE) or seen.walks or seen.talks or seen.obeys
    if breath or pulse or responds:
        return (True,), ()
    if breath is False and pulse is False:
        return (False,), ()
    asks = tuple(name for name, known in (("breathes", breath), ("pulse_pm", pulse)) if known is None)
    return (True, False), asks
