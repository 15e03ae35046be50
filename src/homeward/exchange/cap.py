"""Warnings as messages of the Common Alerting Protocol, in and out.

OASIS, Common Alerting Protocol 1.2 (2010). What CAP has no element for, the distribution of a date, goes into
parameters whose names begin with `homeward:`, so that another homeward reads it back to the digit; everybody else reads
certainty, urgency, onset and expiry. A message with a DOCTYPE, one that is too long, or that is no CAP is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from xml.etree import ElementTree as ET  # only written here, never read

from homeward.errors import BadFile, Finding
from homeward.exchange.building.xml import Node, read_xml

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
LONGEST_BYTES: Final = 1 << 20
"""Of a message: ours; the broadest public ones have some hundred kilobytes."""
OURS: Final = "homeward:"
CHANCES: Final[Mapping[str, float]] = {
    "Observed": 1.0,
    "Likely": 0.75,
    "Possible": 0.35,
    "Unlikely": 0.05,
    "Unknown": 0.5,
}
"""How probable each certainty is taken to be: the middles of CAP's own words (Likely: above 50 %), ours."""
_LASTS: Final[Mapping[str, timedelta]] = {
    "Immediate": timedelta(hours=1),
    "Expected": timedelta(hours=1),
    "Future": timedelta(days=3),
    "Past": timedelta(hours=1),
    "Unknown": timedelta(days=3),
}
_EARLY, _LATE = 0.1, 0.9
_STATUS: Final = ("Actual", "Exercise", "System", "Test", "Draft")
_KINDS: Final = ("Alert", "Update", "Cancel", "Ack", "Error")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapAlert:
    """What a CAP message says, of its first `info`.

    `quantiles_d` are (probability, days from `sent`) of all cases, `never` the rest; `exact` where a homeward wrote
    them, and `sent` is when it was said then. `message_sent` is when the message itself was sent. `references` are the
    identifiers of messages that this one updates or cancels. After `expires` a message says nothing any more, if it is
    not `exact`: then its date only counts as late.
    """

    identifier: str
    sender: str
    message_sent: datetime
    sent: datetime
    status: str
    kind: str
    references: tuple[str, ...]
    event: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    certainty: str = "Unknown"
    urgency: str = "Unknown"
    severity: str = "Unknown"
    areas: tuple[str, ...] = ()
    quantiles_d: tuple[tuple[float, float], ...] = ()
    never: float = 0.0
    exact: bool = False
    forecast: bool = True
    widen: float | None = None
    families: tuple[str, ...] = ()
    name: str = ""
    targets: tuple[str, ...] = ()
    onset: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapOut:
    """What a CAP message is made from. `areas` are (words, (latitude, longitude) or None, radius in km)."""

    identifier: str
    sent: datetime
    exercise: bool
    cancel: bool
    event: str
    headline: str
    description: str
    certainty: str
    urgency: str
    onset: datetime | None
    expires: datetime | None
    areas: Sequence[tuple[str, tuple[float, float] | None, float]]
    parameters: Mapping[str, str]
    sender: str = "homeward@localhost"
    severity: str = "Unknown"
    instruction: str = ""
    references: str = ""
    category: str = "Safety"
    scope: str = "Restricted"
    restriction: str = "For those who take part in this mission."
    language: str = "en"


