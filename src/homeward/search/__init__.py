"""Who searches where: effort over segments, paths over a probability raster, and the plan that mixes teams.

Every solver takes a problem of plain data and returns a solution with its value, an upper bound, and reasons.
"""

from homeward.search.allocate_dual import divisible_bound, dual_bound
from homeward.search.sweep import Searcher, SweepProblem, SweepSolution, solve_sweep

__all__ = ["Searcher", "SweepProblem", "SweepSolution", "divisible_bound", "dual_bound", "solve_sweep"]
