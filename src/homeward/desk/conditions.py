"""The verbs for what plans are made in and stand on: the weather, and numbers overridden for this mission."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from homeward.desk.answer import Answer
from homeward.desk.book import again_if_grown, opened, when_told
from homeward.desk.scenarios import one_of
from homeward.detect import (
    Assumption,
    Numbers,
    assumption,
    checked_number,
    checked_weather,
    grounded,
    weather_effect,
)
from homeward.errors import BadInput, UnknownName
from homeward.exchange.page_words import weather_words
from homeward.mission.events import NumberSet, WeatherSet
from homeward.mission.nouns import Rain, TeamKind, Weather
from homeward.mission.replay import Mission


def numbers_of(mission: Mission) -> Numbers:
    """The numbers overridden for a mission, as `detect` takes them."""
    return tuple(sorted((n.number, n.value) for n in mission.numbers.values() if n.value is not None))


@again_if_grown
def weather(path: Path, *, at: str | None = None, unknown: bool = False, **given: Any) -> Answer:
    """The weather that plans are made for. Fields not given stay as they were; `unknown` forgets all of it.

    `given`: wind_mps, wind_from_deg (true), rain, visibility_m, temperature_c, cloud (a share).
    """
    allowed = {f.name for f in fields(Weather)}
    for name in given:
        if name not in allowed:
            raise UnknownName("weather field", name, allowed)
    known = {k: v for k, v in given.items() if v is not None}
    if "rain" in known:
        known["rain"] = one_of("rain", known["rain"], Rain)
    if not known and not unknown:
        raise BadInput("Nothing was said of the weather. Give at least one field, such as --wind 6.")
    with opened(path) as book:
        told = checked_weather(replace(Weather() if unknown else book.mission.weather, **known))
        book.write(WeatherSet(weather=told), at=when_told(book, at))
        mission = book.mission
    lines = [f"Weather: {weather_words(told)}.", *_effects(mission, told)]
    return Answer(
        text="\n".join(lines),
        data={f.name: getattr(told, f.name) for f in fields(Weather)},
    )


@again_if_grown
def number(
    path: Path, name: str, value: float | None = None, *, why: str = "", back: bool = False, at: str | None = None
) -> Answer:
    """Overrides a number that plans stand on, or with `back` takes the table's again."""
    known = assumption(name)
    if back and value is not None:
        raise BadInput(f"The number {name!r} cannot be {value:g} and the table's at once. Give a value or --back.")
    if not back and value is None:
        raise BadInput(f"The number {name!r} has no value. Give one, or --back for the table's {known.value:g}.")
    if value is not None:
        checked_number(name, value)
        if not why.strip():
            raise BadInput(f"The number {name!r} is overridden without a reason. Say it with --why.")
    with opened(path) as book:
        if back and name not in book.mission.numbers:
            raise BadInput(f"The number {name!r} is the table's already: {number_words(known, known.value)}.")
        book.write(NumberSet(number=name, value=value, why=why.strip()), at=when_told(book, at))
    now = known.value if value is None else value
    was = "as in the table again" if value is None else f"the table has {number_words(known, known.value)}"
    return Answer(
        text=f"{name}: {number_words(known, now)}, {was}.",
        data={"name": name, "value": now, "table": known.value, "unit": known.unit, "why": why.strip()},
    )


def number_words(known: Assumption, value: float) -> str:
    """A value with its unit."""
    return f"{value:g}" if known.unit == "1" else f"{value:g} {known.unit}"


def _effects(mission: Mission, told: Weather) -> list[str]:
    """What the weather does to each kind of team of the mission, by day."""
    numbers, lines = numbers_of(mission), []
    for kind in sorted({TeamKind(t.kind) for t in mission.teams.values()}):
        stop = grounded(kind, told, numbers=numbers)
        effect = weather_effect(kind, told, numbers=numbers)
        if stop:
            lines.append(f"  {kind.value}: cannot work, {stop}.")
        elif (effect.width, effect.speed) != (1.0, 1.0):
            lines.append(f"  {kind.value}: sweep width x {effect.width:.2g}, speed x {effect.speed:.2g}.")
    return lines
