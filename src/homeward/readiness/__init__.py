"""Readiness for what comes next: what witnesses said, when it may come, who is here by then, and who covers what."""

from homeward.readiness.cover.solve import cover_sites, deter, plan_reserve
from homeward.readiness.fuse.records import Fused, FuseProblem, Report
from homeward.readiness.fuse.solve import fuse
from homeward.readiness.fuse.words import words_probability
from homeward.readiness.muster.answers import read_answer
from homeward.readiness.muster.records import Candidate, MusterProblem
from homeward.readiness.muster.solve import solve as solve_muster
from homeward.readiness.warn.forecast import Forecast
from homeward.readiness.warn.records import Hint, Statement, WarnProblem
from homeward.readiness.warn.solve import Warned, foresee

__all__ = [
    "Candidate",
    "Forecast",
    "FuseProblem",
    "Fused",
    "Hint",
    "MusterProblem",
    "Report",
    "Statement",
    "WarnProblem",
    "Warned",
    "cover_sites",
    "deter",
    "foresee",
    "fuse",
    "plan_reserve",
    "read_answer",
    "solve_muster",
    "words_probability",
]
