"""What state a casualty is probably in: before anybody is there, and after each observation.

A state is what decides how soon the casualty dies and what helps. The belief over states begins from what happened and
the hours gone, and every sign that is seen moves it by Bayes' rule. Severe bleeding that somebody sees is taken as such
whatever the beginning was: who was expected to be dead of it by now is not. Most of the figures are homeward's own
assumptions, as their tables say; the medic decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.heard import hear
from homeward.rescue.history import undone_by
from homeward.rescue.numbers import rows
from homeward.rescue.treat_records import Assessment, Care, Hazards, Lift, TreatOrMove
from homeward.rescue.triage import signs

DEAD = "dead"
STATES: tuple[str, ...] = tuple(row["state"] for row in rows("state_hazards"))
"""The states of the living; `DEAD` is the one besides."""

MECHANISMS: tuple[str, ...] = tuple(row["mechanism"] for row in rows("mechanisms"))
WORDS: Mapping[str, str] = MappingProxyType(
    {row["state"]: row["words"] for row in rows("state_hazards")} | {DEAD: "dead"}
)
COLD = "hypothermia"
"""The states of the cold are this with their stage."""

_MOST_LEGS = 9
_REPORT = 0.8
_SEEN_BLEEDING = 0.98  # who looks and says severe bleeding is right: homeward's own assumption
_NO_CAUSE_BARS = 0.001  # each state's least share right after whatever happened: homeward's own assumption
_BLEEDS = "external bleeding"
_AGELESS = ("hypothermia 4",)  # who is in it got there late: its deaths are not counted from the injury on
_CARES = ("none", "life_saving", "full")
_COLD = ((28.0, "under 28"), (32.0, "28 to 32"), (35.0, "32 to 35"))
_SLOW, _FAST = 10, 29  # breaths a minute: fewer or more is laboured (field triage 2021: under 10 or over 29)


def state_hazards(*, cold: int = 0) -> Hazards:
    """The hazards of death of the states without care, after life-saving and after full care (`state_hazards.csv`).

    `cold` is the stage of cold that was measured beside whatever else ails (0: none): who has a state that is not of
    the cold then dies of either (homeward's own assumption: the two hazards add up).
    """
    per_h = np.array([[float(row[f"{care}_per_h"]) for row in rows("state_hazards")] for care in _CARES])
    growth = np.array([float(row["growth_per_h2"]) for row in rows("state_hazards")])
    if cold:
        also, warm = STATES.index(f"{COLD} {cold}"), np.array([not name.startswith(COLD) for name in STATES])
        per_h, growth = per_h + np.outer(per_h[:, also], warm), growth + growth[also] * warm
    return Hazards(states=STATES, per_s=per_h[:, :, None] / 3600, growth_per_s2=growth / 3600**2)


def prior(
    *, mechanism: str = "unknown", gone_s: float = 0.0, alive: float | None = None, seen: tuple[str, ...] = ()
) -> dict[str, float]:
    """The belief over `STATES` and `DEAD` before anybody is there.

    From the states right after what happened (`mechanisms.csv`; one in a thousand for each at least, as no cause bars
    any), each then dying at its untreated hazard for `gone_s`, 0 or more; the last stage of cold is reached late, so
    that its deaths are not counted from the beginning. `alive` is the probability of being alive where something
    better tells it: a survival table, or a report (1 if it was heard alive); the living states are scaled to it.
    `seen` are states whose mark somebody sees now, so that nobody in them has died of them yet.
    """
    row = next((r for r in rows("mechanisms") if r["mechanism"] == mechanism), None)
    if row is None:
        raise BadInput(f"There is no mechanism {mechanism!r}. Give one of {', '.join(MECHANISMS)}.")
    if not (gone_s >= 0 and np.isfinite(gone_s)):
        raise BadInput(f"{gone_s:g} seconds since the injury cannot be. Give 0 or more.")
    if alive is not None and not 0 <= alive <= 1:
        raise BadInput(f"A probability of {alive:g} of being alive cannot be. Give 0 to 1.")
    shares = np.maximum([float(row[s]) for s in STATES], _NO_CAUSE_BARS)
    dies = state_hazards().per_s[0, :, 0] * [s not in (*_AGELESS, *seen) for s in STATES]
    living = shares / (shares.sum() + float(row[DEAD])) * np.exp(-dies * gone_s)
    if alive is not None:
        living *= alive / living.sum()
    return {**dict(zip(STATES, living.tolist(), strict=True)), DEAD: float(max(0.0, 1 - living.sum()))}


def update(belief: Mapping[str, float], seen: Observation, *, reliability: float = 1.0) -> dict[str, float]:
    """The belief after an observation, each of its signs taken as independent given the state (homeward's assumption).

    `reliability`: the probability that what was said tells of the casualty at all; with the rest it is a coin's toss.
    Signs that speak of the same are counted once: walking or obeying only while the consciousness was not told.
    """
    if not 0 <= reliability <= 1:
        raise BadInput(f"A reliability of {reliability:g} cannot be. Give 0 to 1.")
    names = (*STATES, DEAD)
    weights = np.array([belief.get(name, 0.0) for name in names])
    for sign, yes in told_signs(seen):
        p = _says_yes(sign)
        weights = weights * (reliability * (p if yes else 1 - p) + (1 - reliability) * 0.5)
    if weights.sum() <= 0:
        raise BadInput("No state that is held possible fits what was seen. Give the belief other states as well.")
    return dict(zip(names, (weights / weights.sum()).tolist(), strict=True))


def casualty_state(
    observations: Iterable[Observation],
    *,
    mechanism: str = "unknown",
    gone_s: float = 0.0,
    alive: float | None = None,
    report: str | None = None,
    treated: bool = False,
) -> dict[str, float]:
    """The belief from what happened, from a report's words (`heard.hear`) and from every observation.

    Of each field the latest observation counts, so that a sign looked at twice is not counted twice, and none that a
    later one goes against (`history.undone_by`); a report counts
    only for what nobody has looked at since, and as right four times in five (homeward's own assumption). Severe
    bleeding that was seen settles 98 % (likewise), however long ago the injury was; it stays what the casualty has
    where it was stopped since: `treated`, or seen as controlled.
    """
    looked = tuple(observations)
    latest = _latest(looked)
    bleeds = has_bled(looked, treated=treated)
    now = ("airway",) if latest.get("respiratory_distress") else ()
    belief = prior(mechanism=mechanism, gone_s=gone_s, alive=alive, seen=now)
    if report:
        told = {n: v for n, v in _sign_fields(hear(report).observation).items() if n not in latest}
        belief = update(belief, Observation(casualty="", **told), reliability=_REPORT)  # type: ignore[arg-type]
    if bleeds:
        latest.pop("severe_bleeding", None)
        belief = _with(belief, _BLEEDS, _SEEN_BLEEDING)
    return update(belief, Observation(casualty="", **latest)) if latest else belief  # type: ignore[arg-type]


def has_bled(observations: Iterable[Observation], *, treated: bool = False) -> bool:
    """Whether severe bleeding was seen and not taken back: seen last, or stopped since (`treated`, or controlled)."""
    bled, controlled, last = False, treated, False
    for seen in observations:
        if seen.severe_bleeding is not None:
            last = seen.severe_bleeding
            bled = bled or last
        if seen.bleeding_controlled is not None:
            controlled = controlled or seen.bleeding_controlled
    return last or (bled and controlled)


def besides(
    observations: Iterable[Observation], first: str, *, mechanism: str = "unknown", gone_s: float = 0.0
) -> dict[str, float]:
    """The probability of each other state of being there as well, besides the state `first` that is taken as sure.

    The second injury is as frequent as its mechanism has it, each sign is as the worse of the two makes it (both
    homeward's own assumption), and bleeding says nothing of a second. `walking` stands for no other.
    """
    latest = _latest(observations)
    latest.pop("severe_bleeding", None)
    names = [name for name in STATES if name != first]
    start = prior(mechanism=mechanism, gone_s=gone_s, alive=1.0)
    weights = np.array([start[name] for name in names])
    where = [STATES.index(name) for name in names]
    for sign, yes in told_signs(Observation(casualty="", **latest)):  # type: ignore[arg-type]
        p = _worse_of(sign, STATES.index(first))[where]
        weights = weights * (p if yes else 1 - p)
    return dict(zip(names, (weights / weights.sum()).tolist(), strict=True))


def likeliest(belief: Mapping[str, float], *, at_least: float = 0.05) -> tuple[tuple[str, float], ...]:
    """The states in words with their probabilities, the likeliest first, none under `at_least` but the first."""
    order = sorted(belief, key=lambda name: -belief[name])
    return tuple((WORDS[n], belief[n]) for i, n in enumerate(order) if i == 0 or belief[n] >= at_least)


def care_words(belief: Mapping[str, float], *, at_least: float = 0.1) -> tuple[str, ...]:
    """What care can do for the states that are likely, the likeliest first (`state_hazards.csv`); not for the dead."""
    of = {row["state"]: row["care"] for row in rows("state_hazards")}
    order = sorted(of, key=lambda name: -belief.get(name, 0.0))
    return tuple(f"{WORDS[n]}: {of[n]}" for n in order if of[n] and belief.get(n, 0.0) >= at_least)


def sign_test(sign: str) -> Assessment:
    """Looking for a sign of `state_signs.csv`, as a test that treat-or-move may make first."""
    row = next((r for r in rows("state_signs") if r["sign"] == sign), None)
    if row is None:
        raise BadInput(f"There is no sign {sign!r}. Give one of {', '.join(r['sign'] for r in rows('state_signs'))}.")
    return Assessment(
        name=sign.replace("_", " "), takes_s=float(row["takes_s"]), says_yes={name: float(row[name]) for name in STATES}
    )


def stop_s() -> float:
    """Seconds that a stop to stabilise takes: as long as life-saving care (`cares.csv`; homeward's own assumption)."""
    return float(rows("cares")[0]["takes_s"])


def question(
    belief: Mapping[str, float],
    *,
    legs_s: tuple[float, ...],
    then_s: float = 0.0,
    lifts: tuple[Lift, ...] = (),
    tests: tuple[str, ...] = ("severe_bleeding",),
    care: int = 0,
) -> TreatOrMove:
    """Treat or move, asked of a casualty in such a state with the hazards and treatments of the tables.

    `legs_s`: the carry from way-point to way-point; `then_s`: from the last to care; `care`: 0 none yet, 1 life-saving
    care done, 2 full care done. Stops to stabilise take as long as life-saving care, at up to eight places (a long
    row of legs is gathered into as many about equal ones, unless a lift comes on the way).
    """
    cares = tuple(Care(name=r["care"], takes_s=float(r["takes_s"]), means=r["means"]) for r in rows("cares"))
    return TreatOrMove(
        belief={name: p for name, p in belief.items() if name != DEAD},
        hazards=state_hazards(),
        legs_s=legs_s if any(lift.at for lift in lifts) else _gathered(legs_s),
        cares=cares,
        tests=tuple(sign_test(name) for name in tests),
        lifts=lifts,
        then_s=then_s,
        care=care,
        stop_s=stop_s(),
    )


def told_signs(seen: Observation) -> tuple[tuple[str, bool], ...]:
    """The signs of `state_signs.csv` that an observation settles, each with yes or no, none told twice."""
    known = signs(seen)
    out: list[tuple[str, bool]] = [(name, known[name]) for name in ("severe_bleeding", "perfused") if name in known]
    if seen.consciousness is not None:
        out.append((f"consciousness {seen.consciousness.value}", True))
        if seen.consciousness in (Consciousness.ALERT, Consciousness.CONFUSED) and seen.walks is not None:
            out.append(("walks", seen.walks))
    else:
        out += [(name, known[name]) for name in ("walks", "obeys") if name in known]
    if "breathes" in known:
        out.append(("breathes", known["breathes"]))
    if seen.resp_rate_pm or seen.respiratory_distress is not None:
        rate = seen.resp_rate_pm
        laboured = rate is not None and (rate < _SLOW or rate > _FAST)
        out.append(("distress", True) if seen.respiratory_distress else ("fast_or_laboured", laboured))
    if seen.temperature_c is not None:
        band = next((words for limit, words in _COLD if seen.temperature_c < limit), "35 and over")
        out.append((f"temperature {band}", True))
    if seen.shivering is not None:
        out.append(("shivers", seen.shivering))
    return tuple(out)


_SIGN_FIELDS = (
    "walks",
    "breathes",
    "breathes_after_airway",
    "resp_rate_pm",
    "respiratory_distress",
    "radial_pulse",
    "capillary_refill_s",
    "consciousness",
    "obeys",
    "talks",
    "temperature_c",
    "shivering",
    "severe_bleeding",
)


def _sign_fields(seen: Observation) -> dict[str, object]:
    return {name: value for name in _SIGN_FIELDS if (value := getattr(seen, name)) is not None}


def _latest(observations: Iterable[Observation]) -> dict[str, object]:
    """Of each sign what was seen last, oldest observation first, less what later ones go against."""
    latest: dict[str, object] = {}
    for seen in observations:
        gone = undone_by(Observation(casualty="", **latest), seen)  # type: ignore[arg-type]
        latest = {k: v for k, v in latest.items() if k not in gone} | _sign_fields(seen)
    return latest


def _says_yes(sign: str) -> Floats:
    row = next(r for r in rows("state_signs") if r["sign"] == sign)
    return np.array([float(row[name]) for name in (*STATES, DEAD)])


def _with(belief: Mapping[str, float], state: str, p: float) -> dict[str, float]:
    """The belief with a state at `p`, the others in proportion among themselves (Jeffrey's rule); the dead are none of
    them, as who bleeds lives.
    """
    others = {name: q for name, q in belief.items() if name not in (state, DEAD)}
    total = sum(others.values())
    return {**{name: (1 - p) * q / total for name, q in others.items()}, state: p, DEAD: 0.0}


_BETTER = (
    "walks",
    "breathes",
    "perfused",
    "obeys",
)  # signs of those who are well: the worse of two states has them less
_SCALES = (
    tuple(f"consciousness {level}" for level in "ACVPU"),
    tuple(f"temperature {band}" for band in ("35 and over", "32 to 35", "28 to 32", "under 28")),
)


def _worse_of(sign: str, first: int) -> Floats:
    """P(sign | both states) for each state beside the `first`: on a scale the worse of two independent draws."""
    scale = next((names for names in _SCALES if sign in names), None)
    if scale is not None:
        at = scale.index(sign)
        up_to = [sum((_says_yes(n) for n in scale[:k]), np.zeros(len(STATES) + 1)) for k in (at + 1, at)]
        return np.asarray(up_to[0] * up_to[0][first] - up_to[1] * up_to[1][first])
    p = _says_yes(sign)
    return np.asarray(p * p[first] if sign in _BETTER else 1 - (1 - p) * (1 - p[first]))


def _gathered(legs_s: tuple[float, ...]) -> tuple[float, ...]:
    """Legs put together into at most `_MOST_LEGS` about equal ones; the sum stays."""
    if len(legs_s) <= _MOST_LEGS:
        return legs_s
    ends = np.cumsum(legs_s)
    wanted = np.linspace(0, ends[-1], _MOST_LEGS + 1)[1:]
    cuts = np.unique(np.append(ends[np.searchsorted(ends, wanted[:-1] - 1e-9)], ends[-1]))
    return tuple(np.diff(cuts, prepend=0.0).tolist())
