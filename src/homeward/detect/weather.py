"""What the weather takes from each kind of team, and the weather in which a kind cannot work at all.

Between the rows of `weather_effects.csv` factors go in straight lines, beyond the last they stay; those of wind, rain,
visibility, temperature and cloud multiply. What is not known of the weather changes nothing. That effects multiply,
and most of the figures, are homeward's own judgement: hardly any is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from homeward.detect.tables import Numbers, values
from homeward.errors import BadInput
from homeward.mission.nouns import Rain, TeamKind, Weather

CALM = Weather()
"""Weather of which nothing is known: the sweep widths and speeds of the tables."""

_RAIN = {Rain.NONE: 0.0, Rain.LIGHT: 1.0, Rain.HEAVY: 2.0}
_LIMITS = {
    "wind_mps": ("a wind of", "m/s", 0.0, 80.0),
    "wind_from_deg": ("a wind from", "deg", 0.0, 360.0),
    "visibility_m": ("a visibility of", "m", 0.0, 100_000.0),
    "temperature_c": ("a temperature of", "deg C", -60.0, 60.0),
    "cloud": ("a cloud cover of", "(a share)", 0.0, 1.0),
}
"""What the weather may be: homeward's own limits, against slips of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherEffect:
    """Factors on sweep width and searching speed [1]."""

    width: float = 1.0
    speed: float = 1.0


def weather_effect(kind: TeamKind, weather: Weather, *, night: bool = False, numbers: Numbers = ()) -> WeatherEffect:
    """What the weather does to a kind of team that is at work in it. Sources: `weather_effects.csv`."""
    told = _told(weather)
    if not told:
        return WeatherEffect()
    light = "night" if night else "day"
    return WeatherEffect(
        width=_product("weather width", TeamKind(kind), told, light, numbers),
        speed=_product("weather speed", TeamKind(kind), told, light, numbers),
    )


def grounded(kind: TeamKind, weather: Weather, *, numbers: Numbers = ()) -> str:
    """Why a kind of team cannot work in the weather, in words; '' where it can. Sources: `weather_limits.csv`."""
    told = _told(weather)
    for (own, quantity, side), limit in values("weather limit", numbers).items():
        if own != kind or quantity not in told:
            continue
        if told[quantity] > limit if side == "above" else told[quantity] < limit:
            return _reason(quantity, told[quantity], side, limit)
    return ""


def checked_weather(weather: Weather) -> Weather:
    """The weather, or `BadInput` for what cannot be."""
    for field, (words, unit, least, most) in _LIMITS.items():
        value = getattr(weather, field)
        if value is not None and not (isfinite(value) and least <= value <= most):
            raise BadInput(f"The weather has {words} {value:g} {unit}. Give {least:g} to {most:g}.")
    return weather


def _reason(quantity: str, value: float, side: str, limit: float) -> str:
    if quantity == "rain":
        return f"it does not work in {'heavy' if value > 1 else 'any'} rain or snow"
    words, unit, *_ = _LIMITS[quantity]
    return f"it does not work in {words} {value:g} {unit} ({side} its limit of {limit:g} {unit})"


def _told(weather: Weather) -> dict[str, float]:
    known = {q: getattr(weather, q) for q in ("wind_mps", "visibility_m", "temperature_c", "cloud")}
    rain = _RAIN[Rain(weather.rain)]
    return {q: v for q, v in known.items() if v is not None} | ({"rain": rain} if rain else {})


def _product(table: str, kind: TeamKind, told: dict[str, float], light: str, numbers: Numbers) -> float:
    rows: dict[str, list[tuple[float, float]]] = {}
    for (own, quantity, when, at), factor in values(table, numbers).items():
        if own == kind and quantity in told and when in ("any", light):
            rows.setdefault(quantity, []).append((float(at), factor))
    product = 1.0
    for quantity, points in rows.items():
        levels, factors = np.array(sorted(points)).T
        product *= float(np.interp(told[quantity], levels, factors))
    return product
