"""The verbs of the casualty that write down: who it is, what was seen and measured, what was done.

All that is told here is personal: answers show it to whoever told it, pages and papers only where asked for.
Planning support: the medic decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.facts import OLDEST
from homeward.desk.figures import read_figure
from homeward.desk.scenarios import forgotten, one_of
from homeward.errors import BadInput, UnknownName
from homeward.mission.events import SubjectFound
from homeward.mission.rescue import (
    Casualty,
    CasualtyDescribed,
    CasualtyObserved,
    CasualtyTreated,
    Consciousness,
    Consent,
    Observation,
    Treatment,
)
from homeward.rescue.triage import MEDIC_DECIDES
from homeward.rescue.vitals import check_observation, contradictions

HEAVIEST_KG: Final = 400
"""Of a casualty: ours, against slips of the pen."""


@again_if_grown
def casualty(
    path: Path,
    name: str = "1",
    *,
    injured: str | None = None,
    forget: Sequence[str] = (),
    new: bool = False,
    at: str | None = None,
    **known: Any,
) -> Answer:
    """What is known of a casualty, by its number. Fields not given stay as they were; those to `forget` are taken back.

    A casualty is one that was found, described before, or is `new`; the first needs no saying.
    `known`: `real_name`, `age_years`, `sex`, `mechanism`, `report` (what was said before anybody was there),
    `allergies`, `medication`, `next_of_kin`, `next_of_kin_informed`, `weight_kg`, `consent`, `audience`. `injured` is
    when it happened.
    """
    given = _known(known)
    with opened(path) as book:
        name = _checked_new(book, name.strip(), new=new)
        before = book.mission.rescue.casualties.get(name)
        if not given and injured is None and not forget and before is not None:
            raise BadInput(f"Nothing was said of casualty {name}. Give at least one field, such as --age 54.")
        given |= {} if injured is None else {"injured_at": when_told(book, injured)}
        described = replace(forgotten(before or Casualty(id=name.strip()), [_FIELD.get(f, f) for f in forget]), **given)
        _check_casualty(described)
        book.write(CasualtyDescribed(casualty=described), at=when_told(book, at))
        odd = early(book, described.id) if described.injured_at else []
    told = sorted(_ASKED.get(f.name, f.name) for f in fields(described)[1:] if getattr(described, f.name) not in _NONE)
    still = [words for field, words in _WANTED.items() if getattr(described, field) in _NONE]
    missing = f" Not known yet: {', '.join(still)}." if still else ""
    return Answer(
        text="\n".join(
            [
                f"Casualty {described.id} noted.{missing} {MEDIC_DECIDES}",
                *_notes([*odd, *_who_reads(described.consent, described.audience)]),
            ]
        ),
        data={"casualty": described.id, "known": told, "missing": still, "findings": odd},
    )


@again_if_grown
def observe(path: Path, *, casualty: str = "1", at: str | None = None, **seen: Any) -> Answer:
    """What was seen and measured of a casualty at one time; what was not looked at is left out.

    `seen`: the fields of an `Observation`; `findings` as "M: bleeding from the thigh", `audience` as call signs.
    """
    with opened(path) as book:
        known_casualty(book, casualty)
        observation = read_observation(casualty, seen)
        when = when_told(book, at)
        book.write(CasualtyObserved(observation=observation), at=when)
        stood = clock.show_time(book.mission.rescue.observations[-1].at, book.mission.time_zone)
        before_time = early(book, casualty, "What was seen", book.mission.rescue.observations[-1].at)
        count = sum(o.event.casualty == casualty for o in book.mission.rescue.observations)
    looked = [
        f.name for f in fields(observation) if f.name not in _NOT_SEEN and getattr(observation, f.name) != f.default
    ]
    odd = [*(str(finding) for finding in contradictions(observation)), *before_time]
    said = f"Casualty {casualty} examined, {stood}: {observation_words(observation)}. {MEDIC_DECIDES}"
    return Answer(
        text="\n".join([said, *_notes([*odd, *_who_reads(observation.consent, observation.audience)])]),
        data={"casualty": casualty, "looked_at": looked, "observations": count, "findings": odd},
    )


@again_if_grown
def treat(
    path: Path,
    what: str,
    *,
    casualty: str = "1",
    dose: str = "",
    where: str = "",
    by: str | None = None,
    consent: str | None = None,
    audience: Sequence[str] = (),
    at: str | None = None,
) -> Answer:
    """What was done for a casualty: what, the dose with its unit, where on the body, by whom."""
    if not what.strip():
        raise BadInput("The treatment has no name. Say what was done, such as tourniquet.")
    with opened(path) as book:
        known_casualty(book, casualty)
        done = Treatment(
            casualty=casualty,
            what=what.strip(),
            dose=dose,
            where=where,
            by=by,
            consent=one_of("consent", consent, Consent) if consent else None,
            audience=tuple(audience),
        )
        book.write(CasualtyTreated(treatment=done), at=when_told(book, at))
        when = book.mission.rescue.treatments[-1].at
        stood = clock.show_time(when, book.mission.time_zone)
        odd = early(book, casualty, "The treatment", when)
    words = " ".join(part for part in (done.what, done.dose, f"({done.where})" if done.where else "") if part)
    return Answer(
        text="\n".join(
            [
                f"Casualty {casualty} treated, {stood}: {words}. {MEDIC_DECIDES}",
                *_notes([*odd, *_who_reads(done.consent, done.audience)]),
            ]
        ),
        data={"casualty": casualty, "what": done.what, "dose": done.dose, "where": done.where, "findings": odd},
    )


def known_casualty(book: Book, name: str) -> Casualty:
    """A casualty that was described or found. Raises `UnknownName` for another."""
    described = book.mission.rescue.casualties
    found = {f.event.casualty for f in book.mission.finds}
    if name not in described and name not in found:
        raise UnknownName("casualty", name, {*described, *found})
    return described.get(name, Casualty(id=name))


def early(book: Book, name: str, what: str = "", when: datetime | None = None) -> list[str]:
    """What of a casualty lies before the find or the injury, as sentences; both times are kept. Without `what`: the
    find, before the injury.
    """
    injured = known_casualty(book, name).injured_at
    found = book.mission.found(name)
    found_at, zone = found[0] if found else None, book.mission.time_zone
    if when is None:
        when, what, found_at = found_at, "The find", None
    bounds = (("injury", injured), ("find", found_at))
    return [
        f"{what} at {clock.show_time(when, zone)} lies before the {of} at {clock.show_time(bound, zone)}. It is kept; "
        "check the times."
        for of, bound in bounds
        if when is not None and bound is not None and when < bound
    ]


def find_of(book: Book, name: str) -> tuple[datetime, SubjectFound] | None:
    """When a casualty was found, by the earliest report, and the find as told last; None where it was not."""
    found = book.mission.found(name)
    return None if found is None else (found[0], found[1].event)


def read_observation(casualty: str, seen: dict[str, Any]) -> Observation:
    """An observation from plain values. Raises `HomewardError` for a field that is none, or a value that cannot be."""
    allowed = {f.name for f in fields(Observation)} - {"casualty"}
    for name in seen:
        if name not in allowed:
            raise UnknownName("vital sign", name, allowed)
    given = {k: _figure(k, v) for k, v in seen.items() if v is not None and v != ()}
    if not set(given) - {"by", "consent", "audience", "certainty", "spo2_scale"}:
        raise BadInput(f"Nothing was said of casualty {casualty}. Give what was seen, such as --breathing 24 --avpu A.")
    for name, kind in (("consciousness", Consciousness), ("consent", Consent)):
        if name in given:
            word = str(given[name])
            given[name] = one_of(name, word.upper() if kind is Consciousness else word, kind)
    given["findings"] = tuple(_finding(told) for told in given.get("findings", ()))
    given["audience"] = tuple(given.get("audience", ()))
    observation = Observation(casualty=casualty, **given)
    check_observation(observation)
    return observation


def observation_words(one: Observation) -> str:
    """What an observation says, in the order of a primary survey. Personal."""
    words = [f"{letter}: {told}" for letter, told in one.findings]
    for name, yes, no in _SIGNS:
        told = getattr(one, name)
        words += [] if told is None else [yes if told else no]
    for name, words_of in _MEASURED.items():
        told = getattr(one, name)
        words += [] if told is None else [words_of.format(told)]
    return ", ".join(words) or "nothing measured"


def _known(known: dict[str, Any]) -> dict[str, Any]:
    allowed = ({f.name for f in fields(Casualty)} - {"id", "name", "injured_at"}) | {"real_name"}
    for name in known:
        if name not in allowed:
            raise UnknownName("casualty field", name, allowed)
    given = {_FIELD.get(k, k): _figure(k, v) for k, v in known.items() if v is not None and v != ()}
    if "consent" in given:
        given["consent"] = one_of("consent", given["consent"], Consent)
    if "audience" in given:
        given["audience"] = tuple(given["audience"])
    return given


def _checked_new(book: Book, name: str, *, new: bool) -> str:
    """The number of a casualty that there is, or of a new one where that is said; slips of the pen make none."""
    if not name:
        raise BadInput("The casualty has no number. Give one, such as 1.")
    there = {*book.mission.rescue.casualties, *(f.event.casualty for f in book.mission.finds)}
    if name in there or new or (not there and name == "1"):
        return name
    known = f"There is {', '.join(sorted(there))}" if there else "There is none yet; the first is 1"
    raise BadInput(f"There is no casualty {name!r}. {known}. For one more: --new, or tell the find: homeward found.")


def _figure(name: str, told: Any) -> Any:
    """A field's value, read as a number where the field is one."""
    if name not in _NUMBERS:
        return told
    number = read_figure(told, _NUMBERS[name], pressure=name == "systolic_mmhg")
    if name not in _WHOLE:
        return number
    if number != round(number):
        raise BadInput(f"{told!r} is not a whole number for {_NUMBERS[name]}. Give one.")
    return int(number)


