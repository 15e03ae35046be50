"""The briefing for everybody and for command, messages, and where readiness stands in a few lines."""
