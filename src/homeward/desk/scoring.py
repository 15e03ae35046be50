"""The verb `score`: how good a map was, once the find is known; with a lock, so that nobody knew it before.

A lock is a small JSON file: the case, the SHA-256 of the map's file, and when. Whoever holds it can show later that
the map was finished before the find was told.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from homeward.belief import Belief
from homeward.belief.score import Score, calibration, interval_of_mean, score
from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import opened
from homeward.errors import BadFile, BadInput
from homeward.geo import Place

LatLon = tuple[float, float]
COLUMNS = ("case", "map", "find_lat", "find_lon")
MISSION_FILE = b"SQLite format 3\x00"


def score_map(map_file: Path, find: LatLon, *, ipp: LatLon | None = None, lock: Path | None = None) -> Answer:
    """The score of one map for one find; with `lock`, only where the map is the one that was locked."""
    said = _checked(lock, map_file) if lock else ""
    rated = _score(map_file, find, ipp)
    return Answer(text=f"{said}{_words(rated)}", data=asdict(rated))


def lock_map(map_file: Path, lock: Path, *, case: str) -> Answer:
    """Locks a map for a case before its find is revealed."""
    read_map(map_file)  # that it is one
    held = {"case": case, "map_sha256": _sha256(map_file), "locked_at": clock.now().isoformat()}
    try:
        with lock.open("x", encoding="utf-8") as file:
            file.write(json.dumps(held, indent=1) + "\n")
    except FileExistsError as err:
        raise BadInput(f"{lock} exists: a case is locked once. Choose another name.") from err
    except OSError as err:
        raise BadFile(f"{lock} cannot be written ({err.strerror}). Choose another folder.") from err
    return Answer(text=f"Case {case!r} locked: {held['map_sha256'][:16]}... at {held['locked_at']}.", data=held)


def score_cases(cases: Path) -> Answer:
    """The scores of many cases: a CSV with case, map, find_lat, find_lon and, if you like, ipp_lat and ipp_lon, lock,
    cluster.

    Files are named relative to the CSV. Intervals draw whole clusters (each case its own where none is named).
    """
    rows = _rows(cases)
    scored: list[tuple[str, str, Score]] = []
    for number, row in enumerate(rows, start=2):
        try:
            held = cases.parent / row["lock"] if row.get("lock") else None
            file = cases.parent / row["map"]
            if held is not None:
                _checked(held, file)
            find = (float(row["find_lat"]), float(row["find_lon"]))
            ipp = (float(row["ipp_lat"]), float(row["ipp_lon"])) if row.get("ipp_lat") else None
            scored.append((row["case"], row.get("cluster") or row["case"], _score(file, find, ipp)))
        except ValueError as err:
            raise BadFile(f"{cases}, line {number}: a latitude or longitude is no number. Correct it.") from err
    return _summary(scored)


def read_map(file: Path) -> Belief:
    """The map in a file: a mission's map in force, or a GeoTIFF."""
    from homeward.exchange.geotiff import read_belief_geotiff

    try:
        with file.open("rb") as opening:
            head = opening.read(len(MISSION_FILE))
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Check the name.") from err
    if head == MISSION_FILE:
        with opened(file, read_only=True) as book:
            return book.belief()
    return read_belief_geotiff(file)


def _score(map_file: Path, find: LatLon, ipp: LatLon | None) -> Score:
    belief = read_map(map_file)
    at = belief.grid.to_m(_place(find, "find"))
    return score(belief, at, ipp_m=belief.grid.to_m(_place(ipp, "IPP")) if ipp else None)


def _place(at: LatLon, what: str) -> Place:
    if not (-90 <= at[0] <= 90 and -180 <= at[1] <= 180):
        raise BadInput(
            f"The {what} {at[0]:g}, {at[1]:g} is no place on earth. Give latitude, then longitude, in degrees."
        )
    return Place(*at)


def _words(rated: Score) -> str:
    if not rated.in_box or rated.nats is None:
        return f"R {rated.rating:.3f}: the find lies beyond the 25 x 25 km box around the IPP."
    return (
        f"R {rated.rating:.3f}; {rated.nats:.2f} nats above an even map; {rated.area_before_km2:.2f} km2 were more "
        f"likely than the find, which lies on the edge of the map's {rated.within:.0%} region."
    )


def _summary(scored: list[tuple[str, str, Score]]) -> Answer:
    lines = [f"{case}: {_words(rated)}" for case, _, rated in scored]
    clusters = [cluster for _, cluster, _ in scored]
    inside = [i for i, (_, _, rated) in enumerate(scored) if rated.nats is not None]
    rating = np.array([rated.rating for _, _, rated in scored])
    nats = np.array([scored[i][2].nats for i in inside], dtype=np.float64)
    data: dict[str, Any] = {"cases": {case: asdict(rated) for case, _, rated in scored}}
    for name, values, keys in (("R", rating, clusters), ("nats", nats, [clusters[i] for i in inside])):
        if len(values):
            low, high = interval_of_mean(values, keys)
            lines.append(
                f"mean {name}: {values.mean():.3f} (95 % interval {low:.3f} to {high:.3f}), {len(values)} cases"
            )
            data[f"mean_{name.lower()}"] = {"mean": float(values.mean()), "low": low, "high": high, "n": len(values)}
    regions = calibration([rated for _, _, rated in scored])
    lines.append("finds within the map's regions: " + ", ".join(f"{r:.0%}: {s:.0%}" for r, s in regions.items()))
    data["calibration"] = {f"{r:g}": s for r, s in regions.items()}
    data["median_area_before_km2"] = float(np.median([rated.area_before_km2 for _, _, rated in scored]))
    lines.append(f"median area more likely than the find: {data['median_area_before_km2']:.2f} km2")
    return Answer(text="\n".join(lines), data=data)


def _rows(cases: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.DictReader(cases.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as err:
        raise BadFile(f"{cases} cannot be read as CSV. Give a file with the columns {', '.join(COLUMNS)}.") from err
    missing = [column for column in COLUMNS if not rows or column not in rows[0]]
    if missing:
        raise BadFile(f"{cases} has no column {missing[0]!r}, or no case. Give the columns {', '.join(COLUMNS)}.")
    return rows


def _checked(lock: Path, map_file: Path) -> str:
    """What a lock says of the map; `BadInput` where it is another map."""
    try:
        held = json.loads(lock.read_text(encoding="utf-8"))
        case, sha256, at = held["case"], held["map_sha256"], held["locked_at"]
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise BadFile(
            f"{lock} is no lock. Make one before the find is known: homeward score --map MAP --lock FILE."
        ) from err
    if _sha256(map_file) != sha256:
        raise BadInput(f"{map_file} is not the map that was locked for {case!r} at {at}. Score the locked one.")
    return f"Case {case!r}, locked {at}. "


def _sha256(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Check the name.") from err
