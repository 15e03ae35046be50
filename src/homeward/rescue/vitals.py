"""Checks of what was observed: values that cannot be, statements that contradict each other, what MARCH still lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType

from homeward.errors import BadInput, Finding
from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.numbers import rows

MARCH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "M": ("severe_bleeding", "bleeding_controlled"),
        "A": ("breathes", "talks"),
        "R": ("resp_rate_pm", "respiratory_distress", "spo2_pct"),
        "C": ("radial_pulse", "pulse_pm", "capillary_refill_s", "systolic_mmhg"),
        "H": ("consciousness", "temperature_c"),
    }
)
"""Massive bleeding, airway, respiration, circulation, head and hypothermia: the fields that tell of each."""

ABCDE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "A": ("breathes", "talks"),
        "B": ("resp_rate_pm", "respiratory_distress", "spo2_pct"),
        "C": ("severe_bleeding", "radial_pulse", "pulse_pm", "capillary_refill_s", "systolic_mmhg"),
        "D": ("consciousness", "obeys"),
        "E": ("temperature_c", "pain"),
    }
)
"""Airway, breathing, circulation, disability, exposure: the fields that tell of each."""

_FAHRENHEIT = (60.0, 115.0)  # a temperature of a body that is meant so


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One letter of a survey: the fields that were looked at, those that were not, and what was found in words."""

    letter: str
    done: tuple[str, ...]
    open: tuple[str, ...]
    words: tuple[str, ...]


def check_observation(seen: Observation) -> None:
    """Refuses a value that no body can show, naming every one of them. `BadInput` says what it may be."""
    wrong = [said for row in rows("vital_limits") if (said := _out_of_range(row, getattr(seen, row["field"])))]
    if seen.spo2_scale not in (1, 2):
        wrong.append(
            f"There is no oxygen saturation scale {seen.spo2_scale}: give 1, or 2 where the target is 88-92 %."
        )
    letters = sorted({*MARCH, *ABCDE})
    wrong += [
        f"No survey has a letter {letter!r}: give one of {', '.join(letters)}."
        for letter, _ in seen.findings
        if letter not in letters
    ]
    if wrong:
        raise BadInput(" ".join(wrong))


def contradictions(seen: Observation) -> tuple[Finding, ...]:
    """Statements of one observation that cannot both be right, each as a finding; nothing is left out for it."""
    deep = seen.consciousness in (Consciousness.PAIN, Consciousness.UNRESPONSIVE)
    still = seen.breathes is False
    pairs = (
        (
            still and bool(seen.resp_rate_pm),
            "breathes, resp_rate_pm",
            "does not breathe, yet a breathing rate was counted",
        ),
        (seen.breathes is True and seen.resp_rate_pm == 0, "breathes, resp_rate_pm", "breathes, yet at 0 a minute"),
        (still and seen.walks is True, "breathes, walks", "does not breathe, yet walks"),
        (still and seen.talks is True, "breathes, talks", "does not breathe, yet talks"),
        (still and seen.obeys is True, "breathes, obeys", "does not breathe, yet obeys"),
        (deep and seen.walks is True, "consciousness, walks", "responds to pain alone or not at all, yet walks"),
        (deep and seen.talks is True, "consciousness, talks", "responds to pain alone or not at all, yet talks"),
        (deep and seen.obeys is True, "consciousness, obeys", "responds to pain alone or not at all, yet obeys"),
        (
            seen.pulse_pm == 0 and seen.radial_pulse is True,
            "pulse_pm, radial_pulse",
            "has no pulse, yet one at the wrist",
        ),
        (
            seen.severe_bleeding is False and seen.bleeding_controlled is False,
            "severe_bleeding, bleeding_controlled",
            "does not bleed severely, yet the bleeding is not controlled",
        ),
        (
            seen.minor_only is True and (seen.severe_bleeding is True or deep or still),
            "minor_only",
            "has minor injuries only, yet bleeds severely, is unconscious or does not breathe",
        ),
    )
    return tuple(
        Finding(where=f"observation, {where}", what=f"The casualty {what}. Look again; both are kept.")
        for true, where, what in pairs
        if true
    )


def survey(seen: Observation, *, letters: Mapping[str, tuple[str, ...]] = MARCH) -> tuple[Checked, ...]:
    """What was looked at under each letter of MARCH (or `ABCDE`), and what was not."""
    return tuple(
        Checked(
            letter=letter,
            done=tuple(name for name in fields if getattr(seen, name) is not None),
            open=tuple(name for name in fields if getattr(seen, name) is None),
            words=tuple(words for at, words in seen.findings if at == letter),
        )
        for letter, fields in letters.items()
    )


def _out_of_range(row: Mapping[str, str], value: float | None) -> str | None:
    if value is None:
        return None
    low, high = float(row["lowest"]), float(row["highest"])
    if isfinite(value) and low <= value <= high:
        return None
    fahrenheit = row["field"] == "temperature_c" and _FAHRENHEIT[0] < value < _FAHRENHEIT[1]
    ask = f" Is it Fahrenheit? Then it is {(value - 32) / 1.8:.1f}." if fahrenheit else ""
    article = "An" if row["words"][0] in "aeiou" else "A"
    return f"{article} {row['words']} of {value:g} cannot be: give {low:g} to {high:g}.{ask}"
