"""The demo's warning: something is coming “in about a month, maybe a week, could be longer”, said five days ago."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from homeward.desk import clock
from homeward.desk.demo_mission.covered import TARGETS
from homeward.desk.demo_mission.telling import Stage, lines_of
from homeward.desk.readiness.cover import targets
from homeward.desk.readiness.warning import alerting, forecasting, warnings_given

NAME = "pond"
TOLD: dict[str, Any] = {
    "told": "in about a month, maybe a week, could be longer",
    "said_at": "2026-11-17 09:00",
    "source": "the county's engineer",
    "reliability": "B",
    "never": 0.2,
}
SINCE: dict[str, Any] = {"within": "14 days", "reliability": 0.4, "source": "W7", "text": "one of these weeks"}
"""What came since, from a witness who may or may not know."""
KEEP_OUT = "Keep out of both hollows below the slurry pond."
COST: dict[str, Any] = {"cost_per_day": 1.0, "loss": 40.0, "ramp": "12 h"}
"""A day of readiness and a hit that finds nobody ready, in the exercise's own unit."""


def warned(stage: Stage, at: datetime) -> None:
    """Stage warning."""
    m, folder = stage.mission, stage.folder / "warning"
    with clock.set_to(at):
        stage.begin("warning")
        stage.step(0.9, "when it may come")
        for name, known in TARGETS.items():
            stage.keep(targets.target(m, name, **known))
        given = warnings_given.warning(m, NAME, targets=list(TARGETS), **TOLD)
        told = warnings_given.warning_report(m, NAME, **SINCE)
        folder.mkdir(exist_ok=True)
        board = forecasting.forecast(m, picture=folder / "forecast.png")
        level = forecasting.alert_level(m, **COST)
        dates = alerting.calendar(m, folder / "ready-by.ics")
        alert = alerting.cap_out(m, NAME, file=folder / "warning.cap.xml", severity="Severe", instruction=KEEP_OUT)
        stage.keep(given, told, board, level, dates, alert)
        stage.speak(
            "Of the slurry pond it was said five days ago: in about a month, maybe a week, could be longer.",
            *given.text.splitlines()[1:4],
            f"Since then a witness, who may or may not know, spoke of two weeks. {told.text.splitlines()[1]}",
            *lines_of(board, "Ready by", "Own assumption"),
            *level.text.splitlines()[:3],
        )
        stage.made(*(folder / name for name in ("forecast.png", "ready-by.ics", "warning.cap.xml")))
