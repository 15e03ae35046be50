"""The verbs on what may have happened: scenarios, the planners' votes on them, and how both stand now.

Also what a search manager weighs when it comes to scaling down: the rest of the world beside survival.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.geo import Grid, parse_place
from homeward.mission import Mission
from homeward.mission.events import ScenarioDropped, ScenarioSet, ScenariosVoted
from homeward.mission.nouns import REST, Ballot, Mobility, Scenario, Setting

if TYPE_CHECKING:
    from homeward.belief import Alive, Belief, Consensus
    from homeward.belief.records import Case

MOBILITY = {Mobility.FULL: "mobile", Mobility.LIMITED: "hardly mobile", Mobility.NONE: "cannot move"}
MOST, LONGEST_NAME, LONGEST_LABEL = 12, 60, 80
"""Scenarios in a mission, and letters in a planner's name and a scenario's label: homeward's own limits."""

SURVIVAL_KNOWS = "Survival here knows nothing of injury, weather, age or clothing."
REST_LABEL = "rest of the world, none of these"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")  # homeward's own limits on what a scenario is called


@again_if_grown
def scenario(path: Path, name: str, *, at: str | None = None, forget: Sequence[str] = (), **given: Any) -> Answer:
    """A scenario that is thought of, or changed: fields not given stay as they were, those to `forget` are taken back.

    `given`: label, category, ecoregion, ground, place, direction_deg, mobility, responsive, injured, left_area,
    setting, why; see `Scenario`.
    """
    if not NAME.fullmatch(name) or name == REST:
        raise BadInput(
            f"A scenario cannot be called {name!r}. Use up to 20 small letters, digits and hyphens, and not {REST!r}."
        )
    known = {k: v for k, v in given.items() if v is not None}
    for field, kinds in (("mobility", Mobility), ("setting", Setting)):
        if field in known:
            known[field] = one_of(field, known[field], kinds)
    _short("scenario's label", str(known.get("label", "")), LONGEST_LABEL)
    if "place" in known:
        known["place"] = parse_place(str(known["place"]))
    with opened(path) as book:
        new = name not in book.mission.scenarios
        if new and len(book.mission.scenarios) >= MOST:
            raise BadInput(f"A mission holds {MOST} scenarios at most. Drop one that counts no longer first.")
        before = book.mission.scenarios.get(name, Scenario(id=name))
        described = replace(forgotten(before, forget), **known)
        _check(book, described)
        book.write(ScenarioSet(scenario=described), at=when_told(book, at))
        late = [planner for planner, ballot in book.mission.ballots.items() if name not in _voted_on(ballot)]
    todo = "Vote on it: homeward scenario vote MISSION NAME=SHARE ... rest=SHARE."
    asked = f" {', '.join(late)} voted before it was thought of." if late else ""
    return Answer(
        text=f"Scenario {name}: {words_of(described)}.{asked} {todo}",
        data={"id": name, "label": described.label, "new": new, "vote_again": late},
    )


