"""What may have happened, as the page shows it: each scenario with its votes, weight, survival and its own map."""

from __future__ import annotations

from typing import Any

from homeward.belief import Belief, Part, alive_map, alive_share, consensus
from homeward.exchange.page_raster import ranked_belief
from homeward.mission.nouns import REST, Scenario
from homeward.mission.replay import Mission

Json = dict[str, Any]
LARGEST_PX = 400  # longest side of a scenario's own picture: there may be a dozen of them on a page
LEAST = 1e-9  # of all probability on the map, that a scenario must have for a picture of its own


def scenarios_data(mission: Mission, belief: Belief | None) -> Json:
    """`scenarios` (one row each, the rest of the world last), `votes`, `notes`, and survival over all scenarios.

    Survival is as it was when the map was made (`alive_at`).

    A row's `map` is the scenario's own map where it is on the map at all, as `ranked_belief` gives it. What is said of
    a scenario in `why` is personal and stays out.
    """
    agreed = consensus(list(mission.scenarios), list(mission.ballots.values()))
    parts = {part.scenario: part for part in belief.parts} if belief else {}
    return {
        "scenarios": [
            _row(name, mission.scenarios.get(name), parts.get(name), belief)
            | {"voted": voted, "spread": list(agreed.spread[name])}
            for name, voted in agreed.weights.items()
        ],
        "votes": [
            {"planner": planner, "shares": dict(vote), "late": _late(mission, planner)}
            for planner, vote in agreed.by_planner.items()
        ],
        "notes": list(agreed.notes),
        "alive": alive_share(belief) if belief else None,
        "alive_on_map": _alive_on_map(belief) if belief else None,
        "alive_at": mission.map.at.isoformat() if mission.map and belief else None,
    }


def _late(mission: Mission, planner: str) -> list[str]:
    """Scenarios that a planner has not voted on."""
    ballot = mission.ballots[planner]
    told = {name for name, _ in (*ballot.points, *ballot.letters)}
    return [name for name in mission.scenarios if name not in told]


def _row(name: str, thought: Scenario | None, part: Part | None, belief: Belief | None) -> Json:
    return {
        "id": name,
        "label": (thought.label or name) if thought else "rest of the world, none of these",
        "rest": name == REST,
        "category": thought.category if thought else None,
        "mobility": thought.mobility if thought else None,
        "responsive": thought.responsive if thought else None,
        "injured": thought.injured if thought else None,
        "left_area": thought.left_area if thought else True,
        "setting": thought.setting if thought else None,
        "place": [round(thought.place.lon_deg, 6), round(thought.place.lat_deg, 6)]
        if thought and thought.place
        else None,
        "direction_deg": thought.direction_deg if thought else None,
        "now": part.weight if part else None,
        "alive": part.alive if part else None,
        "map": _own_map(part, belief) if part and belief and len(belief.parts) > 1 else None,
    }


def _own_map(part: Part, belief: Belief) -> Json | None:
    """The map if this scenario is what happened."""
    if float(part.poa.sum()) < LEAST:
        return None
    poa = part.poa / part.weight
    alone = Belief(grid=belief.grid, poa=poa, outside=max(1 - float(poa.sum()), 0.0), ipp_m=belief.ipp_m)
    return ranked_belief(alone, largest_px=LARGEST_PX)


def _alive_on_map(belief: Belief) -> float | None:
    living = alive_map(belief)
    return None if living is None else float(living.sum())
