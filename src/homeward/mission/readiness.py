"""What may come next and what must be covered: warnings with an uncertain date, targets, plans of cover.

Nouns, events, and the part of the mission's state they make. What an event is, and how to add one: `events`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from homeward.errors import Finding
from homeward.geo import Place
from homeward.mission.happened import Happened, less, unknown
from homeward.mission.nouns import BlobId, Provenance, Utc


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatMotive:
    """Why a threat may come: its probability, and (target, weight) of those it would hit one of. Personal."""

    name: str
    share: float
    targets: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """Something that may come, and when, as somebody said it.

    `said_at` is when it was said: `quantiles_d` are (probability, days from then). `never` is the probability that
    it does not come at all. `widen` is the factor on the spread for overconfidence (None: the table's); `families`
    the distributions to fit (none: the default ones). `targets` may be hit, all of them, if it comes for none of the
    `motives`, which exclude one another. What was said (`text`), by whom and why (`source`, `motive` in words,
    `motives`) is personal. `reliability` is the source's letter A to F; `forecast` that it is a weather or
    flood forecast and not a person's guess.
    """

    id: str
    said_at: Utc
    quantiles_d: tuple[tuple[float, float], ...]
    text: str = field(default="", repr=False)
    source: str = field(default="", repr=False)
    motive: str = field(default="", repr=False)
    reliability: str = ""
    never: float = 0.0
    widen: float | None = None
    families: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    forecast: bool = False
    motives: tuple[ThreatMotive, ...] = field(default=(), repr=False)

    @property
    def may_hit(self) -> tuple[str, ...]:
        """Every target that it may hit: its own, then those that its motives point at."""
        return tuple(dict.fromkeys((*self.targets, *(t for m in self.motives for t, _ in m.targets))))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatReport:
    """Something more was said of a threat: quantiles of its own, or that it comes within `within_d` days of `said_at`.

    `motives` are (motive, how many times as probable the report is by it as by those not named). `reliability` is the
    probability that the source is right; with `may_replace` one of the two sources may be wrong as a whole (the pool is
    linear); `letter` that the reliability was told as a letter A to E. `text`, `source` and `motives` are personal.
    """

    id: str
    threat: str
    said_at: Utc
    quantiles_d: tuple[tuple[float, float], ...] = ()
    within_d: float | None = None
    reliability: float = 1.0
    may_replace: bool = False
    text: str = field(default="", repr=False)
    source: str = field(default="", repr=False)
    motives: tuple[tuple[str, float], ...] = field(default=(), repr=False)
    letter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What may be hit: `value` is the loss if it is hit with nobody there; `ways` are (people, places, records or
    another way it can be hit, loss by it) and add up to the value where they are told.

    `loss_per_h` is the share of the value lost for every hour until help is there (None: the table's). `note` is
    personal.
    """

    id: str
    place: Place
    value: float
    label: str = ""
    ways: tuple[tuple[str, float], ...] = ()
    loss_per_h: float | None = None
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatWarned:
    """A warning was given, or changed: the record replaces an earlier one of the same id, not the reports on it."""

    threat: Threat


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatReported:
    """Something more was said of a threat; replaces an earlier report of the same id."""

    report: ThreatReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatLifted:
    """A threat counts no longer."""

    threat: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatCame:
    """What was warned of has happened: the forecasts are scored by it."""

    threat: str
    came_at: Utc


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetNamed:
    """A target is known, or changed: the record replaces an earlier one of the same id."""

    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDropped:
    """A target need not be covered any longer."""

    target: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverPlanned:
    """Who covers what was planned: `value` and `bound` are in the view's own unit, and mean loss where it is one."""

    plan: BlobId
    view: str
    value: float
    bound: float | None
    made_from: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterDrawn:
    """For the day named, one roster of a plan of cover was drawn with a seed, so that nobody can foresee it."""

    plan: BlobId
    day: str
    roster: int
    seed: int


ReadinessEvent = (
    ThreatWarned | ThreatReported | ThreatLifted | ThreatCame | TargetNamed | TargetDropped | CoverPlanned | RosterDrawn
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Threats, targets and plans of cover of a mission, as its log adds up. `came` holds those that happened."""

    threats: Mapping[str, Happened[Threat]] = field(default_factory=dict)
    reports: Mapping[str, Happened[ThreatReport]] = field(default_factory=dict)
    lifted: Mapping[str, Happened[Threat]] = field(default_factory=dict)
    came: Mapping[str, Happened[ThreatCame]] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    covers: tuple[Happened[CoverPlanned], ...] = ()
    rosters: tuple[Happened[RosterDrawn], ...] = ()

    @property
    def open_threats(self) -> tuple[Happened[Threat], ...]:
        """The threats that neither came nor were lifted."""
        return tuple(threat for name, threat in self.threats.items() if name not in self.came)

    @property
    def cover(self) -> Happened[CoverPlanned] | None:
        """The plan of cover in force: the latest made."""
        return self.covers[-1] if self.covers else None


# One case per kind of event, as in `replay.after`.
def readiness_after(state: Readiness, happened: Happened[ReadinessEvent]) -> tuple[Readiness, tuple[Finding, ...]]:  # noqa: PLR0911
    """The readiness after one more event, and what of it could not be."""
    at, entry, event = happened.at, happened.entry, happened.event
    match event:
        case ThreatWarned():
            threats = {**state.threats, event.threat.id: Happened(at, entry, event.threat)}
            return replace(state, threats=threats, lifted=less(state.lifted, event.threat.id)), ()
        case ThreatReported():
            found = _unwarned(state, event.report.threat, entry)
            return replace(state, reports={**state.reports, event.report.id: Happened(at, entry, event.report)}), found
        case ThreatLifted():
            found = _unwarned(state, event.threat, entry)
            if found:
                return state, found
            lifted = {**state.lifted, event.threat: state.threats[event.threat]}
            return replace(state, threats=less(state.threats, event.threat), lifted=lifted), ()
        case ThreatCame():
            found = _unwarned(state, event.threat, entry)
            return replace(state, came={**state.came, event.threat: Happened(at, entry, event)}), found
        case TargetNamed():
            return replace(state, targets={**state.targets, event.target.id: event.target}), ()
        case TargetDropped():
            found = unknown(state.targets, event.target, entry, f"drops target {event.target}, which nobody named")
            return replace(state, targets=less(state.targets, event.target)), found
        case CoverPlanned():
            return replace(state, covers=(*state.covers, Happened(at, entry, event))), ()
        case RosterDrawn():
            return replace(state, rosters=(*state.rosters, Happened(at, entry, event))), ()
        case _:
            assert_never(event)


def _unwarned(state: Readiness, threat: str, entry: str) -> tuple[Finding, ...]:
    return unknown(state.threats, threat, entry, f"speaks of threat {threat}, of which nobody warned")
