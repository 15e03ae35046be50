"""What stands on a briefing: what is known and how surely, what may come, who is where, what to do on which signal.

One function for each part; what the mission has nothing of is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.readiness.briefing.doing import doing
from homeward.errors import HomewardError
from homeward.exchange.briefing import LONGEST_LINE, Line
from homeward.geo import format_place
from homeward.mission import Mission
from homeward.mission.debriefs import Share
from homeward.words import chance, named

Json = dict[str, Any]
MOST_NAMES = 8
"""Of people in a line: ours."""
LEAST_ANSWERS, MOST_ANSWER_LINES, NEVER_CUT = 3, 14, 0.10
"""Answers to a question that are always named; lines of answers before they share lines; probability above which an
answer is never left out, nor above half of the greatest: ours.
"""
RISKS: Final = (0.01, 0.05, 0.10)
"""For which a briefing says by when to be ready: ours."""
BANDS: Final = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "about even"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.01, "almost certain"),
)
"""Words for probabilities up to each bound (ICD 203, Analytic Standards, 2015)."""


def known_lines(book: Book, board: Json | None, *, moved: bool = False) -> Iterator[Line]:
    """What is known, and how surely: finds, what came out, and the answers to what is open, each with its chance.

    Where `moved`, what moved the leading answer most, too. Where many questions are open, each has its answers on one
    line.
    """
    yield from _found(book.mission)
    rows = (board or {}).get("questions", [])
    short = sum(len(_told_of(row["answers"])) for row in rows) > MOST_ANSWER_LINES
    for row in rows:
        answer = f" ANSWERED: {row['resolved']}." if row["resolved"] is not None else ""
        yield Line(text=f"{row['text']}{answer}", strong=True)
        told = _told_of(row["answers"])
        left = len(row["answers"]) - len(told)
        words = [_answer_words(one) for one in told] + [f"and {left} less probable, on the screen"] * bool(left)
        if short:
            yield from (Line(text=text, under=True) for text in _packed(words))
            continue
        for place, text in enumerate(words):
            yield Line(text=text, under=True)
            first = told[0]["moved"] if moved and place == 0 and told else ()
            yield from (Line(text=f"- {m['words']}", under=True) for m in first)
        if moved and row.get("confidential"):
            yield Line(text=f"- {row['confidential_words']}", under=True)


def shared_lines(book: Book) -> Iterator[Line]:
    """What witnesses said and agreed that everybody may read."""
    for happened in book.mission.debriefs.statements.values():
        one = happened.event
        if one.share is Share.EVERYBODY and one.says:
            how = [words for words in (one.how.value if one.how else "", one.certainty) if words]
            told = f" ({', '.join(how)})" if how else ""
            yield Line(text=f'{one.witness}{told}: "{one.says}"')


def gap_lines(book: Book) -> Iterator[Line]:
    """What teams told that they could not search."""
    for done in book.mission.searches:
        for gap in done.event.gaps:
            yield Line(text=f"{done.event.team} on {done.event.assignment}: {gap}.")


def coming_lines(book: Book, *, now: datetime) -> Iterator[Line]:
    """What may come and when: of each threat the honest countdown and when to be ready."""
    from homeward.desk.readiness.warning.foreseen import motive_row, open_foreseen
    from homeward.readiness.warn.words import OVERDUE, warning_words

    mission, zone = book.mission, book.mission.time_zone
    for name, came in mission.readiness.came.items():
        yield Line(text=f"{name} HAS HAPPENED, {clock.show_time(came.event.came_at, zone)}.", strong=True)
    for one in open_foreseen(mission, now=now):
        known = [name for name in one.threat.may_hit if name in mission.readiness.targets]
        targets = ", ".join(_label(mission, target) for target in known)
        yield Line(text=f"{one.threat.id}{f': may hit {targets}' if targets else ''}.", strong=True)
        coming = one.forecast
        if coming is None:
            yield Line(text="When it may come cannot be said from what is known.", under=True)
            continue
        yield from (Line(text=note, strong=True) for note in one.notes if note.startswith(OVERDUE))
        yield from (Line(text=words, under=True) for words in warning_words(coming))
        hit = motive_row(one, personal=False)["hit_words"]
        yield from [Line(text=hit, under=True)] if hit else []
        ready = [f"{_ready(coming, risk, now, zone)} ({100 * risk:g} %)" for risk in RISKS]
        yield Line(
            text=f"Be ready by, for the risk that it comes before: {', '.join(ready)}. Reckoned "
            f"{clock.show_hour(now, zone, now=now)}: each hour without it moves these dates.",
            under=True,
        )


def where_lines(book: Book, muster: Json | None, *, now: datetime) -> Iterator[Line]:
    """Who is where: teams, who is signed in, who is coming by the `muster`'s board, hazards."""
    mission, zone = book.mission, book.mission.time_zone
    alike = dict[str, list[str]]()
    for name, words in doing(book, now=now, posted=posted_teams(book)).items():
        alike.setdefault(words, []).append(name)
    yield from (Line(text=f"{some(names)}: {words}.") for words, names in alike.items())
    if mission.muster.here:
        yield Line(text=f"Signed in at the base ({len(mission.muster.here)}): {some(list(mission.muster.here))}.")
    if muster and muster["coming"]:
        yield from _coming(muster["coming"], zone, now)
    for hazard in mission.crew.hazards.values():
        if hazard.ends is None or hazard.ends > now:
            label = f" ({hazard.label})" if hazard.label else ""
            yield Line(text=f"HAZARD {hazard.id}: {hazard.kind.value}{label}.", strong=True)
    for done in mission.searches:
        for met in done.event.hazards:
            yield Line(text=f"Met by {done.event.team} on {done.event.assignment}: {met}.", strong=True)


