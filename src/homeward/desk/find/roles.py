"""The roles that a find's orders gave, for the formation made after it, so that the two say the same of everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from homeward.mission import Mission
from homeward.mission.people import OrderKind, Role

_ROLES: Final = {OrderKind.CARRY: Role.CARRIER, OrderKind.BACKUP: Role.BACKUP, OrderKind.WATCH: Role.LOOKOUT}
_LEAST: Final = 0.5
"""How well somebody guards or leads who was sent to do it and of whom nobody said so: ours."""

Can = Mapping[str, float]
Who = dict[str, tuple[dict[str, float], str | None]]
"""By name: what somebody can do, and in which team."""


def scene_name(mission: Mission, casualty: str) -> str:
    """The name of the crew at a find: with its casualty's number where there are several."""
    return "scene" if len(mission.open_finds) < 2 else f"scene {casualty}"


def as_ordered(mission: Mission, who: Who) -> tuple[Who, dict[str, tuple[str, str]]]:
    """(everybody, with what they were sent to do; role and post, "" without, by name): as the finds' orders have it."""
    able = {name: (dict(can), team) for name, (can, team) in who.items()}
    held: dict[str, tuple[str, str]] = {}
    for find in mission.open_finds:
        casualty = find.event.casualty
        entries = {f.entry for f in mission.finds if f.event.casualty == casualty}
        units: dict[OrderKind, list[str]] = {}
        for name, given in mission.crew.orders.items():
            if given.event.find in entries:
                units.setdefault(given.event.kind, []).append(name)
        scene = {role: (name, scene_name(mission, casualty)) for role, name in _scene(able, units).items()}
        for role, (name, post) in scene.items():
            able[name][0][role] = max(able[name][0].get(role, 0.0), _LEAST)
            held[name] = (role, post)
        for kind, role in _ROLES.items():
            for name in _members(able, units.get(kind, [])):
                if role.value in able[name][0]:
                    held.setdefault(name, (role.value, ""))
    return able, held


def _scene(able: Who, units: Mapping[OrderKind, list[str]]) -> dict[str, str]:
    """Who leads, treats and guards the medic at a find, by role."""
    leading, caring = _members(able, units.get(OrderKind.LEAD, [])), _members(able, units.get(OrderKind.MEDIC, []))
    found: dict[str, str] = {}
    medics = [name for name in caring or leading if Role.MEDIC.value in able[name][0]]
    if medics:
        found[Role.MEDIC.value] = max(medics, key=lambda name: able[name][0][Role.MEDIC.value])
    leads = [name for name in leading if name not in found.values()]
    if leads:
        found[Role.LEAD.value] = max(leads, key=lambda name: able[name][0].get(Role.LEAD.value, 0.0))
    guards = [name for name in caring if name not in found.values()] or [n for n in leads if n not in found.values()]
    if guards and medics:
        found[Role.GUARD.value] = max(guards, key=lambda name: able[name][0].get(Role.GUARD.value, 0.0))
    return found


def _members(able: Who, units: list[str]) -> list[str]:
    """Who belongs to the teams, and the people, that are named."""
    return [name for name, (_, team) in able.items() if name in units or team in units]
