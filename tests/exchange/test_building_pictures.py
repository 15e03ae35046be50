"""Floor pictures and markings as somebody at the door reads them."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from homeward.exchange.building.floor import FloorNotes, Stop, floor_svg
from homeward.exchange.building.markings import Marking, fema_svg
from homeward.terrain.building import OUTSIDE, BuildingPlan, Opening, Passage, Room

TEXT = re.compile(r"<text x='([\d.]+)' y='([\d.]+)' font-size='([\d.]+)' class='w'>([^<]*)<")
DISC = re.compile(r"<circle cx='(-?[\d.]+)' cy='(-?[\d.]+)' r='2.1'")


def box(name: str, x: float, y: float, wide: float, high: float) -> Room:
    ring = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
    return Room(id=name, floor=0.0, x_m=x + wide / 2, y_m=y + high / 2, ring_m=ring, area_m2=wide * high)


HALL, SIDE = box("Hall", 0, 0, 20, 4), box("Side", 0, 4, 4, 10)
HOUSE = BuildingPlan(
    rooms=(HALL, SIDE),
    openings=(
        Opening(a="Hall", b="Side", passage=Passage.DOOR),
        Opening(a=OUTSIDE, b="Hall", passage=Passage.EXIT),
    ),
)


@given(team=st.text(alphabet="abcdefghijklmnop QRST-", min_size=1, max_size=60).filter(lambda t: t.strip()))
def test_no_line_of_a_marking_is_printed_over_another(team: str) -> None:
    svg = fema_svg(Marking(building="b", team=team, entered="22 Nov / 14:05", left="15:10", hazards=("gas", "stairs")))
    rows: dict[str, list[tuple[float, float]]] = {}
    for x, y, size, _ in TEXT.findall(svg):
        rows.setdefault(x, []).append((float(y), float(size)))
    for lines in rows.values():
        for (above, _), (below, size) in pairwise(lines):
            assert below - above >= size
    assert all(float(size) >= 2.9 for *_, size, _ in TEXT.findall(svg))


def test_a_door_without_a_place_is_drawn_in_the_wall_its_rooms_share_and_the_exit_in_the_outer_wall() -> None:
    svg = floor_svg(HOUSE, 0.0, notes=FloorNotes(), width_mm=208.0, height_mm=148.0)  # 10 mm to a metre, edge 4 mm
    door = re.search(r"<circle cx='([\d.]+)' cy='([\d.]+)' r='0.55'", svg)
    rooms = [[tuple(map(float, p.split(","))) for p in r.split()] for r in re.findall(r"points='([^']*)'", svg)]
    assert door is not None
    x, y = float(door[1]), float(door[2])
    shared = max(b for _, b in rooms[1])  # the lower wall of the side room
    assert abs(y - shared) < 6.5
    assert min(a for a, _ in rooms[1]) < x < max(a for a, _ in rooms[1])
    exit_at = re.search(r"<path d='M([\d.]+) ([\d.]+)h2.6", svg)
    assert exit_at is not None
    assert abs(float(exit_at[2]) - 1.1 - max(b for _, b in rooms[0])) < 0.1  # the long wall outside


def test_no_disc_leaves_the_paper_or_covers_another_of_its_room() -> None:
    stops = [Stop(crew, number, "Side") for crew in range(6) for number in (9, 10, 11)]
    svg = floor_svg(HOUSE, 0.0, notes=FloorNotes(stops=stops), width_mm=80.0, height_mm=60.0)
    discs = [(float(x), float(y)) for x, y in DISC.findall(svg)]
    assert len(discs) == 18
    assert all(2.1 <= x <= 77.9 for x, _ in discs)
    apart = [((a - c) ** 2 + (b - d) ** 2) ** 0.5 for i, (a, b) in enumerate(discs) for c, d in discs[:i]]
    assert min(apart) >= 4.2


def test_a_picture_of_its_own_has_a_title_north_and_a_legend_and_one_on_a_sheet_has_none() -> None:
    notes = FloorNotes(title="School, floor G, plan from Mon 14:05", legend="Darker: likelier. White dot: door. " * 4)
    alone, on_sheet = floor_svg(HOUSE, 0.0, notes=notes), floor_svg(HOUSE, 0.0, notes=FloorNotes())
    for words in ("School, floor G, plan from Mon 14:05", ">N<", "Darker: likelier."):
        assert words in alone
        assert words not in on_sheet


def test_rooms_that_have_only_names_are_listed_and_none_is_drawn_over_another() -> None:
    rooms = tuple(Room(id=f"R{i}", floor=0.0, x_m=0.0, y_m=0.0) for i in range(60))
    notes = FloorNotes(p={"R7": 0.25}, stops=[Stop(0, 1, "R7")], title="School, floor G")
    svg = floor_svg(BuildingPlan(rooms=rooms, openings=()), 0.0, notes=notes)
    assert "No outline is known" in svg
    assert "R7  25.0%  A1" in svg
    places = re.findall(r"<text x='([\d.]+)' y='([\d.]+)' text-anchor='start'[^>]*>R\d", svg)
    assert len(set(places)) == 60
