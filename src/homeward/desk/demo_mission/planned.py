"""The demo's plans outdoors: who searches where, who watches and waits, and the papers for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from homeward.desk import clock, papers
from homeward.desk.answer import Answer
from homeward.desk.book import opened
from homeward.desk.demo_mission.cast import HOURS, ZONE
from homeward.desk.demo_mission.telling import Stage
from homeward.desk.formation import forming as formation
from homeward.desk.search import planning
from homeward.desk.search import words as plan_words
from homeward.geo import Place, format_place
from homeward.search.plan import PlanProblem
from homeward.search.records import SearchPlan
from homeward.words import listed

Json = dict[str, Any]
BACKUP_WITHIN = "30 min"


def planned(stage: Stage, starts: datetime, share: float) -> tuple[PlanProblem, SearchPlan]:
    """Makes and tells the plan of the period that begins then."""
    with opened(stage.mission) as book:
        span = planning.Span(starts=starts, hours=HOURS)
        problem, notes = planning.problem_of(book, span=span), planning.notes_of(book, span=span)
        plan = planning.replan(book, span=span, progress=lambda done, words: stage.step(share + 0.1 * done, words))
    stage.keep(plan_words.told(plan, starts=starts, zone=ZONE, notes=notes))
    plain = max(plan.rivals, key=lambda rival: rival.value)
    stage.speak(
        f"Period {plan.period}, {HOURS:g} hours from {clock.show_time(starts, ZONE, day=False)}: "
        f"{len(plan.assignments)} tasks that find the subject with {plan.value:.0%}. "
        f"No plan with these teams and hours could pass {plan.bound:.0%}; {plain.name} would find {plain.value:.0%}.",
        *_first_tasks(plan, starts),
    )
    return problem, plan


def _first_tasks(plan: SearchPlan, starts: datetime) -> list[str]:
    """Where each team goes first: one sentence for all of them."""
    first = {task.team: task for task in sorted(plan.assignments, key=lambda a: -a.begins_s)}
    said = [
        f"{name} to {task.segment} until {clock.show_time(starts + timedelta(seconds=task.ends_s), ZONE, day=False)}"
        for name, task in sorted(first.items())
    ]
    return [f"First: {', '.join(said)}."] if said else []


def formed(stage: Stage) -> Answer:
    """Makes and keeps the formation for the search."""
    answer = formation.form(stage.mission, "search", backup_within=BACKUP_WITHIN)
    stage.keep(answer)
    return answer


def tell_formation(stage: Stage, answer: Answer) -> None:
    """Says who has which role and where each waits."""
    stage.speak(*_crews(answer.data["posts"], answer.data["assigned"]))
    if answer.data["in_reserve"]:
        kept = [f"{who} as {role}" for who, role in answer.data["in_reserve"].items()]
        stage.speak(f"In reserve: {listed(kept)}.")
    for said in (*answer.data["expired"], *answer.data["open"])[:3]:
        stage.speak(f"Not counted: {said}." if said in answer.data["expired"] else said)
    stage.speak(f"All roles can be filled with {answer.data['p_complete']:.0%} when people drop out.")


def _crews(posts: Sequence[Json], assigned: Json) -> list[str]:
    said = []
    for post in posts:
        if not post["held"] or not post["people"]:
            continue
        first = post["held"][0]
        place = format_place(Place(first["lat_deg"], first["lon_deg"]), "mgrs")
        who = listed(f"{name} ({assigned[name]['role']})" for name in post["people"])
        more = f", then {len(post['held']) - 1} more posts" if len(post["held"]) > 1 else ""
        said.append(f"{who} from {_clock(first['begins'])} at {place}{more}.")
    return said


def _clock(told: str) -> str:
    return clock.show_time(datetime.fromisoformat(told), ZONE, day=False)


def brief(stage: Stage, starts: datetime) -> None:
    """Writes the task sheets of the plan in force."""
    with clock.set_to(starts):
        answer = papers.brief(stage.mission, stage.folder / "papers")
    stage.keep(answer)
    stage.made(*sorted((stage.folder / "papers").glob("*.pdf")), "papers/gpx/")
