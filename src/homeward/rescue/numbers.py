"""The cited tables of what follows a find: the CSV files beside this one, each row with its source."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources


@lru_cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `name`.csv, each a mapping from column to text."""
    text = resources.files("homeward.rescue").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def number(name: str) -> float:
    """One number of `numbers.csv`, in the unit that its row names."""
    return _numbers()[name]


@lru_cache
def _numbers() -> dict[str, float]:
    return {row["name"]: float(row["value"]) for row in rows("numbers")}
