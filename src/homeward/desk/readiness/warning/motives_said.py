"""Motives as they are told, "quarrel=60%:Hut=2,Mill", and what they make of each target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from homeward.desk.figures import read_figure
from homeward.desk.rescue.ways_out import checked_name
from homeward.errors import BadInput, UnknownName
from homeward.mission.readiness import ThreatMotive, ThreatReport
from homeward.readiness.warn.motives import Motive, Pointer, Weighed, weigh
from homeward.words import chance, listed

MOST_MOTIVES: Final = 50
LIKE: Final = "Write it like 'old quarrel=60%:Hut=2,Mill'"
MOTIVES_OURS: Final = "motives say nothing of the date"
OTHER_OURS: Final = "if it is none of the motives named, every target of the warning is hit"
"""What nobody told, in words."""


def read_motives(told: Sequence[str], *, targets: Iterable[str]) -> tuple[ThreatMotive, ...]:
    """NAME=SHARE:TARGET,TARGET=WEIGHT, one a motive; of targets that the mission has. Raises `BadInput`."""
    if len(told) > MOST_MOTIVES:
        raise BadInput(f"A warning holds {MOST_MOTIVES} motives at most. Leave out those that count least.")
    known = list(targets)
    found = tuple(_motive(text, known) for text in told if text.strip())
    weighed(found)
    return found


def _motive(text: str, known: Sequence[str]) -> ThreatMotive:
    name, mark, rest = text.partition("=")
    share, colon, hit = rest.partition(":")
    if not mark or not colon:
        raise BadInput(f"{text!r} is no motive with its share and its targets. {LIKE}.")
    name = _name(name)
    weights: dict[str, float] = {}
    for part in filter(str.strip, hit.split(",")):
        target, _, weight = (bit.strip() for bit in part.partition("="))
        if target not in known:
            raise UnknownName("target", target, known)
        if target in weights:
            raise BadInput(f"The motive {name!r} points at {target} twice. Name it once.")
        weights[target] = read_figure(weight, f"the weight of {target}") if weight else 1.0
    p = read_figure(share, f"the share of the motive {name!r}", share=True)
    return ThreatMotive(name=name, share=p, targets=tuple(weights.items()))


def read_ratios(told: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """NAME=TIMES: how many times as probable a report is by that motive as by those not named. Raises `BadInput`."""
    found: dict[str, float] = {}
    for text in filter(str.strip, told):
        name, mark, times = text.partition("=")
        if not mark:
            raise BadInput(
                f"{text!r} says nothing of a motive. Write how many times as probable the report is by it: quarrel=3."
            )
        name = _name(name)
        if name in found:
            raise BadInput(f"The motive {name!r} is told twice. Tell it once.")
        found[name] = read_figure(times, f"the motive {name!r}")
    return tuple(found.items())


def weighed(motives: Sequence[ThreatMotive], reports: Sequence[ThreatReport] = ()) -> Weighed | None:
    """The motives of a warning after the reports on them; None where nobody told any. Raises `BadInput`."""
    names = {m.name for m in motives}
    if stray := next((r.id for r in reports for name, _ in r.motives if name not in names), None):
        raise BadInput(  # it names no motive, which are personal
            f"Report {stray} speaks of a motive that the warning does not have. Spell it as it was told with the"
            " warning; one that counts no longer is told there with a share of 0."
        )
    told = [
        Pointer(id=r.id, said_at=r.said_at, ratios=dict(r.motives), reliability=r.reliability, source=r.source)
        for r in reports
        if r.motives
    ]
    if not motives and not told:
        return None
    return weigh([Motive(id=m.name, share=m.share, targets=dict(m.targets)) for m in motives], told)


def target_words(chances: Sequence[tuple[str, float]]) -> str:
    """What it hits, if it comes; this much everybody may know."""
    most = sorted(chances, key=lambda row: -round(row[1], 9))
    return f"If it comes, it hits {listed((f'{name} {chance(p)}' for name, p in most), most=5)}."


def motive_words(found: Weighed) -> str:
    """The motives as they stand, for who may read personal things."""
    said = [
        f"{m.id} {chance(found.shares[m.id])}"
        + (f" ({chance(m.share)} as told)" if abs(found.shares[m.id] - m.share) > 1e-9 else "")
        for m in found.motives
    ]
    left = f"; none of them {chance(found.other)}" if found.other > 1e-9 else ""
    return f"Motives: {', '.join(said)}{left}."


def as_told(motive: ThreatMotive) -> str:
    """A motive as `read_motives` reads it."""
    hit = ",".join(name if weight == 1 else f"{name}={weight:g}" for name, weight in motive.targets)
    return f"{motive.name}={motive.share * 100:.12g}%:{hit}"


def _name(told: str) -> str:
    name = " ".join(checked_name("motive", told).split())
    if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF for c in name):
        raise BadInput("The motive's name holds letters that cannot be printed. Leave them out.")
    return name
