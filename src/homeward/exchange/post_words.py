"""What a team that holds a post is told: on its sheet, on the map, in its hand-held."""

from __future__ import annotations

from typing import Any

from homeward.exchange.plan_clock import PlanClock
from homeward.search.records import Assignment

Json = dict[str, Any]

ORDERS = {
    "containment": (
        "Stop and question everybody who comes by, the subject's party too: who, where from, whom they met. Write down "
        "time, name and direction of each. Stand where you see every way in; one always watches. Ask base before "
        "anybody is let on into the ground that is searched."
    ),
    "attraction": (
        "Call the name, whistle, show light in the dark; then be still and listen for a minute, each to another side; "
        "begin again. An answer: take its bearing, report it, and keep calling until somebody is there."
    ),
}
"""What to do at a post, after common practice; the words are ours."""


def is_post(task: Assignment) -> bool:
    """Whether a team holds a post instead of searching along a path."""
    return task.mode != "search"


REACH = {
    "containment": "Within {reach:.0f} m nobody should pass unseen.",
    "attraction": "Whoever can answer within {reach:.0f} m should hear you.",
}


def post_how(task: Assignment, clock: PlanClock) -> str:
    """What to do there and until when, how far it reaches, and why it is asked."""
    stay = f"Do not leave before {clock.time(task.ends_s)}, nor without a word from base."
    return f"{ORDERS[task.mode]} {stay} {REACH[task.mode].format(reach=task.sweep_width_m / 2)} {task.why}"


def sheet_words(task: Assignment) -> Json:
    """The headings of a task's sheet: of a search or of a post."""
    if is_post(task):
        return {
            "post": True,
            "place": f"Post {task.segment}",
            "begin": "be there by",
            "end": "hold it until",
            "listed": "Where the post is",
        }
    return {
        "post": False,
        "place": f"Segment {task.segment}",
        "begin": "begin search",
        "end": "end search",
        "listed": "Way points of the search path",
    }
