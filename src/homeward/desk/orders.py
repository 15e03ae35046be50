"""The verbs by which teams are told what to do, called back, and answer; and who has not answered yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.facts import check_on_map
from homeward.desk.scenarios import one_of
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.exchange.rescue_words import order_words
from homeward.geo import Place, format_place, parse_place
from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.muster import CallAnswer
from homeward.mission.people import Order, OrderAcknowledged, OrderKind, OrdersGiven


@again_if_grown
def recall(path: Path, place: str | None = None, *, why: str = "", at: str | None = None) -> Answer:
    """Calls everybody back: an order to every team and to every person without one, to be acknowledged.

    To `place`, else the meeting point, else the base. `why` is read by everybody. Who leads, treats or carries at a
    casualty that was not handed over yet is told of the recall and to stay, and it is said.
    """
    with opened(path) as book:
        where = _back_to(book, place)
        names = everybody(book.mission)
        if not names:
            raise NotYet("Nobody is here to be recalled. Register teams and people first: homeward team, person.")
        staying = with_casualties(book.mission)
        names = tuple(name for name in names if name not in staying)
        back = tuple(Order(to=name, kind=OrderKind.RECALL, place=where) for name in names)
        stay = tuple(_staying(book.mission, name, casualty) for name, casualty in staying.items())
        book.write(OrdersGiven(orders=(*back, *stay), because=why.strip()), at=when_told(book, at))
        mission, rows = book.mission, order_rows(book.mission, now=clock.now())
    signal = f" Recall signal: {mission.crew.signals.recall}." if mission.crew.signals else ""
    lines = [f"RECALL: everybody back to {where}, {format_place(where, 'mgrs')}.{signal}"]
    lines.append(f"  To {', '.join(f'{name}{_radio(mission, name)}' for name in names) or 'nobody'}.")
    if staying:
        whom = "; ".join(f"{name} (casualty {one})" for name, one in staying.items())
        lines.append(f"NOT HANDED OVER YET: {whom} are told to stay. To call one back: homeward order {_BACK}.")
    lines.append("Each acknowledges: homeward ack MISSION NAME --eta TIME. Who has not: homeward order MISSION.")
    return Answer(
        text="\n".join(lines),
        data={
            "to": list(names),
            "staying": staying,
            "lat_deg": where.lat_deg,
            "lon_deg": where.lon_deg,
            "why": why,
            "orders": rows,
        },
    )


@again_if_grown
def order(
    path: Path, to: Sequence[str] | str, kind: str, *, text: str = "", place: str | None = None, at: str | None = None
) -> Answer:
    """Tells teams, or people without one, what to do. `kind` is an `OrderKind`, `text` replaces its words."""
    which = one_of("kind of order", kind.strip().replace("-", " "), OrderKind)
    with opened(path) as book:
        names = _addressed(book, [to] if isinstance(to, str) else to)
        where = None
        if place is not None:
            where = parse_place(place)
            check_on_map(book, where, f"The place of the order, {where},")
        orders = tuple(Order(to=name, kind=which, text=text.strip(), place=where) for name in names)
        book.write(OrdersGiven(orders=orders), at=when_told(book, at))
        lines = [f"{', '.join(f'{n}{_radio(book.mission, n)}' for n in names)}: {order_words(orders[0])}."]
    return Answer(text="\n".join(lines), data={"orders": [{"to": o.to, "kind": o.kind.value} for o in orders]})


@again_if_grown
def acknowledge(path: Path, by: str, *, eta: str | None = None, said: str = "", at: str | None = None) -> Answer:
    """A team or person acknowledges its latest order, says when it will be there, and anything else in its words."""
    with opened(path) as book:
        crew, zone, now = book.mission.crew, book.mission.time_zone, clock.now()
        if by not in crew.orders:
            known = by in everybody(book.mission) or by in book.mission.crew.people
            if known:
                raise BadInput(f"{by} has no order to acknowledge. Give it one first: homeward order MISSION.")
            raise UnknownName("team or person with an order", by, crew.orders)
        when = when_told(book, at)
        given = crew.orders[by].at
        if when is not None and when < given:
            raise BadInput(
                f"{by} got its order at {clock.show_time(given, zone)}, after {at}. Check when it acknowledged."
            )
        there = None if eta is None else clock.read_time(eta, time_zone=zone, now=now, tense="future")
        if there is not None and there < given:
            raise BadInput(f"{eta!r} is before the order was given. Give the time when {by} will be there.")
        if there is not None and there < (when or now) - timedelta(minutes=1):
            raise BadInput(f"{eta!r} lies in the past. Give the time when {by} will be there, such as +20min.")
        book.write(OrderAcknowledged(by=by, eta=there, said=said), at=when)
        open_ = [row["to"] for row in unanswered(order_rows(book.mission, now=now))]
    there_words = f", there at {clock.show_time(there, zone, day=False)}" if there else ""
    left = f"Not yet: {', '.join(open_)}." if open_ else "Everybody has acknowledged."
    return Answer(
        text=f"{by} has acknowledged{there_words}. {left}",
        data={"by": by, "eta": there.isoformat() if there else None, "open": open_},
    )


def list_orders(path: Path, *, personal: bool = False) -> Answer:
    """The latest order of everybody, who has acknowledged, and who has not answered for how long."""
    with opened(path, read_only=True) as book:
        mission, now = book.mission, clock.now()
        rows = order_rows(mission, now=now, personal=personal)
        untold = _untold(mission)
    zone = mission.time_zone
    open_ = unanswered(rows)
    lines = [_line(row, zone) for row in rows] or ["No orders yet: homeward order MISSION TO KIND, homeward recall."]
    if open_:
        names = ", ".join(f"{row['to']} ({row['waiting_min']:.0f} min)" for row in open_)
        lines.append(f"NOT ANSWERED: {names}.")
    elif rows:
        lines.append("Everybody has acknowledged.")
    if untold:
        lines.append(f"Came after the recall, and not called back: {', '.join(untold)}.")
    return Answer(
        text="\n".join(lines), data={"orders": rows, "open": [row["to"] for row in open_], "not_recalled": untold}
    )


def everybody(mission: Mission) -> tuple[str, ...]:
    """Who gets orders: every team, and every person who belongs to none that is here, or got an order apart from it."""
    crew = mission.crew
    apart = (who.id for who in crew.people.values() if who.team not in mission.teams or who.id in crew.orders)
    return (*mission.teams, *apart)


def _staying(mission: Mission, name: str, casualty: str) -> Order:
    """What somebody with a casualty hears when the others are recalled; what was ordered before still holds."""
    text = f"everybody else is recalled: stay with casualty {casualty} and say what you need"
    return replace(mission.crew.orders[name].event, text=text)


def with_casualties(mission: Mission) -> dict[str, str]:
    """Who leads, treats or carries at a casualty that was not handed over yet, and which, by name."""
    open_ = {f.event.casualty for f in mission.open_finds}
    finds = {f.entry: f.event.casualty for f in mission.finds if f.event.casualty in open_}
    return {
        name: finds[given.event.find]
        for name, given in mission.crew.orders.items()
        if given.event.kind in AT_FIND and given.event.find in finds and name in everybody(mission)
    }


AT_FIND = (OrderKind.LEAD, OrderKind.MEDIC, OrderKind.CARRY)
"""The orders that take people to a find."""
_BACK = "MISSION NAME recall"


def order_rows(mission: Mission, *, now: datetime, personal: bool = False) -> list[dict[str, Any]]:
    """The latest order of everybody who is still here, as data; what was `said` in answer only where asked for."""
    here, rows = everybody(mission), []
    for name, given in mission.crew.orders.items():
        if name not in here:
            continue
        answer = mission.crew.acknowledged.get(name)
        place = given.event.place
        row = {
            "to": name,
            "kind": given.event.kind.value,
            "says": order_words(given.event),
            "place": [place.lat_deg, place.lon_deg] if place else None,
            "arrives": given.event.arrives.isoformat() if given.event.arrives else None,
            "given": given.at.isoformat(),
            "acknowledged": answer.at.isoformat() if answer else None,
            "answered_call": (came := _came(mission, name, given)) or _answered_call(mission, name, given),
            "came": came,
            "eta": answer.event.eta.isoformat() if answer and answer.event.eta else None,
            "waiting_min": None if answer else max((now - given.at).total_seconds() / 60, 0.0),
        }
        rows.append(row | ({"said": answer.event.said if answer else ""} if personal else {}))
    return rows


def unanswered(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The orders that nobody has acknowledged, less those that went out with a call that was answered."""
    return [row for row in rows if row["acknowledged"] is None and not row["answered_call"]]


