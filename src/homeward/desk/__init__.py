"""The desk: one function per verb of a mission. Both front doors call these, and nothing else.

Each verb takes the mission's path and plain values as a person gives them, does its one thing, and answers with an
`Answer` (words and data) or raises a `HomewardError`. Verbs are imported from their modules on first use, because
some pull in heavy libraries.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from homeward.desk.answer import Answer

if TYPE_CHECKING:
    from homeward.desk.building import plan_building, reading, searched_room, show_building
    from homeward.desk.building_load import load_building
    from homeward.desk.building_papers import building_markings, building_pictures, building_sheets
    from homeward.desk.carrying import carry_out
    from homeward.desk.casualties import casualty, observe, treat
    from homeward.desk.clues import accept_clue, clue, clues_from_caltopo, list_clues, refuse_clue
    from homeward.desk.conditions import number, weather
    from homeward.desk.demo_mission import demo
    from homeward.desk.facts import (
        base,
        ipp,
        new,
        stand_down,
        subject,
        team,
        undo,
    )
    from homeward.desk.field import assumed, sight, walk
    from homeward.desk.find import found
    from homeward.desk.formation import form, show_formation
    from homeward.desk.gaps import show_gaps
    from homeward.desk.ground import fetch, load_area
    from homeward.desk.handing_over import handover, handover_documents, outcome, receipt
    from homeward.desk.hazards import drop_hazard, hazard, list_hazards
    from homeward.desk.holding import hold_or_leave
    from homeward.desk.logbook import last_seq, show, show_log, verify
    from homeward.desk.manage import (
        begun,
        draw_segment,
        drop_segment,
        free,
        give_up,
        list_locks,
        list_segments,
        lock,
        own_plan,
        team_at,
    )
    from homeward.desk.mapping import chance_at, why
    from homeward.desk.mapping import make as make_map
    from homeward.desk.orders import acknowledge, list_orders, order, recall
    from homeward.desk.papers import brief, documents, export, page_data
    from homeward.desk.people import list_people, person, signals, stand_down_person
    from homeward.desk.planning import plan
    from homeward.desk.rallying import rally
    from homeward.desk.readiness.alerting import calendar, cap_in, cap_out
    from homeward.desk.readiness.answering import answer_by_link, answer_page, answer_read, answered, unread
    from homeward.desk.readiness.availability import available
    from homeward.desk.readiness.briefings import briefing, briefing_paper, briefing_read, command_paper, list_briefings
    from homeward.desk.readiness.calling_out import call_out, end_call, escalate
    from homeward.desk.readiness.covering import cover, cover_papers, cover_roster, show_cover
    from homeward.desk.readiness.debriefing import declined, judge_statement, statement, statements, withdraw_statement
    from homeward.desk.readiness.forecasting import alert_level, forecast
    from homeward.desk.readiness.fusing import fused
    from homeward.desk.readiness.messages import list_messages, message, message_ack
    from homeward.desk.readiness.muster_documents import muster_papers
    from homeward.desk.readiness.muster_page import muster_now
    from homeward.desk.readiness.mustering import muster
    from homeward.desk.readiness.questions import drop_question, exclude, list_questions, question, resolve
    from homeward.desk.readiness.sealing import list_readers, open_statement, reader
    from homeward.desk.readiness.signing_in import roll_call, sign_in, sign_in_by_link, sign_in_page, sign_out
    from homeward.desk.readiness.targets import drop_target, list_targets, target
    from homeward.desk.readiness.warnings_given import happened, lift_warning, warning, warning_report
    from homeward.desk.rehearsing import rehearse
    from homeward.desk.results import debrief, track
    from homeward.desk.scenarios import drop_scenario, scenario, show_scenarios, suggest_scenarios, vote
    from homeward.desk.scoring import lock_map, score_cases, score_map
    from homeward.desk.solver_door import schema, solve
    from homeward.desk.triaging import triage
    from homeward.desk.ways_out import drop_exit, drop_hospital, exit_, hospital, hospitals_from, list_exits

_HOME = {
    "accept_clue": "clues",
    "acknowledge": "orders",
    "alert_level": "readiness.forecasting",
    "answer_by_link": "readiness.answering",
    "answer_page": "readiness.answering",
    "answer_read": "readiness.answering",
    "answered": "readiness.answering",
    "assumed": "field",
    "available": "readiness.availability",
    "base": "facts",
    "begun": "manage",
    "brief": "papers",
    "briefing": "readiness.briefings",
    "briefing_paper": "readiness.briefings",
    "briefing_read": "readiness.briefings",
    "building_markings": "building_papers",
    "building_pictures": "building_papers",
    "building_sheets": "building_papers",
    "calendar": "readiness.alerting",
    "call_out": "readiness.calling_out",
    "cap_in": "readiness.alerting",
    "cap_out": "readiness.alerting",
    "carry_out": "carrying",
    "casualty": "casualties",
    "chance_at": "mapping",
    "clue": "clues",
    "clues_from_caltopo": "clues",
    "command_paper": "readiness.briefings",
    "cover": "readiness.covering",
    "cover_papers": "readiness.covering",
    "cover_roster": "readiness.covering",
    "debrief": "results",
    "declined": "readiness.debriefing",
    "demo": "demo_mission",
    "documents": "papers",
    "draw_segment": "manage",
    "drop_exit": "ways_out",
    "drop_hazard": "hazards",
    "drop_hospital": "ways_out",
    "drop_question": "readiness.questions",
    "drop_scenario": "scenarios",
    "drop_segment": "manage",
    "drop_target": "readiness.targets",
    "end_call": "readiness.calling_out",
    "escalate": "readiness.calling_out",
    "exclude": "readiness.questions",
    "exit_": "ways_out",
    "export": "papers",
    "fetch": "ground",
    "forecast": "readiness.forecasting",
    "form": "formation",
    "found": "find",
    "free": "manage",
    "fused": "readiness.fusing",
    "give_up": "manage",
    "handover": "handing_over",
    "handover_documents": "handing_over",
    "happened": "readiness.warnings_given",
    "hazard": "hazards",
    "hold_or_leave": "holding",
    "hospital": "ways_out",
    "hospitals_from": "ways_out",
    "ipp": "facts",
    "judge_statement": "readiness.debriefing",
    "last_seq": "logbook",
    "lift_warning": "readiness.warnings_given",
    "list_briefings": "readiness.briefings",
    "list_clues": "clues",
    "list_exits": "ways_out",
    "list_hazards": "hazards",
    "list_locks": "manage",
    "list_messages": "readiness.messages",
    "list_orders": "orders",
    "list_people": "people",
    "list_questions": "readiness.questions",
    "list_readers": "readiness.sealing",
    "list_segments": "manage",
    "list_targets": "readiness.targets",
    "load_area": "ground",
    "load_building": "building_load",
    "lock": "manage",
    "lock_map": "scoring",
    "make_map": "mapping:make",
    "message": "readiness.messages",
    "message_ack": "readiness.messages",
    "muster": "readiness.mustering",
    "muster_now": "readiness.muster_page",
    "muster_papers": "readiness.muster_documents",
    "new": "facts",
    "number": "conditions",
    "observe": "casualties",
    "open_statement": "readiness.sealing",
    "order": "orders",
    "outcome": "handing_over",
    "own_plan": "manage",
    "page_data": "papers",
    "person": "people",
    "plan": "planning",
    "plan_building": "building",
    "question": "readiness.questions",
    "rally": "rallying",
    "reader": "readiness.sealing",
    "reading": "building",
    "recall": "orders",
    "receipt": "handing_over",
    "refuse_clue": "clues",
    "rehearse": "rehearsing",
    "resolve": "readiness.questions",
    "roll_call": "readiness.signing_in",
    "scenario": "scenarios",
    "schema": "solver_door",
    "score_cases": "scoring",
    "score_map": "scoring",
    "searched_room": "building",
    "show": "logbook",
    "show_building": "building",
    "show_cover": "readiness.covering",
    "show_formation": "formation",
    "show_gaps": "gaps",
    "show_log": "logbook",
    "show_scenarios": "scenarios",
    "sight": "field",
    "sign_in": "readiness.signing_in",
    "sign_in_by_link": "readiness.signing_in",
    "sign_in_page": "readiness.signing_in",
    "sign_out": "readiness.signing_in",
    "signals": "people",
    "solve": "solver_door",
    "stand_down": "facts",
    "stand_down_person": "people",
    "statement": "readiness.debriefing",
    "statements": "readiness.debriefing",
    "subject": "facts",
    "suggest_scenarios": "scenarios",
    "target": "readiness.targets",
    "team": "facts",
    "team_at": "manage",
    "track": "results",
    "treat": "casualties",
    "triage": "triaging",
    "undo": "facts",
    "unread": "readiness.answering",
    "verify": "logbook",
    "vote": "scenarios",
    "walk": "field",
    "warning": "readiness.warnings_given",
    "warning_report": "readiness.warnings_given",
    "weather": "conditions",
    "why": "mapping",
    "withdraw_statement": "readiness.debriefing",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'homeward.desk' has no verb {name!r}")
    module, _, function = _HOME[name].partition(":")
    return getattr(importlib.import_module(f"homeward.desk.{module}"), function or name)


__all__ = [
    "Answer",
    "accept_clue",
    "acknowledge",
    "alert_level",
    "answer_by_link",
    "answer_page",
    "answer_read",
    "answered",
    "assumed",
    "available",
    "base",
    "begun",
    "brief",
    "briefing",
    "briefing_paper",
    "briefing_read",
    "building_markings",
    "building_pictures",
    "building_sheets",
    "calendar",
    "call_out",
    "cap_in",
    "cap_out",
    "carry_out",
    "casualty",
    "chance_at",
    "clue",
    "clues_from_caltopo",
    "command_paper",
    "cover",
    "cover_papers",
    "cover_roster",
    "debrief",
    "declined",
    "demo",
    "documents",
    "draw_segment",
    "drop_exit",
    "drop_hazard",
    "drop_hospital",
    "drop_question",
    "drop_scenario",
    "drop_segment",
    "drop_target",
    "end_call",
    "escalate",
    "exclude",
    "exit_",
    "export",
    "fetch",
    "forecast",
    "form",
    "found",
    "free",
    "fused",
    "give_up",
    "handover",
    "handover_documents",
    "happened",
    "hazard",
    "hold_or_leave",
    "hospital",
    "hospitals_from",
    "ipp",
    "judge_statement",
    "last_seq",
    "lift_warning",
    "list_briefings",
    "list_clues",
    "list_exits",
    "list_hazards",
    "list_locks",
    "list_messages",
    "list_orders",
    "list_people",
    "list_questions",
    "list_readers",
    "list_segments",
    "list_targets",
    "load_area",
    "load_building",
    "lock",
    "lock_map",
    "make_map",
    "message",
    "message_ack",
    "muster",
    "muster_now",
    "muster_papers",
    "new",
    "number",
    "observe",
    "open_statement",
    "order",
    "outcome",
    "own_plan",
    "page_data",
    "person",
    "plan",
    "plan_building",
    "question",
    "rally",
    "reader",
    "reading",
    "recall",
    "receipt",
    "refuse_clue",
    "rehearse",
    "resolve",
    "roll_call",
    "scenario",
    "schema",
    "score_cases",
    "score_map",
    "searched_room",
    "show",
    "show_building",
    "show_cover",
    "show_formation",
    "show_gaps",
    "show_log",
    "show_scenarios",
    "sight",
    "sign_in",
    "sign_in_by_link",
    "sign_in_page",
    "sign_out",
    "signals",
    "solve",
    "stand_down",
    "stand_down_person",
    "statement",
    "statements",
    "subject",
    "suggest_scenarios",
    "target",
    "team",
    "team_at",
    "track",
    "treat",
    "triage",
    "undo",
    "unread",
    "verify",
    "vote",
    "walk",
    "warning",
    "warning_report",
    "weather",
    "why",
    "withdraw_statement",
]
