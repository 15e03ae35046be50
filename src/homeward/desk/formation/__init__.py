"""Who is lookout, back-up, medic, guard or carrier, and where each waits; where scattered teams meet."""
