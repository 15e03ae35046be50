"""A casualty is described, examined and treated; exits and hospitals are told; nothing that cannot be is kept."""

from __future__ import annotations

import json

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.rescue.triaging import state_of
from homeward.errors import BadFile, BadInput, NotYet, UnknownName

MEDIC = "Planning support: the medic decides."


def rescue_of(path):
    with opened(path, read_only=True) as book:
        return book.mission.rescue


def test_what_is_told_of_a_casualty_adds_up(bare):
    first = desk.casualty(bare, "1", age_years=54, mechanism="fall of 5 m", injured="11:30")
    assert MEDIC in first.text
    desk.casualty(bare, "1", real_name="Jane Roe", consent="given", audience=["medic"])
    one = rescue_of(bare).casualties["1"]
    assert (one.age_years, one.mechanism, one.name, one.consent) == (54, "fall of 5 m", "Jane Roe", "given")
    assert one.injured_at.isoformat() == "2026-11-21T16:30:00+00:00"
    assert "age" not in desk.casualty(bare, "1", sex="f").data["missing"]
    desk.casualty(bare, "1", forget=["real_name"])
    assert rescue_of(bare).casualties["1"].name is None


def test_what_is_told_of_a_casualty_is_personal(bare):
    desk.casualty(bare, "1", real_name="Jane Roe", report="bleeding badly")
    desk.observe(bare, findings=["M: thigh wound"], pulse_pm=120)
    desk.treat(bare, "tourniquet", where="left thigh")
    shown = desk.show_log(bare).text + json.dumps(desk.show_log(bare).data)
    for secret in ("Roe", "bleeding badly", "thigh", "tourniquet", "pulse 120", '"pulse_pm": 120'):
        assert secret not in shown
    assert "thigh wound" in json.dumps(desk.show_log(bare, personal=True).data)


def test_an_observation_says_only_what_was_looked_at(bare):
    desk.casualty(bare, "1", age_years=54)
    answer = desk.observe(bare, resp_rate_pm=24, consciousness="v", walks=False, findings=["m: thigh"], at="11:50")
    assert set(answer.data["looked_at"]) == {"resp_rate_pm", "consciousness", "walks", "findings"}
    for words in ("RR 24/min", "ACVPU V", "does not walk", "M: thigh", "11:50", MEDIC):
        assert words in answer.text
    seen = rescue_of(bare).observations[-1]
    assert seen.event.pulse_pm is None
    assert seen.at.isoformat() == "2026-11-21T16:50:00+00:00"


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"spo2_pct": 104}, "104 cannot be: give 0 to 100"),
        ({"temperature_c": 98.6}, "98.6 cannot be.* Fahrenheit"),
        ({"pulse_pm": -1}, "-1 cannot be"),
        ({"systolic_mmhg": 1200}, "1200 cannot be"),
        ({"pain": 11}, "0 to 10"),
        ({"findings": ["thigh"]}, "is no finding"),
        ({"findings": ["X: thigh"]}, "no survey has a letter|No survey has a letter"),
        ({"spo2_scale": 3, "spo2_pct": 90}, "scale 3"),
        ({}, "Nothing was said"),
        ({"by": "medic"}, "Nothing was said"),
    ],
)
def test_a_sign_that_cannot_be_is_refused_and_nothing_is_kept(bare, seen, words):
    desk.casualty(bare, "1", age_years=54)
    with pytest.raises(BadInput, match=words):
        desk.observe(bare, **seen)
    assert rescue_of(bare).observations == ()


def test_what_contradicts_itself_is_kept_and_said(bare):
    desk.casualty(bare, "1", age_years=54)
    answer = desk.observe(bare, breathes=False, resp_rate_pm=12)
    assert "does not breathe, yet a breathing rate was counted" in answer.text
    assert len(rescue_of(bare).observations) == 1


def test_a_name_nobody_told_is_refused_with_the_nearest(bare):
    desk.casualty(bare, "1", age_years=54)
    with pytest.raises(UnknownName, match="no casualty '2'"):
        desk.observe(bare, casualty="2", pulse_pm=80)
    with pytest.raises(UnknownName, match="no casualty '2'"):
        desk.treat(bare, "splint", casualty="2")
    with pytest.raises(UnknownName, match="Did you mean 'pulse_pm'"):
        desk.observe(bare, pulse_pn=80)
    with pytest.raises(UnknownName, match="consciousness 'X'"):
        desk.observe(bare, consciousness="x")
    with pytest.raises(BadInput, match="age cannot be"):
        desk.casualty(bare, "1", age_years=540)
    with pytest.raises(BadInput, match="future"):
        desk.observe(bare, pulse_pm=80, at="+20min")


