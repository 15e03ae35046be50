"""The verbs on warnings: what may come and when, as somebody said it; what was said since; that it came, or won't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.figures import read_figure
from homeward.desk.readiness.debrief.given_names import next_name
from homeward.desk.readiness.warning.dates_said import (
    SPAN_SAID,
    quantile_words,
    read_days,
    read_quantiles,
    read_told,
    tells_span,
)
from homeward.desk.readiness.warning.foreseen import check_threat, foreseen, motive_row
from homeward.desk.readiness.warning.motives_said import read_motives, read_ratios, weighed
from homeward.desk.rescue.ways_out import checked_name
from homeward.desk.scenarios import forgotten
from homeward.errors import BadInput, UnknownName
from homeward.mission.readiness import Threat, ThreatCame, ThreatLifted, ThreatReport, ThreatReported, ThreatWarned
from homeward.readiness.fuse.words import grade_value
from homeward.readiness.warn.records import WIDEN, WarnProblem
from homeward.readiness.warn.score import score
from homeward.readiness.warn.solve import foresee
from homeward.readiness.warn.words import OVERDUE, days_words, warning_words
from homeward.words import chance

LETTERS: Final = "ABCDEF"
MOST_WARNINGS, MOST_REPORTS, LONGEST_TEXT = 50, 500, 2000
"""Open warnings, reports, letters of what was said: ours."""
ONE_DATE: Final = (
    "One date does not say how sure it is. Give another one, how early it may come or how late: as early as=1 week,"
    " as late as=2 months."
)
LONGEST_AGO: Final = timedelta(days=3660)


@again_if_grown
def warning(
    path: Path,
    name: str,
    *,
    text: str | None = None,
    said_at: str | None = None,
    source: str | None = None,
    told: str | None = None,
    quantiles: Sequence[str] = (),
    never: float | str | None = None,
    targets: Sequence[str] = (),
    motive: str | None = None,
    motives: Sequence[str] = (),
    reliability: str | None = None,
    widen: float | str | None = None,
    families: Sequence[str] = (),
    forecast: bool | None = None,
    forget: Sequence[str] = (),
    at: str | None = None,
) -> Answer:
    """Something that may come, and when, as somebody said it; fields not given of one that is there stay as they were,
    those to `forget` are taken back.

    `quantiles` like "as early as=1 week", "about=1 month", "10%=7 days", counted from `said_at` (left out: now); or
    `told`, a sentence with them, "in about a month, maybe a week". `never` is the probability that it does not come at
    all; `widen` the factor on the spread, for people are surer than they are right (1 = as stated). A `forecast` of
    weather or water gives probabilities by lead time ("30%=3 days") and is not widened. `motives` like
    "old quarrel=60%:Hut=2,Mill" (probability, and the targets it would hit one of, by weight) replace those told
    before. What was said, by whom and why is personal.
    """
    name = _words(" ".join(checked_name("warning", name).split()), "name")
    with opened(path) as book:
        state = book.mission.readiness
        if name in state.came:
            raise BadInput(f"{name} has come already. Give what may come next another name.")
        before = _without(state.threats[name].event, forget) if name in state.threats else None
        if before is None and len(state.open_threats) >= MOST_WARNINGS:
            raise BadInput(
                f"A mission holds {MOST_WARNINGS} open warnings at most. Lift one that counts no longer first."
            )
        since = _said_at(book, said_at) if said_at is not None else before.said_at if before else clock.now()
        dates = _dates(book, quantiles, told, since)
        if not dates and before is None:
            raise BadInput(
                f"Nothing says when {name} may come. Give it as it was said: --about '1 month' --early '1 week', or"
                " --told 'in about a month, maybe a week'."
            )
        if len(dates) == 1 and not forecast and tuple(families) != ("exponential",):
            raise BadInput(ONE_DATE)
        given: dict[str, Any] = {"said_at": since} | ({"quantiles_d": dates} if dates else {})
        texts = {"text": text if text is not None else told, "source": source, "motive": motive}
        given |= {field: _words(words, field) for field, words in texts.items() if words is not None}
        given |= {} if never is None else {"never": _share(never, "That it never comes", below=True)}
        given |= {} if reliability is None else {"reliability": _letter(reliability)}
        given |= {} if widen is None else {"widen": _widen(widen)}
        given |= {"families": tuple(families)} if families else {}
        given |= {"targets": tuple(dict.fromkeys(_words(t, "target") for t in targets if t.strip()))} if targets else {}
        given |= {} if forecast is None else {"forecast": forecast}
        given |= {"motives": read_motives(motives, targets=state.targets)} if motives else {}
        threat = replace(before or Threat(id=name, said_at=since, quantiles_d=dates), **given)
        check_threat(threat)
        weighed(threat.motives, [h.event for h in state.reports.values() if h.event.threat == name])
        book.write(ThreatWarned(threat=threat), at=when_told(book, at))
        unknown = [t for t in threat.targets if t not in book.mission.readiness.targets]
        lines, data = _standing(book, threat)
    lines += _span_note(told if not quantiles else None)
    notes = [f"NOTE: {', '.join(unknown)} is no target of this mission yet: homeward target."] if unknown else []
    return Answer(text="\n".join([*lines, *notes]), data=data)


@again_if_grown
def warning_report(
    path: Path,
    name: str,
    *,
    within: str | None = None,
    quantiles: Sequence[str] = (),
    told: str | None = None,
    reliability: float | str = 1.0,
    said_at: str | None = None,
    source: str = "",
    text: str = "",
    motives: Sequence[str] = (),
    may_replace: bool = False,
    id: str | None = None,  # noqa: A002 - what the page and the log call it
    at: str | None = None,
) -> Answer:
    """Something more was said of the warning NAME: that it comes `within` so long, or another informant's dates.

    `motives` like "old quarrel=3", with dates or alone: the report is three times as probable by that motive as by
    those not named. Of a report that is there (`id`), words and motives not given stay. `reliability` is the
    probability that the source knows, or its letter A to E: else the report says nothing. With `may_replace` one of the
    informants may be wrong as a whole: they are then added up and not multiplied.
    """
    with opened(path) as book:
        threat = _open_threat(book, name)
        since = _said_at(book, said_at) if said_at is not None else clock.now()
        if since < threat.said_at:
            raise BadInput(
                f"The warning {name} was given {clock.show_time(threat.said_at, book.mission.time_zone)}, after this"
                " report. Give the earlier one as the warning."
            )
        dates = _dates(book, quantiles, told if within is None else None, since)
        known = {h.event.id: h.event for h in book.mission.readiness.reports.values() if h.event.threat == name}
        same = known.get(id or "")
        ratios = read_ratios(motives) or (same.motives if same else ())
        if (within is not None and dates) or (within is None and not dates and not ratios):
            raise BadInput(
                "Say one thing: within how long it comes, or dates such as about=2 weeks, as early as=3 days; or how"
                " it bears on a motive, such as quarrel=3."
            )
        if len(dates) == 1:
            raise BadInput(ONE_DATE)
        sure, letter = _graded(reliability)
        if dates and sure == 0:
            raise BadInput("A reliability of 0 says nothing. Leave the report out, or give more than 0.")
        if len(book.mission.readiness.reports) >= MOST_REPORTS:
            raise BadInput(f"A mission holds {MOST_REPORTS} reports at most. Give the warning anew.")
        report = ThreatReport(
            id=checked_name("report", id) if id is not None else _next_id(book),
            threat=name,
            said_at=since,
            quantiles_d=dates,
            within_d=None if within is None else read_days(within, "within"),
            reliability=sure,
            may_replace=may_replace,
            text=_words(text or told or (same.text if same else ""), "text"),
            source=_words(source or (same.source if same else ""), "source"),
            motives=ratios,
            letter=letter,
        )
        weighed(threat.motives, [*(r for r in known.values() if r.id != report.id), report])
        before = foreseen(book.mission, threat, now=clock.now()).forecast
        book.write(ThreatReported(report=report), at=when_told(book, at))
        lines, data = _standing(book, threat)
    lines += _span_note(told if within is None and not quantiles else None)
    old = None if before is None else float(before.cdf(14.0))
    new = data["within"].get("14")
    moved = [] if old is None or new is None else [f"Within 14 days: {chance(old)} before, {chance(new)} now."]
    return Answer(
        text="\n".join([f"Report {report.id} on {name}.", *moved, *lines]), data={**data, "report": report.id}
    )


@again_if_grown
def lift_warning(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A warning counts no longer."""
    with opened(path) as book:
        _open_threat(book, name)
        book.write(ThreatLifted(threat=name, why=_words(why, "why")), at=when_told(book, at))
    return Answer(text=f"Warning {name} is lifted: it counts no longer.", data={"warning": name})


