"""The verbs on questions: what is asked, which answers there are, what cannot be true together, what came out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.readiness.debrief.shown import check_shown
from homeward.desk.scenarios import one_of
from homeward.errors import BadInput, UnknownName
from homeward.geo import Place, parse_place
from homeward.mission.debriefs import (
    About,
    Combination,
    CombinationExcluded,
    Debriefs,
    Hypothesis,
    Question,
    QuestionDropped,
    QuestionRaised,
    QuestionResolved,
)
from homeward.words import chance, percent

NONE: Final = "none"
"""What the answer that none of those named is true is called."""
MOST_ANSWERS, MOST_QUESTIONS, LONGEST_TEXT = 12, 20, 200
"""Answers to a question, open questions, letters of either: ours."""
LOST_SEALED: Final = (
    "NOTE: Something confidential was said on it. Where that bears on an answer that is no longer there, it counts for "
    "nothing: let those look who may read it."
)
_ID = re.compile(r"[\w][\w .-]{0,29}")
_ANSWER = re.compile(r"(?P<id>[^=:]+)(?:=(?P<prior>[^:]*))?(?::(?P<label>.*))?", re.DOTALL)


@again_if_grown
def question(
    path: Path,
    name: str,
    *,
    text: str | None = None,
    about: str | None = None,
    hypotheses: Sequence[str] = (),
    places: Mapping[str, str] | None = None,
    times: Mapping[str, str] | None = None,
    at: str | None = None,
) -> Answer:
    """A question, or one changed: `hypotheses` are its answers, like "hut=0.4:at the hut" (name, probability before
    anybody said anything, words); what their probabilities leave is that none of them is true. Without any, all
    answers and none of them are equally probable.

    `places` and `times` ("14:00/15:30") say where and when an answer would be. What is not given of a question that is
    there stays as it was.
    """
    clean = _checked_id(name, "question")
    with opened(path) as book:
        state = book.mission.debriefs
        before = state.questions.get(clean)
        if before is None and len(state.questions) >= MOST_QUESTIONS:
            raise BadInput(
                f"A mission holds {MOST_QUESTIONS} questions at most. Drop one that matters no longer first."
            )
        answers = _answers(hypotheses) if hypotheses else before.hypotheses if before else ()
        if not answers:
            raise BadInput(f"Question {clean} has no answers. Name those there may be: --answer 'hut=0.4:at the hut'.")
        made = Question(
            id=clean,
            text=_short(text, "question") if text is not None else before.text if before else clean,
            about=one_of("about", about, About) if about else before.about if before else About.WHAT,
            hypotheses=_placed(book, answers, places or {}, times or {}),
        )
        book.write(QuestionRaised(question=made), at=when_told(book, at))
        said = [one.event for one in state.statements.values() if one.event.question == clean]
        kept = {h.id for h in made.hypotheses} | {"", NONE}
        lost = [one.id for one in said if one.hypothesis not in kept and not one.sealed]
        fewer = before is not None and bool({h.id for h in before.hypotheses} - kept)
    shares = [f"{h.id} {chance(h.prior)}" for h in made.hypotheses]
    rest = 1 - sum(h.prior for h in made.hypotheses)
    shares += [f"none of them {chance(rest)}"] if rest > 1e-9 else []
    notes = ["Nobody gave probabilities: all are taken as equal, which is our own assumption."] * _untold(hypotheses)
    notes += [f"NOTE: {', '.join(lost)} bear on an answer that is no longer there, and count for nothing."] * bool(lost)
    notes += [LOST_SEALED] * (fewer and any(one.sealed for one in said))
    return Answer(
        text="\n".join([f"Question {clean}: {', '.join(shares)}.", *notes]),
        data={"id": clean, "priors": {h.id: h.prior for h in made.hypotheses}, "none": max(rest, 0.0), "lost": lost},
    )


@again_if_grown
def drop_question(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A question is asked no longer."""
    with opened(path) as book:
        if name not in book.mission.debriefs.questions:
            raise UnknownName("question", name, book.mission.debriefs.questions)
        book.write(QuestionDropped(question=name, why=why.strip()), at=when_told(book, at))
    return Answer(text=f"Question {name} is asked no longer.", data={"id": name})


