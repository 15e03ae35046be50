"""View `reserve` of the kind `cover`: standing teams, and a reserve that sets out once it is seen what is hit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from homeward.errors import BadFile
from homeward.exchange.solver_files.cover_fields import CoverFile
from homeward.exchange.solver_files.cover_shown import Run, Shown, factored, listed, posted
from homeward.exchange.solver_files.cover_tables import Names, Tables, names
from homeward.geo import Floats
from homeward.readiness.cover.records import LOSS_PER_H, Crew, ReservePlan, ReserveProblem
from homeward.readiness.cover.reserve import plan_reserve
from homeward.words import capital, counted


def reserve(problem: CoverFile, tables: Tables, run: Run, *, factor: Floats | None = None) -> Shown:
    """View `reserve`: standing teams, and a reserve that sets out once it is seen what is hit."""
    ready, targets, bases, ways = _reserve_problem(problem, tables, factor)
    priced = problem.prices is not False
    found = plan_reserve(ready, prices=priced, time_limit_s=run.time_limit_s, watch=run.watch)
    answers = [
        {
            "target": targets.at(a.target),
            "way": ways[a.way] if ways else None,
            "crew": None if a.crew is None else ready.crews[a.crew].name,
            "base": None if a.base is None else bases.at(a.base),
            "hours": a.hours if np.isfinite(a.hours) else None,
            "loss": a.loss,
        }
        for a in found.answers
    ]
    stands = [{"crew": ready.crews[k].name, "at": targets.at(i)} for k, i in found.standing_at]
    waits = [{"crew": ready.crews[k].name, "at": bases.at(b)} for k, b in found.reserve_at]
    finite = np.isfinite(found.without_reserve)
    return Shown(
        status=found.status,
        value=found.value,
        bound=found.bound,
        why=(*_why_reserve(ready, found, targets, bases, ways), *_assumed(problem)),
        fields={
            "standing_at": [s["at"] for s in stands],
            "reserve_at": [w["at"] for w in waits],
            "crews_at": stands + waits,
            "answers": answers,
            "worst": None if found.worst is None else targets.at(found.worst.target),
            "worst_loss": found.worst_loss,
            "expected_loss": found.expected_loss,
            "without_reserve": found.without_reserve if finite else None,
            "one_more": found.one_more,
            "one_more_crew": None if found.one_more_crew is None else ready.crews[found.one_more_crew].name,
            "one_less": found.one_less,
            "prices_proven": found.prices_proven if finite else None,
        },
        places=tuple(p["at"] for p in stands + waits),
        between=(targets, ready.travel_h) if bases is targets else None,
    )


def _reserve_problem(
    problem: CoverFile, tables: Tables, factor: Floats | None
) -> tuple[ReserveProblem, Names, Names, list[str] | None]:
    file, ways = tables.file, problem.ways
    if problem.values is None or problem.travel_h is None:
        raise BadFile(f"{file}: {'values' if problem.values is None else 'travel_h'} is missing. Give both.")
    values = _by_way(problem.values, "values", tables, ways)
    travel = tables.read(problem.travel_h, "travel_h", dims=2)
    if travel.shape[1] != len(values):
        has = f"{counted(travel.shape[1], 'column')} for {counted(len(values), 'value')}"
        raise BadFile(f"{file}: travel_h has {has}. Give one for each target.")
    targets = names(problem.target_ids, len(values), file, "target_ids")
    same = problem.base_ids is None and len(travel) == len(values)
    bases = targets if same else names(problem.base_ids, len(travel), file, "base_ids")
    high = None if problem.values_high is None else _by_way(problem.values_high, "values_high", tables, ways)
    chance = None if problem.chance is None else _by_way(problem.chance, "chance", tables, ways)
    if chance is None and factor is not None and values.sum() > 0:
        chance = values  # the factor stands in what is lost already
    ready = ReserveProblem(
        values=factored(values, factor, file),
        travel_h=travel,
        crews=_crews(problem, ways, file),
        loss_per_h=problem.loss_per_h,
        aim=problem.aim,
        chance=chance,
        values_high=None if high is None else factored(high, factor, file),
        budget=None if high is None else problem.budget,
    )
    return ready, targets, bases, ways


def _by_way(given: str | Sequence[Any], name: str, tables: Tables, ways: list[str] | None) -> Floats:
    if ways is None:
        if not isinstance(given, str) and given and isinstance(given[0], list):
            raise BadFile(f"{tables.file}: {name} is a table, and ways is missing. Say which ways its columns are.")
        return tables.read(given, name, dims=1)[:, None]
    table = tables.read(given, name, dims=2)
    if table.shape[1] != len(ways):
        has = f"{counted(table.shape[1], 'column')} for {counted(len(ways), 'way')}"
        raise BadFile(f"{tables.file}: {name} has {has}. Give one for each.")
    return table


def _crews(problem: CoverFile, ways: list[str] | None, file: str) -> tuple[Crew, ...]:
    if problem.crews is None:
        either = problem.either if problem.either is not None else problem.teams
        if problem.standing is None and problem.reserve is None and either is None:
            raise BadFile(f"{file}: standing and reserve are missing. Give how many teams stand and how many wait.")
        return (Crew(standing=problem.standing or 0, reserve=problem.reserve or 0, either=either or 0),)
    for name in ("standing", "reserve", "either", "teams"):
        if getattr(problem, name) is not None:
            raise BadFile(f"{file}: {name} stands with crews, which say that themselves. Leave one of them out.")
    named = names([c.id for c in problem.crews], len(problem.crews), file, "crews")
    del named
    of_way = names(ways or [], len(ways or []), file, "ways")
    return tuple(
        Crew(
            name=c.id,
            can=None if c.can is None else tuple(of_way.find(way, f"crews[{k}].can") for way in c.can),
            standing=c.standing,
            reserve=c.reserve,
            either=c.either,
            travel_factor=c.travel_factor,
        )
        for k, c in enumerate(problem.crews)
    )


def _why_reserve(
    problem: ReserveProblem, found: ReservePlan, targets: Names, bases: Names, ways: list[str] | None
) -> tuple[str, ...]:
    teams = sum(c.standing + c.reserve + c.either for c in problem.crews)
    left = "Nothing is lost, whatever is hit"
    if found.worst is not None:
        way = f" ({ways[found.worst.way]})" if ways else ""
        worst = f"The worst left is {found.worst_loss:.6g} at {targets.at(found.worst.target)}{way}"
        left = f"{worst}, {found.expected_loss:.6g} on average"
    proven = "proven the best" if found.status == "optimal" else f"the best is no better than {found.bound:.6g}"
    where = _where(found, targets, bases) if teams else "There are no teams"
    said = [f"{where}. {left}; {proven}."]
    if found.worst is not None and found.worst.base is not None:
        hit, base = targets.at(found.worst.target), bases.at(found.worst.base)
        said.append(f"If {hit} is hit, the reserve from {base} is there after {found.worst.hours:.3g} h.")
    far = list(dict.fromkeys(targets.at(a.target) for a in found.answers if a.crew is None))
    if far and teams:
        it = "it" if len(far) == 1 else "them"
        said.append(f"Nobody who can guard {it} comes in time to {listed(far)}.")
    return (*said, *_why_prices(found, problem.crews)) if teams else tuple(said)


def _where(found: ReservePlan, targets: Names, bases: Names) -> str:
    stands, waits = [targets.at(i) for _, i in found.standing_at], [bases.at(b) for _, b in found.reserve_at]
    parts = [f"{does}: {posted(at)}" for does, at in (("standing", stands), ("in reserve", waits)) if at]
    where = "; ".join(parts) or "no team is of use"
    return capital(where)


def _why_prices(found: ReservePlan, crews: tuple[Crew, ...]) -> Iterator[str]:
    about = "" if found.status == "optimal" and found.prices_proven else "about "
    if np.isfinite(found.without_reserve):
        yield f"With all teams standing the value would be {about}{found.without_reserve:.6g}."
    if found.one_more is not None and found.one_more_crew is not None:
        less = "" if found.one_less is None else f", with one less {about}{found.one_less:.6g}"
        kind = f" ({crews[found.one_more_crew].name})" if len(crews) > 1 else ""
        yield f"With one team more{kind} it would be {about}{found.one_more:.6g}{less}."


def _assumed(problem: CoverFile) -> tuple[str, ...]:
    if "loss_per_h" in problem.model_fields_set:
        return ()
    return (f"Each hour until somebody comes costs {LOSS_PER_H:.0%} of a target's value: homeward's own assumption.",)
