"""Hospitals and landing pads out of a map: GeoJSON, GeoPackage or OpenStreetMap files with OpenStreetMap's tags.

OpenStreetMap wiki, Key:amenity, Key:healthcare, Key:emergency, Key:aeroway: what is a hospital, a clinic, a helipad.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homeward.errors import BadFile, Finding
from homeward.geo import Place, distance_m

SAME_M = 350.0
"""Objects this near to each other are wings or doors of one hospital; a pad this near is its own: our assumption."""

CLINIC_ACCEPTS, CLOSED_ACCEPTS, UNTOLD_ACCEPTS, HOSPITAL_ACCEPTS = 0.3, 0.3, 0.6, 0.9
"""Probability that a clinic, a hospital without emergency service, one of which the map says nothing about that, one
with it takes a casualty: our assumption, to be replaced as soon as somebody has asked there."""

_TAGS = ("name", "amenity", "healthcare", "emergency", "aeroway")
_GONE = ("ruins", "historic", "disused", "abandoned", "demolished", "razed", "building")
_NO_LONGER = re.compile(r"\b(?:ruins?|former|disused|abandoned|old hospital|lazaret\w*|lazzarett\w*)\b", re.IGNORECASE)
_CLINIC = re.compile(
    r"\b(?:health ?(?:care )?cent(?:re|er)|clinic|polyclinic|dispensary|medical cent(?:re|er)|day hospital)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(r'"([^"]+)"=>"([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalPoint:
    """A hospital on the map. `emergency`: whether its tags say that it takes emergencies (None: they say nothing)."""

    name: str
    place: Place
    clinic: bool = False
    emergency: bool | None = None
    landing: bool = False

    @property
    def accepts(self) -> float:
        """Probability that it takes a casualty, until somebody asks there: our assumption."""
        if self.clinic:
            return CLINIC_ACCEPTS
        return {True: HOSPITAL_ACCEPTS, None: UNTOLD_ACCEPTS, False: CLOSED_ACCEPTS}[self.emergency]


@dataclass(frozen=True, slots=True)
class _Tagged:
    place: Place
    tags: Mapping[str, str]


def read_hospitals(path: Path, *, clinics: bool = False) -> tuple[tuple[HospitalPoint, ...], tuple[Finding, ...]]:
    """The hospitals that a file names, `clinics` with them if asked for, and what was odd. Raises `BadFile`.

    Objects within 350 m of each other with names that do not differ are one hospital.
    """
    every = list(_tagged(path))
    found = [one for one in every if not _gone(one)]
    gone = sum(_is(one, "hospital") for one in every) - sum(_is(one, "hospital") for one in found)
    pads = [one for one in found if one.tags.get("aeroway") in ("helipad", "heliport")]
    wings = [one for one in found if _is(one, "hospital") or (clinics and _is(one, "clinic"))]
    findings = [] if wings else [Finding(path.name, "It names no hospital: nothing was taken from it.")]
    if gone:
        findings.append(Finding(path.name, f"{gone} ruined, disused or historic hospitals were left out."))
    groups = _grouped(wings)
    unnamed = sum(not any("name" in one.tags for one in group) for group in groups)
    if unnamed:
        findings.append(
            Finding(
                path.name, f"{unnamed} of {len(groups)} have no name there: they are numbered; check what they are."
            )
        )
    return tuple(_point(group, n, pads) for n, group in enumerate(groups, 1)), tuple(findings)


def _is(one: _Tagged, kind: str) -> bool:
    """Whether an object is a hospital, or a clinic: one that is named so, whatever its tags make of it."""
    told = (one.tags.get("amenity"), one.tags.get("healthcare"))
    named = bool(_CLINIC.search(one.tags.get("name", ""))) and "hospital" not in one.tags.get("name", "").lower()
    clinic = "clinic" in told or "centre" in told or named
    return clinic if kind == "clinic" else kind in told and not clinic


def _gone(one: _Tagged) -> bool:
    """Whether it is no longer what it was: OpenStreetMap's tags for that, or its name."""
    marked = any(one.tags.get(key) not in (None, "no") for key in _GONE if key != "building")
    return marked or one.tags.get("building") == "ruins" or bool(_NO_LONGER.search(one.tags.get("name", "")))


def _grouped(wings: Sequence[_Tagged]) -> list[list[_Tagged]]:
    """The objects of each hospital; named ones first, so that an unnamed wing joins its hospital."""
    groups: list[list[_Tagged]] = []
    for one in sorted(wings, key=lambda w: ("name" not in w.tags, w.tags.get("emergency") != "yes")):
        near = [g for g in groups if any(distance_m(w.place, one.place) <= SAME_M for w in g)]
        if near:
            min(near, key=lambda g: distance_m(g[0].place, one.place)).append(one)
        else:
            groups.append([one])
    return groups


def _point(group: Sequence[_Tagged], number: int, pads: Sequence[_Tagged]) -> HospitalPoint:
    names = [one.tags["name"] for one in group if "name" in one.tags]
    says = {one.tags.get("emergency") for one in group}
    return HospitalPoint(
        name=min(names, key=len) if names else f"Hospital {number}",
        place=group[0].place,
        clinic=not any(_is(one, "hospital") for one in group),
        emergency=True if "yes" in says else False if "no" in says else None,
        landing=any(distance_m(pad.place, one.place) <= SAME_M for pad in pads for one in group),
    )


def _tagged(path: Path) -> Iterator[_Tagged]:
    """Every object of a file that has a tag of a hospital or a pad, at a point inside it."""
    import numpy as np
    import pyogrio
    import shapely

    if not path.is_file():
        raise BadFile(f"There is no file {path}. Check the name.")
    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        for layer in layers:
            meta, _, wkb, columns = pyogrio.raw.read(path, layer=layer)
            names = [str(n) for n in meta["fields"]]
            if wkb is None or not {"amenity", "healthcare", "aeroway", "other_tags"} & set(names):
                continue
            shapes = shapely.from_wkb(wkb)
            usable = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
            to_globe = _to_globe(meta.get("crs"), path)
            for i in usable.tolist():
                tags = _tags({n: column[i] for n, column in zip(names, columns, strict=True)})
                if tags.keys() & {"amenity", "healthcare", "aeroway"}:
                    point = shapes[i].representative_point()
                    lon, lat = to_globe(point.x, point.y)
                    yield _Tagged(Place(float(lat), float(lon)), tags)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as err:
        raise BadFile(
            f"{path.name} cannot be read as a map. Give GeoJSON, a GeoPackage or an OpenStreetMap file."
        ) from err


def _to_globe(crs: str | None, path: Path) -> Any:
    from pyproj import Transformer
    from pyproj.exceptions import CRSError

    try:
        return Transformer.from_crs(crs or "EPSG:4326", "EPSG:4326", always_xy=True).transform
    except CRSError as err:
        raise BadFile(f"{path.name} is in a coordinate system that is not known ({crs}). Save it in WGS 84.") from err


def _tags(row: Mapping[str, Any]) -> dict[str, str]:
    """The tags of an object that matter here, from columns of their own or OpenStreetMap's lump of others."""
    lump = dict(_PAIR.findall(row.get("other_tags") or ""))
    both = {**lump, **{k: v for k, v in row.items() if isinstance(v, str) and v}}
    return {k: both[k] for k in (*_TAGS, *_GONE) if k in both}
