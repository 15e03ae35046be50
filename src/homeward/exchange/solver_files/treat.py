"""Problem and solution files of the kind `treat`: treat here or move now, under hazards of death by state."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, FileModel, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.rescue.treat_or_move import plan_words, treat_or_move
from homeward.rescue.treat_records import Assessment, Care, Hazards, Lift, TreatOrMove
from homeward.rescue.triage import MEDIC_DECIDES

_MIN_S = 60.0

Chance = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[float, Field(ge=0)]
Id = Annotated[str, Field(min_length=1)]


class StateFile(FileModel):
    """A state that the casualty may be in."""

    id: Id = Field(description="a name of its own")
    p: Chance = Field(description="probability of it; what is missing to 1 over all states is dead already")
    hazard_per_min: list[NotNegative | list[NotNegative]] = Field(
        min_length=1,
        description="hazard of death per minute: untreated, then after each of `cares`; each a number, or a list of one"
        " for each of `ages_min`",
    )
    growth_per_min2: NotNegative = Field(
        default=0.0, description="added for every minute on the move since the start or the last stop"
    )
    at_stop_per_min: NotNegative | None = Field(
        default=None, description="hazard during a stop to stabilise (left out: as otherwise); in all states or none"
    )


class CareFile(FileModel):
    """A treatment; a later one of the list replaces an earlier."""

    id: Id = Field(description="a name of its own")
    takes_min: NotNegative = Field(description="how long it takes, minutes")


class TestFile(FileModel):
    """A way to tell the states apart, made once at most."""

    id: Id = Field(description="a name of its own")
    takes_min: NotNegative = Field(description="how long it takes, minutes")
    says_yes: dict[str, Chance] = Field(description="by state: probability that it says yes")


class LiftFile(FileModel):
    """A helicopter or vehicle that may come to a way-point."""

    id: Id = Field(description="a name of its own")
    at: int = Field(default=0, ge=0, description="the way-point, 0 = the find")
    ready_min: NotNegative = Field(description="minutes from now until it is there")
    then_min: NotNegative = Field(default=0.0, description="minutes from there to care")
    p_comes: Chance = Field(default=1.0, description="probability that it comes; else the carry goes on then")


class TreatFile(ProblemHead):
    """What to do first so that the casualty arrives alive: assess, treat, move, stop to stabilise, wait for a lift."""

    kind: Literal["treat"] = Field(description="'treat'")
    states: list[StateFile] = Field(min_length=1, description="the states that the casualty may be in")
    ages_min: list[NotNegative] = Field(
        default_factory=lambda: [0.0],
        min_length=1,
        description="minutes since the injury from which each hazard of a list holds; the first is 0",
    )
    age_min: NotNegative = Field(default=0.0, description="minutes since the injury, now")
    cares: list[CareFile] = Field(default_factory=list, description="treatments, the slightest first")
    care: int = Field(default=0, ge=0, description="how many of `cares` are done already")
    tests: list[TestFile] = Field(default_factory=list, description="what can be looked for")
    lifts: list[LiftFile] = Field(default_factory=list, description="helicopters or vehicles that can be waited for")
    legs_min: list[NotNegative] = Field(min_length=1, description="minutes of carrying from way-point to way-point")
    then_min: NotNegative = Field(default=0.0, description="minutes from the last way-point to care")
    stop_min: float | None = Field(
        default=None, gt=0, description="how long a stop to stabilise takes (left out: there are none)"
    )
    stops_at: list[int] | None = Field(
        default=None, description="way-points where it can be made (left out: all but the find and the last)"
    )


class TreatResult(SolutionHead):
    """The advice. `value` is the probability of arriving alive under the best plan."""

    first: str = Field(description="what to do first: 'move', 'stop', 'treat: ID', 'assess: ID' or 'wait: ID'")
    by_first: dict[str, float] = Field(
        description="by first step: the probability of arriving alive, the best after it"
    )
    simple: dict[str, float] = Field(description="the same for rules of thumb: always move, always treat first")
    plan: list[str] = Field(description="the plan in lines, indented by what turned out")
    flips: list[dict[str, Any]] = Field(description="carry_min at which the first step changes, and the `first` then")
    left_out: list[str] = Field(description="what there was no time to look at")


def read(problem: TreatFile, folder: Path, file: str) -> Read:
    """The file's question, ready to be solved."""
    del folder
    try:
        ready = _question(problem)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        del seed, progress
        return _reported(ready, time_limit_s)

    return Read(solve=solve)


