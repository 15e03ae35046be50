"""What a mission is: nouns, events, and the replay that turns a log into the mission's state."""

from homeward.mission.encode import decode, encode
from homeward.mission.events import Entry, Event
from homeward.mission.replay import Happened, Mission, replay

__all__ = ["Entry", "Event", "Happened", "Mission", "decode", "encode", "replay"]
