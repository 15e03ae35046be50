"""OpenStreetMap over the Overpass API: the one query that is asked, and its answer as GeoJSON features."""

from __future__ import annotations

from typing import Any

from homeward.terrain.tables import rows


def query(bbox: tuple[float, float, float, float], *, timeout_s: int = 180) -> str:
    """Overpass QL for everything that `tables/tags.csv` knows in (west, south, east, north), with geometry."""
    west, south, east, north = bbox
    keys: dict[str, set[str]] = {}
    for row in rows("tags"):
        if row["key"] != "layer":
            keys.setdefault(row["key"], set()).add(row["value"])
    asked = []
    for key, values in sorted(keys.items()):
        test = f'["{key}"]' if "*" in values else f'["{key}"~"^({"|".join(sorted(values))})$"]'
        asked += [f"way{test};"]
        if key in ("natural", "landuse", "leisure", "waterway", "building"):
            asked += [f'relation["type"="multipolygon"]{test};']
    box = f"{south:.6f},{west:.6f},{north:.6f},{east:.6f}"
    return f"[out:json][timeout:{timeout_s}][bbox:{box}];({''.join(asked)});out tags geom;"


def to_geojson(answer: dict[str, Any]) -> dict[str, Any]:
    """An Overpass answer (`out geom`) as a GeoJSON FeatureCollection, tags as properties.

    Ways are lines, or polygons where they close and their tags mean an area; multipolygon relations are put
    together from their member ways. Elements without a usable shape are left out.
    """
    features = []
    for element in answer.get("elements", []):
        shape = _relation(element) if element.get("type") == "relation" else _way(element)
        if shape is not None:
            tags = {str(k): str(v) for k, v in element.get("tags", {}).items()}
            features.append({"type": "Feature", "properties": tags, "geometry": shape})
    return {"type": "FeatureCollection", "features": features}


def _way(element: dict[str, Any]) -> dict[str, Any] | None:
    xy = _vertices(element)
    if element.get("type") != "way" or len(xy) < 2:
        return None
    if len(xy) >= 4 and xy[0] == xy[-1] and _is_area(element.get("tags", {})):
        return {"type": "Polygon", "coordinates": [xy]}
    return {"type": "LineString", "coordinates": xy}


def _is_area(tags: dict[str, str]) -> bool:
    if "area" in tags:
        return tags["area"] == "yes"
    for row in rows("tags"):
        value = tags.get(row["key"], "no")
        if row["what"] in ("cover", "patch") and value != "no" and row["value"] in (value, "*"):
            return True
    return False


def _vertices(element: dict[str, Any]) -> list[list[float]]:
    return [[float(p["lon"]), float(p["lat"])] for p in element.get("geometry", []) if p]


def _relation(element: dict[str, Any]) -> dict[str, Any] | None:
    import shapely

    members = [m for m in element.get("members", []) if m.get("type") == "way"]
    outer = _rings([m for m in members if m.get("role") != "inner"])
    inner = _rings([m for m in members if m.get("role") == "inner"])
    if not outer:
        return None
    area = shapely.difference(shapely.union_all(outer), shapely.union_all(inner))
    return dict(shapely.geometry.mapping(area)) if not area.is_empty else None


def _rings(members: list[dict[str, Any]]) -> list[Any]:
    import shapely

    ways = [shapely.LineString(xy) for xy in map(_vertices, members) if len(xy) >= 2]
    return list(shapely.get_parts(shapely.polygonize([shapely.node(shapely.union_all(ways))]))) if ways else []
