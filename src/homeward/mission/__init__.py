"""What a mission is: nouns, events, and the replay that turns a log into the mission's state."""

from homeward.mission.encode import decode, encode, public
from homeward.mission.events import Entry, Event
from homeward.mission.replay import Happened, Mission, counting, replay

__all__ = ["Entry", "Event", "Happened", "Mission", "counting", "decode", "encode", "public", "replay"]
