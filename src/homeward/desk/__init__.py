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
    from homeward.desk.buildings.loading import load_building
    from homeward.desk.buildings.papers import building_markings, building_pictures, building_sheets
    from homeward.desk.buildings.searching import plan_building, reading, searched_room, show_building
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
    from homeward.desk.find.finding import found
    from homeward.desk.formation.forming import form, show_formation
    from homeward.desk.formation.rallying import rally
    from homeward.desk.ground import fetch, load_area
    from homeward.desk.hazards import drop_hazard, hazard, list_hazards
    from homeward.desk.logbook import last_seq, show, show_log, verify
    from homeward.desk.mapping import chance_at, make_map, why
    from homeward.desk.orders import acknowledge, list_orders, order, recall
    from homeward.desk.papers import brief, documents, export, page_data
    from homeward.desk.people import list_people, person, signals, stand_down_person
    from homeward.desk.readiness.briefing.briefings import (
        briefing,
        briefing_paper,
        briefing_read,
        command_paper,
        list_briefings,
    )
    from homeward.desk.readiness.briefing.messages import list_messages, message, message_ack
    from homeward.desk.readiness.call_out.answering import answer_by_link, answer_page, answer_read, answered, unread
    from homeward.desk.readiness.call_out.calling_out import call_on, call_out, end_call, escalate
    from homeward.desk.readiness.call_out.phone_list import phone_list
    from homeward.desk.readiness.cover.covering import cover, cover_papers, cover_roster, show_cover
    from homeward.desk.readiness.cover.targets import drop_target, list_targets, target
    from homeward.desk.readiness.debrief.debriefing import (
        declined,
        judge_statement,
        statement,
        statements,
        withdraw_statement,
    )
    from homeward.desk.readiness.debrief.fusing import fused
    from homeward.desk.readiness.debrief.questions import drop_question, exclude, list_questions, question, resolve
    from homeward.desk.readiness.debrief.sealing import list_readers, open_statement, reader
    from homeward.desk.readiness.muster.availability import available
    from homeward.desk.readiness.muster.documents import muster_papers
    from homeward.desk.readiness.muster.mustering import muster
    from homeward.desk.readiness.muster.signing_in import roll_call, sign_in, sign_in_by_link, sign_in_page, sign_out
    from homeward.desk.readiness.warning.alerting import calendar, cap_in, cap_out
    from homeward.desk.readiness.warning.forecasting import alert_level, forecast
    from homeward.desk.readiness.warning.warnings_given import happened, lift_warning, warning, warning_report
    from homeward.desk.rescue.carry.carrying import carry_out
    from homeward.desk.rescue.casualties import casualty, observe, treat
    from homeward.desk.rescue.handing_over import handover, handover_documents, outcome, receipt
    from homeward.desk.rescue.holding import hold_or_leave
    from homeward.desk.rescue.triaging import triage
    from homeward.desk.rescue.ways_out import drop_exit, drop_hospital, exit_, hospital, hospitals_from, list_exits
    from homeward.desk.scenarios import drop_scenario, scenario, show_scenarios, suggest_scenarios, vote
    from homeward.desk.scoring import lock_map, score_cases, score_map
    from homeward.desk.search.gaps import show_gaps
    from homeward.desk.search.manage import (
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
    from homeward.desk.search.planning import plan
    from homeward.desk.search.rehearsing import rehearse
    from homeward.desk.search.results import debrief, track
    from homeward.desk.solver_door import schema, solve

_VERBS = {
    "buildings.loading": "load_building",
    "buildings.papers": "building_markings building_pictures building_sheets",
    "buildings.searching": "plan_building reading searched_room show_building",
    "clues": "accept_clue clue clues_from_caltopo list_clues refuse_clue",
    "conditions": "number weather",
    "demo_mission": "demo",
    "facts": "base ipp new stand_down subject team undo",
    "field": "assumed sight walk",
    "find.finding": "found",
    "formation.forming": "form show_formation",
    "formation.rallying": "rally",
    "ground": "fetch load_area",
    "hazards": "drop_hazard hazard list_hazards",
    "logbook": "last_seq show show_log verify",
    "mapping": "chance_at make_map why",
    "orders": "acknowledge list_orders order recall",
    "papers": "brief documents export page_data",
    "people": "list_people person signals stand_down_person",
    "readiness.briefing.briefings": "briefing briefing_paper briefing_read command_paper list_briefings",
    "readiness.briefing.messages": "list_messages message message_ack",
    "readiness.call_out.answering": "answer_by_link answer_page answer_read answered unread",
    "readiness.call_out.calling_out": "call_on call_out end_call escalate",
    "readiness.call_out.phone_list": "phone_list",
    "readiness.cover.covering": "cover cover_papers cover_roster show_cover",
    "readiness.cover.targets": "drop_target list_targets target",
    "readiness.debrief.debriefing": "declined judge_statement statement statements withdraw_statement",
    "readiness.debrief.fusing": "fused",
    "readiness.debrief.questions": "drop_question exclude list_questions question resolve",
    "readiness.debrief.sealing": "list_readers open_statement reader",
    "readiness.muster.availability": "available",
    "readiness.muster.documents": "muster_papers",
    "readiness.muster.mustering": "muster",
    "readiness.muster.signing_in": "roll_call sign_in sign_in_by_link sign_in_page sign_out",
    "readiness.warning.alerting": "calendar cap_in cap_out",
    "readiness.warning.forecasting": "alert_level forecast",
    "readiness.warning.warnings_given": "happened lift_warning warning warning_report",
    "rescue.carry.carrying": "carry_out",
    "rescue.casualties": "casualty observe treat",
    "rescue.handing_over": "handover handover_documents outcome receipt",
    "rescue.holding": "hold_or_leave",
    "rescue.triaging": "triage",
    "rescue.ways_out": "drop_exit drop_hospital exit_ hospital hospitals_from list_exits",
    "scenarios": "drop_scenario scenario show_scenarios suggest_scenarios vote",
    "scoring": "lock_map score_cases score_map",
    "search.gaps": "show_gaps",
    "search.manage": "begun draw_segment drop_segment free give_up list_locks list_segments lock own_plan team_at",
    "search.planning": "plan",
    "search.rehearsing": "rehearse",
    "search.results": "debrief track",
    "solver_door": "schema solve",
}
"""The verbs of each module."""
_HOME = {verb: module for module, verbs in _VERBS.items() for verb in verbs.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'homeward.desk' has no verb {name!r}")
    return getattr(importlib.import_module(f"homeward.desk.{_HOME[name]}"), name)


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
    "call_on",
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
    "phone_list",
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
