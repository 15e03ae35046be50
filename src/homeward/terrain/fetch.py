"""Downloads what the ground of a place needs, onto the user's machine: elevation tiles and map features.

Elevation: Copernicus GLO-30, 1-degree cloud-optimised GeoTIFFs in a public bucket (ESA, free use with attribution).
Features: OpenStreetMap (ODbL) in one Overpass query. What lies in the folder is not asked for again; a tile that
broke off goes on where it stopped; one request at a time, with our name; a server that says "later" is obeyed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from homeward.errors import BadInput, Finding, HomewardError
from homeward.terrain import overpass

ELEVATION_URL = "https://copernicus-dem-30m.s3.amazonaws.com/{tile}/{tile}.tif"
OVERPASS_URL = "https://overpass-api.de/api/interpreter"
USER_AGENT = "homeward (search and rescue planning; open source)"

TRIES = 5
LONGEST_WAIT_S = 120.0
MAX_TILES = 25
"""Our own limit on one request: 5 x 5 degrees is more than any search."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The files of an area: what `build_terrain` takes. `requests` counts what was asked of servers this time."""

    elevation: tuple[Path, ...]
    features: Path
    requests: int
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Line:
    """The one connection: who we are, how long we wait, how often we asked."""

    client: Any
    sleep: Callable[[float], None]
    progress: Progress
    requests: int = 0