@again_if_grown
def resolve(path: Path, question: str, hypothesis: str, *, why: str = "", at: str | None = None) -> Answer:
    """It is known which answer is true ("none" for none of them): every witness who spoke of it is scored by it, less
    what was said in confidence, which the score would tell.
    """
    with opened(path) as book:
        state = book.mission.debriefs
        name, answer = known_answer(state, question, hypothesis)
        if not answer:
            raise BadInput(f"Nothing is said of the answer to {name}. Name it, or 'none' for none of those there are.")
        true = "" if answer == NONE else answer
        book.write(QuestionResolved(question=name, hypothesis=true, why=why.strip()), at=when_told(book, at))
        said = [s.event for s in state.statements.values() if s.event.question == name and s.event.hypothesis]
        said = [s for s in said if not s.sealed]
    right = sorted({s.witness for s in said if s.hypothesis == answer})
    scored = (
        f" Witnesses scored by it: {len({s.witness for s in said})}, of whom {len(right)} named it." if said else ""
    )
    return Answer(text=f"Question {name} is answered.{scored}", data={"id": name, "answer": answer, "named_it": right})


@again_if_grown
def exclude(path: Path, answers: Sequence[str], *, why: str = "", at: str | None = None) -> Answer:
    """Answers to different questions that cannot be true together, each like "where=hut"."""
    with opened(path) as book:
        parts = tuple(_part(book.mission.debriefs, one) for one in answers)
        names = [name for name, _ in parts]
        if len(parts) < 2 or len(set(names)) < len(names):
            raise BadInput(
                "What cannot be true together are answers to two or more different questions, each told once: "
                "where=hut who=brother. Answers to one question exclude one another anyway."
            )
        if any(set(parts) == set(one.parts) for one in book.mission.debriefs.excluded):
            raise BadInput("That these cannot be true together is noted already. It counts from then on.")
        book.write(CombinationExcluded(combination=Combination(parts=parts, why=why.strip())), at=when_told(book, at))
    said = " and ".join(f"{name}: {answer}" for name, answer in parts)
    return Answer(text=f"Noted that these cannot be true together: {said}.", data={"parts": [list(p) for p in parts]})


def list_questions(path: Path, *, personal: bool = True) -> Answer:
    """Every question with its answers, and what came out. All of it is personal: without `personal` it is refused."""
    from homeward.exchange.page_debrief import question_rows

    check_shown(personal=personal)
    with opened(path, read_only=True) as book:
        rows = question_rows(book.mission)
    lines = [f"{row['id']}  {row['text']}  {_answer_words(row)}" for row in rows]
    empty = "Nothing is asked yet: homeward question ask MISSION where --text 'Where ...?' --answer 'hut=0.4'."
    return Answer(text="\n".join(lines or [empty]), data={"questions": rows})


def known_answer(state: Debriefs, question: str, hypothesis: str) -> tuple[str, str]:
    """A question and its answer as they are called in this mission, either of them empty where it was left out.

    Raises `UnknownName` or `BadInput` in plain words. An answer alone is enough where one question has it.
    """
    name, answer = question.strip(), hypothesis.strip()
    if answer and not name:
        having = [q.id for q in state.questions.values() if answer in {h.id for h in q.hypotheses}]
        if len(having) != 1:
            which = "no question has" if not having else f"{' and '.join(having)} have"
            raise BadInput(f"{answer!r} needs the question it answers: {which} it. Name the question, too.")
        name = having[0]
    if name and name not in state.questions:
        raise UnknownName("question", name, state.questions)
    known = {h.id for h in state.questions[name].hypotheses} if name else set()
    if answer and answer not in known | {NONE}:
        raise UnknownName(f"answer to question {name}", answer, known | {NONE})
    return name, answer


# --- what is behind them ----------------------------------------------------------------------------------


