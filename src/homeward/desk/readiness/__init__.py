"""The verbs of readiness: debriefs and briefings, warnings, calling everybody in, and covering what may be hit."""
