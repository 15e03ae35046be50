"""What every view of the kind `cover` gives back, and how names are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from homeward.errors import BadFile
from homeward.exchange.solver_files.cover_fields import CoverFile
from homeward.exchange.solver_files.cover_tables import Named, Names
from homeward.exchange.solver_files.door import Status
from homeward.geo import Floats

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


def listed(some: Sequence[object]) -> str:
    """Names as they are said; of many the first few."""
    more = f" and {len(some) - _MOST_LISTED} more" if len(some) > _MOST_LISTED else ""
    return ", ".join(str(s) for s in some[:_MOST_LISTED]) + more


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
        raise BadFile(
            f"{file}: factor in slices has {len(factor)} numbers for {len(values)}. Give one, or one for each."
        )
    return values * factor.reshape(factor.shape + (1,) * (values.ndim - factor.ndim))


def counted(n: int, what: str) -> str:
    """A number of things as it is said: 1 team, 2 teams."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
