"""Walks over the lattice, and what their moves need to know, in the form that annealing changes fastest."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.search.sweep.forbidden import Ways, to_corners_m
from homeward.search.sweep.lattice import Crew, Ground, Ints

ALONG, BEND, OWN, SUM0, SUM1 = range(5)
X, Y, GAIN, SAVES, LOSES, AGAIN, TAKES, ROOM = range(8)
HEAD = 7
FAR = 1e7
AHEAD = np.pi / 8  # of a swath: how long before it is reached a square comes into sight, on the average over its width


class State(NamedTuple):
    """The walks: nodes in `seq`, of which `size` count.

    `table` holds per place in a walk the metres ALONG to the middle of its turn, the BEND of the turn, the gain there
    (OWN), and the sums of gain and of gain x along up to there; `where` per node its walk (-1: none) and its place;
    `merit` is per walk. The rest is the generator's state and one move: `pieces` of the two walks that it may change
    (row HEAD: how many pieces, which walk, its new length), and the draft of what it would write.
    """

    seq: Ints
    size: Ints
    table: Floats
    where: Ints
    merit: Floats
    random: NDArray[np.uint64]
    pieces: Ints
    draft: Ints


class Field(NamedTuple):
    """What a move needs: nodes, their neighbours, and per walk its decay, limit, price, goal's node (or -1) and lead.

    `node` has per node X, Y, GAIN, SAVES, LOSES, AGAIN, TAKES and ROOM: how far it is from forbidden ground. The goals
    stand after the starts. `walls` are the edges of forbidden ground, `toll` the metres from each node to its corners.
    """

    node: Floats
    near: Ints
    team: Floats
    walls: Floats
    toll: Floats
    n: int
    spacing_m: float
    marginal: float


def pack(ground: Ground, crew: Crew) -> Field:
    """Ground and crew in the form that the moves read fastest."""
    m, n = len(ground.free), ground.n
    x, again, takes = ground.x_m.copy(), np.full(n + 2 * m, ground.again_m), np.full(n + 2 * m, ground.takes_m)
    x[n:][ground.free] = np.nan  # from nowhere it is no way to anywhere
    again[n:] = takes[n:] = 0.0
    blank = np.zeros(m)
    xy = np.column_stack([np.r_[x, ground.goals_m[:, 0]], np.r_[ground.y_m, ground.goals_m[:, 1]]])
    goal = np.where(np.isnan(ground.goals_m[:, 0]), -1, n + m + np.arange(m))
    shape = [np.r_[part, blank] for part in (ground.gain, ground.saves_m, ground.loses)]
    walls, toll, room = around(ground.way, xy)
    return Field(
        node=np.column_stack([xy, *shape, again, takes, room]),
        near=ground.near,
        team=np.column_stack([crew.decay, crew.limit_m, crew.price, goal, 1 + crew.decay * AHEAD * ground.spacing_m]),
        walls=walls,
        toll=toll,
        n=n,
        spacing_m=ground.spacing_m,
        marginal=ground.marginal,
    )


def around(way: Ways, xy: Floats) -> tuple[Floats, Floats, Floats]:
    """Walls, metres from each point to each corner, and metres from each point to the nearest wall."""
    if not len(way.walls):
        return way.walls, np.zeros((1, 0)), np.full(len(xy), np.inf)
    known = ~np.isnan(xy[:, 0])
    toll, room = np.full((len(xy), len(way.corners)), FAR), np.full(len(xy), np.inf)
    toll[known] = np.minimum(to_corners_m(way, xy[known]), FAR)
    room[known] = shapely.distance(way.ground.boundary, shapely.points(xy[known])) * (1 - 1e-9)
    return way.walls, toll, room
