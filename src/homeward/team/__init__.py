"""Who does what: people to roles, posts for lookouts, back-up and medic, and where everybody meets.

`solve` forms a team (`FormationProblem` to `Formation`).
"""

from homeward.team.formation import solve
from homeward.team.records import Formation, FormationProblem, Post, Shortage

__all__ = ["Formation", "FormationProblem", "Post", "Shortage", "solve"]
