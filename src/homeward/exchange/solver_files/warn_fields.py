"""The fields of problem and solution files of the kind `warn`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from homeward.exchange.solver_files.door import FileModel, ProblemHead, SolutionHead
from homeward.readiness.warn.motives import MOST_RATIO

P = Annotated[float, Field(ge=0, le=1)]
Risk = Annotated[float, Field(gt=0, lt=1)]
Days = Annotated[float, Field(ge=0, le=1e6)]
Above = Annotated[float, Field(gt=0, le=1e6)]


def key(number: float) -> str:
    """A number as a key of an object."""
    return f"{number:.12g}"


def _once(numbers: list[float]) -> list[float]:
    return list({key(x): x for x in numbers}.values())


Each = AfterValidator(_once)  # numbers that name fields of the solution: one said twice is there once


class HistogramFile(FileModel):
    """Probabilities of spans of days."""

    edges_d: list[Days] = Field(min_length=2, description="days from when it was said at which spans begin; first 0")
    p: list[P] = Field(description="probability of each span, and of what lies beyond the last edge; they sum to 1")


class WidenFile(FileModel):
    """How often intervals of such people hold what they should."""

    stated: Risk = Field(default=0.8, description="the share that a stated interval should hold, such as 0.8")
    hit: Risk = Field(description="the share that it did hold, such as 0.681")


class SaidFile(FileModel):
    """When it may come, as one informant said it: in one of four ways."""

    quantiles_d: dict[str, float] = Field(
        default_factory=dict, description="probability -> days from `said_at` by which it comes with that probability"
    )
    distribution: dict[str, float | str] | None = Field(
        default=None, description="`family` and its parameters, in days from `said_at`"
    )
    histogram: HistogramFile | None = Field(default=None, description="probabilities of spans of days from `said_at`")
    p_within: dict[str, P] = Field(
        default_factory=dict, description="days from `said_at` -> probability that it comes by then, of all cases"
    )
    never: float | None = Field(
        default=None, ge=0, lt=1, description="probability that it does not come at all (a false alarm); 0"
    )
    widen: Annotated[float, Field(gt=0, lt=100)] | WidenFile | None = Field(
        default=None,
        description="factor on the spread for overconfidence (1.29 for quantiles, else 1 = as stated); or an object "
        "with `stated`, `hit`",
    )
    weight: float = Field(default=1.0, gt=0, le=1e6, description="what this informant counts in the pool, above 0")
    source: str = Field(default="", description="who said it: of two of one source the later counts")


class ReportFile(SaidFile):
    """What was said later: another informant's dates, or that it comes in a span of days."""

    id: str = Field(min_length=1, description="a name of its own")
    said_at: str | None = Field(default=None, description="when it was said, as 2026-11-22T14:00+01:00; `now`")
    within_d: float | None = Field(default=None, gt=0, le=1e6, description="it comes within so many days")
    between_d: Annotated[list[Days], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="it comes between these two days"
    )
    edges_d: list[Days] = Field(default_factory=list, description="days at which spans begin; of `likelihood`")
    likelihood: list[P] = Field(
        default_factory=list, description="by span: probability of such a report from a source that knows"
    )
    likelihood_never: P | None = Field(
        default=None, description="the same if it never comes (left out: that of the last span)"
    )
    p_true: P = Field(
        default=0.9, description="probability of such a report if it comes in that span, of one who knows"
    )
    p_false: P = Field(default=0.1, description="probability of such a report if it does not")
    reliability: P = Field(default=1.0, description="probability that the source knows; else the report says nothing")
    motives: dict[str, Annotated[float, Field(ge=0, le=MOST_RATIO)]] = Field(
        default_factory=dict,
        description="motive -> how many times as probable such a report is by it as by those left out, from 0 up",
    )


class MotiveFile(FileModel):
    """Why it may come, and what it would then hit."""

    id: str = Field(min_length=1, description="a name of its own")
    p: P = Field(description="its probability; together at most 1, what they leave is a motive that nobody named")
    targets: dict[str, Above] = Field(
        min_length=1, description="target -> weight, above 0: it hits one of them, by weight"
    )


class ReadinessFile(FileModel):
    """What readiness costs and saves, in any one unit."""

    cost: float | None = Field(default=None, ge=0, description="the cost of protecting once, 0 or above")
    loss: float | None = Field(default=None, gt=0, description="what is lost without protection, above 0")
    cost_per_day: float | None = Field(default=None, ge=0, description="the cost of a day of readiness, 0 or above")
    loss_if_unready: float | None = Field(
        default=None, gt=0, description="what is lost if it comes and nobody is ready, above 0 (left out: `loss`)"
    )
    ramp_d: float = Field(
        default=0.0, ge=0, le=1e4, description="days from raising readiness until it is whole, evenly"
    )
    starts_d: Annotated[list[Days], Each] = Field(
        default_factory=lambda: [0.0], description="days from now at which it may be raised"
    )
    until_d: float = Field(default=3650.0, gt=0, le=1e6, description="the last day from now that counts, 3650")


