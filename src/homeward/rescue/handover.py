"""What is told of a casualty to whoever takes over: one record, which every card and file is made from.

The record holds what one reader may know. A statement (what is known of the casualty, an observation, a treatment)
reaches those who treat and command, and whoever its audience names. Where the casualty refused to have it passed on,
it reaches those alone whom its audience names, and the reader learns that something is withheld, not what.

Planning support: the medic decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from homeward.errors import UnknownName
from homeward.geo import Place
from homeward.mission import Happened, Mission
from homeward.mission.nouns import Utc
from homeward.mission.rescue import Casualty, Consent, Observation, Treatment
from homeward.rescue.news2 import News2, news2

DAY_S = 86400.0
NEWS2_FROM_YEARS = 16  # Royal College of Physicians (2017): not for those under 16


class Reader(StrEnum):
    """Whom a hand-over is for: those who treat, those who command, the police, the family."""

    HOSPITAL = "hospital"
    COMMAND = "command"
    POLICE = "police"
    FAMILY = "family"


TREAT_OR_COMMAND = frozenset({Reader.HOSPITAL, Reader.COMMAND})
"""Who reads every statement that the casualty did not refuse to have passed on."""

REQUIRED = (
    "age/sex or id",
    "time of injury",
    "mechanism",
    "injuries found/suspected",
    "signs (time-stamped, trend)",
    "treatment given (time, dose)",
    "allergies/medication if known",
    "next of kin informed",
    "from whom / to whom, time",
)
"""What a hand-over must say, by the names of the ATMIST checklist (NHS JRCALC) with MIST and AMBO."""

SIGNS = (
    "resp_rate_pm",
    "spo2_pct",
    "pulse_pm",
    "systolic_mmhg",
    "consciousness",
    "temperature_c",
    "capillary_refill_s",
    "pain",
)
"""The fields of an `Observation` that are signs measured again and again."""

_OF = (
    ("casualty",),
    ("casualty",),
    ("casualty",),
    ("casualty", "seen"),
    ("seen",),
    ("done",),
    ("casualty",),
    ("casualty",),
    (),
)  # the statements that each of `REQUIRED` is told by

_URGENT = "MARBCHDE"  # the letters of MARCH and ABCDE, what kills first first


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An observation with its time, and the least and the most that its NEWS2 may be.

    `news2` is None where nothing of it was measured, and for a child: the score is for those of 16 and over.
    """

    at: Utc
    observation: Observation
    news2: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A treatment with its time."""

    at: Utc
    treatment: Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What a hand-over does not say: a name of `REQUIRED`, and what of it, without any value of the record."""

    name: str
    what: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.what}" if self.what else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What one reader is told of a casualty. `seen` and `done` are oldest first; all of it is personal.

    `last_seen_at` is when the missing person was last seen, `found_at` when and `found_place` where the casualty was
    found, `alive` what the find said, `first_care_at` when somebody first looked or treated, `arrives` when the
    casualty is expected, `needs` what must be ready then, `history` what was told of its health before. `casualties`
    counts those of the mission.
    `withheld`: this reader is not told everything, for of the statements `hidden` are kept back ("casualty": what is
    known of it, "seen", "done"). `place_at` is when `found_place` was told.
    """

    mission: str
    exercise: bool
    time_zone: str
    casualty: Casualty
    reader: Reader
    to: str
    by: str
    at: Utc
    last_seen_at: Utc | None = None
    found_at: Utc | None = None
    found_place: Place | None = None
    first_care_at: Utc | None = None
    arrives: Utc | None = None
    needs: str | None = None
    alive: bool | None = None
    history: str | None = None
    seen: tuple[Seen, ...] = ()
    done: tuple[Done, ...] = ()
    casualties: int = 1
    withheld: bool = False
    hidden: tuple[str, ...] = ()
    place_at: Utc | None = None

    @property
    def days_missing(self) -> float | None:
        """Days from last seen to found; None where either is not known."""
        return _days(self.last_seen_at, self.found_at)


def casualties_of(mission: Mission) -> tuple[str, ...]:
    """The ids of all casualties that somebody described, saw, treated or found, sorted."""
    rescue = mission.rescue
    seen = {o.event.casualty for o in rescue.observations} | {t.event.casualty for t in rescue.treatments}
    return tuple(sorted({*rescue.casualties, *seen, *(find.event.casualty for find in mission.finds)}))


def days_missing(mission: Mission, casualty: str) -> float | None:
    """Days from when the missing person was last seen to when the casualty was found; None where not known."""
    found = min((f.at for f in mission.finds if f.event.casualty == casualty), default=None)
    return _days(mission.ipp.seen_at if mission.ipp else None, found)


def handover_record(
    mission: Mission, casualty: str, *, at: datetime, to: str = "", by: str = "", reader: Reader = Reader.HOSPITAL
) -> Handover:
    """All that is known of a casualty; what of it `reader` may know: `for_reader`.

    `at` is the time of the hand-over: what was written down of a later time is not in it. Raises `UnknownName`.
    """
    known = casualties_of(mission)
    if casualty not in known:
        raise UnknownName("casualty", casualty, known)
    rescue = mission.rescue
    seen = [o for o in rescue.observations if o.event.casualty == casualty and o.at <= at]
    done = [t for t in rescue.treatments if t.event.casualty == casualty and t.at <= at]
    finds = [f for f in mission.finds if f.event.casualty == casualty]
    described = rescue.casualties.get(casualty, Casualty(id=casualty))
    is_subject = bool(finds) and mission.subject.count == 1 and len(known) == 1
    if is_subject:
        described = replace(
            described,
            name=described.name or mission.subject.name,
            age_years=mission.subject.age_years if described.age_years is None else described.age_years,
        )
    told = [f.event for f in reversed(finds)]
    return Handover(
        mission=mission.name,
        exercise=mission.exercise,
        time_zone=mission.time_zone,
        casualty=replace(described, report=described.report or next((f.condition for f in told if f.condition), None)),
        reader=reader,
        to=to,
        by=by,
        at=at,
        last_seen_at=mission.ipp.seen_at if mission.ipp else None,
        found_at=min((f.at for f in finds), default=None),
        found_place=finds[-1].event.place if finds else None,
        place_at=finds[-1].at if finds else None,
        first_care_at=min((*(o.at for o in seen), *(t.at for t in done)), default=None),
        needs=next((f.needs for f in told if f.needs), None),
        alive=next((f.alive for f in told if f.alive is not None), None),
        history=mission.subject.medical if is_subject else None,
        seen=_scored(seen, age_years=described.age_years),
        done=tuple(Done(at=t.at, treatment=t.event) for t in sorted(done, key=lambda h: h.at)),
        casualties=len(known),
    )


def for_reader(record: Handover) -> Handover:
    """The record without what its reader, or the place it goes to, may not know; `withheld` says whether that is any.

    What is known of the casualty is one statement: with it go history, needs and the report.
    """
    kept, whole = record.casualty, True
    if not _may_read(record, kept.consent, kept.audience):
        kept, whole = Casualty(id=kept.id), False
    seen = tuple(s for s in record.seen if _may_read(record, s.observation.consent, s.observation.audience))
    done = tuple(d for d in record.done if _may_read(record, d.treatment.consent, d.treatment.audience))
    kept_back = (
        ("casualty", not whole),
        ("seen", len(seen) < len(record.seen)),
        ("done", len(done) < len(record.done)),
    )
    hidden = tuple(name for name, less in kept_back if less)
    return replace(
        record,
        casualty=replace(kept, audience=()),
        history=record.history if whole else None,
        needs=record.needs if whole else None,
        alive=record.alive if whole else None,
        first_care_at=min((*(s.at for s in seen), *(d.at for d in done)), default=None),
        seen=seen,
        done=done,
        withheld=bool(hidden),
        hidden=hidden,
    )


def missing(record: Handover) -> tuple[Missing, ...]:
    """What of `REQUIRED` a record does not say, in that order; what is kept back from its reader is not among it.

    Nothing that the record does say is in the words.
    """
    gaps = (
        _no_identity(record.casualty),
        [""] if record.casualty.injured_at is None else [],
        [""] if not (record.casualty.mechanism or "").strip() else [],
        [""] if not injuries(record) else [],
        _no_signs(record.seen),
        _no_treatment(record.done),
        _unsaid(allergies=record.casualty.allergies, medication=record.casualty.medication),
        [""] if record.casualty.next_of_kin_informed is None else [],
        _unsaid(**{"from whom": record.by, "to whom": record.to}),
    )
    return tuple(
        Missing(name=name, what=what)
        for name, unsaid, of in zip(REQUIRED, gaps, _OF, strict=True)
        if not set(of) & set(record.hidden)
        for what in unsaid
    )


def withheld_fields(record: Handover) -> tuple[str, ...]:
    """The names of `REQUIRED` that are kept back from the record's reader, known or not: nobody sees which."""
    return tuple(name for name, of in zip(REQUIRED, _OF, strict=True) if set(of) & set(record.hidden))


