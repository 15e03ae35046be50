"""Who does what: people to roles, posts for lookouts, back-up and medic, and where everybody meets.

`solve` forms a team (`FormationProblem` to `Formation`). `posts` says where lookouts, back-up and the medic pair wait,
`rally` where all meet; both read the ground, so they are modules of their own.
"""

from homeward.team.formation import solve
from homeward.team.records import Formation, FormationProblem, Post, Shortage

__all__ = ["Formation", "FormationProblem", "Post", "Shortage", "solve"]
