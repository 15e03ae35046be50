"""Problem files: what is read from them, and the one sentence that names each fault."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homeward.errors import BadFile, BadInput, HomewardError
from homeward.exchange.solver_files import KINDS, door, load
from homeward.exchange.solver_files.allocate import AllocateFile, to_problem
from homeward.exchange.solver_files.reading import kind_of, parse

ALLOCATE: dict[str, Any] = {
    "kind": "allocate",
    "version": 1,
    "segments": [{"id": "A", "poa": 0.3, "area_m2": 1e6}, {"id": "B", "poa": 0.5, "area_m2": 2e6}],
    "resources": [
        {
            "id": "Dog 1",
            "effort_s": 7200,
            "sweep_width_m": {"A": 60, "B": 40},
            "speed_mps": {"A": 0.5, "B": 1.0},
            "access_s": {"B": 600},
        },
        {"id": "Line", "effort_s": 3600, "sweep_width_m": {"A": 20}, "speed_mps": {"A": 0.6}},
    ],
}
SWEEP: dict[str, Any] = {
    "kind": "sweep",
    "version": 1,
    "poa": "map.npy",
    "cell_m": 30,
    "west_m": -300,
    "south_m": -300,
    "searchers": [{"id": "d1", "start_m": [0, 0], "length_m": 2000, "radius_m": 33}],
    "objective": "end",
}


def changed(problem: dict[str, Any], where: str, value: object) -> dict[str, Any]:
    """The problem with one field set, or removed where the value is `...`; `where` is like `segments.0.poa`."""
    problem = copy.deepcopy(problem)
    *way, last = [int(step) if step.isdigit() else step for step in where.split(".")]
    part: Any = problem
    for step in way:
        part = part[step]
    if value is ...:
        del part[last]
    else:
        part[last] = value
    return problem


def read(problem: dict[str, Any] | str | bytes, folder: Path = Path()) -> tuple[str, ...]:
    """Reads it as the door does; the findings."""
    raw = json.dumps(problem).encode() if isinstance(problem, dict) else problem
    loaded = load(raw.encode() if isinstance(raw, str) else raw, "p.json")
    there = door(kind_of(loaded, KINDS))
    model, findings = parse(loaded, there.problem)
    there.read(model, folder, "p.json")
    return findings


def fault(problem: dict[str, Any] | str | bytes, folder: Path = Path()) -> str:
    with pytest.raises(HomewardError) as caught:
        read(problem, folder)
    return str(caught.value)


def test_rate_is_width_times_speed_over_area() -> None:
    problem = to_problem(AllocateFile.model_validate(ALLOCATE), "p.json")
    assert problem.rate[0].tolist() == [[60 * 0.5 / 1e6, 40 * 1.0 / 2e6], [20 * 0.6 / 1e6, 0.0]]
    assert problem.weight.tolist() == [[0.3, 0.5]]
    assert problem.access_s.tolist() == [[0.0, 600.0], [0.0, 0.0]]
    assert problem.effort_s.tolist() == [7200.0, 3600.0]


def test_scenarios_share_out_the_probability() -> None:
    file = ALLOCATE | {
        "scenarios": [
            {"id": "answers", "p": 0.7},
            {"id": "silent", "p": 0.3, "poa": {"A": 0.2}, "sweep_factor": {"Dog 1": 0.5}},
        ]
    }
    problem = to_problem(AllocateFile.model_validate(file), "p.json")
    assert problem.weight == pytest.approx(np.array([[0.21, 0.35], [0.06, 0.0]]))
    assert problem.rate[1, 0] == pytest.approx(0.5 * problem.rate[0, 0])
    assert problem.rate[1, 1] == pytest.approx(problem.rate[0, 1])


def test_uncertain_sweep_width_keeps_probability_and_median_and_finds_less() -> None:
    """E exp(-c e^(s z)), z standard normal, s = ln 1.5, c = 0.8, by quadrature on a fine grid."""
    file = changed(ALLOCATE, "resources.0.sweep_width_gsd", 1.5)
    problem = to_problem(AllocateFile.model_validate(file), "p.json")
    assert problem.weight.sum() == pytest.approx(0.8)
    middle = len(problem.weight) // 2
    assert problem.rate[middle, 0, 0] == pytest.approx(60 * 0.5 / 1e6)
    coverage = problem.rate[:, 0, 0] * (0.8 / (60 * 0.5 / 1e6))
    z = np.linspace(-9, 9, 20001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    truth = np.trapezoid(density * np.exp(-0.8 * 1.5**z), z)
    mean = (problem.weight[:, 0] * np.exp(-coverage)).sum() / problem.weight[:, 0].sum()
    assert mean == pytest.approx(truth, abs=1e-6)
    assert mean > np.exp(-0.8) - 0.02


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "p.json is empty."),
        (b"  \n", "p.json is empty."),
        (b"{not json", "p.json is not JSON: Expecting property name enclosed in double quotes, line 1, column 2."),
        (b"\xff\xfe\x00", "p.json is not text in UTF-8"),
        (b"[1, 2]", "p.json holds a list, not an object."),
        (b'{"kind": "allocate", "x": NaN}', "p.json: it holds NaN, which is no number in JSON."),
        (b'{"kind": "allocate", "kind": "sweep"}', "p.json: the field 'kind' stands twice in one object."),
        (b'{"a": 1e999}', "p.json: a is too large a number."),
        (b"[" * 100_000, "p.json is not JSON"),
        (b"{}", f'p.json does not say what kind of problem it is. Give "kind": one of {", ".join(KINDS)}'),
        (b'{"kind": "alocate"}', "p.json: There is no kind of problem 'alocate'. Did you mean 'allocate'?"),
        (b'{"kind": 7}', f"p.json: There is no kind of problem 7. Choose one of {', '.join(KINDS)}"),
        (b'{"kind": "sweep", "version": 2}', "p.json has version 2; this homeward reads version 1."),
        (b'{"kind": "sweep", "version": "1"}', "p.json has version '1'; this homeward reads version 1."),
    ],
)
def test_files_that_are_no_problem(raw: bytes, words: str) -> None:
    assert fault(raw).startswith(words)


ALLOCATE_FAULTS: list[tuple[str, object, str]] = [
    ("segments", ..., "p.json: segments is missing. Give the segments, at least one."),
    ("segments", [], "p.json: segments has 0 entries, and needs at least 1."),
    ("resources", {}, "p.json: resources is an object, and must be a list."),
    ("segments.0.poa", ..., "p.json: segments[0].poa is missing. Give the probability that the subject is in the"),
    ("segments.0.poa", -0.2, "p.json: segments[0].poa is -0.2, and must be at least 0. Give the probability that"),
    ("segments.1.poa", 1.5, "p.json: segments[1].poa is 1.5, and must be at most 1."),
    ("segments.1.poa", "half", 'p.json: segments[1].poa is "half", and must be a number.'),
    ("segments.1.poa", True, "p.json: segments[1].poa is true, and must be a number."),
    ("segments.1.poa", None, "p.json: segments[1].poa is null, and must be a number."),
    ("segments.1.poa", 0.8, "p.json: segments: poa sums to 1.1. Give probabilities that sum to at most 1; the rest"),
    ("segments.1.id", "A", "p.json: segments[1].id is 'A' for the second time. Give each its own id."),
    ("segments.1.id", "", "p.json: segments[1].id is empty text. Give a name of its own."),
    ("segments.0.area_m2", 0, "p.json: segments[0].area_m2 is 0, and must be above 0. Give the area, square metres"),
    ("segments.0.area_m2", 1e-320, "p.json: a sweep width x speed / area is too large a number. Check the units"),
    ("segments.0.area_m2", 1e-300, "p.json: Resource Dog 1 would cover segment A more than 1e+15 times over. Check"),
    ("resources.1.effort_s", 1e300, "p.json: Resource Line: an effort of 1e+300 s cannot be. Give its time in"),
    ("resources.1.id", "Dog 1", "p.json: resources[1].id is 'Dog 1' for the second time."),
    ("resources.0.effort_s", -1, "p.json: resources[0].effort_s is -1, and must be at least 0."),
    ("resources.0.sweep_width_m.A", -30, "p.json: resources[0].sweep_width_m.A is -30, and must be at least 0."),
    ("resources.0.sweep_width_m.C", 30, "p.json: resources[0].sweep_width_m refers to segment 'C', which is not"),
    ("resources.1.access_s", {"Aa": 5}, "p.json: resources[1].access_s refers to segment 'Aa', which is not"),
    ("resources.0.speed_mps", 0.5, "p.json: resources[0].speed_mps is 0.5, and must be an object {...}."),
    ("resources.0.sweep_width_m", ..., "p.json: resources[0].sweep_width_m is missing. Give the sweep width by"),
    ("resources.0.sweep_width_gsd", 0.5, "p.json: resources[0].sweep_width_gsd is 0.5, and must be at least 1."),
    ("whole_segments", "yes", 'p.json: whole_segments is "yes", and must be true or false.'),
    ("scenarios", [{"id": "x", "p": 0.5}], "p.json: scenarios: p sums to 0.5. Give probabilities of scenarios"),
    ("scenarios", [{"id": "x", "p": 1.0, "poa": {"A": 0}}], "p.json: scenarios[0].poa is 0 everywhere."),
    ("scenarios", [{"id": "x", "p": 1.0, "sweep_factor": {"Dog 9": 1}}], "p.json: scenarios[0].sweep_factor refers to"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("where", "value", "words"), ALLOCATE_FAULTS, ids=[f"{w}={v!r}"[:50] for w, v, _ in ALLOCATE_FAULTS]
)
def test_faults_of_an_allocate_file(where: str, value: object, words: str) -> None:
    assert fault(changed(ALLOCATE, where, value)).startswith(words)


def test_an_unknown_reference_names_the_nearest_or_what_there_is() -> None:
    near = fault(changed(ALLOCATE, "resources.1.access_s", {"Aa": 5}))
    assert near.endswith("segment 'Aa', which is not in the file. Did you mean 'A'?")
    assert fault(changed(ALLOCATE, "resources.1.access_s", {"Z": 5})).endswith("which is not in the file. It has A, B.")


def test_all_zero_probabilities_are_a_fault() -> None:
    problem = changed(changed(ALLOCATE, "segments.0.poa", 0), "segments.1.poa", 0)
    assert fault(problem) == "p.json: segments: poa is 0 everywhere. Give at least one segment some probability."


def test_several_faults_name_the_first_and_count_the_rest() -> None:
    problem = changed(changed(ALLOCATE, "segments.0.poa", -1), "segments.1.poa", -1)
    assert fault(problem).endswith("(1 more fault after this one.)")


def test_too_many_pairs_are_a_fault() -> None:
    segment, resource = ALLOCATE["segments"][0], ALLOCATE["resources"][1]
    problem = ALLOCATE | {
        "segments": [segment | {"id": f"S{i}", "poa": 0.0} for i in range(5000)],
        "resources": [resource | {"id": f"R{i}", "sweep_width_m": {}, "speed_mps": {}} for i in range(5000)],
    }
    assert "5000 segments x 5000 resources are too many for one problem" in fault(problem)


def test_an_unknown_field_is_a_finding_and_a_slip_a_fault() -> None:
    assert read(ALLOCATE | {"note": "from the north side"}) == ("note is no known field: it was left aside.",)
    assert read(changed(ALLOCATE, "segments.1.colour", "red")) == (
        "segments[1].colour is no known field: it was left aside.",
    )
    slip = fault(ALLOCATE | {"whole_segment": True})
    assert slip == "p.json: whole_segment is no known field. Did you mean 'whole_segments'?"


@pytest.mark.parametrize(
    ("where", "right"), [("segments.0.area_m", "area_m2"), ("resources.0.efort_s", "effort_s"), ("segmets", "segments")]
)
def test_a_slip_beside_the_right_field_is_a_fault_too(where: str, right: str) -> None:
    said = fault(changed(ALLOCATE, where, 5))
    assert f"is no known field, and {right!r}, which it resembles, stands beside it. Leave it out" in said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    np.save(tmp_path / "map.npy", np.full((20, 20), 1 / 400))
    return tmp_path


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        ("poa", "gone.npy", "p.json: poa names 'gone.npy', and there is no such file in"),
        ("poa", "text.npy", "p.json: poa names 'text.npy', which is not a whole .npy file."),
        ("poa", "short.npy", "p.json: poa names 'short.npy', which is not a whole .npy file."),
        ("poa", "objects.npy", "p.json: poa names 'objects.npy', which is not a whole .npy file."),
        ("poa", "flat.npy", "p.json: flat.npy has shape (5,). Give a raster of rows and columns."),
        ("poa", "none.npy", "p.json: none.npy has shape (0, 3). Give a raster of rows and columns."),
        ("poa", "nan.npy", "p.json: nan.npy is NaN or infinite at row 1, column 2. Give probabilities from 0 up."),
        ("poa", "minus.npy", "p.json: minus.npy is negative at row 0, column 1. Give probabilities from 0 up."),
        ("poa", "zero.npy", "p.json: zero.npy is 0 everywhere. Give a map with some probability in it."),
        ("poa", "words.npy", "p.json: words.npy holds <U1 values. Give numbers."),
        ("poa", "bad.tif", "p.json: poa names 'bad.tif', which is not a GeoTIFF that can be read."),
        ("cell_m", 0, "p.json: cell_m is 0, and must be above 0."),
        ("searchers", [], "p.json: searchers has 0 entries, and needs at least 1."),
        ("searchers.0.start_m", [0, 0, 0], "p.json: searchers[0].start_m has 3 entries, and needs at most 2."),
        ("searchers.0.start_m", ..., "p.json: searchers[0].start_m is missing. Give where the path starts"),
        ("searchers.0.start_m", [9000, 0], "p.json: Searcher 'd1' starts at (9000"),
        (
            "searchers.0.length_m",
            1e12,
            "p.json: searchers[0].length_m is 1e+12 with radius_m 33: more than 5e+06 steps.",
        ),
        ("searchers.0.radius_m", -3, "p.json: searchers[0].radius_m is -3, and must be above 0."),
        ("searchers.0.pod", 1.2, "p.json: searchers[0].pod is 1.2, and must be at most 1."),
        ("objective", "fastest", "p.json: objective is \"fastest\", and must be 'end' or 'soonest'."),
    ],
)
def test_faults_of_a_sweep_file(folder: Path, where: str, value: object, words: str) -> None:
    np.save(folder / "flat.npy", np.ones(5))
    np.save(folder / "none.npy", np.ones((0, 3)))
    np.save(folder / "nan.npy", np.array([[1.0, 1, 1], [1, 1, np.nan]]))
    np.save(folder / "minus.npy", np.array([[1.0, -1, 1]]))
    np.save(folder / "zero.npy", np.zeros((3, 3)))
    np.save(folder / "words.npy", np.array([["a", "b"]]))
    np.save(folder / "objects.npy", np.array([[None, 1]]), allow_pickle=True)
    (folder / "text.npy").write_text("1 2 3")
    (folder / "short.npy").write_bytes((folder / "map.npy").read_bytes()[:-100])
    (folder / "bad.tif").write_bytes(b"II*\0")
    assert fault(changed(SWEEP, where, value), folder).startswith(words)


def test_a_searcher_named_twice_is_a_fault(folder: Path) -> None:
    problem = changed(SWEEP, "searchers", SWEEP["searchers"] * 2)
    assert fault(problem, folder) == "p.json: searchers[1].id is 'd1' for the second time. Give each its own id."


def test_an_array_beside_the_problem_is_read_and_hashed(folder: Path) -> None:
    loaded = load(json.dumps(SWEEP).encode(), "p.json")
    there = door("sweep")
    model, findings = parse(loaded, there.problem)
    ready = there.read(model, folder, "p.json")
    assert list(ready.inputs_sha256) == ["map.npy"]
    assert len(ready.inputs_sha256["map.npy"]) == 64
    assert findings == ()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_field_of_every_kind_is_described_and_in_the_manual(kind: str) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "solvers.md").read_text(encoding="utf-8")
    assert f"## {kind}" in manual
    there = door(kind)
    for model in (there.problem, there.solution):
        schema = model.model_json_schema()
        for part in (schema, *schema.get("$defs", {}).values()):
            for name, field in part.get("properties", {}).items():
                assert field.get("description"), f"{kind}: {name}"
                assert f"`{name}`" in manual or f".{name}`" in manual, f"{kind}: {name} is not in docs/solvers.md"


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(BadInput, match=r"There is no kind of problem 'swep'\. Did you mean 'sweep'\?"):
        door("swep")


def test_errors_are_of_the_files() -> None:
    with pytest.raises(BadFile):
        read(b"")


@pytest.mark.parametrize("kind", ["allocate", "rooms", "sweep"])
def test_the_time_limit_of_each_kind_is_told(kind: str) -> None:
    docs = Path(__file__).parents[2] / "docs"
    seconds = f"{door(kind).time_limit_s:g}"
    assert f"{seconds} s for `{kind}`" in (docs / "solvers.md").read_text(encoding="utf-8")
    assert f"{kind} {seconds}" in " ".join((docs / "cli.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"people": {"A": {"medic": "5"}}}, 'people.A.medic is "5", and must be a number.'),
        ({"people": {"A": [5]}}, "people.A[0] is 5, and must be text."),
        ({"reserve_must_have": {"medic": -1}}, "reserve_must_have.medic is -1, and must be at least 0."),
        ({"reserve_must_have": 5}, "reserve_must_have is 5, and must be a list or an object {...}."),
        ({"posts": [{"id": "a"}]}, "posts[0].need is missing."),
    ],
)
def test_a_field_of_several_kinds_is_named_as_the_file_names_it(fields: dict[str, Any], said: str) -> None:
    whole = {"kind": "formation", "people": {"A": {"medic": 1}}, "need": {"medic": 1}, **fields}
    loaded = load(json.dumps(whole).encode(), "p.json")
    with pytest.raises(BadFile) as refused:
        parse(loaded, door("formation").problem)
    assert str(refused.value).startswith(f"p.json: {said} Give ")
