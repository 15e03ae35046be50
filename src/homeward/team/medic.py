"""Where the medic pair waits, so that the expected time from find to care is least over the plan's hours.

The subject is expected where teams search, when they search there, by the probability that they find it then. The time
from every cell to each such place is one shortest-time field over the real ground, so the best cell for a block of time
is exact; which blocks share a post, and which moves pay, is a dynamic program over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.people import Role
from homeward.team.coarse import coarsened
from homeward.team.country import Country, clustered, country_of, cropped, times_from, times_to, way
from homeward.team.post_records import XY, HeldPost, PostPlan, TeamTask, along, task_points
from homeward.terrain.exposure import Exposure
from homeward.terrain.ground import Terrain
from homeward.terrain.speed import going

MOST_PLACES, MOST_BLOCKS, SLICES = 80, 16, 3
MOST_WORK = 8_000_000  # cells times places, and cells times slices of time: larger grounds are planned more coarsely
WORTH_S = 30.0
"""A move must shorten the expected time to care by this much. Our own choice: moving tires, and radios lose people."""
HELD_S = 600.0
"""A post is held at least so long once the pair is there. Our own choice: a shorter stay is no use to anybody."""
MOST_FINDS = 0.9
"""The share of the finds of a post's hours that care reaches within its `reach_s`: ours."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Case:
    """`cost` (slices, rows, cols): probability-weighted seconds to care for finds in the slice, from each cell."""

    country: Country
    base: int
    cost: NDArray[np.float32]
    weight: Floats
    places: Floats
    slice_s: float
    begins_s: float

    @property
    def blocks(self) -> int:
        return len(self.cost) // SLICES

    @property
    def block_s(self) -> float:
        return self.slice_s * SLICES


def medic_posts(
    terrain: Terrain,
    tasks: Sequence[TeamTask],
    *,
    base_m: XY,
    exposure: Exposure | None = None,
    block_s: float = 1800.0,
) -> PostPlan:
    """Posts of the medic pair, one after another, from the base on. `value`: expected seconds from find to care.

    A post is changed at most once each `block_s` (longer where the plan has more than 16 of them, or on
    very large ground), and only where that
    pays (`WORTH_S`). Posts lie outside hazards, ways between them too where there is one. `bound`: no pair could do
    better, however fast it moved and wherever it waited. Finds where nobody can walk to count as far away as
    the farthest other. Raises `BadInput` where nobody searches, or nowhere on the map is safe to wait.
    """
    case = _case(terrain, tasks, base_m, exposure, block_s)
    one = min((_followed(case, [cell] * case.blocks) for cell in _lone(case)), key=lambda made: made[1])
    posts, value = min([one, _followed(case, _stays(case))], key=lambda made: made[1])
    total = case.weight.sum()
    flat = case.cost.reshape(len(case.cost), -1)
    on_foot = (going(case.country.terrain)[0] > 0).ravel()
    bound = min(float(flat[:, on_foot].min(axis=1).sum() / total), value)
    at_base = float(flat[:, case.base].sum() / total)
    return PostPlan(posts=posts, value=value, bound=bound, why=_why(posts, (value, one[1]), bound, at_base))


def _lone(case: _Case) -> list[int]:
    """Cells for who does not move: the best of all that can be reached in time, and the base where it is safe."""
    usable = case.country.usable.ravel()
    there = times_from(case.country, case.country.center(case.base), anywhere=False).ravel()
    in_time = usable & (there <= case.blocks * case.block_s - HELD_S)
    cost = case.cost.sum(axis=0).ravel()
    best = int(np.where(in_time if in_time.any() else usable, cost, np.inf).argmin())
    return [best, *([case.base] if usable[case.base] else [])]


