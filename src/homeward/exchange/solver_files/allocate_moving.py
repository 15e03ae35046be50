"""The part of `allocate` files for a subject who moves: periods, and sample paths in array files beside the problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import FileModel, Reported
from homeward.exchange.solver_files.reading import array_file, distinct, must_be_known
from homeward.geo import Floats
from homeward.search.allocate_moving import MovingProblem, MovingSolution
from homeward.search.allocate_moving_case import Ints

MAX_NUMBERS = 20_000_000  # paths x periods, and periods x resources x segments

NotNegative = Annotated[float, Field(ge=0)]


class PeriodFile(FileModel):
    """A stretch of time in which the subject stays in one segment of each path."""

    id: str = Field(min_length=1, description="a name of its own")
    effort_s: dict[str, NotNegative] = Field(
        default_factory=dict,
        description="the time that a resource can spend in this period, seconds, not below 0 (left out: the resource's "
        "own effort_s)",
    )
    sweep_factor: dict[str, NotNegative] = Field(
        default_factory=dict,
        description="what a resource's sweep widths are multiplied by in this period, not below 0 (left out: 1)",
    )


class PeriodResult(BaseModel):
    """Who searches where in one period, and what that finds."""

    id: str = Field(description="the period")
    effort_s: dict[str, dict[str, float]] = Field(
        description="net searching time in this period by resource and segment, seconds; pairs without any are left out"
    )
    pos: dict[str, float] = Field(
        description="probability of success in this period by segment; segments without any are left out"
    )
    found: float = Field(description="probability of success by the end of this period")
    marginal_pos_per_hour: dict[str, float] = Field(
        description="what one more hour of each resource in this period would find"
    )


def to_moving(
    periods: Sequence[PeriodFile],
    segments: Mapping[str, int],
    resources: Mapping[str, int],
    arrays: tuple[Floats, Floats],
    paths: tuple[Ints, Floats],
    file: str,
) -> MovingProblem:
    """The problem; `arrays` are coverage per second (resources, segments) and seconds (resources,) of every period."""
    rate, effort_s = arrays
    segment_at, weight = paths
    distinct((p.id for p in periods), file=file, field="periods")
    if segment_at.shape[1] != len(periods):
        raise BadFile(
            f"{file}: paths has {segment_at.shape[1]} columns, and there are {len(periods)} periods. "
            "Give one column for each period."
        )
    if len(periods) * rate.size > MAX_NUMBERS:
        raise BadFile(
            f"{file}: {len(periods)} periods x {rate.shape[0]} resources x {rate.shape[1]} segments are too many "
            f"({MAX_NUMBERS} fit). Merge segments, or take longer periods."
        )
    factor = np.ones((len(periods), len(resources)))
    effort = np.tile(effort_s, (len(periods), 1))
    for t, period in enumerate(periods):
        for name, given, into in (("effort_s", period.effort_s, effort), ("sweep_factor", period.sweep_factor, factor)):
            for who, number in given.items():
                must_be_known(who, resources, file=file, field=f"periods[{t}].{name}", what="resource")
                into[t, resources[who]] = number
    try:
        with np.errstate(over="ignore"):
            return MovingProblem(
                segments=tuple(segments),
                resources=tuple(resources),
                periods=tuple(p.id for p in periods),
                weight=weight,
                segment_at=segment_at,
                rate=factor[:, :, None] * rate,
                effort_s=effort,
            )
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err


def read_paths(
    paths: str, weights: str | list[float] | None, folder: Path, file: str, *, n_segments: int
) -> tuple[tuple[Ints, Floats], dict[str, str]]:
    """The paths (paths, periods) with their weights, and the SHA-256 of each array file by its name."""
    at, sha256 = array_file(paths, folder, file=file, field="paths")
    if at.ndim != 2 or at.size == 0:
        raise BadFile(f"{file}: {paths} has shape {at.shape}. Give one row for each path, one column for each period.")
    if at.dtype.kind not in "iu":
        raise BadFile(f"{file}: {paths} holds {at.dtype} values. Give whole numbers: positions in segments, from 0 up.")
    if at.size > MAX_NUMBERS:
        raise BadFile(f"{file}: {paths} has {at.size} numbers; at most {MAX_NUMBERS} fit. Take fewer paths.")
    wrong = np.argwhere((at < -1) | (at >= n_segments)) if at.dtype.kind == "i" else np.argwhere(at >= n_segments)
    if len(wrong):
        row, col = (int(k) for k in wrong[0])
        raise BadFile(
            f"{file}: {paths} has {at[row, col]} at row {row}, column {col}. Give positions in segments, 0 to "
            f"{n_segments - 1}, or -1 for off the map."
        )
    hashes = {paths: sha256}
    if weights is None:
        weight = np.full(len(at), 1.0 / len(at))
    elif isinstance(weights, str):
        given, hashes[weights] = array_file(weights, folder, file=file, field="weights")
        if given.dtype.kind not in "fiu":
            raise BadFile(f"{file}: {weights} holds {given.dtype} values. Give numbers.")
        weight = given.astype(np.float64)
    else:
        weight = np.array(weights, dtype=np.float64)
    _check_weights(weight, len(at), file)
    return (at.astype(np.intp), weight), hashes


def _check_weights(weight: Floats, n_paths: int, file: str) -> None:
    if weight.shape != (n_paths,):
        raise BadFile(
            f"{file}: weights has shape {weight.shape}, and there are {n_paths} paths. Give one for each path."
        )
    bad = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if len(bad):
        raise BadFile(f"{file}: weights[{bad[0]}] is {weight[bad[0]]:g}. Give probabilities, not below 0.")
    total = float(weight.sum())
    if not 0 < total <= 1 + 1e-6:
        raise BadFile(
            f"{file}: weights sums to {total:g}. Give weights that sum to more than 0 and at most 1; "
            "the rest is elsewhere."
        )


def reported(problem: MovingProblem, solution: MovingSolution) -> Reported:
    """The solution as its file says it: over all periods in the fields of a still subject, then period by period."""
    found = np.cumsum(solution.pos.sum(axis=1)).tolist()
    return Reported(
        status=solution.status,
        value=solution.value,
        bound=solution.bound,
        why=solution.why,
        elapsed_s=solution.elapsed_s,
        fields={
            "effort_s": _by_resource(problem, solution.effort_s.sum(axis=0)),
            "gap": solution.gap,
            "pos": dict(zip(problem.segments, solution.pos.sum(axis=0).tolist(), strict=True)),
            "marginal_pos_per_hour": _prices(problem, solution.price_per_s.max(axis=0)),
            "periods": [
                {
                    "id": name,
                    "effort_s": _by_resource(problem, solution.effort_s[t]),
                    "pos": {
                        problem.segments[i]: float(solution.pos[t, i]) for i in np.flatnonzero(solution.pos[t] > 0)
                    },
                    "found": found[t],
                    "marginal_pos_per_hour": _prices(problem, solution.price_per_s[t]),
                }
                for t, name in enumerate(problem.periods)
            ],
        },
    )


def _by_resource(problem: MovingProblem, effort_s: Floats) -> dict[str, dict[str, float]]:
    return {
        name: {problem.segments[i]: float(row[i]) for i in np.flatnonzero(row > 0)}
        for name, row in zip(problem.resources, effort_s, strict=True)
    }


def _prices(problem: MovingProblem, per_s: Floats) -> dict[str, float]:
    return dict(zip(problem.resources, (3600 * per_s).tolist(), strict=True))
