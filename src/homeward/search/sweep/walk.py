"""Walks over the lattice, and what their moves need to know, in the form that annealing changes fastest."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.search.sweep.lattice import Crew, Ground, Ints

ALONG, BEND, OWN, SUM0, SUM1 = range(5)
X, Y, GAIN, SAVES, LOSES, AGAIN = range(6)
HEAD = 7


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
    """What a move needs: per node X, Y, GAIN, SAVES, LOSES, AGAIN; neighbours; per walk its decay, limit and price."""

    node: Floats
    near: Ints
    team: Floats
    n: int
    spacing_m: float
    marginal: float


def pack(ground: Ground, crew: Crew) -> Field:
    """Ground and crew in the form that the moves read fastest."""
    x, again = ground.x_m.copy(), np.full(len(ground.x_m), ground.again_m)
    x[ground.n :][ground.free] = np.nan  # from nowhere it is no way to anywhere
    again[ground.n :] = 0.0
    return Field(
        node=np.column_stack([x, ground.y_m, ground.gain, ground.saves_m, ground.loses, again]),
        near=ground.near,
        team=np.column_stack([crew.decay, crew.limit_m, crew.price]),
        n=ground.n,
        spacing_m=ground.spacing_m,
        marginal=ground.marginal,
    )
