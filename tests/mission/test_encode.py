"""What an event looks like in a mission file, for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import reduce
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.exchange.page_words import sentence
from homeward.geo import Place
from homeward.mission import Event, decode, encode
from homeward.mission.debriefs import (
    About,
    Question,
    QuestionDropped,
    QuestionRaised,
    QuestionResolved,
    Reader,
    ReaderNamed,
)
from homeward.mission.encode import OPEN_FIELDS, PERSONAL_FIELDS, canonical, public
from homeward.mission.events import BaseSet, ClueReported, EntryCorrected, IppSet, attachments
from homeward.mission.muster import Availability, SignedOut, Standing, StandingTold
from homeward.mission.nouns import Clue, ClueKind, Ipp
from homeward.mission.rescue import CasualtyObserved, Observation
from tests.mission.samples import CLUE_2, GOLDEN, HERE, SAMPLES, SHA, SUBJECT, TEAM_2, anything

KINDS = [kind.__name__ for kind in get_args(Event)]
EVENTS = anything(Event, text=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda file: file.stem)
def test_every_event_ever_written_still_reads_as_what_it_was(file: Path) -> None:
    assert decode(file.stem.split(".")[0], file.read_text(encoding="utf-8")) == SAMPLES[file.stem]


@pytest.mark.parametrize("kind", KINDS)
def test_today_every_event_is_written_as_pinned(kind: str) -> None:
    latest = latest_of(kind)
    pinned = (GOLDEN / f"{latest}.json").read_text(encoding="utf-8").removesuffix("\n")
    assert encode(SAMPLES[latest]) == (kind, pinned)


def latest_of(kind: str) -> str:
    return max((name for name in SAMPLES if name.split(".")[0] == kind), key=lambda name: int(name.split(".")[1]))


def test_samples_leave_no_field_at_its_default() -> None:
    for record in (*(SAMPLES[latest_of(kind)] for kind in KINDS), CLUE_2, TEAM_2, SUBJECT):
        for field in fields(record):
            assert getattr(record, field.name) != field.default, f"{type(record).__name__}.{field.name}"


@given(EVENTS)
def test_what_is_written_is_read_back(event: Event) -> None:
    kind, text = encode(event)
    assert decode(kind, text) == event
    assert encode(decode(kind, text)) == (kind, text)


@given(EVENTS)
def test_the_json_is_canonical(event: Event) -> None:
    text = encode(event)[1]
    assert canonical(json.loads(text)) == text
    assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text


@given(EVENTS)
def test_a_field_of_a_newer_version_is_passed_over(event: Event) -> None:
    kind, text = encode(event)
    assert decode(kind, canonical({**json.loads(text), "added_later": {"deep": [1]}})) == event


def test_no_event_has_a_field_where_corrections_keep_the_kind() -> None:
    assert not [kind for kind in get_args(Event) if "kind" in {field.name for field in fields(kind)}]


def test_times_are_written_in_utc() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    text = encode(IppSet(ipp=Ipp(place=HERE, kind="place last seen", seen_at=noon)))[1]
    assert '"seen_at":"2026-07-01T10:00:00Z"' in text
    back = decode("IppSet", text)
    assert isinstance(back, IppSet)
    assert back.ipp.seen_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused_both_ways() -> None:
    naive = IppSet(ipp=Ipp(place=HERE, kind="place last seen", seen_at=datetime(2026, 7, 1, 12)))  # noqa: DTZ001
    with pytest.raises(BadInput, match="no time zone"):
        encode(naive)
    with pytest.raises(BadInput, match="no time zone"):
        decode("IppSet", '{"ipp":{"place":[1,2],"kind":"x","seen_at":"2026-07-01T12:00:00"}}')


def test_numpy_numbers_are_written_as_plain_ones() -> None:
    place = Place(np.float64(36.5), np.float32(-84.25))  # type: ignore[arg-type]
    assert encode(BaseSet(place=place))[1] == '{"place":[36.5,-84.25]}'


@pytest.mark.parametrize(
    "event",
    [
        ClueReported(clue=Clue(id="C1", kind=ClueKind.POINT, place=HERE, text="x", range_m=float("inf"))),
        BaseSet(place=Place(float("nan"), 1.0)),
        ClueReported(clue=Clue(id="C1", kind="smell", place=HERE, text="x")),  # type: ignore[arg-type]
        BaseSet(place="36.5, -84.2"),  # type: ignore[arg-type]
        BaseSet(place=object()),  # type: ignore[arg-type]
        EntryCorrected(entry="e1", event=BaseSet(place=None)),  # type: ignore[arg-type]
        EntryCorrected(entry="e1", event="undone"),  # type: ignore[arg-type]
        "MissionOpened",
    ],
    ids=lambda event: str(event).partition(" object at ")[0],
)
def test_what_could_not_be_read_back_is_never_written(event: Event) -> None:
    with pytest.raises(BadInput):
        encode(event)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("VolcanoErupted", "{}"),
        ("BaseSet", ""),
        ("BaseSet", "[1]"),
        ("BaseSet", "{}"),
        ("BaseSet", '{"place":[NaN,1]}'),
        ("BaseSet", '{"place":[1e400,1]}'),
        ("BaseSet", '{"place":[1]}'),
        ("BaseSet", "[" * 100_000),
        ("AreaSet", json.dumps({"area": {"label": "", "terrain": "", "sources": [], "grid": {"cell_m": -1}}})),
        ("TeamRegistered", '{"team":{"id":"A","kind":"cat"}}'),
        ("EntryCorrected", "[]"),
        ("EntryCorrected", '{"entry":"e1","event":3}'),
        ("EntryCorrected", '{"entry":"e1","event":{"place":[1,2]}}'),
        ("EntryCorrected", '{"entry":"e1","event":{"kind":["x"]}}'),
    ],
)
def test_what_is_not_an_event_is_one_plain_error(kind: str, text: str) -> None:
    with pytest.raises(BadInput):
        decode(kind, text)


def test_an_error_names_the_kind_and_the_field() -> None:
    with pytest.raises(BadInput, match=r"TeamRegistered.*team\.kind.*'dog'"):
        decode("TeamRegistered", '{"team":{"id":"A","kind":"cat"}}')


def test_attachments_are_those_that_the_event_speaks_of() -> None:
    speak = {name.split(".")[0] for name, event in SAMPLES.items() if attachments(event) == (SHA,)}
    assert speak == {
        *("AreaSet", "MapMade", "PlanMade", "Briefed", "TrackReceived", "AssignmentSearched", "AssignmentBegun"),
        *("AssignmentGivenUp", "BuildingLoaded", "IndoorPlanMade", "FormationMade", "CarryOutPlanned", "HandedOver"),
        *("CoverPlanned", "RosterDrawn"),
    }
    assert attachments(EntryCorrected(entry="e1", event=SAMPLES["MapMade.1"])) == (SHA,)


NAMES = frozenset(
    {
        *("id", "by", "team", "person", "present", "missing", "witness", "reader", "read_by", "planner"),
        *("clue", "scenario", "segment", "assignment", "hazard", "number", "lock", "building", "room", "exit"),
        *(
            "hospital",
            "casualty",
            "orders",
            "find",
            "plan",
            "map",
            "track",
            "coverage",
            "calling",
            "formation",
            "record",
        ),
        *("rooms", "lookouts", "keep_shut", "stood_in", "statement", "callout", "message", "briefing", "files"),
        *("threat", "targets", "target", "ways", "entry", "inputs_sha256", "version", "waves"),
    }
)
"""Fields that hold what a record, a person or an attachment is called, or where one is named again."""
CODES = frozenset(
    {
        *("time_zone", "crs", "category", "ecoregion", "ground", "kind", "team_kind", "letters", "points", "radio"),
        *("capability", "told_by", "need", "channel", "reliability", "letter", "families", "view", "day", "about"),
    }
)
"""Fields that hold one of a table's words, a channel, a day or a zone."""
WHOM = frozenset({"OrdersGiven.orders.to", "NoticeSent.to", "MessageGiven.message.to"})
"""Where `to` is a name; elsewhere it is where somebody goes, in own words."""


