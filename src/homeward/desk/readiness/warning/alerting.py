"""The verbs that pass warnings on: CAP messages in and out, and the dates to be ready by as a calendar."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened
from homeward.desk.files import write_whole
from homeward.desk.readiness.warning.dates_said import quantile_words
from homeward.desk.readiness.warning.forecasting import NONE_YET, warning_page
from homeward.desk.readiness.warning.foreseen import check_threat, foreseen
from homeward.errors import BadFile, BadInput, NotYet, UnknownName
from homeward.exchange.cap import CHANCES, CapAlert, CapOut, cap_time, read_cap, write_cap
from homeward.exchange.page_warning import date_after
from homeward.exchange.ready_calendar import ready_calendar
from homeward.geo import Place, distance_m
from homeward.mission import Mission
from homeward.mission.readiness import Threat, ThreatLifted, ThreatWarned
from homeward.readiness.warn.words import certainty, days_words, urgency, warning_words

Area = tuple[str, tuple[float, float] | None, float]

_ROOM: Final = "Free some space, or write somewhere else."
_SEVERITIES: Final = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
TARGET_KM, AROUND_KM, ROUGH_DIGITS = 1.0, 5, 2
"""The circle about a target, the least about a mission, and the digits of a degree (about 1 km) of that: ours."""
OBSERVED: Final = (
    "NOTE: Its sender says that it has come (Observed). If it has here: homeward warning happened MISSION '{}'."
)
_OURS: Final = "homeward-"
"""How the identifier of a message begins that a homeward wrote."""
_NAME: Final = re.compile(r"[^\w .-]+")


@again_if_grown
def cap_in(path: Path, file: Path | None = None, *, xml: str | None = None, name: str | None = None) -> Answer:
    """Takes a CAP message in as a warning called NAME (left out: by its event). An update replaces what it updates, a
    cancellation lifts it. Only actual messages count in a real mission; exercises count in exercises.
    """
    data, called = _message(file, xml)
    alert, findings = read_cap(data, name=called)
    with opened(path) as book:
        _check_status(book, alert, called)
        known = _known(book, alert)
        if alert.kind == "Cancel":
            if known is None:
                raise BadInput(
                    f"{called} cancels {', '.join(alert.references) or 'nothing'}, which is no open warning here."
                )
            book.write(ThreatLifted(threat=known, why=f"cancelled by CAP {alert.identifier}"))
            return Answer(text=f"Warning {known} is lifted: its sender cancelled it.", data={"lifted": known})
        if alert.kind in ("Ack", "Error"):
            raise BadInput(
                f"{called} is an acknowledgement ({alert.kind}), not a warning. There is nothing to take in."
            )
        _check_foreign(book, alert, called, known=known)
        threat = _threat(book, alert, known or name)
        if known is not None:  # why it may come is said here, in no message
            before = book.mission.readiness.threats[known].event
            threat = replace(threat, motive=before.motive, motives=before.motives)
        zone = book.mission.time_zone
        _check_times(threat, called)
        _check_not_past(alert, called, zone=zone, known=known)
        check_threat(threat)
        book.write(ThreatWarned(threat=threat))
        one = foreseen(book.mission, threat, now=max(clock.now(), threat.said_at))
    chance = CHANCES.get(alert.certainty, CHANCES["Unknown"])
    says = f"{alert.certainty} is {chance * 100:g} %, a tenth of it by the onset, nine tenths by the expiry"
    own = [] if alert.exact else [f"Own assumption: {says}."]
    own += [OBSERVED.format(threat.id)] if alert.certainty == "Observed" else []
    words = warning_words(one.forecast) if one.forecast else (f"NO FORECAST: {one.why_not}",)
    dates = quantile_words(threat.quantiles_d) if alert.exact else _by_the_clock(threat, zone)
    head = f"Warning {threat.id} from a CAP message: {dates}."
    notes = [f"NOTE: {f}" for f in (*findings, *one.notes)]
    return Answer(
        text="\n".join([head, *words, *own, *notes]),
        data={"warning": threat.id, "quantiles_d": [list(q) for q in threat.quantiles_d], "never": threat.never},
    )


def cap_out(
    path: Path,
    name: str,
    *,
    file: Path | None = None,
    severity: str = "Unknown",
    instruction: str = "",
    sender: str = "homeward@localhost",
    public: bool = False,
    replaces: Path | str | None = None,
) -> Answer:
    """A warning as a CAP 1.2 message, to `file`. Words of those who told it never go out; `instruction` does.

    `severity`: Extreme, Severe, Moderate, Minor or Unknown. Left out `public`, its scope is restricted; with it the
    message names no target. `replaces` is the message sent before (a file or its text): this one updates it, or cancels
    it where the warning was lifted.
    """
    grade = next((s for s in _SEVERITIES if s.lower() == severity.strip().lower()), None)
    if grade is None:
        raise BadInput(f"There is no severity {severity!r}. Choose {', '.join(_SEVERITIES)}.")
    if not sender.strip() or re.search(r"[\s,<&]", sender.strip()):
        raise BadInput(
            f"The sender {sender!r} cannot be: CAP allows no blanks, commas, < and &. Give one like ops@example.org."
        )
    now, earlier = clock.now(), _reference(replaces, of=name)
    with opened(path, read_only=True) as book:
        state = book.mission.readiness
        lifted = name in state.lifted
        known = {**{n: h.event for n, h in state.threats.items()}, **{n: h.event for n, h in state.lifted.items()}}
        if name not in known:
            raise UnknownName("warning", name, known)
        if lifted and not earlier:
            raise BadInput(f"{name} is lifted: its message cancels an earlier one. Name that one: --replaces FILE.")
        out = _out(book, known[name], now=now, lifted=lifted, public=public)
        told = [] if lifted else [h.event.id for h in state.reports.values() if h.event.threat == name]
    scope = "Public" if public else "Restricted"
    out = replace(
        out,
        sender=sender.strip(),
        severity=grade,
        instruction=instruction.strip(),
        scope=scope,
        references=earlier,
    )
    message = write_cap(out)
    if file is not None:
        _write(file, message)
    kind = "cancellation" if lifted else "alert"
    where = f" written to {file}" if file is not None else ""
    said = [f"CAP {kind} of {name}{where}: {out.certainty}, {out.urgency}, severity {out.severity}."]
    if told:
        said.append(
            f"NOTE: Its words, onset and expiry count the reports since ({', '.join(told)}); what another homeward"
            " takes in from it is the warning as it was first said, without them."
        )
    if public:
        said.append(f"NOTE: Everybody who gets it reads its name and area: {name}; {out.areas[0][0]}.")
    return Answer(
        text="\n".join(said),
        data={
            "warning": name,
            "identifier": out.identifier,
            "certainty": out.certainty,
            "urgency": out.urgency,
            "xml": message.decode(),
        },
    )


def calendar(path: Path, file: Path | None = None) -> Answer:
    """The dates to be ready by, of every open warning, as a calendar file (.ics) that phones and mail programs read."""
    now = clock.now()
    with opened(path, read_only=True) as book:
        rows = warning_page(book, personal=False)["warning"]["warnings"]
        mission = book.mission.name
    if not any(row["coming"] for row in rows):
        raise NotYet(NONE_YET)
    ics = ready_calendar(rows, mission=mission, now=now)
    if file is not None:
        _write(file, ics)
    entries = ics.count(b"BEGIN:VEVENT")
    where = f" in {file}" if file is not None else ""
    return Answer(
        text=f"{entries} dates to be ready by{where}. They are of now: make the calendar again as days pass.",
        data={"entries": entries, "ics": ics.decode()},
    )


# --- what is behind them ----------------------------------------------------------------------------------


def _message(file: Path | None, xml: str | None) -> tuple[bytes, str]:
    if (file is None) == (xml is None):
        raise BadInput("There is no CAP message. Give one file, or its text.")
    if xml is not None:
        return xml.encode("utf-8", "replace"), "the message"
    assert file is not None
    try:
        if file.stat().st_size > 1 << 22:
            raise BadFile(f"{file} has {file.stat().st_size >> 20} MiB. A CAP message has 1 MiB at most.")
        return file.read_bytes(), file.name
    except FileNotFoundError as err:
        raise BadFile(f"There is no file {file}. Check the name.") from err
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Name a file that can.") from err


def _check_status(book: Book, alert: CapAlert, called: str) -> None:
    fine = "Exercise" if book.mission.exercise else "Actual"
    if alert.status not in ("Actual", "Exercise"):
        raise BadInput(f"{called} has the status {alert.status}: it is no warning. Take in actual messages only.")
    if alert.status != fine:
        kind = "an exercise" if book.mission.exercise else "a real mission"
        raise BadInput(f"{called} has the status {alert.status}, and this is {kind}. It is not taken in.")


def _known(book: Book, alert: CapAlert) -> str | None:
    """The open warning that a message updates or cancels, by the identifier kept in its source."""
    state = book.mission.readiness
    for one in state.open_threats:
        if any(one.event.source.startswith(f"CAP {ref} ") for ref in (*alert.references, alert.identifier)):
            return one.event.id
    return None


def _check_foreign(book: Book, alert: CapAlert, called: str, *, known: str | None) -> None:
    """Refuses a warning that is open here: one that this mission has sent itself, or that others have passed back. It
    would count for a second time, as if somebody else had warned of the same.
    """
    for threat in (one.event for one in book.mission.readiness.open_threats):
        ours = alert.identifier.startswith(f"homeward-{_slug(threat.id)}-{_mark(book)}")
        said = (alert.sent, alert.quantiles_d, alert.never) if alert.exact else None
        same = said == (threat.said_at, threat.quantiles_d, threat.never) and threat.id != known
        if same or ours:
            whose = "this mission's own" if ours else "the same as this mission's"
            raise BadInput(
                f"{called} is {whose} warning {threat.id}, which is open. It is not taken in, for it would count as a"
                " second warning of one thing: take in what others have to say."
            )


def _mark(book: Book) -> str:
    """Eight letters that the messages of this mission, and no other's, have in their identifiers."""
    return hashlib.sha256(book.stored[0].entry.id.encode()).hexdigest()[:8]


