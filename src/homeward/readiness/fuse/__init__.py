"""Reports to probabilities of hypotheses: what witnesses said, counted once and as surely as they said it.

Start at `solve`; the records are in `records`.
"""
