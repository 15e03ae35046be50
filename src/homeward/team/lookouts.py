"""Lookouts: the fewest who see or hear what comes to every exposed stretch early enough for the team to get out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from homeward.geo import Floats
from homeward.mission.people import Role
from homeward.team.approach import Approach, Stretch, approaches, stretches
from homeward.team.country import Country, country_of, cropped, times_from, way
from homeward.team.cover import Bools, distinct, fewest
from homeward.team.post_records import XY, HeldPost, PostPlan, TeamTask, Unwarned
from homeward.terrain.exposure import Exposure, hazard_numbers
from homeward.terrain.ground import Cover, Terrain
from homeward.terrain.sight_table import sight_table

BLOCK_M, MOST_PLACES = 150.0, 900
LATE = 0.8
"""Where no warning comes in time, a lookout must see at least this share of the way left. Our own choice."""
_WOODS = (Cover.FOREST, Cover.DENSE_FOREST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What lookouts can do. `signal_m`: how far their signal carries (None: radio, everywhere).

    `dark`: people and things without light are seen only close by. `blind_only` leaves out ways that the team sees
    well enough itself; searching, it does not look.
    """

    signal_m: float | None = None
    dark: bool = False
    blind_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sighted:
    """`warns` (ways, places): seconds that a warning from each place leaves, beyond getting out; -inf: none."""

    ways: list[Approach]
    places: Floats
    warns: Floats
    blind: Bools


def lookouts(
    terrain: Terrain,
    tasks: Sequence[TeamTask],
    exposure: Exposure,
    *,
    base_m: XY,
    watch: Watch | None = None,
) -> PostPlan:
    """The fewest lookouts, outside hazards, that cover every way of every hazard to each exposed stretch of a task.

    A way is covered by who sees or hears what comes on it while it still takes longer to reach the team than the
    team needs to get out of all hazards, and 10 s for the signal. Where even the start of the way is too
    near, a lookout still watches it, and the stretch stands in `unwarned` with both times; so do ways that no place
    looks onto. Only bare ground and woods hide. `value`: how many lookouts; `bound`: no fewer of the places looked at
    (the highest of every 150 m, and those beside the stretches) would do.
    """
    watch = watch or Watch()
    if not tasks or not exposure.threats:
        return PostPlan(posts=(), value=0.0, bound=0.0, why=("No hazard is marked, so nobody need keep watch.",))
    at = np.vstack([task.path_m for task in tasks])
    ground, hazards = cropped(terrain, exposure, np.vstack([at, [base_m]]))
    assert hazards is not None
    country = country_of(ground, hazards)
    found = stretches(country, hazards, tasks)
    if not found:
        return PostPlan(
            posts=(), value=0.0, bound=0.0, why=("No task comes into a hazard, so nobody need keep watch.",)
        )
    ways = [one for stretch in found for one in approaches(country, stretch)]
    sighted = _sighted(country, ways, found, base_m, watch)
    posts, bound = _posted(country, sighted, base_m, watch)
    return PostPlan(
        posts=posts,
        value=float(len(posts)),
        bound=float(bound),
        why=_why(found, sighted, posts, bound),
        unwarned=_unwarned(sighted),
    )


def _sighted(country: Country, ways: list[Approach], found: list[Stretch], base_m: XY, watch: Watch) -> _Sighted:
    places = _places(country, found, base_m)
    points = np.vstack([one.points_m for one in ways])
    of = np.repeat(np.arange(len(ways)), [len(one.left_s) for one in ways])
    notices = _notices(country, places, points, [ways[k] for k in of], watch)
    spare = np.concatenate([one.left_s - _need_s(one) for one in ways])
    warns = np.full((len(ways), len(places)), -np.inf)
    np.maximum.at(warns, of, np.where(notices, spare, -np.inf).T)
    if watch.signal_m is not None:
        at = np.array([one.stretch.at_m for one in ways])
        warns[_apart(at, places) > watch.signal_m] = -np.inf
    heard_s = hazard_numbers("any")["notice_s"]
    warns[warns + np.array([_need_s(one) for one in ways])[:, None] < heard_s] = -np.inf
    return _Sighted(ways=ways, places=places, warns=warns, blind=_blind(country, ways, watch))


