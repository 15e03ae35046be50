"""Forms of warnings: what may come and when, what was said since, readiness, CAP messages."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from homeward.web.forms.common import Form


class Warning_(Form):  # noqa: N801 - Warning is Python's own
    """Something that may come, and when, as somebody said it."""

    name: str
    text: str | None = None
    said_at: str | None = None
    source: str | None = None
    told: str | None = None
    quantiles: list[str] = Field(default_factory=list)
    never: float | str | None = None
    targets: list[str] = Field(default_factory=list)
    motive: str | None = None
    motives: list[str] = Field(default_factory=list)
    reliability: str | None = None
    widen: float | str | None = None
    families: list[str] = Field(default_factory=list)
    forecast: bool | None = None
    forget: list[str] = Field(default_factory=list)
    at: str | None = None


class WarningReport(Form):
    """Something more was said of a warning."""

    name: str
    within: str | None = None
    quantiles: list[str] = Field(default_factory=list)
    told: str | None = None
    reliability: float | str = 1.0
    said_at: str | None = None
    source: str = ""
    text: str = ""
    motives: list[str] = Field(default_factory=list)
    may_replace: bool = False
    id: str | None = None
    at: str | None = None


class Came(Form):
    """What was warned of has come."""

    name: str
    at_time: str | None = None
    at: str | None = None


class AlertLevel(Form):
    """What readiness costs and saves."""

    name: str | None = None
    cost_per_day: float | str
    loss: float | str
    ramp: str | None = None


class _Message(Form):
    model_config = ConfigDict(str_max_length=1 << 20)


class CapIn(_Message):
    """A CAP message, as text."""

    xml: str
    name: str | None = None


class CapOut(_Message):
    """A warning to be passed on as a CAP message; `replaces` is the text of the message sent before."""

    name: str
    severity: str = "Unknown"
    instruction: str = ""
    sender: str = "homeward@localhost"
    public: bool = False
    replaces: str | None = None


class Forecast(Form):
    """When what was warned of may come."""

    name: str | None = None


class Calendar(Form):
    """The dates to be ready by, as a calendar."""
