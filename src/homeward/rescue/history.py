"""What is known of a casualty by now, from everything that was seen: the later look goes before the earlier.

Who walked an hour ago and responds to nothing now does not walk. So a sign is left aside where a later one goes against
it; where the later one only may go against it, the earlier is left aside as well, and what it would tell is open again.
Which signs those are is homeward's own reading; nothing is taken out of the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from homeward.mission.rescue import Consciousness, Observation

Gone = Mapping[str, frozenset[object] | None]  # field -> its values that are left aside; None: whatever it was

_NO_SIGN = frozenset({"casualty", "by", "certainty", "consent", "audience", "spo2_scale"})
_DEEP = frozenset((Consciousness.PAIN, Consciousness.UNRESPONSIVE))
_ANSWERS = frozenset((Consciousness.ALERT, Consciousness.CONFUSED, Consciousness.VOICE))
_YES: frozenset[object] = frozenset((True,))
_NO: frozenset[object] = frozenset((False,))
_ZERO: frozenset[object] = frozenset((0, 0.0))
_WEAK_MMHG = 80.0  # under it a pulse at the wrist that was felt before may be gone: homeward's own assumption
_SLOW, _FAST = 10, 29  # breaths a minute: fewer or more is laboured (field triage 2021: under 10 or over 29)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The signs by now in one observation, when each was seen, and the earlier ones that are left aside."""

    seen: Observation
    at: Mapping[str, datetime]
    left_aside: tuple[str, ...]


def known_by_now(casualty: str, history: Iterable[tuple[datetime, Observation]]) -> Known:
    """All observations of a casualty, in whatever order, as one: of each sign the latest, less what later ones undo."""
    now, at, aside = Observation(casualty=casualty), dict[str, datetime](), dict[str, None]()
    for when, seen in sorted(history, key=lambda one: one[0]):
        given = sign_fields(seen)
        gone = [name for name in undone_by(now, seen) if name not in given]
        now = replace(now, **dict.fromkeys(gone), **{k: v for k, v in given.items() if k != "findings"})  # type: ignore[arg-type]
        now = replace(now, findings=(*now.findings, *seen.findings))
        if seen.spo2_pct is not None:
            now = replace(now, spo2_scale=seen.spo2_scale)
        at = {**{k: v for k, v in at.items() if k not in gone}, **dict.fromkeys(given, when)}
        aside = {k: None for k in (*aside, *gone) if k not in given}
    return Known(seen=now, at=at, left_aside=tuple(aside))


def sign_fields(seen: Observation) -> dict[str, object]:
    """The signs that an observation holds."""
    told = {f.name: getattr(seen, f.name) for f in fields(Observation) if f.name not in _NO_SIGN}
    return {name: value for name, value in told.items() if value is not None and value != ()}


def undone_by(before: Observation, later: Observation) -> tuple[str, ...]:
    """The signs of an observation that a later one goes against, or may go against."""
    gone: dict[str, frozenset[object] | None] = {}
    for true, what in _rules(later):
        if true:
            for name, values in what.items():
                old = gone.get(name, frozenset())
                gone[name] = None if values is None or old is None else old | values
    told = {name: getattr(before, name) for name in gone}
    return tuple(n for n, value in told.items() if value is not None and ((w := gone[n]) is None or value in w))


def _rules(new: Observation) -> tuple[tuple[bool, Gone], ...]:
    """(whether it was seen, what of earlier looks it undoes)."""
    level, rate = new.consciousness, new.resp_rate_pm
    still = new.breathes is False or rate == 0
    deep, answers = level in _DEEP, level in _ANSWERS
    acts = bool(new.walks or new.talks or new.obeys) or answers
    awake = bool(new.walks or new.talks or new.obeys)
    pulseless = new.pulse_pm == 0
    alive = acts or bool(new.breathes) or bool(rate)
    worse: Gone = {"minor_only": _YES, "survivable": _YES}
    return (
        (deep, {"walks": _YES, "talks": _YES, "obeys": _YES, **worse}),
        (level is Consciousness.VOICE, {"walks": _YES, "talks": None, "obeys": None, "minor_only": _YES}),
        (level is Consciousness.CONFUSED, {"obeys": None, "talks": _NO}),
        (level is Consciousness.ALERT, {"obeys": _NO, "talks": _NO}),
        (
            still,
            {
                **dict.fromkeys(("walks", "talks", "obeys", "breathes", "radial_pulse", "oxygen"), _YES),
                **dict.fromkeys(("resp_rate_pm", "pulse_pm", "systolic_mmhg", "spo2_pct", "capillary_refill_s"), None),
                "consciousness": _ANSWERS | {Consciousness.PAIN},
                "breathes_after_airway": None,
                "respiratory_distress": None,
                **worse,
            },
        ),
        (pulseless, {**dict.fromkeys(("walks", "talks", "obeys", "radial_pulse", "breathes"), _YES), **worse}),
        (
            pulseless,
            {"consciousness": _ANSWERS, "resp_rate_pm": None, "systolic_mmhg": None, "capillary_refill_s": None},
        ),
        (alive, {"breathes": _NO, "resp_rate_pm": _ZERO, "pulse_pm": _ZERO, "breathes_after_airway": _NO}),
        (awake, {"consciousness": _DEEP}),
        (new.obeys is False or new.talks is False, {"consciousness": frozenset((Consciousness.ALERT,))}),
        (new.obeys is False, {"minor_only": _YES, "walks": _YES}),
        (new.radial_pulse is True, {"pulse_pm": _ZERO}),
        (new.radial_pulse is False, {"capillary_refill_s": None, "minor_only": _YES}),
        (new.capillary_refill_s is not None, {"radial_pulse": _NO if (new.capillary_refill_s or 0) <= 2 else _YES}),
        ((new.systolic_mmhg or _WEAK_MMHG) < _WEAK_MMHG, {"radial_pulse": _YES, "capillary_refill_s": None, **worse}),
        (bool(rate) and not _SLOW <= (rate or 0) <= _FAST, {"respiratory_distress": _NO, **worse}),
        (new.severe_bleeding is True, {"bleeding_controlled": _YES, "minor_only": _YES}),
        (new.minor_only is True, {"severe_bleeding": _YES, "consciousness": _DEEP, "breathes": _NO}),
        (new.severe_bleeding is False, {"bleeding_controlled": _NO}),
        (new.bleeding_controlled is False, {"severe_bleeding": _NO, "minor_only": _YES}),
    )