@again_if_grown
def happened(path: Path, name: str, *, at_time: str | None = None, at: str | None = None) -> Answer:
    """What was warned of has come, now or at `at_time`: the forecast is scored by it, beside the plain date."""
    with opened(path) as book:
        threat = _open_threat(book, name)
        came = when_told(book, at_time) or clock.now()
        if came < threat.said_at:
            raise BadInput(f"The warning {name} was given later than that. Check the time it came.")
        if name in book.mission.readiness.came:
            raise BadInput(f"{name} has come already. Give what may come next another name.")
        book.write(ThreatCame(threat=name, came_at=came), at=when_told(book, at))
        zone = book.mission.time_zone
        lines, data = _scored(book, threat, came)
    return Answer(
        text="\n".join([f"{name} came {clock.show_time(came, zone)}.", *lines]), data={"warning": name, **data}
    )


# --- what is behind them ----------------------------------------------------------------------------------


def _scored(book: Book, threat: Threat, came: datetime) -> tuple[list[str], dict[str, Any]]:
    """The forecast as of when the warning was given, against what came."""
    problem = foreseen(book.mission, threat, now=threat.said_at).problem
    coming = foresee(WarnProblem(statement=problem.statement, now=threat.said_at, families=problem.families)).forecast
    came_d = (came - threat.said_at).total_seconds() / 86400
    found = score(coming, came_d)
    middle = float(coming.quantile(0.5, if_it_comes=True))
    plain = abs(came_d - middle)
    early = f"{days_words(came_d)} before" if came_d > 0 else "as it came"
    held = "held" if found.inside_90 else "MISSED"
    crps = "" if found.crps is None else f"{days_words(found.crps)} off by the whole forecast (CRPS), "
    lines = [
        f"The warning was given {early}; {chance(found.below)} had been given to an earlier day.",
        f"The 90 % interval {held} it; {crps}{days_words(plain)} off by its middle alone.",
    ]
    data = {
        "came_d": came_d,
        "crps": found.crps,
        "inside_90": found.inside_90,
        "below": found.below,
        "middle_off_d": plain,
    }
    return lines, data


