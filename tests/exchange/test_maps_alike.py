"""The maps of carry-out and cover have one face: one hazard looks the same, and the margin says the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from homeward.exchange import carry_picture, cover_picture
from homeward.exchange.basemap import Frame
from homeward.mission.people import Crew
from homeward.mission.replay import Mission

from .sample import IPP, sample
from .test_crew_marks import HAZARDS

Json = dict[str, Any]
LINE = [[IPP.lon_deg - 0.006, IPP.lat_deg - 0.006], [IPP.lon_deg + 0.012, IPP.lat_deg + 0.008]]


def carry() -> Json:
    row: Json = {
        "line": LINE,
        "exit_id": "E1",
        "along": [[0, 0.0], [900, 0.0]],
        "relay": {"places": []},
        "stretches": [],
    }
    exits = [{"id": "E1", "place": LINE[1], "kind": "road", "label": "Road"}]
    return {"routes": [row], "chosen": 1, "exits": exits, "find": {"place": LINE[0]}}


def cover() -> Json:
    targets = [{"id": name, "place": at, "value": 3} for name, at in zip("AB", LINE, strict=True)]
    row: Json = {"posts": [], "answers": [], "worst": None}
    return {"view": "reserve", "targets": targets, "uncovered": [], "ways": [], "slices": [row]}


def drawn(module: Any, monkeypatch: pytest.MonkeyPatch) -> Figure:
    got: list[Figure] = []
    monkeypatch.setattr(module, "to_bytes", lambda fig, _frame: got.append(fig))
    plan, mission = sample(), replace(sample().mission, crew=Crew(hazards=HAZARDS))
    assert isinstance(mission, Mission)
    draw, what = (module.carry_map, carry()) if module is carry_picture else (module.cover_map, cover())
    draw(what, mission=mission, terrain=plan.terrain, frame=Frame(width_mm=120, height_mm=120, dpi=60))
    return got[0]


def words(fig: Figure) -> set[str]:
    return {line for text in fig.findobj(Text) for line in text.get_text().split("\n")}


def test_a_hazard_is_drawn_and_named_alike_on_both(monkeypatch: pytest.MonkeyPatch) -> None:
    figs = [drawn(module, monkeypatch) for module in (carry_picture, cover_picture)]
    names = [{w for w in words(fig) if w.startswith("! ")} for fig in figs]
    assert names == [{"! H1 people", "! S1 avalanche"}] * 2
    hatched = [
        sorted(
            (p.get_hatch(), np.asarray(p.get_path().vertices, dtype=np.float64).round().tolist())
            for p in fig.axes[0].patches
            if p.get_hatch()
        )
        for fig in figs
    ]
    assert hatched[0] == hatched[1]
    assert len(hatched[0]) == len(HAZARDS)
    assert all("hazard: keep out" in words(fig) for fig in figs)


def test_the_margin_says_the_same_on_both(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = [
        {w for w in words(drawn(module, monkeypatch)) if w.startswith(("Grid: ", "Contours", "Too flat", "Magnetic"))}
        for module in (carry_picture, cover_picture)
    ]
    assert notes[0] == notes[1]
    assert len(notes[0]) == 3
