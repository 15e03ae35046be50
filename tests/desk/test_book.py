"""The opened book: what is kept between calls is never believed against the file, and nothing locks a mission."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from homeward import desk
from homeward.cli.main import cli
from homeward.desk import last_read
from homeward.desk.book import opened
from homeward.errors import Finding, MissionFileError
from homeward.geo import Place
from homeward.log import MissionLog
from homeward.mission import Entry, Event, Mission, replay
from homeward.mission.events import BaseSet, EntryCorrected, EntryUndone
from tests.desk.conftest import IPP
from tests.log.writers import NOON, told_by_a_newer_version
from tests.mission.samples import anything

NAMES = ["Alpha", "C1", "P1"]
EVENTS = anything(Event, text=st.sampled_from(NAMES))


# --- entries that this version cannot read ------------------------------------------------------------------------


def test_an_entry_of_a_newer_homeward_locks_nobody_out_and_is_said(bare):
    told_by_a_newer_version(bare)
    assert "Base at" in desk.base(bare, IPP).text
    told_by_a_newer_version(bare)
    desk.team(bare, "Alpha", kind="dog")
    for shown in (desk.show(bare), desk.show_log(bare)):
        lines = shown.text.splitlines()
        assert lines[0].startswith("WARNING: entry 2: There is no event 'SwarmSent' in this version of homeward.")
        assert lines[1].startswith("WARNING: entry 4:")
    assert desk.show(bare).data["findings"] == desk.page_data(bare)["findings"]
    assert len(desk.show_log(bare).data["entries"]) == 3


def test_verify_says_what_it_cannot_read_and_that_nothing_was_changed(bare):
    told_by_a_newer_version(bare)
    done = CliRunner().invoke(cli, ["log", "verify", str(bare)])
    assert done.exit_code == 0
    first, second = done.output.splitlines()
    assert first == "2 entries, every one as it was written."
    assert second.startswith("WARNING: entry 2: There is no event 'SwarmSent'")
    answer = desk.verify(bare).data
    assert (answer["intact"], answer["findings"], len(answer["unread"])) == (True, [], 1)


# --- what is kept between calls -----------------------------------------------------------------------------------


class OneMission(RuleBasedStateMachine):
    """A mission file to which everything happens that can, read after each step by who has read it before."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "mission"
        self.copies: list[bytes] = []
        MissionLog.create(self.path).close()

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(data=st.data())
    def told(self, data: st.DataObject) -> None:
        self._append(*data.draw(st.lists(EVENTS, min_size=1, max_size=3)))

    @rule(data=st.data())
    def undone(self, data: st.DataObject) -> None:
        self._append(EntryUndone(entry=data.draw(st.sampled_from(self._names()))))

    @rule(data=st.data())
    def corrected(self, data: st.DataObject) -> None:
        self._append(EntryCorrected(entry=data.draw(st.sampled_from(self._names())), event=data.draw(EVENTS)))

    @rule()
    def told_by_a_newer_version(self) -> None:
        if MissionLog.open(self.path).last_seq():
            told_by_a_newer_version(self.path)

    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        if self.copies:
            self.path.write_bytes(self.copies[data.draw(st.integers(0, len(self.copies) - 1))])

    @rule(change=st.sampled_from(["UPDATE entry SET data = '{}'", "UPDATE entry SET at = 'x'", "DELETE FROM entry"]))
    def altered(self, change: str) -> None:
        with closing(sqlite3.connect(self.path)) as conn:
            for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                conn.execute(f"DROP TRIGGER {name}")
            conn.execute(f"{change} WHERE seq = (SELECT max(seq) / 2 + 1 FROM entry)")
            conn.commit()

    @invariant()
    def what_is_read_is_what_stands_there(self) -> None:
        with MissionLog.open(self.path, read_only=True) as log:
            reading, mission = last_read.read_mission(log)
            assert reading == log.read()
            fresh = replay(stored.entry for stored in reading.stored)
            assert mission == fresh
            assert repr(mission) == repr(fresh)

    def _append(self, *events: Event) -> None:
        self.copies.append(self.path.read_bytes())
        with MissionLog.open(self.path) as log:
            at = NOON + timedelta(seconds=log.last_seq())
            made = (uuid.uuid4().hex for _ in events)
            log.append([Entry(id=i, at=at, by="t", device="d", event=e) for i, e in zip(made, events, strict=True)])

    def _names(self) -> list[str]:
        return [stored.entry.id for stored in MissionLog.open(self.path).entries()] or ["nobody's"]


