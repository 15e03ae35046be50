"""What the page shows of cover: targets, who is where, what the reserve answers, the worst case left.

Nothing personal: neither people's names nor what was noted of a target; nor the seed by which rosters are drawn, for
who has it can foresee them.
"""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]
_HIDDEN: Final = ("seed", "travel", "ground")


def cover_data(plan: Json) -> Json:
    """A plan of cover as it was kept, ready for the page: without seed, travel table and the ground's name.

    `view` and what was asked (`aim`, `radius_s`, `busy`, `doubt`, `budget`, `on_foot`); `targets` (id, label, place
    [longitude, latitude], value, ways, loss_per_h, own_share: that share is homeward's own); `uncovered` those that
    nobody can reach; `spots` where a reserve may wait; `teams` (`unsure`: what speaks against it);
    `ways` of the reserve in the first span (from, to, s, line).

    `slices` are spans of days: `from`, `to`, `teams` there, `chance` by target (None: nothing is warned of),
    `posts` (team, does "stand", "wait" or "spare", at, place, there_s), `answers` (target, way, team, from: None where
    it stands there, s, loss, counts: the loss weighed), `worst` of them, `value`, `bound`, `proven`, `expected_loss`,
    and in the first one `one_more`, `one_less`, `without_reserve`; of deterrence `coverage`, `tempting`, `rosters`
    (targets, weight); of sites `total`, `needed`, and in each answer whether it is `within` the time. `notes`, `own`
    assumptions, `since` in words. `made_at` says when it was made; the desk adds `age_s`, seconds since then.
    """
    return {key: value for key, value in plan.items() if key not in _HIDDEN}
