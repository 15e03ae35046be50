"""How often to cover each target against an attacker who watches first: security games.

Without schedules the defender's best is to press the attacker's value down as far as the teams reach (ORIGAMI:
Kiekintveld, Jain, Tsai, Pita, Ordonez & Tambe 2009, AAMAS, 689-696): a target that tempts at value u is covered
(uncovered - u) / (uncovered - covered), and u follows from the sum of that being the number of teams. The sum falls in
u, so that bisection finds which targets are covered, and u is then solved for exactly. Where covering a target does not
put the attacker off but does save us something, that holds at one level only, the least there can be: teams that are
left over there go to the one of those targets where they save most, and he is made to hit it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.cover.records import Bools, Deterrence, Game
from homeward.readiness.cover.rosters import rosters
from homeward.readiness.cover.watch import Watch

_TIE = 1e-9  # relative: payoffs so close are equal to the attacker
MOST_ROSTERS = 2_000  # targets covered at all, up to which the mixture of rosters is written out


def zero_sum(values: Floats, *, teams: int) -> Game:
    """The game in which an uncovered target that is hit costs its value, a covered one nothing."""
    none = np.zeros_like(values)
    return Game(
        attacker_covered=none, attacker_uncovered=values, defender_covered=none, defender_uncovered=-values, teams=teams
    )


def deter(game: Game, *, prices: bool = True, time_limit_s: float = 60.0, watch: Watch | None = None) -> Deterrence:
    """How often to cover each target, so that the attacker's best answer costs the defender least.

    Exact: a strong Stackelberg equilibrium, in which the attacker hits, of targets equally good for him, the one best
    for the defender. With schedules see `schedules`, which `watch` may stop.
    """
    if game.schedules:
        from homeward.readiness.cover.schedules import solve_schedules

        return solve_schedules(game, prices=prices, time_limit_s=time_limit_s, watch=watch or Watch())
    found = _watered(game)
    found = _with_rosters(found)
    if not prices:
        return found
    return replace(
        found,
        one_more=_watered(replace(game, teams=game.teams + 1)).value,
        one_less=_watered(replace(game, teams=game.teams - 1)).value if game.teams else None,
    )


def deter_beside(game: Game, elsewhere: float) -> Deterrence | None:
    """The same where the attacker can have `elsewhere` in another way, as at another time, and it is up to us which.

    None: nothing in this game tempts him so much. Without schedules.
    """
    if float(game.attacker_uncovered.max()) < elsewhere - _near(elsewhere):
        return None
    return _with_rosters(_watered(game, least=elsewhere))


def _with_rosters(found: Deterrence) -> Deterrence:
    few = int((found.coverage > 0).sum()) <= MOST_ROSTERS
    return replace(found, rosters=rosters(found.coverage)) if few else found


def _near(level: float) -> float:
    return _TIE * max(1.0, abs(level))


def _watered(game: Game, *, least: float = -np.inf) -> Deterrence:
    high, low = game.attacker_uncovered, game.attacker_covered
    floor = float(low.max())
    u = max(floor, _level(high, high - low, game.teams, floor=floor), least)
    span = high - low
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = np.where((high > u) & (span > 0), (high - u) / span, 0.0)
    coverage = np.clip(coverage, 0.0, 1.0)
    found = judged(game, coverage, u=u)
    share = min(1.0, game.teams - float(coverage.sum()))
    as_good = (span == 0) & (high >= u - _near(u))
    if share <= 0 or not as_good.any():
        return found
    saved = game.defender_uncovered + share * (game.defender_covered - game.defender_uncovered)
    best = int(np.where(as_good, saved, -np.inf).argmax())
    if saved[best] <= found.value:
        return found
    coverage[best] = share
    return judged(game, coverage, u=u)


def _level(high: Floats, span: Floats, teams: int, *, floor: float) -> float:
    """The attacker's value at which the sum of (high - value) / span, where above 0, is `teams`; or `floor`."""
    if teams == 0:
        return float(high.max())
    keep = (high > floor) & (span > 0)
    high, span = high[keep], span[keep]
    if ((high - floor) / span).sum() <= teams:
        return floor
    below, above = floor, float(high.max())
    while True:
        u = 0.5 * (below + above)
        if not below < u < above:
            break
        in_play = high > u
        below, above = (u, above) if ((high[in_play] - u) / span[in_play]).sum() > teams else (below, u)
        if in_play.sum() == (high > below).sum() == (high > above).sum():
            break
    in_play = high > below
    weight = 1.0 / span[in_play]
    top = float(high[in_play].max())
    return top - (teams - float(((high[in_play] - top) * weight).sum())) / float(weight.sum())


def judged(game: Game, coverage: Floats, *, u: float | None = None) -> Deterrence:
    """What attacker and defender expect of a coverage, the attacker breaking ties in the defender's favour."""
    attack = game.attacker_uncovered + coverage * (game.attacker_covered - game.attacker_uncovered)
    defend = game.defender_uncovered + coverage * (game.defender_covered - game.defender_uncovered)
    best = float(attack.max()) if u is None else u
    tempting: Bools = attack >= best - _near(best)
    if not tempting.any():
        raise BadInput("No target tempts the attacker at all. Check the payoffs.")
    attacked = int(np.where(tempting, defend, -np.inf).argmax())
    value = float(defend[attacked])
    return Deterrence(
        coverage=coverage,
        attacker_value=best,
        value=value,
        bound=value,
        attacked=attacked,
        tempting=tuple(np.flatnonzero(tempting).tolist()),
    )
