"""Triage tools: START, SALT, Ten Second Triage, MPTT-24. Planning support: the medic decides.

Each tool is a decision tree over yes/no signs. Signs that were not looked at are not guessed: the answer is then every
category that is still possible, and what to look at next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from homeward.errors import Finding
from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.cold import Swiss, swiss
from homeward.rescue.news2 import News2, news2
from homeward.rescue.vitals import contradictions

MEDIC_DECIDES = "Planning support: the medic decides."

Ask = Callable[[str], bool]

URGENCY: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("RED", "IMMEDIATE", "P1"), 0),
        **dict.fromkeys(("YELLOW", "DELAYED", "P2"), 1),
        **dict.fromkeys(("GREEN", "MINIMAL", "P3"), 2),
        **dict.fromkeys(("EXPECTANT", "NOT BREATHING"), 3),
        **dict.fromkeys(("BLACK", "DEAD"), 4),
    }
)
"""How soon each category is seen to, 0 = first."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "START": "Hoag Hospital and Newport Beach Fire Department 1983, revised 1994 (RPM-30-2-Can-Do)",
        "SALT": "Lerner et al. 2008, Disaster Med Public Health Prep 2(S1):S25-S34, doi:10.1097/DMP.0b013e318182194e",
        "TST": "NHS England 2023, Ten Second Triage; field test: Emerg Med J 2024, 41(Suppl 1):A16",
        "MPTT-24": "Vassallo et al. 2017, Injury 48(5):992-999, and 2018, J R Army Med Corps 164(2):103-106; limits"
        " from the abstracts, the order of its questions not seen in full text",
    }
)
"""Where each tool comes from, to be shown with what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What one triage tool says of one casualty.

    `possible` are the categories that what is not yet known leaves open, most urgent first; `category` is the one, if
    it is the only one. `missing` are the fields of the observation that still matter, in the tool's order.
    """

    tool: str
    possible: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def category(self) -> str | None:
        """The category, if what is known settles it."""
        return self.possible[0] if len(self.possible) == 1 else None

    @property
    def look_next(self) -> str | None:
        """The field to look at next: the first that the tool asks for and that still matters."""
        return self.missing[0] if self.missing else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All scores of one casualty from one observation, and what in it contradicts itself."""

    tools: Mapping[str, Sorted]
    news2: News2
    swiss: Swiss
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A casualty's place in the order in which they are seen to: 1 first, equal places where nothing tells them apart.

    `why` is one sentence.
    """

    casualty: str
    place: int
    why: str


def start(ask: Ask) -> str:
    """START. `ask` gives yes or no for a sign. More than 30 breaths a minute is immediate: exactly 30 is not, as in the
    first printing (some cards say 30 or more).
    """
    if ask("walks"):
        return "GREEN"
    if not ask("breathes"):
        return "RED" if ask("breathes_after_airway") else "BLACK"
    if ask("over_30"):
        return "RED"
    return "YELLOW" if ask("perfused") and ask("obeys") else "RED"


def salt(ask: Ask) -> str:
    """SALT's individual assessment, after the life-saving interventions."""
    if not ask("breathes_after_airway"):
        return "DEAD"
    well = ask("obeys") and ask("peripheral_pulse") and not ask("respiratory_distress") and ask("bleeding_controlled")
    if well:
        return "MINIMAL" if ask("minor_only") else "DELAYED"
    return "IMMEDIATE" if ask("survivable") else "EXPECTANT"


def tst(ask: Ask) -> str:
    """Ten Second Triage: walking, severe bleeding, talking, breathing, in this order."""
    if ask("walks"):
        return "P3"
    if ask("severe_bleeding"):
        return "P1"
    if ask("talks"):
        return "P1" if ask("penetrating") else "P2"
    return "P1" if ask("breathes") else "NOT BREATHING"


def mptt24(ask: Ask) -> str:
    """MPTT-24: P2 only with a voice response, 12 to 23 breaths and fewer than 100 heart beats a minute."""
    if ask("severe_bleeding"):
        return "P1"
    if ask("walks"):
        return "P3"
    if not ask("breathes"):
        return "P1" if ask("breathes_after_airway") else "DEAD"
    return "P2" if ask("responds_to_voice") and ask("rate_12_to_23") and ask("pulse_under_100") else "P1"


TOOLS: Mapping[str, Callable[[Ask], str]] = MappingProxyType(
    {"START": start, "SALT": salt, "TST": tst, "MPTT-24": mptt24}
)

_TOLD = (  # the signs that an observation holds as they are
    "walks",
    "breathes",
    "breathes_after_airway",
    "obeys",
    "talks",
    "respiratory_distress",
    "severe_bleeding",
    "bleeding_controlled",
    "penetrating",
    "survivable",
    "minor_only",
)
_LOOK = {  # the field of the observation that answers a sign, where it has another name
    "over_30": "resp_rate_pm",
    "rate_12_to_23": "resp_rate_pm",
    "perfused": "radial_pulse",
    "peripheral_pulse": "radial_pulse",
    "responds_to_voice": "consciousness",
    "pulse_under_100": "pulse_pm",
}


