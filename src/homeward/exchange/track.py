"""Recorded tracks, read from GPX 1.0 and 1.1 as devices, apps and web sites write them, however broken.

Whatever points can be read are kept; what is wrong becomes findings that name line and point. The file is read
through expat and not through gpxpy, because a file that breaks off in the middle still holds what a team walked,
and because a finding has to name its line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.parsers import expat

import gpxpy.gpx
import numpy as np
from gpxpy.gpx import GPXException
from gpxpy.gpxfield import parse_time

from homeward.errors import BadFile, Finding
from homeward.geo import WGS84, Floats

GAP_M = 5_000.0
JUMP_M, JUMP_MPS = 200.0, 120.0
"""A step longer than `GAP_M`, or longer than `JUMP_M` and faster than `JUMP_MPS`, was not recorded: ours (faster than
the helicopters and drones that carry a receiver on a search)."""

VEHICLE_MPS = 5.0
VEHICLE_S = 60.0
"""Faster than `VEHICLE_MPS` for `VEHICLE_S` is reported as not on foot: ours (18 km/h, which few can run)."""

GPS_BEGAN = datetime(1980, 1, 6, tzinfo=UTC)
"""Epoch of GPS time (IS-GPS-200, 3.3.4): no receiver's clock can be right before it."""

MOST_RESTARTS = 200
"""How often reading goes on after a damaged place before the rest is given up: ours."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recording:
    """One continuous recording: `lonlat_deg` (n, 2), n >= 2; `at_s` (n,) seconds since 1970 UTC, NaN where unknown.

    `at_s` is None where no point has a time that can be: then it is a drawing, not evidence of when anybody was there.
    """

    lonlat_deg: Floats
    at_s: Floats | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """What a GPX file holds of recorded tracks, in the order of the file, and what was wrong with it."""

    segments: tuple[Recording, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def points(self) -> int:
        """How many points could be used."""
        return sum(len(s.lonlat_deg) for s in self.segments)


def read_track(path: Path) -> Track:
    """The tracks of a GPX file on disk; see `parse_track`. Raises `BadFile` where it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as err:
        raise BadFile(f"{path} cannot be read: {err.strerror or err}. Check the name and the permissions.") from err
    return parse_track(data, name=path.name)


def parse_track(data: bytes, *, name: str) -> Track:
    """The tracks of a GPX file called `name`. Gaps stay gaps: each `trkseg` is a recording of its own.

    So is each side of a jump. Raises `BadFile` where it is no GPX, declares XML entities, or holds no point at all of
    any kind; everything less is a finding, and the rest is kept.
    """
    text, findings = _decode(data, name)
    reader = _Reader(name)
    findings += reader.read(text.encode("utf-8", "surrogatepass"))
    pieces: list[Recording] = []
    for run in reader.runs:
        pieces += _usable(run, reader)
    whole = [f for n, piece in enumerate(pieces, start=1) for f in _judge(piece, f"{name} recording {n}")]
    untimed = sum(piece.at_s is None for piece in pieces)
    if untimed:
        what = f"{untimed} of {len(pieces)} recordings have no times: drawings, not evidence of when anybody was there"
        whole.append(Finding(name, what))
    return Track(segments=tuple(pieces), findings=(*findings, *reader.findings(), *whole))


