"""The chain: what the SHA-256 of an entry is made of, and where a log stops fitting together.

The hash of an entry is the SHA-256 (hex) of the UTF-8 bytes of the JSON list

    [seq, id, at, by, device, kind, data, hash of the entry before]

with every member as it stands in the file (`seq` a number, the others text; `data` is the event's JSON *as text*),
written without spaces and without escaping letters beyond ASCII: `json.dumps(list, ensure_ascii=False,
separators=(",", ":"))`. The entry before the first is taken to have the hash `FIRST`, sixty-four zeros.

The chain shows that something was changed, removed or put in between. It cannot show that somebody rewrote
everything from some entry to the end, hashes included: against that, note the last hash on paper.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import NamedTuple

from homeward.errors import Finding

FIRST = "0" * 64


class Row(NamedTuple):
    """An entry as it stands in the file, without its hash. `at` is UTC, `data` the event's canonical JSON."""

    seq: int
    id: str
    at: str
    by: str
    device: str
    kind: str
    data: str


def link(row: Row, *, previous: str) -> str:
    """The SHA-256 (hex) of an entry that follows the one with hash `previous`."""
    text = json.dumps([*row, previous], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_break(
    rows: Iterable[tuple[Row, str]], *, highest_seq: int, after: tuple[int, str] = (0, FIRST)
) -> Finding | None:
    """The first entry that does not fit, from all (row, stored hash) in order of seq; None where all fit.

    `highest_seq` is the highest number that was ever given: entries missing at the end show by it. `rows` may leave
    out those that were seen to fit before: `after` is the number and the hash of the last of these.
    """
    expected, previous = after[0] + 1, after[1]
    for row, stored in rows:
        if row.seq != expected:
            return Finding(f"entry {expected}", f"is missing; {_vouched(expected)}")
        previous = link(row, previous=previous)
        if previous != stored:
            return Finding(f"entry {expected}", f"is not as it was written; {_vouched(expected)}")
        expected += 1
    if expected <= highest_seq:
        which = f"entry {expected}" if expected == highest_seq else f"entries {expected} to {highest_seq}"
        return Finding(which, f"missing at the end; {_vouched(expected)}")
    return None


def _vouched(broken: int) -> str:
    if broken == 1:
        return "nothing can be vouched for"
    intact = "entry 1 is" if broken == 2 else f"entries 1 to {broken - 1} are"
    return f"{intact} intact, what follows cannot be vouched for"
