"""Who goes to a find and who does what else: scene lead, medic pair, carriers, back-up, watch; the rest.

Everybody is taken to be where it was told last, or where the plan has it; times are over the real ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from homeward.mission.people import OrderKind, Role
from homeward.search.records import XY

LEAST_TEAM: Final = 2
"""Nobody goes alone: our own rule, as in most rescue manuals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A team, or a person without one: how many they are, where, and how long they need to the find.

    `to_find_s` is inf where there is no way on foot, or nobody knows where they are. `medics` are those of them who can
    treat, `flies` that they cannot carry, `engaged` that they have orders for another casualty, `at_base` that they
    are there.
    """

    id: str
    people: int
    to_find_s: float
    at_m: XY | None = None
    roles: frozenset[Role] = frozenset()
    medics: tuple[str, ...] = ()
    flies: bool = False
    engaged: bool = False
    at_base: bool = False
    team: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a unit is told: `after_s` from now it is there (None: it does not go there), `beside` who goes with it."""

    unit: Unit
    kind: OrderKind
    text: str
    after_s: float | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindNeeds:
    """What a find asks for: who found it, bearers for the whole way, how many of them are at the litter at once (0: not
    told), whether to watch, whether others are still missing.
    """

    finder: str | None
    bearers: int
    at_once: int = 0
    watch: bool = False
    still_missing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What everybody is told, those who go to the find first, and what is short, in words."""

    sent: tuple[Sent, ...]
    short: tuple[str, ...] = ()


Between = Callable[[Unit, Unit], float]
"""Seconds on foot from one unit to another."""


def orders_for(units: Sequence[Unit], needs: FindNeeds, *, between: Between) -> Orders:
    """Everybody's orders. The scene lead is who found; the medic never goes alone; carriers and back-up by nearness."""
    left = sorted((u for u in units if not u.engaged), key=lambda u: (u.to_find_s, u.id))
    sent: list[Sent] = []
    short: list[str] = []
    lead = _lead(left, needs.finder)
    if lead is None:
        short.append("NO SCENE LEAD: nobody is free to go there. Register a team, or call one.")
    else:
        sent.append(_leads(lead, there=lead.id == needs.finder))
        left.remove(lead)
    for part in (_care, _carriers, _backup):
        told, said = part(left, lead, needs, between)
        sent += told
        short += said
        gone = {s.unit.id for s in told}
        left = [u for u in left if u.id not in gone]
    if needs.watch:
        told, said = _watch(left)
        sent += told
        short += said
        left = [u for u in left if u.id not in {s.unit.id for s in told}]
    sent += [_else(unit, needs.still_missing) for unit in left]
    return Orders(sent=tuple(sent), short=tuple(short))


def _lead(left: Sequence[Unit], finder: str | None) -> Unit | None:
    if finder is not None and any(u.id == finder for u in left):
        return next(u for u in left if u.id == finder)
    return next((u for u in left if u.people >= LEAST_TEAM and not u.flies and u.to_find_s < inf), None)


def _leads(lead: Unit, *, there: bool) -> Sent:
    care = f"; {lead.medics[0]} gives care" if lead.medics else ""
    after_s = 0.0 if there else lead.to_find_s
    hands = carrying(lead)
    care += f"; {hands} of you carry" if hands else ""
    text = f"you lead the scene{care}" if there else f"subject located: go there and lead the scene{care}"
    return Sent(unit=lead, kind=OrderKind.LEAD, text=text, after_s=after_s)


def carrying(lead: Unit) -> int:
    """How many of the team that leads the scene can carry: neither who leads nor its medics, two at least."""
    hands = 0 if lead.flies else lead.people - 1 - len(lead.medics)
    return hands if hands >= LEAST_TEAM else 0


def _care(left: Sequence[Unit], lead: Unit | None, _needs: FindNeeds, between: Between) -> tuple[list[Sent], list[str]]:
    """The medic who is there first with somebody beside; nobody, and why, where there is none."""
    if lead is not None and lead.medics:
        return [], []
    medics = [u for u in left if u.medics and u.to_find_s < inf]
    ways = [way for medic in medics for way in _ways_to_go(medic, left, between)]
    if not ways:
        if medics:
            who = medics[0].medics[0]
            return [], [f"{who} HAS NOBODY TO GO WITH: nobody goes alone. Send somebody along: homeward order."]
        return [], ["NO MEDIC: nobody who is free and can get there is qualified as medic."]
    after_s, medic, beside = min(ways, key=lambda way: (way[0], way[1].id))
    if beside is None:
        text = f"subject located: bring care, with {medic.medics[0]}"
        return [Sent(unit=medic, kind=OrderKind.MEDIC, text=text, after_s=after_s)], []
    pair = [
        Sent(
            unit=medic,
            kind=OrderKind.MEDIC,
            text=f"subject located: bring care; {beside.id} comes with you",
            after_s=after_s,
            beside=beside.id,
        ),
        Sent(
            unit=beside,
            kind=OrderKind.MEDIC,
            text=f"subject located: join {medic.id} and go there together",
            after_s=after_s,
            beside=medic.id,
        ),
    ]
    return pair, []


