"""What a clue says about the place: its likelihood over the map and outside it, scenario by scenario.

A clue is true, and of this subject, with a probability p (`clue_defaults.truth`: its reliability, and how much of such
clues comes from the subject rather than by chance); a false one tells of places as probably as a true one would,
knowing only the prior (the map before any clue or search). So the likelihood of a place is p s / m + (1 - p), where s
is the density of that place if the clue is true, and m the mean of s over the prior: after one clue alone the
probability that it is true is still p. As m comes from the prior, clues may come in any order.

Scenarios differ: a shout, a whistle or a light comes only from a subject that lives and responds, so s counts there
with that probability, and the weight of scenarios in which it cannot have happened falls. A clue of a place where
hardly anybody would be, of less than a tenth of the map's mean density, counts only as if it were a tenth, so that a
slip in a coordinate does not carry the map away; and no clue speaks for one place more than a limit times as much as
for another (both homeward's own judgement).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from homeward.belief.clue_defaults import check, default, filled, truth
from homeward.belief.clue_shapes import WEIGHTS, area_m2, density, seen_from
from homeward.belief.clue_time import Carry, age_h, moved_share, sampled, spread, walked_on
from homeward.belief.records import Belief, Part
from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Clue, ClueKind, Sense

_FRAME_CELLS = 200  # across the map and half its size again on each side, where the subject may be outside
_FAINT = 0.1  # see above
_TOLD_H = 0.05  # a clue younger than this is of now: its age is not told
_ONLY_RESPONSIVE = (Sense.SHOUT, Sense.WHISTLE, Sense.LIGHT)
FROM_AFAR = (ClueKind.SECTOR, ClueKind.RING, ClueKind.AREAS)
"""Kinds of clue that may be told from a place off the map."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likelihood:
    """How well each cell (rows, cols) and the ground outside explain a clue, against a clue that says nothing (1).

    `each` holds (inside, outside) for each scenario of the prior in turn; `inside` and `outside` are those of the whole
    map. `true` is the probability that the clue is true, before it is held against the map; `notes` are said in the
    map's story.
    """

    inside: Floats
    outside: float
    each: tuple[tuple[Floats, float], ...]
    true: float
    notes: tuple[str, ...] = ()


def clue_likelihood(
    prior: Belief, clue: Clue, *, now: datetime | None = None, carry: Carry | None = None
) -> Likelihood:
    """The likelihood of a clue of any kind, from true bearings to the grid's own.

    Errors are at least 0.6 of a cell, so that a clue sharper than a cell still counts whole. Outside the map stands
    for its surroundings to half the map's size away, evenly. A clue that speaks of a time before `now` is carried on
    to now: by `carry`, where there is an ensemble of paths, otherwise by the plain picture of `clue_time`. What was
    not told is taken from `clue_defaults.csv`. `BadInput` naming the clue where it cannot be, where its place lies off
    the map, or where it speaks of the future.
    """
    grid = prior.grid
    check(clue)
    _check_place(grid, clue)
    clue, notes = filled(clue)
    true, hours = truth(clue), age_h(clue, now)
    if true > default("any", "most_reliable"):
        true = default("any", "most_reliable")
        notes = (*notes, f"believed to {true:.0%}, as no clue is certain")
    shapes = _Shapes.of(grid, clue, hours)
    parts = prior.parts or (None,)
    says = [shapes.now(part, carry) for part in parts]
    can = _can_have(clue, parts)
    mean = sum(c * _mean(part or prior, s, rest) for part, c, (s, rest) in zip(parts, can, says, strict=True))
    if clue.kind not in WEIGHTS and mean < _FAINT / area_m2(grid):
        mean = _FAINT / area_m2(grid)
        notes = (*notes, "counts for less, as hardly anybody would be there")
    raw = [
        (true * c * s / mean + (1 - true), true * c * rest / mean + (1 - true))
        for c, (s, rest) in zip(can, says, strict=True)
    ]
    each, capped = _within_ratio(raw)
    inside, outside = _of_whole(prior, each)
    notes = (*notes, *shapes.notes(carry), *_can_words(clue), *capped)
    return Likelihood(inside=inside, outside=outside, each=each, true=true, notes=notes)


def _mean(prior: Belief | Part, inside: Floats, outside: float) -> float:
    return float((prior.poa * inside).sum()) + prior.outside * outside


