"""The numbers that teams are reckoned with, from the CSV files beside this one, each with its name and its source.

Every number may be overridden for one mission: `Numbers` are pairs of a name, as `assumptions` gives it, and a value.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from homeward.errors import BadInput, UnknownName
from homeward.mission.nouns import TeamKind

Numbers = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One number that planning stands on: its name, `basis` published or ours, and its source.

    `what` it is of its kind of team, `value` in `unit` (1: a share, a factor, or yes as 1 and no as 0). `least` and
    `most` are the bounds of what may be put in its place: homeward's own, against slips of the pen.
    """

    name: str
    kind: str
    what: str
    value: float
    unit: str
    basis: str
    source: str
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A CSV file and one column of values in it. `keys` are the columns that say which; `what` is filled with them."""

    file: str
    keys: tuple[str, ...]
    value: str
    unit: str
    what: str


_TABLES = {
    "width": _Table(
        file="sweep_widths",
        keys=("kind", "cover", "light"),
        value="sweep_width_m",
        unit="m",
        what="sweep width/{cover}/{light}",
    ),
    "speed": _Table(
        file="search_speeds", keys=("kind", "cover"), value="speed_mps", unit="m/s", what="search speed/{cover}"
    ),
    "slope": _Table(
        file="search_slopes",
        keys=("kind", "slope_above"),
        value="speed_at_most_mps",
        unit="m/s",
        what="search speed at most/slope above {slope_above}",
    ),
    "kind": _Table(file="kind_defaults", keys=("kind", "quantity"), value="value", unit="", what="{quantity}"),
    "weather width": _Table(
        file="weather_effects",
        keys=("kind", "quantity", "light", "at"),
        value="width_factor",
        unit="1",
        what="weather/{quantity} {at}/{light}/sweep width factor",
    ),
    "weather speed": _Table(
        file="weather_effects",
        keys=("kind", "quantity", "light", "at"),
        value="speed_factor",
        unit="1",
        what="weather/{quantity} {at}/{light}/speed factor",
    ),
    "weather limit": _Table(
        file="weather_limits",
        keys=("kind", "quantity", "side"),
        value="limit",
        unit="",
        what="weather limit/{quantity} {side}",
    ),
}
_BOUNDS = {
    "m": (0.0, 2000.0),
    "m/s": (0.0, 100.0),
    "s": (0.0, 86400.0),
    "1": (0.0, 2.0),
    "deg": (1.0, 170.0),
    "px": (1.0, 20000.0),
    "deg C": (-60.0, 60.0),
}
_BOUNDS_OF = {
    "endurance": (60.0, 86400.0),
    "transit": (0.5, 150.0),
    "height": (1.0, 1000.0),
    "subject width": (0.05, 5.0),
    "noticed": (0.0, 1.0),
    "in the dark": (0.0, 1.0),
    "weather limit/rain above": (0.0, 2.0),
    "weather limit/visibility below": (0.0, 20000.0),
}
"""What may stand in a number's place, by its unit and for some by itself: homeward's own, against slips of the pen."""

_UNITS = ("_mps", "_deg", "_px", "_s", "_m", "_c")
_RAIN = {"0": "none", "1": "light", "2": "heavy"}


def values(table: str, numbers: Numbers = ()) -> dict[tuple[str, ...], float]:
    """The values of a table by their keys, the kind first, overridden ones in their place. Not to be changed."""
    return _values(table, tuple(sorted(set(numbers))))


def column(table: str, name: str) -> dict[tuple[str, ...], str]:
    """Another column of a table's file by the same keys, as it stands there."""
    which = _TABLES[table]
    return {tuple(row[key] for key in which.keys): row[name] for row in _rows(which.file)}


def assumptions(kind: TeamKind | str, numbers: Numbers = ()) -> tuple[Assumption, ...]:
    """Every number that a plan for this kind of team stands on, with its source."""
    told = dict(numbers)
    return tuple(_told(a, told.get(a.name)) for a in _all().values() if a.kind == str(kind))


def assumption(name: str) -> Assumption:
    """The table's number of that name. `UnknownName` with near ones where there is none."""
    if name not in _all():
        raise UnknownName("number", name, _all())
    return _all()[name]


def checked_number(name: str, value: float) -> Assumption:
    """The number of that name, where `value` may stand in its place; else `BadInput` with its bounds."""
    known = assumption(name)
    if not known.least <= value <= known.most:
        raise BadInput(
            f"The number {name!r} cannot be {value:g} {_unit_words(known)}. "
            f"Give {known.least:g} to {known.most:g}; the table has {known.value:g}."
        )
    return known


def _unit_words(known: Assumption) -> str:
    return "" if known.unit == "1" else known.unit


def _told(known: Assumption, value: float | None) -> Assumption:
    if value is None:
        return known
    fields = {name: getattr(known, name) for name in known.__dataclass_fields__}
    return Assumption(**{**fields, "value": value})


@lru_cache(maxsize=256)
def _values(table: str, numbers: Numbers) -> dict[tuple[str, ...], float]:
    which, told = _TABLES[table], dict(numbers)
    known = {
        tuple(row[key] for key in which.keys): (_name(which, row), float(row[which.value])) for row in _rows(which.file)
    }
    return {key: told.get(name, value) for key, (name, value) in known.items()}


@lru_cache
def _all() -> dict[str, Assumption]:
    made = (_assumption(table, row) for table in _TABLES.values() for row in _rows(table.file))
    return {a.name: a for a in made}


def _assumption(table: _Table, row: dict[str, str]) -> Assumption:
    unit = table.unit or row["unit"]
    what = _what(table, row)
    least, most = _BOUNDS_OF.get(what, _BOUNDS[unit])
    return Assumption(
        name=_name(table, row),
        kind=row["kind"],
        what=what,
        value=float(row[table.value]),
        unit=unit,
        basis=row["basis"],
        source=row["source"],
        least=least,
        most=most,
    )


def _name(table: _Table, row: dict[str, str]) -> str:
    return f"{row['kind']}/{_what(table, row)}"


def _what(table: _Table, row: dict[str, str]) -> str:
    plain = {key: row[key].lower() for key in table.keys}
    if plain.get("quantity") == "rain" and "at" in plain:
        plain["at"] = _RAIN[plain["at"]]
    for unit in _UNITS:
        plain["quantity"] = plain.get("quantity", "").removesuffix(unit)
    return table.what.format(**plain).replace("_", " ")


@lru_cache
def _rows(name: str) -> list[dict[str, str]]:
    """The rows of a file; one that names several kinds, with spaces between, stands for a row of each."""
    text = resources.files("homeward.detect").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return [{**row, "kind": kind} for row in rows for kind in row["kind"].split()]
