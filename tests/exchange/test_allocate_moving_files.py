"""`allocate` files of a subject who moves: what is read and written, and the one sentence that names each fault."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homeward.errors import BadFile
from homeward.exchange.solver_files import Reported, door, load
from homeward.exchange.solver_files.reading import parse

PROBLEM: dict[str, Any] = {
    "kind": "allocate",
    "paths": "paths.npy",
    "weights": [0.5, 0.3],
    "segments": [{"id": "A", "area_m2": 1e5}, {"id": "B", "area_m2": 1e5}],
    "resources": [
        {
            "id": "Dog",
            "effort_s": 3600,
            "sweep_width_m": {"A": 50, "B": 50},
            "speed_mps": {"A": 0.8, "B": 0.8},
        }
    ],
    "periods": [{"id": "day"}, {"id": "night", "effort_s": {"Dog": 1800}, "sweep_factor": {"Dog": 0.5}}],
}
PATHS = np.array([[0, 1], [1, -1]])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    np.save(tmp_path / "paths.npy", PATHS)
    return tmp_path


def solved(problem: dict[str, Any], folder: Path) -> tuple[Reported, dict[str, str]]:
    loaded = load(json.dumps(problem).encode(), "p.json")
    there = door("allocate")
    ready = there.read(parse(loaded, there.problem)[0], folder, "p.json")
    return ready.solve(10.0, 0, None), dict(ready.inputs_sha256)


def test_periods_of_the_solution_are_the_plan_and_the_rest_its_sums(folder: Path) -> None:
    done, hashes = solved(PROBLEM, folder)
    day, night = done.fields["periods"]
    assert hashes == {"paths.npy": hashlib.sha256((folder / "paths.npy").read_bytes()).hexdigest()}
    assert done.status == "optimal"
    # coverage of an hour is 1.44 by day, of half an hour by night .36; by night only the first path is left, in B
    x = (1.44 + np.log(0.5 / 0.3) - 0.36) / 2  # the first path's coverage by day: .5 exp(-x - .36) = .3 exp(x - 1.44)
    assert day["effort_s"]["Dog"] == pytest.approx({"A": x / 1.44 * 3600, "B": 3600 - x / 1.44 * 3600}, rel=1e-6)
    assert night["effort_s"] == {"Dog": {"B": pytest.approx(1800)}}
    assert done.value == pytest.approx(0.8 - 0.5 * np.exp(-x - 0.36) - 0.3 * np.exp(x - 1.44))
    assert done.fields["effort_s"]["Dog"]["B"] == pytest.approx(day["effort_s"]["Dog"]["B"] + 1800)
    assert day["found"] == pytest.approx(sum(day["pos"].values()))
    assert night["found"] == pytest.approx(done.value)
    assert sum(done.fields["pos"].values()) == pytest.approx(done.value)
    assert done.fields["marginal_pos_per_hour"]["Dog"] == pytest.approx(1.44 * 0.5 * np.exp(-x - 0.36))
    head = {"kind": "allocate", "version": 1, "seed": 0, "problem_sha256": "", "inputs_sha256": hashes, "findings": []}
    head |= {"status": done.status, "value": done.value, "bound": done.bound, "elapsed_s": 0.0, "why": list(done.why)}
    door("allocate").solution.model_validate(head | dict(done.fields), strict=True)


def test_weights_are_a_list_a_file_or_all_the_same(folder: Path) -> None:
    np.save(folder / "w.npy", np.array([0.5, 0.3]))
    listed = solved(PROBLEM, folder)[0]
    filed, hashes = solved(PROBLEM | {"weights": "w.npy"}, folder)
    assert filed.value == listed.value
    assert sorted(hashes) == ["paths.npy", "w.npy"]
    alike = {k: v for k, v in PROBLEM.items() if k != "weights"}
    assert solved(alike, folder)[0].value == solved(alike | {"weights": [0.5, 0.5]}, folder)[0].value


def test_poa_beside_paths_is_said_not_to_be_used(folder: Path) -> None:
    problem = copy.deepcopy(PROBLEM)
    problem["segments"][0]["poa"] = 0.9
    done = solved(problem, folder)[0]
    assert done.value == solved(PROBLEM, folder)[0].value
    assert done.why[-1] == "The paths say where the subject may be: the segments' poa is not used."


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"paths": ...}, "p.json: periods stands without paths. Give both, or neither for a subject who stays."),
    ({"paths": ..., "periods": ...}, "p.json: weights stands without paths."),
    ({"paths": ..., "periods": ..., "weights": ...}, "p.json: segments[0].poa is missing. Give the probability that"),
    ({"periods": ...}, "p.json: paths stands without periods. Give one period for each column of the paths."),
    ({"periods": PROBLEM["periods"][:1]}, "p.json: paths has 2 columns, and there are 1 periods."),
    ({"periods": [{"id": "x"}, {"id": "x"}]}, "p.json: periods[1].id is 'x' for the second time."),
    ({"periods": [{"id": "x"}, {"id": "y", "effort_s": {"Dg": 1}}]}, "p.json: periods[1].effort_s refers to resource"),
    ({"periods": [{"id": "x", "effort_s": {"Dog": -1}}, {"id": "y"}]}, "p.json: periods[0].effort_s.Dog is -1, and"),
    ({"whole_segments": True}, "p.json: whole_segments does not go together with paths."),
    ({"scenarios": [{"id": "s", "p": 1.0}]}, "p.json: scenarios does not go together with paths."),
    ({"resources": [PROBLEM["resources"][0] | {"sweep_width_gsd": 1.3}]}, "p.json: resources[0].sweep_width_gsd does"),
    ({"paths": "none.npy"}, "p.json: paths names 'none.npy', and there is no such file in "),
    ({"paths": "\0"}, "p.json: paths names '\\x00', which cannot be read"),
    ({"paths": "text.npy"}, "p.json: paths names 'text.npy', which is not a whole .npy file."),
    ({"paths": "several.npz"}, "p.json: paths names 'several.npz', which holds several arrays."),
    ({"paths": "flat.npy"}, "p.json: flat.npy has shape (2,). Give one row for each path"),
    ({"paths": "float.npy"}, "p.json: float.npy holds float64 values. Give whole numbers"),
    ({"paths": "beyond.npy"}, "p.json: beyond.npy has 2 at row 1, column 0. Give positions in segments, 0 to 1, or -1"),
    ({"paths": "unsigned.npy"}, "p.json: unsigned.npy has 255 at row 0, column 1."),
    ({"weights": "objects.npy"}, "p.json: weights names 'objects.npy', which is not a whole .npy file."),
    ({"weights": "words.npy"}, "p.json: words.npy holds <U1 values. Give numbers."),
    ({"weights": "paths.npy"}, "p.json: weights has shape (2, 2), and there are 2 paths."),
    ({"weights": [0.1]}, "p.json: weights has shape (1,), and there are 2 paths. Give one for each path."),
    ({"weights": [0.1, -0.1]}, "p.json: weights[1] is -0.1. Give probabilities, not below 0."),
    ({"weights": "nan.npy"}, "p.json: weights[0] is nan."),
    ({"weights": [0.9, 0.9]}, "p.json: weights sums to 1.8. Give weights that sum to more than 0 and at most 1"),
    ({"weights": [0.0, 0.0]}, "p.json: weights sums to 0."),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), FAULTS, ids=[words[8:50] for _, words in FAULTS])
def test_faults_are_one_sentence(change: dict[str, Any], words: str, folder: Path) -> None:
    (folder / "text.npy").write_text("no array", encoding="utf-8")
    with (folder / "several.npz").open("wb") as file:
        np.savez(file, a=PATHS)
    for name, array in {
        "flat": np.array([0, 1]),
        "float": PATHS.astype(float),
        "beyond": np.array([[0, 1], [2, 0]]),
        "unsigned": np.array([[0, 255], [0, 0]], dtype=np.uint8),
        "objects": np.array([{}, {}]),
        "words": np.array(["a", "b"]),
        "nan": np.array([np.nan, 0.5]),
    }.items():
        np.save(folder / f"{name}.npy", array)
    problem = {name: value for name, value in (PROBLEM | change).items() if value is not ...}
    with pytest.raises(BadFile) as caught:
        solved(problem, folder)
    assert str(caught.value).startswith(words)
