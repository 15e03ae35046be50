"""Who covers what: targets, teams on their ways, the plan in its views, its papers."""
