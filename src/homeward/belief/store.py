"""The map as an attachment of the mission file (which packs it): exact, and the same bytes for the same map."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np

from homeward.belief.records import Belief, Part, mixture
from homeward.errors import BadFile, HomewardError
from homeward.geo import Grid
from homeward.mission.nouns import MapMove

_MAGIC = b"homeward map 1\n"
_SAID = ("scenario", "label", "outside", "alive", "responsive", "mobile")


def map_to_bytes(belief: Belief) -> bytes:
    """A first line that names the format, a line of JSON (grid, share outside, story, scenarios), then the
    probabilities, of each scenario where there are some: float64, little-endian, bytes grouped by significance so that
    they pack well. Nothing is rounded, and nothing packed here:
    packers differ from machine to machine, and the bytes' hash must not."""
    head = {
        "grid": asdict(belief.grid),
        "outside": belief.outside,
        "ipp_m": belief.ipp_m,
        "story": [asdict(move) for move in belief.story],
    }
    if belief.parts:
        head["parts"] = [{name: getattr(part, name) for name in _SAID} for part in belief.parts]
    rasters = [part.poa for part in belief.parts] or [belief.poa]
    raw = np.ascontiguousarray(rasters, dtype="<f8").view(np.uint8).reshape(-1, 8)
    text = json.dumps(head, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return _MAGIC + text.encode() + b"\n" + raw.T.tobytes()


def map_from_bytes(data: bytes) -> Belief:
    """The map that `map_to_bytes` wrote, exactly. `BadFile` where the bytes are not such a map."""
    try:
        if not data.startswith(_MAGIC):
            raise ValueError("first line")
        text, _, body = data[len(_MAGIC) :].partition(b"\n")
        head = json.loads(text)
        grid = Grid(**head["grid"])
        raw = np.frombuffer(body, dtype=np.uint8).reshape(8, -1)
        poa = np.ascontiguousarray(raw.T).view("<f8").reshape(-1, *grid.shape).astype(np.float64)
        ipp = (head["ipp_m"][0], head["ipp_m"][1]) if head["ipp_m"] is not None else None
        story = tuple(MapMove(**move) for move in head["story"])
        if "parts" in head:
            parts = tuple(Part(poa=raster, **said) for raster, said in zip(poa, head["parts"], strict=True))
            return mixture(grid, parts, story=story, ipp_m=ipp)
        return Belief(grid=grid, poa=poa[0], outside=head["outside"], story=story, ipp_m=ipp)
    except (ValueError, KeyError, TypeError, HomewardError) as err:
        raise BadFile("A stored probability map is damaged or not homeward's. Make it again: homeward map.") from err