def _threat(book: Book, alert: CapAlert, name: str | None) -> Threat:
    """The warning of a message; what our own messages name keeps its name."""
    asked = name or alert.name or _NAME.sub("", alert.event).strip()[:40] or "CAP"
    taken = book.mission.readiness.threats
    free = asked
    if name is None and asked in taken:
        free = next(f"{asked} {n}" for n in range(2, len(taken) + 3) if f"{asked} {n}" not in taken)
    words = " ".join(w for w in (alert.headline, alert.description, alert.instruction) if w)
    return Threat(
        id=free,
        said_at=alert.sent,
        quantiles_d=alert.quantiles_d,
        text=words[:2000],
        source=f"CAP {alert.identifier} {alert.sender}",
        never=alert.never,
        widen=alert.widen,
        families=alert.families,
        targets=tuple(t for t in alert.targets if t in book.mission.readiness.targets),
        forecast=alert.forecast,
    )


def _check_times(threat: Threat, called: str) -> None:
    if threat.said_at > clock.now():
        when = f"{threat.said_at:%Y-%m-%d %H:%M} UTC"
        raise BadInput(f"{called} was sent in the future ({when}). Check this computer's clock.")


def _check_not_past(alert: CapAlert, called: str, *, zone: str, known: str | None) -> None:
    """Refuses what is over by the message itself; what a homeward wrote goes on being possible, if late."""
    if alert.exact:
        return
    lift = f" Lift the warning it updates: homeward warning lift MISSION '{known}'." if known else ""
    if alert.urgency == "Past":
        raise BadInput(f"{called} says that what it warns of is past (urgency Past). It is not taken in.{lift}")
    now, ends = clock.now(), alert.expires
    if ends is None or ends >= now:
        return
    ago = days_words((now - ends).total_seconds() / 86400)
    gone = f"{called} expired {clock.show_time(ends, zone)}, {ago} ago"
    raise BadInput(f"{gone}. It is not taken in: get its sender's latest message.{lift}")


