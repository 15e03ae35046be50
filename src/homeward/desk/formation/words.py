"""A formation as it is said aloud: who does what, where and when, what each rule costs, or why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.geo import Place, format_place
from homeward.mission.people import Phase
from homeward.team import Formation, FormationProblem
from homeward.words import chance, percent

Json = dict[str, Any]


def told(made: Json, *, zone: str) -> Answer:
    """A formation that was made."""
    starts, ends = (
        clock.show_time(datetime.fromisoformat(made[k]), zone, day=k == "starts") for k in ("starts", "ends")
    )
    lines = [f"Formation for {made['phase']}, {starts} to {ends}: {_chance(made)}."]
    for post in made["posts"]:
        lines.append(f"  {post['id']}: {_people(made, post['people'])}{_at(post['at'])}")
        lines += [f"    {_held(one, zone)}" for one in post["held"]]
    loose = [who for who, row in made["assigned"].items() if row["post"] is None]
    lines += [f"  without a post: {_people(made, loose)}"] if loose else []
    if made["in_reserve"]:
        lines.append("  in reserve: " + ", ".join(f"{who} ({role})" for who, role in made["in_reserve"].items()))
    lines += [f"  {words}" for words in _asides(made)]
    lines += [f"NOT COVERED: {words}" for words in made["open"]]
    lines += [f"EXPIRED, and not counted: {', '.join(made['expired'])}."] if made["expired"] else []
    lines += [f"NOTE: {words}" for words in made["notes"]]
    return Answer(text="\n".join(lines), data={"status": "made", **made})


def impossible_words(
    found: Formation, *, phase: Phase, problem: FormationProblem, expired: Sequence[str], backup_s: float | None = None
) -> Answer:
    """Why there is no formation, and the smallest change that would do; nothing is written down then."""
    lines = [f"IMPOSSIBLE, nothing was written down. Formation for {phase.value}:", *(f"  {w}" for w in found.why)]
    if backup_s is not None:
        minutes = f"{backup_s / 60:.0f} min"
        lines.append(f"  It could be done with back-up within {minutes}: --backup-within '{minutes}'.")
    lines += [f"EXPIRED, and not counted: {', '.join(expired)}."] if expired else []
    lines.append(f"Asked for: {_asked(problem)}. Ask for other numbers with --need ROLE=N, --reserve ROLE=N.")
    lack = found.shortage
    assert lack is not None
    return Answer(
        text="\n".join(lines),
        data={
            "status": "infeasible",
            "phase": phase.value,
            "violating_roles": [list(v.roles) for v in lack.violators],
            "people_for_them": [list(v.people) for v in lack.violators],
            "shortfall": lack.shortfall,
            "lacking": dict(lack.lacking),
            "waivers": [{"person": w.person, "role": w.role, "rule": w.rule} for w in lack.waivers],
            "without": list(lack.without),
            "partial": dict(lack.partial),
            "expired": list(expired),
            "backup_within_s": backup_s,
            "why": list(found.why),
        },
    )


def _chance(made: Json) -> str:
    p, off = made["p_complete"], made["p_error"]
    if p >= 1 - 1e-12 and not off:
        return "complete"
    error = f", give or take {percent(off)}" if off else ""
    return f"all roles can still be filled with {chance(min(max(p, off), 1 - off))} if people drop out{error}"


def _people(made: Json, names: Sequence[str]) -> str:
    return ", ".join(f"{who} ({made['assigned'][who]['role']})" for who in names) or "nobody"


def _at(place: Sequence[float] | None) -> str:
    return "" if place is None else f", at {format_place(Place(*place), 'mgrs')}"


def _held(one: Json, zone: str) -> str:
    begins, ends = _clock(one["begins"], zone), _clock(one["ends"], zone)
    left = f", set out {_clock(one['leaves'], zone)}" if one["leaves"] else ""
    place = Place(one["lat_deg"], one["lon_deg"])
    why = f": {one['why']}" if one["why"] else ""
    return f"{begins}-{ends} at {place}, {format_place(place, 'mgrs')}{left}{why}"


def _clock(when: str, zone: str, *, day: bool = False) -> str:
    return clock.show_time(datetime.fromisoformat(when), zone, day=day)


def _asides(made: Json) -> list[str]:
    prices = [f"{rule} {price:g}" for rule, price in made["prices"].items()]
    told_already = ("In reserve", "All roles can still")
    left_out = (" costs ", " places are filled ")  # the prices are told below; places of teams on a task are in the sum
    why = [w for w in made["why"] if not w.startswith(told_already) and not any(part in w for part in left_out)]
    why.append(f"Skill {made['value']:g} in all, the most possible {made['bound']:g}.")
    return [*made["posts_why"], *why, *([f"Price of each rule in skill: {', '.join(prices)}."] if prices else [])]


def _asked(problem: FormationProblem) -> str:
    total: dict[str, int] = {}
    for need in (problem.need, *(post.need for post in problem.posts if not post.id.startswith("team "))):
        for role, n in need.items():
            total[role] = total.get(role, 0) + n
    words = [f"{n} {role}" for role, n in total.items()]
    words += [f"{n} {role} in reserve" for role, n in problem.reserve.items() if n]
    return ", ".join(words)