def _standing(book: Book, threat: Threat) -> tuple[list[str], dict[str, Any]]:
    """What a warning comes to now."""
    now, zone = clock.now(), book.mission.time_zone
    one = foreseen(book.mission, threat, now=max(now, threat.said_at))
    said = quantile_words(threat.quantiles_d)
    head = f"Warning {threat.id}, said {clock.show_time(threat.said_at, zone)}: {said}."
    data: dict[str, Any] = {"warning": threat.id, "quantiles_d": [list(q) for q in threat.quantiles_d], "within": {}}
    if one.forecast is None:
        return [head, f"NO FORECAST: {one.why_not}"], data
    assert one.warned is not None
    words = warning_words(one.forecast, medians_d=one.warned.medians_d)
    own = [f"Own assumption: {text}." for text in one.assumed]
    data |= {
        "median_d": float(one.forecast.quantile(0.5, if_it_comes=True)),
        "still_coming": one.forecast.still_coming,
        "within": {f"{d}": float(one.forecast.cdf(d)) for d in (1, 3, 7, 14, 30, 90)},
    }
    wide = WIDEN if threat.widen is None else threat.widen
    widened = (
        [] if threat.forecast or wide == 1 else [f"The spread is widened by {wide:g}: people are surer than right."]
    )
    late = [n for n in one.notes if n.startswith(OVERDUE)]
    notes = [f"NOTE: {n}" for n in one.notes if n not in late]
    shown = motive_row(one, personal=False)
    hit = [shown["hit_words"]] if shown["hit_words"] else []
    return [head, *late, *words, *hit, *widened, *own, *notes], data | {"by_target": shown["by_target"]}


