"""Posts as plain data: what teams do and when, the places held for them, how good the choice is.

Places are metres of the terrain's grid, times seconds from the plan's start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.people import Role

XY = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamTask:
    """A stretch of time of one team on the ground: it goes along `path_m` (n, 2), n >= 1, evenly.

    `label` is the assignment's number, for the reasons. `pos` is the probability that it finds the subject meanwhile
    (0 on the way there and back), spread evenly over its time.
    """

    team: str
    path_m: Floats
    begins_s: float
    ends_s: float
    pos: float = 0.0
    label: str = ""

    def __post_init__(self) -> None:
        path = np.asarray(self.path_m, dtype=np.float64)
        if path.ndim != 2 or path.shape[1:] != (2,) or len(path) == 0 or not np.isfinite(path).all():
            raise BadInput(f"Task {self.label or '?'} of {self.team} has no path of points (n, 2). Give one or more.")
        if not (np.isfinite([self.begins_s, self.ends_s]).all() and self.ends_s >= self.begins_s):
            raise BadInput(f"Task {self.label or '?'} of {self.team} ends before it begins. Check its times.")
        if not 0 <= self.pos <= 1:
            raise BadInput(f"Task {self.label or '?'} of {self.team} has POS {self.pos}. It lies between 0 and 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPost:
    """A place held by people in a role. `covers` names the teams, tasks or stretches it is there for.

    `reach_s` is the longest time that it needs to whom it covers (back-up), within which care is with 9 of 10 finds of
    its hours (medic), or by which its warning comes ahead of the danger, beyond what the team needs to get out
    (lookout, the least). `way_m` is the way there from
    the post before, or from the base; `leaves_s` when it must be set out on. Of a lookout: the `hazards` it watches,
    `warned_s`, for how long a team is exposed and warned by it in time (each way by which danger comes to a stretch
    has an even part of its time), and `late_share`, the share of the ways watched on which its warning is too late.
    """

    role: Role
    at_m: XY
    begins_s: float
    ends_s: float
    covers: tuple[str, ...] = ()
    reach_s: float | None = None
    way_m: tuple[XY, ...] = ()
    leaves_s: float | None = None
    why: str = ""
    hazards: tuple[str, ...] = ()
    warned_s: float = 0.0
    late_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwarned:
    """An exposed stretch of a task, begun at `at_m`, that no lookout warns in time, and why.

    `hazard` is its id, `name` what it is called. On `bad` of the `ways` by which it comes there to the task no warning
    is in time; `ways` 0: no way of it is known.
    """

    team: str
    label: str
    at_m: XY
    begins_s: float
    hazard: str
    why: str
    name: str = ""
    bad: int = 0
    ways: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPlan:
    """Posts for one role. `value` and `bound` are of the same quantity, named in the function that makes them.

    `open` says in words what the posts do not do; `unwarned` where no lookout helps, or helps too late.
    """

    posts: tuple[HeldPost, ...]
    value: float
    bound: float
    why: tuple[str, ...]
    open: tuple[str, ...] = ()
    unwarned: tuple[Unwarned, ...] = ()


def not_in_place(posts: Sequence[HeldPost], who: str) -> tuple[str, ...]:
    """Says how many of those who leave at the plan's start are still on their way when the first team needs them."""
    late = [-post.leaves_s for post in posts if post.leaves_s is not None and post.leaves_s < -_SOON_S]
    if not late:
        return ()
    n = f"One {who} post is" if len(late) == 1 else f"{len(late)} {who} posts are"
    said = (
        f"{n} not reached from the base before the first team needs them, by {max(late) / 60:.0f} min at most. "
        "Send people ahead, or let teams wait for them."
    )
    return (said,)


_SOON_S = 30.0


def task_points(tasks: Sequence[TeamTask], *, every_s: float) -> tuple[Floats, Floats, Floats, tuple[int, ...]]:
    """(places (n, 2), middle times (n,), POS (n,), task of each): where teams are, in slices of up to `every_s`."""
    places: list[Floats] = []
    times: list[Floats] = []
    shares: list[Floats] = []
    of: list[int] = []
    for k, task in enumerate(tasks):
        n = max(int(np.ceil((task.ends_s - task.begins_s) / every_s)), 1)
        t = (np.arange(n) + 0.5) / n
        places.append(along(task.path_m, t))
        times.append(task.begins_s + t * (task.ends_s - task.begins_s))
        shares.append(np.full(n, task.pos / n))
        of += [k] * n
    if not places:
        return np.zeros((0, 2)), np.zeros(0), np.zeros(0), ()
    return np.vstack(places), np.concatenate(times), np.concatenate(shares), tuple(of)


def part(task: TeamTask, begins_s: float, ends_s: float) -> TeamTask:
    """What a team does of a task from one time of it to another."""
    lasts = task.ends_s - task.begins_s
    share = np.array([begins_s, ends_s]) - task.begins_s
    share = np.clip(share / lasts, 0.0, 1.0) if lasts > 0 else np.array([0.0, 1.0])
    path = np.asarray(task.path_m, dtype=np.float64)
    far = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))]) if len(path) > 1 else np.zeros(1)
    between = (far > share[0] * far[-1]) & (far < share[1] * far[-1])
    ends = along(path, share)
    return replace(
        task,
        path_m=np.vstack([ends[:1], path[between], ends[1:]]),
        begins_s=max(begins_s, task.begins_s),
        ends_s=min(ends_s, task.ends_s),
        pos=task.pos * float(share[1] - share[0]),
    )


def along(path_m: Floats, share: Floats) -> Floats:
    """Points (n, 2) at shares 0..1 of a path's length."""
    path = np.asarray(path_m, dtype=np.float64).reshape(-1, 2)
    far = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))]) if len(path) > 1 else np.zeros(1)
    if far[-1] == 0:
        return np.repeat(path[:1], len(share), axis=0)
    return np.column_stack([np.interp(share * far[-1], far, path[:, k]) for k in (0, 1)])
