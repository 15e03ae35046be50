"""The National Early Warning Score 2, with the range that is possible while something was not measured.

Source: Royal College of Physicians (2017), National Early Warning Score (NEWS) 2, ISBN 978-1-86016-682-2. For those
aged 16 and over, not in pregnancy.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from homeward.errors import BadInput
from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.numbers import rows

RISKS = ("low", "low-medium", "medium", "high")
_MEDIUM, _HIGH, _SINGLE, _OXYGEN = 5, 7, 3, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class News2:
    """A NEWS2 score: `lowest` = `highest` where all was measured.

    `points` are (lowest, highest) by field; `risks` the bands still possible, lowest first; `missing` the fields not
    measured, those with the widest range first.
    """

    lowest: int
    highest: int
    points: Mapping[str, tuple[int, int]]
    risks: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def score(self) -> int | None:
        """The score, where what is known settles it."""
        return self.lowest if self.lowest == self.highest else None

    @property
    def risk(self) -> str | None:
        """The clinical risk band, where what is known settles it."""
        return self.risks[0] if len(self.risks) == 1 else None

    @property
    def look_next(self) -> str | None:
        """The field to measure next: the one that may move the score most; None where nothing is missing."""
        return self.missing[0] if self.missing else None

    @property
    def words(self) -> str:
        """The score as it is read out: `9 (high)`, `2 to 11 (low to high)`, or `not measured`."""
        if len(self.missing) == len(self.points):
            return "not measured"
        if self.lowest == self.highest:
            return f"{self.lowest} ({self.risks[-1]})"
        band = self.risks[0] if len(self.risks) == 1 else f"{self.risks[0]} to {self.risks[-1]}"
        return f"{self.lowest} to {self.highest} ({band})"


def points(sign: str, value: float) -> int:
    """NEWS2 points of a measured value (a `sign` of `news2.csv`), which is rounded to the chart's own steps."""
    limits, scores = _bands(sign)
    return scores[bisect_left(limits, round(value, 1 if sign == "temperature_c" else 0))]


def risk_band(score: int, *, single_3: bool) -> str:
    """The clinical risk: 7 and over is high, 5 and 6 medium, below it low; low-medium where one sign has 3 points."""
    if score >= _HIGH:
        return "high"
    if score >= _MEDIUM:
        return "medium"
    return "low-medium" if single_3 else "low"


def news2(seen: Observation) -> News2:
    """The score of an observation. On scale 2 saturation over 92 % scores only while oxygen is given."""
    if seen.spo2_scale not in (1, 2):
        raise BadInput(
            f"NEWS2 has no oxygen saturation scale {seen.spo2_scale}. Give 1, or 2 where the target is 88-92 %."
        )
    fixed = {
        "resp_rate_pm": _options("resp_rate_pm", seen.resp_rate_pm),
        "systolic_mmhg": _options("systolic_mmhg", seen.systolic_mmhg),
        "pulse_pm": _options("pulse_pm", seen.pulse_pm),
        "consciousness": _consciousness(seen.consciousness),
        "temperature_c": _options("temperature_c", seen.temperature_c),
    }
    oxygens = (False, True) if seen.oxygen is None else (seen.oxygen,)
    ways = [
        {**fixed, "spo2_pct": _saturation(seen, oxygen=given), "oxygen": (_OXYGEN if given else 0,)}
        for given in oxygens
    ]
    totals = {total for way in ways for total in _totals(way)}
    spans = {name: (min(min(w[name]) for w in ways), max(max(w[name]) for w in ways)) for name in ways[0]}
    bands = {risk_band(total, single_3=single) for total, single in totals}
    return News2(
        lowest=min(total for total, _ in totals),
        highest=max(total for total, _ in totals),
        points=spans,
        risks=tuple(risk for risk in RISKS if risk in bands),
        missing=tuple(sorted((n for n in spans if getattr(seen, n) is None), key=lambda n: spans[n][0] - spans[n][1])),
    )


@lru_cache
def _bands(sign: str) -> tuple[list[float], list[int]]:
    mine = [row for row in rows("news2") if row["sign"] == sign]
    return [float(row["up_to"]) for row in mine], [int(row["points"]) for row in mine]


def _options(sign: str, value: float | None) -> tuple[int, ...]:
    return tuple(sorted(set(_bands(sign)[1]))) if value is None else (points(sign, value),)


def _saturation(seen: Observation, *, oxygen: bool) -> tuple[int, ...]:
    scale = "" if seen.spo2_scale == 1 else f" scale 2 {'oxygen' if oxygen else 'air'}"
    return _options(f"spo2_pct{scale}", seen.spo2_pct)


def _consciousness(level: Consciousness | None) -> tuple[int, ...]:
    if level is None:
        return (0, _SINGLE)
    return (0,) if level is Consciousness.ALERT else (_SINGLE,)


def _totals(way: Mapping[str, tuple[int, ...]]) -> set[tuple[int, bool]]:
    """Every (total, does one sign have 3 points) that a choice of points for each sign can give."""
    sums = {(0, False)}
    for choices in way.values():
        sums = {(total + p, single or p == _SINGLE) for total, single in sums for p in choices}
    return sums
