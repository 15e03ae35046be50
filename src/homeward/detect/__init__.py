"""What a searcher would notice: sweep widths, speeds, probability of detection, coverage of tracks, and daylight.

Coverage C = W L / A (sweep width x path length / area) adds up over passes, and POD = 1 - exp(-C): the random-search
law. As the true sweep width is not known, plans, debriefs and the updates of the map take its mean over that width
(`pod_uncertain_width`), which passes by one kind of team share. Every number has a name and may be overridden for a
mission (`Numbers`); the weather takes its part of most of them.
"""

from homeward.detect.camera import CAMERAS, camera_of, seen_as
from homeward.detect.pods import WIDTH_SHAPE, coverage_of_pod, pod, pod_uncertain_width
from homeward.detect.sensors import (
    KindDefaults,
    defaults,
    line_spacing_m,
    paths_only,
    search_speed_mps,
    sweep_width_m,
    team_endurance_s,
    team_speed_mps,
    team_sweep_width_m,
)
from homeward.detect.sun import is_night, sun_elevation_deg, sunrise_utc, sunset_utc
from homeward.detect.tables import Assumption, Numbers, assumption, assumptions, checked_number
from homeward.detect.track import track_coverage
from homeward.detect.weather import CALM, WeatherEffect, checked_weather, grounded, weather_effect

__all__ = [
    "CALM",
    "CAMERAS",
    "WIDTH_SHAPE",
    "Assumption",
    "KindDefaults",
    "Numbers",
    "WeatherEffect",
    "assumption",
    "assumptions",
    "camera_of",
    "checked_number",
    "checked_weather",
    "coverage_of_pod",
    "defaults",
    "grounded",
    "is_night",
    "line_spacing_m",
    "paths_only",
    "pod",
    "pod_uncertain_width",
    "search_speed_mps",
    "seen_as",
    "sun_elevation_deg",
    "sunrise_utc",
    "sunset_utc",
    "sweep_width_m",
    "team_endurance_s",
    "team_speed_mps",
    "team_sweep_width_m",
    "track_coverage",
    "weather_effect",
]
