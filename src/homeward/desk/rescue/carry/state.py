"""How badly off a casualty probably is, and so whether to treat here or move: from what was told and seen.

Planning support: the medic decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Final

from homeward.desk.book import Book
from homeward.desk.rescue.carry.case import NEAR_M, CarryCase
from homeward.desk.rescue.casualties import known_casualty
from homeward.geo import distance_m
from homeward.mission.rescue import ExitKind, Observation
from homeward.rescue.cold import stage_by_temperature, swiss
from homeward.rescue.destination import Severity
from homeward.rescue.heard import hear
from homeward.rescue.history import known_by_now
from homeward.rescue.state import (
    DEAD,
    STATES,
    WORDS,
    besides,
    care_words,
    casualty_state,
    has_bled,
    likeliest,
    question,
    state_hazards,
)
from homeward.rescue.treat_or_move import treat_or_move
from homeward.rescue.treat_records import Advice, Lift, Step

LEGS: Final = 4
"""Pieces of the carry between which a stop may be: ours."""
HORIZON_S: Final = 2 * 3600.0
"""Over so long the mean hazard is taken, where one number stands for all states: ours."""

THREATENED: Final = 0.3
SECOND: Final = 0.1
"""A second injury that is so probable beside a bleeding that was seen is said: ours."""
_HARMLESS: Final = ("walking", "fracture", "hypothermia 1")

_MECHANISMS: Final = (
    ("avalanche", ("avalanche", "snow slide")),
    ("collapse", ("collapse", "rubble", "trapped", "earthquake")),
    ("penetrating", ("shot", "gun", "stab", "knife", "blast", "mine", "shrapnel", "penetrat")),
    ("vehicle", ("car", "vehicle", "crash", "motor", "bike", "bicycle", "quad", "tractor")),
    ("fall", ("fall", "fell", "slip", "drop", "climb")),
    ("water", ("drown", "water", "river", "swept", "immers")),
    ("cold", ("cold", "hypotherm", "exposure", "freez")),
    ("illness", ("ill", "heart", "stroke", "diabet", "seizure", "allerg", "poison", "chest pain", "heat")),
    ("lost", ("lost", "exhaust", "tired")),
)
"""Words by which a mechanism is told: our own reading, the first that fits counts."""

_LIFE_SAVING: Final = (
    "tourniquet",
    "pack",
    "pressure",
    "airway",
    "npa",
    "opa",
    "recovery position",
    "seal",
    "decompress",
)
"""Treatments that count as life-saving care: our own reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyState:
    """The belief over states (the dead among them), how much care was given (0 none, 1 life-saving), and in words.

    `bleeding_known`: somebody has looked for severe bleeding already. `cold`: the stage of a temperature that was
    measured, 0 for none; it stands beside whatever else ails.
    """

    belief: Mapping[str, float]
    care: int
    mechanism: str
    words: str
    told_dead: bool
    bleeding_known: bool = False
    cold: int = 0

    def hazard_per_h(self) -> float:
        """One hazard of death [1/h] that stands for all living states over two hours."""
        rates = _rates(max(self.care, 1), self.cold)
        living = sum(self.belief.get(s, 0.0) for s in STATES)
        if self.told_dead or living <= 0:
            return 0.0
        alive = sum(self.belief.get(s, 0.0) * exp(-rates[s] * HORIZON_S) for s in STATES) / living
        return -log(alive) / HORIZON_S * 3600.0

    def severities(self, *, care: int | None = None) -> tuple[Severity, ...]:
        """The living states as severities, probabilities given that the casualty lives."""
        rates = _rates(self.care if care is None else care, self.cold)
        living = sum(self.belief.get(s, 0.0) for s in STATES)
        if self.told_dead or living <= 0:
            return ()
        return tuple(
            Severity(id=s, p=self.belief.get(s, 0.0) / living, death_per_s=rates[s])
            for s in STATES
            if self.belief.get(s, 0.0) > 0
        )


def needs_of(case: CarryCase, state: CasualtyState) -> tuple[str, ...]:
    """What a hospital must have for this casualty, of what is told of any hospital: trauma where an injury threatens
    life with three in ten or more, else emergency; nothing where no hospital's capability is known. Our own reading.
    """
    told = {word.casefold() for h in case.hospitals for word in h.capability}
    threatened = sum(state.belief.get(s, 0.0) for s in ("external bleeding", "internal bleeding", "head", "airway"))
    if "trauma" in told and threatened >= THREATENED:
        return ("trauma",)
    return ("emergency",) if "emergency" in told else ()


