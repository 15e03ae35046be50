"""Names that are given once: an undone record that comes back must not have lost its name to another."""

from __future__ import annotations

import pytest

from homeward import desk
from homeward.desk.book import opened
from tests.desk.conftest import make_ready


def undo_last(path):
    with opened(path, read_only=True) as book:
        last = book.stored[-1].entry.id
    desk.undo(path, last)
    return last


GIVEN = {
    "statement": lambda path: desk.statement(path, "At the hut.", witness="W1").data["id"],
    "declined": lambda path: desk.declined(path, "W1").data["id"],
    "message": lambda path: desk.message(path, ["everybody"], "Come.").data["id"],
    "briefing": lambda path: desk.briefing(path, None).data["id"],
}


@pytest.mark.parametrize("kind", GIVEN)
def test_a_name_is_never_given_again_and_an_undone_record_comes_back_whole(tmp_path, kind):
    path, give = make_ready(tmp_path), GIVEN[kind]
    first = give(path)
    undo_last(path)
    second = give(path)
    assert second != first
    with opened(path, read_only=True) as book:
        undoing = book.stored[-2].entry.id
    desk.undo(path, undoing)
    with opened(path, read_only=True) as book:
        state = book.mission
    known = {**state.debriefs.statements, **state.muster.messages, **state.muster.briefings}
    assert {first, second} <= set(known)
    assert give(path) not in (first, second)


def test_two_opened_reports_of_a_warning_keep_their_own_names(tmp_path):
    path = make_ready(tmp_path)
    desk.warning(path, "flood", told="about=2 weeks, as early as=3 days")
    first = desk.warning_report(path, "flood", within="10 days", reliability=0.7).data["report"]
    undo_last(path)
    assert desk.warning_report(path, "flood", within="9 days", reliability=0.7).data["report"] != first
