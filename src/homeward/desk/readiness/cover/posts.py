"""Who is where in a plan of cover, and what is lost with them there, whatever made the plan."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from homeward.desk.readiness.cover.case import CoverCase, Goal
from homeward.desk.readiness.cover.teams import CoverTeam
from homeward.desk.readiness.cover.weights import UNWARNED
from homeward.geo import Floats, Place

Json = dict[str, Any]
Slot = tuple[str, str, Place]
"""Where a team has to be: what it does there, the name of the place, the place."""
_FAR: Final = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where a team is: it stands at a target, or waits at a spot, or is spare."""

    team: str
    does: str
    at: str
    place: Place
    there_s: float = 0.0
    moved: bool = False


def post_data(post: Post) -> Json:
    """A post as data."""
    return {
        "team": post.team,
        "does": post.does,
        "at": post.at,
        "place": [round(post.place.lon_deg, 6), round(post.place.lat_deg, 6)],
        "there_s": None if math.isinf(post.there_s) else round(post.there_s),
        "moved": post.moved,
    }


def post_of(row: Json) -> Post:
    """The same, read again."""
    lon, lat = row["place"]
    return Post(team=row["team"], does=row["does"], at=row["at"], place=Place(lat, lon))


def weights(case: CoverCase, n: int) -> Floats:
    """What each target counts in a span of days: its probability over that of the likeliest, a twentieth at least."""
    if case.chance is None or not case.chance[n].any():
        return np.ones(len(case.goals))
    return np.asarray(np.maximum(case.chance[n] / case.chance[n].max(), UNWARNED), dtype=np.float64)


def named(
    case: CoverCase,
    kinds: Sequence[Sequence[CoverTeam]],
    slots: Mapping[int, Sequence[Slot]],
    teams: Sequence[CoverTeam],
    before: Sequence[Post],
) -> tuple[Post, ...]:
    """Which team takes which place: so that all together have the least way; who is left over stays as a spare."""
    posts: dict[str, Post] = {}
    for kind, places in slots.items():
        some = kinds[kind]
        way_s = np.array([[case.travel.time_s(was(t, before), slot[2]) for slot in places] for t in some])
        for i, j in assigned(way_s):
            does, at, place = places[j]
            posts[some[i].id] = Post(
                team=some[i].id, does=does, at=at, place=place, there_s=float(way_s[i, j]), moved=bool(way_s[i, j] > 0)
            )
    spare = [t for t in teams if t.id not in posts]
    posts |= {t.id: Post(team=t.id, does="spare", at="", place=was(t, before)) for t in spare}
    return tuple(posts[t.id] for t in teams)


def was(team: CoverTeam, before: Sequence[Post]) -> Place:
    """Where a team was before: at its post, else where it is said to be."""
    return next((p.place for p in before if p.team == team.id), team.place)


def aims(case: CoverCase, answers: Sequence[Json], n: int) -> tuple[float, float]:
    """What the plan is to make small, first and second: the worst loss that counts, and the mean."""
    worst = max((a["counts"] for a in answers), default=0.0)
    mean = expected(case, answers, n)
    return (worst, mean) if case.asked.aim == "worst" else (mean, worst)


def judged(case: CoverCase, n: int, posts: Sequence[Post]) -> list[Json]:
    """For each target and way: who answers, from where, after how long, and what is then lost; dearest first.

    `loss` is in the target's own value, `counts` after weighting by the span's probabilities. Worked out from the
    posts alone, so that it holds for posts that were drawn or moved by hand too.
    """
    teams = {t.id: t for t in case.teams}
    high = 1 + case.asked.doubt if case.asked.budget is None or case.asked.budget >= 1 else 1.0
    found = []
    for goal, weight in zip(case.goals, weights(case, n), strict=True):
        for way, value in goal.ways:
            who, at, seconds = _answer(case, goal, [p for p in posts if way in teams[p.team].able])
            loss = value * high * min(1.0, goal.loss_per_h * seconds / 3600)
            found.append(
                {
                    "target": goal.id,
                    "way": way,
                    "value": value,
                    "team": who,
                    "from": at,
                    "s": None if math.isinf(seconds) else round(seconds),
                    "loss": loss,
                    "counts": loss * float(weight),
                }
            )
    return sorted(found, key=lambda a: (-a["counts"], -a["loss"], a["target"], a["way"]))


def _answer(case: CoverCase, goal: Goal, able: Sequence[Post]) -> tuple[str | None, str | None, float]:
    """(team, where it waits; None: it stands there, seconds) of the first who is there."""
    standing = next((p for p in able if p.does == "stand" and p.at == goal.id), None)
    if standing is not None:
        return standing.team, None, 0.0
    best: tuple[str | None, str | None, float] = (None, None, math.inf)
    for post in able:
        seconds = case.travel.time_s(post.place, goal.place) if post.does == "wait" else math.inf
        if seconds < best[2] and goal.loss_per_h * seconds / 3600 < 1:
            best = (post.team, post.at, seconds)
    return best


def expected(case: CoverCase, answers: Sequence[Json], n: int) -> float:
    """Mean loss over where it happens: by the span's probabilities, else each target as likely as another."""
    values = {g.id: g.value for g in case.goals}
    counts = {g.id: float(c) for g, c in zip(case.goals, weights(case, n), strict=True)}
    total = math.fsum(counts.values())
    return math.fsum(counts[a["target"]] / total * a["value"] / values[a["target"]] * a["loss"] for a in answers)


def stood(case_teams: Sequence[tuple[str, Place]], targets: Sequence[tuple[str, Place]], time_s: Any) -> dict[str, str]:
    """Who goes to which target of a roster: all together have the least way."""
    way_s = np.array([[min(time_s(a, b), _FAR) for _, b in targets] for _, a in case_teams]).reshape(
        len(case_teams), -1
    )
    return {case_teams[i][0]: targets[j][0] for i, j in assigned(way_s)}


def assigned(way_s: Floats) -> list[tuple[int, int]]:
    """(row, column) with the least sum."""
    rows, cols = linear_sum_assignment(np.minimum(way_s, _FAR))
    return list(zip(rows.tolist(), cols.tolist(), strict=True))
