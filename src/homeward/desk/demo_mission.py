"""A whole mission on real ground, through the same verbs that a search manager uses.

The ground is the elevation model of Jacksboro, Tennessee, that ships inside Matplotlib. The person, the clue and the
teams are invented for exercise. The subject's true place is drawn from the probability map, so that the plan's
promise can be held against what happens: over many seeds, the share of finds is the POS that the plan stated.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from homeward.belief import Belief
from homeward.desk import clock, clues, facts, find, mapping, papers, plan_words, planning, results
from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.desk.coverage import searched
from homeward.desk.ground import set_area
from homeward.errors import BadInput, HomewardError
from homeward.exchange.track import track_gpx
from homeward.geo import Place
from homeward.mission.nouns import BlobId
from homeward.search.plan import PlanProblem
from homeward.search.records import Assignment, SearchPlan
from homeward.search.rehearse import Outcome, replay_at
from homeward.terrain.demo_ground import demo_terrain

NAME = "Exercise Cross Mountain"
ZONE = "America/New_York"
FILE = "cross-mountain.mission"
IPP = Place(36.2690, -84.2700)
BASE = Place(36.2635, -84.2545)
OBSERVER = Place(36.2560, -84.2480)
SEEN = datetime(2026, 11, 21, 13, 40, tzinfo=UTC)  # 08:40 in Tennessee
ALARM = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # 12:30
START = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)  # 13:00
HOURS = 4.0
BREAK = timedelta(minutes=30)
PERIODS = 3
CELL_M = 50.0
POINT_EVERY_M, GPS_ERROR_M = 25.0, 4.0  # of the simulated tracks; for exercise only

TEAMS: tuple[tuple[str, str, int, str], ...] = (
    ("Dog 1", "dog", 2, "channel 2"),
    ("Dog 2", "dog", 2, "channel 2"),
    ("Line A", "line", 6, "channel 3"),
    ("Line B", "line", 6, "channel 3"),
    ("Drone 1", "drone", 2, "channel 4"),
    ("Drone 2", "drone", 2, "channel 4"),
    ("Hasty 1", "hasty", 2, "channel 1"),
    ("Hasty 2", "hasty", 2, "channel 1"),
)

Step = Callable[[float, str], None]
Say = Callable[[str], None]


STORIES = 60  # how many subjects are tried for one that the second period finds, where no seed is given


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo runs, and how it tells what it does."""

    folder: Path
    step: Step
    say: Say

    @property
    def mission(self) -> Path:
        """The mission file."""
        return self.folder / FILE


@dataclass(frozen=True, slots=True)
class Story:
    """One simulated subject: the seed it was drawn with, and where it truly is, metres of the grid."""

    seed: int
    subject_m: tuple[float, float]


def demo(folder: Path, *, seed: int | None = None, step: Step = lambda *_: None, say: Say = lambda _: None) -> Answer:
    """Runs the demo into `folder`. `step` is told (share done, words); `say` gets what is said aloud.

    With a seed, that seed's subject is searched for, whatever comes of it. Without one, the demo shows both a period
    that finds nothing and one that does: it takes the first seed with such a story, and says which.
    """
    if seed is not None and seed < 0:
        raise BadInput(f"A seed of {seed} cannot be. Give 0 or more.")
    stage = Stage(folder, step, say)
    _make_room(stage)
    with clock.set_to(ALARM):
        _gather_facts(stage)
        with opened(stage.mission, read_only=True) as book:
            stories = [_story(book.belief(), s) for s in (range(STORIES) if seed is None else [seed])]
    for period in range(1, PERIODS + 1):
        starts = START + (period - 1) * (timedelta(hours=HOURS) + BREAK)
        share = 0.2 + 0.25 * (period - 1)
        with clock.set_to(starts - timedelta(minutes=10)):
            problem, plan = _plan(stage, starts, share)
        if period == 1:
            with clock.set_to(starts):
                stage.step(share + 0.12, "drawing the task sheets")
                stage.say("\n" + papers.brief(stage.mission, stage.folder / "papers").text)
        stage.step(share + 0.2, f"searching, period {period}")
        outcomes = _outcomes(problem, plan, stories)
        chosen = _telling(outcomes, period) if len(stories) > 1 else 0
        if period > 1 or outcomes[chosen].found:
            stories, outcomes, chosen = [stories[chosen]], [outcomes[chosen]], 0
        if outcomes[chosen].found:
            _found(stage, stories[chosen], outcomes[chosen], starts)
            return _close(stage, period, stories[chosen], outcomes[chosen])
        stories = [s for s, outcome in zip(stories, outcomes, strict=True) if not outcome.found]
        _come_back(stage, plan, starts, share)
    return _close(stage, PERIODS, stories[0], None)


def _telling(outcomes: Sequence[Outcome], period: int) -> int:
    """Which of several stories to tell on: one without a find in period 1, one with a find after that."""
    wanted = [i for i, outcome in enumerate(outcomes) if outcome.found == (period > 1)]
    return wanted[0] if wanted else 0


