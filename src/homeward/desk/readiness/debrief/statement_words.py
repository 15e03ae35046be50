"""What is said of a statement to who wrote it down: what it counts with, what is still to be asked."""

from __future__ import annotations

from homeward.mission.debriefs import Statement
from homeward.words import chance

MOST_ECHOED = 80
"""Characters of a statement that the answer to a judgement repeats: ours."""


def grading_notes(made: Statement) -> list[str]:
    """What is still to be asked or judged, and what the words are taken to mean."""
    from homeward.readiness.fuse.words import words_probability

    notes = []
    meant = words_probability(made.certainty) if made.certainty else None
    if made.number is not None and made.certainty:
        notes.append(f"The number {chance(made.number)} counts; the words {made.certainty!r} are kept beside it.")
    elif meant is not None and meant.source != "as said":
        ours = ", our own assumption" if meant.own_assumption else ""
        low, middle, high = (chance(p) for p in (meant.low, meant.median, meant.high))
        notes.append(f'"{meant.phrase}" is taken as {middle} ({low} to {high}{ours}).')
    if made.number is None:
        odd = ", and nobody was asked what these words mean" if made.certainty and meant is None else ""
        notes.append(f"Ask now for a number{odd}: homeward statement judge MISSION {made.id} --number 0.8.")
    if made.hypothesis and not made.reliability:
        notes.append(
            f"It counts for nothing until somebody says how reliable {made.witness} is: homeward statement judge "
            f"MISSION {made.id} --reliability B."
        )
    return notes


def judged_words(one: Statement) -> str:
    """That a statement was judged: how it begins, what it bears on now and with what; of a sealed one neither."""
    head = f"{one.id} of {one.witness}"
    if one.sealed:
        return f"{head} (sealed) judged anew."
    words = " ".join(one.says.split())
    words = words if len(words) <= MOST_ECHOED else f"{words[:MOST_ECHOED].rstrip()} ..."
    head = f'{head} ("{words}") judged anew.'
    if not one.hypothesis:
        return f"{head} It bears on no answer: it counts for nothing."
    number = [f"number {chance(one.number)}"] if one.number is not None else []
    grade = f"{one.reliability or '-'}{one.credibility or '-'}"
    return f"{head} It bears on {', '.join([f'{one.question}: {one.hypothesis}', *number, f'graded {grade}'])}."
