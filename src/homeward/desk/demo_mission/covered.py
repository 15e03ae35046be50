"""The demo's cover: several places may be hit, there are three teams, and one of them waits as the reserve."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from homeward.desk import clock
from homeward.desk.demo_mission.telling import Stage
from homeward.desk.readiness.cover import covering
from homeward.desk.readiness.muster import signing_in
from homeward.words import listed

TARGETS: dict[str, dict[str, Any]] = {
    "houses": {"place": "36.2790, -84.2560", "ways": ["people=8"], "label": "six houses in the north hollow"},
    "pump house": {"place": "36.2590, -84.2500", "ways": ["places=3"], "label": "pump house in the south hollow"},
    "mine office": {
        "place": "36.2640, -84.2660",
        "ways": ["records=2", "places=1"],
        "label": "mine office, with the plans of the workings",
    },
    "camp": {"place": "36.2700, -84.2750", "ways": ["people=4"], "label": "hunters' camp"},
}
"""What may be hit, what is lost by it in the exercise's own unit, and how."""
TEAMS = ("Line A", "Line B", "Hasty 1")


def covered(stage: Stage, at: datetime) -> None:
    """Stage cover."""
    m = stage.mission
    with clock.set_to(at):
        stage.begin("cover")
        stage.step(0.94, "who covers what")
        for name in TEAMS:  # the muster has them as late: only who has signed in covers anything
            stage.keep(signing_in.sign_in(m, name))
        stage.speak(f"{listed(TEAMS)} come in late from the night, and sign in.")
        plan = covering.cover(m, teams=TEAMS, seed=0)
        stage.keep(plan)
        first, *later = re.split(r"^(?=From )", plan.text, flags=re.M)
        stage.speak(
            *(line.strip() for line in first.splitlines()),
            *(_span(span) for span in later),
            *(line for line in later[-1].splitlines()[1:] if not line.startswith(" ")) if later else (),
        )
        papers = covering.cover_papers(m, stage.folder / "cover")
        stage.keep(papers)
        stage.made(*(stage.folder / "cover" / name for name in papers.data["files"]))


def _span(text: str) -> str:
    """A later span of days in one sentence: its heading and who moves, without what that leaves."""
    head, *lines = text.splitlines()
    moves = [line for line in lines if line.startswith(" ")]
    return " ".join(" ".join([head, *moves]).split("WORST")[0].split())
