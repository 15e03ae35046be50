"""Plans inside buildings keep their rules, find what they say, and are as good as small ones can be."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings

from homeward.errors import BadInput
from homeward.mission.indoor import Reading
from homeward.search.indoors import (
    IndoorProblem,
    IndoorRules,
    IndoorTeam,
    after_readings,
    indoor_plan_from_bytes,
    indoor_plan_to_bytes,
    plan,
    plan_inside,
    room_priors,
)
from homeward.search.indoors.case import Case, made_ready
from homeward.search.indoors.follow import follow
from homeward.search.indoors.pieces import Piece
from homeward.search.indoors.tell import part_of
from homeward.terrain.building import OUTSIDE, DoorState, Opening, Passage, Room
from tests.search.indoors.houses import DOG, EYE, RADAR, corridor_house, faults, problems, simulated


@pytest.fixture(autouse=True)
def few_tries(monkeypatch):
    monkeypatch.setattr(plan, "TRIES", 3000)


def problem_of(*teams: IndoorTeam, rooms: int = 4, duration_s: float = 300.0, **rules) -> IndoorProblem:
    house = corridor_house(rooms)
    return IndoorProblem(
        plan=house, belief=room_priors(house), teams=teams, duration_s=duration_s, rules=IndoorRules(**rules)
    )


def sensed_before_entry(case: Case, paths: np.ndarray) -> dict[str, float]:
    """By room that is entered: the POD of sensing it until then from outside. In plain Python."""
    far = {(c, w): float(p) for c, row in enumerate(case.course.heard) for w, p in enumerate(row)}
    begun = dict(far)
    entered: dict[str, float] = {}
    pieces = case.house.pieces
    for t in range(1, paths.shape[1]):
        here = {case.house.room_at(int(path[t])) for path in paths}
        for room in here - set(entered):
            mine = [p for p, piece in enumerate(pieces) if piece.room == room]
            miss = {
                p: case.course.unsensed[p] * math.prod((1 - far[c, p]) / (1 - begun[c, p]) for c in range(len(paths)))
                for p in mine
            }
            entered[room] = 1 - sum(pieces[p].share * miss[p] for p in mine)
        for c, path in enumerate(paths):
            if t > case.course.ready[c]:
                to, p = case.sees[c].row(int(path[t]))
                for w, chance in zip(to.tolist(), p.tolist(), strict=True):
                    if w != path[t]:
                        far[c, w] = max(far[c, w], chance)
    return entered


@settings(max_examples=40)
@given(problems())
def test_every_plan_keeps_its_rules_and_finds_what_it_says(problem):
    made = plan_inside(problem, time_limit_s=0.15)
    assert faults(problem, made) == []
    curve = np.array([p for _, p in made.found])
    assert (np.diff(curve) >= -1e-12).all()
    assert curve[-1] == pytest.approx(sum(room.pos for room in made.rooms))
    assert made.value <= made.bound + 1e-9
    assert made.soonest_value <= made.soonest_bound + 1e-9


@settings(max_examples=30)
@given(problems())
def test_the_curve_is_what_chance_gives(problem):
    case = made_ready(problem)
    paths, found, _ = follow(case.course, *plan.first_lists(case))
    draws = 20_000
    by_chance = simulated(case, paths, draws=draws, seed=1)
    spread = np.sqrt(np.maximum(found * (1 - found), 1e-4) / draws)
    assert (np.abs(by_chance - found) < 5 * spread).all()


@settings(max_examples=40)
@given(problems())
def test_no_shut_room_is_opened_once_it_was_sensed_well_enough(problem):
    case = made_ready(replace(problem, rules=IndoorRules(closed_pod=0.5)))
    paths, _, _ = follow(case.course, *plan.first_lists(case))
    doubted = {reading.room for reading in problem.readings if reading.positive}
    for room, pod in sensed_before_entry(case, paths).items():
        assert room not in case.house.closable - doubted or pod < 0.5 + 1e-9


def test_radar_leaves_rooms_shut_and_eyes_open_them():
    by_radar = plan_inside(problem_of(IndoorTeam(id="A", senses=(RADAR,))), time_limit_s=1.0)
    assert {room.room for room in by_radar.left_closed} == {"R1", "R2", "R3", "R4"}
    assert all("need not be opened" in room.why for room in by_radar.left_closed)
    by_eye = plan_inside(problem_of(IndoorTeam(id="A", senses=(EYE,))), time_limit_s=1.0)
    assert by_eye.left_closed == ()
    assert by_radar.soonest_value > by_eye.soonest_value


def test_walls_of_metal_stop_radar():
    house = corridor_house(3, material="metal")
    case = made_ready(replace(problem_of(IndoorTeam(id="A", senses=(RADAR,))), plan=house, belief=room_priors(house)))
    rooms = [piece.room for piece in case.house.pieces]
    dense = case.sees[0].dense()
    assert dense[rooms.index("R1"), rooms.index("R2")] == 0
    assert dense[rooms.index("C"), rooms.index("R1")] > 0  # through the door


def test_a_room_sensed_occupied_is_opened_and_a_false_alarm_costs_only_a_look():
    problem = problem_of(IndoorTeam(id="A", senses=(RADAR,)))
    reading = Reading(building="b", room="R4", stood_in="C", sense=RADAR, positive=True)
    belief = after_readings(problem.belief, [reading], problem.plan)
    assert belief["R4"] > 0.5
    made = plan_inside(replace(problem, belief=belief, readings=(reading,)), time_limit_s=1.0)
    assert "R4" not in {room.room for room in made.left_closed}
    assert next(m.room for m in made.moves if m.action == "search" and m.room != "C") == "R4"


def test_a_room_that_a_reading_covered_well_stays_shut():
    problem = problem_of(IndoorTeam(id="A"))
    reading = Reading(building="b", room="R1", stood_in="C", sense=RADAR, positive=False)
    belief = after_readings(problem.belief, [reading], problem.plan)
    made = plan_inside(replace(problem, belief=belief, readings=(reading,)), time_limit_s=0.5)
    (shut,) = made.left_closed
    assert shut.room == "R1"
    assert shut.pod == pytest.approx(0.9)
    assert shut.remaining == pytest.approx(belief["R1"])


def test_one_person_alone_may_not_go_in():
    with pytest.raises(BadInput, match="alone"):
        plan_inside(problem_of(IndoorTeam(id="A", people=1)))


def test_two_single_people_go_together_with_what_both_sense():
    made = plan_inside(
        problem_of(IndoorTeam(id="A", people=1, senses=(DOG,)), IndoorTeam(id="B", people=1)), time_limit_s=0.5
    )
    assert made.crews == (("A + B", ("A", "B")),)
    assert {move.team for move in made.moves} == {"A + B"}


def test_a_lookout_inside_is_kept_by_two_and_at_the_entrance_leaves_two_inside():
    inside = plan_inside(problem_of(IndoorTeam(id="A"), IndoorTeam(id="B"), lookouts=("C",)), time_limit_s=0.5)
    (watch,) = [move for move in inside.moves if move.action == "lookout"]
    assert watch.room == "C"
    assert watch.until_s == 300.0
    door = plan_inside(problem_of(IndoorTeam(id="A", people=4), lookouts=(OUTSIDE,)), time_limit_s=0.5)
    assert any("Two of A stay at the entrance" in sentence for sentence in door.why)
    nobody = plan_inside(problem_of(IndoorTeam(id="A"), lookouts=("C",)), time_limit_s=0.5)
    assert any("Nobody keeps the lookout" in sentence for sentence in nobody.why)


def test_nobody_is_left_alone_at_the_entrance():
    few = plan_inside(problem_of(IndoorTeam(id="A", people=3), lookouts=(OUTSIDE,)), time_limit_s=0.5)
    assert any("Nobody keeps the lookout at the entrance" in sentence for sentence in few.why)
    whole = plan_inside(
        problem_of(IndoorTeam(id="A", people=3), IndoorTeam(id="B", people=3), lookouts=(OUTSIDE,)), time_limit_s=0.5
    )
    assert [m.room for m in whole.moves if m.action == "lookout"] == [OUTSIDE]


def attic_house():
    """A corridor house with a room above that no way leads to."""
    house = corridor_house(2)
    attic = Room(id="Attic", floor=1.0, x_m=2.0, y_m=4.0, area_m2=20.0)
    return replace(house, rooms=(*house.rooms, attic))


def test_one_person_whom_nobody_can_reach_stays_out():
    house = attic_house()
    teams = (IndoorTeam(id="A"), IndoorTeam(id="Solo", people=1, start="Attic"))
    made = plan_inside(
        IndoorProblem(plan=house, belief=room_priors(house), teams=teams, duration_s=300.0), time_limit_s=0.5
    )
    assert [who for _, who in made.crews] == [("A",)]
    assert any("Solo stays out" in sentence and "nobody can reach it" in sentence for sentence in made.why)


def test_only_rooms_behind_doors_that_were_sensed_well_enough_are_kept_shut():
    reading = Reading(building="b", room="R1", stood_in="C", sense=RADAR, positive=False)
    for pod, shut in ((0.9, {"R1"}), (0.95, set())):
        problem = problem_of(IndoorTeam(id="A"), duration_s=20.0, closed_pod=pod)
        belief = after_readings(problem.belief, [reading], problem.plan)
        made = plan_inside(replace(problem, belief=belief, readings=(reading,)), time_limit_s=0.5)
        assert {room.room for room in made.left_closed if room.shut} == shut
    house = attic_house()
    problem = IndoorProblem(
        plan=house,
        belief=room_priors(house),
        teams=(IndoorTeam(id="A"),),
        duration_s=300.0,
        rules=IndoorRules(keep_shut=("R2",)),
    )
    left = {room.room: room for room in plan_inside(problem, time_limit_s=0.5).left_closed}
    assert not left["Attic"].shut
    assert left["R2"].shut


@pytest.mark.parametrize(
    ("passage", "keep_shut", "why"),
    [
        (Passage.LIFT, (), "only a lift leads there"),
        (Passage.STAIRS, ("R1",), "leads through R1"),
    ],
)
def test_why_nobody_gets_to_a_room_is_said_as_it_is(passage, keep_shut, why):
    house = attic_house()
    house = replace(house, openings=(*house.openings, Opening(a="R1", b="Attic", passage=passage)))
    problem = IndoorProblem(
        plan=house,
        belief=room_priors(house),
        teams=(IndoorTeam(id="A"),),
        duration_s=300.0,
        rules=IndoorRules(keep_shut=keep_shut),
    )
    left = {room.room: room for room in plan_inside(problem, time_limit_s=0.5).left_closed}
    assert why in left["Attic"].why


def test_an_occupied_room_that_is_kept_shut_says_who_keeps_it_so():
    problem = problem_of(IndoorTeam(id="A"), keep_shut=("R2",))
    reading = Reading(building="b", room="R2", stood_in="C", sense=RADAR, positive=True)
    made = plan_inside(replace(problem, readings=(reading,)), time_limit_s=0.5)
    assert "R2 was sensed occupied, but nobody may enter it." in made.why


def test_who_is_ready_later_begins_later():
    made = plan_inside(problem_of(IndoorTeam(id="A"), IndoorTeam(id="B", ready_s=100.0)), time_limit_s=0.5)
    assert min(move.at_s for move in made.moves if move.team == "B") >= 100.0


def test_a_plan_of_seconds_and_a_lookout_that_comes_too_late_stay_in_time():
    short = problem_of(IndoorTeam(id="A"), duration_s=2.0)
    assert faults(short, plan_inside(short, time_limit_s=0.3)) == []
    late = problem_of(IndoorTeam(id="A", ready_s=295.0), IndoorTeam(id="B", ready_s=298.0), lookouts=("R4",))
    made = plan_inside(late, time_limit_s=0.3)
    assert faults(late, made) == []
    assert any("cannot be at the lookout" in sentence for sentence in made.why)


def test_a_room_nobody_may_enter_stays_shut():
    made = plan_inside(problem_of(IndoorTeam(id="A"), keep_shut=("R2",)), time_limit_s=0.5)
    (shut,) = made.left_closed
    assert (shut.room, shut.why) == ("R2", "nobody may enter it")
    assert shut.remaining > 0


def test_a_locked_door_comes_later_than_one_that_opens():
    house = corridor_house(2)
    locked = replace(
        house, openings=(*house.openings[:1], replace(house.openings[1], state=DoorState.LOCKED), house.openings[2])
    )
    problem = replace(problem_of(IndoorTeam(id="A")), plan=locked, belief={"R1": 0.5, "R2": 0.5})
    made = plan_inside(problem, time_limit_s=0.5)
    first = {m.room: m.at_s for m in reversed(made.moves) if m.action == "search"}
    assert first["R1"] > first["R2"] + 60


def test_more_people_find_more():
    one = plan_inside(problem_of(IndoorTeam(id="A"), rooms=6, duration_s=200.0), time_limit_s=0.5)
    two = plan_inside(problem_of(IndoorTeam(id="A"), IndoorTeam(id="B"), rooms=6, duration_s=200.0), time_limit_s=0.5)
    assert two.soonest_value > 1.2 * one.soonest_value


def test_no_order_of_rooms_beats_the_plan_in_a_small_house():
    house = corridor_house(4)
    belief = {"R1": 0.1, "R2": 0.15, "R3": 0.25, "R4": 0.5}
    problem = IndoorProblem(plan=house, belief=belief, teams=(IndoorTeam(id="A"),), duration_s=200.0)
    case = made_ready(problem, step_s=60.0)
    n = len(case.house.pieces) - 1
    assert n == 5
    best = 0.0
    for order in permutations(range(n)):
        best = max(best, float(follow(case.course, np.array([order]), np.array([n]))[1].sum()))
    lists = plan.improved(case, plan.first_lists(case), 0, limit_s=5.0, tell=lambda _: None)
    assert float(follow(case.course, *lists)[1].sum()) == pytest.approx(best)


def test_same_seed_same_plan_and_its_bytes_come_back():
    problem = problem_of(IndoorTeam(id="A", senses=(DOG,)), IndoorTeam(id="B"), rooms=3)
    case = made_ready(problem)
    one, two = (plan.improved(case, plan.first_lists(case), 7, limit_s=60.0, tell=lambda _: None) for _ in range(2))
    assert (one[0] == two[0]).all()
    made = plan_inside(problem, time_limit_s=0.5)
    assert indoor_plan_from_bytes(indoor_plan_to_bytes(made)) == made
    with pytest.raises(BadInput, match="damaged"):
        indoor_plan_from_bytes(b"{}")


def test_progress_tells_of_ever_better_plans():
    heard = []
    plan_inside(problem_of(IndoorTeam(id="A"), rooms=5), time_limit_s=1.0, progress=lambda *of: heard.append(of))
    values = [value for _, value, _ in heard]
    assert values == sorted(values)
    assert heard[-1][2] <= heard[0][2]


def test_a_building_without_a_door_says_so():
    house = corridor_house(2)
    made = plan_inside(
        replace(problem_of(IndoorTeam(id="A"), rooms=2), plan=replace(house, openings=house.openings[1:])),
        time_limit_s=0.5,
    )
    assert any("shows no way in" in sentence for sentence in made.why)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["fjk_haus", "school_ss2", "pnu_bldg201", "grand_place", "caserne_de_bonne"])
def test_real_buildings(name, shared):
    from bench._buildings import building

    house = building(shared / "buildings" / name / "graph.json")
    teams = (
        IndoorTeam(id="A", senses=(DOG,)),
        IndoorTeam(id="B"),
        IndoorTeam(id="C", people=1),
        IndoorTeam(id="D", people=3),
    )
    problem = IndoorProblem(plan=house, belief=room_priors(house), teams=teams, duration_s=1800.0)
    made = plan_inside(problem, time_limit_s=1.0)
    entered = replace(problem, plan=made_ready(problem).plan)
    assert faults(entered, made) == []
    assert made.value > 0.1


def test_a_part_of_a_room_is_told_by_its_side():
    pieces = tuple(Piece("H", 10.0 * k, 0.0, 0.0, 0.25, 60.0) for k in range(4))
    assert part_of(pieces, {2, 3}) == "the east half (about 50%)"
    assert part_of(pieces, {0}) == "the west third (about 25%)"
    assert part_of(pieces, {1, 2}) == "the middle part (about 50%)"


def test_rooms_are_searched_at_one_go_where_that_costs_little():
    problem = problem_of(IndoorTeam(id="A"), rooms=4, duration_s=600.0)
    case = made_ready(problem, step_s=5.0)
    n = len(case.house.pieces)
    apart = np.array([sorted(range(n), key=lambda p: (p % 2, p))])  # every second piece, then the others
    value = follow(case.course, apart, np.array([n]))[1].sum()
    seq, count = plan.together(case, (apart, np.array([n])))

    def visits(row):
        rooms = case.course.room_of[row]
        return int((np.diff(rooms) != 0).sum())

    assert visits(seq[0]) < visits(apart[0])
    assert sorted(seq[0]) == sorted(apart[0])
    assert follow(case.course, seq, count)[1].sum() >= value * (1 - plan.COMING_BACK)
