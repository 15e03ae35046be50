"""A formation for those who are there: everything that was asked for, or without the lookouts who are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np

from homeward.desk.book import Book
from homeward.desk.formation.case import Asked, Now, problem_of
from homeward.desk.formation.crews import PAIR, Crew, most_warned
from homeward.desk.formation.field_crews import pairs_of_one_team
from homeward.desk.formation.posts import Posted, backup_later
from homeward.desk.formation.uncovered import unwatched_words
from homeward.desk.whereabouts import base_m
from homeward.detect import is_night
from homeward.mission.people import Role
from homeward.team import Formation, FormationProblem, solve

LONGEST_WITHIN_S = 12 * 3600.0
_LATER = (1.5, 2.0, 3.0, 6.0)  # times what was asked for that are tried: ours
_RESERVES: tuple[Mapping[str, int], ...] = ({"medic": 1, "guard": 1}, {"medic": 1}, {"guard": 1}, {})
"""What waits in reserve without a word on it: the first of these that can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """The posts as they are held, the problem, its answer, and what is to be said. `taken`: by team, who leaves it."""

    posted: Posted
    problem: FormationProblem
    found: Formation
    notes: list[str] = field(default_factory=list)
    taken: dict[str, list[str]] = field(default_factory=dict)


def solved(book: Book, posted: Posted, now: Now, asked: Asked, seed: int) -> Solved:
    """With the teams whole, as long as that can be; else with people from teams that have a task.

    Where lookouts are missing, and nobody said how many it must be, as many as there are hold the posts that warn teams
    for the longest; what nobody watches is said. Without a word on the reserve a medic and a guard wait in reserve,
    as far as there are that many.
    """
    watch = [crew for crew in posted.crews if Role.LOOKOUT.value in crew.need]
    told = asked.need.get(Role.LOOKOUT.value)
    if told is not None and told < PAIR * len(watch):
        posted = _watched_by(book, posted, -(-told // PAIR))
    done = _whole(book, posted, now, asked, seed)
    if done.found.status != "infeasible" or told is not None or not watch:
        return done
    n = _most_crews(book, posted, now, asked)
    if n is None:
        return done
    fewer = _whole(book, _watched_by(book, posted, n), now, asked, seed)
    there, needs = PAIR * n, PAIR * len(watch)
    note = (
        f"TOO FEW LOOKOUTS: {there} of {needs}; they watch where that warns teams for the longest. "
        f"To ask for a number: homeward form MISSION --need lookout={max(there, PAIR)}."
    )
    return replace(fewer, notes=[note, *fewer.notes])


def later_backup(book: Book, posted: Posted, now: Now, asked: Asked, found: Formation, within_s: float) -> float | None:
    """How long back-up may take for the people there to be enough, where back-up is what is missing; None: no help."""
    if found.shortage is None or Role.BACKUP.value not in found.shortage.lacking:
        return None
    for times in _LATER:
        if within_s * times > LONGEST_WITHIN_S:
            break
        other = backup_later(book, posted, at=now.at, hours=now.hours, within_s=within_s * times)
        if solve(problem_of(book, other, now=now, asked=asked, borrow=True)).status != "infeasible":
            return within_s * times
    return None


# --- what is behind them ----------------------------------------------------------------------------------


def _whole(book: Book, posted: Posted, now: Now, asked: Asked, seed: int) -> Solved:
    for borrow in (False, True):
        for this in _wishes(asked):
            problem = problem_of(book, posted, now=now, asked=this, borrow=borrow)
            found = solve(problem, seed=seed)
            if found.status != "infeasible":
                found = pairs_of_one_team(book, problem, found)
                taken = _taken(book, found)
                notes = [*_reserve_words(found, this, asked), *_taken_words(book, found, taken)]
                return Solved(posted=posted, problem=problem, found=found, notes=notes, taken=taken)
    return Solved(posted=posted, problem=problem, found=found)


def _wishes(asked: Asked) -> Iterator[Asked]:
    if asked.reserve is not None:
        yield asked
        return
    for reserve in _RESERVES:
        yield replace(asked, reserve=reserve)


def _reserve_words(found: Formation, this: Asked, asked: Asked) -> list[str]:
    """Whom nobody is in reserve for, where nothing was said of it."""
    if asked.reserve is not None:
        return []
    missing = [role for role in _RESERVES[0] if role not in (this.reserve or {})]
    waits = [f"{who} waits as {role}" for who, role in found.in_reserve.items()]
    if not missing:
        return []
    but = f" ({', '.join(waits)})" if waits else ""
    return [f"NO RESERVE of {' or '.join(missing)}{but}: if one drops out, somebody must leave another post."]


def _most_crews(book: Book, posted: Posted, now: Now, asked: Asked) -> int | None:
    """For how many crews of lookouts the people are enough; None: not even without any."""
    bare = replace(asked, reserve=asked.reserve or {})

    def enough(n: int) -> bool:
        fewer = _watched_by(book, posted, n)
        return solve(problem_of(book, fewer, now=now, asked=bare, borrow=True)).status != "infeasible"

    if not enough(0):
        return None
    low, high = 0, sum(Role.LOOKOUT.value in crew.need for crew in posted.crews)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low


def _watched_by(book: Book, posted: Posted, n: int) -> Posted:
    """The same, with `n` crews of lookouts where they warn teams for the longest; what they leave is open."""
    watch = [crew for crew in posted.crews if Role.LOOKOUT.value in crew.need]
    kept = most_warned([post for crew in watch for post in crew.held], n)
    still = {id(post) for crew in kept for post in crew.held}
    dropped = [post for crew in watch for post in crew.held if id(post) not in still]
    base = base_m(book)
    dark = {}
    for k, post in enumerate(dropped):
        middle = posted.starts + timedelta(seconds=(post.begins_s + post.ends_s) / 2)
        dark[k] = base is not None and is_night(book.terrain().grid.to_place(*base), middle)
    crews: list[Crew] = []
    for crew in posted.crews:
        if crew not in watch:
            crews.append(crew)
        elif crew is watch[0]:
            crews += kept
    return replace(posted, crews=tuple(crews), open=(*unwatched_words(dropped, dark=dark), *posted.open))


def _taken(book: Book, found: Formation) -> dict[str, list[str]]:
    """By team that has a task, who leaves it."""
    people = book.mission.crew.people
    gone: dict[str, list[str]] = {}
    tasked = {post.removeprefix("team ") for post in found.post_of.values() if post.startswith("team ")}
    for who in found.assigned:
        team = people[who].team if who in people else who.rpartition("/")[0]
        if team in tasked and found.post_of.get(who) != f"team {team}":
            gone.setdefault(team, []).append(who)
    return gone


def _taken_words(book: Book, found: Formation, taken: Mapping[str, list[str]]) -> list[str]:
    """Who leaves a team that has a task, how many are left, and what its tasks lose by that."""
    lines = [f"{who} leaves {team} to be {found.assigned[who]}." for team, names in taken.items() for who in names]
    for team, names in taken.items():
        whole = book.mission.teams[team].people
        left = max(whole - len(names), 0)
        lost = _loses(book, team, left / max(whole, 1))
        lines.append(
            f"{team} HAS {left} OF {whole} LEFT; its tasks reckon with {whole}{lost}: "
            f"homeward team MISSION {team!r} --people {left}, then homeward plan MISSION --again."
        )
    return lines


def _loses(book: Book, team: str, share: float) -> str:
    """What a team's tasks lose of POS, about: coverage goes with the people, POD = 1 - exp(-coverage) (Koopman 1946,
    Search and Screening, OEG Report 56).
    """
    pos = after = 0.0
    for task in book.plan().assignments if book.mission.plan is not None else ():
        if task.team == team and task.coverage > 0:
            pos += task.pos
            after += task.pos * float(np.expm1(-task.coverage * share) / np.expm1(-task.coverage))
    return f" (POS about {100 * after:.1f} % instead of {100 * pos:.1f} %)" if pos > 0 else ""