# --- what is behind them ----------------------------------------------------------------------------------


def _answered_call(mission: Mission, name: str, given: Happened[Order]) -> bool:
    """Whether the order went out with a call to come in and its answer was understood; a recall since is another."""
    calls = {call for call, at in _calls(mission, given) if at == given.at}
    return any(
        one.event.person == name and one.event.answer is not CallAnswer.UNREAD and one.event.callout in calls
        for one in mission.muster.answers
    )


def _came(mission: Mission, name: str, given: Happened[Order]) -> bool:
    """Whether the order went out with a call to come in, and whom it was for has signed in since."""
    been = (mission.muster.here.get(name), mission.muster.gone.get(name))
    came = any(one is not None and one.at >= given.at for one in been)
    return came and any(at == given.at for _, at in _calls(mission, given))


def _calls(mission: Mission, given: Happened[Order]) -> list[tuple[str, datetime]]:
    """The calls and their waves, with their times, where the order is one to come back."""
    if given.event.kind is not OrderKind.RECALL:
        return []
    first = [(call, happened.at) for call, happened in mission.muster.callouts.items()]
    return [*first, *((one.event.callout, one.at) for one in mission.muster.waves)]


def _back_to(book: Book, place: str | None) -> Place:
    if place is not None:
        where = parse_place(place)
        check_on_map(book, where, f"The place to come back to, {where},")
        return where
    mission = book.mission
    if mission.crew.rally is not None:
        return mission.crew.rally.event.place
    if mission.base is not None:
        return mission.base
    raise NotYet("There is no place to come back to. Name one, or set it: homeward rally MISSION, homeward base.")


