"""The manager's forms reach the desk, and the page shows what was decided."""

from __future__ import annotations

import pytest

from homeward import desk
from homeward.errors import BadInput
from homeward.web.verbs import do, read_form
from tests.desk.conftest import NOON, make_ready


@pytest.fixture
def mission(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    return make_ready(tmp_path)


def test_the_managers_forms_are_carried_out(mission):
    def sent(verb: str, **body: object) -> str:
        return do(verb, mission, read_form(verb, body)).text

    assert "N1 drawn" in sent("segment", name="N1", around="36.205,-84.2", radius_m=400)
    assert "L1" in sent("lock", words="Dog 1 searches N1", why="knows it")
    assert "Own plan noted" in sent("own", orders={"Line A": ["N1"]})
    assert "Dog 1 is at" in sent("team_at", team="Dog 1", place="36.2,-84.2")
    shown = desk.page_data(mission)["manage"]
    assert [one["says"] for one in shown["locks"]] == ["team Dog 1 searches N1"]
    assert [one["id"] for one in shown["segments"]] == ["N1"]
    assert shown["own"] == [{"team": "Line A", "segments": ["N1"]}]
    assert "L1" in sent("free", name="L1")
    assert "dropped" in sent("drop_segment", name="N1")
    shown = desk.page_data(mission)["manage"]
    assert shown["locks"] == shown["segments"] == []


def test_a_field_that_a_form_does_not_have_is_refused():
    with pytest.raises(BadInput, match="'radius'"):
        read_form("segment", {"name": "N1", "radius": 400})
    assert read_form("plan", {"again": True})["again"] is True
