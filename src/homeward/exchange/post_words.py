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


def post_how(task: Assignment, *, percent_found: str) -> str:
    """What to do there, how far it reaches, and why it is asked."""
    reach = f"Within {task.sweep_width_m / 2:.0f} m nobody should pass unseen or unheard."
    found = f"Expected to find the subject: {percent_found}."
    return f"{ORDERS[task.mode]} Do not leave before you are relieved or called off. {reach} {found} {task.why}"


def post_label(task: Assignment, clock: PlanClock) -> str:
    """A post's number and from when to when it is held, for the map."""
    return f"{task.number} {clock.time(task.begins_s)}-{clock.time(task.ends_s)}"


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
