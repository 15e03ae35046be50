"""From the log's warnings to forecasts: what was said, taken together with the reports and the silence since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeward.desk.readiness.warning.motives_said import (
    MOTIVES_OURS,
    OTHER_OURS,
    as_told,
    motive_words,
    target_words,
    weighed,
)
from homeward.errors import BadInput, HomewardError
from homeward.mission import Mission
from homeward.mission.readiness import Threat, ThreatReport
from homeward.readiness.warn.fit import FAMILIES
from homeward.readiness.warn.forecast import Coming, FirstOf, Forecast
from homeward.readiness.warn.motives import Weighed
from homeward.readiness.warn.records import WIDEN, Hint, Statement, WarnProblem, by_lead_time
from homeward.readiness.warn.solve import COUNTS, STATED_OFF, Warned, foresee
from homeward.readiness.warn.words import overdue_words
from homeward.words import chance, listed

P_TRUE, P_FALSE = 0.9, 0.1
"""Of hearing "within so many days" from one who knows, if it comes then, and if not: ours."""

ODD_MOTIVES = (
    "Its motives are left aside: they and the reports on them don't go together. Give the motives anew, or the reports."
)
LETTER = (
    "The letter {} of its source changes no number: what comes if the source is wrong, nobody said. Say with which"
    " probability it never comes (never), or give other informants' dates (report)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A warning with its forecast from `problem.now`; `warned` is None where there is none, and `why_not` says why.

    `reports` counted; `notes` are about those that did not, first of all that it is overdue; `assumed` says which
    numbers are homeward's own assumption; `motives` as they stand after the reports.
    """

    threat: Threat
    problem: WarnProblem
    warned: Warned | None
    reports: tuple[ThreatReport, ...]
    why_not: str = ""
    notes: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    motives: Weighed | None = None

    @property
    def forecast(self) -> Forecast | None:
        """When it may come, counted from now."""
        return self.warned.forecast if self.warned else None

    def hit(self, targets: Iterable[str]) -> list[float]:
        """The probability of each target, if it comes: by its motives, and all that it may hit if it is none of them.

        A warning that names no target is of all.
        """
        other, named = (1.0, {}) if self.motives is None else (self.motives.other, self.motives.by_target)
        own = self.threat.targets
        return [named.get(t, 0.0) + other * (t in own or not own) for t in targets]


def foreseen(mission: Mission, threat: Threat, *, now: datetime) -> Foreseen:
    """The forecast of one warning as of now. Raises `BadInput` where it lies in the future."""
    told = [h.event for h in mission.readiness.reports.values() if h.event.threat == threat.id]
    counted = tuple(r for r in told if threat.said_at <= r.said_at <= now)
    early = [r.id for r in told if r.said_at < threat.said_at]
    notes: tuple[str, ...] = (f"Left aside, as older than the warning: {', '.join(early)}.",) if early else ()
    problem = WarnProblem(
        statement=statement_of(threat),
        now=now,
        reports=tuple(_report(r, threat) for r in counted if r.within_d is not None or r.quantiles_d),
        families=threat.families or FAMILIES,
        pool="linear" if any(r.may_replace for r in counted) else "log",
    )
    if threat.reliability:
        notes += (LETTER.format(threat.reliability),)
    motives = None
    try:
        motives = weighed(threat.motives, counted)
        notes += motives.findings if motives else ()
    except HomewardError:  # what it says would name motives, which are personal
        notes += (ODD_MOTIVES,)
    warned, why_not = None, ""
    try:
        warned = foresee(problem)
    except HomewardError as err:
        why_not = str(err)
    return Foreseen(
        threat=threat,
        problem=problem,
        warned=warned,
        reports=counted,
        why_not=why_not,
        notes=(*(_overdue(warned) if warned else ()), *notes, *(warned.findings if warned else ())),
        assumed=(*_assumed(threat, counted), *_weighed_families(warned, problem), *_assumed_of(motives)),
        motives=motives,
    )


def _overdue(warned: Warned) -> list[str]:
    """That nine cases of ten, as it was said, lie behind, and nobody has reported on it since."""
    if warned.overdue_d is None:
        return []
    return [f"{overdue_words(warned.overdue_d)}. Lift it, or ask again and write down what is said now."]


