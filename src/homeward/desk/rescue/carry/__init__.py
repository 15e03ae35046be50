"""The carry-out: from where, when, by which way, by whom; planned, shown as a front, chosen, kept."""
