"""What the page shows of warnings: when each may come, the dates to be ready by, and the curve to draw.

Days count from now. What was said, by whom and why is left out unless `personal`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from homeward.exchange.page_values import utc_text
from homeward.mission.readiness import Threat, ThreatReport
from homeward.readiness.warn.forecast import Coming
from homeward.readiness.warn.records import WIDEN
from homeward.readiness.warn.solve import Warned
from homeward.readiness.warn.words import OVERDUE, certainty, days_words, urgency, warning_words

Json = dict[str, Any]
HORIZONS_D = (1.0, 3.0, 7.0, 14.0, 30.0, 90.0)
RISKS = (0.01, 0.05, 0.1, 0.25, 0.5)
_POINTS = 81


def coming_data(coming: Coming, *, now: datetime, medians_d: Sequence[float] = ()) -> Json:
    """A forecast as data: probabilities, dates, hazard, words, and a curve up to where 90 % lie."""
    ready = coming.quantile(np.array(RISKS))
    return {
        "still_coming": coming.still_coming,
        "median_d": _finite(coming.quantile(0.5, if_it_comes=True)) if coming.still_coming > 0 else None,
        "early_d": _finite(coming.quantile(0.05)),
        "within": {f"{h:g}": float(p) for h, p in zip(HORIZONS_D, coming.cdf(np.array(HORIZONS_D)), strict=True)},
        "ready_by": [
            {"risk": risk, "days": _finite(d), "at": utc_text(date_after(now, float(d)))}
            for risk, d in zip(RISKS, ready, strict=True)
        ],
        "hazard_per_day": float(coming.hazard_per_day(0.0)),
        "words": list(warning_words(coming, medians_d=tuple(medians_d) or None)),
        "cap": {"certainty": certainty(float(coming.cdf(30.0))), "urgency": urgency(coming)},
        "curve": curve(coming),
    }


def curve(coming: Coming, last_d: float | None = None) -> list[list[float]]:
    """[days from now, probability by then, probability per day], for a plot up to a day, or to where 90 % lie."""
    if coming.still_coming <= 0:
        return []
    last = float(coming.quantile(0.9, if_it_comes=True)) if last_d is None else last_d
    days = np.linspace(0.0, 1.0, _POINTS) ** 1.5 * (last if math.isfinite(last) else 90.0)
    rows = zip(days, coming.cdf(days), coming.density(days), strict=True)
    return [[float(f"{x:.5g}") for x in row] for row in rows]


def warning_row(
    threat: Threat,
    warned: Warned | None,
    *,
    now: datetime,
    reports: Sequence[ThreatReport] = (),
    told: Mapping[str, Sequence[str]] | None = None,
    personal: bool = False,
) -> Json:
    """One warning with its forecast, None where there is none; `told` has `notes` and what is `assumed`, in words."""
    row: Json = {
        "id": threat.id,
        "said_at": utc_text(threat.said_at),
        "elapsed_d": (now - threat.said_at).total_seconds() / 86400,
        "quantiles_d": [list(q) for q in threat.quantiles_d],
        "never": threat.never,
        "reliability": threat.reliability,
        "targets": list(threat.targets),
        "forecast": threat.forecast,
        "widen_told": threat.widen,
        "families_told": list(threat.families),
        "widen": None if threat.forecast else WIDEN if threat.widen is None else threat.widen,
        "reports": [_report(r, personal=personal) for r in reports],
        "notes": list((told or {}).get("notes", ())),
        "assumed": list((told or {}).get("assumed", ())),
        "coming": None,
        "families": [],
    }
    if warned is not None:
        medians = [_median(b.forecast) for b in warned.by_family.values()]
        row["coming"] = coming_data(warned.forecast, now=now, medians_d=warned.medians_d)
        row["already"] = warned.already
        last = row["coming"]["curve"][-1][0] if row["coming"]["curve"] else None
        row["families"] = [
            {
                "family": name,
                "share": one.share,
                "misfit": one.misfit,
                "median_d": median,
                "within": {
                    f"{h:g}": float(p) for h, p in zip(HORIZONS_D, one.forecast.cdf(np.array(HORIZONS_D)), strict=True)
                },
                "curve": curve(one.forecast, last),
            }
            for (name, one), median in zip(warned.by_family.items(), medians, strict=True)
        ]
    return row | ({"text": threat.text, "source": threat.source, "motive": threat.motive} if personal else {})


def board_lines(row: Json, *, zone_time: Mapping[str, str]) -> list[str]:
    """A warning as it is read out. `zone_time` gives every UTC text of a date as the mission's own time."""
    coming = row["coming"]
    ago = f"{days_words(row['elapsed_d'])} ago" if row["elapsed_d"] * 1440 >= 1 else "just now"
    head = f"{row['id']}: {'forecast' if row['forecast'] else 'said'} {ago}"
    if coming is None:
        return [f"{head}. NO FORECAST: {'; '.join(row['notes'])}"]
    late = [n for n in row["notes"] if n.startswith(OVERDUE)]
    rest = [n for n in row["notes"] if n not in late]
    lines = [f"{head}. {' '.join([*late, coming['words'][0]])}", f"  {coming['words'][1]}"]
    dates = [
        f"{r['risk'] * 100:g} % "
        f"{zone_time[r['at']] if r['at'] else 'never' if r['days'] is None else 'after the year 9999'}"
        for r in coming["ready_by"]
    ]
    lines.append(f"  Ready by, at a risk of: {'; '.join(dates)}.")
    lines += [f"  {row['hit_words']}"] if row.get("hit_words") else []
    return [*lines, *(f"  Own assumption: {a}." for a in row["assumed"]), *(f"  NOTE: {n}" for n in rest)]


def date_after(now: datetime, days: float) -> datetime | None:
    """The time so many days from now, to the second before it; None where there is none."""
    try:
        return now + timedelta(seconds=math.floor(days * 86400 + 1e-3))
    except (OverflowError, ValueError):
        return None


def _report(report: ThreatReport, *, personal: bool) -> Json:
    told = {
        "id": report.id,
        "said_at": utc_text(report.said_at),
        "within_d": report.within_d,
        "quantiles_d": [list(q) for q in report.quantiles_d],
        "reliability": report.reliability,
        "may_replace": report.may_replace,
        "on_motives": bool(report.motives),
    }
    motives = [f"{name}={times:g}" for name, times in report.motives]
    return told | ({"text": report.text, "source": report.source, "motives": motives} if personal else {})


def _median(coming: Coming) -> float | None:
    return _finite(coming.quantile(0.5, if_it_comes=True)) if coming.still_coming > 0 else None


def _finite(x: Any) -> float | None:
    return float(x) if math.isfinite(float(x)) else None
