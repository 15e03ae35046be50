"""Crews of people who are out with a team: pairs from one team, who set out from where that team then is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from homeward.desk.book import Book
from homeward.desk.formation.case import STAY
from homeward.desk.whereabouts import teams_at
from homeward.errors import BadInput
from homeward.geo import Place
from homeward.mission.people import Role
from homeward.team import Formation, FormationProblem
from homeward.terrain import route_m, travel_time_s

Json = dict[str, Any]


def pairs_of_one_team(book: Book, problem: FormationProblem, found: Formation) -> Formation:
    """The same formation with back-up of people of two teams that are out made up of one, where that changes nothing
    else: somebody of the one team, as able and as sure to come, goes instead of the one of the other team.
    """
    assigned, post_of = dict(found.assigned), dict(found.post_of)
    for post in problem.posts:
        crew = [who for who, at in post_of.items() if at == post.id]
        teams = {who: team_of(book, who) for who in crew}
        if set(post.need) != {Role.BACKUP.value} or len(set(teams.values())) < 2:
            continue
        for stays, goes in ((a, b) for a in crew for b in crew if teams[a] != teams[b]):
            other = next(_instead(book, problem, (assigned, post_of), goes, teams[stays]), None)
            if other is not None and teams[goes] in _out(problem) and teams[stays] in _out(problem):
                assigned[other], assigned[goes] = assigned[goes], f"searcher with {teams[goes]}"
                post_of[other], post_of[goes] = post.id, f"team {teams[goes]}"
                break
    changed = tuple(who for who in found.changed if assigned.get(who) == found.assigned.get(who))
    new = tuple(who for who in assigned if assigned[who] != found.assigned.get(who) and who in problem.deployed)
    gone = tuple(who for who in new if not assigned[who].startswith("searcher with"))
    return replace(found, assigned=assigned, post_of=post_of, changed=(*changed, *gone)) if new else found


def team_of(book: Book, who: str) -> str:
    """The team that somebody belongs to, registered or counted; '' for none."""
    person = book.mission.crew.people.get(who)
    return (person.team or "") if person is not None else who.rpartition("/")[0]


def from_the_field(book: Book, made: Json) -> list[str]:
    """Says where crews set out who are out with a team by then: changes their first way and when they leave, in
    `made`; returns it in words. Without ground nothing is changed.
    """
    out = {who: team for team, names in made["taken"].items() for who in names}
    said = []
    for crew in made["posts"]:
        teams = {out.get(who) for who in crew["people"]}
        if not crew["held"] or teams == {None} or crew["held"][0]["leaves"] is None:
            continue
        words = ", ".join(sorted({team for team in teams if team}))
        crew["held"][0]["from"] = words
        if len(teams) > 1:
            said.append(f"{crew['id']} comes from {words} and others: meet first, nobody goes alone to the post.")
        else:
            said += _sets_out(book, crew, words, datetime.fromisoformat(made["starts"]))
    return said


def _sets_out(book: Book, crew: Json, team: str, now: datetime) -> Iterator[str]:
    """From where its team is when it must leave: looked at once, at the time that the way from the base would ask."""
    held, terrain = crew["held"][0], book.terrain()
    begins = datetime.fromisoformat(held["begins"])
    place = terrain.grid.to_m(Place(held["lat_deg"], held["lon_deg"]))
    at = teams_at(book, at=max(now, datetime.fromisoformat(held["leaves"]))).get(team)
    if at is None:
        return
    try:
        seconds = float(travel_time_s(terrain, [place], towards=True)[terrain.grid.cell_of(*at)])
        way = route_m(terrain, at, place)
    except (BadInput, IndexError):
        return
    leaves = max(begins - timedelta(seconds=seconds), now)
    held["leaves"] = leaves.isoformat(timespec="seconds")
    held["way"] = terrain.grid.lonlat(way).round(6).tolist()
    late_s = (leaves + timedelta(seconds=seconds) - begins).total_seconds()
    late = f", {late_s / 60:.0f} min after it is needed" if late_s > 60 else ""
    yield f"{crew['id']} leaves together from where {team} then is: {seconds / 60:.0f} min on foot to its post{late}."


def _out(problem: FormationProblem) -> set[str]:
    return {post.id.removeprefix("team ") for post in problem.posts if post.id.startswith("team ")}


def _instead(
    book: Book, problem: FormationProblem, now: tuple[Mapping[str, str], Mapping[str, str]], goes: str, team: str
) -> Iterator[str]:
    """People of a team who could go instead of somebody, where enough of the team stay."""
    assigned, post_of = now
    role = assigned[goes]
    taken = {who for who, post in post_of.items() if post != f"team {team}"} | {w for w in assigned if w not in post_of}
    own = [who for who in problem.people if team_of(book, who) == team and who not in taken]
    if len(own) <= STAY:
        return
    for who in own:
        alike = problem.people[who].get(role) == problem.people[goes].get(role)
        sure = problem.p_present.get(who, 1.0) == problem.p_present.get(goes, 1.0)
        awake = problem.hours_awake.get(who, 0.0) <= problem.hours_awake.get(goes, 0.0)
        if alike and sure and awake and not problem.qualified_until.get(who, {}).get(role):
            yield who
