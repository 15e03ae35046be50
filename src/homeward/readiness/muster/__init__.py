"""Who is here by when, whether that is the team, and whom to call.

Start at `solve`; the records are in `records`. What people answer is read in `answers`.
"""
