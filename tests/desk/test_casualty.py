"""A casualty is described, examined and treated; exits and hospitals are told; nothing that cannot be is kept."""

from __future__ import annotations

import json

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.errors import BadFile, BadInput, UnknownName

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
    for secret in ("Roe", "bleeding badly", "thigh", "tourniquet", "120"):
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
        ({"spo2_pct": 104}, "oxygen saturation of 104 % cannot be. Give 0 to 100"),
        ({"temperature_c": 98.6}, "temperature of 98.6 deg C cannot be"),
        ({"pulse_pm": -1}, "pulse of -1 a minute cannot be"),
        ({"systolic_mmhg": 1200}, "systolic pressure of 1200 mmHg"),
        ({"pain": 11}, "0 to 10"),
        ({"breathes": False, "resp_rate_pm": 12}, "both cannot be at once"),
        ({"consciousness": "U", "walks": True}, "unresponsive, and walks"),
        ({"findings": ["thigh"]}, "is no finding"),
        ({"findings": ["X: thigh"]}, "letter of MARCH"),
        ({"spo2_scale": 3, "spo2_pct": 90}, "no scale 3"),
        ({}, "Nothing was said"),
        ({"by": "medic"}, "Nothing was said"),
    ],
)
def test_a_sign_that_cannot_be_is_refused_and_nothing_is_kept(bare, seen, words):
    desk.casualty(bare, "1", age_years=54)
    with pytest.raises(BadInput, match=words):
        desk.observe(bare, **seen)
    assert rescue_of(bare).observations == ()


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