def _decode(data: bytes, file: str) -> tuple[str, list[Finding]]:
    if not data.strip(b"\0 \t\r\n"):
        raise BadFile(f"{file} is empty. Copy the track from the device again.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), []
    said = re.match(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", data.removeprefix(b"\xef\xbb\xbf"))
    name = said[1].decode("ascii") if said else "utf-8"
    for encoding in (name, "utf-8"):
        try:
            return data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding), []
        except (LookupError, UnicodeError):
            continue
    return data.decode("latin-1"), [Finding(file, f"is not in {name}, as it should be; read as Latin-1")]


@dataclass(slots=True)
class _Point:
    line: int
    number: int
    lon_deg: float
    lat_deg: float
    at: datetime | None = None


@dataclass(slots=True)
class _Reader:
    """Collects points from expat's calls; starts again after a damaged place."""

    name: str
    runs: list[list[_Point]] = field(default_factory=list)
    drawn: int = 0
    number: int = 0
    root: str | None = None
    open: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    point: _Point | None = None
    line0: int = 0
    parser: expat.XMLParserType | None = None
    wrong: dict[str, tuple[int, str]] = field(default_factory=dict)

    def read(self, data: bytes) -> list[Finding]:
        """Feeds `data` (UTF-8) to expat, and again from the next point or track after each damaged place."""
        findings: list[Finding] = []
        at, prolog = len(data) - len(data.lstrip()), b""
        for _ in range(MOST_RESTARTS):
            self.line0 = data.count(b"\n", 0, at)
            error = self._parse(prolog + data[at:])
            if error is None:
                return self._end(findings)
            reason, line, index = error
            if self.root != "gpx":
                raise BadFile(
                    f"{self.name} is not GPX: {reason} in line {line}. Export the track as GPX and try again."
                )
            at = max(at + index - len(prolog), at + 1)
            again = re.compile(rb"<(?:\w+:)?(trkpt|trkseg|trk)\b").search(data, at)
            rest = "nothing follows it" if again is None else "reading goes on at the next point"
            findings.append(Finding(f"{self.name} line {line}", f"the file is damaged here ({reason}); {rest}"))
            if again is None:
                return self._end(findings)
            at = again.start()
            prolog = {b"trkpt": b"<gpx><trk><trkseg>", b"trkseg": b"<gpx><trk>", b"trk": b"<gpx>"}[again[1]]
        findings.append(Finding(self.name, f"has more than {MOST_RESTARTS} damaged places; the rest was not read"))
        return self._end(findings)

    def _end(self, findings: list[Finding]) -> list[Finding]:
        if not self.number and not self.drawn:
            raise BadFile(f"{self.name} holds no points. Check that the device saved its track, and export it again.")
        if not self.number:
            what = f"holds {self.drawn} points of routes or way points and no track: a drawing says nothing of a search"
            findings.append(Finding(self.name, what))
        return findings

    def _parse(self, data: bytes) -> tuple[str, int, int] | None:
        parser = expat.ParserCreate("utf-8")
        self.parser, self.open, self.point = parser, [], None
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._stop
        parser.CharacterDataHandler, parser.EntityDeclHandler = self.text.append, self._entity
        parser.buffer_text = True
        try:
            parser.Parse(data, True)  # noqa: FBT003
        except expat.ExpatError as err:
            return expat.ErrorString(err.code) or "damaged", err.lineno + self.line0, parser.ErrorByteIndex
        return None

    def _entity(self, *_: object) -> None:
        raise BadFile(
            f"{self.name} declares XML entities, which no GPX needs and which can be made to fill the memory. "
            "Export the track again with another program."
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if self.root is None:
            self.root = name.lower()
            if self.root != "gpx":
                raise BadFile(f"{self.name} is not GPX: its outermost element is <{tag}>. Export the track as GPX.")
        self.open.append(name)
        self.text.clear()
        if name in ("trk", "trkseg"):
            self.runs.append([])
        elif name in ("rtept", "wpt"):
            self.drawn += 1
        elif name == "trkpt":
            self.number += 1
            self.point = self._place(attributes)

    def _place(self, attributes: dict[str, str]) -> _Point | None:
        assert self.parser is not None
        line = self.parser.CurrentLineNumber + self.line0
        try:
            lon, lat = float(attributes["lon"]), float(attributes["lat"])
        except (KeyError, ValueError):
            self.note("no readable latitude and longitude; left out", line, self.number)
            return None
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            self.note("off the globe; left out", line, self.number)
            return None
        if lon == 0 == lat:
            self.note("at 0, 0, which a receiver writes before it knows where it is; left out", line, self.number)
            return None
        return _Point(line, self.number, lon, lat)

    def _stop(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        self.open.pop()
        if name == "time" and self.point is not None and self.open[-1] == "trkpt":
            self.point.at = self._time("".join(self.text), self.point)
        elif name == "trkpt" and self.point is not None:
            if not self.runs:
                self.runs.append([])
            self.runs[-1].append(self.point)
            self.point = None
        self.text.clear()

    def _time(self, text: str, point: _Point) -> datetime | None:
        try:
            at = parse_time(text.strip()) if text.strip() else None
        except (ValueError, OverflowError, GPXException):
            at = None
        if at is None:
            self.note(f"time {text.strip()[:40]!r} cannot be read; kept without it", point.line, point.number)
            return None
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        if at < GPS_BEGAN:
            self.note(f"time in {at.year}, when there was no GPS; kept without it", point.line, point.number)
            return None
        return at

    def note(self, what: str, line: int, number: int, *, detail: str = "") -> None:
        """Counts one more thing of this kind; the place and the detail of the first are remembered."""
        n, first = self.wrong.get(what, (0, f"{self.name} line {line}, point {number}: {detail}"))
        self.wrong[what] = (n + 1, first)

    def findings(self) -> list[Finding]:
        """One finding per kind of thing, naming the first place and how many more there are."""
        out = []
        for what, (n, first) in self.wrong.items():
            where, _, detail = first.rpartition(": ")
            out.append(Finding(where, detail + what + (f" (and {n - 1} more like it)" if n > 1 else "")))
        return out


def _usable(run: list[_Point], reader: _Reader) -> list[Recording]:
    """The recording, cut where it jumps; pieces of a single point are left out."""
    if not run:
        return []
    lonlat = np.array([(p.lon_deg, p.lat_deg) for p in run])
    at = np.array([np.nan if p.at is None else p.at.timestamp() for p in run])
    step_m, step_s = _steps(lonlat, at)
    with np.errstate(divide="ignore", invalid="ignore"):
        fast = (step_m > JUMP_M) & (step_m > JUMP_MPS * step_s)
    cuts = np.flatnonzero((step_m > GAP_M) | fast) + 1
    for i in cuts:
        what = "from the point before it: a gap, not a way walked"
        reader.note(what, run[i].line, run[i].number, detail=_far(step_m[i - 1]))
    for i in np.flatnonzero(step_s < 0) + 1:
        reader.note("earlier than the point before it", run[i].line, run[i].number)
    pieces = []
    for piece, first in zip(np.split(np.arange(len(run)), cuts), (0, *cuts), strict=True):
        if len(piece) < 2:
            reader.note("stands alone; left out", run[first].line, run[first].number)
            continue
        times = at[piece]
        pieces.append(Recording(lonlat_deg=lonlat[piece], at_s=None if np.isnan(times).all() else times))
    return pieces


def _far(metres: float) -> str:
    return f"{metres / 1000:.0f} km " if metres >= 10_000 else f"{metres / 1000:.1f} km "


def _steps(lonlat_deg: Floats, at_s: Floats) -> tuple[Floats, Floats]:
    """Length (m, WGS 84) and duration (s, NaN where unknown) of each step."""
    if len(lonlat_deg) < 2:
        return np.zeros(0), np.zeros(0)
    a, b = lonlat_deg[:-1], lonlat_deg[1:]
    length = WGS84.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2]
    return np.asarray(length, dtype=np.float64), np.diff(at_s)


def _judge(piece: Recording, where: str) -> list[Finding]:
    """What makes a timed recording a poor witness of a search on foot: missing times, a vehicle."""
    if piece.at_s is None:
        return []
    findings = []
    missing = int(np.isnan(piece.at_s).sum())
    if missing:
        findings.append(Finding(where, f"{missing} of {len(piece.at_s)} points have no time"))
    ride_s, top_mps = _ride(*_steps(piece.lonlat_deg, piece.at_s))
    if ride_s >= VEHICLE_S:
        what = f"moves faster than {VEHICLE_MPS:g} m/s for {ride_s / 60:.0f} min (up to {top_mps:.0f} m/s): not on foot"
        findings.append(Finding(where, what))
    return findings


def _ride(step_m: Floats, step_s: Floats) -> tuple[float, float]:
    """Seconds in legs of at least `VEHICLE_S` at more than `VEHICLE_MPS` all along, and the fastest such step."""
    speed = np.divide(step_m, step_s, out=np.zeros_like(step_m), where=step_s > 0)
    fast = np.concatenate([[False], speed > VEHICLE_MPS, [False]])
    edges = np.flatnonzero(fast[1:] != fast[:-1])
    legs = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if step_s[a:b].sum() >= VEHICLE_S]
    return sum(float(step_s[a:b].sum()) for a, b in legs), max((float(speed[a:b].max()) for a, b in legs), default=0.0)


def track_gpx(lonlat_deg: Floats, at: Sequence[datetime], *, name: str) -> str:
    """The GPX 1.1 text of one recording: (n, 2) longitude, latitude, and the UTC time of each point."""
    gpx = gpxpy.gpx.GPX()
    gpx.creator = "homeward"
    track = gpxpy.gpx.GPXTrack(name=name)
    points = [
        gpxpy.gpx.GPXTrackPoint(round(float(lat), 7), round(float(lon), 7), time=when.astimezone(UTC))
        for (lon, lat), when in zip(lonlat_deg, at, strict=True)
    ]
    track.segments.append(gpxpy.gpx.GPXTrackSegment(points))
    gpx.tracks.append(track)
    return str(gpx.to_xml(version="1.1"))
