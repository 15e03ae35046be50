"""Who covers what, with too few teams: deterrence, sites, standing teams with a reserve.

Start at `solve`; the records are in `records`.
"""