def test_exits_are_marked_changed_and_dropped(ready):
    answer = desk.exit_(ready, "Road", place="36.1900, -84.2100", then="40 min", ready_at="13:00")
    assert answer.data["then_s"] == 2400
    assert "ready Sat 21 Nov 13:00" in answer.text
    desk.exit_(ready, "Road", kind="landing", then="1h30")
    road = rescue_of(ready).exits["Road"]
    assert (road.kind, road.then_s) == ("landing", 5400)
    assert "Road  landing" in desk.list_exits(ready).text
    desk.drop_exit(ready, "Road", why="washed out")
    assert not rescue_of(ready).exits
    with pytest.raises(UnknownName, match="no exit 'Road'"):
        desk.drop_exit(ready, "Road")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "has no place"),
        ({"place": "37.5, -84.2"}, "outside the map"),
        ({"place": "36.19, -84.21", "then": "soon"}, "no length of time"),
        ({"place": "36.19, -84.21", "then": "300 h"}, "more than 48 hours"),
    ],
)
def test_an_exit_that_cannot_be_is_refused(ready, told, words):
    with pytest.raises(BadInput, match=words):
        desk.exit_(ready, "Road", **told)
    assert not rescue_of(ready).exits


def test_a_hospital_is_told_and_changed(ready):
    desk.hospital(ready, "St Mary", place="36.10, -84.10", capability=["trauma"], landing=True)
    answer = desk.hospital(ready, "St Mary", accepts=0.6, told="two beds")
    assert answer.data["capability"] == ["trauma"]
    assert "accepts with 60%, landing pad" in answer.text
    with pytest.raises(BadInput, match="Give 0 to 1"):
        desk.hospital(ready, "St Mary", accepts=60)
    with pytest.raises(BadInput, match="has no place"):
        desk.hospital(ready, "Other")
    desk.drop_hospital(ready, "St Mary")
    with pytest.raises(UnknownName):
        desk.drop_hospital(ready, "St Mary")


def points(path, *rows):
    features = [
        {"type": "Feature", "properties": tags, "geometry": {"type": "Point", "coordinates": list(lonlat)}}
        for lonlat, tags in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_wings_of_a_hospital_are_one_and_a_pad_beside_it_is_its_own(ready, tmp_path):
    file = points(
        tmp_path / "care.geojson",
        ((-84.100, 36.100), {"name": "General Hospital, north door", "amenity": "hospital"}),
        ((-84.101, 36.101), {"name": "General", "amenity": "hospital", "emergency": "yes"}),
        ((-84.102, 36.100), {"amenity": "hospital"}),
        ((-84.101, 36.100), {"aeroway": "helipad"}),
        ((-84.300, 36.300), {"amenity": "hospital", "emergency": "no"}),
        ((-84.200, 36.200), {"name": "Health centre", "amenity": "clinic"}),
        ((-84.210, 36.200), {"name": "Cafe", "amenity": "cafe"}),
    )
    answer = desk.hospitals_from(ready, file)
    taken = {row["hospital"]: row for row in answer.data["hospitals"]}
    assert set(taken) == {"General", "Hospital 2"}
    assert taken["General"]["landing"] is True
    assert taken["General"]["capability"] == ["emergency"]
    assert taken["Hospital 2"]["landing"] is False
    assert taken["Hospital 2"]["accepts"] < taken["General"]["accepts"]
    assert "1 of 2 have no name" in answer.text
    desk.hospital(ready, "General", accepts=0.2)
    again = desk.hospitals_from(ready, file, clinics=True)
    assert [row["hospital"] for row in again.data["hospitals"]] == ["Health centre"]
    assert rescue_of(ready).hospitals["General"].accepts == 0.2


def test_ruins_and_health_centres_are_no_hospitals_and_what_is_not_told_is_said(ready, tmp_path):
    file = points(
        tmp_path / "care.geojson",
        ((-84.100, 36.100), {"name": "Lazzarett ruins", "amenity": "hospital"}),
        ((-84.120, 36.100), {"name": "Fever ward", "amenity": "hospital", "historic": "yes"}),
        ((-84.140, 36.100), {"name": "Oldtown Health Centre", "amenity": "hospital"}),
        ((-84.160, 36.100), {"name": "General", "amenity": "hospital"}),
    )
    answer = desk.hospitals_from(ready, file)
    assert [row["hospital"] for row in answer.data["hospitals"]] == ["General"]
    assert "2 ruined, disused or historic hospitals were left out" in answer.text
    assert "General, what it can treat not told, accepts with 60%" in answer.text


def test_a_file_without_hospitals_is_said_to_be_one(ready, tmp_path):
    file = points(tmp_path / "cafes.geojson", ((-84.2, 36.2), {"name": "Cafe", "amenity": "cafe"}))
    assert "names no hospital" in desk.hospitals_from(ready, file).text
    (tmp_path / "no.geojson").write_text("not a map")
    with pytest.raises(BadFile, match="cannot be read as a map"):
        desk.hospitals_from(ready, tmp_path / "no.geojson")
    with pytest.raises(BadFile, match="There is no file"):
        desk.hospitals_from(ready, tmp_path / "gone.geojson")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("area", "name", "pads"), [("andorra", "Hospital de Nostra Senyora de Meritxell", 1), ("malta", "Mater Dei", 1)]
)
def test_hospitals_of_real_areas(bare, shared, area, name, pads):
    taken = {
        row["hospital"]: row
        for row in desk.hospitals_from(bare, shared / "evac" / area / "medical_pois.geojson").data["hospitals"]
    }
    assert taken[name]["landing"] is True
    assert taken[name]["capability"] == ["emergency"]
    assert sum(row["landing"] for row in taken.values()) >= pads
    assert sum("Mater Dei" in n for n in taken) <= 1