def signal_lines(book: Book) -> Iterator[Line]:
    """What to do on which signal."""
    mission, crew = book.mission, book.mission.crew
    to = crew.rally.event.place if crew.rally else mission.base
    where = f" to {'the meeting point' if crew.rally else 'the base'}, {format_place(to, 'mgrs')}" if to else ""
    if crew.signals is None:
        yield Line(text="NO SIGNALS ARE AGREED YET. Ask command before you leave.", strong=True)
    else:
        yield Line(text=f"WARNING, danger is coming: {crew.signals.warning}.", strong=True)
        yield Line(text=f"RECALL, come back at once{where}: {crew.signals.recall}.", strong=True)
        if crew.signals.channel:
            yield Line(text=f"Both on {crew.signals.channel}.")
    call = mission.muster.callout
    if call is not None:
        meet = f" at {format_place(call.event.place, 'mgrs')}" if call.event.place else ""
        until = f" by {clock.show_time(call.event.wanted_by, mission.time_zone)}" if call.event.wanted_by else ""
        yield Line(
            text=f"CALL-OUT {call.event.id}: be{meet or ' at the base'}{until}. Sign in when you come, out when you go."
        )
    yield from (Line(text=words) for words in cover_words_of(book) if words.startswith("RESERVE"))


def cover_lines_of(book: Book) -> Iterator[Line]:
    """Where each team stands or waits, as planned. What is left uncovered is for command, and so is a mixture of
    rosters: nobody shall foresee the one that is drawn.
    """
    from homeward.desk.readiness.cover.covering import cover_plan
    from homeward.desk.readiness.cover.presence import left_since

    plan = cover_plan(book)
    if plan is None or plan["view"] == "deterrence":
        return
    gone = left_since(book.mission, plan["slices"][0]["teams"], datetime.fromisoformat(plan["made_at"]))
    yield from (Line(text=f"SINCE THE PLAN WAS MADE: {words}.") for words in gone)
    teams = tuple(f"{post['team']} " for post in plan["slices"][0]["posts"])
    yield from (Line(text=words) for words in cover_words_of(book) if words.startswith(teams))


def cover_words_of(book: Book) -> list[str]:
    """The first days of the plan of cover in force, in words."""
    from homeward.desk.readiness.cover.covering import cover_plan
    from homeward.desk.readiness.cover.words import slice_lines

    plan = cover_plan(book)
    return [] if plan is None else slice_lines(plan, plan["slices"][0], zone=book.mission.time_zone)


