"""The desk's verbs as the page's forms send them: which fields each takes, and of which type.

What a field may hold is the desk's business; here only names and types are checked, so that a mistyped field is an
error and never silently left out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from homeward import desk
from homeward.errors import BadInput, UnknownName
from homeward.web.forms import (
    buildings,
    cover,
    crew,
    debrief,
    handover,
    manage,
    mission,
    muster,
    planning,
    rescue,
    teams,
    warning,
)

# verb -> (its form, the desk's function)
VERBS: dict[str, tuple[type[BaseModel], str]] = {
    "subject": (mission.Subject, "subject"),
    "ipp": (mission.Ipp, "ipp"),
    "scenario": (mission.Scenario, "scenario"),
    "drop_scenario": (mission.Named, "drop_scenario"),
    "vote": (mission.Vote, "vote"),
    "suggest_scenarios": (mission.Suggested, "suggest_scenarios"),
    "base": (mission.Base, "base"),
    "clue": (mission.Clue, "clue"),
    "accept_clue": (mission.Named, "accept_clue"),
    "refuse_clue": (mission.Named, "refuse_clue"),
    "team": (teams.Team, "team"),
    "stand_down": (mission.Named, "stand_down"),
    "person": (crew.Person, "person"),
    "stand_down_person": (mission.Named, "stand_down_person"),
    "hazard": (crew.Hazard, "hazard"),
    "drop_hazard": (mission.Named, "drop_hazard"),
    "signals": (crew.Signals, "signals"),
    "form": (crew.Formation, "form"),
    "rally": (crew.Rally, "rally"),
    "recall": (crew.Recall, "recall"),
    "order": (crew.Order, "order"),
    "ack": (crew.Acknowledged, "acknowledge"),
    "weather": (teams.Weather, "weather"),
    "number": (teams.Number, "number"),
    "area": (mission.Area, "load_area"),
    "map": (planning.Map, "make_map"),
    "plan": (planning.Plan, "plan"),
    "rehearse": (planning.Rehearse, "rehearse"),
    "track": (teams.Track, "track"),
    "debrief": (teams.Debrief, "debrief"),
    "found": (rescue.Found, "found"),
    "casualty": (rescue.Casualty, "casualty"),
    "observe": (rescue.Observation, "observe"),
    "treat": (rescue.Treatment, "treat"),
    "triage": (rescue.Triage, "triage"),
    "exit": (rescue.Exit, "exit_"),
    "drop_exit": (mission.Named, "drop_exit"),
    "hospital": (rescue.Hospital, "hospital"),
    "hospitals_from": (rescue.HospitalsFrom, "hospitals_from"),
    "drop_hospital": (mission.Named, "drop_hospital"),
    "carry_out": (rescue.CarryOut, "carry_out"),
    "hold_or_leave": (rescue.Hold, "hold_or_leave"),
    "handover": (handover.Handover, "handover"),
    "receipt": (handover.Receipt, "receipt"),
    "outcome": (handover.Outcome, "outcome"),
    "question": (debrief.Question, "question"),
    "drop_question": (mission.Named, "drop_question"),
    "resolve": (debrief.Resolved, "resolve"),
    "exclude": (debrief.Excluded, "exclude"),
    "statement": (debrief.Statement, "statement"),
    "declined": (debrief.Declined, "declined"),
    "judge_statement": (debrief.Judged, "judge_statement"),
    "withdraw_statement": (mission.Named, "withdraw_statement"),
    "reader": (debrief.Reader, "reader"),
    "open_statement": (debrief.Opened, "open_statement"),
    "statements": (debrief.OpenedAll, "statements"),
    "fused": (debrief.Fused, "fused"),
    "briefing": (debrief.Briefing, "briefing"),
    "briefing_read": (debrief.BriefingRead, "briefing_read"),
    "message": (debrief.Message, "message"),
    "message_ack": (debrief.MessageRead, "message_ack"),
    "target": (cover.Target, "target"),
    "drop_target": (mission.Named, "drop_target"),
    "cover": (cover.Cover, "cover"),
    "cover_roster": (cover.CoverRoster, "cover_roster"),
    "available": (muster.Available, "available"),
    "call_out": (muster.CallOut, "call_out"),
    "escalate": (muster.Escalate, "escalate"),
    "phone_list": (muster.PhoneList, "phone_list"),
    "end_call": (muster.Over, "end_call"),
    "answered": (muster.Answered, "answered"),
    "answer_read": (muster.AnswerRead, "answer_read"),
    "sign_in": (muster.SignIn, "sign_in"),
    "sign_out": (muster.SignOut, "sign_out"),
    "roll_call": (muster.RollCall, "roll_call"),
    "warning": (warning.Warning_, "warning"),
    "warning_report": (warning.WarningReport, "warning_report"),
    "lift_warning": (mission.Named, "lift_warning"),
    "happened": (warning.Came, "happened"),
    "forecast": (warning.Forecast, "forecast"),
    "alert_level": (warning.AlertLevel, "alert_level"),
    "cap_in": (warning.CapIn, "cap_in"),
    "cap_out": (warning.CapOut, "cap_out"),
    "calendar": (warning.Calendar, "calendar"),
    "building": (buildings.Building, "load_building"),
    "building_plan": (buildings.BuildingPlan, "plan_building"),
    "reading": (buildings.Reading, "reading"),
    "searched_room": (buildings.SearchedRoom, "searched_room"),
    "segment": (manage.Segment, "draw_segment"),
    "drop_segment": (mission.Named, "drop_segment"),
    "lock": (manage.Lock, "lock"),
    "free": (mission.Named, "free"),
    "own": (manage.Own, "own_plan"),
    "team_at": (manage.Seen, "team_at"),
    "begun": (manage.Begun, "begun"),
    "give_up": (manage.GivenUp, "give_up"),
    "undo": (mission.Undo, "undo"),
}
# what each makes in the background, one at a time
LONG = {
    "map": "map",
    "plan": "plan",
    "rehearse": "rehearsal",
    "building_plan": "plan for inside",
    "searched_room": "map after the search",
    "debrief": "map after the search",
    "carry_out": "way out",
    "form": "formation",
    "cover": "plan of cover",
}
# which are answered at once where they are quick
SOON = ("building_plan", "searched_room", "debrief", "carry_out", "form", "cover")
ANY_TIME = ("searched_room", "debrief")  # facts: they are written down whatever else is being made
TELLS = ("plan", "rehearse", "form")  # which of them tell how far they are
OF_WITNESSES = ("open_statement", "statements", "fused", "judge_statement")  # whose answers tell what witnesses said
OF_THE_CASUALTY = ("triage", "carry_out", "hold_or_leave", "outcome")  # whose answers tell of a casualty's state
OF_COMMAND = ("cover_roster",)  # whose answers are for those who go, and nobody else
OF_THE_CALLED = ("call_out", "escalate", "phone_list")  # whose answers tell phone numbers
PRIVATE = (*OF_WITNESSES, *OF_THE_CASUALTY, *OF_COMMAND, *OF_THE_CALLED)


def read_form(verb: str, body: Any) -> dict[str, Any]:
    """The fields of a form as the desk takes them. Raises `HomewardError` naming the verb or field that is wrong."""
    if verb not in VERBS:
        raise UnknownName("verb", verb, VERBS)
    return checked(VERBS[verb][0], verb, body)


def checked(kind: type[BaseModel], verb: str, body: Any) -> dict[str, Any]:
    """The fields of a form of this kind. Raises `BadInput` naming the field that is wrong."""
    try:
        form = kind.model_validate(body)
    except ValidationError as err:
        first = err.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "form"
        raise BadInput(
            f"The field {field!r} of {verb!r} does not fit: {first['msg']}. Check what was entered."
        ) from err
    return form.model_dump(exclude_none=True)


def do(verb: str, path: Path, fields: dict[str, Any]) -> desk.Answer:
    """Carries a verb out at the desk."""
    function: Callable[..., desk.Answer] = getattr(desk, VERBS[verb][1])
    return function(path, **fields)
