"""`homeward solve` and `homeward schema`, from file to file."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from homeward.cli.main import cli
from homeward.desk import solver_door as desk
from homeward.errors import BadFile, BadInput, HomewardError
from homeward.exchange.solver_files import door

ALLOCATE: dict[str, Any] = {
    "kind": "allocate",
    "version": 1,
    "segments": [{"id": "A", "poa": 0.3, "area_m2": 1e6}, {"id": "B", "poa": 0.5, "area_m2": 2e6}],
    "resources": [
        {"id": "Dog 1", "effort_s": 14400, "sweep_width_m": {"A": 60, "B": 60}, "speed_mps": {"A": 0.9, "B": 0.7}},
        {
            "id": "Line",
            "effort_s": 10800,
            "sweep_width_m": {"A": 30, "B": 20},
            "speed_mps": {"A": 0.6, "B": 0.6},
            "access_s": {"A": 900, "B": 1800},
        },
    ],
}
HEAD = ("kind", "version", "status", "value", "bound", "seed", "elapsed_s", "problem_sha256", "why")


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(ALLOCATE))
    return path


def run(*args: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in args], input=stdin)


def test_solution_is_a_file_that_its_schema_knows(problem: Path, tmp_path: Path) -> None:
    to = tmp_path / "s.json"
    result = run("solve", problem, "-o", to, "--seed", "7")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert f"{to}: optimal, value 0." in result.stderr
    solution = json.loads(to.read_text())
    assert tuple(solution)[: len(HEAD) - 1] == HEAD[:-1]
    door("allocate").solution.model_validate(solution, strict=True)
    assert solution["seed"] == 7
    assert solution["problem_sha256"] == hashlib.sha256(problem.read_bytes()).hexdigest()
    assert solution["value"] <= solution["bound"] <= solution["value"] * (1 + 1e-6)
    assert sum(solution["pos"].values()) == pytest.approx(solution["value"])
    assert not list(tmp_path.glob(".*")), "nothing is left beside the solution"


def test_value_is_what_the_efforts_in_the_file_find(problem: Path) -> None:
    solution = json.loads(run("solve", problem).stdout)
    missed = {s["id"]: 0.0 for s in ALLOCATE["segments"]}
    area = {s["id"]: s["area_m2"] for s in ALLOCATE["segments"]}
    for r in ALLOCATE["resources"]:
        effort = solution["effort_s"][r["id"]]
        assert sum(effort.values()) == pytest.approx(r["effort_s"])
        for segment, seconds in effort.items():
            missed[segment] += r["sweep_width_m"][segment] * r["speed_mps"][segment] * seconds / area[segment]
    value = sum(s["poa"] * (1 - np.exp(-missed[s["id"]])) for s in ALLOCATE["segments"])
    assert solution["value"] == pytest.approx(value, abs=1e-12)


def test_whole_segments_pay_access(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(ALLOCATE | {"whole_segments": True}))
    solution = json.loads(run("solve", path, "--time-limit", "300").stdout)
    line = solution["effort_s"]["Line"]
    access = {"A": 900, "B": 1800}
    assert sum(line.values()) + sum(access[s] for s in line) <= 10800 * (1 + 1e-9)
    assert solution["status"] == "optimal"
    assert any("to get there" in why for why in solution["why"])


def test_standard_input_and_output(problem: Path) -> None:
    by_file, by_pipe = run("solve", problem), run("solve", "-", "-o", "-", stdin=problem.read_bytes())
    first, second = json.loads(by_file.stdout), json.loads(by_pipe.stdout)
    first.pop("elapsed_s"), second.pop("elapsed_s")
    assert first == second


def test_same_seed_same_answer(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(ALLOCATE | {"whole_segments": True}))
    first, second = (json.loads(run("solve", path, "--seed", "3").stdout) for _ in range(2))
    first.pop("elapsed_s"), second.pop("elapsed_s")
    assert first == second


def test_what_was_left_aside_is_said(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(ALLOCATE | {"note": 1}))
    result = run("solve", path)
    assert result.stderr == "Note: note is no known field: it was left aside.\n"
    assert json.loads(result.stdout)["findings"] == ["note is no known field: it was left aside."]


def test_sweep_from_raster_to_paths(tmp_path: Path) -> None:
    """Values are in the raster's own unit: twice the raster is twice the value."""
    x = np.arange(24) - 11.5
    hill = np.exp(-(x[:, None] ** 2 + x**2) / 40)
    np.save(tmp_path / "map.npy", hill / hill.sum() * 2)
    path = tmp_path / "p.json"
    path.write_text(
        json.dumps(
            {
                "kind": "sweep", "version": 1, "poa": "map.npy", "cell_m": 30, "west_m": -360, "south_m": -360,
                "searchers": [{"id": "d1", "start_m": [0, 0], "length_m": 3000, "radius_m": 33}], "objective": "end",
            }
        )
    )  # fmt: skip
    result = run("solve", path, "-o", tmp_path / "s.json", "--time-limit", "1")
    assert result.exit_code == 0, result.output
    solution = json.loads((tmp_path / "s.json").read_text())
    door("sweep").solution.model_validate(solution)
    assert solution["mass"] == pytest.approx(2.0)
    assert 0.5 < solution["value"] <= solution["bound"] <= 2.0 + 1e-9
    assert solution["value"] == pytest.approx(solution["end_value"])
    path_m = np.array(solution["paths"]["d1"])
    assert np.hypot(*np.diff(path_m, axis=0).T).sum() <= 3000.1
    assert path_m[0] == pytest.approx([0, 0], abs=1)
    assert list(solution["inputs_sha256"]) == ["map.npy"]