def oddities(record: Handover) -> tuple[str, ...]:
    """Times of the record that cannot all be right, each as a sentence."""
    injured, found = record.casualty.injured_at, record.found_at
    pairs = (
        (found and injured and found < injured, "The find lies before the injury"),
        (found and record.last_seen_at and found < record.last_seen_at, "The find lies before last seen"),
        (record.first_care_at and injured and record.first_care_at < injured, "The first care lies before the injury"),
        (record.first_care_at and found and record.first_care_at < found, "The first care lies before the find"),
    )
    return tuple(f"{words}: one of the times is wrong." for true, words in pairs if true)


def injuries(record: Handover) -> tuple[str, ...]:
    """What was found on the casualty, each once, what kills first before the rest, then oldest first.

    Where nothing was found, what was reported as suspected.
    """
    observed = [s.observation for s in record.seen]
    told = [("M", f"severe bleeding{_controlled(observed)}")] if any(o.severe_bleeding for o in observed) else []
    told += [("M", "penetrating injury")] if any(o.penetrating for o in observed) else []
    told += [finding for o in observed for finding in o.findings if finding[1].strip()]
    found = {" ".join(words.casefold().split()): (letter, words) for letter, words in told}
    if not found and (record.casualty.report or "").strip():
        return (f"suspected: {record.casualty.report}",)
    return tuple(words for _, words in sorted(found.values(), key=lambda told: _URGENT.find(told[0])))


