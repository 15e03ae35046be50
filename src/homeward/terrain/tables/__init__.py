"""Data tables of the ground as CSV, each row with its source, and the one function that reads them."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files


@lru_cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of table `name` (tags, landcover, going, campbell, hazards), each a mapping from column to text."""
    text = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
