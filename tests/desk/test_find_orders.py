"""Who is told what after a find: lead, medic pair, carriers, back-up, watch, and the rest."""

from __future__ import annotations

from math import inf

from homeward.desk.find.orders import FindNeeds, Unit, orders_for
from homeward.mission.people import OrderKind, Role

ALPHA = Unit(id="Alpha", people=4, to_find_s=0.0, at_m=(0.0, 0.0))
BRAVO = Unit(id="Bravo", people=4, to_find_s=600.0, at_m=(800.0, 0.0))
CHARLIE = Unit(id="Charlie", people=4, to_find_s=900.0, at_m=(1200.0, 0.0))
DELTA = Unit(id="Delta", people=4, to_find_s=1200.0, at_m=(1600.0, 0.0), at_base=True)
DRONE = Unit(id="Drone", people=2, to_find_s=60.0, at_m=(80.0, 0.0), flies=True)
MEDIC = Unit(
    id="M1", people=1, to_find_s=700.0, at_m=(900.0, 0.0), roles=frozenset({Role.MEDIC}), medics=("M1",), team=False
)
GUARD = Unit(id="G1", people=1, to_find_s=800.0, at_m=(1000.0, 0.0), roles=frozenset({Role.GUARD}), team=False)


def straight(one: Unit, other: Unit) -> float:
    if one.at_m is None or other.at_m is None:
        return inf
    return abs(one.at_m[0] - other.at_m[0])


def kinds(units, needs):
    made = orders_for(units, needs, between=straight)
    return {s.unit.id: s.kind for s in made.sent}, made


def test_everybody_is_told_one_thing():
    told, made = kinds(
        [ALPHA, BRAVO, CHARLIE, DELTA, DRONE, MEDIC, GUARD], FindNeeds(finder="Alpha", bearers=9, watch=True)
    )
    assert told == {
        "Alpha": OrderKind.LEAD,
        "M1": OrderKind.MEDIC,
        "G1": OrderKind.MEDIC,
        "Bravo": OrderKind.CARRY,
        "Charlie": OrderKind.CARRY,
        "Delta": OrderKind.BACKUP,
        "Drone": OrderKind.WATCH,
    }
    assert made.short == ()


def test_the_medic_pair_is_there_when_both_have_met():
    _, made = kinds([ALPHA, MEDIC, GUARD], FindNeeds(finder="Alpha", bearers=0))
    medic = next(s for s in made.sent if s.unit.id == "M1")
    assert medic.beside == "G1"
    assert medic.after_s == 100 + 700  # the guard comes to the medic, then both go


def test_a_team_with_a_medic_goes_as_it_is():
    team = Unit(id="Med", people=3, to_find_s=780.0, at_m=(0.0, 0.0), medics=("M2",))
    told, made = kinds([ALPHA, MEDIC, GUARD, team], FindNeeds(finder="Alpha", bearers=0))
    assert told["Med"] is OrderKind.MEDIC
    assert told["M1"] is not OrderKind.MEDIC
    assert "M2" in next(s.text for s in made.sent if s.unit.id == "Med")


def test_the_finders_own_medic_is_care_at_once():
    finder = Unit(id="Alpha", people=4, to_find_s=0.0, at_m=(0.0, 0.0), medics=("M2",))
    told, made = kinds([finder, MEDIC, GUARD], FindNeeds(finder="Alpha", bearers=0))
    assert OrderKind.MEDIC not in told.values()
    assert "M2 gives care" in made.sent[0].text


def test_a_medic_with_nobody_beside_is_not_sent_alone():
    told, made = kinds([ALPHA, MEDIC], FindNeeds(finder="Alpha", bearers=0))
    assert told["M1"] is not OrderKind.MEDIC
    assert any("M1 HAS NOBODY TO GO WITH" in s for s in made.short)


def test_what_is_missing_is_said():
    told, made = kinds([ALPHA, BRAVO], FindNeeds(finder="Alpha", bearers=9, at_once=6, watch=True))
    assert told == {"Alpha": OrderKind.LEAD, "Bravo": OrderKind.CARRY}
    for words in (
        "NO MEDIC",
        "2 BEARERS SHORT: 7 of 9 are there or on their way; 6 at the litter are enough",
        "NO BACK-UP",
        "NO LOOKOUTS",
    ):
        assert any(words in s for s in made.short)


