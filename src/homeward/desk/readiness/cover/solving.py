"""Solves the views of cover, span of days by span of days, and says who then stands or waits where, as data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, Final

import numpy as np

from homeward.desk.readiness.cover.case import CoverCase
from homeward.desk.readiness.cover.posts import (
    Post,
    Slot,
    aims,
    assigned,
    expected,
    judged,
    named,
    post_data,
    was,
    weights,
)
from homeward.desk.readiness.cover.spread import offered, spread
from homeward.desk.readiness.cover.teams import CoverTeam
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.cover.records import Crew, ReservePlan, ReserveProblem, SitesProblem
from homeward.readiness.cover.solve import cover_sites, deter, plan_reserve, zero_sum

Json = dict[str, Any]
LIMIT_S: Final = 20.0
"""For one span of days: ours."""
MOST_SPLITS: Final = 40
"""Ways to share out standing and waiting teams over kinds of team that are tried: ours."""
_CLOSE: Final = 1e-9
_FAR: Final = 1e9
"""Hours that stand for no way at all."""


def slices_of(case: CoverCase, before: Sequence[Post]) -> list[Json]:
    """The plan of every span of days; `before` are the posts in force, which stay where nothing is better."""
    found, posts = [], tuple(before)
    for n in range(len(case.cuts) - 1):
        row, posts = _VIEWS[case.asked.view](case, n, posts)
        found.append(
            {
                "from": case.cuts[n].isoformat(),
                "to": case.cuts[n + 1].isoformat(),
                "teams": [t.id for t in case.teams_in(n)],
                "chance": _by_goal(case, None if case.chance is None else case.chance[n]),
                "by": _by_goal(case, None if case.by is None else case.by[n]),
                "weights": _by_goal(case, weights(case, n)),
                "posts": [post_data(p) for p in posts] if case.asked.view != "deterrence" else [],
                **row,
            }
        )
    return found


def _by_goal(case: CoverCase, numbers: Floats | None) -> dict[str, float] | None:
    return None if numbers is None else {g.id: float(c) for g, c in zip(case.goals, numbers, strict=True)}


def _prices(found: Any, *, now: float, scale: float = 1.0, of: str | None = None, **more: float | None) -> Json:
    """What teams are worth in the user's own unit; `of` is the target by whose probability a loss is reckoned back."""
    told = {"now": now, "one_more": found.one_more, "one_less": found.one_less, **more}
    return {"of": of, **{k: None if v is None or not math.isfinite(v) else v * scale + 0.0 for k, v in told.items()}}


# --- standing teams and a reserve -----------------------------------------------------------------------------


def _reserve(case: CoverCase, n: int, before: tuple[Post, ...]) -> tuple[Json, tuple[Post, ...]]:
    teams = case.teams_in(n)
    kinds = _kinds(teams)
    open_ = [i for i, reached in enumerate(case.reached) if reached]
    if not open_ or not teams:
        posts = tuple(Post(team=t.id, does="spare", at="", place=was(t, before)) for t in teams)
        return _judged_row(case, n, posts), posts
    problem = _problem(case, n, open_)
    crews = [
        tuple(_crew(case, able, s, r, len(some)) for (able, some), s, r in zip(kinds.items(), *split, strict=True))
        for split in _splits(case, [len(some) for some in kinds.values()])
    ]
    each_s = LIMIT_S / len(crews)
    tried = [plan_reserve(replace(problem, crews=c), prices=False, time_limit_s=each_s) for c in crews]
    best = min(range(len(tried)), key=lambda k: (tried[k].value, tried[k].expected_loss))
    plan = plan_reserve(replace(problem, crews=crews[best]), time_limit_s=LIMIT_S) if n == 0 else tried[best]
    here = before if n else ()
    posts = named(case, list(kinds.values()), _slots(case, plan, open_), teams, here)
    posts = _spared(case, n, posts, teams, here)
    posts = _kept(case, n, posts, teams, before)
    return _proven_row(case, n, posts, plan), posts


def _kinds(teams: Sequence[CoverTeam]) -> dict[frozenset[str], list[CoverTeam]]:
    """The teams by what they can guard against."""
    kinds: dict[frozenset[str], list[CoverTeam]] = {}
    for team in teams:
        kinds.setdefault(team.able, []).append(team)
    return kinds


