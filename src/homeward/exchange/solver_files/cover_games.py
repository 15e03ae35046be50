"""Views `deterrence`, `rosters` and `commitment` of the kind `cover`: against somebody who watches first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from homeward.errors import BadFile
from homeward.exchange.solver_files.cover_fields import CoverFile
from homeward.exchange.solver_files.cover_shown import Run, Shown, factored, listed, teams_of
from homeward.exchange.solver_files.cover_tables import Names, Tables, names
from homeward.geo import Floats
from homeward.readiness.cover.commitment import commit
from homeward.readiness.cover.deterrence import MOST_ROSTERS, deter, deter_beside, zero_sum
from homeward.readiness.cover.records import Deterrence, Game, Roster
from homeward.readiness.cover.rosters import draw, draw_of, rosters
from homeward.words import counted

_PAYOFFS = ("attacker_covered", "attacker_uncovered", "defender_covered", "defender_uncovered")
MOST_DRAWN = 1_000_000  # targets in all rosters drawn


def deterrence(problem: CoverFile, tables: Tables, run: Run, *, factor: Floats | None = None) -> Shown:
    """View `deterrence`: how often to cover each target against an attacker who watches first."""
    game, own = _game(problem, tables, factor)
    found = deter(game, prices=problem.prices is not False, time_limit_s=run.time_limit_s, watch=run.watch)
    return _shown(problem, tables.file, game, own, found, run.seed)


def beside(problem: CoverFile, tables: Tables, factor: Floats | None, elsewhere: float, seed: int) -> Shown | None:
    """The same where the attacker can have `elsewhere` at another time (None: then he would not come here)."""
    game, own = _game(problem, tables, factor)
    found = deter_beside(game, elsewhere)
    return None if found is None else _shown(problem, tables.file, game, own, found, seed)


def _shown(problem: CoverFile, file: str, game: Game, own: Names, found: Deterrence, seed: int) -> Shown:
    used = int((found.coverage > 0).sum())
    if game.schedules:
        drawn = draw_of(found.rosters, seed=seed, draws=problem.draws)
    else:
        _few_draws(problem, float(found.coverage.sum()), file)
        drawn = draw(found.coverage, seed=seed, draws=problem.draws)
    coverage = found.coverage.tolist()
    return Shown(
        status="optimal" if found.bound <= found.value + 1e-9 else "feasible",
        value=found.value,
        bound=found.bound,
        why=_why_deterrence(game, found, own, used),
        fields={
            "coverage": dict(zip(map(str, own.names), coverage, strict=True)) if own.own else coverage,
            "attacker_value": found.attacker_value,
            "attacked": own.at(found.attacked),
            "tempting": own.all(found.tempting),
            "rosters": _rosters(found.rosters, own),
            "drawn": [own.all(r) for r in drawn],
            "one_more": found.one_more,
            "one_less": found.one_less,
            "prices_proven": None if found.one_more is None else found.prices_proven,
        },
    )


def _few_draws(problem: CoverFile, size: float, file: str) -> None:
    if problem.draws * size > MOST_DRAWN and problem.draws > 1:
        raise BadFile(f"{file}: draws of {problem.draws} rosters are too many for {size:.0f} targets each. Draw fewer.")


def _rosters(some: Sequence[Roster], own: Names) -> list[dict[str, Any]]:
    return [{"targets": own.all(r.targets), "weight": r.weight} for r in some]


def _why_deterrence(game: Game, found: Deterrence, own: Names, used: int) -> tuple[str, ...]:
    n = counted(len(found.coverage), "target")
    hit = f"The attacker, who watches first, expects {found.attacker_value:.6g} at {own.at(found.attacked)}"
    covered = f"{used} covered at times" if used else "none covered"
    said = [f"{counted(game.teams, 'team')} for {n}, {covered}. {hit}; we then expect {found.value:.6g}."]
    if len(found.tempting) > 1:
        said.append(f"{len(found.tempting)} targets are as good for him: {listed(own.all(found.tempting))}.")
    if found.one_more is not None:
        about = "" if found.prices_proven and found.bound <= found.value else "about "
        less = "" if found.one_less is None else f", one less costs {about}{found.value - found.one_less:.6g}"
        said.append(f"One team more is worth {about}{found.one_more - found.value:.6g}{less}.")
    spare = game.teams - float(found.coverage.sum())
    if not game.schedules and spare > 1e-6:
        one = abs(spare - 1) <= 1e-6
        said.append(
            "1 team makes no target less tempting: it may rest."
            if one
            else f"{spare:.6g} teams make no target less tempting: they may rest."
        )
    if not found.rosters:
        said.append(f"More than {MOST_ROSTERS} targets are covered: the rosters are drawn, not listed.")
    return tuple(said)


def _game(problem: CoverFile, tables: Tables, factor: Floats | None) -> tuple[Game, Names]:
    file, teams = tables.file, problem.teams
    given = [f for f in _PAYOFFS if getattr(problem, f) is not None]
    ways = [problem.targets is not None, problem.values is not None, bool(given)]
    if sum(ways) != 1 or (given and len(given) < len(_PAYOFFS)):
        raise BadFile(
            f"{file}: the payoffs are missing, given in part, or in two ways. Give targets, or values, or the four "
            "lists attacker_covered, attacker_uncovered, defender_covered and defender_uncovered."
        )
    if problem.targets is not None:
        if problem.target_ids is not None:
            raise BadFile(f"{file}: target_ids stands with targets, which have their own. Leave it out.")
        own = names([t.id for t in problem.targets], len(problem.targets), file, "targets")
        four = [np.array([getattr(t, f) for t in problem.targets], dtype=np.float64) for f in _PAYOFFS]
    elif problem.values is not None:
        values = tables.read(problem.values, "values", dims=1)
        if (values < 0).any():
            raise BadFile(f"{file}: values[{int(np.argmax(values < 0))}] is below 0. Give what is lost, 0 or more.")
        own = names(problem.target_ids, len(values), file, "target_ids")
        game = zero_sum(values, teams=0)
        four = [getattr(game, f) for f in _PAYOFFS]
    else:
        four = [tables.read(getattr(problem, f), f, dims=1) for f in _PAYOFFS]
        own = names(problem.target_ids, len(four[0]), file, "target_ids")
    if len({len(f) for f in four}) > 1:
        raise BadFile(f"{file}: the four payoffs have {', '.join(str(len(f)) for f in four)} targets. Give the same.")
    four = [factored(f, factor, file) for f in four]
    schedules = _schedules(problem, own)
    teams = len(schedules) if teams is None and _by_team(problem) else teams_of(problem, file)
    if problem.schedules is not None and not _by_team(problem):
        schedules = schedules * teams
    return Game(**dict(zip(_PAYOFFS, four, strict=True)), teams=teams, schedules=schedules), own


def _by_team(problem: CoverFile) -> bool:
    return any(isinstance(part, list) for some in problem.schedules or () for part in some)


def _schedules(problem: CoverFile, own: Names) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """The sets that each team may take; one entry where all may take the same."""
    if problem.schedules is None:
        return ()
    by_team: list[Any] = list(problem.schedules) if _by_team(problem) else [problem.schedules]
    return tuple(
        tuple(
            tuple(
                sorted(
                    {
                        own.find(name, f"schedules[{k}][{s}]" if _by_team(problem) else f"schedules[{s}]")
                        for name in some
                    }
                )
            )
            for s, some in enumerate(sets)
        )
        for k, sets in enumerate(by_team)
    )


def mixture(problem: CoverFile, tables: Tables, run: Run, *, factor: Floats | None = None) -> Shown:
    """View `rosters`: rosters that cover each target as often as it is to be."""
    del factor
    file = tables.file
    if problem.coverage is None:
        raise BadFile(f"{file}: coverage is missing. Give how often each target is to be covered.")
    coverage = tables.read(problem.coverage, "coverage", dims=1)
    own = names(problem.target_ids, len(coverage), file, "target_ids")
    total = float(coverage.sum())
    if problem.teams is not None and total > problem.teams + 1e-9:
        there = "the 1 team" if problem.teams == 1 else f"the {problem.teams} teams"
        raise BadFile(f"{file}: coverage sums to {total:g}, more than {there}. Give less, or add teams.")
    used = int((coverage > 0).sum())
    some = rosters(coverage) if used <= MOST_ROSTERS else ()
    _few_draws(problem, total, file)
    drawn = draw(coverage, seed=run.seed, draws=problem.draws)
    return Shown(
        status="optimal",
        value=total,
        bound=total,
        why=(_why_mixture(len(some), total),),
        fields={
            "coverage": dict(zip(map(str, own.names), coverage.tolist(), strict=True))
            if own.own
            else coverage.tolist(),
            "rosters": _rosters(some, own),
            "drawn": [own.all(r) for r in drawn],
        },
    )


def _why_mixture(n: int, total: float) -> str:
    few, many = int(np.floor(total + 1e-9)), max(0, int(np.ceil(total - 1e-9)))
    if many == 0:
        return "No target is to be covered: there is nobody to send."
    size = counted(many, "target") if few == many else f"{few} or {counted(many, 'target')}"
    if n == 0:
        return f"More than {MOST_ROSTERS} targets are covered: the rosters, of {size} each, are drawn, not listed."
    return f"{counted(n, 'roster')} of {size}{'' if n == 1 else ' each'}."


def commitment(problem: CoverFile, tables: Tables, run: Run, *, factor: Floats | None = None) -> Shown:
    """View `commitment`: what it is worth that the other sees our plan first."""
    del run, factor
    if problem.leader is None or problem.follower is None:
        raise BadFile(f"{tables.file}: leader or follower is missing. Give both tables.")
    found = commit(tables.read(problem.leader, "leader", dims=2), tables.read(problem.follower, "follower", dims=2))
    at_once = ""
    if found.simultaneous is not None:
        at_once = f" If nobody saw the other first we would get {found.simultaneous:.6g} at best."
    return Shown(
        status="optimal",
        value=found.value,
        bound=found.value,
        why=(f"We get {found.value:.6g} with this mix, the other answering with choice {found.answer}.{at_once}",),
        fields={
            "mix": found.mix.tolist(),
            "answer": found.answer,
            "attacker_value": found.other_value,
            "simultaneous": found.simultaneous,
        },
    )
