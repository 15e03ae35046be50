"""From the log to the mission: `replay(entries) -> Mission`. Nothing else knows what the state is.

Replay never fails on entries that decode: what cannot be (a refused clue that nobody reported, an undo of nothing)
becomes a finding, and the rest counts. Corrections and undos are settled first, then each entry is applied in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from homeward.errors import Finding
from homeward.geo import Place
from homeward.mission.choices import ChoiceFreed, ChoiceLocked, OwnPlanSet, SegmentDrawn, SegmentDropped
from homeward.mission.debriefs import DebriefEvent, Debriefs, debriefs_after
from homeward.mission.events import (
    AreaSet,
    AssignmentBegun,
    AssignmentGivenUp,
    AssignmentSearched,
    BaseSet,
    Briefed,
    ClueAccepted,
    ClueRefused,
    ClueReported,
    Entry,
    EntryCorrected,
    EntryUndone,
    Event,
    IppSet,
    MapMade,
    MissionOpened,
    NumberSet,
    PartEvent,
    PlanMade,
    ScenarioDropped,
    ScenarioSet,
    ScenariosVoted,
    SubjectDescribed,
    SubjectFound,
    TeamRegistered,
    TeamSeen,
    TeamStoodDown,
    TrackReceived,
    WeatherSet,
)
from homeward.mission.happened import Happened, less
from homeward.mission.indoor import Building, BuildingLoaded, IndoorPlanMade, Reading, ReadingTaken, RoomSearched
from homeward.mission.muster import Muster, MusterEvent, muster_after
from homeward.mission.nouns import (
    Area,
    Ballot,
    Clue,
    Ipp,
    Lock,
    OwnPlan,
    OwnSegment,
    Scenario,
    Subject,
    Team,
    Weather,
)
from homeward.mission.people import Crew, OrdersGiven, PeopleEvent, crew_after
from homeward.mission.positions import differing
from homeward.mission.readiness import Readiness, readiness_after
from homeward.mission.rescue import Rescue, RescueEvent, rescue_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Mission:
    """The state of a mission: what the entries so far add up to."""

    name: str = ""
    time_zone: str = "UTC"
    exercise: bool = False
    opened_at: datetime | None = None
    area: Area | None = None
    areas: tuple[Happened[Area], ...] = ()
    base: Place | None = None
    subject: Subject = field(default_factory=Subject)
    ipp: Ipp | None = None
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    ballots: Mapping[str, Ballot] = field(default_factory=dict)
    clues: Mapping[str, Happened[Clue]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    teams: Mapping[str, Team] = field(default_factory=dict)
    maps: tuple[Happened[MapMade], ...] = ()
    plans: tuple[Happened[PlanMade], ...] = ()
    briefed: tuple[Happened[Briefed], ...] = ()
    tracks: tuple[Happened[TrackReceived], ...] = ()
    searches: tuple[Happened[AssignmentSearched], ...] = ()
    weather: Weather = field(default_factory=Weather)
    numbers: Mapping[str, NumberSet] = field(default_factory=dict)
    segments: Mapping[str, OwnSegment] = field(default_factory=dict)
    locks: Mapping[str, Lock] = field(default_factory=dict)
    own_plan: OwnPlan | None = None
    seen: Mapping[str, Happened[Place]] = field(default_factory=dict)
    begun: tuple[Happened[AssignmentBegun], ...] = ()
    given_up: tuple[Happened[AssignmentGivenUp], ...] = ()
    buildings: Mapping[str, Building] = field(default_factory=dict)
    readings: tuple[Happened[Reading], ...] = ()
    rooms_searched: tuple[Happened[RoomSearched], ...] = ()
    indoor_plans: tuple[Happened[IndoorPlanMade], ...] = ()
    finds: tuple[Happened[SubjectFound], ...] = ()
    crew: Crew = field(default_factory=Crew)
    rescue: Rescue = field(default_factory=Rescue)
    debriefs: Debriefs = field(default_factory=Debriefs)
    muster: Muster = field(default_factory=Muster)
    readiness: Readiness = field(default_factory=Readiness)
    findings: tuple[Finding, ...] = ()

    @property
    def map(self) -> Happened[MapMade] | None:
        """The map in force: the latest made."""
        return self.maps[-1] if self.maps else None

    @property
    def plan(self) -> Happened[PlanMade] | None:
        """The plan in force: the latest made."""
        return self.plans[-1] if self.plans else None

    @property
    def find(self) -> Happened[SubjectFound] | None:
        """The latest find."""
        return self.finds[-1] if self.finds else None

    def found(self, casualty: str) -> tuple[datetime, Happened[SubjectFound]] | None:
        """When a casualty was found, by the earliest report, and the report told last; None where it was not."""
        told = [f for f in self.finds if f.event.casualty == casualty]
        return (min(f.at for f in told), told[-1]) if told else None

    @property
    def open_finds(self) -> tuple[Happened[SubjectFound], ...]:
        """The report told last of each casualty that was found and not handed over yet, in the order of the finds."""
        over = {done.event.casualty for done in self.rescue.handed_over}
        return tuple({f.event.casualty: f for f in self.finds if f.event.casualty not in over}.values())

    @property
    def counting_clues(self) -> tuple[Happened[Clue], ...]:
        """The clues that are neither refused nor held, oldest first."""
        return tuple(c for name, c in self.clues.items() if name not in self.refused and name not in self.held)


def replay(entries: Iterable[Entry]) -> Mission:
    """The mission that a log's entries, oldest first, add up to."""
    settled, findings = settle(list(entries))
    mission = Mission(findings=findings)
    for happened in settled:
        mission = after(mission, happened)
    return mission


