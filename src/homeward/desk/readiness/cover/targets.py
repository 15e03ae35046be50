"""The verbs that say what may be hit, how, and what that would cost: the targets that cover is planned for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from homeward.desk.answer import Answer
from homeward.desk.book import again_if_grown, opened, when_told
from homeward.desk.facts import check_on_map
from homeward.desk.figures import read_figure
from homeward.desk.rescue.ways_out import checked_name
from homeward.desk.scenarios import forgotten
from homeward.errors import BadInput, UnknownName
from homeward.geo import format_place, parse_place
from homeward.mission.people import Role
from homeward.mission.readiness import Target, TargetDropped, TargetNamed
from homeward.readiness.cover.records import LOSS_PER_H
from homeward.words import percent

MOST_VALUE: Final = 1e6
"""Of a target: ours, against slips of the pen."""
_SUM: Final = 1e-6
_FORGET: Final = {"label": "label", "ways": "ways", "harm_per_h": "loss_per_h", "note": "note"}
_ALSO: Final = {"person": "people", "place": "places", "record": "records", "supply": "supplies"}


class Way(NamedTuple):
    """A way to be hit: which roles of a team can guard against it (any one of them; none: anybody)."""

    id: str
    roles: tuple[Role, ...]
    says: str


@lru_cache
def ways_known() -> Mapping[str, Way]:
    """The ways to be hit of `cover_ways.csv`, by name. Who can guard against which is homeward's own assumption."""
    import csv

    text = resources.files("homeward.desk.readiness.cover").joinpath("ways.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {r["way"]: Way(r["way"], tuple(Role(x) for x in r["roles"].split("|") if x), r["says"]) for r in rows}


def way_named(name: str) -> str:
    """The way of that name, in the table's spelling. Raises `BadInput`."""
    clean = name.strip().lower()
    clean = _ALSO.get(clean, clean)
    if clean not in ways_known():
        raise BadInput(f"There is no way {name!r} to be hit. Choose {', '.join(ways_known())}.")
    return clean


@again_if_grown
def target(
    path: Path,
    name: str,
    *,
    place: str | None = None,
    value: float | str | None = None,
    ways: Sequence[str] = (),
    label: str = "",
    harm_per_h: float | str | None = None,
    note: str = "",
    forget: Sequence[str] = (),
    at: str | None = None,
) -> Answer:
    """Something that may be hit: where it is, and what is lost if it is hit with nobody there, in any unit you like.

    `ways` are how it can be hit with the loss by each, as in "people=8" or "records=2"; they add up to the value.
    `harm_per_h` is the share of the value that is lost for every hour until somebody is there (left out: homeward's
    own assumption). Fields not given stay as they were, those to `forget` are taken back (label, ways, harm_per_h,
    note).
    """
    name = checked_name("target", name)
    told = _ways(ways, name)
    worth = None if value is None else _positive(value, f"the value of {name}", most=MOST_VALUE)
    share = None if harm_per_h is None else _positive(harm_per_h, f"what {name} loses in an hour", most=1e3, share=True)
    with opened(path) as book:
        before = _without(book.mission.readiness.targets.get(name), forget)
        where = parse_place(place) if place is not None else before.place if before else None
        if where is None:
            raise BadInput(f"The target {name} has no place. Say where it is: --place PLACE.")
        check_on_map(book, where, f"The target {name}, {where},")
        amount, parts = _worth(name, before, worth, told)
        given: dict[str, Any] = {"place": where, "value": amount, "ways": parts}
        given |= {k: v for k, v in (("label", label.strip()), ("note", note.strip())) if v}
        given |= {} if share is None else {"loss_per_h": share}
        named = replace(before or Target(id=name, place=where, value=amount), **given)
        book.write(TargetNamed(target=named), at=when_told(book, at))
    return Answer(text=f"Target {_line(named)}.", data=target_data(named))


@again_if_grown
def drop_target(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A target need not be covered any longer."""
    with opened(path) as book:
        if name not in book.mission.readiness.targets:
            raise UnknownName("target", name, book.mission.readiness.targets)
        book.write(TargetDropped(target=name, why=why), at=when_told(book, at))
    return Answer(text=f"Target {name} need not be covered.", data={"target": name})


def list_targets(path: Path) -> Answer:
    """The targets with value and ways to be hit, the dearest first."""
    with opened(path, read_only=True) as book:
        known = sorted(book.mission.readiness.targets.values(), key=lambda t: (-t.value, t.id))
    empty = "No target is known yet: homeward target set MISSION NAME PLACE --value 10."
    return Answer(
        text="\n".join(_line(one) for one in known) or empty, data={"targets": [target_data(one) for one in known]}
    )


def target_data(one: Target) -> dict[str, Any]:
    """A target as data, without its note, which is personal."""
    return {
        "target": one.id,
        "label": one.label,
        "lat_deg": one.place.lat_deg,
        "lon_deg": one.place.lon_deg,
        "value": one.value,
        "ways": dict(one.ways),
        "loss_per_h": one.loss_per_h,
    }


def _without(before: Target | None, forget: Sequence[str]) -> Target | None:
    """A target as if some of its fields had never been told; its place and value stay."""
    if before is None:
        return None
    for field in forget:
        if field not in _FORGET:
            raise UnknownName("field to forget", field, _FORGET)
    return cast("Target", forgotten(before, [_FORGET[field] for field in forget]))


def _worth(
    name: str, before: Target | None, value: float | None, ways: tuple[tuple[str, float], ...]
) -> tuple[float, tuple[tuple[str, float], ...]]:
    """Value and ways of a target after what was told; raises `BadInput` where they do not fit together."""
    if ways:
        total = math.fsum(loss for _, loss in ways)
        if value is not None and abs(total - value) > _SUM * max(1.0, value):
            raise BadInput(
                f"The ways to hit {name} add up to {total:g}, and its value is told as {value:g}. Give values that "
                "agree."
            )
        return total, ways
    if before is None:
        if value is None:
            raise BadInput(f"The target {name} has no value. Say what is lost if it is hit: --value 10.")
        return value, ()
    if value is None or not before.ways or before.value <= 0:
        return before.value if value is None else value, before.ways
    scale = value / before.value
    return value, tuple((way, loss * scale) for way, loss in before.ways)


def _ways(told: Sequence[str], name: str) -> tuple[tuple[str, float], ...]:
    found: dict[str, float] = {}
    for text in told:
        way, mark, loss = text.partition("=")
        if not mark:
            raise BadInput(f"{text!r} is no way to be hit with its loss. Write it like people=8.")
        way = way_named(way)
        if way in found:
            raise BadInput(f"The way {way} is told twice for {name}. Give it once.")
        found[way] = _positive(loss, f"what {name} loses by {way}", most=MOST_VALUE)
    return tuple(found.items())


def _positive(told: float | str, what: str, *, most: float, share: bool = False) -> float:
    number = read_figure(told, what, share=share)
    if not 0 < number <= most:
        raise BadInput(f"A number of {number:g} for {what} cannot be. Give more than 0 and at most {most:g}.")
    return number


def _line(one: Target) -> str:
    label = f" ({one.label})" if one.label else ""
    ways = f" ({', '.join(f'{way} {loss:g}' for way, loss in one.ways)})" if one.ways else ""
    hours = (
        f", loses {percent(LOSS_PER_H)} an hour until somebody is there (our assumption)"
        if one.loss_per_h is None
        else f", loses {percent(one.loss_per_h)} an hour until somebody is there"
    )
    return f"{one.id}{label} at {format_place(one.place, 'mgrs')}: value {one.value:g}{ways}{hours}"
