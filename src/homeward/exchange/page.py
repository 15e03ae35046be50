"""The mission as a page: the data that the live page and the HTML file both show, and that file itself.

`page_data` is pure: records in, plain JSON-ready data out. `self_contained_page` puts that data, the page's own
modules and style, and MapLibre into one HTML file that opens from a disk with no network at all.
Coordinates in the data are [longitude, latitude], WGS 84; times are UTC, ISO 8601 with a `Z`; the rest is SI.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike

from homeward.belief.clue_defaults import filled, truth
from homeward.belief.records import Belief
from homeward.errors import BadFile
from homeward.exchange.clue_outline import lonlat, outlines
from homeward.exchange.page_manage import manage_data
from homeward.exchange.page_raster import data_url, picture_of_ground, ranked_belief
from homeward.exchange.page_rescue import crew_data
from homeward.exchange.page_scenarios import scenarios_data
from homeward.exchange.page_values import lonlat_of, utc_text
from homeward.exchange.page_words import clue_words, sentence, shorter_hazard, team_words, weather_words
from homeward.exchange.post_words import is_post
from homeward.geo import Floats, Grid, Place, format_place
from homeward.mission.events import Entry, EntryCorrected, EntryUndone
from homeward.mission.happened import Happened
from homeward.mission.newer import newer_than_map, newer_than_plan
from homeward.mission.nouns import PERSONAL, Clue, Subject
from homeward.mission.positions import BY_RANK, differing
from homeward.mission.replay import Mission, settle
from homeward.search.records import Assignment, SearchPlan
from homeward.terrain.ground import Terrain

Json = dict[str, Any]
FRONT_END = Path(__file__).resolve().parents[1] / "web" / "static"
CLUE_NUMBERS = (
    *("bearing_deg", "bearing_sd_deg", "range_m", "range_sd_m", "error_m", "error_across_m", "error_axis_deg"),
    *("relevance", "by_chance", "wind_from_deg", "width_deg", "range_min_m", "range_max_m", "noticed"),
)
TEAM_NUMBERS = (
    *("sweep_width_m", "speed_mps", "endurance_s", "turnaround_s", "spacing_m", "height_m", "field_of_view_deg"),
    *("image_px", "batteries", "in_the_dark"),
)
LOG_LINES = 200  # the latest entries shown; the whole log is `homeward log`


def page_data(  # noqa: PLR0913 - a page shows everything there is, each by its name
    mission: Mission,
    *,
    terrain: Terrain | None = None,
    belief: Belief | None = None,
    plan: SearchPlan | None = None,
    entries: Sequence[Entry] = (),
    tracks: Sequence[tuple[str, str, Floats]] = (),
    gaps: Sequence[Json] = (),
    formation: Mapping[str, Any] | None = None,
    personal: bool = False,
) -> Json:
    """Everything the page shows, ready for JSON.

    `entries` are the log's, oldest first; `tracks` are (team, assignment, (n, 2) longitude and latitude); `gaps` are
    GeoJSON polygons with `segment`, `area_m2`, `poa` and `whole`, of POD under 10 % in what was searched; `formation`
    is the one in force, as it was kept.
    What identifies the subject, or tells their health, and reasons in anybody's own words, are left out unless
    `personal` is true.
    """
    grid = mission.area.grid if mission.area else terrain.grid if terrain else belief.grid if belief else None
    return {
        "version": 1,
        "name": mission.name,
        "exercise": mission.exercise,
        "time_zone": mission.time_zone,
        "opened_at": utc_text(mission.opened_at),
        "subject": _subject(mission.subject, personal=personal),
        "ipp": {"at": lonlat_of(mission.ipp.place), "kind": mission.ipp.kind, "seen_at": utc_text(mission.ipp.seen_at)}
        if mission.ipp
        else None,
        "base": lonlat_of(mission.base) if mission.base else None,
        "area": _area(mission, grid) if grid else None,
        "ground": _ground(terrain) if terrain else None,
        "belief": ranked_belief(belief) if belief else None,
        "story": [_move(move) for move in belief.story] if belief else [],
        **scenarios_data(mission, belief),
        "clues": [_clue(c, mission) for c in mission.clues.values()],
        "teams": _teams(mission),
        "weather": weather_words(mission.weather),
        "numbers": [
            {"name": n.number, "value": n.value, "why": n.why if personal else ""} for n in mission.numbers.values()
        ],
        "plan": _plan(plan, mission, grid) if plan and grid and mission.plan else None,
        "manage": manage_data(mission, plan, personal=personal),
        "tracks": [
            {"team": team, "assignment": number, "line": np.round(lonlat, 6).tolist()}
            for team, number, lonlat in tracks
            if len(lonlat) > 1
        ],
        "gaps": list(gaps),
        "buildings": [],
        "rescue": None,
        "debrief": None,
        "messages": [],
        "briefings": [],
        "crew": crew_data(mission, formation, entries=entries, personal=personal),
        "find": _find(mission, personal=personal),
        "log": _log(entries),
        "log_length": len(entries),
        "newer_than_map": newer_than_map(entries),
        "newer_than_plan": newer_than_plan(entries),
        "findings": [str(f) for f in (*mission.findings, *(terrain.findings if terrain else ()))],
    }


def _subject(subject: Subject, *, personal: bool) -> Json:
    told = {"category": subject.category, "count": subject.count}
    return told | ({name: getattr(subject, name) for name in PERSONAL} if personal else {})


def _area(mission: Mission, grid: Grid) -> Json:
    x, y = (grid.west_m, grid.east_m), (grid.south_m, grid.north_m)
    corners = grid.lonlat([(a, b) for a in x for b in y])
    return {
        "label": mission.area.label if mission.area else "",
        "sources": list(mission.area.sources) if mission.area else [],
        "bounds": np.round([*corners.min(axis=0), *corners.max(axis=0)], 6).tolist(),
    }


def _ground(terrain: Terrain) -> Json:
    grid = terrain.grid
    lines = [
        _feature(
            "LineString",
            _thin(line.xy_m, grid, within_m=grid.cell_m / 2),
            kind=str(line.kind),
            name=line.name,
            derived=line.derived,
        )
        for line in terrain.lines
    ]
    patches = [
        _feature("Polygon", [_thin(patch.xy_m, grid, within_m=grid.cell_m / 2)], kind=patch.kind, name=patch.name)
        for patch in terrain.patches
    ]
    return {"hillshade": picture_of_ground(terrain), "lines": lines, "patches": patches}


def _thin(xy_m: ArrayLike, grid: Grid, *, within_m: float) -> list[list[float]]:
    """A line in degrees, without the points that lie within `within_m` of what is left."""
    line = shapely.LineString(np.asarray(xy_m)).simplify(within_m)
    return _degrees(shapely.get_coordinates(line), grid)


def _degrees(xy_m: ArrayLike, grid: Grid) -> list[list[float]]:
    """Metres to degrees with six decimals (a tenth of a metre)."""
    return np.round(grid.lonlat(xy_m), 6).tolist()  # type: ignore[no-any-return]


def _feature(shape: str, coordinates: Any, **properties: Any) -> Json:
    return {"type": "Feature", "properties": properties, "geometry": {"type": shape, "coordinates": coordinates}}


def _move(move: Any) -> Json:
    return {"cause": move.cause, "why": move.why, "moved": move.moved, "from": move.from_where, "to": move.to_where}


def _clue(reported: Happened[Clue], mission: Mission) -> Json:
    clue = reported.event
    whole, taken = filled(clue)
    shape = [[lonlat(ring) for ring in polygon] for polygon in outlines(clue)]
    return {
        "id": clue.id,
        "kind": str(clue.kind),
        "at": utc_text(reported.at),
        "when": utc_text(clue.at),
        "entry": reported.entry,
        "place": lonlat_of(clue.place),
        "says": clue_words(clue),
        "text": clue.text,
        "team": clue.team,
        "sense": clue.sense and str(clue.sense),
        "reliability": clue.reliability,
        "believed": truth(whole),
        "notes": [*taken, *differing(clue)],
        **{name: getattr(clue, name) for name in CLUE_NUMBERS},
        **{how: _place_text(getattr(clue, how)) for how in BY_RANK},
        "areas": "; ".join(f"{area.label}={area.grade}" for area in clue.areas) or None,
        "refused": mission.refused.get(clue.id),
        "held": clue.id in mission.held,
        "shape": shape or None,
    }


def _place_text(place: Place | None) -> str | None:
    return None if place is None else format_place(place)


def _teams(mission: Mission) -> list[Json]:
    return [
        {
            "id": team.id,
            "kind": str(team.kind),
            "is": team_words(team),
            "people": team.people,
            "radio": team.radio,
            "base": lonlat_of(team.base) if team.base else None,
            **{name: getattr(team, name) for name in TEAM_NUMBERS},
            "seen": {"at": lonlat_of(mission.seen[team.id].event), "when": utc_text(mission.seen[team.id].at)}
            if team.id in mission.seen
            else None,
            "searched": [s.event.assignment for s in mission.searches if s.event.team == team.id],
            "tracks": sum(t.event.team == team.id for t in mission.tracks),
        }
        for team in mission.teams.values()
    ]


def _plan(plan: SearchPlan, mission: Mission, grid: Grid) -> Json:
    assert mission.plan is not None
    starts = mission.plan.event.starts
    searched = {s.event.assignment: s.event.pod for s in mission.searches}
    return {
        "period": plan.period,
        "starts": utc_text(starts),
        "ends": utc_text(starts + timedelta(seconds=plan.duration_s)),
        "value": plan.value,
        "bound": plan.bound,
        "alive_value": plan.alive_value,
        "alive_bound": plan.alive_bound,
        "curve": [[t, pos, most] for t, pos, most in plan.curve],
        "segments": [
            _feature("Polygon", [_degrees(s.ring_m, grid)], id=s.id, poa=s.poa, area_m2=s.area_m2, kind=s.kind)
            for s in plan.segments
        ],
        "assignments": [
            _assignment(a, grid, starts) | {"searched_pod": searched.get(a.number)} for a in plan.assignments
        ],
        "idle": [{"team": team, "why": why} for team, why in plan.idle],
        "why": list(plan.why),
    }


def _assignment(task: Assignment, grid: Grid, starts: datetime) -> Json:
    times = {
        name: utc_text(starts + timedelta(seconds=getattr(task, f"{name}_s")))
        for name in ("leaves", "begins", "ends", "back")
    }
    ways = {
        name: _thin(xy, grid, within_m=1.0) if len(xy) > 1 else []
        for name, xy in (("access", task.access_m), ("route", task.route_m), ("return", task.return_m))
    }
    if is_post(task):
        ways["route"] = _degrees(task.route_m[:1], grid)
    told = {
        name: getattr(task, name)
        for name in (
            "number",
            "team",
            "segment",
            "mode",
            "task",
            "length_m",
            "sweep_width_m",
            "spacing_m",
            "coverage",
            "pod",
            "pos",
        )
    }
    return {**told, **times, **ways, "hazards": [shorter_hazard(h) for h in task.hazards], "why": task.why}


def _find(mission: Mission, *, personal: bool) -> Json | None:
    if mission.find is None:
        return None
    event = mission.find.event
    first_at, _ = mission.found(event.casualty) or (mission.find.at, None)
    told = {"at": utc_text(first_at), "place": lonlat_of(event.place), "team": event.team}
    return told | ({"alive": event.alive, "condition": event.condition} if personal else {})


def _log(entries: Sequence[Entry]) -> list[Json]:
    """The latest entries, newest first, each with whether it still counts."""
    counting = {happened.entry for happened in settle(entries)[0]}
    return [
        {
            "id": entry.id,
            "at": utc_text(entry.at),
            "by": entry.by,
            "what": sentence(entry.event),
            "counts": entry.id in counting or isinstance(entry.event, EntryUndone | EntryCorrected),
        }
        for entry in reversed(entries[-LOG_LINES:])
    ]


# --- the file -----------------------------------------------------------------------------------------------------


@cache
def vendor_folder() -> Path:
    """Where the installed `maplibre` package keeps MapLibre GL JS. Raises `BadFile` when it is not there."""
    spec = find_spec("maplibre")  # found, not imported: importing it pulls in Shiny's bindings and warns
    folder = Path(next(iter(spec.submodule_search_locations or [""]))) / "srcjs" if spec else Path()
    if not (folder / "maplibre-gl.js").is_file():
        raise BadFile("The installed package maplibre holds no maplibre-gl.js. Install homeward's requirements again.")
    return folder


def modules() -> dict[str, Path]:
    """The page's own modules by the name they import each other by: `homeward/map.js`."""
    return {f"homeward/{path.name}": path for path in sorted(FRONT_END.glob("*.js"))}


