"""Deaths from wounds by time: a published logistic curve, and what each stage of care leaves of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

from homeward.errors import BadInput
from homeward.rescue.numbers import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A moment on the way: `at_s` after the injury, with the care (a row of `wound_care.csv`) that it then gets."""

    at_s: float
    care: str | None = None


def died_of_wounds(priority: str, *, at_s: float, cares: Sequence[str] = ()) -> float:
    """Probability of having died of wounds by `at_s` >= 0 after the injury, by priority `P1` or `P2`.

    base + (ceiling - base) / (1 + exp(-k (t - middle))), the ceiling times what each care had leaves of it. Source:
    natosys/Battlefield-Casualty-Handling (see `wounds.csv`), a simulation of brigade casualties with trained care near;
    not of a subject alone on a mountain.
    """
    row = next((r for r in rows("wounds") if r["priority"] == priority), None)
    if row is None:
        raise BadInput(f"Deaths from wounds have no priority {priority!r}. Give P1 or P2.")
    if not at_s >= 0:
        raise BadInput(f"{at_s:g} seconds after the injury cannot be. Give 0 or more.")
    base, ceiling = float(row["base"]), float(row["ceiling"])
    for care in cares:
        ceiling *= _left(care)
    return base + (ceiling - base) / (1 + exp(-float(row["per_min"]) * (at_s / 60 - float(row["middle_min"]))))


def dies_between(priority: str, *, from_s: float, to_s: float, cares: Sequence[str] = ()) -> float:
    """Probability of dying of wounds by `to_s`, having lived to `from_s`: (F(to) - F(from)) / (1 - F(from)), 0 or more.

    Both with the care had before `to_s`, as the source counts it.
    """
    before = died_of_wounds(priority, at_s=from_s, cares=cares)
    after = died_of_wounds(priority, at_s=to_s, cares=cares)
    return max(0.0, (after - before) / (1 - before))


def survives_chain(priority: str, chain: Sequence[Checkpoint]) -> float:
    """Probability of living from the injury through a chain of checkpoints, each with the care of those before it.

    Of those who lived to one checkpoint, those die before the next whom `dies_between` says. `BadInput` for one that
    lies before the last.
    """
    if any(after.at_s < before.at_s for before, after in pairwise(chain)):
        raise BadInput("A moment of the chain of care lies before the one above it. Give them in their order.")
    if chain and chain[-1].care is not None:
        _left(chain[-1].care)
    alive, since_s, cares = 1.0, 0.0, ()
    for point in chain:
        alive *= 1 - dies_between(priority, from_s=since_s, to_s=point.at_s, cares=cares)
        since_s = point.at_s
        cares = (*cares, *((point.care,) if point.care else ()))
    return alive


def _left(care: str) -> float:
    row = next((r for r in rows("wound_care") if r["care"] == care), None)
    if row is None:
        raise BadInput(f"There is no care {care!r}. Give one of {', '.join(r['care'] for r in rows('wound_care'))}.")
    return float(row["factor"])
