"""A forecast in words: a countdown that is honest, and the words of the Common Alerting Protocol.

OASIS, Common Alerting Protocol 1.2 (2010), section 3.2.2: Likely is p > ~50 %, Possible p <= ~50 %, Unlikely p ~ 0;
Expected is "within next hour", Future "in the near future". Which probabilities make a date Expected or Immediate, and
what is as good as 0, is homeward's own choice.
"""

from __future__ import annotations

import math

from homeward.readiness.warn.forecast import Coming
from homeward.words import chance

OVERDUE = "OVERDUE."
"""How a note begins that a warning lies behind: it stands before every date."""
_NEAR_0 = 0.01
_HOUR_D = 1 / 24
_CENTURY_D = 36525.0
_EXPECTED, _LIKELY = 0.05, 0.5


def certainty(p: float, *, happened: bool = False) -> str:
    """Observed, Likely, Possible or Unlikely, of a probability."""
    if happened:
        return "Observed"
    if p > _LIKELY:
        return "Likely"
    return "Possible" if p >= _NEAR_0 else "Unlikely"


def urgency(coming: Coming, *, happened: bool = False, over: bool = False) -> str:
    """Immediate, Expected, Future or Past: by the probability that it comes within the hour."""
    if over:
        return "Past"
    soon = float(coming.cdf(_HOUR_D))
    if happened or soon > _LIKELY:
        return "Immediate"
    return "Expected" if soon >= _EXPECTED else "Future"


def warning_words(coming: Coming, *, medians_d: tuple[float, ...] | None = None) -> tuple[str, ...]:
    """The countdown: how long half of the cases leave, and how soon the early ones come, from now.

    `medians_d` are those of the families that still count, if they differ. The median is of the cases in which it
    comes; every other probability is of all cases, as the dates to be ready by are.
    """
    if coming.still_coming <= 0:
        return ("By what was said it comes no more.",)
    half, early = float(coming.quantile(0.5, if_it_comes=True)), float(coming.quantile(0.05))
    spread = ""
    if medians_d and max(medians_d) - min(medians_d) > 0.05:
        low, high = days_words(min(medians_d)), days_words(max(medians_d))
        low = low.removesuffix(" days") if high.endswith(" days") else low
        spread = f" (by family {low} to {high})" if low != high else ""
    sure = coming.still_coming
    middle = f"{days_words(half)} from now{spread}" if math.isfinite(half) and half <= _CENTURY_D else days_words(half)
    soon = f"5 % of {{}}cases come within {days_words(early)}" if math.isfinite(early) else "under 5 % of {}cases come"
    if sure > 1 - 1e-9:
        whole = f"Median {middle}, but {soon.format('the ')}."
    else:
        whole = f"It comes at all with {chance(sure)}. Median of those cases {middle}; {soon.format('all ')}."
    day, week, month = (chance(float(coming.cdf(d))) for d in (1.0, 7.0, 30.0))
    return (
        whole,
        f"Within a day {day}, within a week {week}, within 30 days {month}.",
    )


def overdue_words(overdue_d: float) -> str:
    """That what was said lies behind, for who reads the dates alone."""
    ago = "just now" if overdue_d * 1440 < 1 else f"{days_words(overdue_d)} ago"
    return (
        f"{OVERDUE} As it was said it should have come {ago} (nine cases of ten), and nobody has spoken of it since:"
        " every date here rests on the few cases that are left"
    )


def days_words(days: float) -> str:
    """Days as they are said: 40 minutes, 5 hours, 27.6 days, 120 days."""
    if not math.isfinite(days):
        return "never"
    if days > _CENTURY_D:
        return "more than 100 years"
    if days < 2 / 24:
        return f"{max(1, math.floor(days * 1440))} min"
    if days < 2:
        return f"{math.floor(days * 24)} h"
    return f"{round(days, 1):g} days" if days < 100 else f"{round(days):d} days"
