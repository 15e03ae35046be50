"""The fields of problem and solution files of the kind `muster`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from homeward.exchange.solver_files.door import FileModel, ProblemHead, SolutionHead
from homeward.exchange.solver_files.muster_event import EventFile
from homeward.readiness.muster.records import MAX_PEOPLE, MAX_TIMES

Id = Annotated[str, Field(min_length=1)]
P = Annotated[float, Field(ge=0, le=1)]
Hours = Annotated[float, Field(ge=0, le=1e6)]
Minutes = Annotated[float, Field(ge=0, le=1e6)]
Gsd = Annotated[float, Field(ge=1, le=20)]
Number = Annotated[int, Field(ge=0, le=MAX_PEOPLE)]


class PersonFile(FileModel):
    """Somebody who may come."""

    id: Id = Field(description="a name of its own")
    count: int = Field(default=1, ge=1, le=MAX_PEOPLE, description="so many people alike, called `id 1`, `id 2`...; 1")
    can: list[Id] = Field(default_factory=list, description="roles that they can fill")
    state: Literal["here", "free", "task", "asleep", "unreachable"] | None = Field(
        default=None, description="where they stand; 'here' is in, 'unreachable' does not come (left out: free)"
    )
    status: Literal["here", "free", "task", "asleep", "unreachable"] | None = Field(
        default=None, description="another name for state"
    )
    p_come: P | None = Field(default=None, description="the probability that they come at all once called (1)")
    p_present: P | None = Field(default=None, description="instead of all times: the probability to be there, always")
    times_called: Number | None = Field(
        default=None, description="instead of p_come: how often they were called so far"
    )
    times_came: Number | None = Field(default=None, description="how often of those they came")
    prior: Annotated[list[Annotated[float, Field(gt=0, le=1e6)]], Field(min_length=2, max_length=2)] | None = Field(
        default=None,
        description="what times_called starts from: came and did not come, [1, 1] (our own assumption: anything goes)",
    )
    task_left_h: Hours | None = Field(default=None, description="hours until their task is finished, 0 or more (0)")
    task_gsd: Gsd | None = Field(
        default=None, description="with task_left_h as median: lognormal of this geometric standard deviation (exact)"
    )
    task_mean_h: Hours | None = Field(default=None, description="instead: exponential with this mean, hours")
    task_end: str | None = Field(default=None, description="instead: when the task ends, as 2026-03-06T09:10Z")
    report_min: Minutes = Field(default=0.0, description="minutes to report a task that ends after the recall (0)")
    wake_min: Minutes = Field(default=0.0, description="minutes until they are up and ready (0)")
    travel_median_h: Hours | None = Field(default=None, description="the median of the travel time, hours (0)")
    travel_gsd: Gsd | None = Field(default=None, description="its geometric standard deviation, 1 or more (1: exact)")
    travel_mean_h: Hours | None = Field(default=None, description="instead: exponential with this mean, hours")
    travel_min: Minutes | None = Field(default=None, description="instead: exact, minutes")
    delay_min: Minutes | None = Field(default=None, description="minutes until the call reaches them, exact (0)")
    delay_mean_min: Minutes | None = Field(default=None, description="instead: exponential with this mean, minutes")
    called: bool = Field(default=False, description="whether they are called already")
    silent_min: Minutes = Field(default=0.0, description="minutes since the call without an answer (0)")
    ack_delay_mean_min: Annotated[float, Field(gt=0, le=1e6)] | None = Field(
        default=None, description="mean time to answer of those who come, minutes (left out: silence says nothing)"
    )
    says_no: P = Field(default=0.0, description="share of those who will not come that say so (0: they stay silent)")
    answer: Literal["yes", "no", "last_resort", "here"] | None = Field(default=None, description="what they answered")
    eta_min: Minutes | None = Field(default=None, description="with answer: minutes until they are there, as they said")
    available_in_min: Minutes | None = Field(default=None, description="with a no: minutes until they could come")
    message: str | None = Field(default=None, description="instead of answer: their words, which are read")
    answered_min_ago: Minutes = Field(default=0.0, description="how long ago that was, minutes (0)")
    last_resort: bool = Field(default=False, description="called only where nobody else will do")


class CauseFile(FileModel):
    """Something that everybody shares, such as a storm."""

    p: P = Field(description="its probability; all of them sum to 1")
    factor: P = Field(description="on everybody's chance to come, 0 to 1; 1 = as usual")


class MusterFile(ProblemHead):
    """Everybody is called in: who is here when, and is that the team, before what is expected?"""

    kind: Literal["muster"] = Field(description="'muster'")
    people: list[PersonFile] = Field(default_factory=list, max_length=MAX_PEOPLE, description="who may come")
    pool_logs: bool = Field(
        default=False, description="whether the logs of all say what each one's starts from, instead of [1, 1] (false)"
    )
    together: list[CauseFile] = Field(
        default_factory=list, max_length=100, description="causes that people share: who comes hangs together by them"
    )
    turnout_beta: (
        Annotated[list[Annotated[float, Field(ge=0.01, le=1e4)]], Field(min_length=2, max_length=2)] | None
    ) = Field(default=None, description="instead: the factor is one unknown share for all, of this Beta law [a, b]")
    need: dict[str, Number] = Field(default_factory=dict, description="how many by role, each another person")
    heads: Number | list[Number] | None = Field(
        default=None, description="how many people in all, whatever they can; a list: head counts alone are wanted"
    )
    times_h: list[Hours] = Field(
        default_factory=list, max_length=MAX_TIMES, description="hours from now at which strength is told, in order"
    )
    times: list[str] = Field(
        default_factory=list, max_length=MAX_TIMES, description="the same as times, with recall_at"
    )
    by_h: Hours | None = Field(default=None, description="when the team is wanted, hours (left out: last of times_h)")
    target: Annotated[float, Field(gt=0, lt=1)] = Field(
        default=0.9, description="the probability of the team to be reached, between 0 and 1 (0.9)"
    )
    recall_at: str | None = Field(default=None, description="when all are called: the time from which hours count")
    finish_tasks: bool = Field(default=True, description="whether those on a task finish it first (true)")
    event: EventFile | None = Field(default=None, description="what the team should be there before, as in warn")
    waves: bool | list[list[Id]] | list[Annotated[int, Field(ge=1, le=MAX_PEOPLE)]] = Field(
        default=False,
        description="calls one after another: lists of people, or how many of them in order, or true to have them "
        "found",
    )
    wave_every_h: Hours = Field(default=0.0, description="hours from one wave to the next (0)")
    messages: list[str] = Field(default_factory=list, max_length=1000, description="answers to a call-out, to be read")


class WaveFile(FileModel):
    """One call."""

    people: list[str] = Field(description="who is called")
    p_needed: float = Field(description="probability that this wave is needed at all")
    p_team: float = Field(description="probability of the team in time, after this wave")


class MusterResult(SolutionHead):
    """Who is here when. `value` is P(team before the event), else by the deadline; without a team, expected heads."""

    p_heads: dict[str, dict[str, float]] = Field(description="hours -> k -> probability that at least k are there")
    pmf: dict[str, list[float]] = Field(description="hours -> probability of exactly 0, 1, 2... people")
    heads_mean: dict[str, float] = Field(description="hours -> expected number of people")
    heads_variance: dict[str, float] = Field(description="hours -> its variance")
    p_team: dict[str, float] = Field(description="hours -> probability of the team asked for")
    p_error: float = Field(description="how far value may be off, with 99 %; 0: exact")
    p_team_called: dict[str, float] = Field(description="the same of those called already alone")
    p_team_leaving: dict[str, float] = Field(description="the same if those on a task broke it off at once")
    p_before_event: float | dict[str, float] | None = Field(
        description="probability that the team is there before the event; without a team: by number of people"
    )
    p_heads_before_event: dict[str, float] | None = Field(
        description="k -> probability that at least k are there before the event"
    )
    p_come: dict[str, float] = Field(description="by id: probability to come at all, silence and answers counted")
    p_present: dict[str, dict[str, float]] = Field(description="by id: hours -> probability to be there")
    eta: dict[str, float | None] = Field(description="by id: median hours until they are there, if they come; or null")
    eta_mean: dict[str, float | None] = Field(description="by id: the mean of the same")
    eta_at: dict[str, str | None] = Field(description="by id, with recall_at: the median as a time, UTC")
    cannot_come: list[str] = Field(description="who does not come")
    mean_h_to: dict[str, float | None] = Field(description="k -> mean hours until k are there; null: may never be")
    ready_h: float | None = Field(description="hours until the team is there with the target's probability; or null")
    call_next: list[str] = Field(description="whom to call now for the target, best first")
    call_order: list[str] = Field(description="all who are not called yet, in the order in which to call them")
    call_reaches: bool = Field(description="whether the target is reached with call_next")
    call_n: int | None = Field(description="how many must be called in all for the target; null: all don't do")
    missing: dict[str, int] = Field(description="by role: how many places stay empty even if all come ('': anybody)")
    waves: list[WaveFile] = Field(description="the calls one after another")
    expected_called: float | None = Field(description="how many are called on average in these waves")
    parsed: list[dict[str, Any]] = Field(
        description="by message, then by person: person, text, answer, guess, eta_min, available_in_min, at, note, "
        "for_a_person"
    )
