"""How the demo tells what it does: a heading for every stage, what a duty officer says, and the files made."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.demo_mission.cast import FILE, ZONE

STAGES: dict[str, str] = {
    "intake": "who is missing, since when, where last seen?",
    "clue": "a dog smells them: where is that, how sure?",
    "rally": "the teams are scattered: where do we meet, how soon?",
    "map": "where are they probably?",
    "search plan": "who searches where, so that we find them soonest?",
    "formation": "who watches, who waits as back-up, where is the medic, and who guards the medic?",
    "progress": "what have we really covered, and where now?",
    "find": "where, and who is told what?",
    "rescue": "treat here or move now, which way out, who carries, who watches?",
    "hand-over": "which hospital, what do they need to know?",
    "debrief": "what did witnesses see and overhear, how sure are they?",
    "warning": "something is coming, nobody knows when: how long have we?",
    "muster": "call everybody: who is here when?",
    "cover": "several places may be hit, and there are too few teams: who covers what?",
}
"""The fourteen stages of a mission, in their order, each with its question."""

WIDE = 116

Step = Callable[[float, str], None]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo runs, and how it tells what it does. `told` gathers it, stage by stage."""

    folder: Path
    step: Step
    say: Say
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def mission(self) -> Path:
        """The mission file."""
        return self.folder / FILE

    def begin(self, name: str) -> None:
        """The heading of a stage, at the time that the clock shows."""
        number, question, when = list(STAGES).index(name) + 1, STAGES[name], clock.show_time(clock.now(), ZONE)
        self.told.append({"stage": name, "question": question, "at": clock.now().isoformat(), "says": [], "files": []})
        self.say(f"\n{number} of {len(STAGES)}  {name.upper()}: {question}  [{when}]")

    def speak(self, *sentences: str) -> None:
        """What the duty officer says."""
        for said in filter(None, sentences):
            self.told[-1]["says"].append(said)
            self.say(textwrap.fill(f"“{said}”", WIDE, initial_indent="  ", subsequent_indent="   "))

    def later(self) -> None:
        """The time that the clock shows now, within a stage that takes hours."""
        self.say(f"  [{clock.show_time(clock.now(), ZONE)}]")

    def keep(self, *answers: Answer | str) -> None:
        """Keeps what the verbs answered, whole, beside what was said aloud of it."""
        name = self.told[-1]["stage"]
        file = self.folder / "said" / f"{list(STAGES).index(name) + 1:02}-{name.replace(' ', '-')}.txt"
        file.parent.mkdir(exist_ok=True)
        with file.open("a", encoding="utf-8") as out:
            for answer in answers:
                out.write((answer if isinstance(answer, str) else answer.text).strip("\n") + "\n\n")

    def made(self, *names: str | Path) -> None:
        """The files that a stage made, by their names in the folder."""
        known = [str(n.relative_to(self.folder)) if isinstance(n, Path) else n for n in names]
        self.told[-1]["files"] += known
        self.say(textwrap.fill(f"files: {', '.join(known)}", WIDE, initial_indent="  ", subsequent_indent="    "))


def lines_of(answer: Answer, *starts: str) -> list[str]:
    """The lines of an answer that begin with one of these words, without blanks around them."""
    return [line.strip() for line in answer.text.splitlines() if line.strip().startswith(starts)]