def _problem(case: CoverCase, n: int, open_: Sequence[int]) -> ReserveProblem:
    """The problem over targets that can be reached. A target's own loss an hour stands in the times to it."""
    asked, ways, counts = case.asked, case.ways, weights(case, n)
    share = np.array([[dict(case.goals[i].ways).get(w, 0.0) / case.goals[i].value for w in ways] for i in open_])
    value = np.array([case.goals[i].value for i in open_])
    k = np.array([case.goals[i].loss_per_h for i in open_])
    worst = asked.aim == "worst"
    values = share * value[:, None] * (counts[open_][:, None] if worst else 1.0)
    hit = share if worst else share * counts[open_][:, None]
    return ReserveProblem(
        values=values,
        travel_h=np.minimum(case.spots_s()[:, open_] / 3600 * k, _FAR),
        crews=(),
        loss_per_h=1.0,
        aim="worst" if worst else "expected",
        chance=hit,
        values_high=values * (1 + asked.doubt) if asked.doubt > 0 else None,
        budget=None if asked.budget is None or asked.doubt == 0 else min(float(asked.budget), float(values.size)),
    )


def _crew(case: CoverCase, able: frozenset[str], standing: int, reserve: int, there: int) -> Crew:
    can = tuple(i for i, way in enumerate(case.ways) if way in able)
    return Crew(can=can, standing=standing, reserve=reserve, either=there - standing - reserve)


