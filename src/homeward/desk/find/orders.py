"""Who goes to a find and who does what else: scene lead, medic pair, carriers, back-up, watch; the rest.

Everybody is taken to be where it was told last, or where the plan has it; times are over the real ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from homeward.mission.people import OrderKind, Role
from homeward.search.records import XY

LEAST_TEAM: Final = 2
"""Nobody goes alone: our own rule, as in most rescue manuals."""
SAME_TIME_S: Final = 300.0
"""Medics who are there within so long of the soonest count as there together, and the better goes: ours."""
BESIDE_S: Final = 300.0
"""A medic goes along with the team that leads the scene where they meet within this: ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A team, or a person without one: how many they are, where, and how long they need to the find.

    `to_find_s` is inf where there is no way on foot, or nobody knows where they are. `medics` are those of them who can
    treat, the best first, `skill` the best of them. `mate` is who makes the medic's pair by the formation in force,
    `awake_h` is told of those awake for too long alone, `has` what they were told for this casualty already. `flies`
    says that they cannot carry, `afloat` that they come over water, `engaged` that they have orders for another
    casualty, `there` that they are with this one already, `at_base` that they stand at the base.
    """

    id: str
    people: int
    to_find_s: float
    at_m: XY | None = None
    roles: frozenset[Role] = frozenset()
    medics: tuple[str, ...] = ()
    skill: float = 0.0
    mate: str = ""
    awake_h: float | None = None
    has: OrderKind | None = None
    there: bool = False
    flies: bool = False
    afloat: bool = False
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
    told), whether to watch, how many are still missing, whether the one found is told to be dead.
    """

    finder: str | None
    bearers: int
    at_once: int = 0
    watch: bool = False
    still_missing: int = 0
    dead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What everybody is told, those who go to the find first, and what is short, in words."""

    sent: tuple[Sent, ...]
    short: tuple[str, ...] = ()


Between = Callable[[Unit, Unit], float]
"""Seconds on foot from one unit to another."""


def orders_for(units: Sequence[Unit], needs: FindNeeds, *, between: Between) -> Orders:
    """Everybody's orders. The scene lead is who found; the medic never goes alone, and the formation's pair goes first;
    carriers and back-up by nearness. To the dead goes nobody but who confirms and holds the scene.
    """
    left = sorted((u for u in units if not u.engaged), key=lambda u: (u.to_find_s, u.id))
    sent: list[Sent] = []
    short: list[str] = []
    lead = _lead(left, needs.finder)
    if lead is None:
        short.append("NO SCENE LEAD: nobody is free to go there. Register a team, or call one.")
    else:
        sent.append(_leads(lead, there=lead.there or lead.id == needs.finder, dead=needs.dead))
        left.remove(lead)
    if needs.dead:
        short.append(_POLICE)
    else:
        for part in (_care, _carriers, _backup, _watch):
            told, said = part(left, sent, needs, between)
            new = {s.unit.id: s for s in told}
            sent = [new.pop(s.unit.id, s) for s in sent] + list(new.values())
            short += said
            left = [u for u in left if all(u.id != s.unit.id for s in told)]
    sent += [_else(unit, needs.still_missing) for unit in left]
    return Orders(sent=tuple(sent), short=tuple(short))


_POLICE: Final = (
    "TOLD TO BE DEAD: nobody else is put at risk, no medic pair and no bearers go. Tell the police; they say who may "
    "move the body. Not certain, or cold? Order it as for the living: homeward found MISSION PLACE --alive"
)


def _lead(left: Sequence[Unit], finder: str | None) -> Unit | None:
    if finder is not None and any(u.id == finder for u in left):
        return next(u for u in left if u.id == finder)
    afoot = [u for u in left if u.people >= LEAST_TEAM and not u.flies and u.to_find_s < inf]
    afloat = [u for u in left if u.afloat and u.to_find_s < inf]
    return next(iter([*sorted(afoot, key=lambda u: u.has is not OrderKind.LEAD), *afloat]), None)


def _leads(lead: Unit, *, there: bool, dead: bool) -> Sent:
    care = f"; {lead.medics[0]} gives care" if lead.medics and not dead else ""
    after_s = 0.0 if there else lead.to_find_s
    hands = 0 if dead else carrying(lead)
    care += f"; {hands} of you carry" if hands else ""
    care += "; confirm, touch nothing, keep others away until the police are there" if dead else ""
    care += "; take the subject aboard" if lead.afloat and not dead else ""
    text = f"you lead the scene{care}" if there else f"subject located: go there and lead the scene{care}"
    return Sent(unit=lead, kind=OrderKind.LEAD, text=text, after_s=after_s)


def carrying(lead: Unit) -> int:
    """How many of the team that leads the scene can carry: neither who leads nor its medics, two at least."""
    hands = 0 if lead.flies else lead.people - 1 - len(lead.medics)
    return hands if hands >= LEAST_TEAM else 0


def _leading(sent: Sequence[Sent]) -> Unit | None:
    return next((s.unit for s in sent if s.kind is OrderKind.LEAD), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A medic's way to the find: seconds until care, who goes along (None: a team goes as it is)."""

    after_s: float
    medic: Unit
    beside: Unit | None = None

    @property
    def formed(self) -> bool:
        """Whether they go as the formation has them, or as they were sent before."""
        return self.medic.has is OrderKind.MEDIC or bool(self.medic.mate)

    @property
    def awake(self) -> tuple[Unit, ...]:
        """Those of them who have been awake for too long."""
        return tuple(u for u in (self.medic, self.beside) if u is not None and u.awake_h is not None)


