"""Find mode: somebody is located, everybody is told what to do, and the formation is made anew for the rescue."""