def sort_casualty(observation: Observation, *, tool: str = "START") -> Sorted:
    """What a tool (a key of `TOOLS`) says of a casualty, over all that is not yet known."""
    outcomes, matter = _possible(TOOLS[tool], signs(observation))
    missing = tuple(dict.fromkeys(_LOOK.get(name, name) for name in matter))
    return Sorted(tool=tool, possible=tuple(sorted(outcomes, key=lambda c: (URGENCY[c], c))), missing=missing)


def scores(observation: Observation) -> Scores:
    """All tools at once, NEWS2, the Swiss stage, and what in the observation contradicts itself."""
    return Scores(
        tools={tool: sort_casualty(observation, tool=tool) for tool in TOOLS},
        news2=news2(observation),
        swiss=swiss(observation),
        findings=contradictions(observation),
    )


def rank(observed: Mapping[str, Observation], *, tool: str = "START") -> tuple[Ranked, ...]:
    """Several casualties in the order in which they are seen to.

    By the most urgent category that a tool leaves open, so that nobody waits because nobody has looked; within it those
    whose category is settled first, then by the highest NEWS2 still possible. The order within a category is homeward's
    own judgement.
    """
    of = {name: (sort_casualty(seen, tool=tool), news2(seen)) for name, seen in observed.items()}
    keys = {n: (URGENCY[s.possible[0]], len(s.possible) > 1, -score.highest) for n, (s, score) in of.items()}
    order = sorted(of, key=lambda name: (keys[name], name))
    places = {n: 1 + sum(keys[o] < keys[n] for o in order) for n in order}
    return tuple(Ranked(casualty=n, place=places[n], why=_why(*of[n], observed[n])) for n in order)


def signs(observation: Observation) -> dict[str, bool]:
    """The yes/no signs that an observation settles, with what follows from them.

    What was written down goes before what follows from it. What follows is homeward's own reading: who does not breathe
    does not walk, talk or obey; who walks, talks or obeys breathes; who responds to pain alone, or to nothing, does not
    walk, talk or obey; who is alert obeys and talks; without severe bleeding there is none to control. Who breathes
    also breathes once the airway is open, whatever was written.
    """
    told = {name: getattr(observation, name) for name in _TOLD}
    known = {name: value for name, value in told.items() if value is not None}
    for more in (_measured(observation), _by_consciousness(observation.consciousness)):
        known = {**more, **known}
    return _following(known)


def _measured(seen: Observation) -> dict[str, bool]:
    out: dict[str, bool] = {}
    if (rate := seen.resp_rate_pm) is not None:
        out |= {"breathes": rate > 0, "over_30": rate > 30, "rate_12_to_23": 12 <= rate < 24}
    if seen.pulse_pm is not None:
        out["pulse_under_100"] = seen.pulse_pm < 100
    if seen.radial_pulse is not None:
        out |= {"perfused": seen.radial_pulse, "peripheral_pulse": seen.radial_pulse}
    elif seen.capillary_refill_s is not None:
        out["perfused"] = seen.capillary_refill_s <= 2
    return out


def _by_consciousness(level: Consciousness | None) -> dict[str, bool]:
    if level is None:
        return {}
    if level in (Consciousness.PAIN, Consciousness.UNRESPONSIVE):
        return dict.fromkeys(("responds_to_voice", "obeys", "talks", "walks"), False)
    alert = {"obeys": True, "talks": True} if level is Consciousness.ALERT else {}
    return {"responds_to_voice": True, "breathes": True, **alert}


def _following(known: Mapping[str, bool]) -> dict[str, bool]:
    """The signs with what follows from them; what is known stays as it is."""
    out = dict(known)
    if any(out.get(name) for name in ("walks", "talks", "obeys")):
        out.setdefault("breathes", True)
    if out.get("talks") or out.get("obeys"):
        out.setdefault("responds_to_voice", True)
    if out.get("breathes"):
        out["breathes_after_airway"] = True
    if out.get("breathes") is False:
        for name in ("walks", "talks", "obeys", "responds_to_voice"):
            out.setdefault(name, False)
    if out.get("severe_bleeding") is False:
        out.setdefault("bleeding_controlled", True)
    return out


def _possible(rule: Callable[[Ask], str], known: Mapping[str, bool]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The outcomes of a rule over every answer to what is not known, and the signs that they hang on."""
    try:
        return frozenset((rule(known.__getitem__),)), ()
    except KeyError as unknown:
        name = str(unknown.args[0])
    yes, more = _possible(rule, _following({**known, name: True}))
    no, still = _possible(rule, _following({**known, name: False}))
    here = () if yes == no and len(yes) == 1 else (name,)
    return yes | no, tuple(dict.fromkeys((*here, *more, *still)))


def _why(sorted_: Sorted, score: News2, seen: Observation) -> str:
    still = seen.breathes is False or seen.resp_rate_pm == 0
    words: Sequence[str] = [" or ".join(sorted_.possible), "does not breathe" if still else f"NEWS2 {score.words}"]
    ask = f"; look at {sorted_.look_next.replace('_', ' ')} next" if sorted_.look_next else ""
    return f"{sorted_.tool}: {', '.join(words)}{ask}."