def write_cap(out: CapOut) -> bytes:
    """The message as XML."""
    ET.register_namespace("", NAMESPACE)
    alert = ET.Element(f"{{{NAMESPACE}}}alert")
    kind = "Cancel" if out.cancel else "Update" if out.references else "Alert"
    head = {
        "identifier": out.identifier,
        "sender": out.sender,
        "sent": cap_time(out.sent),
        "status": "Exercise" if out.exercise else "Actual",
        "msgType": kind,
        "scope": out.scope,
        "restriction": out.restriction if out.scope == "Restricted" else "",
        "references": out.references,
    }
    _fill(alert, head)
    info = ET.SubElement(alert, f"{{{NAMESPACE}}}info")
    _fill(
        info,
        {
            "language": out.language,
            "category": out.category,
            "event": out.event,
            "responseType": "AllClear" if out.cancel else "Prepare",
            "urgency": out.urgency,
            "severity": out.severity,
            "certainty": out.certainty,
            "effective": cap_time(out.sent),
            "onset": cap_time(out.onset) if out.onset else "",
            "expires": cap_time(out.expires) if out.expires else "",
            "senderName": "homeward",
            "headline": out.headline[:160],
            "description": out.description,
            "instruction": out.instruction,
        },
    )
    for name, value in out.parameters.items():
        _fill(ET.SubElement(info, f"{{{NAMESPACE}}}parameter"), {"valueName": OURS + name, "value": value})
    for words, centre, radius_km in out.areas:
        area = ET.SubElement(info, f"{{{NAMESPACE}}}area")
        circle = "" if centre is None else f"{centre[0]:.5f},{centre[1]:.5f} {radius_km:g}"
        _fill(area, {"areaDesc": words, "circle": circle})
    ET.indent(alert)
    text: bytes = ET.tostring(alert, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def read_cap(data: bytes, *, name: str) -> tuple[CapAlert, tuple[Finding, ...]]:
    """A message and what of it was not read. Raises `BadFile` naming the file for what is no CAP."""
    if len(data) > LONGEST_BYTES:
        raise BadFile(f"{name} has {len(data) >> 10} KiB. A CAP message has 1 MiB at most: give the message alone.")
    if not data.strip():
        raise BadFile(f"{name} is empty. Give a CAP message, XML that begins with <alert>.")
    if b"<!DOCTYPE" in data.upper():
        raise BadFile(f"{name} has a DOCTYPE, which no CAP message needs and which can do harm. Remove it.")
    root = read_xml(data, name=name)
    if root.name != "alert":
        raise BadFile(f"{name} begins with <{root.name}>, not <alert>. Give a CAP message.")
    missing = [tag for tag in ("identifier", "sender", "sent", "status", "msgType") if not root.words(tag)]
    if missing:
        raise BadFile(f"{name} has no <{missing[0]}>, which every CAP message has. Get it again from its sender.")
    status, kind = root.words("status"), root.words("msgType")
    for tag, told, known in (("status", status, _STATUS), ("msgType", kind, _KINDS)):
        if told not in known:
            raise BadFile(f"{name}: {tag} is {told!r}. CAP knows {', '.join(known)}.")
    sent = _time(root.words("sent"), name, "sent")
    infos = [child for child in root.children if child.name == "info"]
    fields: dict[str, Any] = {
        "identifier": _short(root.words("identifier")),
        "sender": _short(root.words("sender")),
        "message_sent": sent,
        "sent": sent,
        "status": status,
        "kind": kind,
        "references": tuple(ref.split(",")[1] for ref in root.words("references").split() if ref.count(",") == 2),
    }
    if kind == "Cancel":
        return CapAlert(**fields), ()
    if not infos:
        raise BadFile(f"{name} has no <info>: it says nothing of an event. Get it again from its sender.")
    info = _chosen(infos)
    findings = (Finding(name, f"{len(infos) - 1} further <info> not read: only one counts."),) if len(infos) > 1 else ()
    return CapAlert(**(fields | _info(info, sent, name))), findings


def _chosen(infos: Sequence[Node]) -> Node:
    """The first in English (CAP's default language), else the first."""
    return next((i for i in infos if (i.words("language") or "en").lower().startswith("en")), infos[0])


def _info(info: Node, sent: datetime, name: str) -> dict[str, Any]:
    ours = {
        p.words("valueName").removeprefix(OURS): p.words("value")
        for p in info.children
        if p.name == "parameter" and p.words("valueName").startswith(OURS)
    }
    told: dict[str, Any] = {
        tag: _short(info.words(tag), 4000) for tag in ("event", "headline", "description", "instruction")
    }
    told |= {tag: info.words(tag) or "Unknown" for tag in ("certainty", "urgency", "severity")}
    told["areas"] = tuple(_short(a.words("areaDesc")) for a in info.children if a.name == "area")[:50]
    told |= {tag: _time(info.words(tag), name, tag) if info.words(tag) else None for tag in ("onset", "expires")}
    _check_order(told["onset"], told["expires"], sent, name)
    return told | (_exact(ours, sent, name) if "quantiles" in ours else _by_words(info, told, sent, name))


def _check_order(onset: datetime | None, expires: datetime | None, sent: datetime, name: str) -> None:
    """Refuses a message that was over before it was sent, or before what it warns of begins."""
    if expires is None:
        return
    for start, what in ((sent, "was sent"), (onset, "says that it begins (onset)")):
        if start is not None and expires < start:
            raise BadFile(
                f"{name} expires {_day(expires)}, before it {what}, {_day(start)}: it contradicts itself. Get it again"
                " from its sender."
            )


def _day(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"


def _exact(ours: Mapping[str, str], sent: datetime, name: str) -> dict[str, Any]:
    """The distribution as another homeward wrote it, counted from when it was said."""
    try:
        pairs = [tuple(float(x) for x in pair.split("=")) for pair in ours["quantiles"].split()]
        quantiles = tuple((p, d) for p, d in pairs)
        never = float(ours.get("never", "0"))
        widen = float(ours["widen"]) if "widen" in ours else None
        fine = all(map(math.isfinite, [x for q in quantiles for x in q])) and 0 <= never < 1
    except (ValueError, TypeError) as err:
        raise BadFile(f"{name}: a parameter {OURS}... cannot be read ({err}). Get the message again.") from err
    if not fine:
        raise BadFile(f"{name}: a parameter {OURS}... holds a number that cannot be. Get the message again.")
    said = _time(ours["said_at"], name, OURS + "said_at") if "said_at" in ours else sent
    return {
        "sent": said,
        "quantiles_d": quantiles,
        "never": never,
        "exact": True,
        "forecast": ours.get("forecast") == "true",
        "widen": widen,
        "families": tuple(ours.get("families", "").split()),
        "name": _short(ours.get("name", ""), 60),
        "targets": tuple(t.strip() for t in ours.get("targets", "").split(";") if t.strip()),
    }


def _by_words(info: Node, told: Mapping[str, Any], sent: datetime, name: str) -> dict[str, Any]:
    """Certainty, onset, expiry as probabilities by lead time: a tenth of it by the onset, nine tenths by the expiry."""
    chance = CHANCES.get(told["certainty"], CHANCES["Unknown"])
    effective = info.words("effective")
    first = told["onset"] or (_time(effective, name, "effective") if effective else sent)
    last = told["expires"]
    lasts = _LASTS.get(told["urgency"], _LASTS["Unknown"])
    end = max(last or first + lasts, first + timedelta(minutes=10), sent + timedelta(minutes=10))
    days = (end - sent).total_seconds() / 86400
    begin = max((first - sent).total_seconds() / 86400, days * 1e-3)
    return {
        "quantiles_d": ((_EARLY * chance, begin), (_LATE * chance, max(days, begin * 1.001))),
        "never": min(max(0.0, 1 - chance), 0.99),
        "forecast": True,
    }


def _fill(parent: ET.Element, fields: Mapping[str, str]) -> None:
    for tag, value in fields.items():
        if value:
            ET.SubElement(parent, f"{{{NAMESPACE}}}{tag}").text = _clean(value)


def _clean(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF))


def cap_time(when: datetime) -> str:
    """A time in CAP's own form: whole seconds and a numeric offset, never Z."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _time(text: str, name: str, tag: str) -> datetime:
    try:
        when = datetime.fromisoformat(text.strip())
        if when.tzinfo is None:
            raise ValueError("no time zone")
        return when.astimezone(UTC)
    except (ValueError, OverflowError) as err:
        raise BadFile(
            f"{name}: {tag} is {text!r}, which is no time of CAP. It is written 2026-03-01T12:00:00-00:00."
        ) from err


def _short(text: str, most: int = 200) -> str:
    return " ".join(_clean(text).split())[:most]
