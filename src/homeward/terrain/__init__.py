"""The ground: grids, elevation, cover, trails and water; walking speed, shortest time, sight lines.

`build_terrain` puts a `Terrain` together from files, `travel_time_s` and `route_m` say how long and which way on
foot, `line_of_sight` and `viewshed` what can be seen, `exposure_of` where marked hazards strike, `fetch_area`
downloads what a place needs.
"""

from homeward.terrain.build import build_terrain
from homeward.terrain.elevation import grid_for
from homeward.terrain.exposure import Exposure, exposure_of
from homeward.terrain.fetch import fetch_area
from homeward.terrain.ground import Cover, Line, LineKind, Patch, Terrain
from homeward.terrain.sight import line_of_sight, viewshed
from homeward.terrain.speed import walking_speed_mps
from homeward.terrain.store import terrain_from_bytes, terrain_to_bytes
from homeward.terrain.travel import route_m, travel_time_s

__all__ = [
    "Cover",
    "Exposure",
    "Line",
    "LineKind",
    "Patch",
    "Terrain",
    "build_terrain",
    "exposure_of",
    "fetch_area",
    "grid_for",
    "line_of_sight",
    "route_m",
    "terrain_from_bytes",
    "terrain_to_bytes",
    "travel_time_s",
    "viewshed",
    "walking_speed_mps",
]