def _care(
    left: Sequence[Unit], sent: Sequence[Sent], _needs: FindNeeds, between: Between
) -> tuple[list[Sent], list[str]]:
    """The medic pair: rested before tired, the formation's before others, then the best of those there first."""
    lead = _leading(sent)
    if lead is not None and lead.medics:
        return [], []
    medics = [u for u in left if u.medics and u.to_find_s < inf]
    ways = [way for medic in medics for way in _ways_to_go(medic, left, sent, between)]
    if not ways:
        if medics:
            who = medics[0].medics[0]
            return [], [f"{who} HAS NOBODY TO GO WITH: nobody goes alone. Send somebody along: homeward order."]
        return [], ["NO MEDIC: nobody who is free and can get there is qualified as medic."]
    way = _best(ways)
    said = [
        f"{u.id} HAS BEEN AWAKE {u.awake_h:.0f} h, and nobody rested can go instead: have them relieved."
        for u in way.awake
    ]
    return _told_to_care(way, sent), said


def _best(ways: Sequence[_Way]) -> _Way:
    ways = [way for way in ways if not way.awake] or ways
    ways = [way for way in ways if way.formed] or ways
    soonest = min(way.after_s for way in ways)
    near = [way for way in ways if way.after_s <= soonest + SAME_TIME_S]
    return min(near, key=lambda way: (-way.medic.skill, way.after_s, way.medic.id))


def _told_to_care(way: _Way, sent: Sequence[Sent]) -> list[Sent]:
    medic, beside, after_s = way.medic, way.beside, way.after_s
    care, mate = "subject located: bring care", medic.mate
    if beside is None:
        who = f"with {medic.medics[0]}" if medic.team or not mate else f"with {mate}"
        return [Sent(unit=medic, kind=OrderKind.MEDIC, text=f"{care}, {who}", after_s=after_s)]
    lead = next((s for s in sent if s.unit.id == beside.id), None)
    if lead is not None:
        text = f"{care}; go there with {beside.id}, who lead the scene"
        return [
            replace(lead, text=f"{lead.text}; {medic.id} goes with you", after_s=after_s),
            Sent(unit=medic, kind=OrderKind.MEDIC, text=text, after_s=after_s, beside=beside.id),
        ]
    hands = _hands_beside(beside)
    carry = f"; {hands} of you carry" if hands else ""
    text = f"subject located: join {medic.id} and go there together{carry}"
    return [
        Sent(
            unit=medic,
            kind=OrderKind.MEDIC,
            text=f"{care}; {beside.id} comes with you",
            after_s=after_s,
            beside=beside.id,
        ),
        Sent(unit=beside, kind=OrderKind.MEDIC, text=text, after_s=after_s, beside=medic.id),
    ]


def _hands_beside(team: Unit) -> int:
    """How many of a team that goes with the medic can carry: all but the medic's guard."""
    return team.people - 1 if team.people > LEAST_TEAM and not team.flies else 0