def extended(mission: Mission, entries: Sequence[Entry], *, known: int) -> Mission:
    """`replay(entries)`, where `mission` is the replay of the first `known` of them: only the others are applied.

    An undo or a correction reaches back to what was applied before it: where one is among the others, all is replayed.
    """
    new = entries[known:]
    if any(isinstance(entry.event, EntryUndone | EntryCorrected) for entry in new):
        return replay(entries)
    for entry in new:
        mission = after(mission, Happened(entry.at, entry.id, entry.event))
    return mission


def counting(entries: Sequence[Entry]) -> set[str]:
    """The ids of the entries that count: those in force, and the undos and corrections that are not undone."""
    undone: set[str] = set()
    ids: set[str] = set()
    for entry in reversed(entries):
        if entry.id not in undone:
            ids.add(entry.id)
            if isinstance(entry.event, EntryUndone):
                undone.add(entry.event.entry)
    return ids


def settle(entries: Sequence[Entry]) -> tuple[list[Happened[Event]], tuple[Finding, ...]]:
    """The entries that count once corrections and undos are applied, and what could not be applied.

    Read from the newest back, so that what changes an entry is known before the entry is reached: an undo or
    correction that is itself undone has no effect, the latest of several corrections counts, and an undone entry
    stays undone whatever corrects it. A correction of a correction says anew what the first entry should be.
    """
    position = {entry.id: i for i, entry in enumerate(entries)}
    undone: set[str] = set()
    instead: dict[str, Event] = {}
    kept: list[Happened[Event]] = []
    findings: list[Finding] = []
    for i in range(len(entries) - 1, -1, -1):
        entry = entries[i]
        if entry.id in undone:
            continue
        event = _corrected(entry.event, instead.get(entry.id))
        if not isinstance(event, EntryUndone | EntryCorrected):
            kept.append(Happened(entry.at, entry.id, event))
        elif position.get(event.entry, i) >= i:
            findings.append(Finding(f"entry {entry.id}", f"refers to entry {event.entry}, which is not before it"))
        elif isinstance(event, EntryUndone):
            undone.add(event.entry)
        else:
            instead.setdefault(event.entry, event.event)
    return kept[::-1], tuple(findings[::-1])


