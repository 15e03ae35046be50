"""Readiness for what comes next: what witnesses said, when it may come, who is here by then, and who covers what."""
