"""Where scattered teams meet, so that the last is there soonest, on ways and at a place that keep out of hazards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.people import HazardKind
from homeward.team.coarse import coarsened
from homeward.team.country import Country, country_of, times_from, times_to, way
from homeward.team.post_records import XY
from homeward.terrain.exposure import SAFE_HITS_PER_H, Exposure, resampled
from homeward.terrain.ground import Terrain


@dataclass(frozen=True, slots=True, kw_only=True)
class Comer:
    """A team that is to come: where it is, metres, and in how many seconds it can set out."""

    id: str
    at_m: XY
    ready_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """When a team is there, seconds from now, by which way, metres; `through` names hazards that it must cross."""

    id: str
    arrives_s: float
    way_m: tuple[XY, ...]
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rally:
    """Where all meet. `value` = seconds until the last is there, `bound` the least that any safe place allows.

    `arrivals` are in order of arriving; `cannot` are teams with no way there on foot.
    """

    at_m: XY
    value: float
    bound: float
    arrivals: tuple[Arrival, ...]
    why: tuple[str, ...]
    cannot: tuple[str, ...] = ()


def rally_point(
    terrain: Terrain, comers: Sequence[Comer], *, exposure: Exposure | None = None, at_m: XY | None = None
) -> Rally:
    """The place where the last of `comers` arrives soonest, exact over every cell of the map; or `at_m` as told.

    A map of more than 200,000 cells is taken in larger ones (`coarse`). Ways keep out of hazards (`exposure` above
    its safe limit) as long as there is one that does; so does the place, unless told. Of equal places the one with the
    least sum of times. Where no place can be reached by all, the one that most can reach. Raises `BadInput` without
    teams, with a team off the map, or where nobody can walk.
    """
    if not comers:
        raise BadInput("There is nobody to call together. Name at least one team.")
    country = country_of(*coarsened(terrain, exposure))
    limit_s = _enough(country, comers) if at_m is None else np.inf
    times = np.array([_there(country, comer, limit_s, anywhere=at_m is not None) for comer in comers])
    best = _best(country, times)
    if at_m is None and best is None:
        raise BadInput("No safe place can be reached on foot from where the teams are. Name one, or check the hazards.")
    cell = country.at(at_m) if at_m is not None else best
    assert cell is not None
    place = at_m if at_m is not None else country.center(cell[0] * country.grid.n_cols + cell[1])
    last = times[:, cell[0], cell[1]]
    able = np.flatnonzero(np.isfinite(last))
    if not len(able):
        raise BadInput("No team can walk to that place. Choose another, or let it be found.")
    order = sorted((int(k) for k in able), key=lambda k: (last[k], comers[k].id))
    arrivals = tuple(_arrival(country, exposure, comers[k], place, float(last[k])) for k in order)
    value = arrivals[-1].arrives_s
    least = _last(times, best) if best is not None else value
    cannot = tuple(comer.id for k, comer in enumerate(comers) if not np.isfinite(last[k]))
    return Rally(
        at_m=place,
        value=value,
        bound=min(least, value),
        arrivals=arrivals,
        why=_why(arrivals, value, least, cannot),
        cannot=cannot,
    )


def _enough(country: Country, comers: Sequence[Comer]) -> float:
    """Seconds in which all can be at the usable cell nearest to their middle, so that no longer walk is of interest.

    inf where they cannot.
    """
    at = np.array([comer.at_m for comer in comers])
    cells = [country.at(comer.at_m) for comer in comers]
    x, y = country.grid.centers_m()
    far = np.hypot(x[None, :] - at[:, 0].mean(), y[:, None] - at[:, 1].mean())
    middle = country.center(int(np.argmin(np.where(country.usable, far, np.inf))))
    times = times_to(country, middle)
    return max(float(times[cell]) + comer.ready_s for cell, comer in zip(cells, comers, strict=True)) + 1.0


def _there(country: Country, comer: Comer, limit_s: float, *, anywhere: bool) -> Floats:
    walk_s = times_from(country, comer.at_m, max_s=limit_s - comer.ready_s, anywhere=anywhere)
    return np.asarray(walk_s + comer.ready_s, dtype=np.float64)


def _last(times: Floats, cell: tuple[int, int]) -> float:
    there = times[:, cell[0], cell[1]]
    return float(there[np.isfinite(there)].max())


def _best(country: Country, times: Floats) -> tuple[int, int] | None:
    """The usable cell that most can reach, there the one where the last of them is soonest."""
    known = np.isfinite(times)
    n = np.where(country.usable, known.sum(axis=0), 0)
    if not n.any():
        return None
    last = np.where(n == n.max(), np.where(known, times, -np.inf).max(axis=0), np.inf)
    total = np.where(last <= last.min() + 1e-6, np.where(known, times, 0.0).sum(axis=0), np.inf)
    k = int(np.argmin(total))
    return k // country.grid.n_cols, k % country.grid.n_cols


def _arrival(country: Country, exposure: Exposure | None, comer: Comer, place: XY, arrives_s: float) -> Arrival:
    path = way(country, comer.at_m, place)
    return Arrival(id=comer.id, arrives_s=arrives_s, way_m=path, through=hazards_on(exposure, path))


def hazards_on(exposure: Exposure | None, path_m: Sequence[XY]) -> tuple[str, ...]:
    """Names of the hazards that a way leads through; roads, which every way crosses, are not named."""
    if exposure is None or not len(path_m):
        return ()
    points = resampled(path_m, every_m=exposure.grid.cell_m / 2)
    points = points[exposure.grid.contains(points[:, 0], points[:, 1])]
    cells = np.array([exposure.grid.cell_of(x, y) for x, y in points], dtype=np.int64).reshape(-1, 2)
    return tuple(
        threat.name
        for threat in exposure.threats
        if threat.kind is not HazardKind.TRAFFIC
        and (threat.hits_per_h[cells[:, 0], cells[:, 1]] > SAFE_HITS_PER_H).any()
    )


def _why(arrivals: tuple[Arrival, ...], value: float, least: float, cannot: tuple[str, ...]) -> tuple[str, ...]:
    last = f"All are there after {value / 60:.0f} min; {arrivals[-1].id} comes last."
    said = [last if value >= 30 else "All are there already."]
    if value > least + 30:
        said.append(f"The best place would have everybody after {least / 60:.0f} min.")
    else:
        said.append("At no other safe place would the last be there sooner.")
    crossing = [f"{a.id} ({', '.join(a.through)})" for a in arrivals if a.through]
    if crossing:
        said.append(f"No way round a hazard for {', '.join(crossing)}: cross quickly, one after another, watched.")
    if cannot:
        said.append(f"No way there on foot for {', '.join(cannot)}: fetch them, or let them meet elsewhere.")
    return tuple(said)
