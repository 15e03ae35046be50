"""From the mission to the problem of a formation: who is there and can do what, what is needed, which rules bind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.find.roles import as_ordered
from homeward.desk.formation.crews import PAIR, Crew
from homeward.desk.formation.posts import Posted
from homeward.desk.scenarios import one_of
from homeward.errors import BadInput
from homeward.mission import Mission
from homeward.mission.nouns import Team, TeamKind
from homeward.mission.people import Person, Role
from homeward.search.plan.skills import FLYING
from homeward.team import FormationProblem, Post

AWAKE_LIMIT_H = 17.0
"""Hours awake by the end of the task, beyond which nobody is sent. Our own limit, for this reason: after 17 hours awake
performance at a tracking task was as low as with 0.05 % of alcohol in the blood (Dawson and Reid 1997, Fatigue,
alcohol and performance impairment, Nature 388:235, doi 10.1038/40775)."""
ANYBODY = {"searcher": 1.0, "carrier": 1.0, "backup": 1.0, "rear": 1.0}
"""What everybody in a search team can do, and how well, where nobody said more: our own assumption."""
STAY = 2
"""As many must stay in a team from which somebody is taken: nobody searches alone (ours)."""
MOST_ASKED = 200  # of one role: ours, against slips of the pen
_NOT_AFOOT = FLYING | {TeamKind.BOAT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for: roles and how many, in posts and in reserve; the rules' limits."""

    need: Mapping[str, int]
    reserve: Mapping[str, int] | None = None
    awake_limit_h: float = AWAKE_LIMIT_H
    min_team: int = PAIR


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """When the formation begins, for how many hours, and what was formed before: roles and posts by person."""

    at: datetime
    hours: float
    before: Mapping[str, Mapping[str, Any]]


def read_roles(words: Sequence[str], *, what: str) -> dict[str, int]:
    """How many of each role: from "medic=2", "lookout=0"."""
    found: dict[str, int] = {}
    for text in words:
        name, equals, number = (part.strip() for part in text.replace(":", "=").partition("="))
        if not equals or not number.isdecimal() or int(number) > MOST_ASKED:
            raise BadInput(f"{text!r} is no {what}. Write a role and how many, like medic=2, at most {MOST_ASKED}.")
        role = one_of("role", name.lower(), Role).value
        if role in found:
            raise BadInput(f"The role {role} is asked for twice. Say once how many.")
        found[role] = int(number)
    return found


def problem_of(book: Book, posted: Posted, *, now: Now, asked: Asked, borrow: bool) -> FormationProblem:
    """The problem. People on a task of the plan stay in their teams, unless `borrow`: then a team may lose some."""
    mission = book.mission
    tasked = _tasked(book, now.at)
    busy = set() if search_is_over(mission) else tasked
    free = dict(_free_people(mission, busy))
    lent = {name: (can | {_searching(of): 0.0}, of) for name, (can, of) in _lent(mission, busy)} if borrow else {}
    who, ordered = as_ordered(mission, free | lent)
    who = _leaders(mission, who, posted)
    crews, need = _wanted(posted.crews, asked.need)
    posts = [Post(id=crew.id, need=crew.need) for crew in crews]
    posts += [Post(id=f"team {team}", need={_searching(team): n}) for team, n in _stay(lent, busy).items()]
    names = {post.id for post in posts}
    told = {name: row for name, row in now.before.items() if name in who}
    deployed = {name: str(row["role"]) for name, row in told.items()}
    deployed |= {name: _searching(of) for name, (_, of) in who.items() if of in tasked and name not in deployed}
    deployed |= {name: role for name, (role, _) in ordered.items()}
    at = {name: str(row["post"]) for name, row in told.items() if row.get("post") in names and name not in ordered}
    at |= {name: post for name, (_, post) in ordered.items() if post in names}
    people = mission.crew.people
    return FormationProblem(
        people={name: can for name, (can, _) in who.items()},
        need=need,
        posts=tuple(posts),
        reserve=asked.reserve or {},
        together=(("medic", "guard"),),
        min_team=asked.min_team,
        deployed=deployed,
        deployed_at=at,
        p_present={name: p for name in who if name in people and (p := people[name].p_present) is not None},
        hours_awake={name: h for name in who if (h := _awake_h(people.get(name), now.at)) is not None},
        hours_awake_limit=asked.awake_limit_h,
        task_h=now.hours,
        qualified_until={name: until for name in who if (until := _until(people.get(name), book))},
        now=now.at,
    )


def expired(mission: Mission, *, at: datetime) -> list[str]:
    """Certificates that no longer hold, in words."""
    return [
        f"{who.id} as {q.role.value}"
        for who in mission.crew.people.values()
        for q in who.qualifications
        if q.until is not None and q.until <= at
    ]


# --- what is behind them ----------------------------------------------------------------------------------

_Can = dict[str, float]


