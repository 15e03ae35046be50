"""The verb `map`: from the facts so far to the probability map. Also the questions asked of a map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from homeward import __version__
from homeward.belief import Belief, MapProblem, SearchDone, map_to_bytes
from homeward.belief import make_map as map_of
from homeward.belief.story import move_line
from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened
from homeward.desk.provenance import hash_of
from homeward.desk.scenarios import (
    cases_of,
    hours_gone,
    prospect_lines,
    prospects,
    row_words,
    standing,
)
from homeward.desk.search.coverage import SEARCH, searches_of
from homeward.errors import NotYet
from homeward.geo import Grid, format_place, parse_place
from homeward.log import blob_id
from homeward.mission import replay
from homeward.mission.events import MapMade
from homeward.mission.nouns import MapMove, Provenance

FEW_SEARCHES = 4  # more are told in one line
LEAST_SHARE = 0.005  # scenarios with less at a place are not told, as it would be 0 %


@again_if_grown
def make_map(path: Path) -> Answer:
    """Makes the probability map from everything the log holds, and says what moved it."""
    with opened(path) as book:
        belief = remake(book)
        answer, hours = told(belief), hours_gone(book.mission)
        facts, rows = (
            prospects(book.mission, belief, hours_gone=hours),
            standing(book.mission, belief, hours_gone=hours),
        )
        lines = [
            *(f"  {row_words(row)}" for row in rows),
            *prospect_lines(facts),
            f"  Survival: {facts['alive_source']}.",
        ]
        return Answer(text="\n".join([answer.text, *lines]), data={**answer.data, **facts, "scenarios": rows})


def remake(book: Book) -> Belief:
    """Makes the map of an opened mission and writes it down."""
    now = clock.now()
    belief = map_of(problem_of(book, now=now))
    data = map_to_bytes(belief)
    book.write(
        MapMade(
            map=blob_id(data),
            outside=belief.outside,
            story=belief.story,
            made_from=Provenance(inputs_sha256=hash_of(book.mission, "map", at=now), seed=0, version=__version__),
        ),
        at=now,
        blobs=[data],
    )
    return book.belief()


def problem_of(book: Book, *, now: datetime, evidence: bool = True) -> MapProblem:
    """The one mapping from a mission to the problem of where the subject is; clues and searches only as `evidence`.

    Coverage of earlier searches is carried over where larger ground was loaded since.
    """
    mission = book.mission
    if mission.ipp is None:
        raise NotYet("This mission has no IPP yet. Set it with: homeward ipp MISSION PLACE --seen TIME.")
    terrain = book.terrain()
    grid = terrain.grid
    hours = (now - mission.ipp.seen_at).total_seconds() / 3600
    return MapProblem(
        grid=grid,
        terrain=terrain,
        ipp_m=grid.to_m(mission.ipp.place),
        category=mission.subject.category,
        ecoregion=mission.subject.ecoregion,
        ground=mission.subject.ground,
        hours_gone=max(hours, 0.0),
        direction_deg=mission.ipp.direction_deg,
        seen_at=mission.ipp.seen_at,
        cases=cases_of(mission, grid, hours_gone=hours),
        clues=tuple(c.event for c in mission.counting_clues) if evidence else (),
        searches=(*searches_of(book, grid), *_indoors(book, grid)) if evidence else (),
    )


def _indoors(book: Book, grid: Grid) -> tuple[SearchDone, ...]:
    if not book.mission.rooms_searched:
        return ()
    from homeward.desk.buildings.inside import indoor_searches

    return indoor_searches(book, grid)


def why(path: Path, place: str) -> Answer:
    """Why the map in force is as it is at a place: what every fact, clue and search did to it there, in words."""
    from homeward.belief.why import density_words, reason_line, why_there

    where = parse_place(place)
    with opened(path, read_only=True) as book:
        book.belief()  # that there is one on the ground in force
        made = book.mission.map
        assert made is not None
        known = next(i for i, stored in enumerate(book.stored) if stored.entry.id == made.entry)
        before = book.stored[:known]
        then = replace(book, stored=before, mission=replay(s.entry for s in before))
        problem = problem_of(then, now=made.at)
        told_there = why_there(problem, problem.grid.to_m(where))
    times = f"{told_there.times_mean:.0f}" if told_there.times_mean >= 10 else f"{told_there.times_mean:.2g}"
    density = f"{density_words(told_there.per_km2)}, {times} times the mean of the map"
    lines = [f"{where}, {format_place(where, 'mgrs')}: {density}; {told_there.likelier_km2:.1f} km2 are likelier."]
    lines += [f"There: {told_there.here}."] if told_there.here else []
    lines += [f"  {reason_line(reason)}." for reason in told_there.reasons if reason.moved]
    still = [reason.cause for reason in told_there.reasons if not reason.moved]
    lines += [f"  hardly changed by: {', '.join(still)}."] if still else []
    likely = [(label, share) for label, share in told_there.scenarios if share >= LEAST_SHARE]
    if likely and len(told_there.scenarios) > 1:
        shares = ", ".join(f"{label} {share:.0%}" for label, share in likely)
        lines.append(f"If the subject is there, it is in scenario: {shares}.")
    return Answer(text="\n".join(lines), data=asdict(told_there))


def chance_at(path: Path, place: str) -> Answer:
    """How probable the ground around a place is, against the mean of the map."""
    from homeward.belief.why import density_words

    where = parse_place(place)
    with opened(path, read_only=True) as book:
        belief = book.belief()
    x, y = belief.grid.to_m(where)
    if not bool(belief.grid.contains(x, y)):
        return Answer(text=f"{where} is outside the map.", data={"inside": False, "outside": belief.outside})
    row, col = belief.grid.cell_of(x, y)
    density = float(belief.poa[row, col]) / belief.grid.cell_area_m2 * 1e6
    better = float((belief.poa > belief.poa[row, col]).sum()) * belief.grid.cell_area_m2 / 1e6
    return Answer(
        text=f"{format_place(where, 'mgrs')}: {density_words(density)}; {better:.1f} km2 of the map are more likely.",
        data={"inside": True, "poa_per_km2": density, "more_likely_km2": better},
    )


def told(belief: Belief) -> Answer:
    """A map as a search manager would say it aloud."""
    grid = belief.grid
    row, col = divmod(int(belief.poa.argmax()), grid.n_cols)
    x, y = grid.centers_m()
    peak = grid.to_place(float(x[col]), float(y[row]))
    half = _smallest_area_km2(belief, 0.5)
    where = (
        f"Half of what is on the map lies within {_area_words(half)}. Densest at {peak}, {format_place(peak, 'mgrs')}."
    )
    lines = [
        f"Probability map made: {1 - belief.outside:.1%} on the map, {belief.outside:.1%} outside it.",
        where if belief.poa.any() else "None of it lies on the map: there is nothing to search here.",
        *(f"  {line}" for line in _aloud(belief.story)),
    ]
    return Answer(
        text="\n".join(lines),
        data={
            "outside": belief.outside,
            "half_within_km2": half,
            "densest": {"lat_deg": peak.lat_deg, "lon_deg": peak.lon_deg},
            "story": [move_data(m) for m in belief.story],
        },
    )


def _area_words(km2: float) -> str:
    return f"{km2:.1f} km2" if km2 >= 1 else f"{km2 * 100:.1f} ha"


def _aloud(story: Sequence[MapMove]) -> list[str]:
    """The story as it is said: each line, but many searches in a row as one (every line is in the data)."""
    story = _together(story)
    searches = [move for move in story if move.cause.startswith(SEARCH)]
    if len(searches) <= FEW_SEARCHES:
        return [move_line(move) for move in story]
    others = [move_line(move) for move in story if not move.cause.startswith(SEARCH)]
    moved = sum(move.moved for move in searches)
    return [
        *others,
        f"{len(searches)} searches without a find: moved {moved:.0%} in all, away from where they looked.",
    ]


def move_data(move: MapMove) -> dict[str, Any]:
    """One line of the map's story, as data."""
    return {name: getattr(move, name) for name in MapMove.__dataclass_fields__}


def _together(story: Sequence[MapMove]) -> list[MapMove]:
    """A story in which lines that say the same of several scenarios are one: `lost, hurt: distance`."""
    named: dict[MapMove, list[str]] = {}
    for move in story:
        name, colon, step = move.cause.partition(": ")
        named.setdefault(replace(move, cause=step if colon else move.cause), []).extend([name] if colon else [])
    return [
        replace(move, cause=f"{', '.join(names)}: {move.cause}" if names else move.cause)
        for move, names in named.items()
    ]


def _smallest_area_km2(belief: Belief, share: float) -> float:
    import numpy as np

    dense_first = np.sort(belief.poa.ravel())[::-1].cumsum()
    cells = int(np.searchsorted(dense_first, share * dense_first[-1])) + 1
    return cells * belief.grid.cell_area_m2 / 1e6
