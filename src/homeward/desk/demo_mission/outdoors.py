"""The demo's search outdoors: the simulated subject, what comes of a plan, and the tracks that teams bring back.

The subject's true place is drawn from the probability map, so that the plan's promise can be held against what
happens: over many seeds, the share of subjects whom a period finds is the POS that its plan stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from homeward.belief import Belief
from homeward.desk import clock, mapping
from homeward.desk.book import Book, opened
from homeward.desk.demo_mission.cast import HOURS
from homeward.desk.demo_mission.telling import Stage
from homeward.desk.search import results
from homeward.desk.search.coverage import NOTHING_TOLD, Told, searched
from homeward.exchange.track import track_gpx
from homeward.mission.nouns import BlobId
from homeward.search.plan import PlanProblem
from homeward.search.records import Assignment, SearchPlan
from homeward.search.rehearse import Outcome, replay_at

POINT_EVERY_M, GPS_ERROR_M = 25.0, 4.0  # of the simulated tracks; for exercise only

TELLS = "Line A"
TOLD = Told(hazards=("loose rock below the ridge",), gaps=("a laurel thicket that nobody could enter",))
"""Which team tells of what it met and what it left out."""


@dataclass(frozen=True, slots=True)
class Story:
    """One simulated subject: the seed it was drawn with, and where it truly is, metres of the grid."""

    seed: int
    subject_m: tuple[float, float]


def story(belief: Belief, seed: int) -> Story:
    """A subject whose true place is drawn from the probability map; far away where the draw falls outside it."""
    rng = np.random.default_rng([seed, 1])
    grid = belief.grid
    if rng.random() < belief.outside:
        return Story(seed, (grid.west_m - 1e6, grid.south_m - 1e6))
    shares = belief.poa.ravel().cumsum()
    row, col = divmod(int(np.searchsorted(shares, rng.random() * shares[-1], side="right")), grid.n_cols)
    x, y = grid.centers_m()
    dx, dy = (rng.random(2) - 0.5) * grid.cell_m
    return Story(seed, (float(x[col] + dx), float(y[row] + dy)))


def outcomes(problem: PlanProblem, plan: SearchPlan, stories: Sequence[Story]) -> list[Outcome]:
    """What comes of each story in a period; nobody finds a subject who is off the map."""
    here = [s for s in stories if bool(problem.terrain.grid.contains(*s.subject_m))]
    seeds = [s.seed + 1000 * plan.period for s in here]
    played = dict(zip(here, replay_at(problem, plan, [s.subject_m for s in here], seeds=seeds), strict=True))
    away = Outcome(found=False, at_s=None, team=None, assignment=None, chance=0.0)
    return [played.get(s, away) for s in stories]


def telling(what_came: Sequence[Outcome], period: int) -> int:
    """Which of several stories to tell on: one without a find in period 1, one with a find after that."""
    wanted = [i for i, outcome in enumerate(what_came) if outcome.found == (period > 1)]
    return wanted[0] if wanted else 0


def come_back(stage: Stage, plan: SearchPlan, starts: datetime, share: float) -> None:
    """The teams come back without a find: their tracks and debriefs go in, and the map is made anew."""
    with clock.set_to(starts + timedelta(hours=HOURS, minutes=5)), opened(stage.mission) as book:
        name = book.mission.plans[-1].event.plan
        walked = [task for task in plan.assignments if task.mode == "search"]  # who holds a post stays there
        met = next((task for task in walked if task.team == TELLS and plan.period == 1), None)
        for i, task in enumerate(plan.assignments):
            stage.step(share + 0.05 * i / len(plan.assignments), f"debriefing {task.team}")
            if task in walked:
                _bring_track(stage, book, (name, task), starts)
            searched(book, task, plan=name, told=TOLD if task is met else NOTHING_TOLD)
        belief = mapping.remake(book)
        told = mapping.told(belief)
        stage.later()
        stage.keep(f"Period {plan.period} ends without a find. The map was updated:\n{told.text}")
        stage.speak(
            f"Period {plan.period} ends without a find. {len(walked)} tracks came in, and the map counts what they "
            "really covered.",
            f"{TELLS} met {TOLD.hazards[0]}, and left out {TOLD.gaps[0]}." if met else "",
            told.text.splitlines()[-1].strip(),
            told.text.splitlines()[0],
            told.text.splitlines()[1],
        )
        stage.made("tracks/")


def _bring_track(stage: Stage, book: Book, what: tuple[BlobId, Assignment], starts: datetime) -> None:
    """The track that the team would bring back: its route, at its speed, with a receiver's error of some metres."""
    plan, task = what
    rng = np.random.default_rng(int(task.number.replace("_", "")))
    grid = book.belief().grid
    route = np.asarray(task.route_m)
    along = np.concatenate([[0.0], np.hypot(*np.diff(route, axis=0).T).cumsum()])
    marks = np.arange(0.0, along[-1] + POINT_EVERY_M, POINT_EVERY_M).clip(max=along[-1])
    xy = np.column_stack([np.interp(marks, along, route[:, i]) for i in (0, 1)])
    share = marks / max(float(along[-1]), 1.0)
    times = [starts + timedelta(seconds=task.begins_s + s * (task.ends_s - task.begins_s)) for s in share.tolist()]
    text = track_gpx(grid.lonlat(xy + rng.normal(0.0, GPS_ERROR_M, xy.shape)), times, name=task.team)
    file = stage.folder / "tracks" / f"{task.number}-{task.team.replace(' ', '-')}.gpx"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    results.take_track(book, task, text.encode(), plan=plan, name=file.name)
