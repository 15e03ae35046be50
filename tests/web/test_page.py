"""The page's data and the self-contained file: places, probabilities, privacy, escaping."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief.records import Belief
from homeward.exchange.page import page_data, script_json, self_contained_page
from homeward.exchange.page_raster import RANKS, ZERO_RANK, ranked_belief
from homeward.geo import Grid, Place, distance_m
from homeward.mission.events import AssignmentSearched, EntryCorrected, EntryUndone, Event, SubjectFound
from homeward.mission.nouns import Clue, ClueKind
from homeward.mission.replay import Mission, replay
from tests.web import sample


def pixels(told: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    raw = np.frombuffer(base64.b64decode(told["ranks"]), dtype=np.uint8)
    return raw.reshape(told["rows"], told["cols"])


def place_of(told: dict[str, Any], row: float, col: float) -> Place:
    """The place of a pixel's centre, as a browser map stretches the picture between its corners."""
    (west, north), _, (east, south), _ = told["corners"]
    y = [np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) for lat in (north, south)]
    at = y[0] + (row + 0.5) / told["rows"] * (y[1] - y[0])
    lat = np.degrees(2 * np.arctan(np.exp(at)) - np.pi / 2)
    return Place(float(lat), west + (col + 0.5) / told["cols"] * (east - west))


GRIDS = [
    Grid(crs="EPSG:32616", west_m=728_000, south_m=4_036_000, cell_m=90, n_rows=300, n_cols=280),
    Grid(crs="EPSG:32632", west_m=290_000, south_m=5_200_000, cell_m=25, n_rows=200, n_cols=350),
    Grid(crs="EPSG:32756", west_m=250_000, south_m=6_200_000, cell_m=50, n_rows=128, n_cols=128),
]


@given(st.sampled_from(GRIDS), st.floats(0, 0.999), st.floats(0, 0.999))
@settings(max_examples=40, deadline=None)
def test_a_hot_cell_is_drawn_where_it_lies(grid: Grid, down: float, across: float) -> None:
    row, col = int(down * grid.n_rows), int(across * grid.n_cols)
    poa = np.zeros(grid.shape)
    poa[row, col] = 0.95
    told = ranked_belief(Belief(grid=grid, poa=poa, outside=0.05))
    hot = np.argwhere((pixels(told) > 0) & (pixels(told) <= RANKS))
    assert len(hot) >= 1
    xs, ys = grid.centers_m()
    there = grid.to_place(xs[col], ys[row])
    assert max(distance_m(there, place_of(told, *at)) for at in hot) < 1.1 * grid.cell_m


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.6), st.sampled_from(["smooth", "speckled", "half empty", "one level"]))
@settings(max_examples=25, deadline=None)
def test_a_rank_bounds_the_probability_of_its_area(seed: int, outside: float, kind: str) -> None:
    grid = GRIDS[2]
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:128, 0:128]
    poa = {
        "smooth": np.exp(-((x - 40) ** 2 + (y - 80) ** 2) / 900),
        "speckled": rng.gamma(0.3, size=grid.shape),
        "half empty": np.where(x < 64, rng.random(grid.shape), 0.0),
        "one level": np.ones(grid.shape),
    }[kind]
    poa = (1 - outside) * poa / poa.sum()
    told = ranked_belief(Belief(grid=grid, poa=poa, outside=outside))
    steps = np.array(told["density_per_km2"]) * grid.cell_area_m2 / 1e6
    assert (np.diff(steps) <= 0).all()
    for r in (1, 20, 50, 100, 150, 200):
        inside = poa[poa >= steps[r] * (1 - 1e-3)].sum()
        assert inside >= min(r / RANKS, 1 - outside) - 2e-3
    for band in told["bands"]:
        cells = round(band["area_km2"] / (grid.cell_area_m2 / 1e6))
        best = np.sort(poa.ravel())[::-1]
        assert best[:cells].sum() >= band["share"] - 1e-9
        assert best[: cells - 1].sum() < band["share"] + 1e-9


