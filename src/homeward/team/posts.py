"""Where people wait and watch while teams search: lookouts, back-up, and the medic with the guard.

`lookouts`, `backup_posts` and `medic_posts` each take the ground and what the teams do when (`TeamTask`), and give a
`PostPlan`: posts with their hours and ways, how good that is (`value`), what no other choice could pass (`bound`),
and why in words. Hazards come as `terrain.exposure.Exposure`.
"""

from homeward.team.backup import backup_posts
from homeward.team.lookouts import Watch, lookouts
from homeward.team.medic import medic_posts
from homeward.team.post_records import HeldPost, PostPlan, TeamTask, Unwarned, part

__all__ = [
    "HeldPost",
    "PostPlan",
    "TeamTask",
    "Unwarned",
    "Watch",
    "backup_posts",
    "lookouts",
    "medic_posts",
    "part",
]
