"""When something comes whose date nobody knows: from what was said, and the silence since.

Start at `solve`; the records are in `records`, the distributions in `laws` and `forecast`.
"""
