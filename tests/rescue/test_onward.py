"""On from the exits: roads over made and real networks, aircraft, landing zones and vehicle points."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from homeward.geo import Floats, Place, distance_m, grid_around
from homeward.mission.nouns import Weather
from homeward.mission.rescue import Exit, ExitKind, Hospital
from homeward.rescue.destination import Severity, choose_destination
from homeward.rescue.landing import landing_cells, landing_zones, vehicle_points
from homeward.rescue.onward import Onward, flight_time, may_fly, onward_options
from homeward.rescue.roads import road_net, road_times
from homeward.terrain import Cover, Line, LineKind, Terrain, build_terrain, travel_time_s
from tests.terrain.ground import center, ground

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OPEN_MPS, BUILT_MPS, GAP_MPS = 16.7, 8.3, 4.2


def road(terrain: Terrain, *cells: tuple[int, int]) -> Line:
    return Line(kind=LineKind.ROAD, xy_m=np.array([center(terrain, r, c) for r, c in cells]))


def with_roads(*roads: tuple[tuple[int, int], ...], cover: Cover = Cover.OPEN) -> Terrain:
    bare = ground(np.zeros((101, 101)), cover, cell_m=100.0)
    return ground(np.zeros((101, 101)), cover, lines=tuple(road(bare, *r) for r in roads), cell_m=100.0)


def test_time_by_road_is_length_over_speed():
    terrain = with_roads(((50, 10), (50, 90)))
    (told,) = road_times(terrain, center(terrain, 50, 10), [center(terrain, 50, 90)])
    assert told.length_m == pytest.approx(8000)
    assert told.time.median == pytest.approx(8000 / OPEN_MPS)
    assert not told.guessed
    built = with_roads(((50, 10), (50, 90)), cover=Cover.BUILT)
    assert road_times(built, center(built, 50, 10), [center(built, 50, 90)])[0].time.median == pytest.approx(
        8000 / BUILT_MPS
    )


def test_roads_that_share_a_point_meet_there_and_others_do_not():
    """A cross whose arms share a node, and one whose arms only cross (a bridge): there one drives round by the rim."""
    shared = with_roads(((50, 10), (50, 50), (50, 90)), ((10, 50), (50, 50), (90, 50)))
    bridge = with_roads(((50, 10), (50, 90)), ((10, 50), (90, 50)), ((50, 90), (90, 90), (90, 50)))
    times = [road_times(t, center(t, 50, 10), [center(t, 10, 50)])[0].length_m for t in (shared, bridge)]
    assert times == [pytest.approx(8000), pytest.approx(8000 + 4000 + 4000 + 8000)]


def test_small_gaps_of_the_map_are_driven_over_slowly_and_large_ones_guessed():
    small = with_roads(((50, 10), (50, 48)), ((50, 52), (50, 90)))
    (told,) = road_times(small, center(small, 50, 10), [center(small, 50, 90)])
    assert told.time.median == pytest.approx(7600 / OPEN_MPS + 400 / GAP_MPS)
    assert not told.guessed
    large = with_roads(((50, 10), (50, 40)), ((50, 60), (50, 90)))
    (told,) = road_times(large, center(large, 50, 10), [center(large, 50, 90)])
    assert told.guessed
    assert told.why == "no mapped road leads there"


def test_two_dead_ends_that_face_each_other_are_a_tunnel():
    """North of it a road goes round: 8 km, against 5.6 km of road and 400 m of tunnel at 15 km/h."""
    round_ = ((50, 40), (40, 40), (40, 60), (50, 60))
    told = []
    for mouth in ((50, 52), (54, 52)):  # the second lies aside: no tunnel
        terrain = with_roads(((50, 20), (50, 40), (50, 48)), (mouth, (50, 60), (50, 80)), round_)
        told.append(road_times(terrain, center(terrain, 50, 20), [center(terrain, 50, 80)])[0])
    assert told[0].time.median == pytest.approx(5600 / OPEN_MPS + 400 / GAP_MPS)
    assert told[1].length_m == pytest.approx(8000)


def test_a_long_way_round_is_to_be_looked_into():
    far = with_roads(((50, 10), (10, 10), (10, 90), (50, 90), (50, 60)), ((50, 58), (50, 40)))
    (told,) = road_times(far, center(far, 50, 10), [center(far, 50, 60)])
    assert told.length_m == pytest.approx(4000 + 8000 + 4000 + 3000)
    assert "long way round" in told.why
    assert not told.guessed


def test_beyond_the_map_and_without_roads_the_time_is_a_guess():
    terrain = with_roads(((50, 0), (50, 100)))
    x, y = center(terrain, 50, 100)
    (told,) = road_times(terrain, center(terrain, 50, 0), [(x + 20_000, y)])
    assert told.guessed
    assert told.length_m == pytest.approx(10_000 + 1.4 * 20_000)
    assert told.time.median == pytest.approx(told.length_m / OPEN_MPS, rel=1e-3)
    bare = with_roads()
    assert road_net(bare) is None
    (told,) = road_times(bare, center(bare, 50, 0), [center(bare, 50, 100)])
    assert told.length_m == pytest.approx(14_000)
    assert told.guessed


def test_shortest_over_a_made_network_is_that_of_every_path():
    """A 4 x 4 net with blocks of houses between: Floyd and Warshall over its nodes by hand."""
    rng = np.random.default_rng(3)
    cells = [
        (10 + 25 * r + int(rng.integers(-4, 5)), 10 + 25 * c + int(rng.integers(-4, 5)))
        for r in range(4)
        for c in range(4)
    ]
    pairs = [(a, b) for a in range(16) for b in range(a) if (abs(a // 4 - b // 4) + abs(a % 4 - b % 4)) == 1]
    pairs = [pair for pair in pairs if rng.random() < 0.8]
    terrain = with_roads(*((cells[a], cells[b]) for a, b in pairs))
    far = np.full((16, 16), np.inf)
    np.fill_diagonal(far, 0)
    for a, b in pairs:
        far[a, b] = far[b, a] = 100.0 * float(np.hypot(cells[a][0] - cells[b][0], cells[a][1] - cells[b][1]))
    for k in range(16):
        far = np.minimum(far, far[:, k : k + 1] + far[k : k + 1])
    start = pairs[0][0]
    reached = [i for i in range(16) if np.isfinite(far[start, i])]
    told = road_times(terrain, center(terrain, *cells[start]), [center(terrain, *cells[i]) for i in reached])
    assert [t.length_m for t in told] == pytest.approx([far[start, i] for i in reached])


def exits(terrain: Terrain) -> tuple[Exit, Exit]:
    """A vehicle's meeting point at the west end of the road, a landing zone in the middle."""
    return (
        Exit(id="V", kind=ExitKind.VEHICLE, place=terrain.grid.to_place(*center(terrain, 50, 10)), label="the bridge"),
        Exit(id="L", kind=ExitKind.LANDING, place=terrain.grid.to_place(*center(terrain, 40, 20)), label="the meadow"),
    )


