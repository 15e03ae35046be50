"""The log's sentences about people, hazards, orders and the rescue. No personal data in any of them."""

from __future__ import annotations

from typing import assert_never

from homeward.geo import format_place
from homeward.mission.people import (
    FormationMade,
    HazardDropped,
    HazardMarked,
    Order,
    OrderAcknowledged,
    OrderKind,
    OrdersGiven,
    PeopleEvent,
    Person,
    PersonRegistered,
    PersonStoodDown,
    RallySet,
    SignalsSet,
)
from homeward.mission.rescue import (
    CarryOutPlanned,
    CasualtyDescribed,
    CasualtyObserved,
    CasualtyTreated,
    ExitDropped,
    ExitMarked,
    HandedOver,
    HospitalDropped,
    HospitalSet,
    OutcomeTold,
    RescueEvent,
)


# One case per kind of event.
def people_sentence(event: PeopleEvent) -> str:  # noqa: PLR0911
    """What happened to the crew, in one sentence."""
    match event:
        case PersonRegistered():
            return f"{event.person.id} is there: {person_words(event.person)}."
        case PersonStoodDown():
            return f"{event.person} stood down."
        case HazardMarked():
            return f"Hazard {event.hazard.id} marked: {event.hazard.kind.value}{_named(event.hazard.label)}."
        case HazardDropped():
            return f"Hazard {event.hazard} is there no longer."
        case SignalsSet():
            return f"Signals: warning is {event.signals.warning}; recall is {event.signals.recall}."
        case FormationMade():
            return f"Formation for {event.phase.value} made: complete with {event.p_complete:.0%} if people drop out."
        case RallySet():
            return f"Meeting point at {format_place(event.place)}."
        case OrdersGiven():
            told = "; ".join(f"{order.to}: {order_words(order)}" for order in event.orders)
            return f"Orders{f' ({event.because})' if event.because else ''}: {told}."
        case OrderAcknowledged():
            return f"{event.by} has acknowledged."
        case _:
            assert_never(event)


# One case per kind of event.
def rescue_sentence(event: RescueEvent) -> str:  # noqa: C901, PLR0911, PLR0912
    """What happened in the rescue, in one sentence."""
    match event:
        case CasualtyDescribed():
            return f"Casualty {event.casualty.id} described."
        case CasualtyObserved():
            return f"Casualty {event.observation.casualty} examined."
        case CasualtyTreated():
            return f"Casualty {event.treatment.casualty} treated."
        case ExitMarked():
            return f"Way out to {event.exit.id} ({event.exit.kind.value}) at {format_place(event.exit.place)}."
        case ExitDropped():
            return f"Way out to {event.exit} no longer to be used."
        case HospitalSet():
            return f"Hospital {event.hospital.id}{_named(event.hospital.label)}."
        case HospitalDropped():
            return f"Hospital {event.hospital} no longer to be used."
        case CarryOutPlanned():
            return f"Carry-out of casualty {event.casualty} planned, route {event.route}."
        case HandedOver():
            if event.papers_only:
                return f"Papers of casualty {event.casualty} made."
            return f"Casualty {event.casualty} handed over."
        case OutcomeTold():
            return f"Outcome of casualty {event.casualty} told."
        case _:
            assert_never(event)


def person_words(person: Person) -> str:
    """What somebody can do, in a few words: `medic, guard, team Alpha`."""
    can = ", ".join(one.role.value for one in person.qualifications) or "no qualification told"
    return f"{can}{f', team {person.team}' if person.team else ''}"


def order_words(order: Order) -> str:
    """An order as it is read over the radio: the place as the sheets have it (MGRS), then in degrees."""
    where = f", at {format_place(order.place, 'mgrs')} ({format_place(order.place)})" if order.place else ""
    return f"{order.text or _ORDERS[order.kind]}{where}"


_ORDERS = {
    OrderKind.LEAD: "lead the scene",
    OrderKind.MEDIC: "bring care",
    OrderKind.BACKUP: "stand by as back-up",
    OrderKind.CARRY: "go and carry",
    OrderKind.WATCH: "keep watch",
    OrderKind.GO_ON: "go on",
    OrderKind.HOLD: "hold where you are",
    OrderKind.RETURN: "come back",
    OrderKind.RECALL: "everybody back now",
}


def _named(label: str) -> str:
    return f", {label}" if label else ""
