"""The verb `score`: how good a map was, once the find is known; with a lock, so that nobody knew it before.

A lock is a small JSON file: the case, the SHA-256 of the map, and when. Whoever holds it can show later that the map
was finished before the find was told. Of a mission it is the map in force that is locked, by its name in the log: the
mission can go on, and the find be written down in it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from homeward.belief import Belief, map_from_bytes
from homeward.belief.score import Score, calibration, interval_of_mean, score
from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import opened
from homeward.errors import BadFile, BadInput
from homeward.geo import Place
from homeward.mission.events import MapMade

LatLon = tuple[float, float]
COLUMNS = ("case", "map", "find_lat", "find_lon")
MISSION_FILE = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Held:
    """What a lock holds: the case, the SHA-256 of its map, and when it was locked."""

    case: str
    sha256: str
    at: str


def score_map(map_file: Path, find: LatLon, *, ipp: LatLon | None = None, lock: Path | None = None) -> Answer:
    """The score of one map for one find; with `lock`, only where the map is the one that was locked."""
    held = _checked(lock, map_file) if lock else None
    rated = _score(map_file, find, ipp, held)
    said = f"Case {held.case!r}, locked {held.at}. " if held else ""
    return Answer(text=f"{said}{_words(rated)}", data=asdict(rated))


def lock_map(map_file: Path, lock: Path, *, case: str) -> Answer:
    """Locks a map for a case before its find is revealed."""
    read_map(map_file)  # that it is one
    held = {"case": case, "map_sha256": _name_of(map_file), "locked_at": clock.now().isoformat()}
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
        if any(not row[column] for column in COLUMNS):
            raise BadFile(f"{cases}, line {number}: a column is missing. Give {', '.join(COLUMNS)} in each line.")
        if row["case"] in {case for case, _, _ in scored}:
            raise BadFile(f"{cases}, line {number}: case {row['case']!r} stands twice. Give each its own name.")
        try:
            file = cases.parent / row["map"]
            held = _checked(cases.parent / row["lock"], file) if row.get("lock") else None
            find = (float(row["find_lat"]), float(row["find_lon"]))
            ipp = (float(row["ipp_lat"]), float(row["ipp_lon"])) if row.get("ipp_lat") else None
            scored.append((row["case"], row.get("cluster") or row["case"], _score(file, find, ipp, held)))
        except ValueError as err:
            raise BadFile(f"{cases}, line {number}: a latitude or longitude is no number. Correct it.") from err
    return _summary(scored)


def read_map(file: Path, held: Held | None = None) -> Belief:
    """The map in a file: a mission's map in force (or the one that is held by a lock), or a GeoTIFF."""
    from homeward.exchange.geotiff import read_belief_geotiff

    if _is_mission(file):
        with opened(file, read_only=True) as book:
            return map_from_bytes(book.log.blob(held.sha256)) if held else book.belief()
    return read_belief_geotiff(file)


def _is_mission(file: Path) -> bool:
    try:
        with file.open("rb") as opening:
            return opening.read(len(MISSION_FILE)) == MISSION_FILE
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Check the name.") from err


def _score(map_file: Path, find: LatLon, ipp: LatLon | None, held: Held | None) -> Score:
    belief = read_map(map_file, held)
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
        if not len(values):
            continue
        mean = data[f"mean_{name.lower()}"] = {"mean": float(values.mean()), "n": len(values)}
        said = "too few clusters for an interval"
        if len(set(keys)) > 1:
            mean["low"], mean["high"] = interval_of_mean(values, keys)
            said = f"95 % interval {mean['low']:.3f} to {mean['high']:.3f}"
        lines.append(f"mean {name}: {mean['mean']:.3f} ({said}), {len(values)} cases")
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


def _checked(lock: Path, map_file: Path) -> Held:
    """What a lock holds; `BadInput` where the file does not have that map."""
    try:
        said = json.loads(lock.read_text(encoding="utf-8"))
        held = Held(case=str(said["case"]), sha256=str(said["map_sha256"]), at=str(said["locked_at"]))
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise BadFile(
            f"{lock} is no lock. Make one before the find is known: homeward score --map MAP --lock FILE."
        ) from err
    if held.sha256 not in _names_in(map_file):
        raise BadInput(
            f"{map_file} does not hold the map that was locked for {held.case!r} at {held.at}. Score that one."
        )
    return held


def _name_of(file: Path) -> str:
    """The SHA-256 by which a map is locked: of a GeoTIFF, or of the map in force in a mission."""
    if not _is_mission(file):
        return _sha256(file)
    with opened(file, read_only=True) as book:
        assert book.mission.map is not None
        return book.mission.map.event.map


def _names_in(file: Path) -> set[str]:
    """Every map that a file holds."""
    if not _is_mission(file):
        return {_sha256(file)}
    with opened(file, read_only=True) as book:
        return {stored.entry.event.map for stored in book.stored if isinstance(stored.entry.event, MapMade)}


def _sha256(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Check the name.") from err