def _worded(record: type, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Where a record holds text that somebody wrote in own words, or that is neither a name nor a code."""
    hints = get_type_hints(record)
    for field in fields(record):
        for kind in _inside(hints[field.name]):
            if kind is str and field.name not in NAMES | CODES:
                yield ".".join((*path, field.name))
            elif isinstance(kind, type) and is_dataclass(kind) and kind.__name__ not in KINDS:
                yield from _worded(kind, (*path, field.name))


def _inside(hint: Any) -> Iterator[Any]:
    yield hint
    for part in get_args(hint):
        yield from _inside(part)


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_in_somebodys_own_words_is_personal_or_open_for_a_reason(kind: str) -> None:
    for path in _worded(_kind(kind)):
        outer = [path.rsplit(".", n)[0] for n in range(path.count(".") + 1)]
        hidden = any(one in PERSONAL_FIELDS.get(kind, ()) for one in outer)
        assert hidden or f"{kind}.{path}" in WHOM or OPEN_FIELDS.get(f"{kind}.{path}"), f"{kind}.{path}"


def test_what_is_called_open_is_a_field_that_there_is_and_is_not_hidden_as_well() -> None:
    worded = {f"{kind}.{path}" for kind in KINDS for path in _worded(_kind(kind))}
    assert set(OPEN_FIELDS) <= worded
    assert not {f"{kind}.{path}" for kind, paths in PERSONAL_FIELDS.items() for path in paths} & set(OPEN_FIELDS)


@pytest.mark.parametrize("kind", [k for k in PERSONAL_FIELDS if not k.startswith(("Subject", "Scenario"))])
def test_reasons_are_neither_in_the_public_log_nor_read_aloud(kind: str) -> None:
    event: Any = SAMPLES[latest_of(kind)]
    for path in PERSONAL_FIELDS[kind]:
        if type(_at(event, path)) is str:
            event = _with(event, path.split("."), "a sprained ankle")
    data = public(event)[1]
    assert "ankle" not in json.dumps(data)
    assert "ankle" not in sentence(event)
    for path in PERSONAL_FIELDS[kind]:
        held: Any = data
        for name in path.split("."):
            held = held[name]
        assert held in ("(personal)", "", None)


def test_which_signs_were_looked_at_does_not_show_in_the_public_log() -> None:
    few = CasualtyObserved(observation=Observation(casualty="1", pain=3))
    many = CasualtyObserved(observation=Observation(casualty="1", pulse_pm=80.0, walks=False, findings=(("M", "x"),)))
    assert public(few) == public(many)
    assert set(public(few)[1]["observation"].values()) == {"1", "(personal)"}


def test_how_somebody_can_be_had_does_not_show_by_which_fields_are_set() -> None:
    asleep = StandingTold(standing=Standing(person="M1", state=Availability.ASLEEP, wake_s=1500.0, p_come=0.3))
    free = StandingTold(standing=Standing(person="M1", travel_s=600.0, channels=("phone",)))
    assert public(asleep) == public(free)
    assert sentence(asleep) == sentence(free)


def test_half_a_key_is_not_shown_with_the_reader() -> None:
    shown = public(ReaderNamed(reader=Reader(id="Lead", public_key="iNCl1y", salt="scrypt$17$8$1$f1let4")))[1]
    assert shown == {"reader": {"id": "Lead", "public_key": "(personal)", "salt": "(personal)"}}


def test_where_somebody_left_for_and_what_was_asked_are_in_no_sentence() -> None:
    asked = Question(id="did-tom-drink", text="Did Tom drink?", about=About.WHAT, hypotheses=())
    for event in (
        SignedOut(person="M3", to="did-tom-drink"),
        QuestionRaised(question=asked),
        QuestionDropped(question="did-tom-drink"),
        QuestionResolved(question="did-tom-drink", hypothesis="yes"),
    ):
        assert "tom" not in sentence(event) + json.dumps(public(event)[1])


def _kind(name: str) -> Any:
    return next(one for one in get_args(Event) if one.__name__ == name)


def _at(record: Any, path: str) -> Any:
    return reduce(getattr, path.split("."), record)


def _with(record: Any, path: list[str], words: str) -> Any:
    inner = words if len(path) == 1 else _with(getattr(record, path[0]), path[1:], words)
    return replace(record, **{path[0]: inner})
