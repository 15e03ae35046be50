"""The manager's own choices, which plans obey: segments drawn, teams and segments locked, a plan of its own.

What an event is, and how to add one: `events`.
"""

from __future__ import annotations

from dataclasses import dataclass

from homeward.mission.nouns import Lock, OwnPlan, OwnSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDrawn:
    """The manager drew a segment; replaces an earlier one of the same id."""

    segment: OwnSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDropped:
    """A segment that the manager drew counts no longer in plans made from now on."""

    segment: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceLocked:
    """The manager decided about a team and a segment; plans obey from now on. Replaces an earlier lock of that id."""

    lock: Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceFreed:
    """A lock counts no longer."""

    lock: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlanSet:
    """The manager's own plan, to be measured beside ours; replaces an earlier one."""

    plan: OwnPlan


ChoiceEvent = SegmentDrawn | SegmentDropped | ChoiceLocked | ChoiceFreed | OwnPlanSet
