"""What the fusion of reports is asked and what it answers: questions, reports, what came true before, who can be asked.

A report keeps what was said as it was said: the source's letter, the information's digit, the witness's own words and
a number, side by side. How they become numbers: `fuse_words.graded`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Asked = Literal["whether", "which"]
Claims = Literal["effective", "strongest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One thing that one source said, or one search that found nothing.

    One of four: `says` (question -> hypothesis; several questions make one claim of all together; with `denies` it
    says that this is not so), `likelihood` (probability of the report under each hypothesis of `question`),
    `searched` (probability of detection by hypothesis of `question`; those left out were not searched; nothing was
    found), `count` (words for a number, the hypotheses of `question` being numbers).

    `r` is the probability that the source is reliable, `c` the certainty of what it says; `reliability` A to F,
    `credibility` 1 to 6, `certainty` in the witness's words. `told_by` is the report or the source that this one
    repeats, `origin` a common origin said outright.
    """

    id: str
    says: Mapping[str, str] = field(default_factory=dict)
    denies: bool = False
    likelihood: Mapping[str, float] = field(default_factory=dict)
    searched: Mapping[str, float] = field(default_factory=dict)
    count: str = ""
    question: str = ""
    r: float | None = None
    c: float | None = None
    reliability: str = ""
    credibility: int | None = None
    certainty: str = ""
    source: str = ""
    told_by: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A claim of which the truth is known by now: its source gave it the probability `forecast`, and it came true."""

    source: str
    forecast: float
    came_true: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Somebody or something that can be asked next.

    Either whether `about` (a hypothesis of `question`) holds, with `r` and `c`; or with answers of its own:
    `likelihood` (answer -> hypothesis -> probability). `cost` in the unit of the decision's losses.
    """

    id: str
    question: str
    about: str = ""
    r: float = 1.0
    c: float = 0.8
    likelihood: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    cost: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What hangs on a question: the loss of each action under each hypothesis (action -> hypothesis -> loss)."""

    question: str
    loss: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One place and time on the way of the person asked about: each the answer of a question, or known.

    `where` and `when` name questions; `place_m` (east, north) and `window_s` (earliest, latest) are what is known.
    """

    where: str = ""
    when: str = ""
    place_m: tuple[float, float] | None = None
    window_s: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """What nobody can have travelled: two points further apart than `max_mps` allows cannot both be true.

    `places_m` and `windows_s` say where and when a hypothesis is (by its name; (question, name) goes before it);
    hypotheses without either rule nothing out. `max_mps` is one speed, or one by hypothesis (of who it was).
    """

    points: tuple[Point, ...]
    places_m: Mapping[str | tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    windows_s: Mapping[str | tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    max_mps: float | Mapping[str, float] = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class FuseProblem:
    """Questions with priors, and reports.

    `questions`: question -> hypothesis -> prior. `base_rate`: how probable it is that a source that knows nothing
    says just this (one number, or one by hypothesis). `rho`: correlation of the reports of one origin; `one_origin`:
    of those with one claim, 'effective', the k strongest count as k / (1 + (k-1) rho) mean ones, k being where that
    is most, or 'strongest', the strongest counts whole and the others what that number grows by. `asked`: 'whether'
    the hypothesis is true, or 'which' of all of them. `counts`: by source, claims that came true and that did not,
    beside `resolved`; `learn` 'counts' takes the mean of Beta(2 m + right, 2 (1-m) + wrong) as r, m being what the
    report's letter stands for (0.5 without one or with F), 'model' what the witness model says. `unknown_r`: r of a
    source of letter F, or 'team': the mean of those with a record. `impossible`: combinations (question ->
    hypothesis) that cannot be. `clamp`: no report moves odds by more than (1 - clamp) / clamp, empty searches apart.
    `spread_draws`: draws for the spread of words and of learnt reliabilities.
    """

    questions: Mapping[str, Mapping[str, float]]
    reports: tuple[Report, ...] = ()
    base_rate: float | Mapping[str, float] = 0.5
    rho: float = 1.0
    one_origin: Claims = "strongest"
    asked: Asked = "whether"
    resolved: tuple[Resolved, ...] = ()
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    learn: Literal["counts", "model"] = "counts"
    unknown_r: float | Literal["team"] = 0.0
    could_ask: tuple[Ask, ...] = ()
    decision: Decision | None = None
    impossible: tuple[Mapping[str, str], ...] = ()
    travel: Travel | None = None
    words: Literal["median", "mean"] = "median"
    clamp: float = 0.01
    spread_draws: int = 400


class Trust(NamedTuple):
    """How far a source is trusted: `r`, where that is from, its middle 90 %, its Beta where it has one."""

    r: float
    told: str
    low: float
    high: float
    beta: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """What a report counts with: its numbers, where they come from, and which of them are our own assumption.

    `c_low`, `c_high` are quartiles of what people mean by the words (both `c` where there were none); `r_low`,
    `r_high` the middle 90 % of a learnt reliability.
    """

    r: float
    c: float
    r_from: str
    c_from: str
    own: tuple[str, ...] = ()
    c_low: float = 0.0
    c_high: float = 0.0
    r_low: float = 0.0
    r_high: float = 0.0
    beta: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How a report was taken: its numbers, the questions it is `about`, its origin, the weight of its evidence there.

    `log10_ratio`: by hypothesis of its questions, log10 of its likelihood ratio against the others together.
    """

    graded: Graded
    about: tuple[str, ...]
    origin: str
    weight: float
    log10_ratio: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two reports against each other: conflict mass `k` and Jensen-Shannon divergence in bits (None: they bear on
    different questions); whether they `contradict` each other.
    """

    one: str
    other: str
    k: float
    jsd_bits: float | None
    contradict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWorth:
    """What asking is worth: bits by which the entropy is expected to fall, and the loss saved less its cost."""

    id: str
    source: str
    question: str
    about: str
    gain_bits: float
    saved: float | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How good probabilities of something that has come out were.

    `brier` = `reliability` - `resolution` + `uncertainty`, grouped by equal forecasts (Murphy 1973, Journal of
    Applied Meteorology 12, 595-600). `log_loss` in nats.
    """

    n: int
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    log_loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What a source's resolved claims teach: counts, its reliability by counts and by the witness model, its scores
    (None: only counts are known).
    """

    right: int
    wrong: int
    r: float
    r_low: float
    r_high: float
    r_model: float
    score: Score | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The action with the least expected loss, that loss, and the loss of each action."""

    action: str
    expected: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """What the reports come to.

    `posterior` question -> hypothesis -> probability; `spread` the middle 80 % of it over what the words may have
    meant; `joint` the most probable combinations of questions that hang together; `moved` question -> hypothesis ->
    ((report, shift of its log-odds by that report), ...), strongest first; `accounts` likewise, of reports of one
    origin that say the same, and the shift by all of them; `conflict` the greatest conflict mass of a pair; `pairs`
    those that contradict each other, `ask_again` those of them to be asked again before anybody acts, `compared` all
    pairs (at most 200 of a part, those first); `removed` prior probability of what is impossible; `entropy_bits` before
    and after; `value` the probability of the most probable combination of answers.
    """

    posterior: Mapping[str, Mapping[str, float]]
    spread: Mapping[str, Mapping[str, tuple[float, float]]]
    joint: tuple[tuple[Mapping[str, str], float], ...]
    moved: Mapping[str, Mapping[str, tuple[tuple[str, float], ...]]]
    accounts: Mapping[str, Mapping[str, tuple[tuple[tuple[str, ...], float], ...]]]
    conflict: float
    pairs: tuple[Pair, ...]
    compared: tuple[Pair, ...]
    ask_again: tuple[Pair, ...]
    ask_next: tuple[AskWorth, ...]
    taken: Mapping[str, Taken]
    sources: Mapping[str, Learnt]
    choice: Choice | None
    removed: float
    entropy_bits: Mapping[str, tuple[float, float]]
    value: float
    why: tuple[str, ...]
    findings: tuple[str, ...]
