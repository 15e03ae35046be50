"""Who and what the demo's mission is about: all of it invented for exercise, but for the ground."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from homeward.geo import Place

NAME = "Exercise Cross Mountain"
ZONE = "America/New_York"
FILE = "cross-mountain.mission"
IPP = Place(36.2690, -84.2700)
OBSERVER = Place(36.2560, -84.2480)
SEEN = datetime(2026, 11, 21, 13, 40, tzinfo=UTC)  # 08:40 in Tennessee
ALARM = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # 12:30
START = datetime(2026, 11, 21, 18, 15, tzinfo=UTC)  # 13:15
HOURS = 4.0
BREAK = timedelta(minutes=30)
PERIODS = 3
CELL_M = 50.0
SUBJECT: dict[str, Any] = {
    "name": "Robin Tallow",
    "age_years": 58.0,
    "description": "green parka, grey rucksack, walking stick",
}

TEAMS: tuple[tuple[str, str, int, str], ...] = (
    ("Dog 1", "dog", 2, "channel 2"),
    ("Dog 2", "dog", 2, "channel 2"),
    ("Line A", "line", 6, "channel 3"),
    ("Line B", "line", 6, "channel 3"),
    ("Drone 1", "drone", 2, "channel 4"),
    ("Drone 2", "drone", 2, "channel 4"),
    ("Hasty 1", "hasty", 2, "channel 1"),
    ("Hasty 2", "hasty", 2, "channel 1"),
)
"""Name, kind, people and radio of every team that searches outdoors."""

RADAR = ("Radar 1", 2, "channel 4")
"""The team with the through-wall radar: name, people, radio. It searches in buildings only."""

RADAR_WAITS = IPP
"""Where it waits from the second period on: in the middle of what is left."""

SCATTERED: dict[str, Place] = {
    "Dog 1": OBSERVER,
    "Dog 2": Place(36.2575, -84.2600),
    "Line A": Place(36.2655, -84.2455),
    "Line B": Place(36.2540, -84.2520),
    "Drone 1": Place(36.2640, -84.2550),
    "Drone 2": Place(36.2690, -84.2500),
    "Hasty 1": Place(36.2600, -84.2610),
    "Hasty 2": Place(36.2680, -84.2565),
    "Radar 1": Place(36.2625, -84.2500),
}
"""Where each team is when the alarm comes."""

ARRIVAL = Place(36.2620, -84.2490)
"""Where the people who are with no team arrive, by car."""

PEOPLE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("M1", ("medic:5:2027-06-30", "lead:3"), "Ada Fenwick"),
    ("M2", ("medic:3:2027-03-31", "guard:2"), "Ben Oduya"),
    ("M3", ("medic:4:2026-09-30", "backup:3"), "Carla Whitlock"),
    ("G1", ("guard:4", "rear:3"), "Dov Marsh"),
    ("G2", ("guard:3", "rear:4"), "Elin Sarkis"),
    ("L1", ("lookout:4", "carrier:2"), "Femi Lund"),
    ("L2", ("lookout:4", "carrier:2"), "Gwen Ito"),
    ("L3", ("lookout:3", "carrier:3"), "Hal Brisco"),
    ("L4", ("lookout:3", "carrier:3"), "Ines Vogt"),
    ("B1", ("backup:4", "carrier:3", "rear:3"), "Jon Petrak"),
    ("B2", ("backup:4", "carrier:3", "rear:3"), "Kim Adair"),
    ("B3", ("backup:3", "carrier:4"), "Mae Osei"),
    ("B4", ("backup:3", "carrier:4"), "Nils Ferro"),
    ("B5", ("backup:3", "carrier:4"), "Orla Quist"),
    ("B6", ("backup:3", "carrier:4"), "Pia Lomax"),
    ("L5", ("lookout:3", "carrier:3"), "Quinn Abara"),
    ("L6", ("lookout:3", "carrier:3"), "Rosa Tveit"),
    ("S1", ("lead:5", "comms:4"), "Lou Renner"),
)
"""Call sign, roles with skill and the day a certificate ends, and the name, which is personal."""

AWAKE: dict[str, Any] = {"awake_since": "06:00", "p_present": 0.98}
PHONE = "555-0100"
"""Of everybody: a number kept for fiction."""

HUNTERS: dict[str, Any] = {
    "kind": "people",
    "place": "36.2745, -84.2785",
    "radius_m": 300.0,
    "speed": 1.5,
    "label": "deer hunters, shots heard",
}
"""The hazard that is known from the beginning."""

EXITS: dict[str, dict[str, Any]] = {
    "Gravel road": {"place": "36.2590, -84.2500", "kind": "vehicle"},
    "Mine road": {"place": "36.2790, -84.2560", "kind": "vehicle"},
}
"""Where a vehicle can meet a carry-out."""

HOSPITALS: dict[str, dict[str, Any]] = {
    "County": {"place": "36.3830, -84.1130", "capability": ["emergency", "surgery"], "label": "County Hospital"},
    "Regional": {
        "place": "36.0000, -84.2000",
        "capability": ["emergency", "surgery", "trauma", "hypothermia"],
        "label": "Regional Medical Center",
        "landing": True,
    },
}
"""Hospitals of the exercise, not those of the county."""
