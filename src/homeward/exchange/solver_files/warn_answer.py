"""What a solution file of the kind `warn` says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import numpy as np

from homeward.errors import BadInput
from homeward.exchange.solver_files.door import Reported
from homeward.exchange.solver_files.warn_fields import ReadinessFile, WarnFile, key
from homeward.readiness.warn.forecast import Coming, FirstOf
from homeward.readiness.warn.motives import Weighed
from homeward.readiness.warn.ready import Stakes, expected_loss, mean_wait, pays, plan_readiness, waiting
from homeward.readiness.warn.records import DAY_S, WarnProblem
from homeward.readiness.warn.score import LEVELS, crps_as_said, score
from homeward.readiness.warn.solve import Warned, foresee
from homeward.readiness.warn.words import OVERDUE, certainty, days_words, overdue_words, urgency, warning_words
from homeward.words import chance, listed

_EVEN = 0.05  # shares of families that differ by less are not told
_ASK = "Ask again and give what is said now, or say with which probability it never comes (never)."


def reported(
    problem: WarnFile,
    cases: Mapping[str, WarnProblem],
    now: datetime,
    came_d: float | None,
    motives: Weighed | None = None,
) -> Reported:
    """The forecast of the warnings, or of the first of them, with all that the file asks for."""
    begun = perf_counter()
    warned = {name: foresee(case) for name, case in cases.items()}
    single = next(iter(warned.values())) if not problem.warnings else None
    coming: Coming = single.forecast if single else FirstOf(tuple(w.forecast for w in warned.values()))
    fields = _forecast(coming, problem, now)
    fields |= {
        "elapsed_d": max(case.elapsed_d for case in cases.values()),
        "already": 1 - math.prod(1 - w.already for w in warned.values()),
        "as_said_d": _quantiles(single.as_said, problem.levels) if single else {},
        "by_family": _by_family(single, problem) if single else {},
        "spread": _spread(single, problem) if single else {},
        "hazard_per_day": _table(problem.days, coming.hazard_per_day(np.array(problem.days, dtype=np.float64))),
        "cap": {
            "certainty": {h: certainty(p) for h, p in fields["within"].items()},
            "urgency": urgency(coming),
        },
        "widen": cases[""].statement.widen if single else None,
        "histogram": _histogram(cases[""], single) if single else None,
        "by_target": {
            name: {h: share * p for h, p in fields["within"].items()}
            for name, share in _chances(problem, motives).items()
        },
        "by_motive": _by_motive(motives, fields["within"]) if motives else {},
        "readiness": _readiness(problem.readiness, coming, problem),
        "score": None if came_d is None else _score(coming, single, came_d, problem, cases),
        "warnings": {name: _forecast(w.forecast, problem, now) for name, w in warned.items() if name},
    }
    value = fields["within"][key(problem.horizons_d[-1])]
    findings = (*_findings(warned), *(motives.findings if motives else ()))
    return Reported(
        status="optimal",
        value=value,
        bound=value,
        why=(*_why(coming, warned, fields, now, findings), *(_motive_words(problem, motives) if motives else ())),
        elapsed_s=perf_counter() - begun,
        fields=fields,
        findings=findings,
    )


def _finite(x: float) -> float | None:
    return float(x) if math.isfinite(x) else None


def _table(keys: Sequence[float], values: Any) -> dict[str, Any]:
    return {key(k): _finite(v) for k, v in zip(keys, np.atleast_1d(values), strict=True)}


def _quantiles(coming: Coming, levels: Sequence[float]) -> dict[str, float | None]:
    return _table(levels, coming.quantile(np.array(levels), if_it_comes=True)) if coming.still_coming > 0 else {}


def _forecast(coming: Coming, problem: WarnFile, now: datetime) -> dict[str, Any]:
    ready = coming.quantile(np.array(problem.risks))
    return {
        "still_coming": coming.still_coming,
        "median_d": _median(coming),
        "mean_d": _finite(mean_wait(coming)),
        "within": _table(problem.horizons_d, coming.cdf(np.array(problem.horizons_d))),
        "ready_by": {key(r): _stamp(now, float(d)) for r, d in zip(problem.risks, ready, strict=True)},
        "ready_by_d": _table(problem.risks, ready),
        "quantiles_d": _quantiles(coming, problem.levels),
    }


def _median(coming: Coming) -> float | None:
    return _finite(float(coming.quantile(0.5, if_it_comes=True))) if coming.still_coming > 0 else None


def _stamp(now: datetime, days: float) -> str | None:
    try:
        return (now + timedelta(seconds=math.floor(days * DAY_S + 1e-3))).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        return None


def _by_family(warned: Warned, problem: WarnFile) -> dict[str, dict[str, Any]]:
    levels, horizons = problem.levels, np.array(problem.horizons_d)
    return {
        name: {
            "parameters": {par: _finite(value) for par, value in one.parameters.items()},
            "misfit": one.misfit,
            "share": one.share,
            "still_coming": one.forecast.still_coming,
            "median_d": _median(one.forecast),
            "within": _table(problem.horizons_d, one.forecast.cdf(horizons)),
            "quantiles_d": _quantiles(one.forecast, levels),
            "as_said_d": _table(levels, one.as_said.ppf(np.array(levels))),
            "log_mean": one.log_moments[0] if one.log_moments else None,
            "log_sd": one.log_moments[1] if one.log_moments else None,
        }
        for name, one in warned.by_family.items()
    }


def _spread(warned: Warned, problem: WarnFile) -> dict[str, Any]:
    forecasts, medians = [one.forecast for one in warned.likely], warned.medians_d
    within = np.array([f.cdf(np.array(problem.horizons_d)) for f in forecasts])
    return {
        "median_d": [min(medians), max(medians)] if medians else None,
        "within": {key(h): [float(c.min()), float(c.max())] for h, c in zip(problem.horizons_d, within.T, strict=True)},
    }


def _histogram(case: WarnProblem, warned: Warned) -> dict[str, list[float]] | None:
    edges, coming = case.statement.edges_d, warned.forecast
    if not edges or coming.still_coming <= 0:
        return None
    below = coming.cdf(np.array(edges) - case.elapsed_d) / coming.still_coming
    return {"edges_d": list(edges), "p": [float(x) for x in np.diff(below, append=1.0)]}


def _readiness(given: ReadinessFile | None, coming: Coming, problem: WarnFile) -> dict[str, Any] | None:
    if given is None:
        return None
    out: dict[str, Any] = {}
    if given.cost is not None and given.loss is not None:
        above = given.cost / given.loss
        within = coming.cdf(np.array(problem.horizons_d))
        out["protect_if_p_above"] = above
        out["protect"] = {key(h): bool(p > above) for h, p in zip(problem.horizons_d, within, strict=True)}
    loss = given.loss if given.loss_if_unready is None else given.loss_if_unready
    if loss is None:
        raise BadInput("readiness has no loss. Give loss_if_unready, or loss.")
    stakes = Stakes(
        cost_per_day=1.0 if given.cost_per_day is None else given.cost_per_day,
        loss=loss,
        ramp_d=given.ramp_d,
        until_d=given.until_d,
    )
    out["expected_loss"] = {key(s): expected_loss(coming, stakes, start_d=s) for s in given.starts_d}
    if given.cost_per_day is None:
        if not out.get("protect") and "starts_d" not in given.model_fields_set and not given.ramp_d:
            raise BadInput("readiness has no cost. Give cost_per_day, or cost of protecting once.")
        return out
    plan = plan_readiness(coming, stakes)
    return out | {
        "cost_by_start": {
            key(s): out["expected_loss"][key(s)] + stakes.cost_per_day * waiting(coming, s, stakes.until_d)
            for s in given.starts_d
        },
        "hold_if_hazard_above": stakes.cost_per_day / stakes.loss,
        "hold": {key(d): pays(coming, d, stakes) for d in problem.days},
        "spans_d": [list(span) for span in plan.spans_d],
        "raise_d": plan.spans_d[0][0] if plan.spans_d else None,
        "lower_d": plan.spans_d[-1][1] if plan.spans_d else None,
        "start_now": plan.start_now,
        "until_d": stakes.until_d,
        "cost_best": plan.cost,
        "cost_now": plan.cost_now,
        "cost_never": plan.cost_never,
    }


def _score(
    coming: Coming, single: Warned | None, came_d: float, problem: WarnFile, cases: Mapping[str, WarnProblem]
) -> dict[str, Any]:
    if coming.still_coming <= 0:
        raise BadInput("It came, although the forecast excludes it: there is nothing to score. Correct what was said.")
    levels = problem.levels if "levels" in problem.model_fields_set else list(LEVELS)
    found = score(coming, came_d, levels=levels, horizons_d=problem.horizons_d)
    said = crps_as_said(single.as_said, cases[""].elapsed_d + came_d) if single else None
    return {
        "came_d": came_d,
        "crps": found.crps,
        "crps_as_said": said,
        "pinball": {key(p): _finite(x) for p, x in found.pinball.items()},
        "mean_pinball": found.mean_pinball,
        "brier": {key(h): x for h, x in found.brier.items()},
        "mean_brier": sum(found.brier.values()) / len(found.brier),
        "log": found.log,
        "below": found.below,
        "inside_90": found.inside_90,
    }


def _why(
    coming: Coming, warned: Mapping[str, Warned], fields: Mapping[str, Any], now: datetime, findings: tuple[str, ...]
) -> tuple[str, ...]:
    """What the forecast comes to; that a warning is overdue stands before all dates."""
    single = next(iter(warned.values())) if not fields["warnings"] else None
    said = warning_words(coming, medians_d=single.medians_d if single else None)
    late = [f for f in findings if OVERDUE in f]
    rest = [f for f in findings if f not in late]
    families = [_weighed(single)] if single and _weighed(single) else []
    dates = (*said, *_dates(coming, fields, now), *_gone(fields))
    return (*late, *dates, *_held(fields["readiness"], now), *families, *rest)


def _chances(problem: WarnFile, motives: Weighed | None) -> dict[str, float]:
    """The probability of each target, if it comes: by the motives that are named, and by `targets` for the rest."""
    if motives is None:
        return dict(problem.targets)
    every = dict.fromkeys((*motives.by_target, *problem.targets))
    return {t: motives.by_target.get(t, 0.0) + motives.other * problem.targets.get(t, 0.0) for t in every}


def _by_motive(motives: Weighed, within: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    return {
        m.id: {
            "p": m.share,
            "share": motives.shares[m.id],
            "targets": {t: m.chance(t) for t in m.targets},
            "within": {h: motives.shares[m.id] * p for h, p in within.items()},
        }
        for m in motives.motives
    }


def _motive_words(problem: WarnFile, motives: Weighed) -> list[str]:
    """Why it may come, and what it then hits."""
    said = [
        f"{m.id} {chance(now)}" + (f" ({chance(m.share)} as told)" if abs(now - m.share) > 1e-9 else "")
        for m, now in ((m, motives.shares[m.id]) for m in motives.motives)
    ]
    left = f"; none of them {chance(motives.other)}" if motives.other > 1e-9 else ""
    likeliest = sorted(_chances(problem, motives).items(), key=lambda row: -row[1])
    hit = listed((f"{name} {chance(p)}" for name, p in likeliest), most=4)
    return [f"Motives: {', '.join(said)}{left}. If it comes, it hits {hit}."]


def _findings(warned: Mapping[str, Warned]) -> tuple[str, ...]:
    """What was odd in what was said, with the warning's name where there are several."""
    out = []
    for name, one in warned.items():
        late = [] if one.overdue_d is None else [f"{overdue_words(one.overdue_d)}. {_ASK}"]
        out += [f"{name}: {f}" if name else f for f in (*late, *one.findings)]
    return tuple(out)