def _ways_to_go(medic: Unit, left: Sequence[Unit], between: Between) -> Iterable[tuple[float, Unit, Unit | None]]:
    """(seconds until care, medic, who goes along), for each who could; the guards before others."""
    if medic.people >= LEAST_TEAM:
        yield medic.to_find_s, medic, None
        return
    others = [u for u in left if u.id != medic.id and not u.flies and u.at_m is not None]
    guards = [u for u in others if Role.GUARD in u.roles and u.people < LEAST_TEAM]
    for other in guards or [u for u in others if not u.medics] or others:
        joined = between(other, medic)
        if joined < inf:
            yield joined + medic.to_find_s, medic, other


def _carriers(
    left: Sequence[Unit], lead: Unit | None, needs: FindNeeds, _between: Between
) -> tuple[list[Sent], list[str]]:
    """The nearest who can carry until there are enough, those of the scene lead's team counted."""
    can = [u for u in left if not u.flies and u.to_find_s < inf and not (u.medics and u.people < LEAST_TEAM)]
    can = [u for u in can if u.people >= LEAST_TEAM or Role.CARRIER in u.roles]
    told, there = list[Sent](), carrying(lead) if lead is not None else 0
    for unit in can:
        if there >= needs.bearers:
            break
        told.append(
            Sent(unit=unit, kind=OrderKind.CARRY, text="subject located: go there and carry", after_s=unit.to_find_s)
        )
        there += unit.people
    if there >= needs.bearers:
        return told, []
    enough = f"; {needs.at_once} at the litter are enough to set out" if there >= needs.at_once > 0 else ""
    short = f"{needs.bearers - there} BEARERS SHORT: {there} of {needs.bearers} are there or on their way"
    return told, [f"{short}{enough}. Call more."]


def _backup(
    left: Sequence[Unit], _lead: Unit | None, _needs: FindNeeds, _between: Between
) -> tuple[list[Sent], list[str]]:
    unit = next((u for u in left if u.people >= LEAST_TEAM and not u.flies and u.to_find_s < inf), None)
    if unit is None:
        return [], ["NO BACK-UP: no team is left to come to the help of those who go."]
    where = "where you are" if not unit.at_base else "at the base"
    text = f"subject located: stand by as back-up {where}, ready to go"
    return [Sent(unit=unit, kind=OrderKind.BACKUP, text=text)], []


def _watch(left: Sequence[Unit]) -> tuple[list[Sent], list[str]]:
    text = "subject located: keep watch over the scene and the way there"
    crews = [u for u in left if u.flies or (Role.LOOKOUT in u.roles and u.people >= LEAST_TEAM)]
    pair = [u for u in left if Role.LOOKOUT in u.roles and u.people < LEAST_TEAM][:LEAST_TEAM]
    told = crews[:1] or (pair if len(pair) == LEAST_TEAM else [])
    if not told:
        return [], ["NO LOOKOUTS: nobody is left, two together or a crew that flies, for the hazards that are marked."]
    return [Sent(unit=unit, kind=OrderKind.WATCH, text=text) for unit in told], []


def _else(unit: Unit, still_missing: int) -> Sent:
    """What those are told who are not needed at the find."""
    if Role.COMMS in unit.roles and not unit.team:
        return Sent(unit=unit, kind=OrderKind.HOLD, text="subject located: hold the radio")
    if still_missing > 0 and unit.team:
        others = "one person is" if still_missing == 1 else f"{still_missing} people are"
        return Sent(unit=unit, kind=OrderKind.GO_ON, text=f"one found, {others} still missing: go on searching")
    if unit.at_base:
        return Sent(unit=unit, kind=OrderKind.HOLD, text="subject located: stand by at the base")
    return Sent(unit=unit, kind=OrderKind.RETURN, text="subject located: come back to the base")
