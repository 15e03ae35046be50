"""Problem and solution files of the kind `allocate`: effort of several resources over segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.allocate_moving import PeriodFile, PeriodResult, read_paths, to_moving
from homeward.exchange.solver_files.allocate_moving import reported as moving_reported
from homeward.exchange.solver_files.door import Door, FileModel, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.exchange.solver_files.reading import distinct, must_be_known
from homeward.geo import Floats
from homeward.search.allocate import AllocateProblem, AllocateSolution, solve_allocate
from homeward.search.allocate_moving import solve_moving

MAX_NUMBERS = 20_000_000  # scenarios x resources x segments

_NODES = 9  # of the quadrature over an uncertain sweep width
NotNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Id = Annotated[str, Field(min_length=1)]


class SegmentFile(FileModel):
    """A piece of ground."""

    id: Id = Field(description="a name of its own")
    poa: NotNegative = Field(
        default=0.0,
        le=1,
        description="the probability that the subject is in the segment, 0 to 1 (not used with paths, needed without)",
    )
    area_m2: Positive = Field(description="the area, square metres, above 0")


class ResourceFile(FileModel):
    """A team, a dog, a drone: who searches."""

    id: Id = Field(description="a name of its own")
    effort_s: NotNegative = Field(description="the time it can spend, seconds, not below 0")
    sweep_width_m: dict[str, NotNegative] = Field(
        description="the sweep width by segment, metres, not below 0 (a segment left out: it cannot search there)"
    )
    speed_mps: dict[str, NotNegative] = Field(
        description="the speed while searching by segment, metres per second, not below 0 "
        "(left out: it cannot search there)"
    )
    access_s: dict[str, NotNegative] = Field(
        default_factory=dict, description="the time to get to work by segment, seconds, not below 0 (left out: none)"
    )
    sweep_width_gsd: float = Field(
        default=1.0,
        ge=1,
        le=10,
        description="how uncertain the sweep width is: the geometric standard deviation of a lognormal whose median is "
        "sweep_width_m, 1 (sure) to 10",
    )


class ScenarioFile(FileModel):
    """What may be true of the subject, beside the place: responsive or not, on the move or not."""

    id: Id = Field(description="a name of its own")
    p: Positive = Field(le=1, description="the probability of the scenario, above 0; all of them sum to 1")
    poa: dict[str, NotNegative] | None = Field(
        default=None, description="probability by segment if the scenario holds, 0 to 1 (left out: the segments' own)"
    )
    sweep_factor: dict[str, NotNegative] = Field(
        default_factory=dict,
        description="what a resource's sweep widths are multiplied by in this scenario (left out: 1)",
    )


class AllocateFile(ProblemHead):
    """How to share the effort of several resources over segments, so that the subject is found most probably."""

    kind: Literal["allocate"] = Field(description="'allocate'")
    segments: list[SegmentFile] = Field(min_length=1, description="the segments, at least one")
    resources: list[ResourceFile] = Field(min_length=1, description="the resources, at least one")
    whole_segments: bool = Field(
        default=False,
        description="true: effort_s holds searching and access, each segment taken first costing its access_s; "
        "false: effort_s is net searching time, freely divisible",
    )
    scenarios: list[ScenarioFile] = Field(
        default_factory=list, description="scenarios of the subject, if there are any"
    )
    periods: list[PeriodFile] = Field(
        default_factory=list, description="the periods of a subject who moves, one for each column of paths"
    )
    paths: str | None = Field(
        default=None,
        min_length=1,
        description="the name of a .npy file: whole numbers, one row for each sample path of the subject, one column "
        "for each period: the position in segments, from 0 up, or -1 for off the map",
    )
    weights: str | list[float] | None = Field(
        default=None,
        description="the probability of each path: a list, or the name of a .npy file; they sum to at most 1 "
        "(left out: all the same, summing to 1)",
    )


class AllocateResult(SolutionHead):
    """Who searches where for how long. `value` and `bound` are probabilities of success (POS)."""

    effort_s: dict[str, dict[str, float]] = Field(
        description="net searching time by resource and segment, over all periods, seconds; pairs without are left out"
    )
    gap: float = Field(description="(bound - value) / value")
    pos: dict[str, float] = Field(description="probability of success by segment; they sum to value")
    marginal_pos_per_hour: dict[str, float] = Field(
        description="what one more hour of each resource would find (with periods: in the best one for it)"
    )
    periods: list[PeriodResult] | None = Field(default=None, description="for a subject who moves: period by period")


def read(problem: AllocateFile, folder: Path, file: str) -> Read:
    """The file as a problem, ready to be solved."""
    _check_moving(problem, file)
    if problem.paths is not None:
        return _read_moving(problem, problem.paths, folder, file)
    try:
        ready = to_problem(problem, file)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        return _reported(ready, solve_allocate(ready, time_limit_s=time_limit_s, seed=seed, progress=progress))

    return Read(solve=solve)


def _check_moving(problem: AllocateFile, file: str) -> None:
    """Refuses halves of a moving subject, and what does not go together with one."""
    if problem.paths is None:
        for name in ("periods", "weights"):
            if getattr(problem, name):
                raise BadFile(f"{file}: {name} stands without paths. Give both, or neither for a subject who stays.")
        return
    if not problem.periods:
        raise BadFile(f"{file}: paths stands without periods. Give one period for each column of the paths.")
    if problem.whole_segments:
        raise BadFile(f"{file}: whole_segments does not go together with paths. Leave one of them out.")
    if problem.scenarios:
        raise BadFile(f"{file}: scenarios does not go together with paths. Give each scenario its share of the paths.")
    for i, r in enumerate(problem.resources):
        if r.sweep_width_gsd > 1:
            raise BadFile(f"{file}: resources[{i}].sweep_width_gsd does not go together with paths. Leave it out.")


def _read_moving(problem: AllocateFile, paths: str, folder: Path, file: str) -> Read:
    segments, resources = _names(problem, file)
    rate, _ = _rate(problem, segments, file)
    effort_s = np.array([r.effort_s for r in problem.resources])
    found, hashes = read_paths(paths, problem.weights, folder, file, n_segments=len(segments))
    ready = to_moving(problem.periods, segments, resources, (rate, effort_s), found, file)
    said = any("poa" in s.model_fields_set for s in problem.segments)

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        done = moving_reported(ready, solve_moving(ready, time_limit_s=time_limit_s, seed=seed, progress=progress))
        note = ("The paths say where the subject may be: the segments' poa is not used.",) if said else ()
        return replace(done, why=done.why + note)

    return Read(solve=solve, inputs_sha256=hashes)


def to_problem(problem: AllocateFile, file: str) -> AllocateProblem:
    """Coverage per second from sweep width x speed / area, in every scenario and for every likely sweep width."""
    segments, resources = _names(problem, file)
    for i, s in enumerate(problem.segments):
        if "poa" not in s.model_fields_set:
            raise BadFile(
                f"{file}: segments[{i}].poa is missing. "
                "Give the probability that the subject is in the segment, 0 to 1."
            )
    distinct((s.id for s in problem.scenarios), file=file, field="scenarios")
    rate, access_s = _rate(problem, segments, file)
    weight, factor = _scenarios(problem, segments, resources, file)
    gsd = np.array([r.sweep_width_gsd for r in problem.resources])
    if (gsd > 1).any():
        weight, factor = _spread(weight, factor, gsd)
    return AllocateProblem(
        segments=tuple(segments),
        resources=tuple(resources),
        weight=weight,
        rate=factor[:, :, None] * rate,
        effort_s=np.array([r.effort_s for r in problem.resources]),
        access_s=access_s,
        whole_segments=problem.whole_segments,
    )


def _names(problem: AllocateFile, file: str) -> tuple[dict[str, int], dict[str, int]]:
    """Positions of segments and resources by name."""
    distinct((s.id for s in problem.segments), file=file, field="segments")
    distinct((r.id for r in problem.resources), file=file, field="resources")
    _check_size(problem, file)
    return {s.id: i for i, s in enumerate(problem.segments)}, {r.id: i for i, r in enumerate(problem.resources)}


def _rate(problem: AllocateFile, segments: Mapping[str, int], file: str) -> tuple[Floats, Floats]:
    """Coverage per second, and access in seconds, both (resources, segments)."""
    area_m2 = np.array([s.area_m2 for s in problem.segments])
    width_m, speed_mps, access_s = (
        np.array([_by_segment(getattr(r, name), segments, f"{file}", f"resources[{i}].{name}")
                  for i, r in enumerate(problem.resources)])
        for name in ("sweep_width_m", "speed_mps", "access_s")
    )  # fmt: skip
    with np.errstate(over="ignore"):
        rate = width_m * speed_mps / area_m2
    if not np.isfinite(rate).all():
        raise BadFile(
            f"{file}: a sweep width x speed / area is too large a number. Check the units: metres and seconds."
        )
    return rate, access_s


def _check_size(problem: AllocateFile, file: str) -> None:
    spread = _NODES if any(r.sweep_width_gsd > 1 for r in problem.resources) else 1
    numbers = len(problem.segments) * len(problem.resources) * max(1, len(problem.scenarios)) * spread
    if numbers > MAX_NUMBERS:
        raise BadFile(
            f"{file}: {len(problem.segments)} segments x {len(problem.resources)} resources are too many for one "
            f"problem ({numbers} numbers; {MAX_NUMBERS} fit). Merge segments or resources that are alike."
        )


def _by_segment(values: Mapping[str, float], segments: Mapping[str, int], file: str, field: str) -> Floats:
    row = np.zeros(len(segments))
    for name, value in values.items():
        must_be_known(name, segments, file=file, field=field, what="segment")
        row[segments[name]] = value
    return row


def _scenarios(
    problem: AllocateFile, segments: Mapping[str, int], resources: Mapping[str, int], file: str
) -> tuple[Floats, Floats]:
    """Weight (scenarios, segments), and the factor (scenarios, resources) on sweep widths."""
    poa = np.array([s.poa for s in problem.segments])
    if not problem.scenarios:
        _check_sum(poa, file, "segments: poa")
        return poa[None], np.ones((1, len(resources)))
    total = sum(s.p for s in problem.scenarios)
    if abs(total - 1) > 1e-6:
        raise BadFile(f"{file}: scenarios: p sums to {total:g}. Give probabilities of scenarios that sum to 1.")
    factor = np.ones((len(problem.scenarios), len(resources)))
    rows = []
    for i, scenario in enumerate(problem.scenarios):
        field = f"scenarios[{i}]"
        own = poa if scenario.poa is None else _by_segment(scenario.poa, segments, file, f"{field}.poa")
        _check_sum(own, file, f"{field}.poa" if scenario.poa is not None else "segments: poa")
        rows.append(scenario.p * own)
        for name, value in scenario.sweep_factor.items():
            must_be_known(name, resources, file=file, field=f"{field}.sweep_factor", what="resource")
            factor[i, resources[name]] = value
    return np.array(rows), factor


def _check_sum(poa: Floats, file: str, field: str) -> None:
    total = float(poa.sum())
    if total > 1 + 1e-6:
        raise BadFile(
            f"{file}: {field} sums to {total:g}. Give probabilities that sum to at most 1; the rest is elsewhere."
        )
    if total <= 0:
        raise BadFile(f"{file}: {field} is 0 everywhere. Give at least one segment some probability.")


def _spread(weight: Floats, factor: Floats, gsd: Floats) -> tuple[Floats, Floats]:
    """Each scenario split into likely sweep widths, by Gauss-Hermite quadrature over one hidden standard normal.

    One hidden normal for all resources: a bad day (fog, leaves, noise) is bad for all of them. Of all ways in which
    the widths may hang together this finds least, so that the value does not flatter. That they hang together fully
    is homeward's own assumption. Averaging over the width: Stone (1975), Theory of Optimal Search, section 2.3.
    """
    z, w = np.polynomial.hermite_e.hermegauss(_NODES)
    w = w / w.sum()
    weight = (w[:, None, None] * weight).reshape(-1, weight.shape[1])
    factor = (gsd ** z[:, None])[:, None, :] * factor
    return weight, factor.reshape(-1, len(gsd))


def _reported(problem: AllocateProblem, solution: AllocateSolution) -> Reported:
    coverage = (problem.rate * solution.effort_s).sum(axis=1)
    pos = -(problem.weight * np.expm1(-coverage)).sum(axis=0)
    effort = {
        name: {problem.segments[i]: float(row[i]) for i in np.flatnonzero(row > 0)}
        for name, row in zip(problem.resources, solution.effort_s, strict=True)
    }
    return Reported(
        status=solution.status,
        value=solution.value,
        bound=solution.bound,
        why=solution.why,
        elapsed_s=solution.elapsed_s,
        fields={
            "effort_s": effort,
            "gap": solution.gap,
            "pos": dict(zip(problem.segments, pos.tolist(), strict=True)),
            "marginal_pos_per_hour": dict(zip(problem.resources, (3600 * solution.price_per_s).tolist(), strict=True)),
        },
    )


DOOR = Door(problem=AllocateFile, solution=AllocateResult, time_limit_s=60.0, read=read)
