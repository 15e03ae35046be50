"""After the find: the casualty's state, treat or move, the way out and who carries, the hospital, the hand-over."""

from homeward.rescue.triage import MEDIC_DECIDES, Ranked, Scores, Sorted, rank, scores
from homeward.rescue.vitals import check_observation, survey

__all__ = ["MEDIC_DECIDES", "Ranked", "Scores", "Sorted", "check_observation", "rank", "scores", "survey"]
