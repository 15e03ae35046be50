"""The files of `homeward solve`: one module for each kind of problem.

Such a module reads the file's fields into the problem that its solver takes, and writes the solution's fields; it
has one `DOOR`. A new kind is a new module and one line in `KINDS`.
"""

from __future__ import annotations

import importlib

from homeward.exchange.solver_files.door import Door, Reported, SolutionHead
from homeward.exchange.solver_files.reading import Loaded, load, unknown_kind

KINDS = {
    "allocate": "effort of several resources over segments, freely divisible or in whole tasks",
    "cover": "too few teams: who covers what, against an attacker, for demand over sites, or with a reserve",
    "evacuate": "ways out, time against exposure, over a graph or ground: the front, relay, destination",
    "assign": "jobs to agents: one to one, with capacities, or shared fairly",
    "formation": "people to roles, under rules: who does what, whom to call, who makes it impossible",
    "fuse": "reports of witnesses and sources: how probable each hypothesis is, what contradicts, whom to ask",
    "map": "where the subject may be: a probability map from facts, ground, clues and searches",
    "muster": "everybody is called in: who is here when, is that the team, and before the event; whom to call",
    "rooms": "several searchers on a graph (rooms, trails) for a subject that stays or moves",
    "roster": "who is on duty in which operational period, over days",
    "sweep": "paths for several searchers over a probability raster",
    "treat": "treat a casualty at the find or move at once, its state not known for certain",
    "triage": "casualties as they were seen: every triage tool, what is still open, who first",
    "warn": "a warning with an uncertain date: probabilities, ready-by dates, when to raise readiness",
}


def door(kind: str) -> Door:
    """What knows the files of that kind. Raises `BadInput` naming the kinds there are."""
    if kind not in KINDS:
        raise unknown_kind(kind, KINDS)
    found = importlib.import_module(f"homeward.exchange.solver_files.{kind}").DOOR
    assert isinstance(found, Door)
    return found


__all__ = ["KINDS", "Door", "Loaded", "Reported", "SolutionHead", "door", "load"]
