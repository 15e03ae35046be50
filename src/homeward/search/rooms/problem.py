"""The rooms problem and its solution as plain data: a graph, a belief over its vertices, searchers that walk on it.

Vertices, searchers and steps are counted from 0; `Links` holds whatever is known of pairs of vertices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from homeward.errors import BadInput
from homeward.geo import Floats

Ints = NDArray[np.int64]
Objective = Literal["discounted", "end"]
Status = Literal["optimal", "feasible"]
MAX_VERTICES = 20_000
MAX_STEPS = 10_000
MAX_WORK = 40_000_000
MAX_LOSSY = 8
_SUM = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """A number for some pairs of vertices, row by row: row v is `to[at[v]:at[v + 1]]` with `p` beside it."""

    at: Ints
    to: Ints
    p: Floats

    @classmethod
    def of(cls, n: int, triples: Iterable[tuple[int, int, float]]) -> Self:
        """From (v, w, p) with each pair once; pairs with p = 0 are left out."""
        rows = sorted((v, w, p) for v, w, p in triples if p != 0)
        count = np.bincount(np.array([v for v, _, _ in rows], np.int64), minlength=n)
        return cls(
            np.concatenate([np.zeros(1, np.int64), np.cumsum(count)]),
            np.array([w for _, w, _ in rows], np.int64),
            np.array([p for _, _, p in rows], np.float64),
        )

    def row(self, v: int) -> tuple[Ints, Floats]:
        """The vertices linked from v, and their numbers."""
        return self.to[self.at[v] : self.at[v + 1]], self.p[self.at[v] : self.at[v + 1]]

    def dense(self) -> Floats:
        """The same as a square matrix."""
        n = len(self.at) - 1
        full = np.zeros((n, n))
        full[np.repeat(np.arange(n), np.diff(self.at)), self.to] = self.p
        return full


@dataclass(frozen=True, slots=True, eq=False)
class RoomsSearcher:
    """One who walks on the graph.

    `sees` row v: the chance, at each look from v, to notice a subject in each vertex, walls or not. `allowed` None
    means all vertices; else it is where the searcher may be from step 1 on (the start may be outside). `loss_cost` is
    what losing the searcher takes from the objective, `max_loss` the highest chance of that by the last step.
    """

    id: str
    start: int
    sees: Links
    allowed: frozenset[int] | None = None
    loss_cost: float = 0.0
    max_loss: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Bond:
    """A rule for two searchers (by number): at every step from 1 on, b stands where `ok` row (a's vertex) has a link.

    A pair rule (never further apart than that) and a lookout (always in sight of) are both of this form.
    """

    a: int
    b: int
    ok: Links
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RoomsProblem:
    """Where the subject may be and go, and who searches.

    Steps t = 1..`steps`: the subject moves (`motion` rows sum to 1; None: it stays; with `still_first` not before the
    first look), every searcher stays or goes along one of `edges` ((k, 2), both ways), then all look, independently.
    `belief` (vertices,) sums to at most 1. `objective` "discounted" maximises the sum over t of discount^t x P(found
    by t), "end" P(found by the last step). `loss` (vertices,): the chance, at each step from 1 on, that a searcher who
    goes there or stays there is lost before it looks; who is lost looks no more. The problem of Asfora, Banfi &
    Campbell (2020), IEEE RA-L 5(4), arXiv:2011.12480, with a sensor of its own for each searcher; losses as in Shree,
    Asfora, Zheng, Hong, Banfi & Campbell (2021), IEEE RA-L 6(2), arXiv:2104.03809.
    """

    vertices: tuple[str, ...]
    edges: Ints
    belief: Floats
    searchers: tuple[RoomsSearcher, ...]
    steps: int
    discount: float = 1.0
    motion: Links | None = None
    still_first: bool = False
    objective: Objective = "discounted"
    bonds: tuple[Bond, ...] = ()
    loss: Floats | None = None

    def __post_init__(self) -> None:
        n = len(self.vertices)
        if not 1 <= n <= MAX_VERTICES:
            raise BadInput(f"vertices has {n} entries. Give 1 to {MAX_VERTICES}.")
        if not 1 <= self.steps <= MAX_STEPS:
            raise BadInput(f"steps is {self.steps:g}. Give a whole number from 1 to {MAX_STEPS}.")
        if self.steps * n > MAX_WORK:
            raise BadInput(f"{self.steps} steps over {n} vertices are too many to plan. Give fewer, longer steps.")
        if not (np.isfinite(self.discount) and 0 < self.discount <= 1):
            raise BadInput(f"discount is {self.discount:g}. Give a number above 0, at most 1.")
        if not self.searchers:
            raise BadInput("searchers is empty. Give at least one.")
        self._check_belief()
        self._check_motion()
        self._check_loss()
        for s in self.searchers:
            self._check_searcher(s)

    def _check_belief(self) -> None:
        if self.belief.shape != (len(self.vertices),):
            raise BadInput(f"belief has shape {self.belief.shape}. Give one probability per vertex.")
        bad = np.flatnonzero(~(np.isfinite(self.belief) & (self.belief >= 0)))
        if len(bad):
            name = self.vertices[bad[0]]
            raise BadInput(f"belief[{name}] is {self.belief[bad[0]]:g}. Give probabilities from 0 to 1.")
        total = float(self.belief.sum())
        if total > 1 + _SUM:
            raise BadInput(
                f"belief sums to {total:g}. Give probabilities that sum to at most 1; the rest is elsewhere."
            )
        if total <= 0:
            raise BadInput("belief is 0 everywhere. Give at least one vertex some probability.")

    def _check_motion(self) -> None:
        if self.motion is None:
            return
        _check_probabilities(self.motion, self.vertices, "motion")
        for v, name in enumerate(self.vertices):
            total = float(self.motion.row(v)[1].sum())
            if abs(total - 1) > _SUM:
                raise BadInput(
                    f"motion[{name}] sums to {total:g}. Give where the subject goes from there, staying included, "
                    "with probabilities that sum to 1."
                )

    def _check_loss(self) -> None:
        if self.loss is None:
            return
        if self.loss.shape != (len(self.vertices),) or not ((self.loss >= 0) & (self.loss <= 1)).all():
            raise BadInput("loss holds no probability for some vertex. Give one from 0 to 1 for each.")
        if len(self.searchers) > MAX_LOSSY:
            raise BadInput(
                f"{len(self.searchers)} searchers who may be lost are too many. Plan for at most {MAX_LOSSY} of them."
            )
        if self.bonds:
            raise BadInput("Rules that bind searchers and a chance to lose them do not go together. Leave out one.")

    def _check_searcher(self, s: RoomsSearcher) -> None:
        _check_probabilities(s.sees, self.vertices, f"searcher {s.id}: sees")
        if not 0 <= s.start < len(self.vertices):
            raise BadInput(f"Searcher {s.id} starts at vertex number {s.start}, which is not there. Give a known one.")
        if not (np.isfinite(s.loss_cost) and s.loss_cost >= 0):
            raise BadInput(f"Searcher {s.id}: loss_cost is {s.loss_cost:g}. Give a number from 0 up.")
        if not 0 <= s.max_loss <= 1:
            raise BadInput(f"Searcher {s.id}: max_loss is {s.max_loss:g}. Give a probability from 0 to 1.")
        if s.allowed is None:
            return
        if not s.allowed:
            raise BadInput(f"Searcher {s.id} is allowed nowhere. Name vertices in allowed, or leave it out.")
        near = {s.start} | {int(b if a == s.start else a) for a, b in self.edges if s.start in (a, b)}
        if not near & s.allowed:
            raise BadInput(
                f"Searcher {s.id} is not allowed at its start {self.vertices[s.start]}, nor at any vertex next to it. "
                "Allow the start or a neighbour."
            )

    @property
    def n(self) -> int:
        """How many vertices there are."""
        return len(self.vertices)

    def worth(self) -> Floats:
        """(steps + 2,): what finding the subject at step t adds to the objective; 0 at step 0 and after the last."""
        weight = np.zeros(self.steps + 2)
        if self.objective == "end":
            weight[1:-1] = 1.0
        else:
            each = self.discount ** np.arange(1, self.steps + 1)
            weight[1:-1] = np.cumsum(each[::-1])[::-1]
        return weight


@dataclass(frozen=True, slots=True)
class RoomsSolution:
    """Paths and what they are worth.

    `paths` by searcher: its vertex (by number) at each step 0..steps. `found[t - 1]` = P(found by t). `bound` is at
    least the value of every plan that keeps the rules. `why` are the reasons, in sentences. `lost` by searcher: the
    chance that it is lost by the last step (empty where no vertex is a danger).
    """

    paths: dict[str, tuple[int, ...]]
    found: tuple[float, ...]
    value: float
    bound: float
    status: Status
    why: tuple[str, ...]
    elapsed_s: float
    lost: dict[str, float] = field(default_factory=dict)


def _check_probabilities(links: Links, vertices: tuple[str, ...], what: str) -> None:
    bad = np.flatnonzero(~(np.isfinite(links.p) & (links.p >= 0) & (links.p <= 1 + _SUM)))
    if len(bad):
        k = int(bad[0])
        v = int(np.searchsorted(links.at, k, side="right")) - 1
        raise BadInput(
            f"{what}[{vertices[v]}][{vertices[int(links.to[k])]}] is {links.p[k]:g}. Give a probability from 0 to 1."
        )