def test_what_is_kept_is_never_stale():
    few = settings(max_examples=20, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(OneMission, settings=few)


def test_a_book_opened_again_is_not_worked_out_again(ready, monkeypatch):
    with opened(ready, read_only=True) as book:
        before = book.mission
    for slow in ("homeward.mission.decode", "homeward.desk.last_read.replay", "homeward.log.chain.link"):
        monkeypatch.setattr(slow, None)  # whoever decodes, replays or checks the chain now fails
    with opened(ready, read_only=True) as book:
        assert book.mission == before


def test_a_copy_that_is_put_back_counts(bare):
    desk.team(bare, "Alpha", kind="dog")
    copy = shutil.copy(bare, bare.with_name("copy"))
    desk.team(bare, "Bravo", kind="hasty")
    desk.undo(bare)
    desk.team(bare, "Charlie", kind="line")
    whole = bare.read_bytes()
    for file, teams in ((whole, ["Alpha", "Charlie"]), (copy.read_bytes(), ["Alpha"]), (whole, ["Alpha", "Charlie"])):
        bare.write_bytes(file)
        assert desk.show(bare).data["teams"] == teams


def test_a_log_altered_while_the_page_runs_is_written_to_no_more(ready):
    desk.base(ready, IPP)
    with closing(sqlite3.connect(ready)) as conn:
        conn.execute("DROP TRIGGER entry_no_update")
        conn.execute("UPDATE entry SET data = replace(data, '36.2', '37.2') WHERE kind = 'IppSet'")
        conn.commit()
    assert desk.show(ready).text.startswith("WARNING")
    with pytest.raises(MissionFileError, match="changed after it was written"):
        desk.clue(ready, "scent", place=IPP)


def test_what_is_wrong_with_a_log_is_said_once_however_often_it_is_opened(bare):
    told_by_a_newer_version(bare)
    for _ in range(2):
        with opened(bare) as book:
            book.write(BaseSet(place=Place(1.0, 2.0)))
            assert [finding.where for finding in book.mission.findings] == ["entry 2"]


def test_many_at_once_lose_nothing_and_see_all(bare):
    def register(n: int) -> int:
        desk.person(bare, f"M{n}")
        with opened(bare, read_only=True) as book:
            assert f"M{n}" in book.mission.crew.people
            return book.last_seq

    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(register, range(24)))
    assert max(seen) == 25
    with opened(bare, read_only=True) as book:
        assert len(book.mission.crew.people) == 24
        assert book.mission == replay(stored.entry for stored in book.stored)


def test_a_few_missions_are_kept_and_no_more(bare):
    for n in range(2 * last_read.MISSIONS_KEPT):
        desk.show(shutil.copy(bare, bare.with_name(f"m{n}")))
    assert last_read._kept.cache_info().currsize == last_read.MISSIONS_KEPT


def test_what_would_be_is_what_would_be_written(ready):
    event = BaseSet(place=Place(1.0, 2.0))
    with opened(ready) as book:
        would_be = book.supposing(event, at=NOON).mission
        assert book.mission != would_be
        assert book.log.last_seq() == book.last_seq
        book.write(event)
        assert book.mission == would_be


def test_findings_of_the_log_come_before_those_of_the_mission(bare):
    desk.base(bare, IPP)
    with opened(bare) as book:
        book.write(EntryUndone(entry="nobody's"))
    told_by_a_newer_version(bare)
    with opened(bare, read_only=True) as book:
        first, second = book.mission.findings
        assert isinstance(book.mission, Mission)
        assert first.where == "entry 4"
        assert second == Finding(second.where, "refers to entry nobody's, which is not before it")
