"""Problem and solution files of the kind `roster`: who is on duty in which operational period, over days."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, FileModel, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.exchange.solver_files.reading import distinct, must_be_known
from homeward.team.roster import Demand, Period, Roster, RosterProblem, Wish, Worker, solve_roster

MAX_DUTIES = 50_000  # workers x days x periods
Id = Annotated[str, Field(min_length=1)]
NotNegative = Annotated[float, Field(ge=0, le=1e9)]
Number = Annotated[int, Field(ge=0, le=1_000_000)]
AtLeastOne = Annotated[int, Field(ge=1)]


class PeriodFile(FileModel):
    """A kind of operational period."""

    id: Id = Field(description="a name of its own")
    length_h: NotNegative = Field(description="how long it is, hours, 0 or more")
    never_before: list[Id] = Field(default_factory=list, description="periods that may not follow it on the next day")


class WorkerFile(FileModel):
    """Somebody on the roster, with limits."""

    id: Id = Field(description="a name of its own")
    most: dict[str, Number] = Field(default_factory=dict, description="by period: how many at most (left out: any)")
    max_hours_h: NotNegative | None = Field(default=None, description="hours on duty at most (left out: any)")
    min_hours_h: NotNegative = Field(default=0.0, description="hours on duty at least, 0 or more")
    max_run: AtLeastOne = Field(default=7, description="days on duty in a row at most, 1 or more")
    min_run: AtLeastOne = Field(default=1, description="days on duty in a row at least, 1 or more")
    min_days_off: AtLeastOne = Field(default=1, description="days off in a row at least, 1 or more")
    max_weekends: Number | None = Field(default=None, description="weekends on duty at most (left out: any)")
    days_off: list[Number] = Field(default_factory=list, description="days that were granted off, from 0 up")


class DemandFile(FileModel):
    """How many are needed on duty."""

    day: Number = Field(description="the day, from 0 up")
    period: Id = Field(description="the period, by id")
    n: Number = Field(description="how many, 0 or more")
    under: NotNegative = Field(default=100.0, description="what each one too few costs, 0 or more")
    over: NotNegative = Field(default=1.0, description="what each one too many costs, 0 or more")


class WishFile(FileModel):
    """That somebody wants to be on duty, or not."""

    worker: Id = Field(description="who, by id")
    day: Number = Field(description="the day, from 0 up")
    period: Id = Field(description="the period, by id")
    on: bool = Field(description="true: wants to be on duty then; false: wants not to")
    cost: NotNegative = Field(default=1.0, description="what it costs if that is not so, 0 or more")


class RosterFile(ProblemHead):
    """Who is on duty in which operational period, over days."""

    kind: Literal["roster"] = Field(description="'roster'")
    days: int = Field(ge=1, le=366, description="how many days are planned, 1 to 366")
    monday: int = Field(default=0, ge=0, le=6, description="the first day that is a Monday, 0 to 6")
    periods: list[PeriodFile] = Field(min_length=1, description="the kinds of period, at least one")
    workers: list[WorkerFile] = Field(min_length=1, description="who is on the roster, at least one")
    demands: list[DemandFile] = Field(default_factory=list, description="how many are needed, by day and period")
    wishes: list[WishFile] = Field(default_factory=list, description="wishes to be on duty or off")


class ShortFile(FileModel):
    """A period with too few on duty."""

    day: int = Field(description="the day")
    period: str = Field(description="the period")
    missing: int = Field(description="how many are missing")


class RosterResult(SolutionHead):
    """Who is on duty when. `value` is the cost, `bound` a proven lower bound on that of any roster."""

    duty: dict[str, list[str | None]] = Field(description="by worker: the period of each day, null for off")
    short: list[ShortFile] = Field(description="periods with too few on duty")


def read(problem: RosterFile, folder: Path, file: str) -> Read:  # noqa: ARG001 - this kind has no array files
    """The file as a problem, ready to be solved."""
    try:
        ready = to_problem(problem, file)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:  # noqa: ARG001 - nothing drawn
        return _reported(solve_roster(ready, time_limit_s=time_limit_s))

    return Read(solve=solve)


def to_problem(problem: RosterFile, file: str) -> RosterProblem:
    """The same in the solver's words."""
    distinct((p.id for p in problem.periods), file=file, field="periods")
    distinct((w.id for w in problem.workers), file=file, field="workers")
    size = problem.days * len(problem.workers) * len(problem.periods)
    if size > MAX_DUTIES:
        raise BadFile(f"{file}: {size} duties to decide are too many; {MAX_DUTIES} fit. Plan fewer days at a time.")
    known = {p.id: p for p in problem.periods}
    for i, period in enumerate(problem.periods):
        for name in period.never_before:
            must_be_known(name, known, file=file, field=f"periods[{i}].never_before", what="period")
    for i, worker in enumerate(problem.workers):
        for name in worker.most:
            must_be_known(name, known, file=file, field=f"workers[{i}].most", what="period")
    return RosterProblem(
        days=problem.days,
        monday=problem.monday,
        periods=tuple(
            Period(id=p.id, length_h=p.length_h, never_before=frozenset(p.never_before)) for p in problem.periods
        ),
        workers=tuple(_worker(w, problem.days) for w in problem.workers),
        demands=tuple(Demand(day=d.day, period=d.period, n=d.n, under=d.under, over=d.over) for d in problem.demands),
        wishes=tuple(Wish(worker=w.worker, day=w.day, period=w.period, on=w.on, cost=w.cost) for w in problem.wishes),
    )


def _worker(w: WorkerFile, days: int) -> Worker:
    return Worker(
        id=w.id,
        most=w.most,
        max_hours_h=float("inf") if w.max_hours_h is None else w.max_hours_h,
        min_hours_h=w.min_hours_h,
        max_run=w.max_run,
        min_run=w.min_run,
        min_days_off=w.min_days_off,
        max_weekends=days if w.max_weekends is None else w.max_weekends,
        days_off=frozenset(w.days_off),
    )


def _reported(found: Roster) -> Reported:
    short = [{"day": d.day, "period": d.period, "missing": n} for d, n in found.short]
    return Reported(
        status=found.status,
        value=found.value,
        bound=found.bound,
        why=found.why,
        elapsed_s=found.elapsed_s,
        fields={"duty": {who: list(row) for who, row in found.duty.items()}, "short": short},
    )


DOOR = Door(problem=RosterFile, solution=RosterResult, time_limit_s=60.0, read=read)