def _question(problem: TreatFile) -> TreatOrMove:
    states = problem.states
    uneven = [s.id for s in states if len(s.hazard_per_min) != len(problem.cares) + 1]
    if uneven:
        raise BadInput(
            f"State {uneven[0]!r} has a number of hazards other than {len(problem.cares) + 1}."
            " Give one untreated and one after each of `cares`."
        )
    ids = [s.id for s in states]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise BadInput(f"Two states are called {twice!r}. Give each a name of its own.")
    stops = [s.at_stop_per_min for s in states if s.at_stop_per_min is not None]
    if stops and len(stops) < len(states):
        raise BadInput("at_stop_per_min stands in some states only. Give it in all or in none.")
    return TreatOrMove(
        belief={s.id: s.p for s in states},
        hazards=Hazards(
            states=tuple(ids),
            per_s=np.array([_by_age(s, len(problem.ages_min)) for s in states]).transpose(1, 0, 2) / _MIN_S,
            ages_s=np.array(problem.ages_min) * _MIN_S,
            growth_per_s2=np.array([s.growth_per_min2 for s in states]) / _MIN_S**2,
            at_stop_per_s=np.array(stops) / _MIN_S if stops else None,
        ),
        legs_s=tuple(leg * _MIN_S for leg in problem.legs_min),
        cares=tuple(Care(name=c.id, takes_s=c.takes_min * _MIN_S) for c in problem.cares),
        tests=tuple(Assessment(name=t.id, takes_s=t.takes_min * _MIN_S, says_yes=t.says_yes) for t in problem.tests),
        lifts=tuple(
            Lift(name=x.id, at=x.at, ready_s=x.ready_min * _MIN_S, then_s=x.then_min * _MIN_S, p_comes=x.p_comes)
            for x in problem.lifts
        ),
        then_s=problem.then_min * _MIN_S,
        age_s=problem.age_min * _MIN_S,
        care=problem.care,
        stop_s=None if problem.stop_min is None else problem.stop_min * _MIN_S,
        stops_at=None if problem.stops_at is None else tuple(problem.stops_at),
    )


def _by_age(state: StateFile, ages: int) -> list[list[float]]:
    """The hazards of a state, (cares, ages); a number holds at every age."""
    told = [h if isinstance(h, list) else [h] * ages for h in state.hazard_per_min]
    if any(len(h) != ages for h in told):
        raise BadInput(
            f"State {state.id!r} has a list of hazards by age that is not {ages} long. Give one for each of `ages_min`."
        )
    return told


def _reported(question: TreatOrMove, time_limit_s: float) -> Reported:
    begun = perf_counter()
    advice = treat_or_move(question, time_limit_s=time_limit_s)
    late = (f"No time was left for: {', '.join(advice.left_out)}.",) if advice.left_out else ()
    return Reported(
        status="optimal" if advice.bound <= advice.value + 1e-9 else "feasible",
        value=advice.value,
        bound=advice.bound,
        why=(advice.why, *late, MEDIC_DECIDES),
        elapsed_s=perf_counter() - begun,
        fields={
            "first": advice.first,
            "by_first": dict(advice.by_first),
            "simple": dict(advice.simple),
            "plan": list(plan_words(advice.plan)),
            "flips": [{"carry_min": carry_s / _MIN_S, "first": then} for carry_s, then in advice.flips],
            "left_out": list(advice.left_out),
        },
    )


DOOR = Door(problem=TreatFile, solution=TreatResult, time_limit_s=10.0, read=read)
