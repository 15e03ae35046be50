"""Problem and solution files of the kind `muster`: everybody is called in; who is here when, and is that a team?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import roots_jacobi

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, Progress, Read, Reported
from homeward.exchange.solver_files.muster_event import to_event
from homeward.exchange.solver_files.muster_fields import MusterFile, MusterResult, PersonFile
from homeward.exchange.solver_files.muster_findings import findings_of
from homeward.exchange.solver_files.reading import utc
from homeward.geo import Floats
from homeward.readiness.muster.after_answer import after_answer
from homeward.readiness.muster.answers import CallAnswer, Said, read_answer
from homeward.readiness.muster.records import Candidate, Muster, MusterProblem, State, Takes
from homeward.readiness.muster.solve import solve as solve_muster
from homeward.readiness.muster.turnout import EVEN_PRIOR, chance_to_come, prior_of

MOST_NODES = 64
TIMES_H = (0.5, 1.0, 2.0, 4.0, 8.0, 24.0)


def read(problem: MusterFile, folder: Path, file: str) -> Read:
    """The file as a problem, ready to be solved."""
    del folder
    try:
        recall_at = None if problem.recall_at is None else utc(problem.recall_at, "recall_at")
        ready, keys = _problem(problem, recall_at, file)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err
    answers: list[tuple[str | None, CallAnswer]] = [
        (None, read_answer(text, said_at=recall_at)) for text in problem.messages
    ]
    answers += [(p.id, read_answer(p.message, said_at=recall_at)) for p in problem.people if p.message is not None]
    findings = findings_of(problem, ready, answers)

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        del time_limit_s, progress
        started = time.perf_counter()
        found = solve_muster(ready, seed=seed)
        if not problem.people:
            found = replace(found, why=_read_only(answers))
        return _reported(ready, found, keys, recall_at, answers, time.perf_counter() - started)

    return Read(solve=solve, findings=findings)


def _problem(problem: MusterFile, recall_at: datetime | None, file: str) -> tuple[MusterProblem, list[str]]:
    if not problem.people and not problem.messages:
        raise BadInput("there are no people. Give people, or messages to read.")
    logs = [p for p in problem.people if p.times_called is not None]
    prior = (
        prior_of([p.times_came or 0 for p in logs], [p.times_called or 0 for p in logs]) if problem.pool_logs else None
    )
    people = tuple(one for person in problem.people for one in _people(person, prior, recall_at))
    times, keys = _times(problem, recall_at)
    survival, kinks = (None, ()) if problem.event is None else to_event(problem.event, recall_at, file)
    heads = problem.heads if isinstance(problem.heads, int) else None
    return (
        MusterProblem(
            people=people,
            need=problem.need,
            heads=heads,
            times_h=times,
            by_h=problem.by_h,
            target=problem.target,
            event=survival,
            event_kinks_h=kinks,
            waves=_waves(problem, [person.id for person in people]),
            plan_waves=problem.waves is True,
            wave_every_h=problem.wave_every_h,
            finish_tasks=problem.finish_tasks,
            common=_common(problem, len(people)),
        ),
        keys,
    )


def _waves(problem: MusterFile, ids: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The calls: people named, or so many of them in their order."""
    if isinstance(problem.waves, bool):
        return ()
    found: list[tuple[str, ...]] = []
    start = 0
    for wave in problem.waves:
        if isinstance(wave, int):
            found.append(tuple(ids[start : start + wave]))
            start += wave
        else:
            found.append(tuple(wave))
    if start > len(ids):
        raise BadInput(f"waves calls {start} people, and there are {len(ids)}. Call fewer.")
    return tuple(found)


