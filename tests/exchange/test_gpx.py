"""Tasks to hand-held receivers, tracks back from them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import gpxpy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadFile, UnknownName
from homeward.exchange.gpx import assignment_gpx
from homeward.exchange.track import Track, read_track
from tests.exchange.sample import sample

GOLDEN = Path(__file__).parents[1] / "golden" / "exchange"
AT = datetime(2026, 11, 22, 17, 45, tzinfo=UTC)


def _gpx(number: str = "101") -> str:
    s = sample()
    return assignment_gpx(s.plan, number, mission=s.mission, grid=s.terrain.grid, at=AT)


def test_golden_task_file() -> None:
    assert _gpx() == (GOLDEN / "101.gpx").read_text(encoding="utf-8")


def test_a_hand_held_gets_boundary_ways_and_start() -> None:
    s = sample()
    task = s.plan.assignments[0]
    gpx = gpxpy.parse(_gpx())
    assert [r.name for r in gpx.routes] == ["101 AA boundary Alpha", "101 AA way in Alpha", "101 AA search Alpha"]
    boundary, way_in, search = gpx.routes
    first, last = boundary.points[0], boundary.points[-1]
    assert (first.latitude, first.longitude) == (last.latitude, last.longitude)
    start = next(w for w in gpx.waypoints if w.name == "101 START")
    assert (start.latitude, start.longitude) == (search.points[0].latitude, search.points[0].longitude)
    back = s.terrain.grid.xy_m([(p.longitude, p.latitude) for p in search.points])
    np.testing.assert_allclose(back, task.route_m, atol=0.05)  # 7 decimals are about a centimetre
    assert len(way_in.points) < len(task.access_m)
    assert not gpx.tracks
    assert gpx.time == AT


def test_only_the_last_task_has_a_way_back() -> None:
    assert "way back" not in _gpx("101")
    assert "110 AJ way back Bravo" in _gpx("110")


def test_words_of_clues_and_the_person_stay_at_base() -> None:
    text = _gpx()
    assert "CLUE C2" in text
    for private in ("glove", "Quimby", "insulin", "red jacket"):
        assert private not in text


def test_an_unknown_assignment_is_named() -> None:
    with pytest.raises(UnknownName, match=r"no assignment '111'\. Did you mean"):
        _gpx("111")


# ---- in ---------------------------------------------------------------------------------------------------------


def _track(tmp_path: Path, content: str | bytes) -> Track:
    path = tmp_path / "t.gpx"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_track(path)


def _track_or_why(path: Path) -> tuple[Track, str]:
    """The track and the file's name, or an empty one and why it was refused."""
    try:
        return read_track(path), path.name
    except BadFile as err:
        return Track(segments=()), str(err)


def _said(track: Track) -> str:
    return "\n".join(str(f) for f in track.findings)


def _trk(*points: str) -> str:
    return "<gpx version='1.1'><trk><trkseg>\n" + "\n".join(points) + "\n</trkseg></trk></gpx>"


def _pt(lat: float, lon: float, time: str = "") -> str:
    return f"<trkpt lat='{lat}' lon='{lon}'>" + (f"<time>{time}</time>" if time else "") + "</trkpt>"


A, B, C = (_pt(46.0 + i / 1e4, 14.0, f"2026-05-01T10:00:{i:02d}Z") for i in (0, 10, 20))


def test_each_recording_keeps_its_points_and_times(tmp_path: Path) -> None:
    track = _track(tmp_path, f"<gpx><trk><trkseg>{A}{B}</trkseg><trkseg>{B}{C}{C}</trkseg></trk></gpx>")
    assert [len(s.lonlat_deg) for s in track.segments] == [2, 3]
    assert track.segments[0].lonlat_deg[0].tolist() == [14.0, 46.0]
    assert track.segments[0].at_s is not None
    assert track.segments[0].at_s[1] == datetime(2026, 5, 1, 10, 0, 10, tzinfo=UTC).timestamp()
    assert track.points == 5
    assert track.findings == ()


def test_a_point_off_the_globe_is_left_out_and_named_by_line(tmp_path: Path) -> None:
    track = _track(tmp_path, _trk(A, _pt(146.0, 14.0), "<trkpt lat='x' lon='1'/>", _pt(0, 0), B))
    assert track.points == 2
    said = _said(track)
    assert "t.gpx line 3, point 2: off the globe" in said
    assert "t.gpx line 4, point 3: no readable latitude" in said
    assert "line 5, point 4: at 0, 0" in said


def test_a_jump_is_a_gap_not_a_way(tmp_path: Path) -> None:
    far = [_pt(49.0 + i / 1e4, 14.0) for i in range(2)]
    track = _track(tmp_path, _trk(A, B, *far))
    assert [len(s.lonlat_deg) for s in track.segments] == [2, 2]
    assert "line 4, point 3: 333 km from the point before it: a gap" in _said(track)


def test_one_wild_point_is_left_out(tmp_path: Path) -> None:
    track = _track(tmp_path, _trk(A, B, _pt(46.05, 14.0, "2026-05-01T10:00:11Z"), C, C))
    assert [len(s.lonlat_deg) for s in track.segments] == [2, 2]
    assert "stands alone; left out" in _said(track)


