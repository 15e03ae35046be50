"""Forms of the end of a rescue: the hand-over, its receipt, what became of the casualty."""

from __future__ import annotations

from homeward.web.forms.common import Form


class Handover(Form):
    """A casualty is handed over (not `done`: its papers are made ready for it); they are fetched afterwards."""

    casualty: str = "1"
    to: str = ""
    by: str = ""
    reader: str | None = None
    arrives: str | None = None
    needs: str | None = None
    done: bool = True
    at: str | None = None


class Receipt(Form):
    """Who signed for a casualty."""

    casualty: str = "1"
    received_by: str
    to: str | None = None
    card: str | None = None
    at: str | None = None


class Outcome(Form):
    """What became of a casualty; with nothing told, what is known is asked for."""

    casualty: str = "1"
    admitted: bool | None = None
    outcome: str = ""
    fit_to_leave: str | None = None
    note: str = ""
    at: str | None = None