def _need_s(one: Approach) -> float:
    return one.stretch.out_s + hazard_numbers("any")["notice_s"]


def _apart(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1]), dtype=np.float64)


def _notices(country: Country, places: Floats, points: Floats, of: list[Approach], watch: Watch) -> Bools:
    """Whether from each place what comes by each point is seen or heard, (places, points)."""
    known = hazard_numbers("any")
    sees = np.array([one.stretch.threat.sees_m for one in of])
    if watch.dark:
        sees = np.minimum(sees, known["dark_sees_m"])
    woods = np.isin(country.terrain.cover, _WOODS)
    here, there = (np.array([woods[country.at((x, y))] for x, y in each]) for each in (places, points))
    reach = np.where(here[:, None] | there[None, :], np.minimum(sees, known["wood_sees_m"]), sees)
    heard = _apart(places, points) <= np.array([one.stretch.threat.hears_m for one in of])
    return np.asarray(sight_table(country.terrain, places, points, reach) | heard, dtype=np.bool_)


def _blind(country: Country, ways: list[Approach], watch: Watch) -> Bools:
    """Ways on which the team itself would not see in time what comes."""
    blind = np.ones(len(ways), dtype=np.bool_)
    for k, one in enumerate(ways):
        early = one.left_s >= _need_s(one)
        if early.any():
            seen = _notices(country, np.array([one.stretch.at_m]), one.points_m[early], [one] * int(early.sum()), watch)
            blind[k] = not seen.any()
    return blind


def _places(country: Country, found: list[Stretch], base_m: XY) -> Floats:
    """The highest cell to wait on of every block, and the nearest one to each stretch; all reached from the base."""
    near = country.usable & np.isfinite(times_from(country, base_m))
    near = near if near.any() else country.usable
    cells = np.argwhere(near)
    if not len(cells):
        return np.zeros((0, 2))
    z = country.terrain.elevation_m[near]
    side = BLOCK_M / country.grid.cell_m
    while True:
        block = np.unique((cells / max(side, 1.0)).astype(np.int64), axis=0, return_inverse=True)[1].reshape(-1)
        if block.max() < MOST_PLACES:
            break
        side *= 1.3
    order = np.lexsort((-z, block))
    first = order[np.unique(block[order], return_index=True)[1]]
    beside = [int(np.argmin(np.hypot(*(cells - country.at(one.at_m)).T))) for one in found]
    x, y = country.grid.centers_m()
    some = cells[np.unique(np.concatenate([first, np.array(beside, dtype=np.int64)]))]
    return np.column_stack([x[some[:, 1]], y[some[:, 0]]])


def _posted(country: Country, sighted: _Sighted, base_m: XY, watch: Watch) -> tuple[tuple[HeldPost, ...], int]:
    rows = _wanted(sighted, watch)
    if not rows.any():
        return (), 0
    warns = sighted.warns[rows]
    best = warns.max(axis=1)
    need = np.array([_need_s(one) for one in sighted.ways])[rows]
    covers = warns >= np.where(best >= 0, 0.0, LATE * (best + need) - need)[:, None] - 1e-9
    from_base = times_from(country, base_m)
    far = np.array([from_base[country.at((x, y))] for x, y in sighted.places])
    far = np.where(np.isfinite(far), far, 1e6)
    worth = distinct(covers, far)
    chosen = fewest(covers[:, worth], far[worth])
    columns = [int(worth[k]) for k in chosen.columns]
    server = np.array(columns)[np.where(covers[:, columns], warns[:, columns], -np.inf).argmax(axis=1)]
    ways = [one for one, row in zip(sighted.ways, rows, strict=True) if row]
    posts = []
    for c in columns:
        mine = [(one, float(warns[k, c])) for k, one in enumerate(ways) if server[k] == c]
        if mine:
            place = (float(sighted.places[c, 0]), float(sighted.places[c, 1]))
            takes = float(from_base[country.at(place)])
            posts.append(_held(mine, place, way(country, base_m, place), takes))
    return tuple(sorted(posts, key=lambda post: (post.begins_s, post.at_m))), chosen.bound


