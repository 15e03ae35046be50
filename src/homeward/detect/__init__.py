"""What a searcher would notice: sweep widths, speeds, probability of detection, coverage of tracks, and daylight.

Coverage C = W L / A (sweep width x path length / area) adds up over passes and teams, and POD = 1 - exp(-C): the
random-search law, in the planner's allocations, in tracks and in the updates of the map alike.
"""

from homeward.detect.pods import pod, pod_inverse_cube, pod_uncertain_width
from homeward.detect.sensors import (
    Assumption,
    KindDefaults,
    assumptions,
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
    "Assumption",
    "KindDefaults",
    "assumptions",
    "defaults",
    "is_night",
    "pod",
    "pod_inverse_cube",
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