def test_schema_lists_and_describes() -> None:
    assert "allocate: effort" in run("schema").stdout
    schema = json.loads(run("schema", "allocate").stdout)
    assert schema["properties"]["segments"]["description"] == "the segments, at least one"
    assert "effort_s" in json.loads(run("schema", "allocate", "--solution").stdout)["properties"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("solve", "gone.json"), "There is no file gone.json. Check the name."),
        (("solve", "."), "is a folder"),
        (("solve", "p.json", "--time-limit", "0"), "A time limit of 0 s cannot be."),
        (("solve", "p.json", "--time-limit", "nan"), "A time limit of nan s cannot be."),
        (("solve", "p.json", "--seed", "-1"), "A seed of -1 cannot be."),
        (("solve", "p.json", "-o", "p.json"), "p.json is the problem itself."),
        (("solve", "p.json", "-o", "."), "is a folder. Name the solution file in it."),
        (("solve", "p.json", "-o", "no/where.json"), "There is no folder no."),
        (("schema", "alocate"), "There is no kind of problem 'alocate'. Did you mean 'allocate'?"),
    ],
)
def test_requests_that_cannot_be(
    problem: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(problem.parent)
    result = run(*args)
    assert isinstance(result.exception, HomewardError)
    assert words in str(result.exception)


def test_main_says_one_sentence_and_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from homeward.cli.main import main

    path = tmp_path / "p.json"
    path.write_text("{")
    with pytest.raises(SystemExit) as stopped:
        main(["solve", str(path)])
    assert stopped.value.code == 1
    assert capsys.readouterr().err.startswith("Error: p.json is not JSON: ")


@pytest.mark.parametrize("to_file", [False, True])
def test_what_a_library_prints_from_c_stays_out_of_the_solution(
    problem: Path, tmp_path: Path, *, to_file: bool
) -> None:
    """HiGHS leaves a line on file descriptor 1 at times, some of it only when the process ends."""
    import subprocess

    code = (
        "import atexit, os, sys\n"
        "from homeward.exchange.solver_files import allocate\n"
        "from homeward.cli.main import main\n"
        "solve = allocate.solve_allocate\n"
        "def noisy(*args, **more):\n"
        "    os.write(1, b'tmpSolver.run();\\n')\n"
        "    atexit.register(os.write, 1, b'late noise\\n')\n"
        "    return solve(*args, **more)\n"
        "allocate.solve_allocate = noisy\n"
        "main(sys.argv[1:])"
    )
    out = tmp_path / "out.json"
    with out.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", code, "solve", str(problem)],
            stdout=file if to_file else subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=True,
        )
    assert json.loads(out.read_bytes() if to_file else done.stdout)["status"] == "optimal"
    assert done.stderr == b"tmpSolver.run();\nlate noise\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_leaves_the_old_solution(problem: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = tmp_path / "s.json"
    to.write_text("old")

    def full(handle: int, *args: Any, **more: Any) -> Any:
        os.close(handle)
        return Path("/dev/full").open("wb")

    monkeypatch.setattr("homeward.desk.files.os.fdopen", full)
    with pytest.raises(BadFile, match=r"s\.json cannot be written \(No space left on device\)"):
        desk.solve(problem, to=to)
    assert to.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p.json", "s.json"]


def test_a_target_that_cannot_be_written_is_refused_before_the_work(problem: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no folder"):
        desk.solve(problem, to=tmp_path / "gone" / "s.json")


def test_solvers_are_not_loaded_for_help() -> None:
    import subprocess

    code = (
        "import sys; from homeward.cli.main import cli\n"
        "try: cli(['solve', '--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('scipy', 'numba', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.shared
def test_a_real_heat_map_is_solved_and_the_value_is_its_share(shared: Path, tmp_path: Path) -> None:
    to = tmp_path / "s.json"
    answer = desk.solve(shared / "heatmaps" / "01-medium-5x20km.json", to=to, time_limit_s=2)
    assert answer.data["mass"] == pytest.approx(1.0)
    assert 0.3 < answer.data["value"] <= answer.data["bound"] <= 1
