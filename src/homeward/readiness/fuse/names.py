"""Who is who: names of sources and tellers that differ only in how they are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from homeward.readiness.fuse.records import FuseProblem


def key(name: str) -> str:
    """What two spellings of one name have in common: no capitals, no spaces beside it, no article."""
    return " ".join(name.casefold().split()).removeprefix("the ")


def alike(problem: FuseProblem) -> tuple[FuseProblem, list[str]]:
    """The problem with each source and teller spelt in one way, and findings.

    One who is told by one whom nobody here is called keeps that as an origin of its own; where the name is nearly one
    that there is, a finding says so.
    """
    named = [r.source for r in problem.reports] + [one.source for one in problem.resolved] + list(problem.counts)
    sources = {short: " ".join(name.split()) for short, name in _spelt(named).items()}
    common = _spelt(r.origin for r in problem.reports)
    told = sources | _spelt(r.id for r in problem.reports)
    tellers = _spelt(r.told_by for r in problem.reports) | told
    exact = {report.id for report in problem.reports} | set(sources.values())
    findings = []
    reports = []
    for report in problem.reports:
        teller = report.told_by if report.told_by.strip() else ""
        if teller and teller not in exact:
            near = _near(teller, told)
            if near:
                findings.append(
                    f"Report {report.id}: told_by {report.told_by!r} is nobody's name here; did you mean {near!r}? It "
                    "counts as an origin of its own."
                )
            teller = tellers.get(key(teller), teller)
        origin, source = common.get(key(report.origin), ""), sources.get(key(report.source), "")
        same = (source, teller, origin) == (report.source, report.told_by, report.origin)
        reports.append(report if same else replace(report, source=source, told_by=teller, origin=origin))
    counts: dict[str, tuple[int, int]] = {}
    for name, (right, wrong) in problem.counts.items():
        one = sources.get(key(name), "")
        before = counts.get(one, (0, 0))
        counts[one] = (before[0] + right, before[1] + wrong)
    resolved = tuple(replace(one, source=sources.get(key(one.source), "")) for one in problem.resolved)
    return replace(problem, reports=tuple(reports), counts=counts, resolved=resolved), findings


def _spelt(names: Iterable[str]) -> dict[str, str]:
    """By key the one spelling that is used: the first of the alphabet, whatever the order of the names."""
    out: dict[str, str] = {}
    for name in sorted(set(names), key=lambda name: (name != name.strip(), name)):
        if key(name):
            out.setdefault(key(name), name)
    return out


def _near(name: str, told: dict[str, str]) -> str:
    """The name that one that there is not is nearly like; numbers in both have to be the same, or S1 were nearly S2."""
    if key(name) in told:
        return ""
    digits = [c for c in name if c.isdecimal()]
    some = [one for one in told if [c for c in one if c.isdecimal()] == digits]
    found = get_close_matches(key(name), some, n=1, cutoff=0.75)
    return told[found[0]] if found else ""
