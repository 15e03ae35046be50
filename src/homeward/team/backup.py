"""Back-up posts: every team within a chosen time of one, at all times, with the fewest posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.people import Role
from homeward.team.coarse import coarsened
from homeward.team.country import Country, country_of, cropped, times_from, times_to, way
from homeward.team.cover import Bools, distinct, fewest
from homeward.team.post_records import XY, HeldPost, PostPlan, TeamTask, not_in_place, task_points
from homeward.terrain.exposure import Exposure
from homeward.terrain.ground import Terrain

EVERY_S, MOST_PLACES, MOST_CELLS = 300.0, 400, 20_000
_RAREST_S = 3600.0
_FAR_S = 1e6  # counts as farther than any walk


@dataclass(frozen=True, slots=True)
class _Slice:
    """A few minutes of a team: when, and how long each post needs to it (None: needs none of them)."""

    task: TeamTask
    at_s: float
    reach_s: Floats | None


def backup_posts(
    terrain: Terrain,
    tasks: Sequence[TeamTask],
    *,
    within_s: float,
    base_m: XY,
    exposure: Exposure | None = None,
    there_m: Sequence[XY] = (),
) -> PostPlan:
    """The fewest posts, outside hazards, from which every team is reached on foot within `within_s` at any time.

    Of equally few posts those nearest to the base. Teams are looked at every 5 minutes, less often where that makes
    more than 400 places. `there_m` are places where people wait anyway (the base): they cost nothing. Each post is held
    while it is needed. `value`: how many posts; `bound`: no choice of places does with fewer. How many crews that
    takes, where one can hold two posts one after the other, stands in `why`; teams that no place is near enough to,
    and posts reached too late, in `open`.
    """
    if not within_s > 0:
        raise BadInput(f"Back-up within {within_s:g} s cannot be. Give a time above zero.")
    if not tasks:
        return PostPlan(posts=(), value=0.0, bound=0.0, why=("No team is out, so no back-up is needed.",))
    paths = [task.path_m for task in tasks]
    ground, hazards = coarsened(*cropped(terrain, exposure, np.vstack([*paths, [base_m], *([p] for p in there_m)])))
    country = country_of(ground, hazards)
    every_s = EVERY_S
    while True:
        places, times, _, of = task_points(tasks, every_s=every_s)
        spots, spot_of = _cells(country, places)
        if len(spots) <= MOST_PLACES or every_s > _RAREST_S:
            break
        every_s *= 2
    cells = _offered(country, there_m)
    reach = np.array([times_to(country, spot, max_s=within_s).ravel()[cells] for spot in spots])
    covers = reach <= within_s
    lost = np.asarray(~covers.any(axis=1), dtype=np.bool_)
    free = np.asarray(covers[:, : len(there_m)].any(axis=1), dtype=np.bool_)
    rows = np.asarray(~lost & ~free, dtype=np.bool_)
    from_base = times_from(country, base_m)
    walk_s = from_base.ravel()[cells]
    tie = np.where(np.isfinite(walk_s), walk_s, _FAR_S)
    use = covers[rows]
    worth = distinct(use, tie) if rows.any() else np.zeros(0, np.int64)
    chosen = fewest(use[:, worth], tie[worth])
    columns = [int(worth[k]) for k in chosen.columns]
    at = [country.center(int(cells[k])) for k in columns]
    slices = [
        _Slice(tasks[of[i]], float(times[i]), reach[k, columns] if rows[k] else None) for i, k in enumerate(spot_of)
    ]
    posts = _held(country, (base_m, from_base), at, slices)
    all_cells = len(cells) - len(there_m) == int(country.usable.sum())
    bound = chosen.bound if all_cells else min(chosen.bound, _packed(use))
    return PostPlan(
        posts=posts,
        value=float(len(posts)),
        bound=float(min(bound, len(posts))),
        why=() if lost.all() else _why(posts, bound, (within_s, _crews(country, posts)), whole=not lost.any()),
        open=(*_open([tasks[k] for k in of], lost[spot_of], within_s), *not_in_place(posts, "back-up")),
    )


def _cells(country: Country, places: Floats) -> tuple[Floats, np.ndarray]:
    """(places (k, 2) in different cells, the one in the cell of each place)."""
    grid = country.grid
    row = np.floor((grid.north_m - places[:, 1]) / grid.cell_m)
    col = np.floor((places[:, 0] - grid.west_m) / grid.cell_m)
    _, first, of = np.unique(np.column_stack([row, col]), axis=0, return_index=True, return_inverse=True)
    return places[first], of.reshape(-1)


def _offered(country: Country, there_m: Sequence[XY]) -> np.ndarray:
    """Flat numbers of the cells offered: those where people wait anyway first, then usable ones, thinned evenly."""
    n_cols = country.grid.n_cols
    there = [row * n_cols + col for row, col in (country.at(place) for place in there_m)]
    usable = np.flatnonzero(country.usable.ravel())
    step = int(np.ceil(np.sqrt(len(usable) / MOST_CELLS)))
    thin = usable[((usable // n_cols) % step == 0) & ((usable % n_cols) % step == 0)]
    return np.concatenate([np.array(there, dtype=np.int64), thin])


def _held(country: Country, base: tuple[XY, Floats], at: list[XY], slices: list[_Slice]) -> tuple[HeldPost, ...]:
    """Each post with the hours in which it is the nearest to somebody who needs it."""
    posts = []
    base_m, from_base = base
    for k, place in enumerate(at):
        mine = [one for one in slices if one.reach_s is not None and int(one.reach_s.argmin()) == k]
        if not mine:
            continue
        longest = max(float(one.reach_s[k]) for one in mine if one.reach_s is not None)
        teams = tuple(sorted({one.task.team for one in mine}))
        begins = max(min(one.at_s for one in mine) - EVERY_S / 2, min(one.task.begins_s for one in mine))
        takes = float(from_base[country.at(place)])
        posts.append(
            HeldPost(
                role=Role.BACKUP,
                at_m=place,
                begins_s=begins,
                ends_s=min(max(one.at_s for one in mine) + EVERY_S / 2, max(one.task.ends_s for one in mine)),
                covers=teams,
                reach_s=longest,
                way_m=way(country, base_m, place),
                leaves_s=begins - takes if np.isfinite(takes) else None,
                why=f"reaches {', '.join(teams)} in {longest / 60:.0f} min at most",
            )
        )
    return tuple(sorted(posts, key=lambda post: (post.begins_s, post.at_m)))


def _crews(country: Country, posts: tuple[HeldPost, ...]) -> int:
    """Crews that hold all posts, one going on from post to post where there is time: posts less a largest matching."""
    after = np.zeros((len(posts), len(posts)), dtype=np.int8)
    for i, one in enumerate(posts):
        later = [j for j, other in enumerate(posts) if other.begins_s > one.ends_s]
        soon = max((posts[j].begins_s - one.ends_s for j in later), default=0.0)
        takes = times_from(country, one.at_m, max_s=soon, anywhere=False) if later else None
        for j in later:
            after[i, j] = takes is not None and one.ends_s + takes[country.at(posts[j].at_m)] <= posts[j].begins_s
    if not after.any():
        return len(posts)
    return len(posts) - int((maximum_bipartite_matching(csr_matrix(after), perm_type="column") >= 0).sum())


def _packed(covers: Bools) -> int:
    """A count of places no two of which one post can cover: fewer posts cannot do (over the cells offered)."""
    rows = covers.astype(np.float32)
    shared = rows @ rows.T > 0
    left, n = np.ones(len(rows), dtype=np.bool_), 0
    while left.any():
        k = int(np.flatnonzero(left)[np.argmin(shared[left].sum(axis=1))])
        left &= ~shared[k]
        n += 1
    return n


def _why(posts: tuple[HeldPost, ...], bound: float, of: tuple[float, int], *, whole: bool) -> tuple[str, ...]:
    """`of`: the time within, and crews; `whole`: somebody is near enough to every team at any time."""
    within_s, crews = of
    limit = f"{within_s / 60:.0f} min"
    if not posts and whole:
        return (f"Every team is within {limit} of where people wait anyway: no back-up post is needed.",)
    if not posts:
        return (f"Wherever a post could help, teams are within {limit} of where people wait anyway.",)
    some = "one post" if len(posts) == 1 else f"{len(posts)} posts"
    least = "fewer cannot do" if bound >= len(posts) else f"at least {bound:.0f} are needed"
    but = "every team has" if whole else "teams have, but for the places named as not covered,"
    said = [f"With {some} {but} back-up within {limit}; {least}."]
    if crews < len(posts):
        said.append(f"{crews} crews hold them, going on from post to post.")
    return tuple(said)


def _open(of: list[TeamTask], lost: Bools, within_s: float) -> tuple[str, ...]:
    names = sorted({f"{of[i].team} on {of[i].label}" if of[i].label else of[i].team for i in np.flatnonzero(lost)})
    if not names:
        return ()
    said = (
        f"On a part of its way no place outside hazards is within {within_s / 60:.0f} min of {', '.join(names)}. "
        "Allow more time, or keep back-up with the team."
    )
    return (said,)
