"""One event of every kind, as pinned in `tests/golden/events`, and Hypothesis strategies for all that there can be.

A pinned file never changes: it stands for what is in mission files out there. Where an event gains a field, add a
sample with the next number (`ClueReported.2`), let the older one's event show the default, and write the new file
with `python -m tests.mission.samples`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from functools import cache, partial
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from homeward.geo import Grid, Place
from homeward.mission import Event, choices, encode
from homeward.mission import events as e
from homeward.mission import indoor as i
from homeward.mission import nouns as n
from tests.mission.samples_readiness import readiness_samples
from tests.mission.samples_rescue import rescue_samples

GOLDEN = Path(__file__).parents[1] / "golden" / "events"
SHA = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
AT = datetime(2026, 11, 21, 19, 4, 5, 678900, tzinfo=UTC)
HERE = Place(36.3901, -84.2402)
MADE_FROM = n.Provenance(inputs_sha256=SHA, seed=7, version="0.1.0")
CLUE = n.Clue(
    id="C1",
    kind=n.ClueKind.BEARING,
    place=HERE,
    text="Witterung — « dort drüben »",
    team="Alpha",
    bearing_deg=315.0,
    bearing_sd_deg=15.0,
    range_m=3000.0,
    range_sd_m=1000.0,
    error_m=25.0,
    reliability=0.7,
)
CLUE_2 = n.Clue(
    id="C2",
    kind=n.ClueKind.SECTOR,
    place=HERE,
    text="phone, last cell",
    team="Alpha",
    bearing_deg=120.0,
    bearing_sd_deg=15.0,
    range_m=3000.0,
    range_sd_m=200.0,
    error_m=25.0,
    reliability=0.9,
    relevance=0.7,
    by_chance=0.2,
    at=AT,
    sense=n.Sense.LIGHT,
    wind_from_deg=210.0,
    width_deg=65.0,
    range_min_m=1650.0,
    range_max_m=2200.0,
    error_across_m=10.0,
    error_axis_deg=45.0,
    noticed=0.6,
    areas=(n.ClueArea(label="AA", ring=(HERE, Place(36.4, -84.24), Place(36.4, -84.23)), grade=n.Grade.STRONG_NOT),),
    spoken=HERE,
    gps=Place(36.3902, -84.2401),
    marked=Place(36.3903, -84.2403),
)
TEAM = n.Team(
    id="Alpha",
    kind=n.TeamKind.DOG,
    people=3,
    base=HERE,
    radio="channel 3",
    sweep_width_m=80.0,
    speed_mps=0.7,
    endurance_s=14400.0,
    why="tracker dog",
)
TEAM_2 = replace(
    TEAM,
    kind=n.TeamKind.THERMAL,
    turnaround_s=600.0,
    spacing_m=15.0,
    height_m=60.0,
    field_of_view_deg=40.0,
    image_px=640,
    batteries=6,
    in_the_dark=True,
)
SUBJECT_1 = n.Subject(
    category="Hiker",
    ecoregion="temperate",
    ground="mountain",
    count=2,
    name="A. Person",
    age_years=54.0,
    description="red jacket",
    medical="asthma",
)
SUBJECT = replace(
    SUBJECT_1,
    mobility=n.Mobility.LIMITED,
    responsive=True,
    injured=False,
    visibility=n.Visibility.HIGH,
)
IPP_1 = n.Ipp(place=HERE, kind="place last seen", seen_at=AT)
IPP = replace(IPP_1, direction_deg=275.0)
SCENARIO = n.Scenario(
    id="slipped",
    label="slipped on the way down",
    category="climber",
    ecoregion="temperate",
    ground="mountain",
    place=HERE,
    direction_deg=40.0,
    mobility=n.Mobility.NONE,
    responsive=False,
    injured=True,
    left_area=True,
    setting=n.Setting.AVALANCHE,
    why="was seen above the cliff",
)
BALLOT = n.Ballot(planner="Kim", rest=10.0, points=(("lost", 60.0), ("slipped", 30.0)), letters=(("lost", "A"),))
AREA = n.Area(
    label="Jacksboro",
    grid=Grid(crs="EPSG:32616", west_m=735000.0, south_m=4025000.0, cell_m=50.0, n_rows=200, n_cols=180),
    terrain=SHA,
    sources=("a.tif", "b.geojson"),
)
MOVE = n.MapMove(
    cause="clue C1",
    why="scent to the north-west",
    moved=0.31,
    from_where="south",
    to_where="north-west",
    entropy_before=8.9,
    entropy_after=8.1,
)

SAMPLES: Mapping[str, Event] = {
    "MissionOpened.1": e.MissionOpened(name="Lost walker", time_zone="America/New_York", exercise=True),
    "AreaSet.1": e.AreaSet(area=AREA),
    "BaseSet.1": e.BaseSet(place=HERE),
    "SubjectDescribed.1": e.SubjectDescribed(subject=SUBJECT_1),
    "SubjectDescribed.2": e.SubjectDescribed(subject=SUBJECT),
    "IppSet.1": e.IppSet(ipp=IPP_1),
    "IppSet.2": e.IppSet(ipp=IPP),
    "ScenarioSet.1": e.ScenarioSet(scenario=SCENARIO),
    "ScenarioDropped.1": e.ScenarioDropped(scenario="slipped", why="was heard of in town"),
    "ScenariosVoted.1": e.ScenariosVoted(ballot=BALLOT),
    "ClueReported.1": e.ClueReported(clue=CLUE),
    "ClueReported.2": e.ClueReported(clue=CLUE_2, held=True),
    "ClueAccepted.1": e.ClueAccepted(clue="C2", why="her own phone"),
    "ClueRefused.1": e.ClueRefused(clue="C1", why="another walker's"),
    "TeamRegistered.1": e.TeamRegistered(team=TEAM),
    "TeamRegistered.2": e.TeamRegistered(team=TEAM_2),
    "WeatherSet.1": e.WeatherSet(
        weather=n.Weather(
            wind_mps=6.0,
            wind_from_deg=240.0,
            rain=n.Rain.LIGHT,
            visibility_m=800.0,
            temperature_c=3.5,
            cloud=0.9,
        )
    ),
    "NumberSet.1": e.NumberSet(number="line/sweep width/forest/day", value=40.0, why="bracken head high"),
    "SegmentDrawn.1": choices.SegmentDrawn(
        segment=n.OwnSegment(
            id="M1", ring=(HERE, Place(36.4, -84.24), Place(36.4, -84.23)), kind="area", label="old quarry"
        )
    ),
    "SegmentDropped.1": choices.SegmentDropped(segment="M1", why="fenced off"),
    "ChoiceLocked.1": choices.ChoiceLocked(
        lock=n.Lock(id="L1", rule=n.LockRule.NEVER, segment="AC", team="Alpha", why="loose rock")
    ),
    "ChoiceFreed.1": choices.ChoiceFreed(lock="L1", why="thawed"),
    "OwnPlanSet.1": choices.OwnPlanSet(plan=n.OwnPlan(orders=(("Alpha", ("AA", "AC")),), label="as on the wall")),
    "TeamSeen.1": e.TeamSeen(team="Alpha", place=HERE),
    "AssignmentBegun.1": e.AssignmentBegun(team="Alpha", assignment="101", plan=SHA),
    "AssignmentGivenUp.1": e.AssignmentGivenUp(team="Alpha", assignment="101", plan=SHA, why="sprained ankle"),
    "BuildingLoaded.1": i.BuildingLoaded(
        building=i.Building(id="school", plan=SHA, place=HERE, label="School", sources=("school.gml",))
    ),
    "ReadingTaken.1": i.ReadingTaken(
        reading=i.Reading(
            building="school",
            room="12",
            stood_in="corridor",
            sense=i.IndoorSense.RADAR,
            positive=True,
            team="Alpha",
            people=1,
            at=AT,
        )
    ),
    "RoomSearched.1": i.RoomSearched(building="school", room="12", pod=0.95, team="Alpha"),
    "IndoorPlanMade.1": i.IndoorPlanMade(building="school", plan=SHA, value=0.8, bound=0.9, made_from=MADE_FROM),
    "IndoorPlanMade.2": i.IndoorPlanMade(
        building="school",
        plan=SHA,
        value=0.8,
        bound=0.9,
        made_from=MADE_FROM,
        starts=AT,
        rooms=SHA,
        lookouts=("OUTSIDE",),
        keep_shut=("12",),
    ),
    "TeamStoodDown.1": e.TeamStoodDown(team="Alpha", why="dark"),
    "MapMade.1": e.MapMade(map=SHA, outside=0.05, story=(MOVE,), made_from=MADE_FROM),
    "PlanMade.1": e.PlanMade(
        plan=SHA, period=1, starts=AT, ends=AT + timedelta(hours=4), value=0.41, bound=0.48, made_from=MADE_FROM
    ),
    "Briefed.1": e.Briefed(plan=SHA, files=(("alpha.pdf", SHA), ("alpha.gpx", SHA))),
    "TrackReceived.1": e.TrackReceived(
        team="Alpha", assignment="101", track=SHA, points=412, findings=("line 7: no time",)
    ),
    "AssignmentSearched.1": e.AssignmentSearched(
        team="Alpha", assignment="101", coverage=SHA, pod=0.62, pos=0.11, source="track", note="dense undergrowth"
    ),
    "TrackReceived.2": e.TrackReceived(
        team="Alpha", assignment="101", track=SHA, points=412, findings=("line 7: no time",), plan=SHA
    ),
    "AssignmentSearched.2": e.AssignmentSearched(
        team="Alpha",
        assignment="101",
        coverage=SHA,
        pod=0.62,
        pos=0.11,
        source="track",
        note="dense undergrowth",
        plan=SHA,
    ),
    "AssignmentSearched.3": e.AssignmentSearched(
        team="Alpha",
        assignment="101",
        coverage=SHA,
        pod=0.62,
        pos=0.11,
        source="track",
        note="dense undergrowth",
        plan=SHA,
        team_kind="hasty",
        searched_at=AT,
        calling=SHA,
        width_factor=0.5,
        forced=True,
        why="thick fog",
    ),
    "AssignmentSearched.4": e.AssignmentSearched(
        team="Alpha",
        assignment="101",
        coverage=SHA,
        pod=0.62,
        pos=0.11,
        source="track",
        note="dense undergrowth",
        plan=SHA,
        team_kind="hasty",
        searched_at=AT,
        calling=SHA,
        width_factor=0.5,
        forced=True,
        why="thick fog",
        hazards=("loose rock",),
        gaps=("the gully",),
    ),
    "SubjectFound.1": e.SubjectFound(place=HERE, team="Alpha", alive=True, condition="cold, walks"),
    "SubjectFound.2": e.SubjectFound(
        place=HERE, team="Alpha", alive=True, condition="cold, walks", needs="litter", told_by="radio", casualty="2"
    ),
    **rescue_samples(here=HERE, at=AT, sha=SHA, made_from=MADE_FROM),
    **readiness_samples(here=HERE, at=AT, sha=SHA, made_from=MADE_FROM),
    "EntryCorrected.1": e.EntryCorrected(entry="e7", event=e.ClueReported(clue=CLUE), why="misread"),
    "EntryCorrected.2": e.EntryCorrected(entry="e7", event=e.ClueReported(clue=CLUE_2, held=True), why="misread"),
    "EntryUndone.1": e.EntryUndone(entry="e7", why="entered twice"),
}


@cache  # events hold events: the same strategy must come back for the recursion to end
def anything(kind: Any, *, text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Every value of a type that an event may hold, its texts drawn from `text`."""
    inner = partial(anything, text=text)
    args = get_args(kind)
    if get_origin(kind) is Annotated:
        return inner(args[0])
    if isinstance(kind, UnionType) or get_origin(kind) is Union:
        return st.one_of([_later(one, text=text) for one in args])
    if get_origin(kind) is tuple:
        return st.lists(inner(args[0]), max_size=3).map(tuple) if args[-1] is ... else st.tuples(*map(inner, args))
    if kind is Grid:
        return st.just(AREA.grid)
    if kind is Place:
        return st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        make: Callable[..., Any] = kind
        return st.builds(make, **{field.name: inner(hints[field.name]) for field in fields(kind)})
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return _plain(kind, text=text)


def _later(kind: Any, *, text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.deferred(lambda: anything(kind, text=text))


def _plain(kind: type, *, text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=8))])
    plain: dict[type, st.SearchStrategy[Any]] = {
        str: text,
        bool: st.booleans(),
        int: st.integers(-(2**53), 2**53),
        float: st.floats(allow_nan=False, allow_infinity=False) | st.integers(-1000, 1000),
        datetime: st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=zones),  # noqa: DTZ001
        NoneType: st.none(),
    }
    return plain[kind]


if __name__ == "__main__":
    for name, event in SAMPLES.items():
        file = GOLDEN / f"{name}.json"
        if not file.exists():
            file.write_text(encode(event)[1] + "\n", encoding="utf-8")
