"""How likely those who are there make up a team: every role filled, each by somebody who can, nobody twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.chances import Bools, Filling, Ints, at_least, counts, drawn, filling, off_by, place
from homeward.geo import Floats

DRAWS = 50_000
_LOOKS = 8  # columns at a time, where the first that is enough is looked for
_SAME = 1e-12  # probabilities that are the same but for rounding


@dataclass(frozen=True, slots=True, eq=False)
class Team:
    """What is asked for: `need` places by group, `can` (people, groups).

    `exactly` tells its probability (None: too large for that), `draws` and `seed` serve then. `worlds` are common
    causes: probability, and a factor for each person.
    """

    groups: tuple[str, ...]
    can: Bools
    need: Ints
    exactly: Filling | None
    draws: int
    seed: int
    worlds: tuple[tuple[float, Floats], ...] = ()

    @property
    def exact(self) -> bool:
        """Whether probabilities are exact."""
        return self.exactly is not None

    def p(self, present: Floats) -> Floats:
        """P(team) for each column of `present` (people, times), each person's probability to be there.

        From column to column nobody may become less probable where the team is drawn (times in order).
        """
        return self._over_worlds(self._drawn if self.exactly is None else self.exactly.p, present)

    def first(self, present: Floats, target: float) -> int | None:
        """The first column of `present` with that P(team), nobody becoming less probable from one to the next."""
        low, high = 0, present.shape[1]
        looks = _LOOKS if self.exact else high
        while low < high:
            at = np.unique(np.linspace(low, high - 1, looks).astype(int))
            enough = self.p(present[:, at]) >= target - _SAME
            k = int(np.argmax(enough)) if enough.any() else len(at)
            low, high = int(at[k - 1]) + 1 if k else low, int(at[k]) if k < len(at) else high
        return low if low < present.shape[1] else None

    def heads(self, present: Floats) -> Floats:
        """P(at least k are there), (times, people + 1); see `at_least`."""
        return self._over_worlds(at_least, present)

    def counts(self, present: Floats) -> Floats:
        """P(exactly k are there), (times, people + 1)."""
        return self._over_worlds(counts, present)

    def mean(self, present: Floats) -> Floats:
        """Each person's probability to be there, common causes counted."""
        return self._over_worlds(np.asarray, present)

    def _over_worlds(self, one: Callable[[Floats], Floats], present: Floats) -> Floats:
        if not self.worlds:
            return one(present)
        return sum((w * one(present * factor[:, None]) for w, factor in self.worlds), start=np.zeros(1))

    def _drawn(self, present: Floats) -> Floats:
        return drawn(self.can, self.need, present, draws=self.draws, seed=self.seed)

    def error(self, p: float) -> float:
        """How far a probability may be off, to the farther end of its 99 % interval; 0: exact."""
        return 0.0 if self.exact else off_by(p, self.draws)

    def only(self, draws: int) -> Team:
        """The same team, drawn so often where it is drawn."""
        return replace(self, draws=draws)


ANYBODY = ""


def team_of(can: Sequence[Sequence[str]], need: Mapping[str, int], heads: int | None, *, seed: int) -> Team:
    """The team that `need` by role and `heads` in all ask for, from people with these roles.

    Heads beyond the sum of `need` are places that anybody fills.
    """
    roles = tuple(role for role, n in need.items() if n > 0)
    more = (heads or 0) - sum(need.values())
    groups = (*roles, ANYBODY) if more > 0 else roles
    places = np.array([*(need[role] for role in roles), *([more] if more > 0 else [])], np.int64)
    able = np.zeros((len(can), len(groups)), np.bool_)
    for i, known in enumerate(can):
        able[i] = [g == ANYBODY or g in known for g in groups]
    return Team(groups, able, places, filling(able, places), DRAWS, seed)


def missing(team: Team, comes: Sequence[bool] | None = None) -> dict[str, int]:
    """By role, how many places stay empty even if everybody comes who can (`comes`; None: all); the fewest in all."""
    at = np.full(len(team.can), -1, np.int64)
    filled = np.zeros(len(team.need), np.int64)
    for i in range(len(team.can)):
        if comes is not None and not comes[i]:
            continue
        place(team.can, team.need, at, filled, i)
    lack = team.need - filled
    return {g: int(n) for g, n in zip(team.groups, lack, strict=True) if n > 0}