def _by_the_clock(threat: Threat, zone: str) -> str:
    """The probabilities of a message by the times that it names."""
    named = ((p, date_after(threat.said_at, d), d) for p, d in threat.quantiles_d)
    return ", ".join(
        f"{p * 100:.3g} % by {clock.show_time(when, zone)}" if when else quantile_words([(p, d)])
        for p, when, d in named
    )


def _reference(replaces: Path | str | None, *, of: str) -> str:
    """Sender, identifier and time of the message that is updated or cancelled, as CAP refers to it.

    Raises `BadInput` where it is a homeward's message of another warning than `of`.
    """
    if replaces is None:
        return ""
    text = isinstance(replaces, str) and replaces.lstrip().startswith("<")
    data, called = _message(None, str(replaces)) if text else _message(Path(replaces), None)
    alert, _ = read_cap(data, name=called)
    if alert.identifier.startswith(_OURS) and alert.event != of:
        raise BadInput(f"{called} is the message of {alert.event!r}, not of {of!r}. Give the one sent for {of!r}.")
    return f"{alert.sender},{alert.identifier},{cap_time(alert.message_sent)}"


def _out(book: Book, threat: Threat, *, now: datetime, lifted: bool, public: bool) -> CapOut:
    mission = book.mission
    one = foreseen(mission, threat, now=max(now, threat.said_at))
    coming, came = one.forecast, threat.id in mission.readiness.came
    if coming is None and not lifted and not came:
        raise NotYet(f"There is no forecast of {threat.id}: {one.why_not}")
    sure, soon = ("Observed", "Immediate") if came else ("Unlikely", "Past")
    if coming is not None and not lifted and not came:
        sure, soon = certainty(float(coming.cdf(30.0))), urgency(coming)
    open_ = coming is not None and coming.still_coming > 0 and not lifted and not came
    dates = coming.quantile([0.05, 0.95], if_it_comes=True) if coming is not None and open_ else None
    return CapOut(
        identifier=f"{_OURS}{_slug(threat.id)}-{_mark(book)}{uuid4().hex[:8]}",
        sent=now,
        exercise=mission.exercise,
        cancel=lifted,
        event=threat.id,
        headline=f"{threat.id} {'cancelled' if lifted else 'has come' if came else 'expected'}",
        description=" ".join(warning_words(coming)) if coming is not None and open_ else "",
        certainty=sure,
        urgency=soon,
        onset=None if dates is None else date_after(now, float(dates[0])),
        expires=None if dates is None else date_after(now, float(dates[1])),
        areas=_public_area(mission, threat) if public else _areas(mission, threat),
        parameters=_parameters(threat, public=public) if open_ else {},
    )


