"""Reading buildings: what a searcher would miss in the plan, and what a broken or hostile file must not do."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadFile, BadInput, HomewardError
from homeward.exchange.building import read_building
from homeward.exchange.building.geojson import levels_of
from homeward.exchange.building.outlines import unreached
from homeward.terrain.building import (
    OUTSIDE,
    BuildingPlan,
    DoorState,
    Passage,
    building_from_bytes,
    building_to_bytes,
)
from tests.exchange.building_sample import DRAWN, ROOMS, drawn, indoor_geojson, indoorgml


def ways(plan: BuildingPlan) -> set[tuple[str, str, str]]:
    return {(*sorted((o.a, o.b)), o.passage.value) for o in plan.openings}  # type: ignore[misc]


def test_indoorgml_cells_become_rooms_on_their_storeys_and_transitions_become_doors_and_stairs():
    plan = read_building(indoorgml(), name="school.gml").plan
    assert {r.id: (r.floor, r.area_m2) for r in plan.rooms} == {
        "Hall": (0, 40.0),
        "101": (0, 24.0),
        "102": (0, 23.0),
        "Attic": (1, 90.0),
    }
    assert ways(plan) == {("101", "Hall", "door"), ("102", "Hall", "door"), ("Attic", "Hall", "stairs")}
    door = next(o for o in plan.openings if {o.a, o.b} == {"101", "Hall"})
    assert (door.x_m, door.y_m) == (2.5, 4.1)
    assert frozenset(("101", "102")) in {frozenset((w.a, w.b)) for w in plan.walls}
    assert frozenset(("Attic", "102")) in {frozenset((w.a, w.b)) for w in plan.walls}, "the floor slab"


def test_storeys_that_are_not_named_are_told_by_height():
    flat = {k: (v[0], "", *v[2:]) for k, v in ROOMS.items()}
    cellar = {**flat, "C9": ("Cellar", "", 0, 0, 5, 5, -2.8)}
    plan = read_building(indoorgml(rooms=cellar), name="school.gml").plan
    assert {r.id: r.floor for r in plan.rooms} == {"Hall": 0, "101": 0, "102": 0, "Attic": 1, "Cellar": -1}


def test_without_transitions_ways_are_worked_out_and_say_so():
    read = read_building(indoorgml(ways=[]), name="school.gml")
    assert any("no transitions" in str(f) for f in read.findings)
    assert read.plan.openings
    assert not any(o.mapped for o in read.plan.openings)


def test_a_cell_that_is_a_door_joins_the_rooms_beside_it():
    door = (
        '<cellSpaceMember><navi:ConnectionSpace gml:id="D1"><cellSpaceGeometry><Geometry2D><gml:Polygon><gml:exterior>'
        "<gml:LinearRing><gml:posList srsDimension='2'>2 4 3 4 3 4.2 2 4.2 2 4</gml:posList></gml:LinearRing>"
        "</gml:exterior></gml:Polygon></Geometry2D></cellSpaceGeometry></navi:ConnectionSpace></cellSpaceMember>"
        '<cellSpaceMember><navi:AnchorSpace gml:id="A1"><cellSpaceGeometry><Geometry2D><gml:Polygon><gml:exterior>'
        "<gml:LinearRing><gml:posList srsDimension='2'>-1 1 0 1 0 2 -1 2 -1 1</gml:posList></gml:LinearRing>"
        "</gml:exterior></gml:Polygon></Geometry2D></cellSpaceGeometry></navi:AnchorSpace></cellSpaceMember>"
        + "".join(f'<State gml:id="S{k}"><duality xlink:href="#{k}"/></State>' for k in ("D1", "A1"))
    )
    wired = [("T1", "C1", "D1", None), ("T2", "D1", "C2", None), ("T3", "C1", "A1", None)]
    plan = read_building(indoorgml(ways=wired, extra=door), name="s.gml").plan
    assert ways(plan) == {("101", "Hall", "door"), ("Hall", OUTSIDE, "exit")}
    assert "D1" not in {r.id for r in plan.rooms}


def test_a_scale_turns_canvas_units_into_metres():
    plan = read_building(indoorgml(), name="s.gml", scale=0.5).plan
    assert plan.room("Hall").area_m2 == 10.0


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><IndoorFeatures>&b;</IndoorFeatures>', "DOCTYPE"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><IndoorFeatures/>'.encode("utf-16"), "DOCTYPE"),
        (b"<a>" * 1000 + b"</a>" * 1000, "too deep"),
        (b"<IndoorFeatures><a></IndoorFeatures>", "line 1"),
        (b"<gpx></gpx>", "no IndoorGML"),
        (b"<IndoorFeatures/>", "no cell"),
        (b"", "neither XML nor JSON"),
        (b"\x00\xff", "neither XML nor JSON"),
        (b"[1, 2]", "docs/buildings.md"),
        (b'{"type": "FeatureCollection", "features": 3}', "no list of features"),
        (b'{"type": "FeatureCollection", "features": [null, 3]}', "no polygon"),
        (b'{"rooms": []}', "no room"),
        (b'{"rooms": {"a": 1}}', "no list"),
        (b"[" * 100_000, "neither XML nor JSON"),
    ],
)
def test_what_is_no_building_is_refused_in_one_sentence_that_names_the_file(bad, told):
    with pytest.raises(BadFile, match=r"plan\.xyz") as err:
        read_building(bad, name="plan.xyz")
    assert told in str(err.value)


def test_a_transition_to_nowhere_is_said_with_its_line_and_the_rest_loads():
    data = indoorgml().replace(b'<connects xlink:href="#SC2"/>', b'<connects xlink:href="#S77"/>', 1)
    read = read_building(data, name="school.gml")
    assert any("school.gml, line" in f.where and "T1" in f.what for f in read.findings)
    assert ("102", "Hall", "door") in ways(read.plan)


def test_geojson_doors_lifts_and_entrances_are_read_and_the_rest_is_worked_out():
    read = read_building(indoor_geojson(), name="mall.geojson")
    plan = read.plan
    assert {r.id: (r.floor, r.kind) for r in plan.rooms} == {
        "Corridor": (0, "corridor"),
        "Office": (0, "office"),
        "Store": (0, "storage"),
        "Cellar": (-1, ""),
    }
    assert ways(plan) == {
        ("Corridor", "Office", "door"),
        ("Corridor", OUTSIDE, "exit"),
        ("Cellar", "Corridor", "lift"),
        ("Corridor", "Store", "door"),
    }
    supposed = [o for o in plan.openings if not o.mapped]
    assert [sorted((o.a, o.b)) for o in supposed] == [["Corridor", "Store"]]
    assert any("1 of 4 ways" in str(f) for f in read.findings)
    assert plan.anchor is not None
    assert plan.anchor == pytest.approx((45, 0), abs=1e-4)
    assert plan.room("Corridor").area_m2 == pytest.approx(20 * 0.787 * 3 * 1.111, rel=0.02), "metres, not degrees"


def test_a_room_on_two_levels_is_two_rooms_joined_by_stairs():
    shop = {
        "type": "Feature",
        "properties": {"indoor": "room", "level": "0;1", "name": "Shop"},
        "geometry": {"type": "Polygon", "coordinates": [[[0, 45.001], [1e-4, 45.001], [1e-4, 45.0011], [0, 45.001]]]},
    }
    plan = read_building(indoor_geojson(features=[shop]), name="m.geojson").plan
    up = [o for o in plan.openings if {o.a, o.b} == {"Shop", "Shop @1"}]
    assert [(o.passage, o.mapped) for o in up] == [(Passage.STAIRS, False)]


def test_an_area_drawn_over_rooms_is_not_a_room_of_its_own():
    square = {
        "type": "Feature",
        "properties": {"indoor": "area", "level": "0", "name": "Square"},
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[0, 45], [2e-4, 45], [2e-4, 45.00003], [0, 45.00003], [0, 45]]],
        },
    }
    read = read_building(indoor_geojson(features=[square]), name="m.geojson")
    assert "Square" not in {r.id for r in read.plan.rooms}
    assert any("1 areas lie over" in str(f) for f in read.findings)


@pytest.mark.parametrize(
    ("told", "levels"),
    [("0", [0]), ("-1;0", [-1, 0]), ("0-2", [0, 1, 2]), ("-2--1", [-2, -1]), ("1.5", [1.5]), ("", []), ("EG", [])],
)
def test_levels_as_openstreetmap_writes_them(told, levels):
    assert levels_of(told) == levels


def test_a_drawn_plan_is_read_as_it_was_written():
    read = read_building(drawn(), name="school.json")
    plan = read.plan
    assert read.findings == ()
    assert plan.material == "brick"
    assert {r.id for r in plan.rooms} == {"Hall", "Room 1", "Room 2", "Store"}
    states = {frozenset((o.a, o.b)): (o.passage, o.state) for o in plan.openings}
    assert states[frozenset(("Hall", "Room 1"))] == (Passage.DOOR, DoorState.CLOSED)
    assert states[frozenset(("Hall", "Store"))] == (Passage.STAIRS, DoorState.UNKNOWN)
    assert states[frozenset(("Hall", OUTSIDE))] == (Passage.EXIT, DoorState.OPEN)
    told = next(w for w in plan.walls if {w.a, w.b} == {"Room 1", "Room 2"})
    assert (told.material, told.thickness_m) == ("concrete", 0.2)


def test_slips_in_a_drawn_plan_are_named_by_field_and_the_rest_loads():
    rooms = [*DRAWN["rooms"], {"floor": 1}, {"name": "Hall"}, {"name": "Loft", "flor": 1, "floor": "top"}]
    doors = [*DRAWN["doors"], {"between": ["Hall", "Room 3"]}, {"between": ["Hall"]}, {"between": ["Hall", "Hall"]}]
    read = read_building(drawn(rooms=rooms, doors=doors, colour="red"), name="s.json")
    told = {f.where.split(", ")[1]: f.what for f in read.findings}
    assert "at least a name" in told["rooms[4]"]
    assert "already" in told["rooms[5]"]
    assert "no number" in told["rooms[6].floor"]
    assert "did you mean 'floor'" in told["rooms[6]"]
    assert "did you mean 'Room" in told["doors[4]"]
    assert set(told) >= {"doors[5]", "doors[6]", "the plan"}
    assert len(read.plan.openings) == len(DRAWN["doors"])


def test_the_coordinate_system_of_a_file_that_states_none_puts_it_on_the_globe():
    moved = {
        k: (v[0], v[1], *(c + o for c, o in zip(v[2:6], (445000, 5444000) * 2, strict=True)), v[6])
        for k, v in ROOMS.items()
    }
    read = read_building(indoorgml(rooms=moved, ways=[]), name="s.gml", crs="EPSG:25832")
    assert read.plan.anchor == pytest.approx((49.146, 8.246), abs=0.01)
    with pytest.raises(BadInput, match="--crs"):
        read_building(indoorgml(rooms=moved, ways=[]), name="s.gml", crs="EPSG:99999")


json_value = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
room = st.fixed_dictionaries(
    {"name": st.sampled_from(["A", "B", "C"])},
    optional={"floor": json_value, "outline": json_value, "at": json_value, "area_m2": json_value, "kind": json_value},
)
door = st.fixed_dictionaries(
    {"between": st.lists(st.sampled_from(["A", "B", "outside", "Z"]), min_size=1, max_size=3) | json_value},
    optional={"way": json_value, "state": json_value, "at": json_value},
)
feature = st.fixed_dictionaries(
    {
        "properties": st.dictionaries(
            st.sampled_from(["indoor", "level", "door", "entrance", "highway", "name"]),
            st.sampled_from(["room", "corridor", "0", "-1;0", "0-9", "yes", "steps", "elevator", "x"]) | json_value,
            max_size=4,
        )
        | json_value,
        "geometry": st.fixed_dictionaries(
            {
                "type": st.sampled_from(["Polygon", "Point", "LineString", "MultiPolygon", "x"]),
                "coordinates": st.lists(
                    st.lists(st.lists(st.floats(-1, 1), min_size=2, max_size=2), max_size=6), max_size=2
                )
                | json_value,
            }
        )
        | json_value,
    }
)


@settings(max_examples=60)
@given(
    st.fixed_dictionaries(
        {"rooms": st.lists(room | json_value, max_size=4)},
        optional={"doors": st.lists(door, max_size=4), "walls": json_value, "crs": st.just(None)},
    )
)
def test_whatever_a_drawn_plan_says_it_gives_a_building_or_one_plain_error(content):
    gives_a_building_or_an_error(json.dumps(content).encode())


@settings(max_examples=60)
@given(st.lists(feature | json_value, max_size=5))
def test_whatever_a_geojson_says_it_gives_a_building_or_one_plain_error(features):
    gives_a_building_or_an_error(json.dumps({"type": "FeatureCollection", "features": features}).encode())


@settings(max_examples=60)
@given(st.data())
def test_however_an_indoorgml_is_damaged_it_gives_a_building_or_one_plain_error(data):
    whole = indoorgml()
    at = data.draw(st.integers(0, len(whole) - 1))
    wide = data.draw(st.integers(0, 40))
    gives_a_building_or_an_error(whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + wide :])


def gives_a_building_or_an_error(data: bytes) -> None:
    try:
        plan = read_building(data, name="any").plan
    except HomewardError:
        return
    assert building_from_bytes(building_to_bytes(plan)) == plan


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "given", "rooms", "floors", "lost"),
    [
        ("fjk_haus/source/FJK-Haus_IndoorGML_withEXR-corrected_1_0_3.gml", {"crs": "EPSG:25832"}, 14, [-1, 0, 1], 0),
        ("pnu_bldg201/source/201-2019-05-24-corrected.gml", {"scale": 0.25}, 80, [0, 1, 2], 1),
        ("caserne_de_bonne/source/caserne.geojson", {}, 74, [-1, 0, 1], 1),
        ("grand_place/source/grand-place.geojson", {}, 122, [0, 1], 1),
    ],
)
def test_the_real_buildings_are_read_whole(shared, file, given, rooms, floors, lost):
    plan = read_building((shared / "buildings" / file).read_bytes(), name=file, **given).plan
    assert len(plan.rooms) == rooms
    assert sorted({r.floor for r in plan.rooms}) == floors
    assert len(unreached(plan.rooms, plan.openings)) <= lost
    assert building_from_bytes(building_to_bytes(plan)) == plan


@pytest.mark.shared
def test_the_real_indoorgml_has_the_doors_of_its_graph(shared):
    """The graph beside it was made by other code: rooms by their states, each way once."""
    folder = shared / "buildings" / "pnu_bldg201"
    graph = json.loads((folder / "graph.json").read_text())
    name = {r["id"]: r["name"] for r in graph["rooms"]}
    expected = Counter(frozenset((name[e["u"]], name[e["v"]])) for e in graph["edges"])
    plan = read_building((folder / "source" / "201-2019-05-24-corrected.gml").read_bytes(), name="b").plan
    label = {r.id: r.name for r in plan.rooms}
    assert {frozenset((label[o.a], label[o.b])) for o in plan.openings} == set(expected)
