"""Paths for several searchers over a probability raster: seen by the end, or soonest.

`solve_sweep` plans; its value is measured on the ground really seen, and its bound is proven.
"""

from homeward.search.sweep.forbidden import check_ways
from homeward.search.sweep.problem import Searcher, SweepProblem, SweepSolution
from homeward.search.sweep.solve import solve_sweep

__all__ = ["Searcher", "SweepProblem", "SweepSolution", "check_ways", "solve_sweep"]
