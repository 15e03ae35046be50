"""Problems that plans are checked for: grounds, beliefs, teams, weather, locks, survival."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from homeward.belief.records import Part, mixture
from homeward.mission.nouns import Lock, LockRule, Rain, Team, TeamKind, Weather
from homeward.search import PlanProblem
from homeward.terrain.ground import Cover, LineKind, Terrain
from tests.search.ground import TEAMS, flat, hills, line, problem, square
from tests.search.test_plan_posts import CALLER, on_the_move

TRAILS = (
    line(LineKind.TRAIL, (1000, 200), (1000, 900), (600, 1300), (500, 2000), name="Mill path"),
    line(LineKind.STREAM, (0, 700), (900, 1000), (2000, 1400)),
)


def country(*, steep: float = 0.0) -> Terrain:
    """Woods with a lake, a trail and a stream, on a slope."""
    terrain = flat(lines=TRAILS)
    terrain.cover[:15] = Cover.FOREST
    terrain.cover[25:, 30:] = Cover.WATER
    terrain.elevation_m[:] = np.arange(40)[:, None] * 50.0 * steep
    return terrain


def crew(kinds: str) -> tuple[Team, ...]:
    named = {k.value: k for k in TeamKind}
    return tuple(Team(id=f"{k} {n}", kind=named[k], people=3) for n, k in enumerate(kinds.split()))


CASES: dict[str, Callable[[], PlanProblem]] = {
    "two heaps": lambda: problem(country(), hills(country().grid, (600, 1400, 200), (1300, 900, 250)), hours=3.0),
    "a slope by night": lambda: problem(country(steep=0.3), hills(country().grid, (800, 1200, 300)), night=True),
    "dusk": lambda: problem(country(), hills(country().grid, (800, 1200, 300)), light_changes_s=(3600.0,)),
    "all on one heap": lambda: problem(
        flat(lines=TRAILS),
        hills(flat().grid, (900, 900, 150)),
        teams=crew("drone drone dog dog line line hasty hasty"),
        hours=3.5,
        light_changes_s=(7200.0,),
    ),
    "short of breath": lambda: problem(
        country(),
        hills(country().grid, (600, 1400, 300)),
        teams=tuple(replace(t, endurance_s=2400.0) for t in TEAMS),
        hours=3.0,
    ),
}


def scenarios(asked: PlanProblem, *alive: tuple[float, float]) -> PlanProblem:
    """The problem in two scenarios, west and east, with the survival of each at the start and at the end."""
    poa, half = asked.belief.poa, asked.belief.poa.shape[1] // 2
    sides = np.zeros((2, *poa.shape))
    sides[0, :, :half], sides[1, :, half:] = poa[:, :half], poa[:, half:]
    share = asked.belief.outside / 2
    parts = tuple(
        Part(scenario=name, label=name, poa=side, outside=share, alive=a[0])
        for name, side, a in zip("AB", sides, alive, strict=True)
    )
    curves = tuple(((0.0, a), (asked.duration_s, b)) for a, b in alive)
    return replace(asked, belief=mixture(asked.terrain.grid, parts), alive=curves)


def locked(*locks: tuple[LockRule, str, str | None]) -> PlanProblem:
    asked = problem(
        country(),
        hills(country().grid, (600, 1400, 200), (1300, 900, 250)),
        hours=2.0,
        segments=(square("N1", 450, 1250, 300), square("N2", 1150, 800, 300)),
    )
    named = (Lock(id=f"L{n}", rule=r, segment=s, team=t) for n, (r, s, t) in enumerate(locks))
    return replace(asked, locks=tuple(named))


CASES |= {
    "posts on a way out": lambda: on_the_move(teams=TEAMS, hours=3.0),
    "a caller's posts": lambda: on_the_move(teams=CALLER, hours=3.0),
    "callers and dogs for the dead": lambda: scenarios(
        problem(country(), hills(country().grid, (900, 1300, 350)), teams=crew("sound remains dog"), hours=3.0),
        (0.9, 0.5),
        (0.4, 0.1),
    ),
    "survival by scenario": lambda: scenarios(CASES["two heaps"](), (1.0, 0.8), (0.8, 0.2)),
    "foul weather": lambda: replace(
        CASES["two heaps"](), weather=Weather(wind_mps=8.0, rain=Rain.LIGHT, temperature_c=2.0)
    ),
    "locks": lambda: locked((LockRule.NEVER, "N1", None), (LockRule.MUST, "N2", "Charlie")),
    "a boat": lambda: problem(
        country(), hills(country().grid, (1700, 300, 250), (900, 900, 200)), teams=crew("boat hasty"), hours=3.0
    ),
}
