"""Problem and solution files of the kind `rooms`: several searchers on a graph, a subject that stays or moves."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, FileModel, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.exchange.solver_files.reading import distinct, must_be_known
from homeward.geo import Floats
from homeward.search.rooms.problem import MAX_STEPS, MAX_VERTICES, Links, RoomsProblem, RoomsSearcher, RoomsSolution
from homeward.search.rooms.rules import in_view, within

Id = Annotated[str, Field(min_length=1)]
Chance = Annotated[float, Field(ge=0, le=1)]
Table = dict[str, dict[str, Chance]]


class VertexFile(FileModel):
    """A room, a stretch of corridor, a stair; a junction of a trail net."""

    id: Id = Field(description="a name of its own")
    x_m: float | None = Field(default=None, description="metres east, for pictures")
    y_m: float | None = Field(default=None, description="metres north, for pictures")
    floor: float | str | None = Field(default=None, description="the floor, for pictures")


class SearcherFile(FileModel):
    """One who walks on the graph and looks."""

    id: Id = Field(description="a name of its own")
    start: Id = Field(description="the vertex where it is at step 0")
    sees: Table = Field(
        description="sees[v][w]: the chance that it notices, at each look from v, a subject in w, 0 to 1; walls or not"
    )
    allowed: list[Id] | None = Field(
        default=None, description="the vertices where it may be from step 1 on (left out: all)"
    )
    loss_cost: Annotated[float, Field(ge=0)] = Field(
        default=0.0, description="what losing it takes from the objective, 0 or more (counts with hazard alone)"
    )
    max_loss: Chance = Field(
        default=1.0, description="the highest chance to be lost by the last step that its path may have, 0 to 1"
    )
    max_level: int | None = Field(
        default=None, ge=1, description="the highest level of hazard that it may enter, from 1 up (left out: any)"
    )
    sure: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="how likely a vertex must be at max_level or below, 0 to 1 (left out: its likeliest level counts)",
    )


class HazardFile(FileModel):
    """Danger to searchers in levels, the lowest first; how high it is at a vertex may be uncertain."""

    loss: list[Chance] = Field(
        min_length=1, description="by level: the chance to be lost at each step that ends there, 0 to 1"
    )
    levels: dict[str, list[Chance]] = Field(
        description="by vertex: the probability of each level (a vertex left out: the lowest level, surely)"
    )


class PairFile(FileModel):
    """Two searchers who keep together."""

    searchers: list[Id] = Field(min_length=2, max_length=2, description="the two, by id")
    within: int = Field(ge=0, description="how many steps they may be apart at most, 0 or more")


class LookoutFile(FileModel):
    """One searcher who keeps another in view."""

    lookout: Id = Field(description="who keeps watch, by id")
    watches: Id = Field(description="who is kept in view, by id")
    view: dict[str, list[Id]] | None = Field(
        default=None,
        description="the vertices in view from each vertex (left out: its own, and what it sees)",
    )


class RoomsFile(ProblemHead):
    """Several searchers on a graph, and a subject that stays or moves."""

    kind: Literal["rooms"] = Field(description="'rooms'")
    vertices: list[VertexFile] = Field(min_length=1, max_length=MAX_VERTICES, description="the vertices, at least one")
    edges: list[list[str | float]] = Field(description="[a, b]: one step from a to b or back; staying is a step too")
    belief: dict[str, Chance] = Field(description="where the subject is at step 0: probability by vertex, 0 to 1")
    motion: Table | None = Field(
        default=None,
        description="where the subject goes at each step: probability by vertex; a vertex left out: it stays there",
    )
    searchers: list[SearcherFile] = Field(min_length=1, max_length=200, description="the searchers, at least one")
    steps: int = Field(ge=1, le=MAX_STEPS, description=f"how many steps are planned, 1 to {MAX_STEPS}")
    discount: float = Field(default=1.0, gt=0, le=1, description="the worth of each step less than the one before it")
    still_first: bool = Field(default=False, description="true: the subject does not move before the first look")
    objective: Literal["discounted", "end"] = Field(
        default="discounted", description="'discounted': sum of discount^t x P(found by t); 'end': P(found by the end)"
    )
    hazard: HazardFile | None = Field(default=None, description="danger to the searchers, if there is any")
    pairs: list[PairFile] = Field(default_factory=list, description="who keeps together, at every step from 1 on")
    lookouts: list[LookoutFile] = Field(default_factory=list, description="who keeps whom in view, from step 1 on")


class RoomsResult(SolutionHead):
    """Where each goes. `value` and `bound` are in the unit of the objective."""

    paths: dict[str, list[str]] = Field(description="the vertex of each searcher at steps 0 to steps")
    found: list[float] = Field(description="P(found by t) for t = 1 to steps")
    lost: dict[str, float] = Field(description="by searcher: the chance to be lost by the last step (0 without hazard)")


def read(problem: RoomsFile, folder: Path, file: str) -> Read:  # noqa: ARG001 - this kind has no array files
    """The file as a problem, ready to be solved."""
    try:
        ready = to_problem(problem, file)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        began_s = time.perf_counter()
        from homeward.search.rooms.solve import solve_rooms

        spent_s = time.perf_counter() - began_s  # loading counts: a user's limit knows nothing of libraries
        try:
            solution = solve_rooms(ready, time_limit_s=max(time_limit_s - spent_s, 0.01), seed=seed, progress=progress)
        except BadInput as err:
            raise BadFile(f"{file}: {err}") from err
        return _reported(ready, replace(solution, elapsed_s=solution.elapsed_s + spent_s))

    return Read(solve=solve)


def to_problem(problem: RoomsFile, file: str) -> RoomsProblem:
    """Names become numbers, tables become links."""
    distinct((v.id for v in problem.vertices), file=file, field="vertices")
    distinct((s.id for s in problem.searchers), file=file, field="searchers")
    number = {v.id: i for i, v in enumerate(problem.vertices)}
    belief = np.zeros(len(number))
    for name, p in problem.belief.items():
        must_be_known(name, number, file=file, field="belief", what="vertex")
        belief[number[name]] = p
    motion = None
    if problem.motion is not None:
        stays = {name: {name: 1.0} for name in number if not problem.motion.get(name)}
        motion = _evened(_links({**problem.motion, **stays}, number, file, "motion"))
    edges = np.array(list(_edges(problem, number, file)), np.int64).reshape(-1, 2)
    levels = None if problem.hazard is None else _levels(problem.hazard, number, file)
    loss = None if problem.hazard is None or levels is None else levels @ np.array(problem.hazard.loss)
    searchers = tuple(_searcher(s, number, f"{file}: searchers[{i}]", levels) for i, s in enumerate(problem.searchers))
    who = {s.id: i for i, s in enumerate(problem.searchers)}
    bonds = []
    for k, pair in enumerate(problem.pairs):
        a, b = (_known(name, who, file, f"pairs[{k}].searchers") for name in pair.searchers)
        bonds.append(within(edges, len(number), a, b, pair.within, (pair.searchers[0], pair.searchers[1])))
    for k, watch in enumerate(problem.lookouts):
        a, b = (_known(name, who, file, f"lookouts[{k}]") for name in (watch.lookout, watch.watches))
        view = {v: dict.fromkeys(seen, 1.0) for v, seen in watch.view.items()} if watch.view is not None else None
        links = searchers[a].sees if view is None else _links(view, number, file, f"lookouts[{k}].view")
        bonds.append(in_view(links, a, b, (watch.lookout, watch.watches)))
    _check_sight(problem, searchers, file)
    return RoomsProblem(
        vertices=tuple(number),
        edges=edges,
        belief=belief,
        searchers=searchers,
        steps=problem.steps,
        discount=problem.discount,
        motion=motion,
        still_first=problem.still_first,
        objective=problem.objective,
        bonds=tuple(bonds),
        loss=loss if loss is not None and loss.any() else None,
    )


def _known(name: str, known: Mapping[str, int], file: str, field: str) -> int:
    must_be_known(name, known, file=file, field=field, what="searcher")
    return known[name]


def _edges(problem: RoomsFile, number: Mapping[str, int], file: str) -> Iterator[tuple[int, int]]:
    for i, edge in enumerate(problem.edges):
        if len(edge) != 2:
            raise BadFile(f"{file}: edges[{i}] has {len(edge)} ends. Give the two vertices that it joins.")
        ends = []
        for name in edge:
            must_be_known(str(name), number, file=file, field=f"edges[{i}]", what="vertex")
            ends.append(number[str(name)])
        yield ends[0], ends[1]


def _links(table: Mapping[str, Mapping[str, float]], number: Mapping[str, int], file: str, field: str) -> Links:
    triples = []
    for v, row in table.items():
        must_be_known(v, number, file=file, field=field, what="vertex")
        for w, p in row.items():
            must_be_known(w, number, file=file, field=f"{field}[{v}]", what="vertex")
            triples.append((number[v], number[w], p))
    return Links.of(len(number), triples)


def _evened(motion: Links) -> Links:
    """Rows that miss 1 by rounding alone made to sum to 1; others are left for the problem to refuse."""
    total: Floats = np.add.reduceat(np.append(motion.p, 0.0), motion.at[:-1]) * (np.diff(motion.at) > 0)
    near = np.where(np.abs(total - 1) <= 1e-6, total, 1.0)
    return Links(motion.at, motion.to, motion.p / np.repeat(near, np.diff(motion.at)))


def _levels(hazard: HazardFile, number: Mapping[str, int], file: str) -> Floats:
    """(vertices, levels): the probability of each level."""
    table = np.zeros((len(number), len(hazard.loss)))
    table[:, 0] = 1.0
    for name, row in hazard.levels.items():
        must_be_known(name, number, file=file, field="hazard.levels", what="vertex")
        if len(row) != len(hazard.loss) or abs(sum(row) - 1) > 1e-6:
            raise BadFile(
                f"{file}: hazard.levels[{name}] has {len(row)} probabilities that sum to {sum(row):g}. "
                f"Give {len(hazard.loss)} that sum to 1, one for each level of hazard.loss."
            )
        table[number[name]] = np.array(row) / sum(row)
    return table


def _safe_enough(s: SearcherFile, levels: Floats) -> frozenset[int]:
    """The vertices that the searcher's threshold leaves to it: by probability, or by the likeliest level.

    Of levels that are equally likely the higher counts. Thresholds as in Shree, Asfora, Zheng, Hong, Banfi & Campbell
    (2021), IEEE RA-L 6(2), arXiv:2104.03809.
    """
    assert s.max_level is not None
    if s.sure is not None:
        fine = levels[:, : s.max_level].sum(axis=1) >= s.sure - 1e-9
    else:
        fine = levels.shape[1] - 1 - levels[:, ::-1].argmax(axis=1) < s.max_level
    return frozenset(int(v) for v in np.flatnonzero(fine))


def _searcher(s: SearcherFile, number: Mapping[str, int], where: str, levels: Floats | None) -> RoomsSearcher:
    file, _, field = where.rpartition(": ")
    must_be_known(s.start, number, file=file, field=f"{field}.start", what="vertex")
    for name in s.allowed or ():
        must_be_known(name, number, file=file, field=f"{field}.allowed", what="vertex")
    allowed = None if s.allowed is None else frozenset(number[name] for name in s.allowed)
    _check_limits(s, where, levels)
    if levels is not None and s.max_level is not None:
        safe = _safe_enough(s, levels)
        allowed = safe & (allowed if allowed is not None else safe)
        if not allowed:
            raise BadFile(f"{where}.max_level leaves it nowhere to be. Raise it, lower sure, or widen allowed.")
    sees = _links(s.sees, number, file, f"{field}.sees")
    return RoomsSearcher(
        id=s.id, start=number[s.start], sees=sees, allowed=allowed, loss_cost=s.loss_cost, max_loss=s.max_loss
    )


def _check_sight(problem: RoomsFile, searchers: tuple[RoomsSearcher, ...], file: str) -> None:
    """Only who keeps with others (a lookout, one of a pair) may see nothing."""
    bound = {name for pair in problem.pairs for name in pair.searchers}
    bound |= {name for watch in problem.lookouts for name in (watch.lookout, watch.watches)}
    for i, s in enumerate(searchers):
        if not len(s.sees.p) and s.id not in bound:
            raise BadFile(
                f"{file}: searchers[{i}].sees is empty: {s.id} would notice nobody anywhere. "
                "Give what it sees from some vertex, or leave the searcher out."
            )


def _check_limits(s: SearcherFile, where: str, levels: Floats | None) -> None:
    """A limit that would not count must not pass for one that does."""
    given = [name for name in ("max_level", "sure", "max_loss", "loss_cost") if name in s.model_fields_set]
    if given and levels is None:
        raise BadFile(f"{where}.{given[0]} counts with hazard alone, which is not given. Add hazard, or leave it out.")
    if s.sure is not None and s.max_level is None:
        raise BadFile(f"{where}.sure says how surely, but not which level. Add max_level.")


def _reported(problem: RoomsProblem, solution: RoomsSolution) -> Reported:
    return Reported(
        status=solution.status,
        value=solution.value,
        bound=solution.bound,
        why=solution.why,
        elapsed_s=solution.elapsed_s,
        fields={
            "paths": {name: [problem.vertices[v] for v in path] for name, path in solution.paths.items()},
            "found": list(solution.found),
            "lost": {s.id: solution.lost.get(s.id, 0.0) for s in problem.searchers},
        },
    )


DOOR = Door(problem=RoomsFile, solution=RoomsResult, time_limit_s=10.0, read=read)
