"""The desk's words as the page says them: where they name a command or an option, the page has a button or a field.

The desk speaks to both doors in the command line's terms, `homeward plan MISSION --hours 4`. Here a command becomes the
place where the page has the same, "Plan > Make plan", and an option the field by its label, “For how long”, by which
the page also finds the field that an error speaks of.
"""

from __future__ import annotations

import re
from typing import Any, Final

# command (and an option that makes it another thing) -> tab and button of the page
COMMANDS: Final = {
    "ack": "Crew > Acknowledge",
    "answer": "Ready > Muster > Says …",
    "answer --means": "Ready > Muster > It means …",
    "answer --unread": "Ready > Muster",
    "area load": "More > Load the ground",
    "base": "More > Set the command post",
    "briefing read": "Ready > Briefing > Has read it",
    "briefing write": "Ready > Briefing > Issue a briefing",
    "building load": "Inside > Load a building",
    "building plan": "Inside > Plan the search inside",
    "building searched": "Inside > Searched",
    "callout": "Ready > Muster > CALL EVERYBODY IN",
    "callout --end": "Ready > Muster > End the call",
    "callout --tick": "Ready > Muster > Call on",
    "carryout": "Rescue > Way out",
    "casualty": "Rescue > Casualty",
    "clue": "Clues > Report a clue",
    "cover plan": "Ready > Cover > Plan the cover",
    "cover roster": "Ready > Cover > Roster of a day",
    "cover show": "Ready > Cover",
    "debrief": "Teams > Back",
    "demo": "the demo",
    "exit set": "Rescue > Mark an exit",
    "export": "More > Papers and files",
    "forecast": "Ready > Warning",
    "form": "Crew > Formation",
    "form --show": "Crew",
    "found": "Subject located",
    "free": "Plan > Free",
    "handover": "Rescue > Hand over",
    "hazard": "Crew > Mark a hazard",
    "hospital from": "Rescue > Hospitals out of a map",
    "hospital set": "Rescue > Set a hospital",
    "ipp": "More > Set the IPP",
    "log show": "Log",
    "log undo": "Log > Undo",
    "log verify": "Log > Check the log",
    "map": "Plan > Make map",
    "message ack": "Ready > Briefing > Acknowledge",
    "message send": "Ready > Briefing > Send a message",
    "muster": "Ready > Muster",
    "new": "a new mission where homeward was started",
    "order": "Crew > Orders",
    "person": "Crew > Register a person",
    "plan": "Plan > Make plan",
    "plan --again": "Plan > Plan again",
    "question ask": "Ready > Debrief > Ask a question",
    "rally": "Crew > Set the meeting point",
    "reader": "Ready > Debrief > Name a reader",
    "recall": "Crew > RECALL EVERYBODY",
    "receipt": "Rescue > Received by",
    "scenario add": "Why > Add a scenario",
    "scenario suggest": "Why > Add the usual ones",
    "scenario vote": "Why > Vote",
    "score": "the command line where homeward was started",
    "segment draw": "Plan > Draw a segment",
    "serve": "start the page for other machines",
    "serve --personal": "a page that was started with personal fields shown",
    "signals": "Crew > Agree on the signals",
    "signin": "Ready > Muster > Sign in",
    "statement add": "Ready > Debrief > Take a statement",
    "statement judge": "Ready > Debrief > Judge",
    "statement list": "Ready > Debrief",
    "subject": "More > Who is missing",
    "target": "Ready > Cover > Name a target",
    "target set": "Ready > Cover > Name a target",
    "team": "Teams > Register a team",
    "track": "Teams > Take in a track",
    "undo": "Log > Undo the last entry",
    "warning give": "Ready > Warning > Write down a warning",
    "warning happened": "Ready > Warning > It has come",
    "warning lift": "Ready > Warning > Lift",
}
# option -> the field's label, or other words where the page has none; with a verb before it, in that verb's form alone
OPTIONS: Final = {
    "about": "“About”",
    "accepts": "“Accepts”",
    "again": "“Plan again”",
    "age": "“Age”",
    "alive": "“Alive”",
    "although-missing": "“Though some are missing”",
    "answer": "“Answers”",
    "around": "“Around”",
    "assignment": "“Assignment”",
    "audience": "“May know besides”",
    "avpu": "“H: consciousness”",
    "awake-limit": "“Awake at most”",
    "back": "“Or take back”",
    "backup-within": "“Back-up within”",
    "bbox": "“Or a box”",
    "breathing": "“Breathing”",
    "busy": "“Each team is busy”",
    "by": "“Who”",
    "call-on": "“Call on”",
    "calling": "“Called and listened”",
    "casualty": "“Casualty number”",
    "category": "“Category”",
    "cell": "“Cell”",
    "channel": "“By”",
    "channels": "where homeward is started",
    "consent": "“Consent”",
    "count": "“How many”",
    "crs": "“Coordinate system”",
    "day": "“Day”",
    "done": "“Handed over now”",
    "early": "“As early as”",
    "elevation": "“Elevation”",
    "end": "“End the call”",
    "entrance": "“Entrance”",
    "entrance-room": "“Entrance leads into”",
    "eta": "“There at”",
    "every": "“A carry takes”",
    "features": "“Trails, roads, water”",
    "folder": "another name",
    "for": "“For”",
    "force": "at the command line",
    "free": "“If no: free from”",
    "guest": "“Is”: a guest",
    "half-width": "“Out to”",
    "heads": "“Or heads in all”",
    "hits": "“Expected injuries”",
    "host": "another address",
    "hours": "“For how long”",
    "in": "“Went in”",
    "ipp": "“IPP”",
    "keep-shut": "“Nobody may enter”",
    "kind": "“Kind”",
    "link": "“Page for phones”",
    "lock": "“Lock”",
    "lookout": "“Lookouts at”",
    "map": "“Map”",
    "means": "“It means”",
    "name": "“Short name”",
    "need": "“Other numbers”",
    "call_out --need": "“Needed”",
    "new": "“One more”",
    "number": "“Number, asked afterwards”",
    "orders": "“Orders”",
    "out": "“Came out”",
    "people": "“People”",
    "personal": "personal fields shown",
    "phase": "“For”",
    "phone-list": "Phone list",
    "place": "“Where”",
    "plot": "another name",
    "pod": "“POD as the team tells it”",
    "port": "port",
    "radius": "“Out to”",
    "cover --radius": "“Covered is within”",
    "reader": "“Named readers”",
    "recall": "“Come back”",
    "received-by": "“Who signed”",
    "reliability": "“Source”",
    "replace": "“Has one already”",
    "replaces": "“Sent before”",
    "reserve": "“Kept waiting”",
    "cover --reserve": "“Must wait”",
    "role": "“Can be”",
    "route": "“Way”",
    "scale": "“Scale”",
    "seed": "“Seed”",
    "seen": "“Last known there”",
    "segment": "“Segment”",
    "show": "“Show”",
    "standing": "“Must stand”",
    "take": "“Add the usual ones”",
    "team": "“Team”",
    "cover --team": "“Teams”",
    "text": "“In words”",
    "tick": "“Call on”",
    "to": "“To”",
    "told": "“As it was said”",
    "told-by": "“Told by”",
    "unread": "the answers to be read",
    "until": "“Until”",
    "value": "“Or its value”",
    "view": "“Plan”",
    "warning": "“Warning”",
    "why": "“Why”",
    "width-factor": "“Sweep width times”",
    "wind": "“Wind”",
    "witness": "“Who says it”",
}
OWN_WORDS: Final = ("due", "findings", "newer", "not_yet", "notes", "cover says")
"""Names (and of which part) of what the page's data has in homeward's own words."""
_NAMES = sorted({key.split(" --")[0] for key in COMMANDS}, key=len, reverse=True)
_COMMAND = re.compile(
    rf"homeward (?P<name>{'|'.join(_NAMES)})(?= MISSION| --| \.\.\.|[.;:,)\n]|$)"
    r"(?P<rest>(?:'[^'\n]*'|\.\.\.|[.;:,](?=[^\s)])|[^.;:,)\n'])*)"
)
_OPTION = re.compile(
    r"(?<![\w-])--(?P<name>[a-z][a-z-]+)(?: (?:W S E N|[A-Z]{2,}(?:=N)?|N|P)(?![\w-]))*"  # and what stands for a value
)


