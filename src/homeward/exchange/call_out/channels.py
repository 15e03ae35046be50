"""The file that says by which services calls go out: an address with places to fill in for each channel (TOML).

answer_at = "http://192.168.1.20:8765"      # where phones reach the page: makes the answer links
timeout_s = 10

[channels]
sms = "twilio://SID:TOKEN@+15551234567/{phone}"
mail = "mailto://user:password@example.org?to={mail}"

[people.M1]
mail = "m1@example.org"                     # the phone is taken from the mission where it stands nowhere here
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from homeward.errors import BadFile, BadInput

VOICE = ("radio", "phone")
"""Channels by which a person speaks: nothing is sent by them."""
TIMEOUT_S = 10.0
LONGEST_TIMEOUT_S = 60.0
LARGEST_FILE_BYTES = 1_000_000
_GAP = re.compile(r"\{(\w*)\}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """What a file of channels says. `templates` and `people` hold secrets, and are never shown."""

    templates: Mapping[str, str] = field(default_factory=dict, repr=False)
    people: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    answer_at: str = ""
    timeout_s: float = TIMEOUT_S
    notes: tuple[str, ...] = ()

    def address(self, channel: str, person: str, *, phone: str | None) -> tuple[str | None, str]:
        """The address of somebody on a channel, or None and what is missing for it."""
        template = self.templates.get(channel)
        if template is None:
            return None, "no such channel is set up"
        known = {"id": person, **({"phone": phone} if phone else {}), **self.people.get(person, {})}
        missing = [gap for gap in _GAP.findall(template) if not known.get(gap)]
        if missing:
            return None, f"no {missing[0] or 'name in a pair of braces'} is known"
        return _GAP.sub(lambda hit: _filled(hit[1], known[hit[1]]), template), ""


def read_channels(file: Path) -> Channels:
    """The channels of a file. Raises `BadFile` naming the line or field that is wrong, never what stands in it."""
    try:
        if file.stat().st_size > LARGEST_FILE_BYTES:
            raise BadFile(f"{file} is larger than 1 MB, which no file of channels is. Check the name.")
        data = tomllib.loads(file.read_bytes().decode("utf-8"))
        open_to_all = os.name == "posix" and bool(file.stat().st_mode & 0o077)
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Check the name of the file of channels.") from err
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        line = re.search(r"line \d+", str(err))
        where = f" ({line[0]})" if line else ""
        raise BadFile(f'{file} is no TOML that can be read{where}. Write it like: [channels], sms = "...".') from None
    notes = (f"{file} can be read by others on this machine: chmod 600 {file}.",) if open_to_all else ()
    unknown = sorted(set(data) - {"answer_at", "timeout_s", "channels", "people"})
    if unknown:
        raise BadFile(f"{file} has a field {unknown[0]!r} that means nothing. Take it out.")
    return Channels(
        templates=_templates(file, data.get("channels", {})),
        people=_people(file, data.get("people", {})),
        answer_at=checked_link(data.get("answer_at", ""), f"answer_at of {file}"),
        timeout_s=_timeout(file, data.get("timeout_s", TIMEOUT_S)),
        notes=notes,
    )


def checked_link(told: Any, what: str) -> str:
    """The address of the page as phones reach it, without a slash at its end; "" for none. Raises `BadInput`."""
    text = str(told).strip().rstrip("/")
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
        fits = fits and parts.username is None and (parts.port is None or parts.port > 0) and text.isprintable()
    except ValueError:
        fits = False
    if not fits or " " in text or parts.path:
        raise BadInput(f"{what} is no address of a page. Write it like http://192.168.1.20:8765.")
    return text


def _templates(file: Path, told: Any) -> dict[str, str]:
    if not isinstance(told, dict):
        raise BadFile(f"In {file} 'channels' is no table. Write [channels] and a line for each below it.")
    for name, template in told.items():
        if not _NAME.fullmatch(name) or name in VOICE:
            raise BadFile(
                f"In {file} a channel is called {name!r}. Give it a name of small letters not {', '.join(VOICE)}."
            )
        if not isinstance(template, str) or "://" not in template:
            raise BadFile(f"In {file} the channel {name!r} is no address. Write it as Apprise has it: kind://...")
    return dict(told)


def _people(file: Path, told: Any) -> dict[str, dict[str, str]]:
    rows = told if isinstance(told, dict) else None
    if rows is None or not all(isinstance(row, dict) for row in rows.values()):
        raise BadFile(f"In {file} 'people' is no table of tables. Write [people.M1] and their addresses below it.")
    for name, row in rows.items():
        wrong = next((key for key, value in row.items() if not isinstance(value, str)), None)
        if wrong is not None:
            raise BadFile(f"In {file} {wrong!r} of {name!r} is no text. Put it in quotation marks.")
    return {name: dict(row) for name, row in rows.items()}


def _timeout(file: Path, told: Any) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 < told <= LONGEST_TIMEOUT_S:
        raise BadFile(f"In {file} timeout_s is no time. Give seconds, more than 0 and at most {LONGEST_TIMEOUT_S:g}.")
    return float(told)


def _filled(name: str, value: str) -> str:
    """A value as it stands in an address: nothing in it can end its part of the address."""
    plain = re.sub(r"[^\d+]", "", value) if name == "phone" else value
    return quote(plain, safe="")
