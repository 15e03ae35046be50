"""Carry-outs that happened, told beforehand: when the litter is there, against when it was.

python -m bench quality_carry

Five carries on New Hampshire trails with their hours, and one with its speed, from ../shared/data; without it there is
nothing to measure. Distances are the releases' or guide books'; the slopes of the trails are not in the file: 11 %
down is taken for all, within the 10 to 12 % that the litter factor was worked out with, so that the ratios say how far
carries scatter, not how well another ground is met. "10 %" and "90 %" are quantiles of the time told.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from bench._report import Cell, table
from homeward.rescue.carry import CarryPlan, CarryTime, Spread, carry_time, profile_of

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "readiness" / "carry_outs.csv"
DESCENT = -0.11
MILE_M = 1609.344


def main() -> None:
    if not FILE.exists():
        print("The shared carry-outs are not there: nothing to measure.")
        return
    rows: list[list[Cell]] = []
    ratios, covered = [], 0
    for row in csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()):
        if row["clean_speed"] != "1":
            continue
        metres, seconds = float(row["distance_mi"]) * MILE_M, took_s(row)
        told = _told(metres, night=row["conditions"].startswith("night,"))
        low, middle, high = (told.quantile_s(p) / 60 for p in (0.1, 0.5, 0.9))
        ratios.append(middle * 60 / seconds)
        covered += low <= seconds / 60 <= high
        times = [f"{t:.0f}" for t in (seconds / 60, low, middle, high)]
        rows.append([row["place"], f"{metres / 1000:.1f}", *times, ratios[-1]])
    print(table(["carry", "km", "min", "10 %", "told", "90 %", "ratio"], rows, digits=2))
    mean = float(np.exp(np.mean(np.log(ratios))))
    worst = float(np.exp(np.abs(np.log(ratios)).max()))
    print(
        f"Geometric mean of the ratios {mean:.3f}, worst {worst:.2f}; {covered} of {len(ratios)} in the 80 % interval."
    )


def took_s(row: dict[str, str]) -> float:
    """Seconds from the start of the carry to its end; one row tells only "about 1 mph"."""
    if not row["carry_start"]:
        return float(row["distance_mi"]) * 3600
    start, end = (int(t[:2]) * 60 + int(t[3:]) for t in (row["carry_start"], row["carry_end"]))
    return (end - start) % 1440 * 60.0


def _told(metres: float, *, night: bool) -> CarryTime:
    route = profile_of(lengths_m=np.full(50, metres / 50), slope=DESCENT)
    return carry_time(route, CarryPlan(packaging=Spread(median=0.0), night=night))


if __name__ == "__main__":
    main()