def state_of_casualty(book: Book, case: CarryCase) -> CasualtyState:
    """The belief of a casualty's state by now."""
    rescue, name = book.mission.rescue, case.casualty
    known = known_casualty(book, name)
    mechanism = mechanism_of(known.mechanism) or ("lost" if book.mission.ipp else "unknown")
    since = known.injured_at or (book.mission.ipp.seen_at if book.mission.ipp else case.found_at)
    looks = sorted((o for o in rescue.observations if o.event.casualty == name), key=lambda o: o.at)
    seen = [o.event for o in looks]
    gone_s = max((case.now - since).total_seconds(), 0.0)
    done = [t.event.what.lower() for t in rescue.treatments if t.event.casualty == name]
    care = int(any(word in what for what in done for word in _LIFE_SAVING))
    report = _told_before(known.report, case.find.condition)
    belief = casualty_state(
        seen,
        mechanism=mechanism,
        gone_s=gone_s,
        alive=None if case.find.alive is None else float(case.find.alive),
        report=report,
        treated=bool(care),
    )
    by_now = known_by_now(name, [(o.at, o.event) for o in looks]).seen
    told = ", ".join(f"{words} {p:.0%}" for words, p in likeliest(belief)[:3])
    given = "life-saving care is done" if care else "no life-saving care is told yet"
    taken = f"taken as {mechanism}; {given}"
    second = _second(seen, mechanism, gone_s) if has_bled(seen, treated=bool(care)) else ""
    return CasualtyState(
        belief=belief,
        care=care,
        mechanism=mechanism,
        words=f"Probable state: {told}{second} ({taken}).{cold_words(by_now)}{_care(belief)}{_understood(report)}",
        told_dead=case.find.alive is False,
        bleeding_known=any(o.severe_bleeding is not None for o in seen),
        cold=0 if by_now.temperature_c is None else stage_by_temperature(by_now.temperature_c),
    )


def cold_words(seen: Observation) -> str:
    """The cold as a sentence of its own, for it may stand beside any injury; '' where nothing tells of it."""
    by_signs = swiss(seen).stages
    if seen.temperature_c is None:
        known = seen.consciousness is not None and len(by_signs) == 1
        return f" Cold: not measured; Swiss stage {by_signs[0]} if cold." if known else ""
    stage = stage_by_temperature(seen.temperature_c)
    if not stage:
        return f" Not cold: {seen.temperature_c:g} deg C measured."
    other = by_signs[0] if seen.consciousness is not None and by_signs != (stage,) else None
    but = f" (stage {other} by consciousness, which an injury or illness lowers, too)" if other else ""
    return f" Cold besides: {seen.temperature_c:g} deg C measured, Swiss stage {stage} by that{but}."


def _told_before(*told: str | None) -> str | None:
    """What was said of the state by whoever reported and whoever found, as one."""
    return ". ".join(dict.fromkeys(words.strip() for words in told if words and words.strip())) or None


def _care(belief: Mapping[str, float]) -> str:
    """What there is to treat, by what is likely."""
    what = care_words(belief)[:3]
    return f" To treat: {'; '.join(what)}." if what else ""


def _second(seen: Sequence[Observation], mechanism: str, gone_s: float) -> str:
    """What may be there besides the bleeding that was seen, in words; '' where nothing is likely."""
    also = besides(seen, "external bleeding", mechanism=mechanism, gone_s=gone_s)
    likely = sorted((p, s) for s, p in also.items() if s not in _HARMLESS and p >= SECOND)[::-1]
    return f"; besides it perhaps {', '.join(f'{WORDS[s]} {p:.0%}' for p, s in likely[:2])}" if likely else ""


def _understood(report: str | None) -> str:
    """How a report's words were read, for whoever took the call to check."""
    if not report:
        return ""
    read = hear(report).understood
    return f" Report read as: {'; '.join(read)}." if read else " Nothing of the report's words was understood."


def mechanism_of(told: str | None) -> str:
    """The mechanism that somebody's words speak of; '' where none is known."""
    words = (told or "").lower()
    return next((name for name, hints in _MECHANISMS if any(re.search(rf"\b{h}", words) for h in hints)), "")


def advice_of(case: CarryCase, state: CasualtyState, *, carry_s: float, then_s: float) -> Advice | None:
    """Treat or move first, for a carry of so long and so long from the exit to care; None for the dead."""
    if state.told_dead or state.belief.get(DEAD, 0.0) > 0.99:
        return None
    lifts = tuple(
        Lift(
            name=e.label or e.id,
            at=0,
            ready_s=max((e.ready_at - case.now).total_seconds(), 0.0),
            then_s=e.then_s or then_s,
        )
        for e in case.exits
        if e.kind is ExitKind.LANDING and e.ready_at is not None and distance_m(e.place, case.find.place) <= NEAR_M
    )
    asked = question(
        state.belief,
        legs_s=(carry_s / LEGS,) * LEGS,
        then_s=then_s,
        lifts=lifts,
        tests=tuple(_tests(state)),
        care=state.care,
    )
    return treat_or_move(replace(asked, hazards=state_hazards(cold=state.cold)))


def stops_of(step: Step | None) -> int:
    """Stops to stabilise on the way that a plan of treat or move holds, at most."""
    return 0 if step is None else (step.do == "stop") + max((stops_of(after) for _, after in step.then), default=0)


def _tests(state: CasualtyState) -> Sequence[str]:
    sure = max(state.belief.values()) > 0.95
    return () if sure or state.bleeding_known else ("severe_bleeding",)


def _rates(care: int, cold: int) -> dict[str, float]:
    hazards = state_hazards(cold=cold)
    return dict(zip(hazards.states, hazards.per_s[care, :, 0].tolist(), strict=True))
