"""What every view of the kind `cover` gives back, and how names are said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from homeward import words
from homeward.errors import BadFile
from homeward.exchange.solver_files.cover_fields import CoverFile
from homeward.exchange.solver_files.cover_tables import Named, Names
from homeward.exchange.solver_files.door import Status
from homeward.geo import Floats
from homeward.readiness.cover.watch import Watch

_MOST_LISTED = 5  # names in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A solution in the fields of its file.

    `places` are where the teams are, for moves between times; `between` the names of places and the ways from each to
    each, where they are known.
    """

    status: Status
    value: float
    bound: float
    why: tuple[str, ...]
    fields: Mapping[str, Any]
    places: tuple[Named, ...] = ()
    between: tuple[Names, Floats] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a problem is to be solved, and who hears of it."""

    time_limit_s: float
    seed: int
    watch: Watch = field(default_factory=Watch)


def listed(some: Sequence[object]) -> str:
    """Names as they are said: 'a, b and c'; of many the first few."""
    return words.listed(map(str, some), most=_MOST_LISTED)


def posted(places: Sequence[object]) -> str:
    """Where teams are, as it is said: '3 teams at a, b and c', or '5 teams: 4 at a and 1 at b'."""
    at = Counter(places)
    if all(n == 1 for n in at.values()):
        return f"{words.counted(len(places), 'team')} at {listed(list(at))}"
    if len(at) == 1:
        return f"{words.counted(len(places), 'team')}, all at {listed(list(at))}"
    return f"{words.counted(len(places), 'team')}: {listed([f'{n} at {place}' for place, n in at.items()])}"


def teams_of(problem: CoverFile, file: str) -> int:
    """How many teams; raises `BadFile` where the file does not say."""
    if problem.teams is None:
        raise BadFile(f"{file}: teams is missing. Give how many teams there are.")
    return problem.teams


def factored(values: Floats, factor: Floats | None, file: str) -> Floats:
    """Values as they are in a slice. Raises `BadFile` where its factors are not one for each."""
    if factor is None:
        return values
    if len(factor) not in (1, len(values)):
        has = words.counted(len(factor), "number")
        raise BadFile(f"{file}: factor in slices has {has} for {len(values)}. Give one, or one for each.")
    return values * factor.reshape(factor.shape + (1,) * (values.ndim - factor.ndim))
