"""The fields of problem and solution files of the kind `cover`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from homeward.exchange.solver_files.door import FileModel, ProblemHead, SolutionHead
from homeward.readiness.cover.records import LOSS_PER_H, MAX_TEAMS

Id = Annotated[str, Field(min_length=1)]
Name = Id | int
NotNegative = Annotated[float, Field(ge=0)]
Number = Annotated[int, Field(ge=0, le=MAX_TEAMS)]
View = Literal["deterrence", "rosters", "commitment", "covering", "fewest", "median", "center", "expected", "reserve"]


class TargetFile(FileModel):
    """A target, with what it is worth to attacker and defender when it is hit."""

    id: Id = Field(description="a name of its own")
    attacker_covered: float = Field(description="what the attacker gets where it is hit and covered")
    attacker_uncovered: float = Field(description="what the attacker gets where it is hit and not covered; no less")
    defender_covered: float = Field(description="what the defender gets where it is hit and covered")
    defender_uncovered: float = Field(description="what the defender gets where it is hit and not covered; no more")


class CrewFile(FileModel):
    """Teams of one kind."""

    id: Id = Field(description="a name of its own")
    can: list[Id] | None = Field(default=None, description="the ways that they can guard (left out: all)")
    standing: Number = Field(default=0, description="how many stand at a target, 0 or more")
    reserve: Number = Field(default=0, description="how many wait at a base, 0 or more")
    either: Number = Field(default=0, description="how many may do either, 0 or more")
    travel_factor: float = Field(default=1.0, gt=0, description="times travel_h is how long they take, above 0")


class SliceFile(FileModel):
    """A time with values and teams of its own."""

    id: Id = Field(description="a name of its own, as 'day 3' or '18:00'")
    factor: NotNegative | list[NotNegative] = Field(
        default=1.0,
        description="times what each target or point is worth: one number, or one for each, such as the probability "
        "that it is hit in this time",
    )
    teams: Number | None = Field(default=None, description="how many teams there are then (left out: as otherwise)")
    standing: Number | None = Field(default=None, description="view reserve: how many stand then")
    reserve: Number | None = Field(default=None, description="view reserve: how many wait then")
    either: Number | None = Field(default=None, description="view reserve: how many may do either then")


class CoverFile(ProblemHead):
    """Who covers what with too few teams: `view` says which question is asked, and so which fields count."""

    kind: Literal["cover"] = Field(description="'cover'")
    view: View = Field(
        description="'deterrence', 'rosters', 'commitment', 'covering', 'fewest', 'median', 'center', 'expected' or "
        "'reserve'"
    )
    teams: Number | None = Field(default=None, description="how many teams, a whole number, 0 or more")
    prices: bool | None = Field(
        default=None,
        description="whether to say what one team more and one less is worth (left out: where there are at most 40000 "
        "pairs of point and site)",
    )
    slices: list[SliceFile] = Field(
        default_factory=list, description="times with values and teams of their own, in order"
    )

    targets: list[TargetFile] | None = Field(default=None, min_length=1, description="the targets, at least one")
    attacker_covered: str | list[float] | None = Field(
        default=None, description="instead of targets: by target, a list or a .npy file"
    )
    attacker_uncovered: str | list[float] | None = Field(default=None, description="as attacker_covered")
    defender_covered: str | list[float] | None = Field(default=None, description="as attacker_covered")
    defender_uncovered: str | list[float] | None = Field(default=None, description="as attacker_covered")
    values: str | list[NotNegative] | list[list[NotNegative]] | None = Field(
        default=None,
        description="by target: what is lost where it is hit and nobody is there, 0 or more (view reserve with ways: a "
        "list of one for each way); a list or a .npy file",
    )
    target_ids: list[Id] | None = Field(default=None, description="names of the targets (left out: numbers from 0 up)")
    schedules: list[list[Name]] | list[list[list[Name]]] | None = Field(
        default=None,
        description="sets of targets that a team takes together: a list of sets that every team may take, or such a "
        "list for each team",
    )
    coverage: str | list[float] | None = Field(
        default=None, description="view rosters: how often each target is to be covered, 0 to 1, a list or a .npy file"
    )
    draws: int = Field(default=1, ge=1, le=10_000, description="how many rosters to draw, 1 to 10000")
    leader: list[list[float]] | None = Field(
        default=None, description="view commitment: what we get, by our choice (row) and the other's (column)"
    )
    follower: list[list[float]] | None = Field(
        default=None, description="view commitment: what the other gets, as leader"
    )

    demand: str | list[NotNegative] | None = Field(
        default=None, description="by point: its weight, 0 or more, a list or a .npy file (left out: 1 each)"
    )
    distance: str | list[list[NotNegative | None]] | None = Field(
        default=None,
        description="by point (row) and site (column), in any unit, 0 or more; null: cannot serve it; a table or a "
        ".npy file",
    )
    demand_xy: str | list[list[float]] | None = Field(
        default=None, description="instead of distance: places [x, y] of the points, a list or a .npy file"
    )
    site_xy: str | list[list[float]] | None = Field(
        default=None, description="with demand_xy: places [x, y] of the sites (left out: those of the points)"
    )
    edges: str | list[list[Name | NotNegative]] | None = Field(
        default=None,
        description="instead of distance: a graph whose vertices are points and sites: [a, b, length], both ways, the "
        "last of equal edges counts; a list or a .npy file of three columns",
    )
    vertices: list[Name] | None = Field(
        default=None, description="with edges: the vertices in the order of demand (left out: in order of their names)"
    )
    demand_ids: list[Id] | None = Field(default=None, description="names of the points (left out: numbers from 0 up)")
    site_ids: list[Id] | None = Field(default=None, description="names of the sites (left out: numbers from 0 up)")
    radius: NotNegative | None = Field(default=None, description="how far a team serves, in the unit of distance")
    busy: float = Field(
        default=0.0, ge=0, lt=1, description="view expected: probability that a team is busy, 0 to below 1"
    )
    keep: list[Name] = Field(default_factory=list, description="sites that are used in any case")
    before: list[Name] = Field(
        default_factory=list,
        description="sites where teams are now: of equal plans the one with fewest moves (not in view median)",
    )
    per_site: int | None = Field(
        default=None,
        ge=1,
        description="views covering and expected: most teams at one site (left out: 1, with view expected any number)",
    )

    travel_h: str | list[list[NotNegative | None]] | None = Field(
        default=None,
        description="hours from base (row) to target (column), 0 or more; null: no way; a table or a .npy file",
    )
    base_ids: list[Id] | None = Field(
        default=None, description="names of the bases (left out: those of the targets where there are as many)"
    )
    standing: Number | None = Field(default=None, description="how many teams stand at a target each")
    reserve: Number | None = Field(default=None, description="how many teams wait at a base")
    either: Number | None = Field(
        default=None, description="how many more teams may do either (teams: another name for it)"
    )
    crews: list[CrewFile] | None = Field(
        default=None, description="instead of standing, reserve and either: teams of several kinds"
    )
    ways: list[Id] | None = Field(default=None, description="ways in which a target can be hit: the columns of values")
    loss_per_h: NotNegative = Field(
        default=LOSS_PER_H,
        description="share of the value that is lost for each hour until somebody comes (left out: 0.25, homeward's "
        "own assumption)",
    )
    aim: Literal["worst", "expected"] = Field(
        default="worst", description="'worst': the least worst loss; 'expected': the least mean loss"
    )
    chance: list[NotNegative] | list[list[NotNegative]] | None = Field(
        default=None,
        description="as values: how likely each is hit, in proportion (left out: in proportion to values, "
        "without the factor of a slice)",
    )
    values_high: list[NotNegative] | list[list[NotNegative]] | None = Field(
        default=None, description="as values: as much as each may be worth"
    )
    budget: NotNegative | None = Field(
        default=None, description="with values_high: how many values may be high at once (left out: all of them)"
    )


class RosterFile(FileModel):
    """Targets that are covered together."""

    targets: list[Name] = Field(description="the targets")
    weight: float = Field(description="how often, a share")


class AnswerFile(FileModel):
    """What is done where a target is hit."""

    target: Name = Field(description="the target")
    way: str | None = Field(description="the way it is hit")
    crew: str | None = Field(description="who comes; null: nobody")
    base: Name | None = Field(description="from which base; null: stands there, or nobody comes")
    hours: float | None = Field(description="after how many hours; null: nobody comes")
    loss: float = Field(description="what is lost then")


class PlaceFile(FileModel):
    """Where a team is."""

    crew: str = Field(description="which team")
    at: Name = Field(description="the target or base")


class MoveFile(FileModel):
    """A team that goes from one place to another when a new time begins."""

    start: Name | None = Field(description="where it was; null: a team that is new")
    to: Name | None = Field(description="where it goes; null: a team that is no longer there")


class SliceResult(FileModel):
    """The plan for one time."""

    id: str = Field(description="the time")
    status: str = Field(description="as of the whole solution")
    value: float = Field(description="the value then")
    bound: float = Field(description="the bound then")
    plan: dict[str, Any] = Field(description="the fields that a solution of this view has")
    moves: list[MoveFile] = Field(description="who goes where as it begins")


class CoverResult(SolutionHead):
    """Who covers what. `value` and `bound` are of the view; fields that say nothing in it are null or empty."""

    coverage: dict[str, float] | list[float] | None = Field(
        description="how often each target is covered: by id, or a list where the problem has no ids"
    )
    attacker_value: float | None = Field(description="what the attacker then expects")
    attacked: Name | None = Field(description="the target that is then hit")
    tempting: list[Name] = Field(description="all targets that are equally good for the attacker")
    rosters: list[RosterFile] = Field(
        description="targets covered together and how often; empty where there are too many"
    )
    drawn: list[list[Name]] = Field(description="rosters drawn with the seed")
    mix: list[float] = Field(description="how often each of our choices is made")
    answer: int | None = Field(description="what the other then does, a number from 0 up")
    simultaneous: float | None = Field(description="our value without commitment, in the best equilibrium for us")
    sites: list[Name] = Field(description="where the teams wait")
    served_by: list[Name | None] = Field(description="by point: the nearest of these sites; null: none within reach")
    left: list[Name] = Field(description="points that none of them serves, heaviest first")
    out_of_reach: list[Name] = Field(description="points that no site at all can serve")
    worst: Name | None = Field(description="the point with the longest way, or the target with the greatest loss")
    worst_distance: float | None = Field(description="the longest way; null: none can serve it")
    standing_at: list[Name] = Field(description="targets where a team stands, one for each team")
    reserve_at: list[Name] = Field(description="bases where a team waits, one for each team")
    crews_at: list[PlaceFile] = Field(description="the same with the crew of each, those who stand first")
    answers: list[AnswerFile] = Field(description="what is done where each target is hit: when the reserve moves")
    worst_loss: float | None = Field(description="the worst loss left")
    expected_loss: float | None = Field(description="the mean loss left")
    without_reserve: float | None = Field(description="the value with all teams standing")
    one_more: float | None = Field(description="the value with one team more")
    one_more_crew: str | None = Field(description="view reserve: the crew that it is best to have one more of")
    one_less: float | None = Field(description="the value with one team less")
    prices_proven: bool | None = Field(
        description="whether one_more, one_less and without_reserve are proven the best; null: not asked for"
    )
    slices: list[SliceResult] = Field(description="the plan for each time")
