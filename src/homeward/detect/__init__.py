"""What a searcher would notice: sweep widths, speeds, probability of detection, coverage of tracks, and daylight.

Coverage C = W L / A (sweep width x path length / area) adds up over passes, and POD = 1 - exp(-C): the random-search
law. As the true sweep width is not known, plans, debriefs and the updates of the map take its mean over that width
(`pod_uncertain_width`), which passes by one kind of team share.
"""

from homeward.detect.pods import WIDTH_SHAPE, coverage_of_pod, pod, pod_uncertain_width
from homeward.detect.sensors import (
    Assumption,
    KindDefaults,
    assumptions,
    calling_width_m,
    defaults,
    search_speed_mps,
    sweep_width_m,
    team_endurance_s,
    team_speed_mps,
    team_sweep_width_m,
)
from homeward.detect.sun import is_night, sun_elevation_deg, sunrise_utc, sunset_utc
from homeward.detect.track import track_coverage

__all__ = [
    "WIDTH_SHAPE",
    "Assumption",
    "KindDefaults",
    "assumptions",
    "calling_width_m",
    "coverage_of_pod",
    "defaults",
    "is_night",
    "pod",
    "pod_uncertain_width",
    "search_speed_mps",
    "sun_elevation_deg",
    "sunrise_utc",
    "sunset_utc",
    "sweep_width_m",
    "team_endurance_s",
    "team_speed_mps",
    "team_sweep_width_m",
    "track_coverage",
]