def _who_reads(consent: Consent | None, audience: Sequence[str]) -> list[str]:
    """What a consent means, said when it is recorded."""
    if consent is None:
        return []
    also = ", ".join(audience)
    if consent is Consent.REFUSED:
        return [f"Refused: passed on to {also or 'nobody'} only." if also else "Refused: passed on to nobody."]
    others = f"besides them {also}" if also else "police, family and others not: name them with --audience"
    return [f"Read by those who treat, command and receive; {others}."]


def _notes(said: Sequence[str]) -> list[str]:
    return [f"  note: {words}" for words in said]


def _check_casualty(described: Casualty) -> None:
    if described.age_years is not None and not 0 <= described.age_years <= OLDEST:
        raise BadInput(f"That age cannot be. Give 0 to {OLDEST} years.")
    if described.weight_kg is not None and not 0 < described.weight_kg <= HEAVIEST_KG:
        raise BadInput(f"That weight cannot be. Give up to {HEAVIEST_KG} kg.")


def _finding(told: Any) -> tuple[str, str]:
    letter, colon, words = told.partition(":") if isinstance(told, str) else (told[0], ":", told[1])
    letter, words = str(letter).strip().upper(), str(words).strip()
    if not colon or not letter or not words:
        raise BadInput(
            f"{told!r} is no finding. Write a letter of MARCH or ABCDE and what was found, as in 'M: thigh bleeding'."
        )
    return letter, words


