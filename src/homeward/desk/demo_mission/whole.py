"""The demo from beginning to end: a whole mission through the same verbs that a search manager uses.

The ground is the elevation model of Jacksboro, Tennessee, that ships inside Matplotlib. The person, the clue, the
teams, the house and what comes after are invented for exercise.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from homeward.desk import clock, papers
from homeward.desk.answer import Answer
from homeward.desk.book import opened
from homeward.desk.demo_mission.briefed import briefed
from homeward.desk.demo_mission.cast import BREAK, FILE, HOURS, NAME, PERIODS, RADAR, RADAR_WAITS, START
from homeward.desk.demo_mission.covered import covered
from homeward.desk.demo_mission.debriefed import debriefed
from homeward.desk.demo_mission.indoors import FoundInside, search_inside
from homeward.desk.demo_mission.mustered import mustered
from homeward.desk.demo_mission.opening import open_mission
from homeward.desk.demo_mission.outdoors import Story, come_back, outcomes, story, telling
from homeward.desk.demo_mission.planned import brief, formed, planned, tell_formation
from homeward.desk.demo_mission.rescue import rescued
from homeward.desk.demo_mission.telling import Say, Stage, Step
from homeward.desk.demo_mission.warned import warned
from homeward.desk.search import manage
from homeward.errors import BadInput, HomewardError
from homeward.geo import Place
from homeward.search.rehearse import Outcome

STORIES = 60  # how many subjects are tried for one that the second period finds, where no seed is given
MORNING = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)  # 08:00, when witnesses are asked, or an hour after the rest
WRITTEN = (
    *("said", "papers", "tracks", "building", "rescue", "handover"),
    *("warning", "muster", "cover", "briefing", "export"),
)
"""The folders that the demo fills."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the search ended: after which period, for which subject, and where and when it was found, if it was."""

    period: int
    story: Story
    outcome: Outcome | None
    found: FoundInside | None
    at: datetime


def demo(folder: Path, *, seed: int | None = None, step: Step = lambda *_: None, say: Say = lambda _: None) -> Answer:
    """Runs the demo into `folder`. `step` is told (share done, words); `say` gets what is said aloud.

    With a seed, that seed's subject is searched for, whatever comes of it. Without one, the demo shows both a period
    that finds nothing and one that does: it takes the first seed with such a story, and says which.
    """
    if seed is not None and seed < 0:
        raise BadInput(f"A seed of {seed} cannot be. Give 0 or more.")
    stage = Stage(folder, step, say)
    _make_room(stage)
    open_mission(stage)
    ended = _search(stage, seed)
    if ended.found is None:
        stage.speak(
            "Nobody is found, so there is nothing to tell of find, rescue and hand-over. The search stands open."
        )
    over = ended.at if ended.found is None else rescued(stage, ended.found)
    return _close(stage, ended, _readied(stage, max(over + timedelta(hours=1), MORNING), found=ended.found is not None))


def _readied(stage: Stage, at: datetime, *, found: bool) -> datetime:
    """Stages debrief to cover; when they are over."""
    debriefed(stage, at, found=found)
    warned(stage, at + timedelta(minutes=25))
    mustered(stage, at + timedelta(minutes=40))
    covered(stage, at + timedelta(minutes=75))
    briefed(stage, at + timedelta(minutes=85))
    return at + timedelta(minutes=100)


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
        for written in WRITTEN:
            shutil.rmtree(stage.folder / written, ignore_errors=True)


def _search(stage: Stage, seed: int | None) -> Ended:
    """Stages search plan to progress: period after period, until the subject's place is found, and then its room."""
    with opened(stage.mission, read_only=True) as book:
        stories = [story(book.belief(), s) for s in (range(STORIES) if seed is None else [seed])]
    for period in range(1, PERIODS + 1):
        starts = START + (period - 1) * (timedelta(hours=HOURS) + BREAK)
        share = 0.15 + 0.2 * (period - 1)
        with clock.set_to(starts - timedelta(minutes=6)):
            if period == 1:
                stage.begin("search plan")
            else:
                stage.later()
            problem, plan = planned(stage, starts, share)
        _watch_and_wait(stage, starts, share + 0.1, first=period == 1)
        came = outcomes(problem, plan, stories)
        chosen = telling(came, period) if len(stories) > 1 else 0
        if period > 1 or came[chosen].found:
            stories, came, chosen = [stories[chosen]], [came[chosen]], 0
        if came[chosen].found:
            return _place_found(stage, stories[chosen], came[chosen], (period, starts))
        stories = [s for s, outcome in zip(stories, came, strict=True) if not outcome.found]
        come_back(stage, plan, starts, share + 0.15)
    return Ended(PERIODS, stories[0], None, None, starts + timedelta(hours=HOURS, minutes=10))


def _watch_and_wait(stage: Stage, starts: datetime, share: float, *, first: bool) -> None:
    """The formation, and the papers of the first period; then the search is on."""
    stage.step(share, "who watches and who waits")
    with clock.set_to(starts - timedelta(minutes=3)):
        if first:
            stage.begin("formation")
        else:
            manage.team_at(stage.mission, RADAR[0], str(RADAR_WAITS))
        answer = formed(stage)
        if first:
            tell_formation(stage, answer)
    if first:
        stage.step(share + 0.02, "drawing the task sheets")
        brief(stage, starts)
        with clock.set_to(starts):
            stage.begin("progress")


def _place_found(stage: Stage, subject: Story, outcome: Outcome, when: tuple[int, datetime]) -> Ended:
    period, starts = when
    with opened(stage.mission, read_only=True) as book:
        place = book.belief().grid.to_place(*subject.subject_m)
    place = Place(round(place.lat_deg, 5), round(place.lon_deg, 5))
    at = starts + timedelta(seconds=round(outcome.at_s or 0.0))
    found = search_inside(stage, outcome, place, at, seed=subject.seed)
    return Ended(period, subject, outcome, found, found.at if found else starts + timedelta(hours=HOURS))


def _close(stage: Stage, ended: Ended, at: datetime) -> Answer:
    stage.step(0.97, "writing for other programs")
    with clock.set_to(at):
        exported = papers.export(stage.mission, stage.folder / "export")
    stage.keep(exported)
    stage.step(1.0, "done")
    with opened(stage.mission, read_only=True) as book:
        promised = [p.event.value for p in book.mission.plans]
    seed, found = ended.story.seed, ended.found
    if found is not None:
        ending = f"Found in period {ended.period} by {found.team}, in the {found.room.lower()} of the lamp house."
    elif ended.outcome is not None:
        ending = "The lamp house was given up without a find."
    else:
        ending = f"Not found in {PERIODS} periods; the map says how much is left, and where."
    written = [name + "/" for name in WRITTEN if (stage.folder / name).is_dir()]
    words = (
        f"\n{ending} This was the subject of seed {seed}; another: homeward demo --seed N.\n"
        f"POS promised, period by period: {', '.join(f'{p:.0%}' for p in promised)}.\n"
        f"Everything is in {stage.folder}: {FILE}, {', '.join(written)}. What was said, whole: said/.\n"
        f"Look at it live with: homeward serve {stage.mission}"
    )
    return Answer(
        text=words,
        data={
            "found": found is not None,
            "periods": ended.period,
            "team": found.team if found else None,
            "room": found.room if found else None,
            "seed": seed,
            "pos_promised": promised,
            "mission": str(stage.mission),
            "ends": at.isoformat(),
            "stages": stage.told,
        },
    )
