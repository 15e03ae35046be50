"""The verb `rehearse`: the plan in force, played against thousands of subjects; and what would be otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.files import write_whole
from homeward.desk.search.planning import Span, movers_of, problem_of
from homeward.desk.search.what_if import WhatIf, changed, what_if
from homeward.errors import BadInput
from homeward.exchange.rehearse_plot import Played, rehearsal_png
from homeward.mission.events import NumberSet, TeamRegistered, WeatherSet
from homeward.search import PlanProblem, SearchPlan, make_plan
from homeward.search import rehearse as played_plan
from homeward.search.plan.problem import TeamStart
from homeward.search.rehearse import Difference, Rehearsal, compared

MOST_QUESTIONS = 5  # in one rehearsal: more would not be told apart on the plot (our own limit)
QUANTILES = (0.1, 0.25, 0.5)
FRESH = 8000  # walkers of a rehearsal, twice those that a plan is made against (our own choice)
_OTHER_SEED = 1_000_003  # away from the seeds that plans and maps are made with
_SURE = 3.0  # standard errors beyond which the plan's own figure is said not to agree
_CUT = 0.003  # of all probability: what the plan's figure may differ by, because paths are cut at other times

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Take:
    """One plan rehearsed: the question that led to it (None: the plan in force)."""

    asked: WhatIf | None
    plan: SearchPlan
    result: Rehearsal

    @property
    def words(self) -> str:
        return self.asked.words if self.asked else "the plan in force"


def rehearse(
    path: Path,
    *,
    subjects: int = 5000,
    seed: int = 0,
    what_ifs: Sequence[str] = (),
    plot: Path | None = None,
    night: bool = False,
    progress: Progress | None = None,
) -> Answer:
    """Plays the plan in force against subjects drawn from the map, and from fresh simulated walks where it still moves.

    Each of `what_ifs` is planned anew and rehearsed against the same subjects. Nothing is written into the mission.
    """
    if len(what_ifs) > MOST_QUESTIONS:
        raise BadInput(f"{len(what_ifs)} what-ifs are too many at once. Ask {MOST_QUESTIONS} at most.")
    if plot is not None and plot.suffix.lower() != ".png":
        raise BadInput(f"{plot.name} is no name of a PNG picture. Give one that ends in .png.")
    if plot is not None and not plot.parent.is_dir():
        raise BadInput(f"There is no folder {plot.parent}. Make it first, or choose another file with --plot.")
    tell = progress or (lambda _share, _words: None)
    with opened(path, read_only=True) as book:
        plan, notes = _in_force(book)
        asked = [what_if(words, teams=list(book.mission.teams)) for words in what_ifs]
        takes = _takes(book, plan, (asked, notes), (subjects, seed, tell))
        assert book.mission.plan is not None
        starts, zone, name = book.mission.plan.event.starts, book.mission.time_zone, book.mission.name
    title = f"{name}: plan for period {plan.period}, from {clock.show_time(starts, zone)}"
    if plot is not None:
        png = rehearsal_png(_drawn(takes), _stated(plan), title=title, night=night)
        write_whole(plot, png, remedy="Choose another file with --plot.")
        notes.append(f"The plot is in {plot}.")
    return Answer(text="\n".join(_words(takes, notes)), data=_data(takes, notes))


def _in_force(book: Book) -> tuple[SearchPlan, list[str]]:
    """The plan in force, less what teams that are no longer there would do, and what to know of it."""
    plan, notes = book.plan(), []
    gone = sorted({a.team for a in plan.assignments} - set(book.mission.teams))
    if gone:
        notes.append(f"No longer here: {', '.join(gone)}. What the plan has them do is left out.")
        plan = replace(plan, assignments=tuple(a for a in plan.assignments if a.team not in gone))
    if not plan.assignments:
        raise BadInput("The plan in force sends nobody out: there is nothing to rehearse. Make it anew.")
    made, mapped = book.mission.plan, book.mission.map
    if made is not None and mapped is not None and mapped.at > made.at:
        notes.append("The map was made anew since this plan: its own figures are of the map before.")
    told = [s.entry for s in book.stored if isinstance(s.entry.event, WeatherSet | NumberSet | TeamRegistered)]
    if made is not None and any(entry.at > made.at for entry in told):
        notes.append("Weather, numbers or teams were told anew since this plan: it is played with those of now.")
    return plan, notes


def _takes(
    book: Book,
    plan: SearchPlan,
    about: tuple[Sequence[WhatIf], list[str]],
    how: tuple[int, int, Progress],
) -> list[_Take]:
    asked, notes = about
    subjects, seed, tell = how
    rounds = 1 + len(asked)

    def part(n: int, first: float, last: float) -> Progress:
        return lambda share, words: tell((n + first + share * (last - first)) / rounds, words)

    problem = _problem(book, plan, 0.0)
    walked = _fresh(book, problem, seed, 0.0)
    played = played_plan(walked, plan, subjects=subjects, seed=seed, progress=part(0, 0, 1))
    takes = [_Take(None, plan, played)]
    try:
        for n, one in enumerate(asked, start=1):
            then = _problem(book, plan, one.later_s) if one.later_s else problem
            other = changed(then, one, post_m=_post_m(book))
            made = make_plan(other, seed=plan.seed, progress=part(n, 0, 0.8))
            fresh = _fresh(book, other, seed, one.later_s) if one.later_s else replace(other, movers=walked.movers)
            result = played_plan(fresh, made, subjects=takes[0].result.subjects, seed=seed, progress=part(n, 0.8, 1))
            takes.append(_Take(one, made, result))
    except KeyboardInterrupt:
        notes.append("Broken off: what was done by then is told.")
    if takes[0].result.stopped:
        notes.append(f"Broken off after {takes[0].result.subjects} subjects.")
    return takes


def _problem(book: Book, plan: SearchPlan, later_s: float) -> PlanProblem:
    """The problem that the plan in force was made for, or that of a start so much later; teams where they began it."""
    assert book.mission.plan is not None
    starts = book.mission.plan.event.starts + timedelta(seconds=later_s)
    problem = problem_of(book, span=Span(starts=starts, hours=plan.duration_s / 3600))
    first = {a.team: a for a in reversed(plan.assignments)}
    stood = tuple(
        TeamStart(
            at_m=first[team.id].access_m[0] if team.id in first and first[team.id].access_m else base,
            free_s=max(first[team.id].leaves_s, 0.0) if team.id in first and first[team.id].underway else 0.0,
        )
        for team, base in zip(problem.teams, problem.bases_m, strict=True)
    )
    away = any(abs(s.at_m[i] - base[i]) > 1.0 for s, base in zip(stood, problem.bases_m, strict=True) for i in (0, 1))
    return replace(problem, segments=plan.segments, own=None, starts=stood if away and not later_s else ())


def _post_m(book: Book) -> tuple[float, float]:
    post = book.mission.base or (book.mission.ipp.place if book.mission.ipp else None)
    assert post is not None  # `problem_of` has refused
    return book.terrain().grid.to_m(post)


def _fresh(book: Book, problem: PlanProblem, seed: int, later_s: float) -> PlanProblem:
    """The problem with walks simulated anew: not those that its plan was made against."""
    plan = book.mission.plan
    if problem.movers is None or plan is None:
        return problem
    starts, hours = plan.event.starts + timedelta(seconds=later_s), problem.duration_s / 3600
    again = movers_of(book, problem.belief, starts=starts, hours=hours, paths=FRESH, seed=seed + _OTHER_SEED)
    return replace(problem, movers=again)


def _drawn(takes: Sequence[_Take]) -> list[Played]:
    return [Played(words=t.words, result=t.result, later_s=t.asked.later_s if t.asked else 0.0) for t in takes]


def _stated(plan: SearchPlan) -> list[tuple[float, float]]:
    return [(t, v) for t, v, _ in plan.curve]


# ---- in words -----------------------------------------------------------------------------------------------------


def _words(takes: Sequence[_Take], notes: Sequence[str]) -> list[str]:
    first = takes[0]
    result, plan = first.result, first.plan
    lines = [
        f"The plan for period {plan.period} finds {_end(first)}, of {result.subjects} subjects (seed {result.seed}).",
        *(f"NOTE: {note}" for note in notes),
        "Found by: " + ", ".join(_by_hour(first)),
        _agrees(first),
        _soon(result),
        *_alive(first),
        *_nobody(first),
        *_most(first),
    ]
    for other in takes[1:]:
        lines += _question(first, other)
    return lines


def _end(take: _Take) -> str:
    found, error = (float(v[0]) for v in take.result.found_by([take.plan.duration_s]))
    return f"{found:.1%} ± {error:.1%}"


def _hours(plan: SearchPlan) -> list[float]:
    return sorted({*(h * 3600.0 for h in range(1, int(plan.duration_s // 3600) + 1)), plan.duration_s})


def _by_hour(take: _Take) -> list[str]:
    found, error = take.result.found_by(_hours(take.plan))
    return [f"{h / 3600:g} h {f:.1%} ± {e:.1%}" for h, f, e in zip(_hours(take.plan), found, error, strict=True)]


def _agrees(take: _Take) -> str:
    found, error = (float(v[0]) for v in take.result.found_by([take.plan.duration_s]))
    said = f"The plan itself says {take.plan.value:.1%} at its end"
    if abs(found - take.plan.value) <= _SURE * error + _CUT:
        return f"{said}: they agree."
    return f"{said}: THEY DO NOT AGREE; go by what is found here."


def _soon(result: Rehearsal) -> str:
    names = dict(zip(QUANTILES, ("a tenth", "a quarter", "half"), strict=True))
    at = [(words, result.found_in(share)) for share, words in names.items()]
    told = [f"{words} within {_duration(t)}" for words, t in at if t is not None]
    never = [words for words, t in at if t is None]
    more = f"; {never[0]} of them never" if never else ""
    return f"Time to find, of all subjects: {', '.join(told) or 'not even a tenth is found'}{more if told else ''}."


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def _alive(take: _Take) -> list[str]:
    if take.result.living is None:
        return []
    alive, error = (float(v[0]) for v in take.result.found_by([take.plan.duration_s], alive=True))
    said = "" if take.plan.alive_value is None else f" (the plan says {take.plan.alive_value:.1%})"
    return [f"Found alive by the end: {alive:.1%} ± {error:.1%}{said}."]


def _nobody(take: _Take) -> list[str]:
    result = take.result
    never = result.at_s == float("inf")
    away = float((~result.on_map).mean())
    lines = [f"Found by nobody: {never.mean():.1%}; off the map are {away:.1%} of all."]
    if result.moving.any():
        going = result.moving.mean()
        found = 1 - float(never[result.moving].mean())
        lines.append(f"Still on their way at the start: {going:.1%} of all; of them {found:.0%} are found.")
    return lines


def _most(take: _Take) -> list[str]:
    shares = take.result.shares(len(take.plan.assignments))
    best = sorted(zip(shares.tolist(), take.plan.assignments, strict=True), key=lambda p: -p[0])[:3]
    told = [f"{a.number} {a.team} in {a.segment} {share:.1%}" for share, a in best if share > 0]
    return [f"Most is found by {', '.join(told)}."] if told else []


def _question(first: _Take, other: _Take) -> list[str]:
    gain = compared(first.result, other.result)
    found = float(other.result.found_by([other.plan.duration_s])[0][0])
    end, mean = _points(gain.found, gain.found_error), _points(gain.soonest, gain.soonest_error)
    lines = [f"What if {other.words}: {found:.1%} found by the end, {end}; on average over its hours {mean}."]
    if gain.alive is not None and gain.alive_error is not None:
        lines.append(f"  Found alive: {_points(gain.alive, gain.alive_error)}.")
    return lines


def _points(gain: float, error: float) -> str:
    if abs(gain) < 2 * error or round(abs(gain), 3) == 0:
        return f"no different that can be told ({100 * gain:+.1f} ± {100 * error:.1f} points)"
    return f"{100 * abs(gain):.1f} ± {100 * error:.1f} points {'more' if gain > 0 else 'less'}"


# ---- as data ------------------------------------------------------------------------------------------------------


def _data(takes: Sequence[_Take], notes: Sequence[str]) -> dict[str, Any]:
    first = takes[0]
    return {
        **_take_data(first),
        "seed": first.result.seed,
        "stopped": first.result.stopped,
        "notes": list(notes),
        "stated": [list(point) for point in _stated(first.plan)],
        "what_if": [
            {
                **_take_data(t),
                **_gain_data(compared(first.result, t.result)),
                "later_s": t.asked.later_s if t.asked else 0,
            }
            for t in takes[1:]
        ],
    }


def _take_data(take: _Take) -> dict[str, Any]:
    result, plan = take.result, take.plan
    times = [t for t, _, _ in plan.curve]
    found, error = result.found_by(times)
    alive = None if result.living is None else result.found_by(times, alive=True)[0].tolist()
    shares = result.shares(len(plan.assignments)).tolist()
    return {
        "words": take.words,
        "subjects": result.subjects,
        "at_s": times,
        "found": found.tolist(),
        "found_error": error.tolist(),
        "alive": alive,
        "time_to_find_s": {f"{q:g}": result.found_in(q) for q in QUANTILES},
        "off_map": float((~result.on_map).mean()),
        "moving": float(result.moving.mean()),
        "pos_stated": plan.value,
        "by_assignment": [
            {"number": a.number, "team": a.team, "segment": a.segment, "found": share}
            for a, share in zip(plan.assignments, shares, strict=True)
        ],
    }


def _gain_data(gain: Difference) -> dict[str, float | None]:
    return {f"gain_{name}": getattr(gain, name) for name in gain.__dataclass_fields__}