_NUMBERS: Final = {
    "age_years": "the age in years",
    "weight_kg": "the weight in kg",
    "resp_rate_pm": "breaths a minute",
    "spo2_pct": "the oxygen saturation in percent",
    "spo2_scale": "the scale of oxygen saturation",
    "pulse_pm": "the pulse a minute",
    "capillary_refill_s": "the capillary refill in seconds",
    "systolic_mmhg": "the systolic pressure in mmHg",
    "temperature_c": "the temperature in Celsius",
    "pain": "pain, 0 to 10",
}
_WHOLE: Final = frozenset({"spo2_scale", "pain"})
_NONE: Final = (None, (), "")
_NOT_SEEN: Final = frozenset({"casualty", "by", "consent", "audience"})
_FIELD: Final = {"real_name": "name", "injured": "injured_at"}
_ASKED: Final = {"name": "real_name", "injured_at": "injured"}
_WANTED: Final = {
    "age_years": "age",
    "sex": "sex",
    "mechanism": "mechanism",
    "injured_at": "when injured",
    "allergies": "allergies",
    "medication": "medication",
    "next_of_kin_informed": "next of kin informed",
}
_SIGNS: Final = (
    ("severe_bleeding", "severe bleeding", "no severe bleeding"),
    ("bleeding_controlled", "bleeding controlled", "bleeding not controlled"),
    ("penetrating", "penetrating injury", "no penetrating injury"),
    ("breathes", "breathes", "does not breathe"),
    ("breathes_after_airway", "breathes once the airway is open", "does not breathe with the airway open"),
    ("respiratory_distress", "respiratory distress", "no respiratory distress"),
    ("talks", "talks", "does not talk"),
    ("oxygen", "on oxygen", "no oxygen given"),
    ("radial_pulse", "radial pulse", "no radial pulse"),
    ("obeys", "obeys", "does not obey"),
    ("walks", "walks", "does not walk"),
    ("shivering", "shivering", "not shivering"),
    ("survivable", "likely to survive with what is here", "not likely to survive with what is here"),
    ("minor_only", "minor injuries only", "more than minor injuries"),
)
_MEASURED: Final = {
    "resp_rate_pm": "RR {:g}/min",
    "spo2_pct": "SpO2 {:g} %",
    "pulse_pm": "pulse {:g}/min",
    "capillary_refill_s": "refill {:g} s",
    "systolic_mmhg": "systolic {:g} mmHg",
    "consciousness": "ACVPU {}",
    "temperature_c": "{:g} deg C",
    "pain": "pain {}/10",
}