def _without(threat: Threat, forget: Sequence[str]) -> Threat:
    """A warning as if some of its fields had never been told. When it may come stays: it can only be told anew."""
    fixed = [field for field in forget if field in ("id", "said_at", "quantiles_d")]
    if fixed:
        raise BadInput(f"{fixed[0]!r} of {threat.id} cannot be taken back. Say anew when it may come, or lift it.")
    return cast("Threat", forgotten(threat, forget))


def _open_threat(book: Book, name: str) -> Threat:
    state = book.mission.readiness
    if name in state.threats and name in state.came:
        raise BadInput(f"{name} has come already. Give what may come next another name.")
    if name not in state.threats:
        raise UnknownName("open warning", name, [h.event.id for h in state.open_threats])
    return state.threats[name].event


def _said_at(book: Book, text: str) -> datetime:
    """When something was said: never in the future, and up to ten years ago ("-5d" and "2026-03-01 12:00" are read)."""
    when = when_told(book, text)
    assert when is not None
    if clock.now() - when > LONGEST_AGO:
        raise BadInput(f"{text!r} is more than ten years ago. Check the year.")
    return min(when, clock.now())


def _dates(book: Book, quantiles: Sequence[str], told: str | None, since: datetime) -> tuple[tuple[float, float], ...]:
    if quantiles:
        return read_quantiles(quantiles, said_at=since, zone=book.mission.time_zone)
    if told is None or not told.strip():
        return ()
    found = read_told(told)
    if not found:
        raise BadInput(f"{told!r} tells no length of time. Say it in dates: about=1 month, as early as=1 week.")
    return found


def _span_note(told: str | None) -> list[str]:
    return [f"Own assumption: {SPAN_SAID}."] if told and tells_span(told) else []


def _next_id(book: Book) -> str:
    return next_name(book, "R", lambda event: event.report.id if isinstance(event, ThreatReported) else None)


def _share(told: float | str, what: str, *, below: bool = False) -> float:
    p = read_figure(told, what.lower(), share=True)
    if not (0 <= p < 1 if below else 0 <= p <= 1):
        raise BadInput(f"{what} is {told}, which is no probability. Give one from 0 {'below' if below else 'to'} 1.")
    return p


def _widen(told: float | str) -> float:
    factor = read_figure(told, "the widening")
    if not 0 < factor <= 10:
        raise BadInput(f"A widening of {told} cannot be. Give a factor above 0, up to 10; 1 = as stated.")
    return factor


def _letter(told: str) -> str:
    letter = told.strip().upper()
    if len(letter) != 1 or letter not in LETTERS:
        raise BadInput(f"{told!r} is no letter of reliability. Give A (completely reliable) to E, or F (not known).")
    return letter


def _graded(told: float | str) -> tuple[float, str]:
    """The probability that a source knows, and the letter it was told as: by the table that statements are fused by."""
    if not isinstance(told, str) or len(told.strip()) != 1 or not told.strip().isalpha():
        return _share(told, "The reliability"), ""
    letter = _letter(told)
    p = grade_value("homeward", "reliability", letter)
    if letter == "F" or not p:
        raise BadInput(
            f"{letter} says that nobody can judge the source. Give the probability that it knows, such as 50%, or leave"
            " the report out."
        )
    return p, letter


def _words(told: str, what: str) -> str:
    clean = told.strip()
    if len(clean) > LONGEST_TEXT:
        raise BadInput(f"The {what} has {len(clean)} characters. Give {LONGEST_TEXT} at most.")
    if any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF for c in clean):
        raise BadInput(f"The {what} holds letters that cannot be printed. Leave them out.")
    return clean