@dataclass(frozen=True, slots=True, eq=False)
class _Shapes:
    """A clue's density over the map and over a coarse frame around it, at its own time and once all have gone on."""

    grid: Grid
    frame: Grid
    clue: Clue
    hours: float
    then: Floats
    then_around: Floats
    later: Floats | None
    later_around: Floats | None

    @classmethod
    def of(cls, grid: Grid, clue: Clue, hours: float) -> _Shapes:
        frame = _frame(grid)
        then, around = density(grid, clue, grid), density(frame, clue, grid)
        later = later_around = None
        if clue.kind is ClueKind.TRACK:
            later, later_around = (walked_on(seen_from(on, clue, grid), hours) for on in (grid, frame))
        elif hours > 0:
            later_around = spread(around, frame, clue, hours=hours, area_m2=area_m2(grid))
            later = sampled(later_around, frame, grid)
        return cls(grid, frame, clue, hours, then, around, later, later_around)

    def now(self, part: Part | None, carry: Carry | None) -> tuple[Floats, float]:
        """Density of the place now, inside and (mean) outside."""
        then_out = float(self.then_around[self._off()].mean())
        if carry is not None and self._carried:
            return carry(self.clue, self.then, then_out, part)
        if self.later is None or self.later_around is None:
            return self.then, then_out
        gone = self._gone(part)
        later_out = float(self.later_around[self._off()].mean())
        return (1 - gone) * self.then + gone * self.later, (1 - gone) * then_out + gone * later_out

    def notes(self, carry: Carry | None) -> tuple[str, ...]:
        """What is to be said of its time, and of what lies off the map."""
        notes: tuple[str, ...] = ()
        if self.clue.kind is ClueKind.TRACK and self.clue.at is None:
            notes = (f"its age taken as {self.hours:g} h",)
        elif self.hours >= _TOLD_H:
            how = "less sharp now, as the subject may have gone on"
            if self.clue.kind is ClueKind.TRACK:
                how = "its maker taken to have walked on"
            elif carry is not None and self._carried:
                how = "carried on along simulated paths"
            notes = (f"of {self.hours:.1f} h ago, {how}",)
        around = self.then_around
        if self.later_around is not None and not (carry is not None and self._carried):
            around = self.later_around
        told = float((around * self._off()).sum()) / max(float(around.sum()), 1e-300)
        bounded = self.clue.kind not in WEIGHTS and not (
            self.clue.kind is ClueKind.BEARING and self.clue.range_m is None and self.clue.sense in (None, Sense.SCENT)
        )
        return (*notes, f"{told:.0%} of where it points lies outside the map") if told > 0.05 and bounded else notes

    @property
    def _carried(self) -> bool:
        """Whether simulated paths can tell what the clue says of now."""
        return self.clue.at is not None and self.clue.kind is not ClueKind.TRACK

    def _gone(self, part: Part | None) -> float:
        if self.clue.kind is ClueKind.TRACK:
            return 1.0
        return moved_share(self.hours, mobile=None if part is None else part.mobile)

    def _off(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        x, y = self.frame.centers_m()
        g = self.grid
        on_x, on_y = (x > g.west_m) & (x < g.east_m), (y > g.south_m) & (y < g.north_m)
        return ~(on_x[None, :] & on_y[:, None])


def _can_have(clue: Clue, parts: tuple[Part | None, ...]) -> list[float]:
    """By scenario, the probability that the subject could be what was noticed."""
    if clue.sense not in _ONLY_RESPONSIVE:
        return [1.0] * len(parts)
    known = {True: 1.0, False: 0.0, None: default("any", "may_respond")}
    can = [1.0 if p is None else known[p.responsive] * (1.0 if p.alive is None else p.alive) for p in parts]
    return can if max(can) > 0 else [1.0] * len(parts)


def _can_words(clue: Clue) -> tuple[str, ...]:
    return ("comes only from a subject that responds",) if clue.sense in _ONLY_RESPONSIVE else ()


def _within_ratio(raw: list[tuple[Floats, float]]) -> tuple[tuple[tuple[Floats, float], ...], tuple[str, ...]]:
    """Likelihoods lifted to a least share of the greatest, and whether that was needed."""
    most = default("any", "most_ratio")
    top = max(max(float(inside.max()), outside) for inside, outside in raw)
    low = min(min(float(inside.min()), outside) for inside, outside in raw)
    if low * most >= top:
        return tuple(raw), ()
    floor = top / most
    each = tuple((np.maximum(inside, floor), max(outside, floor)) for inside, outside in raw)
    return each, (f"held to {most:,.0f} : 1 between places",)


def _of_whole(prior: Belief, each: tuple[tuple[Floats, float], ...]) -> tuple[Floats, float]:
    """The likelihood of the whole map: the scenarios' own, weighed by how much of each place is theirs."""
    if not prior.parts:
        return each[0]
    inside = np.sum([part.poa * like for part, (like, _) in zip(prior.parts, each, strict=True)], axis=0)
    plain = np.mean([like for like, _ in each], axis=0)
    inside = np.divide(inside, prior.poa, out=plain, where=prior.poa > 0)
    outside = sum(part.outside * rest for part, (_, rest) in zip(prior.parts, each, strict=True))
    return inside, outside / prior.outside if prior.outside > 0 else float(np.mean([rest for _, rest in each]))


def _frame(grid: Grid) -> Grid:
    """A coarser grid over the map and half its size more on each side, its cells in line with the map's edges."""
    size = max(grid.n_rows, grid.n_cols) * grid.cell_m
    cell = 2 * size / _FRAME_CELLS
    wide, high = grid.n_cols * grid.cell_m, grid.n_rows * grid.cell_m
    return replace(
        grid,
        west_m=grid.west_m + wide / 2 - size,
        south_m=grid.south_m + high / 2 - size,
        cell_m=cell,
        n_rows=_FRAME_CELLS,
        n_cols=_FRAME_CELLS,
    )


def _check_place(grid: Grid, clue: Clue) -> None:
    if clue.kind in FROM_AFAR:
        return
    if not bool(grid.contains(*grid.to_m(clue.place))):
        raise BadInput(f"Clue {clue.id!r} at {clue.place} lies outside the map. Correct its place, or enlarge the map.")
