"""No words on a printed map stand on others: legend, scale, names of segments, numbers of tasks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from homeward.exchange import picture
from homeward.exchange.basemap import Frame
from homeward.exchange.crew_marks import PostMark
from homeward.exchange.margin import mark_keys
from homeward.exchange.picture import MapBook, assignment_picture, map_book, overview_picture
from homeward.geo import offset
from homeward.mission.people import Crew
from tests.exchange.sample import IPP, STARTS, sample
from tests.exchange.test_crew_marks import HAZARDS

DPI = 100


def _book() -> MapBook:
    s = sample()
    return map_book(replace(s.mission, crew=Crew(hazards=HAZARDS)), s.terrain, s.belief, s.plan)


def _drawn(monkeypatch: pytest.MonkeyPatch, book: MapBook, frame: Frame, number: str = "") -> Figure:
    got: list[Figure] = []
    monkeypatch.setattr(picture, "to_bytes", lambda fig, _frame: got.append(fig))
    if number:
        assignment_picture(book, number, frame=frame)
    else:
        overview_picture(book, frame=frame)
    return got[0]


def _words(ax: Axes, *, above: float = 0.0) -> list[tuple[str, Bbox]]:
    """The words on a picture and where their ink stands, dots of the picture."""
    renderer = FigureCanvasAgg(ax.figure).get_renderer()  # type: ignore[arg-type]
    told = [t for t in ax.texts if t.get_text().strip() and t.get_zorder() >= above]
    return [(t.get_text(), _ink(t, t.get_window_extent(renderer))) for t in told]


def _ink(text: Text, box: Bbox) -> Bbox:
    """Less the room for letters that hang below the line: there are none in names and numbers."""
    letters = text.get_text()
    hangs = 0.2 * float(text.get_fontsize()) * DPI / 72 if letters.upper() == letters else 0.0
    return Bbox.from_extents(box.x0, box.y0 + hangs, box.x1, box.y1)


def _on_each_other(words: list[tuple[str, Bbox]]) -> set[tuple[str, str]]:
    pairs = ((a, b) for i, a in enumerate(words) for b in words[i + 1 :])
    return {(a[0], b[0]) for a, b in pairs if Bbox.intersection(a[1], b[1]) is not None}


@pytest.mark.parametrize("times", [1, 5, 8])
@pytest.mark.parametrize("number", ["", "101"])
def test_the_legend_and_the_scale_have_their_own_room(monkeypatch: pytest.MonkeyPatch, times: int, number: str) -> None:
    keys = mark_keys() * times
    monkeypatch.setattr(picture, "mark_keys", lambda: keys)
    chart, strip = _drawn(monkeypatch, _book(), Frame(height_mm=120, dpi=DPI), number).axes
    rows = {round(y) for t in strip.texts for y in [t.get_position()[1]] if t.get_text() in {k.text for k in keys}}
    assert (len(rows) > 2) == (times > 1)
    assert _on_each_other(_words(strip)) == set()
    on_chart, below = chart.get_position(), strip.get_position()
    assert on_chart.y0 * 120 >= below.y1 * 120 + 3.9  # mm, for the numbers of the grid
    (west, east), (south, north) = chart.get_xlim(), chart.get_ylim()
    a_mm = (east - west) / on_chart.width / 180.0
    assert (north - south) / on_chart.height / 120.0 == pytest.approx(a_mm)  # the scale bar stays true


def _many_small(n: int = 12, size_m: float = 250.0) -> tuple[list[str], MapBook]:
    """The names of n x n segments with three tasks each, side by side in the middle of the map, and the book."""
    s = sample()
    x, y = s.terrain.grid.to_m(IPP)
    cells = [(i, j) for i in range(n) for j in range(n)]
    names = [chr(65 + i) + chr(65 + j) for i, j in cells]
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    small = tuple(
        replace(
            s.plan.segments[0],
            id=name,
            poa=0.001,
            ring_m=tuple((x + size_m * (i + a - n / 2), y + size_m * (j + b - n / 2)) for a, b in corners),
        )
        for name, (i, j) in zip(names, cells, strict=True)
    )
    task = replace(s.plan.assignments[0], access_m=(), return_m=())
    many = [replace(task, number=str(101 + k), segment=names[k // 3]) for k in range(3 * len(names))]
    return names, replace(_book(), plan=replace(s.plan, segments=small, assignments=tuple(many)))


def test_numbers_of_tasks_make_way_for_names_and_other_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small segments with many tasks each: every name is there, no words stand on others."""
    names, book = _many_small()
    chart = _drawn(monkeypatch, book, Frame(width_mm=150, height_mm=160, dpi=DPI)).axes[0]
    words = _words(chart, above=9.0)
    assert set(names) <= {told for told, _ in words}
    on = _on_each_other(words)
    assert not {pair for pair in on if pair[0][0].isdigit() or pair[1][0].isdigit()}


def test_numbers_of_tasks_make_way_for_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Posts at one spot share a disc that is wider than its mark: no number stands under its edge either."""
    _, book = _many_small(8, 400.0)
    ends = STARTS + timedelta(hours=2)
    east = [offset(IPP, bearing_deg=90, distance_m=400.0 * k - 900.0) for k in range(6)]
    spots = [offset(at, bearing_deg=0, distance_m=170.0 * k - 400.0) for k, at in enumerate(east)]
    posts = tuple(
        PostMark(name=f"U{n}", role="backup", crew=f"U {n}", people=("A", "B"), place=at, begins=STARTS, ends=ends)
        for n, at in enumerate((at for at in spots for _ in range(2)), 1)
    )
    chart = _drawn(monkeypatch, replace(book, posts=posts), Frame(width_mm=150, height_mm=160, dpi=DPI)).axes[0]
    renderer = FigureCanvasAgg(chart.figure).get_renderer()  # type: ignore[arg-type]
    discs = [t for t in chart.texts if t.get_text().startswith("U") and " U" in t.get_text()]
    assert len(discs) == len(spots)
    for disc in discs:
        disc.update_bbox_position_size(renderer)
    edges = [patch.get_window_extent(renderer) for t in discs if (patch := t.get_bbox_patch()) is not None]
    numbers = [(told, box) for told, box in _words(chart, above=9.0) if told[0].isdigit()]
    assert numbers
    assert not [told for told, box in numbers for edge in edges if Bbox.intersection(edge, box) is not None]