def hospitals(terrain: Terrain) -> tuple[Hospital, Hospital]:
    return (
        Hospital(id="A", place=terrain.grid.to_place(*center(terrain, 50, 90)), capability=("trauma",), landing=True),
        Hospital(id="B", place=terrain.grid.to_place(*center(terrain, 50, 30)), capability=("emergency",)),
    )


ARRIVE: dict[str, Floats] = {"V": np.array([3600.0, 5400.0]), "L": np.array([1800.0, 2700.0])}


def test_every_exit_meets_every_hospital_by_its_way():
    terrain = with_roads(((50, 10), (50, 30), (50, 90)))
    made, left_out = onward_options(
        terrain, ARRIVE, exits(terrain), hospitals(terrain), Onward(now=NOON, needs=("trauma",))
    )
    assert [o.id for o in made] == ["A by road from V", "B by road from V", "A by air from L"]
    assert left_out == ("B by air: no helicopter can land there.",)
    lacking = next(o for o in made if o.id.startswith("B"))
    assert lacking.note == "It lacks trauma."
    assert lacking.survives == 0.7
    by_road = next(o for o in made if o.id == "A by road from V")
    # Two arrivals, loaded in 300 s, and a road whose median is exact.
    assert np.median(by_road.arrive_s) == pytest.approx(4500 + 300 + 8000 / OPEN_MPS, rel=0.05)


