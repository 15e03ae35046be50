"""Readiness for what comes next: what witnesses said, when it may come, who is here by then, and who covers what."""

from homeward.readiness.answers import read_answer
from homeward.readiness.cover import cover_sites, deter, plan_reserve
from homeward.readiness.fuse import fuse
from homeward.readiness.fuse_records import Fused, FuseProblem, Report
from homeward.readiness.fuse_words import words_probability
from homeward.readiness.muster import solve as solve_muster
from homeward.readiness.muster_records import Candidate, MusterProblem
from homeward.readiness.warn import Warned, foresee
from homeward.readiness.warn_forecast import Forecast
from homeward.readiness.warn_records import Hint, Statement, WarnProblem

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