def _make_room(stage: Stage) -> None:
    """Makes the folder; an earlier demo in it gives way, a mission that is not a demo does not."""
    try:
        stage.folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise BadInput(f"{stage.folder} cannot be made ({err.strerror}). Choose another folder with --to.") from err
    if stage.mission.exists():
        try:
            with opened(stage.mission, read_only=True) as book:
                ours = book.mission.name == NAME and book.mission.exercise
        except HomewardError:
            ours = False
        if not ours:
            raise BadInput(f"{stage.mission} is not an earlier demo. Choose another folder with --to.")
        stage.mission.unlink()
        for written in ("papers", "export", "tracks"):
            shutil.rmtree(stage.folder / written, ignore_errors=True)


def _gather_facts(stage: Stage) -> None:
    m = stage.mission
    stage.step(0.02, "opening the mission")
    facts.new(m, name=NAME, time_zone=ZONE, exercise=True)
    stage.step(0.05, "reading the ground")
    terrain = demo_terrain(cell_m=CELL_M)
    with opened(m) as book:
        stage.say(set_area(book, terrain, label="Jacksboro, Tennessee (3-arc-second elevation)").text)
    stage.step(0.15, "writing down what is known")
    facts.subject(m, category="hiker", ecoregion="temperate", ground="mountain")
    stage.say(facts.ipp(m, str(IPP), seen=SEEN.isoformat()).text)
    facts.base(m, str(BASE))
    for name, kind, people, radio in TEAMS:
        facts.team(m, name, kind=kind, people=people, radio=radio)
    stage.say(clues.clue(m, "scent", place=str(OBSERVER), bearing_deg=315.0, range_m=3000.0, team="Dog 1").text)
    stage.step(0.2, "making the probability map")
    stage.say(mapping.make(m).text)


def _plan(stage: Stage, starts: datetime, share: float) -> tuple[PlanProblem, SearchPlan]:
    with opened(stage.mission) as book:
        span = planning.Span(starts=starts, hours=HOURS)
        problem, notes = planning.problem_of(book, span=span), planning.notes_of(book, span=span)
        plan = planning.replan(book, span=span, progress=lambda done, words: stage.step(share + 0.12 * done, words))
        stage.say("\n" + plan_words.told(plan, starts=starts, zone=ZONE, notes=notes).text)
    return problem, plan


def _story(belief: Belief, seed: int) -> Story:
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


def _outcomes(problem: PlanProblem, plan: SearchPlan, stories: Sequence[Story]) -> list[Outcome]:
    """What comes of each story in a period; nobody finds a subject who is off the map."""
    here = [s for s in stories if bool(problem.terrain.grid.contains(*s.subject_m))]
    seeds = [s.seed + 1000 * plan.period for s in here]
    played = dict(zip(here, replay_at(problem, plan, [s.subject_m for s in here], seeds=seeds), strict=True))
    away = Outcome(found=False, at_s=None, team=None, assignment=None, chance=0.0)
    return [played.get(s, away) for s in stories]


def _found(stage: Stage, story: Story, outcome: Outcome, starts: datetime) -> None:
    with opened(stage.mission, read_only=True) as book:
        place = book.belief().grid.to_place(*story.subject_m)
    with clock.set_to(starts + timedelta(seconds=outcome.at_s or 0.0)):
        stage.say("\n" + find.found(stage.mission, str(place), team=outcome.team, alive=True).text)


def _come_back(stage: Stage, plan: SearchPlan, starts: datetime, share: float) -> None:
    """The teams come back without a find: their tracks and debriefs go in, and the map is made anew."""
    with clock.set_to(starts + timedelta(hours=HOURS, minutes=5)), opened(stage.mission) as book:
        name = book.mission.plans[-1].event.plan
        for i, task in enumerate(plan.assignments):
            stage.step(share + 0.2 + 0.05 * i / len(plan.assignments), f"debriefing {task.team}")
            if task.mode == "search":  # who holds a post stays there
                _bring_track(stage, book, (name, task), starts)
            searched(book, task, plan=name)
        belief = mapping.remake(book)
        stage.say(f"\nPeriod {plan.period} ends without a find. The map was updated:\n{mapping.told(belief).text}")


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


def _close(stage: Stage, periods: int, story: Story, outcome: Outcome | None) -> Answer:
    stage.step(0.95, "writing for other programs")
    with clock.set_to(START + periods * (timedelta(hours=HOURS) + BREAK)):
        stage.say(papers.export(stage.mission, stage.folder / "export").text)
    stage.step(1.0, "done")
    with opened(stage.mission, read_only=True) as book:
        promised = [p.event.value for p in book.mission.plans]
    found = outcome is not None and outcome.found
    if found and outcome is not None:
        ending = f"Found in period {periods} by {outcome.team} on {outcome.assignment}."
    else:
        ending = f"Not found in {periods} periods; the map says how much is left, and where."
    words = (
        f"\n{ending} This was the subject of seed {story.seed}; another: homeward demo --seed N.\n"
        f"POS promised, period by period: {', '.join(f'{p:.0%}' for p in promised)}.\n"
        f"Everything is in {stage.folder}: {FILE}, papers/, export/, tracks/.\n"
        f"Look at it live with: homeward serve {stage.mission}"
    )
    return Answer(
        text=words,
        data={
            "found": found,
            "periods": periods,
            "team": outcome.team if outcome else None,
            "seed": story.seed,
            "pos_promised": promised,
            "mission": str(stage.mission),
        },
    )
