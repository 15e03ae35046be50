"""Problem and solution files of the kind `fuse`: what several reports come to together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Literal

from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, FileModel, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.exchange.solver_files.fuse_answer import Show, fields_of
from homeward.readiness.fuse.ask import NEW, NEW_C, NEW_R
from homeward.readiness.fuse.evidence import LEAST_SD_LOG
from homeward.readiness.fuse.records import Ask, Decision, Fused, FuseProblem, Point, Report, Resolved, Travel
from homeward.readiness.fuse.solve import fuse
from homeward.readiness.fuse.states import known

Share = Annotated[float, Field(ge=0, le=1)]
Pair = Annotated[list[float], Field(min_length=2, max_length=2)]
Opinion = Annotated[list[Share], Field(min_length=3, max_length=3)]
ALONE = "prior"


class ReportFile(FileModel):
    """One report: give `says` with r (or reliability) and c (or certainty, or credibility), or one of `likelihood`,
    `probability`, `opinion`, `searched` and `count`.
    """

    id: str = Field(min_length=1, description="the name of the report")
    says: str | dict[str, str] | None = Field(
        default=None,
        description="the hypothesis that it says is true ('not H': is not); or {question: hypothesis}, all at once",
    )
    denies: bool = Field(default=False, description="true: it says that this is not so")
    r: Share | None = Field(default=None, description="probability that the source is reliable, 0 to 1")
    c: Share | None = Field(default=None, description="how sure the source is of it, 0 to 1")
    reliability: str | None = Field(default=None, description="the source's letter, A to F, where r is not given")
    credibility: int | None = Field(
        default=None, description="the information's digit, 1 to 6, where neither c nor certainty is given"
    )
    certainty: str | None = Field(default=None, description="how sure it is in the witness's words, for c")
    likelihood: dict[str, Annotated[float, Field(ge=0)]] | None = Field(
        default=None, description="by hypothesis: how probable this report is where that is true"
    )
    probability: dict[str, Share] | None = Field(
        default=None, description="by hypothesis: the source's own probability, held with the same prior; sums to 1"
    )
    opinion: Opinion | None = Field(
        default=None, description="[belief, disbelief, uncertainty], summing to 1, in what says names: r and c from it"
    )
    trust: Share = Field(default=1.0, description="how far the opinion is trusted: it discounts r")
    searched: dict[str, Share] | None = Field(
        default=None, description="an empty search: probability of detection by hypothesis (left out: not searched)"
    )
    count: str | None = Field(default=None, description="a number in words ('a couple'); the hypotheses are numbers")
    question: str | None = Field(default=None, description="the question it bears on, where there are several")
    source: str | None = Field(default=None, description="who says so: reports of one source have one origin")
    told_by: str | None = Field(default=None, description="the report or source that it repeats")
    origin: str | None = Field(default=None, description="a common origin, where neither source nor told_by says it")


class ResolvedFile(FileModel):
    """A claim of which the truth is known by now."""

    source: str = Field(default="", description="who made it")
    forecast: Share = Field(description="the probability it was given")
    came_true: bool = Field(description="whether it came true")


class CountsFile(FileModel):
    """A source's record, counted."""

    right: int = Field(ge=0, description="claims that came true")
    wrong: int = Field(ge=0, description="claims that did not")


class AskFile(FileModel):
    """Somebody or something that can be asked next."""

    id: str = Field(min_length=1, description="whom or what to ask")
    question: str | None = Field(default=None, description="the question, where there are several")
    about: str = Field(default="", description="whether this hypothesis is true: yes or no")
    r: Share = Field(default=1.0, description="probability that who is asked is reliable")
    c: Share = Field(default=0.8, description="how sure the answer will be")
    likelihood: dict[str, dict[str, Share]] = Field(
        default_factory=dict, description="instead of about: answer -> hypothesis -> probability, by hypothesis sum 1"
    )
    cost: float = Field(default=0.0, ge=0, description="what asking costs, in the unit of the decision's losses")


class DecisionFile(FileModel):
    """What hangs on a question."""

    question: str | None = Field(default=None, description="the question, where there are several")
    loss: dict[str, dict[str, float]] = Field(description="action -> hypothesis -> loss")


class PointFile(FileModel):
    """One place and time on the way of the person asked about."""

    where: str = Field(default="", description="the question whose answer is the place")
    when: str = Field(default="", description="the question whose answer is the time")
    place_m: Pair | None = Field(default=None, description="the place where it is known: metres east and north")
    time_s: float | Pair | None = Field(
        default=None, description="the time where it is known: s, or [earliest, latest]"
    )


