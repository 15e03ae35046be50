"""Lookouts: the fewest who see or hear what comes to every exposed stretch early enough for the team to get out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from homeward.geo import Floats
from homeward.mission.people import HazardKind, Role
from homeward.team.approach import EVERY_S, Approach, Stretch, approaches, stretches
from homeward.team.coarse import MOST_CELLS, coarsened
from homeward.team.country import Country, country_of, cropped, times_from, way
from homeward.team.cover import Bools, distinct, fewest
from homeward.team.post_records import XY, HeldPost, PostPlan, TeamTask, Unwarned, not_in_place
from homeward.terrain.exposure import Exposure, hazard_numbers, resampled
from homeward.terrain.ground import Cover, Terrain
from homeward.terrain.sight_table import sight_table

BLOCK_M, MOST_PLACES = 60.0, 2500
LATE = 0.8
"""Where no warning comes in time, a lookout must see at least this share of the way left. Our own choice."""
NEAR_S = 2700.0
"""Who can watch a way in time within this walk of the base goes before anybody farther. Our own choice."""
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
    """`warns` (ways, places): seconds that a warning from each place leaves, beyond getting out; -inf: none.

    `walk_s` (places,) is the way there from the base. `early` (ways,): it can be seen in time at all; `own`: by the
    team itself.
    """

    ways: list[Approach]
    places: Floats
    warns: Floats
    walk_s: Floats
    early: Bools
    own: Bools


def lookouts(
    terrain: Terrain,
    tasks: Sequence[TeamTask],
    exposure: Exposure,
    *,
    base_m: XY,
    watch: Watch | None = None,
    starts: datetime | None = None,
) -> PostPlan:
    """The fewest lookouts, outside hazards, that cover every way of every hazard to each exposed stretch of a task.

    A way is covered by who sees or hears what comes on it while it still takes longer to reach the team than the
    team needs to get out of all hazards, and 10 s for the signal. Where even the start of the way is too
    near, a lookout still watches it, and the stretch stands in `unwarned` with both times; so do ways that no place
    looks onto. Only bare ground and woods hide. `value`: how many lookouts; `bound`: no fewer of the places looked at
    (the highest of every 60 m or more, and those beside the stretches) would do. With `starts`, the plan's
    start, a hazard counts only in its hours.
    """
    watch = watch or Watch()
    if not tasks or not exposure.threats:
        return PostPlan(posts=(), value=0.0, bound=0.0, why=("No hazard is marked, so nobody need keep watch.",))
    part = cropped(terrain, exposure, np.vstack([_extent(exposure, tasks), [base_m]]))
    ground, hazards = coarsened(*part, most_cells=2 * MOST_CELLS)
    assert hazards is not None
    country = country_of(ground, hazards)
    found = stretches(country, hazards, tasks, starts)
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
        open=not_in_place(posts, "lookout"),
        unwarned=_unwarned(found, sighted),
    )


def _extent(exposure: Exposure, tasks: Sequence[TeamTask]) -> Floats:
    """The tasks, and where that starts from which threatens them."""
    at = np.vstack([resampled(task.path_m, every_m=exposure.grid.cell_m) for task in tasks])
    corners = [at]
    x, y = exposure.grid.centers_m()
    for threat in exposure.threats:
        alone = replace(exposure, hits_per_h=threat.hits_per_h)
        if threat.kind is not HazardKind.TRAFFIC and alone.along(at).any():
            row, col = np.nonzero(threat.source)
            corners.append(np.array([[x[col.min()], y[row.max()]], [x[col.max()], y[row.min()]]]))
    return np.vstack(corners)


def _sighted(country: Country, ways: list[Approach], found: list[Stretch], base_m: XY, watch: Watch) -> _Sighted:
    from_base = times_from(country, base_m)
    places = _places(country, found, from_base)
    walk_s = np.array([from_base[country.at((x, y))] for x, y in places])
    points = np.vstack([one.points_m for one in ways])
    of = np.repeat(np.arange(len(ways)), [len(one.left_s) for one in ways])
    notices = _notices(country, places, points, [ways[k] for k in of], watch)
    spare = np.concatenate([one.left_s - _need_s(one) for one in ways])
    warns = np.full((len(ways), len(places)), -np.inf)
    np.maximum.at(warns, of, np.where(notices, spare, -np.inf).T)
    if watch.signal_m is not None:
        at = np.array([one.stretch.at_m for one in ways])
        warns[_apart(at, places) > watch.signal_m] = -np.inf
    act_s = 2 * hazard_numbers("any")["notice_s"]  # to notice and send, and as long again to do something about it
    out_s = np.array([one.stretch.out_s for one in ways])
    warns[np.where(np.isfinite(warns), warns, -act_s) + out_s[:, None] < act_s] = -np.inf
    early = np.array([bool((one.left_s >= _need_s(one)).any()) for one in ways])
    return _Sighted(
        ways=ways, places=places, warns=warns, walk_s=walk_s, early=early, own=_own(country, ways, early, watch)
    )


def _need_s(one: Approach) -> float:
    return one.stretch.out_s + hazard_numbers("any")["notice_s"]


def _apart(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1]), dtype=np.float64)


def _notices(country: Country, places: Floats, points: Floats, of: list[Approach], watch: Watch) -> Bools:
    """Whether from each place what comes by each point is seen or heard, (places, points)."""
    if not len(places):
        return np.zeros((0, len(points)), dtype=np.bool_)
    known = hazard_numbers("any")
    sees = np.array([one.stretch.threat.sees_m for one in of])
    if watch.dark:
        sees = np.minimum(sees, known["dark_sees_m"])
    woods = np.isin(country.terrain.cover, _WOODS)
    here, there = (np.array([woods[country.at((x, y))] for x, y in each]) for each in (places, points))
    reach = np.where(here[:, None] | there[None, :], np.minimum(sees, known["wood_sees_m"]), sees)
    heard = _apart(places, points) <= np.array([one.stretch.threat.hears_m for one in of])
    return np.asarray(sight_table(country.terrain, places, points, reach) | heard, dtype=np.bool_)


def _own(country: Country, ways: list[Approach], early: Bools, watch: Watch) -> Bools:
    """Ways on which the team, if it looked, would see in time what comes."""
    own = np.zeros(len(ways), dtype=np.bool_)
    for k in np.flatnonzero(early):
        one = ways[k]
        points = one.points_m[one.left_s >= _need_s(one)]
        own[k] = _notices(country, np.array([one.stretch.at_m]), points, [one] * len(points), watch).any()
    return own


def _places(country: Country, found: list[Stretch], from_base: Floats) -> Floats:
    """The highest cell to wait on of every block, and the nearest one to each stretch; all reached from the base."""
    near = country.usable & np.isfinite(from_base)
    near = near if near.any() else country.usable
    cells = np.argwhere(near)
    if not len(cells):
        return np.zeros((0, 2))
    z = country.terrain.elevation_m[near]
    side = BLOCK_M / country.grid.cell_m
    while True:
        row, col = (cells / max(side, 1.0)).astype(np.int64).T
        block = np.unique(row * country.grid.n_cols + col, return_inverse=True)[1].reshape(-1)
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
    far = np.where(np.isfinite(sighted.walk_s), sighted.walk_s, 1e6)
    near = far <= NEAR_S
    if near.any():
        warns = np.where((warns[:, near].max(axis=1) >= 0)[:, None] & ~near[None, :], -np.inf, warns)
    best = warns.max(axis=1)
    need = np.array([_need_s(one) for one in sighted.ways])[rows]
    covers = warns >= np.where(best >= 0, 0.0, LATE * (best + need) - need)[:, None] - 1e-9
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
            takes, warned = float(sighted.walk_s[c]), _warned_s(sighted.ways, mine)
            posts.append(_held(mine, place, way(country, base_m, place), takes=takes, warned_s=warned))
    return tuple(sorted(posts, key=lambda post: (post.begins_s, post.at_m))), chosen.bound


def _wanted(sighted: _Sighted, watch: Watch) -> Bools:
    """Ways to be watched: those that somebody can watch, and with `blind_only` that the team itself does not."""
    rows = np.isfinite(sighted.warns).any(axis=1) if sighted.warns.size else np.zeros(len(sighted.ways), dtype=np.bool_)
    return np.asarray(rows & ~(sighted.own & watch.blind_only), dtype=np.bool_)


def _warned_s(ways: list[Approach], mine: list[tuple[Approach, float]]) -> float:
    """Seconds for which teams are exposed and warned in time, each way having its part of its stretch's time."""
    of = Counter(id(one.stretch) for one in ways)
    lasts = ((one, max(one.stretch.ends_s - one.stretch.begins_s, EVERY_S)) for one, spare in mine if spare >= 0)
    return sum(seconds / of[id(one.stretch)] for one, seconds in lasts)


