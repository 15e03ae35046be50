"""A plan of cover in words that a duty officer reads over the radio."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from homeward.desk import clock
from homeward.desk.readiness.cover.prices import (
    covered,
    left,
    number,
    price_lines,
    target_words,
    weighted,
)
from homeward.readiness.warn.words import days_words
from homeward.words import capital, chance, counted, lasting, listed, percent

Json = dict[str, Any]
VIEW_WORDS: Final = {
    "reserve": "standing teams and a reserve",
    "deterrence": "often enough at each target that who looks first gains least",
    "covering": "most value within {radius}",
    "fewest": "fewest teams for everything within {radius}",
    "median": "shortest way on average",
    "center": "shortest way to the farthest",
    "expected": "most value within {radius} though each team is busy {busy} of the time",
}
MOST_LISTED: Final = 8
"""Answers, rosters or targets that are listed in full: ours."""
OLD_S: Final = 600.0
"""From this age on a plan says when it was made, and no longer "if it goes now": ours."""
ONE_HIT: Final = "One target is hit at a time; a standing team stays where it is."


def cover_lines(plan: Json, *, zone: str) -> list[str]:
    """The whole answer, line by line."""
    first, *later = plan["slices"]
    lines = [headline(plan, zone=zone), *age_lines(plan, zone=zone)]
    lines += [f"  {said}" for said in slice_lines(plan, first, zone=zone)]
    for before, row in zip(plan["slices"], later, strict=False):
        lines += [
            f"From {_at(row['from'], zone)} to {_at(row['to'], zone)}: {chance_words(row, alone=True)}".rstrip(": ")
            + ":"
        ]
        worst = worst_lines(plan, row)
        lines += [f"  {said}" for said in changed(plan, before, row)]
        lines += [f"  {said}" for said in worst if worst != worst_lines(plan, before)]
    lines += warned_lines(plan, zone=zone)
    if plan["since"]:
        lines += [f"Since the plan of {_at(plan['last_at'], zone)}:", *(f"  {said}" for said in plan["since"])]
    lines += [f"NOTE: {note}" for note in plan["notes"]]
    lines += [f"Our assumption: {own}." for own in plan["own"]]
    if plan["view"] == "deterrence":
        lines.append("Draw who goes where on a day: homeward cover roster MISSION --day today.")
    return lines


def age_s(plan: Json) -> float:
    """How old a plan is, seconds."""
    return max(0.0, (clock.now() - datetime.fromisoformat(plan["made_at"])).total_seconds())


def age_lines(plan: Json, *, zone: str) -> list[str]:
    """When a plan was made, and which of its spans of days it is now; nothing of one just made."""
    if not _old(plan):
        return []
    ago = days_words(age_s(plan) / 86400)
    lines = [f"Made {_at(plan['made_at'], zone)}, {ago} ago: who is where, and the ways there, are as of then."]
    now, rows = clock.now(), plan["slices"]
    row = next(
        (r for r in rows[1:] if datetime.fromisoformat(r["from"]) <= now < datetime.fromisoformat(r["to"])), None
    )
    if row is not None:
        lines.append(f"It is now what stands below from {_at(row['from'], zone)} on that counts.")
    return lines


def _old(plan: Json) -> bool:
    return age_s(plan) >= OLD_S


def headline(plan: Json, *, zone: str) -> str:
    """What was planned, for how many teams and targets, until when."""
    row = plan["slices"][0]
    words = VIEW_WORDS[plan["view"]].format(radius=lasting(plan["radius_s"]), busy=percent(plan["busy"]))
    teams, targets = len(row["teams"]), len(plan["targets"])
    likely = chance_words(row)
    return f"COVER until {_at(row['to'], zone)}: {words}. {counted(teams, 'team')}, {counted(targets, 'target')}." + (
        f" {capital(likely)}." if likely else ""
    )


def slice_lines(plan: Json, row: Json, *, zone: str) -> list[str]:
    """Who is where, when the reserve moves, what is left, what a team is worth."""
    if plan["view"] == "deterrence":
        return [*mixture_lines(plan, row), *worst_lines(plan, row), *price_lines(plan, row)]
    start = datetime.fromisoformat(row["from"])
    nobody = [] if row["teams"] else ["NOBODY IS THERE YET: no team counts in this time."]
    lines = [_post(plan, post, start, zone) for post in row["posts"] if post["does"] != "spare"]
    lines = [*nobody, *lines]
    lines += spare_lines(plan, row)
    lines += reserve_lines(plan, row) if plan["view"] == "reserve" else _served(plan, row)
    return [*lines, *worst_lines(plan, row), *price_lines(plan, row)]


def warned_lines(plan: Json, *, zone: str) -> list[str]:
    """How likely each target is hit until the end of each span, and why the plan may stay the same all the same."""
    rows = plan["slices"]
    if len(rows) < 2 or not all(r.get("by") for r in rows):
        return []
    last = sorted(((t, p) for t, p in rows[-1]["by"].items() if p > 0), key=lambda c: -c[1])
    same_until: dict[str, list[str]] = {}
    for name, _ in last:
        until = ", ".join(f"{chance(r['by'][name])} until {_at(r['to'], zone)}" for r in rows)
        same_until.setdefault(until, []).append(name)
    said = [f"{listed(names)}{' each' if len(names) > 1 else ''} {until}" for until, names in same_until.items()]
    more = [f"and {len(said) - MOST_LISTED} more, less likely"] if len(said) > MOST_LISTED else []
    said = [*said[:MOST_LISTED], *more]
    lines = [f"WARNED, hit from now on, all days together: {'; '.join(said)}."] if said else []
    same = all(_alike(rows[0]["weights"], r["weights"]) and r["teams"] == rows[0]["teams"] for r in rows)
    if said and same:
        lines.append(
            "The days change nothing: who is where goes by which target is likelier than another, and that stays; only "
            "the probability grows."
        )
    return lines


def _alike(one: Json, other: Json) -> bool:
    return all(math.isclose(one[k], other.get(k, -1.0), rel_tol=1e-6) for k in one)


def spare_lines(plan: Json, row: Json) -> list[str]:
    """Teams that are not needed, and where they would shorten the ways most."""
    names = [p["team"] for p in row["posts"] if p["does"] == "spare"]
    if not names or plan["view"] not in ("covering", "fewest"):
        return [f"SPARE, not needed anywhere: {', '.join(names)}."] if names else []
    lines = [f"SPARE, not needed within {lasting(plan['radius_s'])}: {', '.join(names)}."]
    if row.get("offers"):
        told = [f"{o['team']} at {spot_words(plan, o['at'])}" for o in row["offers"]]
        lines.append(
            f"They shorten the ways most here: {', '.join(told)}; then {lasting(row['offered_mean_s'])} on average "
            f"instead of {lasting(row['mean_s'])}."
        )
    return lines


def _post(plan: Json, post: Json, start: datetime, zone: str) -> str:
    unsure = next((t.get("unsure") for t in plan["teams"] if t["id"] == post["team"]), "")
    but = f" BUT it {unsure}." if unsure else ""
    does = "stands at" if post["does"] == "stand" else "waits at"
    at = spot_words(plan, post["at"])
    if post["there_s"] is None:
        return f"{post['team']} {does} {at}: NO WAY THERE on foot or by road from where it is. Fetch it.{but}"
    if not post["moved"] or post["there_s"] < 60:
        there = "is taken to be" if unsure else "was" if _old(plan) else "is"
        return f"{post['team']} {does} {at}: it {there} there.{but}"
    away = timedelta(seconds=post["there_s"])
    if _old(plan):
        there = clock.show_time(start + away, zone)
        return (
            f"{post['team']} {does} {at}: {lasting(post['there_s'])} away then, there {there} if it went at once.{but}"
        )
    now = max(start, clock.now())
    there = clock.show_hour(now + away, zone, now=start)
    return f"{post['team']} {does} {at}: {lasting(post['there_s'])} away, there {there} if it goes now.{but}"


def reserve_lines(plan: Json, row: Json) -> list[str]:
    """For each team in reserve where it goes when what is hit, the dearest first; and where nobody comes in time."""
    lines = []
    for post in (p for p in row["posts"] if p["does"] == "wait"):
        moves: dict[tuple[str, int], list[str]] = {}
        for a in row["answers"]:
            if a["team"] == post["team"] and a["from"] is not None:
                moves.setdefault((a["target"], a["s"]), []).append(a["way"])
        said = [
            f"{target_words(plan, t)}{_ways(plan, t, ways)} {_in(s)}{_through(plan, post['at'], t)}"
            for (t, s), ways in moves.items()
        ]
        if said:
            lines.append(f"RESERVE {post['team']} moves as soon as one is hit: {'; '.join(said)}.")
        else:
            lines.append(f"RESERVE {post['team']} has nothing to go to that another team does not reach before.")
    nobody: dict[str, list[str]] = {}
    for a in row["answers"]:
        if a["team"] is None and a["target"] not in plan["uncovered"]:
            nobody.setdefault(a["target"], []).append(a["way"])
    lines += [
        f"NOT COVERED: {target_words(plan, t)}{_ways(plan, t, ways)}: nobody who can is there before all is lost."
        for t, ways in nobody.items()
    ]
    return lines


def _through(plan: Json, start: str, end: str) -> str:
    """The hazards that the way of a reserve leads through, where it was worked out."""
    way = next((w for w in plan["ways"] if (w["from"], w["to"]) == (start, end)), None)
    return f", THROUGH {' and '.join(way['through'])}" if way and way["through"] else ""


def uncovered_words(plan: Json, name: str) -> str:
    """That nobody can reach a target."""
    value = next(t["value"] for t in plan["targets"] if t["id"] == name)
    how = "on foot" if plan["on_foot"] or not plan["by_road"] else "on foot or by road"
    return (
        f"NOT COVERED: {target_words(plan, name)}: nobody can reach it {how} from where teams are; all {number(value)} "
        "is lost if it is hit."
    )


def _served(plan: Json, row: Json) -> list[str]:
    lines = []
    for a in row["answers"][:MOST_LISTED]:
        if a["team"] is None:
            continue
        near = (
            "" if a["within"] or plan["view"] in ("median", "center") else f", NOT within {lasting(plan['radius_s'])}"
        )
        lines.append(f"{target_words(plan, a['target'])}: {a['team']} {_in(a['s'])}{near}.")
    more = len(row["answers"]) - MOST_LISTED
    nearest = Counter(a["team"] for a in row["answers"] if a["team"] is not None)
    alone = [f"{team} is the nearest to {n} targets" for team, n in nearest.items() if n > 1]
    one = [f"ONE AT A TIME: a team answers one target at a time, and {', '.join(alone)}."] if alone else []
    return [*lines, *([f"and {more} more targets."] if more > 0 else []), *one]


def worst_lines(plan: Json, row: Json) -> list[str]:
    """The worst case left and what it costs, and whether another plan could do better."""
    lines = [uncovered_words(plan, name) for name in plan["uncovered"]]
    view, worst = plan["view"], row["worst"]
    best = " Fewer do not do (proven)." if view == "fewest" else " No plan with these teams does better (proven)."
    proven = best if row["proven"] else _gap(row)
    if view == "reserve":
        if worst is None:
            return [*lines, f"WORST CASE LEFT: nothing is lost, whichever one target is hit.{proven}"]
        way = _ways(plan, worst["target"], [worst["way"]])
        who = "nobody comes in time" if worst["team"] is None else f"{worst['team']} is there {_in(worst['s'])}"
        lost = f"{number(worst['loss'])} of {number(worst['value'])} lost"
        likely = ", weighed by how likely each is" if weighted(row) else ""
        mean = f" On average {number(row['expected_loss'])} is lost where one is hit{likely}."
        weighed = ", weighed by how likely" if weighted(row) and plan["aim"] == "worst" else ""
        lines.append(
            f"WORST CASE LEFT{weighed}: {target_words(plan, worst['target'])}{way}: {who}, {lost}.{mean}{proven}"
        )
    elif view == "deterrence":
        lines.append(f"{_tempting(plan, row) if worst['loss'] > 0 else 'WORST CASE LEFT: nothing is lost'}.{proven}")
    else:
        lines += [f"{_sites_value(plan, row)}{proven}"]
    return lines


def _tempting(plan: Json, row: Json) -> str:
    names, worst = row["tempting"][:MOST_LISTED], row["worst"]
    if not weighted(row) or "price" not in row:
        some = " or ".join(target_words(plan, t) for t in names)
        return f"WORST CASE LEFT: {some} is hit; {number(worst['loss'])} lost on average"
    most = worst["loss"] * row["weights"][worst["target"]]
    told = " or ".join(f"{target_words(plan, t)} {number(most / row['weights'][t])}" for t in names)
    return f"WORST CASE LEFT, weighed by how likely: {told} lost on average"


def _sites_value(plan: Json, row: Json) -> str:
    view, value = plan["view"], row["value"]
    if view == "covering":
        return f"WITHIN {lasting(plan['radius_s'])}: {covered(row)}."
    if view == "expected":
        return f"EXPECTED within {lasting(plan['radius_s'])}: {covered(row)}."
    if view == "fewest":
        needed, there = row.get("needed", 0), len(row["teams"])
        short = f", {needed - there} MORE THAN THERE ARE" if needed > there else ""
        return f"NEEDED: {counted(needed, 'team')}{short}."
    worst = row["worst"]
    far = f" The farthest is {target_words(plan, worst['target'])}: {_in(worst['s'])}." if worst and worst["s"] else ""
    return f"{'ON AVERAGE' if view == 'median' else 'AT THE LONGEST'} {lasting(value)}.{far}"


def changed(plan: Json, before: Json, after: Json) -> list[str]:
    """Who moves between two spans of days, and who joins."""
    if plan["view"] == "deterrence":
        return ["The same mixture."] if _same_mixture(before, after) else mixture_lines(plan, after)
    old = {p["team"]: p for p in before["posts"]}
    lines = []
    for post in after["posts"]:
        was = old.get(post["team"])
        if was is not None and (was["does"], was["at"]) == (post["does"], post["at"]):
            continue
        lines.append(_move(plan, was, post))
    gone = [name for name in old if name not in {p["team"] for p in after["posts"]}]
    lines += [f"{name} is no longer there." for name in gone]
    return lines or ["Everybody stays."]


def _same_mixture(before: Json, after: Json) -> bool:
    mixtures = [{tuple(r["targets"]): r["weight"] for r in row["rosters"]} for row in (before, after)]
    return all(abs(m.get(t, 0.0) - n.get(t, 0.0)) < 1e-6 for m, n in (mixtures, mixtures[::-1]) for t in m)


def _move(plan: Json, was: Json | None, post: Json) -> str:
    does = {"stand": f"stands at {spot_words(plan, post['at'])}", "wait": f"waits at {spot_words(plan, post['at'])}"}
    to = does.get(post["does"], "is spare")
    if was is None:
        way = f" ({lasting(post['there_s'])} on the way)" if post["there_s"] else ""
        return f"{post['team']} joins and {to}{way}."
    left = {"stand": f"leaves {spot_words(plan, was['at'])} and ", "wait": f"leaves {spot_words(plan, was['at'])} and "}
    same = was["at"] == post["at"] and was["does"] != "spare"
    way = "" if same or not post["there_s"] else f" ({lasting(post['there_s'])} on the way)"
    return f"{post['team']} {'' if same else left.get(was['does'], '')}{to}{way}."


def since_words(last: Json, plan: Json) -> list[str]:
    """What is different from the plan before: view, targets, teams, posts, the worst case."""
    said = []
    if last["view"] != plan["view"]:
        said.append(f"Another view: {plan['view']} instead of {last['view']}.")
    old, new = ({t["id"]: t["value"] for t in p["targets"]} for p in (last, plan))
    said += [f"New target: {t}." for t in new if t not in old]
    said += [f"No longer a target: {t}." for t in old if t not in new]
    said += [
        f"{t} is worth {number(new[t])} instead of {number(old[t])}." for t in new if t in old and new[t] != old[t]
    ]
    was, now = last["slices"][0], plan["slices"][0]
    if last["view"] == plan["view"]:
        said += [w for w in changed(plan, was, now) if plan["view"] != "deterrence" and w != "Everybody stays."]
        before, after = was["value"], now["value"]
        if abs(before - after) > 1e-9 * max(1.0, abs(before)):
            said.append(f"{left(plan, now)} instead of {left(last, was, short=True)}.")
    return said or ["Nothing has changed."]


def chance_words(row: Json, *, most_named: int = 5, alone: bool = False) -> str:
    """How likely each target is hit in these days, the likeliest first; of later days that these `alone` are meant."""
    if not row["chance"]:
        return ""
    most = sorted(((t, p) for t, p in row["chance"].items() if p > 0), key=lambda c: -c[1])
    more = f"; {len(most) - most_named} more less likely" if len(most) > most_named else ""
    days = "in these days alone" if alone else "in these days"
    return f"hit {days} with {', '.join(f'{name} {chance(p)}' for name, p in most[:most_named])}{more}"


def roster_words(plan: Json, roster: Sequence[str], who: Json, *, day: str) -> list[str]:
    """Who goes where on a day."""
    lines = [f"COVER ROSTER for {day}, drawn by its stored seed. Tell only those who go."]
    lines += [f"  {team} stands at {target_words(plan, at)}." for team, at in who.items()]
    rest = [t["id"] for t in plan["targets"] if t["id"] not in roster]
    return [*lines, *([f"  Nobody at {', '.join(rest)} on this day."] if rest else [])]


def mixture_lines(plan: Json, row: Json) -> list[str]:
    """How often each target is covered, and the rosters that come to it, the likeliest first."""
    most = sorted(row["coverage"].items(), key=lambda c: -c[1])
    lines = [f"{target_words(plan, t)}: covered {percent(c)} of the days." for t, c in most[:MOST_LISTED]]
    rosters = sorted(row["rosters"], key=lambda r: -r["weight"])
    some = [f"{percent(r['weight'])} {' + '.join(r['targets']) or 'nobody'}" for r in rosters[:MOST_LISTED]]
    more = f"; and {len(rosters) - MOST_LISTED} more" if len(rosters) > MOST_LISTED else ""
    return [*lines, f"ROSTERS: {'; '.join(some)}{more}."] if rosters else lines


def _ways(plan: Json, name: str, ways: Sequence[str]) -> str:
    """The ways in brackets, where not all of the target's are meant."""
    known = next(t["ways"] for t in plan["targets"] if t["id"] == name)
    some = [w for w in ways if w]
    return f" ({', '.join(some)})" if some and set(some) != set(known) else ""


def spot_words(plan: Json, name: str) -> str:
    """A place to stand or wait, with its label."""
    return target_words(plan, name) if any(t["id"] == name for t in plan["targets"]) else name


def _in(seconds: float | None) -> str:
    return "never" if seconds is None else "at once" if seconds < 30 else f"in {lasting(seconds)}"


def _gap(row: Json) -> str:
    bound = row["bound"]
    if bound is None or not math.isfinite(bound):
        return ""
    return f" Time ran out before it was proven the best: none is better than {number(bound)}."


def _at(when: str, zone: str) -> str:
    return clock.show_time(datetime.fromisoformat(when), zone)