def posted_teams(book: Book) -> frozenset[str]:
    """Teams that the plan of cover in force places, where everybody may know where."""
    from homeward.desk.readiness.cover.covering import cover_plan

    plan = cover_plan(book)
    open_ = plan is not None and plan["view"] != "deterrence"
    return frozenset(post["team"] for post in plan["slices"][0]["posts"]) if plan and open_ else frozenset()


def muster_board(book: Book) -> Json | None:
    """The muster's board; None where nobody is known."""
    from homeward.desk.readiness.muster.board import board

    try:
        return board(book) if book.mission.muster.callouts else None
    except HomewardError:
        return None


def some(names: Iterable[str]) -> str:
    """Names in a line, the rest counted."""
    return named(names, most=MOST_NAMES)


def band(p: float) -> str:
    """A probability in the words of ICD 203."""
    return next(words for bound, words in BANDS if p < bound)


# --- what is behind them ----------------------------------------------------------------------------------


def _found(mission: Mission) -> Iterator[Line]:
    zone = mission.time_zone
    for name in dict.fromkeys(f.event.casualty for f in mission.finds):
        when, find = mission.found(name) or (None, None)
        if when is None or find is None:
            continue
        given = [h for h in mission.rescue.handed_over if h.event.casualty == name]
        end = f", handed over {clock.show_time(given[-1].at, zone)}" if given else ""
        where = format_place(find.event.place, "mgrs")
        yield Line(text=f"Casualty {name} found {clock.show_time(when, zone)} at {where}{end}.", strong=True)
    left = mission.subject.count - len({f.event.casualty for f in mission.finds})
    if mission.ipp is not None and left > 0:
        yield Line(text=f"STILL MISSING: {left}, since {clock.show_time(mission.ipp.seen_at, zone)}.", strong=True)


def _told_of(answers: Sequence[Json]) -> Sequence[Json]:
    """The answers that a briefing names, the most probable first: three, and each that is nobody's to leave out."""
    greatest = max((one["p"] for one in answers), default=0.0)
    return [
        one
        for place, one in enumerate(answers)
        if place < LEAST_ANSWERS or one["p"] > greatest / 2 or one["p"] > NEVER_CUT
    ]


def _packed(words: Sequence[str]) -> Iterator[str]:
    """Words on as few lines as they need."""
    line = ""
    for one in words:
        if line and len(line) + len(one) + 2 > LONGEST_LINE:
            yield line
            line = ""
        line = f"{line}; {one}" if line else one
    if line:
        yield line


def _answer_words(answer: Json) -> str:
    low, high = (chance(answer[end]) for end in ("low", "high"))
    spread = f" ({low} to {high})" if low != high else ""
    return f"{answer['label'] or answer['id']}: {band(answer['p'])}, {chance(answer['p'])}{spread}*"


def _ready(coming: Any, risk: float, now: datetime, zone: str) -> str:
    days = float(coming.quantile(risk))
    if not days < 3650:
        return "later than ten years"
    return clock.show_time(now + timedelta(days=days), zone)


def _label(mission: Mission, name: str) -> str:
    target = mission.readiness.targets.get(name)
    return target.label or name if target else name


def _coming(rows: Sequence[Json], zone: str, now: datetime) -> Iterator[Line]:
    """Who comes by which hour; who is late, with the time they were to be here."""
    found: dict[bool, dict[str, list[str]]] = {False: {}, True: {}}
    for row in rows:
        when = clock.show_hour(datetime.fromisoformat(row["eta"]), zone, now=now)
        last = " (only if nobody else can)" if row["last_resort"] else ""
        quiet = " (no answer yet)" if row["silent"] else ""
        late = row["late_min"] is not None
        found[late].setdefault(f"{when}|{last}{quiet}", []).append(row["id"])
    for late, head in ((False, "Coming"), (True, "LATE, were to be here")):
        said = [f"{key.partition('|')[0]} {some(who)}{key.partition('|')[2]}" for key, who in found[late].items()]
        yield from [Line(text=f"{head}: {'; '.join(said)}.", strong=late)] if said else []
