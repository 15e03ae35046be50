"""Which crew holds which posts: as few crews as can, or the most useful posts for as many crews as there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from homeward.mission.people import Role
from homeward.search.records import XY
from homeward.team.posts import HeldPost

PAIR = 2
"""Nobody waits or watches alone: most rescue manuals' rule, and ours."""
NAMES = {Role.MEDIC: "medic pair", Role.LOOKOUT: "lookout", Role.BACKUP: "back-up"}
_WALK_MPS = 0.5  # straight ahead, between two posts of one crew: ours, on the safe side
_SOME = 1e-6  # what a second at a post counts that warns of nothing in time, beside one that does: ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """People who stay together: what they need, and the posts they hold one after another. `at_m` without posts."""

    id: str
    need: dict[str, int]
    held: tuple[HeldPost, ...] = ()
    at_m: XY | None = None


def crews_of(role: Role, posts: Iterable[HeldPost]) -> list[Crew]:
    """As few crews as hold the posts, each going on from one to the next where there is time."""
    rows: list[list[HeldPost]] = []
    for post in sorted(posts, key=lambda p: (p.begins_s, p.at_m)):
        free = [row for row in rows if _can_go_on(row[-1], post)]
        if free:
            max(free, key=lambda row: row[-1].ends_s).append(post)
        else:
            rows.append([post])
    return _named(role, rows)


def most_warned(posts: Sequence[HeldPost], n: int) -> list[Crew]:
    """The posts that `n` crews of lookouts hold, going on from one to the next, so that teams are warned in time for
    as long as can be (`HeldPost.warned_s`).

    The most useful n paths through the posts in the order of time: a flow, so that its linear program has a whole
    solution (Ahuja, Magnanti and Orlin 1993, Network Flows, theorem 11.12); solved by HiGHS through SciPy. The places
    are those chosen for all crews.
    """
    posts = sorted(posts, key=lambda p: (p.begins_s, p.at_m))
    if n <= 0 or not posts:
        return []
    onward = [(i, j) for i, j in product(range(len(posts)), repeat=2) if i < j and _can_go_on(posts[i], posts[j])]
    size = len(posts) + len(onward)  # whether a crew begins at each post, and whether one goes on from i to j
    held, left = lil_array((len(posts), size)), lil_array((len(posts), size))
    for i in range(len(posts)):
        held[i, i] = left[i, i] = 1.0
    for k, (i, j) in enumerate(onward, start=len(posts)):
        held[j, k] = 1.0
        left[j, k] = 1.0
        left[i, k] -= 1.0
    worth = np.array([p.warned_s + _SOME * (p.ends_s - p.begins_s) for p in posts])
    begun = lil_array(np.r_[np.ones(len(posts)), np.zeros(len(onward))][None, :])
    found = milp(
        -(held.T @ worth),
        integrality=np.ones(size, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(held.tocsr(), ub=1),
            LinearConstraint(left.tocsr(), lb=0),
            LinearConstraint(begun.tocsr(), ub=n),
        ],
    )
    assert found.x is not None  # nobody anywhere is a solution
    rows = [[i] for i in range(len(posts)) if found.x[i] > 0.5]
    after = {i: j for k, (i, j) in enumerate(onward, start=len(posts)) if found.x[k] > 0.5}
    for row in rows:
        while row[-1] in after:
            row.append(after[row[-1]])
    return _named(Role.LOOKOUT, [[posts[i] for i in row] for row in rows])


def _named(role: Role, rows: Sequence[Sequence[HeldPost]]) -> list[Crew]:
    numbers = count(1)
    return [Crew(id=f"{NAMES[role]} {next(numbers)}", need={role.value: PAIR}, held=tuple(row)) for row in rows]


def _can_go_on(one: HeldPost, other: HeldPost) -> bool:
    far_m = float(np.hypot(other.at_m[0] - one.at_m[0], other.at_m[1] - one.at_m[1]))
    return one.ends_s + far_m / _WALK_MPS <= other.begins_s