def test_a_clinic_on_a_slope_is_not_driven_to_while_another_is():
    terrain = with_roads(((50, 10), (50, 90)))
    near = hospitals(terrain)[0]
    slope = Hospital(id="S", place=terrain.grid.to_place(*center(terrain, 20, 40)), label="Ski clinic")
    made, why = onward_options(terrain, ARRIVE, exits(terrain)[:1], (near, slope), Onward(now=NOON))
    assert [o.hospital for o in made] == ["A"]
    assert why == ("Ski clinic by road: it lies off every road of the map.",)
    (only,), _ = onward_options(terrain, ARRIVE, exits(terrain)[:1], (slope,), Onward(now=NOON))
    assert "a guess: no mapped road leads there" in only.note


def test_the_vehicle_is_waited_for():
    terrain = with_roads(((50, 10), (50, 90)))
    at_five = [
        Exit(
            id="V", kind=ExitKind.VEHICLE, place=exits(terrain)[0].place, ready_at=NOON + timedelta(hours=5), then_s=600
        )
    ]
    (made,), _ = onward_options(terrain, ARRIVE, at_five, (), Onward(now=NOON))
    assert np.asarray(made.arrive_s) == pytest.approx(5 * 3600 + 300 + 600)


def test_aircraft_wait_for_light_and_stay_down_in_bad_weather():
    terrain = with_roads(((50, 10), (50, 90)))
    place = exits(terrain)[1]
    evening = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # at 36 N, 84 W: 17:24 local, dark within the half hour
    by_day, by_night = (
        onward_options(terrain, ARRIVE, [place], hospitals(terrain), Onward(now=evening, night_flying=flies))[0][0]
        for flies in (False, True)
    )
    assert np.median(by_night.arrive_s) < 3 * 3600
    assert np.median(by_day.arrive_s) > 10 * 3600
    assert "first light" in by_day.note
    made, why = onward_options(
        terrain, ARRIVE, [place], hospitals(terrain), Onward(now=NOON, weather=Weather(visibility_m=300))
    )
    assert made == ()
    assert "300 m" in why[0]
    assert may_fly(place.place, Weather(), evening + timedelta(hours=1), night_flying=False) != ""
    assert may_fly(place.place, Weather(), evening + timedelta(hours=1), night_flying=True) == ""
    assert may_fly(place.place, Weather(visibility_m=2000), evening + timedelta(hours=1), night_flying=True) != ""


def test_an_exit_that_no_way_leads_to_is_said():
    terrain = with_roads(((50, 10), (50, 90)))
    made, why = onward_options(terrain, {}, exits(terrain), hospitals(terrain), Onward(now=NOON))
    assert made == ()
    assert why == ("the bridge: no way leads there.", "the meadow: no way leads there.")


def test_flights_are_straight_at_cruise():
    a, b = Place(42.5, 1.5), Place(42.5, 1.9)
    assert flight_time(a, b).median == pytest.approx(300 + distance_m(a, b) / 56)


