"""Forms of the debrief, of sealed statements, messages and briefings."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_serializer

from homeward.web.forms.common import Form


class Question(Form):
    """A question with the answers there may be."""

    name: str
    text: str | None = None
    about: str | None = None
    hypotheses: list[str] = Field(default_factory=list)
    places: dict[str, str] = Field(default_factory=dict)
    times: dict[str, str] = Field(default_factory=dict)
    at: str | None = None


class Resolved(Form):
    """Which answer to a question came out true."""

    question: str
    hypothesis: str
    why: str = ""
    at: str | None = None


class Excluded(Form):
    """Answers to different questions that cannot be true together."""

    answers: list[str]
    why: str = ""
    at: str | None = None


class Statement(Form):
    """What a witness said, and who may read it."""

    says: str
    witness: str
    question: str | None = None
    hypothesis: str | None = None
    how: str | None = None
    told_by: str = ""
    when: str | None = None
    where: str | None = None
    certainty: str = ""
    number: float | None = None
    reliability: str | None = None
    credibility: int | None = None
    share: str | None = None
    readers: list[str] = Field(default_factory=list)
    consent: str | None = None
    asked: str = ""
    at: str | None = None


class Declined(Form):
    """A witness did not want to answer."""

    witness: str
    asked: str = ""
    question: str = ""
    at: str | None = None


class Judged(Form):
    """What is told of a statement after its words."""

    name: str
    number: float | None = None
    reliability: str | None = None
    credibility: int | None = None
    question: str | None = None
    hypothesis: str | None = None
    forget: list[str] = Field(default_factory=list)
    at: str | None = None


class _Secret(Form):
    passphrase: SecretStr

    @field_serializer("passphrase")
    def _plain(self, passphrase: SecretStr) -> str:
        return passphrase.get_secret_value()


class Reader(_Secret):
    """Somebody who can be given sealed statements."""

    name: str
    replace_key: bool = False
    at: str | None = None


class Opened(_Secret):
    """A sealed statement to be opened."""

    name: str
    reader: str


class OpenedAll(_Secret):
    """All that is sealed for a reader."""

    reader: str


class Fused(Form):
    """What all statements come to."""

    question: str | None = None
    speed_kmh: float = 15.0
    apart: list[str] = Field(default_factory=list)


class Message(Form):
    """A message to those named."""

    to: list[str]
    text: str
    priority: str = "routine"
    at: str | None = None


class MessageRead(Form):
    """Somebody has read a message."""

    message: str
    by: str
    said: str = ""
    at: str | None = None


class Briefing(Form):
    """A briefing to be issued; its pages are fetched afterwards."""

    paper: str = "a4"
    at: str | None = None


class CommandPage(Form):
    """Command's page, with what is sealed for a reader who opens it."""

    reader: str | None = None
    passphrase: SecretStr | None = None
    paper: str = "a4"

    @field_serializer("passphrase")
    def _plain(self, passphrase: SecretStr | None) -> str | None:
        return passphrase.get_secret_value() if passphrase is not None else None


class BriefingRead(Form):
    """Somebody has read a briefing."""

    briefing: str
    by: str
    at: str | None = None
