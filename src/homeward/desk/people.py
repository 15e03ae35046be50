"""The verbs that write down who is there and what each can do, what threatens them, and which signals were agreed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.facts import LONGEST_NAME, check_on_map
from homeward.desk.scenarios import forgotten, one_of
from homeward.desk.search.coverage import registered
from homeward.errors import BadInput, UnknownName
from homeward.geo import parse_place
from homeward.mission.people import (
    Person,
    PersonRegistered,
    PersonStoodDown,
    Qualification,
    Role,
    Signals,
    SignalsSet,
)

SKILLS = (1.0, 5.0)
"""The least and the most skill: 1 can do it, 5 best."""
USUAL_SKILL = 3.0
LONGEST_AWAKE_H = 96.0
"""Hours; more is a slip of the pen (ours)."""
_ROLE = re.compile(r"(?P<role>[a-z]+)(?::(?P<skill>[^:]*))?(?::(?P<until>.+))?")


@again_if_grown
def person(
    path: Path, name: str, *, roles: Sequence[str] = (), at: str | None = None, forget: Sequence[str] = (), **given: Any
) -> Answer:
    """Somebody who can be sent. `name` is a call sign; `roles` like "medic:5:2027-01-31" (skill 1-5, valid until).

    `given`: team, place, awake_since, p_present, real_name, phone, note. What is not given of somebody who is there
    already stays as it was; roles that are given stand for all the ones before.
    """
    known = {k: v for k, v in given.items() if v is not None}
    with opened(path) as book:
        name = _call_sign(book, name)
        fields = _read(book, known)
        if roles:
            fields["qualifications"] = _qualifications(roles, zone=book.mission.time_zone)
        before = book.mission.crew.people.get(name, Person(id=name))
        gone = _dropped(before, fields)
        who = replace(forgotten(before, [_forgets(f) for f in forget]), **fields)
        book.write(PersonRegistered(person=who), at=when_told(book, at))
        row = person_row(who, now=clock.now(), zone=book.mission.time_zone)
    expired = [q["role"] for q in row["roles"] if q["expired"]]
    notes = [f"Expired, and not counted: {', '.join(expired)}."] if expired else []
    notes += [f"No longer {gone}: the roles given stand for all before; give each that stays."] if gone else []
    notes += _too_long_awake(row["awake_h"])
    notes += ["No role told: nobody can be sent as anything yet. Say it with --role."] if not who.qualifications else []
    return Answer(text=" ".join([f"{name} is there: {row['says']}.", *notes]), data=row)


@again_if_grown
def stand_down_person(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """Somebody is no longer available."""
    with opened(path) as book:
        if name not in book.mission.crew.people:
            raise UnknownName("person", name, book.mission.crew.people)
        book.write(PersonStoodDown(person=name, why=why), at=when_told(book, at))
    return Answer(text=f"{name} stood down.", data={"id": name})


def list_people(path: Path, *, personal: bool = False) -> Answer:
    """Who is there, with roles, skill and when certificates expire; names and phones only where asked for."""
    with opened(path, read_only=True) as book:
        now, zone = clock.now(), book.mission.time_zone
        rows = [person_row(who, now=now, zone=zone, personal=personal) for who in book.mission.crew.people.values()]
    lines = [f"{row['id']}  {row['says']}" + _personal_words(row) for row in rows]
    empty = "Nobody is registered yet: homeward person MISSION NAME --role medic:5."
    return Answer(text="\n".join(lines or [empty]), data={"people": rows})


@again_if_grown
def signals(
    path: Path,
    *,
    warning: str | None = None,
    recall: str | None = None,
    channel: str | None = None,
    at: str | None = None,
) -> Answer:
    """The warning and recall signals that everybody must know; what is not given stays as it was."""
    given = {"warning": warning, "recall": recall, "channel": channel}
    told = {k: v.strip() for k, v in given.items() if v is not None}
    with opened(path) as book:
        before = book.mission.crew.signals
        if not told:
            return _signals_answer(before)
        fields = (asdict(before) if before else {"warning": "", "recall": "", "channel": ""}) | told
        for what in ("warning", "recall"):
            if not fields[what]:
                raise BadInput(f"The {what} signal is missing. Give it, such as --{what} {_EXAMPLES[what]!r}.")
        if fields["warning"].casefold() == fields["recall"].casefold():
            raise BadInput("Warning and recall are the same signal. Agree on two that cannot be mistaken.")
        agreed = Signals(**fields)
        book.write(SignalsSet(signals=agreed), at=when_told(book, at))
    answer = _signals_answer(agreed)
    return Answer(text=f"{answer.text} They stand on every task sheet from now on.", data=answer.data)


def person_row(who: Person, *, now: datetime, zone: str, personal: bool = False) -> dict[str, Any]:
    """Somebody as data; who it is by name only where asked for."""
    roles = [
        {
            "role": q.role.value,
            "skill": q.skill,
            "until": q.until.isoformat() if q.until else None,
            "expired": q.until is not None and q.until <= now,
        }
        for q in who.qualifications
    ]
    awake_h = None if who.awake_since is None else (now - who.awake_since).total_seconds() / 3600
    words = [", ".join(_role_words(q, now=now, zone=zone) for q in who.qualifications) or "no role told"]
    words += [f"team {who.team}"] if who.team else []
    words += [f"at {who.place}"] if who.place else []
    words += [f"awake {awake_h:.0f} h"] if awake_h is not None else []
    words += [f"there with {who.p_present:.0%}"] if who.p_present is not None else []
    row = {
        "id": who.id,
        "roles": roles,
        "team": who.team,
        "place": None if who.place is None else [who.place.lat_deg, who.place.lon_deg],
        "awake_h": awake_h,
        "p_present": who.p_present,
        "says": "; ".join(words),
    }
    return row | ({"name": who.name, "phone": who.phone, "note": who.note} if personal else {})


# --- what is behind them ----------------------------------------------------------------------------------

_FORGET = {"real_name": "name", "roles": "qualifications", "role": "qualifications", "present": "p_present"}
_EXAMPLES = {"warning": "1 long whistle", "recall": "3 long whistles"}


def _forgets(field: str) -> str:
    """The field that is meant, as the option or as the data calls it."""
    name = field.strip().lower().lstrip("-").replace("-", "_")
    return _FORGET.get(name, name)


def _too_long_awake(awake_h: float | None) -> list[str]:
    from homeward.desk.formation.case import AWAKE_LIMIT_H

    if awake_h is None or awake_h < AWAKE_LIMIT_H:
        return []
    return [f"OVER THE LIMIT of {AWAKE_LIMIT_H:g} h awake: gets no role, unless form is told --awake-limit."]


def _dropped(before: Person, fields: dict[str, Any]) -> str:
    """Roles of somebody that were not given again, in words."""
    told = {q.role for q in fields.get("qualifications", before.qualifications)}
    return ", ".join(q.role.value for q in before.qualifications if q.role not in told)


def _call_sign(book: Book, name: str) -> str:
    clean = name.strip()
    if not 0 < len(clean) <= LONGEST_NAME:
        raise BadInput(f"A call sign has 1 to {LONGEST_NAME} characters, such as 'M1'. This one has {len(clean)}.")
    if clean in book.mission.teams:
        raise BadInput(f"{clean!r} is a team already. Give the person a call sign of its own, such as '{clean} 1'.")
    return clean


def _read(book: Book, known: dict[str, Any]) -> dict[str, Any]:
    """The fields of a person as they are kept."""
    fields = dict(known)
    if "real_name" in fields:
        fields["name"] = fields.pop("real_name")
    if "team" in fields and fields["team"] not in book.mission.teams:
        registered(book, fields["team"])
        raise BadInput(f"Team {fields['team']} was stood down. Register it again, or name another team.")
    if "place" in fields:
        fields["place"] = parse_place(str(fields["place"]))
        check_on_map(book, fields["place"], f"The place {fields['place']}")
    if "awake_since" in fields:
        fields["awake_since"] = _awake_since(book, str(fields["awake_since"]))
    p = fields.get("p_present")
    if p is not None and not 0 <= p <= 1:
        raise BadInput(f"A probability of {p:g} to be there cannot be. Give 0 to 1, such as 0.8.")
    return fields


def _awake_since(book: Book, text: str) -> datetime:
    now = clock.now()
    since = clock.read_time(text, time_zone=book.mission.time_zone, now=now, tense="past")
    if since > now:
        raise BadInput(f"{text!r} lies in the future. Give the time when the person got up.")
    if now - since > timedelta(hours=LONGEST_AWAKE_H):
        raise BadInput(f"{text!r} is more than {LONGEST_AWAKE_H:g} hours ago. Check the time of getting up.")
    return since


def _qualifications(roles: Sequence[str], *, zone: str) -> tuple[Qualification, ...]:
    read = [_qualification(text, zone=zone) for text in roles]
    double = {q.role.value for q in read if sum(other.role is q.role for other in read) > 1}
    if double:
        raise BadInput(f"The role {min(double)} is told twice. Give it once, with its skill and date.")
    return tuple(read)


def _qualification(text: str, *, zone: str) -> Qualification:
    hit = _ROLE.fullmatch(text.strip().lower())
    if hit is None:
        raise BadInput(f"{text!r} is no role. Write medic, medic:5 (skill 1 to 5) or medic:5:2027-01-31 (valid until).")
    role = one_of("role", hit["role"], Role)
    return Qualification(role=role, skill=_skill(hit["skill"], text), until=_until(hit["until"], text, zone=zone))


def _skill(told: str | None, text: str) -> float:
    if not told:
        return USUAL_SKILL
    try:
        skill = float(told)
    except ValueError:
        skill = float("nan")
    low, high = SKILLS
    if not low <= skill <= high:
        raise BadInput(f"The skill {told!r} in {text!r} cannot be. Give {low:g} (can do it) to {high:g} (best).")
    return skill


def _until(told: str | None, text: str, *, zone: str) -> datetime | None:
    """The end of the day on which a certificate expires, or the time told; kept in UTC by the log."""
    if not told:
        return None
    try:
        when = datetime.fromisoformat(told.upper())
    except ValueError as err:
        raise BadInput(f"{told!r} in {text!r} is no date. Write it like medic:5:2027-01-31.") from err
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{8}", told):
        when = datetime.combine(when.date(), time(23, 59, 59))
    return when if when.tzinfo else when.replace(tzinfo=clock.zone(zone))


def _role_words(q: Qualification, *, now: datetime, zone: str) -> str:
    if q.until is not None and q.until <= now:
        return f"{q.role.value} {q.skill:g} (EXPIRED {q.until.astimezone(clock.zone(zone)):%d %b %Y})"
    return f"{q.role.value} {q.skill:g}"


def _personal_words(row: dict[str, Any]) -> str:
    told = [str(row[what]) for what in ("name", "phone", "note") if row.get(what)]
    return f"  ({'; '.join(told)})" if told else ""


def _signals_answer(agreed: Signals | None) -> Answer:
    if agreed is None:
        text = "No signals agreed yet: homeward signals MISSION --warning '1 long whistle' --recall '3 long whistles'."
        return Answer(text=text, data={"signals": None})
    channel = f" Channel: {agreed.channel}." if agreed.channel else ""
    return Answer(
        text=f"Warning signal: {agreed.warning}. Recall signal: {agreed.recall}.{channel}",
        data={"signals": asdict(agreed)},
    )