def _corrected(event: Event, new: Event | None) -> Event:
    """What an entry says once corrected: `new`; where it was a correction itself, the same one with `new` in it."""
    if new is None:
        return event
    if isinstance(event, EntryCorrected) and not isinstance(new, EntryCorrected | EntryUndone):
        return replace(event, event=new)
    return new


# One case per kind of event, each a line or two; splitting it would only hide which one is missing.
def after(mission: Mission, happened: Happened[Event]) -> Mission:  # noqa: C901, PLR0911, PLR0912
    """The mission after one more event. Pure; a new kind of event without a case here is a type error.

    Corrections and undos change nothing here: `settle` has dealt with them.
    """
    at, entry, event = happened.at, happened.entry, happened.event
    # Long: one case per kind of event, each a line or two.
    match event:
        case MissionOpened():
            return replace(mission, name=event.name, time_zone=event.time_zone, exercise=event.exercise, opened_at=at)
        case AreaSet():
            return replace(mission, area=event.area, areas=(*mission.areas, Happened(at, entry, event.area)))
        case BaseSet():
            return replace(mission, base=event.place)
        case SubjectDescribed():
            return replace(mission, subject=event.subject)
        case IppSet():
            return replace(mission, ipp=event.ipp)
        case ScenarioSet():
            return replace(mission, scenarios={**mission.scenarios, event.scenario.id: event.scenario})
        case ScenarioDropped():
            if event.scenario not in mission.scenarios:
                return _noted(mission, entry, f"drops scenario {event.scenario}, which nobody thought of")
            return replace(mission, scenarios=less(mission.scenarios, event.scenario))
        case ScenariosVoted():
            return replace(mission, ballots={**mission.ballots, event.ballot.planner: event.ballot})
        case ClueReported():
            return _with_clue(mission, at, entry, event)
        case ClueAccepted() | ClueRefused():
            return _clue_decided(mission, entry, event)
        case TeamRegistered():
            return replace(mission, teams={**mission.teams, event.team.id: event.team})
        case TeamStoodDown():
            if event.team not in mission.teams:
                return _noted(mission, entry, f"stands down team {event.team}, which nobody registered")
            return replace(mission, teams=less(mission.teams, event.team))
        case MapMade():
            return replace(mission, maps=(*mission.maps, Happened(at, entry, event)))
        case PlanMade():
            return replace(mission, plans=(*mission.plans, Happened(at, entry, event)))
        case Briefed():
            return replace(mission, briefed=(*mission.briefed, Happened(at, entry, event)))
        case TrackReceived():
            return replace(mission, tracks=(*mission.tracks, Happened(at, entry, event)))
        case AssignmentSearched():
            return replace(mission, searches=(*mission.searches, Happened(at, entry, event)))
        case SubjectFound():
            return replace(mission, finds=(*mission.finds, Happened(at, entry, event)))
        case WeatherSet():
            return replace(mission, weather=event.weather)
        case NumberSet():
            return replace(mission, numbers={**less(mission.numbers, event.number), **_set_number(event)})
        case SegmentDrawn():
            return replace(mission, segments={**mission.segments, event.segment.id: event.segment})
        case SegmentDropped():
            if event.segment not in mission.segments:
                return _noted(mission, entry, f"drops segment {event.segment}, which nobody drew")
            return replace(mission, segments=less(mission.segments, event.segment))
        case ChoiceLocked():
            return replace(mission, locks={**mission.locks, event.lock.id: event.lock})
        case ChoiceFreed():
            if event.lock not in mission.locks:
                return _noted(mission, entry, f"frees lock {event.lock}, which nobody set")
            return replace(mission, locks=less(mission.locks, event.lock))
        case OwnPlanSet():
            return replace(mission, own_plan=event.plan)
        case TeamSeen():
            return replace(mission, seen={**mission.seen, event.team: Happened(at, entry, event.place)})
        case AssignmentBegun():
            return replace(mission, begun=(*mission.begun, Happened(at, entry, event)))
        case AssignmentGivenUp():
            return replace(mission, given_up=(*mission.given_up, Happened(at, entry, event)))
        case BuildingLoaded():
            return replace(mission, buildings={**mission.buildings, event.building.id: event.building})
        case ReadingTaken():
            return replace(mission, readings=(*mission.readings, Happened(at, entry, event.reading)))
        case RoomSearched():
            return replace(mission, rooms_searched=(*mission.rooms_searched, Happened(at, entry, event)))
        case IndoorPlanMade():
            return replace(mission, indoor_plans=(*mission.indoor_plans, Happened(at, entry, event)))
        case EntryCorrected() | EntryUndone():
            return mission
        case _:
            return _of_a_part(mission, Happened(at, entry, event))


