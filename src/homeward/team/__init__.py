"""Who does what: people to roles, posts for lookouts, back-up and medic, and where everybody meets."""