class TravelFile(FileModel):
    """What nobody can have travelled: points too far apart for the time between them are not both true."""

    points: list[PointFile] = Field(min_length=2, description="places and times of one person")
    places_m: dict[str, Pair] = Field(default_factory=dict, description="by hypothesis: metres east and north")
    times_s: dict[str, float | Pair] = Field(
        default_factory=dict, description="by hypothesis: seconds on one clock, or [earliest, latest]"
    )
    max_mps: Annotated[float, Field(gt=0)] | dict[str, Annotated[float, Field(gt=0)]] = Field(
        default=1.5, description="the greatest speed in m/s; or by hypothesis (who it was, on foot or not)"
    )


class FuseFile(ProblemHead):
    """Hypotheses with priors and reports about them."""

    kind: Literal["fuse"] = Field(description="'fuse'")
    prior: dict[str, Annotated[float, Field(ge=0)]] | None = Field(
        default=None, description="by hypothesis: its probability before any report (one alone: 'not' it has the rest)"
    )
    questions: dict[str, dict[str, Annotated[float, Field(ge=0)]]] | None = Field(
        default=None, description="several questions instead of prior: question -> hypothesis -> prior"
    )
    reports: list[ReportFile] = Field(default_factory=list, description="the reports, in any order")
    base_rate: Share | dict[str, Share] = Field(
        default=0.5, description="how probable it is that a source that knows nothing says just this"
    )
    rho: Share | None = Field(
        default=None, description="correlation of reports of one origin, 0 to 1 (left out: 1, they count once)"
    )
    one_origin: Literal["effective", "strongest"] | None = Field(
        default=None,
        description="how reports of one origin that say the same count: 'effective', as many of the strongest as come "
        "to most by n / (1 + (n-1) rho) times their mean log likelihood ratio (left out), or 'strongest', the "
        "strongest whole and the others what that grows by; with rho 1 both are the strongest alone",
    )
    asked: Literal["whether", "which"] = Field(
        default="whether", description="'which': the sources chose one of all hypotheses, not yes or no to one"
    )
    resolved: list[ResolvedFile] = Field(default_factory=list, description="claims whose truth is known by now")
    counts: dict[str, CountsFile] = Field(default_factory=dict, description="by source: how often right and wrong")
    learn: Literal["counts", "model"] = Field(
        default="counts", description="r of a source with a record, where the report gives none: by counts or by model"
    )
    unknown_r: Share | Literal["team"] = Field(
        default=0.0, description="r of a source of letter F; 'team': the mean of the sources that have a record"
    )
    could_ask: list[AskFile] = Field(default_factory=list, description="whom or what can be asked next")
    decision: DecisionFile | None = Field(default=None, description="the losses that hang on a question")
    impossible: list[dict[str, str]] = Field(
        default_factory=list, description="combinations that cannot be: [{question: hypothesis, ...}]"
    )
    travel: TravelFile | None = Field(default=None, description="combinations that are too far apart to travel")
    words: Literal["median", "mean"] = Field(
        default="median", description="c of words: the median of what people mean by them, or the mean"
    )
    clamp: float = Field(
        default=0.01, ge=0, lt=0.5, description="no report moves odds by more than (1-clamp)/clamp; 0: no bound"
    )
    extremize: float | None = Field(default=None, gt=0, description="a factor to extremize the pool by, for show")
    show: list[Show] = Field(
        default_factory=list,
        description="what else to show: 'opinions', 'dempster', 'pools' (the reports by other rules), 'scales' (the "
        "tables of letters, digits and words)",
    )