def _answers(told: Sequence[str]) -> tuple[Hypothesis, ...]:
    read = [_answer(text) for text in told]
    names = [name for name, _, _ in read]
    double = next((name for name in names if names.count(name) > 1), None)
    if double is not None:
        raise BadInput(f"The answer {double!r} is told twice. Give each once.")
    if len(read) > MOST_ANSWERS:
        raise BadInput(f"A question has {MOST_ANSWERS} answers at most. This one has {len(read)}.")
    untold = [name for name, prior, _ in read if prior is None]
    if untold and len(untold) < len(read):
        raise BadInput(f"{untold[0]!r} has no probability, others have. Give all of them one, as in hut=0.4, or none.")
    if untold:
        return tuple(Hypothesis(id=name, prior=1 / (len(read) + 1), label=label) for name, _, label in read)
    total = sum(prior or 0.0 for _, prior, _ in read)
    if total > 1 + 1e-9:
        raise BadInput(
            f"The answers' probabilities sum to {percent(total)}. They exclude one another: give 100 % in all."
        )
    scale = min(1.0, 1 / total)
    return tuple(Hypothesis(id=name, prior=(prior or 0.0) * scale, label=label) for name, prior, label in read)


def _answer(text: str) -> tuple[str, float | None, str]:
    hit = _ANSWER.fullmatch(text.strip())
    if hit is None:
        raise BadInput(f"{text!r} is no answer. Write hut=0.4:at the hut (name, probability, words).")
    name = _checked_id(hit["id"], "answer")
    if name == NONE:
        raise BadInput(f"No answer can be called {NONE!r}: that is what all of them leave. Choose another name.")
    label = _short(hit["label"] or "", "answer", empty=True)
    if hit["prior"] is None:
        return name, None, label
    told = hit["prior"].strip()
    try:
        prior = float(told.rstrip("%").replace(",", ".")) / (100 if told.endswith("%") else 1)
    except ValueError:
        prior = float("nan")
    if not 0 < prior <= 1:
        raise BadInput(f"The probability {told!r} of {name!r} cannot be. Give more than 0, at most 1, such as 0.4.")
    return name, prior, label


def _untold(told: Sequence[str]) -> bool:
    return bool(told) and all(_answer(text)[1] is None for text in told)


def _placed(
    book: Book, answers: Sequence[Hypothesis], places: Mapping[str, str], times: Mapping[str, str]
) -> tuple[Hypothesis, ...]:
    known = {h.id for h in answers}
    for name in (*places, *times):
        if name not in known:
            raise UnknownName("answer to this question", name, known)
    made = []
    for one in answers:
        place: Place | None = parse_place(places[one.id]) if one.id in places else one.place
        start, end = _window(book, times[one.id]) if one.id in times else (one.from_, one.until)
        made.append(Hypothesis(id=one.id, prior=one.prior, label=one.label, place=place, from_=start, until=end))
    return tuple(made)


def _window(book: Book, text: str) -> tuple[datetime, datetime]:
    first, slash, last = text.partition("/")
    if not slash:
        last = first
    zone, now = book.mission.time_zone, clock.now()
    start, end = (clock.read_time(one, time_zone=zone, now=now, tense="past") for one in (first, last))
    if end < start:
        raise BadInput(f"{text!r} ends before it begins. Write the earlier time first, as in 14:00/15:30.")
    return start, end


def _part(state: Debriefs, text: str) -> tuple[str, str]:
    name, sign, answer = text.partition("=")
    if not (name.strip() and sign and answer.strip()):
        raise BadInput(f"{text!r} is no answer to a question. Write QUESTION=ANSWER, such as where=hut.")
    return known_answer(state, name, answer)


def _checked_id(told: str, what: str) -> str:
    clean = told.strip()
    if not _ID.fullmatch(clean):
        raise BadInput(
            f"{told!r} cannot be the name of a {what}. Use 1 to 30 letters, digits, spaces, dots and hyphens."
        )
    return clean


def _short(told: str, what: str, *, empty: bool = False) -> str:
    clean = " ".join(told.split())
    if len(clean) > LONGEST_TEXT or not (clean or empty):
        raise BadInput(f"The words of a {what} have 1 to {LONGEST_TEXT} characters. These have {len(clean)}.")
    return clean


def _answer_words(row: Mapping[str, Any]) -> str:
    if row["resolved"] is not None:
        return f"ANSWERED: {row['resolved']}"
    shares = [(f"{h['id']} ({h['label']})" if h["label"] else h["id"], h["prior"]) for h in row["hypotheses"]]
    return ", ".join(f"{name} {chance(prior)}" for name, prior in shares)