def test_landing_zones_are_open_level_and_have_a_way_in():
    z = np.zeros((61, 61))
    z[:, 40:] = np.arange(21) * 6.0  # 30 % in the east
    cover = np.full((61, 61), Cover.OPEN)
    cover[:20] = Cover.FOREST
    cover[25:28, 10:13] = Cover.WATER
    wire = Line(kind=LineKind.POWER_LINE, xy_m=np.array([center(ground(z), 55, 0), center(ground(z), 55, 60)]))
    free = landing_cells(ground(z, cover, lines=(wire,)))
    assert free[45, 25]
    assert not free[:20].any()
    assert not free[26, 11]
    assert not free[:, 42:].any()
    assert not free[53:58].any()
    walled = np.zeros((61, 61))
    walled[25:36, 25:36] = -60.0  # a pit 220 m across: no way in below 1 in 6
    assert not landing_cells(ground(walled))[30, 30]
    assert landing_cells(ground(np.zeros((61, 61))))[30, 30]


def test_zones_come_soonest_first_and_apart():
    terrain = ground(np.zeros((61, 61)))
    time_s = np.hypot(*(np.indices((61, 61)) - 30)) * 20
    time_s[:, 40:] = np.inf
    zones = landing_zones(terrain, time_s, most=4, apart_m=300)
    assert [z.time_s for z in zones] == sorted(z.time_s for z in zones)
    assert all(np.hypot(*np.subtract(a.xy_m, b.xy_m)) >= 300 for a, b in pairwise(zones))
    assert all(np.isfinite(z.time_s) for z in zones)


def test_vehicles_meet_the_litter_on_roads_that_lead_somewhere():
    terrain = with_roads(((50, 0), (50, 100)), ((20, 20), (20, 25)))  # the short one leads nowhere
    time_s = np.hypot(*(np.indices((101, 101)) - 22)) * 100
    sites = vehicle_points(terrain, time_s, most=3)
    rows = [terrain.grid.cell_of(*s.xy_m)[0] for s in sites]
    assert rows == [50, 50, 50]


def medical(folder: Path) -> list[Hospital]:
    features = json.loads((folder / "medical_pois.geojson").read_text())["features"]
    spots = [(f["properties"], Place(*reversed(f["geometry"]["coordinates"]))) for f in features]
    pads = [place for p, place in spots if p["aeroway"] == "helipad"]
    return [
        Hospital(
            id=p["osm_id"],
            label=p["name"] or "",
            place=place,
            capability=("emergency",) if p["emergency"] == "yes" else (),
            landing=any(distance_m(place, pad) < 400 for pad in pads),
        )
        for p, place in spots
        if p["amenity"] == "hospital"
    ]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("area", "find", "best"),
    [("malta", Place(35.86, 14.40), "Mater Dei"), ("andorra", Place(42.58, 1.60), "Meritxell")],
)
def test_real_hospitals_are_reached_by_real_roads(shared: Path, area: str, find: Place, best: str):
    folder = shared / "areas" / area
    grid = grid_around([find], margin_m=8000, cell_m=40)
    terrain = build_terrain(grid=grid, elevation=folder / "dem.tif", features=[folder / "osm.gpkg"])
    known = medical(shared / "evac" / area)
    start = np.array(grid.to_m(find))
    litter_s = travel_time_s(terrain, [start]) / 0.35
    sites = (*landing_zones(terrain, litter_s, most=1), *vehicle_points(terrain, litter_s, most=1))
    assert [s.kind for s in sites] == ["landing", "vehicle"]
    ends = [Exit(id=s.kind, kind=ExitKind(s.kind), place=grid.to_place(*s.xy_m)) for s in sites]
    arrive = {s.kind: np.array([s.time_s]) for s in sites}
    made, _ = onward_options(terrain, arrive, ends, known, Onward(now=NOON, needs=("emergency",)))
    told = choose_destination(made, [Severity(id="serious", p=1.0, death_per_s=0.1 / 3600)])
    assert best in told.best.hospital or any(best in line for line in told.why)
    at_road = ends[1].place
    for hospital, time in zip(
        known, road_times(terrain, sites[1].xy_m, [grid.to_m(h.place) for h in known]), strict=True
    ):
        straight = distance_m(at_road, hospital.place)
        assert time.length_m >= straight * 0.97 - 250
        assert straight / 30 <= time.time.median + 60
        if not time.guessed:
            assert time.length_m <= 4 * straight + 2000