def motive_row(one: Foreseen, *, personal: bool) -> dict[str, Any]:
    """What the motives of a warning make of each target, for the page; their names and shares where it is personal."""
    chances: list[tuple[str, float]] = []
    if one.motives is not None:
        chances = list(zip(one.threat.may_hit, one.hit(one.threat.may_hit), strict=True))
    row: dict[str, Any] = {
        "by_target": [{"target": name, "p": p} for name, p in chances],
        "hit_words": target_words(chances) if chances else "",
    }
    if not personal:
        return row
    shares = one.motives.shares if one.motives else {}
    return row | {
        "motives": [{"name": m.name, "told": m.share, "share": shares.get(m.name)} for m in one.threat.motives],
        "motives_told": [as_told(m) for m in one.threat.motives],
        "motive_words": motive_words(one.motives) if one.motives else "",
    }


def open_foreseen(mission: Mission, *, now: datetime) -> tuple[Foreseen, ...]:
    """Every warning that neither came nor was lifted, with its forecast as of now."""
    threats = [h.event for h in mission.readiness.open_threats]
    return tuple(foreseen(mission, t, now=now) for t in threats if t.said_at <= now)


def first_to_come(mission: Mission, *, now: datetime) -> Coming | None:
    """When the first of all open warnings may come, as if they were independent; None where there is none."""
    return first_of(open_foreseen(mission, now=now))


def first_of(ahead: Sequence[Foreseen]) -> Coming | None:
    """When the first of these may come, as if they were independent; None where none has a forecast."""
    parts = tuple(f.forecast for f in ahead if f.forecast is not None)
    return None if not parts else parts[0] if len(parts) == 1 else FirstOf(parts)


def statement_of(threat: Threat) -> Statement:
    """What a warning said, for the solver: quantiles of the cases in which it comes, or probabilities by lead time."""
    if threat.forecast:
        edges, p = by_lead_time({d: p for p, d in threat.quantiles_d}, never=threat.never)
        return Statement(
            said_at=threat.said_at, edges_d=edges, p=p, never=threat.never, source=threat.source, id=threat.id
        )
    return Statement(
        said_at=threat.said_at,
        quantiles_d=dict(threat.quantiles_d),
        never=threat.never,
        widen=WIDEN if threat.widen is None else threat.widen,
        source=threat.source,
        id=threat.id,
    )


def check_threat(threat: Threat) -> None:
    """Raises `BadInput` for a warning of which no forecast can be made, as of when it was given."""
    foresee(WarnProblem(statement=statement_of(threat), now=threat.said_at, families=threat.families or FAMILIES))


def _report(report: ThreatReport, threat: Threat) -> Statement | Hint:
    if report.within_d is not None:
        return Hint(
            id=report.id,
            said_at=report.said_at,
            edges_d=(report.within_d,),
            likelihood=(P_TRUE, P_FALSE),
            never=P_FALSE,
            reliability=report.reliability,
            source=report.source,
        )
    if report.reliability <= 0:
        raise BadInput(f"Report {report.id} has a reliability of 0: it says nothing. Leave it out.")
    return Statement(
        said_at=report.said_at,
        quantiles_d=dict(report.quantiles_d),
        weight=report.reliability,
        widen=WIDEN if threat.widen is None else threat.widen,
        source=report.source,
        id=report.id,
    )


def _weighed_families(warned: Warned | None, problem: WarnProblem) -> tuple[str, ...]:
    """That families count by how well they meet three dates or more, where that tells them apart."""
    said = (problem.statement, *problem.reports)
    if warned is None or not any(isinstance(s, Statement) and len(s.quantiles_d) > 2 for s in said):
        return ()
    shares = {name: one.share for name, one in warned.by_family.items()}
    if max(shares.values()) - min(shares.values()) < COUNTS:
        return ()
    most = sorted(shares.items(), key=lambda row: -row[1])
    told = listed(f"{name} {chance(p)}" for name, p in most)
    return (
        f"a stated probability is off by {STATED_OFF:g}, so that curves that miss what was said count less: {told}",
    )


def _assumed_of(motives: Weighed | None) -> tuple[str, ...]:
    if motives is None:
        return ()
    return (MOTIVES_OURS, OTHER_OURS) if motives.other > 1e-9 else (MOTIVES_OURS,)


def _assumed(threat: Threat, reports: tuple[ThreatReport, ...]) -> tuple[str, ...]:
    """What counts here that nobody told, in words."""
    out = []
    if any(r.within_d is not None for r in reports):
        out.append(
            f"a source that knows says so in {P_TRUE * 100:g} % if it comes then, and in {P_FALSE * 100:g} % if not"
        )
    graded = {r.letter: r.reliability for r in reports if r.letter}
    out += [f"a source graded {letter} knows with {chance(p)}" for letter, p in sorted(graded.items())]
    if threat.forecast:
        out.append("between lead times it comes evenly, beyond the last ever less")
    return tuple(out)
