"""Problem files of the kind `evacuate`: hospitals by severity, and ground with its going."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from homeward.errors import BadFile
from homeward.exchange.solver_files.evacuate import EvacuateFile, read

HOSPITALS: dict[str, Any] = {
    "kind": "evacuate",
    "version": 1,
    "edges": [{"u": "F", "v": "A", "min": 20}, {"u": "F", "v": "B", "min": 50}],
    "from": "F",
    "exits": [
        {"id": "near", "at": "A", "accepts": 0.7, "survives": {"mild": 0.99, "bad": 0.5}, "fallback": 0.4},
        {"id": "far", "at": "B", "accepts": 0.95, "survives": {"mild": 0.99, "bad": 0.9}, "fallback": "near"},
    ],
    "casualty": {"hazard_per_h": 0.3, "severities": {"mild": {"p": 0.6, "hazard_per_h": 0.02}, "bad": {"p": 0.4}}},
}


def solved(fields: dict[str, Any], folder: Path) -> dict[str, Any]:
    ready = read(EvacuateFile.model_validate(fields), folder, "p.json")
    return dict(ready.solve(10.0, 0, None).fields)


def test_hospitals_by_severity(tmp_path: Path) -> None:
    near = 0.7 * (0.6 * 0.99 * math.exp(-0.02 / 3) + 0.4 * 0.5 * math.exp(-0.1)) + 0.3 * 0.4
    far = 0.95 * (0.6 * 0.99 * math.exp(-0.05 / 3) + 0.4 * 0.9 * math.exp(-0.25)) + 0.05 * near
    found = solved(HOSPITALS, tmp_path)
    assert {d["exit"]: d["p_survives"] for d in found["destination"]} == pytest.approx({"near": near, "far": far})
    assert found["front"][found["chosen"]]["exit"] == "far"


@pytest.mark.parametrize(
    ("casualty", "words"),
    [
        ({"severities": {"mild": {"p": 0.6, "hazard_per_h": 0}, "bad": {"p": 0.3, "hazard_per_h": 0}}}, "sum to 0.9"),
        ({"severities": {"mild": {"p": 0.6}, "bad": {"p": 0.4}}}, "severities.mild has no hazard_per_h"),
        ({"hazard_per_h": 0.1}, "near: chances to survive are told by severity"),
    ],
)
def test_severities_that_cannot_be_are_refused(casualty: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=words):
        solved({**HOSPITALS, "casualty": casualty}, tmp_path)


def carried_min(folder: Path, **more: object) -> float:
    """Minutes over 400 m of level ground."""
    np.save(folder / "dem.npy", np.zeros((9, 50)))
    ends = {"find_m": [45, 45], "exits": [{"id": "road", "at": [445, 45]}]}
    fields = {"kind": "evacuate", "version": 1, "dem": "dem.npy", "cell_m": 10, **ends, **more}
    return float(solved(fields, folder)["front"][0]["min"])


def test_bare_elevation_is_gone_as_on_a_path_and_what_is_told_of_the_ground_counts(tmp_path: Path) -> None:
    """Tobler 1993: 6 exp(-0.175) km/h on the level; a litter at 0.35 of that; open ground at 0.6."""
    path = 0.4 / (6 * math.exp(-0.175) * 0.35) * 60
    np.save(tmp_path / "grass.npy", np.full((9, 50), 30))
    np.save(tmp_path / "trail.npy", np.broadcast_to(np.arange(9)[:, None] == 4, (9, 50)).astype(np.uint8))
    assert carried_min(tmp_path) == pytest.approx(path, rel=1e-3)
    assert carried_min(tmp_path, landcover="grass.npy") == pytest.approx(path / 0.6, rel=1e-3)
    assert carried_min(tmp_path, landcover="grass.npy", on_path="trail.npy") == pytest.approx(path, rel=1e-3)
    assert carried_min(tmp_path, going=0.25) == pytest.approx(4 * path, rel=1e-3)


def test_fields_that_count_for_nothing_are_found(tmp_path: Path) -> None:
    def findings(fields: dict[str, Any]) -> str:
        return " ".join(read(EvacuateFile.model_validate(fields), tmp_path, "p.json").findings)

    assert findings(HOSPITALS) == ""
    said = findings({**HOSPITALS, "people": 3, "cell_m": 10})
    assert "people counts for nothing over a graph" in said
    assert "cell_m counts for nothing" in said
    np.save(tmp_path / "cost.npy", np.full((9, 50), 10.0))
    ends = {"find_m": [45, 45], "exits": [{"id": "road", "at": [445, 45]}]}
    ground = {"kind": "evacuate", "cost_s": "cost.npy", "cell_m": 10, **ends}
    assert findings(ground) == ""
    said = findings({**ground, "vertex_hits": {"A": 1}, "both_ways": True, "from": "F"})
    assert all(f"{name} counts for nothing over ground" in said for name in ("vertex_hits", "both_ways", "from"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"carriers": 6}, "Give bearers too"),
        (
            {"edges": [{"u": 1, "v": "A", "min": 1}, {"u": "1", "v": "B", "min": 1}], "from": 1},
            'a vertex 1 and a vertex "1"',
        ),
    ],
)
def test_slips_are_refused(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=words):
        solved({**HOSPITALS, **change}, tmp_path)


def test_times_beyond_any_rescue_are_refused() -> None:
    with pytest.raises(ValidationError, match="ready_min"):
        EvacuateFile.model_validate({**HOSPITALS, "exits": [{"id": "a", "at": "A", "ready_min": 1e300}]})


def test_the_relay_says_who_is_missing(tmp_path: Path) -> None:
    relay = solved({**HOSPITALS, "bearers": 6, "carriers": 4}, tmp_path)["relay"]
    assert (relay["bearers"], relay["carriers"], relay["carriers_there"]) == (4, 18, 4)
    assert any("call 14 more" in said for said in relay["why"])
    assert relay["care_min"] >= relay["min"] > 20
