"""The verbs of who is at the base: signing in and out, by hand or by the base's QR code, and the roll-call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.facts import LONGEST_NAME, check_on_map
from homeward.desk.readiness.call_out.links import is_sign_in
from homeward.desk.readiness.muster.case import unnamed_members
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.exchange.page_values import utc_text
from homeward.geo import parse_place
from homeward.mission import Mission
from homeward.mission.muster import RollCalled, SignedIn, SignedOut
from homeward.words import counted, named

EVERYBODY = "everybody"
MOST_HERE = 2000
"""Who can be signed in at once: ours."""
LONGEST_TO = 80
"""Letters of where somebody goes: ours."""


@again_if_grown
def sign_in(path: Path, person: str, *, guest: bool = False, place: str | None = None, at: str | None = None) -> Answer:
    """Somebody is at the base: a person, a whole team, or a `guest` who is not registered."""
    with opened(path) as book:
        where = None
        if place is not None:
            where = parse_place(place)
            check_on_map(book, where, f"The place {where}")
        names = _known_as(book.mission, person, guest=guest)
        return _signed_in(book, names, place=where, at=at)


@again_if_grown
def sign_out(path: Path, person: str, *, to: str = "", although_missing: bool = False, at: str | None = None) -> Answer:
    """Somebody has left, for home or a task (`to`); "everybody" signs all out at the end.

    Who is missing since the last roll-call is not signed out with a team or everybody but where `although_missing` says
    that somebody knows where they are; by their own name they are.
    """
    where = _where_to(to)
    with opened(path) as book:
        here = book.mission.muster.here
        if not here:
            raise NotYet("Nobody is signed in. Sign in first: homeward signin MISSION NAME.")
        name = _same_name(person.strip(), [*here, *book.mission.teams])
        names = _all_of(book.mission, name)
        if not names:
            raise UnknownName("person signed in", name, here)
        lost = [one for one in still_missing(book.mission) if _of(book.mission, one) in names]
        if lost not in ([], [name]) and not although_missing:
            raise BadInput(
                f"MISSING since the last roll-call: {named(lost)}. Find them and call the roll again, or sign a person "
                "out by name once you know where they are; or sign out all the same: --although-missing."
            )
        book.write(*(SignedOut(person=one, to=where) for one in names), at=when_told(book, at))
        left = list(book.mission.muster.here)
    rest = f"Still here: {', '.join(left)}." if left else "Nobody is left at the base: everybody is signed out."
    return Answer(text=f"{', '.join(names)} signed out. {rest}", data={"signed_out": names, "here": left})


@again_if_grown
def roll_call(path: Path, present: Sequence[str] = (), *, at: str | None = None) -> Answer:
    """Everybody signed in is called by name: who answered. Who answers and was not signed in, is now.

    "Line A=3" says that three of those members of a team answered whom nobody registered by name; "Line A" all of them.
    Without names: the list to call, and nothing is written.
    """
    told = [name.strip() for text in present for name in text.split(",") if name.strip()]
    with opened(path) as book:
        mission = book.mission
        if not told:
            return _list_to_call(mission)
        names, heads = _answered(mission, told)
        new = [name for name in names if name not in mission.muster.here]
        before = list(mission.muster.here)
        missing = tuple(name for name in _heads(mission, [*before, *new]) if name not in heads)
        called = RollCalled(present=tuple(heads), missing=missing)
        book.write(*(SignedIn(person=name) for name in new), called, at=when_told(book, at))
    lines = [f"Roll-call: {len(heads)} present of {len(heads) + len(missing)}."]
    lines += [f"MISSING: {named(missing)}. Find out where each is before anybody leaves."] if missing else []
    lines += [f"Not signed in before, and now: {', '.join(new)}."] if new else []
    lines += ["Nobody is missing."] if not missing else []
    return Answer(text="\n".join(lines), data={"present": heads, "missing": list(missing), "new": new})


def sign_in_page(path: Path, token: str) -> tuple[str, bool] | None:
    """The mission's name, and whether it is an exercise, for the page behind the base's QR code; None for a link that
    belongs to nothing.
    """
    with opened(path, read_only=True) as book:
        return (book.mission.name, book.mission.exercise) if is_sign_in(book, path, token) else None


@again_if_grown
def sign_in_by_link(path: Path, token: str, person: str, *, out: bool = False, guest: bool = False) -> Answer | None:
    """Signs in (or `out`) by the base's QR code; None for a link that belongs to nothing. Says nothing of others."""
    with opened(path) as book:
        if not is_sign_in(book, path, token):
            return None
        mission = book.mission
        known = {**mission.crew.people, **mission.muster.here}
        name = _same_name(person.strip(), known)
        if out:
            if name not in mission.muster.here:
                raise BadInput(f"{name!r} is not signed in. Check the spelling of your call sign, or ask the base.")
            book.write(SignedOut(person=name))
            return Answer(text=f"{name}: signed out. Have a safe way.", data={"signed_out": [name]})
        if name not in known and not guest:
            raise BadInput(f"{name!r} is no call sign of this mission. Check the spelling, or sign in as a guest.")
        return _signed_in(book, _known_as(mission, name, guest=guest), place=None, at=None)


def still_missing(mission: Mission) -> list[str]:
    """Who did not answer the last roll-call, and has neither been signed out nor in since."""
    if not mission.muster.roll_calls:
        return []
    last = mission.muster.roll_calls[-1]
    here = mission.muster.here
    signed = {name: here[unit].at for name in last.event.missing if (unit := _of(mission, name)) in here}
    return [name for name in last.event.missing if name in signed and signed[name] <= last.at]


