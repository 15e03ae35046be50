"""Readiness for what comes next: what witnesses said, when it may come, who is here by then, and who covers what."""

from homeward.readiness.cover import cover_sites, deter, plan_reserve

__all__ = ["cover_sites", "deter", "plan_reserve"]