def _wanted(sighted: _Sighted, watch: Watch) -> Bools:
    """Ways to be watched: those that somebody can watch, and with `blind_only` that the team itself does not."""
    rows = np.isfinite(sighted.warns).any(axis=1) if sighted.warns.size else np.zeros(len(sighted.ways), dtype=np.bool_)
    return np.asarray(rows & (sighted.blind | (not watch.blind_only)), dtype=np.bool_)


def _held(mine: list[tuple[Approach, float]], place: XY, path: tuple[XY, ...], takes: float) -> HeldPost:
    begins = min(one.stretch.begins_s for one, _ in mine)
    least = min(spare for _, spare in mine)
    names = sorted({one.stretch.threat.name for one, _ in mine})
    tasks = tuple(sorted({_name(one.stretch.task) for one, _ in mine}))
    early = (
        f"at least {least:.0f} s to spare" if least >= 0 else f"in part {-least:.0f} s short of what getting out takes"
    )
    return HeldPost(
        role=Role.LOOKOUT,
        at_m=place,
        begins_s=begins,
        ends_s=max(one.stretch.ends_s for one, _ in mine),
        covers=tasks,
        reach_s=least,
        way_m=path,
        leaves_s=begins - takes if np.isfinite(takes) else None,
        why=f"watches {len(mine)} ways from {', '.join(names)} to {', '.join(tasks)}; warning with {early}",
    )


def _name(task: TeamTask) -> str:
    return f"{task.team} {task.label}".strip()


def _unwarned(sighted: _Sighted) -> tuple[Unwarned, ...]:
    """One line per task and hazard where some way is watched too late, or by nobody."""
    said: dict[tuple[str, str, str], Unwarned] = {}
    order = sorted(range(len(sighted.ways)), key=lambda k: _best(sighted, k))
    for k in order:
        one, best = sighted.ways[k], _best(sighted, k)
        stretch = one.stretch
        key = (stretch.task.team, stretch.task.label, stretch.threat.id)
        if best >= 0 or key in said:
            continue
        said[key] = Unwarned(
            team=stretch.task.team,
            label=stretch.task.label,
            at_m=stretch.at_m,
            begins_s=stretch.begins_s,
            hazard=stretch.threat.id,
            why=_late(one, best),
        )
    return tuple(said.values())


def _best(sighted: _Sighted, k: int) -> float:
    return float(sighted.warns[k].max()) if sighted.warns.shape[1] else -np.inf


def _late(one: Approach, best: float) -> str:
    name, out_s = one.stretch.threat.name, one.stretch.out_s
    first = float(one.left_s.max())
    if not np.isfinite(out_s):
        return f"there is no way out of {name} on foot from there"
    if np.isfinite(best):
        return f"a warning of {name} comes {best + out_s:.0f} s ahead at best, getting out takes {out_s:.0f} s"
    if first < _need_s(one):
        return f"what comes from {name} is there {first:.0f} s after it begins, getting out takes {out_s:.0f} s"
    return f"no safe place looks onto a way from {name} in time"


def _why(found: list[Stretch], sighted: _Sighted, posts: tuple[HeldPost, ...], bound: int) -> tuple[str, ...]:
    names = ", ".join(sorted({_name(one.task) for one in found}))
    blind = len({id(one.stretch) for one, dark in zip(sighted.ways, sighted.blind, strict=True) if dark})
    said = [f"Exposed: {names}; on {blind} of {len(found)} stretches the team cannot see for itself what comes."]
    if not posts:
        return (*said, "No place looked at can watch any way to them.")
    n = "One lookout watches" if len(posts) == 1 else f"{len(posts)} lookouts watch"
    least = "fewer cannot do" if bound >= len(posts) else f"at least {bound} are needed"
    return (*said, f"{n} every way that can be watched; {least}.")