def test_triage_ranks_and_says_what_is_missing(bare):
    desk.casualty(bare, "1", age_years=54)
    desk.casualty(bare, "2", age_years=30, new=True)
    desk.observe(bare, casualty="1", walks=True, at="11:00")
    desk.observe(bare, casualty="2", walks=False, breathes=True, resp_rate_pm=36, at="11:50")
    answer = desk.triage(bare)
    assert [row["casualty"] for row in answer.data["order"]] == ["2", "1"]
    two = next(row for row in answer.data["casualties"] if row["casualty"] == "2")
    start = next(t for t in two["tools"] if t["tool"] == "START")
    assert (start["category"], start["missing"]) == ("RED", [])
    assert two["news2"]["lowest"] >= 3
    assert "pulse" in two["news2"]["missing"]
    assert answer.text.endswith(MEDIC)


def test_the_latest_sign_counts_and_the_series_stays(bare):
    desk.casualty(bare, "1", age_years=54)
    desk.observe(bare, consciousness="A", pulse_pm=130, at="11:00")
    desk.observe(bare, pulse_pm=88, at="11:58")
    row = desk.triage(bare).data["casualties"][0]
    assert [s["pulse_pm"] for s in row["series"]] == [130, 88]
    assert any("consciousness" in note and "Older than 15 min" in note for note in row["notes"])
    with opened(bare, read_only=True) as book:
        assert (state_of(book.mission, "1").pulse_pm, state_of(book.mission, "1").consciousness) == (88, "A")


def test_triage_of_nobody_and_by_an_unknown_tool(bare):
    with pytest.raises(NotYet, match="no casualty yet"):
        desk.triage(bare)
    with pytest.raises(UnknownName, match="Did you mean 'START'"):
        desk.triage(bare, tool="STARTT")
    desk.casualty(bare, "1", age_years=9)
    assert "NEWS2 is not for" in desk.triage(bare).text


# --- who leaves first -----------------------------------------------------------------------------------------


def test_who_leaves_first_is_neither_the_worst_nor_the_best(bare):
    """RPM 3 falls to 1 in half an hour and 10 hardly falls in an hour: 7 loses most by waiting (Sacco et al. 2005)."""
    for name in "123":
        desk.casualty(bare, name, age_years=30, new=True)
    answer = desk.triage(bare, rpm=["1=3", "2=10", "3=7"], every="60 min")
    assert answer.data["sacco"]["order"][0] == ["3"]
    assert answer.data["sacco"]["survivors"] >= max(
        answer.data["sacco"]["worst_first"], answer.data["sacco"]["best_first"]
    )
    assert "Who leaves first, one litter every 1 h: casualty 3 (RPM 7); then" in answer.text
    both = desk.triage(bare, rpm=["1=3", "3=7"], litters=2, every="60 min")
    assert both.data["sacco"]["order"] == [["1", "3"]]
    assert "nobody gave an RPM score: 2" in both.text
    assert desk.triage(bare).data["sacco"] is None


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"rpm": ["1=13"]}, BadInput, "'1=13' is no RPM score"),
        ({"rpm": ["seven"]}, BadInput, "no RPM score"),
        ({"rpm": ["9=3"]}, UnknownName, "no casualty '9'"),
        ({"rpm": ["1=3"]}, NotYet, "how long a carry takes"),
        ({"rpm": ["1=3"], "every": "1 h", "litters": 0}, BadInput, "0 litters"),
    ],
)
def test_an_order_of_leaving_that_cannot_be_is_refused(bare, asked, error, words):
    desk.casualty(bare, "1", age_years=30)
    with pytest.raises(error, match=words):
        desk.triage(bare, **asked)


def test_field_triage_knows_the_age(bare):
    desk.casualty(bare, "1", age_years=70)
    desk.observe(bare, systolic_mmhg=105, pulse_pm=70, consciousness="a")
    answer = desk.triage(bare)
    assert answer.data["casualties"][0]["field_triage"]["level"] == "RED"
    assert "Field triage (US 2021) RED: pressure" in answer.text
    desk.casualty(bare, "1", age_years=40)
    assert "Field triage" not in desk.triage(bare).text
