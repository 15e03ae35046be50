"""Five people who may be called in, and what a call expects of them; for the tests of the muster."""

from __future__ import annotations

from datetime import datetime

from homeward import desk


def clock_at(monkeypatch, time):
    """The clock at a time of the day of the mission, in Tennessee (five hours behind UTC)."""
    hours, minutes = time.split(":")
    monkeypatch.setenv("HOMEWARD_NOW", f"2026-11-21T{int(hours) + 5:02d}:{minutes}+00:00")


def expected(answer, name):
    """HH:MM in Tennessee at which somebody is expected."""
    row = next(row for row in answer.data["expected"] if row["id"] == name)
    if row["eta"] is None:
        return None
    utc = datetime.fromisoformat(row["eta"])
    return f"{utc.hour - 5:02d}:{utc.minute:02d}"


def five_people(ready):
    """Five people: how each can be had is told as in a published recall (case E11), at noon."""
    desk.person(ready, "S1", roles=["searcher"])
    desk.person(ready, "S2", roles=["searcher", "medic:5"])
    desk.person(ready, "S3", roles=["searcher"])
    desk.person(ready, "S4", roles=["searcher"], phone="+1 555 0104")
    desk.person(ready, "S5", roles=["medic"])
    desk.available(ready, "S1", state="free", travel="20 min")
    desk.available(ready, "S2", state="task", until="13:10", report="10 min", travel="35 min")
    desk.available(ready, "S4", state="asleep", wake="15 min", travel="30 min")
    desk.available(ready, "S5", state="unreachable")
    desk.available(ready, "S3", state="task", until="12:10", report="10 min", travel="60 min")
    return ready
