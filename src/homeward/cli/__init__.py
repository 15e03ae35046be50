"""The command line: parse, call the desk, print. `homeward VERB MISSION ...`."""

from homeward.cli.main import cli, main

__all__ = ["cli", "main"]