def import_map(where: Mapping[str, str]) -> str:
    """The import map that tells a browser where each module lies."""
    return script_json({"imports": dict(where)})


def page_html(*, head: str, data: str) -> str:
    """The page's frame with `head` (styles, scripts, policy) and `data` (a script tag, or nothing) filled in."""
    frame = (FRONT_END / "page.html").read_text(encoding="utf-8")
    return frame.replace("<!-- head -->", head).replace("<!-- data -->", data)


def self_contained_page(data: Json) -> str:
    """One HTML file with everything in it. Opens from a disk; its own policy forbids any network.

    The same data gives the same bytes. Modules are `data:` URLs in the import map, so no bundler is needed. Scripts
    carry a nonce drawn from the data's hash: no text inside the data can know it.
    """
    text = script_json(data)
    nonce = hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]
    own = {name: data_url("text/javascript", path.read_bytes()) for name, path in modules().items()}
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}' data:; style-src 'unsafe-inline'; img-src data: blob:; "
        "connect-src data: blob:; worker-src blob:; base-uri 'none'; form-action 'none'"
    )
    vendor = (vendor_folder() / "maplibre-gl.js").read_text(encoding="utf-8")
    styles = (vendor_folder() / "maplibre-gl.css", *style_sheets())
    head = "\n".join(
        [
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            f"<title>{escape(str(data.get('name') or 'Mission'))} - homeward</title>",
            *(f"<style>{_raw(path.read_text(encoding='utf-8'), 'style')}</style>" for path in styles),
            f'<script nonce="{nonce}">{_raw(vendor, "script")}</script>',
            f'<script type="importmap" nonce="{nonce}">{import_map(own)}</script>',
            f'<script type="module" nonce="{nonce}">import "homeward/app.js";</script>',
        ]
    )
    return page_html(head=head, data=f'<script type="application/json" id="data">{text}</script>')


def style_sheets() -> list[Path]:
    """The page's own style sheets, in the order they apply."""
    return sorted(FRONT_END.glob("*.css"))


def script_json(value: Any) -> str:
    """JSON that can stand inside a script tag: no text in it can end the tag or open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _raw(text: str, tag: str) -> str:
    """Our own or a vendor's source, kept from ending its tag; inside strings and comments the two are the same."""
    return text.replace(f"</{tag}", f"<\\/{tag}").replace("<!--", "<\\!--")