def test_times_before_gps_are_not_believed(tmp_path: Path) -> None:
    track = _track(tmp_path, _trk(_pt(46, 14, "1901-12-13T20:45:52Z"), _pt(46.0001, 14, "1901-12-13T20:45:53Z")))
    assert track.segments[0].at_s is None
    assert "time in 1901, when there was no GPS; kept without it (and 1 more like it)" in _said(track)
    assert "drawings, not evidence" in _said(track)


def test_a_ride_is_told_and_a_run_is_not(tmp_path: Path) -> None:
    ride = [_pt(46 + 20 * i / 111_000, 14, f"2026-05-01T10:{i // 60:02d}:{i % 60:02d}Z") for i in range(100)]
    assert "moves faster than 5 m/s for 2 min (up to 20 m/s): not on foot" in _said(_track(tmp_path, _trk(*ride)))
    run = [_pt(46 + 4 * i / 111_000, 14, f"2026-05-01T10:{i // 60:02d}:{i % 60:02d}Z") for i in range(100)]
    assert _said(_track(tmp_path, _trk(*run))) == ""


def test_a_file_that_breaks_off_keeps_what_was_walked(tmp_path: Path) -> None:
    whole = _trk(A, B, C)
    track = _track(tmp_path, whole[: whole.index(C) + 20])
    assert track.points == 2
    assert "t.gpx line 4: the file is damaged here" in _said(track)


def test_reading_goes_on_after_a_damaged_place(tmp_path: Path) -> None:
    track = _track(tmp_path, _trk(A, B, "<trkpt lat='46 lon=<", C, C, C))
    assert track.points == 5
    assert [len(s.lonlat_deg) for s in track.segments] == [2, 3]
    assert "reading goes on at the next point" in _said(track)


@pytest.mark.parametrize("junk", ["\0\0\0\0", "\n\x07", " \n"])
def test_junk_after_the_end_loses_nothing(tmp_path: Path, junk: str) -> None:
    assert _track(tmp_path, _trk(A, B) + junk).points == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    name = encoding.replace("-sig", "")
    text = (
        f"<?xml version='1.0' encoding='{name}'?>\n<gpx><trk><name>Höhenweg</name><trkseg>{A}{B}</trkseg></trk></gpx>"
    )
    track = _track(tmp_path, text.encode(encoding))
    assert track.points == 2
    assert track.findings == ()


def test_a_wrong_encoding_is_told(tmp_path: Path) -> None:
    track = _track(tmp_path, f"<gpx><trk><name>Höhe</name><trkseg>{A}{B}</trkseg></trk></gpx>".encode("latin-1"))
    assert track.points == 2
    assert "read as Latin-1" in _said(track)


def test_a_route_is_no_evidence(tmp_path: Path) -> None:
    track = _track(tmp_path, _gpx())
    assert track.segments == ()
    assert "no track: a drawing says nothing of a search" in _said(track)


BOMB = "<!DOCTYPE g [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\0" * 512, "is empty"),
        ("<kml><Document/></kml>", "outermost element is <kml>"),
        ("lat,lon\n46,14\n", "is not GPX"),
        (b"PK\x03\x04\x14\x00", "is not GPX"),
        ("<gpx></gpx>", "holds no points"),
        (BOMB + "<gpx><trk><name>&b;</name></trk></gpx>", "declares XML entities"),
    ],
)
def test_what_is_no_track_is_refused_by_name(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said) as refused:
        _track(tmp_path, content)
    assert "t.gpx" in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"none\.gpx cannot be read: No such file"):
        read_track(tmp_path / "none.gpx")


@settings(deadline=None)
@given(cut=st.integers(0, 400), junk=st.binary(max_size=6))
def test_no_damage_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, cut: int, junk: bytes) -> None:
    data = _trk(A, B, C, A, B).encode()
    path = tmp_path_factory.getbasetemp() / "damaged.gpx"
    path.write_bytes(data[:cut] + junk + data[cut + len(junk) :])
    track, refused = _track_or_why(path)
    assert "damaged.gpx" in refused
    assert all(np.isfinite(s.lonlat_deg).all() and len(s.lonlat_deg) >= 2 for s in track.segments)


@pytest.mark.shared
def test_every_real_file_loads_or_says_why(shared: Path) -> None:
    read = refused = 0
    for path in sorted([*shared.glob("tracks/*/*.gpx"), *shared.glob("interop/*/*")]):
        track, why = _track_or_why(path)
        assert path.name in why
        if why != path.name:
            refused += 1
            continue
        assert path.suffix == ".gpx"
        gpx = gpxpy.parse(path.read_text(encoding="utf-8"))
        theirs = sum(len(s.points) for t in gpx.tracks for s in t.segments)
        lost = theirs - track.points
        assert lost == 0 or "left out" in _said(track), path
        read += 1
    assert read > 60
    assert refused > 40


@pytest.mark.shared
def test_the_hike_of_1901_and_the_one_by_car(shared: Path) -> None:
    assert "time in 1901" in _said(read_track(shared / "tracks/hikes_recorded/Mojstrovka.gpx"))
    car = read_track(shared / "interop/gpx_edge_cases/gpxpy_around-visnjan-with-car.gpx")
    assert "not on foot" in _said(car)
