"""Which hospital, from which exit, by road or by air: where the casualty most probably survives, and the alternates.

For each way to a hospital: P(survives) = accepts x exp(-hazard x time) x survival there + (1 - accepts) x fallback,
averaged over how badly off the casualty may be and over how long it may take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.rescue.numbers import number
from homeward.words import lasting


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """How badly off the casualty may be: `p` its probability, `death_per_s` its hazard of death on the way."""

    id: str
    p: float
    death_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Option:
    """A way to a hospital: `arrive_s` (n,) equally likely seconds from now until it is there (or one number).

    `accepts`: probability that it takes the casualty. `survives`: probability to survive of those who arrive alive, by
    severity, or one for all. `fallback`: probability to survive of those turned away (None: all are asked before
    leaving, the best first; who is refused by all lives with 0.7 of the best's probability, which is ours).
    """

    id: str
    arrive_s: Floats | float
    accepts: float = 1.0
    survives: Mapping[str, float] | float = 1.0
    fallback: Mapping[str, float] | float | None = None
    hospital: str = ""
    exit: str = ""
    mode: str = "road"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalChance:
    """An option with its value: `p_survives`, `p_if_accepted`, and when it is there (10, 50, 90 % quantiles)."""

    id: str
    hospital: str
    exit: str
    mode: str
    p_survives: float
    p_if_accepted: float
    accepts: float
    there_s: tuple[float, float, float]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationChoice:
    """The options, best first, and why the first is."""

    ranked: tuple[HospitalChance, ...]
    why: tuple[str, ...] = field(default=())

    @property
    def best(self) -> HospitalChance:
        """Where to go."""
        return self.ranked[0]


def choose_destination(options: Sequence[Option], severities: Sequence[Severity] = ()) -> DestinationChoice:
    """The options by probability to survive, best first; the sooner of equals, those that surely refuse last.

    Without severities nobody dies on the way: acceptance and level count alone. Raises `BadInput` for no option, or
    probabilities that cannot be.
    """
    if not options:
        raise BadInput("There is no hospital to go to. Name one, or give an exit the time from there to care.")
    kinds = tuple(severities) or (Severity(id="", p=1.0, death_per_s=0.0),)
    _check(options, kinds)
    taken = {o.id: np.array([_if_taken(o, s) for s in kinds]) for o in options}
    p = np.array([s.p for s in kinds])
    order = sorted(options, key=lambda o: -float(p @ taken[o.id]))
    ranked = sorted(
        (_ranked(o, kinds, taken, order) for o in options),
        key=lambda r: (-round(r.p_survives, 12), r.accepts == 0, r.there_s[1]),
    )
    return DestinationChoice(ranked=tuple(ranked), why=_told(ranked, by_survival=bool(severities)))


def has_all(needs: Sequence[str], capability: Sequence[str], others: Sequence[Sequence[str]] = ()) -> tuple[bool, str]:
    """Whether a place counts as having all that is needed, capitals or not, and what is to be said of it.

    Where nothing is told of what it can treat, that is unknown, and the note says so: it counts as having it, unless
    one of the `others` is told to have it, so that a health centre of which the map says nothing does not stand before
    the hospital (ours).
    """
    if not needs:
        return True, ""
    if not capability:
        surer = any(other and has_all(needs, other)[0] for other in others)
        return not surer, f"Nothing is told of what it can treat: ask whether it has {' and '.join(needs)}."
    known = {word.casefold() for word in capability}
    lacks = [need for need in needs if need.casefold() not in known]
    return not lacks, f"It lacks {' and '.join(lacks)}." if lacks else ""


def _check(options: Sequence[Option], kinds: Sequence[Severity]) -> None:
    total = sum(s.p for s in kinds)
    if abs(total - 1) > 1e-6 or any(not (0 <= s.p <= 1 and s.death_per_s >= 0) for s in kinds):
        raise BadInput(
            f"The severities' probabilities sum to {total:g}, with hazards from zero up. Make them sum to 1."
        )
    for o in options:
        levels = [_of(o.survives, s.id) for s in kinds]
        levels += [] if o.fallback is None else [_of(o.fallback, s.id) for s in kinds]
        if not all(0 <= x <= 1 for x in (o.accepts, *levels)):
            raise BadInput(f"Hospital {o.id!r} has a probability outside 0 to 1. Check accepts, survives and fallback.")
    if len({o.id for o in options}) < len(options):
        raise BadInput("Two ways to a hospital have the same id. Give each its own.")


def _of(value: Mapping[str, float] | float, severity: str) -> float:
    if isinstance(value, Mapping):
        if severity not in value:
            raise BadInput(
                f"Nothing is said of severity {severity!r} for one hospital. Give a number for each severity."
            )
        return float(value[severity])
    return float(value)


def _if_taken(option: Option, severity: Severity) -> float:
    alive = float(np.mean(np.exp(-severity.death_per_s * np.asarray(option.arrive_s, dtype=np.float64))))
    return alive * _of(option.survives, severity.id)


def _ranked(
    option: Option, kinds: Sequence[Severity], taken: Mapping[str, Floats], order: Sequence[Option]
) -> HospitalChance:
    p = np.array([s.p for s in kinds])
    if option.fallback is None:
        other = _next_best(option, taken, order)
    else:
        other = np.array([_of(option.fallback, s.id) for s in kinds])
    value = option.accepts * taken[option.id] + (1 - option.accepts) * other
    times = np.quantile(np.asarray(option.arrive_s, dtype=np.float64), [0.1, 0.5, 0.9])
    return HospitalChance(
        id=option.id,
        hospital=option.hospital or option.id,
        exit=option.exit,
        mode=option.mode,
        p_survives=float(p @ value),
        p_if_accepted=float(p @ taken[option.id]),
        accepts=option.accepts,
        there_s=(float(times[0]), float(times[1]), float(times[2])),
        note=option.note,
    )


def _next_best(option: Option, taken: Mapping[str, Floats], order: Sequence[Option]) -> Floats:
    """By severity: survival when the others are asked one after another, best first; who refused is asked no more."""
    value, left = np.zeros_like(taken[option.id]), 1.0
    asked = {option.hospital or option.id}
    for other in order:
        name = other.hospital or other.id
        if name not in asked:
            asked.add(name)
            value = value + left * other.accepts * taken[other.id]
            left *= 1 - other.accepts
    # Who is refused everywhere is treated in the end, somewhere, without what it needs (ours).
    return value + left * number("without_level") * taken[order[0].id]


def _told(ranked: Sequence[HospitalChance], *, by_survival: bool) -> tuple[str, ...]:
    best = ranked[0]
    said = [
        f"{_way(best)}: there in {_span(best)}" + (f", survives with {best.p_survives:.0%}." if by_survival else ".")
    ]
    if best.note:
        said.append(best.note)
    for other in _alternates(ranked):
        chance = f", survives with {other.p_survives:.0%}" if by_survival else ""
        said.append(f"Else {_way(other)}: there in {_span(other)}{chance}.")
    return tuple(said)


def _alternates(ranked: Sequence[HospitalChance]) -> list[HospitalChance]:
    """The best way to each of the two next hospitals, and the best by another mode or exit to the first one."""
    best = ranked[0]
    same = [r for r in ranked[1:] if r.hospital == best.hospital][:1]
    others = {r.hospital: r for r in reversed(ranked) if r.hospital != best.hospital}
    return sorted([*same, *others.values()], key=lambda r: -r.p_survives)[:3]


def _way(r: HospitalChance) -> str:
    return f"{r.hospital} by {r.mode}" + (f" from {r.exit}" if r.exit else "")


def _span(r: HospitalChance) -> str:
    low, middle, high = (lasting(s) for s in r.there_s)
    return middle if low == high else f"{middle} ({low} to {high})"
