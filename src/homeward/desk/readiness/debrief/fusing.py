"""The board of what all statements come to: each answer's probability, what moved it, what contradicts, whom to ask.

Sealed statements count in the probabilities and in nothing else: what moved an answer, contradictions by name, whom to
ask and witnesses' records are those of the statements in clear, as if there were no others. That a sealed one is
counted, and that one contradicts something, is told without which and which way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from homeward.desk.answer import Answer
from homeward.desk.book import opened
from homeward.desk.readiness.debrief.accounts import Accounts
from homeward.desk.readiness.debrief.case import SOME, Case, excluded_words, fused_case
from homeward.desk.readiness.debrief.questions import NONE
from homeward.desk.readiness.debrief.shown import check_shown
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.mission.debriefs import Debriefs, Question
from homeward.words import chance, counted, listed

if TYPE_CHECKING:
    from homeward.readiness import Fused
    from homeward.readiness.fuse.records import AskWorth, Learnt, Pair

Json = dict[str, Any]
FASTEST_KMH: Final = 15.0
"""Faster than anybody is thought to have gone from one place to the next, on foot: our own assumption."""
MOST_MOVED, MOST_CONFLICTS, MOST_ASKED = 3, 8, 10_000
"""Accounts that moved an answer, and contradictions, that are shown (the rest of these is counted), and questions to
witnesses that are looked at. The last two are ours.
"""
LEAST_CONFLICT, LEAST_GAIN_BITS = 0.05, 0.005
"""Conflict mass of two statements, and bits that asking somebody is worth, below which they are not shown: ours."""
ALIKE: Final = 0.99
NEARLY: Final = 0.8
"""From which part of what the first would settle somebody settles as much, and nearly as much: ours."""
OWN: Final = (
    "how reliable a letter is (A 95 %, B 80 %, C 60 %, D 30 %, E 10 %), what a digit stands for (1 90 % to 5 20 %)",
    "that somebody who knows nothing says either as often (50 %), that what one origin says counts once",
    "that a letter weighs as two claims that came out",
)
"""What the fused numbers rest on that nobody measured."""
SEALED_CONFLICT: Final[Json] = {
    "one": None,
    "other": None,
    "k": None,
    "words": f"{SOME} contradicts another statement. Let those who may read it look before anybody acts on these "
    "numbers.",
}
"""What is said of all contradictions in which a sealed statement stands."""


def fused(
    path: Path,
    *,
    question: str | None = None,
    speed_kmh: float = FASTEST_KMH,
    apart: Sequence[str] = (),
    personal: bool = True,
) -> Answer:
    """How probable each answer is by all that was said, with the statements that moved it most, what contradicts what,
    whom to ask next, and how right each witness has been.

    Answers of two questions about where that are further apart than `speed_kmh` allows in their times cannot be true
    together; not so for questions `apart`, which ask about somebody else. Personal: refused without `personal`.
    """
    check_shown(personal=personal)
    if not 0 < speed_kmh <= 1000:
        raise BadInput(f"A speed of {speed_kmh:g} km/h cannot be. Give more than 0, at most 1000.")
    with opened(path, read_only=True) as book:
        state = book.mission.debriefs
    for name in (*([question] if question else []), *apart):
        if name not in state.questions:
            raise UnknownName("question", name, state.questions)
    if not state.questions:
        raise NotYet("Nothing is asked yet, so nothing can be fused. Ask: homeward question ask MISSION where ...")
    board = fused_board(state, speed_kmh=speed_kmh, apart=apart, only=question)
    shown = [row for row in board["questions"] if question in (None, row["id"])]
    return Answer(text="\n".join(_board_lines(board, shown)), data={**board, "questions": shown})


def fused_board(
    state: Debriefs, *, speed_kmh: float = FASTEST_KMH, apart: Sequence[str] = (), only: str | None = None
) -> Json:
    """The board as data; `own` lists what it rests on that is our own assumption. Of what was sealed there is in it
    what the probabilities tell, how many such statements count, and whether any contradicts another. Whom to ask next
    and what contradicts what is told of the question `only`, where one is named.
    """
    from homeward.readiness import fuse
    from homeward.readiness.fuse.learn import learn_sources

    sealed = {name for name, one in state.statements.items() if one.event.sealed}
    whole = fused_case(state, speed_kmh=speed_kmh, apart=apart)
    clear = whole if not sealed else fused_case(_without(state, sealed), speed_kmh=speed_kmh, apart=apart)
    done = fuse(whole.problem) if whole.problem.questions else None
    shown = done if done is None or clear is whole else fuse(clear.problem)
    learnt = shown.sources if shown else learn_sources(clear.problem.resolved, clear.problem.counts)
    found = Accounts(clear.counted, shown, hidden=sealed) if shown else None
    against = found.conflicts(_contradicting(shown), _silent(state), only=only) if found and shown else []
    rows = [_question_row(state, _Board(whole, done, found), one) for one in state.questions.values()]
    hidden = any({pair.one, pair.other} & sealed for pair in _contradicting(done)) if done else False
    by_words = sorted({o for row in rows for answer in row["answers"] for m in answer["moved"] for o in m["own"]})
    notes = [note.words for note in clear.left_out] + _sealed_notes(whole, sealed)
    return {
        "questions": rows,
        "conflicts": [SEALED_CONFLICT] * hidden + against[:MOST_CONFLICTS],
        "more_conflicts": max(len(against) - MOST_CONFLICTS, 0),
        "ask": _asks(state, _worth_asking(clear, done, shown), only) if done and shown else [],
        "together": [_together(answers, p) for answers, p in done.joint[:MOST_MOVED]] if done else [],
        "witnesses": [_witness(state, name, one) for name, one in learnt.items()],
        "excluded": [excluded_words(one.parts, one.why) for one in state.excluded] + list(whole.too_far),
        "removed": done.removed if done else 0.0,
        "notes": [*notes, *_ungraded(whole, learnt), *(shown.findings if shown else ())],
        "own": [*OWN, *([f"that nobody went faster than {speed_kmh:g} km/h"] if whole.too_far else []), *by_words],
    }


# --- the board --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Board:
    """What is asked of all statements and what they come to, and the accounts of those in clear."""

    whole: Case
    done: Fused | None
    found: Accounts | None


def _without(state: Debriefs, sealed: AbstractSet[str]) -> Debriefs:
    left = {name: one for name, one in state.statements.items() if name not in sealed}
    return replace(state, statements=left)


def _sealed_notes(whole: Case, sealed: AbstractSet[str]) -> list[str]:
    """What is left out of the sealed statements, each thing once."""
    return list(dict.fromkeys(n.sealed for n in whole.left_out if n.sealed and set(n.about) & sealed))


def _ungraded(case: Case, learnt: Mapping[str, Learnt]) -> list[str]:
    """Which statements count for nothing because nobody said how reliable their witness is."""
    bare = [s for s in case.counted.values() if not s.reliability and s.witness not in learnt]
    return [
        f"{f'{SOME} of {s.witness}' if s.sealed else s.id} counts for nothing until somebody says how reliable "
        f"{s.witness} is."
        for s in bare
    ]


def _question_row(state: Debriefs, board: _Board, question: Question) -> Json:
    told = state.resolved.get(question.id)
    labels = {h.id: h.label for h in question.hypotheses} | {NONE: "none of these"}
    row: Json = {
        "id": question.id,
        "text": question.text,
        "about": question.about.value,
        "resolved": None if told is None else told.event.hypothesis or NONE,
        "answers": [],
        "confidential": 0,
        "confidential_words": "",
    }
    done, found = board.done, board.found
    if told is not None or done is None or found is None:
        return row
    n = sum(one.sealed != "" and one.question == question.id for one in board.whole.counted.values())
    posterior, spread = done.posterior[question.id], done.spread.get(question.id, {})
    answers = [
        {
            "id": name,
            "label": labels[name],
            "prior": board.whole.problem.questions[question.id][name],
            "p": p,
            "low": spread.get(name, (p, p))[0],
            "high": spread.get(name, (p, p))[1],
            "moved": found.moved(question.id, name, most=MOST_MOVED),
        }
        for name, p in posterior.items()
    ]
    return {
        **row,
        "answers": sorted(answers, key=lambda a: -float(a["p"])),
        "confidential": n,
        "confidential_words": f"{counted(n, 'confidential statement')} {'count' if n > 1 else 'counts'} in these "
        "numbers; for which answer is not shown." * bool(n),
    }


def _contradicting(done: Fused) -> list[Pair]:
    return sorted((pair for pair in done.pairs if pair.k >= LEAST_CONFLICT), key=lambda pair: (-pair.k, pair.one))


def _worth_asking(clear: Case, done: Fused, shown: Fused) -> tuple[AskWorth, ...]:
    """What is worth asking by what all come to, of those who said something in clear, as sure as they are there."""
    from homeward.readiness.fuse.ask import ask_next

    grades = {name: one.graded for name, one in shown.taken.items()}
    return ask_next(clear.problem, done.posterior, grades, most=MOST_ASKED)


def _silent(state: Debriefs) -> set[tuple[str, str]]:
    """Who declined to answer which question ("": one that is not asked here)."""
    return {(s.event.witness, s.event.question) for s in state.statements.values() if s.event.declined}


def _asks(state: Debriefs, worth: Sequence[AskWorth], only: str | None) -> list[Json]:
    """Whom to ask next, worth most first, each of them once, with the question that this settles most; nobody is asked
    again what they declined to answer, or said in confidence.
    """
    silent = _silent(state) | {(h.event.witness, h.event.question) for h in state.statements.values() if h.event.sealed}
    by_source: dict[str, list[AskWorth]] = {}
    for a in worth:
        if (a.source, a.question) not in silent and a.gain_bits > LEAST_GAIN_BITS and only in (None, a.question):
            by_source.setdefault(a.source, []).append(a)
    first = [mine[0] for mine in by_source.values()][:MOST_MOVED]
    return [
        {
            "source": a.source,
            "question": a.question,
            "about": a.about,
            "gain_bits": a.gain_bits,
            "words": f'Ask {a.source} whether "{_label(state, a.question, a.about)}" is true ({a.question}): '
            f"{_settles(a, first[0])}.{_beside(by_source[a.source])}"
            + (" Declined to answer something else before." * ((a.source, "") in silent)),
        }
        for a in first
    ]


def _settles(one: AskWorth, first: AskWorth) -> str:
    """How much asking somebody settles, beside what asking the first does."""
    if one is first:
        return "would settle most"
    share = one.gain_bits / first.gain_bits
    return f"would settle {'as much' if share > ALIKE else 'nearly as much' if share >= NEARLY else 'less'}"


def _beside(worth: Sequence[AskWorth]) -> str:
    also = [a.question for a in worth[1:]]
    return f" Worth asking about {listed(also)}, too." if also else ""


def _label(state: Debriefs, question: str, answer: str) -> str:
    labels = {h.id: h.label or h.id for h in state.questions[question].hypotheses}
    return labels.get(answer, "none of these")


def _together(answers: Mapping[str, str], p: float) -> Json:
    said = ", ".join(f"{question}: {answer}" for question, answer in answers.items())
    return {"answers": dict(answers), "p": p, "words": f"{said}: {chance(p)}"}


def _witness(state: Debriefs, name: str, learnt: Learnt) -> Json:
    from homeward.readiness.fuse.learn import trusted
    from homeward.readiness.fuse.words import grade_value

    s = learnt.score
    total = learnt.right + learnt.wrong
    letters = [h.event.reliability for h in state.statements.values() if h.event.witness == name]
    letter = next((one for one in reversed(letters) if one), "")
    mean = grade_value("homeward", "reliability", letter) if letter not in ("", "F") else None
    trust = trusted(learnt.right, learnt.wrong, told="", mean=0.5 if mean is None else mean)
    start = "in place of a letter" if mean is None else f"starting from letter {letter}*"
    return {
        "id": name,
        "right": learnt.right,
        "wrong": learnt.wrong,
        "r": trust.r,
        "r_low": trust.low,
        "r_high": trust.high,
        "score": None if s is None else asdict(s),
        "words": f"{name}: {learnt.right} of {total} right, so taken as reliable with {chance(trust.r)} "
        f"({chance(trust.low)} to {chance(trust.high)}), {start}" + (f"; Brier {s.brier:.2f}" if s else ""),
    }


def _board_lines(board: Json, shown: Sequence[Json]) -> list[str]:
    lines = []
    for row in shown:
        lines.append(f"{row['id']}: {row['text']}")
        wide = max((len(chance(answer["p"])) for answer in row["answers"]), default=0)
        if row["resolved"] is not None:
            lines.append(f"  ANSWERED: {row['resolved']}")
        for answer in row["answers"]:
            label = f" ({answer['label']})" if answer["label"] else ""
            low, high = (chance(answer[end]) for end in ("low", "high"))
            spread = f", {low} to {high} by what the words may mean" if low != high else ""
            before = f"before any statement {chance(answer['prior'])}"
            lines.append(f"  {chance(answer['p']):>{wide}}  {answer['id']}{label}{spread}; {before}")
            lines += [f"{'':{wide + 4}}{moved['words']}" for moved in answer["moved"]]
        lines += [f"  {row['confidential_words']}"] * bool(row["confidential"])
    lines += [f"CONFLICT: {one['words']}" for one in board["conflicts"]]
    lines += [f"CONFLICT: {board['more_conflicts']} more pairs contradict each other."] * bool(board["more_conflicts"])
    lines += [f"Together: {one['words']}" for one in board["together"]]
    lines += [f"Ruled out: {words}" for words in board["excluded"]]
    lines += [f"Next: {one['words']}" for one in board["ask"]]
    lines += [f"Witness {one['words']}." for one in board["witnesses"]]
    lines += [f"NOTE: {note}" for note in board["notes"]]
    lines.append(f"* OUR OWN ASSUMPTION: {'; '.join(board['own'])}.")
    return lines
