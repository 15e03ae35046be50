"""What the planners think may have happened: from their votes to the weight of each scenario.

Several planners vote apart from each other, by percentages (Mattson 1976, Search and Rescue Magazine, Spring; Mattson
1980 in Haley & Stone, Search Theory and Applications, 93-97) or by letters (O'Connor; in Bownds, Ebersole, Lovelock &
O'Connor 1994, Reexamining the Search Management Function, Response). The rest of the world is a line of every vote, so
that it stays what the planners said of it however many scenarios they think of (Hill 1997 on the letters).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from homeward.belief.tables import rows
from homeward.errors import BadInput
from homeward.mission.nouns import REST, Ballot, Mobility, Scenario, Setting

LETTERS = "ABCDEFGHI"
REST_WORDS = "rest of the world"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consensus:
    """The weight of each scenario, and of the rest of the world under `REST`: together 1.

    `by_planner` is each vote made to sum to 1; `spread` the least and the most that a planner gave. `notes` are
    sentences on what nobody has voted for.
    """

    weights: Mapping[str, float]
    by_planner: Mapping[str, Mapping[str, float]]
    spread: Mapping[str, tuple[float, float]]
    notes: tuple[str, ...] = ()


def check_ballot(ballot: Ballot, scenarios: Sequence[str]) -> None:
    """Raises `BadInput` for a vote that cannot be counted; each sentence names the planner and what is wrong."""
    by = f"The vote of {ballot.planner!r}"
    for name, _ in (*ballot.points, *ballot.letters):
        if name not in scenarios:
            near = get_close_matches(name, [*scenarios, REST], n=1)
            ask = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(scenarios) or 'none yet'}."
            raise BadInput(f"{by} names a scenario {name!r} that there is not. {ask}")
    if bool(ballot.points) == bool(ballot.letters):
        raise BadInput(f"{by} must be points for each scenario, or letters for each, not both nor neither.")
    _check_letters(ballot, by) if ballot.letters else _check_points(ballot, by)


def _check_points(ballot: Ballot, by: str) -> None:
    for name, points in (*ballot.points, (REST, ballot.rest)):
        if not (np.isfinite(points) and points >= 0):
            raise BadInput(f"{by} gives {name} {points:g}. Give 0 or more; 100 in all is usual.")
    if not sum(points for _, points in ballot.points) > 0:
        raise BadInput(f"{by} gives no scenario anything. Give at least one more than 0, or think of another scenario.")


def _check_letters(ballot: Ballot, by: str) -> None:
    for name, letter in ballot.letters:
        if letter not in LETTERS:
            raise BadInput(f"{by} gives {name} the letter {letter!r}. Give A (very likely) to I (very unlikely).")
    if not 0 <= ballot.rest < 100:
        raise BadInput(f"{by} gives the rest of the world {ballot.rest:g} %. Beside letters give 0 to below 100.")


def letter_points(letters: Mapping[str, str]) -> dict[str, float]:
    """What letters count for: 1 for the least likely letter used, and one more for each letter above it.

    With G, A, C and D that is 1, 7, 5 and 4 of 17: 6, 41, 29 and 24 %. Source: that worked example is from the Search
    and Rescue Society of British Columbia's pocket card "Quick Reference Math" (sarbc.org/math.html).
    """
    least = max(LETTERS.index(letter) for letter in letters.values())
    return {name: float(least - LETTERS.index(letter) + 1) for name, letter in letters.items()}


def shares(ballot: Ballot, scenarios: Sequence[str]) -> dict[str, float]:
    """A vote as shares of 1 over the scenarios there are now, and the rest of the world.

    What was voted for a scenario dropped since falls away, and what is left keeps its proportions, the rest of the
    world too. A scenario that came after the vote gets as much as an average one, and the others make room in
    proportion (homeward's own assumption, said in `Consensus.notes`).
    """
    said = letter_points(dict(ballot.letters)) if ballot.letters else dict(ballot.points)
    in_all = sum(said.values()) / (1 - ballot.rest / 100) if ballot.letters else sum(said.values()) + ballot.rest
    known = {name: said[name] / in_all for name in scenarios if name in said}
    rest, kept = 1 - sum(said.values()) / in_all, sum(known.values())
    if not kept > 0:
        return {**dict.fromkeys(scenarios, (1 - rest) / len(scenarios)), REST: rest}
    rest = rest / (rest + kept)
    each = (1 - rest) / len(scenarios)
    room = each * len(known) / kept
    told = {name: room * known[name] if name in known else each for name in scenarios}
    return {**told, REST: rest}


def consensus(scenarios: Sequence[str], ballots: Sequence[Ballot]) -> Consensus:
    """The mean of the planners' votes, each first made to sum to 1: nobody counts for more by a larger scale.

    With no vote all scenarios weigh the same and the rest of the world nothing, and a note says so.
    """
    if not scenarios:
        return Consensus(weights={}, by_planner={}, spread={})
    by_planner = {b.planner: shares(b, scenarios) for b in sorted(ballots, key=lambda b: b.planner)}
    every = list(by_planner.values()) or [{**dict.fromkeys(scenarios, 1 / len(scenarios)), REST: 0.0}]
    names = (*scenarios, REST)
    mean = {name: float(np.mean([vote[name] for vote in every])) for name in names}
    total = sum(mean.values())
    return Consensus(
        weights={name: p / total for name, p in mean.items()},
        by_planner=by_planner,
        spread={name: (min(v[name] for v in every), max(v[name] for v in every)) for name in names},
        notes=_notes(scenarios, ballots),
    )


def _notes(scenarios: Sequence[str], ballots: Sequence[Ballot]) -> tuple[str, ...]:
    if not ballots:
        return ("Nobody has voted yet: every scenario weighs the same, the rest of the world nothing (ours).",)
    late = {b.planner: [s for s in scenarios if s not in dict((*b.points, *b.letters))] for b in ballots}
    return tuple(
        f"{planner} has not voted on {', '.join(names)}: taken as an average scenario (ours)."
        for planner, names in sorted(late.items())
        if names
    )


def suggestions(category: str | None) -> tuple[Scenario, ...]:
    """Scenarios to begin with for a subject category: homeward's own suggestions, for planners to change or leave."""
    mine = [row for row in rows("scenario_suggestions") if row["subject"] == (category or "any")]
    return tuple(
        Scenario(
            id=row["scenario"],
            label=row["label"],
            category=row["category"] or None,
            mobility=Mobility(row["mobility"]) if row["mobility"] else None,
            responsive={"yes": True, "no": False}.get(row["responsive"]),
            injured={"yes": True, "no": False}.get(row["injured"]),
            left_area=row["left_area"] == "yes",
            setting=Setting(row["setting"]) if row["setting"] else None,
            why=row["source"],
        )
        for row in mine or [row for row in rows("scenario_suggestions") if row["subject"] == "any"]
    )
