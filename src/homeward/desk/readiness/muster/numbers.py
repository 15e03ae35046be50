"""The numbers that a muster stands on where nobody told one, each with its source."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that a muster stands on where nobody told one: `own` that it is our assumption, `source` whose else."""

    value: float
    unit: str
    says: str
    own: bool
    source: str


@cache
def numbers() -> Mapping[str, Number]:
    """The numbers of `muster_numbers.csv` by name."""
    text = files("homeward.desk.readiness.muster").joinpath("numbers.csv").read_text(encoding="utf-8")
    return {
        row["name"]: Number(
            value=float(row["value"]),
            unit=row["unit"],
            says=row["says"],
            own=row["own"] == "yes",
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    }
