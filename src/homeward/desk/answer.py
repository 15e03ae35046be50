"""What a verb answers: the words that are said, and the same as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`text` is for people; `data` is the same for programs (JSON types only, units in the names)."""

    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
