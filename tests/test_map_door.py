"""`homeward solve` for the kind `map`: from file to file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from homeward.cli.main import cli
from homeward.exchange.solver_files import door

HIKER: dict[str, Any] = {
    "kind": "map",
    "version": 1,
    "half_width_m": 5000,
    "cell_m": 100,
    "subject": {"category": "hiker", "ecoregion": "temperate", "terrain": "mountain"},
}


def solved(folder: Path, problem: dict[str, Any]) -> tuple[Any, np.ndarray, Result]:
    (folder / "p.json").write_text(json.dumps(problem))
    result = CliRunner().invoke(cli, ["solve", str(folder / "p.json"), "-o", str(folder / "s.json")])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    solution = json.loads((folder / "s.json").read_text())
    return solution, np.load(folder / solution["poa"]), result


def test_the_map_lies_in_a_file_beside_the_solution(tmp_path: Path) -> None:
    solution, poa, _ = solved(tmp_path, HIKER)
    door("map").solution.model_validate(solution, strict=True)
    assert poa.shape == (100, 100)
    assert poa.sum() + solution["outside"] == pytest.approx(1.0)
    assert solution["alive"] is None
    assert np.unravel_index(poa.argmax(), poa.shape)[0] in (49, 50)


def test_the_same_problem_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        solved(tmp_path / name, HIKER | {"hours_gone": 6})
    assert (tmp_path / "a" / "s-poa.npy").read_bytes() == (tmp_path / "b" / "s-poa.npy").read_bytes()


def test_row_0_is_north_and_clues_count_from_the_ipp(tmp_path: Path) -> None:
    glove = {"id": "C1", "at_m": [3000.0, 4000.0], "error_m": 100.0, "reliability": 0.99}
    solution, poa, _ = solved(tmp_path, HIKER | {"ipp_m": [1000.0, 1000.0], "clues": [glove]})
    row, col = np.unravel_index(poa.argmax(), poa.shape)
    assert 50 - row == pytest.approx(30, abs=1.5)  # 3 km north of the IPP
    assert col - 50 == pytest.approx(20, abs=1.5)
    assert (solution["west_m"], solution["south_m"]) == (-4000.0, -4000.0)


def test_the_published_update_after_a_search(tmp_path: Path) -> None:
    """POD 50 % where half of it is: the share there falls from s to .5 s / (1 - .5 s)."""
    _, before, _ = solved(tmp_path, HIKER)
    half = before[:50].sum()
    north = {"id": "S1", "pod": 0.5, "ring_m": [[-5000, 0], [5000, 0], [5000, 5000], [-5000, 5000]]}
    _, after, _ = solved(tmp_path, HIKER | {"searches": [north]})
    assert after[:50].sum() == pytest.approx(0.5 * half / (1 - 0.5 * half))
    np.save(tmp_path / "pod.npy", np.vstack([np.full((50, 100), 0.5), np.zeros((50, 100))]))
    _, same, _ = solved(tmp_path, HIKER | {"searches": [{"id": "S1", "pod": "pod.npy"}]})
    assert np.allclose(same, after)


def test_scenarios_are_weighed_by_the_evidence(tmp_path: Path) -> None:
    scenarios = [{"id": "lost", "weight": 3, "responsive": True}, {"id": "gone", "weight": 1, "left_area": True}]
    solution, poa, _ = solved(tmp_path, HIKER | {"scenarios": scenarios})
    assert solution["scenarios"] == {"lost": pytest.approx(0.75), "gone": pytest.approx(0.25)}
    searched, _, _ = solved(tmp_path, HIKER | {"scenarios": scenarios, "searches": [{"id": "all", "pod": 0.9}]})
    missed = 1 - 0.9 * poa.sum()
    assert searched["scenarios"]["gone"] == pytest.approx(0.25 / missed)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"subject": {"category": "hikr"}}, "Did you mean 'hiker'"),
        ({"cell_m": 0}, "cell_m is 0, and must be above 0"),
        ({"half_width_m": 1e9}, "make"),
        ({"dem": "dem.tif"}, "ipp_lonlat"),
        ({"dem": "dem.tif", "ipp_lonlat": [11.0, 47.0]}, "no such file"),
        ({"ipp_lonlat": [11.0, 147.0]}, "no place on earth"),
        ({"clues": [{"id": "C1", "kind": "smell", "at_m": [0, 0]}]}, "clues[0].kind"),
        ({"clues": [{"id": "C1", "at_m": [0, 0], "hours": 9}], "hours_gone": 5}, "after hours_gone"),
        ({"clues": [{"id": "C1", "at_m": [90000, 0]}]}, "outside the map"),
        ({"searches": [{"id": "S1", "pod": 1.0}]}, "searches[0].pod is 1.0, and must be below 1. Give the probability"),
        (
            {"searches": [{"id": "S1", "pod": 0.5, "hours": 9}], "hours_gone": 5},
            "search 'S1' is of hour 9, after hours_gone",
        ),
        ({"searches": [{"id": "S1", "pod": "none.npy"}]}, "no such file"),
        ({"scenarios": [{"id": "A", "weight": 0}]}, "weights"),
        ({"seen_at": "2026-11-22T14:00"}, "time zone"),
    ],
)
def test_what_cannot_be_is_one_sentence(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    (tmp_path / "p.json").write_text(json.dumps(HIKER | change))
    with pytest.raises(Exception, match=r"p\.json") as caught:
        CliRunner().invoke(
            cli, ["solve", str(tmp_path / "p.json"), "-o", str(tmp_path / "s.json")], catch_exceptions=False
        )
    assert said in str(caught.value)
    assert not (tmp_path / "s.json").exists()


def test_without_a_file_for_the_solution_there_is_no_place_for_the_map(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps(HIKER))
    with pytest.raises(Exception, match=r"-o SOLUTION\.json"):
        CliRunner().invoke(cli, ["solve", str(tmp_path / "p.json")], catch_exceptions=False)
