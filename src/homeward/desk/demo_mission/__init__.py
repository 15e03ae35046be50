"""A whole mission on real ground, through all fourteen stages: what `homeward demo` runs.

`cast` is who and what it is about, `telling` how it is told, `whole` runs the parts in their order.
"""

from homeward.desk.demo_mission.cast import FILE, NAME, TEAMS
from homeward.desk.demo_mission.telling import STAGES
from homeward.desk.demo_mission.whole import demo

__all__ = ["FILE", "NAME", "STAGES", "TEAMS", "demo"]
