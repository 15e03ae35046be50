"""What if there were more teams, other weather, less time: a person's words, and what they change of a problem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from homeward.errors import BadInput, UnknownName
from homeward.mission.nouns import Rain, Team, TeamKind
from homeward.search.plan import PlanProblem
from homeward.search.plan.problem import TeamStart
from homeward.search.records import XY

MOST_MORE = 20  # teams that one question may add: homeward's own limit
MOST_LATER_S = 24 * 3600.0  # homeward's own limit

_ONES = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_MANY = rf"(?P<many>\d+|{'|'.join(_ONES)})"
_TEAMS = re.compile(rf"{_MANY} (?:more |other )?(?P<kind>[a-z]+?)s?(?: teams?)?")
_RAIN = re.compile(r"rain (?P<a>none|light|heavy)|(?P<b>no|light|heavy) rain")
_WIND = re.compile(r"wind (?P<mps>\d+(?:\.\d+)?)(?: ?m/s)?")
_LATER = re.compile(rf"(?P<half>half an )?(?:{_MANY}|(?P<share>\d+\.\d+))? ?(?P<unit>h|hours?|min|minutes?) later")
_OUT = re.compile(r"(?:team )?(?P<team>.+?) (?:is )?out", re.IGNORECASE)
HOW = 'Write "2 dog teams", "rain heavy", "wind 10 m/s", "1 hour later" or "team Alpha out"; join them with "and".'


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """One question: its words, and what changes. `more` is kind and number of teams added at the base."""

    words: str
    more: tuple[tuple[TeamKind, int], ...] = ()
    out: tuple[str, ...] = ()
    rain: Rain | None = None
    wind_mps: float | None = None
    later_s: float = 0.0


def what_if(words: str, *, teams: Sequence[str]) -> WhatIf:
    """What a person asks; `teams` are the names there are. Raises `BadInput` where it cannot be understood."""
    asked = WhatIf(words=" ".join(words.split()))
    parts = [asked.words]
    if not _OUT.fullmatch(asked.words) or not _named(asked.words, teams):
        parts = [p for p in re.split(r"\s*(?:,|;| and )\s*", asked.words) if p]
    for part in parts:
        asked = _with(asked, part, teams)
    if asked == WhatIf(words=asked.words):
        raise BadInput(f"A what-if of {words!r} changes nothing. {HOW}")
    return asked


def _named(part: str, teams: Sequence[str]) -> bool:
    hit = _OUT.fullmatch(part)
    return hit is not None and hit["team"].lower() in {t.lower() for t in teams}


def _with(asked: WhatIf, part: str, teams: Sequence[str]) -> WhatIf:
    plain = part.lower()
    if hit := _RAIN.fullmatch(plain):
        said = hit["a"] or hit["b"]
        return replace(asked, rain=Rain("none" if said == "no" else said))
    if hit := _WIND.fullmatch(plain):
        return replace(asked, wind_mps=float(hit["mps"]))
    if hit := _LATER.fullmatch(plain):
        return replace(asked, later_s=asked.later_s + _seconds(hit, part))
    if hit := _OUT.fullmatch(part):
        return replace(asked, out=(*asked.out, _team(hit["team"], teams)))
    if (hit := _TEAMS.fullmatch(plain)) and hit["kind"] in {k.value for k in TeamKind}:
        many = _count(hit["many"])
        if not 1 <= many <= MOST_MORE:
            raise BadInput(f"{many} more teams cannot be tried. Give 1 to {MOST_MORE}.")
        return replace(asked, more=(*asked.more, (TeamKind(hit["kind"]), many)))
    raise BadInput(f"A what-if of {part!r} is not understood. {HOW} Kinds of team: {', '.join(TeamKind)}.")


def _count(said: str) -> int:
    return _ONES[said] if said in _ONES else int(said)


def _seconds(hit: re.Match[str], part: str) -> float:
    unit = 3600.0 if hit["unit"].startswith("h") else 60.0
    if hit["half"]:
        much = 0.5
    elif hit["share"]:
        much = float(hit["share"])
    else:
        much = float(_count(hit["many"])) if hit["many"] else 0.0
    if not 0 < much * unit <= MOST_LATER_S:
        raise BadInput(f"A start of {part!r} cannot be tried. Give more than none, and at most 24 hours later.")
    return much * unit


def _team(said: str, teams: Sequence[str]) -> str:
    known = {t.lower(): t for t in teams}
    if said.lower() not in known:
        raise UnknownName("team", said, teams)
    return known[said.lower()]


def changed(problem: PlanProblem, asked: WhatIf, *, post_m: XY) -> PlanProblem:
    """The problem as it would be: teams taken out and added at `post_m`, the weather; a later start is the caller's.

    Locks on a team that is taken out go with it.
    """
    here = problem.starts or tuple(TeamStart(at_m=base) for base in problem.bases_m)
    kept = [i for i, t in enumerate(problem.teams) if t.id not in asked.out]
    more = _more(asked, {t.id for t in problem.teams})
    teams = (*(problem.teams[i] for i in kept), *more)
    if not teams:
        raise BadInput("With these teams out there is nobody left to plan for. Leave one in.")
    weather = problem.weather
    weather = weather if asked.rain is None else replace(weather, rain=asked.rain)
    weather = weather if asked.wind_mps is None else replace(weather, wind_mps=asked.wind_mps)
    return replace(
        problem,
        teams=teams,
        bases_m=(*(problem.bases_m[i] for i in kept), *(post_m for _ in more)),
        starts=(*(here[i] for i in kept), *(TeamStart(at_m=post_m) for _ in more)) if problem.starts else (),
        weather=weather,
        earlier=tuple(a for a in problem.earlier if a.team not in asked.out),
        locks=tuple(lock for lock in problem.locks if lock.team not in asked.out),
        own=None,
    )


def _more(asked: WhatIf, names: set[str]) -> list[Team]:
    added: list[Team] = []
    for kind, many in asked.more:
        for _ in range(many):
            n = 1
            while f"extra {kind.value} {n}" in names:
                n += 1
            names.add(f"extra {kind.value} {n}")
            added.append(Team(id=f"extra {kind.value} {n}", kind=kind))
    return added
