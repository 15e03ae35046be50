"""Problem and solution files of the kind `triage`: casualties as they were seen, sorted by every tool and ranked."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Literal

from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, FileModel, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.exchange.solver_files.reading import distinct
from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.cold import ECLS_FROM, hope
from homeward.rescue.field_triage import FieldTriage, field_triage
from homeward.rescue.sacco import schedule
from homeward.rescue.triage import MEDIC_DECIDES, SOURCES, Scores, rank, scores
from homeward.rescue.vitals import check_observation
from homeward.rescue.wounds import Checkpoint, survives_chain

_MIN_S = 60.0
_NOT_SEEN = ("casualty", "by", "findings", "certainty", "consent", "audience", "consciousness")
_WHOLE = ("pain", "spo2_scale")
SEEN = tuple(f.name for f in fields(Observation) if f.name not in _NOT_SEEN)

Id = Annotated[str, Field(min_length=1)]


class ArrestFile(FileModel):
    """A casualty in cardiac arrest from cold, as measured at the hospital (HOPE)."""

    male: bool = Field(description="true or false")
    asphyxia: bool = Field(description="the head was under water or snow")
    age_years: float = Field(ge=0, description="age")
    potassium_mmol_l: float = Field(gt=0, description="potassium in the blood, mmol/l")
    cpr_min: float = Field(gt=0, description="minutes of resuscitation until then")
    temperature_c: float = Field(ge=0, le=45, description="core temperature")


class CheckpointFile(FileModel):
    """A moment on the way to surgery."""

    at_min: float = Field(ge=0, description="minutes after the injury")
    care: str | None = Field(default=None, description="care had from then on: 'role 1', 'resuscitation' or 'surgery'")


class WoundsFile(FileModel):
    """A wounded casualty's way from one stage of care to the next."""

    priority: Literal["P1", "P2"] = Field(description="'P1' or 'P2'")
    chain: list[CheckpointFile] = Field(min_length=1, description="moments on the way, in their order")


class CasualtyFile(FileModel):
    """A casualty, and what was seen of it."""

    id: Id = Field(description="a name of its own")
    seen: dict[str, bool | float] = Field(
        default_factory=dict,
        description="signs by name, true or false, or a number; what was not looked at is left out",
    )
    consciousness: Literal["A", "C", "V", "P", "U"] | None = Field(
        default=None, description="alert, newly confused, responds to voice, to pain, unresponsive"
    )
    age_years: float | None = Field(default=None, ge=0, description="age, for field triage")
    patterns: list[str] | None = Field(
        default=None, description="injuries of field triage that are there, if looked for"
    )
    risks: list[str] | None = Field(default=None, description="risks of field triage that are there, if looked for")
    rpm: int | None = Field(default=None, ge=0, le=12, description="Sacco's score, 0 to 12")
    arrest: ArrestFile | None = Field(default=None, description="cardiac arrest from cold, as measured at the hospital")
    wounds: WoundsFile | None = Field(default=None, description="wounds, and when which care is had")


class TriageFile(ProblemHead):
    """Casualties to be sorted and ranked, and who of them leaves first."""

    kind: Literal["triage"] = Field(description="'triage'")
    casualties: list[CasualtyFile] = Field(min_length=1, max_length=10_000, description="the casualties")
    tool: Literal["START", "SALT", "TST", "MPTT-24"] = Field(default="START", description="the tool that ranks them")
    each_period: int | None = Field(
        default=None, ge=1, description="how many can leave at a time; with it those with `rpm` are scheduled"
    )
    period_min: float = Field(default=30.0, gt=0, description="minutes from one departure to the next")


class TriageResult(SolutionHead):
    """All that the tools say. `value` and `bound`: how many casualties the ranking tool settles."""

    casualties: dict[str, dict[str, Any]] = Field(description="by casualty: what each tool says, with what is open")
    order: list[dict[str, Any]] = Field(description="casualties in the order in which they are seen to, with why")
    schedule: dict[str, Any] | None = Field(description="who leaves in which period so that most live (Sacco)")


def read(problem: TriageFile, folder: Path, file: str) -> Read:
    """The file's casualties, ready to be sorted."""
    del folder
    distinct([c.id for c in problem.casualties], file=file, field="casualties")
    observed = {}
    for casualty in problem.casualties:
        try:
            observed[casualty.id] = _seen(casualty)
            check_observation(observed[casualty.id])
            _field(casualty, observed[casualty.id])
            if casualty.wounds is not None:
                survives_chain(casualty.wounds.priority, _chain(casualty.wounds))
        except BadInput as err:
            raise BadFile(f"{file}: casualty {casualty.id!r}: {err}") from err

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:
        del time_limit_s, seed, progress
        return _reported(problem, observed)

    return Read(solve=solve)


