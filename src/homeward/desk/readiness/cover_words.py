"""A plan of cover in words that a duty officer reads over the radio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from homeward.desk import clock
from homeward.words import lasting

Json = dict[str, Any]
VIEW_WORDS: Final = {
    "reserve": "standing teams and a reserve",
    "deterrence": "often enough at each target that who looks first gains least",
    "covering": "most value within {radius}",
    "fewest": "fewest teams for everything within {radius}",
    "median": "shortest way on average",
    "center": "shortest way to the farthest",
    "expected": "most value within {radius} though each team is busy {busy:.0%} of the time",
}
MOST_LISTED: Final = 8
"""Answers, rosters or targets that are listed in full: ours."""
ONE_HIT: Final = "One target is hit at a time; a standing team stays where it is."


def cover_lines(plan: Json, *, zone: str) -> list[str]:
    """The whole answer, line by line."""
    first, *later = plan["slices"]
    lines = [headline(plan, zone=zone), *(f"  {said}" for said in slice_lines(plan, first, zone=zone))]
    for before, row in zip(plan["slices"], later, strict=False):
        lines += [f"From {_at(row['from'], zone)} to {_at(row['to'], zone)}: {chance_words(row)}".rstrip(": ") + ":"]
        lines += [f"  {said}" for said in [*changed(plan, before, row), *worst_lines(plan, row)]]
    if plan["since"]:
        lines += [f"Since the plan of {_at(plan['last_at'], zone)}:", *(f"  {said}" for said in plan["since"])]
    lines += [f"NOTE: {note}" for note in plan["notes"]]
    lines += [f"Our assumption: {own}." for own in plan["own"]]
    if plan["view"] == "deterrence":
        lines.append("Draw who goes where on a day: homeward cover roster MISSION --day today.")
    return lines


def headline(plan: Json, *, zone: str) -> str:
    """What was planned, for how many teams and targets, until when."""
    row = plan["slices"][0]
    words = VIEW_WORDS[plan["view"]].format(radius=lasting(plan["radius_s"]), busy=plan["busy"])
    teams, targets = len(row["teams"]), len(plan["targets"])
    chance = chance_words(row)
    return f"COVER until {_at(row['to'], zone)}: {words}. {_many(teams, 'team')}, {_many(targets, 'target')}." + (
        f" {chance[0].upper()}{chance[1:]}." if chance else ""
    )


def slice_lines(plan: Json, row: Json, *, zone: str) -> list[str]:
    """Who is where, when the reserve moves, what is left, what a team is worth."""
    if plan["view"] == "deterrence":
        return [*mixture_lines(plan, row), *worst_lines(plan, row), *price_lines(plan, row)]
    start = datetime.fromisoformat(row["from"])
    lines = [_post(plan, post, start, zone) for post in row["posts"] if post["does"] != "spare"]
    lines += spare_lines(row)
    lines += reserve_lines(plan, row) if plan["view"] == "reserve" else _served(plan, row)
    return [*lines, *worst_lines(plan, row), *price_lines(plan, row)]


def spare_lines(row: Json) -> list[str]:
    """Teams that are not needed anywhere."""
    names = [p["team"] for p in row["posts"] if p["does"] == "spare"]
    return [f"SPARE, not needed anywhere: {', '.join(names)}."] if names else []


def _post(plan: Json, post: Json, start: datetime, zone: str) -> str:
    does = "stands at" if post["does"] == "stand" else "waits at"
    at = spot_words(plan, post["at"])
    if post["there_s"] is None:
        return f"{post['team']} {does} {at}: NO WAY THERE on foot or by road from where it is. Fetch it."
    if not post["moved"] or post["there_s"] < 60:
        return f"{post['team']} {does} {at}: it is there."
    there = clock.show_time(start.fromtimestamp(start.timestamp() + post["there_s"], tz=start.tzinfo), zone, day=False)
    return f"{post['team']} {does} {at}: {lasting(post['there_s'])} away, there {there} if it goes now."


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
    return [*lines, f"and {more} more targets."] if more > 0 else lines


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
        mean = f" On average {number(row['expected_loss'])} is lost where one is hit."
        weighed = ", weighed by how likely" if _weighted(row) and plan["aim"] == "worst" else ""
        lines.append(
            f"WORST CASE LEFT{weighed}: {target_words(plan, worst['target'])}{way}: {who}, {lost}.{mean}{proven}"
        )
    elif view == "deterrence":
        some = " or ".join(target_words(plan, t) for t in row["tempting"][:MOST_LISTED])
        said = f"{some} is hit; {number(worst['loss'])} lost on average"
        lines.append(f"WORST CASE LEFT: {said if worst['loss'] > 0 else 'nothing is lost'}.{proven}")
    else:
        lines += [f"{_sites_value(plan, row)}{proven}"]
    return lines


def _sites_value(plan: Json, row: Json) -> str:
    view, value = plan["view"], row["value"]
    if view == "covering":
        return f"WITHIN {lasting(plan['radius_s'])}: {number(value)} of {number(row.get('total', 0))} of the value."
    if view == "expected":
        return f"EXPECTED within {lasting(plan['radius_s'])}: {number(value)} of {number(row.get('total', 0))}."
    if view == "fewest":
        needed, there = row.get("needed", 0), len(row["teams"])
        short = f", {needed - there} MORE THAN THERE ARE" if needed > there else ""
        return f"NEEDED: {_many(needed, 'team')}{short}."
    worst = row["worst"]
    far = f" The farthest is {target_words(plan, worst['target'])}: {_in(worst['s'])}." if worst and worst["s"] else ""
    return f"{'ON AVERAGE' if view == 'median' else 'AT THE LONGEST'} {lasting(value)}.{far}"


def price_lines(plan: Json, row: Json) -> list[str]:
    """What one team more or less, or no reserve, would make of it."""
    told: list[str] = []
    for name, words in (("one_more", "one team more"), ("one_less", "one team less")):
        if (value := row.get(name)) is not None:
            told.append(f"{words}: {_amount(plan, value)}")
    alone = row.get("without_reserve")
    if alone is not None and any(p["does"] == "wait" for p in row["posts"]):
        told.append(f"all standing and no reserve: {_amount(plan, alone)}")
    if not told:
        return []
    now = row["reached_value"] if "reached_value" in row else row["value"]
    what = {"reserve": "worst case" if plan["aim"] == "worst" else "mean loss", "deterrence": "loss"}.get(
        plan["view"], {"median": "mean way", "center": "longest way"}.get(plan["view"], "value covered")
    )
    weighted = " (times how likely, against the likeliest)" if _weighted(row) and plan["aim"] == "worst" else ""
    return [f"PRICE, {what}{weighted} {_amount(plan, now)} now; {'; '.join(told)}."]


def changed(plan: Json, before: Json, after: Json) -> list[str]:
    """Who moves between two spans of days, and who joins."""
    if plan["view"] == "deterrence":
        return mixture_lines(plan, after)
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
            said.append(f"Value of the plan: {_amount(plan, after)} instead of {_amount(plan, before)}.")
    return said or ["Nothing has changed."]


def chance_words(row: Json, *, listed: int = 5) -> str:
    """How likely each target is hit in these days, the likeliest first."""
    if not row["chance"]:
        return ""
    most = sorted(((t, p) for t, p in row["chance"].items() if p > 0), key=lambda c: -c[1])
    more = f"; {len(most) - listed} more less likely" if len(most) > listed else ""
    return f"hit in these days with {', '.join(f'{name} {percent(p)}' for name, p in most[:listed])}{more}"


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


def target_words(plan: Json, name: str) -> str:
    """A target with its label."""
    label = next((t["label"] for t in plan["targets"] if t["id"] == name), "")
    return f"{name} ({label})" if label else name


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


def _amount(plan: Json, value: float) -> str:
    return lasting(value) if plan["view"] in ("median", "center") else number(value)


def _weighted(row: Json) -> bool:
    chances = set((row["chance"] or {}).values())
    return len(chances) > 1


def number(value: float) -> str:
    """A value as it is said: 12, 3.4, 0.25."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value + 0.0:.3g}"


def percent(p: float) -> str:
    """A probability as it is said."""
    return "under 1 %" if 0 < p < 0.005 else "over 99 %" if 0.995 < p < 1 else f"{p * 100:.0f} %"


def _many(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _at(when: str, zone: str) -> str:
    return clock.show_time(datetime.fromisoformat(when), zone)
