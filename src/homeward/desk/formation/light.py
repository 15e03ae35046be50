"""Which part of what teams do falls into the dark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from homeward.detect import is_night
from homeward.geo import Place
from homeward.team.posts import TeamTask, part

_STEP_S = 600.0  # dusk is told to ten minutes: ours


def by_light(tasks: Sequence[TeamTask], *, place: Place, starts: datetime) -> dict[bool, list[TeamTask]]:
    """The tasks cut where civil twilight ends or begins, by whether it is dark; times are seconds from `starts`."""
    turns = _turns(tasks, place, starts)
    found: dict[bool, list[TeamTask]] = {}
    for task in tasks:
        times = [task.begins_s, *(t for t in turns if task.begins_s < t < task.ends_s), task.ends_s]
        for begins, ends in pairwise(times):
            dark = is_night(place, starts + timedelta(seconds=(begins + ends) / 2))
            whole = (begins, ends) == (task.begins_s, task.ends_s)
            found.setdefault(dark, []).append(task if whole else part(task, begins, ends))
    return found


def _turns(tasks: Sequence[TeamTask], place: Place, starts: datetime) -> list[float]:
    """When it gets dark or light between the first and the last of all tasks."""
    at, last = min(task.begins_s for task in tasks), max(task.ends_s for task in tasks)
    found, before = [], is_night(place, starts + timedelta(seconds=at))
    while at < last:
        at += _STEP_S
        dark = is_night(place, starts + timedelta(seconds=at))
        if dark != before:
            found.append(at)
        before = dark
    return found