def _addressed(book: Book, to: Sequence[str]) -> tuple[str, ...]:
    """The teams and people named; "everybody" for all. Somebody in a team is reached through it."""
    mission, here = book.mission, everybody(book.mission)
    named = [name.strip() for name in to if name.strip()]
    if not named:
        raise BadInput("The order goes to nobody. Name a team, a person, or everybody.")
    if [name.lower() for name in named] == ["everybody"] and "everybody" not in here:
        return here
    for name in named:
        if name in here:
            continue
        if name in mission.crew.people:
            team = mission.crew.people[name].team
            raise BadInput(f"{name} is with team {team}. Give the order to the team, or move {name} out of it first.")
        raise UnknownName("team or person", name, here)
    return tuple(dict.fromkeys(named))


def _untold(mission: Mission) -> list[str]:
    """Who came after everybody was recalled, where the recall is still what most were told last."""
    told = {name for name, given in mission.crew.orders.items() if given.event.kind is OrderKind.RECALL}
    return [name for name in everybody(mission) if name not in mission.crew.orders] if told else []


def _radio(mission: Mission, name: str) -> str:
    team = mission.teams.get(name)
    return f" ({team.radio})" if team is not None and team.radio else ""


def _line(row: dict[str, Any], zone: str) -> str:
    given = clock.show_time(datetime.fromisoformat(row["given"]), zone, day=False)
    answer = "NO ANSWER"
    if row["acknowledged"]:
        answer = f"acknowledged {clock.show_time(datetime.fromisoformat(row['acknowledged']), zone, day=False)}"
    elif row["answered_call"]:
        answer = "has come" if row["came"] else "answered the call"
    if row["eta"]:
        answer += f", there at {clock.show_time(datetime.fromisoformat(row['eta']), zone, day=False)}"
    elif row["arrives"] and not row["answered_call"]:
        answer += f", expected {clock.show_time(datetime.fromisoformat(row['arrives']), zone, day=False)}"
    said = f"  ({row['said']})" if row.get("said") else ""
    return f"{row['to']}  {given}  {row['says']}  {answer}{said}"