class FuseResult(SolutionHead):
    """What the reports come to. `value` is the probability of the leading hypothesis (of several questions, of the
    most probable combination).
    """

    posterior: dict[str, Any] = Field(description="by hypothesis its probability; with questions, by question first")
    moved: list[tuple[str, float]] = Field(
        description="each report and its shift of the leading hypothesis's log-odds (natural), the greatest first"
    )
    moved_by: dict[str, Any] = Field(description="by hypothesis: the three reports that moved it most")
    conflict: float = Field(description="the greatest conflict mass of two reports, 0 to 1; above 0.9 ask again")
    conflicts: list[dict[str, Any]] = Field(
        description="reports that contradict each other: one, other, conflict mass k, divergence jsd_bits"
    )
    ask_again: list[list[str]] = Field(description="pairs to ask again instead of acting on them")
    ask_next: list[dict[str, Any]] = Field(
        description="whom to ask about what, worth most first: gain_bits expected, loss saved by a decision"
    )
    reports: dict[str, Any] = Field(
        description="by report: r, c, where they are from, own_assumption, origin, weight, log10_ratio by hypothesis, "
        "in_schemes (what STIX and MISP make of its letter and digit)"
    )
    pairs: list[dict[str, Any]] = Field(description="divergence and conflict mass of every two reports (first 200)")
    sources: dict[str, Any] = Field(description="by source with a record: right, wrong, r, its middle 90 %, r_model")
    scores: dict[str, Any] | None = Field(description="Brier score with its split and log loss of all resolved claims")
    spread: dict[str, Any] = Field(description="by hypothesis: middle 80 % over what the words may mean")
    joint: list[dict[str, Any]] = Field(description="the most probable combinations of questions that hang together")
    removed: float = Field(description="prior probability of the impossible combinations")
    entropy_bits: dict[str, Any] = Field(description="before and after the reports; with questions, by question first")
    choice: dict[str, Any] | None = Field(description="the action of least expected loss, and each action's")
    own_assumptions: list[str] = Field(description="the numbers, and defaults used, that are homeward's own assumption")
    opinions: dict[str, Any] | None = Field(description="subjective-logic opinions, where shown")
    dempster: dict[str, Any] | None = Field(description="Dempster's rule, where shown: masses and conflict")
    pools: dict[str, Any] | None = Field(description="pools of everybody's own probability, where shown")
    scales: dict[str, Any] | None = Field(description="the tables of letters, digits and words, where shown")


def read(problem: FuseFile, folder: Path, file: str) -> Read:
    """The file's reports, ready to be fused."""
    del folder
    try:
        ready = _problem(problem)
    except BadInput as err:
        raise BadFile(f"{file}: {err}") from err

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        del time_limit_s, progress
        begun = perf_counter()
        try:
            fused = fuse(ready, seed=seed)
            fields = fields_of(ready, fused, show=problem.show, extremize=problem.extremize, alone=ALONE)
            fields["own_assumptions"] += _left_to_us(problem, ready, fused)
        except BadInput as err:
            raise BadFile(f"{file}: {err}") from err
        return Reported(
            status="optimal",
            value=fused.value,
            bound=fused.value,
            why=(*fused.why, *fused.findings),
            elapsed_s=perf_counter() - begun,
            fields=fields,
        )

    return Read(solve=solve)


def _left_to_us(file: FuseFile, problem: FuseProblem, fused: Fused) -> list[str]:
    """Defaults that were used, and are homeward's own assumption."""
    out = []
    origins = [(taken.origin, taken.about) for taken in fused.taken.values()]
    if file.rho is None and len(set(origins)) < len(origins):
        out.append("rho = 1: reports of one origin that say the same count once")
    if any(report.count for report in problem.reports):
        out.append(f"count: a number word spreads by {LEAST_SD_LOG:.0%} at the least, though all meant the same by it")
    if "base_rate" not in file.model_fields_set and any(report.says for report in problem.reports):
        out.append("base_rate = 0.5: a source that knows nothing says this as often as not")
    if file.travel is not None and "max_mps" not in file.travel.model_fields_set:
        out.append(f"max_mps = {file.travel.max_mps:g}: nobody went faster")
    if not file.could_ask and any(one.source == NEW for one in fused.ask_next):
        out.append(f"ask_next: a new witness has r = {NEW_R:g} and c = {NEW_C:g}")
    return out


def _problem(file: FuseFile) -> FuseProblem:
    if (file.prior is None) == (file.questions is None):
        given = "neither prior nor questions is" if file.prior is None else "both prior and questions are"
        raise BadInput(f"{given} given. Give prior, or several questions with theirs.")
    told = {ALONE: file.prior} if file.prior is not None else file.questions or {}
    questions = {name: _with_contrary(prior) for name, prior in told.items()}
    rho = 1.0 if file.rho is None else file.rho
    return FuseProblem(
        questions=questions,
        reports=tuple(_report(report, questions) for report in file.reports),
        base_rate=file.base_rate,
        rho=rho,
        one_origin=file.one_origin or "effective",
        asked=file.asked,
        resolved=tuple(Resolved(source=x.source, forecast=x.forecast, came_true=x.came_true) for x in file.resolved),
        counts={name: (x.right, x.wrong) for name, x in file.counts.items()},
        learn=file.learn,
        unknown_r=file.unknown_r,
        could_ask=tuple(_ask(ask, questions) for ask in file.could_ask),
        decision=None if file.decision is None else _decision(file.decision, questions),
        impossible=tuple(file.impossible),
        travel=None if file.travel is None else _travel(file.travel),
        words=file.words,
        clamp=file.clamp,
    )


