"""After the find: the casualty's state, treat or move, the way out and who carries, the hospital, the hand-over."""

from homeward.rescue.evacuate import evacuate
from homeward.rescue.records import EvacuateProblem, Evacuation, ExitAt
from homeward.rescue.state import casualty_state, likeliest, question
from homeward.rescue.treat_or_move import plan_words, treat_or_move
from homeward.rescue.treat_records import Advice, Assessment, Care, Hazards, Lift, Step, TreatOrMove
from homeward.rescue.triage import MEDIC_DECIDES, Ranked, Scores, Sorted, rank, scores
from homeward.rescue.vitals import check_observation, survey

__all__ = [
    "MEDIC_DECIDES",
    "Advice",
    "Assessment",
    "Care",
    "EvacuateProblem",
    "Evacuation",
    "ExitAt",
    "Hazards",
    "Lift",
    "Ranked",
    "Scores",
    "Sorted",
    "Step",
    "TreatOrMove",
    "casualty_state",
    "check_observation",
    "evacuate",
    "likeliest",
    "plan_words",
    "question",
    "rank",
    "scores",
    "survey",
    "treat_or_move",
]