def test_those_beside_the_scene_lead_carry_and_spare_others():
    told, made = kinds([ALPHA, BRAVO, CHARLIE], FindNeeds(finder="Alpha", bearers=6))
    assert "3 of you carry" in made.sent[0].text
    assert told["Charlie"] is OrderKind.BACKUP
    pair = Unit(id="Alpha", people=2, to_find_s=0.0, at_m=(0.0, 0.0))
    told, made = kinds([pair, BRAVO, CHARLIE], FindNeeds(finder="Alpha", bearers=6))
    assert "carry" not in made.sent[0].text
    assert told["Charlie"] is OrderKind.CARRY


def test_a_passer_by_found_so_the_nearest_team_leads():
    told, made = kinds([BRAVO, CHARLIE, DRONE], FindNeeds(finder=None, bearers=4))
    assert told["Bravo"] is OrderKind.LEAD
    assert made.sent[0].after_s == 600
    assert told["Drone"] is OrderKind.RETURN


def test_while_others_are_missing_the_search_goes_on():
    told, _ = kinds([ALPHA, BRAVO, CHARLIE, DELTA], FindNeeds(finder="Alpha", bearers=4, still_missing=2))
    assert [name for name, kind in told.items() if kind is OrderKind.GO_ON] == ["Delta"]


def test_who_is_with_another_casualty_stays_there():
    busy = Unit(id="Bravo", people=4, to_find_s=60.0, at_m=(80.0, 0.0), engaged=True)
    told, _ = kinds([ALPHA, busy, CHARLIE], FindNeeds(finder="Alpha", bearers=4))
    assert "Bravo" not in told


def test_the_pair_as_formed_goes_first_and_the_alphabet_decides_nothing():
    near = Unit(id="M0", people=1, to_find_s=690.0, at_m=(890.0, 0.0), medics=("M0",), skill=1.0, team=False)
    good = Unit(id="M9", people=1, to_find_s=750.0, at_m=(890.0, 0.0), medics=("M9",), skill=5.0, team=False)
    told, _ = kinds([ALPHA, near, good, GUARD], FindNeeds(finder="Alpha", bearers=0))
    assert told["M9"] is OrderKind.MEDIC
    formed = Unit(
        id="M5", people=1, to_find_s=2000.0, at_m=(9.0, 0.0), medics=("M5",), skill=3.0, mate="G5", team=False
    )
    mate = Unit(id="G5", people=1, to_find_s=2000.0, at_m=(9.0, 0.0), mate="M5", team=False)
    told, _ = kinds([ALPHA, near, good, GUARD, formed, mate], FindNeeds(finder="Alpha", bearers=0))
    assert {n for n, kind in told.items() if kind is OrderKind.MEDIC} == {"M5", "G5"}


def test_who_has_been_awake_too_long_is_sent_only_where_nobody_else_is():
    worn = Unit(id="M0", people=1, to_find_s=100.0, at_m=(890.0, 0.0), medics=("M0",), awake_h=20.0, team=False)
    told, _ = kinds([ALPHA, worn, MEDIC, GUARD], FindNeeds(finder="Alpha", bearers=0))
    assert told["M1"] is OrderKind.MEDIC
    told, made = kinds([ALPHA, worn, GUARD], FindNeeds(finder="Alpha", bearers=0))
    assert told["M0"] is OrderKind.MEDIC
    assert any("M0 HAS BEEN AWAKE 20 h" in s for s in made.short)


def test_a_medic_beside_the_only_team_goes_with_it():
    base = Unit(id="Ground 1", people=4, to_find_s=900.0, at_m=(900.0, 0.0))
    told, made = kinds([base, MEDIC], FindNeeds(finder=None, bearers=0))
    assert told == {"Ground 1": OrderKind.LEAD, "M1": OrderKind.MEDIC}
    assert "M1 goes with you" in made.sent[0].text


def test_a_whole_line_beside_the_medic_carries_too():
    line = Unit(id="Line", people=6, to_find_s=900.0, at_m=(900.0, 0.0))
    _, made = kinds([ALPHA, MEDIC, line], FindNeeds(finder="Alpha", bearers=8))
    assert "5 of you carry" in next(s.text for s in made.sent if s.unit.id == "Line")
    assert not any("SHORT" in s for s in made.short)


def test_a_boat_goes_where_nobody_can_walk():
    boat = Unit(id="Boat", people=2, to_find_s=300.0, at_m=(600.0, 0.0), flies=True, afloat=True)
    ashore = Unit(id="Bravo", people=4, to_find_s=inf, at_m=(800.0, 0.0))
    told, made = kinds([boat, ashore], FindNeeds(finder=None, bearers=6))
    assert told["Boat"] is OrderKind.LEAD
    assert "take the subject aboard" in made.sent[0].text
