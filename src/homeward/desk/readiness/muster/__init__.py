"""Everybody who may come: availability, the strength over time, signing in and out at base."""
