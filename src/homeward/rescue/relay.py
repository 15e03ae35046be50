"""Who carries when: bouts, crews and changes of bearers, where on the way each change is, and the column that goes.

Bearers carry for half of what they endure and a third of the time, so a long carry takes three crews (`endurance.csv`,
`numbers.csv`). The column has a rear guard; lookouts stand where the way is exposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil, isfinite

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.rescue.carry import Profile
from homeward.rescue.numbers import number, rows
from homeward.words import minutes

_EPS = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of bearers: `at_m` along the way, `xy_m` there; `crew` (1..) takes over after `after_s` of carrying."""

    number: int
    crew: int
    at_m: float
    after_s: float
    xy_m: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPlan:
    """How bearers change on a carry; `places` where, on a known route.

    A bout takes `bout_s` (about `segment_m` of way), then the next crew takes over, `change_s` each time. It takes
    `crews` of `bearers`, `carriers` in all; `carriers_there` are there, `crews_there` whole crews of them. Where they
    are too few everybody rests `rest_s` at each change. `time_s` is the whole way, changes and rests included: along a
    route the usual changes are in its time already, and rests alone are added.
    """

    bearers: int
    crews: int
    crews_there: int
    carriers: int
    carriers_there: int
    bout_s: float
    segment_m: float
    bouts: int
    changes: int
    change_s: float
    rest_s: float
    time_s: float
    places: tuple[Change, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column with a rear guard that passes a dangerous stretch.

    `main_m` from the first to the last of the main body, `main_pass_s` for it to pass a point; `length_m` with the rear
    guard; `exposed_person_s` person-seconds on the stretch, `hits` expected injuries; `clear_s` from the first who
    enters it to the last who leaves it.
    """

    main_m: float
    main_pass_s: float
    length_m: float
    exposed_person_s: float
    hits: float
    clear_s: float


def endurance_s(bearers: int = 6, grip: str = "hand") -> float:
    """Mean seconds that bearers endure carrying a litter without a change (`endurance.csv`).

    `grip` is hand, shoulder or harness. The row with the most bearers not above `bearers` counts.
    """
    fits = [row for row in rows("endurance") if row["grip"] == grip and int(row["bearers"]) <= bearers]
    if not fits:
        raise BadInput(
            f"A litter carried by {bearers} people with {grip} is not in the table. Take hand or harness, 2 up."
        )
    return float(max(fits, key=lambda row: int(row["bearers"]))["mean_s"])


def bearers_needed(profile: Profile) -> int:
    """Bearers at the litter: 6, or 8 where more than 400 m of the way are uphill, steep or off the path."""
    rough_m = float(np.diff(profile.at_m)[profile.rough].sum())
    return int(number("bearers_rough") if rough_m > number("long_rough_m") else number("bearers"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayRules:
    """How bearers are used: `endurance_s` (None: by the table), `use_share` of it carried in a bout, `change_s` for a
    change, `duty_share` the most of the time that somebody carries.
    """

    endurance_s: float | None = None
    use_share: float | None = None
    change_s: float | None = None
    duty_share: float | None = None
    grip: str = "hand"


def plan_relay(
    *, distance_m: float, speed_mps: float, bearers: int = 6, people: int | None = None, rules: RelayRules | None = None
) -> RelayPlan:
    """The relay over a way of even speed; `people` who can carry (None: as many as it takes).

    Bouts = ceil(distance / (speed x endurance x use_share)), crews = ceil(1 / duty_share). With fewer people all rest
    after each bout, so long that nobody carries more than duty_share of the time. Raises `BadInput` for no way, no
    speed, or fewer than two bearers.
    """
    if not (isfinite(distance_m) and distance_m >= 0 and isfinite(speed_mps) and speed_mps > 0):
        raise BadInput(f"A carry of {distance_m} m at {speed_mps} m/s cannot be. Give a length and a speed above zero.")
    return _relay(distance_m / speed_mps, distance_m, bearers, people, rules or RelayRules())


def relay_along(
    profile: Profile,
    *,
    carry_s: float | None = None,
    bearers: int | None = None,
    people: int | None = None,
    exposed: Sequence[tuple[int, int]] = (),
    rules: RelayRules | None = None,
) -> RelayPlan:
    """The relay along a route, and where each change is. Bouts are equal in time, so shorter uphill.

    `carry_s`: how long the carry takes, usual changes included (None: by day, at the median); `bearers` at the litter
    (None: `bearers_needed`). A change that would fall on an `exposed` stretch (first, end piece) is made before it, or
    behind it where bearers endure that long.
    """
    whole = float(profile.carry_s.sum())
    takes = whole if carry_s is None else carry_s
    n = bearers_needed(profile) if bearers is None else bearers
    how = rules or RelayRules()
    changing = number("change_s") if how.change_s is None else how.change_s
    bout = _relay(takes, profile.length_m, n, people, how).bout_s
    moving = takes * bout / (bout + changing)
    relay = _relay(moving, profile.length_m, n, people, how)
    spent = np.concatenate([[0.0], np.cumsum(profile.carry_s)]) * (moving / max(whole, _EPS))
    use = number("use_share") if how.use_share is None else how.use_share
    times = _change_times(spent, relay.bout_s, relay.bout_s / use, exposed)
    return replace(
        relay,
        places=_places(profile, spent, times, relay.crews_there),
        bouts=len(times) + 1,
        changes=len(times),
        time_s=takes + len(times) * relay.rest_s,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnShape:
    """`gap_m` from one person to the next, `rear_guard` people `rear_gap_m` behind the last of the main body."""

    gap_m: float = field(default_factory=lambda: number("column_gap_m"))
    rear_gap_m: float = field(default_factory=lambda: number("rear_gap_m"))
    rear_guard: int = field(default_factory=lambda: int(number("rear_guard")))


def column(
    *, people: int, speed_mps: float, danger_m: float, hits_per_person_s: float = 0.0, shape: ColumnShape | None = None
) -> Column:
    """The column of `people` past a stretch of `danger_m`, its rear guard included.

    Everybody is on the stretch for danger_m / speed; the column is clear of it after (danger_m + length) / speed.
    """
    how = shape or ColumnShape()
    gap, behind, guard = how.gap_m, how.rear_gap_m, how.rear_guard
    if not 0 <= guard < people:
        raise BadInput(f"A column of {people} with a rear guard of {guard} cannot be. Leave at least one ahead of it.")
    if not (speed_mps > 0 and min(danger_m, gap, behind, hits_per_person_s) >= 0):
        raise BadInput(
            "A column needs a speed above zero, and lengths and a hazard from zero up. Check what was given."
        )
    main = (people - guard - 1) * gap
    length = main + (behind + (guard - 1) * gap if guard else 0.0)
    exposed = people * danger_m / speed_mps
    return Column(
        main_m=main,
        main_pass_s=main / speed_mps,
        length_m=length,
        exposed_person_s=exposed,
        hits=exposed * hits_per_person_s,
        clear_s=(danger_m + length) / speed_mps,
    )


def _relay(carry_s: float, length_m: float, bearers: int, people: int | None, rules: RelayRules) -> RelayPlan:
    if bearers < 2 or (people is not None and people < 2):
        raise BadInput("A litter takes two people at the very least, six for any way. Call more bearers.")
    use = number("use_share") if rules.use_share is None else rules.use_share
    change = number("change_s") if rules.change_s is None else rules.change_s
    duty = number("duty_share") if rules.duty_share is None else rules.duty_share
    if not (0 < use <= 1 and 0 < duty <= 1 and change >= 0):
        raise BadInput("A relay's use and duty are shares above 0 up to 1, a change takes no less than nothing.")
    there = bearers if people is None else min(bearers, people)
    endured = endurance_s(there, rules.grip) if rules.endurance_s is None else rules.endurance_s
    bout = use * endured
    bouts = max(ceil(carry_s / bout - _EPS), 1)
    crews = min(ceil(1 / duty - 1e-3), bouts)
    have = crews * there if people is None else min(people, crews * there)
    # Of the litter's weight nobody bears more in the mean than in whole crews: 1 / (crews * bearers) of it (ours). Who
    # is relieved one by one shares evenly; four at a litter for eight so rest twice as long as eight would.
    rest = bout * max(crews * bearers / have - 1, 0.0)
    return RelayPlan(
        bearers=there,
        crews=crews,
        crews_there=have // there,
        carriers=crews * bearers,
        carriers_there=have,
        bout_s=bout,
        segment_m=length_m * min(bout / max(carry_s, _EPS), 1.0),
        bouts=bouts,
        changes=bouts - 1,
        change_s=change,
        rest_s=rest,
        time_s=carry_s + (bouts - 1) * (change + rest),
        why=(*_told(bearers, there, crews, people, rest), *_bout_words(bout, bouts, there, use, rules)),
    )


def _told(bearers: int, there: int, crews: int, people: int | None, rest_s: float) -> tuple[str, ...]:
    said = (
        [f"It takes {crews} crews of {bearers} who carry in turn: {crews * bearers} carriers."]
        if crews > 1
        else [f"One crew of {bearers} carries all the way."]
    )
    if people is not None and people < crews * bearers:
        said.append(f"Only {people} can carry: call {crews * bearers - people} more.")
        if there < bearers:
            said.append(f"{there} at the litter instead of {bearers}: each bears more, changes come sooner.")
        if rest_s > 0:
            said.append(f"So that nobody carries too much, all rest {minutes(rest_s)} at each change.")
    return tuple(said)


def _bout_words(bout_s: float, bouts: int, there: int, use: float, rules: RelayRules) -> list[str]:
    """Why bearers change so often, and what harness would save; nothing where nobody changes or all was told."""
    if bouts < 2 or rules.endurance_s is not None:
        return []
    endured = endurance_s(there, rules.grip)
    said = f"Bearers change every {minutes(bout_s)} of carrying: {use:.0%} of what {there} endure by {rules.grip}"
    said += f" ({minutes(endured)}), so that they can carry again"
    with_it = use * endurance_s(there, "harness")
    if rules.grip == "hand" and with_it > bout_s:
        said += f"; with harness or straps every {minutes(with_it)}"
    return [f"{said}."]


def _change_times(spent: Floats, bout: float, endured: float, exposed: Sequence[tuple[int, int]]) -> list[float]:
    """Seconds of carrying at which bearers change."""
    times, t, total = [], 0.0, float(spent[-1])
    while total - t > bout * (1 + _EPS):
        due = t + bout
        for a, b in exposed:
            enters, leaves = float(spent[a]), float(spent[b])
            if enters < due < leaves:
                if enters > t + bout / 2:
                    due = enters
                elif leaves - t <= endured:
                    due = leaves
                break
        if due >= total:
            break
        times.append(due)
        t = due
    return times


def _places(profile: Profile, spent: Floats, times: list[float], crews: int) -> tuple[Change, ...]:
    made = []
    for i, after in enumerate(times, 1):
        at = float(np.interp(after, spent, profile.at_m))
        x, y = (float(np.interp(at, profile.at_m, profile.xy_m[:, axis])) for axis in (0, 1))
        made.append(Change(number=i, crew=i % crews + 1, at_m=at, after_s=after, xy_m=(x, y)))
    return tuple(made)
