"""Rules of the way in problem files: read as they are meant, each fault in one sentence naming file and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homeward.errors import BadFile
from homeward.exchange.solver_files import door
from homeward.exchange.solver_files.reading import load, parse

SQUARE = [[300, 300], [600, 300], [600, 600], [300, 600]]


def problem(searcher: dict[str, Any], **fields: Any) -> dict[str, Any]:
    base = {"id": "a", "start_m": [100, 100], "length_m": 2000, "radius_m": 40}
    head = {"kind": "sweep", "poa": "map.npy", "cell_m": 30, "west_m": 0, "south_m": 0}
    return {**head, "searchers": [{**base, **searcher}], **fields}


def read(folder: Path, content: dict[str, Any]) -> Any:
    np.save(folder / "map.npy", np.ones((30, 30)))
    there = door("sweep")
    parsed, findings = parse(load(json.dumps(content).encode(), "p.json"), there.problem)
    assert findings == ()
    return there.read(parsed, folder, "p.json")


@pytest.mark.parametrize(
    ("searcher", "fields", "words"),
    [
        ({"start_m": [450, 450]}, {"no_go": [SQUARE]}, r"p\.json: Searcher 'a' starts at .* inside a no_go polygon\."),
        ({"end_m": [450, 450]}, {"no_go": [SQUARE]}, r"p\.json: Searcher 'a' is to end at .* inside a no_go polygon\."),
        (
            {"end_m": [800, 800], "length_m": 500},
            {},
            r"p\.json: Searcher 'a' needs 990 m to its end_m, and can go 500 m",
        ),
        (
            {"start_m": None, "return_to_start": True},
            {},
            r"p\.json: Searcher 'a' is to return to its start, and has none",
        ),
        ({"end_m": [1, 1], "return_to_start": True}, {}, r"p\.json: Searcher 'a' is to end at .* and at its start\."),
        ({"turn_radius_m": -1}, {}, r"searchers\[0\]\.turn_radius_m is -1, and must be at least 0\."),
        ({"end_m": [1]}, {}, r"searchers\[0\]\.end_m has 1 entries, and needs at least 2"),
        ({}, {"no_go": [SQUARE[:2]]}, r"no_go\[0\] has 2 entries, and needs at least 3"),
        ({"return_to_start": 1}, {}, r"searchers\[0\]\.return_to_start is 1, and must be true or false"),
        ({}, {"no_gos": [SQUARE]}, r"no_gos is no known field\. Did you mean 'no_go'\?"),
    ],
)
def test_faults_of_the_rules(tmp_path: Path, searcher: dict[str, Any], fields: dict[str, Any], words: str) -> None:
    with pytest.raises(BadFile, match=words):
        read(tmp_path, problem(searcher, **fields))


def test_a_file_with_rules_is_solved_by_them(tmp_path: Path) -> None:
    content = problem({"return_to_start": True, "turn_radius_m": 20}, no_go=[SQUARE])
    solution = read(tmp_path, content).solve(0.5, 0, None)
    path = np.array(solution.fields["paths"]["a"])
    assert path[0] == pytest.approx([100, 100])
    assert path[-1] == pytest.approx([100, 100])
    assert not ((path > 300.01) & (path < 599.99)).all(axis=1).any()
    assert 0 < solution.value <= solution.bound