def _case(terrain: Terrain, tasks: Sequence[TeamTask], base_m: XY, exposure: Exposure | None, block_s: float) -> _Case:
    places, times, pos, _ = task_points(tasks, every_s=300.0)
    searched = pos > 0
    if not searched.any():
        raise BadInput("Nobody is expected to find anybody in these tasks. Give tasks with a POS above zero.")
    if not block_s > 0:
        raise BadInput(f"Blocks of {block_s} s cannot be. Give a time above zero.")
    places, times, pos = places[searched], times[searched], pos[searched]
    ground, hazards = coarsened(*cropped(terrain, exposure, np.vstack([places, [base_m]])))
    country = country_of(ground, hazards)
    if not country.usable.any():
        raise BadInput("Nowhere on the map is safe and level enough to wait. Check the hazards' outlines.")
    begins = min(task.begins_s for task in tasks)
    lasts = max(task.ends_s for task in tasks) - begins
    room = MOST_WORK / country.usable.size
    blocks = int(np.clip(np.ceil(lasts / block_s - 1e-9), 1, min(MOST_BLOCKS, max(room // SLICES, 4))))
    slice_s = max(lasts, 1.0) / blocks / SLICES
    spots, of = clustered(places, cell_m=max(100.0, ground.grid.cell_m), most=int(np.clip(room, 24, MOST_PLACES)))
    when = np.clip(((times - begins) / slice_s).astype(np.int64), 0, blocks * SLICES - 1)
    weight = np.zeros((blocks * SLICES, len(spots)))
    np.add.at(weight, (when, of), pos)
    row, col = country.at(base_m)
    return _Case(
        country=country,
        base=row * country.grid.n_cols + col,
        cost=_costs(country, spots, weight),
        weight=weight,
        places=spots,
        slice_s=slice_s,
        begins_s=begins,
    )


def _costs(country: Country, spots: Floats, weight: Floats) -> NDArray[np.float32]:
    cost = np.zeros((len(weight), *country.grid.shape), dtype=np.float32)
    for k, spot in enumerate(spots):
        seconds = times_to(country, spot)
        known = np.isfinite(seconds)
        seconds[~known] = seconds[known].max() if known.any() else 0.0
        for s in np.flatnonzero(weight[:, k]):
            cost[s] += weight[s, k] * seconds
    return cost


def _stays(case: _Case) -> list[int]:
    """The cell of each block (flat numbers), by a dynamic program over the best cells of runs of 1, 2, 4 ... blocks."""
    flat = case.cost.reshape(len(case.cost), -1)
    usable = np.flatnonzero(case.country.usable.ravel())
    by_block = flat.reshape(case.blocks, SLICES, -1).sum(axis=1)
    cells = {case.base}
    for i in range(case.blocks):
        run = np.zeros(flat.shape[1])
        for j in range(i, case.blocks):
            run += by_block[j]
            if (j - i + 1).bit_count() == 1:
                cells.add(int(usable[np.argmin(run[usable])]))
    some = sorted(cells)
    take_s = np.array([times_from(case.country, case.country.center(c), anywhere=False).ravel()[some] for c in some])
    return [some[k] for k in _best_stays(case, flat[:, some], take_s, some.index(case.base))]


def _best_stays(case: _Case, at: NDArray[np.float32], take_s: Floats, home: int) -> list[int]:
    """The column of each block, by runs of blocks: a run begins with the way there, which it must be long enough for.

    On its way the pair counts as between the two ends, in proportion to time.
    """
    n, usable = case.blocks, case.country.usable.ravel()[case.base]
    worth = WORTH_S * case.weight.sum() * (1 - np.eye(len(take_s)))
    barred = np.where((np.arange(len(take_s)) == home) & (not usable), np.inf, 0.0)
    best = np.full((n + 1, len(take_s)), np.inf)
    best[0, home] = 0.0
    came = np.zeros((n + 1, len(take_s), 2), dtype=np.int64)
    for b in range(n):
        spent = np.zeros_like(take_s)
        for s in range(b * SLICES, n * SLICES):
            with np.errstate(invalid="ignore", divide="ignore"):
                share = np.where(take_s > 0, np.clip((s - b * SLICES + 0.5) * case.slice_s / take_s, 0, 1), 1.0)
            spent += (1 - share) * at[s][:, None] + share * at[s][None, :]
            end, last = divmod(s + 1, SLICES)
            if last:
                continue
            late = end == n and not usable  # nobody can stay: somewhere must be gone to, in time or not
            arrived = (take_s == 0) | (take_s <= (np.finfo(np.float64).max if late else _left_s(case, end - b)))
            step = best[b][:, None] + np.where(arrived, spent + worth, np.inf) + barred
            better = step.min(axis=0) < best[end]
            came[end][better] = np.column_stack([np.full(len(take_s), b), step.argmin(axis=0)])[better]
            best[end] = np.minimum(best[end], step.min(axis=0))
    stays = [0] * n
    end, k = n, int(np.argmin(best[n]))
    while end > 0:
        b, before = came[end, k]
        stays[b:end] = [k] * int(end - b)
        end, k = int(b), int(before)
    return stays


def _left_s(case: _Case, blocks: int) -> float:
    """The longest way there for a post of some blocks that is held long enough."""
    return max(blocks * case.block_s - HELD_S, 0.0)


def _followed(case: _Case, stays: list[int]) -> tuple[tuple[HeldPost, ...], float]:
    """The posts, and the true expected time: on the way, the pair goes from where it is."""
    flat = case.cost.reshape(len(case.cost), -1)
    posts: list[HeldPost] = []
    here, total = case.base, 0.0
    b = 0
    while b < case.blocks:
        until = next((k for k in range(b, case.blocks) if stays[k] != stays[b]), case.blocks)
        start, end = (case.country.center(c) for c in (here, stays[b]))
        path = way(case.country, start, end) if here != stays[b] else ()
        takes = float(times_from(case.country, start).ravel()[stays[b]]) if path else 0.0
        for s in range(b * SLICES, until * SLICES):
            since = (s - b * SLICES + 0.5) * case.slice_s
            total += float(flat[s, stays[b] if since >= takes else _on_way(case, path, since / takes)])
        begins = case.begins_s + b * case.block_s
        reach_s, why = _reach(case, stays[b], slice(b * SLICES, until * SLICES))
        posts.append(
            HeldPost(
                role=Role.MEDIC,
                at_m=end,
                begins_s=begins + takes,
                ends_s=max(case.begins_s + until * case.block_s, begins + takes),
                reach_s=reach_s,
                way_m=path,
                leaves_s=begins,
                why=why,
            )
        )
        here, b = stays[b], until
    return tuple(posts), total / float(case.weight.sum())


def _on_way(case: _Case, path: tuple[XY, ...], share: float) -> int:
    row, col = case.country.at(tuple(along(np.array(path), np.array([share]))[0]))
    return row * case.country.grid.n_cols + col


def _reach(case: _Case, cell: int, when: slice) -> tuple[float, str]:
    """Seconds within which care from a cell reaches `MOST_FINDS` of the finds of some slices, and words on it."""
    weight = case.weight[when].sum(axis=0)
    field = times_from(case.country, case.country.center(cell))
    row, col = zip(*(case.country.at((float(x), float(y))) for x, y in case.places), strict=True)
    seconds = field[list(row), list(col)]
    known = np.isfinite(seconds) & (weight > 0)
    if not known.any():
        return 0.0, "nobody searches meanwhile where care could walk to"
    order = np.argsort(seconds[known], kind="stable")
    away, share = seconds[known][order], np.cumsum(weight[known][order]) / weight[known].sum()
    mean_s = float((away * np.diff(share, prepend=0.0)).sum())
    most_s = float(away[np.searchsorted(share, MOST_FINDS - 1e-9)])
    far = f"; the farthest place searched then is {away[-1] / 60:.0f} min away" if away[-1] > 1.5 * most_s else ""
    nine = f"for {10 * MOST_FINDS:.0f} finds in 10 within {most_s / 60:.0f} min"
    return most_s, f"care is there {mean_s / 60:.0f} min after a find on average, {nine}{far}"


def _why(posts: tuple[HeldPost, ...], value: tuple[float, float], bound: float, at_base: float) -> tuple[str, ...]:
    """`value`: as planned, and at one post all the time."""
    moves = len(posts) - 1
    said = (
        f"Care reaches the subject {value[0] / 60:.0f} min after the find on average; "
        f"from the base it would be {at_base / 60:.0f} min, and no pair could do better than {bound / 60:.0f}."
    )
    if moves == 0:
        return said, f"The medic pair stays at one post: no move would save {WORTH_S:.0f} s on average."
    times = "once" if moves == 1 else f"{moves} times"
    alone = f"at one post all the time care would take {value[1] / 60:.0f} min on average"
    return (
        said,
        f"The medic pair moves {times}, with the search: {alone}. One more move would save less than {WORTH_S:.0f} s.",
    )
