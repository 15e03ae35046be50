"""Problem and solution files of the kind `formation`: people to roles, under rules, by a manager's aims."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, FileModel, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.exchange.solver_files.reading import distinct, utc
from homeward.team.records import CRITICAL, MAX_PEOPLE, RESERVE, Formation, FormationProblem, Places, Post

Id = Annotated[str, Field(min_length=1)]
Chance = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[float, Field(ge=0)]
Number = Annotated[int, Field(ge=0)]
Pair = Annotated[list[Id], Field(min_length=2, max_length=2)]


class PostFile(FileModel):
    """A place, or a sub-team, with roles of its own."""

    id: Id = Field(description="a name of its own")
    need: dict[str, Number] = Field(description="how many of each role, 0 or more")
    within_s: NotNegative | None = Field(
        default=None, description="who fills it must be there within so many seconds (left out: any time)"
    )


class FormationFile(ProblemHead):
    """Who does what: people to roles, with rules that bind and aims one after another."""

    kind: Literal["formation"] = Field(description="'formation'")
    people: dict[str, dict[str, NotNegative] | list[Id]] = Field(
        max_length=MAX_PEOPLE,
        description="by id: an object of role and skill, 0 or more, or a list of roles (skill 1 each)",
    )
    need: dict[str, Number] = Field(
        default_factory=dict, description="by role: how many, without a post, a whole number, 0 or more"
    )
    posts: list[PostFile] = Field(default_factory=list, description="places or sub-teams with needs of their own")
    reserve_must_have: list[Id] | dict[str, Number] = Field(
        default_factory=list,
        description="roles that one of those who wait must be able to do, each another person: a list of roles (named "
        "twice: two), or how many by role",
    )
    together: list[Pair] = Field(
        default_factory=list,
        description="[role, with_role]: the first is never without the second in the same sub-team",
    )
    min_team: int = Field(default=1, ge=1, description="people in the smallest sub-team, 1 or more")
    deployed: dict[str, str] = Field(
        default_factory=dict, description="by id: the role that somebody has now ('reserve': waits)"
    )
    deployed_at: dict[str, str] = Field(default_factory=dict, description="by id: the post where somebody is now")
    p_present: dict[str, Chance] = Field(
        default_factory=dict, description="by id: the probability to be there, 0 to 1 (left out: 1)"
    )
    p_shows_up: dict[str, Chance] = Field(default_factory=dict, description="another name for p_present")
    current: dict[str, str] = Field(default_factory=dict, description="another name for deployed")
    hours_awake: dict[str, NotNegative] = Field(
        default_factory=dict, description="by id: hours since getting up, 0 or more (left out: 0)"
    )
    hours_awake_limit: NotNegative | None = Field(
        default=None, description="nobody goes who is awake for more hours by the end of the task (left out: no limit)"
    )
    task_h: NotNegative = Field(default=0.0, description="how long the task lasts, hours, 0 or more")
    qualified_until: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="by id and role: when a certificate ends, with its time zone"
    )
    now: str | None = Field(default=None, description="when the formation begins, as 2026-11-22T14:00+01:00")
    travel_s: dict[str, dict[str, NotNegative]] = Field(
        default_factory=dict, description="by id and post: the time to get there, seconds, 0 or more (left out: 0)"
    )
    load_h: dict[str, NotNegative] = Field(
        default_factory=dict, description="by id: hours served so far, 0 or more (left out: 0)"
    )
    critical: list[Id] = Field(
        default_factory=lambda: list(CRITICAL), description="roles that are filled first where not all can be"
    )
    call: Number | None = Field(default=None, description="how many people to call (left out: all of them)")


class CallFile(FileModel):
    """The best people to call, of as many."""

    n: int = Field(description="how many are called")
    p_complete: float = Field(description="the probability that all roles can then be filled")
    people: list[str] = Field(description="who")


class WaiverFile(FileModel):
    """Somebody who would do if one rule were waived."""

    person: str = Field(description="who")
    role: str = Field(description="what the person would do")
    rule: str = Field(description="the rule that keeps the person out")


class PlacesFile(FileModel):
    """Places of one role."""

    role: str = Field(description="the role")
    n: int = Field(description="how many places")
    post: str | None = Field(description="at which post; null: without one")
    reserve: bool = Field(description="whether they wait in reserve")


class FormationResult(SolutionHead):
    """Who does what. `value` is the sum of skill of those deployed, most under the aims before it."""

    assigned: dict[str, str] = Field(description="by id: the role")
    post_of: dict[str, str] = Field(description="by id: the post, for those who have one")
    in_reserve: dict[str, str] = Field(description="by id: the role for which the reserve counts on somebody")
    changes: int = Field(description="how many of those deployed get another role")
    changed: list[str] = Field(description="who gets another role")
    p_complete: float = Field(description="the probability that all roles can be filled with who is there then")
    p_error: float = Field(description="how far p_complete may be off, with 99 %; 0: exact")
    prices: dict[str, float | None] = Field(
        description="by rule: how much more skill there would be without it alone; null: fewer changes instead"
    )
    changes_saved: dict[str, int] = Field(description="by rule with a price of null: how many changes fewer without it")
    optimal_plans: int | None = Field(description="how many formations are as good; null: too many to count")
    called: list[str] = Field(description="who is called")
    calls: list[CallFile] = Field(description="with call: the best call of each number of people")
    max_load_h: float = Field(description="the most that one of those chosen has served so far, hours")
    violating_roles: list[list[str]] = Field(description="sets of roles that ask for more people than can do them")
    people_for_them: list[str] = Field(description="all who can do any of violating_roles")
    shortfall: int = Field(description="how many people are missing")
    lacking: dict[str, int] = Field(
        description="by role: how many more people would do, together with more_places and call_more"
    )
    more_places: list[PlacesFile] = Field(description="places that sub-teams lack, to be asked for besides")
    call_more: int = Field(description="how many more must be called besides")
    smallest: bool = Field(description="whether lacking and more_places are proven the smallest change")
    fewer_places: list[PlacesFile] = Field(description="instead: places not to ask for; empty where that would not do")
    waivers: list[WaiverFile] = Field(description="the fewest people kept out by a rule who would help most")
    left_with_waivers: int = Field(description="how many people are missing with the waivers")
    without_rules: list[str] = Field(description="rules; without any one of them it could be done")
    partial: dict[str, str] = Field(description="by id: the role in the best that can be done, critical roles first")


def read(problem: FormationFile, folder: Path, file: str) -> Read:  # noqa: ARG001 - this kind has no array files
    """The file as a problem, ready to be solved."""
    problem, other_names = _under_one_name(problem, file)
    findings = (*other_names, *_slips(problem, file))
    try:
        ready = to_problem(problem, file)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:  # noqa: ARG001 - always done
        from homeward.team.formation import solve as form

        return _reported(form(ready, seed=seed))

    return Read(solve=solve, findings=findings)


def _under_one_name(problem: FormationFile, file: str) -> tuple[FormationFile, list[str]]:
    """The file with every field under its own name, and findings for those that had another."""
    findings = []
    for other, name in (("p_shows_up", "p_present"), ("current", "deployed")):
        if other in problem.model_fields_set:
            if name in problem.model_fields_set:
                raise BadFile(f"{file}: {other} and {name} are two names for the same. Leave one of them out.")
            problem = problem.model_copy(update={name: getattr(problem, other)})
            findings.append(f"{other} was taken for {name}.")
    return problem, findings


def _slips(problem: FormationFile, file: str) -> list[str]:
    """Findings for names that nothing else in the file has. Raises `BadFile` for those that look like slips.

    A role is known that somebody can do or that is asked for; what is not may be a standing rule that finds nothing.
    """
    if not sum(problem.need.values()) + sum(sum(post.need.values()) for post in problem.posts):
        raise BadFile(f"{file}: need and posts ask for nobody. Say how many of each role are needed.")
    asked = [problem.need, *(post.need for post in problem.posts), problem.reserve_must_have]
    roles = {role for some in [*problem.people.values(), *asked] for role in some}
    given: list[tuple[str, str]] = [
        (f"together[{i}]", role) for i, pair in enumerate(problem.together) for role in pair
    ]
    if "critical" in problem.model_fields_set:
        given += [(f"critical[{i}]", role) for i, role in enumerate(problem.critical)]
    given += [(f"deployed.{who}", role) for who, role in problem.deployed.items() if role != RESERVE]
    given += [(f"qualified_until.{who}", role) for who, row in problem.qualified_until.items() for role in row]
    findings = [_unknown_role(where, role, roles, file) for where, role in given if role not in roles]
    posts = {post.id for post in problem.posts}
    for who, post in problem.deployed_at.items():
        if who not in problem.deployed:
            findings.append(f"deployed_at.{who} stands without deployed: it counts for nothing.")
        elif post not in posts:
            findings.append(f"deployed_at.{who} is {post!r}, which is no post here: taken as a post that is gone.")
    return findings


def _unknown_role(where: str, role: str, roles: set[str], file: str) -> str:
    near = get_close_matches(role, sorted(roles), n=1, cutoff=0.75)
    if near:
        raise BadFile(f"{file}: {where} names the role {role!r}, which nobody has. Did you mean {near[0]!r}?")
    return f"{where} names the role {role!r}, which nobody has and nothing else asks for. Check it."


def to_problem(problem: FormationFile, file: str) -> FormationProblem:
    """Lists become numbers by role, and text becomes times."""
    distinct((post.id for post in problem.posts), file=file, field="posts")
    reserve = problem.reserve_must_have
    if isinstance(reserve, list):
        reserve = {role: reserve.count(role) for role in reserve}
    return FormationProblem(
        people={who: can if isinstance(can, dict) else dict.fromkeys(can, 1.0) for who, can in problem.people.items()},
        need=problem.need,
        posts=tuple(Post(id=post.id, need=post.need, within_s=post.within_s) for post in problem.posts),
        reserve=reserve,
        together=tuple((a, b) for a, b in problem.together),
        min_team=problem.min_team,
        deployed=problem.deployed,
        deployed_at=problem.deployed_at,
        p_present=problem.p_present,
        hours_awake=problem.hours_awake,
        hours_awake_limit=problem.hours_awake_limit,
        task_h=problem.task_h,
        qualified_until={
            who: {role: _time(until, file, f"qualified_until.{who}.{role}") for role, until in row.items()}
            for who, row in problem.qualified_until.items()
        },
        now=None if problem.now is None else _time(problem.now, file, "now"),
        travel_s=problem.travel_s,
        load_h=problem.load_h,
        critical=tuple(problem.critical),
        call=problem.call,
    )


def _time(text: str, file: str, field: str) -> datetime:
    try:
        return utc(text, field)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err


def _reported(found: Formation) -> Reported:
    return Reported(
        status=found.status,
        value=found.value,
        bound=found.bound,
        why=found.why,
        elapsed_s=found.elapsed_s,
        fields={
            "assigned": dict(found.assigned),
            "post_of": dict(found.post_of),
            "in_reserve": dict(found.in_reserve),
            "changes": found.changes,
            "changed": list(found.changed),
            "p_complete": found.p_complete,
            "p_error": found.p_error,
            "prices": dict(found.prices),
            "changes_saved": dict(found.changes_saved),
            "optimal_plans": found.optimal_plans,
            "called": list(found.called),
            "calls": [{"n": c.n, "p_complete": c.p_complete, "people": list(c.people)} for c in found.calls],
            "max_load_h": found.max_load_h,
            **_missing(found),
        },
    )


def _missing(found: Formation) -> dict[str, object]:
    lack = found.shortage
    if lack is None:
        return {
            "violating_roles": [],
            "people_for_them": [],
            "shortfall": 0,
            "lacking": {},
            "more_places": [],
            "call_more": 0,
            "smallest": True,
            "fewer_places": [],
            "waivers": [],
            "left_with_waivers": 0,
            "without_rules": [],
            "partial": {},
        }
    roles = [*(v.roles for v in lack.violators), *(b.roles for b in lack.broken)]
    people = [*(v.people for v in lack.violators), *(b.people for b in lack.broken)]
    return {
        "violating_roles": [list(some) for some in roles],
        "people_for_them": sorted({who for some in people for who in some}),
        "shortfall": lack.shortfall,
        "lacking": dict(lack.lacking),
        "more_places": _places(lack.places),
        "call_more": lack.call_more,
        "smallest": lack.proven,
        "fewer_places": _places(lack.fewer),
        "waivers": [{"person": w.person, "role": w.role, "rule": w.rule} for w in lack.waivers],
        "left_with_waivers": lack.left_with_waivers,
        "without_rules": list(lack.without),
        "partial": dict(lack.partial),
    }


def _places(some: Iterable[Places]) -> list[dict[str, object]]:
    return [{"role": p.role, "n": p.n, "post": p.post, "reserve": p.waits} for p in some]


DOOR = Door(problem=FormationFile, solution=FormationResult, time_limit_s=60.0, read=read)
