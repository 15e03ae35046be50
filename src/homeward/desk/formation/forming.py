"""The verb `form`: who is lookout, back-up, medic, guard or carrier, where each waits, and who makes it impossible."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeward import __version__
from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened
from homeward.desk.formation.case import AWAKE_LIMIT_H, Asked, Now, expired, read_roles
from homeward.desk.formation.crews import PAIR, Crew
from homeward.desk.formation.field_crews import from_the_field
from homeward.desk.formation.kept import formation_in_force
from homeward.desk.formation.posts import Posted, Progress, posts_of, quiet
from homeward.desk.formation.solving import LONGEST_WITHIN_S, later_backup, solved
from homeward.desk.formation.words import impossible_words, told
from homeward.desk.provenance import hash_of
from homeward.desk.scenarios import one_of
from homeward.desk.search.planning import USUAL_H
from homeward.errors import BadInput, NotYet
from homeward.log import blob_id
from homeward.mission.encode import canonical
from homeward.mission.nouns import BlobId, Provenance
from homeward.mission.people import FormationMade, Phase
from homeward.team import Formation, FormationProblem

WITHIN_S = 1200.0
"""How far back-up may be from any team unless told: 20 minutes, ours."""
LONGEST_H = 24.0
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(h|min|s)?")

Json = dict[str, Any]


@again_if_grown
def form(
    path: Path,
    phase: str | None = None,
    *,
    need: Sequence[str] = (),
    reserve: Sequence[str] = (),
    backup_within: str | None = None,
    hours: float | None = None,
    seed: int = 0,
    progress: Progress = quiet,
    **limits: Any,
) -> Answer:
    """Gives everybody a role and a post for a phase (search, rescue, withdrawal), and writes it down; or says who makes
    it impossible, and the smallest change that would do.

    `need` and `reserve` like "medic=2", `backup_within` like "20 min". `limits`: awake_limit_h, min_team.
    `progress` is told how far it is, 0..1, and with what.
    """
    if seed < 0:
        raise BadInput(f"A seed of {seed} cannot be. Give 0 or more.")
    within_s = WITHIN_S if backup_within is None else _seconds(backup_within)
    asked = _asked(need, reserve, limits)
    with opened(path) as book:
        which = _phase(book, phase)
        if not book.mission.crew.people and not book.mission.teams:
            raise NotYet("Nobody is registered yet. Say who is there: homeward person MISSION M1 --role medic:5.")
        now = _now(book, hours)
        posted = posts_of(book, which, at=now.at, hours=now.hours, within_s=within_s, tell=progress)
        progress(0.9, "roles")
        done = solved(book, posted, now, asked, seed)
        posted, problem, found = done.posted, done.problem, done.found
        old = expired(book.mission, at=now.at)
        if found.status == "infeasible":
            later = later_backup(book, posted, now, asked, found, within_s) if which is Phase.SEARCH else None
            return impossible_words(found, phase=which, problem=problem, expired=old, backup_s=later)
        made = _document(book, which, posted, problem, found)
        made |= {
            "expired": old,
            "notes": [*posted.notes, *done.notes],
            "unwarned": [{"team": gap.one.team, "task": gap.one.label, "says": gap.says} for gap in posted.gaps],
            "taken": done.taken,
            "ends": (now.at + timedelta(hours=now.hours)).isoformat(),
        }
        made["notes"] += from_the_field(book, made) if book.mission.area else []
        _write(book, which, found, made, seed=seed, at=now.at)
        return told(formation_in_force(book) or made, zone=book.mission.time_zone)


def show_formation(path: Path) -> Answer:
    """The formation in force, as it was made."""
    with opened(path, read_only=True) as book:
        made = formation_in_force(book)
        if made is None:
            raise NotYet("Nobody has a role yet. Make a formation: homeward form MISSION.")
        return told(made, zone=book.mission.time_zone)


# --- what is behind them ----------------------------------------------------------------------------------


def _asked(need: Sequence[str], reserve: Sequence[str], limits: Mapping[str, Any]) -> Asked:
    given = {"awake_limit_h": AWAKE_LIMIT_H, "min_team": PAIR} | {k: v for k, v in limits.items() if v is not None}
    if not 0 < given["awake_limit_h"] <= 96:
        raise BadInput(f"A limit of {given['awake_limit_h']:g} h awake cannot be. Give more than 0 and at most 96.")
    if not 1 <= given["min_team"] <= 20:
        raise BadInput(f"A smallest team of {given['min_team']} cannot be. Give 1 to 20.")
    return Asked(
        need=read_roles(need, what="need"), reserve=read_roles(reserve, what="reserve") if reserve else None, **given
    )


def _phase(book: Book, phase: str | None) -> Phase:
    """The phase that was asked for, or the one the mission is in."""
    if phase is not None:
        return Phase(one_of("phase", phase.strip().lower(), Phase))
    return Phase.RESCUE if book.mission.find is not None else Phase.SEARCH


def _now(book: Book, hours: float | None) -> Now:
    """From now, for as long as told, else to the end of the plan's period, else for the usual time."""
    if hours is not None and not 0 < hours <= LONGEST_H:
        raise BadInput(f"A formation for {hours:g} h cannot be made. Give more than 0 and at most {LONGEST_H:g} hours.")
    at, plan = clock.now(), book.mission.plan
    if hours is None and plan is not None and at < plan.event.ends:
        hours = (plan.event.ends - at).total_seconds() / 3600
    before = formation_in_force(book)
    return Now(at=at, hours=USUAL_H if hours is None else hours, before=before["assigned"] if before else {})


