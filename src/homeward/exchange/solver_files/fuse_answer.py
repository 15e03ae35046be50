"""The fields of a solution of the kind `fuse`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from homeward.readiness.fuse.conflict import MOST_PAIRS
from homeward.readiness.fuse.learn import score
from homeward.readiness.fuse.numbers import number_words
from homeward.readiness.fuse.phrases import rows
from homeward.readiness.fuse.records import Fused, FuseProblem, Report
from homeward.readiness.fuse.views import dempster, opinions, pools
from homeward.readiness.fuse.words import grade_value, words_probability

Show = Literal["opinions", "dempster", "pools", "scales"]
MOST_MOVED = 3


def fields_of(
    problem: FuseProblem, fused: Fused, *, show: Sequence[Show], extremize: float | None, alone: str
) -> dict[str, Any]:
    """The solution's fields; with the one question called `alone`, by hypothesis and not by question."""

    def flat(by_question: Mapping[str, Any]) -> Any:
        return by_question[alone] if set(problem.questions) == {alone} else dict(by_question)

    return {
        "posterior": flat(fused.posterior),
        "moved": _moved(problem, fused),
        "moved_by": flat(
            {
                q: {h: [list(one) for one in shifts[:MOST_MOVED]] for h, shifts in by.items()}
                for q, by in fused.moved.items()
            }
        ),
        "conflict": fused.conflict,
        "conflicts": [asdict(pair) for pair in fused.pairs[:MOST_PAIRS]],
        "pairs": [asdict(pair) for pair in fused.compared[:MOST_PAIRS]],
        "ask_again": [[pair.one, pair.other] for pair in fused.ask_again],
        "ask_next": [asdict(one) for one in fused.ask_next],
        "reports": {report.id: _report(report, fused) for report in problem.reports},
        "sources": {name: asdict(learnt) for name, learnt in fused.sources.items()},
        "scores": asdict(score(problem.resolved)) if problem.resolved else None,
        "spread": flat({q: {h: list(x) for h, x in fused.spread.get(q, {}).items()} for q in problem.questions}),
        "joint": [{**names, "p": p} for names, p in fused.joint],
        "removed": fused.removed,
        "entropy_bits": flat({q: {"before": x, "after": y} for q, (x, y) in fused.entropy_bits.items()}),
        "choice": None if fused.choice is None else asdict(fused.choice),
        "own_assumptions": [
            f"{name}: {part} = {value:g}, from {told}"
            for name, taken in fused.taken.items()
            for part, value, told in (
                ("r", taken.graded.r, taken.graded.r_from),
                ("c", taken.graded.c, taken.graded.c_from),
            )
            if part in taken.graded.own
        ],
        "opinions": flat({q: asdict(x) for q, x in opinions(problem, fused).items()}) if "opinions" in show else None,
        "dempster": flat({q: {"masses": m, "conflict": k} for q, (m, k) in dempster(problem, fused).items()})
        if "dempster" in show
        else None,
        "pools": flat(_pools(problem, fused, extremize)) if "pools" in show else None,
        "scales": _scales() if "scales" in show else None,
    }


def _moved(problem: FuseProblem, fused: Fused) -> list[list[Any]]:
    """Each report once, with its shift of the leading answer to what it bears on, the greatest first."""
    out: dict[str, float] = {}
    for question, answers in fused.posterior.items():
        lead = max(answers, key=lambda name: answers[name])
        for name, shift in fused.moved[question][lead]:
            if question in fused.taken[name].about and abs(shift) >= abs(out.get(name, 0.0)):
                out[name] = shift
    order = {report.id: k for k, report in enumerate(problem.reports)}
    return [[name, shift] for name, shift in sorted(out.items(), key=lambda one: (-abs(one[1]), order[one[0]]))]


def _pools(problem: FuseProblem, fused: Fused, extremize: float | None) -> dict[str, Any]:
    found = pools(problem, fused, extremize=extremize)
    return {q: asdict(found[q]) if q in found else None for q in problem.questions}


def _report(report: Report, fused: Fused) -> dict[str, Any]:
    """How one report was taken, beside everything that was said of it."""
    taken = fused.taken[report.id]
    grade = taken.graded
    out: dict[str, Any] = {
        "r": grade.r,
        "c": grade.c,
        "r_from": grade.r_from,
        "c_from": grade.c_from,
        "own_assumption": list(grade.own),
        "origin": taken.origin,
        "weight": taken.weight,
        "log10_ratio": dict(taken.log10_ratio),
    }
    schemes = _in_schemes(report)
    words = words_probability(report.certainty) if report.certainty else None
    number = number_words(report.count) if report.count else None
    if schemes:
        out["in_schemes"] = schemes
    if words is not None:
        out["words"] = asdict(words)
    if number is not None:
        out["number"] = asdict(number)
    return out


def _in_schemes(report: Report) -> dict[str, float | None]:
    """What public schemes make of the letter and the digit, in percent; they are kept as they were given."""
    out: dict[str, float | None] = {}
    letter = report.reliability.strip().upper()
    for scheme, scale, code in (
        ("stix", "reliability", letter),
        ("misp", "reliability", letter),
        ("homeward", "reliability", letter),
        ("stix", "credibility", str(report.credibility or "")),
        ("misp", "credibility", str(report.credibility or "")),
        ("homeward", "credibility", str(report.credibility or "")),
    ):
        if code:
            value = grade_value(scheme, scale, code)
            out[f"{scheme}_{scale}"] = None if value is None else round(100 * value, 9)
    return out


def _scales() -> dict[str, Any]:
    """The tables of grades and words, each row with its source."""
    numbers = ("value", "low", "high", "median", "mean", "median_zonination", "median_wadefagen")
    return {
        name: [
            {key: (float(x) if x else None) if key in numbers else x for key, x in row.items()} for row in rows(name)
        ]
        for name in ("grade_scales", "certainty_words", "number_words")
    }
