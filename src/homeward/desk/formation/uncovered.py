"""What posts do not cover, in sentences that can be read out: one for each team and hazard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from homeward.errors import Finding
from homeward.team.post_records import HeldPost, Unwarned
from homeward.words import listed

_NO_FIGURE = "has no figure for injuries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A hazard of which a task is warned too late, or not at all, and whether that is in the dark."""

    one: Unwarned
    dark: bool

    @property
    def says(self) -> str:
        """What it is, without the team."""
        when = ", in the dark" if self.dark else ""
        return f"no warning in time of {self.one.name}{when}{_by(self.one)}: {self.one.why}"


def gaps_of(unwarned: Iterable[Unwarned], *, dark: bool) -> list[Gap]:
    """The stretches that nobody warns in time, with whether it is dark there."""
    return [Gap(one=one, dark=dark) for one in unwarned]


def gap_words(gaps: Sequence[Gap]) -> tuple[str, ...]:
    """One sentence for each team and hazard, its tasks together. What is known of ways goes before what is not."""
    groups: dict[tuple[str, str], list[Gap]] = {}
    for gap in gaps:
        groups.setdefault((gap.one.team, gap.one.name), []).append(gap)
    return tuple(_group_words(some) for some in groups.values())


def _group_words(gaps: Sequence[Gap]) -> str:
    known = [gap for gap in gaps if gap.one.ways] or gaps
    labels = list(dict.fromkeys(gap.one.label for gap in gaps if gap.one.label))
    worst = max(known, key=lambda gap: gap.one.bad / max(gap.one.ways, 1))
    both = len({gap.dark for gap in known}) > 1
    said = replace(worst, dark=worst.dark and not both).says
    return f"{worst.one.team}{f' ({listed(labels)})' if labels else ''}: {said}."


def _by(one: Unwarned) -> str:
    if not one.ways or one.bad >= one.ways:
        return ""
    return ", on most ways" if 2 * one.bad > one.ways else ", on some ways"


def unwatched_words(posts: Sequence[HeldPost], *, dark: Mapping[int, bool]) -> list[str]:
    """What nobody watches because lookouts are missing: by team, its hazards and tasks; `dark` by the post's place in
    `posts`.
    """
    groups: dict[tuple[str, bool], list[str]] = {}
    for k, post in enumerate(posts):
        for task in post.covers:
            names = groups.setdefault((task, dark[k]), [])
            names += [name for name in post.hazards if name not in names]
    by: dict[tuple[str, bool], list[str]] = {}
    for (task, night), names in groups.items():
        by.setdefault((listed(names), night), []).append(task)
    return [
        f"NOBODY WATCHES {names} for {listed(tasks)}: "
        + ("do not go there in the dark." if night else "keep a watch of your own, or leave it.")
        for (names, night), tasks in by.items()
    ]


def findings_words(findings: Iterable[Finding]) -> list[str]:
    """What was found about hazards; those without a figure for injuries in one line."""
    lines, bare = [], []
    for one in findings:
        if one.what.startswith(_NO_FIGURE):
            bare.append(one.where.removeprefix("hazard "))
        else:
            lines.append(str(one))
    if bare:
        lines.append(f"No figure for injuries was given for {listed(bare)}: our own are assumed (hazard --hits).")
    return lines
