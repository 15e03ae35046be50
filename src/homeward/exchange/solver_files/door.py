"""What every kind of problem file and solution file has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Progress = Callable[[float, float, float], None]  # seconds gone, value, bound
Status = Literal["optimal", "feasible", "infeasible"]


class FileModel(BaseModel):
    """A part of a file: numbers are numbers (no text, no NaN), and fields that nobody knows are looked at apart."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False, frozen=True)


class ProblemHead(FileModel):
    """The first fields of every problem file."""

    kind: str = Field(description="the kind of problem")
    version: Literal[1] = Field(default=1, description="the version of the format, 1")


class SolutionHead(BaseModel):
    """The fields of every solution file."""

    kind: str = Field(description="the kind of problem that was solved")
    version: Literal[1] = Field(description="the version of the format, 1")
    status: Status = Field(description="'optimal' only where that is proven; 'infeasible' where there is no solution")
    value: float = Field(description="how good the solution is, in the unit of the kind")
    bound: float = Field(
        description="a value that no solution can pass, proven: an upper bound where more is better, a lower bound "
        "where less is (a cost, a load, a time)"
    )
    seed: int = Field(description="the seed that gives this solution again")
    elapsed_s: float = Field(description="seconds that solving took")
    problem_sha256: str = Field(description="SHA-256 of the problem file's bytes, hexadecimal")
    inputs_sha256: dict[str, str] = Field(
        description="SHA-256 of the bytes of each array file, by its name in the problem"
    )
    why: list[str] = Field(description="the reasons, in sentences")
    findings: list[str] = Field(description="what was odd in the problem file, and what was done about it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A solution as its file says it: the fields of every kind, and those of this one.

    `findings` are what only solving showed to be odd.
    """

    status: Status
    value: float
    bound: float
    why: tuple[str, ...]
    elapsed_s: float
    fields: Mapping[str, Any]
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A problem ready to be solved; `inputs_sha256` by the name of each array file that was read.

    `findings` are what was odd in the file beyond its fields, and what was done about it.
    """

    solve: Callable[[float, int, Progress | None], Reported]
    inputs_sha256: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One kind of problem: its file models, and how its file becomes something to solve.

    `read` takes the checked file, the folder that array files are relative to, and the name by which messages call
    the file. `time_limit_s` is used where the user gives none. `arrays` are the fields of the solution that are big
    arrays, which go into .npy files beside it.
    """

    problem: type[ProblemHead]
    solution: type[SolutionHead]
    time_limit_s: float
    read: Callable[[Any, Path, str], Read]
    arrays: tuple[str, ...] = ()