def _areas(mission: Mission, threat: Threat) -> list[Area]:
    """The targets by name, each with a circle where it is known; else the mission around its base."""
    state = mission.readiness.targets
    named: list[Area] = [
        (state[t].label or t, _pair(state[t].place), TARGET_KM) if t in state else (t, None, 0.0)
        for t in threat.may_hit
    ]
    return named if any(where for _, where, _ in named) else [*named, *_public_area(mission, threat)]


def _public_area(mission: Mission, threat: Threat) -> list[Area]:
    """The mission's name and one circle around its base that holds the targets, which it does not tell apart."""
    places = [t.place for t in mission.readiness.targets.values() if t.id in threat.may_hit]
    centre = mission.base or (places[0] if places else None)
    if centre is None:
        return [(mission.name, None, 0.0)]
    rough = Place(round(centre.lat_deg, ROUGH_DIGITS), round(centre.lon_deg, ROUGH_DIGITS))
    far_km = max((distance_m(rough, p) / 1000 + TARGET_KM for p in places), default=0.0)
    return [(mission.name, _pair(rough), float(max(AROUND_KM, math.ceil(far_km))))]


def _pair(place: Place) -> tuple[float, float]:
    return place.lat_deg, place.lon_deg


def _parameters(threat: Threat, *, public: bool) -> dict[str, str]:
    """What another homeward needs to have the same warning; the targets are not for everybody."""
    told = {
        "name": threat.id,
        "said_at": threat.said_at.isoformat(),
        "quantiles": " ".join(f"{p!r}={d!r}" for p, d in threat.quantiles_d),
        "never": repr(threat.never),
        "forecast": "true" if threat.forecast else "",
        "widen": "" if threat.widen is None else repr(threat.widen),
        "families": " ".join(threat.families),
        "targets": "" if public else ";".join(threat.targets),
    }
    return {name: value for name, value in told.items() if value}


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name).strip("-").lower() or "warning"


def _write(file: Path, data: bytes) -> None:
    if file.is_dir():
        raise BadInput(f"{file} is a folder. Name the file in it.")
    write_whole(file, data, remedy=_ROOM)
