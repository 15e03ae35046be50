"""Planning the search outdoors, overruling the plan, rehearsing it, and bringing back what was really covered."""