def for_page(text: str, verb: str = "") -> str:
    """What the desk says, with the page's buttons and fields in place of commands and options.

    `verb` is the form that was sent, which settles labels that differ from form to form. Options that are not
    homeward's own stay as they are, as they may be somebody's words.
    """

    def option(match: re.Match[str]) -> str:
        words = OPTIONS.get(f"{verb} --{match['name']}") or OPTIONS.get(match["name"])
        return match[0] if words is None else words

    return _OPTION.sub(option, _COMMAND.sub(_command, text))


def _command(match: re.Match[str]) -> str:
    name, rest = match["name"], match["rest"]
    for flag in re.findall(r"--[a-z-]+", rest):
        if f"{name} {flag}" in COMMANDS:
            return COMMANDS[f"{name} {flag}"]
    options = rest[rest.index("--") :].strip() if "--" in rest else ""
    return f"{COMMANDS.get(name, name)}{f', {options}' if options else ''}"


def all_for_page(data: Any, part: str = "") -> Any:
    """The same for all of homeward's own words in the page's data: what people said and wrote is left as it is."""
    if isinstance(data, dict):
        own = {name for name in data if name in OWN_WORDS or f"{part} {name}" in OWN_WORDS}
        return {name: _own(one) if name in own else all_for_page(one, name) for name, one in data.items()}
    return [all_for_page(one, part) for one in data] if isinstance(data, list) else data


def _own(value: Any) -> Any:
    if isinstance(value, str):
        return for_page(value)
    return [_own(one) for one in value] if isinstance(value, list) else all_for_page(value)
