"""An event with the time it happened, and the small steps that every part of a mission's state is made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from homeward.errors import Finding

E = TypeVar("E")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Happened(Generic[E]):
    """An event with the time it happened and the id of its entry."""

    at: datetime
    entry: str
    event: E


def less(named: Mapping[str, T], name: str) -> dict[str, T]:
    """`named` without the one of that name."""
    return {k: v for k, v in named.items() if k != name}


def unknown(named: Mapping[str, object], name: str, entry: str, what: str) -> tuple[Finding, ...]:
    """That an entry speaks of something nobody knows: `what`, or nothing where it is known."""
    return () if name in named else (Finding(f"entry {entry}", what),)