def fetch_area(
    bbox: tuple[float, float, float, float],
    folder: Path,
    *,
    elevation_url: str = ELEVATION_URL,
    overpass_url: str = OVERPASS_URL,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Elevation tiles and OpenStreetMap features of `bbox` (west, south, east, north, degrees) in `folder`.

    `elevation_url` has `{tile}` where the tile's name goes. `progress(what, share)` is told how far it is, 0..1.
    A tile that the server does not have is sea: a finding. Raises `BadInput` for bounds that cannot be, and
    `HomewardError` when a server cannot be reached or keeps refusing; what was loaded stays and is not
    asked for again.
    """
    import httpx

    names = tile_names(bbox)
    if "{tile}" not in elevation_url:
        raise BadInput(
            f"The elevation address {elevation_url!r} has no {{tile}} in it. Write it like http://server/{{tile}}.tif."
        )
    _make(folder)
    findings: list[Finding] = []
    with httpx.Client(headers={"User-Agent": USER_AGENT}, timeout=60.0, follow_redirects=True) as client:
        line = _Line(client, sleep, progress or (lambda _what, _share: None))
        tiles = [_tile(line, name, elevation_url, folder, findings) for name in names]
        features = _features(line, bbox, overpass_url, folder, findings)
    found = tuple(tile for tile in tiles if tile is not None)
    return Fetched(elevation=found, features=features, requests=line.requests, findings=tuple(findings))


def tile_names(bbox: tuple[float, float, float, float]) -> list[str]:
    """Names of the Copernicus GLO-30 tiles under `bbox`; a tile is named by its south-western corner."""
    import numpy as np

    west, south, east, north = bbox
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise BadInput(
            f"The bounds {west:g}, {south:g}, {east:g}, {north:g} cannot be. "
            "Give west, south, east, north in degrees, west below east and south below north."
        )
    lats = range(int(np.floor(south)), int(np.ceil(north)))
    lons = range(int(np.floor(west)), int(np.ceil(east)))
    if len(lats) * len(lons) > MAX_TILES:
        raise BadInput(
            f"The bounds cover {len(lats) * len(lons)} elevation tiles of 1 degree, more than {MAX_TILES}. Choose less."
        )
    return [
        f"Copernicus_DSM_COG_10_{'NS'[lat < 0]}{abs(lat):02d}_00_{'EW'[lon < 0]}{abs(lon):03d}_00_DEM"
        for lat in lats
        for lon in lons
    ]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise BadInput(f"The folder {folder} cannot be made ({err.strerror}). Choose another.") from err


def _tile(line: _Line, name: str, url: str, folder: Path, findings: list[Finding]) -> Path | None:
    target, absent = folder / f"{name}.tif", folder / f"{name}.none"
    if absent.exists():
        findings.append(Finding(name, "The server has no such tile: taken as sea."))
        return None
    if target.exists():
        return target
    if not _download(line, url.replace("{tile}", name), target):
        absent.write_text("no such tile: sea\n", encoding="utf-8")
        findings.append(Finding(name, "The server has no such tile: taken as sea."))
        return None
    return target


def _features(
    line: _Line, bbox: tuple[float, float, float, float], url: str, folder: Path, findings: list[Finding]
) -> Path:
    target = folder / f"osm_{'_'.join(f'{v:.5f}' for v in bbox)}.geojson"
    if target.exists():
        return target
    line.progress("OpenStreetMap features", 0.0)
    with closing(_asked(line, "POST", url, data={"data": overpass.query(bbox)})) as response:
        answer = _json(response, url)
    collection = overpass.to_geojson(answer)
    remark = str(answer.get("remark", ""))
    if "error" in remark.lower():
        raise HomewardError(f"{url} could not finish ({remark}). Choose a smaller area, or try again later.")
    if not collection["features"]:
        findings.append(Finding("OpenStreetMap", "Nothing is mapped in this area."))
    _write(target, json.dumps(collection, ensure_ascii=False).encode())
    line.progress("OpenStreetMap features", 1.0)
    return target


def _json(response: Any, url: str) -> dict[str, Any]:
    import httpx

    try:
        answer = json.loads(response.read())
    except httpx.TransportError as err:
        raise HomewardError(f"{url} broke off. Run it again; what was loaded before is kept.") from err
    except ValueError as err:
        raise HomewardError(f"{url} answered with something that is not map data. Try again later.") from err
    if not isinstance(answer, dict) or not isinstance(answer.get("elements"), list):
        raise HomewardError(f"{url} answered with something that is not map data. Check the address.")
    return answer


def _write(target: Path, data: bytes) -> None:
    """All of it or nothing: a file of that name is always whole."""
    part = target.with_suffix(target.suffix + ".part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as err:
        raise HomewardError(f"{target} cannot be written ({err.strerror}). Free some room or choose another.") from err


def _download(line: _Line, url: str, target: Path) -> bool:
    """Loads `url` into `target`, going on where a part of it lies already; False where there is none."""
    part = target.with_suffix(target.suffix + ".part")
    for attempt in range(TRIES):
        before = part.stat().st_size if part.exists() else 0
        headers = {"Range": f"bytes={before}-"} if before else {}
        with closing(_asked(line, "GET", url, headers=headers)) as response:
            if response.status_code == 404:
                return False
            if response.status_code == 416:  # what lies here is no part of that file: begin again
                part.unlink(missing_ok=True)
                continue
            done = _received(line, response, part, before if response.status_code == 206 else 0)
        if done:
            _check_tiff(part, url)
            part.replace(target)
            return True
        line.sleep(2.0**attempt)
    raise HomewardError(f"{url} broke off {TRIES} times. What came is kept; run it again to go on from there.")


def _received(line: _Line, response: Any, part: Path, before: int) -> bool:
    """Appends the body to `part` (or starts it anew at 0); whether everything came."""
    import httpx

    length = response.headers.get("content-length")
    total = before + int(length) if length is not None else None
    size = before
    try:
        with part.open("ab" if before else "wb") as file:
            for chunk in response.iter_raw():
                file.write(chunk)
                size += len(chunk)
                line.progress(part.name.removesuffix(".part"), min(size / total, 1.0) if total else 0.0)
    except httpx.TransportError:
        return False
    except OSError as err:
        raise HomewardError(f"{part} cannot be written ({err.strerror}). Free some room or choose another.") from err
    return total is None or size >= total


def _check_tiff(part: Path, url: str) -> None:
    """A network that wants a login answers everything with a web page: that must not pass for elevation."""
    with part.open("rb") as file:
        start = file.read(4)
    if start not in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        part.unlink()
        raise HomewardError(
            f"{url} answered with something that is not a GeoTIFF. Does this network want a login first?"
        )


def _asked(
    line: _Line, method: str, url: str, *, headers: dict[str, str] | None = None, data: dict[str, str] | None = None
) -> Any:
    """The answer to one request, body not yet read; asks again when told to wait or when the line breaks.

    Comes back with status 200, 206, 404 or 416; raises `HomewardError` for anything else.
    """
    import httpx

    wait_s = 0.0
    for attempt in range(TRIES):
        line.sleep(wait_s)
        line.requests += 1
        try:
            response = line.client.send(line.client.build_request(method, url, headers=headers, data=data), stream=True)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as err:
            raise BadInput(f"{url} is not an address of a server. Write it with http:// or https:// in front.") from err
        except httpx.TransportError as err:
            if attempt >= 2:
                raise HomewardError(
                    f"{url} cannot be reached ({str(err) or type(err).__name__}). Is this machine online? "
                    "What was loaded before is kept and needs no network."
                ) from err
            wait_s = 2.0**attempt
            continue
        if response.status_code in (200, 206, 404, 416) and not (method == "POST" and response.status_code != 200):
            return response
        response.close()
        if response.status_code not in (429, 500, 502, 503, 504):
            raise HomewardError(f"{url} refused with status {response.status_code}. Check the address, or try later.")
        wait_s = _wait_s(response.headers, attempt)
        if wait_s > LONGEST_WAIT_S:
            raise HomewardError(f"{url} is busy and asks to wait {wait_s / 60:.0f} minutes. Run it again after that.")
    raise HomewardError(f"{url} stayed busy over {TRIES} tries. Run it again later; what was loaded is kept.")


def _wait_s(headers: Any, attempt: int) -> float:
    """Seconds the server asks us to wait (Retry-After, as seconds or as a date), or ever longer ones of our own."""
    asked = headers.get("retry-after", "")
    if asked.strip().isdigit():
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked) - parsedate_to_datetime(headers["date"])).total_seconds())
    except (ValueError, TypeError, KeyError):
        return 5.0 * 2.0**attempt