def search_is_over(mission: Mission) -> bool:
    """Whether as many were found as are missing."""
    return len(mission.finds) >= mission.subject.count


def _tasked(book: Book, at: datetime) -> set[str]:
    """Teams with a task left in the plan in force."""
    mission = book.mission
    if mission.plan is None or at >= mission.plan.event.ends:
        return set()
    over = {s.event.assignment for s in mission.searches} | {g.event.assignment for g in mission.given_up}
    return {a.team for a in book.plan().assignments if a.number not in over} & set(mission.teams)


def _free_people(mission: Mission, busy: set[str]) -> Iterator[tuple[str, tuple[_Can, str | None]]]:
    """Everybody who is on no task: by name, what they can do and their team."""
    for who in mission.crew.people.values():
        if who.team not in busy:
            yield who.id, (_can(who, mission), who.team)
    for team in mission.teams.values():
        if team.id not in busy:
            yield from _nameless(mission, team)


_People = dict[str, tuple[_Can, str | None]]


def _leaders(mission: Mission, who: _People, posted: Posted) -> _People:
    """Where a leader is needed and nobody was told to be one: the finder's team can lead, else everybody, those of the
    most skill best (ours: seniority is not known).
    """
    asked = any(Role.LEAD.value in crew.need for crew in posted.crews)
    if not asked or any(Role.LEAD.value in can for can, _ in who.values()):
        return who
    finders = {find.event.team for find in mission.finds if find.event.team}
    some = {name for name, (_, of) in who.items() if of in finders} or set(who)
    return {
        name: (can | {Role.LEAD.value: max(can.values(), default=1.0) / 10} if name in some else can, of)
        for name, (can, of) in who.items()
    }


def _searching(team: str | None) -> str:
    """The role of going on with a team: nobody but its own people can."""
    return f"searcher with {team}"


def _lent(mission: Mission, busy: set[str]) -> Iterator[tuple[str, tuple[_Can, str | None]]]:
    """Everybody who is on a task, likewise."""
    for who in mission.crew.people.values():
        if who.team in busy:
            yield who.id, (_can(who, mission), who.team)
    for team in mission.teams.values():
        if team.id in busy:
            yield from _nameless(mission, team)


def _can(who: Person, mission: Mission) -> _Can:
    told = {q.role.value: q.skill for q in who.qualifications}
    team = mission.teams.get(who.team or "")
    return (_anybody(mission, team) | told) if team is not None and team.kind not in _NOT_AFOOT else told


def _anybody(mission: Mission, team: Team) -> _Can:
    """What everybody in a team can do; who found somebody leads there, too."""
    found = any(find.event.team == team.id for find in mission.finds)
    return ANYBODY | ({Role.LEAD.value: 1.0} if found else {})


def _nameless(mission: Mission, team: Team) -> Iterator[tuple[str, tuple[_Can, str | None]]]:
    """The people of a team whom nobody registered, as "Alpha/1", "Alpha/2"; none of those who fly or row."""
    if team.kind in _NOT_AFOOT:
        return
    known = sum(who.team == team.id for who in mission.crew.people.values())
    for k in range(1, team.people - known + 1):
        yield f"{team.id}/{k}", (_anybody(mission, team), team.id)


def _stay(lent: Mapping[str, tuple[_Can, str | None]], busy: set[str]) -> dict[str, int]:
    """How many of each team's people must go on searching: two, or all where there are fewer."""
    there = {team: sum(of == team for _, of in lent.values()) for team in busy}
    return {team: min(STAY, n) for team, n in there.items() if n}


def _wanted(crews: Sequence[Crew], need: Mapping[str, int]) -> tuple[tuple[Crew, ...], dict[str, int]]:
    """The crews and what is needed besides, once as many of each role are asked for as `need` says.

    What is asked for beyond the crews goes without a post; of fewer, the last crews lose theirs.
    """
    wanted, besides = [dict(crew.need) for crew in crews], dict[str, int]()
    for role, n in need.items():
        over = sum(own.get(role, 0) for own in wanted) - n
        if over < 0:
            besides[role] = -over
        for own in reversed(wanted):
            less = min(max(over, 0), own.get(role, 0))
            over -= less
            if less:
                own[role] -= less
    kept = [{role: n for role, n in own.items() if n} for own in wanted]
    return tuple(replace(crew, need=own) for crew, own in zip(crews, kept, strict=True) if own), besides


def _awake_h(who: Person | None, at: datetime) -> float | None:
    if who is None or who.awake_since is None:
        return None
    return max((at - who.awake_since).total_seconds() / 3600, 0.0)


def _until(who: Person | None, book: Book) -> dict[str, datetime]:
    """Until when somebody is qualified as what, in the mission's time zone, as it will be said so."""
    home = clock.zone(book.mission.time_zone)
    return {} if who is None else {q.role.value: q.until.astimezone(home) for q in who.qualifications if q.until}