def _held(
    mine: list[tuple[Approach, float]], place: XY, path: tuple[XY, ...], *, takes: float, warned_s: float
) -> HeldPost:
    begins = min(one.stretch.begins_s for one, _ in mine)
    early = [spare for _, spare in mine if spare >= 0]
    names = sorted({one.stretch.threat.name for one, _ in mine})
    tasks = tuple(sorted({_name(one.stretch.task) for one, _ in mine}))
    said = [f"{least_words(min(early))} more than getting out takes"] if early else []
    late = [one for one, spare in mine if spare < 0]
    if late:
        some = "however danger comes" if len(late) == len(mine) else f"on {len(late) / len(mine):.0%} of the ways"
        said.append(f"too late to get out {some}, where it says only: take cover")
    return HeldPost(
        role=Role.LOOKOUT,
        at_m=place,
        begins_s=begins,
        ends_s=max(one.stretch.ends_s for one, _ in mine),
        covers=tasks,
        reach_s=min(early) if early else max(spare for _, spare in mine),
        way_m=path,
        leaves_s=begins - takes if np.isfinite(takes) else None,
        why=f"watches {', '.join(names)} for {', '.join(tasks)}; its warning comes {'; '.join(said)}",
        hazards=tuple(names),
        warned_s=warned_s,
        late_share=len(late) / len(mine),
    )


