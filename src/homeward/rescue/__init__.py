"""After the find: the casualty's state, treat or move, the way out and who carries, the hospital, the hand-over.

`survey` and `scores` read vital signs, `rank` orders several casualties, `casualty_state` says how badly off one may
be, `treat_or_move` what to do first, `evacuate` which way out. What they are asked stands in `records` (ways out),
`treat_records` and `triage`; `carry`, `relay`, `guard`, `destination`, `hold` and `handover` are taken by their own
names. Planning support: the medic decides (`MEDIC_DECIDES`).
"""

from homeward.rescue.evacuate import evacuate
from homeward.rescue.state import casualty_state
from homeward.rescue.treat_or_move import treat_or_move
from homeward.rescue.triage import MEDIC_DECIDES, rank, scores
from homeward.rescue.vitals import survey

__all__ = ["MEDIC_DECIDES", "casualty_state", "evacuate", "rank", "scores", "survey", "treat_or_move"]
