"""A hand-over for TAK: a casualty evacuation event (CoT `b-r-f-h-c`) with its zMist.

TAK reads `zMist` elements inside `zMistsMap` inside `_medevac_`: z the casualty's number, m mechanism, i injuries,
s signs, t treatment. No name is in it.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET  # only written here, never read

from homeward.errors import NotYet
from homeward.exchange.handover.words import NOT_KNOWN, spoken
from homeward.rescue.handover import Handover

STALE = timedelta(days=1)  # how long the event stands: ours
UNKNOWN_M = "9999999.0"  # CoT's word for a height or an error that is not known
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def zmist_event(record: Handover, *, mark: str) -> bytes:
    """The event as XML. Raises `NotYet` where nobody has told where the casualty was found: TAK shows places."""
    place = record.found_place
    if place is None:
        raise NotYet("Nobody has told where the casualty was found, and TAK shows it on its map: homeward found.")
    head = {"version": "2.0", "uid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"homeward:{mark}"))}
    times = {"time": _cot_time(record.at), "start": _cot_time(record.at), "stale": _cot_time(record.at + STALE)}
    event = ET.Element("event", {**head, "type": "b-r-f-h-c", "how": "h-g-i-g-o", **times})
    point = {
        "lat": f"{place.lat_deg:.6f}",
        "lon": f"{place.lon_deg:.6f}",
        "hae": UNKNOWN_M,
        "ce": UNKNOWN_M,
        "le": UNKNOWN_M,
    }
    ET.SubElement(event, "point", point)
    detail = ET.SubElement(event, "detail")
    title = _clean(f"Casualty {record.casualty.id}")
    ET.SubElement(detail, "contact", callsign=title)
    walks = next((s.observation.walks for s in reversed(record.seen) if s.observation.walks is not None), None)
    carried = {} if walks is None else {"ambulatory": "1"} if walks else {"litter": "1"}
    about = {"title": title, "casevac": "false", "medline_remarks": "Planning support: the medic decides."}
    medevac = ET.SubElement(detail, "_medevac_", {**about, **carried})
    said = [line.full for line in spoken(record)]
    m, i, s, t = (text if text != NOT_KNOWN else "" for text in said[2:6])
    z = _clean(record.casualty.id)
    zmist = {"title": title, "z": z, "m": _clean(m), "i": _clean(i), "s": _clean(s), "t": _clean(t)}
    ET.SubElement(ET.SubElement(medevac, "zMistsMap"), "zMist", zmist)
    xml: bytes = ET.tostring(event, encoding="UTF-8", xml_declaration=True)
    return xml


def _cot_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