def _common(problem: MusterFile, people: int) -> tuple[tuple[float, float], ...]:
    """Common causes: as listed, or a turn-out of all that is itself uncertain (Gauss-Jacobi, exact for head counts)."""
    if problem.turnout_beta is None:
        return tuple((cause.p, cause.factor) for cause in problem.together)
    if problem.together:
        raise BadInput("together and turnout_beta stand side by side. Give one of them.")
    a, b = problem.turnout_beta
    nodes, weights = roots_jacobi(min(people // 2 + 1, MOST_NODES), b - 1, a - 1)
    return tuple(zip((weights / weights.sum()).tolist(), np.clip((1 + nodes) / 2, 0, 1).tolist(), strict=True))


def _times(problem: MusterFile, recall_at: datetime | None) -> tuple[tuple[float, ...], list[str]]:
    """Hours from the recall, and how each is called in the solution."""
    if problem.times:
        if problem.times_h:
            raise BadInput("times and times_h stand side by side. Give one of them.")
        if recall_at is None:
            raise BadInput("times stands there without recall_at. Give recall_at, or times_h.")
        hours = [(utc(text, "times") - recall_at).total_seconds() / 3600 for text in problem.times]
        if any(b <= a for a, b in pairwise([-1e-9, *hours])):
            raise BadInput(
                "times is not in order, or begins before recall_at. Give each time once, the earliest first."
            )
        return tuple(hours), list(problem.times)
    hours = problem.times_h or ([problem.by_h] if problem.by_h is not None else list(TIMES_H))
    return tuple(hours), [_key(t) for t in hours]


def _key(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def _people(person: PersonFile, prior: tuple[float, float] | None, recall_at: datetime | None) -> list[Candidate]:
    base = Candidate(
        id=person.id,
        can=tuple(person.can),
        state=_state(person),
        p_come=_p_come(person, prior),
        p_present=person.p_present,
        task=_task(person, recall_at),
        report_h=person.report_min / 60,
        wake_h=person.wake_min / 60,
        travel=_travel(person),
        delay=_takes(person.id, "delay", None, None, person.delay_mean_min, person.delay_min),
        called=person.called or person.silent_min > 0,
        last_resort=person.last_resort,
        silent_h=person.silent_min / 60,
        answer_mean_h=None if person.ack_delay_mean_min is None else person.ack_delay_mean_min / 60,
        says_no=person.says_no,
    )
    answer = _answer(person, recall_at)
    if answer is not None:
        base = after_answer(base, answer, ago_h=person.answered_min_ago / 60)
    if person.count == 1:
        return [base]
    return [replace(base, id=f"{person.id} {k}") for k in range(1, person.count + 1)]


def _state(person: PersonFile) -> State:
    if person.state and person.status and person.state != person.status:
        raise BadInput(f"{person.id} is {person.state} by state and {person.status} by status. Give one of them.")
    return State(person.state or person.status or "free")


def _p_come(person: PersonFile, prior: tuple[float, float] | None) -> float:
    """As given, or by the calls so far: the mean of the Beta law that starts even and counts who came."""
    if person.times_called is None:
        if person.times_came is not None:
            raise BadInput(f"{person.id} has times_came without times_called. Give both.")
        return 1.0 if person.p_come is None else person.p_come
    came = person.times_came or 0
    if came > person.times_called:
        raise BadInput(f"{person.id} came {came} times of {person.times_called}. Correct one of them.")
    if person.p_come is not None:
        raise BadInput(f"{person.id} has p_come and times_called. Give one of them.")
    own = EVEN_PRIOR if person.prior is None else (person.prior[0], person.prior[1])
    return chance_to_come(came, person.times_called, own if prior is None or person.prior is not None else prior)


def _task(person: PersonFile, recall_at: datetime | None) -> Takes:
    if person.task_end is None:
        return _takes(person.id, "task", person.task_left_h, person.task_gsd, person.task_mean_h, None)
    if person.task_left_h is not None or person.task_mean_h is not None:
        raise BadInput(f"{person.id} has task_end beside task_left_h or task_mean_h. Give one of them.")
    if recall_at is None:
        raise BadInput(f"{person.id} has task_end, but there is no recall_at. Give recall_at.")
    end = utc(person.task_end, f"task_end of {person.id}")
    return Takes(median_h=max(0.0, (end - recall_at).total_seconds() / 3600), gsd=person.task_gsd or 1.0)


def _travel(person: PersonFile) -> Takes:
    return _takes(
        person.id, "travel", person.travel_median_h, person.travel_gsd, person.travel_mean_h, person.travel_min
    )


def _takes(
    who: str, what: str, median_h: float | None, gsd: float | None, mean: float | None, exact_min: float | None
) -> Takes:
    """One time in one of three ways; `mean` is in hours, of `delay` in minutes."""
    given = [name for name, value in (("median_h", median_h), ("mean", mean), ("min", exact_min)) if value is not None]
    if len(given) > 1:
        raise BadInput(f"the {what} of {who} is given in {len(given)} ways ({', '.join(given)}). Give one of them.")
    if gsd is not None and median_h is None:
        raise BadInput(f"{what}_gsd of {who} has no median beside it. Give the median too.")
    if mean is not None:
        return Takes(mean_h=mean / 60 if what == "delay" else mean)
    return Takes(median_h=(exact_min or 0.0) / 60 if median_h is None else median_h, gsd=gsd or 1.0)


def _answer(person: PersonFile, recall_at: datetime | None) -> CallAnswer | None:
    if person.message is not None:
        if person.answer is not None:
            raise BadInput(f"{person.id} has message and answer. Give one of them.")
        return read_answer(person.message, said_at=recall_at) if person.message.strip() else None
    if person.answer is None:
        return None
    eta = person.eta_min
    said = Said(person.answer)
    return CallAnswer(
        text="",
        answer=said,
        eta_min=None if said is Said.NO else eta,
        available_in_min=person.available_in_min,
    )


def _read_only(answers: Sequence[tuple[str | None, CallAnswer]]) -> tuple[str, ...]:
    """What is told where there is nobody but messages to be read."""
    unread = sum(answer.answer is Said.UNKNOWN for _, answer in answers)
    rest = f"; {unread} of them somebody has to read" if unread else ""
    return (f"{len(answers)} message{'s were' if len(answers) != 1 else ' was'} read{rest}.",)


def _reported(
    problem: MusterProblem,
    found: Muster,
    keys: Sequence[str],
    recall_at: datetime | None,
    answers: Sequence[tuple[str | None, CallAnswer]],
    elapsed_s: float,
) -> Reported:
    ids = [person.id for person in problem.people]
    heads = [str(k) for k in range(len(ids) + 1)]
    before = found.p_heads_before_event
    heads_before = None if before is None else _table(heads, before)
    eta = dict(zip(ids, found.eta_h, strict=True))
    return Reported(
        status=found.status,
        value=found.value,
        bound=found.bound,
        why=found.why,
        elapsed_s=elapsed_s,
        fields={
            "p_heads": {key: _table(heads, row) for key, row in zip(keys, found.p_heads, strict=True)},
            "pmf": dict(zip(keys, found.p_exactly.tolist(), strict=True)),
            "heads_mean": _table(keys, found.p_present.sum(axis=0)),
            "heads_variance": _table(keys, _variance(found.p_exactly)),
            "p_team": _table(keys, found.p_team) if problem.asks else {},
            "p_error": found.p_error,
            "p_team_called": _table(keys, found.p_team_called) if problem.asks else {},
            "p_team_leaving": _table(keys, found.p_team_leaving) if problem.asks else {},
            "p_before_event": found.p_before_event if problem.asks else heads_before,
            "p_heads_before_event": heads_before,
            "p_come": _table(ids, found.p_come),
            "p_present": {who: _table(keys, row) for who, row in zip(ids, found.p_present, strict=True)},
            "eta": eta,
            "eta_mean": dict(zip(ids, found.eta_mean_h, strict=True)),
            "eta_at": {who: _at(recall_at, hours) for who, hours in eta.items()},
            "cannot_come": [who for who, hours in eta.items() if hours is None],
            "mean_h_to": {k: None if np.isinf(x) else float(x) for k, x in zip(heads, found.mean_h_to, strict=True)},
            "ready_h": found.ready_h,
            "call_next": list(found.call_next),
            "call_order": list(found.call_order),
            "call_reaches": found.reaches,
            "call_n": found.call_n,
            "missing": dict(found.missing),
            "waves": [{"people": list(w.people), "p_needed": w.p_needed, "p_team": w.p_team} for w in found.waves],
            "expected_called": found.expected_called,
            "parsed": [_parsed(who, answer) for who, answer in answers],
        },
    )


def _variance(law: Floats) -> Floats:
    k = np.arange(law.shape[1])
    mean = law @ k
    found: Floats = (law * (k - mean[:, None]) ** 2).sum(axis=1)
    return found


def _table(keys: Sequence[str], row: Any) -> dict[str, float]:
    return {key: float(x) for key, x in zip(keys, row, strict=True)}


def _at(recall_at: datetime | None, hours: float | None) -> str | None:
    if recall_at is None or hours is None:
        return None
    return (recall_at + timedelta(seconds=round(hours * 3600))).isoformat().replace("+00:00", "Z")


def _parsed(who: str | None, answer: CallAnswer) -> dict[str, object]:
    """An answer as it is understood; what it does not say is left out."""
    found: dict[str, object] = {} if who is None else {"person": who}
    found |= {"text": answer.text, "answer": answer.answer.value}
    if answer.guess is not Said.UNKNOWN:
        found["guess"] = answer.guess.value
    for name in ("eta_min", "available_in_min"):
        value = getattr(answer, name)
        if value is not None:
            found[name] = value
    if answer.at is not None:
        found["at"] = answer.at.isoformat("minutes")
    if answer.note:
        found["note"] = answer.note
    if answer.for_a_person:
        found["for_a_person"] = True
    return found


DOOR = Door(problem=MusterFile, solution=MusterResult, time_limit_s=10.0, read=read)
