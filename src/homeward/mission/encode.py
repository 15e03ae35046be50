"""Events to JSON and back. The JSON is canonical (sorted keys, no spaces), so that its hash means something."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from homeward.errors import BadInput
from homeward.mission.debriefs import Statement
from homeward.mission.events import EntryCorrected, Event
from homeward.mission.muster import Standing
from homeward.mission.nouns import PERSONAL, utc
from homeward.mission.rescue import Casualty, Observation, Treatment

KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}


def encode(event: Event) -> tuple[str, str]:
    """(kind, canonical JSON) of an event. Times come out in UTC with a `Z`.

    Raises `BadInput` for what could not be read back: a number that is not finite, a time without a zone, a field
    of the wrong type. Whole numbers in fractional fields and NumPy numbers are written as plain ones.
    """
    kind = type(event).__name__
    return kind, _text(decode(kind, _text(event)))


def decode(kind: str, text: str) -> Event:
    """The event that `encode` wrote. Unknown fields are ignored, so that a newer minor version can be read.

    Raises `BadInput` where the kind is unknown or a field does not fit.
    """
    if kind not in KINDS:
        raise BadInput(f"There is no event {kind!r} in this version of homeward. Update homeward to read it.")
    try:
        data = json.loads(text, parse_float=_finite, parse_constant=_finite)
        if kind == EntryCorrected.__name__:
            inner = dict(data["event"])
            data["event"] = decode(str(inner.pop("kind")), json.dumps(inner))
        event = _adapter(kind).validate_python(data)
    except (ValidationError, ValueError, KeyError, TypeError, RecursionError) as err:
        first = err.errors()[0] if isinstance(err, ValidationError) else {"loc": (), "msg": str(err)}
        field = ".".join(str(part) for part in first["loc"]) or "data"
        raise BadInput(f"An entry {kind} does not hold what it should: {field}: {first['msg']}.") from err
    return event  # type: ignore[no-any-return]


def _all_but_whose(noun: str, record: type, whose: str) -> tuple[str, ...]:
    return tuple(f"{noun}.{field.name}" for field in fields(record) if field.name != whose)


# What somebody writes in own words may speak of a person or of health: every such field is here, or `OPEN_FIELDS`.
PERSONAL_FIELDS: dict[str, tuple[str, ...]] = {
    "SubjectDescribed": tuple(f"subject.{name}" for name in PERSONAL),
    "ScenarioSet": ("scenario.why",),
    "ScenarioDropped": ("why",),
    "SubjectFound": ("alive", "condition", "needs"),
    "AssignmentSearched": ("note", "why"),
    "AssignmentGivenUp": ("why",),
    "TeamRegistered": ("team.why",),
    "TeamStoodDown": ("why",),
    "NumberSet": ("why",),
    "SegmentDropped": ("why",),
    "ChoiceLocked": ("lock.why",),
    "ChoiceFreed": ("why",),
    "PersonRegistered": ("person.name", "person.phone", "person.note"),
    "PersonStoodDown": ("why",),
    "HazardMarked": ("hazard.note",),
    "HazardDropped": ("why",),
    "OrderAcknowledged": ("said",),
    "CasualtyDescribed": _all_but_whose("casualty", Casualty, "id"),
    "CasualtyObserved": _all_but_whose("observation", Observation, "casualty"),
    "CasualtyTreated": _all_but_whose("treatment", Treatment, "casualty"),
    "ExitDropped": ("why",),
    "HospitalDropped": ("why",),
    "CarryOutPlanned": ("value", "bound"),
    "HandedOver": ("to", "by", "received_by"),
    "OutcomeTold": ("admitted", "outcome", "fit_to_leave", "note"),
    "QuestionRaised": ("question.id", "question.text", "question.hypotheses"),
    "QuestionDropped": ("question", "why"),
    "QuestionResolved": ("question", "hypothesis", "why"),
    "CombinationExcluded": ("combination.parts", "combination.why"),
    "StatementTaken": _all_but_whose("statement", Statement, "id"),
    "StatementWithdrawn": ("why",),
    "ReaderNamed": ("reader.public_key", "reader.salt"),  # by which a guess at the passphrase can be tried
    "StandingTold": _all_but_whose("standing", Standing, "person"),
    "SignedOut": ("to",),
    "NoticeSent": ("why",),
    "CallAnswered": ("text",),
    "CalloutEnded": ("why",),
    "MessageGiven": ("message.text",),
    "MessageAcknowledged": ("said",),
    "ThreatWarned": ("threat.text", "threat.source", "threat.motive", "threat.motives"),
    "ThreatReported": ("report.text", "report.source", "report.motives"),
    "ThreatLifted": ("why",),
    "TargetNamed": ("target.note",),
    "TargetDropped": ("why",),
    "CoverPlanned": ("made_from.seed",),
    "RosterDrawn": ("roster", "seed"),
    "EntryCorrected": ("why",),
    "EntryUndone": ("why",),
}
ALIKE = (
    "SubjectFound",
    "CasualtyDescribed",
    "CasualtyObserved",
    "CasualtyTreated",
    "OutcomeTold",
    "StatementTaken",
    "StandingTold",
)
"""Kinds of which even the fields that are set would tell something: all of theirs are blanked, the empty ones too."""

_LABEL = "what a place, a thing or a record is called on the map, on papers and over the radio"
_TOLD_ALL = "what everybody is told, so that everybody must be able to read it again"
_GROUND = "of the ground, or of where its data are from: of nobody"
OPEN_FIELDS: dict[str, str] = {
    "ClueAccepted.why": "what speaks for a clue is evidence, as the clue's own text, that everybody who searches reads",
    "ClueRefused.why": "what speaks against a clue, likewise",
    "ClueReported.clue.text": "what was found, which everybody who searches reads",
    "ClueReported.clue.areas.label": _LABEL,
    "MapMade.story.why": "made by homeward of a clue's kind and place, or of who searched and how: of nobody's reasons",
    "MapMade.story.cause": "made by homeward: the scenario, clue or search that moved the map",
    "MapMade.story.from_where": _GROUND,
    "MapMade.story.to_where": _GROUND,
    "TrackReceived.findings": "made by homeward: what of a track's file could not be used",
    "MissionOpened.name": "the mission's own name, which stands on every page and paper",
    "AreaSet.area.label": _LABEL,
    "AreaSet.area.terrain": _GROUND,
    "AreaSet.area.sources": _GROUND,
    "ScenarioSet.scenario.label": "what a scenario is called: on the map's legend, and in every plan made for it",
    "AssignmentSearched.source": "made by homeward: whether tracks or the plan say what was covered",
    "AssignmentSearched.hazards": "what a team met, which everybody who goes there after it must know",
    "AssignmentSearched.gaps": "what a team could not search, which everybody who searches must know",
    "SegmentDrawn.segment.label": _LABEL,
    "OwnPlanSet.plan.label": _LABEL,
    "BuildingLoaded.building.label": _LABEL,
    "BuildingLoaded.building.sources": _GROUND,
    "HazardMarked.hazard.label": _LABEL,
    "SignalsSet.signals.warning": _TOLD_ALL,
    "SignalsSet.signals.recall": _TOLD_ALL,
    "RallySet.text": _TOLD_ALL,
    "OrdersGiven.orders.text": _TOLD_ALL,
    "OrdersGiven.because": "why everybody was told what to do: of the ground and of signals, read out with the order",
    "CalledOut.callout.text": _TOLD_ALL,
    "ExitMarked.exit.label": _LABEL,
    "HospitalSet.hospital.label": _LABEL,
    "HospitalSet.hospital.told": "what a hospital said of its own beds and wards: of nobody who lies there",
    "TargetNamed.target.label": _LABEL,
}
"""Words that anybody may read, each with the reason for that."""


def public(event: Event) -> tuple[str, dict[str, Any]]:
    """(kind, data) of an event with everything personal blanked; the data as `encode` writes it."""
    kind, text = encode(event)
    data: dict[str, Any] = json.loads(text)
    if isinstance(event, EntryCorrected):
        inner, hidden = public(event.event)
        data["event"] = {"kind": inner, **hidden}
    for path in PERSONAL_FIELDS.get(kind, ()):
        *outer, name = path.split(".")
        holder = data
        for part in outer:
            holder = holder[part]
        if kind in ALIKE or holder.get(name) not in (None, ""):
            holder[name] = "(personal)"
    return kind, data


def canonical(data: Any) -> str:
    """JSON with sorted keys and no spaces: the same data always gives the same bytes."""
    try:
        return json.dumps(
            data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain
        )
    except (ValueError, TypeError) as err:
        raise BadInput(f"This cannot be written down as JSON: {err}. Give finite numbers and text.") from err


def _text(event: Event) -> str:
    kind = type(event).__name__
    if kind not in KINDS:
        raise BadInput(f"A {kind} is not an event. Choose one of {', '.join(KINDS)}.")
    data = _adapter(kind).dump_python(event, warnings=False)
    if isinstance(event, EntryCorrected):  # it carries another event: keep its kind beside it
        data["event"] = {"kind": type(event.event).__name__, **json.loads(_text(event.event))}
    return canonical(data)


def _plain(value: Any) -> Any:
    """What JSON has no word for: a time becomes its UTC text, a NumPy number a plain one."""
    if isinstance(value, datetime):
        return utc(value).isoformat().replace("+00:00", "Z")
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} {value!r}")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is not a finite number")
    return number


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])
