"""What is written for other programs before there is a plan."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from homeward import desk
from homeward.errors import NotYet

pytestmark = pytest.mark.slow


def test_the_places_are_exported_before_there_is_a_map_or_a_plan(ready, tmp_path):
    desk.clue(ready, "a glove", place="36.2050, -84.1950")
    desk.export(ready, tmp_path / "early", formats=["caltopo", "png"])
    made = json.loads((tmp_path / "early" / "caltopo.json").read_text())
    titles = [f["properties"]["title"] for f in made["features"]]
    assert {"Base", "IPP", "Clue 1"} <= set(titles)
    kinds = {f["properties"]["class"] for f in made["features"]}
    assert not kinds & {"Assignment", "OperationalPeriod"}
    desk.make_map(ready)
    desk.export(ready, tmp_path / "mapped", formats=["png"])
    early, mapped = (
        Image.open(io.BytesIO((tmp_path / when / "overview.png").read_bytes())) for when in ("early", "mapped")
    )
    assert early.width == mapped.width > 500
    assert early.tobytes() != mapped.tobytes()


def test_what_needs_a_plan_says_so(ready, tmp_path):
    desk.make_map(ready)
    with pytest.raises(NotYet, match="no search plan yet"):
        desk.export(ready, tmp_path, formats=["gpx"])
    assert "gpx left out" in desk.export(ready, tmp_path).text
