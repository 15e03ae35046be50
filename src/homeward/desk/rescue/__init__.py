"""After the find: casualties and their triage, ways out and hospitals, leaving or holding, the hand-over."""
