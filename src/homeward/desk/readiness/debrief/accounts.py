"""What was said, by account: statements of one origin that say the same move an answer, and contradict, together.

So a retelling neither hides what moved an answer, because each of the two would carry it without the other, nor is a
contradiction of its own.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from homeward.mission.debriefs import Statement
from homeward.words import chance, listed

if TYPE_CHECKING:
    from homeward.readiness import Fused
    from homeward.readiness.fuse.records import Pair

Json = dict[str, Any]
Account = tuple[str, ...]
LEAST_FACTOR: Final = 1.05
"""Factor on the odds of an answer below which what moved it is not shown: ours."""
MOST_NAMED: Final = 4
"""Statements of one account that are named, the others counted: ours."""


class Accounts:
    """The accounts of the statements `counted`, which came to `shown`. No name in `hidden` is told as a teller."""

    def __init__(self, counted: Mapping[str, Statement], shown: Fused, *, hidden: Collection[str]) -> None:
        self._counted, self._shown = counted, shown
        self._hidden = {name.casefold() for name in hidden}
        self._of = {
            name: names
            for by_answer in shown.accounts.values()
            for accounts in by_answer.values()
            for names, _ in accounts
            for name in names
        }

    def moved(self, question: str, answer: str, *, most: int) -> list[Json]:
        """The accounts that moved an answer most, by how much, and how they were taken."""
        return [
            self._moved(names, shift)
            for names, shift in self._shown.accounts[question][answer][:most]
            if abs(shift) >= math.log(LEAST_FACTOR)
        ]

    def conflicts(
        self, pairs: Sequence[Pair], silent: Collection[tuple[str, str]], *, only: str | None = None
    ) -> list[Json]:
        """The contradictions of accounts, each once; of the statements in it those stand for it that nobody retold.

        `only`: those of one question. `silent`: who declined to answer which question, whom nobody asks again.
        """
        found: dict[frozenset[Account], list[Pair]] = {}
        for pair in pairs:
            if only is None or only in (self._counted[pair.one].question, self._counted[pair.other].question):
                found.setdefault(frozenset((self._account(pair.one), self._account(pair.other))), []).append(pair)
        return [self._conflict(min(same, key=self._retold), silent) for same in found.values()]

    def _account(self, name: str) -> Account:
        return self._of.get(name, (name,))

    def _retold(self, pair: Pair) -> tuple[int, float]:
        return sum(bool(self._counted[name].told_by) for name in (pair.one, pair.other)), -pair.k

    def _moved(self, names: Sequence[str], shift: float) -> Json:
        # what was seen or heard oneself stands for the account, of that what weighs most
        head = min(names, key=lambda name: (bool(self._counted[name].told_by), -self._shown.taken[name].weight))
        one, taken = self._counted[head], self._shown.taken[head].graded
        by_words = taken.c_from.startswith("words") and "c" in taken.own
        how = [one.how.value] if one.how and (len(names) == 1 or not one.told_by) else []
        how += [f"by {one.told_by}"] if len(names) == 1 and self._may_name(one.told_by) else []
        how += [f"{name} {chance(x)}{'*' if name in taken.own else ''}" for name, x in (("c", taken.c), ("r", taken.r))]
        way = f"{'for' if shift > 0 else 'against'}, odds {'x' if shift > 0 else '/'} {math.exp(abs(shift)):.2g}"
        return {
            "statement": head,
            "statements": list(names),
            "shift": shift,
            "own": [f"{taken.c_from.removesuffix(' (own assumption)')} as {chance(taken.c)}"] * by_words,
            "words": f"{self._whose([self._counted[name] for name in names])}, {', '.join(how)} ({way})",
        }

    def _conflict(self, pair: Pair, silent: Collection[tuple[str, str]]) -> Json:
        from homeward.readiness.fuse.conflict import CONFLICT

        accounts = [self._account(pair.one), self._account(pair.other)]
        if accounts[0] == accounts[1]:
            accounts = [(pair.one,), (pair.other,)]
        sides = [[self._counted[name] for name in names] for names in accounts]
        people = [one for side in sides for one in _first(side)]
        ask = list(dict.fromkeys(s.witness for s in people if (s.witness, s.question) not in silent))
        asked = f"Ask {listed(ask)} again{', apart from each other' if len(ask) > 1 else ''}" if ask else ""
        for_what = f" {asked}: what do they know themselves?" if asked else ""
        grave = " Do not act on what they come to together." if pair.k > CONFLICT else ""
        said = " and ".join(_names(side) for side in sides)
        return {
            "one": pair.one,
            "other": pair.other,
            "k": pair.k,
            "words": f"{said} contradict each other (conflict {pair.k:.2f}).{for_what}{grave}",
        }

    def _whose(self, said: Sequence[Statement]) -> str:
        """Whose account it is, and which statements are in it."""
        if len(said) == 1:
            return f"{said[0].id} of {said[0].witness}"
        own = [one for one in said if not one.told_by]
        if own:
            retold = f", retold in {_ids([one for one in said if one.told_by])}" if len(own) < len(said) else ""
            return f"{own[0].witness}'s account ({_ids(own)}{retold})"
        tellers = {one.told_by for one in said}
        if len(tellers) == 1 and self._may_name(teller := tellers.pop()):
            return f"what {teller} told ({_ids(said)})"
        return f"what goes back to one origin ({_ids(said)})"

    def _may_name(self, teller: str) -> bool:
        return bool(teller) and teller.casefold() not in self._hidden


def _first(said: Sequence[Statement]) -> list[Statement]:
    """Those who know it themselves; where nobody is on file who does, all who tell it."""
    return [one for one in said if not one.told_by] or list(said)


def _names(said: Sequence[Statement]) -> str:
    """The statements of an account, what was retold in brackets: S4 (retold in S6)."""
    own, retold = [one for one in said if not one.told_by], [one for one in said if one.told_by]
    if own and retold:
        return f"{_ids(own)} (retold in {_ids(retold)})"
    first, rest = said[:1], said[1:]
    return f"{_ids(first)} (as in {_ids(rest)})" if rest else _ids(first)


def _ids(said: Sequence[Statement]) -> str:
    return listed([one.id for one in said], most=MOST_NAMED)
