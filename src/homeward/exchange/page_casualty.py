"""What the page shows of the rescue: casualties, exits, hospitals, the carry-out. Personal only where asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from homeward.exchange.page_values import lonlat_of, utc_text
from homeward.mission import Mission
from homeward.mission.rescue import Casualty, HandedOver
from homeward.rescue.handover import days_missing

Json = dict[str, Any]
MEDIC_DECIDES: Final = "Planning support: the medic decides."

_OF_THE_STATE = ("state", "advice", "stops", "told_dead", "bound")
_OF_A_ROUTE = ("p_alive", "p_survives")
_SURVIVES = re.compile(r", survives with \d+%")


def rescue_data(
    mission: Mission,
    *,
    plans: Mapping[str, Json],
    triaged: Sequence[Json] = (),
    order: Sequence[Json] = (),
    personal: bool,
) -> Json:
    """The rescue, ready for JSON: `plans` are the carry-outs in force by casualty, as they were kept; `triaged` and
    `order` what triage says, which is personal, as is all that was told of a casualty.
    """
    rescue = mission.rescue
    told = {row["casualty"]: row for row in triaged} if personal else {}
    names = dict.fromkeys([*rescue.casualties, *(f.event.casualty for f in mission.finds)])
    return {
        "says": MEDIC_DECIDES,
        "casualties": [_casualty(mission, name, told.get(name), personal=personal) for name in names],
        "order": list(order) if personal else [],
        "exits": [
            {
                "id": e.id,
                "label": e.label or e.id,
                "kind": e.kind.value,
                "at": lonlat_of(e.place),
                "then_s": e.then_s,
                "ready_at": utc_text(e.ready_at),
                "capability": list(e.capability),
            }
            for e in rescue.exits.values()
        ],
        "hospitals": [
            {
                "id": h.id,
                "label": h.label or h.id,
                "at": lonlat_of(h.place),
                "capability": list(h.capability),
                "accepts": h.accepts,
                "landing": h.landing,
            }
            for h in rescue.hospitals.values()
        ],
        "carry_outs": [plan if personal else public_plan(plan) for plan in plans.values()],
    }


def public_plan(plan: Json) -> Json:
    """A carry-out without what tells of the casualty's state."""
    kept = {k: v for k, v in plan.items() if k not in _OF_THE_STATE}
    return {**kept, "routes": [_public_route(row) for row in plan["routes"]]}


def _public_route(row: Json) -> Json:
    kept = {k: v for k, v in row.items() if k not in _OF_A_ROUTE}
    care = [{k: v for k, v in one.items() if k not in _OF_A_ROUTE} for one in row["care"]]
    return {**kept, "care": care, "care_why": [_SURVIVES.sub("", why) for why in row["care_why"]]}


def _casualty(mission: Mission, name: str, triaged: Json | None, *, personal: bool) -> Json:
    rescue = mission.rescue
    found_at, find = mission.found(name) or (None, None)
    seen = [o for o in rescue.observations if o.event.casualty == name]
    given = [h for h in rescue.handed_over if h.event.casualty == name]
    signed = next((h for h in reversed(given) if h.event.received_by), None)
    handed = next((h for h in reversed(given) if not h.event.received_by), signed)
    signed = next((h for h in reversed(given) if handed and h.event.received_by and _same(h.event, handed.event)), None)
    papers = [h.at for h in (*rescue.papers, *given) if h.event.casualty == name]
    row: Json = {
        "id": name,
        "found_at": utc_text(found_at) if found_at else None,
        "at": lonlat_of(find.event.place) if find else None,
        "team": find.event.team if find else None,
        "observations": len(seen),
        "last_seen": utc_text(max(o.at for o in seen)) if seen else None,
        "handed_over": utc_text(handed.at) if handed else None,
        "papers_at": utc_text(max(papers)) if papers else None,
        "signed_at": utc_text(signed.at) if signed else None,
        "days_missing": days_missing(mission, name),
    }
    if not personal:
        return row
    one = rescue.casualties.get(name, Casualty(id=name))
    treated = [
        {"at": utc_text(t.at), "what": t.event.what, "dose": t.event.dose, "where": t.event.where, "by": t.event.by}
        for t in rescue.treatments
        if t.event.casualty == name
    ]
    details = {
        "name": one.name,
        "age_years": one.age_years,
        "sex": one.sex,
        "mechanism": one.mechanism,
        "injured_at": utc_text(one.injured_at),
        "report": one.report,
        "allergies": one.allergies,
        "medication": one.medication,
        "alive": find.event.alive if find else None,
        "condition": find.event.condition if find else None,
        "needs": find.event.needs if find else None,
    }
    end = {
        "handed_to": handed.event.to if handed else None,
        "received_by": signed.event.received_by if signed else None,
        "outcome": _outcome(mission, name),
    }
    return {**row, **end, "personal": details, "treatments": treated, "triage": triaged}


def _same(receipt: HandedOver, given: HandedOver) -> bool:
    """Whether a receipt is of this hand-over."""
    return (receipt.record, receipt.to) == (given.record, given.to)


def _outcome(mission: Mission, name: str) -> Json | None:
    """What was told of what became of a casualty, of each thing the latest; None where nothing was."""
    told: Json = {}
    for one in mission.rescue.outcomes:
        if one.event.casualty == name:
            values = {n: getattr(one.event, n) for n in ("admitted", "outcome", "note")}
            values["fit_to_leave"] = utc_text(one.event.fit_to_leave)
            told |= {n: value for n, value in values.items() if value not in (None, "")}
    return told or None