def least_words(seconds: float) -> str:
    """At least so long, as said over a radio."""
    return f"at least {seconds:.0f} s" if seconds < 120 else f"at least {seconds / 60:.0f} min"


def _long(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _name(task: TeamTask) -> str:
    return f"{task.team} {task.label}".strip()


def _unwarned(found: list[Stretch], sighted: _Sighted) -> tuple[Unwarned, ...]:
    """One line per task and hazard where some way is watched too late, or by nobody; the worst stretch is named."""
    of: dict[tuple[str, str, str], list[int]] = {}
    for k, one in enumerate(sighted.ways):
        of.setdefault(_key(one.stretch), []).append(k)
    said: dict[tuple[str, str, str], Unwarned] = {}
    for stretch in found:
        ways = of.get(_key(stretch), [])
        bad = [k for k in ways if _best(sighted, k) < 0]
        nothing = not ways and stretch.threat.kind is HazardKind.TRAFFIC
        if _key(stretch) in said or nothing or (ways and not bad):
            continue
        worst = min(bad, key=lambda k: _best(sighted, k)) if bad else None
        at = sighted.ways[worst].stretch if worst is not None else stretch
        told = _late(sighted.ways[worst], _best(sighted, worst)) if worst is not None else "its ways are not known"
        said[_key(stretch)] = Unwarned(
            team=at.task.team,
            label=at.task.label,
            at_m=at.at_m,
            begins_s=at.begins_s,
            hazard=at.threat.id,
            why=told,
            name=at.threat.name,
            bad=len(bad),
            ways=len(ways),
        )
    return tuple(said.values())


def _key(stretch: Stretch) -> tuple[str, str, str]:
    return stretch.task.team, stretch.task.label, stretch.threat.id


def _best(sighted: _Sighted, k: int) -> float:
    return float(sighted.warns[k].max()) if sighted.warns.shape[1] else -np.inf


def _late(one: Approach, best: float) -> str:
    name, out_s = one.stretch.threat.name, one.stretch.out_s
    first = float(one.left_s.max())
    if not np.isfinite(out_s):
        return f"there is no way out of {name} on foot from there"
    if first < _need_s(one):
        seen = ", and nobody sees it begin" if best == -np.inf else ""
        return f"what comes from {name} is there within {_long(max(first, 1))}, getting out takes {_long(out_s)}{seen}"
    if np.isfinite(best):
        ahead = _long(max(best + out_s, 0))
        return f"a warning of {name} comes {ahead} ahead at best, getting out takes {_long(out_s)}"
    return f"no safe place looks onto {name} or its way in time"


def _why(found: list[Stretch], sighted: _Sighted, posts: tuple[HeldPost, ...], bound: int) -> tuple[str, ...]:
    names = ", ".join(sorted({_name(one.task) for one in found}))
    blind = len(
        {id(w.stretch) for w, e, o in zip(sighted.ways, sighted.early, sighted.own, strict=True) if e and not o}
    )
    some = f"; on {blind} of {len(found)} stretches the team cannot see for itself what comes" if blind else ""
    said = f"Exposed: {names}{some}."
    if not posts:
        return said, "No place looked at can watch any way to them."
    n = "One lookout watches" if len(posts) == 1 else f"{len(posts)} lookouts watch"
    least = "fewer cannot do" if bound >= len(posts) else f"at least {bound} are needed"
    return said, f"{n} every way that can be watched; {least}."