def _seen(casualty: CasualtyFile) -> Observation:
    for name, value in casualty.seen.items():
        if name not in SEEN:
            raise BadInput(f"there is no sign {name!r}. Give some of {', '.join(SEEN)}.")
        if name in _WHOLE and not isinstance(value, bool) and value != int(value):
            raise BadInput(f"{name} is {value:g}. Give a whole number.")
        number = not name.endswith(("pct", "pm", "mmhg", "_c", "_s", "pain", "scale"))
        if number != isinstance(value, bool):
            raise BadInput(f"{name} is {value}. Give {'true or false' if number else 'a number'}.")
    whole: dict[str, Any] = {k: int(v) if k in _WHOLE else v for k, v in casualty.seen.items()}
    level = None if casualty.consciousness is None else Consciousness(casualty.consciousness)
    return Observation(casualty=casualty.id, consciousness=level, **whole)


def _field(casualty: CasualtyFile, seen: Observation) -> FieldTriage:
    return field_triage(seen, age_years=casualty.age_years, patterns=casualty.patterns, risks=casualty.risks)


def _reported(problem: TriageFile, observed: dict[str, Observation]) -> Reported:
    begun = perf_counter()
    said = {c.id: _said(c, scores(observed[c.id]), _field(c, observed[c.id])) for c in problem.casualties}
    settled = sum(one[problem.tool]["category"] is not None for one in said.values())
    order = rank(observed, tool=problem.tool)
    return Reported(
        status="optimal",
        value=float(settled),
        bound=float(settled),
        why=(f"{problem.tool} settles {settled} of {len(said)} casualties.", order[0].why, MEDIC_DECIDES),
        elapsed_s=perf_counter() - begun,
        fields={
            "casualties": said,
            "order": [{"casualty": r.casualty, "place": r.place, "why": r.why} for r in order],
            "schedule": _schedule(problem),
        },
    )


def _said(casualty: CasualtyFile, all_: Scores, field: FieldTriage) -> dict[str, Any]:
    out: dict[str, Any] = {
        tool: {
            "category": s.category,
            "possible": list(s.possible),
            "missing": list(s.missing),
            "source": SOURCES[tool],
        }
        for tool, s in all_.tools.items()
    }
    news, swiss = all_.news2, all_.swiss
    out["NEWS2"] = {
        "lowest": news.lowest,
        "highest": news.highest,
        "risks": list(news.risks),
        "points": {name: list(span) for name, span in news.points.items()},
        "missing": list(news.missing),
    }
    out["Swiss"] = {"possible": list(swiss.stages), "missing": list(swiss.missing)}
    out["field triage"] = {
        "category": field.level,
        "possible": list(field.possible),
        "met": list(field.met),
        "missing": list(field.missing),
    }
    if (arrest := casualty.arrest) is not None:
        p = hope(**arrest.model_dump(exclude={"cpr_min"}), cpr_s=arrest.cpr_min * _MIN_S)
        out["HOPE"] = {"survives": p, "rewarm_on_ecls": p >= ECLS_FROM}
    if casualty.wounds is not None:
        out["wounds"] = {"survives": survives_chain(casualty.wounds.priority, _chain(casualty.wounds))}
    out["findings"] = [str(finding) for finding in all_.findings]
    return out


def _chain(wounds: WoundsFile) -> tuple[Checkpoint, ...]:
    return tuple(Checkpoint(at_s=point.at_min * _MIN_S, care=point.care) for point in wounds.chain)


def _schedule(problem: TriageFile) -> dict[str, Any] | None:
    scored = [(c.id, c.rpm) for c in problem.casualties if c.rpm is not None]
    if problem.each_period is None or not scored:
        return None
    got = schedule([r for _, r in scored], each_period=problem.each_period, period_s=problem.period_min * _MIN_S)
    return {
        "waves": [[scored[i][0] for i in wave] for wave in got.waves],
        "survivors": got.survivors,
        "worst_first": got.worst_first,
        "best_first": got.best_first,
    }


DOOR = Door(problem=TriageFile, solution=TriageResult, time_limit_s=10.0, read=read)
