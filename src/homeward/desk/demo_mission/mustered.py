"""The demo's muster: one call to everybody, those asleep and those still on a task too; answers; who is here when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from homeward.desk import clock, orders
from homeward.desk.demo_mission.cast import SCATTERED, ZONE
from homeward.desk.demo_mission.telling import Stage, lines_of
from homeward.desk.readiness.call_out import answering, calling_out
from homeward.desk.readiness.muster import availability, mustering, signing_in
from homeward.desk.readiness.muster import documents as muster_documents

Json = dict[str, Any]

HAD: tuple[tuple[tuple[str, ...], Json], ...] = (
    (("L3", "L4"), {"state": "task", "until": "+80min"}),
    (("M1", "G1", "L1", "L2"), {"state": "asleep", "wake": "15 min", "travel": "25 min"}),
    (("M2", "M3", "G2", "L5", "L6", "B1", "B2", "B3", "S1"), {"state": "free", "travel": "20 min"}),
    (("B4", "B5"), {"state": "free", "travel": "45 min", "p_come": 0.7}),
    (("B6",), {"state": "unreachable"}),
)
"""How everybody can be had in the morning: two are still on a task, four sleep, nobody reaches one."""

ANSWERS: tuple[tuple[str, str], ...] = (
    ("M2", "Y 20"),
    ("G2", "on my way"),
    ("L5", "yes, 25 min"),
    ("L6", "Y 30"),
    ("B1", "Y 30"),
    ("B2", "Y 20"),
    ("B3", "N but free in 3 h"),
    ("L3", "Y 90"),
    ("S1", "Y 5"),
    ("M3", "ask my sister"),
)
FIRST = ("S1", "M2", "B2")
WOKEN = ("M1", "G1", "L1", "L2")
LATER = ("G2", "L5", "L6", "B1", *WOKEN)
"""Who is there first, who was woken, who comes after that."""
NEED = ("medic=1", "guard=1", "lookout=2", "backup=2")
TEXT = "Everybody in: the slurry pond above the mine may give way."


def mustered(stage: Stage, at: datetime) -> None:
    """Stage muster."""
    m = stage.mission
    with clock.set_to(at):
        stage.begin("muster")
        stage.step(0.92, "calling everybody in")
        for names, known in HAD:
            stage.keep(*(availability.available(m, name, **known) for name in names))
        call = calling_out.call_out(m, NEED, text=TEXT, by_time="2 h")
        stage.keep(call)
        stage.speak(call.text.splitlines()[0].removeprefix("EXERCISE. "), *_had(call.data["expected"]))
        stage.speak(f"They are told: {TEXT} Come to the command post. If you are on a task, finish it first.")
    with clock.set_to(at + timedelta(minutes=12)):
        for name, words in ANSWERS:
            stage.keep(answering.answered(m, name, words))
        for name in (*SCATTERED, *(name for name, _ in ANSWERS)):  # the order, by radio
            orders.acknowledge(m, name)
        stage.keep(answering.answer_read(m, ANSWERS[-1][0], answer="limited", eta="+60min"))
    with clock.set_to(at + timedelta(minutes=25)):
        for name in FIRST:
            stage.keep(signing_in.sign_in(m, name))
        stage.later()
        _tell_board(stage)
    with clock.set_to(at + timedelta(minutes=33)):
        for name in LATER:
            stage.keep(signing_in.sign_in(m, name))
        for name in WOKEN:
            orders.acknowledge(m, name)
        stage.keep(signing_in.roll_call(m, [*FIRST, *LATER]))
        stage.later()
        board = mustering.muster(m)
        stage.keep(board)
        stage.speak(*lines_of(board, "TEAM COMPLETE", "IN ("), "Roll-call: everybody who signed in answers.")
        papers = muster_documents.muster_papers(m, stage.folder / "muster")
        stage.keep(papers)
        stage.made(*sorted((stage.folder / "muster").iterdir()))


def _had(expected: Sequence[Json]) -> list[str]:
    """Who is here when, by how they can be had."""
    eta = {row["id"]: datetime.fromisoformat(row["eta"]) for row in expected if row["eta"] is not None}
    words = {"task": "finish their task first", "asleep": "are woken", "free": "come at once"}
    said = []
    for names, known in HAD:
        there = [eta[name] for name in names if name in eta]
        if known["state"] == "unreachable" or not there:
            said.append(f"Nobody reaches {', '.join(names)}.")
        else:
            when = clock.show_time(max(there), ZONE, day=False)
            said.append(f"{', '.join(names)} {words[known['state']]}; all here {when}.")
    return said


def _tell_board(stage: Stage) -> None:
    board = mustering.muster(stage.mission)
    stage.keep(board)
    late = [f"{name}: ‘{words}’" for name, words in ANSWERS if words.startswith(("N", "ask"))]
    stage.speak(
        *lines_of(board, "TEAM COMPLETE"),
        *lines_of(board, "IN ("),
        f"Not every answer is a yes. {'; '.join(late)}: the last one was read by a person, and counts as limited.",
        *lines_of(board, "NO ANSWER", "AWAY", "CALL NEXT", "WARNED OF"),
    )
