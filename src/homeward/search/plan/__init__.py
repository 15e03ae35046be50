"""The search plan: who searches where, in which order, so that the subject is found soonest.

`make_plan` cuts segments, lays out what each team could do there (`tasks`), schedules it (`schedule`), leads it over
the real ground (`realise`) and measures the result (`curve`). `rule_plan` does the same by a simple rule.
"""

from homeward.search.plan.make import make_plan, rule_plan
from homeward.search.plan.problem import PlanProblem

__all__ = ["PlanProblem", "make_plan", "rule_plan"]