def here_rows(mission: Mission) -> list[dict[str, Any]]:
    """Who is at the base since when, as data."""
    return [
        {
            "id": name,
            "since": utc_text(signed.at),
            "guest": name not in mission.crew.people and name not in mission.teams,
        }
        for name, signed in mission.muster.here.items()
    ]


# --- what is behind them ----------------------------------------------------------------------------------


def _signed_in(book: Book, names: Sequence[str], *, place: Any, at: str | None) -> Answer:
    mission = book.mission
    new = [name for name in names if name not in mission.muster.here]
    if not new:
        since = clock.show_time(mission.muster.here[names[0]].at, mission.time_zone, day=False)
        return Answer(text=f"{', '.join(names)} signed in at {since} already.", data={"signed_in": []})
    if len(mission.muster.here) + len(new) > MOST_HERE:
        raise BadInput(f"{MOST_HERE} are signed in already. Sign out those who have left first.")
    book.write(*(SignedIn(person=name, place=place) for name in new), at=when_told(book, at))
    count = len(_heads(book.mission, book.mission.muster.here))
    return Answer(
        text=f"{', '.join(new)} signed in. {counted(count, 'head')} here.", data={"signed_in": new, "here": count}
    )


def _known_as(mission: Mission, told: str, *, guest: bool) -> list[str]:
    """Whom a name stands for: a person, or a team with its registered members; a guest under the name told."""
    name = told.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(f"A name has 1 to {LONGEST_NAME} characters, such as 'M1'. This one has {len(name)}.")
    if name.casefold() == EVERYBODY:
        raise BadInput("Everybody cannot sign in at once. Name each person or team.")
    if guest:
        return [_as_guest(mission, name)]
    name = _same_name(name, [*mission.teams, *mission.crew.people, *mission.muster.here])
    if name in mission.teams:
        return [name, *(p.id for p in mission.crew.people.values() if p.team == name)]
    if name in mission.crew.people or name in mission.muster.here:
        return [name]
    try:
        raise UnknownName("person or team", name, [*mission.crew.people, *mission.teams])
    except UnknownName as err:
        raise BadInput(f"{err} A guest signs in with --guest.") from err


def _as_guest(mission: Mission, name: str) -> str:
    """The name of a guest. Raises `BadInput` for one that is registered, or is here in other letters."""
    taken = _same_name(name, [*mission.crew.people, *mission.teams])
    if taken in mission.crew.people or taken in mission.teams:
        raise BadInput(f"{taken} is registered. Sign in as {taken} without being a guest, or give another name.")
    other = _same_name(name, mission.muster.here)
    if other != name and other in mission.muster.here:
        raise BadInput(f"{other!r} is signed in. Is that the same guest? If not, give {name!r} another name.")
    return name


def _same_name(name: str, known: Iterable[str]) -> str:
    """The name as it is known, whatever its capital letters; as told where none or several are meant."""
    names = list(known)
    like = {one for one in names if one.casefold() == name.casefold()}
    return like.pop() if name not in names and len(like) == 1 else name


def _of(mission: Mission, head: str) -> str:
    """The name under which somebody is signed in: their own, or that of the team of one whom nobody registered."""
    team = head.rpartition(" +")[0]
    return team if head not in mission.muster.here and team in mission.teams else head


def _heads(mission: Mission, names: Iterable[str]) -> list[str]:
    """Everybody who is meant by the names signed in: for a team, those of its members whom nobody registered."""
    return [head for name in names for head in (unnamed_members(mission, name) if name in mission.teams else [name])]


def _answered(mission: Mission, told: Sequence[str]) -> tuple[list[str], list[str]]:
    """Who answered the roll-call: the names as they sign in, and every head of them."""
    known = list(dict.fromkeys((*mission.crew.people, *mission.muster.here, *mission.teams)))
    names, heads = list[str](), list[str]()
    for text in told:
        team, equals, count = text.rpartition("=")
        whole = _same_name(text, known)
        name = _same_name(team.strip(), mission.teams) if equals and whole not in known else whole
        if name not in known:
            raise UnknownName("person or team", name, known)
        if name in names:
            raise BadInput(f"{name!r} is named twice in the roll-call. Name each once.")
        names.append(name)
        members = _heads(mission, [name])
        if name != whole:
            if not count.strip().isdecimal() or int(count) > len(members):
                raise BadInput(f"{text!r} is no roll-call of {name}. Give 0 to {len(members)}, such as {name}=1.")
            members = members[: int(count)]
        heads += members
    return names, heads


def _all_of(mission: Mission, name: str) -> list[str]:
    here = mission.muster.here
    if name.casefold() == EVERYBODY and name not in here:
        return list(here)
    if name in mission.teams:
        return [one for one in _known_as(mission, name, guest=False) if one in here]
    return [name] if name in here else []


def _where_to(told: str) -> str:
    clean = " ".join(told.split())
    if len(clean) > LONGEST_TO:
        raise BadInput(f"Where they go has {len(clean)} letters. Say it in {LONGEST_TO} at most, such as home.")
    return clean


def _list_to_call(mission: Mission) -> Answer:
    rows = here_rows(mission)
    if not rows:
        raise NotYet("Nobody is signed in, so there is nobody to call. Sign in first: homeward signin MISSION NAME.")
    names = [row["id"] for row in rows]
    heads = _heads(mission, names)
    many = {name: len(unnamed_members(mission, name)) for name in names if name in mission.teams}
    plain = [name for name in names if name not in many]
    first = f"Call these {len(plain)} by name, then say who answered: {', '.join(plain)}."
    lines = [first] if plain else []
    lines += [f"Ask {name} how many of {n} are there, and say it as '{name}={n}'." for name, n in many.items() if n]
    return Answer(
        text="\n".join([*lines, f"{counted(len(heads), 'head')} in all."]), data={"here": rows, "heads": len(heads)}
    )
