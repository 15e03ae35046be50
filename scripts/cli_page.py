"""Writes docs/cli.md from the commands' own help; with --check, only says whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from homeward.cli.main import cli

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"


def page() -> str:
    """The whole manual, one section per command."""
    parts = ["# Command line\n\nWritten by `python scripts/cli_page.py` from `homeward --help`; do not edit by hand.\n"]
    parts += [f"## {name}\n\n```text\n{text}\n```\n" for name, text in _helps(cli, "homeward")]
    return "\n".join(parts)


def _helps(command: click.Command, name: str) -> list[tuple[str, str]]:
    context = click.Context(command, info_name=name, max_content_width=100, terminal_width=100)
    found = [(name, command.get_help(context))]
    if isinstance(command, click.Group):
        for verb in command.list_commands(context):
            sub = command.get_command(context, verb)
            if sub is not None:
                found += _helps(sub, f"{name} {verb}")
    return found


def main() -> int:
    """Writes or checks the page."""
    text = page()
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") != text:
            print("docs/cli.md is out of date. Run: python scripts/cli_page.py")
            return 1
        return 0
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
