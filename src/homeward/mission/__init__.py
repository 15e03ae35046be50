"""What a mission is: nouns, events, and the replay that turns a log into the mission's state."""

from homeward.mission.encode import decode, encode, public
from homeward.mission.events import Entry, Event
from homeward.mission.happened import Happened
from homeward.mission.newer import before_map, newer_than_indoor_plan, newer_than_map, newer_than_plan, newer_words
from homeward.mission.replay import Mission, counting, extended, replay

__all__ = [
    "Entry",
    "Event",
    "Happened",
    "Mission",
    "before_map",
    "counting",
    "decode",
    "encode",
    "extended",
    "newer_than_indoor_plan",
    "newer_than_map",
    "newer_than_plan",
    "newer_words",
    "public",
    "replay",
]