def test_ground_without_probability_is_told_from_ground_off_the_map() -> None:
    grid = GRIDS[0]
    poa = np.zeros(grid.shape)
    poa[:, :140] = 1 / poa[:, :140].size
    drawn = pixels(ranked_belief(Belief(grid=grid, poa=poa, outside=0.0)))
    assert drawn[drawn.shape[0] // 2, -8] == ZERO_RANK
    assert 1 <= drawn[drawn.shape[0] // 2, 20] <= RANKS
    assert drawn[0, 0] == 0 or drawn[-1, 0] == 0  # the turned grid leaves a corner of the picture bare


def test_personal_data_stays_out_unless_asked_for() -> None:
    without, with_it = sample.sample(), sample.sample(personal=True)
    assert with_it["subject"]["name"] == "Jo Example"
    for secret in ("Jo Example", "asthma", '"age_years"'):
        assert secret in json.dumps(with_it)
        assert secret not in json.dumps(without)


def test_how_the_subject_was_found_and_what_a_team_noted_stay_out_too() -> None:
    log = sample.entries()
    told = SubjectFound(place=sample.IPP, team="Alpha", alive=True, condition="hypothermic")
    note = AssignmentSearched(
        team="Alpha", assignment="1-2", coverage="4" * 64, pod=0.3, pos=0.01, source="told", note="her brother joined"
    )
    events: list[Event] = [note, told, EntryCorrected(entry="x1", event=told)]
    log += [replace(log[-1], id=f"x{i}", event=event) for i, event in enumerate(events)]
    without, with_it = (
        page_data(replay(log), plan=sample.plan(), entries=log, personal=personal) for personal in (False, True)
    )
    assert set(without["find"]) == {"at", "place", "team"}
    assert (with_it["find"]["alive"], with_it["find"]["condition"]) == (True, "hypothermic")
    shown = json.dumps(without)
    for secret in ("hypothermic", '"alive": true', "her brother joined"):
        assert secret not in shown


def test_a_clue_carries_all_that_its_correction_starts_from() -> None:
    told = sample.sample()["clues"][0]
    assert (told["bearing_deg"], told["bearing_sd_deg"], told["range_m"], told["range_sd_m"]) == (315, 12, 3000, 900)
    assert (told["text"], told["team"], told["error_m"]) == ("Air scent", "Alpha", None)


def test_times_are_utc_and_add_up() -> None:
    task = sample.sample()["plan"]["assignments"][0]
    assert (task["leaves"], task["begins"]) == ("2026-11-22T14:10:00Z", "2026-11-22T14:40:00Z")


def test_a_bearing_clue_is_a_wedge_towards_its_bearing() -> None:
    wedge = sample.sample()["clues"][0]["shape"][0][0]
    far = [Place(lat, lon) for lon, lat in wedge[:13]]
    assert all(place.lat_deg > sample.IPP.lat_deg and place.lon_deg < sample.IPP.lon_deg for place in far)
    assert distance_m(sample.IPP, far[6]) == pytest.approx(3900, abs=1)


def test_a_clue_without_distance_is_drawn_from_the_observer() -> None:
    clue = Clue(id="9", kind=ClueKind.BEARING, place=sample.IPP, text="shout", bearing_deg=90.0)
    log = sample.entries()
    told = page_data(replay([*log, replace(log[-1], id="x", event=_report(clue))]))["clues"][-1]
    assert told["shape"][0][0][13] == pytest.approx([sample.IPP.lon_deg, sample.IPP.lat_deg], abs=1e-6)


def _report(clue: Clue) -> Any:
    from homeward.mission.events import ClueReported

    return ClueReported(clue=clue)


def test_an_undone_entry_is_marked_and_no_longer_counts() -> None:
    log = sample.entries()
    clue = next(entry for entry in log if "Boot" in str(entry.event))
    log.append(replace(log[-1], id="undo", event=EntryUndone(entry=clue.id)))
    told = page_data(replay(log), entries=log)
    assert [c["id"] for c in told["clues"]] == ["1"]
    assert {line["id"]: line["counts"] for line in told["log"]}[clue.id] is False
    assert told["log"][0]["what"] == "An earlier entry undone."


def test_an_empty_mission_has_a_page() -> None:
    assert "homeward" in self_contained_page(page_data(Mission(name="Nothing yet")))


def test_nothing_in_the_data_can_end_the_script_that_holds_it() -> None:
    html = self_contained_page(sample.sample())
    assert "<img src=x" not in html
    held = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert held is not None
    assert json.loads(held[1]) == json.loads(json.dumps(sample.sample()))


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_script_json_says_the_same_and_holds_no_markup(value: Any) -> None:
    text = script_json(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)


def test_the_same_mission_gives_the_same_file() -> None:
    assert self_contained_page(sample.sample()) == self_contained_page(sample.sample())
