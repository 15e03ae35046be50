"""Missions told as logs: a small text in, entries out. For the tests of every room.

One line per entry: `HH:MM  who or what  verb  key=value ...`, quoted as in a shell, `#` for remarks. The first entry
is usually `opened`, whose time zone holds for all clocks in the text, which run on from day to day. Entries are
called e1, e2, ... in order. The attachments they speak of are `ATTACHMENTS`.

    14:00  "Lost walker"  opened  time_zone=America/New_York
    14:05  ipp      set         place=36.40,-84.30  kind="last known position"  seen_at=10:30
    14:20  C1       reported    kind=bearing  place=36.42,-84.28  bearing_deg=315  range_m=3000  text="scent"
    14:25  Alpha    registered  kind=dog
    14:30  C1       refused     why="another walker"
    14:31  e5       undone
    14:32  e3       corrected   to  C1  reported  kind=point  place=36.43,-84.31  text="glove"
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from homeward.geo import Place, parse_place
from homeward.log import blob_id
from homeward.mission import Entry, Event, Mission, decode, replay
from homeward.mission.encode import canonical
from homeward.mission.events import EntryCorrected

DAY = datetime(2026, 11, 21, tzinfo=UTC)
MISSIONS = Path(__file__).parent / "mission" / "missions"

HERE = Place(36.4, -84.3)
GRID = {"crs": "EPSG:32616", "west_m": 735000, "south_m": 4025000, "cell_m": 50, "n_rows": 200, "n_cols": 200}
MADE_FROM = {"inputs_sha256": "0" * 64, "seed": 1, "version": "0.1.0"}


class Verb(NamedTuple):
    """How a line becomes an event: its kind, the record all fields go in, the field of the first word, the rest."""

    kind: str
    record: str | None = None
    named: str | None = None
    unless_given: Mapping[str, object] = {}


def attachment(what: str) -> bytes:
    """The bytes that stand for an attachment in a mission told as a log."""
    return f"the {what}".encode()


ATTACHMENTS = tuple(attachment(what) for what in ("map", "plan", "terrain", "track", "coverage", "formation"))
MAP, PLAN, TERRAIN, TRACK, COVERAGE, FORMATION = (blob_id(data) for data in ATTACHMENTS)
VERBS = {
    "opened": Verb("MissionOpened", None, "name", {"time_zone": "UTC"}),
    "area set": Verb("AreaSet", "area", None, {"label": "ground", "grid": GRID, "terrain": TERRAIN, "sources": []}),
    "base set": Verb("BaseSet", None, None, {"place": HERE}),
    "described": Verb("SubjectDescribed", "subject"),
    "ipp set": Verb("IppSet", "ipp", None, {"place": HERE, "kind": "place last seen"}),
    "thought-of": Verb("ScenarioSet", "scenario", "id"),
    "dropped": Verb("ScenarioDropped", None, "scenario"),
    "voted": Verb("ScenariosVoted", "ballot", "planner", {"rest": 0}),
    "reported": Verb("ClueReported", "clue", "id", {"kind": "point", "place": HERE, "text": "something"}),
    "accepted": Verb("ClueAccepted", None, "clue"),
    "refused": Verb("ClueRefused", None, "clue", {"why": "refused"}),
    "registered": Verb("TeamRegistered", "team", "id", {"kind": "hasty"}),
    "stood-down": Verb("TeamStoodDown", None, "team"),
    "map made": Verb("MapMade", None, None, {"map": MAP, "outside": 0.1, "story": [], "made_from": MADE_FROM}),
    "plan made": Verb(
        "PlanMade", None, None, {"plan": PLAN, "period": 1, "value": 0.5, "bound": 0.6, "made_from": MADE_FROM}
    ),
    "plan briefed": Verb("Briefed", None, None, {"plan": PLAN, "files": []}),
    "tracked": Verb("TrackReceived", None, "team", {"track": TRACK, "assignment": "1", "points": 100}),
    "searched": Verb(
        "AssignmentSearched",
        None,
        "team",
        {"coverage": COVERAGE, "assignment": "1", "pod": 0.5, "pos": 0.1, "source": "planned"},
    ),
    "drawn": Verb("SegmentDrawn", "segment", "id", {"ring": [HERE, Place(36.41, -84.3), Place(36.41, -84.29)]}),
    "erased": Verb("SegmentDropped", None, "segment"),
    "locked": Verb("ChoiceLocked", "lock", "id"),
    "freed": Verb("ChoiceFreed", None, "lock"),
    "seen": Verb("TeamSeen", None, "team", {"place": HERE}),
    "begun": Verb("AssignmentBegun", None, "team", {"plan": PLAN}),
    "gave-up": Verb("AssignmentGivenUp", None, "team", {"plan": PLAN}),
    "found": Verb("SubjectFound", None, None, {"place": HERE}),
    "handed-over": Verb("HandedOver", None, "casualty", {"to": "County", "record": FORMATION}),
    "came": Verb("PersonRegistered", "person", "id"),
    "left": Verb("PersonStoodDown", None, "person"),
    "threatens": Verb("HazardMarked", "hazard", "id", {"kind": "people", "place": HERE, "radius_m": 300}),
    "passed": Verb("HazardDropped", None, "hazard"),
    "signals set": Verb("SignalsSet", "signals", None, {"warning": "1 long whistle", "recall": "3 long whistles"}),
    "formation made": Verb(
        "FormationMade",
        None,
        None,
        {"formation": FORMATION, "phase": "search", "value": 9, "bound": 9, "p_complete": 0.9, "made_from": MADE_FROM},
    ),
    "rally set": Verb("RallySet", None, None, {"place": HERE}),
    "ordered": Verb("OrdersGiven", "orders", "to", {"kind": "recall"}),
    "acknowledged": Verb("OrderAcknowledged", None, "by"),
    "asked": Verb("QuestionRaised", "question", "id", {"text": "where?", "about": "where", "hypotheses": []}),
    "answered-by": Verb("QuestionResolved", None, "question"),
    "said": Verb("StatementTaken", "statement", "id"),
    "taken-back": Verb("StatementWithdrawn", None, "statement"),
    "standing": Verb("StandingTold", "standing", "person"),
    "called": Verb("CalledOut", "callout", "id"),
    "called-off": Verb("CalloutEnded", None, "callout"),
    "answers": Verb("CallAnswered", None, "person", {"callout": "C1", "answer": "yes"}),
    "signed-in": Verb("SignedIn", None, "person"),
    "signed-out": Verb("SignedOut", None, "person"),
    "messaged": Verb("MessageGiven", "message", "id", {"to": ["Alpha"], "text": "river rising"}),
    "read-by": Verb("MessageAcknowledged", None, "message", {"by": "M1"}),
    "issued": Verb("BriefingIssued", None, "briefing", {"files": []}),
    "understood-by": Verb("BriefingRead", None, "briefing"),
    "warned": Verb("ThreatWarned", "threat", "id", {"quantiles_d": [[0.1, 7], [0.5, 30]]}),
    "warned-again": Verb("ThreatReported", "report", "id"),
    "lifted": Verb("ThreatLifted", None, "threat"),
    "happened": Verb("ThreatCame", None, "threat"),
    "named": Verb("TargetNamed", "target", "id", {"place": HERE, "value": 10}),
    "given-up": Verb("TargetDropped", None, "target"),
    "undone": Verb("EntryUndone", None, "entry"),
}


def told(text: str) -> list[Entry]:
    """The entries of a mission told as a log."""
    lines = [words for line in text.splitlines() if (words := shlex.split(line, comments=True))]
    zone, now, entries = "UTC", DAY, list[Entry]()
    for words in lines:
        fields = _fields(words)
        zone = fields.get("time_zone", zone)
        now = at(words[0], zone=zone, after=now)
        event = _event(words[1:], zone=zone, now=now)
        entries.append(Entry(id=f"e{len(entries) + 1}", at=now, by="tester", device="laptop", event=event))
    return entries


def mission_of(text: str) -> Mission:
    """What a mission told as a log adds up to."""
    return replay(told(text))


def lost_walker() -> list[Entry]:
    """The entries of `missions/lost_walker.txt`: a whole small mission, from the call to the find."""
    return told((MISSIONS / "lost_walker.txt").read_text(encoding="utf-8"))


def at(clock: str, *, zone: str = "UTC", after: datetime = DAY) -> datetime:
    """HH:MM in a time zone, on the day of `after` or the next one, in UTC."""
    hours, minutes = (int(part) for part in clock.split(":"))
    when = after.astimezone(ZoneInfo(zone)).replace(hour=hours, minute=minutes)
    return (when if when >= after else when + timedelta(days=1)).astimezone(UTC)


def _event(words: list[str], *, zone: str, now: datetime) -> Event:
    who, verb, *rest = words
    if verb == "corrected":  # e3 corrected to C1 reported ...
        return EntryCorrected(entry=who, event=_event(rest[1:], zone=zone, now=now))
    kind, record, named, unless_given = VERBS.get(verb) or VERBS[f"{who} {verb}"]
    given = {name: _value(name, value, zone=zone, now=now) for name, value in _fields(words).items()}
    data = {**unless_given, **({named: who} if named else {}), **given}
    if record == "orders":  # one order, or the same to several: Alpha,Bravo ordered kind=recall
        return decode(kind, canonical({record: [{**data, "to": to} for to in who.split(",")]}))
    return decode(kind, canonical({record: data} if record else data))


def _fields(words: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words if "=" in word)


def _pairs(value: str) -> list[tuple[str, str, str]]:
    return [pair.partition(":") for pair in value.split(",")]


def _value(name: str, value: str, *, zone: str, now: datetime) -> object:
    if name in ("place", "base"):
        return parse_place(value)
    if name in ("points", "letters") and ":" in value:  # lost:60,injured:30
        return [pair.split(":") for pair in value.split(",")]
    if name == "qualifications":  # medic:5,guard:3
        return [{"role": role, "skill": float(skill or 3)} for role, _, skill in _pairs(value)]
    if name in ("starts", "ends", "eta"):
        return at(value, zone=zone, after=now)
    if name in ("seen_at", "said_at", "came_at"):  # the last time that the clock stood so
        return at(value, zone=zone, after=now - timedelta(days=1))
    return value
