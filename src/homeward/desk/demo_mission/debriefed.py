"""The demo's debrief: what witnesses saw and overheard, one of them in confidence, and what it comes to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from homeward.desk import clock
from homeward.desk.demo_mission.telling import Stage
from homeward.desk.readiness.debrief import debriefing, fusing, questions, sealing
from homeward.words import chance, listed

Json = dict[str, Any]

READER, ITS_WORDS = "chief", "three words of the exercise"
"""Who may read what is said in confidence, and opens it with which words."""

QUESTIONS: dict[str, Json] = {
    "pond": {
        "text": "What becomes of the old slurry pond above the mine?",
        "about": "what",
        "hypotheses": [
            "gives way=0.3:its dam gives way by itself",
            "opened=0.1:somebody opens its drain",
            "holds=0.6:it holds",
        ],
    },
    "hollow": {
        "text": "Which hollow would it run down?",
        "about": "where",
        "hypotheses": ["north=0.5:the north hollow", "south=0.5:the south hollow"],
    },
}

SUBJECT = "casualty 1"
SAID: tuple[tuple[str, str, Json], ...] = (
    (
        SUBJECT,
        "Brown water ran out at the foot of the dam, on the north side.",
        {
            "question": "hollow",
            "hypothesis": "north",
            "how": "seen",
            "when": "2026-11-21 11:30",
            "certainty": "pretty sure",
            "number": 0.8,
            "reliability": "B",
            "credibility": 2,
            "share": "everybody",
            "consent": "given",
        },
    ),
    (
        "Line B 3",
        "It cracked, I think, while we came past below.",
        {
            "question": "pond",
            "hypothesis": "gives way",
            "how": "heard",
            "certainty": "not a hundred percent",
            "number": 0.6,
            "reliability": "B",
            "credibility": 3,
        },
    ),
    (
        "W7",
        "Two men spoke of opening the drain one of these weeks, and one of them is my cousin.",
        {
            "question": "pond",
            "hypothesis": "opened",
            "how": "heard",
            "certainty": "likely",
            "number": 0.7,
            "reliability": "C",
            "credibility": 3,
            "share": "named",
            "readers": [READER],
            "consent": "given",
        },
    ),
    (
        "W9",
        "W7 told me that somebody wants to open it.",
        {
            "question": "pond",
            "hypothesis": "opened",
            "how": "told",
            "told_by": "W7",
            "certainty": "probably",
            "number": 0.7,
            "reliability": "C",
            "credibility": 4,
        },
    ),
)
"""Who said what, in whose words, and what command notes beside it. The third is confidential, the fourth hearsay."""


def debriefed(stage: Stage, at: datetime, *, found: bool) -> None:
    """Stage debrief. Where nobody was found, somebody else saw what the subject did."""
    m = stage.mission
    with clock.set_to(at):
        stage.begin("debrief")
        stage.step(0.88, "writing down what witnesses say")
        stage.keep(sealing.reader(m, READER, ITS_WORDS))
        for name, known in QUESTIONS.items():
            stage.keep(questions.question(m, name, **known))
        for witness, words, known in SAID:
            who = witness if found or witness != SUBJECT else "W1"
            stage.keep(debriefing.statement(m, words, witness=who, **known))
        stage.keep(debriefing.declined(m, "W8", asked="Who were the two men?"))
        board = fusing.fused(m).data
        stage.speak(
            f"{len(SAID)} statements: one is sealed, and {READER} alone can read it; one is hearsay of another, and "
            "does not count twice. W8 declined, and nobody presses.",
            f"{SAID[1][0]} is half sure: ‘{SAID[1][2]['certainty']}’, and says {chance(SAID[1][2]['number'])} when "
            "asked.",
            *(_answers(one) for one in board["questions"]),
            *(one["words"] for one in board["conflicts"][:1]),
            *(one["words"] for one in board["ask"][:1]),
            f"Our own assumption: {board['own'][0]}.",
        )


def _answers(question: Json) -> str:
    likely = sorted(question["answers"], key=lambda one: -one["p"])
    said = [
        f"{one['label']} {chance(one['p'])} (before anybody spoke {chance(one['prior'])})"
        for one in likely
        if one["prior"]
    ]
    return f"{question['text']} {listed(said).capitalize()}."
