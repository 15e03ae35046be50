"""What the page shows of overruling: POS by hour beside other plans, what changed, locks, drawn segments."""

from __future__ import annotations

from typing import Any

import numpy as np

from homeward.exchange.page_words import lock_words
from homeward.mission import Mission
from homeward.search.records import SearchPlan

Json = dict[str, Any]


def manage_data(mission: Mission, plan: SearchPlan | None, *, personal: bool = False) -> Json:
    """Locks with what they cost in the plan (and why, if `personal`), drawn segments, the own plan, POS by hour."""
    costs = dict(plan.lock_costs) if plan else {}
    own = mission.own_plan.orders if mission.own_plan else ()
    return {
        "locks": [
            {"id": one.id, "says": lock_words(one), "why": one.why if personal else "", "cost": costs.get(one.id)}
            for one in mission.locks.values()
        ],
        "segments": [
            {
                "id": s.id,
                "label": s.label,
                "kind": s.kind,
                "ring": [[round(p.lon_deg, 6), round(p.lat_deg, 6)] for p in (*s.ring, s.ring[0])],
            }
            for s in mission.segments.values()
        ],
        "own": [{"team": team, "segments": list(names)} for team, names in own],
        "begun": [b.event.assignment for b in mission.begun],
        "given_up": [g.event.assignment for g in mission.given_up],
        "changes": list(plan.changes) if plan else [],
        "hours": _by_hour(plan) if plan else None,
    }


def _by_hour(plan: SearchPlan) -> Json:
    """POS at each full hour and at the end: of the plan, of what it is measured beside, and the most possible."""
    at = sorted({*np.arange(3600.0, plan.duration_s, 3600.0).tolist(), plan.duration_s})
    seconds, pos, most = (np.array(column) for column in zip(*plan.curve, strict=True))
    rows = [("this plan", np.interp(at, seconds, pos))]
    rows += [(r.name, np.interp(at, [p[0] for p in r.curve], [p[1] for p in r.curve])) for r in plan.rivals]
    rows.append(("at best", np.interp(at, seconds, most)))
    return {"at_s": at, "rows": [{"name": name, "pos": values.tolist()} for name, values in rows]}
