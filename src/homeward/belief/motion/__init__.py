"""Where the subject may have walked: an ensemble of simulated paths over the ground, and maps at any hour from it."""

from homeward.belief.motion.at import conveyed, raster_at, sample_paths
from homeward.belief.motion.records import Ensemble, MotionProblem
from homeward.belief.motion.reweigh import reweighted
from homeward.belief.motion.simulate import Mobility, mobility, simulate

__all__ = [
    "Ensemble",
    "Mobility",
    "MotionProblem",
    "conveyed",
    "mobility",
    "raster_at",
    "reweighted",
    "sample_paths",
    "simulate",
]