@again_if_grown
def drop_scenario(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A scenario that counts no longer; what was voted for the others keeps its proportions."""
    with opened(path) as book:
        if name not in book.mission.scenarios:
            raise UnknownName("scenario", name, book.mission.scenarios)
        book.write(ScenarioDropped(scenario=name, why=why), at=when_told(book, at))
        left = list(book.mission.scenarios)
    return Answer(text=f"Scenario {name} counts no longer. Left: {', '.join(left) or 'none'}.", data={"left": left})


@again_if_grown
def vote(path: Path, votes: Mapping[str, str | float], *, planner: str | None = None, at: str | None = None) -> Answer:
    """One planner's vote: for each scenario points on any scale, or a letter A to I; for `rest` points, or percent.

    The rest of the world has to be in it, if only with 0. A later vote of the same planner replaces the earlier one.
    """
    from homeward.belief import check_ballot

    with opened(path) as book:
        names = list(book.mission.scenarios)
        if not names:
            raise NotYet("This mission has no scenario to vote on. Add one with: homeward scenario add MISSION NAME.")
        ballot = _ballot(_short("planner's name", (planner or "").strip() or clock.scribe(), LONGEST_NAME), votes)
        check_ballot(ballot, names)
        missing = [name for name in names if name not in _voted_on(ballot)]
        if missing:
            raise BadInput(f"The vote of {ballot.planner!r} leaves out {', '.join(missing)}. Give each a share, or 0.")
        book.write(ScenariosVoted(ballot=ballot), at=when_told(book, at))
        agreed = agreed_on(book.mission)
    mine = agreed.by_planner[ballot.planner]
    return Answer(
        text="\n".join(
            [
                f"{ballot.planner}: " + ", ".join(f"{name} {share:.0%}" for name, share in mine.items()) + ".",
                f"Consensus of {len(agreed.by_planner)}: {_weights_words(agreed)}. It counts in the next map.",
                *(f"NOTE: {note}" for note in (*agreed.notes, *_never(agreed.weights))),
            ]
        ),
        data={"planner": ballot.planner, "vote": dict(mine), "weights": dict(agreed.weights)},
    )


def show_scenarios(path: Path) -> Answer:
    """Every scenario: what is said of it, what each planner voted, what it weighs now, and survival in it."""
    with opened(path, read_only=True) as book:
        mission = book.mission
        if not mission.scenarios:
            raise NotYet(
                "This mission has no scenario: the subject as described is the only one. "
                "See suggestions with: homeward scenario suggest MISSION."
            )
        agreed = agreed_on(mission)
        rows = standing(mission, belief_or_none(book), hours_gone=hours_gone(mission))
    lines = [row_words(row) for row in rows]
    lines += [f"  {p}: {_ballot_words(shares, mission.ballots[p])}" for p, shares in agreed.by_planner.items()]
    lines.append(f"  {SURVIVAL_KNOWS}")
    lines += [f"NOTE: {note}" for note in agreed.notes]
    votes = {planner: dict(ballot) for planner, ballot in agreed.by_planner.items()}
    return Answer(text="\n".join(lines), data={"scenarios": rows, "votes": votes, "notes": list(agreed.notes)})


@again_if_grown
def suggest_scenarios(path: Path, *, take: bool = False) -> Answer:
    """Scenarios to begin with for the subject's category, homeward's own; with `take` those not there yet are added."""
    from homeward.belief import check_category, suggestions

    with opened(path) as book:
        category = book.mission.subject.category
        offered = [
            s for s in suggestions(check_category(category) if category else None) if s.id not in book.mission.scenarios
        ]
        if take and offered:
            book.write(*(ScenarioSet(scenario=s) for s in offered))
    head = f"Suggestions for {category or 'a subject of any category'}; homeward's own, not from the literature:"
    lines = [f"  {s.id}: {words_of(s)}" for s in offered] or ["  nothing that is not there already"]
    tail = "Added. Now vote on them." if take and offered else "Add all: --take. Or one by one: homeward scenario add."
    return Answer(
        text="\n".join([head, *lines, tail]),
        data={"suggested": [s.id for s in offered], "taken": take and bool(offered)},
    )


def _ballot_words(shares: Mapping[str, float], ballot: Ballot) -> str:
    told = {*_voted_on(ballot), REST}
    return ", ".join(f"{name} {share:.0%}{'' if name in told else ' (not voted)'}" for name, share in shares.items())


def agreed_on(mission: Mission) -> Consensus:
    """The weight of each scenario by the votes so far."""
    from homeward.belief import consensus

    return consensus(list(mission.scenarios), list(mission.ballots.values()))


def cases_of(mission: Mission, grid: Grid, *, hours_gone: float) -> tuple[Case, ...]:
    """The scenarios as the map takes them, and the rest of the world; the subject as described where there is none."""
    from homeward.belief.reach import LIMITED_PACE
    from homeward.belief.records import Case
    from homeward.belief.scenarios import REST_WORDS

    subject, cases = mission.subject, []
    for name, weight in (agreed_on(mission).weights or {"": 1.0}).items():
        rest = Scenario(id=name, label=REST_WORDS if name else "", left_area=name == REST)
        thought = mission.scenarios.get(name, rest)
        if weight <= 0:
            continue
        mobility = thought.mobility or subject.mobility
        cases.append(
            Case(
                scenario=name,
                label=thought.label or name,
                weight=weight,
                category=thought.category,
                ecoregion=thought.ecoregion,
                ground=thought.ground,
                ipp_m=_start_m(thought, grid),
                direction_deg=thought.direction_deg,
                mobile=None if mobility is None else mobility != Mobility.NONE,
                pace=LIMITED_PACE if mobility == Mobility.LIMITED else 1.0,
                responsive=subject.responsive if thought.responsive is None else thought.responsive,
                injured=bool(subject.injured if thought.injured is None else thought.injured),
                left_area=thought.left_area,
                alive=survival_in(mission, name, hours_gone=hours_gone).p,
            )
        )
    return tuple(cases)


def survival_in(mission: Mission, name: str, *, hours_gone: float) -> Alive:
    """Survival of the subject if a scenario is what happened; of the subject as described for any other name."""
    from homeward.belief import survival

    thought = mission.scenarios.get(name, Scenario(id=name))
    return survival(
        thought.category or mission.subject.category, hours_gone=max(hours_gone, 0.0), setting=thought.setting
    )


def standing(mission: Mission, belief: Belief | None, *, hours_gone: float) -> list[dict[str, Any]]:
    """A row for each scenario and the rest of the world: votes, weight in the map in force, survival now."""
    agreed = agreed_on(mission)
    parts = {part.scenario: part for part in belief.parts} if belief else {}
    rows = []
    for name, voted in agreed.weights.items():
        part, thought = parts.get(name), mission.scenarios.get(name)
        rows.append(
            {
                "id": name,
                "label": (thought.label or words_of(thought)) if thought else REST_LABEL,
                "voted": voted,
                "voted_least": agreed.spread[name][0],
                "voted_most": agreed.spread[name][1],
                "now": part.weight if part else None,
                "outside": part.outside if part else None,
                "alive": survival_in(mission, name, hours_gone=hours_gone).p,
            }
        )
    return rows


def prospects(mission: Mission, belief: Belief, *, hours_gone: float) -> dict[str, Any]:
    """What the decision to go on or to scale down rests on, as data; a person decides."""
    from homeward.desk.search.coverage import SEARCH

    alive = [(part, survival_in(mission, part.scenario, hours_gone=hours_gone)) for part in belief.parts]
    subject = survival_in(mission, "", hours_gone=hours_gone)
    before = [m.event.outside for m in mission.maps if not any(line.cause.startswith(SEARCH) for line in m.event.story)]
    rest = [part.weight for part in belief.parts if part.scenario == REST]
    on_map = sum(float(part.poa.sum()) * told.p for part, told in alive) if alive else (1 - belief.outside) * subject.p
    return {
        "hours_gone": hours_gone,
        "alive": sum(part.weight * told.p for part, told in alive) if alive else subject.p,
        "alive_on_map": on_map,
        "alive_cases": subject.n,
        "alive_source": subject.source,
        "outside": belief.outside,
        "outside_before_searches": before[-1] if before and mission.searches else None,
        "rest_of_world": rest[0] if rest else None,
    }


def prospect_lines(facts: Mapping[str, Any]) -> list[str]:
    """The prospects as they are said."""
    before = facts["outside_before_searches"]
    was = "" if before is None else f" (before any search {before:.1%})"
    rest = "" if facts["rest_of_world"] is None else f", {facts['rest_of_world']:.1%} in none of the scenarios"
    return [
        (
            f"Alive after {facts['hours_gone']:.0f} h: {facts['alive']:.0%}, as found of those still missing then; "
            f"alive and on the map: {facts['alive_on_map']:.0%}. {SURVIVAL_KNOWS}"
        ),
        f"Outside the map: {facts['outside']:.1%}{was}{rest}.",
    ]


def hours_gone(mission: Mission) -> float:
    """Hours since the subject was at the IPP; 0 where no IPP is set."""
    return (clock.now() - mission.ipp.seen_at).total_seconds() / 3600 if mission.ipp else 0.0


def belief_or_none(book: Book) -> Belief | None:
    """The map in force; None where there is none yet or the ground changed since."""
    try:
        return book.belief()
    except NotYet:
        return None


def words_of(thought: Scenario) -> str:
    """What is said of a scenario, without anything personal."""
    said = [
        thought.label,
        thought.category,
        MOBILITY[thought.mobility] if thought.mobility else "",
        {True: "answers", False: "does not answer"}.get(thought.responsive),  # type: ignore[arg-type]
        {True: "injured", False: "not injured"}.get(thought.injured),  # type: ignore[arg-type]
        "outside the map" if thought.left_area else "",
        f"caught: {thought.setting}" if thought.setting else "",
        f"from {thought.place}" if thought.place else "",
        f"going {thought.direction_deg:.0f} deg" if thought.direction_deg is not None else "",
    ]
    return ", ".join(word for word in said if word) or "nothing said of it yet"


def forgotten(record: Any, names: Sequence[str]) -> Any:
    """A record with some fields as if nothing had ever been said of them."""
    from dataclasses import MISSING

    defaults = {f.name: f.default for f in fields(record) if f.default is not MISSING}
    for name in names:
        if name not in defaults:
            raise UnknownName("field to forget", name, defaults)
    return replace(record, **{name: defaults[name] for name in names})


def one_of(field: str, value: Any, kinds: type[Any]) -> Any:
    """The member of an enumeration that was named; `UnknownName` with the nearest where there is none."""
    try:
        return kinds(value)
    except ValueError:
        raise UnknownName(field, str(value), [kind.value for kind in kinds]) from None


def _check(book: Book, described: Scenario) -> None:
    from homeward.belief import check_category

    if described.category is not None:
        check_category(described.category, ecoregion=described.ecoregion, ground=described.ground)
    if described.direction_deg is not None and not 0 <= described.direction_deg <= 360:
        raise BadInput(f"A direction of {described.direction_deg:g} degrees cannot be. Give 0 to 360, true.")
    area = book.mission.area
    if area is not None:
        _start_m(described, area.grid)


def _start_m(thought: Scenario, grid: Grid) -> tuple[float, float] | None:
    if thought.place is None:
        return None
    x, y = grid.to_m(thought.place)
    if not bool(grid.contains(x, y)):
        raise BadInput(
            f"Scenario {thought.id!r} starts at {thought.place}, outside the map. "
            "Check the coordinates, load larger ground, or forget its place."
        )
    return x, y


def _short(what: str, text: str, most: int) -> str:
    if len(text) > most:
        raise BadInput(f"The {what} has {len(text)} letters. Give {most} at most.")
    return text


def _ballot(planner: str, votes: Mapping[str, str | float]) -> Ballot:
    if REST not in votes:
        raise BadInput(f"The vote of {planner!r} says nothing of the rest of the world. Add {REST}=, if only {REST}=0.")
    told = {name: _share(name, value) for name, value in votes.items()}
    rest = told.pop(REST)
    letters = {name: v for name, v in told.items() if isinstance(v, str)}
    points = {name: v for name, v in told.items() if not isinstance(v, str)}
    if isinstance(rest, str):
        raise BadInput(f"The rest of the world is voted on in percent, not by the letter {rest!r}. Give {REST}=10.")
    return Ballot(planner=planner, rest=rest, points=tuple(points.items()), letters=tuple(letters.items()))


def _share(name: str, value: str | float) -> str | float:
    text = str(value).strip().removesuffix("%").strip()
    if re.fullmatch(r"[A-Za-z]", text):
        return text.upper()
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{value!r} for {name} is neither a number nor a letter. Give a share, or A to I.") from None


def _voted_on(ballot: Ballot) -> set[str]:
    return {name for name, _ in (*ballot.points, *ballot.letters)}


def _weights_words(agreed: Consensus) -> str:
    return ", ".join(
        f"{name} {weight:.0%}" + (f" ({apart})" if (apart := _apart(*agreed.spread[name])) else "")
        for name, weight in agreed.weights.items()
    )


def _apart(least: float, most: float) -> str:
    """How far votes lie apart, in words; empty where they would read the same."""
    return f"{least:.0%} to {most:.0%}" if f"{least:.0%}" != f"{most:.0%}" else ""


def _never(weights: Mapping[str, float]) -> list[str]:
    none = [name for name, weight in weights.items() if weight <= 0]
    return [f"{', '.join(none)} at 0 % cannot come back whatever is found out; 1 % could."] if none else []


def row_words(row: Mapping[str, Any]) -> str:
    """A scenario as it is said."""
    apart = _apart(row["voted_least"], row["voted_most"])
    spread = f", planners {apart}" if apart else ""
    now = "" if row["now"] is None else f", now {row['now']:.1%}"
    return f"{row['id']}: {row['label']}. Voted {row['voted']:.0%}{spread}{now}. Alive {row['alive']:.0%}."