class WarningFile(SaidFile):
    """One of several warnings."""

    id: str = Field(min_length=1, description="a name of its own")
    said_at: str = Field(description="when it was said, as 2026-11-22T14:00+01:00")
    reports: list[ReportFile] = Field(default_factory=list, max_length=1000, description="what was said of it since")


class WarnFile(ProblemHead, SaidFile):
    """A warning whose date is uncertain: how long there is, and by when to be ready."""

    kind: Literal["warn"] = Field(description="'warn'")
    said_at: str | None = Field(default=None, description="when it was said, as 2026-11-22T14:00+01:00")
    now: str = Field(description="the time now, as 2026-11-22T14:00+01:00; nothing has happened until then")
    families: list[str] = Field(
        default_factory=lambda: ["lognormal", "weibull", "loglogistic", "gamma"],
        min_length=1,
        description="the families that are fitted to quantiles, each as probable as the others to begin with",
    )
    lower_d: float | None = Field(default=None, ge=-1e6, le=1e6, description="the earliest day of the families")
    upper_d: float | None = Field(default=None, ge=-1e6, le=1e6, description="the latest day of beta and mirrored ones")
    df: float | None = Field(default=None, ge=0.1, le=1e6, description="degrees of freedom of Student families")
    pool: Literal["log", "linear", "product"] = Field(default="log", description="how informants are taken together")
    reports: list[ReportFile] = Field(default_factory=list, max_length=1000, description="what was said since")
    warnings: list[WarningFile] = Field(
        default_factory=list, max_length=200, description="several warnings, instead of one: the first of them counts"
    )
    horizons_d: Annotated[list[Days], Each] = Field(
        default_factory=lambda: [1.0, 3.0, 7.0, 14.0, 30.0, 90.0], min_length=1, description="days from now"
    )
    risks: Annotated[list[Risk], Each] = Field(
        default_factory=lambda: [0.01, 0.05, 0.1, 0.25, 0.5], min_length=1, description="risks for ready-by dates"
    )
    levels: Annotated[list[Risk], Each] = Field(
        default_factory=lambda: [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99],
        min_length=1,
        description="probabilities of the quantiles that are shown",
    )
    days: Annotated[list[Days], Each] = Field(
        default_factory=lambda: [0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 20.0, 25.0, 30.0, 45.0, 60.0, 90.0],
        description="days from now at which the hazard is shown",
    )
    targets: dict[str, P] = Field(
        default_factory=dict,
        description="probability of each target, if it comes; beside `motives` if it is none of those",
    )
    motives: list[MotiveFile] = Field(default_factory=list, max_length=100, description="why it may come; of one alone")
    readiness: ReadinessFile | None = Field(default=None, description="what readiness costs and saves")
    happened_d: float | None = Field(default=None, ge=0, le=1e6, description="it came so many days from now: scores")
    happened_at: str | None = Field(default=None, description="the same as a time")


class WarnResult(SolutionHead):
    """The forecast. `value` is the probability that it comes within the last of `horizons_d`; `bound` is the same."""

    elapsed_d: float = Field(description="days from when it was said until now")
    already: float = Field(description="probability, as it was said, that it would have come by now")
    still_coming: float = Field(description="probability now that it comes at all")
    median_d: float | None = Field(description="days from now by which half of the cases have come, if it comes")
    mean_d: float | None = Field(description="mean days from now, if it comes; null where the tail has no mean")
    within: dict[str, float] = Field(description="days from now -> probability that it comes within them")
    ready_by: dict[str, str | None] = Field(description="risk -> last time before which it comes with that risk, UTC")
    ready_by_d: dict[str, float | None] = Field(description="the same, days from now")
    quantiles_d: dict[str, float | None] = Field(description="probability -> days from now, if it comes")
    as_said_d: dict[str, float | None] = Field(description="probability -> days from when it was said, widened")
    by_family: dict[str, dict[str, Any]] = Field(
        description="by family: parameters as stated, misfit, share, median_d, within, quantiles_d, as_said_d, "
        "log_mean, log_sd"
    )
    spread: dict[str, Any] = Field(
        description="least and greatest of the families with a share above 0.05: median_d, within"
    )
    hazard_per_day: dict[str, float] = Field(description="days from now -> probability per day, if not come before")
    cap: dict[str, Any] = Field(description="certainty by horizon and urgency, in words of CAP 1.2")
    widen: float | None = Field(description="the factor on the spread that was used; null with `warnings`")
    histogram: dict[str, list[float]] | None = Field(description="probabilities of its spans now, if it comes")
    by_target: dict[str, dict[str, float]] = Field(description="target -> days from now -> probability")
    by_motive: dict[str, dict[str, Any]] = Field(
        description="motive -> p as told, share now, targets (probability of each if it is this motive), within"
    )
    readiness: dict[str, Any] | None = Field(description="when to protect, raise and lower")
    score: dict[str, Any] | None = Field(description="how good the forecast was")
    warnings: dict[str, dict[str, Any]] = Field(description="by warning: median_d, within, ready_by, still_coming")
