"""The cited tables about casualties: the CSV files beside this module, each row with its source."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources


@lru_cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `name`.csv, as text."""
    text = resources.files("homeward.rescue").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