def _ways_to_go(medic: Unit, left: Sequence[Unit], sent: Sequence[Sent], between: Between) -> Iterable[_Way]:
    """The medic's ways with each who could go along: the formation's guard, else guards before others, else the team
    that leads the scene where it starts beside the medic.
    """
    if medic.people >= LEAST_TEAM:
        yield _Way(after_s=medic.to_find_s, medic=medic)
        return
    others = [u for u in left if u.id != medic.id and not u.flies and u.at_m is not None]
    mate = [u for u in others if u.id == medic.mate]
    guards = [u for u in others if Role.GUARD in u.roles and u.people < LEAST_TEAM]
    lead = _leading(sent)
    with_lead = [lead] if lead is not None and _starts_beside(lead, medic, between) else []
    for choice in (mate, [u for u in guards if u.awake_h is None], with_lead, guards, _not_medics(others), others):
        ways = [_Way(after_s=between(u, medic) + medic.to_find_s, medic=medic, beside=u) for u in choice]
        ways = [way for way in ways if way.after_s < inf]
        if ways:
            yield from ways
            return


def _starts_beside(lead: Unit, medic: Unit, between: Between) -> bool:
    """Whether a medic can go with the team that leads the scene: it has the way before it, and starts near."""
    walks = not lead.there and not lead.flies and 0 < lead.to_find_s < inf
    return walks and between(lead, medic) <= BESIDE_S


def _not_medics(units: Sequence[Unit]) -> list[Unit]:
    return [u for u in units if not u.medics]


def _carriers(
    left: Sequence[Unit], sent: Sequence[Sent], needs: FindNeeds, _between: Between
) -> tuple[list[Sent], list[str]]:
    """The nearest who can carry until there are enough, those of the scene lead's team counted."""
    lead = _leading(sent)
    if lead is not None and lead.afloat:
        return [], []  # who is taken aboard is not carried
    can = [u for u in left if not u.flies and u.to_find_s < inf and not (u.medics and u.people < LEAST_TEAM)]
    can = [u for u in can if u.people >= LEAST_TEAM or Role.CARRIER in u.roles]
    can.sort(key=lambda u: u.has is not OrderKind.CARRY)
    told, there = list[Sent](), carrying(lead) if lead is not None else 0
    there += sum(_hands_beside(s.unit) for s in sent if s.kind is OrderKind.MEDIC and s.beside)
    for unit in can:
        if there >= needs.bearers:
            break
        text = "you are with the subject: stay there and carry" if unit.there else "subject located: go there and carry"
        after_s = 0.0 if unit.there else unit.to_find_s
        told.append(Sent(unit=unit, kind=OrderKind.CARRY, text=text, after_s=after_s))
        there += unit.people
    if there >= needs.bearers:
        return told, []
    enough = f"; {needs.at_once} at the litter are enough to set out" if there >= needs.at_once > 0 else ""
    short = f"{needs.bearers - there} BEARERS SHORT: {there} of {needs.bearers} are there or on their way"
    return told, [f"{short}{enough}. Call more."]


def _backup(
    left: Sequence[Unit], _sent: Sequence[Sent], _needs: FindNeeds, _between: Between
) -> tuple[list[Sent], list[str]]:
    can = [u for u in left if u.people >= LEAST_TEAM and not u.flies and u.to_find_s < inf]
    unit = min(can, key=lambda u: (u.has is not OrderKind.BACKUP, u.to_find_s), default=None)
    if unit is None:
        return [], ["NO BACK-UP: no team is left to come to the help of those who go."]
    where = "where you are" if not unit.at_base else "at the base"
    text = f"subject located: stand by as back-up {where}, ready to go"
    return [Sent(unit=unit, kind=OrderKind.BACKUP, text=text)], []


def _watch(
    left: Sequence[Unit], _sent: Sequence[Sent], needs: FindNeeds, _between: Between
) -> tuple[list[Sent], list[str]]:
    if not needs.watch:
        return [], []
    text = "subject located: keep watch over the scene and the way there"
    crews = [u for u in left if (u.flies and not u.afloat) or (Role.LOOKOUT in u.roles and u.people >= LEAST_TEAM)]
    alone = [u for u in left if Role.LOOKOUT in u.roles and u.people < LEAST_TEAM]
    pair = sorted(alone, key=lambda u: u.awake_h is not None)[:LEAST_TEAM]
    told = crews[:1] or (pair if len(pair) == LEAST_TEAM else [])
    if not told:
        return [], ["NO LOOKOUTS: nobody is left, two together or a crew that flies, for the hazards that are marked."]
    said = [f"{u.id} HAS BEEN AWAKE {u.awake_h:.0f} h and keeps watch: have them relieved." for u in told if u.awake_h]
    return [Sent(unit=unit, kind=OrderKind.WATCH, text=text) for unit in told], said


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
