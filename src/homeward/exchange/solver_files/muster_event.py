"""The event that a muster wants to be ready before, as its file says it: the fields of `warn`, or a law in short."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.reading import utc
from homeward.exchange.solver_files.warn import cases as warnings_of
from homeward.exchange.solver_files.warn_fields import WarnFile
from homeward.geo import Floats
from homeward.readiness.muster.records import Survival
from homeward.readiness.warn.forecast import FirstOf
from homeward.readiness.warn.records import DAY_S
from homeward.readiness.warn.solve import foresee

Positive = Annotated[float, Field(gt=0, le=1e6)]
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
_SHARES = {"median_d": "0.5", "q10_d": "0.1", "q90_d": "0.9"}


class EventFile(WarnFile):
    """What may come, and when: any fields of a problem of the kind `warn`, or a law in short."""

    kind: Any = Field(default="warn", description="'warn', or left out")
    now: str | None = Field(default=None, description="the time now (left out: recall_at)")  # type: ignore[assignment]
    elapsed_d: Annotated[float, Field(ge=0, le=1e5)] | None = Field(
        default=None, description="instead of said_at: how many days ago it was said (0)"
    )
    family: str | None = Field(default=None, description="a law in short, taken as it is: its family")
    median_d: Positive | None = Field(default=None, description="with family: its median, days from when it was said")
    q10_d: Positive | None = Field(default=None, description="with family: its 10 % quantile, days")
    q90_d: Positive | None = Field(default=None, description="with family: its 90 % quantile, days")
    mean_d: Positive | None = Field(default=None, description="with family exponential: its mean, days")


def to_event(event: EventFile, recall_at: datetime | None, file: str) -> tuple[Survival, tuple[float, ...]]:
    """P(it has not come t hours after the recall), and hours at which its density jumps."""
    try:
        now = utc(event.now, "event.now") if event.now is not None else recall_at or _SOME_DAY
        cases = warnings_of(_as_warning(event, now, known=recall_at is not None or event.now is not None), now)
        forecasts = tuple(foresee(case).forecast for case in cases.values())
    except BadInput as err:
        raise BadFile(f"{file}: event: {err}") from err
    forecast = forecasts[0] if len(forecasts) == 1 else FirstOf(forecasts)
    later_d = 0.0 if recall_at is None else (recall_at - now).total_seconds() / DAY_S
    if later_d < 0:
        raise BadFile(f"{file}: recall_at is before event.now. Give a recall that is still to come.")

    def survival(t_h: Floats) -> Floats:
        return forecast.survival(later_d + t_h / 24)

    return survival, tuple((k - later_d) * 24 for k in forecast.kinks_d if k > later_d)


def _as_warning(event: EventFile, now: datetime, *, known: bool) -> WarnFile:
    """The same as a problem of the kind `warn`."""
    if event.said_at is not None and event.elapsed_d is not None:
        raise BadInput("said_at and elapsed_d stand side by side. Give one of them.")
    if event.said_at is not None and not known:
        raise BadInput("said_at stands there without now. Give now, or the muster's recall_at.")
    given = {name: value for name in event.model_fields_set if (value := getattr(event, name)) is not None}
    short = {name: given.pop(name) for name in ("family", "mean_d", *_SHARES) if name in given}
    said_at = now - timedelta(days=given.pop("elapsed_d", 0.0))
    if not event.warnings:
        given = {"said_at": said_at.isoformat(), **given}
    return WarnFile.model_construct(**{**given, "kind": "warn", "now": now.isoformat(), **_law(short, given)})


def _law(short: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """A law in short as quantiles of one family, not widened unless that is asked for."""
    if not short:
        return {}
    family = short.pop("family", None)
    beside = [name for name in ("quantiles_d", "families", "distribution", "histogram", "p_within") if name in given]
    if family is None:
        raise BadInput(f"{next(iter(short))} stands there without a family. Give family too, or quantiles_d.")
    if beside:
        raise BadInput(f"family and {beside[0]} stand side by side. Give one of them.")
    if "mean_d" in short and (family != "exponential" or len(short) > 1):
        raise BadInput("mean_d goes with the family exponential, alone. Give median_d and q10_d instead.")
    if not short:
        raise BadInput("family stands there without numbers. Give median_d and q10_d (exponential: mean_d).")
    quantiles = {_SHARES[name]: days for name, days in short.items() if name in _SHARES}
    if "mean_d" in short:
        quantiles = {"0.5": short["mean_d"] * math.log(2)}
    return {"quantiles_d": quantiles, "families": [family], "widen": given.get("widen", 1.0)}