def _with_contrary(prior: Mapping[str, float]) -> dict[str, float]:
    """The prior; beside a hypothesis that stands alone its contrary, `not H`."""
    if len(prior) == 1:
        ((name, p),) = prior.items()
        if p < 1:
            return {name: p, f"not {name}": 1 - p}
    return dict(prior)


def _named(question: str | None, questions: Mapping[str, Any], of: str) -> str:
    if question is not None:
        return question
    if len(questions) > 1:
        raise BadInput(f"{of} does not say which question it bears on. Name one of {', '.join(questions)}.")
    return next(iter(questions), "")


def _report(file: ReportFile, questions: Mapping[str, Mapping[str, float]]) -> Report:
    of = f"Report {file.id!r}"
    question = file.question or ""
    says = {_named(file.question, questions, of): file.says} if isinstance(file.says, str) else dict(file.says or {})
    denies = file.denies
    for asked, name in says.items() if len(says) == 1 else ():
        if name not in questions.get(asked, {}) and name.removeprefix("not ") in questions.get(asked, {}):
            says, denies = {asked: name.removeprefix("not ")}, not denies
    likelihood = dict(file.likelihood or {})
    r, c = file.r, file.c
    if file.probability is not None:
        if file.likelihood is not None:
            raise BadInput(f"{of} has both a likelihood and a probability. Give one of them.")
        question = known(_named(file.question, questions, of), questions, what="question", of=of)
        likelihood = _from_probability(of, file.probability, questions[question])
    if file.opinion is not None:
        if not says or r is not None or c is not None:
            raise BadInput(f"{of} has an opinion, which goes with says, without r and c. Give just these.")
        b, d, u = file.opinion
        if abs(b + d + u - 1) > 1e-6:
            raise BadInput(
                f"{of} has an opinion that sums to {b + d + u:g}. Make belief, disbelief, uncertainty sum to 1."
            )
        r, c = file.trust * (b + d), b / (b + d) if b + d > 0 else 0.5
    return Report(
        id=file.id,
        says=says,
        denies=denies,
        likelihood=likelihood,
        searched=dict(file.searched or {}),
        count=file.count or "",
        question=question,
        r=r,
        c=c,
        reliability=file.reliability or "",
        credibility=file.credibility,
        certainty=file.certainty or "",
        source=file.source or "",
        told_by=file.told_by or "",
        origin=file.origin or "",
    )


def _from_probability(of: str, told: Mapping[str, float], prior: Mapping[str, float]) -> dict[str, float]:
    """Likelihoods that give the source's own probability with the prior, which it shared."""
    if set(told) != set(prior):
        raise BadInput(f"{of} has a probability for {', '.join(told)}. Give one for each of {', '.join(prior)}.")
    if abs(sum(told.values()) - 1) > 1e-6:
        raise BadInput(f"{of} has probabilities that sum to {sum(told.values()):g}. Make them sum to 1.")
    return {name: p / prior[name] if prior[name] > 0 else 0.0 for name, p in told.items()}


def _ask(file: AskFile, questions: Mapping[str, Any]) -> Ask:
    question = _named(file.question, questions, f"What can be asked, {file.id!r},")
    return Ask(
        id=file.id, question=question, about=file.about, r=file.r, c=file.c, likelihood=file.likelihood, cost=file.cost
    )


def _decision(file: DecisionFile, questions: Mapping[str, Any]) -> Decision:
    return Decision(question=_named(file.question, questions, "The decision"), loss=file.loss)


def _travel(file: TravelFile) -> Travel:
    return Travel(
        points=tuple(
            Point(
                where=p.where,
                when=p.when,
                place_m=None if p.place_m is None else (p.place_m[0], p.place_m[1]),
                window_s=None if p.time_s is None else _window(p.time_s),
            )
            for p in file.points
        ),
        places_m={name: (x[0], x[1]) for name, x in file.places_m.items()},
        windows_s={name: _window(x) for name, x in file.times_s.items()},
        max_mps=file.max_mps,
    )


def _window(told: float | list[float]) -> tuple[float, float]:
    return (told[0], told[1]) if isinstance(told, list) else (told, told)


DOOR = Door(problem=FuseFile, solution=FuseResult, time_limit_s=10.0, read=read)