def _document(book: Book, phase: Phase, posted: Posted, problem: FormationProblem, found: Formation) -> Json:
    crews = {crew.id: crew for crew in posted.crews}
    members = {
        post.id: [who for who, at in found.post_of.items() if at == post.id]
        for post in problem.posts
        if post.id in crews
    }
    return {
        "version": 1,
        "phase": phase.value,
        "starts": (problem.now or posted.starts).isoformat(),
        "assigned": {
            who: {"role": role, "post": found.post_of.get(who), "skill": problem.people[who].get(role)}
            for who, role in found.assigned.items()
            if not str(found.post_of.get(who, "")).startswith("team ")
        },
        "in_reserve": dict(found.in_reserve),
        "posts": [_post(book, crews[name], people, posted.starts) for name, people in members.items()],
        "value": found.value,
        "bound": found.bound,
        "p_complete": found.p_complete,
        "p_error": found.p_error,
        "prices": {rule: price for rule, price in found.prices.items() if price is not None},
        "changes": found.changes,
        "changed": list(found.changed),
        "why": list(found.why),
        "posts_why": list(posted.why),
        "open": [*posted.open, *_not_held(posted, problem)],
    }


def _not_held(posted: Posted, problem: FormationProblem) -> list[str]:
    """Crews for whose posts fewer people were asked for than it takes, in words."""
    asked = {post.id: sum(post.need.values()) for post in problem.posts}
    missing = [crew.id for crew in posted.crews if asked.get(crew.id, 0) < sum(crew.need.values())]
    return [f"Fewer were asked for than it takes: {', '.join(missing)}."] if missing else []


def _post(book: Book, crew: Crew, people: list[str], starts: datetime) -> Json:
    """A crew, who is in it, and where it waits when."""

    def when(seconds: float | None) -> str | None:
        return None if seconds is None else (starts + timedelta(seconds=seconds)).isoformat(timespec="seconds")

    held = []
    grid = book.terrain().grid if book.mission.area else None
    for one in crew.held if grid else ():
        assert grid is not None
        place = grid.to_place(*one.at_m)
        held.append(
            {
                "role": one.role.value,
                "lat_deg": round(place.lat_deg, 6),
                "lon_deg": round(place.lon_deg, 6),
                "leaves": when(one.leaves_s),
                "begins": when(one.begins_s),
                "ends": when(one.ends_s),
                "covers": list(one.covers),
                "reach_s": one.reach_s,
                "way": grid.lonlat(one.way_m).round(6).tolist() if one.way_m else [],
                "why": one.why,
                "late": one.late_share,
            }
        )
    at = None
    if crew.at_m is not None and grid is not None:
        place = grid.to_place(*crew.at_m)
        at = [round(place.lat_deg, 6), round(place.lon_deg, 6)]
    return {"id": crew.id, "need": crew.need, "people": people, "at": at, "held": held}


def _write(book: Book, phase: Phase, found: Formation, made: Json, *, seed: int, at: datetime) -> BlobId:
    data = canonical(made).encode()
    inputs = hash_of(book.mission, "formation", at=at)
    book.write(
        FormationMade(
            formation=blob_id(data),
            phase=phase,
            value=found.value,
            bound=found.bound,
            p_complete=found.p_complete,
            made_from=Provenance(inputs_sha256=inputs, seed=seed, version=__version__),
        ),
        at=at,
        blobs=[data],
    )
    return blob_id(data)


def _seconds(text: str) -> float:
    hit = _LENGTH.fullmatch(text.strip().lower())
    seconds = float(hit[1]) * {"h": 3600.0, "min": 60.0, "s": 1.0, None: 60.0}[hit[2]] if hit else 0.0
    if not 0 < seconds <= LONGEST_WITHIN_S:
        raise BadInput(f"{text!r} is no time for back-up to come. Write it like '20 min', at most 12 h.")
    return seconds