def having(seen: Sequence[Seen], sign: str) -> tuple[Seen, ...]:
    """The observations that have a sign (a field of `SIGNS`)."""
    return tuple(s for s in seen if getattr(s.observation, sign) is not None)


def sets_of_signs(seen: Sequence[Seen]) -> tuple[Seen, ...]:
    """The observations that have any sign at all."""
    return tuple(s for s in seen if any(getattr(s.observation, sign) is not None for sign in SIGNS))


def _days(since: datetime | None, until: datetime | None) -> float | None:
    if since is None or until is None or until < since:
        return None
    return (until - since).total_seconds() / DAY_S


def _scored(seen: Iterable[Happened[Observation]], *, age_years: float | None) -> tuple[Seen, ...]:
    adult = age_years is None or age_years >= NEWS2_FROM_YEARS
    return tuple(
        Seen(at=h.at, observation=h.event, news2=_range(news2(h.event)) if adult else None)
        for h in sorted(seen, key=lambda h: h.at)
    )


def _range(score: News2) -> tuple[int, int] | None:
    """None where it says nothing, as nothing that decides it was measured."""
    return (score.lowest, score.highest) if len(score.missing) < len(score.points) else None


def _controlled(observed: Sequence[Observation]) -> str:
    """Whether what bled severely is controlled, by the last who looked."""
    for o in reversed(observed):
        if o.bleeding_controlled is not None or o.severe_bleeding is not None:
            return ", controlled" if o.bleeding_controlled or o.severe_bleeding is False else ""
    return ""


def _may_read(record: Handover, consent: Consent | None, audience: tuple[str, ...]) -> bool:
    names = {record.reader.value, *(part.strip().casefold() for part in re.split(r"[,;]", record.to))}
    if any(one.strip().casefold() in names for one in audience):
        return True
    return consent is not Consent.REFUSED and record.reader in TREAT_OR_COMMAND


def _no_identity(casualty: Casualty) -> list[str]:
    if (casualty.name or "").strip() or (casualty.age_years is not None and casualty.sex):
        return []
    if casualty.age_years is None and not casualty.sex:
        return [""]
    return ["sex not said" if casualty.age_years is not None else "age not said"]


def _no_signs(seen: Sequence[Seen]) -> list[str]:
    sets = sets_of_signs(seen)
    if not sets:
        return [""]
    return ["only one set, so no trend"] if len(sets) == 1 else []


def _no_treatment(done: Sequence[Done]) -> list[str]:
    if not done:
        return [""]
    bare = sum(1 for d in done if not d.treatment.dose.strip())
    return [f"no dose said for {bare} of {len(done)}"] if bare else []


def _unsaid(**told: str | None) -> list[str]:
    empty = [name for name, value in told.items() if not (value or "").strip()]
    if len(empty) == len(told):
        return [""]
    return [f"{name} not said" for name in empty]
