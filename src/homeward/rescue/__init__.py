"""After the find: the casualty's state, treat or move, the way out and who carries, the hospital, the hand-over."""
