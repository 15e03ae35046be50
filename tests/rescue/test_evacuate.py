"""Ways out over a graph: the front against every path written out, published optima, exits, bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.rescue.destination import Severity
from homeward.rescue.evacuate import evacuate
from homeward.rescue.front import Wish, front_of, least_s
from homeward.rescue.onto import on_graph
from homeward.rescue.records import EvacuateProblem, Evacuation, ExitAt, WayGraph

Cost = tuple[float, float, float]


def graph_of(edges: Sequence[tuple[int, int, Cost]], n: int) -> WayGraph:
    cost = np.array([c for _, _, c in edges], dtype=np.float64).reshape(-1, 3)
    return WayGraph(
        vertices=tuple(f"v{i}" for i in range(n)),
        tail=np.array([u for u, _, _ in edges], dtype=np.int64),
        head=np.array([v for _, v, _ in edges], dtype=np.int64),
        time_s=cost[:, 0],
        hits=cost[:, 1],
        effort=cost[:, 2],
    )


def every_cost(problem: EvacuateProblem) -> Iterator[Cost]:
    """The cost of each path without a loop from the start to an exit, and what follows there."""
    graph = problem.where
    assert isinstance(graph, WayGraph)
    assert graph.effort is not None
    out: dict[int, list[int]] = {}
    for e, u in enumerate(graph.tail):
        out.setdefault(int(u), []).append(e)
    todo = [(graph.vertices.index(str(problem.start)), (0.0, 0.0, 0.0), frozenset[int]())]
    while todo:
        v, (t, h, x), been = todo.pop()
        for leave in problem.exits:
            if leave.at == graph.vertices[v]:
                care = max(problem.starts_s + t, leave.ready_s) - problem.starts_s + leave.then_s
                yield care, h, x if problem.effort else 0.0
        for e in out.get(v, []):
            w = int(graph.head[e])
            if w not in been | {v}:
                cost = (t + float(graph.time_s[e]), h + float(graph.hits[e]), x + float(graph.effort[e]))
                todo.append((w, cost, been | {v}))


def best(costs: list[Cost]) -> set[Cost]:
    return {c for c in costs if not any(o != c and all(a <= b for a, b in zip(o, c, strict=True)) for o in costs)}


def costs_of(found: Evacuation, *, effort: bool) -> set[Cost]:
    return {(w.time_s, w.hits, w.effort if effort else 0.0) for w in found.front}


@st.composite
def problems(draw: st.DrawFn) -> EvacuateProblem:
    """Graphs of up to 7 vertices with whole costs (sums are then exact), parallel edges, loops and free edges."""
    n = draw(st.integers(2, 7))
    vertex, whole = st.integers(0, n - 1), st.integers(0, 6)
    edge = st.tuples(vertex, vertex, st.tuples(whole, whole, whole))
    edges = draw(st.lists(edge, min_size=1, max_size=18))
    spots = draw(st.lists(vertex, min_size=1, max_size=3))
    starts = float(draw(st.integers(0, 5)))
    exits = tuple(
        ExitAt(
            id=f"x{i}",
            at=f"v{v}",
            then_s=float(draw(whole)),
            ready_s=float(draw(st.integers(0, 20))) if draw(st.booleans()) else -math.inf,
        )
        for i, v in enumerate(spots)
    )
    return EvacuateProblem(
        where=graph_of(edges, n), start="v0", exits=exits, starts_s=starts, effort=draw(st.booleans())
    )


@given(problems())
@settings(max_examples=300, deadline=None)
def test_the_front_is_that_of_every_path_written_out(problem: EvacuateProblem) -> None:
    found = evacuate(problem)
    assert costs_of(found, effort=problem.effort) == best(list(every_cost(problem)))
    assert found.status == ("optimal" if found.front else "infeasible")
    times = [way.time_s for way in found.front]
    assert times == sorted(times)


@given(problems(), st.integers(0, 12), st.integers(0, 25))
@settings(max_examples=100, deadline=None)
def test_limits_leave_out_what_is_beyond_and_nothing_else(problem: EvacuateProblem, hits: int, seconds: int) -> None:
    capped = EvacuateProblem(
        where=problem.where,
        start=problem.start,
        exits=problem.exits,
        starts_s=problem.starts_s,
        max_hits=float(hits),
        max_s=float(seconds),
    )
    allowed = [(t, h, 0.0) for t, h, _ in every_cost(capped) if t <= seconds and h <= hits]
    found = evacuate(capped)
    assert costs_of(found, effort=False) == best(allowed)
    if allowed:
        assert found.value == found.bound == min(t for t, _, _ in allowed)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_cuts_are_lower_bounds_and_say_how_near_they_are(problem: EvacuateProblem) -> None:
    """As when time runs out before the first label: what is known is then from the cuts alone."""
    graph = problem.where
    assert isinstance(graph, WayGraph)
    front = front_of(on_graph(problem, graph).routes, Wish(until=math.inf, exact=False))
    for t, h, _ in every_cost(problem):
        assert least_s(front.lines, h) <= t + problem.starts_s + 1e-9


@given(problems(), st.sampled_from([0.05, 0.3, 1.0]))
@settings(max_examples=200, deadline=None)
def test_a_front_whole_but_for_a_share_has_a_way_near_every_way(problem: EvacuateProblem, share: float) -> None:
    graph = problem.where
    assert isinstance(graph, WayGraph)
    front = front_of(on_graph(problem, graph).routes, Wish(until=math.inf, near=(share,), exact=False, cuts=0))
    found = np.array([w.cost for w in front.ways]).reshape(-1, 3) - [problem.starts_s, 0, 0]
    for cost in every_cost(problem):
        assert front.within == share
        assert (found <= (1 + share) * np.array(cost) + 2e-6).all(axis=1).any()


def two_ways() -> WayGraph:
    """A to D by B, quick and watched; by C, slow and quiet; and over from B to C."""
    minutes = [10, 10, 20, 20, 1]
    hits = [0.1, 0.1, 0.01, 0.01, 0.005]
    ends = [(0, 1), (1, 3), (0, 2), (2, 3), (1, 2)]
    return WayGraph(
        vertices=("A", "B", "C", "D"),
        tail=np.array([u for u, _ in ends]),
        head=np.array([v for _, v in ends]),
        time_s=60.0 * np.array(minutes),
        hits=np.array(hits),
    )


def test_each_way_says_what_it_costs_and_where_the_danger_is() -> None:
    found = evacuate(EvacuateProblem(where=two_ways(), start="A", exits=(ExitAt(id="road", at="D", then_s=600),)))
    assert [way.vertices for way in found.front] == [("A", "B", "D"), ("A", "B", "C", "D"), ("A", "C", "D")]
    assert [way.time_s / 60 for way in found.front] == pytest.approx([30, 41, 50])
    assert [way.p_unhurt for way in found.front] == pytest.approx(np.exp([-0.2, -0.115, -0.02]))
    middle = found.front[1]
    np.testing.assert_allclose(middle.profile[:, 0] / 60, [0, 10, 11, 31])
    np.testing.assert_allclose(middle.profile[:, 2], [0, 0.1, 0.105, 0.115])
    np.testing.assert_allclose(middle.profile[:, 3], [0, 0.6, 0.3, 0.03])


def test_the_way_in_stands_in_the_table_even_when_another_beats_it() -> None:
    graph = two_ways()
    slow = WayGraph(
        vertices=graph.vertices,
        tail=np.append(graph.tail, 0),
        head=np.append(graph.head, 3),
        time_s=np.append(graph.time_s, 3600.0),
        hits=np.append(graph.hits, 0.15),
    )
    exits = (ExitAt(id="road", at="D"),)
    found = evacuate(EvacuateProblem(where=slow, start="A", exits=exits, known=("D", "A")))
    assert found.known is not None
    assert found.known.known
    assert (found.known.vertices, found.known.dominated_by) == (("A", "D"), 1)
    assert any("known way: 60 min" in said and "way 2 beats it" in said for said in found.why)
    same = evacuate(EvacuateProblem(where=slow, start="A", exits=exits, known=("A", "C", "D"))).known
    assert same is not None
    assert same.dominated_by is None


def test_haste_decides_between_time_and_exposure() -> None:
    def chosen(hazard_per_h: float) -> tuple[str, ...]:
        exits = (ExitAt(id="road", at="D"),)
        found = evacuate(EvacuateProblem(where=two_ways(), start="A", exits=exits, hazard_per_h=hazard_per_h))
        assert found.survival == pytest.approx(math.exp(-hazard_per_h * found.value / 3600))
        return found.front[found.chosen].vertices

    assert chosen(0.01) == ("A", "C", "D")
    assert chosen(2.0) == ("A", "B", "D")


def test_an_exit_with_what_the_casualty_needs_is_worth_a_longer_way() -> None:
    near, far = ExitAt(id="near", at="B"), ExitAt(id="far", at="D", capability=("surgery",))
    problem = EvacuateProblem(
        where=two_ways(), start="A", exits=(near, far), hazard_per_h=0.1, needs=("surgery",), max_hits=1.0
    )
    destination = evacuate(problem).destination
    assert destination is not None
    assert [r.exit for r in destination.ranked] == ["far", "near"]
    assert destination.best.p_survives == pytest.approx(math.exp(-0.1 / 3))
    assert destination.ranked[1].p_survives == pytest.approx(0.7 * math.exp(-0.1 / 6))


def hospitals(**near: object) -> EvacuateProblem:
    """20 minutes to one that may turn away, 40 to one that is better."""
    severities = (
        Severity(id="mild", p=0.6, death_per_s=0.02 / 3600),
        Severity(id="bad", p=0.4, death_per_s=0.3 / 3600),
    )
    exits = (
        ExitAt(id="near", at="D", accepts=0.7, survives={"mild": 0.99, "bad": 0.5}, **near),  # type: ignore[arg-type]
        ExitAt(id="far", at="D", then_s=1200, accepts=0.9, survives={"mild": 0.99, "bad": 0.9}, fallback=0.2),
    )
    return EvacuateProblem(where=two_ways(), start="A", exits=exits, severities=severities, max_hits=1.0)


def test_hospitals_are_ranked_by_acceptance_haste_level_and_fallback_over_severities() -> None:
    """P = a exp(-h t) level + (1 - a) fallback, averaged over severities, written out."""
    found = evacuate(hospitals(fallback=0.4))
    near = 0.7 * (0.6 * math.exp(-0.02 / 3) * 0.99 + 0.4 * math.exp(-0.3 / 3) * 0.5) + 0.3 * 0.4
    far = 0.9 * (0.6 * math.exp(-0.02 * 2 / 3) * 0.99 + 0.4 * math.exp(-0.3 * 2 / 3) * 0.9) + 0.1 * 0.2
    assert found.destination is not None
    assert [r.exit for r in found.destination.ranked] == ["far", "near"]
    assert [r.p_survives for r in found.destination.ranked] == pytest.approx([far, near])
    assert found.front[found.chosen].exit == "far"
    assert found.survival == pytest.approx(far)
    assert {w.exit for w in found.front} == {"near", "far"}
    known = evacuate(replace(hospitals(fallback=0.4), known=("A", "C", "D"))).known
    assert known is not None
    assert known.dominated_by is None


def test_a_limit_of_hits_that_shuts_out_an_exits_fastest_way_leaves_its_others() -> None:
    problem = replace(hospitals(fallback=0.4), max_hits=0.05)
    found = evacuate(problem)
    assert {way.vertices for way in found.front} == {("A", "C", "D")}
    assert found.front[found.chosen].exit == "far"
    assert all(way.hits <= 0.05 for way in found.front)


def test_who_is_turned_away_may_have_another_exit_to_go_to() -> None:
    found = evacuate(hospitals(fallback="far")).destination
    assert found is not None
    ranked = {r.exit: r for r in found.ranked}
    taken = 0.7 * (0.6 * math.exp(-0.02 / 3) * 0.99 + 0.4 * math.exp(-0.3 / 3) * 0.5)
    assert ranked["near"].p_survives == pytest.approx(taken + 0.3 * ranked["far"].p_survives)


def test_needs_are_the_same_in_capitals() -> None:
    exits = (ExitAt(id="a", at="B", capability=("CT", "Surgery")), ExitAt(id="b", at="B", capability=("ct",)))
    problem = EvacuateProblem(where=two_ways(), start="A", exits=exits, hazard_per_h=0.0, needs=("ct", "SURGERY"))
    found = evacuate(problem).destination
    assert found is not None
    assert {r.exit: r.p_survives for r in found.ranked} == {"a": 1.0, "b": 0.7}


def test_an_exit_that_cannot_be_reached_is_named() -> None:
    exits = (ExitAt(id="road", at="D"), ExitAt(id="hut", at="A"))
    found = evacuate(EvacuateProblem(where=two_ways(), start="C", exits=exits))
    assert [way.exit for way in found.front] == ["road"]
    assert found.why[0].startswith("No way leads to hut")
    none = evacuate(EvacuateProblem(where=two_ways(), start="D", exits=(ExitAt(id="hut", at="A"),)))
    assert none.status == "infeasible"
    assert "No way leads from the find to hut" in none.why[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start": "Z"}, "no vertex 'Z' for the find"),
        ({"exits": ()}, "There is no exit"),
        ({"exits": (ExitAt(id="road", at=(1.0, 2.0)),)}, "exit road is a vertex's name"),
        ({"known": ("A", "D")}, "No edge leads from A to D"),
        ({"known": ("B", "C")}, "does not lead from the find"),
        ({"effort": True}, "the edges have no effort"),
        ({"exits": (ExitAt(id="road", at="D", fallback="hut"),)}, "fallback names 'hut', which is no other exit"),
        (
            {"exits": (ExitAt(id="road", at="D", survives={"bad": 0.5}),)},
            "told by severity .bad.; the casualty has none",
        ),
        (
            {"exits": (ExitAt(id="a", at="D", fallback="b"), ExitAt(id="b", at="D", fallback="a"))},
            "fallbacks lead round in a circle",
        ),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(change: dict[str, object], words: str) -> None:
    fields: dict[str, object] = {"where": two_ways(), "start": "A", "exits": (ExitAt(id="road", at="D"),)}
    with pytest.raises(BadInput, match=words):
        evacuate(EvacuateProblem(**{**fields, **change}))  # type: ignore[arg-type]


def rcsp(path: Path) -> tuple[WayGraph, float]:
    """A file of OR-Library's resource constrained shortest paths with one resource, and the most of it allowed."""
    numbers = [float(word) for word in path.read_text(encoding="ascii").split()]
    n, m = int(numbers[0]), int(numbers[1])
    at_vertex = np.array(numbers[5 : 5 + n])
    edges = np.array(numbers[5 + n :]).reshape(m, 4)
    tail, head = edges[:, 0].astype(int) - 1, edges[:, 1].astype(int) - 1
    hits = edges[:, 3] + at_vertex[head]
    names = tuple(str(i + 1) for i in range(n))
    return WayGraph(vertices=names, tail=tail, head=head, time_s=edges[:, 2], hits=hits), numbers[4] - at_vertex[0]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "value", "path"),
    [("rcsp1", 131, "1 37 41 2 100"), ("rcsp3", 2, "1 19 28 51 76 88 98 100")],
)
def test_published_optima_of_resource_constrained_paths(shared: Path, name: str, value: int, path: str) -> None:
    """Beasley and Christofides 1989, Networks 19:379-394; optima of OR-Library."""
    graph, limit = rcsp(shared / "readiness" / "bench" / f"{name}.txt")
    problem = EvacuateProblem(where=graph, start="1", exits=(ExitAt(id="end", at="100"),), max_hits=limit)
    found = evacuate(problem)
    assert (found.status, found.value, found.bound) == ("optimal", value, value)
    assert " ".join(found.front[0].vertices) == path
