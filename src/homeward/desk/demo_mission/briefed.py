"""The demo's end: a message to everybody, and the briefing, one page for all and one for command."""

from __future__ import annotations

from datetime import datetime, timedelta

from homeward.desk import clock
from homeward.desk.demo_mission.debriefed import ITS_WORDS, READER
from homeward.desk.demo_mission.telling import Stage
from homeward.desk.demo_mission.warned import KEEP_OUT
from homeward.desk.readiness.briefing import briefings, messages

HAVE_READ = ("Line A", "Line B", "Hasty 1", "M2", "G2", "S1")


def briefed(stage: Stage, at: datetime) -> None:
    """What ends the last stage: everybody is told."""
    m = stage.mission
    with clock.set_to(at):
        stage.later()
        stage.step(0.95, "the briefing")
        said = messages.message(m, ["everybody"], KEEP_OUT, priority="priority")
        issued = briefings.briefing(m, stage.folder / "briefing", reader=READER, passphrase=ITS_WORDS)
        stage.keep(said, issued)
        stage.speak(
            f"Message to everybody: {KEEP_OUT}",
            f"Briefing {issued.data['id']}: one page for everybody; one for command, with what was said in confidence.",
        )
        stage.made(*(stage.folder / "briefing" / name for name in issued.data["files"]))
    with clock.set_to(at + timedelta(minutes=10)):
        read = [briefings.briefing_read(m, issued.data["id"], name) for name in HAVE_READ]
        acknowledged = [messages.message_ack(m, said.data["id"], name) for name in HAVE_READ]
        stage.keep(*read, *acknowledged)
        stage.speak(f"After ten minutes {len(HAVE_READ)} have read it, {len(read[-1].data['open'])} have not.")