def _weighed(warned: Warned) -> str:
    """How probable each family is, where they differ."""
    shares = {name: one.share for name, one in warned.by_family.items()}
    if max(shares.values()) - min(shares.values()) < _EVEN:
        return ""
    said = ", ".join(f"{name} {chance(v)}" for name, v in sorted(shares.items(), key=lambda row: -row[1]))
    return f"Families, by how well they meet what was said, the silence and the reports: {said}."


def _dates(coming: Coming, fields: Mapping[str, Any], now: datetime) -> list[str]:
    days = float(coming.quantile(0.05))
    when = "it may never come" if math.isinf(days) else f"{_when(now, days)}, in {days_words(days)}"
    far = [r for r, d in fields["ready_by_d"].items() if d is not None and fields["ready_by"][r] is None]
    late = [f"At a risk of {', '.join(far)} the date is after the year 9999: `ready_by` is null there."] if far else []
    return [f"Ready by, at a risk of 5 %: {when}.", *late]


def _gone(fields: Mapping[str, Any]) -> list[str]:
    if fields["elapsed_d"] <= 0:
        return []
    return [f"As it was said, it should have come by now with {chance(min(fields['already'], 1 - 1e-12))}."]


def _held(plan: Mapping[str, Any] | None, now: datetime) -> list[str]:
    if plan is None or "spans_d" not in plan:
        return []
    best, never = (f"{plan[name]:.4g}" for name in ("cost_best", "cost_never"))
    if not plan["spans_d"]:
        return [f"Readiness: never raise it, for no day of it saves what it costs; the loss left is {never}."]
    spans = [
        f"raise it {'now' if a <= 0 else _when(now, a)}, "
        f"{'and hold it' if b >= plan['until_d'] else 'lower it ' + _when(now, b)}"
        for a, b in plan["spans_d"]
    ]
    return [f"Readiness: {'; '.join(spans)}. With the loss left that costs {best}, never raised {never}."]


def _when(now: datetime, days: float) -> str:
    at = _stamp(now, days)
    return "after the year 9999" if at is None else f"{at[:10]} {at[11:16]} UTC"
