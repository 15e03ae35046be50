"""Who searches where: effort over segments, paths over a probability raster, and the plan that mixes teams.

Every solver takes a problem of plain data and returns a solution with its value, an upper bound, and reasons.
"""

from homeward.search.allocate import AllocateProblem, AllocateSolution, solve_allocate
from homeward.search.allocate_dual import divisible_bound, dual_bound
from homeward.search.plan import PlanProblem, make_plan, rule_plan
from homeward.search.records import Assignment, SearchPlan, Segment
from homeward.search.rehearse import Outcome, Rehearsal, rehearse, replay_at
from homeward.search.rooms import RoomsProblem, RoomsSearcher, RoomsSolution, solve_rooms
from homeward.search.segments import cut_segments
from homeward.search.sweep import Searcher, SweepProblem, SweepSolution, solve_sweep

__all__ = [
    "AllocateProblem",
    "AllocateSolution",
    "Assignment",
    "Outcome",
    "PlanProblem",
    "Rehearsal",
    "RoomsProblem",
    "RoomsSearcher",
    "RoomsSolution",
    "SearchPlan",
    "Searcher",
    "Segment",
    "SweepProblem",
    "SweepSolution",
    "cut_segments",
    "divisible_bound",
    "dual_bound",
    "make_plan",
    "rehearse",
    "replay_at",
    "rule_plan",
    "solve_allocate",
    "solve_rooms",
    "solve_sweep",
]
