"""The verbs that need no mission: solve a problem file, describe the kinds of problem."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from homeward.desk.answer import Answer
from homeward.desk.files import write_whole
from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files import KINDS, door, load
from homeward.exchange.solver_files.reading import kind_of, parse

Progress = Callable[[float, float, float], None]
_ROOM = "Free some space, or write somewhere else."


def solve(
    problem: Path | None,
    *,
    to: Path | None = None,
    time_limit_s: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Answer:
    """Solves a problem file of any kind; the answer's data is the solution, which is also written to `to`.

    `problem` None reads standard input; array files are then looked for in the present folder. `time_limit_s` None is
    the kind's own. Raises `BadFile` for a problem that cannot be, naming the field.
    """
    if time_limit_s is not None and not 0 < time_limit_s < 1e7:
        raise BadInput(f"A time limit of {time_limit_s:g} s cannot be. Give seconds, above 0.")
    if not 0 <= seed < 2**63:
        raise BadInput(f"A seed of {seed} cannot be. Give a whole number from 0 up.")
    if to is not None:
        _check_target(to, problem)
    name = "standard input" if problem is None else problem.name
    loaded = load(_bytes_of(problem), name)
    kind = kind_of(loaded, KINDS)
    there = door(kind)
    if there.arrays and to is None:
        raise BadInput(f"A solution of the kind {kind} has arrays in files beside it. Say where: -o SOLUTION.json.")
    model, findings = parse(loaded, there.problem)
    ready = there.read(model, Path() if problem is None else problem.parent, name)
    found = ready.solve(time_limit_s or there.time_limit_s, seed, progress)
    solution: dict[str, Any] = {
        "kind": kind,
        "version": 1,
        "status": found.status,
        "value": found.value,
        "bound": found.bound,
        "seed": seed,
        "elapsed_s": round(found.elapsed_s, 6),
        "problem_sha256": loaded.sha256,
        "inputs_sha256": dict(ready.inputs_sha256),
        "why": list(found.why),
        "findings": [*findings, *ready.findings, *found.findings],
        **found.fields,
    }
    if to is not None:
        for field in there.arrays:
            name = f"{to.stem}-{field}.npy"
            write_whole(to.with_name(name), _npy(solution[field]), remedy=_ROOM)
            solution[field] = name
        text = json.dumps(solution, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
        write_whole(to, text.encode(), remedy=_ROOM)
    return Answer(text="\n".join(found.why), data=solution)


def schema(kind: str | None = None, *, of_solution: bool = False) -> Answer:
    """The JSON Schema of a kind's problem file, or of its solution file; without a kind, the list of kinds."""
    if kind is None:
        return Answer(text="\n".join(f"{name}: {about}" for name, about in KINDS.items()), data=dict(KINDS))
    there = door(kind)
    model = there.solution if of_solution else there.problem
    data = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
    return Answer(text=json.dumps(data, ensure_ascii=False, indent=1), data=data)


def _bytes_of(problem: Path | None) -> bytes:
    if problem is None:
        return sys.stdin.buffer.read()
    try:
        return problem.read_bytes()
    except FileNotFoundError as err:
        raise BadFile(f"There is no file {problem}. Check the name.") from err
    except IsADirectoryError as err:
        raise BadFile(f"{problem} is a folder. Name the problem file in it.") from err
    except OSError as err:
        raise BadFile(f"{problem} cannot be read ({err.strerror}). Check its permissions.") from err


def _check_target(to: Path, problem: Path | None) -> None:
    """Refuses, before any work, a target that could not be written."""
    if to.is_dir():
        raise BadInput(f"{to} is a folder. Name the solution file in it.")
    if not to.parent.is_dir():
        raise BadInput(f"There is no folder {to.parent}. Make it first, or write somewhere else.")
    if problem is not None and to.exists() and problem.exists() and to.samefile(problem):
        raise BadInput(f"{to} is the problem itself. Give the solution another name.")


def _npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()