def _of_a_part(mission: Mission, happened: Happened[PartEvent]) -> Mission:
    """The mission after one more event of the parts that keep a state of their own."""
    at, entry, event = happened.at, happened.entry, happened.event
    if isinstance(event, OrdersGiven):
        counting = {find.entry for find in mission.finds}  # an order ends with the find that it belongs to
        event = replace(event, orders=tuple(o for o in event.orders if not o.find or o.find in counting))
    if isinstance(event, PeopleEvent):
        crew, findings = crew_after(mission.crew, Happened(at, entry, event))
        return replace(mission, crew=crew, findings=(*mission.findings, *findings))
    if isinstance(event, RescueEvent):
        rescue, findings = rescue_after(mission.rescue, Happened(at, entry, event))
        return replace(mission, rescue=rescue, findings=(*mission.findings, *findings))
    if isinstance(event, DebriefEvent):
        debriefs, findings = debriefs_after(mission.debriefs, Happened(at, entry, event))
        return replace(mission, debriefs=debriefs, findings=(*mission.findings, *findings))
    if isinstance(event, MusterEvent):
        muster, findings = muster_after(mission.muster, Happened(at, entry, event))
        return replace(mission, muster=muster, findings=(*mission.findings, *findings))
    readiness, findings = readiness_after(mission.readiness, Happened(at, entry, event))
    return replace(mission, readiness=readiness, findings=(*mission.findings, *findings))


def _set_number(event: NumberSet) -> dict[str, NumberSet]:
    return {} if event.value is None else {event.number: event}


def _with_clue(mission: Mission, at: datetime, entry: str, event: ClueReported) -> Mission:
    clue = event.clue
    if clue.id in mission.clues:
        mission = _noted(mission, entry, f"reports clue {clue.id} again; the later report counts")
    for what in differing(clue):
        mission = replace(mission, findings=(*mission.findings, Finding(f"clue {clue.id}", what)))
    held = (*_without(mission.held, clue.id), clue.id) if event.held else _without(mission.held, clue.id)
    return replace(mission, clues={**mission.clues, clue.id: Happened(at, entry, clue)}, held=held)


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(n for n in names if n != name)


def _clue_decided(mission: Mission, entry: str, event: ClueAccepted | ClueRefused) -> Mission:
    """The latest decision on a clue counts."""
    if event.clue not in mission.clues:
        verb = "refuses" if isinstance(event, ClueRefused) else "accepts"
        return _noted(mission, entry, f"{verb} clue {event.clue}, which nobody reported")
    others = less(mission.refused, event.clue)
    if isinstance(event, ClueRefused):
        return replace(mission, refused={**others, event.clue: event.why})
    return replace(mission, refused=others, held=_without(mission.held, event.clue))


def _noted(mission: Mission, entry: str, what: str) -> Mission:
    return replace(mission, findings=(*mission.findings, Finding(f"entry {entry}", what)))
