"""Forms of the muster: how people can be had, the call, answers, who is here, the roll-call."""

from __future__ import annotations

from pydantic import Field

from homeward.web.forms.common import Form


class Available(Form):
    """How somebody can be had when everybody is called in."""

    person: str
    state: str | None = None
    until: str | None = None
    travel: str | None = None
    travel_gsd: float | None = None
    wake: str | None = None
    report: str | None = None
    p_come: float | None = None
    channels: list[str] = Field(default_factory=list)
    forget: list[str] = Field(default_factory=list)
    at: str | None = None


class CallOut(Form):
    """Everybody is called in. Which channels there are is not the page's business: homeward's own machine knows."""

    need: list[str] = Field(default_factory=list)
    heads: int | None = None
    meet: str | None = None
    text: str = ""
    target: float | None = None
    by_time: str | None = None
    waves: bool = False
    link: str = ""
    dry: bool = False
    at: str | None = None


class Escalate(Form):
    """The open call goes on: next channel for the silent, next wave."""

    next_wave: bool = False
    link: str = ""
    dry: bool = False


class Over(Form):
    """The open call is over."""

    why: str = ""
    at: str | None = None


class Answered(Form):
    """What somebody answers to the call, in their own words."""

    person: str
    text: str
    channel: str = ""
    at: str | None = None


class AnswerRead(Form):
    """What an answer means that homeward did not understand."""

    entry: str
    answer: str
    eta: str | None = None
    free: str | None = None
    at: str | None = None


class SignIn(Form):
    """Somebody is at the base."""

    person: str
    guest: bool = False
    place: str | None = None
    at: str | None = None


class SignOut(Form):
    """Somebody, or everybody, has left."""

    person: str
    to: str = ""
    although_missing: bool = False
    at: str | None = None


class RollCall(Form):
    """Who answered when everybody was called by name."""

    present: list[str] = Field(default_factory=list)
    at: str | None = None


class PhoneList(Form):
    """Whom to speak to for the open call, with links to answer by."""

    link: str = ""


class Code(Form):
    """A link, to be shown as a code."""

    link: str = Field(max_length=500)


class MusterPapers(Form):
    """The roll-call list as a paper, with the code to sign in by where `link` says where phones reach the page."""

    link: str = ""
    paper: str = "a4"