def _splits(case: CoverCase, sizes: Sequence[int]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """How many of each kind must stand and must wait: every way to share out the numbers asked for."""
    asked, total = case.asked, sum(sizes)
    stand, wait = asked.standing, asked.reserve
    for name, number in (("standing", stand), ("in reserve", wait)):
        if number is not None and number > total:
            raise BadInput(f"{number} teams {name} are asked for, and {total} are there. Ask for fewer.")
    if stand is not None and wait is not None and stand + wait > total:
        raise BadInput(
            f"{stand} teams standing and {wait} in reserve are asked for, and {total} are there. Ask for fewer."
        )
    if stand is not None and wait is None:
        wait = total - stand
    elif wait is not None and stand is None:
        stand = total - wait
    pairs = [
        (s, w)
        for s in _shared(stand or 0, sizes)
        for w in _shared(wait or 0, [size - k for size, k in zip(sizes, s, strict=True)])
    ]
    if len(pairs) > MOST_SPLITS:
        raise BadInput(
            f"There are {len(pairs)} ways to share standing and reserve over {len(sizes)} kinds of team; {MOST_SPLITS} "
            "can be tried. Leave --standing and --reserve out: the best numbers are found."
        )
    return pairs


def _shared(number: int, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return (some for some in product(*(range(min(number, size) + 1) for size in sizes)) if sum(some) == number)


def _slots(case: CoverCase, plan: ReservePlan, open_: Sequence[int]) -> dict[int, list[Slot]]:
    """By kind of team, where one has to be."""
    found: dict[int, list[Slot]] = {}
    for kind, target in plan.standing_at:
        goal = case.goals[open_[target]]
        found.setdefault(kind, []).append(("stand", goal.id, goal.place))
    for kind, base in plan.reserve_at:
        spot = case.spots[base]
        found.setdefault(kind, []).append(("wait", spot.id, spot.place))
    return found


def _spared(
    case: CoverCase, n: int, posts: tuple[Post, ...], teams: Sequence[CoverTeam], here: Sequence[Post]
) -> tuple[Post, ...]:
    """The posts without reserves that have nothing to go to, where nobody asked for so many."""
    if case.asked.standing is not None or case.asked.reserve is not None:
        return posts
    needed = {a["team"] for a in judged(case, n, posts)}
    return tuple(
        post
        if post.does != "wait" or post.team in needed
        else Post(team=post.team, does="spare", at="", place=was(team, here))
        for post, team in zip(posts, teams, strict=True)
    )


def _kept(
    case: CoverCase, n: int, posts: tuple[Post, ...], teams: Sequence[CoverTeam], before: Sequence[Post]
) -> tuple[Post, ...]:
    """The posts in force instead, where the same teams lose no more with them: nobody moves for nothing."""
    goals = {g.id for g in case.goals}
    old = {p.team: p for p in before if p.does != "stand" or p.at in goals}
    if set(old) != {t.id for t in teams} or len(old) != len(before):
        return posts
    asked = case.asked
    stood, waited = (sum(p.does == what for p in before) for what in ("stand", "wait"))
    if (asked.standing not in (None, stood)) or (asked.reserve not in (None, waited)):
        return posts
    way_s = {t.id: case.travel.time_s(t.place, old[t.id].place) if n == 0 else 0.0 for t in teams}
    stay = tuple(replace(old[t.id], there_s=way_s[t.id], moved=way_s[t.id] > 0) for t in teams)
    mine, theirs = (aims(case, judged(case, n, some), n) for some in (posts, stay))
    same = all(a <= b + _CLOSE * max(1.0, abs(b)) for a, b in zip(theirs, mine, strict=True))
    return stay if same else posts


def _judged_row(case: CoverCase, n: int, posts: Sequence[Post]) -> Json:
    answers = judged(case, n, posts)
    worst = answers[0] if answers and answers[0]["loss"] > 0 else None
    first, second = aims(case, answers, n)
    return {
        "value": first,
        "bound": None,
        "proven": False,
        "answers": answers,
        "worst": worst,
        "expected_loss": second if case.asked.aim == "worst" else first,
    }


def _proven_row(case: CoverCase, n: int, posts: Sequence[Post], plan: ReservePlan) -> Json:
    """The row with what the solver proves: over the targets that can be reached, the others' losses added."""
    row = _judged_row(case, n, posts)
    counts = weights(case, n)
    lost = [a for a in row["answers"] if not case.reached[[g.id for g in case.goals].index(a["target"])]]
    if case.asked.aim == "worst":
        bound = max([plan.bound, *(a["counts"] for a in lost)])
    else:
        share = float(counts[list(case.reached)].sum() / counts.sum())
        rest = expected(case, lost, n)
        bound, row["value"] = plan.bound * share + rest, plan.value * share + rest
    return row | {
        "bound": min(bound, row["value"]),
        "proven": plan.status == "optimal",
        "reached_value": plan.value,
        "price": _prices(plan, now=plan.value, without_reserve=plan.without_reserve, **_unit(case, n, row)),
        "without_reserve": None if math.isinf(plan.without_reserve) else plan.without_reserve,
        "one_more": plan.one_more,
        "one_less": plan.one_less,
    }


def _unit(case: CoverCase, n: int, row: Json) -> Json:
    """How a weighed worst loss is told as a loss of the target that is then the worst."""
    reached = {g.id for g, r in zip(case.goals, case.reached, strict=True) if r}
    worst = next((a for a in row["answers"] if a["target"] in reached and a["counts"] > 0), None)
    counts = _by_goal(case, weights(case, n)) or {}
    if case.asked.aim != "worst" or len(set(counts.values())) < 2:
        return {}
    name = worst["target"] if worst else max(reached, key=lambda t: counts[t])
    return {"of": name, "scale": 1 / counts[name]}


# --- sites ----------------------------------------------------------------------------------------------------


def _sites(case: CoverCase, n: int, before: tuple[Post, ...]) -> tuple[Json, tuple[Post, ...]]:
    asked, teams = case.asked, case.teams_in(n)
    open_ = [i for i, reached in enumerate(case.reached) if reached]
    if not open_ or not teams:
        posts = tuple(Post(team=t.id, does="spare", at="", place=was(t, before)) for t in teams)
        return {"value": 0.0, "bound": None, "proven": False, "answers": [], "worst": None}, posts
    counts = weights(case, n)
    demand = np.array([case.goals[i].value * counts[i] for i in open_])
    seconds = case.spots_s()[:, open_].T
    used = {p.at for p in before if p.does == "wait"}
    stay = tuple(j for j, s in enumerate(case.spots) if s.id in used)
    problem = SitesProblem(
        view=asked.view,  # type: ignore[arg-type]  # one of the views of sites
        demand=demand,
        distance=seconds,
        teams=len(teams) if asked.view == "expected" else min(len(teams), len(case.spots)),
        radius=asked.radius_s,
        busy=asked.busy if asked.view == "expected" else 0.0,
        before=stay if asked.view in ("covering", "fewest", "center") else (),
        per_site=len(teams) if asked.view == "expected" else 1,
    )
    found = cover_sites(problem, prices=n == 0, seed=asked.seed, time_limit_s=LIMIT_S)
    held = [j for p in before for j, s in enumerate(case.spots) if p.does == "wait" and s.id == p.at]
    sites = list(found.sites) if asked.view == "median" else spread(problem, found.sites, held=held)
    slots: dict[int, list[Slot]] = {0: [("wait", case.spots[j].id, case.spots[j].place) for j in sites]}
    posts = named(case, [teams], slots, teams, before if n else ())
    total = float(demand.sum())
    scale = total if asked.view == "median" else 1.0
    price_scale = 1 / total if asked.view in ("covering", "expected", "median") and total > 0 else 1.0
    answers = _served(case, open_, counts, posts)
    return {
        "value": found.value / scale,
        "bound": found.bound / scale,
        "proven": found.status == "optimal",
        "total": total,
        "answers": answers,
        "worst": max(answers, key=lambda a: a["s"] if a["s"] is not None else math.inf, default=None),
        "needed": len(found.sites),
        **_raw(case, seconds, sites, open_),
        **(_offers(case, problem, sites, posts) if asked.view in ("covering", "fewest") and sites else {}),
        "price": _prices(found, now=found.value, scale=price_scale),
        "one_more": None if found.one_more is None else found.one_more / scale,
        "one_less": None if found.one_less is None else found.one_less / scale,
    }, posts


def _raw(case: CoverCase, seconds: Floats, sites: Sequence[int], open_: Sequence[int]) -> Json:
    """Value within the time, as told by the user: not weighed by how likely; and all there is."""
    asked = case.asked
    count = (seconds[:, list(sites)] <= asked.radius_s).sum(axis=1)
    share = 1.0 - asked.busy**count if asked.view == "expected" else (count > 0).astype(float)
    values = np.array([case.goals[i].value for i in open_])
    return {"raw": float(values @ share), "raw_total": math.fsum(g.value for g in case.goals)}


def _offers(case: CoverCase, problem: SitesProblem, sites: Sequence[int], posts: Sequence[Post]) -> Json:
    """Where teams that are not needed would shorten the ways most."""
    spare = [p for p in posts if p.does == "spare"]
    more, before_s, after_s = offered(problem, sites, teams=len(spare))
    way_s = np.array([[case.travel.time_s(p.place, case.spots[j].place) for j in more] for p in spare])
    pairs = assigned(way_s.reshape(len(spare), len(more)))
    offers = [
        {"team": spare[i].team, "at": case.spots[more[k]].id, "there_s": round(float(way_s[i, k]))}
        for i, k in pairs
        if math.isfinite(way_s[i, k])
    ]
    return {"offers": offers, "mean_s": before_s, "offered_mean_s": after_s}


def _served(case: CoverCase, open_: Sequence[int], counts: Floats, posts: Sequence[Post]) -> list[Json]:
    """For each target who is nearest, and whether within the time asked for; heaviest first."""
    found = []
    for i, goal in enumerate(case.goals):
        there = [(case.travel.time_s(p.place, goal.place), p) for p in posts if p.does == "wait"]
        seconds, post = min(there, key=lambda s: s[0], default=(math.inf, None))
        far = i not in open_ or math.isinf(seconds)
        found.append(
            {
                "target": goal.id,
                "way": "",
                "value": goal.value,
                "counts": goal.value * float(counts[i]),
                "team": None if far or post is None else post.team,
                "from": None if far or post is None else post.at,
                "s": None if far else round(seconds),
                "within": bool(not far and seconds <= case.asked.radius_s),
            }
        )
    return sorted(found, key=lambda a: (-a["counts"], a["target"]))


# --- deterrence -----------------------------------------------------------------------------------------------


def _deterrence(case: CoverCase, n: int, before: tuple[Post, ...]) -> tuple[Json, tuple[Post, ...]]:
    counts = weights(case, n)
    values = np.array([g.dearest for g in case.goals]) * counts
    teams = case.teams_in(n)
    game = zero_sum(values, teams=min(len(teams), sum(case.reached)))
    lost = np.where(case.reached, 0.0, values)  # nobody can stand where nobody gets to
    game = replace(game, attacker_covered=lost, defender_covered=-lost)
    found = deter(game, prices=n == 0)
    ids = [g.id for g in case.goals]
    weighed = len(set(counts.tolist())) > 1
    scale = 1 / float(counts[found.attacked])
    price = _prices(found, now=found.value, scale=-scale, of=ids[found.attacked] if weighed else None)
    row = {
        "value": -found.value + 0.0,
        "bound": -found.bound + 0.0,
        "proven": True,
        "coverage": {t: float(c) for t, c in zip(ids, found.coverage, strict=True)},
        "tempting": [ids[i] for i in found.tempting],
        "rosters": [{"targets": [ids[i] for i in r.targets], "weight": r.weight} for r in found.rosters],
        "answers": [],
        "worst": {"target": ids[found.attacked], "loss": -found.value * scale + 0.0},
        "price": price,
        "one_more": None if found.one_more is None else -found.one_more + 0.0,
        "one_less": None if found.one_less is None else -found.one_less + 0.0,
    }
    return row, before


_VIEWS: Final = {
    "reserve": _reserve,
    "deterrence": _deterrence,
    "covering": _sites,
    "fewest": _sites,
    "median": _sites,
    "center": _sites,
    "expected": _sites,
}
VIEWS: Final = tuple(_VIEWS)
